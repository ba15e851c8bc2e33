//! SOQL: asking, paging, and the rows that come back.

use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use reqwest::Method;
use serde_json::Value;
use url::form_urlencoded;

use super::parameter::UserName;
use super::record::{call, rest_error, shown};
use super::{doc_string, rows};
use crate::expect;
use crate::failure::{Failure, OrFail, Outcome};
use crate::world::{ADMIN, World};

/// On any org.
#[when(expr = "{user} queries")]
async fn queries(world: &mut World, user: UserName, step: &Step) -> Outcome {
    query(world, &user.0, "query", &doc_string(step)?).await
}

/// On any org.
#[given(expr = "{user} queries {string}")]
#[when(expr = "{user} queries {string}")]
async fn queries_text(world: &mut World, user: UserName, soql: String) -> Outcome {
    query(world, &user.0, "query", &soql).await
}

/// On any org.
#[when(expr = "{user} queries deleted records too")]
async fn queries_all(world: &mut World, user: UserName, step: &Step) -> Outcome {
    query(world, &user.0, "queryAll", &doc_string(step)?).await
}

/// On any org.
#[when(expr = "{user} asks for the next page")]
async fn next_page(world: &mut World, user: UserName) -> Outcome {
    let next = world.answer()?.member("nextRecordsUrl")?;
    call(world, &user.0, Method::GET, &next, None).await
}

/// On any org.
#[then("the query returns")]
async fn returns(world: &mut World, step: &Step) -> Outcome {
    let json = result(world)?;
    let (headings, expected) = rows(step)?.split_first().ok_or_else(|| Failure::untold("any column"))?;
    let records = json["records"].as_array().or_fail(|| "the answer has no records")?;
    let row = |record: &Value| headings.iter().map(|path| cell(record, path)).collect::<Vec<_>>();
    let seen: Vec<Vec<String>> = records.iter().map(row).collect();
    let expected = expected.iter().map(|row| row.iter().map(|text| world.expand(text)).collect()).collect::<Outcome<Vec<Vec<String>>>>()?;
    let same = seen.len() == expected.len()
        && seen.iter().flatten().zip(expected.iter().flatten()).all(|(seen, expected)| expect::text_matches(expected, seen));
    expect::that(same, || format!("rows differ\nexpected {expected:?}\ngot      {seen:?}"))
}

/// On any org.
#[then(expr = "the query returns {string} in this order")]
#[then(expr = "the query returns {string}")]
async fn returns_list(world: &mut World, expected: String) -> Outcome {
    let (json, expected) = (result(world)?, world.expand(&expected)?);
    let records = json["records"].as_array().or_fail(|| "the answer has no records")?;
    let seen: Vec<String> = records.iter().map(shown_first).collect();
    expect::equal("rows", expected, seen.join(", "))
}

#[then(expr = "the org has {int} {word} records")]
async fn org_has(world: &mut World, expected: u64, object: String) -> Outcome {
    query(world, ADMIN, "query", &format!("SELECT COUNT() FROM {object}")).await?;
    expect::equal("records", Some(expected), result(world)?["totalSize"].as_u64())
}

/// On any org.
#[then("the query returns nothing")]
async fn returns_nothing(world: &mut World) -> Outcome {
    expect::json_matches(&serde_json::json!({ "totalSize": 0, "done": true, "records": [] }), &result(world)?)
}

/// On any org.
#[then(expr = "the query counts {int}")]
async fn counts(world: &mut World, expected: u64) -> Outcome {
    expect::json_matches(&serde_json::json!({ "totalSize": expected, "done": true, "records": [] }), &result(world)?)
}

/// On any org.
#[then(expr = "the page holds {int} of {int} records and is not the last")]
async fn page_of(world: &mut World, held: usize, total: u64) -> Outcome {
    check_page(&result(world)?, held, total, false)
}

/// On any org.
#[then(expr = "the page holds {int} of {int} records and is the last")]
async fn last_page_of(world: &mut World, held: usize, total: u64) -> Outcome {
    check_page(&result(world)?, held, total, true)
}

/// On any org.
/// The whole message, but for the line break that a message begins with when it points into the query: a doc string cannot show that.
#[then(expr = "the query fails with {string} saying")]
async fn fails_saying(world: &mut World, code: String, step: &Step) -> Outcome {
    let said = world.expand(&doc_string(step)?)?;
    let message = if said.contains(POINTER) { format!("\n{said}") } else { said };
    fails_with(world, &code, &message)
}

/// On any org.
/// The whole message; `\n` in a table is a line break.
#[then(expr = "the query fails with {string} saying {string}")]
async fn fails_saying_text(world: &mut World, code: String, said: String) -> Outcome {
    let message = world.expand(&said)?;
    fails_with(world, &code, &message)
}

/// What stands in messages that point at a place of the query.
const POINTER: &str = "\nERROR at Row:";

fn fails_with(world: &World, code: &str, message: &str) -> Outcome {
    let answer = world.answer()?;
    rest_error(answer, code, None)?;
    expect::json_matches(&serde_json::json!([{ "message": message, "errorCode": code }]), &answer.json()?)
}

async fn query(world: &mut World, user: &str, resource: &str, soql: &str) -> Outcome {
    let soql = world.expand(soql)?;
    let encoded: String = form_urlencoded::byte_serialize(soql.as_bytes()).collect();
    call(world, user, Method::GET, &format!("/{resource}?q={encoded}"), None).await
}

fn result(world: &World) -> Outcome<Value> {
    let answer = world.answer()?;
    expect::that(answer.status == 200, || format!("expected rows, got {}", answer.summary()))?;
    answer.json()
}

fn check_page(json: &Value, held: usize, total: u64, last: bool) -> Outcome {
    expect::equal("records", Some(held), json["records"].as_array().map(Vec::len))?;
    expect::equal("totalSize", Some(total), json["totalSize"].as_u64())?;
    expect::equal("done", Some(last), json["done"].as_bool())?;
    expect::equal("has a nextRecordsUrl", !last, json.get("nextRecordsUrl").is_some())
}

/// The value at a dotted path; a missing parent reads as null.
fn cell(record: &Value, path: &str) -> String {
    let value = path.split('.').try_fold(record, |value, step| value.get(step)).unwrap_or(&Value::Null);
    shown(value)
}

fn shown_first(record: &Value) -> String {
    let fields = record.as_object().into_iter().flatten();
    fields.filter(|(name, _)| *name != "attributes").map(|(_, value)| shown(value)).next().unwrap_or_default()
}
