//! The asset token flow: an access token, and what a device says of itself, become a token that names the device.
//!
//! Source: Salesforce help, "OAuth 2.0 asset token flow". GUESS: where the help is silent (errors, members beside the token) RFC 8693 decides.

use std::borrow::Cow;
use std::sync::Arc;

use jsonwebtoken::jwk::{Jwk, JwkSet};
use serde_json::{Map, Value, json};

use super::{Ready, Request};
use crate::app::{Caller, Tx};
use crate::apps::{AppDefinition, AssetTokens, Flow};
use crate::id::RecordId;
use crate::oauth::{Desk, Issued, OAuthError, Outcome, Refused, Scope, TokenKeys, unverified_claims, verified_claims};
use crate::org::SubjectTokenType;
use crate::records::{Change, Input, Rows, TextField, Value as Stored};
use crate::saml::Certificate;
use crate::schema::Schema;
use crate::storage::StoreError;

const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";
/// What of an actor token names or describes an Asset, with the field it goes to.
const FIELDS: [(&str, &str); 6] = [
    ("name", "Name"),
    ("serialnumber", "SerialNumber"),
    ("accountid", "AccountId"),
    ("contactid", "ContactId"),
    ("product2id", "Product2Id"),
    ("status", "Status"),
];

/// The access token of a live session, of an app that issues asset tokens, with the scope `api`.
pub fn read<'a>(request: &Request<'a>, subject_token: &'a str, kind: SubjectTokenType) -> Result<Ready<'a>, Refused> {
    if kind != SubjectTokenType::AccessToken {
        return Err(OAuthError::UnsupportedTokenType.into());
    }
    let actor = match (request.get("actor_token"), request.get("actor_token_type")) {
        (None, _) => None,
        (Some(token), Some(kind)) if SubjectTokenType::of_urn(kind) == Some(SubjectTokenType::Jwt) => Some(token),
        (Some(_), Some(_)) => return Err(OAuthError::UnsupportedTokenType.into()),
        (Some(_), None) => return Err(OAuthError::MissingParameter("actor_token_type").into()),
    };
    let dead = || Refused::from(OAuthError::InvalidSubjectToken("invalid subject token".to_owned()));
    let caller = request.app.caller(subject_token)?.ok_or_else(dead)?;
    let org = request.app.org_served(request.site, Some(caller.org.id())).ok_or_else(dead)?;
    let client = caller.session.app.and_then(|app| request.app.registry().app(app)).ok_or_else(dead)?;
    if request.names_client() && request.client(|_| false)?.id != client.id {
        return Err(OAuthError::UnknownClient.into());
    }
    let Some(setting) = client.asset_tokens.clone() else { return Err(OAuthError::AssetTokensOff.into()) };
    if !caller.session.scopes.allows(Scope::API) {
        return Err(OAuthError::ScopeNotAllowed.into());
    }
    let schema = org.schema()?;
    let own = client.clone();
    let redeem = Box::new(move |tx: &Tx<'_>, desk: &Desk<'_>| {
        let flow = AssetFlow { tx, desk, client: &own, setting: &setting, caller: &caller, schema: &schema };
        flow.issue(actor)
    });
    Ok(Ready { org, client: Some(client), lock: None, redeem })
}

struct AssetFlow<'a> {
    tx: &'a Tx<'a>,
    desk: &'a Desk<'a>,
    client: &'a AppDefinition,
    setting: &'a AssetTokens,
    caller: &'a Caller,
    schema: &'a Arc<Schema>,
}

impl AssetFlow<'_> {
    fn issue(&self, actor: Option<&str>) -> Outcome {
        let Some(claims) = actor.map_or(Some(Map::new()), |token| self.actor_claims(token)) else {
            return Ok(Err(Refused::of(self.caller.user.id, OAuthError::InvalidSubjectToken("invalid actor token".to_owned()))));
        };
        let asset = match self.asset(&claims)? {
            Ok(asset) => asset,
            Err(why) => return Ok(Err(Refused::of(self.caller.user.id, OAuthError::Malformed(why)))),
        };
        Ok(Ok(self.issued(self.token(&claims, asset)?)))
    }

    /// A device that brings its public key proves that it holds the private one; any other actor token is the app's to sign.
    fn actor_claims(&self, token: &str) -> Option<Map<String, Value>> {
        let key = unverified_claims(token)?.get("cnf").and_then(|cnf| cnf.get("jwk")).cloned();
        match key {
            Some(key) => {
                let set = JwkSet { keys: vec![serde_json::from_value::<Jwk>(key).ok()?] };
                // The key is the device's own; its id is nobody's to look up.
                verified_claims(token, TokenKeys::Only(set.keys.first()?), self.desk.now)
            }
            None => {
                let certificate = Certificate::read(self.client.certificate.as_ref()?.pem()).ok()?;
                verified_claims(token, TokenKeys::Certificate(&certificate), self.desk.now)
            }
        }
    }

    /// The Asset that the device is: by id, else by serial number, else made where the device has a name.
    fn asset(&self, claims: &Map<String, Value>) -> Result<Result<Option<RecordId>, String>, StoreError> {
        let Some(object) = self.schema.object("Asset") else { return Ok(Ok(None)) };
        if let Some(id) = text(claims, "id") {
            let found = RecordId::parse(id).ok().filter(|id| id.to_string().starts_with("02i"));
            let exists = found.map(|id| self.tx.load(object, id)).transpose()?.flatten().is_some();
            return Ok(found.filter(|_| exists).map(Some).ok_or_else(|| "the actor token names no Asset of this org".to_owned()));
        }
        if let (Some(serial), Some(field)) = (text(claims, "serialnumber"), object.field_index("SerialNumber"))
            && let Some(known) = self.tx.ids_where(object, field, &Stored::Text(serial.to_owned()), 1)?.pop()
        {
            return Ok(Ok(Some(known)));
        }
        if text(claims, "name").is_none() {
            return Ok(Ok(None));
        }
        let given = |(claim, field): &(&str, &'static str)| {
            Some(TextField { name: Cow::Borrowed(*field), value: Some(text(claims, claim)?.to_owned().into()) })
        };
        let fields: Vec<_> = FIELDS.iter().filter_map(given).collect();
        let change = Change::new(self.schema, self.caller.user.id, self.desk.now).as_seen_by(&self.caller.access);
        Ok(change.create(self.tx, object, Input::Text(&fields)).map(Some).map_err(|error| error.to_string()))
    }

    fn token(&self, claims: &Map<String, Value>, asset: Option<RecordId>) -> Result<String, StoreError> {
        let now = self.desk.now.seconds();
        let mut payload = json!({
            "iss": self.desk.site.my_domain_url(self.desk.org.id, &self.desk.org.my_domain()),
            "aud": self.setting.audiences,
            "iat": now,
            "nbf": now,
            "exp": now + i64::from(self.setting.validity_minutes) * 60,
            "jti": self.desk.entropy.token(22),
            "sub": asset.map_or_else(|| self.caller.user.id.to_string(), |id| id.to_string()),
        });
        for (name, value) in claims.iter().filter(|(name, _)| !matches!(name.as_str(), "iss" | "aud" | "iat" | "nbf" | "exp" | "jti" | "sub")) {
            payload[name] = value.clone();
        }
        self.desk.keys.sign(&payload)
    }

    fn issued(&self, access_token: String) -> Issued {
        Issued {
            access_token,
            refresh_token: None,
            scopes: self.caller.session.scopes.clone(),
            user: self.caller.user.id,
            grant: self.caller.session.grant,
            flow: Flow::TokenExchange,
            presented: None,
            generation: 1,
            nonce: None,
            at: self.desk.now,
            claims: Map::new(),
            extras: vec![("issued_token_type", JWT.to_owned())],
        }
    }
}

/// A claim by its name in whatever case.
fn text<'c>(claims: &'c Map<String, Value>, name: &str) -> Option<&'c str> {
    claims.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).and_then(|(_, value)| value.as_str())
}
