//! Which fields a search looks at.

use catalogue::{Field, FieldType, Object};

use super::ast::FieldGroup;
use crate::Span;
use crate::catalog::Catalog;
use crate::syntax::ast::{Item, Name, Operand, Path};

/// Fields beside the record's name that NAME FIELDS looks at. Source: the reference's list.
const NAMES: [(&str, &[&str]); 8] = [
    ("Account", &["Website", "Site"]),
    ("Case", &["Subject", "SuppliedName"]),
    ("Contact", &["AssistantName"]),
    ("Event", &["Subject"]),
    ("Lead", &["Company"]),
    ("Task", &["Subject"]),
    ("User", &["CommunityNickname"]),
    ("Product2", &["ProductCode"]),
];

/// Objects whose records come with snippets.
const WITH_SNIPPETS: [&str; 6] = ["Case", "CaseComment", "FeedItem", "FeedComment", "Idea", "IdeaComment"];

/// The fields of an object that a full-text index holds, in describe order.
///
/// GUESS: text a user can enter, names, auto numbers, and the picklists an admin made; Salesforce lists the searchable fields object by
/// object, and its own picklists are not among them.
pub fn index_fields(object: &Object) -> impl Iterator<Item = &Field> {
    object.fields.iter().filter(|field| {
        let text = match field.kind {
            FieldType::String | FieldType::Textarea | FieldType::Email | FieldType::Phone | FieldType::Url | FieldType::Combobox => true,
            FieldType::Picklist | FieldType::Multipicklist => field.flags.custom,
            _ => false,
        };
        text && (field.flags.createable || field.flags.name_field || field.flags.auto_number || field.flags.id_lookup)
    })
}

/// The names of the fields of a group that this user sees.
pub(super) fn searched(object: &Object, group: FieldGroup, catalog: &dyn Catalog) -> Vec<String> {
    let belongs = |field: &&Field| match group {
        FieldGroup::All => true,
        FieldGroup::Name => is_name(object, field),
        FieldGroup::Email => field.kind == FieldType::Email,
        FieldGroup::Phone => field.kind == FieldType::Phone,
        // GUESS: the drop-down list of Classic's sidebar; what it looks at is not published as a list.
        FieldGroup::Sidebar => is_name(object, field) || matches!(field.kind, FieldType::Email | FieldType::Phone) || field.flags.id_lookup,
    };
    index_fields(object).filter(belongs).filter(|field| catalog.sees(object, field)).map(|field| field.name.to_string()).collect()
}

fn is_name(object: &Object, field: &Field) -> bool {
    let also = NAMES.iter().find(|(name, _)| *name == object.name).is_some_and(|(_, fields)| fields.contains(&&*field.name));
    also || field.flags.name_field || object.name_field.as_deref() == Some(&*field.name) || field.compound.as_deref() == Some("Name")
}

/// Whether terms are marked in fields of this type.
pub(super) fn is_marked(kind: FieldType) -> bool {
    matches!(kind, FieldType::String | FieldType::Textarea | FieldType::Email)
}

pub(super) fn has_snippets(object: &Object) -> bool {
    WITH_SNIPPETS.contains(&&*object.name) || object.name.ends_with("__kav")
}

/// The text fields that are not selected already: what a snippet may be taken from.
pub(super) fn excerpts(object: &Object, catalog: &dyn Catalog, selected: &[Item]) -> Vec<Item> {
    let is_selected = |field: &Field| {
        selected.iter().any(|item| {
            matches!(item, Item::Value { operand: Operand::Path(path), alias: None } if path.parents.is_empty() && path.name.text.eq_ignore_ascii_case(&field.name))
        })
    };
    let fields = index_fields(object).filter(|field| is_marked(field.kind) && catalog.sees(object, field) && !is_selected(field));
    fields.map(|field| named(&field.name)).collect()
}

/// A field of the object itself as a select item.
pub(super) fn named(field: &str) -> Item {
    let name = Name { text: field.to_owned(), span: Span::default() };
    Item::Value { operand: Operand::Path(Path { parents: Vec::new(), name }), alias: None }
}
