//! Copies of databases, taken and put back whole.

use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock};

use rusqlite::{Connection, MAIN_DB};

use super::{IdBlock, OrgDb, Place, Store, packed};
use crate::storage::StoreError;

/// A copy of one org's database, shared between snapshots while the org does not change.
#[derive(Clone)]
pub struct OrgCopy {
    content: Content,
    changes: u64,
}

#[derive(Clone)]
enum Content {
    Plain(Arc<[u8]>),
    /// Where it differs from an org that holds nothing yet. What a database in memory leaves when it is put away serves as it is.
    Packed(Arc<[u8]>),
    /// Of a database on disk that was not written since: whoever is first to write it fills this before.
    Later(Promise),
}

/// A copy that is made when it is needed.
pub(super) type Promise = Arc<OnceLock<Kept>>;

#[derive(Clone)]
pub(super) enum Kept {
    Plain(Arc<[u8]>),
    Packed(Arc<[u8]>),
}

/// Longer databases are kept as they are: to compare one with an empty org takes its size in memory once more.
const PACKABLE: usize = 4 * 1024 * 1024;

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
            None => {
                let mut guard = self.connection()?;
                let connection = guard.as_mut().ok_or_else(super::closed)?;
                self.settle(connection)?;
                Content::Plain(bytes_of(connection)?)
            }
        };
        Ok(OrgCopy { content, changes })
    }

    /// As [`copy`](Self::copy), but of a database on disk made only when it is about to be written: it may be large, or one of thousands
    /// that nobody will touch.
    pub fn copy_later(&self, earlier: Option<&OrgCopy>) -> Result<OrgCopy, StoreError> {
        let changes = self.changes.load(Ordering::Acquire);
        if matches!(self.common.place, Place::Memory) || earlier.is_some_and(|copy| copy.changes == changes) {
            return self.copy(earlier);
        }
        Ok(OrgCopy { content: Content::Later(Arc::clone(self.promised.lock().get_or_insert_default())), changes })
    }

    /// Makes the copy that was promised. To be called before anything is written.
    pub(super) fn keep_promise(&self, connection: &mut Connection) -> Result<(), StoreError> {
        let mut promised = self.promised.lock();
        // Those who wanted it may have forgotten it.
        if let Some(promise) = promised.as_ref().filter(|promise| Arc::strong_count(promise) > 1) {
            let bytes = bytes_of(connection)?;
            let kept =
                if bytes.len() > PACKABLE { Kept::Plain(bytes) } else { Kept::Packed(packed::packed(&bytes, &self.common.blank()?.bytes).into()) };
            let _ = promise.set(kept);
        }
        *promised = None;
        Ok(())
    }

    /// Puts a copy back, unless nothing was written since it was taken. To be called within [`Store::alone`].
    pub fn restore(&self, copy: &OrgCopy) -> Result<(), StoreError> {
        if self.changes.load(Ordering::Acquire) == copy.changes {
            return Ok(());
        }
        self.put_back(copy)
    }

    /// Puts a copy in the place of what is there.
    pub(super) fn put_back(&self, copy: &OrgCopy) -> Result<(), StoreError> {
        let mut guard = self.connection()?;
        let connection = guard.as_mut().ok_or_else(super::closed)?;
        self.keep_promise(connection)?;
        let unpacked = |packed: &[u8]| packed::unpacked(packed, &self.common.blank()?.bytes);
        match &copy.content {
            Content::Plain(bytes) => put_back(bytes, connection)?,
            Content::Packed(packed) => put_back(&unpacked(packed)?, connection)?,
            Content::Later(promise) => match promise.get().ok_or_else(|| StoreError::new("an org was changed before it was copied"))? {
                Kept::Plain(bytes) => put_back(bytes, connection)?,
                Kept::Packed(packed) => put_back(&unpacked(packed)?, connection)?,
            },
        }
        self.drop_waiting();
        // Whatever fails from here on: nothing that is remembered is of this state.
        self.epoch.fetch_add(1, Ordering::AcqRel);
        self.changes.store(self.common.tick(), Ordering::Release);
        self.load_tables(connection)?;
        self.load_next_lapse(connection)?;
        let reserved: u32 = connection.query_row("SELECT coalesce(max(value), 0) FROM _fact WHERE name = 'reserved_ids'", [], |row| row.get(0))?;
        *self.ids.lock() = IdBlock { next: reserved, reserved };
        Ok(())
    }
}

/// Where the header of a database says how it is written and read (SQLite file format, 1.3), and what stands there.
const VERSIONS: std::ops::Range<usize> = 18..20;
const ROLLBACK_JOURNAL: u8 = 1;
const WRITE_AHEAD_LOG: u8 = 2;

/// The whole database. One on disk keeps a write-ahead log, which is in the copy already; its header must not say so, for a copy in memory
/// has no such log and could not be opened.
pub(super) fn bytes_of(connection: &mut Connection) -> Result<Arc<[u8]>, StoreError> {
    let mut bytes: Arc<[u8]> = Arc::from(&connection.serialize(MAIN_DB)?[..]);
    if let Some(versions) = Arc::get_mut(&mut bytes).and_then(|bytes| bytes.get_mut(VERSIONS)) {
        versions.fill(ROLLBACK_JOURNAL);
    }
    Ok(bytes)
}

/// Makes the file of a database with this content, that is to keep a write-ahead log. Whoever is interrupted leaves none.
pub(super) fn write_file(bytes: &[u8], path: &Path) -> Result<(), StoreError> {
    let (mut bytes, fresh) = (bytes.to_vec(), path.with_extension("new"));
    if let Some(versions) = bytes.get_mut(VERSIONS) {
        versions.fill(WRITE_AHEAD_LOG);
    }
    std::fs::write(&fresh, bytes).and_then(|()| std::fs::rename(&fresh, path)).map_err(StoreError::new)
}

pub(super) fn put_back(bytes: &[u8], connection: &mut Connection) -> Result<(), StoreError> {
    let mut source = Connection::open_in_memory()?;
    source.deserialize_read_exact(MAIN_DB, bytes, bytes.len(), true)?;
    connection.flush_prepared_statement_cache();
    rusqlite::backup::Backup::new(&source, connection)?.step(-1)?;
    Ok(())
}
