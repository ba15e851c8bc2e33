//! The work of one Bulk 2.0 job or one batch: handed over at once, done in slices, each a transaction of its own.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;

/// Records of one slice: so many are written or read before others get their turn at the org.
pub const SLICE: usize = 2_000;

/// How far a job or batch is; what it is called depends on the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Phase {
    /// Takes data.
    #[default]
    Open,
    /// Has all its data and is in the queue.
    Waiting,
    Running,
    Done,
    /// Ended by an error of the whole.
    Failed,
    /// Aborted, or not processed because its job was.
    Stopped,
}

impl Phase {
    pub fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Stopped)
    }

    /// The state of a Bulk 1.0 batch.
    pub fn batch_state(self) -> &'static str {
        match self {
            Self::Open | Self::Waiting => "Queued",
            Self::Running => "InProgress",
            Self::Done => "Completed",
            Self::Failed => "Failed",
            Self::Stopped => "NotProcessed",
        }
    }
}

/// Progress through stored content.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Work {
    /// Bytes that were handed in, or `None` before that.
    pub bytes: Option<u64>,
    /// What is wrong with the data as a whole, found while it was handed in and told when it is processed.
    pub fault: Option<String>,
    /// When the data was complete.
    pub handed_over: Option<Timestamp>,
    /// From handing over to the end, by the virtual clock. Zero: as fast as it goes.
    pub delay: Duration,
    /// When the next step is to be taken; `None`: nothing to do.
    pub due: Option<Timestamp>,
    /// The header row of CSV.
    pub columns: Vec<String>,
    /// Where the next slice begins: a byte of CSV content, a record of JSON and XML, a row of a query.
    pub next: u64,
    pub processed: u64,
    pub failed: u64,
    /// Milliseconds spent on it.
    pub active: u64,
    pub ended: Option<Timestamp>,
}

impl Work {
    /// The data is complete: from here on the work is due.
    pub fn hand_over(&mut self, now: Timestamp, delay: Duration) {
        self.handed_over = Some(now);
        self.delay = delay;
        self.due = Some(now.plus(delay / 2));
    }

    /// When work that waits for the clock comes to its end: it is queued for the first half of its delay, in progress for the second.
    pub fn end_due(&self) -> Option<Timestamp> {
        Some(self.handed_over?.plus(self.delay))
    }

    pub fn end(&mut self, now: Timestamp) {
        self.due = None;
        self.ended = Some(now);
    }

    /// Milliseconds from handing over to the end: `totalProcessingTime`.
    pub fn total(&self) -> u64 {
        let took = self.handed_over.zip(self.ended).map_or(0, |(from, to)| to.0 - from.0);
        u64::try_from(took).unwrap_or(0).max(self.active)
    }
}
