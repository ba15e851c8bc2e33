//! The device flow, seen from the server: what a device asks, how it polls, and what its user makes of the code.
//!
//! Polls are paced by real time. The answers come from faults, so that the server's own pace does not mix with the check's;
//! the last answer is the server's.

use std::time::{Duration, Instant};

use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use serde_json::{Value, json};
use url::Url;

use super::device::{USER_CODE, VERIFICATION_URI, enter_code};
use super::flow::{change_policies, environment};
use crate::certify::dance::check_ours;
use crate::certify::lane::{MAIN, USER, weigh};
use crate::certify::site::install_path;
use crate::evidence::Exchange;
use crate::failure::{Failure, OrFail, Outcome};
use crate::integration::Operation;
use crate::integration::protocol::{Connect, Until};
use crate::rules::device::{self as rules, gap};
use crate::world::World;

/// Longest wait for the next poll: a device that was told to slow down may add five seconds to its pace, and a busy machine its own.
const NEXT_POLL: Duration = Duration::from_secs(12);

/// How often the journal is looked at meanwhile.
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

/// Longest that a device is left alone with its code, in milliseconds.
const WHOLE_LOGIN: u64 = 25_000;

/// Where the scenario keeps the number of the fault that lets polls wait.
const WAITING: &str = "polls wait by fault";

#[given("polls are told to wait")]
async fn told_to_wait(world: &mut World) -> Outcome {
    one_second(world).await?;
    wait_from_here(world).await
}

#[given("the first poll is told to slow down")]
async fn first_slows(world: &mut World) -> Outcome {
    one_second(world).await?;
    refuse(world, "slow_down", Some(1)).await.map(drop)
}

#[given("the second poll is told to slow down")]
async fn second_slows(world: &mut World) -> Outcome {
    one_second(world).await?;
    refuse(world, "authorization_pending", Some(1)).await?;
    refuse(world, "slow_down", Some(1)).await?;
    wait_from_here(world).await
}

/// The request for codes is the first of its flow, and the only one that this fault meets.
async fn one_second(world: &mut World) -> Outcome {
    let action = json!({ "alter": { "json": { "interval": 1 } } });
    world.lane()?.plan_fault(device_requests(), action, Some(1)).await.map(drop)
}

async fn wait_from_here(world: &mut World) -> Outcome {
    let fault = refuse(world, "authorization_pending", None).await?;
    world.notes.insert(WAITING.to_owned(), fault.to_string());
    Ok(())
}

async fn refuse(world: &mut World, error: &str, count: Option<u32>) -> Outcome<u64> {
    world.lane()?.plan_fault(device_requests(), json!({ "status": 400, "error": error }), count).await
}

fn device_requests() -> Value {
    json!({ "route": "oauth/token", "flow": "device" })
}

/// From here on the server answers polls itself.
async fn let_decide(world: &mut World) -> Outcome {
    if let Some(fault) = world.notes.remove(WAITING) {
        world.lane()?.control()?.delete(&format!("/faults/{fault}")).await?;
    }
    Ok(())
}

#[given("the user starts to connect the device")]
#[when("the user starts to connect the device")]
async fn starts(world: &mut World) -> Outcome {
    let environment = environment(world).await?;
    let lane = world.lane()?;
    let connect = Connect { connection: MAIN.to_owned(), environment, entry: None, host: None };
    let shown = lane.done(Operation::Connect(connect)).await?;
    // Some devices poll by themselves, others while they are waited for.
    lane.ask_aside(Operation::Wait { connection: MAIN.to_owned(), until: Until::Connected, timeout_ms: WHOLE_LOGIN }).await?;
    let member = |name: &str| {
        let text = shown[name].as_str().map(str::to_owned);
        text.ok_or_else(|| Failure::not_exercised(format!("the integration showed no {name} when it was asked to connect")))
    };
    let (code, address) = (member("user_code")?, member("verification_uri")?);
    world.notes.insert(USER_CODE.to_owned(), code);
    world.notes.insert(VERIFICATION_URI.to_owned(), address);
    Ok(())
}

#[given(expr = "the first poll was sent")]
async fn first_poll(world: &mut World, step: &Step) -> Outcome {
    weigh(step, polled(world, 1).await)
}

#[when(expr = "the device has polled {int} time(s)")]
async fn has_polled(world: &mut World, times: usize, step: &Step) -> Outcome {
    weigh(step, polled(world, times).await)
}

/// Judged later: a device that stops in between has had its time.
#[when(expr = "the device is given time for {int} polls")]
async fn given_time(world: &mut World, times: usize) -> Outcome {
    await_polls(world, |polls| polls.len() >= times).await.map(drop)
}

async fn polled(world: &mut World, times: usize) -> Outcome {
    let polls = await_polls(world, |polls| polls.len() >= times).await?;
    if polls.len() >= times {
        return Ok(());
    }
    Err(Failure::breach(format!("the device polled {} times, then no more; expected {times}", polls.len())))
}

#[given("the device was told to slow down")]
async fn was_slowed(world: &mut World, step: &Step) -> Outcome {
    let polls = await_polls(world, |polls| polls.iter().any(is_slowed)).await?;
    weigh(step, if polls.iter().any(is_slowed) { Ok(()) } else { Err(Failure::breach("no poll of the device was answered slow_down")) })
}

/// The user does as the device says.
async fn enter_shown_code(world: &mut World) -> Outcome {
    let shown = world.expand("{note:verification uri}")?;
    let address = Url::parse(&shown).map_err(|_| Failure::not_exercised(format!("the user was shown no address but {shown:?}")))?;
    check_ours(world, "address the user was shown", &address)?;
    enter_code(world, USER).await
}

#[when("the user approves the device")]
async fn approves(world: &mut World) -> Outcome {
    enter_shown_code(world).await?;
    world.browser(USER)?.press("oaapprove", &[]).await?;
    let_decide(world).await
}

#[when("the user denies the device")]
async fn denies(world: &mut World) -> Outcome {
    enter_shown_code(world).await?;
    world.browser(USER)?.press("oadeny", &[]).await?;
    let_decide(world).await
}

#[when("the device's code expires")]
async fn expires(world: &mut World) -> Outcome {
    world.control()?.post("/clock", &json!({ "advance": "PT11M" })).await?;
    world.clock_moved = true;
    let_decide(world).await
}

/// The gate shows itself when the user has logged in; the device hears of it at its next poll.
#[when("the install gate refuses the user of the device")]
async fn gate_refuses(world: &mut World) -> Outcome {
    change_policies(world, &json!({ "device_refusal_denies_poll": true })).await?;
    let path = install_path(world).await?;
    world.control()?.delete(&path).await?;
    enter_shown_code(world).await?;
    let_decide(world).await
}

#[when("the device was given a final answer")]
async fn was_given_final_answer(world: &mut World, step: &Step) -> Outcome {
    let polls = await_polls(world, |polls| polls.iter().any(is_final)).await?;
    weigh(step, if polls.iter().any(is_final) { Ok(()) } else { Err(Failure::breach("no poll of the device met a final answer")) })
}

#[then("no poll was sent after the final answer")]
async fn silent_after(world: &mut World) -> Outcome {
    let lane = world.lane()?;
    lane.quiet().await?;
    lane.journal()?.complete().await?;
    let polls = polls(world).await?;
    let last = polls.iter().find(|poll| is_final(poll)).or_fail(|| "no poll met a final answer")?;
    // A poll that was under way when the answer left is nobody's fault.
    let knew = |poll: &&Exchange| last.was_answered_before(poll);
    let late: Vec<Exchange> = polls.iter().filter(knew).cloned().collect();
    let lane = world.lane()?;
    lane.note(last);
    lane.note_all(&late);
    match late.as_slice() {
        [] => Ok(()),
        [first, ..] => Err(Failure::breach(format!(
            "expected no poll after {} (request {}); seen: {} more, the first one answered {}",
            last.answer(),
            last.seq(),
            late.len(),
            first.answer()
        ))),
    }
}

#[then("the device was connected")]
async fn was_connected(world: &mut World) -> Outcome {
    let polls = await_polls(world, |polls| polls.last().is_some_and(Exchange::is_accepted)).await?;
    world.lane()?.note_all(&polls);
    match polls.last() {
        Some(last) if last.is_accepted() => Ok(()),
        Some(last) => Err(Failure::breach(format!(
            "expected polls until the user had approved; seen: {} polls, the last one answered {}",
            polls.len(),
            last.answer()
        ))),
        None => Err(Failure::not_exercised("the device never polled")),
    }
}

#[then(expr = "at most {int} poll came sooner than {float} seconds after the one before")]
async fn paced(world: &mut World, most: usize, seconds: f64) -> Outcome {
    let polls = polls(world).await?;
    world.lane()?.take(rules::paced(&polls, most, seconds, 1))
}

#[then(expr = "the poll after slow_down came at least {float} seconds later")]
async fn slowed(world: &mut World, seconds: f64) -> Outcome {
    let polls = polls(world).await?;
    world.lane()?.note_all(&polls);
    let slowed = polls.iter().position(is_slowed).ok_or_else(|| Failure::not_exercised("no poll was answered slow_down"))?;
    let next = polls.get(slowed + 1).ok_or_else(|| Failure::not_exercised("no poll came after slow_down"))?;
    let gap = gap(&polls[slowed], next).or_fail(|| "the journal has no times")?;
    if gap >= seconds {
        return Ok(());
    }
    Err(Failure::breach(format!("expected a longer pause after slow_down (the standard adds 5 s to the interval of 1 s); seen: {gap:.2} s")))
}

#[then("the device asked and polled by Salesforce's names")]
async fn by_salesforces_names(world: &mut World) -> Outcome {
    let lane = world.lane()?;
    let sent = lane.exchanges().await?;
    lane.take(rules::by_salesforces_names(&sent))
}

/// The address is compared with the one issued, the code by typing it where it was issued: journals hide it.
#[then("the user was shown the address and the code that were issued")]
async fn shown_as_issued(world: &mut World) -> Outcome {
    let events = world.lane()?.driver().await?.events();
    let event = events.iter().find(|event| event["event"] == "show_code").cloned();
    let event = event.ok_or_else(|| Failure::not_applicable("the driver emits no show_code event"))?;
    let issued = issued_address(world).await?;
    let shown = event["verification_uri"].as_str().unwrap_or_default();
    if !shown.trim_end_matches('/').starts_with(issued.trim_end_matches('/')) {
        return Err(Failure::breach(format!("expected the address that was issued, {issued}; the user was shown {shown:?}")));
    }
    let code = event["user_code"].as_str().unwrap_or_default().to_owned();
    world.notes.insert(USER_CODE.to_owned(), code.clone());
    world.notes.insert(VERIFICATION_URI.to_owned(), issued);
    enter_code(world, USER).await?;
    let known = world.browser(USER)?.page().is_ok_and(|page| page.has("oaapprove"));
    if known {
        Ok(())
    } else {
        Err(Failure::breach(format!("expected the user code that was issued; Salesforce does not know {code:?}, which the user was shown")))
    }
}

async fn issued_address(world: &mut World) -> Outcome<String> {
    let sent = world.lane()?.exchanges().await?;
    let asked = sent.iter().find(|exchange| exchange.parameter("response_type") == Some("device_code") && exchange.is_accepted());
    let asked = asked.ok_or_else(|| Failure::not_exercised("no device code was issued"))?;
    world.lane()?.note(asked);
    let body: Value = serde_json::from_str(asked.entry()["response"]["body"].as_str().unwrap_or_default())?;
    body["verification_uri"].as_str().map(str::to_owned).or_fail(|| "the answer with the device code names no verification_uri")
}

/// Polls so far, oldest first, once `enough` says so or no further one is to be expected.
async fn await_polls(world: &mut World, enough: impl Fn(&[Exchange]) -> bool) -> Outcome<Vec<Exchange>> {
    let (mut seen, mut since) = (0, Instant::now());
    loop {
        // Asked before the journal is read: what a device did before it ended is then always among what is read.
        let has_ended = world.lane()?.aside_has_ended();
        let polls = polls(world).await?;
        if polls.len() > seen {
            (seen, since) = (polls.len(), Instant::now());
        }
        let ended = has_ended && since.elapsed() > NEXT_POLL / 6;
        if enough(&polls) || ended || since.elapsed() > NEXT_POLL {
            return Ok(polls);
        }
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
}

async fn polls(world: &mut World) -> Outcome<Vec<Exchange>> {
    Ok(rules::polls(&world.lane()?.exchanges().await?))
}

fn is_slowed(poll: &Exchange) -> bool {
    poll.error().is_some_and(|(code, _)| code == "slow_down")
}

fn is_final(poll: &Exchange) -> bool {
    let waits = poll.error().is_some_and(|(code, _)| ["authorization_pending", "slow_down"].contains(&code));
    poll.status().is_some_and(|status| status < 500) && !waits
}
