//! Opening a job: what may be asked for, checked in Salesforce's order.

use catalogue::Object;

use super::error::JobError;
use super::job::{Api, Concurrency, ContentType, Delimiter, Job, LineEnding, Operation};
use super::work::{Phase, Work};
use crate::access::Access;
use crate::clock::Timestamp;
use crate::id::{JobId, UserId};
use crate::schema::Schema;

/// A job as a request describes it. `None`: not said.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NewJob {
    pub operation: Option<String>,
    pub object: Option<String>,
    pub external_id_field: Option<String>,
    pub query: Option<String>,
    pub content_type: Option<String>,
    pub line_ending: Option<String>,
    pub delimiter: Option<String>,
    pub concurrency: Option<String>,
    pub assignment_rule: Option<String>,
    pub chunk_size: Option<u32>,
}

/// Who opens a job, through which API and when.
pub struct Opening<'a> {
    pub schema: &'a Schema,
    pub access: &'a Access,
    pub by: UserId,
    pub may_hard_delete: bool,
    pub api: Api,
    pub version: u16,
    pub now: Timestamp,
}

impl Opening<'_> {
    /// The job, open and empty.
    ///
    /// # Errors
    /// In this order: what cannot be read, operation, object, permission, external id.
    pub fn open(&self, id: JobId, new: NewJob) -> Result<Job, JobError> {
        let operation = new.operation.as_deref().filter(|name| !name.is_empty()).ok_or(JobError::Missing("operation"))?;
        let operation = Operation::parse(operation).filter(|operation| self.takes(*operation)).ok_or(JobError::Unparsable)?;
        let content_type = self.content_type(new.content_type.as_deref())?;
        let object = match (self.api, new.object.as_deref().filter(|name| !name.is_empty())) {
            (Api::V2Query, _) => String::new(),
            (_, None) => return Err(JobError::Missing("object")),
            (_, Some(name)) => self.object(operation, name)?.name.to_string(),
        };
        if operation == Operation::HardDelete && !self.may_hard_delete {
            return Err(JobError::HardDeleteForbidden);
        }
        let external_id_field = match operation {
            Operation::Upsert => Some(self.external_id(&object, new.external_id_field.as_deref())?),
            _ => None,
        };
        if self.api == Api::V2Query && new.query.as_deref().is_none_or(|soql| soql.trim().is_empty()) {
            return Err(JobError::Missing("query"));
        }
        Ok(Job {
            id,
            api: self.api,
            operation,
            object,
            external_id_field,
            query: new.query.filter(|_| self.api == Api::V2Query),
            content_type,
            line_ending: parsed(new.line_ending, LineEnding::parse, LineEnding::Lf)?,
            delimiter: parsed(new.delimiter, Delimiter::parse, Delimiter::Comma)?,
            concurrency: parsed(new.concurrency, concurrency, Concurrency::Parallel)?,
            assignment_rule: new.assignment_rule.filter(|id| !id.is_empty()),
            version: self.version,
            created_by: self.by,
            created: self.now,
            modified: self.now,
            phase: Phase::Open,
            error: None,
            chunk_size: new.chunk_size,
            renamed: Vec::new(),
            work: Work::default(),
        })
    }

    fn takes(&self, operation: Operation) -> bool {
        match self.api {
            Api::Classic => true,
            Api::V2Ingest => !operation.is_query(),
            Api::V2Query => operation.is_query(),
        }
    }

    fn content_type(&self, given: Option<&str>) -> Result<ContentType, JobError> {
        let Some(name) = given else { return Ok(if self.api == Api::Classic { ContentType::Xml } else { ContentType::Csv }) };
        let known = ContentType::parse(name).ok_or(JobError::Unparsable)?;
        if self.api == Api::Classic || known == ContentType::Csv { Ok(known) } else { Err(JobError::UnsupportedContentType(name.to_owned())) }
    }

    fn object(&self, operation: Operation, name: &str) -> Result<&Object, JobError> {
        let object = self.schema.object(name).filter(|object| self.access.sees(object)).ok_or_else(|| JobError::UnknownObject(name.to_owned()))?;
        let flags = &object.flags;
        let takes = match operation {
            Operation::Insert => flags.createable,
            Operation::Update => flags.updateable,
            Operation::Upsert => flags.createable && flags.updateable,
            Operation::Delete | Operation::HardDelete => flags.deletable,
            Operation::Query | Operation::QueryAll => flags.queryable,
        };
        if takes { Ok(object) } else { Err(JobError::UnsupportedObject(object.name.to_string())) }
    }

    /// The external id field as the schema spells it.
    fn external_id(&self, object: &str, given: Option<&str>) -> Result<String, JobError> {
        let blank = || JobError::BlankExternalId { object: object.to_owned() };
        let name = given.filter(|name| !name.is_empty()).ok_or_else(blank)?;
        let object = self.schema.object(object).ok_or_else(|| JobError::UnknownObject(object.to_owned()))?;
        let field = object.field(name).filter(|field| crate::records::finds_records(field));
        let none = || JobError::NoExternalId { field: name.to_owned(), object: object.name.to_string() };
        field.map(|field| field.name.to_string()).ok_or_else(none)
    }
}

/// Bulk 1.0's JSON may give the place of the value in its enum instead of its name.
fn concurrency(name: &str) -> Option<Concurrency> {
    match name {
        "0" => Some(Concurrency::Parallel),
        "1" => Some(Concurrency::Serial),
        name => Concurrency::parse(name),
    }
}

fn parsed<T>(given: Option<String>, parse: impl FnOnce(&str) -> Option<T>, default: T) -> Result<T, JobError> {
    given.map_or(Ok(default), |name| parse(&name).ok_or(JobError::Unparsable))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Features;

    fn check(api: Api, members: &[(&str, &str)], expected: Result<&str, &str>) {
        let member = |name: &str| members.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned());
        let new = NewJob {
            operation: member("operation"),
            object: member("object"),
            external_id_field: member("externalIdFieldName"),
            query: member("query"),
            content_type: member("contentType"),
            delimiter: member("columnDelimiter"),
            concurrency: member("concurrencyMode"),
            ..NewJob::default()
        };
        let schema = Schema::standard(Features::NONE, Timestamp(0));
        let by = UserId::parse("005Fk0000000001").unwrap();
        let opening = Opening { schema: &schema, access: Access::all(), by, may_hard_delete: false, api, version: 67, now: Timestamp(0) };
        let opened = opening.open(JobId::parse("750Fk0000000001").unwrap(), new);
        let seen = opened.map(|job| job.object).map_err(|error| error.to_string());
        assert_eq!(seen, expected.map(str::to_owned).map_err(str::to_owned), "{members:?}");
    }

    #[test]
    fn a_job_names_an_operation_and_an_object_that_takes_it() {
        check(Api::V2Ingest, &[("operation", "insert"), ("object", "account")], Ok("Account"));
        check(Api::V2Ingest, &[("object", "Account")], Err("operation is required"));
        check(Api::V2Ingest, &[("operation", "Insert"), ("object", "Account")], Err("Unable to parse Job"));
        check(Api::V2Ingest, &[("operation", "query"), ("object", "Account")], Err("Unable to parse Job"));
        check(Api::V2Ingest, &[("operation", "insert")], Err("object is required"));
        check(Api::V2Ingest, &[("operation", "insert"), ("object", "Foo")], Err("Unable to find object: Foo"));
        check(Api::V2Ingest, &[("operation", "insert"), ("object", "Organization")], Err("Entity 'Organization' is not supported by the Bulk API."));
        check(Api::V2Ingest, &[("operation", "insert"), ("object", "Account"), ("columnDelimiter", "DOT")], Err("Unable to parse Job"));
        check(Api::V2Ingest, &[("operation", "insert"), ("object", "Account"), ("contentType", "JSON")], Err("Unsupported content type: JSON"));
        check(Api::Classic, &[("operation", "insert"), ("object", "Account"), ("contentType", "JSON"), ("concurrencyMode", "1")], Ok("Account"));
        check(Api::V2Query, &[("operation", "query")], Err("query is required"));
    }

    #[test]
    fn upserts_name_an_external_id_and_hard_deletes_need_a_permission() {
        let upsert = [("operation", "upsert"), ("object", "Account")];
        check(Api::V2Ingest, &upsert, Err("External ID was blank for Account. An External ID must be specified for upsert."));
        check(
            Api::V2Ingest,
            &[upsert[0], upsert[1], ("externalIdFieldName", "Phone")],
            Err("Field name provided, Phone does not match an External ID, Salesforce Id, or indexed field for Account"),
        );
        check(Api::V2Ingest, &[upsert[0], upsert[1], ("externalIdFieldName", "id")], Ok("Account"));
        check(
            Api::Classic,
            &[("operation", "hardDelete"), ("object", "Account")],
            Err("hardDelete operation requires special user profile permission, please contact your system administrator"),
        );
    }
}
