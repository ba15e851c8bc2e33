//! Profiles and permission sets between their files and what they grant.

use std::net::IpAddr;

use serde_json::{Map, Value, json};

use super::external_app::flag;
use super::operation::Failure;
use super::source::{Source, misplaced};
use crate::access::{Governed, governed, is_permissionable};
use crate::org::{FieldRights, IpRange, LoginHours, ObjectRights, OpenHours, PermissionSet, Right};
use crate::schema::Schema;

/// The members that files of both types have and that grant nothing here: they are kept as they come.
const KEPT: [&str; 21] = [
    "applicationVisibilities",
    "categoryGroupVisibilities",
    "classAccesses",
    "customMetadataTypeAccesses",
    "customPermissions",
    "customSettingAccesses",
    "description",
    "emailRoutingAddressAccesses",
    "externalCredentialPrincipalAccesses",
    "externalDataSourceAccesses",
    "flowAccesses",
    "hasActivationRequired",
    "layoutAssignments",
    "license",
    "loginFlows",
    "pageAccesses",
    "profileActionOverrides",
    "recordTypeVisibilities",
    "servicePresenceStatusAccesses",
    "tabSettings",
    "tabVisibilities",
];

const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Members of `objectPermissions`.
const RIGHTS: [(Right, &str); 6] = [
    (Right::Create, "allowCreate"),
    (Right::Delete, "allowDelete"),
    (Right::Edit, "allowEdit"),
    (Right::Read, "allowRead"),
    (Right::ModifyAll, "modifyAllRecords"),
    (Right::ViewAll, "viewAllRecords"),
];

/// Puts what a file says into the set. A profile keeps what its file does not name; a permission set becomes what its file says.
///
/// # Errors
/// A member, permission, object or field that there is not, or a right without the one it needs.
pub fn put_permissions(source: &Source, schema: &Schema, set: &mut PermissionSet) -> Result<(), Failure> {
    let kind = if set.is_profile { "Profile" } else { "PermissionSet" };
    check_members(kind, source)?;
    if !set.is_profile {
        (set.permissions, set.objects, set.fields) = Default::default();
    }
    if let Some(label) = source.text("label") {
        label.clone_into(&mut set.label);
    }
    for granted in source.several("userPermissions") {
        let field = format!("Permissions{}", text(granted, "name"));
        if catalogue::object("PermissionSet").is_none_or(|object| object.field(&field).is_none()) {
            return Err(Failure::new(format!("Unknown user permission: {}", text(granted, "name"))));
        }
        if is(granted, "enabled") {
            set.permissions.insert(field)
        } else {
            set.permissions.remove(&field)
        };
    }
    for granted in source.several("objectPermissions") {
        let (object, rights) = object_rights(schema, granted)?;
        if rights == ObjectRights::NONE && !set.is_profile {
            set.objects.remove(&object)
        } else {
            set.objects.insert(object, rights)
        };
    }
    for granted in source.several("fieldPermissions") {
        let (field, rights) = field_rights(schema, granted)?;
        set.fields.insert(field, rights);
    }
    if set.is_profile { put_login(source, set) } else { Ok(()) }
}

fn check_members(kind: &str, source: &Source) -> Result<(), Failure> {
    let own: &[&str] = if kind == "Profile" { &["custom", "fullName", "loginHours", "loginIpRanges", "userLicense"] } else { &["fullName", "label"] };
    let known =
        |name: &str| KEPT.contains(&name) || own.contains(&name) || matches!(name, "userPermissions" | "objectPermissions" | "fieldPermissions");
    match source.members.keys().find(|name| !known(name)) {
        Some(name) => Err(Failure::new(misplaced(name, kind))),
        None => Ok(()),
    }
}

fn object_rights(schema: &Schema, granted: &Value) -> Result<(String, ObjectRights), Failure> {
    let name = text(granted, "object");
    let object = schema.object(name).filter(|object| governed(object) == Governed::Itself);
    let object = object.ok_or_else(|| Failure::new(format!("In field: field - no CustomObject named {name} found")))?;
    let rights = ObjectRights::of(RIGHTS.into_iter().filter(|(_, member)| is(granted, member)).map(|(right, _)| right));
    match rights.unmet() {
        None => Ok((object.name.to_string(), rights)),
        Some((right, lacking)) => {
            let lacking: Vec<String> = lacking.iter().map(|right| format!("{} {name}", right.label())).collect();
            Err(Failure::new(format!("Permission {} {name} depends on permission(s): {}", right.label(), lacking.join(", "))))
        }
    }
}

fn field_rights(schema: &Schema, granted: &Value) -> Result<(String, FieldRights), Failure> {
    let path = text(granted, "field");
    let found = path.split_once('.').and_then(|(object, field)| Some((schema.object(object)?, schema.object(object)?.field(field)?)));
    let (object, field) = found.ok_or_else(|| Failure::new(format!("In field: field - no CustomField named {path} found")))?;
    if !is_permissionable(field) {
        return Err(Failure::new(format!("You cannot deploy to a required field: {path}")));
    }
    let rights = match (is(granted, "editable"), is(granted, "readable")) {
        (true, true) => FieldRights::Edit,
        (false, true) => FieldRights::Read,
        (false, false) => FieldRights::Hidden,
        (true, false) => return Err(Failure::new(format!("Permission Edit {path} depends on permission(s): Read {path}"))),
    };
    Ok((format!("{}.{}", object.name, field.name), rights))
}

/// From where and when the users of a profile log in.
fn put_login(source: &Source, profile: &mut PermissionSet) -> Result<(), Failure> {
    if source.members.contains_key("loginIpRanges") {
        let address = |range: &Value, member: &str| {
            text(range, member).parse::<IpAddr>().map_err(|_| Failure::new(format!("'{}' is not a valid IP address", text(range, member))))
        };
        let range = |range: &Value| Ok(IpRange { start: address(range, "startAddress")?, end: address(range, "endAddress")? });
        profile.login.ip_ranges = source.several("loginIpRanges").into_iter().map(range).collect::<Result<_, Failure>>()?;
    }
    if let Some(hours) = source.members.get("loginHours") {
        let minute = |member: String| text(hours, &member).parse::<u16>().ok().filter(|minute| *minute <= 1440);
        let open = |day: &str| Some(OpenHours { start: minute(format!("{day}Start"))?, end: minute(format!("{day}End"))? });
        let [monday, tuesday, wednesday, thursday, friday, saturday, sunday] = DAYS.map(open);
        profile.login.hours = LoginHours { monday, tuesday, wednesday, thursday, friday, saturday, sunday };
    }
    Ok(())
}

/// What of a file is kept beside the set.
pub fn kept_permissions(source: &Source) -> Source {
    let mut kept = source.clone();
    kept.members.retain(|name, _| KEPT.contains(&name.as_str()) || matches!(name.as_str(), "userLicense"));
    kept
}

/// The members of the file of a set, over those that were kept of it.
pub fn permissions_members(set: &PermissionSet, kept: &Map<String, Value>, license: &str) -> Map<String, Value> {
    let mut members = kept.clone();
    let fields = set.fields.iter();
    let fields: Vec<Value> = fields
        .map(|(field, rights)| json!({ "editable": flag(*rights == FieldRights::Edit), "field": field, "readable": flag(*rights != FieldRights::Hidden) }))
        .collect();
    let objects: Vec<Value> = set.objects.iter().map(|(object, rights)| granted_on(object, *rights)).collect();
    let permissions = set.permissions.iter().map(|field| json!({ "enabled": "true", "name": field.trim_start_matches("Permissions") }));
    members.insert("fieldPermissions".to_owned(), json!(fields));
    members.insert("objectPermissions".to_owned(), json!(objects));
    members.insert("userPermissions".to_owned(), permissions.collect());
    if set.is_profile {
        members.insert("custom".to_owned(), flag(set.is_custom));
        members.entry("userLicense").or_insert(json!(license));
        let ranges = set.login.ip_ranges.iter();
        let ranges = ranges.map(|range| json!({ "endAddress": range.end.to_string(), "startAddress": range.start.to_string() }));
        members.insert("loginIpRanges".to_owned(), ranges.collect());
        members.insert("loginHours".to_owned(), hours_members(&set.login.hours));
    } else {
        members.insert("label".to_owned(), json!(set.label));
        members.entry("hasActivationRequired").or_insert_with(|| flag(false));
    }
    members
}

fn granted_on(object: &str, rights: ObjectRights) -> Value {
    let mut members: Map<String, Value> = RIGHTS.iter().map(|(right, member)| ((*member).to_owned(), flag(rights.has(*right)))).collect();
    members.insert("object".to_owned(), json!(object));
    members.sort_keys();
    Value::Object(members)
}

fn hours_members(hours: &LoginHours) -> Value {
    let days = [hours.monday, hours.tuesday, hours.wednesday, hours.thursday, hours.friday, hours.saturday, hours.sunday];
    let mut members = Map::new();
    for (day, open) in DAYS.into_iter().zip(days) {
        if let Some(OpenHours { start, end }) = open {
            members.insert(format!("{day}End"), json!(end.to_string()));
            members.insert(format!("{day}Start"), json!(start.to_string()));
        }
    }
    Value::Object(members)
}

fn text<'v>(value: &'v Value, member: &str) -> &'v str {
    value[member].as_str().unwrap_or_default().trim()
}

fn is(value: &Value, member: &str) -> bool {
    matches!(text(value, member), "true" | "1")
}
