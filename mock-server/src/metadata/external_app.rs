//! External client apps between their files and their definitions. Source: `packaging-and-cli.md`, section 6.

use serde_json::{Map, Value, json};

use super::oauth_details::{OF_EXTERNAL_APP, asset_token_members, asset_tokens_of, attributes_member, attributes_of, id_token_member, id_token_of};
use super::operation::Failure;
use super::scope_tokens::{scopes_of, tokens_of};
use super::source::Source;
use crate::apps::{AllowedRange, AppDefinition, Certificate, Distribution, Flow, Presentation, check_trusted};
use crate::id::OrgId;

/// The app itself: its name, and which orgs may use it.
pub const HEADER: &str = "ExternalClientApplication";
/// What it may do: scopes.
pub const OAUTH_SETTINGS: &str = "ExtlClntAppOauthSettings";
/// How it does it: callbacks, flows, key and secret. Never packaged.
pub const GLOBAL_SETTINGS: &str = "ExtlClntAppGlobalOauthSettings";
/// What an org lets it do: which of its plugins work.
pub const PLUGIN_POLICIES: &str = "ExtlClntAppConfigurablePolicies";
/// What an org lets it do by OAuth: users, addresses, lifetimes.
pub const OAUTH_POLICIES: &str = "ExtlClntAppOauthConfigurablePolicies";

/// The type whose files stand for an external client app, or a part of one.
pub fn is_external_app(kind: &str) -> bool {
    [HEADER, OAUTH_SETTINGS, GLOBAL_SETTINGS, PLUGIN_POLICIES, OAUTH_POLICIES].contains(&kind)
}

/// The name that Setup gives to the part of an app. Sources: names that were seen; of the plugins' policies it is made up alike.
pub fn default_name(kind: &str, app: &str, oauth_settings: &str) -> String {
    match kind {
        OAUTH_SETTINGS => format!("{app}_oauth"),
        GLOBAL_SETTINGS => format!("{app}_glbloauth"),
        PLUGIN_POLICIES => format!("{app}_plcy"),
        OAUTH_POLICIES => format!("{oauth_settings}_defaultPolicy"),
        _ => app.to_owned(),
    }
}

/// Members of files that hold secrets, or are orders rather than settings: they are never kept as they came.
pub fn without_secrets(source: &Source) -> Source {
    let mut kept = source.clone();
    kept.members
        .retain(|name, _| !matches!(name.as_str(), "consumerKey" | "consumerSecret" | "shouldRotateConsumerKey" | "shouldRotateConsumerSecret"));
    if let Some(Value::Object(config)) = kept.members.get_mut("oauthConfig") {
        config.retain(|name, _| !matches!(name.as_str(), "consumerKey" | "consumerSecret"));
    }
    kept
}

/// Refuses a name that no component can have.
///
/// # Errors
/// The words of Setup; for a name with a namespace those of the API.
pub fn check_name(full_name: &str) -> Result<(), Failure> {
    if let Some((namespace, _)) = full_name.split_once("__").filter(|(namespace, _)| !namespace.is_empty()) {
        return Err(Failure::new(format!(
            "Cannot create a new component with the namespace: {namespace}.  Only components in the same namespace as the organization can be created \
             through the API"
        )));
    }
    let fits = full_name.starts_with(|c: char| c.is_ascii_alphabetic())
        && full_name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !full_name.ends_with('_')
        && full_name.len() <= 80;
    if fits {
        return Ok(());
    }
    // GUESS: worded as for other developer names.
    Err(Failure::new(
        "The External Client App Name can only contain underscores and alphanumeric characters. It must be unique, begin with a letter, not include \
         spaces, not end with an underscore, and not contain two consecutive underscores.",
    ))
}

/// Puts what a header says into the definition.
pub fn put_header(source: &Source, app: &mut AppDefinition) {
    app.description = source.text("description").map(str::to_owned);
    app.contact_email = source.text("contactEmail").map(str::to_owned);
    app.presentation = presentation_of(source);
    app.distribution = Some(distribution(source));
}

/// What a file tells of an app beside its name.
pub(super) fn presentation_of(source: &Source) -> Presentation {
    let text = |member: &str| source.text(member).map(str::to_owned);
    Presentation {
        contact_phone: text("contactPhone"),
        info_url: text("infoUrl"),
        logo_url: text("logoUrl"),
        icon_url: text("iconUrl"),
        ..Presentation::default()
    }
}

/// The same as members of a file.
pub(super) fn presentation_members(app: &AppDefinition) -> [(String, Value); 4] {
    let shown = &app.presentation;
    let all = [("contactPhone", &shown.contact_phone), ("iconUrl", &shown.icon_url), ("infoUrl", &shown.info_url), ("logoUrl", &shown.logo_url)];
    all.map(|(name, value)| (name.to_owned(), json!(value)))
}

/// `Local` where a header says nothing.
pub fn distribution(source: &Source) -> Distribution {
    if source.text("distributionState") == Some("Packaged") { Distribution::Packaged } else { Distribution::Local }
}

/// `<org id>:<developer name>`, which a header gets with its first deployment.
pub fn org_scoped_name(org: OrgId, app: &str) -> String {
    format!("{}:{app}", org.record().as_15())
}

/// The members of a header's file, over those that were kept of it.
pub fn header_members(app: &AppDefinition, kept: &Map<String, Value>) -> Map<String, Value> {
    let name = app.developer_name();
    let mut members = kept.clone();
    members.insert("contactEmail".to_owned(), json!(app.contact_email));
    members.extend(presentation_members(app));
    members.insert("description".to_owned(), json!(app.description));
    members.insert("distributionState".to_owned(), json!(if app.distribution == Some(Distribution::Packaged) { "Packaged" } else { "Local" }));
    members.entry("isProtected").or_insert(json!("false"));
    members.entry("label").or_insert(json!(app.name));
    members.insert("orgScopedExternalApp".to_owned(), json!(org_scoped_name(app.owner, &name)));
    members
}

/// Puts scopes, trusted addresses and what else is not global into the definition.
///
/// # Errors
/// A scope that nobody defined; a range that ends before it begins.
pub fn put_oauth_settings(source: &Source, app: &mut AppDefinition) -> Result<(), Failure> {
    app.scopes = scopes_of(source.text("commaSeparatedOauthScopes").unwrap_or_default().split(','))?;
    app.oauth.custom_attributes = attributes_of(source, "customAttributes");
    app.oauth.single_logout_url = source.text("singleLogoutUrl").map(str::to_owned);
    app.asset_tokens = asset_tokens_of(source);
    app.trusted_ip_ranges = source
        .several("trustedIpRanges")
        .into_iter()
        .map(|range| allowed_range(range, ["startIpAddress", "endIpAddress"]))
        .collect::<Result<_, _>>()?;
    check_trusted(&app.trusted_ip_ranges).map_err(|fault| Failure::new(fault.to_string()))
}

/// A range of addresses as files have them.
pub(super) fn allowed_range(range: &Value, [start, end]: [&str; 2]) -> Result<AllowedRange, Failure> {
    let address = |member: &str| {
        let text = range[member].as_str().unwrap_or_default().trim();
        text.parse().map_err(|_| Failure::new(format!("'{text}' is not a valid IP address")))
    };
    Ok(AllowedRange { start: address(start)?, end: address(end)?, description: range["description"].as_str().map(str::to_owned) })
}

/// The link of settings to their consumer: `<org id>:<consumer id>`.
pub fn oauth_link(app: &AppDefinition) -> String {
    format!("{}:{}", app.owner.record().as_15(), app.consumer_id().as_15())
}

/// The members of a file of OAuth settings, over those that were kept of it.
pub fn oauth_settings_members(app: &AppDefinition, own_name: &str, header: &str, kept: &Map<String, Value>) -> Map<String, Value> {
    let mut members = kept.clone();
    members.insert("commaSeparatedOauthScopes".to_owned(), json!(tokens_of(&app.scopes).join(", ")));
    members.insert("externalClientApplication".to_owned(), json!(header));
    members.entry("isFirstPartyAppEnabled").or_insert(json!("false"));
    members.entry("label").or_insert(json!(own_name));
    members.insert("oauthLink".to_owned(), json!(oauth_link(app)));
    members.insert("customAttributes".to_owned(), attributes_member(&app.oauth.custom_attributes));
    members.insert("singleLogoutUrl".to_owned(), json!(app.oauth.single_logout_url));
    members.extend(asset_token_members(app.asset_tokens.as_ref()).map(|(name, value)| (name.to_owned(), value)));
    let ranges = app.trusted_ip_ranges.iter();
    let ranges = ranges
        .map(|range| json!({ "description": range.description, "endIpAddress": range.end.to_string(), "startIpAddress": range.start.to_string() }));
    members.insert("trustedIpRanges".to_owned(), ranges.collect());
    members
}

/// Flows that are on by a member of their own.
const SWITCHED: [(Flow, &str); 4] = [
    (Flow::ClientCredentials, "isClientCredentialsFlowEnabled"),
    (Flow::CodeCredentials, "isCodeCredFlowEnabled"),
    (Flow::Device, "isDeviceFlowEnabled"),
    (Flow::TokenExchange, "isTokenExchangeEnabled"),
];

/// Puts callbacks, flows and security settings into the definition. Key and secret are not looked at.
///
/// # Errors
/// A callback that is no address, or a certificate that is none.
pub fn put_global_settings(source: &Source, app: &mut AppDefinition) -> Result<(), Failure> {
    let callbacks = callbacks_of(source.text("callbackUrl").unwrap_or_default())?;
    let certificate = source.text("certificate").map(certificate_of).transpose()?;
    let on = |member: &str| source.flag(member).unwrap_or(false);
    // Flows of a browser need nothing but a callback; which of them are on besides is not told by any member.
    let kept = |flow: &Flow| !SWITCHED.iter().any(|(switched, _)| switched == flow) && *flow != Flow::JwtBearer;
    app.flows.retain(kept);
    app.flows.extend(SWITCHED.iter().filter(|(_, member)| on(member)).map(|(flow, _)| *flow));
    app.flows.extend(certificate.is_some().then_some(Flow::JwtBearer));
    app.callback_urls = callbacks;
    app.certificate = certificate;
    app.require_pkce = source.flag("isPkceRequired").unwrap_or(true);
    app.require_secret = !on("isConsumerSecretOptional");
    app.require_secret_for_refresh = source.flag("isSecretRequiredForRefreshToken").unwrap_or(true);
    app.rotate_refresh_tokens = on("isRefreshTokenRotationEnabled");
    app.jwt_access_tokens = on("isNamedUserJwtEnabled");
    app.introspect_all_tokens = on("isIntrospectAllTokens");
    app.oauth.id_token = id_token_of(source, &OF_EXTERNAL_APP);
    app.oauth.code_credentials_post_only = on("isCodeCredPostOnly");
    app.oauth.require_secret_for_token_exchange = on("isSecretRequiredForTokenExchange");
    Ok(())
}

/// Callbacks stand on lines of one text.
///
/// # Errors
/// One that is no address. GUESS: its words.
pub(super) fn callbacks_of(text: &str) -> Result<Vec<String>, Failure> {
    let urls: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    match urls.iter().find(|url| !url.contains(':')) {
        Some(url) => Err(Failure::new(format!("Invalid callback URL: {url}"))),
        None => Ok(urls),
    }
}

/// A certificate with or without the lines around it: both travel.
///
/// # Errors
/// It is none. GUESS: its words.
pub(super) fn certificate_of(text: &str) -> Result<Certificate, Failure> {
    let pem = if text.contains("-----BEGIN") {
        format!("{}\n", text.lines().map(str::trim).collect::<Vec<_>>().join("\n"))
    } else {
        let body: String = text.split_whitespace().collect();
        let lines: Vec<&str> = body.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
        format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
    };
    Certificate::read(&pem).map_err(|bad| Failure::new(format!("Invalid certificate: {bad}")))
}

/// The members of a file of global settings, over those that were kept of it. `with_secret`: whether this org gives its secrets to the API.
pub fn global_settings_members(app: &AppDefinition, own_name: &str, kept: &Map<String, Value>, with_secret: bool) -> Map<String, Value> {
    let mut members = kept.clone();
    let mut put = |name: &str, value: Value| drop(members.insert(name.to_owned(), value));
    for (name, value) in consumer_members(app) {
        put(name, value);
    }
    for (flow, member) in SWITCHED {
        put(member, flag(app.allows(flow)));
    }
    put("consumerSecret", json!(with_secret.then(|| app.consumer_secret.0.clone())));
    put("externalClientApplication", json!(app.developer_name()));
    put("shouldRotateConsumerKey", flag(false));
    put("shouldRotateConsumerSecret", flag(false));
    put("idTokenConfig", id_token_member(&app.oauth.id_token, &OF_EXTERNAL_APP));
    put("isCodeCredPostOnly", flag(app.oauth.code_credentials_post_only));
    members.entry("label").or_insert(json!(own_name));
    members
}

/// What the metadata of an app of either kind says of its OAuth client.
pub(super) fn consumer_members(app: &AppDefinition) -> [(&'static str, Value); 10] {
    [
        ("callbackUrl", some(&app.callback_urls.join("\n"))),
        ("certificate", json!(app.certificate.as_ref().map(|certificate| certificate.pem().trim().to_owned()))),
        ("consumerKey", json!(app.consumer_key)),
        ("isConsumerSecretOptional", flag(!app.require_secret)),
        ("isIntrospectAllTokens", flag(app.introspect_all_tokens)),
        ("isNamedUserJwtEnabled", flag(app.jwt_access_tokens)),
        ("isPkceRequired", flag(app.require_pkce)),
        ("isRefreshTokenRotationEnabled", flag(app.rotate_refresh_tokens)),
        ("isSecretRequiredForRefreshToken", flag(app.require_secret_for_refresh)),
        ("isSecretRequiredForTokenExchange", flag(app.oauth.require_secret_for_token_exchange)),
    ]
}

pub(super) fn flag(on: bool) -> Value {
    json!(if on { "true" } else { "false" })
}

/// Null where there is no text.
pub(super) fn some(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { json!(text) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{AppId, RecordId};
    use crate::metadata::tree::json_of;
    use crate::secret::Secret;
    use crate::xml::parse;

    fn source(members: &str) -> Source {
        Source { members: json_of(&parse(&format!("<X>{members}</X>")).unwrap()), content: None }
    }

    fn app() -> AppDefinition {
        let id = AppId::try_from(RecordId::numbered(AppId::PREFIX, 1, 7)).unwrap();
        AppDefinition::plain(
            id,
            "Order Sync".to_owned(),
            OrgId::numbered(1),
            ("3MVG9key".to_owned(), Secret("s3cret".to_owned())),
            jiff::civil::date(2026, 1, 1),
        )
    }

    #[test]
    fn global_settings_come_back_as_they_were_put() {
        let mut app = app();
        put_global_settings(
            &source("<callbackUrl>https://a.example/cb\nhttp://localhost:1/cb</callbackUrl><isDeviceFlowEnabled>true</isDeviceFlowEnabled>"),
            &mut app,
        )
        .unwrap();
        assert_eq!(app.callback_urls, ["https://a.example/cb", "http://localhost:1/cb"]);
        assert_eq!(app.flows, [Flow::Device]);
        assert!(app.require_pkce && app.require_secret && app.require_secret_for_refresh && !app.rotate_refresh_tokens);
        let members = global_settings_members(&app, "Order_Sync_glbloauth", &Map::new(), false);
        let again = Source { members, content: None };
        assert_eq!((again.text("consumerKey"), again.text("consumerSecret")), (Some("3MVG9key"), None));
        let mut other = AppDefinition { flows: Vec::new(), callback_urls: Vec::new(), ..app.clone() };
        put_global_settings(&again, &mut other).unwrap();
        assert_eq!(other, app);
    }

    #[test]
    fn a_certificate_is_read_with_and_without_its_frame() {
        const PEM: &str = include_str!("../../../fixtures/keys/app-jwt-certificate.pem");
        let bare: String = PEM.lines().filter(|line| !line.starts_with("-----")).collect();
        for text in [PEM, bare.as_str()] {
            let mut app = app();
            put_global_settings(&source(&format!("<certificate>{text}</certificate>")), &mut app).unwrap();
            assert_eq!(app.flows, [Flow::JwtBearer]);
            assert_eq!(app.certificate, Certificate::read(PEM).ok());
        }
        assert!(put_global_settings(&source("<certificate>nothing</certificate>"), &mut app()).is_err());
    }

    #[test]
    fn names_are_checked_as_setup_does() {
        for name in ["Order_Sync", "A1"] {
            assert_eq!(check_name(name), Ok(()));
        }
        for name in ["Order Sync", "1A", "A_", ""] {
            assert!(check_name(name).is_err_and(|failure| failure.problem.starts_with("The External Client App Name")), "{name}");
        }
        assert!(check_name("ns__App").is_err_and(|failure| failure.problem.starts_with("Cannot create a new component with the namespace: ns.")));
    }

    #[test]
    fn no_file_keeps_a_secret() {
        let kept = without_secrets(&source("<label>a</label><consumerKey>k</consumerKey><consumerSecret>s</consumerSecret>"));
        assert_eq!(Value::Object(kept.members), json!({ "label": "a" }));
    }
}
