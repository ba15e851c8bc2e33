//! One refresh at a time per grant.

use std::collections::HashSet;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::id::RecordId;

/// Grants of one org whose refresh is under way.
#[derive(Debug, Default)]
pub struct RefreshLocks(Mutex<HashSet<RecordId>>);

/// Holds one grant until its answer is written.
#[derive(Debug)]
pub struct RefreshLock {
    locks: Arc<RefreshLocks>,
    grant: RecordId,
}

impl RefreshLocks {
    /// `None`: another refresh of the grant is under way.
    pub fn try_lock(self: &Arc<Self>, grant: RecordId) -> Option<RefreshLock> {
        self.0.lock().insert(grant).then(|| RefreshLock { locks: Arc::clone(self), grant })
    }
}

impl Drop for RefreshLock {
    fn drop(&mut self) {
        self.locks.0.lock().remove(&self.grant);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_is_locked_until_its_lock_is_dropped() {
        let (locks, grant) = (Arc::<RefreshLocks>::default(), RecordId::numbered("0CG", 1, 1));
        let first = locks.try_lock(grant);
        assert!(first.is_some());
        assert!(locks.try_lock(grant).is_none());
        assert!(locks.try_lock(RecordId::numbered("0CG", 1, 2)).is_some());
        drop(first);
        assert!(locks.try_lock(grant).is_some());
    }
}
