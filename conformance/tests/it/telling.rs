//! What reports say about a failure.

use std::fs;

use crate::bench::{Bench, FAILS};

#[tokio::test]
async fn a_failure_shows_every_difference_and_the_exchange_without_secrets() {
    let bench = Bench::start().await;
    bench.feature("fails.feature", FAILS);
    let told = bench.run(bench.plan()).await.terminal();
    for words in [
        "FAILED features/fails.feature:2  Fails / A member has another value",
        "status: expected 201, got 200",
        "$.ok: expected false, got true",
        "/anything?code=[redacted]",
        r#""access_token":"[redacted]""#,
        "1 scenarios: 0 passed, 1 failed",
    ] {
        assert!(told.contains(words), "{words:?} missing in\n{told}");
    }
    assert!(!told.contains("verysecret") && !told.contains("aPrxSecret"), "{told}");
}

#[tokio::test]
async fn junit_holds_the_failure_with_its_exchange() {
    let bench = Bench::start().await;
    bench.feature("fails.feature", FAILS);
    let mut plan = bench.plan();
    let file = bench.folder.path().join("junit.xml");
    plan.junit = Some(file.clone());
    bench.run(plan).await;
    let junit = fs::read_to_string(file).unwrap();
    for words in ["failures=\"1\"", "A member has another value", "expected 201, got 200", "/anything?code=[redacted]"] {
        assert!(junit.contains(words), "{words:?} missing in\n{junit}");
    }
}
