//! `/composite`: a chain of requests, later ones with what earlier ones answered.

use std::collections::HashSet;

use super::envelope::Members;
use super::error::CompositeError;
use super::permitted::{self, Permitted};
use super::reference::{Answers, separate};
use super::subrequest::{Outcome, Subrequest};
use super::{COMPOSITE_SINCE, since};
use crate::api::rest::call::{Call, Origin};
use crate::api::rest::error::RestError;
use crate::api::rest::format::Answer;
use crate::api::rest::sent::json_body;
use crate::app::Database;
use crate::records::Json;
use crate::storage::StoreError;

const MAX_PARTS: usize = 25;

/// Queries and collections among the parts.
const MAX_QUERIES: usize = 5;

/// `POST /services/data/v67.0/composite`
pub fn run(call: &Call<'_>) -> Result<Answer, RestError> {
    run_permitted(call, &permitted::COMPOSITE)
}

/// `POST /services/data/v67.0/tooling/composite`
pub fn run_tooling(call: &Call<'_>) -> Result<Answer, RestError> {
    run_permitted(call, &permitted::TOOLING)
}

fn run_permitted(call: &Call<'_>, permitted: &Permitted) -> Result<Answer, RestError> {
    since(call, COMPOSITE_SINCE)?;
    let body = json_body(call)?;
    let json = Json::parse(body).map_err(crate::records::RecordError::from)?;
    let members = Members::of(&json, &["allOrNone", "collateSubrequests", "compositeRequest"], body)?;
    let all_or_none = members.flag("allOrNone")?;
    // The order of parts that do not depend on each other is not promised when they are collated; ours is always theirs.
    members.flag("collateSubrequests")?;
    let parts = read_parts(call, members.required_list("compositeRequest")?, body, MAX_PARTS)?;
    if parts.iter().filter(|part| is_query(&part.url)).count() > MAX_QUERIES {
        return Err(CompositeError::TooManyQueries { max: MAX_QUERIES }.into());
    }
    let outcomes = execute(call, &parts, permitted, all_or_none)?;
    let mut out = br#"{"compositeResponse":"#.to_vec();
    write_results(&mut out, &parts, &outcomes);
    out.push(b'}');
    Ok(Answer::json(out, "compositeResponse"))
}

/// Reads the parts and refuses what makes the whole request a bad one.
pub fn read_parts<'j>(call: &Call<'_>, list: &'j [Json<'j>], body: &'j [u8], max: usize) -> Result<Vec<Subrequest<'j>>, RestError> {
    if list.len() > max {
        return Err(CompositeError::TooManySubrequests { max }.into());
    }
    let parts: Vec<_> = list.iter().map(|json| Subrequest::read(json, call.version, body)).collect::<Result<_, _>>()?;
    let mut seen = HashSet::new();
    match parts.iter().find(|part| !seen.insert(part.reference_id.as_str())) {
        Some(part) => Err(CompositeError::DuplicateReferenceId(part.reference_id.clone()).into()),
        None => Ok(parts),
    }
}

fn is_query(url: &str) -> bool {
    let path = url.split('?').next().unwrap_or_default();
    let mut segments = path.split('/').skip(4).filter(|segment| *segment != "tooling");
    matches!((segments.next(), segments.next()), (Some("query" | "queryAll"), _) | (Some("composite"), Some("sobjects")))
}

/// Requests whose effects were undone together; what each answered, as far as they ran.
pub(super) enum Undone {
    Outcomes(Vec<Outcome>),
    Store(StoreError),
}

impl From<StoreError> for Undone {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Runs the parts one after the other inside one transaction. With `all_or_none` the first failure undoes them all.
pub fn execute(call: &Call<'_>, parts: &[Subrequest<'_>], permitted: &Permitted, all_or_none: bool) -> Result<Vec<Outcome>, RestError> {
    let done = call.db.write(|tx| {
        let origin = call.origin(Database::Within(&call.caller.org, tx), all_or_none);
        let outcomes = run_each(origin, call, parts, permitted);
        if outcomes.len() < parts.len() || (all_or_none && outcomes.last().is_some_and(|last| last.failed)) {
            return Err(Undone::Outcomes(outcomes));
        }
        Ok(outcomes)
    });
    match done {
        Ok(outcomes) => Ok(outcomes),
        Err(Undone::Outcomes(mut outcomes)) => Ok(rolled_back(outcomes.pop(), outcomes.len(), parts.len())),
        Err(Undone::Store(error)) => Err(error.into()),
    }
}

/// What the parts answered, as far as they ran.
fn run_each(origin: Origin<'_>, call: &Call<'_>, parts: &[Subrequest<'_>], permitted: &Permitted) -> Vec<Outcome> {
    let mut answers = Answers::new(call.version.number());
    let mut outcomes = Vec::with_capacity(parts.len());
    for part in parts {
        let outcome = part.run(origin, call, permitted, &mut answers);
        let ends = origin.all_or_none && outcome.failed;
        outcomes.push(outcome);
        if ends {
            break;
        }
    }
    outcomes
}

/// All parts say that they were rolled back, but the culprit.
fn rolled_back(culprit: Option<Outcome>, place: usize, count: usize) -> Vec<Outcome> {
    let mut outcomes = vec![Outcome::refused(&CompositeError::RolledBack.into()); count];
    if let (Some(culprit), Some(own)) = (culprit, outcomes.get_mut(place)) {
        *own = culprit;
    }
    outcomes
}

/// Appends the array of results.
pub fn write_results(out: &mut Vec<u8>, parts: &[Subrequest<'_>], outcomes: &[Outcome]) {
    out.push(b'[');
    for (place, (part, outcome)) in parts.iter().zip(outcomes).enumerate() {
        separate(out, place);
        outcome.write(out, &part.reference_id);
    }
    out.push(b']');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_and_collections_are_told_from_other_parts() {
        for url in [
            "/services/data/v67.0/query?q=x",
            "/services/data/v67.0/queryAll/?q=x",
            "/services/data/v67.0/composite/sobjects",
            "/services/data/v67.0/tooling/query?q=x",
        ] {
            assert!(is_query(url), "{url}");
        }
        for url in ["/services/data/v67.0/sobjects/query", "/services/data/v67.0/sobjects/Account?query/", "@{a.url}"] {
            assert!(!is_query(url), "{url}");
        }
    }
}
