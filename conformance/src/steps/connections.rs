//! Several connections of one integration: two orgs, two users, the one that stays when the other leaves.

use std::collections::BTreeMap;

use cucumber::{given, then, when};
use serde_json::json;

use super::integration::offered;
use crate::certify::dance::{self, Dance, prove};
use crate::certify::lane::{APP, Lane, MAIN};
use crate::evidence::{Exchange, Sort};
use crate::failure::{Failure, Outcome};
use crate::integration::{Operation, State};
use crate::world::{ORG, World};

/// The connection beside the main one, and who made it.
pub(super) const SECOND: &str = "second";
pub(super) const SECOND_USER: &str = "the second user";
const OTHER_ORG: &str = "another org";

#[given("a second connection, to another org, is connected")]
async fn to_another_org(world: &mut World) -> Outcome {
    allows_two(world)?;
    second_org(world).await?;
    connect_second(world).await?;
    prove(world.lane()?, SECOND).await
}

#[given("a second connection, of another user, is connected")]
async fn of_another_user(world: &mut World) -> Outcome {
    allows_two(world)?;
    world.create_user(ORG, SECOND_USER, json!({ "name": "second", "profile": "System Administrator" })).await?;
    connect_second(world).await?;
    prove(world.lane()?, SECOND).await
}

/// Another org with a user, in which the app is installed.
pub(super) async fn second_org(world: &mut World) -> Outcome {
    let org = world.create_org(OTHER_ORG, json!({})).await?;
    world.create_user(OTHER_ORG, SECOND_USER, json!({ "name": "second", "profile": "System Administrator" })).await?;
    let app = world.app(APP)?.name;
    world.control()?.must(reqwest::Method::PUT, &format!("/orgs/{}/installs/{app}", org.name), None).await?;
    world.lane()?.journal()?.widen(&org.name, &app);
    Ok(())
}

pub(super) fn allows_two(world: &mut World) -> Outcome {
    let most = world.lane()?.hello().connections;
    if most >= 2 { Ok(()) } else { Err(Failure::not_applicable("the integration declares that it keeps one connection")) }
}

pub(super) async fn connect_second(world: &mut World) -> Outcome {
    let dance = Dance { connection: SECOND.to_owned(), user: SECOND_USER.to_owned(), ..Dance::default() };
    dance::connect(world, SECOND, &dance).await?.done("callback").map(drop)
}

#[given("the integration makes a call over the second connection")]
#[when("the integration makes a call over the second connection")]
async fn calls_over_second(world: &mut World) -> Outcome {
    offered(world.lane()?, Operation::Call { connection: SECOND.to_owned(), parallel: 1 }).await
}

#[then("the call over the second connection succeeded")]
async fn second_succeeded(world: &mut World) -> Outcome {
    let org = world.orgs.get(OTHER_ORG).map(|org| org.name.clone()).unwrap_or_default();
    let lane = world.lane()?;
    let data = data(lane).await?;
    lane.note_all(&data);
    if data.iter().any(|exchange| exchange.is_accepted() && org_of(exchange) == org) {
        return Ok(());
    }
    let problem = json!(lane.problem());
    Err(Failure::breach(format!(
        "expected the other connection to work on; its org saw no data request that succeeded, and the integration says {problem}"
    )))
}

/// Whose an access token is, is known from the answer that gave it out.
#[then("every token was sent to its own org alone")]
async fn tokens_apart(world: &mut World) -> Outcome {
    let lane = world.lane()?;
    let sent = lane.exchanges().await?;
    let owners: BTreeMap<&str, &str> =
        sent.iter().filter_map(|exchange| Some((exchange.issued("access_token")?, exchange.entry()["org"].as_str()?))).collect();
    let crossed = sent.iter().find(|exchange| {
        let owner = exchange.fingerprint("bearer").and_then(|token| owners.get(token));
        owner.is_some_and(|owner| !["login", "test", *owner].contains(&exchange.site()))
    });
    match crossed {
        Some(crossed) => {
            lane.note(crossed);
            Err(Failure::breach(format!(
                "expected each token at its own org alone; the {} took one org's token to the other org",
                crossed.describe()
            )))
        }
        None => Ok(()),
    }
}

#[then("both connections reached their orgs")]
async fn both_reached(world: &mut World) -> Outcome {
    let names =
        [(MAIN, ORG), (SECOND, OTHER_ORG)].map(|(connection, org)| (connection, world.orgs.get(org).map(|org| org.name.clone()).unwrap_or_default()));
    let lane = world.lane()?;
    let data = data(lane).await?;
    lane.note_all(&data);
    for (connection, org) in names {
        let good = data.iter().filter(|exchange| exchange.is_accepted() && org_of(exchange) == org).count();
        if good < 2 {
            return Err(Failure::breach(format!("expected two calls of the {connection} connection to reach its org; seen: {good}")));
        }
    }
    Ok(())
}

#[then("each connection acted as its own user")]
async fn own_users(world: &mut World) -> Outcome {
    let people = [crate::certify::lane::USER, SECOND_USER].map(|name| world.users.get(name).map(|member| member.user.clone()));
    let lane = world.lane()?;
    let data = data(lane).await?;
    lane.note_all(&data);
    for person in people.into_iter().flatten() {
        let names = [person.name.as_str(), person.username.as_str(), person.id.as_str()];
        let acted = data.iter().any(|exchange| exchange.is_accepted() && exchange.entry()["user"].as_str().is_some_and(|user| names.contains(&user)));
        if !acted {
            return Err(Failure::breach(format!("expected a call as each of the two users; none was made as {}", person.username)));
        }
    }
    Ok(())
}

/// Data requests that count.
async fn data(lane: &mut Lane) -> Outcome<Vec<Exchange>> {
    lane.quiet().await?;
    Ok(lane.counted().await?.into_iter().filter(|exchange| exchange.sort() == Sort::Data).collect())
}

fn org_of(exchange: &Exchange) -> &str {
    exchange.entry()["org"].as_str().unwrap_or_default()
}

/// A driver that cannot be asked for its status is judged by the wire alone.
#[then("the connection stands")]
async fn stands(world: &mut World) -> Outcome {
    let lane = world.lane()?;
    match lane.status(MAIN).await {
        Ok(status) if status.state == State::Reconnect || status.state == State::NotConnected => {
            Err(Failure::breach(format!("expected the connection to stand; the integration says {} ({})", json!(status.state), status.detail)))
        }
        Err(failure) if failure.kind() != crate::failure::Kind::NotApplicable => Err(failure),
        _ => Ok(()),
    }
}

#[then("the connection is given up")]
async fn is_given_up(world: &mut World) -> Outcome {
    match world.lane()?.status(MAIN).await {
        Ok(status) if status.state == State::Connected => {
            Err(Failure::breach("expected the tokens to be forgotten; the integration says that it is connected"))
        }
        Err(failure) if failure.kind() != crate::failure::Kind::NotApplicable => Err(failure),
        _ => Ok(()),
    }
}
