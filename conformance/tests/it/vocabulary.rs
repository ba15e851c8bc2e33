//! The features of this repository, looked up without a server.

use std::path::{Path, PathBuf};

use sf_conformance::{capabilities, vocabulary};

use crate::bench::Bench;

fn repository(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder)
}

#[test]
fn every_phrase_of_our_features_has_exactly_one_step() {
    let unknown = vocabulary::unknown_phrases(&repository("features")).unwrap();
    assert!(unknown.is_empty(), "{}", unknown.join("\n"));
}

#[test]
fn every_scenario_of_our_features_proves_a_requirement() {
    let features = vocabulary::features(&repository("features")).unwrap();
    let mut idle = Vec::new();
    for feature in &features {
        let untagged = vocabulary::scenarios(feature).into_iter().filter(|(_, tags)| !tags.iter().any(|tag| tag.starts_with("R-")));
        idle.extend(untagged.map(|(scenario, _)| format!("{} / {}", feature.name, scenario.name)));
    }
    assert!(idle.is_empty(), "no @R- tag: {idle:#?}");
}

#[test]
fn every_tag_of_our_features_names_a_requirement() {
    let requirements = std::fs::read_to_string(repository("fixtures/requirements.tsv")).unwrap();
    let table = capabilities::table(&requirements, &repository("features")).unwrap();
    assert!(table.contains("| A1 |"), "{table}");
}

#[test]
fn tests_that_prove_a_requirement_are_there() {
    let text = std::fs::read_to_string(repository("fixtures/requirements.tsv")).unwrap();
    let named: Vec<String> = capabilities::requirements(&text).unwrap().into_iter().flat_map(|requirement| requirement.tests).collect();
    assert!(!named.is_empty());
    let gone: Vec<&String> = named.iter().filter(|path| !repository(path).exists()).collect();
    assert!(gone.is_empty(), "no tests at {gone:?}");
}

/// The attacks that scenarios must show refused, each with what is let through beside it.
const ATTACKS: [&str; 17] = [
    "algorithm-confusion",
    "brute-force",
    "clickjacking",
    "code-injection",
    "csrf",
    "mix-up",
    "open-redirect",
    "oversized-assertion",
    "parameter-pollution",
    "pkce-downgrade",
    "redirect-uri",
    "replay",
    "response-splitting",
    "session-fixation",
    "timing",
    "token-in-url",
    "xss",
];

#[test]
fn every_attack_of_the_security_list_has_scenarios() {
    let features = vocabulary::features(&repository("features")).unwrap();
    let scenarios: Vec<_> = features.iter().flat_map(vocabulary::scenarios).filter(|(_, tags)| tags.contains(&"security")).collect();
    for attack in ATTACKS {
        let count = scenarios.iter().filter(|(_, tags)| tags.iter().any(|tag| **tag == format!("attack:{attack}"))).count();
        assert!(count >= 2, "@attack:{attack} stands at {count} scenarios under @security");
    }
    let named = scenarios.iter().flat_map(|(_, tags)| tags).filter_map(|tag| tag.strip_prefix("attack:"));
    let unknown: Vec<&str> = named.filter(|attack| !ATTACKS.contains(attack)).collect();
    assert!(unknown.is_empty(), "no such attack: {unknown:?}");
}

#[tokio::test]
async fn a_phrase_that_nobody_knows_is_found_with_its_place() {
    let bench = Bench::start().await;
    bench.feature("a.feature", "Feature: A\n  Scenario: B\n    Given an org\n    When the moon is full\n");
    let unknown = vocabulary::unknown_phrases(&bench.plan().features[0]).unwrap();
    assert!(unknown.len() == 1 && unknown[0].ends_with("a.feature:4: nobody knows `When the moon is full`"), "{unknown:?}");
}
