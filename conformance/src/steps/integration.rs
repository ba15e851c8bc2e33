//! What the integration under test is asked to do, and what happens to its processes.

use cucumber::gherkin::Step;
use cucumber::{given, when};
use serde_json::json;

use super::flow::{connect_two_legged, is_two_legged};
use super::pairs;
use crate::certify::dance::{Dance, connect, prove};
use crate::certify::lane::{Lane, MAIN, not_offered};
use crate::failure::{Failure, Outcome};
use crate::integration::protocol::Settings;
use crate::integration::{Kind, Operation, Reply};
use crate::world::World;

#[given("the integration is connected")]
async fn is_connected(world: &mut World) -> Outcome {
    if is_two_legged(world.lane()?) {
        connect_two_legged(world).await?;
    } else {
        connect(world, "", &Dance::default()).await?.done("callback")?;
    }
    prove(world.lane()?, MAIN).await
}

#[given("the integration has been given a refresh token that works")]
async fn seed_works(world: &mut World) -> Outcome {
    let lane = world.lane()?;
    lane.ask(call(1)).await?;
    let accepted = lane.consequences().await?.iter().any(|exchange| exchange.sort() == crate::evidence::Sort::Data && exchange.is_accepted());
    let why = "the integration does not take a grant from SFCERT_REFRESH_TOKEN";
    if accepted { Ok(()) } else { Err(Failure::not_applicable(why)) }
}

#[given("requests count from here")]
#[when("requests count from here")]
async fn count_from_here(world: &mut World) -> Outcome {
    world.lane()?.count_from_here().await
}

#[given("the integration makes a call")]
#[when("the integration makes a call")]
async fn makes_a_call(world: &mut World) -> Outcome {
    offered(world.lane()?, call(1)).await
}

#[given(expr = "the integration makes {int} calls")]
#[when(expr = "the integration makes {int} calls")]
async fn makes_calls(world: &mut World, times: u32) -> Outcome {
    for _ in 0..times {
        offered(world.lane()?, call(1)).await?;
    }
    Ok(())
}

#[when(expr = "the integration makes {int} calls at once")]
async fn makes_calls_at_once(world: &mut World, times: u32) -> Outcome {
    offered(world.lane()?, call(times)).await
}

/// The first refresh is answered when each of the other callers has sent one of its own, or has had half a second to.
#[when(expr = "the integration makes {int} calls at once while the first refresh is held")]
async fn makes_calls_at_once_held(world: &mut World, times: u32) -> Outcome {
    let lane = world.lane()?;
    let reply = lane.ask_held(call(times), times as usize).await?;
    lane.lift_fault().await?;
    answered(&reply, &call(times))
}

/// As before, and the data request that is held too goes on when the others have been through their refresh.
#[when(expr = "the integration makes {int} calls at once while the first refresh is held, and one call longer")]
async fn makes_calls_one_late(world: &mut World, times: u32) -> Outcome {
    let lane = world.lane()?;
    let reply = lane.ask_held_and_late(call(times), times as usize).await?;
    lane.lift_fault().await?;
    lane.lift_fault().await?;
    answered(&reply, &call(times))
}

#[when("two processes of the integration make a call each")]
async fn two_processes(world: &mut World) -> Outcome {
    world.lane()?.ask_both(call(1)).await
}

/// The first refresh is answered when a second one has arrived, or after half a second.
#[when("two processes of the integration make a call each while the first refresh is held")]
async fn two_processes_held(world: &mut World) -> Outcome {
    let lane = world.lane()?;
    lane.ask_both_held(call(1)).await?;
    lane.lift_fault().await
}

#[given("a second process of the integration starts")]
async fn second_starts(world: &mut World) -> Outcome {
    world.lane()?.second().await.map(drop)
}

#[when("the second process makes a call")]
async fn second_calls(world: &mut World) -> Outcome {
    world.lane()?.ask_second(call(1)).await.map(drop)
}

#[when("the second process stops")]
async fn second_stops(world: &mut World) -> Outcome {
    world.lane()?.stop_second().await
}

#[given("the integration reads the identity")]
#[when("the integration reads the identity")]
async fn reads_identity(world: &mut World) -> Outcome {
    offered(world.lane()?, Operation::Identity { connection: MAIN.to_owned() }).await
}

#[when("the integration is asked to refresh")]
async fn is_asked_to_refresh(world: &mut World) -> Outcome {
    offered(world.lane()?, Operation::Refresh { connection: MAIN.to_owned() }).await
}

#[when("the integration is asked for its status")]
async fn is_asked_for_status(world: &mut World) -> Outcome {
    offered(world.lane()?, Operation::Status { connection: MAIN.to_owned() }).await
}

#[when("the integration is disconnected")]
async fn is_disconnected(world: &mut World) -> Outcome {
    offered(world.lane()?, Operation::Disconnect { connection: MAIN.to_owned() }).await
}

#[when("the integration forgets its pending attempts")]
async fn forgets(world: &mut World) -> Outcome {
    offered(world.lane()?, Operation::ForgetPending { connection: MAIN.to_owned() }).await
}

#[given("the integration is restarted")]
#[when("the integration is restarted")]
async fn is_restarted(world: &mut World) -> Outcome {
    world.lane()?.restart().await
}

/// Under a driver that cannot restart, the check goes on with the same process.
#[when("the integration is restarted if it can be")]
async fn is_restarted_if_possible(world: &mut World) -> Outcome {
    let lane = world.lane()?;
    if lane.integration().kind() == Kind::Command { lane.restart().await } else { Ok(()) }
}

#[when("the integration is killed")]
async fn is_killed(world: &mut World) -> Outcome {
    world.lane()?.kill().await
}

#[when("the integration is started again")]
async fn is_started_again(world: &mut World) -> Outcome {
    world.lane()?.restart().await
}

/// The call hangs at the fault that was planned last. Nothing is guessed about time: the journal tells when it hangs.
#[when("the integration makes a call and is killed while its request is held")]
async fn is_killed_while_held(world: &mut World) -> Outcome {
    let lane = world.lane()?;
    let held = lane.kill_while_held(call(1)).await?;
    lane.lift_fault().await?;
    let why = "the integration made no data request with its new access token while it was asked for a call";
    if held { Ok(()) } else { Err(Failure::not_exercised(why)) }
}

#[when("the integration is configured with")]
#[given("the integration is configured with")]
async fn is_configured(world: &mut World, step: &Step) -> Outcome {
    let mut settings = json!({});
    for (name, value) in pairs(step)? {
        settings[name] = json!(world.expand(&value)?);
    }
    let settings: Settings = serde_json::from_value(settings)?;
    world.lane()?.done(Operation::Configure(Box::new(settings))).await.map(drop)
}

/// One `call` over the main connection.
pub(super) fn call(parallel: u32) -> Operation {
    Operation::Call { connection: MAIN.to_owned(), parallel }
}

/// Asks, whatever comes of it, as long as the driver offers the operation at all.
pub(super) async fn offered(lane: &mut Lane, operation: Operation) -> Outcome {
    let reply = lane.ask(operation.clone()).await?;
    answered(&reply, &operation)
}

fn answered(reply: &Reply, operation: &Operation) -> Outcome {
    match reply {
        Reply::Unsupported => Err(not_offered(json!(operation)["op"].as_str().unwrap_or_default())),
        _ => Ok(()),
    }
}
