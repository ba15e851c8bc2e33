//! OAuth Connected Apps of a user: what the user approved, and Revoke. One's own, or with `user` another's.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::destination::query_value;
use super::error::PageError;
use super::session::{BrowserSession, Fields, PostedForm};
use super::view::{RowButton, TracePage, TraceRow};
use super::{answer, wording};
use crate::app::App;
use crate::apps::Act;
use crate::id::{RecordId, UserId};
use crate::oauth::{Event, Grant, Ledger, happen};

pub(super) const PATH: &str = "/lightning/settings/personal/AdvancedUserDetails/home";

/// `GET /lightning/settings/personal/AdvancedUserDetails/home[?user=005…]`
pub(super) async fn show(State(app): State<App>, session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    let user = subject(&session, &query)?;
    let grants = session.browser.caller.org.read(|tx| tx.grants(None))?;
    let registry = app.registry();
    let mut own: Vec<Grant> = grants.into_iter().filter(|grant| grant.user == user).collect();
    own.sort_by_key(|grant| std::cmp::Reverse(grant.last_used));
    let name = |grant: &Grant| registry.app(grant.app).map_or_else(|| grant.app.to_string(), |app| app.name.clone());
    let view = TracePage {
        frame: session.frame(),
        csrf: session.csrf(),
        heading: "OAuth Connected Apps",
        intro: "Apps that hold a token of this user. Revoke ends the app's refresh token and every session that came of it.".to_owned(),
        columns: vec!["Application", "Created", "Last Used", "Use Count"],
        action: session.link(PATH),
        done: query.get("done").map(|_| "Revoked. The tokens have ended."),
        empty: "No app holds a token of this user.",
        download: None,
        rows: own.iter().map(|grant| row(grant, name(grant))).collect(),
    };
    Ok(answer::page(StatusCode::OK, &view))
}

/// `POST` the same, with `grant` and `user`.
pub(super) async fn revoke(form: PostedForm) -> Result<Response, PageError> {
    let PostedForm { session, fields } = form;
    let user = subject(&session, &fields)?;
    let org = &session.browser.caller.org;
    let id = fields.get("grant").and_then(|id| RecordId::parse(id).ok());
    let grant = id.map(|id| org.read(|tx| tx.grant(id))).transpose()?.flatten().filter(|grant| grant.user == user);
    let Some(grant) = grant else {
        return Err(PageError::Missing { frame: Box::new(session.frame()), what: "The user holds no such token." });
    };
    org.write(|tx| happen(tx, Event::ApprovalRevoked(grant.id)))?;
    Ok(answer::redirect(&session.link(&format!("{PATH}?user={}&done=revoked", query_value(&user.to_string())))))
}

/// Whose tokens the page is about.
fn subject(session: &BrowserSession, fields: &Fields) -> Result<UserId, PageError> {
    let own = session.user().id;
    let asked = match fields.get("user") {
        None => own,
        Some(id) => UserId::parse(id).map_err(|_| PageError::Missing { frame: Box::new(session.frame()), what: "No user has this id." })?,
    };
    if asked != own {
        session.must(Act::RevokeOthersTokens, PATH)?;
    }
    Ok(asked)
}

fn row(grant: &Grant, app: String) -> TraceRow {
    let fields = vec![("grant", grant.id.to_string()), ("user", grant.user.to_string())];
    let button = RowButton { label: "Revoke", about: format!("the tokens of {app}"), fields };
    TraceRow {
        cells: vec![app, wording::moment(grant.created), wording::moment(grant.last_used), grant.use_count.to_string()],
        badge: None,
        button: Some(button),
    }
}
