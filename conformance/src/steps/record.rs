//! Records: creating, reading, changing and removing them over REST.

use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::parameter::UserName;
use super::{pairs, rows};
use crate::client::{Answer, Request};
use crate::expect;
use crate::failure::{Failure, OrFail, Outcome};
use crate::world::{ADMIN, ORG, Record, World};

/// The API version of every request that names none.
pub(super) use crate::real::reach::VERSION;

/// The column of a table that names a record for later steps, without being a field.
const REF: &str = "ref";

/// On any org.
#[given(expr = "these {word} records")]
async fn these_records(world: &mut World, object: String, step: &Step) -> Outcome {
    let org = world.org(ORG).await?;
    let (names, documents) = read_table(world, &object, rows(step)?)?;
    let created = match world.real() {
        Some(_) => create_over_rest(world, documents).await?,
        None => world.control()?.post(&format!("/orgs/{}/records", org.name), &Value::Array(documents)).await?,
    };
    let created = created.as_array().cloned().unwrap_or_else(|| vec![created.clone()]);
    for (name, record) in names.into_iter().zip(&created) {
        let id = record["id"].as_str().or_fail(|| "the control API tells no record id")?;
        world.records.insert(name, Record { object: object.clone(), id: id.to_owned() });
    }
    Ok(())
}

#[given(expr = "{int} {word} records named {string}")]
async fn many_records(world: &mut World, count: usize, object: String, name: String) -> Outcome {
    let org = world.org(ORG).await?;
    let document = |index: usize| json!({ "type": object, "fields": { "Name": format!("{name} {index:05}") } });
    let documents: Vec<Value> = (1..=count).map(document).collect();
    world.control()?.post(&format!("/orgs/{}/records", org.name), &Value::Array(documents)).await.map(drop)
}

#[given(expr = "the custom field {string} on {word} with")]
async fn custom_field(world: &mut World, name: String, object: String, step: &Step) -> Outcome {
    let org = world.org(ORG).await?;
    let mut body = json!({ "object": object, "name": name });
    for (member, value) in pairs(step)? {
        body[member] = serde_json::from_str(&value).unwrap_or(Value::String(value));
    }
    world.control()?.post(&format!("/orgs/{}/custom-fields", org.name), &body).await.map(drop)
}

#[given(expr = "the custom object {string}")]
async fn custom_object(world: &mut World, name: String) -> Outcome {
    let org = world.org(ORG).await?;
    let body = json!({ "name": name, "label": name.trim_end_matches("__c") });
    world.control()?.post(&format!("/orgs/{}/objects", org.name), &body).await.map(drop)
}

/// On any org.
#[given(expr = "{user} has created the {word} {string} with")]
async fn has_created(world: &mut World, user: UserName, object: String, name: String, step: &Step) -> Outcome {
    create(world, &user.0, &object, &name, step).await?;
    must_be_created(world)
}

/// On any org.
#[when(expr = "{user} creates the {word} {string} with")]
async fn creates(world: &mut World, user: UserName, object: String, name: String, step: &Step) -> Outcome {
    create(world, &user.0, &object, &name, step).await
}

/// On any org.
#[when(expr = "{user} updates the {word} {string} with")]
async fn updates(world: &mut World, user: UserName, object: String, name: String, step: &Step) -> Outcome {
    let (path, fields) = (row_path(world, &object, &name)?, fields(world, &pairs(step)?)?);
    call(world, &user.0, Method::PATCH, &path, Some(fields)).await
}

/// On any org.
#[when(expr = "{user} deletes the {word} {string}")]
#[given(expr = "{user} has deleted the {word} {string}")]
async fn deletes(world: &mut World, user: UserName, object: String, name: String) -> Outcome {
    let path = row_path(world, &object, &name)?;
    call(world, &user.0, Method::DELETE, &path, None).await
}

/// On any org.
#[when(expr = "{user} reads the {word} {string}")]
async fn reads(world: &mut World, user: UserName, object: String, name: String) -> Outcome {
    let path = row_path(world, &object, &name)?;
    call(world, &user.0, Method::GET, &path, None).await
}

/// On any org.
#[given(expr = "{user} reads {string}")]
#[when(expr = "{user} reads {string}")]
async fn reads_path(world: &mut World, user: UserName, path: String) -> Outcome {
    let path = world.expand(&path)?;
    call(world, &user.0, Method::GET, &path, None).await
}

#[when(expr = "{user} reads what was {word} of {word} in the last day")]
async fn reads_changes(world: &mut World, user: UserName, what: String, object: String) -> Outcome {
    let now = world.control()?.get("/clock").await?["now"].as_str().unwrap_or_default().to_owned();
    let (start, end) = (moment(&now, -86_400)?, moment(&now, 60)?);
    call(world, &user.0, Method::GET, &format!("/sobjects/{object}/{what}?start={start}&end={end}"), None).await
}

#[when(expr = "{user} upserts the {word} at {word} {string} with")]
async fn upserts(world: &mut World, user: UserName, object: String, field: String, value: String, step: &Step) -> Outcome {
    let fields = fields(world, &pairs(step)?)?;
    call(world, &user.0, Method::PATCH, &format!("/sobjects/{object}/{field}/{value}"), Some(fields)).await?;
    if let Ok(id) = world.answer()?.member("id") {
        world.records.insert(value, Record { object, id });
    }
    Ok(())
}

#[when(expr = "{app} creates the {word} {string} with its own token")]
async fn app_creates(world: &mut World, app: super::parameter::AppName, object: String, name: String) -> Outcome {
    let (instance, token) = (world.token(&app.0, "instance_url")?, world.token(&app.0, "access_token")?);
    let url = format!("{instance}/services/data/{VERSION}/sobjects/{object}");
    let answer = world.http()?.send(Request::new(Method::POST, url).bearer(&token).json(&json!({ "Name": name }))).await?;
    world.answered(answer);
    Ok(())
}

#[then(expr = "the header {string} is one call further than {string}")]
async fn one_call_further(world: &mut World, header: String, note: String) -> Outcome {
    calls_further(world, header, 1, note).await
}

#[then(expr = "the header {string} is {int} calls further than {string}")]
async fn calls_further(world: &mut World, header: String, calls: u64, note: String) -> Outcome {
    let before = world.notes.get(&note).cloned().or_fail(|| format!("nothing was noted as {note:?}"))?;
    let now = world.answer()?.header(&header).unwrap_or_default();
    expect::equal(&header, used_calls(&before).map(|used| used + calls), used_calls(now))
}

/// On any org.
#[then(expr = "the answer describes the field {string} with")]
async fn describes_field(world: &mut World, name: String, step: &Step) -> Outcome {
    let describe = world.answer()?.json()?;
    let field = describe["fields"].as_array().and_then(|fields| fields.iter().find(|field| field["name"] == name.as_str()));
    let field = field.or_fail(|| format!("no field {name} is described"))?;
    for (member, expected) in pairs(step)? {
        expect::equal(&member, expected, shown(&field[&member]))?;
    }
    Ok(())
}

/// On any org.
#[then("the record is created")]
async fn created(world: &mut World) -> Outcome {
    must_be_created(world)
}

/// On any org.
#[then("the change is accepted")]
async fn accepted(world: &mut World) -> Outcome {
    let answer = world.answer()?;
    expect::that(answer.status == 204 && answer.body.is_empty(), || format!("expected 204 and no body, got {}", answer.summary()))
}

/// On any org.
#[then(expr = "the {word} {string} has")]
async fn has(world: &mut World, object: String, name: String, step: &Step) -> Outcome {
    let path = row_path(world, &object, &name)?;
    call(world, ADMIN, Method::GET, &path, None).await?;
    let answer = world.answer()?.clone();
    expect::that(answer.status == 200, || format!("expected the record, got {}", answer.summary()))?;
    let mut differences = Vec::new();
    for (field, expected) in pairs(step)? {
        let expected = world.expand(&expected)?;
        let seen = shown(&answer.json()?[&field]);
        if !expect::text_matches(&expected, &seen) {
            differences.push(format!("{field}: expected {expected:?}, got {seen:?}"));
        }
    }
    expect::that(differences.is_empty(), || differences.join("\n"))
}

/// On any org.
#[then(expr = "the {word} {string} is gone")]
async fn gone(world: &mut World, object: String, name: String) -> Outcome {
    let path = row_path(world, &object, &name)?;
    call(world, ADMIN, Method::GET, &path, None).await?;
    rest_error(world.answer()?, "ENTITY_IS_DELETED", Some("entity is deleted"))
}

/// On any org.
#[then(expr = "the answer is the error {string} saying {string}")]
async fn is_error(world: &mut World, code: String, message: String) -> Outcome {
    let message = world.expand(&message)?;
    rest_error(world.answer()?, &code, Some(&message))
}

/// On any org.
#[then(expr = "the answer is the error {string}")]
async fn is_error_code(world: &mut World, code: String) -> Outcome {
    rest_error(world.answer()?, &code, None)
}

/// On any org.
#[then(expr = "the error {string} saying {string} points at {string}")]
async fn error_at_fields(world: &mut World, code: String, message: String, fields: String) -> Outcome {
    let message = world.expand(&message)?;
    rest_error(world.answer()?, &code, Some(&message))?;
    let expected: Vec<&str> = fields.split(", ").filter(|field| !field.is_empty()).collect();
    expect::json_matches(&json!(expected), &world.answer()?.json()?[0]["fields"])
}

/// Sends a REST call of a user, relative to the version root unless the path is absolute.
pub(super) async fn call(world: &mut World, user: &str, method: Method, path: &str, body: Option<Value>) -> Outcome {
    let session = world.session(user).await?;
    let path = if path.starts_with("/services/") { path.to_owned() } else { format!("/services/data/{VERSION}{path}") };
    let path = world.versioned(path);
    let request = Request::new(method, format!("{}{path}", session.instance_url)).bearer(&session.access_token);
    let request = match body {
        Some(body) => request.json(&body),
        None => request,
    };
    let (method, request) = (request.method.clone(), world.fitting(request));
    let answer = world.http()?.send(request).await?;
    world.note_made(&method, &answer);
    world.answered(answer);
    Ok(())
}

/// Makes records in an org without a control API: all of them, or none.
async fn create_over_rest(world: &mut World, documents: Vec<Value>) -> Outcome<Value> {
    let row = |document: Value| {
        let mut row = json!({ "attributes": { "type": document["type"] } });
        for (name, value) in document["fields"].as_object().into_iter().flatten() {
            row[name] = value.clone();
        }
        row
    };
    let body = json!({ "allOrNone": true, "records": documents.into_iter().map(row).collect::<Vec<_>>() });
    call(world, ADMIN, Method::POST, "/composite/sobjects", Some(body)).await?;
    let answer = world.answers.pop().or_fail(|| "nothing was answered")?;
    let made = answer.json()?;
    let all = made.as_array().is_some_and(|rows| rows.iter().all(|row| row["success"] == true));
    expect::that(all, || format!("the org refused the records: {}", answer.summary())).map(|()| made)
}

/// Fails unless the answer is exactly one REST error with this code, at the status Salesforce gives it.
pub(super) fn rest_error(answer: &Answer, code: &str, message: Option<&str>) -> Outcome {
    expect::that(answer.status == status_of(code, message), || format!("expected {} {code}, got {}", status_of(code, message), answer.summary()))?;
    let json = answer.json()?;
    expect::equal("number of errors", Some(1), json.as_array().map(Vec::len))?;
    expect::equal("errorCode", Some(code), json[0]["errorCode"].as_str())?;
    let seen = json[0]["message"].as_str().unwrap_or_default();
    match message {
        Some(message) => expect::that(expect::text_matches(message, seen), || format!("message: expected {message:?}, got {seen:?}")),
        None => Ok(()),
    }
}

/// A value as tables write it.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(members) if members.contains_key("records") => {
            let records = members["records"].as_array().map_or(&[][..], Vec::as_slice);
            records.iter().map(first_field).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

/// The first field of a record, its attributes left aside.
fn first_field(record: &Value) -> String {
    let fields = record.as_object().into_iter().flatten();
    fields.filter(|(name, _)| *name != "attributes").map(|(_, value)| shown(value)).next().unwrap_or_default()
}

async fn create(world: &mut World, user: &str, object: &str, name: &str, step: &Step) -> Outcome {
    let fields = fields(world, &pairs(step)?)?;
    call(world, user, Method::POST, &format!("/sobjects/{object}"), Some(fields)).await?;
    if let Ok(id) = world.answer()?.member("id") {
        world.records.insert(name.to_owned(), Record { object: object.to_owned(), id });
    }
    Ok(())
}

/// A moment as the API wants it, so many seconds from another one.
fn moment(from: &str, seconds: i64) -> Outcome<String> {
    let from: jiff::Timestamp = from.parse().map_err(|error| Failure::new(format!("not a moment: {error}")))?;
    let moved = from.checked_add(jiff::SignedDuration::from_secs(seconds)).map_err(|error| Failure::new(format!("not a moment: {error}")))?;
    Ok(moved.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

/// The first number of `api-usage=18/5000`.
fn used_calls(limit_info: &str) -> Option<u64> {
    limit_info.strip_prefix("api-usage=")?.split('/').next()?.parse().ok()
}

fn must_be_created(world: &World) -> Outcome {
    let answer = world.answer()?;
    expect::that(answer.status == 201, || format!("expected 201, got {}", answer.summary()))?;
    expect::json_matches(&json!({ "id": "{id}", "success": true, "errors": [], "...": "{any}" }), &answer.json()?)
}

fn row_path(world: &World, object: &str, name: &str) -> Outcome<String> {
    let record = world.records.get(name).or_fail(|| format!("this scenario has no record {name:?}"))?;
    Ok(format!("/sobjects/{object}/{}", record.id))
}

/// Fields as JSON: `null`, `true`, numbers and braces in quotes read as JSON, anything else is text.
fn fields(world: &World, pairs: &[(String, String)]) -> Outcome<Value> {
    let mut fields = Map::new();
    for (name, value) in pairs {
        fields.insert(name.clone(), value_of(&world.expand(value)?));
    }
    Ok(Value::Object(fields))
}

/// `0012` and `+49` are text, `12` is a number, `"12"` is text again.
fn value_of(text: &str) -> Value {
    let is_text = text.starts_with('+') || (text.len() > 1 && text.starts_with('0') && !text.starts_with("0."));
    if is_text { Value::from(text) } else { serde_json::from_str(text).unwrap_or_else(|_| Value::from(text)) }
}

/// The records of a table, each with the name later steps call it by: its `ref`, else its first cell.
fn read_table(world: &World, object: &str, rows: &[Vec<String>]) -> Outcome<(Vec<String>, Vec<Value>)> {
    let (headings, rows) = rows.split_first().ok_or_else(|| Failure::untold("any record"))?;
    let mut documents = (Vec::new(), Vec::new());
    for row in rows {
        let cells: Vec<(String, String)> =
            headings.iter().cloned().zip(row.iter().cloned()).filter(|(heading, cell)| heading != REF && !cell.is_empty()).collect();
        let name = headings.iter().position(|heading| heading == REF).and_then(|at| row.get(at)).or(row.first());
        documents.0.push(name.cloned().unwrap_or_default());
        documents.1.push(json!({ "type": object, "fields": fields(world, &cells)? }));
    }
    Ok(documents)
}

/// Statuses of error codes that are not plain 400. Source: reference tables of the REST API's errors.
fn status_of(code: &str, message: Option<&str>) -> u16 {
    match code {
        "INVALID_SESSION_ID" | "INVALID_AUTH_HEADER" => 401,
        "API_DISABLED_FOR_ORG"
        | "API_CURRENTLY_DISABLED"
        | "INVALID_OPERATION_WITH_EXPIRED_PASSWORD"
        | "REQUEST_LIMIT_EXCEEDED"
        | "INSUFFICIENT_ACCESS_OR_READONLY"
        | "INSUFFICIENT_ACCESS" => 403,
        "NOT_FOUND" | "ENTITY_IS_DELETED" => 404,
        "METHOD_NOT_ALLOWED" => 405,
        "GONE" => 410,
        "UNSUPPORTED_MEDIA_TYPE" => 415,
        "SERVER_UNAVAILABLE" => 503,
        // As the address of a row it is 404, as a reference in a body 400.
        "INVALID_CROSS_REFERENCE_KEY" if message == Some("invalid cross reference id") => 404,
        _ => 400,
    }
}
