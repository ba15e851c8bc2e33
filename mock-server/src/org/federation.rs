//! Whom an org trusts to say who its users are: SAML single sign-on settings, and token exchange handlers as data.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One SAML Single Sign-On Setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SingleSignOn {
    /// Unique in the org.
    pub name: String,
    /// As the identity provider names itself in its assertions. Unique in the org.
    pub issuer: String,
    /// Identity Provider Certificate, in PEM. Its key signs the assertions.
    pub certificate: String,
    /// Entity ID: the audience that assertions must name. The org's My Domain when left out; `https://saml.salesforce.com` is always accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity_id: Option<String>,
    /// SAML Identity Type: what of a user the assertion names.
    #[serde(default)]
    pub identity_type: Identity,
    /// SAML Identity Location: the attribute that names the user; the subject's NameID when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_attribute: Option<String>,
}

/// What of a user a foreign text names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Identity {
    #[default]
    Username,
    /// `User.FederationIdentifier`; compares with case.
    FederationId,
    /// The record id, 15 or 18 characters.
    UserId,
    /// `User.Email`, where one active user alone has it.
    Email,
}

/// What a subject token of a token exchange is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SubjectTokenType {
    AccessToken,
    RefreshToken,
    IdToken,
    Saml2,
    Jwt,
}

impl SubjectTokenType {
    /// Reads `urn:ietf:params:oauth:token-type:jwt`. The Apex guide prints `JWT`, so case does not count.
    pub fn of_urn(urn: &str) -> Option<Self> {
        let name = urn.to_ascii_lowercase();
        match name.strip_prefix("urn:ietf:params:oauth:token-type:")? {
            "access_token" => Some(Self::AccessToken),
            "refresh_token" => Some(Self::RefreshToken),
            "id_token" => Some(Self::IdToken),
            "saml2" => Some(Self::Saml2),
            "jwt" => Some(Self::Jwt),
            _ => None,
        }
    }
}

/// A token exchange handler: what in Salesforce is an Apex class that validates tokens and finds their users, said as data.
///
/// A token is valid if one of `certificate` and `keys` signed it (a JWT, or a SAML assertion by the certificate) with this issuer and audience and
/// its time is not over, or if it is one of `tokens`, as an identity provider would say that was asked about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenExchangeHandler {
    /// Developer name; unique in the org. `token_handler` names it.
    pub name: String,
    #[serde(default = "yes")]
    pub enabled: bool,
    /// Kinds of tokens it supports; all when left out.
    #[serde(default = "every_type")]
    pub token_types: Vec<SubjectTokenType>,
    /// The apps it is enabled for.
    pub apps: Vec<HandlerApp>,
    /// The `iss` that tokens must have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// One of the `aud` that tokens must have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// The identity provider's certificate, in PEM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<String>,
    /// The identity provider's JWK set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keys: Option<Value>,
    /// Tokens that only their issuer can read, with the claims it would tell.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tokens: Vec<KnownToken>,
    /// Claims that must have exactly these values.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub required_claims: BTreeMap<String, Value>,
    #[serde(default)]
    pub subject: SubjectMapping,
    /// What the handler says of a token it finds invalid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_message: Option<String>,
    /// Makes users that do not exist.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub create_user: Option<UserTemplate>,
}

/// An app that a handler is enabled for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HandlerApp {
    /// Name, consumer key or id.
    pub app: String,
    /// Serves requests that name no handler.
    #[serde(default)]
    pub default: bool,
}

/// A token that cannot be verified here.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KnownToken {
    pub token: String,
    pub claims: Map<String, Value>,
}

impl std::fmt::Debug for KnownToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Whom a token's claims mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SubjectMapping {
    /// The claim that names the user: `sub` (of a SAML assertion: the NameID, or an attribute by its name).
    pub claim: String,
    /// What of a user it names.
    pub identity: Identity,
    /// Usernames by value of the claim, looked at first.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub users: BTreeMap<String, String>,
}

impl Default for SubjectMapping {
    fn default() -> Self {
        Self { claim: "sub".to_owned(), identity: Identity::Username, users: BTreeMap::new() }
    }
}

/// A user made of a token's claims.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UserTemplate {
    pub profile: String,
    /// The claim that becomes the username.
    #[serde(default = "email_claim")]
    pub username_claim: String,
}

fn yes() -> bool {
    true
}

fn every_type() -> Vec<SubjectTokenType> {
    use SubjectTokenType::{AccessToken, IdToken, Jwt, RefreshToken, Saml2};
    vec![AccessToken, RefreshToken, IdToken, Saml2, Jwt]
}

fn email_claim() -> String {
    "email".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_types_are_read_with_and_without_capitals() {
        assert_eq!(SubjectTokenType::of_urn("urn:ietf:params:oauth:token-type:JWT"), Some(SubjectTokenType::Jwt));
        assert_eq!(SubjectTokenType::of_urn("urn:ietf:params:oauth:token-type:saml2"), Some(SubjectTokenType::Saml2));
        assert_eq!(SubjectTokenType::of_urn("jwt"), None);
    }
}
