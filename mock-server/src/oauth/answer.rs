//! What a client is told when it gets tokens: in a body at the token endpoint, in a fragment at the authorize endpoint.

use serde::{Serialize, Serializer};

use super::{Desk, Issued, Scope, id_token};
use crate::apps::{AppDefinition, Flow};
use crate::storage::StoreError;

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
            Some(client) if names_user(issued.flow) && issued.scopes.has(Scope::OPENID) => Some(id_token::make(desk, client, &id, &issued)?),
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
