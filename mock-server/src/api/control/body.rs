//! JSON bodies: read with the member that is wrong, and laid over what is there.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Problem;

/// Reads a body; an empty one is `{}`.
pub fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let body = if body.trim_ascii().is_empty() { b"{}" } else { body };
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let read = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| misfit(&error))?;
    deserializer.end().map_err(|error| Problem::field("", error.to_string()))?;
    Ok(read)
}

/// Reads one element, or an array of them.
pub fn read_many<T: DeserializeOwned>(body: &[u8]) -> Result<Vec<T>, Problem> {
    if body.trim_ascii().first() == Some(&b'[') { read(body) } else { Ok(vec![read(body)?]) }
}

/// Lays the members of a body over an element: what the body names is replaced, `null` clears, the rest stays.
pub fn patch<T: Serialize + DeserializeOwned>(element: &T, body: &[u8]) -> Result<T, Problem> {
    let change: Map<String, Value> = read(body)?;
    let Ok(Value::Object(mut members)) = serde_json::to_value(element) else { return Err(Problem::field("", "the element cannot be changed")) };
    members.extend(change);
    serde_path_to_error::deserialize(Value::Object(members)).map_err(|error| misfit(&error))
}

/// As [`patch`], when `null` means that a switch is no longer set.
pub fn patch_switches<T: Serialize + for<'de> Deserialize<'de>>(set: &T, body: &[u8]) -> Result<T, Problem> {
    let change: Map<String, Value> = read(body)?;
    let Ok(Value::Object(mut members)) = serde_json::to_value(set) else { return Err(Problem::field("", "the switches cannot be changed")) };
    members.extend(change);
    members.retain(|_, value| !value.is_null());
    serde_path_to_error::deserialize(Value::Object(members)).map_err(|error| misfit(&error))
}

fn misfit(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let detail = error.inner().to_string();
    let path = error.path().to_string();
    // An unknown member is named by the message alone.
    let unknown = detail.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next());
    match (path.as_str(), unknown) {
        (".", Some(member)) => Problem::field(member, detail.clone()),
        (".", None) => Problem::new(axum::http::StatusCode::BAD_REQUEST, None, detail),
        (path, _) => Problem::field(path, detail),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::UserEntry;

    #[test]
    fn a_misfit_names_the_member() {
        let check = |body: &str, field: &str| {
            let problem = serde_json::to_value(read::<UserEntry>(body.as_bytes()).unwrap_err()).unwrap();
            assert_eq!(problem["field"], field, "{problem}");
        };
        check(r#"{"name":"u","active":"yes"}"#, "active");
        check(r#"{"name":"u","permission_sets":[1]}"#, "permission_sets[0]");
        check(r#"{"name":"u","surname":"x"}"#, "surname");
    }
}
