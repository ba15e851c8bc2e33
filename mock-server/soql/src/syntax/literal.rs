//! Literals: strings with their escapes, numbers, dates, and the words that mean a range of days.

use jiff::civil::{Date, Time};

use super::ast::{Days, LiteralValue, Period, Quoted, Which};
use crate::error::Reason;

impl Quoted {
    /// Takes the text between quotes when all its escapes are known.
    pub(super) fn new(raw: &str) -> Result<Self, Reason> {
        let mut letters = raw.chars();
        while let Some(letter) = letters.next() {
            let escape = letters.as_str();
            if letter == '\\' && unescape(&mut letters).is_none() {
                return Err(Reason::InvalidEscape(format!("\\{}", escape.chars().next().unwrap_or_default())));
            }
        }
        Ok(Self(raw.to_owned()))
    }

    /// The escape among its own that only patterns have, `\%` or `\_`.
    pub(super) fn pattern_escape(&self) -> Option<Reason> {
        let found = self.letters().find(|(letter, escaped)| *escaped && matches!(letter, '%' | '_'));
        found.map(|(letter, _)| Reason::InvalidEscape(format!("\\{letter}")))
    }

    /// The text meant, where `\%` and `\_` are plain characters.
    pub fn value(&self) -> String {
        self.letters().map(|(letter, _)| letter).collect()
    }

    /// The pattern meant after LIKE: `%` and `_` as wildcards, and `\` before each of `% _ \` that is meant literally.
    pub fn pattern(&self) -> String {
        let mut pattern = String::with_capacity(self.0.len());
        for (letter, escaped) in self.letters() {
            if letter == '\\' || (escaped && matches!(letter, '%' | '_')) {
                pattern.push('\\');
            }
            pattern.push(letter);
        }
        pattern
    }

    /// The characters meant, each with whether it was written as an escape.
    fn letters(&self) -> impl Iterator<Item = (char, bool)> {
        let mut letters = self.0.chars();
        std::iter::from_fn(move || match letters.next()? {
            '\\' => unescape(&mut letters).map(|letter| (letter, true)),
            letter => Some((letter, false)),
        })
    }
}

/// Reads what follows a backslash.
fn unescape(letters: &mut std::str::Chars<'_>) -> Option<char> {
    Some(match letters.next()? {
        'n' | 'N' => '\n',
        'r' | 'R' => '\r',
        't' | 'T' => '\t',
        'b' | 'B' => '\u{8}',
        'f' | 'F' => '\u{c}',
        letter @ ('"' | '\'' | '\\' | '_' | '%') => letter,
        'u' | 'U' => {
            let hex: String = letters.by_ref().take(4).collect();
            let code = (hex.len() == 4).then(|| u32::from_str_radix(&hex, 16).ok())??;
            // Half of a surrogate pair is no character of its own.
            char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
        }
        _ => return None,
    })
}

/// Where a dateTime without zone or with half a time ends to be a literal: behind its date.
pub(super) fn end_of_date(text: &str) -> Option<usize> {
    let at = text.find(['T', 't'])?;
    let rest = &text[at + 1..];
    let clock = rest.find(['Z', 'z', '+', '-']).unwrap_or_default();
    let whole = clock >= 8 && rest.bytes().take(8).enumerate().all(|(at, byte)| if at % 3 == 2 { byte == b':' } else { byte.is_ascii_digit() });
    (!whole).then_some(at)
}

/// A date, dateTime or time literal.
pub(super) fn temporal(text: &str) -> Option<LiteralValue> {
    if text.as_bytes().get(2) == Some(&b':') {
        let (clock, zone) = split_zone(text)?;
        return (zone == 0).then(|| time(clock).map(LiteralValue::Time))?;
    }
    let Some((day, rest)) = text.split_once(['T', 't']) else { return date(text).map(LiteralValue::Date) };
    let (clock, offset) = split_zone(rest)?;
    let local = date(day)?.to_datetime(time(clock)?);
    let utc = local.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp();
    let utc = utc.checked_sub(jiff::SignedDuration::from_secs(i64::from(offset))).ok()?;
    Some(LiteralValue::Timestamp(utc))
}

/// `hh:mm:ss[.fff]` and the offset in seconds of the `Z`, `+hh:mm` or `+hhmm` behind it.
fn split_zone(text: &str) -> Option<(&str, i32)> {
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return Some((clock, 0));
    }
    let at = text.rfind(['+', '-'])?;
    let (clock, zone) = text.split_at(at);
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let digits: String = zone[1..].chars().filter(|letter| *letter != ':').collect();
    let well_formed = digits.len() == 4
        && digits.bytes().all(|b| b.is_ascii_digit())
        && matches!(zone.len(), 5 | 6)
        && zone.find(':').is_none_or(|colon| colon == 3);
    let number: i32 = well_formed.then(|| digits.parse().ok())??;
    let (hours, minutes) = (number / 100, number % 100);
    (hours < 24 && minutes < 60).then_some((clock, sign * (hours * 3600 + minutes * 60)))
}

fn date(text: &str) -> Option<Date> {
    let [year, month, day] = fields(text, '-', [4, 2, 2])?;
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn time(text: &str) -> Option<Time> {
    let (clock, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let [hour, minute, second] = fields(clock, ':', [2, 2, 2])?;
    if fraction.is_empty() || fraction.len() > 9 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // Salesforce keeps milliseconds.
    let milliseconds: i32 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, i8::try_from(second).ok()?, milliseconds * 1_000_000).ok()
}

/// Three numbers of the given widths.
fn fields(text: &str, separator: char, widths: [usize; 3]) -> Option<[u32; 3]> {
    let mut parts = text.split(separator);
    let mut numbers = [0; 3];
    for (number, width) in numbers.iter_mut().zip(widths) {
        let part = parts.next()?;
        *number = (part.len() == width && part.bytes().all(|byte| byte.is_ascii_digit())).then(|| part.parse().ok())??;
    }
    parts.next().is_none().then_some(numbers)
}

/// A date literal's word: complete, or waiting for the number after its colon.
pub(super) enum DayWord {
    Complete(Days),
    Counted(fn(u32) -> Which, Period),
}

pub(super) fn day_word(word: &str) -> Option<DayWord> {
    use Period::{Day, FiscalQuarter, FiscalYear, Month, Quarter, Week, Year};
    let word = word.to_ascii_uppercase();
    let complete = |which, period| Some(DayWord::Complete(Days { period, which }));
    match word.as_str() {
        "YESTERDAY" => return complete(Which::Previous, Day),
        "TODAY" => return complete(Which::This, Day),
        "TOMORROW" => return complete(Which::Next, Day),
        "LAST_90_DAYS" => return complete(Which::Last90, Day),
        "NEXT_90_DAYS" => return complete(Which::Next90, Day),
        _ => {}
    }
    let single = |name: &str| {
        Some(match name {
            "WEEK" => Week,
            "MONTH" => Month,
            "QUARTER" => Quarter,
            "YEAR" => Year,
            "FISCAL_QUARTER" => FiscalQuarter,
            "FISCAL_YEAR" => FiscalYear,
            _ => return None,
        })
    };
    let several = |name: &str| if name == "DAYS" { Some(Day) } else { single(name.strip_suffix('S')?) };
    if let Some(name) = word.strip_prefix("LAST_N_") {
        return several(name).map(|period| DayWord::Counted(Which::LastN, period));
    }
    if let Some(name) = word.strip_prefix("NEXT_N_") {
        return several(name).map(|period| DayWord::Counted(Which::NextN, period));
    }
    if let Some(name) = word.strip_prefix("N_").and_then(|rest| rest.strip_suffix("_AGO")) {
        return several(name).map(|period| DayWord::Counted(Which::Ago, period));
    }
    let (which, name) = [(Which::Previous, "LAST_"), (Which::This, "THIS_"), (Which::Next, "NEXT_")]
        .into_iter()
        .find_map(|(which, prefix)| word.strip_prefix(prefix).map(|name| (which, name)))?;
    complete(which, single(name)?)
}
