//! Dates in headers: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7).

use jiff::fmt::rfc2822::{DateTimeParser, DateTimePrinter};

use crate::clock::Timestamp;

/// The instant as `Last-Modified` and `Date` print it, to the second.
pub(super) fn http(instant: Timestamp) -> String {
    DateTimePrinter::new().timestamp_to_rfc9110_string(&instant.civil()).unwrap_or_default()
}

/// The instant a conditional header names, in seconds since 1970; `None` if it is no such date.
pub(super) fn seconds(text: &str) -> Option<i64> {
    DateTimeParser::new().parse_timestamp(text.trim()).ok().map(jiff::Timestamp::as_second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_printed_and_read_to_the_second() {
        assert_eq!(http(Timestamp(1_769_860_800_999)), "Sat, 31 Jan 2026 12:00:00 GMT");
        assert_eq!(seconds("Sat, 31 Jan 2026 12:00:00 GMT"), Some(1_769_860_800));
        assert_eq!(seconds("Sat, 31 Jan 2026 13:00:00 +0100"), Some(1_769_860_800));
        for text in ["", "yesterday", "2026-01-31T12:00:00Z", "Mon, 31 Jan 2026 12:00:00 GMT"] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }
}
