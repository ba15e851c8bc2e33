//! What approval processes ask of records, in an org that has none of its own.

use super::error::RecordError;
use super::rows::{Presence, Rows};
use crate::access::{Access, Level};
use crate::id::RecordId;
use crate::schema::Schema;

/// Looks whether the record is there for the user, of whatever object.
///
/// # Errors
/// `EntityIsDeleted` for a record in the recycle bin, `UnknownRecord` for one that is not there, or not for this user.
pub fn check_reached(rows: &dyn Rows, schema: &Schema, access: &Access, id: RecordId) -> Result<(), RecordError> {
    let object = schema.by_prefix(id.prefix()).filter(|object| access.sees(object)).ok_or(RecordError::UnknownRecord)?;
    let presence = rows.presence(object, id)?;
    if presence == Presence::Absent || !rows.admits(object, id, &access.rows(schema, object, Level::Read))? {
        return Err(RecordError::UnknownRecord);
    }
    if presence == Presence::Deleted { Err(RecordError::EntityIsDeleted) } else { Ok(()) }
}

/// Why a record cannot be submitted for approval: the record, or else that no process applies to it.
pub fn submission_refused(rows: &dyn Rows, schema: &Schema, access: &Access, id: RecordId) -> RecordError {
    let no_process = || RecordError::Query { code: "NO_APPLICABLE_PROCESS", message: "No applicable approval process was found.".to_owned() };
    check_reached(rows, schema, access, id).err().unwrap_or_else(no_process)
}
