//! Lists of jobs, a thousand at a time.

use axum::http::StatusCode;
use serde_json::json;

use super::answer::Reply;
use super::rest::RestError;
use super::served::Call;
use super::shape::{self, Detail};
use crate::id::JobId;
use crate::jobs::{Api, Job, JobError, Jobs};
use crate::storage::StoreError;

/// Jobs of one page.
const PAGE: usize = 1_000;

/// `GET /jobs/ingest`: its own jobs and those of Bulk 1.0.
pub fn ingest(call: &Call) -> Result<Reply, RestError> {
    list(call, "ingest", &[Api::V2Ingest, Api::Classic])
}

/// `GET /jobs/query`: its own jobs and those of Bulk 1.0.
pub fn query(call: &Call) -> Result<Reply, RestError> {
    list(call, "query", &[Api::V2Query, Api::Classic])
}

fn list(call: &Call, resource: &str, apis: &[Api]) -> Result<Reply, RestError> {
    let wanted = Wanted {
        kind: call.parameter("jobType"),
        chunked: call.parameter("isPkChunkingEnabled").map(|value| value.eq_ignore_ascii_case("true")),
        concurrency: call.parameter("concurrencyMode"),
    };
    let mut after = match call.parameter("queryLocator").filter(|locator| !locator.is_empty()) {
        Some(locator) => Some(JobId::parse(&locator).map_err(|_| JobError::BadLocator)?),
        None => None,
    };
    let now = call.app.now();
    let mut found: Vec<Job> = Vec::new();
    // One more than a page tells whether there is a next one.
    while found.len() <= PAGE {
        let more = call.bearer.caller.org.read(|tx| tx.jobs_after(after, 500))?;
        let Some(last) = more.last() else { break };
        after = Some(last.id);
        found.extend(more.into_iter().filter(|job| apis.contains(&job.api) && !job.is_expired(now) && call.may_see(job) && wanted.fits(job)));
    }
    let done = found.len() <= PAGE;
    found.truncate(PAGE);
    let next = found.last().filter(|_| !done).map(|last| {
        let others = wanted.parameters();
        format!("/services/data/{}/jobs/{resource}?queryLocator={}{others}", call.bearer.version, last.id)
    });
    let records: Vec<_> = found.iter().map(|job| shape::job(job, Detail::Listed)).collect();
    let json = serde_json::to_vec(&json!({ "done": done, "records": records, "nextRecordsUrl": next })).map_err(StoreError::new)?;
    Ok(Reply::Json(StatusCode::OK, json))
}

/// Which jobs a list shows.
struct Wanted {
    kind: Option<String>,
    chunked: Option<bool>,
    concurrency: Option<String>,
}

impl Wanted {
    fn fits(&self, job: &Job) -> bool {
        self.kind.as_deref().is_none_or(|kind| kind == job.api.name())
            // GUESS: asking for jobs without chunking asks for all, as nothing says that `false` filters.
            && (self.chunked != Some(true) || job.chunk_size.is_some())
            && self.concurrency.as_deref().is_none_or(|mode| mode.eq_ignore_ascii_case(job.concurrency.name()))
    }

    /// As the address of the next page repeats them.
    fn parameters(&self) -> String {
        let kind = self.kind.as_ref().map(|kind| format!("&jobType={kind}")).unwrap_or_default();
        let chunked = self.chunked.map(|chunked| format!("&isPkChunkingEnabled={chunked}")).unwrap_or_default();
        let concurrency = self.concurrency.as_ref().map(|mode| format!("&concurrencyMode={mode}")).unwrap_or_default();
        kind + &chunked + &concurrency
    }
}
