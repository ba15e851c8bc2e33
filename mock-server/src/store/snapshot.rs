//! Copies of databases, taken and put back whole.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use rusqlite::{Connection, MAIN_DB};

use super::{IdBlock, OrgDb, Store};
use crate::storage::{self, StoreError};

/// A copy of one org's database, shared between snapshots while the org does not change.
#[derive(Clone)]
pub struct OrgCopy {
    content: Content,
    changes: u64,
}

#[derive(Clone)]
enum Content {
    Plain(Arc<[u8]>),
    /// Of a database in memory that was put away: what it left serves as it is.
    Packed(Arc<[u8]>),
}

impl Store {
    /// Runs `work` while no write is under way anywhere.
    pub fn alone<T>(&self, work: impl FnOnce() -> T) -> T {
        let _gate = self.common.gate.write();
        work()
    }

    /// A copy of what crosses orgs. To be called within [`Store::alone`].
    pub fn copy_shared(&self) -> Result<Arc<[u8]>, StoreError> {
        bytes_of(&mut self.common.shared.lock())
    }

    pub fn restore_shared(&self, bytes: &[u8]) -> Result<(), StoreError> {
        put_back(bytes, &mut self.common.shared.lock())
    }
}

impl OrgDb {
    /// A copy, or `earlier` itself when nothing was written since. To be called within [`Store::alone`].
    pub fn copy(&self, earlier: Option<&OrgCopy>) -> Result<OrgCopy, StoreError> {
        let changes = self.changes.load(Ordering::Acquire);
        if let Some(earlier) = earlier.filter(|copy| copy.changes == changes) {
            return Ok(earlier.clone());
        }
        let put_away = self.connection.lock().is_none().then(|| self.packed.lock().clone()).flatten();
        let content = match put_away {
            Some(packed) => Content::Packed(packed),
            None => Content::Plain(bytes_of(self.connection()?.as_mut().ok_or_else(super::closed)?)?),
        };
        Ok(OrgCopy { content, changes })
    }

    /// Puts a copy back, unless nothing was written since it was taken. To be called within [`Store::alone`].
    pub fn restore(&self, copy: &OrgCopy) -> Result<(), StoreError> {
        if self.changes.load(Ordering::Acquire) == copy.changes {
            return Ok(());
        }
        let mut guard = self.connection()?;
        let connection = guard.as_mut().ok_or_else(super::closed)?;
        match &copy.content {
            Content::Plain(bytes) => put_back(bytes, connection)?,
            Content::Packed(packed) => unpack(packed, connection)?,
        }
        // Whatever fails from here on: nothing that is remembered is of this state.
        self.epoch.fetch_add(1, Ordering::AcqRel);
        self.load_tables(connection)?;
        let reserved: u32 = connection.query_row("SELECT coalesce(max(value), 0) FROM _fact WHERE name = 'reserved_ids'", [], |row| row.get(0))?;
        *self.ids.lock() = IdBlock { next: reserved, reserved };
        // The copy's count is reached again only by this very state: later writes must count as changes.
        self.changes.fetch_add(1, Ordering::AcqRel);
        Ok(())
    }
}

fn bytes_of(connection: &mut Connection) -> Result<Arc<[u8]>, StoreError> {
    Ok(Arc::from(&connection.serialize(MAIN_DB)?[..]))
}

fn put_back(bytes: &[u8], connection: &mut Connection) -> Result<(), StoreError> {
    let mut source = Connection::open_in_memory()?;
    source.deserialize_read_exact(MAIN_DB, bytes, bytes.len(), true)?;
    connection.flush_prepared_statement_cache();
    rusqlite::backup::Backup::new(&source, connection)?.step(-1)?;
    Ok(())
}

/// The content of a database in few bytes: most of a small one is empty pages.
pub(super) fn packed(connection: &mut Connection) -> Result<Vec<u8>, StoreError> {
    Ok(storage::pack(&connection.serialize(MAIN_DB)?))
}

/// Puts back what `packed` made.
pub(super) fn unpack(packed: &[u8], connection: &mut Connection) -> Result<(), StoreError> {
    put_back(&storage::unpack(packed)?, connection)
}
