//! The journal: what every request asked and what it was answered, for people, tests and the conformance harness.
//!
//! An entry is taken down raw, in one allocation, because it lies on the way of every answer; it is read, judged and
//! freed of secrets only when somebody asks for it.

mod assertion;
mod entry;
mod facts;
mod flow;
mod har;
mod params;
mod redact;
mod render;
mod secret_names;
mod state;

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;
use tokio::sync::watch;

use crate::clock::Entropy;

pub use assertion::unverified as unverified_jwt;
use entry::Moments;
pub use entry::{Draft, Entry, Taken};
pub use facts::{Explained, Facts, Noted};
pub use flow::flow_of;
pub use har::har;
pub use params::{Params, pairs, params};
pub use redact::FingerprintKey;
pub use render::{Names, render};

/// Bytes the ring may hold before the oldest entries go.
const RING_BYTES: usize = 16 * 1024 * 1024;

/// The ring of entries, shared by all connections.
pub struct Journal {
    ring: Mutex<Ring>,
    newest: watch::Sender<u64>,
    closed: AtomicBool,
    moments: Moments,
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
        Self {
            ring: Mutex::default(),
            newest: watch::channel(0).0,
            closed: AtomicBool::new(false),
            moments: Moments::default(),
            key: FingerprintKey::new(entropy),
        }
    }

    /// Takes an entry down and gives it its sequence number.
    pub fn push(&self, mut entry: Entry) -> Arc<Entry> {
        let mut ring = self.ring.lock();
        ring.newest += 1;
        entry.seq = ring.newest;
        entry.moments = self.moments.clone();
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

    /// The number of this moment among all arrivals and answers.
    pub fn moment(&self) -> u64 {
        self.moments.next()
    }

    /// Entries with a sequence number above `since`.
    pub fn after(&self, since: u64) -> Page {
        let ring = self.ring.lock();
        let first = ring.entries.front().map_or(ring.newest + 1, |entry| entry.seq);
        let skip = usize::try_from(since.saturating_add(1).saturating_sub(first)).unwrap_or(usize::MAX);
        Page { entries: ring.entries.iter().skip(skip).cloned().collect(), truncated_before: first, newest: ring.newest }
    }

    /// The server stops: nobody is to wait for further entries.
    pub fn close(&self) {
        self.closed.store(true, Ordering::Release);
        self.newest.send_modify(|_| {});
    }

    pub fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// Tells when entries have been added, and when the journal is closed.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.newest.subscribe()
    }

    /// The key of this run under which secrets have their fingerprints.
    pub fn key(&self) -> &FingerprintKey {
        &self.key
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, Method, Uri};

    use super::*;
    use crate::clock::Timestamp;
    use crate::org::{Host, Scheme};

    fn entry(body: &[u8]) -> Entry {
        let taken = Taken {
            at: Timestamp(1),
            virtual_at: Timestamp(2),
            moment: 1,
            connection: 1,
            source: ([127, 0, 0, 1], 1).into(),
            scheme: Scheme::Http,
            site: Host::Login,
            route: "rest/versions",
            version: axum::http::Version::HTTP_11,
            method: Method::GET,
            facts: Facts::default(),
        };
        Draft::new(taken, &Uri::from_static("/services/data"), &HeaderMap::new(), body).answered(200, None, &HeaderMap::new(), b"[]")
    }

    #[test]
    fn the_oldest_entries_go_when_the_ring_is_full() {
        let journal = Journal::new(&Entropy::new(Some(1)));
        for _ in 0..400 {
            journal.push(entry(&[b'x'; 60_000]));
        }
        let page = journal.after(0);
        assert_eq!(page.newest, 400);
        assert!(page.truncated_before > 1 && page.entries.len() as u64 == 401 - page.truncated_before);
        assert!(page.entries.iter().map(|entry| entry.cost()).sum::<usize>() <= RING_BYTES);
        assert_eq!(journal.after(399).entries.len(), 1);
        assert!(journal.after(400).entries.is_empty() && journal.after(u64::MAX - 1).entries.is_empty());
    }

    #[test]
    fn an_entry_gives_back_what_went_over_the_wire() {
        let entry = entry(&[b'x'; 70_000]);
        assert_eq!(entry.target(), b"/services/data");
        assert_eq!((entry.request_body().len(), entry.answer_body()), (65_536, &b"[]"[..]));
        assert_eq!(entry.request_rest.as_ref().map(|rest| rest.length), Some(70_000));
    }
}
