//! Apex REST: `/services/apexrest/**`. A path leads to the class that maps it; no org here has such classes, so none leads anywhere.

use axum::body::Body;
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{Method, Response};

use super::bearer;
use super::error::RestError;
use super::format::Format;
use crate::app::App;
use crate::journal::Facts;
use crate::org::Site;
use crate::table::{Table, Unserved};

const METHODS: [Method; 5] = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];

pub fn table() -> Table {
    Table::new("apexrest", &["/services/apexrest"], dialect).on(&METHODS, "apexrest/call", "/services/apexrest/{*path}", call)
}

/// Who may not use the API is told so first.
async fn call(State(app): State<App>, site: Site, facts: Facts, parts: Parts) -> Response<Body> {
    let refusal = bearer::caller(&parts, &app, &site, &facts).err().unwrap_or(RestError::NoApexClass);
    Format::of(&parts.headers).refuse(&refusal)
}

fn dialect(parts: &Parts, unserved: &Unserved) -> Response<Body> {
    match unserved {
        Unserved::NotFound => Format::of(&parts.headers).refuse(&RestError::NoApexClass),
        other => super::dialect(parts, other),
    }
}
