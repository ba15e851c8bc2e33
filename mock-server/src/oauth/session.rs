//! Sessions of browsers: opened, carried from one host to another, and for how long they last.

use std::net::IpAddr;

use super::grant::{Ledger, SecurityLevel, Session, SessionKind};
use super::{Digest, Event, Scope, Scopes, credential, happen};
use crate::apps::OrgApp;
use crate::clock::{Entropy, Timestamp};
use crate::id::RecordId;
use crate::org::{Directory, Org, User};
use crate::storage::StoreError;

/// A handover is redeemed by the very next request of the browser.
const HANDOVER_LIFE: i64 = 60_000;

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

/// Milliseconds without use after which a session of this user ends.
/// The app's policy comes before the profile's, and that before the org's setting.
pub fn timeout(org: &Org, user: &User, app: Option<&OrgApp>) -> i64 {
    let seconds = app.and_then(|app| app.session_timeout).or(user.profile.login.session_timeout).unwrap_or(org.session_timeout);
    i64::from(seconds) * 1000
}

/// What a session takes over from the login, or from the session it is made in.
#[derive(Debug, Clone, Default)]
pub struct Beginning {
    pub login_as: bool,
    pub security_level: SecurityLevel,
    pub source_ip: String,
    /// The row of `LoginHistory`.
    pub login: Option<RecordId>,
    /// What the token reaches for which the session is opened; `None` after a login, which reaches everything.
    pub scopes: Option<Scopes>,
}

impl Beginning {
    /// Of a session that is carried to another host, or opened for a token: it reaches no further than that.
    pub fn of(session: &Session) -> Self {
        Self {
            login_as: session.login_as,
            security_level: session.security_level,
            source_ip: session.source_ip.clone(),
            login: session.login,
            scopes: Some(session.scopes.clone()),
        }
    }
}

/// Opens a session for whoever proved enough: a login, an access token with the scope `web`, a redeemed handover.
pub fn open(
    tx: &impl Ledger,
    org: &Org,
    user: &User,
    kind: SessionKind,
    beginning: Beginning,
    (now, entropy): (Timestamp, &Entropy),
) -> Result<BrowserLogin, StoreError> {
    let token = credential::access_token(org.id, entropy);
    let timeout = if kind == SessionKind::Handover { HANDOVER_LIFE } else { timeout(org, user, None) };
    let Beginning { login_as, security_level, source_ip, login, scopes } = beginning;
    let scopes = scopes.unwrap_or_else(|| Scopes::default().with(Scope::FULL));
    let mut session = Session::new(tx.new_record_id("0Ak")?, Digest::of(&token), kind, user.id, None, None, scopes, (now, now), timeout);
    (session.login_as, session.security_level, session.source_ip, session.login) = (login_as, security_level, source_ip, login);
    tx.add_session(&session)?;
    Ok(BrowserLogin { token, session })
}

/// Turns a handover into a browser session, once.
pub fn redeem_handover(
    tx: &(impl Ledger + Directory),
    org: &Org,
    unverified_otp: &str,
    (now, entropy): (Timestamp, &Entropy),
) -> Result<Option<BrowserLogin>, StoreError> {
    let digest = Digest::of(unverified_otp);
    let Some(handover) = tx.session(digest)?.filter(|session| session.kind == SessionKind::Handover && session.is_alive(now)) else {
        return Ok(None);
    };
    let Some(user) = tx.user(handover.user)? else { return Ok(None) };
    happen(tx, Event::HandoverRedeemed(digest))?;
    open(tx, org, &user, SessionKind::Browser, Beginning::of(&handover), (now, entropy)).map(Some)
}
