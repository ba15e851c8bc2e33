//! What ends tokens, sessions and approvals: the event, and what is left of each.

use cucumber::{then, when};
use reqwest::Method;
use serde_json::{Value, json};

use super::parameter::{AppName, UserName};
use super::token;
use crate::client::Request;
use crate::expect;
use crate::failure::{Failure, OrFail, Outcome};
use crate::world::{ADMIN, ORG, World};

#[when(expr = "it happens to {user} and {app} that {string}")]
async fn happens(world: &mut World, user: UserName, app: AppName, event: String) -> Outcome {
    let (org, member) = (world.org(ORG).await?, world.member(&user.0).await?);
    let org_path = format!("/orgs/{}", org.id);
    let user_path = format!("{org_path}/users/{}", member.user.name);
    let definition = world.app(&app.0)?;
    let (row_path, app_path) = (format!("{org_path}/apps/{}", definition.name), format!("/apps/{}", definition.name));
    match event.as_str() {
        "the user is deactivated" => patch(world, &user_path, json!({ "active": false })).await,
        "the user is frozen" => patch(world, &user_path, json!({ "frozen": true })).await,
        "Salesforce contains the user" => world.control()?.post(&format!("{user_path}/contain"), &json!({})).await.map(drop),
        "the org is locked" => patch(world, &org_path, json!({ "locked": true })).await,
        "My Domain changes" => {
            let name = format!("{}-moved", org.name);
            world.remove_later(format!("/orgs/{name}"));
            patch(world, &org_path, json!({ "name": name })).await
        }
        "an admin resets the password, which ends sessions" => {
            patch(world, &format!("{org_path}/policies"), json!({ "reset_ends_sessions": true })).await?;
            rest(world, ADMIN, Method::DELETE, &format!("/sobjects/User/{}/password", member.user.id), None).await
        }
        "an admin resets the password" => rest(world, ADMIN, Method::DELETE, &format!("/sobjects/User/{}/password", member.user.id), None).await,
        "the user chooses another password" => {
            let path = format!("/sobjects/User/{}/password", member.user.id);
            rest(world, &user.0, Method::POST, &path, Some(json!({ "NewPassword": "another-passw0rd" }))).await
        }
        "an admin revokes the approval" => revoke_by_delete_token(world, &member.user.id).await,
        "the access token is revoked" => revoke(world, &world.token(&app.0, "access_token")?.clone()).await,
        "the refresh token is revoked" => revoke(world, &world.token(&app.0, "refresh_token")?.clone()).await,
        "the app is blocked" => patch(world, &row_path, json!({ "blocked": true })).await,
        "the app is uninstalled" => world.control()?.delete(&format!("{org_path}/installs/{}", definition.name)).await.map(drop),
        "the app is deleted" => world.control()?.delete(&app_path).await.map(drop),
        "only approved users are admitted" => patch(world, &row_path, json!({ "permitted_users": "admin_approved" })).await,
        "refresh tokens expire at once" => patch(world, &row_path, json!({ "refresh_token_policy": { "kind": "immediately_expire" } })).await,
        "the developer takes a scope away" => patch(world, &app_path, json!({ "scopes": ["api", "refresh_token"] })).await,
        "the browser logs out" => {
            let url = format!("{}/secur/logout.jsp", world.login_url(&org)?);
            world.browser(&user.0)?.open(&url).await.map(drop)
        }
        "an admin removes the session" => remove_session(world, &member.user.id).await,
        _ => Err(Failure::new(format!("no event {event:?} in the vocabulary"))),
    }
}

/// `tokens`, or the error and its description.
#[then(expr = "a refresh of {app} answers {string}")]
async fn refresh_answers(world: &mut World, app: AppName, expected: String) -> Outcome {
    token::refresh(world, &app.0, &[]).await?;
    match expected.split_once(": ") {
        None if expected == "tokens" => token::must_be_issued(world),
        Some((error, description)) => token::must_be_oauth_error(world.answer()?, error, description),
        None => Err(Failure::new("`tokens`, or `error: description`")),
    }
}

#[then(expr = "the browser of {user} is {word}")]
async fn browser_is(world: &mut World, user: UserName, state: String) -> Outcome {
    let org = world.org(ORG).await?;
    let url = format!("{}/home/home.jsp", world.login_url(&org)?);
    let browser = world.browser(&user.0)?;
    browser.open(&url).await?;
    expect::equal("browser", state.as_str(), if browser.page()?.has("Login") { "out" } else { "in" })
}

#[then(expr = "the org knows {int} approval(s) of {app}")]
async fn approvals(world: &mut World, expected: usize, app: AppName) -> Outcome {
    let (org, name) = (world.org(ORG).await?, world.app(&app.0)?.name);
    let answer = world.control()?.call(Method::GET, &format!("/orgs/{}/apps/{name}", org.id), None).await?;
    let held = if answer.status == 404 { 0 } else { answer.json()?["approved_by"].as_array().map_or(0, Vec::len) };
    expect::equal("approvals", expected, held)
}

async fn patch(world: &World, path: &str, body: Value) -> Outcome {
    world.control()?.patch(path, &body).await.map(drop)
}

async fn rest(world: &mut World, user: &str, method: Method, path: &str, body: Option<Value>) -> Outcome {
    let session = world.session(user).await?;
    let mut request = Request::new(method, format!("{}/services/data/v67.0{path}", session.instance_url)).bearer(&session.access_token);
    if let Some(body) = body {
        request = request.header("Content-Type", "application/json").body(body.to_string());
    }
    let answer = world.http()?.send(request).await?;
    let answer = world.answered(answer);
    expect::that(answer.status < 300, || format!("expected success, got {}", answer.summary()))
}

async fn query(world: &mut World, soql: &str) -> Outcome<Value> {
    let encoded: String = url::form_urlencoded::byte_serialize(soql.as_bytes()).collect();
    rest(world, ADMIN, Method::GET, &format!("/query?q={encoded}"), None).await?;
    world.answer()?.json()
}

async fn revoke_by_delete_token(world: &mut World, user: &str) -> Outcome {
    let found = query(world, &format!("SELECT DeleteToken FROM OauthToken WHERE UserId = '{user}'")).await?;
    let token = found["records"][0]["DeleteToken"].as_str().or_fail(|| "OauthToken shows no DeleteToken")?.to_owned();
    revoke(world, &token).await
}

async fn remove_session(world: &mut World, user: &str) -> Outcome {
    let found = query(world, &format!("SELECT Id FROM AuthSession WHERE UsersId = '{user}' AND SessionType = 'Oauth2'")).await?;
    let id = found["records"][0]["Id"].as_str().or_fail(|| "AuthSession shows no session of an app")?.to_owned();
    rest(world, ADMIN, Method::DELETE, &format!("/sobjects/AuthSession/{id}"), None).await
}

async fn revoke(world: &mut World, token: &str) -> Outcome {
    let url = format!("{}/services/oauth2/revoke", world.target()?.addresses.login_url);
    let answer = world.http()?.send(Request::form(url, [("token", token)])).await?;
    expect::equal("status", 200, answer.status)?;
    world.answered(answer);
    Ok(())
}
