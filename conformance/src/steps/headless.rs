//! Programs that log people in at an Experience Cloud site without showing a page.

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE};
use cucumber::gherkin::Step;
use cucumber::{given, when};
use serde_json::{Value, json};

use super::authorization::challenge;
use super::pairs;
use super::parameter::{AppName, UserName};
use super::token::{self, ask_for_tokens};
use crate::client::Request;
use crate::failure::{OrFail, Outcome};
use crate::world::{Authorization, World};

/// Where a scenario remembers its verifier, and the code that an e-mail brought.
const VERIFIER: &str = "headless verifier";
const IDENTIFIER: &str = "identifier";
const OTP: &str = "otp";
const HEADERS: [&str; 3] = ["Authorization", "Auth-Request-Type", "Auth-Verification-Type"];
const LEFT_OUT: &str = "(none)";

#[given(expr = "{app} has logged {user} in headless")]
#[given(expr = "{app} logs {user} in headless")]
#[when(expr = "{app} logs {user} in headless")]
async fn logs_in(world: &mut World, app: AppName, user: UserName) -> Outcome {
    log_in(world, &app.0, &user.0, &[], &Place::Site).await
}

#[given(expr = "{app} logs {user} in headless with")]
#[when(expr = "{app} logs {user} in headless with")]
async fn logs_in_with(world: &mut World, app: AppName, user: UserName, step: &Step) -> Outcome {
    log_in(world, &app.0, &user.0, &pairs(step)?, &Place::Site).await
}

#[when(expr = "{app} logs {user} in headless at the host {string}")]
async fn logs_in_at(world: &mut World, app: AppName, user: UserName, host: String) -> Outcome {
    let host = world.expand(&host)?;
    log_in(world, &app.0, &user.0, &[], &Place::Host { host, path: String::new() }).await
}

#[when(expr = "{app} logs {user} in headless at the host {string} and the site {string}")]
async fn logs_in_at_site(world: &mut World, app: AppName, user: UserName, host: String, site: String) -> Outcome {
    let host = world.expand(&host)?;
    log_in(world, &app.0, &user.0, &[], &Place::Host { host, path: format!("/{site}") }).await
}

#[when(expr = "{app} logs {user} in headless, its credentials in the alphabet of addresses")]
async fn logs_in_url_safe(world: &mut World, app: AppName, user: UserName) -> Outcome {
    let member = world.member(&user.0).await?.user;
    let credentials = BASE64_URL_SAFE.encode(format!("{}:{}", member.username, member.password.unwrap_or_default()));
    log_in(world, &app.0, &user.0, &[("Authorization".to_owned(), format!("Basic {credentials}"))], &Place::Site).await
}

#[given(expr = "{app} has failed {int} times to log {user} in headless")]
async fn fails(world: &mut World, app: AppName, times: usize, user: UserName) -> Outcome {
    for _ in 0..times {
        log_in(world, &app.0, &user.0, &[(format!("password of {}", user.0), "wrong".to_owned())], &Place::Site).await?;
    }
    Ok(())
}

#[given(expr = "{app} has redeemed the headless code")]
#[when(expr = "{app} redeems the headless code")]
async fn redeems(world: &mut World, app: AppName) -> Outcome {
    redeem(world, &app.0, &[]).await
}

#[when(expr = "{app} redeems the headless code with")]
async fn redeems_with(world: &mut World, app: AppName, step: &Step) -> Outcome {
    redeem(world, &app.0, &pairs(step)?).await
}

#[given(expr = "{user} has asked to log in without a password")]
async fn asks_for_passwordless(world: &mut World, user: UserName) -> Outcome {
    let username = world.member(&user.0).await?.user.username;
    init(world, "init/passwordless/login", &json!({ "username": username, "verificationmethod": "email" })).await?;
    let identifier = world.answer()?.member("identifier")?;
    world.notes.insert(IDENTIFIER.to_owned(), identifier);
    Ok(())
}

#[given(expr = "{string} has registered")]
async fn has_registered(world: &mut World, email: String) -> Outcome {
    let person = json!({ "firstName": "Grace", "lastName": "Hopper", "email": email, "username": format!("{}.{email}", world.unique("grace")) });
    init(world, "init/registration", &json!({ "userdata": person, "password": "flowmatic-1959", "verificationmethod": "email" })).await?;
    let identifier = world.answer()?.member("identifier")?;
    world.notes.insert(IDENTIFIER.to_owned(), identifier);
    Ok(())
}

#[given(expr = "{user} has forgotten the password")]
async fn has_forgotten(world: &mut World, user: UserName) -> Outcome {
    let username = world.member(&user.0).await?.user.username;
    init(world, "forgot_password", &json!({ "username": username })).await?;
    let otp = sent_code(world, &username).await?;
    world.notes.insert(OTP.to_owned(), otp);
    Ok(())
}

#[given(expr = "{app} has sent the code of {string} as {string}")]
#[when(expr = "{app} sends the code of {string} as {string}")]
async fn sends_code_of(world: &mut World, app: AppName, whose: String, kind: String) -> Outcome {
    let address = match world.users.get(&whose) {
        Some(member) => member.user.username.clone(),
        None => whose,
    };
    let otp = sent_code(world, &address).await?;
    send_code(world, &app.0, &otp, &kind).await
}

#[when(expr = "{app} sends the code {string} as {string}")]
async fn sends_code(world: &mut World, app: AppName, otp: String, kind: String) -> Outcome {
    send_code(world, &app.0, &otp, &kind).await
}

#[given(expr = "{app} has sent the code {string} as {string} {int} times")]
async fn sends_code_times(world: &mut World, app: AppName, otp: String, kind: String, times: usize) -> Outcome {
    for _ in 0..times {
        send_code(world, &app.0, &otp, &kind).await?;
    }
    Ok(())
}

/// Where a program asks.
enum Place {
    /// The org's site on the server's own origin.
    Site,
    /// A host by name, with the path of a site.
    Host { host: String, path: String },
}

/// Posts credentials; `changes` replace headers, the halves of the credentials (`password of ada`), or parameters.
async fn log_in(world: &mut World, app: &str, user: &str, changes: &[(String, String)], place: &Place) -> Outcome {
    let member = world.member(user).await?.user;
    let half = |what: &str| changes.iter().find(|(name, _)| *name == format!("{what} of {user}")).map(|(_, value)| value.clone());
    let username = half("username").unwrap_or(member.username);
    let password = half("password").or(member.password).unwrap_or_default();
    let basic = format!("Basic {}", BASE64_STANDARD.encode(format!("{username}:{password}")));
    authorize(world, app, &[("Auth-Request-Type", "Named-User"), ("Authorization", &basic)], changes, place).await
}

async fn send_code(world: &mut World, app: &str, otp: &str, kind: &str) -> Outcome {
    let identifier = world.notes.get(IDENTIFIER).cloned().or_fail(|| "no code was asked for")?;
    let basic = format!("Basic {}", BASE64_STANDARD.encode(format!("{identifier}:{otp}")));
    let headers = [("Auth-Request-Type", kind), ("Auth-Verification-Type", "email"), ("Authorization", basic.as_str())];
    authorize(world, app, &headers, &[], &Place::Site).await
}

async fn authorize(world: &mut World, app: &str, headers: &[(&str, &str)], changes: &[(String, String)], place: &Place) -> Outcome {
    let definition = world.app(app)?;
    let verifier = format!("{}-{}", world.unique("verifier"), "v".repeat(43));
    let mut form = vec![
        ("response_type".to_owned(), "code_credentials".to_owned()),
        ("client_id".to_owned(), definition.consumer_key),
        ("redirect_uri".to_owned(), definition.callback_urls.first().cloned().unwrap_or_default()),
        ("code_challenge".to_owned(), challenge(&verifier)),
    ];
    let (of_headers, of_form): (Vec<_>, Vec<_>) =
        changes.iter().filter(|(name, _)| !name.contains(" of ")).cloned().partition(|(name, _)| HEADERS.contains(&name.as_str()));
    token::apply(&mut form, &of_form, |text| world.expand(text))?;
    let (base, host) = match place {
        Place::Site => (world.expand("{site}")?, None),
        Place::Host { host, path } => (format!("{}{path}", world.target()?.addresses.login_url), Some(host)),
    };
    let fields: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let mut request = Request::form(format!("{base}/services/oauth2/authorize"), fields);
    for (name, value) in headers {
        let changed = of_headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        if changed != Some(LEFT_OUT) {
            request = request.header(*name, changed.unwrap_or(value));
        }
    }
    if let Some(host) = host {
        request = request.header("Host", host);
    }
    let answer = world.http()?.send(request).await?;
    let code = answer.member("code").ok();
    let parameters = form.iter().filter(|(name, _)| name == "redirect_uri").cloned().collect();
    world.notes.insert(VERIFIER.to_owned(), verifier.clone());
    let authorization = Authorization { user: "ada".to_owned(), parameters, verifier: Some(verifier), callback: None, code };
    world.authorizations.insert(app.to_owned(), authorization);
    world.answered(answer);
    Ok(())
}

/// Posts the code at the site that gave it.
async fn redeem(world: &mut World, app: &str, changes: &[(String, String)]) -> Outcome {
    let (definition, authorization) = (world.app(app)?, world.authorization(app)?.clone());
    let mut form = vec![("grant_type".to_owned(), "authorization_code".to_owned()), ("client_id".to_owned(), definition.consumer_key)];
    form.extend(authorization.parameters);
    form.push(("code".to_owned(), authorization.code.or_fail(|| "there is no code")?));
    form.push(("code_verifier".to_owned(), authorization.verifier.unwrap_or_default()));
    token::apply(&mut form, changes, |text| world.expand(text))?;
    let url = world.expand("{site}/services/oauth2/token")?;
    let fields: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    ask_for_tokens(world, app, Request::form(url, fields)).await
}

async fn init(world: &mut World, what: &str, body: &Value) -> Outcome {
    let url = world.expand(&format!("{{site}}/services/auth/headless/{what}"))?;
    let answer = world.http()?.send(Request::new(reqwest::Method::POST, url).json(body)).await?;
    world.answered(answer);
    Ok(())
}

/// The code of the last e-mail to this address.
async fn sent_code(world: &mut World, address: &str) -> Outcome<String> {
    let org = world.expand("{org}")?;
    let outbox = world.control()?.get(&format!("/outbox?org={org}")).await?;
    let mails = outbox["emails"].as_array().or_fail(|| "the outbox lists no e-mails")?;
    let code = mails.iter().rev().find(|mail| mail["to"] == address).and_then(|mail| mail["code"].as_str());
    code.map(str::to_owned).or_fail(|| format!("no code was sent to {address}: {outbox}"))
}
