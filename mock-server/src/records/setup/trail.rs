//! What changes of users through the API end, and what they leave in the audit trail.

use catalogue::Object;

use crate::id::{RecordId, UserId};
use crate::org::{Actor, UserTurn};
use crate::records::change::Change;
use crate::records::draft::Draft;
use crate::records::error::RecordError;
use crate::records::rows::{Consequence, Rows};
use crate::records::values::Value;

impl Change<'_> {
    pub(super) fn user_settled(&self, rows: &dyn Rows, draft: &Draft<'_>, id: RecordId, stored: Option<&[Value]>) -> Result<(), RecordError> {
        let Some(user) = UserId::try_from(id).ok() else { return Ok(()) };
        let about = About { change: self, rows, user, name: text(rows, draft.object, id, "Name")? };
        let Some(stored) = stored else { return about.note(UserTurn::Created) };
        match turned(draft, stored, "IsActive") {
            Some(true) => about.note(UserTurn::Activated)?,
            Some(false) => {
                rows.follow(Consequence::UserDeactivated(user))?;
                about.note(UserTurn::Deactivated)?;
            }
            None => {}
        }
        if let Some((from, to)) = moved(draft, stored, "Email") {
            about.note(UserTurn::EmailChanged { from, to })?;
        }
        if let Some((from, to)) = moved(draft, stored, "Username") {
            about.note(UserTurn::UsernameChanged { from, to })?;
        }
        if let Some((from, to)) = moved(draft, stored, "ProfileId") {
            let label = |id: &str| self.name_of(rows, "Profile", id, "Name");
            about.note(UserTurn::ProfileChanged { from: &label(from)?, to: &label(to)? })?;
        }
        Ok(())
    }

    pub(super) fn user_login_settled(&self, rows: &dyn Rows, draft: &Draft<'_>, id: RecordId, stored: Option<&[Value]>) -> Result<(), RecordError> {
        let (Ok(user), Some(stored)) = (UserId::try_from(id.with_prefix(UserId::PREFIX)), stored) else { return Ok(()) };
        let about = About { change: self, rows, user, name: self.name_of(rows, "User", &user.to_string(), "Name")? };
        match turned(draft, stored, "IsFrozen") {
            Some(true) => {
                rows.follow(Consequence::UserFrozen(user))?;
                about.note(UserTurn::Frozen)
            }
            Some(false) => about.note(UserTurn::Unfrozen),
            None => Ok(()),
        }
    }

    pub(super) fn assigned(&self, rows: &dyn Rows, draft: &Draft<'_>) -> Result<(), RecordError> {
        let value = |name: &str| draft.object.field_index(name).and_then(|index| draft.get(index)).and_then(Value::as_text);
        self.note_assignment(rows, value("AssigneeId"), value("PermissionSetId"), |set| UserTurn::PermissionSetAssigned(set))
    }

    /// A permission set was taken from a user.
    pub(in crate::records) fn unassigned(&self, rows: &dyn Rows, object: &Object, stored: &[Value]) -> Result<(), RecordError> {
        let value = |name: &str| object.field_index(name).and_then(|index| stored[index].as_text());
        self.note_assignment(rows, value("AssigneeId"), value("PermissionSetId"), |set| UserTurn::PermissionSetUnassigned(set))
    }

    fn note_assignment(
        &self,
        rows: &dyn Rows,
        user: Option<&str>,
        set: Option<&str>,
        turn: impl for<'s> FnOnce(&'s str) -> UserTurn<'s>,
    ) -> Result<(), RecordError> {
        let (Some(user), Some(set)) = (user.and_then(|id| UserId::parse(id).ok()), set) else { return Ok(()) };
        let label = self.name_of(rows, "PermissionSet", set, "Label")?;
        let about = About { change: self, rows, user, name: self.name_of(rows, "User", &user.to_string(), "Name")? };
        about.note(turn(&label))
    }

    fn name_of(&self, rows: &dyn Rows, object: &str, id: &str, field: &str) -> Result<String, RecordError> {
        match (self.schema.any_object(object), RecordId::parse(id)) {
            (Some(object), Ok(id)) => text(rows, object, id, field),
            _ => Ok(String::new()),
        }
    }
}

/// The user a row of the trail speaks of, and who changed it.
struct About<'a> {
    change: &'a Change<'a>,
    rows: &'a dyn Rows,
    user: UserId,
    name: String,
}

impl About<'_> {
    fn note(&self, turn: UserTurn<'_>) -> Result<(), RecordError> {
        Ok(self.rows.audit_user(Actor::new(self.change.by, self.change.now), (&self.name, self.user), turn)?)
    }
}

fn text(rows: &dyn Rows, object: &Object, id: RecordId, field: &str) -> Result<String, RecordError> {
    let (Some(values), Some(index)) = (rows.load(object, id)?, object.field_index(field)) else { return Ok(String::new()) };
    Ok(values[index].as_text().unwrap_or_default().to_owned())
}

/// What a checkbox became, if it changed.
fn turned(draft: &Draft<'_>, stored: &[Value], name: &str) -> Option<bool> {
    let index = draft.object.field_index(name)?;
    let now = draft.get(index)?.is_true();
    (now != stored[index].is_true()).then_some(now)
}

/// What a text was and became, if it changed.
fn moved<'v>(draft: &'v Draft<'_>, stored: &'v [Value], name: &str) -> Option<(&'v str, &'v str)> {
    let index = draft.object.field_index(name)?;
    let (from, to) = (stored[index].as_text().unwrap_or_default(), draft.get(index)?.as_text().unwrap_or_default());
    (from != to).then_some((from, to))
}
