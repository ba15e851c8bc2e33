//! Definitions of apps and packages, which cross orgs, as the statements of one org see them: through the SQL functions
//! `app_fact(app id, member)` and `package_rows(object)`.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::RwLock;
use rusqlite::types::Value as SqlValue;
use serde_json::Value;

/// What definitions say. Asked for within a statement, so nothing else is locked under it.
#[derive(Default)]
pub(super) struct AppFacts {
    /// Members of definitions by app id, as written to the shared database.
    definitions: RwLock<HashMap<String, Value>>,
    /// The rows by which an object shows packages, as a JSON list.
    packages: RwLock<HashMap<&'static str, Arc<str>>>,
}

impl AppFacts {
    /// Takes in the rows by which objects show packages.
    pub(super) fn show_packages(&self, rows: impl IntoIterator<Item = (&'static str, Value)>) {
        *self.packages.write() = rows.into_iter().map(|(object, rows)| (object, rows.to_string().into())).collect();
    }

    /// The rows of an object, as a JSON list.
    pub(super) fn packages(&self, object: &str) -> String {
        self.packages.read().get(object).map_or_else(|| "[]".to_owned(), ToString::to_string)
    }

    /// Takes in a definition; one that is no JSON says nothing of its app.
    pub(super) fn put(&self, id: String, definition: &str) {
        let mut definition: Value = serde_json::from_str(definition).unwrap_or_default();
        let day = definition["created"].as_str().and_then(|day| day.parse::<jiff::civil::Date>().ok());
        let midnight = day.and_then(|day| day.to_zoned(jiff::tz::TimeZone::UTC).ok());
        if let (Value::Object(members), Some(at)) = (&mut definition, midnight) {
            // Secrets stay where they are kept.
            members.retain(|name, _| !matches!(&**name, "consumer_secret" | "certificate"));
            // What it shows of itself is told like its other members.
            if let Some(Value::Object(shown)) = members.remove("presentation") {
                members.extend(shown);
            }
            members.insert("created_at".to_owned(), at.timestamp().as_millisecond().into());
        }
        self.definitions.write().insert(id, definition);
    }

    pub(super) fn remove(&self, id: &str) {
        self.definitions.write().remove(id);
    }

    pub(super) fn clear(&self) {
        self.definitions.write().clear();
    }

    pub(super) fn get(&self, id: &str, member: &str) -> SqlValue {
        match self.definitions.read().get(id).map(|definition| &definition[member]) {
            Some(Value::String(text)) => SqlValue::Text(text.clone()),
            Some(Value::Bool(flag)) => SqlValue::Integer((*flag).into()),
            Some(Value::Number(number)) => number.as_i64().map_or(SqlValue::Null, SqlValue::Integer),
            _ => SqlValue::Null,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_definition_tells_its_members_but_not_its_secret() {
        let facts = AppFacts::default();
        facts.put(
            "0Ci".into(),
            r#"{"name":"Reports","consumer_secret":"s","created":"2026-01-02","jwt":true,"presentation":{"start_url":"https://a.example"}}"#,
        );
        assert_eq!(facts.get("0Ci", "name"), SqlValue::Text("Reports".into()));
        assert_eq!(facts.get("0Ci", "jwt"), SqlValue::Integer(1));
        assert_eq!(facts.get("0Ci", "start_url"), SqlValue::Text("https://a.example".into()));
        assert_eq!(facts.get("0Ci", "created_at"), SqlValue::Integer(1_767_312_000_000));
        assert_eq!((facts.get("0Ci", "consumer_secret"), facts.get("0Cj", "name")), (SqlValue::Null, SqlValue::Null));
    }
}
