//! Ranges of addresses that an org trusts.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Addresses from `start` to `end`, both included. Both are of one kind, IPv4 or IPv6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IpRange {
    #[schemars(with = "String")]
    pub start: IpAddr,
    #[schemars(with = "String")]
    pub end: IpAddr,
}

impl IpRange {
    /// An IPv4 address that came as IPv6 (`::ffff:127.0.0.1`) is the IPv4 address.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.start.is_ipv4() == address.is_ipv4() && (self.start..=self.end).contains(&address)
    }

    /// How many addresses it holds; `None` if its end lies before its start or is of another kind.
    pub fn addresses(&self) -> Option<u128> {
        let (start, end) = match (self.start, self.end) {
            (IpAddr::V4(start), IpAddr::V4(end)) => (u128::from(start.to_bits()), u128::from(end.to_bits())),
            (IpAddr::V6(start), IpAddr::V6(end)) => (start.to_bits(), end.to_bits()),
            _ => return None,
        };
        end.checked_sub(start).map(|more| more.saturating_add(1))
    }
}

impl fmt::Display for IpRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.start, self.end)
    }
}

/// A range is written as two addresses of one kind with a hyphen between them, the lower first; one address is a range too.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no range of addresses: expected one like 192.0.2.1-192.0.2.9")]
pub struct NoRange(String);

impl FromStr for IpRange {
    type Err = NoRange;

    fn from_str(text: &str) -> Result<Self, NoRange> {
        let (start, end) = text.split_once('-').unwrap_or((text, text));
        let range = start.trim().parse().ok().zip(end.trim().parse().ok()).map(|(start, end)| Self { start, end });
        range.filter(|range| range.addresses().is_some()).ok_or_else(|| NoRange(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_read_as_it_is_written() {
        let read = |text: &str| text.parse::<IpRange>().map(|range| range.to_string());
        assert_eq!(read("192.0.2.1-192.0.2.9"), Ok("192.0.2.1-192.0.2.9".to_owned()));
        assert_eq!(read("::1 - ::2"), Ok("::1-::2".to_owned()));
        assert_eq!(read("192.0.2.1"), Ok("192.0.2.1-192.0.2.1".to_owned()));
        for wrong in ["", "192.0.2.9-192.0.2.1", "192.0.2.1-::1", "192.0.2-192.0.3", "a-b"] {
            assert_eq!(read(wrong), Err(NoRange(wrong.to_owned())));
        }
    }

    #[test]
    fn a_range_holds_its_ends_and_what_lies_between() {
        let range = |start: &str, end: &str| IpRange { start: start.parse().unwrap(), end: end.parse().unwrap() };
        let home = range("127.0.0.1", "127.0.0.9");
        let holds = |address: &str| home.contains(address.parse().unwrap());
        assert!(holds("127.0.0.1") && holds("127.0.0.9") && holds("::ffff:127.0.0.5"));
        assert!(!holds("127.0.0.10") && !holds("::1"));
        assert!(range("::1", "::1").contains("::1".parse().unwrap()));
    }
}
