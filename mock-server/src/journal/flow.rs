//! Flows by the parameters that ask for them.

/// The flow a token or authorize request asks for, in CONTRACT's words.
pub fn flow_of(grant_type: Option<&str>, response_type: Option<&str>) -> Option<&'static str> {
    if let Some(grant_type) = grant_type {
        return match grant_type.strip_prefix("urn:ietf:params:oauth:grant-type:").unwrap_or(grant_type) {
            "authorization_code" => Some("web_server"),
            "refresh_token" | "hybrid_refresh" => Some("refresh_token"),
            "jwt-bearer" => Some("jwt_bearer"),
            "client_credentials" => Some("client_credentials"),
            "device" | "device_code" => Some("device"),
            "token-exchange" => Some("token_exchange"),
            "saml2-bearer" => Some("saml_bearer"),
            "assertion" => Some("saml_assertion"),
            "password" => Some("username_password"),
            _ => None,
        };
    }
    match response_type? {
        "code" => Some("web_server"),
        "token" | "token id_token" => Some("user_agent"),
        "hybrid_token" | "hybrid_auth_code" => Some("hybrid"),
        "code_credentials" => Some("code_credentials"),
        "device_code" => Some("device"),
        _ => None,
    }
}
