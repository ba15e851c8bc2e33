//! Connected apps between their files and their definitions. Source: `packaging-and-cli.md` 6.7.

use serde_json::{Map, Value, json};

use super::app_policies::connected_app_policies;
use super::external_app::{allowed_range, callbacks_of, certificate_of, consumer_members, flag, presentation_members, presentation_of};
use super::oauth_details::{OF_CONNECTED_APP, asset_token_members, asset_tokens_of, attributes_member, attributes_of, id_token_member, id_token_of};
use super::operation::Failure;
use super::scope_tokens::{scopes_of, tokens_of};
use super::source::Source;
use crate::apps::{AppDefinition, Flow, OrgApp, Presentation, check_trusted};

pub const CONNECTED_APP: &str = "ConnectedApp";

/// Flows that are on by a member of `oauthConfig`.
const SWITCHED: [(Flow, &str); 3] = [
    (Flow::ClientCredentials, "isClientCredentialEnabled"),
    (Flow::CodeCredentials, "isCodeCredentialEnabled"),
    (Flow::TokenExchange, "isTokenExchangeEnabled"),
];

/// Puts what the file says into the definition. Key and secret are not looked at.
///
/// # Errors
/// A value that is none, or a callback that is missing.
pub fn put_connected_app(source: &Source, app: &mut AppDefinition) -> Result<(), Failure> {
    app.description = source.text("description").map(str::to_owned);
    app.contact_email = source.text("contactEmail").map(str::to_owned);
    app.presentation = Presentation {
        start_url: source.text("startUrl").map(str::to_owned),
        mobile_start_url: source.text("mobileStartUrl").map(str::to_owned),
        ..presentation_of(source)
    };
    app.trusted_ip_ranges = source.several("ipRanges").into_iter().map(|range| allowed_range(range, ["start", "end"])).collect::<Result<_, _>>()?;
    check_trusted(&app.trusted_ip_ranges).map_err(|fault| Failure::new(fault.to_string()))?;
    app.oauth.custom_attributes = attributes_of(source, "attributes");
    let Some(Value::Object(config)) = source.members.get("oauthConfig") else {
        app.callback_urls.clear();
        app.flows.clear();
        app.scopes.clear();
        return Ok(());
    };
    let config = Source { members: config.clone(), content: None };
    let callbacks = callbacks_of(config.text("callbackUrl").ok_or_else(|| Failure::new("Required field is missing: callbackUrl"))?)?;
    let certificate = config.text("certificate").map(certificate_of).transpose()?;
    app.scopes = scopes_of(config.several("scopes").into_iter().filter_map(Value::as_str))?;
    let on = |member: &str| config.flag(member).unwrap_or(false);
    app.flows.retain(|flow| !SWITCHED.iter().any(|(switched, _)| switched == flow) && *flow != Flow::JwtBearer);
    app.flows.extend(SWITCHED.iter().filter(|(_, member)| on(member)).map(|(flow, _)| *flow));
    app.flows.extend(certificate.is_some().then_some(Flow::JwtBearer));
    app.callback_urls = callbacks;
    app.certificate = certificate;
    app.require_pkce = on("isPkceRequired");
    app.require_secret = !on("isConsumerSecretOptional");
    app.require_secret_for_refresh = config.flag("isSecretRequiredForRefreshToken").unwrap_or(app.require_secret);
    app.rotate_refresh_tokens = on("isRefreshTokenRotationEnabled");
    app.jwt_access_tokens = on("isNamedUserJwtEnabled");
    app.introspect_all_tokens = on("isIntrospectAllTokens");
    app.oauth.id_token = id_token_of(&config, &OF_CONNECTED_APP);
    app.oauth.code_credentials_post_only = on("isCodeCredentialPostOnly");
    app.oauth.require_secret_for_token_exchange = on("isSecretRequiredForTokenExchange");
    app.oauth.single_logout_url = config.text("singleLogoutUrl").map(str::to_owned);
    app.asset_tokens = match config.members.get("assetTokenConfig") {
        Some(Value::Object(assets)) => asset_tokens_of(&Source { members: assets.clone(), content: None }),
        _ => None,
    };
    Ok(())
}

/// The key and secret that a file gives.
pub fn given_consumer(source: &Source) -> (Option<String>, Option<String>) {
    let config = source.members.get("oauthConfig").and_then(Value::as_object);
    let text = |member: &str| Some(config?.get(member)?.as_str()?.trim().to_owned()).filter(|text| !text.is_empty());
    (text("consumerKey"), text("consumerSecret"))
}

/// The members of the file, over those that were kept of it. The secret is never among them.
pub fn connected_app_members(app: &AppDefinition, row: &OrgApp, kept: &Map<String, Value>) -> Map<String, Value> {
    let mut members = kept.clone();
    members.insert("contactEmail".to_owned(), json!(app.contact_email));
    members.insert("description".to_owned(), json!(app.description));
    members.extend(presentation_members(app));
    members.insert("startUrl".to_owned(), json!(row.start_url(app)));
    members.insert("mobileStartUrl".to_owned(), json!(row.mobile_start_url(app)));
    members.entry("label").or_insert(json!(app.name));
    let ranges = app.trusted_ip_ranges.iter();
    let ranges = ranges.map(|range| json!({ "description": range.description, "end": range.end.to_string(), "start": range.start.to_string() }));
    members.insert("ipRanges".to_owned(), ranges.collect());
    members.insert("attributes".to_owned(), attributes_member(&app.oauth.custom_attributes));
    members.insert("plugin".to_owned(), json!(row.details.handler));
    members.insert("pluginExecutionUser".to_owned(), json!(row.details.handler_user));
    let mut config = kept.get("oauthConfig").and_then(Value::as_object).cloned().unwrap_or_default();
    let mut put = |name: &str, value: Value| drop(config.insert(name.to_owned(), value));
    for (name, value) in consumer_members(app) {
        put(name, value);
    }
    for (flow, member) in SWITCHED {
        put(member, flag(app.allows(flow)));
    }
    put("isAdminApproved", flag(row.permitted_users == crate::apps::PermittedUsers::AdminApproved));
    put("oauthClientCredentialUser", json!(row.run_as));
    put("scopes", json!(tokens_of(&app.scopes)));
    put("idTokenConfig", id_token_member(&app.oauth.id_token, &OF_CONNECTED_APP));
    put("isCodeCredentialPostOnly", flag(app.oauth.code_credentials_post_only));
    put("singleLogoutUrl", json!(app.oauth.single_logout_url));
    let mut assets = kept.get("oauthConfig").and_then(|config| config.get("assetTokenConfig")?.as_object()).cloned().unwrap_or_default();
    assets.extend(asset_token_members(app.asset_tokens.as_ref()).map(|(name, value)| (name.to_owned(), value)));
    put("assetTokenConfig", if app.asset_tokens.is_some() { Value::Object(assets) } else { Value::Null });
    if !app.callback_urls.is_empty() {
        config.sort_keys();
        members.insert("oauthConfig".to_owned(), Value::Object(config));
    }
    members.extend(connected_app_policies(row).into_iter().map(|(name, value)| (name.to_owned(), value)));
    members
}
