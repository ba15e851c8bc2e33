//! `IN (SELECT …)`: which ids of another object a field is compared with.

use std::rc::Rc;

use catalogue::{Field, FieldType, Object};

use super::scope::Scope;
use super::{Place, Schema};
use crate::bound::{Column, Ids, Test};
use crate::error::{Reason, Refusal, Span};
use crate::syntax::ast::{Condition, Item, Operand, Path, Query, Select};

/// Semi-joins of one query.
const MOST: usize = 2;
/// Objects a semi-join may not look into.
const REFUSED: [&str; 7] = ["ActivityHistory", "Attachment", "Event", "Note", "OpenActivity", "Task", "TagDefinition"];

/// Checks where the semi-joins of a WHERE stand: at its top level, joined by AND, two at most.
pub(super) fn check_places(condition: &Condition) -> Result<(), Refusal> {
    let top = match condition {
        Condition::All(terms) => terms.as_slice(),
        one => std::slice::from_ref(one),
    };
    let mut seen = 0;
    for term in top {
        match term {
            Condition::SemiJoin { operand, .. } if seen == MOST => return Err(Refusal::new(Reason::SemiJoinTooMany, operand.span())),
            Condition::SemiJoin { .. } => seen += 1,
            term => {
                if let Some(span) = first(term) {
                    return Err(Refusal::new(Reason::SemiJoinPlace, span));
                }
            }
        }
    }
    Ok(())
}

/// Whether a condition has a semi-join anywhere.
pub(super) fn is_in(condition: &Condition) -> bool {
    first(condition).is_some()
}

/// The first semi-join inside a condition.
fn first(condition: &Condition) -> Option<Span> {
    match condition {
        Condition::All(terms) | Condition::Any(terms) => terms.iter().find_map(first),
        Condition::Not(term) => first(term),
        Condition::SemiJoin { operand, .. } => Some(operand.span()),
        Condition::Compare { .. } | Condition::In { .. } | Condition::Includes { .. } => None,
    }
}

impl<'c> Schema<'c> {
    /// The test that `column` of the object queried, named by `operand`, is among the ids `query` gives.
    pub(super) fn semi_join(&self, operand: &Operand, column: Column<'c>, outer: &'c Object, query: &Query) -> Result<Test<'c>, Refusal> {
        let is_id = |kind| matches!(kind, FieldType::Id | FieldType::Reference);
        if !is_id(column.kind) {
            return Err(Refusal::new(Reason::SemiJoinOuterNotId(operand.to_string()), operand.span()));
        }
        let object = self.queried(&query.from.path)?;
        let refuse = |reason| Refusal::new(reason, query.from.path.span());
        if object.name == outer.name {
            return Err(refuse(Reason::SemiJoinSameObject));
        }
        if REFUSED.contains(&object.name.as_ref()) {
            return Err(refuse(Reason::SemiJoinObject(object.name.to_string())));
        }
        check_clauses(query)?;
        let path = selected(query)?;
        let mut scope = Scope::new(self.catalog, object, self.context.include_deleted);
        scope.name_tables(query)?;
        let (inner, walk) = scope.column(path)?;
        if !is_id(inner.kind) {
            return Err(Refusal::new(Reason::SemiJoinNotId(inner.name.to_owned()), path.span()));
        }
        if walk.steps.len() > 1 {
            return Err(Refusal::new(Reason::SemiJoinLevels, path.span()));
        }
        let takes_any = object.custom && inner.kind == FieldType::Id && column.field.is_some_and(Field::takes_custom_objects);
        if walk.steps.is_empty() && !takes_any && !agree(&targets(&column, outer), &targets(&inner, object)) {
            let reason = Reason::SemiJoinMismatch { inner: inner.name.to_owned(), outer: column.name.to_owned() };
            return Err(Refusal::new(reason, path.span()));
        }
        let filter = match &query.condition {
            Some(condition) if is_in(condition) => return Err(Refusal::new(Reason::SemiJoinNested, path.span())),
            Some(condition) => Some(self.conditions(&mut scope, Place::Where).test(condition)?),
            None => None,
        };
        let ids = Rc::new(Ids { tables: scope.tables, column: inner.expr, filter });
        Ok(Test::Among { expr: column.expr, ids })
    }
}

fn check_clauses(query: &Query) -> Result<(), Refusal> {
    let span = query.from.path.span();
    let clause = match query {
        Query { group: Some(_), .. } => "GROUP BY",
        Query { order, .. } if !order.is_empty() => "ORDER BY",
        Query { limit: Some(_), .. } => "LIMIT",
        Query { offset: Some(_), .. } => "OFFSET",
        Query { scope: Some(_), .. } => "USING SCOPE",
        Query { usage, .. } if !usage.is_empty() => "FOR",
        _ => return Ok(()),
    };
    Err(Refusal::new(Reason::NotAllowed { what: clause.to_owned(), place: "a semi join sub-select" }, span))
}

/// The one field of the inner SELECT.
fn selected(query: &Query) -> Result<&Path, Refusal> {
    let span = query.from.path.span();
    let Select::Items(items) = &query.select else { return Err(Refusal::new(Reason::AggregateInChild, span)) };
    match items.as_slice() {
        [Item::Value { operand: Operand::Path(path), alias: None }] => Ok(path),
        [Item::Value { operand: Operand::Call(_), .. }] => Err(Refusal::new(Reason::AggregateInChild, span)),
        [Item::Typeof(_)] => Err(Refusal::new(Reason::NotAllowed { what: "TYPEOF".to_owned(), place: "a semi join sub-select" }, span)),
        [Item::Value { alias: Some(alias), .. }] => Err(Refusal::new(Reason::FieldAlias, alias.span)),
        _ => Err(Refusal::new(Reason::NotAllowed { what: "more than one field".to_owned(), place: "a semi join sub-select" }, span)),
    }
}

/// The objects an id can belong to.
fn targets<'c>(column: &Column<'c>, own: &'c Object) -> Vec<&'c str> {
    match column.field {
        Some(field) if field.kind == FieldType::Reference => field.reference_to.iter().map(AsRef::as_ref).collect(),
        _ => vec![own.name.as_ref()],
    }
}

fn agree(left: &[&str], right: &[&str]) -> bool {
    left.iter().any(|target| right.contains(target))
}
