//! `/composite/tree/Account`: records with their children, all created or none. Source: `rest.md` section 5.

use std::borrow::Cow;
use std::collections::{HashSet, VecDeque};

use axum::http::StatusCode;
use catalogue::Object;

use super::MOST_CHANGED;
use super::envelope::Members;
use super::item::{Failed, Refused};
use super::reference::{quote, separate};
use super::{body, since};
use crate::api::rest::call::Call;
use crate::api::rest::error::RestError;
use crate::api::rest::format::Answer;
use crate::api::rest::records::found;
use crate::id::RecordId;
use crate::records::{Input, Json, JsonKind, RecordError};
use crate::schema::Schema;
use crate::storage::StoreError;

const SINCE: u16 = 34;
const MAX_LEVELS: usize = 5;
const MAX_TYPES: usize = 5;

/// One record of the tree.
struct Node<'j> {
    object: &'j Object,
    reference_id: Cow<'j, str>,
    /// Its fields: no attributes, no child lists.
    fields: Vec<(Cow<'j, str>, Json<'j>)>,
    offset: usize,
    parent: Option<Parent<'j>>,
    level: usize,
}

/// The node another hangs on, and the field that names it.
#[derive(Clone)]
struct Parent<'j> {
    place: usize,
    field: &'j str,
}

/// A record still to be read.
struct Pending<'j> {
    json: &'j Json<'j>,
    object: &'j Object,
    parent: Option<Parent<'j>>,
    level: usize,
}

/// A record that fails, by its reference id.
type Failure<'j> = (Option<Cow<'j, str>>, Failed);

/// A tree that is read level by level, which is also the order of its results.
struct Tree<'j> {
    schema: &'j Schema,
    body: &'j [u8],
    nodes: Vec<Node<'j>>,
}

/// `POST /services/data/v67.0/composite/tree/Account`
pub fn create(call: &Call<'_>) -> Result<Answer, RestError> {
    since(call, SINCE)?;
    let schema = call.schema()?;
    let root = found(call, &schema, &call.segment("object"))?;
    let body = &*body::read(call, body::records)?;
    let json = Json::parse(body).map_err(RecordError::from)?;
    let list = Members::of(&json, &["records"], body)?.required_list("records")?;
    let mut tree = Tree { schema: &schema, body, nodes: Vec::new() };
    let failures = tree.read(root, list)?;
    if !failures.is_empty() {
        return Ok(refused(&failures));
    }
    match call.db.write(|tx| tree.write(|node, input| tx.savepoint(|| Ok(call.change(&schema).create(tx, node.object, input)?)))) {
        Ok(ids) => Ok(created(&tree.nodes, &ids)),
        Err(Undone::Failures(failures)) => Ok(refused(&failures)),
        Err(Undone::Whole(error)) => Err(error),
    }
}

/// Why nothing was created.
enum Undone<'j> {
    Failures(Vec<Failure<'j>>),
    Whole(RestError),
}

impl From<StoreError> for Undone<'_> {
    fn from(error: StoreError) -> Self {
        Self::Whole(error.into())
    }
}

impl<'j> Tree<'j> {
    /// Reads all records; gives those that cannot be part of a tree.
    fn read(&mut self, root: &'j Object, list: &'j [Json<'j>]) -> Result<Vec<Failure<'j>>, RestError> {
        let mut pending: VecDeque<_> = list.iter().map(|json| Pending { json, object: root, parent: None, level: 1 }).collect();
        let (mut failures, mut ids, mut types) = (Vec::new(), HashSet::new(), HashSet::new());
        while let Some(next) = pending.pop_front() {
            let (object, level) = (next.object, next.level);
            let reference_id = self.read_one(next, &mut pending)?;
            types.insert(&*object.name);
            let misfit = match &reference_id {
                Err(_) => None,
                Ok(id) if !ids.insert(id.to_string()) => Some(invalid("Duplicate ReferenceId provided in the request.")),
                Ok(_) if level > MAX_LEVELS => Some(invalid(format!("The request can’t contain more than {MAX_LEVELS} levels."))),
                Ok(_) if types.len() > MAX_TYPES => Some(invalid(format!("The request can’t contain more than {MAX_TYPES} types of records."))),
                Ok(_) if self.nodes.len() > MOST_CHANGED => Some(invalid(format!("The request can’t contain more than {MOST_CHANGED} records."))),
                Ok(_) => None,
            };
            match reference_id {
                Err(failure) => failures.push(failure),
                Ok(id) => failures.extend(misfit.map(|failed| (Some(id), failed))),
            }
            if self.nodes.len() + failures.len() > MOST_CHANGED {
                break;
            }
        }
        Ok(failures)
    }

    /// Makes a node of a record and puts its children behind the others. Gives its reference id.
    fn read_one(&mut self, pending: Pending<'j>, later: &mut VecDeque<Pending<'j>>) -> Result<Result<Cow<'j, str>, Failure<'j>>, RestError> {
        let Pending { json, object, parent, level } = pending;
        let members = Members::open(json, self.body)?;
        let attributes = members.get("attributes").map(|json| Members::open(json, self.body)).transpose()?;
        let text = |name| attributes.map(|attributes| attributes.text(name)).transpose().map(Option::flatten);
        let kind = text("type")?.unwrap_or(Cow::Borrowed("null"));
        let Some(reference_id) = text("referenceId")?.filter(|id| !id.is_empty()) else {
            return Ok(Err((None, invalid("Include a reference ID for each record in the request."))));
        };
        if !kind.eq_ignore_ascii_case(&object.name) {
            return Ok(Err((Some(reference_id), invalid(format!("Invalid entity type provided in the request: {kind}")))));
        }
        let (place, mut fields) = (self.nodes.len(), Vec::new());
        for (name, value) in members.all().iter().filter(|(name, _)| name != "attributes") {
            match child_list(value) {
                None => fields.push((name.clone(), value.clone())),
                Some(list) => {
                    let (child, field) = self.relationship(object, name)?;
                    let parent = Some(Parent { place, field });
                    later.extend(list.iter().map(|json| Pending { json, object: child, parent: parent.clone(), level: level + 1 }));
                }
            }
        }
        self.nodes.push(Node { object, reference_id: reference_id.clone(), fields, offset: json.offset, parent, level });
        Ok(Ok(reference_id))
    }

    /// The object of a child list, and its field that names the parent.
    fn relationship(&self, object: &'j Object, name: &str) -> Result<(&'j Object, &'j str), RestError> {
        let known = self.schema.children(object).find(|child| child.name.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(name)));
        let found = known.and_then(|known| Some((self.schema.object(&known.child)?, &*known.field)));
        found.ok_or_else(|| RecordError::UnknownField { field: name.to_owned(), object: object.name.to_string() }.into())
    }

    /// Creates the records level by level; a level with failures is the last.
    fn write(&self, mut create: impl FnMut(&Node<'j>, Input<'_>) -> Result<RecordId, Refused>) -> Result<Vec<RecordId>, Undone<'j>> {
        let (mut ids, mut failures): (Vec<RecordId>, Vec<Failure<'j>>) = (Vec::new(), Vec::new());
        let mut level = 1;
        for node in &self.nodes {
            if node.level > level && !failures.is_empty() {
                break;
            }
            level = node.level;
            let mut fields = node.fields.clone();
            if let Some(parent) = &node.parent {
                let id = JsonKind::String(ids[parent.place].to_string().into());
                fields.push((parent.field.into(), Json { offset: node.offset, kind: id }));
            }
            let value = Json { offset: node.offset, kind: JsonKind::Object(fields) };
            match create(node, Input::Parsed { value: &value, body: self.body }) {
                Ok(id) => ids.push(id),
                Err(Refused::Whole(error)) => return Err(Undone::Whole(error)),
                Err(Refused::Item(failed)) => {
                    failures.push((Some(node.reference_id.clone()), failed));
                    // Keeps the places of this level; no lower level is reached.
                    ids.push(RecordId::numbered("000", 0, 0));
                }
            }
        }
        if failures.is_empty() { Ok(ids) } else { Err(Undone::Failures(failures)) }
    }
}

/// The records of a member that is a child list.
fn child_list<'j>(value: &'j Json<'j>) -> Option<&'j [Json<'j>]> {
    let JsonKind::Object(members) = &value.kind else { return None };
    members
        .iter()
        .find(|(name, _)| name == "records")
        .and_then(|(_, list)| if let JsonKind::Array(items) = &list.kind { Some(&**items) } else { None })
}

/// GUESS: the words for limits are ours; those for a wrong type are quoted from an org's answer.
fn invalid(message: impl Into<String>) -> Failed {
    Failed::new("INVALID_INPUT", message, &[])
}

fn created(nodes: &[Node<'_>], ids: &[RecordId]) -> Answer {
    let mut out = br#"{"hasErrors":false,"results":["#.to_vec();
    for (place, (node, id)) in nodes.iter().zip(ids).enumerate() {
        separate(&mut out, place);
        out.extend_from_slice(br#"{"referenceId":"#);
        quote(&mut out, &node.reference_id);
        out.extend_from_slice(format!(r#","id":"{id}"}}"#).as_bytes());
    }
    out.extend_from_slice(b"]}");
    Answer::json(out, "Result").status(StatusCode::CREATED)
}

fn refused(failures: &[Failure<'_>]) -> Answer {
    let mut out = br#"{"hasErrors":true,"results":["#.to_vec();
    for (place, (reference_id, failed)) in failures.iter().enumerate() {
        separate(&mut out, place);
        out.extend_from_slice(br#"{"referenceId":"#);
        match reference_id {
            Some(id) => quote(&mut out, id),
            None => out.extend_from_slice(b"null"),
        }
        out.extend_from_slice(br#","errors":["#);
        failed.write_error(&mut out);
        out.extend_from_slice(b"]}");
    }
    out.extend_from_slice(b"]}");
    Answer::json(out, "Result").status(StatusCode::BAD_REQUEST)
}
