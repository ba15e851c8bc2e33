//! Username and password, sent by the app. Whatever is wrong with them, the client hears the same; the login history tells.

use super::api_login::{Proof, proof};
use super::authorize::{app_facts, own_scopes};
use super::desk::require;
use super::grant::Ledger;
use super::sign_in::count_failure;
use super::{Award, Desk, Lasting, OAuthError, Outcome, Refused, Scope, admitted, issue, org_app};
use crate::apps::{AppDefinition, AppKind, Blocked, Endpoint, Flow, Installs};
use crate::org::{Directory, User, UserChange};
use crate::storage::StoreError;

/// Checks password and security token, then who may use the app. Never a refresh token. Source: `oauth.md` 3.10.
pub fn log_in_with_password(
    tx: &(impl Ledger + Installs + Directory),
    desk: &Desk<'_>,
    client: &AppDefinition,
    username: &str,
    password: &str,
) -> Outcome {
    let Some(user) = tx.user_named(username)? else { return Ok(Err(OAuthError::AuthenticationFailure(None).into())) };
    let failed = |status| Refused::of(user.id, OAuthError::AuthenticationFailure(Some(status)));
    // Said whether or not the flow is on.
    let unknown_flow = OAuthError::Blocked { blocked: Blocked::PasswordFlowOnExternalApp, flow: Flow::UsernamePassword };
    require!(client.kind != AppKind::ExternalClientApp, Refused::of(user.id, unknown_flow));
    let org_app = org_app(tx, desk, client)?;
    let facts = app_facts(client, &org_app, (Flow::UsernamePassword, Endpoint::Token), desk.switches, &desk.visit());
    require!(facts.flow_is_on, failed("Username-Password Flow Disabled"));
    // Whose account is closed hears of that, right password or not.
    if user.is_active
        && !desk.org.is_closed(desk.now)
        && let Some(status) = wrong(tx, desk, &user, password)?
    {
        return Ok(Err(failed(status)));
    }
    let grants = tx.grants_of(user.id, client.id)?;
    if let Err(refused) = admitted(desk, (client, &org_app), &user, Flow::UsernamePassword, grants.last()) {
        return Ok(Err(refused));
    }
    tx.change_user(user.id, &UserChange { failed_logins: Some((0, None)), last_login: Some(desk.now), ..UserChange::default() }, None, desk.now)?;
    let scopes = own_scopes(client, &org_app).without(Scope::REFRESH_TOKEN);
    let award = Award { client: Some((client, &org_app)), user: &user, scopes, flow: Flow::UsernamePassword, lasting: Lasting::Nothing, nonce: None };
    issue(tx, desk, award).map(Ok)
}

/// What is wrong with the password, as the login history says it. A wrong one counts towards the lockout.
fn wrong(tx: &impl Directory, desk: &Desk<'_>, user: &User, password: &str) -> Result<Option<&'static str>, StoreError> {
    if user.locked_until.is_some_and(|until| desk.now < until) {
        return Ok(Some("Password lockout"));
    }
    Ok(match proof(desk.org, user, password, desk.origin.address) {
        Proof::Wrong => {
            count_failure(tx, desk.switches, user.id, desk.now)?;
            Some("Invalid password")
        }
        Proof::NoToken => Some("Failed: API security token required"),
        // GUESS: that it is refused is known, the status is not.
        Proof::Right if user.password_expired => Some("Failed: Password expired"),
        Proof::Right => None,
    })
}
