//! From the results of checks to the verdict of a profile. Nothing here knows how a result came about.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::catalogue::{Catalogue, Check};
use super::profile::Profile;
use super::result::{Judged, Level, Verdict};

/// Below this share of judged must checks a profile says too little to certify.
const JUDGED_AT_LEAST_PERCENT: usize = 60;

/// What a profile comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    Certified,
    CertifiedWithWarnings,
    NotCertified,
    /// Nothing is known to be wrong, but too little was seen.
    Incomplete,
    /// No must check of the profile concerns this integration.
    NotApplicable,
}

impl Standing {
    /// Whether a certificate may name the profile as certified.
    pub fn is_certified(self) -> bool {
        matches!(self, Self::Certified | Self::CertifiedWithWarnings)
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Certified => "certified",
            Self::CertifiedWithWarnings => "certified with warnings",
            Self::NotCertified => "not certified",
            Self::Incomplete => "incomplete",
            Self::NotApplicable => "not applicable",
        })
    }
}

/// How many checks of one level ended how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub pass: usize,
    pub fail: usize,
    pub warning: usize,
    pub not_exercised: usize,
    pub not_applicable: usize,
    pub info: usize,
    pub error: usize,
}

impl Counts {
    /// The counts of these results.
    pub fn of(verdicts: impl IntoIterator<Item = Verdict>) -> Self {
        let mut counts = Self::default();
        for verdict in verdicts {
            *counts.slot(verdict) += 1;
        }
        counts
    }

    /// All of them.
    pub fn total(&self) -> usize {
        self.applicable() + self.not_applicable
    }

    /// Those that concern the integration.
    pub fn applicable(&self) -> usize {
        self.judged() + self.not_exercised + self.error + self.info
    }

    /// Those with evidence for or against.
    pub fn judged(&self) -> usize {
        self.pass + self.fail + self.warning
    }

    fn slot(&mut self, verdict: Verdict) -> &mut usize {
        match verdict {
            Verdict::Pass => &mut self.pass,
            Verdict::Fail => &mut self.fail,
            Verdict::Warning => &mut self.warning,
            Verdict::NotExercised => &mut self.not_exercised,
            Verdict::NotApplicable => &mut self.not_applicable,
            Verdict::Info => &mut self.info,
            Verdict::Error => &mut self.error,
        }
    }
}

/// A profile, judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    pub profile: &'static str,
    pub standing: Standing,
    /// Why it is not plainly certified, a sentence each.
    pub reasons: Vec<String>,
    pub must: Counts,
    pub should: Counts,
}

impl Judgement {
    /// Must and should checks with evidence for or against.
    pub fn judged(&self) -> usize {
        self.must.judged() + self.should.judged()
    }

    /// All must and should checks.
    pub fn total(&self) -> usize {
        self.must.total() + self.should.total()
    }
}

/// Judges a profile by the results there are; a check of the profile without a result was not run.
pub fn judge(profile: &'static Profile, catalogue: &Catalogue, judged: &[Judged]) -> Judgement {
    let found: BTreeMap<&str, Verdict> = judged.iter().map(|judged| (judged.check.as_str(), judged.verdict)).collect();
    let checks = profile.checks(catalogue);
    let verdict = |check: &Check| found.get(check.id.as_str()).copied().unwrap_or(Verdict::NotExercised);
    let at = |level: Level| checks.iter().filter(move |check| check.level == level).copied();
    let count = |level| Counts::of(at(level).map(verdict));
    let ids = |level, wanted: Verdict| at(level).filter(move |check| verdict(check) == wanted).map(|check| check.id.clone()).collect::<Vec<_>>();
    let (must, should) = (count(Level::Must), count(Level::Should));
    let mut judgement = Judgement { profile: profile.id, standing: Standing::Incomplete, reasons: Vec::new(), must, should };

    let broken = ids(Level::Must, Verdict::Fail);
    if !broken.is_empty() {
        judgement.standing = Standing::NotCertified;
        judgement.reasons.push(format!("breached: {}", broken.join(", ")));
        return judgement;
    }
    if must.total() > 0 && must.applicable() == 0 {
        judgement.standing = Standing::NotApplicable;
        return judgement;
    }
    let gaps = [("not exercised", Verdict::NotExercised), ("in error", Verdict::Error)];
    for (what, verdict) in gaps {
        let ids = ids(Level::Must, verdict);
        if !ids.is_empty() {
            judgement.reasons.push(format!("{what}: {}", ids.join(", ")));
        }
    }
    judgement.reasons.extend(missing_core(profile, must, &found));
    if must.judged() * 100 < must.total() * JUDGED_AT_LEAST_PERCENT {
        judgement.reasons.push(format!("only {} of {} must checks judged, {JUDGED_AT_LEAST_PERCENT} % wanted", must.judged(), must.total()));
    }
    if must.total() == 0 {
        judgement.reasons.push("there is no must check".to_owned());
    }
    if judgement.reasons.is_empty() {
        let warned = [ids(Level::Must, Verdict::Warning), ids(Level::Should, Verdict::Warning)].concat();
        judgement.standing = if warned.is_empty() { Standing::Certified } else { Standing::CertifiedWithWarnings };
        judgement.reasons.extend((!warned.is_empty()).then(|| format!("warnings: {}", warned.join(", "))));
    }
    judgement
}

/// The core rows that do not concern this integration, so that the profile would say nothing about what it is for.
fn missing_core(profile: &Profile, must: Counts, found: &BTreeMap<&str, Verdict>) -> Vec<String> {
    if profile.core.is_empty() {
        let short = must.applicable() * 2 < must.total();
        return Vec::from_iter(short.then(|| format!("only {} of {} must checks apply, half wanted", must.applicable(), must.total())));
    }
    // An alternative from another profile must hold, not merely concern the integration: its breach is judged elsewhere.
    let is_met = |id: &str| match found.get(id) {
        Some(Verdict::Pass) => true,
        Some(verdict) => *verdict != Verdict::NotApplicable && profile.owns(id),
        None => false,
    };
    let unmet = profile.core.iter().filter(|row| !row.split('|').any(is_met));
    unmet.map(|row| format!("core check not applicable: {}", row.replace('|', " or "))).collect()
}

/// Blames what a breached check breaks on it: checks that build on it saw its consequences, or nothing at all.
pub fn blocked(catalogue: &Catalogue, judged: &mut [Judged]) {
    let breached = |judged: &[Judged], id: &str| judged.iter().any(|other| other.check == id && other.verdict == Verdict::Fail);
    let blocker = |judged: &[Judged], id: &str| {
        let mut pending: Vec<&str> = catalogue.check(id)?.needs.iter().map(String::as_str).collect();
        let mut seen = vec![id];
        while let Some(needed) = pending.pop() {
            if breached(judged, needed) {
                return Some(needed.to_owned());
            }
            if !seen.contains(&needed) {
                seen.push(needed);
                pending.extend(catalogue.check(needed).iter().flat_map(|check| check.needs.iter().map(String::as_str)));
            }
        }
        None
    };
    // All blockers are found before any breach is taken back, so that a chain is blamed on what truly broke.
    let blockers: Vec<Option<String>> = judged.iter().map(|one| blocker(judged, &one.check)).collect();
    for (one, blocker) in judged.iter_mut().zip(blockers) {
        let Some(blocker) = blocker else { continue };
        if matches!(one.verdict, Verdict::Fail | Verdict::Warning | Verdict::Error | Verdict::NotExercised) {
            one.verdict = Verdict::NotExercised;
            let seen = one.reason.take().map(|reason| format!("; seen: {reason}")).unwrap_or_default();
            one.reason = Some(format!("blocked by {blocker}{seen}"));
        }
    }
}

/// Joins two full passes: a check that did not end the same in both is an error.
pub fn agreed(first: Vec<Judged>, second: &[Judged], seeds: [u64; 2]) -> Vec<Judged> {
    let join = |mut one: Judged| {
        let other = second.iter().find(|other| other.check == one.check).map(|other| other.verdict);
        if other != Some(one.verdict) {
            let told = other.map_or_else(|| "no result".to_owned(), |verdict| verdict.to_string());
            let why = one.reason.take().map(|reason| format!(" ({reason})")).unwrap_or_default();
            one.reason = Some(format!("unstable: {} with seed {}{why}, {told} with seed {}", one.verdict, seeds[0], seeds[1]));
            one.verdict = Verdict::Error;
        }
        one
    };
    first.into_iter().map(join).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// A profile's own rows by group, as many as its table in the catalogue has of each level.
    fn catalogue(rows: &[(&str, Level)]) -> Catalogue {
        Catalogue { checks: rows.iter().map(|(id, level)| check(id, *level, &[])).collect() }
    }

    fn check(id: &str, level: Level, needs: &[&str]) -> Check {
        Check {
            id: id.into(),
            level,
            concern: "breakage".into(),
            rule: "Rule".into(),
            by: "BHO".into(),
            concerns: "any".into(),
            proves: String::new(),
            in_production: String::new(),
            mend: String::new(),
            source: String::new(),
            needs: needs.iter().map(|id| (*id).into()).collect(),
            place: String::new(),
        }
    }

    fn result(id: &str, verdict: Verdict) -> Judged {
        Judged {
            check: id.into(),
            level: Must,
            verdict,
            reason: None,
            step: None,
            evidence: vec![],
            journal: vec![],
            conversation: vec![],
            duration: Duration::ZERO,
            flaky: false,
            scenarios: vec![],
        }
    }

    fn profile(id: &str) -> &'static Profile {
        Profile::named(id).unwrap()[0]
    }

    use Level::{Info, Must, Should};
    use Verdict::{Error, Fail, NotApplicable, NotExercised, Pass, Warning};

    const GATE: [(&str, Level); 7] = [
        ("gate/recovers-after-error-page", Must),
        ("gate/callback-errors-handled", Must),
        ("gate/no-needless-reauthorization", Must),
        ("gate/token-refusal-final", Must),
        ("gate/also", Must),
        ("gate/cause-told", Should),
        ("gate/noted", Info),
    ];

    /// The standing of the install gate when its seven checks end like this, in the order of `GATE`.
    fn check_gate(verdicts: [Verdict; 7], expected: Standing, because: &str) {
        let results: Vec<Judged> = GATE.iter().zip(verdicts).map(|((id, _), verdict)| result(id, verdict)).collect();
        let judgement = judge(profile("install-gate"), &catalogue(&GATE), &results);
        assert_eq!(judgement.standing, expected, "{verdicts:?}: {judgement:?}");
        assert!(because.is_empty() == judgement.reasons.is_empty(), "{judgement:?}");
        assert!(judgement.reasons.iter().any(|reason| reason.contains(because)) || because.is_empty(), "{because:?} not in {judgement:?}");
    }

    #[test]
    fn a_profile_is_certified_when_every_must_check_that_applies_passes() {
        check_gate([Pass, Pass, Pass, Pass, Pass, Pass, Verdict::Info], Standing::Certified, "");
        check_gate([Pass, Pass, Pass, NotApplicable, NotApplicable, Pass, Verdict::Info], Standing::Certified, "");
        check_gate([Pass, Pass, Pass, Pass, Pass, NotExercised, Verdict::Info], Standing::Certified, "");
        check_gate([Pass, Pass, Pass, Pass, Pass, Error, Verdict::Info], Standing::Certified, "");
        check_gate([Pass, Pass, Pass, Pass, Pass, NotApplicable, NotApplicable], Standing::Certified, "");
    }

    #[test]
    fn warnings_are_never_hidden() {
        check_gate([Pass, Pass, Pass, Pass, Pass, Warning, Verdict::Info], Standing::CertifiedWithWarnings, "gate/cause-told");
        check_gate([Pass, Pass, Pass, Warning, Pass, Pass, Verdict::Info], Standing::CertifiedWithWarnings, "gate/token-refusal-final");
    }

    #[test]
    fn one_breach_of_a_must_check_denies_the_certificate_whatever_else_there_is() {
        check_gate([Pass, Pass, Pass, Pass, Fail, Pass, Verdict::Info], Standing::NotCertified, "breached: gate/also");
        check_gate([Fail, NotExercised, Error, NotApplicable, NotApplicable, Warning, Verdict::Info], Standing::NotCertified, "breached");
    }

    #[test]
    fn a_gap_in_the_must_checks_leaves_it_incomplete() {
        check_gate([Pass, Pass, Pass, Pass, NotExercised, Pass, Verdict::Info], Standing::Incomplete, "not exercised: gate/also");
        check_gate([Pass, Pass, Pass, Pass, Error, Pass, Verdict::Info], Standing::Incomplete, "in error: gate/also");
    }

    #[test]
    fn a_core_check_must_apply() {
        check_gate([NotApplicable, Pass, Pass, Pass, Pass, Pass, Verdict::Info], Standing::Incomplete, "core check not applicable: gate/recovers");
        check_gate([Pass, NotApplicable, Pass, Pass, Pass, Pass, Verdict::Info], Standing::Incomplete, "core check not applicable: gate/callback");
    }

    #[test]
    fn three_of_five_judged_are_enough_and_two_are_not() {
        check_gate([Pass, Pass, Pass, NotApplicable, NotApplicable, Pass, Verdict::Info], Standing::Certified, "");
        check_gate([Pass, Pass, NotApplicable, NotApplicable, NotApplicable, Pass, Verdict::Info], Standing::Incomplete, "only 2 of 5 must checks");
    }

    #[test]
    fn a_profile_whose_must_checks_are_all_foreign_is_not_judged_at_all() {
        check_gate([NotApplicable; 7], Standing::NotApplicable, "");
        check_gate([NotApplicable, NotApplicable, NotApplicable, NotApplicable, NotApplicable, Warning, Verdict::Info], Standing::NotApplicable, "");
    }

    #[test]
    fn a_check_without_a_result_was_not_exercised() {
        let judgement = judge(profile("install-gate"), &catalogue(&GATE), &[]);
        assert_eq!((judgement.standing, judgement.must.not_exercised), (Standing::Incomplete, 5));
    }

    #[test]
    fn a_profile_without_any_check_is_incomplete() {
        assert_eq!(judge(profile("device"), &Catalogue::default(), &[]).standing, Standing::Incomplete);
    }

    #[test]
    fn without_named_core_half_of_the_must_checks_must_apply() {
        let rows = [("revoke/a", Must), ("revoke/b", Must), ("revoke/c", Must), ("revoke/d", Must), ("revoke/e", Must)];
        let of = |verdicts: [Verdict; 5]| {
            let results: Vec<Judged> = rows.iter().zip(verdicts).map(|((id, _), verdict)| result(id, verdict)).collect();
            judge(profile("revoke-and-logout"), &catalogue(&rows), &results)
        };
        assert_eq!(of([Pass, Pass, Pass, NotApplicable, NotApplicable]).standing, Standing::Certified);
        let short = of([Pass, Pass, NotApplicable, NotApplicable, NotApplicable]);
        assert_eq!(short.standing, Standing::Incomplete);
        assert!(short.reasons[0].contains("half wanted"), "{short:?}");
    }

    #[test]
    fn state_or_pkce_serves_the_core_of_the_web_server_flow() {
        let rows = [("web/code-verbatim", Must), ("web/state-checked", Must), ("web/connect-stored", Must), ("pkce/verifier-matches", Must)];
        let of = |state: Verdict, pkce: Option<Verdict>| {
            let mut results = vec![result("web/code-verbatim", Pass), result("web/connect-stored", Pass), result("web/state-checked", state)];
            results.extend(pkce.map(|verdict| result("pkce/verifier-matches", verdict)));
            judge(profile("web-server"), &catalogue(&rows), &results).standing
        };
        assert_eq!(of(Pass, None), Standing::Certified);
        assert_eq!(of(NotApplicable, Some(Pass)), Standing::Certified);
        assert_eq!(of(NotApplicable, Some(Fail)), Standing::Incomplete, "a broken PKCE is no substitute, and no breach of this profile");
        assert_eq!(of(NotApplicable, None), Standing::Incomplete);
    }

    #[test]
    fn counts_stand_beside_the_verdict() {
        let results: Vec<Judged> =
            GATE.iter().zip([Pass, Pass, Pass, Pass, NotApplicable, Warning, Verdict::Info]).map(|((id, _), verdict)| result(id, verdict)).collect();
        let judgement = judge(profile("install-gate"), &catalogue(&GATE), &results);
        assert_eq!((judgement.judged(), judgement.total()), (5, 6), "the info check is neither judged nor counted");
    }

    #[test]
    fn what_builds_on_a_breached_check_is_blocked_by_it() {
        let catalogue = Catalogue {
            checks: vec![
                check("refresh/on-401", Must, &[]),
                check("rotation/uses-newest", Must, &["refresh/on-401"]),
                check("rotation/store-wins", Must, &["rotation/uses-newest"]),
                check("rotation/other", Must, &["refresh/on-401"]),
                check("sec/apart", Must, &[]),
            ],
        };
        let mut judged: Vec<Judged> =
            [("refresh/on-401", Fail), ("rotation/uses-newest", Fail), ("rotation/store-wins", Fail), ("rotation/other", Pass), ("sec/apart", Fail)]
                .map(|(id, verdict)| result(id, verdict))
                .into();
        judged[2].reason = Some("presented g1".into());
        blocked(&catalogue, &mut judged);
        assert_eq!(judged.iter().map(|one| one.verdict).collect::<Vec<_>>(), [Fail, NotExercised, NotExercised, Pass, Fail]);
        assert!(judged[2].reason.as_deref().unwrap().starts_with("blocked by r"), "{:?}", judged[2]);
        assert!(judged[2].reason.as_deref().unwrap().ends_with("seen: presented g1"), "{:?}", judged[2]);
    }

    #[test]
    fn what_a_breached_check_kept_from_being_reached_is_blamed_on_it() {
        let catalogue = Catalogue { checks: vec![check("a/a", Must, &[]), check("a/b", Must, &["a/a"]), check("a/c", Must, &[])] };
        let mut judged = vec![result("a/a", Fail), result("a/b", NotExercised), result("a/c", NotExercised)];
        blocked(&catalogue, &mut judged);
        assert_eq!(judged[1].reason.as_deref(), Some("blocked by a/a"));
        assert_eq!(judged[2].reason, None);
    }

    #[test]
    fn checks_that_need_each_other_are_no_endless_search() {
        let catalogue = Catalogue { checks: vec![check("a/a", Must, &["a/b"]), check("a/b", Must, &["a/a"])] };
        let mut judged = vec![result("a/a", Warning), result("a/b", Pass)];
        blocked(&catalogue, &mut judged);
        assert_eq!(judged[0].verdict, Warning);
    }

    #[test]
    fn two_passes_that_differ_make_an_error() {
        let first = vec![result("a/same", Pass), result("a/other", Pass), result("a/lost", Pass)];
        let second = [result("a/same", Pass), result("a/other", Fail)];
        let joined = agreed(first, &second, [1, 2]);
        assert_eq!(joined.iter().map(|one| one.verdict).collect::<Vec<_>>(), [Pass, Error, Error]);
        assert_eq!(joined[1].reason.as_deref(), Some("unstable: pass with seed 1, fail with seed 2"));
        assert_eq!(joined[2].reason.as_deref(), Some("unstable: pass with seed 1, no result with seed 2"));
    }
}
