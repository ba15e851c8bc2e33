//! `POST /services/oauth2/introspect` (RFC 7662)

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use serde::Serialize;

use super::answer::{self, Format};
use super::form;
use crate::app::{App, LiveOrg};
use crate::apps::AppDefinition;
use crate::clock::Timestamp;
use crate::id::{AppId, UserId};
use crate::oauth::{Digest, Ledger, OAuthError, Parameters, Presented, Scopes, credential, refresh_end};
use crate::org::Site;

/// Tells an app about one of its own tokens; anybody else's is inactive. Parameters may also stand in the query, as some clients send them.
pub async fn introspect(State(app): State<App>, site: Site, headers: HeaderMap, RawQuery(query): RawQuery, body: Bytes) -> Response {
    let looked_up = form::read(&headers, query.as_deref(), &body).and_then(|parameters| look_up(&app, &site, &headers, &parameters));
    match looked_up {
        Ok(Some(active)) => answer::write(StatusCode::OK, Format::Json, "OAuth", &active),
        Ok(None) => answer::write(StatusCode::OK, Format::Json, "OAuth", &serde_json::json!({"active": false})),
        Err(error) => answer::refuse(&error, Format::Json),
    }
}

/// Times in seconds; `exp` is left out where nothing ends the token.
#[derive(Serialize)]
struct Active {
    active: bool,
    scope: String,
    client_id: String,
    username: String,
    sub: String,
    token_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<i64>,
    iat: i64,
    nbf: i64,
}

fn look_up(app: &App, site: &Site, headers: &HeaderMap, parameters: &Parameters) -> Result<Option<Active>, OAuthError> {
    let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    // GUESS: a request that names no client at all is one that did not authenticate (RFC 7662, 2.1), not one with a wrong key.
    if !form::names_client(headers, parameters) {
        return Err(OAuthError::WrongClientSecret);
    }
    let client = app.authenticate(site, parameters, authorization, |client| client.require_secret)?;
    let token = parameters.get("token").ok_or(OAuthError::MissingParameter("token"))?;
    // An app sees its own tokens, and with Introspect All Tokens those of other apps.
    let holder = |id: AppId| if id == client.id || client.introspect_all_tokens { app.registry().app(id) } else { None };
    if let Some(org) = credential::org_of_access_token(token).and_then(|id| app.org(id)) {
        org.takes_oauth(site)?;
        let Some(session) = org.session(token, app.now())?.filter(|session| session.kind.is_access_token()) else { return Ok(None) };
        let Some(holder) = session.app.and_then(holder) else { return Ok(None) };
        return describe(&org, site, &holder, session.user, &session.scopes, "access_token", (session.created, Some(session.expires())));
    }
    let Some(org) = credential::org_of_refresh_token(token).and_then(|id| app.org(id)) else { return Ok(None) };
    org.takes_oauth(site)?;
    let Presented::Current(grant) = org.read(|tx| tx.present(Digest::of(token)))? else { return Ok(None) };
    let Some(holder) = holder(grant.app) else { return Ok(None) };
    let end = refresh_end(&grant, &holder, &*org.org_app(&holder, app.now())?, &org.switches());
    if end.is_some_and(|end| end <= app.now()) {
        return Ok(None);
    }
    describe(&org, site, &holder, grant.user, &grant.scopes, "refresh_token", (grant.created, end))
}

/// GUESS: a token that its user's or org's state makes unusable is reported as inactive; only tokens that ended were seen.
fn describe(
    org: &LiveOrg,
    site: &Site,
    client: &AppDefinition,
    user: UserId,
    scopes: &Scopes,
    token_type: &'static str,
    (issued, expires): (Timestamp, Option<Timestamp>),
) -> Result<Option<Active>, OAuthError> {
    let Some(user) = org.user(user)?.filter(|user| user.is_active && !user.is_frozen) else { return Ok(None) };
    let facts = org.facts();
    if facts.locked {
        return Ok(None);
    }
    Ok(Some(Active {
        active: true,
        scope: scopes.to_string(),
        client_id: client.consumer_key.clone(),
        username: user.username.clone(),
        sub: format!("{}/id/{}/{}", site.side_url(facts.kind.side()), facts.id, user.id),
        token_type,
        exp: expires.map(Timestamp::seconds),
        iat: issued.seconds(),
        nbf: issued.seconds(),
    }))
}
