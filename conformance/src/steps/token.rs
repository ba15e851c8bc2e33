//! Tokens: redeeming codes, refreshing, revoking, introspecting, and whether a token still serves.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use serde_json::Value;

use super::parameter::{AppName, Ordinal, UserName, Works};
use super::{pairs, rows};
use crate::client::{Answer, FORWARDED_FOR, Request};
use crate::expect;
use crate::failure::{Failure, OrFail, Outcome};
use crate::world::World;

/// A value that removes the parameter from a request.
const LEFT_OUT: &str = "(none)";

#[given(expr = "{app} has redeemed the code")]
#[when(expr = "{app} redeems the code")]
#[when(expr = "{app} redeems the same code again")]
async fn redeems(world: &mut World, app: AppName) -> Outcome {
    redeem(world, &app.0, &[]).await
}

#[given(expr = "{app} has redeemed the code with")]
#[when(expr = "{app} redeems the code with")]
async fn redeems_with(world: &mut World, app: AppName, step: &Step) -> Outcome {
    redeem(world, &app.0, &pairs(step)?).await
}

#[when(expr = "{app} redeems the code of {app}")]
async fn redeems_foreign(world: &mut World, app: AppName, other: AppName) -> Outcome {
    let code = world.authorization(&other.0)?.code.clone().or_fail(|| "there is no code")?;
    world.authorizations.insert(app.0.clone(), world.authorization(&other.0)?.clone());
    redeem(world, &app.0, &[("code".to_owned(), code)]).await
}

#[when(expr = "{app} redeems the code, its secret in the Basic header")]
async fn redeems_basic(world: &mut World, app: AppName) -> Outcome {
    let form = code_form(world, &app.0, &[("client_id".to_owned(), LEFT_OUT.to_owned()), ("client_secret".to_owned(), LEFT_OUT.to_owned())])?;
    let definition = world.app(&app.0)?;
    let secret = definition.consumer_secret.unwrap_or_default();
    let basic = BASE64_STANDARD.encode(format!("{}:{secret}", definition.consumer_key));
    let request = Request::form(token_url(world, &app.0)?, form_refs(&form)).header("Authorization", format!("Basic {basic}"));
    ask_for_tokens(world, &app.0, request).await
}

#[given(expr = "{app} has refreshed")]
#[when(expr = "{app} refreshes")]
async fn refreshes(world: &mut World, app: AppName) -> Outcome {
    refresh(world, &app.0, &[]).await
}

#[when(expr = "{app} refreshes with")]
async fn refreshes_with(world: &mut World, app: AppName, step: &Step) -> Outcome {
    refresh(world, &app.0, &pairs(step)?).await
}

#[given(expr = "{app} has refreshed with its {ordinal} refresh token")]
#[when(expr = "{app} refreshes with its {ordinal} refresh token")]
async fn refreshes_with_ordinal(world: &mut World, app: AppName, which: Ordinal) -> Outcome {
    let token = member(world.grant(&app.0, which.0)?, "refresh_token")?;
    refresh(world, &app.0, &[("refresh_token".to_owned(), token)]).await
}

/// On any org.
#[when(expr = "{app} asks for tokens with")]
async fn asks_with(world: &mut World, app: AppName, step: &Step) -> Outcome {
    ask(world, &app.0, &pairs(step)?).await
}

/// Posts these parameters to the token endpoint.
pub(super) async fn ask(world: &mut World, app: &str, parameters: &[(String, String)]) -> Outcome {
    let mut form = Vec::new();
    apply(&mut form, parameters, |text| world.expand(text))?;
    let request = Request::form(token_url(world, app)?, form_refs(&form));
    ask_for_tokens(world, app, request).await
}

/// Client credentials belong to an org: on the address that all its orgs share the server finds it by the app.
#[when(expr = "{app} asks for client credentials")]
#[given(expr = "{app} has asked for client credentials")]
async fn asks_for_client_credentials(world: &mut World, app: AppName) -> Outcome {
    client_credentials(world, &app.0, None, &[]).await
}

#[when(expr = "{app} asks for client credentials with")]
async fn asks_for_client_credentials_with(world: &mut World, app: AppName, step: &Step) -> Outcome {
    client_credentials(world, &app.0, None, &pairs(step)?).await
}

#[when(expr = "{app} asks for client credentials at the host {string}")]
async fn asks_for_client_credentials_at(world: &mut World, app: AppName, host: String) -> Outcome {
    client_credentials(world, &app.0, Some(&host), &[]).await
}

async fn client_credentials(world: &mut World, app: &str, host: Option<&str>, changes: &[(String, String)]) -> Outcome {
    let definition = world.app(app)?;
    let mut form = vec![("grant_type".to_owned(), "client_credentials".to_owned()), ("client_id".to_owned(), definition.consumer_key)];
    form.extend(definition.consumer_secret.map(|secret| ("client_secret".to_owned(), secret)));
    apply(&mut form, changes, |text| world.expand(text))?;
    let mut request = Request::form(token_url(world, app)?, form_refs(&form));
    if let Some(host) = host {
        request = request.header("Host", world.expand(host)?);
    }
    ask_for_tokens(world, app, request).await
}

#[when(expr = "{app} revokes its {word} token")]
#[given(expr = "{app} has revoked its {word} token")]
async fn revokes(world: &mut World, app: AppName, kind: String) -> Outcome {
    let token = world.token(&app.0, &format!("{kind}_token"))?;
    let url = format!("{}/services/oauth2/revoke", world.target()?.addresses.login_url);
    let answer = world.http()?.send(Request::form(url, [("token", token.as_str())])).await?;
    world.answered(answer);
    Ok(())
}

#[when(expr = "{app} introspects its {word} token")]
async fn introspects(world: &mut World, app: AppName, kind: String) -> Outcome {
    let token = world.token(&app.0, &format!("{kind}_token"))?;
    introspect(world, &app.0, &token).await
}

#[when(expr = "{app} introspects the {word} token of {app}")]
async fn introspects_foreign(world: &mut World, app: AppName, kind: String, other: AppName) -> Outcome {
    let token = world.token(&other.0, &format!("{kind}_token"))?;
    introspect(world, &app.0, &token).await
}

#[then("tokens are issued")]
async fn issued(world: &mut World) -> Outcome {
    must_be_issued(world)
}

#[then(expr = "tokens are issued for {user}")]
async fn issued_for(world: &mut World, user: UserName) -> Outcome {
    must_be_issued(world)?;
    let (seen, expected) = (world.answer()?.member("id")?, world.identity_url(&user.0).await?);
    expect::equal("identity", expected, seen)
}

#[then(expr = "the scopes granted are {string}")]
async fn scopes_granted(world: &mut World, scopes: String) -> Outcome {
    let seen = world.answer()?.member("scope")?;
    expect::equal("scopes", sorted(&scopes), sorted(&seen))
}

#[then(expr = "the newest tokens of {app} say")]
async fn newest_tokens_say(world: &mut World, app: AppName, step: &Step) -> Outcome {
    let tokens = world.latest_grant(&app.0)?.clone();
    for (name, value) in pairs(step)? {
        let (seen, value) = (&tokens[name.as_str()], world.expand(&value)?);
        let same = match seen.as_str() {
            Some(text) if name == "scope" => sorted(text) == sorted(&value),
            Some(text) => expect::text_matches(&value, text),
            None => value == LEFT_OUT && seen.is_null(),
        };
        expect::that(same, || format!("{name}: expected {value:?}, got {seen}"))?;
    }
    Ok(())
}

#[then(expr = "{app} holds a new refresh token")]
async fn new_refresh_token(world: &mut World, app: AppName) -> Outcome {
    let grants = world.grants.get(&app.0).or_fail(|| "the app got no tokens")?;
    let tokens: Vec<&str> = grants.iter().filter_map(|grant| grant["refresh_token"].as_str()).collect();
    let last = world.answer()?.member("refresh_token")?;
    expect::equal("how often this refresh token was issued", 1, tokens.iter().filter(|token| **token == last).count())
}

#[then("no refresh token is issued")]
async fn no_refresh_token(world: &mut World) -> Outcome {
    must_be_issued(world)?;
    expect::equal("refresh_token", &Value::Null, &world.answer()?.json()?["refresh_token"])
}

/// On any org.
#[then(expr = "the answer is the OAuth error {string} saying {string}")]
async fn oauth_error(world: &mut World, error: String, description: String) -> Outcome {
    must_be_oauth_error(world.answer()?, &error, &description)
}

#[then(expr = "the {ordinal} access token of {app} {works}")]
async fn access_token_works(world: &mut World, which: Ordinal, app: AppName, works: Works) -> Outcome {
    let token = member(world.grant(&app.0, which.0)?, "access_token")?;
    let instance = member(world.grant(&app.0, which.0)?, "instance_url")?;
    check_access(world, &instance, &token, works).await
}

#[then(expr = "the access token of {app} {works}")]
async fn latest_access_token_works(world: &mut World, app: AppName, works: Works) -> Outcome {
    let (token, instance) = (world.token(&app.0, "access_token")?, world.token(&app.0, "instance_url")?);
    check_access(world, &instance, &token, works).await
}

#[then(expr = "the {ordinal} refresh token of {app} {works}")]
async fn refresh_token_works(world: &mut World, which: Ordinal, app: AppName, works: Works) -> Outcome {
    let token = member(world.grant(&app.0, which.0)?, "refresh_token")?;
    refresh(world, &app.0, &[("refresh_token".to_owned(), token)]).await?;
    if works.0 { must_be_issued(world) } else { must_be_oauth_error(world.answer()?, "invalid_grant", "expired access/refresh token") }
}

#[then("the token is reported as active with")]
async fn active_with(world: &mut World, step: &Step) -> Outcome {
    let seen = world.answer()?.json()?;
    expect::equal("active", &Value::Bool(true), &seen["active"])?;
    for row in rows(step)? {
        let [name, value] = row.as_slice() else { return Err(Failure::new("two columns wanted")) };
        let value = world.expand(value)?;
        let text = seen[name.as_str()].as_str().map_or_else(|| seen[name.as_str()].to_string(), str::to_owned);
        let same = if name == "scope" { sorted(&text) == sorted(&value) } else { expect::text_matches(&value, &text) };
        expect::that(same, || format!("{name}: expected {value:?}, got {text:?}"))?;
    }
    Ok(())
}

#[then("the token is reported as inactive")]
async fn inactive(world: &mut World) -> Outcome {
    expect::equal("status", 200, world.answer()?.status)?;
    expect::json_matches(&serde_json::json!({ "active": false }), &world.answer()?.json()?)
}

/// Posts a code exchange for `app`, its last code and verifier included.
pub(super) async fn redeem(world: &mut World, app: &str, changes: &[(String, String)]) -> Outcome {
    let form = code_form(world, app, changes)?;
    let request = Request::form(token_url(world, app)?, form_refs(&form));
    ask_for_tokens(world, app, request).await
}

/// Sends a refresh without waiting for its answer.
pub(super) fn start_refresh(world: &mut World, app: &str) -> Outcome {
    let form = refresh_form(world, app, &[])?;
    let request = Request::form(token_url(world, app)?, form_refs(&form));
    let http = world.http()?;
    world.pending = Some(tokio::spawn(async move { http.send(request).await }));
    Ok(())
}

/// Fails unless the last answer issues tokens.
pub(super) fn must_be_issued(world: &World) -> Outcome {
    let answer = world.answer()?;
    expect::that(answer.status == 200 && answer.member("access_token").is_ok(), || format!("no tokens but {}", answer.summary()))
}

/// Lays `changes` over `parameters`; `(none)` removes one. True if a code challenge is among them.
pub(super) fn apply(parameters: &mut Vec<(String, String)>, changes: &[(String, String)], expand: impl Fn(&str) -> Outcome<String>) -> Outcome<bool> {
    for (name, value) in changes {
        parameters.retain(|(known, _)| known != name);
        if value != LEFT_OUT {
            parameters.push((name.clone(), expand(value)?));
        }
    }
    Ok(parameters.iter().any(|(name, _)| name == "code_challenge"))
}

/// Sends a request to the token endpoint and remembers tokens that come back.
pub(super) async fn ask_for_tokens(world: &mut World, app: &str, request: Request) -> Outcome {
    let request = match world.addresses.get(app) {
        Some(address) => request.header(FORWARDED_FOR, address),
        None => request,
    };
    let answer = world.http()?.send(request).await?;
    if answer.status == 200
        && let Ok(tokens) = answer.json()
    {
        world.grants.entry(app.to_owned()).or_default().push(tokens);
    }
    world.answered(answer);
    Ok(())
}

/// Refreshes with the newest refresh token of `app`, unless the changes name another.
pub(super) async fn refresh(world: &mut World, app: &str, changes: &[(String, String)]) -> Outcome {
    let form = refresh_form(world, app, changes)?;
    let request = Request::form(token_url(world, app)?, form_refs(&form));
    ask_for_tokens(world, app, request).await
}

async fn introspect(world: &mut World, app: &str, token: &str) -> Outcome {
    let definition = world.app(app)?;
    let url = format!("{}/services/oauth2/introspect", world.target()?.addresses.login_url);
    let secret = definition.consumer_secret.unwrap_or_default();
    let form = [("token", token), ("client_id", definition.consumer_key.as_str()), ("client_secret", secret.as_str())];
    let answer = world.http()?.send(Request::form(url, form)).await?;
    world.answered(answer);
    Ok(())
}

/// A REST call with the token: 200 while it serves, Salesforce's session error afterwards.
async fn check_access(world: &mut World, instance: &str, token: &str, works: Works) -> Outcome {
    let answer = world.http()?.send(Request::get(format!("{instance}/services/data/v67.0/limits")).bearer(token)).await?;
    let expected = if works.0 { 200 } else { 401 };
    expect::that(answer.status == expected, || format!("expected {expected}, got {}", answer.summary()))
}

/// Fails unless the answer is this error of the token endpoint.
pub(super) fn must_be_oauth_error(answer: &Answer, error: &str, description: &str) -> Outcome {
    expect::that(answer.status == 400, || format!("expected 400, got {}", answer.summary()))?;
    expect::json_matches(&serde_json::json!({ "error": error, "error_description": description }), &answer.json()?)?;
    expect::equal("Cache-Control", Some("no-store"), answer.header("cache-control"))
}

fn code_form(world: &World, app: &str, changes: &[(String, String)]) -> Outcome<Vec<(String, String)>> {
    let (definition, authorization) = (world.app(app)?, world.authorization(app)?);
    let of = |name: &str| authorization.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    let mut form = vec![("grant_type".to_owned(), "authorization_code".to_owned()), ("client_id".to_owned(), definition.consumer_key)];
    let optional = [
        ("client_secret", definition.consumer_secret),
        ("code", authorization.code.clone()),
        ("redirect_uri", of("redirect_uri")),
        ("code_verifier", authorization.verifier.clone()),
    ];
    form.extend(optional.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    apply(&mut form, changes, |text| world.expand(text))?;
    Ok(form)
}

fn refresh_form(world: &World, app: &str, changes: &[(String, String)]) -> Outcome<Vec<(String, String)>> {
    let definition = world.app(app)?;
    let newest = world.grants.get(app).into_iter().flatten().rev().find_map(|grant| grant["refresh_token"].as_str().map(str::to_owned));
    let mut form = vec![("grant_type".to_owned(), "refresh_token".to_owned()), ("client_id".to_owned(), definition.consumer_key)];
    let optional = [("client_secret", definition.consumer_secret), ("refresh_token", newest)];
    form.extend(optional.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    apply(&mut form, changes, |text| world.expand(text))?;
    Ok(form)
}

/// The token endpoint of the host where the app's user logged in.
fn token_url(world: &World, app: &str) -> Outcome<String> {
    let user = world.authorization(app).ok().and_then(|authorization| world.users.get(&authorization.user));
    let host = match user.and_then(|member| world.orgs.get(&member.org)) {
        Some(org) => world.login_url(org)?,
        None => world.target()?.addresses.login_url.clone(),
    };
    Ok(format!("{host}/services/oauth2/token"))
}

fn form_refs(form: &[(String, String)]) -> Vec<(&str, &str)> {
    form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

fn member(json: &Value, name: &str) -> Outcome<String> {
    json[name].as_str().map(str::to_owned).or_fail(|| format!("the token answer has no {name}"))
}

fn sorted(scopes: &str) -> Vec<&str> {
    let mut scopes: Vec<&str> = scopes.split_whitespace().collect();
    scopes.sort_unstable();
    scopes
}
