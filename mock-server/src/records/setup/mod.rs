//! Rules for the objects that say who may do what: users, roles, groups, permission sets, shares.
//!
//! Every family changes them through [`Change`] like any record; each object's rules stand in a file of their own.

mod groups;
mod permissions;
mod shares;
mod trail;
mod users;

use super::change::Change;
use super::draft::Draft;
use super::error::RecordError;
use super::rows::Rows;
use super::values::Value;
use crate::id::RecordId;

/// A change of one record of a setup object: the draft over what is stored.
pub(super) struct Setup<'a, 'd, 's> {
    change: &'a Change<'a>,
    rows: &'a dyn Rows,
    draft: &'d mut Draft<'s>,
    /// The record and its values; `None` while it is being created.
    stored: Option<(RecordId, &'a [Value])>,
}

impl Change<'_> {
    /// Applies the rules of a setup object to a draft, and fills what it leaves out.
    pub(super) fn check_setup(&self, rows: &dyn Rows, draft: &mut Draft<'_>, stored: Option<(RecordId, &[Value])>) -> Result<(), RecordError> {
        let object = draft.object;
        let mut setup = Setup { change: self, rows, draft, stored };
        match &*object.name {
            "User" => setup.user(),
            "UserRole" => setup.role(),
            "Group" => setup.group(),
            "GroupMember" => setup.member(),
            "QueueSobject" => setup.queue_object(),
            "PermissionSet" | "PermissionSetGroup" => setup.permission_set(),
            "Profile" => setup.profile(),
            "PermissionSetAssignment" => setup.assignment(),
            "ObjectPermissions" => setup.object_permissions(),
            "FieldPermissions" => setup.field_permissions(),
            name if name.ends_with("Share") => setup.share(),
            _ => Ok(()),
        }
    }

    /// Does what follows from a change of a setup object. `stored`: what it was before; `None` for a new one.
    pub(super) fn settle_setup(&self, rows: &dyn Rows, draft: &Draft<'_>, id: RecordId, stored: Option<&[Value]>) -> Result<(), RecordError> {
        match &*draft.object.name {
            "UserRole" if stored.is_none() => self.add_role_groups(rows, draft, id),
            "User" => self.user_settled(rows, draft, id, stored),
            "UserLogin" => self.user_login_settled(rows, draft, id, stored),
            "PermissionSetAssignment" if stored.is_none() => self.assigned(rows, draft),
            "ObjectPermissions" | "FieldPermissions" => self.remove_empty_grant(rows, draft.object, id),
            _ => Ok(()),
        }
    }
}

impl Setup<'_, '_, '_> {
    /// The value the record will have.
    fn get(&self, name: &str) -> &Value {
        let Some(index) = self.draft.object.field_index(name) else { return &Value::Null };
        self.draft.get(index).or_else(|| self.stored?.1.get(index)).unwrap_or(&Value::Null)
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.get(name).as_text().filter(|text| !text.is_empty())
    }

    fn is_true(&self, name: &str) -> bool {
        self.get(name).is_true()
    }

    /// What the draft itself says.
    fn given(&self, name: &str) -> Option<&Value> {
        self.draft.object.field_index(name).and_then(|index| self.draft.get(index))
    }

    fn set(&mut self, name: &str, value: Value) {
        if let Some(index) = self.draft.object.field_index(name) {
            self.draft.set(index, value);
        }
    }

    /// Gives a field of a new record a value where the caller gave none.
    fn fill(&mut self, name: &str, value: Value) {
        if self.stored.is_none() && self.given(name).is_none_or(Value::is_null) {
            self.set(name, value);
        }
    }

    /// Another record whose field has this value.
    fn other_with(&self, field: &str, value: &str) -> Result<Option<RecordId>, RecordError> {
        let Some(index) = self.draft.object.field_index(field) else { return Ok(None) };
        let found = self.rows.ids_where(self.draft.object, index, &Value::Text(value.to_owned()), 2)?;
        Ok(found.into_iter().find(|id| Some(*id) != self.stored.map(|(own, _)| own)))
    }

    /// Another record in which each of these fields has the value this one will have.
    fn twin(&self, fields: &[&str]) -> Result<Option<RecordId>, RecordError> {
        let object = self.draft.object;
        let Some(first) = fields.first().and_then(|name| object.field_index(name)) else { return Ok(None) };
        for id in self.rows.ids_where(object, first, self.get(fields[0]), u32::MAX)? {
            let Some(values) = self.rows.load(object, id)?.filter(|_| Some(id) != self.stored.map(|(own, _)| own)) else { continue };
            if fields.iter().all(|name| object.field_index(name).is_some_and(|index| values[index] == *self.get(name))) {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    fn refuse<T>(&self, code: &'static str, message: impl Into<String>, fields: &[&str]) -> Result<T, RecordError> {
        Err(RecordError::rule(code, message.into(), fields))
    }
}
