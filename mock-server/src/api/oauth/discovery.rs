//! OpenID discovery and the public keys.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

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
        Ok(set) => Json(set).into_response(),
        Err(error) => answer::failed(error),
    }
}

/// `GET /.well-known/openid-configuration`: values as observed on the login host, spelled for the host that was asked.
pub async fn configuration(State(app): State<App>, site: Site) -> Json<Value> {
    let base = format!("{}{}", site.url(), site.prefix());
    let at = |path: &str| format!("{base}{path}");
    let mut document = json!({
        "issuer": site.url(),
        "authorization_endpoint": at("/services/oauth2/authorize"),
        "token_endpoint": at("/services/oauth2/token"),
        "revocation_endpoint": at("/services/oauth2/revoke"),
        "userinfo_endpoint": at("/services/oauth2/userinfo"),
        "jwks_uri": at("/id/keys"),
        "introspection_endpoint": at("/services/oauth2/introspect"),
        "scopes_supported": supported().collect::<Vec<_>>(),
        "response_types_supported": ["code", "token", "token id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "display_values_supported": ["page", "popup", "touch"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic", "private_key_jwt"],
        "claims_supported": CLAIMS,
    });
    if app.org_of_site(&site).is_none_or(|org| org.switches().announce_pkce)
        && let Some(members) = document.as_object_mut()
    {
        members.insert("code_challenge_methods_supported".to_owned(), json!(["S256"]));
    }
    Json(document)
}
