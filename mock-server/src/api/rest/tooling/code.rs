//! Apex classes and triggers, Visualforce and static resources: stored and shown. Nothing is compiled:
//! of Apex only the declaration is read, for the name it gives.

use catalogue::Object;

use super::body::{Body, missing};
use crate::api::rest::call::Call;
use crate::api::rest::error::RestError;
use crate::id::RecordId;
use crate::metadata::{Declaration, without_comments};
use crate::records::{Input, RecordError, Rows, Value};
use crate::schema::Schema;

/// The object as its table has it: without what the Tooling API adds.
pub fn stored_as(object: &Object) -> &Object {
    catalogue::object(&object.name).unwrap_or(object)
}

pub fn create(call: &Call<'_>, schema: &Schema, object: &Object, body: Body) -> Result<RecordId, RestError> {
    call.db.write(|tx| create_in(call, tx, schema, object, body))
}

/// A component that a container brings.
pub fn create_within(call: &Call<'_>, rows: &dyn Rows, schema: &Schema, object: &Object, name: &str, source: &str) -> Result<RecordId, RestError> {
    let mut body = Body::default();
    body.set("Name", name);
    body.set(if object.name.starts_with("ApexClass") || object.name.starts_with("ApexTrigger") { "Body" } else { "Markup" }, source);
    create_in(call, rows, schema, object, body)
}

fn create_in(call: &Call<'_>, rows: &dyn Rows, schema: &Schema, object: &Object, mut body: Body) -> Result<RecordId, RestError> {
    let object = stored_as(object);
    flatten(&mut body);
    declare(object, &mut body)?;
    body.complete("ApiVersion", f64::from(call.version.number()));
    if object.field("Status").is_some() {
        body.complete("Status", "Active");
    }
    if matches!(&*object.name, "ApexPage" | "ApexComponent")
        && let Some(name) = body.text("Name").map(str::to_owned)
    {
        body.complete("MasterLabel", name);
    }
    if object.field("ApiVersion").is_none() {
        body.take("ApiVersion");
    }
    measured(object, &mut body);
    let name = body.text("Name").unwrap_or_default().to_owned();
    refuse_taken(rows, object, &name, None)?;
    Ok(call.change(schema).create(rows, object, Input::Json(&body.record()))?)
}

pub fn update(call: &Call<'_>, schema: &Schema, object: &Object, id: RecordId, mut body: Body) -> Result<(), RestError> {
    let object = stored_as(object);
    flatten(&mut body);
    if body.has("Body") {
        declare(object, &mut body)?;
        measured(object, &mut body);
    }
    let name = body.text("Name").map(str::to_owned);
    call.db.write(|tx| {
        if let Some(name) = &name {
            refuse_taken(tx, object, name, Some(id))?;
        }
        Ok(call.change(schema).update(tx, object, id, Input::Json(&body.record()))?)
    })
}

/// `FullName` and the members of `Metadata` are other words for fields.
fn flatten(body: &mut Body) {
    if let Some(name) = body.take_text("FullName") {
        body.complete("Name", name);
    }
    for (member, value) in body.take_metadata().unwrap_or_default() {
        let field = match member.as_str() {
            "apiVersion" => "ApiVersion",
            "status" => "Status",
            "label" => "MasterLabel",
            "description" => "Description",
            "contentType" => "ContentType",
            "cacheControl" => "CacheControl",
            "availableInTouch" => "IsAvailableInTouch",
            "confirmationTokenRequired" => "IsConfirmationTokenRequired",
            _ => continue,
        };
        if !value.is_null() {
            body.complete(field, value);
        }
    }
}

/// Takes name, object and events of Apex from its first declaration.
fn declare(object: &Object, body: &mut Body) -> Result<(), RestError> {
    if !matches!(&*object.name, "ApexClass" | "ApexTrigger") {
        return Ok(());
    }
    let source = body.text("Body").ok_or_else(|| missing("Body"))?;
    let declaration = Declaration::of(&object.name, source).ok_or_else(|| unreadable(&without_comments(source)))?;
    for (name, value) in declaration.fields() {
        body.set(&name, value);
    }
    Ok(())
}

/// GUESS: the compiler's complaint about source that declares nothing.
fn unreadable(bare: &str) -> RestError {
    let token = bare.split_whitespace().next().unwrap_or("<EOF>");
    let message = format!("line 1, column 1: Unexpected token '{token}'.");
    RecordError::Query { code: "FIELD_INTEGRITY_EXCEPTION", message }.into()
}

/// Names of code are unique, whatever their case.
fn refuse_taken(rows: &dyn Rows, object: &Object, name: &str, own: Option<RecordId>) -> Result<(), RecordError> {
    let Some(field) = object.field_index("Name").filter(|_| !name.is_empty()) else { return Ok(()) };
    let namespace = object.field_index("NamespacePrefix");
    let mut taken = false;
    for id in rows.ids_where(object, field, &Value::Text(name.to_owned()), u32::MAX)?.into_iter().filter(|id| Some(*id) != own) {
        // What a package brought has its name under the package's namespace.
        taken |= rows.load(object, id)?.zip(namespace).is_none_or(|(values, namespace)| values[namespace].is_null());
    }
    if !taken {
        return Ok(());
    }
    let message = "duplicate value found: <unknown> duplicates value on record with id: <unknown>".to_owned();
    Err(RecordError::Query { code: "DUPLICATE_VALUE", message })
}

/// What the platform works out of the source: its length, and that it is valid.
fn measured(object: &Object, body: &mut Body) {
    let Some(length) = body.text("Body").filter(|_| object.name.starts_with("Apex")).map(|source| without_comments(source).chars().count()) else {
        return;
    };
    let writable = |name: &str| object.field(name).is_some_and(|field| field.flags.createable || field.flags.updateable);
    if writable("LengthWithoutComments") {
        body.set("LengthWithoutComments", length);
    }
    if writable("IsValid") {
        body.set("IsValid", true);
    }
}

/// Writes source that a container brings.
pub fn replace_source(rows: &dyn Rows, object: &Object, id: RecordId, source: &str, now: i64, by: &str) -> Result<(), RecordError> {
    let object = stored_as(object);
    let field = if object.field("Body").is_some() { "Body" } else { "Markup" };
    let values = [
        (field, Value::Text(source.to_owned())),
        ("LastModifiedDate", Value::Integer(now)),
        ("SystemModstamp", Value::Integer(now)),
        ("LastModifiedById", Value::Text(by.to_owned())),
    ];
    let changes: Vec<_> = values.into_iter().filter_map(|(name, value)| Some((object.field_index(name)?, value))).collect();
    Ok(rows.update(object, id, &changes)?)
}
