//! The authorize endpoint: what a request asks, and what becomes of it once the user is known.

use std::sync::Arc;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::grant::{Grant, IssuedCode, Ledger, SecurityLevel, Session};
use super::{Digest, OAuthError, Parameters, Scope, Scopes, credential, pkce};
use crate::apps::{
    AppDefinition, AppFacts, Approval, Blocked, BrowserFacts, Case, Endpoint, Flow, Installs, OrgApp, Surface, UserFacts, Visit, admit, first_row,
    limit, standing,
};
use crate::clock::{Entropy, Timestamp};
use crate::org::{Delivery, Org, Permission, Switches, User};
use crate::storage::StoreError;

/// A callback that was matched with the client's registered ones: only through it can an answer leave this server.
#[derive(Debug, Clone)]
pub struct ReturnAddress {
    redirect_uri: String,
    state: Option<String>,
}

impl ReturnAddress {
    fn proven(client: &AppDefinition, unverified_uri: Option<&str>, state: Option<&str>) -> Result<Self, OAuthError> {
        let uri = unverified_uri.ok_or(OAuthError::MissingRedirectUri)?;
        if !client.callback_urls.iter().any(|registered| registered == uri) {
            return Err(OAuthError::WrongRedirectUri);
        }
        Ok(Self { redirect_uri: uri.to_owned(), state: state.map(str::to_owned) })
    }

    /// The callback with parameters in its query, `state` last.
    fn carrying(&self, parameters: &[(&str, &str)]) -> String {
        let mut url = self.redirect_uri.clone();
        let state = self.state.as_deref().map(|state| ("state", state));
        for (name, value) in parameters.iter().copied().chain(state) {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(name);
            url.push('=');
            url.extend(utf8_percent_encode(value, QUERY));
        }
        url
    }

    /// The callback with an error.
    pub fn refusing(&self, error: &str, description: &str) -> String {
        self.carrying(&[("error", error), ("error_description", description)])
    }
}

/// What stays as it is in a query value.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// An authorize request of a known client to a proven address.
#[derive(Debug, Clone)]
pub struct AuthorizeRequest {
    pub client: Arc<AppDefinition>,
    pub return_address: ReturnAddress,
    /// Asked for, or all of the app's.
    scopes: Result<Scopes, OAuthError>,
    challenge: Option<String>,
    nonce: Option<String>,
    /// `prompt=login` or `select_account`: a present session does not count.
    pub asks_for_login: bool,
    asks_for_consent: bool,
    /// `immediate=true`: no page may be shown.
    pub immediate: bool,
    pub login_hint: Option<String>,
}

impl AuthorizeRequest {
    /// Reads a request in Salesforce's order: client, redirect, response type, challenge. What fails here is answered without a redirect.
    pub fn read(parameters: &Parameters, find: impl FnOnce(&str) -> Option<Arc<AppDefinition>>) -> Result<Self, OAuthError> {
        let client = parameters.get("client_id").and_then(find).ok_or(OAuthError::UnknownClient)?;
        let return_address = ReturnAddress::proven(&client, parameters.get("redirect_uri"), parameters.get("state"))?;
        match parameters.get("response_type") {
            Some("code") => {}
            Some("token" | "token id_token" | "hybrid_token" | "code_credentials") => return Err(OAuthError::NotBuilt("this response type")),
            _ => return Err(OAuthError::UnsupportedResponseType),
        }
        let challenge = pkce::read_challenge(parameters.get("code_challenge"), parameters.get("code_challenge_method"))?;
        let scopes = wanted_scopes(&client, parameters.get("scope"));
        let prompts = parameters.get("prompt").unwrap_or_default();
        let asks = |prompt: &str| prompts.split(' ').any(|word| word == prompt);
        Ok(Self {
            return_address,
            scopes,
            challenge,
            nonce: parameters.get("nonce").map(str::to_owned),
            asks_for_login: asks("login") || asks("select_account"),
            asks_for_consent: asks("consent"),
            immediate: parameters.get("immediate") == Some("true"),
            login_hint: parameters.get("login_hint").map(str::to_owned),
            client,
        })
    }

    /// Whether a challenge is due and missing. `org` is the org asked, once it is known.
    pub fn lacks_challenge(&self, org: Option<&Switches>) -> bool {
        let required = org.map_or(self.client.require_pkce, |org| self.client.controls(org).pkce);
        self.challenge.is_none() && required
    }

    pub fn asks_for_consent(&self) -> bool {
        self.asks_for_consent
    }

    /// What a client gets that asked for no page where one is due.
    pub fn immediate_unsuccessful(&self) -> Next {
        let error = OAuthError::ImmediateUnsuccessful;
        Next::Callback(self.return_address.refusing(error.code(), &error.description()))
    }

    /// Where a missing challenge shows; before an org is known, as by default.
    pub fn missing_challenge(&self, org: Option<&Switches>) -> Next {
        let error = OAuthError::MissingCodeChallenge;
        match org.map_or(Delivery::Raw, |org| org.missing_code_challenge) {
            Delivery::Raw => Next::Raw(error),
            Delivery::Callback => Next::Callback(self.return_address.refusing(error.code(), &error.description())),
        }
    }
}

fn wanted_scopes(client: &AppDefinition, asked: Option<&str>) -> Result<Scopes, OAuthError> {
    let own = Scopes::of(client.scopes.iter().map(String::as_str)).unwrap_or_default();
    let Some(asked) = asked else { return Ok(own) };
    let wanted = Scopes::parse(asked).map_err(|_| OAuthError::MalformedScope)?;
    if own.offers(wanted) { Ok(wanted) } else { Err(OAuthError::ScopeNotAllowed) }
}

/// What the browser is told next.
#[derive(Debug, Clone)]
pub enum Next {
    /// A body at the authorize address, no redirect.
    Raw(OAuthError),
    /// Go to the client's callback, with a code or an error.
    Callback(String),
    /// Go to the error page, which ends the flow.
    ErrorPage {
        error: &'static str,
        description: String,
    },
    InsufficientPrivileges,
    /// The session does not count: back to the login form, with this text's code.
    LoginPage {
        error: &'static str,
        description: &'static str,
    },
    /// Ask the user.
    Consent(Prompt),
}

/// What the consent page asks.
#[derive(Debug, Clone)]
pub struct Prompt {
    pub scopes: Scopes,
    /// The approval that a sixth one would displace.
    pub displaced: Option<Grant>,
}

/// The user, the org and the app at the moment of the decision.
pub struct Situation<'a> {
    pub org: &'a Org,
    pub switches: &'a Switches,
    pub user: &'a User,
    pub session: &'a Session,
    pub now: Timestamp,
    pub entropy: &'a Entropy,
}

impl Situation<'_> {
    /// The login ranges were asked for at the login: a session that came of it is not bound to the address again.
    pub(super) fn visit(&self) -> Visit {
        let high_assurance = self.session.security_level == SecurityLevel::HighAssurance;
        let browser = BrowserFacts { login_as: self.session.login_as, high_assurance, activated: false };
        Visit { now: self.now, address: None, browser: Some(browser) }
    }
}

/// What was decided, and the refusal to be explained if it was one.
pub struct Decision {
    pub next: Next,
    pub blocked: Option<Blocked>,
}

impl From<Next> for Decision {
    fn from(next: Next) -> Self {
        Self { next, blocked: None }
    }
}

/// Decides about a request of a logged-in user: admission, scopes, consent. In `gate-and-policies.md` 1.3, rows 2 to 9.
pub fn decide(tx: &(impl Ledger + Installs), request: &AuthorizeRequest, situation: &Situation<'_>) -> Result<Decision, StoreError> {
    let grants = tx.grants_of(situation.user.id, request.client.id)?;
    let first = || first_row(&request.client, situation.org.id, situation.switches, situation.now);
    let org_app = tx.org_app(request.client.id)?.unwrap_or_else(first);
    let case = Case {
        app: app_facts(&request.client, &org_app, Flow::WebServer, &situation.visit()),
        user: user_facts(situation.user, situation.org, (&request.client, &org_app, Flow::WebServer), &situation.visit(), grants.last()),
        org: situation.switches,
        flow: Flow::WebServer,
        endpoint: Endpoint::Authorize,
    };
    let admission = match admit(&case) {
        Ok(admission) => admission,
        Err(blocked) => {
            note_denial(tx, blocked, org_app, situation.switches)?;
            return Ok(Decision { next: refused(blocked, request, situation.switches), blocked: Some(blocked) });
        }
    };
    let scopes = match &request.scopes {
        Ok(scopes) => *scopes,
        Err(error) => return Ok(Next::ErrorPage { error: error.code(), description: error.description() }.into()),
    };
    if request.lacks_challenge(Some(situation.switches)) {
        return Ok(request.missing_challenge(Some(situation.switches)).into());
    }
    let approved = admission.pre_authorized || grants.iter().any(|grant| grant.scopes.contains(scopes));
    if approved && !request.asks_for_consent {
        return Ok(Next::Callback(issue_code(tx, request, scopes, situation)?).into());
    }
    if request.immediate {
        return Ok(request.immediate_unsuccessful().into());
    }
    let displaced = super::issue::displaced(&grants, scopes).cloned();
    Ok(Next::Consent(Prompt { scopes, displaced }).into())
}

/// Carries out what the user chose on the consent page. The request is decided anew: between page and button an admin may have blocked the app.
pub fn answer_consent(
    tx: &(impl Ledger + Installs),
    request: &AuthorizeRequest,
    situation: &Situation<'_>,
    approved: bool,
) -> Result<Decision, StoreError> {
    let decision = decide(tx, request, situation)?;
    let Next::Consent(prompt) = &decision.next else { return Ok(decision) };
    let to = if approved {
        issue_code(tx, request, prompt.scopes, situation)?
    } else {
        let error = OAuthError::Denied;
        request.return_address.refusing(error.code(), &error.description())
    };
    Ok(Next::Callback(to).into())
}

fn issue_code(tx: &impl Ledger, request: &AuthorizeRequest, scopes: Scopes, situation: &Situation<'_>) -> Result<String, StoreError> {
    let code = credential::code(situation.org.id, situation.entropy);
    let issued = IssuedCode {
        user: situation.user.id,
        app: request.client.id,
        scopes,
        redirect_uri: request.return_address.redirect_uri.clone(),
        challenge: request.challenge.clone(),
        nonce: request.nonce.clone(),
        created: situation.now,
        used_by: None,
    };
    tx.add_code(Digest::of(&code), &issued)?;
    Ok(request.return_address.carrying(&[("code", &code)]))
}

fn refused(blocked: Blocked, request: &AuthorizeRequest, switches: &Switches) -> Next {
    let answer = blocked.answer(Flow::WebServer, Endpoint::Authorize, switches);
    match answer.surface {
        Surface::Callback => Next::Callback(request.return_address.refusing(answer.error, answer.error_description)),
        Surface::InsufficientPrivileges => Next::InsufficientPrivileges,
        Surface::LoginPage => Next::LoginPage { error: answer.error, description: answer.error_description },
        Surface::ErrorPage | Surface::AuthorizeBody | Surface::Token | Surface::SetupPage => {
            Next::ErrorPage { error: answer.error, description: answer.error_description.to_owned() }
        }
    }
}

/// Since Spring '26 an attempt that the gate refuses makes the app known to the org.
fn note_denial(tx: &impl Installs, blocked: Blocked, mut org_app: OrgApp, switches: &Switches) -> Result<(), StoreError> {
    if blocked != Blocked::NotInstalled || !switches.count_denied_attempts {
        return Ok(());
    }
    org_app.deny_attempt();
    tx.put_org_app(&org_app)
}

pub(super) fn app_facts(client: &AppDefinition, org_app: &OrgApp, flow: Flow, visit: &Visit) -> AppFacts {
    AppFacts {
        kind: client.kind,
        presence: org_app.presence,
        distribution: client.distribution,
        blocked: org_app.blocked,
        availability: org_app.availability,
        permitted_users: org_app.permitted_users,
        // Refreshing is part of whatever flow gave the token: no switch of its own stands against it.
        flow_is_on: flow == Flow::RefreshToken || client.allows(flow),
        has_run_as: org_app.run_as.is_some() || client.run_as.is_some(),
        suspended: client.suspended,
        address_allowed: client.allows_address(visit.address),
    }
}

pub(super) fn user_facts(
    user: &User,
    org: &Org,
    (client, org_app, flow): (&AppDefinition, &OrgApp, Flow),
    visit: &Visit,
    approval: Option<&Grant>,
) -> UserFacts {
    let by_profile = org_app.profiles.contains(&user.profile.name);
    let by_set = user.permission_sets.iter().any(|set| org_app.permission_sets.contains(&set.name));
    UserFacts {
        standing: standing(user, org, visit),
        limit: limit(user, visit, Some((flow, org_app))),
        approves_uninstalled_apps: user.has(Permission::ApproveUninstalledApps),
        uses_any_api_client: user.has(Permission::UseAnyApiClient),
        assigned: by_profile || by_set || user.is_assigned(&client.name),
        approval: approval.map(|grant| Approval { offline: grant.scopes.has(Scope::REFRESH_TOKEN), by_device: grant.flow == Flow::Device }),
    }
}
