//! Salesforce's side of a lane: a server, an org, a user and the integration's app.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Arc, LazyLock};

use reqwest::Method;
use serde_json::{Value, json};

use super::campaign::Serving;
use super::lane::{APP, Lane, USER};
use super::road::Road;
use crate::client::Http;
use crate::client::control::App;
use crate::client::signer::Signer;
use crate::evidence::{Journal, Scope};
use crate::failure::Outcome;
use crate::integration::Surroundings;
use crate::integration::protocol::AppKind;
use crate::target::Target;
use crate::world::{ORG, PUBLISHER, World};

/// Words of the world document for kinds of app.
pub const CONNECTED_APP: &str = "connected_app";
pub const EXTERNAL_CLIENT_APP: &str = "external_client_app";

/// Where integrations are called back that name no address of their own. Nothing listens there: the harness stops before it.
const CALLBACK: &str = "http://127.0.0.1:53682/oauth/callback";

/// Every scope an integration may ask for; least-scope compares with what it declares.
const SCOPES: [&str; 10] = ["api", "refresh_token", "openid", "id", "profile", "email", "address", "phone", "web", "full"];

/// What the harness calls itself on the wire, so that journals tell its users' browsers from the integration. The number
/// differs from run to run: no integration can hide behind it.
static HARNESS: LazyLock<String> = LazyLock::new(|| {
    let number = RandomState::new().build_hasher().finish();
    format!("Mozilla/5.0 (compatible; sf-conformance/{}; {number:016x})", env!("CARGO_PKG_VERSION"))
});

/// What a lane begins with, where it is not the default world of a check.
#[derive(Debug, Clone)]
pub struct Arrangement {
    /// Members of the world document's org, over the defaults.
    pub org: Value,
    /// Members of the world document's app, over the defaults.
    pub app: Value,
    pub kind: &'static str,
    /// Whether the app is installed in the org.
    pub installed: bool,
}

impl Default for Arrangement {
    fn default() -> Self {
        Self { org: json!({}), app: json!({}), kind: EXTERNAL_CLIENT_APP, installed: true }
    }
}

/// Starts or finds the server, makes an org, a user and an app on it, and tells the lane about them. The driver is not
/// started, so its surroundings can still be changed.
///
/// # Errors
/// When the server does not start or refuses.
pub async fn arrange(world: &mut World, wanted: Arrangement) -> Outcome {
    let (alone, http) = serve(world).await?;
    // The built-in world has an org that publishes apps.
    let owner = if alone { "devhub".to_owned() } else { world.org(PUBLISHER).await?.name };
    let mut org = world.create_org(ORG, over(json!({ "kind": "production" }), &wanted.org)).await?;
    let mut extra = world.lane()?.campaign().extra.clone();
    if alone {
        let road = Road::of(&world.lane()?.integration().server);
        org.instance_url = road.instance_url(&org.name, &org.instance_url, world.target()?)?;
        extra.extend(road.environment(world.target()?)?);
        world.orgs.insert(ORG.to_owned(), org.clone());
    }
    let user = world.create_user(ORG, USER, json!({ "username": format!("user@{}.example", org.name), "profile": "System Administrator" })).await?;
    let integration = world.lane()?.integration().on_free_port()?;
    let redirect_uri = integration.app.redirect_uri.clone().unwrap_or_else(|| CALLBACK.to_owned());
    let document = app_document(world, &owner, wanted.kind, &redirect_uri, &user.username)?;
    let app: App = serde_json::from_value(world.control()?.post("/apps", &over(document, &wanted.app)).await?)?;
    world.remove_later(format!("/apps/{}", app.name));
    world.apps.insert(APP.to_owned(), app.clone());
    if wanted.installed {
        let path = install_path(world).await?;
        world.control()?.must(Method::PUT, &path, None).await?;
    }
    let addresses = world.target()?.addresses.clone();
    let control = world.control()?;
    let scope = match alone {
        true => Scope { harness: HARNESS.clone(), ..Scope::default() },
        false => Scope { orgs: vec![org.name.clone()], apps: vec![app.name.clone(), app.consumer_key.clone()], harness: HARNESS.clone() },
    };
    let mut journal = Journal::new(control.clone(), scope);
    journal.skip().await?;
    let lane = world.lane()?;
    let is_public = lane.hello().app_kind == AppKind::Public;
    lane.surroundings = Surroundings {
        clock_url: Some(format!("{}/clock", addresses.control_url)),
        login_url: addresses.login_url,
        test_url: addresses.test_url,
        my_domain_url: Some(org.instance_url),
        client_id: app.consumer_key,
        client_secret: app.consumer_secret.filter(|_| !is_public),
        redirect_uri,
        username: user.username,
        private_key_file: integration.app.private_key_file.clone(),
        ca_file: addresses.ca_file,
        profile: lane.profile().to_owned(),
        extra,
        ..Surroundings::default()
    };
    lane.settle(integration, control, http, journal);
    Ok(())
}

/// Points the scenario at its server. True if nobody else is there; and the connections to it.
async fn serve(world: &mut World) -> Outcome<(bool, Http)> {
    let lane = world.lane()?;
    let http = lane.campaign().http.calling_itself(&HARNESS);
    let seed = seed_of(lane);
    match lane.campaign().serving.clone() {
        Serving::Own => {
            let road = Road::of(&lane.integration().server);
            let target = road.start(&["--seed", &seed]).await?;
            let http = road.http(&http, &target)?.calling_itself(&HARNESS);
            world.meet(Arc::new(Target::given(target.addresses.clone())), &http);
            world.own_server = Some(target);
            Ok((true, http))
        }
        Serving::Shared(target) => {
            world.meet(target, &http);
            Ok((false, http))
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
    if kind == EXTERNAL_CLIENT_APP {
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

/// The members of `changes` laid over those of `document`.
fn over(mut document: Value, changes: &Value) -> Value {
    for (member, value) in changes.as_object().into_iter().flatten() {
        document[member] = value.clone();
    }
    document
}

/// Where the control API installs the lane's app into its org.
///
/// # Errors
/// When the lane has no app yet.
pub async fn install_path(world: &mut World) -> Outcome<String> {
    Ok(format!("/orgs/{}/installs/{}", world.org(ORG).await?.name, world.app(APP)?.name))
}
