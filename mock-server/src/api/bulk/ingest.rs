//! Ingest jobs: created, fed, closed, read back.

use axum::http::{StatusCode, header};

use super::answer::{Csv, Reply};
use super::rest::RestError;
use super::served::Call;
use super::shape::{self, Detail};
use crate::api::multipart;
use crate::app::Tx;
use crate::id::JobId;
use crate::jobs::{self, Api, Data, Job, JobError, Jobs, NewJob, Opening, Which};
use crate::org::Permission;
use crate::storage::StoreError;

/// Bytes of data that may come with a job's description. Source: Bulk API 2.0 guide, "Create a job with multipart".
const CONTENT_LIMIT: usize = 100_000;

/// `POST /jobs/ingest`: a job description, or one together with its data.
pub fn create(call: &Call) -> Result<Reply, RestError> {
    let media_type = media_type(call);
    if media_type.starts_with("multipart/form-data") {
        return create_with_data(call, &media_type);
    }
    let new = shape::new_job(&call.json()?);
    let job = call.bearer.caller.org.write(|tx| {
        let job = open(call, tx, JobId::try_from(tx.new_id(JobId::PREFIX)?).map_err(StoreError::new)?, new, Api::V2Ingest)?;
        jobs::expire(tx, call.app.now())?;
        tx.put_job(&job)?;
        Ok::<_, RestError>(job)
    })?;
    shown(&job, Detail::Facts)
}

/// A job whose data come with its description is complete at once.
fn create_with_data(call: &Call, media_type: &str) -> Result<Reply, RestError> {
    let parts = multipart::parts(media_type, &call.body).ok_or(JobError::Unparsable)?;
    let part = |name: &str| parts.iter().find(|part| part.name == name).map(|part| part.content).ok_or(JobError::Unparsable);
    let (description, content) = (part("job")?, part("content")?);
    if content.len() > CONTENT_LIMIT {
        return Err(JobError::TooLong { limit: CONTENT_LIMIT }.into());
    }
    let new = shape::new_job(&shape::object(description)?);
    let now = call.app.now();
    call.app.note_work(&call.bearer.caller.org)?;
    let job = call.bearer.caller.org.write(|tx| {
        let mut job = open(call, tx, JobId::try_from(tx.new_id(JobId::PREFIX)?).map_err(StoreError::new)?, new, Api::V2Ingest)?;
        tx.put_job(&job)?;
        job.upload(tx, &Data::read(&job, content), now)?;
        job.close(tx, now, call.delay())?;
        Ok::<_, RestError>(job)
    })?;
    call.begin(&job);
    shown(&job, Detail::Facts)
}

/// Opens a job of this caller.
pub fn open(call: &Call, tx: &Tx<'_>, id: JobId, new: NewJob, api: Api) -> Result<Job, RestError> {
    let schema = call.schema(tx)?;
    let user = &call.bearer.caller.user;
    let opening = Opening {
        schema: &schema,
        access: &call.bearer.caller.access,
        by: user.id,
        may_hard_delete: user.has(Permission::BulkApiHardDelete),
        api,
        version: call.bearer.version.number(),
        now: call.app.now(),
    };
    Ok(opening.open(id, new)?)
}

/// `PUT /jobs/ingest/{job}/batches`: the data, once.
pub fn upload(call: &Call) -> Result<Reply, RestError> {
    let media_type = media_type(call);
    if !matches!(media_type.split(';').next().unwrap_or_default().trim(), "" | "text/csv") {
        return Err(RestError::UnsupportedMediaType(media_type));
    }
    let org = &call.bearer.caller.org;
    let job = org.read(|tx| call.job(tx, Api::V2Ingest))?;
    let data = Data::read(&job, &call.body);
    org.write(|tx| Ok::<_, RestError>(call.job(tx, Api::V2Ingest)?.upload(tx, &data, call.app.now())?))?;
    Ok(Reply::Empty(StatusCode::CREATED))
}

/// `PATCH /jobs/ingest/{job}`: `UploadComplete` or `Aborted`.
pub fn change(call: &Call) -> Result<Reply, RestError> {
    let state = shape::text(&call.json()?, "state").ok_or(JobError::Missing("state"))?;
    let (org, now) = (&call.bearer.caller.org, call.app.now());
    let closes = match state.as_str() {
        "UploadComplete" => true,
        "Aborted" => false,
        _ => return Err(JobError::Unparsable.into()),
    };
    call.app.note_work(org)?;
    let job = org.write(|tx| {
        let mut job = call.job(tx, Api::V2Ingest)?;
        if closes {
            job.close(tx, now, call.delay())?;
        } else {
            job.abort(tx, now)?;
        }
        Ok::<_, RestError>(job)
    })?;
    if closes {
        call.begin(&job);
    }
    shown(&job, Detail::Facts)
}

/// `GET /jobs/ingest/{job}`
pub fn show(call: &Call) -> Result<Reply, RestError> {
    let job = call.bearer.caller.org.read(|tx| call.job(tx, Api::V2Ingest))?;
    shown(&job, Detail::Progress)
}

/// `DELETE /jobs/ingest/{job}`
pub fn delete(call: &Call) -> Result<Reply, RestError> {
    call.bearer.caller.org.write(|tx| Ok::<_, RestError>(call.job(tx, Api::V2Ingest)?.delete(tx)?))?;
    Ok(Reply::Empty(StatusCode::NO_CONTENT))
}

/// `GET /jobs/ingest/{job}/successfulResults`, `failedResults`, `unprocessedrecords`: in any case, as clients spell them.
pub fn results(call: &Call) -> Result<Reply, RestError> {
    let which = match call.segment("results").to_ascii_lowercase().as_str() {
        "successfulresults" => Which::Successful,
        "failedresults" => Which::Failed,
        "unprocessedrecords" => Which::Unprocessed,
        _ => return Err(RestError::NotFound),
    };
    let job = call.bearer.caller.org.read(|tx| call.job(tx, Api::V2Ingest))?;
    if !job.phase.is_over() {
        return Err(JobError::NoResultsYet { state: job.state().to_owned() }.into());
    }
    Ok(Reply::Csv(Csv { headers: Vec::new(), pieces: pieces(call, job, which)? }))
}

/// The header, then the rows of one stored piece after the other.
fn pieces(call: &Call, job: Job, which: Which) -> Result<crate::api::stream::Pieces, RestError> {
    let org = std::sync::Arc::clone(&call.bearer.caller.org);
    let mut next = org.read(|tx| jobs::first_result(tx, &job, which))?;
    let mut header = Some(jobs::result_header(&job, which));
    Ok(Box::new(move || {
        if let Some(header) = header.take() {
            return Ok(Some(header));
        }
        let Some(first) = next else { return Ok(None) };
        let (rows, after) = org.read(|tx| jobs::result_piece(tx, &job, which, first))?;
        next = after;
        Ok(Some(rows))
    }))
}

fn media_type(call: &Call) -> String {
    call.parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

/// A job as the answer.
pub fn shown(job: &Job, detail: Detail) -> Result<Reply, RestError> {
    let json = serde_json::to_vec(&shape::job(job, detail)).map_err(StoreError::new)?;
    Ok(Reply::Json(StatusCode::OK, json))
}
