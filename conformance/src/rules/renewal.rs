//! Refreshes: which token they present, what they carry, how often and when they come.

use std::collections::BTreeMap;

use super::{Finding, breach};
use crate::evidence::{Chains, Exchange, Sort, of};
use crate::failure::{Failure, Kind};

/// What is wrong with the token a refresh presented, if a newer one had been handed over before.
pub fn stale(chains: &Chains, refresh: &Exchange) -> Option<String> {
    let Some(presented) = chains.presented(refresh) else {
        return Some(format!("the {} presented no refresh token at all", refresh.describe()));
    };
    let newest = chains.newest_for(refresh)?;
    let told = || format!("the {} presented {}; it should have presented {}", refresh.describe(), presented.describe(), newest.describe());
    (presented.generation < newest.generation).then(told)
}

/// Each refresh presents the newest token that had been handed over before it arrived.
pub fn newest(refreshes: &[Exchange], chains: &Chains) -> Finding {
    if refreshes.is_empty() {
        return Finding::not_exercised("the integration sent no refresh");
    }
    let wrong: Vec<String> = refreshes.iter().filter_map(|refresh| stale(chains, refresh)).collect();
    Finding::wrong(refreshes, &wrong)
}

/// No two refreshes are under way at the same time. One whose connection was cut is over without an answer.
pub fn single_flight(refreshes: &[Exchange]) -> Finding {
    if refreshes.is_empty() {
        return Finding::not_exercised("the integration sent no refresh");
    }
    let mut by_arrival: Vec<&Exchange> = refreshes.iter().collect();
    by_arrival.sort_by_key(|refresh| refresh.arrival());
    let overlaps = |pair: &&[&Exchange]| pair[0].status().is_some() && !pair[0].was_answered_before(pair[1]);
    let told = by_arrival.windows(2).find(overlaps).map(|pair| {
        format!("expected overlapping refreshes to be joined; the {} was sent while the {} was under way", pair[1].describe(), pair[0].describe())
    });
    Finding::wrong(refreshes, told.as_slice())
}

/// No refresh carries a scope that costs the connection.
pub fn no_scope(refreshes: &[Exchange]) -> Finding {
    if refreshes.is_empty() {
        return Finding::not_exercised("the integration sent no refresh");
    }
    let Some(first) = refreshes.iter().find(|refresh| refresh.has_parameter("scope")) else {
        return Finding::of(refreshes, Ok(()));
    };
    let scope = first.parameter("scope").unwrap_or_default();
    let sent = format!("expected refreshes without scope; the {} asked for {scope:?} and was answered {}", first.describe(), first.answer());
    let recovered = refreshes.iter().any(|refresh| refresh.is_accepted() && refresh.seq() > first.seq()) || first.is_accepted();
    let failure = if recovered { Failure::of(Kind::Lapse, format!("{sent}; it recovered")) } else { Failure::breach(sent) };
    Finding::of(refreshes, Err(failure))
}

/// Calls that make a judgement of whether tokens are kept, and refreshes for nothing that are too many for it.
const CALLS: usize = 10;
const NEEDLESS: usize = 5;

/// A valid token serves many calls. `sent` is all of one grant. A refresh is needless if no data request has been refused
/// since the last one; ahead of an expiry and at a start it is sound, so only many of them count.
pub fn not_per_call(sent: &[Exchange]) -> Finding {
    let calls = sent.iter().filter(|exchange| exchange.sort() == Sort::Data && exchange.is_accepted()).count();
    let (mut needless, mut refused) = (Vec::new(), false);
    for exchange in sent {
        match exchange.sort() {
            Sort::Data => refused |= matches!(exchange.status(), Some(401 | 403)),
            Sort::Refresh if exchange.is_accepted() => {
                if !refused {
                    needless.push(exchange);
                }
                refused = false;
            }
            _ => {}
        }
    }
    let told =
        format!("expected a valid token to serve many calls; {} refreshes came although no token was refused, for {calls} calls", needless.len());
    match needless.len() {
        many if many >= NEEDLESS && many * 2 >= calls => Finding::of(needless, Err(Failure::breach(told))),
        _ if calls < CALLS => Finding::not_exercised(format!("{calls} data requests of one grant succeeded, not {CALLS}")),
        _ => Finding::of(&of(sent, Sort::Refresh), Ok(())).noting([format!("{calls} calls, {} refreshes that nothing asked for", needless.len())]),
    }
}

/// An ended session is renewed: after a data request was refused as such there is a refresh. `sent` is all of one grant.
pub fn on_401(sent: &[Exchange]) -> Finding {
    let is_expiry = |exchange: &&Exchange| {
        let scope = exchange.error().is_some_and(|(_, text)| text.contains("not valid for use with"));
        exchange.sort() == Sort::Data && exchange.status() == Some(401) && !scope
    };
    let Some(refused) = sent.iter().find(is_expiry) else { return Finding::not_exercised("no data request was answered 401") };
    let later: Vec<&Exchange> = sent.iter().filter(|exchange| refused.was_answered_before(exchange)).collect();
    if later.is_empty() {
        return Finding::not_exercised(format!("nothing was sent after the {} was answered {}", refused.describe(), refused.answer()));
    }
    let told = match later.iter().any(|exchange| exchange.sort() == Sort::Refresh) {
        true => None,
        false => Some(format!("expected a refresh; none was sent after the {} was answered {}", refused.describe(), refused.answer())),
    };
    Finding::of(std::iter::once(refused).chain(later), breach(told.as_slice()))
}

/// Refreshes of one grant after Salesforce called it dead, at most.
const AFTER_DEATH: usize = 1;

/// A grant that Salesforce called dead is not tried again and again. `sent` is all of one grant.
pub fn dead_is_final(sent: &[Exchange]) -> Finding {
    let is_death = |exchange: &&Exchange| {
        exchange.sort() == Sort::Refresh && exchange.error().is_some_and(|(code, text)| code == "invalid_grant" && text.starts_with("expired"))
    };
    let Some(death) = sent.iter().find(is_death) else { return Finding::not_exercised("no refresh was told that its grant is dead") };
    let after: Vec<&Exchange> = sent.iter().filter(|exchange| exchange.sort() == Sort::Refresh && death.was_answered_before(exchange)).collect();
    let told = (after.len() > AFTER_DEATH).then(|| {
        format!(
            "expected at most 2 refreshes of a dead grant; {} more came after the {} was answered {}",
            after.len(),
            death.describe(),
            death.answer()
        )
    });
    Finding::of(std::iter::once(death).chain(after), breach(told.as_slice()))
}

/// The longest gap between refreshes, and the source addresses of each kind of request. Nothing is judged.
pub fn idle_and_egress(sent: &[Exchange]) -> Finding {
    let refreshes = of(sent, Sort::Refresh);
    let times: Vec<i64> = refreshes.iter().filter_map(|refresh| Some(refresh.at()?.as_millisecond())).collect();
    let longest = times.windows(2).map(|pair| pair[1] - pair[0]).max();
    let gap = longest.map_or("No two refreshes were seen.".to_owned(), |gap| format!("Longest gap between refreshes: {gap} ms."));
    let mut sources: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for exchange in sent.iter().filter(|exchange| exchange.sort() != Sort::Other) {
        let address = source(exchange);
        let known = sources.entry(exchange.sort().to_string()).or_default();
        if !known.contains(&address) {
            known.push(address);
        }
    }
    let told = sources.into_iter().map(|(sort, addresses)| format!("A {sort} came from {}.", addresses.join(", ")));
    Finding::of(&refreshes, Ok(())).noting(std::iter::once(gap).chain(told))
}

fn source(exchange: &Exchange) -> String {
    let source = exchange.entry()["source"].as_str().unwrap_or_default();
    match source.parse::<std::net::SocketAddr>().map(|socket| socket.ip()) {
        Ok(address) if address.is_loopback() => format!("{address} (this machine)"),
        Ok(address) => address.to_string(),
        Err(_) => source.to_owned(),
    }
}
