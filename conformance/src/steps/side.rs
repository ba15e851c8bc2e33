//! Which of Salesforce's hosts was asked: the production side, the sandbox's, or the org's own address.

use cucumber::{given, then, when};

use super::flow::has_connected;
use super::integration::{call, offered};
use crate::certify::dance::{self, Dance, prove};
use crate::certify::lane::{Lane, MAIN, weigh};
use crate::evidence::{Exchange, Sort};
use crate::failure::{Failure, Kind, OrFail, Outcome};
use crate::integration::protocol::Environment;
use crate::rules::{data, sides as rules};
use crate::world::{ORG, World};
use cucumber::gherkin::Step;
use url::Url;

fn in_sandbox() -> Dance {
    Dance { environment: Environment::Sandbox, ..Dance::default() }
}

#[when("the user starts to connect the sandbox")]
async fn starts(world: &mut World) -> Outcome {
    dance::begin(world, "", &in_sandbox()).await.map(drop)
}

#[given("the user connects the sandbox")]
#[when("the user connects the sandbox")]
async fn connects(world: &mut World) -> Outcome {
    dance::connect(world, "", &in_sandbox()).await.map(drop)
}

#[given("the sandbox is connected")]
async fn is_connected(world: &mut World) -> Outcome {
    dance::connect(world, "", &in_sandbox()).await?.done("callback")?;
    prove(world.lane()?, MAIN).await
}

#[when("the integration's sandbox is refreshed")]
async fn is_refreshed(world: &mut World) -> Outcome {
    let name = world.org(ORG).await?.name;
    let before = world.org(ORG).await?;
    let fresh = world.control()?.must(reqwest::Method::POST, &format!("/orgs/{name}/refresh"), None).await?;
    world.notes.insert("org id before".to_owned(), before.id);
    let fresh = serde_json::from_value(fresh)?;
    world.orgs.insert(ORG.to_owned(), fresh);
    Ok(())
}

#[then("the authorization request went to the sandbox's side")]
async fn authorized_there(world: &mut World) -> Outcome {
    let lane = world.lane()?;
    let attempt = lane.attempts.last().ok_or_else(|| Failure::not_exercised("no authorization was begun"))?;
    let (asked, expected) = (attempt.authorize.origin(), [Some(lane.surroundings.test_url.clone()), lane.surroundings.my_domain_url.clone()]);
    let good = expected.iter().flatten().filter_map(|url| Url::parse(url).ok()).any(|url| url.origin() == asked);
    if good {
        return Ok(());
    }
    let where_to = if Url::parse(&lane.surroundings.login_url)?.origin() == asked { "the production login host" } else { "another host" };
    Err(Failure::breach(format!(
        "expected the test host or the sandbox's own domain; the authorization request went to {where_to}, {}",
        asked.ascii_serialization()
    )))
}

#[then("the first exchange went to the sandbox's side")]
async fn exchanged_there(world: &mut World) -> Outcome {
    let exchanges = of_sort(world.lane()?, Sort::Exchange).await?;
    world.lane()?.take(rules::exchanged_there(&exchanges))
}

#[then("a refresh was accepted on the sandbox's side")]
async fn refreshed_there(world: &mut World) -> Outcome {
    accepted_there(world, Sort::Refresh).await
}

#[then("a revocation was accepted on the sandbox's side")]
async fn revoked_there(world: &mut World) -> Outcome {
    accepted_there(world, Sort::Revoke).await
}

async fn accepted_there(world: &mut World, sort: Sort) -> Outcome {
    let lane = world.lane()?;
    lane.quiet().await?;
    let sent = of_sort(lane, sort).await?;
    lane.take(rules::accepted_there(&sent, sort))
}

/// Requests of one sort that count.
async fn of_sort(lane: &mut Lane, sort: Sort) -> Outcome<Vec<Exchange>> {
    Ok(lane.counted().await?.into_iter().filter(|exchange| exchange.sort() == sort).collect())
}

#[then("every versioned data request went to the org's own host")]
async fn at_the_org(world: &mut World) -> Outcome {
    let lane = world.lane()?;
    if lane.surroundings.my_domain_url.as_deref() == Some(lane.surroundings.login_url.as_str()) {
        return Err(Failure::not_applicable("on this server the org answers at the login host's own address"));
    }
    let sent = lane.exchanges().await?;
    lane.take(data::at_own_host(&sent))
}

/// From here on the org answers at a new address; the old one refuses data requests as if the session had ended.
#[when("the org's My Domain is renamed")]
async fn is_renamed(world: &mut World) -> Outcome {
    // Where renaming ended all tokens there would be nothing to follow.
    super::flow::change_policies(world, &serde_json::json!({ "my_domain_change_ends_tokens": false })).await?;
    let old = world.org(ORG).await?;
    let name = format!("{}-renamed", old.name);
    let renamed = world.control()?.patch(&format!("/orgs/{}", old.name), &serde_json::json!({ "name": name })).await?;
    let renamed: crate::client::control::Org = serde_json::from_value(renamed)?;
    if renamed.instance_url == old.instance_url {
        return Err(Failure::not_applicable("on this server all orgs answer at one address, so that a renaming changes nothing"));
    }
    world.notes.insert("new address".to_owned(), renamed.instance_url.clone());
    world.remove_later(format!("/orgs/{name}"));
    world.orgs.insert(ORG.to_owned(), renamed);
    Ok(())
}

#[when("a token answer named the new address")]
#[then("a token answer named the new address")]
async fn new_address_was_named(world: &mut World, step: &Step) -> Outcome {
    let address = world.expand("{note:new address}")?;
    let named =
        |exchange: &Exchange| exchange.is_accepted() && exchange.entry()["response"]["body"].as_str().is_some_and(|body| body.contains(&address));
    let sent = world.lane()?.counted().await?;
    let answer = sent.iter().find(|exchange| matches!(exchange.sort(), Sort::Refresh | Sort::Token) && named(exchange));
    if let Some(answer) = answer {
        world.lane()?.note(answer);
        return Ok(());
    }
    weigh(step, Err(Failure::breach("no token answer named the org's new address")))
}

#[then("a data request succeeded at the new address")]
async fn succeeded_at_new_address(world: &mut World) -> Outcome {
    let address = world.expand("{note:new address}")?;
    succeeded_at(world, &address).await
}

#[then("a data request succeeded at the org's own host")]
async fn succeeded_at_own_host(world: &mut World) -> Outcome {
    let address = world.org(ORG).await?.instance_url;
    succeeded_at(world, &address).await
}

async fn succeeded_at(world: &mut World, address: &str) -> Outcome {
    let host = authority(address)?;
    let lane = world.lane()?;
    lane.quiet().await?;
    let data = of_sort(lane, Sort::Data).await?;
    lane.note_all(&data);
    if data.iter().any(|exchange| exchange.is_accepted() && exchange.header("host") == Some(host.as_str())) {
        return Ok(());
    }
    let seen = data.iter().map(|each| format!("{} → {}", each.header("host").unwrap_or("?"), each.answer())).collect::<Vec<_>>();
    let seen = if seen.is_empty() { "no data request at all".to_owned() } else { seen.join("; ") };
    Err(Failure::breach(format!("expected a data request that succeeds at {host}; seen: {seen}")))
}

fn authority(address: &str) -> Outcome<String> {
    let url = Url::parse(address)?;
    let host = url.host_str().or_fail(|| format!("{address} has no host"))?;
    Ok(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

#[then("the call reached the new sandbox")]
async fn reached_new_sandbox(world: &mut World) -> Outcome {
    let old = world.expand("{note:org id before}")?;
    let lane = world.lane()?;
    lane.quiet().await?;
    let sent = lane.counted().await?;
    lane.note_all(&sent);
    // Ids are written with 15 or 18 characters.
    if let Some(stale) = sent.iter().find(|exchange| exchange.path().contains(&old[..15])) {
        return Err(Failure::breach(format!(
            "expected the org id of the new token answer; the {} asks for the sandbox that was before: {}",
            stale.describe(),
            stale.path()
        )));
    }
    if sent.iter().any(|exchange| exchange.sort() == Sort::Data && exchange.is_accepted()) {
        return Ok(());
    }
    let problem = serde_json::json!(lane.problem());
    Err(Failure::breach(format!("expected a call that works after connecting again; no data request succeeded, and the integration says {problem}")))
}

/// A first use, from the connection to a call, whatever comes of either.
#[when("the user tries to use the integration")]
async fn tries_to_use(world: &mut World) -> Outcome {
    match has_connected(world).await {
        Err(failure) if failure.kind() != Kind::NotExercised => return Err(failure),
        _ => {}
    }
    offered(world.lane()?, call(1)).await
}
