//! Where rows come from.

use catalogue::{FieldType, Object, SeedRow, SeedValue};
use jiff::Timestamp;

use super::clause::Clause;
use crate::catalog::Relation;
use crate::compiled::Value;

impl Clause<'_, '_> {
    /// A table or a sub-select that has `columns` at least.
    pub(super) fn relation(&mut self, object: &Object, relation: &Relation<'_>, columns: &[&str]) {
        match relation {
            Relation::Table => self.name(&object.name),
            Relation::Empty => self.empty(columns),
            Relation::Rows([]) => self.empty(columns),
            Relation::Rows(rows) => self.rows(object, rows, columns),
            Relation::Values { rows, .. } if rows.is_empty() => self.empty(columns),
            Relation::Values { columns: known, rows } => self.made(known, rows, columns),
            Relation::Select { sql, .. } => {
                self.push("(");
                self.push(sql);
                self.push(")");
            }
        }
    }

    fn empty(&mut self, columns: &[&str]) {
        self.push("(SELECT ");
        if columns.is_empty() {
            self.push("NULL");
        }
        self.list(columns, |clause, column| {
            clause.push("NULL AS ");
            clause.name(column);
        });
        self.push(" WHERE 0)");
    }

    fn made(&mut self, known: &[&str], rows: &[Vec<Value>], columns: &[&str]) {
        self.push("(SELECT ");
        if columns.is_empty() {
            self.push("NULL");
        }
        self.list(columns, |clause, column| {
            match known.iter().position(|known| known == column) {
                Some(place) => clause.push(&format!("column{} AS ", place + 1)),
                None => clause.push("NULL AS "),
            }
            clause.name(column);
        });
        self.push(" FROM (VALUES ");
        self.list(rows, |clause, row| {
            clause.push("(");
            clause.list(row, |clause, value| clause.value(value.clone()));
            clause.push(")");
        });
        self.push("))");
    }

    fn rows(&mut self, object: &Object, rows: &[SeedRow], columns: &[&str]) {
        self.push("(SELECT ");
        if columns.is_empty() {
            self.push("NULL");
        }
        for (place, column) in columns.iter().enumerate() {
            self.push(&format!("{}column{} AS ", if place > 0 { ", " } else { "" }, place + 1));
            self.name(column);
        }
        self.push(" FROM (VALUES ");
        self.list(rows, |clause, row| {
            clause.push("(");
            if columns.is_empty() {
                clause.push("NULL");
            }
            clause.list(columns, |clause, column| clause.value(seed_value(object, row, column)));
            clause.push(")");
        });
        self.push("))");
    }
}

/// A seed value as a table would store it.
fn seed_value(object: &Object, row: SeedRow, column: &str) -> Value {
    let kind = object.field(column).map(|field| field.kind);
    let value = row.iter().find(|(name, _)| *name == column).map_or(SeedValue::Null, |(_, value)| *value);
    match (value, kind) {
        (SeedValue::Null, Some(FieldType::Boolean)) => Value::Integer(0),
        (SeedValue::Null | SeedValue::Text(""), _) => Value::Null,
        (SeedValue::Boolean(value), _) => Value::Integer(i64::from(value)),
        (SeedValue::Number(number), Some(FieldType::Int | FieldType::Time)) => {
            // Seed rows are data of this repository: whole numbers well inside 2^53.
            #[expect(clippy::cast_possible_truncation, reason = "the number is whole and small")]
            Value::Integer(number as i64)
        }
        (SeedValue::Number(number), _) => Value::Real(number),
        (SeedValue::Text(text), Some(FieldType::Datetime)) => {
            text.parse::<Timestamp>().map_or(Value::Null, |instant| Value::Integer(instant.as_millisecond()))
        }
        (SeedValue::Text(text), _) => Value::Text(text.to_owned()),
    }
}
