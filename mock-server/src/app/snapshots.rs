//! Snapshots of the whole server or of one org, kept in memory until the server stops.

use std::collections::HashMap;
use std::sync::Arc;

use super::{App, LiveOrg};
use crate::clock::ClockState;
use crate::id::OrgId;
use crate::org::{Directory, Org};
use crate::storage::StoreError;
use crate::store::OrgCopy;

#[derive(Default)]
pub(super) struct Snapshots {
    taken: HashMap<String, Arc<Snapshot>>,
    /// What `reset` goes back to.
    start: Option<Arc<Snapshot>>,
    count: u64,
}

struct Snapshot {
    clock: ClockState,
    shared: Arc<[u8]>,
    orgs: HashMap<OrgId, (Org, OrgCopy)>,
    /// The one org it was asked for; `None`: all.
    only: Option<OrgId>,
}

/// No snapshot has this id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no snapshot {0:?}")]
pub struct UnknownSnapshot(pub String);

impl App {
    /// Copies all orgs, or one, and returns the snapshot's id.
    pub fn snapshot(&self, only: Option<OrgId>) -> Result<String, StoreError> {
        let snapshot = self.take(only)?;
        let mut snapshots = self.0.snapshots.lock();
        snapshots.count += 1;
        let id = format!("snapshot-{}", snapshots.count);
        snapshots.taken.insert(id.clone(), snapshot);
        Ok(id)
    }

    /// Puts a snapshot back: data, clock, and, for a snapshot of the whole server, which orgs and apps there are.
    pub fn restore(&self, id: &str, only: Option<OrgId>) -> Result<Result<(), UnknownSnapshot>, StoreError> {
        let Some(snapshot) = self.0.snapshots.lock().taken.get(id).cloned() else { return Ok(Err(UnknownSnapshot(id.to_owned()))) };
        self.put_back(&snapshot, only.or(snapshot.only)).map(Ok)
    }

    /// Remembers the present state as the one `reset` goes back to.
    pub fn mark_start(&self) -> Result<(), StoreError> {
        let start = self.take(None)?;
        self.0.snapshots.lock().start = Some(start);
        Ok(())
    }

    /// Back to how the server started; with `only`, one org alone. An org made since is emptied of its change only by a whole reset, which removes it.
    pub fn reset(&self, only: Option<OrgId>) -> Result<(), StoreError> {
        let start = self.0.snapshots.lock().start.clone();
        match start {
            Some(start) => {
                if only.is_none() {
                    self.0.keys.reset();
                }
                self.put_back(&start, only)
            }
            None => Ok(()),
        }
    }

    fn take(&self, only: Option<OrgId>) -> Result<Arc<Snapshot>, StoreError> {
        loop {
            // Listed before the writes are stopped: whoever makes an org holds the list and waits for leave to write.
            let listed = self.orgs();
            if let Some(snapshot) = self.0.store.alone(|| self.copy(&listed, only))? {
                return Ok(Arc::new(snapshot));
            }
        }
    }

    /// Copies the listed orgs; `None` if another was made or removed since the list was taken.
    fn copy(&self, listed: &[Arc<LiveOrg>], only: Option<OrgId>) -> Result<Option<Snapshot>, StoreError> {
        if !self.0.store.org_ids()?.into_iter().eq(listed.iter().map(|live| live.id().to_string())) {
            return Ok(None);
        }
        let earlier = self.0.snapshots.lock().taken.values().max_by_key(|snapshot| snapshot.orgs.len()).cloned();
        let mut orgs = HashMap::new();
        for live in listed.iter().filter(|live| only.is_none_or(|only| only == live.id())) {
            let before = earlier.as_ref().and_then(|snapshot| snapshot.orgs.get(&live.id())).map(|(_, copy)| copy);
            orgs.insert(live.id(), (Org::clone(&live.facts()), live.db().copy_later(before)?));
        }
        Ok(Some(Snapshot { clock: self.0.clock.state(), shared: self.0.store.copy_shared()?, orgs, only }))
    }

    fn put_back(&self, snapshot: &Snapshot, only: Option<OrgId>) -> Result<(), StoreError> {
        match only {
            Some(id) => self.put_back_org(snapshot, id),
            None => self.put_back_all(snapshot),
        }
    }

    /// The clock stays: other orgs live by it.
    fn put_back_org(&self, snapshot: &Snapshot, id: OrgId) -> Result<(), StoreError> {
        let (Some((facts, copy)), Some(live)) = (snapshot.orgs.get(&id), self.org(id)) else { return Ok(()) };
        let users_before = live.read(|tx| tx.usernames())?;
        self.note_work(&live)?;
        self.0.store.alone(|| live.db().restore(copy))?;
        live.forget_schema();
        live.event_log().clear();
        self.change_org(id, |org| *org = facts.clone()).map_err(StoreError::new)?;
        for username in users_before {
            self.0.store.release_username(&username)?;
        }
        for username in live.read(|tx| tx.usernames())? {
            self.0.store.take_username(&username, id)?;
        }
        self.resume_work(&live)
    }

    fn put_back_all(&self, snapshot: &Snapshot) -> Result<(), StoreError> {
        let mut orgs = self.0.orgs.write();
        let gone: Vec<_> = orgs.by_id.keys().filter(|id| !snapshot.orgs.contains_key(id)).copied().collect();
        for live in gone.iter().filter_map(|id| orgs.by_id.get(id).cloned()).collect::<Vec<_>>() {
            orgs.remove(&live);
            live.db().close();
            self.0.store.remove_org_file(live.id())?;
        }
        self.0.store.alone(|| {
            for (id, (facts, copy)) in &snapshot.orgs {
                let live = match orgs.by_id.get(id).cloned() {
                    Some(live) => live,
                    None => Arc::new(LiveOrg::new(self.0.store.org(*id, facts.number)?, facts.clone())),
                };
                live.db().restore(copy)?;
                live.forget_schema();
                live.event_log().clear();
                live.outlook().disturb();
                orgs.remove(&live);
                live.set_facts(facts.clone());
                orgs.insert(live);
            }
            self.0.store.restore_shared(&snapshot.shared)
        })?;
        drop(orgs);
        self.0.clock.restore(snapshot.clock);
        self.load_registry()?;
        self.load_work()
    }
}
