//! The device flow, as the server sees it.

use super::Finding;
use crate::evidence::Exchange;
use crate::failure::Failure;

/// Polls of devices, oldest first.
pub fn polls(sent: &[Exchange]) -> Vec<Exchange> {
    let is_poll = |exchange: &&Exchange| exchange.entry()["flow"] == "device" && exchange.has_parameter("grant_type");
    sent.iter().filter(is_poll).cloned().collect()
}

/// Requests for device codes.
pub fn requests(sent: &[Exchange]) -> Vec<Exchange> {
    sent.iter().filter(|exchange| exchange.parameter("response_type") == Some("device_code")).cloned().collect()
}

/// The device asks and polls by Salesforce's names, which are not those of RFC 8628.
pub fn by_salesforces_names(sent: &[Exchange]) -> Finding {
    let (asked, polls) = (requests(sent), polls(sent));
    if asked.is_empty() {
        return Finding::of(&polls, Err(Failure::breach("expected a request with response_type=device_code at the token endpoint; seen: none")));
    }
    let named = |poll: &Exchange| poll.parameter("grant_type") == Some("device") && poll.has_parameter("code");
    if polls.iter().any(named) {
        return Finding::of(&polls, Ok(()));
    }
    let names: Vec<&str> = polls.iter().filter_map(|poll| poll.parameter("grant_type")).collect();
    let told = format!("expected polls with grant_type=device and the parameter code; seen: grant_type={}", names.join(", "));
    Finding::of(&polls, Err(Failure::breach(told)))
}

/// At most `most` of the polls of one device come sooner than `seconds` after the one before; `interval` is what it was told.
pub fn paced(polls: &[Exchange], most: usize, seconds: f64, interval: u64) -> Finding {
    let gaps: Vec<f64> = polls.windows(2).filter_map(|pair| gap(&pair[0], &pair[1])).collect();
    let short = gaps.iter().filter(|gap| **gap < seconds).count();
    let told = || gaps.iter().map(|gap| format!("{gap:.2} s")).collect::<Vec<_>>().join(", ");
    let outcome = match short <= most {
        true => Ok(()),
        false => Err(Failure::breach(format!("expected at least {interval} s between polls, as the interval says; seen: {}", told()))),
    };
    Finding::of(polls, outcome)
}

/// Seconds between the arrivals of two polls.
pub fn gap(first: &Exchange, second: &Exchange) -> Option<f64> {
    (second.at()? - first.at()?).total(jiff::Unit::Second).ok()
}
