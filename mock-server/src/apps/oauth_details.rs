//! Settings of an app's OAuth beside callbacks, scopes and flows: the developer's, and the admin's.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::app::{AppDefinition, Flow, OrgApp};
use super::attributes::CustomAttribute;
use crate::org::{Org, User};

/// What a developer sets. Sources: `gate-and-policies.md` 2.3, `packaging-and-cli.md` 6.2, 6.3 and 6.7.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OauthDetails {
    /// Configure ID Token.
    pub id_token: IdTokenSettings,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub custom_attributes: Vec<CustomAttribute>,
    /// Require user credentials in the POST body for the Authorization Code and Credentials Flow.
    pub code_credentials_post_only: bool,
    /// Require Secret for Token Exchange Flow.
    pub require_secret_for_token_exchange: bool,
    /// Where Salesforce tells of a logout. GUESS: kept and shown, but nobody is told: the server never calls out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub single_logout_url: Option<String>,
}

/// What an app's id_tokens are like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct IdTokenSettings {
    /// ID Token Audiences, beside the consumer key.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub audiences: Vec<String>,
    pub include_standard_claims: bool,
    pub include_attributes: bool,
    /// Connected apps alone.
    pub include_custom_permissions: bool,
    /// 1 to 720.
    pub validity_minutes: u32,
}

impl Default for IdTokenSettings {
    fn default() -> Self {
        Self {
            audiences: Vec::new(),
            include_standard_claims: false,
            include_attributes: false,
            include_custom_permissions: false,
            validity_minutes: 2,
        }
    }
}

/// What an admin decides. Sources: `gate-and-policies.md` 2.2 and 2.4, `packaging-and-cli.md` 6.5.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PolicyDetails {
    /// In the place of the developer's attributes with the same keys, and beside the others.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub custom_attributes: Vec<CustomAttribute>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub single_logout_url: Option<String>,
    /// Enable Token Exchange Flow; as the developer has it when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_exchange: Option<bool>,
    /// Minutes that JWT access tokens of named users live; as their sessions when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub named_user_jwt_timeout: Option<u32>,
    /// The same of visitors' tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guest_jwt_timeout: Option<u32>,
    /// Apex Plugin Class. Apex is not run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handler: Option<String>,
    /// The username that it would run as.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handler_user: Option<String>,
    /// Names of the org's custom scopes that the app may ask for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub custom_scopes: Vec<String>,
}

impl OauthDetails {
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

impl PolicyDetails {
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

impl OrgApp {
    /// The values of the custom attributes that the app is told about the user, by their keys.
    pub fn attributes_of(&self, app: &AppDefinition, user: &User, org: &Org) -> BTreeMap<String, String> {
        let all = app.oauth.custom_attributes.iter().chain(&self.details.custom_attributes);
        all.map(|attribute| (attribute.key.clone(), attribute.value(user, org))).collect()
    }

    /// Whether the org lets the app use the flow, as far as it is the org's to say.
    pub fn lets(&self, flow: Flow) -> bool {
        flow != Flow::TokenExchange || self.details.token_exchange != Some(false)
    }
}
