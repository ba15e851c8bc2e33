//! Field values: from a JSON body or plain text to what the column stores.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use catalogue::{Field, FieldType};

use super::error::RecordError;
use super::json::{Json, JsonError, Kind};
use super::moment;
use crate::clock::Timestamp;
use crate::id::RecordId;

/// A value as its column stores it: booleans are 0 or 1, dateTimes and times milliseconds, ids 18 characters.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    Integer(i64),
    Real(f64),
    Text(String),
    Blob(Vec<u8>),
}

impl Value {
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A stored number of any type.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Real(number) => Some(*number),
            #[expect(clippy::cast_precision_loss, reason = "an int field has 32 bits")]
            Self::Integer(number) => Some(*number as f64),
            _ => None,
        }
    }

    /// Whether a stored boolean is set.
    pub fn is_true(&self) -> bool {
        matches!(self, Self::Integer(1))
    }

    /// A cell of a row that every fresh org has; null where the row has none of that name.
    pub fn of_seed(row: catalogue::SeedRow, name: &str) -> Self {
        use catalogue::SeedValue;
        match row.iter().find(|(field, _)| *field == name) {
            Some((_, SeedValue::Boolean(value))) => Self::Integer(i64::from(*value)),
            Some((_, SeedValue::Number(value))) => Self::Real(*value),
            Some((_, SeedValue::Text(value))) => Self::Text((*value).to_owned()),
            Some((_, SeedValue::Null)) | None => Self::Null,
        }
    }

    /// A checkbox.
    pub fn boolean(value: bool) -> Self {
        Self::Integer(i64::from(value))
    }

    /// Text is stored as it came, the empty text as null.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Null } else { Self::Text(text) }
    }
}

/// Reads the JSON value of a field; `body` is the whole text, for the place in the error.
///
/// # Errors
/// `JSON_PARSER_ERROR` when the token does not fit the type; `MALFORMED_ID` for a reference that is no id.
pub fn from_json(field: &Field, json: &Json<'_>, body: &[u8]) -> Result<Value, RecordError> {
    let mismatch = || JsonError::at(body, json.offset, json.mismatch(field.kind.name())).into();
    match (&json.kind, field.kind) {
        (Kind::Null, _) => Ok(Value::Null),
        (Kind::String(text), _) => from_text(field, text)?.ok_or_else(mismatch),
        (Kind::Boolean(value), FieldType::Boolean) => Ok(Value::Integer(i64::from(*value))),
        (Kind::Number { text, .. }, FieldType::Int | FieldType::Currency | FieldType::Double | FieldType::Percent) => {
            from_text(field, text)?.ok_or_else(mismatch)
        }
        _ => Err(mismatch()),
    }
}

/// Reads a field's value from text, as JSON strings, external ids in addresses and CSV cells give it.
/// `None` when the text does not fit the type. The empty text is null, but for a body that has to be there: that may be of no bytes.
///
/// # Errors
/// `MALFORMED_ID` for a reference that is no id, `NUMBER_OUTSIDE_VALID_RANGE` for a number the field cannot hold.
pub fn from_text(field: &Field, text: &str) -> Result<Option<Value>, RecordError> {
    if text.is_empty() && (field.kind != FieldType::Base64 || field.flags.nillable) {
        return Ok(Some(Value::Null));
    }
    Ok(match field.kind {
        FieldType::Id | FieldType::Reference => Some(Value::Text(reference(field, text)?.to_string())),
        FieldType::Boolean => boolean(text),
        FieldType::Int => integer(field, text)?,
        FieldType::Currency | FieldType::Double | FieldType::Percent => double(field, text)?,
        FieldType::Date => moment::parse_date(text).map(Value::Text),
        FieldType::Datetime => datetime(text),
        FieldType::Time => moment::parse_time(text).map(Value::Integer),
        FieldType::Base64 => from_base64(text),
        FieldType::Address | FieldType::Location => None,
        FieldType::Textarea | FieldType::Encryptedstring | FieldType::AnyType | FieldType::Complexvalue => Some(Value::Text(text.to_owned())),
        // GUESS: blanks around a single line are dropped on save; a recording of a name with blanks would settle it for each type.
        FieldType::String
        | FieldType::Picklist
        | FieldType::Multipicklist
        | FieldType::Email
        | FieldType::Phone
        | FieldType::Url
        | FieldType::Combobox => Some(Value::text(text.trim())),
    })
}

/// Reads a field's value from the text of a CSV cell or an XML element, where more spellings pass than in JSON.
/// Source: Bulk API guide, "Valid Date Format in Records" and the Boolean rows of its data types; XML Schema part 2 for dates with a zone.
///
/// # Errors
/// Those of `from_text`; `INVALID_TYPE_ON_FIELD_IN_RECORD` when the text does not fit the type.
pub fn from_loose_text(field: &Field, text: &str) -> Result<Value, RecordError> {
    let value = match field.kind {
        FieldType::Boolean => loose_boolean(text),
        FieldType::Date => moment::parse_zoned_date(text.trim()).map(Value::Text),
        // GUESS: a dateTime without a zone is UTC, as SOAP's schema types are read; a recording of a Bulk job would settle it for CSV.
        FieldType::Datetime => datetime(text.trim()).or_else(|| datetime(&format!("{}Z", text.trim()))),
        FieldType::Base64 => from_base64(text),
        FieldType::Id | FieldType::Reference => from_text(field, text.trim())?,
        _ => from_text(field, text)?,
    };
    match value {
        Some(value) => Ok(value),
        None if text.is_empty() => Ok(Value::Null),
        None => Err(RecordError::WrongType { label: field.label.to_string(), field: field.name.to_string(), value: text.to_owned() }),
    }
}

/// Lines are broken as e-mail breaks them (RFC 2045) by most encoders, Ruby's `Base64.encode64` in Restforce's examples among them.
fn from_base64(text: &str) -> Option<Value> {
    let lines: Cow<'_, str> = if text.contains(['\n', '\r', ' ', '\t']) { text.split_ascii_whitespace().collect() } else { text.into() };
    STANDARD.decode(lines.as_bytes()).ok().map(Value::Blob)
}

fn loose_boolean(text: &str) -> Option<Value> {
    let text = text.trim();
    let is_one_of = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    match () {
        () if is_one_of(&["true", "yes", "y", "on", "1"]) => Some(Value::Integer(1)),
        () if is_one_of(&["false", "no", "n", "off", "0"]) => Some(Value::Integer(0)),
        () => None,
    }
}

/// A time to the second: a dateTime field drops the fraction.
fn datetime(text: &str) -> Option<Value> {
    moment::parse_datetime(text).map(|millis| Value::Integer(Timestamp(millis).whole_second().0))
}

fn reference(field: &Field, text: &str) -> Result<RecordId, RecordError> {
    RecordId::parse(text).map_err(|_| RecordError::WrongIdType {
        label: field.label.to_string(),
        field: field.name.to_string(),
        value: text.to_owned(),
    })
}

fn boolean(text: &str) -> Option<Value> {
    match text {
        "1" => Some(Value::Integer(1)),
        "0" => Some(Value::Integer(0)),
        _ if text.eq_ignore_ascii_case("true") => Some(Value::Integer(1)),
        _ if text.eq_ignore_ascii_case("false") => Some(Value::Integer(0)),
        _ => None,
    }
}

fn outside_range(field: &Field, text: &str) -> RecordError {
    RecordError::OutsideRange { label: field.label.to_string(), field: field.name.to_string(), value: text.to_owned() }
}

/// `5` and `5.0`, not `5.5`; 32 bits.
fn integer(field: &Field, text: &str) -> Result<Option<Value>, RecordError> {
    let Some(number) = plain_number(text) else { return Ok(None) };
    if number.fract() != 0.0 {
        return Ok(None);
    }
    if number.abs() > f64::from(i32::MAX) {
        return Err(outside_range(field, text));
    }
    #[expect(clippy::cast_possible_truncation, reason = "a whole number within 32 bits")]
    let whole = number as i64;
    Ok(Some(Value::Integer(whole)))
}

/// Rounded half away from zero to the field's scale.
fn double(field: &Field, text: &str) -> Result<Option<Value>, RecordError> {
    let Some(number) = plain_number(text) else { return Ok(None) };
    let whole_digits = i32::from(field.precision) - i32::from(field.scale);
    if !number.is_finite() || field.precision > 0 && number.abs() >= 10_f64.powi(whole_digits) {
        return Err(outside_range(field, text));
    }
    // Beyond 2^53 a double has no decimals to round.
    let power = 10_f64.powi(i32::from(field.scale));
    let scaled = number * power;
    Ok(Some(Value::Real(if field.precision == 0 || scaled.abs() > 9e15 { number } else { scaled.round() / power })))
}

/// Digits, sign, point, exponent: not the `inf` and `nan` that Rust would read.
fn plain_number(text: &str) -> Option<f64> {
    let text = text.trim();
    text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(object: &str, name: &str) -> &'static Field {
        let object = catalogue::object(object).unwrap();
        object.fields.iter().find(|field| field.name == name).unwrap()
    }

    fn check(object: &str, name: &str, json: &str, expected: Result<Value, &str>) {
        let body = json.as_bytes();
        let read = from_json(field(object, name), &Json::parse(body).unwrap(), body);
        assert_eq!(read.map_err(|error| error.to_string()), expected.map_err(str::to_owned), "{object}.{name} = {json}");
    }

    #[test]
    fn json_values_become_what_the_column_stores() {
        check("Account", "Name", r#""Acme""#, Ok(Value::Text("Acme".into())));
        check("Account", "Name", r#""""#, Ok(Value::Null));
        check("Account", "NumberOfEmployees", "12", Ok(Value::Integer(12)));
        check("Account", "NumberOfEmployees", "12.0", Ok(Value::Integer(12)));
        check("Opportunity", "Amount", r#""1500.5""#, Ok(Value::Real(1500.5)));
        check("Account", "AnnualRevenue", "1500.5", Ok(Value::Real(1501.0)));
        check("Opportunity", "IsPrivate", r#""TRUE""#, Ok(Value::Integer(1)));
        check("Contact", "Birthdate", r#""2001-02-03""#, Ok(Value::Text("2001-02-03".into())));
        check("Contact", "AccountId", r#""0015500001QdQWa""#, Ok(Value::Text("0015500001QdQWaAAN".into())));
        check("Event", "ActivityDateTime", r#""2026-01-31T12:00:00Z""#, Ok(Value::Integer(1_769_860_800_000)));
        check("Event", "ActivityDateTime", r#""2026-01-31T12:00:00.999Z""#, Ok(Value::Integer(1_769_860_800_000)));
        check("Event", "ActivityDateTime", r#""1969-12-31T23:59:59.999Z""#, Ok(Value::Integer(-1_000)));
    }

    fn check_loose(object: &str, name: &str, text: &str, expected: Result<Value, &str>) {
        let read = from_loose_text(field(object, name), text);
        assert_eq!(read.map_err(|error| error.to_string()), expected.map_err(str::to_owned), "{object}.{name} = {text}");
    }

    #[test]
    fn text_has_more_spellings_than_json() {
        for (text, value) in [("TRUE", 1), ("yes", 1), ("On", 1), ("1", 1), ("n", 0), ("off", 0), ("0", 0), ("False", 0)] {
            check_loose("Opportunity", "IsPrivate", text, Ok(Value::Integer(value)));
        }
        for text in ["2001-02-03", "2001-02-03Z", "2001-02-03+01:00", "2001-02-03T00:00:00.000Z"] {
            check_loose("Contact", "Birthdate", text, Ok(Value::Text("2001-02-03".into())));
        }
        for text in ["2026-01-31T12:00:00Z", "2026-01-31T12:00:00", "2026-01-31T13:00:00.000+01:00", "2026-01-31T13:00:00.000+0100"] {
            check_loose("Event", "ActivityDateTime", text, Ok(Value::Integer(1_769_860_800_000)));
        }
        check_loose("Attachment", "Body", "aGVs\n bG8=", Ok(Value::Blob(b"hello".to_vec())));
        check_loose("Account", "NumberOfEmployees", " 12.0 ", Ok(Value::Integer(12)));
        check_loose("Account", "Name", "", Ok(Value::Null));
    }

    #[test]
    fn text_that_does_not_fit_the_type_is_refused_by_label() {
        check_loose("Opportunity", "IsPrivate", "maybe", Err("Private: value not of required type: maybe"));
        check_loose("Contact", "Birthdate", "03.02.2001", Err("Birthdate: value not of required type: 03.02.2001"));
        check_loose("Account", "AnnualRevenue", "1,5", Err("Annual Revenue: value not of required type: 1,5"));
        check_loose("Contact", "AccountId", "x", Err("Account ID: id value of incorrect type: x"));
    }

    #[test]
    fn a_value_of_another_type_is_a_parser_error() {
        let refused = |text| Err(text);
        check("Account", "Name", "5", refused("Cannot deserialize instance of string from VALUE_NUMBER_INT value 5 at [line:1, column:1]"));
        check("Account", "Name", " {}", refused("Cannot deserialize instance of string from START_OBJECT value { at [line:1, column:2]"));
        check("Contact", "Birthdate", r#""soon""#, refused("Cannot deserialize instance of date from VALUE_STRING value soon at [line:1, column:1]"));
        check("Opportunity", "IsPrivate", "1", refused("Cannot deserialize instance of boolean from VALUE_NUMBER_INT value 1 at [line:1, column:1]"));
        check(
            "Account",
            "NumberOfEmployees",
            "1.5",
            refused("Cannot deserialize instance of int from VALUE_NUMBER_FLOAT value 1.5 at [line:1, column:1]"),
        );
        check("Contact", "AccountId", "7", refused("Cannot deserialize instance of reference from VALUE_NUMBER_INT value 7 at [line:1, column:1]"));
    }

    #[test]
    fn ids_and_numbers_that_do_not_fit_have_errors_of_their_own() {
        check("Contact", "AccountId", r#""001""#, Err("Account ID: id value of incorrect type: 001"));
        check("Account", "NumberOfEmployees", "99999999999", Err("Employees: value outside of valid range on numeric field: 99999999999"));
        check("Account", "AnnualRevenue", "1e300", Err("Annual Revenue: value outside of valid range on numeric field: 1e300"));
    }
}
