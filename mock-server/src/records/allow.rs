//! What the user may change: object permissions first, then the record's own sharing.

use catalogue::{FieldType, Object};

use super::change::Change;
use super::draft::{Draft, is_metadata_type};
use super::error::RecordError;
use super::rows::Rows;
use super::values::Value;
use crate::access::Level;
use crate::id::RecordId;
use crate::org::{Permission, Right};
use crate::schema::{cannot_delete, cannot_modify};

/// Objects whose records are components that packages bring.
const COMPONENTS: [&str; 5] = ["ApexClass", "ApexTrigger", "PermissionSet", "PermissionSetGroup", "StaticResource"];

impl Change<'_> {
    /// # Errors
    /// `NotSupported` for an object that takes no records, from this user or from anybody.
    pub(super) fn allow_create(&self, rows: &dyn Rows, object: &Object) -> Result<(), RecordError> {
        let deployed = is_metadata_type(object) && self.access.user().is_none();
        if deployed || object.flags.createable && rows.keeps(object) && self.access.may(object, Right::Create) {
            Ok(())
        } else {
            Err(not_supported("inserted", object))
        }
    }

    /// # Errors
    /// `NotSupported` as for creating, `Unreachable` for a record hidden from the user, `InsufficientAccess` for one only shown.
    pub(super) fn allow_update(&self, rows: &dyn Rows, draft: &Draft<'_>, id: RecordId, stored: &[Value]) -> Result<(), RecordError> {
        let object = draft.object;
        let deployed = is_metadata_type(object) && self.access.user().is_none();
        if !deployed && (!object.flags.updateable || !rows.keeps(object) || !self.access.may(object, Right::Edit)) {
            return Err(not_supported("updated", object));
        }
        self.reach(rows, object, id, Level::Edit)?;
        if self.is_closed(rows, object, id)? {
            return Err(RecordError::rule("CANNOT_MODIFY_MANAGED_OBJECT", cannot_modify(&object.name, Some(id)), &[]));
        }
        let gives_away = object.field_index("OwnerId").is_some_and(|index| draft.get(index).is_some_and(|owner| *owner != stored[index]));
        if gives_away && !self.access.has(Permission::TransferRecords) { self.reach(rows, object, id, Level::Transfer) } else { Ok(()) }
    }

    /// # Errors
    /// `NotSupported` for an object whose records nobody deletes; `Unreachable` and `InsufficientAccess` as for changing.
    pub(super) fn allow_delete(&self, rows: &dyn Rows, object: &Object, id: RecordId) -> Result<(), RecordError> {
        match (object.flags.deletable && rows.keeps(object), self.access.may(object, Right::Delete)) {
            (false, _) => return Err(not_supported("deleted", object)),
            (true, false) => return Err(RecordError::InsufficientAccess),
            (true, true) => self.reach(rows, object, id, Level::Full)?,
        }
        if self.is_closed(rows, object, id)? {
            return Err(RecordError::rule("CANNOT_DELETE_MANAGED_OBJECT", cannot_delete(&object.name, Some(id)), &[]));
        }
        Ok(())
    }

    /// Whether it is a component of a managed package, which its developer alone changes.
    pub(super) fn is_closed(&self, rows: &dyn Rows, object: &Object, id: RecordId) -> Result<bool, RecordError> {
        Ok(self.access.user().is_some() && COMPONENTS.contains(&&*object.name) && rows.is_closed(id)?)
    }

    fn reach(&self, rows: &dyn Rows, object: &Object, id: RecordId, level: Level) -> Result<(), RecordError> {
        if rows.admits(object, id, &self.access.rows(self.schema, object, level))? {
            return Ok(());
        }
        let seen = rows.admits(object, id, &self.access.rows(self.schema, object, Level::Read))?;
        Err(if seen { RecordError::InsufficientAccess } else { RecordError::Unreachable })
    }

    /// Refuses lookups to records that are hidden from the user, and details of a master that the user may not change.
    ///
    /// # Errors
    /// `LookupNotFound`
    pub(super) fn allow_lookups(&self, rows: &dyn Rows, draft: &Draft<'_>) -> Result<(), RecordError> {
        if self.access.changes_all() {
            return Ok(());
        }
        let whole = crate::access::part_of(draft.object);
        for (index, value) in &draft.values {
            let field = &draft.object.fields[*index];
            let (FieldType::Reference, Value::Text(text)) = (field.kind, value) else { continue };
            let Some(target) = RecordId::parse(text).ok().and_then(|id| Some((id, self.schema.by_prefix(id.prefix())?))) else { continue };
            let (id, object) = target;
            let owns =
                whole.is_some_and(|whole| whole.field == field.name) || crate::access::Schema::is_master(self.schema, draft.object, &field.name);
            let level = if owns { Level::Edit } else { Level::Read };
            if field.name != "OwnerId" && !rows.admits(object, id, &self.access.rows(self.schema, object, level))? {
                return Err(RecordError::LookupNotFound(id.as_15().to_owned()));
            }
        }
        Ok(())
    }
}

fn not_supported(operation: &'static str, object: &Object) -> RecordError {
    RecordError::NotSupported { operation, label: object.label.to_string() }
}
