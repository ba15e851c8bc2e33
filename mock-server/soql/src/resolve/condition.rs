//! Conditions: which field, which operator, and literals of the field's type.

use catalogue::FieldType;

use super::functions::Class;
use super::literal::{Typed, text, type_name, typed};
use super::scope::Scope;
use super::{Place, Schema};
use crate::bound::{Column, Expr, Ordering, Test, is_text};
use crate::compiled::Value;
use crate::error::{Reason, Refusal, Span};
use crate::fold::fold;
use crate::syntax::ast::{Condition, Literal, LiteralValue, Operand, Operator};

pub(super) struct Conditions<'s, 'c> {
    pub(super) schema: Schema<'c>,
    pub(super) scope: &'s mut Scope<'c>,
    pub(super) place: Place<'s, 'c>,
}

impl<'c> Conditions<'_, 'c> {
    pub(super) fn test(&mut self, condition: &Condition) -> Result<Test<'c>, Refusal> {
        match condition {
            Condition::All(terms) => Ok(Test::All(terms.iter().map(|term| self.test(term)).collect::<Result<_, _>>()?)),
            Condition::Any(terms) => Ok(Test::Any(terms.iter().map(|term| self.test(term)).collect::<Result<_, _>>()?)),
            Condition::Not(term) => Ok(Test::Not(Box::new(self.test(term)?))),
            Condition::Compare { operand, operator, literal } => {
                let column = self.column(operand)?;
                self.compare(column, *operator, literal, operand.span())
            }
            Condition::In { operand, negated, literals } => {
                let column = self.column(operand)?;
                let test = self.one_of(column, literals, operand.span())?;
                Ok(if *negated { Test::Not(Box::new(test)) } else { test })
            }
            Condition::Includes { operand, negated, literals } => {
                let column = self.column(operand)?;
                let test = includes(&column, literals, operand.span())?;
                Ok(if *negated { Test::Not(Box::new(test)) } else { test })
            }
            Condition::SemiJoin { operand, .. } if matches!(self.place, Place::Having(_)) => Err(Refusal::new(Reason::SemiJoinPlace, operand.span())),
            Condition::SemiJoin { operand, negated, query } => {
                let column = self.column(operand)?;
                let is_own = matches!(operand, Operand::Path(path) if self.scope.column(path)?.1.steps.is_empty());
                if !is_own {
                    return Err(Refusal::new(Reason::SemiJoinOuterNotId(operand.to_string()), operand.span()));
                }
                let test = self.schema.semi_join(operand, column, self.scope.object(), query)?;
                Ok(if *negated { Test::Not(Box::new(test)) } else { test })
            }
        }
    }

    /// The left side of a comparison.
    fn column(&mut self, operand: &Operand) -> Result<Column<'c>, Refusal> {
        let operated = self.schema.operated(operand, self.scope)?;
        let refuse = |reason| Err(Refusal::new(reason, operand.span()));
        match (self.place, &operated.class) {
            (Place::Where, Class::Field | Class::Label) if !is_filterable(&operated.column) => {
                refuse(Reason::NotFilterable(operated.column.name.to_owned()))
            }
            (Place::Where, Class::Field | Class::Part(_) | Class::Label | Class::Distance) => Ok(operated.column),
            (Place::Where, _) => refuse(Reason::NotAllowed { what: operand.to_string(), place: "WHERE" }),
            (Place::Having(_), Class::Label | Class::Converted | Class::Formatted(_) | Class::Distance) => {
                refuse(Reason::NotAllowed { what: operand.to_string(), place: "HAVING" })
            }
            (Place::Having(keys), _) if keys.hold(&operated) => Ok(operated.column),
            (Place::Having(_), _) => refuse(Reason::NotGrouped(operand.to_string())),
        }
    }

    fn compare(&self, column: Column<'c>, operator: Operator, literal: &Literal, span: Span) -> Result<Test<'c>, Refusal> {
        if operator == Operator::Like {
            return like(column, literal, span);
        }
        let orders = !matches!(operator, Operator::Equal | Operator::NotEqual);
        if orders && matches!(column.kind, FieldType::Multipicklist | FieldType::Boolean) {
            return Err(Refusal::new(Reason::InvalidOperator(operator_type(column.kind)), span));
        }
        if !orders && matches!(column.expr, Expr::Distance { .. }) {
            return Err(Refusal::new(Reason::InvalidOperator("distance"), span));
        }
        let typed = typed(literal, self.literal_kind(&column), column.name, span, &self.schema.context.currency)?;
        let order = match operator {
            Operator::Less => Ordering::Less,
            Operator::LessOrEqual => Ordering::LessOrEqual,
            Operator::Greater => Ordering::Greater,
            Operator::GreaterOrEqual => Ordering::GreaterOrEqual,
            Operator::Equal | Operator::NotEqual | Operator::Like => Ordering::Equal,
        };
        let test = match typed {
            // The empty text comes before every other. Clients ask so for what is not empty, or begin at it to read on by id.
            Typed::Null if orders && is_empty_text(literal) && matches!(order, Ordering::Greater | Ordering::GreaterOrEqual) => {
                Test::Not(Box::new(is_null(column)))
            }
            Typed::Null if orders => Test::Never,
            Typed::Null => is_null(column),
            Typed::Days(days) => Test::Within { instants: column.kind == FieldType::Datetime, expr: column.expr, order, days },
            Typed::Value(Value::Text(text)) if column.kind == FieldType::Multipicklist => same_choices(column.expr, &text),
            Typed::Value(value) => Test::Compare { expr: column.expr, order, value },
        };
        Ok(if operator == Operator::NotEqual { Test::Not(Box::new(test)) } else { test })
    }

    /// The type literals have to be of: what is aggregated is compared with plain numbers, money too.
    fn literal_kind(&self, column: &Column<'c>) -> FieldType {
        match (self.place, column.kind) {
            (Place::Having(_), FieldType::Currency) => FieldType::Double,
            (_, kind) => kind,
        }
    }

    fn one_of(&self, column: Column<'c>, literals: &[Literal], span: Span) -> Result<Test<'c>, Refusal> {
        if matches!(column.expr, Expr::Distance { .. }) {
            return Err(Refusal::new(Reason::InvalidOperator("distance"), span));
        }
        let plain = |literal: &Literal| matches!(literal.value, LiteralValue::Number(_));
        let money = |literal: &Literal| matches!(literal.value, LiteralValue::Money(_));
        if column.kind == FieldType::Currency && literals.iter().any(plain) && literals.iter().any(money) {
            return Err(Refusal::new(Reason::CurrencyMixed(column.name.to_owned()), span));
        }
        let mut values = Vec::with_capacity(literals.len());
        let mut others = Vec::new();
        for literal in literals {
            match typed(literal, self.literal_kind(&column), column.name, span, &self.schema.context.currency)? {
                Typed::Null => others.push(is_null(column.clone())),
                Typed::Value(Value::Text(text)) if column.kind == FieldType::Multipicklist => {
                    others.push(same_choices(column.expr.clone(), &text));
                }
                Typed::Value(value) => values.push(value),
                Typed::Days(days) => {
                    let instants = column.kind == FieldType::Datetime;
                    others.push(Test::Within { expr: column.expr.clone(), order: Ordering::Equal, days, instants });
                }
            }
        }
        if !values.is_empty() {
            others.insert(0, Test::OneOf { expr: column.expr, values });
        }
        Ok(if others.len() == 1 { others.remove(0) } else { Test::Any(others) })
    }
}

fn is_filterable(column: &Column<'_>) -> bool {
    let whole = matches!(column.kind, FieldType::Address | FieldType::Location | FieldType::Base64);
    !whole && column.field.is_none_or(|field| field.flags.filterable)
}

fn is_empty_text(literal: &Literal) -> bool {
    matches!(&literal.value, LiteralValue::Text(quoted) if quoted.value().is_empty())
}

/// A boolean is never null: `= null` means `= false`.
fn is_null(column: Column<'_>) -> Test<'_> {
    match column.kind {
        FieldType::Boolean => Test::Compare { expr: column.expr, order: Ordering::Equal, value: Value::Integer(0) },
        _ => Test::IsNull(column.expr),
    }
}

fn like<'c>(column: Column<'c>, literal: &Literal, span: Span) -> Result<Test<'c>, Refusal> {
    if !is_text(column.kind) || column.kind == FieldType::Multipicklist {
        return Err(Refusal::new(Reason::InvalidOperator(operator_type(column.kind)), span));
    }
    match &literal.value {
        LiteralValue::Text(quoted) => {
            text(quoted).map_err(|reason| Refusal::new(reason, span))?;
            Ok(Test::Like { expr: column.expr, pattern: fold(&quoted.pattern()).into_owned() })
        }
        LiteralValue::Null => Ok(Test::Never),
        _ => Err(string_expected(&column, span)),
    }
}

fn includes<'c>(column: &Column<'c>, literals: &[Literal], span: Span) -> Result<Test<'c>, Refusal> {
    if column.kind != FieldType::Multipicklist {
        return Err(Refusal::new(Reason::InvalidOperator(operator_type(column.kind)), span));
    }
    let mut sets = Vec::with_capacity(literals.len());
    for literal in literals {
        let LiteralValue::Text(quoted) = &literal.value else { return Err(string_expected(column, span)) };
        let choices = choices(&text(quoted).map_err(|reason| Refusal::new(reason, span))?);
        let expr: Expr<'c> = column.expr.clone();
        sets.push(if choices.is_empty() { Test::IsNull(expr) } else { Test::Includes { expr, choices } });
    }
    Ok(if sets.len() == 1 { sets.remove(0) } else { Test::Any(sets) })
}

fn same_choices<'c>(expr: Expr<'c>, text: &str) -> Test<'c> {
    match choices(text) {
        choices if choices.is_empty() => Test::IsNull(expr),
        choices => Test::SameChoices { expr, choices },
    }
}

fn string_expected(column: &Column<'_>, at: Span) -> Refusal {
    let (expected, quoted) = type_name(column.kind);
    Refusal::new(Reason::WrongType { field: column.name.to_owned(), expected, quoted }, at)
}

/// The choices of a multi-select literal, folded, without repetition.
fn choices(text: &str) -> Vec<String> {
    let mut choices: Vec<String> = Vec::new();
    for choice in text.split(';').map(fold).filter(|choice| !choice.is_empty()) {
        if !choices.iter().any(|known| *known == choice) {
            choices.push(choice.into_owned());
        }
    }
    choices
}

/// What `invalid operator on … field` calls a type.
fn operator_type(kind: FieldType) -> &'static str {
    match kind {
        FieldType::Id | FieldType::Reference => "id",
        kind => kind.name(),
    }
}
