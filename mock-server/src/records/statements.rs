//! Running compiled SOQL: what this room needs of the store for reading.

use std::ops::ControlFlow;

use bytes::Bytes;
use soql::Statement;

use crate::id::RecordId;
use crate::storage::StoreError;

/// Runs the statements of a compiled query inside one consistent read.
pub trait Statements {
    /// Calls `row` for every row until there are no more, or it breaks off.
    fn each_while(&self, statement: &Statement, fill: Fill<'_>, row: &mut dyn FnMut(&dyn Columns) -> ControlFlow<()>) -> Result<(), StoreError>;

    /// Calls `row` for every row until there are no more.
    fn each(&self, statement: &Statement, fill: Fill<'_>, row: &mut dyn FnMut(&dyn Columns)) -> Result<(), StoreError> {
        self.each_while(statement, fill, &mut |columns| {
            row(columns);
            ControlFlow::Continue(())
        })
    }
}

/// Records that were spelled before, for as long as nothing in the org has changed since.
pub trait Written {
    /// The record as it was last spelled for the same eyes.
    fn written(&self, id: RecordId, seen: Seen<'_>) -> Option<Bytes>;

    /// Keeps a record that was read now, all of it from a table of the org.
    fn keep_written(&self, id: RecordId, seen: Seen<'_>, json: &Bytes);
}

/// Everything beside the org's rows that the spelling of a record depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen<'a> {
    /// The API name of the object it was asked for as.
    pub object: &'a str,
    /// As its address names it: `v67.0`.
    pub version: &'a str,
    /// Of the schema.
    pub generation: u64,
    /// What the caller sees: [`Catalog::identity`](soql::Catalog::identity).
    pub identity: u64,
}

/// What the caller puts into a statement's open parameters.
#[derive(Debug, Clone, Copy, Default)]
pub struct Fill<'a> {
    /// `Bind::PageSize`
    pub page_size: usize,
    /// `Bind::Ids`
    pub ids: &'a [RecordId],
}

/// The current row.
pub trait Columns {
    fn column(&self, index: usize) -> Column<'_>;
}

/// A stored value, borrowed from the row. Text is UTF-8: only `&str` is ever written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Column<'a> {
    Null,
    Integer(i64),
    Real(f64),
    Text(&'a [u8]),
    Blob(&'a [u8]),
}

impl<'a> Column<'a> {
    /// The id in this column; `None` for null.
    pub fn id(self) -> Option<RecordId> {
        self.as_text().and_then(|text| RecordId::parse(text).ok())
    }

    pub fn as_text(self) -> Option<&'a str> {
        match self {
            Self::Text(text) => std::str::from_utf8(text).ok(),
            _ => None,
        }
    }
}
