//! What an authorization request carries: state, code challenge, scopes.

use super::{Finding, breach};
use crate::evidence::Exchange;
use crate::failure::{Failure, Outcome};

/// Fewest characters of a state, and fewest that differ from attempt to attempt.
const STATE_LENGTH: usize = 16;
const STATE_CORE: usize = 10;

/// Length of a SHA-256 in base64url without padding.
const CHALLENGE_LENGTH: usize = 43;

/// A value of a request: in words where the harness carried it, by its fingerprint where only the journal tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Equal for equal values.
    pub id: String,
    pub length: usize,
    /// What of it is no base64url, in words or as characters; empty if all is.
    pub stray: String,
    /// The value itself, if it is known.
    pub text: Option<String>,
}

impl Mark {
    /// A value that is known.
    pub fn of_text(text: String) -> Self {
        let stray: String = text.chars().filter(|c| !c.is_ascii_alphanumeric() && !"-_".contains(*c)).collect();
        let stray = if stray.is_empty() { stray } else { format!("{stray:?}") };
        Self { id: text.clone(), length: text.chars().count(), stray, text: Some(text) }
    }

    /// A value as the journal describes it.
    pub fn of_fingerprint(exchange: &Exchange, name: &str) -> Option<Self> {
        let id = exchange.fingerprint(name)?.to_owned();
        let length = exchange.trait_of(name, "length").as_u64().and_then(|length| usize::try_from(length).ok()).unwrap_or_default();
        let alphabet = exchange.trait_of(name, "alphabet").as_str().unwrap_or("unknown");
        let is_plain = ["digits", "hex", "alphanumeric", "base64url"].contains(&alphabet);
        let stray = if is_plain { String::new() } else { format!("characters outside of it ({alphabet})") };
        (length > 0).then_some(Self { id, length, stray, text: None })
    }
}

/// An authorization request, as far as rules look at it.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Its place in the journal; 0 if nobody carried it to the server.
    pub seq: u64,
    /// How a report names it.
    pub described: String,
    pub state: Option<Mark>,
    pub challenge: Option<Mark>,
    /// `code_challenge_method`.
    pub method: Option<String>,
    pub redirect_uri: Option<String>,
    pub response_type: Option<String>,
    pub scope: Option<String>,
    pub client_id: Option<String>,
}

impl Asked {
    /// The request as the journal shows it.
    pub fn read(exchange: &Exchange) -> Self {
        let parameter = |name| exchange.parameter(name).map(str::to_owned);
        Self {
            seq: exchange.seq(),
            described: exchange.describe(),
            state: Mark::of_fingerprint(exchange, "state"),
            challenge: Mark::of_fingerprint(exchange, "code_challenge"),
            method: parameter("code_challenge_method"),
            redirect_uri: parameter("redirect_uri"),
            response_type: parameter("response_type"),
            scope: parameter("scope"),
            client_id: exchange.client_id().map(str::to_owned).or_else(|| parameter("client_id")),
        }
    }
}

/// A finding that rests on these requests.
fn found(asked: &[Asked], outcome: Outcome) -> Finding {
    let evidence = asked.iter().map(|asked| asked.seq).filter(|seq| *seq > 0).collect();
    Finding { evidence, notes: Vec::new(), outcome }
}

/// What is wrong with each; without any there is nothing to judge.
fn each(asked: &[Asked], judge: impl Fn(&Asked) -> Option<String>) -> Finding {
    if asked.is_empty() {
        return Finding::not_exercised("no authorization request was made");
    }
    let wrong: Vec<String> = asked.iter().filter_map(judge).collect();
    found(asked, breach(&wrong))
}

/// Every request carries a state.
pub fn has_state(asked: &[Asked]) -> Finding {
    each(asked, |asked| asked.state.is_none().then(|| format!("expected a state; the {} has none", asked.described)))
}

/// The states differ, are long, and cannot be guessed from each other.
pub fn fresh_states(asked: &[Asked]) -> Finding {
    if asked.is_empty() {
        return Finding::not_exercised("no authorization request was made");
    }
    let states: Vec<&Mark> = asked.iter().filter_map(|asked| asked.state.as_ref()).collect();
    if states.is_empty() {
        return found(asked, Err(Failure::not_applicable("the authorization requests carry no state")));
    }
    let mut wrong = Vec::new();
    if states.iter().enumerate().any(|(at, state)| states[..at].iter().any(|other| other.id == state.id)) {
        wrong.push(format!("expected {} different states; one came twice", states.len()));
    }
    let shortest = states.iter().map(|state| state.length).min().unwrap_or_default();
    if shortest < STATE_LENGTH {
        wrong.push(format!("expected at least {STATE_LENGTH} characters; one state has {shortest}"));
    }
    let texts: Vec<String> = states.iter().filter_map(|state| state.text.clone()).collect();
    let core = differing(&texts);
    if wrong.is_empty() && texts.len() == states.len() && core < STATE_CORE {
        wrong.push(format!(
            "expected states that cannot be guessed from each other; they differ in {core} characters only, like a counter or a clock"
        ));
    }
    found(asked, breach(&wrong))
}

/// Every request carries a code challenge.
pub fn has_challenge(asked: &[Asked]) -> Finding {
    each(asked, |asked| asked.challenge.is_none().then(|| format!("expected a code challenge; the {} has none", asked.described)))
}

/// Every challenge is a SHA-256 in base64url without padding.
pub fn challenge_form(asked: &[Asked]) -> Finding {
    challenged(asked).and(each(asked, |asked| {
        let challenge = asked.challenge.as_ref()?;
        let told =
            |what: String| Some(format!("expected {CHALLENGE_LENGTH} characters of base64url; the challenge of the {} {what}", asked.described));
        match (challenge.stray.as_str(), challenge.length) {
            ("", CHALLENGE_LENGTH) => None,
            ("", length) => told(format!("has {length} characters")),
            (stray, _) => told(format!("holds {stray}")),
        }
    }))
}

/// No two challenges are equal.
pub fn fresh_challenges(asked: &[Asked]) -> Finding {
    let challenges: Vec<&str> = asked.iter().filter_map(|asked| Some(asked.challenge.as_ref()?.id.as_str())).collect();
    let repeated = challenges.iter().enumerate().any(|(at, challenge)| challenges[..at].contains(challenge));
    let told = format!("expected {} different code challenges; one came twice, so its verifier did too", challenges.len());
    challenged(asked).and(found(asked, if repeated { Err(Failure::breach(told)) } else { Ok(()) }))
}

/// All requests have a challenge that can be judged.
fn challenged(asked: &[Asked]) -> Finding {
    let why = "an authorization request without a code challenge: pkce/challenge-sent judges that";
    if asked.is_empty() {
        return Finding::not_exercised("no authorization request with a code challenge was made");
    }
    let all = asked.iter().all(|asked| asked.challenge.is_some());
    found(asked, if all { Ok(()) } else { Err(Failure::not_exercised(why)) })
}

/// What is wrong with the method of a challenge whose verifier is the challenge itself (`same`), or proves it by its hash
/// (`proven`). A method left out means `plain`, but the hash tells what was meant.
pub fn wrong_method(asked: &Asked, same: bool, proven: bool) -> Option<String> {
    match asked.method.as_deref() {
        _ if same => Some(format!("expected a hash; the challenge of the {} is the verifier itself", asked.described)),
        Some("S256") => None,
        Some(other) => Some(format!("expected the method S256; the {} says {other:?}", asked.described)),
        None if proven => None,
        None => Some(format!("expected the method S256; the {} names none, which means plain", asked.described)),
    }
}

/// What a pass says of a method left out.
pub const METHOD_LEFT_OUT: &str = "The method is left out; verifier and challenge hash as S256.";

/// Every request asks for a code.
pub fn asks_for_code(asked: &[Asked]) -> Finding {
    each(asked, |asked| {
        let kind = asked.response_type.as_deref();
        (kind != Some("code"))
            .then(|| format!("expected response_type=code from every entry; the {} asks for {}", asked.described, kind.unwrap_or("nothing")))
    })
}

/// Only declared scopes are asked for, and never `full`. Who names none gets those of the app.
pub fn least_scope(asked: &[Asked], declared: Option<&[String]>) -> Finding {
    let finding = each(asked, |asked| {
        let scopes = asked.scope.as_deref()?;
        let is_wrong = |scope: &&str| *scope == "full" || declared.is_some_and(|declared| !declared.iter().any(|known| known == scope));
        let wrong = scopes.split([' ', '+']).filter(|scope| !scope.is_empty()).find(is_wrong)?;
        let expected = declared.map_or_else(|| "no full access".to_owned(), |declared| format!("only {}", declared.join(" ")));
        Some(format!("expected {expected}; the {} asks for {wrong:?} (scope={scopes:?})", asked.described))
    });
    let is_silent = !asked.is_empty() && asked.iter().all(|asked| asked.scope.is_none());
    finding.noting(is_silent.then(|| "no scope was asked for: the app's own scopes are granted".to_owned()))
}

/// Characters between what all texts begin with and what all end with.
fn differing(texts: &[String]) -> usize {
    let Some(first) = texts.first() else { return 0 };
    let common = |other: &String, backwards: bool| {
        let (one, other): (Vec<char>, Vec<char>) = match backwards {
            false => (first.chars().collect(), other.chars().collect()),
            true => (first.chars().rev().collect(), other.chars().rev().collect()),
        };
        one.iter().zip(&other).take_while(|(one, other)| one == other).count()
    };
    let shared = |backwards| texts[1..].iter().map(|other| common(other, backwards)).min().unwrap_or_default();
    let shortest = texts.iter().map(|text| text.chars().count()).min().unwrap_or_default();
    shortest.saturating_sub(shared(false) + shared(true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_lies_between_common_ends() {
        let check = |texts: &[&str], count: usize| {
            assert_eq!(differing(&texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>()), count, "{texts:?}");
        };
        check(&["attempt-0001-salt", "attempt-0002-salt", "attempt-0003-salt"], 1);
        check(&["acme:abcdefghijklmnop", "acme:qrstuvwxyzabcdef"], 16);
        check(&["same", "same"], 0);
    }
}
