//! The virtual clock. It is one for the whole server, so scenarios that move it are tagged `@serial`.

use cucumber::{given, then, when};
use serde_json::json;

use super::parameter::Duration;
use crate::expect;
use crate::failure::Outcome;
use crate::world::World;

#[given(expr = "{duration} have passed")]
#[when(expr = "{duration} pass")]
async fn pass(world: &mut World, duration: Duration) -> Outcome {
    world.control()?.post("/clock", &json!({ "advance": duration.0 })).await?;
    world.clock_moved = true;
    Ok(())
}

#[given(expr = "the clock stands at {string}")]
#[when(expr = "the clock is set to {string}")]
async fn set(world: &mut World, moment: String) -> Outcome {
    world.control()?.post("/clock", &json!({ "set": moment, "freeze": true })).await?;
    world.clock_moved = true;
    Ok(())
}

#[then(expr = "the clock shows {string}")]
async fn shows(world: &mut World, moment: String) -> Outcome {
    let clock = world.control()?.get("/clock").await?;
    let now = clock["now"].as_str().unwrap_or_default();
    expect::that(now.starts_with(moment.trim_end_matches('Z')), || format!("expected {moment}, got {now}"))
}
