//! Tickets, and the browsers that users activated.

use rusqlite::OptionalExtension;

use super::Tx;
use crate::clock::Timestamp;
use crate::id::UserId;
use crate::oauth::{Digest, Ticket, TicketKind, Tickets};
use crate::storage::StoreError;

impl Tickets for Tx<'_> {
    fn put_ticket(&self, token: Digest, ticket: &Ticket) -> Result<(), StoreError> {
        self.execute("DELETE FROM _ticket WHERE expires < ?1", [ticket.created.0])?;
        self.execute(
            "INSERT OR REPLACE INTO _ticket (token_hash, kind, user_id, code_hash, failures, created, expires) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            (
                token.0,
                ticket.kind.name(),
                ticket.user.to_string(),
                ticket.code.map(|code| code.0),
                ticket.failures,
                ticket.created.0,
                ticket.expires.0,
            ),
        )
    }

    fn ticket(&self, token: Digest) -> Result<Option<Ticket>, StoreError> {
        let mut statement =
            self.connection().prepare_cached("SELECT kind, user_id, code_hash, failures, created, expires FROM _ticket WHERE token_hash = ?1")?;
        let mut rows = statement.query([token.0])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        Ok(Some(Ticket {
            kind: TicketKind::read(row.get_ref(0)?.as_str()?).ok_or_else(|| StoreError::new("a ticket of no known kind"))?,
            user: row.get_ref(1)?.as_str()?.parse().map_err(StoreError::new)?,
            code: row.get::<_, Option<[u8; 32]>>(2)?.map(Digest),
            failures: row.get(3)?,
            created: Timestamp(row.get(4)?),
            expires: Timestamp(row.get(5)?),
        }))
    }

    fn remove_ticket(&self, token: Digest) -> Result<(), StoreError> {
        self.execute("DELETE FROM _ticket WHERE token_hash = ?1", [token.0])
    }

    fn remove_tickets_of(&self, user: UserId, kind: TicketKind) -> Result<(), StoreError> {
        self.execute("DELETE FROM _ticket WHERE user_id = ?1 AND kind = ?2", (user.to_string(), kind.name()))
    }

    fn activate_device(&self, secret: Digest, user: UserId, now: Timestamp) -> Result<(), StoreError> {
        self.execute("INSERT OR REPLACE INTO _device VALUES (?1, ?2, ?3)", (secret.0, user.to_string(), now.0))
    }

    fn is_activated(&self, secret: Digest, user: UserId) -> Result<bool, StoreError> {
        let mut statement = self.connection().prepare_cached("SELECT 1 FROM _device WHERE secret_hash = ?1 AND user_id = ?2")?;
        Ok(statement.query_row((secret.0, user.to_string()), |_| Ok(())).optional()?.is_some())
    }
}
