//! Why Salesforce would not let an admin create or change an object or field.

use super::custom_field::CustomType;

/// A refused definition. Its text is for the control API, where `member` names the JSON member that is wrong;
/// [`SchemaError::refusal`] has Salesforce's own words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
    #[error("{name:?} is no API name: letters, digits and single underscores, a letter first, at most 40 characters, then `__c`")]
    MalformedName { name: String, what: Named },
    #[error("{name:?} is no API name: letters, digits and single underscores, a letter first, at most 40 characters, then `__c`")]
    NoSuffix { name: String, what: Named },
    #[error("{0:?} is longer than 40 characters")]
    LongName(String),
    #[error("there is already {} {name:?}", what.article())]
    Taken { what: Named, name: String, on: String },
    #[error("this org has no object {0:?}")]
    UnknownObject(String),
    #[error("this org has no custom field {0:?}")]
    UnknownField(String),
    #[error("this org has no {} {name:?}", what.noun())]
    Unknown { what: Named, name: String },
    #[error("{0:?} takes no custom fields")]
    NotCustomizable(String),
    #[error("a {kind} field needs {member:?}")]
    Missing { member: &'static str, kind: &'static str },
    #[error("a {kind} field cannot have {member:?}")]
    NotForType { member: &'static str, kind: &'static str },
    #[error("{member:?} must be {expected}")]
    OutOfRange { member: &'static str, expected: &'static str },
    #[error("{0:?} cannot change: remove the field and create another")]
    Fixed(&'static str),
    #[error("the relationship {name:?} of {parent} is taken: give another \"relationship_name\"")]
    RelationshipTaken { parent: String, name: String },
    #[error("a custom object takes at most two master-detail fields, a standard object none")]
    TooManyMasters,
    #[error("{name:?} cannot be removed: {by:?} depends on it")]
    InUse { name: String, by: String },
    #[error("{} fields cannot be made yet: this server computes no formulas and no roll-ups, and has no external objects", .0.name())]
    NotComputed(CustomType),
    #[error("formula fields cannot be made yet: this server computes no formulas")]
    Formula,
    #[error("a {kind} field cannot be part of a custom setting or metadata type")]
    NotInSetting { kind: &'static str },
}

/// What a name is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    Object,
    Field,
    RecordType,
    GlobalValueSet,
}

impl Named {
    fn noun(self) -> &'static str {
        match self {
            Self::Object => "object",
            Self::Field => "field",
            Self::RecordType => "record type",
            Self::GlobalValueSet => "global value set",
        }
    }

    fn article(self) -> String {
        format!("{} {}", if self == Self::Object { "an" } else { "a" }, self.noun())
    }

    /// The word in Salesforce's message about a malformed name.
    fn title(self) -> &'static str {
        match self {
            Self::Object => "Object Name",
            Self::Field => "Custom Field API Name",
            Self::RecordType => "Record Type Name",
            Self::GlobalValueSet => "Global Value Set Name",
        }
    }
}

/// A refusal as Salesforce's APIs word it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub code: &'static str,
    pub message: String,
    pub fields: Vec<&'static str>,
}

impl SchemaError {
    /// The member of the definition that is wrong.
    pub fn member(&self) -> &'static str {
        match self {
            Self::MalformedName { .. } | Self::NoSuffix { .. } | Self::LongName(_) | Self::Taken { .. } | Self::UnknownField(_) => "name",
            Self::InUse { .. } => "name",
            Self::UnknownObject(_) | Self::NotCustomizable(_) => "object",
            Self::Unknown { what: Named::GlobalValueSet, .. } => "value_set_name",
            Self::Unknown { .. } => "name",
            Self::Missing { member, .. } | Self::NotForType { member, .. } | Self::OutOfRange { member, .. } | Self::Fixed(member) => member,
            Self::RelationshipTaken { .. } => "relationship_name",
            Self::TooManyMasters | Self::NotComputed(_) | Self::NotInSetting { .. } => "type",
            Self::Formula => "formula",
        }
    }

    /// Whether the definition would be fine if something else did not exist already.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Taken { .. } | Self::RelationshipTaken { .. } | Self::InUse { .. })
    }

    /// Code and message of the Tooling and Metadata APIs.
    /// GUESS: the words for unknown objects, duplicates, suffixes and missing or misplaced members follow messages quoted by their users;
    /// the others are ours, in the same manner.
    pub fn refusal(&self) -> Refusal {
        let integrity = |message: String| Refusal { code: "FIELD_INTEGRITY_EXCEPTION", message, fields: Vec::new() };
        match self {
            Self::MalformedName { what, .. } => integrity(format!(
                "The {} can only contain underscores and alphanumeric characters. It must be unique, begin with a letter, not include spaces, not end with an underscore, and not contain two consecutive underscores.",
                what.title()
            )),
            Self::NoSuffix { what: Named::Field, .. } => integrity("Could not resolve standard field's name.".to_owned()),
            Self::NoSuffix { .. } => {
                integrity("fullName must end with: __c or __kav or __x or __b or __e or __p or __mdt or __dll or __dlm".to_owned())
            }
            Self::LongName(name) => Refusal {
                code: "STRING_TOO_LONG",
                message: format!("Developer Name: data value too large: {name} (max length=40)"),
                fields: vec!["DeveloperName"],
            },
            Self::Taken { what: Named::Field, name, on } => duplicate(format!("There is already a field named {} on {on}.", stem(name))),
            Self::Taken { what: Named::Object, .. } => duplicate("That object name is already in use.".to_owned()),
            Self::Taken { what, .. } => duplicate(format!("Duplicate {}: the developer name is already in use.", what.noun())),
            Self::UnknownObject(name) | Self::NotCustomizable(name) => Refusal {
                code: "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
                message: format!("Entity Enumeration Or ID: bad value for restricted picklist field: {name}"),
                fields: vec!["TableEnumOrId"],
            },
            Self::UnknownField(name) => not_found("CustomField", name),
            Self::Unknown { what: Named::GlobalValueSet, name } => not_found("GlobalValueSet", name),
            Self::Unknown { name, .. } => not_found("RecordType", name),
            Self::Missing { member, kind } => integrity(format!("Must specify '{}' for a CustomField of type {kind}", camel(member))),
            Self::NotForType { member, kind } => integrity(format!("Can not specify '{}' for a CustomField of type {kind}", camel(member))),
            Self::OutOfRange { member: "label", .. } => integrity("Must specify a non-empty label for the CustomField".to_owned()),
            Self::OutOfRange { member, expected } => integrity(format!("{} must be {expected}", camel(member))),
            Self::Fixed(member) => integrity(format!("Cannot change the {} of an existing component", camel(member))),
            Self::RelationshipTaken { parent, name } => Refusal {
                code: "DUPLICATE_DEVELOPER_NAME",
                message: format!("There is already a Child Relationship named {} on {parent}.", stem(name)),
                fields: Vec::new(),
            },
            Self::TooManyMasters => integrity("Cannot create a Master-Detail relationship field on this object.".to_owned()),
            Self::InUse { name, by } => Refusal {
                code: "DEPENDENCY_EXISTS",
                message: format!("Cannot complete this operation. The field {name} is referenced elsewhere: {by}"),
                fields: Vec::new(),
            },
            Self::NotComputed(_) | Self::Formula | Self::NotInSetting { .. } => integrity(self.to_string()),
        }
    }
}

fn duplicate(message: String) -> Refusal {
    Refusal { code: "DUPLICATE_DEVELOPER_NAME", message, fields: vec!["DeveloperName"] }
}

fn not_found(kind: &str, name: &str) -> Refusal {
    Refusal { code: "INVALID_CROSS_REFERENCE_KEY", message: format!("Entity of type '{kind}' named '{name}' cannot be found"), fields: Vec::new() }
}

/// `Amount__c` → `Amount`
fn stem(name: &str) -> &str {
    name.rsplit_once("__").map_or(name, |(stem, _)| stem)
}

/// `reference_to` → `referenceTo`, as the Metadata API spells members.
fn camel(member: &str) -> String {
    let mut words = member.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| {
        let mut letters = word.chars();
        name + &letters.next().map_or(String::new(), |letter| letter.to_ascii_uppercase().to_string()) + letters.as_str()
    })
}
