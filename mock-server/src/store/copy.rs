//! One org's database filled with another's, and what such a copy leaves behind.

use super::{OrgCopy, OrgDb, Tx};
use crate::storage::StoreError;

/// What happened in an org, as against what it is made of: who came with which tokens, what was sent and noted, which jobs ran.
const HISTORY: [&str; 21] = [
    "_grant",
    "_rotated",
    "_session",
    "_code",
    "_login",
    "_used_assertion",
    "_ended",
    "_sent_code",
    "_mail",
    "_ticket",
    "_device",
    "_viewed",
    "_event_piece",
    "_event_log_file",
    "_audit",
    "_job",
    "_batch",
    "_piece",
    "_operation",
    "_bin",
    "_severed",
];

/// Beginnings of facts that are about what happened.
const PASSING: [&str; 4] = ["package_key.", "install_validation.", "logins_logged", "source_prints"];

impl OrgDb {
    /// Fills the database of an org that nobody has seen yet with a copy of another's. To be called within [`Store::alone`](super::Store::alone).
    pub fn begin_as(&self, copy: &OrgCopy) -> Result<(), StoreError> {
        self.put_back(copy)
    }
}

impl Tx<'_> {
    /// Forgets what happened in the org this one was copied from: nobody is logged in, nothing is approved, nothing is noted.
    pub fn forget_history(&self) -> Result<(), StoreError> {
        let mut tables = self.connection().prepare_cached("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1")?;
        for table in HISTORY {
            if tables.exists([table])? {
                self.execute(&format!("DELETE FROM {table}"), [])?;
            }
        }
        for beginning in PASSING {
            self.execute("DELETE FROM _fact WHERE substr(name, 1, length(?1)) = ?1", [beginning])?;
        }
        self.org.known.lock().forget_grants();
        self.forget();
        Ok(())
    }

    /// Leaves the records of the objects that `left` names behind; what every org has of them is there again.
    pub fn leave_records(&self, left: impl Fn(&str) -> bool) -> Result<(), StoreError> {
        let tables: Vec<String> = self.org.tables.read().iter().filter(|name| left(name)).cloned().collect();
        tables.iter().try_for_each(|table| self.drop_table(table))
    }
}
