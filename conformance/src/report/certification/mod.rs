//! What a certification found, told in every form: terminal, Markdown, JUnit, GitHub annotations, HTML.

mod junit;
mod markdown;
mod messages;
mod terminal;

use std::collections::BTreeMap;

pub use junit::junit;
pub use markdown::markdown;
pub use messages::ndjson;
pub use terminal::terminal;

use crate::certify::{Certification, Check, Judged, Judgement, Observed, Profile, Verdict, selection};

/// The results of one profile.
pub(crate) struct Section<'c> {
    pub(crate) profile: &'static Profile,
    /// None when only some checks were run.
    pub(crate) judgement: Option<&'c Judgement>,
    pub(crate) results: Vec<Entry<'c>>,
}

/// A check with its result.
#[derive(Clone, Copy)]
pub(crate) struct Entry<'c> {
    pub(crate) check: &'c Check,
    pub(crate) judged: &'c Judged,
    /// True if an earlier section holds it too.
    pub(crate) is_repeated: bool,
}

/// The results by profile, those asked for first; checks run only for the core of another come under their owner.
pub(crate) fn sections(certification: &Certification) -> Vec<Section<'_>> {
    let mut seen: Vec<&str> = Vec::new();
    let mut sections = Vec::new();
    let entry = |check: &'_ Check, seen: &mut Vec<&str>| {
        let (check, judged) = certification.catalogue.check(&check.id).zip(certification.result(&check.id))?;
        let is_repeated = seen.contains(&check.id.as_str());
        Some(Entry { check, judged, is_repeated })
    };
    for profile in &certification.profiles {
        let mut results = Vec::new();
        for check in profile.checks(&certification.catalogue) {
            if let Some(entry) = entry(check, &mut seen) {
                seen.push(&entry.check.id);
                results.push(entry);
            }
        }
        let judgement = certification.judgements.iter().find(|judgement| judgement.profile == profile.id);
        if judgement.is_some() || !results.is_empty() {
            sections.push(Section { profile, judgement, results });
        }
    }
    let mut others: BTreeMap<&'static str, Section<'_>> = BTreeMap::new();
    for judged in certification.judged.iter().filter(|judged| !seen.contains(&judged.check.as_str())) {
        let Some(check) = certification.catalogue.check(&judged.check) else { continue };
        let Some(profile) = selection::owner(check) else { continue };
        let section = others.entry(profile.id).or_insert_with(|| Section { profile, judgement: None, results: Vec::new() });
        section.results.push(Entry { check, judged, is_repeated: false });
    }
    sections.extend(others.into_values());
    sections
}

/// The results of which somebody should read more than the name, the gravest first.
pub(crate) fn troubles<'c>(certification: &'c Certification) -> Vec<Entry<'c>> {
    let mut troubles: Vec<Entry<'c>> =
        sections(certification).into_iter().flat_map(|section| section.results).filter(|entry| !entry.is_repeated).collect();
    troubles.retain(|entry| matches!(entry.judged.verdict, Verdict::Fail | Verdict::Warning | Verdict::Error) || entry.judged.flaky);
    // A driver that fails everywhere is one trouble.
    troubles.retain(|entry| fails_like(certification, entry.judged).is_none());
    troubles.sort_by_key(|entry| gravity(entry.judged.verdict));
    troubles
}

/// What to do when it is the driver that failed: the advice of the check would lead astray.
const MEND_THE_DRIVER: &str = "the integration's driver failed, so nothing was judged: mend it first, `sf-conformance driver-check` tries it alone";

/// What a breach means in production, and how to mend it.
pub(crate) fn counsel<'c>(check: &'c Check, judged: &Judged) -> (&'c str, &'c str) {
    if judged.verdict == Verdict::Error { ("", MEND_THE_DRIVER) } else { (&check.in_production, &check.mend) }
}

/// The first check that the driver failed in the same way, if this is not the first.
pub(crate) fn fails_like<'c>(certification: &'c Certification, judged: &Judged) -> Option<&'c str> {
    let is_alike = |other: &&Judged| other.verdict == Verdict::Error && other.reason == judged.reason;
    let first = certification.judged.iter().find(is_alike).filter(|_| judged.verdict == Verdict::Error)?;
    (first.check != judged.check).then_some(first.check.as_str())
}

/// The other checks that the driver failed in the same way.
pub(crate) fn failing_alike(certification: &Certification, judged: &Judged) -> String {
    let alike = certification.judged.iter().filter(|other| fails_like(certification, other) == Some(judged.check.as_str()));
    alike.map(|other| other.check.as_str()).collect::<Vec<_>>().join(", ")
}

/// How soon a result is told; 0 first.
pub(crate) fn gravity(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Fail => 0,
        Verdict::Error => 1,
        Verdict::Warning => 2,
        Verdict::NotExercised => 3,
        Verdict::Pass => 4,
        Verdict::Info => 5,
        Verdict::NotApplicable => 6,
    }
}

/// What the whole run came to, in one sentence.
pub(crate) fn conclusion(certification: &Certification) -> String {
    let count = |verdict: Verdict| certification.judged.iter().filter(|judged| judged.verdict == verdict).count();
    let kinds = [Verdict::Pass, Verdict::Fail, Verdict::Warning, Verdict::Error, Verdict::NotExercised, Verdict::NotApplicable, Verdict::Info];
    let counted: Vec<String> = kinds
        .into_iter()
        .map(|verdict| (count(verdict), verdict))
        .filter(|(count, _)| *count > 0)
        .map(|(count, verdict)| format!("{count} {}", word(verdict)))
        .collect();
    if let Some(observed) = &certification.observed {
        return observation(observed, count(Verdict::Fail), count(Verdict::Pass) + count(Verdict::Warning), &counted.join(", "));
    }
    let passes = if certification.seeds.len() == 1 { "one pass" } else { "two passes" };
    format!("{} checks in {passes}, {:.1} s: {}", certification.judged.len(), certification.duration.as_secs_f64(), counted.join(", "))
}

/// The verdict of watching: it can find faults, and can certify nothing.
fn observation(observed: &Observed, faults: usize, judged: usize, counted: &str) -> String {
    let verdict = match (faults, judged) {
        (0, 0) => "Observed, nothing could be judged".to_owned(),
        (0, rows) => format!("Observed, no faults in {rows} rows"),
        (faults, rows) => format!("Observed, faults in {faults} of {} rows", rows + faults),
    };
    let arranged: String = observed.arranged.iter().map(|told| format!("\n{told}")).collect();
    let gaps: String = observed.gaps.iter().map(|gap| format!("\nNot all was seen: {gap}.")).collect();
    format!("{verdict}: {} requests; {counted}{arranged}{gaps}", observed.requests)
}

/// A verdict as it stands in a sentence.
pub(crate) fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "passed",
        Verdict::Fail => "failed",
        Verdict::Warning => "warned",
        Verdict::NotExercised => "not exercised",
        Verdict::NotApplicable => "not applicable",
        Verdict::Info => "recorded",
        Verdict::Error => "in error",
    }
}

/// Why no certificate can come of the run, in a sentence; None if one can.
pub(crate) fn uncertifiable(certification: &Certification) -> Option<String> {
    (!certification.is_in_certify_mode()).then(|| format!("No certificate can come of this run: {}.", certification.limits.join(", ")))
}

/// What was seen, why it matters and what to do, a line each.
pub(crate) fn advice(check: &Check, judged: &Judged) -> String {
    let (in_production, mend) = counsel(check, judged);
    let lines = [
        ("seen", judged.reason.as_deref().unwrap_or_default()),
        ("at", judged.step.as_deref().unwrap_or_default()),
        ("in production", in_production),
        ("mend", mend),
        ("source", &check.source),
    ];
    let told: Vec<String> = lines.into_iter().filter(|(_, line)| !line.is_empty()).map(|(label, line)| format!("{label}: {line}")).collect();
    told.join("\n")
}
