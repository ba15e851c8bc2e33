//! Assignments of permission sets that end on a day.

use std::sync::atomic::Ordering;

use rusqlite::Connection;

use super::{OrgDb, Tx};
use crate::clock::Timestamp;
use crate::id::RecordId;
use crate::storage::StoreError;

impl OrgDb {
    /// Whether the day of an assignment has come; `None` while the database was not opened.
    pub fn has_lapse(&self, now: Timestamp) -> Option<bool> {
        let next = self.next_lapse.load(Ordering::Acquire);
        (next != i64::MIN).then_some(next <= now.0)
    }

    pub(super) fn load_next_lapse(&self, connection: &Connection) -> Result<(), StoreError> {
        let mut statement = connection.prepare_cached("SELECT min(expires) FROM _assignment WHERE NOT lapsed")?;
        let next: Option<i64> = statement.query_row([], |row| row.get(0))?;
        self.next_lapse.store(next.unwrap_or(i64::MAX), Ordering::Release);
        Ok(())
    }
}

impl Tx<'_> {
    /// Ends the assignments whose time is over.
    pub fn lapse_assignments(&self, now: Timestamp) -> Result<(), StoreError> {
        self.execute("UPDATE _assignment SET lapsed = 1 WHERE expires <= ?1 AND NOT lapsed", [now.0])?;
        self.forget();
        self.org.load_next_lapse(self.connection())
    }

    /// An assignment was written: it counts, until somebody finds that its time is over.
    pub(super) fn assignment_written(&self, id: RecordId) -> Result<(), StoreError> {
        self.execute("UPDATE _assignment SET lapsed = 0 WHERE id = ?1", [id.to_string()])?;
        self.org.load_next_lapse(self.connection())
    }
}
