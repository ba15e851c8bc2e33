//! The explanations of recent refusals: which rule, why, and the click path that mends it.

use std::collections::VecDeque;

use parking_lot::Mutex;

use super::refusal::{Answer, Fix, Surface};
use super::{AppDefinition, Blocked, Flow, Release};
use crate::clock::Timestamp;
use crate::id::{AppId, OrgId, UserId};

/// The newest refusals that are kept.
const KEPT: usize = 2_000;

/// Refusals of the whole server, oldest first. Not part of any org's data: lost on restart.
#[derive(Debug, Default)]
pub struct Refusals(Mutex<Ring>);

#[derive(Debug, Default)]
struct Ring {
    last: u64,
    kept: VecDeque<Refusal>,
}

/// One refusal, explained.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// From 1, without gaps; set when it is recorded.
    pub seq: u64,
    pub at: Timestamp,
    pub org: OrgId,
    pub app: Option<(AppId, String)>,
    pub user: Option<(UserId, String)>,
    pub flow: Option<Flow>,
    /// `gate.not_installed`
    pub rule: &'static str,
    /// A sentence.
    pub reason: String,
    pub error: &'static str,
    pub error_description: &'static str,
    pub surface: Surface,
    pub fix: Vec<Fix>,
}

impl Refusal {
    /// Explains what admission decided. `package` is one that carries the app, if any.
    pub fn of_app(at: Timestamp, org: OrgId, app: &AppDefinition, package: Option<&Release>, blocked: Blocked, answer: Answer) -> Self {
        Self {
            seq: 0,
            at,
            org,
            app: Some((app.id, app.name.clone())),
            user: None,
            flow: None,
            rule: blocked.rule(),
            reason: blocked.reason().into(),
            error: answer.error,
            error_description: answer.error_description,
            surface: answer.surface,
            fix: blocked.fix(app, package),
        }
    }

    pub fn with_user(self, id: UserId, username: impl Into<String>) -> Self {
        Self { user: Some((id, username.into())), ..self }
    }

    pub fn with_flow(self, flow: Flow) -> Self {
        Self { flow: Some(flow), ..self }
    }
}

impl Refusals {
    /// Keeps the refusal and gives its number, which the journal entry names.
    pub fn record(&self, refusal: Refusal) -> u64 {
        let mut ring = self.0.lock();
        ring.last += 1;
        let seq = ring.last;
        if ring.kept.len() == KEPT {
            ring.kept.pop_front();
        }
        ring.kept.push_back(Refusal { seq, ..refusal });
        seq
    }

    /// Those after number `seq` that `wanted` accepts, oldest first.
    pub fn since(&self, seq: u64, wanted: impl Fn(&Refusal) -> bool) -> Vec<Refusal> {
        self.0.lock().kept.iter().filter(|refusal| refusal.seq > seq && wanted(refusal)).cloned().collect()
    }

    /// The newest one of an org that `wanted` accepts.
    pub fn latest(&self, org: OrgId, wanted: impl Fn(&Refusal) -> bool) -> Option<Refusal> {
        self.0.lock().kept.iter().rev().find(|refusal| refusal.org == org && wanted(refusal)).cloned()
    }

    /// Forgets those of one org, or all. Numbers go on.
    pub fn forget(&self, org: Option<OrgId>) {
        self.0.lock().kept.retain(|refusal| org.is_some_and(|org| refusal.org != org));
    }
}
