//! APIs that Salesforce has and this release has not: they say so honestly, so that nobody takes a missing one for a wrong address.

use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::table::{Table, Unserved};

/// A family without rows. When one of its APIs is built, its prefix leaves this list.
pub fn table() -> Table {
    Table::new("unbuilt", &["/services/headless", "/services/a360", "/cometd"], dialect)
}

fn dialect(parts: &Parts, _: &Unserved) -> Response {
    let body = json!([{ "message": format!("{} is not built yet", parts.uri.path()), "errorCode": "MOCK_NOT_IMPLEMENTED" }]);
    (StatusCode::NOT_IMPLEMENTED, [(header::CONTENT_TYPE, "application/json;charset=UTF-8")], body.to_string()).into_response()
}
