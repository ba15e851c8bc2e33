//! SAML 2.0 assertions: read, their XML signatures verified, their conditions judged.
//!
//! What is trusted is only the element whose signature was verified (`verify`), never "the" assertion of a document: an attacker
//! may wrap a signed element into one of his own. Keys come from configuration; what a document says about keys is not looked at.

mod assertion;
mod c14n;
mod certificate;
mod conditions;
mod signature;
mod tree;

pub use assertion::{Assertion, read_assertion, read_response, unverified_issuer};
pub use certificate::Certificate;
pub use conditions::{Expected, is_valid_at, judge};
use tree::Malformed;

/// Longest document that is looked at, in bytes. Salesforce names no limit; real assertions have a few kilobytes.
pub const LONGEST: usize = 256 * 1024;

/// Why an assertion is refused. The words are those of the login history and of Salesforce's SAML validator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// No document, or not the document it should be.
    #[error("Assertion Invalid: {0}")]
    Unreadable(String),
    #[error("Signature Invalid: {0}")]
    Signature(&'static str),
    #[error("Issuer Mismatched: the issuer is {0:?}")]
    Issuer(String),
    #[error("Audience Invalid: the audience is {0:?}")]
    Audience(Vec<String>),
    #[error("Recipient Mismatched: the recipient is {0:?}")]
    Recipient(String),
    #[error("Subject Confirmation Error: {0}")]
    Confirmation(&'static str),
    /// Its time is over, or has not come.
    #[error("Assertion Expired: {0}")]
    Expired(&'static str),
    #[error("Replay Detected: the assertion was used before")]
    Replayed,
    /// No user is meant by its subject.
    #[error("Subject Mismatch: no user is named {0:?}")]
    Subject(String),
    /// The identity provider reports a failure of its own.
    #[error("Assertion Invalid: the identity provider answered {0:?}")]
    Status(String),
}

impl Invalid {
    /// `LoginHistory.Status`.
    pub fn status(&self) -> &'static str {
        match self {
            Self::Unreadable(_) | Self::Status(_) => "Failed: Assertion Invalid",
            Self::Signature(_) => "Failed: Signature Invalid",
            Self::Issuer(_) => "Failed: Issuer Mismatched",
            Self::Audience(_) => "Failed: Audience Invalid",
            Self::Recipient(_) => "Failed: Recipient Mismatched",
            Self::Confirmation(_) | Self::Subject(_) => "Failed: Subject Confirmation Error",
            Self::Expired(_) => "Failed: Assertion Expired",
            Self::Replayed => "Failed: Replay Detected",
        }
    }

    /// Whether the document could at least be read: only then has the validator page something to show.
    pub fn was_read(&self) -> bool {
        !matches!(self, Self::Unreadable(_))
    }
}

impl From<Malformed> for Invalid {
    fn from(malformed: Malformed) -> Self {
        Self::Unreadable(malformed.to_string())
    }
}

#[cfg(test)]
mod tests;
