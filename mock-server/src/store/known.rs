//! Users and apps as an org's transactions last read them: most ask for the same few, and to put a user together takes several statements.

use std::collections::HashMap;
use std::hash::Hash;

use super::Tx;
use crate::apps::OrgApp;
use crate::id::{AppId, UserId};
use crate::org::User;
use crate::storage::StoreError;

/// Entries of one kind kept at once; beyond it they are read again.
const KEPT: usize = 1_000;

/// What was read since the org's epoch began.
#[derive(Default)]
pub(super) struct Known {
    epoch: u64,
    pub(super) users: HashMap<UserId, User>,
    pub(super) apps: HashMap<AppId, OrgApp>,
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
        // The connection is this transaction's until it ends, so the epoch cannot move in between.
        let epoch = self.org.epoch();
        {
            let mut known = self.org.known.lock();
            if known.epoch != epoch {
                *known = Known { epoch, ..Known::default() };
            }
            if let Some(value) = place(&mut known).get(&key) {
                return Ok(Some(value.clone()));
            }
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
}
