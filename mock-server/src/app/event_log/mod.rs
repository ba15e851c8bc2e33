//! Event log files: what an org's users and programs did, an hour and a day at a time.
//!
//! A call costs its request one push to a list. Lines are written when an hour of the virtual clock is over, and the files of an hour or a
//! day are there as soon as it is over; Salesforce takes some hours more.

mod lines;

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::atomic::{AtomicI64, Ordering};

use parking_lot::Mutex;

use super::{App, LiveOrg};
use crate::clock::{Clock, Timestamp};
use crate::id::{AppId, UserId};
use crate::journal::Entry;
use crate::storage::StoreError;
use crate::store::Tx;

use lines::EventType;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
/// Calls of one hour that are remembered: the newest. To write a line takes longer than many a call.
const WAITING: usize = 10_000;
/// How long a file is kept, in milliseconds: 30 days, as with an event monitoring licence.
const KEPT: i64 = 30 * DAY;
/// Logins taken down at once.
const LOGINS_AT_ONCE: u32 = 50_000;

/// A call to an API, as far as files tell of it.
#[derive(Debug)]
pub(super) struct ApiCall {
    at: Timestamp,
    user: UserId,
    app: Option<AppId>,
    family: Family,
    route: &'static str,
    method: String,
    /// Path and query.
    target: String,
    status: u16,
    request_size: usize,
    response_size: usize,
    run_time: i64,
    client_ip: IpAddr,
    user_agent: String,
    /// `client=` of `Sforce-Call-Options`.
    client_name: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    Rest,
    Bulk,
    Soap,
}

impl Family {
    fn of_route(route: &str) -> Option<Self> {
        match route.split('/').next() {
            Some("rest" | "tooling") => Some(Self::Rest),
            Some("bulk" | "async") => Some(Self::Bulk),
            Some("soap") => Some(Self::Soap),
            _ => None,
        }
    }
}

/// What was not written yet.
#[derive(Default)]
pub(super) struct EventLog {
    waiting: Mutex<VecDeque<ApiCall>>,
    /// When the current hour is over, in milliseconds since 1970; 0 until somebody looked.
    next_roll: AtomicI64,
}

impl EventLog {
    /// Forgets what waits: the org was put back to how it was.
    pub(super) fn clear(&self) {
        self.waiting.lock().clear();
        self.next_roll.store(0, Ordering::Release);
    }
}

impl App {
    /// Takes down a call that was answered. Calls of nobody leave no line.
    pub fn log_call(&self, entry: &Entry) {
        let Some(family) = Family::of_route(entry.taken.route) else { return };
        let noted = entry.taken.facts.read();
        let (Some(org), Some(user)) = (noted.org.and_then(|id| self.org(id)), noted.user) else { return };
        let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
        let (mut user_agent, mut options) = (String::new(), String::new());
        for (name, value) in entry.request_headers() {
            match name {
                b"user-agent" if user_agent.is_empty() => user_agent = text(value),
                b"sforce-call-options" if options.is_empty() => options = text(value),
                _ => {}
            }
        }
        let call = ApiCall {
            at: entry.taken.virtual_at,
            user,
            app: noted.app,
            family,
            route: entry.taken.route,
            method: entry.taken.method.as_str().to_owned(),
            target: text(entry.target()),
            status: entry.status,
            request_size: entry.request_rest.as_ref().map_or(entry.request_body().len(), |rest| rest.length),
            response_size: entry.answer_rest.as_ref().map_or(entry.answer_body().len(), |rest| rest.length),
            run_time: Clock::wall().0 - entry.taken.at.0,
            client_ip: entry.taken.source.ip(),
            user_agent,
            client_name: options.split(',').find_map(|part| part.trim().strip_prefix("client=")).unwrap_or_default().to_owned(),
        };
        let mut waiting = org.event_log().waiting.lock();
        if waiting.len() >= WAITING {
            waiting.pop_front();
        }
        waiting.push_back(call);
    }

    /// Writes what the hour that is not over has so far, before the server stops.
    pub(super) fn keep_event_log(&self) -> Result<(), StoreError> {
        // One org that fails keeps the others from nothing.
        let mut outcome = Ok(());
        for org in self.orgs() {
            outcome = outcome.and(self.write_waiting(&org));
        }
        outcome
    }

    /// Makes the files of the hours and days that are over. Costs one comparison while none is.
    pub(super) fn roll_event_log(&self, org: &LiveOrg, now: Timestamp) -> Result<(), StoreError> {
        let next = org.event_log().next_roll.load(Ordering::Acquire);
        if now.0 < next && next - now.0 <= HOUR {
            return Ok(());
        }
        let hour_end = hour_of(now) + HOUR;
        // Whoever comes first does it.
        if org.event_log().next_roll.compare_exchange(next, hour_end, Ordering::AcqRel, Ordering::Acquire).is_err() || next == 0 {
            return Ok(());
        }
        self.write_waiting(org)?;
        let logins = org.read(|tx| tx.logins_not_logged(LOGINS_AT_ONCE))?;
        let due = org.read(|tx| tx.event_pieces_due(hour_of(now)))?;
        if logins.is_empty() && due.is_empty() {
            return Ok(());
        }
        org.write(|tx| {
            for (hour, text) in lines::of_logins(org.id(), &logins) {
                tx.add_event_piece(EventType::Login.name(), hour, &text)?;
            }
            if let Some(last) = logins.last() {
                tx.note_logins_logged(&last.id)?;
            }
            file(tx, now)
        })
    }

    fn write_waiting(&self, org: &LiveOrg) -> Result<(), StoreError> {
        let calls = Vec::from(std::mem::take(&mut *org.event_log().waiting.lock()));
        if calls.is_empty() {
            return Ok(());
        }
        let pieces = lines::of_calls(self, org, &calls)?;
        org.write(|tx| {
            for ((kind, hour), text) in &pieces {
                tx.add_event_piece(kind.name(), *hour, text)?;
            }
            Ok(())
        })
    }
}

/// Turns the pieces of hours and days that are over into files.
fn file(tx: &Tx<'_>, now: Timestamp) -> Result<(), StoreError> {
    let this_hour = hour_of(now);
    for (kind, hour) in tx.event_hours_to_file(this_hour)? {
        let Some(event) = EventType::read(&kind) else { continue };
        let body = event.header() + &tx.event_lines(&kind, hour, hour + HOUR)?;
        tx.add_event_log_file(&kind, ("Hourly", 1), (hour, now.0), &event.columns().join(","), &body)?;
        tx.mark_event_hour(&kind, hour)?;
    }
    let today = now.0.div_euclid(DAY) * DAY;
    for (kind, day) in tx.event_days_to_file(today)? {
        let Some(event) = EventType::read(&kind) else { continue };
        let body = event.header() + &tx.event_lines(&kind, day, day + DAY)?;
        tx.add_event_log_file(&kind, ("Daily", 0), (day, now.0), &event.columns().join(","), &body)?;
        tx.drop_event_lines(&kind, day, day + DAY)?;
    }
    tx.drop_event_log_files(now.0 - KEPT)
}

fn hour_of(at: Timestamp) -> i64 {
    at.0.div_euclid(HOUR) * HOUR
}
