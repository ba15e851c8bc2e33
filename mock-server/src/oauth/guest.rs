//! Visitors whom nobody logged in: an Experience Cloud site gives their app a token of its own kind, which leads to the site alone.
//!
//! The app makes up who a visitor is, a UVID, and carries it through both halves of the flow. Source: an exchange measured at a real site
//! (`gate-and-policies.md` 6.1, no. 19).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::authorize::app_facts;
use super::code::CODE_LIFE;
use super::credentials_code::{CodeRefused, CredentialsRequest};
use super::headless::{Purpose, SentCode, SentCodes};
use super::{Desk, Digest, Keys, OAuthError, access_token, credential, org_app, pkce};
use crate::apps::{AppDefinition, Blocked, Case, Endpoint, Flow, Installs, OrgApp, Standing, UserFacts, admit};
use crate::clock::Timestamp;
use crate::id::AppId;
use crate::storage::StoreError;

/// The one scope that a visitor's token may have.
const SCOPE: &str = "api";
/// What the subject of a visitor's token begins with.
const SUBJECT: &str = "uvid:";

/// Who a visitor is: a random UUID.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uvid(String);

impl Uvid {
    /// As the authorize endpoint wants it: `UVID` and the id, or `JWT` and a token of an earlier visit.
    ///
    /// # Errors
    /// [`OAuthError::InvalidUvid`] for whatever else is there, or nothing.
    pub fn of_hint(unverified: Option<&str>, keys: &Keys) -> Result<Self, OAuthError> {
        match unverified.and_then(|hint| hint.trim().split_once(' ')) {
            Some(("UVID", id)) => Self::read(id),
            Some(("JWT", token)) => Self::of_token(token, keys),
            _ => None,
        }
        .ok_or(OAuthError::InvalidUvid)
    }

    /// As the token endpoint wants it: the id or the token alone.
    ///
    /// # Errors
    /// [`OAuthError::InvalidUvid`], as before.
    pub fn of_value(unverified: Option<&str>, keys: &Keys) -> Result<Self, OAuthError> {
        let value = unverified.map(str::trim).unwrap_or_default();
        Self::read(value).or_else(|| Self::of_token(value, keys)).ok_or(OAuthError::InvalidUvid)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A UUID of version 4.
    fn read(text: &str) -> Option<Self> {
        let groups: Vec<&str> = text.trim().split('-').collect();
        let is_uuid = groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12]) && groups.concat().bytes().all(|byte| byte.is_ascii_hexdigit());
        (is_uuid && groups[2].starts_with('4')).then(|| Self(text.trim().to_owned()))
    }

    /// The visitor of a token that this server signed. Its time may be over: it says who comes, and opens nothing.
    fn of_token(unverified: &str, keys: &Keys) -> Option<Self> {
        Self::read(keys.verified(unverified.trim())?["sub"].as_str()?.strip_prefix(SUBJECT)?)
    }
}

/// Whether a token claims to be of a visitor: a data API at the org's own host does not know its issuer.
pub fn is_of_visitor(unverified_token: &str) -> bool {
    subject(unverified_token).is_some_and(|subject| subject.starts_with(SUBJECT))
}

fn subject(unverified_token: &str) -> Option<String> {
    let claims = unverified_token.strip_prefix("eyJ").and_then(|_| unverified_token.split('.').nth(1))?;
    let claims: serde_json::Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
    claims["sub"].as_str().map(str::to_owned)
}

/// What a visitor's code remembers of the request it answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuestCode {
    app: AppId,
    redirect_uri: String,
    challenge: Option<String>,
}

/// Gives a visitor's app a code.
pub fn award_guest_code(
    tx: &(impl Installs + SentCodes),
    desk: &Desk<'_>,
    request: &CredentialsRequest,
    (unverified_hint, scope): (Option<&str>, Option<&str>),
) -> Result<Result<(String, Uvid), CodeRefused>, StoreError> {
    let client = &*request.client;
    if !request.counts_in(desk.org.id) {
        return Ok(Err(OAuthError::WrongRedirectUri.into()));
    }
    let org_app = org_app(tx, desk, client)?;
    if let Err(blocked) = admitted(desk, client, &org_app, Endpoint::Authorize) {
        return Ok(Err(CodeRefused::Blocked(blocked)));
    }
    let uvid = match Uvid::of_hint(unverified_hint, desk.keys) {
        Ok(uvid) => uvid,
        Err(error) => return Ok(Err(error.into())),
    };
    if scope != Some(SCOPE) || !client.scopes.iter().any(|own| own == SCOPE) {
        return Ok(Err(OAuthError::ScopeNotAllowed.into()));
    }
    if request.challenge().is_none() && client.controls(desk.switches).pkce {
        return Ok(Err(OAuthError::MissingCodeChallenge.into()));
    }
    let code = credential::code(desk.org.id, desk.entropy);
    let remembered = GuestCode { app: client.id, redirect_uri: request.redirect_uri().to_owned(), challenge: request.challenge().map(str::to_owned) };
    tx.sweep_sent_codes(Timestamp(desk.now.0 - 2 * CODE_LIFE.as_millis() as i64))?;
    tx.put_sent_code(Digest::of(&code), &SentCode::new(Purpose::Guest(remembered), uvid.as_str(), desk.now))?;
    Ok(Ok((code, uvid)))
}

/// What the visitor's app shows of the code it got.
pub struct GuestExchange<'r> {
    pub unverified_code: &'r str,
    pub redirect_uri: Option<&'r str>,
    pub verifier: Option<&'r str>,
    pub unverified_hint: Option<&'r str>,
}

/// Exchanges a visitor's code, once, for a token.
pub fn redeem_guest_code(
    tx: &(impl Installs + SentCodes),
    desk: &Desk<'_>,
    client: &AppDefinition,
    asked: &GuestExchange<'_>,
) -> Result<Result<(String, Uvid), OAuthError>, StoreError> {
    let name = Digest::of(asked.unverified_code);
    let Some(sent) = tx.sent_code(name)? else { return Ok(Err(OAuthError::UnknownCode)) };
    let Purpose::Guest(code) = &sent.purpose else { return Ok(Err(OAuthError::UnknownCode)) };
    let org_app = org_app(tx, desk, client)?;
    let uvid = Uvid::of_value(asked.unverified_hint, desk.keys);
    let verdict = match uvid {
        _ if code.app != client.id => Err(OAuthError::UnknownCode),
        _ if desk.now >= sent.created.plus(CODE_LIFE) => Err(OAuthError::ExpiredCode),
        Err(error) => Err(error),
        Ok(uvid) if !sent.is_opened_by(uvid.as_str()) => Err(OAuthError::InvalidUvid),
        _ if asked.redirect_uri.is_none() => Err(OAuthError::MissingRedirectUri),
        _ if asked.redirect_uri != Some(code.redirect_uri.as_str()) => Err(OAuthError::WrongRedirectUri),
        _ if !pkce::fits(code.challenge.as_deref(), asked.verifier) => Err(OAuthError::WrongCodeVerifier),
        Ok(uvid) => match admitted(desk, client, &org_app, Endpoint::Token) {
            Ok(()) => Ok(uvid),
            Err(blocked) => Err(OAuthError::Blocked { blocked, flow: Flow::CodeCredentials }),
        },
    };
    let uvid = match verdict {
        Ok(uvid) => uvid,
        Err(error) => return Ok(Err(error)),
    };
    tx.remove_sent_code(name)?;
    let token = access_token::of_visitor(desk, (client, &org_app), &format!("{SUBJECT}{}", uvid.as_str()), SCOPE)?;
    Ok(Ok((token, uvid)))
}

/// Whether a visitor may use the app.
fn admitted(desk: &Desk<'_>, client: &AppDefinition, org_app: &OrgApp, endpoint: Endpoint) -> Result<(), Blocked> {
    let visitor = UserFacts {
        standing: if desk.org.is_closed(desk.now) { Standing::InactiveOrg } else { Standing::Visitor },
        limit: None,
        approves_uninstalled_apps: false,
        uses_any_api_client: false,
        assigned: false,
        approval: None,
    };
    let flow = Flow::CodeCredentials;
    let app = app_facts(client, org_app, (flow, endpoint), desk.switches, &desk.visit());
    admit(&Case { app, user: visitor, org: desk.switches, flow, endpoint }).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0f8b7a52-6a8f-4c1f-9d56-2b6f1f1d0c3e";

    #[test]
    fn a_visitor_is_a_random_uuid_with_the_word_before_it() {
        let keys = Keys::development();
        assert_eq!(Uvid::of_hint(Some(&format!("UVID {ID}")), &keys).unwrap().as_str(), ID);
        assert_eq!(Uvid::of_value(Some(ID), &keys).unwrap().as_str(), ID);
        let wrong = [None, Some(ID), Some("UVID"), Some("UVID x"), Some("JWT x"), Some("UVID 0f8b7a52-6a8f-1c1f-9d56-2b6f1f1d0c3e")];
        assert!(wrong.iter().all(|hint| matches!(Uvid::of_hint(*hint, &keys), Err(OAuthError::InvalidUvid))));
        assert!(Uvid::of_value(Some(&format!("UVID {ID}")), &keys).is_err());
    }

    #[test]
    fn a_token_names_its_visitor_if_this_server_signed_it() {
        let keys = Keys::development();
        let token = keys.sign(&serde_json::json!({ "sub": format!("uvid:{ID}") })).unwrap();
        assert!(is_of_visitor(&token));
        assert_eq!(Uvid::of_hint(Some(&format!("JWT {token}")), &keys).unwrap().as_str(), ID);
        let forged = format!("{}.{}", token.rsplit_once('.').unwrap().0, "AAAA");
        assert!(Uvid::of_hint(Some(&format!("JWT {forged}")), &keys).is_err());
        let user = keys.sign(&serde_json::json!({ "sub": "uid:005" })).unwrap();
        assert!(!is_of_visitor(&user) && Uvid::of_value(Some(&user), &keys).is_err());
    }
}
