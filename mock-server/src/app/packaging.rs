//! Package Manager: namespaces, first-generation packages and their uploads, as the org that builds them does it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{App, LiveOrg, Registry, Taken};
use crate::apps::{
    AppDefinition, Build, NewPackage, Package, PackageKind, PackageVersion, PackagingRefused, Release, Stamp, Upload, check_component,
    check_deprecation, check_namespace, check_package, check_upload,
};
use crate::id::{AppId, OrgId, PackageId, PackageVersionId, UserId};
use crate::org::{Actor, AuditTrail, Directory, Mail, MailKind, Outbox, Scheme, Site, section};
use crate::storage::StoreError;

/// What an act comes to: done, or refused.
type Acted<T> = Result<Result<T, PackagingRefused>, StoreError>;

/// A refusal inside what may also fail.
enum Stopped {
    Refused(PackagingRefused),
    Store(StoreError),
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<PackagingRefused> for Stopped {
    fn from(refused: PackagingRefused) -> Self {
        Self::Refused(refused)
    }
}

fn acted<T>(outcome: Result<T, Stopped>) -> Acted<T> {
    match outcome {
        Ok(value) => Ok(Ok(value)),
        Err(Stopped::Refused(refused)) => Ok(Err(refused)),
        Err(Stopped::Store(error)) => Err(error),
    }
}

impl App {
    /// Check Availability: whether the org may register this namespace.
    ///
    /// # Errors
    /// Why not.
    pub fn check_namespace(&self, org: &LiveOrg, prefix: &str) -> Result<(), PackagingRefused> {
        check_namespace(&org.facts(), prefix)?;
        let same = |known: Option<&str>| known.is_some_and(|known| known.eq_ignore_ascii_case(prefix));
        let held = self.orgs().iter().any(|other| same(other.facts().namespace.as_deref()));
        let packaged = self.registry().packages().iter().any(|package| same(package.namespace.as_deref()));
        if held || packaged { Err(PackagingRefused::NamespaceTaken(prefix.to_owned())) } else { Ok(()) }
    }

    /// Gives the org its namespace, for good.
    pub fn register_namespace(&self, org: &LiveOrg, prefix: &str, by: Option<UserId>) -> Acted<()> {
        if let Err(refused) = self.check_namespace(org, prefix) {
            return Ok(Err(refused));
        }
        match self.change_org(org.id(), |facts| facts.namespace = Some(prefix.to_owned())) {
            Ok(()) => self.note_packaging(org, by, "registeredNamespace", &format!("Registered namespace prefix {prefix}")).map(Ok),
            Err(Taken::Store(error)) => Err(error),
            Err(other) => Err(StoreError::new(other)),
        }
    }

    /// The first-generation packages of an org, those that were deleted left out.
    pub fn own_packages(&self, org: OrgId) -> Vec<Arc<Package>> {
        let own = |package: &Arc<Package>| package.owner == org && package.kind == PackageKind::FirstGeneration && !package.deprecated;
        self.registry().packages().into_iter().filter(own).collect()
    }

    pub fn own_package(&self, org: OrgId, id: PackageId) -> Option<Arc<Package>> {
        self.own_packages(org).into_iter().find(|package| package.id == id)
    }

    /// Makes a package without components.
    pub fn create_package(&self, org: &LiveOrg, new: NewPackage, by: Option<UserId>) -> Acted<Arc<Package>> {
        let facts = org.facts();
        if let Err(refused) = check_package(&facts, &new, self.own_packages(org.id()).iter().map(|package| &**package)) {
            return Ok(Err(refused));
        }
        let id = PackageId::try_from(org.write(|tx| tx.new_id(PackageId::PREFIX))?).map_err(StoreError::new)?;
        let stamp = self.stamp(by);
        let package = Package {
            id,
            name: new.name.trim().to_owned(),
            owner: org.id(),
            namespace: facts.namespace.clone().filter(|_| new.managed),
            kind: PackageKind::FirstGeneration,
            components: Vec::new(),
            language: new.language,
            description: new.description,
            error_username: None,
            org_dependent: false,
            app_analytics: false,
            recommended: None,
            deprecated: false,
            created: stamp,
            modified: stamp,
        };
        self.put_package(package.clone())?;
        self.note_packaging(org, by, "createdPackage", &format!("Created package {}", package.name))?;
        Ok(Ok(Arc::new(package)))
    }

    /// Changes name, description and language; whether it is managed stays.
    pub fn change_package(&self, org: &LiveOrg, id: PackageId, new: NewPackage, by: Option<UserId>) -> Acted<()> {
        let Some(known) = self.own_package(org.id(), id) else { return Ok(Err(PackagingRefused::UnknownPackage)) };
        let others: Vec<_> = self.own_packages(org.id()).into_iter().filter(|package| package.id != id).collect();
        let asked = NewPackage { managed: false, ..new };
        if let Err(refused) = check_package(&org.facts(), &asked, others.iter().map(|package| &**package)) {
            return Ok(Err(refused));
        }
        let name = asked.name.trim().to_owned();
        let next = Package { name, description: asked.description, language: asked.language, modified: self.stamp(by), ..Package::clone(&known) };
        self.note_packaging(org, by, "changedPackage", &format!("Changed package {}", next.name))?;
        self.put_package(next).map(Ok)
    }

    /// Takes a package away with its betas. Orgs keep what they installed.
    pub fn delete_package(&self, org: &LiveOrg, id: PackageId, by: Option<UserId>) -> Acted<()> {
        let Some(known) = self.own_package(org.id(), id) else { return Ok(Err(PackagingRefused::UnknownPackage)) };
        if self.registry().versions(id).iter().any(|version| version.promoted) {
            return Ok(Err(PackagingRefused::PackageReleased));
        }
        self.put_package(Package { deprecated: true, modified: self.stamp(by), ..Package::clone(&known) })?;
        self.note_packaging(org, by, "deletedPackage", &format!("Deleted package {}", known.name)).map(Ok)
    }

    /// The apps of the org that can be added to a package.
    pub fn packageable(&self, org: &LiveOrg, id: PackageId) -> Vec<Arc<AppDefinition>> {
        let (registry, facts) = (self.registry(), org.facts());
        let Some(package) = self.own_package(org.id(), id) else { return Vec::new() };
        let fits = |app: &Arc<AppDefinition>| {
            !package.components.contains(&app.id) && check_component(&facts, &package, app, holder(&registry, app.id, id).as_deref()).is_ok()
        };
        registry.apps().into_iter().filter(fits).collect()
    }

    /// Adds an app to what the next upload carries. Adding it again changes nothing.
    pub fn add_component(&self, org: &LiveOrg, id: PackageId, app: AppId, by: Option<UserId>) -> Acted<()> {
        let registry = self.registry();
        let Some(known) = self.own_package(org.id(), id) else { return Ok(Err(PackagingRefused::UnknownPackage)) };
        let Some(app) = registry.app(app) else { return Ok(Err(PackagingRefused::UnknownApp)) };
        if let Err(refused) = check_component(&org.facts(), &known, &app, holder(&registry, app.id, id).as_deref()) {
            return Ok(Err(refused));
        }
        let mut next = Package { modified: self.stamp(by), ..Package::clone(&known) };
        if next.components.contains(&app.id) {
            return Ok(Ok(()));
        }
        next.components.push(app.id);
        self.put_package(next)?;
        self.note_packaging(org, by, "addedPackageComponent", &format!("Added connected app {} to package {}", app.name, known.name)).map(Ok)
    }

    /// Takes an app out again, unless a released version has it.
    pub fn remove_component(&self, org: &LiveOrg, id: PackageId, app: AppId, by: Option<UserId>) -> Acted<()> {
        let registry = self.registry();
        let Some(known) = self.own_package(org.id(), id) else { return Ok(Err(PackagingRefused::UnknownPackage)) };
        let name = registry.app(app).map_or_else(|| app.to_string(), |app| app.name.clone());
        if !known.components.contains(&app) {
            return Ok(Err(PackagingRefused::UnknownApp));
        }
        if registry.versions(id).iter().any(|version| version.promoted && version.apps.contains(&app)) {
            return Ok(Err(PackagingRefused::ComponentReleased(name)));
        }
        let mut next = Package { modified: self.stamp(by), ..Package::clone(&known) };
        next.components.retain(|component| *component != app);
        self.put_package(next)?;
        self.note_packaging(org, by, "removedPackageComponent", &format!("Removed connected app {name} from package {}", known.name)).map(Ok)
    }

    /// Makes a version of what the package holds, and e-mails its install link to whoever uploaded it.
    pub fn upload_package(&self, org: &LiveOrg, id: PackageId, upload: &Upload, by: Option<UserId>) -> Acted<Release> {
        let version = PackageVersionId::try_from(org.write(|tx| tx.new_id(PackageVersionId::PREFIX))?).map_err(StoreError::new)?;
        self.upload_as(org, id, upload, (version, by))
    }

    /// The same under an id that is given. A version that has it already is not made again.
    pub(super) fn upload_as(
        &self,
        org: &LiveOrg,
        id: PackageId,
        upload: &Upload,
        (version, by): (PackageVersionId, Option<UserId>),
    ) -> Acted<Release> {
        if let Some(known) = self.registry().release(version) {
            return Ok(Ok(known));
        }
        let (facts, stamp) = (org.facts(), self.stamp(by));
        let made = self.put_version(|registry| {
            let package = registry.package(id).filter(|package| package.owner == org.id() && package.kind == PackageKind::FirstGeneration);
            let package = package.filter(|package| !package.deprecated).ok_or(PackagingRefused::UnknownPackage)?;
            if package.components.is_empty() {
                return Err(PackagingRefused::Empty.into());
            }
            for app in &package.components {
                let app = registry.app(*app).ok_or(PackagingRefused::UnknownApp)?;
                check_component(&facts, &package, &app, None)?;
            }
            let versions = registry.versions(id);
            let number = check_upload(upload, versions.iter().map(|version| &**version))?;
            Ok::<_, Stopped>(PackageVersion {
                id: version,
                package: id,
                number,
                name: upload.version_name.trim().to_owned(),
                description: upload.description.clone(),
                installation_key: upload.key.clone().filter(|key| !key.is_empty()).map(Into::into),
                promoted: upload.release,
                apps: package.components.clone(),
                scopes: BTreeMap::new(),
                ancestor: None,
                dependencies: Vec::new(),
                branch: None,
                tag: None,
                language: package.language.clone(),
                deprecated: false,
                build: Build { passed_code_coverage: true, ..Build::default() },
                release_notes_url: upload.release_notes_url.clone(),
                post_install_url: upload.post_install_url.clone(),
                created: stamp,
                modified: stamp,
            })
        });
        let outcome = acted(made)?;
        let release = outcome.map(|_| self.registry().release(version));
        match release {
            Ok(Some(release)) => self.announce(org, &release, by).map(|()| Ok(release)),
            Ok(None) => Ok(Err(PackagingRefused::UnknownPackage)),
            Err(refused) => Ok(Err(refused)),
        }
    }

    /// Takes a released version out of use: who has it keeps it, nobody installs it any more.
    pub fn deprecate_version(&self, org: &LiveOrg, id: PackageVersionId, by: Option<UserId>) -> Acted<()> {
        let stamp = self.stamp(by);
        let changed = self.put_version(|registry| {
            let own = |release: &Release| release.package.owner == org.id() && release.package.kind == PackageKind::FirstGeneration;
            let release = registry.release(id).filter(own).ok_or(PackagingRefused::UnknownVersion)?;
            let siblings = registry.versions(release.package.id);
            check_deprecation(&release.version, siblings.iter().map(|version| &**version))?;
            Ok::<_, Stopped>(PackageVersion { deprecated: true, modified: stamp, ..PackageVersion::clone(&release.version) })
        });
        match acted(changed)? {
            Ok(version) => {
                self.note_packaging(org, by, "deprecatedPackageVersion", &format!("Deprecated package version {}", version.number)).map(Ok)
            }
            Err(refused) => Ok(Err(refused)),
        }
    }

    /// The address of a version's install page on the login host. Whoever installs in a sandbox takes the test host instead.
    pub fn install_url(&self, release: &Release) -> String {
        Site::reported(self.config().addressing, Scheme::Http, self.listeners()).login_url() + &release.install_path()
    }

    /// GUESS: the words of the e-mail; that it brings the link is documented.
    fn announce(&self, org: &LiveOrg, release: &Release, by: Option<UserId>) -> Result<(), StoreError> {
        let (package, version, link) = (&release.package, &release.version, self.install_url(release));
        let kind = if version.promoted { "Managed - Released" } else { "Managed - Beta" };
        let number = format!("{}.{}", version.number.major, version.number.minor);
        let key = if version.installation_key.is_some() { "\nWhoever installs it is asked for the password that you chose.\n" } else { "" };
        org.write(|tx| {
            let user = by.map_or(Ok(None), |user| tx.user(user))?;
            let display = format!("Uploaded package {} {number} ({kind})", package.name);
            tx.audit(Actor { user: by, at: self.now() }, section::PACKAGES, "uploadedPackage", &display)?;
            tx.send(&Mail {
                at: self.now(),
                kind: MailKind::PackageUploaded,
                user: by,
                to: user.map(|user| user.email.clone()).unwrap_or_default(),
                subject: format!("Your package {} was successfully uploaded", package.name),
                body: format!("{} {number} (build {}, {kind}) can be installed:\n{link}\n{key}", package.name, version.number.build),
                code: None,
                link: Some(link),
            })
        })
    }

    fn stamp(&self, by: Option<UserId>) -> Stamp {
        Stamp { at: self.now().whole_second(), by }
    }

    fn note_packaging(&self, org: &LiveOrg, by: Option<UserId>, action: &'static str, display: &str) -> Result<(), StoreError> {
        org.write(|tx| tx.audit(Actor { user: by, at: self.now() }, section::PACKAGES, action, display))
    }
}

/// A package other than this one that has the app: among its components, or in a version. What a second-generation package refers to is not its own.
fn holder(registry: &Registry, app: AppId, except: PackageId) -> Option<Arc<Package>> {
    let carries = |package: &Package| {
        package.components.contains(&app) || registry.versions(package.id).iter().any(|version| !version.deprecated && version.apps.contains(&app))
    };
    let first = |package: &Package| package.kind == PackageKind::FirstGeneration && !package.deprecated && package.id != except;
    registry.packages().into_iter().find(|package| first(package) && carries(package))
}
