//! Apps: what their developer set, and what the org's admin decided about them.

use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use serde_json::{Value, json};

use super::pairs;
use super::parameter::{AppKind, AppName, OrgName, Presence};
use crate::client::control::App;
use crate::expect;
use crate::failure::{Failure, Outcome};
use crate::world::{CALLBACK, ORG, PUBLISHER, World};

/// On any org.
#[given(expr = "{presence} {app_kind} {app}")]
async fn an_app(world: &mut World, presence: Presence, kind: AppKind, app: AppName) -> Outcome {
    create(world, presence, kind, &app.0, json!({})).await
}

#[given(expr = "{presence} {app_kind} {app} with")]
async fn an_app_with(world: &mut World, presence: Presence, kind: AppKind, app: AppName, step: &Step) -> Outcome {
    let mut settings = json!({});
    world.org(ORG).await?;
    for (label, value) in pairs(step)? {
        let (member, value) = setting(&label, &world.expand(&value)?)?;
        settings[member] = value;
    }
    create(world, presence, kind, &app.0, settings).await
}

#[given(expr = "the org's policy for {app} is")]
#[when(expr = "the org's policy for {app} becomes")]
async fn a_policy(world: &mut World, app: AppName, step: &Step) -> Outcome {
    let mut changes = json!({});
    for (label, value) in pairs(step)? {
        let (member, value) = policy(&label, &world.expand(&value)?)?;
        changes[member] = value;
    }
    change(world, &app.0, &changes).await
}

#[when(expr = "{app} is installed into {org}")]
#[given(expr = "{app} is installed into {org}")]
async fn install(world: &mut World, app: AppName, org: OrgName) -> Outcome {
    let path = install_path(world, &org.0, &app.0).await?;
    world.control()?.must(reqwest::Method::PUT, &path, None).await.map(drop)
}

#[when(expr = "{app} is uninstalled from the org")]
#[given(expr = "{app} is uninstalled from the org")]
async fn uninstall(world: &mut World, app: AppName) -> Outcome {
    let path = install_path(world, ORG, &app.0).await?;
    world.control()?.delete(&path).await.map(drop)
}

#[when(expr = "{app} is blocked in the org")]
#[given(expr = "{app} is blocked in the org")]
async fn block(world: &mut World, app: AppName) -> Outcome {
    change(world, &app.0, &json!({ "blocked": true })).await
}

#[when(expr = "{app} is unblocked in the org")]
async fn unblock(world: &mut World, app: AppName) -> Outcome {
    change(world, &app.0, &json!({ "blocked": false })).await
}

#[given(expr = "the developer has changed {app} to")]
#[when(expr = "the developer changes {app} to")]
async fn changes(world: &mut World, app: AppName, step: &Step) -> Outcome {
    let mut changes = json!({});
    for (label, value) in pairs(step)? {
        let (member, value) = setting(&label, &world.expand(&value)?)?;
        changes[member] = value;
    }
    let name = world.app(&app.0)?.name;
    let answer = world.control()?.call(reqwest::Method::PATCH, &format!("/apps/{name}"), Some(&changes)).await?;
    if answer.status == 200 {
        world.apps.insert(app.0, serde_json::from_value(answer.json()?)?);
    }
    world.answered(answer);
    Ok(())
}

#[given(expr = "the developer has migrated {app} to the external client app {app}")]
#[when(expr = "the developer migrates {app} to the external client app {app}")]
async fn migrates(world: &mut World, old: AppName, new: AppName) -> Outcome {
    let name = world.app(&old.0)?.name;
    let body = json!({ "name": world.unique(&new.0) });
    let answer = world.control()?.call(reqwest::Method::POST, &format!("/apps/{name}/migrate"), Some(&body)).await?;
    if answer.status == 201 {
        let app: App = serde_json::from_value(answer.json()?)?;
        world.remove_later(format!("/apps/{}", app.name));
        world.apps.insert(new.0, app);
    }
    world.answered(answer);
    Ok(())
}

#[when(expr = "the developer deletes {app}")]
async fn delete(world: &mut World, app: AppName) -> Outcome {
    let name = world.app(&app.0)?.name;
    world.control()?.delete(&format!("/apps/{name}")).await.map(drop)
}

#[then(expr = "{app} counts as {string} in the org")]
async fn counts_as(world: &mut World, app: AppName, presence: String) -> Outcome {
    let (org, app) = (world.org(ORG).await?, world.app(&app.0)?);
    let document = world.control()?.get(&format!("/orgs/{}", org.name)).await?;
    let known = document["apps"].as_array().and_then(|apps| apps.iter().find(|entry| entry["app"] == app.name.as_str()));
    // An app that nobody used here may be left out of the document altogether.
    let seen = known.and_then(|entry| entry["presence"].as_str()).unwrap_or("unseen");
    expect::equal("presence", presence.as_str(), seen)
}

/// Creates an app as the publisher or the org makes it, and brings it to its presence.
async fn create(world: &mut World, presence: Presence, kind: AppKind, name: &str, settings: Value) -> Outcome {
    let org = world.org(ORG).await?;
    if let Some(app) = world.real().and_then(|real| real.app.clone()).filter(|_| presence == Presence::Installed) {
        world.apps.insert(name.to_owned(), app);
        return Ok(());
    }
    let owner = if presence == Presence::Own { org.clone() } else { world.org(PUBLISHER).await? };
    let mut body = json!({
        "name": world.unique(name),
        "kind": kind.wire(),
        "org": owner.name,
        "callback_urls": [CALLBACK],
        "scopes": ["api", "refresh_token", "openid", "id"],
        "flows": ["web_server", "refresh_token"],
        "created": "2026-01-01",
    });
    if kind == AppKind::ExternalClient {
        body["distribution"] = json!(if matches!(presence, Presence::Own | Presence::LocalForeign) { "local" } else { "packaged" });
    }
    for (member, value) in settings.as_object().into_iter().flatten() {
        body[member] = value.clone();
    }
    let app: App = serde_json::from_value(world.control()?.post("/apps", &body).await?)?;
    world.remove_later(format!("/apps/{}", app.name));
    world.apps.insert(name.to_owned(), app);
    if presence == Presence::Installed {
        let path = install_path(world, ORG, name).await?;
        world.control()?.must(reqwest::Method::PUT, &path, None).await?;
    }
    Ok(())
}

/// A setting as the app's page names it, as a member of the world document.
fn setting(label: &str, value: &str) -> Outcome<(&'static str, Value)> {
    Ok(match label {
        "Callback URL" => ("callback_urls", words(value)),
        "OAuth Scopes" => ("scopes", words(value)),
        "Flows" => ("flows", words(value)),
        "Require Secret" => ("require_secret", yes(value)?),
        "Require PKCE" => ("require_pkce", yes(value)?),
        "Enable Refresh Token Rotation" => ("rotate_refresh_tokens", yes(value)?),
        "Certificate" if value == "the test certificate" => ("certificate", json!(crate::client::signer::Signer::App.certificate())),
        "Certificate" if value == "another certificate" => ("certificate", json!(crate::client::signer::Signer::IdentityProvider.certificate())),
        "Issue JWT-based access tokens" => ("jwt_access_tokens", yes(value)?),
        "Introspect All Tokens" => ("introspect_all_tokens", yes(value)?),
        "Limit Idle Refresh Token TTL to 30 Days" => ("limit_idle_refresh_tokens", yes(value)?),
        "Enforce Refresh Token IP Allowlist" => ("enforce_refresh_ip_allowlist", yes(value)?),
        "Refresh Token IP Allowlist" => ("refresh_ip_allowlist", ranges(value)),
        "Trusted IP Ranges" => ("trusted_ip_ranges", ranges(value)),
        "Security controls attested" => ("controls_attested", yes(value)?),
        "Suspended" => ("suspended", yes(value)?),
        "Features" => ("features", words(value)),
        "Created" => ("created", json!(value)),
        "Description" => ("description", json!(value)),
        "Consumer Secret" => ("consumer_secret", json!(value)),
        _ => return Err(Failure::new(format!("no app setting {label:?} in the vocabulary"))),
    })
}

/// A policy as the admin's page names it, as a member of the world document's org app.
fn policy(label: &str, value: &str) -> Outcome<(&'static str, Value)> {
    Ok(match (label, value) {
        ("Permitted Users", "All users may self-authorize") => ("permitted_users", json!("all_users")),
        ("Permitted Users", "Admin approved users are pre-authorized") => ("permitted_users", json!("admin_approved")),
        ("Run As", username) => ("run_as", json!(username)),
        ("Profiles", names) => ("profiles", list(names)),
        ("Permission Sets", names) => ("permission_sets", list(names)),
        ("Refresh Token Policy", "Refresh token is valid until revoked") => ("refresh_token_policy", json!({ "kind": "until_revoked" })),
        ("Refresh Token Policy", "Immediately expire refresh token") => ("refresh_token_policy", json!({ "kind": "immediately_expire" })),
        ("IP Relaxation", "Enforce IP restrictions") => ("ip_relaxation", json!("enforce")),
        ("IP Relaxation", "Enforce IP restrictions, but relax for refresh tokens") => ("ip_relaxation", json!("relax_for_refresh_tokens")),
        ("IP Relaxation", "Relax IP restrictions for activated devices") => ("ip_relaxation", json!("relax_for_activated_devices")),
        ("IP Relaxation", "Relax IP restrictions") => ("ip_relaxation", json!("relax")),
        ("High assurance session required", "raise the session") => ("session_policy", json!("raise_session_level")),
        ("High assurance session required", "block") => ("session_policy", json!("block")),
        ("Session Timeout", seconds) => ("session_timeout", json!(seconds.parse::<u32>().map_err(|_| Failure::new("seconds wanted"))?)),
        ("Callback URL", urls) => ("callback_urls", words(urls)),
        ("Enable Code and Credentials Flow for Guest Users", answer) => ("guest_users", yes(answer)?),
        ("Start URL", url) => ("start_url", json!(url)),
        ("App status", status) => ("availability", json!(status)),
        ("Refresh Token Policy", lifetime) => ("refresh_token_policy", lifetime_policy(lifetime)?),
        _ => return Err(Failure::new(format!("no app policy {label:?} = {value:?} in the vocabulary"))),
    })
}

fn lifetime_policy(text: &str) -> Outcome<Value> {
    let (kind, rest) = match text.strip_prefix("Expire refresh token if not used for ") {
        Some(rest) => ("expire_if_unused", rest),
        None => ("expire_after", text.strip_prefix("Expire refresh token after ").unwrap_or_default()),
    };
    let days = rest.strip_suffix(" days").and_then(|days| days.parse::<u32>().ok());
    let policy = |days| json!({ "kind": kind, "amount": days, "unit": "days" });
    days.map(policy).ok_or_else(|| Failure::new(format!("no such refresh token policy: {text:?}")))
}

/// `192.0.2.1-192.0.2.9 198.51.100.1`
fn ranges(text: &str) -> Value {
    let range = |range: &str| {
        let (start, end) = range.split_once('-').unwrap_or((range, range));
        json!({ "start": start, "end": end })
    };
    text.split_whitespace().map(range).collect()
}

fn words(text: &str) -> Value {
    text.split_whitespace().collect()
}

fn list(text: &str) -> Value {
    text.split(',').map(str::trim).collect()
}

fn yes(text: &str) -> Outcome<Value> {
    match text {
        "yes" => Ok(json!(true)),
        "no" => Ok(json!(false)),
        _ => Err(Failure::new(format!("yes or no, not {text:?}"))),
    }
}

async fn install_path(world: &mut World, org: &str, app: &str) -> Outcome<String> {
    let (org, app) = (world.org(org).await?, world.app(app)?);
    Ok(format!("/orgs/{}/installs/{}", org.name, app.name))
}

async fn change(world: &mut World, app: &str, changes: &Value) -> Outcome {
    let (org, app) = (world.org(ORG).await?, world.app(app)?);
    world.control()?.patch(&format!("/orgs/{}/apps/{}", org.name, app.name), changes).await.map(drop)
}
