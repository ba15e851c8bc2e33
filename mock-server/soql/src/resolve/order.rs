//! ORDER BY keys.

use catalogue::FieldType;

use super::scope::Scope;
use crate::bound::{Column, SortKey};
use crate::error::{Reason, Refusal};
use crate::syntax::ast::{Operand, Order};

pub(super) fn sort_key<'c>(order: &Order, scope: &mut Scope<'c>) -> Result<SortKey<'c>, Refusal> {
    match &order.operand {
        Operand::Path(path) => {
            let (column, _) = scope.column(path)?;
            if !is_sortable(&column) {
                return Err(Refusal::new(Reason::NotSortable(column.name.to_owned()), path.span()));
            }
            Ok(key_of(column, order))
        }
        Operand::Call(call) => Err(Refusal::new(Reason::Unsupported(format!("ORDER BY {}()", call.function)), call.function.span)),
    }
}

pub(super) fn key_of<'c>(column: Column<'c>, order: &Order) -> SortKey<'c> {
    // Nulls come first in both directions unless the query says otherwise.
    let never_null = column.required || column.kind == FieldType::Boolean;
    let nulls_first = (!never_null).then(|| order.nulls_first.unwrap_or(true));
    let ranked = match column.field {
        Some(field) if matches!(field.kind, FieldType::Picklist) => field.picklist.iter().map(|value| value.value.as_ref()).collect(),
        _ => Vec::new(),
    };
    SortKey { expr: column.expr, descending: order.descending, nulls_first, ranked }
}

fn is_sortable(column: &Column<'_>) -> bool {
    let kind =
        matches!(column.kind, FieldType::Address | FieldType::Location | FieldType::Base64 | FieldType::Multipicklist | FieldType::Encryptedstring);
    !kind && column.field.is_none_or(|field| field.flags.sortable)
}
