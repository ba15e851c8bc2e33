//! Copies of orgs: what comes along, what stays behind, and what those who come along are called.

use std::sync::Arc;

use super::super::{App, LiveOrg, NewOrg, Registry, Taken};
use crate::apps::{AppDefinition, AppKind, Distribution, Installs, Presence, first_row, settle};
use crate::org::{CopyOrigin, Directory, Org, OrgKind, Policies, UserChange, sandbox_email, sandbox_username};
use crate::storage::StoreError;
use crate::store::Tx;

/// A sandbox to be made.
pub(super) struct CopyPlan<'a> {
    pub source: &'a LiveOrg,
    /// As an org: `acme--uat`.
    pub name: String,
    /// The sandbox that it replaces.
    pub in_place_of: Option<&'a LiveOrg>,
    /// What it is a copy of; `None`: of itself, that is of the sandbox it replaces, whose people keep their names.
    pub origin: Option<CopyOrigin>,
}

impl CopyPlan<'_> {
    fn takes_records(&self) -> bool {
        self.origin.is_none_or(|origin| origin.with_records)
    }
}

/// Objects of requests and of what Dev Hubs and production orgs keep for themselves: never copied.
const KEPT_BY_PRODUCTION: [&str; 12] = [
    "SandboxInfo",
    "SandboxProcess",
    "ScratchOrgInfo",
    "ActiveScratchOrg",
    "ShapeRepresentation",
    "SourceMember",
    "Package2VersionCreateRequest",
    "Package2VersionCreateRequestError",
    "PackageInstallRequest",
    "PackageUploadRequest",
    "SubscriberPackageVersionUninstallRequest",
    "PackageVersionUninstallRequestError",
];

/// Objects whose records are configuration although they have layouts or triggers like data. GUESS: where Salesforce draws the line for each.
const CONFIGURATION: [&str; 8] =
    ["BusinessHours", "CspTrustedSite", "CustomHttpHeader", "Dashboard", "EmailTemplate", "FlexiPage", "GlobalValueSet", "PermissionSetLicense"];

/// Data without layouts or triggers.
const PLAIN_DATA: [&str; 3] = ["AccountContactRole", "OpportunityHistory", "Partner"];

/// Whether the records of an object are data, which a Developer sandbox does not get.
fn is_data(object: &str) -> bool {
    if object.ends_with("__mdt") {
        return false;
    }
    // Shares, histories and feeds go with what they are of.
    let parent = ["Share", "History", "Feed"].iter().find_map(|end| object.strip_suffix(end)).filter(|parent| !parent.is_empty());
    let own = |name: &str| {
        let standard = catalogue::object(name).is_some_and(|known| known.flags.layoutable || known.flags.triggerable);
        (standard && !CONFIGURATION.contains(&name)) || PLAIN_DATA.contains(&name) || name.contains("__")
    };
    own(object) || parent.is_some_and(own) && object != "UserShare"
}

impl App {
    /// Makes the copy, as another org under its name.
    pub(super) fn copy_org(&self, copy: &CopyPlan<'_>) -> Result<Arc<LiveOrg>, Taken> {
        let source = copy.source.facts();
        let content = self.0.store.alone(|| copy.source.db().copy(None))?;
        // The new org listens where the old one did.
        let port = copy.in_place_of.and_then(|old| self.listeners().release(old.id()));
        if let Some(old) = copy.in_place_of {
            self.dissolve_org(old)?;
        }
        let registry = self.registry();
        let new = NewOrg {
            id: None,
            name: copy.name.clone(),
            kind: OrgKind::Sandbox,
            edition: source.edition,
            era: source.era,
            policies: Policies { enable_dev_hub: None, ..source.policies.clone() },
            namespace: source.namespace.clone(),
        };
        let made = self.found_org(
            new,
            |org| settings_of(&source, copy.origin, org),
            |db, org| {
                self.0.store.alone(|| db.begin_as(&content))?;
                db.write(|tx| leave_behind(tx, copy, &registry, (&*source, org)))
            },
        )?;
        if let (Some(port), Some(old)) = (port, copy.in_place_of) {
            self.listeners().succeed(old.id(), made.id(), port);
        }
        self.note_copied_subscriber(source.id, made.id())?;
        self.track_source(&made)?;
        // What the source decided about apps before its database is opened.
        for app in registry.apps() {
            let overrides = app.callback_overrides.get(&source.id).cloned();
            if overrides.is_some() || app.guest_orgs.contains(&source.id) {
                let mut next = AppDefinition::clone(&app);
                next.callback_overrides.extend(overrides.map(|urls| (made.id(), urls)));
                if app.guest_orgs.contains(&source.id) {
                    next.guest_orgs.insert(made.id());
                }
                self.put_app(next)?;
            }
        }
        Ok(made)
    }
}

/// Makes of the copied database that of the sandbox.
fn leave_behind(tx: &Tx<'_>, copy: &CopyPlan<'_>, registry: &Registry, (source, org): (&Org, &Org)) -> Result<(), Taken> {
    tx.put_organization(org)?;
    tx.forget_history()?;
    let with_records = copy.takes_records();
    tx.leave_records(|object| KEPT_BY_PRODUCTION.contains(&object) || !with_records && is_data(object))?;
    carry_apps(tx, registry, source, org)?;
    match copy.origin {
        Some(origin) => rename_users(tx, origin, source, org),
        None => claim_usernames(tx),
    }
}

/// Connected apps of the copied org are the copy's own; of its external client apps only packaged ones come along. What was installed stays
/// installed, and whatever somebody merely used is unknown again. Source: `packaging-and-cli.md` 10, `oauth.md` 7.2.
fn carry_apps(tx: &Tx<'_>, registry: &Registry, source: &Org, org: &Org) -> Result<(), StoreError> {
    let switches = source.switches();
    for row in tx.org_apps()?.iter().filter(|row| registry.app(row.app).is_none()) {
        tx.remove_org_app(row.app)?;
    }
    for app in registry.apps() {
        let stored = tx.org_app(app.id)?;
        let is_stored = stored.is_some();
        let row = stored.unwrap_or_else(|| first_row(&app, source.id, &switches, org.created));
        let next = match (row.presence, app.kind, app.distribution) {
            (Presence::Own, AppKind::ConnectedApp, _) | (Presence::Installed, ..) => Some(row),
            (Presence::Own, _, Some(Distribution::Packaged)) => Some(settle(&row, Presence::Installed, org.created)),
            (Presence::Own, ..) => None,
            (Presence::Known | Presence::Unseen, ..) => Some(row).filter(|row| row.blocked),
        };
        match next {
            Some(mut row) => {
                row.denied_attempts = 0;
                // GUESS: custom scopes come along and are assigned anew; that a refresh undoes their assignment is told, not documented.
                row.details.custom_scopes.clear();
                tx.put_org_app(&row)?;
            }
            None if is_stored => tx.remove_org_app(app.id)?,
            None => {}
        }
    }
    Ok(())
}

/// What an org's definition says beside what every new one has.
fn settings_of(source: &Org, origin: Option<CopyOrigin>, org: &mut Org) {
    org.has_api = source.has_api;
    org.session_timeout = source.session_timeout;
    org.trusted_ip_ranges.clone_from(&source.trusted_ip_ranges);
    org.single_sign_on.clone_from(&source.single_sign_on);
    org.token_exchange_handlers.clone_from(&source.token_exchange_handlers);
    org.custom_scopes.clone_from(&source.custom_scopes);
    org.fiscal_year_start_month = source.fiscal_year_start_month;
    org.copy_of = origin;
}

/// Usernames end with the sandbox's name, and no mail reaches anybody but who asked for the copy.
fn rename_users(tx: &Tx<'_>, origin: CopyOrigin, source: &Org, org: &Org) -> Result<(), Taken> {
    let cloned = source.sandbox_name();
    for user in tx.users()? {
        let wanted = sandbox_username(&user.username, cloned, org.sandbox_name().unwrap_or(&org.name));
        let mut username = wanted.clone();
        let mut tries = 0;
        // GUESS: which characters are put in front of a name that is taken.
        while !tx.take_username(&username)? {
            tries += 1;
            username = format!("{tries}{wanted}");
        }
        let email = (origin.by != Some(user.id)).then(|| sandbox_email(&user.email));
        tx.change_user(user.id, &UserChange { username: Some(username), email, ..UserChange::default() }, None, org.created)?;
    }
    Ok(())
}

/// The names of people who keep theirs.
fn claim_usernames(tx: &Tx<'_>) -> Result<(), Taken> {
    for user in tx.users()? {
        if !tx.take_username(&user.username)? {
            return Err(Taken::Username(user.username));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn configuration_comes_along_and_data_stays() {
        let check = |object: &str, data: bool| assert_eq!(is_data(object), data, "{object}");
        check("Account", true);
        check("AccountShare", true);
        check("Invoice__c", true);
        check("Invoice__History", true);
        check("FeedItem", true);
        check("ContentVersion", true);
        check("Group", false);
        check("UserRole", false);
        check("UserShare", false);
        check("ApexClass", false);
        check("EmailTemplate", false);
        check("Region__mdt", false);
    }
}
