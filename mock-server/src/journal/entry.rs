//! One exchange as it went over the wire, taken down without looking at it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use axum::http::{HeaderMap, Method, Uri, Version, header};
use twox_hash::XxHash3_128;

use super::Facts;
use crate::clock::Timestamp;
use crate::org::{Host, Scheme};

/// Bytes kept of a body; of the rest the journal keeps length and digest.
const BODY_BYTES: usize = 64 * 1024;

/// What an entry tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A request and its answer.
    Request,
    /// A fault holds the request; its answer has an entry of its own later.
    Held,
}

/// Numbers what happens on all connections in one line; the first is 1.
#[derive(Debug, Clone, Default)]
pub struct Moments(Arc<AtomicU64>);

impl Moments {
    pub fn next(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed) + 1
    }
}

/// What is known when a request has been placed, before anything of it is read.
#[derive(Debug, Clone)]
pub struct Taken {
    /// Wall time and virtual time of the arrival.
    pub at: Timestamp,
    pub virtual_at: Timestamp,
    /// Its place among all arrivals and answers, from [`Journal::moment`](super::Journal::moment).
    pub moment: u64,
    pub connection: u64,
    pub source: SocketAddr,
    pub scheme: Scheme,
    pub site: Host,
    /// Id of the route row; empty if none answers.
    pub route: &'static str,
    pub method: Method,
    pub version: Version,
    pub facts: Facts,
}

/// The part of a body that was cut off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rest {
    /// Bytes of the whole body.
    pub length: usize,
    /// XXH3 (128 bits) of what follows the part that was kept: it tells bodies apart, and a full page does not wait for it.
    pub digest: u128,
}

/// An exchange under way: the request side is complete.
#[derive(Debug, Clone)]
pub struct Draft {
    taken: Taken,
    raw: Vec<u8>,
    target_end: u32,
    headers_end: u32,
    body_end: u32,
    rest: Option<Rest>,
}

impl Draft {
    pub fn new(taken: Taken, target: &Uri, headers: &HeaderMap, body: &[u8]) -> Self {
        let mut raw = Vec::with_capacity(1024 + body.len().min(BODY_BYTES));
        raw.extend_from_slice(target.path().as_bytes());
        if let Some(query) = target.query() {
            raw.push(b'?');
            raw.extend_from_slice(query.as_bytes());
        }
        let target_end = position(&raw);
        push_headers(&mut raw, headers);
        // HTTP/2 names the host beside the headers.
        if let Some(authority) = target.authority().filter(|_| !headers.contains_key(header::HOST)) {
            raw.extend_from_slice(b"host:");
            raw.extend_from_slice(authority.as_str().as_bytes());
            raw.push(b'\n');
        }
        let headers_end = position(&raw);
        let rest = push_body(&mut raw, body);
        let body_end = position(&raw);
        Self { taken, raw, target_end, headers_end, body_end, rest }
    }

    /// The entry of a request that a fault holds; the draft lives on.
    pub fn held(&self, fault: u64) -> Entry {
        let entry = self.clone().finish(Event::Held, 0, Some(fault), &HeaderMap::new(), &[]);
        Entry { held: true, ..entry }
    }

    /// The entry of the whole exchange. `status` is 0 if the connection was cut before any answer.
    pub fn answered(self, status: u16, fault: Option<u64>, headers: &HeaderMap, body: &[u8]) -> Entry {
        self.finish(Event::Request, status, fault, headers, body)
    }

    fn finish(mut self, event: Event, status: u16, fault: Option<u64>, headers: &HeaderMap, body: &[u8]) -> Entry {
        push_headers(&mut self.raw, headers);
        let answer_headers_end = position(&self.raw);
        let answer_rest = push_body(&mut self.raw, body);
        Entry {
            seq: 0,
            event,
            status,
            fault,
            held: false,
            answered: AtomicI64::new(0),
            answered_moment: AtomicU64::new(0),
            moments: Moments::default(),
            ends: [self.target_end, self.headers_end, self.body_end, answer_headers_end],
            raw: self.raw,
            request_rest: self.rest,
            answer_rest,
            taken: self.taken,
        }
    }
}

/// One line of the journal. Raw: what leaves the process goes through `render`.
#[derive(Debug)]
pub struct Entry {
    /// Given by the journal; the first is 1.
    pub seq: u64,
    pub event: Event,
    pub taken: Taken,
    pub status: u16,
    /// Number of the fault that was applied.
    pub fault: Option<u64>,
    /// Whether a fault holds the request, or held it before it was answered.
    pub held: bool,
    pub request_rest: Option<Rest>,
    pub answer_rest: Option<Rest>,
    /// Wall time, in ms since the epoch, when the last byte of the answer had been handed to the connection; 0 before.
    answered: AtomicI64,
    /// Its place among all arrivals and answers; 0 before. Two may share a millisecond, never a moment.
    answered_moment: AtomicU64,
    pub(super) moments: Moments,
    raw: Vec<u8>,
    ends: [u32; 4],
}

impl Entry {
    /// Path and query as they were sent.
    pub fn target(&self) -> &[u8] {
        &self.raw[..self.ends[0] as usize]
    }

    pub fn request_headers(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        headers(&self.raw[self.ends[0] as usize..self.ends[1] as usize])
    }

    pub fn request_body(&self) -> &[u8] {
        &self.raw[self.ends[1] as usize..self.ends[2] as usize]
    }

    pub fn answer_headers(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        headers(&self.raw[self.ends[2] as usize..self.ends[3] as usize])
    }

    pub fn answer_body(&self) -> &[u8] {
        &self.raw[self.ends[3] as usize..]
    }

    /// Called when the answer has been handed to the connection entirely.
    pub fn mark_answered(&self, at: Timestamp) {
        self.answered.store(at.0, Ordering::Relaxed);
        self.answered_moment.store(self.moments.next(), Ordering::Relaxed);
    }

    pub fn answered_at(&self) -> Option<Timestamp> {
        Some(self.answered.load(Ordering::Relaxed)).filter(|at| *at != 0).map(Timestamp)
    }

    pub fn answered_moment(&self) -> Option<u64> {
        Some(self.answered_moment.load(Ordering::Relaxed)).filter(|moment| *moment != 0)
    }

    /// Bytes this entry takes in the ring.
    pub fn cost(&self) -> usize {
        size_of::<Self>() + size_of::<super::Noted>() + self.raw.capacity()
    }
}

/// Entries hold at most two bodies of 64 KiB and two heads of 16 KiB each, far below 4 GiB.
fn position(raw: &[u8]) -> u32 {
    u32::try_from(raw.len()).unwrap_or(u32::MAX)
}

/// One line per header; a header value cannot hold a line break.
fn push_headers(raw: &mut Vec<u8>, headers: &HeaderMap) {
    for (name, value) in headers {
        raw.extend_from_slice(name.as_str().as_bytes());
        raw.push(b':');
        raw.extend_from_slice(value.as_bytes());
        raw.push(b'\n');
    }
}

fn headers(lines: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut rest = lines;
    std::iter::from_fn(move || {
        // Every line ends with its break, and every one has a colon.
        let (colon, end) = (memchr::memchr(b':', rest)?, memchr::memchr(b'\n', rest)?);
        let line = (&rest[..colon], &rest[colon + 1..end]);
        rest = &rest[end + 1..];
        Some(line)
    })
}

fn push_body(raw: &mut Vec<u8>, body: &[u8]) -> Option<Rest> {
    let kept = body.len().min(BODY_BYTES);
    raw.extend_from_slice(&body[..kept]);
    (kept < body.len()).then(|| Rest { length: body.len(), digest: XxHash3_128::oneshot(&body[kept..]) })
}
