//! The journal: what every request asked and what it was answered, for people, tests and the conformance harness.
//!
//! An entry is taken down raw, in one allocation, because it lies on the way of every answer; it is read, judged and
//! freed of secrets only when somebody asks for it.

mod entry;
mod facts;
mod redact;
mod render;

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::watch;

use crate::clock::Entropy;

pub use entry::{Draft, Entry, Event, Taken};
pub use facts::{Facts, Noted};
pub use redact::FingerprintKey;
pub use render::{Names, render};

/// Bytes the ring may hold before the oldest entries go.
const RING_BYTES: usize = 16 * 1024 * 1024;

/// The ring of entries, shared by all connections.
pub struct Journal {
    ring: Mutex<Ring>,
    newest: watch::Sender<u64>,
    key: FingerprintKey,
}

#[derive(Default)]
struct Ring {
    entries: VecDeque<Arc<Entry>>,
    bytes: usize,
    /// Sequence number of the newest entry; the first is 1.
    newest: u64,
}

/// Entries after some sequence number, oldest first.
pub struct Page {
    pub entries: Vec<Arc<Entry>>,
    /// Every entry before this sequence number has left the ring.
    pub truncated_before: u64,
    /// Sequence number of the newest entry there is.
    pub newest: u64,
}

impl Journal {
    pub fn new(entropy: &Entropy) -> Self {
        Self { ring: Mutex::default(), newest: watch::channel(0).0, key: FingerprintKey::new(entropy) }
    }

    /// Takes an entry down and gives it its sequence number.
    pub fn push(&self, mut entry: Entry) -> Arc<Entry> {
        let mut ring = self.ring.lock();
        ring.newest += 1;
        entry.seq = ring.newest;
        let entry = Arc::new(entry);
        ring.bytes += entry.cost();
        ring.entries.push_back(Arc::clone(&entry));
        while ring.bytes > RING_BYTES && ring.entries.len() > 1 {
            ring.bytes -= ring.entries.pop_front().map_or(0, |oldest| oldest.cost());
        }
        drop(ring);
        if self.newest.receiver_count() > 0 {
            self.newest.send_replace(entry.seq);
        }
        entry
    }

    /// Entries with a sequence number above `since`.
    pub fn after(&self, since: u64) -> Page {
        let ring = self.ring.lock();
        let first = ring.entries.front().map_or(ring.newest + 1, |entry| entry.seq);
        let skip = usize::try_from((since + 1).saturating_sub(first)).unwrap_or(usize::MAX);
        Page { entries: ring.entries.iter().skip(skip).cloned().collect(), truncated_before: first, newest: ring.newest }
    }

    /// Tells when entries have been added.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.newest.subscribe()
    }

    /// The key of this run under which secrets have their fingerprints.
    pub fn key(&self) -> &FingerprintKey {
        &self.key
    }
}
