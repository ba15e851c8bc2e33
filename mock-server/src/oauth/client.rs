//! Client authentication: a secret in the body or in HTTP Basic, or an assertion the client signed.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::jws::UnverifiedAssertion;
use super::{OAuthError, Parameters};
use crate::apps::AppDefinition;
use crate::clock::Timestamp;

/// The one type of client assertion (RFC 7523, 2.2).
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What a client says of itself.
#[derive(Debug, Clone)]
pub struct ClientCredential {
    unverified_key: Option<String>,
    unverified_proof: Proof,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Proof {
    None,
    Secret(String),
    /// Looked at only where no secret is sent.
    Assertion(String),
}

/// What an assertion is held against.
pub struct Here<'a> {
    pub now: Timestamp,
    /// Whether this text names the authorization server that was asked.
    pub is_audience: &'a dyn Fn(&str) -> bool,
}

impl ClientCredential {
    /// Basic wins over the body; two different keys are nobody's.
    pub fn read(parameters: &Parameters, authorization: Option<&str>) -> Result<Self, OAuthError> {
        let in_body = parameters.get("client_id");
        let (key, secret) = match authorization.and_then(basic_value) {
            None => (in_body.map(str::to_owned), None),
            Some(basic) => {
                let (key, secret) = decode_basic(basic).ok_or(OAuthError::MalformedBasic)?;
                if in_body.is_some_and(|other| other != key) {
                    return Err(OAuthError::UnknownClient);
                }
                (Some(key), Some(secret).filter(|secret| !secret.is_empty()))
            }
        };
        let unverified_proof = match (secret.or_else(|| parameters.get("client_secret").map(str::to_owned)), parameters.get("client_assertion")) {
            (Some(secret), _) => Proof::Secret(secret),
            (None, Some(assertion)) if parameters.get("client_assertion_type") == Some(ASSERTION_TYPE) => Proof::Assertion(assertion.to_owned()),
            (None, Some(_)) => return Err(OAuthError::InvalidAssertionType),
            (None, None) => Proof::None,
        };
        Ok(Self { unverified_key: key, unverified_proof })
    }

    /// The client, if its key is known and its proof right. A secret that is sent is checked even where none is required.
    pub fn authenticate(
        &self,
        find: impl FnOnce(&str) -> Option<Arc<AppDefinition>>,
        secret_required: impl FnOnce(&AppDefinition) -> bool,
        here: &Here<'_>,
    ) -> Result<Arc<AppDefinition>, OAuthError> {
        if let Proof::Assertion(assertion) = &self.unverified_proof {
            return self.assert(assertion, find, here);
        }
        let key = self.unverified_key.as_deref().ok_or(OAuthError::UnknownClient)?;
        let client = find(key).ok_or(OAuthError::UnknownClient)?;
        let known = client.secret_of(key, here.now).ok_or(OAuthError::UnknownClient)?;
        let right = match &self.unverified_proof {
            Proof::Secret(secret) => known.matches(secret),
            Proof::None | Proof::Assertion(_) => !secret_required(&client),
        };
        if right { Ok(client) } else { Err(OAuthError::WrongClientSecret) }
    }

    /// The client names itself as issuer and subject; without `client_id` the issuer alone says who asks.
    fn assert(
        &self,
        assertion: &str,
        find: impl FnOnce(&str) -> Option<Arc<AppDefinition>>,
        here: &Here<'_>,
    ) -> Result<Arc<AppDefinition>, OAuthError> {
        let unverified = UnverifiedAssertion::read(assertion).ok_or(OAuthError::WrongClientSecret)?;
        let issuer = unverified.unverified_issuer().ok_or(OAuthError::WrongClientSecret)?.to_owned();
        let key = self.unverified_key.as_ref().unwrap_or(&issuer);
        let client = find(key).filter(|client| client.secret_of(key, here.now).is_some()).ok_or(OAuthError::UnknownClient)?;
        let claims = client.certificate.as_ref().and_then(|certificate| unverified.verified_by(certificate));
        let right = claims.is_some_and(|claims| {
            *key == issuer && claims.sub.as_ref() == Some(key) && !claims.has_expired(here.now) && claims.has_audience(here.is_audience)
        });
        if right { Ok(client) } else { Err(OAuthError::WrongClientSecret) }
    }
}

fn basic_value(authorization: &str) -> Option<&str> {
    let (scheme, value) = authorization.split_once(' ')?;
    scheme.eq_ignore_ascii_case("basic").then(|| value.trim())
}

/// RFC 6749, 2.3.1: both halves are form-encoded before they are joined.
fn decode_basic(value: &str) -> Option<(String, String)> {
    let joined = String::from_utf8(STANDARD.decode(value).ok()?).ok()?;
    let (key, secret) = joined.split_once(':')?;
    let plain = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8().map(std::borrow::Cow::into_owned).ok();
    Some((plain(key)?, plain(secret)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credential(body: &str, authorization: Option<&str>) -> Result<ClientCredential, OAuthError> {
        ClientCredential::read(&Parameters::read(body.as_bytes()).unwrap(), authorization)
    }

    #[test]
    fn basic_and_body_name_the_same_client() {
        let basic = format!("Basic {}", STANDARD.encode("key:s%3Acret"));
        let read = credential("client_id=key", Some(&basic)).unwrap();
        assert_eq!((read.unverified_key.as_deref(), read.unverified_proof), (Some("key"), Proof::Secret("s:cret".to_owned())));
        assert!(matches!(credential("client_id=other", Some(&basic)), Err(OAuthError::UnknownClient)));
    }

    #[test]
    fn a_basic_header_that_is_none_is_refused() {
        assert!(matches!(credential("", Some("Basic ???")), Err(OAuthError::MalformedBasic)));
        assert!(credential("client_id=key", Some("Bearer x")).is_ok_and(|read| read.unverified_key.as_deref() == Some("key")));
    }

    #[test]
    fn an_assertion_counts_only_where_no_secret_is_sent() {
        let typed = format!("client_assertion=a&client_assertion_type={ASSERTION_TYPE}");
        let check = |body: &str, expected| assert_eq!(credential(body, None).unwrap().unverified_proof, expected, "{body}");
        check(&typed, Proof::Assertion("a".to_owned()));
        check(&format!("{typed}&client_secret=s"), Proof::Secret("s".to_owned()));
        check("client_id=key", Proof::None);
        for body in ["client_assertion=a", "client_assertion=a&client_assertion_type=other"] {
            assert!(matches!(credential(body, None), Err(OAuthError::InvalidAssertionType)), "{body}");
        }
    }
}
