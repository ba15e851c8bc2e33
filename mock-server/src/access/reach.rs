//! How far one user reaches one record: what `UserRecordAccess` tells. Source: the object's page in Salesforce's object reference.

use catalogue::Object;

use super::governed::{Governed, governed};
use super::{Access, Level, RowRule, Schema};
use crate::id::RecordId;
use crate::org::Right;

/// What a user may do with one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    pub record: RecordId,
    pub read: bool,
    pub edit: bool,
    pub delete: bool,
    pub transfer: bool,
    /// Share it with others.
    pub all: bool,
}

impl Reach {
    /// The most of it, as `MaxAccessLevel` says.
    pub fn most(&self) -> &'static str {
        let levels = [(self.all, "All"), (self.transfer, "Transfer"), (self.delete, "Delete"), (self.edit, "Edit"), (self.read, "Read")];
        levels.into_iter().find(|(reached, _)| *reached).map_or("None", |(_, level)| level)
    }
}

/// Whether an object's records are shared at all: the others have no row of access.
pub fn is_shareable(object: &Object) -> bool {
    matches!(governed(object), Governed::Itself | Governed::Written(_)) || object.name == "User"
}

impl Access {
    /// What the user may do with a record that exists; `admits` says whether a rule admits it.
    pub fn reach<E>(
        &self,
        schema: &dyn Schema,
        (object, record): (&Object, RecordId),
        mut admits: impl FnMut(&RowRule) -> Result<bool, E>,
    ) -> Result<Reach, E> {
        let mut at = |right: Right, level: Level| Ok(self.may(object, right) && admits(&self.rows(schema, object, level))?);
        let read = at(Right::Read, Level::Read)?;
        let edit = read && at(Right::Edit, Level::Edit)?;
        let transfer = edit && at(Right::Edit, Level::Transfer)?;
        let all = edit && at(Right::Edit, Level::Full)?;
        let delete = read && at(Right::Delete, Level::Full)?;
        Ok(Reach { record, read, edit, delete, transfer, all })
    }
}
