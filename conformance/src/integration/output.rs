//! What the processes of a driver print beside their answers: events, stray words, standard error. Bounded.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;

/// Events kept of one driver.
const EVENTS: usize = 1_000;

/// How much of standard error a failure quotes, in bytes.
const LAST_WORDS: usize = 400;

/// Output of all processes of one driver; clones share it.
#[derive(Debug, Clone, Default)]
pub struct Output(Arc<Mutex<Collected>>);

/// What was printed so far.
#[derive(Debug, Clone, Default)]
pub struct Collected {
    pub stderr: Vec<u8>,
    /// Lines on standard output that are no messages.
    pub stray: Vec<u8>,
    /// Every event, as it came.
    pub events: Vec<Value>,
    /// Answers `bad_request` to lines that were no requests.
    pub complaints: usize,
    /// Bytes on standard output, messages included.
    stdout: usize,
}

impl Output {
    /// What was printed so far.
    pub fn collected(&self) -> Collected {
        self.lock().clone()
    }

    /// The end of standard error, as text.
    pub(super) fn last_words(&self) -> String {
        let collected = self.lock();
        let from = collected.stderr.len().saturating_sub(LAST_WORDS);
        String::from_utf8_lossy(&collected.stderr[from..]).trim().to_owned()
    }

    /// Counts bytes of standard output; false if they are too many.
    pub(super) fn count_stdout(&self, count: usize, limit: usize) -> bool {
        let mut collected = self.lock();
        collected.stdout += count;
        collected.stdout <= limit
    }

    /// Keeps standard error; false if it is too much.
    pub(super) fn stderr(&self, bytes: &[u8], limit: usize) -> bool {
        let mut collected = self.lock();
        let room = limit.saturating_sub(collected.stderr.len());
        collected.stderr.extend_from_slice(&bytes[..bytes.len().min(room)]);
        bytes.len() <= room
    }

    /// Keeps a line that is no message. Standard output is bounded as a whole, so this is too.
    pub(super) fn stray(&self, line: &[u8]) {
        self.lock().stray.extend_from_slice(line);
    }

    pub(super) fn event(&self, event: Value) {
        let mut collected = self.lock();
        if collected.events.len() < EVENTS {
            collected.events.push(event);
        }
    }

    pub(super) fn complaint(&self) {
        self.lock().complaints += 1;
    }

    fn lock(&self) -> MutexGuard<'_, Collected> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
