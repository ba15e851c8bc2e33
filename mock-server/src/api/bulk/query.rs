//! Query jobs: created, aborted, their results paged out.

use std::ops::Range;
use std::sync::Arc;

use axum::http::{HeaderName, HeaderValue, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde_json::json;

use super::answer::{Csv, Reply};
use super::ingest::{open, shown};
use super::rest::RestError;
use super::served::Call;
use super::shape::{self, Detail};
use crate::api::stream::Pieces;
use crate::app::Tx;
use crate::id::JobId;
use crate::jobs::{self, Api, Job, JobError, Jobs, Operation, Phase, UnsupportedQuery};
use crate::records::{Asked, FlatColumn, Queries, RecordError};
use crate::schema::View;
use crate::storage::StoreError;

const LOCATOR: HeaderName = HeaderName::from_static("sforce-locator");
const NUMBER: HeaderName = HeaderName::from_static("sforce-numberofrecords");

/// Rows of a page when the caller names no number.
/// GUESS: the guide says only that it depends on the service; clients report pages of some hundred thousand rows.
const PAGE: u64 = 250_000;

/// Addresses of one answer of `resultPages`.
const PAGES_AT_ONCE: u64 = 5;

/// `POST /jobs/query`
pub fn create(call: &Call) -> Result<Reply, RestError> {
    let new = shape::new_job(&call.json()?);
    let org = &call.bearer.caller.org;
    let now = call.app.now();
    call.app.note_work(org)?;
    let job = org.write(|tx| {
        let mut job = open(call, tx, JobId::try_from(tx.new_id(JobId::PREFIX)?).map_err(StoreError::new)?, new, Api::V2Query)?;
        job.object = checked(call, tx, &job)?;
        jobs::expire(tx, now)?;
        job.hand_over(now, call.delay());
        tx.put_job(&job)?;
        Ok::<_, RestError>(job)
    })?;
    call.begin(&job);
    shown(&job, Detail::Facts)
}

/// The object a query asks for, when it is one that bulk jobs take.
fn checked(call: &Call, tx: &Tx<'_>, job: &Job) -> Result<String, RestError> {
    let schema = call.schema(tx)?;
    let view = View { schema: &schema, rows: tx, access: &call.bearer.caller.access };
    let caller = &call.bearer.caller;
    let version = call.bearer.version.to_string();
    let asked = Asked::of(&caller.org.facts(), &caller.user, call.app.now(), &version);
    let queries = Queries { memory: call.app.records(), db: tx, catalog: &view, asked: &asked };
    let flat = queries.flat(job.query.as_deref().unwrap_or_default(), job.operation == Operation::QueryAll);
    let (object, columns) = flat.map_err(|error| match error {
        RecordError::NotFlat(what) => RestError::from(JobError::Unsupported(UnsupportedQuery::from(what))),
        other => other.into(),
    })?;
    if columns.iter().any(|column: &FlatColumn| column.kind == catalogue::FieldType::Base64) {
        return Err(JobError::Unsupported(UnsupportedQuery::Blob).into());
    }
    Ok(object)
}

/// `PATCH /jobs/query/{job}`: `Aborted`.
pub fn change(call: &Call) -> Result<Reply, RestError> {
    let state = shape::text(&call.json()?, "state").ok_or(JobError::Missing("state"))?;
    if state != "Aborted" {
        return Err(JobError::Unparsable.into());
    }
    let job = call.bearer.caller.org.write(|tx| {
        let mut job = call.job(tx, Api::V2Query)?;
        job.abort(tx, call.app.now())?;
        Ok::<_, RestError>(job)
    })?;
    shown(&job, Detail::Facts)
}

/// `GET /jobs/query/{job}`
pub fn show(call: &Call) -> Result<Reply, RestError> {
    let job = call.bearer.caller.org.read(|tx| call.job(tx, Api::V2Query))?;
    shown(&job, Detail::Progress)
}

/// `DELETE /jobs/query/{job}`
pub fn delete(call: &Call) -> Result<Reply, RestError> {
    call.bearer.caller.org.write(|tx| Ok::<_, RestError>(call.job(tx, Api::V2Query)?.delete(tx)?))?;
    Ok(Reply::Empty(StatusCode::NO_CONTENT))
}

/// `GET /jobs/query/{job}/results?maxRecords=…&locator=…`
pub fn results(call: &Call) -> Result<Reply, RestError> {
    let job = finished(call)?;
    let page = match call.parameter("maxRecords") {
        Some(number) => number.parse().ok().filter(|number| *number > 0).ok_or(JobError::BadParameter("maxRecords"))?,
        None => PAGE,
    };
    let page = match call.bearer.caller.org.switches().bulk_result_rows {
        0 => page,
        most => page.min(u64::from(most)),
    };
    let begin = match call.parameter("locator").filter(|locator| !locator.is_empty()) {
        Some(locator) => offset(&locator).filter(|offset| *offset < job.work.processed.max(1)).ok_or(JobError::BadLocator)?,
        None => 0,
    };
    let wanted = begin..job.work.processed.min(begin.saturating_add(page));
    let next = if wanted.end < job.work.processed { locator(wanted.end) } else { "null".to_owned() };
    let headers = vec![(NUMBER, HeaderValue::from(wanted.end - wanted.start)), (LOCATOR, HeaderValue::try_from(next).map_err(StoreError::new)?)];
    Ok(Reply::Csv(Csv { headers, pieces: pieces(call, &job, wanted)? }))
}

/// The header, then the rows wanted of one stored piece after the other.
fn pieces(call: &Call, job: &Job, wanted: Range<u64>) -> Result<Pieces, RestError> {
    let org = Arc::clone(&call.bearer.caller.org);
    let owner = job.id.record();
    let mut left = org.read(|tx| jobs::pieces_of(tx, owner, &wanted))?.into_iter();
    let mut header = Some(jobs::query_header(job, &job.work.columns));
    Ok(Box::new(move || {
        if let Some(header) = header.take() {
            return Ok(Some(header));
        }
        let Some(first) = left.next() else { return Ok(None) };
        org.read(|tx| jobs::query_rows(tx, owner, first, &wanted)).map(Some)
    }))
}

/// `GET /jobs/query/{job}/resultPages`: addresses of the next five pages, to be fetched in parallel.
pub fn result_pages(call: &Call) -> Result<Reply, RestError> {
    let job = finished(call)?;
    let begin = match call.parameter("locator").filter(|locator| !locator.is_empty()) {
        Some(locator) => offset(&locator).ok_or(JobError::BadLocator)?,
        None => 0,
    };
    let address = format!("/services/data/{}/jobs/query/{}", call.bearer.version, job.id);
    let places = (0..PAGES_AT_ONCE).map(|page| begin + page * PAGE).filter(|place| *place < job.work.processed.max(1));
    let pages: Vec<_> = places.map(|place| json!({ "resultUrl": format!("{address}/results?locator={}", locator(place)) })).collect();
    let after = begin + PAGES_AT_ONCE * PAGE;
    let next = (after < job.work.processed).then(|| format!("{address}/resultPages?locator={}", locator(after)));
    let json = serde_json::to_vec(&json!({ "resultPages": pages, "nextRecordsUrl": next, "done": next.is_none() })).map_err(StoreError::new)?;
    Ok(Reply::Json(StatusCode::OK, json))
}

/// The job, once its results can be had.
fn finished(call: &Call) -> Result<Job, RestError> {
    let job = call.bearer.caller.org.read(|tx| call.job(tx, Api::V2Query))?;
    if job.phase != Phase::Done {
        return Err(JobError::NoResultsYet { state: job.state().to_owned() }.into());
    }
    if job.version != call.bearer.version.number() {
        return Err(JobError::OtherVersion.into());
    }
    Ok(job)
}

/// `MTAwMDA` is row 10,000.
fn locator(row: u64) -> String {
    STANDARD_NO_PAD.encode(row.to_string())
}

fn offset(locator: &str) -> Option<u64> {
    let text = String::from_utf8(STANDARD_NO_PAD.decode(locator.trim_end_matches('=')).ok()?).ok()?;
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locator_is_the_row_in_base64() {
        assert_eq!(locator(10_000), "MTAwMDA");
        assert_eq!(offset("MTAwMDA"), Some(10_000));
        assert_eq!((offset("x"), offset("eHg"), offset("")), (None, None, None));
    }
}
