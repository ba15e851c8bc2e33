//! Ranges of addresses that an org trusts.

use std::net::IpAddr;

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

#[cfg(test)]
mod tests {
    use super::*;

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
