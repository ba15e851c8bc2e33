//! A bulk job: what was asked for, and how far it is. Names are the wire's; the store keeps the same spelling.

use serde::{Deserialize, Serialize};

use super::work::{Phase, Work};
use crate::clock::Timestamp;
use crate::id::{JobId, UserId};
use crate::org::{Permission, User};

/// A job of either Bulk API. Source: `rest.md` section 6.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Job {
    pub id: JobId,
    pub api: Api,
    pub operation: Operation,
    /// The object's API name as the schema spells it.
    pub object: String,
    pub external_id_field: Option<String>,
    /// The SOQL of a Bulk 2.0 query job.
    pub query: Option<String>,
    pub content_type: ContentType,
    pub line_ending: LineEnding,
    pub delimiter: Delimiter,
    pub concurrency: Concurrency,
    pub assignment_rule: Option<String>,
    /// `67` of `v67.0`.
    pub version: u16,
    pub created_by: UserId,
    pub created: Timestamp,
    pub modified: Timestamp,
    /// `Done` of a Bulk 1.0 job is its state `Closed`.
    pub phase: Phase,
    /// Why the whole job failed.
    pub error: Option<String>,
    /// Bulk 1.0 queries: records of one chunk.
    pub chunk_size: Option<u32>,
    /// Bulk 1.0: which CSV columns stand for which fields.
    pub renamed: Vec<Renamed>,
    /// What a Bulk 2.0 job does; the work of a Bulk 1.0 job is in its batches.
    pub work: Work,
}

/// One line of a transformation spec: the field, and the column it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Renamed {
    pub field: String,
    pub column: String,
}

/// Which API made a job: `jobType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Api {
    Classic,
    V2Ingest,
    V2Query,
}

/// Defines an enum whose values have fixed names on the wire.
macro_rules! wire_names {
    ($(#[$doc:meta])* $type:ident { $($(#[$note:meta])* $variant:ident = $name:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        pub enum $type {
            $($(#[$note])* #[serde(rename = $name)] $variant,)+
        }

        impl $type {
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// The value of that name; case counts.
            pub fn parse(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

wire_names! {
    Operation {
        Insert = "insert",
        Update = "update",
        Upsert = "upsert",
        Delete = "delete",
        HardDelete = "hardDelete",
        Query = "query",
        QueryAll = "queryAll",
    }
}

wire_names! {
    /// What a batch holds.
    ContentType {
        Csv = "CSV",
        Json = "JSON",
        Xml = "XML",
        /// Like those, in a ZIP file with the files that the records name.
        ZipCsv = "ZIP_CSV",
        ZipJson = "ZIP_JSON",
        ZipXml = "ZIP_XML",
    }
}

impl ContentType {
    /// How the records themselves are spelled.
    pub fn inner(self) -> Self {
        match self {
            Self::Csv | Self::ZipCsv => Self::Csv,
            Self::Json | Self::ZipJson => Self::Json,
            Self::Xml | Self::ZipXml => Self::Xml,
        }
    }

    pub fn is_zipped(self) -> bool {
        matches!(self, Self::ZipCsv | Self::ZipJson | Self::ZipXml)
    }
}

wire_names! {
    LineEnding {
        Lf = "LF",
        Crlf = "CRLF",
    }
}

wire_names! {
    Delimiter {
        Backquote = "BACKQUOTE",
        Caret = "CARET",
        Comma = "COMMA",
        Pipe = "PIPE",
        Semicolon = "SEMICOLON",
        Tab = "TAB",
    }
}

wire_names! {
    Concurrency {
        Parallel = "Parallel",
        Serial = "Serial",
    }
}

impl Api {
    pub fn name(self) -> &'static str {
        match self {
            Self::Classic => "Classic",
            Self::V2Ingest => "V2Ingest",
            Self::V2Query => "V2Query",
        }
    }
}

impl Operation {
    pub fn is_query(self) -> bool {
        matches!(self, Self::Query | Self::QueryAll)
    }

    pub fn is_delete(self) -> bool {
        matches!(self, Self::Delete | Self::HardDelete)
    }
}

impl LineEnding {
    pub fn text(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::Crlf => "\r\n",
        }
    }
}

impl Delimiter {
    pub fn byte(self) -> u8 {
        match self {
            Self::Backquote => b'`',
            Self::Caret => b'^',
            Self::Comma => b',',
            Self::Pipe => b'|',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
        }
    }
}

/// A job and its results are kept so long. Source: Bulk API 2.0 limits, "lifespan of jobs and results".
pub const LIFESPAN: std::time::Duration = std::time::Duration::from_secs(7 * 24 * 60 * 60);

impl Job {
    /// Whether the user may see and steer the job: whoever made it, and who sees everything or manages integrations.
    pub fn is_open_to(&self, user: &User) -> bool {
        self.created_by == user.id || user.has(Permission::ManageDataIntegrations) || user.has(Permission::ViewAllData)
    }

    /// Whether the job's seven days are over.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        now > self.created.plus(LIFESPAN)
    }

    /// `Open`, `UploadComplete`, …; `Closed` for a Bulk 1.0 job that takes no more batches.
    pub fn state(&self) -> &'static str {
        match (self.api, self.phase) {
            (_, Phase::Open) => "Open",
            (Api::Classic, Phase::Done) => "Closed",
            (_, Phase::Waiting) => "UploadComplete",
            (_, Phase::Running) => "InProgress",
            (_, Phase::Done) => "JobComplete",
            (_, Phase::Failed) => "Failed",
            (_, Phase::Stopped) => "Aborted",
        }
    }
}
