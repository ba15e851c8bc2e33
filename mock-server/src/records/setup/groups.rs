//! Public groups, queues and their members.

use super::Setup;
use crate::id::RecordId;
use crate::records::change::Change;
use crate::records::draft::Draft;
use crate::records::error::RecordError;
use crate::records::rows::Rows;
use crate::records::values::Value;

impl Setup<'_, '_, '_> {
    pub(super) fn group(&mut self) -> Result<(), RecordError> {
        self.fill("Type", Value::Text("Regular".to_owned()));
        self.fill("DoesIncludeBosses", Value::Integer(1));
        if self.stored.is_none() && !matches!(self.text("Type"), Some("Regular" | "Queue")) {
            let value = self.text("Type").unwrap_or_default().to_owned();
            return self.refuse(
                "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
                format!("Type: bad value for restricted picklist field: {value}"),
                &["Type"],
            );
        }
        self.developer_name("Name", "DeveloperName")
    }

    pub(super) fn member(&mut self) -> Result<(), RecordError> {
        if self.text("GroupId") == self.text("UserOrGroupId") {
            return self.refuse("CIRCULAR_DEPENDENCY", "A group can't be a member of itself.", &["UserOrGroupId"]);
        }
        self.refuse_twin(&["GroupId", "UserOrGroupId"])
    }

    pub(super) fn queue_object(&mut self) -> Result<(), RecordError> {
        let name = self.text("SobjectType").unwrap_or_default().to_owned();
        let Some(object) = self.change.schema.object(&name).filter(|object| object.field("OwnerId").is_some()) else {
            return self.bad_choice("Sobject Type Name", "SobjectType", &name);
        };
        let name = object.name.to_string();
        self.set("SobjectType", Value::Text(name));
        self.refuse_twin(&["QueueId", "SobjectType"])
    }

    /// GUESS: rows that would be there twice are refused in the words Salesforce has for other setup objects.
    pub(super) fn refuse_twin(&self, fields: &[&str]) -> Result<(), RecordError> {
        match self.twin(fields)? {
            None => Ok(()),
            Some(_) => self.refuse("DUPLICATE_VALUE", "duplicate value found: <unknown> duplicates value on record with id: <unknown>", &[]),
        }
    }

    pub(super) fn bad_choice(&self, label: &str, field: &str, value: &str) -> Result<(), RecordError> {
        let message = format!("{label}: bad value for restricted picklist field: {value}");
        self.refuse("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", message, &[field])
    }

    /// An API name: the one given, or the label with underscores; no two records of an object have the same.
    pub(super) fn developer_name(&mut self, label: &str, field: &'static str) -> Result<(), RecordError> {
        let made: String = self.text(label).unwrap_or_default().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        self.fill(field, Value::text(made));
        let Some(name) = self.given(field).and_then(Value::as_text).map(str::to_owned) else { return Ok(()) };
        let starts = name.starts_with(|c: char| c.is_ascii_alphabetic());
        let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !name.ends_with('_') && !name.contains("__");
        if !name.is_empty() && (!starts || !plain) && self.is_written_out(field) {
            let label = self.draft.object.field(field).map_or(field, |field| &field.label).to_owned();
            let message = format!(
                "The {label} can only contain underscores and alphanumeric characters. It must be unique, begin with a letter, not include spaces, \
                 not end with an underscore, and not contain two consecutive underscores."
            );
            return self.refuse("INVALID_FIELD", message, &[field]);
        }
        match self.other_with(field, &name)? {
            Some(other) => Err(RecordError::Duplicate { field: field.to_owned(), other }),
            None => Ok(()),
        }
    }

    /// Whether the caller gave the API name, not this server.
    fn is_written_out(&self, field: &str) -> bool {
        field == "Name" || self.stored.is_some()
    }
}

impl Change<'_> {
    /// Each role has two groups that records can be shared with: the role's own users, and those with all below.
    pub(super) fn add_role_groups(&self, rows: &dyn Rows, role: &Draft<'_>, id: RecordId) -> Result<(), RecordError> {
        let Some(group) = self.schema.any_object("Group") else { return Ok(()) };
        let name = role.object.field_index("DeveloperName").and_then(|index| role.get(index)?.as_text()).unwrap_or_default();
        for kind in ["Role", "RoleAndSubordinates"] {
            let own = rows.new_id("00G")?;
            let values = [
                ("Id", Value::Text(own.to_string())),
                ("DeveloperName", Value::text(name.to_owned())),
                ("Type", Value::Text(kind.to_owned())),
                ("RelatedId", Value::Text(id.to_string())),
                ("DoesIncludeBosses", Value::Integer(1)),
                ("CreatedById", Value::Text(self.by.to_string())),
                ("LastModifiedById", Value::Text(self.by.to_string())),
                ("CreatedDate", Value::Integer(self.now.0)),
                ("LastModifiedDate", Value::Integer(self.now.0)),
                ("SystemModstamp", Value::Integer(self.now.0)),
            ];
            let row: Vec<_> = values.into_iter().filter_map(|(name, value)| Some((group.field_index(name)?, value))).collect();
            rows.insert(group, &row)?;
        }
        Ok(())
    }
}
