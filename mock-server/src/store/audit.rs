//! The audit trail of Setup.

use super::Tx;
use crate::clock::Timestamp;
use crate::id::UserId;
use crate::org::{Actor, AuditTrail, TrailRow};
use crate::storage::StoreError;

/// How long a row is kept: 180 days. Source: Salesforce help, "Monitor Setup Changes with Setup Audit Trail".
const KEPT: i64 = 180 * 24 * 3_600_000;

impl AuditTrail for Tx<'_> {
    fn audit(&self, actor: Actor, section: &'static str, action: &'static str, display: &str) -> Result<(), StoreError> {
        let id = self.new_id("0Ym")?.to_string();
        let display: String = display.chars().take(1_000).collect();
        self.execute("DELETE FROM _audit WHERE at < ?1", [actor.at.0 - KEPT])?;
        self.execute(
            "INSERT INTO _audit (id, at, user_id, section, action, display) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            (id, actor.at.0, actor.user.map(|user| user.to_string()), section, action, display),
        )
    }

    fn trail(&self, limit: u32) -> Result<Vec<TrailRow>, StoreError> {
        let mut statement =
            self.connection().prepare_cached("SELECT at, user_id, section, action, display FROM _audit ORDER BY at DESC, id DESC LIMIT ?1")?;
        let rows = statement.query_map([limit], |row| {
            Ok(TrailRow {
                at: Timestamp(row.get(0)?),
                user: row.get::<_, Option<String>>(1)?.and_then(|id| UserId::parse(&id).ok()),
                section: row.get(2)?,
                action: row.get(3)?,
                display: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
