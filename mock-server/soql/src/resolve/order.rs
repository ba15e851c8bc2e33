//! ORDER BY keys.

use catalogue::FieldType;

use super::Schema;
use super::functions::{Class, ranked};
use super::scope::Scope;
use crate::bound::{Column, SortKey, is_text};
use crate::error::{Reason, Refusal};
use crate::syntax::ast::Order;

/// Terms an ORDER BY may have. GUESS: not documented; known from servers of old.
const MOST_TERMS: usize = 32;

/// Refuses an ORDER BY of too many terms.
pub(super) fn check_count(order: &[Order]) -> Result<(), Refusal> {
    match order.get(MOST_TERMS) {
        Some(beyond) => Err(Refusal::new(Reason::TooManySortKeys, beyond.operand.span())),
        None => Ok(()),
    }
}

impl<'c> Schema<'c> {
    /// A term of ORDER BY in a query of records.
    pub(super) fn sort_key(&self, order: &Order, scope: &mut Scope<'c>) -> Result<SortKey<'c>, Refusal> {
        let operated = self.operated(&order.operand, scope)?;
        let refuse = |reason| Err(Refusal::new(reason, order.operand.span()));
        match operated.class {
            Class::Field if is_sortable(&operated.column) => Ok(key_of(operated.column, order)),
            Class::Distance => Ok(key_of(operated.column, order)),
            Class::Field => refuse(Reason::NotSortable(operated.column.name.to_owned())),
            Class::Aggregate | Class::Grouping | Class::Part(_) => refuse(Reason::OrderNotGrouped(order.operand.to_string())),
            Class::Label | Class::Converted | Class::Formatted(_) => {
                refuse(Reason::NotAllowed { what: order.operand.to_string(), place: "ORDER BY" })
            }
        }
    }
}

fn key_of<'c>(column: Column<'c>, order: &Order) -> SortKey<'c> {
    // Nulls come first in both directions unless the query says otherwise.
    let never_null = column.required || column.kind == FieldType::Boolean;
    let nulls_first = (!never_null).then(|| order.nulls_first.unwrap_or(true));
    let ranked = column.field.map(ranked).unwrap_or_default();
    SortKey { text: is_text(column.kind), expr: column.expr, descending: order.descending, nulls_first, ranked }
}

fn is_sortable(column: &Column<'_>) -> bool {
    let kind =
        matches!(column.kind, FieldType::Address | FieldType::Location | FieldType::Base64 | FieldType::Multipicklist | FieldType::Encryptedstring);
    !kind && column.field.is_none_or(|field| field.flags.sortable)
}
