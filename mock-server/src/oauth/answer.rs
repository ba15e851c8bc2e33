//! What a client is told when it gets tokens: in a body at the token endpoint, in a fragment at the authorize endpoint.

use serde::{Serialize, Serializer};

use super::{Desk, Issued, Scope, at_hash};
use crate::apps::{AppDefinition, Flow};
use crate::storage::StoreError;

/// Lifetime of an id_token in seconds. GUESS: Salesforce lets an app choose 1 to 720 minutes; two is what its Setup page shows first.
const ID_TOKEN_LIFE: i64 = 120;

/// The members of a token answer in their order; all of them are text. Source: Salesforce help, "OAuth 2.0 Web Server Flow".
#[derive(Debug, Clone, Default)]
pub struct TokenAnswer(pub Vec<(&'static str, String)>);

impl Serialize for TokenAnswer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl TokenAnswer {
    /// Spells what was issued. `client` is `None` in the one flow that names no app.
    ///
    /// # Errors
    /// The signing key cannot be read.
    pub fn of(desk: &Desk<'_>, client: Option<&AppDefinition>, issued: Issued) -> Result<Self, StoreError> {
        let id = format!("{}/id/{}/{}", desk.site.side_url(desk.org.kind.side()), desk.org.id, issued.user);
        // Milliseconds since 1970, as text.
        let issued_at = issued.at.0.to_string();
        let id_token = match client {
            Some(client) if names_user(issued.flow) && issued.scopes.has(Scope::OPENID) => Some(id_token(desk, client, &id, &issued)?),
            _ => None,
        };
        let mut members = vec![("access_token", issued.access_token)];
        members.extend(issued.refresh_token.map(|token| ("refresh_token", token)));
        members.extend([("signature", desk.keys.sign_for(client, &[&id, &issued_at])), ("scope", issued.scopes.to_string())]);
        members.extend(id_token.map(|token| ("id_token", token)));
        members.extend([
            ("instance_url", desk.site.instance_url(desk.org.id, &desk.org.my_domain())),
            ("id", id),
            ("token_type", "Bearer".to_owned()),
            ("issued_at", issued_at),
        ]);
        if client.is_some_and(|client| client.jwt_access_tokens) {
            members.push(("token_format", "jwt".to_owned()));
        }
        if issued.scopes.has(Scope::SFAP_API) {
            members.push(("api_instance_url", "https://api.salesforce.com".to_owned()));
        }
        members.extend(issued.extras);
        Ok(Self(members))
    }
}

/// Flows whose client learns from an id_token who the user is: the others named the user themselves. Source: the sample answers of Salesforce's help.
fn names_user(flow: Flow) -> bool {
    !matches!(flow, Flow::RefreshToken | Flow::JwtBearer | Flow::SamlBearer | Flow::ClientCredentials)
}

#[derive(Serialize)]
struct IdToken<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    iat: i64,
    exp: i64,
    at_hash: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
}

fn id_token(desk: &Desk<'_>, client: &AppDefinition, subject: &str, issued: &Issued) -> Result<String, StoreError> {
    desk.keys.sign(&IdToken {
        iss: &desk.site.url(),
        sub: subject,
        aud: &client.consumer_key,
        iat: issued.at.seconds(),
        exp: issued.at.seconds() + ID_TOKEN_LIFE,
        at_hash: at_hash(&issued.access_token),
        nonce: issued.nonce.as_deref(),
    })
}
