//! `query`, `queryAll`, `queryMore` and `retrieve`.

use std::cell::RefCell;
use std::collections::HashMap;

use catalogue::{FieldType, Object};
use soql::{Item, Part};

use super::call::{Call, Reply};
use super::fault::Fault;
use super::spelling::{SoapXml, head};
use crate::id::RecordId;
use crate::records::{BATCH, Column, Columns, Listing, Queries, RecordError, Rows, Spelling, Statements, Subject, Value};
use crate::schema::{Schema, View};

/// Ids that one `retrieve` may name. Source: SOAP API guide, retrieve().
const MOST_RETRIEVED: usize = 2_000;

/// `query(queryString)`
pub fn query(call: &Call) -> Result<Reply, Fault> {
    first(call, false)
}

/// `queryAll(queryString)`: deleted records too.
pub fn query_all(call: &Call) -> Result<Reply, Fault> {
    first(call, true)
}

fn first(call: &Call, include_deleted: bool) -> Result<Reply, Fault> {
    answered(call, &Wanted::First(call.parameter("queryString")?, include_deleted))
}

/// `queryMore(queryLocator)`
pub fn query_more(call: &Call) -> Result<Reply, Fault> {
    answered(call, &Wanted::Next(call.parameter("queryLocator")?.trim()))
}

/// A page of a query.
enum Wanted<'q> {
    /// The first, of deleted records too or not.
    First(&'q str, bool),
    /// The one a locator leads to.
    Next(&'q str),
}

fn answered(call: &Call, wanted: &Wanted<'_>) -> Result<Reply, Fault> {
    let schema = call.schema()?;
    let version = call.version_text();
    let asked = call.asked(&version, call.headers().batch);
    let page = call.caller.org.read(|tx| {
        let view = View { schema: &schema, rows: tx, access: &call.caller.access };
        let bodies = |object: &str, id: Column<'_>, field: &str| body(tx, &schema, object, id, field);
        let spelling = SoapXml { dialect: call.arrived.endpoint.dialect, element: "records", bodies: &bodies };
        let queries = Queries { memory: call.app().records(), db: tx, catalog: &view, asked: &asked };
        match wanted {
            Wanted::First(soql, include_deleted) => queries.run(soql, *include_deleted, &spelling),
            Wanted::Next(locator) => queries.next(locator, &spelling),
        }
    })?;
    let mut out = br#"<result xsi:type="QueryResult">"#.to_vec();
    head(&mut out, &Listing { total: page.total, next: page.next });
    out.extend_from_slice(&page.records);
    out.extend_from_slice(format!("<size>{}</size></result>", page.total).as_bytes());
    Ok(Reply::with_records(text(out)))
}

/// The bytes of a record's body field.
pub fn body(rows: &impl Rows, schema: &Schema, object: &str, id: Column<'_>, field: &str) -> Option<Vec<u8>> {
    let object = schema.object(object)?;
    let index = object.field_index(field)?;
    match rows.load(object, id.id()?).ok()??.swap_remove(index) {
        Value::Blob(bytes) => Some(bytes),
        _ => None,
    }
}

/// `retrieve(fieldList, sObjectType, ids)`: the records in the order of their ids, nil for each that is not there.
pub fn retrieve(call: &Call) -> Result<Reply, Fault> {
    let (fields, kind) = (call.parameter("fieldList")?, call.parameter("sObjectType")?);
    let ids = call.element().all("ids").map(|id| id_of(&id.text)).collect::<Result<Vec<_>, _>>()?;
    if ids.len() > MOST_RETRIEVED {
        return Err(Fault::too_many(MOST_RETRIEVED));
    }
    let schema = call.schema()?;
    let object = object_of(call, &schema, kind.trim())?;
    let version = call.version_text();
    let asked = call.asked(&version, BATCH);
    let found = call.caller.org.read(|tx| {
        let view = View { schema: &schema, rows: tx, access: &call.caller.access };
        let bodies = |object: &str, id: Column<'_>, field: &str| body(tx, &schema, object, id, field);
        let spelling =
            Indexed { inner: SoapXml { dialect: call.arrived.endpoint.dialect, element: "result", bodies: &bodies }, starts: RefCell::default() };
        let queries = Queries { memory: call.app().records(), db: tx, catalog: &view, asked: &asked };
        records_by_id(&queries, &spelling, object, fields, &ids)
    })?;
    let mut out = Vec::new();
    for id in &ids {
        match found.get(id) {
            Some(record) => out.extend_from_slice(record),
            None => out.extend_from_slice(br#"<result xsi:nil="true"/>"#),
        }
    }
    Ok(Reply::with_records(text(out)))
}

fn records_by_id(
    queries: &Queries<'_, impl Statements>,
    spelling: &Indexed<'_>,
    object: &Object,
    fields: &str,
    ids: &[RecordId],
) -> Result<HashMap<RecordId, Vec<u8>>, RecordError> {
    let list = ids.iter().map(|id| format!("'{id}'")).collect::<Vec<_>>().join(",");
    // Without ids the fields are still looked at.
    let condition = if list.is_empty() { "Id = null".to_owned() } else { format!("Id IN ({list})") };
    let page = queries.run(&format!("SELECT {fields} FROM {} WHERE {condition}", object.name), false, spelling)?;
    let starts = spelling.starts.take();
    let ends = starts.iter().skip(1).map(|(_, start)| *start).chain([page.records.len()]);
    Ok(starts.iter().zip(ends).filter_map(|((id, start), end)| Some((*id, page.records.get(*start..end)?.to_vec()))).collect())
}

/// A record id of a parameter.
pub fn id_of(text: &str) -> Result<RecordId, Fault> {
    RecordId::parse(text.trim()).map_err(|_| RecordError::MalformedId(text.to_owned()).into())
}

/// The object a parameter names, if the caller may know of it.
pub fn object_of<'s>(call: &Call, schema: &'s Schema, name: &str) -> Result<&'s Object, Fault> {
    schema.object(name).filter(|object| call.caller.access.sees(object)).ok_or_else(|| Fault::no_such_object(name))
}

/// XML is made of whole pieces of UTF-8 only.
pub fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// Spells records and remembers where each begins.
struct Indexed<'a> {
    inner: SoapXml<'a>,
    starts: RefCell<Vec<(RecordId, usize)>>,
}

impl Spelling for Indexed<'_> {
    fn sorts_fields(&self) -> bool {
        self.inner.sorts_fields()
    }

    fn separate(&self, _: &mut Vec<u8>) {}

    fn open_record(&self, out: &mut Vec<u8>, key: Option<&str>, record: Subject<'_>) {
        if let (None, Some(id)) = (key, record.id.id()) {
            self.starts.borrow_mut().push((id, out.len()));
        }
        self.inner.open_record(out, key, record);
    }

    fn close_record(&self, out: &mut Vec<u8>, key: Option<&str>) {
        self.inner.close_record(out, key);
    }

    fn field(&self, out: &mut Vec<u8>, key: &str, kind: FieldType, value: Column<'_>, record: Subject<'_>) {
        self.inner.field(out, key, kind, value, record);
    }

    fn compound(&self, out: &mut Vec<u8>, key: &str, kind: FieldType, parts: &[Part], row: &dyn Columns) {
        self.inner.compound(out, key, kind, parts, row);
    }

    fn no_parent(&self, out: &mut Vec<u8>, key: &str, items: &[Item]) {
        self.inner.no_parent(out, key, items);
    }

    fn open_children(&self, out: &mut Vec<u8>, key: &str, list: &Listing) {
        self.inner.open_children(out, key, list);
    }

    fn close_children(&self, out: &mut Vec<u8>, key: &str, list: &Listing) {
        self.inner.close_children(out, key, list);
    }

    fn no_children(&self, out: &mut Vec<u8>, key: &str) {
        self.inner.no_children(out, key);
    }
}
