//! A fault as it is written down: whom it meets and what it does.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Alteration;

/// Body of `POST /faults`. Unknown members are refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FaultSpec {
    #[serde(rename = "match", default)]
    pub matches: Match,
    #[schemars(with = "ActionBody")]
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
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
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
    /// Username of whoever the token, code or assertion of the request is of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Whether the token that the request bears still stands: `live` meets the first use of a new token once the old one ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<TokenState>,
}

/// Whether a token opens anything at the moment it is presented.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TokenState {
    Live,
    /// Revoked, rotated, expired, or its user may not log in.
    Ended,
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
    /// Let the request take its effect and change the answer.
    Alter(Box<Alteration>),
    /// Answer as if another request held the grant or row.
    Lock,
}

/// Where the connection breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Action")]
#[serde(deny_unknown_fields, default)]
struct ActionBody {
    /// Answer with this status, 200 to 599, without any effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    /// The error code; the family's own dialect words it.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// The body instead: a string as it stands, anything else as JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<serde_json::Value>,
    /// Headers of that answer.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    headers: BTreeMap<String, String>,
    /// Wait so long before the effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    delay_ms: Option<u64>,
    /// Wait until released.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    hold: bool,
    /// Close the connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    cut: Option<Cut>,
    /// Answer as if another request held the grant or row.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    lock: bool,
    /// Let the request take its effect and change the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    alter: Option<Box<Alteration>>,
    /// Say that a limit of calls is reached.
    #[serde(skip_serializing)]
    rate_limit: Option<RateLimit>,
}

/// Why a set of members is no action.
#[derive(Debug, thiserror::Error)]
enum NoAction {
    #[error("needs exactly one of status, delay_ms, hold, cut, lock, alter, rate_limit")]
    NotOne,
    #[error("error, body and headers go with status")]
    StrayMember,
    #[error("status {0} is not between 200 and 599")]
    Status(u16),
    #[error("header {0:?} cannot be sent")]
    Header(String),
    #[error("alter changes nothing: it needs one of json, claims, jwt_header, signature, location, query, fragment")]
    NothingAltered,
    #[error("location {0:?} cannot be sent")]
    Location(String),
}

impl TryFrom<ActionBody> for Action {
    type Error = NoAction;

    fn try_from(body: ActionBody) -> Result<Self, NoAction> {
        let kinds = [
            body.status.is_some(),
            body.delay_ms.is_some(),
            body.hold,
            body.cut.is_some(),
            body.lock,
            body.alter.is_some(),
            body.rate_limit.is_some_and(RateLimit::is_asked),
        ];
        if body.status.is_none() && (body.error.is_some() || body.body.is_some() || !body.headers.is_empty()) {
            return Err(NoAction::StrayMember);
        }
        if kinds.iter().filter(|kind| **kind).count() != 1 {
            return Err(NoAction::NotOne);
        }
        match body {
            ActionBody { status: Some(status), .. } => status_action(status, body),
            ActionBody { delay_ms: Some(milliseconds), .. } => Ok(Self::Delay { milliseconds }),
            ActionBody { cut: Some(cut), .. } => Ok(Self::Cut(cut)),
            ActionBody { alter: Some(alteration), .. } => alter_action(alteration),
            ActionBody { rate_limit: Some(limit), .. } if limit.is_asked() => Ok(limit.action()),
            ActionBody { lock: true, .. } => Ok(Self::Lock),
            _ => Ok(Self::Hold),
        }
    }
}

fn alter_action(alteration: Box<Alteration>) -> Result<Action, NoAction> {
    if alteration.is_empty() {
        return Err(NoAction::NothingAltered);
    }
    if !alteration.location_is_sendable() {
        return Err(NoAction::Location(alteration.location.unwrap_or_default()));
    }
    Ok(Action::Alter(alteration))
}

/// The limit of calls that is said to be reached.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "rate_limit is true, \"total\" or \"concurrent\"")]
enum RateLimit {
    /// `true` means the calls of 24 hours.
    Flag(bool),
    Named(Limit),
}

/// A limit by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Limit {
    /// The calls of 24 hours.
    Total,
    /// Long calls at the same time.
    Concurrent,
}

impl RateLimit {
    fn is_asked(self) -> bool {
        !matches!(self, Self::Flag(false))
    }

    fn action(self) -> Action {
        let error = match self {
            Self::Named(Limit::Concurrent) => "CONCURRENT_REQUESTS",
            Self::Named(Limit::Total) | Self::Flag(_) => "REQUEST_LIMIT_EXCEEDED",
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
            Action::Alter(alteration) => Self { alter: Some(alteration), ..empty },
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
        check(r#"{"alter":{"json":{"a":null},"claims":{"aud":"x"},"signature":"broken","query":{"state":null}}}"#);
    }

    #[test]
    fn a_rate_limit_is_the_refusal_it_leads_to() {
        let check = |text: &str, code: &str| {
            let action: Action = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_value(&action).unwrap(), serde_json::json!({"status": 403, "error": code}), "{text}");
        };
        check(r#"{"rate_limit":"total"}"#, "REQUEST_LIMIT_EXCEEDED");
        check(r#"{"rate_limit":true}"#, "REQUEST_LIMIT_EXCEEDED");
        check(r#"{"rate_limit":"concurrent"}"#, "CONCURRENT_REQUESTS");
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
        check(r#"{"alter":{}}"#, "alter changes nothing");
        check(r#"{"alter":{"token":"id_token"}}"#, "alter changes nothing");
        check(r#"{"alter":{"cookies":{}}}"#, "unknown field `cookies`");
        check(r#"{"alter":{"location":"a\r\nb"}}"#, "cannot be sent");
        check(r#"{"rate_limit":"yearly"}"#, "rate_limit is true, \"total\" or \"concurrent\"");
        check(r#"{"rate_limit":false}"#, "exactly one of");
    }
}
