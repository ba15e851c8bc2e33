//! Apps and packages of one org, each a JSON document by id.

use rusqlite::OptionalExtension;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Tx;
use crate::apps::{InstalledPackage, Installs, OrgApp};
use crate::id::{AppId, PackageVersionId};
use crate::storage::StoreError;

impl Installs for Tx<'_> {
    fn org_app(&self, app: AppId) -> Result<Option<OrgApp>, StoreError> {
        self.known(
            |known| &mut known.apps,
            app,
            || {
                let mut statement = self.unsettled().prepare_cached("SELECT state FROM _app WHERE app_id = ?1")?;
                let state: Option<String> = statement.query_row([app.to_string()], |row| row.get(0)).optional()?;
                state.as_deref().map(read).transpose()
            },
        )
    }

    fn org_apps(&self) -> Result<Vec<OrgApp>, StoreError> {
        self.documents("SELECT state FROM _app ORDER BY app_id")
    }

    fn put_org_app(&self, org_app: &OrgApp) -> Result<(), StoreError> {
        self.execute("INSERT OR REPLACE INTO _app VALUES (?1, ?2)", (org_app.app.to_string(), written(org_app)?))?;
        self.forget();
        Ok(())
    }

    fn remove_org_app(&self, app: AppId) -> Result<(), StoreError> {
        self.execute("DELETE FROM _app WHERE app_id = ?1", [app.to_string()])?;
        self.forget();
        Ok(())
    }

    fn installed_packages(&self) -> Result<Vec<InstalledPackage>, StoreError> {
        self.documents("SELECT state FROM _package ORDER BY version_id")
    }

    fn put_installed_package(&self, package: &InstalledPackage) -> Result<(), StoreError> {
        self.execute("INSERT OR REPLACE INTO _package VALUES (?1, ?2)", (package.version.to_string(), written(package)?))
    }

    fn remove_installed_package(&self, version: PackageVersionId) -> Result<(), StoreError> {
        self.execute("DELETE FROM _package WHERE version_id = ?1", [version.to_string()])
    }
}

impl Tx<'_> {
    fn documents<T: DeserializeOwned>(&self, sql: &str) -> Result<Vec<T>, StoreError> {
        let mut statement = self.connection().prepare_cached(sql)?;
        let states = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
        states.iter().map(|state| read(state)).collect()
    }
}

fn read<T: DeserializeOwned>(state: &str) -> Result<T, StoreError> {
    serde_json::from_str(state).map_err(StoreError::new)
}

fn written(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(StoreError::new)
}
