//! Profiles, permission sets, their assignments, and what they grant on objects and fields.

use catalogue::Object;

use super::Setup;
use crate::access::{Governed, governed, is_permissionable};
use crate::id::RecordId;
use crate::org::{ObjectRights, Right};
use crate::records::change::Change;
use crate::records::error::RecordError;
use crate::records::rows::Rows;
use crate::records::values::Value;
use crate::schema::cannot_modify;

impl Setup<'_, '_, '_> {
    pub(super) fn permission_set(&mut self) -> Result<(), RecordError> {
        if self.is_true("IsOwnedByProfile") {
            // GUESS: what a profile owns is changed through the profile.
            return Err(RecordError::InsufficientAccess);
        }
        if self.draft.object.name == "PermissionSet" {
            self.developer_name("Label", "Name")
        } else {
            self.developer_name("MasterLabel", "DeveloperName")
        }
    }

    /// GUESS: what a standard profile is called and permits cannot be changed, as its page says.
    pub(super) fn profile(&mut self) -> Result<(), RecordError> {
        let name = self.stored.and_then(|(_, values)| values[self.draft.object.field_index("Name")?].as_text()).unwrap_or_default();
        if crate::org::STANDARD_PROFILES.iter().any(|profile| profile.name == name) { Err(RecordError::InsufficientAccess) } else { Ok(()) }
    }

    pub(super) fn assignment(&mut self) -> Result<(), RecordError> {
        if self.text("PermissionSetId").is_none() && self.text("PermissionSetGroupId").is_none() {
            return Err(RecordError::RequiredFieldMissing(vec!["PermissionSetId".to_owned()]));
        }
        let (assignee, set) = (self.text("AssigneeId").unwrap_or_default().to_owned(), self.text("PermissionSetId").map(str::to_owned));
        let short = |id: &str| id.get(..15).unwrap_or(id).to_owned();
        let fields: &[&str] = if set.is_some() { &["AssigneeId", "PermissionSetId"] } else { &["AssigneeId", "PermissionSetGroupId"] };
        if self.twin(fields)?.is_some() {
            let set = set.as_deref().or(self.text("PermissionSetGroupId")).unwrap_or_default();
            let message = format!("Duplicate PermissionSetAssignment. Assignee: {}; Permission Set: {}", short(&assignee), short(set));
            return self.refuse("DUPLICATE_VALUE", message, &[]);
        }
        let Some(set) = set else { return Ok(()) };
        if self.row_of("PermissionSet", &set, "IsOwnedByProfile")?.is_true() {
            // GUESS: the words are remembered, not recorded.
            return self.refuse("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", &[]);
        }
        Ok(())
    }

    pub(super) fn object_permissions(&mut self) -> Result<(), RecordError> {
        let name = self.text("SobjectType").unwrap_or_default().to_owned();
        let Some(object) = self.change.schema.object(&name).filter(|object| governed(object) == Governed::Itself) else {
            return self.bad_choice("Sobject Type Name", "SobjectType", &name);
        };
        self.refuse_standard_profile()?;
        self.refuse_managed_set()?;
        let name = object.name.to_string();
        self.set("SobjectType", Value::Text(name.clone()));
        if self.stored.is_none() {
            self.refuse_twin(&["ParentId", "SobjectType"])?;
        }
        let held = ObjectRights::of(Right::ALL.into_iter().filter(|right| self.is_true(right.field())));
        let Some((right, lacking)) = held.unmet() else { return Ok(()) };
        let lacking = lacking.iter().map(|right| format!("{} {name}", right.label())).collect::<Vec<_>>().join(", ");
        self.refuse("FIELD_INTEGRITY_EXCEPTION", format!("Permission {} {name} depends on permission(s): {lacking}", right.label()), &[])
    }

    pub(super) fn field_permissions(&mut self) -> Result<(), RecordError> {
        let path = self.text("Field").unwrap_or_default().to_owned();
        let found = path.split_once('.').and_then(|(object, field)| {
            let object = self.change.schema.object(object)?;
            let field = object.field(field)?;
            let governs = matches!(governed(object), Governed::Itself | Governed::By(_) | Governed::Written(_));
            (governs && is_permissionable(field) && field.compound.is_none()).then(|| (object.name.to_string(), field.name.to_string()))
        });
        let Some((object, field)) = found.filter(|(object, _)| self.text("SobjectType").is_none_or(|own| own.eq_ignore_ascii_case(object))) else {
            return self.bad_choice("Field Name", "Field", &path);
        };
        self.refuse_managed_set()?;
        self.set("SobjectType", Value::Text(object.clone()));
        self.set("Field", Value::Text(format!("{object}.{field}")));
        if self.stored.is_none() {
            self.refuse_twin(&["ParentId", "Field"])?;
        }
        if self.is_true("PermissionsEdit") && !self.is_true("PermissionsRead") {
            let message = format!("Permission Edit {object}.{field} depends on permission(s): Read {object}.{field}");
            return self.refuse("FIELD_INTEGRITY_EXCEPTION", message, &[]);
        }
        Ok(())
    }

    /// GUESS: the object permissions of standard profiles cannot be edited, as their page says.
    fn refuse_standard_profile(&self) -> Result<(), RecordError> {
        let parent = self.text("ParentId").unwrap_or_default().to_owned();
        let profile = self.row_of("PermissionSet", &parent, "ProfileId")?;
        let Some(profile) = profile.as_text() else { return Ok(()) };
        let name = self.row_of("Profile", profile, "Name")?;
        let is_standard = crate::org::STANDARD_PROFILES.iter().any(|profile| Some(profile.name) == name.as_text());
        if is_standard { Err(RecordError::InsufficientAccess) } else { Ok(()) }
    }

    /// What a set of a managed package grants is its developer's.
    fn refuse_managed_set(&self) -> Result<(), RecordError> {
        let (Ok(parent), Some(sets)) = (RecordId::parse(self.text("ParentId").unwrap_or_default()), self.change.schema.any_object("PermissionSet"))
        else {
            return Ok(());
        };
        if self.change.is_closed(self.rows, sets, parent)? {
            return self.refuse("CANNOT_MODIFY_MANAGED_OBJECT", cannot_modify("PermissionSet", Some(parent)), &[]);
        }
        Ok(())
    }

    /// A field of another record; null when there is no such record.
    pub(super) fn row_of(&self, object: &str, id: &str, field: &str) -> Result<Value, RecordError> {
        let (Some(object), Ok(id)) = (self.change.schema.any_object(object), RecordId::parse(id)) else { return Ok(Value::Null) };
        let values = self.rows.load(object, id)?;
        Ok(values.zip(object.field_index(field)).map_or(Value::Null, |(values, index)| values[index].clone()))
    }
}

impl Change<'_> {
    /// A row that grants nothing is none. One that takes from a profile what it otherwise shows stays.
    pub(super) fn remove_empty_grant(&self, rows: &dyn Rows, object: &Object, id: RecordId) -> Result<(), RecordError> {
        let Some(values) = rows.load(object, id)? else { return Ok(()) };
        let grants = object.fields.iter().zip(&values).any(|(field, value)| field.name.starts_with("Permissions") && value.is_true());
        let parent = object.field_index("ParentId").and_then(|index| values[index].as_text()?.parse::<RecordId>().ok());
        let sets = self.schema.any_object("PermissionSet");
        let owner = match (sets, parent) {
            (Some(sets), Some(parent)) => {
                rows.load(sets, parent)?.zip(sets.field_index("IsOwnedByProfile")).is_some_and(|(values, index)| values[index].is_true())
            }
            _ => false,
        };
        if grants || owner { Ok(()) } else { Ok(rows.remove(object, id)?) }
    }
}
