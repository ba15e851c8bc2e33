//! Windows written by hand: for each judgement one that passes and one that fails.

use serde_json::{Value, json};

use super::*;
use crate::failure::Kind;

/// A request at so many milliseconds, answered at once.
fn request(seq: u64, at: i64, rest: &Value) -> Exchange {
    let time = jiff::Timestamp::from_millisecond(1_795_000_000_000 + at).unwrap().to_string();
    let mut entry = json!({ "seq": seq, "at": time, "answered_at": time, "order": { "arrived": 2 * seq, "answered": 2 * seq + 1 } });
    entry.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    Exchange::new(entry)
}

fn data(seq: u64, at: i64, status: u16) -> Exchange {
    request(seq, at, &json!({ "route": "rest/query", "method": "GET", "path": "/services/data/v67.0/query?q=x", "status": status }))
}

fn refresh(seq: u64, at: i64, status: u16, presented: &str, issued: Option<&str>) -> Exchange {
    let given = issued.map(|token| json!({ "refresh_token": { "id": token } }));
    let fingerprints = json!({ "refresh_token": { "id": presented }, "issued": given });
    request(seq, at, &json!({ "route": "oauth/token", "params": { "grant_type": "refresh_token" }, "status": status, "fingerprints": fingerprints }))
}

fn grant(seq: u64, at: i64, status: u16, flow: &str) -> Exchange {
    request(seq, at, &json!({ "route": "oauth/token", "params": { "grant_type": "x" }, "flow": flow, "status": status }))
}

fn window(before: Vec<Exchange>, during: Vec<Exchange>, after: Vec<Exchange>) -> Window {
    Window { before, during, after, is_paced: true }
}

fn check(judge: fn(&Window) -> Finding, window: &Window, expected: Option<Kind>) {
    let found = judge(window);
    assert_eq!(found.outcome.as_ref().err().map(crate::Failure::kind), expected, "{:?}", found.outcome);
}

#[test]
fn a_refusal_that_is_no_expiry_is_not_answered_by_a_token_request() {
    let quiet = window(vec![], vec![data(1, 0, 401), data(2, 2_000, 401)], vec![]);
    let busy = window(vec![], vec![data(1, 0, 401), refresh(2, 10, 200, "r1", None), data(3, 20, 401)], vec![]);
    for judge in [no_refresh, no_token] {
        check(judge, &quiet, None);
        check(judge, &busy, Some(Kind::Breach));
    }
    let of_next = window(vec![], vec![data(1, 0, 401), refresh(2, 2_000, 200, "r1", None)], vec![]);
    check(no_refresh, &of_next, None);
    check(no_refresh, &Window { is_paced: false, ..busy }, Some(Kind::NotExercised));
}

#[test]
fn a_loop_is_told_from_operations_that_refresh_once_each() {
    let operation = |seq: u64, at: i64| [data(seq, at, 401), refresh(seq + 1, at + 10, 200, "r1", None), data(seq + 2, at + 20, 401)];
    let apart = [operation(1, 0), operation(4, 2_000), operation(7, 4_000)].concat();
    let at_once = [operation(1, 0), operation(4, 30), operation(7, 60)].concat();
    check(bounded_loop, &window(vec![], apart, vec![]), None);
    check(bounded_loop, &window(vec![], at_once, vec![]), Some(Kind::Breach));
}

#[test]
fn repeated_requests_are_counted_in_one_operation() {
    let burst = |status: u16, times: i64| (0..times).map(|at| data(u64::try_from(at).unwrap() + 1, at * 10, status)).collect::<Vec<_>>();
    check(stopped, &window(vec![], burst(403, 4), vec![]), None);
    check(stopped, &window(vec![], burst(403, 5), vec![]), Some(Kind::Breach));
    check(bounded_retries, &window(vec![], burst(503, 6), vec![]), None);
    check(bounded_retries, &window(vec![], burst(503, 7), vec![]), Some(Kind::Breach));
    let refreshes = |times: i64| (0..times).map(|at| refresh(u64::try_from(at).unwrap() + 1, at * 100, 400, "r1", None)).collect::<Vec<_>>();
    check(two_refreshes, &window(vec![], refreshes(2), vec![]), None);
    check(two_refreshes, &window(vec![], refreshes(3), vec![]), Some(Kind::Breach));
    check(spaced_refreshes, &window(vec![], refreshes(6), vec![]), None);
    check(spaced_refreshes, &window(vec![], refreshes(7), vec![]), Some(Kind::Breach));
    let tokens = |times: i64| (0..times).map(|at| grant(u64::try_from(at).unwrap() + 1, at * 10, 400, "jwt_bearer")).collect::<Vec<_>>();
    check(four_tokens, &window(vec![], tokens(4), vec![]), None);
    check(four_tokens, &window(vec![], tokens(5), vec![]), Some(Kind::Breach));
    check(two_tokens, &window(vec![], tokens(2), vec![]), None);
    check(two_tokens, &window(vec![], tokens(3), vec![]), Some(Kind::Breach));
}

#[test]
fn a_grant_lives_on_if_it_is_used_again() {
    let refused = || vec![data(1, 0, 401), refresh(2, 10, 503, "r1", None)];
    check(lives_on, &window(vec![], refused(), vec![refresh(3, 2_000, 200, "r1", None), data(4, 2_010, 200)]), None);
    check(lives_on, &window(vec![], refused(), vec![data(3, 2_000, 401)]), Some(Kind::Breach));
    check(lives_on, &window(vec![], refused(), vec![]), Some(Kind::NotExercised));
}

#[test]
fn a_token_is_kept_when_no_new_one_comes() {
    let before = || vec![refresh(1, 0, 200, "r1", None), data(2, 10, 200)];
    check(kept_token, &window(before(), vec![data(3, 2_000, 401), refresh(4, 2_010, 200, "r1", None)], vec![]), None);
    check(kept_token, &window(before(), vec![data(3, 2_000, 401), refresh(4, 2_010, 400, "r0", None)], vec![]), Some(Kind::Breach));
    check(kept_token, &window(before(), vec![data(3, 2_000, 401)], vec![]), Some(Kind::Breach));
    let rotated = vec![refresh(1, 0, 200, "r1", Some("r2"))];
    check(kept_token, &window(rotated, vec![refresh(4, 2_010, 200, "r2", Some("r3"))], vec![]), Some(Kind::NotExercised));
}

#[test]
fn rotation_is_adopted_and_no_earlier_token_is_presented() {
    let before = || vec![refresh(1, 0, 200, "r1", None), refresh(2, 2_000, 200, "r1", Some("r2"))];
    check(adopts_rotation, &window(before(), vec![refresh(3, 4_000, 200, "r2", Some("r3"))], vec![]), None);
    check(adopts_rotation, &window(before(), vec![refresh(3, 4_000, 400, "r1", None)], vec![]), Some(Kind::Breach));
    let from_the_start = vec![refresh(1, 0, 200, "r1", Some("r2"))];
    check(adopts_rotation, &window(from_the_start, vec![refresh(3, 4_000, 200, "r2", None)], vec![]), Some(Kind::NotExercised));
    let dead = vec![refresh(3, 4_000, 400, "r2", None), refresh(4, 4_010, 400, "r1", None)];
    check(newest_token, &window(before(), dead, vec![]), Some(Kind::Breach));
}

#[test]
fn a_dead_grant_is_left_alone() {
    let tries = |times: i64| (0..times).map(|at| refresh(u64::try_from(at).unwrap() + 1, at * 2_000, 400, "r1", None)).collect::<Vec<_>>();
    check(quiet_after_death, &window(vec![], tries(2), vec![]), None);
    check(quiet_after_death, &window(vec![], tries(4), vec![]), Some(Kind::Breach));
    check(quiet_after_death, &window(vec![], vec![], vec![]), Some(Kind::NotExercised));
}

#[test]
fn a_session_of_an_assertion_is_renewed_by_another() {
    let before = || vec![grant(1, 0, 200, "jwt_bearer"), data(2, 10, 200)];
    check(asserted_anew, &window(before(), vec![data(3, 2_000, 401), grant(4, 2_010, 200, "jwt_bearer")], vec![]), None);
    check(asserted_anew, &window(before(), vec![data(3, 2_000, 401)], vec![]), Some(Kind::Breach));
    check(credentials_anew, &window(before(), vec![data(3, 2_000, 401)], vec![]), Some(Kind::NotExercised));
    let ours = vec![grant(1, 0, 200, "client_credentials")];
    check(credentials_anew, &window(ours, vec![data(3, 2_000, 401), refresh(4, 2_010, 400, "", None)], vec![]), Some(Kind::Breach));
}
