//! A whole result row by row, as Bulk queries hand it out: what was asked at the start, read in slices however long that takes.

use std::ops::Range;
use std::sync::Arc;

use catalogue::FieldType;
use soql::{Answer, Cell, Compiled, Item, Rows};

use super::error::RecordError;
use super::ids::IdList;
use super::page::{PageWriter, Source};
use super::query::{BATCH, Queries, whole};
use super::spelling::Spelling;
use super::statements::{Columns, Fill, Statements};

/// The rows of one query at one instant: four bytes a row, however wide they are.
#[derive(Debug, Clone)]
pub struct Extract {
    /// API name of the object queried.
    object: String,
    soql: Arc<str>,
    include_deleted: bool,
    ids: Arc<IdList>,
    columns: Arc<[FlatColumn]>,
}

/// What has no place in a flat row, so that Bulk refuses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotFlat {
    /// `COUNT()`
    Count,
    Aggregate,
    ChildSubquery,
    Typeof,
    /// An address or a geolocation as a whole.
    Compound,
    Offset,
}

impl NotFlat {
    pub fn name(self) -> &'static str {
        match self {
            Self::Count => "COUNT()",
            Self::Aggregate => "aggregate functions",
            Self::ChildSubquery => "nested queries",
            Self::Typeof => "TYPEOF",
            Self::Compound => "compound fields",
            Self::Offset => "OFFSET",
        }
    }
}

/// A field of a row without nesting.
#[derive(Debug, Clone, PartialEq)]
pub struct FlatColumn {
    /// `Id`, `Account.Name`: API spelling.
    pub name: String,
    pub kind: FieldType,
    /// Its place in the row.
    pub column: usize,
}

impl Extract {
    /// Rows of the result.
    pub fn total(&self) -> u64 {
        whole(self.ids.len())
    }

    pub fn object(&self) -> &str {
        &self.object
    }

    /// In SELECT order.
    pub fn columns(&self) -> &[FlatColumn] {
        &self.columns
    }
}

impl<D: Statements> Queries<'_, D> {
    /// Runs a query whose rows are flat: see [`NotFlat`] for what it may not hold.
    ///
    /// # Errors
    /// `Query` for SOQL that Salesforce refuses, `NotFlat` for what has no place in a flat row.
    pub fn extract(&self, soql: &str, include_deleted: bool) -> Result<Extract, RecordError> {
        let compiled = self.compiled(soql, include_deleted)?;
        let (rows, columns) = flat(&compiled)?;
        let ids = self.all_ids(&rows.ids)?;
        Ok(Extract { object: compiled.object.clone(), soql: soql.into(), include_deleted, ids: Arc::new(ids), columns: columns.into() })
    }

    /// The object and the columns of a query whose rows are flat, without running it.
    ///
    /// # Errors
    /// As `extract`.
    pub fn flat(&self, soql: &str, include_deleted: bool) -> Result<(String, Vec<FlatColumn>), RecordError> {
        let compiled = self.compiled(soql, include_deleted)?;
        let (_, columns) = flat(&compiled)?;
        Ok((compiled.object.clone(), columns))
    }

    /// Calls `row` for the rows at these places of the result, at most 2,000. Rows that are gone since are left out.
    pub fn extracted(&self, extract: &Extract, places: Range<usize>, row: &mut dyn FnMut(&dyn Columns)) -> Result<(), RecordError> {
        self.slice(extract, places, |rows, fill| Ok(self.db.each(&rows.page, fill, row)?))
    }

    /// The records at these places of the result in a spelling that nests, at most 2,000.
    pub fn extracted_as<S: Spelling>(&self, extract: &Extract, places: Range<usize>, spelling: &S) -> Result<Vec<u8>, RecordError> {
        let mut out = Vec::new();
        self.slice(extract, places, |Rows { page: statement, shape, children, .. }: &Rows, fill| {
            let writer = PageWriter { spelling, batch: BATCH, keeps_ids: false };
            writer.list(&mut out, self.db, &Source { statement, fill, shape, children }, &[], &|| self.memory.cursors.fresh(0))?;
            Ok(())
        })?;
        Ok(out)
    }

    fn slice(
        &self,
        extract: &Extract,
        places: Range<usize>,
        read: impl FnOnce(&Rows, Fill<'_>) -> Result<(), RecordError>,
    ) -> Result<(), RecordError> {
        let compiled = self.compiled(&extract.soql, extract.include_deleted)?;
        let Answer::Rows(rows) = &compiled.answer else { return Ok(()) };
        let end = places.end.min(places.start.saturating_add(BATCH));
        let ids = extract.ids.slice(places.start..end);
        read(rows, Fill { page_size: ids.len(), ids: &ids })
    }
}

fn flat(compiled: &Compiled) -> Result<(&Rows, Vec<FlatColumn>), RecordError> {
    let rows = match &compiled.answer {
        Answer::Rows(_) if compiled.offset > 0 => return Err(RecordError::NotFlat(NotFlat::Offset)),
        Answer::Rows(rows) => rows,
        Answer::Count(_) => return Err(RecordError::NotFlat(NotFlat::Count)),
        Answer::Aggregate(_) => return Err(RecordError::NotFlat(NotFlat::Aggregate)),
    };
    let mut columns = Vec::new();
    flatten(&rows.shape.items, "", &mut columns)?;
    Ok((rows, columns))
}

fn flatten(items: &[Item], before: &str, columns: &mut Vec<FlatColumn>) -> Result<(), RecordError> {
    for Item { key, cell } in items {
        match cell {
            Cell::Field { column, kind } => columns.push(FlatColumn { name: format!("{before}{key}"), kind: *kind, column: *column }),
            Cell::Parent(parent) => flatten(&parent.items, &format!("{before}{key}."), columns)?,
            Cell::Compound { .. } => return Err(RecordError::NotFlat(NotFlat::Compound)),
            Cell::Typeof(_) => return Err(RecordError::NotFlat(NotFlat::Typeof)),
            Cell::Children(_) => return Err(RecordError::NotFlat(NotFlat::ChildSubquery)),
        }
    }
    Ok(())
}
