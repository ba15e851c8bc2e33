//! Jobs and batches as XML and JSON, coming in and going out. Source of elements and their order: `rest.md` 6.3.

use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::{Map, Value, json};

use super::error::AsyncError;
use super::spelling::{NAMESPACE, Spelling};
use crate::clock::Timestamp;
use crate::jobs::{Batch, Job, NewJob, Phase, escape};
use crate::records::{Json, JsonKind};

/// The members of a `jobInfo`.
pub type Members = Vec<(String, String)>;

/// Reads a `jobInfo`.
///
/// # Errors
/// What is no `jobInfo`.
pub fn members(spelling: Spelling, body: &[u8]) -> Result<Members, AsyncError> {
    match spelling {
        Spelling::Json => json_members(body),
        Spelling::Xml => xml_members(&String::from_utf8_lossy(body)),
    }
}

fn json_members(body: &[u8]) -> Result<Members, AsyncError> {
    let unreadable = || AsyncError::Job(crate::jobs::JobError::Unparsable);
    let JsonKind::Object(members) = Json::parse(body).map_err(|_| unreadable())?.kind else { return Err(unreadable()) };
    let known = members.into_iter().filter(|(_, value)| value.kind != JsonKind::Null);
    Ok(known.map(|(name, value)| (name.into_owned(), value.quoted())).collect())
}

fn xml_members(body: &str) -> Result<Members, AsyncError> {
    let mut reader = Reader::from_str(body.trim_start());
    reader.config_mut().expand_empty_elements = true;
    let (mut path, mut text, mut found) = (Vec::new(), String::new(), Members::new());
    loop {
        match reader.read_event().map_err(|error| AsyncError::Unreadable(error.to_string()))? {
            Event::Start(start) => {
                path.push(start.local_name().as_ref().to_owned());
                text.clear();
                if path.len() > 2 || path[0] != "jobInfo" {
                    return Err(AsyncError::Job(crate::jobs::JobError::Unparsable));
                }
            }
            Event::End(_) => {
                let name = path.pop().unwrap_or_default();
                if path.len() == 1 {
                    found.push((name, std::mem::take(&mut text).trim().to_owned()));
                }
            }
            Event::Text(piece) => text.push_str(&piece),
            Event::CData(piece) => text.push_str(&piece),
            Event::DocType(_) | Event::GeneralRef(_) => return Err(AsyncError::Unreadable("Entities are not allowed".to_owned())),
            Event::Eof if path.is_empty() && !found.is_empty() => return Ok(found),
            Event::Eof => return Err(AsyncError::Job(crate::jobs::JobError::Unparsable)),
            _ => {}
        }
    }
}

pub fn member(members: &Members, name: &str) -> Option<String> {
    members.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone())
}

/// What a request asks for.
pub fn new_job(members: &Members, chunk_size: Option<u32>) -> NewJob {
    NewJob {
        operation: member(members, "operation"),
        object: member(members, "object"),
        external_id_field: member(members, "externalIdFieldName"),
        query: None,
        content_type: member(members, "contentType"),
        line_ending: None,
        delimiter: None,
        concurrency: member(members, "concurrencyMode"),
        assignment_rule: member(members, "assignmentRuleId"),
        chunk_size,
    }
}

/// A job as an answer.
pub fn job(spelling: Spelling, job: &Job, batches: &[Batch]) -> Vec<u8> {
    let count = |phases: &[Phase]| Value::from(batches.iter().filter(|batch| phases.contains(&batch.phase)).count());
    let sum = |number: fn(&Batch) -> u64| Value::from(batches.iter().map(number).sum::<u64>());
    let facts = [
        ("id", json!(job.id)),
        ("operation", json!(job.operation)),
        ("object", json!(job.object)),
        ("createdById", json!(job.created_by)),
        ("createdDate", moment(spelling, job.created)),
        ("systemModstamp", moment(spelling, job.modified)),
        ("state", job.state().into()),
        ("externalIdFieldName", json!(job.external_id_field)),
        ("assignmentRuleId", json!(job.assignment_rule)),
        ("concurrencyMode", job.concurrency.name().into()),
        ("contentType", job.content_type.name().into()),
        ("numberBatchesQueued", count(&[Phase::Open, Phase::Waiting])),
        ("numberBatchesInProgress", count(&[Phase::Running])),
        ("numberBatchesCompleted", count(&[Phase::Done])),
        ("numberBatchesFailed", count(&[Phase::Failed])),
        ("numberBatchesTotal", batches.len().into()),
        ("numberRecordsProcessed", sum(|batch| batch.work.processed)),
        ("numberRetries", 0.into()),
        ("apiVersion", json!(f64::from(job.version))),
        ("numberRecordsFailed", sum(|batch| batch.work.failed)),
        ("totalProcessingTime", sum(|batch| batch.work.total())),
        ("apiActiveProcessingTime", sum(|batch| batch.work.active)),
        ("apexProcessingTime", 0.into()),
    ];
    document(spelling, "jobInfo", &facts)
}

/// A batch as an answer.
pub fn batch(spelling: Spelling, batch: &Batch) -> Vec<u8> {
    document(spelling, "batchInfo", &batch_facts(spelling, batch))
}

fn batch_facts(spelling: Spelling, batch: &Batch) -> [(&'static str, Value); 11] {
    [
        ("id", json!(batch.id)),
        ("jobId", json!(batch.job)),
        ("state", batch.phase.batch_state().into()),
        ("stateMessage", json!(batch.message)),
        ("createdDate", moment(spelling, batch.created)),
        ("systemModstamp", moment(spelling, batch.modified)),
        ("numberRecordsProcessed", batch.work.processed.into()),
        ("numberRecordsFailed", batch.work.failed.into()),
        ("totalProcessingTime", batch.work.total().into()),
        ("apiActiveProcessingTime", batch.work.active.into()),
        ("apexProcessingTime", 0.into()),
    ]
}

/// The batches of a job as an answer.
pub fn batches(spelling: Spelling, batches: &[Batch]) -> Vec<u8> {
    match spelling {
        Spelling::Json => {
            let list: Vec<Value> = batches.iter().map(|batch| object(&batch_facts(spelling, batch))).collect();
            json!({ "batchInfo": list }).to_string().into_bytes()
        }
        Spelling::Xml => {
            let mut out = opened("batchInfoList");
            for batch in batches {
                out.extend_from_slice(b"<batchInfo>");
                elements(&mut out, &batch_facts(spelling, batch));
                out.extend_from_slice(b"</batchInfo>");
            }
            out.extend_from_slice(b"</batchInfoList>");
            out
        }
    }
}

fn document(spelling: Spelling, root: &str, facts: &[(&str, Value)]) -> Vec<u8> {
    match spelling {
        Spelling::Json => object(facts).to_string().into_bytes(),
        Spelling::Xml => {
            let mut out = opened(root);
            elements(&mut out, facts);
            out.extend_from_slice(format!("</{root}>").as_bytes());
            out
        }
    }
}

/// JSON names its members in the order of the alphabet.
fn object(facts: &[(&str, Value)]) -> Value {
    let mut sorted: Vec<_> = facts.to_vec();
    sorted.sort_by_key(|(name, _)| *name);
    Value::Object(sorted.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>())
}

/// The beginning of a document.
pub fn opened(root: &str) -> Vec<u8> {
    format!(r#"<?xml version="1.0" encoding="UTF-8"?><{root} xmlns="{NAMESPACE}">"#).into_bytes()
}

/// What is not set has no element.
fn elements(out: &mut Vec<u8>, facts: &[(&str, Value)]) {
    for (name, value) in facts.iter().filter(|(_, value)| !value.is_null()) {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        element(out, name, &text);
    }
}

pub fn element(out: &mut Vec<u8>, name: &str, text: &str) {
    out.extend_from_slice(format!("<{name}>").as_bytes());
    escape(out, text.as_bytes());
    out.extend_from_slice(format!("</{name}>").as_bytes());
}

/// XML ends times in `Z`, JSON in `+0000`.
fn moment(spelling: Spelling, at: Timestamp) -> Value {
    match spelling {
        Spelling::Xml => at.whole_second().iso().into(),
        Spelling::Json => at.rest().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(spelling: Spelling, body: &str, expected: Option<&[(&str, &str)]>) {
        let read = members(spelling, body.as_bytes()).ok();
        let seen: Option<Vec<_>> = read.as_ref().map(|found| found.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect());
        assert_eq!(seen.as_deref(), expected, "{body}");
    }

    #[test]
    fn job_descriptions_are_read_in_both_spellings() {
        let xml = "\n<?xml version=\"1.0\"?>\n<jobInfo xmlns=\"x\">\n <operation>insert</operation>\n <object>Account</object>\n</jobInfo>";
        check(Spelling::Xml, xml, Some(&[("operation", "insert"), ("object", "Account")]));
        check(Spelling::Json, r#"{"operation":"insert","concurrencyMode":0,"x":null}"#, Some(&[("operation", "insert"), ("concurrencyMode", "0")]));
        for body in ["", "<job/>", "<jobInfo>", "<jobInfo><a><b/></a></jobInfo>", "<!DOCTYPE x><jobInfo/>", "x"] {
            check(Spelling::Xml, body, None);
        }
        check(Spelling::Json, "[]", None);
    }
}
