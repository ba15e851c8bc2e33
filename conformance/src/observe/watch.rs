//! Reading a server's journal while somebody else talks to the server.

use std::time::{Duration, Instant};

use super::Observation;
use crate::client::Control;
use crate::evidence::{Exchange, Pages};
use crate::failure::Outcome;

/// How long apart the journal is looked at.
const BETWEEN_LOOKS: Duration = Duration::from_millis(200);

/// A watch over a journal.
pub struct Watch {
    pages: Pages,
    /// Entries that were under way when they were read, to be read again.
    open: Vec<u64>,
}

/// Why a watch ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Somebody said so, or the time had come.
    Told,
    /// Nothing was sent for long enough.
    Idle,
    /// The server could no longer be read.
    ServerGone,
}

impl Watch {
    /// A watch of what comes after the entry `since`; without one, of what comes from now on.
    ///
    /// # Errors
    /// When the control API refuses.
    pub async fn begin(control: Control, since: Option<u64>) -> Outcome<Self> {
        let mut pages = Pages::after(control, since.unwrap_or_default());
        if since.is_none() {
            pages.skip().await?;
        }
        Ok(Self { pages, open: Vec::new() })
    }

    /// Sequence number of the newest entry read.
    pub fn newest(&self) -> u64 {
        self.pages.newest()
    }

    /// Feeds what is new, and what has been answered since. True if something was new.
    ///
    /// # Errors
    /// When the control API does not answer.
    pub async fn look(&mut self, observation: &mut Observation) -> Outcome<bool> {
        let before = self.pages.newest();
        for exchange in self.pages.again(&self.open).await? {
            self.take(&exchange, observation);
        }
        let news = self.pages.read().await?;
        observation.is_lossy |= news.is_lossy && before > 0;
        for exchange in &news.entries {
            self.take(exchange, observation);
        }
        Ok(self.pages.newest() > before)
    }

    fn take(&mut self, exchange: &Exchange, observation: &mut Observation) {
        self.open.retain(|seq| *seq != exchange.seq());
        if exchange.is_open() {
            self.open.push(exchange.seq());
        }
        observation.feed(exchange.entry().clone());
    }

    /// Looks again and again until `told` is over, or nothing has been sent for `idle`.
    pub async fn until(&mut self, observation: &mut Observation, told: impl Future<Output = ()>, idle: Duration) -> End {
        tokio::pin!(told);
        let mut quiet_since = Instant::now();
        loop {
            match self.look(observation).await {
                Ok(true) => quiet_since = Instant::now(),
                Ok(false) if quiet_since.elapsed() >= idle => return End::Idle,
                Ok(false) => {}
                Err(_) => return End::ServerGone,
            }
            tokio::select! {
                () = &mut told => {
                    // What was sent before the word came counts.
                    return if self.look(observation).await.is_ok() { End::Told } else { End::ServerGone };
                }
                () = tokio::time::sleep(BETWEEN_LOOKS) => {}
            }
        }
    }
}
