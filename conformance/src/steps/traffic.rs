//! What goes wrong on the wire, and what the integration sent.

use std::fmt;
use std::str::FromStr;

use cucumber::gherkin::Step;
use cucumber::{Parameter, given, then, when};
use serde_json::{Value, json};

use super::doc_string;
use crate::certify::lane::{Lane, weigh};
use crate::evidence::{Exchange, Sort};
use crate::failure::{Failure, OrFail, Outcome};
use crate::rules::restraint;
use crate::world::World;

/// Requests by what they are about: `token requests` are those of all grants, `data requests` those of identities too.
#[derive(Debug, Clone, Copy, PartialEq, Parameter)]
#[param(
    name = "wire",
    regex = "(authorization requests?|code exchanges?|refreshes|refresh|token requests?|data requests?|identity requests?|revocations?)"
)]
pub(super) enum Wire {
    Authorizations,
    Exchanges,
    Refreshes,
    Tokens,
    Data,
    Identities,
    Revocations,
}

impl FromStr for Wire {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Self, Failure> {
        let known = [
            ("authorization request", Self::Authorizations),
            ("code exchange", Self::Exchanges),
            ("refresh", Self::Refreshes),
            ("token request", Self::Tokens),
            ("data request", Self::Data),
            ("identity request", Self::Identities),
            ("revocation", Self::Revocations),
        ];
        known.into_iter().find(|(word, _)| text.starts_with(word)).map(|(_, wire)| wire).or_fail(|| format!("no requests are called {text:?}"))
    }
}

impl fmt::Display for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Authorizations => "authorization requests",
            Self::Exchanges => "code exchanges",
            Self::Refreshes => "refreshes",
            Self::Tokens => "token requests",
            Self::Data => "data requests",
            Self::Identities => "identity requests",
            Self::Revocations => "revocations",
        })
    }
}

impl Wire {
    fn holds(self, exchange: &Exchange) -> bool {
        match (self, exchange.sort()) {
            (Self::Tokens, sort) => sort.is_token_request(),
            (Self::Identities, _) => exchange.is_about_identity(),
            (wire, sort) => Some(sort) == wire.sort(),
        }
    }

    fn sort(self) -> Option<Sort> {
        match self {
            Self::Authorizations => Some(Sort::Authorize),
            Self::Exchanges => Some(Sort::Exchange),
            Self::Refreshes => Some(Sort::Refresh),
            Self::Data => Some(Sort::Data),
            Self::Revocations => Some(Sort::Revoke),
            Self::Tokens | Self::Identities => None,
        }
    }

    /// Those among the exchanges.
    pub(super) fn among(self, exchanges: Vec<Exchange>) -> Vec<Exchange> {
        exchanges.into_iter().filter(|exchange| self.holds(exchange)).collect()
    }

    /// How a fault of the control API finds them.
    fn matches(self) -> Value {
        match self {
            Self::Authorizations => json!({ "route": "oauth/authorize" }),
            Self::Exchanges => json!({ "route": "oauth/token", "flow": "web_server" }),
            Self::Refreshes => json!({ "route": "oauth/token", "flow": "refresh_token" }),
            Self::Tokens => json!({ "route": "oauth/token" }),
            Self::Data => json!({ "route": "rest/*" }),
            Self::Identities => json!({ "route": "oauth/userinfo" }),
            Self::Revocations => json!({ "route": "oauth/revoke" }),
        }
    }
}

/// The requests that a fault meets: `the next refresh`, `the next 2 refreshes`, `every data request`.
#[derive(Debug, Clone, Copy, Parameter)]
#[param(name = "requests", regex = r"((?:the next|the next \d+|every) (?:[a-z]+ requests?|code exchanges?|refreshes|refresh|revocations?))")]
pub(super) struct Requests {
    wire: Wire,
    count: Option<u32>,
}

impl FromStr for Requests {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Self, Failure> {
        if let Some(wire) = text.strip_prefix("every ") {
            return Ok(Self { wire: wire.parse()?, count: None });
        }
        let rest = text.strip_prefix("the next ").or_fail(|| format!("not requests: {text:?}"))?;
        let (count, wire) = match rest.split_once(' ') {
            Some((count, wire)) if count.parse::<u32>().is_ok() => (count.parse().ok(), wire),
            _ => (Some(1), rest),
        };
        Ok(Self { wire: wire.parse()?, count })
    }
}

#[given(expr = "{requests} is/are answered {int}")]
#[when(expr = "{requests} is/are answered {int}")]
async fn answered(world: &mut World, requests: Requests, status: u16) -> Outcome {
    plan(world, requests, json!({ "status": status })).await
}

#[given(expr = "{requests} is/are answered {int} {string}")]
#[when(expr = "{requests} is/are answered {int} {string}")]
async fn answered_with_code(world: &mut World, requests: Requests, status: u16, code: String) -> Outcome {
    plan(world, requests, json!({ "status": status, "error": code })).await
}

#[given(expr = "{requests} is/are answered {int} {string} {string}")]
#[when(expr = "{requests} is/are answered {int} {string} {string}")]
async fn answered_with_words(world: &mut World, requests: Requests, status: u16, code: String, message: String) -> Outcome {
    let body = match requests.wire {
        Wire::Data => json!([{ "message": message, "errorCode": code }]),
        Wire::Identities => json!(message),
        _ => json!({ "error": code, "error_description": message }),
    };
    plan(world, requests, json!({ "status": status, "body": body })).await
}

/// The whole action, as the control API takes it.
#[given(expr = "{requests} is/are met by")]
#[when(expr = "{requests} is/are met by")]
async fn met_by(world: &mut World, requests: Requests, step: &Step) -> Outcome {
    let action = serde_json::from_str(&world.expand(&doc_string(step)?)?)?;
    plan(world, requests, action).await
}

#[given(expr = "{requests} takes/take {int} ms")]
#[when(expr = "{requests} takes/take {int} ms")]
async fn takes(world: &mut World, requests: Requests, milliseconds: u64) -> Outcome {
    plan(world, requests, json!({ "delay_ms": milliseconds })).await
}

#[given(expr = "{requests} is/are held")]
#[when(expr = "{requests} is/are held")]
async fn held(world: &mut World, requests: Requests) -> Outcome {
    plan(world, requests, json!({ "hold": true })).await
}

/// Requests with a token that has ended are let through, so the one that is held bears a new one.
#[given("the next data request with a live access token is held")]
#[when("the next data request with a live access token is held")]
async fn held_if_live(world: &mut World) -> Outcome {
    let matches = json!({ "route": "rest/*", "session": "live", "app": app(world)? });
    world.lane()?.plan_fault(matches, json!({ "hold": true }), Some(1)).await.map(drop)
}

#[given(expr = "{requests} is/are cut off before its/their effect")]
#[when(expr = "{requests} is/are cut off before its/their effect")]
async fn cut_before(world: &mut World, requests: Requests) -> Outcome {
    plan(world, requests, json!({ "cut": "before_effect" })).await
}

#[given(expr = "{requests} is/are cut off after its/their effect")]
#[when(expr = "{requests} is/are cut off after its/their effect")]
async fn cut_after(world: &mut World, requests: Requests) -> Outcome {
    plan(world, requests, json!({ "cut": "after_effect" })).await
}

#[given(expr = "{requests} finds/find the grant locked")]
#[when(expr = "{requests} finds/find the grant locked")]
async fn locked(world: &mut World, requests: Requests) -> Outcome {
    plan(world, requests, json!({ "lock": true })).await
}

/// A proxy's HTML page in every other answer, as a server under maintenance gives.
#[given("the token endpoint is under maintenance for refreshes")]
#[when("the token endpoint is under maintenance for refreshes")]
async fn maintenance(world: &mut World) -> Outcome {
    let unavailable = || json!({ "status": 503 });
    let page = json!({ "status": 502, "body": "<html><body>Bad Gateway</body></html>", "headers": { "Content-Type": "text/html" } });
    for action in [unavailable(), page.clone(), unavailable(), page.clone(), unavailable(), page] {
        plan(world, Requests { wire: Wire::Refreshes, count: Some(1) }, action).await?;
    }
    plan(world, Requests { wire: Wire::Refreshes, count: Some(14) }, unavailable()).await
}

#[when("that fault is lifted")]
async fn lifted(world: &mut World) -> Outcome {
    world.lane()?.lift_fault().await
}

#[given(expr = "no {wire} was/were sent")]
#[then(expr = "no {wire} was/were sent")]
async fn none_sent(world: &mut World, wire: Wire, step: &Step) -> Outcome {
    let seen = settled(world.lane()?, wire).await?;
    count(world.lane()?, step, wire, &seen, "no", seen.is_empty())
}

#[given(expr = "at most {int} {wire} was/were sent")]
#[then(expr = "at most {int} {wire} was/were sent")]
async fn at_most(world: &mut World, most: usize, wire: Wire, step: &Step) -> Outcome {
    let seen = settled(world.lane()?, wire).await?;
    count(world.lane()?, step, wire, &seen, &format!("at most {most}"), seen.len() <= most)
}

#[given(expr = "exactly {int} {wire} was/were sent")]
#[then(expr = "exactly {int} {wire} was/were sent")]
async fn exactly(world: &mut World, wanted: usize, wire: Wire, step: &Step) -> Outcome {
    let seen = settled(world.lane()?, wire).await?;
    count(world.lane()?, step, wire, &seen, &format!("exactly {wanted}"), seen.len() == wanted)
}

#[given(expr = "at least {int} {wire} was/were sent")]
#[when(expr = "at least {int} {wire} was/were sent")]
#[then(expr = "at least {int} {wire} was/were sent")]
async fn at_least(world: &mut World, least: usize, wire: Wire, step: &Step) -> Outcome {
    let lane = world.lane()?;
    let seen = wire.among(lane.counted().await?);
    count(lane, step, wire, &seen, &format!("at least {least}"), seen.len() >= least)
}

#[given(expr = "at least {int} {wire} was/were answered {int}")]
#[when(expr = "at least {int} {wire} was/were answered {int}")]
#[then(expr = "at least {int} {wire} was/were answered {int}")]
async fn at_least_answered(world: &mut World, least: usize, wire: Wire, status: u16, step: &Step) -> Outcome {
    let lane = world.lane()?;
    let seen: Vec<Exchange> = wire.among(lane.counted().await?).into_iter().filter(|exchange| exchange.status() == Some(status)).collect();
    count(lane, step, wire, &seen, &format!("at least {least} answered {status}"), seen.len() >= least)
}

#[given(expr = "the last {wire} was answered {int}")]
#[when(expr = "the last {wire} was answered {int}")]
#[then(expr = "the last {wire} was answered {int}")]
async fn last_answered(world: &mut World, wire: Wire, status: u16, step: &Step) -> Outcome {
    let lane = world.lane()?;
    let seen = wire.among(lane.counted().await?);
    let last = seen.last().ok_or_else(|| Failure::not_exercised(format!("none of the {wire} was sent")))?;
    lane.note(last);
    let wrong = || {
        Failure::breach(format!("expected the last of the {wire} to be answered {status}; the {} was answered {}", last.describe(), last.answer()))
    };
    weigh(step, if last.status() == Some(status) { Ok(()) } else { Err(wrong()) })
}

/// Retries have room between them: few, never in a hurry, and never faster than before.
#[then("retries of refreshes were few and spaced")]
async fn spaced(world: &mut World, step: &Step) -> Outcome {
    let seen = settled(world.lane()?, Wire::Refreshes).await?;
    let found = restraint::few_and_spaced(&seen);
    let lane = world.lane()?;
    lane.note_all(&seen);
    weigh(step, found.outcome)
}

async fn plan(world: &mut World, requests: Requests, action: Value) -> Outcome {
    let app = app(world)?;
    let lane = world.lane()?;
    let mut matches = requests.wire.matches();
    matches["app"] = json!(app);
    lane.plan_fault(matches.clone(), action.clone(), requests.count).await?;
    if requests.wire == Wire::Identities {
        matches["route"] = json!("oauth/identity");
        lane.plan_fault(matches, action, requests.count).await?;
    }
    Ok(())
}

fn app(world: &World) -> Outcome<String> {
    Ok(world.app(crate::certify::lane::APP)?.name)
}

/// What counts, once nothing further is expected.
pub(super) async fn settled(lane: &mut Lane, wire: Wire) -> Outcome<Vec<Exchange>> {
    lane.quiet().await?;
    Ok(wire.among(lane.counted().await?))
}

fn count(lane: &mut Lane, step: &Step, wire: Wire, seen: &[Exchange], wanted: &str, holds: bool) -> Outcome {
    lane.note_all(seen);
    weigh(step, restraint::expecting(&format!("{wanted} {wire}"), seen, holds).outcome)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_read_with_their_number() {
        let check = |text: &str, wire: Wire, count: Option<u32>| {
            let read: Requests = text.parse().unwrap();
            assert_eq!((read.wire, read.count), (wire, count), "{text}");
        };
        check("the next refresh", Wire::Refreshes, Some(1));
        check("the next 2 refreshes", Wire::Refreshes, Some(2));
        check("every data request", Wire::Data, None);
        check("every code exchange", Wire::Exchanges, None);
        assert!("the next wish".parse::<Requests>().is_err());
    }
}
