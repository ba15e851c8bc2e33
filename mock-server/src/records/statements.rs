//! Running compiled SOQL: what this room needs of the store for reading.

use std::ops::ControlFlow;

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
