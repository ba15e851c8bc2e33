//! Packages and their versions: what carries apps to other orgs. They cross orgs and live in the shared database.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::id::{AppId, OrgId, PackageId, PackageVersionId, UserId};
use crate::secret::Secret;

/// What all versions of a package have in common.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Package {
    pub id: PackageId,
    pub name: String,
    /// The org that builds it: a Dev Hub, or the packaging org of the first generation. Shown as the publisher.
    pub owner: OrgId,
    /// The namespace its components carry; linked in the owner's Dev Hub, held by a Developer Edition org.
    pub namespace: Option<String>,
    #[serde(default)]
    pub kind: PackageKind,
    /// First generation: the apps that the next upload carries.
    #[serde(default)]
    pub components: Vec<AppId>,
    /// `en_US`
    #[serde(default)]
    pub language: Option<String>,
    #[serde(default)]
    pub description: Option<String>,
    /// Username that hears of failures; nothing is sent here.
    #[serde(default)]
    pub error_username: Option<String>,
    /// Unlocked packages alone: it may refer to what only its own org has.
    #[serde(default)]
    pub org_dependent: bool,
    #[serde(default)]
    pub app_analytics: bool,
    #[serde(default)]
    pub recommended: Option<PackageVersionId>,
    /// Deleted, or taken out of use.
    #[serde(default)]
    pub deprecated: bool,
    #[serde(default)]
    pub created: Stamp,
    #[serde(default)]
    pub modified: Stamp,
}

/// Who did something, and when. Salesforce itself where there is no user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Stamp {
    pub at: Timestamp,
    pub by: Option<UserId>,
}

/// How a package is built, and what its components may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PackageKind {
    /// Uploaded from its packaging org.
    #[default]
    FirstGeneration,
    /// Second generation: built by a Dev Hub from source; its components are closed.
    Managed,
    /// Second generation: its components can be changed where they are installed.
    Unlocked,
}

impl PackageKind {
    /// `Package2.ContainerOptions`; none for the first generation.
    pub fn container_options(self) -> Option<&'static str> {
        match self {
            Self::FirstGeneration => None,
            Self::Managed => Some("Managed"),
            Self::Unlocked => Some("Unlocked"),
        }
    }

    pub fn of_container_options(text: &str) -> Option<Self> {
        [Self::Managed, Self::Unlocked].into_iter().find(|kind| kind.container_options() == Some(text))
    }

    pub fn is_second_generation(self) -> bool {
        self != Self::FirstGeneration
    }
}

/// One version of a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageVersion {
    pub id: PackageVersionId,
    pub package: PackageId,
    #[serde(rename = "version")]
    pub number: VersionNumber,
    /// `ver 0.1`
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub description: Option<String>,
    pub installation_key: Option<Secret>,
    /// Only promoted (released) versions install in production.
    pub promoted: bool,
    pub apps: Vec<AppId>,
    /// The scopes of the external client apps as they were when the version was built; an app that is not here has those of today.
    #[serde(default)]
    pub scopes: BTreeMap<AppId, Vec<String>>,
    #[serde(default)]
    pub ancestor: Option<PackageVersionId>,
    /// Versions of other packages that must be installed before.
    #[serde(default)]
    pub dependencies: Vec<PackageVersionId>,
    #[serde(default)]
    pub branch: Option<String>,
    #[serde(default)]
    pub tag: Option<String>,
    #[serde(default)]
    pub language: Option<String>,
    /// Deleted: it is hidden, and nobody installs it any more.
    #[serde(default)]
    pub deprecated: bool,
    #[serde(default)]
    pub build: Build,
    #[serde(default)]
    pub release_notes_url: Option<String>,
    #[serde(default)]
    pub post_install_url: Option<String>,
    #[serde(default)]
    pub created: Stamp,
    #[serde(default)]
    pub modified: Stamp,
}

/// How a version was built from source, and what was found then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Build {
    /// Nothing was looked at: such a version cannot be promoted.
    pub validation_skipped: bool,
    pub validated_async: bool,
    /// Percent of the Apex that its tests reach; `None`: not calculated, or there is no Apex.
    pub code_coverage: Option<u8>,
    pub passed_code_coverage: bool,
    /// Components of the ancestor are missing.
    pub metadata_removed: bool,
    pub seconds: u32,
    pub files: u32,
    /// Bytes of them all.
    pub size: u32,
}

/// Percent that the tests of a version must reach. Source: second-generation packaging guide, code coverage.
pub const REQUIRED_COVERAGE: u8 = 75;

/// `1.2.0` and the build of it. Printed as `1.2.0.1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VersionNumber {
    pub major: u32,
    pub minor: u32,
    pub patch: u32,
    pub build: u32,
}

/// A version number is two to four whole numbers with dots between them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no version number: expected one like 1.2.0")]
pub struct NoVersionNumber(pub String);

impl VersionNumber {
    /// The number without its build, as people say it: `1.2.0`.
    pub fn three(self) -> String {
        format!("{}.{}.{}", self.major, self.minor, self.patch)
    }

    /// Whether they differ in their build alone.
    pub fn is_build_of(self, other: Self) -> bool {
        Self { build: 0, ..self } == Self { build: 0, ..other }
    }
}

impl FromStr for VersionNumber {
    type Err = NoVersionNumber;

    fn from_str(text: &str) -> Result<Self, NoVersionNumber> {
        let wrong = || NoVersionNumber(text.to_owned());
        let parts: Vec<u32> = text.trim().split('.').map(str::parse).collect::<Result<_, _>>().map_err(|_| wrong())?;
        match *parts.as_slice() {
            [major, minor] => Ok(Self { major, minor, patch: 0, build: 1 }),
            [major, minor, patch] => Ok(Self { major, minor, patch, build: 1 }),
            [major, minor, patch, build] => Ok(Self { major, minor, patch, build }),
            _ => Err(wrong()),
        }
    }
}

impl fmt::Display for VersionNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}.{}", self.major, self.minor, self.patch, self.build)
    }
}

impl Serialize for VersionNumber {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for VersionNumber {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A version with the package it is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    pub package: Arc<Package>,
    pub version: Arc<PackageVersion>,
}

impl Release {
    /// The page where an admin installs this version (relative to the login or test host, or a My Domain).
    pub fn install_path(&self) -> String {
        format!("/packaging/installPackage.apexp?p0={}", self.version.id)
    }

    pub fn carries(&self, app: AppId) -> bool {
        self.version.apps.contains(&app)
    }
}

/// Why a version is not promoted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PromotionRefused {
    #[error(
        "You can't promote a package version that was created without validating dependencies, package ancestors, and metadata (--skip-validation)."
    )]
    ValidationSkipped,
    #[error(
        "Code coverage must be calculated for the package version, and at least {REQUIRED_COVERAGE}% of its Apex must be covered, before it can be promoted."
    )]
    Coverage,
    /// The CLI looks for `previously released`.
    #[error("A package version with the version number {0} was previously released.")]
    NumberTaken(String),
    #[error("A package version can't be changed back to beta after it's released.")]
    Demotion,
}

/// Whether a version may be released. `siblings`: all versions of its package.
///
/// # Errors
/// What stands against it. GUESS: the sentences but for the words the CLI looks for; they were not recorded.
pub fn may_promote<'v>(version: &PackageVersion, siblings: impl IntoIterator<Item = &'v PackageVersion>) -> Result<(), PromotionRefused> {
    if version.build.validation_skipped {
        return Err(PromotionRefused::ValidationSkipped);
    }
    if !version.build.passed_code_coverage {
        return Err(PromotionRefused::Coverage);
    }
    let taken = siblings.into_iter().any(|other| other.id != version.id && other.promoted && other.number.is_build_of(version.number));
    if taken { Err(PromotionRefused::NumberTaken(version.number.three())) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::RecordId;

    fn version(number: u32, text: &str, promoted: bool) -> PackageVersion {
        let id = |prefix| RecordId::numbered(prefix, 1, number);
        PackageVersion {
            id: PackageVersionId::try_from(id("04t")).unwrap(),
            package: PackageId::try_from(RecordId::numbered("033", 1, 1)).unwrap(),
            number: text.parse().unwrap(),
            name: String::new(),
            description: None,
            installation_key: None,
            promoted,
            apps: Vec::new(),
            scopes: BTreeMap::new(),
            ancestor: None,
            dependencies: Vec::new(),
            branch: None,
            tag: None,
            language: None,
            deprecated: false,
            build: Build { passed_code_coverage: true, ..Build::default() },
            release_notes_url: None,
            post_install_url: None,
            created: Stamp::default(),
            modified: Stamp::default(),
        }
    }

    #[test]
    fn version_numbers_are_read_and_ordered() {
        let number = |text: &str| text.parse::<VersionNumber>();
        assert_eq!(number("1.2").unwrap().to_string(), "1.2.0.1");
        assert_eq!(number("0.1.0.3").unwrap().three(), "0.1.0");
        assert!(number("1.10.0").unwrap() > number("1.9.0.7").unwrap());
        for wrong in ["", "1", "1.x", "1.2.3.4.5", "1.2.0.NEXT", "-1.0"] {
            assert!(number(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_number_is_released_once() {
        let (first, second, next) = (version(1, "1.0.0.1", true), version(2, "1.0.0.2", false), version(3, "1.1.0.1", false));
        assert_eq!(may_promote(&next, [&first, &second, &next]), Ok(()));
        let refused = may_promote(&second, [&first, &second]).unwrap_err();
        assert!(refused.to_string().contains("previously released"), "{refused}");
    }

    #[test]
    fn what_was_not_validated_or_covered_is_not_promoted() {
        let mut skipped = version(1, "1.0.0", false);
        skipped.build.validation_skipped = true;
        assert_eq!(may_promote(&skipped, []), Err(PromotionRefused::ValidationSkipped));
        let uncovered = PackageVersion { build: Build::default(), ..version(1, "1.0.0", false) };
        assert_eq!(may_promote(&uncovered, []), Err(PromotionRefused::Coverage));
    }
}
