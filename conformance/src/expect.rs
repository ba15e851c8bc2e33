//! Comparing what came back with what a feature says, all differences at once.
//!
//! Patterns are ordinary values with a few wildcards, written in braces so that they cannot be mistaken for data:
//! `{any}`, `{string}`, `{number}`, `{digits}` (a number in quotes), `{id}` (18 characters), `{datetime}`, `{url}`. An object with the member
//! `"..."` may hold further members; without it every member must be named, in this order. An array whose last
//! item is `"..."` may go on.

use serde_json::{Map, Value};

use crate::client::Answer;
use crate::failure::{Failure, OrFail, Outcome};

/// Marks a pattern that allows more than it names.
const MORE: &str = "...";

/// An answer as a doc string in a feature gives it: status line, headers, empty line, body.
#[derive(Debug, PartialEq)]
pub struct Expected {
    status: u16,
    headers: Vec<(String, String)>,
    body: Option<String>,
}

impl Expected {
    /// Reads `HTTP 200`, header lines, and after an empty line the body. Without the empty line any body will do;
    /// with it and nothing after it the body must be empty.
    ///
    /// # Errors
    /// When the first line is no status line or a header line has no colon.
    pub fn read(text: &str) -> Outcome<Self> {
        let (head, body) = match text.trim_start().split_once("\n\n") {
            Some((head, body)) => (head, Some(body.trim().to_owned())),
            None => (text.trim(), None),
        };
        let mut lines = head.lines().map(str::trim);
        let status = lines.next().and_then(|line| line.strip_prefix("HTTP ")?.trim().parse().ok());
        let header = |line: &str| line.split_once(':').map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()));
        Ok(Self {
            status: status.or_fail(|| format!("an answer begins with `HTTP <status>`, not {head:?}"))?,
            headers: lines.map(|line| header(line).or_fail(|| format!("not a header: {line:?}"))).collect::<Outcome<_>>()?,
            body,
        })
    }

    /// Compares an answer with this pattern.
    ///
    /// # Errors
    /// When they differ; the failure lists every difference.
    pub fn check(&self, answer: &Answer) -> Outcome {
        let mut differences = Vec::new();
        if answer.status != self.status {
            differences.push(format!("status: expected {}, got {}", self.status, answer.status));
        }
        for (name, expected) in &self.headers {
            let seen = answer.header(name).unwrap_or("(absent)");
            if !text_matches(expected, seen) {
                differences.push(format!("header {name}: expected {expected:?}, got {seen:?}"));
            }
        }
        if let Some(body) = &self.body {
            compare_body(body, answer, &mut differences);
        }
        report(&differences)
    }
}

/// Compares JSON with a pattern.
///
/// # Errors
/// When they differ; the failure lists every difference.
pub fn json_matches(expected: &Value, seen: &Value) -> Outcome {
    let mut differences = Vec::new();
    compare("$", expected, seen, &mut differences);
    report(&differences)
}

/// Fails with `expected` and `seen` side by side unless they are equal.
///
/// # Errors
/// When they differ.
#[expect(clippy::needless_pass_by_value, reason = "callers compare values they made for the comparison")]
pub fn equal<T: PartialEq + std::fmt::Debug>(what: &str, expected: T, seen: T) -> Outcome {
    if expected == seen { Ok(()) } else { Err(Failure::new(format!("{what}: expected {expected:?}, got {seen:?}"))) }
}

/// Fails with the sentence unless `condition` holds.
///
/// # Errors
/// When it does not hold.
pub fn that<S: Into<String>>(condition: bool, sentence: impl FnOnce() -> S) -> Outcome {
    condition.then_some(()).or_fail(sentence)
}

/// Compares text with a pattern in which each wildcard stands for a run of characters. Other braces are text.
pub fn text_matches(pattern: &str, seen: &str) -> bool {
    let Some((before, name, after)) = first_wildcard(pattern) else { return pattern == seen };
    let Some(seen) = seen.strip_prefix(before) else { return false };
    let mut ends = seen.char_indices().map(|(end, _)| end).chain([seen.len()]);
    ends.any(|end| string_is(name, &seen[..end]) && text_matches(after, &seen[end..]))
}

/// The text before the first wildcard, its name, and the text after it.
fn first_wildcard(pattern: &str) -> Option<(&str, &str, &str)> {
    pattern.match_indices('{').find_map(|(start, _)| {
        let (name, after) = pattern[start + 1..].split_once('}')?;
        is_wildcard(name).then_some((&pattern[..start], name, after))
    })
}

fn compare_body(expected: &str, answer: &Answer, differences: &mut Vec<String>) {
    match serde_json::from_str::<Value>(expected) {
        Ok(expected) => match answer.json() {
            Ok(seen) => compare("$", &expected, &seen, differences),
            Err(failure) => differences.push(failure.to_string()),
        },
        Err(_) if text_matches(expected, answer.text().trim()) => {}
        Err(_) => differences.push(format!("body: expected {expected:?}, got {:?}", answer.text())),
    }
}

fn compare(at: &str, expected: &Value, seen: &Value, differences: &mut Vec<String>) {
    match (expected, seen) {
        (Value::Object(expected), Value::Object(seen)) => compare_members(at, expected, seen, differences),
        (Value::Array(expected), Value::Array(seen)) => compare_items(at, expected, seen, differences),
        (Value::String(pattern), seen) if value_matches(pattern, seen) => {}
        (expected, seen) if expected == seen => {}
        _ => differences.push(format!("{at}: expected {expected}, got {seen}")),
    }
}

fn compare_members(at: &str, expected: &Map<String, Value>, seen: &Map<String, Value>, differences: &mut Vec<String>) {
    let named: Vec<&String> = expected.keys().filter(|name| *name != MORE).collect();
    for name in &named {
        match seen.get(*name) {
            Some(value) => compare(&format!("{at}.{name}"), &expected[*name], value, differences),
            None => differences.push(format!("{at}.{name}: missing")),
        }
    }
    if expected.contains_key(MORE) {
        return;
    }
    for name in seen.keys().filter(|name| !expected.contains_key(*name)) {
        differences.push(format!("{at}.{name}: not expected"));
    }
    let order: Vec<&String> = seen.keys().filter(|name| expected.contains_key(*name)).collect();
    if order.len() == named.len() && order != named {
        differences.push(format!("{at}: members in order {order:?}, expected {named:?}"));
    }
}

fn compare_items(at: &str, expected: &[Value], seen: &[Value], differences: &mut Vec<String>) {
    let (expected, open) = match expected.split_last() {
        Some((last, first)) if last == MORE => (first, true),
        _ => (expected, false),
    };
    if seen.len() < expected.len() || (!open && seen.len() > expected.len()) {
        differences.push(format!("{at}: expected {} items, got {}", expected.len(), seen.len()));
    }
    for (index, (expected, seen)) in expected.iter().zip(seen).enumerate() {
        compare(&format!("{at}[{index}]"), expected, seen, differences);
    }
}

fn value_matches(pattern: &str, seen: &Value) -> bool {
    match (pattern, seen) {
        ("{any}", _) => true,
        ("{number}", seen) => seen.is_number(),
        (pattern, Value::String(seen)) => text_matches(pattern, seen),
        _ => false,
    }
}

fn is_wildcard(name: &str) -> bool {
    matches!(name, "any" | "string" | "number" | "digits" | "id" | "datetime" | "url")
}

/// True if `text` is what the wildcard stands for.
fn string_is(wildcard: &str, text: &str) -> bool {
    let digits_as = |shape: &str| {
        text.len() == shape.len()
            && text.bytes().zip(shape.bytes()).all(|(seen, shape)| if shape == b'0' { seen.is_ascii_digit() } else { seen == shape })
    };
    match wildcard {
        "any" => true,
        "string" => !text.is_empty(),
        "number" | "digits" => !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()),
        "id" => text.len() == 18 && text.bytes().all(|byte| byte.is_ascii_alphanumeric()),
        "datetime" => digits_as("0000-00-00T00:00:00.000+0000"),
        "url" => text.starts_with("http://") || text.starts_with("https://"),
        _ => false,
    }
}

fn report(differences: &[String]) -> Outcome {
    if differences.is_empty() { Ok(()) } else { Err(Failure::new(differences.join("\n"))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(expected: &str, seen: &str, differences: &[&str]) {
        let outcome = json_matches(&serde_json::from_str(expected).unwrap(), &serde_json::from_str(seen).unwrap());
        let said = outcome.err().map(|failure| failure.to_string()).unwrap_or_default();
        assert_eq!(said.lines().collect::<Vec<_>>(), differences, "{expected} against {seen}");
    }

    #[test]
    fn wildcards_stand_for_their_kind_only() {
        check(r#"{"id":"{id}","n":"{number}"}"#, r#"{"id":"001Fk00000AbCdEIAV","n":3}"#, &[]);
        check(r#"["{id}"]"#, r#"["001Fk00000AbCdE"]"#, &[r#"$[0]: expected "{id}", got "001Fk00000AbCdE""#]);
        check(r#"["{datetime}","{url}"]"#, r#"["2026-01-31T12:00:00.000+0000","http://a"]"#, &[]);
        check(r#"["{digits}"]"#, r#"["123"]"#, &[]);
        check(r#"["x { at [{number}]"]"#, r#"["x { at [12]"]"#, &[]);
        check(r#"["/data/{id}-{number}"]"#, r#"["/data/01gFk000000QrStIAK-2000"]"#, &[]);
    }

    #[test]
    fn every_difference_is_told_at_once() {
        let differences = ["$.a: expected 1, got 2", "$.b: missing", "$.c: not expected"];
        check(r#"{"a":1,"b":2}"#, r#"{"a":2,"c":3}"#, &differences);
    }

    #[test]
    fn the_order_of_members_counts_unless_more_may_follow() {
        check(r#"{"a":1,"b":2}"#, r#"{"b":2,"a":1}"#, &[r#"$: members in order ["b", "a"], expected ["a", "b"]"#]);
        check(r#"{"a":1,"...":"{any}"}"#, r#"{"b":2,"a":1}"#, &[]);
        check(r#"[1,"..."]"#, "[1,2,3]", &[]);
    }

    #[test]
    fn an_answer_pattern_has_a_status_headers_and_a_body() {
        let expected = Expected::read("HTTP 400\nCache-Control: no-store\n\n{\"error\":\"invalid_grant\"}").unwrap();
        let headers = vec![("Cache-Control".to_owned(), "no-store".to_owned())];
        assert_eq!(expected, Expected { status: 400, headers, body: Some(r#"{"error":"invalid_grant"}"#.to_owned()) });
        assert_eq!(Expected::read("HTTP 204").unwrap().body, None);
        assert!(Expected::read("204").is_err());
    }
}
