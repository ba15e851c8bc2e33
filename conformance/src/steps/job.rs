//! Bulk jobs: opened, fed, run to their end, and their results.

use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use reqwest::Method;
use serde_json::{Value, json};

use super::doc_string;
use super::pairs;
use super::parameter::UserName;
use super::record::{VERSION, call};
use crate::client::Request;
use crate::expect;
use crate::failure::{OrFail, Outcome};
use crate::world::{ADMIN, World};

/// What the job at hand is noted as.
const JOB: &str = "job";

#[given(expr = "{user} has opened the bulk {word} on {word}")]
#[when(expr = "{user} opens the bulk {word} on {word}")]
async fn opens(world: &mut World, user: UserName, operation: String, object: String) -> Outcome {
    open(world, &user.0, json!({ "operation": operation, "object": object })).await
}

#[given(expr = "{user} has opened a bulk job with")]
#[when(expr = "{user} opens a bulk job with")]
async fn opens_with(world: &mut World, user: UserName, step: &Step) -> Outcome {
    let members = pairs(step)?.into_iter().map(|(name, value)| (name, Value::String(value))).collect();
    open(world, &user.0, Value::Object(members)).await
}

#[given(expr = "{user} has uploaded")]
#[when(expr = "{user} uploads")]
async fn uploads(world: &mut World, user: UserName, step: &Step) -> Outcome {
    let csv = doc_string(step)? + "\n";
    upload(world, &user.0, &csv).await
}

#[given(expr = "{user} has ended the upload")]
#[when(expr = "{user} ends the upload")]
async fn ends_upload(world: &mut World, user: UserName) -> Outcome {
    set_state(world, &user.0, "UploadComplete").await
}

#[given(expr = "{user} has aborted the job")]
#[when(expr = "{user} aborts the job")]
async fn aborts(world: &mut World, user: UserName) -> Outcome {
    set_state(world, &user.0, "Aborted").await
}

#[when(expr = "{user} deletes the job")]
async fn deletes(world: &mut World, user: UserName) -> Outcome {
    let path = path(world)?;
    call(world, &user.0, Method::DELETE, &path, None).await
}

#[given(expr = "{user} has run the bulk {word} on {word} with")]
#[when(expr = "{user} runs the bulk {word} on {word} with")]
async fn runs(world: &mut World, user: UserName, operation: String, object: String, step: &Step) -> Outcome {
    run(world, &user.0, json!({ "operation": operation, "object": object }), step).await
}

#[when(expr = "{user} runs the bulk {word} on {word} by {word} with")]
async fn runs_by(world: &mut World, user: UserName, operation: String, object: String, field: String, step: &Step) -> Outcome {
    run(world, &user.0, json!({ "operation": operation, "object": object, "externalIdFieldName": field }), step).await
}

#[given(expr = "{user} has run the bulk {word} {string}")]
#[when(expr = "{user} runs the bulk {word} {string}")]
async fn runs_query(world: &mut World, user: UserName, operation: String, soql: String) -> Outcome {
    let soql = world.expand(&soql)?;
    call(world, &user.0, Method::POST, "/jobs/query", Some(json!({ "operation": operation, "query": soql }))).await?;
    if let Ok(id) = world.answer()?.member("id") {
        world.notes.insert(JOB.to_owned(), format!("query/{id}"));
        finish(world, &user.0).await?;
    }
    Ok(())
}

#[then(expr = "the job is {string}")]
async fn is_in_state(world: &mut World, state: String) -> Outcome {
    let job = job(world).await?;
    expect::equal("state", Value::String(state), job["state"].clone())
}

#[then("the job has")]
async fn has(world: &mut World, step: &Step) -> Outcome {
    let job = job(world).await?;
    for (member, expected) in pairs(step)? {
        let seen = job[&member].as_str().map_or_else(|| job[&member].to_string(), str::to_owned);
        expect::that(expect::text_matches(&expected, &seen), || format!("{member}: expected {expected:?}, got {seen:?}"))?;
    }
    Ok(())
}

#[then("the job is gone")]
async fn is_gone(world: &mut World) -> Outcome {
    let path = path(world)?;
    call(world, ADMIN, Method::GET, &path, None).await?;
    expect::equal("status", 404, world.answer()?.status)
}

#[then("the successful results are")]
async fn successful(world: &mut World, step: &Step) -> Outcome {
    results(world, "successfulResults", step).await
}

#[then("the failed results are")]
async fn failed(world: &mut World, step: &Step) -> Outcome {
    results(world, "failedResults", step).await
}

#[then("the unprocessed records are")]
async fn unprocessed(world: &mut World, step: &Step) -> Outcome {
    results(world, "unprocessedrecords", step).await
}

#[then("the query results are")]
async fn query_results(world: &mut World, step: &Step) -> Outcome {
    results(world, "results", step).await
}

async fn open(world: &mut World, user: &str, members: Value) -> Outcome {
    call(world, user, Method::POST, "/jobs/ingest", Some(members)).await?;
    if let Ok(id) = world.answer()?.member("id") {
        world.notes.insert(JOB.to_owned(), format!("ingest/{id}"));
        world.notes.insert("job id".to_owned(), id);
    }
    Ok(())
}

async fn upload(world: &mut World, user: &str, csv: &str) -> Outcome {
    let csv = world.expand(csv)?;
    let session = world.session(user).await?;
    let url = format!("{}/services/data/{VERSION}{}/batches", session.instance_url, path(world)?);
    let request = Request::new(Method::PUT, url).bearer(&session.access_token).header("Content-Type", "text/csv").body(csv);
    let answer = world.http()?.send(request).await?;
    world.answered(answer);
    Ok(())
}

async fn set_state(world: &mut World, user: &str, state: &str) -> Outcome {
    let path = path(world)?;
    call(world, user, Method::PATCH, &path, Some(json!({ "state": state }))).await
}

async fn run(world: &mut World, user: &str, members: Value, step: &Step) -> Outcome {
    open(world, user, members).await?;
    if world.answer()?.status != 200 {
        return Ok(());
    }
    upload(world, user, &(doc_string(step)? + "\n")).await?;
    set_state(world, user, "UploadComplete").await?;
    finish(world, user).await
}

/// Polls until the job is over, as clients do.
async fn finish(world: &mut World, user: &str) -> Outcome {
    let path = path(world)?;
    for _ in 0..1_000 {
        call(world, user, Method::GET, &path, None).await?;
        let state = world.answer()?.member("state")?;
        if matches!(state.as_str(), "JobComplete" | "Failed" | "Aborted") {
            return Ok(());
        }
    }
    Err(crate::failure::Failure::new("the job does not come to an end"))
}

fn path(world: &World) -> Outcome<String> {
    let job = world.notes.get(JOB).or_fail(|| "this scenario has no job")?;
    Ok(format!("/jobs/{job}"))
}

async fn job(world: &mut World) -> Outcome<Value> {
    let path = path(world)?;
    call(world, ADMIN, Method::GET, &path, None).await?;
    world.answer()?.json()
}

async fn results(world: &mut World, which: &str, step: &Step) -> Outcome {
    let path = format!("{}/{which}", path(world)?);
    call(world, ADMIN, Method::GET, &path, None).await?;
    let (expected, answer) = (world.expand(&doc_string(step)?)?, world.answer()?);
    expect::equal("status", 200, answer.status)?;
    expect::equal("Content-Type", Some("text/csv"), answer.header("Content-Type"))?;
    let seen = answer.text();
    expect::that(expect::text_matches(&expected, seen.trim_end()), || format!("expected\n{expected}\ngot\n{seen}"))
}

#[given(expr = "{user} has opened the classic job")]
async fn opens_classic(world: &mut World, user: UserName, step: &Step) -> Outcome {
    async_call(world, &user.0, "", "application/json", &doc_string(step)?).await?;
    let id = world.answer()?.member("id")?;
    world.notes.insert("job id".to_owned(), id);
    Ok(())
}

#[given(expr = "{user} has added the {string} batch")]
#[when(expr = "{user} adds the {string} batch")]
async fn adds_batch(world: &mut World, user: UserName, media_type: String, step: &Step) -> Outcome {
    let job = world.notes.get("job id").cloned().or_fail(|| "this scenario has no job")?;
    async_call(world, &user.0, &format!("/{job}/batch"), &media_type, &doc_string(step)?).await?;
    let text = world.answer()?.text();
    let named = text.split_once("<id>").and_then(|(_, rest)| rest.split_once("</id>")).map(|(id, _)| id.to_owned());
    if let Some(id) = named.or_else(|| world.answer().ok()?.member("id").ok()) {
        world.notes.insert("batch".to_owned(), id);
    }
    Ok(())
}

/// Posts to the Bulk API 1.0, below `job`.
async fn async_call(world: &mut World, user: &str, path: &str, media_type: &str, body: &str) -> Outcome {
    let body = world.expand(body)?;
    let session = world.session(user).await?;
    let url = format!("{}/services/async/{}/job{path}", session.instance_url, VERSION.trim_start_matches('v'));
    let request = Request::new(Method::POST, url).header("X-SFDC-Session", &session.access_token).header("Content-Type", media_type).body(body);
    let answer = world.http()?.send(request).await?;
    world.answered(answer);
    Ok(())
}
