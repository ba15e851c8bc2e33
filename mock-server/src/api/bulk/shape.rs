//! Job descriptions as JSON, coming in and going out. Source of keys and their order: `rest.md` 6.1 and 6.2.

use serde_json::{Map, Value, json};

use super::rest::RestError;
use crate::jobs::{Api, Job, NewJob, Phase};
use crate::records::{Json, JsonKind, RecordError};

/// The members of a JSON body.
pub fn object(body: &[u8]) -> Result<Map<String, Value>, RestError> {
    if body.is_empty() {
        return Err(RestError::NoBody);
    }
    let parsed = Json::parse(body).map_err(RecordError::from)?;
    if !matches!(parsed.kind, JsonKind::Object(_)) {
        return Err(RestError::from(crate::jobs::JobError::Unparsable));
    }
    // What our own reader takes and this one not is a number of absurd size.
    serde_json::from_slice(body).map_err(|_| RestError::from(crate::jobs::JobError::Unparsable))
}

/// A member's text; null and absence are the same.
pub fn text(members: &Map<String, Value>, name: &str) -> Option<String> {
    match members.get(name)? {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// What a request asks for.
pub fn new_job(members: &Map<String, Value>) -> NewJob {
    NewJob {
        operation: text(members, "operation"),
        object: text(members, "object"),
        external_id_field: text(members, "externalIdFieldName"),
        query: text(members, "query"),
        content_type: text(members, "contentType"),
        line_ending: text(members, "lineEnding"),
        delimiter: text(members, "columnDelimiter"),
        concurrency: None,
        assignment_rule: text(members, "assignmentRuleId"),
        chunk_size: None,
    }
}

/// How much of a job an answer shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// What creating and changing answer.
    Facts,
    /// What a list shows.
    Listed,
    /// With counts and times.
    Progress,
}

/// A job as answers show it.
pub fn job(job: &Job, detail: Detail) -> Value {
    let mut out = Map::new();
    let mut put = |name: &str, value: Value| out.insert(name.to_owned(), value);
    put("id", json!(job.id));
    put("operation", json!(job.operation));
    put("object", json!(job.object));
    put("createdById", json!(job.created_by));
    put("createdDate", job.created.rest().into());
    put("systemModstamp", job.modified.rest().into());
    put("state", job.state().into());
    if let Some(field) = &job.external_id_field {
        put("externalIdFieldName", json!(field));
    }
    put("concurrencyMode", job.concurrency.name().into());
    put("contentType", job.content_type.name().into());
    put("apiVersion", json!(f64::from(job.version)));
    if let Some(rule) = &job.assignment_rule {
        put("assignmentRuleId", json!(rule));
    }
    if detail != Detail::Facts {
        put("jobType", job.api.name().into());
    }
    if job.api == Api::V2Ingest && job.phase == Phase::Open {
        put("contentUrl", format!("services/data/v{}.0/jobs/ingest/{}/batches", job.version, job.id).into());
    }
    if job.api != Api::Classic {
        put("lineEnding", job.line_ending.name().into());
        put("columnDelimiter", job.delimiter.name().into());
    }
    if detail == Detail::Progress {
        progress(job, &mut put);
    }
    Value::Object(out)
}

fn progress(job: &Job, put: &mut dyn FnMut(&str, Value) -> Option<Value>) {
    put("numberRecordsProcessed", job.work.processed.into());
    if job.api == Api::V2Ingest {
        put("numberRecordsFailed", job.work.failed.into());
    }
    put("retries", 0.into());
    put("totalProcessingTime", job.work.total().into());
    if job.api == Api::V2Ingest {
        put("apiActiveProcessingTime", job.work.active.into());
        put("apexProcessingTime", 0.into());
    }
    put("isPkChunkingSupported", (job.api == Api::V2Query).into());
    if let Some(error) = &job.error {
        put("errorMessage", json!(error));
    }
}
