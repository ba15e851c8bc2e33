//! The web server flow's second half: a code becomes tokens.

use std::time::Duration;

use super::access_token::check_scopes;
use super::desk::require;
use super::grant::{IssuedCode, Ledger};
use super::return_address::ReturnAddress;
use super::{
    Award, Desk, Digest, Event, Lasting, OAuthError, Outcome, Refused, Scopes, admitted, community, credential, happen, hybrid, issue, org_app, pkce,
};
use crate::apps::{AppDefinition, Flow, Installs};
use crate::org::{Directory, User};
use crate::storage::StoreError;

/// How long a code is good. Source: Salesforce help, web server flow.
pub(super) const CODE_LIFE: Duration = Duration::from_secs(15 * 60);

/// What a code remembers of the request it answers.
pub struct CodeRequest<'a> {
    pub return_address: &'a ReturnAddress,
    pub challenge: Option<String>,
    pub nonce: Option<String>,
}

/// Gives a code for the app and the scopes to this user.
pub fn issue_code(
    tx: &impl Ledger,
    desk: &Desk<'_>,
    (user, client, scopes): (&User, &AppDefinition, Scopes),
    asked: CodeRequest<'_>,
    flow: Flow,
) -> Result<String, StoreError> {
    let code = credential::code(desk.org.id, desk.entropy);
    let issued = IssuedCode {
        user: user.id,
        app: client.id,
        scopes,
        redirect_uri: asked.return_address.redirect_uri().to_owned(),
        challenge: asked.challenge,
        nonce: asked.nonce,
        created: desk.now,
        used_by: None,
        flow,
    };
    tx.add_code(Digest::of(&code), &issued)?;
    Ok(code)
}

/// A code that nobody logged in for: Salesforce hands it to whoever asked it for an org, to log in there. No challenge came with the request.
///
/// # Errors
/// The inner one, when the callback is none of the client's or its scopes are none.
pub fn hand_code(
    tx: &impl Ledger,
    desk: &Desk<'_>,
    user: &User,
    client: &AppDefinition,
    unverified_uri: &str,
) -> Result<Result<String, OAuthError>, StoreError> {
    let return_address = match ReturnAddress::proven(client, Some(unverified_uri), None, None) {
        Ok(return_address) => return_address,
        Err(error) => return Ok(Err(error)),
    };
    let Ok(scopes) = Scopes::of(client.scopes.iter().map(String::as_str)) else { return Ok(Err(OAuthError::NoValidScopes)) };
    let asked = CodeRequest { return_address: &return_address, challenge: None, nonce: None };
    issue_code(tx, desk, (user, client, scopes), asked, Flow::WebServer).map(Ok)
}

/// Exchanges a code, once. `asked` is the flow of the exchange: the web server's, or the hybrid one. Order of checks: the code, its age, the redirect, the verifier, then who may use the app.
pub fn redeem_code(
    tx: &(impl Ledger + Installs + Directory),
    desk: &Desk<'_>,
    client: &AppDefinition,
    asked: Flow,
    unverified_code: &str,
    redirect_uri: Option<&str>,
    verifier: Option<&str>,
) -> Outcome {
    let digest = Digest::of(unverified_code);
    let Some(code) = tx.code(digest)?.filter(|code| code.app == client.id) else { return Ok(Err(OAuthError::UnknownCode.into())) };
    let refused = |error| Refused::of(code.user, error);
    if let Some(grant) = code.used_by {
        if desk.switches.revoke_on_code_replay {
            happen(tx, Event::CodeReused(grant))?;
        }
        return Ok(Err(refused(OAuthError::UsedCode)));
    }
    require!(desk.now < code.created.plus(CODE_LIFE), refused(OAuthError::ExpiredCode));
    require!(redirect_uri.is_some(), refused(OAuthError::MissingRedirectUri));
    require!(redirect_uri == Some(code.redirect_uri.as_str()), refused(OAuthError::WrongRedirectUri));
    require!(pkce::fits(code.challenge.as_deref(), verifier), refused(OAuthError::WrongCodeVerifier));
    let Some(user) = tx.user(code.user)? else { return Ok(Err(OAuthError::UnknownCode.into())) };
    let org_app = org_app(tx, desk, client)?;
    let grants = tx.grants_of(user.id, client.id)?;
    let flow = if code.flow == Flow::CodeCredentials { code.flow } else { asked };
    if let Err(refused) = admitted(desk, (client, &org_app), &user, flow, grants.last()) {
        return Ok(Err(refused));
    }
    if let Err(error) = check_scopes(client, &code.scopes) {
        return Ok(Err(Refused::of(user.id, error)));
    }
    let award = Award {
        client: Some((client, &org_app)),
        user: &user,
        scopes: code.scopes.clone(),
        flow,
        lasting: Lasting::Refreshable,
        nonce: code.nonce.clone(),
    };
    let mut issued = issue(tx, desk, award)?;
    if asked == Flow::Hybrid {
        issued.extras.extend(hybrid::web_sessions(tx, desk, (client, &org_app), &user, &issued)?);
    }
    if code.flow == Flow::CodeCredentials {
        issued.extras.extend(community(desk));
    }
    if let Some(grant) = issued.grant {
        tx.use_code(digest, grant)?;
    }
    Ok(Ok(issued))
}
