//! `GET /services/oauth2/pkce/generator`: a verifier and its challenge, for clients that cannot hash.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use super::answer::{self, Format};
use crate::app::App;
use crate::oauth::challenge_of;

/// Characters of a verifier, the most that RFC 7636 allows.
const LENGTH: usize = 128;

pub async fn generate(State(app): State<App>) -> Response {
    let verifier = app.entropy().token(LENGTH);
    let pair = json!({ "code_verifier": verifier, "code_challenge": challenge_of(&verifier) });
    answer::write(StatusCode::OK, Format::Json, "OAuth", &pair)
}
