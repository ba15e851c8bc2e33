//! The control API as test authors use it: refusals explained, the journal, snapshots, sessions.

use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use reqwest::Method;
use serde_json::{Value, json};

use super::parameter::{AppName, UserName};
use super::{doc_string, pairs};
use crate::client::Request;
use crate::expect;
use crate::failure::{OrFail, Outcome};
use crate::world::{ORG, World};

#[then(expr = "the control API explains the refusal of {app} by the rule {string}")]
async fn explains(world: &mut World, app: AppName, rule: String) -> Outcome {
    let refusal = last_refusal(world, &app.0).await?;
    expect::equal("rule", Some(rule.as_str()), refusal["rule"].as_str())?;
    let reason = refusal["reason"].as_str().unwrap_or_default();
    expect::that(reason.ends_with('.'), || format!("the reason is no sentence: {reason:?}"))
}

#[then(expr = "the control API explains the newest refusal in the org by the rule {string}")]
async fn explains_newest(world: &mut World, rule: String) -> Outcome {
    let org = world.org(ORG).await?.name;
    let answer = world.control()?.get(&format!("/refusals?org={org}")).await?;
    let found = entries(&answer);
    let newest = found.last().or_fail(|| "the control API knows no refusal in the org".to_owned())?;
    expect::equal("rule", Some(rule.as_str()), newest["rule"].as_str())?;
    expect::that(newest["fix"][0]["path"].is_string(), || format!("nothing mends it: {newest}"))
}

#[then(expr = "the refusal of {app} says")]
async fn refusal_says(world: &mut World, app: AppName, step: &Step) -> Outcome {
    let refusal = last_refusal(world, &app.0).await?;
    for (name, pattern) in pairs(step)? {
        let pattern = world.expand(&pattern)?;
        let value = &refusal[&name];
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        expect::that(expect::text_matches(&pattern, &text), || format!("{name}: expected {pattern:?}, got {text:?}"))?;
    }
    Ok(())
}

#[when(expr = "{user} follows the first fix of the refusal of {app}")]
async fn follows_fix(world: &mut World, user: UserName, app: AppName) -> Outcome {
    let refusal = last_refusal(world, &app.0).await?;
    expect::equal("role", Some("admin"), refusal["fix"][0]["role"].as_str())?;
    let url = refusal["fix"][0]["url"].as_str().or_fail(|| format!("the refusal has no fix: {refusal}"))?.to_owned();
    let member = world.member(&user.0).await?;
    let password = member.user.password.clone().unwrap_or_default();
    let browser = world.browser(&user.0)?;
    browser.open(&url).await?;
    if browser.page().is_ok_and(|page| page.has("Login")) {
        browser.press("Login", &[("username", &member.user.username), ("pw", &password)]).await?;
    }
    Ok(())
}

#[then(expr = "the control API knows of no refusal of {app}")]
async fn no_refusal(world: &mut World, app: AppName) -> Outcome {
    expect::equal("refusals", 0, refusals(world, &app.0).await?.len())
}

#[when(expr = "the test author asks for the requests of {app}")]
async fn asks_journal(world: &mut World, app: AppName) -> Outcome {
    let app = world.app(&app.0)?.name;
    let answer = world.control()?.call(Method::GET, &format!("/requests?app={app}&limit=50"), None).await?;
    world.answered(answer);
    Ok(())
}

#[then(expr = "the journal has a {string} request with")]
async fn journal_has(world: &mut World, route: String, step: &Step) -> Outcome {
    let journal = world.answer()?.json()?;
    let entries = entries(&journal);
    let entry = entries.iter().rev().find(|entry| entry["route"] == route.as_str()).or_fail(|| format!("no entry of {route}"))?;
    has_members(world, entry, step)
}

/// Whether an entry has what the step's table says, by JSON pointer.
fn has_members(world: &World, entry: &Value, step: &Step) -> Outcome {
    for (pointer, pattern) in pairs(step)? {
        let pattern = world.expand(&pattern)?;
        let value = entry.pointer(&pointer).cloned().unwrap_or(Value::Null);
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        expect::that(expect::text_matches(&pattern, &text), || format!("{pointer}: expected {pattern:?}, got {text:?}"))?;
    }
    Ok(())
}

/// Members that HAR 1.2 asks of every entry, and of its request and answer.
const OF_ENTRY: [&str; 6] = ["/startedDateTime", "/time", "/request", "/response", "/cache", "/timings/wait"];
const OF_MESSAGES: [&str; 5] = ["httpVersion", "cookies", "headers", "headersSize", "bodySize"];

#[then(expr = "the archive has a {string} request to {string} with")]
async fn archive_has(world: &mut World, method: String, path: String, step: &Step) -> Outcome {
    let archive = world.answer()?.json()?;
    expect::equal("version of the archive", "1.2", archive["log"]["version"].as_str().unwrap_or_default())?;
    let entries = archive["log"]["entries"].as_array().cloned().unwrap_or_default();
    for entry in &entries {
        let of_messages = ["request", "response"].iter().flat_map(|half| OF_MESSAGES.iter().map(move |member| format!("/{half}/{member}")));
        let asked = OF_ENTRY.iter().map(ToString::to_string).chain(of_messages);
        let missing: Vec<String> = asked.filter(|pointer| entry.pointer(pointer).is_none_or(Value::is_null)).collect();
        expect::that(missing.is_empty(), || format!("an entry of the archive lacks {missing:?}: {entry}"))?;
    }
    let is_wanted = |entry: &&Value| {
        let url = entry["request"]["url"].as_str().and_then(|url| url::Url::parse(url).ok());
        entry["request"]["method"] == method.as_str() && url.is_some_and(|url| url.path() == path)
    };
    let entry = entries.iter().rev().find(is_wanted).or_fail(|| format!("no {method} request to {path} in the archive"))?;
    has_members(world, entry, step)
}

#[then(expr = "nothing secret of {app} is in the answer")]
async fn nothing_secret(world: &mut World, app: AppName) -> Outcome {
    let text = world.answer()?.text();
    let definition = world.app(&app.0)?;
    let mut secrets: Vec<String> = definition.consumer_secret.into_iter().collect();
    for grant in world.grants.get(&app.0).into_iter().flatten() {
        secrets.extend(["access_token", "refresh_token"].iter().filter_map(|name| grant[*name].as_str().map(str::to_owned)));
    }
    secrets.extend(world.authorization(&app.0).ok().and_then(|authorization| authorization.code.clone()));
    secrets.extend(world.users.values().filter_map(|member| member.user.password.clone()));
    expect::that(!secrets.is_empty(), || "there was nothing secret to look for")?;
    let leaks = secrets.iter().filter(|secret| text.contains(secret.as_str())).count();
    expect::equal("secrets in the answer", 0, leaks)
}

#[when("the test author follows the stream of requests")]
async fn follows_stream(world: &mut World) -> Outcome {
    let addresses = &world.target()?.addresses;
    let mut request = Request::get(format!("{}/requests/stream", addresses.control_url));
    if let Some(token) = &addresses.control_token {
        request = request.bearer(token);
    }
    let answer = world.http()?.send_for_beginning(request).await?;
    world.answered(answer);
    Ok(())
}

#[when("the test author takes a snapshot of the org")]
#[given("a snapshot of the org")]
async fn snapshot(world: &mut World) -> Outcome {
    let org = world.org(ORG).await?.name;
    let made = world.control()?.post(&format!("/snapshots?org={org}"), &json!({})).await?;
    let id = made["id"].as_str().map_or_else(|| made["id"].to_string(), str::to_owned);
    world.notes.insert("snapshot".to_owned(), id);
    Ok(())
}

#[when("the test author restores the snapshot")]
async fn restore(world: &mut World) -> Outcome {
    let (org, id) = (world.org(ORG).await?.name, world.notes.get("snapshot").cloned().or_fail(|| "no snapshot was taken")?);
    world.control()?.post(&format!("/snapshots/{id}/restore?org={org}"), &json!({})).await?;
    // Sessions opened after the snapshot are gone with everything else.
    world.sessions.clear();
    Ok(())
}

#[given(expr = "the test author has created {string} from")]
#[when(expr = "the test author creates {string} from")]
async fn creates(world: &mut World, path: String, step: &Step) -> Outcome {
    let (path, text) = (world.expand(&path)?, world.expand(&doc_string(step)?)?);
    let body: Value = serde_json::from_str(&text)?;
    let answer = world.control()?.call(Method::POST, &path, Some(&body)).await?;
    if answer.status == 201
        && let Ok(name) = answer.member("name")
    {
        world.remove_later(format!("{path}/{name}"));
    }
    world.answered(answer);
    Ok(())
}

#[given(expr = "the test author has changed {string} by")]
#[when(expr = "the test author changes {string} by")]
async fn changes(world: &mut World, path: String, step: &Step) -> Outcome {
    let (path, text) = (world.expand(&path)?, world.expand(&doc_string(step)?)?);
    let answer = world.control()?.call(Method::PATCH, &path, Some(&serde_json::from_str(&text)?)).await?;
    world.answered(answer);
    Ok(())
}

#[when(expr = "the test author reads {string}")]
async fn reads(world: &mut World, path: String) -> Outcome {
    let path = world.expand(&path)?;
    let answer = world.control()?.call(Method::GET, &path, None).await?;
    world.answered(answer);
    Ok(())
}

#[when(expr = "the test author removes {string}")]
async fn removes(world: &mut World, path: String) -> Outcome {
    let path = world.expand(&path)?;
    let answer = world.control()?.call(Method::DELETE, &path, None).await?;
    world.answered(answer);
    Ok(())
}

#[given(expr = "{app} holds a session of {user} with the scopes {string}")]
async fn holds_session(world: &mut World, app: AppName, user: UserName, scopes: String) -> Outcome {
    let member = world.member(&user.0).await?;
    let (org, definition) = (world.org(&member.org).await?, world.app(&app.0)?);
    let scopes: Vec<&str> = scopes.split_whitespace().collect();
    let session = world.control()?.session(&org.name, &member.user.username, Some((&definition.name, &scopes))).await?;
    let tokens = json!({
        "access_token": session.access_token,
        "refresh_token": session.refresh_token,
        "instance_url": session.instance_url,
    });
    world.grants.entry(app.0).or_default().push(tokens);
    Ok(())
}

#[then(expr = "the control API refuses with {int} and names {string}")]
async fn refuses(world: &mut World, status: u16, field: String) -> Outcome {
    let answer = world.answer()?;
    expect::that(answer.status == status, || format!("expected {status}, got {}", answer.summary()))?;
    expect::equal("Content-Type", Some("application/problem+json"), answer.header("content-type"))?;
    expect::that(answer.text().contains(&field), || format!("the problem does not name {field:?}: {}", answer.text()))
}

async fn last_refusal(world: &mut World, app: &str) -> Outcome<Value> {
    let refusals = refusals(world, app).await?;
    refusals.last().cloned().or_fail(|| format!("the control API knows no refusal of {app:?}"))
}

async fn refusals(world: &mut World, app: &str) -> Outcome<Vec<Value>> {
    let (org, app) = (world.org(ORG).await?, world.app(app)?);
    let answer = world.control()?.get(&format!("/refusals?org={}&app={}", org.name, app.name)).await?;
    Ok(entries(&answer))
}

/// The entries of a journal answer: the array itself, or the one array member of the object.
fn entries(answer: &Value) -> Vec<Value> {
    let array = answer.as_array().or_else(|| answer.as_object()?.values().find_map(Value::as_array));
    array.cloned().unwrap_or_default()
}
