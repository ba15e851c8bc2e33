//! The public key of a configured certificate.

use aws_lc_rs::signature::{
    RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512, RsaParameters, UnparsedPublicKey,
};
use x509_parser::pem::Pem;
use x509_parser::prelude::{FromDer, X509Certificate};

/// How a text was hashed before it was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hash {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

/// An RSA public key out of a certificate. Neither its name nor its dates are looked at: the admin who configured it vouches for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// `RSAPublicKey` in DER.
    key: Vec<u8>,
}

/// Text that is no PEM certificate with an RSA key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a PEM certificate with an RSA key")]
pub struct UnreadableCertificate;

impl Certificate {
    pub fn read(pem: &str) -> Result<Self, UnreadableCertificate> {
        let pem = Pem::iter_from_buffer(pem.as_bytes()).next().and_then(Result::ok).ok_or(UnreadableCertificate)?;
        let (_, certificate) = X509Certificate::from_der(&pem.contents).map_err(|_| UnreadableCertificate)?;
        let key = certificate.public_key();
        match key.parsed() {
            Ok(x509_parser::public_key::PublicKey::RSA(_)) => Ok(Self { key: key.subject_public_key.data.to_vec() }),
            _ => Err(UnreadableCertificate),
        }
    }

    /// `RSAPublicKey` in DER.
    pub fn rsa_public_key(&self) -> &[u8] {
        &self.key
    }

    /// Whether the key's owner signed the text.
    pub fn verifies(&self, hash: Hash, text: &[u8], signature: &[u8]) -> bool {
        let parameters: &'static RsaParameters = match hash {
            Hash::Sha1 => &RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
            Hash::Sha256 => &RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
            Hash::Sha384 => &RSA_PKCS1_2048_8192_SHA384,
            Hash::Sha512 => &RSA_PKCS1_2048_8192_SHA512,
        };
        UnparsedPublicKey::new(parameters, &self.key).verify(text, signature).is_ok()
    }
}
