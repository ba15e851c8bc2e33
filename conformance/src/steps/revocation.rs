//! What an integration gives back: which token it revokes, where, and how.

use cucumber::then;

use crate::evidence::Exchange;
use crate::failure::Outcome;
use crate::rules::{Finding, revocation as rules};
use crate::world::World;

#[then("the grant's revocation was asked for")]
async fn asked_for(world: &mut World) -> Outcome {
    judge(world, rules::asked_for).await
}

#[then("the grant is dead")]
async fn is_dead(world: &mut World) -> Outcome {
    judge(world, rules::is_dead).await
}

#[then("the refresh token revoked was the newest")]
async fn was_newest(world: &mut World) -> Outcome {
    judge(world, rules::was_newest).await
}

#[then("every token to be revoked travelled in a body")]
async fn in_body(world: &mut World) -> Outcome {
    judge(world, rules::in_body).await
}

#[then("the old grant was revoked")]
async fn old_grant_revoked(world: &mut World) -> Outcome {
    let old_key = world.app(crate::certify::lane::APP)?.consumer_key;
    judge(world, |sent| rules::old_grant_revoked(sent, &old_key)).await
}

async fn judge(world: &mut World, rule: impl Fn(&[Exchange]) -> Finding) -> Outcome {
    let lane = world.lane()?;
    lane.quiet().await?;
    let sent = lane.exchanges().await?;
    lane.take(rule(&sent))
}
