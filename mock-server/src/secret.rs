//! What must neither be guessed nor printed: secrets, and the one comparison they have.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whether what was presented is the secret. It takes as long for a right first byte as for a wrong one; only a difference in length shows.
#[expect(clippy::disallowed_methods, reason = "the one place where secrets are compared")]
pub fn same(known: impl AsRef<[u8]>, presented: impl AsRef<[u8]>) -> bool {
    subtle::ConstantTimeEq::ct_eq(known.as_ref(), presented.as_ref()).into()
}

/// A text that opens something: a password, a security token, a consumer secret, an installation key.
/// It prints as `[redacted]` and compares in constant time, with itself and with what is presented.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Secret(pub String);

impl Secret {
    /// Whether this is what was presented.
    pub fn matches(&self, presented: &str) -> bool {
        same(&self.0, presented)
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.matches(&other.0)
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_itself_and_nothing_that_begins_like_it() {
        let secret = Secret("p+ä ß".to_owned());
        assert!(secret.matches("p+ä ß") && secret == secret.clone());
        for other in ["", "p", "p+ä s", "p+ä ß ", "P+Ä SS"] {
            assert!(!secret.matches(other) && secret != Secret(other.to_owned()), "{other:?}");
        }
    }

    #[test]
    fn a_secret_does_not_print() {
        assert_eq!(format!("{:?}", Some(Secret("hunter2".to_owned()))), "Some([redacted])");
    }
}
