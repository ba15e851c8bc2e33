//! E-mails that Salesforce would have sent.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::query::Query;
use super::{Problem, asked_org};
use crate::app::{App, LiveOrg};
use crate::org::{Directory, MailKind, Outbox};
use crate::storage::StoreError;

/// Which e-mails are asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Wanted {
    org: Option<String>,
    /// Only those to this address.
    to: Option<String>,
    /// Only those about this.
    kind: Option<MailKind>,
}

/// One e-mail.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct MailBody {
    /// Number of the e-mail in its org.
    seq: i64,
    at: String,
    /// Name of the org.
    org: String,
    kind: MailKind,
    /// Username; `null` for somebody who is no user yet.
    user: Option<String>,
    /// E-mail address.
    to: String,
    subject: String,
    body: String,
    /// The code that the body tells.
    code: Option<String>,
    /// The address that the body tells.
    link: Option<String>,
}

/// `GET /outbox`: the oldest first, of one org or of all.
pub async fn list(State(app): State<App>, Query(wanted): Query<Wanted>) -> Result<Json<Value>, Problem> {
    let orgs = match &wanted.org {
        Some(name) => vec![asked_org(&app, name)?],
        None => app.orgs(),
    };
    let mut mails = Vec::new();
    for org in orgs {
        mails.extend(of(&org)?);
    }
    mails.retain(|mail| wanted.to.as_ref().is_none_or(|to| *to == mail.to) && wanted.kind.is_none_or(|kind| kind == mail.kind));
    Ok(Json(json!({ "emails": mails })))
}

fn of(org: &LiveOrg) -> Result<Vec<MailBody>, StoreError> {
    let name = org.facts().name.clone();
    org.read(|tx| {
        let mut shown = Vec::new();
        for (seq, mail) in tx.mails()? {
            let user = mail.user.map(|id| tx.user(id)).transpose()?.flatten();
            shown.push(MailBody {
                seq,
                at: mail.at.iso(),
                org: name.clone(),
                kind: mail.kind,
                user: user.map(|user| user.username),
                to: mail.to,
                subject: mail.subject,
                body: mail.body,
                code: mail.code,
                link: mail.link,
            });
        }
        Ok(shown)
    })
}
