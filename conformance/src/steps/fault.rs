//! Faults that a test author plans for requests to come.

use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use serde_json::{Value, json};

use super::doc_string;
use super::parameter::AppName;
use crate::expect;
use crate::failure::{Failure, OrFail, Outcome};
use crate::world::{ORG, World};

/// How often, and how long apart, a request is looked for that should be held by now.
const LOOKS: u32 = 200;
const BETWEEN_LOOKS: std::time::Duration = std::time::Duration::from_millis(10);

#[given(expr = "the next request of {app} to {string} meets the fault")]
async fn of_app(world: &mut World, app: AppName, route: String, step: &Step) -> Outcome {
    let name = world.app(&app.0)?.name;
    let action: Value = serde_json::from_str(&doc_string(step)?)?;
    plan(world, json!({ "match": { "route": route, "app": name }, "action": action, "count": 1 })).await
}

#[given(expr = "the next request in the org to {string} meets the fault")]
async fn in_org(world: &mut World, route: String, step: &Step) -> Outcome {
    let name = world.org(ORG).await?.name;
    let action: Value = serde_json::from_str(&doc_string(step)?)?;
    plan(world, json!({ "match": { "route": route, "org": name }, "action": action, "count": 1 })).await
}

#[given("this fault")]
async fn this_fault(world: &mut World, step: &Step) -> Outcome {
    let text = world.expand(&doc_string(step)?)?;
    plan(world, serde_json::from_str(&text)?).await
}

#[when("the held request is released")]
async fn release(world: &mut World) -> Outcome {
    let fault = fault_id(world)?;
    world.control()?.must(reqwest::Method::POST, &format!("/faults/{fault}/release"), None).await?;
    let pending = world.pending.take().or_fail(|| "no request is waiting")?;
    let answer = pending.await??;
    if let (200, Ok(tokens)) = (answer.status, answer.json()) {
        let app = world.notes.get("waiting").cloned().unwrap_or_default();
        world.grants.entry(app).or_default().push(tokens);
    }
    world.answered(answer);
    Ok(())
}

#[given(expr = "a refresh of {app} is held")]
async fn held_refresh(world: &mut World, app: AppName) -> Outcome {
    let name = world.app(&app.0)?.name;
    plan(world, json!({ "match": { "route": "oauth/token", "app": name }, "action": { "hold": true }, "count": 1 })).await?;
    super::token::start_refresh(world, &app.0)?;
    world.notes.insert("waiting".to_owned(), app.0);
    until_held(world, &name).await
}

#[then("the connection ends without an answer")]
async fn no_answer(world: &mut World) -> Outcome {
    let failure = world.notes.get("no answer");
    expect::that(failure.is_some(), || "an answer came".to_owned())
}

#[when(expr = "{app} tries to refresh")]
async fn tries_to_refresh(world: &mut World, app: AppName) -> Outcome {
    super::token::start_refresh(world, &app.0)?;
    let pending = world.pending.take().or_fail(|| "no request is under way")?;
    match pending.await? {
        Ok(answer) => world.answers.push(answer),
        Err(failure) => drop(world.notes.insert("no answer".to_owned(), failure.to_string())),
    }
    Ok(())
}

#[when(expr = "{user} tries to create the Account {string}")]
async fn tries_to_create(world: &mut World, user: super::parameter::UserName, name: String) -> Outcome {
    let outcome = super::record::call(world, &user.0, reqwest::Method::POST, "/sobjects/Account", Some(json!({ "Name": name }))).await;
    if let Err(failure) = outcome {
        world.notes.insert("no answer".to_owned(), failure.to_string());
    }
    Ok(())
}

async fn plan(world: &mut World, fault: Value) -> Outcome {
    let planned = world.control()?.post("/faults", &fault).await?;
    let id = planned["id"].as_str().map_or_else(|| planned["id"].to_string(), str::to_owned);
    world.remove_later(format!("/faults/{id}"));
    world.notes.insert("fault".to_owned(), id);
    Ok(())
}

fn fault_id(world: &World) -> Outcome<String> {
    world.notes.get("fault").cloned().or_fail(|| "no fault was planned")
}

/// Waits until the journal says that a request of `app` is held.
async fn until_held(world: &World, app: &str) -> Outcome {
    for _ in 0..LOOKS {
        let journal = world.control()?.get(&format!("/requests?app={app}&limit=20")).await?;
        let entries = journal["requests"].as_array().or(journal["entries"].as_array()).or(journal.as_array());
        if entries.is_some_and(|entries| entries.iter().any(|entry| entry["event"] == "held")) {
            return Ok(());
        }
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
    Err(Failure::new("the journal does not show the request as held"))
}
