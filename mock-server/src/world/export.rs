//! Writing down what a server holds, in the words of the world document.

use super::document::{
    AppEntry, ClockEntry, InstalledPackageEntry, OrgAppEntry, OrgEntry, PackageEntry, PermissionSetEntry, RecordEntry, UserEntry, World,
};
use super::{export_records, platform_cli};
use crate::access::Organisation;
use crate::app::{App, LiveOrg};
use crate::apps::{AppDefinition, Installs, OrgApp, Release};
use crate::id::{AppId, RecordId};
use crate::oauth::{Grant, Ledger};
use crate::org::{Directory, PermissionSet, Scheme, Site, User};
use crate::storage::StoreError;

/// Records shown of one org.
pub const RECORDS_SHOWN: usize = 1_000;

/// What is needed to write down any element: the server, and how its addresses are spelled.
pub struct View<'a> {
    app: &'a App,
    site: Site,
}

impl<'a> View<'a> {
    /// Addresses as `--addressing` says.
    pub fn of(app: &'a App) -> Self {
        Self { app, site: Site::reported(app.config().addressing, Scheme::Http, app.listeners()) }
    }

    /// Everything, with at most `records` records of each org.
    pub fn world(&self, records: usize) -> Result<World, StoreError> {
        let registry = self.app.registry();
        let mut apps = registry.apps();
        apps.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(World {
            orgs: self.app.orgs().iter().map(|org| self.org(org, records)).collect::<Result<_, _>>()?,
            apps: apps.iter().filter(|app| app.consumer_key != platform_cli::KEY).map(|app| self.app(app)).collect(),
            packages: registry.releases().iter().map(|release| self.package(release)).collect(),
            clock: Some(self.clock()),
        })
    }

    /// The login host as this server reports it.
    pub fn site(&self) -> &Site {
        &self.site
    }

    pub fn clock(&self) -> ClockEntry {
        let state = self.app.clock().state();
        ClockEntry { now: Some(state.now().iso()), frozen: state.is_frozen() }
    }

    /// The My Domain of an org: `instance_url`.
    pub fn instance_url(&self, org: &LiveOrg) -> String {
        self.site.my_domain_url(org.id(), &org.facts().my_domain())
    }

    pub fn org(&self, org: &LiveOrg, records: usize) -> Result<OrgEntry, StoreError> {
        let facts = org.facts();
        let schema = org.schema()?;
        let definition = schema.definition().clone().without_ids();
        let (users, sets) = org.read(|tx| Ok::<_, StoreError>((tx.users()?, tx.permission_sets()?)))?;
        let (profiles, permission_sets): (Vec<_>, Vec<_>) =
            sets.iter().filter(|set| set.is_custom || !set.is_profile || !set.login.is_empty()).partition(|set| set.is_profile);
        let (records, records_truncated) = org.read(|tx| export_records::of(tx, &schema, &users, None, records))?;
        // Ids are given anew when the document is read.
        let records = records.into_iter().map(|record| RecordEntry { id: None, ..record }).collect();
        Ok(OrgEntry {
            name: facts.name.clone(),
            id: Some(facts.id),
            kind: Some(facts.kind),
            copy_of: None,
            edition: Some(facts.edition),
            era: facts.era,
            instance_url: Some(self.instance_url(org)),
            policies: facts.policies.clone(),
            effective_policies: serde_json::to_value(&*org.switches()).ok(),
            linked_namespaces: facts.linked_namespaces.iter().map(|linked| linked.prefix.clone()).collect(),
            namespace: facts.namespace.clone(),
            locked: facts.locked,
            api_enabled: Some(facts.has_api),
            session_timeout: Some(facts.session_timeout),
            trusted_ip_ranges: facts.trusted_ip_ranges.clone(),
            single_sign_on: facts.single_sign_on.clone(),
            token_exchange_handlers: facts.token_exchange_handlers.clone(),
            custom_scopes: facts.custom_scopes.clone(),
            fiscal_year_start_month: Some(facts.fiscal_year_start_month).filter(|month| *month != 1),
            profiles: profiles.into_iter().map(permission_set).collect(),
            permission_sets: permission_sets.into_iter().map(permission_set).collect(),
            org_wide_defaults: org.read(|tx| tx.org_wide_defaults())?,
            roles: super::sharing::roles(org, &schema, &users)?,
            groups: super::sharing::groups(org, &schema, &users)?,
            apps: self.rows(org, &users)?,
            installed_packages: self.installed_packages(org)?,
            users: users.iter().map(user).collect(),
            objects: definition.objects,
            global_value_sets: definition.global_value_sets,
            custom_fields: definition.fields,
            record_types: definition.record_types,
            records,
            records_truncated,
        })
    }

    /// At most `limit` records of an org, or of one object in it, with their ids, and whether there are more.
    pub fn records(&self, org: &LiveOrg, object: Option<&str>, limit: usize) -> Result<(Vec<RecordEntry>, bool), StoreError> {
        let schema = org.schema()?;
        org.read(|tx| export_records::of(tx, &schema, &tx.users()?, object, limit))
    }

    pub fn app(&self, definition: &AppDefinition) -> AppEntry {
        let carrier = self.app.registry().carrier(definition.id);
        let install_path = carrier.map_or_else(|| definition.install_path(), |release| release.install_path());
        AppEntry {
            name: definition.name.clone(),
            id: Some(definition.id),
            kind: definition.kind,
            org: self.app.org(definition.owner).map(|org| org.facts().name.clone()),
            distribution: definition.distribution,
            created: Some(definition.created),
            description: definition.description.clone(),
            presentation: definition.presentation.clone(),
            consumer_key: Some(definition.consumer_key.clone()),
            consumer_secret: Some(definition.consumer_secret.0.clone()),
            callback_urls: definition.callback_urls.clone(),
            scopes: definition.scopes.clone(),
            flows: definition.flows.clone(),
            require_secret: definition.require_secret,
            require_secret_for_refresh: Some(definition.require_secret_for_refresh),
            require_pkce: definition.require_pkce,
            rotate_refresh_tokens: definition.rotate_refresh_tokens,
            exempt_from_org_switches: definition.exempt_from_org_switches,
            run_as: definition.run_as.clone(),
            asset_tokens: definition.asset_tokens.clone(),
            oauth: definition.oauth.clone(),
            certificate: definition.certificate.as_ref().map(|certificate| certificate.pem().to_owned()),
            jwt_access_tokens: definition.jwt_access_tokens,
            introspect_all_tokens: definition.introspect_all_tokens,
            limit_idle_refresh_tokens: definition.limit_idle_refresh_tokens,
            enforce_refresh_ip_allowlist: definition.enforce_refresh_ip_allowlist,
            refresh_ip_allowlist: definition.refresh_ip_allowlist.clone(),
            trusted_ip_ranges: definition.trusted_ip_ranges.clone(),
            controls_attested: definition.controls_attested,
            suspended: definition.suspended,
            features: definition.features.clone(),
            migrated_to: definition.migrated_to.map(|id| self.app_name(id)),
            migrated_from: definition.migrated_from.map(|id| self.app_name(id)),
            install_url: Some(self.site.login_url() + &install_path),
        }
    }

    pub fn package(&self, release: &Release) -> PackageEntry {
        let (package, version) = (&release.package, &release.version);
        PackageEntry {
            name: package.name.clone(),
            org: self.app.org(package.owner).map(|org| org.facts().name.clone()).unwrap_or_default(),
            version_id: Some(version.id),
            version: Some(version.number.three()),
            build: Some(version.number.build),
            version_name: Some(version.name.clone()),
            generation: Some(package.kind),
            namespace: package.namespace.clone(),
            installation_key: version.installation_key.as_ref().map(|key| key.0.clone()),
            promoted: version.promoted,
            apps: version.apps.iter().map(|id| self.app_name(*id)).collect(),
            dependencies: version.dependencies.iter().map(ToString::to_string).collect(),
            install_url: Some(self.site.login_url() + &release.install_path()),
        }
    }

    fn app_name(&self, id: AppId) -> String {
        self.app.registry().app(id).map_or_else(|| id.to_string(), |app| app.name.clone())
    }

    /// The apps an org has a row for.
    fn rows(&self, org: &LiveOrg, users: &[User]) -> Result<Vec<OrgAppEntry>, StoreError> {
        let (rows, grants) = org.read(|tx| Ok::<_, StoreError>((tx.org_apps()?, tx.grants(None)?)))?;
        let mut entries: Vec<_> = rows.iter().map(|row| self.row(org, row, &grants, users)).collect();
        entries.sort_by(|one, other| one.app.cmp(&other.app));
        Ok(entries)
    }

    /// One app's row in an org.
    pub fn org_app(&self, org: &LiveOrg, app: &AppDefinition) -> Result<OrgAppEntry, StoreError> {
        let (grants, users) = org.read(|tx| Ok::<_, StoreError>((tx.grants(Some(app.id))?, tx.users()?)))?;
        Ok(self.row(org, &*org.org_app(app, self.app.now())?, &grants, &users))
    }

    fn row(&self, org: &LiveOrg, row: &OrgApp, grants: &[Grant], users: &[User]) -> OrgAppEntry {
        let approved = |user: &&User| grants.iter().any(|grant| grant.app == row.app && grant.user == user.id);
        OrgAppEntry {
            app: self.app_name(row.app),
            presence: Some(row.presence),
            blocked: row.blocked,
            availability: row.availability,
            permitted_users: Some(row.permitted_users),
            profiles: row.profiles.clone(),
            permission_sets: row.permission_sets.clone(),
            run_as: row.run_as.clone(),
            refresh_token_policy: Some(row.refresh_token_policy),
            ip_relaxation: row.ip_relaxation,
            session_policy: row.session_policy,
            session_timeout: row.session_timeout,
            guest_users: row.guest_users,
            start_page: row.start_page,
            start_url: row.start_url.clone(),
            custom_start_url: row.custom_start_url.clone(),
            mobile_start_url: row.mobile_start_url.clone(),
            details: row.details.clone(),
            callback_urls: self.app.registry().app(row.app).and_then(|app| app.callback_overrides.get(&org.id()).cloned()),
            denied_attempts: row.denied_attempts,
            approved_by: users.iter().filter(approved).map(|user| user.nickname.clone()).collect(),
        }
    }

    fn installed_packages(&self, org: &LiveOrg) -> Result<Vec<InstalledPackageEntry>, StoreError> {
        let registry = self.app.registry();
        // By name the newest is meant: any other goes by its id.
        let newest = |release: &Release| registry.find_release(&release.package.name).is_some_and(|newest| newest.version.id == release.version.id);
        let name = |id| registry.release(id).filter(newest).map_or_else(|| id.to_string(), |release| release.package.name.clone());
        let installed = org.read(|tx| tx.installed_packages())?;
        Ok(installed.into_iter().map(|one| InstalledPackageEntry { package: name(one.version), audience: one.audience }).collect())
    }
}

/// One record by its id, with its fields as they can be created again.
pub fn record(org: &LiveOrg, id: RecordId) -> Result<Option<RecordEntry>, StoreError> {
    let schema = org.schema()?;
    org.read(|tx| export_records::one(tx, &schema, id))
}

pub fn user(user: &User) -> UserEntry {
    UserEntry {
        name: user.nickname.clone(),
        id: Some(user.id),
        username: Some(user.username.clone()),
        password: Some(user.password.as_ref().map(|password| password.0.clone())),
        security_token: Some(user.security_token.0.clone()),
        email: Some(user.email.clone()),
        first_name: user.first_name.clone(),
        last_name: Some(user.last_name.clone()),
        profile: Some(user.profile.name.clone()),
        permission_sets: user.permission_sets.iter().map(|set| set.name.clone()).collect(),
        active: user.is_active,
        frozen: user.is_frozen,
        password_expired: user.password_expired,
        totp_secret: user.totp_secret.as_ref().map(|secret| secret.0.clone()),
        federation_id: user.federation_id.clone(),
        time_zone: Some(user.time_zone.clone()),
        locale: Some(user.locale.clone()),
        language: Some(user.language.clone()),
    }
}

pub fn permission_set(set: &PermissionSet) -> PermissionSetEntry {
    PermissionSetEntry {
        name: set.name.clone(),
        label: Some(set.label.clone()),
        permissions: set.permissions.iter().cloned().collect(),
        apps: set.apps.iter().cloned().collect(),
        object_permissions: set.objects.iter().map(|(object, rights)| (object.clone(), super::sharing::right_entries(*rights))).collect(),
        login: set.login.clone(),
        field_permissions: set.fields.iter().map(|(field, rights)| (field.clone(), super::sharing::field_entry(*rights))).collect(),
    }
}
