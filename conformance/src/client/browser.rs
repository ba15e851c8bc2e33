//! A browser without scripts: keeps cookies, follows redirects, stops where the app's callback begins.

use reqwest::header::HeaderMap;
use url::Url;

use super::html::{Form, Page};
use super::http::{Answer, FORWARDED_FOR, Http, Request};
use super::jar::Jar;
use crate::failure::{Failure, OrFail, Outcome};

/// Redirects followed for one click. Salesforce's longest chain has five.
const MAX_REDIRECTS: usize = 20;

/// Where a click or a typed address led.
#[derive(Debug, Clone)]
pub enum Landing {
    /// A page of the server.
    Page(Box<Page>),
    /// The server sent the browser to an app's callback. It is not fetched: no app is listening.
    Callback(Url),
    /// An answer that is no page: raw text, JSON, or nothing.
    Raw(Url, Answer),
}

/// A browser window of one person.
#[derive(Clone)]
pub struct Browser {
    http: Http,
    cookies: Jar,
    callbacks: Vec<String>,
    landing: Option<Landing>,
    /// Addresses visited since the last click, the first one included.
    pub trail: Vec<Url>,
    /// Every `Set-Cookie` line so far.
    pub given: Vec<String>,
    /// Headers of the answer on show.
    pub headers: HeaderMap,
    /// Sent with every request: how an extension or a proxy would set the `Host`.
    pub host: Option<String>,
    /// The address it calls from, if it is not this machine's.
    pub address: Option<String>,
}

impl Browser {
    /// A fresh window that regards addresses beginning with one of `callbacks` as the app's own.
    pub fn new(http: Http, callbacks: Vec<String>) -> Self {
        Self {
            http,
            cookies: Jar::default(),
            callbacks,
            landing: None,
            trail: Vec::new(),
            given: Vec::new(),
            headers: HeaderMap::new(),
            host: None,
            address: None,
        }
    }

    /// Adds callbacks that were registered after the window was opened.
    pub fn know(&mut self, callbacks: &[String]) {
        self.callbacks.extend_from_slice(callbacks);
    }

    /// Opens an address, as typed or clicked.
    ///
    /// # Errors
    /// When no answer arrives, or the redirects do not end.
    pub async fn open(&mut self, url: &str) -> Outcome<&Landing> {
        self.go(Request::get(url)).await
    }

    /// Presses the button `#id` of the page on show, after `fill` has changed its form.
    ///
    /// # Errors
    /// When the browser shows no page, or the page has no such button or field.
    pub async fn press(&mut self, id: &str, fill: &[(&str, &str)]) -> Outcome<&Landing> {
        let page = self.page()?;
        let (form, button) = page.button(id)?;
        let mut form = form.clone();
        for (name, value) in fill {
            form.fill(name, value)?;
        }
        let request = form.submit(button);
        self.go(request).await
    }

    /// Submits any form as it is, by the button that `wanted` accepts.
    ///
    /// # Errors
    /// When no form on the page has such a button.
    pub async fn press_where(&mut self, wanted: impl Fn(&Form, &super::html::Button) -> bool) -> Outcome<&Landing> {
        let page = self.page()?;
        let (form, button) = page.form_with(wanted).or_fail(|| format!("page {:?} has no such button", page.title))?;
        let request = form.submit(button);
        self.go(request).await
    }

    /// Sends one request and follows where it leads.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn go(&mut self, request: Request) -> Outcome<&Landing> {
        self.trail.clear();
        let mut request = request;
        for _ in 0..=MAX_REDIRECTS {
            let url = Url::parse(&request.url)?;
            self.trail.push(url.clone());
            let answer = self.http.send(self.dressed(request, &url)).await?;
            self.keep_cookies(&url, &answer);
            let Some(next) = redirect(&url, &answer)? else { return Ok(self.land(url, answer)) };
            if self.callbacks.iter().any(|callback| next.as_str().starts_with(callback.as_str())) {
                return Ok(self.landing.insert(Landing::Callback(next)));
            }
            request = Request::get(next);
        }
        Err(Failure::new(format!("more than {MAX_REDIRECTS} redirects: {:?}", self.trail.last().map(Url::path))))
    }

    /// Where the last click led.
    ///
    /// # Errors
    /// When nothing was opened yet.
    pub fn landing(&self) -> Outcome<&Landing> {
        self.landing.as_ref().or_fail(|| "the browser has opened nothing yet")
    }

    /// The page on show.
    ///
    /// # Errors
    /// When the browser stands at a callback or at an answer that is no page.
    pub fn page(&self) -> Outcome<&Page> {
        match self.landing()? {
            Landing::Page(page) => Ok(page),
            Landing::Callback(url) => Err(Failure::new(format!("the browser is at the callback {}, not on a page", url.path()))),
            Landing::Raw(url, answer) => Err(Failure::new(format!("{} is not a page but {}", url.path(), answer.summary()))),
        }
    }

    /// Value of a cookie, whatever its host.
    pub fn cookie(&self, named: impl Fn(&str) -> bool) -> Option<&str> {
        self.cookies.value(named)
    }

    /// Puts a cookie into the window that no server gave it, as somebody with a neighbouring host could.
    ///
    /// # Errors
    /// When the address has no host.
    pub fn plant_cookie(&mut self, url: &Url, name: &str, value: &str) -> Outcome {
        self.cookies.plant(url, name, value).then_some(()).or_fail(|| format!("{url} has no host"))
    }

    /// Takes over the cookies of another window, as a thief would.
    pub fn take_cookies_of(&mut self, other: &Self) {
        self.cookies.clone_from(&other.cookies);
    }

    fn dressed(&self, request: Request, url: &Url) -> Request {
        let request = request.header("Accept", "text/html,application/xhtml+xml");
        let request = match self.cookies.header(url) {
            Some(cookies) => request.header("Cookie", cookies),
            None => request,
        };
        let request = match &self.address {
            Some(address) => request.header(FORWARDED_FOR, address),
            None => request,
        };
        match &self.host {
            Some(host) => request.header("Host", host),
            None => request,
        }
    }

    fn keep_cookies(&mut self, url: &Url, answer: &Answer) {
        for line in answer.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok()) {
            self.given.push(line.to_owned());
            self.cookies.keep(line, url);
        }
    }

    fn land(&mut self, url: Url, answer: Answer) -> &Landing {
        self.headers.clone_from(&answer.headers);
        let is_page = answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html"));
        let landing = if is_page { Landing::Page(Box::new(Page::read(url, answer.status, &answer.text()))) } else { Landing::Raw(url, answer) };
        self.landing.insert(landing)
    }
}

fn redirect(from: &Url, answer: &Answer) -> Outcome<Option<Url>> {
    if !matches!(answer.status, 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let to = answer.header("location").or_fail(|| format!("status {} without a Location", answer.status))?;
    Ok(Some(from.join(to)?))
}
