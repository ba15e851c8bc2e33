//! Logging in with a browser, and carrying the session from one host to another.

use std::net::IpAddr;
use std::time::Duration;

use super::grant::{Ledger, Login, Session, SessionKind};
use super::{Digest, Event, Scope, Scopes, credential, happen};
use crate::apps::OrgApp;
use crate::clock::{Entropy, Timestamp};
use crate::org::{Directory, Org, User, UserChange};
use crate::storage::StoreError;

/// Failed logins in a row before a user is locked out, and for how long. Source: Salesforce help, default password policies.
const ATTEMPTS: u32 = 10;
const LOCKOUT: Duration = Duration::from_secs(15 * 60);
/// A handover is redeemed by the very next request of the browser.
const HANDOVER_LIFE: i64 = 60_000;

/// Why a login was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginRefusal {
    /// Also a username nobody has: which of the two is not told.
    WrongPassword,
    LockedOut,
    InactiveUser,
    FrozenUser,
    InactiveOrg,
    /// The user may use the API alone.
    ApiOnly,
}

impl LoginRefusal {
    /// `LoginHistory.Status`.
    pub fn status(self) -> &'static str {
        match self {
            Self::WrongPassword => "Invalid password",
            Self::LockedOut => "Password lockout",
            Self::InactiveUser => "User is inactive",
            Self::FrozenUser => "User is frozen",
            Self::InactiveOrg => "Organization locked",
            Self::ApiOnly => "Failed: API-only user",
        }
    }
}

/// Where a login came from: for the login history, and for the policies that look at addresses.
#[derive(Debug, Clone)]
pub struct Origin {
    /// `None`: from inside this server.
    pub address: Option<IpAddr>,
    pub login_url: String,
    pub browser: String,
}

impl Origin {
    /// This server itself, for tokens that nobody logged in for.
    pub fn of_server() -> Self {
        Self { address: None, login_url: String::new(), browser: "Unknown".to_owned() }
    }

    /// As traces show the address.
    pub fn source_ip(&self) -> String {
        self.address.map_or_else(|| "Salesforce.com IP".to_owned(), |address| address.to_string())
    }
}

/// A browser that logged in.
#[derive(Debug)]
pub struct BrowserLogin {
    /// The cookie's value.
    pub token: String,
    pub session: Session,
}

/// Checks a password and opens a browser session. Both outcomes leave a row in the login history.
pub fn sign_in(
    tx: &(impl Directory + Ledger),
    org: &Org,
    username: &str,
    password: &str,
    (now, entropy): (Timestamp, &Entropy),
    origin: &Origin,
) -> Result<Result<BrowserLogin, LoginRefusal>, StoreError> {
    let Some(user) = tx.user_named(username)? else { return Ok(Err(LoginRefusal::WrongPassword)) };
    let locked = user.locked_until.is_some_and(|until| now < until);
    let right = user.password.as_deref().is_some_and(|known| same(known, password));
    let refusal = match () {
        () if org.locked => Some(LoginRefusal::InactiveOrg),
        () if !user.is_active => Some(LoginRefusal::InactiveUser),
        () if locked => Some(LoginRefusal::LockedOut),
        () if !right => Some(LoginRefusal::WrongPassword),
        () if user.is_frozen => Some(LoginRefusal::FrozenUser),
        () if user.has(crate::org::Permission::ApiUserOnly) => Some(LoginRefusal::ApiOnly),
        () => None,
    };
    let status = refusal.map_or("Success", LoginRefusal::status);
    let Origin { login_url, browser, .. } = origin.clone();
    tx.add_login(&Login {
        user: user.id,
        at: now,
        kind: "Application",
        status,
        application: "Browser".to_owned(),
        source_ip: origin.source_ip(),
        login_url,
        browser,
        flow: None,
        api: None,
    })?;
    if let Some(refusal) = refusal {
        if refusal == LoginRefusal::WrongPassword {
            count_failure(tx, user.id, now)?;
        }
        return Ok(Err(refusal));
    }
    tx.sweep(now)?;
    tx.change_user(user.id, &UserChange { failed_logins: Some((0, None)), last_login: Some(now), ..UserChange::default() }, None, now)?;
    open(tx, org, user.id, SessionKind::Browser, (now, entropy)).map(Ok)
}

/// Milliseconds without use after which a session of this user ends.
/// The app's policy comes before the profile's, and that before the org's setting.
pub fn timeout(org: &Org, user: &User, app: Option<&OrgApp>) -> i64 {
    let seconds = app.and_then(|app| app.session_timeout).or(user.profile.login.session_timeout).unwrap_or(org.session_timeout);
    i64::from(seconds) * 1000
}

/// Opens a browser session without a password: for an access token with the scope `web`, or a redeemed handover.
pub fn open(
    tx: &impl Ledger,
    org: &Org,
    user: crate::id::UserId,
    kind: SessionKind,
    (now, entropy): (Timestamp, &Entropy),
) -> Result<BrowserLogin, StoreError> {
    let token = credential::access_token(org.id, entropy);
    let timeout = if kind == SessionKind::Handover { HANDOVER_LIFE } else { i64::from(org.session_timeout) * 1000 };
    let scopes = Scopes::default().with(Scope::FULL);
    let session = Session::new(tx.new_record_id("0Ak")?, Digest::of(&token), kind, user, None, None, scopes, (now, now), timeout);
    tx.add_session(&session)?;
    Ok(BrowserLogin { token, session })
}

/// Turns a handover into a browser session, once.
pub fn redeem_handover(
    tx: &impl Ledger,
    org: &Org,
    unverified_otp: &str,
    (now, entropy): (Timestamp, &Entropy),
) -> Result<Option<BrowserLogin>, StoreError> {
    let digest = Digest::of(unverified_otp);
    let Some(handover) = tx.session(digest)?.filter(|session| session.kind == SessionKind::Handover && session.is_alive(now)) else {
        return Ok(None);
    };
    happen(tx, Event::HandoverRedeemed(digest))?;
    open(tx, org, handover.user, SessionKind::Browser, (now, entropy)).map(Some)
}

/// Counts a wrong password; after too many in a row the user is locked out for a while.
pub(super) fn count_failure(tx: &impl Directory, user: crate::id::UserId, now: Timestamp) -> Result<(), StoreError> {
    let failed = tx.failed_logins(user)? + 1;
    let until = (failed >= ATTEMPTS).then(|| now.plus(LOCKOUT));
    let count = if until.is_some() { 0 } else { failed };
    tx.change_user(user, &UserChange { failed_logins: Some((count, until)), ..UserChange::default() }, None, now)
}

pub(super) fn same(known: &str, presented: &str) -> bool {
    use subtle::ConstantTimeEq;
    known.as_bytes().ct_eq(presented.as_bytes()).into()
}
