//! The page on which a refused authorize request ends. Salesforce's text says nothing; the stand-in's own part below says all.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::answer;
use super::error::PageError;
use super::explain;
use super::session::{BrowserSession, Fields};
use super::view::OAuthErrorPage;
use crate::app::App;
use crate::apps::GENERIC_ERROR;

/// `GET /setup/secur/RemoteAccessErrorPage.apexp?error=…&error_description=…`, status 200: `oauth.md` 4.2, item 5.
pub(super) async fn show(State(app): State<App>, session: BrowserSession, query: Fields) -> Response {
    let (code, text) = GENERIC_ERROR;
    let why = explain::latest(&app, &session, query.get("error").unwrap_or_default());
    answer::page(StatusCode::OK, &OAuthErrorPage { frame: session.frame(), code, text, why })
}

/// `GET /setup/secur/InsufficientPrivileges.apexp`: for a session that may not authorize apps (Login As, or a password never set).
pub(super) async fn insufficient_privileges(State(app): State<App>, session: BrowserSession) -> PageError {
    let why = explain::latest(&app, &session, "insufficient_privileges");
    PageError::InsufficientPrivileges { frame: Box::new(session.frame()), why: why.map(Box::new) }
}
