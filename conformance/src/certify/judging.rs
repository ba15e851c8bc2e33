//! From the scenarios of a check, as they were run, to its result.

use super::catalogue::Check;
use super::lane::Findings;
use super::result::{Judged, Verdict};
use crate::failure::Kind;
use crate::report::ScenarioResult;

/// Longest reason kept: what an integration says may be of any length.
const REASON_LIMIT: usize = 2_000;

/// A scenario that failed through no doing of the integration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    pub place: String,
    pub name: String,
    pub step: String,
    pub reason: String,
}

/// Judges a check by one of its scenarios.
///
/// # Errors
/// When the scenario broke for a reason of ours or of the server's.
pub fn judged(check: &Check, scenario: &ScenarioResult, findings: Findings) -> Result<Judged, Broken> {
    let failed = scenario.failure.as_ref().map(|failure| (Kind::read(&failure.reason), failure));
    let verdict = Verdict::of(check.level, failed.as_ref().map(|((kind, _), _)| *kind)).ok_or_else(|| {
        let failure = scenario.failure.clone();
        let (step, reason) = failure.map(|failure| (failure.step, failure.reason)).unwrap_or_default();
        Broken { place: scenario.place.clone(), name: scenario.name.clone(), step, reason }
    })?;
    let noted = (!findings.notes.is_empty()).then(|| findings.notes.join("; "));
    let told = failed.as_ref().map(|((_, sentence), _)| (*sentence).to_owned());
    Ok(Judged {
        check: check.id.clone(),
        level: check.level,
        verdict,
        reason: told.or(noted).map(|reason| cut(&reason)),
        step: failed.map(|(_, failure)| cut(&failure.step)),
        evidence: findings.evidence,
        journal: findings.journal,
        conversation: findings.conversation,
        duration: scenario.duration,
        flaky: false,
        scenarios: vec![scenario.clone()],
    })
}

/// Joins the results of two scenarios of one check: the graver one is told, all evidence counts.
pub fn together(one: Judged, other: Judged) -> Judged {
    let is_graver = one.verdict.together(other.verdict) != one.verdict;
    let (mut told, untold) = if is_graver { (other, one) } else { (one, other) };
    told.duration += untold.duration;
    told.scenarios.extend(untold.scenarios);
    told.scenarios.sort_by_key(|scenario| (scenario.path.clone(), scenario.line));
    if told.verdict == untold.verdict && told.reason != untold.reason {
        let reasons: Vec<String> = [told.reason.take(), untold.reason].into_iter().flatten().collect();
        told.reason = Some(cut(&reasons.join("; ")));
    }
    told
}

/// A result for a check that was not run.
pub fn unrun(check: &Check, verdict: Verdict, reason: &str) -> Judged {
    Judged {
        check: check.id.clone(),
        level: check.level,
        verdict,
        reason: Some(cut(reason)),
        step: None,
        evidence: Vec::new(),
        journal: Vec::new(),
        conversation: Vec::new(),
        duration: std::time::Duration::ZERO,
        flaky: false,
        scenarios: Vec::new(),
    }
}

/// Text of an integration as a report may show it: no control characters, not too long.
fn cut(text: &str) -> String {
    let plain = text.chars().map(|letter| if letter.is_control() && letter != '\n' && letter != '\t' { '\u{fffd}' } else { letter });
    let mut shown: String = plain.take(REASON_LIMIT).collect();
    if text.chars().count() > REASON_LIMIT {
        shown.push('…');
    }
    shown
}
