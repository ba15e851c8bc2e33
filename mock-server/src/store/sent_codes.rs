//! Codes that were sent to users and have not come back.

use rusqlite::OptionalExtension;

use super::Tx;
use crate::clock::Timestamp;
use crate::oauth::{Digest, SentCode, SentCodes};
use crate::storage::StoreError;

impl SentCodes for Tx<'_> {
    fn put_sent_code(&self, name: Digest, code: &SentCode) -> Result<(), StoreError> {
        let text = serde_json::to_string(code).map_err(StoreError::new)?;
        self.execute(
            "INSERT INTO _sent_code VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET created = excluded.created, code = excluded.code",
            (name.0, code.created.0, text),
        )
    }

    fn sent_code(&self, name: Digest) -> Result<Option<SentCode>, StoreError> {
        let mut statement = self.connection().prepare_cached("SELECT code FROM _sent_code WHERE name = ?1")?;
        let text: Option<String> = statement.query_row([name.0], |row| row.get(0)).optional()?;
        text.map(|text| serde_json::from_str(&text).map_err(StoreError::new)).transpose()
    }

    fn remove_sent_code(&self, name: Digest) -> Result<(), StoreError> {
        self.execute("DELETE FROM _sent_code WHERE name = ?1", [name.0])
    }

    fn sweep_sent_codes(&self, before: Timestamp) -> Result<(), StoreError> {
        self.execute("DELETE FROM _sent_code WHERE created < ?1", [before.0])
    }
}
