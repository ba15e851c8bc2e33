//! The code exchange against the attempt it belongs to: code, redirect URI and verifier.

use cucumber::gherkin::Step;
use cucumber::{given, then};

use super::attempt::{asked, challenge};
use super::callback::judged;
use crate::certify::dance::Attempt;
use crate::certify::lane::{APP, Lane, weigh};
use crate::evidence::{Exchange, Sort, of};
use crate::failure::{Failure, Outcome};
use crate::integration::protocol::AppKind;
use crate::rules::exchange as rules;
use crate::world::World;

#[then("the redirect URI is the registered one, byte for byte, in both requests")]
async fn redirect_uri(world: &mut World, step: &Step) -> Outcome {
    let registered = world.app(APP)?.callback_urls;
    let pairs = asked_pairs(world).await?;
    weigh(step, world.lane()?.take(rules::redirect_uri(&pairs, Some(&registered))))
}

#[then("the code was posted exactly as it was issued")]
async fn verbatim(world: &mut World, step: &Step) -> Outcome {
    let lane = world.lane()?;
    let Some(issued) = lane.attempts.iter().rev().find_map(|attempt| attempt.code.clone()) else {
        return Err(Failure::not_exercised("no code was issued"));
    };
    let exchanges = exchanges(lane).await?;
    let Some(last) = exchanges.last() else { return Err(Failure::not_exercised("no code exchange was sent")) };
    weigh(step, rules::verbatim(&[issued], last))
}

#[then("no code was exchanged twice")]
async fn once(world: &mut World, step: &Step) -> Outcome {
    let lane = world.lane()?;
    lane.quiet().await?;
    let exchanges = exchanges(lane).await?;
    weigh(step, lane.take(rules::once(&exchanges)))
}

#[given("the verifier proves the challenge of its attempt")]
#[then("the verifier proves the challenge of its attempt")]
async fn matches(world: &mut World, step: &Step) -> Outcome {
    let mut wrong = Vec::new();
    for (attempt, exchange) in pairs(world).await? {
        challenge(&attempt)?;
        if exchange.fingerprint("code_verifier").is_none() {
            wrong.push(format!("expected a code verifier; the {} has none and was answered {}", exchange.describe(), exchange.answer()));
        } else if !proves_by(world, &attempt, &exchange).await? {
            let other = world.lane()?.attempts.clone();
            let mut near = "it proves no challenge of this check";
            for other in other.iter().filter(|other| other.seq != attempt.seq) {
                if other.parameter("code_challenge").is_some() && proves_by(world, other, &exchange).await? {
                    near = "it proves the challenge of another attempt";
                }
            }
            wrong.push(format!("expected the verifier of the {} to prove the challenge of the {}; {near}", exchange.describe(), attempt.describe()));
        }
    }
    judged(step, &wrong)
}

#[then("no code exchange was sent without a verifier")]
async fn never_without(world: &mut World, step: &Step) -> Outcome {
    let lane = world.lane()?;
    lane.quiet().await?;
    let bare = exchanges(lane).await?.into_iter().find(|exchange| exchange.fingerprint("code_verifier").is_none());
    let told =
        |bare: Exchange| format!("expected no exchange without its verifier; the {} has none and was answered {}", bare.describe(), bare.answer());
    weigh(step, bare.map_or(Ok(()), |bare| Err(Failure::breach(told(bare)))))
}

#[then("every verifier has 43 to 128 characters")]
async fn length(world: &mut World, step: &Step) -> Outcome {
    let lane = world.lane()?;
    let exchanges = exchanges(lane).await?;
    weigh(step, lane.take(rules::verifier_length(&exchanges)))
}

#[then("every verifier consists of letters, digits, - and _")]
async fn alphabet(world: &mut World, step: &Step) -> Outcome {
    let lane = world.lane()?;
    let exchanges = exchanges(lane).await?;
    weigh(step, lane.take(rules::verifier_alphabet(&exchanges)))
}

#[then("every code exchange carries client authentication and a verifier")]
async fn both(world: &mut World, step: &Step) -> Outcome {
    if world.lane()?.hello().app_kind != AppKind::Confidential {
        return Err(Failure::not_applicable("the integration is no confidential client"));
    }
    let pairs = asked_pairs(world).await?;
    weigh(step, world.lane()?.take(rules::secret_and_verifier(&pairs)))
}

#[then("no token request carries a client secret or assertion")]
async fn no_secret(world: &mut World, step: &Step) -> Outcome {
    let lane = world.lane()?;
    let sent = lane.counted().await?;
    weigh(step, lane.take(rules::no_secret(&sent)))
}

#[then(expr = "every request of the connection names the consumer key of {string}")]
async fn consumer_key(world: &mut World, app: String, step: &Step) -> Outcome {
    let key = world.app(&app)?.consumer_key;
    let lane = world.lane()?;
    let attempts = lane.attempts.clone();
    let sent: Vec<Exchange> = lane.counted().await?.into_iter().filter(|exchange| exchange.sort().is_token_request()).collect();
    lane.note_all(&sent);
    if sent.is_empty() {
        return Err(Failure::not_exercised("no token request was sent"));
    }
    let of_attempts = attempts.iter().filter(|attempt| attempt.parameter("client_id").as_deref() != Some(key.as_str())).map(Attempt::describe);
    let of_requests = sent.iter().filter(|exchange| exchange.client_id() != Some(key.as_str())).map(Exchange::describe);
    judged(
        step,
        &of_attempts.chain(of_requests).map(|what| format!("expected the customer's own consumer key; the {what} names another")).collect::<Vec<_>>(),
    )
}

/// The fingerprint of the verifier posted for an attempt.
pub(super) async fn verifier_of(world: &mut World, attempt: &Attempt) -> Outcome<Option<String>> {
    let exchange = exchange_of(world.lane()?, attempt).await?;
    Ok(exchange.and_then(|exchange| exchange.fingerprint("code_verifier").map(str::to_owned)))
}

/// Whether the verifier posted for an attempt hashes to its challenge.
pub(super) async fn proves(world: &mut World, attempt: &Attempt) -> Outcome<bool> {
    match exchange_of(world.lane()?, attempt).await? {
        Some(exchange) => proves_by(world, attempt, &exchange).await,
        None => Ok(false),
    }
}

/// The bytes count: how the challenge is encoded is judged elsewhere.
async fn proves_by(world: &mut World, attempt: &Attempt, exchange: &Exchange) -> Outcome<bool> {
    let challenge = challenge(attempt)?;
    let plain = attempt.parameter("code_challenge_method").is_none_or(|method| method == "plain");
    let normal = challenge.replace('+', "-").replace('/', "_").trim_end_matches('=').to_owned();
    let lane = world.lane()?;
    let hashed = exchange.trait_of("code_verifier", "s256").as_str() == Some(lane.fingerprint_of(&normal).await?.as_str());
    Ok(hashed || (plain && exchange.fingerprint("code_verifier") == Some(lane.fingerprint_of(&challenge).await?.as_str())))
}

async fn exchange_of(lane: &mut Lane, attempt: &Attempt) -> Outcome<Option<Exchange>> {
    let mut exchanges = of(&lane.exchanges().await?, Sort::Exchange);
    let Some(code) = attempt.code.as_deref() else { return Ok(None) };
    // A code that was mangled on the way belongs to its attempt all the same: that it was mangled is judged elsewhere.
    let is_alone = exchanges.len() == 1 && lane.attempts.len() == 1;
    let belongs =
        |exchange: &Exchange| is_alone || exchange.fingerprint("code") == Some(code) || exchange.trait_of("code", "decoded").as_str() == Some(code);
    Ok(exchanges.iter().position(belongs).map(|at| exchanges.swap_remove(at)))
}

/// Each attempt with the exchange of its code. Without any there is nothing to judge.
async fn pairs(world: &mut World) -> Outcome<Vec<(Attempt, Exchange)>> {
    let lane = world.lane()?;
    let mut pairs = Vec::new();
    for attempt in lane.attempts.clone() {
        if let Some(exchange) = exchange_of(lane, &attempt).await? {
            lane.note(&exchange);
            lane.note_seqs(&[attempt.seq]);
            pairs.push((attempt, exchange));
        }
    }
    if pairs.is_empty() { Err(Failure::not_exercised("no code of this check was exchanged")) } else { Ok(pairs) }
}

async fn exchanges(lane: &mut Lane) -> Outcome<Vec<Exchange>> {
    let seen = of(&lane.counted().await?, Sort::Exchange);
    lane.note_all(&seen);
    Ok(seen)
}

/// The same, as rules look at it.
async fn asked_pairs(world: &mut World) -> Outcome<Vec<rules::Pair>> {
    Ok(pairs(world).await?.into_iter().map(|(attempt, exchange)| (asked(&attempt), exchange)).collect())
}
