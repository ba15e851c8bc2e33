//! Looking at the databases of a directory without changing them, for whoever asks what is wrong with it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::open::{Schema, register, version};

/// What a database looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Health {
    Good,
    /// A server holds it; it would not, if it were damaged.
    InUse,
    /// A later release wrote it.
    Newer {
        found: i64,
        known: i64,
    },
    /// In SQLite's words.
    Damaged(String),
}

/// Every database of a data directory.
pub fn health(directory: &Path) -> Vec<(PathBuf, Health)> {
    let shared = directory.join("shared.db");
    let mut files: Vec<(PathBuf, Schema)> = if shared.exists() { vec![(shared, Schema::Shared)] } else { Vec::new() };
    let orgs = std::fs::read_dir(directory.join("orgs")).into_iter().flatten().flatten().map(|file| file.path());
    files.extend(orgs.filter(|path| path.extension().is_some_and(|kind| kind == "db")).map(|path| (path, Schema::Org)));
    files.sort_by(|(one, _), (other, _)| one.cmp(other));
    files.into_iter().map(|(path, schema)| (path.clone(), look(&path, schema).unwrap_or_else(|error| damage(&error)))).collect()
}

fn look(path: &Path, schema: Schema) -> Result<Health, rusqlite::Error> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    let (found, known) = (version(&connection)?, schema.version());
    if found > known {
        return Ok(Health::Newer { found, known });
    }
    // Indexes are in the order of our collation.
    let prepared = register(&connection, &Arc::default());
    prepared.map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.to_string().into()))?;
    let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    Ok(if verdict == "ok" { Health::Good } else { Health::Damaged(verdict) })
}

fn damage(error: &rusqlite::Error) -> Health {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Health::InUse,
        _ => Health::Damaged(error.to_string()),
    }
}
