//! Watching an integration at its work: checks judged by the journal alone, without a driver.
//!
//! The rules are those of the steps (`crate::rules`). What differs is that nobody arranges anything: a row is judged when the
//! traffic happens to exercise it, and else says what would.

pub mod facts;
pub mod rows;
pub mod scene;
pub mod watch;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

pub use facts::Facts;
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

/// Judges all that watching can judge, in the order of the catalogue.
pub fn judge(scene: &Scene, catalogue: &Catalogue) -> Vec<Judged> {
    let row = |check: &Check| rows::ROWS.iter().find(|row| row.check == check.id);
    let mut judged: Vec<Judged> = catalogue.checks.iter().filter_map(|check| Some(judged_by(check, row(check)?, scene))).collect();
    verdict::blocked(catalogue, &mut judged);
    judged
}

fn judged_by(check: &Check, row: &rows::Row, scene: &Scene) -> Judged {
    let Finding { mut evidence, notes, outcome } = (row.judge)(scene);
    evidence.sort_unstable();
    evidence.dedup();
    let kind = outcome.as_ref().err().map(crate::Failure::kind);
    // A rule asks nobody, so that it cannot break.
    let verdict = Verdict::of(check.level, kind).unwrap_or(Verdict::NotExercised);
    let told = match (&outcome, verdict) {
        (Err(failure), Verdict::NotExercised) => format!("{}. To exercise it: {}", failure.sentence(), row.hint),
        (Err(failure), _) => failure.sentence().to_owned(),
        (Ok(()), _) => notes.join("; "),
    };
    let mut judged = unrun(check, verdict, &told);
    judged.reason = judged.reason.filter(|reason| !reason.is_empty());
    judged.journal = scene.sent.iter().filter(|entry| evidence.binary_search(&entry.seq()).is_ok()).map(|entry| entry.entry().clone()).collect();
    judged.evidence = evidence;
    judged.duration = Duration::ZERO;
    judged
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
