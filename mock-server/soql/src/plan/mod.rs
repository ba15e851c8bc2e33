//! Bound query to statements: which rows each reads, in which order, under which limits. Decides everything but the spelling.

mod days;
mod predicate;

use crate::Context;
use crate::bound::{Answer, Children, Expr, Groups, Query, Records, SortKey, Table, Test};
use crate::compiled::{self, Child, Compiled, Rows, Shape, Statement};
use crate::error::Refusal;
use crate::sqlite::{render, render_groups};
use crate::syntax::ast::GroupKind;

pub(crate) use predicate::Predicate;

/// One statement, ready to be spelled.
#[derive(Debug)]
pub(crate) struct Select<'q, 'c> {
    pub(crate) tables: &'q [Table<'c>],
    pub(crate) read: Read<'q, 'c>,
    pub(crate) driver: Driver<'q, 'c>,
    pub(crate) limit: Limit,
}

/// The statement of an aggregated query.
#[derive(Debug)]
pub(crate) struct Grouping<'q, 'c> {
    pub(crate) groups: &'q Groups<'c>,
    /// One set where nothing is rolled up.
    pub(crate) sets: Vec<GroupingSet<'q, 'c>>,
    pub(crate) filter: &'q Predicate<'q, 'c>,
    pub(crate) limit: Limit,
}

/// One of the lists of keys that ROLLUP and CUBE group by.
#[derive(Debug)]
pub(crate) struct GroupingSet<'q, 'c> {
    /// The places of the keys that are null in it.
    pub(crate) absent: Vec<usize>,
    pub(crate) having: Predicate<'q, 'c>,
}

#[derive(Debug)]
pub(crate) enum Read<'q, 'c> {
    Columns(&'q [Expr<'c>]),
    Count,
}

/// What chooses the rows, and their order.
#[derive(Debug)]
pub(crate) enum Driver<'q, 'c> {
    Filter {
        filter: &'q Predicate<'q, 'c>,
        order: Vec<Key<'q, 'c>>,
    },
    /// The rows whose ids the caller gives, in that order.
    Ids {
        id: &'q Expr<'c>,
    },
    /// The rows whose `parent` is among the ids the caller gives: parent by parent, `order` inside.
    Parents {
        parent: usize,
        filter: &'q Predicate<'q, 'c>,
        order: Vec<Key<'q, 'c>>,
    },
}

/// A term of ORDER BY.
#[derive(Debug)]
pub(crate) enum Key<'q, 'c> {
    Sorted(&'q SortKey<'c>),
    /// The record's id: what makes every order total.
    Id(&'q Expr<'c>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limit {
    pub(crate) rows: Option<u64>,
    pub(crate) offset: u64,
    /// The caller's page size holds besides.
    pub(crate) paged: bool,
}

impl Limit {
    const NONE: Self = Self { rows: None, offset: 0, paged: false };
}

pub(crate) fn plan(query: Query<'_>, context: &Context) -> Result<Compiled, Refusal> {
    let (tables, limit, offset) = match &query.answer {
        Answer::Count(records) | Answer::Rows(records) => (&records.tables, records.limit, records.offset),
        Answer::Groups(groups) => (&groups.tables, groups.limit, groups.offset),
    };
    let object = tables[0].object.name.to_string();
    let answer = match query.answer {
        Answer::Count(records) => compiled::Answer::Count(count(&records, &predicate::of(records.filter.as_ref(), context)?)),
        Answer::Rows(records) => compiled::Answer::Rows(rows(records, context)?),
        Answer::Groups(groups) => compiled::Answer::Aggregate(self::groups(groups, context)?),
    };
    Ok(Compiled { object, answer, limit, offset, usage: query.usage })
}

fn rows(records: Records<'_>, context: &Context) -> Result<Rows, Refusal> {
    let filter = predicate::of(records.filter.as_ref(), context)?;
    let limit = Limit { rows: records.limit, offset: records.offset, paged: false };
    let filtered =
        |read, limit| render(&Select { tables: &records.tables, read, driver: Driver::Filter { filter: &filter, order: keys(&records) }, limit });
    let first = filtered(Read::Columns(&records.columns), Limit { paged: true, ..limit });
    let ids = filtered(Read::Columns(std::slice::from_ref(&records.columns[records.id])), limit);
    let (count, page) = (count(&records, &filter), page(&records));
    let children = children(records.children, context)?;
    let shape = Shape { object: records.tables[0].object.name.to_string(), id: records.id, items: records.items };
    Ok(Rows { shape, first, count, ids, page, children })
}

fn groups(groups: Groups<'_>, context: &Context) -> Result<compiled::Aggregate, Refusal> {
    let filter = predicate::of(groups.filter.as_ref(), context)?;
    let absent = absent(groups.kind, groups.keys.len());
    let havings: Vec<Option<Test<'_>>> = absent.iter().map(|absent| having(&groups, absent)).collect();
    let set = |(absent, having): (Vec<usize>, _)| Ok(GroupingSet { absent, having: predicate::of(having, context)? });
    let sets = absent.into_iter().zip(havings.iter().map(Option::as_ref)).map(set).collect::<Result<_, Refusal>>()?;
    let limit = Limit { rows: groups.limit, offset: groups.offset, paged: true };
    let rows = render_groups(&Grouping { groups: &groups, sets, filter: &filter, limit });
    Ok(compiled::Aggregate { items: groups.items, rows })
}

/// HAVING in a grouping set: the keys it lacks are null there.
fn having<'c>(groups: &Groups<'c>, absent: &[usize]) -> Option<Test<'c>> {
    let (missing, present): (Vec<_>, Vec<_>) = groups.keys.iter().enumerate().partition(|(place, _)| absent.contains(place));
    let [missing, present] = [missing, present].map(|keys| keys.into_iter().map(|(_, key)| key).collect::<Vec<_>>());
    groups.having.as_ref().map(|test| test.over(&|expr| expr.subtotal(&present, &missing)))
}

/// For each grouping set, the keys it has not. Subtotals come after what they sum up.
fn absent(kind: GroupKind, keys: usize) -> Vec<Vec<usize>> {
    match kind {
        GroupKind::Plain => vec![Vec::new()],
        GroupKind::Rollup => (0..=keys).map(|count| (keys - count..keys).collect()).collect(),
        GroupKind::Cube => (0..1_usize << keys).map(|set| (0..keys).filter(|key| set >> key & 1 == 1).collect()).collect(),
    }
}

/// How many rows the whole result has.
fn count(records: &Records<'_>, filter: &Predicate<'_, '_>) -> Statement {
    let limit = Limit { rows: records.limit, offset: records.offset, paged: false };
    render(&Select { tables: &records.tables, read: Read::Count, driver: Driver::Filter { filter, order: Vec::new() }, limit })
}

/// The rows of given ids.
fn page(records: &Records<'_>) -> Statement {
    let driver = Driver::Ids { id: &records.columns[records.id] };
    render(&Select { tables: &records.tables, read: Read::Columns(&records.columns), driver, limit: Limit::NONE })
}

fn children(children: Vec<Children<'_>>, context: &Context) -> Result<Vec<Child>, Refusal> {
    children.into_iter().map(|child| self::child(child, context)).collect()
}

fn child(child: Children<'_>, context: &Context) -> Result<Child, Refusal> {
    let Children { records, parent } = child;
    let filter = predicate::of(records.filter.as_ref(), context)?;
    let rows = render(&Select {
        tables: &records.tables,
        read: Read::Columns(&records.columns),
        driver: Driver::Parents { parent, filter: &filter, order: keys(&records) },
        limit: Limit { rows: records.limit, offset: records.offset, paged: false },
    });
    let page = page(&records);
    let children = children(records.children, context)?;
    let shape = Shape { object: records.tables[0].object.name.to_string(), id: records.id, items: records.items };
    Ok(Child { shape, parent, rows, page, children })
}

/// The order asked for, made total by the id.
fn keys<'q, 'c>(records: &'q Records<'c>) -> Vec<Key<'q, 'c>> {
    let id = &records.columns[records.id];
    let mut keys: Vec<Key<'q, 'c>> = records.order.iter().map(Key::Sorted).collect();
    if !records.order.iter().any(|key| key.expr == *id) {
        keys.push(Key::Id(id));
    }
    keys
}
