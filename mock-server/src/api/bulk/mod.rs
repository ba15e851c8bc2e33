//! Bulk API 2.0: `/services/data/vXX.0/jobs/**`. It shares REST's credential, versions and shape of errors.

mod answer;
mod ingest;
mod list;
mod query;
mod served;
mod shape;

use axum::http::Method;

use self::served::serve;
use super::rest;
use crate::table::Table;

/// Longest upload in bytes: Salesforce counts 150 MB of base64. Source: Bulk API 2.0 limits.
const UPLOAD_LIMIT: usize = 150 * 1024 * 1024 / 4 * 3;

pub fn table() -> Table {
    let table = Table::new("bulk", &[], rest::dialect).body_limit(UPLOAD_LIMIT);
    let rows: [(Method, &'static str, &'static str, served::Handle); 14] = [
        (Method::GET, "bulk/ingest-jobs", "/services/data/{version}/jobs/ingest", list::ingest),
        (Method::POST, "bulk/create-ingest", "/services/data/{version}/jobs/ingest", ingest::create),
        (Method::GET, "bulk/ingest-job", "/services/data/{version}/jobs/ingest/{job}", ingest::show),
        (Method::PATCH, "bulk/change-ingest", "/services/data/{version}/jobs/ingest/{job}", ingest::change),
        (Method::DELETE, "bulk/delete-ingest", "/services/data/{version}/jobs/ingest/{job}", ingest::delete),
        (Method::PUT, "bulk/upload", "/services/data/{version}/jobs/ingest/{job}/batches", ingest::upload),
        (Method::GET, "bulk/ingest-results", "/services/data/{version}/jobs/ingest/{job}/{results}", ingest::results),
        (Method::GET, "bulk/query-jobs", "/services/data/{version}/jobs/query", list::query),
        (Method::POST, "bulk/create-query", "/services/data/{version}/jobs/query", query::create),
        (Method::GET, "bulk/query-job", "/services/data/{version}/jobs/query/{job}", query::show),
        (Method::PATCH, "bulk/change-query", "/services/data/{version}/jobs/query/{job}", query::change),
        (Method::DELETE, "bulk/delete-query", "/services/data/{version}/jobs/query/{job}", query::delete),
        (Method::GET, "bulk/query-results", "/services/data/{version}/jobs/query/{job}/results", query::results),
        (Method::GET, "bulk/query-result-pages", "/services/data/{version}/jobs/query/{job}/resultPages", query::result_pages),
    ];
    rows.into_iter().fold(table, |table, (method, id, path, handle)| table.on(&[method], id, path, serve(path, handle)))
}
