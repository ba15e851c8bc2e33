//! Access tokens: opaque, or JWTs for apps that want them.
//!
//! A JWT is no less a session of the org: the store alone says whether it still lives, so revoking ends it at once. Unlike an opaque one it says
//! itself when it ends, and use does not extend it.

use serde::Serialize;

use super::{Desk, OAuthError, Scopes, SessionKind, credential};
use crate::apps::{AppDefinition, OrgApp};
use crate::org::{Side, User};
use crate::storage::StoreError;

/// Scopes that fit a JWT. GUESS: that "many" are too many was seen, their number was not.
const MOST_SCOPES: usize = 20;

/// Whether the app's access tokens are JWTs.
pub(super) fn kind(client: Option<&AppDefinition>) -> SessionKind {
    if client.is_some_and(|client| client.jwt_access_tokens) { SessionKind::Jwt } else { SessionKind::Token }
}

/// Refuses more scopes than a JWT carries.
pub(super) fn check_scopes(client: &AppDefinition, scopes: &Scopes) -> Result<(), OAuthError> {
    if client.jwt_access_tokens && scopes.count() > MOST_SCOPES { Err(OAuthError::TooManyScopes) } else { Ok(()) }
}

/// A new access token of the app for the user. `life` is in milliseconds.
pub(super) fn make(desk: &Desk<'_>, client: Option<&AppDefinition>, user: &User, scopes: &Scopes, life: i64) -> Result<String, StoreError> {
    let token = match client.filter(|client| client.jwt_access_tokens) {
        Some(client) => {
            let token = jwt(desk, client, user, scopes, life, MARK)?;
            match missing(desk, &token) {
                0 => token,
                // Base64 makes four characters of three.
                more => jwt(desk, client, user, scopes, life, MARK + more * 3 / 4 + 3)?,
            }
        }
        None => {
            let token = credential::access_token(desk.org.id, desk.entropy);
            let more = desk.entropy.token(missing(desk, &token));
            token + &more
        }
    };
    Ok(token)
}

/// Characters that the token lacks of the length that the org wants.
fn missing(desk: &Desk<'_>, token: &str) -> usize {
    (desk.switches.access_token_length as usize).saturating_sub(token.len())
}

/// Characters of the claim that tells two tokens of one second apart.
const MARK: usize = 64;

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

fn jwt(desk: &Desk<'_>, client: &AppDefinition, user: &User, scopes: &Scopes, life: i64, mark: usize) -> Result<String, StoreError> {
    let instance = desk.site.my_domain_url(desk.org.id, &desk.org.my_domain());
    signed(desk, client, &instance, format!("uid:{}", user.id), scopes.to_string(), (life, mark))
}

/// A visitor's token: of the site, for the site. It is no session of the org, so nothing of it is kept.
pub(super) fn of_visitor(desk: &Desk<'_>, (client, org_app): (&AppDefinition, &OrgApp), subject: &str, scope: &str) -> Result<String, StoreError> {
    let seconds = org_app.details.guest_jwt_timeout.map_or(desk.org.session_timeout, |minutes| minutes * 60);
    signed(desk, client, &desk.site.experience_url(), subject.to_owned(), scope.to_owned(), (i64::from(seconds) * 1000, MARK))
}

/// `base` issues the token and takes it; `life` is in milliseconds, `mark` the length of what tells it from others.
fn signed(desk: &Desk<'_>, client: &AppDefinition, base: &str, sub: String, scp: String, (life, mark): (i64, usize)) -> Result<String, StoreError> {
    let claims = AccessToken {
        scp,
        aud: [base],
        sub,
        nbf: desk.now.seconds(),
        mty: "oauth",
        sfi: desk.entropy.token(mark),
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
