//! GROUP BY, HAVING, and the subtotals of ROLLUP and CUBE.

use super::clause::{Clause, direction};
use super::joined;
use crate::bound::{Expr, SortKey};
use crate::compiled::Statement;
use crate::plan::{Grouping, GroupingSet, Key, Predicate};

pub(crate) fn render_groups(grouping: &Grouping<'_, '_>) -> Statement {
    match grouping.sets.as_slice() {
        [only] => plain(grouping, &only.having),
        _ => subtotals(grouping),
    }
}

fn plain<'c>(grouping: &Grouping<'_, 'c>, having: &Predicate<'_, 'c>) -> Statement {
    let groups = grouping.groups;
    let mut read = Clause::new(&groups.tables);
    read.list(&groups.columns, Clause::expr);
    let mut rest = Clause::new(&groups.tables);
    rest.wheres(None, grouping.filter);
    rest.grouped(groups.keys.iter(), having);
    rest.order(&groups.order.iter().map(Key::Sorted).collect::<Vec<_>>());
    rest.limit(grouping.limit);
    joined(&read, Clause::new(&groups.tables), &rest)
}

/// One SELECT for each grouping set, sorted together.
fn subtotals(grouping: &Grouping<'_, '_>) -> Statement {
    let groups = grouping.groups;
    let mut union = Statement { sql: String::new(), binds: Vec::new() };
    for set in &grouping.sets {
        let set = self::set(grouping, set);
        union.sql.push_str(if union.sql.is_empty() { "" } else { " UNION ALL " });
        union.sql.push_str(&set.sql);
        union.binds.extend(set.binds);
    }
    let columns: Vec<String> = (0..groups.columns.len()).map(|place| format!("c{place}")).collect();
    let mut rest = Clause::new(&groups.tables);
    rest.sorted_by_place(&groups.order);
    rest.limit(grouping.limit);
    union.binds.extend(rest.binds);
    Statement { sql: format!("SELECT {} FROM ({}){}", columns.join(", "), union.sql, rest.sql), binds: union.binds }
}

/// The groups of one grouping set: the columns, then what they are sorted by.
fn set<'c>(grouping: &Grouping<'_, 'c>, GroupingSet { absent, having }: &GroupingSet<'_, 'c>) -> Statement {
    let groups = grouping.groups;
    let places = groups.keys.iter().enumerate();
    let (missing, present): (Vec<_>, Vec<_>) = places.partition(|(place, _)| absent.contains(place));
    let [missing, present] = [missing, present].map(|keys| keys.into_iter().map(|(_, key)| key).collect::<Vec<_>>());
    let mut read = Clause::new(&groups.tables);
    for (place, column) in groups.columns.iter().enumerate() {
        read.push(if place > 0 { ", " } else { "" });
        read.expr(&column.subtotal(&present, &missing));
        read.push(&format!(" AS c{place}"));
    }
    for (place, sort) in groups.order.iter().enumerate() {
        let expr = sort.expr.subtotal(&present, &missing);
        if !sort.ranked.is_empty() {
            read.push(", ");
            read.rank(&expr, &sort.ranked);
            read.push(&format!(" AS r{place}"));
        }
        read.push(", ");
        read.expr(&expr);
        read.push(&format!(" AS k{place}"));
    }
    let mut rest = Clause::new(&groups.tables);
    rest.wheres(None, grouping.filter);
    if present.is_empty() {
        // The grand total: all rows are one group, whether or not something is aggregated.
        rest.push(" GROUP BY NULL");
    }
    rest.grouped(present.into_iter(), having);
    joined(&read, Clause::new(&groups.tables), &rest)
}

impl<'c> Clause<'_, 'c> {
    /// ORDER BY over the sort columns of a union.
    fn sorted_by_place(&mut self, order: &[SortKey<'c>]) {
        for (place, sort) in order.iter().enumerate() {
            self.push(if place > 0 { ", " } else { " ORDER BY " });
            if !sort.ranked.is_empty() {
                self.push(&format!("r{place}{}, ", direction(sort)));
            }
            let collation = if sort.text { " COLLATE FOLD" } else { "" };
            self.push(&format!("k{place}{collation}{}", direction(sort)));
        }
    }

    fn grouped<'e>(&mut self, keys: impl Iterator<Item = &'e Expr<'c>>, having: &Predicate<'_, 'c>)
    where
        'c: 'e,
    {
        let keys: Vec<_> = keys.collect();
        if !keys.is_empty() {
            self.push(" GROUP BY ");
            self.list(keys, Self::compared);
        }
        if !matches!(having, Predicate::Always) {
            self.push(" HAVING ");
            self.predicate(having);
        }
    }
}
