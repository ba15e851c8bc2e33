//! The fields of an app's forms beside callbacks, scopes and flows, as they were filled in.

use super::app::{AppDefinition, AssetTokens, Flow, OrgApp};
use super::attributes;
use super::draft::{Fault, NO_ADDRESS};
use super::oauth_details::{IdTokenSettings, OauthDetails, PolicyDetails};
use super::presentation::is_web_address;

/// Minutes that an admin may choose for JWT access tokens. Source: `packaging-and-cli.md` 6.5.
pub const JWT_TIMEOUTS: [u32; 11] = [1, 5, 10, 15, 30, 60, 90, 120, 240, 480, 720];

/// Of the developer's form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OauthDraft {
    /// One on a line.
    pub id_token_audiences: String,
    pub id_token_minutes: String,
    pub include_standard_claims: bool,
    pub include_attributes: bool,
    pub include_custom_permissions: bool,
    /// `key = formula`, one on a line.
    pub custom_attributes: String,
    pub code_credentials_post_only: bool,
    pub require_secret_for_token_exchange: bool,
    pub single_logout_url: String,
    pub asset_tokens: bool,
    pub asset_token_minutes: String,
    /// One on a line.
    pub asset_token_audiences: String,
}

impl OauthDraft {
    /// What an app has now.
    pub fn of(app: &AppDefinition) -> Self {
        let (details, assets) = (&app.oauth, app.asset_tokens.as_ref());
        Self {
            id_token_audiences: details.id_token.audiences.join("\n"),
            id_token_minutes: details.id_token.validity_minutes.to_string(),
            include_standard_claims: details.id_token.include_standard_claims,
            include_attributes: details.id_token.include_attributes,
            include_custom_permissions: details.id_token.include_custom_permissions,
            custom_attributes: attributes::written(&details.custom_attributes),
            code_credentials_post_only: details.code_credentials_post_only,
            require_secret_for_token_exchange: details.require_secret_for_token_exchange,
            single_logout_url: details.single_logout_url.clone().unwrap_or_default(),
            asset_tokens: assets.is_some(),
            asset_token_minutes: assets.map_or(60, |assets| assets.validity_minutes).to_string(),
            asset_token_audiences: assets.map(|assets| assets.audiences.join("\n")).unwrap_or_default(),
        }
    }

    /// The settings as they are when the form is saved; `faults` takes what is wrong.
    pub(super) fn read(&self, app: &AppDefinition, faults: &mut Vec<Fault>) -> (OauthDetails, Option<AssetTokens>) {
        let custom_attributes = read_attributes(&self.custom_attributes, &app.oauth.custom_attributes, faults);
        let details = OauthDetails {
            id_token: IdTokenSettings {
                audiences: lines(&self.id_token_audiences),
                include_standard_claims: self.include_standard_claims,
                include_attributes: self.include_attributes,
                include_custom_permissions: self.include_custom_permissions,
                validity_minutes: minutes(&self.id_token_minutes, 720, "id_token_minutes", faults),
            },
            custom_attributes,
            code_credentials_post_only: self.code_credentials_post_only,
            require_secret_for_token_exchange: self.require_secret_for_token_exchange,
            single_logout_url: address(&self.single_logout_url, "single_logout_url", faults),
        };
        let assets = self.asset_tokens.then(|| AssetTokens {
            // GUESS: Setup's longest validity of an asset token is not known: a day.
            validity_minutes: minutes(&self.asset_token_minutes, 1440, "asset_token_minutes", faults),
            audiences: lines(&self.asset_token_audiences),
        });
        (details, assets)
    }
}

/// Of the admin's form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DetailsDraft {
    /// `key = formula`, one on a line.
    pub custom_attributes: String,
    pub single_logout_url: String,
    pub token_exchange: bool,
    /// One of [`JWT_TIMEOUTS`]; empty as the user's session.
    pub named_user_jwt_timeout: String,
    pub guest_jwt_timeout: String,
    pub handler: String,
    pub handler_user: String,
    pub custom_scopes: Vec<String>,
}

impl DetailsDraft {
    /// What holds now.
    pub fn of(row: &OrgApp, app: &AppDefinition) -> Self {
        let (details, text) = (&row.details, |text: &Option<String>| text.clone().unwrap_or_default());
        let minutes = |minutes: Option<u32>| minutes.map(|minutes| minutes.to_string()).unwrap_or_default();
        Self {
            custom_attributes: attributes::written(&details.custom_attributes),
            single_logout_url: text(&details.single_logout_url),
            token_exchange: details.token_exchange.unwrap_or(app.allows(Flow::TokenExchange)),
            named_user_jwt_timeout: minutes(details.named_user_jwt_timeout),
            guest_jwt_timeout: minutes(details.guest_jwt_timeout),
            handler: text(&details.handler),
            handler_user: text(&details.handler_user),
            custom_scopes: details.custom_scopes.clone(),
        }
    }

    /// The policies as they are when the form is saved; `faults` takes what is wrong. That the handler's user exists is not looked at.
    pub(super) fn read(&self, row: &OrgApp, app: &AppDefinition, faults: &mut Vec<Fault>) -> PolicyDetails {
        let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let mut timeout = |text: &str, field: &'static str| {
            let minutes = given(text).map(|text| text.parse::<u32>().ok().filter(|minutes| JWT_TIMEOUTS.contains(minutes)));
            if minutes == Some(None) {
                faults.push(Fault::new(field, "Select one of the values."));
            }
            minutes.flatten()
        };
        PolicyDetails {
            named_user_jwt_timeout: timeout(&self.named_user_jwt_timeout, "named_user_jwt_timeout"),
            guest_jwt_timeout: timeout(&self.guest_jwt_timeout, "guest_jwt_timeout"),
            custom_attributes: read_attributes(&self.custom_attributes, &row.details.custom_attributes, faults),
            single_logout_url: address(&self.single_logout_url, "single_logout_url", faults),
            token_exchange: Some(self.token_exchange).filter(|on| row.details.token_exchange.is_some() || *on != app.allows(Flow::TokenExchange)),
            handler: given(&self.handler),
            handler_user: given(&self.handler_user),
            custom_scopes: self.custom_scopes.clone(),
        }
    }
}

fn read_attributes(text: &str, known: &[super::CustomAttribute], faults: &mut Vec<Fault>) -> Vec<super::CustomAttribute> {
    attributes::read(text, known).unwrap_or_else(|told| {
        faults.push(Fault::new("custom_attributes", told));
        Vec::new()
    })
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

fn minutes(text: &str, most: u32, field: &'static str, faults: &mut Vec<Fault>) -> u32 {
    let minutes = text.trim().parse::<u32>().ok().filter(|minutes| (1..=most).contains(minutes));
    minutes.unwrap_or_else(|| {
        faults.push(Fault::new(field, format!("Enter a number of minutes between 1 and {most}.")));
        1
    })
}

fn address(text: &str, field: &'static str, faults: &mut Vec<Fault>) -> Option<String> {
    let url = text.trim();
    if !url.is_empty() && !is_web_address(url) {
        faults.push(Fault::new(field, NO_ADDRESS));
    }
    Some(url.to_owned()).filter(|url| !url.is_empty())
}
