//! `/composite/sobjects`: up to 200 records created, changed, upserted, deleted or read at once. Source: `rest.md` section 5.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashSet;

use catalogue::Object;

use super::MOST_CHANGED;
use super::envelope::{Members, text};
use super::error::CompositeError;
use super::item::{Failed, Item, Refused, Saved, perform, wrong_id};
use super::reference::separate;
use super::{body, since};
use crate::api::rest::call::Call;
use crate::api::rest::error::RestError;
use crate::api::rest::format::Answer;
use crate::api::rest::records::found;
use crate::id::RecordId;
use crate::records;
use crate::records::{ExternalId, Input, Json, JsonKind, RecordError, Rows, Upserted, Wanted};
use crate::schema::Schema;

const SINCE: u16 = 42;
const UPSERT_SINCE: u16 = 46;

/// Records read at once.
const MAX_READ: usize = 2000;

/// Runs of records of one type.
const MAX_CHUNKS: usize = 10;

/// One record of a request.
struct Given<'j, 's> {
    object: &'s Object,
    /// Its members but `attributes`, and but the one that names the record.
    fields: Json<'j>,
    /// The value of the member that names the record; `None` also for null.
    key: Option<Cow<'j, str>>,
}

struct Request<'j, 's> {
    all_or_none: bool,
    records: Vec<Given<'j, 's>>,
    body: &'j [u8],
}

/// `POST /services/data/v67.0/composite/sobjects`
pub fn create(call: &Call<'_>) -> Result<Answer, RestError> {
    since(call, SINCE)?;
    let schema = call.schema()?;
    let body = &*body::read(call, body::records)?;
    let json = Json::parse(body).map_err(RecordError::from)?;
    let request = Request::read(call, &json, body, "Id", |name| named(call, &schema, name))?;
    let items = perform(call, request.records.len(), (request.all_or_none, false), |rows, place| {
        let given = &request.records[place];
        if given.key.is_some() {
            return Err(Failed::new("INVALID_FIELD_FOR_INSERT_UPDATE", "cannot specify Id in an insert call", &["Id"]).into());
        }
        let id = call.change(&schema).create(rows, given.object, given.input(request.body))?;
        Ok(Saved { id, created: None })
    })?;
    Ok(answer(call, &items))
}

/// `PATCH /services/data/v67.0/composite/sobjects`
pub fn update(call: &Call<'_>) -> Result<Answer, RestError> {
    since(call, SINCE)?;
    let schema = call.schema()?;
    let body = &*body::read(call, body::records)?;
    let json = Json::parse(body).map_err(RecordError::from)?;
    let request = Request::read(call, &json, body, "Id", |name| named(call, &schema, name))?;
    let items = perform(call, request.records.len(), (request.all_or_none, true), |rows, place| {
        let given = &request.records[place];
        let id = given.id(given.key.as_deref().ok_or_else(|| Failed::new("MISSING_ARGUMENT", "Id not specified in an update call", &[]))?)?;
        of_existing(rows, given.object, id, call.change(&schema).update(rows, given.object, id, given.input(request.body)))
    })?;
    Ok(answer(call, &items))
}

/// `PATCH /services/data/v67.0/composite/sobjects/Account/MyExt__c`
pub fn upsert(call: &Call<'_>) -> Result<Answer, RestError> {
    since(call, UPSERT_SINCE)?;
    let schema = call.schema()?;
    let object = found(call, &schema, &call.segment("object"))?;
    let field = call.segment("field");
    if ExternalId::field(object, &field).is_none() {
        return Err(RecordError::NoSuchExternalId(field.into_owned()).into());
    }
    let body = &*body::read(call, body::records)?;
    let json = Json::parse(body).map_err(RecordError::from)?;
    let request = Request::read(call, &json, body, &field, |name| match name {
        Some(name) if !name.eq_ignore_ascii_case(&object.name) => {
            Err(CompositeError::OtherType { name: name.to_owned(), wanted: object.name.to_string() }.into())
        }
        _ => Ok(object),
    })?;
    let seen = RefCell::new(HashSet::new());
    let items = perform(call, request.records.len(), (request.all_or_none, true), |rows, place| {
        upsert_one(call, &schema, rows, &request.records[place], request.body, &field, &seen)
    })?;
    Ok(answer(call, &items))
}

fn upsert_one(
    call: &Call<'_>,
    schema: &Schema,
    rows: &dyn Rows,
    given: &Given<'_, '_>,
    body: &[u8],
    field: &str,
    seen: &RefCell<HashSet<String>>,
) -> Result<Saved, Refused> {
    let (object, change) = (given.object, call.change(schema));
    let name = object.field(field).map_or(field, |field| &*field.name);
    let Some(key) = given.key.as_deref().filter(|key| !key.is_empty()) else {
        if name != "Id" {
            return Err(Failed::new("MISSING_ARGUMENT", format!("{name} not specified"), &[]).into());
        }
        let id = change.create(rows, object, given.input(body))?;
        return Ok(Saved { id, created: Some(true) });
    };
    if !seen.borrow_mut().insert(key.to_lowercase()) {
        return Err(Failed::new("DUPLICATE_VALUE", format!("Duplicate external id specified: {key}"), &[name]).into());
    }
    if name == "Id" {
        let id = given.id(key)?;
        let mut saved = of_existing(rows, object, id, change.update(rows, object, id, given.input(body)))?;
        saved.created = Some(false);
        return Ok(saved);
    }
    match change.upsert(rows, &ExternalId::parse(object, field, key)?, given.input(body), false) {
        Ok(Upserted::Created(id)) => Ok(Saved { id, created: Some(true) }),
        Ok(Upserted::Updated(id)) => Ok(Saved { id, created: Some(false) }),
        Err(RecordError::MultipleChoices(ids)) => {
            let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
            let message = format!("{name}: more than one record found for external id field: [{}]", ids.join(", "));
            Err(Failed::new("DUPLICATE_EXTERNAL_ID", message, &[name]).into())
        }
        Err(error) => Err(error.into()),
    }
}

/// `DELETE /services/data/v67.0/composite/sobjects?ids=001…,003…&allOrNone=true`
pub fn delete(call: &Call<'_>) -> Result<Answer, RestError> {
    since(call, SINCE)?;
    let schema = call.schema()?;
    let ids = call.parameter("ids").ok_or(RestError::MissingParameter("ids"))?;
    let ids: Vec<&str> = ids.split(',').map(str::trim).filter(|id| !id.is_empty()).collect();
    if ids.len() > MOST_CHANGED {
        return Err(CompositeError::TooManyRecords { max: MOST_CHANGED }.into());
    }
    let all_or_none = call.all_or_none || call.parameter("allOrNone").is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let items = perform(call, ids.len(), (all_or_none, true), |rows, place| {
        let id = RecordId::parse(ids[place]).map_err(|_| RecordError::MalformedId(ids[place].to_owned()))?;
        let object = schema.by_prefix(id.prefix()).filter(|object| call.caller.access.sees(object)).ok_or(RecordError::UnknownRecord)?;
        of_existing(rows, object, id, call.change(&schema).delete(rows, object, id))
    })?;
    Ok(answer(call, &items))
}

/// `GET /services/data/v67.0/composite/sobjects/Account?ids=001…&fields=Id,Name`
pub fn read(call: &Call<'_>) -> Result<Answer, RestError> {
    since(call, SINCE)?;
    let (ids, fields) = (call.parameter("ids").ok_or(RestError::MissingParameter("ids"))?, call.parameter("fields"));
    let fields = fields.ok_or(RestError::MissingParameter("fields"))?;
    let ids: Vec<Cow<'_, str>> = ids.split(',').map(str::trim).filter(|id| !id.is_empty()).map(Cow::from).collect();
    read_all(call, &ids, &fields)
}

/// `POST /services/data/v67.0/composite/sobjects/Account` with `{"ids":[…],"fields":[…]}`
pub fn read_many(call: &Call<'_>) -> Result<Answer, RestError> {
    since(call, SINCE)?;
    let body = &*body::read(call, body::names)?;
    let json = Json::parse(body).map_err(RecordError::from)?;
    let members = Members::of(&json, &["ids", "fields"], body)?;
    let texts = |name| members.required_list(name)?.iter().map(|item| text(item, body)).collect::<Result<Vec<_>, _>>();
    let (ids, fields) = (texts("ids")?, texts("fields")?);
    read_all(call, &ids, &fields.join(","))
}

/// The records in the order of their ids, null for those that are not there.
fn read_all(call: &Call<'_>, ids: &[Cow<'_, str>], fields: &str) -> Result<Answer, RestError> {
    if ids.len() > MAX_READ {
        return Err(CompositeError::TooManyRecords { max: MAX_READ }.into());
    }
    let schema = call.schema()?;
    let object = found(call, &schema, &call.segment("object"))?;
    let read_id = |id: &Cow<'_, str>| RecordId::parse(id).map_err(|_| RecordError::MalformedId(id.to_string()));
    let ids = ids.iter().map(read_id).collect::<Result<Vec<_>, _>>()?;
    let mut out = vec![b'['];
    call.db.read(|tx| {
        let view = call.view(&schema, tx);
        for (place, id) in ids.into_iter().enumerate() {
            separate(&mut out, place);
            match records::read(&call.app.records().plans, tx, &schema, &view, &call.asked(), (object, id), Wanted::Named(fields)) {
                Ok(record) => out.extend_from_slice(&record),
                Err(RecordError::NotFound | RecordError::EntityIsDeleted) => out.extend_from_slice(b"null"),
                Err(error) => return Err(RestError::from(error)),
            }
        }
        Ok(())
    })?;
    out.push(b']');
    Ok(Answer::json(out, "Array"))
}

impl<'j, 's> Request<'j, 's> {
    /// `key` is the member that names a record; `object_of` finds the object by the type of its attributes.
    fn read(
        call: &Call<'_>,
        json: &'j Json<'j>,
        body: &'j [u8],
        key: &str,
        object_of: impl Fn(Option<&str>) -> Result<&'s Object, RestError>,
    ) -> Result<Self, RestError> {
        let members = Members::of(json, &["allOrNone", "records"], body)?;
        let list = members.required_list("records")?;
        if list.len() > MOST_CHANGED {
            return Err(CompositeError::TooManyRecords { max: MOST_CHANGED }.into());
        }
        let records = list.iter().map(|json| Given::read(json, body, key, &object_of)).collect::<Result<Vec<_>, RestError>>()?;
        if records.chunk_by(|one, other| one.object.name == other.object.name).count() > MAX_CHUNKS {
            return Err(CompositeError::TooManyChunks { max: MAX_CHUNKS }.into());
        }
        Ok(Self { all_or_none: members.flag("allOrNone")? || call.all_or_none, records, body })
    }
}

impl<'j, 's> Given<'j, 's> {
    fn read(
        json: &'j Json<'j>,
        body: &'j [u8],
        key: &str,
        object_of: impl Fn(Option<&str>) -> Result<&'s Object, RestError>,
    ) -> Result<Self, RestError> {
        let members = Members::open(json, body)?;
        let attributes = members.get("attributes").map(|json| Members::open(json, body)).transpose()?;
        let kind = attributes.map(|attributes| attributes.text("type")).transpose()?.flatten();
        let object = object_of(kind.as_deref())?;
        let list = members.all();
        let named = list.iter().find(|(name, value)| name.eq_ignore_ascii_case(key) && value.kind != JsonKind::Null);
        let rest = list.iter().filter(|(name, _)| *name != "attributes" && !name.eq_ignore_ascii_case(key)).cloned();
        let fields = Json { offset: json.offset, kind: JsonKind::Object(rest.collect()) };
        Ok(Self { object, fields, key: named.map(|(_, value)| text(value, body)).transpose()? })
    }

    fn input<'i>(&'i self, body: &'i [u8]) -> Input<'i> {
        Input::Parsed { value: &self.fields, body }
    }

    /// The record's id, which must be one of its object's.
    fn id(&self, given: &str) -> Result<RecordId, Failed> {
        let id = RecordId::parse(given).ok().filter(|id| self.object.key_prefix.as_deref() == Some(id.prefix()));
        id.ok_or_else(|| wrong_id(self.object, given))
    }
}

/// The object that attributes name.
fn named<'s>(call: &Call<'_>, schema: &'s Schema, name: Option<&str>) -> Result<&'s Object, RestError> {
    found(call, schema, name.ok_or(RestError::Composite(CompositeError::MissingType))?)
}

/// The result for a record the caller named: a failure tells its id when there is such a record.
fn of_existing(rows: &dyn Rows, object: &Object, id: RecordId, changed: Result<(), RecordError>) -> Result<Saved, Refused> {
    let refused = match changed {
        Ok(()) => return Ok(Saved { id, created: None }),
        Err(error) => Refused::from(error),
    };
    match refused {
        Refused::Item(mut failed) => {
            failed.id = rows.load(object, id)?.map(|_| id);
            Err(Refused::Item(failed))
        }
        whole @ Refused::Whole(_) => Err(whole),
    }
}

fn answer(call: &Call<'_>, items: &[Item]) -> Answer {
    let mut out = vec![b'['];
    for (place, item) in items.iter().enumerate() {
        separate(&mut out, place);
        write(&mut out, item);
    }
    out.push(b']');
    Answer { has_failures: call.all_or_none && items.iter().any(Result::is_err), ..Answer::json(out, "Array") }
}

fn write(out: &mut Vec<u8>, item: &Item) {
    let id = match item {
        Ok(saved) => Some(saved.id),
        Err(failed) => failed.id,
    };
    out.push(b'{');
    if let Some(id) = id {
        out.extend_from_slice(format!(r#""id":"{id}","#).as_bytes());
    }
    match item {
        Ok(saved) => {
            out.extend_from_slice(br#""success":true,"errors":[]"#);
            if let Some(created) = saved.created {
                out.extend_from_slice(format!(r#","created":{created}"#).as_bytes());
            }
        }
        Err(failed) => {
            out.extend_from_slice(br#""success":false,"errors":["#);
            failed.write_error(out);
            out.push(b']');
        }
    }
    out.push(b'}');
}
