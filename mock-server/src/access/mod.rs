//! What one user may see and change: object permissions, field-level security and sharing, as one value.
//!
//! An [`Access`] is computed once for a user and kept until the org's epoch moves. One that sees everything answers each question
//! with a flag; the rows of private objects are left out by a [`RowRule`] that the store spells.

mod audience;
mod governed;
mod permissionable;
mod reach;
mod sharing;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use catalogue::{Field, Object};

pub use audience::{Audience, Group, Membership};
pub use governed::{Governed, governed, part_of};
pub use permissionable::is_permissionable;
pub use reach::{Reach, is_shareable};
pub use sharing::{Clause, Level, OrgWideDefaults, RowRule, Schema, SharingModel, sharing_model};

use crate::org::{FieldRights, ObjectRights, Permission, PermissionSet, Right, User, standard_profile};
use crate::storage::StoreError;

/// What one user may do in one org.
#[derive(Debug)]
pub struct Access {
    identity: u64,
    /// Whose it is; `None` for what sees everything on nobody's behalf.
    user: Option<crate::id::UserId>,
    views_all: bool,
    modifies_all: bool,
    /// Nothing at all is hidden: no object, no field, no row.
    unlimited: bool,
    permissions: Vec<Permission>,
    /// Effective rights by API name; an object that does not stand here grants nothing.
    objects: HashMap<String, ObjectRights>,
    /// What holds for a permissionable field that does not stand in `fields`.
    other_fields: FieldRights,
    fields: HashMap<String, FieldRights>,
    audience: Audience,
    defaults: OrgWideDefaults,
}

/// What this room needs of an org's database.
pub trait Organisation {
    /// How the org's users, roles and groups hang together, with what `user`'s role gives owners of accounts.
    fn membership(&self, user: &User) -> Result<Membership, StoreError>;
    fn org_wide_defaults(&self) -> Result<OrgWideDefaults, StoreError>;
    fn put_org_wide_defaults(&self, defaults: &OrgWideDefaults) -> Result<(), StoreError>;
}

/// The identity of whoever sees everything.
const EVERYTHING: u64 = 0;

impl Access {
    /// Sees and changes everything: what a world is made with.
    pub fn all() -> &'static Self {
        static ALL: std::sync::OnceLock<Access> = std::sync::OnceLock::new();
        ALL.get_or_init(|| Self {
            identity: EVERYTHING,
            user: None,
            views_all: true,
            modifies_all: true,
            unlimited: true,
            permissions: Permission::ALL.to_vec(),
            objects: HashMap::new(),
            other_fields: FieldRights::Edit,
            fields: HashMap::new(),
            audience: Audience::default(),
            defaults: OrgWideDefaults::default(),
        })
    }

    /// What a user may do who belongs to these users and groups, in an org with these defaults.
    pub fn of(user: &User, audience: Audience, defaults: OrgWideDefaults) -> Self {
        let modifies_all = user.has(Permission::ModifyAllData);
        let views_all = modifies_all || user.has(Permission::ViewAllData);
        let other_fields = other_fields(user, views_all, modifies_all);
        let fields = fields(user, other_fields);
        let permissions: Vec<_> = Permission::ALL.into_iter().filter(|permission| user.has(*permission)).collect();
        let unlimited = modifies_all && fields.is_empty() && other_fields == FieldRights::Edit && sharing::sees_all_personal(&permissions);
        Self {
            identity: if unlimited { EVERYTHING } else { next_identity() },
            user: Some(user.id),
            views_all,
            modifies_all,
            unlimited,
            permissions,
            objects: objects(user),
            other_fields,
            fields,
            audience,
            defaults,
        }
    }

    /// The user this is about.
    pub fn user(&self) -> Option<crate::id::UserId> {
        self.user
    }

    /// What a user of an org may do. Whose records a user reaches is not asked for one who reaches all.
    pub fn read(org: &impl Organisation, user: &User) -> Result<Self, StoreError> {
        if user.has(Permission::ModifyAllData) {
            return Ok(Self::of(user, Audience::default(), org.org_wide_defaults()?));
        }
        Ok(Self::of(user, org.membership(user)?.audience(user.id), org.org_wide_defaults()?))
    }

    /// What tells apart what two users see; 0 is everything. The same value stands for the same sight, in whatever org.
    pub fn identity(&self) -> u64 {
        self.identity
    }

    pub fn has(&self, permission: Permission) -> bool {
        self.permissions.contains(&permission)
    }

    /// Whether the object exists for this user.
    pub fn sees(&self, object: &Object) -> bool {
        self.views_all || self.may(object, Right::Read)
    }

    /// Whether the user has this right on the object. Each record may forbid it still.
    pub fn may(&self, object: &Object, right: Right) -> bool {
        match governed(object) {
            Governed::Open => true,
            Governed::Itself => self.rights(&object.name).has(right),
            Governed::By(whole) => self.rights(whole).has(if right == Right::Read { Right::Read } else { Right::Edit }),
            Governed::Written(permission) => right == Right::Read || self.has(permission) || self.modifies_all,
            Governed::Setup { read, .. } if right == Right::Read => read.is_none_or(|read| self.has(read)) || self.views_all,
            // Everybody edits the own user; which fields and whose user is decided by the rules for User.
            Governed::Setup { .. } if right == Right::Edit && object.name == "User" => true,
            Governed::Setup { write, .. } => self.has(write),
        }
    }

    /// The object permissions that are in effect.
    pub fn rights(&self, object: &str) -> ObjectRights {
        if self.modifies_all {
            return ObjectRights::ALL;
        }
        let granted = self.objects.get(object).copied().unwrap_or_default();
        if self.views_all { granted.and(ObjectRights::VIEW_ALL) } else { granted }
    }

    /// Whether the user may read the field of an object that exists for the user.
    pub fn reads(&self, object: &Object, field: &Field) -> bool {
        self.unlimited || self.field(object, field) >= FieldRights::Read
    }

    /// Whether field-level security lets the user write the field. Whether anybody may is the field's own affair.
    pub fn edits(&self, object: &Object, field: &Field) -> bool {
        self.unlimited || self.field(object, field) == FieldRights::Edit
    }

    fn field(&self, object: &Object, field: &Field) -> FieldRights {
        if !is_permissionable(field) || matches!(governed(object), Governed::Setup { .. } | Governed::Open) {
            return FieldRights::Edit;
        }
        // The parts of an address follow the address.
        let name = field.compound.as_deref().unwrap_or(&field.name);
        self.fields.get(&format!("{}.{name}", object.name)).copied().unwrap_or(self.other_fields)
    }

    /// Which rows of an object the user reaches, for reading or for more.
    pub fn rows(&self, schema: &dyn Schema, object: &Object, level: Level) -> RowRule {
        if let Some(personal) = sharing::personal_rule(self, object) {
            return personal;
        }
        if self.modifies_all || self.views_all && level == Level::Read { RowRule::Every } else { sharing::rule(self, schema, object, level) }
    }

    /// Whether sharing keeps the user from nothing.
    pub fn changes_all(&self) -> bool {
        self.modifies_all
    }

    pub fn audience(&self) -> &Audience {
        &self.audience
    }

    pub fn defaults(&self) -> &OrgWideDefaults {
        &self.defaults
    }
}

fn next_identity() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(EVERYTHING + 1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// The union of what profile and permission sets grant on objects.
fn objects(user: &User) -> HashMap<String, ObjectRights> {
    let mut effective: HashMap<String, ObjectRights> = HashMap::new();
    for (object, rights) in standard_profile(&user.profile.name).objects {
        if !user.profile.objects.contains_key(*object) {
            effective.insert((*object).to_owned(), *rights);
        }
    }
    for set in sets(user) {
        for (object, rights) in &set.objects {
            let known = effective.entry(object.clone()).or_default();
            *known = known.and(*rights);
        }
    }
    effective
}

/// The fields that differ from what holds for all others.
fn fields(user: &User, others: FieldRights) -> HashMap<String, FieldRights> {
    let mut effective: HashMap<String, FieldRights> = HashMap::new();
    for (field, rights) in &user.profile.fields {
        effective.insert(field.clone(), *rights);
    }
    for set in &user.permission_sets {
        for (field, rights) in &set.fields {
            let known = effective.entry(field.clone()).or_insert(others);
            *known = (*known).max(*rights);
        }
    }
    effective.retain(|_, rights| *rights != others);
    effective
}

/// View All Data shows and Modify All Data opens the fields that the profile leaves unsaid: an administrator sees all.
fn other_fields(user: &User, views_all: bool, modifies_all: bool) -> FieldRights {
    match (modifies_all || standard_profile(&user.profile.name).sees_fields, views_all) {
        (true, _) => FieldRights::Edit,
        (false, true) => FieldRights::Read,
        (false, false) => FieldRights::Hidden,
    }
}

fn sets(user: &User) -> impl Iterator<Item = &PermissionSet> {
    std::iter::once(&*user.profile).chain(user.permission_sets.iter().map(|set| &**set))
}
