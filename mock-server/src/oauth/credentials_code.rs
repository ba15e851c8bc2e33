//! What a program asks at the authorize endpoint with `response_type=code_credentials`, and the code it gets.

use std::sync::Arc;

use super::authorize::{app_facts, scopes_here, user_facts, wanted_scopes};
use super::code::{CodeRequest, issue_code};
use super::desk::{record_login, record_refusal};
use super::grant::Ledger;
use super::response_type::ResponseType;
use super::return_address::ReturnAddress;
use super::sign_in::{LoginRefusal, count_failure, refusal};
use super::{Desk, OAuthError, Parameters, Refused, Scopes, org_app, pkce};
use crate::apps::{AppDefinition, Blocked, Case, Endpoint, Flow, Installs, admit};
use crate::id::OrgId;
use crate::org::{Directory, User, UserChange};
use crate::storage::StoreError;

/// A request of a known client for a registered callback.
#[derive(Debug, Clone)]
pub struct CredentialsRequest {
    pub client: Arc<AppDefinition>,
    return_address: ReturnAddress,
    scopes: Result<Scopes, OAuthError>,
    challenge: Option<String>,
    nonce: Option<String>,
}

/// Why a program gets no code.
#[derive(Debug, Clone)]
pub enum CodeRefused {
    Protocol(OAuthError),
    /// The user may not use the app.
    Blocked(Blocked),
}

impl From<OAuthError> for CodeRefused {
    fn from(error: OAuthError) -> Self {
        Self::Protocol(error)
    }
}

impl CredentialsRequest {
    /// Reads a request in the order of the browser's: client, redirect, challenge.
    pub fn read(parameters: &Parameters, find: impl FnOnce(&str) -> Option<Arc<AppDefinition>>) -> Result<Self, OAuthError> {
        let client = parameters.get("client_id").and_then(find).ok_or(OAuthError::UnknownClient)?;
        let (uri, state) = (parameters.get("redirect_uri"), parameters.get("state"));
        let return_address = ReturnAddress::proven(&client, uri, state, Some(ResponseType::Code))?;
        Ok(Self {
            return_address,
            scopes: wanted_scopes(&client, parameters.get("scope")),
            challenge: pkce::read_challenge(parameters.get("code_challenge"), parameters.get("code_challenge_method"))?,
            nonce: parameters.get("nonce").map(str::to_owned),
            client,
        })
    }

    /// Whether the callback is an echo page, which hands what it gets back as JSON: programs let themselves be sent there.
    pub fn wants_echo(&self) -> bool {
        self.return_address.redirect_uri().ends_with("/services/oauth2/echo")
    }

    pub(super) fn redirect_uri(&self) -> &str {
        self.return_address.redirect_uri()
    }

    /// Whether the callback is one in this org.
    pub(super) fn counts_in(&self, org: OrgId) -> bool {
        self.return_address.counts_in(org, &self.client)
    }

    pub(super) fn challenge(&self) -> Option<&str> {
        self.challenge.as_deref()
    }

    /// The callback with what the program gets.
    pub fn callback(&self, members: &[(&str, &str)]) -> String {
        self.return_address.carrying(members.iter().copied())
    }
}

/// The user who has this password. Whatever else is wrong with the user, the program hears the same; the login history tells.
pub fn prove_password(
    tx: &(impl Directory + Ledger),
    desk: &Desk<'_>,
    client: &AppDefinition,
    username: &str,
    password: &str,
) -> Result<Result<User, OAuthError>, StoreError> {
    let Some(user) = tx.user_named(username)? else { return Ok(Err(OAuthError::AuthenticationFailure(None))) };
    let proven = user.password.as_ref().is_some_and(|known| known.matches(password));
    let Some(refused) = refusal(&user, desk.org, &desk.visit(), proven, None) else {
        let change = UserChange { failed_logins: Some((0, None)), last_login: Some(desk.now), ..UserChange::default() };
        tx.change_user(user.id, &change, None, desk.now)?;
        return Ok(Ok(user));
    };
    if refused == LoginRefusal::WrongPassword {
        count_failure(tx, desk.switches, user.id, desk.now)?;
    }
    record_login(tx, desk, (Some(client), Some(Flow::CodeCredentials)), user.id, refused.status())?;
    Ok(Err(OAuthError::AuthenticationFailure(Some(refused.status()))))
}

/// Gives a code to a user who proved who it is.
pub fn award_code(
    tx: &(impl Ledger + Installs),
    desk: &Desk<'_>,
    request: &CredentialsRequest,
    user: &User,
) -> Result<Result<String, CodeRefused>, StoreError> {
    let client = &*request.client;
    if !request.counts_in(desk.org.id) {
        return Ok(Err(OAuthError::WrongRedirectUri.into()));
    }
    if request.challenge.is_none() && client.controls(desk.switches).pkce {
        return Ok(Err(OAuthError::MissingCodeChallenge.into()));
    }
    if let Err(blocked) = admitted(tx, desk, client, user)? {
        record_refusal(tx, desk, Some(client), &Refused::of(user.id, OAuthError::Blocked { blocked, flow: Flow::CodeCredentials }))?;
        return Ok(Err(CodeRefused::Blocked(blocked)));
    }
    let org_app = org_app(tx, desk, client)?;
    let scopes = match request.scopes.clone().and_then(|wanted| scopes_here(desk.org, client, &org_app, wanted, false)) {
        Ok(scopes) => scopes,
        Err(error) => return Ok(Err(error.into())),
    };
    let asked = CodeRequest { challenge: request.challenge.clone(), nonce: request.nonce.clone(), return_address: &request.return_address };
    issue_code(tx, desk, (user, client, scopes), asked, Flow::CodeCredentials).map(Ok)
}

fn admitted(tx: &(impl Ledger + Installs), desk: &Desk<'_>, client: &AppDefinition, user: &User) -> Result<Result<(), Blocked>, StoreError> {
    let (flow, endpoint, visit) = (Flow::CodeCredentials, Endpoint::Authorize, desk.visit());
    let org_app = org_app(tx, desk, client)?;
    let grants = tx.grants_of(user.id, client.id)?;
    let case = Case {
        app: app_facts(client, &org_app, (flow, endpoint), desk.switches, &visit),
        user: user_facts(user, desk.org, (client, &org_app, flow), &visit, grants.last()),
        org: desk.switches,
        flow,
        endpoint,
    };
    Ok(admit(&case).map(|_| ()))
}
