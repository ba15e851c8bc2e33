//! Integrations that do not connect by the web server flow: what the check's Salesforce is like for them.

use cucumber::{given, when};
use serde_json::{Value, json};

use super::provision::{change_app, change_row};
use crate::certify::dance::{self, Dance};
use crate::certify::lane::{Lane, MAIN, USER};
use crate::certify::site::{Arrangement, CONNECTED_APP, EXTERNAL_CLIENT_APP, arrange};
use crate::client::signer::Signer;
use crate::failure::{Failure, Outcome};
use crate::integration::protocol::{AppKind, Connect, Environment};
use crate::integration::{Operation, Reply};
use crate::world::{ORG, World};

#[given("an integration that signs assertions")]
#[given("an integration that signs assertions in production")]
async fn signs_assertions(world: &mut World) -> Outcome {
    arrange(world, Arrangement { kind: CONNECTED_APP, ..Arrangement::default() }).await?;
    let_sign(world).await
}

#[given("an integration that signs assertions in a sandbox")]
async fn signs_assertions_in_sandbox(world: &mut World) -> Outcome {
    sandbox(world, CONNECTED_APP).await?;
    let_sign(world).await?;
    choose_sandbox(world).await
}

#[given("an integration that signs assertions for an external client app in a sandbox")]
async fn signs_assertions_for_external_app(world: &mut World) -> Outcome {
    sandbox(world, EXTERNAL_CLIENT_APP).await?;
    let_sign(world).await?;
    choose_sandbox(world).await
}

/// The driver hears of the environment when it is asked to connect; whatever comes of that is judged by its traffic.
async fn choose_sandbox(world: &mut World) -> Outcome {
    ask_for_token(world).await.map(drop)
}

/// The app takes assertions of the fixture's key, and an admin approved its user beforehand.
async fn let_sign(world: &mut World) -> Outcome {
    let flows = json!(["web_server", "refresh_token", "jwt_bearer"]);
    change_app(world, &json!({ "flows": flows, "certificate": Signer::App.certificate() })).await?;
    change_row(world, &json!({ "permitted_users": "admin_approved", "profiles": ["System Administrator"] })).await?;
    if world.lane()?.surroundings.private_key_file.is_none() {
        let file = world.props.file(Signer::App.private_key())?;
        world.lane()?.surroundings.private_key_file = Some(file);
    }
    Ok(())
}

#[given("nobody approved the app")]
async fn nobody_approved(world: &mut World) -> Outcome {
    change_row(world, &json!({ "permitted_users": "all_users", "profiles": [] })).await
}

#[given("an integration that uses client credentials")]
async fn uses_client_credentials(world: &mut World) -> Outcome {
    arrange(world, Arrangement::default()).await?;
    let username = world.member(USER).await?.user.username;
    change_app(world, &json!({ "flows": ["client_credentials"], "require_secret": true })).await?;
    change_row(world, &json!({ "run_as": username })).await
}

#[given("the app has no Run As user")]
async fn no_run_as(world: &mut World) -> Outcome {
    change_app(world, &json!({ "run_as": null })).await?;
    change_row(world, &json!({ "run_as": null })).await
}

#[given("an integration on a device")]
async fn on_device(world: &mut World) -> Outcome {
    arrange(world, Arrangement::default()).await?;
    let_show_codes(world).await
}

#[given("an integration on a device in a sandbox")]
async fn on_device_in_sandbox(world: &mut World) -> Outcome {
    sandbox(world, EXTERNAL_CLIENT_APP).await?;
    let_show_codes(world).await
}

async fn let_show_codes(world: &mut World) -> Outcome {
    change_app(world, &json!({ "flows": ["web_server", "refresh_token", "device"] })).await
}

#[given("an integration with a sandbox")]
async fn with_sandbox(world: &mut World) -> Outcome {
    sandbox(world, EXTERNAL_CLIENT_APP).await
}

#[given("an integration that signs users in")]
async fn signs_users_in(world: &mut World) -> Outcome {
    declared(world, "openid", "does not sign users in by OpenID Connect")?;
    arrange(world, Arrangement::default()).await
}

#[given("an integration that uses Bulk API")]
async fn uses_bulk(world: &mut World) -> Outcome {
    declared(world, "bulk", "does not use Bulk API 2.0")?;
    arrange(world, Arrangement::default()).await
}

#[given("an integration in which hosts can be typed")]
async fn hosts_can_be_typed(world: &mut World) -> Outcome {
    declared(world, "typed_host", "lets nobody type a host")?;
    arrange(world, Arrangement::default()).await
}

/// Not applicable unless `hello` declares this use.
fn declared(world: &mut World, word: &str, otherwise: &str) -> Outcome {
    let uses = &world.lane()?.hello().uses;
    if uses.iter().any(|known| known == word) {
        Ok(())
    } else {
        Err(Failure::not_applicable(format!("the integration {otherwise} (`uses` does not hold {word:?})")))
    }
}

/// Rows about what one process does say nothing about drivers that start one for each operation.
#[given("the integration keeps one process")]
async fn keeps_one_process(world: &mut World) -> Outcome {
    let oneshot = world.lane()?.driver().await?.is_quiet_at_once();
    if oneshot { Err(Failure::not_applicable("every operation is a process of its own: nothing could be kept in between")) } else { Ok(()) }
}

/// Connects in whatever way its flow has, without a first call.
#[given("the integration has connected")]
#[when("the integration has connected")]
pub(super) async fn has_connected(world: &mut World) -> Outcome {
    if is_two_legged(world.lane()?) {
        return connect_two_legged(world).await;
    }
    dance::connect(world, "", &Dance::default()).await?.done("callback").map(drop)
}

/// Asks a two-legged integration for its token; nobody takes part in it.
pub(super) async fn connect_two_legged(world: &mut World) -> Outcome {
    ask_for_token(world).await?.done("connect").map(drop)
}

async fn ask_for_token(world: &mut World) -> Outcome<Reply> {
    let environment = environment(world).await?;
    let connect = Connect { connection: MAIN.to_owned(), environment, entry: None, host: None };
    world.lane()?.ask(Operation::Connect(connect)).await
}

/// Whether no user takes part: such an integration is connected by asking for a token.
pub(super) fn is_two_legged(lane: &Lane) -> bool {
    lane.hello().app_kind == AppKind::None || ["jwt-bearer", "client-credentials"].contains(&lane.profile())
}

/// What the integration calls the lane's org.
pub(super) async fn environment(world: &mut World) -> Outcome<Environment> {
    let is_sandbox = world.org(ORG).await?.kind == "sandbox";
    Ok(if is_sandbox { Environment::Sandbox } else { Environment::Production })
}

/// The lane's org is a sandbox; its users are known on the test host alone.
async fn sandbox(world: &mut World, kind: &'static str) -> Outcome {
    let name = format!("{}--uat", world.unique("cert"));
    arrange(world, Arrangement { org: json!({ "name": name, "kind": "sandbox" }), kind, ..Arrangement::default() }).await
}

/// What the org's admin decides in Setup.
pub(super) async fn change_policies(world: &mut World, changes: &Value) -> Outcome {
    let org = world.org(ORG).await?.name;
    world.control()?.patch(&format!("/orgs/{org}/policies"), changes).await.map(drop)
}
