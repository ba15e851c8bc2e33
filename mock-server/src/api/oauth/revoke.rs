//! `POST` or `GET /services/oauth2/revoke`

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::answer::{self, Format};
use super::form;
use crate::app::App;
use crate::apps::Because;
use crate::oauth::{OAuthError, Parameters, credential, revoke as end};
use crate::org::Site;
use crate::table::because;

/// Ends an access token, or a refresh token with everything that came from it. No client authentication. With `callback` the answer is JSONP.
pub async fn revoke(State(app): State<App>, site: Site, headers: HeaderMap, RawQuery(query): RawQuery, body: Bytes) -> Response {
    let parameters = match form::read(&headers, query.as_deref(), &body) {
        Ok(parameters) => parameters,
        Err(error) => return answer::refuse(&error, Format::Json),
    };
    let outcome = ended(&app, &site, &parameters);
    match (parameters.get("callback"), outcome) {
        (Some(callback), Ok(())) => answer::jsonp(callback, &json!({})).unwrap_or_else(|| nameless(StatusCode::BAD_REQUEST.into_response())),
        (Some(callback), Err(error)) => {
            let told = answer::jsonp(callback, &json!({"error": error.code()})).unwrap_or_else(|| StatusCode::BAD_REQUEST.into_response());
            because(told, Because::of(error))
        }
        (None, Ok(())) => StatusCode::OK.into_response(),
        (None, Err(error)) => answer::refuse(&error, Format::wanted(&parameters, &headers)),
    }
}

/// The refusal of a name that no function has. The token is ended all the same.
fn nameless(refusal: Response) -> Response {
    because(refusal, Because::of(OAuthError::Malformed("callback invalid".to_owned())))
}

fn ended(app: &App, site: &Site, parameters: &Parameters) -> Result<(), OAuthError> {
    if parameters.get("token_type_hint").is_some_and(|hint| !matches!(hint, "access_token" | "refresh_token")) {
        return Err(OAuthError::UnsupportedTokenType);
    }
    let token = parameters.get("token").ok_or(OAuthError::InvalidToken)?;
    let org = credential::org_of_access_token(token).or_else(|| credential::org_of_refresh_token(token)).and_then(|id| app.org(id));
    // GUESS: a token nobody issued is refused, where RFC 7009 would have it pass.
    let org = org.ok_or(OAuthError::InvalidToken)?;
    org.takes_oauth(site)?;
    org.write(|tx| end(tx, token))?
}
