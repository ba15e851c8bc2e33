//! Jobs at work: begun by the request that completes their data, moved on off the threads that serve requests, taken up
//! again after a restart or a restore, held back until the virtual clock has come to them.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::Notify;

use super::{App, LiveOrg};
use crate::clock::Timestamp;
use crate::id::{OrgId, RecordId};
use crate::jobs::{self, Jobs, Next, Run, Setting};
use crate::org::{Scheme, Site};
use crate::storage::StoreError;

/// What is under way, and what waits for its time.
#[derive(Default)]
pub struct JobsAtWork {
    claimed: Mutex<HashSet<(OrgId, RecordId)>>,
    waiting: Mutex<BTreeSet<(Timestamp, OrgId, RecordId)>>,
    /// Orgs that may have work.
    orgs: Mutex<BTreeSet<OrgId>>,
    changed: Notify,
}

/// The fact of the shared database that names the orgs with work.
const ORGS_AT_WORK: &str = "orgs_at_work";

/// The virtual clock is looked at again after so long, should nobody say that it moved.
const PATIENCE: Duration = Duration::from_secs(60);

impl App {
    /// Begins the work of a job or batch. Returns after its first slice, so that small work is done by then; the rest goes
    /// on in the background. Blocks: not to be called on a thread that serves requests.
    pub fn begin_work(&self, org: &Arc<LiveOrg>, unit: RecordId) {
        if Self::is_package_request(unit) || Self::is_environment_request(unit) {
            org.outlook().disturb();
            let site = Site::reported(self.config().addressing, Scheme::Http, self.listeners());
            self.see_to(org, &site);
            return;
        }
        if !self.0.jobs.claimed.lock().insert((org.id(), unit)) {
            return;
        }
        let mut run = Run::default();
        if self.take_step(org, unit, &mut run) == Next::Step {
            let (app, org) = (self.clone(), Arc::clone(org));
            tokio::task::spawn_blocking(move || {
                while app.take_step(&org, unit, &mut run) == Next::Step {}
                app.0.jobs.claimed.lock().remove(&(org.id(), unit));
            });
        } else {
            self.0.jobs.claimed.lock().remove(&(org.id(), unit));
        }
    }

    /// Takes one step in a transaction of its own.
    fn take_step(&self, org: &Arc<LiveOrg>, unit: RecordId, run: &mut Run) -> Next {
        let next = self.try_step(org, unit, run).unwrap_or_else(|error| {
            tracing::error!(%error, %unit, "a job could not be moved on");
            Next::Over
        });
        if let Next::Wait(until) = next {
            self.wait_for(org, unit, until);
        }
        next
    }

    /// Has work begun when the clock comes to this time.
    pub(super) fn wait_for(&self, org: &LiveOrg, unit: RecordId, until: Timestamp) {
        self.0.jobs.waiting.lock().insert((until, org.id(), unit));
        org.outlook().disturb();
        self.0.jobs.changed.notify_one();
    }

    fn try_step(&self, org: &Arc<LiveOrg>, unit: RecordId, run: &mut Run) -> Result<Next, StoreError> {
        let Some(user) = org.read(|tx| jobs::made_by(tx, unit))? else { return Ok(Next::Over) };
        let Some(member) = org.member(user)? else { return Ok(Next::Over) };
        let schema = org.schema()?;
        let (user, access) = (&member.user, &member.access);
        let facts = org.facts();
        let setting = Setting { schema: &schema, user, access, memory: self.records(), org: &facts, now: self.now() };
        org.write(|tx| jobs::step(tx, &setting, unit, run))
    }

    /// Begins everything whose time has come. Blocks.
    pub fn begin_due_work(&self) {
        let now = self.now();
        for org in self.orgs_with_lapses(now) {
            if let Err(error) = org.lapse_assignments(now) {
                tracing::error!(%error, org = %org.id(), "assignments of permission sets could not be ended");
            }
        }
        loop {
            let due = {
                let mut waiting = self.0.jobs.waiting.lock();
                let due = waiting.first().copied().filter(|(time, _, _)| *time <= now);
                due.inspect(|entry| {
                    waiting.remove(entry);
                })
            };
            let Some((_, org, unit)) = due else { return };
            if let Some(org) = self.org(org) {
                self.begin_work(&org, unit);
            }
        }
    }

    /// The orgs in which the day of an assignment has come.
    fn orgs_with_lapses(&self, now: Timestamp) -> Vec<Arc<LiveOrg>> {
        self.0.orgs.read().by_id.values().filter(|org| org.db().has_lapse(now) == Some(true)).cloned().collect()
    }

    /// Notes that an org has work, so that a restart knows where to look for what is left. To be called before the work is stored.
    pub fn note_work(&self, org: &LiveOrg) -> Result<(), StoreError> {
        let mut orgs = self.0.jobs.orgs.lock();
        if orgs.insert(org.id()) {
            self.put_orgs_at_work(&orgs)?;
        }
        Ok(())
    }

    fn put_orgs_at_work(&self, orgs: &BTreeSet<OrgId>) -> Result<(), StoreError> {
        self.0.store.put_fact(ORGS_AT_WORK, serde_json::to_string(orgs).map_err(StoreError::new)?)
    }

    /// Takes up what was left when the server stopped or a snapshot was taken.
    pub(super) fn load_work(&self) -> Result<(), StoreError> {
        let noted: Option<String> = self.0.store.fact(ORGS_AT_WORK)?;
        let noted: BTreeSet<OrgId> = noted.map_or(Ok(BTreeSet::new()), |text| serde_json::from_str(&text)).map_err(StoreError::new)?;
        for org in noted.iter().filter_map(|id| self.org(*id)) {
            self.resume_work(&org)?;
        }
        let left: BTreeSet<OrgId> = self.0.jobs.waiting.lock().iter().map(|(_, org, _)| *org).collect();
        if left != noted {
            self.put_orgs_at_work(&left)?;
        }
        *self.0.jobs.orgs.lock() = left;
        Ok(())
    }

    /// Takes up the work an org has left.
    pub(super) fn resume_work(&self, org: &LiveOrg) -> Result<(), StoreError> {
        org.outlook().disturb();
        let (packages, environments) = (self.package_requests_due(org)?, self.environments_due(org)?);
        for (unit, due) in org.read(|tx| Jobs::due(tx))?.into_iter().chain(packages).chain(environments) {
            self.0.jobs.waiting.lock().insert((due, org.id(), unit));
        }
        self.0.jobs.changed.notify_one();
        Ok(())
    }

    /// Begins work when its time comes, for as long as the server runs.
    pub async fn keep_working(self) {
        loop {
            let app = self.clone();
            if tokio::task::spawn_blocking(move || app.begin_due_work()).await.is_err() {
                tracing::error!("a job ended in a panic");
            }
            tokio::select! {
                () = self.0.jobs.changed.notified() => {}
                () = tokio::time::sleep(self.until_next_work()) => {}
            }
        }
    }

    fn until_next_work(&self) -> Duration {
        let next = self.0.jobs.waiting.lock().first().map(|(time, _, _)| *time);
        let Some(next) = next.filter(|_| !self.clock().state().is_frozen()) else { return PATIENCE };
        let left = u64::try_from(next.0 - self.now().0).unwrap_or(0);
        Duration::from_millis(left).min(PATIENCE)
    }
}
