//! Functions over fields, wherever a query names them.

use catalogue::{Field, FieldType};

use super::scope::{Scope, Walk};
use crate::Context;
use crate::bound::{Aggregate, Column, DatePart, Expr, is_text};
use crate::error::{Reason, Refusal};
use crate::locale;
use crate::syntax::ast::{Argument, Call, Operand, Path};

/// An operand with what it is.
#[derive(Debug, Clone)]
pub(super) struct Operated<'c> {
    pub(super) column: Column<'c>,
    pub(super) class: Class<'c>,
    /// The relationships to the field.
    pub(super) walk: Walk<'c>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Class<'c> {
    Field,
    /// A part of the date in this expression.
    Part(Expr<'c>),
    Aggregate,
    Grouping,
    /// `toLabel`
    Label,
    /// `convertCurrency`: with one currency, the field itself.
    Converted,
    /// `FORMAT` of an operand of this expression and class.
    Formatted(Box<(Expr<'c>, Class<'c>)>),
    /// `DISTANCE`
    Distance,
}

impl<'c> Operated<'c> {
    pub(super) fn of(operand: &Operand, scope: &mut Scope<'c>, context: &Context) -> Result<Self, Refusal> {
        match operand {
            Operand::Path(path) => Self::field(path, scope),
            Operand::Call(call) => Self::call(call, scope, context),
        }
    }

    fn field(path: &Path, scope: &mut Scope<'c>) -> Result<Self, Refusal> {
        let (column, walk) = scope.column(path)?;
        Ok(Self { column, class: Class::Field, walk })
    }

    fn call(call: &Call, scope: &mut Scope<'c>, context: &Context) -> Result<Self, Refusal> {
        let name = call.function.text.to_ascii_uppercase();
        if let Some(function) = aggregate_named(&name) {
            return Self::field(only_path(call)?, scope)?.aggregated(function, call);
        }
        if let Some(part) = part_named(&name, context.fiscal_year_start_month) {
            return Self::of_date_argument(call, scope, context)?.part(part, call);
        }
        match name.as_str() {
            "TOLABEL" => Self::field(only_path(call)?, scope)?.labelled(call),
            "CONVERTCURRENCY" => {
                let field = Self::field(only_path(call)?, scope)?;
                if field.column.kind == FieldType::Currency { Ok(Self { class: Class::Converted, ..field }) } else { Err(invalid(call)) }
            }
            "FORMAT" => Self::formatted(call, scope, context),
            "DISTANCE" => Self::distance(call, scope),
            "GROUPING" => {
                let mut field = Self::field(only_path(call)?, scope)?;
                field.column.expr = Expr::Grouping { key: Box::new(field.column.expr), subtotal: false };
                field.column.kind = FieldType::Int;
                Ok(Self { class: Class::Grouping, ..field })
            }
            // Arguments of other functions, never alone.
            "CONVERTTIMEZONE" | "GEOLOCATION" => Err(invalid(call)),
            _ => Err(Refusal::new(Reason::UnknownFunction(call.function.text.clone()), call.function.span)),
        }
    }

    /// The field of a date function, alone or in `convertTimezone()`.
    fn of_date_argument(call: &Call, scope: &mut Scope<'c>, context: &Context) -> Result<Self, Refusal> {
        let [Argument::Operand(Operand::Call(inner))] = call.arguments.as_slice() else { return Self::field(only_path(call)?, scope) };
        if !inner.function.text.eq_ignore_ascii_case("convertTimezone") {
            return Err(invalid(call));
        }
        let mut field = Self::field(only_path(inner)?, scope)?;
        if field.column.kind != FieldType::Datetime {
            return Err(invalid(inner));
        }
        let zone = context.time_zone.iana_name().unwrap_or("UTC").to_owned();
        field.column.expr = Expr::Zoned { of: Box::new(field.column.expr), zone };
        Ok(field)
    }

    fn formatted(call: &Call, scope: &mut Scope<'c>, context: &Context) -> Result<Self, Refusal> {
        let [Argument::Operand(operand)] = call.arguments.as_slice() else { return Err(invalid(call)) };
        let mut inner = Self::of(operand, scope, context)?;
        let fits = matches!(inner.class, Class::Field | Class::Aggregate | Class::Converted);
        if !fits || matches!(inner.column.kind, FieldType::Address | FieldType::Location | FieldType::Base64) {
            return Err(invalid(call));
        }
        let counted = matches!(&inner.column.expr, Expr::Aggregate { function: Aggregate::Count | Aggregate::CountDistinct, .. });
        let scale = if counted { 0 } else { inner.column.field.map_or(0, |field| field.scale) };
        let style = locale::style(inner.column.kind, scale, context);
        let of = inner.column.expr.clone();
        inner.column.expr = Expr::Formatted { of: Box::new(of.clone()), style };
        inner.column.kind = FieldType::String;
        Ok(Self { class: Class::Formatted(Box::new((of, inner.class))), ..inner })
    }

    fn aggregated(mut self, function: Aggregate, call: &Call) -> Result<Self, Refusal> {
        let column = &mut self.column;
        if !is_aggregatable(column, function) {
            let reason = Reason::NotAggregatable { field: column.name.to_owned(), function: call.function.text.to_ascii_uppercase() };
            return Err(Refusal::new(reason, call.function.span));
        }
        let of = Box::new(column.expr.clone());
        let ranked = column.field.map(ranked).unwrap_or_default();
        column.expr = match function {
            Aggregate::Min | Aggregate::Max if !ranked.is_empty() => Expr::Extreme { function, of, ranked },
            _ => Expr::Aggregate { function, of },
        };
        column.kind = match function {
            Aggregate::Count | Aggregate::CountDistinct => FieldType::Int,
            Aggregate::Avg => FieldType::Double,
            Aggregate::Sum | Aggregate::Min | Aggregate::Max => column.kind,
        };
        Ok(Self { class: Class::Aggregate, ..self })
    }

    fn part(mut self, part: DatePart, call: &Call) -> Result<Self, Refusal> {
        let column = &mut self.column;
        let instants = column.kind == FieldType::Datetime;
        let needs_instants = matches!(part, DatePart::HourInDay | DatePart::DayOnly);
        if !instants && (needs_instants || column.kind != FieldType::Date) {
            return Err(invalid(call));
        }
        let of = column.expr.clone();
        column.expr = Expr::Part { part, of: Box::new(of.clone()), instants };
        column.kind = if part == DatePart::DayOnly { FieldType::Date } else { FieldType::Int };
        Ok(Self { class: Class::Part(of), ..self })
    }

    /// Labels that are not their value; text that has none is its own label.
    fn labelled(mut self, call: &Call) -> Result<Self, Refusal> {
        if !is_text(self.column.kind) {
            return Err(invalid(call));
        }
        let values = self.column.field.map(|field| field.picklist.iter()).into_iter().flatten();
        let labels: Vec<(&'c str, &'c str)> = values.filter(|known| known.value != known.label).map(|known| (&*known.value, &*known.label)).collect();
        if !labels.is_empty() {
            self.column.expr = Expr::Label { of: Box::new(self.column.expr), labels };
        }
        Ok(Self { class: Class::Label, ..self })
    }
}

/// The picklist values of a field in their defined order.
pub(super) fn ranked(field: &Field) -> Vec<&str> {
    match field.kind {
        FieldType::Picklist => field.picklist.iter().map(|value| value.value.as_ref()).collect(),
        _ => Vec::new(),
    }
}

/// The one field a function is called on.
fn only_path(call: &Call) -> Result<&Path, Refusal> {
    match call.arguments.as_slice() {
        [Argument::Operand(Operand::Path(path))] => Ok(path),
        _ => Err(invalid(call)),
    }
}

/// A function whose arguments are not its own.
pub(super) fn invalid(call: &Call) -> Refusal {
    let argument = call.arguments.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    Refusal::new(Reason::InvalidArgument { function: call.function.text.clone(), argument }, call.function.span)
}

fn is_aggregatable(column: &Column<'_>, function: Aggregate) -> bool {
    use FieldType::{AnyType, Complexvalue, Currency, Date, Datetime, Double, Encryptedstring, Id, Int, Multipicklist, Percent, Reference, Textarea};
    let number = matches!(column.kind, Int | Double | Currency | Percent);
    let text = is_text(column.kind) && !matches!(column.kind, Multipicklist | Encryptedstring | AnyType | Complexvalue | Textarea);
    // A text area that can be filtered is a short one.
    let short = column.kind == Textarea && column.field.is_some_and(|field| field.flags.filterable);
    match function {
        Aggregate::Sum | Aggregate::Avg => number,
        _ => number || text || short || matches!(column.kind, Date | Datetime | Id | Reference),
    }
}

pub(super) fn aggregate_named(name: &str) -> Option<Aggregate> {
    Some(match name {
        "COUNT" => Aggregate::Count,
        "COUNT_DISTINCT" => Aggregate::CountDistinct,
        "SUM" => Aggregate::Sum,
        "AVG" => Aggregate::Avg,
        "MIN" => Aggregate::Min,
        "MAX" => Aggregate::Max,
        _ => return None,
    })
}

pub(super) fn part_named(name: &str, fiscal_start: i8) -> Option<DatePart> {
    Some(match name {
        "CALENDAR_YEAR" => DatePart::CalendarYear,
        "CALENDAR_QUARTER" => DatePart::CalendarQuarter,
        "CALENDAR_MONTH" => DatePart::CalendarMonth,
        "FISCAL_YEAR" => DatePart::FiscalYear(fiscal_start),
        "FISCAL_QUARTER" => DatePart::FiscalQuarter(fiscal_start),
        "FISCAL_MONTH" => DatePart::FiscalMonth(fiscal_start),
        "DAY_IN_YEAR" => DatePart::DayInYear,
        "DAY_IN_MONTH" => DatePart::DayInMonth,
        "DAY_IN_WEEK" => DatePart::DayInWeek,
        "WEEK_IN_MONTH" => DatePart::WeekInMonth,
        "WEEK_IN_YEAR" => DatePart::WeekInYear,
        "HOUR_IN_DAY" => DatePart::HourInDay,
        "DAY_ONLY" => DatePart::DayOnly,
        _ => return None,
    })
}
