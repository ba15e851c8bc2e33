//! Dates and times as the REST API spells them, to and from their stored form:
//! a date is text `YYYY-MM-DD`, a dateTime milliseconds since 1970 in UTC, a time milliseconds of the day.

use crate::clock::Timestamp;

/// Milliseconds of a day.
pub const DAY: i64 = 86_400_000;

/// The years Salesforce stores.
const YEARS: std::ops::RangeInclusive<i64> = 1700..=4000;

/// `2026-01-31`, alone or in front of a time; as stored.
pub fn parse_date(text: &str) -> Option<String> {
    let (date, rest) = text.split_at_checked(10)?;
    days(date)?;
    (rest.is_empty() || parse_datetime(text).is_some()).then(|| date.to_owned())
}

/// The same, or with a zone as XML Schema's dates may have it (`2026-01-31Z`, `2026-01-31+01:00`), which is dropped.
pub fn parse_zoned_date(text: &str) -> Option<String> {
    parse_date(text).or_else(|| {
        let (date, zone) = text.split_at_checked(10)?;
        zone_offset(zone)?;
        parse_date(date)
    })
}

/// `2026-01-31T12:00:00Z`, with optional fraction of a second and `Z`, `+01:00` or `+0100`; milliseconds since 1970.
pub fn parse_datetime(text: &str) -> Option<i64> {
    let (date, time) = text.split_once(['T', 't'])?;
    let zone_at = time.find(['Z', 'z', '+', '-'])?;
    let (clock, zone) = time.split_at(zone_at);
    Some(days(date)? * DAY + time_of_day(clock)? - zone_offset(zone)?)
}

/// `12:30:00.000Z`; fraction and `Z` may be left out. Milliseconds of the day.
pub fn parse_time(text: &str) -> Option<i64> {
    time_of_day(text.strip_suffix(['Z', 'z']).unwrap_or(text))
}

fn number(text: &str, length: usize) -> Option<i64> {
    (text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

/// Days since 1970 of `YYYY-MM-DD`.
fn days(date: &str) -> Option<i64> {
    let (year, rest) = date.split_once('-')?;
    let (month, day) = rest.split_once('-')?;
    let (year, month, day) = (number(year, 4)?, number(month, 2)?, number(day, 2)?);
    let month = i8::try_from(month).ok()?;
    let date = jiff::civil::Date::new(i16::try_from(year).ok()?, month, i8::try_from(day).ok()?).ok()?;
    YEARS.contains(&year).then(|| days_from_civil(date))
}

/// Days since 1970-01-01. Source: H. Hinnant, "chrono-compatible low-level date algorithms".
fn days_from_civil(date: jiff::civil::Date) -> i64 {
    let (month, day) = (i64::from(date.month()), i64::from(date.day()));
    let year = i64::from(date.year()) - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn time_of_day(clock: &str) -> Option<i64> {
    let mut parts = clock.splitn(3, ':');
    let (hour, minute) = (number(parts.next()?, 2)?, number(parts.next()?, 2)?);
    let (second, millis) = match parts.next() {
        None => (0, 0),
        Some(seconds) => {
            let (second, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
            (number(second, 2)?, milliseconds(fraction)?)
        }
    };
    (hour < 24 && minute < 60 && second < 60).then(|| ((hour * 60 + minute) * 60 + second) * 1000 + millis)
}

/// The first three digits of a fraction of a second.
fn milliseconds(fraction: &str) -> Option<i64> {
    if fraction.is_empty() || fraction.len() > 9 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    format!("{fraction:0<3.3}").parse().ok()
}

fn zone_offset(zone: &str) -> Option<i64> {
    let sign = match zone.as_bytes().first()? {
        b'Z' | b'z' => return (zone.len() == 1).then_some(0),
        b'+' => 1,
        _ => -1,
    };
    let digits = zone[1..].replacen(':', "", 1);
    let (hours, minutes) = digits.split_at_checked(2)?;
    let (hours, minutes) = (number(hours, 2)?, number(minutes, 2)?);
    (hours <= 18 && minutes < 60).then_some(sign * (hours * 60 + minutes) * 60_000)
}

/// Appends `2026-01-31T12:00:00.000+0000`, without the fraction of the second that only our own tables keep.
pub fn write_datetime(out: &mut Vec<u8>, millis: i64) {
    let millis = Timestamp(millis).whole_second().0;
    write_date(out, millis.div_euclid(DAY));
    out.push(b'T');
    write_clock(out, millis.rem_euclid(DAY));
    out.extend_from_slice(b"+0000");
}

/// Appends `12:30:00.000Z`.
pub fn write_time(out: &mut Vec<u8>, millis: i64) {
    write_clock(out, millis.rem_euclid(DAY));
    out.push(b'Z');
}

/// The date in UTC of a time in milliseconds since 1970.
pub fn date_of(millis: i64) -> String {
    let mut out = Vec::with_capacity(10);
    write_date(&mut out, millis.div_euclid(DAY));
    String::from_utf8_lossy(&out).into_owned()
}

/// The beginning in UTC of a stored date, in milliseconds since 1970.
pub fn start_of_day(date: &str) -> Option<i64> {
    days(date).map(|days| days * DAY)
}

/// The day before `start` is this many whole months ago.
pub fn contract_end(start: &str, months: f64) -> Option<String> {
    let start: jiff::civil::Date = start.parse().ok()?;
    #[expect(clippy::cast_possible_truncation, reason = "a term is an int field")]
    let span = jiff::Span::new().try_months(months as i64).ok()?;
    Some(start.checked_add(span).ok()?.yesterday().ok()?.to_string())
}

/// The last day of the quarter a time in milliseconds since 1970 falls into.
pub fn quarter_end(millis: i64) -> String {
    let date = date_of(millis);
    let month = date.get(5..7).and_then(|month| month.parse::<u8>().ok()).unwrap_or(12);
    let end = ["03-31", "06-30", "09-30", "12-31"][usize::from(month.clamp(1, 12) - 1) / 3];
    format!("{}-{end}", &date[..4])
}

/// Appends `YYYY-MM-DD` of a day counted from 1970-01-01. The inverse of `days_from_civil`.
fn write_date(out: &mut Vec<u8>, days: i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    digits(out, year, 4);
    out.push(b'-');
    digits(out, month, 2);
    out.push(b'-');
    digits(out, day_of_year - (153 * shifted_month + 2) / 5 + 1, 2);
}

fn write_clock(out: &mut Vec<u8>, millis: i64) {
    for (value, width, after) in [(millis / 3_600_000, 2, b':'), (millis / 60_000 % 60, 2, b':'), (millis / 1000 % 60, 2, b'.')] {
        digits(out, value, width);
        out.push(after);
    }
    digits(out, millis % 1000, 3);
}

fn digits(out: &mut Vec<u8>, value: i64, width: usize) {
    let start = out.len();
    out.resize(start + width, b'0');
    let mut rest = value;
    for slot in out[start..].iter_mut().rev() {
        *slot = b'0' + u8::try_from(rest.rem_euclid(10)).unwrap_or(0);
        rest /= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_datetime(text: &str, printed: Option<&str>) {
        let back = parse_datetime(text).map(|millis| {
            let mut out = Vec::new();
            write_datetime(&mut out, millis);
            String::from_utf8(out).unwrap()
        });
        assert_eq!(back.as_deref(), printed, "{text}");
    }

    #[test]
    fn datetimes_are_read_in_every_accepted_form_and_printed_in_utc() {
        check_datetime("2026-01-31T12:00:00Z", Some("2026-01-31T12:00:00.000+0000"));
        check_datetime("2026-01-31T12:00:00.120+0000", Some("2026-01-31T12:00:00.000+0000"));
        check_datetime("2026-01-31T01:30:00.5+02:00", Some("2026-01-30T23:30:00.000+0000"));
        check_datetime("1969-12-31T23:59:59.999-0530", Some("1970-01-01T05:29:59.000+0000"));
        check_datetime("1700-01-01T00:00:00Z", Some("1700-01-01T00:00:00.000+0000"));
        check_datetime("4000-12-31T00:00:00Z", Some("4000-12-31T00:00:00.000+0000"));
        check_datetime("2024-02-29T00:00:00Z", Some("2024-02-29T00:00:00.000+0000"));
    }

    #[test]
    fn datetimes_without_zone_or_outside_the_calendar_are_refused() {
        for text in ["2026-01-31", "2026-01-31T12:00:00", "2026-02-30T00:00:00Z", "2026-01-31T25:00:00Z", "1600-01-01T00:00:00Z", "T", "2026-01-31TZ"]
        {
            check_datetime(text, None);
        }
    }

    #[test]
    fn a_date_may_carry_a_time_that_is_dropped() {
        assert_eq!(parse_date("2026-01-31").as_deref(), Some("2026-01-31"));
        assert_eq!(parse_date("2026-01-31T12:00:00Z").as_deref(), Some("2026-01-31"));
        assert_eq!(parse_date("2026-01-31 12:00"), None);
        assert_eq!(parse_date("2026-02-29"), None);
        assert_eq!(parse_date("2026-01-3é"), None);
    }

    #[test]
    fn times_of_day_are_milliseconds() {
        assert_eq!(parse_time("01:02:03.004Z"), Some(3_723_004));
        assert_eq!(parse_time("24:00:00Z"), None);
        let mut out = Vec::new();
        write_time(&mut out, 3_723_004);
        assert_eq!(out, b"01:02:03.004Z");
    }
}
