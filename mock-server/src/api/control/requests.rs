//! The journal on the control API: a page of entries, and a stream of them.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::watch;

use super::Problem;
use super::query::Query;
use crate::app::App;
use crate::id::{AppId, OrgId, UserId};
use crate::journal::{Entry, Names, har, render};
use crate::org::Host;

/// Entries one page holds unless `limit` says less.
const PAGE: usize = 1000;

/// What of the journal is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// Only entries with a greater sequence number.
    #[serde(default)]
    since: u64,
    /// Name or id of an org.
    org: Option<String>,
    /// Name, consumer key or id of an app.
    app: Option<String>,
    limit: Option<usize>,
}

/// `Wanted` with its names looked up.
#[derive(Clone, Copy)]
struct Filter {
    org: Option<OrgId>,
    app: Option<AppId>,
}

impl Filter {
    fn of(app: &App, wanted: &Wanted) -> Result<Self, Problem> {
        let org = wanted.org.as_deref().map(|name| find_org(app, name).ok_or_else(|| Problem::field("org", format!("no org is {name:?}"))));
        let known = wanted.app.as_deref().map(|name| find_app(app, name).ok_or_else(|| Problem::field("app", format!("no app is {name:?}"))));
        Ok(Self { org: org.transpose()?, app: known.transpose()? })
    }

    fn lets_pass(&self, entry: &Entry) -> bool {
        let noted = entry.taken.facts.read();
        let at_host = self.org.is_some_and(|org| entry.taken.site == Host::Org(org));
        (self.org.is_none() || at_host || noted.org == self.org) && (self.app.is_none() || noted.app == self.app)
    }
}

pub(super) fn find_org(app: &App, name: &str) -> Option<OrgId> {
    app.org_named(name).map(|org| org.id()).or_else(|| OrgId::parse(name).ok().filter(|id| app.org(*id).is_some()))
}

pub(super) fn find_app(app: &App, name: &str) -> Option<AppId> {
    app.registry().find_app(name).map(|app| app.id)
}

/// Names from the live server; what was removed keeps its id.
struct LiveNames<'a>(&'a App);

impl Names for LiveNames<'_> {
    fn org(&self, org: OrgId) -> Option<String> {
        Some(self.0.org(org)?.facts().name.clone())
    }

    fn app(&self, app: AppId) -> Option<String> {
        Some(self.0.registry().app(app)?.name.clone())
    }

    fn user(&self, org: OrgId, user: UserId) -> Option<String> {
        Some(self.0.org(org)?.user(user).ok()??.username.clone())
    }
}

/// `GET /requests`
pub async fn list(State(app): State<App>, Query(wanted): Query<Wanted>) -> Result<Json<Value>, Problem> {
    let filter = Filter::of(&app, &wanted)?;
    let page = app.journal().after(wanted.since);
    let limit = wanted.limit.unwrap_or(PAGE);
    looked_through(move || {
        let passing = page.entries.iter().filter(|entry| filter.lets_pass(entry)).take(limit);
        let requests: Vec<Value> = passing.map(|entry| render(entry, app.journal().key(), &LiveNames(&app))).collect();
        json!({ "requests": requests, "truncated_before": page.truncated_before, "newest": page.newest })
    })
    .await
}

/// `GET /requests.har`: all that the journal holds, or what is asked for of it, as an HTTP Archive.
pub async fn archive(State(app): State<App>, Query(wanted): Query<Wanted>) -> Result<Response, Problem> {
    let filter = Filter::of(&app, &wanted)?;
    let page = app.journal().after(wanted.since);
    let limit = wanted.limit.unwrap_or(usize::MAX);
    let archive = looked_through(move || {
        let passing = page.entries.iter().map(AsRef::as_ref).filter(|entry| filter.lets_pass(entry)).take(limit);
        har(passing, app.journal().key(), &LiveNames(&app))
    });
    let named = [(header::CONTENT_DISPOSITION, "attachment; filename=\"requests.har\"")];
    Ok((named, archive.await?).into_response())
}

/// A thousand bodies take a while to look through; other requests need not wait for that.
async fn looked_through(work: impl FnOnce() -> Value + Send + 'static) -> Result<Json<Value>, Problem> {
    let shown = tokio::task::spawn_blocking(work).await;
    Ok(Json(shown.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))))
}

/// `GET /requests/stream`: server-sent events, each with an entry as data, its sequence number as id, and `request` or `held`
/// as name. A reconnecting client is served on from `Last-Event-ID`.
pub async fn follow(State(app): State<App>, headers: axum::http::HeaderMap, Query(wanted): Query<Wanted>) -> Result<Response, Problem> {
    let filter = Filter::of(&app, &wanted)?;
    let resumed = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let news = app.journal().subscribe();
    let tail = Tail { since: resumed.unwrap_or(wanted.since), app, filter, news, ready: VecDeque::new() };
    let mut answer = Response::new(Body::from_stream(stream::unfold(tail, Tail::next)));
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(answer)
}

/// The end of the journal, as one client follows it.
struct Tail {
    app: App,
    filter: Filter,
    since: u64,
    news: watch::Receiver<u64>,
    ready: VecDeque<Arc<Entry>>,
}

impl Tail {
    async fn next(mut self) -> Option<(Result<Bytes, Infallible>, Self)> {
        loop {
            if let Some(entry) = self.ready.pop_front() {
                return Some((Ok(self.event(&entry)), self));
            }
            self.news.borrow_and_update();
            let is_closed = self.app.journal().is_closed();
            let page = self.app.journal().after(self.since);
            self.since = page.newest;
            self.ready = page.entries.into_iter().filter(|entry| self.filter.lets_pass(entry)).collect();
            if self.ready.is_empty() {
                if is_closed {
                    return None;
                }
                self.news.changed().await.ok()?;
            }
        }
    }

    fn event(&self, entry: &Entry) -> Bytes {
        let data = render(entry, self.app.journal().key(), &LiveNames(&self.app));
        let name = data["event"].as_str().unwrap_or("request");
        format!("event: {name}\nid: {}\ndata: {data}\n\n", entry.seq).into()
    }
}
