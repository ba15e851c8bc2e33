//! Permission sets and profiles in Setup: made, changed, deleted and assigned by an administrator.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{App, LiveOrg};
use crate::apps::{AppDefinition, AppKind, Installs, OrgApp};
use crate::id::{AppId, RecordId, UserId};
use crate::metadata::Packaged;
use crate::org::audit::section;
use crate::org::{Actor, AuditTrail, Directory, LoginRules, PermissionSet, SetFault, UserTurn, check_set_name, system_permissions};
use crate::storage::StoreError;
use crate::store::Tx;

type Outcome<T> = Result<Result<T, SetFault>, StoreError>;

impl App {
    /// Makes an empty permission set.
    pub fn create_permission_set(&self, org: &LiveOrg, label: &str, name: &str, by: UserId) -> Outcome<RecordId> {
        if let Err(fault) = check_set_name(label, name) {
            return Ok(Err(fault));
        }
        let actor = Actor::new(by, self.now());
        org.write(|tx| {
            if tx.permission_set_named(name, false)?.is_some() {
                return Ok(Err(SetFault::Taken(name.to_owned())));
            }
            let set = PermissionSet {
                id: tx.new_id("0PS")?,
                name: name.to_owned(),
                label: label.to_owned(),
                is_profile: false,
                is_custom: true,
                permissions: BTreeSet::new(),
                apps: BTreeSet::new(),
                objects: BTreeMap::new(),
                fields: BTreeMap::new(),
                login: LoginRules::default(),
            };
            tx.put_permission_set(&set, actor.at)?;
            note(tx, actor, "PermSetCreate", &format!("Created permission set {label}: with no license"))?;
            Ok(Ok(set.id))
        })
    }

    /// Gives a permission set or a custom profile these system permissions and no others. Permissions that the org's pages don't offer stay.
    pub fn set_system_permissions(&self, org: &LiveOrg, id: RecordId, chosen: &BTreeSet<String>, by: UserId) -> Outcome<()> {
        let actor = Actor::new(by, self.now());
        let offered = system_permissions(&org.switches());
        if let Some(unknown) = chosen.iter().find(|field| !offered.iter().any(|known| known.field == field.as_str())) {
            return Ok(Err(SetFault::UnknownPermission(unknown.clone())));
        }
        org.write(|tx| {
            let Some(mut set) = set_of(tx, id)? else { return Ok(Err(SetFault::Gone)) };
            if set.is_fixed() {
                return Ok(Err(SetFault::Standard));
            }
            if is_closed(tx, id)? {
                return Ok(Err(SetFault::Managed));
            }
            for permission in offered {
                let (is, was) = (chosen.contains(permission.field), set.permissions.contains(permission.field));
                let (action, verb) = match (was, is) {
                    (false, true) => ("PermSetEnableUserPerm", "enabled"),
                    (true, false) => ("PermSetDisableUserPerm", "disabled"),
                    _ => continue,
                };
                if is {
                    set.permissions.insert(permission.field.to_owned());
                } else {
                    set.permissions.remove(permission.field);
                }
                note(tx, actor, action, &format!("Changed {} {}: {} {verb}", noun(&set), set.label, permission.label))?;
            }
            tx.put_permission_set(&set, actor.at).map(Ok)
        })
    }

    /// The apps of a kind that are the org's own or installed there, by name, each with whether the set is granted it from either side: by the set
    /// itself, or by the app's policies.
    pub fn app_access(&self, org: &LiveOrg, set: &PermissionSet, kind: AppKind) -> Result<Vec<AppAccess>, StoreError> {
        let rows = org.read(|tx| tx.org_apps())?;
        let row_of = |app: &AppDefinition| rows.iter().find(|row| row.app == app.id);
        let is_here = |app: &AppDefinition| app.owner == org.id() || row_of(app).is_some_and(|row| row.presence.is_settled());
        let here = self.registry().apps().into_iter().filter(|app| app.kind == kind && is_here(app));
        let mut apps: Vec<_> = here
            .map(|app| {
                let granted = set.apps.contains(&app.name) || row_of(&app).is_some_and(|row| granted_by(row, set).contains(&set.name));
                AppAccess { app, granted }
            })
            .collect();
        apps.sort_by_key(|access| access.app.name.to_lowercase());
        Ok(apps)
    }

    /// Gives a permission set or a profile access to these apps of a kind and to no others of the org.
    pub fn set_app_access(&self, org: &LiveOrg, id: RecordId, kind: AppKind, chosen: &BTreeSet<AppId>, by: UserId) -> Outcome<()> {
        let Some(set) = org.read(|tx| set_of(tx, id))? else { return Ok(Err(SetFault::Gone)) };
        let offered = self.app_access(org, &set, kind)?;
        let actor = Actor::new(by, self.now());
        org.write(|tx| {
            let Some(mut set) = set_of(tx, id)? else { return Ok(Err(SetFault::Gone)) };
            for AppAccess { app, granted } in offered {
                let verb = match (granted, chosen.contains(&app.id)) {
                    (false, true) => {
                        set.apps.insert(app.name.clone());
                        "enabled"
                    }
                    (true, false) => {
                        set.apps.remove(&app.name);
                        withdraw(tx, &app, &set)?;
                        "disabled"
                    }
                    _ => continue,
                };
                note(tx, actor, "PermSetConnectedAppAccess", &format!("Changed {} {}: access to {} {verb}", noun(&set), set.label, app.name))?;
            }
            tx.put_permission_set(&set, actor.at).map(Ok)
        })
    }

    /// Changes from where and when users of a profile log in.
    pub fn set_login_rules(&self, org: &LiveOrg, id: RecordId, rules: LoginRules, by: UserId) -> Outcome<()> {
        let actor = Actor::new(by, self.now());
        org.write(|tx| {
            let Some(set) = set_of(tx, id)?.filter(|set| set.is_profile) else { return Ok(Err(SetFault::Gone)) };
            note(tx, actor, "profileLoginRules", &format!("Changed login IP ranges and login hours of profile {}", set.label))?;
            tx.put_permission_set(&PermissionSet { login: rules, ..set }, actor.at).map(Ok)
        })
    }

    /// Assigns a permission set to users; whoever has it keeps it. Returns how many got it.
    pub fn assign_permission_set(&self, org: &LiveOrg, id: RecordId, users: &[UserId], by: UserId) -> Outcome<usize> {
        let actor = Actor::new(by, self.now());
        org.write(|tx| {
            let Some(set) = set_of(tx, id)?.filter(|set| !set.is_profile) else { return Ok(Err(SetFault::Gone)) };
            let mut count = 0;
            for id in users {
                let Some(user) = tx.user(*id)?.filter(|user| !holds(user, &set)) else { continue };
                tx.assign_permission_set(user.id, set.id, actor.at)?;
                tx.audit_user(actor, (&user.name, user.id), UserTurn::PermissionSetAssigned(&set.label))?;
                count += 1;
            }
            Ok(Ok(count))
        })
    }

    /// Takes a permission set from a user.
    pub fn unassign_permission_set(&self, org: &LiveOrg, id: RecordId, user: UserId, by: UserId) -> Outcome<()> {
        let actor = Actor::new(by, self.now());
        org.write(|tx| {
            let (Some(set), Some(user)) = (set_of(tx, id)?, tx.user(user)?) else { return Ok(Err(SetFault::Gone)) };
            if !holds(&user, &set) {
                return Ok(Err(SetFault::Gone));
            }
            tx.unassign_permission_set(user.id, set.id)?;
            tx.audit_user(actor, (&user.name, user.id), UserTurn::PermissionSetUnassigned(&set.label)).map(Ok)
        })
    }

    /// Deletes a permission set that nobody has.
    pub fn delete_permission_set(&self, org: &LiveOrg, id: RecordId, by: UserId) -> Outcome<()> {
        let actor = Actor::new(by, self.now());
        org.write(|tx| {
            let Some(set) = set_of(tx, id)?.filter(|set| !set.is_profile) else { return Ok(Err(SetFault::Gone)) };
            if tx.users()?.iter().any(|user| holds(user, &set)) {
                return Ok(Err(SetFault::Assigned));
            }
            if is_closed(tx, id)? {
                return Ok(Err(SetFault::Managed));
            }
            tx.remove_permission_set(set.id)?;
            note(tx, actor, "PermSetDelete", &format!("Deleted permission set {}", set.label)).map(Ok)
        })
    }
}

/// An app of an org, and whether a permission set or profile is granted it.
pub struct AppAccess {
    pub app: Arc<AppDefinition>,
    pub granted: bool,
}

/// The names of sets of this one's kind that an app's policies grant it to.
fn granted_by<'r>(row: &'r OrgApp, set: &PermissionSet) -> &'r Vec<String> {
    if set.is_profile { &row.profiles } else { &row.permission_sets }
}

/// Takes the grant out of the app's policies.
fn withdraw(tx: &Tx<'_>, app: &AppDefinition, set: &PermissionSet) -> Result<(), StoreError> {
    let Some(mut row) = tx.org_app(app.id)? else { return Ok(()) };
    let names = if set.is_profile { &mut row.profiles } else { &mut row.permission_sets };
    names.retain(|name| *name != set.name);
    tx.put_org_app(&row)
}

fn set_of(tx: &Tx<'_>, id: RecordId) -> Result<Option<PermissionSet>, StoreError> {
    Ok(tx.permission_sets()?.into_iter().find(|set| set.id == id))
}

/// Whether a managed package brought it.
fn is_closed(tx: &Tx<'_>, id: RecordId) -> Result<bool, StoreError> {
    Ok(tx.packaged_as(id)?.is_some_and(|known| known.state.is_locked()))
}

fn holds(user: &crate::org::User, set: &PermissionSet) -> bool {
    user.permission_sets.iter().any(|held| held.id == set.id)
}

fn noun(set: &PermissionSet) -> &'static str {
    if set.is_profile { "profile" } else { "permission set" }
}

/// GUESS: the sentences; the codes are those of public lists but for the access to apps and the login rules.
fn note(tx: &Tx<'_>, actor: Actor, action: &'static str, display: &str) -> Result<(), StoreError> {
    tx.audit(actor, section::MANAGE_USERS, action, display)
}
