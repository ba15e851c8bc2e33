//! Sessions that end, grants that die, and the refresh tokens that an integration presents afterwards.

use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use reqwest::Method;
use serde_json::json;

use super::integration::{call, offered};
use super::provision::change_row;
use super::traffic::Wire;
use crate::certify::lane::{MAIN, USER, weigh};
use crate::client::Request;
use crate::evidence::{Exchange, Issue, Sort, of};
use crate::failure::{Failure, OrFail, Outcome};
use crate::integration::Operation;
use crate::integration::protocol::AppKind;
use crate::rules::exchange::authenticated as authenticated_by;
use crate::rules::renewal::{self as rules, stale};
use crate::world::{ADMIN, World};

#[given("the access session is ended")]
#[when("the access session is ended")]
async fn session_ended(world: &mut World) -> Outcome {
    end_sessions(world, USER).await
}

#[given("the grant is revoked")]
#[when("the grant is revoked")]
async fn grant_revoked(world: &mut World) -> Outcome {
    // Who is not among those that approved the app has neither grant nor session.
    change_row(world, &json!({ "approved_by": [] })).await
}

#[given(expr = "{int} times the access session is ended and the integration makes a call")]
#[when(expr = "{int} times the access session is ended and the integration makes a call")]
async fn rounds(world: &mut World, times: u32) -> Outcome {
    for _ in 0..times {
        end_sessions(world, USER).await?;
        offered(world.lane()?, call(1)).await?;
    }
    Ok(())
}

#[given("the integration refreshed")]
#[then("the integration refreshed")]
async fn refreshed(world: &mut World, step: &Step) -> Outcome {
    let lane = world.lane()?;
    let counted = lane.counted().await?;
    let (refreshes, data) = (of(&counted, Sort::Refresh), of(&counted, Sort::Data));
    lane.note_all(&refreshes);
    lane.note_all(&data);
    let refused = data.iter().find(|exchange| !exchange.is_accepted());
    let seen =
        refused.map_or("none was sent".to_owned(), |data| format!("none was sent after the {} was answered {}", data.describe(), data.answer()));
    weigh(step, if refreshes.is_empty() { Err(Failure::breach(format!("expected a refresh; {seen}"))) } else { Ok(()) })
}

/// Each refresh against the newest token that had been handed over before it arrived.
#[given("every refresh presented the newest refresh token")]
#[then("every refresh presented the newest refresh token")]
async fn newest(world: &mut World, step: &Step) -> Outcome {
    let refreshes = refreshes(world).await?;
    let chains = world.lane()?.chains().await?;
    weigh(step, world.lane()?.take(rules::newest(&refreshes, &chains)))
}

#[given("the last refresh presented the newest refresh token")]
#[then("the last refresh presented the newest refresh token")]
async fn last_newest(world: &mut World, step: &Step) -> Outcome {
    let refreshes = refreshes(world).await?;
    let chains = world.lane()?.chains().await?;
    let stale = refreshes.last().and_then(|refresh| stale(&chains, refresh));
    weigh(step, stale.map_or(Ok(()), |stale| Err(Failure::breach(stale))))
}

#[given(expr = "the refreshes presented the generations {string}")]
#[then(expr = "the refreshes presented the generations {string}")]
async fn in_order(world: &mut World, generations: String, step: &Step) -> Outcome {
    let refreshes = refreshes(world).await?;
    let chains = world.lane()?.chains().await?;
    let seen: Vec<String> =
        refreshes.iter().map(|refresh| chains.presented(refresh).map_or("?".to_owned(), |issue| issue.generation.to_string())).collect();
    if seen.join(" ") == generations {
        return Ok(());
    }
    let stale: Vec<String> = refreshes.iter().filter_map(|refresh| stale(&chains, refresh)).collect();
    match stale.is_empty() {
        // Refreshing more or less often than asked is no presenting of an old token.
        true if step.ty == cucumber::gherkin::StepType::Then && refreshes.len() >= generations.split(' ').count() => Ok(()),
        true => Err(Failure::not_exercised(format!("refreshes with generations {generations} were wanted; seen: {}", seen.join(" ")))),
        false => weigh(step, Err(Failure::breach(stale.join("; ")))),
    }
}

#[given(expr = "the last refresh presented generation {int}")]
#[then(expr = "the last refresh presented generation {int}")]
async fn generation(world: &mut World, wanted: u64, step: &Step) -> Outcome {
    let refreshes = refreshes(world).await?;
    let chains = world.lane()?.chains().await?;
    let last = refreshes.last().or_fail(|| "no refresh was counted")?;
    let seen = chains.presented(last);
    if seen.is_some_and(|issue| issue.generation == wanted) {
        return Ok(());
    }
    let told = seen.map_or("no refresh token that was ever issued".to_owned(), Issue::describe);
    weigh(step, Err(Failure::breach(format!("expected the {} to present generation {wanted}; it presented {told}", last.describe()))))
}

#[then("the last refresh presented a token of the newest approval")]
async fn of_newest_approval(world: &mut World, step: &Step) -> Outcome {
    let refreshes = refreshes(world).await?;
    let chains = world.lane()?.chains().await?;
    let last = refreshes.last().or_fail(|| "no refresh was counted")?;
    let (seen, newest) = (chains.presented(last).map(|issue| issue.approval), chains.approvals());
    if seen == Some(newest) {
        return Ok(());
    }
    let told = seen.map_or("no approval of this check".to_owned(), |seen| format!("approval {seen}"));
    weigh(
        step,
        Err(Failure::breach(format!(
            "expected the {} to present the refresh token of approval {newest}; it presented that of {told}",
            last.describe()
        ))),
    )
}

#[then("no two refreshes were under way at the same time")]
async fn single_flight(world: &mut World, step: &Step) -> Outcome {
    let lane = world.lane()?;
    lane.quiet().await?;
    lane.journal()?.complete().await?;
    let refreshes = refreshes(world).await?;
    weigh(step, world.lane()?.take(rules::single_flight(&refreshes)))
}

#[then("no refresh carried a scope that cost the connection")]
async fn no_scope(world: &mut World, step: &Step) -> Outcome {
    let refreshes = refreshes(world).await?;
    weigh(step, world.lane()?.take(rules::no_scope(&refreshes)))
}

#[given(expr = "every {wire} was authenticated")]
#[then(expr = "every {wire} was authenticated")]
async fn authenticated(world: &mut World, wire: Wire, step: &Step) -> Outcome {
    let lane = world.lane()?;
    if lane.hello().app_kind != AppKind::Confidential {
        return Err(Failure::not_applicable("the integration is no confidential client"));
    }
    let seen = wire.among(lane.counted().await?);
    weigh(step, lane.take(authenticated_by(&seen, &wire.to_string())))
}

/// Equal fingerprints: the token went over the wire exactly as it was issued.
#[then("the last data request bore the access token issued last, unchanged")]
async fn token_kept_whole(world: &mut World, step: &Step) -> Outcome {
    let lane = world.lane()?;
    let all = lane.counted().await?;
    let issues: Vec<&Exchange> = all.iter().filter(|exchange| exchange.is_accepted() && exchange.issued("access_token").is_some()).collect();
    let data = of(&all, Sort::Data);
    let (Some(issue), Some(data)) = (issues.last(), data.last()) else {
        return Err(Failure::not_exercised("no access token was issued, or no data request followed"));
    };
    lane.note(issue);
    lane.note(data);
    if data.fingerprint("bearer") == issue.issued("access_token") {
        return Ok(());
    }
    let length = |value: &serde_json::Value| value.as_u64().map_or("none".to_owned(), |length| format!("{length} characters"));
    let (issued, borne) = (length(&issue.entry()["fingerprints"]["issued"]["access_token"]["length"]), length(data.trait_of("bearer", "length")));
    let told = format!(
        "expected the {} to bear the access token of the {} ({issued}); it bore another value ({borne}) and was answered {}",
        data.describe(),
        issue.describe(),
        data.answer()
    );
    weigh(step, Err(Failure::breach(told)))
}

/// Every operation beside `call` that may refresh, each on an ended session and before a restart.
#[then("what side operations rotated is stored")]
async fn side_operations(world: &mut World, step: &Step) -> Outcome {
    let connection = || MAIN.to_owned();
    let operations = [
        ("identity", Operation::Identity { connection: connection() }),
        ("status", Operation::Status { connection: connection() }),
        ("refresh", Operation::Refresh { connection: connection() }),
    ];
    let (mut judged, mut wrong) = (0, Vec::new());
    for (name, operation) in operations {
        end_sessions(world, USER).await?;
        let lane = world.lane()?;
        lane.ask(operation).await?;
        let rotated = of(&lane.consequences().await?, Sort::Refresh).into_iter().any(|refresh| refresh.issued("refresh_token").is_some());
        if !rotated {
            continue;
        }
        judged += 1;
        lane.restart().await?;
        end_sessions(world, USER).await?;
        let lane = world.lane()?;
        lane.ask(call(1)).await?;
        let after = of(&lane.consequences().await?, Sort::Refresh);
        let chains = lane.chains().await?;
        lane.note_all(&after);
        if let Some(stale) = after.first().and_then(|refresh| stale(&chains, refresh)) {
            // The family is dead now; what follows would tell nothing.
            wrong.push(format!("after {name} had rotated the token and the process was restarted, {stale}"));
            break;
        }
    }
    if judged == 0 {
        return Err(Failure::not_applicable("no operation but call refreshes"));
    }
    super::callback::judged(step, &wrong)
}

/// The refreshes that count; without any there is nothing to judge.
async fn refreshes(world: &mut World) -> Outcome<Vec<Exchange>> {
    let lane = world.lane()?;
    let seen = of(&lane.counted().await?, Sort::Refresh);
    lane.note_all(&seen);
    if seen.is_empty() { Err(Failure::not_exercised("the integration sent no refresh")) } else { Ok(seen) }
}

/// Ends all sessions that a user has through apps; grants stay. As an admin does it in Setup.
pub(super) async fn end_sessions(world: &mut World, user: &str) -> Outcome {
    let (admin, id) = (world.session(ADMIN).await?, world.member(user).await?.user.id);
    let soql = format!("SELECT Id FROM AuthSession WHERE UsersId = '{id}' AND SessionType = 'Oauth2'");
    let query: String = url::form_urlencoded::byte_serialize(soql.as_bytes()).collect();
    let url = format!("{}/services/data/v67.0/query?q={query}", admin.instance_url);
    let found = world.http()?.send(Request::get(url).bearer(&admin.access_token)).await?.json()?;
    let sessions = found["records"].as_array().or_fail(|| format!("AuthSession cannot be read: {found}"))?.clone();
    let control = world.control()?;
    for session in sessions.iter().filter_map(|session| session["Id"].as_str()) {
        control.call(Method::DELETE, &format!("/sessions/{session}"), None).await?;
    }
    Ok(())
}
