//! Every way in which a certificate is refused, beside one that is accepted.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::*;
use crate::certify::certificate::ResultLine;
use crate::certify::jws::SigningKey;
use crate::certify::{Level, Verdict};
use crate::features::FeatureFile;

/// Two checks of the device flow, both of its core.
const CHECKS: &str = "Feature: Device
  @C-device/request-shape @must @breakage @by:HO @for:pub
  Scenario: One
    Proves: a
    In production: b
    Mend: c
    Given an org

  @C-device/final-answers-stop @must @operations @by:HO @for:pub
  Scenario: Two
    Proves: a
    In production: b
    Mend: c
    Given an org
";

const JOURNAL: &str = "{\"check\":\"device/request-shape\",\"entry\":{\"seq\":7}}\n";

struct Bench {
    key: SigningKey,
    features: Features,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let files = vec![FeatureFile { path: "features/client/device/a.feature".into(), text: Cow::Borrowed(CHECKS) }];
        Self { key: SigningKey::make(&folder.path().join("key.pem")).unwrap(), features: Features { files, is_built_in: true } }
    }

    /// A payload that is accepted.
    fn good(&self) -> Value {
        let line = |check: &str, evidence: Vec<u64>| ResultLine {
            check: check.into(),
            level: Level::Must,
            result: Verdict::Pass,
            reason: None,
            evidence,
            duration_ms: 5,
        };
        let results = vec![line("device/final-answers-stop", vec![]), line("device/request-shape", vec![7])];
        let counts = json!({ "pass": 2, "fail": 0, "warning": 0, "not_exercised": 0, "not_applicable": 0, "info": 0, "error": 0 });
        let none = json!({ "pass": 0, "fail": 0, "warning": 0, "not_exercised": 0, "not_applicable": 0, "info": 0, "error": 0 });
        json!({
            "format": 1, "id": "x", "issued_at": "2026-11-22T17:00:00Z",
            "integration": { "name": "Acme", "version": "1", "digest": "d", "app_kinds": ["public"] },
            "declarations": { "hello": {}, "reasons": {} },
            "driver": { "kind": "command" },
            "harness": { "version": "0", "features_digest": self.features.digest(), "catalogue_version": 1 },
            "server": { "kind": "mock", "version": "0", "world_digest": "w", "era": "may-26", "seeds": [1, 2] },
            "profiles": [{ "id": "device", "version": 1, "verdict": "certified", "reasons": [], "must": counts, "should": none, "judged": "2 of 2" }],
            "results_digest": results_digest(&results),
            "results": results,
            "journal_digest": sha256(JOURNAL.as_bytes()),
            "transcript_digest": "t",
            "limits": [],
        })
    }

    fn verify(&self, payload: &Value, journal: Option<&str>) -> Result<Payload, Refusal> {
        self.open(&self.key.sign(payload).unwrap(), journal, false)
    }

    fn open(&self, certificate: &str, journal: Option<&str>, takes_stale: bool) -> Result<Payload, Refusal> {
        let key = self.key.public().unwrap();
        verify(certificate, &Yardstick { key: &key, features: &self.features, journal, takes_stale }).unwrap()
    }

    /// The payload with one change is refused, and the reason holds these words.
    fn check_refused(&self, change: impl FnOnce(&mut Value), journal: Option<&str>, words: &str) {
        let mut payload = self.good();
        change(&mut payload);
        let refusal = self.verify(&payload, journal).unwrap_err();
        assert!(refusal.to_string().contains(words), "{words:?} not in {refusal}");
    }
}

#[test]
fn a_certificate_of_a_full_run_is_accepted_with_and_without_its_journal() {
    let bench = Bench::new();
    assert_eq!(bench.verify(&bench.good(), None).unwrap().integration.name, "Acme");
    assert!(bench.verify(&bench.good(), Some(JOURNAL)).is_ok());
}

#[test]
fn a_certificate_with_one_altered_byte_is_refused() {
    let bench = Bench::new();
    let certificate = bench.key.sign(&bench.good()).unwrap();
    let at = certificate.find('.').unwrap() + 40;
    let other = if &certificate[at..=at] == "A" { "B" } else { "A" };
    let altered = format!("{}{other}{}", &certificate[..at], &certificate[at + 1..]);
    assert_eq!(bench.open(&altered, None, false).unwrap_err(), Refusal::Signature(Refused::Altered));
}

#[test]
fn a_certificate_of_another_key_is_refused() {
    let (one, other) = (Bench::new(), Bench::new());
    let certificate = other.key.sign(&one.good()).unwrap();
    assert!(matches!(one.open(&certificate, None, false), Err(Refusal::Signature(Refused::ForeignKey { .. }))));
}

#[test]
fn a_certificate_of_a_filtered_run_is_refused() {
    let bench = Bench::new();
    bench.check_refused(|payload| payload["limits"] = json!(["only some checks"]), None, "filtered run: only some checks");
    bench.check_refused(|payload| payload["server"]["seeds"] = json!([1]), None, "fewer than two passes");
    bench.check_refused(|payload| payload["server"]["seeds"] = json!([1, 1]), None, "fewer than two passes");
    let drop_one = |payload: &mut Value| {
        let results: Vec<ResultLine> = serde_json::from_value(payload["results"].clone()).unwrap();
        payload["results_digest"] = json!(results_digest(&results[1..]));
        payload["results"] = json!(results[1..]);
    };
    bench.check_refused(drop_one, None, "device lacks device/final-answers-stop");
}

#[test]
fn another_format_is_refused() {
    let bench = Bench::new();
    bench.check_refused(|payload| payload["format"] = json!(2), None, "format 1: it says 2");
    bench.check_refused(|payload| drop(payload.as_object_mut().unwrap().remove("results")), None, "missing field `results`");
}

#[test]
fn a_certificate_of_other_checks_is_stale_and_told_so() {
    let bench = Bench::new();
    bench.check_refused(|payload| payload["harness"]["features_digest"] = json!("0123456789abcdef"), None, "it is stale");
    let mut payload = bench.good();
    payload["harness"]["features_digest"] = json!("0123456789abcdef");
    assert!(bench.open(&bench.key.sign(&payload).unwrap(), None, true).is_ok(), "unless stale ones are wanted");
}

#[test]
fn results_and_verdicts_that_do_not_fit_are_refused() {
    let bench = Bench::new();
    bench.check_refused(|payload| payload["results"][0]["result"] = json!("fail"), None, "digest of the results");
    let breach = |payload: &mut Value| {
        payload["results"][0]["result"] = json!("fail");
        let results: Vec<ResultLine> = serde_json::from_value(payload["results"].clone()).unwrap();
        payload["results_digest"] = json!(results_digest(&results));
    };
    bench.check_refused(breach, None, "device is called certified, its results make it not certified");
    bench.check_refused(|payload| payload["profiles"][0]["id"] = json!("nobody"), None, "no profile");
}

#[test]
fn a_journal_of_another_run_is_refused() {
    let bench = Bench::new();
    bench.check_refused(|_| (), Some("{\"check\":\"device/request-shape\",\"entry\":{\"seq\":8}}\n"), "its digest is another one");
    bench.check_refused(|payload| payload["results"][1]["evidence"] = json!([7, 9]), Some(JOURNAL), "it lacks #9");
}

/// The journal of a device that asked and polled with this grant type.
fn of_device(grant_type: &str) -> String {
    let line = |entry: Value| json!({ "check": "device/request-shape", "entry": entry }).to_string() + "\n";
    let params = json!({ "response_type": "device_code", "client_id": "key" });
    line(json!({ "seq": 6, "route": "oauth/token", "client_id": "key", "flow": "device", "params": params, "status": 200 }))
        + &line(json!({
            "seq": 7, "route": "oauth/token", "client_id": "key", "flow": "device", "status": 400,
            "params": { "grant_type": grant_type, "client_id": "key", "code": "[redacted]" },
        }))
}

#[test]
fn a_journal_that_contradicts_a_pass_is_refused_though_its_digest_is_right() {
    let bench = Bench::new();
    let certify = |journal: &str| {
        let mut payload = bench.good();
        payload["journal_digest"] = json!(sha256(journal.as_bytes()));
        bench.verify(&payload, Some(journal))
    };
    let sound = of_device("device");
    assert_eq!(wire_rows(&certify(&sound).unwrap(), &sound), Ok(1));
    let refusal = certify(&of_device("urn:ietf:params:oauth:grant-type:device_code")).unwrap_err();
    assert!(matches!(&refusal, Refusal::Contradicted { check, .. } if check == "device/request-shape"), "{refusal}");
}

#[test]
fn reasons_that_differ_in_ports_alone_have_one_digest() {
    let line = |reason: &str| {
        vec![ResultLine {
            check: "a/b".into(),
            level: Level::Must,
            result: Verdict::Warning,
            reason: Some(reason.into()),
            evidence: vec![],
            duration_ms: 0,
        }]
    };
    assert_eq!(results_digest(&line("seen at http://127.0.0.1:4001/x")), results_digest(&line("seen at http://127.0.0.1:4002/x")));
    assert_ne!(results_digest(&line("seen once")), results_digest(&line("seen twice")));
}
