//! `search` and `parameterizedSearch`. Source: `soql.md` section 11, `rest.md` section 4.

use serde::Serialize;
use serde_json::json;

use super::call::Call;
use super::error::RestError;
use super::format::Answer;
use super::search_parameters::Wanted;
use super::versions::ApiVersion;
use crate::records::{self, Found, FoundList, FoundRecord, RecordError, Searches};
use crate::schema::{Schema, list_view};

/// The first version whose answer is an object; before, it is the bare array of records.
const ENVELOPED: u16 = 37;

/// `GET /services/data/v67.0/search?q=FIND…`
pub fn run(call: &Call<'_>) -> Result<Answer, RestError> {
    let sosl = call.parameter("q").filter(|sosl| !sosl.trim().is_empty()).ok_or_else(no_search)?;
    answered(call, &sosl)
}

/// GUESS: worded as the same refusal of a query.
fn no_search() -> RestError {
    RecordError::Query { code: "MALFORMED_SEARCH", message: "A search string has to be specified".to_owned() }.into()
}

/// `GET /services/data/v67.0/parameterizedSearch?q=…&sobject=…`
pub fn by_parameters(call: &Call<'_>) -> Result<Answer, RestError> {
    answered(call, &Wanted::of_address(call)?.sosl())
}

/// `POST /services/data/v67.0/parameterizedSearch`
pub fn by_body(call: &Call<'_>) -> Result<Answer, RestError> {
    answered(call, &Wanted::of_body(call)?.sosl())
}

fn answered(call: &Call<'_>, sosl: &str) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let found = found(call, &schema, sosl)?;
    Ok(Answer::json(json(&found, &schema, call.version), "SearchResults"))
}

/// Runs a search for this caller.
pub fn found(call: &Call<'_>, schema: &Schema, sosl: &str) -> Result<Found, RestError> {
    let asked = call.asked();
    let user = call.caller.user.id.to_string();
    let views = |object: &catalogue::Object, name: &str| list_view(object, name).map(|view| view.searched(object, &user));
    let found = call.db.read_fresh(|tx, may_write| {
        let view = call.view(schema, tx);
        let everything = records::everything(schema.objects());
        let searches = Searches { db: tx, catalog: &view, asked: &asked, everything, views: &views };
        if may_write { searches.run_fresh(sosl, &asked.json()).map(Some) } else { searches.run(sosl, &asked.json()) }
    })?;
    Ok(found.unwrap_or(Found { lists: Vec::new(), labels: false }))
}

fn json(found: &Found, schema: &Schema, version: ApiVersion) -> Vec<u8> {
    let enveloped = version.number() >= ENVELOPED;
    let mut out = if enveloped { br#"{"searchRecords":["#.to_vec() } else { b"[".to_vec() };
    for (place, record) in found.lists.iter().flat_map(|list| &list.records).enumerate() {
        if place > 0 {
            out.push(b',');
        }
        write_record(&mut out, record);
    }
    out.push(b']');
    if enveloped {
        if found.labels {
            out.extend_from_slice(br#","metadata":"#);
            out.extend_from_slice(labels(&found.lists, schema).to_string().as_bytes());
        }
        out.push(b'}');
    }
    out
}

/// The record, with what was marked in it behind its own fields.
fn write_record(out: &mut Vec<u8>, record: &FoundRecord) {
    out.extend_from_slice(&record.spelled);
    let snippet = record.snippet.iter().map(|text| ("snippet.text".to_owned(), text));
    let highlights = record.highlights.iter().map(|(name, text)| (format!("highlight.{name}"), text));
    for (key, text) in snippet.chain(highlights) {
        // The closing brace moves behind the new member.
        out.pop();
        out.extend_from_slice(format!(",{}:{}}}", json!(key), json!(text)).as_bytes());
    }
}

/// The display labels of the fields shown. `entityetadata` is what the published answer has.
fn labels(lists: &[FoundList], schema: &Schema) -> serde_json::Value {
    #[derive(Serialize)]
    struct FieldLabel<'a> {
        name: &'a str,
        label: &'a str,
    }
    let entity = |list: &FoundList| {
        let object = schema.object(&list.object)?;
        let label = |name: &String| object.field(name).map(|field| json!(FieldLabel { name: &field.name, label: &field.label }));
        Some(json!({ "entityName": object.name, "fieldMetadata": list.fields.iter().filter_map(label).collect::<Vec<_>>() }))
    };
    json!({ "entityetadata": lists.iter().filter_map(entity).collect::<Vec<_>>() })
}
