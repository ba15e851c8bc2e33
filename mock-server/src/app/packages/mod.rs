//! Requests about packages at work: versions that are built, installs and uninstalls. Each is carried out when somebody looks after its time has
//! come by the virtual clock, which is at once where the org has set no duration.

mod build;
mod push;

use std::time::Duration;

use super::outlook::EVERY_CALL;
use super::row::Row;
use super::{App, LiveOrg};
use crate::apps::{
    Audience, InstallRefused, Package, PackageRequest, PackageVersion, PackagingRefused, Release, Stamp, Upload, check_install, usual_number,
};
use crate::clock::Timestamp;
use crate::id::{OrgId, PackageId, PackageVersionId, RecordId};
use crate::metadata::{Archive, VersionInfo, packaged_items};
use crate::org::Org;
use crate::records::Value;
use crate::storage::StoreError;
use crate::store::Tx;
use build::{Ground, Lending, Order};
use push::PUSH_REQUEST;

pub const VERSION_REQUEST: &str = "Package2VersionCreateRequest";
pub const INSTALL_REQUEST: &str = "PackageInstallRequest";
pub const UNINSTALL_REQUEST: &str = "SubscriberPackageVersionUninstallRequest";
pub const UPLOAD_REQUEST: &str = "PackageUploadRequest";

/// The objects of requests, with the states in which they are not over, in their order.
const REQUESTS: [(&str, &[&str]); 5] = [
    (
        VERSION_REQUEST,
        &[
            "Queued",
            "Initializing",
            "VerifyingFeaturesAndSettings",
            "VerifyingDependencies",
            "VerifyingMetadata",
            "FinalizingPackageVersion",
            "PerformingValidations",
        ],
    ),
    (INSTALL_REQUEST, &["IN_PROGRESS"]),
    (UNINSTALL_REQUEST, &["Queued", "InProgress"]),
    (UPLOAD_REQUEST, &["QUEUED", "IN_PROGRESS"]),
    (PUSH_REQUEST, &["Pending"]),
];

/// The state in which a new request begins.
pub fn first_state(object: &str) -> &'static str {
    REQUESTS.iter().find(|(name, _)| *name == object).map_or("", |(_, states)| states[0])
}

impl App {
    /// Sees to a new request: it is over when this returns, unless the org wants it to take its time. Blocks.
    pub fn begin_package_request(&self, org: &LiveOrg, id: RecordId) -> Result<(), StoreError> {
        let turn = org.outlook().turn();
        self.settle_packages(org)?;
        drop(turn);
        let due = org.read(|tx| self.pending(org, tx))?.into_iter().find(|pending| pending.row.id == id).map(|pending| pending.due);
        if let Some(due) = due {
            self.note_work(org)?;
            self.wait_for(org, id, due);
        }
        Ok(())
    }

    /// Carries out every request whose time has come, and moves the others on. Blocks; whoever calls has the org's turn.
    pub(super) fn settle_packages(&self, org: &LiveOrg) -> Result<(), StoreError> {
        let now = self.now();
        for pending in org.read(|tx| self.pending(org, tx))? {
            if pending.due > now {
                let state = pending.state_at(now);
                if pending.row.text("Status").as_deref() != Some(state) {
                    org.write(|tx| pending.row.set(tx, now, &[("Status", Value::text(state))]))?;
                }
                continue;
            }
            match pending.row.object {
                VERSION_REQUEST => self.build_version(org, &pending)?,
                INSTALL_REQUEST => self.carry_out_install(org, &pending)?,
                UPLOAD_REQUEST => self.carry_out_upload(org, &pending)?,
                PUSH_REQUEST => self.carry_out_push(org, &pending.row)?,
                _ => self.carry_out_uninstall(org, &pending)?,
            }
        }
        Ok(())
    }

    /// Whether a unit of work is a request about packages.
    pub(super) fn is_package_request(unit: RecordId) -> bool {
        matches!(unit.prefix(), "08c" | "0Hf" | "06y" | "0HD" | "0DV")
    }

    /// When the requests of an org are due, for a start after a stop.
    pub(super) fn package_requests_due(&self, org: &LiveOrg) -> Result<Vec<(RecordId, Timestamp)>, StoreError> {
        Ok(org.read(|tx| self.pending(org, tx))?.into_iter().map(|pending| (pending.row.id, pending.due)).collect())
    }

    /// When somebody must look again: with every call while requests are under way, else when a push upgrade begins.
    pub(super) fn next_package_look(&self, org: &LiveOrg) -> Result<Option<Timestamp>, StoreError> {
        let pending = org.read(|tx| self.pending(org, tx))?;
        Ok(pending.iter().map(|pending| if pending.row.object == PUSH_REQUEST { pending.due } else { EVERY_CALL }).min())
    }

    /// The requests that are not over, the oldest first.
    fn pending(&self, org: &LiveOrg, tx: &Tx<'_>) -> Result<Vec<Pending>, StoreError> {
        let switches = org.switches();
        let mut found = Vec::new();
        for (object, states) in REQUESTS {
            let seconds =
                if matches!(object, VERSION_REQUEST | UPLOAD_REQUEST) { switches.package_build_seconds } else { switches.package_install_seconds };
            for row in Row::with_states(tx, object, states)? {
                let created = row.time("CreatedDate");
                // A push upgrade begins when its developer wants it to.
                let due = match object {
                    PUSH_REQUEST => created.max(row.time("ScheduledStartTime")),
                    _ => created.plus(Duration::from_secs(seconds.into())),
                };
                found.push(Pending { due, created, states, seconds, row });
            }
        }
        found.sort_by_key(|pending| (pending.due, pending.row.id));
        Ok(found)
    }

    fn build_version(&self, org: &LiveOrg, pending: &Pending) -> Result<(), StoreError> {
        let (row, now) = (&pending.row, self.now());
        // The version has the number of its request, so that one that was interrupted makes no second version.
        let Ok(id) = PackageVersionId::try_from(row.id.with_prefix(PackageVersionId::PREFIX)) else { return Ok(()) };
        let built = match self.registry().release(id) {
            Some(release) => Ok(release.version),
            None => self.built(org, row, pending.order(org.read(|tx| tx.package_key(row.id))?), id)?,
        };
        org.write(|tx| {
            tx.remove_package_key(row.id)?;
            match &built {
                Ok(version) => row.set(
                    tx,
                    now,
                    &[
                        ("Status", Value::text("Success")),
                        ("Package2VersionId", Value::text(version.id.developers().to_string())),
                        ("IsPasswordProtected", Value::boolean(version.installation_key.is_some())),
                    ],
                ),
                Err(wrong) => {
                    row.set(tx, now, &[("Status", Value::text("Error"))])?;
                    wrong.iter().try_for_each(|message| row.add_error(tx, now, "Package2VersionCreateRequestError", message))
                }
            }
        })
    }

    fn built(
        &self,
        org: &LiveOrg,
        row: &Row,
        order: Order,
        id: PackageVersionId,
    ) -> Result<Result<std::sync::Arc<PackageVersion>, Vec<String>>, StoreError> {
        let info = match VersionInfo::read(row.blob("VersionInfo")) {
            Ok(info) => info,
            Err(wrong) => return Ok(Err(vec![wrong])),
        };
        let package = row.text("Package2Id").and_then(|id| RecordId::parse(&id).ok()).and_then(PackageId::of_developer);
        let package = package.and_then(|id| self.registry().package(id)).filter(|package| package.owner == org.id() && !package.deprecated);
        let Some(package) = package else { return Ok(Err(vec!["The package was not found in this Dev Hub, or it was deleted.".to_owned()])) };
        let stamp = Stamp { at: self.now(), by: row.user("CreatedById") };
        let hub = org.facts();
        let owner = |link: &str| OrgId::parse(link.split_once(':')?.0).ok();
        let owners = info.apps.iter().filter_map(|app| owner(app.oauth_link.as_deref()?));
        let lending = owners.map(|owner| (owner, self.lends(owner, &hub))).collect();
        let made = self.put_version(|registry| {
            let version = build::build(Ground { registry, lending: &lending }, &package, &info, order, (id, stamp)).map_err(Unbuilt::Wrong)?;
            // Kept before the version: one without its content would install nothing.
            self.keep_content(&package, &version, &info)?;
            Ok(version)
        });
        match made {
            Ok(version) => Ok(Ok(version)),
            Err(Unbuilt::Wrong(wrong)) => Ok(Err(wrong)),
            Err(Unbuilt::Store(error)) => Err(error),
        }
    }

    /// Whether an org lets this Dev Hub package its external client apps. Source: Salesforce help, "Package an External Client App Not on a Dev Hub Org":
    /// the orgs are connected by a namespace. GUESS: the org that owns the settings is the one that opts in.
    fn lends(&self, owner: OrgId, hub: &Org) -> Lending {
        let Some(owner) = self.org(owner) else { return Lending::NotOptedIn };
        if !owner.switches().package_oauth_from_dev_org {
            return Lending::NotOptedIn;
        }
        let namespace = owner.facts().namespace.clone();
        let is_linked = namespace.is_some_and(|own| hub.linked_namespaces.iter().any(|linked| linked.prefix.eq_ignore_ascii_case(&own)));
        if is_linked { Lending::Yes } else { Lending::NotLinked }
    }

    fn keep_content(&self, package: &Package, version: &PackageVersion, info: &VersionInfo) -> Result<(), Unbuilt> {
        let archive = Archive::read(&info.content).map_err(|bad| Unbuilt::Wrong(vec![bad.to_string()]))?;
        let items = packaged_items(&archive, package.namespace.as_deref()).map_err(|wrong| Unbuilt::Wrong(vec![wrong]))?;
        if items.is_empty() { Ok(()) } else { Ok(self.keep_package_content(version.id, &info.content)?) }
    }

    fn carry_out_install(&self, org: &LiveOrg, pending: &Pending) -> Result<(), StoreError> {
        let row = &pending.row;
        let release = row.text("SubscriberPackageVersionKey").and_then(|id| self.registry().release(PackageVersionId::parse(&id).ok()?));
        let wrong = match release {
            None => vec!["The package version was not found.".to_owned()],
            Some(release) => self.install_as_asked(org, row, &release)?,
        };
        let state = if wrong.is_empty() { "SUCCESS" } else { "ERROR" };
        org.write(|tx| row.set(tx, self.now(), &[("Status", Value::text(state)), ("Errors", errors(&wrong))]))
    }

    /// A first-generation package is uploaded. As with versions that are built, an upload that was interrupted makes no second version.
    fn carry_out_upload(&self, org: &LiveOrg, pending: &Pending) -> Result<(), StoreError> {
        let (row, now) = (&pending.row, self.now());
        let Ok(id) = PackageVersionId::try_from(row.id.with_prefix(PackageVersionId::PREFIX)) else { return Ok(()) };
        let package = row.text("MetadataPackageId").and_then(|id| PackageId::parse(&id).ok());
        let (major, minor) = usual_number(package.map(|id| self.registry().versions(id)).unwrap_or_default().iter().map(|version| &**version));
        let number = |field: &str| row.number(field).and_then(|number| u32::try_from(number).ok());
        let upload = Upload {
            version_name: row.text("VersionName").unwrap_or_default(),
            major: number("MajorVersion").unwrap_or(major),
            minor: number("MinorVersion").unwrap_or(minor),
            release: row.is_true("IsReleaseVersion"),
            key: org.read(|tx| tx.package_key(row.id))?,
            description: row.text("Description"),
            release_notes_url: row.text("ReleaseNotesUrl"),
            post_install_url: row.text("PostInstallUrl"),
        };
        let outcome = match package {
            Some(package) => self.upload_as(org, package, &upload, (id, row.user("CreatedById")))?,
            None => Err(PackagingRefused::UnknownPackage),
        };
        org.write(|tx| {
            tx.remove_package_key(row.id)?;
            match &outcome {
                Ok(release) => {
                    let version = Value::text(release.version.id.to_string());
                    row.set(tx, now, &[("Status", Value::text("SUCCESS")), ("MetadataPackageVersionId", version)])
                }
                Err(refused) => row.set(tx, now, &[("Status", Value::text("ERROR")), ("Errors", errors(&[refused.to_string()]))]),
            }
        })
    }

    /// What stands against the install, a sentence each.
    fn install_as_asked(&self, org: &LiveOrg, row: &Row, release: &Release) -> Result<Vec<String>, StoreError> {
        let audience = match row.text("SecurityType").as_deref() {
            Some("Full") => Audience::AllUsers,
            _ => Audience::AdminsOnly,
        };
        // The key was shown when the request was made.
        let key = release.version.installation_key.clone();
        let request = PackageRequest { key: key.as_ref().map(|key| key.0.as_str()), acknowledged: true, audience };
        match self.install_package(org, release, request, row.user("CreatedById"))? {
            Ok(_) => Ok(Vec::new()),
            Err(InstallRefused::DependencyMissing) => org.read(|tx| {
                let told = |needed: &Release| {
                    // GUESS: the sentence; that each missing package has one of its own is documented.
                    format!("The package {} {} ({}) must be installed first.", needed.package.name, needed.version.number, needed.version.id)
                };
                Ok(self.missing_dependencies(tx, release)?.iter().map(told).collect())
            }),
            Err(InstallRefused::Components(wrong)) => Ok(wrong),
            Err(refused) => Ok(vec![refused.message()]),
        }
    }

    fn carry_out_uninstall(&self, org: &LiveOrg, pending: &Pending) -> Result<(), StoreError> {
        let (row, now) = (&pending.row, self.now());
        let version = row.text("SubscriberPackageVersionId").and_then(|id| PackageVersionId::parse(&id).ok());
        let outcome = match version {
            Some(version) => self.uninstall_package(org, version, row.user("CreatedById"))?,
            None => Err(InstallRefused::NotInstalled),
        };
        org.write(|tx| match &outcome {
            Ok(()) => row.set(tx, now, &[("Status", Value::text("Success"))]),
            Err(refused) => {
                row.set(tx, now, &[("Status", Value::text("Error"))])?;
                row.add_error(tx, now, "PackageVersionUninstallRequestError", &refused.message())
            }
        })
    }

    /// Writes down whether an org would take a version, for the query that asks in the same transaction.
    pub fn note_install_validation(&self, org: &LiveOrg, tx: &Tx<'_>, release: &Release) -> Result<(), StoreError> {
        let status = match check_install(release, &org.facts(), &self.installed(tx)?) {
            Ok(_) => "NO_ERRORS_DETECTED",
            Err(refused) => refused.validation_status(),
        };
        tx.put_install_validation(release.version.id, status)
    }
}

/// `Errors` of a request: null where there are none.
fn errors(messages: &[String]) -> Value {
    if messages.is_empty() {
        return Value::Null;
    }
    let messages: Vec<_> = messages.iter().map(|message| serde_json::json!({ "message": message })).collect();
    Value::text(serde_json::json!({ "errors": messages }).to_string())
}

/// A request that is not over.
struct Pending {
    row: Row,
    created: Timestamp,
    due: Timestamp,
    seconds: u32,
    states: &'static [&'static str],
}

impl Pending {
    /// Each state takes an equal share of the time.
    fn state_at(&self, now: Timestamp) -> &'static str {
        let (gone, all) = ((now.0 - self.created.0).max(0), (self.due.0 - self.created.0).max(1));
        let at = usize::try_from(gone * i64::try_from(self.states.len()).unwrap_or(1) / all).unwrap_or(0);
        self.states.get(at).or(self.states.last()).copied().unwrap_or_default()
    }

    fn order(&self, key: Option<String>) -> Order {
        Order {
            key,
            branch: self.row.text("Branch"),
            tag: self.row.text("Tag"),
            language: self.row.text("Language"),
            calculates_coverage: self.row.is_true("CalculateCodeCoverage"),
            skips_validation: self.row.is_true("SkipValidation"),
            validates_async: self.row.is_true("AsyncValidation"),
            seconds: self.seconds,
        }
    }
}

enum Unbuilt {
    Wrong(Vec<String>),
    Store(StoreError),
}

impl From<StoreError> for Unbuilt {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
