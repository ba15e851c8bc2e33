//! Logins: where people come from, the codes and links that e-mails tell, passwords, and admins who log in as others.

use aws_lc_rs::hmac;
use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use serde_json::{Value, json};

use super::doc_string;
use super::parameter::{AppName, UserName};
use crate::client::Request;
use crate::expect;
use crate::failure::{OrFail, Outcome};
use crate::world::{ORG, World};

/// `12345678901234567890` in base32, the secret of RFC 6238's examples.
const TOTP_SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const TOTP_KEY: &[u8] = b"12345678901234567890";

#[given(expr = "{user} comes from the address {string}")]
#[when(expr = "{user} comes from the address {string}")]
async fn comes_from(world: &mut World, user: UserName, address: String) -> Outcome {
    world.addresses.insert(user.0, address);
    Ok(())
}

#[given(expr = "{app} calls from the address {string}")]
#[when(expr = "{app} calls from the address {string}")]
async fn calls_from(world: &mut World, app: AppName, address: String) -> Outcome {
    world.addresses.insert(app.0, address);
    Ok(())
}

#[given(expr = "the profile {string} limits logins by")]
#[when(expr = "the profile {string} limits logins by")]
async fn limits_logins(world: &mut World, profile: String, step: &Step) -> Outcome {
    let org = world.org(ORG).await?;
    let rules: Value = serde_json::from_str(&world.expand(&doc_string(step)?)?)?;
    let path = format!("/orgs/{}/profiles/{}", org.name, profile.replace(' ', "%20"));
    world.control()?.patch(&path, &json!({ "login": rules })).await.map(drop)
}

#[given(expr = "a user {user} who never set a password")]
async fn without_password(world: &mut World, user: UserName) -> Outcome {
    world.create_user(ORG, &user.0, json!({ "password": null })).await.map(drop)
}

#[given(expr = "a user {user} whose password expired")]
async fn with_expired_password(world: &mut World, user: UserName) -> Outcome {
    world.create_user(ORG, &user.0, json!({ "password_expired": true })).await.map(drop)
}

#[given(expr = "a user {user} with an authenticator app")]
async fn with_authenticator(world: &mut World, user: UserName) -> Outcome {
    world.create_user(ORG, &user.0, json!({ "totp_secret": TOTP_SECRET })).await.map(drop)
}

#[given(expr = "an admin has reset the password of {user}")]
#[when(expr = "an admin resets the password of {user}")]
async fn resets_password(world: &mut World, user: UserName) -> Outcome {
    let member = world.member(&user.0).await?;
    let org = world.org(&member.org).await?;
    let path = format!("/orgs/{}/users/{}/password-reset", org.name, member.user.name);
    world.control()?.must(reqwest::Method::POST, &path, Some(&json!({}))).await.map(drop)
}

#[when(expr = "{user} opens the link of the newest e-mail")]
async fn opens_link(world: &mut World, user: UserName) -> Outcome {
    let link = newest_mail(world, &user.0).await?["link"].as_str().map(str::to_owned).or_fail(|| "the e-mail has no link")?;
    world.browser(&user.0)?.open(&link).await.map(drop)
}

#[when(expr = "the link of the newest e-mail to {user} is noted as {string}")]
async fn notes_link(world: &mut World, user: UserName, name: String) -> Outcome {
    let link = newest_mail(world, &user.0).await?["link"].as_str().map(str::to_owned).or_fail(|| "the e-mail has no link")?;
    world.notes.insert(name, link);
    Ok(())
}

#[when(expr = "{user} enters the code of the newest e-mail")]
async fn enters_mailed_code(world: &mut World, user: UserName) -> Outcome {
    let code = newest_mail(world, &user.0).await?["code"].as_str().map(str::to_owned).or_fail(|| "the e-mail has no code")?;
    enter_code(world, &user.0, &code).await
}

#[when(expr = "{user} enters the code of the authenticator app")]
async fn enters_totp(world: &mut World, user: UserName) -> Outcome {
    let clock = world.control()?.get("/clock").await?;
    let now = clock["now"].as_str().and_then(|now| now.parse::<jiff::Timestamp>().ok()).or_fail(|| "the clock shows no time")?;
    enter_code(world, &user.0, &totp(now.as_second() / 30)).await
}

#[when(expr = "{user} enters the code {string}")]
async fn enters_code(world: &mut World, user: UserName, code: String) -> Outcome {
    enter_code(world, &user.0, &code).await
}

#[when(expr = "{user} chooses the password {string}")]
async fn chooses_password(world: &mut World, user: UserName, password: String) -> Outcome {
    world.browser(&user.0)?.press("password-button", &[("newpassword", &password), ("confirmpassword", &password)]).await?;
    remember_password(world, &user.0, password);
    Ok(())
}

#[when(expr = "{user} changes the password to {string}")]
async fn changes_password(world: &mut World, user: UserName, password: String) -> Outcome {
    let old = world.member(&user.0).await?.user.password.unwrap_or_default();
    let fields = [("currentpassword", old.as_str()), ("newpassword", &password), ("confirmpassword", &password)];
    world.browser(&user.0)?.press("password-button", &fields).await?;
    remember_password(world, &user.0, password);
    Ok(())
}

#[when(expr = "{user} asks for a new password")]
async fn forgets_password(world: &mut World, user: UserName) -> Outcome {
    let member = world.member(&user.0).await?;
    let org = world.org(&member.org).await?;
    let url = format!("{}/secur/forgotpassword.jsp", world.login_url(&org)?);
    let browser = world.browser(&user.0)?;
    browser.open(&url).await?;
    browser.press("continue", &[("un", &member.user.username)]).await.map(drop)
}

#[given(expr = "{user} has logged in as {user}")]
#[when(expr = "{user} logs in as {user}")]
async fn logs_in_as(world: &mut World, admin: UserName, user: UserName) -> Outcome {
    let member = world.member(&user.0).await?;
    let org = world.org(&member.org).await?;
    let path = format!("/servlet/servlet.su?oid={}&suorgadminid={}&retURL=/&targetURL=/home/home.jsp", org.id, member.user.id);
    super::page::open_path(world, &admin.0, &path).await
}

#[when(expr = "{user} logs in with a wrong password {int} times")]
async fn fails_to_log_in(world: &mut World, user: UserName, times: usize) -> Outcome {
    for _ in 0..times {
        super::page::log_in_with(world, &user.0, "wrong").await?;
    }
    Ok(())
}

#[then(expr = "the newest e-mail to {user} is about {string}")]
async fn mail_is_about(world: &mut World, user: UserName, kind: String) -> Outcome {
    expect::equal("kind", Some(kind.as_str()), newest_mail(world, &user.0).await?["kind"].as_str())
}

#[then(expr = "{user} is asked for a code")]
async fn asked_for_code(world: &mut World, user: UserName) -> Outcome {
    let page = world.browser(&user.0)?.page()?;
    expect::that(page.has("emc"), || format!("expected Verify Your Identity, got {:?}: {}", page.title, page.text))
}

#[then(expr = "{user} is asked for a new password")]
async fn asked_for_password(world: &mut World, user: UserName) -> Outcome {
    let page = world.browser(&user.0)?.page()?;
    expect::that(page.has("password-button"), || format!("expected Change Your Password, got {:?}: {}", page.title, page.text))
}

#[then(expr = "nobody is e-mailed")]
async fn nobody_mailed(world: &mut World) -> Outcome {
    let org = world.org(ORG).await?.name;
    let answer = world.control()?.get(&format!("/outbox?org={org}")).await?;
    expect::json_matches(&json!({ "emails": [] }), &answer)
}

#[when(expr = "{app} opens a session of {user} by SOAP from the address {string}")]
async fn soap_login(world: &mut World, app: AppName, user: UserName, address: String) -> Outcome {
    let member = world.member(&user.0).await?;
    let org = world.org(&member.org).await?;
    let secret = format!("{}{}", member.user.password.unwrap_or_default(), member.user.security_token.unwrap_or_default());
    let body = format!(
        "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:urn=\"urn:partner.soap.sforce.com\">\
         <soapenv:Header><urn:CallOptions><urn:client>{}</urn:client></urn:CallOptions></soapenv:Header>\
         <soapenv:Body><urn:login><urn:username>{}</urn:username><urn:password>{secret}</urn:password></urn:login></soapenv:Body></soapenv:Envelope>",
        app.0, member.user.username
    );
    let request = Request::new(reqwest::Method::POST, format!("{}/services/Soap/u/60.0", world.login_url(&org)?))
        .header("Content-Type", "text/xml; charset=UTF-8")
        .header("SOAPAction", "login")
        .header(crate::client::FORWARDED_FOR, address)
        .body(body);
    let answer = world.http()?.send(request).await?;
    world.answered(answer);
    Ok(())
}

/// Thirteen refreshes, a year by the virtual clock.
#[then(expr = "{app} refreshes every 29 days for a year, each time with a new refresh token")]
async fn refreshes_for_a_year(world: &mut World, app: AppName) -> Outcome {
    for _ in 0..13 {
        world.control()?.post("/clock", &json!({ "advance": "P29D" })).await?;
        world.clock_moved = true;
        let before = world.latest_grant(&app.0)?["refresh_token"].clone();
        super::token::refresh(world, &app.0, &[]).await?;
        super::token::must_be_issued(world)?;
        let after = world.latest_grant(&app.0)?["refresh_token"].clone();
        expect::that(after.is_string() && after != before, || "the refresh token did not change".to_owned())?;
    }
    Ok(())
}

async fn enter_code(world: &mut World, user: &str, code: &str) -> Outcome {
    world.browser(user)?.press("save", &[("emc", code)]).await.map(drop)
}

/// What the outbox shows last for the user.
async fn newest_mail(world: &mut World, user: &str) -> Outcome<Value> {
    let member = world.member(user).await?;
    let org = world.org(&member.org).await?;
    let outbox = world.control()?.get(&format!("/outbox?org={}", org.name)).await?;
    let mails = outbox["emails"].as_array().cloned().unwrap_or_default();
    let of_user = |mail: &&Value| mail["user"].as_str() == Some(member.user.username.as_str());
    mails.iter().rev().find(of_user).cloned().or_fail(|| format!("no e-mail went to {user:?}"))
}

fn remember_password(world: &mut World, user: &str, password: String) {
    if let Some(member) = world.users.get_mut(user) {
        member.user.password = Some(password);
    }
}

/// RFC 6238 for the one secret that scenarios use.
fn totp(step: i64) -> String {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, TOTP_KEY), &step.to_be_bytes());
    let bytes = tag.as_ref();
    let offset = usize::from(bytes[bytes.len() - 1] & 15);
    let word = u32::from_be_bytes([bytes[offset] & 0x7f, bytes[offset + 1], bytes[offset + 2], bytes[offset + 3]]);
    format!("{:06}", word % 1_000_000)
}
