//! Components read and written one by one, without an archive.

use super::super::call::{Call, Reply};
use super::super::fault::Fault;
use super::unknown_type;
use crate::metadata::{Act, Message, Outcome, child, document_without_root, items_of_call, kind, removal};
use crate::xml::Element;
use crate::xml::markup::Markup;

/// Components of one call. Source: Metadata API guide, CRUD-based calls.
const MOST: usize = 10;

/// What a call does to components.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verb {
    Create,
    Update,
    Upsert,
}

/// Why one component was refused: code and words.
type Refusal = (&'static str, String);

/// `readMetadata(type, fullNames…)`: one record for each name, nil for what is not there.
pub fn read(call: &Call) -> Result<Reply, Fault> {
    let name = call.parameter("type")?.trim();
    let names = names(call)?;
    known(name)?;
    let mut out = Markup::default();
    out.open("result");
    for full_name in names {
        match call.app().component(&call.caller, name, full_name)? {
            None => out.nil("records"),
            Some(found) => {
                out.open_with("records", &format!("xsi:type=\"{name}\""));
                out.leaf("fullName", &found.properties.full_name);
                let rest: Vec<Element> = found.members.into_iter().filter(|member| member.name.local != "fullName").collect();
                out.raw(&document_without_root(&rest));
                out.close("records");
            }
        }
    }
    out.close("result");
    Ok(Reply::of(out.into_string()))
}

pub fn create(call: &Call) -> Result<Reply, Fault> {
    save(call, Verb::Create)
}

pub fn update(call: &Call) -> Result<Reply, Fault> {
    save(call, Verb::Update)
}

pub fn upsert(call: &Call) -> Result<Reply, Fault> {
    save(call, Verb::Upsert)
}

/// `createMetadata(metadata…)` and its like: a result for each.
fn save(call: &Call, verb: Verb) -> Result<Reply, Fault> {
    let given: Vec<&Element> = call.element().all("metadata").collect();
    within_limit(given.len())?;
    let mut out = Markup::default();
    for element in given {
        let name =
            element.kind.as_ref().map(|kind| kind.local.as_str()).ok_or_else(|| Fault::api("INVALID_TYPE", "Must specify a type for metadata"))?;
        known(name)?;
        let full_name = element.text_of("fullName").unwrap_or_default().trim().to_owned();
        let outcome = save_one(call, verb, name, &full_name, element)?;
        result(&mut out, &full_name, &outcome.map(|created| (verb == Verb::Upsert).then_some(created)));
    }
    Ok(Reply::of(out.into_string()))
}

/// Whether the component is new.
fn save_one(call: &Call, verb: Verb, name: &str, full_name: &str, element: &Element) -> Result<Result<bool, Refusal>, Fault> {
    if full_name.is_empty() {
        return Ok(Err(("FIELD_INTEGRITY_EXCEPTION", "Required field is missing: fullName".to_owned())));
    }
    let exists = call.app().component(&call.caller, name, full_name)?.is_some();
    match (verb, exists) {
        (Verb::Create, true) => return Ok(Err(("DUPLICATE_DEVELOPER_NAME", already_there(name, full_name)))),
        (Verb::Update, false) => return Ok(Err(("INVALID_CROSS_REFERENCE_KEY", not_there(name, full_name)))),
        _ => {}
    }
    let mut items = items_of_call(name, full_name, element).unwrap_or_default();
    for item in &mut items {
        if let Act::Put(source) = &mut item.act {
            source.members.shift_remove("fullName");
        }
    }
    let messages = call.app().save_components(&call.caller, &items)?;
    Ok(match problem(&messages) {
        Some(problem) => Err(("FIELD_INTEGRITY_EXCEPTION", problem)),
        None => Ok(!exists),
    })
}

fn problem(messages: &[Message]) -> Option<String> {
    messages.iter().find_map(|message| if let Outcome::Failed(failure) = &message.outcome { Some(failure.problem.clone()) } else { None })
}

/// `deleteMetadata(type, fullNames…)`
pub fn delete(call: &Call) -> Result<Reply, Fault> {
    let name = call.parameter("type")?.trim();
    let names = names(call)?;
    known(name)?;
    let mut out = Markup::default();
    for full_name in names {
        let outcome = if call.app().component(&call.caller, name, full_name)?.is_some() {
            let items: Vec<_> = removal(name, full_name).into_iter().collect();
            let messages = call.app().save_components(&call.caller, &items)?;
            problem(&messages).map_or(Ok(None), |problem| Err(("DEPENDENCY_EXISTS", problem)))
        } else {
            Err(("INVALID_CROSS_REFERENCE_KEY", not_there(name, full_name)))
        };
        result(&mut out, full_name, &outcome);
    }
    Ok(Reply::of(out.into_string()))
}

/// `created` stands in the results of upserts alone.
fn result(out: &mut Markup, full_name: &str, outcome: &Result<Option<bool>, Refusal>) {
    out.within("result", |out| {
        if let Ok(Some(created)) = outcome {
            out.value("created", *created);
        }
        if let Err((code, message)) = outcome {
            out.within("errors", |out| {
                out.leaf("message", message);
                out.leaf("statusCode", code);
            });
        }
        out.leaf("fullName", full_name);
        out.value("success", outcome.is_ok());
    });
}

fn names(call: &Call) -> Result<Vec<&str>, Fault> {
    let names: Vec<&str> = call.element().all("fullNames").map(|name| name.text.trim()).collect();
    within_limit(names.len()).map(|()| names)
}

fn within_limit(count: usize) -> Result<(), Fault> {
    if count > MOST { Err(Fault::too_many(MOST)) } else { Ok(()) }
}

fn known(name: &str) -> Result<(), Fault> {
    if kind(name).is_some() || child(name).is_some() { Ok(()) } else { Err(unknown_type(name)) }
}

fn not_there(name: &str, full_name: &str) -> String {
    format!("In field: fullName - no {name} named {full_name} found")
}

/// GUESS: worded as the definitions' own refusal of a taken name where one is known.
fn already_there(name: &str, full_name: &str) -> String {
    match full_name.split_once('.') {
        Some((object, field)) if name == "CustomField" => format!("There is already a field named {} on {object}.", field.trim_end_matches("__c")),
        _ if name == "CustomObject" => "That object name is already in use.".to_owned(),
        _ => format!("Duplicate {name}: the developer name is already in use."),
    }
}
