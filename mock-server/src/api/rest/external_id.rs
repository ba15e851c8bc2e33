//! `/sobjects/{object}/{field}/{value}`: records addressed by an external id. The same paths with an id in place of the
//! field lead to what one relationship name points at.

use axum::body::{Body, Bytes};
use axum::extract::RawQuery;
use axum::http::{HeaderMap, Response, StatusCode};

use super::bearer::Bearer;
use super::error::RestError;
use super::format::Answer;
use super::parameters::{Parameters, Path};
use super::records::{NOT_BUILT, answer_record, answer_related, change_record, created, found, json_body};
use crate::id::RecordId;
use crate::records::{ExternalId, Input, RecordError, Related, Upserted, Wanted, related};

/// `/{version}/sobjects/{object}/{field}/{value}`
type ValuePath = Path<(String, String, String, String)>;

/// `GET`: the record, or what the relationship leads to.
pub async fn read(bearer: Bearer, Path((_, object, field, value)): ValuePath, RawQuery(query): RawQuery, headers: HeaderMap) -> Response<Body> {
    bearer.reply(|call| {
        let schema = call.schema()?;
        let object = found(&schema, &object)?;
        if let Ok(id) = RecordId::parse(&field) {
            return answer_related(call, &schema, object, id, &value, query.as_deref(), &headers);
        }
        if NOT_BUILT.contains(&field.as_str()) {
            return Err(RecordError::NotImplemented(format!("{field}/{value} of an object")).into());
        }
        let address = ExternalId::parse(object, &field, &value)?;
        let id = match call.caller.org.read(|tx| address.find(tx)) {
            Ok(id) => id.ok_or(RestError::NotFound)?,
            Err(error) => return several(call, &object.name, error),
        };
        let fields = Parameters::of(query.as_deref()).get("fields");
        answer_record(call, &schema, object, id, fields.as_deref(), &headers)
    })
}

/// `PATCH`: upsert, or a change of the parent the relationship leads to.
pub async fn upsert(
    bearer: Bearer,
    Path((_, object, field, value)): ValuePath,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    bearer.reply(|call| {
        let schema = call.schema()?;
        let object = found(&schema, &object)?;
        if let Ok(id) = RecordId::parse(&field) {
            let (parent, id) = match call.caller.org.read(|tx| related(tx, &schema, object, id, &[&value], Wanted::All))? {
                Related::Parent(parent, id) => (parent, id),
                Related::Children(_) => return Err(RestError::NotFound),
            };
            return change_record(call, &schema, parent, id, &headers, &body);
        }
        let address = ExternalId::parse(object, &field, &value)?;
        let body = json_body(&headers, &body)?;
        let update_only = Parameters::of(query.as_deref()).get("updateOnly").is_some_and(|value| value.eq_ignore_ascii_case("true"));
        match call.caller.org.write(|tx| call.change(&schema).upsert(tx, &address, Input::Json(body), update_only)) {
            Ok(Upserted::Created(id)) => Ok(created(call, object, id, Some(true))),
            // Before v46.0 a change was answered without a body.
            Ok(Upserted::Updated(_)) if call.version.number() < 46 => Ok(Answer::empty(StatusCode::NO_CONTENT)),
            Ok(Upserted::Updated(id)) => Ok(created(call, object, id, Some(false))),
            Err(error) => several(call, &object.name, error),
        }
    })
}

/// `DELETE`: the record, or the parent the relationship leads to.
pub async fn delete(bearer: Bearer, Path((_, object, field, value)): ValuePath) -> Response<Body> {
    bearer.reply(|call| {
        let schema = call.schema()?;
        let object = found(&schema, &object)?;
        let deleted = call.caller.org.write(|tx| {
            let (object, id) = match RecordId::parse(&field) {
                Ok(id) => match related(tx, &schema, object, id, &[&value], Wanted::All)? {
                    Related::Parent(parent, id) => (parent, id),
                    Related::Children(_) => return Err(RecordError::NotFound),
                },
                Err(_) => (object, ExternalId::parse(object, &field, &value)?.find(tx)?.ok_or(RecordError::NotFound)?),
            };
            call.change(&schema).delete(tx, object, id)
        });
        match deleted {
            Ok(()) => Ok(Answer::empty(StatusCode::NO_CONTENT)),
            Err(error) => several(call, &object.name, error),
        }
    })
}

/// `POST /services/data/v67.0/sobjects/Account/Id`: creates, as if by an external id that no record has yet.
pub async fn create(bearer: Bearer, Path((_, object)): Path<(String, String)>, headers: HeaderMap, body: Bytes) -> Response<Body> {
    bearer.reply(|call| {
        if call.version.number() < 37 {
            return Err(RestError::NotFound);
        }
        let body = json_body(&headers, &body)?;
        let schema = call.schema()?;
        let object = found(&schema, &object)?;
        let id = call.caller.org.write(|tx| call.change(&schema).create(tx, object, Input::Json(body)))?;
        Ok(created(call, object, id, Some(true)))
    })
}

/// 300 with the addresses to choose from, when that is what the error says.
fn several(call: &Bearer, object: &str, error: RecordError) -> Result<Answer, RestError> {
    let RecordError::MultipleChoices(ids) = error else { return Err(error.into()) };
    let urls: Vec<String> = ids.iter().map(|id| format!("\"{}\"", call.record_url(object, id))).collect();
    Ok(Answer::json(format!("[{}]", urls.join(",")), "urls").status(StatusCode::MULTIPLE_CHOICES))
}
