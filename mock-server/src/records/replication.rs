//! What was deleted or changed within a span of time (`/deleted`, `/updated`). Source: `rest.md` 2.6.

use catalogue::Object;

use super::error::RecordError;
use super::recycle::KEPT;
use super::rows::Rows;
use super::wire;
use crate::access::RowRule;
use crate::clock::Timestamp;

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// How far back a span may begin.
const REACH: i64 = 30 * DAY;

/// From the minute of `start` to the minute of `end`: Salesforce ignores seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    from: Timestamp,
    to: Timestamp,
}

impl Span {
    /// # Errors
    /// `ReplicationDate` for an end before its start, a start too long ago, or a text that is no time.
    pub fn parse(start: &str, end: &str, now: Timestamp) -> Result<Self, RecordError> {
        let minute = |text: &str| super::moment::parse_datetime(text).map(|at| Timestamp(at - at.rem_euclid(MINUTE)));
        let (Some(from), Some(to)) = (minute(start), minute(end)) else {
            return Err(RecordError::ReplicationDate("start and end must be dates with time and time zone"));
        };
        if from >= to {
            return Err(RecordError::ReplicationDate("startDate before endDate"));
        }
        if now.0 - from.0 > REACH {
            return Err(RecordError::ReplicationDate("startDate cannot be more than 30 days ago"));
        }
        Ok(Self { from, to })
    }

    fn covered(self, now: Timestamp) -> Timestamp {
        self.to.min(Timestamp(now.0 - now.0.rem_euclid(MINUTE)))
    }
}

/// Writes the records deleted within the span as JSON: those that `rule` admits.
pub fn deleted(rows: &impl Rows, object: &Object, span: Span, now: Timestamp, rule: &RowRule) -> Result<Vec<u8>, RecordError> {
    let mut out = br#"{"deletedRecords":["#.to_vec();
    for (id, at) in rows.changed_between(object, span.from, span.to, true)? {
        if !rows.admits(object, id, rule)? {
            continue;
        }
        wire::separate(&mut out);
        out.extend_from_slice(format!(r#"{{"deletedDate":"{}","id":"{id}"}}"#, at.rest()).as_bytes());
    }
    let earliest = Timestamp(now.0 - KEPT);
    let tail = format!(r#"],"earliestDateAvailable":"{}","latestDateCovered":"{}"}}"#, earliest.rest(), span.covered(now).rest());
    out.extend_from_slice(tail.as_bytes());
    Ok(out)
}

/// Writes the ids of the records created or changed within the span as JSON: those that `rule` admits.
pub fn updated(rows: &impl Rows, object: &Object, span: Span, now: Timestamp, rule: &RowRule) -> Result<Vec<u8>, RecordError> {
    let mut out = br#"{"ids":["#.to_vec();
    for (id, _) in rows.changed_between(object, span.from, span.to, false)? {
        if !rows.admits(object, id, rule)? {
            continue;
        }
        wire::separate(&mut out);
        wire::string(&mut out, &id.to_string());
    }
    out.extend_from_slice(format!(r#"],"latestDateCovered":"{}"}}"#, span.covered(now).rest()).as_bytes());
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-01-31T12:00:30Z";

    fn check(start: &str, end: &str, refusal: Option<&str>) {
        let now = Timestamp::parse(NOW).unwrap();
        let refused = Span::parse(start, end, now).err();
        assert_eq!(refused.map(|error| error.to_string()).as_deref(), refusal, "{start} to {end}");
    }

    #[test]
    fn a_span_has_minutes_and_reaches_back_thirty_days() {
        check("2026-01-31T11:00:00Z", "2026-01-31T12:00:00+00:00", None);
        check("2026-01-31T12:00:10Z", "2026-01-31T12:00:50Z", Some("startDate before endDate"));
        check("2025-12-31T12:00:00Z", "2026-01-31T12:00:00Z", Some("startDate cannot be more than 30 days ago"));
        check("yesterday", "2026-01-31T12:00:00Z", Some("start and end must be dates with time and time zone"));
    }
}
