//! Permission set groups in a deployment: their records are the ones that the data API shows.

use serde_json::{Map, Value as Json, json};

use super::code::{self, Refused};
use super::deploy::{By, put_component};
use super::packaged::put_namespace;
use crate::clock::Timestamp;
use crate::id::RecordId;
use crate::metadata::{Components, Failure, Item, Outcome, Source, split_namespace};
use crate::org::Directory;
use crate::records::{Change, Input, Rows, Value};
use crate::schema::Schema;
use crate::storage::StoreError;
use crate::store::Tx;

pub(super) const GROUP: &str = "PermissionSetGroup";

/// What stands for a set in a group.
const COMPONENT: &str = "PermissionSetGroupComponent";

/// The record of this name.
pub(super) fn find(tx: &Tx<'_>, name: &str) -> Result<Option<RecordId>, StoreError> {
    code::named(tx, GROUP, "DeveloperName", split_namespace(name))
}

/// The names of all groups.
pub(super) fn names(tx: &Tx<'_>) -> Result<Vec<String>, StoreError> {
    let Some(object) = catalogue::object(GROUP) else { return Ok(Vec::new()) };
    let mut names = Vec::new();
    for (id, _) in tx.changed_between(object, Timestamp(0), Timestamp(i64::MAX), false)? {
        names.extend(code::full_name(tx, GROUP, "DeveloperName", id)?);
    }
    names.sort();
    Ok(names)
}

/// The members of a group's file: what its records say, over what was kept of the file.
pub(super) fn members(tx: &Tx<'_>, id: RecordId, name: &str) -> Result<Map<String, Json>, StoreError> {
    let mut members = tx.component(GROUP, name)?.map(|component| component.members).unwrap_or_default();
    members.insert("label".to_owned(), json!(code::field(tx, GROUP, id, "MasterLabel")?));
    members.insert("description".to_owned(), json!(code::field(tx, GROUP, id, "Description")?));
    members.insert("status".to_owned(), json!(code::field(tx, GROUP, id, "Status")?));
    let active = code::field(tx, GROUP, id, "HasActivationRequired")?.is_some_and(|flag| flag == "1");
    members.insert("hasActivationRequired".to_owned(), json!(if active { "true" } else { "false" }));
    let held: Vec<RecordId> = sets_of(tx, id)?.into_iter().map(|(_, set)| set).collect();
    let sets = tx.permission_sets()?;
    let names: Vec<&str> = sets.iter().filter(|set| held.contains(&set.id)).map(|set| set.name.as_str()).collect();
    members.insert("permissionSets".to_owned(), json!(names));
    Ok(members)
}

pub(super) fn put(tx: &Tx<'_>, schema: &Schema, by: By, item: &Item, source: &Source) -> Result<(RecordId, Outcome), Refused> {
    let told = |problem: String| Refused::Told(Failure::new(problem));
    let (Some(group), Some(component)) = (catalogue::object(GROUP), catalogue::object(COMPONENT)) else {
        return Err(told(format!("{GROUP} is not available")));
    };
    let name_of = |value: &Json| value.as_str().unwrap_or_default().trim().to_owned();
    if let Some(muting) = source.several("mutingPermissionSets").first() {
        return Err(told(format!("In field: mutingPermissionSets - no MutingPermissionSet named {} found", name_of(muting))));
    }
    let mut wanted = Vec::new();
    for name in source.several("permissionSets").into_iter().map(name_of) {
        match tx.permission_set_named(&name, false)? {
            Some(set) => wanted.push(set.id),
            None => return Err(told(format!("In field: permissionSets - no PermissionSet named {name} found"))),
        }
    }
    let change = Change::new(schema, by.user, by.now);
    let mut record = json!({
        "MasterLabel": source.text("label"),
        "Description": source.text("description"),
        "HasActivationRequired": source.flag("hasActivationRequired").unwrap_or(false),
    });
    let known = find(tx, &item.full_name)?;
    let id = match known {
        Some(id) => {
            change.update(tx, group, id, Input::Json(record.to_string().as_bytes()))?;
            id
        }
        None => {
            let (namespace, name) = split_namespace(&item.full_name);
            record["DeveloperName"] = json!(name);
            let id = change.create(tx, group, Input::Json(record.to_string().as_bytes()))?;
            put_namespace(tx, GROUP, id, namespace)?;
            id
        }
    };
    let held = sets_of(tx, id)?;
    for (row, _) in held.iter().filter(|(_, set)| !wanted.contains(set)) {
        Rows::remove(tx, component, *row)?;
    }
    let fresh: Vec<&RecordId> = wanted.iter().filter(|set| !held.iter().any(|(_, known)| known == *set)).collect();
    for set in &fresh {
        let record = json!({ "PermissionSetGroupId": id.to_string(), "PermissionSetId": set.to_string() });
        change.create(tx, component, Input::Json(record.to_string().as_bytes()))?;
    }
    let same_sets = fresh.is_empty() && held.len() == wanted.len();
    let (_, kept) = put_component(tx, by, item, source)?;
    let outcome = match known {
        None => Outcome::Created,
        Some(_) if same_sets && kept == Outcome::Unchanged => Outcome::Unchanged,
        Some(_) => Outcome::Changed,
    };
    Ok((id, outcome))
}

/// Whether there was one.
pub(super) fn remove(tx: &Tx<'_>, item: &Item) -> Result<Result<bool, Failure>, StoreError> {
    let (Some(group), Some(component)) = (catalogue::object(GROUP), catalogue::object(COMPONENT)) else { return Ok(Ok(false)) };
    let Some(id) = find(tx, &item.full_name)? else { return Ok(Ok(false)) };
    if !rows_where(tx, "PermissionSetAssignment", "PermissionSetGroupId", &id.to_string())?.is_empty() {
        // GUESS: worded as for permission sets.
        return Ok(Err(Failure::new("You can't delete this permission set group because it's assigned to one or more users")));
    }
    for (row, _) in sets_of(tx, id)? {
        Rows::remove(tx, component, row)?;
    }
    Rows::remove(tx, group, id)?;
    tx.remove_component(item.kind, &item.full_name)?;
    Ok(Ok(true))
}

/// The rows that hold a group's sets, and the sets.
fn sets_of(tx: &Tx<'_>, group: RecordId) -> Result<Vec<(RecordId, RecordId)>, StoreError> {
    let mut sets = Vec::new();
    for row in rows_where(tx, COMPONENT, "PermissionSetGroupId", &group.to_string())? {
        let set = code::field(tx, COMPONENT, row, "PermissionSetId")?;
        sets.extend(set.and_then(|set| RecordId::parse(&set).ok()).map(|set| (row, set)));
    }
    Ok(sets)
}

fn rows_where(tx: &Tx<'_>, object: &str, field: &str, value: &str) -> Result<Vec<RecordId>, StoreError> {
    let Some(object) = catalogue::object(object) else { return Ok(Vec::new()) };
    let Some(field) = object.field_index(field) else { return Ok(Vec::new()) };
    tx.ids_where(object, field, &Value::Text(value.to_owned()), u32::MAX)
}
