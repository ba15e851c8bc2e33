//! The ledgers of this repository, and that they notice what is missing.

use std::fs;
use std::path::{Path, PathBuf};

use sf_conformance::ledger;

use crate::bench::Bench;

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

#[test]
fn every_row_of_the_error_tables_has_a_scenario_that_says_it() {
    let rows = ledger::rows(&fs::read_to_string(repository("fixtures/oauth-rows.tsv")).unwrap()).unwrap();
    let faults = ledger::unproved(&rows, &repository("features")).unwrap();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_open_question_is_a_switch_or_a_marked_choice() {
    let faults = ledger::unsettled(&fs::read_to_string(repository("fixtures/open-questions.tsv")).unwrap(), &repository("")).unwrap();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[tokio::test]
async fn a_row_without_proof_is_noticed_and_so_is_a_tag_without_row() {
    let bench = Bench::start().await;
    let scenario = |tag: &str, words: &str| format!("Feature: A\n  @row:{tag}\n  Scenario: B\n    Then the answer mentions \"{words}\"\n");
    bench.feature("a.feature", &scenario("told", "invalid_grant"));
    bench.feature("b.feature", &scenario("stray", "x"));
    let text = "row\twhere\tsays\twhen\ntold\ttoken\tinvalid_grant|inactive user\t-\nmissing\ttoken\t\t-\n";
    let faults = ledger::unproved(&ledger::rows(text).unwrap(), &bench.plan().features[0]).unwrap();
    let expected = ["no scenario of told says \"inactive user\"", "no scenario has the tag @row:missing", "the tag @row:stray names no row"];
    assert_eq!(faults, expected);
}

#[test]
fn a_question_that_nothing_settles_is_noticed() {
    let check = |way: &str, settled: bool| {
        let faults = ledger::unsettled(&format!("question\tasks\tsettled by\nq\t?\t{way}\n"), &repository("")).unwrap();
        assert_eq!(faults.is_empty(), settled, "{way}: {faults:?}");
    };
    check("switch:install_gate", true);
    check("switch:no_such_switch", false);
    check("guess:mock-server/src/api/oauth/introspect.rs:a request that names no client", true);
    check("guess:mock-server/src/api/oauth/introspect.rs:these words stand nowhere", false);
    check("switch:install_gate; hope", false);
}
