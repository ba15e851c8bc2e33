//! Which fields field-level security can hide.

use catalogue::{Field, FieldType};

/// Whether field-level security can hide the field: writable and nillable (or a checkbox), or a whole address, but no part of a person's name.
/// GUESS: a rule read off stored describes of Account, Contact, Opportunity, Case and Event, right for five fields in six.
pub fn is_permissionable(field: &Field) -> bool {
    let writable = field.flags.createable || field.flags.updateable || field.kind == FieldType::Address;
    (field.flags.nillable || field.kind == FieldType::Boolean) && writable && field.compound.as_deref() != Some("Name")
}
