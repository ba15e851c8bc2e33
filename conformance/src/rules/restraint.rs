//! How often requests come, and how close together.

use super::Finding;
use crate::evidence::Exchange;
use crate::failure::Failure;

/// Most refreshes that a token endpoint in trouble is asked for, and the shortest pause between two of several, in milliseconds.
const MOST: usize = 6;
const SHORTEST: i64 = 50;

/// No more than `most` of them were sent. `wanted` says so in the words of a report: `at most 2 refreshes`.
pub fn no_more_than(most: usize, wanted: &str, seen: &[Exchange]) -> Finding {
    expecting(wanted, seen, seen.len() <= most)
}

/// Those that were sent are as many as `wanted` says, if it `holds`.
pub fn expecting(wanted: &str, seen: &[Exchange], holds: bool) -> Finding {
    if holds {
        return Finding::of(seen, Ok(()));
    }
    let list = |exchange: &Exchange| format!("{} answered {}", exchange.describe(), exchange.answer());
    let shown: Vec<String> = seen.iter().take(4).map(list).collect();
    let more = if seen.len() > shown.len() { format!(" and {} more", seen.len() - shown.len()) } else { String::new() };
    let what = if seen.is_empty() { "none was sent".to_owned() } else { format!("{} were sent: {}{more}", seen.len(), shown.join(", ")) };
    Finding::of(seen, Err(Failure::breach(format!("expected {wanted}; {what}"))))
}

/// Repeated refreshes are few, never in a hurry, and never faster than before.
pub fn few_and_spaced(refreshes: &[Exchange]) -> Finding {
    if refreshes.is_empty() {
        return Finding::not_exercised("the integration sent no refresh");
    }
    let few = no_more_than(MOST, &format!("at most {MOST} refreshes"), refreshes);
    if few.outcome.is_err() || refreshes.len() < 3 {
        return few;
    }
    let times: Vec<i64> = refreshes.iter().filter_map(|exchange| Some(exchange.at()?.as_millisecond())).collect();
    let gaps: Vec<i64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let hasty = gaps.iter().position(|gap| *gap < SHORTEST);
    // The same pause each time is spaced too; a timer may fire a little early.
    let shrinking = gaps.windows(2).position(|pair| pair[1] * 5 < pair[0] * 4);
    let wrong = match (hasty, shrinking) {
        (Some(at), _) => format!("only {} ms lay between the {} and the {}", gaps[at], refreshes[at].describe(), refreshes[at + 1].describe()),
        (None, Some(at)) => format!("the pause shrank from {} ms to {} ms before the {}", gaps[at], gaps[at + 1], refreshes[at + 2].describe()),
        (None, None) => return few,
    };
    Finding::wrong(refreshes, &[format!("expected pauses between retries that do not get shorter; {wrong}")])
}

/// The first of them that came close together: each at most `pause` milliseconds after the answer of the one before.
pub fn first_burst(sent: &[Exchange], pause: i64) -> &[Exchange] {
    let apart = |pair: &[Exchange]| gap(&pair[0], &pair[1]).is_none_or(|gap| gap > pause);
    let end = sent.windows(2).position(apart).map_or(sent.len(), |last| last + 1);
    &sent[..end]
}

/// Milliseconds between the answer of one request and the arrival of the next; of a request without an answer, between arrivals.
pub fn gap(one: &Exchange, next: &Exchange) -> Option<i64> {
    let began = one.answered_at().or_else(|| one.at())?;
    Some(next.at()?.as_millisecond() - began.as_millisecond())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn at(times: &[&str]) -> Vec<Exchange> {
        let entry = |(seq, time): (usize, &&str)| {
            let at = format!("2026-11-22T12:00:{time}Z");
            Exchange::new(
                json!({ "seq": seq + 1, "route": "oauth/token", "params": { "grant_type": "refresh_token" }, "at": at, "answered_at": at, "status": 503 }),
            )
        };
        times.iter().enumerate().map(entry).collect()
    }

    #[test]
    fn retries_are_to_be_few_and_spaced() {
        let check = |times: &[&str], told: Option<&str>| match (few_and_spaced(&at(times)).outcome, told) {
            (Ok(()), None) => {}
            (Err(failure), Some(told)) => assert!(failure.sentence().contains(told), "{}", failure.sentence()),
            (outcome, _) => panic!("{times:?}: {outcome:?}"),
        };
        check(&["00.000"], None);
        check(&["00.000", "00.010"], None);
        check(&["00.000", "01.000", "02.000"], None);
        check(&["00.000", "00.010", "02.000"], Some("only 10 ms"));
        check(&["00.000", "02.000", "03.000"], Some("shrank from 2000 ms to 1000 ms"));
        check(&["00.0", "01.0", "02.0", "03.0", "04.0", "05.0", "06.0"], Some("at most 6 refreshes; 7 were sent"));
    }

    #[test]
    fn a_burst_ends_at_the_first_pause() {
        let check = |times: &[&str], length: usize| assert_eq!(first_burst(&at(times), 800).len(), length, "{times:?}");
        check(&[], 0);
        check(&["00.000"], 1);
        check(&["00.000", "00.800", "01.601"], 2);
        check(&["00.000", "00.100", "00.200"], 3);
    }
}
