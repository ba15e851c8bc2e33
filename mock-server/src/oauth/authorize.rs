//! The authorize endpoint: what a request asks, and what becomes of it once the user is known.

use std::sync::Arc;

use super::code::{CodeRequest, issue_code};
use super::desk::record_login;
use super::grant::{Grant, Ledger, SecurityLevel, Session};
use super::issue::displaced;
use super::response_type::ResponseType;
use super::return_address::ReturnAddress;
use super::{Award, Desk, Lasting, OAuthError, Parameters, Scope, Scopes, Step, TokenAnswer, hybrid, issue, org_app, pkce};
use crate::apps::{
    Admission, AppDefinition, AppFacts, Approval, Blocked, BrowserFacts, Case, Endpoint, Flow, Installs, OrgApp, Surface, UserFacts, Visit, admit,
    is_assigned, limit, standing,
};
use crate::org::{Delivery, Org, Permission, Switches, User};
use crate::storage::StoreError;

/// An authorize request of a known client to a proven address.
#[derive(Debug, Clone)]
pub struct AuthorizeRequest {
    pub client: Arc<AppDefinition>,
    pub return_address: ReturnAddress,
    response_type: ResponseType,
    /// Asked for, or all of the app's.
    /// Scopes are asked for by name.
    names_scopes: bool,
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
        let asked = parameters.get("response_type").and_then(ResponseType::read);
        let return_address = ReturnAddress::proven(&client, parameters.get("redirect_uri"), parameters.get("state"), asked)?;
        let response_type = match (asked, parameters.get("response_type")) {
            (Some(asked), _) => asked,
            // Credentials travel in a header of a program, never in a browser's address bar. GUESS: the answer to a browser was not recorded.
            (None, Some("code_credentials")) => return Err(OAuthError::MustPost),
            (None, _) => return Err(OAuthError::UnsupportedResponseType),
        };
        let challenge = pkce::read_challenge(parameters.get("code_challenge"), parameters.get("code_challenge_method"))?;
        let scopes = wanted_scopes(&client, parameters.get("scope"));
        let prompts = parameters.get("prompt").unwrap_or_default();
        let asks = |prompt: &str| prompts.split(' ').any(|word| word == prompt);
        Ok(Self {
            return_address,
            response_type,
            names_scopes: parameters.get("scope").is_some(),
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

    /// The flow that the request begins.
    pub fn flow(&self) -> Flow {
        self.response_type.flow()
    }

    /// Why the request goes no further whoever the user is. `org` is the org asked, once it is known.
    pub fn refusal_before_login(&self, org: Option<&Switches>) -> Option<Next> {
        if self.lacks_challenge(org) {
            let error = OAuthError::MissingCodeChallenge;
            return Some(match org.map_or(Delivery::Raw, |org| org.missing_code_challenge) {
                Delivery::Raw => Next::Raw(error),
                Delivery::Callback => self.refused_on_callback(&error),
            });
        }
        // GUESS: OpenID Connect Core 3.2.2.1 requires it; Salesforce's wording was not recorded.
        let lacks_nonce = self.response_type == ResponseType::TokenAndIdToken && self.nonce.is_none();
        lacks_nonce.then(|| self.refused_on_callback(&OAuthError::MissingParameter("nonce")))
    }

    /// Codes alone are protected by a challenge: no other answer is exchanged for anything.
    fn lacks_challenge(&self, org: Option<&Switches>) -> bool {
        let required = org.map_or(self.client.require_pkce, |org| self.client.controls(org).pkce);
        self.response_type == ResponseType::Code && self.challenge.is_none() && required
    }

    fn refused_on_callback(&self, error: &OAuthError) -> Next {
        Next::Refused { to: self.return_address.refusing(error.code(), &error.description()), why: error.clone() }
    }

    pub fn asks_for_consent(&self) -> bool {
        self.asks_for_consent
    }

    /// What a client gets that asked for no page where one is due.
    pub fn immediate_unsuccessful(&self) -> Next {
        self.refused_on_callback(&OAuthError::ImmediateUnsuccessful)
    }
}

/// The scopes asked for, or all of the app's. Custom ones among them are the org's to judge, and given to nobody who does not ask for them.
/// Source: Salesforce help, "Assign an OAuth Custom Scope to an External Client App".
pub(super) fn wanted_scopes(client: &AppDefinition, asked: Option<&str>) -> Result<Scopes, OAuthError> {
    let own = Scopes::of(client.scopes.iter().map(String::as_str)).unwrap_or_default();
    let Some(asked) = asked else { return Ok(own) };
    let wanted = Scopes::parse_with_custom(asked).map_err(|_| OAuthError::MalformedScope)?;
    if own.offers_standard(&wanted) { Ok(wanted) } else { Err(OAuthError::ScopeNotAllowed) }
}

/// What the app may ask for in an org: a packaged app what its installed version says.
pub(super) fn own_scopes(client: &AppDefinition, org_app: &OrgApp) -> Scopes {
    Scopes::of(org_app.scopes_of(client).iter().map(String::as_str)).unwrap_or_default()
}

/// The same with the custom scopes that the org assigned to it.
pub(super) fn assigned_scopes(org: &Org, client: &AppDefinition, org_app: &OrgApp) -> Scopes {
    let own = own_scopes(client, org_app);
    match org_app.details.custom_scopes.as_slice() {
        [] => own,
        names => own.with_custom(names.iter().filter(|name| org.custom_scope(name).is_some()).cloned()),
    }
}

/// What counts in an org of scopes that the developer's definition allows. Who asks for no scope gets all of the installed version.
pub(super) fn scopes_here(org: &Org, client: &AppDefinition, org_app: &OrgApp, wanted: Scopes, named: bool) -> Result<Scopes, OAuthError> {
    if !wanted.are_known(org) {
        return Err(OAuthError::MalformedScope);
    }
    let own = assigned_scopes(org, client, org_app);
    match own.offers(&wanted) {
        true => Ok(wanted),
        false if named => Err(OAuthError::ScopeNotAllowed),
        false => Ok(own_scopes(client, org_app)),
    }
}

/// What the browser is told next.
#[derive(Debug, Clone)]
pub enum Next {
    /// A body at the authorize address, no redirect.
    Raw(OAuthError),
    /// Go to the client's callback, with a code or tokens.
    Callback(String),
    /// Go to the client's callback, with an error.
    Refused {
        to: String,
        why: OAuthError,
    },
    /// Go to the error page, which ends the flow.
    ErrorPage {
        error: &'static str,
        description: String,
        why: OAuthError,
    },
    InsufficientPrivileges,
    /// The session does not count: back to the login form, with this text's code.
    LoginPage {
        error: &'static str,
        description: &'static str,
    },
    /// Another page first, which leads back to this request.
    Step(Step),
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

/// The user before the desk at the moment of the decision.
pub struct Situation<'a> {
    pub desk: &'a Desk<'a>,
    pub user: &'a User,
    pub session: &'a Session,
}

impl Situation<'_> {
    /// The login ranges were asked for at the login: a session that came of it is not bound to the address again.
    pub(super) fn visit(&self) -> Visit {
        let high_assurance = self.session.security_level == SecurityLevel::HighAssurance;
        let browser = BrowserFacts { login_as: self.session.login_as, high_assurance, activated: false };
        Visit { now: self.desk.now, address: None, browser: Some(browser) }
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

/// What an org holds against a user and an app, or for them.
pub(super) struct Weighed {
    pub(super) org_app: OrgApp,
    pub(super) grants: Vec<Grant>,
    pub(super) verdict: Result<Admission, (Next, Option<Blocked>)>,
}

/// Weighs whether the logged-in user may use the app by this flow. In `gate-and-policies.md` 1.3, rows 2 to 9.
/// `return_address` is where a refusal may go; the device flow has none.
pub(super) fn weigh(
    tx: &(impl Ledger + Installs),
    client: &AppDefinition,
    flow: Flow,
    return_address: Option<&ReturnAddress>,
    situation: &Situation<'_>,
) -> Result<Weighed, StoreError> {
    let desk = situation.desk;
    let grants = tx.grants_of(situation.user.id, client.id)?;
    let org_app = org_app(tx, desk, client)?;
    if return_address.is_some_and(|back| !back.counts_in(desk.org.id, client)) {
        return Ok(Weighed { org_app, grants, verdict: Err((Next::Raw(OAuthError::WrongRedirectUri), None)) });
    }
    let visit = situation.visit();
    let case = Case {
        app: app_facts(client, &org_app, (flow, Endpoint::Authorize), desk.switches, &visit),
        user: user_facts(situation.user, desk.org, (client, &org_app, flow), &visit, grants.last()),
        org: desk.switches,
        flow,
        endpoint: Endpoint::Authorize,
    };
    let verdict = match admit(&case) {
        Ok(admission) => match Step::due(situation, (client, &org_app), flow) {
            None => Ok(admission),
            Some(step) => Err((Next::Step(step), None)),
        },
        Err(blocked) => {
            note_denial(tx, blocked, org_app.clone(), desk.switches)?;
            if let Some(status) = blocked.gate_status(desk.switches) {
                record_login(tx, desk, (Some(client), Some(flow)), situation.user.id, status)?;
            }
            Err((refused(blocked, flow, return_address, desk.switches), Some(blocked)))
        }
    };
    Ok(Weighed { org_app, grants, verdict })
}

/// Decides about a request of a logged-in user: admission, scopes, consent.
pub fn decide(tx: &(impl Ledger + Installs), request: &AuthorizeRequest, situation: &Situation<'_>) -> Result<Decision, StoreError> {
    let weighed = weigh(tx, &request.client, request.flow(), Some(&request.return_address), situation)?;
    let admission = match weighed.verdict {
        Ok(admission) => admission,
        Err((Next::Step(_), _)) if request.immediate => return Ok(request.immediate_unsuccessful().into()),
        Err((next, blocked)) => return Ok(Decision { next, blocked }),
    };
    let here =
        request.scopes.clone().and_then(|wanted| scopes_here(situation.desk.org, &request.client, &weighed.org_app, wanted, request.names_scopes));
    let scopes = match &here {
        Ok(scopes) => scopes.clone(),
        Err(error) => return Ok(Next::on_error_page(error.clone()).into()),
    };
    if let Some(refusal) = request.refusal_before_login(Some(situation.desk.switches)) {
        return Ok(refusal.into());
    }
    let approved = admission.pre_authorized || weighed.grants.iter().any(|grant| grant.scopes.contains(&scopes));
    if approved && !request.asks_for_consent {
        return Ok(Next::Callback(grant(tx, request, &weighed.org_app, scopes, situation)?).into());
    }
    if request.immediate {
        return Ok(request.immediate_unsuccessful().into());
    }
    let displaced = displaced(&weighed.grants, &scopes, situation.desk.switches).cloned();
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
    if !approved {
        return Ok(request.refused_on_callback(&OAuthError::Denied).into());
    }
    let org_app = org_app(tx, situation.desk, &request.client)?;
    Ok(Next::Callback(grant(tx, request, &org_app, prompt.scopes.clone(), situation)?).into())
}

/// The callback with what was asked for: a code, or the tokens themselves.
fn grant(
    tx: &(impl Ledger + Installs),
    request: &AuthorizeRequest,
    org_app: &OrgApp,
    scopes: Scopes,
    situation: &Situation<'_>,
) -> Result<String, StoreError> {
    match request.response_type {
        ResponseType::Code => {
            let asked = CodeRequest { challenge: request.challenge.clone(), nonce: request.nonce.clone(), return_address: &request.return_address };
            let code = issue_code(tx, situation.desk, (situation.user, &request.client, scopes), asked, Flow::WebServer)?;
            Ok(request.return_address.carrying([("code", code.as_str())]))
        }
        ResponseType::Token | ResponseType::TokenAndIdToken | ResponseType::HybridToken => issue_tokens(tx, request, org_app, scopes, situation),
    }
}

/// Tokens in the fragment. A refresh token is among them only where no web page can read it; the approval is remembered in any case.
fn issue_tokens(
    tx: &(impl Ledger + Installs),
    request: &AuthorizeRequest,
    org_app: &OrgApp,
    scopes: Scopes,
    situation: &Situation<'_>,
) -> Result<String, StoreError> {
    let (desk, client) = (situation.desk, &*request.client);
    let lasting = if request.return_address.may_carry_refresh_token() { Lasting::Refreshable } else { Lasting::Remembered };
    let (user, flow, nonce) = (situation.user, request.flow(), request.nonce.clone());
    let mut issued = issue(tx, desk, Award { client: Some((client, org_app)), user, scopes, flow, lasting, nonce })?;
    if request.response_type == ResponseType::HybridToken {
        issued.extras.extend(hybrid::web_sessions(tx, desk, (client, org_app), user, &issued)?);
    }
    let mut answer = TokenAnswer::of(desk, Some(client), issued)?;
    if request.response_type == ResponseType::Token {
        answer.0.retain(|(name, _)| *name != "id_token");
    }
    Ok(request.return_address.carrying(answer.0.iter().map(|(name, value)| (*name, value.as_str()))))
}

impl Next {
    pub(super) fn on_error_page(why: OAuthError) -> Self {
        Self::ErrorPage { error: why.code(), description: why.description(), why }
    }
}

fn refused(blocked: Blocked, flow: Flow, return_address: Option<&ReturnAddress>, switches: &Switches) -> Next {
    let answer = blocked.answer(flow, Endpoint::Authorize, switches);
    let why = OAuthError::Blocked { blocked, flow };
    match (answer.surface, return_address) {
        (Surface::Callback, Some(back)) => Next::Refused { to: back.refusing(answer.error, answer.error_description), why },
        (Surface::InsufficientPrivileges, _) => Next::InsufficientPrivileges,
        (Surface::LoginPage, _) => Next::LoginPage { error: answer.error, description: answer.error_description },
        _ => Next::ErrorPage { error: answer.error, description: answer.error_description.to_owned(), why },
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

pub(super) fn app_facts(
    client: &AppDefinition,
    org_app: &OrgApp,
    (flow, endpoint): (Flow, Endpoint),
    switches: &Switches,
    visit: &Visit,
) -> AppFacts {
    AppFacts {
        kind: client.kind,
        presence: org_app.presence,
        distribution: client.distribution,
        blocked: org_app.blocked,
        availability: org_app.availability,
        permitted_users: org_app.permitted_users,
        // Refreshing is part of whatever flow gave the token: no switch of its own stands against it.
        flow_is_on: flow == Flow::RefreshToken || client.allows(flow) && org_app.lets(flow) && org_allows(flow, endpoint, switches),
        has_run_as: org_app.run_as.is_some() || client.run_as.is_some(),
        suspended: client.suspended,
        address_allowed: client.allows_address(visit.address),
        guests: org_app.guest_users,
    }
}

/// The switches of OAuth and OpenID Connect Settings. Tokens in a fragment are what the user-agent switch is about, so it stops the hybrid flow
/// at the authorize endpoint and leaves the exchange of a code alone.
fn org_allows(flow: Flow, endpoint: Endpoint, org: &Switches) -> bool {
    match (flow, endpoint) {
        (Flow::UserAgent | Flow::Hybrid, Endpoint::Authorize) => org.allow_user_agent_flow,
        (Flow::CodeCredentials, Endpoint::Authorize) => org.allow_code_and_credentials_flow,
        (Flow::UsernamePassword, _) => org.allow_username_password_flow,
        _ => true,
    }
}

pub(super) fn user_facts(
    user: &User,
    org: &Org,
    (client, org_app, flow): (&AppDefinition, &OrgApp, Flow),
    visit: &Visit,
    approval: Option<&Grant>,
) -> UserFacts {
    UserFacts {
        standing: standing(user, org, visit),
        limit: limit(user, visit, Some((flow, org_app))),
        approves_uninstalled_apps: user.has(Permission::ApproveUninstalledApps),
        uses_any_api_client: user.has(Permission::UseAnyApiClient),
        assigned: is_assigned(user, client, org_app),
        approval: approval.map(|grant| Approval { offline: grant.scopes.has(Scope::REFRESH_TOKEN), by_device: grant.flow == Flow::Device }),
    }
}
