//! Makes small integrations: a script, its file, and what surrounds it.

use std::fs;
use std::path::Path;
use std::time::Duration;

use sf_conformance::integration::{Driver, Integration, Limits, Surroundings};
use sf_conformance::{Failure, Outcome};
use tempfile::TempDir;

/// A driver in Python that answers `hello`, `status` and what `answers` adds: an `elif` for each operation.
pub(super) fn driver(answers: &str) -> String {
    format!(
        r#"
import json, os, sys, time
state = sys.argv[sys.argv.index("--state-dir") + 1]
def say(message):
    sys.stdout.write(json.dumps(message) + "\n"); sys.stdout.flush()
for line in sys.stdin:
    request = json.loads(line)
    op, result = request["op"], None
    if op == "hello":
        result = {{"name": "Small", "version": "1", "app_kind": "public", "operations": ["status"], "processes": 2}}
    elif op == "status":
        result = {{"state": "not_connected", "problem": "none", "detail": ""}}
    {answers}
    if result is None:
        say({{"v": 1, "id": request["id"], "ok": False, "error": {{"code": "unsupported", "detail": op}}}})
    else:
        say({{"v": 1, "id": request["id"], "ok": True, "result": result}})
"#
    )
}

/// Limits in proportion to small scripts, so that no test waits long for a stop rule.
pub(super) fn small_limits() -> Limits {
    Limits {
        start: Duration::from_secs(5),
        operation: Duration::from_secs(2),
        end_of_input: Duration::from_millis(300),
        terminate: Duration::from_millis(300),
        idle: Duration::from_millis(300),
        memory: 100 << 20,
        stdout: 2 << 20,
        stderr: 1 << 20,
        state_bytes: 4 << 20,
        state_files: 50,
        ..Limits::default()
    }
}

/// A folder with one integration and its state directory.
pub(super) struct Workshop {
    pub(super) folder: TempDir,
    pub(super) surroundings: Surroundings,
}

impl Workshop {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let state_dir = folder.path().join("state");
        fs::create_dir(&state_dir).unwrap();
        let surroundings = Surroundings {
            login_url: "http://127.0.0.1:9".into(),
            test_url: "http://127.0.0.1:9".into(),
            client_id: "3MVG9small".into(),
            client_secret: Some("s3cr3t-of-the-app".into()),
            redirect_uri: "http://localhost:9/cb".into(),
            username: "ada@acme.example".into(),
            state_dir,
            profile: "web-server".into(),
            ..Surroundings::default()
        };
        Self { folder, surroundings }
    }

    pub(super) fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join(name), text).unwrap();
    }

    pub(super) fn state(&self) -> &Path {
        &self.surroundings.state_dir
    }

    /// The integration that runs `script` by `interpreter`, with further members of `command`.
    pub(super) fn integration(&self, interpreter: &str, script: &str, members: &str) -> Integration {
        self.write("script", script);
        self.write("integration.yaml", &format!("name: Small\nversion: '1'\ncommand:\n  run: [{interpreter}, script]\n{members}"));
        Integration::read(&self.folder.path().join("integration.yaml")).unwrap()
    }

    pub(super) async fn start(&self, interpreter: &str, script: &str) -> Outcome<Driver> {
        Driver::start_within(&self.integration(interpreter, script, ""), &self.surroundings, small_limits()).await
    }

    pub(super) async fn start_oneshot(&self, script: &str) -> Outcome<Driver> {
        Driver::start_within(&self.integration("python3", script, "  oneshot: true\n"), &self.surroundings, small_limits()).await
    }
}

/// The sentence of a failure, which has to be the driver's.
pub(super) fn blamed<T>(outcome: Outcome<T>) -> String {
    let failure: Failure = outcome.err().expect("the integration should have failed");
    assert_eq!(failure.kind(), sf_conformance::Kind::Driver, "{failure}");
    failure.to_string()
}
