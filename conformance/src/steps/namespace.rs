//! Namespaces, the orgs that hold them, and the Dev Hubs that they are linked to.

use cucumber::{given, when};
use serde_json::json;

use super::parameter::{AppName, UserName};
use crate::client::control::App;
use crate::failure::Outcome;
use crate::world::{CALLBACK, PUBLISHER, World};

/// The org that a namespace is linked from.
const HOLDER: &str = "another org";

/// A Developer Edition org; `{note:namespace}` then stands for its namespace, which is this scenario's alone.
#[given("another org that holds a namespace")]
async fn holder(world: &mut World) -> Outcome {
    let namespace = new_namespace(world, "held");
    world.create_org(HOLDER, json!({ "kind": "developer", "edition": "Developer", "namespace": namespace })).await?;
    world.notes.insert("namespace".to_owned(), namespace);
    Ok(())
}

/// A packaged app of that org; `{note:oauth link}` then stands for what leads to its consumer.
#[given(expr = "another org defines the external client app {app}")]
async fn lent(world: &mut World, app: AppName) -> Outcome {
    let owner = world.org(HOLDER).await?;
    let body = json!({
        "name": world.unique(&app.0), "kind": "external_client_app", "org": owner.name, "distribution": "packaged", "callback_urls": [CALLBACK],
        "scopes": ["api", "refresh_token", "id"], "flows": ["web_server", "refresh_token"], "created": "2026-01-01",
    });
    let made: App = serde_json::from_value(world.control()?.post("/apps", &body).await?)?;
    world.remove_later(format!("/apps/{}", made.name));
    world.notes.insert("oauth link".to_owned(), format!("{}:888{}", &owner.id[..15], &made.id[3..15]));
    world.apps.insert(app.0, made);
    Ok(())
}

/// `{note:free namespace}` then stands for a namespace that nobody has.
#[given("the publisher works in a Developer Edition org without a namespace")]
async fn developer(world: &mut World) -> Outcome {
    let free = new_namespace(world, "free");
    world.notes.insert("free namespace".to_owned(), free);
    world.create_org(PUBLISHER, json!({ "kind": "developer", "edition": "Developer" })).await.map(drop)
}

/// A namespace of this scenario alone.
fn new_namespace(world: &World, stem: &str) -> String {
    world.unique(stem).chars().filter(char::is_ascii_alphanumeric).take(15).collect()
}

/// Nothing is linked to it yet.
#[given("the publisher has a Dev Hub")]
async fn hub(world: &mut World) -> Outcome {
    world.org(PUBLISHER).await.map(drop)
}

/// On the pages, with a login to that org in the same browser.
#[given(expr = "{user} links the namespace of another org")]
#[when(expr = "{user} links the namespace of another org")]
async fn links(world: &mut World, user: UserName) -> Outcome {
    let holder = world.member("the admin of another org").await?.user;
    let hub = world.member(&user.0).await?.org;
    let hub = world.org(&hub).await?.name;
    // Chosen by its path: the browser may be logged in to the other org already.
    super::page::open_path(world, &user.0, &format!("/_mock/org/{hub}/lightning/setup/NamespaceRegistry/home")).await?;
    let browser = world.browser(&user.0)?;
    browser.press_where(|_, button| button.label == "Link Namespace").await?;
    browser.press("Login", &[("username", &holder.username), ("pw", holder.password.as_deref().unwrap_or_default())]).await?;
    browser.press_where(|_, button| button.label == "Allow").await.map(drop)
}
