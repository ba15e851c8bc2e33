//! Custom scopes between their files and what holds. Source: Metadata API Developer Guide, `OauthCustomScope`.

use serde_json::{Map, Value, json};

use super::external_app::flag;
use super::operation::Failure;
use super::source::Source;
use crate::org::CustomScope;

/// What a file says. Which apps have the scope is said by their policies.
///
/// # Errors
/// The file has another name than the scope.
pub fn custom_scope_of(full_name: &str, source: &Source) -> Result<CustomScope, Failure> {
    let name = source.text("developerName").unwrap_or(full_name);
    if name != full_name {
        // GUESS: its words.
        return Err(Failure::new(format!("The developerName {name} is not the full name {full_name}")));
    }
    Ok(CustomScope {
        name: name.to_owned(),
        description: source.text("description").unwrap_or_default().trim().to_owned(),
        in_discovery: source.flag("isPublic").unwrap_or(false),
    })
}

/// The members of the file, over those that were kept of it.
pub fn custom_scope_members(scope: &CustomScope, assigned_to: &[String], kept: &Map<String, Value>) -> Map<String, Value> {
    let mut members = kept.clone();
    members.shift_remove("assignedTo");
    if !assigned_to.is_empty() {
        members.insert("assignedTo".to_owned(), json!(assigned_to));
    }
    members.insert("description".to_owned(), json!(scope.description));
    members.insert("developerName".to_owned(), json!(scope.name));
    members.entry("isProtected").or_insert_with(|| flag(false));
    members.insert("isPublic".to_owned(), flag(scope.in_discovery));
    members.entry("masterLabel").or_insert(json!(scope.name));
    members
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_custom_scope_comes_back_as_it_was_put() {
        let members = json!({
            "description": "See orders", "developerName": "orders", "isProtected": "false", "isPublic": "true", "masterLabel": "Orders",
        });
        let source = Source { members: members.as_object().cloned().unwrap_or_default(), content: None };
        let scope = custom_scope_of("orders", &source).unwrap();
        assert_eq!(scope, CustomScope { name: "orders".to_owned(), description: "See orders".to_owned(), in_discovery: true });
        assert_eq!(Value::Object(custom_scope_members(&scope, &[], &source.members)), members);
        assert!(custom_scope_of("stock", &source).is_err());
        let fresh = Value::Object(custom_scope_members(&scope, &["Reports".to_owned()], &Map::new()));
        assert_eq!((&fresh["masterLabel"], &fresh["assignedTo"]), (&json!("orders"), &json!(["Reports"])));
    }
}
