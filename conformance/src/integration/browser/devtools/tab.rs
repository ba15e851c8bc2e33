//! A tab of a real browser: opened, pressed and read as the person before it would.

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};
use url::Url;

use super::Context;
use super::ledger::{Answered, Ledger, Rest, TOO_MANY_REDIRECTS};
use crate::client::html::Page;
use crate::failure::{Failure, Outcome};
use crate::integration::browser::rendered::{PRESSABLE, Place};
use crate::integration::browser::window::{Site, Trail, Visit};
use crate::integration::limits::Limits;

/// Between two looks whether a page has come to rest.
const LOOK: Duration = Duration::from_millis(15);

/// The screen that pages are laid out on.
const SCREEN: (u32, u32) = (1280, 900);

/// What the functions below share: the elements that can be pressed, and whether a person sees one.
const SIGHT: &str = r"
const pressable = () => [...document.querySelectorAll(PRESSABLE)];
const box = (element) => [...element.getClientRects()].find(({ width, height }) => width > 0 && height > 0);
const seen = (element) => Boolean(box(element)) && element.checkVisibility({ visibilityProperty: true }) && !element.disabled;
";

/// What the page shows now. A task of its own comes after those that the last answers set off.
const READ: &str = r"
await new Promise((done) => setTimeout(done));
const html = document.documentElement?.outerHTML ?? '';
return { url: location.href, kind: document.contentType, text: document.body?.innerText ?? '',
  html: html.length > MOST ? null : html, visible: pressable().map(seen) };
";

/// Finds a control again, and the middle of it.
const FIND: &str = r"
const all = pressable();
const element = all.length === TOTAL ? all[INDEX] : undefined;
if (!element) return 'changed';
element.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
const at = box(element);
return at && seen(element) ? { x: at.left + at.width / 2, y: at.top + at.height / 2 } : 'hidden';
";

/// Chooses or focuses a field of the form that a control belongs to; a text is typed afterwards.
const FILL: &str = r"
const scope = pressable()[INDEX]?.closest('form') ?? document;
const fields = [...scope.querySelectorAll('input, select, textarea')].filter((each) => (each.name || each.id) === FIELD);
const radio = fields.find((each) => each.type === 'radio' && each.value === VALUE);
const field = radio ?? fields.find((each) => each.type !== 'radio');
if (!field) return 'missing';
for (let above = field.closest('details'); above; above = above.parentElement?.closest('details')) above.open = true;
if (radio || field.type === 'checkbox') {
  if (!field.checked) field.click();
  return 'chosen';
}
if (field.localName === 'select') {
  field.value = [...field.options].find(({ value, text }) => value === VALUE || text.trim() === VALUE)?.value ?? VALUE;
  for (const kind of ['input', 'change']) field.dispatchEvent(new Event(kind, { bubbles: true }));
  return 'chosen';
}
field.focus();
field.select?.();
return 'focused';
";

/// One tab. It is closed when it is dropped.
pub struct Tab {
    context: Arc<Context>,
    site: Site,
    limits: Limits,
    ledger: Arc<Ledger>,
}

/// Where an act led.
#[derive(Debug)]
pub enum Came {
    Shown(Box<Visit>),
    /// To an address that is not the integration's; not opened.
    Left(Url),
}

#[derive(Deserialize)]
struct Seen {
    url: String,
    kind: String,
    text: String,
    html: Option<String>,
    visible: Vec<bool>,
}

impl Tab {
    /// A new tab of this context.
    ///
    /// # Errors
    /// [`Failure::driver`] when the browser makes none.
    pub async fn new(context: &Arc<Context>, site: Site, limits: Limits) -> Outcome<Self> {
        let (wire, pages) = (&context.running.wire, &context.running.pages);
        let (target, session) = pages.make(wire, &context.id).await?;
        let ledger = Arc::new(Ledger::new(Arc::clone(wire), session.clone(), target, site.clone(), limits.clone()));
        tokio::spawn(Arc::clone(&ledger).watch(wire.listen(&session)));
        pages.enter(&context.id, &ledger);
        let tab = Self { context: Arc::clone(context), site, limits, ledger };
        let patterns = json!([{ "urlPattern": "*" }, { "urlPattern": "*", "resourceType": "Document", "requestStage": "Response" }]);
        let (width, height) = SCREEN;
        for (method, params) in [
            ("Page.enable", json!({})),
            ("Inspector.enable", json!({})),
            ("Network.enable", json!({})),
            ("Network.setCacheDisabled", json!({ "cacheDisabled": true })),
            ("Network.setBypassServiceWorker", json!({ "bypass": true })),
            ("Fetch.enable", json!({ "patterns": patterns })),
            ("Emulation.setFocusEmulationEnabled", json!({ "enabled": true })),
            ("Emulation.setDeviceMetricsOverride", json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false })),
        ] {
            wire.tell(&session, method, params);
        }
        // Some of these are answered only once the page runs.
        tab.call("Runtime.runIfWaitingForDebugger", json!({})).await?;
        Ok(tab)
    }

    /// Begins an attempt: pages are counted anew.
    pub fn begin(&self) {
        self.ledger.begin();
    }

    /// Opens an address, as if it had been typed.
    ///
    /// # Errors
    /// [`Failure::driver`] when no page comes, or one that goes over a limit.
    pub async fn open(&self, url: &Url) -> Outcome<Came> {
        // An address that differs in its fragment alone would load nothing.
        if url.fragment().is_some() {
            self.call("Page.navigate", json!({ "url": "about:blank" })).await?;
        }
        self.ledger.arm(false);
        self.navigate(url).await?;
        self.settle().await
    }

    /// Fills in fields and presses a control.
    ///
    /// # Errors
    /// As [`open`](Self::open), and when the control is not there any more.
    pub async fn press(&self, place: Place, fields: &[(String, String)]) -> Outcome<Came> {
        self.ledger.arm(false);
        for (field, value) in fields {
            self.fill(place, field, value).await?;
        }
        let found = self.run(FIND, json!({ "INDEX": place.index, "TOTAL": place.total })).await?;
        let (Some(x), Some(y)) = (found["x"].as_f64(), found["y"].as_f64()) else {
            return Err(Failure::driver(format!("a control cannot be pressed: it is {}", found.as_str().unwrap_or("lost"))));
        };
        self.ledger.arm(false);
        for (kind, buttons) in [("mouseMoved", 0), ("mousePressed", 1), ("mouseReleased", 0)] {
            let button = if kind == "mouseMoved" { "none" } else { "left" };
            let event = json!({ "type": kind, "x": x, "y": y, "button": button, "buttons": buttons, "clickCount": u8::from(kind != "mouseMoved") });
            self.call("Input.dispatchMouseEvent", event).await?;
        }
        self.settle().await
    }

    /// Asks for an address and looks where its first answer leads, without going there.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn peek(&self, url: &Url) -> Outcome<Option<Url>> {
        self.ledger.arm(true);
        self.navigate(url).await?;
        self.ledger.sound().map_err(Failure::driver)?;
        Ok(self.ledger.hop())
    }

    /// Waits until the page moves on by itself; what then comes, if it does.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn moves_on(&self, patience: Duration) -> Outcome<Option<Came>> {
        let (before, deadline) = (self.ledger.documents(), Instant::now() + patience);
        while Instant::now() < deadline {
            if self.ledger.has_moved(before) {
                return self.settle().await.map(Some);
            }
            sleep(LOOK).await;
        }
        Ok(None)
    }

    /// What the tab met since this was asked last.
    pub fn met(&self) -> Trail {
        self.ledger.met()
    }

    async fn navigate(&self, url: &Url) -> Outcome {
        let mut going = std::pin::pin!(self.call("Page.navigate", json!({ "url": url.as_str() })));
        let answer = loop {
            tokio::select! {
                answer = &mut going => break answer?,
                () = sleep(LOOK) => {
                    self.ledger.sound().map_err(Failure::driver)?;
                }
            }
        };
        match answer["errorText"].as_str() {
            // Every way that was ended here ends for the browser like this.
            None | Some("net::ERR_ABORTED") => Ok(()),
            Some(TOO_MANY_REDIRECTS) => Err(Failure::driver(self.ledger.too_many())),
            Some(error) => Err(Failure::driver(format!("GET {}: {error}", url.path()))),
        }
    }

    async fn fill(&self, place: Place, field: &str, value: &str) -> Outcome {
        let done = self.run(FILL, json!({ "INDEX": place.index, "FIELD": field, "VALUE": value })).await?;
        match done.as_str() {
            Some("chosen") => Ok(()),
            Some("focused") => self.call("Input.insertText", json!({ "text": value })).await.map(drop),
            _ => Err(Failure::new(format!("the form has no field {field:?} for {value:?}"))),
        }
    }

    /// Waits until the page has come to rest, and reads it.
    async fn settle(&self) -> Outcome<Came> {
        let deadline = Instant::now() + self.limits.operation / 2;
        loop {
            match self.ledger.rest().map_err(Failure::driver)? {
                Rest::Left(url) => return Ok(Came::Left(url)),
                Rest::Kept(answered) => return Ok(Came::Shown(Box::new(kept(answered)))),
                Rest::Shown(version) => {
                    // Reading fails while another page takes the place of this one.
                    if let Ok(seen) = self.read().await
                        && self.ledger.is_still(version)
                    {
                        return Ok(Came::Shown(Box::new(self.visit(seen)?)));
                    }
                }
                Rest::Moving => {}
            }
            if Instant::now() > deadline {
                return self.as_it_is().await;
            }
            self.context.running.refuse_if_gone()?;
            sleep(LOOK).await;
        }
    }

    /// A page that does not come to rest is what it shows.
    async fn as_it_is(&self) -> Outcome<Came> {
        let seen = self.read().await.map_err(|failure| Failure::driver(format!("the page does not come to rest: {}", failure.sentence())))?;
        Ok(Came::Shown(Box::new(self.visit(seen)?)))
    }

    async fn read(&self) -> Outcome<Seen> {
        Ok(serde_json::from_value(self.run(READ, json!({ "MOST": self.limits.page })).await?)?)
    }

    fn visit(&self, seen: Seen) -> Outcome<Visit> {
        let url = Url::parse(&seen.url)?;
        let answered = self.ledger.document().filter(|_| self.site.is_own(&url)).ok_or_else(|| Failure::driver("the browser shows no page"))?;
        let Answered { status, headers, body, .. } = answered;
        let is_html = matches!(seen.kind.as_str(), "text/html" | "application/xhtml+xml");
        let source = match seen.html {
            _ if !is_html => body.unwrap_or(seen.text),
            Some(html) => {
                let mut page = Page::read(url, status, &html);
                // What is hidden is told to nobody.
                page.text = seen.text.split_whitespace().collect::<Vec<_>>().join(" ");
                return Ok(Visit { status, headers, source: html, page, visible: Some(seen.visible) });
            }
            None => return Err(Failure::driver(format!("GET {}: a page of more than {} bytes", url.path(), self.limits.page))),
        };
        let page = Page::read(url, status, &source);
        Ok(Visit { status, headers, source, page, visible: Some(Vec::new()) })
    }

    /// Runs a function of ours in a world of its own, where the page's scripts have changed nothing.
    async fn run(&self, body: &str, values: Value) -> Outcome<Value> {
        let world = json!({ "frameId": self.ledger.target, "worldName": "sf-conformance" });
        let world = self.call("Page.createIsolatedWorld", world).await?["executionContextId"].take();
        let mut values = values;
        values["PRESSABLE"] = json!(PRESSABLE);
        let constants: String = values.as_object().into_iter().flatten().map(|(name, value)| format!("const {name} = {value};\n")).collect();
        let expression = format!("(async () => {{\n{constants}{SIGHT}{body}}})()");
        let call = json!({ "expression": expression, "contextId": world, "awaitPromise": true, "returnByValue": true });
        let mut answer = self.call("Runtime.evaluate", call).await?;
        if !answer["exceptionDetails"].is_null() {
            let what = answer["exceptionDetails"]["exception"]["description"].as_str().unwrap_or("an exception").to_owned();
            return Err(Failure::driver(format!("the page could not be read: {what}")));
        }
        Ok(answer["result"]["value"].take())
    }

    async fn call(&self, method: &str, params: Value) -> Outcome<Value> {
        let answer = self.context.running.wire.call(&self.ledger.session, method, params).await;
        answer.map_err(|failure| self.context.running.refuse_if_gone().err().unwrap_or(failure))
    }
}

impl Drop for Tab {
    fn drop(&mut self) {
        let running = &self.context.running;
        running.pages.leave(&self.ledger.target);
        running.wire.leave(&self.ledger.session);
        running.wire.tell(super::wire::BROWSER, "Target.closeTarget", json!({ "targetId": self.ledger.target }));
    }
}

/// An answer that no page is made of.
fn kept(answered: Answered) -> Visit {
    let Answered { url, status, headers, .. } = answered;
    let page = Page::read(url, status, "");
    Visit { status, headers, source: String::new(), page, visible: Some(Vec::new()) }
}
