//! Scopes as metadata spells them. Source: `packaging-and-cli.md` 6.8.

use super::operation::Failure;

/// Token of metadata, scopes that it stands for.
const TOKENS: &[(&str, &[&str])] = &[
    ("Basic", &["id", "profile", "email", "address", "phone"]),
    ("Api", &["api"]),
    ("Web", &["web"]),
    ("Full", &["full"]),
    ("RefreshToken", &["refresh_token"]),
    ("OpenID", &["openid"]),
    ("Profile", &["profile"]),
    ("Email", &["email"]),
    ("Address", &["address"]),
    ("Phone", &["phone"]),
    ("OfflineAccess", &["refresh_token"]),
    ("CustomPermissions", &["custom_permissions"]),
    ("Chatter", &["chatter_api"]),
    ("Content", &["content"]),
    ("Lightning", &["lightning"]),
    ("CustomApplications", &["visualforce"]),
    ("Wave", &["wave_api"]),
    ("Eclair", &["eclair_api"]),
    ("Pardot", &["pardot_api"]),
    ("CDPIngest", &["cdp_ingest_api"]),
    ("CDPProfile", &["cdp_profile_api"]),
    ("CDPQuery", &["cdp_query_api"]),
    ("CDP", &["cdp_api"]),
    ("CDPSegment", &["cdp_segment_api"]),
    ("CDPIdentityResolution", &["cdp_identityresolution_api"]),
    ("CDPCalculatedInsight", &["cdp_calculated_insight_api"]),
    ("Chatbot", &["chatbot_api"]),
    ("UserRegistration", &["user_registration_api"]),
    ("ForgotPassword", &["forgot_password"]),
    ("PwdlessLogin", &["pwdless_login_api"]),
    ("SFAP", &["sfap_api"]),
    ("Interaction", &["interaction_api"]),
    ("EinsteinGPT", &["einstein_gpt_api"]),
    ("MCP", &["mcp_api"]),
    ("Scrt", &["scrt_api"]),
];

/// The scopes that tokens stand for, each once.
///
/// # Errors
/// A token that is none. GUESS: its words.
pub fn scopes_of<'t>(tokens: impl Iterator<Item = &'t str>) -> Result<Vec<String>, Failure> {
    let mut scopes: Vec<String> = Vec::new();
    for token in tokens.map(str::trim).filter(|token| !token.is_empty()) {
        let (_, stand_for) = TOKENS
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(token))
            .ok_or_else(|| Failure::new(format!("'{token}' is not a valid value for the enum 'ConnectedAppOauthAccessScope'")))?;
        for scope in *stand_for {
            if !scopes.iter().any(|known| known == scope) {
                scopes.push((*scope).to_owned());
            }
        }
    }
    Ok(scopes)
}

/// The tokens of these scopes. The five of the identity are one.
pub fn tokens_of(scopes: &[String]) -> Vec<&'static str> {
    let has = |scope: &str| scopes.iter().any(|known| known == scope);
    let mut covered: Vec<&str> = Vec::new();
    let mut tokens = Vec::new();
    for (token, stand_for) in TOKENS {
        // Which of the five an app names makes no difference to what it gets.
        let is_named = if *token == "Basic" { has("id") } else { stand_for.iter().all(|scope| has(scope)) };
        if is_named && !stand_for.iter().all(|scope| covered.contains(scope)) {
            covered.extend(*stand_for);
            tokens.push(*token);
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_token_comes_back() {
        for (token, _) in TOKENS.iter().filter(|(token, _)| *token != "OfflineAccess") {
            assert_eq!(tokens_of(&scopes_of(std::iter::once(*token)).unwrap()), [*token]);
        }
        let scopes = scopes_of("Api, refreshtoken ,Basic".split(',')).unwrap();
        assert_eq!(scopes, ["api", "refresh_token", "id", "profile", "email", "address", "phone"]);
        assert_eq!(tokens_of(&scopes), ["Basic", "Api", "RefreshToken"]);
        assert!(scopes_of(std::iter::once("everything")).is_err());
    }
}
