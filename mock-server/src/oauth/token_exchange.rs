//! Token exchange: a token of another identity provider becomes one of this org. What in Salesforce an Apex class decides, a handler says as data.
//!
//! GUESS: Salesforce's texts are recorded for the missing approval alone; the others here say what is wrong. So are the members of a handler,
//! that the app's default handler is its only enabled one, and that an unknown user counts as one who never approved.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::JwkSet;
use serde_json::{Map, Value};

use super::authorize::{scopes_here, wanted_scopes};
use super::desk::require;
use super::foreign_token::{TokenKeys, verified_claims};
use super::grant::Ledger;
use super::{Award, Desk, Lasting, OAuthError, Outcome, admitted, identify, issue, org_app};
use crate::apps::{AppDefinition, Blocked, Flow, Installs};
use crate::clock::Timestamp;
use crate::org::{Directory, HandlerApp, NewUser, SubjectTokenType, TokenExchangeHandler, User, UserTemplate};
use crate::saml::{self, Assertion, Certificate};
use crate::secret::Secret;
use crate::secret::same;
use crate::storage::StoreError;

/// What is to be exchanged.
#[derive(Debug, Clone, Copy)]
pub struct Exchange<'a> {
    pub subject_token: &'a str,
    pub kind: SubjectTokenType,
    /// `token_handler`; the app's default handler where it is left out.
    pub handler: Option<&'a str>,
    pub scope: Option<&'a str>,
}

/// Whether a handler of the org serves this app.
pub fn serves(handler: &TokenExchangeHandler, client: &AppDefinition) -> bool {
    handler.enabled && enablement(handler, client).is_some()
}

/// Lets the handler validate the token and find its user, then asks who may use the app: earlier approval or an admin's.
pub fn exchange_token(tx: &(impl Ledger + Installs + Directory), desk: &Desk<'_>, client: &AppDefinition, exchange: &Exchange<'_>) -> Outcome {
    let Some(handler) = find_handler(&desk.org.token_exchange_handlers, client, exchange.handler) else {
        return Ok(Err(OAuthError::NoTokenExchangeHandler.into()));
    };
    require!(handler.token_types.contains(&exchange.kind), OAuthError::UnsupportedTokenType);
    let Some(claims) = validated(handler, exchange, desk.now) else {
        let text = handler.error_message.clone().unwrap_or_else(|| "token validation failed".to_owned());
        return Ok(Err(OAuthError::InvalidSubjectToken(text).into()));
    };
    let user = match user_of(tx, handler, &claims)? {
        Some(user) => user,
        None => match create_user(tx, desk, handler, &claims)? {
            Some(user) => user,
            None => return Ok(Err(OAuthError::Blocked { blocked: Blocked::NotApproved, flow: Flow::TokenExchange }.into())),
        },
    };
    let (org_app, grants) = (org_app(tx, desk, client)?, tx.grants_of(user.id, client.id)?);
    if let Err(refused) = admitted(desk, (client, &org_app), &user, Flow::TokenExchange, grants.last()) {
        return Ok(Err(refused));
    }
    let scopes =
        match wanted_scopes(client, exchange.scope).and_then(|wanted| scopes_here(desk.org, client, &org_app, wanted, exchange.scope.is_some())) {
            Ok(scopes) => scopes,
            Err(error) => return Ok(Err(error.into())),
        };
    let award =
        Award { client: Some((client, &org_app)), user: &user, scopes, flow: Flow::TokenExchange, lasting: Lasting::Refreshable, nonce: None };
    issue(tx, desk, award).map(Ok)
}

fn find_handler<'h>(handlers: &'h [TokenExchangeHandler], client: &AppDefinition, name: Option<&str>) -> Option<&'h TokenExchangeHandler> {
    let mut serving = handlers.iter().filter(|handler| serves(handler, client));
    match name {
        Some(name) => serving.find(|handler| handler.name == name),
        None => {
            let serving: Vec<_> = serving.collect();
            let default = serving.iter().find(|handler| enablement(handler, client).is_some_and(|app| app.default));
            // One that stands alone needs no mark.
            default.or_else(|| serving.first().filter(|_| serving.len() == 1)).copied()
        }
    }
}

fn enablement<'h>(handler: &'h TokenExchangeHandler, client: &AppDefinition) -> Option<&'h HandlerApp> {
    let id = client.id.to_string();
    handler.apps.iter().find(|entry| [&client.name, &client.consumer_key, &id].contains(&&entry.app))
}

/// The token's claims, if the handler finds it valid.
fn validated(handler: &TokenExchangeHandler, exchange: &Exchange<'_>, now: Timestamp) -> Option<Map<String, Value>> {
    let claims = match exchange.kind {
        SubjectTokenType::Saml2 => of_assertion(handler, exchange.subject_token, now),
        _ => of_jwt(handler, exchange.subject_token, now),
    };
    let claims = claims.or_else(|| known(handler, exchange.subject_token))?;
    handler.required_claims.iter().all(|(name, value)| claims.get(name) == Some(value)).then_some(claims)
}

fn of_jwt(handler: &TokenExchangeHandler, token: &str, now: Timestamp) -> Option<Map<String, Value>> {
    let certificate = handler.certificate.as_deref().and_then(|pem| Certificate::read(pem).ok());
    let set = handler.keys.as_ref().and_then(|keys| serde_json::from_value::<JwkSet>(keys.clone()).ok());
    let by_certificate = certificate.as_ref().and_then(|certificate| verified_claims(token, TokenKeys::Certificate(certificate), now));
    let claims = by_certificate.or_else(|| verified_claims(token, TokenKeys::Set(set.as_ref()?), now))?;
    let issued_right = handler.issuer.as_ref().is_none_or(|issuer| claims.get("iss").and_then(Value::as_str) == Some(issuer));
    let meant = handler.audience.as_ref().is_none_or(|audience| names_audience(claims.get("aud"), audience));
    (issued_right && meant).then_some(claims)
}

/// `aud` is a text or a list of them.
fn names_audience(aud: Option<&Value>, audience: &str) -> bool {
    match aud {
        Some(Value::Array(list)) => list.iter().any(|one| one.as_str() == Some(audience)),
        Some(one) => one.as_str() == Some(audience),
        None => false,
    }
}

/// A SAML assertion, base64url-encoded (RFC 8693, 3), with its subject and attributes as claims.
fn of_assertion(handler: &TokenExchangeHandler, token: &str, now: Timestamp) -> Option<Map<String, Value>> {
    let text = decode_assertion(token)?;
    let trusted = |issuer: &str| handler.issuer.as_ref().is_none_or(|known| known == issuer);
    let certificate = |issuer: &str| Certificate::read(handler.certificate.as_deref().filter(|_| trusted(issuer))?).ok();
    let assertion = saml::read_response(&text, certificate).ok()?;
    let meant = |audience: &String| assertion.audiences.iter().all(|restriction| restriction.contains(audience)) && !assertion.audiences.is_empty();
    let stands = saml::is_valid_at(&assertion, now) && handler.audience.as_ref().is_none_or(meant);
    stands.then(|| as_claims(&assertion))
}

fn as_claims(assertion: &Assertion) -> Map<String, Value> {
    let value = |values: &[String]| match values {
        [one] => Value::from(one.as_str()),
        many => Value::from(many),
    };
    let mut claims: Map<String, Value> = assertion.attributes.iter().map(|(name, values)| (name.clone(), value(values))).collect();
    claims.insert("iss".to_owned(), assertion.issuer.as_str().into());
    claims.extend(assertion.name_id.as_deref().map(|name| ("sub".to_owned(), name.into())));
    claims
}

/// The XML text of a parameter: base64url as the RFCs ask, or plain base64 as many clients send.
pub fn decode_assertion(unverified: &str) -> Option<String> {
    let compact: String = unverified.split_ascii_whitespace().collect();
    if compact.len() > saml::LONGEST * 2 {
        return None;
    }
    let url_safe = compact.trim_end_matches('=').replace('+', "-").replace('/', "_");
    let bytes = URL_SAFE_NO_PAD.decode(url_safe).or_else(|_| STANDARD.decode(&compact)).ok()?;
    String::from_utf8(bytes).ok()
}

/// A token that the identity provider would have to be asked about; secrets compare in constant time.
fn known(handler: &TokenExchangeHandler, token: &str) -> Option<Map<String, Value>> {
    handler.tokens.iter().find(|known| same(&known.token, token)).map(|known| known.claims.clone())
}

fn user_of(tx: &impl Directory, handler: &TokenExchangeHandler, claims: &Map<String, Value>) -> Result<Option<User>, StoreError> {
    let Some(name) = claims.get(&handler.subject.claim).and_then(Value::as_str) else { return Ok(None) };
    match handler.subject.users.get(name) {
        Some(username) => tx.user_named(username),
        None => identify(tx, handler.subject.identity, name),
    }
}

/// A new user from the claims, where the handler may make some. `None` also if its username is another's.
fn create_user(
    tx: &impl Directory,
    desk: &Desk<'_>,
    handler: &TokenExchangeHandler,
    claims: &Map<String, Value>,
) -> Result<Option<User>, StoreError> {
    let Some(template) = &handler.create_user else { return Ok(None) };
    let Some(user) = new_user(tx, desk, template, claims)? else { return Ok(None) };
    if tx.user_named(&user.username)?.is_some() || !tx.take_username(&user.username)? {
        return Ok(None);
    }
    let id = tx.add_user(&user, None, desk.now)?;
    tx.user(id)
}

fn new_user(tx: &impl Directory, desk: &Desk<'_>, template: &UserTemplate, claims: &Map<String, Value>) -> Result<Option<NewUser>, StoreError> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
    let named = text(&template.username_claim).filter(|name| name.contains('@'));
    let (Some(username), Some(profile)) = (named, tx.permission_set_named(&template.profile, true)?) else { return Ok(None) };
    let local = username.split('@').next().unwrap_or_default().to_owned();
    Ok(Some(NewUser {
        id: None,
        nickname: None,
        email: text("email").unwrap_or_else(|| username.clone()),
        first_name: text("given_name"),
        last_name: text("family_name").unwrap_or_else(|| local.clone()),
        alias: local.chars().take(8).collect(),
        is_active: true,
        time_zone: text("zoneinfo").unwrap_or_else(|| "America/Los_Angeles".to_owned()),
        locale: "en_US".to_owned(),
        language: "en_US".to_owned(),
        password: None,
        security_token: Secret(desk.entropy.token(24)),
        username,
        profile: profile.id,
        permission_sets: Vec::new(),
    }))
}
