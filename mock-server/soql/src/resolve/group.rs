//! Aggregated queries: what is grouped, what is aggregated, and under which keys it is answered.

use catalogue::{FieldType, Object};

use super::functions::{Class, Operated, aggregate_named, part_named, ranked};
use super::scope::Scope;
use super::{Place, Schema};
use crate::bound::{Column, Expr, Groups, SortKey, is_text};
use crate::compiled::{Cell, Item};
use crate::error::{Reason, Refusal, Span};
use crate::syntax::ast::{self, Argument, GroupKind, Name, Operand, Query};

/// Items ROLLUP and CUBE take.
const MOST_ROLLED_UP: usize = 3;

/// What a query groups by.
#[derive(Debug, Default)]
pub(super) struct Keys<'c> {
    pub(super) exprs: Vec<Expr<'c>>,
}

impl<'c> Keys<'c> {
    /// Whether an operand has one value per group.
    pub(super) fn hold(&self, operated: &Operated<'c>) -> bool {
        match &operated.class {
            Class::Aggregate => true,
            Class::Part(of) => self.exprs.contains(&operated.column.expr) || self.exprs.contains(of),
            Class::Grouping => matches!(&operated.column.expr, Expr::Grouping { key, .. } if self.exprs.contains(key)),
            Class::Field | Class::Label | Class::Converted => self.exprs.contains(&operated.column.expr),
            Class::Formatted(inner) => inner.1 == Class::Aggregate || self.exprs.contains(&inner.0),
            Class::Distance => false,
        }
    }
}

/// Whether a query aggregates: it groups, or selects an aggregate or a part of a date.
pub(super) fn is_grouped(query: &Query, items: &[ast::Item]) -> bool {
    query.group.is_some() || items.iter().any(aggregates)
}

/// Whether a select item makes its query an aggregated one.
pub(super) fn aggregates(item: &ast::Item) -> bool {
    let ast::Item::Value { operand: Operand::Call(call), .. } = item else { return false };
    is_aggregating(call)
}

/// Whether a call aggregates, itself or by its argument: `FORMAT(SUM(Amount))`.
fn is_aggregating(call: &ast::Call) -> bool {
    let name = call.function.text.to_ascii_uppercase();
    let inner = call.arguments.iter().any(|argument| matches!(argument, Argument::Operand(Operand::Call(inner)) if is_aggregating(inner)));
    inner || aggregate_named(&name).is_some() || part_named(&name, 1).is_some() || name == "GROUPING"
}

impl<'c> Schema<'c> {
    pub(super) fn groups(&self, query: &Query, items: &[ast::Item], object: &'c Object) -> Result<Groups<'c>, Refusal> {
        let mut scope = Scope::new(self.catalog, object, self.context.include_deleted);
        scope.name_tables(query)?;
        let selected = items.iter().map(|item| self.selected(item, &mut scope)).collect::<Result<Vec<_>, _>>()?;
        let filter = self.filter(query, &mut scope)?;
        let keys = self.keys(query, &mut scope)?;
        let kind = query.group.as_ref().map_or(GroupKind::Plain, |group| group.kind);
        let mut answer = Answered::default();
        for (operand, alias, operated) in selected {
            check_selected(&operated, operand, &keys, kind)?;
            answer.add(operated, operand, alias)?;
        }
        let having = match &query.having {
            Some(condition) => Some(self.conditions(&mut scope, Place::Having(&keys)).test(condition)?),
            None => None,
        };
        let order = self.group_order(query, &keys, &mut scope)?;
        if let (None, Some(_)) = (&query.group, query.limit) {
            return Err(Refusal::new(Reason::AggregateLimit, Span::default()));
        }
        let offset = self.offset(query, object)?;
        let Answered { columns, items, .. } = answer;
        Ok(Groups { tables: scope.tables, columns, items, filter, keys: keys.exprs, kind, having, order, limit: query.limit, offset })
    }

    fn selected<'q>(&self, item: &'q ast::Item, scope: &mut Scope<'c>) -> Result<(&'q Operand, Option<&'q Name>, Operated<'c>), Refusal> {
        match item {
            ast::Item::Value { operand, alias } => Ok((operand, alias.as_ref(), self.operated(operand, scope)?)),
            ast::Item::Children(query) => Err(Refusal::new(Reason::ChildrenOfGroups, query.from.path.span())),
            ast::Item::Typeof(type_of) => Err(Refusal::new(Reason::TypeofInGroups, type_of.path.span())),
            ast::Item::Fields { span, .. } => {
                let first = scope.visible_fields().next().map(|field| field.name.to_string()).unwrap_or_default();
                Err(Refusal::new(Reason::NotGrouped(first), *span))
            }
        }
    }

    fn keys(&self, query: &Query, scope: &mut Scope<'c>) -> Result<Keys<'c>, Refusal> {
        let Some(group) = &query.group else { return Ok(Keys::default()) };
        let mut keys = Keys::default();
        for item in &group.items {
            let operated = self.operated(item, scope)?;
            let refuse = |reason| Refusal::new(reason, item.span());
            match operated.class {
                Class::Field if !is_groupable(&operated.column) => return Err(refuse(Reason::NotGroupable(operated.column.name.to_owned()))),
                Class::Aggregate | Class::Grouping => return Err(refuse(Reason::GroupedAggregated(operated.column.name.to_owned()))),
                Class::Label | Class::Converted | Class::Formatted(_) | Class::Distance => {
                    return Err(refuse(Reason::NotAllowed { what: item.to_string(), place: "GROUP BY" }));
                }
                Class::Field | Class::Part(_) => {}
            }
            if !keys.exprs.contains(&operated.column.expr) {
                keys.exprs.push(operated.column.expr);
            }
        }
        if group.kind != GroupKind::Plain && group.items.len() > MOST_ROLLED_UP {
            return Err(Refusal::new(Reason::TooManyRollups, group.items[MOST_ROLLED_UP].span()));
        }
        Ok(keys)
    }

    /// The order asked for, made total by the keys.
    fn group_order(&self, query: &Query, keys: &Keys<'c>, scope: &mut Scope<'c>) -> Result<Vec<SortKey<'c>>, Refusal> {
        super::order::check_count(&query.order)?;
        let mut order = Vec::new();
        for item in &query.order {
            let operated = self.operated(&item.operand, scope)?;
            if !keys.hold(&operated) {
                return Err(Refusal::new(Reason::OrderNotGrouped(item.operand.to_string()), item.operand.span()));
            }
            let ranked = match operated.class {
                Class::Field => operated.column.field.map(ranked).unwrap_or_default(),
                _ => Vec::new(),
            };
            let nulls_first = Some(item.nulls_first.unwrap_or(true));
            let text = is_text(operated.column.kind);
            order.push(SortKey { expr: operated.column.expr, descending: item.descending, nulls_first, ranked, text });
        }
        for key in &keys.exprs {
            if !order.iter().any(|sort| sort.expr == *key) {
                order.push(SortKey { expr: key.clone(), descending: false, nulls_first: Some(true), ranked: Vec::new(), text: false });
            }
        }
        Ok(order)
    }
}

/// Whether a function's value stands under its field's name.
fn is_named(class: &Class<'_>) -> bool {
    match class {
        Class::Label | Class::Converted => true,
        Class::Formatted(inner) => inner.1 != Class::Aggregate,
        _ => false,
    }
}

fn check_selected(operated: &Operated<'_>, operand: &Operand, keys: &Keys<'_>, kind: GroupKind) -> Result<(), Refusal> {
    if operated.class == Class::Grouping && kind == GroupKind::Plain {
        return Err(Refusal::new(Reason::GroupingWithoutRollup, operand.span()));
    }
    if keys.hold(operated) { Ok(()) } else { Err(Refusal::new(Reason::NotGrouped(operand.to_string()), operand.span())) }
}

fn is_groupable(column: &Column<'_>) -> bool {
    !matches!(column.kind, FieldType::Address | FieldType::Location | FieldType::Base64) && column.field.is_none_or(|field| field.flags.groupable)
}

/// The columns and keys of the answer.
#[derive(Debug, Default)]
struct Answered<'c> {
    columns: Vec<Expr<'c>>,
    items: Vec<Item>,
    /// Functions without an alias so far.
    unnamed: usize,
}

impl<'c> Answered<'c> {
    fn add(&mut self, operated: Operated<'c>, operand: &Operand, alias: Option<&Name>) -> Result<(), Refusal> {
        let key = match (alias, operand) {
            (Some(alias), _) => alias.text.clone(),
            (None, Operand::Path(_)) => operated.column.name.to_owned(),
            (None, Operand::Call(_)) if is_named(&operated.class) => operated.column.name.to_owned(),
            (None, Operand::Call(_)) => {
                self.unnamed += 1;
                format!("expr{}", self.unnamed - 1)
            }
        };
        if self.items.iter().any(|item| item.key.eq_ignore_ascii_case(&key)) {
            return Err(Refusal::new(Reason::DuplicateAlias(key), alias.map_or(operand.span(), |alias| alias.span)));
        }
        let kind = operated.column.kind;
        let spelled = operated.class == Class::Field && is_text(kind);
        let expr = if spelled { Expr::Spelling(Box::new(operated.column.expr)) } else { operated.column.expr };
        self.items.push(Item { key, cell: Cell::Field { column: self.columns.len(), kind } });
        self.columns.push(expr);
        Ok(())
    }
}
