//! The shared database: which orgs there are, whose username is where, app and package definitions.

use rusqlite::OptionalExtension;

use super::Store;
use crate::id::{AppId, OrgId, PackageId, PackageVersionId};
use crate::storage::StoreError;

impl Store {
    /// Org definitions as JSON, in the order they were made.
    pub fn org_definitions(&self) -> Result<Vec<String>, StoreError> {
        self.texts("SELECT definition FROM org ORDER BY number")
    }

    /// Ids of all orgs, in the order they were made.
    pub fn org_ids(&self) -> Result<Vec<String>, StoreError> {
        self.texts("SELECT id FROM org ORDER BY number")
    }

    pub fn put_org(&self, id: OrgId, number: u32, name: &str, definition: &str) -> Result<(), StoreError> {
        self.change(
            "INSERT INTO org VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET name = ?3, definition = ?4",
            (id.to_string(), number, name, definition),
        )
    }

    /// Forgets the org and its usernames.
    pub fn remove_org(&self, id: OrgId) -> Result<(), StoreError> {
        self.change("DELETE FROM username WHERE org_id = ?1", [id.to_string()])?;
        self.change("DELETE FROM org WHERE id = ?1", [id.to_string()])
    }

    /// Takes the username for an org, in any case of its letters. `false`: another user has it.
    pub fn take_username(&self, username: &str, org: OrgId) -> Result<bool, StoreError> {
        let _pass = self.common.gate.read();
        let shared = self.common.shared.lock();
        let taken =
            shared.prepare_cached("INSERT INTO username VALUES (?1, ?2) ON CONFLICT DO NOTHING")?.execute((soql::fold(username), org.to_string()))?;
        Ok(taken == 1)
    }

    pub fn release_username(&self, username: &str) -> Result<(), StoreError> {
        self.change("DELETE FROM username WHERE username = ?1", [soql::fold(username)])
    }

    /// The org where a user of this name may be. The org's own table decides whether the user is there.
    pub fn org_of_username(&self, username: &str) -> Result<Option<OrgId>, StoreError> {
        let shared = self.common.shared.lock();
        let found: Option<String> = shared
            .prepare_cached("SELECT org_id FROM username WHERE username = ?1")?
            .query_row([soql::fold(username)], |row| row.get(0))
            .optional()?;
        found.as_deref().map(parsed).transpose()
    }

    /// (username, org) pairs, for rebuilding the index.
    pub fn usernames(&self) -> Result<Vec<(String, OrgId)>, StoreError> {
        let shared = self.common.shared.lock();
        let mut statement = shared.prepare_cached("SELECT username, org_id FROM username")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
        rows.map(|row| row.map_err(StoreError::from).and_then(|(name, org)| Ok((name, parsed(&org)?)))).collect()
    }

    /// App definitions as JSON, in the order they were made. From here on queries see these.
    pub fn app_definitions(&self) -> Result<Vec<String>, StoreError> {
        let definitions = self.texts("SELECT definition FROM app ORDER BY id")?;
        self.common.apps.clear();
        for (id, definition) in self.texts("SELECT id FROM app ORDER BY id")?.into_iter().zip(&definitions) {
            self.common.apps.put(id, definition);
        }
        Ok(definitions)
    }

    /// Puts app definitions and removes others, all of it or nothing.
    pub fn change_apps(&self, put: &[(AppId, String)], remove: &[AppId]) -> Result<(), StoreError> {
        let _pass = self.common.gate.read();
        let mut shared = self.common.shared.lock();
        let change = shared.transaction()?;
        for id in remove {
            change.prepare_cached("DELETE FROM app WHERE id = ?1")?.execute([id.to_string()])?;
        }
        for (id, definition) in put {
            let sql = "INSERT INTO app VALUES (?1, ?2) ON CONFLICT DO UPDATE SET definition = excluded.definition";
            change.prepare_cached(sql)?.execute((id.to_string(), definition))?;
        }
        change.commit()?;
        drop(shared);
        for id in remove {
            self.common.apps.remove(&id.to_string());
        }
        for (id, definition) in put {
            self.common.apps.put(id.to_string(), definition);
        }
        Ok(())
    }

    /// Package definitions as JSON.
    pub fn package_definitions(&self) -> Result<Vec<String>, StoreError> {
        self.texts("SELECT definition FROM package ORDER BY id")
    }

    pub fn put_package(&self, id: PackageId, definition: &str) -> Result<(), StoreError> {
        self.change("INSERT INTO package VALUES (?1, ?2) ON CONFLICT DO UPDATE SET definition = excluded.definition", (id.to_string(), definition))
    }

    pub fn remove_package(&self, id: PackageId) -> Result<(), StoreError> {
        self.change("DELETE FROM package WHERE id = ?1", [id.to_string()])
    }

    /// Definitions of package versions as JSON.
    pub fn package_version_definitions(&self) -> Result<Vec<String>, StoreError> {
        self.texts("SELECT definition FROM package_version ORDER BY version_id")
    }

    pub fn put_package_version(&self, id: PackageVersionId, definition: &str) -> Result<(), StoreError> {
        let sql = "INSERT INTO package_version VALUES (?1, ?2) ON CONFLICT DO UPDATE SET definition = excluded.definition";
        self.change(sql, (id.to_string(), definition))
    }

    pub fn remove_package_version(&self, id: PackageVersionId) -> Result<(), StoreError> {
        self.change("DELETE FROM package_content WHERE version_id = ?1", [id.to_string()])?;
        self.change("DELETE FROM package_version WHERE version_id = ?1", [id.to_string()])
    }

    /// What queries in any org see of packages, by the object that shows it: a list of rows.
    pub fn show_packages(&self, rows: impl IntoIterator<Item = (&'static str, serde_json::Value)>) {
        self.common.apps.show_packages(rows);
    }

    pub fn fact<T: rusqlite::types::FromSql>(&self, name: &str) -> Result<Option<T>, StoreError> {
        let shared = self.common.shared.lock();
        Ok(shared.prepare_cached("SELECT value FROM fact WHERE name = ?1")?.query_row([name], |row| row.get(0)).optional()?)
    }

    pub fn put_fact(&self, name: &str, value: impl rusqlite::ToSql) -> Result<(), StoreError> {
        self.change("INSERT INTO fact VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value", (name, value))
    }

    pub(super) fn change(&self, sql: &str, binds: impl rusqlite::Params) -> Result<(), StoreError> {
        // Some are made inside an org's transaction, which is past the gate already.
        let _pass = self.common.gate.read_recursive();
        self.common.shared.lock().prepare_cached(sql)?.execute(binds)?;
        Ok(())
    }

    fn texts(&self, sql: &str) -> Result<Vec<String>, StoreError> {
        let shared = self.common.shared.lock();
        let mut statement = shared.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok(rows)
    }
}

impl super::Common {
    /// Frees names whose users came to nothing. The caller is past the gate.
    pub(super) fn release_usernames(&self, names: &[String]) -> Result<(), StoreError> {
        for name in names {
            self.shared.lock().prepare_cached("DELETE FROM username WHERE username = ?1")?.execute([soql::fold(name)])?;
        }
        Ok(())
    }
}

impl super::Tx<'_> {
    /// Takes the username for this org inside its transaction. `false`: a user of another org has it.
    pub(super) fn claim_username(&self, username: &str) -> Result<bool, StoreError> {
        let (name, org) = (soql::fold(username), self.org.id.to_string());
        let shared = self.org.common.shared.lock();
        let taken = shared.prepare_cached("INSERT INTO username VALUES (?1, ?2) ON CONFLICT DO NOTHING")?.execute((&name, &org))?;
        if taken == 1 {
            self.claimed.borrow_mut().push(username.to_owned());
            return Ok(true);
        }
        // The org's own table decides about names that are the org's.
        let owner: String = shared.prepare_cached("SELECT org_id FROM username WHERE username = ?1")?.query_row([&name], |row| row.get(0))?;
        Ok(owner == org)
    }
}

fn parsed<T: std::str::FromStr<Err: Into<Box<dyn std::error::Error + Send + Sync>>>>(text: &str) -> Result<T, StoreError> {
    text.parse().map_err(StoreError::new)
}
