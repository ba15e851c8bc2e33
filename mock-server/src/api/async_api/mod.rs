//! Bulk API 1.0: `/services/async/XX.0/job/**`. It has a credential, a spelling of errors and of times of its own.

mod batches;
mod error;
mod jobs;
mod served;
mod shape;
mod spelling;

use axum::http::Method;

use self::served::serve;
use crate::table::Table;

/// Longest request body in bytes: a batch, with room to tell that it is too long.
const BODY_LIMIT: usize = 2 * crate::jobs::BATCH_BYTES;

pub fn table() -> Table {
    let table = Table::new("async", &["/services/async"], error::dialect).body_limit(BODY_LIMIT);
    let rows: [(Method, &'static str, &'static str, served::Handle); 11] = [
        (Method::POST, "async/create-job", "/services/async/{version}/job", jobs::create),
        (Method::GET, "async/job", "/services/async/{version}/job/{job}", jobs::show),
        (Method::POST, "async/change-job", "/services/async/{version}/job/{job}", jobs::change),
        (Method::POST, "async/create-spec", "/services/async/{version}/job/{job}/spec", jobs::transform),
        (Method::GET, "async/spec", "/services/async/{version}/job/{job}/spec", jobs::spec),
        (Method::POST, "async/add-batch", "/services/async/{version}/job/{job}/batch", batches::add),
        (Method::GET, "async/batches", "/services/async/{version}/job/{job}/batch", batches::list),
        (Method::GET, "async/batch", "/services/async/{version}/job/{job}/batch/{batch}", batches::show),
        (Method::GET, "async/batch-request", "/services/async/{version}/job/{job}/batch/{batch}/request", batches::request),
        (Method::GET, "async/batch-result", "/services/async/{version}/job/{job}/batch/{batch}/result", batches::results),
        (Method::GET, "async/query-result", "/services/async/{version}/job/{job}/batch/{batch}/result/{result}", batches::result),
    ];
    rows.into_iter().fold(table, |table, (method, id, path, handle)| table.on(&[method], id, path, serve(path, handle)))
}
