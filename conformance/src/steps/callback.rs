//! A user connects: the attempt, and what becomes of its callback.

use cucumber::{given, then, when};
use url::Url;

use super::rows;
use crate::certify::dance::{Attempt, Dance, altered, ask_to_connect, begin, callback, connect, deliver, miswritten, walk};
use crate::certify::lane::{MAIN, USER, weigh};
use crate::failure::{Failure, Kind, OrFail, Outcome};
use crate::integration::protocol::{Entry, Environment};
use crate::integration::{Operation, Reply};
use crate::world::{ORG, World};
use cucumber::gherkin::Step;
use serde_json::{Value, json};

#[given("the user connects")]
#[when("the user connects")]
async fn connects(world: &mut World) -> Outcome {
    connect(world, "", &Dance::default()).await.map(drop)
}

#[given(expr = "the user connects {int} times")]
#[when(expr = "the user connects {int} times")]
async fn connects_times(world: &mut World, times: usize) -> Outcome {
    for _ in 0..times {
        connect(world, "", &Dance::default()).await?;
    }
    Ok(())
}

/// An attempt that cannot be begun, or whose callback is refused, is a dead end for its user.
#[then("the user can connect again")]
async fn can_connect(world: &mut World, step: &Step) -> Outcome {
    let connected = connect(world, "", &Dance::default()).await.and_then(|reply| reply.done("callback"));
    let outcome = connected.map(drop).map_err(|failure| match failure.kind() {
        Kind::NotExercised => Failure::breach(format!("expected that the user can connect again; {}", failure.sentence())),
        _ => failure,
    });
    weigh(step, outcome)
}

#[when(expr = "the user connects from the entry {string}")]
async fn connects_from(world: &mut World, entry: String) -> Outcome {
    connect(world, "", &from(&entry)?).await.map(drop)
}

/// Stops where Salesforce would hand over: the callback is not fetched.
#[given("the user starts to connect")]
#[when("the user starts to connect")]
async fn starts(world: &mut World) -> Outcome {
    begin(world, "", &Dance::default()).await.map(drop)
}

#[when(expr = "the user starts the attempt {string}")]
async fn starts_attempt(world: &mut World, name: String) -> Outcome {
    begin(world, &name, &Dance::default()).await.map(drop)
}

/// A person with a browser of their own, on a connection of their own if the integration keeps several.
#[when(expr = "another user starts the attempt {string}")]
async fn another_starts(world: &mut World, name: String) -> Outcome {
    const ANOTHER: &str = "another user";
    if !world.users.contains_key(ANOTHER) {
        world.create_user(ORG, "another-user", json!({ "profile": "System Administrator" })).await?;
        let member = world.member("another-user").await?;
        world.users.insert(ANOTHER.to_owned(), member);
    }
    let several = world.lane()?.hello().connections > 1;
    let connection = if several { "second" } else { MAIN };
    let dance = Dance { user: ANOTHER.to_owned(), connection: connection.to_owned(), ..Dance::default() };
    begin(world, &name, &dance).await.map(drop)
}

#[when("the callback is delivered")]
#[when("the callback is delivered again")]
async fn delivered(world: &mut World) -> Outcome {
    let attempt = last(world)?;
    let url = callback(&attempt)?.clone();
    deliver(world.lane()?, &attempt.connection, &url).await.map(drop)
}

#[when(expr = "the callback of the attempt {string} is delivered")]
async fn delivered_of(world: &mut World, name: String) -> Outcome {
    let attempts = &world.lane()?.attempts;
    let attempt = attempts.iter().rev().find(|attempt| attempt.name == name).cloned().or_fail(|| format!("there is no attempt {name:?}"))?;
    let url = callback(&attempt)?.clone();
    deliver(world.lane()?, &attempt.connection, &url).await.map(drop)
}

#[when("the callback is delivered twice at once")]
async fn delivered_twice(world: &mut World) -> Outcome {
    let attempt = last(world)?;
    let url = callback(&attempt)?.clone();
    world.lane()?.ask_at_once(Operation::Callback { connection: attempt.connection, url: url.to_string() }, 2).await
}

#[when(expr = "the callback is delivered without {string}")]
async fn delivered_without(world: &mut World, name: String) -> Outcome {
    deliver_changed(world, |url| altered(url, &name, |_| None)).await
}

#[when(expr = "the callback is delivered with a changed {string}")]
async fn delivered_changed(world: &mut World, name: String) -> Outcome {
    deliver_changed(world, |url| altered(url, &name, |old| old.map(miswritten))).await
}

#[when(expr = "the callback is delivered with {string} set to {string}")]
async fn delivered_with(world: &mut World, name: String, value: String) -> Outcome {
    let value = world.expand(&value)?;
    deliver_changed(world, |url| altered(url, &name, |_| Some(value.clone()))).await
}

#[when("the user denies access")]
async fn denies(world: &mut World) -> Outcome {
    connect(world, "", &Dance { allows: false, ..Dance::default() }).await.map(drop)
}

/// Ends wherever Salesforce leaves the user: at the callback, which is delivered, or on a page.
#[when("the user tries to connect")]
async fn tries(world: &mut World) -> Outcome {
    let attempt = begin(world, "", &Dance::default()).await?;
    match &attempt.callback {
        Some(url) => deliver(world.lane()?, &attempt.connection, url).await.map(drop),
        None => Ok(()),
    }
}

/// What each request carries can be judged although Salesforce refuses it.
#[when(expr = "the user tries to connect {int} times")]
async fn tries_times(world: &mut World, times: usize) -> Outcome {
    for _ in 0..times {
        tries(world).await?;
    }
    Ok(())
}

#[when("the user tries to connect and is left on a page of Salesforce")]
async fn is_stranded(world: &mut World) -> Outcome {
    let attempt = begin(world, "", &Dance::default()).await?;
    match attempt.callback {
        Some(_) => Err(Failure::not_exercised("Salesforce sent the user back to the callback, not to a page of its own")),
        None => Ok(()),
    }
}

#[when(expr = "the user is refused with {string}")]
async fn is_refused(world: &mut World, code: String) -> Outcome {
    refuse(world, &code, Some("the reason in words")).await.map(drop)
}

#[when(expr = "the user is refused with {string} and no description")]
async fn is_refused_silently(world: &mut World, code: String) -> Outcome {
    refuse(world, &code, None).await.map(drop)
}

/// One attempt for each code of the table, with a description and without; all are judged, and what is wrong is told together.
#[then("every refusal of these ends the attempt without an exchange")]
async fn refusals_end(world: &mut World, step: &Step) -> Outcome {
    let mut wrong = Vec::new();
    for code in rows(step)?.iter().flatten() {
        for description in [Some("the reason in words"), None] {
            world.lane()?.count_from_here().await?;
            let reply = refuse(world, code, description).await?;
            let lane = world.lane()?;
            let exchanges = crate::evidence::of(&lane.consequences().await?, crate::evidence::Sort::Exchange);
            lane.note_all(&exchanges);
            let told = if description.is_some() { "" } else { " without a description" };
            if let Some(first) = exchanges.first() {
                wrong.push(format!("after {code}{told} it sent a {} although the callback carried no code", first.describe()));
            }
            if let Some(status) = page_status(&reply).filter(|status| *status >= 500) {
                wrong.push(format!("after {code}{told} its callback page was answered {status}"));
            }
        }
    }
    // Whatever comes late, comes before this.
    world.lane()?.quiet().await?;
    judged(step, &wrong)
}

/// A callback without the state, then one with a wrong state: each in an attempt of its own.
#[then("no callback with a missing or wrong state starts an exchange")]
async fn state_checked(world: &mut World, step: &Step) -> Outcome {
    let mut wrong = Vec::new();
    for (how, change) in [("without its state", None), ("whose state had one character changed", Some(miswritten as fn(&str) -> String))] {
        let attempt = begin(world, "", &Dance::default()).await?;
        let protected = attempt.parameter("code_challenge").is_some();
        if attempt.parameter("state").is_none() && protected {
            return Err(Failure::not_applicable(
                "the authorization request carries no state; its code challenge binds the code to the session instead",
            ));
        }
        let url = altered(callback(&attempt)?, "state", |old| change.and_then(|change| old.map(change)));
        deliver(world.lane()?, &attempt.connection, &url).await?;
        let lane = world.lane()?;
        lane.quiet().await?;
        let exchanges = crate::evidence::of(&lane.consequences().await?, crate::evidence::Sort::Exchange);
        lane.note_all(&exchanges);
        if let Some(first) = exchanges.first() {
            wrong.push(format!("expected no code exchange after a callback {how}; seen: {}, answered {}", first.describe(), first.answer()));
        }
    }
    judged(step, &wrong)
}

/// The words of a page's status, where the driver fetches pages.
pub(super) fn page_status(reply: &Reply) -> Option<u64> {
    match reply {
        Reply::Done(result) => result["http_status"].as_u64(),
        _ => None,
    }
}

/// Sends the user back with an error, as Salesforce does; the state is the attempt's own.
pub(super) async fn refuse(world: &mut World, code: &str, description: Option<&str>) -> Outcome<Reply> {
    let dance = Dance::default();
    let authorize = ask_to_connect(world.lane()?, &dance).await?;
    let parameter = |name: &str| authorize.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned());
    let redirect_uri = parameter("redirect_uri").ok_or_else(|| Failure::not_exercised("the authorization request has no redirect_uri"))?;
    let mut url = Url::parse(&redirect_uri).map_err(|_| Failure::not_exercised(format!("redirect_uri is no URL: {redirect_uri}")))?;
    url.query_pairs_mut().append_pair("error", code);
    if let Some(description) = description {
        url.query_pairs_mut().append_pair("error_description", description);
    }
    if let Some(state) = parameter("state") {
        url.query_pairs_mut().append_pair("state", &state);
    }
    world.lane()?.attempts.push(unwalked(String::new(), authorize));
    deliver(world.lane()?, &dance.connection, &url).await
}

/// Lets the user look at the authorization request of every declared entry but the first; none is carried to its end.
#[when("the user starts to connect from every other entry")]
async fn other_entries(world: &mut World) -> Outcome {
    let entries = world.lane()?.hello().entries;
    let others: Vec<Entry> = entries.into_iter().filter(|entry| *entry != Entry::Connect).collect();
    if others.is_empty() {
        return Err(Failure::not_applicable("the integration declares one entry only"));
    }
    for entry in others {
        let environment = if entry == Entry::Sandbox { Environment::Sandbox } else { Environment::Production };
        let dance = Dance { entry: Some(entry), environment, ..Dance::default() };
        let authorize = ask_to_connect(world.lane()?, &dance).await?;
        let name = json!(entry).as_str().unwrap_or_default().to_owned();
        if entry == Entry::Sandbox {
            world.lane()?.attempts.push(unwalked(name, authorize));
        } else {
            walk(world, &name, &dance, authorize).await?;
        }
    }
    Ok(())
}

/// An attempt that nobody carried further: the lane has no sandbox with users of its own.
fn unwalked(name: String, authorize: Url) -> Attempt {
    let (connection, user) = (MAIN.to_owned(), USER.to_owned());
    Attempt { name, connection, user, authorize, callback: None, code: None, stranded: None, seq: 0 }
}

async fn deliver_changed(world: &mut World, change: impl Fn(&Url) -> Url) -> Outcome {
    let attempt = last(world)?;
    let url = change(callback(&attempt)?);
    deliver(world.lane()?, &attempt.connection, &url).await.map(drop)
}

pub(super) fn last(world: &mut World) -> Outcome<Attempt> {
    world.lane()?.attempts.last().cloned().or_fail(|| "nobody has started to connect")
}

fn from(entry: &str) -> Outcome<Dance> {
    let read: Entry =
        serde_json::from_value(Value::from(entry)).map_err(|_| Failure::new(format!("no entry {entry:?}: connect, reconnect, sandbox, test")))?;
    let environment = if read == Entry::Sandbox { Environment::Sandbox } else { Environment::Production };
    Ok(Dance { entry: Some(read), environment, ..Dance::default() })
}

/// All that is wrong as one breach.
pub(super) fn judged(step: &Step, wrong: &[String]) -> Outcome {
    if wrong.is_empty() { Ok(()) } else { weigh(step, Err(Failure::breach(wrong.join("; ")))) }
}
