//! Signing as apps and identity providers do, with the key pairs that ship as fixtures.

use aws_lc_rs::digest::{Digest, SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::failure::{Failure, OrFail, Outcome};

/// A key pair, by who holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signer {
    /// The developer of an app.
    App,
    /// The customer's identity provider.
    IdentityProvider,
}

impl Signer {
    /// The certificate, in PEM.
    pub fn certificate(self) -> &'static str {
        match self {
            Self::App => include_str!("../../../fixtures/keys/app-jwt-certificate.pem"),
            Self::IdentityProvider => include_str!("../../../fixtures/keys/identity-provider-certificate.pem"),
        }
    }

    /// The private key, in PEM.
    pub fn private_key(self) -> &'static str {
        match self {
            Self::App => include_str!("../../../fixtures/keys/app-jwt-private.pem"),
            Self::IdentityProvider => include_str!("../../../fixtures/keys/identity-provider-private.pem"),
        }
    }

    /// RSA with SHA-256, in base64.
    ///
    /// # Errors
    /// When the fixture holds no key.
    pub fn sign(self, text: &str) -> Outcome<String> {
        Ok(BASE64_STANDARD.encode(self.signature(text)?))
    }

    /// A JWT signed with RS256.
    ///
    /// # Errors
    /// When the fixture holds no key.
    pub fn jwt(self, header: &Value, claims: &Value) -> Outcome<String> {
        let signed = [header, claims].map(|part| BASE64_URL_SAFE_NO_PAD.encode(part.to_string())).join(".");
        let signature = BASE64_URL_SAFE_NO_PAD.encode(self.signature(&signed)?);
        Ok(format!("{signed}.{signature}"))
    }

    /// The public key as a JWK (RFC 7517).
    ///
    /// # Errors
    /// When the fixture holds no key.
    pub fn jwk(self) -> Outcome<Value> {
        // `RSAPublicKey` in DER ends with the modulus, the two bytes in front of the exponent, and the exponent 65537.
        let (key, length) = (self.key_pair()?, self.key_pair()?.public_modulus_len());
        let der = key.public_key().as_ref();
        let end = der.len().saturating_sub(5);
        let modulus = der.get(end.saturating_sub(length)..end).or_fail(|| "a fixture's key is none of RSA")?;
        Ok(json!({ "kty": "RSA", "n": BASE64_URL_SAFE_NO_PAD.encode(modulus), "e": "AQAB" }))
    }

    fn key_pair(self) -> Outcome<RsaKeyPair> {
        let body: String = self.private_key().lines().filter(|line| !line.starts_with('-')).collect();
        let der = BASE64_STANDARD.decode(body).map_err(|_| Failure::new("a fixture is no PEM"))?;
        RsaKeyPair::from_pkcs8(&der).map_err(|_| Failure::new("a fixture holds no key"))
    }

    fn signature(self, text: &str) -> Outcome<Vec<u8>> {
        let key = self.key_pair()?;
        let mut signature = vec![0; key.public_modulus_len()];
        key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature).map_err(|_| Failure::new("signing failed"))?;
        Ok(signature)
    }
}

/// SHA-256, in base64.
pub fn sha256(text: &str) -> String {
    let hash: Digest = digest(&SHA256, text.as_bytes());
    BASE64_STANDARD.encode(hash)
}
