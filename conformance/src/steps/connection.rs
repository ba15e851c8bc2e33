//! How a connection stands: on the wire, and in what the user is told.

use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use serde_json::{Value, json};

use super::callback::page_status;
use super::integration::call;
use crate::certify::lane::{Lane, MAIN, weigh};
use crate::evidence::{Exchange, Sort, of};
use crate::failure::{Failure, OrFail, Outcome};
use crate::integration::{Reply, State};
use crate::world::World;

/// The wire counts; what the driver says about its own success does not.
#[given("the call succeeded")]
#[then("the call succeeded")]
async fn call_succeeded(world: &mut World, step: &Step) -> Outcome {
    let outcome = succeeded(world.lane()?).await;
    weigh(step, outcome)
}

/// One more call, without any user.
#[given("the connection works")]
#[then("the connection works")]
async fn works(world: &mut World, step: &Step) -> Outcome {
    let lane = world.lane()?;
    lane.ask(call(1)).await?;
    let outcome = succeeded(lane).await;
    weigh(step, outcome)
}

#[given(expr = "the connection is {string}")]
#[then(expr = "the connection is {string}")]
async fn is(world: &mut World, states: String, step: &Step) -> Outcome {
    stands(world.lane()?, step, &states, true).await
}

#[given(expr = "the connection is not {string}")]
#[then(expr = "the connection is not {string}")]
async fn is_not(world: &mut World, states: String, step: &Step) -> Outcome {
    stands(world.lane()?, step, &states, false).await
}

/// An answer of the integration, be it a refusal, and no page of a server that crashed.
#[given("the callback was answered")]
#[when("the callback was answered")]
#[then("the callback was answered")]
async fn answered(world: &mut World, step: &Step) -> Outcome {
    let status = page_status(world.lane()?.reply()?);
    let crashed = status.filter(|status| *status >= 500);
    weigh(step, crashed.map_or(Ok(()), |status| Err(Failure::breach(format!("expected a page for the user; the callback was answered {status}")))))
}

/// No authorization that nobody asked for: neither named to the harness nor sent by the integration itself.
#[given("nothing asked for a new authorization")]
#[then("nothing asked for a new authorization")]
async fn no_authorization(world: &mut World, step: &Step) -> Outcome {
    let lane = world.lane()?;
    lane.quiet().await?;
    let sent = of(&lane.counted().await?, Sort::Authorize);
    lane.note_all(&sent);
    let offered = match lane.reply()? {
        Reply::Done(result) => result["authorize_url"].is_string(),
        _ => false,
    };
    let told = match (sent.first(), offered) {
        (Some(first), _) => Some(format!("the integration sent an {} although no user had asked to connect", first.describe())),
        (None, true) => Some("the integration led on to a new authorization request although no user had asked to connect".to_owned()),
        (None, false) => None,
    };
    weigh(step, told.map_or(Ok(()), |told| Err(Failure::breach(told))))
}

#[given(expr = "the user is told {string}")]
#[then(expr = "the user is told {string}")]
async fn told_one_of(world: &mut World, problems: String, step: &Step) -> Outcome {
    let lane = world.lane()?;
    let told = told(lane).await?;
    let wanted: Vec<&str> = problems.split(" or ").collect();
    let wrong = || Failure::breach(format!("expected the user to be told {problems}; told was {}", words(&told)));
    weigh(step, if told.iter().any(|(problem, _)| wanted.contains(&problem.as_str())) { Ok(()) } else { Err(wrong()) })
}

#[then(expr = "the user is told anything but {string}")]
async fn told_anything_but(world: &mut World, problem: String, step: &Step) -> Outcome {
    let lane = world.lane()?;
    let told = told(lane).await?;
    let wrong = || Failure::breach(format!("expected any cause but {problem}; told was {}", words(&told)));
    weigh(step, if told.iter().any(|(seen, _)| *seen == problem) { Err(wrong()) } else { Ok(()) })
}

/// One attempt for each code; the cause counts as told when its own word or the code itself reaches the user.
#[then("the user learns the cause of each of these refusals")]
async fn causes_told(world: &mut World, step: &Step) -> Outcome {
    const CAUSES: [&str; 4] = ["install_needed", "blocked", "not_approved", "wrong_org"];
    let mut wrong = Vec::new();
    for code in super::rows(step)?.iter().flatten() {
        let reply = super::callback::refuse(world, code, Some("the reason in words")).await?;
        let page = match &reply {
            Reply::Done(result) => result["page"]["text"].as_str().unwrap_or_default().to_owned(),
            _ => String::new(),
        };
        let told = told(world.lane()?).await?;
        let good =
            told.iter().any(|(problem, detail)| CAUSES.contains(&problem.as_str()) || detail.contains(code.as_str())) || page.contains(code.as_str());
        if !good {
            wrong.push(format!("after {code} the user is told {}", words(&told)));
        }
    }
    let expected = || format!("expected {} or the code itself; {}", CAUSES.join(", "), wrong.join("; "));
    weigh(step, if wrong.is_empty() { Ok(()) } else { Err(Failure::breach(expected())) })
}

/// What is said to be wrong: by the last answer, and by the status that is asked for next. Problem and detail each.
pub(super) async fn told(lane: &mut Lane) -> Outcome<Vec<(String, String)>> {
    let word = |problem: crate::integration::Problem| json!(problem).as_str().unwrap_or_default().to_owned();
    let mut told = Vec::new();
    match lane.reply()? {
        Reply::Failed(error) => told.push((word(error.problem), error.detail.clone())),
        reply => told.extend(reply.status().map(|status| (word(status.problem), status.detail))),
    }
    match lane.status(MAIN).await {
        Ok(status) => told.push((word(status.problem), status.detail)),
        Err(failure) if failure.kind() == crate::failure::Kind::NotApplicable && !told.is_empty() => {}
        Err(failure) => return Err(failure),
    }
    Ok(told)
}

fn words(told: &[(String, String)]) -> String {
    let word = |(problem, detail): &(String, String)| if detail.is_empty() { problem.clone() } else { format!("{problem} ({detail})") };
    let mut words: Vec<String> = told.iter().map(word).collect();
    words.dedup();
    if words.is_empty() { "nothing".to_owned() } else { words.join(", then ") }
}

/// A data request since the last act that was answered with success.
async fn succeeded(lane: &mut Lane) -> Outcome {
    let seen = lane.consequences().await?;
    let data = of(&seen, Sort::Data);
    lane.note_all(&data);
    if data.iter().any(Exchange::is_accepted) {
        return Ok(());
    }
    let what = match (data.last(), seen.last()) {
        (Some(data), _) => format!("the {} was answered {}", data.describe(), data.answer()),
        (None, Some(other)) => format!("no data request was sent; the {} was answered {}", other.describe(), other.answer()),
        (None, None) => "nothing was sent at all".to_owned(),
    };
    let said = match lane.reply()? {
        Reply::Failed(error) => format!("; the integration answered {}", error.words()),
        _ => String::new(),
    };
    Err(Failure::breach(format!("expected a data request that is answered with success; {what}{said}")))
}

async fn stands(lane: &mut Lane, step: &Step, states: &str, wanted: bool) -> Outcome {
    let known: Vec<State> = states.split(" or ").map(state).collect::<Outcome<_>>()?;
    let status = lane.status(MAIN).await?;
    if known.contains(&status.state) == wanted {
        return Ok(());
    }
    let seen = json!(status.state).as_str().unwrap_or_default().replace('_', " ");
    let detail = if status.detail.is_empty() { String::new() } else { format!(" ({})", status.detail) };
    let not = if wanted { "" } else { "anything but " };
    weigh(step, Err(Failure::breach(format!("expected the connection to be shown as {not}{states}; it is shown as {seen}{detail}"))))
}

fn state(words: &str) -> Outcome<State> {
    serde_json::from_value(Value::from(words.replace(' ', "_")))
        .ok()
        .or_fail(|| format!("no state {words:?}: connected, reconnect, not connected, error"))
}
