//! `sf-mock doctor`: why a client does not reach, or does not trust, the server. It looks and changes nothing.

mod ask;
mod clocks;
mod data;
mod names;
mod ports;
mod refusals;
mod trust;
pub mod variables;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::config::Config;

/// Whether a finding stands in the way of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// As it should be.
    Well,
    /// Worth knowing; nothing has to be mended.
    Note,
    Problem,
}

/// What was found, why it matters and how to mend it. The last two are empty where all is well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub topic: &'static str,
    pub state: State,
    pub what: String,
    pub why: String,
    pub mend: String,
}

impl Finding {
    fn well(topic: &'static str, what: impl Into<String>) -> Self {
        Self { topic, state: State::Well, what: what.into(), why: String::new(), mend: String::new() }
    }

    fn note(topic: &'static str, what: impl Into<String>, why: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { topic, state: State::Note, what: what.into(), why: why.into(), mend: mend.into() }
    }

    fn problem(topic: &'static str, what: impl Into<String>, why: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { state: State::Problem, ..Self::note(topic, what, why, mend) }
    }

    pub fn is_problem(&self) -> bool {
        self.state == State::Problem
    }
}

/// What is looked at: the flags a server is, or would be, started with, and the environment that clients inherit.
struct Patient<'a> {
    config: &'a Config,
    variables: BTreeMap<String, String>,
    /// Names of the variables that `sf-mock` itself reads.
    known: &'a [String],
}

impl Patient<'_> {
    /// A variable that is set to something.
    fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    fn origin(&self) -> String {
        format!("http://{}:{}", self.config.url_host(), self.config.port)
    }

    /// Whether HTTPS of clients is led to the login port.
    fn is_proxied(&self) -> bool {
        variables::HTTPS_PROXIES.iter().any(|name| self.variable(name).is_some_and(|value| variables::leads_to(value, self.config.port)))
    }
}

/// Looks at everything, in the order in which a connection would fail.
pub fn examine(config: &Config, known: &[String]) -> Vec<Finding> {
    // Variables that are no text cannot be any of ours.
    let variables = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))).collect();
    let patient = Patient { config, variables, known };
    let (mut findings, server) = ports::examine(&patient);
    findings.extend(variables::examine(&patient));
    findings.extend(names::examine(&patient));
    findings.extend(trust::examine(&patient, server.is_some()));
    findings.extend(server.iter().flat_map(clocks::examine));
    findings.extend(server.iter().filter_map(refusals::examine));
    findings.extend(data::examine(&patient));
    findings
}

/// For people: problems say why they matter and how to mend them.
pub fn text(findings: &[Finding]) -> String {
    let mut text: String = findings.iter().map(lines).collect();
    let problems = findings.iter().filter(|finding| finding.is_problem()).count();
    text += &match problems {
        0 => "\nAll is well.".to_owned(),
        1 => "\n1 problem.".to_owned(),
        more => format!("\n{more} problems."),
    };
    text
}

fn lines(finding: &Finding) -> String {
    let mark = match finding.state {
        State::Well => "ok",
        State::Note => "note",
        State::Problem => "PROBLEM",
    };
    let mut lines = format!("{mark:<8}{:<7}{}\n", finding.topic, finding.what);
    for (name, text) in [("why", &finding.why), ("mend", &finding.mend)] {
        if !text.is_empty() {
            lines += &format!("{:<15}{name}: {text}\n", "");
        }
    }
    lines
}

/// For programs: an array of findings.
pub fn json(findings: &[Finding]) -> String {
    format!("{:#}", serde_json::json!(findings))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A patient with these variables, and the usual ports.
    pub(super) fn findings_with(variables: &[(&str, &str)], examine: fn(&Patient<'_>) -> Vec<Finding>) -> Vec<String> {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let patient = Patient { config: &Config::default(), variables, known: &["SF_MOCK_PORT".to_owned()] };
        examine(&patient).iter().filter(|finding| finding.is_problem()).map(|finding| finding.what.clone()).collect()
    }

    #[test]
    fn a_problem_tells_why_it_matters_and_how_to_mend_it() {
        let findings = [Finding::well("ports", "port 1 answers"), Finding::problem("trust", "no CA", "nobody trusts it", "make one")];
        let expected =
            "ok      ports  port 1 answers\nPROBLEM trust  no CA\n               why: nobody trusts it\n               mend: make one\n\n1 problem.";
        assert_eq!(text(&findings), expected);
        assert_eq!(text(&findings[..1]), "ok      ports  port 1 answers\n\nAll is well.");
    }

    #[test]
    fn programs_read_the_same() {
        let read: serde_json::Value = serde_json::from_str(&json(&[Finding::note("data", "a", "b", "c")])).unwrap();
        assert_eq!(read, serde_json::json!([{ "topic": "data", "state": "note", "what": "a", "why": "b", "mend": "c" }]));
    }
}
