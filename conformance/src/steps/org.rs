//! Orgs: kinds, eras, switches.

use cucumber::gherkin::Step;
use cucumber::{given, when};
use serde_json::{Value, json};

use super::doc_string;
use super::parameter::OrgName;
use crate::failure::Outcome;
use crate::world::{ORG, World};

/// On any org.
#[given("an org")]
async fn an_org(world: &mut World) -> Outcome {
    world.org(ORG).await.map(drop)
}

#[given(expr = "an org of the era {string}")]
async fn an_org_of_era(world: &mut World, era: String) -> Outcome {
    world.create_org(ORG, json!({ "kind": "production", "era": era })).await.map(drop)
}

#[given(expr = "an org of the edition {string}")]
async fn an_org_of_edition(world: &mut World, edition: String) -> Outcome {
    world.create_org(ORG, json!({ "kind": "production", "edition": edition })).await.map(drop)
}

/// Members of the world document's entry of an org.
#[given("an org that holds")]
async fn an_org_that_holds(world: &mut World, step: &Step) -> Outcome {
    let mut entry: Value = serde_json::from_str(&world.expand(&doc_string(step)?)?)?;
    entry["kind"] = json!("production");
    world.create_org(ORG, entry).await.map(drop)
}

#[given("another org")]
async fn another_org(world: &mut World) -> Outcome {
    world.create_org("another org", json!({ "kind": "production" })).await.map(drop)
}

/// Of an org that the scenario renames: the name under which it was made leads nowhere then.
#[given(expr = "{org} is removed at the end under the name {string}")]
async fn removed_later(world: &mut World, org: OrgName, name: String) -> Outcome {
    world.org(&org.0).await?;
    let name = world.expand(&name)?;
    world.remove_later(format!("/orgs/{name}"));
    Ok(())
}

#[given("a sandbox of the org")]
async fn a_sandbox(world: &mut World) -> Outcome {
    let name = format!("{}--uat", world.org(ORG).await?.name);
    world.create_org("the sandbox", json!({ "name": name, "kind": "sandbox" })).await.map(drop)
}

/// The sandbox of this name is another org then, with an id of its own.
#[when("the sandbox is refreshed")]
async fn refreshed(world: &mut World) -> Outcome {
    let before = world.org("the sandbox").await?;
    world.control()?.delete(&format!("/orgs/{}", before.name)).await?;
    let id = format!("{}{}", &before.id[..5], before.id[5..15].chars().rev().collect::<String>());
    world.create_org("the sandbox", json!({ "id": id, "name": before.name, "kind": "sandbox" })).await.map(drop)
}

#[given(expr = "the policy {string} of {org} is {string}")]
async fn a_policy(world: &mut World, policy: String, org: OrgName, value: String) -> Outcome {
    let org = world.org(&org.0).await?;
    let value = serde_json::from_str(&value).unwrap_or(Value::String(value));
    world.control()?.patch(&format!("/orgs/{}/policies", org.name), &json!({ policy: value })).await.map(drop)
}

#[given(expr = "{org} trusts every address")]
async fn trusts_every_address(world: &mut World, org: OrgName) -> Outcome {
    let org = world.org(&org.0).await?;
    let all = json!([{ "start": "0.0.0.0", "end": "255.255.255.255" }, { "start": "::", "end": "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" }]);
    world.control()?.patch(&format!("/orgs/{}", org.name), &json!({ "trusted_ip_ranges": all })).await.map(drop)
}

#[given("API Access Control limits the org to allowlisted apps")]
async fn api_access_control(world: &mut World) -> Outcome {
    let org = world.org(ORG).await?;
    world.control()?.patch(&format!("/orgs/{}/policies", org.name), &json!({ "api_access_control": true })).await.map(drop)
}
