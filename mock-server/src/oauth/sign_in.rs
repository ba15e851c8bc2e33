//! The login page: username and password become a browser's session, at once or after Verify Your Identity.

use std::borrow::Cow;
use std::time::Duration;

use super::grant::{Ledger, Login, SecurityLevel, SessionKind};
use super::session::{Beginning, BrowserLogin, Origin, open};
use super::ticket::{TicketKind, Tickets};
use super::verification::{self, NotVerified};
use super::{Digest, Event, happen};
use crate::apps::{About, BrowserFacts, Explains, Fix, Flow, Installs, Limit, OrgApp, Role, Standing, Visit, limit, standing};
use crate::clock::{Entropy, Timestamp};
use crate::id::{AppId, RecordId, UserId};
use crate::org::{Directory, Org, Outbox, Switches, User, UserChange};
use crate::storage::StoreError;

/// Why a login was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginRefusal {
    /// Also a username nobody has: which of the two is not told.
    WrongPassword,
    LockedOut,
    InactiveUser,
    FrozenUser,
    InactiveOrg,
    /// The days of the org are over: it was a trial, or a scratch org.
    TrialExpired,
    /// The user may use the API alone.
    ApiOnly,
    /// Outside the Login IP Ranges of the profile.
    RestrictedIp,
    /// Outside the Login Hours of the profile.
    RestrictedTime,
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
            // GUESS: the words; the API has a code of its own for it.
            Self::TrialExpired => "Trial expired",
            Self::ApiOnly => "Failed: API-only user",
            Self::RestrictedIp => "Restricted IP",
            Self::RestrictedTime => "Restricted time",
        }
    }

    /// The refusal of a user who may not log in, whatever the password. Where the password is part of the proof, it comes between.
    fn of_person(person: Standing) -> Option<Self> {
        match person {
            Standing::InactiveOrg => Some(Self::InactiveOrg),
            Standing::InactiveUser => Some(Self::InactiveUser),
            Standing::FrozenUser => Some(Self::FrozenUser),
            Standing::Active | Standing::ApiOnly | Standing::NoPassword | Standing::LoginAs | Standing::Visitor => None,
        }
    }
}

impl Explains for LoginRefusal {
    fn rule(&self) -> &'static str {
        match self {
            Self::WrongPassword => "login.wrong_password",
            Self::LockedOut => "login.locked_out",
            Self::InactiveUser => "login.inactive_user",
            Self::FrozenUser => "login.frozen_user",
            Self::InactiveOrg => "login.inactive_org",
            Self::TrialExpired => "login.trial_expired",
            Self::ApiOnly => "login.api_only_user",
            Self::RestrictedIp => "login.restricted_ip",
            Self::RestrictedTime => "login.restricted_time",
        }
    }

    fn reason(&self) -> Cow<'static, str> {
        match self {
            Self::WrongPassword => "The password is wrong, or nobody who logs in here has the username.",
            Self::LockedOut => "The user is locked out after too many wrong passwords.",
            Self::InactiveUser => "The user is deactivated.",
            Self::FrozenUser => "The user is frozen.",
            Self::InactiveOrg => "The org is locked or closed.",
            Self::TrialExpired => "The days of the org are over.",
            Self::ApiOnly => "The user may use the API alone.",
            Self::RestrictedIp => "The address is outside the Login IP Ranges of the user's profile.",
            Self::RestrictedTime => "It is outside the Login Hours of the user's profile.",
        }
        .into()
    }

    fn told(&self) -> (Cow<'static, str>, Cow<'static, str>) {
        (self.rule().trim_start_matches("login.").into(), self.status().into())
    }

    fn fix(&self, _about: About<'_>) -> Vec<Fix> {
        let users = |then: &str| vec![Fix::admin(format!("Setup > Users > Users > {then}"), "/lightning/setup/ManageUsers/home")];
        let profile = |then: &str| {
            vec![Fix::admin(format!("Setup > Users > Profiles > the user's profile > {then}"), "/lightning/setup/EnhancedProfiles/home")]
        };
        match self {
            Self::WrongPassword => {
                [vec![Fix::new(Role::User, "Forgot Your Password?", "/login")], users("tick the user > Reset Password(s)")].concat()
            }
            Self::LockedOut => users("the user > Unlock"),
            Self::InactiveUser => users("Edit > tick Active > Save"),
            Self::FrozenUser => users("the user > Unfreeze"),
            Self::InactiveOrg | Self::TrialExpired => vec![Fix::admin("Ask Salesforce Support to unlock the org", "/")],
            Self::ApiOnly => profile("System Permissions > untick API Only User"),
            Self::RestrictedIp => profile("Login IP Ranges"),
            Self::RestrictedTime => profile("Login Hours"),
        }
    }
}

/// Whether a login stands: the one order of reasons for login page, SOAP `login()` and the password flow. `proven` is the password's word,
/// `app` the flow and row of an app that the login is for. Who is frozen, or limited, learns it only with the right password.
pub fn refusal(user: &User, org: &Org, visit: &Visit, proven: bool, app: Option<(Flow, &OrgApp)>) -> Option<LoginRefusal> {
    let person = LoginRefusal::of_person(standing(user, org, visit));
    match person {
        Some(LoginRefusal::InactiveOrg) if org.is_expired(visit.now) => Some(LoginRefusal::TrialExpired),
        Some(LoginRefusal::InactiveOrg | LoginRefusal::InactiveUser) => person,
        _ if user.locked_until.is_some_and(|until| visit.now < until) => Some(LoginRefusal::LockedOut),
        _ if !proven => Some(LoginRefusal::WrongPassword),
        Some(refusal) => Some(refusal),
        None => match limit(user, visit, app) {
            Some(Limit::Hours) => Some(LoginRefusal::RestrictedTime),
            Some(Limit::Address) => Some(LoginRefusal::RestrictedIp),
            Some(Limit::SessionLevel) | None => None,
        },
    }
}

/// What a browser brings to the login page.
#[derive(Debug, Clone, Copy)]
pub struct SignIn<'a> {
    pub username: &'a str,
    pub password: &'a str,
    pub origin: &'a Origin,
    /// The secrets that an activated browser keeps.
    pub devices: &'a [&'a str],
    /// The app that waits for the login to end: its IP Relaxation counts already.
    pub waiting_app: Option<AppId>,
}

/// How far a right password leads.
#[derive(Debug)]
pub enum Entry {
    In(Box<BrowserLogin>),
    /// A code is asked for first; the browser shows this when it brings it.
    Verify(String),
}

type Outcome<T> = Result<Result<T, LoginRefusal>, StoreError>;

/// Checks a password and opens a browser session, or the way to one. Every outcome leaves a row in the login history.
pub fn sign_in(
    tx: &(impl Directory + Ledger + Installs + Tickets + Outbox),
    (org, switches): (&Org, &Switches),
    asked: &SignIn<'_>,
    (now, entropy): (Timestamp, &Entropy),
) -> Outcome<Entry> {
    let Some(user) = tx.user_named(asked.username)? else { return Ok(Err(LoginRefusal::WrongPassword)) };
    let proven = user.password.as_ref().is_some_and(|known| known.matches(asked.password));
    let activated = verification::is_activated(tx, asked.devices, user.id)?;
    let visit = Visit { now, address: asked.origin.address, browser: Some(BrowserFacts { activated, ..BrowserFacts::default() }) };
    let row = asked.waiting_app.map(|app| tx.org_app(app)).transpose()?.flatten();
    let refused = refusal(&user, org, &visit, proven, row.as_ref().map(|row| (Flow::WebServer, row)));
    let refused = refused.or(user.has(crate::org::Permission::ApiUserOnly).then_some(LoginRefusal::ApiOnly));
    if let Some(refused) = refused {
        record(tx, &user, asked.origin, refused.status(), now)?;
        if refused == LoginRefusal::WrongPassword {
            count_failure(tx, switches, user.id, now)?;
        }
        return Ok(Err(refused));
    }
    if let Some(kind) = verification::due((org, switches), &user, asked.origin.address, activated) {
        if kind == TicketKind::Activation {
            record(tx, &user, asked.origin, "Failed: Computer activation required", now)?;
        }
        return verification::begin(tx, org, &user, kind, (now, entropy)).map(|token| Ok(Entry::Verify(token)));
    }
    finish(tx, org, &user, asked.origin, SecurityLevel::Standard, (now, entropy)).map(|login| Ok(Entry::In(Box::new(login))))
}

/// Opens the session of a user who proved enough.
fn finish(
    tx: &(impl Directory + Ledger),
    org: &Org,
    user: &User,
    origin: &Origin,
    security_level: SecurityLevel,
    (now, entropy): (Timestamp, &Entropy),
) -> Result<BrowserLogin, StoreError> {
    let login = record(tx, user, origin, "Success", now)?;
    tx.sweep(now)?;
    tx.change_user(user.id, &UserChange { failed_logins: Some((0, None)), last_login: Some(now), ..UserChange::default() }, None, now)?;
    let beginning = Beginning { security_level, source_ip: origin.source_ip(), login: Some(login), ..Beginning::default() };
    open(tx, org, user, SessionKind::Browser, beginning, (now, entropy))
}

/// Takes the code for a login that waits. A browser that had a session already leaves it for the one it gets.
pub fn prove(
    tx: &(impl Directory + Ledger + Tickets),
    org: &Org,
    (unverified_token, unverified_code): (&str, &str),
    origin: &Origin,
    replaced: Option<Digest>,
    (now, entropy): (Timestamp, &Entropy),
) -> Result<Result<(BrowserLogin, TicketKind), NotVerified>, StoreError> {
    let (user, kind) = match verification::verify(tx, unverified_token, unverified_code, now)? {
        Ok(verified) => verified,
        Err(wrong) => return Ok(Err(wrong)),
    };
    let Some(user) = tx.user(user)? else { return Ok(Err(NotVerified::Over)) };
    // Between the password and the code an admin may have deactivated the user, or the hours may have passed.
    if refusal(&user, org, &Visit::without_browser(now, None), true, None).is_some() {
        return Ok(Err(NotVerified::Over));
    }
    if let Some(replaced) = replaced {
        happen(tx, Event::LoggedOut(replaced))?;
    }
    let level = if kind.assures() { SecurityLevel::HighAssurance } else { SecurityLevel::Standard };
    Ok(Ok((finish(tx, org, &user, origin, level, (now, entropy))?, kind)))
}

fn record(tx: &impl Ledger, user: &User, origin: &Origin, status: &'static str, now: Timestamp) -> Result<RecordId, StoreError> {
    tx.add_login(&Login {
        user: user.id,
        at: now,
        kind: "Application",
        status,
        application: "Browser".to_owned(),
        source_ip: origin.source_ip(),
        login_url: origin.login_url.clone(),
        browser: origin.browser.clone(),
        flow: None,
        api: None,
    })
}

/// Counts a wrong password; after too many in a row the user is locked out for a while.
pub(super) fn count_failure(tx: &impl Directory, switches: &Switches, user: UserId, now: Timestamp) -> Result<(), StoreError> {
    let failed = tx.failed_logins(user)? + 1;
    let until = (switches.login_attempts > 0 && failed >= switches.login_attempts).then(|| lockout_end(switches, now));
    let count = if until.is_some() { 0 } else { failed };
    tx.change_user(user, &UserChange { failed_logins: Some((count, until)), ..UserChange::default() }, None, now)
}

fn lockout_end(switches: &Switches, now: Timestamp) -> Timestamp {
    match switches.lockout_minutes {
        // Until an admin unlocks the user.
        0 => Timestamp(i64::MAX),
        minutes => now.plus(Duration::from_secs(u64::from(minutes) * 60)),
    }
}
