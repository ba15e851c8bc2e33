//! Rows about logins without a browser of the integration's own: assertions, client credentials, devices.

use super::{only_if, or_unseen};
use crate::evidence::{Exchange, Sort};
use crate::failure::Failure;
use crate::observe::scene::Scene;
use crate::rules::{Finding, device, grants};

/// Calls after which tokens are called kept.
const CALLS: usize = 20;
/// Polls that make a pace.
const POLLS: usize = 3;
/// What an interval is without a word from the server (RFC 8628 3.2), and what part of it clocks may take off.
const INTERVAL: u64 = 5;
const EARLY: f64 = 0.8;

pub(super) fn assertion_shape(scene: &Scene) -> Finding {
    [grants::signed_with_rs256, grants::names_claims, grants::well_formed]
        .into_iter()
        .map(|rule| rule(&scene.sent))
        .reduce(Finding::and)
        .unwrap_or_else(|| Finding::not_exercised("no assertion was seen"))
}

pub(super) fn eca_audience(scene: &Scene) -> Finding {
    if !scene.facts.apps_of(&scene.keys).any(|app| app.kind == "external_client_app") {
        return Finding::of([], Err(Failure::not_applicable("the app is no external client app")));
    }
    in_sandbox(scene, |sent| grants::accepted_within(sent, grants::TRIES))
}

/// Judges the assertions for each user of a sandbox by themselves.
pub(super) fn in_sandbox(scene: &Scene, rule: fn(&[Exchange]) -> Finding) -> Finding {
    let assertions = grants::of_flow(&scene.sent, grants::ASSERTIONS);
    let of_sandbox = |entry: &&Exchange| {
        let is_there = entry.entry()["org"].as_str().is_some_and(|org| scene.facts.is_sandbox(org));
        is_there || entry.site() == "test" || scene.facts.is_sandbox(entry.site())
    };
    let subject = |entry: &Exchange| entry.trait_of("assertion", "jwt")["sub"].clone();
    let mut subjects: Vec<serde_json::Value> = Vec::new();
    for entry in assertions.iter().filter(of_sandbox) {
        if !subjects.contains(&subject(entry)) {
            subjects.push(subject(entry));
        }
    }
    let tries = |wanted: &serde_json::Value| assertions.iter().filter(|entry| subject(entry) == *wanted).cloned().collect::<Vec<_>>();
    or_unseen(subjects.iter().map(|subject| rule(&tries(subject))), "no assertion for a sandbox was seen")
}

/// Judges the first calls of each user: over longer times tokens end by themselves.
///
/// GUESS: one login lasts for twenty calls. The catalogue counts calls of one process, which the wire does not show.
pub(super) fn cached(scene: &Scene, flow: &str) -> Finding {
    let user = |entry: &Exchange| entry.entry()["user"].as_str().map(str::to_owned);
    let mut users: Vec<String> = grants::of_flow(&scene.sent, flow).iter().filter_map(user).collect();
    users.sort();
    users.dedup();
    let judged = users.iter().map(|wanted| {
        let mut calls = 0;
        let first = scene.sent.iter().filter(|entry| user(entry).as_deref() == Some(wanted)).take_while(|entry| {
            calls += usize::from(entry.sort() == Sort::Data && entry.is_accepted());
            calls <= CALLS
        });
        grants::one_login(&first.cloned().collect::<Vec<_>>(), CALLS)
    });
    or_unseen(judged, "no token request of this flow was seen")
}

pub(super) fn no_offline_scope(scene: &Scene) -> Finding {
    let asking = grants::of_flow(&scene.sent, grants::CREDENTIALS);
    only_if(!asking.is_empty(), "no client credentials were sent", grants::asks_none_of(&asking, grants::OF_USERS))
}

pub(super) fn device_shape(scene: &Scene) -> Finding {
    let is_there = !device::requests(&scene.sent).is_empty() || !device::polls(&scene.sent).is_empty();
    if is_there { device::by_salesforces_names(&scene.sent) } else { Finding::not_exercised("no request of the device flow was seen") }
}

pub(super) fn device_interval(scene: &Scene) -> Finding {
    let polls = device::polls(&scene.sent);
    let judged = device::requests(&scene.sent).into_iter().filter_map(|request| {
        let code = request.issued("device_code")?;
        let own: Vec<Exchange> =
            polls.iter().filter(|poll| ["code", "device_code"].iter().any(|name| poll.fingerprint(name) == Some(code))).cloned().collect();
        let body = request.entry()["response"]["body"].as_str().unwrap_or_default();
        let interval = serde_json::from_str::<serde_json::Value>(body).ok().and_then(|body| body["interval"].as_u64()).unwrap_or(INTERVAL);
        #[expect(clippy::cast_precision_loss, reason = "an interval is a few seconds")]
        let least = interval as f64 * EARLY;
        (own.len() >= POLLS).then(|| device::paced(&own, 1, least, interval))
    });
    or_unseen(judged, "no device polled three times")
}
