//! OAuth: clients, grants, scopes, PKCE, tokens and sessions. Protocol and rules; no HTTP, no SQL.

mod api_login;
mod authorize;
mod client;
pub mod consequences;
pub mod credential;
mod error;
mod grant;
mod keys;
mod lock;
mod parameters;
mod pkce;
mod scope;
mod session;
mod token;

pub use api_login::{ApiLogin, ApiRefusal, ApiSession, log_in};
pub use authorize::{AuthorizeRequest, Decision, Next, Prompt, Situation, answer_consent, decide};
pub use client::ClientCredential;
pub use consequences::{Event, Kinds, Reach, happen};
pub use credential::Digest;
pub use error::OAuthError;
pub use grant::{Grant, IssuedCode, Ledger, Login, Presented, SecurityLevel, Session, SessionKind};
pub use keys::{Keys, at_hash};
pub use lock::{RefreshLock, RefreshLocks};
pub use parameters::Parameters;
pub use scope::{Scope, Scopes, supported};
pub use session::{BrowserLogin, LoginRefusal, Origin, open, redeem_handover, sign_in};
pub use token::{Desk, Issued, add_grant, grant_to_lock, open_session, redeem_code, refresh, refresh_expiry, revoke};
