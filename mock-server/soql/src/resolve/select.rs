//! The SELECT list: which columns are read and which JSON keys they fill.

use std::collections::HashSet;

use catalogue::{Field, FieldType};

use super::functions::{Class, Operated};
use super::scope::{Scope, Step, Walk};
use crate::bound::Expr;
use crate::compiled::{Cell, Item, Parent, Part};
use crate::error::{Reason, Refusal, Span};
use crate::syntax::ast::{self, Condition, Fields, Name, Operand, Operator};

/// Rows an unbounded FIELDS() may ask for.
const MOST_ROWS_OF_ALL_FIELDS: u64 = 200;

#[derive(Debug, Default)]
pub(super) struct Selection<'c> {
    pub(super) columns: Vec<Expr<'c>>,
    pub(super) items: Vec<Item>,
    /// Full paths taken, in API spelling.
    taken: HashSet<String>,
    /// Distances without an alias so far.
    unnamed: usize,
}

impl<'c> Selection<'c> {
    /// An empty list of keys over columns already read.
    pub(super) fn over(columns: Vec<Expr<'c>>) -> Self {
        Self { columns, ..Self::default() }
    }

    /// The place of `expr` among the columns; the same expression is read once.
    pub(super) fn column(&mut self, expr: Expr<'c>) -> usize {
        self.columns.iter().position(|known| *known == expr).unwrap_or_else(|| {
            self.columns.push(expr);
            self.columns.len() - 1
        })
    }

    /// A field or a function in the list of a query that is not aggregated.
    pub(super) fn value(&mut self, operated: Operated<'c>, operand: &Operand, alias: Option<&Name>, scope: &mut Scope<'c>) -> Result<(), Refusal> {
        let Operated { column, walk, class } = operated;
        let cell = match column.field {
            Some(field) if is_compound(field.kind) => self.compound(field, &walk, scope),
            _ => Cell::Field { column: self.column(column.expr), kind: column.kind },
        };
        match alias {
            Some(alias) => self.put(&[], &alias.text, cell, alias.span),
            None if class == Class::Distance => {
                self.unnamed += 1;
                self.put(&[], &format!("expr{}", self.unnamed - 1), cell, operand.span())
            }
            None => self.put(&walk.steps, column.name, cell, operand.span()),
        }
    }

    /// FIELDS(): every field of the object the user sees, in describe order.
    pub(super) fn fields(&mut self, which: Fields, span: Span, query: &ast::Query, scope: &mut Scope<'c>) -> Result<(), Refusal> {
        if which != Fields::Standard && !is_bounded(query) {
            return Err(Refusal::new(Reason::FieldsUnbounded, span));
        }
        let wanted: Vec<&'c Field> = scope
            .visible_fields()
            .filter(|field| match which {
                Fields::All => true,
                Fields::Custom => field.flags.custom,
                Fields::Standard => !field.flags.custom,
            })
            .collect();
        let root = scope.start();
        for field in wanted {
            let cell = if is_compound(field.kind) {
                self.compound(field, &root, scope)
            } else {
                let column = scope.field_column(0, field);
                Cell::Field { column: self.column(column.expr), kind: field.kind }
            };
            self.put(&[], &field.name, cell, span)?;
        }
        Ok(())
    }

    fn compound(&mut self, field: &'c Field, walk: &Walk<'c>, scope: &mut Scope<'c>) -> Cell {
        let parts = scope.parts(field, walk);
        let part = |(key, kind, expr)| Part { key, column: self.column(expr), kind };
        Cell::Compound { kind: field.kind, parts: parts.into_iter().map(part).collect() }
    }

    /// Puts a value under its parents' keys; paths of one parent share an object at the place of the first.
    pub(super) fn put(&mut self, steps: &[Step<'c>], key: &str, cell: Cell, span: Span) -> Result<(), Refusal> {
        let mut full: String = steps.iter().map(|step| format!("{}.", step.key)).collect();
        full.push_str(key);
        if self.taken.contains(&full) {
            return Err(Refusal::new(Reason::DuplicateField(full), span));
        }
        self.taken.insert(full);
        let ids: Vec<usize> = steps.iter().map(|step| self.column(step.id.clone())).collect();
        let mut items = &mut self.items;
        for (step, id) in steps.iter().zip(ids) {
            items = parent_items(items, step, id);
        }
        items.push(Item { key: key.to_owned(), cell });
        Ok(())
    }
}

/// The keys of the parent `step` leads to, made where it is named first.
fn parent_items<'i>(items: &'i mut Vec<Item>, step: &Step<'_>, id: usize) -> &'i mut Vec<Item> {
    let known = items.iter().position(|item| item.key == step.key && matches!(item.cell, Cell::Parent(_)));
    let at = known.unwrap_or_else(|| {
        let parent = Parent { id, kind: step.kind.clone(), items: Vec::new() };
        items.push(Item { key: step.key.to_owned(), cell: Cell::Parent(parent) });
        items.len() - 1
    });
    match &mut items[at].cell {
        Cell::Parent(parent) => &mut parent.items,
        _ => unreachable!("the position was looked up or made as a parent"),
    }
}

pub(super) fn is_compound(kind: FieldType) -> bool {
    matches!(kind, FieldType::Address | FieldType::Location)
}

/// Whether FIELDS(ALL) is allowed: at most 200 rows by LIMIT or by a list of ids.
fn is_bounded(query: &ast::Query) -> bool {
    let most = usize::try_from(MOST_ROWS_OF_ALL_FIELDS).unwrap_or(usize::MAX);
    query.limit.is_some_and(|limit| limit <= MOST_ROWS_OF_ALL_FIELDS) || query.condition.as_ref().and_then(ids_named).is_some_and(|ids| ids <= most)
}

/// How many ids a condition allows, when it names them.
fn ids_named(condition: &Condition) -> Option<usize> {
    let is_id = |operand: &Operand| matches!(operand, Operand::Path(path) if path.parents.is_empty() && path.name.text.eq_ignore_ascii_case("Id"));
    match condition {
        Condition::Compare { operand, operator: Operator::Equal, .. } if is_id(operand) => Some(1),
        Condition::In { operand, negated: false, literals } if is_id(operand) => Some(literals.len()),
        Condition::Any(terms) => terms.iter().map(ids_named).sum(),
        Condition::All(terms) => terms.iter().filter_map(ids_named).min(),
        _ => None,
    }
}
