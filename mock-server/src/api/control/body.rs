//! JSON bodies: read with the member that is wrong, and laid over what is there.

use axum::http::StatusCode;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::error::Category;
use serde_json::{Map, Value};

use super::Problem;

/// What every body is, and every element of an array of them.
const OBJECT: &str = "a JSON object is expected";

/// Reads a body; an empty one is `{}`.
pub fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let body = if body.trim_ascii().is_empty() { b"{}" } else { body };
    // An array would be taken for the members in the order of their declaration.
    if body.trim_ascii().first() != Some(&b'{') {
        return Err(whole(OBJECT));
    }
    read_any(body)
}

/// Reads an array of elements. What is wrong with one is named below `member`: `records[1].type`.
pub fn read_many<T: DeserializeOwned>(body: &[u8], member: &str) -> Result<Vec<T>, Problem> {
    read_any(body).map_err(|problem| problem.below(member))
}

fn read_any<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let read = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| misfit(&error))?;
    deserializer.end().map_err(|error| whole(no_json(&error)))?;
    Ok(read)
}

/// Lays the members of a body over an element: what the body names is replaced, `null` clears, the rest stays.
pub fn patch<T: Serialize + DeserializeOwned>(element: &T, body: &[u8]) -> Result<T, Problem> {
    let change: Map<String, Value> = read(body)?;
    let Ok(Value::Object(mut members)) = serde_json::to_value(element) else { return Err(whole("the element cannot be changed")) };
    members.extend(change);
    serde_path_to_error::deserialize(Value::Object(members)).map_err(|error| misfit(&error))
}

/// As [`patch`], when `null` means that a switch is no longer set.
pub fn patch_switches<T: Serialize + for<'de> Deserialize<'de>>(set: &T, body: &[u8]) -> Result<T, Problem> {
    let change: Map<String, Value> = read(body)?;
    let Ok(Value::Object(mut members)) = serde_json::to_value(set) else { return Err(whole("the switches cannot be changed")) };
    members.extend(change);
    members.retain(|_, value| !value.is_null());
    serde_path_to_error::deserialize(Value::Object(members)).map_err(|error| misfit(&error))
}

/// Nothing single is wrong but the body as a whole.
fn whole(detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, None, detail)
}

fn no_json(error: &serde_json::Error) -> String {
    format!("the body is no JSON: {error}")
}

fn misfit(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    if error.inner().classify() != Category::Data {
        return whole(no_json(error.inner()));
    }
    let detail = plain(&error.inner().to_string());
    let path = error.path().to_string();
    let path = if path == "." { "" } else { path.as_str() };
    // These are named by the message, and a missing one by nothing else.
    let named = |start: &str| detail.strip_prefix(start).and_then(|rest| rest.split('`').next());
    match (path, named("missing field `"), named("unknown field `")) {
        ("", None, None) => whole(detail),
        ("", Some(member), _) | ("", _, Some(member)) => Problem::field(member, detail.clone()),
        (path, Some(member), _) => Problem::field(&format!("{path}.{member}"), detail.clone()),
        (path, None, _) => Problem::field(path, detail),
    }
}

/// Without the names that the program has for shapes: `expected struct OrgEntry with 31 elements at line 1`.
fn plain(detail: &str) -> String {
    let Some((before, after)) = detail.split_once("expected struct ") else { return detail.to_owned() };
    let place = after.find(" at line ").map_or("", |at| &after[at..]);
    format!("{before}{OBJECT}{place}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::UserEntry;

    fn problem(body: &str) -> Value {
        serde_json::to_value(read::<UserEntry>(body.as_bytes()).unwrap_err()).unwrap()
    }

    #[test]
    fn a_misfit_names_the_member() {
        let check = |body: &str, field: &str| assert_eq!(problem(body)["field"], field, "{body}");
        check(r#"{"name":"u","active":"yes"}"#, "active");
        check(r#"{"name":"u","permission_sets":[1]}"#, "permission_sets[0]");
        check(r#"{"name":"u","surname":"x"}"#, "surname");
        check(r#"{"active":true}"#, "name");
        check("", "name");
    }

    #[test]
    fn a_body_that_is_wrong_as_a_whole_names_none() {
        let check = |body: &str, detail: &str| {
            let problem = problem(body);
            assert!(problem["field"].is_null() && problem["detail"].as_str().unwrap().starts_with(detail), "{body}: {problem}");
        };
        check("[]", OBJECT);
        check("7", OBJECT);
        check(r#"{"name":"u""#, "the body is no JSON: EOF");
        check(r#"{"name" "u"}"#, "the body is no JSON: expected `:`");
        check(r#"{"name":"u"} x"#, "the body is no JSON: trailing characters");
    }

    #[test]
    fn a_misfit_of_one_of_many_is_named_with_its_number() {
        let check = |body: &str, field: Option<&str>| {
            let problem = serde_json::to_value(read_many::<UserEntry>(body.as_bytes(), "users").unwrap_err()).unwrap();
            assert_eq!(problem["field"].as_str(), field, "{body}: {problem}");
            assert!(!problem["detail"].as_str().unwrap().contains("struct"), "{problem}");
        };
        check(r#"[{"name":"u"},{"active":true}]"#, Some("users[1].name"));
        check(r#"[{"name":"u"},{"name":7}]"#, Some("users[1].name"));
        check("[7]", Some("users[0]"));
        check("[{]", None);
    }
}
