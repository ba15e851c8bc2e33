//! Salesforce's side of a check: how the app is set, and what the org's admin does with it.

use cucumber::{given, when};
use reqwest::Method;
use serde_json::{Value, json};

use crate::certify::lane::{APP, USER};
use crate::certify::site::{Arrangement, CONNECTED_APP, arrange, install_path};
use crate::failure::Outcome;
use crate::world::{ORG, World};

#[given("an integration")]
async fn an_integration(world: &mut World) -> Outcome {
    arrange(world, Arrangement::default()).await
}

/// Where every operation is a process of its own, there is nothing to keep between two of them.
#[given("an integration that stays one process")]
async fn long_lived(world: &mut World) -> Outcome {
    if world.lane()?.integration().command.as_ref().is_some_and(|command| command.oneshot) {
        return Err(crate::failure::Failure::not_applicable("each operation is a process of its own"));
    }
    arrange(world, Arrangement::default()).await
}

#[given("an integration with a connected app")]
async fn with_connected_app(world: &mut World) -> Outcome {
    arrange(world, Arrangement { kind: CONNECTED_APP, ..Arrangement::default() }).await
}

#[given("an integration with an uninstalled app")]
async fn with_uninstalled_app(world: &mut World) -> Outcome {
    arrange(world, Arrangement { installed: false, ..Arrangement::default() }).await
}

#[given("an integration with an uninstalled connected app")]
async fn with_uninstalled_connected_app(world: &mut World) -> Outcome {
    arrange(world, Arrangement { kind: CONNECTED_APP, installed: false, ..Arrangement::default() }).await
}

/// A grant made without the user's dance, handed over in the environment.
#[given("an integration seeded with a refresh token")]
async fn seeded(world: &mut World) -> Outcome {
    arrange(world, Arrangement::default()).await?;
    let (org, app, user) = (world.org(ORG).await?, world.app(APP)?, world.member(USER).await?.user);
    let session = world.control()?.session(&org.name, &user.username, Some((&app.name, &["api", "refresh_token"]))).await?;
    world.lane()?.surroundings.refresh_token = session.refresh_token;
    Ok(())
}

#[given("refresh tokens rotate")]
#[when("refresh tokens rotate")]
async fn rotate(world: &mut World) -> Outcome {
    change_app(world, &json!({ "rotate_refresh_tokens": true })).await
}

#[given("refresh tokens no longer rotate")]
#[when("refresh tokens no longer rotate")]
async fn rotate_no_longer(world: &mut World) -> Outcome {
    change_app(world, &json!({ "rotate_refresh_tokens": false })).await
}

#[given("PKCE is required")]
async fn pkce_required(world: &mut World) -> Outcome {
    change_app(world, &json!({ "require_pkce": true })).await
}

#[given("access tokens are JWTs")]
#[when("access tokens are JWTs")]
async fn jwt_tokens(world: &mut World) -> Outcome {
    change_app(world, &json!({ "jwt_access_tokens": true })).await
}

#[when("access tokens are opaque")]
async fn opaque_tokens(world: &mut World) -> Outcome {
    change_app(world, &json!({ "jwt_access_tokens": false })).await
}

#[given(expr = "access tokens are {int} characters long")]
async fn long_tokens(world: &mut World, length: u32) -> Outcome {
    let org = world.org(ORG).await?.name;
    world.control()?.patch(&format!("/orgs/{org}/policies"), &json!({ "access_token_length": length })).await.map(drop)
}

#[given("discovery does not announce PKCE")]
async fn silent_discovery(world: &mut World) -> Outcome {
    let action = json!({ "alter": { "json": { "code_challenge_methods_supported": null } } });
    world.lane()?.plan_fault(json!({ "route": "oauth/discovery" }), action, None).await.map(drop)
}

#[given("an admin installs the app")]
#[when("an admin installs the app")]
async fn installs(world: &mut World) -> Outcome {
    let path = install_path(world).await?;
    world.control()?.must(Method::PUT, &path, None).await.map(drop)
}

#[given("an admin uninstalls the app")]
#[when("an admin uninstalls the app")]
async fn uninstalls(world: &mut World) -> Outcome {
    let path = install_path(world).await?;
    world.control()?.delete(&path).await.map(drop)
}

#[given("only users that an admin approved may use the app")]
async fn admin_approved(world: &mut World) -> Outcome {
    change_row(world, &json!({ "permitted_users": "admin_approved" })).await
}

#[when("an admin approves the user for the app")]
async fn approves_user(world: &mut World) -> Outcome {
    change_row(world, &json!({ "profiles": ["System Administrator"] })).await
}

/// Administrators may approve apps that nobody installed.
#[given("the user is no administrator")]
async fn no_administrator(world: &mut World) -> Outcome {
    let (org, user) = (world.org(ORG).await?.name, world.member(USER).await?.user.username);
    world.control()?.patch(&format!("/orgs/{org}/users/{user}"), &json!({ "profile": "Standard User" })).await.map(drop)
}

#[given("the install gate is closed")]
#[when("the install gate is closed")]
async fn gate_closed(world: &mut World) -> Outcome {
    gate(world, "page").await
}

#[given("the install gate is open")]
async fn gate_open(world: &mut World) -> Outcome {
    gate(world, "off").await
}

/// What the app's developer decides.
pub(super) async fn change_app(world: &mut World, changes: &Value) -> Outcome {
    let name = world.app(APP)?.name;
    world.control()?.patch(&format!("/apps/{name}"), changes).await.map(drop)
}

/// What the org's admin decides about the app.
pub(super) async fn change_row(world: &mut World, changes: &Value) -> Outcome {
    let (org, app) = (world.org(ORG).await?.name, world.app(APP)?.name);
    world.control()?.patch(&format!("/orgs/{org}/apps/{app}"), changes).await.map(drop)
}

async fn gate(world: &mut World, setting: &str) -> Outcome {
    let org = world.org(ORG).await?.name;
    world.control()?.patch(&format!("/orgs/{org}/policies"), &json!({ "install_gate": setting })).await.map(drop)
}
