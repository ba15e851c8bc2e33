//! Sandboxes and scratch orgs as an admin's tool asks for them.

use cucumber::{given, when};
use reqwest::Method;
use serde_json::{Value, json};

use super::parameter::UserName;
use crate::client::control::Org;
use crate::client::{Answer, Request};
use crate::failure::{OrFail, Outcome};
use crate::world::{ADMIN, Member, ORG, PUBLISHER, World};

const TOOLING: &str = "/services/data/v67.0/tooling";

/// Whose org that is from here on; its people are `the admin of the sandbox` and `"ada of the sandbox"`.
const SANDBOX: &str = "the sandbox";

/// `{note:<name>}` then stands for the sandbox's id in production.
#[given(expr = "the admin has made the {word} sandbox {string}")]
#[when(expr = "the admin makes the {word} sandbox {string}")]
async fn made(world: &mut World, license: String, name: String) -> Outcome {
    let answer = ask(world, ADMIN, Method::POST, "/sobjects/SandboxInfo", &json!({ "SandboxName": name, "LicenseType": license })).await?;
    let id = answer.member("id")?;
    world.notes.insert(name.clone(), id);
    meet(world, &name).await
}

/// A clone of a sandbox that was made.
#[given(expr = "the admin has cloned the sandbox {string} as {string}")]
#[when(expr = "the admin clones the sandbox {string} as {string}")]
async fn cloned(world: &mut World, source: String, name: String) -> Outcome {
    let source = world.notes.get(&source).cloned().or_fail(|| format!("nobody made the sandbox {source:?}"))?;
    let answer = ask(world, ADMIN, Method::POST, "/sobjects/SandboxInfo", &json!({ "SandboxName": name, "SourceId": source })).await?;
    world.notes.insert(name.clone(), answer.member("id")?);
    meet(world, &name).await
}

#[when(expr = "the admin refreshes the sandbox {string}")]
async fn refreshed(world: &mut World, name: String) -> Outcome {
    let id = world.notes.get(&name).cloned().or_fail(|| format!("nobody made the sandbox {name:?}"))?;
    let answer = ask(world, ADMIN, Method::PATCH, &format!("/sobjects/SandboxInfo/{id}"), &json!({ "AutoActivate": true })).await?;
    crate::expect::that(answer.status == 204, || format!("it was refused: {}", answer.summary()))?;
    meet(world, &name).await
}

/// A Dev Hub of its own signs up for a scratch org with these members beside what the CLI always sends.
#[given(expr = "{user} has signed up for the scratch org {string}")]
#[when(expr = "{user} signs up for the scratch org {string}")]
async fn signed_up(world: &mut World, user: UserName, username: String) -> Outcome {
    let hub = world.org(PUBLISHER).await?.name;
    let username = format!("{username}@{hub}.example");
    let body = json!({
        "Username": username, "Edition": "Developer", "OrgName": "Company", "DurationDays": 7, "Package2AncestorIds": "",
        "ConnectedAppConsumerKey": "PlatformCLI", "ConnectedAppCallbackUrl": "http://localhost:1717/OauthRedirect",
    });
    let session = world.session(&user.0).await?;
    let request = Request::new(Method::POST, format!("{}/services/data/v67.0/sobjects/ScratchOrgInfo", session.instance_url)).json(&body);
    let answer = world.http()?.send(request.bearer(&session.access_token)).await?;
    let id = answer.member("id")?;
    let read = Request::get(format!("{}/services/data/v67.0/sobjects/ScratchOrgInfo/{id}", session.instance_url)).bearer(&session.access_token);
    let read = world.http()?.send(read).await?.json()?;
    for (note, member) in [("scratch org", "ScratchOrg"), ("code", "AuthCode"), ("login url", "LoginUrl"), ("username", "SignupUsername")] {
        world.notes.insert(note.to_owned(), read[member].as_str().unwrap_or_default().to_owned());
    }
    world.notes.insert("sign-up".to_owned(), id);
    let made = read["ScratchOrg"].as_str().or_fail(|| format!("there is no scratch org: {read}"))?;
    world.remove_later(format!("/orgs/{made}"));
    Ok(())
}

async fn ask(world: &mut World, user: &str, method: Method, path: &str, body: &Value) -> Outcome<Answer> {
    let session = world.session(user).await?;
    let request = Request::new(method, format!("{}{TOOLING}{path}", session.instance_url)).json(body).bearer(&session.access_token);
    world.http()?.send(request).await
}

/// Made on a page: it is known from here on, and removed in the end.
#[when(expr = "{string} is the sandbox of the org")]
async fn named(world: &mut World, name: String) -> Outcome {
    meet(world, &name).await
}

/// Gets to know the sandbox of this name, and the people in it.
async fn meet(world: &mut World, name: &str) -> Outcome {
    let path = format!("/orgs/{}--{name}", world.org(ORG).await?.name);
    let org: Org = serde_json::from_value(world.control()?.get(&path).await?)?;
    world.remove_later(path);
    for user in &org.users {
        let key = if user.name == "admin" { format!("the admin of {SANDBOX}") } else { format!("{} of {SANDBOX}", user.name) };
        world.sessions.remove(&key);
        world.users.insert(key, Member { org: SANDBOX.to_owned(), user: user.clone() });
    }
    world.orgs.insert(SANDBOX.to_owned(), org);
    Ok(())
}
