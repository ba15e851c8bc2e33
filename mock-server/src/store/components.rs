//! Deployed components, and the deployments and retrievals themselves. The tables are made with an org's first operation.

use rusqlite::OptionalExtension;
use serde::de::DeserializeOwned;

use super::Tx;
use crate::clock::Timestamp;
use crate::id::RecordId;
use crate::metadata::{Component, Components, Deployment, Retrieval};
use crate::storage::StoreError;

/// How long an operation can be asked about, in milliseconds.
/// Source: Metadata API guide: results of deployments are kept for 30 days.
const KEPT: i64 = 30 * 24 * 3600 * 1000;

/// Archives that are kept: those of the newest operations. What came of the others can still be read.
const ARCHIVES: u32 = 20;

impl Components for Tx<'_> {
    fn component(&self, kind: &str, full_name: &str) -> Result<Option<Component>, StoreError> {
        if !self.has_components()? {
            return Ok(None);
        }
        let mut statement = self.connection().prepare_cached("SELECT facts, content FROM _component WHERE kind = ?1 AND name = ?2")?;
        let found = statement.query_row((kind, full_name), |row| Ok((row.get::<_, String>(0)?, row.get(1)?))).optional()?;
        found.map(|(facts, content)| Ok(Component { content, ..read(&facts)? })).transpose()
    }

    fn components(&self, kind: &str) -> Result<Vec<Component>, StoreError> {
        if !self.has_components()? {
            return Ok(Vec::new());
        }
        let mut statement = self.connection().prepare_cached("SELECT facts, content FROM _component WHERE kind = ?1 ORDER BY name")?;
        let found = statement.query_map([kind], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?;
        found
            .map(|row| {
                let (facts, content) = row?;
                Ok(Component { content, ..read(&facts)? })
            })
            .collect()
    }

    fn put_component(&self, component: &Component) -> Result<(), StoreError> {
        self.make_component_tables()?;
        let facts = serde_json::to_string(component).map_err(StoreError::new)?;
        self.execute(
            "INSERT INTO _component VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET facts = excluded.facts, content = excluded.content",
            (&component.kind, &component.full_name, facts, &component.content),
        )
    }

    fn remove_component(&self, kind: &str, full_name: &str) -> Result<bool, StoreError> {
        let known = self.component(kind, full_name)?.is_some();
        if known {
            self.execute("DELETE FROM _component WHERE kind = ?1 AND name = ?2", (kind, full_name))?;
        }
        Ok(known)
    }

    fn deployment(&self, id: RecordId) -> Result<Option<Deployment>, StoreError> {
        self.operation(id)
    }

    fn archive(&self, id: RecordId) -> Result<Option<Vec<u8>>, StoreError> {
        if !self.has_components()? {
            return Ok(None);
        }
        let mut statement = self.connection().prepare_cached("SELECT archive FROM _operation WHERE id = ?1")?;
        Ok(statement.query_row([id.to_string()], |row| row.get(0)).optional()?.flatten())
    }

    fn put_deployment(&self, deployment: &Deployment, archive: Option<&[u8]>) -> Result<(), StoreError> {
        let facts = serde_json::to_string(deployment).map_err(StoreError::new)?;
        self.put_operation(deployment.id, deployment.created, &facts, archive)
    }

    fn retrieval(&self, id: RecordId) -> Result<Option<Retrieval>, StoreError> {
        self.operation(id)
    }

    fn put_retrieval(&self, retrieval: &Retrieval, archive: &[u8]) -> Result<(), StoreError> {
        let facts = serde_json::to_string(retrieval).map_err(StoreError::new)?;
        self.put_operation(retrieval.id, retrieval.created, &facts, Some(archive))
    }
}

impl Tx<'_> {
    /// How the org's components were when somebody looked last, for source tracking.
    pub fn source_prints(&self) -> Result<Option<String>, StoreError> {
        self.fact("source_prints")
    }

    pub fn put_source_prints(&self, prints: &str) -> Result<(), StoreError> {
        self.put_fact("source_prints", prints)
    }

    /// Whether this org ever had a deployment or retrieval.
    fn has_components(&self) -> Result<bool, StoreError> {
        let mut statement = self.connection().prepare_cached("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = '_component'")?;
        Ok(statement.exists([])?)
    }

    fn make_component_tables(&self) -> Result<(), StoreError> {
        Ok(self.connection().execute_batch(include_str!("components.sql"))?)
    }

    fn operation<T: DeserializeOwned>(&self, id: RecordId) -> Result<Option<T>, StoreError> {
        if !self.has_components()? {
            return Ok(None);
        }
        let mut statement = self.connection().prepare_cached("SELECT facts FROM _operation WHERE id = ?1")?;
        let facts: Option<String> = statement.query_row([id.to_string()], |row| row.get(0)).optional()?;
        facts.as_deref().map(read).transpose()
    }

    /// Old operations and the archives of all but the newest go with each new one.
    fn put_operation(&self, id: RecordId, created: Timestamp, facts: &str, archive: Option<&[u8]>) -> Result<(), StoreError> {
        self.make_component_tables()?;
        self.execute(
            "INSERT INTO _operation VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET facts = excluded.facts, archive = excluded.archive",
            (id.to_string(), created.0, facts, archive),
        )?;
        self.execute("DELETE FROM _operation WHERE created < ?1", [created.0 - KEPT])?;
        self.execute(
            "UPDATE _operation SET archive = NULL WHERE archive IS NOT NULL AND id NOT IN \
             (SELECT id FROM _operation WHERE archive IS NOT NULL ORDER BY created DESC, id DESC LIMIT ?1)",
            [ARCHIVES],
        )
    }
}

fn read<T: DeserializeOwned>(facts: &str) -> Result<T, StoreError> {
    serde_json::from_str(facts).map_err(StoreError::new)
}
