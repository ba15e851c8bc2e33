//! The server as an operator sees it: names, TLS, the forward proxy, restarts.

use cucumber::{given, then, when};
use serde_json::json;

use super::parameter::UserName;
use crate::client::{Http, Request};
use crate::expect;
use crate::failure::{OrFail, Outcome};
use crate::target::Target;
use crate::world::World;

#[given(expr = "a server of its own, started with {string}")]
async fn own_server(world: &mut World, arguments: String) -> Outcome {
    let arguments: Vec<&str> = arguments.split_whitespace().collect();
    world.own_server = Some(Target::spawn(&arguments).await?);
    Ok(())
}

#[given("a server of its own that keeps its data")]
async fn keeping_server(world: &mut World) -> Outcome {
    world.data_dir = Some(tempfile::tempdir()?);
    start_again(world).await
}

#[when("the server is killed and started again")]
async fn killed_and_started(world: &mut World) -> Outcome {
    world.own_server.as_mut().or_fail(|| "the scenario has no server of its own")?.kill().await?;
    world.browsers.clear();
    start_again(world).await
}

#[given("the client goes through the forward proxy")]
async fn through_proxy(world: &mut World) -> Outcome {
    let http = Http::through_proxy(&world.target()?.addresses.login_url, None)?;
    world.talk_over(&http);
    Ok(())
}

#[given("the client goes through the forward proxy and trusts the local CA")]
async fn through_proxy_trusting(world: &mut World) -> Outcome {
    let ca = world.target()?.ca()?;
    let http = Http::through_proxy(&world.target()?.addresses.login_url, Some(&ca))?;
    world.talk_over(&http);
    Ok(())
}

#[given("the client trusts the local CA")]
async fn trusting(world: &mut World) -> Outcome {
    let http = Http::trusting(&world.target()?.ca()?)?;
    world.talk_over(&http);
    Ok(())
}

#[when(expr = "somebody asks for {string} at the host {string}")]
async fn asks_host(world: &mut World, path: String, host: String) -> Outcome {
    let (path, host) = (world.expand(&path)?, world.expand(&host)?);
    let url = format!("{}{path}", world.target()?.addresses.login_url);
    let answer = world.http()?.send(Request::get(url).header("Host", host)).await?;
    world.answered(answer);
    Ok(())
}

#[when(expr = "{user} reads the limits at the host {string}")]
async fn limits_at_host(world: &mut World, user: UserName, host: String) -> Outcome {
    let (session, host) = (world.session(&user.0).await?, world.expand(&host)?);
    let url = format!("{}/services/data/v67.0/limits", world.target()?.addresses.login_url);
    let answer = world.http()?.send(Request::get(url).header("Host", host).bearer(&session.access_token)).await?;
    world.answered(answer);
    Ok(())
}

#[when(expr = "somebody asks for {string} over TLS")]
async fn asks_tls(world: &mut World, path: String) -> Outcome {
    let base = world.target()?.addresses.login_url_tls.clone().or_fail(|| "the server has no TLS listener")?;
    let http = world.other_http.clone().or_fail(|| "say first whom the client trusts")?;
    let answer = http.send(Request::get(format!("{base}{path}"))).await?;
    world.answered(answer);
    Ok(())
}

#[then("the world is as it was before")]
async fn same_world(world: &mut World) -> Outcome {
    let before = world.notes.get("world").cloned().or_fail(|| "nobody looked at the world before")?;
    let now = orgs_and_apps(world).await?;
    expect::equal("world", before, now)
}

#[given("the test author looked at the world")]
async fn looked(world: &mut World) -> Outcome {
    let seen = orgs_and_apps(world).await?;
    world.notes.insert("world".to_owned(), seen);
    Ok(())
}

/// Orgs and apps of the world document, without addresses: ports change with a restart.
async fn orgs_and_apps(world: &World) -> Outcome<String> {
    let mut document = world.control()?.get("/world").await?;
    for list in ["orgs", "apps", "packages"] {
        for entry in document[list].as_array_mut().into_iter().flatten() {
            entry.as_object_mut().into_iter().for_each(|members| members.retain(|name, _| !name.ends_with("_url")));
        }
    }
    Ok(json!([document["orgs"], document["apps"], document["packages"]]).to_string())
}

async fn start_again(world: &mut World) -> Outcome {
    let folder = world.data_dir.as_ref().or_fail(|| "the server keeps no data")?.path().to_string_lossy().into_owned();
    world.own_server = Some(Target::spawn(&["--data-dir", &folder]).await?);
    for session in world.sessions.values_mut() {
        // In single addressing an org answers at the login origin, whose port a restart changes.
        session.instance_url.clone_from(&world.own_server.as_ref().or_fail(|| "no server")?.addresses.login_url);
    }
    Ok(())
}
