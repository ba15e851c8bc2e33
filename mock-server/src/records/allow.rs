//! What the user may change: object permissions first, then the record's own sharing.

use catalogue::Object;

use super::change::Change;
use super::error::RecordError;
use crate::org::Right;

impl Change<'_> {
    /// # Errors
    /// `NotSupported` for an object that takes no records, from this user or from anybody.
    pub(super) fn allow_create(&self, object: &Object) -> Result<(), RecordError> {
        if object.flags.createable && self.access.may(object, Right::Create) { Ok(()) } else { Err(not_supported("inserted", object)) }
    }

    /// # Errors
    /// `NotSupported` as for creating.
    pub(super) fn allow_update(&self, object: &Object) -> Result<(), RecordError> {
        if object.flags.updateable && self.access.may(object, Right::Edit) { Ok(()) } else { Err(not_supported("updated", object)) }
    }

    /// # Errors
    /// `NotSupported` for an object whose records nobody deletes, `InsufficientAccess` where this user may not.
    pub(super) fn allow_delete(&self, object: &Object) -> Result<(), RecordError> {
        match (object.flags.deletable, self.access.may(object, Right::Delete)) {
            (false, _) => Err(not_supported("deleted", object)),
            (true, false) => Err(RecordError::InsufficientAccess),
            (true, true) => Ok(()),
        }
    }
}

fn not_supported(operation: &'static str, object: &Object) -> RecordError {
    RecordError::NotSupported { operation, label: object.label.to_string() }
}
