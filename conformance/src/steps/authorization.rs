//! Authorization requests, as a user's browser carries them through login and consent.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use url::Url;

use super::parameter::{AppName, UserName};
use super::token;
use super::{pairs, rows};
use crate::client::browser::Landing;
use crate::client::{Browser, Request};
use crate::expect;
use crate::failure::{Failure, OrFail, Outcome};
use crate::world::{Authorization, World};

/// The state every authorization carries unless the feature says otherwise. Not every byte of it survives a careless server.
const STATE: &str = "s t/a+te=&%";

const ERROR_PAGE: &str = "/setup/secur/RemoteAccessErrorPage.apexp";

/// What the person does when the server asks.
#[derive(Clone, Copy, PartialEq)]
enum Answers {
    Allow,
    Deny,
    /// Looks at the first page and goes no further.
    Nothing,
}

#[given(expr = "{user} authorizes {app}")]
#[when(expr = "{user} authorizes {app}")]
async fn authorizes(world: &mut World, user: UserName, app: AppName) -> Outcome {
    authorize(world, &user.0, &app.0, &[], Answers::Allow).await
}

#[given(expr = "{user} authorizes {app} with")]
#[when(expr = "{user} authorizes {app} with")]
async fn authorizes_with(world: &mut World, user: UserName, app: AppName, step: &Step) -> Outcome {
    authorize(world, &user.0, &app.0, &pairs(step)?, Answers::Allow).await
}

#[when(expr = "{user} denies {app}")]
async fn denies(world: &mut World, user: UserName, app: AppName) -> Outcome {
    authorize(world, &user.0, &app.0, &[], Answers::Deny).await
}

#[when(expr = "{user} denies {app} with")]
async fn denies_with(world: &mut World, user: UserName, app: AppName, step: &Step) -> Outcome {
    authorize(world, &user.0, &app.0, &pairs(step)?, Answers::Deny).await
}

#[when(expr = "{user} begins to authorize {app}")]
async fn begins(world: &mut World, user: UserName, app: AppName) -> Outcome {
    authorize(world, &user.0, &app.0, &[], Answers::Nothing).await
}

#[when(expr = "{user} begins to authorize {app} with")]
async fn begins_with(world: &mut World, user: UserName, app: AppName, step: &Step) -> Outcome {
    authorize(world, &user.0, &app.0, &pairs(step)?, Answers::Nothing).await
}

#[given(expr = "{user} has authorized {app}")]
async fn has_authorized(world: &mut World, user: UserName, app: AppName) -> Outcome {
    authorize(world, &user.0, &app.0, &[], Answers::Allow).await?;
    world.authorization(&app.0)?.code.is_some().then_some(()).or_fail(|| "the authorization brought no code")
}

#[given(expr = "{user} has authorized {app} with")]
async fn has_authorized_with(world: &mut World, user: UserName, app: AppName, step: &Step) -> Outcome {
    authorize(world, &user.0, &app.0, &pairs(step)?, Answers::Allow).await?;
    world.authorization(&app.0)?.code.is_some().then_some(()).or_fail(|| "the authorization brought no code")
}

#[given(expr = "{user} has connected {app}")]
#[when(expr = "{user} connects {app}")]
async fn has_connected(world: &mut World, user: UserName, app: AppName) -> Outcome {
    connect(world, &user.0, &app.0, &[]).await
}

#[given(expr = "{user} has connected {app} with")]
#[when(expr = "{user} connects {app} with")]
async fn has_connected_with(world: &mut World, user: UserName, app: AppName, step: &Step) -> Outcome {
    connect(world, &user.0, &app.0, &pairs(step)?).await
}

#[given(expr = "{user} has connected {app} {int} times")]
#[when(expr = "{user} connects {app} {int} times")]
async fn has_connected_times(world: &mut World, user: UserName, app: AppName, times: usize) -> Outcome {
    for _ in 0..times {
        connect(world, &user.0, &app.0, &[]).await?;
    }
    Ok(())
}

#[then(expr = "the callback of {app} gets a code and the state")]
async fn gets_a_code(world: &mut World, app: AppName) -> Outcome {
    let authorization = world.authorization(&app.0)?;
    expect::that(authorization.code.is_some(), || "the callback got no code")?;
    expect::equal("state", parameter(&authorization.parameters, "state"), callback_parameter(authorization, "state").as_deref())
}

#[then(expr = "the callback of {app} gets the error {string} saying {string}")]
async fn gets_an_error(world: &mut World, app: AppName, error: String, description: String) -> Outcome {
    let authorization = world.authorization(&app.0)?;
    let seen = |name| callback_parameter(authorization, name);
    expect::equal("error", Some(error), seen("error"))?;
    expect::equal("error_description", Some(description), seen("error_description"))?;
    expect::equal("state", parameter(&authorization.parameters, "state"), seen("state").as_deref())?;
    expect::equal("code", None, seen("code"))
}

#[then(expr = "the callback of {app} gets nothing but")]
async fn gets_nothing_but(world: &mut World, app: AppName, step: &Step) -> Outcome {
    let expected: Vec<&str> = rows(step)?.iter().flatten().map(String::as_str).collect();
    let url = world.authorization(&app.0)?.callback.as_ref().or_fail(|| "the callback was never called")?;
    let names: Vec<String> = url.query_pairs().map(|(name, _)| name.into_owned()).collect();
    expect::equal("parameters", expected, names.iter().map(String::as_str).collect())?;
    expect::equal("fragment", None, url.fragment())
}

#[given(expr = "the code of {app} is noted as {string}")]
async fn notes_code(world: &mut World, app: AppName, name: String) -> Outcome {
    let code = world.authorization(&app.0)?.code.clone().or_fail(|| "the authorization brought no code")?;
    world.notes.insert(name, url::form_urlencoded::byte_serialize(code.as_bytes()).collect());
    Ok(())
}

#[then(expr = "the callback of {app} gets tokens and the state in its fragment")]
async fn gets_tokens(world: &mut World, app: AppName) -> Outcome {
    let authorization = world.authorization(&app.0)?;
    let url = authorization.callback.as_ref().or_fail(|| "the callback was never called")?;
    expect::equal("query", None, url.query())?;
    expect::that(fragment_parameter(url, "access_token").is_some(), || format!("the fragment holds no token: {:?}", url.fragment()))?;
    expect::equal("state", parameter(&authorization.parameters, "state"), fragment_parameter(url, "state").as_deref())
}

#[then(expr = "the callback of {app} gets the error {string} saying {string} in its fragment")]
async fn gets_an_error_in_fragment(world: &mut World, app: AppName, error: String, description: String) -> Outcome {
    let authorization = world.authorization(&app.0)?;
    let url = authorization.callback.as_ref().or_fail(|| "the callback was never called")?;
    expect::equal("query", None, url.query())?;
    let seen = |name| fragment_parameter(url, name);
    expect::equal("error", Some(error), seen("error"))?;
    expect::equal("error_description", Some(description), seen("error_description"))?;
    expect::equal("state", parameter(&authorization.parameters, "state"), seen("state").as_deref())?;
    expect::equal("access_token", None, seen("access_token"))
}

#[then(expr = "{user} is shown the OAuth error page, caused by {string} saying {string}")]
async fn shown_the_error_page(world: &mut World, user: UserName, error: String, description: String) -> Outcome {
    let page = world.browser(&user.0)?.page()?;
    expect::equal("path", ERROR_PAGE, page.url.path())?;
    let query = |name: &str| query_parameter(&page.url, name);
    expect::equal("error", Some(error), query("error"))?;
    expect::equal("error_description", Some(description), query("error_description"))?;
    expect::equal("state", None, query("state"))?;
    for words in ["OAUTH_APPROVAL_ERROR_GENERIC", "We can't authorize you because of an OAuth error."] {
        let said = page.text.replace('’', "'");
        expect::that(said.contains(words), || format!("the page does not say {words:?}: {said}"))?;
    }
    Ok(())
}

#[then(expr = "the callback of {app} is never called")]
async fn never_called(world: &mut World, app: AppName) -> Outcome {
    expect::equal("callback", None, world.authorization(&app.0)?.callback.as_ref().map(Url::as_str))
}

#[then(expr = "{user} is refused outright with {string} saying {string}")]
async fn refused_outright(world: &mut World, user: UserName, error: String, description: String) -> Outcome {
    let Landing::Raw(url, answer) = world.browser(&user.0)?.landing()? else {
        return Err(Failure::new("the browser shows a page or a callback, not a raw body"));
    };
    expect::equal("path", "/services/oauth2/authorize", url.path())?;
    expect::equal("status", 400, answer.status)?;
    let expected = format!("error={error}&error_description={}", description.replace(' ', "%20"));
    expect::equal("body", expected.as_str(), answer.text().trim())
}

#[then(expr = "{user} is asked to log in")]
async fn asked_to_log_in(world: &mut World, user: UserName) -> Outcome {
    let page = world.browser(&user.0)?.page()?;
    expect::that(page.has("Login"), || format!("not the login page but {:?}", page.title))
}

#[then(expr = "{user} is asked to allow {app} access to {string}")]
async fn asked_to_allow(world: &mut World, user: UserName, app: AppName, labels: String) -> Outcome {
    let name = world.app(&app.0)?.name;
    let page = world.browser(&user.0)?.page()?;
    expect::that(page.has("oaapprove") && page.has("oadeny"), || format!("not the consent page but {:?}", page.title))?;
    for words in labels.split(", ").chain([name.as_str(), "Allow Access?"]) {
        expect::that(page.text.contains(words), || format!("the page does not say {words:?}: {}", page.text))?;
    }
    Ok(())
}

#[then(expr = "{user} was not asked for consent")]
async fn not_asked_for_consent(world: &mut World, user: UserName) -> Outcome {
    let browser = world.browser(&user.0)?;
    let asked = browser.trail.iter().find(|url| url.path().ends_with("RemoteAccessAuthorizationPage.apexp"));
    expect::equal("consent page", None, asked.map(Url::as_str))
}

/// Authorizes and redeems the code; both must succeed.
pub(super) async fn connect(world: &mut World, user: &str, app: &str, parameters: &[(String, String)]) -> Outcome {
    authorize(world, user, app, parameters, Answers::Allow).await?;
    let authorization = world.authorization(app)?;
    expect::that(authorization.code.is_some(), || format!("the authorization of {app:?} brought no code: {:?}", authorization.callback))?;
    token::redeem(world, app, &[]).await?;
    token::must_be_issued(world)
}

/// Carries one authorization request through the user's browser, as far as `answers` lets it go.
async fn authorize(world: &mut World, user: &str, app: &str, changes: &[(String, String)], answers: Answers) -> Outcome {
    let member = world.member(user).await?;
    let org = world.org(&member.org).await?;
    let login = world.login_url(&org)?;
    let definition = world.app(app)?;
    let verifier = format!("{}-{}", world.unique("verifier"), "v".repeat(43));
    let redirect_uri = definition.callback_urls.first().cloned().unwrap_or_default();
    let mut parameters = vec![
        ("response_type".to_owned(), "code".to_owned()),
        ("client_id".to_owned(), definition.consumer_key),
        ("redirect_uri".to_owned(), redirect_uri),
        ("state".to_owned(), STATE.to_owned()),
    ];
    let uses_pkce = token::apply(&mut parameters, changes, |text| world.expand(&text.replace("{challenge}", &challenge(&verifier))))?;
    let mut url = Url::parse(&format!("{login}/services/oauth2/authorize"))?;
    url.query_pairs_mut().extend_pairs(&parameters);
    let browser = world.browser(user)?;
    browser.open(url.as_str()).await?;
    let username = member.user.username.as_str();
    let password = member.user.password.as_deref().unwrap_or_default();
    if answers != Answers::Nothing {
        answer_pages(browser, username, password, answers).await?;
    }
    let callback = match browser.landing()? {
        Landing::Callback(url) => Some(url.clone()),
        Landing::Page(_) | Landing::Raw(..) => None,
    };
    let code = callback.as_ref().and_then(|url| query_parameter(url, "code"));
    remember_tokens(world, app, callback.as_ref());
    let verifier = uses_pkce.then_some(verifier);
    world.authorizations.insert(app.to_owned(), Authorization { user: user.to_owned(), parameters, verifier, callback, code });
    Ok(())
}

/// Tokens that the fragment of a callback carries are an app's like those of the token endpoint.
fn remember_tokens(world: &mut World, app: &str, callback: Option<&Url>) {
    let fragment = callback.and_then(Url::fragment).unwrap_or_default();
    let members: serde_json::Map<_, _> =
        url::form_urlencoded::parse(fragment.as_bytes()).map(|(name, value)| (name.into_owned(), value.into_owned().into())).collect();
    if members.contains_key("access_token") {
        world.grants.entry(app.to_owned()).or_default().push(members.into());
    }
}

/// Logs in and answers the consent page, as often as the server asks, which is at most once each.
async fn answer_pages(browser: &mut Browser, username: &str, password: &str, answers: Answers) -> Outcome {
    let mut visited = browser.trail.clone();
    if shows(browser, "Login") {
        browser.press("Login", &[("username", username), ("pw", password)]).await?;
        visited.extend(browser.trail.clone());
    }
    if shows(browser, "oaapprove") {
        browser.press(if answers == Answers::Allow { "oaapprove" } else { "oadeny" }, &[]).await?;
        visited.extend(browser.trail.clone());
    }
    browser.trail = visited;
    Ok(())
}

fn shows(browser: &Browser, control: &str) -> bool {
    browser.page().is_ok_and(|page| page.has(control))
}

/// The S256 challenge of a verifier.
pub(super) fn challenge(verifier: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()))
}

/// A parameter of the address, decoded.
pub(super) fn query_parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

/// A parameter of the fragment, decoded.
fn fragment_parameter(url: &Url, name: &str) -> Option<String> {
    let fragment = url.fragment().unwrap_or_default();
    url::form_urlencoded::parse(fragment.as_bytes()).find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

fn callback_parameter(authorization: &Authorization, name: &str) -> Option<String> {
    authorization.callback.as_ref().and_then(|url| query_parameter(url, name))
}

fn parameter<'a>(parameters: &'a [(String, String)], name: &str) -> Option<&'a str> {
    parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

#[when(expr = "somebody asks the authorize endpoint with")]
async fn bare_authorize(world: &mut World, step: &Step) -> Outcome {
    let login = world.target()?.addresses.login_url.clone();
    let mut url = Url::parse(&format!("{login}/services/oauth2/authorize"))?;
    for (name, value) in pairs(step)? {
        url.query_pairs_mut().append_pair(&name, &world.expand(&value)?);
    }
    let answer = world.http()?.send(Request::get(url)).await?;
    world.answered(answer);
    Ok(())
}
