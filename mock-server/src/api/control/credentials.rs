//! Consumer details of an app and their rotation: staged, applied, discarded.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Serialize;

use super::Problem;
use super::apps::find;
use crate::app::App;
use crate::apps::{AppDefinition, ConsumerDetails};

/// The sets of one app. `GET /apps/{app}/credentials`
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct CredentialsAnswer {
    pub consumer_key: String,
    pub consumer_secret: String,
    /// Waits to take the place of the current set. That of an external client app works at once.
    pub staged: Option<SetAnswer>,
    /// The set that the current one replaced; only external client apps keep it, for 30 days.
    pub replaced: Option<SetAnswer>,
}

/// A set beside the current one.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct SetAnswer {
    pub consumer_key: String,
    pub consumer_secret: String,
    /// When it is deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

/// `GET /apps/{app}/credentials`
pub async fn show(State(app): State<App>, Path(name): Path<String>) -> Result<Json<CredentialsAnswer>, Problem> {
    Ok(Json(shown(&app, &*find(&app, &name)?)))
}

/// `POST /apps/{app}/credentials`: stages a new set.
pub async fn stage(State(app): State<App>, Path(name): Path<String>) -> Result<(StatusCode, Json<CredentialsAnswer>), Problem> {
    let staged = app.stage_credentials(&*find(&app, &name)?, None)?;
    Ok((StatusCode::CREATED, Json(shown(&app, &staged))))
}

/// `POST /apps/{app}/credentials/apply`: the staged set takes the place of the current one. All tokens of a connected app end.
pub async fn apply(State(app): State<App>, Path(name): Path<String>) -> Result<Json<CredentialsAnswer>, Problem> {
    let applied = app.apply_credentials(&*find(&app, &name)?, None)?;
    let applied = applied.ok_or_else(|| Problem::new(StatusCode::CONFLICT, None, "no credentials are staged"))?;
    Ok(Json(shown(&app, &applied)))
}

/// `DELETE /apps/{app}/credentials`: drops the staged set.
pub async fn discard(State(app): State<App>, Path(name): Path<String>) -> Result<StatusCode, Problem> {
    app.discard_credentials(&*find(&app, &name)?)?;
    Ok(StatusCode::NO_CONTENT)
}

fn shown(app: &App, client: &AppDefinition) -> CredentialsAnswer {
    let set = |details: &ConsumerDetails, until| SetAnswer {
        consumer_key: details.consumer_key.clone(),
        consumer_secret: details.consumer_secret.0.clone(),
        until,
    };
    CredentialsAnswer {
        consumer_key: client.consumer_key.clone(),
        consumer_secret: client.consumer_secret.0.clone(),
        staged: client.live_staged(app.now()).map(|staged| set(staged, None)),
        replaced: client.live_replaced(app.now()).map(|replaced| set(&replaced.details, Some(replaced.until.iso()))),
    }
}
