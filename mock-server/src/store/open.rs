//! Opening databases: in memory, or as files that are closed again when others are used more.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, Weak};

use parking_lot::{Mutex, MutexGuard, RwLock};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::config::DbConfig;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, OptionalExtension};

use super::app_facts::AppFacts;
use super::known::Known;
use super::written::Spelled;
use super::{Blank, Common, IdBlock, OrgDb, Place, Store, packed, snapshot};
use crate::id::OrgId;
use crate::storage::StoreError;

/// What came after `org.sql`, in its order: append a file, and never change one that was released. A new database runs
/// through all of them, an older one through those it lacks; the schema's version is their number plus one.
const ORG_STEPS: &[&str] = &[
    include_str!("steps/traces.sql"),
    include_str!("steps/login_rules.sql"),
    include_str!("steps/trace_details.sql"),
    include_str!("steps/headless.sql"),
    include_str!("steps/assertions.sql"),
    include_str!("steps/ended.sql"),
    include_str!("steps/sessions.sql"),
    include_str!("steps/assignment_expiry.sql"),
];
/// The same for `shared.sql`.
const SHARED_STEPS: &[&str] = &[include_str!("steps/devices.sql"), include_str!("steps/packages.sql"), include_str!("steps/package_content.sql")];

/// How a database on disk is kept: commits are safe from a killed process, not from a power cut. Others may read an org's file
/// while the server runs, so it is not locked.
const ON_DISK: &str = "PRAGMA synchronous = NORMAL; PRAGMA journal_mode = WAL";

/// Databases of orgs kept open at once: beyond it the one that was left alone the longest is put away.
const OPEN: usize = 256;

/// Why a data directory cannot be used. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("cannot use the data directory {path}: {cause}. Choose another with --data-dir, or mend its permissions.")]
    Unusable { path: PathBuf, cause: String },
    #[error("{path} was written by a later release (schema {found}, this one knows {known}). Use that release, or another --data-dir.")]
    Newer { path: PathBuf, found: i64, known: i64 },
    #[error("{path} is in use by another sf-mock. Stop that one, or choose another --data-dir.")]
    InUse { path: PathBuf },
}

impl Store {
    /// A store that lives and dies with the process.
    pub fn in_memory() -> Result<Self, StoreError> {
        let shared = Connection::open_in_memory()?;
        let apps = Arc::default();
        prepare(&shared, Schema::Shared, &apps)?;
        Ok(Self::over(Place::Memory, shared, apps))
    }

    /// A store in `directory`, made if it is missing.
    pub fn in_directory(directory: &Path) -> Result<Self, OpenError> {
        let unusable = |cause: String| OpenError::Unusable { path: directory.to_owned(), cause };
        std::fs::create_dir_all(directory.join("orgs")).map_err(|error| unusable(error.to_string()))?;
        let path = directory.join("shared.db");
        let shared = Connection::open(&path).map_err(|error| unusable(error.to_string()))?;
        // Held for the life of the process: two servers on one directory would each trust their own memory.
        let locked = shared.execute_batch(&format!("PRAGMA locking_mode = EXCLUSIVE; {ON_DISK}; BEGIN IMMEDIATE; COMMIT"));
        if let Err(error) = locked {
            return Err(match error.sqlite_error_code() {
                Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => OpenError::InUse { path: directory.to_owned() },
                _ => unusable(error.to_string()),
            });
        }
        let found = version(&shared).map_err(|error| unusable(error.to_string()))?;
        let known = Schema::Shared.version();
        if found > known {
            return Err(OpenError::Newer { path, found, known });
        }
        let apps = Arc::default();
        prepare(&shared, Schema::Shared, &apps).map_err(|error| unusable(error.to_string()))?;
        Ok(Self::over(Place::Directory(directory.to_owned()), shared, apps))
    }

    fn over(place: Place, shared: Connection, apps: Arc<AppFacts>) -> Self {
        let (gate, tick) = (RwLock::new(()), AtomicU64::new(0));
        let common = Common { place, shared: Mutex::new(shared), gate, tick, open: Mutex::default(), blank: OnceLock::new(), apps };
        Self { common: Arc::new(common) }
    }

    /// The database of an org, made if it is missing.
    pub fn org(&self, id: OrgId, number: u32) -> Result<Arc<OrgDb>, StoreError> {
        let org = Arc::new_cyclic(|this| OrgDb {
            id,
            this: Weak::clone(this),
            number,
            common: Arc::clone(&self.common),
            connection: Mutex::default(),
            packed: Mutex::default(),
            promised: Mutex::default(),
            tables: RwLock::default(),
            ids: Mutex::default(),
            known: Mutex::default(),
            waiting: Mutex::default(),
            spelled: Mutex::default(),
            last_use: AtomicU64::new(0),
            is_unsynced: AtomicBool::new(false),
            changes: AtomicU64::new(self.common.tick()),
            epoch: AtomicU64::new(0),
            next_lapse: AtomicI64::new(i64::MIN),
        });
        if matches!(self.common.place, Place::Memory) {
            drop(org.connection()?);
        }
        Ok(org)
    }

    /// Deletes an org's file. A database in memory goes with its last user.
    pub fn remove_org_file(&self, id: OrgId) -> Result<(), StoreError> {
        if let Some(path) = self.common.org_file(id) {
            for suffix in ["", "-wal", "-shm"] {
                let mut file = path.clone().into_os_string();
                file.push(suffix);
                match std::fs::remove_file(&file) {
                    Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(StoreError::new(error)),
                    _ => {}
                }
            }
        }
        Ok(())
    }
}

impl Common {
    pub(super) fn tick(&self) -> u64 {
        self.tick.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(super) fn org_file(&self, id: OrgId) -> Option<PathBuf> {
        match &self.place {
            Place::Memory => None,
            Place::Directory(directory) => Some(directory.join("orgs").join(format!("{id}.db"))),
        }
    }

    /// Makes an empty database that of a new org, by copying one: the steps of the schema cost a hundred times as much.
    fn furnish(&self, connection: &mut Connection) -> Result<(), StoreError> {
        let blank = self.blank()?.connection.lock();
        match Backup::new(&blank, connection)?.step(-1)? {
            StepResult::Done => Ok(()),
            other => Err(StoreError::new(format!("a new org could not be copied: {other:?}"))),
        }
    }

    /// The database of an org that holds nothing yet, made when it is first asked for.
    pub(super) fn blank(&self) -> Result<&Blank, StoreError> {
        match self.blank.get() {
            Some(blank) => Ok(blank),
            None => {
                let made = blank_org()?;
                Ok(self.blank.get_or_init(|| made))
            }
        }
    }

    /// Puts away the databases that were left alone the longest, so that one more may be open. One in use stays.
    fn make_room(&self) {
        let mut busy = Vec::new();
        while let Some(org) = self.idlest() {
            if !org.put_away() {
                busy.push(Weak::clone(&org.this));
            }
        }
        self.open.lock().extend(busy);
    }

    /// Takes the database that was left alone the longest from the list of open ones; `None` while there is room for one more.
    /// Nobody else waits for it to be packed: the list is free meanwhile.
    fn idlest(&self) -> Option<Arc<OrgDb>> {
        let mut open = self.open.lock();
        let orgs: Vec<Arc<OrgDb>> = open.iter().filter_map(Weak::upgrade).collect();
        let idlest = orgs.iter().min_by_key(|org| org.last_use.load(Ordering::Relaxed)).filter(|_| orgs.len() >= OPEN).map(Arc::clone);
        *open = orgs.iter().filter(|org| idlest.as_ref().is_none_or(|idlest| !Arc::ptr_eq(org, idlest))).map(Arc::downgrade).collect();
        idlest
    }
}

impl OrgDb {
    pub(super) fn connection(&self) -> Result<MutexGuard<'_, Option<Connection>>, StoreError> {
        let mut guard = self.connection.lock();
        if guard.is_none() {
            self.common.make_room();
            *guard = Some(self.open()?);
            self.common.open.lock().push(Weak::clone(&self.this));
        }
        self.last_use.store(self.common.tick(), Ordering::Relaxed);
        Ok(guard)
    }

    /// Closes the database unless it is in use. One in memory leaves its content packed; should that fail, it stays open.
    fn put_away(&self) -> bool {
        let Some(mut guard) = self.connection.try_lock() else { return false };
        if let (Place::Directory(_), Some(connection)) = (&self.common.place, guard.as_ref()) {
            // To bring the log into the file waits for the disk; the log serves as well when the file is opened again.
            let _ = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
        }
        if let (Place::Memory, Some(connection)) = (&self.common.place, guard.as_mut()) {
            let packed = self.settle(connection).and_then(|()| {
                let blank = self.common.blank()?;
                Ok(packed::packed(&snapshot::bytes_of(connection)?, &blank.bytes))
            });
            match packed {
                Ok(packed) => *self.packed.lock() = Some(packed.into()),
                Err(error) => {
                    tracing::error!(%error, org = %self.id, "a database in memory could not be packed");
                    return false;
                }
            }
        }
        *guard = None;
        *self.known.lock() = Known::default();
        *self.spelled.lock() = Spelled::default();
        true
    }

    fn open(&self) -> Result<Connection, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = match self.common.org_file(self.id) {
            None => Connection::open_in_memory_with_flags(flags)?,
            Some(path) => {
                // Written at once, it need not go through the log and from there into the file.
                let is_new = !path.exists();
                if is_new {
                    snapshot::write_file(&self.common.blank()?.bytes, &path)?;
                }
                let connection = Connection::open_with_flags(path, flags)?;
                connection.execute_batch(ON_DISK)?;
                if is_new {
                    connection.execute_batch("PRAGMA synchronous = OFF")?;
                    self.is_unsynced.store(true, Ordering::Relaxed);
                }
                connection
            }
        };
        register(&connection, &self.common.apps)?;
        let mut packed = self.packed.lock();
        match (packed.as_deref(), version(&connection)?) {
            (Some(packed), _) => snapshot::put_back(&packed::unpacked(packed, &self.common.blank()?.bytes)?, &mut connection)?,
            (None, 0) => self.common.furnish(&mut connection)?,
            (None, _) => upgrade(&connection, Schema::Org)?,
        }
        self.load_tables(&connection)?;
        self.load_next_lapse(&connection)?;
        let reserved: Option<u32> = connection.query_row("SELECT value FROM _fact WHERE name = 'reserved_ids'", [], |row| row.get(0)).optional()?;
        *self.ids.lock() = IdBlock { next: reserved.unwrap_or(0), reserved: reserved.unwrap_or(0) };
        // Only now is it needed no more: an opening that failed is tried again with it.
        *packed = None;
        Ok(connection)
    }

    /// Reads again which tables of records exist.
    pub(super) fn load_tables(&self, connection: &Connection) -> Result<(), StoreError> {
        let mut statement = connection
            .prepare_cached("SELECT name FROM sqlite_schema WHERE type = 'table' AND substr(name, 1, 1) <> '_' AND name NOT LIKE 'sqlite%'")?;
        let names = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        *self.tables.write() = names;
        Ok(())
    }
}

#[derive(Clone, Copy)]
pub(super) enum Schema {
    Org,
    Shared,
}

impl Schema {
    /// The first version's text, and the steps after it.
    fn texts(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::Org => (include_str!("org.sql"), ORG_STEPS),
            Self::Shared => (include_str!("shared.sql"), SHARED_STEPS),
        }
    }

    pub(super) fn version(self) -> i64 {
        i64::try_from(self.texts().1.len()).map_or(i64::MAX, |steps| steps + 1)
    }

    /// What a database of version `found` lacks; 0 is an empty one. `None`: a later release wrote it.
    fn lacking(self, found: i64) -> Option<String> {
        let (first, steps) = self.texts();
        let all = std::iter::once(first).chain(steps.iter().copied());
        let done = usize::try_from(found).ok().filter(|done| *done <= steps.len() + 1)?;
        Some(all.skip(done).collect())
    }
}

pub(super) fn version(connection: &Connection) -> Result<i64, rusqlite::Error> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// The database of an org that holds nothing yet.
fn blank_org() -> Result<Blank, StoreError> {
    let mut blank = Connection::open_in_memory()?;
    blank.create_collation("FOLD", soql::fold_cmp)?;
    upgrade(&blank, Schema::Org)?;
    let bytes = snapshot::bytes_of(&mut blank)?;
    Ok(Blank { connection: Mutex::new(blank), bytes })
}

/// Registers our functions and brings the schema up to date.
fn prepare(connection: &Connection, schema: Schema, apps: &Arc<AppFacts>) -> Result<(), StoreError> {
    register(connection, apps)?;
    upgrade(connection, schema)
}

/// Sets a connection up: its caches, and the functions and collation that statements use.
pub(super) fn register(connection: &Connection, apps: &Arc<AppFacts>) -> Result<(), StoreError> {
    connection.execute_batch("PRAGMA temp_store = MEMORY")?;
    // Without it a statement is planned anew whenever another value is bound to its LIMIT.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(64);
    rusqlite::vtab::array::load_module(connection)?;
    connection.create_collation("FOLD", soql::fold_cmp)?;
    let flags = rusqlite::functions::FunctionFlags::SQLITE_UTF8 | rusqlite::functions::FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("fold", 1, flags, |call| Ok(call.get_raw(0).as_str_or_null()?.map(|text| soql::fold(text).into_owned())))?;
    for function in soql::SQL_FUNCTIONS {
        connection.create_scalar_function(function.name, function.arguments, flags, move |call| {
            let arguments: Vec<soql::Value> = (0..call.len()).map(|place| argument(call.get_raw(place))).collect();
            Ok(super::records::sql_value(&(function.call)(&arguments)))
        })?;
    }
    connection.create_scalar_function("searchable", 1, flags, |call| {
        Ok(call.get_raw(0).as_str_or_null()?.map(|text| soql::sosl::searchable(text).into_owned()))
    })?;
    connection
        .create_scalar_function("searchable_phone", 1, flags, |call| Ok(call.get_raw(0).as_str_or_null()?.map(soql::sosl::searchable_phone)))?;
    connection.create_scalar_function("with_prefix", 2, flags, |call| {
        let (id, prefix) = (call.get_raw(0).as_str_or_null()?, call.get_raw(1).as_str()?);
        Ok(id.and_then(|id| crate::id::RecordId::parse(id).ok()).map(|id| id.with_prefix(prefix).to_string()))
    })?;
    let (apps, packages) = (Arc::clone(apps), Arc::clone(apps));
    let changing = rusqlite::functions::FunctionFlags::SQLITE_UTF8;
    connection.create_scalar_function("app_fact", 2, changing, move |call| {
        let (app, member) = (call.get_raw(0).as_str_or_null()?, call.get_raw(1).as_str()?);
        Ok(app.map_or(rusqlite::types::Value::Null, |app| apps.get(app, member)))
    })?;
    connection.create_scalar_function("package_rows", 1, changing, move |call| Ok(packages.packages(call.get_raw(0).as_str()?)))?;
    connection.create_scalar_function("browser_of", 1, flags, |call| Ok(call.get_raw(0).as_str_or_null()?.map(crate::oauth::user_agent::browser)))?;
    connection
        .create_scalar_function("platform_of", 1, flags, |call| Ok(call.get_raw(0).as_str_or_null()?.map(crate::oauth::user_agent::platform)))?;
    connection.create_scalar_function("developer_name", 1, flags, |call| Ok(call.get_raw(0).as_str_or_null()?.map(crate::apps::developer_name)))?;
    Ok(())
}

/// Brings the schema up to date.
fn upgrade(connection: &Connection, schema: Schema) -> Result<(), StoreError> {
    let (found, current) = (version(connection)?, schema.version());
    match schema.lacking(found) {
        Some(_) if found == current => {}
        Some(sql) => connection.execute_batch(&format!("BEGIN; {sql} PRAGMA user_version = {current}; COMMIT"))?,
        None => return Err(StoreError::new(format!("the database has schema {found}, this release knows {current}"))),
    }
    Ok(())
}

/// An argument of a function over stored values.
fn argument(value: ValueRef<'_>) -> soql::Value {
    match value {
        ValueRef::Integer(number) => soql::Value::Integer(number),
        ValueRef::Real(number) => soql::Value::Real(number),
        ValueRef::Text(text) => std::str::from_utf8(text).map_or(soql::Value::Null, |text| soql::Value::Text(text.to_owned())),
        ValueRef::Null | ValueRef::Blob(_) => soql::Value::Null,
    }
}

#[cfg(test)]
mod upgrade {
    use super::*;

    #[test]
    fn a_database_of_the_first_release_opens() {
        for schema in [Schema::Org, Schema::Shared] {
            let connection = Connection::open_in_memory().unwrap();
            connection.create_collation("FOLD", soql::fold_cmp).unwrap();
            connection.execute_batch(&format!("{} PRAGMA user_version = 1", schema.texts().0)).unwrap();
            prepare(&connection, schema, &Arc::default()).unwrap();
            assert_eq!(version(&connection).unwrap(), schema.version());
            let fresh = Connection::open_in_memory().unwrap();
            prepare(&fresh, schema, &Arc::default()).unwrap();
            assert_eq!(columns(&connection), columns(&fresh));
        }
    }

    #[test]
    fn a_database_of_a_later_release_does_not() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("PRAGMA user_version = 1000").unwrap();
        assert!(prepare(&connection, Schema::Org, &Arc::default()).is_err());
    }

    fn columns(connection: &Connection) -> Vec<(String, String)> {
        let sql = "SELECT m.name, c.name FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table' ORDER BY 1, 2";
        let mut statement = connection.prepare(sql).unwrap();
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().collect::<Result<_, _>>().unwrap()
    }
}
