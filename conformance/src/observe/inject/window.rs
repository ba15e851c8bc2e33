//! How the answers to an arrangement are judged.
//!
//! Watching does not know where an operation ends, so that counts are of the first burst: requests that follow each other
//! within [`PAUSE`]. An integration that is never silent for so long is not judged by counts.

use crate::evidence::{Chains, Exchange, Sort, of};
use crate::rules::{Finding, grants, renewal, restraint};

/// Milliseconds of silence after which a request belongs to another operation.
pub const PAUSE: i64 = 800;

/// What a connection sent around an arrangement.
#[derive(Debug, Default)]
pub struct Window {
    /// Before it.
    pub before: Vec<Exchange>,
    /// While it lasted.
    pub during: Vec<Exchange>,
    /// After it was taken back, until data was given again or patience ended.
    pub after: Vec<Exchange>,
    /// Whether operations can be told apart.
    pub is_paced: bool,
}

/// Requests by which the pace of an integration is told.
const RECENT: usize = 40;

/// Pauses between the latest operations, in milliseconds.
pub fn pauses(sent: &[Exchange]) -> Vec<i64> {
    let recent = &sent[sent.len().saturating_sub(RECENT)..];
    recent.windows(2).filter_map(|pair| restraint::gap(&pair[0], &pair[1])).filter(|gap| *gap > PAUSE).collect()
}

impl Window {
    /// Around an arrangement that met the requests `first` to `last`.
    pub fn of(sent: &[Exchange], first: u64, last: u64) -> Self {
        let part = |from: u64, to: u64| sent.iter().filter(|one| (from..=to).contains(&one.seq())).cloned().collect::<Vec<_>>();
        let before = part(0, first.saturating_sub(1));
        Self { is_paced: !pauses(&before).is_empty(), before, during: part(first, last), after: part(last + 1, u64::MAX) }
    }

    /// What one operation sent once something had been refused; what came before that belongs to the operation before.
    fn burst(&self) -> &[Exchange] {
        let is_refused = |one: &Exchange| one.status().is_some_and(|status| status >= 400);
        let first = self.during.iter().position(is_refused).unwrap_or_default();
        restraint::first_burst(&self.during[first..], PAUSE)
    }

    fn judged(&self, wanted: impl Fn(Sort) -> bool, judge: impl Fn(&[Exchange]) -> Finding) -> Finding {
        if !self.is_paced {
            return Finding::not_exercised("the integration is never silent, so that one operation cannot be told from the next");
        }
        let burst = self.burst();
        let sent: Vec<Exchange> = burst.iter().filter(|one| wanted(one.sort())).cloned().collect();
        judge(&sent).resting_on(burst)
    }

    fn at_most(&self, most: usize, wanted: impl Fn(Sort) -> bool, what: &str) -> Finding {
        self.judged(wanted, |sent| restraint::no_more_than(most, what, sent))
    }
}

pub fn no_refresh(window: &Window) -> Finding {
    window.at_most(0, Sort::is_refresh, "no refresh after a 401 that is no expiry")
}

pub fn no_token(window: &Window) -> Finding {
    window.at_most(0, Sort::is_token_request, "no token request after a 403 that is no expiry")
}

pub fn bounded_loop(window: &Window) -> Finding {
    window.at_most(2, Sort::is_refresh, "at most 2 refreshes for an operation")
}

pub fn stopped(window: &Window) -> Finding {
    window.at_most(4, |sort| sort == Sort::Data, "at most 4 data requests once the limit is reached")
}

/// No one request is repeated more than so often.
pub fn bounded_retries(window: &Window) -> Finding {
    const MOST: usize = 6;
    window.judged(
        |sort| sort == Sort::Data,
        |sent| {
            let times = |one: &Exchange| sent.iter().filter(|other| (other.method(), other.path()) == (one.method(), one.path())).count();
            match sent.iter().find(|one| times(one) > MOST) {
                None => Finding::of(sent, Ok(())),
                Some(one) => {
                    let told =
                        format!("expected no data request more than {MOST} times; {} {} was sent {} times", one.method(), one.path(), times(one));
                    Finding::wrong(sent, &[told])
                }
            }
        },
    )
}

pub fn spaced_refreshes(window: &Window) -> Finding {
    window.judged(Sort::is_refresh, restraint::few_and_spaced)
}

pub fn two_refreshes(window: &Window) -> Finding {
    window.at_most(2, Sort::is_refresh, "at most 2 refreshes by an app that is not installed")
}

pub fn four_tokens(window: &Window) -> Finding {
    window.at_most(grants::TRIES, Sort::is_token_request, "at most 4 assertions that nobody approved")
}

pub fn two_tokens(window: &Window) -> Finding {
    window.at_most(2, Sort::is_token_request, "at most 2 tries of credentials that are not set up")
}

/// The grant is used after a refusal that was not its end.
pub fn lives_on(window: &Window) -> Finding {
    let Some(refused) = window.during.iter().find(|one| one.sort() == Sort::Refresh && !one.is_accepted()) else {
        return Finding::not_exercised("no refresh met the refusal");
    };
    let later: Vec<&Exchange> = window.during.iter().chain(&window.after).filter(|one| refused.was_answered_before(one)).collect();
    let renewal = later.iter().find(|one| one.sort() == Sort::Refresh && one.is_accepted());
    let seen = std::iter::once(refused).chain(later.iter().copied());
    if renewal.is_some() {
        return Finding::of(seen, Ok(()));
    }
    let refusal = format!("the {} was answered {}", refused.describe(), refused.answer());
    match later.iter().find(|one| one.sort() == Sort::Data || one.sort() == Sort::Exchange) {
        Some(one) => {
            let told = format!("expected the grant to be used again after {refusal}; a {} was sent instead, and no refresh", one.describe());
            Finding::wrong(seen, &[told])
        }
        None => Finding::not_exercised(format!("nothing that tells was sent after {refusal}; see whether the integration calls the connection dead")),
    }
}

/// Without rotation the token of before is presented again.
pub fn kept_token(window: &Window) -> Finding {
    let without = |one: &&Exchange| one.sort() == Sort::Refresh && one.is_accepted() && one.issued("refresh_token").is_none();
    let Some(earlier) = window.before.iter().rev().find(without) else {
        return Finding::not_exercised("no refresh before was answered without a refresh token");
    };
    let refreshes = of(&window.during, Sort::Refresh);
    let Some(next) = refreshes.first() else {
        return match window.during.iter().find(|one| one.sort() == Sort::Data && one.status() == Some(401)) {
            None => Finding::not_exercised("no refresh and no refused data request was seen"),
            Some(one) => {
                let told = format!("expected a second refresh; none was sent after the {} was answered {}", one.describe(), one.answer());
                Finding::wrong([earlier, one], &[told])
            }
        };
    };
    let (was, is) = (earlier.fingerprint("refresh_token"), next.fingerprint("refresh_token"));
    let told = match (is, is == was) {
        (Some(_), true) => None,
        (None, _) => Some(format!("expected the {} to present the refresh token of before; it presented none", next.describe())),
        (Some(_), false) => Some(format!("expected the {} to present the refresh token of before; it presented another", next.describe())),
    };
    Finding::wrong([earlier, next], told.as_slice())
}

/// A grant that was made before rotation takes the new tokens.
pub fn adopts_rotation(window: &Window) -> Finding {
    let without = |one: &Exchange| one.sort() == Sort::Refresh && one.is_accepted() && one.issued("refresh_token").is_none();
    if !window.before.iter().any(without) {
        return Finding::not_exercised("refresh tokens rotated from the start");
    }
    newest_token(window)
}

/// The newest token is presented, to the end of the grant.
pub fn newest_token(window: &Window) -> Finding {
    let all: Vec<Exchange> = window.before.iter().chain(&window.during).cloned().collect();
    let rotated = |one: &Exchange| one.sort() == Sort::Refresh && one.is_accepted() && one.issued("refresh_token").is_some();
    if !window.before.iter().any(rotated) {
        return Finding::not_exercised("no refresh before was answered with a new refresh token");
    }
    renewal::newest(&of(&window.during, Sort::Refresh), &Chains::read(&all))
}

pub fn two_of_the_dead(window: &Window) -> Finding {
    window.at_most(2, Sort::is_refresh, "at most 2 refreshes of a dead grant")
}

/// Later operations leave a dead grant alone.
pub fn quiet_after_death(window: &Window) -> Finding {
    // Two tries may belong to the operation that found out.
    const MOST: usize = 3;
    let refreshes = of(&window.during, Sort::Refresh);
    if refreshes.is_empty() {
        return Finding::not_exercised("no refresh was told that its grant is dead");
    }
    restraint::no_more_than(MOST, "a dead grant to be left alone by later operations", &refreshes)
}

pub fn asserted_anew(window: &Window) -> Finding {
    anew(window, grants::ASSERTIONS)
}

pub fn credentials_anew(window: &Window) -> Finding {
    anew(window, grants::CREDENTIALS)
}

/// An ended session is followed by a new grant of the same flow.
fn anew(window: &Window, flow: &str) -> Finding {
    if grants::of_flow(&window.before, flow).is_empty() {
        return Finding::not_exercised(format!("the integration does not log in by the {flow} flow"));
    }
    let Some(refused) = window.during.iter().find(|one| one.sort() == Sort::Data && one.status() == Some(401)) else {
        return Finding::not_exercised("no data request was answered 401");
    };
    let granted = grants::of_flow(&window.during, flow);
    if granted.iter().any(|one| one.is_accepted() && refused.was_answered_before(one)) {
        return Finding::of(std::iter::once(refused).chain(&granted), Ok(()));
    }
    let told =
        format!("expected a new token by the {flow} flow; none was granted after the {} was answered {}", refused.describe(), refused.answer());
    Finding::wrong(std::iter::once(refused).chain(&granted), &[told])
}

#[cfg(test)]
#[path = "window_tests.rs"]
mod tests;
