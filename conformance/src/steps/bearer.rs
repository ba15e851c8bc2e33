//! Grants without a user: the assertions an integration signs, and the client credentials it asks for.

use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use serde_json::Value;

use crate::certify::lane::weigh;
use crate::evidence::{Exchange, Sort};
use crate::failure::{Failure, Kind, Outcome};
use crate::world::World;

const ASSERTIONS: &str = "jwt_bearer";
const CREDENTIALS: &str = "client_credentials";

#[then("every assertion is signed with RS256")]
async fn signed_with_rs256(world: &mut World) -> Outcome {
    judge_each(world, |exchange| match claim(exchange, "alg").as_str() {
        Some("RS256") => Ok(()),
        Some(other) => Err(format!("the assertion is signed with {other}; Salesforce takes RS256 alone")),
        None => Err("the assertion is no JWT with a header".to_owned()),
    })
    .await
}

#[then("every assertion names its issuer, subject, audience and expiry")]
async fn names_claims(world: &mut World) -> Outcome {
    judge_each(world, |exchange| {
        let claims: Vec<&str> = claim(exchange, "claims").as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let has = |names: &[&str]| names.iter().any(|name| claims.contains(name));
        let missing = [("iss", &["iss"][..]), ("sub", &["sub", "prn"]), ("aud", &["aud"]), ("exp", &["exp"])];
        let missing: Vec<&str> = missing.into_iter().filter(|(_, names)| !has(names)).map(|(name, _)| name).collect();
        if missing.is_empty() { Ok(()) } else { Err(format!("the assertion lacks {}", missing.join(", "))) }
    })
    .await
}

#[then("no assertion was refused for its form or signature")]
async fn form_was_good(world: &mut World) -> Outcome {
    judge_each(world, |exchange| match exchange.error() {
        Some(("invalid_grant", "invalid assertion")) | Some(("invalid_client", _)) => Err(format!(
            "the assertion was refused with {}: its signature does not fit the app's certificate, or a claim is missing",
            exchange.answer()
        )),
        _ => Ok(()),
    })
    .await
}

#[then(expr = "an assertion was accepted within {int} tries")]
async fn accepted_within(world: &mut World, most: usize) -> Outcome {
    let tries = grants(world, ASSERTIONS).await?;
    let audiences = || tries.iter().map(|each| format!("{} → {}", audience(each), each.answer())).collect::<Vec<_>>().join("; ");
    match tries.iter().position(Exchange::is_accepted) {
        Some(index) if index < most => Ok(()),
        Some(index) => Err(Failure::breach(format!("an assertion was accepted only at try {}, expected at most {most}: {}", index + 1, audiences()))),
        None if tries.iter().all(is_about_audience) => Err(Failure::breach(format!(
            "no assertion was accepted; expected one for this environment or the org's My Domain. Audiences tried: {}",
            audiences()
        ))),
        None => Err(Failure::not_exercised(format!("the assertions were refused for other reasons than their audience: {}", audiences()))),
    }
}

/// Refusals that another audience, or the host it goes with, would mend.
fn is_about_audience(exchange: &Exchange) -> bool {
    matches!(exchange.error(), Some(("app_not_found", _))) || exchange.error().is_some_and(|(_, text)| text.contains("audience"))
}

fn audience(exchange: &Exchange) -> String {
    match claim(exchange, "aud") {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// `exp` against the server's clock, in seconds.
#[then(expr = "every assertion expires within {int} seconds")]
async fn expires_within(world: &mut World, most: i64) -> Outcome {
    judge_each(world, |exchange| match claim(exchange, "expires_in_s").as_f64() {
        None => Err("the assertion's exp is no number".to_owned()),
        Some(ahead) if ahead <= most as f64 => Ok(()),
        // A time in milliseconds reads as one some fifty thousand years ahead.
        Some(ahead) if ahead > 1e11 => Err("the assertion's exp is in milliseconds; expected seconds".to_owned()),
        Some(ahead) => Err(format!("the assertion expires {ahead:.0} seconds ahead; expected at most 300")),
    })
    .await
}

#[then("the session was renewed by an assertion")]
async fn renewed_by_assertion(world: &mut World) -> Outcome {
    renewed_by(world, ASSERTIONS, "an assertion").await
}

#[then("the session was renewed by client credentials")]
async fn renewed_by_credentials(world: &mut World) -> Outcome {
    renewed_by(world, CREDENTIALS, "client credentials").await
}

async fn renewed_by(world: &mut World, flow: &str, what: &str) -> Outcome {
    let lane = world.lane()?;
    lane.quiet().await?;
    let sent = lane.counted().await?;
    if let Some(refresh) = sent.iter().find(|exchange| exchange.sort() == Sort::Refresh) {
        lane.note(refresh);
        return Err(Failure::breach(format!(
            "expected {what} after the 401; seen: a {}, though this flow gives no refresh token",
            refresh.describe()
        )));
    }
    if let Some(grant) = sent.iter().find(|exchange| flow_of(exchange) == Some(flow)) {
        lane.note(grant);
        return Ok(());
    }
    lane.note_all(&sent);
    let data = sent.iter().filter(|exchange| exchange.sort() == Sort::Data).count();
    if data == 0 {
        return Err(Failure::not_exercised("no data request met the ended session"));
    }
    Err(Failure::breach(format!("expected {what} after the 401; seen: {data} data requests and no token request")))
}

/// At least half as many logins as calls is a login for each call; in between nothing is said.
#[then(expr = "one login served the {int} calls")]
async fn one_login(world: &mut World, calls: usize) -> Outcome {
    let lane = world.lane()?;
    let sent = lane.exchanges().await?;
    let logins: Vec<Exchange> = sent.iter().filter(|exchange| exchange.sort() == Sort::Token).cloned().collect();
    let data = sent.iter().filter(|exchange| exchange.sort() == Sort::Data && exchange.is_accepted()).count();
    lane.note_all(&logins);
    match logins.len() {
        _ if data < calls => Err(Failure::not_exercised(format!("{data} data requests succeeded, not {calls}"))),
        0 => Err(Failure::not_exercised("no token request was seen")),
        1 | 2 => Ok(()),
        many if many * 2 >= calls => Err(Failure::breach(format!("expected at most 2 token requests for {calls} calls; seen: {many}"))),
        many => Err(Failure::not_exercised(format!("{many} token requests for {calls} calls: more than 2, yet not one for each call"))),
    }
}

#[then("client credentials were granted at the org's My Domain")]
async fn granted_at_my_domain(world: &mut World) -> Outcome {
    let grants = grants(world, CREDENTIALS).await?;
    let at_org = |exchange: &&Exchange| !["login", "test"].contains(&exchange.site());
    let places = || grants.iter().map(|each| format!("{} → {}", each.site(), each.answer())).collect::<Vec<_>>().join("; ");
    match grants.iter().filter(at_org).find(|exchange| exchange.is_accepted()) {
        Some(_) if grants.iter().all(|exchange| at_org(&exchange)) => Ok(()),
        Some(_) => Err(Failure::of(Kind::Lapse, format!("granted at My Domain only after another host was asked: {}", places()))),
        None if grants.iter().any(|exchange| at_org(&exchange)) => {
            Err(Failure::not_exercised(format!("My Domain was asked, and refused for other reasons: {}", places())))
        }
        None => Err(Failure::breach(format!("expected a token request at the org's own domain; seen: {}", places()))),
    }
}

#[then(expr = "no token request asked for any of {string}")]
async fn asked_for_none_of(world: &mut World, scopes: String) -> Outcome {
    let lane = world.lane()?;
    for exchange in lane.exchanges().await?.into_iter().filter(|exchange| exchange.sort() == Sort::Token) {
        let asked = exchange.parameter("scope").unwrap_or_default();
        lane.note(&exchange);
        if let Some(wrong) = asked.split_whitespace().find(|scope| scopes.split_whitespace().any(|known| known == *scope)) {
            return Err(Failure::breach(format!(
                "expected no scope that needs a user; seen: scope={asked:?} with {wrong:?} in the {}",
                exchange.describe()
            )));
        }
    }
    Ok(())
}

#[then(expr = "at least {int} token request authenticated its client")]
#[when(expr = "at least {int} token request authenticated its client")]
#[given(expr = "at least {int} token request authenticated its client")]
async fn authenticated(world: &mut World, least: usize, step: &Step) -> Outcome {
    let sent = world.lane()?.exchanges().await?;
    let count = sent.iter().filter(|exchange| !ways(exchange).is_empty()).count();
    weigh(step, if count >= least { Ok(()) } else { Err(Failure::breach("no token request authenticated its client")) })
}

#[then("every token request authenticated its client in one way")]
async fn in_one_way(world: &mut World) -> Outcome {
    let lane = world.lane()?;
    for exchange in lane.exchanges().await? {
        let ways = ways(&exchange);
        if ways.len() > 1 {
            lane.note(&exchange);
            return Err(Failure::breach(format!(
                "expected one way of client authentication; seen in the {}: {}",
                exchange.describe(),
                ways.join(" and ")
            )));
        }
        if !ways.is_empty() {
            lane.note(&exchange);
        }
    }
    Ok(())
}

/// How a token request proves who its client is.
fn ways(exchange: &Exchange) -> Vec<&'static str> {
    if !matches!(exchange.sort(), Sort::Exchange | Sort::Refresh | Sort::Token) {
        return Vec::new();
    }
    let in_form = exchange.has_parameter("client_secret") && exchange.parameter("client_secret") != Some("");
    let basic = exchange.header("authorization").is_some_and(|value| value.to_ascii_lowercase().starts_with("basic"));
    let assertion = exchange.has_parameter("client_assertion");
    let ways = [(in_form, "a secret in the form"), (basic, "a Basic header"), (assertion, "a client assertion")];
    ways.into_iter().filter(|(used, _)| *used).map(|(_, way)| way).collect()
}

/// Token requests of a flow, noted; not exercised without any.
async fn grants(world: &mut World, flow: &str) -> Outcome<Vec<Exchange>> {
    let lane = world.lane()?;
    lane.quiet().await?;
    let sent: Vec<Exchange> = lane.exchanges().await?.into_iter().filter(|exchange| flow_of(exchange) == Some(flow)).collect();
    lane.note_all(&sent);
    if sent.is_empty() {
        return Err(Failure::not_exercised(format!("no token request of the {flow} flow was sent")));
    }
    Ok(sent)
}

async fn judge_each(world: &mut World, judge: impl Fn(&Exchange) -> Result<(), String>) -> Outcome {
    for exchange in grants(world, ASSERTIONS).await? {
        judge(&exchange).map_err(|seen| Failure::breach(format!("{seen} ({})", exchange.describe())))?;
    }
    Ok(())
}

fn flow_of(exchange: &Exchange) -> Option<&str> {
    exchange.entry()["flow"].as_str()
}

/// A claim or header member of the assertion, as the journal describes it; nothing of it is verified.
fn claim<'e>(exchange: &'e Exchange, name: &str) -> &'e Value {
    &exchange.trait_of("assertion", "jwt")[name]
}
