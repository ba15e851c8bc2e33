//! Grants without a user: assertions and client credentials.

use serde_json::Value;

use super::Finding;
use crate::evidence::{Exchange, Sort};
use crate::failure::{Failure, Kind, Outcome};

/// The journal's words for the flows.
pub const ASSERTIONS: &str = "jwt_bearer";
pub const CREDENTIALS: &str = "client_credentials";

/// Scopes that need a user.
pub const OF_USERS: &str = "refresh_token offline_access full web";

/// Seconds that an assertion may live, with half a minute for clocks that differ.
pub const LONGEST: i64 = 330;

/// Tries of audiences that are nobody's fault.
pub const TRIES: usize = 4;

/// Token requests of a flow.
pub fn of_flow(sent: &[Exchange], flow: &str) -> Vec<Exchange> {
    sent.iter().filter(|exchange| exchange.sort() == Sort::Token && flow_of(exchange) == Some(flow)).cloned().collect()
}

pub(crate) fn flow_of(exchange: &Exchange) -> Option<&str> {
    exchange.entry()["flow"].as_str()
}

fn each_assertion(sent: &[Exchange], judge: impl Fn(&Exchange) -> Result<(), String>) -> Finding {
    let grants = of_flow(sent, ASSERTIONS);
    if grants.is_empty() {
        return Finding::not_exercised(format!("no token request of the {ASSERTIONS} flow was sent"));
    }
    let judged = |exchange: &Exchange| judge(exchange).map_err(|seen| Failure::breach(format!("{seen} ({})", exchange.describe())));
    let outcome = grants.iter().try_for_each(judged);
    Finding::of(&grants, outcome)
}

/// Every assertion is signed with RS256.
pub fn signed_with_rs256(sent: &[Exchange]) -> Finding {
    each_assertion(sent, |exchange| match claim(exchange, "alg").as_str() {
        Some("RS256") => Ok(()),
        Some(other) => Err(format!("the assertion is signed with {other}; Salesforce takes RS256 alone")),
        None => Err("the assertion is no JWT with a header".to_owned()),
    })
}

/// Every assertion names issuer, subject, audience and expiry.
pub fn names_claims(sent: &[Exchange]) -> Finding {
    each_assertion(sent, |exchange| {
        let claims: Vec<&str> = claim(exchange, "claims").as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let has = |names: &[&str]| names.iter().any(|name| claims.contains(name));
        let missing = [("iss", &["iss"][..]), ("sub", &["sub", "prn"]), ("aud", &["aud"]), ("exp", &["exp"])];
        let missing: Vec<&str> = missing.into_iter().filter(|(_, names)| !has(names)).map(|(name, _)| name).collect();
        if missing.is_empty() { Ok(()) } else { Err(format!("the assertion lacks {}", missing.join(", "))) }
    })
}

/// No assertion was refused for its form or signature.
pub fn well_formed(sent: &[Exchange]) -> Finding {
    each_assertion(sent, |exchange| match exchange.error() {
        Some(("invalid_grant", "invalid assertion")) | Some(("invalid_client", _)) => Err(format!(
            "the assertion was refused with {}: its signature does not fit the app's certificate, or a claim is missing",
            exchange.answer()
        )),
        _ => Ok(()),
    })
}

/// `exp` against the server's clock, in seconds.
pub fn expires_within(sent: &[Exchange], most: i64) -> Finding {
    each_assertion(sent, |exchange| match claim(exchange, "expires_in_s").as_f64() {
        None => Err("the assertion's exp is no number".to_owned()),
        Some(ahead) if ahead <= most as f64 => Ok(()),
        // A time in milliseconds reads as one some fifty thousand years ahead.
        Some(ahead) if ahead > 1e11 => Err("the assertion's exp is in milliseconds; expected seconds".to_owned()),
        Some(ahead) => Err(format!("the assertion expires {ahead:.0} seconds ahead; expected at most 300")),
    })
}

/// One of the first `most` assertions was accepted.
pub fn accepted_within(sent: &[Exchange], most: usize) -> Finding {
    let tries = of_flow(sent, ASSERTIONS);
    if tries.is_empty() {
        return Finding::not_exercised(format!("no token request of the {ASSERTIONS} flow was sent"));
    }
    let audiences = || tries.iter().map(|each| format!("{} → {}", audience(each), each.answer())).collect::<Vec<_>>().join("; ");
    let outcome = match tries.iter().position(Exchange::is_accepted) {
        Some(index) if index < most => Ok(()),
        Some(index) => Err(Failure::breach(format!("an assertion was accepted only at try {}, expected at most {most}: {}", index + 1, audiences()))),
        None if tries.iter().all(is_about_audience) => Err(Failure::breach(format!(
            "no assertion was accepted; expected one for this environment or the org's My Domain. Audiences tried: {}",
            audiences()
        ))),
        None => Err(Failure::not_exercised(format!("the assertions were refused for other reasons than their audience: {}", audiences()))),
    };
    Finding::of(&tries, outcome)
}

/// Refusals that another audience, or the host it goes with, would mend.
fn is_about_audience(exchange: &Exchange) -> bool {
    matches!(exchange.error(), Some(("app_not_found", _))) || exchange.error().is_some_and(|(_, text)| text.contains("audience"))
}

fn audience(exchange: &Exchange) -> String {
    match claim(exchange, "aud") {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// One login serves `calls` calls. At least half as many logins is a login for each call; in between nothing is said.
pub fn one_login(sent: &[Exchange], calls: usize) -> Finding {
    let logins: Vec<&Exchange> = sent.iter().filter(|exchange| exchange.sort() == Sort::Token).collect();
    let data = sent.iter().filter(|exchange| exchange.sort() == Sort::Data && exchange.is_accepted()).count();
    let outcome = match logins.len() {
        _ if data < calls => Err(Failure::not_exercised(format!("{data} data requests succeeded, not {calls}"))),
        0 => Err(Failure::not_exercised("no token request was seen")),
        1 | 2 => Ok(()),
        many if many * 2 >= calls => Err(Failure::breach(format!("expected at most 2 token requests for {calls} calls; seen: {many}"))),
        many => Err(Failure::not_exercised(format!("{many} token requests for {calls} calls: more than 2, yet not one for each call"))),
    };
    Finding::of(logins, outcome)
}

/// Client credentials are granted at the org's own domain.
pub fn at_my_domain(sent: &[Exchange]) -> Finding {
    let grants = of_flow(sent, CREDENTIALS);
    if grants.is_empty() {
        return Finding::not_exercised(format!("no token request of the {CREDENTIALS} flow was sent"));
    }
    let at_org = |exchange: &&Exchange| !["login", "test"].contains(&exchange.site());
    let places = || grants.iter().map(|each| format!("{} → {}", each.site(), each.answer())).collect::<Vec<_>>().join("; ");
    let outcome: Outcome = match grants.iter().filter(at_org).find(|exchange| exchange.is_accepted()) {
        Some(_) if grants.iter().all(|exchange| at_org(&exchange)) => Ok(()),
        Some(_) => Err(Failure::of(Kind::Lapse, format!("granted at My Domain only after another host was asked: {}", places()))),
        None if grants.iter().any(|exchange| at_org(&exchange)) => {
            Err(Failure::not_exercised(format!("My Domain was asked, and refused for other reasons: {}", places())))
        }
        None => Err(Failure::breach(format!("expected a token request at the org's own domain; seen: {}", places()))),
    };
    Finding::of(&grants, outcome)
}

/// No token request asks for any of these scopes.
pub fn asks_none_of(sent: &[Exchange], scopes: &str) -> Finding {
    let asking: Vec<&Exchange> = sent.iter().filter(|exchange| exchange.sort() == Sort::Token).collect();
    let is_wrong = |scope: &&str| scopes.split_whitespace().any(|known| known == *scope);
    let outcome = asking.iter().try_for_each(|exchange| {
        let asked = exchange.parameter("scope").unwrap_or_default();
        let wrong = asked.split_whitespace().find(is_wrong);
        wrong.map_or(Ok(()), |wrong| {
            Err(Failure::breach(format!("expected no scope that needs a user; seen: scope={asked:?} with {wrong:?} in the {}", exchange.describe())))
        })
    });
    Finding::of(asking, outcome)
}

/// A claim or header member of the assertion, as the journal describes it; nothing of it is verified.
fn claim<'e>(exchange: &'e Exchange, name: &str) -> &'e Value {
    &exchange.trait_of("assertion", "jwt")[name]
}
