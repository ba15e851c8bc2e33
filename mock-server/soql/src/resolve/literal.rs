//! Literals against a field's type.

use catalogue::FieldType;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

use super::id::normalized;
use crate::bound::is_text;
use crate::compiled::Value;
use crate::error::{Reason, Refusal, Span};
use crate::syntax::ast::{Days, Literal, LiteralValue, Quoted};

/// Characters a string in a condition may have.
const LONGEST_TEXT: usize = 4_000;
/// Years a date literal may name.
const YEARS: std::ops::RangeInclusive<i16> = 1700..=4000;

/// A literal of the right type for a field.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Typed {
    Null,
    Value(Value),
    Days(Days),
}

/// What messages call a type, and whether its literals stand in quotes.
pub(super) fn type_name(kind: FieldType) -> (&'static str, bool) {
    match kind {
        FieldType::Id | FieldType::Reference => ("ID", true),
        FieldType::Boolean => ("boolean", false),
        FieldType::Int => ("int", false),
        FieldType::Currency | FieldType::Double | FieldType::Percent => ("double", false),
        FieldType::Date => ("date", false),
        FieldType::Datetime => ("dateTime", false),
        FieldType::Time => ("time", false),
        _ => ("string", true),
    }
}

/// `field` is the name messages show, `at` where it stands: Salesforce points at the field, not at the literal that does not fit it.
pub(super) fn typed(literal: &Literal, kind: FieldType, field: &str, at: Span, currency: &str) -> Result<Typed, Refusal> {
    let refuse = |reason| Refusal::new(reason, at);
    let wrong_type = || {
        let (expected, quoted) = type_name(kind);
        refuse(Reason::WrongType { field: field.to_owned(), expected, quoted })
    };
    let value = match (&literal.value, kind) {
        (LiteralValue::Null, _) => return Ok(Typed::Null),
        (LiteralValue::Text(text), _) if is_text(kind) => match self::text(text).map_err(refuse)? {
            text if text.is_empty() => return Ok(Typed::Null),
            text => Value::Text(text),
        },
        (LiteralValue::Text(text), FieldType::Id | FieldType::Reference) => match text.value() {
            text if text.is_empty() => return Ok(Typed::Null),
            text => Value::Text(normalized(&text).ok_or_else(|| refuse(Reason::InvalidId(text)))?),
        },
        (LiteralValue::Boolean(value), FieldType::Boolean) => Value::Integer(i64::from(*value)),
        (LiteralValue::Number(digits), FieldType::Int | FieldType::Currency | FieldType::Double | FieldType::Percent) => {
            number(digits).ok_or_else(|| refuse(Reason::InvalidNumber(digits.clone())))?
        }
        (LiteralValue::Money(money), FieldType::Currency) => {
            amount(money, currency).ok_or_else(|| refuse(Reason::CurrencyNotAllowed(money.clone())))?
        }
        (LiteralValue::Days(days), FieldType::Date | FieldType::Datetime) => return Ok(Typed::Days(*days)),
        (LiteralValue::Date(date), FieldType::Date) => Value::Text(day(*date).ok_or_else(|| refuse(Reason::DateOutOfRange(date.to_string())))?),
        (LiteralValue::Timestamp(instant), FieldType::Datetime) => {
            let date = TimeZone::UTC.to_datetime(*instant).date();
            day(date).ok_or_else(|| refuse(Reason::DateOutOfRange(date.to_string())))?;
            Value::Integer(instant.as_millisecond())
        }
        (LiteralValue::Time(time), FieldType::Time) => Value::Integer(milliseconds(*time)),
        _ => return Err(wrong_type()),
    };
    Ok(Typed::Value(value))
}

/// The string of a text literal, when it is not too long.
pub(super) fn text(quoted: &Quoted) -> Result<String, Reason> {
    let value = quoted.value();
    if value.chars().count() > LONGEST_TEXT { Err(Reason::StringTooLong) } else { Ok(value) }
}

/// Whole numbers compare as integers, so that no digit is lost.
pub(super) fn number(digits: &str) -> Option<Value> {
    let digits = digits.strip_prefix('+').unwrap_or(digits);
    if let Ok(whole) = digits.parse::<i64>() {
        return Some(Value::Integer(whole));
    }
    digits.parse::<f64>().ok().filter(|number| number.is_finite()).map(Value::Real)
}

/// GUESS: with one currency, its own code is as good as none and every other is refused.
fn amount(money: &str, currency: &str) -> Option<Value> {
    let (code, digits) = money.split_at_checked(3)?;
    code.eq_ignore_ascii_case(currency).then(|| number(digits))?
}

fn day(date: Date) -> Option<String> {
    YEARS.contains(&date.year()).then(|| date.to_string())
}

fn milliseconds(time: Time) -> i64 {
    let seconds = i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second());
    seconds * 1000 + i64::from(time.millisecond())
}
