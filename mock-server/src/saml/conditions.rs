//! Judging what a verified assertion says of itself: for whom, where, and when.

use std::time::Duration;

use super::{Assertion, Invalid};
use crate::clock::Timestamp;

const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";

/// How far two clocks may differ, and how long after it was issued an assertion counts at most.
/// Source: Salesforce help, "SAML login errors": three minutes of allowance on an age of five.
const SKEW: Duration = Duration::from_secs(3 * 60);
const AGE: Duration = Duration::from_secs(5 * 60);

/// What an assertion must say.
#[derive(Debug, Clone)]
pub struct Expected {
    /// One of these must be an audience of every restriction.
    pub audiences: Vec<String>,
    /// One of these must be the recipient.
    pub recipients: Vec<String>,
    /// Whether the issue instant limits its life, as in single sign-on.
    pub fresh: bool,
    pub now: Timestamp,
}

/// Checks in the order in which Salesforce's validator reports: time, audience, then the confirmation with its recipient.
///
/// Returns until when the assertion could be presented again: as long its id must be remembered.
pub fn judge(assertion: &Assertion, expected: &Expected) -> Result<Timestamp, Invalid> {
    let now = expected.now;
    within(now, assertion.not_before, assertion.not_on_or_after)?;
    if now.plus(SKEW) < assertion.issued {
        return Err(Invalid::Expired("it was issued in the future"));
    }
    let old = assertion.issued.plus(AGE).plus(SKEW);
    if expected.fresh && old <= now {
        return Err(Invalid::Expired("it was issued too long ago"));
    }
    let meant = |restriction: &Vec<String>| restriction.iter().any(|audience| expected.audiences.contains(audience));
    if assertion.audiences.is_empty() || !assertion.audiences.iter().all(meant) {
        return Err(Invalid::Audience(assertion.audiences.concat()));
    }
    let ends = confirmed(assertion, expected)?;
    let ends = [Some(ends), assertion.not_on_or_after].into_iter().flatten().min().unwrap_or(ends);
    Ok(ends.plus(SKEW))
}

/// One bearer confirmation must hold. The first that does not says why.
fn confirmed(assertion: &Assertion, expected: &Expected) -> Result<Timestamp, Invalid> {
    let mut refusal = Invalid::Confirmation("no bearer confirmation");
    for confirmation in assertion.confirmations.iter().filter(|confirmation| confirmation.method == BEARER) {
        let recipient = confirmation.recipient.as_deref().unwrap_or_default();
        let outcome = if expected.recipients.iter().any(|known| known == recipient) {
            // SAML profiles 4.1.4.2: a bearer confirmation names its end.
            let end = confirmation.not_on_or_after.or(assertion.not_on_or_after).ok_or(Invalid::Confirmation("no end of validity"));
            end.and_then(|end| within(expected.now, confirmation.not_before, confirmation.not_on_or_after).map(|()| end))
        } else {
            Err(Invalid::Recipient(recipient.to_owned()))
        };
        match outcome {
            Ok(end) => return Ok(end),
            Err(why) => refusal = why,
        }
    }
    Err(refusal)
}

fn within(now: Timestamp, not_before: Option<Timestamp>, not_on_or_after: Option<Timestamp>) -> Result<(), Invalid> {
    if not_before.is_some_and(|start| now.plus(SKEW) < start) {
        return Err(Invalid::Expired("its time has not come"));
    }
    if not_on_or_after.is_some_and(|end| end.plus(SKEW) <= now) {
        return Err(Invalid::Expired("its time is over"));
    }
    Ok(())
}

/// Whether its time is now, whatever it is for: what a handler asks who judges audience and recipient himself.
pub fn is_valid_at(assertion: &Assertion, now: Timestamp) -> bool {
    let bearer = assertion.confirmations.iter().find(|confirmation| confirmation.method == BEARER);
    let has_end = assertion.not_on_or_after.or(bearer.and_then(|bearer| bearer.not_on_or_after)).is_some();
    let confirmed = bearer.is_none_or(|bearer| within(now, bearer.not_before, bearer.not_on_or_after).is_ok());
    has_end && confirmed && within(now, assertion.not_before, assertion.not_on_or_after).is_ok()
}
