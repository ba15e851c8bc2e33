//! A journal entry, read as one exchange between the integration and Salesforce.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
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

impl Sort {
    pub fn is_refresh(self) -> bool {
        self == Self::Refresh
    }

    /// Whether it is a request to the token endpoint: `K`, `R` or another `T`.
    pub fn is_token_request(self) -> bool {
        matches!(self, Self::Exchange | Self::Refresh | Self::Token)
    }
}

/// The word of a report for one exchange of this sort.
impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Authorize => "authorization request",
            Self::Exchange => "code exchange",
            Self::Refresh => "refresh",
            Self::Token => "token request",
            Self::Revoke => "revocation",
            Self::Data => "data request",
            Self::Other => "request",
        })
    }
}

/// Routes that answer who a user is. They are data requests of their own dialect.
const IDENTITY_ROUTES: [&str; 2] = ["oauth/identity", "oauth/userinfo"];

/// Families of routes whose requests bear an access token for data.
const DATA_FAMILIES: [&str; 7] = ["rest/", "bulk/", "bulk1/", "soap/", "async/", "composite/", "graph/"];

/// One entry of the journal. Copies share it.
#[derive(Debug, Clone)]
pub struct Exchange(Arc<Value>);

impl Exchange {
    pub fn new(entry: Value) -> Self {
        Self(Arc::new(entry))
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

    /// What the exchange is about.
    pub fn sort(&self) -> Sort {
        match self.route() {
            "oauth/authorize" => Sort::Authorize,
            "oauth/revoke" => Sort::Revoke,
            "oauth/token" => match self.parameter("grant_type") {
                Some("authorization_code") => Sort::Exchange,
                Some("refresh_token" | "hybrid_refresh") => Sort::Refresh,
                _ => Sort::Token,
            },
            _ if self.is_about_identity() || self.is_about_records() => Sort::Data,
            _ => Sort::Other,
        }
    }

    /// Whether it asks who the user is, rather than for records.
    pub fn is_about_identity(&self) -> bool {
        IDENTITY_ROUTES.contains(&self.route())
    }

    fn is_about_records(&self) -> bool {
        let known = DATA_FAMILIES.iter().any(|family| self.route().starts_with(family));
        // A path below the API that no route answers is a data request all the same.
        known || (self.route().is_empty() && self.path().starts_with("/services/data"))
    }

    /// True for the journal's note that a fault holds a request; its answer has an entry of its own.
    pub fn is_held_note(&self) -> bool {
        self.0["event"] == "held"
    }

    /// None while the request is under way, or when its connection was cut.
    pub fn status(&self) -> Option<u16> {
        self.0["status"].as_u64().and_then(|status| u16::try_from(status).ok())
    }

    /// Whether it was answered with success.
    pub fn is_accepted(&self) -> bool {
        self.status().is_some_and(|status| (200..300).contains(&status))
    }

    /// Wall time of its arrival.
    pub fn at(&self) -> Option<Timestamp> {
        self.0["at"].as_str()?.parse().ok()
    }

    /// Wall time when the last byte of the answer was handed over.
    pub fn answered_at(&self) -> Option<Timestamp> {
        self.0["answered_at"].as_str()?.parse().ok()
    }

    /// True while the request is under way: its entry will change.
    pub fn is_open(&self) -> bool {
        self.answered_at().is_none() && !self.is_held_note()
    }

    /// Whether this answer had been handed over when `later` arrived. Times are whole milliseconds, too coarse to tell.
    pub fn was_answered_before(&self, later: &Self) -> bool {
        let answered = self.0["order"]["answered"].as_u64();
        answered.zip(later.0["order"]["arrived"].as_u64()).is_some_and(|(answered, arrived)| answered < arrived)
    }

    /// Its place among the arrivals.
    pub fn arrival(&self) -> u64 {
        self.0["order"]["arrived"].as_u64().unwrap_or_default()
    }

    /// Number of the connection it came over.
    pub fn connection(&self) -> u64 {
        self.0["connection"].as_u64().unwrap_or_default()
    }

    /// Which host was asked: `login`, `test`, or the name of an org.
    pub fn site(&self) -> &str {
        self.0["site"].as_str().unwrap_or_default()
    }

    /// Path and query, secrets hidden.
    pub fn path(&self) -> &str {
        self.0["path"].as_str().unwrap_or_default()
    }

    pub fn method(&self) -> &str {
        self.0["method"].as_str().unwrap_or_default()
    }

    /// A parameter of the query or form, secrets hidden.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.0["params"][name].as_str()
    }

    /// Whether a parameter was sent at all, be it once or several times.
    pub fn has_parameter(&self, name: &str) -> bool {
        !self.0["params"][name].is_null()
    }

    /// The fingerprint of what was presented under this name (`bearer` for an access token in the header); equal values
    /// have equal fingerprints.
    pub fn fingerprint(&self, name: &str) -> Option<&str> {
        self.0["fingerprints"][name]["id"].as_str()
    }

    /// What the server found out about a value it keeps secret: `length`, `alphabet`, `s256`, `decoded`.
    pub fn trait_of(&self, name: &str, what: &str) -> &Value {
        &self.0["fingerprints"][name][what]
    }

    /// The fingerprint of what the answer gave out under this name.
    pub fn issued(&self, name: &str) -> Option<&str> {
        self.0["fingerprints"]["issued"][name]["id"].as_str()
    }

    /// The grant whose token, code or refresh token was presented or issued.
    pub fn grant(&self) -> Option<&str> {
        self.0["grant"].as_str()
    }

    /// Generation of the refresh token presented, as the server knew it.
    pub fn presented(&self) -> Option<u64> {
        self.0["generation"]["presented"].as_u64()
    }

    /// Generation of the refresh token issued.
    pub fn issued_generation(&self) -> Option<u64> {
        self.0["generation"]["issued"].as_u64()
    }

    pub fn client_id(&self) -> Option<&str> {
        self.0["client_id"].as_str()
    }

    /// How the client proved itself: `client_secret_post`, `client_secret_basic`, `private_key_jwt`, `none`.
    pub fn client_auth(&self) -> Option<&str> {
        self.0["client_auth"].as_str()
    }

    /// Code and text of a refusal.
    pub fn error(&self) -> Option<(&str, &str)> {
        Some((self.0["error"]["code"].as_str()?, self.0["error"]["message"].as_str().unwrap_or_default()))
    }

    /// A header of the request, secrets hidden.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.0["request"]["headers"][name].as_str()
    }

    /// How a report names it: `refresh (request 17, 12:00:01.250)`.
    pub fn describe(&self) -> String {
        let time = self.0["at"].as_str().and_then(|at| at.get(11..23)).unwrap_or("?");
        format!("{} (request {}, {time})", self.sort(), self.seq())
    }

    /// What it was answered: the status with the error, or that the connection ended without an answer.
    pub fn answer(&self) -> String {
        match (self.status(), self.error()) {
            (None, _) => "no answer: the connection was cut".to_owned(),
            (Some(status), None) => status.to_string(),
            (Some(status), Some((code, ""))) => format!("{status} {code}"),
            (Some(status), Some((code, text))) => format!("{status} {code}: {text}"),
        }
    }
}

/// Those of one sort.
pub fn of(exchanges: &[Exchange], sort: Sort) -> Vec<Exchange> {
    exchanges.iter().filter(|exchange| exchange.sort() == sort).cloned().collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_exchange_is_sorted_by_its_route_and_grant_type() {
        let check = |route: &str, grant_type: Option<&str>, sort: Sort| {
            let entry = json!({ "route": route, "params": { "grant_type": grant_type } });
            assert_eq!(Exchange::new(entry).sort(), sort, "{route} {grant_type:?}");
        };
        check("oauth/authorize", None, Sort::Authorize);
        check("oauth/token", Some("authorization_code"), Sort::Exchange);
        check("oauth/token", Some("refresh_token"), Sort::Refresh);
        check("oauth/token", Some("client_credentials"), Sort::Token);
        check("oauth/token", None, Sort::Token);
        check("oauth/revoke", None, Sort::Revoke);
        check("rest/limits", None, Sort::Data);
        check("oauth/userinfo", None, Sort::Data);
        check("pages/login", None, Sort::Other);
    }

    #[test]
    fn an_exchange_tells_its_answer() {
        let check = |entry: Value, answer: &str| assert_eq!(Exchange::new(entry).answer(), answer);
        check(json!({ "status": 200 }), "200");
        check(json!({ "status": null }), "no answer: the connection was cut");
        check(json!({ "status": 400, "error": { "code": "invalid_grant", "message": "expired" } }), "400 invalid_grant: expired");
    }
}
