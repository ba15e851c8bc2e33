//! sObject rows: create, read, update, delete, upsert, relationships, replication.

use axum::body::{Body, Bytes};
use axum::extract::RawQuery;
use axum::http::{HeaderMap, Response, StatusCode, header};
use catalogue::Object;

use super::bearer::Bearer;
use super::condition::{self, Condition, Kept};
use super::error::RestError;
use super::format::Answer;
use super::parameters::{Parameters, Path};
use crate::id::{MalformedId, RecordId};
use crate::records::{self, Input, RecordError, Related, Rows, Span, Wanted};
use crate::schema::{Schema, View};

/// `/{version}/sobjects/{object}`
type ObjectPath = Path<(String, String)>;
/// `/{version}/sobjects/{object}/{id}`
type RecordPath = Path<(String, String, String)>;

/// `POST /services/data/v67.0/sobjects/Account`
pub async fn create(bearer: Bearer, Path((_, object)): ObjectPath, headers: HeaderMap, body: Bytes) -> Response<Body> {
    bearer.reply(|call| {
        let body = json_body(&headers, &body)?;
        let schema = call.schema()?;
        let object = found(&schema, &object)?;
        let id = call.caller.org.write(|tx| call.change(&schema).create(tx, object, Input::Json(body)))?;
        Ok(created(call, object, id, None))
    })
}

/// `GET /services/data/v67.0/sobjects/Account/001…`
pub async fn read(bearer: Bearer, Path((_, object, id)): RecordPath, RawQuery(query): RawQuery, headers: HeaderMap) -> Response<Body> {
    bearer.reply(|call| {
        let schema = call.schema()?;
        let object = found(&schema, &object)?;
        let id = record_id(&id)?;
        let fields = Parameters::of(query.as_deref()).get("fields");
        answer_record(call, &schema, object, id, fields.as_deref(), &headers)
    })
}

/// `PATCH /services/data/v67.0/sobjects/Account/001…`
pub async fn update(bearer: Bearer, Path((_, object, id)): RecordPath, headers: HeaderMap, body: Bytes) -> Response<Body> {
    bearer.reply(|call| {
        let schema = call.schema()?;
        let object = found(&schema, &object)?;
        let id = record_id(&id)?;
        change_record(call, &schema, object, id, &headers, &body)
    })
}

/// `DELETE /services/data/v67.0/sobjects/Account/001…`
pub async fn delete(bearer: Bearer, Path((_, object, id)): RecordPath) -> Response<Body> {
    bearer.reply(|call| {
        let schema = call.schema()?;
        let object = found(&schema, &object)?;
        let id = record_id(&id)?;
        call.caller.org.write(|tx| call.change(&schema).delete(tx, object, id))?;
        Ok(Answer::empty(StatusCode::NO_CONTENT))
    })
}

/// `GET /services/data/v67.0/sobjects/Account/deleted?start=…&end=…`
pub async fn deleted(bearer: Bearer, Path((_, object)): ObjectPath, RawQuery(query): RawQuery) -> Response<Body> {
    bearer.reply(|call| {
        let schema = call.schema()?;
        let (object, span) = (found(&schema, &object)?, span(call, query.as_deref())?);
        let json = call.caller.org.read(|tx| records::deleted(tx, object, span, call.app.now()))?;
        Ok(Answer::json(json, "DeletedRecords"))
    })
}

/// `GET /services/data/v67.0/sobjects/Account/updated?start=…&end=…`
pub async fn updated(bearer: Bearer, Path((_, object)): ObjectPath, RawQuery(query): RawQuery) -> Response<Body> {
    bearer.reply(|call| {
        let schema = call.schema()?;
        let (object, span) = (found(&schema, &object)?, span(call, query.as_deref())?);
        let json = call.caller.org.read(|tx| records::updated(tx, object, span, call.app.now()))?;
        Ok(Answer::json(json, "UpdatedRecords"))
    })
}

/// `GET /services/data/v67.0/sobjects/Contact/003…/Account/Owner`
pub async fn related(
    bearer: Bearer,
    Path((_, object, id, first, rest)): Path<(String, String, String, String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response<Body> {
    bearer.reply(|call| {
        let schema = call.schema()?;
        let (object, id) = (found(&schema, &object)?, record_id(&id)?);
        answer_related(call, &schema, object, id, &format!("{first}/{rest}"), query.as_deref(), &headers)
    })
}

/// The object of a path.
pub fn found<'s>(schema: &'s Schema, name: &str) -> Result<&'s Object, RestError> {
    schema.object(name).ok_or(RestError::NotFound)
}

/// Resources of an object that Salesforce has and this server not yet.
pub const NOT_BUILT: [&str; 4] = ["describe", "listviews", "quickActions", "defaultValues"];

/// The id of a path. A segment of another shape is taken for the name of an external id field. Source: `rest.md` 2.4.
pub fn record_id(segment: &str) -> Result<RecordId, RestError> {
    RecordId::parse(segment).map_err(|why| match why {
        MalformedId::Suffix => RecordError::MalformedId(segment.to_owned()).into(),
        _ if NOT_BUILT.contains(&segment) => RecordError::NotImplemented(format!("{segment} of an object")).into(),
        _ => RecordError::NoSuchExternalId(segment.to_owned()).into(),
    })
}

/// Answers one record, or that it has not changed.
pub fn answer_record(
    call: &Bearer,
    schema: &Schema,
    object: &Object,
    id: RecordId,
    fields: Option<&str>,
    headers: &HeaderMap,
) -> Result<Answer, RestError> {
    let wanted = fields.map_or(Wanted::All, Wanted::Named);
    let condition = Condition::read(headers)?;
    let (json, kept) = call.caller.org.read(|tx| {
        let view = View { schema, rows: tx };
        let json = records::read(&call.app.records().plans, tx, schema, &view, &call.asked(), (object, id), wanted)?;
        let kept = if condition.is_some() { Kept::of(tx, object, id)? } else { Kept::default() };
        Ok::<_, RecordError>((json, kept))
    })?;
    condition::answer(condition.as_ref(), object, json, &kept)
}

/// Changes one record when the request's conditions hold.
pub fn change_record(call: &Bearer, schema: &Schema, object: &Object, id: RecordId, headers: &HeaderMap, body: &Bytes) -> Result<Answer, RestError> {
    let body = json_body(headers, body)?;
    let condition = Condition::read(headers)?;
    call.caller.org.write(|tx| {
        if let Some(condition) = &condition {
            let view = View { schema, rows: tx };
            let json = records::read(&call.app.records().plans, tx, schema, &view, &call.asked(), (object, id), Wanted::All)?;
            condition.admits_change(object, &json, &Kept::of(tx, object, id)?)?;
        }
        Ok::<_, RestError>(call.change(schema).update(tx, object, id, Input::Json(body))?)
    })?;
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

/// Answers the parent record, the child list or the body that names lead to.
pub fn answer_related(
    call: &Bearer,
    schema: &Schema,
    object: &Object,
    id: RecordId,
    path: &str,
    query: Option<&str>,
    headers: &HeaderMap,
) -> Result<Answer, RestError> {
    if let Some(body) = object.field(path).filter(|field| field.kind == catalogue::FieldType::Base64) {
        return answer_body(call, object, id, &body.name);
    }
    let fields = Parameters::of(query).get("fields");
    let names: Vec<&str> = path.split('/').filter(|name| !name.is_empty()).collect();
    let wanted = fields.as_deref().map_or(Wanted::All, Wanted::Named);
    match call.caller.org.read(|tx| records::related(tx, schema, object, id, &names, wanted))? {
        Related::Parent(parent, id) => answer_record(call, schema, parent, id, fields.as_deref(), headers),
        Related::Children(soql) => {
            let page = call.caller.org.read(|tx| {
                let view = View { schema, rows: tx };
                records::query(&call.app.records().cursors, tx, &view, &call.asked(), &soql, false)
            })?;
            Ok(Answer::json(page, "QueryResult"))
        }
    }
}

/// The bytes of a blob field.
fn answer_body(call: &Bearer, object: &Object, id: RecordId, field: &str) -> Result<Answer, RestError> {
    let stored = call.caller.org.read(|tx| tx.load(object, id))?.ok_or(RestError::NotFound)?;
    let value = |name: &str| object.field_index(name).map(|index| &stored[index]);
    let kind = value("ContentType").and_then(records::Value::as_text).unwrap_or("application/octet-stream").to_owned();
    match value(field) {
        Some(records::Value::Blob(bytes)) => Ok(Answer::raw(bytes.clone(), kind)),
        _ => Err(RestError::NotFound),
    }
}

/// The body of a change as JSON text.
///
/// # Errors
/// `NoBody`; `UnsupportedMediaType` for a type that is not taken; the honest 501 for XML and multipart, which Salesforce takes.
pub fn json_body<'b>(headers: &HeaderMap, body: &'b Bytes) -> Result<&'b [u8], RestError> {
    if body.is_empty() {
        return Err(RestError::NoBody);
    }
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("application/json");
    let kind = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match kind.as_str() {
        "application/json" | "text/json" | "" => Ok(body),
        "application/xml" | "text/xml" | "multipart/form-data" => Err(RecordError::NotImplemented(format!("a body of type {kind}")).into()),
        _ => Err(RestError::UnsupportedMediaType(kind)),
    }
}

/// 201, or 200 when an upsert changed the record. `created` is shown from v46.0 on, by upserts.
pub fn created(call: &Bearer, object: &Object, id: RecordId, created: Option<bool>) -> Answer {
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

fn span(call: &Bearer, query: Option<&str>) -> Result<Span, RestError> {
    let parameters = Parameters::of(query);
    // A client that forgets to encode the plus of a time zone sends a space.
    let time = |name: &'static str| parameters.get(name).map(|text| text.replace(' ', "+")).ok_or(RestError::MissingParameter(name));
    Ok(Span::parse(&time("start")?, &time("end")?, call.app.now())?)
}
