//! Who has installed what an org packages: `PackageSubscriber`, as the org that owns the packages sees it.
//!
//! Installs lie in the orgs that made them. The shared database names the orgs that ever had one, so that nobody else's database need be opened; what they
//! have is read again when something was written there since.

use std::collections::BTreeMap;

use parking_lot::Mutex;
use serde_json::{Value, json};

use super::{App, LiveOrg, Registry};
use crate::apps::Installs;
use crate::id::{OrgId, PackageVersionId, RecordId, number_of};
use crate::org::{Org, OrgKind};
use crate::storage::StoreError;

/// The fact of the shared database that names the orgs with packages.
const ORGS_WITH_PACKAGES: &str = "orgs_with_packages";

/// The orgs that have packages of others, or had.
#[derive(Default)]
pub(super) struct Subscribers(Mutex<BTreeMap<OrgId, Option<Subscriber>>>);

/// An org as it was when somebody looked.
#[derive(Debug, Clone, PartialEq)]
struct Subscriber {
    /// Writes to its database until then.
    writes: u64,
    versions: Vec<PackageVersionId>,
}

impl App {
    /// Notes that an org is about to install something. Called before that is kept.
    pub(super) fn note_subscriber(&self, org: OrgId) -> Result<(), StoreError> {
        let mut known = self.0.subscribers.0.lock();
        if known.contains_key(&org) {
            return Ok(());
        }
        known.insert(org, None);
        let all: Vec<&OrgId> = known.keys().collect();
        self.0.store.put_fact(ORGS_WITH_PACKAGES, serde_json::to_string(&all).map_err(StoreError::new)?)
    }

    /// The same for a copy of an org, which has what that one has.
    pub(super) fn note_copied_subscriber(&self, source: OrgId, copy: OrgId) -> Result<(), StoreError> {
        let has_packages = self.0.subscribers.0.lock().contains_key(&source);
        if has_packages { self.note_subscriber(copy) } else { Ok(()) }
    }

    /// Takes up what the shared database says of them, after a start or a restore.
    pub(super) fn load_subscribers(&self) -> Result<(), StoreError> {
        let noted: Option<String> = self.0.store.fact(ORGS_WITH_PACKAGES)?;
        let noted: Vec<OrgId> = noted.map_or(Ok(Vec::new()), |text| serde_json::from_str(&text)).map_err(StoreError::new)?;
        *self.0.subscribers.0.lock() = noted.into_iter().map(|org| (org, None)).collect();
        Ok(())
    }

    /// Lets queries see who has installed what by now. Costs a comparison for each org with packages while nothing changed.
    pub(super) fn look_at_subscribers(&self) -> Result<(), StoreError> {
        // Not read under the lock: whoever installs holds an org's database and waits for the lock.
        let known: Vec<_> = self.0.subscribers.0.lock().iter().map(|(id, seen)| (*id, seen.clone())).collect();
        let mut fresh = Vec::new();
        for (id, seen) in known {
            let Some(org) = self.org(id) else { continue };
            let writes = org.db().changes();
            if seen.is_none_or(|seen| seen.writes != writes) {
                let versions = org.read(|tx| tx.installed_packages())?.into_iter().map(|installed| installed.version).collect();
                fresh.push((id, Subscriber { writes, versions }));
            }
        }
        if fresh.is_empty() {
            return Ok(());
        }
        self.0.subscribers.0.lock().extend(fresh.into_iter().map(|(id, seen)| (id, Some(seen))));
        self.show_packages(&self.registry());
        Ok(())
    }

    /// The rows of `PackageSubscriber`.
    pub(super) fn subscriber_rows(&self, registry: &Registry) -> Value {
        let known: Vec<_> = self.0.subscribers.0.lock().iter().filter_map(|(id, seen)| Some((*id, seen.clone()?))).collect();
        let rows = known.into_iter().filter_map(|(id, seen)| Some((self.org(id)?, seen.versions)));
        rows.flat_map(|(org, versions)| versions.into_iter().filter_map(|version| self.subscriber_row(registry, &org, version)).collect::<Vec<_>>())
            .collect()
    }

    fn subscriber_row(&self, registry: &Registry, org: &LiveOrg, version: PackageVersionId) -> Option<Value> {
        let (release, facts) = (registry.release(version)?, org.facts());
        let package = &release.package;
        Some(json!({
            "_owner": package.owner,
            "Id": RecordId::numbered("0Hb", facts.number, number_of(&package.id.to_string())),
            "MetadataPackageId": package.id,
            "MetadataPackageVersionId": version,
            "InstalledStatus": "i",
            "InstanceName": "MOCK1",
            "OrgKey": org.id().record().as_15(),
            "OrgName": facts.name,
            "OrgStatus": status(&facts),
            "OrgType": if facts.kind == OrgKind::Sandbox { "Sandbox" } else { "Production" },
            "ParentOrg": facts.copy_of.map(|origin| origin.source.record().as_15().to_owned()),
        }))
    }
}

/// GUESS: which orgs count as which; the values are documented.
fn status(org: &Org) -> &'static str {
    match org.kind {
        OrgKind::Developer => "Free",
        OrgKind::Scratch => "Trial",
        _ if org.expires.is_some() => "Trial",
        _ => "Active",
    }
}
