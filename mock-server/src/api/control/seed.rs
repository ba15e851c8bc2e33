//! Sample data for an org.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;

use super::{Problem, body, org};
use crate::app::App;
use crate::world::sample::{Made, Sample, sow};

/// `POST /orgs/{org}/seed`: makes accounts with contacts, opportunities and cases, and tells how many. Millions take minutes, so the
/// work is done beside the threads that serve connections.
pub async fn add(State(app): State<App>, Path(name): Path<String>, bytes: Bytes) -> Result<(StatusCode, Json<Made>), Problem> {
    let org = org(&app, &name)?;
    let sample: Sample = if bytes.is_empty() { Sample::default() } else { body::read(&bytes)? };
    let sown = tokio::task::spawn_blocking(move || sow(&app, &org, &sample)).await;
    let made = sown.map_err(|failed| Problem::field("seed", failed.to_string()))??;
    Ok((StatusCode::CREATED, Json(made)))
}
