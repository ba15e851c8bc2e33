//! Whether a certificate may be believed.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde_json::Value;

use super::catalogue::Catalogue;
use super::certificate::{FORMAT, Payload, results_digest};
use super::jws::{Refused, VerifyingKey};
use super::profile::PROFILES;
use super::result::{Judged, Verdict};
use super::verdict;
use crate::evidence::Exchange;
use crate::failure::{Kind, Outcome};
use crate::features::{Features, sha256};
use crate::integration::protocol::AppKind;
use crate::observe::rows::ROWS;
use crate::observe::{Facts, Scene};

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
    /// The journal shows a breach of what is certified as passed.
    Contradicted {
        check: String,
        seen: String,
    },
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
            Self::Contradicted { check, seen } => write!(f, "its journal contradicts it: {check} is certified as passed; {seen}"),
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
    let held = by_check(journal)?;
    for line in &payload.results {
        let known = held.get(&line.check).map_or(&[][..], Vec::as_slice);
        if let Some(seq) = line.evidence.iter().find(|seq| !known.iter().any(|entry| entry.seq() == **seq)) {
            return Err(Refusal::Journal(format!("it lacks #{seq}, on which {} rests", line.check)));
        }
    }
    wire_rows(payload, journal).map(drop)
}

/// The entries of each check's lane.
fn by_check(journal: &str) -> Result<BTreeMap<String, Vec<Exchange>>, Refusal> {
    let mut held: BTreeMap<String, Vec<Exchange>> = BTreeMap::new();
    for line in journal.lines() {
        let mut line: Value = serde_json::from_str(line).map_err(|error| Refusal::Journal(error.to_string()))?;
        let check = line["check"].as_str().unwrap_or_default().to_owned();
        held.entry(check).or_default().push(Exchange::new(line["entry"].take()));
    }
    Ok(held)
}

/// Judges again, from the journal alone, what the certificate calls passed and the wire alone can show. Gives how many checks
/// the journal bears out; those for whose judgement it says too little are not among them.
///
/// # Errors
/// When the journal shows a breach of a check that is certified as passed.
pub fn wire_rows(payload: &Payload, journal: &str) -> Result<usize, Refusal> {
    let held = by_check(journal)?;
    let mut borne_out = 0;
    for line in payload.results.iter().filter(|line| line.result == Verdict::Pass) {
        let row = ROWS.iter().find(|row| row.check == line.check);
        let Some((row, entries)) = row.zip(held.get(&line.check)) else { continue };
        let mut keys: Vec<String> = entries.iter().filter_map(|entry| entry.client_id().map(str::to_owned)).collect();
        keys.sort();
        keys.dedup();
        let scene = Scene::read(entries, &keys, &[], Facts { said: app_kind(payload, &line.check), ..Facts::default() });
        match (row.judge)(&scene).outcome {
            Ok(()) => borne_out += 1,
            Err(failure) if matches!(failure.kind(), Kind::Breach | Kind::Lapse) => {
                return Err(Refusal::Contradicted { check: line.check.clone(), seen: failure.sentence().to_owned() });
            }
            Err(_) => {}
        }
    }
    Ok(borne_out)
}

/// The kind of app that was declared for the profile of a check.
fn app_kind(payload: &Payload, check: &str) -> Option<AppKind> {
    let profile = PROFILES.iter().find(|profile| profile.owns(check))?;
    payload.declarations.hello.get(profile.id).map(|hello| hello.app_kind)
}

#[cfg(test)]
#[path = "verify_tests.rs"]
mod tests;
