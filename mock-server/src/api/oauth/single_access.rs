//! `GET` or `POST /services/oauth2/singleaccess`: an app that holds a token opens a page of the org for its user.

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use super::answer;
use super::form;
use super::identity::{Refused, bearer};
use crate::app::{App, Caller};
use crate::journal::Facts;
use crate::oauth::{Parameters, Scope};
use crate::org::{Permission, Site};

/// An address that logs a browser in, once, within a minute.
#[derive(Serialize)]
struct SingleAccess {
    frontdoor_uri: String,
}

/// Answers with the address. `redirect_uri` is the page it leads to: a path of the org.
pub async fn single_access(State(app): State<App>, site: Site, facts: Facts, headers: HeaderMap, RawQuery(query): RawQuery, body: Bytes) -> Response {
    let read = form::read(&headers, query.as_deref(), &body).map_err(|_| Refused::Parameter);
    match read.and_then(|parameters| opened(&app, &site, &facts, &headers, &parameters)) {
        Ok(access) => answer::write(StatusCode::OK, answer::Format::Json, "OAuth", &access),
        Err(refused) => refused.into_response(),
    }
}

fn opened(app: &App, site: &Site, facts: &Facts, headers: &HeaderMap, parameters: &Parameters) -> Result<SingleAccess, Refused> {
    let caller = app.caller(bearer(headers, parameters)?)?.ok_or(Refused::BadToken)?;
    facts.note(|noted| {
        noted.org = Some(caller.org.id());
        noted.user = Some(caller.user.id);
        noted.app = caller.session.app;
        noted.grant = caller.session.grant;
    });
    caller.org.takes_oauth(site).map_err(|_| Refused::HttpsRequired)?;
    check(site, &caller)?;
    let org = caller.org.facts();
    let base = if site.experience().is_some() { site.experience_url() } else { site.my_domain_url(org.id, &org.my_domain()) };
    if parameters.get("redirect_uri").is_some_and(|uri| !is_of(&base, uri)) {
        return Err(Refused::Parameter);
    }
    let otp = value(&app.hand_over(&caller)?);
    let start = parameters.get("redirect_uri").map(|uri| format!("&startURL={}", value(uri))).unwrap_or_default();
    // The last parameter ties the address to the cluster that made it.
    Ok(SingleAccess { frontdoor_uri: format!("{base}/secur/frontdoor.jsp?otp={otp}{start}&cshc={}", app.entropy().token(16)) })
}

/// Only tokens that an app got by OAuth, of users who may enter the web, at the org itself.
fn check(site: &Site, caller: &Caller) -> Result<(), Refused> {
    let by_oauth = caller.session.kind.is_access_token() && caller.session.app.is_some();
    match () {
        // GUESS: a login host has no sessions of the org; its answer was not recorded.
        () if !by_oauth || caller.user.has(Permission::ApiUserOnly) || !site.serves(caller.org.id()) => Err(Refused::BadToken),
        () if !caller.session.scopes.allows(Scope::WEB) => Err(Refused::Scope),
        () => Ok(()),
    }
}

/// Whether it is a path, or an address of the org itself.
fn is_of(base: &str, unverified_uri: &str) -> bool {
    let path = unverified_uri.strip_prefix(base).filter(|rest| rest.is_empty() || rest.starts_with('/')).unwrap_or(unverified_uri);
    let has_scheme = path.split(['/', '?', '#']).next().is_some_and(|first| first.contains(':'));
    !has_scheme && !path.starts_with("//") && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
}

fn value(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}
