//! Packages as the objects of the Tooling API show them: a list of rows for each object, by the names of its fields.
//!
//! Members that begin with an underscore are no fields: they say in which orgs a row shows.

use serde_json::{Value, json};

use super::Registry;
use crate::apps::{Package, PackageVersion, Release, Stamp};
use crate::id::{OrgId, UserId};

/// The release of Salesforce in which versions are built here: `Package2Version.ReleaseVersion`.
const RELEASE_VERSION: f64 = 67.0;

/// The rows of every object that shows packages. `publisher` gives the name of an org.
pub(super) fn rows_of(registry: &Registry, publisher: impl Fn(OrgId) -> Option<String>, subscribers: Value) -> [(&'static str, Value); 7] {
    let (packages, releases) = (registry.packages(), registry.releases());
    let second = |package: &&std::sync::Arc<Package>| package.kind.is_second_generation();
    let versions = |release: &&Release| release.package.kind.is_second_generation();
    [
        ("Package2", packages.iter().filter(second).map(|package| package2(package)).collect()),
        ("Package2Version", releases.iter().filter(versions).map(package2_version).collect()),
        ("SubscriberPackage", packages.iter().map(|package| subscriber_package(package)).collect()),
        (
            "SubscriberPackageVersion",
            releases.iter().map(|release| subscriber_package_version(release, &publisher(release.package.owner).unwrap_or_default())).collect(),
        ),
        ("MetadataPackage", packages.iter().map(|package| metadata_package(package)).collect()),
        ("MetadataPackageVersion", releases.iter().map(metadata_package_version).collect()),
        ("PackageSubscriber", subscribers),
    ]
}

/// The user that Salesforce's own acts are shown under has no record here.
fn user(by: Option<UserId>) -> Option<String> {
    by.map(|user| user.to_string())
}

fn stamped(mut row: Value, created: Stamp, modified: Stamp) -> Value {
    row["IsDeleted"] = json!(false);
    row["CreatedDate"] = json!(created.at.0);
    row["CreatedById"] = json!(user(created.by));
    row["LastModifiedDate"] = json!(modified.at.0);
    row["LastModifiedById"] = json!(user(modified.by));
    row["SystemModstamp"] = json!(modified.at.0);
    row
}

fn package2(package: &Package) -> Value {
    let row = json!({
        "_owner": package.owner,
        "Id": package.id.developers(),
        "SubscriberPackageId": package.id,
        "Name": package.name,
        "Description": package.description,
        "NamespacePrefix": package.namespace,
        "ContainerOptions": package.kind.container_options(),
        "IsDeprecated": package.deprecated,
        "IsOrgDependent": package.org_dependent,
        "PackageErrorUsername": package.error_username,
        "AppAnalyticsEnabled": package.app_analytics,
        "RecommendedVersionId": package.recommended,
    });
    stamped(row, package.created, package.modified)
}

fn package2_version(release: &Release) -> Value {
    let PackageVersion { number, build, .. } = &*release.version;
    let version = &release.version;
    let row = json!({
        "_owner": release.package.owner,
        "Id": version.id.developers(),
        "Package2Id": version.package.developers(),
        "SubscriberPackageVersionId": version.id,
        "Name": version.name,
        "Description": version.description,
        "Tag": version.tag,
        "Branch": version.branch,
        "Language": version.language,
        "MajorVersion": number.major,
        "MinorVersion": number.minor,
        "PatchVersion": number.patch,
        "BuildNumber": number.build,
        "IsReleased": version.promoted,
        "IsDeprecated": version.deprecated,
        "IsPasswordProtected": version.installation_key.is_some(),
        "AncestorId": version.ancestor,
        "ValidationSkipped": build.validation_skipped,
        "ValidatedAsync": build.validated_async,
        "CodeCoverage": build.code_coverage.map(|percent| json!({ "apexCodeCoveragePercentage": percent })),
        "CodeCoveragePercentages": build.code_coverage.map(|_| json!({ "codeCoveragePercentages": [] })),
        "HasPassedCodeCoverageCheck": build.passed_code_coverage,
        "HasMetadataRemoved": build.metadata_removed,
        "ReleaseVersion": RELEASE_VERSION,
        "BuildDurationInSeconds": build.seconds,
        "EndToEndBuildDurationInSeconds": build.seconds,
        "TotalNumberOfMetadataFiles": build.files,
        "TotalSizeOfMetadataFiles": build.size,
    });
    stamped(row, version.created, version.modified)
}

fn subscriber_package(package: &Package) -> Value {
    json!({
        "Id": package.id,
        "Name": package.name,
        "NamespacePrefix": package.namespace,
        "Description": package.description,
        "IsPackageValid": !package.deprecated,
    })
}

fn release_state(version: &PackageVersion) -> &'static str {
    if version.promoted { "Released" } else { "Beta" }
}

/// GUESS: nothing here is reviewed by Salesforce or listed on its market.
fn subscriber_package_version(release: &Release, publisher: &str) -> Value {
    let (package, version) = (&release.package, &release.version);
    let needed: Vec<_> = version.dependencies.iter().map(|id| json!({ "subscriberPackageVersionId": id })).collect();
    json!({
        "Id": version.id,
        "SubscriberPackageId": package.id,
        "Name": version.name,
        "Description": version.description,
        "PublisherName": publisher,
        "MajorVersion": version.number.major,
        "MinorVersion": version.number.minor,
        "PatchVersion": version.number.patch,
        "BuildNumber": version.number.build,
        "ReleaseState": release_state(version),
        "IsManaged": package.is_managed(),
        "IsDeprecated": version.deprecated,
        "IsPasswordProtected": version.installation_key.is_some(),
        "IsBeta": !version.promoted,
        "Package2ContainerOptions": package.kind.container_options(),
        "IsSecurityReviewed": false,
        "IsOrgDependent": package.org_dependent,
        "ReleaseNotesUrl": version.release_notes_url,
        "PostInstallUrl": version.post_install_url,
        "RemoteSiteSettings": { "settings": [] },
        "CspTrustedSites": { "settings": [] },
        "Profiles": { "destinationProfiles": [], "sourceProfiles": [] },
        "Dependencies": (!needed.is_empty()).then(|| json!({ "ids": needed })),
    })
}

fn metadata_package(package: &Package) -> Value {
    json!({
        "_owner": package.owner,
        "Id": package.id,
        "SystemModstamp": package.modified.at.0,
        "Name": package.name,
        "NamespacePrefix": package.namespace,
        "PackageCategory": if package.kind.is_second_generation() { "Package2" } else { "Package" },
    })
}

fn metadata_package_version(release: &Release) -> Value {
    let version = &release.version;
    json!({
        "_owner": release.package.owner,
        "Id": version.id,
        "SystemModstamp": version.modified.at.0,
        "MetadataPackageId": version.package,
        "Name": version.name,
        "ReleaseState": release_state(version),
        "MajorVersion": version.number.major,
        "MinorVersion": version.number.minor,
        "PatchVersion": version.number.patch,
        "BuildNumber": version.number.build,
        "IsDeprecated": version.deprecated,
    })
}
