//! `/apps/oauth/usage`: which external client apps hold tokens of whom, and their end. Connected apps are not told of here.
//!
//! Source: Connect REST API, "OAuth Usage Resources" (59.0 and later).
//! GUESS: members of an app and of a user beyond those that clients read; those of a token are documented.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::call::Call;
use super::error::RestError;
use super::format::Answer;
use super::resources::Resources;
use crate::apps::{Act, AppDefinition, AppKind, Installs, may};
use crate::id::{AppId, RecordId, UserId};
use crate::oauth::{Event, Grant, Ledger, Scope, happen};
use crate::org::Directory;
use crate::records::RecordError;
use crate::storage::StoreError;

const USAGE: &str = "/services/data/{version}/apps/oauth/usage";
const USERS: &str = "/services/data/{version}/apps/oauth/usage/{app}/users";
const OF_APP: &str = "/services/data/{version}/apps/oauth/usage/{app}/tokens";
const OF_USER: &str = "/services/data/{version}/apps/oauth/usage/{app}/{user}/tokens";
const TOKEN: &str = "/services/data/{version}/apps/oauth/usage/tokens/{token}";

/// The prefix of `ExternalClientApplication`, by whose ids apps are named here.
const PREFIX: &str = "0xI";

pub(super) fn rows(rows: Resources) -> Resources {
    rows.get("rest/oauth-usage", USAGE, apps)
        .get("rest/oauth-usage-users", USERS, users)
        .delete("rest/oauth-usage-revoke-app", OF_APP, revoke_app)
        .get("rest/oauth-usage-tokens", OF_USER, tokens)
        .delete("rest/oauth-usage-revoke-user", OF_USER, revoke_user)
        .delete("rest/oauth-usage-revoke-token", TOKEN, revoke_token)
}

/// `GET …/apps/oauth/usage`: the org's own and installed apps.
fn apps(call: &Call<'_>) -> Result<Answer, RestError> {
    let paging = Paging::of(call)?;
    let registry = call.app.registry();
    let (rows, grants) = read(call, |tx| Ok((tx.org_apps()?, tx.grants(None)?)))?;
    let settled = rows.iter().filter(|row| row.presence.is_settled()).filter_map(|row| registry.app(row.app));
    let mut shown: Vec<_> = settled.filter(|app| app.kind == AppKind::ExternalClientApp).collect();
    shown.sort_by(|one, other| one.name.cmp(&other.name));
    let base = format!("{}/apps/oauth/usage", call.root());
    let spelled = paging.cut(&shown).map(|app| {
        let id = identifier(app.id);
        let held: Vec<_> = grants.iter().filter(|grant| grant.app == app.id && is_shown(grant)).collect();
        json!({
            "description": app.description,
            "developerName": app.developer_name(),
            "identifier": id,
            "label": app.name,
            "tokenCount": held.len(),
            "tokensUrl": format!("{base}/{id}/tokens"),
            "userCount": users_of(&held).len(),
            "usersUrl": format!("{base}/{id}/users"),
        })
    });
    Ok(paging.answer(&base, "apps", &spelled.collect::<Vec<_>>()))
}

/// `GET …/apps/oauth/usage/{app}/users`
fn users(call: &Call<'_>) -> Result<Answer, RestError> {
    let paging = Paging::of(call)?;
    let app = app(call)?;
    let (grants, people) = read(call, |tx| {
        let grants = tx.grants(Some(app.id))?;
        let people = users_of(&grants.iter().filter(|grant| is_shown(grant)).collect::<Vec<_>>()).into_iter().map(|user| tx.user(user));
        let people = people.filter_map(Result::transpose).collect::<Result<Vec<_>, _>>()?;
        Ok((grants, people))
    })?;
    let base = format!("{}/apps/oauth/usage/{}", call.root(), identifier(app.id));
    let spelled = paging.cut(&people).map(|user| {
        let held = grants.iter().filter(|grant| grant.user == user.id && is_shown(grant));
        json!({
            "appDeveloperName": app.developer_name(),
            "appIdentifier": identifier(app.id),
            "tokenCount": held.clone().count(),
            "tokensUrl": format!("{base}/{}/tokens", user.id),
            "useCount": held.map(|grant| u64::from(grant.use_count)).sum::<u64>(),
            "userIdentifier": user.id.to_string(),
            "username": user.username,
        })
    });
    Ok(paging.answer(&format!("{base}/users"), "users", &spelled.collect::<Vec<_>>()))
}

/// `GET …/apps/oauth/usage/{app}/{user}/tokens`
fn tokens(call: &Call<'_>) -> Result<Answer, RestError> {
    let paging = Paging::of(call)?;
    let (app, user) = (app(call)?, user(call)?);
    let (grants, user) = read(call, |tx| Ok((tx.grants_of(user, app.id)?, tx.user(user)?)))?;
    let user = user.ok_or(RestError::NotFound)?;
    let shown: Vec<_> = grants.into_iter().filter(is_shown).collect();
    let base = format!("{}/apps/oauth/usage", call.root());
    let spelled = paging.cut(&shown).map(|grant| {
        json!({
            "accessTokenFormat": if app.jwt_access_tokens { "JWT" } else { "Opaque" },
            "appDeveloperName": app.developer_name(),
            "appIdentifier": identifier(app.id),
            "initialConnectionAt": grant.created.iso(),
            "lastUsedAt": grant.last_used.iso(),
            "revocationUrl": format!("{base}/tokens/{}", grant.id),
            "useCount": grant.use_count,
            "userIdentifier": user.id.to_string(),
            "username": user.username,
        })
    });
    let own = format!("{base}/{}/{}/tokens", identifier(app.id), user.id);
    Ok(paging.answer(&own, "tokens", &spelled.collect::<Vec<_>>()))
}

/// `DELETE …/apps/oauth/usage/{app}/tokens`
fn revoke_app(call: &Call<'_>) -> Result<Answer, RestError> {
    end(call, Event::ApprovalsRevoked { app: app(call)?.id, user: None })
}

/// `DELETE …/apps/oauth/usage/{app}/{user}/tokens`
fn revoke_user(call: &Call<'_>) -> Result<Answer, RestError> {
    end(call, Event::ApprovalsRevoked { app: app(call)?.id, user: Some(user(call)?) })
}

/// `DELETE …/apps/oauth/usage/tokens/{token}`
fn revoke_token(call: &Call<'_>) -> Result<Answer, RestError> {
    let id = RecordId::parse(&call.segment("token")).map_err(|_| RestError::NotFound)?;
    let grant = read(call, |tx| tx.grant(id))?.ok_or(RestError::NotFound)?;
    let known = call.app.registry().app(grant.app).filter(|app| app.kind == AppKind::ExternalClientApp);
    known.ok_or(RestError::NotFound)?;
    end(call, Event::ApprovalRevoked(id))
}

fn end(call: &Call<'_>, event: Event) -> Result<Answer, RestError> {
    call.db.write(|tx| happen(tx, event).map(|_| ()).map_err(RestError::from))?;
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

/// Reads for a caller who may manage external client apps.
fn read<T>(call: &Call<'_>, work: impl FnOnce(&crate::app::Tx<'_>) -> Result<T, StoreError>) -> Result<T, RestError> {
    if !may(&call.caller.user, Act::ManageExternalApps) {
        return Err(RecordError::InsufficientAccess.into());
    }
    Ok(call.db.read(work)?)
}

/// The external client app of the path, which is named by the id of its row or by its own.
pub(super) fn app(call: &Call<'_>) -> Result<std::sync::Arc<AppDefinition>, RestError> {
    let id = RecordId::parse(&call.segment("app")).map_err(|_| RestError::NotFound)?;
    let id = AppId::try_from(id.with_prefix(AppId::PREFIX)).map_err(|_| RestError::NotFound)?;
    let found = call.app.registry().app(id).filter(|app| app.kind == AppKind::ExternalClientApp).ok_or(RestError::NotFound)?;
    let row = read(call, |tx| tx.org_app(id))?;
    if row.is_some_and(|row| row.presence.is_settled()) { Ok(found) } else { Err(RestError::NotFound) }
}

fn user(call: &Call<'_>) -> Result<UserId, RestError> {
    UserId::parse(&call.segment("user")).map_err(|_| RestError::NotFound)
}

pub(super) fn identifier(app: AppId) -> String {
    app.record().with_prefix(PREFIX).to_string()
}

/// Whether the approval holds a refresh token.
fn is_shown(grant: &Grant) -> bool {
    grant.scopes.has(Scope::REFRESH_TOKEN)
}

/// Each user once, in the order of their first token.
fn users_of(grants: &[&Grant]) -> Vec<UserId> {
    let mut users = Vec::new();
    for grant in grants {
        if !users.contains(&grant.user) {
            users.push(grant.user);
        }
    }
    users
}

/// `?page=0&pageSize=100`
struct Paging {
    page: usize,
    size: usize,
}

impl Paging {
    fn of(call: &Call<'_>) -> Result<Self, RestError> {
        Ok(Self { page: call.number("page")?.unwrap_or(0), size: call.number("pageSize")?.unwrap_or(100).clamp(1, 1_000) })
    }

    fn cut<'v, T>(&self, all: &'v [T]) -> impl Iterator<Item = &'v T> {
        all.iter().skip(self.page.saturating_mul(self.size)).take(self.size)
    }

    /// A page of a collection. The last one names a next one too, which is empty; a client that follows it until it is null stops there.
    fn answer(&self, url: &str, name: &'static str, items: &[Value]) -> Answer {
        let page = |number: usize| format!("{url}?page={number}&pageSize={}", self.size);
        let next = (!items.is_empty()).then(|| page(self.page + 1));
        Answer::json(json!({ "currentPageUrl": page(self.page), "nextPageUrl": next, name: items }).to_string(), "OAuthUsage")
    }
}
