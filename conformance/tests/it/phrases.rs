//! The published catalogue of phrases: complete, current, and enough to write features from.

use std::path::Path;

use cucumber::World as _;
use sf_conformance::features::Features;
use sf_conformance::phrases::{self, Phrases, understood};
use sf_conformance::run::{Plan, run_with};
use sf_conformance::vocabulary;
use sf_conformance::world::World;

use crate::bench::Bench;

fn all_features() -> Vec<cucumber::gherkin::Feature> {
    [Features::of_server().read().unwrap(), Features::of_checks().read().unwrap()].concat()
}

#[test]
fn every_step_of_our_features_leads_to_a_phrase_of_the_catalogue() {
    let (steps, known) = (World::collection(), Phrases::known());
    let features = all_features();
    let mut seen = std::collections::BTreeSet::new();
    for step in features.iter().flat_map(vocabulary::all_steps).filter(|step| seen.insert(step.value.clone())) {
        let location = understood(&steps, step).unwrap_or_else(|| panic!("nobody understands {}", step.value));
        let phrase = known.at(&location).unwrap();
        let literal = phrase.expression.split('{').next().unwrap_or_default();
        let is_plain = !literal.contains(['(', '/', '\\', '^']);
        assert!(!is_plain || step.value.starts_with(literal), "{:?} is no example of {:?}", step.value, phrase.expression);
    }
}

#[test]
fn the_page_of_phrases_is_current() {
    let page = phrases::markdown(&Phrases::with_examples(&all_features()));
    let written = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("STEPS.md")).unwrap_or_default();
    assert!(page == written, "stale: run `sf-conformance steps --markdown conformance/STEPS.md`");
}

#[tokio::test]
async fn an_undefined_step_fails_with_the_nearest_phrases() {
    let bench = Bench::start().await;
    bench.feature("mine.feature", "Feature: Mine\n  Scenario: Slip\n    Given an orgg\n");
    let plan = Plan { is_for_server: false, ..bench.plan() };
    let report = run_with(&plan, bench.target(), None).await.unwrap();
    let failure = report.scenarios[0].failure.as_ref().unwrap();
    assert!(failure.reason.contains("Nearest:\n  Given an org"), "{}", failure.reason);
}
