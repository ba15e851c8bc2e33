//! Records: created, read, changed, upserted, deleted and queried, each inside one transaction that the caller opens.
//! The rules are here; rows are kept by whoever implements [`Rows`] and [`Statements`].

mod change;
mod check;
mod cursor;
mod derived;
mod draft;
mod error;
mod input;
mod json;
mod moment;
mod page;
mod query;
mod read;
mod remove;
mod replication;
mod rows;
mod statements;
mod values;
mod wire;

pub use change::{Change, ExternalId, Upserted};
pub use error::RecordError;
pub use input::{Input, TextField};
pub use json::{Json, JsonError, JsonFault, Kind as JsonKind};
pub use query::{Asked, BATCH, count, next as next_page, run as query};
pub use read::{Related, Wanted, record as read, related};
pub use replication::{Span, deleted, updated};
pub use rows::{Presence, Rows};
pub use statements::{Column, Columns, Fill, Statements};
pub use values::Value;

/// What is remembered between requests about reading records.
#[derive(Default)]
pub struct Memory {
    pub cursors: cursor::Cursors,
    pub plans: read::ReadPlans,
}
