//! What an authorization request carries: the state and the code challenge of each attempt.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use cucumber::gherkin::Step;
use cucumber::{given, then};
use regex::Regex;

use super::callback::judged;
use crate::certify::dance::Attempt;
use crate::certify::lane::weigh;
use crate::client::signer::sha256;
use crate::failure::{Failure, OrFail, Outcome};
use crate::rules::Finding;
use crate::rules::authorization::{self as rules, Asked, Mark};
use crate::world::World;

/// Deepest nesting of encodings looked into for secrets.
const DEPTH: usize = 4;

#[given("the authorization request carries a state")]
#[then("the authorization request carries a state")]
async fn has_state(world: &mut World, step: &Step) -> Outcome {
    judge(world, step, rules::has_state)
}

#[then("every attempt has a state of its own that nobody can guess")]
async fn fresh_states(world: &mut World, step: &Step) -> Outcome {
    judge(world, step, rules::fresh_states)
}

/// A state that cannot be read discloses nothing, so only what can be decoded is looked into.
#[then("no state discloses a secret")]
async fn no_secrets(world: &mut World, step: &Step) -> Outcome {
    let secret = world.lane()?.surroundings.client_secret.clone();
    values(world, "state", "the authorization requests carry no state")?;
    let wrong = each(world, |attempt| {
        let (state, challenge) = (attempt.parameter("state").unwrap_or_default(), attempt.parameter("code_challenge"));
        let found = readings(&state).iter().find_map(|text| disclosed(text, secret.as_deref(), challenge.as_deref()));
        found.map(|what| format!("expected a state without secrets; that of the {} holds {what}", attempt.describe()))
    })?;
    judged(step, &wrong)
}

#[given("every authorization request carries a code challenge")]
#[then("every authorization request carries a code challenge")]
async fn has_challenge(world: &mut World, step: &Step) -> Outcome {
    judge(world, step, rules::has_challenge)
}

/// The verifier is compared with the challenge elsewhere.
#[then("the code challenge is a SHA-256")]
async fn s256(world: &mut World, step: &Step) -> Outcome {
    let mut wrong = Vec::new();
    for attempt in world.lane()?.attempts.clone() {
        let Some(challenge) = attempt.parameter("code_challenge") else { continue };
        let verifier = super::code::verifier_of(world, &attempt).await?;
        let same = match &verifier {
            Some(verifier) => world.lane()?.fingerprint_of(&challenge).await? == *verifier,
            None => false,
        };
        let is_silent = attempt.parameter("code_challenge_method").is_none();
        let proven = is_silent && !same && super::code::proves(world, &attempt).await?;
        wrong.extend(rules::wrong_method(&asked(&attempt), same, proven));
        if proven {
            world.lane()?.remark(rules::METHOD_LEFT_OUT);
        }
    }
    judged(step, &wrong)
}

#[then("every code challenge is 43 characters of base64url")]
async fn challenge_form(world: &mut World, step: &Step) -> Outcome {
    judge(world, step, rules::challenge_form)
}

#[then("every attempt has a code challenge of its own")]
async fn fresh_challenges(world: &mut World, step: &Step) -> Outcome {
    judge(world, step, rules::fresh_challenges)
}

/// "I have installed it" must not replay the address of the attempt that was refused.
#[then("the last two attempts have nothing in common")]
async fn new_attempt(world: &mut World, step: &Step) -> Outcome {
    let attempts = world.lane()?.attempts.clone();
    let [.., before, last] = attempts.as_slice() else { return Err(Failure::not_exercised("there were no two attempts")) };
    let same = |name: &str| before.parameter(name).is_some() && before.parameter(name) == last.parameter(name);
    let wrong: Vec<String> = ["state", "code_challenge"]
        .iter()
        .filter(|name| same(name))
        .map(|name| format!("expected a new {name}; the second attempt repeats the first one's"))
        .collect();
    judged(step, &wrong)
}

/// What is wrong with each attempt.
fn each(world: &mut World, judge: impl Fn(&Attempt) -> Option<String>) -> Outcome<Vec<String>> {
    let lane = world.lane()?;
    if lane.attempts.is_empty() {
        return Err(Failure::not_exercised("no authorization request was made"));
    }
    let seqs: Vec<u64> = lane.attempts.iter().map(|attempt| attempt.seq).collect();
    lane.note_seqs(&seqs);
    Ok(lane.attempts.iter().filter_map(judge).collect())
}

/// What a rule makes of the attempts.
fn judge(world: &mut World, step: &Step, rule: impl Fn(&[Asked]) -> Finding) -> Outcome {
    let lane = world.lane()?;
    let all: Vec<Asked> = lane.attempts.iter().map(asked).collect();
    weigh(step, lane.take(rule(&all)))
}

/// An attempt as rules look at it, in the words of its address.
pub(super) fn asked(attempt: &Attempt) -> Asked {
    let mark = |name| attempt.parameter(name).filter(|value| !value.is_empty()).map(Mark::of_text);
    let described = if attempt.name.is_empty() { attempt.describe() } else { format!("authorization request of {:?}", attempt.name) };
    Asked {
        seq: attempt.seq,
        described,
        state: mark("state"),
        challenge: mark("code_challenge"),
        method: attempt.parameter("code_challenge_method"),
        redirect_uri: attempt.parameter("redirect_uri"),
        response_type: attempt.parameter("response_type"),
        scope: attempt.parameter("scope"),
        client_id: attempt.parameter("client_id"),
    }
}

/// A parameter of every attempt; none at all makes the check not applicable.
fn values(world: &mut World, name: &str, why: &str) -> Outcome<Vec<String>> {
    let lane = world.lane()?;
    let values: Vec<String> = lane.attempts.iter().filter_map(|attempt| attempt.parameter(name)).filter(|value| !value.is_empty()).collect();
    let seqs: Vec<u64> = lane.attempts.iter().map(|attempt| attempt.seq).collect();
    lane.note_seqs(&seqs);
    if values.is_empty() { Err(Failure::not_applicable(why)) } else { Ok(values) }
}

/// The text itself and everything that decoding makes readable of it.
fn readings(text: &str) -> Vec<String> {
    let mut all = vec![text.to_owned()];
    let mut at = 0;
    for _ in 0..DEPTH {
        let end = all.len();
        for index in at..end {
            let decoded: Vec<String> = decoded(&all[index]).into_iter().filter(|text| !all.contains(text)).collect();
            all.extend(decoded);
        }
        at = end;
    }
    all
}

fn decoded(text: &str) -> Vec<String> {
    let unescaped: String =
        url::form_urlencoded::parse(format!("x={text}").as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default();
    // The parts of a JWT, the members of JSON and the fields of home-made states are looked at one by one.
    let parts = text.split(|c: char| !c.is_ascii_alphanumeric() && !"-_+/=%".contains(c)).map(str::to_owned);
    let from_base64 = |part: String| {
        let bare = part.trim_end_matches('=');
        let bytes = URL_SAFE_NO_PAD.decode(bare).or_else(|_| STANDARD_NO_PAD.decode(bare)).ok()?;
        String::from_utf8(bytes).ok().filter(|text| text.chars().all(|c| !c.is_control() || c.is_whitespace()))
    };
    std::iter::once(unescaped).chain(parts.filter(|part| part.len() >= 8).filter_map(from_base64)).collect()
}

/// What of the secrets a text holds.
fn disclosed(text: &str, secret: Option<&str>, challenge: Option<&str>) -> Option<&'static str> {
    if secret.is_some_and(|secret| text.contains(secret)) {
        return Some("the consumer secret");
    }
    let token = Regex::new(r"00D[A-Za-z0-9]{12,15}![A-Za-z0-9._]{20,}|5Aep[A-Za-z0-9._]{30,}").ok();
    if token.is_some_and(|token| token.is_match(text)) {
        return Some("a Salesforce token");
    }
    let challenge = challenge?;
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && !"-._~".contains(c));
    let proves = |word: &str| {
        word == challenge
            || sha256(word).replace('+', "-").replace('/', "_").trim_end_matches('=')
                == challenge.replace('+', "-").replace('/', "_").trim_end_matches('=')
    };
    words.filter(|word| (8..=200).contains(&word.len())).any(proves).then_some("the code verifier")
}

/// The attempt that made a challenge known.
pub(super) fn challenge(attempt: &Attempt) -> Outcome<String> {
    attempt
        .parameter("code_challenge")
        .or_fail(|| "")
        .map_err(|_| Failure::not_exercised("the authorization request has no code challenge: pkce/challenge-sent judges that"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    fn found(state: &str) -> Option<&'static str> {
        readings(state).iter().find_map(|text| disclosed(text, Some("C2FB6FD8F66655AB"), Some(CHALLENGE)))
    }

    #[test]
    fn a_verifier_is_found_however_it_is_wrapped() {
        let json = format!(r#"{{"v":"{VERIFIER}","r":"/home"}}"#);
        let wrapped = URL_SAFE_NO_PAD.encode(&json);
        for state in
            [VERIFIER.to_owned(), json.clone(), wrapped.clone(), format!("eyJhbGciOiJIUzI1NiJ9.{wrapped}.c2lnbmF0dXJl"), format!("route:{wrapped}")]
        {
            assert_eq!(found(&state), Some("the code verifier"), "{state}");
        }
    }

    #[test]
    fn other_secrets_are_found_and_random_states_pass() {
        assert_eq!(found(&STANDARD_NO_PAD.encode("secret=C2FB6FD8F66655AB")), Some("the consumer secret"));
        assert_eq!(found("00DFk0000S7zTAO!AQZM8ND.02MsLw4YmfzNOGyc8"), Some("a Salesforce token"));
        for state in ["xuU4gF0f2S8a1kQvBq8m1w", "acme:f2S8a1kQvBq8m1w", "eyJhbGciOiJkaXIifQ..aXY.Y2lwaGVy.dGFn"] {
            assert_eq!(found(state), None, "{state}");
        }
    }
}
