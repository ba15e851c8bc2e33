//! Shares made by hand: who else reaches a record, and how far.

use super::Setup;
use crate::access::{Level, SharingModel, part_of, sharing_model};
use crate::id::RecordId;
use crate::records::error::RecordError;
use crate::records::values::Value;

impl Setup<'_, '_, '_> {
    pub(super) fn share(&mut self) -> Result<(), RecordError> {
        let Some(whole) = part_of(self.draft.object).filter(|_| self.draft.object.field("UserOrGroupId").is_some()) else { return Ok(()) };
        let (parent, field) = (whole.object.to_owned(), whole.field.to_owned());
        let level_field = if parent.ends_with("__c") { "AccessLevel".to_owned() } else { format!("{parent}AccessLevel") };
        self.fill("RowCause", Value::Text("Manual".to_owned()));
        if self.stored.is_some() && self.text("RowCause") == Some("Owner") {
            return Err(RecordError::InsufficientAccess);
        }
        self.may_share(&parent, &field)?;
        let Some(object) = self.change.schema.any_object(&parent) else { return Ok(()) };
        let default = sharing_model(self.change.access, self.change.schema, object);
        let least = match default {
            SharingModel::Private => "None",
            SharingModel::Read => "Read",
            SharingModel::ControlledByParent => {
                return Err(RecordError::NotSupported { operation: "inserted", label: self.draft.object.label.to_string() });
            }
            SharingModel::ReadWrite | SharingModel::ReadWriteTransfer | SharingModel::FullAccess => "Edit",
        };
        let level = self.text(&level_field).unwrap_or_default().to_owned();
        if rank(&level) <= rank(least) {
            return self.refuse(
                "FIELD_INTEGRITY_EXCEPTION",
                format!("field integrity exception: {level_field} (trivial share level {level}, for organization with default level {least})"),
                &[&level_field],
            );
        }
        if level == "All" {
            return self.bad_choice("Access Level", &level_field, "All");
        }
        Ok(())
    }

    /// Who may share a record: its owner, those above, and whoever may change all.
    fn may_share(&self, parent: &str, field: &str) -> Result<(), RecordError> {
        let (Some(object), Some(id)) = (self.change.schema.any_object(parent), self.text(field).and_then(|id| RecordId::parse(id).ok())) else {
            return Ok(());
        };
        let rule = self.change.access.rows(self.change.schema, object, Level::Full);
        if self.rows.admits(object, id, &rule)? { Ok(()) } else { Err(RecordError::InsufficientAccess) }
    }
}

fn rank(level: &str) -> u8 {
    match level {
        "Read" => 1,
        "Edit" => 2,
        "All" => 3,
        _ => 0,
    }
}
