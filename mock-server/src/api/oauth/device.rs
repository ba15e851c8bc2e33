//! `POST /services/oauth2/token` with `response_type=device_code`: a device asks for its codes.

use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use super::answer::{self, Format};
use super::token::Request;
use crate::oauth::{OAuthError, Parameters};

/// GUESS: `expires_in` is absent, as clients' types have it.
#[derive(Serialize)]
struct Codes {
    device_code: String,
    user_code: String,
    verification_uri: String,
    /// Seconds between polls.
    interval: u32,
}

/// Whether the parameters ask for a device's codes and not for tokens.
pub fn is_asked_for(parameters: &Parameters) -> bool {
    parameters.get("grant_type").is_none() && parameters.get("response_type") == Some("device_code")
}

/// Answers with the codes and the page for the user.
pub fn begin(request: &Request<'_>) -> Result<Response, OAuthError> {
    let client = request.client(|_| false)?;
    request.facts.note(|noted| noted.app = Some(client.id));
    if let Some(org) = request.app.org_of_site(request.site).or_else(|| request.app.org(client.owner)) {
        org.takes_oauth(request.site)?;
    }
    let codes = request.app.begin_device(&client, request.get("scope"), request.site)?;
    let verification_uri = format!("{}{}/setup/connect", request.site.url(), request.site.prefix());
    let answer = Codes { device_code: codes.device_code, user_code: codes.user_code, verification_uri, interval: codes.interval };
    Ok(answer::write(StatusCode::OK, Format::Json, "OAuth", &answer))
}
