//! Who a token speaks for: userinfo, the identity URL, id_tokens and the keys that sign them.

use aws_lc_rs::{hmac, signature};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use cucumber::gherkin::Step;
use cucumber::{then, when};
use serde_json::Value;
use url::Url;

use super::parameter::{AppName, UserName};
use super::{doc_string, pairs};
use crate::client::Request;
use crate::expect;
use crate::failure::{Failure, OrFail, Outcome};
use crate::world::World;

const UNFIT_SIGNATURE: &str = "the signature does not fit the published key";

#[when(expr = "{app} asks for the user info")]
async fn asks_userinfo(world: &mut World, app: AppName) -> Outcome {
    let (instance, token) = (world.token(&app.0, "instance_url")?, world.token(&app.0, "access_token")?);
    get(world, format!("{instance}/services/oauth2/userinfo"), &token).await
}

#[when(expr = "{app} follows its identity URL")]
async fn follows_identity(world: &mut World, app: AppName) -> Outcome {
    let (id, token) = (world.token(&app.0, "id")?, world.token(&app.0, "access_token")?);
    get(world, id, &token).await
}

#[when(expr = "{app} follows the identity URL of {user}")]
async fn follows_identity_of(world: &mut World, app: AppName, user: UserName) -> Outcome {
    let (id, token) = (world.identity_url(&user.0).await?, world.token(&app.0, "access_token")?);
    get(world, id, &token).await
}

#[when(expr = "somebody follows the identity URL of {app} with the token {string}")]
async fn follows_with(world: &mut World, app: AppName, token: String) -> Outcome {
    let id = world.token(&app.0, "id")?;
    get(world, id, &token).await
}

/// On any org.
#[then("the answer names")]
async fn names(world: &mut World, step: &Step) -> Outcome {
    expect::equal("status", 200, world.answer()?.status)?;
    let seen = world.answer()?.json()?;
    check_members(world, &seen, step)
}

/// On any org.
#[then("the answer leaves out")]
async fn leaves_out(world: &mut World, step: &Step) -> Outcome {
    let seen = world.answer()?.json()?;
    let names = doc_string(step)?;
    let present: Vec<&str> = names.split_whitespace().filter(|name| seen.get(name).is_some()).collect();
    expect::equal("members that should be absent", Vec::<&str>::new(), present)
}

#[then(expr = "the signature of {app} is made with its secret")]
async fn signature_fits(world: &mut World, app: AppName) -> Outcome {
    let grant = world.latest_grant(&app.0)?;
    let text = |name: &str| grant[name].as_str().unwrap_or_default();
    let secret = world.app(&app.0)?.consumer_secret.or_fail(|| "the app has no secret")?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let expected = hmac::sign(&key, format!("{}{}", text("id"), text("issued_at")).as_bytes());
    expect::equal("signature", BASE64_STANDARD.encode(expected).as_str(), text("signature"))
}

#[then(expr = "the id_token of {app} is signed by a published key and says")]
async fn id_token_says(world: &mut World, app: AppName, step: &Step) -> Outcome {
    let token = world.token(&app.0, "id_token")?;
    let claims = verified_claims(world, &token).await?;
    check_members(world, &claims, step)
}

#[then(expr = "the id_token of {app} holds the nonce {string} and the hash of its access token")]
async fn id_token_binds(world: &mut World, app: AppName, nonce: String) -> Outcome {
    let (token, access) = (world.token(&app.0, "id_token")?, world.token(&app.0, "access_token")?);
    let claims = verified_claims(world, &token).await?;
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, access.as_bytes());
    expect::equal("nonce", Some(nonce.as_str()), claims["nonce"].as_str())?;
    expect::equal("at_hash", Some(BASE64_URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16]).as_str()), claims["at_hash"].as_str())
}

#[then(expr = "the signature of the id_token of {app} fits no published key")]
async fn id_token_is_forged(world: &mut World, app: AppName) -> Outcome {
    let token = world.token(&app.0, "id_token")?;
    let said = verified_claims(world, &token).await.err().map(|failure| failure.to_string());
    expect::equal("verification", Some(UNFIT_SIGNATURE), said.as_deref())
}

async fn get(world: &mut World, url: String, token: &str) -> Outcome {
    let answer = world.http()?.send(Request::get(url).bearer(token)).await?;
    world.answered(answer);
    Ok(())
}

pub(super) fn check_members(world: &World, seen: &Value, step: &Step) -> Outcome {
    let mut differences = Vec::new();
    for (name, pattern) in pairs(step)? {
        let pattern = world.expand(&pattern)?;
        let value = &seen[&name];
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        if !expect::text_matches(&pattern, &text) {
            differences.push(format!("{name}: expected {pattern:?}, got {text:?}"));
        }
    }
    expect::that(differences.is_empty(), || differences.join("\n"))
}

/// The claims of a JWT whose RS256 signature fits a key of the server's JWKS.
pub(super) async fn verified_claims(world: &World, token: &str) -> Outcome<Value> {
    let mut parts = token.split('.');
    let (Some(header), Some(claims), Some(sign)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(Failure::new("not a JWT"));
    };
    let decode = |part: &str| -> Outcome<Value> { Ok(serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part)?)?) };
    let kid = decode(header)?["kid"].clone();
    let keys_url = Url::parse(&world.target()?.addresses.login_url)?.join("/id/keys")?;
    let keys = world.http()?.send(Request::get(keys_url)).await?.json()?;
    let key = keys["keys"].as_array().and_then(|keys| keys.iter().find(|key| key["kid"] == kid)).or_fail(|| format!("no published key {kid}"))?;
    let number = |name: &str| -> Outcome<Vec<u8>> { Ok(BASE64_URL_SAFE_NO_PAD.decode(key[name].as_str().unwrap_or_default())?) };
    let public = signature::RsaPublicKeyComponents { n: number("n")?, e: number("e")? };
    let signed = &token[..header.len() + 1 + claims.len()];
    public
        .verify(&signature::RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &BASE64_URL_SAFE_NO_PAD.decode(sign)?)
        .map_err(|_| Failure::new(UNFIT_SIGNATURE))?;
    decode(claims)
}
