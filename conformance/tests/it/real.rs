//! A real org as the target. Ours is an org of sf-mock that is not empty and whose control token the harness is never told.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use serde_json::{Value, json};
use sf_conformance::client::{Control, Http};
use sf_conformance::real::sign_in::sign_in;
use sf_conformance::real::{Credentials, RealOrg};
use sf_conformance::run::{Plan, run};
use sf_conformance::target::Target;

/// The server features of this checkout.
const FEATURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../features");

/// Scenarios that a real org is known to be able to run; more are welcome.
const LEAST: usize = 450;

/// What the org holds before: the names that scenarios like to use.
const RECORDS: &str = r#"[
    {"type": "Account", "fields": {"Name": "Acme", "Industry": "Energy", "AnnualRevenue": 7}},
    {"type": "Account", "fields": {"Name": "Blue"}},
    {"type": "Account", "fields": {"Name": "Zebra"}},
    {"type": "Contact", "fields": {"FirstName": "Ada", "LastName": "Lovelace"}},
    {"type": "Contact", "fields": {"LastName": "Turing"}},
    {"type": "Opportunity", "fields": {"Name": "Deal", "StageName": "Prospecting", "CloseDate": "2026-01-05"}},
    {"type": "Lead", "fields": {"LastName": "Hopper", "Company": "Navy"}},
    {"type": "Task", "fields": {"Subject": "Call"}}
]"#;

/// A server that keeps its control API to the test.
struct Salesforce {
    server: Target,
    control: Control,
}

impl Salesforce {
    async fn start() -> Self {
        let server = Target::spawn(&["--control-token", "kept-from-the-harness"]).await.unwrap();
        let control = Control::new(Http::new().unwrap(), server.addresses.control_url.clone(), Some("kept-from-the-harness".to_owned()));
        Self { server, control }
    }

    /// What the environment would say of this org, with these in place of some.
    async fn variables(&self, org: &str, username: &str) -> Vec<(&'static str, String)> {
        let session = self.control.session(org, username, None).await.unwrap();
        let app = self.control.get("/apps/local").await.unwrap();
        let text = |member: &str| app[member].as_str().unwrap().to_owned();
        vec![
            ("SFCERT_REAL_LOGIN_URL", self.server.addresses.login_url.clone()),
            ("SFCERT_REAL_ACCESS_TOKEN", session.access_token),
            ("SFCERT_REAL_INSTANCE_URL", session.instance_url),
            ("SFCERT_REAL_CONSUMER_KEY", text("consumer_key")),
            ("SFCERT_REAL_CONSUMER_SECRET", text("consumer_secret")),
        ]
    }

    async fn records(&self) -> Value {
        self.control.get("/orgs/devorg/records").await.unwrap()["records"].clone()
    }
}

fn credentials(variables: &[(&str, String)]) -> Credentials {
    Credentials::read(|name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone())).unwrap()
}

async fn check_refused(variables: &[(&'static str, String)], expected: &str) {
    let said = sign_in(credentials(variables)).await.map(drop).unwrap_err().to_string();
    assert!(said.contains(expected), "{said}");
    assert!(variables.iter().filter(|(name, _)| name.ends_with("TOKEN") || name.ends_with("SECRET")).all(|(_, secret)| !said.contains(secret)));
    let output = Command::new(env!("CARGO_BIN_EXE_sf-conformance"))
        .args(["server", "--target", "real", "--features", FEATURES])
        .envs(variables.iter().map(|(name, value)| (*name, value.as_str())))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains(expected), "{output:?}");
}

#[tokio::test]
async fn a_real_org_runs_what_needs_no_control_api_and_is_left_as_it_was() {
    let salesforce = Salesforce::start().await;
    let records: Value = serde_json::from_str(RECORDS).unwrap();
    salesforce.control.post("/orgs/devorg/records", &records).await.unwrap();
    let before = salesforce.records().await;
    let variables = salesforce.variables("devorg", "developer@devorg.example").await;
    let org = sign_in(credentials(&variables)).await.unwrap();
    assert_eq!((org.org.kind.as_str(), org.user.username.as_str()), ("developer", "developer@devorg.example"));
    let target = Arc::new(Target::real(org, salesforce.server.addresses.login_url.clone()));
    let features = Path::new(env!("CARGO_MANIFEST_DIR")).join("../features");
    let plan = Plan { concurrency: 8, ..Plan::all(features) };

    let report = run(&plan, Arc::clone(&target)).await.unwrap();

    assert!(report.is_green(), "an org that holds other things breaks these; tag those that expect an empty one @own-org\n{}", report.terminal());
    assert!(report.scenarios.len() >= LEAST, "{}", report.summary());
    assert!(report.left_out.iter().all(|scenario| !scenario.reason.is_empty()) && report.left_out.len() > LEAST, "{}", report.summary());
    assert_eq!(target.real.as_ref().map(RealOrg::left_behind), Some(Vec::new()));
    let after = salesforce.records().await;
    assert_eq!(after, before, "what scenarios made is gone, and nothing else was touched");
}

#[tokio::test]
async fn credentials_that_are_refused_end_the_run_before_it_begins() {
    let salesforce = Salesforce::start().await;
    let mut variables = salesforce.variables("devorg", "developer@devorg.example").await;
    variables[1].1 = "00Dxx0000000001!AQnobody".to_owned();
    check_refused(&variables, "does not accept the session").await;
    let mut by_app: Vec<_> = variables.into_iter().filter(|(name, _)| name.ends_with("LOGIN_URL") || name.contains("CONSUMER")).collect();
    by_app[2].1 = "wrong".to_owned();
    check_refused(&by_app, "refused to sign in").await;
}

#[tokio::test]
async fn a_production_org_is_left_alone_unless_that_is_allowed() {
    let salesforce = Salesforce::start().await;
    let mut variables = salesforce.variables("acme", "admin@acme.example").await;
    check_refused(&variables, "this is a production org").await;
    variables.push(("SFCERT_REAL_PRODUCTION", "allow".to_owned()));
    assert!(sign_in(credentials(&variables)).await.is_ok());
}

#[tokio::test]
async fn an_api_version_that_the_org_does_not_speak_is_told() {
    let salesforce = Salesforce::start().await;
    let mut variables = salesforce.variables("devorg", "developer@devorg.example").await;
    variables.push(("SFCERT_REAL_API_VERSION", "399.0".to_owned()));
    check_refused(&variables, "set SFCERT_REAL_API_VERSION").await;
}

#[tokio::test]
async fn nothing_is_sent_to_a_host_that_is_neither_login_nor_instance() {
    let (salesforce, other) = (Salesforce::start().await, Salesforce::start().await);
    let org = sign_in(credentials(&salesforce.variables("devorg", "developer@devorg.example").await)).await.unwrap();
    let http = Http::new().unwrap().only_to(org.origins.clone());
    let elsewhere = format!("{}/services/data", other.server.addresses.login_url);
    let said = http.send(sf_conformance::client::Request::get(elsewhere).bearer(&org.session.access_token)).await.unwrap_err().to_string();
    assert!(said.starts_with("nothing is sent to http://127.0.0.1:"), "{said}");
    assert_eq!(other.control.get("/requests").await.unwrap()["requests"], json!([]));
}

#[test]
fn variables_that_are_missing_are_named_together() {
    let output =
        Command::new(env!("CARGO_BIN_EXE_sf-conformance")).args(["server", "--target", "real", "--features", FEATURES]).env_clear().output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(3), "{told}");
    for name in ["SFCERT_REAL_LOGIN_URL", "SFCERT_REAL_ACCESS_TOKEN", "SFCERT_REAL_CONSUMER_SECRET", "SFCERT_REAL_PRIVATE_KEY_FILE"] {
        assert!(told.contains(name), "{name} missing in {told}");
    }
}
