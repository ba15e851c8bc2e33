//! SOSL: searching, and the records that are found.

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
use crate::world::World;

#[when(expr = "{user} searches")]
async fn searches(world: &mut World, user: UserName, step: &Step) -> Outcome {
    search(world, &user.0, &doc_string(step)?).await
}

#[given(expr = "{user} searches {string}")]
#[when(expr = "{user} searches {string}")]
async fn searches_text(world: &mut World, user: UserName, sosl: String) -> Outcome {
    search(world, &user.0, &sosl).await
}

#[then("the search finds")]
async fn finds(world: &mut World, step: &Step) -> Outcome {
    let (headings, expected) = rows(step)?.split_first().ok_or_else(|| Failure::untold("any column"))?;
    let row = |record: &Value| headings.iter().map(|path| cell(record, path)).collect::<Vec<_>>();
    let seen: Vec<Vec<String>> = found(world)?.iter().map(row).collect();
    let expected = expected.iter().map(|row| row.iter().map(|text| world.expand(text)).collect()).collect::<Outcome<Vec<Vec<String>>>>()?;
    let same = seen.len() == expected.len()
        && seen.iter().flatten().zip(expected.iter().flatten()).all(|(seen, expected)| expect::text_matches(expected, seen));
    expect::that(same, || format!("records differ\nexpected {expected:?}\ngot      {seen:?}"))
}

/// The first field of each record, in any order: matches that fit equally well have none.
#[then(expr = "the search finds {string}")]
async fn finds_list(world: &mut World, expected: String) -> Outcome {
    let expected = world.expand(&expected)?;
    let mut seen: Vec<String> = found(world)?.iter().map(first).collect();
    seen.sort();
    expect::equal("records", expected, seen.join(", "))
}

#[then("the search finds nothing")]
async fn finds_nothing(world: &mut World) -> Outcome {
    expect::equal("records", 0, found(world)?.len())
}

#[then(expr = "the search finds {int} records")]
async fn finds_count(world: &mut World, expected: usize) -> Outcome {
    expect::equal("records", expected, found(world)?.len())
}

#[then(expr = "the search fails with {string} saying {string}")]
async fn fails_saying(world: &mut World, code: String, said: String) -> Outcome {
    rest_error(world.answer()?, &code, None)?;
    let message = world.answer()?.json()?[0]["message"].as_str().unwrap_or_default().to_owned();
    expect::equal("message", said, message)
}

#[then(expr = "the search fails with {string} saying")]
async fn fails_saying_lines(world: &mut World, code: String, step: &Step) -> Outcome {
    // A message with a pointer into the search begins with a line break that a doc string cannot show.
    let said = step.docstring.as_deref().or_fail(|| "this step needs a doc string")?.trim_matches('\n').to_owned();
    rest_error(world.answer()?, &code, None)?;
    let message = world.answer()?.json()?[0]["message"].as_str().unwrap_or_default().to_owned();
    expect::equal("message", said.as_str(), message.trim_matches('\n'))
}

async fn search(world: &mut World, user: &str, sosl: &str) -> Outcome {
    let sosl = world.expand(sosl)?;
    let encoded: String = form_urlencoded::byte_serialize(sosl.as_bytes()).collect();
    call(world, user, Method::GET, &format!("/search?q={encoded}"), None).await
}

fn found(world: &World) -> Outcome<Vec<Value>> {
    let answer = world.answer()?;
    expect::that(answer.status == 200, || format!("expected records, got {}", answer.summary()))?;
    answer.json()?["searchRecords"].as_array().cloned().or_fail(|| "the answer has no searchRecords")
}

/// The value at a dotted path, or the record's type; a missing parent reads as null.
fn cell(record: &Value, path: &str) -> String {
    let member = if path == "type" { &record["attributes"]["type"] } else { record.get(path).unwrap_or(&Value::Null) };
    if !member.is_null() || !path.contains('.') {
        return shown(member);
    }
    shown(path.split('.').try_fold(record, |value, step| value.get(step)).unwrap_or(&Value::Null))
}

fn first(record: &Value) -> String {
    let fields = record.as_object().into_iter().flatten();
    fields.filter(|(name, _)| *name != "attributes").map(|(_, value)| shown(value)).next().unwrap_or_default()
}
