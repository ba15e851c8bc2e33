//! Reading a server's journal while somebody else talks to the server.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::Observation;
use crate::client::Control;
use crate::evidence::Exchange;
use crate::failure::Outcome;

/// How long apart the journal is looked at.
const BETWEEN_LOOKS: Duration = Duration::from_millis(200);

/// A watch over a journal.
pub struct Watch {
    control: Control,
    /// Newest entry read.
    newest: u64,
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
        let newest = match since {
            Some(since) => since,
            None => control.get("/requests?limit=1").await?["newest"].as_u64().unwrap_or_default(),
        };
        Ok(Self { control, newest, open: Vec::new() })
    }

    /// Feeds what is new, and what has been answered since. True if something was new.
    ///
    /// # Errors
    /// When the control API does not answer.
    pub async fn look(&mut self, observation: &mut Observation) -> Outcome<bool> {
        let before = self.newest;
        if let Some(first) = self.open.iter().min().copied() {
            let page = self.control.get(&format!("/requests?since={}", first.saturating_sub(1))).await?;
            let entries = page["requests"].as_array().cloned().unwrap_or_default();
            for entry in entries {
                if entry["seq"].as_u64().is_some_and(|seq| self.open.contains(&seq)) {
                    self.take(entry, observation);
                }
            }
        }
        loop {
            let page = self.control.get(&format!("/requests?since={}", self.newest)).await?;
            let lost = page["truncated_before"].as_u64().is_some_and(|first| first > self.newest + 1);
            observation.is_lossy |= lost && self.newest > 0;
            let Some(entries) = page["requests"].as_array().filter(|entries| !entries.is_empty()) else { break };
            for entry in entries.clone() {
                self.newest = self.newest.max(entry["seq"].as_u64().unwrap_or_default());
                self.take(entry, observation);
            }
            if page["newest"].as_u64().is_none_or(|newest| newest <= self.newest) {
                break;
            }
        }
        Ok(self.newest > before)
    }

    fn take(&mut self, entry: Value, observation: &mut Observation) {
        let exchange = Exchange::new(entry);
        self.open.retain(|seq| *seq != exchange.seq());
        if exchange.answered_at().is_none() && !exchange.is_held_note() {
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
