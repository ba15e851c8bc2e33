//! A piece of a statement while it is written: text, binds, and which tables it reads.

use crate::bound::{Expr, SortKey, Table, TableId};
use crate::catalog::{FilterPart, RowFilter};
use crate::compiled::{Bind, Value};
use crate::plan::{Key, Predicate};

#[derive(Debug)]
pub(super) struct Clause<'q, 'c> {
    pub(super) sql: String,
    pub(super) binds: Vec<Bind>,
    tables: &'q [Table<'c>],
    /// What the tables' aliases begin with.
    letter: char,
    pub(super) used: Vec<bool>,
}

impl<'q, 'c> Clause<'q, 'c> {
    pub(super) fn new(tables: &'q [Table<'c>]) -> Self {
        Self { sql: String::new(), binds: Vec::new(), tables, letter: 't', used: vec![false; tables.len()] }
    }

    /// A clause of a sub-select, whose tables must not be taken for those around it.
    pub(super) fn inner(tables: &'q [Table<'c>]) -> Self {
        Self { letter: 's', ..Self::new(tables) }
    }

    pub(super) fn push(&mut self, sql: &str) {
        self.sql.push_str(sql);
    }

    pub(super) fn value(&mut self, value: Value) {
        self.sql.push('?');
        self.binds.push(Bind::Value(value));
    }

    /// A name from the catalog.
    pub(super) fn name(&mut self, name: &str) {
        self.sql.push('"');
        self.sql.push_str(&name.replace('"', "\"\""));
        self.sql.push('"');
    }

    /// A column of a table, which FROM then has to hold.
    pub(super) fn column(&mut self, table: TableId, name: &str) {
        self.used[table] = true;
        let alias = self.alias(table);
        self.sql.push_str(&alias);
        self.sql.push('.');
        self.name(name);
    }

    pub(super) fn list<T>(&mut self, items: impl IntoIterator<Item = T>, write: impl Fn(&mut Self, T)) {
        for (place, item) in items.into_iter().enumerate() {
            if place > 0 {
                self.push(", ");
            }
            write(self, item);
        }
    }

    /// WHERE: live rows the user may read, the children of given parents, and the query's own condition.
    pub(super) fn wheres(&mut self, parent: Option<&Expr<'c>>, filter: &Predicate<'_, 'c>) {
        let mut word = " WHERE ";
        let root = &self.tables[0];
        if root.only_alive {
            self.push(word);
            self.column(0, "IsDeleted");
            self.push(" = 0");
            word = " AND ";
        }
        if let Some(readable) = &root.readable {
            self.push(word);
            self.readable(0, readable);
            word = " AND ";
        }
        if let Some(parent) = parent {
            self.push(word);
            self.expr(parent);
            self.push(" IN rarray(?)");
            self.binds.push(Bind::Ids);
            word = " AND ";
        }
        if !matches!(filter, Predicate::Always) {
            self.push(word);
            self.predicate(filter);
        }
    }

    /// The condition a user's access puts on the rows of a table.
    pub(super) fn readable(&mut self, table: TableId, filter: &RowFilter) {
        self.used[table] = true;
        let tables = self.tables;
        self.filter(filter, &self.alias(table), |column| tables[table].columns.contains(&column));
    }

    /// A row filter over the table of that alias.
    pub(super) fn filter(&mut self, filter: &RowFilter, alias: &str, has: impl Fn(&str) -> bool) {
        self.push("(");
        for part in &filter.0 {
            match part {
                FilterPart::Sql(sql) => self.push(sql),
                FilterPart::Column(name) if has(name) => {
                    self.push(alias);
                    self.push(".");
                    self.name(name);
                }
                FilterPart::Column(_) => self.push("NULL"),
                FilterPart::Value(value) => self.value(value.clone()),
                FilterPart::List(values) => {
                    self.push("?");
                    self.binds.push(Bind::List(values.clone()));
                }
            }
        }
        self.push(")");
    }

    pub(super) fn order(&mut self, keys: &[Key<'_, 'c>]) {
        if !keys.is_empty() {
            self.push(" ORDER BY ");
            self.list(keys, Self::key);
        }
    }

    pub(super) fn key(&mut self, key: &Key<'_, 'c>) {
        let sort = match key {
            Key::Id(id) => return self.expr(id),
            Key::Sorted(sort) => sort,
        };
        if !sort.ranked.is_empty() {
            self.rank(&sort.expr, &sort.ranked);
            self.push(direction(sort));
            self.push(", ");
        }
        self.compared(&sort.expr);
        self.push(direction(sort));
    }

    /// The tables named in `used` and those their keys lead through.
    pub(super) fn tables(&mut self, used: Vec<bool>) {
        let tables = self.tables;
        self.used = used;
        // A key reads tables before its own only, so one pass from the last finds all.
        for table in (1..tables.len()).rev().filter(|table| self.used[*table]).collect::<Vec<_>>() {
            self.mark(table);
        }
        for (id, table) in tables.iter().enumerate() {
            let Some(link) = &table.link else {
                self.relation(table.object, &table.relation, &table.columns);
                self.push(&format!(" AS {}", self.alias(id)));
                continue;
            };
            if self.used[id] {
                self.push(" LEFT JOIN ");
                self.relation(table.object, &table.relation, &table.columns);
                self.push(&format!(" AS {} ON ", self.alias(id)));
                self.expr(&link.own);
                self.push(" = ");
                self.expr(&link.key);
                if table.only_alive {
                    self.push(" AND ");
                    self.column(id, "IsDeleted");
                    self.push(" = 0");
                }
                if let Some(readable) = &table.readable {
                    self.push(" AND ");
                    self.readable(id, readable);
                }
            }
        }
    }

    /// Marks every table on the way to `table`.
    fn mark(&mut self, table: TableId) {
        let mut link = self.tables[table].link.as_ref();
        while let Some(parent) = link.and_then(|link| link.key.table()) {
            self.used[parent] = true;
            link = self.tables[parent].link.as_ref();
        }
    }

    /// The object queried is `t`, parents are `t1`, `t2` and so on.
    fn alias(&self, table: TableId) -> String {
        if table == 0 { self.letter.to_string() } else { format!("{}{table}", self.letter) }
    }
}

/// What follows a term of ORDER BY.
pub(super) fn direction(sort: &SortKey<'_>) -> &'static str {
    match (sort.descending, sort.nulls_first) {
        (false, None) => "",
        (true, None) => " DESC",
        (false, Some(true)) => " NULLS FIRST",
        (true, Some(true)) => " DESC NULLS FIRST",
        (false, Some(false)) => " NULLS LAST",
        (true, Some(false)) => " DESC NULLS LAST",
    }
}
