//! The certificate an app signs its assertions against.

use std::fmt;
use std::sync::{Arc, OnceLock};

use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256};
use jsonwebtoken::DecodingKey;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The longest certificate in bytes. Source: Salesforce help, "OAuth 2.0 JWT Bearer Flow".
const LONGEST: usize = 4096;

/// A certificate, or a public key alone, in PEM. Its key is read on first use and kept: an app signs every request it makes.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Certificate {
    pem: Arc<str>,
    #[serde(skip)]
    #[schemars(skip)]
    key: Arc<OnceLock<Option<ParsedPublicKey>>>,
}

/// Text that cannot serve as an app's certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadCertificate {
    #[error("expected at most {LONGEST} bytes")]
    TooLong,
    #[error("expected the PEM of an X.509 certificate with an RSA key of at least 2048 bits")]
    Unreadable,
}

impl Certificate {
    pub fn read(pem: &str) -> Result<Self, BadCertificate> {
        if pem.len() > LONGEST {
            return Err(BadCertificate::TooLong);
        }
        let certificate = Self { pem: pem.into(), key: Arc::default() };
        if certificate.key().is_some() { Ok(certificate) } else { Err(BadCertificate::Unreadable) }
    }

    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// Whether the certificate's key made this RS256 signature.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.key().is_some_and(|key| key.verify_sig(message, signature).is_ok())
    }

    fn key(&self) -> Option<&ParsedPublicKey> {
        self.key.get_or_init(|| read_key(&self.pem)).as_ref()
    }
}

fn read_key(pem: &str) -> Option<ParsedPublicKey> {
    let decoding = DecodingKey::from_rsa_pem(pem.as_bytes()).ok()?;
    ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, decoding.try_get_as_bytes().ok()?).ok()
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.pem == other.pem
    }
}

impl Eq for Certificate {}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Certificate").field(&self.pem.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEM: &str = include_str!("../../../fixtures/keys/app-jwt-certificate.pem");

    #[test]
    fn a_certificate_reads_and_prints_as_its_pem() {
        let certificate = Certificate::read(PEM).unwrap();
        assert_eq!(serde_json::to_value(&certificate).unwrap(), serde_json::json!(PEM));
        assert_eq!(certificate.pem(), PEM);
        assert!(!certificate.verifies(b"message", &[0; 256]));
    }

    #[test]
    fn text_that_is_no_certificate_is_refused() {
        let private = include_str!("../../../fixtures/keys/app-jwt-private.pem");
        for text in ["", "certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", private] {
            assert_eq!(Certificate::read(text), Err(BadCertificate::Unreadable), "{text}");
        }
        assert_eq!(Certificate::read(&"A".repeat(5000)), Err(BadCertificate::TooLong));
    }
}
