//! A journal entry, read as one exchange between the integration and Salesforce.

use serde_json::Value;

/// What an exchange is about, in the words of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// `A`: authorization request.
    Authorize,
    /// `K`: a code exchanged for tokens.
    Exchange,
    /// `R`: a refresh.
    Refresh,
    /// `T`: any other token request.
    Token,
    /// `V`: a revocation.
    Revoke,
    /// `D`: a request for data or for an identity.
    Data,
    /// Anything else: login pages, discovery, keys.
    Other,
}

/// One entry of the journal.
#[derive(Debug, Clone)]
pub struct Exchange(Value);

impl Exchange {
    pub fn new(entry: Value) -> Self {
        Self(entry)
    }

    /// The entry as the control API shows it.
    pub fn entry(&self) -> &Value {
        &self.0
    }

    pub fn seq(&self) -> u64 {
        self.0["seq"].as_u64().unwrap_or_default()
    }

    pub fn route(&self) -> &str {
        self.0["route"].as_str().unwrap_or_default()
    }

    /// None while the request is under way, or when its connection was cut.
    pub fn status(&self) -> Option<u16> {
        self.0["status"].as_u64().and_then(|status| u16::try_from(status).ok())
    }

    /// A parameter of the query or form, secrets hidden.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.0["params"][name].as_str()
    }

    /// The fingerprint of what was presented under this name; equal values have equal fingerprints.
    pub fn fingerprint(&self, name: &str) -> Option<&str> {
        self.0["fingerprints"][name]["id"].as_str()
    }

    /// The fingerprint of what the answer gave out under this name.
    pub fn issued(&self, name: &str) -> Option<&str> {
        self.0["fingerprints"]["issued"][name]["id"].as_str()
    }
}
