//! What happens in one tab: which requests go out, which are held back, what came in, and whether it is over.
//!
//! Every request of a page passes here before it is sent. A page of the integration's own may load; an address of anybody
//! else ends the way there, unopened. The integration's scripts may speak to whom the driver may call, and to nobody else.

mod gate;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use url::Url;

use gate::refuse_dialog;

use super::wire::{Event, Wire};
use crate::client::html::Page;
use crate::integration::browser::window::{Site, Trail, Visit};
use crate::integration::limits::Limits;

/// Without a request, an answer or a navigation for so long, a page has come to rest.
const QUIET: Duration = Duration::from_millis(250);

/// A page that never stops asking is taken as it is after this time.
const BUSY: Duration = Duration::from_secs(5);

/// Requests of all kinds in one attempt: what a portal loads many times over, and the end of a loop.
const REQUESTS: usize = 2_000;

/// The browser has a limit of its own, which is the same.
pub const TOO_MANY_REDIRECTS: &str = "net::ERR_TOO_MANY_REDIRECTS";

/// Kinds of request that nobody waits for.
const ASIDE: [&str; 5] = ["EventSource", "Ping", "Preflight", "Prefetch", "Media"];

/// One tab's book.
pub struct Ledger {
    pub wire: Arc<Wire>,
    pub session: String,
    /// The target, whose id is that of its main frame too.
    pub target: String,
    site: Site,
    limits: Limits,
    state: Mutex<State>,
}

/// An answer to the browser's own request for a page.
#[derive(Debug, Clone)]
pub struct Answered {
    pub url: Url,
    pub status: u16,
    pub headers: HeaderMap,
    /// The body as it came, once it has.
    pub body: Option<String>,
    request: String,
}

/// Where the tab has come to.
#[derive(Debug)]
pub enum Rest {
    /// Not yet anywhere.
    Moving,
    /// It would leave the integration; that was not done.
    Left(Url),
    /// An answer that browsers do not show: a download, or one without a page.
    Kept(Answered),
    /// A page, and the number of what had happened when it came to rest.
    Shown(u64),
}

struct State {
    /// Only the first answer counts: nothing is followed, nothing shown.
    peeks: bool,
    hop: Option<Url>,
    documents: usize,
    hops: usize,
    requests: usize,
    /// Requests under way, with the document that made them.
    open: HashMap<String, String>,
    /// Bodies that are being fetched from the browser.
    reading: usize,
    known: HashMap<String, Asked>,
    loading: bool,
    /// When the page was last asked for, while no answer has come.
    asked: Option<(Instant, String)>,
    moved: Instant,
    begun: Instant,
    version: u64,
    document: Option<Answered>,
    left: Option<Url>,
    kept: Option<Answered>,
    fault: Option<String>,
    trail: Trail,
}

/// A request of which an answer is kept.
struct Asked {
    kind: String,
    url: Option<Url>,
    status: u16,
    headers: HeaderMap,
    size: u64,
}

impl Ledger {
    pub fn new(wire: Arc<Wire>, session: String, target: String, site: Site, limits: Limits) -> Self {
        Self { wire, session, target, site, limits, state: Mutex::new(State::new()) }
    }

    /// Begins an attempt: pages and requests are counted anew.
    pub fn begin(&self) {
        let mut state = self.state();
        (state.documents, state.requests) = (0, 0);
    }

    /// Begins an act. What happened before counts no more.
    pub fn arm(&self, peeks: bool) {
        let mut state = self.state();
        (state.peeks, state.hop, state.hops) = (peeks, None, 0);
        (state.left, state.kept, state.fault, state.asked) = (None, None, None, None);
        state.known.retain(|_, asked| asked.kind != "Document");
        state.begun = Instant::now();
        state.touch();
    }

    /// Where the tab is now.
    ///
    /// # Errors
    /// What broke a limit, or could not be loaded.
    pub fn rest(&self) -> Result<Rest, String> {
        self.sound()?;
        let mut state = self.state();
        if let Some(url) = state.left.take() {
            return Ok(Rest::Left(url));
        }
        if state.loading || state.reading > 0 {
            return Ok(Rest::Moving);
        }
        let calm = state.open.is_empty() && state.moved.elapsed() >= QUIET;
        if !calm && state.begun.elapsed() < BUSY {
            return Ok(Rest::Moving);
        }
        Ok(state.kept.take().map_or(Rest::Shown(state.version), Rest::Kept))
    }

    /// Fails if the way has ended where it should not.
    ///
    /// # Errors
    /// As [`rest`](Self::rest).
    pub fn sound(&self) -> Result<(), String> {
        let state = self.state();
        match (&state.fault, &state.asked) {
            (Some(fault), _) => Err(fault.clone()),
            (None, Some((asked, at))) if asked.elapsed() > self.limits.idle => Err(format!("{at}: no answer within {:?}", self.limits.idle)),
            _ => Ok(()),
        }
    }

    /// True if the page has gone somewhere since `documents` were asked for.
    pub fn has_moved(&self, documents: usize) -> bool {
        let state = self.state();
        state.documents != documents || state.left.is_some() || state.fault.is_some()
    }

    /// True if nothing has happened since the tab came to rest.
    pub fn is_still(&self, version: u64) -> bool {
        self.state().version == version
    }

    /// Pages that were asked for in this attempt.
    pub fn documents(&self) -> usize {
        self.state().documents
    }

    /// The answer behind the page that is shown.
    pub fn document(&self) -> Option<Answered> {
        self.state().document.clone()
    }

    /// Where the first answer of a peek leads, if it leads on.
    pub fn hop(&self) -> Option<Url> {
        self.state().hop.take()
    }

    /// What was met since this was asked last.
    pub fn met(&self) -> Trail {
        std::mem::take(&mut self.state().trail)
    }

    /// Takes what happens in the tab's own session, to its end.
    pub async fn watch(self: Arc<Self>, mut events: mpsc::UnboundedReceiver<Event>) {
        while let Some(Event { method, params }) = events.recv().await {
            match method.as_str() {
                "Fetch.requestPaused" => self.paused(&params),
                "Network.requestWillBeSent" => self.sent(&params),
                "Network.responseReceived" => self.received(&params),
                "Network.responseReceivedExtraInfo" => self.cookies(&params),
                "Network.dataReceived" => self.data(&params),
                "Network.loadingFinished" => self.finished(&params),
                "Network.loadingFailed" => self.failed(&params),
                "Page.frameStartedLoading" if params["frameId"] == *self.target => self.loads(true),
                "Page.frameStoppedLoading" if params["frameId"] == *self.target => self.loads(false),
                "Page.frameNavigated" if params["frame"]["parentId"].is_null() => self.navigated(&params),
                "Page.javascriptDialogOpening" => refuse_dialog(&self.wire, &self.session, &params),
                "Inspector.targetCrashed" => self.broken("the page made its tab crash".to_owned()),
                _ => {}
            }
        }
    }

    fn sent(&self, params: &Value) {
        let mut state = self.state();
        let (Some(request), Some(kind)) = (params["requestId"].as_str(), params["type"].as_str()) else { return };
        if ASIDE.contains(&kind) {
            return;
        }
        state.touch();
        state.requests += 1;
        if state.requests > REQUESTS {
            state.fault = Some(format!("more than {REQUESTS} requests in one attempt"));
        }
        state.open.insert(request.to_owned(), params["loaderId"].as_str().unwrap_or_default().to_owned());
        let asked = Asked { kind: kind.to_owned(), url: address(&params["request"]), status: 0, headers: HeaderMap::new(), size: 0 };
        state.known.insert(request.to_owned(), asked);
    }

    fn received(&self, params: &Value) {
        let mut state = self.state();
        let Some(asked) = params["requestId"].as_str().and_then(|request| state.known.get_mut(request)) else { return };
        let response = &params["response"];
        asked.status = response["status"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or_default();
        for (name, value) in response["headers"].as_object().into_iter().flatten() {
            keep(&mut asked.headers, name, value.as_str().unwrap_or_default());
        }
    }

    /// The headers as they were on the wire; the others leave cookies out.
    fn cookies(&self, params: &Value) {
        let mut state = self.state();
        for (name, value) in params["headers"].as_object().into_iter().flatten() {
            if name.eq_ignore_ascii_case("set-cookie") {
                state.trail.cookies.extend(value.as_str().unwrap_or_default().lines().map(str::to_owned));
            }
        }
    }

    fn data(&self, params: &Value) {
        let mut state = self.state();
        state.moved = Instant::now();
        let most = u64::try_from(self.limits.page).unwrap_or(u64::MAX);
        let Some(asked) = params["requestId"].as_str().and_then(|request| state.known.get_mut(request)) else { return };
        asked.size += params["dataLength"].as_u64().unwrap_or_default();
        if asked.is_kept() && asked.size > most {
            let path = asked.url.as_ref().map(|url| url.path().to_owned()).unwrap_or_default();
            state.fault = Some(format!("GET {path}: a body of more than {most} bytes"));
            self.wire.tell(&self.session, "Page.stopLoading", json!({}));
        }
    }

    fn finished(self: &Arc<Self>, params: &Value) {
        let Some(request) = params["requestId"].as_str().map(str::to_owned) else { return };
        let mut state = self.state();
        state.touch();
        state.open.remove(&request);
        let Some(asked) = state.known.remove(&request) else { return };
        let is_own = asked.url.as_ref().is_some_and(|url| self.site.is_own(url));
        if !asked.is_kept() || !is_own || state.fault.is_some() {
            return;
        }
        state.reading += 1;
        let ledger = Arc::clone(self);
        tokio::spawn(async move {
            // One that is gone with its page was nothing that stayed.
            let body = ledger.wire.call(&ledger.session, "Network.getResponseBody", json!({ "requestId": request })).await.ok();
            ledger.read(&request, asked, body.as_ref().map(text_of));
        });
    }

    /// The body of an answer: of the page itself, or of what its scripts asked for.
    fn read(&self, request: &str, asked: Asked, body: Option<String>) {
        let mut state = self.state();
        state.reading = state.reading.saturating_sub(1);
        state.touch();
        let (Some(body), Some(url)) = (body, asked.url) else { return };
        let (mut at, mut status, mut headers) = (url, asked.status, asked.headers);
        if let Some(document) = state.document.as_mut().filter(|document| document.request == request) {
            (at, status, headers) = (document.url.clone(), document.status, document.headers.clone());
            document.body = Some(body.clone());
        }
        let page = Page::read(at, status, &body);
        state.trail.visits.push(Visit { status, headers, source: body, page, visible: None });
    }

    fn failed(&self, params: &Value) {
        let mut state = self.state();
        state.touch();
        if let Some(request) = params["requestId"].as_str() {
            state.open.remove(request);
            state.known.remove(request);
        }
        if params["type"] == "Document" && params["errorText"] == TOO_MANY_REDIRECTS {
            state.fault = Some(self.too_many());
        }
    }

    /// What is said of a chain of redirects that does not end.
    pub fn too_many(&self) -> String {
        format!("too_many_redirects: more than {}", self.limits.redirects)
    }

    fn loads(&self, loading: bool) {
        let mut state = self.state();
        state.loading = loading;
        state.touch();
    }

    /// Another document took the place of the last one, whose requests have nobody left to tell of their end.
    fn navigated(&self, params: &Value) {
        let loader = params["frame"]["loaderId"].as_str().unwrap_or_default();
        let mut state = self.state();
        state.open.retain(|_, made_by| made_by == loader);
        state.touch();
    }

    fn broken(&self, why: String) {
        self.state().fault = Some(why);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn new() -> Self {
        let now = Instant::now();
        Self {
            peeks: false,
            hop: None,
            documents: 0,
            hops: 0,
            requests: 0,
            open: HashMap::new(),
            reading: 0,
            known: HashMap::new(),
            loading: false,
            asked: None,
            moved: now,
            begun: now,
            version: 0,
            document: None,
            left: None,
            kept: None,
            fault: None,
            trail: Trail::default(),
        }
    }

    fn touch(&mut self) {
        self.moved = Instant::now();
        self.version += 1;
    }
}

impl Asked {
    /// Whether its answer is part of what the browser was given by the integration: pages, and what scripts asked for.
    fn is_kept(&self) -> bool {
        matches!(self.kind.as_str(), "Document" | "XHR" | "Fetch")
    }
}

/// The address of a request, its fragment included.
fn address(request: &Value) -> Option<Url> {
    let fragment = request["urlFragment"].as_str().unwrap_or_default();
    Url::parse(&format!("{}{fragment}", request["url"].as_str()?)).ok()
}

fn keep(headers: &mut HeaderMap, name: &str, value: &str) {
    if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
        headers.append(name, value);
    }
}

fn text_of(result: &Value) -> String {
    let body = result["body"].as_str().unwrap_or_default();
    if result["base64Encoded"] == true {
        return String::from_utf8_lossy(&BASE64_STANDARD.decode(body).unwrap_or_default()).into_owned();
    }
    body.to_owned()
}
