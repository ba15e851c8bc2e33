//! Describe: what objects an org has, and what one is made of.

pub(super) mod field;
mod full;
mod picklist;
mod summary;

use axum::http::{HeaderMap, StatusCode, header};
use serde::Serialize;

use self::full::FullDescribe;
use self::summary::Summary;
use super::call::Call;
use super::date;
use super::error::RestError;
use super::format::Answer;
use super::recent;
use super::resources::Resources;
use super::versions::{ApiVersion, written};
use crate::access::Access;
use crate::clock::Timestamp;
use crate::schema::Schema;

pub(super) fn rows(rows: Resources) -> Resources {
    rows.get("rest/describe-global", "/services/data/{version}/sobjects", list)
        .get("rest/basic-information", "/services/data/{version}/sobjects/{object}", summarise)
        .get("rest/describe", "/services/data/{version}/sobjects/{object}/describe", describe)
}

/// `GET /services/data/v67.0/sobjects`
pub(super) fn list(call: &Call<'_>) -> Result<Answer, RestError> {
    global(&*call.schema()?, &call.caller.access, Root { version: call.version, path: &call.root() }, call.headers)
}

/// `GET /services/data/v67.0/sobjects/Account`
pub(super) fn summarise(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let object = seen(&schema, &call.caller.access, &call.segment("object"))?;
    let root = Root { version: call.version, path: &call.root() };
    basic_information((&schema, &call.caller.access), object, root, recent::used(call, Some(&object.name), RECENT)?)
}

/// `GET /services/data/v67.0/sobjects/Account/describe`
pub(super) fn describe(call: &Call<'_>) -> Result<Answer, RestError> {
    let root = Root { version: call.version, path: &call.root() };
    full((&*call.schema()?, &call.caller.access), &call.segment("object"), root, &call.site.url(), call.headers)
}

/// Under which address the API that describes has its resources.
#[derive(Clone, Copy)]
struct Root<'a> {
    version: ApiVersion,
    /// `/services/data/v67.0`
    path: &'a str,
}

/// The answer of `/sobjects`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Global<'a> {
    encoding: &'static str,
    max_batch_size: u16,
    sobjects: Vec<Summary<'a>>,
}

impl<'a> Global<'a> {
    fn of(schema: &'a Schema, access: &Access, root: Root<'_>) -> Self {
        let seen = schema.objects().into_iter().filter(|object| access.sees(object));
        let sobjects = seen.map(|object| Summary::of((schema, access), object, root)).collect();
        Self { encoding: "UTF-8", max_batch_size: 200, sobjects }
    }
}

/// The answer of `/sobjects/X`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BasicInformation<'a> {
    object_describe: Summary<'a>,
    /// A read through the API makes no record recent unless `Sforce-Mru` or FOR VIEW asks for it.
    recent_items: Vec<serde_json::Value>,
}

fn global(schema: &Schema, access: &Access, root: Root<'_>, headers: &HeaderMap) -> Result<Answer, RestError> {
    let tag = format!("\"{:08x}\"", schema.modified().seconds() & 0xffff_ffff);
    Ok(dated(schema.modified(), headers, || written(&Global::of(schema, access, root), "DescribeGlobalResult"))?.header(header::ETAG, &tag))
}

/// Records that stand in `recentItems` at most.
const RECENT: usize = 25;

fn basic_information(
    schema: (&Schema, &Access),
    object: &catalogue::Object,
    root: Root<'_>,
    recent_items: Vec<serde_json::Value>,
) -> Result<Answer, RestError> {
    let object_describe = Summary::of(schema, object, root);
    written(&BasicInformation { object_describe, recent_items }, "SObject")
}

fn full((schema, access): (&Schema, &Access), name: &str, root: Root<'_>, instance_url: &str, headers: &HeaderMap) -> Result<Answer, RestError> {
    let object = seen(schema, access, name)?;
    dated(schema.modified(), headers, || written(&FullDescribe::of((schema, access), object, root, instance_url), "DescribeSObjectResult"))
}

/// The object of that name, unless it is hidden from the user.
fn seen<'s>(schema: &'s Schema, access: &Access, name: &str) -> Result<&'s catalogue::Object, RestError> {
    schema.object(name).filter(|object| access.sees(object)).ok_or(RestError::NotFound)
}

/// The answer with its date, or 304 when the caller has seen it since. A date that cannot be read is ignored, as RFC 9110 has it.
fn dated(modified: Timestamp, headers: &HeaderMap, answer: impl FnOnce() -> Result<Answer, RestError>) -> Result<Answer, RestError> {
    let since = headers.get(header::IF_MODIFIED_SINCE).and_then(|value| value.to_str().ok()).and_then(date::seconds);
    let unchanged = since.is_some_and(|since| modified.seconds() <= since);
    let answer = if unchanged { Answer::empty(StatusCode::NOT_MODIFIED) } else { answer()? };
    Ok(answer.header(header::LAST_MODIFIED, &date::http(modified)))
}

#[cfg(test)]
mod tests;
