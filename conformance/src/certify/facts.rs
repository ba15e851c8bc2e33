//! What is told of the server that checks met.

use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::client::{Http, Request};
use crate::failure::Outcome;
use crate::features::sha256;
use crate::target::Target;

/// The server that a certificate speaks about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Server {
    /// `mock` or `org`.
    pub kind: String,
    pub version: String,
    /// SHA-256 of the world that the server began with, ports and clock left out.
    pub world_digest: String,
    /// The orgs' era, such as `may-26`.
    pub era: String,
    pub seeds: Vec<u64>,
}

impl Server {
    /// Asks the server about itself.
    ///
    /// # Errors
    /// When its control API does not answer.
    pub async fn ask(target: &Target, http: &Http, seeds: Vec<u64>) -> Outcome<Self> {
        let world = target.control(http.clone()).get("/world").await?;
        let described = target.addresses.control_url.trim_end_matches("/v1").to_owned() + "/openapi.json";
        let mut request = Request::new(reqwest::Method::GET, described);
        if let Some(token) = &target.addresses.control_token {
            request = request.bearer(token);
        }
        let description = http.send(request).await?.json().unwrap_or(Value::Null);
        Ok(Self {
            kind: "mock".to_owned(),
            version: description["info"]["version"].as_str().unwrap_or("unknown").to_owned(),
            era: world["orgs"][0]["era"].as_str().unwrap_or("unknown").to_owned(),
            world_digest: world_digest(world),
            seeds,
        })
    }
}

fn world_digest(mut world: Value) -> String {
    if let Some(members) = world.as_object_mut() {
        members.remove("clock");
    }
    sha256(steady(&world.to_string()).as_bytes())
}

/// A text without what differs from run to run though nothing else does: ports, and the names that keep scenarios apart.
pub fn steady(text: &str) -> String {
    static PORT: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"((?:127\.0\.0\.1|\[::1\]|localhost)):\d+").ok());
    static SUFFIX: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"-[0-9a-f]{1,8}-\d+\b").ok());
    let replace = |pattern: &LazyLock<Option<Regex>>, text: String, with: &str| match pattern.as_ref() {
        Some(pattern) => pattern.replace_all(&text, with).into_owned(),
        None => text,
    };
    replace(&SUFFIX, replace(&PORT, text.to_owned(), "$1"), "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_and_suffixes_of_scenarios_are_left_out() {
        assert_eq!(steady("http://127.0.0.1:40123/x of the-org-1f2e-17 in 3 calls"), "http://127.0.0.1/x of the-org in 3 calls");
        assert_eq!(steady("acme--uat at localhost:1, 00D-x"), "acme--uat at localhost, 00D-x");
    }
}
