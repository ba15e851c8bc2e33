//! Changes of code by way of a `MetadataContainer`: its members hold new source, a `ContainerAsyncRequest` brings it in.
//! The request is done when it is answered.

use catalogue::Object;
use serde_json::{Value as Json, json};

use super::body::{Body, missing};
use super::code;
use crate::api::rest::call::Call;
use crate::api::rest::error::RestError;
use crate::id::RecordId;
use crate::records::{Input, RecordError, Rows, Value};
use crate::schema::{Schema, cannot_modify};

/// A member object, what it is a member for, and the file ending that is shown of it.
const MEMBERS: [(&str, &str, &str); 4] = [
    ("ApexClassMember", "ApexClass", "classes/{}.cls"),
    ("ApexTriggerMember", "ApexTrigger", "triggers/{}.trigger"),
    ("ApexPageMember", "ApexPage", "pages/{}.page"),
    ("ApexComponentMember", "ApexComponent", "components/{}.component"),
];

/// Members of one container.
const MOST_MEMBERS: u32 = 10_000;

/// `POST /services/data/v67.0/tooling/sobjects/ApexClassMember`
pub fn add_member(call: &Call<'_>, schema: &Schema, object: &Object, mut body: Body) -> Result<RecordId, RestError> {
    let Some((_, target, _)) = MEMBERS.into_iter().find(|(name, ..)| *name == object.name) else { return Err(RestError::NotFound) };
    let target = schema.any_object(target).ok_or(RestError::NotFound)?;
    if !body.has("Body") {
        return Err(missing("Body"));
    }
    let container = body.text("MetadataContainerId").ok_or_else(|| missing("MetadataContainerId"))?.to_owned();
    let entity = body.text("ContentEntityId").map(str::to_owned);
    call.db.write(|tx| {
        if let Some(entity) = entity {
            let id = entity_id(tx, object, target, &entity)?;
            refuse_second(tx, object, &container, id)?;
            let stored = tx.load(code::stored_as(target), id)?.unwrap_or_default();
            let name = target.field_index("Name").and_then(|index| stored.get(index)).and_then(Value::as_text).unwrap_or_default();
            body.set("ContentEntityId", id.to_string());
            body.complete("FullName", name);
        }
        Ok::<_, RestError>(call.change(schema).create(tx, object, Input::Json(&body.record()))?)
    })
}

/// The component a member is to change.
fn entity_id(rows: &dyn Rows, member: &Object, target: &Object, text: &str) -> Result<RecordId, RecordError> {
    let label = member.field("ContentEntityId").map_or_else(String::new, |field| field.label.to_string());
    let wrong = || RecordError::WrongIdType { label, field: "ContentEntityId".to_owned(), value: text.to_owned() };
    let id = RecordId::parse(text).ok().filter(|id| target.key_prefix.as_deref() == Some(id.prefix())).ok_or_else(wrong)?;
    match rows.presence(code::stored_as(target), id)? {
        crate::records::Presence::Present => Ok(id),
        _ => Err(RecordError::LookupNotFound(id.as_15().to_owned())),
    }
}

/// A container holds a component once.
fn refuse_second(rows: &dyn Rows, object: &Object, container: &str, entity: RecordId) -> Result<(), RecordError> {
    let (Some(field), Ok(container)) = (object.field_index("ContentEntityId"), RecordId::parse(container)) else { return Ok(()) };
    let known = rows.ids_where(object, field, &Value::Text(entity.to_string()), MOST_MEMBERS)?;
    for other in known {
        if member(rows, object, other)?.is_some_and(|member| member.container == Some(container)) {
            return Err(RecordError::Duplicate { field: "ContentEntityId".to_owned(), other });
        }
    }
    Ok(())
}

struct Member<'s> {
    object: &'s Object,
    id: RecordId,
    container: Option<RecordId>,
    entity: Option<RecordId>,
    name: String,
    body: String,
}

fn member<'s>(rows: &dyn Rows, object: &'s Object, id: RecordId) -> Result<Option<Member<'s>>, RecordError> {
    let Some(stored) = rows.load(object, id)? else { return Ok(None) };
    let text = |name: &str| object.field_index(name).and_then(|index| stored.get(index)).and_then(Value::as_text).unwrap_or_default();
    let id_of = |name: &str| RecordId::parse(text(name)).ok();
    let (container, entity) = (id_of("MetadataContainerId"), id_of("ContentEntityId"));
    Ok(Some(Member { object, id, container, entity, name: text("FullName").to_owned(), body: text("Body").to_owned() }))
}

/// `POST /services/data/v67.0/tooling/sobjects/ContainerAsyncRequest`
pub fn deploy(call: &Call<'_>, schema: &Schema, object: &Object, mut body: Body) -> Result<RecordId, RestError> {
    body.complete("IsCheckOnly", false);
    let check_only = matches!(body.take("IsCheckOnly"), Some(Json::Bool(true))) || body.text("IsCheckOnly") == Some("true");
    body.set("IsCheckOnly", check_only);
    let addressed = body.text("MetadataContainerId").or_else(|| body.text("MetadataContainerMemberId")).map(str::to_owned);
    let addressed = addressed.ok_or_else(|| missing("MetadataContainerId"))?;
    body.set("State", "Completed");
    call.db.write(|tx| {
        let id = call.change(schema).create(tx, object, Input::Json(&body.record()))?;
        let mut successes = Vec::new();
        for member in members(tx, schema, &addressed)? {
            if !check_only {
                bring_in(call, tx, schema, &member)?;
                rehang(tx, &member, id)?;
            }
            successes.push(success(call, &member));
        }
        let details = json!({
            "allComponentMessages": successes,
            "componentFailures": [],
            "componentSuccesses": successes,
            "runTestResult": null,
        });
        let changes: Vec<_> = [("DeployDetails", details.to_string())]
            .into_iter()
            .filter_map(|(name, value)| Some((object.field_index(name)?, Value::Text(value))))
            .collect();
        tx.update(object, id, &changes)?;
        Ok::<_, RestError>(id)
    })
}

/// The members of a container, or the one member.
fn members<'s>(rows: &dyn Rows, schema: &'s Schema, addressed: &str) -> Result<Vec<Member<'s>>, RecordError> {
    let Ok(addressed) = RecordId::parse(addressed) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for object in MEMBERS.iter().filter_map(|(name, ..)| schema.any_object(name)) {
        let ids = match object.field_index("MetadataContainerId") {
            _ if object.key_prefix.as_deref() == Some(addressed.prefix()) => vec![addressed],
            Some(field) => rows.ids_where(object, field, &Value::Text(addressed.to_string()), MOST_MEMBERS)?,
            None => Vec::new(),
        };
        for id in ids {
            found.extend(member(rows, object, id)?);
        }
    }
    Ok(found)
}

/// Saves a member's source: into the component it names, or as a new one.
fn bring_in(call: &Call<'_>, rows: &dyn Rows, schema: &Schema, member: &Member<'_>) -> Result<(), RestError> {
    let target = MEMBERS.iter().find(|(name, ..)| *name == member.object.name).and_then(|(_, target, _)| schema.any_object(target));
    let target = target.ok_or(RestError::NotFound)?;
    let (now, by) = (call.app.now().whole_second().0, call.caller.user.id.to_string());
    match member.entity {
        Some(entity) if rows.is_closed(entity)? => {
            Err(RecordError::rule("CANNOT_MODIFY_MANAGED_OBJECT", cannot_modify(&target.name, Some(entity)), &[]).into())
        }
        Some(entity) => Ok(code::replace_source(rows, target, entity, &member.body, now, &by)?),
        None => code::create_within(call, rows, schema, target, &member.name, &member.body).map(drop),
    }
}

/// After a deployment a member belongs to the request, no more to the container.
fn rehang(rows: &dyn Rows, member: &Member<'_>, request: RecordId) -> Result<(), RecordError> {
    let Some(field) = member.object.field_index("MetadataContainerId") else { return Ok(()) };
    Ok(rows.update(member.object, member.id, &[(field, Value::Text(request.to_string()))])?)
}

fn success(call: &Call<'_>, member: &Member<'_>) -> Json {
    let known = MEMBERS.iter().find(|(name, ..)| *name == member.object.name);
    let (kind, file) = known.map_or(("", String::new()), |(_, kind, file)| (*kind, file.replace("{}", &member.name)));
    json!({
        "changed": member.entity.is_some(),
        "columnNumber": -1,
        "componentType": kind,
        "created": member.entity.is_none(),
        "createdDate": call.app.now().whole_second().iso(),
        "deleted": false,
        "fileName": file,
        "fullName": member.name,
        "id": member.entity.map(|id| id.to_string()),
        "knownPackagingProblem": false,
        "lineNumber": -1,
        "problem": null,
        "problemType": null,
        "requiresProductionTestRun": false,
        "success": true,
        "warning": false,
    })
}
