//! OAuth: clients, grants, scopes, PKCE, tokens and sessions. Protocol and rules; no HTTP, no SQL.

mod access_token;
mod answer;
mod api_login;
mod authorize;
mod client;
mod client_credentials;
mod code;
pub mod consequences;
pub mod credential;
mod credentials_code;
mod desk;
mod device;
mod error;
mod foreign_token;
mod grant;
mod guest;
mod headless;
mod hybrid;
mod identify;
mod issue;
mod jws;
mod jwt_bearer;
mod keys;
mod lock;
pub mod login_status;
mod own_addresses;
mod parameters;
mod password;
mod password_change;
mod pkce;
mod reach;
mod refresh;
mod registration;
mod reset;
mod response_type;
mod return_address;
mod saml;
mod scope;
mod session;
mod sign_in;
mod step;
mod ticket;
mod token_exchange;
mod totp;
pub mod user_agent;
mod verification;

pub use answer::TokenAnswer;
pub use api_login::{ApiLogin, ApiRefusal, ApiSession, log_in};
pub use authorize::{AuthorizeRequest, Decision, Next, Prompt, Situation, answer_consent, decide};
pub use client::{ClientCredential, Here};
pub use client_credentials::client_credentials;
pub use code::redeem_code;
pub use consequences::{Event, Kinds, Reach, happen};
pub use credential::Digest;
pub use credentials_code::{CodeRefused, CredentialsRequest, award_code, prove_password};
pub use desk::{Desk, Outcome, Refused, admitted, org_app, record_refusal};
pub use device::{
    DeviceAnswer, DeviceCodes, DeviceRequest, DeviceRequests, INTERVAL, Polled, award_device, begin_device, decide_device, poll_device,
    user_code_digest,
};
pub use error::OAuthError;
pub use foreign_token::{TokenKeys, unverified_claims, verified_claims};
pub use grant::{Grant, IssuedCode, Ledger, Login, LoginRow, Presented, SecurityLevel, Session, SessionKind};
pub use guest::{GuestExchange, Uvid, award_guest_code, is_of_visitor, redeem_guest_code};
pub use headless::{
    NewPerson, Purpose, RequestType, SentCode, SentCodes, community, end_password_code, prove_password_code, read_credentials, record_of_identifier,
    send_code, send_password_code, take_code,
};
pub use identify::identify;
pub use issue::{Award, Issued, Lasting, hand_out, issue};
pub use jws::{Claims, UnverifiedAssertion};
pub use jwt_bearer::jwt_bearer;
pub use keys::{Keys, at_hash};
pub use lock::{RefreshLock, RefreshLocks};
pub use own_addresses::own_addresses;
pub use parameters::Parameters;
pub use password::log_in_with_password;
pub use password_change::{Changer, change_own_password, reset_password, set_password};
pub use pkce::challenge_of;
pub use reach::Door;
pub use refresh::{grant_to_lock, refresh, refresh_end, revoke};
pub use registration::{ClientMetadata, REGISTRATIONS, Registered, RegistrationRefused, reads_registration};
pub use reset::{LinkCause, choose_password, link_owner, mail_security_token, send_link};
pub use saml::{accept_saml_assertion, accept_saml_bearer, invalid_assertion};
pub use scope::{Scope, Scopes, supported};
pub use session::{Beginning, BrowserLogin, Origin, open, redeem_handover, timeout};
pub use sign_in::{Entry, LoginRefusal, SignIn, prove, sign_in};
pub use step::Step;
pub use ticket::{Ticket, TicketKind, Tickets};
pub use token_exchange::{Exchange, decode_assertion, exchange_token, serves};
pub use verification::{NotVerified, begin as begin_verification, is_activated, resend as resend_code, second_factor, waiting};
