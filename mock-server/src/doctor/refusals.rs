//! What the server itself refused: a client that reaches it and still fails was told no on purpose.

use serde::Deserialize;

use super::Finding;
use super::ports::Server;

const TOPIC: &str = "client";

#[derive(Debug, Default, Deserialize)]
struct Answer {
    #[serde(default)]
    refusals: Vec<Refusal>,
}

#[derive(Debug, Deserialize)]
struct Refusal {
    org: Option<String>,
    app: Option<String>,
    user: Option<String>,
    rule: String,
    reason: String,
    error: String,
    fix: Vec<Fix>,
}

#[derive(Debug, Deserialize)]
struct Fix {
    role: String,
    path: String,
}

pub(super) fn examine(server: &Server) -> Option<Finding> {
    judge(&server.refusals.as_ref()?.body)
}

fn judge(body: &str) -> Option<Finding> {
    let Answer { refusals } = serde_json::from_str(body).unwrap_or_default();
    let last = refusals.last()?;
    let who = [&last.user, &last.app].into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" with ");
    let mend = match last.fix.first() {
        Some(fix) => format!("{}: {}", fix.role, fix.path),
        None => "see GET /_mock/v1/refusals and /_mock/v1/requests".to_owned(),
    };
    Some(Finding::note(
        TOPIC,
        format!(
            "{} refused; the last by {}{}{}",
            times(refusals.len()),
            last.rule,
            last.org.as_ref().map(|org| format!(", in the org {org}")).unwrap_or_default(),
            if who.is_empty() { who } else { format!(": {who}") }
        ),
        format!("{} The client was told {}.", last.reason, last.error),
        mend,
    ))
}

fn times(count: usize) -> String {
    if count == 1 { "1 request was".to_owned() } else { format!("{count} requests were") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_refusal_is_told_with_the_way_out() {
        let refusal = |user: &str| {
            format!(
                r#"{{"seq":1,"org":"acme","app":"oven","user":{user},"rule":"gate.blocked","reason":"An admin blocked it.","error":"app_blocked",
                "fix":[{{"role":"admin","path":"Setup > Unblock","url":"u"}}]}}"#
            )
        };
        let body = format!(r#"{{"refusals":[{},{}]}}"#, refusal("null"), refusal("\"ada\""));
        let finding = judge(&body).unwrap();
        assert_eq!(finding.what, "2 requests were refused; the last by gate.blocked, in the org acme: ada with oven");
        assert_eq!(finding.why, "An admin blocked it. The client was told app_blocked.");
        assert_eq!(finding.mend, "admin: Setup > Unblock");
        assert!(!finding.is_problem());
    }

    #[test]
    fn without_refusals_there_is_nothing_to_say() {
        assert_eq!(judge(r#"{"refusals":[]}"#), None);
        assert_eq!(judge("nonsense"), None);
    }
}
