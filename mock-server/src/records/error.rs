//! Why a record is not read or written: each reason once, with Salesforce's code, wording and fields.
//! Source: `rest.md` section 3. Which HTTP status goes with a reason is the REST family's affair.

use std::fmt;

use super::extract::NotFlat;
use super::json::JsonError;
use crate::id::RecordId;
use crate::schema::{MetadataError, Refusal, SchemaError};

/// A refused read or change of one record.
#[derive(Debug, Clone, PartialEq)]
pub enum RecordError {
    /// The body is not JSON, or a value is not of its field's type.
    Json(JsonError),
    /// The field in the body or in `?fields=` does not exist.
    UnknownField {
        field: String,
        object: String,
    },
    /// `Id` (or the external id of the address) stands in the body.
    IdInBody {
        field: String,
    },
    /// Fields the caller may not write.
    ReadOnlyFields(Vec<String>),
    /// Names of the fields without a value.
    RequiredFieldMissing(Vec<String>),
    StringTooLong {
        label: String,
        field: String,
        value: String,
        max: u32,
    },
    RestrictedPicklist {
        label: String,
        field: String,
        value: String,
    },
    InvalidEmail {
        label: String,
        field: String,
        value: String,
    },
    OutsideRange {
        label: String,
        field: String,
        value: String,
    },
    /// A cell of a table that is not of its column's type; columns count from 0.
    NotDeserialized {
        column: usize,
        value: String,
        /// `xsd:date`
        kind: &'static str,
        field: String,
    },
    /// Text that the field's type cannot be read from (CSV, XML, SOAP).
    WrongType {
        label: String,
        field: String,
        value: String,
    },
    /// A lookup that holds the id of another object, or no id at all.
    WrongIdType {
        label: String,
        field: String,
        value: String,
    },
    /// An id in an address whose last three characters do not fit the rest.
    MalformedId(String),
    /// A lookup to a well-formed id of the right object that does not exist.
    LookupNotFound(String),
    /// A foreign key named by external id matches nothing.
    ForeignKeyNotFound {
        field: String,
        value: String,
        object: String,
    },
    /// A foreign key named by external id matches several records.
    ForeignKeyAmbiguous {
        field: String,
        value: String,
    },
    /// The field of a foreign key or an address is no external id.
    NotAnExternalId {
        field: String,
    },
    RecordType {
        id: String,
    },
    Duplicate {
        field: String,
        other: RecordId,
    },
    /// A lookup to an object that holds no records here.
    CrossReference,
    /// What an object's own rules forbid.
    Rule(Box<Rule>),
    /// A converted lead cannot be changed.
    ConvertedLead,
    /// A record that is to be restored (or removed for good) does not lie in the recycle bin.
    NotInBin {
        restoring: bool,
    },
    /// The addressed record never was.
    UnknownRecord,
    /// The addressed record is in the recycle bin.
    EntityIsDeleted,
    /// The path segment after the object is neither an id nor an external id field.
    NoSuchExternalId(String),
    /// Nothing is found under the address.
    NotFound,
    /// Several records carry the external id of the address.
    MultipleChoices(Vec<RecordId>),
    /// The object does not take this kind of change (`inserted`, `updated`, `deleted`).
    NotSupported {
        operation: &'static str,
        label: String,
    },
    /// The user may not do this to the record.
    InsufficientAccess,
    /// The record is there, but the user does not reach it.
    Unreachable,
    /// Children that forbid it.
    DeleteFailed {
        name: String,
        children: String,
        list: String,
    },
    InactiveOwner {
        id: RecordId,
        object: String,
    },
    ReplicationDate(&'static str),
    /// A query locator that never was, is too old, or is another user's.
    InvalidQueryLocator,
    /// The query is refused: code and message of the SOQL compiler.
    Query {
        code: &'static str,
        message: String,
    },
    /// What a Bulk query may not ask, because its rows are flat.
    NotFlat(NotFlat),
    /// A definition of an object or field that Salesforce would not take.
    Definition(Refusal),
    /// The database failed; the log has the cause.
    Store(String),
}

/// A refusal that only one object knows, in its own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    code: &'static str,
    message: String,
    fields: Vec<String>,
}

impl RecordError {
    /// What an object's own rules forbid.
    pub fn rule(code: &'static str, message: String, fields: &[&str]) -> Self {
        Self::Rule(Box::new(Rule { code, message, fields: fields.iter().map(|&field| field.to_owned()).collect() }))
    }

    /// Salesforce's status code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Json(_) => "JSON_PARSER_ERROR",
            Self::NoSuchExternalId(_) | Self::NotFound => "NOT_FOUND",
            Self::NotDeserialized { .. } => "INVALID_FIELD",
            Self::UnknownField { .. } | Self::IdInBody { .. } | Self::ForeignKeyNotFound { .. } | Self::NotAnExternalId { .. } => "INVALID_FIELD",
            Self::ForeignKeyAmbiguous { .. } => "DUPLICATE_VALUE",
            Self::ReadOnlyFields(_) => "INVALID_FIELD_FOR_INSERT_UPDATE",
            Self::RequiredFieldMissing(_) => "REQUIRED_FIELD_MISSING",
            Self::StringTooLong { .. } => "STRING_TOO_LONG",
            Self::RestrictedPicklist { .. } => "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            Self::InvalidEmail { .. } => "INVALID_EMAIL_ADDRESS",
            Self::WrongType { .. } => "INVALID_TYPE_ON_FIELD_IN_RECORD",
            Self::OutsideRange { .. } => "NUMBER_OUTSIDE_VALID_RANGE",
            Self::WrongIdType { .. } | Self::MalformedId(_) => "MALFORMED_ID",
            Self::InsufficientAccess => "INSUFFICIENT_ACCESS_OR_READONLY",
            Self::LookupNotFound(_) | Self::Unreachable => "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
            Self::Rule(rule) => rule.code,
            Self::ConvertedLead => "CANNOT_UPDATE_CONVERTED_LEAD",
            Self::NotInBin { restoring: true } => "UNDELETE_FAILED",
            Self::RecordType { .. } | Self::UnknownRecord | Self::CrossReference | Self::NotInBin { restoring: false } => {
                "INVALID_CROSS_REFERENCE_KEY"
            }
            Self::Duplicate { .. } => "DUPLICATE_VALUE",
            Self::EntityIsDeleted => "ENTITY_IS_DELETED",
            Self::MultipleChoices(_) => "MULTIPLE_CHOICES",
            Self::NotSupported { .. } => "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
            Self::DeleteFailed { .. } => "DELETE_FAILED",
            Self::InactiveOwner { .. } => "INACTIVE_OWNER_OR_USER",
            Self::ReplicationDate(_) => "INVALID_REPLICATION_DATE",
            Self::InvalidQueryLocator => "INVALID_QUERY_LOCATOR",
            Self::Query { code, .. } => code,
            Self::NotFlat(_) => "API_ERROR",
            Self::Definition(refusal) => refusal.code,
            Self::Store(_) => "UNKNOWN_EXCEPTION",
        }
    }

    /// Salesforce's message, as every family prints it.
    pub fn message(&self) -> String {
        self.to_string()
    }

    /// The `fields` member: `None` where Salesforce leaves it out.
    pub fn fields(&self) -> Option<Vec<&str>> {
        match self {
            Self::RequiredFieldMissing(names) | Self::ReadOnlyFields(names) => Some(names.iter().map(String::as_str).collect()),
            Self::StringTooLong { field, .. }
            | Self::RestrictedPicklist { field, .. }
            | Self::InvalidEmail { field, .. }
            | Self::OutsideRange { field, .. }
            | Self::WrongType { field, .. }
            | Self::NotDeserialized { field, .. }
            | Self::WrongIdType { field, .. } => Some(vec![field]),
            Self::Definition(refusal) => Some(refusal.fields.clone()),
            Self::RecordType { .. } => Some(vec!["RecordTypeId"]),
            Self::InactiveOwner { .. } => Some(vec!["OwnerId"]),
            Self::Rule(rule) => Some(rule.fields.iter().map(String::as_str).collect()),
            Self::LookupNotFound(_)
            | Self::CrossReference
            | Self::ConvertedLead
            | Self::NotInBin { .. }
            | Self::Duplicate { .. }
            | Self::UnknownRecord
            | Self::EntityIsDeleted
            | Self::InsufficientAccess
            | Self::Unreachable
            | Self::NotSupported { .. }
            | Self::DeleteFailed { .. }
            | Self::ForeignKeyAmbiguous { .. } => Some(Vec::new()),
            Self::Json(_)
            | Self::UnknownField { .. }
            | Self::IdInBody { .. }
            | Self::ForeignKeyNotFound { .. }
            | Self::NotAnExternalId { .. }
            | Self::NoSuchExternalId(_)
            | Self::MalformedId(_)
            | Self::NotFound
            | Self::MultipleChoices(_)
            | Self::ReplicationDate(_)
            | Self::InvalidQueryLocator
            | Self::Query { .. }
            | Self::NotFlat(_)
            | Self::Store(_) => None,
        }
    }
}

impl fmt::Display for RecordError {
    /// Salesforce's message.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(error) => write!(f, "{error}"),
            Self::NotFound => f.write_str("The requested resource does not exist"),
            Self::UnknownField { field, object } => write!(f, "No such column '{field}' on sobject of type {object}"),
            Self::IdInBody { field } => write!(f, "The {field} field should not be specified in the sobject data."),
            Self::ReadOnlyFields(names) => write!(
                f,
                "Unable to create/update fields: {}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.",
                names.join(", ")
            ),
            Self::RequiredFieldMissing(names) => write!(f, "Required fields are missing: [{}]", names.join(", ")),
            Self::StringTooLong { label, value, max, .. } => write!(f, "{label}: data value too large: {value} (max length={max})"),
            Self::RestrictedPicklist { label, value, .. } => write!(f, "{label}: bad value for restricted picklist field: {value}"),
            Self::InvalidEmail { label, value, .. } => write!(f, "{label}: invalid email address: {value}"),
            Self::OutsideRange { label, value, .. } => write!(f, "{label}: value outside of valid range on numeric field: {value}"),
            Self::NotDeserialized { column, value, kind, .. } => {
                write!(f, "Failed to deserialize field at col {column}. Due to, '{value}' is not a valid value for the type {kind}")
            }
            Self::WrongType { label, value, .. } => write!(f, "{label}: value not of required type: {value}"),
            Self::WrongIdType { label, value, .. } => write!(f, "{label}: id value of incorrect type: {value}"),
            Self::MalformedId(id) => write!(f, "malformed id {id}"),
            Self::LookupNotFound(id) => write!(f, "insufficient access rights on cross-reference id: {id}"),
            Self::ForeignKeyNotFound { field, value, object } => {
                write!(f, "Foreign key external ID: {} not found for field {field} in entity {object}", value.to_lowercase())
            }
            Self::ForeignKeyAmbiguous { field, value } => write!(f, "more than one record found for external id field: {field} {value}"),
            Self::NotAnExternalId { field } => {
                write!(f, "The external foreign key reference does not reference a valid entity: {field}")
            }
            Self::RecordType { id } => write!(f, "Record Type ID: this ID value isn't valid for the user: {id}"),
            Self::Duplicate { field, other } => {
                write!(f, "duplicate value found: {field} duplicates value on record with id: {}", other.as_15())
            }
            Self::InsufficientAccess => f.write_str("insufficient access rights on object id"),
            Self::Unreachable => f.write_str("insufficient access rights on cross-reference id"),
            Self::Rule(rule) => f.write_str(&rule.message),
            Self::ConvertedLead => f.write_str("cannot reference converted lead"),
            Self::NotInBin { restoring: true } => f.write_str("Entity is not in the recycle bin"),
            Self::NotInBin { restoring: false } => f.write_str("Invalid record id; no recycle bin entry found"),
            Self::UnknownRecord | Self::CrossReference => f.write_str("invalid cross reference id"),
            Self::EntityIsDeleted => f.write_str("entity is deleted"),
            Self::NoSuchExternalId(name) => write!(f, "Provided external ID field does not exist or is not accessible: {name}"),
            Self::MultipleChoices(_) => f.write_str("Multiple records match the external id"),
            // GUESS: the words are SOAP's; no recording of REST says whether it answers 405 instead.
            Self::NotSupported { operation, label } => write!(f, "entity type cannot be {operation}: {label}"),
            Self::DeleteFailed { name, children, list } => {
                writeln!(f, "Your attempt to delete {name} could not be completed because it is associated with the following {children}.: {list}")
            }
            Self::InactiveOwner { id, object } => {
                write!(f, "operation performed with inactive user [{}] as owner of {}", id.as_15(), object.to_lowercase())
            }
            Self::ReplicationDate(why) => f.write_str(why),
            Self::InvalidQueryLocator => f.write_str("invalid query locator"),
            Self::Query { message, .. } => f.write_str(message),
            // GUESS: Bulk 2.0's documentation lists what is refused, not the words.
            Self::NotFlat(what) => write!(f, "Bulk queries do not support {}", what.name()),
            Self::Definition(refusal) => f.write_str(&refusal.message),
            Self::Store(_) => {
                f.write_str("An unexpected error occurred. Please include this ErrorId if you contact support: 123456789-12345 (-123456789)")
            }
        }
    }
}

/// Code and words for a record that was good and is undone because another of its request was not.
pub const ROLLED_BACK: (&str, &str) =
    ("ALL_OR_NONE_OPERATION_ROLLED_BACK", "Record rolled back because not all records were valid and the request was using AllOrNone header");

impl std::error::Error for RecordError {}

impl From<JsonError> for RecordError {
    fn from(error: JsonError) -> Self {
        Self::Json(error)
    }
}

impl From<crate::storage::StoreError> for RecordError {
    fn from(error: crate::storage::StoreError) -> Self {
        Self::Store(error.to_string())
    }
}

impl From<SchemaError> for RecordError {
    fn from(error: SchemaError) -> Self {
        Self::Definition(error.refusal())
    }
}

impl From<MetadataError> for RecordError {
    fn from(error: MetadataError) -> Self {
        Self::Definition(error.refusal())
    }
}
