//! Apps, packages, installs, and what an org decided about an app.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Problem, body, org};
use crate::app::{App, LiveOrg};
use crate::apps::{AppDefinition, Audience, Presence, Release, VersionNumber};
use crate::world::{self, AppEntry, InstalledPackageEntry, OrgAppEntry, PackageEntry, View};

/// `GET /apps`
pub async fn list(State(app): State<App>) -> Json<Value> {
    let view = View::of(&app);
    Json(json!({ "apps": app.registry().apps().iter().map(|known| view.app(known)).collect::<Vec<_>>() }))
}

/// `POST /apps`
pub async fn add(State(app): State<App>, bytes: Bytes) -> Result<(StatusCode, Json<AppEntry>), Problem> {
    let made = world::apps::add(&app, &body::read(&bytes)?)?;
    Ok((StatusCode::CREATED, Json(View::of(&app).app(&made))))
}

/// `GET /apps/{app}`
pub async fn show(State(app): State<App>, Path(name): Path<String>) -> Result<Json<AppEntry>, Problem> {
    Ok(Json(View::of(&app).app(&*find(&app, &name)?)))
}

/// `PATCH /apps/{app}`
pub async fn change(State(app): State<App>, Path(name): Path<String>, bytes: Bytes) -> Result<Json<AppEntry>, Problem> {
    let known = find(&app, &name)?;
    let entry = body::patch(&View::of(&app).app(&known), &bytes)?;
    world::apps::change(&app, &known, &entry)?;
    Ok(Json(View::of(&app).app(&*find(&app, &entry.name)?)))
}

/// The body of a migration.
#[derive(Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MigrateBody {
    /// Of the external client app: the connected app's with `ECA` behind it when left out.
    pub name: Option<String>,
}

/// `POST /apps/{app}/migrate`: Migrate to External Client App. The answer is the new app.
pub async fn migrate(State(app): State<App>, Path(name): Path<String>, bytes: Bytes) -> Result<(StatusCode, Json<AppEntry>), Problem> {
    let MigrateBody { name: wanted } = body::read(&bytes)?;
    let made = world::apps::migrate(&app, &*find(&app, &name)?, wanted)?;
    Ok((StatusCode::CREATED, Json(View::of(&app).app(&made))))
}

/// `DELETE /apps/{app}`: with its tokens in every org.
pub async fn remove(State(app): State<App>, Path(name): Path<String>) -> Result<StatusCode, Problem> {
    world::apps::remove(&app, &*find(&app, &name)?)?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) fn find(app: &App, name: &str) -> Result<Arc<AppDefinition>, Problem> {
    app.registry().find_app(name).ok_or_else(|| Problem::not_found(format!("no app is called {name:?}")))
}

/// `GET /packages`
pub async fn packages(State(app): State<App>) -> Json<Value> {
    let view = View::of(&app);
    Json(json!({ "packages": app.registry().releases().iter().map(|release| view.package(release)).collect::<Vec<_>>() }))
}

/// `POST /packages`
pub async fn add_package(State(app): State<App>, bytes: Bytes) -> Result<(StatusCode, Json<PackageEntry>), Problem> {
    let entry: PackageEntry = body::read(&bytes)?;
    let number = entry.version.as_deref().unwrap_or("1.0.0").parse::<VersionNumber>().ok();
    let same = |release: &Release| release.package.name == entry.name && number.is_none_or(|number| release.version.number.is_build_of(number));
    if app.registry().releases().iter().any(same) {
        return Err(Problem::new(StatusCode::CONFLICT, Some("name"), format!("a package named {:?} exists in this version", entry.name)));
    }
    if let Some(id) = entry.version_id.filter(|id| app.registry().release(*id).is_some()) {
        return Err(Problem::new(StatusCode::CONFLICT, Some("version_id"), format!("a package version with the id {id} exists")));
    }
    let made = world::apps::put_package(&app, &entry)?;
    Ok((StatusCode::CREATED, Json(View::of(&app).package(&made))))
}

/// `GET /packages/{package}`
pub async fn package(State(app): State<App>, Path(name): Path<String>) -> Result<Json<PackageEntry>, Problem> {
    Ok(Json(View::of(&app).package(&find_package(&app, &name)?)))
}

/// `PATCH /packages/{package}`
pub async fn change_package(State(app): State<App>, Path(name): Path<String>, bytes: Bytes) -> Result<Json<PackageEntry>, Problem> {
    let known = find_package(&app, &name)?;
    let entry: PackageEntry = body::patch(&View::of(&app).package(&known), &bytes)?;
    if entry.version_id != Some(known.version.id) {
        return Err(Problem::field("version_id", "a package version keeps its id"));
    }
    Ok(Json(View::of(&app).package(&world::apps::put_package(&app, &entry)?)))
}

/// `DELETE /packages/{package}`: orgs keep what they installed.
pub async fn remove_package(State(app): State<App>, Path(name): Path<String>) -> Result<StatusCode, Problem> {
    app.remove_version(find_package(&app, &name)?.version.id)?;
    Ok(StatusCode::NO_CONTENT)
}

fn find_package(app: &App, name: &str) -> Result<Release, Problem> {
    app.registry().find_release(name).ok_or_else(|| Problem::not_found(format!("no package is called {name:?}")))
}

/// The body of an install.
#[derive(Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct InstallBody {
    /// Of a package: who sees what it brings.
    pub audience: Audience,
}

/// `PUT /orgs/{org}/installs/{app}`: an app, or a package with all its apps. Asks for no rights, promotion or key.
pub async fn install(State(app): State<App>, Path((name, what)): Path<(String, String)>, bytes: Bytes) -> Result<Json<Value>, Problem> {
    let org = org(&app, &name)?;
    let InstallBody { audience } = body::read(&bytes)?;
    let view = View::of(&app);
    if let Ok(known) = find(&app, &what) {
        let before = view.org_app(&org, &known)?;
        if before.presence != Some(Presence::Own) {
            world::apps::put_row(&app, &org, &OrgAppEntry { presence: Some(Presence::Installed), ..before })?;
        }
        return Ok(Json(json!(view.org_app(&org, &known)?)));
    }
    let release = find_package(&app, &what).map_err(|_| Problem::not_found(format!("no app and no package is called {what:?}")))?;
    let installed = InstalledPackageEntry { package: release.version.id.to_string(), audience };
    world::apps::install_package(&app, &org, &installed)?;
    Ok(Json(json!(InstalledPackageEntry { package: release.package.name.clone(), ..installed })))
}

/// `DELETE /orgs/{org}/installs/{app}`: the tokens of all users end. An app that came in a package goes with the package.
pub async fn uninstall(State(app): State<App>, Path((name, what)): Path<(String, String)>) -> Result<StatusCode, Problem> {
    let org = org(&app, &name)?;
    let Ok(known) = find(&app, &what) else { return uninstall_package(&app, &org, &find_package(&app, &what)?) };
    if org.org_app(&known, app.now())?.presence == Presence::Installed
        && let Err(refused) = app.uninstall_app(&org, &known, None)?
    {
        return Err(Problem::new(StatusCode::CONFLICT, None, refused.reason()));
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Takes out whichever version of a package is installed.
fn uninstall_package(app: &App, org: &LiveOrg, release: &Release) -> Result<StatusCode, Problem> {
    let installed = org.read(|tx| app.installed(tx))?;
    for known in installed.iter().filter(|known| known.release.package.id == release.package.id) {
        if let Err(refused) = app.uninstall_package(org, known.installed.version, None)? {
            return Err(Problem::new(StatusCode::CONFLICT, None, refused.reason()));
        }
    }
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /orgs/{org}/apps`
pub async fn rows(State(app): State<App>, Path(name): Path<String>) -> Result<Json<Value>, Problem> {
    Ok(Json(json!({ "apps": View::of(&app).org(&*org(&app, &name)?, 0)?.apps })))
}

/// `GET /orgs/{org}/apps/{app}`
pub async fn row(State(app): State<App>, Path((name, what)): Path<(String, String)>) -> Result<Json<OrgAppEntry>, Problem> {
    Ok(Json(View::of(&app).org_app(&*org(&app, &name)?, &*find(&app, &what)?)?))
}

/// `PATCH /orgs/{org}/apps/{app}`
pub async fn change_row(State(app): State<App>, Path((name, what)): Path<(String, String)>, bytes: Bytes) -> Result<Json<OrgAppEntry>, Problem> {
    let (org, known) = (org(&app, &name)?, find(&app, &what)?);
    let view = View::of(&app);
    let entry: OrgAppEntry = body::patch(&view.org_app(&org, &known)?, &bytes)?;
    if app.registry().find_app(&entry.app).is_none_or(|named| named.id != known.id) {
        return Err(Problem::field("app", "is named by the address"));
    }
    world::apps::put_row(&app, &org, &entry)?;
    Ok(Json(view.org_app(&org, &known)?))
}
