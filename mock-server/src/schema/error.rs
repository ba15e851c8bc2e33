//! Why Salesforce would not let an admin create or change an object or field.

/// A refused definition. `member` names the JSON member that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
    #[error("{0:?} is no API name: letters, digits and single underscores, a letter first, at most 40 characters, then `__c`")]
    MalformedName(String),
    #[error("there is already {what} {name:?}")]
    Taken { what: &'static str, name: String },
    #[error("this org has no object {0:?}")]
    UnknownObject(String),
    #[error("this org has no custom field {0:?}")]
    UnknownField(String),
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
}

impl SchemaError {
    /// The member of the definition that is wrong.
    pub fn member(&self) -> &'static str {
        match self {
            Self::MalformedName(_) | Self::Taken { .. } | Self::UnknownField(_) => "name",
            Self::UnknownObject(_) | Self::NotCustomizable(_) => "object",
            Self::Missing { member, .. } | Self::NotForType { member, .. } | Self::OutOfRange { member, .. } | Self::Fixed(member) => member,
            Self::RelationshipTaken { .. } => "relationship_name",
            Self::TooManyMasters => "type",
        }
    }

    /// Whether the definition would be fine if something else did not exist already.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Taken { .. } | Self::RelationshipTaken { .. })
    }
}
