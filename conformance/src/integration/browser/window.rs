//! One browser window on the integration's own pages. It never goes to Salesforce.
//!
//! Two agents can stand behind it: a plain one, which runs no scripts, and a real browser. To the driver they are the same.

use std::time::Duration;

use reqwest::header::HeaderMap;
use scraper::{Html, Selector};
use url::Url;

use super::controls::Control;
use super::devtools::Chromium;
use super::plain::Plain;
use super::real::Real;
use super::rendered;
use crate::client::Request;
use crate::client::html::Page;
use crate::failure::Outcome;
use crate::integration::fetch::Fetcher;
use crate::integration::file::Integration;
use crate::integration::limits::Limits;
use crate::integration::protocol::Environment;

/// A page that moves on by itself within this time has not ended yet.
pub(super) const REFRESH: Duration = Duration::from_secs(5);

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
    /// The body as it came; of a page that scripts build, what they built.
    pub source: String,
    pub page: Page,
    /// For each of its elements that can be pressed, in their order, whether a person sees it. None if nobody laid the page out.
    pub visible: Option<Vec<bool>>,
}

/// What a window has met so far.
#[derive(Debug, Clone, Default)]
pub struct Trail {
    /// Every answer of the integration that was no redirect, and in a real browser every page as it was shown, too.
    pub visits: Vec<Visit>,
    /// Every `Location` the integration sent, made absolute, fragment included.
    pub locations: Vec<Url>,
    /// Every `Set-Cookie` line.
    pub cookies: Vec<String>,
}

/// Which addresses are the integration's.
#[derive(Debug, Clone)]
pub struct Site {
    pub integration: Integration,
    /// Its origins.
    pub own: Vec<String>,
}

/// A window with cookies of its own.
pub enum Window {
    Plain(Box<Plain>),
    Real(Box<Real>),
}

impl Window {
    /// A fresh window: of the real browser if there is one.
    ///
    /// # Errors
    /// [`Failure::driver`](crate::Failure::driver) when the browser opens none.
    pub async fn new(site: Site, fetcher: Fetcher, limits: Limits, agent: Option<&Chromium>) -> Outcome<Self> {
        match agent {
            Some(agent) => Ok(Self::Real(Box::new(Real::new(agent.clone(), site, limits).await?))),
            None => Ok(Self::Plain(Box::new(Plain::new(site, fetcher, limits)))),
        }
    }

    /// Another tab of the same window: the same cookies, at this moment.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub async fn tab(&self) -> Outcome<Self> {
        match self {
            Self::Plain(plain) => Ok(Self::Plain(Box::new(plain.tab()))),
            Self::Real(real) => Ok(Self::Real(Box::new(real.tab().await?))),
        }
    }

    /// Begins an attempt: the number of pages is counted anew.
    pub fn begin(&mut self) {
        match self {
            Self::Plain(plain) => plain.begin(),
            Self::Real(real) => real.begin(),
        }
    }

    /// Opens an address and follows where it leads.
    ///
    /// # Errors
    /// [`Failure::driver`](crate::Failure::driver) when no answer arrives, or redirects, pages or bytes are too many.
    pub async fn open(&mut self, url: &str) -> Outcome<Stop> {
        match self {
            Self::Plain(plain) => plain.go(Request::get(url)).await,
            Self::Real(real) => real.open(&Url::parse(url)?).await,
        }
    }

    /// The controls that a person could press on a page of this window.
    pub fn controls(&self, visit: &Visit) -> Vec<Control> {
        match &visit.visible {
            None => Control::all(&visit.page.url, &visit.source),
            Some(visible) => rendered::controls(&visit.page.url, &visit.source, visible),
        }
    }

    /// Presses a control, with the environment chosen and the host typed where its form asks for them.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn press(&mut self, control: &Control, environment: Environment, host: Option<&str>) -> Outcome<Stop> {
        let fields = control.fields(environment, host)?;
        self.submit(control, &fields).await
    }

    /// Presses a control after filling in these fields of its form.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn submit(&mut self, control: &Control, fields: &[(String, String)]) -> Outcome<Stop> {
        match self {
            Self::Plain(plain) => plain.go(control.request(fields)?).await,
            Self::Real(real) => real.press(control.place, fields).await,
        }
    }

    /// One request without following anything, for an address behind which only the way leads on.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn peek(&mut self, request: Request) -> Outcome<Option<Url>> {
        match self {
            Self::Plain(plain) => plain.peek(request).await,
            Self::Real(real) => real.peek(&Url::parse(&request.url)?).await,
        }
    }

    /// Where a request to `url` would leave the integration, if it would.
    pub fn stop_before(&self, url: &Url) -> Option<Stop> {
        match self {
            Self::Plain(plain) => plain.site.stop_before(url),
            Self::Real(real) => real.site.stop_before(url),
        }
    }

    /// Forgets what the integration left in the browser.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub async fn forget_cookies(&mut self) -> Outcome {
        match self {
            Self::Plain(plain) => {
                plain.forget_cookies();
                Ok(())
            }
            Self::Real(real) => real.forget().await,
        }
    }

    /// Puts in a cookie, as if a login had given it.
    ///
    /// # Errors
    /// When the browser does not take it.
    pub async fn plant_cookie(&mut self, url: &Url, name: &str, value: &str) -> Outcome {
        match self {
            Self::Plain(plain) => {
                plain.plant_cookie(url, name, value);
                Ok(())
            }
            Self::Real(real) => real.plant_cookie(url, name, value).await,
        }
    }

    /// What the window met so far.
    pub fn trail(&mut self) -> Trail {
        match self {
            Self::Plain(plain) => plain.trail.clone(),
            Self::Real(real) => real.trail(),
        }
    }

    /// The page it shows.
    pub fn shown(&self) -> Option<Visit> {
        match self {
            Self::Plain(plain) => plain.shown.clone(),
            Self::Real(real) => real.shown.clone(),
        }
    }
}

impl Site {
    /// Where a request to `url` would leave the integration, if it would.
    pub fn stop_before(&self, url: &Url) -> Option<Stop> {
        if self.is_own(url) {
            return None;
        }
        let authorizes = url.path().ends_with(AUTHORIZE);
        Some(if authorizes { Stop::Authorize(url.clone()) } else { Stop::Elsewhere(url.clone()) })
    }

    /// True for addresses of the integration itself.
    pub fn is_own(&self, url: &Url) -> bool {
        self.integration.may_call(url) && self.own.contains(&url.origin().ascii_serialization())
    }
}

impl Trail {
    /// Takes over what another trail holds.
    pub(super) fn extend(&mut self, other: Self) {
        self.visits.extend(other.visits);
        self.locations.extend(other.locations);
        self.cookies.extend(other.cookies);
    }
}

impl Visit {
    /// True if scripts may build more of the page, and nobody ran them.
    pub fn waits_for_scripts(&self) -> bool {
        self.visible.is_none() && self.page.active.iter().any(|part| part == "<script>")
    }

    /// Addresses of the scripts that the page loads.
    pub fn scripts(&self) -> Vec<Url> {
        let Some(selector) = Selector::parse("script[src]").ok() else { return Vec::new() };
        let document = Html::parse_document(&self.source);
        document.select(&selector).filter_map(|script| self.page.url.join(script.attr("src")?).ok()).collect()
    }
}

/// Delay and address of a `Refresh` header or of its `<meta>` twin; without an address the page loads itself.
pub(super) fn refresh(headers: &HeaderMap, source: &str) -> Option<(Duration, String)> {
    let meta = || {
        let selector = Selector::parse("meta[http-equiv]").ok()?;
        let document = Html::parse_document(source);
        let element =
            document.select(&selector).find(|element| element.attr("http-equiv").is_some_and(|name| name.eq_ignore_ascii_case("refresh")))?;
        Some(element.attr("content")?.to_owned())
    };
    let content = headers.get("refresh").and_then(|value| value.to_str().ok()).map(str::to_owned).or_else(meta)?;
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
            headers
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
