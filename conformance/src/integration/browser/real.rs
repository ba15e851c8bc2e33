//! The real agent: a window of a browser that runs scripts.

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::devtools::{Came, Chromium, Context, Tab};
use super::rendered::Place;
use super::window::{REFRESH, Site, Stop, Trail, Visit, refresh};
use crate::failure::{Failure, Outcome};
use crate::integration::limits::Limits;

/// How much later than it said a page may move on by itself.
const GRACE: Duration = Duration::from_secs(1);

/// A window of a real browser, with a context of its own.
pub struct Real {
    pub site: Site,
    agent: Chromium,
    limits: Limits,
    context: Arc<Context>,
    tab: Tab,
    /// Where addresses are tried, out of sight.
    aside: Option<Tab>,
    trail: Trail,
    pub shown: Option<Visit>,
}

impl Real {
    /// A window in a context of its own.
    ///
    /// # Errors
    /// [`Failure::driver`] when the browser opens none.
    pub async fn new(agent: Chromium, site: Site, limits: Limits) -> Outcome<Self> {
        let context = agent.context().await?;
        Self::within(context, agent, site, limits).await
    }

    /// Another tab of the same context.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub async fn tab(&self) -> Outcome<Self> {
        Self::within(Arc::clone(&self.context), self.agent.clone(), self.site.clone(), self.limits.clone()).await
    }

    async fn within(context: Arc<Context>, agent: Chromium, site: Site, limits: Limits) -> Outcome<Self> {
        let tab = Tab::new(&context, site.clone(), limits.clone()).await?;
        Ok(Self { site, agent, limits, context, tab, aside: None, trail: Trail::default(), shown: None })
    }

    /// Begins an attempt: the number of pages is counted anew.
    pub fn begin(&mut self) {
        self.tab.begin();
        self.aside.iter().for_each(Tab::begin);
    }

    /// Opens an address and follows where it leads.
    ///
    /// # Errors
    /// [`Failure::driver`] when no page comes, or redirects, pages or bytes are too many.
    pub async fn open(&mut self, url: &Url) -> Outcome<Stop> {
        if let Some(stop) = self.site.stop_before(url) {
            return Ok(stop);
        }
        let came = self.tab.open(url).await;
        self.follow(came).await
    }

    /// Fills in fields, presses a control of the page that is shown, and follows where it leads.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn press(&mut self, place: Place, fields: &[(String, String)]) -> Outcome<Stop> {
        let came = self.tab.press(place, fields).await;
        self.follow(came).await
    }

    /// One request beside the page that is shown, without following anything.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn peek(&mut self, url: &Url) -> Outcome<Option<Url>> {
        let tab = match self.aside.take() {
            Some(tab) => tab,
            None => Tab::new(&self.context, self.site.clone(), self.limits.clone()).await?,
        };
        let found = tab.peek(url).await;
        self.aside = Some(tab);
        found
    }

    /// Forgets cookies and everything else that pages stored, as a new profile does.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub async fn forget(&mut self) -> Outcome {
        self.keep();
        let fresh = Self::new(self.agent.clone(), self.site.clone(), self.limits.clone()).await?;
        (self.context, self.tab, self.aside) = (fresh.context, fresh.tab, None);
        Ok(())
    }

    /// Puts in a cookie, as if a login had given it.
    ///
    /// # Errors
    /// When the browser does not take it.
    pub async fn plant_cookie(&self, url: &Url, name: &str, value: &str) -> Outcome {
        self.context.plant_cookie(url, name, value).await
    }

    /// What the window met so far.
    pub fn trail(&mut self) -> Trail {
        self.keep();
        self.trail.clone()
    }

    /// Waits where a page says that it moves on by itself.
    async fn follow(&mut self, came: Outcome<Came>) -> Outcome<Stop> {
        let mut came = came;
        for _ in 0..=self.limits.redirects {
            self.keep();
            let visit = match came? {
                Came::Shown(visit) => visit,
                // Its own addresses are followed before anybody asks.
                Came::Left(url) => return Ok(self.site.stop_before(&url).unwrap_or(Stop::Elsewhere(url))),
            };
            self.trail.visits.push((*visit).clone());
            self.shown = Some((*visit).clone());
            let Some((delay, _)) = refresh(&visit.headers, &visit.source).filter(|(delay, _)| *delay <= REFRESH) else {
                return Ok(Stop::Shown(visit));
            };
            match self.tab.moves_on(delay + GRACE).await.transpose() {
                Some(next) => came = next,
                None => return Ok(Stop::Shown(visit)),
            }
        }
        Err(Failure::driver(format!("too_many_redirects: more than {}", self.limits.redirects)))
    }

    fn keep(&mut self) {
        for tab in std::iter::once(&self.tab).chain(&self.aside) {
            self.trail.extend(tab.met());
        }
    }
}
