//! Login: an admin goes on as another user.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::destination::Destination;
use super::error::PageError;
use super::login::{HOME, enter};
use super::session::{BrowserSession, Fields, origin};
use crate::app::App;
use crate::id::{OrgId, UserId};
use crate::table::Peer;

/// `GET /servlet/servlet.su?oid=00D…&suorgadminid=005…&retURL=…&targetURL=…`: the link Login beside a user in Setup.
pub(super) async fn show(
    State(app): State<App>,
    session: BrowserSession,
    peer: Peer,
    headers: HeaderMap,
    query: Fields,
) -> Result<Response, PageError> {
    let caller = &session.browser.caller;
    let is_here = query.get("oid").is_none_or(|oid| OrgId::parse(oid).is_ok_and(|oid| oid == caller.org.id()));
    let id = query.get("suorgadminid").filter(|_| is_here).and_then(|id| id.parse::<UserId>().ok());
    let user = id.map_or(Ok(None), |id| caller.org.user(id))?;
    let Some(user) = user else { return Err(PageError::Missing { frame: Box::new(session.frame()), what: "The org has no such user." }) };
    if !app.may_log_in_as(caller, &user) {
        return Err(PageError::InsufficientPrivileges { frame: Box::new(session.frame()), why: None });
    }
    let destination = Destination::read(query.get("targetURL").unwrap_or_default(), &session.site.url()).unwrap_or_else(|| Destination::own(HOME));
    let login = app.log_in_as(caller, &user, &origin(&peer, &session.site, &headers))?;
    enter(&app, &session.site, &caller.org, &login, &destination)
}
