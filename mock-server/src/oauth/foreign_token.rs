//! Verifying a JWT that somebody else signed, by configured keys and the virtual clock.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{Jwk, JwkSet, KeyAlgorithm, PublicKeyUse};
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
    // An extension that must be understood is not (RFC 7515, 4.1.11). Keys that the header itself offers are not looked at.
    if !ALGORITHMS.contains(&header.alg) || header.crit.is_some() {
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
            set.keys.iter().filter(named).filter(|key| may_sign(key, header.alg)).filter_map(|key| DecodingKey::from_jwk(key).ok()).collect()
        }
    };
    let decoded = candidates.iter().find_map(|key| jsonwebtoken::decode::<Map<String, Value>>(token, key, &validation).ok())?;
    is_now(&decoded.claims, now).then_some(decoded.claims)
}

/// Whether the key is for signatures, and of this kind, as far as it says so itself (RFC 7517, 4.2 and 4.4).
fn may_sign(key: &Jwk, algorithm: Algorithm) -> bool {
    let of_use = key.common.public_key_use.as_ref().is_none_or(|purpose| *purpose == PublicKeyUse::Signature);
    let of_kind = key.common.key_algorithm.is_none_or(|named| named == KeyAlgorithm::from(algorithm));
    of_use && of_kind
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

#[cfg(test)]
mod tests {
    use jsonwebtoken::EncodingKey;
    use serde_json::json;

    use super::*;

    const NOW: Timestamp = Timestamp(1_000_000_000);

    fn key() -> EncodingKey {
        EncodingKey::from_rsa_pem(include_bytes!("../../../fixtures/keys/identity-provider-private.pem")).unwrap()
    }

    fn token(algorithm: Algorithm, change: impl FnOnce(&mut jsonwebtoken::Header)) -> String {
        let mut header = jsonwebtoken::Header::new(algorithm);
        change(&mut header);
        jsonwebtoken::encode(&header, &json!({"sub": "ada", "exp": 1_000_060}), &key()).unwrap()
    }

    fn set(change: impl FnOnce(&mut Jwk)) -> JwkSet {
        let mut jwk = Jwk::from_encoding_key(&key(), Algorithm::RS256).unwrap();
        (jwk.common.key_id, jwk.common.key_algorithm, jwk.common.public_key_use) = (Some("one".to_owned()), None, None);
        change(&mut jwk);
        JwkSet { keys: vec![jwk] }
    }

    fn check(set: &JwkSet, token: &str, good: bool) {
        assert_eq!(verified_claims(token, TokenKeys::Set(set), NOW).is_some(), good, "{:?}", jsonwebtoken::decode_header(token));
    }

    #[test]
    fn a_token_counts_by_a_configured_key_whatever_its_header_offers() {
        let plain = set(|_| ());
        check(&plain, &token(Algorithm::RS256, |_| ()), true);
        check(&plain, &token(Algorithm::PS384, |header| header.kid = Some("one".to_owned())), true);
        check(&plain, &token(Algorithm::RS256, |header| header.kid = Some("../../dev/null".to_owned())), false);
        check(&plain, &token(Algorithm::RS256, |header| header.crit = Some(vec!["exp".to_owned()])), false);
        let other = Jwk::from_encoding_key(
            &EncodingKey::from_rsa_pem(include_bytes!("../../../fixtures/keys/app-jwt-private.pem")).unwrap(),
            Algorithm::RS256,
        );
        let foreign = JwkSet { keys: vec![other.unwrap()] };
        check(&foreign, &token(Algorithm::RS256, |header| header.jwk = plain.keys.first().cloned()), false);
    }

    #[test]
    fn a_key_is_used_for_what_it_is_for() {
        let algorithm = |named| set(|jwk| jwk.common.key_algorithm = Some(named));
        check(&algorithm(KeyAlgorithm::RS256), &token(Algorithm::RS256, |_| ()), true);
        check(&algorithm(KeyAlgorithm::RS256), &token(Algorithm::PS256, |_| ()), false);
        check(&algorithm(KeyAlgorithm::RSA_OAEP), &token(Algorithm::RS256, |_| ()), false);
        let purpose = |purpose| set(|jwk| jwk.common.public_key_use = Some(purpose));
        check(&purpose(PublicKeyUse::Signature), &token(Algorithm::RS256, |_| ()), true);
        check(&purpose(PublicKeyUse::Encryption), &token(Algorithm::RS256, |_| ()), false);
    }
}
