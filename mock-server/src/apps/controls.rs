//! The security controls of 2026: PKCE, rotation, the idle limit of refresh tokens and the list of addresses they may be used from.
//!
//! GUESS: no public metadata elements of the idle limit, the list and the lock were found; the world document names them by their labels.
//! An app's own settings, the locks on new apps and the org's switches come together here; flows read the result. Source: `gate-and-policies.md`, section 3.

use std::net::IpAddr;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AppDefinition, PeriodUnit, RefreshTokenPolicy};
use crate::org::{IpRange, Switches};

/// Apps created from this day on have the controls locked on.
const LOCKED_FROM: Date = Date::constant(2026, 7, 1);
/// Days without use after which a refresh token ends when the idle limit is on.
pub const IDLE_LIMIT: RefreshTokenPolicy = RefreshTokenPolicy::ExpireIfUnused { amount: 30, unit: PeriodUnit::Days };
/// Ranges a list may have, and addresses in all of them together.
const RANGES: usize = 128;
const ADDRESSES: u128 = 256;

/// Refresh Token IP Allowlist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AllowedRange {
    #[schemars(with = "String")]
    pub start: IpAddr,
    #[schemars(with = "String")]
    pub end: IpAddr,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

impl AllowedRange {
    fn range(&self) -> IpRange {
        IpRange { start: self.start, end: self.end }
    }
}

/// What holds for one app in one org.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Controls {
    pub pkce: bool,
    pub rotation: bool,
    /// Limit Idle Refresh Token Time-to-Live (TTL) to 30 Days.
    pub idle_limit: bool,
    /// Enforce Refresh Token IP Allowlist.
    pub allowlist: bool,
    /// Their developer can no longer switch them off.
    pub locked: bool,
}

impl AppDefinition {
    /// The controls that hold for this app in an org with these switches.
    pub fn controls(&self, org: &Switches) -> Controls {
        let is_new = org.lock_controls_of_new_apps && self.created >= LOCKED_FROM && !self.exempt_from_org_switches;
        let by_org = !self.exempt_from_org_switches;
        // Attested or new, they are on whatever the definition says.
        let locked = self.controls_attested || is_new;
        Controls {
            pkce: self.require_pkce || locked || by_org && org.require_pkce,
            rotation: self.rotate_refresh_tokens || locked || by_org && org.rotate_refresh_tokens,
            idle_limit: self.limit_idle_refresh_tokens || locked,
            allowlist: self.enforce_refresh_ip_allowlist,
            locked,
        }
    }

    /// The control that `next` switches off although its developer attested them all; taking the attestation back, as Salesforce's support can,
    /// frees them. Only the ranges of the allowlist stay editable.
    pub fn unlocked_by(&self, next: &Self) -> Option<&'static str> {
        let off = [
            ("require_pkce", self.require_pkce, next.require_pkce),
            ("rotate_refresh_tokens", self.rotate_refresh_tokens, next.rotate_refresh_tokens),
            ("limit_idle_refresh_tokens", self.limit_idle_refresh_tokens, next.limit_idle_refresh_tokens),
            ("enforce_refresh_ip_allowlist", self.enforce_refresh_ip_allowlist, next.enforce_refresh_ip_allowlist),
        ];
        let locked = self.controls_attested && next.controls_attested;
        off.into_iter().find(|(_, before, after)| locked && *before && !after).map(|(member, ..)| member)
    }

    /// Whether a user who authorizes the app from this address is asked for a code first.
    pub fn challenges(&self, address: Option<IpAddr>) -> bool {
        let is_trusted = |address: IpAddr| self.trusted_ip_ranges.iter().any(|trusted| trusted.range().contains(address));
        !self.trusted_ip_ranges.is_empty() && !address.is_none_or(is_trusted)
    }

    /// Whether the list lets refresh tokens be used from the address. `None` is this server itself.
    pub fn allows_address(&self, address: Option<IpAddr>) -> bool {
        !self.enforce_refresh_ip_allowlist
            || address.is_none_or(|address| self.refresh_ip_allowlist.iter().any(|allowed| allowed.range().contains(address)))
    }
}

/// What is wrong with a list of allowed ranges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AllowlistFault {
    // GUESS: the limits are documented, the words of the save errors are not.
    #[error("You can add up to {RANGES} IP ranges to the refresh token IP allowlist.")]
    TooManyRanges,
    #[error("The refresh token IP allowlist can contain up to {ADDRESSES} IP addresses in total.")]
    TooManyAddresses,
    #[error("The end IP address must be the same as or higher than the start IP address.")]
    Reversed,
}

/// Checks trusted ranges, of which there may be any number. GUESS: no limit of theirs is documented.
pub fn check_trusted(list: &[AllowedRange]) -> Result<(), AllowlistFault> {
    if list.iter().all(|trusted| trusted.range().addresses().is_some()) { Ok(()) } else { Err(AllowlistFault::Reversed) }
}

/// Checks a list as the app's Settings page does when it is saved.
pub fn check_allowlist(list: &[AllowedRange]) -> Result<(), AllowlistFault> {
    if list.len() > RANGES {
        return Err(AllowlistFault::TooManyRanges);
    }
    let mut addresses = 0_u128;
    for allowed in list {
        let count = allowed.range().addresses().ok_or(AllowlistFault::Reversed)?;
        addresses = addresses.saturating_add(count);
    }
    if addresses > ADDRESSES { Err(AllowlistFault::TooManyAddresses) } else { Ok(()) }
}

/// The refresh token policy that a subscriber sees of an app whose idle tokens are limited.
pub fn shown_policy(policy: RefreshTokenPolicy, idle_limit: bool) -> RefreshTokenPolicy {
    if idle_limit && policy == RefreshTokenPolicy::UntilRevoked { IDLE_LIMIT } else { policy }
}

/// Why a subscriber's refresh token policy cannot be saved while idle tokens are limited; `None` if it can.
/// GUESS: that it is refused is documented, the words are not.
pub fn policy_fault(policy: RefreshTokenPolicy, idle_limit: bool) -> Option<&'static str> {
    let RefreshTokenPolicy::ExpireIfUnused { amount, unit } = policy else { return None };
    let RefreshTokenPolicy::ExpireIfUnused { amount: most, unit: days } = IDLE_LIMIT else { return None };
    (idle_limit && unit.times(amount) > days.times(most)).then_some("The refresh token validity period can't exceed 30 days.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(ranges: &[(&str, &str)]) -> Vec<AllowedRange> {
        let one = |(start, end): &(&str, &str)| AllowedRange { start: start.parse().unwrap(), end: end.parse().unwrap(), description: None };
        ranges.iter().map(one).collect()
    }

    #[test]
    fn an_allowlist_keeps_its_limits() {
        let single = list(&[("192.0.2.1", "192.0.2.1")]);
        assert_eq!(check_allowlist(&vec![single[0].clone(); 128]), Ok(()));
        assert_eq!(check_allowlist(&vec![single[0].clone(); 129]), Err(AllowlistFault::TooManyRanges));
        assert_eq!(check_allowlist(&list(&[("192.0.2.0", "192.0.2.255")])), Ok(()));
        assert_eq!(check_allowlist(&list(&[("192.0.2.0", "192.0.2.255"), ("198.51.100.1", "198.51.100.1")])), Err(AllowlistFault::TooManyAddresses));
        assert_eq!(check_allowlist(&list(&[("::", "ffff::")])), Err(AllowlistFault::TooManyAddresses));
        assert_eq!(check_allowlist(&list(&[("192.0.2.9", "192.0.2.1")])), Err(AllowlistFault::Reversed));
        assert_eq!(check_allowlist(&list(&[("192.0.2.9", "::1")])), Err(AllowlistFault::Reversed));
    }

    #[test]
    fn the_idle_limit_meets_the_subscribers_policy() {
        use RefreshTokenPolicy::{ExpireAfter, ExpireIfUnused, ImmediatelyExpire, UntilRevoked};
        let unused = |amount, unit| ExpireIfUnused { amount, unit };
        assert_eq!(shown_policy(UntilRevoked, true), IDLE_LIMIT);
        assert_eq!(shown_policy(UntilRevoked, false), UntilRevoked);
        assert_eq!(shown_policy(ImmediatelyExpire, true), ImmediatelyExpire);
        let check = |policy, refused: bool| assert_eq!(policy_fault(policy, true).is_some(), refused, "{policy:?}");
        check(unused(30, PeriodUnit::Days), false);
        check(unused(31, PeriodUnit::Days), true);
        check(unused(720, PeriodUnit::Hours), false);
        check(unused(721, PeriodUnit::Hours), true);
        check(unused(2, PeriodUnit::Months), true);
        check(ExpireAfter { amount: 90, unit: PeriodUnit::Days }, false);
        check(UntilRevoked, false);
        assert_eq!(policy_fault(unused(90, PeriodUnit::Days), false), None);
    }
}
