//! Whether a certificate may be believed.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde_json::Value;

use super::catalogue::Catalogue;
use super::certificate::{FORMAT, Payload, results_digest};
use super::jws::{Refused, VerifyingKey};
use super::profile::PROFILES;
use super::result::Judged;
use super::verdict;
use crate::failure::Outcome;
use crate::features::{Features, sha256};

/// Why a certificate is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    Signature(Refused),
    /// Another version of the format, or members missing.
    Format(String),
    /// It comes from a run that was no full one.
    Filtered(Vec<String>),
    /// It was made with other checks than this program holds.
    Stale {
        certified: String,
        held: String,
    },
    /// What it says about itself does not fit together.
    Inconsistent(String),
    /// The journal is not the one of the run.
    Journal(String),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signature(refused) => write!(f, "{refused}"),
            Self::Format(what) => write!(f, "it is no certificate of format {FORMAT}: {what}"),
            Self::Filtered(limits) => write!(f, "it was made from a filtered run: {}", limits.join(", ")),
            Self::Stale { certified, held } => {
                write!(
                    f,
                    "it is stale: it was made with other checks (features {}…) than this program holds ({}…)",
                    &certified[..certified.len().min(12)],
                    &held[..12]
                )
            }
            Self::Inconsistent(what) => write!(f, "it contradicts itself: {what}"),
            Self::Journal(what) => write!(f, "the journal is not that of the run: {what}"),
        }
    }
}

/// What a certificate is held against.
pub struct Yardstick<'y> {
    pub key: &'y VerifyingKey,
    /// The checks of this program.
    pub features: &'y Features,
    /// The text of the journal, if it is at hand.
    pub journal: Option<&'y str>,
    /// Accepts certificates made with other checks; their completeness cannot be judged.
    pub takes_stale: bool,
}

/// Opens a certificate and judges all that can be judged of it.
///
/// # Errors
/// The inner error says why it is refused; the outer one, that the checks of this program cannot be read.
pub fn verify(certificate: &str, yardstick: &Yardstick<'_>) -> Outcome<Result<Payload, Refusal>> {
    let catalogue = Catalogue::of(&yardstick.features.read()?)?;
    Ok(judge(certificate, yardstick, &catalogue))
}

fn judge(certificate: &str, yardstick: &Yardstick<'_>, catalogue: &Catalogue) -> Result<Payload, Refusal> {
    let payload = yardstick.key.open(certificate).map_err(Refusal::Signature)?;
    if payload["format"] != FORMAT {
        return Err(Refusal::Format(format!("it says {}", payload["format"])));
    }
    let payload: Payload = serde_json::from_value(payload).map_err(|error| Refusal::Format(error.to_string()))?;
    if !payload.limits.is_empty() {
        return Err(Refusal::Filtered(payload.limits));
    }
    if payload.server.seeds.len() < 2 || payload.server.seeds.first() == payload.server.seeds.last() {
        return Err(Refusal::Filtered(vec!["fewer than two passes with different seeds".to_owned()]));
    }
    if results_digest(&payload.results) != payload.results_digest {
        return Err(Refusal::Inconsistent("the digest of the results is another one".to_owned()));
    }
    let held = yardstick.features.digest();
    if payload.harness.features_digest == held {
        complete(&payload, catalogue)?;
    } else if !yardstick.takes_stale {
        return Err(Refusal::Stale { certified: payload.harness.features_digest, held });
    }
    if let Some(journal) = yardstick.journal {
        compare(&payload, journal)?;
    }
    Ok(payload)
}

/// Every check of every profile has a result, and the verdicts follow from the results.
fn complete(payload: &Payload, catalogue: &Catalogue) -> Result<(), Refusal> {
    let judged: Vec<Judged> = payload.results.iter().map(judged).collect();
    for stated in &payload.profiles {
        let profile = PROFILES.iter().find(|profile| profile.id == stated.id);
        let profile = profile.ok_or_else(|| Refusal::Inconsistent(format!("there is no profile {:?}", stated.id)))?;
        let missing: Vec<String> =
            profile.checks(catalogue).iter().filter(|check| !judged.iter().any(|one| one.check == check.id)).map(|check| check.id.clone()).collect();
        if !missing.is_empty() {
            return Err(Refusal::Filtered(vec![format!("{} lacks {}", stated.id, missing.join(", "))]));
        }
        let found = verdict::judge(profile, catalogue, &judged);
        if found.standing != stated.verdict {
            return Err(Refusal::Inconsistent(format!("{} is called {}, its results make it {}", stated.id, stated.verdict, found.standing)));
        }
    }
    Ok(())
}

fn judged(line: &super::certificate::ResultLine) -> Judged {
    Judged {
        check: line.check.clone(),
        level: line.level,
        verdict: line.result,
        reason: line.reason.clone(),
        step: None,
        evidence: line.evidence.clone(),
        journal: Vec::new(),
        conversation: Vec::new(),
        duration: Duration::from_millis(line.duration_ms),
        flaky: false,
        scenarios: Vec::new(),
    }
}

/// The journal has the digest that was certified, and holds all the evidence that the results name.
fn compare(payload: &Payload, journal: &str) -> Result<(), Refusal> {
    if sha256(journal.as_bytes()) != payload.journal_digest {
        return Err(Refusal::Journal("its digest is another one".to_owned()));
    }
    let mut held: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for line in journal.lines() {
        let line: Value = serde_json::from_str(line).map_err(|error| Refusal::Journal(error.to_string()))?;
        let (check, seq) = (line["check"].as_str().unwrap_or_default(), line["entry"]["seq"].as_u64().unwrap_or_default());
        held.entry(check.to_owned()).or_default().push(seq);
    }
    for line in &payload.results {
        let known = held.get(&line.check).map_or(&[][..], Vec::as_slice);
        if let Some(seq) = line.evidence.iter().find(|seq| !known.contains(seq)) {
            return Err(Refusal::Journal(format!("it lacks #{seq}, on which {} rests", line.check)));
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "verify_tests.rs"]
mod tests;
