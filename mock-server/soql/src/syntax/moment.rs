//! Whether a query means the same whoever asks it whenever: then what was compiled of it may be kept.

use super::ast::{Argument, Call, Condition, Item, Literal, LiteralValue, Operand, Query, Select};

/// Functions whose value depends on the user or the org.
const PERSONAL: [&str; 6] = ["FORMAT", "CONVERTCURRENCY", "CONVERTTIMEZONE", "FISCAL_YEAR", "FISCAL_QUARTER", "FISCAL_MONTH"];

impl Query {
    /// Whether the query asks for the time, the asking user or the org's settings: by date literals, scopes, formats, fiscal periods, money.
    pub fn depends_on_context(&self) -> bool {
        let items = match &self.select {
            Select::Count => false,
            Select::Items(items) => items.iter().any(|item| match item {
                Item::Value { operand, .. } => by_operand(operand),
                Item::Children(query) => query.depends_on_context(),
                Item::Typeof(_) | Item::Fields { .. } => false,
            }),
        };
        let groups = self.group.iter().flat_map(|group| &group.items);
        let sorts = self.order.iter().map(|order| &order.operand);
        items
            || self.scope.is_some()
            || self.condition.as_ref().is_some_and(by_condition)
            || self.having.as_ref().is_some_and(by_condition)
            || groups.chain(sorts).any(by_operand)
    }
}

fn by_condition(condition: &Condition) -> bool {
    match condition {
        Condition::All(terms) | Condition::Any(terms) => terms.iter().any(by_condition),
        Condition::Not(term) => by_condition(term),
        Condition::Compare { operand, literal, .. } => by_operand(operand) || by_literal(literal),
        Condition::In { operand, literals, .. } | Condition::Includes { operand, literals, .. } => {
            by_operand(operand) || literals.iter().any(by_literal)
        }
        Condition::SemiJoin { operand, query, .. } => by_operand(operand) || query.depends_on_context(),
    }
}

fn by_literal(literal: &Literal) -> bool {
    matches!(literal.value, LiteralValue::Days(_) | LiteralValue::Money(_))
}

fn by_operand(operand: &Operand) -> bool {
    matches!(operand, Operand::Call(call) if by_call(call))
}

fn by_call(call: &Call) -> bool {
    let argument = |argument: &Argument| matches!(argument, Argument::Operand(operand) if by_operand(operand));
    PERSONAL.iter().any(|name| call.function.text.eq_ignore_ascii_case(name)) || call.arguments.iter().any(argument)
}
