//! Rows about data requests.

use super::only_if;
use crate::evidence::{Exchange, Sort};
use crate::failure::Failure;
use crate::observe::scene::Scene;
use crate::rules::{Finding, data, soql};

/// Seconds that an integration may take to ask for the next page.
const PAGE_PATIENCE: f64 = 900.0;
/// Characters of an address near the limit of 16,384.
const LONG: usize = 8_000;

pub(super) fn own_host(scene: &Scene) -> Finding {
    if scene.facts.shares_hosts() {
        return Finding::of(
            [],
            Err(Failure::not_applicable("on this server orgs answer at the login host's own address: --addressing ports tells them apart")),
        );
    }
    data::at_own_host(&scene.sent)
}

pub(super) fn all_pages(scene: &Scene) -> Finding {
    let is_limited = |entry: &Exchange| entry.parameter("q").is_some_and(|query| query.to_ascii_uppercase().contains(" LIMIT "));
    let may_come = |entry: &Exchange| !data::is_followed(&scene.sent, entry) && (is_limited(entry) || scene.age(entry) < PAGE_PATIENCE);
    let judged: Vec<Exchange> = scene.sent.iter().filter(|entry| !may_come(entry)).cloned().collect();
    data::pages_followed(&judged)
}

pub(super) fn soql_escaped(scene: &Scene) -> Finding {
    let asked: Vec<(&Exchange, &str)> = scene.sent.iter().filter_map(|entry| Some((entry, entry.parameter("q")?))).collect();
    let broken = asked.iter().find(|(_, query)| soql::literals(query).is_none());
    let told =
        broken.map(|(entry, query)| format!("expected values as literals; the query of the {} ends inside a literal: {query}", entry.describe()));
    let escaped: Vec<&Exchange> = asked.iter().filter(|(_, query)| query.contains("\\'")).map(|(entry, _)| *entry).collect();
    let reached = !escaped.is_empty();
    let seen = broken.map(|(entry, _)| *entry).into_iter().chain(escaped);
    only_if(reached, "no query with a quote inside a value was seen", Finding::wrong(seen, told.as_slice()))
}

pub(super) fn long_query(scene: &Scene) -> Finding {
    let data: Vec<&Exchange> = scene.sent.iter().filter(|entry| entry.sort() == Sort::Data).collect();
    let refused = data.iter().find(|entry| matches!(entry.status(), Some(414 | 431)));
    let told = refused.map(|refused| format!("expected long lists to be split; the {} was answered {}", refused.describe(), refused.answer()));
    let long = data.iter().filter(|entry| entry.path().len() >= LONG && entry.is_accepted()).copied();
    let seen: Vec<&Exchange> = refused.copied().into_iter().chain(long).collect();
    only_if(!seen.is_empty(), "no long query was seen", Finding::wrong(seen.iter().copied(), told.as_slice()))
}

pub(super) fn versions(scene: &Scene, oldest: u16, newest: u16) -> Finding {
    let is_named = scene.sent.iter().any(|entry| data::version(entry).is_some());
    only_if(is_named, "no data request named an API version", data::versions(&scene.sent, oldest, newest))
}

pub(super) fn bulk_pages(scene: &Scene) -> Finding {
    let results: Vec<Exchange> = scene.sent.iter().filter(|entry| entry.route() == "bulk/query-results").cloned().collect();
    let locator =
        |entry: &Exchange| entry.entry()["response"]["headers"]["sforce-locator"].as_str().filter(|next| *next != "null").map(str::to_owned);
    let is_followed =
        |entry: &Exchange, next: &str| results.iter().any(|later| later.seq() > entry.seq() && later.parameter("locator") == Some(next));
    let left = results.iter().find(|entry| locator(entry).is_some_and(|next| !is_followed(entry, &next)) && scene.age(entry) >= PAGE_PATIENCE);
    let told = left.map(|left| format!("expected the next page of results; the {} names one that was never fetched", left.describe()));
    let outcome = data::null_is_the_end(&results).and(crate::rules::breach(told.as_slice()));
    let reached = results.iter().any(|entry| locator(entry).is_some_and(|next| is_followed(entry, &next)));
    only_if(reached, "no bulk query with several pages of results was seen", Finding::of(&results, outcome))
}
