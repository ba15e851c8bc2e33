//! What would run Apex. Nothing is run: a test fails and says so, and so does a block of statements that could have an effect.
//!
//! GUESS: the shapes of these answers are remembered; what they hold is our choice. A block that only logs is answered as done,
//! because running it would change nothing.

use serde_json::{Value as Json, json};

use super::code;
use crate::api::rest::call::Call;
use crate::api::rest::error::RestError;
use crate::api::rest::format::Answer;
use crate::id::RecordId;
use crate::metadata::without_comments;
use crate::records::{RecordError, Rows, Value};
use crate::schema::Schema;

const NOT_RUN: &str = "System.UnexpectedException: This server stores Apex and runs none";

/// `GET /services/data/v67.0/tooling/executeAnonymous?anonymousBody=…`
pub fn anonymous(call: &Call<'_>) -> Result<Answer, RestError> {
    let source = call.parameter("anonymousBody").ok_or(RestError::MissingParameter("anonymousBody"))?;
    Ok(Answer::json(outcome(&source).to_string(), "ExecuteAnonymousResult"))
}

fn outcome(source: &str) -> Json {
    let bare = without_comments(source);
    let answer = |line: i64, problem: Option<String>, exception: Option<&str>| {
        json!({
            "line": line,
            "column": line,
            "compiled": problem.is_none(),
            "success": problem.is_none() && exception.is_none(),
            "compileProblem": problem,
            "exceptionStackTrace": exception.map(|_| "AnonymousBlock: line 1, column 1"),
            "exceptionMessage": exception,
        })
    };
    match problem(&bare) {
        Some(problem) => answer(1, Some(problem), None),
        None if only_logs(&bare) => answer(-1, None, None),
        None => answer(1, None, Some(NOT_RUN)),
    }
}

/// Brackets that do not match, or a last statement without an end.
fn problem(bare: &str) -> Option<String> {
    let mut open = Vec::new();
    let outside = outside_texts(bare);
    for c in outside.chars() {
        match c {
            '(' | '[' | '{' => open.push(c),
            ')' | ']' | '}' => {
                let pair = open.pop();
                if !matches!((pair, c), (Some('('), ')') | (Some('['), ']') | (Some('{'), '}')) {
                    return Some(format!("Unexpected token '{c}'."));
                }
            }
            _ => {}
        }
    }
    let end = outside.trim_end().chars().next_back();
    match end {
        _ if !open.is_empty() => Some("Unexpected token '<EOF>'.".to_owned()),
        Some(';' | '}') | None => None,
        Some(_) => Some("Unexpected token '<EOF>'.".to_owned()),
    }
}

/// The source with text literals emptied.
fn outside_texts(bare: &str) -> String {
    let (mut out, mut inside, mut escaped) = (String::with_capacity(bare.len()), false, false);
    for c in bare.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if inside => escaped = true,
            '\'' => {
                inside = !inside;
                out.push(c);
            }
            _ if inside => {}
            _ => out.push(c),
        }
    }
    out
}

/// Nothing, or calls of `System.debug` with a literal.
fn only_logs(bare: &str) -> bool {
    let outside = outside_texts(bare);
    outside.split(';').map(str::trim).filter(|statement| !statement.is_empty()).all(|statement| {
        let lower = statement.to_ascii_lowercase();
        let argument = lower.strip_prefix("system.debug").map(str::trim).and_then(|rest| rest.strip_prefix('(')?.strip_suffix(')'));
        argument.is_some_and(|argument| argument.chars().all(|c| c.is_alphanumeric() || " '+.\"".contains(c)))
    })
}

/// `POST` or `GET /services/data/v67.0/tooling/runTestsAsynchronous`: the id of the job, as a JSON text.
pub fn run_later(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let wanted = Wanted::read(call)?;
    let id = call.db.write(|tx| {
        let classes = wanted.classes(tx, &schema)?;
        Ok::<_, RestError>(queue(call, tx, &schema, &classes)?)
    })?;
    Ok(Answer::json(Json::from(id.to_string()).to_string(), "string"))
}

/// `POST` or `GET /services/data/v67.0/tooling/runTestsSynchronous`
pub fn run_now(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let wanted = Wanted::read(call)?;
    let classes = call.db.read(|tx| wanted.classes(tx, &schema))?;
    let failures: Vec<Json> = classes.iter().map(failure).collect();
    let result = json!({
        "apexLogId": null,
        "codeCoverage": [],
        "codeCoverageWarnings": [],
        "failures": failures,
        "flowCoverage": [],
        "flowCoverageWarnings": [],
        "numFailures": failures.len(),
        "numTestsRun": failures.len(),
        "successes": [],
        "totalTime": 0.0,
    });
    Ok(Answer::json(result.to_string(), "RunTestsResult"))
}

fn failure(class: &Class) -> Json {
    json!({
        "id": class.id.to_string(),
        "message": NOT_RUN,
        "methodName": null,
        "name": class.name,
        "namespace": null,
        "packageName": class.name,
        "seeAllData": false,
        "stackTrace": "External entry point",
        "time": 0.0,
        "type": "Class",
    })
}

/// A class to be tested.
struct Class {
    id: RecordId,
    name: String,
}

/// Which tests a call names: classes by name or id.
struct Wanted {
    names: Vec<String>,
    ids: Vec<String>,
}

impl Wanted {
    fn read(call: &Call<'_>) -> Result<Self, RestError> {
        let mut wanted = Self { names: list(call.parameter("classnames")), ids: list(call.parameter("classids")) };
        if call.body.is_empty() {
            return Ok(wanted);
        }
        let body: Json = serde_json::from_slice(call.body).map_err(|_| match crate::records::Json::parse(call.body) {
            Err(error) => RestError::from(RecordError::from(error)),
            Ok(_) => RestError::BodyUnreadable,
        })?;
        let text = |name: &str| list(body.get(name).and_then(Json::as_str).map(str::to_owned));
        wanted.names.extend(text("classNames"));
        wanted.ids.extend(text("classids"));
        for test in body.get("tests").or(body.as_array().map(|_| &body)).and_then(Json::as_array).into_iter().flatten() {
            wanted.ids.extend(test.get("classId").and_then(Json::as_str).map(str::to_owned));
            wanted.names.extend(test.get("className").and_then(Json::as_str).map(str::to_owned));
        }
        Ok(wanted)
    }

    /// # Errors
    /// A class that is not there. GUESS: the words.
    fn classes(&self, rows: &dyn Rows, schema: &Schema) -> Result<Vec<Class>, RestError> {
        let Some(object) = schema.any_object("ApexClass").map(code::stored_as) else { return Ok(Vec::new()) };
        let unknown = |name: &str| RestError::from(RecordError::Query { code: "INVALID_INPUT", message: format!("Class name not found: {name}") });
        let mut classes = Vec::new();
        let name_field = object.field_index("Name");
        for text in &self.ids {
            let id = RecordId::parse(text).map_err(|_| unknown(text))?;
            let stored = rows.load(object, id).map_err(RecordError::from)?.ok_or_else(|| unknown(text))?;
            let name = name_field.and_then(|index| stored.get(index)).and_then(Value::as_text).unwrap_or_default().to_owned();
            classes.push(Class { id, name });
        }
        for name in &self.names {
            let field = name_field.ok_or_else(|| unknown(name))?;
            let found = rows.ids_where(object, field, &Value::Text(name.clone()), 1).map_err(RecordError::from)?;
            let id = found.into_iter().next().ok_or_else(|| unknown(name))?;
            classes.push(Class { id, name: name.clone() });
        }
        Ok(classes)
    }
}

fn list(text: Option<String>) -> Vec<String> {
    text.unwrap_or_default().split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// The job and its results, all of them there at once.
fn queue(call: &Call<'_>, rows: &dyn Rows, schema: &Schema, classes: &[Class]) -> Result<RecordId, RecordError> {
    let (now, by) = (Value::Integer(call.app.now().whole_second().0), Value::Text(call.caller.user.id.to_string()));
    let count = Value::Integer(i64::try_from(classes.len()).unwrap_or(i64::MAX));
    let text = |text: &str| Value::Text(text.to_owned());
    let job = system_row(
        rows,
        schema,
        "AsyncApexJob",
        (&now, &by),
        &[
            ("JobType", text("TestRequest")),
            ("Status", text("Completed")),
            ("JobItemsProcessed", count.clone()),
            ("TotalJobItems", count.clone()),
            ("NumberOfErrors", count.clone()),
            ("CompletedDate", now.clone()),
        ],
    )?;
    let id = |id: RecordId| Value::Text(id.to_string());
    let run = system_row(
        rows,
        schema,
        "ApexTestRunResult",
        (&now, &by),
        &[
            ("AsyncApexJobId", id(job)),
            ("UserId", by.clone()),
            ("Status", text("Failed")),
            ("ClassesEnqueued", count.clone()),
            ("ClassesCompleted", count.clone()),
            ("MethodsEnqueued", count.clone()),
            ("MethodsCompleted", count.clone()),
            ("MethodsFailed", count),
            ("StartTime", now.clone()),
            ("EndTime", now.clone()),
        ],
    )?;
    for class in classes {
        let item = system_row(
            rows,
            schema,
            "ApexTestQueueItem",
            (&now, &by),
            &[
                ("ApexClassId", id(class.id)),
                ("ParentJobId", id(job)),
                ("Status", text("Failed")),
                ("ExtendedStatus", text("(0/1)")),
                ("TestRunResultId", id(run)),
            ],
        )?;
        system_row(
            rows,
            schema,
            "ApexTestResult",
            (&now, &by),
            &[
                ("ApexClassId", id(class.id)),
                ("AsyncApexJobId", id(job)),
                ("QueueItemId", id(item)),
                ("ApexTestRunResultId", id(run)),
                ("Outcome", text("Fail")),
                ("Message", text(NOT_RUN)),
                ("TestTimestamp", now.clone()),
            ],
        )?;
    }
    Ok(job)
}

/// A row that no caller may write.
fn system_row(
    rows: &dyn Rows,
    schema: &Schema,
    object: &str,
    (now, by): (&Value, &Value),
    values: &[(&str, Value)],
) -> Result<RecordId, RecordError> {
    let object = schema.any_object(object).map(code::stored_as).ok_or(RecordError::NotFound)?;
    let id = rows.new_id(object.key_prefix.as_deref().unwrap_or("000"))?;
    let stamps = [
        ("Id", Value::Text(id.to_string())),
        ("CreatedDate", now.clone()),
        ("CreatedById", by.clone()),
        ("LastModifiedDate", now.clone()),
        ("LastModifiedById", by.clone()),
        ("SystemModstamp", now.clone()),
    ];
    let all = stamps.iter().chain(values).filter_map(|(name, value)| Some((object.field_index(name)?, value.clone())));
    rows.insert(object, &all.collect::<Vec<_>>())?;
    Ok(id)
}

/// `GET /services/data/v67.0/tooling/completions?type=apex`: what an editor offers. Nothing is known of Apex's own classes here.
pub fn completions(call: &Call<'_>) -> Result<Answer, RestError> {
    let kind = call.parameter("type").ok_or(RestError::MissingParameter("type"))?;
    let known = match kind.as_str() {
        "apex" => json!({ "publicDeclarations": {} }),
        "visualforce" => json!({ "components": {} }),
        _ => {
            let message = format!("Invalid completions type: {kind}");
            return Err(RecordError::Query { code: "INVALID_INPUT", message }.into());
        }
    };
    Ok(Answer::json(known.to_string(), "CompletionsResult"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, compiled: bool, success: bool) {
        let answer = outcome(source);
        assert_eq!((&answer["compiled"], &answer["success"]), (&json!(compiled), &json!(success)), "{source}");
    }

    #[test]
    fn only_what_has_no_effect_is_said_to_be_done() {
        check("", true, true);
        check("System.debug('a;b(');", true, true);
        check("// insert x;\nSystem.debug('it''s');", true, true);
        check("insert new Account(Name='x');", true, false);
        check("System.debug(Database.delete(x));", true, false);
    }

    #[test]
    fn what_cannot_be_read_does_not_compile() {
        for source in ["System.debug('a')", "foo(;", "}", "if (true) {"] {
            check(source, false, false);
        }
    }
}
