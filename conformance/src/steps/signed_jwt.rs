//! JWTs that an app signs, for a user (JWT bearer) or for itself (client authentication), and access tokens that are JWTs.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use serde_json::{Map, Value, json};

use super::parameter::{AppName, UserName};
use super::{pairs, token};
use crate::client::Request;
use crate::client::signer::Signer;
use crate::expect;
use crate::failure::{Failure, OrFail, Outcome};
use crate::world::World;

const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

#[given(expr = "{app} has presented an assertion for {user}")]
#[when(expr = "{app} presents an assertion for {user}")]
async fn presents(world: &mut World, app: AppName, user: UserName) -> Outcome {
    present(world, &app.0, &user.0, &[]).await
}

/// The table changes claims; `alg` and `key` (own, foreign, the certificate, none) change how it is signed; `header` and `payload`
/// are JSON that takes the place of what would be signed, where `{foreign jwk}` and `{foreign x5c}` are the attacker's own key.
#[when(expr = "{app} presents an assertion for {user} with")]
async fn presents_with(world: &mut World, app: AppName, user: UserName, step: &Step) -> Outcome {
    present(world, &app.0, &user.0, &pairs(step)?).await
}

#[given(expr = "an assertion of {app} for {user} is noted as {string}")]
async fn noted(world: &mut World, app: AppName, user: UserName, name: String) -> Outcome {
    let text = for_user(world, &app.0, &user.0, &[]).await?;
    world.notes.insert(name, text);
    Ok(())
}

#[given(expr = "an assertion of {app} for {user} is noted as {string} with")]
async fn noted_with(world: &mut World, app: AppName, user: UserName, name: String, step: &Step) -> Outcome {
    let text = for_user(world, &app.0, &user.0, &pairs(step)?).await?;
    world.notes.insert(name, text);
    Ok(())
}

#[given(expr = "an assertion of {app} for itself is noted as {string}")]
async fn noted_for_itself(world: &mut World, app: AppName, name: String) -> Outcome {
    let text = for_itself(world, &app.0, &[]).await?;
    world.notes.insert(name, text);
    Ok(())
}

#[given(expr = "an assertion of {app} for itself is noted as {string} with")]
async fn noted_for_itself_with(world: &mut World, app: AppName, name: String, step: &Step) -> Outcome {
    let text = for_itself(world, &app.0, &pairs(step)?).await?;
    world.notes.insert(name, text);
    Ok(())
}

#[then(expr = "the access token of {app} is a JWT signed by a published key that says")]
async fn is_jwt(world: &mut World, app: AppName, step: &Step) -> Outcome {
    let text = world.token(&app.0, "access_token")?;
    let claims = super::identity::verified_claims(world, &text).await?;
    super::identity::check_members(world, &claims, step)
}

#[then(expr = "the header of the access token of {app} says")]
async fn header_says(world: &mut World, app: AppName, step: &Step) -> Outcome {
    let text = world.token(&app.0, "access_token")?;
    let header = text.split('.').next().unwrap_or_default();
    let header: Value = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(header)?)?;
    super::identity::check_members(world, &header, step)
}

#[then(expr = "the access token of {app} is opaque")]
async fn is_opaque(world: &mut World, app: AppName) -> Outcome {
    let text = world.token(&app.0, "access_token")?;
    expect::that(text.contains('!') && !text.starts_with("eyJ"), || format!("no opaque token: {text}"))
}

async fn present(world: &mut World, app: &str, user: &str, changes: &[(String, String)]) -> Outcome {
    let assertion = for_user(world, app, user, changes).await?;
    let member = world.member(user).await?;
    let org = world.org(&member.org).await?;
    let url = format!("{}/services/oauth2/token", world.login_url(&org)?);
    let request = Request::form(url, [("grant_type", GRANT_TYPE), ("assertion", assertion.as_str())]);
    token::ask_for_tokens(world, app, request).await
}

async fn for_user(world: &mut World, app: &str, user: &str, changes: &[(String, String)]) -> Outcome<String> {
    let member = world.member(user).await?;
    let org = world.org(&member.org).await?;
    let claims = json!({
        "iss": world.app(app)?.consumer_key,
        "sub": member.user.username,
        "aud": world.login_url(&org)?,
        "exp": now(world).await? + 180,
    });
    signed(world, claims, changes).await
}

async fn for_itself(world: &mut World, app: &str, changes: &[(String, String)]) -> Outcome<String> {
    let key = world.app(app)?.consumer_key;
    let audience = format!("{}/services/oauth2/token", world.target()?.addresses.login_url);
    let claims = json!({ "iss": key, "sub": key, "aud": audience, "exp": now(world).await? + 180 });
    signed(world, claims, changes).await
}

/// Seconds since 1970 by the server's clock.
async fn now(world: &World) -> Outcome<i64> {
    if !world.clock_moved {
        return Ok(jiff::Timestamp::now().as_second());
    }
    let clock = world.control()?.get("/clock").await?;
    let text = clock["now"].as_str().or_fail(|| "the clock shows no time")?;
    let now: jiff::Timestamp = text.parse().map_err(|_| Failure::new(format!("no time: {text:?}")))?;
    Ok(now.as_second())
}

async fn signed(world: &World, mut claims: Value, changes: &[(String, String)]) -> Outcome<String> {
    let (mut algorithm, mut key, mut header, mut payload) = ("RS256".to_owned(), "own".to_owned(), None, None);
    let base = now(world).await?;
    let members = claims.as_object_mut().or_fail(|| "claims are an object")?;
    for (name, value) in changes {
        let value = world.expand(value)?;
        match name.as_str() {
            "alg" => algorithm = value,
            "key" => key = value,
            "header" => header = Some(with_foreign_key(&value)?),
            "payload" => payload = Some(value),
            _ => change(members, name, &value, base)?,
        }
    }
    let header = header.unwrap_or_else(|| json!({ "alg": algorithm }).to_string());
    let payload = payload.unwrap_or_else(|| claims.to_string());
    let message = format!("{}.{}", BASE64_URL_SAFE_NO_PAD.encode(header), BASE64_URL_SAFE_NO_PAD.encode(payload));
    let signature = sign(&key, &message)?;
    Ok(format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature)))
}

fn with_foreign_key(header: &str) -> Outcome<String> {
    let foreign = Signer::IdentityProvider;
    let certificate: String = foreign.certificate().lines().filter(|line| !line.starts_with('-')).collect();
    Ok(header.replace("{foreign jwk}", &foreign.jwk()?.to_string()).replace("{foreign x5c}", &json!([certificate]).to_string()))
}

/// `exp` is told in seconds from now, or as JSON after `=`; `(none)` removes a claim.
fn change(claims: &mut Map<String, Value>, name: &str, value: &str, now: i64) -> Outcome {
    let value = match (name, value.strip_prefix('=')) {
        (_, Some(json)) => serde_json::from_str(json)?,
        (_, None) if value == "(none)" => Value::Null,
        ("exp", None) => json!(now + value.parse::<i64>().map_err(|_| Failure::new(format!("no number of seconds: {value:?}")))?),
        (_, None) => json!(value),
    };
    if value.is_null() {
        claims.remove(name)
    } else {
        claims.insert(name.to_owned(), value)
    };
    Ok(())
}

/// Who signs is named by the table; a key that belongs to no app is the identity provider's.
fn sign(key: &str, message: &str) -> Outcome<Vec<u8>> {
    let signer = match key {
        "own" => Signer::App,
        "foreign" => Signer::IdentityProvider,
        "the certificate" => {
            let shared = hmac::Key::new(hmac::HMAC_SHA256, Signer::App.certificate().as_bytes());
            return Ok(hmac::sign(&shared, message.as_bytes()).as_ref().to_vec());
        }
        "none" => return Ok(Vec::new()),
        _ => return Err(Failure::new(format!("no key {key:?}"))),
    };
    Ok(BASE64_STANDARD.decode(signer.sign(message)?)?)
}
