//! The way of a request through the server: placed, matched, journaled, met by faults, dispatched, answered.

mod body;
mod client;
mod compression;
mod control;
mod environment;
mod html;
mod place;
pub mod seed;
mod start;
mod subject;
mod welcome;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, Version, header};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tower::Service;

use crate::app::App;
use crate::apps::Because;
use crate::clock::Clock;
use crate::edge::{Answer, Connection, Serve, Severed, text};
use crate::fault::{Action, Algorithm, Alteration, Cut, DUPLICATES_DETECTED, DuplicateFound, Fault, Pause};
use crate::journal::{Draft, Entry, Facts, Taken};
use crate::table::{Arrival, Found, Routes, Unserved, UntilSent, without_end_slash};

pub use environment::{ca_file, client_environment};
pub use start::{Route, Running, export_world, routes, start};
pub use welcome::Ready;

/// All families behind one pipeline.
pub struct Server {
    app: App,
    routes: Routes,
    latency: Duration,
}

/// A request that has been placed, matched and read.
struct Exchange<'s> {
    found: Found<'s>,
    parts: Parts,
    body: Result<Bytes, Unserved>,
    arrival: Arrival,
}

impl Serve for Server {
    async fn serve(&self, connection: Connection, request: Request<Incoming>) -> Result<Response<Answer>, Severed> {
        let (mut parts, incoming) = request.into_parts();
        let site = match place::place(&self.app, &connection, &mut parts) {
            Ok(site) => site,
            Err(refusal) => return Ok(*refusal),
        };
        let control = place::is_control(parts.uri.path());
        if control && let Some(refusal) = control::refusal(&parts, &site, self.app.config().control_token.as_deref()) {
            return Ok(refusal);
        }
        self.routes.rewrite(&mut parts);
        let Some(found) = self.routes.find(&parts.method, parts.uri.path()) else {
            return Ok(text(StatusCode::NOT_FOUND, format!("nothing is served at {}", parts.uri.path())));
        };
        let body = body::read(incoming, &parts.headers, found.family.body_limit).await;
        let arrival = Arrival { site, peer: client::of(connection.peer, &parts.headers), facts: Facts::default(), pause: Pause::default() };
        // What was not read of a body still comes: the connection ends with the answer, and the client must know not to use it again.
        let ends = body.is_err() && parts.version < Version::HTTP_2;
        let exchange = Exchange { found, parts, body, arrival };
        let mut answer = if control { outgoing(self.dispatch(exchange).await).await.0 } else { self.exchange(exchange).await? };
        if ends {
            answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        Ok(answer)
    }
}

impl Server {
    pub fn new(app: App, routes: Routes) -> Self {
        Self { latency: app.config().latency, app, routes }
    }

    /// Serves one request under the eyes of journal and faults.
    async fn exchange(&self, mut exchange: Exchange<'_>) -> Result<Response<Answer>, Severed> {
        let draft = self.draft(&exchange);
        let fault = self.app.faults().strike(&subject::Asked { app: &self.app, exchange: &exchange });
        let number = fault.as_ref().map(|fault| fault.id);
        let cut = fault.as_ref().and_then(|fault| if let Action::Cut(cut) = fault.spec.action { Some(cut) } else { None });
        if cut == Some(Cut::BeforeEffect) {
            self.cut(draft, number);
            return Err(Severed);
        }
        let accepts_gzip = compression::is_accepted(&exchange.parts.headers);
        let answer = match &fault {
            None => self.dispatch(exchange).await,
            Some(fault) => {
                exchange.arrival.pause = self.pause(fault, &draft);
                self.faulted(exchange, fault).await
            }
        };
        if !self.latency.is_zero() {
            tokio::time::sleep(self.latency).await;
        }
        let (mut answer, whole) = outgoing(answer).await;
        let because = answer.extensions_mut().remove::<Because>();
        if cut == Some(Cut::AfterEffect) {
            self.cut(draft, number);
            return Err(Severed);
        }
        let held = fault.is_some_and(|fault| fault.spec.action == Action::Hold);
        let mut entry = draft.answered(answer.status().as_u16(), number, answer.headers(), whole.as_deref().unwrap_or_default());
        entry.held = held;
        subject::complete(&self.app, &entry);
        if let Some(because) = &because {
            self.app.keep_refusal(because, (entry.taken.route, entry.taken.site), &entry.taken.facts);
        }
        debug_assert!(number.is_some() || is_explained(&entry), "{} answered {} and did not say why", entry.taken.route, entry.status);
        let entry = self.app.journal().push(entry);
        self.app.log_call(&entry);
        Ok(sent_off(answer, whole, entry, cut.is_some(), accepts_gzip))
    }

    /// Takes down a request that gets no answer.
    fn cut(&self, draft: Draft, fault: Option<u64>) {
        let entry = draft.answered(0, fault, &Default::default(), &[]);
        subject::complete(&self.app, &entry);
        self.app.journal().push(entry);
    }

    fn draft(&self, exchange: &Exchange<'_>) -> Draft {
        let Exchange { found, parts, body, arrival } = exchange;
        let taken = Taken {
            at: Clock::wall(),
            virtual_at: self.app.now(),
            moment: self.app.journal().moment(),
            connection: arrival.peer.connection,
            source: arrival.peer.address,
            scheme: arrival.site.scheme(),
            site: arrival.site.host(),
            route: found.row.map_or("", |row| row.id),
            method: parts.method.clone(),
            version: parts.version,
            facts: arrival.facts.clone(),
        };
        Draft::new(taken, &parts.uri, &parts.headers, body.as_deref().unwrap_or_default())
    }

    fn pause(&self, fault: &Arc<Fault>, draft: &Draft) -> Pause {
        let (app, draft, number) = (self.app.clone(), draft.clone(), fault.id);
        Pause::of(fault, move || {
            app.journal().push(draft.held(number));
        })
    }

    /// Serves a request that a fault met.
    async fn faulted(&self, mut exchange: Exchange<'_>, fault: &Fault) -> axum::response::Response {
        let dialect = exchange.found.family.dialect;
        match &fault.spec.action {
            Action::Status { error: Some(code), body: None, .. } if code == DUPLICATES_DETECTED && subject::writes_one_record(&exchange) => {
                exchange.parts.extensions.insert(DuplicateFound);
                self.dispatch(exchange).await
            }
            Action::Status { status, error, body: None, headers } => {
                let unserved = Unserved::Fault { status: *status, error: error.clone() };
                with_headers(dialect(&exchange.parts, &unserved), headers)
            }
            Action::Status { status, body: Some(body), headers, .. } => with_headers(given(*status, body), headers),
            Action::Lock => dialect(&exchange.parts, &Unserved::Locked),
            Action::Delay { .. } | Action::Hold => {
                let pause = exchange.arrival.pause.clone();
                if !subject::waits_by_itself(&exchange) {
                    pause.wait().await;
                }
                let answer = self.dispatch(exchange).await;
                // A refresh that was refused before it had a grant to lock has not waited yet.
                pause.wait().await;
                answer
            }
            Action::Alter(alteration) => {
                let facts = exchange.arrival.facts.clone();
                let answer = self.dispatch(exchange).await;
                self.altered(answer, alteration, &facts).await
            }
            Action::Cut(_) => self.dispatch(exchange).await,
        }
    }

    /// The answer as a fault wants it to be. Only JSON is read into memory for that.
    async fn altered(&self, answer: axum::response::Response, alteration: &Alteration, facts: &Facts) -> axum::response::Response {
        let client = facts.read().app.and_then(|id| self.app.registry().app(id));
        let sign = move |algorithm: Algorithm, message: &[u8]| match algorithm {
            Algorithm::Rsa => self.app.keys().sign_parts(message).ok(),
            Algorithm::Hmac => self.app.keys().sign_shared(client.as_deref(), message),
        };
        let (mut head, mut body) = answer.into_parts();
        alteration.redirect(&mut head.headers, &sign);
        let is_json = head.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
        if alteration.concerns_body() && is_json {
            let whole = read_whole(&mut body).await;
            let altered = alteration.body(&whole, &sign).map_or(whole, Bytes::from);
            head.headers.remove(header::CONTENT_LENGTH);
            body = Body::from(altered);
        }
        axum::response::Response::from_parts(head, body)
    }

    /// Hands the request to its row, or lets the family say why there is none.
    async fn dispatch(&self, exchange: Exchange<'_>) -> axum::response::Response {
        let Exchange { found, mut parts, body, arrival } = exchange;
        let Some(row) = found.row else {
            let unserved = match found.allowed {
                [] => Unserved::NotFound,
                allowed => Unserved::MethodNotAllowed { allowed: allowed.to_vec() },
            };
            return (found.family.dialect)(&parts, &unserved);
        };
        let body = match body {
            Ok(body) => body,
            Err(unserved) => return (found.family.dialect)(&parts, &unserved),
        };
        drop_end_slash(&mut parts);
        if let Some(handler) = row.at_once() {
            return handler(&self.app, &parts, &body, &arrival);
        }
        parts.extensions.insert(arrival);
        let mut router: Router = self.routes.router();
        let mut request = Request::from_parts(parts, Body::from(body));
        // The family's limit was kept while the body was read; axum's own is lower.
        DefaultBodyLimit::disable().apply(&mut request);
        router.call(request).await.unwrap_or_else(|never: Infallible| match never {})
    }
}

/// Whether the answer is explained, or needs no explanation. Asked of the OAuth family, whose refusals all go through one place; that nothing is
/// there is no refusal.
fn is_explained(entry: &Entry) -> bool {
    entry.status < 400 || entry.status == 404 || !entry.taken.route.starts_with("oauth/") || entry.taken.facts.read().refusal.is_some()
}

/// Rows are spelled without a slash at the end; requests may have one.
fn drop_end_slash(parts: &mut Parts) {
    let path = without_end_slash(parts.uri.path());
    if path.len() == parts.uri.path().len() {
        return;
    }
    let target = match parts.uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    if let Ok(target) = target.parse() {
        parts.uri = target;
    }
}

/// The answer with its body read, if it is of known length: nearly all are one buffer.
async fn outgoing(answer: axum::response::Response) -> (Response<Answer>, Option<Bytes>) {
    let (mut head, mut body) = answer.into_parts();
    html::protect(&mut head.headers);
    if body.size_hint().exact().is_none() {
        return (Response::from_parts(head, Answer::stream(body)), None);
    }
    let whole = read_whole(&mut body).await;
    (Response::from_parts(head, Answer::whole(whole.clone())), Some(whole))
}

async fn read_whole(body: &mut Body) -> Bytes {
    let mut whole = Bytes::new();
    while let Some(frame) = body.frame().await {
        let Some(data) = frame.ok().and_then(|frame| frame.into_data().ok()) else { continue };
        whole = if whole.is_empty() { data } else { [whole, data].concat().into() };
    }
    whole
}

/// Puts on what is decided last: compression, a tear, and what happens when the answer has gone out.
fn sent_off(answer: Response<Answer>, whole: Option<Bytes>, entry: Arc<Entry>, torn: bool, gzip: bool) -> Response<Answer> {
    let (mut head, body) = answer.into_parts();
    let guard = head.extensions.remove::<UntilSent>();
    let body = match whole {
        Some(whole) if torn => Answer::torn(&whole),
        Some(whole) if gzip => match compression::compress(&mut head, &whole) {
            Some(packed) => Answer::whole(packed),
            None => body,
        },
        _ => body,
    };
    Response::from_parts(head, body.keeping(UntilSent::new((Sent(entry), guard))))
}

/// Marks the entry when the answer has been handed to the connection.
struct Sent(Arc<Entry>);

impl Drop for Sent {
    fn drop(&mut self) {
        self.0.mark_answered(Clock::wall());
    }
}

/// The answer a fault spells out: text as it stands, anything else as JSON.
fn given(status: u16, body: &serde_json::Value) -> axum::response::Response {
    let (kind, body) = match body {
        serde_json::Value::String(text) => ("text/plain; charset=utf-8", text.clone()),
        json => ("application/json;charset=UTF-8", json.to_string()),
    };
    let mut answer = axum::response::Response::new(Body::from(body));
    *answer.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    answer
}

fn with_headers(mut answer: axum::response::Response, headers: &std::collections::BTreeMap<String, String>) -> axum::response::Response {
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse::<HeaderValue>()) {
            answer.headers_mut().insert(name, value);
        }
    }
    answer
}
