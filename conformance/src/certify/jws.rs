//! Signing and checking certificates: JWS (RFC 7515, compact) with Ed25519 (RFC 8037) or RSA.

use std::fmt;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::failure::{Failure, Outcome};

/// Media type of a certificate, as the header's `typ` has it.
const TYPE: &str = "sfcert+jwt";
/// DER of an Ed25519 public key (RFC 8410) before its 32 bytes.
const ED25519_SPKI: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// A private key that certificates are signed with.
pub enum SigningKey {
    Ed25519(Ed25519KeyPair),
    Rsa(RsaKeyPair),
}

/// A public key that certificates are checked with: its `SubjectPublicKeyInfo`.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifyingKey {
    spki: Vec<u8>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Header {
    alg: String,
    kid: String,
    #[serde(default)]
    typ: String,
}

/// Why a signature is not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// It is not of three parts in base64url, or the header is no JSON.
    Malformed(String),
    /// The header names another key.
    ForeignKey { named: String, held: String },
    /// Header or payload are not what was signed.
    Altered,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(what) => write!(f, "it is no certificate: {what}"),
            Self::ForeignKey { named, held } => write!(f, "it was signed by another key: it names {named}, the public key given is {held}"),
            Self::Altered => f.write_str("it was altered: the signature does not fit its content"),
        }
    }
}

impl SigningKey {
    /// Reads a private key: PKCS#8 in PEM, Ed25519 or RSA.
    ///
    /// # Errors
    /// When the text holds no such key.
    pub fn from_pem(pem: &str) -> Outcome<Self> {
        let der = der(pem, "PRIVATE KEY")?;
        let ed25519 = Ed25519KeyPair::from_pkcs8(&der).or_else(|_| Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der)).map(Self::Ed25519);
        ed25519.or_else(|_| RsaKeyPair::from_pkcs8(&der).map(Self::Rsa)).map_err(|_| Failure::new("the key is neither Ed25519 nor RSA in PKCS#8"))
    }

    /// Makes an Ed25519 key and writes it to a new file that its owner alone can read.
    ///
    /// # Errors
    /// When the file exists already or cannot be written.
    pub fn make(file: &Path) -> Outcome<Self> {
        let told = |error: String| Failure::new(format!("cannot write the key {}: {error}", file.display()));
        let key = Ed25519KeyPair::generate().map_err(|_| Failure::new("cannot make a key"))?;
        let pkcs8 = key.to_pkcs8().map_err(|_| Failure::new("cannot write the key"))?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut opened = options.open(file).map_err(|error| told(error.to_string()))?;
        opened.write_all(pem("PRIVATE KEY", pkcs8.as_ref()).as_bytes()).map_err(|error| told(error.to_string()))?;
        Ok(Self::Ed25519(key))
    }

    /// The public half.
    ///
    /// # Errors
    /// When it cannot be written down.
    pub fn public(&self) -> Outcome<VerifyingKey> {
        let der: Result<PublicKeyX509Der<'_>, _> = match self {
            Self::Ed25519(key) => key.public_key().as_der(),
            Self::Rsa(key) => key.public_key().as_der(),
        };
        Ok(VerifyingKey { spki: der.map_err(|_| Failure::new("the key has no public half"))?.as_ref().to_vec() })
    }

    /// The payload, signed.
    ///
    /// # Errors
    /// When signing fails.
    pub fn sign(&self, payload: &Value) -> Outcome<String> {
        let alg = match self {
            Self::Ed25519(_) => "EdDSA",
            Self::Rsa(_) => "RS256",
        };
        self.sign_with(&json!({ "alg": alg, "kid": self.public()?.id(), "typ": TYPE }), payload)
    }

    /// The payload, signed under a header of the caller's.
    ///
    /// # Errors
    /// When signing fails.
    pub fn sign_with(&self, header: &Value, payload: &Value) -> Outcome<String> {
        let signed = [header, payload].map(|part| BASE64_URL_SAFE_NO_PAD.encode(part.to_string())).join(".");
        Ok(format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(self.signature(signed.as_bytes())?)))
    }

    fn signature(&self, message: &[u8]) -> Outcome<Vec<u8>> {
        match self {
            Self::Ed25519(key) => Ok(key.sign(message).as_ref().to_vec()),
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).map_err(|_| Failure::new("signing failed"))?;
                Ok(signature)
            }
        }
    }
}

impl VerifyingKey {
    /// Reads a public key in PEM.
    ///
    /// # Errors
    /// When the text holds none.
    pub fn from_pem(pem: &str) -> Outcome<Self> {
        Ok(Self { spki: der(pem, "PUBLIC KEY")? })
    }

    /// The key in PEM.
    pub fn to_pem(&self) -> String {
        pem("PUBLIC KEY", &self.spki)
    }

    /// What the header's `kid` says: SHA-256 of the key, in base64url.
    pub fn id(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, &self.spki))
    }

    /// The payload of a certificate that this key signed.
    ///
    /// # Errors
    /// When anything else signed it, or nobody.
    pub fn open(&self, certificate: &str) -> Result<Value, Refused> {
        let malformed = |what: &str| Refused::Malformed(what.to_owned());
        let parts: Vec<&str> = certificate.trim().split('.').collect();
        let [header, payload, signature] = parts[..] else { return Err(malformed("three parts with dots between are wanted")) };
        let decode = |part: &str| BASE64_URL_SAFE_NO_PAD.decode(part).map_err(|_| malformed("a part is not base64url"));
        let read: Header = serde_json::from_slice(&decode(header)?).map_err(|error| malformed(&format!("its header: {error}")))?;
        if read.typ != TYPE {
            return Err(malformed(&format!("its type is {:?}, not {TYPE:?}", read.typ)));
        }
        if read.kid != self.id() {
            return Err(Refused::ForeignKey { named: read.kid, held: self.id() });
        }
        let signed = format!("{header}.{payload}");
        let is_good = match (read.alg.as_str(), self.spki.strip_prefix(&ED25519_SPKI)) {
            ("EdDSA", Some(key)) => UnparsedPublicKey::new(&ED25519, key).verify(signed.as_bytes(), &decode(signature)?).is_ok(),
            ("RS256", None) => UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &self.spki).verify(signed.as_bytes(), &decode(signature)?).is_ok(),
            _ => false,
        };
        if !is_good {
            return Err(Refused::Altered);
        }
        serde_json::from_slice(&decode(payload)?).map_err(|error| malformed(&format!("its payload: {error}")))
    }
}

fn pem(label: &str, der: &[u8]) -> String {
    let encoded = BASE64_STANDARD.encode(der);
    let lines: Vec<&str> = encoded.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

fn der(pem: &str, label: &str) -> Outcome<Vec<u8>> {
    let (begin, end) = (format!("-----BEGIN {label}-----"), format!("-----END {label}-----"));
    let body = pem.split_once(&begin).and_then(|(_, rest)| rest.split_once(&end)).map(|(body, _)| body);
    let body = body.ok_or_else(|| Failure::new(format!("no {label} in PEM")))?;
    let letters: String = body.split_whitespace().collect();
    BASE64_STANDARD.decode(letters).map_err(|_| Failure::new(format!("the {label} is not base64")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A key in a folder that is gone with the test.
    fn key() -> SigningKey {
        let folder = tempfile::tempdir().unwrap();
        SigningKey::make(&folder.path().join("key.pem")).unwrap()
    }

    #[test]
    fn what_was_signed_opens_with_the_public_key() {
        for key in [key(), SigningKey::from_pem(include_str!("../../../fixtures/keys/app-jwt-private.pem")).unwrap()] {
            let public = VerifyingKey::from_pem(&key.public().unwrap().to_pem()).unwrap();
            let payload = json!({ "format": 1, "id": "x" });
            assert_eq!(public.open(&key.sign(&payload).unwrap()).unwrap(), payload);
        }
    }

    #[test]
    fn every_altered_byte_is_refused() {
        let key = key();
        let public = key.public().unwrap();
        let good = key.sign(&json!({ "format": 1, "verdict": "certified" })).unwrap();
        for at in 0..good.len() {
            let mut bytes = good.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let altered = String::from_utf8(bytes).unwrap();
            assert!(public.open(&altered).is_err(), "byte {at}");
        }
        assert!(public.open(&good[..good.len() - 1]).is_err());
    }

    #[test]
    fn another_key_is_named_as_the_reason() {
        let (one, other) = (key(), key());
        let certificate = one.sign(&json!({})).unwrap();
        assert!(matches!(other.public().unwrap().open(&certificate), Err(Refused::ForeignKey { .. })));
    }

    #[test]
    fn a_header_that_asks_for_another_algorithm_is_refused() {
        let key = key();
        let kid = key.public().unwrap().id();
        let payload = BASE64_URL_SAFE_NO_PAD.encode("{}");
        for alg in ["none", "HS256", "RS256", ""] {
            let header = BASE64_URL_SAFE_NO_PAD.encode(json!({ "alg": alg, "kid": kid, "typ": TYPE }).to_string());
            assert_eq!(key.public().unwrap().open(&format!("{header}.{payload}.")), Err(Refused::Altered), "{alg}");
        }
    }

    #[test]
    fn a_token_that_is_no_certificate_is_refused() {
        let key = key();
        for text in ["", "a.b", "a.b.c.d", "!.!.!"] {
            assert!(matches!(key.public().unwrap().open(text), Err(Refused::Malformed(_))), "{text:?}");
        }
    }

    #[test]
    fn a_key_file_is_the_owners_alone_and_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key.pem");
        let made = SigningKey::make(&file).unwrap();
        let read = SigningKey::from_pem(&std::fs::read_to_string(&file).unwrap()).unwrap();
        assert!(made.public().unwrap() == read.public().unwrap());
        #[cfg(unix)]
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&file).unwrap().permissions()) & 0o777, 0o600);
        assert!(SigningKey::make(&file).is_err());
    }
}
