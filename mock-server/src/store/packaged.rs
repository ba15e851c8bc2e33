//! Which components of an org came in packages. The table is made when the first such package is installed.

use rusqlite::{OptionalExtension, Params, Row};

use super::Tx;
use crate::id::{PackageId, PackageVersionId, RecordId};
use crate::metadata::{ManageableState, Packaged, PackagedComponent};
use crate::storage::StoreError;

const COLUMNS: &str = "SELECT kind, name, id, package, namespace, state FROM _packaged";

impl Packaged for Tx<'_> {
    fn packaged(&self, kind: &str, full_name: &str) -> Result<Option<PackagedComponent>, StoreError> {
        Ok(self.packaged_where("kind = ?1 AND name = ?2", (kind, full_name))?.pop())
    }

    fn packaged_as(&self, id: RecordId) -> Result<Option<PackagedComponent>, StoreError> {
        Ok(self.packaged_where("id = ?1", [id.to_string()])?.pop())
    }

    fn packaged_by(&self, package: PackageId) -> Result<Vec<PackagedComponent>, StoreError> {
        self.packaged_where("package = ?1 ORDER BY kind, name", [package.to_string()])
    }

    fn put_packaged(&self, component: &PackagedComponent) -> Result<(), StoreError> {
        if !self.has_packaged()? {
            self.connection().execute_batch(include_str!("packaged.sql"))?;
        }
        self.execute(
            "INSERT OR REPLACE INTO _packaged VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            (
                &component.kind,
                &component.full_name,
                component.id.map(|id| id.to_string()),
                component.package.to_string(),
                &component.namespace,
                component.state.name(),
            ),
        )
    }

    fn remove_packaged(&self, kind: &str, full_name: &str) -> Result<(), StoreError> {
        if self.has_packaged()? {
            self.execute("DELETE FROM _packaged WHERE kind = ?1 AND name = ?2", (kind, full_name))?;
        }
        Ok(())
    }
}

impl Tx<'_> {
    fn has_packaged(&self) -> Result<bool, StoreError> {
        let mut statement = self.connection().prepare_cached("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = '_packaged'")?;
        Ok(statement.exists([])?)
    }

    fn packaged_where(&self, condition: &str, binds: impl Params) -> Result<Vec<PackagedComponent>, StoreError> {
        if !self.has_packaged()? {
            return Ok(Vec::new());
        }
        let mut statement = self.connection().prepare_cached(&format!("{COLUMNS} WHERE {condition}"))?;
        let mut rows = statement.query(binds)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(read(row)?);
        }
        Ok(found)
    }
}

fn read(row: &Row<'_>) -> Result<PackagedComponent, StoreError> {
    let (id, package, state): (Option<String>, String, String) = (row.get(2)?, row.get(3)?, row.get(5)?);
    Ok(PackagedComponent {
        kind: row.get(0)?,
        full_name: row.get(1)?,
        id: id.as_deref().map(RecordId::parse).transpose().map_err(StoreError::new)?,
        package: PackageId::parse(&package).map_err(StoreError::new)?,
        namespace: row.get(4)?,
        state: ManageableState::read(&state).ok_or_else(|| StoreError::new(format!("{state} is no state of a component")))?,
    })
}

impl super::Store {
    /// Keeps what a package version is built of: an archive of metadata.
    pub fn put_package_content(&self, version: PackageVersionId, archive: &[u8]) -> Result<(), StoreError> {
        self.change("INSERT OR REPLACE INTO package_content VALUES (?1, ?2)", (version.to_string(), archive))
    }

    pub fn package_content(&self, version: PackageVersionId) -> Result<Option<Vec<u8>>, StoreError> {
        let shared = self.common.shared.lock();
        let mut statement = shared.prepare_cached("SELECT archive FROM package_content WHERE version_id = ?1")?;
        Ok(statement.query_row([version.to_string()], |row| row.get(0)).optional()?)
    }
}
