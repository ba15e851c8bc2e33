//! The keys that sign id_tokens and JWT access tokens, and their public halves as `/id/keys` shows them.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::jwk::{Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, EncodingKey};
use parking_lot::{Mutex, RwLock};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::apps::AppDefinition;
use crate::id::AppId;
use crate::secret::Secret;
use crate::storage::StoreError;

/// A development key that ships with the program: everything signed by it is fake.
const DEVELOPMENT: &str = include_str!("../../../fixtures/keys/id-token-development.pem");
/// The id of that key; those made later count on from it.
const FIRST_ID: usize = 246;

/// The newest key signs; earlier ones stay published, so that what they signed can still be verified.
pub struct Keys {
    pem: &'static str,
    /// Read on first use: parsing a key is not on the way to ready.
    first: OnceLock<Option<Arc<Key>>>,
    later: RwLock<Vec<Arc<Key>>>,
    macs: Mutex<HashMap<AppId, (Secret, Hmac<Sha256>)>>,
}

/// Apps whose secrets are kept ready to sign with; beyond it they are keyed again.
const MACS: usize = 1_000;

/// One key with its public half.
struct Key {
    id: String,
    signing: RsaKeyPair,
    public: Jwk,
}

impl Keys {
    pub fn development() -> Self {
        Self { pem: DEVELOPMENT, first: OnceLock::new(), later: RwLock::default(), macs: Mutex::default() }
    }

    fn first(&self) -> Result<&Arc<Key>, StoreError> {
        let read = self.first.get_or_init(|| {
            let key = EncodingKey::from_rsa_pem(self.pem.as_bytes()).ok()?;
            let signing = RsaKeyPair::from_der(key.as_bytes()).ok()?;
            let mut public = Jwk::from_encoding_key(&key, Algorithm::RS256).ok()?;
            let id = FIRST_ID.to_string();
            public.common.key_id = Some(id.clone());
            public.common.public_key_use = Some(PublicKeyUse::Signature);
            Some(Arc::new(Key { id, signing, public }))
        });
        read.as_ref().ok_or_else(|| StoreError::new("the signing key cannot be read"))
    }

    /// The key that signs.
    fn current(&self) -> Result<Arc<Key>, StoreError> {
        match self.later.read().last() {
            Some(key) => Ok(Arc::clone(key)),
            None => self.first().map(Arc::clone),
        }
    }

    /// Makes a key that signs from now on, and returns its id. Takes a good part of a second.
    pub fn rotate(&self) -> Result<String, StoreError> {
        let signing = RsaKeyPair::generate(KeySize::Rsa2048).map_err(StoreError::new)?;
        let mut later = self.later.write();
        let id = (FIRST_ID + later.len() + 1).to_string();
        let number = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let public = signing.public_key();
        let (n, e) = (number(public.modulus().big_endian_without_leading_zero()), number(public.exponent().big_endian_without_leading_zero()));
        let public = serde_json::from_value(json!({ "kty": "RSA", "alg": "RS256", "use": "sig", "kid": id, "n": n, "e": e }));
        later.push(Arc::new(Key { id: id.clone(), signing, public: public.map_err(StoreError::new)? }));
        Ok(id)
    }

    /// Forgets the keys that were made since the start.
    pub fn reset(&self) {
        self.later.write().clear();
    }

    /// Signs claims with RS256.
    pub fn sign(&self, claims: &impl Serialize) -> Result<String, StoreError> {
        let key = self.current()?;
        key.sign_under(&json!({"typ": "JWT", "alg": "RS256", "kid": key.id}), claims)
    }

    /// Signs claims with RS256 under a header with further members.
    pub fn sign_with(&self, members: &[(&str, &str)], claims: &impl Serialize) -> Result<String, StoreError> {
        let key = self.current()?;
        let mut header = json!({"kid": key.id, "typ": "JWT", "alg": "RS256"});
        for (name, value) in members {
            header[*name] = Value::from(*value);
        }
        key.sign_under(&header, claims)
    }

    /// Base64 of HMAC-SHA256 over the parts, keyed with the app's secret, or with nothing in the one flow that names no app.
    pub fn sign_for(&self, client: Option<&AppDefinition>, parts: &[&str]) -> String {
        let mac = client.map_or_else(|| Hmac::new_from_slice(&[]).ok(), |client| self.mac_of(client));
        mac.map_or_else(String::new, |mac| STANDARD.encode(parts.iter().fold(mac, Mac::chain_update).finalize().into_bytes()))
    }

    /// To key it takes as long as to sign.
    fn mac_of(&self, client: &AppDefinition) -> Option<Hmac<Sha256>> {
        let mut macs = self.macs.lock();
        if let Some((_, mac)) = macs.get(&client.id).filter(|(secret, _)| *secret == client.consumer_secret) {
            return Some(mac.clone());
        }
        let mac = Hmac::new_from_slice(client.consumer_secret.0.as_bytes()).ok()?;
        if macs.len() >= MACS {
            macs.clear();
        }
        macs.insert(client.id, (client.consumer_secret.clone(), Hmac::clone(&mac)));
        Some(mac)
    }

    /// The third part of a JWT whose first two, with the dot between, are `message`.
    pub fn sign_parts(&self, message: &[u8]) -> Result<String, StoreError> {
        self.current()?.sign_parts(message)
    }

    /// The same with HS256, keyed with the client's secret, or with the public half of the key where the client has none: what a forger would try.
    pub fn sign_shared(&self, client: Option<&AppDefinition>, message: &[u8]) -> Option<String> {
        let secret = match client.filter(|client| client.require_secret) {
            Some(client) => client.consumer_secret.0.clone(),
            None => self.public_pem().ok()?,
        };
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
        mac.update(message);
        Some(URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
    }

    /// The claims of a JWT that one of these keys signed. Its time is not looked at.
    pub fn verified(&self, unverified_token: &str) -> Option<Value> {
        let (message, signature) = unverified_token.rsplit_once('.')?;
        let (header, claims) = message.split_once('.')?;
        let object = |part: &str| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(part).ok()?).ok();
        let header = object(header).filter(|header| header["alg"] == "RS256")?;
        let first = self.first().ok()?;
        let key = std::iter::once(first).chain(&*self.later.read()).find(|key| header["kid"] == key.id.as_str()).map(Arc::clone)?;
        let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.signing.public_key().as_ref());
        public.verify(message.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).ok()?).ok()?;
        object(claims)
    }

    /// The JWK set of `/id/keys`, the key that signs first.
    pub fn public(&self) -> Result<JwkSet, StoreError> {
        let first = self.first()?;
        let keys = self.later.read().iter().rev().chain([first]).map(|key| key.public.clone()).collect();
        Ok(JwkSet { keys })
    }

    /// The public half of the key that signs, as PEM: what a client that is told HS256 may take for a shared secret.
    fn public_pem(&self) -> Result<String, StoreError> {
        let key = self.current()?;
        let der: PublicKeyX509Der<'_> = key.signing.public_key().as_der().map_err(StoreError::new)?;
        let text = STANDARD.encode(der.as_ref());
        let mut pem = "-----BEGIN PUBLIC KEY-----\n".to_owned();
        let mut rest = text.as_str();
        while !rest.is_empty() {
            let (line, after) = rest.split_at(rest.len().min(64));
            pem.push_str(line);
            pem.push('\n');
            rest = after;
        }
        Ok(pem + "-----END PUBLIC KEY-----\n")
    }
}

impl Key {
    fn sign_under(&self, header: &Value, claims: &impl Serialize) -> Result<String, StoreError> {
        let mut token = URL_SAFE_NO_PAD.encode(header.to_string());
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(serde_json::to_vec(claims).map_err(StoreError::new)?, &mut token);
        let signature = self.sign_parts(token.as_bytes())?;
        Ok(token + "." + &signature)
    }

    fn sign_parts(&self, message: &[u8]) -> Result<String, StoreError> {
        let mut signature = vec![0; self.signing.public_modulus_len()];
        // PKCS #1 v1.5 signatures use no chance: the source is not asked.
        self.signing.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).map_err(StoreError::new)?;
        Ok(URL_SAFE_NO_PAD.encode(signature))
    }
}

/// `at_hash` of OpenID Connect Core 3.1.3.6: the left half of the token's hash.
pub fn at_hash(access_token: &str) -> String {
    URL_SAFE_NO_PAD.encode(&Sha256::digest(access_token.as_bytes())[..16])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Holds the tokens against the published key that their header names.
    fn check(keys: &Keys, token: &str, kid: &str) {
        let published = keys.public().unwrap();
        let jwk = published.find(kid).unwrap();
        let decoding = jsonwebtoken::DecodingKey::from_jwk(jwk).unwrap();
        let mut validation = jsonwebtoken::Validation::new(Algorithm::RS256);
        validation.set_audience(&["key"]);
        let decoded = jsonwebtoken::decode::<Value>(token, &decoding, &validation).unwrap();
        assert_eq!((decoded.claims["sub"].as_str(), decoded.header.kid.as_deref()), (Some("x"), Some(kid)));
        assert_eq!(keys.verified(token).unwrap()["sub"], "x");
    }

    #[test]
    fn what_a_key_signs_its_public_half_verifies_also_after_a_rotation() {
        let keys = Keys::development();
        let claims = json!({"sub": "x", "exp": 4_000_000_000_u64, "aud": "key"});
        let early = [keys.sign(&claims).unwrap(), keys.sign_with(&[("tty", "x")], &claims).unwrap()];
        assert_eq!(keys.rotate().unwrap(), "247");
        early.iter().for_each(|token| check(&keys, token, "246"));
        check(&keys, &keys.sign(&claims).unwrap(), "247");
        keys.reset();
        check(&keys, &keys.sign(&claims).unwrap(), "246");
        assert_eq!(keys.public().unwrap().keys.len(), 1);
    }

    #[test]
    fn a_token_is_verified_by_its_signature_and_not_by_its_looks() {
        let keys = Keys::development();
        let token = keys.sign(&json!({"sub": "x"})).unwrap();
        let (message, signature) = token.rsplit_once('.').unwrap();
        let (_, claims) = message.split_once('.').unwrap();
        let other = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","kid":"246"}"#);
        let unknown = URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256","kid":"9"}"#);
        for forged in [
            format!("{message}."),
            format!("{message}.AAAA"),
            format!("{other}.{claims}."),
            format!("{unknown}.{claims}.{signature}"),
            format!("{}.{}.{signature}", message.split('.').next().unwrap(), URL_SAFE_NO_PAD.encode(r#"{"sub":"y"}"#)),
        ] {
            assert_eq!(keys.verified(&forged), None, "{forged}");
        }
    }
}
