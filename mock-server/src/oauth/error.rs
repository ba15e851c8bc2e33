//! Why an OAuth request was refused: every reason once, with its exact code and wording.

use crate::apps::{Blocked, Flow};
use crate::storage::StoreError;

/// A refusal of the authorize, token, revoke or introspect endpoint. Codes and wording: `oauth.md` 3–4 and 8, `gate-and-policies.md` 1.5, 3.3 and 4.
#[derive(Debug, Clone, thiserror::Error)]
pub enum OAuthError {
    #[error("must use HTTP POST")]
    MustPost,
    #[error("must use HTTP GET")]
    MustGet,
    /// Plain http, in an org that takes OAuth requests by https alone.
    #[error("HTTPS required")]
    HttpsRequired,
    /// More logins than a user may make in an hour. GUESS: this code is documented, this text was seen with `invalid_grant`.
    #[error("login rate exceeded")]
    LoginRateExceeded,
    /// Something passed over that the caller cannot help.
    #[error("retry your request")]
    Unknown,
    /// A callback of the days when a user carried the code over by hand.
    #[error("out-of-band not supported")]
    OutOfBand,
    #[error("grant type not supported")]
    UnsupportedGrantType,
    #[error("response type not supported")]
    UnsupportedResponseType,
    #[error("client identifier invalid")]
    UnknownClient,
    #[error("invalid client credentials")]
    WrongClientSecret,
    /// GUESS: the code is on the server's own list, its wording was not recorded.
    #[error("invalid basic authentication header")]
    MalformedBasic,
    #[error("redirect_uri not provided")]
    MissingRedirectUri,
    #[error("redirect_uri must match configuration")]
    WrongRedirectUri,
    #[error("missing required code challenge")]
    MissingCodeChallenge,
    #[error("invalid code challenge")]
    InvalidCodeChallenge,
    #[error("invalid code verifier")]
    WrongCodeVerifier,
    #[error("invalid authorization code")]
    UnknownCode,
    #[error("expired authorization code")]
    ExpiredCode,
    /// A code that was exchanged before.
    #[error("expired authorization code")]
    UsedCode,
    /// A JWT or SAML assertion whose time is over.
    #[error("expired authorization code")]
    ExpiredAssertion,
    /// Unknown, of another app, or ended with its grant.
    #[error("expired access/refresh token")]
    DeadRefreshToken,
    /// One that a later one of its grant replaced.
    #[error("expired access/refresh token")]
    RotatedRefreshToken,
    /// By the app's refresh token policy, or by the idle limit.
    #[error("expired access/refresh token")]
    ExpiredRefreshToken,
    /// The hybrid flow of an app with rotation and JWT access tokens.
    #[error("expired access/refresh token")]
    HybridWithRotation,
    #[error("token request is already being processed")]
    AlreadyProcessing,
    #[error("scope parameter not supported")]
    ScopeParameter,
    #[error("the requested scope is invalid, unknown, or malformed")]
    MalformedScope,
    #[error("the requested scope is not allowed")]
    ScopeNotAllowed,
    #[error("audience is invalid")]
    WrongAudience,
    #[error("refresh_token scope is required and the connected app should be installed and preauthorized")]
    RefreshScopeRequired,
    #[error("request not supported on this domain")]
    WrongDomain,
    #[error("no valid scopes defined")]
    NoValidScopes,
    /// More scopes than fit a JWT access token.
    #[error("too many scopes requested")]
    TooManyScopes,
    #[error("end-user denied authorization")]
    Denied,
    /// GUESS: the codes of a device's poll are known from clients, the wording of this and the next is not.
    #[error("end-user authorization pending")]
    AuthorizationPending,
    #[error("polling too frequently")]
    SlowDown,
    /// GUESS: the code is on the server's own list, its wording was not recorded.
    #[error("invalid verification code")]
    WrongOtp,
    /// The same for a username that is taken, or a person who cannot be made a user.
    #[error("user registration failed")]
    RegistrationFailed,
    #[error("invalid headers")]
    InvalidHeaders,
    /// What names a visitor is missing, malformed, or another than the code was given to: nobody is told which.
    #[error("uvid invalid")]
    InvalidUvid,
    /// GUESS: what an org answers that does not allow Authorization Code and Credentials Flows.
    #[error("this flow is disabled for this org")]
    HeadlessOff,
    #[error("request not supported on this domain")]
    WrongHost,
    #[error("immediate unsuccessful")]
    ImmediateUnsuccessful,
    /// A parameter the endpoint cannot do without.
    #[error("{0} not provided")]
    MissingParameter(&'static str),
    /// A body or query that is no form: a parameter twice, bytes that are no text.
    #[error("{0}")]
    Malformed(String),
    #[error("token type not supported")]
    UnsupportedTokenType,
    #[error("invalid token")]
    InvalidToken,
    /// Of the password flow, whatever the cause: the login history says it in these words, where there is such a user.
    #[error("authentication failure")]
    AuthenticationFailure(Option<&'static str>),
    /// Of a SAML assertion, or a JWT.
    #[error("invalid assertion")]
    InvalidAssertion { error_uri: Option<String> },
    /// GUESS: the code is on the server's own list, its wording was not recorded.
    #[error("assertion type not supported")]
    InvalidAssertionType,
    #[error("Audience validation failed")]
    AudienceValidation,
    /// GUESS: what an org without a handler answers was not recorded.
    #[error("no token exchange handler is enabled for this app")]
    NoTokenExchangeHandler,
    /// What the handler says of the token.
    #[error("{0}")]
    InvalidSubjectToken(String),
    /// GUESS: what an app answers that issues no asset tokens was not recorded.
    #[error("asset tokens are not enabled for this app")]
    AssetTokensOff,
    /// The user may not use the app.
    #[error("{}", .blocked.token_answer(*.flow).1)]
    Blocked { blocked: Blocked, flow: Flow },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl OAuthError {
    /// The `error` member.
    pub fn code(&self) -> &'static str {
        match self {
            Self::MustPost
            | Self::MustGet
            | Self::HttpsRequired
            | Self::OutOfBand
            | Self::MissingCodeChallenge
            | Self::InvalidCodeChallenge
            | Self::ScopeParameter
            | Self::RefreshScopeRequired
            | Self::TooManyScopes
            | Self::MissingParameter(_)
            | Self::NoTokenExchangeHandler
            | Self::Malformed(_) => "invalid_request",
            Self::LoginRateExceeded => "rate_limit_exceeded",
            Self::Unknown => "unknown_error",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::UnknownClient => "invalid_client_id",
            Self::WrongClientSecret => "invalid_client",
            Self::MalformedBasic => "invalid_basic_auth_header",
            Self::MissingRedirectUri => "redirect_uri_missing",
            Self::WrongRedirectUri => "redirect_uri_mismatch",
            Self::WrongCodeVerifier
            | Self::UnknownCode
            | Self::ExpiredCode
            | Self::UsedCode
            | Self::ExpiredAssertion
            | Self::DeadRefreshToken
            | Self::RotatedRefreshToken
            | Self::ExpiredRefreshToken
            | Self::HybridWithRotation
            | Self::AlreadyProcessing
            | Self::AuthenticationFailure(_)
            | Self::InvalidAssertion { .. }
            | Self::AudienceValidation
            | Self::WrongAudience
            | Self::WrongDomain
            | Self::NoValidScopes
            | Self::InvalidSubjectToken(_) => "invalid_grant",
            Self::InvalidAssertionType => "invalid_assertion_type",
            Self::AssetTokensOff => "oauth_flow_disabled",
            Self::MalformedScope | Self::ScopeNotAllowed => "invalid_scope",
            Self::Denied => "access_denied",
            Self::AuthorizationPending => "authorization_pending",
            Self::SlowDown => "slow_down",
            Self::WrongOtp => "invalid_otp",
            Self::RegistrationFailed => "registration_error",
            Self::HeadlessOff => "oauth_flow_disabled",
            Self::InvalidHeaders | Self::InvalidUvid => "invalid_request",
            Self::WrongHost => "invalid_grant",
            Self::ImmediateUnsuccessful => "immediate_unsuccessful",
            Self::UnsupportedTokenType => "unsupported_token_type",
            Self::InvalidToken => "invalid_token",
            Self::Blocked { blocked, flow } => blocked.token_answer(*flow).0,
            Self::Store(_) => "server_error",
        }
    }

    /// The flow that was refused, where the refusal knows it.
    pub fn flow(&self) -> Option<Flow> {
        match self {
            Self::Blocked { flow, .. } => Some(*flow),
            Self::WrongCodeVerifier | Self::InvalidCodeChallenge | Self::WrongRedirectUri | Self::ExpiredCode | Self::UsedCode => {
                Some(Flow::WebServer)
            }
            _ => None,
        }
    }

    /// `LoginHistory.Status` of an attempt that this ended; `None` where Salesforce keeps no row.
    pub fn login_status(&self) -> Option<&'static str> {
        match self {
            Self::WrongCodeVerifier => Some("Failed: Invalid Code Verifier"),
            Self::InvalidCodeChallenge => Some("Failed: Invalid Code Challenge"),
            Self::WrongRedirectUri => Some("Failed: Invalid Callback URL"),
            Self::ExpiredCode | Self::ExpiredAssertion => Some("Failed: Invalid Token"),
            Self::UsedCode => Some("Failed: Invalid Nonce"),
            Self::AuthenticationFailure(status) => *status,
            Self::AlreadyProcessing => Some("Failed: Token request is already being processed"),
            Self::Blocked { blocked, .. } => blocked.login_status(),
            _ => None,
        }
    }

    /// The `error_uri` member: where more is told.
    pub fn uri(&self) -> Option<&str> {
        match self {
            Self::InvalidAssertion { error_uri } => error_uri.as_deref(),
            _ => None,
        }
    }

    /// The `error_description` member. What went wrong inside is for the log, not for the caller.
    pub fn description(&self) -> String {
        match self {
            Self::Store(_) => "internal error".to_owned(),
            other => other.to_string(),
        }
    }
}
