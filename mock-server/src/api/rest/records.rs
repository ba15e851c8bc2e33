//! sObject rows: create, read, update, delete, upsert, relationships, replication.

use axum::http::{StatusCode, header};
use catalogue::Object;

use super::call::Call;
use super::condition::{self, Condition, Kept};
use super::error::RestError;
use super::format::Answer;
use super::recent;
use super::scratch_orgs;
use super::sent::with_input;
use crate::app::Database;
use crate::id::{MalformedId, RecordId};
use crate::records::{self, Queries, RecordError, Related, Rows, Span, Wanted};
use crate::schema::Schema;

/// `POST /services/data/v67.0/sobjects/Account`
pub fn create(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let object = found(call, &schema, &call.segment("object"))?;
    let id = if scratch_orgs::concerns(&object.name) {
        scratch_orgs::create(call, &schema, object)?
    } else {
        with_input(call, |input| Ok(call.db.write(|tx| call.change(&schema).create(tx, object, input))?))?
    };
    recent::note_if_asked(call, object, id)?;
    begin_push(call, object, id)?;
    Ok(created(call, object, id, None))
}

/// `GET /services/data/v67.0/sobjects/Account/001…`
pub fn read(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let object = found(call, &schema, &call.segment("object"))?;
    let id = record_id(&call.segment("id"))?;
    let answer = answer_record(call, &schema, object, id)?;
    recent::note_if_asked(call, object, id)?;
    Ok(answer)
}

/// `PATCH /services/data/v67.0/sobjects/Account/001…`
pub fn update(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let object = found(call, &schema, &call.segment("object"))?;
    let id = record_id(&call.segment("id"))?;
    let answer = change_record(call, &schema, object, id)?;
    recent::note_if_asked(call, object, id)?;
    begin_push(call, object, id)?;
    Ok(answer)
}

/// A push upgrade that is pending goes on by itself.
fn begin_push(call: &Call<'_>, object: &Object, id: RecordId) -> Result<(), RestError> {
    match call.db {
        Database::Org(org) if object.name == "PackagePushRequest" => Ok(call.app.begin_package_request(org, id)?),
        _ => Ok(()),
    }
}

/// `DELETE /services/data/v67.0/sobjects/Account/001…`
pub fn delete(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let object = found(call, &schema, &call.segment("object"))?;
    let id = record_id(&call.segment("id"))?;
    call.db.write(|tx| call.change(&schema).delete(tx, object, id))?;
    if scratch_orgs::concerns(&object.name) {
        scratch_orgs::end(call)?;
    }
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

/// `GET /services/data/v67.0/sobjects/Account/deleted?start=…&end=…`
pub fn deleted(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let (object, span) = (found(call, &schema, &call.segment("object"))?, span(call)?);
    let json = call.db.read(|tx| records::deleted(tx, object, span, call.app.now(), &call.readable(&schema, object)))?;
    Ok(Answer::json(json, "DeletedRecords"))
}

/// `GET /services/data/v67.0/sobjects/Account/updated?start=…&end=…`
pub fn updated(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let (object, span) = (found(call, &schema, &call.segment("object"))?, span(call)?);
    let json = call.db.read(|tx| records::updated(tx, object, span, call.app.now(), &call.readable(&schema, object)))?;
    Ok(Answer::json(json, "UpdatedRecords"))
}

/// `GET /services/data/v67.0/sobjects/Contact/003…/Account/Owner`
pub fn related(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let (object, id) = (found(call, &schema, &call.segment("object"))?, record_id(&call.segment("id"))?);
    answer_related(call, &schema, object, id, &format!("{}/{}", call.segment("relationship"), call.segment("path")))
}

/// The object of a path.
pub fn found<'s>(call: &Call<'_>, schema: &'s Schema, name: &str) -> Result<&'s Object, RestError> {
    schema.object(name).filter(|object| call.caller.access.sees(object)).ok_or(RestError::NotFound)
}

/// The id of a path. A segment of another shape is taken for the name of an external id field. Source: `rest.md` 2.4.
pub fn record_id(segment: &str) -> Result<RecordId, RestError> {
    RecordId::parse(segment).map_err(|why| match why {
        MalformedId::Suffix => RecordError::MalformedId(segment.to_owned()).into(),
        _ => RecordError::NoSuchExternalId(segment.to_owned()).into(),
    })
}

/// Answers one record, or that it has not changed.
pub fn answer_record(call: &Call<'_>, schema: &Schema, object: &Object, id: RecordId) -> Result<Answer, RestError> {
    let fields = call.parameter("fields");
    let wanted = fields.as_deref().map_or(Wanted::All, Wanted::Named);
    // A condition that cannot be read refuses a change; a read passes over it.
    let condition = Condition::read(call.headers).unwrap_or_default();
    let (json, kept) = call.db.read(|tx| {
        let view = call.view(schema, tx);
        let json = records::read(&call.app.records().plans, tx, schema, &view, &call.asked(), (object, id), wanted)?;
        let kept = if condition.is_some() { Kept::of(tx, object, id)? } else { Kept::default() };
        Ok::<_, RecordError>((json, kept))
    })?;
    condition::answer(condition.as_ref(), object, json, &kept)
}

/// Changes one record when the request's conditions hold.
pub fn change_record(call: &Call<'_>, schema: &Schema, object: &Object, id: RecordId) -> Result<Answer, RestError> {
    let condition = Condition::read(call.headers)?;
    with_input(call, |input| {
        call.db.write(|tx| {
            if let Some(condition) = &condition {
                let view = call.view(schema, tx);
                let json = records::read(&call.app.records().plans, tx, schema, &view, &call.asked(), (object, id), Wanted::All)?;
                condition.admits_change(object, &json, &Kept::of(tx, object, id)?)?;
            }
            Ok::<_, RestError>(call.change(schema).update(tx, object, id, input)?)
        })
    })?;
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

/// Answers the parent record, the child list or the body that names lead to.
pub fn answer_related(call: &Call<'_>, schema: &Schema, object: &Object, id: RecordId, path: &str) -> Result<Answer, RestError> {
    if let Some(body) = object.field(path).filter(|field| field.kind == catalogue::FieldType::Base64) {
        return answer_body(call, schema, object, id, &body.name);
    }
    let fields = call.parameter("fields");
    let names: Vec<&str> = path.split('/').filter(|name| !name.is_empty()).collect();
    let wanted = fields.as_deref().map_or(Wanted::All, Wanted::Named);
    match call.db.read(|tx| records::related(tx, (schema, &call.caller.access), object, id, &names, wanted))? {
        Related::Parent(parent, id) => answer_record(call, schema, parent, id),
        Related::Children(soql) => {
            let page = call.db.read(|tx| {
                let view = call.view(schema, tx);
                let asked = call.asked();
                let queries = Queries { memory: call.app.records(), db: tx, catalog: &view, asked: &asked };
                Ok::<_, RecordError>(asked.json().finished(queries.run(&soql, false, &asked.json())?))
            })?;
            Ok(Answer::json(page, "QueryResult"))
        }
    }
}

/// The bytes of a blob field.
fn answer_body(call: &Call<'_>, schema: &Schema, object: &Object, id: RecordId, field: &str) -> Result<Answer, RestError> {
    let rule = call.readable(schema, object);
    let stored = call.db.read(|tx| if tx.admits(object, id, &rule)? { tx.load(object, id) } else { Ok(None) })?.ok_or(RestError::NotFound)?;
    let value = |name: &str| object.field_index(name).map(|index| &stored[index]);
    if value("IsDeleted").is_some_and(records::Value::is_true) {
        return Err(RecordError::EntityIsDeleted.into());
    }
    let kind = value("ContentType")
        .or_else(|| value("LogFileContentType"))
        .and_then(records::Value::as_text)
        .unwrap_or("application/octetstream")
        .to_owned();
    match value(field) {
        Some(records::Value::Blob(bytes)) => Ok(Answer::raw(bytes.clone(), kind)),
        _ => Err(RestError::NotFound),
    }
}

/// 201, or 200 when an upsert changed the record. `created` is shown from v46.0 on, by upserts.
pub fn created(call: &Call<'_>, object: &Object, id: RecordId, created: Option<bool>) -> Answer {
    let tail = match created {
        Some(created) if call.version.number() >= 46 => format!(r#","created":{created}"#),
        _ => String::new(),
    };
    let json = format!(r#"{{"id":"{id}","success":true,"errors":[]{tail}}}"#);
    let answer = Answer::json(json, "Result");
    if created == Some(false) {
        return answer;
    }
    answer.status(StatusCode::CREATED).header(header::LOCATION, &call.record_url(&object.name, id))
}

fn span(call: &Call<'_>) -> Result<Span, RestError> {
    // A client that forgets to encode the plus of a time zone sends a space.
    let time = |name: &'static str| call.parameter(name).map(|text| text.replace(' ', "+")).ok_or(RestError::MissingParameter(name));
    Ok(Span::parse(&time("start")?, &time("end")?, call.app.now())?)
}
