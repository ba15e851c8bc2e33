//! The recycle bin's notes: what was deleted when and with what, and which lookups that emptied.

use rusqlite::{OptionalExtension, Row};

use super::Tx;
use crate::clock::Timestamp;
use crate::id::RecordId;
use crate::records::Severed;
use crate::storage::StoreError;

impl Tx<'_> {
    pub(super) fn note_in_bin(&self, object: &str, id: RecordId, root: RecordId, at: Timestamp) -> Result<(), StoreError> {
        self.execute(
            "INSERT OR REPLACE INTO _bin (id, object, root, deleted) VALUES (?1, ?2, ?3, ?4)",
            (id.to_string(), object, root.to_string(), at.0),
        )
    }

    pub(super) fn drop_from_bin(&self, id: RecordId) -> Result<(), StoreError> {
        self.execute("DELETE FROM _bin WHERE id = ?1", [id.to_string()])
    }

    pub(super) fn in_bin_with(&self, root: RecordId) -> Result<Vec<(String, RecordId)>, StoreError> {
        let mut statement = self.connection().prepare_cached("SELECT object, id FROM _bin WHERE root = ?1")?;
        let rows = statement.query_map([root.to_string()], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
        rows.map(|row| row.map_err(StoreError::from).and_then(|(object, id)| Ok((object, parsed(&id)?)))).collect()
    }

    pub(super) fn bin_root(&self, id: RecordId) -> Result<Option<RecordId>, StoreError> {
        let mut statement = self.connection().prepare_cached("SELECT root FROM _bin WHERE id = ?1")?;
        let root = statement.query_row([id.to_string()], |row| row.get::<_, String>(0)).optional()?;
        root.map(|root| parsed(&root)).transpose()
    }

    pub(super) fn note_severed(&self, root: RecordId, lookup: &Severed) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO _severed (root, object, field, id, target) VALUES (?1, ?2, ?3, ?4, ?5)",
            (root.to_string(), &lookup.object, &lookup.field, lookup.id.to_string(), lookup.target.to_string()),
        )
    }

    pub(super) fn drain_severed(&self, root: RecordId) -> Result<Vec<Severed>, StoreError> {
        let mut statement = self.connection().prepare_cached("SELECT object, field, id, target FROM _severed WHERE root = ?1")?;
        let rows = statement.query_map([root.to_string()], severed)?;
        let lookups = rows
            .map(|row| {
                let (object, field, id, target) = row?;
                Ok(Severed { object, field, id: parsed(&id)?, target: parsed(&target)? })
            })
            .collect::<Result<Vec<_>, StoreError>>()?;
        self.execute("DELETE FROM _severed WHERE root = ?1", [root.to_string()])?;
        Ok(lookups)
    }

    pub(super) fn roots_before(&self, time: Timestamp, limit: u32) -> Result<Vec<RecordId>, StoreError> {
        let mut statement = self.connection().prepare_cached("SELECT id FROM _bin WHERE deleted < ?1 AND id = root ORDER BY deleted LIMIT ?2")?;
        let rows = statement.query_map((time.0, limit), |row| row.get::<_, String>(0))?;
        rows.map(|id| parsed(&id?)).collect()
    }

    /// When the oldest record of the bin was put there.
    pub fn oldest_in_bin(&self) -> Result<Option<Timestamp>, StoreError> {
        let mut statement = self.connection().prepare_cached("SELECT min(deleted) FROM _bin")?;
        Ok(statement.query_row([], |row| row.get::<_, Option<i64>>(0))?.map(Timestamp))
    }
}

fn severed(row: &Row<'_>) -> rusqlite::Result<(String, String, String, String)> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
}

fn parsed(id: &str) -> Result<RecordId, StoreError> {
    RecordId::parse(id).map_err(StoreError::new)
}
