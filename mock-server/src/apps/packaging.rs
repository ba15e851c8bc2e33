//! First-generation packaging: what a packaging org may put into a package, and what it may upload. Source: `packaging-and-cli.md`, sections 6.10
//! and 8.

use super::app::{AppDefinition, AppKind};
use super::package::{Package, PackageKind, PackageVersion, VersionNumber};
use crate::org::{Edition, Org, OrgKind};

/// What Package Manager asks of a package.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewPackage {
    pub name: String,
    /// Its components carry the org's namespace, and are closed where they are installed.
    pub managed: bool,
    pub description: Option<String>,
    /// `en_US`
    pub language: Option<String>,
}

/// What is said of an upload.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Upload {
    pub version_name: String,
    pub major: u32,
    pub minor: u32,
    /// Managed - Released, else Managed - Beta.
    pub release: bool,
    /// The password that an install asks for.
    pub key: Option<String>,
    pub description: Option<String>,
    pub release_notes_url: Option<String>,
    pub post_install_url: Option<String>,
}

/// Why a packaging org is refused. GUESS: the sentences; the rules are documented.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PackagingRefused {
    #[error("Namespaces and managed packages are made in a Developer Edition org only.")]
    NotDeveloperEdition,
    #[error(
        "The namespace prefix {0:?} is not valid: it has 1 to 15 letters, digits and underscores, begins with a letter, and has no two underscores in a \
         row and none at its end."
    )]
    NamespaceMalformed(String),
    #[error("The namespace prefix {0} is not available.")]
    NamespaceTaken(String),
    #[error("The namespace prefix of this org is {0}; it can't be changed.")]
    NamespaceSet(String),
    #[error("A managed package needs a namespace: register one in Namespace Settings first.")]
    NoNamespace,
    #[error("Package Name: You must enter a value")]
    NoName,
    #[error("A package named {0} exists already.")]
    NameTaken(String),
    #[error("An org has one managed package, and this org's is {0}.")]
    SecondManaged(String),
    #[error("The package was not found in this org.")]
    UnknownPackage,
    #[error("The app was not found in this org.")]
    UnknownApp,
    #[error("A connected app can be packaged only from a Developer Edition org.")]
    ConnectedAppElsewhere,
    #[error("{0}: A connected app can be added to a managed package only.")]
    Unmanaged(String),
    #[error("{0}: An external client app can't be added to a first-generation package. Package it in a second-generation package.")]
    ExternalClientApp(String),
    #[error("{0} was migrated to an external client app and can't be packaged.")]
    Migrated(String),
    #[error("{app} is a component of the package {package} already.")]
    PackagedAlready { app: String, package: String },
    #[error("{0} is part of a released version and can't be removed from the package.")]
    ComponentReleased(String),
    #[error("The package has no components. Add one before uploading it.")]
    Empty,
    #[error("Version Name: You must enter a value")]
    NoVersionName,
    #[error("The version number must be higher than that of the last released version, {0}.{1}.")]
    NumberTooLow(u32, u32),
    #[error("You can't delete a package that has a released version.")]
    PackageReleased,
    #[error("The package version was not found in this org.")]
    UnknownVersion,
    #[error("Only a released package version can be deprecated.")]
    NotReleased,
    #[error("The newest released version of a package can't be deprecated.")]
    NewestVersion,
}

impl PackagingRefused {
    /// Its name for explanations.
    pub fn rule(&self) -> &'static str {
        match self {
            Self::NotDeveloperEdition => "packaging.developer_edition",
            Self::NamespaceMalformed(_) => "packaging.namespace_malformed",
            Self::NamespaceTaken(_) => "packaging.namespace_taken",
            Self::NamespaceSet(_) => "packaging.namespace_set",
            Self::NoNamespace => "packaging.no_namespace",
            Self::NoName | Self::NoVersionName => "packaging.no_name",
            Self::NameTaken(_) => "packaging.name_taken",
            Self::SecondManaged(_) => "packaging.second_managed",
            Self::UnknownPackage | Self::UnknownApp | Self::UnknownVersion => "packaging.unknown",
            Self::ConnectedAppElsewhere => "packaging.connected_app_elsewhere",
            Self::Unmanaged(_) => "packaging.unmanaged",
            Self::ExternalClientApp(_) => "packaging.external_client_app",
            Self::Migrated(_) => "packaging.migrated",
            Self::PackagedAlready { .. } => "packaging.packaged_already",
            Self::ComponentReleased(_) => "packaging.component_released",
            Self::Empty => "packaging.empty",
            Self::NumberTooLow(..) => "packaging.number_too_low",
            Self::PackageReleased => "packaging.package_released",
            Self::NotReleased => "packaging.not_released",
            Self::NewestVersion => "packaging.newest_version",
        }
    }
}

/// Whether the org is one from which namespaces and connected apps come.
fn is_packaging_org(org: &Org) -> bool {
    org.edition == Edition::Developer && !matches!(org.kind, OrgKind::Sandbox | OrgKind::Scratch)
}

/// Whether a namespace may be registered by an org, as far as it can be told without looking at others.
///
/// # Errors
/// The edition, a namespace that the org has, or a form that no namespace has.
pub fn check_namespace(org: &Org, prefix: &str) -> Result<(), PackagingRefused> {
    if !is_packaging_org(org) {
        return Err(PackagingRefused::NotDeveloperEdition);
    }
    if let Some(known) = &org.namespace {
        return Err(PackagingRefused::NamespaceSet(known.clone()));
    }
    let fits = (1..=15).contains(&prefix.len())
        && prefix.starts_with(|c: char| c.is_ascii_alphabetic())
        && prefix.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !prefix.contains("__")
        && !prefix.ends_with('_');
    if fits { Ok(()) } else { Err(PackagingRefused::NamespaceMalformed(prefix.to_owned())) }
}

/// Whether an org may have such a package. `own`: the first-generation packages it has.
///
/// # Errors
/// A name that is missing or taken; for a managed package an org that makes none, or that has one.
pub fn check_package<'p>(org: &Org, new: &NewPackage, own: impl IntoIterator<Item = &'p Package>) -> Result<(), PackagingRefused> {
    if new.name.trim().is_empty() {
        return Err(PackagingRefused::NoName);
    }
    let own: Vec<&Package> = own.into_iter().collect();
    if own.iter().any(|package| package.name.eq_ignore_ascii_case(new.name.trim())) {
        return Err(PackagingRefused::NameTaken(new.name.trim().to_owned()));
    }
    if !new.managed {
        return Ok(());
    }
    if !is_packaging_org(org) {
        return Err(PackagingRefused::NotDeveloperEdition);
    }
    if org.namespace.is_none() {
        return Err(PackagingRefused::NoNamespace);
    }
    own.iter().find(|package| package.is_managed()).map_or(Ok(()), |known| Err(PackagingRefused::SecondManaged(known.name.clone())))
}

/// Whether an app may become a component. `holder`: another package that has it.
///
/// # Errors
/// What stands against it.
pub fn check_component(org: &Org, package: &Package, app: &AppDefinition, holder: Option<&Package>) -> Result<(), PackagingRefused> {
    if app.owner != org.id {
        return Err(PackagingRefused::UnknownApp);
    }
    if app.kind == AppKind::ExternalClientApp {
        return Err(PackagingRefused::ExternalClientApp(app.name.clone()));
    }
    if !is_packaging_org(org) {
        return Err(PackagingRefused::ConnectedAppElsewhere);
    }
    if !package.is_managed() {
        return Err(PackagingRefused::Unmanaged(app.name.clone()));
    }
    if app.migrated_to.is_some() {
        return Err(PackagingRefused::Migrated(app.name.clone()));
    }
    holder.map_or(Ok(()), |holder| Err(PackagingRefused::PackagedAlready { app: app.name.clone(), package: holder.name.clone() }))
}

/// The number of an upload. A beta may have the number of another beta, and a release that of its betas: the build tells them apart.
///
/// # Errors
/// No name, or a number that is not above the last released one.
pub fn check_upload<'v>(upload: &Upload, versions: impl IntoIterator<Item = &'v PackageVersion>) -> Result<VersionNumber, PackagingRefused> {
    if upload.version_name.trim().is_empty() {
        return Err(PackagingRefused::NoVersionName);
    }
    let wanted = VersionNumber { major: upload.major, minor: upload.minor, patch: 0, build: 0 };
    let versions: Vec<&PackageVersion> = versions.into_iter().collect();
    let released = versions.iter().filter(|version| version.promoted).map(|version| VersionNumber { build: 0, ..version.number }).max();
    if let Some(released) = released.filter(|released| wanted <= *released) {
        return Err(PackagingRefused::NumberTooLow(released.major, released.minor));
    }
    let builds = versions.iter().filter(|version| version.number.is_build_of(wanted)).map(|version| version.number.build);
    Ok(VersionNumber { build: builds.max().unwrap_or(0) + 1, ..wanted })
}

/// The number that an upload has when it names none: that of the last beta, or the next minor one after the last release.
pub fn usual_number<'v>(versions: impl IntoIterator<Item = &'v PackageVersion>) -> (u32, u32) {
    let last = versions.into_iter().max_by_key(|version| version.number);
    last.map_or((1, 0), |last| (last.number.major, last.number.minor + u32::from(last.promoted)))
}

/// Whether a version may be taken out of use.
///
/// # Errors
/// It is a beta, or the newest released one.
pub fn check_deprecation<'v>(version: &PackageVersion, siblings: impl IntoIterator<Item = &'v PackageVersion>) -> Result<(), PackagingRefused> {
    if !version.promoted {
        return Err(PackagingRefused::NotReleased);
    }
    let newer = |other: &PackageVersion| other.promoted && !other.deprecated && other.number > version.number;
    if siblings.into_iter().any(newer) { Ok(()) } else { Err(PackagingRefused::NewestVersion) }
}

impl Package {
    /// Whether its components carry a namespace and are closed where they are installed.
    pub fn is_managed(&self) -> bool {
        match self.kind {
            PackageKind::FirstGeneration => self.namespace.is_some(),
            PackageKind::Managed => true,
            PackageKind::Unlocked => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{AppId, OrgId, PackageId, RecordId};
    use crate::secret::Secret;

    fn org(edition: &str, namespace: Option<&str>) -> Org {
        let json = serde_json::json!({
            "id": OrgId::numbered(1), "number": 1, "name": "o", "kind": "developer", "edition": edition, "era": "may-26", "policies": {}, "created": 0,
            "has_api": true, "locked": false, "session_timeout": 7200, "namespace": namespace
        });
        serde_json::from_value(json).unwrap()
    }

    fn package(namespace: Option<&str>) -> Package {
        let id = PackageId::try_from(RecordId::numbered("033", 1, 1)).unwrap();
        serde_json::from_value(serde_json::json!({ "id": id, "name": "P", "owner": OrgId::numbered(1), "namespace": namespace })).unwrap()
    }

    fn version(number: &str, promoted: bool) -> PackageVersion {
        let seed = crate::id::number_of(number);
        let json = serde_json::json!({
            "id": RecordId::numbered("04t", 1, seed), "package": package(None).id, "version": number, "installation_key": null, "promoted": promoted, "apps": []
        });
        serde_json::from_value(json).unwrap()
    }

    fn app(kind: AppKind) -> AppDefinition {
        let id = AppId::try_from(RecordId::numbered(AppId::PREFIX, 1, 7)).unwrap();
        let plain =
            AppDefinition::plain(id, "Sync".to_owned(), OrgId::numbered(1), ("k".to_owned(), Secret("s".to_owned())), jiff::civil::date(2026, 1, 1));
        AppDefinition { kind, ..plain }
    }

    #[test]
    fn a_namespace_has_a_form_and_is_set_once() {
        for good in ["a", "north_wind", "Abc123456789012"] {
            assert_eq!(check_namespace(&org("Developer", None), good), Ok(()), "{good}");
        }
        for bad in ["", "1a", "a__b", "a_", "a-b", "abcdefghijklmnop"] {
            assert_eq!(check_namespace(&org("Developer", None), bad), Err(PackagingRefused::NamespaceMalformed(bad.to_owned())));
        }
        assert_eq!(check_namespace(&org("Developer", Some("ns")), "other"), Err(PackagingRefused::NamespaceSet("ns".to_owned())));
        assert_eq!(check_namespace(&org("Enterprise", None), "other"), Err(PackagingRefused::NotDeveloperEdition));
    }

    #[test]
    fn an_org_has_one_managed_package() {
        let new = |name: &str, managed| NewPackage { name: name.to_owned(), managed, ..NewPackage::default() };
        let developer = org("Developer", Some("ns"));
        assert_eq!(check_package(&developer, &new("A", true), []), Ok(()));
        assert_eq!(check_package(&developer, &new("A", true), [&package(Some("ns"))]), Err(PackagingRefused::SecondManaged("P".to_owned())));
        assert_eq!(check_package(&developer, &new("A", false), [&package(Some("ns"))]), Ok(()));
        assert_eq!(check_package(&developer, &new("p", false), [&package(None)]), Err(PackagingRefused::NameTaken("p".to_owned())));
        assert_eq!(check_package(&developer, &new(" ", false), []), Err(PackagingRefused::NoName));
        assert_eq!(check_package(&org("Developer", None), &new("A", true), []), Err(PackagingRefused::NoNamespace));
        assert_eq!(check_package(&org("Enterprise", None), &new("A", true), []), Err(PackagingRefused::NotDeveloperEdition));
    }

    #[test]
    fn a_connected_app_is_packaged_from_a_developer_edition_org() {
        let (managed, connected) = (package(Some("ns")), app(AppKind::ConnectedApp));
        let developer = org("Developer", Some("ns"));
        assert_eq!(check_component(&developer, &managed, &connected, None), Ok(()));
        assert_eq!(check_component(&org("Enterprise", None), &managed, &connected, None), Err(PackagingRefused::ConnectedAppElsewhere));
        assert_eq!(check_component(&developer, &package(None), &connected, None), Err(PackagingRefused::Unmanaged("Sync".to_owned())));
        let external = app(AppKind::ExternalClientApp);
        assert_eq!(check_component(&developer, &managed, &external, None), Err(PackagingRefused::ExternalClientApp("Sync".to_owned())));
        let taken = PackagingRefused::PackagedAlready { app: "Sync".to_owned(), package: "P".to_owned() };
        assert_eq!(check_component(&developer, &managed, &connected, Some(&managed)), Err(taken));
    }

    #[test]
    fn numbers_rise_from_release_to_release() {
        let upload = |major, minor| Upload { version_name: "v".to_owned(), major, minor, ..Upload::default() };
        let known = [version("1.0.0.1", false), version("1.0.0.2", true), version("1.1.0.1", false)];
        let number = |major, minor| check_upload(&upload(major, minor), &known).map(|number| number.to_string());
        assert_eq!(number(1, 1), Ok("1.1.0.2".to_owned()));
        assert_eq!(number(2, 0), Ok("2.0.0.1".to_owned()));
        assert_eq!(number(1, 0), Err(PackagingRefused::NumberTooLow(1, 0)));
        assert_eq!(number(0, 9), Err(PackagingRefused::NumberTooLow(1, 0)));
        assert_eq!((usual_number([]), usual_number(&known), usual_number(&known[..2])), ((1, 0), (1, 1), (1, 1)));
        assert_eq!(check_upload(&Upload::default(), []), Err(PackagingRefused::NoVersionName));
    }

    #[test]
    fn the_newest_release_stays_in_use() {
        let (old, new, beta) = (version("1.0.0.1", true), version("1.1.0.1", true), version("1.2.0.1", false));
        let all = [old.clone(), new.clone(), beta.clone()];
        assert_eq!(check_deprecation(&old, &all), Ok(()));
        assert_eq!(check_deprecation(&new, &all), Err(PackagingRefused::NewestVersion));
        assert_eq!(check_deprecation(&beta, &all), Err(PackagingRefused::NotReleased));
    }
}
