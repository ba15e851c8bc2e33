//! Operations of the driver protocol, done on the pages of a web application.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::sync::Mutex;
use url::Url;

use super::controls::{Control, Deed, choose, marked, one_of, switch};
use super::window::{Site, Stop, Trail, Visit, Window};
use super::words;
use crate::client::Request;
use crate::failure::{Failure, OrFail, Outcome};
use crate::integration::conversation::{SHOWN, cut, printable};
use crate::integration::fetch::Fetcher;
use crate::integration::file::{BrowserSettings, Integration, SignIn};
use crate::integration::limits::Limits;
use crate::integration::protocol::{self, Connect, Entry, Environment, ErrorBody, ErrorCode, Hello, Operation, Problem, State};
use crate::integration::reply::Reply;
use crate::integration::service::Service;
use crate::integration::surroundings::Surroundings;

/// Pages of its own that an integration may put between its connect page and Salesforce.
const OWN_PAGES: usize = 4;

/// Controls that are tried to see where they lead, and redirects followed for each.
const TRIED: usize = 10;
const TRIED_REDIRECTS: usize = 3;

/// An integration that is used through its pages.
pub struct BrowserDriver {
    integration: Integration,
    settings: BrowserSettings,
    service: Service,
    fetcher: Fetcher,
    limits: Limits,
    own: Vec<String>,
    /// A window for each connection: the person who made it.
    windows: Mutex<HashMap<String, Arc<Mutex<Window>>>>,
}

impl BrowserDriver {
    /// Starts the application if it has to be started.
    ///
    /// # Errors
    /// [`Failure::driver`] when it does not get ready.
    pub async fn start(integration: &Integration, surroundings: &Surroundings, limits: Limits) -> Outcome<Self> {
        let settings = integration.browser.clone().or_fail(|| "the integration file describes no browser driver")?;
        let fetcher = Fetcher::new(limits.clone(), surroundings.ca_file.as_deref())?;
        let connect = Url::parse(&settings.connect_url)?;
        let ready = connect.join("/")?;
        let service = Service::start(integration, surroundings, ready, fetcher.clone(), limits.clone()).await?;
        let addresses =
            [Some(&settings.connect_url), settings.sandbox_url.as_ref(), settings.reconnect_url.as_ref(), settings.disconnect_url.as_ref()];
        let more =
            [settings.action_url.as_ref(), settings.status_url.as_ref(), Some(&surroundings.redirect_uri), integration.app.redirect_uri.as_ref()];
        let own = addresses.into_iter().chain(more).flatten().filter_map(|url| Some(Url::parse(url).ok()?.origin().ascii_serialization())).collect();
        Ok(Self { integration: integration.clone(), settings, service, fetcher, limits, own, windows: Mutex::default() })
    }

    /// What the integration declares: its file's words, and what its addresses allow.
    pub fn hello(&self) -> Hello {
        self.integration.declared(None)
    }

    /// Does one operation on the pages. Operations without a page are unsupported.
    ///
    /// # Errors
    /// [`Failure::driver`] when the application does not answer, is ambiguous, or goes over a limit.
    pub async fn ask(&self, operation: Operation) -> Outcome<Reply> {
        let request = serde_json::to_value(&operation)?;
        self.service.conversation().said(&request);
        let what = request["op"].as_str().unwrap_or_default().to_owned();
        let reply = self.service.during(&what, self.answer(operation)).await?;
        self.service.conversation().heard(&match &reply {
            Reply::Done(result) => result.clone(),
            Reply::Unsupported => json!("unsupported"),
            Reply::Failed(error) => serde_json::to_value(error)?,
        });
        Ok(reply)
    }

    /// Presses "I have installed it", or "try again", on the page that a connection's window shows.
    ///
    /// # Errors
    /// As [`ask`](Self::ask); [`Failure::not_exercised`] when the page has no such button.
    pub async fn retry(&self, connection: &str, environment: Environment) -> Outcome<Reply> {
        let window = self.window(connection).await?;
        let mut window = window.lock().await;
        let visit = window.shown().or_fail(|| "the window shows nothing yet")?;
        let controls = window.controls(&visit);
        let control = choose(&controls, Deed::Retry, environment)?;
        let control = control.ok_or_else(|| Failure::not_exercised("the page after the refusal has no button to try again"))?;
        window.begin();
        let stop = self.service.during("retry", window.press(control, environment, None)).await?;
        Ok(self.towards_salesforce(stop))
    }

    /// Opens an address of the integration in the window of a connection.
    ///
    /// # Errors
    /// As [`ask`](Self::ask).
    pub async fn open(&self, connection: &str, url: &str) -> Outcome<Stop> {
        let window = self.window(connection).await?;
        let mut window = window.lock().await;
        window.begin();
        self.service.during("open", window.open(url)).await
    }

    /// What the windows of all connections met so far.
    pub async fn trails(&self) -> Vec<Trail> {
        let windows: Vec<Arc<Mutex<Window>>> = self.windows.lock().await.values().cloned().collect();
        join_all(windows.iter().map(|window| async { window.lock().await.trail() })).await
    }

    /// The scripts that the pages seen so far load from the integration itself, by address.
    ///
    /// # Errors
    /// As [`ask`](Self::ask).
    pub async fn scripts(&self) -> Outcome<Vec<(Url, String)>> {
        let mut addresses: Vec<Url> = Vec::new();
        for visit in self.trails().await.iter().flat_map(|trail| &trail.visits) {
            addresses.extend(visit.scripts().into_iter().filter(|url| self.own.contains(&url.origin().ascii_serialization())));
        }
        addresses.sort();
        addresses.dedup();
        let mut scripts = Vec::new();
        for url in addresses.into_iter().take(self.limits.pages) {
            let answer = self.service.during("a script", self.fetcher.send(Request::get(url.clone()), self.limits.page)).await?;
            scripts.push((url, answer.text()));
        }
        Ok(scripts)
    }

    /// The origin of the connect page.
    pub fn origin(&self) -> String {
        Url::parse(&self.settings.connect_url).map(|url| url.origin().ascii_serialization()).unwrap_or_default()
    }

    /// The process behind it.
    pub fn service(&self) -> &Service {
        &self.service
    }

    async fn answer(&self, operation: Operation) -> Outcome<Reply> {
        match operation {
            Operation::Hello { .. } => Ok(Reply::Done(serde_json::to_value(self.hello())?)),
            Operation::Connect(connect) => self.connect(&connect).await,
            Operation::Callback { connection, url } => self.callback(&connection, &url).await,
            Operation::Call { connection, parallel } => self.call(&connection, parallel).await,
            Operation::Status { connection } => match &self.settings.status_url {
                Some(url) => self.look(&connection, url).await,
                None => Ok(Reply::Unsupported),
            },
            Operation::Disconnect { connection } => self.disconnect(&connection).await,
            Operation::ForgetPending { connection } => {
                self.window(&connection).await?.lock().await.forget_cookies().await?;
                Ok(Reply::Done(json!({})))
            }
            _ => Ok(Reply::Unsupported),
        }
    }

    async fn connect(&self, connect: &Connect) -> Outcome<Reply> {
        let window = self.window(&connect.connection).await?;
        let mut window = window.lock().await;
        window.begin();
        let (url, deed) = self.entrance(connect);
        let mut stop = window.open(url).await?;
        let mut switched = false;
        for _ in 0..OWN_PAGES {
            let Stop::Shown(visit) = &stop else { break };
            // Nothing is pressed on a page that tells of an error.
            if visit.status >= 400 {
                break;
            }
            let controls = window.controls(visit);
            if let Some(next) = self.press(&mut window, &controls, deed, connect).await? {
                stop = next;
                continue;
            }
            match switch(&controls, connect.environment).filter(|_| !switched) {
                Some(control) => stop = window.press(control, connect.environment, None).await?,
                None => break,
            }
            switched = true;
        }
        Ok(self.towards_salesforce(stop))
    }

    /// Where a person begins, and what they look for there.
    fn entrance(&self, connect: &Connect) -> (&str, Deed) {
        let BrowserSettings { connect_url, sandbox_url, reconnect_url, status_url, .. } = &self.settings;
        let connect_page = match connect.environment {
            Environment::Sandbox => sandbox_url.as_ref().unwrap_or(connect_url),
            Environment::Production => connect_url,
        };
        match connect.entry {
            Some(Entry::Reconnect) => match (reconnect_url, status_url) {
                (Some(url), _) => (url, Deed::Connect),
                (None, Some(url)) => (url, Deed::Reconnect),
                (None, None) => (connect_page, Deed::Connect),
            },
            Some(Entry::Test) => (status_url.as_ref().unwrap_or(connect_page), Deed::Test),
            Some(Entry::Connect | Entry::Sandbox) | None => (connect_page, Deed::Connect),
        }
    }

    /// Presses the control for `deed`, if the page has one: the marked one, the one that leads to Salesforce, the one so named.
    async fn press(&self, window: &mut Window, controls: &[Control], deed: Deed, connect: &Connect) -> Outcome<Option<Stop>> {
        let host = connect.host.as_deref();
        let tries = deed == Deed::Connect && marked(controls, connect.environment)?.is_none() && host.is_none();
        if tries && let Some(url) = self.try_controls(window, controls, connect.environment).await? {
            return Ok(Some(Stop::Authorize(url)));
        }
        match choose(controls, deed, connect.environment)? {
            Some(control) => Ok(Some(window.press(control, connect.environment, host).await?)),
            None => Ok(None),
        }
    }

    /// Tries the links that change nothing; the address of the one that leads to Salesforce's authorization.
    async fn try_controls(&self, window: &mut Window, controls: &[Control], environment: Environment) -> Outcome<Option<Url>> {
        let mut leading = Vec::new();
        for control in controls.iter().filter(|control| control.only_looks()).take(TRIED) {
            if self.leads_to_salesforce(window, control, environment).await?.is_some() {
                leading.push(control);
            }
        }
        let Some(control) = one_of(&leading, environment)? else { return Ok(None) };
        // The attempt that counts is the newest one.
        self.leads_to_salesforce(window, control, environment).await
    }

    async fn leads_to_salesforce(&self, window: &mut Window, control: &Control, environment: Environment) -> Outcome<Option<Url>> {
        let mut request = control.request(&control.fields(environment, None)?)?;
        for _ in 0..=TRIED_REDIRECTS {
            let url = Url::parse(&request.url)?;
            match window.stop_before(&url) {
                Some(Stop::Authorize(url)) => return Ok(Some(url)),
                Some(_) => return Ok(None),
                None => {}
            }
            match window.peek(request).await? {
                Some(next) => request = Request::get(next),
                None => return Ok(None),
            }
        }
        Ok(None)
    }

    fn towards_salesforce(&self, stop: Stop) -> Reply {
        let refused = |problem, detail| Reply::Failed(ErrorBody { code: ErrorCode::Refused, problem, detail });
        match stop {
            Stop::Authorize(url) => Reply::Done(json!({ "authorize_url": url.as_str() })),
            Stop::Elsewhere(url) => refused(Problem::Other, format!("the connect page leads to {}", url.origin().ascii_serialization())),
            Stop::Shown(visit) => {
                let status = words::status(&visit, &self.settings);
                let problem = status.map(|status| status.problem).filter(|problem| *problem != Problem::None).unwrap_or(Problem::Other);
                let hint = if visit.waits_for_scripts() { "; its scripts were not run: --browser names a browser that runs them" } else { "" };
                let title = cut(&printable(&visit.page.title), 80);
                refused(problem, format!("no way to Salesforce from the page {title:?} at {}{hint}", visit.page.url.path()))
            }
        }
    }

    async fn callback(&self, connection: &str, url: &str) -> Outcome<Reply> {
        let address = Url::parse(url)?;
        if !matches!(address.scheme(), "http" | "https") {
            return Err(Failure::not_applicable(format!("the callback {}: is not for a browser", address.scheme())));
        }
        let window = self.window(connection).await?;
        let mut window = window.lock().await;
        window.begin();
        let stop = window.open(url).await?;
        self.told_by(stop).await
    }

    async fn call(&self, connection: &str, parallel: u32) -> Outcome<Reply> {
        let Some(url) = &self.settings.action_url else { return Ok(Reply::Unsupported) };
        if parallel <= 1 {
            return self.look(connection, url).await;
        }
        let window = self.window(connection).await?;
        let window = window.lock().await;
        let tabs = join_all((0..parallel).map(|_| window.tab())).await.into_iter().collect::<Outcome<Vec<Window>>>()?;
        let stops = join_all(tabs.into_iter().map(|mut tab| async move { tab.open(url).await })).await;
        let mut replies = Vec::new();
        for stop in stops {
            replies.push(self.told_by(stop?).await?);
        }
        // One that failed speaks for all.
        let failed = replies.iter().position(|reply| !reply.went_well());
        Ok(replies.swap_remove(failed.unwrap_or(0)))
    }

    async fn disconnect(&self, connection: &str) -> Outcome<Reply> {
        let Some(url) = &self.settings.disconnect_url else { return Ok(Reply::Unsupported) };
        let window = self.window(connection).await?;
        let mut window = window.lock().await;
        window.begin();
        let mut stop = window.open(url).await?;
        if let Stop::Shown(visit) = &stop {
            let controls = window.controls(visit);
            if let Some(control) = choose(&controls, Deed::Disconnect, Environment::Production)? {
                stop = window.press(control, Environment::Production, None).await?;
            }
        }
        self.told_by(stop).await
    }

    async fn look(&self, connection: &str, url: &str) -> Outcome<Reply> {
        let window = self.window(connection).await?;
        let mut window = window.lock().await;
        window.begin();
        let stop = window.open(url).await?;
        self.told_by(stop).await
    }

    /// What the place where the browser ended tells about the connection.
    async fn told_by(&self, stop: Stop) -> Outcome<Reply> {
        match stop {
            Stop::Shown(visit) => {
                let status = words::status(&visit, &self.settings);
                let said = serde_json::from_str::<Value>(&visit.source).ok().and_then(|json| json.get("ok")?.as_bool());
                let stands = status.as_ref().is_none_or(|status| status.state == State::Connected && status.problem == Problem::None);
                let mut result = json!({ "ok": said.unwrap_or(visit.status < 400 && stands), "http_status": visit.status, "page": shown(&visit) });
                if let Some(status) = status {
                    result["status"] = serde_json::to_value(status)?;
                }
                Ok(Reply::Done(result))
            }
            Stop::Authorize(url) => {
                // A browser follows this by itself; whether an integration may ask for it is judged by what the server saw.
                self.fetcher.send(Request::get(url.clone()), self.limits.page).await?;
                let status = protocol::Status { state: State::Reconnect, problem: Problem::Reconnect, detail: "sent to Salesforce again".to_owned() };
                Ok(Reply::Done(json!({ "ok": false, "authorize_url": url.as_str(), "status": status })))
            }
            Stop::Elsewhere(url) => Ok(Reply::Done(json!({ "ok": false, "left_for": url.as_str() }))),
        }
    }

    /// The window of a connection; a new one signs in first.
    async fn window(&self, connection: &str) -> Outcome<Arc<Mutex<Window>>> {
        let mut windows = self.windows.lock().await;
        if let Some(window) = windows.get(connection) {
            return Ok(Arc::clone(window));
        }
        let site = Site { integration: self.integration.clone(), own: self.own.clone() };
        let mut window = Window::new(site, self.fetcher.clone(), self.limits.clone(), self.integration.agent.as_ref()).await?;
        if let Some(sign_in) = &self.settings.sign_in {
            self.sign_in(&mut window, sign_in, windows.len() + 1).await?;
        }
        let window = Arc::new(Mutex::new(window));
        windows.insert(connection.to_owned(), Arc::clone(&window));
        Ok(window)
    }

    async fn sign_in(&self, window: &mut Window, sign_in: &SignIn, number: usize) -> Outcome {
        let number = number.to_string();
        if let Some((name, value)) = sign_in.cookie.as_deref().and_then(|cookie| cookie.split_once('=')) {
            window.plant_cookie(&Url::parse(&self.settings.connect_url)?, name, &value.replace("{window}", &number)).await?;
        }
        let Some(url) = &sign_in.url else { return Ok(()) };
        let Stop::Shown(visit) = window.open(url).await? else { return Err(Failure::driver("sign_in.url shows no page")) };
        let fields: Vec<(String, String)> = sign_in.fields.iter().map(|(name, value)| (name.clone(), value.replace("{window}", &number))).collect();
        let asks = |control: &Control| control.asks_for(sign_in.fields.keys());
        let controls = window.controls(&visit);
        let control = controls.iter().find(|control| asks(control));
        let control = control.ok_or_else(|| Failure::driver("the page at sign_in.url has no form with these fields and a button"))?;
        match window.submit(control, &fields).await? {
            Stop::Shown(visit) if visit.status >= 400 || window.controls(&visit).iter().any(asks) => {
                Err(Failure::driver(format!("signing in to the integration failed: {:?}", cut(&printable(&visit.page.text), 200))))
            }
            _ => Ok(()),
        }
    }
}

/// A page as a reply carries it.
fn shown(visit: &Visit) -> Value {
    let text = cut(&printable(&visit.page.text), SHOWN);
    let links: Vec<Value> = visit.page.links.iter().take(100).map(|link| json!({ "label": link.label, "href": link.href })).collect();
    json!({ "url": visit.page.url.as_str(), "status": visit.status, "title": visit.page.title, "told": words::told(&text), "text": text, "links": links })
}
