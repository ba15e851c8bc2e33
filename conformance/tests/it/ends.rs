//! How commands end that could not do what was asked, and what they say of it.

use tokio::process::Command;

use crate::bench::{Bench, FAILS};

/// Runs the program and gives its exit code and what it said on stderr.
async fn program(arguments: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_sf-conformance")).args(arguments).output().await.unwrap();
    (output.status.code().unwrap(), String::from_utf8_lossy(&output.stderr).into_owned())
}

async fn check(arguments: &[&str], code: i32, said: &str) {
    let (ended, told) = program(arguments).await;
    assert!(ended == code && told.contains(said), "{arguments:?} ended with {ended} and said {told}");
}

#[tokio::test]
async fn features_that_are_not_there_are_wrong_usage_of_every_command() {
    let bench = Bench::start().await;
    let empty = bench.folder.path().display().to_string();
    check(&["server", "--features", "/nope"], 2, "nothing at /nope: name the features with --features").await;
    check(&["run", "/nope"], 2, "nothing at /nope").await;
    check(&["lint", "/nope"], 2, "nothing at /nope").await;
    for arguments in [["server", "--features", &empty].as_slice(), &["run", &empty], &["lint", &empty]] {
        check(arguments, 2, "no feature file in").await;
    }
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_told_before_any_scenario_runs() {
    let bench = Bench::start().await;
    bench.feature("fails.feature", FAILS);
    let features = bench.folder.path().join("features").display().to_string();
    let url = bench.addresses().login_url;
    let running = |url: &str, control: &str| {
        let running = ["--url", url, "--control-url", control];
        [["server", "--features", &features].as_slice(), &running].concat().iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    for (url, control, named) in [
        ("http://127.0.0.1:1", "http://127.0.0.1:1/_mock/v1", "no server can be used at http://127.0.0.1:1:"),
        (url.as_str(), "http://127.0.0.1:1/_mock/v1", "no server can be used at http://127.0.0.1:1/_mock/v1:"),
    ] {
        let arguments = running(url, control);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        check(&arguments, 3, named).await;
    }
    let arguments = running(&url, &format!("{url}/_mock/v1"));
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    check(&arguments, 1, "").await;
}

#[tokio::test]
async fn a_choice_that_leaves_nothing_to_run_is_told() {
    let bench = Bench::start().await;
    bench.feature("fails.feature", FAILS);
    let features = bench.folder.path().join("features").display().to_string();
    let (url, control) = (bench.addresses().login_url, bench.addresses().control_url);
    let running = ["--url", &url, "--control-url", &control];
    let with = |more: &[&'static str]| [["run", features.as_str()].as_slice(), &running, more].concat();
    check(&with(&["--tags", "@nothing"]), 1, "no scenario fits --tags").await;
    check(&with(&["--tags", "@nothing", "--name", "x"]), 1, "no scenario fits --tags and --name").await;
    let (_, told) = program(&with(&["--name", "A member"])).await;
    assert!(!told.contains("no scenario fits"), "{told}");
}

#[tokio::test]
async fn a_report_that_cannot_be_written_is_named() {
    let bench = Bench::start().await;
    bench.feature("fails.feature", FAILS);
    std::fs::write(bench.folder.path().join("file"), "no folder").unwrap();
    let (features, file) = (bench.folder.path().join("features"), bench.folder.path().join("file/report.xml"));
    let (url, control) = (bench.addresses().login_url, bench.addresses().control_url);
    let file = file.display().to_string();
    let arguments = ["run", &features.display().to_string(), "--url", &url, "--control-url", &control, "--junit", &file];
    check(&arguments, 3, &format!("cannot write {file}")).await;
}
