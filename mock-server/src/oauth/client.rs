//! Client authentication at the token endpoint.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{OAuthError, Parameters};
use crate::apps::AppDefinition;

/// What a client says of itself: key and secret from the body, or from HTTP Basic.
#[derive(Debug, Clone)]
pub struct ClientCredential {
    unverified_key: Option<String>,
    unverified_secret: Option<String>,
}

impl ClientCredential {
    /// Basic wins over the body; two different keys are nobody's.
    pub fn read(parameters: &Parameters, authorization: Option<&str>) -> Result<Self, OAuthError> {
        let in_body = Self {
            unverified_key: parameters.get("client_id").map(str::to_owned),
            unverified_secret: parameters.get("client_secret").map(str::to_owned),
        };
        let Some(basic) = authorization.and_then(basic_value) else { return Ok(in_body) };
        let (key, secret) = decode_basic(basic).ok_or(OAuthError::MalformedBasic)?;
        if in_body.unverified_key.as_ref().is_some_and(|other| *other != key) {
            return Err(OAuthError::UnknownClient);
        }
        Ok(Self { unverified_key: Some(key), unverified_secret: Some(secret).filter(|secret| !secret.is_empty()).or(in_body.unverified_secret) })
    }

    /// The client, if its key is known and its secret right. A secret that is sent is checked even where none is required.
    pub fn authenticate(
        &self,
        find: impl FnOnce(&str) -> Option<Arc<AppDefinition>>,
        secret_required: impl FnOnce(&AppDefinition) -> bool,
    ) -> Result<Arc<AppDefinition>, OAuthError> {
        let client = self.unverified_key.as_deref().and_then(find).ok_or(OAuthError::UnknownClient)?;
        let right = match &self.unverified_secret {
            Some(secret) => client.consumer_secret.matches(secret),
            None => !secret_required(&client),
        };
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
        assert_eq!((read.unverified_key.as_deref(), read.unverified_secret.as_deref()), (Some("key"), Some("s:cret")));
        assert!(matches!(credential("client_id=other", Some(&basic)), Err(OAuthError::UnknownClient)));
    }

    #[test]
    fn a_basic_header_that_is_none_is_refused() {
        assert!(matches!(credential("", Some("Basic ???")), Err(OAuthError::MalformedBasic)));
        assert!(credential("client_id=key", Some("Bearer x")).is_ok_and(|read| read.unverified_key.as_deref() == Some("key")));
    }
}
