//! Conditions to predicates whose NOT has been pushed down to the comparisons.
//!
//! SQL's unknown counts as false at the top of a WHERE, and AND and OR keep it so. With no NOT above a comparison, a
//! positive one may therefore stay bare (and use an index); a negated one is written so that a null makes it true.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::Date;

use super::days;
use crate::Context;
use crate::bound::{Expr, Ordering, Table, Test};
use crate::compiled::Value;
use crate::error::{Reason, Refusal, Span};

#[derive(Debug)]
pub(crate) enum Predicate<'q, 'c> {
    All(Vec<Predicate<'q, 'c>>),
    Any(Vec<Predicate<'q, 'c>>),
    Always,
    Never,
    /// True where the comparison is false or unknown.
    NotTrue(Box<Predicate<'q, 'c>>),
    IsNull(&'q Expr<'c>),
    IsPresent(&'q Expr<'c>),
    Compare {
        expr: &'q Expr<'c>,
        order: Ordering,
        value: Cow<'q, Value>,
    },
    /// Another value, or none.
    Differs {
        expr: &'q Expr<'c>,
        value: &'q Value,
    },
    OneOf {
        expr: &'q Expr<'c>,
        values: Vec<Cow<'q, Value>>,
    },
    Like {
        expr: &'q Expr<'c>,
        pattern: &'q str,
    },
    Includes {
        expr: &'q Expr<'c>,
        choices: &'q [String],
    },
    SameChoices {
        expr: &'q Expr<'c>,
        choices: &'q [String],
    },
    /// Among the ids another query gives.
    Among {
        expr: &'q Expr<'c>,
        tables: &'q [Table<'c>],
        column: &'q Expr<'c>,
        filter: Box<Predicate<'q, 'c>>,
    },
    /// Among the ids the caller gives.
    Given(&'q Expr<'c>),
}

pub(super) fn of<'q, 'c>(test: Option<&'q Test<'c>>, context: &Context) -> Result<Predicate<'q, 'c>, Refusal> {
    test.map_or(Ok(Predicate::Always), |test| predicate(test, false, context))
}

fn predicate<'q, 'c>(test: &'q Test<'c>, negated: bool, context: &Context) -> Result<Predicate<'q, 'c>, Refusal> {
    let each = |tests: &'q [Test<'c>]| tests.iter().map(|test| predicate(test, negated, context)).collect::<Result<Vec<_>, _>>();
    let positive = match test {
        Test::Not(test) => return predicate(test, !negated, context),
        Test::All(tests) if negated => return each(tests).map(any),
        Test::Any(tests) if !negated => return each(tests).map(any),
        Test::All(tests) | Test::Any(tests) => return each(tests).map(Predicate::All),
        Test::Never => return Ok(if negated { Predicate::Always } else { Predicate::Never }),
        Test::IsNull(expr) => return Ok(if negated { Predicate::IsPresent(expr) } else { Predicate::IsNull(expr) }),
        Test::Compare { expr, order: Ordering::Equal, value } if negated => return Ok(Predicate::Differs { expr, value }),
        Test::Compare { expr, order, value } => Predicate::Compare { expr, order: *order, value: Cow::Borrowed(value) },
        Test::Within { expr, order, days, instants } => {
            let out_of_range = || Refusal::new(Reason::DateOutOfRange(days.to_string()), Span::default());
            let (start, end) = days::range(*days, context).ok_or_else(out_of_range)?;
            let bound = |date| if *instants { midnight(date, context) } else { Some(Value::Text(date.to_string())) };
            within(expr, *order, bound(start).ok_or_else(out_of_range)?, bound(end).ok_or_else(out_of_range)?)
        }
        Test::OneOf { expr, values } => Predicate::OneOf { expr, values: values.iter().map(Cow::Borrowed).collect() },
        Test::Given(expr) => Predicate::Given(expr),
        Test::Like { expr, pattern } => Predicate::Like { expr, pattern },
        Test::Includes { expr, choices } => Predicate::Includes { expr, choices },
        Test::SameChoices { expr, choices } => Predicate::SameChoices { expr, choices },
        Test::Among { expr, ids } => {
            let filter = Box::new(of(ids.filter.as_ref(), context)?);
            Predicate::Among { expr, tables: &ids.tables, column: &ids.column, filter }
        }
    };
    Ok(if negated { Predicate::NotTrue(Box::new(positive)) } else { positive })
}

/// A chain of OR. Alternatives for one expression become one list: SQLite plans a list in one go, but a chain in quadratic time.
fn any<'q, 'c>(terms: Vec<Predicate<'q, 'c>>) -> Predicate<'q, 'c> {
    let mut merged: Vec<Predicate<'q, 'c>> = Vec::new();
    for term in terms {
        let (expr, values) = match term {
            Predicate::Compare { expr, order: Ordering::Equal, value } => (expr, vec![value]),
            Predicate::OneOf { expr, values } => (expr, values),
            term => {
                merged.push(term);
                continue;
            }
        };
        let same = merged.iter_mut().find_map(|known| match known {
            Predicate::OneOf { expr: known, values } if *known == expr => Some(values),
            _ => None,
        });
        match same {
            Some(list) => list.extend(values),
            None => merged.push(Predicate::OneOf { expr, values }),
        }
    }
    if merged.len() == 1 { merged.remove(0) } else { Predicate::Any(merged) }
}

/// A comparison with the days from `start` up to but not including `end`.
fn within<'q, 'c>(expr: &'q Expr<'c>, order: Ordering, start: Value, end: Value) -> Predicate<'q, 'c> {
    let compare = |order, value| Predicate::Compare { expr, order, value: Cow::Owned(value) };
    match order {
        Ordering::Equal => Predicate::All(vec![compare(Ordering::GreaterOrEqual, start), compare(Ordering::Less, end)]),
        Ordering::Less => compare(Ordering::Less, start),
        Ordering::LessOrEqual => compare(Ordering::Less, end),
        Ordering::Greater => compare(Ordering::GreaterOrEqual, end),
        Ordering::GreaterOrEqual => compare(Ordering::GreaterOrEqual, start),
    }
}

/// The first instant of a day in the user's time zone, which is not midnight where the clocks skip that.
fn midnight(date: Date, context: &Context) -> Option<Value> {
    let instant: Timestamp = date.to_zoned(context.time_zone.clone()).ok()?.timestamp();
    Some(Value::Integer(instant.as_millisecond()))
}
