//! Queries: compile, run, write one page, keep a locator for the rest.

use bytes::Bytes;
use catalogue::Object;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use soql::{Aggregate, Answer, Catalog, Child, Compiled, Context, Shape, SoqlError, Statement};

use super::cursor::{self, Cursor, Cursors};
use super::error::RecordError;
use super::page::{self, PageWriter, Source};
use super::statements::{Column, Fill, Statements};
use crate::clock::Timestamp;
use crate::id::{OrgId, RecordId};
use crate::org::User;

/// Rows of a page unless the caller asks for fewer, and of an aggregated result at most.
pub const BATCH: usize = 2_000;

/// Room in front of a page for its envelope, whose counts are known only when the rows are written.
const ENVELOPE: usize = 256;

/// Who asks, when, and under which address.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    pub org: OrgId,
    pub org_number: u32,
    pub user: &'a User,
    pub now: Timestamp,
    /// The version of the request's address, `v67.0`.
    pub version: &'a str,
    /// Rows of a page: 200 to 2,000.
    pub batch: usize,
}

impl Asked<'_> {
    pub fn context(&self, include_deleted: bool) -> Context {
        Context {
            now: self.now.civil(),
            time_zone: TimeZone::get(&self.user.time_zone).unwrap_or(TimeZone::UTC),
            week_start: Weekday::Sunday,
            fiscal_year_start_month: 1,
            currency: "USD".to_owned(),
            user_id: self.user.id.to_string(),
            include_deleted,
        }
    }

    pub fn writer(&self) -> PageWriter<'_> {
        PageWriter { version: self.version, batch: self.batch }
    }
}

impl From<SoqlError> for RecordError {
    fn from(error: SoqlError) -> Self {
        match error.unsupported() {
            Some(what) => Self::NotImplemented(what.to_owned()),
            None => Self::Query { code: error.code(), message: error.message() },
        }
    }
}

/// Answers a query with its first page, as JSON.
///
/// # Errors
/// `Query` for SOQL that Salesforce refuses, `NotImplemented` for SOQL that is not built.
pub fn run(
    cursors: &Cursors,
    db: &impl Statements,
    catalog: &dyn Catalog,
    asked: &Asked<'_>,
    soql: &str,
    include_deleted: bool,
) -> Result<Bytes, RecordError> {
    let compiled = soql::compile(soql, catalog, &asked.context(include_deleted))?;
    match &compiled.answer {
        Answer::Count(statement) => Ok(closed(opened(0), total(db, statement)?, None)),
        Answer::Aggregate(aggregate) => aggregated(db, aggregate, asked),
        Answer::Rows(rows) => {
            let result = Listing { cursors, db, asked, soql, include_deleted };
            let fill = Fill { page_size: asked.batch.saturating_add(1), ids: &[] };
            let source = Source { statement: &rows.first, fill, shape: &rows.shape, children: &rows.children, parent: None };
            result.first_page(&source, &rows.ids)
        }
    }
}

/// Answers with the page a locator (`01g…-2000`) leads to.
///
/// # Errors
/// `InvalidQueryLocator` when the locator is unknown, closed, another user's, or leads beyond the result.
pub fn next(cursors: &Cursors, db: &impl Statements, catalog: &dyn Catalog, asked: &Asked<'_>, locator: &str) -> Result<Bytes, RecordError> {
    let (id, offset) = cursor::parse_locator(locator).ok_or(RecordError::InvalidQueryLocator)?;
    let cursor = cursors.find(asked.org, asked.user.id, id, asked.now).ok_or(RecordError::InvalidQueryLocator)?;
    let rest = cursor.ids.get(offset..).ok_or(RecordError::InvalidQueryLocator)?;
    let compiled = soql::compile(&cursor.soql, catalog, &asked.context(cursor.include_deleted))?;
    let (page, shape, children) = paged(&compiled, &cursor.path).ok_or(RecordError::InvalidQueryLocator)?;
    let here = &rest[..rest.len().min(asked.batch)];
    let source = Source { statement: page, fill: Fill { page_size: here.len(), ids: here }, shape, children, parent: None };
    let result = Listing { cursors, db, asked, soql: &cursor.soql, include_deleted: cursor.include_deleted };
    let mut out = opened(here.len());
    asked.writer().list(&mut out, db, &source, &cursor.path, &mut |path, ids| result.open(path, ids))?;
    let url = (here.len() < rest.len()).then(|| address(asked.version, id, offset + here.len()));
    Ok(closed(out, whole(cursor.ids.len()), url.as_deref()))
}

/// The statement, shape and children of the list that lies at `path`.
fn paged<'c>(compiled: &'c Compiled, path: &[usize]) -> Option<(&'c Statement, &'c Shape, &'c [Child])> {
    let Answer::Rows(rows) = &compiled.answer else { return None };
    let mut found = (&rows.page, &rows.shape, rows.children.as_slice());
    for step in path {
        let child = found.2.get(*step)?;
        found = (&child.page, &child.shape, child.children.as_slice());
    }
    Some(found)
}

fn address(version: &str, locator: RecordId, offset: usize) -> String {
    format!("/services/data/{version}/query/{locator}-{offset}")
}

/// One query's answer in the making.
struct Listing<'a, S> {
    cursors: &'a Cursors,
    db: &'a S,
    asked: &'a Asked<'a>,
    soql: &'a str,
    include_deleted: bool,
}

impl<S: Statements> Listing<'_, S> {
    fn first_page(&self, source: &Source<'_>, ids: &Statement) -> Result<Bytes, RecordError> {
        let mut out = opened(64);
        let found = self.asked.writer().list(&mut out, self.db, source, &[], &mut |path, ids| self.open(path, ids))?;
        if found <= self.asked.batch {
            return Ok(closed(out, whole(found), None));
        }
        let ids = self.all_ids(ids)?;
        let total = ids.len();
        let url = self.open(&[], ids);
        Ok(closed(out, whole(total), Some(&url)))
    }

    fn all_ids(&self, statement: &Statement) -> Result<Vec<RecordId>, RecordError> {
        let mut ids = Vec::new();
        self.db.each(statement, Fill::default(), &mut |row| ids.extend(row.column(0).id()))?;
        Ok(ids)
    }

    /// Opens a locator on a list whose first page is being answered; gives the address of the second.
    fn open(&self, path: &[usize], ids: Vec<RecordId>) -> String {
        let cursor = Cursor {
            user: self.asked.user.id,
            soql: self.soql.to_owned(),
            include_deleted: self.include_deleted,
            path: path.to_vec(),
            ids,
            opened: self.asked.now,
        };
        address(self.asked.version, self.cursors.open(self.asked.org, self.asked.org_number, cursor), self.asked.batch)
    }
}

/// How many undeleted records an object has.
pub fn count(db: &impl Statements, catalog: &dyn Catalog, asked: &Asked<'_>, object: &Object) -> Result<u64, RecordError> {
    let compiled = soql::compile(&format!("SELECT COUNT() FROM {}", object.name), catalog, &asked.context(false))?;
    match &compiled.answer {
        Answer::Count(statement) => total(db, statement),
        _ => Ok(0),
    }
}

fn total(db: &impl Statements, statement: &Statement) -> Result<u64, RecordError> {
    let mut total = 0;
    db.each(statement, Fill::default(), &mut |row| {
        if let Column::Integer(count) = row.column(0) {
            total = u64::try_from(count).unwrap_or(0);
        }
    })?;
    Ok(total)
}

fn aggregated(db: &impl Statements, aggregate: &Aggregate, asked: &Asked<'_>) -> Result<Bytes, RecordError> {
    let (mut out, mut found) = (opened(16), 0);
    db.each(&aggregate.rows, Fill { page_size: BATCH + 1, ids: &[] }, &mut |row| {
        found += 1;
        super::wire::separate(&mut out);
        asked.writer().aggregate(&mut out, &aggregate.items, row);
    })?;
    if found > BATCH {
        return Err(SoqlError::aggregate_too_large().into());
    }
    Ok(closed(out, whole(found), None))
}

fn whole(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// A buffer for about `rows` records, with room for the envelope in front. It ends in the bracket that opens the records.
fn opened(rows: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(ENVELOPE + rows * 256 + 2);
    out.resize(ENVELOPE, b'[');
    out
}

/// The finished page: the envelope is put in front of the records, where room was left.
fn closed(mut out: Vec<u8>, total: u64, next: Option<&str>) -> Bytes {
    out.extend_from_slice(b"]}");
    let mut envelope = Vec::with_capacity(ENVELOPE);
    page::envelope(&mut envelope, total, next);
    let start = ENVELOPE - envelope.len();
    out[start..ENVELOPE].copy_from_slice(&envelope);
    Bytes::from(out).slice(start..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_envelope_stands_directly_before_the_records() {
        let mut out = opened(1);
        out.extend_from_slice(b"{}");
        assert_eq!(closed(out, 1, None), r#"{"totalSize":1,"done":true,"records":[{}]}"#);
        let next = address("v67.0", RecordId::numbered("01g", 1, 1), 2000);
        assert_eq!(
            closed(opened(0), u64::MAX, Some(&next)),
            r#"{"totalSize":9223372036854775807,"done":false,"nextRecordsUrl":"/services/data/v67.0/query/01gFk00004gfFC5IAM-2000","records":[]}"#
        );
    }
}
