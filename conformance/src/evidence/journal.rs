//! The server's journal, as far as it is about one integration.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::exchange::{Exchange, Sort};
use super::pages::Pages;
use crate::client::Control;
use crate::failure::{Failure, Outcome};

/// Silence after which nothing more is expected of a client that has not repeated itself.
pub const QUIET: Duration = Duration::from_millis(250);

/// Longest that a client which repeats itself is waited for after its last request.
const LONGEST_GAP: Duration = Duration::from_secs(5);

/// Longest wait for quiet in all; a client that never rests is judged on what it sent.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long apart the journal is looked at while something is waited for.
const BETWEEN_LOOKS: Duration = Duration::from_millis(10);

/// How long apart requests are counted while an operation is under way.
const BETWEEN_COUNTS: Duration = Duration::from_secs(1);

/// Which entries are the integration's.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// Entries of this org or app only; empty where the server has no other visitors.
    pub orgs: Vec<String>,
    pub apps: Vec<String>,
    /// How the harness names itself in `User-Agent`: its users' browsers are not the integration.
    pub harness: String,
}

impl Scope {
    fn holds(&self, exchange: &Exchange) -> bool {
        let of = |member: &str, names: &[String]| exchange.entry()[member].as_str().is_some_and(|name| names.iter().any(|known| known == name));
        let alone = self.orgs.is_empty() && self.apps.is_empty();
        alone || of("org", &self.orgs) || of("site", &self.orgs) || of("app", &self.apps) || of("client_id", &self.apps)
    }

    fn is_harness(&self, exchange: &Exchange) -> bool {
        !self.harness.is_empty() && exchange.header("user-agent") == Some(self.harness.as_str())
    }
}

/// What the journal has shown so far.
pub struct Journal {
    pages: Pages,
    scope: Scope,
    entries: Vec<Exchange>,
    /// What the harness itself sent in its users' names.
    visits: Vec<Exchange>,
}

impl Journal {
    /// The journal behind `control`, from its beginning.
    pub fn new(control: Control, scope: Scope) -> Self {
        Self { pages: Pages::after(control, 0), scope, entries: Vec::new(), visits: Vec::new() }
    }

    /// Lets entries of another org and app count too.
    pub fn widen(&mut self, org: &str, app: &str) {
        let alone = self.scope.orgs.is_empty() && self.scope.apps.is_empty();
        if !alone {
            self.scope.orgs.push(org.to_owned());
            self.scope.apps.push(app.to_owned());
        }
    }

    /// Begins after what there is now.
    ///
    /// # Errors
    /// When the control API refuses.
    pub async fn skip(&mut self) -> Outcome {
        self.pages.skip().await
    }

    /// Reads what is new. True if the integration sent something.
    ///
    /// # Errors
    /// When the control API refuses, or entries left the ring before they were read.
    pub async fn read(&mut self) -> Outcome<bool> {
        let before = self.entries.len();
        let news = self.pages.read().await?;
        if news.is_lossy {
            return Err(Failure::new("the journal lost entries before they were read: the integration sent more than its ring holds"));
        }
        for exchange in news.entries.into_iter().filter(|exchange| self.scope.holds(exchange)) {
            let kept = if self.scope.is_harness(&exchange) { &mut self.visits } else { &mut self.entries };
            kept.push(exchange);
        }
        Ok(self.entries.len() > before)
    }

    /// Reads all entries again whose answer was not handed over when they were read first.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub async fn complete(&mut self) -> Outcome {
        self.read().await?;
        let open: Vec<u64> = self.entries.iter().filter(|exchange| exchange.is_open()).map(Exchange::seq).collect();
        for exchange in self.pages.again(&open).await? {
            if let Some(known) = self.entries.iter_mut().find(|known| known.seq() == exchange.seq()) {
                *known = exchange;
            }
        }
        Ok(())
    }

    /// Everything of the integration read so far, oldest first.
    pub fn entries(&self) -> &[Exchange] {
        &self.entries
    }

    /// What the lane's users sent: authorization requests, logins, consents.
    pub fn visits(&self) -> &[Exchange] {
        &self.visits
    }

    /// Entries of both as the control API shows them, in their order.
    pub fn values(&self) -> Vec<Value> {
        let mut all: Vec<&Exchange> = self.entries.iter().chain(&self.visits).collect();
        all.sort_by_key(|exchange| exchange.seq());
        all.into_iter().map(|exchange| exchange.entry().clone()).collect()
    }

    /// Sequence number of the newest entry read, whoever it is of.
    pub fn newest(&self) -> u64 {
        self.pages.newest()
    }

    /// Waits until the integration is quiet: nothing for a while, and for longer if it has repeated itself after `since`,
    /// as long as its own rhythm lets expect another repetition.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub async fn quiet(&mut self, since: u64) -> Outcome {
        let begun = Instant::now();
        self.read().await?;
        let mut idle_since = Instant::now();
        loop {
            let needed = QUIET.max(self.rhythm(since).map_or(QUIET, |gap| gap.mul_f32(2.5).min(LONGEST_GAP)));
            let Some(rest) = needed.checked_sub(idle_since.elapsed()).filter(|rest| !rest.is_zero()) else { return Ok(()) };
            if begun.elapsed() > PATIENCE {
                return Ok(());
            }
            tokio::time::sleep(rest).await;
            if self.read().await? {
                idle_since = Instant::now();
            }
        }
    }

    /// The gap between the last two equal requests after `since`.
    fn rhythm(&self, since: u64) -> Option<Duration> {
        let mut recent = self.entries.iter().rev().take_while(|exchange| exchange.seq() > since);
        let last = recent.next()?;
        let again = recent.find(|exchange| exchange.sort() == last.sort() && exchange.path() == last.path())?;
        (last.at()? - again.at()?).try_into().ok()
    }

    /// Waits until the integration has sent at least this many requests from now on; how many they were then. It is looked at now
    /// and then only, for most operations are done before the first look.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub async fn flood(&mut self, most: usize) -> Outcome<usize> {
        let before = self.entries.len();
        loop {
            tokio::time::sleep(BETWEEN_COUNTS).await;
            self.read().await?;
            let sent = self.entries.len() - before;
            if sent >= most {
                return Ok(sent);
            }
        }
    }

    /// Waits until so many other refreshes have been answered since the journal was last looked at. When as many data requests have
    /// met the end of their session as there are callers, so that each of them knows that it has to refresh, they have `patience`
    /// after the last request of any kind; if not, `longest`, which is the most in every case.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub async fn rivals(&mut self, wanted: usize, patience: Duration, longest: Duration) -> Outcome {
        let (begun, known) = (Instant::now(), self.newest());
        let mut sign = begun;
        loop {
            if self.read().await? {
                sign = Instant::now();
            }
            let entries = || self.entries.iter().filter(|exchange| !exchange.is_held_note());
            if entries().filter(|exchange| exchange.seq() > known && exchange.sort() == Sort::Refresh).count() >= wanted {
                return Ok(());
            }
            let refused = entries().filter(|exchange| exchange.sort() == Sort::Data && exchange.status() == Some(401)).count();
            let end = if refused > wanted { (sign + patience).min(begun + longest) } else { begun + longest };
            if Instant::now() >= end {
                return Ok(());
            }
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
    }

    /// Waits until a fault holds a request.
    ///
    /// # Errors
    /// `None` when none came within `patience`.
    pub async fn held(&mut self, fault: u64, patience: Duration) -> Outcome<Option<Exchange>> {
        let begun = Instant::now();
        loop {
            self.read().await?;
            let held = self.entries.iter().find(|exchange| exchange.is_held_note() && exchange.entry()["fault"].as_u64() == Some(fault));
            if let Some(held) = held {
                return Ok(Some(held.clone()));
            }
            if begun.elapsed() > patience {
                return Ok(None);
            }
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
    }
}
