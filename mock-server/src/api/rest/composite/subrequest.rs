//! One part of a composite: read, run by the same function as a request of its own, and answered.

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};

use super::envelope::Members;
use super::error::CompositeError;
use super::permitted::Permitted;
use super::reference::{Answers, quote, separate};
use crate::api::rest::DIRECTORY;
use crate::api::rest::call::{Call, Origin, Request};
use crate::api::rest::error::RestError;
use crate::api::rest::format::{Answer, Content};
use crate::api::rest::parameters::Segments;
use crate::api::rest::versions::ApiVersion;
use crate::records::{Json, JsonKind};

/// A part as a composite or graph spells it.
pub struct Subrequest<'j> {
    pub method: Method,
    pub url: String,
    pub reference_id: String,
    headers: Vec<(HeaderName, String)>,
    body: Option<&'j Json<'j>>,
}

/// Headers that parts take from the whole.
const INHERITED: [HeaderName; 3] = [header::ACCEPT, header::AUTHORIZATION, header::CONTENT_TYPE];

/// The first version that refuses illegal reference ids.
const STRICT_REFERENCE_IDS: u16 = 52;

impl<'j> Subrequest<'j> {
    /// # Errors
    /// Whatever makes the whole request a bad one.
    pub fn read(json: &'j Json<'j>, version: ApiVersion, body: &'j [u8]) -> Result<Self, RestError> {
        let members = Members::of(json, &["body", "httpHeaders", "method", "referenceId", "url"], body)?;
        let (method, url) = (method(&members.required_text("method")?)?, members.required_text("url")?.into_owned());
        let reference_id = members.required_text("referenceId")?.into_owned();
        if version.number() >= STRICT_REFERENCE_IDS && !is_legal(&reference_id) {
            return Err(CompositeError::IllegalReferenceId(reference_id).into());
        }
        if !url.starts_with("/services/data/") && !url.starts_with("@{") {
            return Err(CompositeError::IllegalUrl(url).into());
        }
        let headers = members.map("httpHeaders")?.iter().map(|(name, value)| own_header(name, &super::envelope::text(value, body)?));
        Ok(Self { method, url, reference_id, headers: headers.collect::<Result<_, _>>()?, body: members.get("body") })
    }

    /// Names of the parts this one refers to.
    pub fn refers_to(&self) -> Vec<String> {
        let url = super::reference::plain_references(&self.url);
        let mut names: Vec<String> = super::reference::names(&url).into_iter().map(str::to_owned).collect();
        names.extend(self.headers.iter().flat_map(|(_, value)| super::reference::names(value)).map(str::to_owned));
        if let Some(body) = self.body {
            collect_names(body, &mut names);
        }
        names
    }

    /// Runs the part with its references to earlier answers replaced.
    pub fn run(&self, origin: Origin<'_>, parent: &Call<'_>, permitted: &Permitted, answers: &mut Answers) -> Outcome {
        let outcome = match self.prepare(parent, answers) {
            Ok((url, headers, body)) => run(origin, permitted, &Part { method: &self.method, url: &url, headers: &headers, body: &body }),
            Err(error) => Outcome::refused(&error.into()),
        };
        answers.add(&self.reference_id, outcome.body.clone());
        outcome
    }

    /// Address, headers and body with the references replaced.
    fn prepare(&self, parent: &Call<'_>, answers: &mut Answers) -> Result<(String, HeaderMap, Bytes), CompositeError> {
        let url = answers.in_url(&self.url)?;
        let body = self.body.map(|body| answers.in_body(body)).transpose()?.unwrap_or_default();
        let mut headers = inherited(parent.headers);
        for (name, value) in &self.headers {
            let value = answers.in_header(value)?;
            headers.insert(name, HeaderValue::try_from(value).map_err(|_| CompositeError::UnreadableHeader(name.to_string()))?);
        }
        Ok((url, headers, Bytes::from(body)))
    }
}

fn collect_names(json: &Json<'_>, names: &mut Vec<String>) {
    match &json.kind {
        JsonKind::String(text) => names.extend(super::reference::names(text).into_iter().map(str::to_owned)),
        JsonKind::Array(items) => items.iter().for_each(|item| collect_names(item, names)),
        JsonKind::Object(members) => members.iter().for_each(|(_, value)| collect_names(value, names)),
        JsonKind::Null | JsonKind::Boolean(_) | JsonKind::Number { .. } => {}
    }
}

/// Method names are case-sensitive.
pub fn method(name: &str) -> Result<Method, RestError> {
    let known = [Method::POST, Method::PUT, Method::PATCH, Method::GET, Method::DELETE];
    known.into_iter().find(|method| method.as_str() == name).ok_or_else(|| CompositeError::IllegalMethod(name.to_owned()).into())
}

fn own_header(name: &str, value: &str) -> Result<(HeaderName, String), RestError> {
    let read = HeaderName::try_from(name).map_err(|_| CompositeError::UnreadableHeader(name.to_owned()))?;
    if INHERITED.contains(&read) {
        return Err(CompositeError::InheritedHeader(name.to_owned()).into());
    }
    Ok((read, value.to_owned()))
}

fn inherited(headers: &HeaderMap) -> HeaderMap {
    INHERITED.into_iter().filter_map(|name| headers.get(&name).map(|value| (name, value.clone()))).collect()
}

/// Letters, numbers and underscores, the first of them no underscore.
pub fn is_legal(reference_id: &str) -> bool {
    let legal = reference_id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    legal && !reference_id.is_empty() && !reference_id.starts_with('_')
}

/// A part that is ready to run.
pub struct Part<'p> {
    pub method: &'p Method,
    /// `/services/data/v67.0/sobjects/Account?fields=Id`; spaces need not be encoded.
    pub url: &'p str,
    pub headers: &'p HeaderMap,
    pub body: &'p Bytes,
}

/// What a part answered.
#[derive(Debug, Clone)]
pub struct Outcome {
    pub status: StatusCode,
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// JSON; empty for an answer without a body.
    pub body: Bytes,
    /// It counts as failed: by its status, or because a record of a collection failed that all others depend on.
    pub failed: bool,
}

impl Outcome {
    pub fn refused(error: &RestError) -> Self {
        error.log();
        let wire = error.wire();
        let mut body = vec![b'['];
        wire.write(&mut body);
        body.push(b']');
        Self { status: wire.status, headers: Vec::new(), body: body.into(), failed: true }
    }

    fn answered(answer: Answer, url: &str) -> Self {
        let body = match answer.body {
            Content::Empty => Bytes::new(),
            Content::Json { json, .. } => json,
            // A body of bytes has no place in JSON.
            Content::Raw { .. } => return Self::refused(&CompositeError::NotComposable(url.to_owned()).into()),
        };
        let failed = answer.has_failures || answer.status.as_u16() == 300;
        Self { status: answer.status, headers: answer.headers, body, failed }
    }

    /// The body, or `null`.
    pub fn body(&self) -> &[u8] {
        if self.body.is_empty() { b"null" } else { &self.body }
    }

    /// Appends the result as `/composite` and `/composite/graph` spell it.
    pub fn write(&self, out: &mut Vec<u8>, reference_id: &str) {
        out.extend_from_slice(br#"{"body":"#);
        out.extend_from_slice(self.body());
        out.extend_from_slice(br#","httpHeaders":{"#);
        for (place, (name, value)) in self.headers.iter().enumerate() {
            separate(out, place);
            quote(out, &capitalised(name));
            out.push(b':');
            quote(out, value.to_str().unwrap_or_default());
        }
        out.extend_from_slice(format!(r#"}},"httpStatusCode":{},"referenceId":"#, self.status.as_u16()).as_bytes());
        quote(out, reference_id);
        out.push(b'}');
    }
}

/// `Last-Modified`, as headers are spelled on the wire of HTTP/1.1.
fn capitalised(name: &HeaderName) -> String {
    if name == header::ETAG {
        return "ETag".to_owned();
    }
    let mut at_start = true;
    let capital = |c: char| {
        let spelled = if at_start { c.to_ascii_uppercase() } else { c };
        at_start = c == '-';
        spelled
    };
    name.as_str().chars().map(capital).collect()
}

/// Runs a part by the function of the resource its address leads to.
pub fn run(origin: Origin<'_>, permitted: &Permitted, part: &Part<'_>) -> Outcome {
    let (path, query) = part.url.split_once('?').map_or((part.url, None), |(path, query)| (path, Some(query)));
    let path = crate::table::without_end_slash(path);
    let answered = || -> Result<Answer, RestError> {
        let version = ApiVersion::of_path(path)?;
        let resource = DIRECTORY.find(part.method, path)?;
        if !permitted.allows(resource) {
            return Err(CompositeError::NotComposable(part.url.to_owned()).into());
        }
        let segments = Segments::of(resource.path, path);
        (resource.handle)(&Call::new(origin, Request { version, segments, query, headers: part.headers, body: part.body }))
    };
    match answered() {
        Ok(answer) => Outcome::answered(answer, part.url),
        Err(error) => Outcome::refused(&error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reference_ids_are_letters_numbers_and_underscores() {
        for id in ["a", "refNewAccount2", "1_a", "0"] {
            assert!(is_legal(id), "{id}");
        }
        for id in ["", "_a", "a[1]", "a-b", "a.b", "é"] {
            assert!(!is_legal(id), "{id}");
        }
    }

    #[test]
    fn headers_of_results_are_capitalised() {
        let names = [header::LOCATION, header::LAST_MODIFIED, header::ETAG].map(|name| capitalised(&name));
        assert_eq!(names, ["Location", "Last-Modified", "ETag"]);
    }

    #[test]
    fn every_permitted_row_exists() {
        for id in super::super::permitted::GRAPH.rows() {
            assert!(DIRECTORY.named(id).is_some(), "{id}");
        }
    }
}
