//! `LoginHistory.Status` beside the code that event log files have for the same outcome.
//!
//! Source: the object reference of `LoginEvent`, whose list of codes and texts both objects share.

pub const SUCCESS: &str = "Success";

/// (text, code)
const CODES: [(&str, &str); 26] = [
    (SUCCESS, "LOGIN_NO_ERROR"),
    ("Failed: Computer activation required", "LOGIN_CHALLENGE_ISSUED"),
    ("Failed: Computer activation pending", "LOGIN_CHALLENGE_PENDING"),
    ("Invalid password", "LOGIN_ERROR_INVALID_PASSWORD"),
    ("Failed: API security token required", "LOGIN_ERROR_MUST_USE_API_TOKEN"),
    ("Organization closed", "LOGIN_ERROR_ORG_CLOSED"),
    ("Organization is inactive", "LOGIN_ERROR_ORG_INACTIVE"),
    ("Organization locked", "LOGIN_ERROR_ORG_LOCKOUT"),
    ("Password lockout", "LOGIN_ERROR_PASSWORD_LOCKOUT"),
    ("Restricted IP", "LOGIN_ERROR_RESTRICTED_DOMAIN"),
    ("Restricted time", "LOGIN_ERROR_RESTRICTED_TIME"),
    ("Failed: API-only user", "LOGIN_ERROR_USER_API_ONLY"),
    ("User is frozen", "LOGIN_ERROR_USER_FROZEN"),
    ("User is inactive", "LOGIN_ERROR_USER_INACTIVE"),
    ("Maximum logins exceeded", "LOGIN_ERROR_LOGINS_EXCEEDED"),
    ("Failed: OAuth API access disabled", "LOGIN_OAUTH_API_DISABLED"),
    ("Failed: Consumer Deleted", "LOGIN_OAUTH_CONSUMER_DELETED"),
    ("Failed: Get Access Token Limit Exceeded", "LOGIN_OAUTH_EXCEED_GET_AT_LMT"),
    ("Failed: Invalid Code Challenge", "LOGIN_OAUTH_INVALID_CODE_CHALLENGE"),
    ("Failed: Invalid Code Verifier", "LOGIN_OAUTH_INVALID_CODE_VERIFIER"),
    ("Failed: IP Address Not Allowed", "LOGIN_OAUTH_INVALID_IP"),
    ("Failed: Invalid Nonce", "LOGIN_OAUTH_INVALID_NONCE"),
    ("Failed: Invalid Token", "LOGIN_OAUTH_INVALID_TOKEN"),
    ("Failed: Invalid Callback URL", "LOGIN_OAUTH_NO_CALLBACK_URL"),
    ("Package for this consumer is not installed in your organization", "LOGIN_OAUTH_PACKAGE_MISSING"),
    ("Installed package for this consumer is out of date", "LOGIN_OAUTH_PACKAGE_OLD"),
];

/// `LOGIN_STATUS` of an event log file.
pub fn code(status: &str) -> &'static str {
    CODES.into_iter().find(|(text, _)| *text == status).map_or("LOGIN_ERROR_UNKNOWN_ERROR", |(_, code)| code)
}
