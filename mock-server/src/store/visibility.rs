//! Row rules as SQL: a condition over the rows of one object, with every id as a bind.

use std::sync::Arc;

use catalogue::Object;
use soql::{FilterPart, RowFilter, Statement};

use super::Tx;
use super::records::Place;
use crate::access::{Clause, RowRule};
use crate::id::RecordId;
use crate::records::{Fill, Statements};
use crate::storage::StoreError;

impl Tx<'_> {
    /// The condition for rows of an object that the rule admits; `None` when it admits all.
    pub(super) fn row_condition(&self, rule: &RowRule) -> Option<RowFilter> {
        let RowRule::Any(clauses) = rule else { return None };
        let mut writer = Writer { tx: self, parts: Vec::new(), tables: 0 };
        writer.any(clauses, None);
        Some(RowFilter(writer.parts))
    }

    /// Whether the rule admits this row.
    pub(super) fn meets(&self, object: &Object, id: RecordId, rule: &RowRule) -> Result<bool, StoreError> {
        let Some(condition) = self.row_condition(rule) else { return Ok(true) };
        let Some(place) = Place::of(self, object) else { return Ok(false) };
        let mut sql = format!("SELECT 1 FROM {} AS t WHERE t.\"Id\" = ? AND (", place.from);
        let mut binds = vec![soql::Bind::Value(soql::Value::Text(id.to_string()))];
        for part in condition.0 {
            match part {
                FilterPart::Sql(text) => sql.push_str(&text),
                FilterPart::Column(name) => {
                    let known = object.field(&name).map_or("NULL".to_owned(), |field| place.column(field));
                    sql.push_str(&if known == "NULL" { known } else { format!("t.{known}") });
                }
                FilterPart::Value(value) => {
                    sql.push('?');
                    binds.push(soql::Bind::Value(value));
                }
                FilterPart::List(values) => {
                    sql.push('?');
                    binds.push(soql::Bind::List(values));
                }
            }
        }
        sql.push(')');
        let mut found = false;
        self.each(&Statement { sql, binds }, Fill::default(), &mut |_| found = true)?;
        Ok(found)
    }
}

struct Writer<'t, 'c> {
    tx: &'t Tx<'c>,
    parts: Vec<FilterPart>,
    /// Sub-selects opened so far: each has an alias of its own.
    tables: usize,
}

impl Writer<'_, '_> {
    fn sql(&mut self, text: impl Into<String>) {
        self.parts.push(FilterPart::Sql(text.into().into()));
    }

    /// A column of the rows that the whole condition is about, or of a sub-select.
    fn column(&mut self, alias: Option<&str>, name: &str) {
        match alias {
            None => self.parts.push(FilterPart::Column(name.to_owned().into())),
            Some(alias) => self.sql(format!("{alias}.\"{name}\"")),
        }
    }

    fn among(&mut self, ids: &Arc<[String]>) {
        self.sql(" IN rarray(");
        self.parts.push(FilterPart::List(ids.iter().map(|id| soql::Value::Text(id.clone())).collect()));
        self.sql(")");
    }

    fn any(&mut self, clauses: &[Clause], alias: Option<&str>) {
        if clauses.is_empty() {
            return self.sql("0");
        }
        for (place, clause) in clauses.iter().enumerate() {
            self.sql(if place > 0 { " OR (" } else { "(" });
            self.clause(clause, alias);
            self.sql(")");
        }
    }

    fn clause(&mut self, clause: &Clause, alias: Option<&str>) {
        match clause {
            Clause::Holds { field, ids } => {
                self.column(alias, field);
                self.among(ids);
            }
            Clause::Lacks { field } => {
                self.column(alias, field);
                self.sql(" IS NULL");
            }
            Clause::Both(one, other) => {
                self.sql("(");
                self.clause(one, alias);
                self.sql(") AND (");
                self.clause(other, alias);
                self.sql(")");
            }
            Clause::Shared { share, record, level, levels, with } => {
                let Some(inner) = self.open(share, alias, (record, "Id")) else { return self.sql("0") };
                self.sql(format!(" AND {inner}.\"IsDeleted\" = 0 AND {inner}.\"UserOrGroupId\""));
                self.among(with);
                if let Some(levels) = levels {
                    let names = levels.iter().map(|level| format!("'{level}'")).collect::<Vec<_>>().join(", ");
                    self.sql(format!(" AND {inner}.\"{level}\" IN ({names})"));
                }
                self.sql(")");
            }
            Clause::PointsAt { field, object, rule } => self.related(object, alias, ("Id", field), rule),
            Clause::PointedAtBy { object, field, rule } => self.related(object, alias, (field, "Id"), rule),
        }
    }

    fn related(&mut self, object: &str, alias: Option<&str>, join: (&str, &str), rule: &RowRule) {
        let Some(inner) = self.open(object, alias, join) else { return self.sql("0") };
        if let RowRule::Any(clauses) = rule {
            self.sql(" AND (");
            self.any(clauses, Some(&inner));
            self.sql(")");
        }
        self.sql(")");
    }

    /// Opens a sub-select over an object whose column `join.0` equals the column `join.1` outside. `None`: the object has no rows.
    fn open(&mut self, object: &str, alias: Option<&str>, join: (&str, &str)) -> Option<String> {
        let from = if self.tx.has_table(object) { format!("\"{object}\"") } else { Place::of(self.tx, catalogue::object(object)?)?.from };
        self.tables += 1;
        let inner = format!("s_{}", self.tables);
        self.sql(format!("EXISTS (SELECT 1 FROM {from} AS {inner} WHERE {inner}.\"{}\" = ", join.0));
        self.column(alias, join.1);
        Some(inner)
    }
}
