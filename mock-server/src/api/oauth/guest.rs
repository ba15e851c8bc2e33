//! Visitors of an Experience Cloud site: `Auth-Request-Type: guest`, at the authorize and at the token endpoint.

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use serde::Serialize;

use super::answer::{self, Format};
use super::token::Request;
use crate::oauth::{GuestExchange, OAuthError, RequestType, Uvid, community, credential, redeem_guest_code};

/// Names the visitor, in requests and answers.
pub const UVID_HINT: HeaderName = HeaderName::from_static("uvid-hint");
const REQUEST_TYPE: &str = "auth-request-type";

/// A visitor's token. There is no user, so there is neither an identity URL nor a refresh token. GUESS: members beside `access_token` as of
/// other JWT access tokens; only the token was looked at.
#[derive(Serialize)]
struct Visit {
    access_token: String,
    scope: &'static str,
    instance_url: String,
    sfdc_community_url: String,
    sfdc_community_id: String,
    token_type: &'static str,
    /// Milliseconds since 1970, as text.
    issued_at: String,
    token_format: &'static str,
}

/// Whether a token is asked for a visitor.
pub fn is_asked_for(headers: &HeaderMap) -> bool {
    let kind = headers.get(REQUEST_TYPE).and_then(|value| value.to_str().ok());
    kind.and_then(RequestType::read) == Some(RequestType::Guest)
}

/// `grant_type=authorization_code` with a visitor's code.
pub fn redeem(request: &Request<'_>, format: Format) -> Result<Response, OAuthError> {
    if request.get("grant_type") != Some("authorization_code") {
        return Err(OAuthError::UnsupportedGrantType);
    }
    // GUESS: as at the authorize endpoint.
    if !request.site.may_be_experience() {
        return Err(OAuthError::WrongHost);
    }
    let code = request.required("code")?;
    let client = request.client(|client| client.require_secret)?;
    let org = request.app.org_served(request.site, credential::org_of_code(code)).ok_or(OAuthError::UnknownCode)?;
    request.facts.note(|noted| noted.org = Some(org.id()));
    org.takes_oauth(request.site)?;
    let exchange = GuestExchange {
        unverified_code: code,
        redirect_uri: request.get("redirect_uri"),
        verifier: request.get("code_verifier"),
        unverified_hint: request.headers.get(UVID_HINT).and_then(|value| value.to_str().ok()).or_else(|| request.get("uvid_hint")),
    };
    let counter = request.app.counter(&org, request.site, request.origin());
    let desk = counter.desk();
    let (access_token, uvid) = match org.write(|tx| redeem_guest_code(tx, &desk, &client, &exchange))? {
        Ok(visit) => visit,
        Err(error) => {
            request.explain(&org, Some(&client), &error.clone().into())?;
            return Err(error);
        }
    };
    let [url, id] = community(&desk);
    let visit = Visit {
        access_token,
        scope: "api",
        instance_url: url.1.clone(),
        sfdc_community_url: url.1,
        sfdc_community_id: id.1,
        token_type: "Bearer",
        issued_at: desk.now.0.to_string(),
        token_format: "jwt",
    };
    Ok(naming(answer::write(StatusCode::OK, format, "OAuth", &visit), uvid.as_str()))
}

/// The answer with the visitor it is about.
pub fn naming(mut response: Response, visitor: &str) -> Response {
    if let Ok(value) = HeaderValue::try_from(visitor) {
        response.headers_mut().insert(UVID_HINT, value);
    }
    response
}

/// The visitor as the authorize endpoint spells it.
pub fn prefixed(uvid: &Uvid) -> String {
    format!("UVID {}", uvid.as_str())
}
