//! Two apps of one integration, side by side: the one that grants were given to, and the one that is to follow.

use cucumber::{given, then, when};
use serde_json::json;

use super::connections::{SECOND, SECOND_USER, allows_two, connect_second};
use super::renewal::end_sessions;
use crate::certify::dance::{self, Dance};
use crate::certify::lane::{APP, MAIN};
use crate::certify::site::{Arrangement, CONNECTED_APP, arrange};
use crate::client::control::App;
use crate::evidence::{Exchange, Sort, of};
use crate::failure::{Failure, Outcome};
use crate::integration::Operation;
use crate::integration::protocol::{AppKind, Settings};
use crate::rules::migration as rules;
use crate::world::{ORG, World};

/// The app that takes the place of [`APP`].
const NEW_APP: &str = "the new app";

#[given("an integration that moves from a connected app to an external client app")]
async fn moves(world: &mut World) -> Outcome {
    arrange(world, Arrangement { kind: CONNECTED_APP, ..Arrangement::default() }).await?;
    let old = world.control()?.get(&format!("/apps/{}", world.app(APP)?.name)).await?;
    let mut body = json!({ "name": world.unique("new app"), "kind": "external_client_app", "distribution": "packaged" });
    for member in ["org", "created", "callback_urls", "scopes", "flows", "require_secret", "require_secret_for_refresh"] {
        body[member] = old[member].clone();
    }
    let new: App = serde_json::from_value(world.control()?.post("/apps", &body).await?)?;
    let org = world.org(ORG).await?.name;
    world.control()?.must(reqwest::Method::PUT, &format!("/orgs/{org}/installs/{}", new.name), None).await?;
    world.remove_later(format!("/apps/{}", new.name));
    world.lane()?.journal()?.widen(&org, &new.consumer_key);
    world.apps.insert(NEW_APP.to_owned(), new);
    Ok(())
}

#[given("the integration is configured with the new app")]
async fn is_configured(world: &mut World) -> Outcome {
    let new = world.app(NEW_APP)?;
    let lane = world.lane()?;
    let is_public = lane.hello().app_kind == AppKind::Public;
    let settings = Settings {
        client_id: Some(new.consumer_key),
        client_secret: new.consumer_secret.filter(|_| !is_public),
        redirect_uri: Some(lane.surroundings.redirect_uri.clone()),
        ..Settings::default()
    };
    lane.done(Operation::Configure(Box::new(settings))).await.map(drop)
}

#[given("the user connects again")]
#[when("the user connects again")]
async fn connects_again(world: &mut World) -> Outcome {
    dance::connect(world, "", &Dance::default()).await.map(drop)
}

#[when("a new connection is made")]
async fn new_connection(world: &mut World) -> Outcome {
    allows_two(world)?;
    world.create_user(ORG, SECOND_USER, json!({ "name": "second", "profile": "System Administrator" })).await?;
    connect_second(world).await
}

#[when("the session of the new connection is ended")]
async fn session_ended(world: &mut World) -> Outcome {
    end_sessions(world, SECOND_USER).await
}

#[when("the integration makes a call over the new connection")]
async fn calls_over_new(world: &mut World) -> Outcome {
    super::integration::offered(world.lane()?, Operation::Call { connection: SECOND.to_owned(), parallel: 1 }).await
}

#[then("every refresh of an old grant carried the old app's key")]
async fn old_key_for_old_grant(world: &mut World) -> Outcome {
    let (old, new) = (world.app(APP)?.consumer_key, world.app(NEW_APP)?.consumer_key);
    let lane = world.lane()?;
    lane.quiet().await?;
    let chains = lane.chains().await?;
    let refreshes = of(&lane.counted().await?, Sort::Refresh);
    lane.take(rules::old_key_for_old_grant(&refreshes, &chains, &old, &new))
}

#[then("every request of the new connection carried the new app's key")]
async fn new_key_everywhere(world: &mut World) -> Outcome {
    let new = world.app(NEW_APP)?.consumer_key;
    let lane = world.lane()?;
    lane.quiet().await?;
    let attempts: Vec<String> =
        lane.attempts.iter().filter(|attempt| attempt.connection == SECOND).filter_map(|attempt| attempt.parameter("client_id")).collect();
    if let Some(wrong) = attempts.iter().find(|key| **key != new) {
        return Err(Failure::breach(format!("expected the new app's key in the authorization request; seen: client_id={wrong}")));
    }
    let sent: Vec<Exchange> =
        lane.counted().await?.into_iter().filter(|exchange| matches!(exchange.sort(), Sort::Exchange | Sort::Refresh)).collect();
    lane.take(rules::carries_key(&sent, &new))
}

#[then("every refresh carried the new app's key and its newest token")]
async fn moved_whole(world: &mut World) -> Outcome {
    let new = world.app(NEW_APP)?.consumer_key;
    let lane = world.lane()?;
    lane.quiet().await?;
    let chains = lane.chains().await?;
    let refreshes = of(&lane.counted().await?, Sort::Refresh);
    lane.take(rules::moved_whole(&refreshes, &chains, &new))
}

/// The user approved less than was asked for: so the token answer says, and so data requests find.
#[given(expr = "the new app's approval lacks the scope {string}")]
async fn lacks_scope(world: &mut World, scope: String) -> Outcome {
    let new = world.app(NEW_APP)?.name;
    let granted: Vec<&str> = ["api", "refresh_token", "id"].into_iter().filter(|known| *known != scope).collect();
    let answer = json!({ "alter": { "json": { "scope": granted.join(" ") } } });
    let refusal = json!([{ "message": "This session is not valid for use with the REST API", "errorCode": "INVALID_SESSION_ID" }]);
    let lane = world.lane()?;
    lane.plan_fault(json!({ "route": "oauth/token", "app": new }), answer, None).await?;
    lane.plan_fault(json!({ "route": "rest/*", "app": new }), json!({ "status": 401, "body": refusal }), None).await.map(drop)
}

/// Three refreshes, or four refused data requests, of one call are a circle.
#[then("the missing scope led to no loop")]
async fn no_loop(world: &mut World) -> Outcome {
    let lane = world.lane()?;
    lane.quiet().await?;
    let sent = lane.counted().await?;
    lane.note_all(&sent);
    let count = |sort: Sort| sent.iter().filter(|exchange| exchange.sort() == sort).count();
    let (refreshes, data) = (count(Sort::Refresh), count(Sort::Data));
    if refreshes >= 3 || data >= 4 {
        return Err(Failure::breach(format!(
            "expected that the missing scope is noticed; one call led to {refreshes} refreshes and {data} refused data requests"
        )));
    }
    let told = lane.status(MAIN).await.map(|status| status.detail).unwrap_or_default();
    if !told.is_empty() {
        lane.remark(format!("told: {told}"));
    }
    Ok(())
}
