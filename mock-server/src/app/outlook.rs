//! What an org asked for and waits for, seen to at the door: whoever calls an API or opens a page after its time has come finds it carried out, whatever
//! the call is about. Nobody reads a query to find out.

use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::{Mutex, MutexGuard};

use super::{App, LiveOrg};
use crate::clock::Timestamp;
use crate::org::{OrgKind, Site};
use crate::storage::StoreError;

/// What is under way moves through states: it is looked at with every call.
pub(super) const EVERY_CALL: Timestamp = Timestamp(i64::MIN);
const NEVER: Timestamp = Timestamp(i64::MAX);

/// When an org must be looked at again. A new one was not looked at yet.
#[derive(Default)]
pub(super) struct Outlook {
    seen: Mutex<Option<Seen>>,
    disturbed: AtomicU64,
}

/// How things stood when somebody looked.
pub(super) struct Seen {
    /// When something is due.
    due: Timestamp,
    /// Whether what is written to the org may be a request by itself: in Dev Hubs, and where packages are made.
    by_writes: bool,
    /// Whether others install what it packages.
    owns_packages: bool,
    counts: Counts,
}

/// What else makes a look necessary when it has grown.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Counts {
    /// Sandboxes and scratch orgs of the whole server that came, went or changed.
    environments: u64,
    /// Writes to the org's database.
    writes: u64,
    disturbed: u64,
}

impl Outlook {
    /// Has the org looked at by the next call.
    pub fn disturb(&self) {
        self.disturbed.fetch_add(1, Ordering::AcqRel);
    }

    /// Keeps others from carrying out what whoever holds this carries out.
    pub fn turn(&self) -> MutexGuard<'_, Option<Seen>> {
        self.seen.lock()
    }
}

impl App {
    /// Brings an org up to date with what it asked for: packages, sandboxes, scratch orgs. Costs some comparisons while nothing is due. Blocks where
    /// something is. What fails is told in the log alone: whoever calls came for something else.
    pub fn see_to(&self, org: &LiveOrg, site: &Site) {
        if let Err(error) = self.look_at(org, site) {
            tracing::error!(%error, org = %org.id(), "what an org asked for could not be carried out");
        }
    }

    fn look_at(&self, org: &LiveOrg, site: &Site) -> Result<(), StoreError> {
        let outlook = org.outlook();
        let mut seen = outlook.turn();
        if seen.as_ref().is_some_and(|seen| seen.owns_packages) {
            self.look_at_subscribers()?;
        }
        // Counted before the look: what changes meanwhile makes another necessary.
        let counts = Counts {
            environments: if has_environments(org) { self.0.environment_changes.load(Ordering::Acquire) } else { 0 },
            writes: org.db().changes(),
            disturbed: outlook.disturbed.load(Ordering::Acquire),
        };
        if seen.as_ref().is_some_and(|seen| seen.is_good(counts, self.now())) {
            return Ok(());
        }
        self.settle_packages(org)?;
        self.settle_sandboxes(org)?;
        self.settle_scratch_orgs(org, site)?;
        let owns_packages = self.registry().packages().iter().any(|package| package.owner == org.id());
        if owns_packages {
            self.look_at_subscribers()?;
        }
        let by_writes = owns_packages || org.facts().is_dev_hub();
        *seen = Some(Seen { due: self.next_look(org)?, by_writes, owns_packages, counts });
        Ok(())
    }

    fn next_look(&self, org: &LiveOrg) -> Result<Timestamp, StoreError> {
        let looks = [self.next_package_look(org)?, self.next_sandbox_look(org)?, self.next_scratch_org_look(org)?];
        Ok(looks.into_iter().flatten().min().unwrap_or(NEVER))
    }

    /// Notes that a sandbox or a scratch org came, went or changed: those who list such orgs look again.
    pub(super) fn environments_changed(&self, kind: OrgKind) {
        if matches!(kind, OrgKind::Sandbox | OrgKind::Scratch) {
            self.0.environment_changes.fetch_add(1, Ordering::AcqRel);
        }
    }
}

impl Seen {
    fn is_good(&self, counts: Counts, now: Timestamp) -> bool {
        let writes = if self.by_writes { counts.writes } else { self.counts.writes };
        now < self.due && Counts { writes, ..counts } == self.counts
    }
}

/// Whether other orgs of the server show in this one.
fn has_environments(org: &LiveOrg) -> bool {
    let facts = org.facts();
    matches!(facts.kind, OrgKind::Production | OrgKind::Devhub) || org.switches().enable_dev_hub
}
