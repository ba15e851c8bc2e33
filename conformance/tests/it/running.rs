//! Which scenarios run, and which count as failed.

use crate::bench::{Bench, FAILS};

const PASSES: &str = r#"Feature: Passes
  @R-A1
  Scenario: A member is there
    When somebody sends
      """
      GET /anything
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"ok": true, "...": "{any}"}
      """
"#;

const UNDEFINED: &str = r#"Feature: Undefined
  Scenario: Nobody knows this phrase
    When the moon is full
"#;

#[tokio::test]
async fn a_scenario_that_must_fail_fails_and_one_that_holds_passes() {
    let bench = Bench::start().await;
    bench.feature("passes.feature", PASSES);
    bench.feature("fails.feature", FAILS);
    let report = bench.run(bench.plan()).await;
    assert_eq!((report.passed(), report.failed(), report.is_green()), (1, 1, false));
}

#[tokio::test]
async fn a_phrase_that_nobody_defined_fails_the_run() {
    let bench = Bench::start().await;
    bench.feature("undefined.feature", UNDEFINED);
    let report = bench.run(bench.plan()).await;
    let failure = report.scenarios[0].failure.as_ref().unwrap();
    assert_eq!((failure.step.as_str(), report.is_green()), ("When the moon is full", false));
    assert!(failure.reason.contains("not in the vocabulary"), "{}", failure.reason);
}

#[tokio::test]
async fn a_feature_that_cannot_be_read_fails_the_run() {
    let bench = Bench::start().await;
    bench.feature("passes.feature", PASSES);
    bench.feature("broken.feature", "Scenario: no feature above");
    let report = bench.run(bench.plan()).await;
    assert_eq!((report.passed(), report.unreadable.len(), report.is_green()), (1, 1, false));
}

#[tokio::test]
async fn client_features_are_left_to_the_client_suite() {
    let bench = Bench::start().await;
    bench.feature("oauth/passes.feature", PASSES);
    bench.feature("client/web-server/fails.feature", FAILS);
    let report = bench.run(bench.plan()).await;
    assert_eq!((report.scenarios.len(), report.is_green()), (1, true));
}

#[tokio::test]
async fn tags_and_names_select_scenarios() {
    let bench = Bench::start().await;
    bench.feature("passes.feature", PASSES);
    bench.feature("fails.feature", FAILS);
    let mut plan = bench.plan();
    plan.tags = Some("@R-A1 and not @tls".parse().unwrap());
    assert_eq!(bench.run(plan).await.scenarios.len(), 1);
    let mut plan = bench.plan();
    plan.name = Some(regex::Regex::new("another value").unwrap());
    assert_eq!(bench.run(plan).await.failed(), 1);
    let mut plan = bench.plan();
    plan.tags = Some("@nobody".parse().unwrap());
    assert!(!bench.run(plan).await.is_green(), "nothing ran, which proves nothing");
}

#[tokio::test]
async fn scenarios_that_the_target_has_no_means_for_are_counted() {
    let bench = Bench::start().await;
    bench.feature("passes.feature", PASSES);
    bench.feature("tls.feature", &FAILS.replace("Feature:", "@tls\nFeature:"));
    let report = bench.run(bench.plan()).await;
    assert_eq!((report.scenarios.len(), report.left_out.len()), (1, 1));
}
