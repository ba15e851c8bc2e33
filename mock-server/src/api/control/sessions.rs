//! Sessions without the dance: tokens for tests, and their end.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::query::Query;
use super::{Problem, apps, body, org, users};
use crate::app::{App, LiveOrg};
use crate::apps::{AppDefinition, Flow};
use crate::id::{AppId, RecordId, UserId};
use crate::oauth::{self, Award, Beginning, Digest, Event, Lasting, Ledger, Origin, Scopes, SecurityLevel, SessionKind, credential, happen};
use crate::org::User;
use crate::storage::StoreError;
use crate::world::View;

/// The body of `POST /orgs/{org}/sessions`.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SessionBody {
    /// Username or handle.
    pub username: String,
    /// Name, consumer key or id; without one the token is of no app and can do everything.
    pub app: Option<String>,
    /// All of the app's when left out.
    pub scopes: Option<Vec<String>>,
    /// Without an app: an admin logged in as the user.
    #[serde(default)]
    pub login_as: bool,
    /// Without an app: the user proved a second factor.
    #[serde(default)]
    pub high_assurance: bool,
}

/// An open session.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct SessionAnswer {
    pub access_token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    pub instance_url: String,
    /// Names the session when it is to end.
    pub id: String,
}

/// `POST /orgs/{org}/sessions`: asks for no password, consent or install.
pub async fn add(State(app): State<App>, Path(name): Path<String>, bytes: Bytes) -> Result<(StatusCode, Json<SessionAnswer>), Problem> {
    let org = org(&app, &name)?;
    let wanted: SessionBody = body::read(&bytes)?;
    let user = users::find(&org, &wanted.username).map_err(|_| Problem::field("username", format!("the org has no user {:?}", wanted.username)))?;
    let client = wanted.app.as_deref().map(|name| apps::find(&app, name).map_err(|_| Problem::field("app", format!("no app is called {name:?}"))));
    let (access_token, refresh_token) = match client.transpose()? {
        Some(client) => for_app(&app, &org, &client, &user, wanted.scopes.as_ref())?,
        None => (without_app(&app, &org, &user, &wanted)?, None),
    };
    let session = org.read(|tx| tx.session(Digest::of(&access_token)))?;
    let id = session.map(|session| session.id.to_string()).unwrap_or_default();
    let instance_url = View::of(&app).instance_url(&org);
    Ok((StatusCode::CREATED, Json(SessionAnswer { access_token, refresh_token, instance_url, id })))
}

fn without_app(app: &App, org: &LiveOrg, user: &User, wanted: &SessionBody) -> Result<String, StoreError> {
    let moment = (app.now(), app.entropy());
    let security_level = if wanted.high_assurance { SecurityLevel::HighAssurance } else { SecurityLevel::Standard };
    let beginning = Beginning { login_as: wanted.login_as, security_level, ..Beginning::default() };
    Ok(org.write(|tx| oauth::open(tx, &org.facts(), user, SessionKind::Token, beginning, moment))?.token)
}

/// An approval, an access token, and a refresh token if the scopes have one. The app becomes known to the org.
fn for_app(app: &App, org: &LiveOrg, client: &AppDefinition, user: &User, scopes: Option<&Vec<String>>) -> Result<(String, Option<String>), Problem> {
    let named = scopes.unwrap_or(&client.scopes);
    let scopes = Scopes::parse_with_custom(&named.join(" ")).map_err(|unknown| Problem::field("scopes", unknown.to_string()))?;
    if !scopes.are_known(&org.facts()) {
        return Err(Problem::field("scopes", format!("\"{scopes}\" names a scope that neither Salesforce nor the org has")));
    }
    let (site, origin) = (View::of(app).site().clone(), Origin::of_server());
    let counter = app.counter(org, &site, &origin);
    let issued = org.write(|tx| -> Result<_, StoreError> {
        let org_app = oauth::org_app(tx, &counter.desk(), client)?;
        let award = Award { client: Some((client, &org_app)), user, scopes, flow: Flow::WebServer, lasting: Lasting::Refreshable, nonce: None };
        oauth::hand_out(tx, &counter.desk(), award)
    })?;
    Ok((issued.access_token, issued.refresh_token))
}

/// `DELETE /sessions/{access token or id}`
pub async fn remove(State(app): State<App>, Path(session): Path<String>) -> Result<StatusCode, Problem> {
    let ended = match credential::org_of_access_token(&session).and_then(|id| app.org(id)) {
        Some(org) => org.write(|tx| happen(tx, Event::AccessTokenRevoked(Digest::of(&session))))? > 0,
        None => end_by_id(&app, &session)?,
    };
    if ended { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::not_found("no live session has this token or id")) }
}

/// Whose tokens are to end; a member left out means everybody's.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Whose {
    /// Name, consumer key or id.
    app: Option<String>,
    /// Username or handle.
    user: Option<String>,
}

impl Whose {
    fn ids(&self, app: &App, org: &LiveOrg) -> Result<(Option<AppId>, Option<UserId>), Problem> {
        let known = self.app.as_deref().map(|name| apps::find(app, name).map_err(|_| Problem::field("app", format!("no app is called {name:?}"))));
        let user =
            self.user.as_deref().map(|name| users::find(org, name).map_err(|_| Problem::field("user", format!("the org has no user {name:?}"))));
        Ok((known.transpose()?.map(|app| app.id), user.transpose()?.map(|user| user.id)))
    }
}

/// `DELETE /orgs/{org}/sessions?app=&user=`: access tokens end, the grants they came from stay. Tells how many they were.
pub async fn end(State(app): State<App>, Path(name): Path<String>, Query(whose): Query<Whose>) -> Result<Json<Value>, Problem> {
    let org = org(&app, &name)?;
    let (of_app, of_user) = whose.ids(&app, &org)?;
    let ended = org.write(|tx| -> Result<usize, StoreError> {
        let mut ended = 0;
        for session in tx.live_sessions(app.now(), u32::MAX)? {
            let is_meant = session.kind.is_access_token() && of_app.is_none_or(|id| session.app == Some(id));
            if is_meant && of_user.is_none_or(|id| session.user == id) {
                ended += happen(tx, Event::AccessTokenRevoked(session.digest))?;
            }
        }
        Ok(ended)
    })?;
    Ok(Json(json!({ "ended": ended })))
}

/// `DELETE /orgs/{org}/grants?app=&user=`: grants end with all their tokens. Tells how many grants they were.
pub async fn revoke(State(app): State<App>, Path(name): Path<String>, Query(whose): Query<Whose>) -> Result<Json<Value>, Problem> {
    let org = org(&app, &name)?;
    let (of_app, of_user) = whose.ids(&app, &org)?;
    let revoked = org.write(|tx| -> Result<usize, StoreError> {
        let mut grants = tx.grants(of_app)?;
        grants.retain(|grant| of_user.is_none_or(|id| grant.user == id));
        grants.iter().try_for_each(|grant| happen(tx, Event::ApprovalRevoked(grant.id)).map(drop))?;
        Ok(grants.len())
    })?;
    Ok(Json(json!({ "revoked": revoked })))
}

/// `POST /signing-keys`: another key signs JWTs from now on; the published set holds the earlier ones, too.
pub async fn rotate_key(State(app): State<App>) -> Result<(StatusCode, Json<Value>), Problem> {
    // Making a key takes long enough for other requests to notice.
    let made = tokio::task::spawn_blocking(move || app.keys().rotate()).await;
    let kid = made.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))?;
    Ok((StatusCode::CREATED, Json(json!({ "kid": kid }))))
}

fn end_by_id(app: &App, id: &str) -> Result<bool, Problem> {
    let Ok(id) = RecordId::parse(id) else { return Ok(false) };
    for org in app.orgs() {
        if org.write(|tx| happen(tx, Event::SessionRemoved(id)))? > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}
