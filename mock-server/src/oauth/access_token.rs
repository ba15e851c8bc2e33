//! Access tokens: opaque, or JWTs for apps that want them.
//!
//! A JWT is no less a session of the org: the store alone says whether it still lives, so revoking ends it at once. Unlike an opaque one it says
//! itself when it ends, and use does not extend it.

use serde::Serialize;

use super::{Desk, OAuthError, Scopes, SessionKind, credential};
use crate::apps::AppDefinition;
use crate::org::{Side, User};
use crate::storage::StoreError;

/// Scopes that fit a JWT. GUESS: that "many" are too many was seen, their number was not.
const MOST_SCOPES: usize = 20;

/// Whether the app's access tokens are JWTs.
pub(super) fn kind(client: Option<&AppDefinition>) -> SessionKind {
    if client.is_some_and(|client| client.jwt_access_tokens) { SessionKind::Jwt } else { SessionKind::Token }
}

/// Refuses more scopes than a JWT carries.
pub(super) fn check_scopes(client: &AppDefinition, scopes: Scopes) -> Result<(), OAuthError> {
    if client.jwt_access_tokens && scopes.iter().count() > MOST_SCOPES { Err(OAuthError::TooManyScopes) } else { Ok(()) }
}

/// A new access token of the app for the user. `life` is in milliseconds.
pub(super) fn make(desk: &Desk<'_>, client: Option<&AppDefinition>, user: &User, scopes: Scopes, life: i64) -> Result<String, StoreError> {
    match client.filter(|client| client.jwt_access_tokens) {
        Some(client) => jwt(desk, client, user, scopes, life),
        None => Ok(credential::access_token(desk.org.id, desk.entropy)),
    }
}

/// Source: a token in the tests of Salesforce's Mobile SDK.
#[derive(Serialize)]
struct AccessToken<'a> {
    /// All scopes in one text.
    scp: String,
    aud: [&'a str; 1],
    sub: String,
    nbf: i64,
    mty: &'static str,
    /// Tells two tokens of one second apart.
    sfi: String,
    roles: [&'static str; 0],
    iss: &'a str,
    hsc: bool,
    exp: i64,
    iat: i64,
    client_id: &'a str,
}

fn jwt(desk: &Desk<'_>, client: &AppDefinition, user: &User, scopes: Scopes, life: i64) -> Result<String, StoreError> {
    let instance = desk.site.my_domain_url(desk.org.id, &desk.org.my_domain());
    signed(desk, client, &instance, format!("uid:{}", user.id), scopes.to_string(), life)
}

/// A visitor's token: of the site, for the site. It is no session of the org, so nothing of it is kept.
pub(super) fn of_visitor(desk: &Desk<'_>, client: &AppDefinition, subject: &str, scope: &str) -> Result<String, StoreError> {
    signed(desk, client, &desk.site.experience_url(), subject.to_owned(), scope.to_owned(), i64::from(desk.org.session_timeout) * 1000)
}

/// `base` issues the token and takes it; `life` is in milliseconds.
fn signed(desk: &Desk<'_>, client: &AppDefinition, base: &str, sub: String, scp: String, life: i64) -> Result<String, StoreError> {
    let claims = AccessToken {
        scp,
        aud: [base],
        sub,
        nbf: desk.now.seconds(),
        mty: "oauth",
        sfi: desk.entropy.token(64),
        roles: [],
        iss: base,
        hsc: false,
        exp: desk.now.seconds() + life / 1000,
        iat: desk.now.seconds(),
        client_id: &client.consumer_key,
    };
    let cell = match desk.org.kind.side() {
        Side::Login => "prod",
        // GUESS: only tokens of production orgs were seen.
        Side::Test => "test",
    };
    let tenant = format!("core/{cell}/{}", desk.org.id);
    desk.keys.sign_with(&[(credential::TENANT, &tenant), ("ver", "1.0"), ("tty", "sfdc-core-token")], &claims)
}
