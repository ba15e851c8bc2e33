//! What a profile says of logins: from where, when, and how long a session lasts.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::IpRange;
use crate::clock::Timestamp;

/// The time zone by which login hours are read: the org's default.
pub const ORG_TIME_ZONE: &str = "America/Los_Angeles";

/// Login IP Ranges, Login Hours and Session Settings of a profile.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LoginRules {
    /// Login IP Ranges; without any, users log in from everywhere.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ip_ranges: Vec<IpRange>,
    /// Login Hours by day; a day that is left out is open.
    #[serde(skip_serializing_if = "LoginHours::is_empty")]
    pub hours: LoginHours,
    /// Seconds without use until a session ends; the org's when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_timeout: Option<u32>,
    /// Session Security Level Required at Login is High Assurance: users prove by a second factor who they are.
    #[serde(skip_serializing_if = "is_false")]
    pub high_assurance: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

/// When users may log in, by the org's time zone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LoginHours {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub monday: Option<OpenHours>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tuesday: Option<OpenHours>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wednesday: Option<OpenHours>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thursday: Option<OpenHours>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub friday: Option<OpenHours>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub saturday: Option<OpenHours>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sunday: Option<OpenHours>,
}

/// Minutes since midnight, as the metadata of a profile counts them. The end is not included; equal ends close the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenHours {
    #[schemars(range(max = 1440))]
    pub start: u16,
    #[schemars(range(max = 1440))]
    pub end: u16,
}

impl LoginRules {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether users may come from the address. `None` is this server itself.
    pub fn admit_address(&self, address: Option<IpAddr>) -> bool {
        self.ip_ranges.is_empty() || address.is_none_or(|address| self.ip_ranges.iter().any(|range| range.contains(address)))
    }

    /// Whether users may come at this moment.
    pub fn admit_time(&self, now: Timestamp) -> bool {
        if self.hours.is_empty() {
            return true;
        }
        let local = now.civil().to_zoned(TimeZone::get(ORG_TIME_ZONE).unwrap_or(TimeZone::UTC));
        let minute = u16::try_from(i32::from(local.hour()) * 60 + i32::from(local.minute())).unwrap_or(0);
        self.hours.of(local.weekday()).is_none_or(|open| (open.start..open.end).contains(&minute))
    }
}

impl LoginHours {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn of(&self, day: Weekday) -> Option<OpenHours> {
        match day {
            Weekday::Monday => self.monday,
            Weekday::Tuesday => self.tuesday,
            Weekday::Wednesday => self.wednesday,
            Weekday::Thursday => self.thursday,
            Weekday::Friday => self.friday,
            Weekday::Saturday => self.saturday,
            Weekday::Sunday => self.sunday,
        }
    }

    fn of_mut(&mut self, day: Weekday) -> &mut Option<OpenHours> {
        match day {
            Weekday::Monday => &mut self.monday,
            Weekday::Tuesday => &mut self.tuesday,
            Weekday::Wednesday => &mut self.wednesday,
            Weekday::Thursday => &mut self.thursday,
            Weekday::Friday => &mut self.friday,
            Weekday::Saturday => &mut self.saturday,
            Weekday::Sunday => &mut self.sunday,
        }
    }
}

/// A day of the week as forms name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    pub field: &'static str,
    pub label: &'static str,
    weekday: Weekday,
}

pub const DAYS: [Day; 7] = [
    Day { field: "monday", label: "Monday", weekday: Weekday::Monday },
    Day { field: "tuesday", label: "Tuesday", weekday: Weekday::Tuesday },
    Day { field: "wednesday", label: "Wednesday", weekday: Weekday::Wednesday },
    Day { field: "thursday", label: "Thursday", weekday: Weekday::Thursday },
    Day { field: "friday", label: "Friday", weekday: Weekday::Friday },
    Day { field: "saturday", label: "Saturday", weekday: Weekday::Saturday },
    Day { field: "sunday", label: "Sunday", weekday: Weekday::Sunday },
];

impl Day {
    pub fn of(&self, hours: &LoginHours) -> Option<OpenHours> {
        hours.of(self.weekday)
    }

    pub fn of_mut<'h>(&self, hours: &'h mut LoginHours) -> &'h mut Option<OpenHours> {
        hours.of_mut(self.weekday)
    }
}

/// `08:00-17:30`
impl fmt::Display for OpenHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}-{:02}:{:02}", self.start / 60, self.start % 60, self.end / 60, self.end % 60)
    }
}

/// Hours are written as two times of a day with a hyphen between them, the earlier first.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no span of a day: expected one like 08:00-17:30")]
pub struct NoHours(String);

impl FromStr for OpenHours {
    type Err = NoHours;

    fn from_str(text: &str) -> Result<Self, NoHours> {
        let minutes = |text: &str| {
            let (hour, minute) = text.trim().split_once(':')?;
            let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
            (hour <= 24 && minute < 60 && hour * 60 + minute <= 1440).then_some(hour * 60 + minute)
        };
        let span = text.split_once('-').and_then(|(start, end)| Some(Self { start: minutes(start)?, end: minutes(end)? }));
        span.filter(|span| span.start <= span.end).ok_or_else(|| NoHours(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn login_hours_follow_the_org_s_time_zone() {
        let hours = LoginHours { monday: Some(OpenHours { start: 8 * 60, end: 17 * 60 }), ..LoginHours::default() };
        let rules = LoginRules { hours, ..LoginRules::default() };
        let check = |moment: &str, open: bool| assert_eq!(rules.admit_time(Timestamp::parse(moment).unwrap()), open, "{moment}");
        // A Monday in winter: eight hours behind UTC.
        check("2026-01-05T15:59:59Z", false);
        check("2026-01-05T16:00:00Z", true);
        check("2026-01-06T00:59:59Z", true);
        check("2026-01-06T01:00:00Z", false);
        // A Tuesday is not limited.
        check("2026-01-06T08:00:00Z", true);
    }

    #[test]
    fn hours_are_read_as_they_are_written() {
        let read = |text: &str| text.parse::<OpenHours>().map(|open| open.to_string());
        assert_eq!(read("8:00 - 17:30"), Ok("08:00-17:30".to_owned()));
        assert_eq!(read("00:00-24:00"), Ok("00:00-24:00".to_owned()));
        for wrong in ["", "8-17", "17:00-08:00", "08:60-09:00", "00:00-24:01", "99999:00-1:00"] {
            assert_eq!(read(wrong), Err(NoHours(wrong.to_owned())));
        }
    }

    #[test]
    fn equal_ends_close_the_day() {
        let hours = LoginHours { sunday: Some(OpenHours { start: 0, end: 0 }), ..LoginHours::default() };
        let rules = LoginRules { hours, ..LoginRules::default() };
        assert!(!rules.admit_time(Timestamp::parse("2026-01-04T20:00:00Z").unwrap()));
    }

    #[test]
    fn ranges_bind_whoever_comes_from_outside() {
        let range = IpRange { start: "10.0.0.1".parse().unwrap(), end: "10.0.0.9".parse().unwrap() };
        let rules = LoginRules { ip_ranges: vec![range], ..LoginRules::default() };
        let check = |address: Option<&str>, admitted| assert_eq!(rules.admit_address(address.map(|text| text.parse().unwrap())), admitted);
        check(Some("10.0.0.5"), true);
        check(Some("10.0.0.10"), false);
        check(None, true);
        assert!(LoginRules::default().admit_address("203.0.113.1".parse().ok()));
    }
}
