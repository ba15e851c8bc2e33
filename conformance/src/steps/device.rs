//! The device flow: codes, the page where a user types one, and polling.

use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use url::Url;

use super::pairs;
use super::parameter::{AppName, UserName};
use super::token::{self, ask_for_tokens};
use crate::client::Request;
use crate::expect;
use crate::failure::Outcome;
use crate::world::World;

/// Where a scenario remembers the codes of its device.
const DEVICE_CODE: &str = "device code";
pub(super) const USER_CODE: &str = "user code";
pub(super) const VERIFICATION_URI: &str = "verification uri";

#[given(expr = "{app} has asked for a device code")]
#[when(expr = "{app} asks for a device code")]
async fn asks_for_code(world: &mut World, app: AppName) -> Outcome {
    begin(world, &app.0, &[]).await
}

#[given(expr = "{app} has asked for a device code with")]
#[when(expr = "{app} asks for a device code with")]
async fn asks_for_code_with(world: &mut World, app: AppName, step: &Step) -> Outcome {
    begin(world, &app.0, &pairs(step)?).await
}

#[given(expr = "{user} has connected the device")]
#[when(expr = "{user} connects the device")]
async fn connects(world: &mut World, user: UserName) -> Outcome {
    enter_code(world, &user.0).await?;
    world.browser(&user.0)?.press("oaapprove", &[]).await.map(drop)
}

#[given(expr = "{user} has refused the device")]
#[when(expr = "{user} refuses the device")]
async fn refuses(world: &mut World, user: UserName) -> Outcome {
    enter_code(world, &user.0).await?;
    world.browser(&user.0)?.press("oadeny", &[]).await.map(drop)
}

#[given(expr = "{user} enters the code of the device")]
#[when(expr = "{user} enters the code of the device")]
async fn enters(world: &mut World, user: UserName) -> Outcome {
    enter_code(world, &user.0).await
}

#[when(expr = "{user} enters the device code {string}")]
async fn enters_text(world: &mut World, user: UserName, code: String) -> Outcome {
    let code = world.expand(&code)?;
    let member = world.member(&user.0).await?;
    let org = world.org(&member.org).await?;
    let page = format!("{}/setup/connect", world.login_url(&org)?);
    let browser = world.browser(&user.0)?;
    browser.open(&page).await?;
    browser.press("connect", &[("user_code", &code)]).await.map(drop)
}

#[given(expr = "{app} has polled")]
#[when(expr = "{app} polls")]
async fn polls(world: &mut World, app: AppName) -> Outcome {
    poll(world, &app.0, &[]).await
}

#[when(expr = "{app} polls with")]
async fn polls_with(world: &mut World, app: AppName, step: &Step) -> Outcome {
    poll(world, &app.0, &pairs(step)?).await
}

#[then(expr = "the code is filled in for {user}")]
async fn filled_in(world: &mut World, user: UserName) -> Outcome {
    let expected = world.expand("{note:user code}")?;
    let page = world.browser(&user.0)?.page()?;
    let seen = page.forms.iter().find_map(|form| form.value("user_code")).unwrap_or_default();
    expect::equal("code", expected.as_str(), seen)
}

async fn begin(world: &mut World, app: &str, changes: &[(String, String)]) -> Outcome {
    let definition = world.app(app)?;
    let mut form = vec![("response_type".to_owned(), "device_code".to_owned()), ("client_id".to_owned(), definition.consumer_key)];
    token::apply(&mut form, changes, |text| world.expand(text))?;
    let url = format!("{}/services/oauth2/token", world.target()?.addresses.login_url);
    let fields: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let answer = world.http()?.send(Request::form(url, fields)).await?;
    if answer.status == 200 {
        for (member, note) in [("device_code", DEVICE_CODE), ("user_code", USER_CODE), ("verification_uri", VERIFICATION_URI)] {
            world.notes.insert(note.to_owned(), answer.member(member)?);
        }
    }
    world.answered(answer);
    Ok(())
}

/// Opens the page that the device names, types the code and logs in where that is asked for.
pub(super) async fn enter_code(world: &mut World, user: &str) -> Outcome {
    let member = world.member(user).await?;
    let (page, code) = (world.expand("{note:verification uri}")?, world.expand("{note:user code}")?);
    let browser = world.browser(user)?;
    browser.open(Url::parse(&page)?.as_str()).await?;
    browser.press("connect", &[("user_code", &code)]).await?;
    if browser.page().is_ok_and(|page| page.has("Login")) {
        let password = member.user.password.as_deref().unwrap_or_default();
        browser.press("Login", &[("username", &member.user.username), ("pw", password)]).await?;
    }
    Ok(())
}

async fn poll(world: &mut World, app: &str, changes: &[(String, String)]) -> Outcome {
    let code = world.expand("{note:device code}")?;
    let key = world.app(app)?.consumer_key;
    let mut form = vec![("grant_type".to_owned(), "device".to_owned()), ("client_id".to_owned(), key), ("code".to_owned(), code)];
    token::apply(&mut form, changes, |text| world.expand(text))?;
    let url = format!("{}/services/oauth2/token", world.target()?.addresses.login_url);
    let fields: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    ask_for_tokens(world, app, Request::form(url, fields)).await
}
