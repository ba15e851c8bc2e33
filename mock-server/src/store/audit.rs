//! The audit trail of Setup.

use super::Tx;
use crate::org::{Actor, AuditTrail};
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
}
