//! What a profile or permission set grants on objects and fields: the rows of ObjectPermissions and FieldPermissions.

/// One thing a user may do with the records of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    Create,
    Read,
    Edit,
    Delete,
    /// Read all records, whoever shares them.
    ViewAll,
    /// Change all records, whoever shares them.
    ModifyAll,
}

impl Right {
    pub const ALL: [Self; 6] = [Self::Create, Self::Read, Self::Edit, Self::Delete, Self::ViewAll, Self::ModifyAll];

    /// The field of ObjectPermissions that grants it.
    pub fn field(self) -> &'static str {
        match self {
            Self::Create => "PermissionsCreate",
            Self::Read => "PermissionsRead",
            Self::Edit => "PermissionsEdit",
            Self::Delete => "PermissionsDelete",
            Self::ViewAll => "PermissionsViewAllRecords",
            Self::ModifyAll => "PermissionsModifyAllRecords",
        }
    }

    /// The name in messages of Salesforce: `Permission Edit Account depends on permission(s): Read Account`.
    pub fn label(self) -> &'static str {
        match self {
            Self::Create => "Create",
            Self::Read => "Read",
            Self::Edit => "Edit",
            Self::Delete => "Delete",
            Self::ViewAll => "View All",
            Self::ModifyAll => "Modify All",
        }
    }

    /// What has to be granted beside it.
    pub fn depends_on(self) -> &'static [Self] {
        match self {
            Self::Read => &[],
            Self::Create | Self::Edit | Self::ViewAll => &[Self::Read],
            Self::Delete => &[Self::Read, Self::Edit],
            Self::ModifyAll => &[Self::Read, Self::Edit, Self::Delete, Self::ViewAll],
        }
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// What is granted on one object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ObjectRights(u8);

impl ObjectRights {
    pub const NONE: Self = Self(0);
    pub const ALL: Self = Self(0b11_1111);
    pub const READ: Self = Self(Right::Read.bit());
    pub const READ_CREATE: Self = Self(Self::READ.0 | Right::Create.bit());
    pub const READ_CREATE_EDIT: Self = Self(Self::READ_CREATE.0 | Right::Edit.bit());
    pub const READ_CREATE_EDIT_DELETE: Self = Self(Self::READ_CREATE_EDIT.0 | Right::Delete.bit());
    pub const VIEW_ALL: Self = Self(Self::READ.0 | Right::ViewAll.bit());

    pub fn of(rights: impl IntoIterator<Item = Right>) -> Self {
        Self(rights.into_iter().fold(0, |bits, right| bits | right.bit()))
    }

    pub fn has(self, right: Right) -> bool {
        self.0 & right.bit() != 0
    }

    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The first right that lacks one it depends on, with all it lacks.
    pub fn unmet(self) -> Option<(Right, Vec<Right>)> {
        Right::ALL.into_iter().filter(|right| self.has(*right)).find_map(|right| {
            let lacking: Vec<_> = right.depends_on().iter().copied().filter(|other| !self.has(*other)).collect();
            (!lacking.is_empty()).then_some((right, lacking))
        })
    }

    pub fn iter(self) -> impl Iterator<Item = Right> {
        Right::ALL.into_iter().filter(move |right| self.has(*right))
    }
}

/// What is granted on one field. Who edits it also reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum FieldRights {
    #[default]
    Hidden,
    Read,
    Edit,
}
