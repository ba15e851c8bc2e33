//! The plain agent: cookies, redirects, limits, and no scripts.

use tokio::time::sleep;
use url::Url;

use super::window::{REFRESH, Site, Stop, Trail, Visit, refresh};
use crate::client::html::Page;
use crate::client::jar::Jar;
use crate::client::{Answer, Request};
use crate::failure::{Failure, Outcome};
use crate::integration::fetch::Fetcher;
use crate::integration::limits::Limits;

/// A window of the plain agent, with cookies of its own.
pub struct Plain {
    pub site: Site,
    fetcher: Fetcher,
    limits: Limits,
    jar: Jar,
    pages: usize,
    pub trail: Trail,
    pub shown: Option<Visit>,
}

impl Plain {
    pub fn new(site: Site, fetcher: Fetcher, limits: Limits) -> Self {
        Self { site, fetcher, limits, jar: Jar::default(), pages: 0, trail: Trail::default(), shown: None }
    }

    /// Another tab: the same cookies, at this moment.
    pub fn tab(&self) -> Self {
        let mut tab = Self::new(self.site.clone(), self.fetcher.clone(), self.limits.clone());
        tab.jar = self.jar.clone();
        tab
    }

    /// Begins an attempt: the number of pages is counted anew.
    pub fn begin(&mut self) {
        self.pages = 0;
    }

    /// Sends a request and follows where it leads.
    ///
    /// # Errors
    /// [`Failure::driver`] when no answer arrives, or redirects, pages or bytes are too many.
    pub async fn go(&mut self, request: Request) -> Outcome<Stop> {
        let mut request = request;
        for _ in 0..=self.limits.redirects {
            let url = Url::parse(&request.url)?;
            if let Some(stop) = self.site.stop_before(&url) {
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
    /// As [`go`](Self::go).
    pub async fn peek(&mut self, request: Request) -> Outcome<Option<Url>> {
        let url = Url::parse(&request.url)?;
        let answer = self.load(request, &url).await?;
        let next = location(&url, &answer);
        self.trail.locations.extend(next.clone());
        Ok(next)
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
        let refresh = refresh(&answer.headers, &source).filter(|(delay, _)| *delay <= REFRESH);
        let visit = Visit { status: answer.status, headers: answer.headers, source, page, visible: None };
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

fn location(from: &Url, answer: &Answer) -> Option<Url> {
    if !matches!(answer.status, 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    from.join(answer.header("location")?).ok()
}
