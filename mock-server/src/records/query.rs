//! Queries: compile, run, write one page, keep a locator for the rest.

use std::ops::Range;
use std::sync::Arc;

use catalogue::{Field, FieldType, Object};
use jiff::tz::TimeZone;
use soql::{Aggregate, Answer, Catalog, Child, Compiled, Context, Rows, Shape, SoqlError, Statement};

use super::Memory;
use super::cursor::{Cursor, HIDING};
use super::error::RecordError;
use super::ids::IdList;
use super::page::{Found, LongList, Page, PageWriter, Source};
use super::reached::{Answered, Question};
use super::reified;
use super::spelling::{Locator, RestJson, Spelling};
use super::statements::{Column, Fill, Statements};
use crate::clock::Timestamp;
use crate::id::{OrgId, RecordId};
use crate::org::{Org, Switches, User};
use crate::schema::Sight;

/// Rows of a page unless the caller asks for fewer, and of an aggregated result at most.
pub const BATCH: usize = 2_000;

/// The batch of a caller who takes the whole answer or none of it: nothing goes on under a locator.
pub const WHOLE: usize = usize::MAX;

/// Rows of a page at most where two long texts of the org's own fields are read. Source: `soql.md` section 7.
const LONG_TEXT_BATCH: usize = 200;

/// The first version of the API in which a child subquery may have child subqueries.
const NESTED_CHILDREN: u16 = 58;

/// Objects whose results have no further pages.
const SINGLE_BATCH: [&str; 6] = ["EntityDefinition", "FieldDefinition", "EntityParticle", "RelationshipInfo", "UserEntityAccess", "UserFieldAccess"];

/// Who asks, when, and under which address.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    pub org: OrgId,
    pub org_number: u32,
    pub user: &'a User,
    /// 1 to 12.
    pub fiscal_year_start_month: i8,
    pub now: Timestamp,
    /// The version of the request's address, `v67.0`.
    pub version: &'a str,
    /// Rows of a page: 200 to 2,000, or [`WHOLE`]; fewer where the org's switch says so.
    pub batch: usize,
    /// Locators do not show the row they go on at.
    pub hides_offsets: bool,
}

impl<'a> Asked<'a> {
    /// A user of this org who asks for pages of the default size.
    pub fn of(org: &Org, user: &'a User, now: Timestamp, version: &'a str) -> Self {
        let (fiscal_year_start_month, batch) = (org.fiscal_year_start_month, BATCH);
        Self { org: org.id, org_number: org.number, user, fiscal_year_start_month, now, version, batch, hides_offsets: false }
    }

    /// With pages as small as the org's switch has them.
    #[must_use]
    pub fn paged_by(self, switches: &Switches) -> Self {
        match switches.query_page_rows as usize {
            0 => self,
            most => Self { batch: self.batch.min(most), hides_offsets: true, ..self },
        }
    }

    pub fn context(&self, include_deleted: bool) -> Context {
        Context {
            now: self.now.civil(),
            time_zone: TimeZone::get(&self.user.time_zone).unwrap_or(TimeZone::UTC),
            week_start: soql::week_start(&self.user.locale),
            fiscal_year_start_month: self.fiscal_year_start_month,
            currency: "USD".to_owned(),
            locale: self.user.locale.clone(),
            user_id: self.user.id.to_string(),
            include_deleted,
        }
    }

    /// Whether the request's address names an older version of the API.
    fn is_before(&self, version: u16) -> bool {
        let major = self.version.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u16>().ok());
        major.is_some_and(|major| major < version)
    }

    /// How REST answers this caller.
    pub fn json(&self) -> RestJson<'a> {
        RestJson { version: self.version }
    }
}

impl From<SoqlError> for RecordError {
    fn from(error: SoqlError) -> Self {
        Self::Query { code: error.code(), message: error.message() }
    }
}

/// The queries of one caller inside one consistent read.
#[derive(Clone, Copy)]
pub struct Queries<'a, D> {
    pub memory: &'a Memory,
    pub db: &'a D,
    pub catalog: &'a dyn Sight,
    pub asked: &'a Asked<'a>,
}

impl<D: Statements> Queries<'_, D> {
    /// The first page of a query's answer. `include_deleted` as `queryAll` does.
    ///
    /// # Errors
    /// `Query` for SOQL that Salesforce refuses.
    pub fn run<S: Spelling>(&self, soql: &str, include_deleted: bool, spelling: &S) -> Result<Page, RecordError> {
        let Some(Question { user, records }) = Question::of(soql)? else { return self.answered(soql, include_deleted, spelling) };
        let catalog = Answered { catalog: self.catalog, user, reached: self.catalog.reach_of(user, &records)? };
        Queries { catalog: &catalog, ..*self }.answered(soql, include_deleted, spelling)
    }

    fn answered<S: Spelling>(&self, soql: &str, include_deleted: bool, spelling: &S) -> Result<Page, RecordError> {
        let compiled = self.compiled(soql, include_deleted)?;
        reified::check(soql, &compiled.object)?;
        let mut page = blank::<S>(&compiled);
        match &compiled.answer {
            Answer::Count(statement) => page.total = total(self.db, statement)?,
            Answer::Aggregate(aggregate) => self.aggregated(aggregate, spelling, &mut page)?,
            Answer::Rows(rows) => {
                let asked = Asked { batch: self.batch(rows, &compiled.object), ..*self.asked };
                Queries { asked: &asked, ..*self }.first_page(rows, (soql, include_deleted), spelling, &mut page)?;
            }
        }
        Ok(page)
    }

    /// The page a locator (`01g…-2000`) leads to.
    ///
    /// # Errors
    /// `InvalidQueryLocator` when the locator is unknown, closed, another user's, or leads beyond the result.
    pub fn next<S: Spelling>(&self, locator: &str, spelling: &S) -> Result<Page, RecordError> {
        let unknown = || RecordError::InvalidQueryLocator;
        let Locator { id, offset } = Locator::parse(locator).ok_or_else(unknown)?;
        let cursor = self.memory.cursors.find(self.asked.org, self.asked.user.id, id, self.asked.now).ok_or_else(unknown)?;
        if offset > cursor.ids.len() {
            return Err(unknown());
        }
        let compiled = self.compiled(&cursor.soql, cursor.include_deleted)?;
        let (statement, shape, children) = paged(&compiled, &cursor.path).ok_or_else(unknown)?;
        let batch = match &compiled.answer {
            Answer::Rows(rows) if cursor.path.is_empty() => self.batch(rows, &compiled.object),
            _ => self.asked.batch,
        };
        let here = cursor.ids.slice(offset..offset.saturating_add(batch));
        let source = Source { statement, fill: Fill { page_size: here.len(), ids: &here }, shape, children };
        let mut page = blank::<S>(&compiled);
        let found = self.write(&source, &cursor.path, spelling, &mut page)?;
        self.keep(&cursor.soql, cursor.include_deleted, found.long);
        // Rows that are gone were skipped; only a page that was cut short goes on within it.
        let done = if found.written < found.rows { found.written } else { here.len() };
        page.total = whole(cursor.ids.len());
        page.next = (offset + done < cursor.ids.len()).then_some(Locator { id, offset: offset + done });
        Ok(page)
    }

    /// The records of a query that lie in `range` of its whole answer, whose size is the page's total. Records that go on elsewhere do so
    /// under no locator.
    ///
    /// # Errors
    /// `Query` for SOQL that Salesforce refuses, or that does not ask for records.
    pub fn part<S: Spelling>(&self, soql: &str, range: Range<usize>, spelling: &S) -> Result<Page, RecordError> {
        let compiled = self.compiled(soql, false)?;
        let Answer::Rows(rows) = &compiled.answer else { return self.answered(soql, false, spelling) };
        let ids = self.all_ids(&rows.ids)?;
        let here = ids.slice(range);
        let source = Source { statement: &rows.page, fill: Fill { page_size: here.len(), ids: &here }, shape: &rows.shape, children: &rows.children };
        let mut page = blank::<S>(&compiled);
        page.total = whole(ids.len());
        let found = self.write(&source, &[], spelling, &mut page)?;
        if found.written < found.rows { Err(too_large()) } else { Ok(page) }
    }

    pub(super) fn compiled(&self, soql: &str, include_deleted: bool) -> Result<Arc<Compiled>, RecordError> {
        let compiled = self.memory.queries.of(soql, include_deleted, self.catalog, || self.asked.context(include_deleted))?;
        let nested = matches!(&compiled.answer, Answer::Rows(rows) if rows.children.iter().any(|child| !child.children.is_empty()));
        if nested && self.asked.is_before(NESTED_CHILDREN) { Err(SoqlError::nested_children().into()) } else { Ok(compiled) }
    }

    /// Rows of a page of this query.
    fn batch(&self, rows: &Rows, object: &str) -> usize {
        let Some(object) = self.catalog.object(object).filter(|_| self.asked.batch > LONG_TEXT_BATCH && self.asked.batch != WHOLE) else {
            return self.asked.batch;
        };
        let is_long = |field: &&Field| field.flags.custom && field.kind == FieldType::Textarea && !field.flags.filterable;
        let several = rows.shape.items.iter().filter_map(|item| object.field(&item.key)).filter(is_long).nth(1).is_some();
        if several { LONG_TEXT_BATCH } else { self.asked.batch }
    }

    fn first_page<S: Spelling>(&self, rows: &Rows, (soql, include_deleted): (&str, bool), spelling: &S, page: &mut Page) -> Result<(), RecordError> {
        let fill = Fill { page_size: self.asked.batch.saturating_add(1), ids: &[] };
        let source = Source { statement: &rows.first, fill, shape: &rows.shape, children: &rows.children };
        let Found { rows: found, written, mut long, .. } = self.write(&source, &[], spelling, page)?;
        page.total = whole(found);
        let soql: Arc<str> = soql.into();
        if let Some(object) = SINGLE_BATCH.iter().find(|object| written < found && **object == page.object) {
            return Err(SoqlError::single_batch(object).into());
        }
        if written < found && self.asked.batch == WHOLE {
            return Err(too_large());
        }
        if written < found {
            let ids = self.all_ids(&rows.ids)?;
            let locator = self.fresh();
            page.total = whole(ids.len());
            page.next = Some(Locator { id: locator, offset: written });
            long.push(LongList { locator, path: Vec::new(), ids });
        }
        self.keep(&soql, include_deleted, long);
        Ok(())
    }

    fn write<S: Spelling>(&self, source: &Source<'_>, path: &[usize], spelling: &S, page: &mut Page) -> Result<Found, RecordError> {
        let keeps_ids = page.usage.view || page.usage.reference;
        let writer = PageWriter { spelling, batch: self.asked.batch, keeps_ids };
        let mut found = writer.list(&mut page.records, self.db, source, path, &|| self.fresh())?;
        page.used = std::mem::take(&mut found.ids);
        Ok(found)
    }

    /// The ids of a whole result.
    pub(super) fn all_ids(&self, statement: &Statement) -> Result<IdList, RecordError> {
        let mut ids = IdList::default();
        self.db.each(statement, Fill::default(), &mut |row| ids.extend(row.column(0).id()))?;
        Ok(ids)
    }

    fn fresh(&self) -> RecordId {
        let id = self.memory.cursors.fresh(self.asked.org_number);
        if self.asked.hides_offsets { id.with_prefix(HIDING) } else { id }
    }

    /// Opens the locators of one answer.
    fn keep(&self, soql: &Arc<str>, include_deleted: bool, lists: Vec<LongList>) {
        let (user, opened) = (self.asked.user.id, self.asked.now);
        let cursor = |LongList { locator, path, ids }| (locator, Cursor { user, soql: Arc::clone(soql), include_deleted, path, ids, opened });
        self.memory.cursors.open(self.asked.org, lists.into_iter().map(cursor).collect());
    }

    fn aggregated<S: Spelling>(&self, aggregate: &Aggregate, spelling: &S, page: &mut Page) -> Result<(), RecordError> {
        let writer = PageWriter { spelling, batch: BATCH, keeps_ids: false };
        let mut found = 0;
        self.db.each(&aggregate.rows, Fill { page_size: BATCH + 1, ids: &[] }, &mut |row| {
            found += 1;
            spelling.separate(&mut page.records);
            writer.aggregate(&mut page.records, &aggregate.items, row);
        })?;
        if found > BATCH {
            return Err(SoqlError::single_batch("Aggregate query").into());
        }
        page.total = whole(found);
        Ok(())
    }
}

/// GUESS: code and words; Salesforce has no answer that must be whole.
fn too_large() -> RecordError {
    RecordError::Query { code: "OPERATION_TOO_LARGE", message: "The records asked for take too much room: ask for fewer".to_owned() }
}

/// A page without records. JSON's separator looks for the bracket in front of the first one.
fn blank<S: Spelling>(compiled: &Compiled) -> Page {
    let mut records = Vec::with_capacity(S::ROOM + 4096);
    records.resize(S::ROOM, b'[');
    Page { records, total: 0, next: None, object: compiled.object.clone(), usage: compiled.usage, used: Vec::new() }
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

/// How many undeleted records an object has.
pub fn count(db: &impl Statements, catalog: &dyn Catalog, asked: &Asked<'_>, object: &Object) -> Result<u64, RecordError> {
    let compiled = soql::compile(&format!("SELECT COUNT() FROM {}", object.name), catalog, &asked.context(false))?;
    match &compiled.answer {
        Answer::Count(statement) => total(db, statement),
        _ => Ok(0),
    }
}

pub(super) fn total(db: &impl Statements, statement: &Statement) -> Result<u64, RecordError> {
    let mut total = 0;
    db.each(statement, Fill::default(), &mut |row| {
        if let Column::Integer(count) = row.column(0) {
            total = u64::try_from(count).unwrap_or(0);
        }
    })?;
    Ok(total)
}

pub(super) fn whole(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
