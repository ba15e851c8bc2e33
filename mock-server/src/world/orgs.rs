//! Making orgs of a world: the org itself, its permission sets and its users.

use std::sync::Arc;

use super::document::{CopyEntry, OrgEntry, PermissionSetEntry, UserEntry};
use super::{Rejected, made_up, platform_cli};
use crate::app::{App, LiveOrg, NewOrg, Taken};
use crate::apps::{Installs, Presence, first_row, settle};
use crate::id::{RecordId, UserId};
use crate::org::{Directory, DomainRefused, Edition, LinkedNamespace, NewUser, OrgKind, PermissionSet, SandboxLicense, User, UserChange};
use crate::secret::Secret;
use crate::storage::StoreError;

/// Makes the org without what it holds.
pub fn open(app: &App, entry: &OrgEntry) -> Result<Arc<LiveOrg>, Rejected> {
    let kind = entry.kind.unwrap_or_else(|| kind_of(&entry.name));
    check_name(&entry.name, kind)?;
    if entry.copy_of.is_some() {
        return Err(Rejected::invalid("copy_of", "only POST /orgs makes copies, of orgs that are there"));
    }
    let edition = entry.edition.unwrap_or_else(|| edition_of(kind));
    let new = NewOrg {
        id: entry.id,
        name: entry.name.clone(),
        kind,
        edition,
        era: entry.era,
        policies: entry.policies.clone(),
        namespace: entry.namespace.clone(),
    };
    let org = app.create_org(new)?;
    super::sharing::put_defaults(&org, &entry.org_wide_defaults)?;
    if has_settings(entry) {
        change(app, &org, entry)?;
    }
    if let Some(cli) = app.registry().app_by_key(platform_cli::KEY) {
        let now = app.now();
        let row = settle(&first_row(&cli, org.id(), &org.switches(), now), Presence::Installed, now);
        org.write(|tx| tx.put_org_app(&row))?;
    }
    Ok(org)
}

/// Makes the sandbox as a copy of another org, with its people, its settings and what else travels. What the entry holds comes on top.
pub fn copy(app: &App, entry: &OrgEntry, wanted: &CopyEntry) -> Result<Arc<LiveOrg>, Rejected> {
    check_name(&entry.name, OrgKind::Sandbox)?;
    if entry.kind.is_some_and(|kind| kind != OrgKind::Sandbox) {
        return Err(Rejected::invalid("kind", "a copy of an org is a sandbox"));
    }
    let source = app.org_named(&wanted.org).ok_or_else(|| Rejected::invalid("copy_of", format!("there is no org {:?}", wanted.org)))?;
    let stem = |name: &str| name.split_once("--").map_or_else(|| name.to_owned(), |(stem, _)| stem.to_owned());
    if stem(&source.facts().name) != stem(&entry.name) || matches!(source.facts().kind, OrgKind::Developer | OrgKind::Scratch) {
        return Err(Rejected::invalid("copy_of", "a sandbox is a copy of its production org, or of a sandbox of that"));
    }
    let license = match wanted.license.as_deref() {
        None => SandboxLicense::Developer,
        Some(text) => SandboxLicense::read(text).ok_or_else(|| Rejected::invalid("copy_of", format!("{text:?} is no licence of sandboxes")))?,
    };
    Ok(app.set_up_sandbox(&source, &entry.name, license)?)
}

/// Whether the entry says more of the org than what it is made with.
fn has_settings(entry: &OrgEntry) -> bool {
    let lists = [
        entry.linked_namespaces.is_empty(),
        entry.trusted_ip_ranges.is_empty(),
        entry.single_sign_on.is_empty(),
        entry.token_exchange_handlers.is_empty(),
        entry.custom_scopes.is_empty(),
    ];
    let named = [entry.api_enabled.is_some(), entry.session_timeout.is_some(), entry.fiscal_year_start_month.is_some()];
    entry.locked || named.contains(&true) || lists.contains(&false)
}

/// Brings the org's own settings to what the entry says; kind and id stay.
pub fn change(app: &App, org: &LiveOrg, entry: &OrgEntry) -> Result<(), Rejected> {
    check_name(&entry.name, org.facts().kind)?;
    if entry.name != org.facts().name {
        app.check_my_domain(org, &entry.name).map_err(|refused| match refused {
            DomainRefused::Taken(name) => Taken::OrgName(name).into(),
            other => Rejected::invalid("name", other.to_string()),
        })?;
    }
    if entry.kind.is_some_and(|kind| kind != org.facts().kind) {
        return Err(Rejected::invalid("kind", "an org cannot become one of another kind"));
    }
    if entry.id.is_some_and(|id| id != org.id()) {
        return Err(Rejected::invalid("id", "an org keeps its id"));
    }
    super::federation::check(entry)?;
    if entry.fiscal_year_start_month.is_some_and(|month| !(1..=12).contains(&month)) {
        return Err(Rejected::invalid("fiscal_year_start_month", "expected a month from 1 to 12"));
    }
    // A namespace whose org comes later in the document has none yet.
    let holder = |prefix: &String| app.orgs().iter().find(|org| org.facts().namespace.as_ref() == Some(prefix)).map(|org| org.id());
    let linked: Vec<_> = entry.linked_namespaces.iter().map(|prefix| LinkedNamespace { prefix: prefix.clone(), org: holder(prefix) }).collect();
    Ok(app.change_org(org.id(), |facts| {
        facts.linked_namespaces = linked;
        facts.rename(&entry.name);
        facts.edition = entry.edition.unwrap_or(facts.edition);
        facts.era = entry.era;
        facts.policies = entry.policies.clone();
        facts.namespace.clone_from(&entry.namespace);
        facts.locked = entry.locked;
        facts.has_api = entry.api_enabled.unwrap_or_else(|| facts.edition.includes_api());
        facts.trusted_ip_ranges.clone_from(&entry.trusted_ip_ranges);
        facts.single_sign_on.clone_from(&entry.single_sign_on);
        facts.token_exchange_handlers.clone_from(&entry.token_exchange_handlers);
        facts.custom_scopes.clone_from(&entry.custom_scopes);
        facts.fiscal_year_start_month = entry.fiscal_year_start_month.unwrap_or(facts.fiscal_year_start_month);
        facts.session_timeout = entry.session_timeout.unwrap_or(facts.session_timeout);
    })?)
    .and_then(|()| super::sharing::put_defaults(org, &entry.org_wide_defaults))
}

/// What a refresh leaves of a sandbox: another org under the same name and host, without a single token or approval.
pub fn refresh(app: &App, org: &LiveOrg) -> Result<Arc<LiveOrg>, Rejected> {
    if org.facts().kind != OrgKind::Sandbox {
        return Err(Rejected::invalid("kind", "only a sandbox can be refreshed"));
    }
    Ok(app.renew_sandbox(org)?)
}

/// Removes an org with its users, and the apps and packages it defines.
pub fn remove(app: &App, org: &LiveOrg) -> Result<(), Rejected> {
    Ok(app.dissolve_org(org)?)
}

fn kind_of(name: &str) -> OrgKind {
    if name.contains("--") { OrgKind::Sandbox } else { OrgKind::Production }
}

fn edition_of(kind: OrgKind) -> Edition {
    match kind {
        OrgKind::Production | OrgKind::Sandbox => Edition::Enterprise,
        OrgKind::Developer | OrgKind::Scratch => Edition::Developer,
        OrgKind::Devhub => Edition::PartnerBusinessOrg,
    }
}

/// The name is a label of a host name.
fn check_name(name: &str, kind: OrgKind) -> Result<(), Rejected> {
    let fits = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    let ends = name.starts_with('-') || name.ends_with('-');
    if name.len() > 60 || ends || !fits(name) {
        return Err(Rejected::invalid("name", format!("{name:?} is no org name: expected lower-case letters, digits and inner hyphens, at most 60")));
    }
    match (kind, name.split("--").count()) {
        (OrgKind::Sandbox, 2) => Ok(()),
        (OrgKind::Sandbox, _) => Err(Rejected::invalid("name", format!("a sandbox is named <production org>--<sandbox>, not {name:?}"))),
        (_, 1) => Ok(()),
        _ => Err(Rejected::invalid("name", format!("only a sandbox has two hyphens in its name, not {name:?}"))),
    }
}

/// Adds a profile or permission set, or brings the one of that name to what the entry says.
pub fn put_permission_set(app: &App, org: &LiveOrg, entry: &PermissionSetEntry, is_profile: bool) -> Result<(), Rejected> {
    let registry = app.registry();
    if let Some(unknown) = entry.apps.iter().find(|name| registry.find_app(name).is_none()) {
        return Err(Rejected::invalid("apps", format!("no app is called {unknown:?}")));
    }
    if let Some(unknown) = entry.permissions.iter().find(|name| !is_permission(name)) {
        return Err(Rejected::invalid("permissions", format!("PermissionSet has no field {unknown:?}: expected PermissionsApiEnabled and the like")));
    }
    org.write(|tx| {
        let before = tx.permission_set_named(&entry.name, is_profile)?;
        let id = match &before {
            Some(set) => set.id,
            None => tx.new_id(if is_profile { "00e" } else { "0PS" })?,
        };
        let set = PermissionSet {
            id,
            name: entry.name.clone(),
            label: entry.label.clone().unwrap_or_else(|| entry.name.clone()),
            is_profile,
            is_custom: before.as_ref().is_none_or(|set| set.is_custom),
            permissions: entry.permissions.iter().cloned().collect(),
            apps: entry.apps.iter().filter_map(|name| Some(registry.find_app(name)?.name.clone())).collect(),
            objects: entry.object_permissions.iter().map(|(object, rights)| (object.clone(), super::sharing::object_rights(rights))).collect(),
            login: entry.login.clone(),
            fields: entry.field_permissions.iter().map(|(field, access)| (field.clone(), super::sharing::field_rights(*access))).collect(),
        };
        tx.put_permission_set(&set, app.now())
    })?;
    Ok(())
}

fn is_permission(name: &str) -> bool {
    name.starts_with("Permissions") && catalogue::object("PermissionSet").is_some_and(|object| object.field(name).is_some())
}

/// Makes a user and completes what the entry leaves out.
pub fn add_user(app: &App, org: &LiveOrg, entry: &UserEntry) -> Result<UserId, Rejected> {
    if find_user(org, &entry.name)?.is_some() {
        return Err(Rejected::taken("name", format!("the org has a user named {:?}", entry.name)));
    }
    let username = entry.username.clone().unwrap_or_else(|| format!("{}@{}.example", entry.name, org.facts().name));
    if !is_username(&username) {
        return Err(Rejected::invalid("username", format!("{username:?} is no username: it has the form of an e-mail address")));
    }
    let (profile, permission_sets) = grants(org, entry)?;
    let user = NewUser {
        id: entry.id,
        nickname: Some(entry.name.clone()),
        email: entry.email.clone().unwrap_or_else(|| username.clone()),
        first_name: entry.first_name.clone(),
        last_name: entry.last_name.clone().unwrap_or_else(|| entry.name.clone()),
        alias: entry.name.chars().take(8).collect(),
        is_active: entry.active,
        time_zone: entry.time_zone.clone().unwrap_or_else(|| "America/Los_Angeles".to_owned()),
        locale: entry.locale.clone().unwrap_or_else(|| "en_US".to_owned()),
        language: entry.language.clone().unwrap_or_else(|| "en_US".to_owned()),
        password: entry.password.clone().unwrap_or_else(|| Some(made_up::password(&username))).map(Secret),
        security_token: Secret(entry.security_token.clone().unwrap_or_else(|| made_up::security_token(&username))),
        username,
        profile,
        permission_sets,
    };
    let id = app.add_user(org, &user, None)?;
    if entry.frozen || entry.password_expired || entry.totp_secret.is_some() || entry.federation_id.is_some() {
        let change = UserChange {
            is_frozen: Some(entry.frozen),
            password_expired: Some(entry.password_expired),
            totp_secret: Some(entry.totp_secret.clone().map(Secret)),
            federation_id: Some(entry.federation_id.clone()),
            ..UserChange::default()
        };
        app.change_user(org, id, &change, None)?;
    }
    Ok(id)
}

/// Brings a user to what the entry says; what it leaves out stays.
pub fn change_user(app: &App, org: &LiveOrg, user: &User, entry: &UserEntry) -> Result<(), Rejected> {
    if find_user(org, &entry.name)?.is_some_and(|other| other.id != user.id) {
        return Err(Rejected::taken("name", format!("the org has a user named {:?}", entry.name)));
    }
    if entry.id.is_some_and(|id| id != user.id) {
        return Err(Rejected::invalid("id", "a user keeps its id"));
    }
    let (profile, permission_sets) = grants(org, entry)?;
    let change = UserChange {
        username: entry.username.clone(),
        nickname: Some(entry.name.clone()),
        email: entry.email.clone(),
        first_name: Some(entry.first_name.clone()),
        last_name: entry.last_name.clone(),
        is_active: Some(entry.active),
        is_frozen: Some(entry.frozen),
        password_expired: Some(entry.password_expired),
        totp_secret: Some(entry.totp_secret.clone().map(Secret)),
        federation_id: Some(entry.federation_id.clone()),
        password: entry.password.clone().map(|password| password.map(Secret)),
        security_token: entry.security_token.clone().map(Secret),
        profile: Some(profile),
        permission_sets: Some(permission_sets),
        time_zone: entry.time_zone.clone(),
        ..UserChange::default()
    };
    Ok(app.change_user(org, user.id, &change, None)?)
}

fn is_username(text: &str) -> bool {
    text.len() <= 80 && text.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.') && !domain.contains('@'))
}

/// The ids of the profile and permission sets an entry names.
fn grants(org: &LiveOrg, entry: &UserEntry) -> Result<(RecordId, Vec<RecordId>), Rejected> {
    let profile = entry.profile.as_deref().unwrap_or("Standard User");
    org.read(|tx| {
        let profile_id = tx.permission_set_named(profile, true)?.ok_or_else(|| no_profile(profile))?.id;
        let set = |name: &String| {
            let found = tx.permission_set_named(name, false)?;
            Ok(found.ok_or_else(|| Rejected::invalid("permission_sets", format!("the org has no permission set {name:?}")))?.id)
        };
        let sets = entry.permission_sets.iter().map(set).collect::<Result<Vec<_>, Rejected>>()?;
        Ok((profile_id, sets))
    })
}

fn no_profile(name: &str) -> Rejected {
    let standard: Vec<_> = crate::org::STANDARD_PROFILES.iter().map(|profile| profile.name).collect();
    Rejected::invalid("profile", format!("the org has no profile {name:?}: expected one of its own or {}", standard.join(", ")))
}

/// The user of an org by handle or username.
pub fn find_user(org: &LiveOrg, name: &str) -> Result<Option<User>, StoreError> {
    org.read(|tx| match tx.user_named(name)? {
        Some(user) => Ok(Some(user)),
        None => Ok(tx.users()?.into_iter().find(|user| user.nickname == name)),
    })
}
