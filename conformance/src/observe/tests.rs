//! Journals written by hand: what is attributed to whom, and what only time can judge.

use std::collections::BTreeSet;

use serde_json::json;

use super::*;
use crate::features::Features;

const KEY: &str = "3MVG9key";

fn watching(entries: &[Value]) -> Observation {
    let mut observation = Observation::of(Subject { keys: vec![KEY.to_owned()], ..Subject::default() });
    entries.iter().cloned().for_each(|entry| observation.feed(entry));
    observation
}

/// The result of one check after these entries.
fn result(entries: &[Value], check: &str, ended: &str) -> Judged {
    let catalogue = Catalogue::of(&Features::of_checks().read().unwrap()).unwrap();
    let scene = watching(entries).scene(Facts::default(), Some(ended.parse().unwrap()));
    judge(&scene, None, &catalogue).into_iter().find(|judged| judged.check == check).unwrap()
}

fn check_verdict(entries: &[Value], check: &str, verdict: Verdict) {
    let judged = result(entries, check, "2026-11-22T13:00:00Z");
    assert_eq!(judged.verdict, verdict, "{check}: {:?}", judged.reason);
}

fn authorize(seq: u64, key: &str, state: &str, challenge: &str) -> Value {
    let mark = |id: &str| json!({ "id": id, "length": 43, "alphabet": "base64url", "pieces": [] });
    json!({
        "seq": seq, "route": "oauth/authorize", "client_id": key, "status": 302, "user": "ada@acme.example", "org": "acme",
        "params": { "response_type": "code", "client_id": key, "code_challenge_method": "S256", "redirect_uri": "https://app.example/cb" },
        "fingerprints": { "state": mark(state), "code_challenge": mark(challenge), "issued": { "code": { "id": format!("code-{seq}") }, "state": mark(state) } },
    })
}

fn token(seq: u64, grant_type: &str, presented: &Value, issued: &Value) -> Value {
    json!({
        "seq": seq, "route": "oauth/token", "client_id": KEY, "status": 200, "order": { "arrived": 2 * seq, "answered": 2 * seq + 1 },
        "params": { "grant_type": grant_type, "redirect_uri": "https://app.example/cb" }, "user": "ada@acme.example", "org": "acme",
        "fingerprints": { "code": presented["code"], "refresh_token": presented["refresh_token"], "issued": issued },
    })
}

fn data(seq: u64, bearer: &str, status: u16, at: &str, body: &str) -> Value {
    json!({
        "seq": seq, "route": "rest/query", "path": "/services/data/v62.0/query?q=x", "method": "GET", "status": status, "at": at, "org": "acme",
        "order": { "arrived": 2 * seq, "answered": 2 * seq + 1 }, "params": { "q": "SELECT Id FROM Account" },
        "fingerprints": { "bearer": { "id": bearer } }, "response": { "body": body },
    })
}

const NOON: &str = "2026-11-22T12:00:00Z";

fn connected() -> Vec<Value> {
    let id = |id: &str| json!({ "id": id });
    vec![
        authorize(1, KEY, "s1", "c1"),
        token(2, "authorization_code", &json!({ "code": id("code-1") }), &json!({ "access_token": id("a1"), "refresh_token": id("r1") })),
    ]
}

#[test]
fn requests_with_tokens_of_the_app_are_its_own_and_no_others() {
    let mut entries = connected();
    entries.push(data(3, "a1", 200, NOON, ""));
    entries.push(data(4, "somebody else's", 200, NOON, ""));
    entries.push(authorize(5, "another key", "s5", "c5"));
    let scene = watching(&entries).scene(Facts::default(), None);
    assert_eq!(scene.sent.iter().map(Exchange::seq).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!((scene.attempts.len(), scene.lines.len()), (1, 1));
}

#[test]
fn the_way_back_from_the_login_is_the_same_attempt_and_a_repeated_state_is_not() {
    let back = [authorize(1, KEY, "s", "c"), authorize(2, KEY, "s", "c")];
    assert_eq!(watching(&back).scene(Facts::default(), None).attempts.len(), 1);
    let fresh = [authorize(1, KEY, "s1", "c1"), authorize(2, KEY, "s2", "c2"), authorize(3, KEY, "s3", "c3")];
    check_verdict(&fresh, "web/state-fresh", Verdict::Pass);
    check_verdict(&fresh[..2], "web/state-fresh", Verdict::NotExercised);
    check_verdict(&[authorize(1, KEY, "s", "c1"), authorize(2, KEY, "s", "c2")], "web/state-fresh", Verdict::Fail);
}

#[test]
fn a_page_that_is_never_fetched_is_a_fault_after_a_quarter_of_an_hour() {
    let page = r#"{"totalSize":3000,"done":false,"nextRecordsUrl":"/services/data/v62.0/query/01g-2000","records":[]}"#;
    let mut entries = connected();
    entries.push(data(3, "a1", 200, NOON, page));
    let verdict = |entries: &[Value], ended: &str| result(entries, "data/all-pages", ended).verdict;
    assert_eq!(verdict(&entries, "2026-11-22T12:14:00Z"), Verdict::NotExercised);
    assert_eq!(verdict(&entries, "2026-11-22T12:15:00Z"), Verdict::Fail);
    let mut next = data(4, "a1", 200, NOON, r#"{"done":true,"records":[]}"#);
    next["path"] = json!("/services/data/v62.0/query/01g-2000");
    entries.push(next);
    assert_eq!(verdict(&entries, "2026-11-22T12:15:00Z"), Verdict::Pass);
}

#[test]
fn a_grant_is_quiet_after_its_revocation() {
    let mut entries = connected();
    entries.push(json!({
        "seq": 3, "route": "oauth/revoke", "method": "POST", "path": "/services/oauth2/revoke", "status": 200,
        "order": { "arrived": 6, "answered": 7 }, "fingerprints": { "token": { "id": "r1" } },
    }));
    check_verdict(&entries, "revoke/quiet-after", Verdict::Pass);
    check_verdict(&entries, "revoke/whole-grant", Verdict::Pass);
    entries.push(data(4, "a1", 401, NOON, ""));
    check_verdict(&entries, "revoke/quiet-after", Verdict::Fail);
    check_verdict(&connected(), "revoke/quiet-after", Verdict::NotExercised);
}

#[test]
fn an_entry_that_was_under_way_is_replaced_when_its_answer_is_known() {
    let mut open = connected();
    open[1]["status"] = Value::Null;
    open[1]["fingerprints"]["issued"] = Value::Null;
    let mut observation = watching(&open);
    observation.feed(connected().remove(1));
    observation.feed(data(3, "a1", 200, NOON, ""));
    assert_eq!(observation.scene(Facts::default(), None).sent.len(), 3);
}

#[test]
fn the_readme_says_how_many_checks_watching_reaches() {
    let readme = include_str!("../../../README.md");
    let by_traffic: BTreeSet<&str> = rows::ROWS.iter().map(|row| row.check).collect();
    let by_change: BTreeSet<&str> = inject::rows().map(|row| row.check).collect();
    let more = by_change.difference(&by_traffic).count();
    assert!(readme.contains(&format!(" {} checks at most.", by_traffic.len())), "{}", by_traffic.len());
    assert!(readme.contains(&format!("That reaches {more} checks more.")), "{more}");
}

#[test]
fn every_row_is_a_check_that_watching_can_reach_and_tells_how_to_exercise_it() {
    let catalogue = Catalogue::of(&Features::of_checks().read().unwrap()).unwrap();
    for row in rows::ROWS {
        let check = catalogue.check(row.check).unwrap_or_else(|| panic!("no check {}", row.check));
        assert!(check.by.contains(['O', 'o']), "{} is not marked for observation", row.check);
        assert!(!row.hint.is_empty());
    }
    let passive: Vec<&str> = catalogue.checks.iter().filter(|check| check.by.contains('O')).map(|check| check.id.as_str()).collect();
    let missing: Vec<&&str> = passive.iter().filter(|id| !rows::ROWS.iter().any(|row| row.check == **id)).collect();
    assert!(missing.is_empty(), "no row for {missing:?}");
}
