//! Messages refer to each other by ids: none may lead nowhere.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::*;
use crate::features::FeatureFile;

const FEATURE: &str = "@all
Feature: Shop
  Background:
    Given an org

  @one
  Scenario: Plain
    When the moon is full

  Rule: Rows
    Scenario Outline: <what>
      Given a table
        | <what> | x |
      Then it says
        \"\"\"
        <what>
        \"\"\"
      Examples:
        | what |
        | tea  |
        | ale  |
";

fn sources() -> Features {
    Features { files: vec![FeatureFile { path: "shop.feature".into(), text: Cow::Borrowed(FEATURE) }], is_built_in: false }
}

fn step(text: &str, line: usize, status: StepStatus) -> StepResult {
    StepResult {
        keyword: "Given ".into(),
        text: text.into(),
        line,
        status,
        started: SystemTime::UNIX_EPOCH,
        duration: Duration::from_millis(1_500),
        message: (status == StepStatus::Failed).then(|| "breach: no".into()),
    }
}

fn scenario(name: &str, line: usize, steps: Vec<StepResult>) -> ScenarioResult {
    ScenarioResult {
        place: format!("shop.feature:{line}"),
        path: "shop.feature".into(),
        line,
        feature: "Shop".into(),
        name: name.into(),
        tags: vec![],
        started: SystemTime::UNIX_EPOCH,
        duration: Duration::from_secs(3),
        steps,
        failure: None,
    }
}

fn lines(stories: Vec<Story<'_>>) -> Vec<Value> {
    let sources = sources();
    let run = Run { sources: &sources, stories, started: SystemTime::UNIX_EPOCH, duration: Duration::from_secs(3), is_success: false };
    run.ndjson().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn story(scenario: &ScenarioResult, decided_as: Option<Shade>) -> Story<'_> {
    Story { scenario, decided_as, attachments: vec![Attachment { step: 1, name: "exchange.txt".into(), text: "> GET /".into() }] }
}

/// Every value under members of this name, wherever it stands.
fn collect(value: &Value, name: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (member, value) in members {
                match value {
                    Value::String(text) if member == name => found.push(text.clone()),
                    Value::Array(items) if member == name => found.extend(items.iter().filter_map(Value::as_str).map(str::to_owned)),
                    other => collect(other, name, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, name, found)),
        _ => {}
    }
}

fn all(lines: &[Value], name: &str) -> Vec<String> {
    let mut found = Vec::new();
    lines.iter().for_each(|line| collect(line, name, &mut found));
    found
}

#[test]
fn every_reference_leads_to_a_part_with_that_id_and_no_id_stands_twice() {
    let plain = scenario("Plain", 7, vec![step("an org", 4, StepStatus::Passed), step("the moon is full", 8, StepStatus::Undefined)]);
    let row = scenario("Rows / ale", 21, vec![step("an org", 4, StepStatus::Passed), step("a table", 12, StepStatus::Failed)]);
    let lines = lines(vec![story(&plain, None), story(&row, None)]);
    let ids = all(&lines, "id");
    assert_eq!(ids.len(), ids.iter().collect::<BTreeSet<_>>().len());
    for name in ["astNodeIds", "astNodeId", "pickleId", "pickleStepId", "stepDefinitionIds", "testCaseId", "testCaseStartedId", "testStepId"] {
        let references = all(&lines, name);
        assert!(!references.is_empty() && references.iter().all(|id| ids.contains(id)), "{name}: {references:?}");
    }
    assert_eq!(lines.iter().filter(|line| line.get("pickle").is_some()).count(), 2);
}

#[test]
fn the_row_of_an_outline_names_scenario_and_row() {
    let row = scenario("Rows / tea", 20, vec![step("an org", 4, StepStatus::Passed)]);
    let lines = lines(vec![story(&row, None)]);
    let pickle = lines.iter().find_map(|line| line.get("pickle")).unwrap();
    assert_eq!(pickle["astNodeIds"].as_array().unwrap().len(), 2);
    assert_eq!(pickle["tags"][0]["name"], "@all");
}

#[test]
fn steps_end_as_they_did_and_warnings_are_pending() {
    let failed = scenario("Plain", 7, vec![step("an org", 4, StepStatus::Passed), step("x", 8, StepStatus::Failed)]);
    let status = |decided_as| {
        let lines = lines(vec![story(&failed, decided_as)]);
        let finished: Vec<String> =
            lines.iter().filter_map(|line| line["testStepFinished"]["testStepResult"]["status"].as_str().map(str::to_owned)).collect();
        finished.join(" ")
    };
    assert_eq!(status(None), "PASSED FAILED");
    assert_eq!(status(Some(Shade::Pending)), "PASSED PENDING");
    assert_eq!(status(Some(Shade::Skipped)), "PASSED SKIPPED");
}

#[test]
fn a_known_phrase_has_its_definition_and_time_is_split_into_seconds_and_nanos() {
    let plain = scenario("Plain", 7, vec![step("an org", 4, StepStatus::Passed)]);
    let lines = lines(vec![story(&plain, None)]);
    let definition = lines.iter().find_map(|line| line.get("stepDefinition")).unwrap();
    assert_eq!((definition["pattern"]["source"].as_str(), definition["pattern"]["type"].as_str()), (Some("an org"), Some("CUCUMBER_EXPRESSION")));
    let finished = lines.iter().find_map(|line| line.get("testStepFinished")).unwrap();
    assert_eq!(finished["testStepResult"]["duration"], json!({ "seconds": 1, "nanos": 500_000_000 }));
}
