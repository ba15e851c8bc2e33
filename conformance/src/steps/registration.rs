//! Apps that a program registers.

use cucumber::gherkin::Step;
use cucumber::given;
use reqwest::Method;
use serde_json::{Value, json};

use super::pairs;
use super::parameter::{AppName, UserName};
use crate::client::Request;
use crate::client::control::App;
use crate::expect;
use crate::failure::Outcome;
use crate::world::World;

#[given(expr = "{user} has registered {app} with")]
async fn has_registered(world: &mut World, user: UserName, app: AppName, step: &Step) -> Outcome {
    let mut metadata = json!({ "client_name": world.unique(&app.0) });
    for (member, value) in pairs(step)? {
        metadata[member] = serde_json::from_str(&value)?;
    }
    let made = register(world, &user.0, &metadata).await?;
    for (member, note) in [("registration_client_uri", "registration uri"), ("registration_access_token", "registration token")] {
        world.notes.insert(note.to_owned(), made[member].as_str().unwrap_or_default().to_owned());
    }
    let name = made["client_name"].as_str().unwrap_or_default().to_owned();
    let known: App = serde_json::from_value(world.control()?.get(&format!("/apps/{name}")).await?)?;
    world.remove_later(format!("/apps/{name}"));
    world.apps.insert(app.0, known);
    Ok(())
}

#[given(expr = "{user} has registered {int} apps")]
async fn has_registered_many(world: &mut World, user: UserName, count: usize) -> Outcome {
    for number in 1..=count {
        let name = world.unique(&format!("Client {number}"));
        register(world, &user.0, &json!({ "client_name": name, "redirect_uris": ["https://client.example/callback"] })).await?;
    }
    Ok(())
}

async fn register(world: &mut World, user: &str, metadata: &Value) -> Outcome<Value> {
    let session = world.session(user).await?;
    let url = format!("{}/services/oauth2/register", session.instance_url);
    let answer = world.http()?.send(Request::new(Method::POST, url).json(metadata).bearer(&session.access_token)).await?;
    expect::that(answer.status == 201, || format!("not registered: {}", answer.summary()))?;
    answer.json()
}
