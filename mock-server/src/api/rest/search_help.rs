//! What search pages ask besides: the objects searched, the columns of their results, and suggestions while one types.
//! Source: `rest.md` section 4, and the published examples of each answer.

use catalogue::{FieldType, Object};
use serde::Serialize;
use serde_json::json;

use super::call::Call;
use super::error::RestError;
use super::format::Answer;
use super::resources::Resources;
use super::search::{by_body, by_parameters, found, run};
use crate::records::{self, RecordError};
use crate::schema::{Schema, list_columns};

/// Rows of a suggestion list unless the caller asks for fewer or more.
const SUGGESTED: usize = 5;
/// Objects `search/layout` takes at once.
const MOST_LAYOUTS: usize = 100;

pub fn rows(rows: Resources) -> Resources {
    rows.get("rest/search", "/services/data/{version}/search", run)
        .get("rest/parameterized-search", "/services/data/{version}/parameterizedSearch", by_parameters)
        .post("rest/parameterized-search-post", "/services/data/{version}/parameterizedSearch", by_body)
        .get("rest/search-scope-order", "/services/data/{version}/search/scopeOrder", scope_order)
        .get("rest/search-layout", "/services/data/{version}/search/layout", layout)
        .get("rest/search-suggestions", "/services/data/{version}/search/suggestions", suggestions)
        .get("rest/search-suggest-queries", "/services/data/{version}/search/suggestSearchQueries", suggest_queries)
}

fn array(value: &impl Serialize) -> Result<Answer, RestError> {
    Ok(Answer::json(serde_json::to_vec(value).map_err(crate::storage::StoreError::new)?, "Array"))
}

/// `GET /services/data/v67.0/search/scopeOrder`: the objects a global search looks at.
///
/// GUESS: by name; Salesforce puts those the user works with most in front.
fn scope_order(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let entry = |object: &&Object| {
        let url = format!("/services/data/{}/sobjects/{}/describe", call.asked().version, object.name);
        json!({ "type": object.name, "url": url })
    };
    let visible = schema.objects().into_iter().filter(|object| call.caller.access.sees(object));
    array(&records::everything(visible).iter().map(entry).collect::<Vec<_>>())
}

/// `GET /services/data/v67.0/search/layout?q=Account,Contact`: the columns of search results.
fn layout(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let names = call.parameter("q").filter(|names| !names.is_empty()).ok_or(RestError::MissingParameter("q"))?;
    let names: Vec<&str> = names.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    if names.len() > MOST_LAYOUTS {
        let message = format!("The number of objects requested ({}) exceeds the maximum of {MOST_LAYOUTS}", names.len());
        return Err(RecordError::Query { code: "LIMIT_EXCEEDED", message }.into());
    }
    let layouts: Result<Vec<_>, RestError> = names.into_iter().map(|name| Ok(layout_of(searchable(call, &schema, name)?))).collect();
    array(&layouts?)
}

/// The object of that name, if it can be searched.
fn searchable<'s>(call: &Call<'_>, schema: &'s Schema, name: &str) -> Result<&'s Object, RestError> {
    let unknown = || {
        let message = format!("sObject type '{name}' is not supported.");
        RestError::from(RecordError::Query { code: "INVALID_TYPE", message })
    };
    schema.object(name).filter(|object| object.flags.searchable && call.caller.access.sees(object)).ok_or_else(unknown)
}

fn layout_of(object: &Object) -> serde_json::Value {
    let column = |field: &str, label: &str, kind: FieldType| {
        let format = match kind {
            FieldType::Date => Some("date"),
            FieldType::Datetime => Some("datetime"),
            _ => None,
        };
        json!({ "field": format!("{}.{field}", object.name), "format": format, "label": label, "name": field })
    };
    let columns: Vec<_> = list_columns(object).into_iter().map(|listed| column(&listed.path, &listed.label, listed.kind)).collect();
    json!({ "label": "Search Results", "limitRows": 25, "objectType": object.name, "searchColumns": columns })
}

/// `GET /services/data/v67.0/search/suggestions?q=acm&sobject=Account`: records whose name begins like what is typed.
fn suggestions(call: &Call<'_>) -> Result<Answer, RestError> {
    let typed = call.parameter("q").filter(|text| !text.trim().is_empty()).ok_or(RestError::MissingParameter("q"))?;
    let names = call.parameter("sobject").filter(|names| !names.is_empty()).ok_or(RestError::MissingParameter("sobject"))?;
    let lenient = call.parameter("ignoreUnsupportedSObjects").is_some_and(|value| value == "true");
    let limit = call.number("limit")?.unwrap_or(SUGGESTED);
    let schema = call.schema()?;
    let mut found_records = Vec::new();
    for name in names.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        let object = match searchable(call, &schema, name) {
            Err(_) if lenient => continue,
            object => object?,
        };
        let sosl = suggesting(call, object, &typed)?;
        found_records.extend(found(call, &schema, &sosl)?.lists.into_iter().flat_map(|list| list.records));
    }
    let more = found_records.len() > limit;
    found_records.truncate(limit);
    let mut out = br#"{"autoSuggestResults":["#.to_vec();
    for (place, record) in found_records.iter().enumerate() {
        if place > 0 {
            out.push(b',');
        }
        out.extend_from_slice(&record.spelled);
    }
    out.extend_from_slice(format!("],\"hasMoreResults\":{more}}}").as_bytes());
    Ok(Answer::json(out, "SuggestionResult"))
}

/// All words in the name, the last one by its beginning.
fn suggesting(call: &Call<'_>, object: &Object, typed: &str) -> Result<String, RestError> {
    let words: Vec<String> = soql::sosl::words(typed).into_iter().map(|word| word.folded).collect();
    if words.concat().len() < 2 {
        let message = "The search string is too short".to_owned();
        return Err(RecordError::Query { code: "INVALID_SEARCH", message }.into());
    }
    let mut fields = vec!["Id".to_owned(), object.name_field.as_deref().unwrap_or("Id").to_owned()];
    let asked = call.parameter("fields").unwrap_or_default();
    fields.extend(asked.split(',').map(str::trim).filter(|name| object.field(name).is_some()).map(str::to_owned));
    let mut seen: Vec<String> = Vec::new();
    fields.retain(|field| {
        let fresh = !seen.iter().any(|known| known.eq_ignore_ascii_case(field));
        seen.push(field.clone());
        fresh
    });
    let condition = call.parameter("where").filter(|text| !text.is_empty()).map_or(String::new(), |text| format!(" WHERE {text}"));
    // Quotes keep words such as AND from joining others.
    let term = words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" ");
    let term = format!("{}*\"", term.trim_end_matches('"'));
    Ok(format!("FIND {{{term}}} IN NAME FIELDS RETURNING {}({}{condition})", object.name, fields.join(",")))
}

/// `GET /services/data/v67.0/search/suggestSearchQueries?q=…&language=en`: what other users of the knowledge base searched for.
/// Nothing is suggested, since nobody keeps what was searched for.
fn suggest_queries(call: &Call<'_>) -> Result<Answer, RestError> {
    for name in ["q", "language"] {
        call.parameter(name).filter(|text| !text.is_empty()).ok_or(RestError::MissingParameter(name))?;
    }
    Ok(Answer::json(r#"{"autoSuggestResults":[],"hasMoreResults":false}"#, "SuggestionResult"))
}
