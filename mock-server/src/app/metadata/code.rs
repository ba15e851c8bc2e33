//! Apex classes, triggers and static resources: their records are the ones that the Tooling API shows. Nothing is compiled or run.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};

use super::deploy::By;
use super::packaged::{HIDDEN, put_namespace};
use crate::clock::Timestamp;
use crate::id::RecordId;
use crate::metadata::{Declaration, Failure, Item, Outcome, Source, split_namespace, without_comments};
use crate::records::{Change, Input, RecordError, Rows, Value};
use crate::schema::Schema;
use crate::storage::StoreError;
use crate::store::Tx;

/// Why a file becomes no record.
pub(super) enum Refused {
    Told(Failure),
    Store(StoreError),
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<RecordError> for Refused {
    fn from(error: RecordError) -> Self {
        match error {
            RecordError::Store(cause) => Self::Store(StoreError::new(std::io::Error::other(cause))),
            other => Self::Told(Failure::new(other.to_string())),
        }
    }
}

pub(super) fn is_code(kind: &str) -> bool {
    matches!(kind, "ApexClass" | "ApexTrigger" | "StaticResource")
}

/// A file with what lies beside it.
pub(super) struct Code {
    pub source: Source,
    /// Nobody in this org sees into it.
    pub is_closed: bool,
}

/// The record of this full name: `Book`, or `ns__Book` of a package.
pub(super) fn find(tx: &Tx<'_>, kind: &str, full_name: &str) -> Result<Option<RecordId>, StoreError> {
    let (namespace, name) = split_namespace(full_name);
    named(tx, kind, "Name", (namespace, name))
}

/// The record whose field has this name, under this namespace.
pub(super) fn named(tx: &Tx<'_>, kind: &str, name_field: &str, (namespace, name): (Option<&str>, &str)) -> Result<Option<RecordId>, StoreError> {
    let Some(object) = catalogue::object(kind) else { return Ok(None) };
    let Some(at) = object.field_index(name_field) else { return Ok(None) };
    for id in tx.ids_where(object, at, &Value::Text(name.to_owned()), u32::MAX)? {
        let own = field(tx, kind, id, "NamespacePrefix")?;
        let same = match (own.as_deref(), namespace) {
            (None, None) => true,
            (Some(own), Some(namespace)) => own.eq_ignore_ascii_case(namespace),
            _ => false,
        };
        if same {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

/// `ns__Book`, or the name alone where no package brought it.
pub(super) fn full_name(tx: &Tx<'_>, kind: &str, name_field: &str, id: RecordId) -> Result<Option<String>, StoreError> {
    let Some(name) = field(tx, kind, id, name_field)? else { return Ok(None) };
    Ok(Some(match field(tx, kind, id, "NamespacePrefix")? {
        Some(namespace) => format!("{namespace}__{name}"),
        None => name,
    }))
}

/// A text or number of a record as text; null as nothing.
pub(super) fn field(tx: &Tx<'_>, kind: &str, id: RecordId, name: &str) -> Result<Option<String>, StoreError> {
    let Some(object) = catalogue::object(kind) else { return Ok(None) };
    let (Some(row), Some(at)) = (tx.load(object, id)?, object.field_index(name)) else { return Ok(None) };
    Ok(match row.get(at) {
        Some(Value::Text(text)) => Some(text.clone()),
        Some(Value::Integer(number)) => Some(number.to_string()),
        Some(Value::Real(number)) => Some(number.to_string()),
        _ => None,
    })
}

pub(super) fn put(tx: &Tx<'_>, schema: &Schema, by: By, item: &Item, code: &Code) -> Result<(RecordId, Outcome), Refused> {
    let source = &code.source;
    let (namespace, name) = split_namespace(&item.full_name);
    let told = |problem: String| Refused::Told(Failure { problem, place: Some((1, 1)) });
    let object = catalogue::object(item.kind).ok_or_else(|| told(format!("{} is not available", item.kind)))?;
    let mut record = serde_json::Map::new();
    let content = source.content.clone().unwrap_or_default();
    if item.kind == "StaticResource" {
        record.insert("Name".to_owned(), json!(name));
        record.insert("Body".to_owned(), json!(STANDARD.encode(&content)));
        for (member, field) in [("contentType", "ContentType"), ("cacheControl", "CacheControl"), ("description", "Description")] {
            record.insert(field.to_owned(), source.text(member).map_or(Json::Null, Json::from));
        }
    } else {
        let text = String::from_utf8(content).map_err(|_| told("The source is not valid in its encoding".to_owned()))?;
        let declared = Declaration::of(item.kind, &text).ok_or_else(|| {
            let bare = without_comments(&text);
            told(format!("Unexpected token '{}'.", bare.split_whitespace().next().unwrap_or("<EOF>")))
        })?;
        if !declared.name.eq_ignore_ascii_case(name) {
            return Err(told(format!("Invalid name: the file is called {name} and declares {}", declared.name)));
        }
        record.extend(declared.fields());
        let version = source.text("apiVersion").and_then(|version| version.parse::<f64>().ok());
        record.insert("ApiVersion".to_owned(), version.map_or(Json::Null, Json::from));
        record.insert("Status".to_owned(), json!(source.text("status").unwrap_or("Active")));
        let length = without_comments(&text).chars().count();
        record.insert("Body".to_owned(), json!(if code.is_closed { HIDDEN } else { &text }));
        for (name, value) in [("LengthWithoutComments", json!(length)), ("IsValid", json!(true))] {
            if object.field(name).is_some_and(|field| field.flags.createable || field.flags.updateable) {
                record.insert(name.to_owned(), value);
            }
        }
    }
    let change = Change::new(schema, by.user, by.now);
    match find(tx, item.kind, &item.full_name)? {
        Some(id) => {
            record.remove("Name");
            record.retain(|name, _| object.field(name).is_some_and(|field| field.flags.updateable));
            change.update(tx, object, id, Input::Json(Json::Object(record).to_string().as_bytes()))?;
            Ok((id, Outcome::Changed))
        }
        None => {
            let id = change.create(tx, object, Input::Json(Json::Object(record).to_string().as_bytes()))?;
            put_namespace(tx, item.kind, id, namespace)?;
            Ok((id, Outcome::Created))
        }
    }
}

/// Whether there was one.
pub(super) fn remove(tx: &Tx<'_>, item: &Item) -> Result<bool, StoreError> {
    let (Some(object), Some(id)) = (catalogue::object(item.kind), find(tx, item.kind, &item.full_name)?) else { return Ok(false) };
    Rows::remove(tx, object, id)?;
    Ok(true)
}

/// The full names of all records of a type.
pub(super) fn names(tx: &Tx<'_>, kind: &str) -> Result<Vec<String>, StoreError> {
    let Some(object) = catalogue::object(kind) else { return Ok(Vec::new()) };
    let mut names = Vec::new();
    for (id, _) in tx.changed_between(object, Timestamp(0), Timestamp(i64::MAX), false)? {
        names.extend(full_name(tx, kind, "Name", id)?);
    }
    names.sort();
    Ok(names)
}
