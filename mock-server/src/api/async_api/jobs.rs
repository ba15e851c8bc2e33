//! Jobs: created, shown, closed, aborted, given a transformation spec.

use axum::http::StatusCode;

use super::error::AsyncError;
use super::served::{Call, Reply};
use super::shape;
use super::spelling::Spelling;
use crate::id::JobId;
use crate::jobs::{self, Api, ChunkHeader, Job, JobError, Jobs, Opening, Renamed, Spec};
use crate::org::Permission;
use crate::storage::StoreError;

/// `POST /job`
pub fn create(call: &Call) -> Result<Reply, AsyncError> {
    let spelling = Spelling::of(&call.parts.headers).unwrap_or(Spelling::Xml);
    let members = shape::members(spelling, &call.body)?;
    let chunks = match call.parts.headers.get("sforce-enable-pkchunking") {
        Some(header) => ChunkHeader::read(header.to_str().unwrap_or_default()).ok_or(JobError::BadParameter("Sforce-Enable-PKChunking"))?.size,
        None => None,
    };
    let schema = call.schema()?;
    let (user, now) = (&call.caller.user, call.app.now());
    let opening = Opening {
        schema: &schema,
        access: &call.caller.access,
        by: user.id,
        may_hard_delete: user.has(Permission::BulkApiHardDelete),
        api: Api::Classic,
        version: call.version,
        now,
    };
    let job = call.caller.org.write(|tx| {
        let id = JobId::try_from(tx.new_id(JobId::PREFIX)?).map_err(StoreError::new)?;
        let job = opening.open(id, shape::new_job(&members, chunks))?;
        jobs::expire(tx, now)?;
        tx.put_job(&job)?;
        Ok::<_, AsyncError>(job)
    })?;
    Ok(Reply::whole(StatusCode::CREATED, spelling.media_type(), shape::job(spelling, &job, &[])))
}

/// `GET /job/{job}`
pub fn show(call: &Call) -> Result<Reply, AsyncError> {
    let job = call.caller.org.read(|tx| call.job(tx))?;
    shown(call, &job)
}

fn shown(call: &Call, job: &Job) -> Result<Reply, AsyncError> {
    let spelling = Spelling::for_job(&call.parts.headers, job);
    let batches = call.caller.org.read(|tx| tx.batches(job.id))?;
    Ok(Reply::whole(StatusCode::OK, spelling.media_type(), shape::job(spelling, job, &batches)))
}

/// `POST /job/{job}`: `Closed` or `Aborted`.
pub fn change(call: &Call) -> Result<Reply, AsyncError> {
    let spelling = Spelling::of(&call.parts.headers).unwrap_or(Spelling::Xml);
    let members = shape::members(spelling, &call.body)?;
    let now = call.app.now();
    let job = call.caller.org.write(|tx| {
        let mut job = call.job(tx)?;
        match shape::member(&members, "state").as_deref() {
            Some("Closed") => job.close(tx, now, call.delay())?,
            Some("Aborted") => job.abort(tx, now)?,
            _ => return Err(JobError::Unparsable.into()),
        }
        Ok::<_, AsyncError>(job)
    })?;
    shown(call, &job)
}

/// `POST /job/{job}/spec`: which columns of the batches stand for which fields.
pub fn transform(call: &Call) -> Result<Reply, AsyncError> {
    let renamed: Vec<Renamed> = Spec::read(&call.body).ok_or(JobError::Unparsable)?;
    call.caller.org.write(|tx| {
        let mut job = call.job(tx)?;
        job.renamed = renamed;
        Ok::<_, AsyncError>(tx.put_job(&job)?)
    })?;
    Ok(Reply::whole(StatusCode::CREATED, Spelling::Xml.media_type(), Vec::new()))
}

/// `GET /job/{job}/spec`
pub fn spec(call: &Call) -> Result<Reply, AsyncError> {
    let job = call.caller.org.read(|tx| call.job(tx))?;
    Ok(Reply::whole(StatusCode::OK, "text/csv", Spec::write(&job.renamed)))
}
