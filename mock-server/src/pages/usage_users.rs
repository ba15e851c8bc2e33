//! Connected App User's Usage: the users behind a User Count, and Revoke.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::error::PageError;
use super::session::{BrowserSession, Fields, PostedForm};
use super::usage::Kind;
use super::view::{Link, UsersPage, UsersRow};
use super::{answer, wording};
use crate::app::App;
use crate::apps::{Act, AppDefinition, AppKind, may};
use crate::id::{AppId, UserId};
use crate::oauth::{Grant, Ledger};
use crate::storage::StoreError;

/// GUESS: Salesforce's own address of this page was not recorded.
pub(super) const PATH: &str = "/lightning/setup/ConnectedAppsUsage/users";

/// `GET /lightning/setup/ConnectedAppsUsage/users?app=0Ci…`
pub(super) async fn show(State(app): State<App>, session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    let definition = find(&app, &query, &session)?;
    let kind = Kind::of(definition.kind);
    kind.check_view(&session)?;
    let view = UsersPage {
        frame: session.setup_frame(kind.path()),
        csrf: session.csrf(),
        heading: if kind == Kind::ConnectedApps { "Connected App User's Usage" } else { "External Client Apps Usage by User" },
        org: session.org_name(),
        app: wording::published_app(&app, &definition),
        back: Link { url: session.link(kind.path()), text: kind.heading().to_owned() },
        action: session.link(PATH),
        done: query.get("done").map(|_| "Revoked. The tokens have ended."),
        may_revoke: may(session.user(), revoking(&definition)),
        rows: rows(&session, definition.id)?,
    };
    Ok(answer::page(StatusCode::OK, &view))
}

/// `POST /lightning/setup/ConnectedAppsUsage/users`: `action` is `revoke`, with `user`, or `revoke_all`.
pub(super) async fn revoke(State(app): State<App>, form: PostedForm) -> Result<Response, PageError> {
    let PostedForm { session, fields } = form;
    let definition = find(&app, &fields, &session)?;
    session.must(revoking(&definition), PATH)?;
    let user = fields.get("user").and_then(|id| UserId::parse(id).ok());
    let org = &session.browser.caller.org;
    match (fields.get("action"), user) {
        (Some("revoke"), Some(user)) => app.revoke_approvals(org, definition.id, Some(user))?,
        (Some("revoke_all"), _) => app.revoke_approvals(org, definition.id, None)?,
        _ => return Err(PageError::Missing { frame: Box::new(session.frame()), what: "No user has this id, or the page has no such button." }),
    }
    Ok(answer::redirect(&session.link(&format!("{PATH}?app={}&done=revoked", definition.id))))
}

/// GUESS for connected apps; that external client apps need their own permission is documented.
fn revoking(definition: &AppDefinition) -> Act {
    match definition.kind {
        AppKind::ConnectedApp => Act::RevokeOthersTokens,
        AppKind::ExternalClientApp => Act::ManageExternalApps,
    }
}

fn find(app: &App, fields: &Fields, session: &BrowserSession) -> Result<Arc<AppDefinition>, PageError> {
    let id = fields.get("app").and_then(|id| AppId::parse(id).ok());
    id.and_then(|id| app.registry().app(id)).ok_or_else(|| PageError::Missing { frame: Box::new(session.frame()), what: "No app has this id." })
}

/// One row per user, over all of the user's approvals.
fn rows(session: &BrowserSession, app: AppId) -> Result<Vec<UsersRow>, StoreError> {
    let org = &session.browser.caller.org;
    let mut by_user: Vec<(UserId, Vec<Grant>)> = Vec::new();
    for grant in org.read(|tx| tx.grants(Some(app)))? {
        match by_user.iter_mut().find(|(user, _)| *user == grant.user) {
            Some((_, grants)) => grants.push(grant),
            None => by_user.push((grant.user, vec![grant])),
        }
    }
    let rows = by_user.into_iter().map(|(id, grants)| Ok(org.user(id)?.map(|user| row(&user, &grants))));
    rows.filter_map(Result::transpose).collect()
}

fn row(user: &crate::org::User, grants: &[Grant]) -> UsersRow {
    let first = grants.iter().map(|grant| grant.created).min();
    let last = grants.iter().map(|grant| grant.last_used).max();
    UsersRow {
        id: user.id.to_string(),
        name: user.name.clone(),
        username: user.username.clone(),
        first_used: first.map(wording::moment).unwrap_or_default(),
        last_used: last.map(wording::moment).unwrap_or_default(),
        total_uses: grants.iter().map(|grant| u64::from(grant.use_count)).sum(),
    }
}
