//! `query` and `queryAll`.

use axum::body::Body;
use axum::extract::RawQuery;
use axum::http::Response;

use super::bearer::Bearer;
use super::error::RestError;
use super::format::Answer;
use super::parameters::{Parameters, Path};
use crate::records::{self, RecordError};
use crate::schema::View;

/// `GET /services/data/v67.0/query?q=…`
pub async fn run(bearer: Bearer, RawQuery(query): RawQuery) -> Response<Body> {
    bearer.reply(|call| first(call, query.as_deref(), false))
}

/// `GET /services/data/v67.0/queryAll?q=…`: soft-deleted records too.
pub async fn run_all(bearer: Bearer, RawQuery(query): RawQuery) -> Response<Body> {
    bearer.reply(|call| first(call, query.as_deref(), true))
}

fn first(call: &Bearer, query: Option<&str>, include_deleted: bool) -> Result<Answer, RestError> {
    let parameters = Parameters::of(query);
    if parameters.get("explain").is_some() {
        return Err(RecordError::NotImplemented("explain".to_owned()).into());
    }
    let soql = parameters.get("q").filter(|soql| !soql.is_empty()).ok_or_else(no_query)?;
    let schema = call.schema()?;
    let page = call.caller.org.read(|tx| {
        let view = View { schema: &schema, rows: tx };
        records::query(&call.app.records().cursors, tx, &view, &call.asked(), &soql, include_deleted)
    })?;
    Ok(Answer::json(page, "QueryResult"))
}

/// GUESS: remembered from an org, not recorded.
fn no_query() -> RestError {
    RecordError::Query { code: "MALFORMED_QUERY", message: "A query string has to be specified".to_owned() }.into()
}

/// `GET /services/data/v67.0/query/01g…-2000`
pub async fn next(bearer: Bearer, Path((_, locator)): Path<(String, String)>) -> Response<Body> {
    bearer.reply(|call| {
        let schema = call.schema()?;
        let page = call.caller.org.read(|tx| {
            let view = View { schema: &schema, rows: tx };
            records::next_page(&call.app.records().cursors, tx, &view, &call.asked(), &locator)
        })?;
        Ok(Answer::json(page, "QueryResult"))
    })
}
