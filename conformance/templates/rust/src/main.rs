//! Lets sf-conformance drive the integration: one JSON request a line on standard input, one answer a line on standard output.
//! Protocol: DRIVERS.md of sf-conformance. Log to standard error only, and never a secret.

use std::io::{BufRead, Write};
use std::path::PathBuf;

use serde_json::{Value, json};

/// What Salesforce refused, with the problem that your user is told.
struct Refused {
    problem: &'static str,
    detail: String,
}

/// Operations that `perform` knows.
const OPERATIONS: &[&str] = &["hello"];

fn main() {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--state-dir");
    // Whatever has to survive a restart belongs below this folder.
    let state_dir = PathBuf::from(arguments.nth(1).unwrap_or_else(|| ".".into()));
    let mut output = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        let answer = answer(&line, &state_dir);
        if writeln!(output, "{answer}").and_then(|()| output.flush()).is_err() {
            break;
        }
    }
}

fn answer(line: &str, state_dir: &PathBuf) -> Value {
    let Ok(request) = serde_json::from_str::<Value>(line) else { return failure("", "bad_request", "none", "not JSON") };
    let (id, op) = (request["id"].as_str().unwrap_or_default(), request["op"].as_str().unwrap_or_default());
    match perform(op, &request, state_dir) {
        Some(Ok(result)) => json!({ "v": 1, "id": id, "ok": true, "result": result }),
        Some(Err(refused)) => failure(id, "failed", refused.problem, &refused.detail),
        None => failure(id, "unsupported", "none", op),
    }
}

/// One arm an operation. What is missing here is answered `unsupported`, and the checks that need it do not apply.
fn perform(op: &str, _request: &Value, _state_dir: &PathBuf) -> Option<Result<Value, Refused>> {
    Some(match op {
        "hello" => Ok(json!({
            "name": "{{name}}", "version": "{{version}}", "app_kind": "confidential", "operations": OPERATIONS,
            "processes": 1, "connections": 1, "entries": ["connect"], "uses": [], "logs": [], "install_link": "none",
        })),
        // Write these next: connect, callback, call, status; name them in OPERATIONS too.
        _ => return None,
    })
}

fn failure(id: &str, code: &str, problem: &str, detail: &str) -> Value {
    json!({ "v": 1, "id": id, "ok": false, "error": { "code": code, "problem": problem, "detail": detail } })
}
