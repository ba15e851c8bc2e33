//! Logging in with username and password over an API: SOAP `login()`.

use std::borrow::Cow;
use std::net::IpAddr;

use super::grant::{Ledger, Login, Session, SessionKind};
use super::session::timeout;
use super::sign_in::{self, LoginRefusal, count_failure};
use super::{Digest, Scope, Scopes, credential};
use crate::apps::{About, Explains, Fix, Visit};
use crate::clock::{Entropy, Timestamp};
use crate::org::{Directory, Org, Permission, User, UserChange};
use crate::secret::same;
use crate::storage::StoreError;

/// What a client sends, and over which API.
#[derive(Debug, Clone, Copy)]
pub struct ApiLogin<'a> {
    pub username: &'a str,
    /// The password, with the security token behind it unless the address is trusted.
    pub password: &'a str,
    pub address: IpAddr,
    /// As the client names itself; `None` if it does not.
    pub client: Option<&'a str>,
    pub login_url: &'a str,
    /// `SOAP Partner`
    pub api_type: &'static str,
    /// 59 of `59.0`.
    pub api_version: u16,
}

/// Why a login over an API was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApiRefusal {
    /// What a browser would be refused for, too.
    Login(LoginRefusal),
    /// The password is right, but the security token is missing.
    TokenRequired,
    /// The org does not take SOAP logins.
    SoapLoginOff,
    /// The org's edition has no API.
    NoApi,
    /// The user may not use the API.
    ApiDisabled,
}

impl ApiRefusal {
    /// `LoginHistory.Status`.
    fn status(self) -> &'static str {
        match self {
            Self::Login(refusal) => refusal.status(),
            Self::TokenRequired => "Failed: API security token required",
            // GUESS: no list of login states has these three.
            Self::SoapLoginOff => "Failed: SOAP login disabled",
            Self::NoApi => "Failed: API disabled for organization",
            Self::ApiDisabled => "Failed: API disabled for user",
        }
    }
}

impl Explains for ApiRefusal {
    fn rule(&self) -> &'static str {
        match self {
            Self::Login(refusal) => refusal.rule(),
            Self::TokenRequired => "login.security_token_required",
            Self::SoapLoginOff => "login.soap_login_off",
            Self::NoApi => "api.disabled_for_org",
            Self::ApiDisabled => "api.disabled_for_user",
        }
    }

    fn reason(&self) -> Cow<'static, str> {
        match self {
            Self::Login(refusal) => return refusal.reason(),
            Self::TokenRequired => "The password is right, but the security token behind it is missing, and the address is not trusted.",
            Self::SoapLoginOff => "The org does not take SOAP logins.",
            Self::NoApi => "The org's edition has no API.",
            Self::ApiDisabled => "The user lacks the permission API Enabled.",
        }
        .into()
    }

    fn told(&self) -> (Cow<'static, str>, Cow<'static, str>) {
        (self.rule().into(), self.status().into())
    }

    fn fix(&self, about: About<'_>) -> Vec<Fix> {
        match self {
            Self::Login(refusal) => refusal.fix(about),
            Self::TokenRequired => vec![
                Fix::developer("Send the password with the security token behind it", "/services/Soap/u/67.0"),
                Fix::admin("Setup > Users > Profiles > the user's profile > Login IP Ranges", "/lightning/setup/EnhancedProfiles/home"),
            ],
            Self::SoapLoginOff => vec![
                Fix::developer("Log in by OAuth", "/services/oauth2/token"),
                Fix::admin("Setup > User Interface > Enable SOAP API login()", "/lightning/setup/UserInterfaceUI/home"),
            ],
            Self::NoApi => vec![Fix::admin("Ask Salesforce for an edition with the API, or the API as an add-on", "/")],
            Self::ApiDisabled => vec![Fix::admin(
                "Setup > Users > Profiles > the user's profile > System Permissions > tick API Enabled > Save",
                "/lightning/setup/EnhancedProfiles/home",
            )],
        }
    }
}

impl From<LoginRefusal> for ApiRefusal {
    fn from(refusal: LoginRefusal) -> Self {
        Self::Login(refusal)
    }
}

/// A login that stood.
#[derive(Debug)]
pub struct ApiSession {
    /// The session id: a bearer token for every API.
    pub token: String,
    pub session: Session,
    pub user: User,
}

/// Checks password and security token and opens a session. Every outcome leaves a row in the login history.
pub fn log_in(
    tx: &(impl Directory + Ledger),
    org: &Org,
    login: &ApiLogin<'_>,
    (now, entropy): (Timestamp, &Entropy),
) -> Result<Result<ApiSession, ApiRefusal>, StoreError> {
    let Some(user) = tx.user_named(login.username)? else { return Ok(Err(LoginRefusal::WrongPassword.into())) };
    let refusal = refusal(org, &user, login, now);
    record(tx, &user, login, refusal.map_or("Success", ApiRefusal::status), now)?;
    if let Some(refusal) = refusal {
        if refusal == LoginRefusal::WrongPassword.into() {
            count_failure(tx, &org.switches(), user.id, now)?;
        }
        return Ok(Err(refusal));
    }
    tx.sweep(now)?;
    tx.change_user(user.id, &UserChange { failed_logins: Some((0, None)), last_login: Some(now), ..UserChange::default() }, None, now)?;
    let token = credential::access_token(org.id, entropy);
    let timeout = timeout(org, &user, None);
    let scopes = Scopes::default().with(Scope::FULL);
    let digest = Digest::of(&token);
    let session = Session::new(tx.new_record_id("0Ak")?, digest, SessionKind::Token, user.id, None, None, scopes, (now, now), timeout);
    tx.add_session(&session)?;
    Ok(Ok(ApiSession { token, session, user }))
}

/// The order decides which reason the history shows. That SOAP login is off, or the API not there, is told to those alone
/// who know the password.
fn refusal(org: &Org, user: &User, login: &ApiLogin<'_>, now: Timestamp) -> Option<ApiRefusal> {
    let proof = proof(org, user, login.password, Some(login.address));
    if let Some(refusal) = sign_in::refusal(user, org, &Visit::without_browser(now, Some(login.address)), proof != Proof::Wrong, None) {
        return Some(refusal.into());
    }
    match () {
        () if proof == Proof::NoToken => Some(ApiRefusal::TokenRequired),
        () if !org.switches().allow_soap_login => Some(ApiRefusal::SoapLoginOff),
        () if !org.has_api => Some(ApiRefusal::NoApi),
        () if !user.has(Permission::ApiEnabled) => Some(ApiRefusal::ApiDisabled),
        () => None,
    }
}

/// What a password that came over an API proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    Right,
    /// The password alone, from an address that is not trusted.
    NoToken,
    Wrong,
}

/// Whether it is the password with the security token behind it, or the password alone from where that is enough: an address that
/// the org trusts, or one of the profile's own ranges. Source: Salesforce help, "Reset Your Security Token".
pub(super) fn proof(org: &Org, user: &User, presented: &str, address: Option<IpAddr>) -> Proof {
    let Some(password) = &user.password else { return Proof::Wrong };
    let with_token = same([&*password.0, &user.security_token.0].concat(), presented);
    let alone = password.matches(presented);
    let mut trusted = org.trusted_ip_ranges.iter().chain(&user.profile.login.ip_ranges);
    let is_trusted = address.is_none_or(|address| trusted.any(|range| range.contains(address)));
    match (with_token, alone) {
        (true, _) => Proof::Right,
        (false, true) if is_trusted => Proof::Right,
        (false, true) => Proof::NoToken,
        (false, false) => Proof::Wrong,
    }
}

/// GUESS: a client that names itself shows as a partner product, any other as `Other Apex API`; recordings show both texts
/// without saying what decides.
fn record(tx: &impl Ledger, user: &User, login: &ApiLogin<'_>, status: &'static str, now: Timestamp) -> Result<(), StoreError> {
    tx.add_login(&Login {
        user: user.id,
        at: now,
        kind: if login.client.is_some() { "Partner Product" } else { "Other Apex API" },
        status,
        application: login.client.unwrap_or("N/A").to_owned(),
        source_ip: login.address.to_string(),
        login_url: login.login_url.to_owned(),
        browser: "Unknown".to_owned(),
        flow: None,
        api: Some((login.api_type, login.api_version)),
    })?;
    Ok(())
}
