//! The whole server at once: its world, and its states to go back to.

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::Deserialize;
use serde_json::{Value, json};

use super::query::Query;
use super::{OneOrg, Problem};
use crate::app::App;
use crate::storage::StoreError;
use crate::world::{self, RECORDS_SHOWN, View};

/// `?records=all`
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Shown {
    records: Option<String>,
}

/// `GET /world`
pub async fn world(State(app): State<App>, Query(shown): Query<Shown>) -> Result<Response, Problem> {
    match shown.records.as_deref() {
        None => Ok(Json(world::document(&app, RECORDS_SHOWN)?).into_response()),
        Some("all") => with_all_records(&app),
        Some(other) => Err(Problem::field("records", format!("expected all, not {other:?}"))),
    }
}

/// NDJSON: the world without records, then every record with its org's name, one org after the other.
fn with_all_records(app: &App) -> Result<Response, Problem> {
    let head = json!({ "world": world::document(app, 0)? }).to_string() + "\n";
    let orgs = app.orgs();
    let app = app.clone();
    let records = orgs.into_iter().map(move |org| -> Result<Bytes, StoreError> {
        let shown = View::of(&app).org(&org, usize::MAX)?;
        let line = |record| json!({ "org": shown.name, "record": record }).to_string() + "\n";
        Ok(shown.records.iter().map(line).collect::<String>().into())
    });
    let lines = std::iter::once(Ok(Bytes::from(head))).chain(records);
    let mut response = Response::new(Body::from_stream(stream::iter(lines)));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"));
    Ok(response)
}

/// `POST /snapshots`
pub async fn take(State(app): State<App>, Query(only): Query<OneOrg>) -> Result<(StatusCode, Json<Value>), Problem> {
    let id = app.snapshot(only.id(&app)?)?;
    Ok((StatusCode::CREATED, Json(json!({ "id": id }))))
}

/// `POST /snapshots/{id}/restore`
pub async fn restore(State(app): State<App>, Path(id): Path<String>, Query(only): Query<OneOrg>) -> Result<StatusCode, Problem> {
    app.restore(&id, only.id(&app)?)?.map_err(|unknown| Problem::not_found(unknown.to_string()))?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /reset`: back to how the server started. A reset of the whole server drops faults and refusals too.
pub async fn reset(State(app): State<App>, Query(only): Query<OneOrg>) -> Result<StatusCode, Problem> {
    let only = only.id(&app)?;
    app.reset(only)?;
    app.refusals().forget(only);
    if only.is_none() {
        app.faults().clear();
    }
    Ok(StatusCode::NO_CONTENT)
}
