//! Records that an integration writes, and what it says became of them.

use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use serde_json::{Value, json};

use super::integration::offered;
use super::paging::refused;
use crate::certify::lane::{Lane, MAIN, weigh};
use crate::evidence::{Exchange, Sort};
use crate::failure::{Failure, OrFail, Outcome};
use crate::integration::{Operation, Reply};
use crate::world::{ORG, World};

const OBJECT: &str = "Account";

/// Which of the records is the bad one, counted from 0.
const BAD: usize = 2;

#[given("the next write meets a locked row")]
async fn meets_lock(world: &mut World) -> Outcome {
    let answer = json!({ "status": 400, "error": "UNABLE_TO_LOCK_ROW" });
    world.lane()?.plan_fault(json!({ "route": "rest/*", "method": "POST" }), answer, Some(1)).await.map(drop)
}

#[given("the answer to the next create is lost")]
async fn answer_lost(world: &mut World) -> Outcome {
    world.lane()?.plan_fault(json!({ "route": "rest/*", "method": "POST" }), json!({ "cut": "after_effect" }), Some(1)).await.map(drop)
}

#[when(expr = "the integration creates the record {string}")]
async fn creates(world: &mut World, name: String) -> Outcome {
    let record = json!({ "Name": name });
    offered(world.lane()?, Operation::Create { connection: MAIN.to_owned(), object: OBJECT.to_owned(), record }).await
}

#[when(expr = "the integration writes {int} records of which the third is bad")]
async fn writes_many(world: &mut World, count: usize) -> Outcome {
    write(world, count, false).await
}

#[when(expr = "the integration writes {int} records by bulk of which the third is bad")]
async fn writes_by_bulk(world: &mut World, count: usize) -> Outcome {
    write(world, count, true).await
}

/// A name of more than 255 characters is refused by every API alike, and nothing else is.
async fn write(world: &mut World, count: usize, bulk: bool) -> Outcome {
    let name = |index: usize| if index == BAD { "x".repeat(300) } else { format!("Written {index}") };
    world.props.written = (0..count).map(name).collect();
    let records = world.props.written.iter().map(|name| json!({ "Name": name })).collect();
    offered(world.lane()?, Operation::WriteMany { connection: MAIN.to_owned(), object: OBJECT.to_owned(), records, bulk }).await
}

#[when(expr = "at least {int} write was sent")]
async fn write_sent(world: &mut World, least: usize, step: &Step) -> Outcome {
    let count = writes(world.lane()?).await?.len();
    weigh(step, if count >= least { Ok(()) } else { Err(Failure::breach("no write was sent")) })
}

#[when(expr = "at least {int} write was refused with {string}")]
async fn write_refused(world: &mut World, least: usize, code: String, step: &Step) -> Outcome {
    let count = writes(world.lane()?).await?.iter().filter(|write| write.error().is_some_and(|(known, _)| known == code)).count();
    weigh(step, if count >= least { Ok(()) } else { Err(Failure::breach(format!("no write met {code}"))) })
}

#[then(expr = "at most {int} writes were sent")]
async fn at_most_writes(world: &mut World, most: usize) -> Outcome {
    let lane = world.lane()?;
    lane.quiet().await?;
    let writes = writes(lane).await?;
    lane.note_all(&writes);
    if writes.len() <= most { Ok(()) } else { Err(Failure::breach(format!("expected at most {most} writes; seen: {}", writes.len()))) }
}

async fn writes(lane: &mut Lane) -> Outcome<Vec<Exchange>> {
    let is_write = |exchange: &Exchange| exchange.sort() == Sort::Data && ["POST", "PATCH", "PUT"].contains(&exchange.method());
    Ok(lane.exchanges().await?.into_iter().filter(is_write).collect())
}

#[then(expr = "the record {string} exists once, or its loss was told")]
async fn exists_or_told(world: &mut World, name: String) -> Outcome {
    let existing = existing(world, &name).await?;
    let lane = world.lane()?;
    let writes = writes(lane).await?;
    lane.note_all(&writes);
    match (lane.reply()?, existing) {
        (Reply::Failed(_), 0 | 1) | (Reply::Done(_), 1) => Ok(()),
        (Reply::Done(_), 0) => {
            Err(Failure::breach("expected another attempt or a reported failure; the integration told success, and the record is not there"))
        }
        (_, many) => Err(Failure::breach(format!("expected the record once; it is there {many} times"))),
    }
}

#[then(expr = "the record {string} exists once at most")]
async fn exists_once(world: &mut World, name: String) -> Outcome {
    let existing = existing(world, &name).await?;
    let lane = world.lane()?;
    let writes = writes(lane).await?;
    lane.note_all(&writes);
    if existing <= 1 {
        Ok(())
    } else {
        Err(Failure::breach(format!("expected the record once; after the lost answer it was created again and is there {existing} times")))
    }
}

async fn existing(world: &mut World, name: &str) -> Outcome<usize> {
    Ok(names(world).await?.iter().filter(|known| *known == name).count())
}

/// Names of all accounts of the org.
async fn names(world: &mut World) -> Outcome<Vec<String>> {
    let org = world.org(ORG).await?.name;
    let listed = world.control()?.get(&format!("/orgs/{org}/records?type={OBJECT}")).await?;
    let records = listed["records"].as_array().or_else(|| listed.as_array()).or_fail(|| "the control API listed no records")?;
    Ok(records.iter().filter_map(|record| record["fields"]["Name"].as_str().map(str::to_owned)).collect())
}

/// If the integration writes all or nothing, one bad record is the end of all, and has to be told so.
#[then("the integration reported exactly the records that Salesforce refused")]
async fn reported_exactly(world: &mut World) -> Outcome {
    let there = names(world).await?;
    let refused_ones: Vec<u64> =
        world.props.written.iter().enumerate().filter(|(_, name)| !there.contains(name)).map(|(index, _)| index as u64).collect();
    let lane = world.lane()?;
    let writes = writes(lane).await?;
    lane.note_all(&writes);
    if writes.is_empty() {
        refused(lane)?;
        return Err(Failure::not_exercised("nothing was written"));
    }
    match lane.reply()? {
        // A refusal of the whole is no success of any part.
        Reply::Failed(_) => Ok(()),
        Reply::Unsupported => Err(Failure::not_applicable("the driver does not offer `write_many`")),
        Reply::Done(result) => {
            let mut told: Vec<u64> = result["failures"].as_array().into_iter().flatten().filter_map(|failure| failure["index"].as_u64()).collect();
            told.sort_unstable();
            if told == refused_ones {
                return Ok(());
            }
            Err(Failure::breach(format!(
                "Salesforce refused the records {refused_ones:?} (counted from 0); the integration reported {told:?} as failed"
            )))
        }
    }
}

#[given("bulk jobs fail")]
async fn bulk_jobs_fail(world: &mut World) -> Outcome {
    let failed = json!({ "alter": { "json": { "state": "Failed", "errorMessage": "InvalidBatch : the job could not be processed" } } });
    for route in ["bulk/query-job", "bulk/ingest-job"] {
        world.lane()?.plan_fault(json!({ "route": route }), failed.clone(), None).await?;
    }
    Ok(())
}

#[when(expr = "at least {int} bulk job was shown as failed")]
async fn shown_failed(world: &mut World, least: usize, step: &Step) -> Outcome {
    weigh(step, shown_as(world, least, "\"Failed\"").await)
}

#[when(expr = "at least {int} bulk job was shown as complete")]
async fn shown_complete(world: &mut World, least: usize, step: &Step) -> Outcome {
    weigh(step, shown_as(world, least, "\"JobComplete\"").await)
}

async fn shown_as(world: &mut World, least: usize, state: &str) -> Outcome {
    let lane = world.lane()?;
    let questions = questions(lane).await?;
    let shown = questions.iter().filter(|question| question.entry()["response"]["body"].as_str().is_some_and(|body| body.contains(state))).count();
    if shown >= least {
        return Ok(());
    }
    refused(lane)?;
    Err(Failure::breach(format!("no bulk job was seen to end as {state}")))
}

/// Questions about the state of bulk jobs.
async fn questions(lane: &mut Lane) -> Outcome<Vec<Exchange>> {
    let is_question = |exchange: &Exchange| ["bulk/query-job", "bulk/ingest-job"].contains(&exchange.route());
    Ok(lane.exchanges().await?.into_iter().filter(is_question).collect())
}

#[then("the failure was told")]
async fn failure_told(world: &mut World) -> Outcome {
    match world.lane()?.reply()? {
        Reply::Done(result) => Err(Failure::breach(format!("expected the failed job to be told; the integration told success: {}", short(result)))),
        _ => Ok(()),
    }
}

fn short(result: &Value) -> String {
    result.to_string().chars().take(200).collect()
}

#[then(expr = "at most {int} questions about bulk jobs were sent")]
async fn at_most_questions(world: &mut World, most: usize) -> Outcome {
    let lane = world.lane()?;
    lane.quiet().await?;
    let questions = questions(lane).await?;
    lane.note_all(&questions);
    if questions.len() <= most {
        Ok(())
    } else {
        Err(Failure::breach(format!("expected at most {most} questions about a job that has ended; seen: {}", questions.len())))
    }
}

/// The word `null` is no locator.
#[then(expr = "{int} pages of bulk results were fetched")]
async fn bulk_pages(world: &mut World, expected: usize) -> Outcome {
    let lane = world.lane()?;
    let sent: Vec<Exchange> = lane.exchanges().await?.into_iter().filter(|exchange| exchange.route() == "bulk/query-results").collect();
    lane.note_all(&sent);
    if sent.is_empty() {
        refused(lane)?;
        return Err(Failure::not_exercised("no results of a bulk query were fetched"));
    }
    crate::rules::data::null_is_the_end(&sent)?;
    let pages = sent.iter().filter(|exchange| exchange.is_accepted()).count();
    if pages == expected { Ok(()) } else { Err(Failure::breach(format!("expected {expected} pages of results; fetched: {pages}"))) }
}

/// The order of rows in a job's results is not that of their upload: only how many failed is compared.
#[then("the integration reported one record as failed")]
async fn reported_one(world: &mut World) -> Outcome {
    match world.lane()?.reply()? {
        Reply::Failed(_) => Ok(()),
        Reply::Unsupported => Err(Failure::not_applicable("the driver does not offer `write_many`")),
        Reply::Done(result) => match result["failures"].as_array().map_or(0, Vec::len) {
            1 => Ok(()),
            0 => Err(Failure::breach("Salesforce refused one row of the job; the integration told success for all")),
            many => Err(Failure::breach(format!("Salesforce refused one row of the job; the integration reported {many} as failed"))),
        },
    }
}

#[then(expr = "no data request was sent more than {int} times")]
async fn none_more_than(world: &mut World, most: usize) -> Outcome {
    let lane = world.lane()?;
    lane.quiet().await?;
    let data: Vec<Exchange> = lane.counted().await?.into_iter().filter(|exchange| exchange.sort() == Sort::Data).collect();
    lane.note_all(&data);
    let key = |exchange: &Exchange| (exchange.method().to_owned(), exchange.path().to_owned());
    let times = |exchange: &Exchange| data.iter().filter(|other| key(other) == key(exchange)).count();
    match data.iter().find(|exchange| times(exchange) > most) {
        Some(often) => Err(Failure::breach(format!(
            "expected at most {most} attempts of a request that is answered 503; seen: {} times {} {}",
            times(often),
            often.method(),
            often.path()
        ))),
        None => Ok(()),
    }
}

#[then("no token was asked for")]
async fn no_token(world: &mut World) -> Outcome {
    let lane = world.lane()?;
    lane.quiet().await?;
    let sent = lane.counted().await?;
    let asked = sent.iter().find(|exchange| matches!(exchange.sort(), Sort::Exchange | Sort::Refresh | Sort::Token));
    lane.note_all(&sent);
    match asked {
        Some(asked) => Err(Failure::breach(format!("a 403 says nothing about the session; seen after it: a {}", asked.describe()))),
        None => Ok(()),
    }
}

#[given("the org's edition has no API")]
async fn no_api(world: &mut World) -> Outcome {
    let org = world.org(ORG).await?.name;
    world.control()?.patch(&format!("/orgs/{org}"), &json!({ "api_enabled": false })).await.map(drop)
}

#[when(expr = "at least {int} data request was refused with {string}")]
async fn refused_with(world: &mut World, least: usize, code: String, step: &Step) -> Outcome {
    let count = refused_count(world, &code).await?;
    weigh(step, if count >= least { Ok(()) } else { Err(Failure::breach(format!("no data request met {code}"))) })
}

#[then(expr = "at most {int} data requests were refused with {string}")]
async fn at_most_refused(world: &mut World, most: usize, code: String) -> Outcome {
    world.lane()?.quiet().await?;
    let count = refused_count(world, &code).await?;
    if count <= most { Ok(()) } else { Err(Failure::breach(format!("expected the first {code} to end the matter; it was met {count} times"))) }
}

async fn refused_count(world: &mut World, code: &str) -> Outcome<usize> {
    let lane = world.lane()?;
    let met: Vec<Exchange> = lane.counted().await?.into_iter().filter(|exchange| exchange.error().is_some_and(|(known, _)| known == code)).collect();
    lane.note_all(&met);
    Ok(met.len())
}

/// Words beside the code are the integration's own.
#[then("the integration told that the API is disabled")]
async fn told_disabled(world: &mut World) -> Outcome {
    use crate::integration::Problem;
    let lane = world.lane()?;
    let told = match lane.reply()? {
        Reply::Failed(error) => Some((error.problem, error.detail.clone())),
        _ => None,
    };
    let (problem, detail) = match told {
        Some(told) => told,
        None => lane.status(MAIN).await.map(|status| (status.problem, status.detail))?,
    };
    match problem {
        Problem::ApiDisabled => Ok(()),
        Problem::Other if detail.contains("API") => Ok(()),
        problem => Err(Failure::breach(format!("expected that the org's edition has no API; told was {} {detail:?}", json!(problem)))),
    }
}
