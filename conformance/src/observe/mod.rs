//! Watching an integration at its work: checks judged by the journal alone, without a driver.
//!
//! The rules are those of the steps (`crate::rules`). What differs is that nobody arranges anything: a row is judged when the
//! traffic happens to exercise it, and else says what would.

pub mod facts;
pub mod inject;
pub mod rows;
pub mod scene;
pub mod watch;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

pub use facts::Facts;
pub use inject::Injected;
pub use scene::Scene;

use crate::certify::catalogue::{Catalogue, Check};
use crate::certify::judging::unrun;
use crate::certify::{Judged, Verdict, verdict};
use crate::evidence::{Exchange, Sort};
use crate::rules::Finding;

/// Most of a body that is kept: where a page ends is told at its beginning.
const BODY: usize = 4_096;
/// Most entries that are kept.
const MOST: usize = 200_000;

/// What is watched.
#[derive(Debug, Clone, Default)]
pub struct Subject {
    /// Consumer keys; of a migration the old one first.
    pub keys: Vec<String>,
    /// User names whose requests count; all if empty.
    pub users: Vec<String>,
    /// Whether the keys are the old and the new app of one integration.
    pub migrates: bool,
}

/// Journal entries, gathered for one integration.
#[derive(Debug, Default)]
pub struct Observation {
    subject: Subject,
    entries: BTreeMap<u64, Exchange>,
    /// True if entries left the journal, or came in such numbers, that not all were read.
    pub is_lossy: bool,
}

impl Observation {
    /// An observation of which nothing has been seen yet.
    pub fn of(subject: Subject) -> Self {
        Self { subject, ..Self::default() }
    }

    /// Takes an entry as the control API shows it. One that is known already takes the place of what was known.
    pub fn feed(&mut self, mut entry: Value) {
        for half in ["request", "response"] {
            if let Some(Value::String(body)) = entry.get_mut(half).and_then(|half| half.get_mut("body")) {
                let end = (0..=BODY.min(body.len())).rev().find(|at| body.is_char_boundary(*at)).unwrap_or_default();
                body.truncate(end);
            }
        }
        let exchange = Exchange::new(entry);
        let is_of_interest = exchange.sort() != Sort::Other || exchange.issued("code").is_some();
        if !is_of_interest {
            return;
        }
        if self.entries.len() >= MOST && !self.entries.contains_key(&exchange.seq()) {
            self.is_lossy = true;
            return;
        }
        self.entries.insert(exchange.seq(), exchange);
    }

    /// The integration's part of what was seen so far.
    pub fn scene(&self, facts: Facts, ended: Option<Timestamp>) -> Scene {
        let entries: Vec<Exchange> = self.entries.values().cloned().collect();
        let mut scene = Scene::read(&entries, &self.subject.keys, &self.subject.users, facts);
        (scene.ended, scene.migrates) = (ended, self.subject.migrates);
        scene
    }
}

/// Judges all that watching can judge, in the order of the catalogue; with what was arranged, also what that reached.
pub fn judge(scene: &Scene, injected: Option<Injected>, catalogue: &Catalogue) -> Vec<Judged> {
    let arranged = injected.is_some();
    let mut found = injected.map(|injected| injected.findings).unwrap_or_default();
    let mut judged = Vec::new();
    for check in &catalogue.checks {
        let by_traffic = rows::ROWS.iter().find(|row| row.check == check.id).map(|row| ((row.judge)(scene), row.hint));
        let is_arranged = arranged && inject::rows().any(|row| row.check == check.id);
        let by_change = is_arranged.then(|| (found.remove(check.id.as_str()).unwrap_or_else(inject::left_out), inject::HINT));
        let finding = match (by_change, by_traffic) {
            (Some((finding, _)), Some(by_traffic)) if finding.is_not_exercised() => Some(by_traffic),
            (by_change, by_traffic) => by_change.or(by_traffic),
        };
        judged.extend(finding.map(|(finding, hint)| judged_by(check, finding, hint, scene)));
    }
    verdict::blocked(catalogue, &mut judged);
    judged
}

fn judged_by(check: &Check, finding: Finding, hint: &str, scene: &Scene) -> Judged {
    let Finding { mut evidence, notes, outcome } = finding;
    evidence.sort_unstable();
    evidence.dedup();
    let kind = outcome.as_ref().err().map(crate::Failure::kind);
    // A rule asks nobody, so that it cannot break.
    let verdict = Verdict::of(check.level, kind).unwrap_or(Verdict::NotExercised);
    let told = match (&outcome, verdict) {
        (Err(failure), Verdict::NotExercised) => format!("{}. To exercise it: {hint}", failure.sentence()),
        (Err(failure), _) => failure.sentence().to_owned(),
        (Ok(()), _) => notes.join("; "),
    };
    let mut judged = unrun(check, verdict, &told);
    judged.reason = judged.reason.filter(|reason| !reason.is_empty());
    judged.journal = scene.entries_of(&evidence);
    judged.evidence = evidence;
    judged.duration = Duration::ZERO;
    judged
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
