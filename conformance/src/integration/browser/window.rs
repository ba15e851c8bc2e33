//! One browser window on the integration's own pages: cookies, redirects, limits. It never goes to Salesforce.

use std::time::Duration;

use reqwest::header::HeaderMap;
use scraper::{Html, Selector};
use tokio::time::sleep;
use url::Url;

use crate::client::html::Page;
use crate::client::jar::Jar;
use crate::client::{Answer, Request};
use crate::failure::{Failure, Outcome};
use crate::integration::fetch::Fetcher;
use crate::integration::file::Integration;
use crate::integration::limits::Limits;

/// A page that moves on by itself within this time has not ended yet.
const REFRESH: Duration = Duration::from_secs(5);

/// Where Salesforce's authorization begins.
const AUTHORIZE: &str = "/services/oauth2/authorize";

/// What the window shows, or where it was sent.
#[derive(Debug, Clone)]
pub enum Stop {
    /// A page of the integration, or something else that it answered.
    Shown(Box<Visit>),
    /// Salesforce's authorization; not opened.
    Authorize(Url),
    /// Any other place that is not the integration; not opened.
    Elsewhere(Url),
}

/// An answer of the integration to the browser.
#[derive(Debug, Clone)]
pub struct Visit {
    pub status: u16,
    pub headers: HeaderMap,
    /// The body as it came.
    pub source: String,
    pub page: Page,
}

/// What a window has met so far.
#[derive(Debug, Clone, Default)]
pub struct Trail {
    /// Every answer of the integration that was no redirect.
    pub visits: Vec<Visit>,
    /// Every `Location` the integration sent, made absolute, fragment included.
    pub locations: Vec<Url>,
    /// Every `Set-Cookie` line.
    pub cookies: Vec<String>,
}

/// A window with cookies of its own.
pub struct Window {
    fetcher: Fetcher,
    limits: Limits,
    integration: Integration,
    own: Vec<String>,
    jar: Jar,
    pages: usize,
    pub trail: Trail,
    pub shown: Option<Visit>,
}

impl Window {
    /// A fresh window. `own` are the origins of the integration.
    pub fn new(fetcher: Fetcher, limits: Limits, integration: Integration, own: Vec<String>) -> Self {
        Self { fetcher, limits, integration, own, jar: Jar::default(), pages: 0, trail: Trail::default(), shown: None }
    }

    /// Another tab of the same window: the same cookies, at this moment.
    pub fn tab(&self) -> Self {
        let mut tab = Self::new(self.fetcher.clone(), self.limits.clone(), self.integration.clone(), self.own.clone());
        tab.jar = self.jar.clone();
        tab
    }

    /// Begins an attempt: the number of pages is counted anew.
    pub fn begin(&mut self) {
        self.pages = 0;
    }

    /// Opens an address and follows where it leads.
    ///
    /// # Errors
    /// [`Failure::driver`] when no answer arrives, or redirects, pages or bytes are too many.
    pub async fn open(&mut self, url: &str) -> Outcome<Stop> {
        self.go(Request::get(url)).await
    }

    /// Sends a request and follows where it leads.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn go(&mut self, request: Request) -> Outcome<Stop> {
        let mut request = request;
        for _ in 0..=self.limits.redirects {
            let url = Url::parse(&request.url)?;
            if let Some(stop) = self.stop_before(&url) {
                return Ok(stop);
            }
            let answer = self.load(request, &url).await?;
            match location(&url, &answer) {
                Some(next) => {
                    self.trail.locations.push(next.clone());
                    request = Request::get(next);
                }
                None => match self.show(url, answer).await {
                    Some(next) => request = Request::get(next),
                    None => return Ok(Stop::Shown(Box::new(self.shown.clone().ok_or_else(|| Failure::new("the window shows nothing"))?))),
                },
            }
        }
        Err(Failure::driver(format!("too_many_redirects: more than {}", self.limits.redirects)))
    }

    /// One request without following anything, for an address behind which only the way leads on.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn peek(&mut self, request: Request) -> Outcome<Option<Url>> {
        let url = Url::parse(&request.url)?;
        let answer = self.load(request, &url).await?;
        let next = location(&url, &answer);
        self.trail.locations.extend(next.clone());
        Ok(next)
    }

    /// Where a request to `url` would leave the integration, if it would.
    pub fn stop_before(&self, url: &Url) -> Option<Stop> {
        if url.path().ends_with(AUTHORIZE) && !self.is_own(url) {
            return Some(Stop::Authorize(url.clone()));
        }
        (!self.is_own(url)).then(|| Stop::Elsewhere(url.clone()))
    }

    /// True for addresses of the integration itself.
    pub fn is_own(&self, url: &Url) -> bool {
        self.integration.may_call(url) && self.own.contains(&url.origin().ascii_serialization())
    }

    /// Forgets the cookies that the integration gave.
    pub fn forget_cookies(&mut self) {
        self.jar = Jar::default();
    }

    /// Puts in a cookie, as if a login had given it.
    pub fn plant_cookie(&mut self, url: &Url, name: &str, value: &str) {
        self.jar.plant(url, name, value);
    }

    async fn load(&mut self, request: Request, url: &Url) -> Outcome<Answer> {
        self.pages += 1;
        if self.pages > self.limits.pages {
            return Err(Failure::driver(format!("more than {} pages in one attempt", self.limits.pages)));
        }
        let mut request = request.header("Accept", "text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.8");
        if let Some(cookies) = self.jar.header(url) {
            request = request.header("Cookie", cookies);
        }
        let answer = self.fetcher.send(request, self.limits.page).await?;
        for line in answer.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok()) {
            self.trail.cookies.push(line.to_owned());
            self.jar.keep(line, url);
        }
        Ok(answer)
    }

    /// Shows an answer; an address if the page moves on by itself.
    async fn show(&mut self, url: Url, answer: Answer) -> Option<Url> {
        let source = answer.text();
        let page = Page::read(url.clone(), answer.status, &source);
        let refresh = refresh(&answer, &source).filter(|(delay, _)| *delay <= REFRESH);
        let visit = Visit { status: answer.status, headers: answer.headers, source, page };
        self.trail.visits.push(visit.clone());
        self.shown = Some(visit);
        let (delay, to) = refresh?;
        let next = url.join(&to).ok()?;
        // A page that waits for something loads itself again; asking at once would only find it waiting.
        if next == url {
            sleep(delay).await;
        }
        Some(next)
    }
}

impl Visit {
    /// Addresses of the scripts that the page loads.
    pub fn scripts(&self) -> Vec<Url> {
        let Some(selector) = Selector::parse("script[src]").ok() else { return Vec::new() };
        let document = Html::parse_document(&self.source);
        document.select(&selector).filter_map(|script| self.page.url.join(script.attr("src")?).ok()).collect()
    }
}

fn location(from: &Url, answer: &Answer) -> Option<Url> {
    if !matches!(answer.status, 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    from.join(answer.header("location")?).ok()
}

/// Delay and address of a `Refresh` header or of its `<meta>` twin; without an address the page loads itself.
fn refresh(answer: &Answer, source: &str) -> Option<(Duration, String)> {
    let meta = || {
        let selector = Selector::parse("meta[http-equiv]").ok()?;
        let document = Html::parse_document(source);
        let element =
            document.select(&selector).find(|element| element.attr("http-equiv").is_some_and(|name| name.eq_ignore_ascii_case("refresh")))?;
        Some(element.attr("content")?.to_owned())
    };
    let content = answer.header("refresh").map(str::to_owned).or_else(meta)?;
    let (delay, to) = content.split_once([';', ',']).unwrap_or((&content, ""));
    let seconds: f64 = delay.trim().parse().ok()?;
    let to = to.trim();
    let to = to.get(..4).filter(|name| name.eq_ignore_ascii_case("url=")).map_or(to, |_| &to[4..]);
    Some((Duration::try_from_secs_f64(seconds).ok()?, to.trim_matches(['\'', '"', ' ']).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_moves_on_says_when_and_where() {
        let answer = |header: Option<&'static str>| {
            let mut headers = HeaderMap::new();
            if let Some(value) = header {
                headers.insert("refresh", value.parse().unwrap());
            }
            Answer { status: 200, headers, body: Vec::new() }
        };
        let meta = |content: &str| refresh(&answer(None), &format!("<meta http-equiv=Refresh content=\"{content}\">"));
        assert_eq!(meta("0; URL='/done'"), Some((Duration::ZERO, "/done".to_owned())));
        assert_eq!(meta("2"), Some((Duration::from_secs(2), String::new())));
        assert_eq!(meta("soon"), None);
        assert_eq!(meta("-1;url=/x"), None);
        assert_eq!(refresh(&answer(Some("1;url=/next")), ""), Some((Duration::from_secs(1), "/next".to_owned())));
        assert_eq!(refresh(&answer(None), "<p>http-equiv refresh</p>"), None);
    }
}
