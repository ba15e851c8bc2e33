//! The key that signs id_tokens, and its public half as `/id/keys` shows it.

use std::sync::OnceLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::storage::StoreError;

/// A development key that ships with the program: everything signed by it is fake.
const DEVELOPMENT: &str = include_str!("../../../fixtures/keys/id-token-development.pem");
const KEY_ID: &str = "246";

/// Read on first use: parsing a key is not on the way to ready.
pub struct Keys {
    pem: &'static str,
    signing: OnceLock<Option<EncodingKey>>,
}

impl Keys {
    pub fn development() -> Self {
        Self { pem: DEVELOPMENT, signing: OnceLock::new() }
    }

    fn signing(&self) -> Result<&EncodingKey, StoreError> {
        let key = self.signing.get_or_init(|| EncodingKey::from_rsa_pem(self.pem.as_bytes()).ok());
        key.as_ref().ok_or_else(|| StoreError::new("the signing key cannot be read"))
    }

    /// Signs claims with RS256.
    pub fn sign(&self, claims: &impl Serialize) -> Result<String, StoreError> {
        let header = Header { kid: Some(KEY_ID.to_owned()), ..Header::new(Algorithm::RS256) };
        jsonwebtoken::encode(&header, claims, self.signing()?).map_err(StoreError::new)
    }

    /// The JWK set of `/id/keys`.
    pub fn public(&self) -> Result<JwkSet, StoreError> {
        let mut jwk = Jwk::from_encoding_key(self.signing()?, Algorithm::RS256).map_err(StoreError::new)?;
        jwk.common.key_id = Some(KEY_ID.to_owned());
        jwk.common.public_key_use = Some(jsonwebtoken::jwk::PublicKeyUse::Signature);
        Ok(JwkSet { keys: vec![jwk] })
    }
}

/// `at_hash` of OpenID Connect Core 3.1.3.6: the left half of the token's hash.
pub fn at_hash(access_token: &str) -> String {
    URL_SAFE_NO_PAD.encode(&Sha256::digest(access_token.as_bytes())[..16])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_key_signs_its_public_half_verifies() {
        let keys = Keys::development();
        let token = keys.sign(&serde_json::json!({"sub": "x", "exp": 4_000_000_000_u64, "aud": "key"})).unwrap();
        let decoding = jsonwebtoken::DecodingKey::from_jwk(&keys.public().unwrap().keys[0]).unwrap();
        let mut validation = jsonwebtoken::Validation::new(Algorithm::RS256);
        validation.set_audience(&["key"]);
        let decoded = jsonwebtoken::decode::<serde_json::Value>(&token, &decoding, &validation).unwrap();
        assert_eq!(decoded.claims["sub"], "x");
    }
}
