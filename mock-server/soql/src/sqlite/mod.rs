//! Plan to SQLite's SQL: spells what was decided. The only place here that knows the dialect.

mod clause;
mod expr;
mod groups;
mod predicate;
mod relation;

use crate::bound::Expr;
use crate::compiled::{Bind, Statement, Value};
use crate::plan::{Driver, Limit, Read, Select};
use clause::Clause;

pub(crate) use groups::render_groups;

pub(crate) fn render(select: &Select<'_, '_>) -> Statement {
    let limited = select.limit.rows.is_some() || select.limit.offset > 0;
    match (&select.read, &select.driver) {
        (Read::Count, _) if limited => counted(select),
        (Read::Columns(columns), Driver::Parents { parent, .. }) if limited => limited_children(select, columns, *parent),
        _ => plain(select),
    }
}

fn plain(select: &Select<'_, '_>) -> Statement {
    let mut read = Clause::new(select.tables);
    match &select.read {
        Read::Count => read.push("COUNT(*)"),
        Read::Columns(columns) => read.list(columns.iter(), Clause::expr),
    }
    let mut rest = Clause::new(select.tables);
    let mut driver = Clause::new(select.tables);
    match &select.driver {
        Driver::Filter { filter, order } => {
            rest.wheres(None, filter);
            rest.order(order);
        }
        Driver::Parents { parent, filter, order } => {
            let parent = column(&select.read, *parent);
            rest.wheres(parent, filter);
            rest.push(" ORDER BY ");
            rest.list(parent, Clause::expr);
            rest.push(", ");
            rest.list(order, Clause::key);
        }
        Driver::Ids { id } => {
            // CROSS JOIN keeps SQLite from walking the table and searching the list.
            driver.push("rarray(?) AS page CROSS JOIN ");
            driver.binds.push(Bind::Ids);
            rest.push(" WHERE ");
            rest.expr(id);
            rest.push(" = page.value");
            if let Some(readable) = &select.tables[0].readable {
                rest.push(" AND ");
                rest.readable(0, readable);
            }
            rest.push(" ORDER BY page.rowid");
        }
    }
    rest.limit(select.limit);
    joined(&read, driver, &rest)
}

/// The size of a result that LIMIT or OFFSET cuts.
fn counted(select: &Select<'_, '_>) -> Statement {
    let mut read = Clause::new(select.tables);
    read.push("1");
    let mut rest = Clause::new(select.tables);
    if let Driver::Filter { filter, .. } = &select.driver {
        rest.wheres(None, filter);
    }
    rest.limit(select.limit);
    let inner = joined(&read, Clause::new(select.tables), &rest);
    Statement { sql: format!("SELECT COUNT(*) FROM ({})", inner.sql), binds: inner.binds }
}

/// Children of many parents, each parent's list cut for itself.
fn limited_children(select: &Select<'_, '_>, columns: &[Expr<'_>], parent: usize) -> Statement {
    let Driver::Parents { filter, order, .. } = &select.driver else { return plain(select) };
    let mut read = Clause::new(select.tables);
    for (place, column) in columns.iter().enumerate() {
        read.expr(column);
        read.push(&format!(" AS c{place}, "));
    }
    read.push("ROW_NUMBER() OVER (PARTITION BY ");
    read.expr(&columns[parent]);
    read.push(" ORDER BY ");
    read.list(order, Clause::key);
    read.push(") AS place");
    let mut rest = Clause::new(select.tables);
    rest.wheres(Some(&columns[parent]), filter);
    let mut inner = joined(&read, Clause::new(select.tables), &rest);
    let names: Vec<String> = (0..columns.len()).map(|place| format!("c{place}")).collect();
    let last = select.limit.rows.map_or(i64::MAX, |rows| whole(rows.saturating_add(select.limit.offset)));
    inner.binds.extend([whole(select.limit.offset), last].map(|bound| Bind::Value(Value::Integer(bound))));
    let sql = format!("SELECT {} FROM ({}) WHERE place > ? AND place <= ? ORDER BY c{parent}, place", names.join(", "), inner.sql);
    Statement { sql, binds: inner.binds }
}

/// SELECT, FROM with the joins the other clauses need, and the rest.
fn joined<'c>(read: &Clause<'_, 'c>, driver: Clause<'_, 'c>, rest: &Clause<'_, 'c>) -> Statement {
    let used: Vec<bool> = read.used.iter().zip(&rest.used).map(|(read, rest)| *read || *rest).collect();
    let mut from = driver;
    from.tables(used);
    let mut statement = Statement { sql: format!("SELECT {} FROM {}{}", read.sql, from.sql, rest.sql), binds: Vec::new() };
    for clause in [read, &from, rest] {
        statement.binds.extend(clause.binds.iter().cloned());
    }
    statement
}

fn column<'q, 'c>(read: &Read<'q, 'c>, place: usize) -> Option<&'q Expr<'c>> {
    match read {
        Read::Columns(columns) => columns.get(place),
        Read::Count => None,
    }
}

/// As SQLite's integer; more than it holds is as good as no limit.
fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

impl Clause<'_, '_> {
    fn limit(&mut self, limit: Limit) {
        match (limit.rows, limit.paged) {
            (None, false) if limit.offset == 0 => return,
            (None, false) => self.push(" LIMIT -1"),
            (None, true) => {
                self.push(" LIMIT ?");
                self.binds.push(Bind::PageSize);
            }
            (Some(rows), paged) => {
                self.push(if paged { " LIMIT MIN(?, ?)" } else { " LIMIT ?" });
                self.binds.push(Bind::Value(Value::Integer(whole(rows))));
                if paged {
                    self.binds.push(Bind::PageSize);
                }
            }
        }
        if limit.offset > 0 {
            self.push(" OFFSET ");
            self.value(Value::Integer(whole(limit.offset)));
        }
    }
}
