//! What is told to whoever changes or deletes a component that a managed package brought.

use crate::id::RecordId;

/// GUESS: of a changed field Salesforce names the field and its two values too.
pub fn cannot_modify(kind: &str, id: Option<RecordId>) -> String {
    told("modify", kind, id)
}

/// GUESS: worded as for a change.
pub fn cannot_delete(kind: &str, id: Option<RecordId>) -> String {
    told("delete", kind, id)
}

fn told(verb: &str, kind: &str, id: Option<RecordId>) -> String {
    // Objects and fields go by the names of their definitions.
    let entity = match kind {
        "CustomField" => "CustomFieldDefinition",
        "CustomObject" => "CustomEntityDefinition",
        other => other,
    };
    let component = id.map_or_else(String::new, |id| format!(", component={}", id.as_15()));
    format!("Cannot {verb} managed object: entity={entity}{component}, state=installed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_component_is_named_by_its_definition() {
        let id = RecordId::numbered("00N", 1, 7);
        let told = cannot_modify("CustomField", Some(id));
        assert_eq!(told, format!("Cannot modify managed object: entity=CustomFieldDefinition, component={}, state=installed", id.as_15()));
        assert_eq!(cannot_delete("ApexClass", None), "Cannot delete managed object: entity=ApexClass, state=installed");
    }
}
