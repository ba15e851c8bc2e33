//! Certification judged by small checks whose outcome is known: verdicts, exit codes, known failures, the second chance.

use std::borrow::Cow;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use cucumber::{given, then};
use sf_conformance::certify::{Baseline, Certification, Plan, Profile, Standing, Verdict, certify};
use sf_conformance::features::{FeatureFile, Features};
use sf_conformance::integration::Integration;
use sf_conformance::report::style::Style;
use sf_conformance::report::{certification, github, html};
use sf_conformance::world::World;
use sf_conformance::{Failure, Outcome};
use tempfile::TempDir;

use crate::bench::Bench;

#[given("a check that finds nothing wrong")]
fn nothing(_: &mut World) {}

#[then(expr = "a check ends as {word}, saying {string}")]
#[expect(clippy::needless_pass_by_value, reason = "a step owns the words of its phrase")]
fn ends_as(_: &mut World, how: String, sentence: String) -> Outcome {
    Err(match how.as_str() {
        "breach" => Failure::breach(sentence),
        "unreached" => Failure::not_exercised(sentence),
        "foreign" => Failure::not_applicable(sentence),
        "silent" => Failure::driver(sentence),
        _ => Failure::new(sentence),
    })
}

/// How often the unsteady check was looked at.
static LOOKS: AtomicU32 = AtomicU32::new(0);

#[then("a check fails every other time")]
fn unsteady(_: &mut World) -> Outcome {
    if LOOKS.fetch_add(1, Ordering::SeqCst).is_multiple_of(2) { Err(Failure::breach("not this time")) } else { Ok(()) }
}

/// An integration that says hello and nothing else.
const HELLO: &str = r#"#!/bin/sh
while read -r line; do
  id=$(printf '%s' "$line" | sed 's/.*"id":"\([^"]*\)".*/\1/')
  printf '{"v":1,"id":"%s","ok":true,"result":{"name":"Small","version":"1","app_kind":"public","operations":["connect"]}}\n' "$id"
done
"#;

struct Shop {
    bench: Bench,
    folder: TempDir,
}

impl Shop {
    async fn open() -> Self {
        Self::with_program(HELLO).await
    }

    async fn with_program(program: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("driver.sh"), program).unwrap();
        fs::write(folder.path().join("integration.yaml"), "name: Small\nversion: '1'\ncommand:\n  run: [/bin/sh, driver.sh]\n  operation_ms: 3000\n")
            .unwrap();
        Self { bench: Bench::start().await, folder }
    }

    /// A plan over checks of the device flow: each its name, its tags, its last step.
    fn plan(&self, checks: &[(&str, &str, &str)]) -> Plan {
        let scenario = |(name, tags, step): &(&str, &str, &str)| {
            format!(
                "  @C-device/{name} {tags} @operations @by:HO @for:pub\n  Scenario: Rule of {name}\n    Proves: p\n    In production: users wait for ever\n    Mend: \
                 stop in time\n\n    Given a check that finds nothing wrong\n    {step}\n\n"
            )
        };
        let text = format!("Feature: Device\n{}", checks.iter().map(scenario).collect::<String>());
        let features =
            Features { files: vec![FeatureFile { path: "features/client/device/a.feature".into(), text: Cow::Owned(text) }], is_built_in: true };
        Plan {
            integration: Integration::read(&self.folder.path().join("integration.yaml")).unwrap(),
            profiles: Profile::named("device").unwrap(),
            only: vec![],
            features,
            seed: 1,
            once: false,
            concurrency: Some(2),
            extra: vec![],
            addresses: Some(self.bench.addresses()),
            baseline: None,
            keep_going: false,
            shows_progress: false,
        }
    }

    async fn run(&self, checks: &[(&str, &str, &str)]) -> Certification {
        certify(&self.plan(checks)).await.unwrap()
    }
}

const CORE: [(&str, &str, &str); 2] =
    [("request-shape", "@must", "And a check that finds nothing wrong"), ("final-answers-stop", "@must", "And a check that finds nothing wrong")];

/// The core, and one check more.
fn with(check: (&'static str, &'static str, &'static str)) -> Vec<(&'static str, &'static str, &'static str)> {
    [&CORE[..], &[check]].concat()
}

#[tokio::test]
async fn an_integration_in_order_is_certified_after_two_passes() {
    let shop = Shop::open().await;
    let found = shop.run(&CORE).await;
    assert_eq!((found.judgements[0].standing, found.exit_code(), found.seeds.as_slice()), (Standing::Certified, 0, &[1, 2][..]));
    assert!(found.is_in_certify_mode());
}

#[tokio::test]
async fn a_breach_denies_the_certificate_and_is_told_with_what_to_do() {
    let shop = Shop::open().await;
    let found = shop.run(&with(("interval", "@must", "Then a check ends as breach, saying \"expected <2>, seen \u{1b}[31m5\""))).await;
    assert_eq!((found.judgements[0].standing, found.exit_code()), (Standing::NotCertified, 1));
    let told = certification::terminal(&found, Style::PLAIN);
    for words in ["NOT CERTIFIED", "device/interval", "users wait for ever", "stop in time", "expected <2>"] {
        assert!(told.contains(words), "{words:?} missing in\n{told}");
    }
    assert!(!told.contains('\u{1b}'), "control characters of an integration reach the terminal");
    let page = html::certification(&found);
    assert!(page.contains("Not certified: device") && page.contains("expected &lt;2&gt;") && !page.contains("expected <2>"), "{page}");
    assert!(!page.contains("http://") && !page.contains("https://"), "the page fetches nothing");
    assert!(certification::junit(&found).contains("failures=\"1\""));
    assert!(certification::markdown(&found).contains("**`device/interval`** failed"));
    assert!(github::certification(&found, "i.yaml").starts_with("::error file=i.yaml,title=device/interval%3A Rule of interval::seen: expected"));
}

#[tokio::test]
async fn a_breached_should_check_is_a_warning_and_what_is_unreached_leaves_a_gap() {
    let shop = Shop::open().await;
    let warned = shop.run(&with(("interval", "@should", "Then a check ends as breach, saying \"slow\""))).await;
    assert_eq!((warned.judgements[0].standing, warned.exit_code()), (Standing::CertifiedWithWarnings, 0));
    let unreached = shop.run(&with(("interval", "@must", "Then a check ends as unreached, saying \"no poll\""))).await;
    assert_eq!((unreached.judgements[0].standing, unreached.exit_code()), (Standing::Incomplete, 4));
    let foreign = shop.run(&with(("interval", "@must", "Then a check ends as foreign, saying \"no device\""))).await;
    assert_eq!((foreign.judgements[0].standing, foreign.exit_code()), (Standing::Certified, 0));
    let silent = shop.run(&with(("interval", "@must", "Then a check ends as silent, saying \"no answer\""))).await;
    assert_eq!((silent.result("device/interval").unwrap().verdict, silent.exit_code()), (Verdict::Error, 4));
}

#[tokio::test]
async fn a_fault_of_ours_is_no_verdict_about_the_integration() {
    let shop = Shop::open().await;
    let found = shop.run(&with(("interval", "@must", "Then a check ends as broken, saying \"the server is gone\""))).await;
    assert_eq!(found.exit_code(), 3);
    assert!(found.broken.iter().any(|broken| broken.reason == "the server is gone"), "{:?}", found.broken);
    let undefined = shop.run(&with(("interval", "@must", "Then the moon is full"))).await;
    assert_eq!(undefined.exit_code(), 3);
}

#[tokio::test]
async fn checks_that_do_not_end_alike_in_both_passes_are_unstable_in_certify_mode_and_flaky_outside() {
    let shop = Shop::open().await;
    let unsteady = with(("interval", "@must", "Then a check fails every other time"));
    let certified = shop.run(&unsteady).await;
    let result = certified.result("device/interval").unwrap();
    assert!(result.verdict == Verdict::Error && result.reason.as_deref().unwrap().starts_with("unstable: fail with seed 1"), "{result:?}");
    assert_eq!(certified.exit_code(), 4);
    let mut plan = shop.plan(&unsteady);
    plan.once = true;
    let once = certify(&plan).await.unwrap();
    let result = once.result("device/interval").unwrap();
    assert!(result.verdict == Verdict::Pass && result.flaky, "{result:?}");
    assert_eq!((once.exit_code(), once.is_in_certify_mode()), (0, false));
}

#[tokio::test]
async fn known_failures_are_wanted_and_stale_ones_are_not() {
    let shop = Shop::open().await;
    let mut plan = shop.plan(&with(("interval", "@must", "Then a check ends as breach, saying \"slow\"")));
    plan.baseline = Some(Baseline::parse("device/interval  ACME-1\n").unwrap());
    let known = certify(&plan).await.unwrap();
    assert_eq!((known.exit_code(), known.is_in_certify_mode()), (0, false));
    plan.baseline = Some(Baseline::parse("device/interval  ACME-1\ndevice/request-shape  ACME-2\n").unwrap());
    let stale = certify(&plan).await.unwrap();
    assert_eq!(stale.exit_code(), 1);
    assert!(certification::terminal(&stale, Style::PLAIN).contains("STALE BASELINE"));
}

#[tokio::test]
async fn what_builds_on_a_breach_is_blocked_by_it() {
    let shop = Shop::open().await;
    let checks = [
        CORE[0],
        ("final-answers-stop", "@must", "Then a check ends as breach, saying \"polls on\""),
        ("interval", "@must @needs:device/final-answers-stop", "Then a check ends as breach, saying \"too fast\""),
    ];
    let found = shop.run(&checks).await;
    let result = found.result("device/interval").unwrap();
    assert_eq!(result.verdict, Verdict::NotExercised);
    assert_eq!(result.reason.as_deref(), Some("blocked by device/final-answers-stop; seen: too fast"));
}

#[tokio::test]
async fn an_integration_that_answers_garbage_or_nothing_gets_a_verdict_in_bounded_time() {
    for program in ["#!/bin/sh\nwhile read -r line; do echo nonsense; done\n", "#!/bin/sh\nexit 7\n", "#!/bin/sh\nsleep 1000\n"] {
        let shop = Shop::with_program(program).await;
        let found = shop.run(&CORE).await;
        assert_eq!((found.result("device/request-shape").unwrap().verdict, found.exit_code()), (Verdict::Error, 4), "{program}");
    }
}

#[tokio::test]
async fn one_check_alone_is_judged_but_no_profile() {
    let shop = Shop::open().await;
    let mut plan = shop.plan(&CORE);
    plan.only = vec!["device/request-shape".into()];
    let found = certify(&plan).await.unwrap();
    assert_eq!((found.judged.len(), found.judgements.len(), found.exit_code(), found.is_in_certify_mode()), (1, 0, 0, false));
    assert!(certification::terminal(&found, Style::PLAIN).contains("No certificate can come of this run: only some checks."));
}

/// Runs the program and gives its exit code and what it said on stderr.
fn program(arguments: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_sf-conformance")).args(arguments).output().unwrap();
    (output.status.code().unwrap(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[tokio::test]
async fn wrong_usage_is_told_in_a_line_and_exits_with_2() {
    let shop = Shop::open().await;
    let file: PathBuf = shop.folder.path().join("integration.yaml");
    let file = file.to_str().unwrap();
    let certificate = shop.folder.path().join("c.jws");
    let certificate = certificate.to_str().unwrap();
    for (arguments, words) in [
        (vec!["--integration", "nowhere.yaml", "--profile", "device"], "cannot read nowhere.yaml"),
        (vec!["--integration", file, "--profile", "devices"], "no profile \"devices\""),
        (vec!["--integration", file, "--profile", "device", "--check", "device/nothing"], "no check \"device/nothing\""),
        (
            vec!["--integration", file, "--profile", "device", "--once", "--certificate", certificate],
            "no certificate can come of a run with one pass",
        ),
        (vec!["--integration", file, "--profile", "device", "--driver", "http"], "describes no http driver"),
    ] {
        let (code, told) = program(&[&["certify"], &arguments[..]].concat());
        assert!(code == 2 && told.contains(words), "{words:?} not in {told} ({code})");
    }
    assert!(!shop.folder.path().join("c.jws.key.pem").exists(), "no key is made for a run that cannot be certified");
}
