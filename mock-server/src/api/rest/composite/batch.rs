//! `/composite/batch`: requests that know nothing of each other.

use axum::body::Bytes;
use axum::http::{HeaderMap, Method};

use super::envelope::Members;
use super::error::CompositeError;
use super::permitted::{self, Permitted};
use super::reference::{separate, written as written_json};
use super::subrequest::{self, Outcome, Part};
use super::{body, since};
use crate::api::rest::call::Call;
use crate::api::rest::error::RestError;
use crate::api::rest::format::Answer;
use crate::api::rest::versions::ApiVersion;
use crate::records::{Json, RecordError};

const SINCE: u16 = 34;
const MAX_PARTS: usize = 25;

/// A part as a batch spells it.
struct BatchPart<'j> {
    method: Method,
    url: String,
    input: Option<&'j Json<'j>>,
}

/// `POST /services/data/v67.0/composite/batch`
pub fn run(call: &Call<'_>) -> Result<Answer, RestError> {
    run_permitted(call, &permitted::BATCH)
}

/// `POST /services/data/v67.0/tooling/composite/batch`
pub fn run_tooling(call: &Call<'_>) -> Result<Answer, RestError> {
    run_permitted(call, &permitted::TOOLING)
}

fn run_permitted(call: &Call<'_>, permitted: &Permitted) -> Result<Answer, RestError> {
    since(call, SINCE)?;
    let body = &*body::read(call, body::batch)?;
    let headers = body::headers_of_parts(call.headers);
    let json = Json::parse(body).map_err(RecordError::from)?;
    let members = Members::of(&json, &["batchRequests", "haltOnError"], body)?;
    let halts = members.flag("haltOnError")?;
    let list = members.required_list("batchRequests")?;
    if list.len() > MAX_PARTS {
        return Err(CompositeError::TooManySubrequests { max: MAX_PARTS }.into());
    }
    let parts: Vec<_> = list.iter().map(|json| BatchPart::read(json, call.version, body)).collect::<Result<_, _>>()?;
    // Each part counts as a call; the request itself is counted already.
    let more = u64::try_from(parts.len().saturating_sub(1)).unwrap_or(u64::MAX);
    if more > 0 && call.caller.org.use_api_for(call.app.now(), more).is_err() {
        return Err(RestError::RequestLimitExceeded);
    }
    let mut outcomes: Vec<Outcome> = Vec::with_capacity(parts.len());
    for part in &parts {
        let halted = halts && outcomes.last().is_some_and(|last| last.status.as_u16() >= 400);
        outcomes.push(if halted { Outcome::refused(&CompositeError::BatchHalted.into()) } else { part.run(call, &headers, permitted) });
    }
    Ok(Answer::json(written(&outcomes), "batchResults"))
}

impl<'j> BatchPart<'j> {
    fn read(json: &'j Json<'j>, version: ApiVersion, body: &'j [u8]) -> Result<Self, RestError> {
        let members = Members::of(json, &["binaryPartName", "binaryPartNameAlias", "method", "richInput", "url"], body)?;
        let url = whole_url(&members.required_text("url")?);
        match ApiVersion::of_path(&url) {
            Ok(own) if own.number() < SINCE || own > version => {
                return Err(CompositeError::IllegalVersion { url, oldest: SINCE, newest: version.number() }.into());
            }
            _ => {}
        }
        Ok(Self { method: subrequest::method(&members.required_text("method")?)?, url, input: members.get("richInput") })
    }

    /// Runs the part by itself: what it changes stays, whatever becomes of others.
    fn run(&self, call: &Call<'_>, headers: &HeaderMap, permitted: &Permitted) -> Outcome {
        let body = self.input.map(|input| Bytes::from(written_json(input))).unwrap_or_default();
        let part = Part { method: &self.method, url: &self.url, headers, body: &body };
        subrequest::run(call.origin(call.db, false), permitted, &part)
    }
}

/// The prefix that a batch lets its parts leave out.
fn whole_url(url: &str) -> String {
    match url.strip_prefix("/services/data/").or_else(|| url.strip_prefix("services/data/")) {
        Some(rest) => format!("/services/data/{rest}"),
        None => format!("/services/data/{}", url.trim_start_matches('/')),
    }
}

fn written(outcomes: &[Outcome]) -> Vec<u8> {
    let has_errors = outcomes.iter().any(|outcome| outcome.status.as_u16() >= 400);
    let mut out = format!(r#"{{"hasErrors":{has_errors},"results":["#).into_bytes();
    for (place, outcome) in outcomes.iter().enumerate() {
        separate(&mut out, place);
        out.extend_from_slice(format!(r#"{{"statusCode":{},"result":"#, outcome.status.as_u16()).as_bytes());
        out.extend_from_slice(outcome.body());
        out.push(b'}');
    }
    out.extend_from_slice(b"]}");
    out
}
