//! Installed packages in a deployment: naming a version of a namespace's package installs it, removing it uninstalls it.

use serde_json::{Map, Value, json};

use super::code::Refused;
use super::deploy::By;
use crate::app::{App, LiveOrg, Registry};
use crate::apps::{Audience, Install, InstallRefused, InstalledPackage, Installs, PackageRequest, Release};
use crate::id::RecordId;
use crate::metadata::{Failure, Item, Outcome, Source};
use crate::storage::StoreError;
use crate::store::Tx;

/// Prefix of their ids, as the Tooling API shows them.
const PREFIX: &str = "0A3";

/// What is installed in an org under a namespace: the newest, where several packages share it.
pub(super) fn find(tx: &Tx<'_>, registry: &Registry, namespace: &str) -> Result<Option<(Release, InstalledPackage)>, StoreError> {
    let fits = |(release, _): &(Release, InstalledPackage)| namespace_of(release).is_some_and(|held| held.eq_ignore_ascii_case(namespace));
    Ok(installed(tx, registry)?.into_iter().filter(fits).max_by_key(|(_, installed)| installed.installed_at))
}

/// The namespaces of the packages that are installed.
pub(super) fn names(tx: &Tx<'_>, registry: &Registry) -> Result<Vec<String>, StoreError> {
    let mut names: Vec<String> = installed(tx, registry)?.iter().filter_map(|(release, _)| namespace_of(release).map(str::to_owned)).collect();
    names.sort();
    names.dedup();
    Ok(names)
}

fn installed(tx: &Tx<'_>, registry: &Registry) -> Result<Vec<(Release, InstalledPackage)>, StoreError> {
    Ok(tx.installed_packages()?.into_iter().filter_map(|installed| Some((registry.release(installed.version)?, installed))).collect())
}

fn namespace_of(release: &Release) -> Option<&str> {
    release.package.namespace.as_deref()
}

pub(super) fn id_of(release: &Release) -> RecordId {
    release.version.id.record().with_prefix(PREFIX)
}

pub(super) fn members(release: &Release) -> Map<String, Value> {
    let mut members = Map::new();
    members.insert("activateRSS".to_owned(), json!("false"));
    members.insert("versionNumber".to_owned(), json!(number_of(release)));
    members
}

/// `1.2`, with what else tells second-generation versions apart.
fn number_of(release: &Release) -> String {
    let number = release.version.number;
    if release.package.kind.is_second_generation() { number.to_string() } else { format!("{}.{}", number.major, number.minor) }
}

pub(super) fn put(app: &App, tx: &Tx<'_>, org: &LiveOrg, by: By, item: &Item, source: &Source) -> Result<(RecordId, Outcome), Refused> {
    let told = |problem: String| Refused::Told(Failure::new(problem));
    let wanted = source.text("versionNumber").unwrap_or_default();
    let Some(release) = version(&app.registry(), &item.full_name, wanted) else {
        // GUESS: its words.
        return Err(told(format!("The package {} has no version {wanted}", item.full_name)));
    };
    // GUESS: a deployment that does not say whom it installs for installs for admins alone.
    let audience = match source.text("securityType") {
        Some("FullSecurity" | "AllUsers") => Audience::AllUsers,
        _ => Audience::AdminsOnly,
    };
    let request = PackageRequest { key: source.text("password"), acknowledged: true, audience };
    match app.install_within(tx, org, &release, request, Some(by.user))? {
        Ok(install) => {
            let outcome = match install {
                Install::New => Outcome::Created,
                Install::Upgrade(_) => Outcome::Changed,
                Install::Nothing => Outcome::Unchanged,
            };
            Ok((id_of(&release), outcome))
        }
        Err(refused) => Err(told(refused.message())),
    }
}

/// The version of this number: a released one before a beta, the highest build before others.
fn version(registry: &Registry, namespace: &str, number: &str) -> Option<Release> {
    let same = |release: &Release| {
        let held = namespace_of(release).is_some_and(|held| held.eq_ignore_ascii_case(namespace));
        let text = release.version.number.to_string();
        held && (text == number || text.strip_prefix(number).is_some_and(|rest| rest.starts_with('.')))
    };
    registry.releases().into_iter().filter(same).max_by_key(|release| (release.version.promoted, release.version.number))
}

/// Whether there was one.
pub(super) fn remove(app: &App, tx: &Tx<'_>, org: &LiveOrg, by: By, item: &Item) -> Result<Result<bool, Failure>, StoreError> {
    let Some((release, _)) = find(tx, &app.registry(), &item.full_name)? else { return Ok(Ok(false)) };
    Ok(match app.uninstall_within(tx, org, release.version.id, Some(by.user))? {
        Ok(()) => Ok(true),
        Err(InstallRefused::NotInstalled) => Ok(false),
        Err(refused) => Err(Failure::new(refused.message())),
    })
}
