//! Clocks that disagree: the server's machine and this one, the virtual clock and both.

use super::Finding;
use super::ports::Server;
use crate::clock::{Clock, Timestamp};

const TOPIC: &str = "clock";

/// Seconds that two clocks may be apart. Salesforce forgives JWT assertions three minutes.
const TOLERANCE: i64 = 60;

pub(super) fn examine(server: &Server) -> Vec<Finding> {
    let Some(reply) = &server.clock else { return Vec::new() };
    let body: serde_json::Value = serde_json::from_str(&reply.body).unwrap_or_default();
    let virtual_now = body["now"].as_str().and_then(Timestamp::parse);
    let of_server = reply.header("date").and_then(|date| jiff::fmt::rfc2822::parse(date).ok()).map(|date| date.timestamp().as_second());
    judge(Clock::wall().seconds(), of_server, virtual_now.map(Timestamp::seconds), body["frozen"] == true)
}

fn judge(here: i64, of_server: Option<i64>, virtual_now: Option<i64>, frozen: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(skew) = of_server.map(|server| server - here).filter(|skew| skew.abs() > TOLERANCE) {
        findings.push(Finding::problem(
            TOPIC,
            format!("the server's machine is {} this one", apart(skew)),
            "assertions that clients sign expire early or come from the future, and certificates may not be valid yet",
            "set both clocks by NTP; a container takes the time of its host",
        ));
    }
    let skew = virtual_now.map_or(0, |now| now - of_server.unwrap_or(here));
    if frozen || skew.abs() > TOLERANCE {
        let what = match (frozen, skew.abs() > TOLERANCE) {
            (true, false) => "the virtual clock is frozen".to_owned(),
            (true, true) => format!("the virtual clock is frozen, {} wall time", apart(skew)),
            _ => format!("the virtual clock is {} wall time", apart(skew)),
        };
        let why = "tokens, codes and assertions are judged by it: a client that signs by wall time may be refused";
        findings.push(Finding::note(TOPIC, what, why, "POST /_mock/v1/clock {\"reset\":true}, unless a test set it on purpose"));
    }
    if findings.is_empty() {
        findings.push(Finding::well(TOPIC, "the clocks agree"));
    }
    findings
}

/// To the nearest unit: a clock that was set three days ahead and then frozen is a second short of that.
fn apart(seconds: i64) -> String {
    let apart = seconds.abs();
    let nearest = |unit: i64| (apart + unit / 2) / unit;
    let much = match apart {
        ..7_200 => format!("{} minutes", nearest(60)),
        7_200..172_800 => format!("{} hours", nearest(3_600)),
        172_800.. => format!("{} days", nearest(86_400)),
    };
    format!("{much} {}", if seconds > 0 { "ahead of" } else { "behind" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(of_server: i64, virtual_now: i64, frozen: bool, expected: &[&str]) {
        let here = 1_800_000_000;
        let findings = judge(here, Some(here + of_server), Some(here + virtual_now), frozen);
        assert_eq!(findings.iter().map(|finding| finding.what.as_str()).collect::<Vec<_>>(), expected);
        assert_eq!(findings.iter().any(Finding::is_problem), of_server.abs() > TOLERANCE);
    }

    #[test]
    fn clocks_that_disagree_are_told_apart() {
        check(0, 0, false, &["the clocks agree"]);
        check(-1, 59, false, &["the clocks agree"]);
        check(-300, -300, false, &["the server's machine is 5 minutes behind this one"]);
        check(0, 3 * 86_400 - 2, false, &["the virtual clock is 3 days ahead of wall time"]);
        check(0, 3 * 86_400, false, &["the virtual clock is 3 days ahead of wall time"]);
        check(0, 0, true, &["the virtual clock is frozen"]);
        check(0, -7_300, true, &["the virtual clock is frozen, 2 hours behind wall time"]);
    }
}
