//! OpenID discovery and the public keys.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::json;

use super::answer;
use crate::app::App;
use crate::oauth::supported;
use crate::org::Site;

const CLAIMS: &[&str] = &[
    "active",
    "address",
    "email",
    "email_verified",
    "family_name",
    "given_name",
    "is_app_installed",
    "language",
    "locale",
    "name",
    "nickname",
    "organization_id",
    "phone_number",
    "phone_number_verified",
    "photos",
    "picture",
    "preferred_username",
    "profile",
    "sub",
    "updated_at",
    "urls",
    "user_id",
    "user_type",
    "zoneinfo",
];

/// `GET /id/keys`
pub async fn keys(State(app): State<App>) -> Response {
    match app.keys().public() {
        Ok(set) => public(&set),
        Err(error) => answer::failed(error),
    }
}

/// What every web page may read. GUESS: the header that keeps the rest of Salesforce out of caches stands here, too; of the keys' own answer nobody
/// recorded a life that a cache could go by.
fn public(document: &impl Serialize) -> Response {
    let text = serde_json::to_vec(document).unwrap_or_default();
    let headers = [
        (header::CONTENT_TYPE, "application/json;charset=UTF-8"),
        (header::CACHE_CONTROL, "no-cache,must-revalidate,max-age=0,no-store,private"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    (headers, text).into_response()
}

/// `GET /.well-known/openid-configuration`: values as observed on the login host, spelled for the host that was asked.
pub async fn configuration(State(app): State<App>, site: Site) -> Response {
    let base = site.experience_url();
    let at = |path: &str| format!("{base}{path}");
    let org = app.org_of_site(&site);
    let custom_scopes = org.as_ref().map(|org| org.facts().custom_scopes.clone()).unwrap_or_default();
    let custom = custom_scopes.into_iter().filter(|scope| scope.in_discovery).map(|scope| scope.name);
    let mut document = json!({
        "issuer": if site.experience().is_some() { base.clone() } else { site.url() },
        "authorization_endpoint": at("/services/oauth2/authorize"),
        "token_endpoint": at("/services/oauth2/token"),
        "revocation_endpoint": at("/services/oauth2/revoke"),
        "userinfo_endpoint": at("/services/oauth2/userinfo"),
        "jwks_uri": at("/id/keys"),
        "introspection_endpoint": at("/services/oauth2/introspect"),
        "scopes_supported": supported().map(str::to_owned).chain(custom).collect::<Vec<_>>(),
        "response_types_supported": ["code", "token", "token id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "display_values_supported": ["page", "popup", "touch"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic", "private_key_jwt"],
        "claims_supported": CLAIMS,
    });
    if let Some(members) = document.as_object_mut().filter(|_| site.experience().is_none()) {
        members.insert("registration_endpoint".to_owned(), json!(at("/services/oauth2/register")));
    }
    if org.is_none_or(|org| org.switches().announce_pkce)
        && let Some(members) = document.as_object_mut()
    {
        members.insert("code_challenge_methods_supported".to_owned(), json!(["S256"]));
    }
    public(&document)
}

/// `GET /.well-known/auth-configuration`: what a mobile app wants to know of a login page before it opens one. Login hosts have none.
/// GUESS: the members that were seen in use; those of a customised page are left at their defaults.
pub async fn auth_configuration(State(app): State<App>, site: Site) -> Response {
    let Some(org) = app.org_of_site(&site) else { return StatusCode::NOT_FOUND.into_response() };
    let facts = org.facts();
    let url = if site.experience().is_some() { site.experience_url() } else { site.my_domain_url(facts.id, &facts.my_domain()) };
    public(&json!({
        "OrgId": facts.id.record().as_15(),
        "Url": url,
        "LoginPage": {
            "LoginPageUrl": format!("{url}/"),
            "LoginPageType": "Standard",
            "UsernamePasswordEnabled": true,
            "SelfRegistrationEnabled": site.experience().is_some(),
        },
        "MobileSDK": {
            "UseiOSNativeBrowserForAuthentication": false,
            "UseAndroidNativeBrowserForAuthentication": false,
            "shareBrowserSessionIOS": false,
            "shareBrowserSessionAndroid": false,
        },
        "SamlProviders": [],
        "AuthProviders": [],
        "CertificateLogin": {"CertificateLoginEnabled": false},
    }))
}
