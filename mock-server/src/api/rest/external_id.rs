//! `/sobjects/{object}/{field}/{value}`: records addressed by an external id. The same paths with an id in place of the
//! field lead to what one relationship name points at.

use axum::http::StatusCode;

use super::call::Call;
use super::error::RestError;
use super::format::Answer;
use super::records::{answer_record, answer_related, change_record, created, found};
use super::sent::with_input;
use crate::id::RecordId;
use crate::records::{ExternalId, RecordError, Related, Upserted, Wanted, related};

/// `GET`: the record, or what the relationship leads to.
pub fn read(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let object = found(call, &schema, &call.segment("object"))?;
    let (field, value) = (call.segment("id"), call.segment("value"));
    if let Ok(id) = RecordId::parse(&field) {
        return answer_related(call, &schema, object, id, &value);
    }
    let address = ExternalId::parse(object, &field, &value)?;
    match call.db.read(|tx| address.find(tx)) {
        Ok(id) => answer_record(call, &schema, object, id.ok_or(RestError::NotFound)?),
        Err(error) => several(call, &object.name, error),
    }
}

/// `PATCH`: upsert, or a change of the parent the relationship leads to.
pub fn upsert(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let object = found(call, &schema, &call.segment("object"))?;
    let (field, value) = (call.segment("id"), call.segment("value"));
    if let Ok(id) = RecordId::parse(&field) {
        let (parent, id) = match call.db.read(|tx| related(tx, (&schema, &call.caller.access), object, id, &[&value], Wanted::All))? {
            Related::Parent(parent, id) => (parent, id),
            Related::Children(_) => return Err(RestError::NotFound),
        };
        return change_record(call, &schema, parent, id);
    }
    let address = ExternalId::parse(object, &field, &value)?;
    let update_only = call.parameter("updateOnly").is_some_and(|value| value.eq_ignore_ascii_case("true"));
    match with_input(call, |input| Ok(call.db.write(|tx| call.change(&schema).upsert(tx, &address, input, update_only))))? {
        Ok(Upserted::Created(id)) => Ok(created(call, object, id, Some(true))),
        // Before v46.0 a change was answered without a body.
        Ok(Upserted::Updated(_)) if call.version.number() < 46 => Ok(Answer::empty(StatusCode::NO_CONTENT)),
        Ok(Upserted::Updated(id)) => Ok(created(call, object, id, Some(false))),
        Err(error) => several(call, &object.name, error),
    }
}

/// `DELETE`: the record, or the parent the relationship leads to.
pub fn delete(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let object = found(call, &schema, &call.segment("object"))?;
    let (field, value) = (call.segment("id"), call.segment("value"));
    let deleted = call.db.write(|tx| {
        let (object, id) = match RecordId::parse(&field) {
            Ok(id) => match related(tx, (&schema, &call.caller.access), object, id, &[&value], Wanted::All)? {
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
}

/// `POST /services/data/v67.0/sobjects/Account/Id`: creates, as if by an external id that no record has yet.
pub fn create(call: &Call<'_>) -> Result<Answer, RestError> {
    if call.version.number() < 37 {
        return Err(RestError::NotFound);
    }
    let schema = call.schema()?;
    let object = found(call, &schema, &call.segment("object"))?;
    let id = with_input(call, |input| Ok(call.db.write(|tx| call.change(&schema).create(tx, object, input))?))?;
    Ok(created(call, object, id, Some(true)))
}

/// 300 with the addresses to choose from, when that is what the error says.
fn several(call: &Call<'_>, object: &str, error: RecordError) -> Result<Answer, RestError> {
    let RecordError::MultipleChoices(ids) = error else { return Err(error.into()) };
    let urls: Vec<String> = ids.iter().map(|id| format!("\"{}\"", call.record_url(object, id))).collect();
    Ok(Answer::json(format!("[{}]", urls.join(",")), "urls").status(StatusCode::MULTIPLE_CHOICES))
}
