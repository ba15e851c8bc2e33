//! Sharing: which rows of an object a user reaches, by org-wide defaults, ownership, role hierarchy, shares and parents.

use std::collections::BTreeMap;
use std::sync::Arc;

use catalogue::{FieldType, Object};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Access;
use super::governed::{Governed, governed, part_of, share_of};
use crate::org::{Permission, Right};

/// The default access of an object's records, named as the Metadata API's `SharingModel`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum SharingModel {
    Private,
    Read,
    ReadWrite,
    ReadWriteTransfer,
    FullAccess,
    ControlledByParent,
}

/// Org-wide defaults that differ from those of a fresh org, by API name of the object.
pub type OrgWideDefaults = BTreeMap<String, SharingModel>;

/// How much of a record is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Read,
    Edit,
    /// Give it to another owner.
    Transfer,
    /// Delete it, share it.
    Full,
}

/// What sharing has to know of the org's schema.
pub trait Schema {
    fn object(&self, name: &str) -> Option<&Object>;
    /// The default a custom object was defined with.
    fn sharing_model(&self, object: &Object) -> Option<SharingModel>;
    /// Whether the field of a custom object is a master-detail relationship.
    fn is_master(&self, object: &Object, field: &str) -> bool;
}

/// Rows of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowRule {
    Every,
    /// Those that one of the clauses admits; none without clauses.
    Any(Vec<Clause>),
}

/// One reason why a row is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clause {
    /// The field holds one of the ids.
    Holds {
        field: String,
        ids: Arc<[String]>,
    },
    /// The field holds nothing.
    Lacks {
        field: String,
    },
    /// A row of the share object gives one of the ids one of these levels. `None`: any level.
    Shared {
        share: String,
        record: String,
        level: String,
        levels: Option<&'static [&'static str]>,
        with: Arc<[String]>,
    },
    /// The field points at a row of `object` that the rule admits.
    PointsAt {
        field: String,
        object: String,
        rule: RowRule,
    },
    /// A row of `object` that the rule admits points here.
    PointedAtBy {
        object: String,
        field: String,
        rule: RowRule,
    },
    Both(Box<Clause>, Box<Clause>),
}

/// The default of a standard object in a fresh org.
pub fn default_model(object: &str) -> SharingModel {
    match object {
        "Case" | "Lead" => SharingModel::ReadWriteTransfer,
        "Campaign" => SharingModel::FullAccess,
        "Contact" | "Asset" | "Order" => SharingModel::ControlledByParent,
        "Task" | "Event" => SharingModel::Private,
        "User" => SharingModel::Read,
        _ => SharingModel::ReadWrite,
    }
}

/// Activities hang on whatever they are about, and only the owner reaches those about nothing.
const ABOUT: [(&str, &[&str]); 4] =
    [("Task", &["WhoId", "WhatId"]), ("Event", &["WhoId", "WhatId"]), ("Attachment", &["ParentId"]), ("Note", &["ParentId"])];

/// How deep a rule follows parents: deeper hierarchies do not occur among standard objects, and circles end so.
const DEEPEST: u8 = 4;

/// Sessions, logins and tokens: whose they are stands in the field, and who holds one of the permissions reads all of them.
/// Sources: the object reference for `LoginHistory` and `OauthToken`.
fn personal(object: &str) -> Option<(&'static str, &'static [Permission])> {
    match object {
        "AuthSession" => Some(("UsersId", &[Permission::ManageUsers])),
        "LoginHistory" => Some(("UserId", &[Permission::ManageUsers, Permission::MonitorLoginHistory])),
        "OauthToken" => Some(("UserId", &[Permission::CustomizeApplication])),
        _ => None,
    }
}

/// What a user reaches of an object whose rows are personal; neither View All Data nor Modify All Data shows more of them.
pub(super) fn personal_rule(access: &Access, object: &Object) -> Option<RowRule> {
    let (field, permissions) = personal(&object.name)?;
    if permissions.iter().any(|permission| access.has(*permission)) {
        return Some(RowRule::Every);
    }
    let own = access.user().map(|user| user.to_string());
    Some(RowRule::Any(vec![Clause::Holds { field: field.to_owned(), ids: own.into_iter().collect() }]))
}

/// Whether nobody's sessions, logins and tokens are hidden.
pub(super) fn sees_all_personal(permissions: &[Permission]) -> bool {
    [Permission::ManageUsers, Permission::CustomizeApplication].iter().all(|needed| permissions.contains(needed))
}

pub(super) fn rule(access: &Access, schema: &dyn Schema, object: &Object, level: Level) -> RowRule {
    Sharing { access, schema }.rule(object, level, DEEPEST)
}

/// The default access of an object's records in this org, as far as it has one of its own.
pub fn sharing_model(access: &Access, schema: &dyn Schema, object: &Object) -> SharingModel {
    let sharing = Sharing { access, schema };
    sharing.model(object, !sharing.masters(object).is_empty())
}

struct Sharing<'a> {
    access: &'a Access,
    schema: &'a dyn Schema,
}

impl Sharing<'_> {
    fn rule(&self, object: &Object, level: Level, depth: u8) -> RowRule {
        let rights = self.access.rights(&object.name);
        if depth == 0 || rights.has(Right::ModifyAll) || rights.has(Right::ViewAll) && level == Level::Read {
            return RowRule::Every;
        }
        let setup = match governed(object) {
            Governed::Setup { write, .. } => Some(write),
            _ => None,
        };
        // Whom a user sees is a default of the org, as for records.
        if let Some(write) = setup.filter(|write| object.name != "User" || level > Level::Read || self.access.has(*write)) {
            return match level {
                Level::Read => RowRule::Every,
                _ if self.access.has(write) => RowRule::Every,
                _ if object.name == "User" => {
                    RowRule::Any(vec![Clause::Holds { field: "Id".to_owned(), ids: Arc::clone(&self.access.audience().own) }])
                }
                _ => RowRule::Any(Vec::new()),
            };
        }
        if let Some(whole) = part_of(object) {
            let level = level.min(Level::Edit);
            return self.by_parents(&[(whole.field, whole.object)], level, depth);
        }
        if let Some((_, fields)) = ABOUT.iter().find(|(name, _)| *name == object.name) {
            return self.about(object, fields, level, depth);
        }
        let masters = self.masters(object);
        match self.model(object, !masters.is_empty()) {
            SharingModel::ControlledByParent if !masters.is_empty() => self.by_parents(&masters, level.min(Level::Edit), depth),
            SharingModel::ControlledByParent => self.by_account(object, level, depth),
            SharingModel::FullAccess => RowRule::Every,
            SharingModel::ReadWriteTransfer if level <= Level::Transfer => RowRule::Every,
            SharingModel::ReadWrite if level <= Level::Edit => RowRule::Every,
            SharingModel::Read if level == Level::Read => RowRule::Every,
            _ => self.private(object, level, depth),
        }
    }

    fn model(&self, object: &Object, has_masters: bool) -> SharingModel {
        if has_masters {
            return SharingModel::ControlledByParent;
        }
        let set = self.access.defaults().get(&*object.name).copied();
        set.or_else(|| self.schema.sharing_model(object)).unwrap_or_else(|| default_model(&object.name))
    }

    /// Master-detail fields with the objects they point at.
    fn masters<'o>(&self, object: &'o Object) -> Vec<(&'o str, &'o str)> {
        let masters = object.fields.iter().filter(|field| field.flags.custom && self.schema.is_master(object, &field.name));
        masters.filter_map(|field| Some((&*field.name, &**field.reference_to.first()?))).collect()
    }

    /// Rows whose parents are all reached.
    fn by_parents(&self, parents: &[(&str, &str)], level: Level, depth: u8) -> RowRule {
        let mut all: Option<Clause> = None;
        for (field, name) in parents {
            let Some(parent) = self.schema.object(name) else { continue };
            let RowRule::Any(clauses) = self.rule(parent, level, depth - 1) else { continue };
            let clause = Clause::PointsAt { field: (*field).to_owned(), object: parent.name.to_string(), rule: RowRule::Any(clauses) };
            all = Some(match all {
                None => clause,
                Some(before) => Clause::Both(Box::new(before), Box::new(clause)),
            });
        }
        all.map_or(RowRule::Every, |clause| RowRule::Any(vec![clause]))
    }

    /// Contacts, assets and orders follow their account; those without one are their owner's.
    fn by_account(&self, object: &Object, level: Level, depth: u8) -> RowRule {
        let Some(account) = self.schema.object("Account").filter(|_| object.field("AccountId").is_some()) else { return RowRule::Every };
        let rule = self.rule(account, level.min(Level::Edit), depth - 1);
        if rule == RowRule::Every {
            return RowRule::Every;
        }
        let alone = Clause::Lacks { field: "AccountId".to_owned() };
        let mut clauses = vec![Clause::PointsAt { field: "AccountId".to_owned(), object: "Account".to_owned(), rule }];
        clauses.extend(self.owned(object).into_iter().map(|owned| Clause::Both(Box::new(alone.clone()), Box::new(owned))));
        RowRule::Any(clauses)
    }

    /// Rows of the audience, and those about a record that is reached. Who reaches the record reads what is about it; changing takes owning.
    fn about(&self, object: &Object, fields: &[&str], level: Level, depth: u8) -> RowRule {
        let mut clauses = self.owned(object);
        if level > Level::Read && object.name != "Attachment" && object.name != "Note" {
            return RowRule::Any(clauses);
        }
        let mut limited = false;
        for field in fields.iter().filter_map(|name| object.field(name)) {
            for target in field.reference_to.iter().filter_map(|name| self.schema.object(name)) {
                let rule = self.rule(target, level.min(Level::Edit), depth - 1);
                limited |= rule != RowRule::Every;
                clauses.push(Clause::PointsAt { field: field.name.to_string(), object: target.name.to_string(), rule });
            }
        }
        // What hangs on a record that everybody reaches is reached by everybody.
        if !limited && fields == ["ParentId"] { RowRule::Every } else { RowRule::Any(clauses) }
    }

    fn private(&self, object: &Object, level: Level, depth: u8) -> RowRule {
        if object.field("OwnerId").is_none() && object.name != "User" {
            return RowRule::Every;
        }
        let mut clauses = self.owned(object);
        clauses.extend(self.shared(object, level));
        clauses.extend(self.through_account(object, level));
        if object.name == "Account" && level == Level::Read {
            clauses.extend(self.parents_of_own(depth));
        }
        RowRule::Any(clauses)
    }

    /// Rows owned by the audience: the user, those below, their queues.
    fn owned(&self, object: &Object) -> Vec<Clause> {
        let audience = self.access.audience();
        let owner = if object.name == "User" { "Id" } else { "OwnerId" };
        let Some(field) = object.field(owner).filter(|field| matches!(field.kind, FieldType::Reference | FieldType::Id)) else { return Vec::new() };
        [&audience.users, &audience.groups]
            .into_iter()
            .filter(|ids| !ids.is_empty())
            .map(|ids| Clause::Holds { field: field.name.to_string(), ids: Arc::clone(ids) })
            .collect()
    }

    fn shared(&self, object: &Object, level: Level) -> Vec<Clause> {
        let Some((share, record, level_field)) = share_of(object) else { return Vec::new() };
        self.shares(&share, &record, &level_field, level)
    }

    fn shares(&self, share: &str, record: &str, level_field: &str, level: Level) -> Vec<Clause> {
        let audience = self.access.audience();
        let levels: Option<&'static [&'static str]> = match level {
            Level::Read => None,
            Level::Edit => Some(&["Edit", "All"]),
            Level::Transfer | Level::Full => Some(&["All"]),
        };
        let clause = |with: &Arc<[String]>| Clause::Shared {
            share: share.to_owned(),
            record: record.to_owned(),
            level: level_field.to_owned(),
            levels,
            with: Arc::clone(with),
        };
        [&audience.users, &audience.groups].into_iter().filter(|ids| !ids.is_empty()).map(clause).collect()
    }

    /// Implicit access to what hangs on an account: its owner's by the role's setting, and that of shares of the account.
    fn through_account(&self, object: &Object, level: Level) -> Vec<Clause> {
        if !matches!(&*object.name, "Opportunity" | "Case" | "Contact") || level > Level::Edit {
            return Vec::new();
        }
        let mut inner = Vec::new();
        if self.access.audience().account_owner.get(&*object.name).is_some_and(|given| *given >= level) {
            inner.push(Clause::Holds { field: "OwnerId".to_owned(), ids: Arc::clone(&self.access.audience().users) });
        }
        for clause in self.shares("AccountShare", "AccountId", &format!("{}AccessLevel", object.name), level) {
            // A share of an account says `None` for what it does not open.
            inner.push(match clause {
                Clause::Shared { share, record, level, levels, with } => {
                    Clause::Shared { share, record, level, levels: levels.or(Some(&["Read", "Edit", "All"])), with }
                }
                other => other,
            });
        }
        vec![Clause::PointsAt { field: "AccountId".to_owned(), object: "Account".to_owned(), rule: RowRule::Any(inner) }]
    }

    /// Implicit access to accounts: who reaches a private opportunity, case or contact by its own sharing reads the account it belongs to.
    fn parents_of_own(&self, depth: u8) -> Vec<Clause> {
        let mut clauses = Vec::new();
        for name in ["Opportunity", "Case", "Contact"] {
            let Some(child) = self.schema.object(name) else { continue };
            let model = self.model(child, false);
            if depth < 2 || !matches!(model, SharingModel::Private | SharingModel::Read) || !self.access.rights(name).has(Right::Read) {
                continue;
            }
            let mut own = self.owned(child);
            own.extend(self.shared(child, Level::Read));
            clauses.push(Clause::PointedAtBy { object: name.to_owned(), field: "AccountId".to_owned(), rule: RowRule::Any(own) });
        }
        clauses
    }
}
