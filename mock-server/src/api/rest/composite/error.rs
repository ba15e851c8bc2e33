//! What composite resources refuse, as a whole or for one of their parts. Source: `rest.md` sections 3 and 5.

use std::borrow::Cow;

/// A refused composite, or a part of one that did not run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CompositeError {
    /// More parts than a composite or batch takes.
    TooManySubrequests {
        max: usize,
    },
    /// More queries and collections than a composite takes.
    TooManyQueries {
        max: usize,
    },
    TooManyGraphs {
        max: usize,
    },
    /// More parts than all graphs of a request may have together.
    TooManyNodes {
        max: usize,
    },
    /// More kinds of parts (version, object) than the graphs of a request may have.
    TooManyKindsOfNodes {
        max: usize,
    },
    /// References from part to part form a longer chain than a graph may have.
    GraphTooDeep {
        max: usize,
    },
    /// More records than a collection takes.
    TooManyRecords {
        max: usize,
    },
    /// Records change their type more often than a collection takes.
    TooManyChunks {
        max: usize,
    },
    /// A reference id with characters that references cannot have, refused from v52.0 on.
    IllegalReferenceId(String),
    DuplicateReferenceId(String),
    DuplicateGraphId(String),
    /// A member that must be there.
    Missing(&'static str),
    /// A header that parts take from the whole.
    InheritedHeader(String),
    UnreadableHeader(String),
    IllegalUrl(String),
    IllegalMethod(String),
    /// The version of a part's address is outside of what the whole allows.
    IllegalVersion {
        url: String,
        oldest: u16,
        newest: u16,
    },
    /// The resource is none of those this composite runs.
    NotComposable(String),
    /// `@{a.b}` leads to nothing.
    InvalidReference {
        path: String,
        name: String,
    },
    /// The part was fine, another was not.
    RolledBack,
    /// The limit of failed graphs was reached before this one.
    GraphsHalted,
    /// An earlier part of the batch failed, and the caller wants no more.
    BatchHalted,
    /// A record of a collection without the name of its object.
    MissingType,
    /// A record of another type than the address names.
    OtherType {
        name: String,
        wanted: String,
    },
}

impl CompositeError {
    pub fn status(&self) -> u16 {
        match self {
            Self::BatchHalted => 412,
            _ => 400,
        }
    }

    pub fn code(&self) -> &'static str {
        match self {
            Self::TooManySubrequests { .. }
            | Self::TooManyQueries { .. }
            | Self::TooManyGraphs { .. }
            | Self::TooManyNodes { .. }
            | Self::TooManyKindsOfNodes { .. }
            | Self::GraphTooDeep { .. }
            | Self::TooManyChunks { .. } => "LIMIT_EXCEEDED",
            Self::TooManyRecords { .. } => "EXCEEDED_ID_LIMIT",
            Self::IllegalReferenceId(_) | Self::Missing(_) => "JSON_PARSER_ERROR",
            Self::DuplicateReferenceId(_)
            | Self::DuplicateGraphId(_)
            | Self::InheritedHeader(_)
            | Self::UnreadableHeader(_)
            | Self::IllegalUrl(_)
            | Self::IllegalMethod(_)
            | Self::IllegalVersion { .. } => "INVALID_INPUT",
            Self::NotComposable(_) | Self::InvalidReference { .. } | Self::RolledBack | Self::GraphsHalted => "PROCESSING_HALTED",
            Self::BatchHalted => "BATCH_PROCESSING_HALTED",
            Self::MissingType | Self::OtherType { .. } => "INVALID_TYPE",
        }
    }

    /// GUESS: the words for limits, duplicates, addresses and headers are ours but where `rest.md` quotes them; its section 10.5
    /// asks for code and status alone. The limit of 25 is quoted from an org's answer.
    pub fn message(&self) -> Cow<'static, str> {
        match self {
            Self::TooManySubrequests { max } => format!("The request can’t contain more than {max} operations.").into(),
            Self::TooManyQueries { max } => format!("The request can’t contain more than {max} query or sObject Collections operations.").into(),
            Self::TooManyGraphs { max } => format!("The request can’t contain more than {max} graphs.").into(),
            Self::TooManyNodes { max } => format!("The request can’t contain more than {max} nodes.").into(),
            Self::TooManyKindsOfNodes { max } => format!("The request can’t contain more than {max} different nodes.").into(),
            Self::GraphTooDeep { max } => format!("A graph can’t be more than {max} levels deep.").into(),
            Self::TooManyRecords { max } => format!("record limit reached. cannot submit more than {max} records into this call").into(),
            Self::TooManyChunks { max } => {
                format!("Cannot have more than {max} chunks in a single operation. Please rearrange the data to reduce chunking.").into()
            }
            Self::IllegalReferenceId(id) => format!(
                "Provided referenceId ('{id}') must start with a letter or a number, and it can contain only letters, numbers and underscores ('_')."
            )
            .into(),
            Self::DuplicateReferenceId(id) => format!("Duplicate referenceId provided in the request: {id}").into(),
            Self::DuplicateGraphId(id) => format!("Duplicate graphId provided in the request: {id}").into(),
            Self::Missing(name) => format!("The required field '{name}' is missing").into(),
            Self::InheritedHeader(name) => format!("The header {name} can't be specified in a subrequest").into(),
            Self::UnreadableHeader(name) => format!("The header {name} can't be read").into(),
            Self::IllegalUrl(url) => format!("The url of a subrequest must begin with /services/data/vXX.X/: {url}").into(),
            Self::IllegalMethod(method) => format!("The method of a subrequest must be POST, PUT, PATCH, GET or DELETE: {method}").into(),
            Self::IllegalVersion { url, oldest, newest } => {
                format!("The API version of a subrequest must be between {oldest}.0 and {newest}.0: {url}").into()
            }
            Self::NotComposable(url) => format!("The requested resource is not supported in this composite request: {url}").into(),
            Self::InvalidReference { path, name } => format!("Invalid reference specified. No value for {path} found in {name}").into(),
            Self::RolledBack => "The transaction was rolled back since another operation in the same transaction failed.".into(),
            Self::GraphsHalted => "The graph was not processed since the maximum number of failed graphs was reached.".into(),
            Self::BatchHalted => "Batch processing halted per request".into(),
            Self::OtherType { name, wanted } => format!("The type of a record must be {wanted}, not {name}").into(),
            Self::MissingType => "The attributes of each record must name its type".into(),
        }
    }
}
