//! Why requests were refused, and the click path that mends it.

use std::borrow::Cow;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::query::Query;
use super::{Problem, apps, asked_org};
use crate::app::App;
use crate::apps::{Fix, Flow, Refusal, Surface};
use crate::world::View;

/// Which refusals are asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Wanted {
    /// Only those with a greater number.
    since: u64,
    org: Option<String>,
    app: Option<String>,
}

/// One refusal.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct RefusalBody {
    seq: u64,
    at: String,
    /// `null` where none could be told: an unknown app at a login host.
    org: Option<String>,
    app: Option<String>,
    user: Option<String>,
    flow: Option<Flow>,
    /// `gate.not_installed`
    rule: &'static str,
    /// A sentence.
    reason: Cow<'static, str>,
    error: Cow<'static, str>,
    error_description: Cow<'static, str>,
    surface: Surface,
    fix: Vec<Fix>,
}

/// `GET /refusals`: the oldest first.
pub async fn list(State(app): State<App>, Query(wanted): Query<Wanted>) -> Result<Json<Value>, Problem> {
    let of_org = wanted.org.as_deref().map(|name| asked_org(&app, name).map(|org| org.id())).transpose()?;
    let known = wanted.app.as_deref().map(|name| apps::find(&app, name).map_err(|_| Problem::field("app", format!("no app is called {name:?}"))));
    let of_app = known.transpose()?.map(|app| app.id);
    let fits = |refusal: &Refusal| {
        of_org.is_none_or(|id| refusal.org == Some(id)) && of_app.is_none_or(|id| refusal.app.as_ref().is_some_and(|(refused, _)| *refused == id))
    };
    let found = app.refusals().since(wanted.since, fits);
    let refusals: Vec<_> = found.into_iter().map(|refusal| shown(&app, refusal)).collect();
    Ok(Json(json!({ "refusals": refusals })))
}

fn shown(app: &App, refusal: Refusal) -> RefusalBody {
    let org = refusal.org.and_then(|id| app.org(id));
    let base = org.as_ref().map(|org| View::of(app).instance_url(org)).unwrap_or_default();
    RefusalBody {
        seq: refusal.seq,
        at: refusal.at.iso(),
        org: refusal.org.map(|id| org.map_or_else(|| id.to_string(), |org| org.facts().name.clone())),
        app: refusal.app.map(|(_, name)| name),
        user: refusal.user.map(|(_, username)| username),
        flow: refusal.flow,
        rule: refusal.rule,
        reason: refusal.reason,
        error: refusal.error,
        error_description: refusal.error_description,
        surface: refusal.surface,
        fix: refusal.fix.into_iter().map(|fix| Fix { url: base.clone() + &fix.url, ..fix }).collect(),
    }
}
