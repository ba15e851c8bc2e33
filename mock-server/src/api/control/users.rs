//! Users, profiles and permission sets of an org.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Problem, body, org};
use crate::app::{App, LiveOrg};
use crate::oauth::LinkCause;
use crate::org::{Directory, PermissionSet, User};
use crate::world::{self, PermissionSetEntry, UserEntry, View};

/// `GET /orgs/{org}/users`
pub async fn list(State(app): State<App>, Path(name): Path<String>) -> Result<Json<Value>, Problem> {
    let users = org(&app, &name)?.read(|tx| tx.users())?;
    Ok(Json(json!({ "users": users.iter().map(world::user).collect::<Vec<_>>() })))
}

/// `POST /orgs/{org}/users`
pub async fn add(State(app): State<App>, Path(name): Path<String>, bytes: Bytes) -> Result<(StatusCode, Json<UserEntry>), Problem> {
    let org = org(&app, &name)?;
    let entry: UserEntry = body::read(&bytes)?;
    world::orgs::add_user(&app, &org, &entry)?;
    Ok((StatusCode::CREATED, Json(world::user(&find(&org, &entry.name)?))))
}

/// `GET /orgs/{org}/users/{user}`
pub async fn show(State(app): State<App>, Path((name, user)): Path<(String, String)>) -> Result<Json<UserEntry>, Problem> {
    Ok(Json(world::user(&find(&*org(&app, &name)?, &user)?)))
}

/// `PATCH /orgs/{org}/users/{user}`
pub async fn change(State(app): State<App>, Path((name, user)): Path<(String, String)>, bytes: Bytes) -> Result<Json<UserEntry>, Problem> {
    let org = org(&app, &name)?;
    let user = find(&org, &user)?;
    let entry = body::patch(&world::user(&user), &bytes)?;
    world::orgs::change_user(&app, &org, &user, &entry)?;
    Ok(Json(world::user(&find(&org, &entry.name)?)))
}

/// `POST /orgs/{org}/users/{user}/contain`: as Salesforce does after a login through an anonymizing network.
pub async fn contain(State(app): State<App>, Path((name, user)): Path<(String, String)>) -> Result<StatusCode, Problem> {
    let org = org(&app, &name)?;
    app.contain_user(&org, find(&org, &user)?.id)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE /orgs/{org}/users/{user}`
pub async fn remove(State(app): State<App>, Path((name, user)): Path<(String, String)>) -> Result<StatusCode, Problem> {
    let org = org(&app, &name)?;
    app.remove_user(&org, find(&org, &user)?.id)?;
    Ok(StatusCode::NO_CONTENT)
}

/// What made a password worthless.
#[derive(Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ResetBody {
    /// The user asked for it on the login page: the password before stays good until the link is used.
    pub forgotten: bool,
}

/// `POST /orgs/{org}/users/{user}/password-reset`: what Reset Password(s) in Setup does. The link is in the outbox.
pub async fn reset_password(State(app): State<App>, Path((name, user)): Path<(String, String)>, bytes: Bytes) -> Result<StatusCode, Problem> {
    let org = org(&app, &name)?;
    let user = find(&org, &user)?;
    let ResetBody { forgotten } = body::read(&bytes)?;
    let cause = if forgotten { LinkCause::Forgotten } else { LinkCause::Reset };
    app.send_password_link(&org, View::of(&app).site(), &user, cause, None)?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) fn find(org: &LiveOrg, name: &str) -> Result<User, Problem> {
    world::orgs::find_user(org, name)?.ok_or_else(|| Problem::not_found(format!("the org has no user {name:?}")))
}

/// `GET /orgs/{org}/profiles`: the standard ones too.
pub async fn profiles(State(app): State<App>, Path(name): Path<String>) -> Result<Json<Value>, Problem> {
    Ok(Json(json!({ "profiles": sets(&*org(&app, &name)?, true)? })))
}

/// `POST /orgs/{org}/profiles`
pub async fn add_profile(State(app): State<App>, Path(name): Path<String>, bytes: Bytes) -> Result<(StatusCode, Json<PermissionSetEntry>), Problem> {
    add_set(&app, &*org(&app, &name)?, &bytes, true)
}

/// `GET /orgs/{org}/profiles/{name}`
pub async fn profile(State(app): State<App>, Path((name, profile)): Path<(String, String)>) -> Result<Json<PermissionSetEntry>, Problem> {
    Ok(Json(world::permission_set(&find_set(&*org(&app, &name)?, &profile, true)?)))
}

/// `PATCH /orgs/{org}/profiles/{name}`
pub async fn change_profile(
    State(app): State<App>,
    Path((name, profile)): Path<(String, String)>,
    bytes: Bytes,
) -> Result<Json<PermissionSetEntry>, Problem> {
    change_set(&app, &*org(&app, &name)?, &profile, &bytes, true)
}

/// `DELETE /orgs/{org}/profiles/{name}`
pub async fn remove_profile(State(app): State<App>, Path((name, profile)): Path<(String, String)>) -> Result<StatusCode, Problem> {
    let org = org(&app, &name)?;
    let set = find_set(&org, &profile, true)?;
    if let Some(user) = org.read(|tx| tx.users())?.iter().find(|user| user.profile.id == set.id) {
        return Err(Problem::new(StatusCode::CONFLICT, Some("name"), format!("user {:?} has the profile", user.username)));
    }
    org.write(|tx| tx.remove_permission_set(set.id))?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /orgs/{org}/permission-sets`
pub async fn permission_sets(State(app): State<App>, Path(name): Path<String>) -> Result<Json<Value>, Problem> {
    Ok(Json(json!({ "permission_sets": sets(&*org(&app, &name)?, false)? })))
}

/// `POST /orgs/{org}/permission-sets`
pub async fn add_permission_set(
    State(app): State<App>,
    Path(name): Path<String>,
    bytes: Bytes,
) -> Result<(StatusCode, Json<PermissionSetEntry>), Problem> {
    add_set(&app, &*org(&app, &name)?, &bytes, false)
}

/// `GET /orgs/{org}/permission-sets/{name}`
pub async fn permission_set(State(app): State<App>, Path((name, set)): Path<(String, String)>) -> Result<Json<PermissionSetEntry>, Problem> {
    Ok(Json(world::permission_set(&find_set(&*org(&app, &name)?, &set, false)?)))
}

/// `PATCH /orgs/{org}/permission-sets/{name}`
pub async fn change_permission_set(
    State(app): State<App>,
    Path((name, set)): Path<(String, String)>,
    bytes: Bytes,
) -> Result<Json<PermissionSetEntry>, Problem> {
    change_set(&app, &*org(&app, &name)?, &set, &bytes, false)
}

/// `DELETE /orgs/{org}/permission-sets/{name}`: its assignments go with it.
pub async fn remove_permission_set(State(app): State<App>, Path((name, set)): Path<(String, String)>) -> Result<StatusCode, Problem> {
    let org = org(&app, &name)?;
    let set = find_set(&org, &set, false)?;
    org.write(|tx| tx.remove_permission_set(set.id))?;
    Ok(StatusCode::NO_CONTENT)
}

fn sets(org: &LiveOrg, is_profile: bool) -> Result<Vec<PermissionSetEntry>, Problem> {
    let sets = org.read(|tx| tx.permission_sets())?;
    Ok(sets.iter().filter(|set| set.is_profile == is_profile).map(world::permission_set).collect())
}

fn find_set(org: &LiveOrg, name: &str, is_profile: bool) -> Result<PermissionSet, Problem> {
    let what = if is_profile { "profile" } else { "permission set" };
    org.read(|tx| tx.permission_set_named(name, is_profile))?.ok_or_else(|| Problem::not_found(format!("the org has no {what} {name:?}")))
}

fn add_set(app: &App, org: &LiveOrg, bytes: &[u8], is_profile: bool) -> Result<(StatusCode, Json<PermissionSetEntry>), Problem> {
    let entry: PermissionSetEntry = body::read(bytes)?;
    if find_set(org, &entry.name, is_profile).is_ok() {
        return Err(Problem::new(StatusCode::CONFLICT, Some("name"), format!("the org has one named {:?}", entry.name)));
    }
    world::orgs::put_permission_set(app, org, &entry, is_profile)?;
    Ok((StatusCode::CREATED, Json(world::permission_set(&find_set(org, &entry.name, is_profile)?))))
}

fn change_set(app: &App, org: &LiveOrg, name: &str, bytes: &[u8], is_profile: bool) -> Result<Json<PermissionSetEntry>, Problem> {
    let entry = body::patch(&world::permission_set(&find_set(org, name, is_profile)?), bytes)?;
    if entry.name != name {
        return Err(Problem::field("name", "cannot change: remove it and create another"));
    }
    world::orgs::put_permission_set(app, org, &entry, is_profile)?;
    Ok(Json(world::permission_set(&find_set(org, name, is_profile)?)))
}
