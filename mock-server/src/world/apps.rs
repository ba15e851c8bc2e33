//! Making apps and packages of a world, and putting them into orgs.

use std::sync::Arc;

use super::document::{AppEntry, InstalledPackageEntry, OrgAppEntry, PackageEntry};
use super::orgs::find_user;
use super::{Rejected, made_up, platform_cli};
use crate::app::{App, AppTurn, LiveOrg, NotMigrated, note_app};
use crate::apps::{
    AppDefinition, AppKind, Build, Certificate, ConsumerDetails, Distribution, Flow, InstalledPackage, Installs, NewIdentity, OrgApp, Package,
    PackageKind, PackageVersion, Presence, Release, Stamp, VersionNumber, check_allowlist, check_trusted, first_row, is_web_address, policy_fault,
    settle,
};
use crate::id::{OrgId, PackageId};
use crate::oauth::{Digest, Event, Grant, Ledger, Scope, Scopes, credential, happen};
use crate::org::{Actor, Directory, OrgKind};
use crate::secret::Secret;
use crate::storage::StoreError;

/// Makes an app and the row in the org that defines it.
pub fn add(app: &App, entry: &AppEntry) -> Result<Arc<AppDefinition>, Rejected> {
    let definition = definition(app, entry, None)?;
    let registry = app.registry();
    if registry.app(definition.id).is_some() {
        return Err(Rejected::taken("id", format!("an app with the id {} exists", definition.id)));
    }
    app.put_app(definition.clone())?;
    if let Some(owner) = app.org(definition.owner) {
        let row = first_row(&definition, owner.id(), &owner.switches(), app.now());
        owner.write(|tx| tx.put_org_app(&row).and_then(|()| note_app(tx, Actor::system(app.now()), &definition, AppTurn::Created)))?;
    }
    Ok(Arc::new(definition))
}

/// Brings an app to what the entry says. Its id, kind and org stay.
pub fn change(app: &App, known: &AppDefinition, entry: &AppEntry) -> Result<(), Rejected> {
    if known.migrated_to.is_some() {
        return Err(Rejected::taken("kind", "The connected app was migrated and is read-only: edit the external client app."));
    }
    let next = definition(app, entry, Some(known))?;
    let fixed = [("id", next.id == known.id), ("kind", next.kind == known.kind), ("org", next.owner == known.owner)];
    if let Some((member, _)) = fixed.iter().find(|(_, same)| !same) {
        return Err(Rejected::invalid(member, "cannot change: remove the app and create another"));
    }
    if let Some(member) = known.unlocked_by(&next) {
        return Err(Rejected::taken(member, "The partner attested this control: it cannot be switched off. Contact Salesforce Support."));
    }
    app.put_app(next.clone())?;
    note_in_owner(app, &next, AppTurn::Changed)?;
    Ok(())
}

/// Leaves a change of the definition in the trail of the org it is defined in.
fn note_in_owner(app: &App, definition: &AppDefinition, turn: AppTurn) -> Result<(), StoreError> {
    let Some(owner) = app.org(definition.owner) else { return Ok(()) };
    owner.write(|tx| note_app(tx, Actor::system(app.now()), definition, turn))
}

/// Makes an external client app of a connected app, which is read-only from then on.
pub fn migrate(app: &App, known: &AppDefinition, name: Option<String>) -> Result<Arc<AppDefinition>, Rejected> {
    if let Some(blocker) = app.migration_blockers(known).first() {
        return Err(Rejected::taken("kind", blocker.to_string()));
    }
    let name = name.unwrap_or_else(|| format!("{} ECA", known.name));
    let origin = origin(app, &name);
    let identity = NewIdentity {
        id: made_up::app_id(&origin).ok_or_else(|| Rejected::invalid("name", "makes no id"))?,
        consumer: ConsumerDetails::new(made_up::consumer_key(&origin), made_up::consumer_secret(&origin)),
        created: app.now().civil().to_zoned(jiff::tz::TimeZone::UTC).date(),
        name,
    };
    let id = identity.id;
    app.migrate_app(known, identity, Actor::system(app.now())).map_err(|refused| match refused {
        NotMigrated::Blocked(blocker) => Rejected::taken("kind", blocker.to_string()),
        NotMigrated::IdTaken => Rejected::taken("name", format!("an app with the id {id} exists")),
        NotMigrated::Taken(taken) => taken.into(),
    })
}

/// Removes an app with its tokens and its rows in every org.
pub fn remove(app: &App, known: &AppDefinition) -> Result<(), Rejected> {
    Ok(app.delete_app(known, Actor::system(app.now()))?)
}

fn definition(app: &App, entry: &AppEntry, known: Option<&AppDefinition>) -> Result<AppDefinition, Rejected> {
    check(app, entry)?;
    let name = &entry.name;
    let origin = if known.is_some() { name.clone() } else { origin(app, name) };
    let id = entry.id.or(known.map(|known| known.id)).or_else(|| made_up::app_id(&origin));
    Ok(AppDefinition {
        id: id.ok_or_else(|| Rejected::invalid("name", "makes no id"))?,
        name: name.clone(),
        developer_name: known.and_then(|known| known.developer_name.clone()),
        contact_email: known.and_then(|known| known.contact_email.clone()),
        description: entry.description.clone(),
        presentation: entry.presentation.clone(),
        kind: entry.kind,
        owner: owner(app, entry.org.as_deref())?,
        distribution: entry.kind.rules().has_distribution.then(|| entry.distribution.unwrap_or(Distribution::Local)),
        created: entry.created.unwrap_or_else(|| app.now().civil().to_zoned(jiff::tz::TimeZone::UTC).date()),
        consumer_key: entry.consumer_key.clone().unwrap_or_else(|| made_up::consumer_key(&origin)),
        consumer_secret: Secret(entry.consumer_secret.clone().unwrap_or_else(|| made_up::consumer_secret(&origin))),
        callback_urls: entry.callback_urls.clone(),
        scopes: entry.scopes.clone(),
        flows: entry.flows.clone(),
        require_secret: entry.require_secret,
        require_secret_for_refresh: entry.require_secret_for_refresh.unwrap_or(entry.require_secret),
        require_pkce: entry.require_pkce,
        rotate_refresh_tokens: entry.rotate_refresh_tokens,
        exempt_from_org_switches: entry.exempt_from_org_switches,
        run_as: entry.run_as.clone(),
        asset_tokens: entry.asset_tokens.clone(),
        oauth: entry.oauth.clone(),
        certificate: entry.certificate.as_deref().map(certificate).transpose()?,
        jwt_access_tokens: entry.jwt_access_tokens,
        introspect_all_tokens: entry.introspect_all_tokens,
        guest_orgs: known.map(|known| known.guest_orgs.clone()).unwrap_or_default(),
        staged: known.and_then(|known| known.staged.clone()),
        replaced: known.and_then(|known| known.replaced.clone()),
        changed: app.now(),
        limit_idle_refresh_tokens: entry.limit_idle_refresh_tokens,
        enforce_refresh_ip_allowlist: entry.enforce_refresh_ip_allowlist,
        refresh_ip_allowlist: entry.refresh_ip_allowlist.clone(),
        trusted_ip_ranges: entry.trusted_ip_ranges.clone(),
        controls_attested: entry.controls_attested,
        suspended: entry.suspended,
        features: entry.features.clone(),
        callback_overrides: known.map(|known| known.callback_overrides.clone()).unwrap_or_default(),
        migrated_to: known.and_then(|known| known.migrated_to),
        migrated_from: known.and_then(|known| known.migrated_from),
        kept_consumer_key: known.is_some_and(|known| known.kept_consumer_key),
        registration: known.and_then(|known| known.registration.clone()),
    })
}

/// What id and credentials of a new app are made from: its name; or that with a number, where an app that was called so once still has them.
fn origin(app: &App, name: &str) -> String {
    let registry = app.registry();
    let is_free = |origin: &String| {
        let is_id_free = made_up::app_id(origin).is_none_or(|id| registry.app(id).is_none());
        is_id_free && registry.app_by_key(&made_up::consumer_key(origin)).is_none()
    };
    let numbered = (2_u32..).map(|number| format!("{name} {number}"));
    std::iter::once(name.to_owned()).chain(numbered).find(is_free).unwrap_or_else(|| name.to_owned())
}

fn certificate(pem: &str) -> Result<Certificate, Rejected> {
    Certificate::read(pem).map_err(|bad| Rejected::invalid("certificate", bad.to_string()))
}

fn check(app: &App, entry: &AppEntry) -> Result<(), Rejected> {
    if entry.name.trim().is_empty() || entry.name.len() > 80 {
        return Err(Rejected::invalid("name", "expected 1 to 80 characters"));
    }
    let rules = entry.kind.rules();
    if !rules.has_distribution && entry.distribution.is_some() {
        return Err(Rejected::invalid("distribution", "only an external client app has a distribution state"));
    }
    if !rules.username_password && entry.flows.contains(&Flow::UsernamePassword) {
        return Err(Rejected::invalid("flows", "external client apps have no username_password flow"));
    }
    if let Some(feature) = entry.features.iter().find(|feature| !rules.features.contains(feature)) {
        return Err(Rejected::invalid("features", format!("an {} has no {}", rules.label, feature.label())));
    }
    if let Err(unknown) = Scopes::of(entry.scopes.iter().map(String::as_str)) {
        return Err(Rejected::invalid("scopes", unknown.to_string()));
    }
    check_callbacks(entry.callback_urls.iter())?;
    if let Err(fault) = check_allowlist(&entry.refresh_ip_allowlist) {
        return Err(Rejected::invalid("refresh_ip_allowlist", fault.to_string()));
    }
    if let Err(fault) = check_trusted(&entry.trusted_ip_ranges) {
        return Err(Rejected::invalid("trusted_ip_ranges", fault.to_string()));
    }
    check_addresses(entry.presentation.addresses())?;
    check_addresses([("single_logout_url", entry.oauth.single_logout_url.as_ref())])?;
    if !(1..=720).contains(&entry.oauth.id_token.validity_minutes) {
        return Err(Rejected::invalid("validity_minutes", "expected 1 to 720"));
    }
    owner(app, entry.org.as_deref()).map(|_| ())
}

/// Addresses that tiles and links lead to. An empty one is none.
fn check_addresses<'u>(urls: impl IntoIterator<Item = (&'static str, Option<&'u String>)>) -> Result<(), Rejected> {
    let bad = |(_, url): &(&str, Option<&String>)| url.is_some_and(|url| !url.is_empty() && !is_web_address(url));
    match urls.into_iter().find(bad) {
        Some((member, url)) => Err(Rejected::invalid(member, format!("{:?} is no web address", url.map_or("", String::as_str)))),
        None => Ok(()),
    }
}

fn owner(app: &App, name: Option<&str>) -> Result<OrgId, Rejected> {
    match name {
        None => Ok(platform_cli::owner()),
        Some(name) => Ok(org_named(app, "org", name)?.id()),
    }
}

/// The org an entry names.
pub fn org_named(app: &App, member: &str, name: &str) -> Result<Arc<LiveOrg>, Rejected> {
    app.org_named(name).ok_or_else(|| Rejected::invalid(member, format!("no org is called {name:?}")))
}

/// The app an entry names: by name, consumer key or id.
pub fn app_named(app: &App, member: &str, name: &str) -> Result<Arc<AppDefinition>, Rejected> {
    app.registry().find_app(name).ok_or_else(|| Rejected::invalid(member, format!("no app is called {name:?}")))
}

/// Makes a package version, and its package with the first one; or replaces the version of the same id.
pub fn put_package(app: &App, entry: &PackageEntry) -> Result<Release, Rejected> {
    let (owner, registry) = (org_named(app, "org", &entry.org)?, app.registry());
    let number: VersionNumber =
        entry.version.as_deref().unwrap_or("1.0.0").parse().map_err(|wrong| Rejected::invalid("version", format!("{wrong}")))?;
    let number = VersionNumber { build: entry.build.unwrap_or(number.build), ..number };
    let carried = entry.apps.iter().map(|name| app_named(app, "apps", name)).collect::<Result<Vec<_>, _>>()?;
    let dependency = |text: &String| {
        let found = registry.find_release(text);
        found.map(|release| release.version.id).ok_or_else(|| Rejected::invalid("dependencies", format!("no package is called {text:?}")))
    };
    let dependencies = entry.dependencies.iter().map(dependency).collect::<Result<_, _>>()?;
    let known_package = registry.packages().into_iter().find(|package| package.name == entry.name);
    if known_package.as_ref().is_some_and(|package| package.owner != owner.id()) {
        return Err(Rejected::taken("name", format!("a package named {:?} exists", entry.name)));
    }
    let of_number = |version: &&Arc<PackageVersion>| version.number == number;
    let known_version = || registry.versions(known_package.as_ref()?.id).iter().find(of_number).map(|version| version.id);
    let first = known_package.is_none();
    let made_up = || if first { made_up::version_id(&entry.name) } else { made_up::version_id(&format!("{}@{number}", entry.name)) };
    let id = entry.version_id.or_else(known_version).or_else(made_up).ok_or_else(|| Rejected::invalid("name", "makes no id"))?;
    let now = Stamp { at: app.now(), by: None };
    // The version with this id may have had another name: its package is renamed with it.
    let package = known_package.or_else(|| registry.release(id).map(|release| release.package)).map_or_else(
        || PackageId::try_from(id.record().with_prefix(PackageId::PREFIX)).map(|id| fresh_package(id, &entry.name, owner.id(), now)),
        |known| Ok(Package::clone(&known)),
    );
    let usual = if owner.facts().kind == OrgKind::Devhub { PackageKind::Managed } else { PackageKind::FirstGeneration };
    let kind = entry.generation.unwrap_or(usual);
    let package = Package {
        name: entry.name.clone(),
        owner: owner.id(),
        kind,
        // The next upload carries what this version does.
        components: if kind == PackageKind::FirstGeneration { carried.iter().map(|carried| carried.id).collect() } else { Vec::new() },
        namespace: entry.namespace.clone().or_else(|| owner.facts().namespace.clone()),
        ..package.map_err(|wrong| Rejected::invalid("version_id", wrong.to_string()))?
    };
    let package_id = package.id;
    app.put_package(package.clone())?;
    let version = app.put_version(|registry| {
        let known = registry.release(id).map(|release| PackageVersion::clone(&release.version));
        let external = |carried: &&Arc<AppDefinition>| carried.kind == AppKind::ExternalClientApp;
        Ok::<_, Rejected>(PackageVersion {
            package: package_id,
            number,
            name: entry.version_name.clone().unwrap_or_else(|| format!("ver {}.{}", number.major, number.minor)),
            installation_key: entry.installation_key.clone().map(Secret),
            promoted: entry.promoted,
            apps: carried.iter().map(|carried| carried.id).collect(),
            scopes: match &known {
                // What was built stays as it was built.
                Some(known) => known.scopes.clone(),
                None => carried.iter().filter(external).map(|carried| (carried.id, carried.scopes.clone())).collect(),
            },
            dependencies,
            modified: now,
            ..known.unwrap_or_else(|| PackageVersion {
                id,
                package: package_id,
                number,
                name: String::new(),
                description: None,
                installation_key: None,
                promoted: false,
                apps: Vec::new(),
                scopes: Default::default(),
                ancestor: None,
                dependencies: Vec::new(),
                branch: None,
                tag: None,
                language: None,
                deprecated: false,
                build: Build { passed_code_coverage: true, ..Build::default() },
                release_notes_url: None,
                post_install_url: None,
                created: now,
                modified: now,
            })
        })
    })?;
    Ok(Release { package: Arc::new(package), version })
}

/// A package without any version.
fn fresh_package(id: PackageId, name: &str, owner: OrgId, now: Stamp) -> Package {
    Package {
        id,
        name: name.to_owned(),
        owner,
        namespace: None,
        kind: PackageKind::FirstGeneration,
        components: Vec::new(),
        language: None,
        description: None,
        error_username: None,
        org_dependent: false,
        app_analytics: false,
        recommended: None,
        deprecated: false,
        created: now,
        modified: now,
    }
}

/// Puts a package and the apps it carries into an org, without asking for rights, promotion or key.
pub fn install_package(app: &App, org: &LiveOrg, entry: &InstalledPackageEntry) -> Result<(), Rejected> {
    let found = app.registry().find_release(&entry.package);
    let release = found.ok_or_else(|| Rejected::invalid("package", format!("no package is called {:?}", entry.package)))?;
    settle_package(app, org, &release, entry)?;
    Ok(())
}

/// Records an installed package and settles the apps it carries.
pub fn settle_package(app: &App, org: &LiveOrg, release: &Release, entry: &InstalledPackageEntry) -> Result<(), Rejected> {
    let installed = InstalledPackage { version: release.version.id, installed_at: app.now(), audience: entry.audience.clone() };
    org.write(|tx| app.put_in(tx, org, release, &installed, None)?.map_err(|refused| Rejected::invalid("package", refused.message())))
}

/// Brings an app's row in an org to what the entry says, with its approvals.
pub fn put_row(app: &App, org: &LiveOrg, entry: &OrgAppEntry) -> Result<(), Rejected> {
    let definition = app_named(app, "app", &entry.app)?;
    let is_own = definition.owner == org.id();
    let presence = entry.presence.unwrap_or(if is_own { Presence::Own } else { Presence::Installed });
    // A connected app that came into a sandbox with the copy of its org counts as the sandbox's own.
    let is_copied = definition.kind == AppKind::ConnectedApp && org.facts().kind == OrgKind::Sandbox && presence == Presence::Own;
    if !is_copied && is_own != (presence == Presence::Own) {
        let expected = if is_own { "own: the org defines the app" } else { "installed, known or unseen: another org defines the app" };
        return Err(Rejected::invalid("presence", format!("expected {expected}")));
    }
    check_grantees(org, entry)?;
    check_addresses([
        ("start_url", entry.start_url.as_ref()),
        ("custom_start_url", entry.custom_start_url.as_ref()),
        ("mobile_start_url", entry.mobile_start_url.as_ref()),
        ("single_logout_url", entry.details.single_logout_url.as_ref()),
    ])?;
    if let Some(name) = entry.details.custom_scopes.iter().find(|name| org.facts().custom_scope(name).is_none()) {
        return Err(Rejected::invalid("custom_scopes", format!("the org has no custom scope {name:?}")).within("details", None));
    }
    let run_as = entry.run_as.as_deref().map(|name| username(org, "run_as", name)).transpose()?;
    let before = org.org_app(&definition, app.now())?;
    let refresh_token_policy = entry.refresh_token_policy.unwrap_or(before.refresh_token_policy);
    if let Some(fault) = policy_fault(refresh_token_policy, definition.controls(&org.switches()).idle_limit) {
        return Err(Rejected::invalid("refresh_token_policy", fault));
    }
    let row = OrgApp {
        blocked: entry.blocked,
        availability: entry.availability,
        permitted_users: entry.permitted_users.unwrap_or(before.permitted_users),
        profiles: entry.profiles.clone(),
        permission_sets: entry.permission_sets.clone(),
        run_as,
        refresh_token_policy,
        ip_relaxation: entry.ip_relaxation,
        session_policy: entry.session_policy,
        session_timeout: entry.session_timeout,
        guest_users: entry.guest_users,
        start_page: entry.start_page,
        start_url: entry.start_url.clone(),
        custom_start_url: entry.custom_start_url.clone(),
        mobile_start_url: entry.mobile_start_url.clone(),
        details: entry.details.clone(),
        denied_attempts: entry.denied_attempts,
        ..settle(&before, presence, app.now())
    };
    org.write(|tx| {
        if row.blocked && !before.blocked {
            happen(tx, Event::AppBlocked(definition.id))?;
        }
        if before.presence == Presence::Installed && !presence.is_settled() {
            happen(tx, Event::AppUninstalled(definition.id))?;
        }
        tx.put_org_app(&row)?;
        turns(&before, &row).into_iter().try_for_each(|turn| note_app(tx, Actor::system(app.now()), &definition, turn))
    })?;
    put_in_definition(app, org, &definition, entry)?;
    approve(app, org, &definition, &entry.approved_by)
}

/// What must be known of an org's decision before its database is opened: the callbacks that it puts in the place of the developer's, and that its
/// visitors may use the app.
fn put_in_definition(app: &App, org: &LiveOrg, definition: &AppDefinition, entry: &OrgAppEntry) -> Result<(), Rejected> {
    let (id, urls) = (org.id(), entry.callback_urls.as_ref());
    check_callbacks(urls.into_iter().flatten())?;
    let mut next = definition.clone();
    match urls {
        Some(urls) => next.callback_overrides.insert(id, urls.clone()),
        None => next.callback_overrides.remove(&id),
    };
    if entry.guest_users {
        next.guest_orgs.insert(id);
    }
    let is_same = next.callback_overrides == definition.callback_overrides && next.guest_orgs == definition.guest_orgs;
    if is_same { Ok(()) } else { Ok(app.put_app(next)?) }
}

fn check_callbacks<'u>(mut urls: impl Iterator<Item = &'u String>) -> Result<(), Rejected> {
    match urls.find(|url| !url.contains(':') || url.chars().any(char::is_whitespace)) {
        Some(url) => Err(Rejected::invalid("callback_urls", format!("{url:?} is no absolute URL"))),
        None => Ok(()),
    }
}

/// What became of an app between two states of its row.
fn turns(before: &OrgApp, after: &OrgApp) -> Vec<AppTurn> {
    let mut turns = Vec::new();
    match (before.presence == Presence::Installed, after.presence == Presence::Installed) {
        (false, true) => turns.push(AppTurn::Installed),
        (true, false) => turns.push(AppTurn::Uninstalled),
        _ => {}
    }
    match (before.blocked, after.blocked) {
        (false, true) => turns.push(AppTurn::Blocked),
        (true, false) => turns.push(AppTurn::Unblocked),
        _ => {}
    }
    let policies =
        |row: &OrgApp| OrgApp { presence: before.presence, blocked: before.blocked, installed_at: None, denied_attempts: 0, ..row.clone() };
    if policies(before) != policies(after) {
        turns.push(AppTurn::PoliciesChanged);
    }
    turns
}

fn check_grantees(org: &LiveOrg, entry: &OrgAppEntry) -> Result<(), Rejected> {
    let missing = |names: &[String], is_profile| -> Result<Option<String>, StoreError> {
        org.read(|tx| {
            for name in names {
                if tx.permission_set_named(name, is_profile)?.is_none() {
                    return Ok(Some(name.clone()));
                }
            }
            Ok(None)
        })
    };
    if let Some(name) = missing(&entry.profiles, true)? {
        return Err(Rejected::invalid("profiles", format!("the org has no profile {name:?}")));
    }
    match missing(&entry.permission_sets, false)? {
        Some(name) => Err(Rejected::invalid("permission_sets", format!("the org has no permission set {name:?}"))),
        None => Ok(()),
    }
}

fn username(org: &LiveOrg, member: &str, name: &str) -> Result<String, Rejected> {
    let user = find_user(org, name)?.ok_or_else(|| Rejected::invalid(member, format!("the org has no user {name:?}")))?;
    Ok(user.username)
}

/// Gives the users a live approval of the app, as if they had authorized it; ends those of users who are not listed.
fn approve(app: &App, org: &LiveOrg, definition: &AppDefinition, names: &[String]) -> Result<(), Rejected> {
    let mut wanted = Vec::new();
    for name in names {
        let user = find_user(org, name)?.ok_or_else(|| Rejected::invalid("approved_by", format!("the org has no user {name:?}")))?;
        wanted.push(user.id);
    }
    let scopes = Scopes::of(definition.scopes.iter().map(String::as_str)).map_err(|unknown| Rejected::invalid("app", unknown.to_string()))?;
    org.write(|tx| -> Result<(), StoreError> {
        let grants = tx.grants(Some(definition.id))?;
        for grant in grants.iter().filter(|grant| !wanted.contains(&grant.user)) {
            happen(tx, Event::ApprovalRevoked(grant.id))?;
        }
        for user in wanted.iter().filter(|user| !grants.iter().any(|grant| grant.user == **user)) {
            let refresh = scopes.has(Scope::REFRESH_TOKEN).then(|| credential::refresh_token(org.id(), app.entropy()));
            let grant = Grant::new(tx.new_record_id("0CG")?, *user, definition.id, scopes.clone(), Flow::WebServer, app.now())
                .deletable(org.id(), app.entropy());
            tx.add_grant(&grant, refresh.as_deref().map(Digest::of), definition)?;
        }
        Ok(())
    })?;
    Ok(())
}
