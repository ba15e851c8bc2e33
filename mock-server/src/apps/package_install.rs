//! Whether a package version may come into an org. Source: `packaging-and-cli.md` 7.1.

use super::installs::{Audience, InstallRefused, InstalledPackage};
use super::package::Release;
use crate::id::{PackageId, PackageVersionId};
use crate::org::{Org, OrgKind};

/// What an admin says when a package is to be installed.
#[derive(Debug, Clone)]
pub struct PackageRequest<'a> {
    pub key: Option<&'a str>,
    /// The box for applications not distributed by Salesforce was ticked; clients without a page have none to tick.
    pub acknowledged: bool,
    pub audience: Audience,
}

/// What an org has of a package.
#[derive(Debug, Clone)]
pub struct InstalledRelease {
    pub release: Release,
    pub installed: InstalledPackage,
}

impl InstalledRelease {
    fn is_same_package(&self, other: &Release) -> bool {
        self.release.package.id == other.package.id
    }
}

/// What is to be done with a version that may be installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Install {
    New,
    /// This version takes the place of the one that is installed.
    Upgrade(PackageVersionId),
    /// This very version is installed.
    Nothing,
}

/// Checks what does not depend on who asks: the version, the org, and what is installed there.
///
/// # Errors
/// The first that stands against it, in the order in which the install page tells.
pub fn check_install(release: &Release, org: &Org, installed: &[InstalledRelease]) -> Result<Install, InstallRefused> {
    let (package, version) = (&release.package, &release.version);
    if org.id == package.owner || org.namespace.is_some() && org.namespace == package.namespace {
        return Err(InstallRefused::OwnPackage);
    }
    if version.deprecated || package.deprecated {
        return Err(InstallRefused::Deprecated);
    }
    if !version.promoted && matches!(org.kind, OrgKind::Production | OrgKind::Devhub) {
        return Err(InstallRefused::NotPromoted);
    }
    let foreign = |other: &InstalledRelease| {
        package.namespace.is_some() && other.release.package.namespace == package.namespace && other.release.package.owner != package.owner
    };
    if installed.iter().any(foreign) {
        return Err(InstallRefused::NamespaceTaken);
    }
    let Some(known) = installed.iter().find(|known| known.is_same_package(release)) else { return Ok(Install::New) };
    let before = &known.release.version;
    if before.id == version.id {
        return Ok(Install::Nothing);
    }
    if before.number > version.number {
        return Err(InstallRefused::EarlierVersion);
    }
    if !before.promoted || !version.promoted {
        return Err(InstallRefused::BetaUpgrade);
    }
    Ok(Install::Upgrade(before.id))
}

/// Whether this is the key of the version, as an install request or a look at the version has it.
///
/// # Errors
/// `WrongKey`, or `NeedlessKey` where there is none.
pub fn check_key(release: &Release, key: Option<&str>) -> Result<(), InstallRefused> {
    match (&release.version.installation_key, key.filter(|key| !key.is_empty())) {
        (None, None) => Ok(()),
        (None, Some(_)) => Err(InstallRefused::NeedlessKey),
        (Some(known), key) if known.matches(key.unwrap_or_default()) => Ok(()),
        (Some(_), _) => Err(InstallRefused::WrongKey),
    }
}

/// The dependencies that an org lacks: a later version of a package serves as well.
pub fn missing_dependencies<'d>(needed: &'d [Release], installed: &[InstalledRelease]) -> Vec<&'d Release> {
    let serves = |needed: &Release| installed.iter().any(|own| own.is_same_package(needed) && own.release.version.number >= needed.version.number);
    needed.iter().filter(|needed| !serves(needed)).collect()
}

/// The installed packages that need this one.
pub fn dependents<'i>(
    release: &Release,
    installed: &'i [InstalledRelease],
    package_of: impl Fn(PackageVersionId) -> Option<PackageId>,
) -> Vec<&'i InstalledRelease> {
    let needs = |other: &&InstalledRelease| other.release.version.dependencies.iter().any(|needed| package_of(*needed) == Some(release.package.id));
    installed.iter().filter(needs).collect()
}

impl InstallRefused {
    /// `SubscriberPackageVersion.InstallValidationStatus`.
    pub fn validation_status(&self) -> &'static str {
        match self {
            Self::NotPromoted => "BETA_INSTALL_INTO_PRODUCTION_ORG",
            Self::EarlierVersion => "CANNOT_INSTALL_EARLIER_VERSION",
            Self::BetaUpgrade => "CANNOT_UPGRADE_BETA",
            Self::Deprecated => "DEPRECATED_INSTALL_PACKAGE",
            Self::OwnPackage => "INSTALL_INTO_DEV_ORG",
            Self::NamespaceTaken => "NAMESPACE_COLLISION",
            Self::Rights => "NO_ACCESS",
            _ => "UNKNOWN_ERROR",
        }
    }

    /// What a failed install request says. Salesforce's words where some were seen, else the status and our own.
    pub fn message(&self) -> String {
        match self {
            Self::EarlierVersion => "A newer version of this package is currently installed.".to_owned(),
            Self::WrongKey => "Invalid InstallationKey for SubscriberPackageVersion".to_owned(),
            Self::NeedlessKey => {
                "Can’t install package. This package doesn’t require an installation key. Install the package without specifying an installation key.: Password"
                    .to_owned()
            }
            Self::NotPromoted | Self::BetaUpgrade | Self::Deprecated | Self::OwnPackage | Self::NamespaceTaken => {
                format!("{}: {}", self.validation_status(), self.reason())
            }
            Self::Components(wrong) | Self::InUse(wrong) => wrong.join("\n"),
            other => other.reason().to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::apps::{Package, PackageVersion};
    use crate::clock::Timestamp;
    use crate::id::{OrgId, PackageId, RecordId};

    /// A version of package number `package` of org number `owner`, in the namespace `ns`.
    fn release(package: u32, owner: u32, number: &str, promoted: bool) -> Release {
        let package_id = PackageId::try_from(RecordId::numbered("033", owner, package)).unwrap();
        let seed = crate::id::number_of(&format!("{package}{number}"));
        let json = serde_json::json!({
            "id": RecordId::numbered("04t", owner, seed), "package": package_id, "version": number, "installation_key": null, "promoted": promoted, "apps": []
        });
        let version: PackageVersion = serde_json::from_value(json).unwrap();
        let json = serde_json::json!({ "id": package_id, "name": "P", "owner": OrgId::numbered(owner), "namespace": "ns" });
        Release { package: Arc::new(serde_json::from_value::<Package>(json).unwrap()), version: Arc::new(version) }
    }

    fn org(number: u32, kind: OrgKind, namespace: Option<&str>) -> Org {
        let json = serde_json::json!({
            "id": OrgId::numbered(number), "number": number, "name": "o", "kind": kind, "edition": "Enterprise", "era": "may-26", "policies": {}, "created": 0,
            "has_api": true, "locked": false, "session_timeout": 7200, "namespace": namespace
        });
        serde_json::from_value(json).unwrap()
    }

    fn check(new: &Release, kind: OrgKind, installed: &[Release], expected: &Result<Install, InstallRefused>) {
        let installed: Vec<_> = installed
            .iter()
            .map(|release| InstalledRelease {
                release: release.clone(),
                installed: InstalledPackage { version: release.version.id, installed_at: Timestamp(0), audience: Audience::AdminsOnly },
            })
            .collect();
        assert_eq!(check_install(new, &org(9, kind, None), &installed), *expected);
    }

    #[test]
    fn a_beta_goes_where_it_may() {
        let beta = release(1, 1, "1.0.0", false);
        check(&beta, OrgKind::Production, &[], &Err(InstallRefused::NotPromoted));
        check(&beta, OrgKind::Devhub, &[], &Err(InstallRefused::NotPromoted));
        for kind in [OrgKind::Sandbox, OrgKind::Scratch, OrgKind::Developer] {
            check(&beta, kind, &[], &Ok(Install::New));
        }
    }

    #[test]
    fn versions_follow_one_another_upwards() {
        let (old, new) = (release(1, 1, "1.0.0", true), release(1, 1, "1.1.0", true));
        check(&new, OrgKind::Production, std::slice::from_ref(&old), &Ok(Install::Upgrade(old.version.id)));
        check(&old, OrgKind::Production, std::slice::from_ref(&new), &Err(InstallRefused::EarlierVersion));
        check(&new, OrgKind::Production, std::slice::from_ref(&new), &Ok(Install::Nothing));
        check(&release(1, 1, "1.2.0", false), OrgKind::Sandbox, std::slice::from_ref(&new), &Err(InstallRefused::BetaUpgrade));
        check(&new, OrgKind::Sandbox, &[release(1, 1, "1.0.0", false)], &Err(InstallRefused::BetaUpgrade));
        check(&new, OrgKind::Production, &[release(2, 1, "3.0.0", true)], &Ok(Install::New));
        check(&new, OrgKind::Production, &[release(2, 5, "3.0.0", true)], &Err(InstallRefused::NamespaceTaken));
    }

    #[test]
    fn nobody_installs_a_package_where_it_comes_from() {
        let release = release(1, 1, "1.0.0", true);
        for own in [org(1, OrgKind::Devhub, None), org(9, OrgKind::Developer, Some("ns"))] {
            assert_eq!(check_install(&release, &own, &[]), Err(InstallRefused::OwnPackage));
        }
        assert_eq!(check_install(&release, &org(9, OrgKind::Developer, Some("other")), &[]), Ok(Install::New));
    }

    #[test]
    fn the_key_fits_or_is_not_asked_for() {
        let mut protected = release(1, 1, "1.0.0", true);
        assert_eq!(check_key(&protected, None), Ok(()));
        assert_eq!(check_key(&protected, Some("sesame")), Err(InstallRefused::NeedlessKey));
        let version = PackageVersion { installation_key: Some("sesame".to_owned().into()), ..PackageVersion::clone(&protected.version) };
        protected.version = Arc::new(version);
        assert_eq!(check_key(&protected, Some("sesame")), Ok(()));
        for wrong in [None, Some(""), Some("other")] {
            assert_eq!(check_key(&protected, wrong), Err(InstallRefused::WrongKey));
        }
    }
}
