//! How users of a locale read numbers, money, dates and times, and on which day their week begins: what `FORMAT()` shows.
//!
//! GUESS: patterns are CLDR's medium forms as far as they are the same in all its releases; Salesforce's own tables differ in places.

use catalogue::FieldType;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::TimeZone;

use crate::Context;
use crate::compiled::Value;

/// One locale's habits.
struct Habits {
    /// `de` or `en_GB`.
    locale: &'static str,
    /// As `d`, `dd`, `M`, `MM`, `yyyy`.
    date: &'static str,
    /// As `h`, `H`, `HH`, `mm`, `a`.
    time: &'static str,
    /// Between date and time.
    join: &'static str,
    decimal: &'static str,
    group: &'static str,
    /// The currency's symbol stands in front of the amount, or after it.
    money: [&'static str; 2],
}

const fn habits(
    locale: &'static str,
    [date, join, time]: [&'static str; 3],
    [group, decimal]: [&'static str; 2],
    money: [&'static str; 2],
) -> Habits {
    Habits { locale, date, time, join, decimal, group, money }
}

const BEFORE: [&str; 2] = ["", ""];
const BEFORE_SPACED: [&str; 2] = ["", "\u{a0}"];
const AFTER: [&str; 2] = ["\u{a0}", ""];

/// The first one serves every locale that is not listed.
const HABITS: [Habits; 19] = [
    habits("en_US", ["M/d/yyyy", ", ", "h:mm a"], [",", "."], BEFORE),
    habits("en_GB", ["dd/MM/yyyy", ", ", "HH:mm"], [",", "."], BEFORE),
    habits("en_IE", ["dd/MM/yyyy", ", ", "HH:mm"], [",", "."], BEFORE),
    habits("en_AU", ["dd/MM/yyyy", ", ", "h:mm a"], [",", "."], BEFORE),
    habits("en_CA", ["yyyy-MM-dd", ", ", "h:mm a"], [",", "."], BEFORE),
    habits("en_IN", ["dd/MM/yyyy", ", ", "h:mm a"], [",", "."], BEFORE),
    habits("de_CH", ["dd.MM.yyyy", ", ", "HH:mm"], ["’", "."], BEFORE_SPACED),
    habits("de", ["dd.MM.yyyy", ", ", "HH:mm"], [".", ","], AFTER),
    habits("fr", ["dd/MM/yyyy", " ", "HH:mm"], ["\u{202f}", ","], AFTER),
    habits("es", ["dd/MM/yyyy", ", ", "H:mm"], [".", ","], AFTER),
    habits("it", ["dd/MM/yyyy", ", ", "HH:mm"], [".", ","], AFTER),
    habits("nl", ["dd-MM-yyyy", " ", "HH:mm"], [".", ","], BEFORE_SPACED),
    habits("pt", ["dd/MM/yyyy", " ", "HH:mm"], [".", ","], BEFORE_SPACED),
    habits("sv", ["yyyy-MM-dd", " ", "HH:mm"], ["\u{a0}", ","], AFTER),
    habits("da", ["dd.MM.yyyy", " ", "HH.mm"], [".", ","], AFTER),
    habits("no", ["dd.MM.yyyy", ", ", "HH:mm"], ["\u{a0}", ","], AFTER),
    habits("fi", ["d.M.yyyy", " ", "H.mm"], ["\u{a0}", ","], AFTER),
    habits("ja", ["yyyy/MM/dd", " ", "H:mm"], [",", "."], BEFORE),
    habits("zh", ["yyyy/M/d", " ", "HH:mm"], [",", "."], BEFORE),
];

fn habits_of(locale: &str) -> &'static Habits {
    let language = locale.split('_').next().unwrap_or_default();
    let named = |name: &str| HABITS.iter().find(|habits| habits.locale.eq_ignore_ascii_case(name));
    named(locale).or_else(|| named(language)).unwrap_or(&HABITS[0])
}

/// The first day of the week in a locale: by its country, where it names one.
pub fn week_start(locale: &str) -> Weekday {
    const SUNDAY: [&str; 20] =
        ["US", "CA", "MX", "BR", "JP", "KR", "TW", "HK", "IN", "IL", "ZA", "PH", "TH", "ID", "SG", "CO", "PE", "VE", "SA", "PK"];
    const SATURDAY: [&str; 9] = ["AE", "BH", "DZ", "EG", "IQ", "JO", "KW", "OM", "QA"];
    let country = locale.split('_').nth(1).unwrap_or_default();
    match country {
        country if SUNDAY.contains(&country) => Weekday::Sunday,
        country if SATURDAY.contains(&country) => Weekday::Saturday,
        "" if matches!(locale, "en" | "ja" | "ko" | "iw" | "th") => Weekday::Sunday,
        _ => Weekday::Monday,
    }
}

/// What `localized` has to know besides the value: type, digits after the point, locale, time zone, currency.
pub(crate) fn style(kind: FieldType, scale: u8, context: &Context) -> String {
    let zone = context.time_zone.iana_name().unwrap_or("UTC");
    format!("{}|{scale}|{}|{zone}|{}", kind.name(), context.locale, context.currency)
}

/// The value in the style [`style`] wrote; `None` when either is none.
pub(crate) fn localized(value: &Value, style: &str) -> Option<String> {
    let mut parts = style.split('|');
    let (kind, scale, locale) = (parts.next()?, parts.next()?.parse().ok()?, habits_of(parts.next()?));
    let (zone, currency) = (parts.next()?, parts.next()?);
    Some(match (kind, value) {
        ("currency", value) => money(&digits(value, scale, locale)?, currency, locale),
        ("percent", value) => format!("{}%", digits(value, scale, locale)?),
        ("double" | "int", value) => digits(value, scale, locale)?,
        ("date", Value::Text(date)) => by_pattern(locale.date, DateTime::from_parts(date.parse::<Date>().ok()?, Time::midnight())),
        ("datetime", Value::Integer(millis)) => {
            let local = TimeZone::get(zone).ok()?.to_datetime(Timestamp::from_millisecond(*millis).ok()?);
            format!("{}{}{}", by_pattern(locale.date, local), locale.join, by_pattern(locale.time, local))
        }
        ("time", Value::Integer(millis)) => {
            let local = TimeZone::UTC.to_datetime(Timestamp::from_millisecond(*millis).ok()?);
            by_pattern(locale.time, local)
        }
        ("boolean", Value::Integer(value)) => (*value != 0).to_string(),
        (_, Value::Integer(number)) => number.to_string(),
        (_, Value::Real(number)) => number.to_string(),
        (_, Value::Text(text)) => text.clone(),
        (_, Value::Null) => return None,
    })
}

/// A number with as many digits after the point, in groups of three.
fn digits(value: &Value, scale: usize, habits: &Habits) -> Option<String> {
    let plain = match value {
        Value::Integer(number) => format!("{number}{}{}", if scale > 0 { "." } else { "" }, "0".repeat(scale)),
        Value::Real(number) => format!("{number:.scale$}"),
        Value::Null | Value::Text(_) => return None,
    };
    let (sign, plain) = plain.strip_prefix('-').map_or(("", plain.as_str()), |rest| ("-", rest));
    let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
    let mut grouped = String::from(sign);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            grouped.push_str(habits.group);
        }
        grouped.push(digit);
    }
    if !fraction.is_empty() {
        grouped.push_str(habits.decimal);
        grouped.push_str(fraction);
    }
    Some(grouped)
}

fn money(amount: &str, currency: &str, habits: &Habits) -> String {
    let symbol = match currency {
        "USD" => "$",
        "EUR" => "€",
        "GBP" => "£",
        "JPY" => "¥",
        other => other,
    };
    let (sign, amount) = amount.strip_prefix('-').map_or(("", amount), |rest| ("-", rest));
    let [after, before] = habits.money;
    if after.is_empty() {
        // A code of letters keeps its distance.
        let space = if symbol.is_ascii() && symbol.len() > 1 { "\u{a0}" } else { before };
        format!("{sign}{symbol}{space}{amount}")
    } else {
        format!("{sign}{amount}{after}{symbol}")
    }
}

/// A date or time by a pattern of `d M yyyy h H mm a`, doubled letters for two digits.
fn by_pattern(pattern: &str, moment: DateTime) -> String {
    let mut out = String::new();
    let mut letters = pattern.chars().peekable();
    while let Some(letter) = letters.next() {
        let mut width = 1;
        while letters.next_if_eq(&letter).is_some() {
            width += 1;
        }
        let hour = i32::from(moment.hour());
        let number = match letter {
            'd' => i32::from(moment.day()),
            'M' => i32::from(moment.month()),
            'y' => i32::from(moment.year()),
            'H' => hour,
            'h' => (hour + 11) % 12 + 1,
            'm' => i32::from(moment.minute()),
            'a' => {
                out.push_str(if hour < 12 { "AM" } else { "PM" });
                continue;
            }
            other => {
                out.extend(std::iter::repeat_n(other, width));
                continue;
            }
        };
        out.push_str(&format!("{number:0width$}"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_shown_as_their_readers_write_them() {
        let instant = Value::Integer("2024-01-31T22:05:00Z".parse::<Timestamp>().unwrap().as_millisecond());
        for (value, style, shown) in [
            (Value::Real(1_234_567.5), "currency|2|en_US|UTC|USD", "$1,234,567.50"),
            (Value::Real(-1_234.5), "currency|2|de_DE|UTC|EUR", "-1.234,50\u{a0}€"),
            (Value::Real(12.0), "currency|2|en_GB|UTC|CHF", "CHF\u{a0}12.00"),
            (Value::Integer(999), "int|0|en_US|UTC|USD", "999"),
            (Value::Integer(1_000), "double|1|fr_FR|UTC|USD", "1\u{202f}000,0"),
            (Value::Real(12.5), "percent|1|en_US|UTC|USD", "12.5%"),
            (Value::Text("2024-01-31".to_owned()), "date|0|en_US|UTC|USD", "1/31/2024"),
            (Value::Text("2024-01-31".to_owned()), "date|0|de_DE|UTC|USD", "31.01.2024"),
            (instant.clone(), "datetime|0|en_US|America/Los_Angeles|USD", "1/31/2024, 2:05 PM"),
            (instant, "datetime|0|en_GB|Europe/Paris|USD", "31/01/2024, 23:05"),
            (Value::Integer(5 * 60_000), "time|0|en_US|UTC|USD", "12:05 AM"),
            (Value::Integer(1), "boolean|0|xx|UTC|USD", "true"),
            (Value::Text("Hot".to_owned()), "picklist|0|en_US|UTC|USD", "Hot"),
        ] {
            assert_eq!(localized(&value, style).as_deref(), Some(shown), "{style}");
        }
        assert_eq!(localized(&Value::Null, "int|0|en_US|UTC|USD"), None);
    }

    #[test]
    fn weeks_begin_where_the_country_says() {
        for (locale, day) in [("en_US", Weekday::Sunday), ("en_GB", Weekday::Monday), ("de", Weekday::Monday), ("ar_EG", Weekday::Saturday)] {
            assert_eq!(week_start(locale), day, "{locale}");
        }
    }
}
