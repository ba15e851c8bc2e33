//! A fault as it is written down: whom it meets and what it does.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Body of `POST /faults`. Unknown members are refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultSpec {
    #[serde(rename = "match", default)]
    pub matches: Match,
    pub action: Action,
    /// Matching requests to leave alone first.
    #[serde(default)]
    pub after: u32,
    /// Requests to meet after those; null for all.
    #[serde(default = "once")]
    pub count: Option<u32>,
    /// Chance in `0..=1` of each of them.
    #[serde(default = "certain")]
    pub probability: f64,
    /// Makes the chances repeat; without one they follow the server's `--seed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
}

#[expect(clippy::unnecessary_wraps, reason = "the default of an optional member")]
fn once() -> Option<u32> {
    Some(1)
}

fn certain() -> f64 {
    1.0
}

/// Which requests; a member left out matches all.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Match {
    /// A route row (`oauth/token`) or all of a family (`rest/*`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Name or id of an org.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub org: Option<String>,
    /// Name, consumer key or id of an app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app: Option<String>,
    /// A flow as CONTRACT names it: `refresh_token`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flow: Option<String>,
}

/// What happens to a request that is met.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "ActionBody", into = "ActionBody")]
pub enum Action {
    /// Answer so, without any effect. Without a body in the family's dialect.
    Status { status: u16, error: Option<String>, body: Option<serde_json::Value>, headers: BTreeMap<String, String> },
    /// Wait before the effect; a refresh waits while it holds its grant.
    Delay { milliseconds: u64 },
    /// Wait until released; a refresh waits while it holds its grant.
    Hold,
    /// Close the connection.
    Cut(Cut),
    /// Answer as if another request held the grant or row.
    Lock,
}

/// Where the connection breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cut {
    /// The request has no effect and gets no answer.
    BeforeEffect,
    /// The request takes effect, the answer is lost.
    AfterEffect,
    /// The answer ends in the middle of its body.
    MidBody,
}

/// The wire form of an action: the members of one kind.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ActionBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<serde_json::Value>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    headers: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    delay_ms: Option<u64>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    hold: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    cut: Option<Cut>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    lock: bool,
    #[serde(skip_serializing)]
    alter: Option<serde_json::Value>,
    #[serde(skip_serializing)]
    rate_limit: Option<RateLimit>,
}

/// Why a set of members is no action.
#[derive(Debug, thiserror::Error)]
enum NoAction {
    #[error("needs exactly one of status, delay_ms, hold, cut, lock, rate_limit")]
    NotOne,
    #[error("error, body and headers go with status")]
    StrayMember,
    #[error("status {0} is not between 200 and 599")]
    Status(u16),
    #[error("header {0:?} cannot be sent")]
    Header(String),
    #[error(transparent)]
    NotBuilt(#[from] NotBuilt),
}

/// CONTRACT has the action, this release does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{code}: the action {0} is not built yet", code = Self::CODE)]
pub struct NotBuilt(pub &'static str);

impl NotBuilt {
    pub const CODE: &str = "MOCK_NOT_IMPLEMENTED";
}

impl TryFrom<ActionBody> for Action {
    type Error = NoAction;

    fn try_from(body: ActionBody) -> Result<Self, NoAction> {
        if body.alter.is_some() {
            return Err(NotBuilt("alter").into());
        }
        if body.status.is_none() && (body.error.is_some() || body.body.is_some() || !body.headers.is_empty()) {
            return Err(NoAction::StrayMember);
        }
        match (body.status, body.delay_ms, body.hold, body.cut, body.lock, body.rate_limit) {
            (Some(status), None, false, None, false, None) => status_action(status, body),
            (None, Some(milliseconds), false, None, false, None) => Ok(Self::Delay { milliseconds }),
            (None, None, true, None, false, None) => Ok(Self::Hold),
            (None, None, false, Some(cut), false, None) => Ok(Self::Cut(cut)),
            (None, None, false, None, true, None) => Ok(Self::Lock),
            (None, None, false, None, false, Some(limit)) => Ok(limit.action()),
            _ => Err(NoAction::NotOne),
        }
    }
}

/// The limit of calls that is said to be reached.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RateLimit {
    /// The calls of 24 hours.
    Total,
    /// Long calls at the same time.
    Concurrent,
}

impl RateLimit {
    fn action(self) -> Action {
        let error = match self {
            Self::Total => "REQUEST_LIMIT_EXCEEDED",
            Self::Concurrent => "CONCURRENT_REQUESTS",
        };
        Action::Status { status: 403, error: Some(error.to_owned()), body: None, headers: BTreeMap::new() }
    }
}

fn status_action(status: u16, body: ActionBody) -> Result<Action, NoAction> {
    use axum::http::{HeaderName, HeaderValue};

    if !(200..600).contains(&status) {
        return Err(NoAction::Status(status));
    }
    let unfit = |(name, value): &(&String, &String)| name.parse::<HeaderName>().is_err() || value.parse::<HeaderValue>().is_err();
    if let Some((name, _)) = body.headers.iter().find(unfit) {
        return Err(NoAction::Header(name.clone()));
    }
    Ok(Action::Status { status, error: body.error, body: body.body, headers: body.headers })
}

impl From<Action> for ActionBody {
    fn from(action: Action) -> Self {
        let empty = Self::default();
        match action {
            Action::Status { status, error, body, headers } => Self { status: Some(status), error, body, headers, ..empty },
            Action::Delay { milliseconds } => Self { delay_ms: Some(milliseconds), ..empty },
            Action::Hold => Self { hold: true, ..empty },
            Action::Cut(cut) => Self { cut: Some(cut), ..empty },
            Action::Lock => Self { lock: true, ..empty },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_read_back_as_written() {
        let check = |text: &str| {
            let action: Action = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&action).unwrap(), text);
        };
        check(r#"{"status":503,"error":"SERVER_UNAVAILABLE"}"#);
        check(r#"{"status":200,"body":{"a":1},"headers":{"retry-after":"1"}}"#);
        check(r#"{"delay_ms":300}"#);
        check(r#"{"hold":true}"#);
        check(r#"{"cut":"after_effect"}"#);
        check(r#"{"lock":true}"#);
    }

    #[test]
    fn what_is_no_action_says_why() {
        let check = |text: &str, why: &str| {
            let error = serde_json::from_str::<Action>(text).unwrap_err().to_string();
            assert!(error.contains(why), "{text}: {error}");
        };
        check("{}", "exactly one of");
        check(r#"{"hold":true,"lock":true}"#, "exactly one of");
        check(r#"{"hold":true,"error":"x"}"#, "go with status");
        check(r#"{"status":99}"#, "not between 200 and 599");
        check(r#"{"status":503,"headers":{"a b":"c"}}"#, "cannot be sent");
        check(r#"{"cut":"never"}"#, "unknown variant `never`");
        check(r#"{"explode":true}"#, "unknown field `explode`");
        check(r#"{"alter":{}}"#, "MOCK_NOT_IMPLEMENTED: the action alter");
        check(r#"{"rate_limit":"yearly"}"#, "unknown variant `yearly`");
    }
}
