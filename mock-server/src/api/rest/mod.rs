//! The REST API: `/services/data/**`.

mod bearer;
mod condition;
mod date;
mod describe;
mod error;
mod external_id;
mod format;
mod limits;
mod parameters;
mod pretty;
mod query;
mod records;
mod versions;
mod xml;

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{Response, StatusCode};

use self::error::RestError;
use self::format::Format;
use crate::id::RecordId;
use crate::table::{Table, Unserved};

pub fn table() -> Table {
    let table = Table::new("rest", &["/services/data"], dialect);
    let table = limits::rows(describe::rows(versions::rows(table)));
    table
        .get("rest/query", "/services/data/{version}/query", query::run)
        .get("rest/query-more", "/services/data/{version}/query/{locator}", query::next)
        .get("rest/query-all", "/services/data/{version}/queryAll", query::run_all)
        .get("rest/query-all-more", "/services/data/{version}/queryAll/{locator}", query::next)
        .post("rest/create", "/services/data/{version}/sobjects/{object}", records::create)
        .get("rest/read", "/services/data/{version}/sobjects/{object}/{id}", records::read)
        .patch("rest/update", "/services/data/{version}/sobjects/{object}/{id}", records::update)
        .delete("rest/delete", "/services/data/{version}/sobjects/{object}/{id}", records::delete)
        .post("rest/create-by-id", "/services/data/{version}/sobjects/{object}/Id", external_id::create)
        .get("rest/deleted", "/services/data/{version}/sobjects/{object}/deleted", records::deleted)
        .get("rest/updated", "/services/data/{version}/sobjects/{object}/updated", records::updated)
        .get("rest/read-by-external-id", "/services/data/{version}/sobjects/{object}/{id}/{value}", external_id::read)
        .patch("rest/upsert", "/services/data/{version}/sobjects/{object}/{id}/{value}", external_id::upsert)
        .delete("rest/delete-by-external-id", "/services/data/{version}/sobjects/{object}/{id}/{value}", external_id::delete)
        .get("rest/relationship", "/services/data/{version}/sobjects/{object}/{id}/{relationship}/{*path}", records::related)
}

/// Answers what never reached a handler.
fn dialect(parts: &Parts, unserved: &Unserved) -> Response<Body> {
    let error = match unserved {
        Unserved::NotFound => RestError::NotFound,
        Unserved::MethodNotAllowed { allowed } => RestError::MethodNotAllowed { method: parts.method.clone(), allowed: allowed.clone() },
        Unserved::BodyTooLarge { limit } => RestError::BodyTooLarge { limit: *limit },
        Unserved::BodyUnreadable => RestError::BodyUnreadable,
        Unserved::Fault { status, error } => {
            RestError::Injected { status: StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), code: error.clone() }
        }
        Unserved::Locked => RestError::RowLocked { id: addressed(parts.uri.path()) },
    };
    Format::of(&parts.headers).refuse(&error)
}

/// The id of the record a path leads to.
fn addressed(path: &str) -> String {
    path.split('/').filter_map(|segment| RecordId::parse(segment).ok()).next_back().map(|id| id.to_string()).unwrap_or_default()
}
