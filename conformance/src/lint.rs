//! What is wrong with features before anything is run.

use std::collections::BTreeMap;
use std::fmt;

use cucumber::World as _;
use cucumber::gherkin::{Feature, Step};

use crate::certify::profile::PROFILES;
use crate::certify::{Catalogue, Check};
use crate::features::Features;
use crate::phrases::{Keyword, nearest};
use crate::vocabulary;
use crate::world::World;

/// Tags with a meaning here, whole or by their beginning.
const TAGS: [&str; 17] = [
    "must",
    "should",
    "info",
    "breakage",
    "security",
    "lockout",
    "data",
    "recommended",
    "operations",
    "serial",
    "clock",
    "tls",
    "own-org",
    "own-server",
    "browser",
    "slow",
    "observe",
];
const PREFIXES: [&str; 9] = ["C-", "R-", "by:", "for:", "needs:", "route:", "row:", "attack:", "rfc"];
/// A tag this near to a known one is taken for a slip.
const SLIP: usize = 1;

/// A fault of a feature file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    pub path: String,
    pub line: usize,
    pub sentence: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.sentence)
    }
}

/// All faults of these features, by place.
pub fn lint(features: &Features) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut readable = Vec::new();
    for file in &features.files {
        match file.read() {
            Ok(feature) => readable.push(feature),
            Err(failure) => faults.push(Fault { path: file.path.clone(), line: 1, sentence: failure.to_string() }),
        }
    }
    faults.extend(readable.iter().flat_map(unknown_steps));
    faults.extend(readable.iter().flat_map(twice_named));
    faults.extend(readable.iter().flat_map(odd_tags));
    faults.extend(faulty_checks(&readable));
    faults.sort();
    faults.dedup();
    faults
}

/// Why a step is not understood, with what may have been meant.
pub fn not_understood(step: &Step) -> String {
    let suggested: Vec<String> = nearest(Keyword::from(step.ty), &step.value)
        .into_iter()
        .map(|phrase| format!("\n  {} {}", phrase.keyword.word(), phrase.expression))
        .collect();
    let said = format!("no step says `{}{}`", step.keyword, step.value);
    if suggested.is_empty() {
        format!("{said}: the phrase is not in the vocabulary; `sf-conformance steps` lists it")
    } else {
        format!("{said}: the phrase is not in the vocabulary. Nearest:{}", suggested.concat())
    }
}

fn unknown_steps(feature: &Feature) -> Vec<Fault> {
    let steps = World::collection();
    let fault = |step: &Step| {
        let sentence = match steps.find(step) {
            Ok(Some(_)) => return None,
            Ok(None) => not_understood(step),
            Err(ambiguous) => format!("several steps say `{}{}`: {ambiguous}", step.keyword, step.value),
        };
        Some(at(feature, step.position.line, sentence))
    };
    vocabulary::all_steps(feature).filter_map(fault).collect()
}

fn twice_named(feature: &Feature) -> Vec<Fault> {
    let mut seen: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut faults = Vec::new();
    let plain = feature.scenarios.iter().map(|scenario| ("", scenario));
    let ruled = feature.rules.iter().flat_map(|rule| rule.scenarios.iter().map(|scenario| (rule.name.as_str(), scenario)));
    // The rows of an outline share its name, and lie apart by their examples.
    for (rule, scenario) in plain.chain(ruled).filter(|(_, scenario)| scenario.examples.is_empty()) {
        match seen.insert((rule, &scenario.name), scenario.position.line) {
            Some(line) => {
                faults.push(at(feature, scenario.position.line, format!("scenario {:?} has the name of the one in line {line}", scenario.name)));
            }
            None if scenario.steps.is_empty() => {
                faults.push(at(feature, scenario.position.line, format!("scenario {:?} has no steps", scenario.name)));
            }
            None => {}
        }
    }
    faults
}

fn odd_tags(feature: &Feature) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (scenario, tags) in vocabulary::scenarios(feature) {
        for tag in tags {
            let meant = TAGS.iter().find(|known| **known != tag && slips(known, tag) <= SLIP && tag.len() > 3);
            if let Some(known) = meant.filter(|_| !TAGS.contains(&tag) && !PREFIXES.iter().any(|prefix| tag.starts_with(prefix))) {
                faults.push(at(feature, scenario.position.line, format!("tag @{tag} is unknown; did it mean @{known}?")));
            }
            if let Some(id) = tag.strip_prefix("C-") {
                let group = id.split_once('/').map(|(group, _)| group);
                if group.is_none_or(|group| !PROFILES.iter().any(|profile| profile.group == group)) {
                    faults.push(at(feature, scenario.position.line, format!("@C-{id} names no group of checks")));
                }
            }
        }
    }
    faults
}

/// Checks that lack a tag or a line, and needs that nothing meets.
fn faulty_checks(features: &[Feature]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut checks: Vec<(&Feature, usize, Check)> = Vec::new();
    for feature in features {
        match Catalogue::of(std::slice::from_ref(feature)) {
            Ok(catalogue) => {
                for check in catalogue.checks {
                    let line = check.place.rsplit(':').next().and_then(|line| line.parse().ok()).unwrap_or(1);
                    checks.push((feature, line, check));
                }
            }
            Err(failure) => faults.push(at(feature, 1, failure.to_string())),
        }
    }
    for (feature, line, check) in &checks {
        for needed in &check.needs {
            if !checks.iter().any(|(_, _, other)| other.id == *needed) {
                faults.push(at(feature, *line, format!("{} needs {needed}, which is no check here", check.id)));
            }
        }
        if let Some((_, _, other)) = checks.iter().find(|(_, _, other)| other.id == check.id && other.level != check.level) {
            faults.push(at(feature, *line, format!("{} has another level at {}", check.id, other.place)));
        }
    }
    faults
}

fn at(feature: &Feature, line: usize, sentence: String) -> Fault {
    Fault { path: feature.path.as_deref().map(|path| path.display().to_string()).unwrap_or_default(), line, sentence }
}

/// Letters to change, add or drop until one word is the other.
fn slips(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, a) in one.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], line + 1);
        for (column, b) in other.iter().enumerate() {
            let next = (diagonal + usize::from(a != *b)).min(row[column] + 1).min(row[column + 1] + 1);
            diagonal = std::mem::replace(&mut row[column + 1], next);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::features::FeatureFile;

    /// Linting this text finds one fault, at this line, with these words; or none.
    fn check_lint(text: &str, expected: Option<(usize, &str)>) {
        let features = Features { files: vec![FeatureFile { path: "a.feature".into(), text: Cow::Owned(text.to_owned()) }], is_built_in: false };
        let faults = lint(&features);
        match expected {
            None => assert!(faults.is_empty(), "{faults:?}"),
            Some((line, words)) => {
                assert!(faults.len() == 1 && faults[0].line == line, "{faults:?}");
                assert!(faults[0].sentence.contains(words), "{words:?} not in {faults:?}");
            }
        }
    }

    const CHECK: &str = "Feature: A
  @C-web/x @must @security @by:BH @for:web
  Scenario: One
    Proves: a
    In production: b
    Mend: c

    Given an org
";

    #[test]
    fn what_is_in_order_has_no_faults() {
        check_lint(CHECK, None);
        check_lint("Feature: A\n  @ours\n  Scenario: One\n    Given an org\n", None);
    }

    #[test]
    fn a_phrase_nobody_knows_is_told_with_what_may_be_meant() {
        check_lint("Feature: A\n  Scenario: One\n    Given an orgg\n", Some((3, "Nearest:\n  Given an org")));
    }

    #[test]
    fn what_is_no_gherkin_is_told() {
        check_lint("Scenario: One\n", Some((1, "a.feature")));
    }

    #[test]
    fn two_scenarios_of_one_name_are_told() {
        check_lint("Feature: A\n  Scenario: One\n    Given an org\n  Scenario: One\n    Given an org\n", Some((4, "the one in line 2")));
    }

    #[test]
    fn tags_with_a_slip_or_without_a_meaning_are_told() {
        check_lint("Feature: A\n  @serail @seriall\n  Scenario: One\n    Given an org\n", Some((3, "did it mean @serial?")));
        check_lint(&CHECK.replace("@C-web/x", "@C-webb/x"), Some((3, "names no group")));
    }

    #[test]
    fn a_check_without_level_or_line_is_told() {
        check_lint(&CHECK.replace("@must ", ""), Some((1, "has no level tag")));
        check_lint(&CHECK.replace("    Mend: c\n", ""), Some((1, "has no line 'Mend:'")));
        check_lint(&CHECK.replace("@for:web", "@for:web @needs:web/y"), Some((3, "needs web/y, which is no check here")));
    }
}
