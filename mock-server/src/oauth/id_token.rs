//! id_tokens: what an app that asked for `openid` learns about the user who logged in.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{Desk, Issued, at_hash};
use crate::apps::{AppDefinition, OrgApp};
use crate::org::User;
use crate::storage::StoreError;

#[derive(Serialize)]
struct IdToken<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: Value,
    iat: i64,
    exp: i64,
    at_hash: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
    #[serde(flatten)]
    claims: &'a Map<String, Value>,
}

pub(super) fn make(desk: &Desk<'_>, client: &AppDefinition, subject: &str, issued: &Issued) -> Result<String, StoreError> {
    let settings = &client.oauth.id_token;
    desk.keys.sign(&IdToken {
        iss: &desk.site.url(),
        sub: subject,
        aud: audience(client),
        iat: issued.at.seconds(),
        exp: issued.at.seconds() + i64::from(settings.validity_minutes) * 60,
        at_hash: at_hash(&issued.access_token),
        nonce: issued.nonce.as_deref(),
        claims: &issued.claims,
    })
}

/// GUESS: further audiences stand beside the consumer key; which of them a real token names was not recorded.
fn audience(client: &AppDefinition) -> Value {
    let further = &client.oauth.id_token.audiences;
    if further.is_empty() {
        return json!(client.consumer_key);
    }
    std::iter::once(&client.consumer_key).chain(further).map(|audience| json!(audience)).collect()
}

/// What the app's settings add about the user. GUESS: which claims count as standard ones.
pub(super) fn claims(desk: &Desk<'_>, (client, org_app): (&AppDefinition, &OrgApp), user: &User) -> Map<String, Value> {
    let (settings, mut claims) = (&client.oauth.id_token, Map::new());
    let mut put = |name: &str, value: Value| drop(claims.insert(name.to_owned(), value));
    if settings.include_standard_claims {
        put("name", json!(user.name));
        put("given_name", json!(user.first_name));
        put("family_name", json!(user.last_name));
        put("nickname", json!(user.nickname));
        put("preferred_username", json!(user.username));
        put("email", json!(user.email));
        put("email_verified", json!(true));
        put("zoneinfo", json!(user.time_zone));
        put("locale", json!(user.locale));
        put("updated_at", json!(user.modified.seconds()));
    }
    if settings.include_attributes {
        put("custom_attributes", json!(org_app.attributes_of(client, user, desk.org)));
    }
    if settings.include_custom_permissions {
        // Custom permissions are not kept here: the user holds none.
        put("custom_permissions", json!({}));
    }
    claims
}
