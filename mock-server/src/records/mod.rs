//! Records: created, read, changed, upserted, deleted and queried, each inside one transaction that the caller opens.
//! The rules are here; rows are kept by whoever implements [`Rows`] and [`Statements`].

mod address;
mod allow;
mod approval;
mod change;
mod check;
mod columns;
mod convert;
mod cursor;
mod defaults;
mod draft;
mod error;
mod explain;
mod extract;
mod full_text;
mod ids;
mod input;
mod json;
mod merge;
mod moment;
mod page;
mod plans;
mod query;
mod reached;
mod read;
mod recycle;
mod reified;
mod replication;
mod rows;
mod rules;
mod search;
mod setup;
mod sheet;
mod spelling;
mod statements;
mod together;
mod usage;
mod values;
mod whole;
mod wire;

pub use address::ExternalId;
pub use approval::{check_reached, submission_refused};
pub use change::{Change, Upserted};
pub use check::finds_records;
pub use convert::{Conversion, Converted};
pub use error::{ROLLED_BACK, RecordError};
pub use extract::{Extract, FlatColumn, NotFlat};
pub use full_text::FullText;
pub use input::{Blob, Input, TextField};
pub use json::{Json, JsonError, JsonFault, Kind as JsonKind};
pub use merge::Merged;
pub use page::Page;
pub use query::{Asked, BATCH, Queries, WHOLE, count};
pub use read::{Related, Wanted, record as read, related};
pub use recycle::{KEPT, purge_expired};
pub use replication::{Span, deleted, updated};
pub use rows::{Consequence, Presence, Rows, Severed};
pub use search::{Found, FoundList, FoundRecord, Searches, everything};
pub use sheet::{Cell, Sheet, UnknownColumn};
pub use spelling::{Listing, RestJson, Spelling, Subject, json_value, plain_value};
pub use statements::{Column, Columns, Fill, Seen, Statements, Written};
pub use together::fit as fit_together;
pub use usage::{Recent, Usages, Use};
pub use values::Value;

/// What is remembered between requests about reading records.
#[derive(Default)]
pub struct Memory {
    pub cursors: cursor::Cursors,
    pub plans: read::ReadPlans,
    pub queries: plans::Plans,
}
