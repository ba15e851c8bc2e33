//! Definitions as the Metadata API words them: the `Metadata` member of `CustomField`, `CustomObject`, `RecordType` and `GlobalValueSet`.

mod read;
mod write;

pub use read::{MetadataError, field as read_field, global_value_set as read_value_set, object as read_object, record_type as read_record_type};
pub use write::{field, object, record_type, value_set};
