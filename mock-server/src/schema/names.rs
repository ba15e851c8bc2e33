//! What Salesforce takes for API names and labels.

use super::error::{Named, SchemaError};

/// Characters of a developer name.
const LONGEST_NAME: usize = 40;
/// Characters of a label.
pub(super) const LONGEST_LABEL: usize = 40;
/// Characters of a namespace.
const LONGEST_NAMESPACE: usize = 15;

/// The API name of a custom object: letters, digits and single underscores, a letter first and none at the end, then `__c` or `__mdt`.
pub(super) fn check_object(name: &str) -> Result<(), SchemaError> {
    let stem = name.strip_suffix("__c").or_else(|| name.strip_suffix("__mdt"));
    check_stem(name, stem, Named::Object)
}

pub(super) fn check_field(name: &str) -> Result<(), SchemaError> {
    check_stem(name, name.strip_suffix("__c"), Named::Field)
}

/// The developer name of a record type or value set, which has no suffix.
pub(super) fn check_developer_name(name: &str, what: Named) -> Result<(), SchemaError> {
    // A namespace may stand before it, as before the stem of a custom name.
    let (namespace, own) = name.split_once("__").unwrap_or(("a", name));
    if is_word(namespace, LONGEST_NAMESPACE) && is_word(own, 80) { Ok(()) } else { Err(SchemaError::MalformedName { name: name.to_owned(), what }) }
}

/// A namespace may stand before the stem.
fn check_stem(name: &str, stem: Option<&str>, what: Named) -> Result<(), SchemaError> {
    let malformed = || SchemaError::MalformedName { name: name.to_owned(), what };
    let stem = stem.ok_or_else(|| SchemaError::NoSuffix { name: name.to_owned(), what })?;
    let (namespace, stem) = stem.split_once("__").unwrap_or(("a", stem));
    if !is_word(namespace, LONGEST_NAMESPACE) || !is_word(stem, usize::MAX) {
        return Err(malformed());
    }
    if stem.len() > LONGEST_NAME { Err(SchemaError::LongName(stem.to_owned())) } else { Ok(()) }
}

fn is_word(text: &str, longest: usize) -> bool {
    let letters = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    letters && text.starts_with(|first: char| first.is_ascii_alphabetic()) && !text.ends_with('_') && !text.contains("__") && text.len() <= longest
}

/// A label of one to forty characters.
pub(super) fn check_label(label: &str) -> Result<(), SchemaError> {
    let fits = (1..=LONGEST_LABEL).contains(&label.chars().count()) && !label.chars().any(char::is_control);
    if fits { Ok(()) } else { Err(SchemaError::OutOfRange { member: "label", expected: "1 to 40 characters" }) }
}
