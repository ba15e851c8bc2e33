//! Roles, groups, org-wide defaults and grants of a world, made and written down.

use serde_json::{Value, json};

use super::Rejected;
use super::document::{FieldAccessEntry, GroupEntry, RightEntry, RoleEntry};
use super::records::{RecordFailure, author};
use crate::access::{OrgWideDefaults, Organisation};
use crate::app::{App, LiveOrg};
use crate::clock::Timestamp;
use crate::id::RecordId;
use crate::org::{FieldRights, ObjectRights, Right, User};
use crate::records::{Change, Input, Rows, Value as Stored};
use crate::schema::Schema;
use crate::storage::StoreError;

pub fn object_rights(rights: &[RightEntry]) -> ObjectRights {
    ObjectRights::of(rights.iter().map(|right| match right {
        RightEntry::Create => Right::Create,
        RightEntry::Read => Right::Read,
        RightEntry::Edit => Right::Edit,
        RightEntry::Delete => Right::Delete,
        RightEntry::ViewAll => Right::ViewAll,
        RightEntry::ModifyAll => Right::ModifyAll,
    }))
}

pub fn right_entries(rights: ObjectRights) -> Vec<RightEntry> {
    let entry = |right| match right {
        Right::Create => RightEntry::Create,
        Right::Read => RightEntry::Read,
        Right::Edit => RightEntry::Edit,
        Right::Delete => RightEntry::Delete,
        Right::ViewAll => RightEntry::ViewAll,
        Right::ModifyAll => RightEntry::ModifyAll,
    };
    rights.iter().map(entry).collect()
}

pub fn field_rights(access: FieldAccessEntry) -> FieldRights {
    match access {
        FieldAccessEntry::Hidden => FieldRights::Hidden,
        FieldAccessEntry::Read => FieldRights::Read,
        FieldAccessEntry::Edit => FieldRights::Edit,
    }
}

pub fn field_entry(rights: FieldRights) -> FieldAccessEntry {
    match rights {
        FieldRights::Hidden => FieldAccessEntry::Hidden,
        FieldRights::Read => FieldAccessEntry::Read,
        FieldRights::Edit => FieldAccessEntry::Edit,
    }
}

/// Brings the org-wide defaults to what the entry says.
pub fn put_defaults(org: &LiveOrg, defaults: &OrgWideDefaults) -> Result<(), Rejected> {
    org.write(|tx| if tx.org_wide_defaults()? == *defaults { Ok(()) } else { tx.put_org_wide_defaults(defaults) }).map_err(Rejected::from)
}

/// Adds a role and puts its users into it.
pub fn add_role(app: &App, org: &LiveOrg, entry: &RoleEntry) -> Result<(), Rejected> {
    let parent = match &entry.parent {
        Some(name) => {
            Some(found(org, "UserRole", name)?.ok_or_else(|| Rejected::invalid("parent", format!("no role before this one is called {name:?}")))?)
        }
        None => None,
    };
    let users = entry.users.iter().map(|name| user(org, "users", name)).collect::<Result<Vec<_>, _>>()?;
    let role = create(app, org, "UserRole", &json!({"Name": entry.name, "ParentRoleId": parent.map(|id| id.to_string())}))?;
    users.into_iter().try_for_each(|user| update(app, org, "User", user, &json!({"UserRoleId": role.to_string()})))
}

/// Adds a group or queue with its members.
pub fn add_group(app: &App, org: &LiveOrg, entry: &GroupEntry) -> Result<(), Rejected> {
    let kind = if entry.queue { "Queue" } else { "Regular" };
    let mut members = Vec::new();
    for name in &entry.members {
        members.push(match found(org, "Group", name)? {
            Some(group) => group,
            None => user(org, "members", name)?,
        });
    }
    let group = create(app, org, "Group", &json!({"Name": entry.name, "Type": kind}))?;
    for member in members {
        create(app, org, "GroupMember", &json!({"GroupId": group.to_string(), "UserOrGroupId": member.to_string()}))?;
    }
    for object in &entry.objects {
        create(app, org, "QueueSobject", &json!({"QueueId": group.to_string(), "SobjectType": object}))?;
    }
    Ok(())
}

fn user(org: &LiveOrg, member: &str, name: &str) -> Result<RecordId, Rejected> {
    let found = super::orgs::find_user(org, name)?;
    Ok(found.ok_or_else(|| Rejected::invalid(member, format!("the org has no user {name:?}")))?.id.record())
}

fn found(org: &LiveOrg, object: &str, name: &str) -> Result<Option<RecordId>, Rejected> {
    let schema = org.schema()?;
    let Some((object, index)) = schema.any_object(object).and_then(|object| Some((object, object.field_index("Name")?))) else { return Ok(None) };
    Ok(org.read(|tx| tx.ids_where(object, index, &Stored::Text(name.to_owned()), 1))?.pop())
}

fn create(app: &App, org: &LiveOrg, object: &str, fields: &Value) -> Result<RecordId, Rejected> {
    let schema = org.schema()?;
    let object = schema.any_object(object).ok_or_else(|| Rejected::invalid("name", format!("the org has no object {object:?}")))?;
    let change = Change::new(&schema, author(org)?, app.now());
    Ok(org.write(|tx| change.create(tx, object, Input::Json(fields.to_string().as_bytes())).map_err(RecordFailure))?)
}

fn update(app: &App, org: &LiveOrg, object: &str, id: RecordId, fields: &Value) -> Result<(), Rejected> {
    let schema = org.schema()?;
    let object = schema.any_object(object).ok_or_else(|| Rejected::invalid("name", format!("the org has no object {object:?}")))?;
    let change = Change::new(&schema, author(org)?, app.now());
    Ok(org.write(|tx| change.update(tx, object, id, Input::Json(fields.to_string().as_bytes())).map_err(RecordFailure))?)
}

/// A record and some of its fields as text.
type Row<const N: usize> = (RecordId, [Option<String>; N]);

/// Rows of an object with some of their fields as text.
fn rows<const N: usize>(org: &LiveOrg, schema: &Schema, object: &str, fields: [&str; N]) -> Result<Vec<Row<N>>, StoreError> {
    let Some(object) = schema.any_object(object) else { return Ok(Vec::new()) };
    org.read(|tx| {
        let mut found = tx.changed_between(object, Timestamp(i64::MIN), Timestamp(i64::MAX), false)?;
        found.sort();
        let mut rows = Vec::new();
        for (id, _) in found {
            let Some(values) = tx.load(object, id)? else { continue };
            rows.push((id, fields.map(|name| object.field_index(name).and_then(|index| values[index].as_text()).map(str::to_owned))));
        }
        Ok(rows)
    })
}

/// The roles of an org, those above before those below.
pub fn roles(org: &LiveOrg, schema: &Schema, users: &[User]) -> Result<Vec<RoleEntry>, StoreError> {
    let found = rows(org, schema, "UserRole", ["Name", "ParentRoleId"])?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let in_roles = rows(org, schema, "User", ["Id", "UserRoleId"])?;
    let name_of = |id: &str| found.iter().find(|(own, _)| own.to_string() == id).and_then(|(_, [name, _])| name.clone());
    let depth = |start: &str| {
        let above = |id: &String| found.iter().find(|(own, _)| own.to_string() == *id).and_then(|(_, [_, parent])| parent.clone());
        std::iter::successors(Some(start.to_owned()), above).take(found.len()).count()
    };
    let mut ordered: Vec<_> = found.iter().map(|(id, [name, parent])| (depth(&id.to_string()), id, name, parent)).collect();
    ordered.sort_by_key(|(depth, id, ..)| (*depth, **id));
    let entry = |(_, id, name, parent): (usize, &RecordId, &Option<String>, &Option<String>)| {
        let held = in_roles.iter().filter(|(_, [_, role])| role.as_deref() == Some(&*id.to_string()));
        RoleEntry {
            name: name.clone().unwrap_or_default(),
            parent: parent.as_deref().and_then(name_of),
            users: held.filter_map(|(user, _)| handle(users, *user)).collect(),
        }
    };
    Ok(ordered.into_iter().map(entry).collect())
}

/// The groups and queues made by hand. Members before those that hold them, as far as they were made so.
pub fn groups(org: &LiveOrg, schema: &Schema, users: &[User]) -> Result<Vec<GroupEntry>, StoreError> {
    let found = rows(org, schema, "Group", ["Name", "Type"])?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let members = rows(org, schema, "GroupMember", ["GroupId", "UserOrGroupId"])?;
    let objects = rows(org, schema, "QueueSobject", ["QueueId", "SobjectType"])?;
    let name_of = |id: &str| {
        let user = RecordId::parse(id).ok().and_then(|id| handle(users, id));
        user.or_else(|| found.iter().find(|(own, _)| own.to_string() == id).and_then(|(_, [name, _])| name.clone()))
    };
    let by_hand = found.iter().filter(|(_, [_, kind])| matches!(kind.as_deref(), Some("Regular" | "Queue")));
    let entry = |(id, [name, kind]): &(RecordId, [Option<String>; 2])| {
        let id = id.to_string();
        GroupEntry {
            name: name.clone().unwrap_or_default(),
            queue: kind.as_deref() == Some("Queue"),
            members: members
                .iter()
                .filter(|(_, [group, _])| group.as_deref() == Some(&*id))
                .filter_map(|(_, [_, member])| name_of(member.as_deref()?))
                .collect(),
            objects: objects.iter().filter(|(_, [queue, _])| queue.as_deref() == Some(&*id)).filter_map(|(_, [_, object])| object.clone()).collect(),
        }
    };
    Ok(by_hand.map(entry).collect())
}

fn handle(users: &[User], id: RecordId) -> Option<String> {
    users.iter().find(|user| user.id.record() == id).map(|user| user.nickname.clone())
}
