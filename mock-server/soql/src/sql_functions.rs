//! The scalar functions the statements call beside SQLite's own: the caller registers them under their names.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::compiled::Value;
use crate::locale;

/// A deterministic function over stored values.
#[derive(Debug, Clone, Copy)]
pub struct SqlFunction {
    pub name: &'static str,
    pub arguments: i32,
    pub call: fn(&[Value]) -> Value,
}

pub const SQL_FUNCTIONS: [SqlFunction; 3] = [
    SqlFunction { name: "localized", arguments: 2, call: localized },
    SqlFunction { name: "zoned", arguments: 2, call: zoned },
    SqlFunction { name: "distance", arguments: 5, call: distance },
];

/// Radius of the sphere distances are measured on.
const KILOMETRES: f64 = 6_371.0;
const MILES: f64 = 3_958.756;

/// `localized(value, style)`: a value as a user of some locale reads it.
fn localized(arguments: &[Value]) -> Value {
    match arguments {
        [Value::Null, _] => Value::Null,
        [value, Value::Text(style)] => locale::localized(value, style).map_or(Value::Null, Value::Text),
        _ => Value::Null,
    }
}

/// `zoned(milliseconds, zone)`: the clock of that zone at an instant, as if it stood in UTC.
fn zoned(arguments: &[Value]) -> Value {
    let [Value::Integer(millis), Value::Text(zone)] = arguments else { return Value::Null };
    let (Ok(instant), Ok(zone)) = (Timestamp::from_millisecond(*millis), TimeZone::get(zone)) else { return Value::Null };
    Value::Integer(millis + i64::from(zone.to_offset(instant).seconds()) * 1000)
}

/// `distance(latitude, longitude, latitude, longitude, unit)`: along a great circle (haversine), in `km` or `mi`.
fn distance(arguments: &[Value]) -> Value {
    let [from_latitude, from_longitude, to_latitude, to_longitude, Value::Text(unit)] = arguments else { return Value::Null };
    let degrees = [from_latitude, from_longitude, to_latitude, to_longitude].map(number);
    let [Some(from_latitude), Some(from_longitude), Some(to_latitude), Some(to_longitude)] = degrees else { return Value::Null };
    let half = |from: f64, to: f64| ((to - from).to_radians() / 2.0).sin().powi(2);
    let across = from_latitude.to_radians().cos() * to_latitude.to_radians().cos() * half(from_longitude, to_longitude);
    let angle = 2.0 * (half(from_latitude, to_latitude) + across).sqrt().clamp(0.0, 1.0).asin();
    Value::Real(angle * if unit == "mi" { MILES } else { KILOMETRES })
}

#[expect(clippy::cast_precision_loss, reason = "a whole number of degrees is small")]
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Integer(number) => Some(*number as f64),
        Value::Real(number) => Some(*number),
        Value::Null | Value::Text(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    #[test]
    fn distances_follow_the_sphere() {
        let between = |to: (f64, f64), unit| {
            let point = |value| Value::Real(value);
            let Value::Real(found) = distance(&[point(37.775), point(-122.418), point(to.0), point(to.1), text(unit)]) else { panic!("a number") };
            found
        };
        assert!(between((37.775, -122.418), "mi").abs() < 1e-9);
        // San Francisco to New York.
        assert!((between((40.7128, -74.006), "km") - 4_130.0).abs() < 5.0);
        assert!((between((40.7128, -74.006), "mi") - 2_566.0).abs() < 5.0);
        assert_eq!(distance(&[Value::Null, Value::Real(1.0), Value::Real(1.0), Value::Real(1.0), text("km")]), Value::Null);
    }

    #[test]
    fn a_zone_moves_the_clock_with_its_summer_time() {
        let at = |moment: &str, zone: &str| zoned(&[Value::Integer(moment.parse::<Timestamp>().unwrap().as_millisecond()), text(zone)]);
        let hour = |value| if let Value::Integer(millis) = value { millis / 3_600_000 % 24 } else { -1 };
        assert_eq!(hour(at("2024-01-15T12:00:00Z", "America/Los_Angeles")), 4);
        assert_eq!(hour(at("2024-07-15T12:00:00Z", "America/Los_Angeles")), 5);
        assert_eq!(zoned(&[Value::Null, text("UTC")]), Value::Null);
        assert_eq!(at("2024-07-15T12:00:00Z", "Nowhere/Land"), Value::Null);
    }
}
