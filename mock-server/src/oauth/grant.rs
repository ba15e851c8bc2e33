//! Grants, codes and sessions: what the store keeps for this room.

use std::sync::atomic::{AtomicI64, Ordering};

use super::{Digest, Kinds, Reach, Scopes, credential};
use crate::apps::{AppDefinition, Flow};
use crate::clock::{Entropy, Timestamp};
use crate::id::{AppId, OrgId, RecordId, UserId};
use crate::storage::StoreError;

/// One approval of one app by one user: what a refresh token, its rotated ancestors and its access tokens hang on.
#[derive(Debug, Clone, PartialEq)]
pub struct Grant {
    pub id: RecordId,
    pub user: UserId,
    pub app: AppId,
    pub scopes: Scopes,
    /// The flow that made it.
    pub flow: Flow,
    pub created: Timestamp,
    pub last_used: Timestamp,
    pub use_count: u32,
    /// Grows with every rotation.
    pub generation: u32,
    /// When the current refresh token was last used, or issued.
    pub refreshed: Timestamp,
    /// Good for revoking the grant, and for nothing else.
    pub delete_token: Option<String>,
}

impl Grant {
    /// An approval given now.
    pub fn new(id: RecordId, user: UserId, app: AppId, scopes: Scopes, flow: Flow, now: Timestamp) -> Self {
        Self { id, user, app, scopes, flow, created: now, last_used: now, use_count: 1, generation: 1, refreshed: now, delete_token: None }
    }

    /// The same, to be revoked also by a token that `OauthToken` shows.
    pub fn deletable(self, org: OrgId, entropy: &Entropy) -> Self {
        Self { delete_token: Some(credential::delete_token(org, self.id, entropy)), ..self }
    }

    /// Whether this is the token that revokes the grant.
    pub fn is_deleted_by(&self, unverified_token: &str) -> bool {
        self.delete_token.as_deref().is_some_and(|known| crate::secret::same(known, unverified_token))
    }
}

/// A refresh token as it was presented.
#[derive(Debug, Clone, PartialEq)]
pub enum Presented {
    Current(Grant),
    /// A rotation replaced it.
    Rotated(Grant),
    Unknown,
}

/// Whose a token is, whether or not it still opens anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenOwner {
    pub user: UserId,
    pub app: Option<AppId>,
    pub grant: Option<RecordId>,
    /// Of a refresh token: how many rotations there were up to it; the first is 1.
    pub generation: Option<u32>,
    pub is_live: bool,
}

/// A code as it was issued.
#[derive(Debug, Clone, PartialEq)]
pub struct IssuedCode {
    pub user: UserId,
    pub app: AppId,
    pub scopes: Scopes,
    pub redirect_uri: String,
    pub challenge: Option<String>,
    pub nonce: Option<String>,
    pub created: Timestamp,
    /// The grant it was redeemed for.
    pub used_by: Option<RecordId>,
    /// The flow it was given in.
    pub flow: Flow,
}

/// What a session id was given for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionKind {
    /// A browser that logged in.
    Browser,
    /// An opaque access token, or the session id of an API login.
    Token,
    /// An access token that is a JWT: for REST alone, and use does not extend it.
    Jwt,
    /// A one-time password that carries a browser session to another host.
    Handover,
}

impl SessionKind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Token => "token",
            Self::Jwt => "jwt",
            Self::Handover => "handover",
        }
    }

    /// A client holds it.
    pub fn is_access_token(self) -> bool {
        matches!(self, Self::Token | Self::Jwt)
    }

    pub fn read(name: &str) -> Option<Self> {
        [Self::Browser, Self::Token, Self::Jwt, Self::Handover].into_iter().find(|kind| kind.name() == name)
    }
}

/// A session: who holds it, for what, and until when.
#[derive(Debug)]
pub struct Session {
    pub id: RecordId,
    pub digest: Digest,
    pub kind: SessionKind,
    pub user: UserId,
    pub app: Option<AppId>,
    pub grant: Option<RecordId>,
    pub scopes: Scopes,
    pub created: Timestamp,
    last_used: AtomicI64,
    /// Milliseconds without use after which it ends.
    pub timeout: i64,
    /// An admin logged in as this user.
    pub login_as: bool,
    /// The session it was made in: it ends with that one.
    pub parent: Option<RecordId>,
    pub source_ip: String,
    /// As `AuthSession.LoginType` and `LoginHistory.LoginType` say.
    pub login_type: String,
    pub security_level: SecurityLevel,
    /// The row of `LoginHistory` that began it.
    pub login: Option<RecordId>,
}

/// `AuthSession.SessionSecurityLevel`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord)]
pub enum SecurityLevel {
    #[default]
    Standard,
    /// Proven by more than a password.
    HighAssurance,
}

impl SecurityLevel {
    pub fn name(self) -> &'static str {
        match self {
            Self::Standard => "STANDARD",
            Self::HighAssurance => "HIGH_ASSURANCE",
        }
    }

    pub fn read(name: &str) -> Self {
        if name == Self::HighAssurance.name() { Self::HighAssurance } else { Self::Standard }
    }
}

impl Clone for Session {
    fn clone(&self) -> Self {
        let last_used = AtomicI64::new(self.last_used().0);
        Self { last_used, source_ip: self.source_ip.clone(), login_type: self.login_type.clone(), scopes: self.scopes.clone(), ..*self }
    }
}

impl Session {
    #[expect(clippy::too_many_arguments, reason = "a row, read in one place and made in another")]
    pub fn new(
        id: RecordId,
        digest: Digest,
        kind: SessionKind,
        user: UserId,
        app: Option<AppId>,
        grant: Option<RecordId>,
        scopes: Scopes,
        (created, last_used): (Timestamp, Timestamp),
        timeout: i64,
    ) -> Self {
        Self {
            id,
            digest,
            kind,
            user,
            app,
            grant,
            scopes,
            created,
            last_used: AtomicI64::new(last_used.0),
            timeout,
            login_as: false,
            parent: None,
            source_ip: String::new(),
            login_type: if app.is_some() { "Remote Access 2.0" } else { "Application" }.to_owned(),
            security_level: SecurityLevel::default(),
            login: None,
        }
    }

    pub fn last_used(&self) -> Timestamp {
        Timestamp(self.last_used.load(Ordering::Relaxed))
    }

    pub fn expires(&self) -> Timestamp {
        Timestamp(self.last_used().0 + self.timeout)
    }

    pub fn is_alive(&self, now: Timestamp) -> bool {
        now < self.expires()
    }

    /// Extends the session. As with Salesforce only use in the second half of its life counts, so a busy session is written twice a period at most.
    /// Returns whether the new time must be stored.
    pub fn use_at(&self, now: Timestamp) -> bool {
        let due = self.kind != SessionKind::Jwt && now.0 >= self.last_used().0 + self.timeout / 2;
        if due {
            self.last_used.store(now.0, Ordering::Relaxed);
        }
        due
    }
}

/// A row of `LoginHistory`.
#[derive(Debug, Clone)]
pub struct Login {
    pub user: UserId,
    pub at: Timestamp,
    /// `Application`, `Remote Access 2.0`, …
    pub kind: &'static str,
    /// `Success`, `Invalid Password`, …
    pub status: &'static str,
    pub application: String,
    pub source_ip: String,
    pub login_url: String,
    pub browser: String,
    /// The OAuth flow, if it was one.
    pub flow: Option<Flow>,
    /// `SOAP Partner` and 59 of `59.0`, for a login over an API that names itself so.
    pub api: Option<(&'static str, u16)>,
}

/// A row of `LoginHistory` as it is kept.
#[derive(Debug, Clone)]
pub struct LoginRow {
    pub user: UserId,
    pub at: Timestamp,
    pub kind: String,
    pub status: String,
    pub application: String,
    pub source_ip: String,
    pub login_url: String,
    pub browser: String,
    pub api: Option<(String, String)>,
}

impl Login {
    /// `LoginHistory.LoginSubType`; none for flows that the picklist does not name.
    pub fn sub_type(&self) -> Option<&'static str> {
        match self.flow {
            None if self.kind == "Application" => Some("UI Username-Password"),
            Some(Flow::WebServer) => Some("OAuth Web Server"),
            Some(Flow::UserAgent) => Some("OAuth User-Agent"),
            Some(Flow::Hybrid) => Some("OAuth Web Server for Hybrid Apps"),
            Some(Flow::UsernamePassword) => Some("OAuth Username-Password"),
            Some(Flow::ClientCredentials) => Some("OAuth Client Credentials"),
            _ => None,
        }
    }
}

/// What this room needs of an org's database.
pub trait Ledger {
    fn new_record_id(&self, prefix: &str) -> Result<RecordId, StoreError>;
    fn add_code(&self, digest: Digest, code: &IssuedCode) -> Result<(), StoreError>;
    fn code(&self, digest: Digest) -> Result<Option<IssuedCode>, StoreError>;
    fn use_code(&self, digest: Digest, grant: RecordId) -> Result<(), StoreError>;

    /// `app` is the grant's app, which the `OauthToken` object names.
    fn add_grant(&self, grant: &Grant, refresh: Option<Digest>, app: &AppDefinition) -> Result<(), StoreError>;
    fn grant(&self, id: RecordId) -> Result<Option<Grant>, StoreError>;
    /// The grants of one user for one app, the one left alone the longest first.
    fn grants_of(&self, user: UserId, app: AppId) -> Result<Vec<Grant>, StoreError>;
    /// All grants for an app, or all of the org.
    fn grants(&self, app: Option<AppId>) -> Result<Vec<Grant>, StoreError>;
    fn present(&self, refresh: Digest) -> Result<Presented, StoreError>;
    /// Counts a use; with `rotated` the current refresh token is replaced and remembered as rotated.
    fn use_grant(&self, id: RecordId, now: Timestamp, rotated: Option<Digest>) -> Result<(), StoreError>;
    /// Removes the approvals within reach with their refresh tokens, and the codes not yet redeemed; says how many approvals.
    fn end_grants(&self, of: Reach) -> Result<usize, StoreError>;

    /// Makes all approvals, codes and sessions of one app another's.
    fn hand_grants_over(&self, from: AppId, to: &AppDefinition) -> Result<(), StoreError>;

    fn add_session(&self, session: &Session) -> Result<(), StoreError>;
    fn session(&self, digest: Digest) -> Result<Option<Session>, StoreError>;
    /// Sessions that are alive at `now`, the newest first, at most so many.
    fn live_sessions(&self, now: Timestamp, limit: u32) -> Result<Vec<Session>, StoreError>;
    fn touch_session(&self, digest: Digest, now: Timestamp) -> Result<(), StoreError>;
    /// Removes the sessions within reach, and those that are children of one; says how many.
    fn end_sessions(&self, of: Reach, kinds: Kinds) -> Result<usize, StoreError>;
    /// Forgets sessions and codes whose time ended before `now`.
    fn sweep(&self, now: Timestamp) -> Result<(), StoreError>;

    /// Whose an access or refresh token is, or was before it ended: for the journal and for faults, which admit nobody.
    fn token_owner(&self, digest: Digest, now: Timestamp) -> Result<Option<TokenOwner>, StoreError>;

    /// Rows of the login history, the newest first, at most so many.
    fn logins(&self, limit: u32) -> Result<Vec<LoginRow>, StoreError>;
    /// Returns the row's id.
    /// Uses up an assertion's id, which is remembered until then. `false`: it was used before.
    fn use_assertion(&self, id: Digest, until: Timestamp) -> Result<bool, StoreError>;

    fn add_login(&self, login: &Login) -> Result<RecordId, StoreError>;
}
