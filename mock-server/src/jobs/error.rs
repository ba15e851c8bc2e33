//! Why a call about jobs is refused: each reason once, with the code and words of both Bulk APIs.
//! Source: Bulk API guide, "Errors"; `rest.md` section 6 and 10.6; field reports for the words.

use std::fmt;

use crate::records::RecordError;
use crate::storage::StoreError;

#[derive(Debug, Clone, PartialEq)]
pub enum JobError {
    UnknownJob(String),
    UnknownBatch(String),
    UnknownResult(String),
    /// Another user's job.
    NotTheirs,
    /// A job description that cannot be read: unknown members or values.
    Unparsable,
    /// A member that must be there.
    Missing(&'static str),
    UnknownObject(String),
    /// The object does not take part in bulk jobs of this operation.
    UnsupportedObject(String),
    BlankExternalId {
        object: String,
    },
    NoExternalId {
        field: String,
        object: String,
    },
    HardDeleteForbidden,
    UnsupportedContentType(String),
    /// The media type of a request is not that of the job.
    WrongMediaType {
        given: String,
        expected: &'static str,
    },
    /// What is asked for (`Aborting`, `Closing`, `Deleting`) does not fit the job's state.
    WrongState {
        doing: &'static str,
        state: String,
    },
    /// Data for a job that takes no more.
    NotOpen {
        state: String,
    },
    /// A second upload.
    TwoContents {
        job: String,
    },
    /// Results of a job that has none yet.
    NoResultsYet {
        state: String,
    },
    BatchNotCompleted,
    BatchNotProcessed,
    /// Results under another version than the job's.
    OtherVersion,
    BadLocator,
    BadParameter(&'static str),
    /// A batch without a body.
    NothingSent,
    /// A body longer than this many bytes.
    TooLong {
        limit: usize,
    },
    Unsupported(UnsupportedQuery),
    /// The query is refused by SOQL's own rules.
    Query {
        code: String,
        message: String,
    },
    Store(String),
}

/// SOQL that bulk queries do not take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnsupportedQuery {
    Children,
    Aggregate,
    Typeof,
    Offset,
    Compound,
    Blob,
}

impl JobError {
    /// `exceptionCode` of Bulk 1.0. Bulk 2.0 spells the same in capitals.
    pub fn code(&self) -> &str {
        match self {
            Self::UnknownJob(_)
            | Self::Unparsable
            | Self::Missing(_)
            | Self::UnknownObject(_)
            | Self::BlankExternalId { .. }
            | Self::NoExternalId { .. }
            | Self::UnsupportedContentType(_) => "InvalidJob",
            Self::UnknownBatch(_) | Self::UnknownResult(_) | Self::BatchNotCompleted | Self::BatchNotProcessed => "InvalidBatch",
            Self::NotTheirs => "InvalidUser",
            Self::UnsupportedObject(_) => "InvalidEntity",
            Self::HardDeleteForbidden => "FeatureNotEnabled",
            Self::WrongState { .. } | Self::NotOpen { .. } | Self::NoResultsYet { .. } => "InvalidJobState",
            Self::TwoContents { .. } | Self::WrongMediaType { .. } | Self::NothingSent | Self::TooLong { .. } | Self::BadParameter(_) => {
                "ClientInputError"
            }
            Self::OtherVersion => "InvalidVersion",
            Self::BadLocator => "InvalidQueryLocator",
            Self::Unsupported(_) => "FeatureNotEnabled",
            Self::Query { code, .. } => code,
            Self::Store(_) => "InternalServerError",
        }
    }
}

impl fmt::Display for JobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // GUESS: Bulk 1.0's words for ids that lead nowhere were not recorded.
            Self::UnknownJob(id) => write!(f, "Invalid job id: {id}"),
            Self::UnknownBatch(id) => write!(f, "Invalid batch id: {id}"),
            Self::UnknownResult(id) => write!(f, "Invalid result id: {id}"),
            Self::NotTheirs => f.write_str("The job was created by another user"),
            Self::Unparsable => f.write_str("Unable to parse Job"),
            Self::Missing(member) => write!(f, "{member} is required"),
            Self::UnknownObject(name) => write!(f, "Unable to find object: {name}"),
            Self::UnsupportedObject(name) => write!(f, "Entity '{name}' is not supported by the Bulk API."),
            Self::BlankExternalId { object } => write!(f, "External ID was blank for {object}. An External ID must be specified for upsert."),
            Self::NoExternalId { field, object } => {
                write!(f, "Field name provided, {field} does not match an External ID, Salesforce Id, or indexed field for {object}")
            }
            Self::HardDeleteForbidden => {
                f.write_str("hardDelete operation requires special user profile permission, please contact your system administrator")
            }
            Self::UnsupportedContentType(name) => write!(f, "Unsupported content type: {name}"),
            Self::WrongMediaType { given, expected } => write!(f, "Content-Type header ({given}) does not match the job's: {expected} is expected"),
            Self::WrongState { doing, state } => write!(f, "{doing} already {state} Job not allowed"),
            Self::NotOpen { state } => write!(f, "The job takes no more data: its state is {state}"),
            Self::TwoContents { job } => write!(
                f,
                "InvalidBatch : Found multiple contents for job: <{job}>, please 'Close' / 'Abort' / 'Delete' the current Job then create a new Job and make sure you only do 'PUT' once on a given Job."
            ),
            Self::NoResultsYet { state } => write!(f, "The job has no results yet: its state is {state}"),
            Self::BatchNotCompleted => f.write_str("Batch not completed"),
            Self::BatchNotProcessed => f.write_str("Records not processed"),
            Self::OtherVersion => f.write_str("Use the API version of the job to get its results"),
            Self::BadLocator => f.write_str("Invalid locator"),
            Self::BadParameter(name) => write!(f, "The parameter {name} cannot be read"),
            // GUESS: the code is sure, clients look for it; the words were not recorded.
            Self::NothingSent => f.write_str("Failed to read request. No records were found in the batch"),
            Self::TooLong { limit } => write!(f, "Failed to read request. Exceeded max size limit of {limit}"),
            Self::Unsupported(what) => write!(f, "{what}"),
            Self::Query { message, .. } => f.write_str(message),
            Self::Store(_) => f.write_str("An unexpected error occurred"),
        }
    }
}

impl fmt::Display for UnsupportedQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Children => "Aggregate Relationships not supported in Bulk V2 Query with CSV content type",
            // GUESS: the guide says that these are refused, not in which words.
            Self::Aggregate => "Aggregate functions and GROUP BY not supported in Bulk Query",
            Self::Typeof => "TYPEOF not supported in Bulk Query",
            Self::Offset => "OFFSET not supported in Bulk Query",
            Self::Compound => "Selecting compound data not supported in Bulk Query",
            Self::Blob => "Blob field not supported in Bulk V2 Query with CSV content type",
        })
    }
}

impl UnsupportedQuery {
    /// As `stateMessage` of a Bulk 1.0 batch shows it.
    pub fn batch_message(self) -> String {
        match self {
            Self::Compound => format!("InvalidBatch : Failed to process query: FUNCTIONALITY_NOT_ENABLED: {self}"),
            Self::Children => "FeatureNotEnabled : Aggregate Relationships not supported in Bulk Query with CSV content type".to_owned(),
            Self::Blob => "FeatureNotEnabled : Blob field not supported in Bulk Query with CSV content type".to_owned(),
            other => format!("FeatureNotEnabled : {other}"),
        }
    }
}

impl std::error::Error for JobError {}

impl From<StoreError> for JobError {
    fn from(error: StoreError) -> Self {
        Self::Store(error.to_string())
    }
}

impl From<RecordError> for JobError {
    fn from(error: RecordError) -> Self {
        match error {
            RecordError::Store(cause) => Self::Store(cause),
            other => Self::Query { code: other.code().to_owned(), message: other.to_string() },
        }
    }
}
