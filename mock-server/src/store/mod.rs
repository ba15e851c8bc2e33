//! The store: one SQLite database per org, one shared database for what crosses orgs. The sole user of the driver.
//!
//! A change is one synchronous closure over one transaction. The rooms declare what they need as traits;
//! this room implements them for [`Tx`] and answers, it decides nothing.

mod app_facts;
mod app_menu;
mod apps;
mod assignments;
mod audit;
mod bin;
mod components;
mod copy;
mod derived;
mod devices;
mod event_log;
mod grants;
mod health;
mod jobs;
mod known;
mod ledger;
mod mail;
mod metadata;
mod open;
mod packaged;
mod packages;
mod packed;
mod records;
#[cfg(test)]
mod recycling;
mod relations;
mod search;
mod sent_codes;
mod shared;
mod snapshot;
mod sources;
mod tables;
#[cfg(test)]
mod tests;
mod tickets;
mod together;
mod users;
mod viewed;
mod visibility;
mod waiting;
mod writes;
mod written;

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, Weak};

use parking_lot::{Mutex, RwLock};
use rusqlite::Connection;

use crate::id::{OrgId, RecordId};
use crate::storage::StoreError;

pub use event_log::LoggedIn;
pub use health::{Health, health};
pub use snapshot::OrgCopy;

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::new(error)
    }
}

impl From<rusqlite::types::FromSqlError> for StoreError {
    fn from(error: rusqlite::types::FromSqlError) -> Self {
        Self::new(error)
    }
}

/// All databases of one server.
pub struct Store {
    common: Arc<Common>,
}

/// What every org's database shares with the others.
struct Common {
    place: Place,
    shared: Mutex<Connection>,
    /// Every write passes it shared; a snapshot or a restore takes it alone.
    gate: RwLock<()>,
    /// Counts uses and writes, to know which database was left alone the longest, and whether one was written.
    tick: AtomicU64,
    /// The orgs whose databases are open.
    open: Mutex<Vec<Weak<OrgDb>>>,
    /// The database of an org that holds nothing yet, once one was made: new orgs begin as its copies.
    blank: OnceLock<Blank>,
    /// What queries in any org say of apps.
    apps: Arc<app_facts::AppFacts>,
}

struct Blank {
    connection: Mutex<Connection>,
    bytes: Arc<[u8]>,
}

enum Place {
    Memory,
    Directory(PathBuf),
}

/// One org's database, opened when it is used and put away again when 256 others were used since: closed if it is a file, packed
/// into few bytes if it lives in memory.
pub struct OrgDb {
    id: OrgId,
    this: Weak<OrgDb>,
    number: u32,
    common: Arc<Common>,
    connection: Mutex<Option<Connection>>,
    /// What was in a database that lives in memory, while it is put away.
    packed: Mutex<Option<Arc<[u8]>>>,
    /// The copy that is due before anything more is written.
    promised: Mutex<Option<snapshot::Promise>>,
    /// Tables of records that exist.
    tables: RwLock<HashSet<String>>,
    ids: Mutex<IdBlock>,
    known: Mutex<known::Known>,
    waiting: Mutex<waiting::Waiting>,
    spelled: Mutex<written::Spelled>,
    last_use: AtomicU64,
    /// Whether the log of a file that was just made has yet to be begun. Its beginning need not wait for the disk: a power cut that
    /// takes it takes the log alone, whose commits it may take in any case.
    is_unsynced: AtomicBool,
    /// The tick of the last write that was kept: no other state of any org has it. A snapshot copies only what changed since the last.
    changes: AtomicU64,
    /// Counts writes after which nothing that was remembered about users, apps or sessions may be trusted.
    epoch: AtomicU64,
    /// When the next assignment of a permission set ends, in milliseconds since 1970; `i64::MIN` until somebody opened the database.
    next_lapse: AtomicI64,
}

/// Record numbers are reserved in the database a block at a time, so that a create need not write a counter.
#[derive(Default)]
struct IdBlock {
    next: u32,
    reserved: u32,
}

const ID_BLOCK: u32 = 1_000;

/// One transaction (or consistent read) on an org's database.
pub struct Tx<'c> {
    connection: &'c Connection,
    org: &'c OrgDb,
    /// Whether it may change anything.
    writes: bool,
    forgets: Cell<bool>,
    /// Usernames taken, to be given back when the transaction fails.
    claimed: RefCell<Vec<String>>,
    /// What it did that may wait; empty once it has used the tables.
    noted: RefCell<waiting::Waiting>,
    /// Whether everything that waited has been written.
    settled: Cell<bool>,
    /// What had waited and was written by this transaction.
    taken: RefCell<waiting::Waiting>,
    /// Why it could not be written.
    failed: RefCell<Option<StoreError>>,
}

impl OrgDb {
    pub fn id(&self) -> OrgId {
        self.id
    }

    /// The org's number on this server: part of every id it makes.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Grows when remembered users, apps and sessions of this org must be read again.
    pub fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::Acquire)
    }

    /// Another after each write that was kept.
    pub fn changes(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }

    /// A consistent read.
    pub fn read<T, E: From<StoreError>>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        let guard = self.connection()?;
        let Some(connection) = guard.as_ref() else { return Err(closed().into()) };
        let tx = Tx::new(connection, self, false);
        let outcome = work(&tx);
        tx.stand()?;
        outcome
    }

    /// One transaction: all of it is kept when `work` succeeds, nothing when it fails.
    pub fn write<T, E: From<StoreError>>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        let _pass = self.common.gate.read();
        let mut guard = self.connection()?;
        let Some(connection) = guard.as_mut() else { return Err(closed().into()) };
        self.keep_promise(connection)?;
        let connection = &*connection;
        run(connection, "BEGIN IMMEDIATE")?;
        let tx = Tx::new(connection, self, true);
        if self.is_behind() {
            tx.settle();
        }
        let outcome = work(&tx).and_then(|value| tx.stand().and_then(|()| run(connection, "COMMIT")).map(|()| value).map_err(E::from));
        if outcome.is_err() {
            tx.give_back();
            self.undo(connection)?;
            self.common.release_usernames(&tx.claimed.take())?;
        } else {
            tx.hand_over();
            self.changes.store(self.common.tick(), Ordering::Release);
            if self.is_unsynced.load(Ordering::Relaxed) {
                connection.execute_batch("PRAGMA synchronous = NORMAL").map_err(StoreError::from)?;
                self.is_unsynced.store(false, Ordering::Relaxed);
            }
        }
        if tx.forgets.get() {
            self.epoch.fetch_add(1, Ordering::AcqRel);
        }
        outcome
    }

    /// Closes the database of a removed org. A request under way that still holds the org finds it empty, and its session gone.
    pub fn close(&self) {
        if let Err(error) = self.part() {
            tracing::error!(%error, org = %self.id, "an org that is removed could not be copied first");
        }
        let mut connection = self.connection.lock();
        *connection = None;
        *self.packed.lock() = None;
        self.drop_waiting();
    }

    /// Makes the copy that was promised of an org that is about to go.
    fn part(&self) -> Result<(), StoreError> {
        if self.promised.lock().is_none() {
            return Ok(());
        }
        let mut guard = self.connection()?;
        self.keep_promise(guard.as_mut().ok_or_else(closed)?)
    }

    fn undo(&self, connection: &Connection) -> Result<(), StoreError> {
        if !connection.is_autocommit() {
            run(connection, "ROLLBACK")?;
        }
        let mut ids = self.ids.lock();
        ids.reserved = ids.next;
        drop(ids);
        self.known.lock().forget_grants();
        self.load_tables(connection)
    }
}

fn run(connection: &Connection, sql: &str) -> Result<(), StoreError> {
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}

fn closed() -> StoreError {
    StoreError::new("the database was closed while in use")
}

impl<'c> Tx<'c> {
    fn new(connection: &'c Connection, org: &'c OrgDb, writes: bool) -> Self {
        Self {
            connection,
            org,
            writes,
            forgets: false.into(),
            claimed: RefCell::default(),
            noted: RefCell::default(),
            settled: false.into(),
            taken: RefCell::default(),
            failed: RefCell::default(),
        }
    }

    /// The connection, once nothing waits to be written any more.
    fn connection(&self) -> &'c Connection {
        self.settle();
        self.connection
    }

    /// A fresh id for the object with this key prefix. Never given twice, even after a crash.
    pub fn new_id(&self, prefix: &str) -> Result<RecordId, StoreError> {
        let mut ids = self.org.ids.lock();
        if ids.next >= ids.reserved {
            ids.reserved = ids.next + ID_BLOCK;
            self.put_fact("reserved_ids", ids.reserved)?;
        }
        ids.next += 1;
        Ok(RecordId::numbered(prefix, self.org.number, ids.next))
    }

    /// Runs `work` so that its failure undoes its own changes and no others: one record of a request that may succeed in part.
    pub fn savepoint<T, E: From<StoreError>>(&self, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        // What a part of the transaction takes back must not be what others did before.
        run(self.connection(), "SAVEPOINT record")?;
        let tables = self.org.tables.read().len();
        let outcome = work();
        if outcome.is_err() && !self.connection.is_autocommit() {
            run(self.connection, "ROLLBACK TO record")?;
            self.org.known.lock().forget_grants();
            let mut ids = self.org.ids.lock();
            ids.reserved = ids.next;
            drop(ids);
            if self.org.tables.read().len() != tables {
                self.org.load_tables(self.connection)?;
            }
        }
        if !self.connection.is_autocommit() {
            run(self.connection, "RELEASE record")?;
        }
        outcome
    }

    /// Says that what was remembered about users, apps or sessions is out of date once this transaction ends.
    fn forget(&self) {
        self.forgets.set(true);
    }

    fn execute(&self, sql: &str, binds: impl rusqlite::Params) -> Result<(), StoreError> {
        self.connection().prepare_cached(sql)?.execute(binds)?;
        Ok(())
    }

    fn put_fact(&self, name: &str, value: impl rusqlite::ToSql) -> Result<(), StoreError> {
        let sql = "INSERT INTO _fact VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value";
        self.unsettled().prepare_cached(sql)?.execute((name, value))?;
        Ok(())
    }

    fn fact<T: rusqlite::types::FromSql>(&self, name: &str) -> Result<Option<T>, StoreError> {
        use rusqlite::OptionalExtension;
        Ok(self.unsettled().prepare_cached("SELECT value FROM _fact WHERE name = ?1")?.query_row([name], |row| row.get(0)).optional()?)
    }

    /// Whether the table of records with this name was made.
    pub fn has_table(&self, object: &str) -> bool {
        self.org.tables.read().contains(object)
    }

    /// Remembers that this transaction made the table; undone when it is rolled back.
    fn made_table(&self, object: &str) {
        self.org.tables.write().insert(object.to_owned());
    }
}
