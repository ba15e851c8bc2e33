//! The key that signs id_tokens and JWT access tokens, and its public half as `/id/keys` shows it.

use std::sync::OnceLock;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, EncodingKey};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::storage::StoreError;

/// A development key that ships with the program: everything signed by it is fake.
const DEVELOPMENT: &str = include_str!("../../../fixtures/keys/id-token-development.pem");
const KEY_ID: &str = "246";

/// Read on first use: parsing a key is not on the way to ready.
pub struct Keys {
    pem: &'static str,
    read: OnceLock<Option<Read>>,
}

/// The key, read once.
struct Read {
    signing: RsaKeyPair,
    public: JwkSet,
}

impl Keys {
    pub fn development() -> Self {
        Self { pem: DEVELOPMENT, read: OnceLock::new() }
    }

    fn read(&self) -> Result<&Read, StoreError> {
        let read = self.read.get_or_init(|| {
            let key = EncodingKey::from_rsa_pem(self.pem.as_bytes()).ok()?;
            let signing = RsaKeyPair::from_der(key.as_bytes()).ok()?;
            let mut jwk = Jwk::from_encoding_key(&key, Algorithm::RS256).ok()?;
            jwk.common.key_id = Some(KEY_ID.to_owned());
            jwk.common.public_key_use = Some(PublicKeyUse::Signature);
            Some(Read { signing, public: JwkSet { keys: vec![jwk] } })
        });
        read.as_ref().ok_or_else(|| StoreError::new("the signing key cannot be read"))
    }

    /// Signs claims with RS256.
    pub fn sign(&self, claims: &impl Serialize) -> Result<String, StoreError> {
        self.sign_under(&json!({"typ": "JWT", "alg": "RS256", "kid": KEY_ID}), claims)
    }

    /// Signs claims with RS256 under a header with further members.
    pub fn sign_with(&self, members: &[(&str, &str)], claims: &impl Serialize) -> Result<String, StoreError> {
        let mut header = json!({"kid": KEY_ID, "typ": "JWT", "alg": "RS256"});
        for (name, value) in members {
            header[*name] = Value::from(*value);
        }
        self.sign_under(&header, claims)
    }

    fn sign_under(&self, header: &Value, claims: &impl Serialize) -> Result<String, StoreError> {
        let mut token = URL_SAFE_NO_PAD.encode(header.to_string());
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(serde_json::to_vec(claims).map_err(StoreError::new)?, &mut token);
        let signature = self.sign_parts(token.as_bytes())?;
        Ok(token + "." + &signature)
    }

    /// The third part of a JWT whose first two, with the dot between, are `message`.
    pub fn sign_parts(&self, message: &[u8]) -> Result<String, StoreError> {
        let signing = &self.read()?.signing;
        let mut signature = vec![0; signing.public_modulus_len()];
        // PKCS #1 v1.5 signatures use no chance: the source is not asked.
        signing.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).map_err(StoreError::new)?;
        Ok(URL_SAFE_NO_PAD.encode(signature))
    }

    /// The JWK set of `/id/keys`.
    pub fn public(&self) -> Result<&JwkSet, StoreError> {
        self.read().map(|read| &read.public)
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
        let claims = json!({"sub": "x", "exp": 4_000_000_000_u64, "aud": "key"});
        let decoding = jsonwebtoken::DecodingKey::from_jwk(&keys.public().unwrap().keys[0]).unwrap();
        let mut validation = jsonwebtoken::Validation::new(Algorithm::RS256);
        validation.set_audience(&["key"]);
        for token in [keys.sign(&claims).unwrap(), keys.sign_with(&[("tty", "x")], &claims).unwrap()] {
            let decoded = jsonwebtoken::decode::<Value>(&token, &decoding, &validation).unwrap();
            assert_eq!((decoded.claims["sub"].as_str(), decoded.header.kid.as_deref()), (Some("x"), Some(KEY_ID)));
        }
    }
}
