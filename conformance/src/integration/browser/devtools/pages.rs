//! Which page of the browser belongs to whom: those that were asked for, and those that pages open by themselves.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};

use super::ledger::Ledger;
use super::wire::{BROWSER, Event, Wire};
use crate::failure::{Failure, OrFail, Outcome};

/// Longest wait for the session of a page that was made.
const PATIENCE: Duration = Duration::from_secs(10);
const LOOK: Duration = Duration::from_millis(5);

/// The pages of one browser.
#[derive(Default)]
pub struct Pages(Mutex<Known>);

#[derive(Default)]
struct Known {
    /// Sessions of pages that nobody has taken yet, by target.
    attached: HashMap<String, String>,
    /// Tabs by target, with the context that they are part of.
    tabs: HashMap<String, (String, Weak<Ledger>)>,
    /// Contexts in which a page is being made at this moment.
    expecting: HashSet<String>,
}

impl Pages {
    /// Makes a page in a context; gives its target and its session, in which nothing runs yet.
    ///
    /// # Errors
    /// When the browser makes none.
    pub async fn make(&self, wire: &Wire, context: &str) -> Outcome<(String, String)> {
        self.known().expecting.insert(context.to_owned());
        let made = self.made(wire, context).await;
        self.known().expecting.remove(context);
        made
    }

    async fn made(&self, wire: &Wire, context: &str) -> Outcome<(String, String)> {
        let answer =
            wire.call(BROWSER, "Target.createTarget", json!({ "url": "about:blank", "browserContextId": context, "newWindow": true })).await?;
        let target = answer["targetId"].as_str().or_fail(|| "the browser made a page without an id")?.to_owned();
        let deadline = Instant::now() + PATIENCE;
        loop {
            let session = self.known().attached.remove(&target);
            match session {
                Some(session) => return Ok((target, session)),
                None if Instant::now() > deadline => return Err(Failure::driver("the browser made a page and opened no session of it")),
                None => sleep(LOOK).await,
            }
        }
    }

    /// Windows that the tab's pages open are the tab's from now on.
    pub fn enter(&self, context: &str, ledger: &Arc<Ledger>) {
        self.known().tabs.insert(ledger.target.clone(), (context.to_owned(), Arc::downgrade(ledger)));
    }

    pub fn leave(&self, target: &str) {
        self.known().tabs.remove(target);
    }

    /// Takes every new page, until the browser is gone.
    pub async fn watch(self: Arc<Self>, wire: Arc<Wire>, mut events: mpsc::UnboundedReceiver<Event>) {
        while let Some(Event { method, params }) = events.recv().await {
            if method != "Target.attachedToTarget" {
                continue;
            }
            let info = &params["targetInfo"];
            let (Some(session), Some(target)) = (params["sessionId"].as_str(), info["targetId"].as_str()) else { continue };
            if info["type"] != "page" {
                wire.tell(session, "Runtime.runIfWaitingForDebugger", json!({}));
                continue;
            }
            match self.opener(info) {
                Some(ledger) => ledger.adopt(session.to_owned(), target.to_owned()),
                None => drop(self.known().attached.insert(target.to_owned(), session.to_owned())),
            }
        }
    }

    /// The tab whose page opened this one. A link may hide who opened it; then it is any tab of the context.
    fn opener(&self, info: &Value) -> Option<Arc<Ledger>> {
        let known = self.known();
        if let Some(opener) = info["openerId"].as_str() {
            return known.tabs.get(opener)?.1.upgrade();
        }
        let context = info["browserContextId"].as_str().filter(|context| !known.expecting.contains(*context))?;
        known.tabs.values().find(|(of, _)| of == context)?.1.upgrade()
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
