//! The gate that a tab's requests pass before they are sent, and the heads of answers before they are shown.

use std::sync::Arc;
use std::time::Instant;

use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use url::Url;

use super::{Answered, Ledger, address, keep};
use crate::integration::browser::devtools::wire::{BROWSER, Event, Wire};

impl Ledger {
    /// Takes a window that a page opened: the first address it asks for is where this tab goes instead.
    pub fn adopt(self: Arc<Self>, session: String, target: String) {
        let mut events = self.wire.listen(&session);
        self.wire.tell(&session, "Page.enable", json!({}));
        self.wire.tell(&session, "Fetch.enable", json!({ "patterns": [{ "urlPattern": "*" }] }));
        self.wire.tell(&session, "Runtime.runIfWaitingForDebugger", json!({}));
        tokio::spawn(async move {
            while let Some(Event { method, params }) = events.recv().await {
                match method.as_str() {
                    "Fetch.requestPaused" if params["resourceType"] == "Document" && params["frameId"] == target => {
                        fail(&self.wire, &session, &params, "Aborted");
                        self.wire.tell(BROWSER, "Target.closeTarget", json!({ "targetId": target }));
                        if let Some(url) = address(&params["request"]) {
                            self.go_instead(url);
                        }
                        break;
                    }
                    "Fetch.requestPaused" => self.pass_aside(&session, &params),
                    "Page.javascriptDialogOpening" => refuse_dialog(&self.wire, &session, &params),
                    _ => {}
                }
            }
            self.wire.leave(&session);
        });
    }

    fn go_instead(&self, url: Url) {
        let mut state = self.state();
        state.touch();
        if self.site.is_own(&url) {
            // It loads from now on, though nothing has said so yet.
            state.loading = true;
            self.wire.tell(&self.session, "Page.navigate", json!({ "url": url.as_str() }));
        } else {
            state.left = Some(url);
        }
    }

    pub(super) fn paused(&self, params: &Value) {
        let is_page = params["resourceType"] == "Document" && params["frameId"] == *self.target;
        let is_answer = !params["responseStatusCode"].is_null() || !params["responseErrorReason"].is_null();
        match (is_page, is_answer) {
            (true, true) => self.answered(params),
            (true, false) => self.asked(params),
            (false, true) => go_on(&self.wire, &self.session, params),
            (false, false) => self.pass_aside(&self.session, params),
        }
    }

    /// A request that is not for the page itself.
    fn pass_aside(&self, session: &str, params: &Value) {
        let url = address(&params["request"]);
        let is_web = |url: &Url| matches!(url.scheme(), "http" | "https" | "ws" | "wss");
        let may = url.as_ref().is_some_and(|url| match params["resourceType"].as_str() {
            _ if !is_web(url) => true,
            // A frame is a page as well.
            Some("Document") => self.site.is_own(url),
            _ => self.site.integration.may_call(url),
        });
        if may { go_on(&self.wire, session, params) } else { fail(&self.wire, session, params, "BlockedByClient") }
    }

    /// The browser is about to ask for a page.
    fn asked(&self, params: &Value) {
        let mut state = self.state();
        state.touch();
        let is_hop = params["redirectedRequestId"].is_string();
        let Some(url) = address(&params["request"]) else { return go_on(&self.wire, &self.session, params) };
        if !matches!(url.scheme(), "http" | "https") {
            return go_on(&self.wire, &self.session, params);
        }
        state.hops = if is_hop { state.hops + 1 } else { 0 };
        if !self.site.is_own(&url) {
            state.left = Some(url);
            return fail(&self.wire, &self.session, params, "Aborted");
        }
        state.documents += 1;
        if state.hops > self.limits.redirects {
            state.fault = Some(self.too_many());
        } else if state.documents > self.limits.pages {
            state.fault = Some(format!("more than {} pages in one attempt", self.limits.pages));
        }
        if state.fault.is_some() || state.peeks && is_hop {
            return fail(&self.wire, &self.session, params, "Aborted");
        }
        let method = params["request"]["method"].as_str().unwrap_or("GET");
        state.asked = Some((Instant::now(), format!("{method} {}", url.path())));
        go_on(&self.wire, &self.session, params);
    }

    /// The head of the answer to a request for a page.
    fn answered(&self, params: &Value) {
        let mut state = self.state();
        state.touch();
        let at = state.asked.take().map(|(_, at)| at).unwrap_or_default();
        let Some(url) = address(&params["request"]) else { return go_on(&self.wire, &self.session, params) };
        if let Some(reason) = params["responseErrorReason"].as_str() {
            if reason != "Aborted" {
                state.fault = Some(format!("{at}: {reason}"));
            }
            return fail(&self.wire, &self.session, params, "Aborted");
        }
        let status = params["responseStatusCode"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or_default();
        let headers = headers(&params["responseHeaders"]);
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let size: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
        if size > self.limits.headers {
            state.fault = Some(format!("{at}: {size} bytes of headers, {} are allowed", self.limits.headers));
            return fail(&self.wire, &self.session, params, "Aborted");
        }
        if matches!(status, 301 | 302 | 303 | 307 | 308)
            && let Some(next) = header("location").and_then(|location| url.join(location).ok())
        {
            state.trail.locations.push(next.clone());
            state.hop = Some(next);
            return if state.peeks { fail(&self.wire, &self.session, params, "Aborted") } else { go_on(&self.wire, &self.session, params) };
        }
        let is_kept = matches!(status, 204 | 205) || header("content-disposition").is_some_and(|value| value.trim_start().starts_with("attachment"));
        let request = params["networkId"].as_str().unwrap_or_default().to_owned();
        let answered = Answered { url, status, headers, body: None, request };
        if is_kept || state.peeks {
            state.kept = Some(answered);
            return fail(&self.wire, &self.session, params, "Aborted");
        }
        state.document = Some(answered);
        go_on(&self.wire, &self.session, params);
    }
}

fn headers(list: &Value) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for header in list.as_array().into_iter().flatten() {
        keep(&mut headers, header["name"].as_str().unwrap_or_default(), header["value"].as_str().unwrap_or_default());
    }
    headers
}

fn go_on(wire: &Wire, session: &str, params: &Value) {
    wire.tell(session, "Fetch.continueRequest", json!({ "requestId": params["requestId"] }));
}

fn fail(wire: &Wire, session: &str, params: &Value, reason: &str) {
    wire.tell(session, "Fetch.failRequest", json!({ "requestId": params["requestId"], "errorReason": reason }));
}

/// Says no to every question, but lets a page be left.
pub(super) fn refuse_dialog(wire: &Wire, session: &str, params: &Value) {
    wire.tell(session, "Page.handleJavaScriptDialog", json!({ "accept": params["type"] == "beforeunload" }));
}
