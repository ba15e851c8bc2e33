//! Salesforce's side of a check: a server, an org, a user and the integration's app.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Arc, LazyLock};

use cucumber::{given, when};
use reqwest::Method;
use serde_json::{Value, json};

use crate::certify::Serving;
use crate::certify::lane::{APP, Lane, USER};
use crate::client::Http;
use crate::client::control::App;
use crate::client::signer::Signer;
use crate::evidence::{Journal, Scope};
use crate::failure::Outcome;
use crate::integration::protocol::AppKind;
use crate::target::Target;
use crate::world::{ORG, PUBLISHER, World};

/// Where integrations are called back that name no address of their own. Nothing listens there: the harness stops before it.
const CALLBACK: &str = "http://127.0.0.1:53682/oauth/callback";

/// Every scope an integration may ask for; least-scope compares with what it declares.
const SCOPES: [&str; 11] =
    ["api", "refresh_token", "offline_access", "openid", "id", "profile", "email", "address", "phone", "web", "full"];

/// What the harness calls itself on the wire, so that journals tell its users' browsers from the integration. The number
/// differs from run to run: no integration can hide behind it.
static HARNESS: LazyLock<String> =
    LazyLock::new(|| format!("Mozilla/5.0 (compatible; sf-conformance/{}; {:016x})", env!("CARGO_PKG_VERSION"), RandomState::new().build_hasher().finish()));

/// How the app stands in the lane's org when the check begins.
#[derive(Clone, Copy, PartialEq)]
enum Presence {
    Installed,
    /// Of another org, in a package that nobody installed.
    Uninstalled,
}

#[given("an integration")]
async fn an_integration(world: &mut World) -> Outcome {
    provide(world, Presence::Installed, "external_client_app").await
}

#[given("an integration with a connected app")]
async fn with_connected_app(world: &mut World) -> Outcome {
    provide(world, Presence::Installed, "connected_app").await
}

#[given("an integration with an uninstalled app")]
async fn with_uninstalled_app(world: &mut World) -> Outcome {
    provide(world, Presence::Uninstalled, "external_client_app").await
}

#[given("an integration with an uninstalled connected app")]
async fn with_uninstalled_connected_app(world: &mut World) -> Outcome {
    provide(world, Presence::Uninstalled, "connected_app").await
}

/// A grant made without the user's dance, handed over in the environment.
#[given("an integration seeded with a refresh token")]
async fn seeded(world: &mut World) -> Outcome {
    provide(world, Presence::Installed, "external_client_app").await?;
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

#[given("the install gate is closed")]
#[when("the install gate is closed")]
async fn gate_closed(world: &mut World) -> Outcome {
    gate(world, "page").await
}

#[given("the install gate is open")]
async fn gate_open(world: &mut World) -> Outcome {
    gate(world, "off").await
}

/// Starts or finds the server, and makes an org, a user and an app on it.
async fn provide(world: &mut World, presence: Presence, kind: &str) -> Outcome {
    let http = world.http().or_else(|_| Http::new())?.calling_itself(&HARNESS);
    let alone = serve(world, &http).await?;
    let owner = if alone { "devhub".to_owned() } else { world.org(PUBLISHER).await?.name };
    let org = world.org(ORG).await?;
    let user = world.create_user(ORG, USER, json!({ "profile": "System Administrator" })).await?;
    let integration = world.lane()?.integration().on_free_port()?;
    let redirect_uri = integration.app.redirect_uri.clone().unwrap_or_else(|| CALLBACK.to_owned());
    let body = app_document(world, &owner, kind, &redirect_uri, &user.username)?;
    let app: App = serde_json::from_value(world.control()?.post("/apps", &body).await?)?;
    world.remove_later(format!("/apps/{}", app.name));
    world.apps.insert(APP.to_owned(), app.clone());
    if presence == Presence::Installed {
        let path = install_path(world).await?;
        world.control()?.must(Method::PUT, &path, None).await?;
    }
    let addresses = world.target()?.addresses.clone();
    let control = world.control()?;
    let (orgs, apps) = if alone { (Vec::new(), Vec::new()) } else { (vec![org.name.clone()], vec![app.name.clone(), app.consumer_key.clone()]) };
    let mut journal = Journal::new(control.clone(), Scope { orgs, apps, harness: HARNESS.clone() });
    journal.skip().await?;
    let lane = world.lane()?;
    let is_public = lane.hello().app_kind == AppKind::Public;
    let private_key_file = integration.app.private_key_file.clone();
    let extra = lane.campaign().extra.clone();
    lane.surroundings = crate::integration::Surroundings {
        clock_url: Some(format!("{}/clock", addresses.control_url)),
        login_url: addresses.login_url,
        test_url: addresses.test_url,
        my_domain_url: Some(org.instance_url),
        client_id: app.consumer_key,
        client_secret: app.consumer_secret.filter(|_| !is_public),
        redirect_uri,
        username: user.username,
        private_key_file,
        ca_file: addresses.ca_file,
        profile: lane.profile().to_owned(),
        extra,
        ..Default::default()
    };
    lane.settle(integration, control, http, journal);
    Ok(())
}

/// Points the scenario at its server. True if nobody else is there.
async fn serve(world: &mut World, http: &Http) -> Outcome<bool> {
    let lane = world.lane()?;
    let seed = seed_of(lane);
    match lane.campaign().serving.clone() {
        Serving::Own => {
            let target = Target::spawn(&["--addressing", "ports", "--seed", &seed]).await?;
            world.meet(Arc::new(Target::given(target.addresses.clone())), http);
            world.own_server = Some(target);
            Ok(true)
        }
        Serving::Shared(target) => {
            world.meet(target, http);
            Ok(false)
        }
    }
}

/// A seed of the check's own, the same in every run with the same seed.
fn seed_of(lane: &Lane) -> String {
    // FNV-1a: tells the checks apart, nothing more.
    let hash = lane.check().id.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    // The server takes seeds that fit a signed number.
    ((hash ^ lane.campaign().seed) >> 1).to_string()
}

fn app_document(world: &mut World, owner: &str, kind: &str, redirect_uri: &str, username: &str) -> Outcome<Value> {
    let name = world.unique("integration");
    let lane = world.lane()?;
    let (hello, known) = (lane.hello(), lane.integration().app.clone());
    let mut body = json!({
        "name": name,
        "kind": kind,
        "org": owner,
        "callback_urls": [redirect_uri],
        "scopes": SCOPES,
        "flows": ["web_server", "refresh_token"],
        "require_secret": hello.app_kind == AppKind::Confidential,
        "require_secret_for_refresh": hello.app_kind == AppKind::Confidential,
        // Older than the day from which new apps have their controls locked.
        "created": "2026-01-01",
    });
    if kind == "external_client_app" {
        body["distribution"] = json!("packaged");
    }
    if hello.app_kind == AppKind::None {
        body["flows"] = json!(["web_server", "refresh_token", "jwt_bearer", "client_credentials"]);
        body["certificate"] = json!(Signer::App.certificate());
        body["run_as"] = json!(username);
    }
    for (member, value) in [("consumer_key", known.client_id), ("consumer_secret", known.client_secret)] {
        if let Some(value) = value {
            body[member] = json!(value);
        }
    }
    Ok(body)
}

async fn install_path(world: &mut World) -> Outcome<String> {
    Ok(format!("/orgs/{}/installs/{}", world.org(ORG).await?.name, world.app(APP)?.name))
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
