//! Users, apps and grants as an org's transactions last read them: most ask for the same few, and to put a user together takes several statements.

use std::collections::HashMap;
use std::hash::Hash;

use parking_lot::MutexGuard;

use super::Tx;
use crate::apps::OrgApp;
use crate::clock::Timestamp;
use crate::id::{AppId, RecordId, UserId};
use crate::oauth::{Digest, Grant};
use crate::org::User;
use crate::storage::StoreError;

/// Entries of one kind kept at once; beyond it they are read again.
const KEPT: usize = 1_000;

/// What was read since the org's epoch began.
#[derive(Default)]
pub(super) struct Known {
    epoch: u64,
    pub(super) users: HashMap<UserId, User>,
    /// Users by the names they were asked for by.
    pub(super) names: HashMap<String, UserId>,
    pub(super) apps: HashMap<AppId, OrgApp>,
    /// By the refresh token that is current; `tokens` has the token of each.
    grants: HashMap<Digest, Grant>,
    tokens: HashMap<RecordId, Digest>,
}

impl Known {
    /// A grant was used by its current token, or that was replaced: nothing of it is known then.
    pub(super) fn use_grant(&mut self, id: RecordId, now: Timestamp, is_rotated: bool) {
        let Some(token) = self.tokens.get(&id) else { return };
        match self.grants.get_mut(token) {
            Some(grant) if !is_rotated => (grant.last_used, grant.refreshed, grant.use_count) = (now, now, grant.use_count + 1),
            _ => drop(self.grants.remove(token)),
        }
    }

    /// Forgets the grants: what was noted of them is undone.
    pub(super) fn forget_grants(&mut self) {
        (self.grants, self.tokens) = Default::default();
    }
}

impl Tx<'_> {
    /// Answers from memory, else from the database. A transaction that changed something of the kind sees its own changes: it asks
    /// the database, and nothing of what it read is kept.
    pub(super) fn known<K: Hash + Eq, V: Clone>(
        &self,
        place: impl Fn(&mut Known) -> &mut HashMap<K, V>,
        key: K,
        load: impl FnOnce() -> Result<Option<V>, StoreError>,
    ) -> Result<Option<V>, StoreError> {
        if self.forgets.get() {
            return load();
        }
        if let Some(value) = place(&mut self.known_now()).get(&key) {
            return Ok(Some(value.clone()));
        }
        let loaded = load()?;
        if let Some(value) = &loaded {
            let mut known = self.org.known.lock();
            let entries = place(&mut known);
            if entries.len() >= KEPT {
                entries.clear();
            }
            entries.insert(key, value.clone());
        }
        Ok(loaded)
    }

    /// The grant whose current refresh token this is, from memory or else from the database.
    pub(super) fn known_grant(&self, token: Digest, load: impl FnOnce() -> Result<Option<Grant>, StoreError>) -> Result<Option<Grant>, StoreError> {
        if self.forgets.get() {
            return load();
        }
        if let Some(grant) = self.known_now().grants.get(&token) {
            return Ok(Some(grant.clone()));
        }
        let loaded = load()?;
        if let Some(grant) = &loaded {
            let mut known = self.org.known.lock();
            if known.tokens.len() >= KEPT {
                known.forget_grants();
            }
            known.tokens.insert(grant.id, token);
            known.grants.insert(token, grant.clone());
        }
        Ok(loaded)
    }

    /// What was read in this epoch. The connection is this transaction's until it ends, so the epoch cannot move meanwhile.
    fn known_now(&self) -> MutexGuard<'_, Known> {
        let (epoch, mut known) = (self.org.epoch(), self.org.known.lock());
        if known.epoch != epoch {
            *known = Known { epoch, ..Known::default() };
        }
        known
    }
}
