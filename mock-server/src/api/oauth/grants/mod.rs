//! The grant types of the token endpoint. Each file reads what its grant needs and finds the org; the rule is the oauth room's.

mod asset_token;
mod authorization_code;
mod client_credentials;
mod device;
mod jwt_bearer;
mod password;
mod refresh_token;
mod saml_assertion;
mod saml_bearer;
mod token_exchange;

use std::sync::Arc;

use super::token::Request;
use crate::app::{LiveOrg, Tx};
use crate::apps::AppDefinition;
use crate::oauth::{Desk, OAuthError, Outcome, Parameters, RefreshLock, Refused};

/// A grant that was read: everything is known but whether it is good.
pub struct Ready<'a> {
    pub org: Arc<LiveOrg>,
    /// `None` in the one flow that names no app.
    pub client: Option<Arc<AppDefinition>>,
    /// Held until the answer is written.
    pub lock: Option<RefreshLock>,
    /// The rule, in one transaction of the org.
    pub redeem: Redeem<'a>,
}

pub type Redeem<'a> = Box<dyn FnOnce(&Tx<'_>, &Desk<'_>) -> Outcome + Send + 'a>;

/// Reads a grant: parameters first, then the client, then the org.
pub type Read = for<'a> fn(&Request<'a>) -> Result<Ready<'a>, Refused>;

/// By `grant_type`.
const GRANT_TYPES: &[(&str, Read)] = &[
    ("authorization_code", authorization_code::read),
    ("assertion", saml_assertion::read),
    ("client_credentials", client_credentials::read),
    ("device", device::read),
    ("hybrid_auth_code", authorization_code::read_hybrid),
    ("hybrid_refresh", refresh_token::read_hybrid),
    ("password", password::read),
    ("refresh_token", refresh_token::read),
    ("urn:ietf:params:oauth:grant-type:jwt-bearer", jwt_bearer::read),
    ("urn:ietf:params:oauth:grant-type:saml2-bearer", saml_bearer::read),
    ("urn:ietf:params:oauth:grant-type:token-exchange", token_exchange::read),
];

/// The grant type that the parameters name.
pub fn find(parameters: &Parameters) -> Result<Read, OAuthError> {
    let name = parameters.get("grant_type");
    let known = GRANT_TYPES.iter().find(|(known, _)| Some(*known) == name);
    known.map(|(_, read)| *read).ok_or(OAuthError::UnsupportedGrantType)
}
