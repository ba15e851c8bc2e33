//! What the wire proves: the predicates of the checks, as functions of journal entries alone.
//!
//! The steps of `features/client/`, the observer of traffic and `verify` judge by them. A rule looks at the exchanges it is
//! given, whoever made them come about, and never asks a server or an integration.

pub mod authorization;
pub mod data;
pub mod device;
pub mod exchange;
pub mod grants;
pub mod migration;
pub mod renewal;
pub mod restraint;
pub mod revocation;
pub mod secrets;
pub mod sides;
pub mod soql;

use crate::evidence::Exchange;
use crate::failure::{Failure, Kind, Outcome};

/// What a rule found, and by what.
#[derive(Debug)]
pub struct Finding {
    /// Journal sequence numbers of the entries it rests on.
    pub evidence: Vec<u64>,
    /// What a pass should mention.
    pub notes: Vec<String>,
    pub outcome: Outcome,
}

impl Finding {
    /// A finding that rests on these exchanges.
    pub fn of<'e>(seen: impl IntoIterator<Item = &'e Exchange>, outcome: Outcome) -> Self {
        Self { evidence: seen.into_iter().map(Exchange::seq).filter(|seq| *seq > 0).collect(), notes: Vec::new(), outcome }
    }

    /// A breach if anything is wrong.
    pub fn wrong<'e>(seen: impl IntoIterator<Item = &'e Exchange>, wrong: &[String]) -> Self {
        Self::of(seen, breach(wrong))
    }

    /// Nothing to judge by.
    pub fn not_exercised(why: impl Into<String>) -> Self {
        Self::of([], Err(Failure::not_exercised(why)))
    }

    pub fn is_not_exercised(&self) -> bool {
        self.outcome.as_ref().is_err_and(|failure| failure.kind() == Kind::NotExercised)
    }

    /// The same, with a remark.
    #[must_use]
    pub fn noting(mut self, notes: impl IntoIterator<Item = String>) -> Self {
        self.notes.extend(notes);
        self
    }

    /// The same, resting on these exchanges too.
    #[must_use]
    pub fn resting_on<'e>(mut self, seen: impl IntoIterator<Item = &'e Exchange>) -> Self {
        self.evidence.extend(seen.into_iter().map(Exchange::seq));
        self
    }

    /// The graver of two findings, resting on the entries of both.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.evidence.extend(other.evidence);
        self.notes.extend(other.notes);
        self.outcome = self.outcome.and(other.outcome);
        self
    }
}

/// All that is wrong, as one breach.
pub(crate) fn breach(wrong: &[String]) -> Outcome {
    if wrong.is_empty() { Ok(()) } else { Err(Failure::breach(wrong.join("; "))) }
}
