//! The outbox of one org.

use super::Tx;
use crate::clock::Timestamp;
use crate::org::{Mail, MailKind, Outbox};
use crate::storage::StoreError;

/// E-mails kept.
const KEPT: i64 = 1_000;

impl Outbox for Tx<'_> {
    fn send(&self, mail: &Mail) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO _mail (at, kind, user_id, recipient, subject, body, code, link) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            (mail.at.0, mail.kind.name(), mail.user.map(|user| user.to_string()), &mail.to, &mail.subject, &mail.body, &mail.code, &mail.link),
        )?;
        self.execute("DELETE FROM _mail WHERE seq <= (SELECT max(seq) FROM _mail) - ?1", [KEPT])
    }

    fn mails(&self) -> Result<Vec<(i64, Mail)>, StoreError> {
        let mut statement =
            self.connection().prepare_cached("SELECT seq, at, kind, user_id, recipient, subject, body, code, link FROM _mail ORDER BY seq")?;
        let mut rows = statement.query([])?;
        let mut mails = Vec::new();
        while let Some(row) = rows.next()? {
            let mail = Mail {
                at: Timestamp(row.get(1)?),
                kind: MailKind::read(row.get_ref(2)?.as_str()?).ok_or_else(|| StoreError::new("an e-mail of no known kind"))?,
                user: row.get_ref(3)?.as_str_or_null()?.map(|id| id.parse().map_err(StoreError::new)).transpose()?,
                to: row.get(4)?,
                subject: row.get(5)?,
                body: row.get(6)?,
                code: row.get(7)?,
                link: row.get(8)?,
            };
            mails.push((row.get(0)?, mail));
        }
        Ok(mails)
    }
}
