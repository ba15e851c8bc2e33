//! Batches: added, listed, shown, their requests and results.

use std::sync::Arc;

use axum::http::{StatusCode, header};
use serde_json::json;

use super::error::AsyncError;
use super::served::{Call, Reply};
use super::shape::{self, element, opened};
use super::spelling::{NAMESPACE, Spelling};
use crate::api::stream::Pieces;
use crate::app::Tx;
use crate::id::{BatchId, RecordId, ResultId};
use crate::jobs::{self, BATCH_BYTES, Batch, ContentType, Data, Delimiter, Job, JobError, Jobs, LineEnding, Outcome, Phase};
use crate::records::{Asked, Queries};
use crate::schema::View;
use crate::storage::StoreError;

/// `POST /job/{job}/batch`
pub fn add(call: &Call) -> Result<Reply, AsyncError> {
    let org = &call.caller.org;
    let job = org.read(|tx| call.job(tx))?;
    if call.body.len() > BATCH_BYTES {
        return Err(AsyncError::BodyTooLarge { limit: BATCH_BYTES });
    }
    fits(call, &job)?;
    if call.body.is_empty() && !job.operation.is_query() {
        return Err(JobError::NothingSent.into());
    }
    let data = Data::read(&job, &call.body);
    let now = call.app.now();
    call.app.note_work(org)?;
    let (added, begun) = org.write(|tx| {
        let mut job = call.job(tx)?;
        let query = job.operation.is_query().then(|| String::from_utf8_lossy(&call.body).into_owned());
        let first = tx.batches(job.id)?.is_empty();
        match (query, job.chunk_size.filter(|_| first)) {
            (Some(soql), Some(size)) => add_chunks(call, tx, &mut job, &data, &soql, size),
            (query, _) => {
                let batch = add_one(tx, &mut job, &data, query, (now, call.delay()))?;
                Ok((batch.clone(), vec![batch]))
            }
        }
    })?;
    for batch in &begun {
        call.app.begin_work(org, batch.id.record());
    }
    let spelling = Spelling::for_batches(&call.parts.headers, &job);
    Ok(Reply::whole(StatusCode::CREATED, spelling.media_type(), shape::batch(spelling, &added)))
}

fn add_one(
    tx: &Tx<'_>,
    job: &mut Job,
    data: &Data,
    query: Option<String>,
    at: (crate::clock::Timestamp, std::time::Duration),
) -> Result<Batch, AsyncError> {
    let id = BatchId::try_from(tx.new_id(BatchId::PREFIX)?).map_err(StoreError::new)?;
    let query = match query {
        Some(soql) => Some((soql, ResultId::try_from(tx.new_id(ResultId::PREFIX)?).map_err(StoreError::new)?)),
        None => None,
    };
    Ok(job.add_batch(tx, id, data, query, at)?)
}

/// The batch that was sent is not processed; one for each range of ids is. Answers the first, and what is to be begun.
fn add_chunks(call: &Call, tx: &Tx<'_>, job: &mut Job, data: &Data, soql: &str, size: u32) -> Result<(Batch, Vec<Batch>), AsyncError> {
    let (schema, caller, now) = (call.schema_within(tx)?, &call.caller, call.app.now());
    let view = View { schema: &schema, rows: tx, access: &caller.access };
    let version = format!("v{}.0", call.version);
    let asked = Asked::of(&caller.org.facts(), &caller.user, now, &version);
    let queries = Queries { memory: call.app.records(), db: tx, catalog: &view, asked: &asked };
    let mut original = add_one(tx, job, data, Some(soql.to_owned()), (now, call.delay()))?;
    match jobs::chunks(&queries, soql, size) {
        Ok(chunks) => {
            original.stop(now);
            tx.put_batch(&original)?;
            let chunk = |soql: String| add_one(tx, job, &Data::read(job, soql.as_bytes()), Some(soql), (now, call.delay()));
            let begun = chunks.into_iter().map(chunk).collect::<Result<Vec<_>, _>>()?;
            Ok((original, begun))
        }
        // What is wrong with the query is told as for any other: by a batch that fails.
        Err(_) => Ok((original.clone(), vec![original])),
    }
}

/// Refuses a batch in another language than the job's.
fn fits(call: &Call, job: &Job) -> Result<(), AsyncError> {
    let given = call.parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
    let expected = media_type(job.content_type);
    let word = expected.rsplit('/').next().unwrap_or_default().split(';').next().unwrap_or_default();
    if job.operation.is_query() || given.is_empty() || given.contains(word) {
        return Ok(());
    }
    Err(JobError::WrongMediaType { given, expected }.into())
}

fn media_type(content_type: ContentType) -> &'static str {
    match content_type {
        ContentType::Csv => "text/csv",
        ContentType::Json => Spelling::Json.media_type(),
        ContentType::Xml => Spelling::Xml.media_type(),
        ContentType::ZipCsv => "zip/csv",
        ContentType::ZipJson => "zip/json",
        ContentType::ZipXml => "zip/xml",
    }
}

/// `GET /job/{job}/batch`
pub fn list(call: &Call) -> Result<Reply, AsyncError> {
    let (job, batches) = call.caller.org.read(|tx| {
        let job = call.job(tx)?;
        let batches = tx.batches(job.id)?;
        Ok::<_, AsyncError>((job, batches))
    })?;
    let spelling = Spelling::for_batches(&call.parts.headers, &job);
    Ok(Reply::whole(StatusCode::OK, spelling.media_type(), shape::batches(spelling, &batches)))
}

/// `GET /job/{job}/batch/{batch}`
pub fn show(call: &Call) -> Result<Reply, AsyncError> {
    let (job, batch) = call.caller.org.read(|tx| call.batch(tx))?;
    let spelling = Spelling::for_batches(&call.parts.headers, &job);
    Ok(Reply::whole(StatusCode::OK, spelling.media_type(), shape::batch(spelling, &batch)))
}

/// `GET /job/{job}/batch/{batch}/request`: what was sent.
pub fn request(call: &Call) -> Result<Reply, AsyncError> {
    let (job, content) = call.caller.org.read(|tx| {
        let (job, batch) = call.batch(tx)?;
        Ok::<_, AsyncError>((job, jobs::Content::whole(tx, batch.id.record(), jobs::Kept::Content)?))
    })?;
    // GUESS: of a ZIP file its records, with the files in their places.
    Ok(Reply::whole(StatusCode::OK, media_type(job.content_type.inner()), content))
}

/// `GET /job/{job}/batch/{batch}/result`: what became of each record, or the ids of a query's results.
pub fn results(call: &Call) -> Result<Reply, AsyncError> {
    let (job, batch, outcomes) = call.caller.org.read(|tx| {
        let (job, batch) = call.batch(tx)?;
        let outcomes = jobs::all_outcomes(tx, batch.id.record())?;
        Ok::<_, AsyncError>((job, batch, outcomes))
    })?;
    done(&batch)?;
    if let Some(result) = batch.result {
        let spelling = Spelling::for_batches(&call.parts.headers, &job);
        return Ok(Reply::whole(StatusCode::OK, spelling.media_type(), result_list(spelling, result)));
    }
    let body = match job.content_type.inner() {
        ContentType::Csv => csv_outcomes(&outcomes),
        ContentType::Json => json_outcomes(&outcomes),
        _ => xml_outcomes(&outcomes),
    };
    Ok(Reply::whole(StatusCode::OK, media_type(job.content_type.inner()), body))
}

/// Refuses results that are not there.
fn done(batch: &Batch) -> Result<(), AsyncError> {
    match batch.phase {
        Phase::Done => Ok(()),
        Phase::Failed if batch.work.processed > 0 => Ok(()),
        Phase::Failed | Phase::Stopped => Err(JobError::BatchNotProcessed.into()),
        Phase::Open | Phase::Waiting | Phase::Running => Err(JobError::BatchNotCompleted.into()),
    }
}

fn result_list(spelling: Spelling, result: ResultId) -> Vec<u8> {
    match spelling {
        Spelling::Json => json!([result]).to_string().into_bytes(),
        Spelling::Xml => {
            let mut out = opened("result-list");
            element(&mut out, "result", &result.to_string());
            out.extend_from_slice(b"</result-list>");
            out
        }
    }
}

fn csv_outcomes(outcomes: &[Outcome]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut row = |cells: [&str; 4]| jobs::csv_row(&mut out, cells.map(str::as_bytes), Delimiter::Comma.byte(), LineEnding::Lf);
    row(["Id", "Success", "Created", "Error"]);
    for outcome in outcomes {
        let id = outcome.id.map(|id| id.to_string()).unwrap_or_default();
        match &outcome.result {
            Ok(created) => row([&id, "true", if *created { "true" } else { "false" }, ""]),
            Err(refusal) => row([&id, "false", "false", &refusal.line()]),
        }
    }
    out
}

fn json_outcomes(outcomes: &[Outcome]) -> Vec<u8> {
    let shown = outcomes.iter().map(|outcome| {
        let id = outcome.id.map(|id| id.to_string());
        match &outcome.result {
            Ok(created) => json!({ "success": true, "created": created, "id": id, "errors": [] }),
            Err(refusal) => {
                let error = json!({ "message": refusal.message, "fields": refusal.fields, "statusCode": refusal.code, "extendedErrorDetails": null });
                json!({ "success": false, "created": false, "id": id, "errors": [error] })
            }
        }
    });
    serde_json::Value::from(shown.collect::<Vec<_>>()).to_string().into_bytes()
}

fn xml_outcomes(outcomes: &[Outcome]) -> Vec<u8> {
    let mut out = opened("results");
    for outcome in outcomes {
        out.extend_from_slice(b"<result>");
        if let Err(refusal) = &outcome.result {
            out.extend_from_slice(b"<errors>");
            refusal.fields.iter().for_each(|field| element(&mut out, "fields", field));
            element(&mut out, "message", &refusal.message);
            element(&mut out, "statusCode", &refusal.code);
            out.extend_from_slice(b"</errors>");
        }
        if let Some(id) = outcome.id {
            element(&mut out, "id", &id.to_string());
        }
        element(&mut out, "success", if outcome.result.is_ok() { "true" } else { "false" });
        element(&mut out, "created", if outcome.result == Ok(true) { "true" } else { "false" });
        out.extend_from_slice(b"</result>");
    }
    out.extend_from_slice(b"</results>");
    out
}

/// `GET /job/{job}/batch/{batch}/result/{result}`: the rows of a query.
pub fn result(call: &Call) -> Result<Reply, AsyncError> {
    let (job, batch) = call.caller.org.read(|tx| call.batch(tx))?;
    done(&batch)?;
    let named = call.segment("result");
    if batch.result.is_none_or(|result| RecordId::parse(&named) != Ok(result.record())) {
        return Err(JobError::UnknownResult(named.to_string()).into());
    }
    let kind = media_type(job.content_type.inner());
    Ok(Reply { status: StatusCode::OK, media_type: kind, pieces: rows(call, &job, &batch)? })
}

/// What stands before the rows, one stored piece after the other, what stands behind.
fn rows(call: &Call, job: &Job, batch: &Batch) -> Result<Pieces, AsyncError> {
    let (before, between, behind): (Vec<u8>, &'static [u8], &'static [u8]) = match job.content_type.inner() {
        ContentType::Json => (b"[".to_vec(), b",", b"]"),
        // A CSV result without rows is this sentence, which clients know.
        ContentType::Csv if batch.work.processed == 0 => (b"Records not found for this query".to_vec(), b"", b""),
        ContentType::Csv => (jobs::query_header(job, &batch.work.columns), b"", b""),
        _ => (
            format!(
                r#"<?xml version="1.0" encoding="UTF-8"?><queryResult xmlns="{NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">"#
            )
            .into_bytes(),
            b"",
            b"</queryResult>",
        ),
    };
    let (org, owner) = (Arc::clone(&call.caller.org), batch.id.record());
    let mut left = org.read(|tx| tx.pieces(owner, jobs::Kept::Rows))?.into_iter();
    let (mut before, mut behind, mut first) = (Some(before), Some(behind), true);
    Ok(Box::new(move || {
        if let Some(before) = before.take() {
            return Ok(Some(before));
        }
        let Some(piece) = left.next() else { return Ok(behind.take().map(<[u8]>::to_vec)) };
        let packed = org.read(|tx| tx.piece(owner, jobs::Kept::Rows, piece))?.unwrap_or_default();
        let mut rows = crate::storage::unpack(&packed)?;
        if !std::mem::take(&mut first) {
            rows.splice(0..0, between.iter().copied());
        }
        Ok(Some(rows))
    }))
}
