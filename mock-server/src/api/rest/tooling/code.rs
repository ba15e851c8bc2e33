//! Apex classes and triggers, Visualforce and static resources: stored and shown. Nothing is compiled:
//! of Apex only the declaration is read, for the name it gives.

use catalogue::Object;

use super::body::{Body, missing};
use crate::api::rest::call::Call;
use crate::api::rest::error::RestError;
use crate::id::RecordId;
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
    let bare = without_comments(source);
    let declaration = if object.name == "ApexClass" { class(&bare) } else { trigger(&bare) };
    let Declaration { name, table, events } = declaration.ok_or_else(|| unreadable(&bare))?;
    body.set("Name", name);
    if let Some(table) = table {
        body.set("TableEnumOrId", table);
        for event in EVENTS {
            body.set(&format!("Usage{}", event.replace(' ', "")), events.iter().any(|own| own.eq_ignore_ascii_case(event)));
        }
    }
    Ok(())
}

/// What a trigger may be called for.
const EVENTS: [&str; 7] = ["Before Insert", "After Insert", "Before Update", "After Update", "Before Delete", "After Delete", "After Undelete"];

struct Declaration {
    name: String,
    table: Option<String>,
    events: Vec<String>,
}

fn class(bare: &str) -> Option<Declaration> {
    let mut words = bare.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty());
    words.find(|word| ["class", "interface", "enum"].iter().any(|kind| word.eq_ignore_ascii_case(kind)))?;
    Some(Declaration { name: words.next()?.to_owned(), table: None, events: Vec::new() })
}

/// `trigger Name on Object (before insert, after update)`
fn trigger(bare: &str) -> Option<Declaration> {
    let (head, rest) = bare.split_once('(')?;
    let words: Vec<&str> = head.split_whitespace().collect();
    let [keyword, name, on, table] = words.as_slice() else { return None };
    if !keyword.eq_ignore_ascii_case("trigger") || !on.eq_ignore_ascii_case("on") {
        return None;
    }
    let events = rest.split_once(')')?.0.split(',').map(|event| event.split_whitespace().collect::<Vec<_>>().join(" "));
    Some(Declaration { name: (*name).to_owned(), table: Some((*table).to_owned()), events: events.collect() })
}

pub(super) fn without_comments(source: &str) -> String {
    let mut bare = String::with_capacity(source.len());
    let mut rest = source;
    while !rest.is_empty() {
        if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.split_once("*/").map_or("", |(_, after)| after);
            bare.push(' ');
        } else if rest.starts_with("//") {
            rest = rest.split_once('\n').map_or("", |(_, after)| after);
            bare.push('\n');
        } else if rest.starts_with('\'') {
            let end = end_of_text(rest);
            bare.push_str(&rest[..end]);
            rest = &rest[end..];
        } else {
            let step = rest.chars().next().map_or(1, char::len_utf8);
            bare.push_str(&rest[..step]);
            rest = &rest[step..];
        }
    }
    bare
}

/// The byte behind a text literal that begins here.
fn end_of_text(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\'' => return at + 1,
            _ => {}
        }
    }
    text.len()
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
    let taken = rows.ids_where(object, field, &Value::Text(name.to_owned()), 2)?.into_iter().any(|id| Some(id) != own);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn apex_is_named_by_its_declaration() {
        let named = |source: &str| class(&without_comments(source)).map(|declaration| declaration.name);
        assert_eq!(named("/* class No */ public with sharing class Yes { }").as_deref(), Some("Yes"));
        assert_eq!(named("// class No\nglobal interface It {}").as_deref(), Some("It"));
        assert_eq!(named("@isTest(SeeAllData=true) private class T{}").as_deref(), Some("T"));
        assert_eq!(named("nothing"), None);
    }

    #[test]
    fn a_trigger_says_what_it_is_for() {
        let declaration = trigger("trigger Guard on Account (before insert, after  update) {}").unwrap();
        assert_eq!((declaration.name.as_str(), declaration.table.as_deref()), ("Guard", Some("Account")));
        assert_eq!(declaration.events, ["before insert", "after update"]);
        assert!(trigger("trigger Guard Account (before insert) {}").is_none());
    }
}
