//! What each refusal of this family says of itself: the rule, the cause in a sentence, the way out.

use std::borrow::Cow;

use super::OAuthError;
use crate::apps::{About, Explains, Fix, Flow, Role};

const TOKEN: &str = "/services/oauth2/token";
const AUTHORIZE: &str = "/services/oauth2/authorize";
const FLOWS: &str = "/lightning/setup/OauthOidcSettings/home";

/// Who mends it, and where.
enum Way {
    /// The client's own code; the address is the one it calls.
    Client(&'static str, &'static str),
    /// The user, on a page.
    User(&'static str, &'static str),
    /// The app's settings, from the section on.
    Settings(&'static str),
    /// What the org's admin decides about the app.
    Policies(&'static str),
    /// A page of Setup.
    Setup(&'static str, &'static str),
    Install,
}

impl Way {
    fn fixes(&self, about: About<'_>) -> Vec<Fix> {
        match *self {
            Self::Client(text, url) => vec![Fix::developer(text, url)],
            Self::User(text, url) => vec![Fix::new(Role::User, text, url)],
            Self::Settings(then) => vec![about.settings(then)],
            Self::Policies(then) => vec![about.policies(then)],
            Self::Setup(path, url) => vec![Fix::admin(path, url)],
            Self::Install => about.install(),
        }
    }
}

const AGAIN: Way = Way::User("Connect the app once more", AUTHORIZE);
const HISTORY: Way = Way::Setup("Setup > Identity > Login History", "/lightning/setup/OrgLoginHistory/home");
const FLOW_SETTINGS: Way = Way::Setup("Setup > Identity > OAuth and OpenID Connect Settings", FLOWS);
const SCOPES: Way = Way::Settings("OAuth Scopes > add the scope > Save");
const KEYS: Way = Way::Settings("Consumer Key and Secret");

impl OAuthError {
    /// Rule, cause, ways out. `None`: what admission refused explains itself.
    fn told_of(&self) -> Option<(&'static str, &'static str, &'static [Way])> {
        use Way::{Client, Install, Policies, Settings, Setup, User};
        let row: (&'static str, &'static str, &'static [Way]) = match self {
            Self::MustPost => ("request.method", "The endpoint takes POST here.", &[Client("Send the request by POST", TOKEN)]),
            Self::MustGet => ("request.method", "The endpoint takes GET here.", &[Client("Send the request by GET", AUTHORIZE)]),
            Self::HttpsRequired => ("request.https_required", "The org takes OAuth requests by https alone.", &[Client("Use https", TOKEN)]),
            Self::LoginRateExceeded => (
                "login.rate_exceeded",
                "The user logged in too often within the hour.",
                &[Client("Keep access tokens until they are refused instead of asking for one with each call", TOKEN)],
            ),
            Self::Unknown => ("server.unknown", "Something passed that the caller cannot help.", &[Client("Try again later", TOKEN)]),
            Self::OutOfBand => (
                "callback.out_of_band",
                "Codes are no longer shown for users to copy.",
                &[Settings("Callback URL > an address of the app's own > Save"), Client("Ask with that callback", AUTHORIZE)],
            ),
            Self::UnsupportedGrantType => (
                "request.grant_type",
                "There is no such grant type, or this kind of app has it not.",
                &[Client("Name a grant type that Salesforce has, and once", TOKEN), Settings("Flow Enablement > tick the flow")],
            ),
            Self::UnsupportedResponseType => {
                ("request.response_type", "There is no such response type.", &[Client("Ask with response_type=code", AUTHORIZE)])
            }
            Self::UnknownClient => (
                "client.unknown",
                "No app has this consumer key, or not yet: a new or changed app is known only after some minutes, and a replaced key ends. A request \
                 that names two keys counts as one with none.",
                &[Client("Send the consumer key of the app as it is now", TOKEN), KEYS],
            ),
            Self::WrongClientSecret => (
                "client.wrong_secret",
                "The consumer secret, or the client assertion, is missing or wrong.",
                &[KEYS, Client("Send the secret of the same set as the key, or an assertion signed with the app's key", TOKEN)],
            ),
            Self::MalformedBasic => (
                "client.malformed_basic",
                "The Authorization header is no Basic credential: base64 of key, colon, secret.",
                &[Client("Encode key and secret as Basic demands", TOKEN)],
            ),
            Self::MissingRedirectUri => {
                ("callback.missing", "There is no redirect_uri.", &[Client("Send the redirect_uri, the same in both requests", AUTHORIZE)])
            }
            Self::WrongRedirectUri => (
                "callback.mismatch",
                "The redirect_uri is none of the app's callback URLs here, or another than the code was given to. It is compared letter by letter.",
                &[Settings("Callback URL > add the address > Save"), Client("Send the registered address, the same in both requests", AUTHORIZE)],
            ),
            Self::MissingCodeChallenge => (
                "pkce.missing_challenge",
                "The app, or the org, requires PKCE, and the request has no code_challenge.",
                &[
                    Client("Send code_challenge, and code_verifier with the code", AUTHORIZE),
                    Settings("Security > Require Proof Key for Code Exchange (PKCE)"),
                ],
            ),
            Self::InvalidCodeChallenge => (
                "pkce.invalid_challenge",
                "The code_challenge is no S256 challenge: 43 characters of base64url.",
                &[Client("Send the SHA-256 of the verifier in base64url, with code_challenge_method=S256", AUTHORIZE)],
            ),
            Self::WrongCodeVerifier => (
                "pkce.wrong_verifier",
                "The code_verifier is missing, malformed, or not the one that the challenge was made of.",
                &[Client("Keep the verifier with the attempt that it was made for", TOKEN)],
            ),
            Self::UnknownCode => (
                "code.unknown",
                "This code was not given to this app here.",
                &[Client("Send the code as it came, decoded once, to the host that gave it", TOKEN), AGAIN],
            ),
            Self::ExpiredCode => ("code.expired", "The code is older than it may become.", &[Client("Exchange codes at once", TOKEN), AGAIN]),
            Self::UsedCode => ("code.used", "The code was exchanged before.", &[Client("Exchange each code once", TOKEN), AGAIN]),
            Self::ExpiredAssertion => (
                "assertion.expired",
                "The time of the assertion is over, or it is valid for longer than it may be.",
                &[Client("Make an assertion for each request, valid for three minutes, with a clock that is right", TOKEN)],
            ),
            Self::DeadRefreshToken => (
                "refresh.dead",
                "The refresh token is unknown here, of another app, or was revoked with its grant.",
                &[AGAIN, Setup("Setup > Apps > Connected Apps OAuth Usage > the user count", "/lightning/setup/ConnectedAppsUsage/home")],
            ),
            Self::RotatedRefreshToken => (
                "refresh.rotated_out",
                "The app rotates refresh tokens, and this one was replaced by a later: the whole grant ended with it.",
                &[Client("Keep the refresh token of each answer before anything else, and let one refresh at a time", TOKEN), AGAIN],
            ),
            Self::ExpiredRefreshToken => (
                "refresh.expired",
                "The app's refresh token policy, or the limit of 30 idle days, ended the refresh token.",
                &[AGAIN, Policies("Refresh Token Policy")],
            ),
            Self::HybridWithRotation => (
                "refresh.hybrid_with_rotation",
                "Hybrid refreshes, JWT access tokens and rotation do not go together.",
                &[Settings("Security > Issue JSON Web Token (JWT)-based access tokens > untick > Save")],
            ),
            Self::AlreadyProcessing => {
                ("refresh.already_processing", "Another request refreshes the same grant now.", &[Client("Let one refresh at a time", TOKEN)])
            }
            Self::ScopeParameter => {
                ("scope.parameter", "This flow takes no scope parameter here.", &[Client("Leave scope out", TOKEN), FLOW_SETTINGS])
            }
            Self::MalformedScope => {
                ("scope.unknown", "A scope is asked for that nobody defined.", &[Client("Ask for scopes that the app has", AUTHORIZE), SCOPES])
            }
            Self::ScopeNotAllowed => {
                ("scope.not_assigned", "A scope is asked for, or needed, that the app or the token does not have.", &[SCOPES, AGAIN])
            }
            Self::WrongAudience => (
                "assertion.audience",
                "The aud of the assertion names another host than the one that was asked.",
                &[Client("Name the login host, the test host or the My Domain that the request goes to", TOKEN)],
            ),
            Self::RefreshScopeRequired => (
                "scope.refresh_token_required",
                "The flow needs an app that has the scope refresh_token, is installed, and pre-authorizes its users.",
                &[SCOPES, Install, Policies("Permitted Users: Admin approved users are pre-authorized")],
            ),
            Self::WrongDomain => (
                "request.wrong_domain",
                "The flow is served at the org's My Domain alone.",
                &[Client("Send the request to the org's My Domain", TOKEN)],
            ),
            Self::WrongHost => (
                "request.wrong_host",
                "The flow is served at an Experience Cloud site of the org alone.",
                &[Client("Send the request to the address of the site", TOKEN)],
            ),
            Self::NoValidScopes => ("scope.none", "Nothing is left of the app's scopes that the flow gives.", &[SCOPES]),
            Self::TooManyScopes => (
                "scope.too_many",
                "More scopes than fit a JWT access token.",
                &[Client("Ask for fewer scopes", AUTHORIZE), Settings("OAuth Scopes > take scopes away > Save")],
            ),
            Self::Denied => ("consent.denied", "The user denied the app access.", &[AGAIN]),
            Self::AuthorizationPending => (
                "device.pending",
                "The user has not answered on the device page yet, or was turned away there.",
                &[User("Open the page that the device shows, type its code, allow the access", "/setup/connect")],
            ),
            Self::SlowDown => {
                ("device.polls_too_often", "The device polls more often than it was told.", &[Client("Wait for the interval between polls", TOKEN)])
            }
            Self::WrongOtp => (
                "headless.wrong_code",
                "The code that was sent is another, is over, or the identifier names nobody.",
                &[User("Have a new code sent and type it", "/services/auth/headless/init/passwordless/login")],
            ),
            Self::RegistrationFailed => (
                "headless.registration",
                "The username is taken, or the person cannot be made a user.",
                &[Client("Send an e-mail address nobody uses as username", "/services/auth/headless/init/registration")],
            ),
            Self::InvalidHeaders => (
                "headless.headers",
                "Auth-Request-Type, or the credentials of the Authorization header, are missing or wrong.",
                &[Client("Send the headers of the flow", AUTHORIZE)],
            ),
            Self::InvalidUvid => (
                "headless.uvid",
                "What names the visitor is missing, malformed, or another than the code was given to.",
                &[Client("Send the Uvid-Hint of the first request with the second", TOKEN)],
            ),
            Self::HeadlessOff => (
                "policy.headless_off",
                "The org does not allow Authorization Code and Credentials Flows.",
                &[Setup("Setup > Identity > OAuth and OpenID Connect Settings > Allow Authorization Code and Credentials Flows", FLOWS)],
            ),
            Self::ImmediateUnsuccessful => (
                "consent.page_due",
                "immediate=true forbids pages, and a login or a consent is due.",
                &[Client("Ask again without immediate", AUTHORIZE)],
            ),
            Self::MissingParameter(_) => ("request.missing_parameter", "A parameter is missing.", &[Client("Send the parameter", TOKEN)]),
            Self::Malformed(_) => {
                ("request.malformed", "The request cannot be read, or says what it must not.", &[Client("Mend the request", TOKEN)])
            }
            Self::UnsupportedTokenType => (
                "token.unsupported_type",
                "The token type is none that is taken here.",
                &[Client("Name a token type that the endpoint takes", TOKEN)],
            ),
            Self::InvalidToken => (
                "token.invalid",
                "The token is missing, ended, was never issued, or is of another kind than is taken here.",
                &[Client("Send a live token that was issued here", TOKEN), AGAIN],
            ),
            Self::AuthenticationFailure(_) => (
                "login.failed",
                "The username, the password or the security token is wrong, or the user may not log in.",
                &[HISTORY, Setup("Setup > Users > Users > the user > Reset Password or Unlock", "/lightning/setup/ManageUsers/home")],
            ),
            Self::InvalidAssertion { .. } => (
                "assertion.invalid",
                "The assertion cannot be read, says what is not so, came before, or is not signed with the key of the registered certificate.",
                &[Settings("upload the certificate of the key that signs > Save"), Client("Sign with RS256 and the key of that certificate", TOKEN)],
            ),
            Self::InvalidAssertionType => (
                "assertion.type",
                "The type of the assertion is missing or none that is taken.",
                &[Client("Send the type that the flow demands", TOKEN)],
            ),
            Self::AudienceValidation => (
                "assertion.audience",
                "The audience or the recipient of the SAML assertion is another.",
                &[Client("Address the assertion to the token endpoint that is asked", TOKEN)],
            ),
            Self::NoTokenExchangeHandler => (
                "exchange.no_handler",
                "The org has no token exchange handler that serves the app.",
                &[Policies("Enable Token Exchange Flow > choose the handler > Save")],
            ),
            Self::InvalidSubjectToken(_) => (
                "exchange.subject_token",
                "The handler, or its keys, did not take the subject or actor token.",
                &[Client("Send a token of the identity provider that the handler trusts", TOKEN)],
            ),
            Self::AssetTokensOff => ("policy.asset_tokens_off", "The app issues no asset tokens.", &[Settings("Enable Asset Tokens > tick > Save")]),
            Self::Store(_) => ("server.failed", "The server failed; its log has the cause.", &[Client("Try again later", TOKEN)]),
            Self::Blocked { .. } => return None,
        };
        Some(row)
    }
}

impl Explains for OAuthError {
    fn rule(&self) -> &'static str {
        match (self, self.told_of()) {
            (Self::Blocked { blocked, .. }, _) => blocked.rule(),
            (_, row) => row.map_or("", |(rule, ..)| rule),
        }
    }

    fn reason(&self) -> Cow<'static, str> {
        match (self, self.told_of()) {
            (Self::Blocked { blocked, .. }, _) => blocked.reason().into(),
            (Self::MissingParameter(name), _) => format!("The parameter {name} is missing.").into(),
            (Self::AuthenticationFailure(Some(status)), _) => format!("The login failed. The login history says: {status}.").into(),
            (_, row) => row.map_or("", |(_, reason, _)| reason).into(),
        }
    }

    fn told(&self) -> (Cow<'static, str>, Cow<'static, str>) {
        (self.code().into(), self.description().into())
    }

    fn flow(&self) -> Option<Flow> {
        OAuthError::flow(self)
    }

    fn fix(&self, about: About<'_>) -> Vec<Fix> {
        match (self, self.told_of()) {
            (Self::Blocked { blocked, .. }, _) => blocked.fix(about),
            (_, row) => row.into_iter().flat_map(|(_, _, ways)| ways).flat_map(|way| way.fixes(about)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::apps::Blocked;
    use crate::oauth::{ApiRefusal, LoginRefusal};
    use crate::storage::StoreError;

    /// One of each variant.
    fn all() -> Vec<OAuthError> {
        use OAuthError as E;
        let listed = vec![
            E::MustPost,
            E::MustGet,
            E::HttpsRequired,
            E::LoginRateExceeded,
            E::Unknown,
            E::OutOfBand,
            E::UnsupportedGrantType,
            E::UnsupportedResponseType,
            E::UnknownClient,
            E::WrongClientSecret,
            E::MalformedBasic,
            E::MissingRedirectUri,
            E::WrongRedirectUri,
            E::MissingCodeChallenge,
            E::InvalidCodeChallenge,
            E::WrongCodeVerifier,
            E::UnknownCode,
            E::ExpiredCode,
            E::UsedCode,
            E::ExpiredAssertion,
            E::DeadRefreshToken,
            E::RotatedRefreshToken,
            E::ExpiredRefreshToken,
            E::HybridWithRotation,
            E::AlreadyProcessing,
            E::ScopeParameter,
            E::MalformedScope,
            E::ScopeNotAllowed,
            E::WrongAudience,
            E::RefreshScopeRequired,
            E::WrongDomain,
            E::NoValidScopes,
            E::TooManyScopes,
            E::Denied,
            E::AuthorizationPending,
            E::SlowDown,
            E::WrongOtp,
            E::RegistrationFailed,
            E::InvalidHeaders,
            E::InvalidUvid,
            E::HeadlessOff,
            E::WrongHost,
            E::ImmediateUnsuccessful,
            E::MissingParameter("code"),
            E::Malformed("duplicate parameter: code".to_owned()),
            E::UnsupportedTokenType,
            E::InvalidToken,
            E::AuthenticationFailure(None),
            E::AuthenticationFailure(Some("Invalid password")),
            E::InvalidAssertion { error_uri: None },
            E::InvalidAssertionType,
            E::AudienceValidation,
            E::NoTokenExchangeHandler,
            E::InvalidSubjectToken("no".to_owned()),
            E::AssetTokensOff,
            E::Store(StoreError::new("disk")),
        ];
        let blocked = Blocked::ALL.into_iter().flat_map(|blocked| Flow::ALL.map(|flow| E::Blocked { blocked, flow }));
        listed.into_iter().chain(blocked).collect()
    }

    fn check(why: &dyn Explains) {
        let (error, description) = why.told();
        let parts: Vec<&str> = why.rule().split('.').collect();
        let is_name = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        assert!(parts.len() == 2 && parts.iter().all(is_name), "{why:?}: {:?} names no rule", why.rule());
        assert!(why.reason().ends_with('.') && why.reason().contains(' '), "{why:?}: {:?} is no sentence", why.reason());
        assert!(!error.is_empty() && !description.is_empty(), "{why:?} tells the client nothing");
        let fixes = why.fix(About::default());
        assert!(!fixes.is_empty(), "{why:?} has no way out");
        assert!(fixes.iter().all(|fix| fix.path.len() > 5 && fix.url.starts_with('/')), "{why:?}: {fixes:?}");
    }

    #[test]
    fn every_refusal_has_a_rule_a_cause_and_a_way_out() {
        all().iter().for_each(|why| check(why));
        use LoginRefusal as L;
        let logins = [
            L::WrongPassword,
            L::LockedOut,
            L::InactiveUser,
            L::FrozenUser,
            L::InactiveOrg,
            L::TrialExpired,
            L::ApiOnly,
            L::RestrictedIp,
            L::RestrictedTime,
        ];
        logins.iter().for_each(|why| check(why));
        let over_apis = [ApiRefusal::TokenRequired, ApiRefusal::SoapLoginOff, ApiRefusal::NoApi, ApiRefusal::ApiDisabled];
        over_apis.iter().for_each(|why| check(why));
    }

    #[test]
    fn what_the_client_cannot_tell_apart_the_rules_do() {
        let mut rules: HashMap<&str, &OAuthError> = HashMap::new();
        let all = all();
        for why in all.iter().filter(|why| !matches!(why, OAuthError::Blocked { .. } | OAuthError::AuthenticationFailure(_))) {
            let other = rules.insert(why.rule(), why);
            let is_shared = matches!(why.rule(), "request.method" | "assertion.audience");
            assert!(other.is_none() || is_shared, "{why:?} and {other:?} are one rule, {}", why.rule());
        }
    }
}
