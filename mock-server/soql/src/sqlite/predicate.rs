//! Conditions.

use std::borrow::Cow;

use super::clause::Clause;
use super::joined;
use crate::bound::{Expr, Ordering};
use crate::compiled::{Bind, Value};
use crate::plan::Predicate;

/// Terms of a chain that are written side by side; longer chains become balanced trees, for SQLite bounds the depth.
const FLAT_CHAIN: usize = 16;
/// Values of IN that are written one by one; longer lists travel as one array.
const FLAT_LIST: usize = 8;

impl<'c> Clause<'_, 'c> {
    pub(super) fn predicate(&mut self, predicate: &Predicate<'_, 'c>) {
        match predicate {
            Predicate::Always => self.push("1"),
            Predicate::Never => self.push("0"),
            Predicate::All(terms) => self.chain(terms, " AND "),
            Predicate::Any(terms) => self.chain(terms, " OR "),
            Predicate::NotTrue(inner) => {
                self.push("(");
                self.predicate(inner);
                self.push(") IS NOT TRUE");
            }
            Predicate::IsNull(expr) => self.tested(expr, " IS NULL"),
            Predicate::IsPresent(expr) => self.tested(expr, " IS NOT NULL"),
            Predicate::Compare { expr, order, value } => {
                self.compared(expr);
                self.push(symbol(*order));
                self.value(value.as_ref().clone());
            }
            Predicate::Differs { expr, value } => {
                self.compared(expr);
                self.push(" IS NOT ");
                self.value((*value).clone());
            }
            Predicate::OneOf { expr, values } => self.one_of(expr, values),
            Predicate::Given(expr) => {
                self.tested(expr, " IN rarray(?)");
                self.binds.push(Bind::Ids);
            }
            Predicate::Like { expr, pattern } => {
                self.push("fold(");
                self.expr(expr);
                self.push(") LIKE ");
                self.value(Value::Text((*pattern).to_owned()));
                self.push(" ESCAPE '\\'");
            }
            Predicate::Includes { expr, choices } => self.holds(expr, choices, false),
            Predicate::SameChoices { expr, choices } => self.holds(expr, choices, true),
            Predicate::Among { expr, tables, column, filter } => {
                let mut read = Clause::inner(tables);
                read.expr(column);
                let mut rest = Clause::inner(tables);
                rest.wheres(None, filter);
                let ids = joined(&read, Clause::inner(tables), &rest);
                self.expr(expr);
                self.push(&format!(" IN ({})", ids.sql));
                self.binds.extend(ids.binds);
            }
        }
    }

    fn tested(&mut self, expr: &Expr<'c>, test: &str) {
        self.expr(expr);
        self.push(test);
    }

    fn chain(&mut self, terms: &[Predicate<'_, 'c>], operator: &str) {
        self.push("(");
        if terms.len() > FLAT_CHAIN {
            let (left, right) = terms.split_at(terms.len() / 2);
            self.chain(left, operator);
            self.push(operator);
            self.chain(right, operator);
        } else {
            for (place, term) in terms.iter().enumerate() {
                if place > 0 {
                    self.push(operator);
                }
                self.predicate(term);
            }
        }
        self.push(")");
    }

    fn one_of(&mut self, expr: &Expr<'c>, values: &[Cow<'_, Value>]) {
        self.compared(expr);
        match values {
            [value] => {
                self.push(" = ");
                self.value(value.as_ref().clone());
            }
            values if values.len() <= FLAT_LIST => {
                self.push(" IN (");
                self.list(values, |clause, value| clause.value(value.as_ref().clone()));
                self.push(")");
            }
            values => {
                self.push(" IN rarray(?)");
                self.binds.push(Bind::List(values.iter().map(|value| value.as_ref().clone()).collect()));
            }
        }
    }

    /// Whether a multi-select value, stored as `A;B`, holds all of the folded `choices` (and nothing else, when `only` is set).
    fn holds(&mut self, expr: &Expr<'c>, choices: &[String], only: bool) {
        self.push("(");
        for (place, choice) in choices.iter().enumerate() {
            self.push(if place > 0 { " AND instr(';' || fold(" } else { "instr(';' || fold(" });
            self.expr(expr);
            self.push(") || ';', ");
            self.value(Value::Text(format!(";{choice};")));
            self.push(") > 0");
        }
        if only {
            let letters: usize = choices.iter().map(|choice| choice.chars().count()).sum();
            let length = i64::try_from(letters + choices.len()).unwrap_or(i64::MAX) - 1;
            self.push(" AND length(");
            self.expr(expr);
            self.push(") = ");
            self.value(Value::Integer(length));
        }
        self.push(")");
    }
}

fn symbol(order: Ordering) -> &'static str {
    match order {
        Ordering::Equal => " = ",
        Ordering::Less => " < ",
        Ordering::LessOrEqual => " <= ",
        Ordering::Greater => " > ",
        Ordering::GreaterOrEqual => " >= ",
    }
}
