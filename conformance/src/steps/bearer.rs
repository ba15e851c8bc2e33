//! Grants without a user: the assertions an integration signs, and the client credentials it asks for.

use crate::certify::lane::weigh;
use crate::evidence::Sort;
use crate::failure::{Failure, Outcome};
use crate::rules::exchange::{one_way, ways};
use crate::rules::grants::{self as rules, ASSERTIONS, CREDENTIALS, flow_of};
use crate::world::World;
use cucumber::gherkin::Step;
use cucumber::{given, then, when};

#[then("every assertion is signed with RS256")]
async fn signed_with_rs256(world: &mut World) -> Outcome {
    let lane = world.lane()?;
    lane.quiet().await?;
    let sent = lane.exchanges().await?;
    lane.take(rules::signed_with_rs256(&sent))
}

#[then("every assertion names its issuer, subject, audience and expiry")]
async fn names_claims(world: &mut World) -> Outcome {
    let lane = world.lane()?;
    lane.quiet().await?;
    let sent = lane.exchanges().await?;
    lane.take(rules::names_claims(&sent))
}

#[then("no assertion was refused for its form or signature")]
async fn form_was_good(world: &mut World) -> Outcome {
    let lane = world.lane()?;
    lane.quiet().await?;
    let sent = lane.exchanges().await?;
    lane.take(rules::well_formed(&sent))
}

#[then(expr = "an assertion was accepted within {int} tries")]
async fn accepted_within(world: &mut World, most: usize) -> Outcome {
    let lane = world.lane()?;
    lane.quiet().await?;
    let sent = lane.exchanges().await?;
    lane.take(rules::accepted_within(&sent, most))
}

#[then(expr = "every assertion expires within {int} seconds")]
async fn expires_within(world: &mut World, most: i64) -> Outcome {
    let lane = world.lane()?;
    lane.quiet().await?;
    let sent = lane.exchanges().await?;
    lane.take(rules::expires_within(&sent, most))
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

#[then(expr = "one login served the {int} calls")]
async fn one_login(world: &mut World, calls: usize) -> Outcome {
    let lane = world.lane()?;
    let sent = lane.exchanges().await?;
    lane.take(rules::one_login(&sent, calls))
}

#[then("client credentials were granted at the org's My Domain")]
async fn granted_at_my_domain(world: &mut World) -> Outcome {
    let lane = world.lane()?;
    lane.quiet().await?;
    let sent = lane.exchanges().await?;
    lane.take(rules::at_my_domain(&sent))
}

#[then(expr = "no token request asked for any of {string}")]
async fn asked_for_none_of(world: &mut World, scopes: String) -> Outcome {
    let lane = world.lane()?;
    let sent = lane.exchanges().await?;
    lane.take(rules::asks_none_of(&sent, &scopes))
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
    let sent = lane.exchanges().await?;
    lane.take(one_way(&sent))
}
