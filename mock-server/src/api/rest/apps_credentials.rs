//! `/apps/oauth/credentials`: consumer keys and secrets of external client apps, and how a staged set takes the place of the one in use.
//!
//! Source: Connect REST API, "OAuth Credentials" and "OAuth Staged Credentials" (65.0), with the shapes that clients of it read.
//! GUESS: what those leave open: ids of sets, the status of a POST, and who is refused how. Salesforce also asks for View Client Secret.

use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::apps_oauth::{app, identifier};
use super::call::Call;
use super::error::RestError;
use super::format::Answer;
use super::resources::Resources;
use crate::app::Taken;
use crate::apps::{AppDefinition, SecondSet};
use crate::records::RecordError;

const OF_APP: &str = "/services/data/{version}/apps/oauth/credentials/{app}";
const OF_CONSUMER: &str = "/services/data/{version}/apps/oauth/credentials/{app}/{consumer}";
const STAGED: &str = "/services/data/{version}/apps/oauth/credentials/{app}/{consumer}/staged";
const ONE_STAGED: &str = "/services/data/{version}/apps/oauth/credentials/{app}/{consumer}/staged/{staged}";

/// What ids of consumers begin with.
const CONSUMER: &str = "888";
const STAGED_SET: &str = "1Sc";
const ROOT: &str = "OAuthCredentials";

pub(super) fn rows(rows: Resources) -> Resources {
    rows.get("rest/oauth-credentials", OF_APP, consumers)
        .get("rest/oauth-consumer", OF_CONSUMER, consumer)
        .get("rest/oauth-staged", STAGED, staged)
        .post("rest/oauth-stage", STAGED, stage)
        .get("rest/oauth-staged-set", ONE_STAGED, staged_set)
        .patch("rest/oauth-rotate", ONE_STAGED, rotate)
        .delete("rest/oauth-unstage", ONE_STAGED, unstage)
}

/// `GET …/{app}`: an app has one consumer.
fn consumers(call: &Call<'_>) -> Result<Answer, RestError> {
    let app = app(call)?;
    let url = format!("{}?page=0&pageSize=100", url_of_app(call, &app));
    Ok(Answer::json(json!({ "consumers": [shown(call, &app)], "currentPageUrl": url, "nextPageUrl": null }).to_string(), ROOT))
}

/// `GET …/{app}/{consumer}?part=key|secret|keyandsecret`
fn consumer(call: &Call<'_>) -> Result<Answer, RestError> {
    let app = of_consumer(call)?;
    let part = call.parameter("part").unwrap_or_else(|| "key".to_owned()).to_ascii_lowercase();
    let (key, secret) = match part.as_str() {
        "key" => (true, false),
        "secret" => (false, true),
        "keyandsecret" => (true, true),
        _ => return Err(RestError::MissingParameter("part")),
    };
    let mut body = shown(call, &app);
    if secret {
        may_see_secrets(call, &app)?;
        body["secret"] = app.consumer_secret.0.as_str().into();
    }
    if let Some(members) = body.as_object_mut().filter(|_| !key) {
        members.remove("key");
    }
    Ok(Answer::json(body.to_string(), ROOT))
}

/// `GET …/staged`
fn staged(call: &Call<'_>) -> Result<Answer, RestError> {
    let app = of_consumer(call)?;
    may_see_secrets(call, &app)?;
    Ok(Answer::json(collection(call, &app).to_string(), ROOT))
}

/// `POST …/staged`: a fresh set beside the one in use, which works at once.
fn stage(call: &Call<'_>) -> Result<Answer, RestError> {
    let app = of_consumer(call)?;
    may_see_secrets(call, &app)?;
    let staged = call.app.stage_credentials(&app, Some(call.caller.user.id)).map_err(taken)?;
    Ok(Answer::json(collection(call, &staged).to_string(), ROOT).status(StatusCode::CREATED))
}

/// `GET …/staged/{staged}`
fn staged_set(call: &Call<'_>) -> Result<Answer, RestError> {
    let app = of_consumer(call)?;
    may_see_secrets(call, &app)?;
    let set = addressed(call, &app)?;
    Ok(Answer::json(set_shown(call, &app, &set).to_string(), ROOT))
}

/// The one thing that can be done with a staged set.
#[derive(Deserialize)]
struct Command {
    command: String,
}

/// `PATCH …/staged/{staged}` with `{"command": "rotate"}`: the two sets change places, and the former one works for thirty more days.
fn rotate(call: &Call<'_>) -> Result<Answer, RestError> {
    let app = of_consumer(call)?;
    may_see_secrets(call, &app)?;
    let Command { command } = serde_json::from_slice(call.body).map_err(|_| RestError::MissingParameter("command"))?;
    if !command.eq_ignore_ascii_case("rotate") {
        return Err(RestError::MissingParameter("command"));
    }
    addressed(call, &app)?;
    let rotated = call.app.apply_credentials(&app, Some(call.caller.user.id)).map_err(taken)?.ok_or(RestError::NotFound)?;
    let set = rotated.second_sets(call.app.now()).find(|set| !set.is_staged).ok_or(RestError::NotFound)?;
    Ok(Answer::json(set_shown(call, &rotated, &set).to_string(), ROOT))
}

/// `DELETE …/staged/{staged}`: nobody is served with that set from now on.
fn unstage(call: &Call<'_>) -> Result<Answer, RestError> {
    let app = of_consumer(call)?;
    may_see_secrets(call, &app)?;
    let dropped = match addressed(call, &app)? {
        SecondSet { is_staged: true, .. } => call.app.discard_credentials(&app),
        SecondSet { is_staged: false, .. } => call.app.discard_replaced_credentials(&app),
    };
    dropped.map_err(taken)?;
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

/// The org's own app whose one consumer the path names: credentials are its developer's matter.
fn of_consumer(call: &Call<'_>) -> Result<std::sync::Arc<AppDefinition>, RestError> {
    let app = app(call)?;
    let named = call.segment("consumer");
    if id_of_consumer(&app).starts_with(&*named) && matches!(named.len(), 15 | 18) { Ok(app) } else { Err(RestError::NotFound) }
}

/// Allow access to External Client App consumer secrets via REST API, off until an admin ticks it.
fn may_see_secrets(call: &Call<'_>, app: &AppDefinition) -> Result<(), RestError> {
    let org = &call.caller.org;
    if !org.switches().eca_secrets_by_rest_api {
        return Err(RestError::FeatureOff);
    }
    if app.owner == org.id() { Ok(()) } else { Err(RecordError::InsufficientAccess.into()) }
}

/// The set that the path names, if it is alive.
fn addressed<'a>(call: &Call<'_>, app: &'a AppDefinition) -> Result<SecondSet<'a>, RestError> {
    let named = call.segment("staged");
    let set = app.second_sets(call.app.now()).find(|set| id_of_set(set) == *named);
    set.ok_or(RestError::NotFound)
}

fn shown(call: &Call<'_>, app: &AppDefinition) -> Value {
    let url = url_of_consumer(call, app);
    json!({ "id": id_of_consumer(app), "key": app.consumer_key, "name": app.name, "stagedCredentialsUrl": format!("{url}/staged"), "url": url })
}

fn collection(call: &Call<'_>, app: &AppDefinition) -> Value {
    let sets: Vec<_> = app.second_sets(call.app.now()).map(|set| set_shown(call, app, &set)).collect();
    json!({ "stagedCredentials": sets, "url": format!("{}/staged", url_of_consumer(call, app)) })
}

fn set_shown(call: &Call<'_>, app: &AppDefinition, set: &SecondSet<'_>) -> Value {
    let (consumer, id) = (url_of_consumer(call, app), id_of_set(set));
    let staged = format!("{consumer}/staged");
    json!({
        "createdBy": set.details.staged_by.map(|user| user.to_string()),
        "createdDate": set.details.staged_at.iso(),
        "expirationDate": set.until.iso(),
        "id": id,
        "key": set.details.consumer_key,
        "secret": set.details.consumer_secret.0,
        "stagedCredentialsUrl": staged,
        "state": if set.is_staged { "Active" } else { "Rotated" },
        "url": format!("{staged}/{id}"),
    })
}

fn id_of_consumer(app: &AppDefinition) -> String {
    app.id.record().with_prefix(CONSUMER).to_string()
}

/// Made of the key that was staged, so that a set deleted long ago is not taken for a newer one.
fn id_of_set(set: &SecondSet<'_>) -> String {
    let digits = URL_SAFE_NO_PAD.encode(Sha256::digest(set.named_after.as_bytes())).replace(['-', '_'], "");
    format!("{STAGED_SET}{}", digits.get(..12).unwrap_or(&digits))
}

fn url_of_app(call: &Call<'_>, app: &AppDefinition) -> String {
    format!("{}/apps/oauth/credentials/{}", call.root(), identifier(app.id))
}

fn url_of_consumer(call: &Call<'_>, app: &AppDefinition) -> String {
    format!("{}/{}", url_of_app(call, app), id_of_consumer(app))
}

/// Keys are made up: one that somebody has already is a failure of chance.
fn taken(taken: Taken) -> RestError {
    match taken {
        Taken::Store(error) => error.into(),
        other => crate::storage::StoreError::new(other).into(),
    }
}
