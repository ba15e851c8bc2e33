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
use crate::world::World;

/// Fewest characters of a state, and fewest that differ from attempt to attempt.
const STATE_LENGTH: usize = 16;
const STATE_CORE: usize = 10;

/// Length of a SHA-256 in base64url without padding.
const CHALLENGE_LENGTH: usize = 43;

/// Deepest nesting of encodings looked into for secrets.
const DEPTH: usize = 4;

#[given("the authorization request carries a state")]
#[then("the authorization request carries a state")]
async fn has_state(world: &mut World, step: &Step) -> Outcome {
    let wrong = each(world, |attempt| match attempt.parameter("state").filter(|state| !state.is_empty()) {
        Some(_) => None,
        None => Some(format!("expected a state; the {} has none", attempt.describe())),
    })?;
    judged(step, &wrong)
}

#[then("every attempt has a state of its own that nobody can guess")]
async fn fresh_states(world: &mut World, step: &Step) -> Outcome {
    let states = values(world, "state", "the authorization requests carry no state")?;
    let mut wrong = Vec::new();
    if states.iter().enumerate().any(|(at, state)| states[..at].contains(state)) {
        wrong.push(format!("expected {} different states; one came twice", states.len()));
    }
    let shortest = states.iter().map(|state| state.chars().count()).min().unwrap_or_default();
    if shortest < STATE_LENGTH {
        wrong.push(format!("expected at least {STATE_LENGTH} characters; one state has {shortest}"));
    }
    let core = differing(&states);
    if wrong.is_empty() && core < STATE_CORE {
        wrong.push(format!(
            "expected states that cannot be guessed from each other; they differ in {core} characters only, like a counter or a clock"
        ));
    }
    judged(step, &wrong)
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
    let wrong = each(world, |attempt| match attempt.parameter("code_challenge").filter(|challenge| !challenge.is_empty()) {
        Some(_) => None,
        None if attempt.name.is_empty() => Some(format!("expected a code challenge; the {} has none", attempt.describe())),
        None => Some(format!("expected a code challenge; the authorization request of {:?} has none", attempt.name)),
    })?;
    judged(step, &wrong)
}

/// A method left out means `plain`, but the hash tells what was meant; the verifier is compared with the challenge elsewhere.
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
        match attempt.parameter("code_challenge_method").as_deref() {
            _ if same => wrong.push(format!("expected a hash; the challenge of the {} is the verifier itself", attempt.describe())),
            Some("S256") => {}
            Some(other) => wrong.push(format!("expected the method S256; the {} says {other:?}", attempt.describe())),
            None if super::code::proves(world, &attempt).await? => {
                world.lane()?.remark("The method is left out; verifier and challenge hash as S256.");
            }
            None => wrong.push(format!("expected the method S256; the {} names none, which means plain", attempt.describe())),
        }
    }
    judged(step, &wrong)
}

#[then("every code challenge is 43 characters of base64url")]
async fn challenge_form(world: &mut World, step: &Step) -> Outcome {
    challenges(world)?;
    let wrong = each(world, |attempt| {
        let challenge = attempt.parameter("code_challenge")?;
        let stray: String = challenge.chars().filter(|c| !c.is_ascii_alphanumeric() && !"-_".contains(*c)).collect();
        let told =
            |what: String| Some(format!("expected {CHALLENGE_LENGTH} characters of base64url; the challenge of the {} {what}", attempt.describe()));
        match (stray.is_empty(), challenge.len()) {
            (false, _) => told(format!("holds {stray:?}")),
            (true, CHALLENGE_LENGTH) => None,
            (true, length) => told(format!("has {length} characters")),
        }
    })?;
    judged(step, &wrong)
}

#[then("every attempt has a code challenge of its own")]
async fn fresh_challenges(world: &mut World, step: &Step) -> Outcome {
    let challenges = challenges(world)?;
    let repeated = challenges.iter().enumerate().any(|(at, challenge)| challenges[..at].contains(challenge));
    let told = format!("expected {} different code challenges; one came twice, so its verifier did too", challenges.len());
    weigh(step, if repeated { Err(Failure::breach(told)) } else { Ok(()) })
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

fn challenges(world: &mut World) -> Outcome<Vec<String>> {
    let lane = world.lane()?;
    let all: Vec<String> = lane.attempts.iter().filter_map(|attempt| attempt.parameter("code_challenge")).collect();
    let why = "an authorization request without a code challenge: pkce/challenge-sent judges that";
    if all.len() == lane.attempts.len() && !all.is_empty() { Ok(all) } else { Err(Failure::not_exercised(why)) }
}

/// A parameter of every attempt; none at all makes the check not applicable.
fn values(world: &mut World, name: &str, why: &str) -> Outcome<Vec<String>> {
    let lane = world.lane()?;
    let values: Vec<String> = lane.attempts.iter().filter_map(|attempt| attempt.parameter(name)).filter(|value| !value.is_empty()).collect();
    let seqs: Vec<u64> = lane.attempts.iter().map(|attempt| attempt.seq).collect();
    lane.note_seqs(&seqs);
    if values.is_empty() { Err(Failure::not_applicable(why)) } else { Ok(values) }
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
