//! An entry of the server's journal as reports show it. Secrets were redacted when it was written down.

use std::fmt::Write as _;
use std::time::SystemTime;

use serde_json::Value;

use super::StepResult;

/// Longest body shown, in characters.
const BODY_LIMIT: usize = 2_000;

/// One entry, ready to be shown.
pub struct Shown {
    pub seq: u64,
    /// `POST /services/oauth2/token → 400 invalid_grant`
    pub title: String,
    /// Which rule of the server refused, if one did.
    pub refusal: Option<String>,
    pub request: String,
    pub response: String,
    at: Option<SystemTime>,
}

impl Shown {
    /// The entry as people read it.
    pub fn of(entry: &Value) -> Self {
        let text = |name: &str| entry[name].as_str().unwrap_or_default();
        let status = entry["status"].as_u64().map_or_else(|| "no answer".to_owned(), |status| status.to_string());
        let error = entry["error"]["code"].as_str().map(|code| format!(" {code}")).unwrap_or_default();
        let first_line = format!("{} {}", text("method"), text("path"));
        Self {
            seq: entry["seq"].as_u64().unwrap_or_default(),
            title: format!("{first_line} → {status}{error}"),
            refusal: refusal(&entry["refusal"]),
            request: message(&first_line, &entry["request"], Some(&entry["params"])),
            response: message(&status, &entry["response"], None),
            at: entry["at"].as_str().and_then(|at| at.parse::<jiff::Timestamp>().ok()).map(SystemTime::from),
        }
    }

    /// As plain text, for attachments.
    pub fn plain(&self) -> String {
        let refusal = self.refusal.as_ref().map(|refusal| format!("\nrefused by: {refusal}")).unwrap_or_default();
        format!("#{} {}{refusal}\n\n{}\n\n{}\n", self.seq, self.title, self.request.trim_end(), self.response.trim_end())
    }

    /// The step that was under way when the server met the request: the last that began before it.
    pub fn step(&self, steps: &[StepResult]) -> Option<usize> {
        let at = self.at?;
        // The journal knows milliseconds only.
        let began = |step: &StepResult| step.started.checked_sub(std::time::Duration::from_millis(1)).is_some_and(|started| started <= at);
        steps.iter().enumerate().filter(|(_, step)| !step.duration.is_zero() && began(step)).map(|(index, _)| index).next_back()
    }
}

fn refusal(refusal: &Value) -> Option<String> {
    match refusal {
        Value::Null => None,
        Value::String(rule) => Some(rule.clone()),
        Value::Object(members) => {
            let text = |name: &str| members.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            let (rule, reason) = (text("rule"), text("reason"));
            Some(if reason.is_empty() { rule } else { format!("{rule}: {reason}") }).filter(|text| !text.is_empty())
        }
        other => Some(other.to_string()),
    }
}

fn message(first_line: &str, message: &Value, params: Option<&Value>) -> String {
    let mut text = format!("{first_line}\n");
    for (name, value) in message["headers"].as_object().into_iter().flatten() {
        let _ = writeln!(text, "{name}: {}", value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    }
    let body = message["body"].as_str().unwrap_or_default();
    if !body.is_empty() {
        let _ = write!(text, "\n{}", body.chars().take(BODY_LIMIT).collect::<String>());
    } else if let Some(params) = params.and_then(Value::as_object).filter(|params| !params.is_empty()) {
        for (name, value) in params {
            let _ = write!(text, "\n  {name} = {}", value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_entry_reads_as_request_answer_and_refusal() {
        let shown = Shown::of(&json!({
            "seq": 7, "at": "2026-11-22T18:04:47.374Z", "method": "POST", "path": "/services/oauth2/token", "status": 400,
            "error": { "code": "invalid_grant" }, "refusal": { "rule": "refresh.rotated_out", "reason": "an older generation" },
            "request": { "headers": { "host": "x" }, "body": "grant_type=refresh_token" },
            "response": { "headers": {}, "body": "{}" },
        }));
        assert_eq!(shown.title, "POST /services/oauth2/token → 400 invalid_grant");
        assert_eq!(shown.refusal.as_deref(), Some("refresh.rotated_out: an older generation"));
        assert_eq!(shown.request, "POST /services/oauth2/token\nhost: x\n\ngrant_type=refresh_token");
        assert!(shown.plain().starts_with("#7 POST"));
    }

    #[test]
    fn a_request_without_an_answer_is_told_so() {
        assert_eq!(Shown::of(&json!({ "method": "GET", "path": "/x" })).title, "GET /x → no answer");
    }
}
