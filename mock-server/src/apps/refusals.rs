//! The explanations of recent refusals: which rule, why, and the click path that mends it.

use std::borrow::Cow;
use std::collections::VecDeque;

use parking_lot::Mutex;

use super::refusal::Surface;
use super::{About, Explains, Fix, Flow};
use crate::clock::Timestamp;
use crate::id::{AppId, OrgId, UserId};

/// The newest refusals that are kept.
const KEPT: usize = 2_000;
/// Characters of a sentence that are kept: some name what a client sent.
const LONGEST: usize = 300;

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
    /// `None` where no org could be told: an unknown app at a login host.
    pub org: Option<OrgId>,
    pub app: Option<(AppId, String)>,
    pub user: Option<(UserId, String)>,
    pub flow: Option<Flow>,
    /// `gate.not_installed`
    pub rule: &'static str,
    /// A sentence.
    pub reason: Cow<'static, str>,
    pub error: Cow<'static, str>,
    pub error_description: Cow<'static, str>,
    pub surface: Surface,
    pub fix: Vec<Fix>,
}

impl Refusal {
    /// What a reason says of itself, about an app if there is one.
    pub fn of(at: Timestamp, why: &dyn Explains, about: About<'_>, surface: Surface) -> Self {
        let (error, error_description) = why.told();
        Self {
            seq: 0,
            at,
            org: None,
            app: about.app.map(|app| (app.id, app.name.clone())),
            user: None,
            flow: why.flow(),
            rule: why.rule(),
            reason: short(why.reason()),
            error: short(error),
            error_description: short(error_description),
            surface,
            fix: why.fix(about),
        }
    }

    pub fn in_org(self, org: Option<OrgId>) -> Self {
        Self { org, ..self }
    }

    pub fn with_user(self, id: UserId, username: impl Into<String>) -> Self {
        Self { user: Some((id, username.into())), ..self }
    }
}

fn short(text: Cow<'static, str>) -> Cow<'static, str> {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]).into(),
        None => text,
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
        self.0.lock().kept.iter().rev().find(|refusal| refusal.org == Some(org) && wanted(refusal)).cloned()
    }

    /// Forgets those of one org, or all. Numbers go on.
    pub fn forget(&self, org: Option<OrgId>) {
        self.0.lock().kept.retain(|refusal| org.is_some() && refusal.org != org);
    }
}
