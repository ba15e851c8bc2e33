//! Many records, the pages they come in, and the words of the queries that ask for them.

use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use serde_json::{Value, json};

use super::flow::change_policies;
use super::integration::offered;
use crate::certify::lane::{Lane, MAIN, weigh};
use crate::evidence::{Exchange, Sort};
use crate::failure::{Failure, OrFail, Outcome};
use crate::integration::{Operation, Reply};
use crate::rules::data as rules;
use crate::rules::soql::literals;
use crate::world::{ORG, World};

const OBJECT: &str = "Account";

/// Records in one call of the control API.
const AT_ONCE: usize = 1500;

#[given(expr = "the org holds {int} records")]
async fn holds(world: &mut World, count: usize) -> Outcome {
    let org = world.org(ORG).await?.name;
    let numbers: Vec<usize> = (1..=count).collect();
    for some in numbers.chunks(AT_ONCE) {
        let records: Vec<Value> = some.iter().map(|number| json!({ "type": OBJECT, "fields": { "Name": format!("Account {number}") } })).collect();
        let made = world.control()?.post(&format!("/orgs/{org}/records"), &json!(records)).await?;
        let list = made.as_array().or_else(|| made["records"].as_array()).or_fail(|| "the control API did not say which records it made")?;
        let ids = list.iter().filter_map(|record| record["id"].as_str().map(str::to_owned));
        world.props.record_ids.extend(ids);
    }
    Ok(())
}

/// With smaller pages than usual the locator tells nothing about its place either.
#[given(expr = "a page of a query holds at most {int} rows")]
async fn page_size(world: &mut World, rows: u32) -> Outcome {
    change_policies(world, &json!({ "query_page_rows": if rows >= 2000 { 0 } else { rows } })).await
}

#[given(expr = "a page of bulk results holds at most {int} rows")]
async fn bulk_page_size(world: &mut World, rows: u32) -> Outcome {
    change_policies(world, &json!({ "bulk_result_rows": rows })).await
}

#[given("the session ends before the second page")]
async fn ends_before_second(world: &mut World) -> Outcome {
    world.lane()?.plan_fault(json!({ "route": "rest/query-more" }), json!({ "status": 401, "error": "INVALID_SESSION_ID" }), Some(1)).await.map(drop)
}

#[given("the locator is gone before the second page")]
async fn locator_gone(world: &mut World) -> Outcome {
    world
        .lane()?
        .plan_fault(json!({ "route": "rest/query-more" }), json!({ "status": 400, "error": "INVALID_QUERY_LOCATOR" }), Some(1))
        .await
        .map(drop)
}

#[when("the integration queries all records")]
async fn queries_all(world: &mut World) -> Outcome {
    query(world, false).await
}

#[when("the integration queries all records by bulk")]
async fn queries_by_bulk(world: &mut World) -> Outcome {
    query(world, true).await
}

async fn query(world: &mut World, bulk: bool) -> Outcome {
    let fields = vec!["Id".to_owned(), "Name".to_owned()];
    offered(world.lane()?, Operation::Query { connection: MAIN.to_owned(), object: OBJECT.to_owned(), fields, bulk }).await
}

#[when("the integration looks up all records by their ids")]
async fn looks_up(world: &mut World) -> Outcome {
    let ids = world.props.record_ids.clone();
    let fields = vec!["Id".to_owned(), "Name".to_owned()];
    offered(world.lane()?, Operation::FindMany { connection: MAIN.to_owned(), object: OBJECT.to_owned(), fields, ids }).await
}

#[when(expr = "at least {int} page after the first was answered {int}")]
async fn page_was_answered(world: &mut World, least: usize, status: u16, step: &Step) -> Outcome {
    let sent = world.lane()?.exchanges().await?;
    let count = sent.iter().filter(|exchange| exchange.route() == "rest/query-more" && exchange.status() == Some(status)).count();
    weigh(step, if count >= least { Ok(()) } else { Err(Failure::breach("no further page was asked for by its address")) })
}

#[then("every page was fetched by the address given")]
async fn pages_fetched(world: &mut World) -> Outcome {
    let lane = world.lane()?;
    let sent = lane.exchanges().await?;
    if rules::pages(&sent).is_empty() {
        refused(lane)?;
    }
    lane.take(rules::pages_followed(&sent))
}

#[then("the integration counted all records")]
async fn counted_all(world: &mut World) -> Outcome {
    let expected = world.props.record_ids.len();
    let lane = world.lane()?;
    match lane.reply()? {
        Reply::Done(result) if result["count"].as_u64() == Some(expected as u64) => Ok(()),
        Reply::Done(result) if result["count"].is_u64() => {
            Err(Failure::breach(format!("expected {expected} records; the integration counted {}{}", result["count"], distinct(result))))
        }
        Reply::Done(result) => Err(Failure::driver(format!("the answer has no count: {result}"))),
        Reply::Failed(error) => Err(Failure::breach(format!("expected {expected} records; the integration gave up: {}", error.words()))),
        Reply::Unsupported => Err(Failure::not_applicable("the driver does not offer this operation")),
    }
}

fn distinct(result: &Value) -> String {
    result["distinct"].as_u64().map_or_else(String::new, |distinct| format!(", {distinct} of them distinct"))
}

#[then("no record was counted twice")]
async fn none_twice(world: &mut World) -> Outcome {
    let lane = world.lane()?;
    match lane.reply()? {
        Reply::Done(result) if result["distinct"].is_u64() && result["distinct"] != result["count"] => {
            Err(Failure::breach(format!("expected every record once; the integration counted {}{}", result["count"], distinct(result))))
        }
        _ => Ok(()),
    }
}

#[then("no part of the records was taken for the whole")]
async fn no_part_for_whole(world: &mut World) -> Outcome {
    let expected = world.props.record_ids.len() as u64;
    match world.lane()?.reply()? {
        Reply::Done(result) if result["count"].as_u64().is_some_and(|count| count < expected) => {
            Err(Failure::breach(format!("expected all {expected} records or an error; the integration told success with {}", result["count"])))
        }
        _ => Ok(()),
    }
}

#[when(expr = "the integration looks for the record named {string}")]
async fn looks_for(world: &mut World, value: String) -> Outcome {
    world.notes.insert("looked for".to_owned(), value.clone());
    let fields = vec!["Name".to_owned()];
    offered(world.lane()?, Operation::Find { connection: MAIN.to_owned(), object: OBJECT.to_owned(), fields, value }).await
}

/// Read as Salesforce reads it: the query's literals, with their escapes undone.
#[then("the query held exactly that value as one literal")]
async fn held_value(world: &mut World) -> Outcome {
    let value = world.expand("{note:looked for}")?;
    let lane = world.lane()?;
    let sent = lane.consequences().await?;
    let asked: Vec<(Exchange, String)> = sent
        .into_iter()
        .filter(|exchange| exchange.sort() == Sort::Data)
        .filter_map(|exchange| exchange.parameter("q").map(str::to_owned).map(|q| (exchange, q)))
        .collect();
    if asked.is_empty() {
        refused(lane)?;
        return Err(Failure::not_exercised("the record was looked for without a query"));
    }
    for (exchange, query) in &asked {
        lane.note(exchange);
        let held = literals(query);
        // A search by part of a name sets wildcards around the value.
        let exact = |text: &String| *text == value || text.trim_matches('%') == value;
        match &held {
            Some(held) if held.len() == 1 && held.iter().all(exact) => {}
            Some(held) => {
                return Err(Failure::breach(format!(
                    "expected one literal with the value {value:?}; the query reads as {} literals {held:?}: {query}",
                    held.len()
                )));
            }
            None => return Err(Failure::breach(format!("expected one literal with the value {value:?}; the query ends inside a literal: {query}"))),
        }
    }
    Ok(())
}

#[when("at least 1 data request named a version")]
async fn named_version(world: &mut World, step: &Step) -> Outcome {
    let sent = world.lane()?.exchanges().await?;
    let found = sent.iter().any(|exchange| rules::version(exchange).is_some());
    weigh(step, if found { Ok(()) } else { Err(Failure::breach("no data request named an API version")) })
}

#[then(expr = "every data request named a version of {int} to {int}")]
async fn version_within(world: &mut World, oldest: u16, newest: u16) -> Outcome {
    let lane = world.lane()?;
    let sent = lane.exchanges().await?;
    lane.take(rules::versions(&sent, oldest, newest))
}

#[then(expr = "every data request named a version of {int} or above")]
async fn version_from(world: &mut World, oldest: u16) -> Outcome {
    let lane = world.lane()?;
    let sent = lane.exchanges().await?;
    lane.take(rules::versions(&sent, oldest, u16::MAX))
}

/// A refusal that kept the situation from coming about.
pub(super) fn refused(lane: &Lane) -> Outcome {
    match lane.reply()? {
        Reply::Failed(error) => Err(Failure::not_exercised(format!("the integration could not do it: {}", error.words()))),
        _ => Ok(()),
    }
}
