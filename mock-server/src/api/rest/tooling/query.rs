//! Queries of the Tooling API, and its list of resources.

use serde_json::json;
use soql::syntax::ast::{Item, Operand, Select};

use super::packages;
use crate::api::rest::call::Call;
use crate::api::rest::error::RestError;
use crate::api::rest::format::Answer;
use crate::api::rest::query::{asks_for_columns, columns, soql_of};
use crate::app::{Database, SOURCE_MEMBER, Tx};
use crate::records::{Page, Queries, RecordError, RestJson, Spelling};

/// What the Tooling API offers, by name. GUESS: the list follows the resources its documentation has.
const RESOURCES: [&str; 12] = [
    "completions",
    "composite",
    "executeAnonymous",
    "query",
    "queryAll",
    "runTestsAsynchronous",
    "runTestsSynchronous",
    "search",
    "sobjects",
    "apexManifest",
    "recent",
    "hierarchy",
];

/// `GET /services/data/v67.0/tooling`
pub fn resources(call: &Call<'_>) -> Result<Answer, RestError> {
    let entries: serde_json::Map<_, _> = RESOURCES.iter().map(|name| ((*name).to_owned(), json!(format!("{}/{name}", call.root())))).collect();
    Ok(Answer::json(serde_json::Value::Object(entries).to_string(), "urls"))
}

/// `GET /services/data/v67.0/tooling/query?q=…`
pub fn run(call: &Call<'_>) -> Result<Answer, RestError> {
    first(call, false)
}

/// `GET /services/data/v67.0/tooling/queryAll?q=…`
pub fn run_all(call: &Call<'_>) -> Result<Answer, RestError> {
    first(call, true)
}

fn first(call: &Call<'_>, include_deleted: bool) -> Result<Answer, RestError> {
    let soql = unquoted(soql_of(call)?);
    if asks_for_columns(call) {
        return columns(call, &soql, include_deleted);
    }
    let (schema, asked) = (call.schema()?, call.asked());
    if reads(&soql, SOURCE_MEMBER) {
        track(call)?;
    }
    let run = |tx: &Tx<'_>, soql: &str| {
        let view = call.view(&schema, tx);
        Queries { memory: call.app.records(), db: tx, catalog: &view, asked: &asked }.run(soql, include_deleted, &asked.json())
    };
    let page = match packages::asks_for_version(&soql) {
        Some(query) => call.db.write(|tx| Ok::<_, RestError>(run(tx, &packages::ask(call, tx, query)?)?))?,
        None => call.db.read(|tx| run(tx, &soql))?,
    };
    if page.total > 1 && selects_metadata(&soql) {
        return Err(too_many_rows(page.total).into());
    }
    let size = page.next.map_or(page.total, |next| u64::try_from(next.offset).unwrap_or(page.total));
    Ok(Answer::json(envelope(call, page, size), "QueryResult"))
}

/// Brings `SourceMember` up to date. GUESS: whoever changes many components at once sees a revision for each.
pub fn track(call: &Call<'_>) -> Result<(), RestError> {
    match call.db {
        Database::Org(org) => Ok(call.app.track_source(org)?),
        Database::Within(..) => Ok(()),
    }
}

/// A query that stands in double quotes, as the Salesforce CLI sends one of its own, is what is between them.
fn unquoted(soql: String) -> String {
    match soql.trim().strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) => inner.to_owned(),
        None => soql,
    }
}

/// `GET /services/data/v67.0/tooling/query/01g…-2000`
pub fn next(call: &Call<'_>) -> Result<Answer, RestError> {
    let (schema, asked, locator) = (call.schema()?, call.asked(), call.segment("locator"));
    let page = call.db.read(|tx| {
        let view = call.view(&schema, tx);
        Queries { memory: call.app.records(), db: tx, catalog: &view, asked: &asked }.next(&locator, &asked.json())
    })?;
    let start = locator.rsplit_once('-').and_then(|(_, offset)| offset.parse().ok()).unwrap_or(0);
    let end = page.next.map_or(page.total, |next| u64::try_from(next.offset).unwrap_or(page.total));
    Ok(Answer::json(envelope(call, page, end.saturating_sub(start)), "QueryResult"))
}

/// Whether a query is about this object.
fn reads(soql: &str, object: &str) -> bool {
    soql::syntax::parse(soql).is_ok_and(|query| query.from.path.name.text.eq_ignore_ascii_case(object))
}

/// Whether `Metadata` or `FullName` is among the selected fields.
fn selects_metadata(soql: &str) -> bool {
    let Ok(query) = soql::syntax::parse(soql) else { return false };
    let Select::Items(items) = &query.select else { return false };
    items.iter().any(|item| match item {
        Item::Value { operand: Operand::Path(path), .. } => {
            path.parents.is_empty() && ["Metadata", "FullName"].iter().any(|name| path.name.text.eq_ignore_ascii_case(name))
        }
        _ => false,
    })
}

fn too_many_rows(found: u64) -> RecordError {
    let message = format!(
        "When retrieving results with Metadata or FullName fields, the query qualifications must specify no more than one row for retrieval. Result size: {found}"
    );
    RecordError::Query { code: "MALFORMED_QUERY", message }
}

/// A result as the Tooling API wraps it. GUESS: where `nextRecordsUrl` stands among the members of an unfinished one.
fn envelope(call: &Call<'_>, page: Page, size: u64) -> Vec<u8> {
    let object = serde_json::Value::from(page.object);
    let mut out = format!("{{\"size\":{size},\"totalSize\":{},\"done\":{}", page.total, page.next.is_none());
    out += &match page.next {
        Some(next) => format!(",\"queryLocator\":\"{next}\",\"nextRecordsUrl\":\"{}/query/{next}\"", call.root()),
        None => ",\"queryLocator\":null".to_owned(),
    };
    out += &format!(",\"entityTypeName\":{object},\"records\":[");
    let mut out = out.into_bytes();
    out.extend_from_slice(page.records.get(RestJson::ROOM..).unwrap_or_default());
    out.extend_from_slice(b"]}");
    out
}
