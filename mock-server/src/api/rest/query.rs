//! `query` and `queryAll`.

use std::ops::Range;

use serde_json::Value;

use super::call::Call;
use super::error::RestError;
use super::format::Answer;
use super::list_views::readable;
use crate::id::RecordId;
use crate::records::{Asked, Page, Queries, RecordError, Usages, Use, WHOLE};
use crate::schema::{Schema, list_views};
use crate::storage::StoreError;

/// `GET /services/data/v67.0/query?q=…`
pub fn run(call: &Call<'_>) -> Result<Answer, RestError> {
    first(call, false)
}

/// `GET /services/data/v67.0/queryAll?q=…`: soft-deleted records too.
pub fn run_all(call: &Call<'_>) -> Result<Answer, RestError> {
    first(call, true)
}

fn first(call: &Call<'_>, include_deleted: bool) -> Result<Answer, RestError> {
    if let Some(query) = call.parameter("explain") {
        return explained(call, &query);
    }
    let soql = soql_of(call)?;
    if asks_for_columns(call) {
        return columns(call, &soql, include_deleted);
    }
    let schema = call.schema()?;
    let asked = call.asked();
    let page = call.db.read(|tx| {
        let view = call.view(&schema, tx);
        Queries { memory: call.app.records(), db: tx, catalog: &view, asked: &asked }.run(&soql, include_deleted, &asked.json())
    })?;
    note_use(call, &schema, &page)?;
    Ok(Answer::json(asked.json().finished(page), "QueryResult"))
}

/// Whether the columns are asked for instead of the rows.
pub fn asks_for_columns(call: &Call<'_>) -> bool {
    call.parameter("columns").is_some_and(|wanted| wanted.eq_ignore_ascii_case("true"))
}

/// `GET /services/data/v67.0/query?q=…&columns=true`: the columns instead of the rows, as the Salesforce CLI asks for its tables.
pub fn columns(call: &Call<'_>, soql: &str, include_deleted: bool) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let asked = call.asked();
    let columns = call.db.read(|tx| {
        let view = call.view(&schema, tx);
        Queries { memory: call.app.records(), db: tx, catalog: &view, asked: &asked }.columns(soql, include_deleted)
    })?;
    Ok(Answer::json(columns.to_string(), "QueryColumnMetadata"))
}

/// `GET /services/data/v67.0/query?explain=…`: a query, or the id of a list view. GUESS: ids of reports are answered
/// as malformed queries.
fn explained(call: &Call<'_>, soql: &str) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let asked = call.asked();
    let listed = RecordId::parse(soql).ok().and_then(|id| list_views(&schema).into_iter().find(|view| view.id == id));
    let query = listed.and_then(|view| {
        let object = schema.object(&view.object)?;
        Some(view.query(object, &readable(call, &schema, object, view.columns(object))))
    });
    let soql = query.as_deref().unwrap_or(soql);
    let plans = call.db.read(|tx| {
        let view = call.view(&schema, tx);
        Queries { memory: call.app.records(), db: tx, catalog: &view, asked: &asked }.explain(soql)
    })?;
    Ok(Answer::json(plans.to_string(), "QueryExplainResult"))
}

/// What a query of this server's own making answers, as JSON, with all of its records: the query says how many may be.
///
/// # Errors
/// `Query` for records whose child lists take too much room to be answered at once.
pub fn selected(call: &Call<'_>, schema: &Schema, soql: &str) -> Result<Value, RestError> {
    let asked = Asked { batch: WHOLE, ..call.asked() };
    let page = call.db.read(|tx| {
        let view = call.view(schema, tx);
        Queries { memory: call.app.records(), db: tx, catalog: &view, asked: &asked }.run(soql, false, &asked.json())
    })?;
    Ok(serde_json::from_slice(&asked.json().finished(page)).map_err(StoreError::new)?)
}

/// As `selected`, but only the records in `range` of a whole answer; with the number of all.
pub fn selected_part(call: &Call<'_>, schema: &Schema, soql: &str, range: Range<usize>) -> Result<(Vec<Value>, usize), RestError> {
    let asked = Asked { batch: WHOLE, ..call.asked() };
    let page = call.db.read(|tx| {
        let view = call.view(schema, tx);
        Queries { memory: call.app.records(), db: tx, catalog: &view, asked: &asked }.part(soql, range, &asked.json())
    })?;
    let total = usize::try_from(page.total).unwrap_or(usize::MAX);
    match serde_json::from_slice::<Value>(&asked.json().finished(page)).map_err(StoreError::new)?["records"].take() {
        Value::Array(records) => Ok((records, total)),
        _ => Ok((Vec::new(), total)),
    }
}

/// A text between the quotes of a query.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n").replace('\r', "\\r"))
}

/// The query of a call.
pub fn soql_of(call: &Call<'_>) -> Result<String, RestError> {
    call.parameter("q").filter(|soql| !soql.is_empty()).ok_or_else(no_query)
}

/// Notes what FOR VIEW and FOR REFERENCE say about the records of a page.
fn note_use(call: &Call<'_>, schema: &Schema, page: &Page) -> Result<(), RestError> {
    let (Some(how), Some(object)) = (Use::asked(page.usage), schema.object(&page.object)) else { return Ok(()) };
    Ok(call.db.write(|tx| tx.note_use(object, &page.used, call.caller.user.id, how, call.app.now()))?)
}

/// GUESS: remembered from an org, not recorded.
fn no_query() -> RestError {
    RecordError::Query { code: "MALFORMED_QUERY", message: "A query string has to be specified".to_owned() }.into()
}

/// `GET /services/data/v67.0/query/01g…-2000`
pub fn next(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let locator = call.segment("locator");
    let asked = call.asked();
    let page = call.db.read(|tx| {
        let view = call.view(&schema, tx);
        Queries { memory: call.app.records(), db: tx, catalog: &view, asked: &asked }.next(&locator, &asked.json())
    })?;
    Ok(Answer::json(asked.json().finished(page), "QueryResult"))
}
