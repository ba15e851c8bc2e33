//! Records of an org in the words of the world document: only what can be created again, lookups by name.

use std::collections::{HashMap, HashSet};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use catalogue::{DefaultValue, Field, FieldType, Object};
use serde_json::{Map, Number, Value as Json};

use super::document::RecordEntry;
use crate::clock::Timestamp;
use crate::id::RecordId;
use crate::org::{Permission, User};
use crate::records::{Presence, Rows, Value};
use crate::schema::Schema;
use crate::storage::StoreError;

/// Objects whose records appear by themselves when what they hang on is created.
const MADE_BY_RULE: [&str; 2] = ["CampaignMemberStatus", "ContentDocumentLink"];

/// Lookups that say what is said elsewhere: by a contact role, by the version that makes its document.
const SAID_ELSEWHERE: [(&str, &str); 2] = [("Opportunity", "ContactId"), ("ContentVersion", "ContentDocumentId")];

/// The first `limit` records, of all objects or of the one that is `wanted`, in an order in which they can be created, and whether there are
/// more. With a limit of 0 nothing is looked at.
pub fn of(rows: &impl Rows, schema: &Schema, users: &[User], wanted: Option<&str>, limit: usize) -> Result<(Vec<RecordEntry>, bool), StoreError> {
    if limit == 0 {
        return Ok((Vec::new(), false));
    }
    let mut ids = Vec::new();
    for object in schema.objects() {
        let is_exported = is_shown(rows, object) && object.flags.createable && !MADE_BY_RULE.contains(&&*object.name);
        let mut own: Vec<RecordId> = if is_exported { all_ids(rows, object)? } else { Vec::new() };
        own.sort();
        if !own.is_empty() {
            ids.push((object, own));
        }
    }
    let ordered = parents_first(&ids);
    let names = Names::of(&ordered, users);
    let all = ordered
        .iter()
        .filter(|(object, _)| wanted.is_none_or(|name| object.name == name))
        .flat_map(|(object, ids)| ids.iter().map(move |id| (*object, *id)));
    let mut entries = Vec::new();
    for (object, id) in all.clone().take(limit) {
        entries.extend(entry(rows, object, id, &names)?);
    }
    Ok((entries, all.count() > limit))
}

/// What other members of an org say is left out: who is in which role and group, what is granted to whom.
const ELSEWHERE: [&str; 6] = ["FieldPermissions", "Group", "GroupMember", "ObjectPermissions", "QueueSobject", "UserRole"];

fn is_shown(rows: &impl Rows, object: &Object) -> bool {
    rows.is_plain(object) && !ELSEWHERE.contains(&&*object.name)
}

/// One record, its lookups as plain ids. What lies in the recycle bin is not there.
pub fn one(rows: &impl Rows, schema: &Schema, id: RecordId) -> Result<Option<RecordEntry>, StoreError> {
    let Some(object) = schema.by_prefix(id.prefix()).filter(|object| rows.is_plain(object)) else { return Ok(None) };
    if rows.presence(object, id)? != Presence::Present {
        return Ok(None);
    }
    entry(rows, object, id, &Names::default())
}

fn all_ids(rows: &impl Rows, object: &Object) -> Result<Vec<RecordId>, StoreError> {
    let changed = rows.changed_between(object, Timestamp(i64::MIN), Timestamp(i64::MAX), false)?;
    Ok(changed.into_iter().map(|(id, _)| id).collect())
}

/// Objects that others look up come before them, as far as lookups make no circle.
fn parents_first<'o>(found: &[(&'o Object, Vec<RecordId>)]) -> Vec<(&'o Object, Vec<RecordId>)> {
    let mut ordered = Vec::with_capacity(found.len());
    let mut visited = HashSet::new();
    for index in 0..found.len() {
        visit(index, found, &mut visited, &mut ordered);
    }
    ordered
}

fn visit<'o>(index: usize, found: &[(&'o Object, Vec<RecordId>)], visited: &mut HashSet<usize>, ordered: &mut Vec<(&'o Object, Vec<RecordId>)>) {
    if !visited.insert(index) {
        return;
    }
    let (object, ids) = &found[index];
    let targets = object.fields.iter().filter(|field| is_written(field)).flat_map(|field| field.reference_to.iter());
    for target in targets {
        if let Some(parent) = found.iter().position(|(other, _)| other.name == *target) {
            visit(parent, found, visited, ordered);
        }
    }
    ordered.push((object, ids.clone()));
}

/// What ids are called in the document.
#[derive(Default)]
struct Names {
    by_id: HashMap<RecordId, String>,
    /// Whom records belong to unless they say otherwise.
    default_owner: Option<RecordId>,
}

impl Names {
    fn of(ordered: &[(&Object, Vec<RecordId>)], users: &[User]) -> Self {
        let records = ordered.iter().flat_map(|(object, ids)| ids.iter().enumerate().map(|(at, id)| (*id, format!("{}-{}", object.name, at + 1))));
        let people = users.iter().map(|user| (user.id.record(), user.nickname.clone()));
        let administrator = users.iter().find(|user| user.is_active && user.has(Permission::ModifyAllData));
        Self { by_id: records.chain(people).collect(), default_owner: administrator.or(users.first()).map(|user| user.id.record()) }
    }
}

fn entry(rows: &impl Rows, object: &Object, id: RecordId, names: &Names) -> Result<Option<RecordEntry>, StoreError> {
    let Some(values) = rows.load(object, id)? else { return Ok(None) };
    let mut fields = Map::new();
    let is_said = |field: &Field| SAID_ELSEWHERE.contains(&(&*object.name, &*field.name));
    for (field, value) in object.fields.iter().zip(&values).filter(|(field, _)| is_written(field) && !is_said(field)) {
        if let Some(value) = written(field, value, names) {
            fields.insert(field.name.to_string(), value);
        }
    }
    Ok(Some(RecordEntry { reference: names.by_id.get(&id).cloned(), id: Some(id.to_string()), kind: object.name.to_string(), fields }))
}

fn is_written(field: &Field) -> bool {
    field.flags.createable && !field.flags.calculated && !field.flags.auto_number
}

/// The value as a create body takes it; `None` where leaving it out means the same.
fn written(field: &Field, value: &Value, names: &Names) -> Option<Json> {
    Some(match (value, field.kind) {
        (Value::Null, _) => return None,
        (Value::Integer(value), FieldType::Boolean) => {
            let default = matches!(field.default_value, Some(DefaultValue::Boolean(true)));
            return (default != (*value == 1)).then_some(Json::Bool(*value == 1));
        }
        (Value::Integer(at), FieldType::Datetime) => Json::String(Timestamp(*at).iso()),
        (Value::Integer(of_day), FieldType::Time) => Json::String(time_of_day(*of_day)),
        (Value::Integer(value), _) => Json::from(*value),
        (Value::Real(value), _) => Number::from_f64(*value).map_or(Json::Null, Json::Number),
        (Value::Blob(bytes), _) => Json::String(STANDARD.encode(bytes)),
        (Value::Text(text), FieldType::Reference) => return reference(field, text, names),
        (Value::Text(text), _) => Json::String(text.clone()),
    })
}

fn reference(field: &Field, text: &str, names: &Names) -> Option<Json> {
    let id = RecordId::parse(text).ok();
    if field.name == "OwnerId" && id.is_some() && id == names.default_owner {
        return None;
    }
    let name = id.and_then(|id| names.by_id.get(&id));
    Some(Json::String(name.map_or_else(|| text.to_owned(), |name| format!("@{name}"))))
}

fn time_of_day(milliseconds: i64) -> String {
    let (seconds, milliseconds) = (milliseconds / 1_000, milliseconds % 1_000);
    format!("{:02}:{:02}:{:02}.{milliseconds:03}Z", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}
