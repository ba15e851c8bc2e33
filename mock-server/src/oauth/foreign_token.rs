//! Verifying a JWT that somebody else signed, by configured keys and the virtual clock.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Map, Value};

use crate::clock::Timestamp;
use crate::saml::Certificate;

/// How far two clocks may differ. GUESS: as for JWT bearer; a handler's author decides it in Salesforce.
const SKEW: Duration = Duration::from_secs(3 * 60);
/// Signatures with a key pair. One with a shared secret, or none, would let anybody sign.
const ALGORITHMS: [Algorithm; 8] =
    [Algorithm::RS256, Algorithm::RS384, Algorithm::RS512, Algorithm::PS256, Algorithm::PS384, Algorithm::PS512, Algorithm::ES256, Algorithm::ES384];

/// Where a signer's public keys come from.
#[derive(Debug, Clone, Copy)]
pub enum TokenKeys<'a> {
    Certificate(&'a Certificate),
    Set(&'a JwkSet),
    /// Whatever the token calls its key.
    Only(&'a Jwk),
}

/// The claims, if one of the keys signed them and their time is now. Issuer and audience are the caller's to judge.
pub fn verified_claims(token: &str, keys: TokenKeys<'_>, now: Timestamp) -> Option<Map<String, Value>> {
    let header = jsonwebtoken::decode_header(token).ok()?;
    if !ALGORITHMS.contains(&header.alg) {
        return None;
    }
    let mut validation = Validation::new(header.alg);
    // The library knows the system's time alone.
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    let candidates = match keys {
        TokenKeys::Certificate(certificate) => vec![DecodingKey::from_rsa_der(certificate.rsa_public_key())],
        TokenKeys::Only(key) => DecodingKey::from_jwk(key).into_iter().collect(),
        TokenKeys::Set(set) => {
            let named = |key: &&Jwk| header.kid.is_none() || key.common.key_id == header.kid;
            set.keys.iter().filter(named).filter_map(|key| DecodingKey::from_jwk(key).ok()).collect()
        }
    };
    let decoded = candidates.iter().find_map(|key| jsonwebtoken::decode::<Map<String, Value>>(token, key, &validation).ok())?;
    is_now(&decoded.claims, now).then_some(decoded.claims)
}

/// What a token says, whoever signed it.
pub fn unverified_claims(token: &str) -> Option<Map<String, Value>> {
    let payload = token.split('.').nth(1)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}

/// RFC 7519, 4.1.4 and 4.1.5: an end is required here, a beginning is not.
fn is_now(claims: &Map<String, Value>, now: Timestamp) -> bool {
    let skew = i64::try_from(SKEW.as_secs()).unwrap_or_default();
    let seconds = |name: &str| claims.get(name).map(|value| value.as_i64().or_else(|| value.as_f64().map(|seconds| seconds as i64)));
    let begun = match seconds("nbf") {
        None => true,
        Some(start) => start.is_some_and(|start| start <= now.seconds().saturating_add(skew)),
    };
    begun && seconds("exp").flatten().is_some_and(|end| now.seconds() < end.saturating_add(skew))
}
