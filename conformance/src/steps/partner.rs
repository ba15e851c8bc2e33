//! The controls that Salesforce asks of partners' apps: idle limit, IP list, rotation of secrets; and keys of customers.

use cucumber::{given, then, when};
use serde_json::json;

use super::provision::change_app;
use crate::certify::lane::APP;
use crate::client::control::App;
use crate::failure::{OrFail, Outcome};
use crate::integration::protocol::{Operation, Settings};
use crate::rules::renewal::idle_and_egress;
use crate::world::{ORG, World};

/// Documentation addresses (RFC 5737): nobody calls from there.
const ELSEWHERE: [(&str, &str); 1] = [("192.0.2.1", "192.0.2.9")];

/// Where integrations call from that run beside the harness. A list holds 256 addresses at most.
const HERE: [(&str, &str); 2] = [("127.0.0.1", "127.0.0.16"), ("::1", "::1")];

#[given("refresh tokens expire after 30 idle days")]
async fn idle_limit(world: &mut World) -> Outcome {
    change_app(world, &json!({ "limit_idle_refresh_tokens": true })).await
}

#[given("the app's IP list leaves the integration out")]
#[when("the app's IP list leaves the integration out")]
async fn list_excludes(world: &mut World) -> Outcome {
    ip_list(world, &ELSEWHERE).await
}

#[when("the app's IP list admits the integration")]
async fn list_includes(world: &mut World) -> Outcome {
    ip_list(world, &HERE).await
}

async fn ip_list(world: &mut World, ranges: &[(&str, &str)]) -> Outcome {
    let list: serde_json::Value = ranges.iter().map(|(start, end)| json!({ "start": start, "end": end })).collect();
    change_app(world, &json!({ "enforce_refresh_ip_allowlist": true, "refresh_ip_allowlist": list })).await
}

/// The old secret ends with this, and so do the tokens that were issued under it.
#[when("the developer rotates the consumer secret")]
async fn rotates_secret(world: &mut World) -> Outcome {
    let app = world.app(APP)?;
    let control = world.control()?;
    control.post(&format!("/apps/{}/credentials", app.name), &json!({})).await?;
    let applied = control.post(&format!("/apps/{}/credentials/apply", app.name), &json!({})).await?;
    let secret = applied["consumer_secret"].as_str().map(str::to_owned).or_fail(|| "the new credentials have no secret")?;
    let key = applied["consumer_key"].as_str().map_or(app.consumer_key.clone(), str::to_owned);
    world.apps.insert(APP.to_owned(), App { consumer_secret: Some(secret), consumer_key: key, ..app });
    Ok(())
}

#[given("the integration is configured with the new credentials")]
#[when("the integration is configured with the new credentials")]
async fn takes_new_credentials(world: &mut World) -> Outcome {
    let app = world.app(APP)?;
    configure(world, &app).await
}

/// An external client app that the subscriber's admin made for this integration, in their own org.
#[given(expr = "the integration is configured with the customer's own app {string}")]
async fn customers_app(world: &mut World, name: String) -> Outcome {
    let org = world.org(ORG).await?;
    let redirect_uri = world.lane()?.surroundings.redirect_uri.clone();
    let body = json!({
        "name": world.unique(&name), "kind": "external_client_app", "distribution": "local", "org": org.name,
        "callback_urls": [redirect_uri], "scopes": ["api", "refresh_token", "openid", "id", "profile", "email"],
        "flows": ["web_server", "refresh_token"], "created": "2026-01-01",
    });
    let app: App = serde_json::from_value(world.control()?.post("/apps", &body).await?)?;
    world.remove_later(format!("/apps/{}", app.name));
    world.lane()?.journal()?.widen(&org.name, &app.consumer_key);
    world.apps.insert(name, app.clone());
    configure(world, &app).await
}

async fn configure(world: &mut World, app: &App) -> Outcome {
    let lane = world.lane()?;
    let is_public = lane.surroundings.client_secret.is_none();
    let settings = Settings {
        client_id: Some(app.consumer_key.clone()),
        client_secret: app.consumer_secret.clone().filter(|_| !is_public),
        ..Settings::default()
    };
    lane.done(Operation::Configure(Box::new(settings))).await.map(drop)
}

/// Nothing is judged: what an admin wants to know before setting the idle limit and the IP list.
#[then("the gaps between refreshes and the source addresses are recorded")]
async fn recorded(world: &mut World) -> Outcome {
    let lane = world.lane()?;
    let sent = lane.exchanges().await?;
    lane.take(idle_and_egress(&sent))
}
