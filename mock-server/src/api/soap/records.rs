//! The calls that change records: each record of a call stands for itself, unless the caller wants all or none.

use catalogue::Object;

use super::call::{Call, Reply};
use super::fault::Fault;
use super::sobject::SObject;
use crate::id::RecordId;
use crate::records::{Change, ExternalId, Input, ROLLED_BACK, RecordError, Rows, Upserted};
use crate::schema::Schema;
use crate::storage::StoreError;
use crate::xml::markup::Markup;

/// Records or ids of one call.
const MOST: usize = 200;

/// Why one record of a call was not changed.
#[derive(Debug)]
pub struct Refused {
    code: &'static str,
    message: String,
    fields: Vec<String>,
}

impl Refused {
    pub fn new(code: &'static str, message: impl Into<String>, fields: &[&str]) -> Self {
        Self { code, message: message.into(), fields: fields.iter().map(|field| (*field).to_owned()).collect() }
    }

    fn rolled_back() -> Self {
        let (code, message) = ROLLED_BACK;
        Self::new(code, message, &[])
    }

    pub fn write(&self, out: &mut Markup) {
        out.within("errors", |out| {
            self.fields.iter().for_each(|field| out.leaf("fields", field));
            out.leaf("message", &self.message);
            out.leaf("statusCode", self.code);
        });
    }
}

impl From<RecordError> for Refused {
    fn from(error: RecordError) -> Self {
        if let RecordError::Store(cause) = &error {
            tracing::error!(%cause, "the store failed");
        }
        let fields = error.fields().unwrap_or_default().into_iter().map(str::to_owned).collect();
        match &error {
            RecordError::MultipleChoices(ids) => {
                let ids = ids.iter().map(|id| id.as_15().to_owned()).collect::<Vec<_>>().join(", ");
                Self::new("DUPLICATE_EXTERNAL_ID", format!("more than one record found for external id field: [{ids}]"), &[])
            }
            // An address that leads nowhere is REST's way to say so.
            RecordError::NotFound => Self::new("INVALID_CROSS_REFERENCE_KEY", RecordError::UnknownRecord.message(), &[]),
            _ => Self { code: error.code(), message: error.message(), fields },
        }
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        RecordError::from(error).into()
    }
}

/// What became of one record.
pub type Outcome<T> = Result<T, Refused>;

/// Why the whole of a call was undone.
enum Undone<T> {
    /// One record was refused, and the caller wanted all or none.
    Refused(Vec<Outcome<T>>),
    Store(StoreError),
}

impl<T> From<StoreError> for Undone<T> {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Works through the records of a call inside one transaction, each in a savepoint of its own.
///
/// # Errors
/// More than 200 records; a store that failed.
pub fn each<I, T>(call: &Call, items: &[I], mut work: impl FnMut(&dyn Rows, &I) -> Outcome<T>) -> Result<Vec<Outcome<T>>, Fault> {
    if items.len() > MOST {
        return Err(Fault::too_many(MOST));
    }
    let outcome = call.caller.org.write(|tx| {
        let outcomes: Vec<_> = items.iter().map(|item| tx.savepoint(|| work(tx, item))).collect();
        let refused = call.headers().all_or_none && outcomes.iter().any(Result::is_err);
        if refused { Err(Undone::Refused(outcomes)) } else { Ok(outcomes) }
    });
    match outcome {
        Ok(outcomes) => Ok(outcomes),
        Err(Undone::Refused(outcomes)) => Ok(outcomes.into_iter().map(|outcome| outcome.and_then(|_| Err(Refused::rolled_back()))).collect()),
        Err(Undone::Store(error)) => Err(error.into()),
    }
}

/// The results of a call whose records have an id each, in the order of the WSDL's types.
fn results(outcomes: &[Outcome<RecordId>]) -> Reply {
    let mut out = Markup::with_capacity(64 + outcomes.len() * 96);
    for outcome in outcomes {
        out.within("result", |out| {
            if let Err(refused) = outcome {
                refused.write(out);
            }
            out.optional("id", outcome.as_ref().ok().map(ToString::to_string).as_deref());
            out.value("success", outcome.is_ok());
        });
    }
    Reply::of(out.into_string())
}

fn sobjects<'m>(call: &'m Call, schema: &'m Schema) -> Result<Vec<SObject<'m>>, Fault> {
    let elements: Vec<_> = call.element().all("sObjects").collect();
    if elements.len() > MOST {
        return Err(Fault::too_many(MOST));
    }
    elements.into_iter().map(|element| SObject::read(call, schema, element)).collect()
}

/// `create(sObjects)`
pub fn create(call: &Call) -> Result<Reply, Fault> {
    let schema = call.schema()?;
    let records = sobjects(call, &schema)?;
    let change = call.change(&schema);
    let outcomes = each(call, &records, |rows, record| {
        if record.unverified_id.is_some() {
            return Err(Refused::new("INVALID_FIELD_FOR_INSERT_UPDATE", "cannot specify Id in an insert call", &["Id"]));
        }
        Ok(change.create(rows, record.object, Input::Text(&record.fields))?)
    })?;
    Ok(results(&outcomes))
}

/// `update(sObjects)`
pub fn update(call: &Call) -> Result<Reply, Fault> {
    let schema = call.schema()?;
    let records = sobjects(call, &schema)?;
    let change = call.change(&schema);
    let outcomes = each(call, &records, |rows, record| {
        let id = own_id(record)?.ok_or_else(|| Refused::new("MISSING_ARGUMENT", "Id not specified in an update call", &["Id"]))?;
        change.update(rows, record.object, id, Input::Text(&record.fields))?;
        Ok(id)
    })?;
    Ok(results(&outcomes))
}

/// The id a record names, which must be one of its object.
pub fn own_id(record: &SObject<'_>) -> Outcome<Option<RecordId>> {
    let Some(text) = record.unverified_id else { return Ok(None) };
    let id = RecordId::parse(text).ok().filter(|id| record.object.key_prefix.as_deref() == Some(id.prefix()));
    let wrong = || Refused::new("MALFORMED_ID", format!("{} ID: id value of incorrect type: {text}", record.object.label), &["Id"]);
    id.map(Some).ok_or_else(wrong)
}

/// `upsert(externalIDFieldName, sObjects)`
pub fn upsert(call: &Call) -> Result<Reply, Fault> {
    let field = call.parameter("externalIDFieldName")?.trim();
    let schema = call.schema()?;
    let records = sobjects(call, &schema)?;
    for record in &records {
        if !field.eq_ignore_ascii_case("Id") {
            // What finds records is decided where records are addressed.
            ExternalId::parse(record.object, field, "1").map(drop).or_else(|error| not_an_external_id(&error, field, record))?;
        }
    }
    let change = call.change(&schema);
    let outcomes = each(call, &records, |rows, record| {
        if field.eq_ignore_ascii_case("Id") {
            return match own_id(record)? {
                Some(id) => change.update(rows, record.object, id, Input::Text(&record.fields)).map(|()| Upserted::Updated(id)),
                None => change.create(rows, record.object, Input::Text(&record.fields)).map(Upserted::Created),
            }
            .map_err(Refused::from);
        }
        let (keys, fields): (Vec<_>, Vec<_>) = record.fields.iter().cloned().partition(|own| own.name.eq_ignore_ascii_case(field));
        let value = keys.iter().rev().find_map(|key| key.value.as_deref()).filter(|value| !value.is_empty());
        let value = value.ok_or_else(|| Refused::new("MISSING_ARGUMENT", format!("{field} not specified"), &[field]))?;
        let address = ExternalId::parse(record.object, field, value)?;
        Ok(change.upsert(rows, &address, Input::Text(&fields), false)?)
    })?;
    let mut out = Markup::with_capacity(64 + outcomes.len() * 128);
    for outcome in &outcomes {
        let (created, id) = match outcome {
            Ok(Upserted::Created(id)) => (true, Some(id)),
            Ok(Upserted::Updated(id)) => (false, Some(id)),
            Err(_) => (false, None),
        };
        out.within("result", |out| {
            out.value("created", created);
            if let Err(refused) = outcome {
                refused.write(out);
            }
            out.optional("id", id.map(ToString::to_string).as_deref());
            out.value("success", outcome.is_ok());
        });
    }
    Ok(Reply::of(out.into_string()))
}

fn not_an_external_id(error: &RecordError, field: &str, record: &SObject<'_>) -> Result<(), Fault> {
    match error {
        RecordError::NoSuchExternalId(_) => Err(Fault::api(
            "INVALID_FIELD",
            format!("Field name provided, {field} does not match an External ID, Salesforce Id, or indexed field for {}", record.object.name),
        )),
        _ => Ok(()),
    }
}

/// The ids of a call with the objects they belong to; what leads to none is refused by itself.
/// The WSDL calls them `ids`; older clients say `id`, and Salesforce serves them.
fn by_id(call: &Call, work: impl Fn(&Change<'_>, &dyn Rows, &Object, RecordId) -> Result<(), RecordError>) -> Result<Reply, Fault> {
    let ids: Vec<&str> = call.element().all("ids").chain(call.element().all("id")).map(|id| id.text.trim()).collect();
    let schema = call.schema()?;
    let change = call.change(&schema);
    let outcomes = each(call, &ids, |rows, text| {
        let id = RecordId::parse(text).map_err(|_| RecordError::MalformedId((*text).to_owned()))?;
        let object = schema.by_prefix(id.prefix()).ok_or(RecordError::UnknownRecord)?;
        work(&change, rows, object, id)?;
        Ok(id)
    })?;
    Ok(results(&outcomes))
}

/// `delete(ids)`
pub fn delete(call: &Call) -> Result<Reply, Fault> {
    by_id(call, |change, rows, object, id| change.delete(rows, object, id))
}

/// `undelete(ids)`
pub fn undelete(call: &Call) -> Result<Reply, Fault> {
    by_id(call, |change, rows, object, id| change.undelete(rows, object, id))
}

/// `emptyRecycleBin(ids)`: what is named is gone for good.
pub fn empty_recycle_bin(call: &Call) -> Result<Reply, Fault> {
    by_id(call, |change, rows, object, id| change.purge(rows, object, id))
}
