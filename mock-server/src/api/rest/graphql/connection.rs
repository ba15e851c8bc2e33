//! Connections: which columns they need, and how rows become edges and nodes.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use catalogue::{ChildRelationship, Field, FieldType, Object};
use serde_json::{Map, Value, json};

use super::super::call::Call;
use super::super::error::RestError;
use super::super::query::{quoted, selected};
use super::condition::Scope;
use super::document::At;
use super::error::GraphError;
use super::select::Asked;
use crate::schema::Schema;

/// Nodes of a page unless `first` says how many, and at most.
const USUAL: usize = 10;
const MOST: usize = 2_000;
/// The furthest a cursor leads.
const FURTHEST: usize = 4_000;
/// Levels of connections in connections.
const DEEPEST: usize = 5;

/// Answers connections of one caller.
#[derive(Clone, Copy)]
pub struct Connections<'a> {
    pub call: &'a Call<'a>,
    pub schema: &'a Schema,
}

/// The columns of one level, and the levels below it by relationship.
#[derive(Default)]
struct Level {
    columns: Vec<String>,
    /// Paths shown as people read them; the alias of each is its place.
    shown: Vec<String>,
    children: Vec<Kids>,
}

/// A connection in a node.
struct Kids {
    relationship: String,
    level: Level,
    /// How all of them are counted, where anybody asks.
    count: Option<Count>,
    /// How many each parent has, by its id; none for one that has none.
    totals: HashMap<String, u64>,
}

struct Count {
    object: String,
    /// The field that points at the parent.
    link: String,
    is_groupable: bool,
    /// In the syntax of WHERE; empty for all.
    filter: String,
    path: Vec<String>,
    at: At,
}

impl Level {
    fn add(&mut self, column: String) {
        if !self.columns.contains(&column) {
            self.columns.push(column);
        }
    }

    /// A column for how the user reads the path.
    fn show(&mut self, path: String, function: &str) {
        if !self.shown.contains(&path) {
            self.columns.push(format!("{function}({path}) d{}", self.shown.len()));
            self.shown.push(path);
        }
    }
}

/// Where a page begins, and how many nodes it has.
pub struct Window {
    first: usize,
    offset: usize,
}

impl Window {
    /// `(first: 3, after: "MTA=")`
    pub fn of(asked: &Asked, path: &[String]) -> Result<Self, GraphError> {
        let wrong = |why: &str| GraphError::invalid("WrongType", path, why, asked.at);
        let first = match asked.argument("first") {
            Some(value) => value.as_u64().and_then(|first| usize::try_from(first).ok()).filter(|first| (1..=MOST).contains(first)),
            None => Some(USUAL),
        };
        let first = first.ok_or_else(|| wrong("argument 'first' must be between 1 and 2000"))?;
        let offset = match asked.argument("after").map(|value| value.as_str().unwrap_or_default()) {
            Some(cursor) => offset_of(cursor).filter(|offset| *offset <= FURTHEST).ok_or_else(|| wrong("argument 'after' is no cursor"))?,
            None => 0,
        };
        Ok(Self { first, offset })
    }

    /// The rows of the page, and whether others follow.
    pub fn cut<'r>(&self, rows: &'r [Value]) -> (&'r [Value], bool) {
        let page = rows.get(self.offset..).unwrap_or_default();
        (&page[..page.len().min(self.first)], page.len() > self.first)
    }

    /// The cursor of an edge, counted from 0 within the page.
    pub fn cursor(&self, place: usize) -> String {
        STANDARD.encode((self.offset + place + 1).to_string())
    }

    /// `pageInfo { hasNextPage endCursor }` of a page with `count` edges.
    pub fn info(&self, asked: &Asked, (count, more): (usize, bool)) -> Value {
        let last = count.checked_sub(1);
        each(asked, |name| match name {
            "hasNextPage" => json!(more),
            "hasPreviousPage" => json!(self.offset > 0),
            "startCursor" => json!(last.map(|_| self.cursor(0))),
            "endCursor" => json!(last.map(|last| self.cursor(last))),
            _ => json!("PageInfo"),
        })
    }
}

/// Fields every node has that are no fields of its object.
const META: [&str; 4] = ["ApiName", "DisplayValue", "WeakEtag", "__typename"];

impl<'a> Connections<'a> {
    /// `Account(first: 3, where: {…}) { edges { node { … } } }`
    pub fn answer(&self, asked: &Asked, path: &[String]) -> Result<Value, GraphError> {
        let object = self.object(&asked.name).ok_or_else(|| GraphError::undefined(&asked.name, "RecordQuery", path, asked.at))?;
        let path = [path, std::slice::from_ref(&asked.key)].concat();
        let window = Window::of(asked, &path)?;
        let mut level = Level::default();
        let rest = self.rest(object, asked, &path)?;
        if let Some(node) = node_of(asked, object, &path)? {
            self.columns(object, &node.selections, ("", &path, 1), &mut level)?;
        }
        level.add("Id".to_owned());
        let fetch = |error| GraphError::fetching(&error, &path, asked.at);
        let needed = window.offset + window.first + 1;
        let soql = format!("SELECT {} FROM {}{}{} LIMIT {needed}", level.columns.join(", "), object.name, rest.condition, rest.order);
        let found = selected(self.call, self.schema, &soql).map_err(fetch)?;
        let total = match asked.selected("totalCount") {
            Some(_) => {
                let counted = selected(self.call, self.schema, &format!("SELECT COUNT() FROM {}{}", object.name, rest.condition));
                counted.map_err(fetch)?["totalSize"].as_u64()
            }
            None => None,
        };
        let rows = found["records"].as_array().map_or(&[][..], Vec::as_slice);
        self.count(&mut level, &window.cut(rows).0.iter().collect::<Vec<_>>())?;
        Ok(self.spelled(object, asked, (rows, &window, total), &level))
    }

    /// The object of this name as its users see it.
    fn object(&self, name: &str) -> Option<&'a Object> {
        let reads =
            |object: &&Object| object.name == name && object.flags.queryable && object.flags.retrieveable && self.call.caller.access.sees(object);
        self.schema.object(name).filter(reads)
    }

    fn rest(&self, object: &Object, asked: &Asked, path: &[String]) -> Result<Rest, GraphError> {
        let wrong = |why: String| GraphError::invalid("WrongType", path, &why, asked.at);
        let scope = Scope { call: self.call, schema: self.schema, object };
        let using = match asked.argument("scope").and_then(Value::as_str) {
            None | Some("EVERYTHING") => String::new(),
            Some(word) if word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_') => format!(" USING SCOPE {}", word.to_lowercase()),
            Some(word) => return Err(wrong(format!("'{word}' is no value of 'scope'"))),
        };
        let condition = asked.argument("where").map(|filter| scope.condition(filter)).transpose().map_err(wrong)?.filter(|text| !text.is_empty());
        let order = asked.argument("orderBy").map(|order| scope.order(order)).transpose().map_err(wrong)?.filter(|text| !text.is_empty());
        Ok(Rest {
            condition: format!("{using}{}", condition.as_ref().map(|text| format!(" WHERE {text}")).unwrap_or_default()),
            filter: condition.unwrap_or_default(),
            order: order.map(|text| format!(" ORDER BY {text}")).unwrap_or_default(),
        })
    }

    /// Notes the columns that the fields of a node need. `prefix` leads to the node's object from the one after FROM.
    fn columns(
        &self,
        object: &Object,
        asked: &[Asked],
        (prefix, path, depth): (&str, &[String], usize),
        level: &mut Level,
    ) -> Result<(), GraphError> {
        level.add(format!("{prefix}Id"));
        for field in asked.iter().filter(|field| field.on.as_deref().is_none_or(|on| on == "Record" || on == object.name)) {
            match self.member(object, &field.name) {
                Some(Member::Meta) => self.meta_columns(object, &field.name, prefix, level),
                Some(Member::Value(own)) => {
                    level.add(format!("{prefix}{}", own.name));
                    let wants = |name: &str| field.selected(name).is_some();
                    if let Some(function) = shown_by(own.kind).filter(|_| wants("displayValue") || wants("label") || wants("format")) {
                        level.show(format!("{prefix}{}", own.name), function);
                    }
                    check_value(own, field, path)?;
                }
                Some(Member::Parent(link, parent)) => {
                    let steps = format!("{prefix}{}.", link.relationship_name.as_deref().unwrap_or_default());
                    self.columns(parent, &field.selections, (&steps, path, depth), level)?;
                }
                Some(Member::AnyParent(link)) => {
                    let steps = format!("{prefix}{}", link.relationship_name.as_deref().unwrap_or_default());
                    level.add(format!("{steps}.Id"));
                    level.add(format!("{steps}.Name"));
                    level.add(format!("{steps}.Type"));
                }
                Some(Member::Children(link, child)) if prefix.is_empty() && depth < DEEPEST => {
                    self.child(field, (link, child), (path, depth), level)?;
                }
                _ => return Err(GraphError::undefined(&field.name, &object.name, path, field.at)),
            }
        }
        Ok(())
    }

    fn meta_columns(&self, object: &Object, name: &str, prefix: &str, level: &mut Level) {
        let needed = match name {
            "DisplayValue" => object.name_field.as_deref(),
            "WeakEtag" => Some("SystemModstamp"),
            _ => None,
        };
        if let Some(field) = needed.and_then(|name| object.field(name)).filter(|field| self.call.caller.access.reads(object, field)) {
            level.add(format!("{prefix}{}", field.name));
        }
    }

    fn child(
        &self,
        asked: &Asked,
        (link, child): (&ChildRelationship, &'a Object),
        (path, depth): (&[String], usize),
        level: &mut Level,
    ) -> Result<(), GraphError> {
        let path = [path, std::slice::from_ref(&asked.key)].concat();
        let name = link.name.as_deref().unwrap_or_default();
        if level.children.iter().any(|known| known.relationship == name) {
            return Err(GraphError::invalid("RepeatedConnection", &path, &format!("'{name}' can be asked for once in a node"), asked.at));
        }
        let window = Window::of(asked, &path)?;
        let rest = self.rest(child, asked, &path)?;
        let mut inner = Level::default();
        if let Some(node) = node_of(asked, child, &path)? {
            self.columns(child, &node.selections, ("", &path, depth + 1), &mut inner)?;
        }
        inner.add("Id".to_owned());
        let needed = window.offset + window.first + 1;
        level.add(format!("(SELECT {} FROM {name}{}{} LIMIT {needed})", inner.columns.join(", "), rest.condition, rest.order));
        let count = asked.selected("totalCount").map(|_| Count {
            object: child.name.to_string(),
            link: link.field.to_string(),
            is_groupable: child.field(&link.field).is_some_and(|field| field.flags.groupable),
            filter: rest.filter,
            path,
            at: asked.at,
        });
        level.children.push(Kids { relationship: name.to_owned(), level: inner, count, totals: HashMap::new() });
        Ok(())
    }

    fn member(&self, object: &Object, name: &str) -> Option<Member<'a>> {
        if META.contains(&name) {
            return Some(Member::Meta);
        }
        let access = &self.call.caller.access;
        let object = self.schema.object(&object.name)?;
        if let Some(field) = object.field(name).filter(|field| *field.name == *name && access.reads(object, field)) {
            let read = !matches!(field.kind, FieldType::Base64 | FieldType::Address | FieldType::Location | FieldType::Complexvalue);
            return read.then_some(Member::Value(field));
        }
        let link = object.fields.iter().find(|field| field.relationship_name.as_deref() == Some(name)).filter(|field| access.reads(object, field));
        if let Some(link) = link {
            return match &*link.reference_to {
                [only] => self.schema.object(only).filter(|parent| access.sees(parent)).map(|parent| Member::Parent(link, parent)),
                _ => Some(Member::AnyParent(link)),
            };
        }
        let child = self.schema.children(object).find(|child| child.name.as_deref() == Some(name))?;
        let other = self.schema.object(&child.child).filter(|other| other.flags.queryable && access.sees(other))?;
        Some(Member::Children(child, other))
    }

    fn spelled(&self, object: &Object, asked: &Asked, (rows, window, total): (&[Value], &Window, Option<u64>), level: &Level) -> Value {
        let (page, more) = window.cut(rows);
        let member = |field: &Asked| match field.name.as_str() {
            "__typename" => json!(format!("{}Connection", object.name)),
            "totalCount" => json!(total),
            "pageResultCount" => json!(page.len()),
            "pageInfo" => window.info(field, (page.len(), more)),
            _ => page.iter().enumerate().map(|(place, row)| self.edge(object, field, row, &window.cursor(place), level)).collect(),
        };
        asked.selections.iter().map(|field| (field.key.clone(), member(field))).collect::<Map<_, _>>().into()
    }

    fn edge(&self, object: &Object, asked: &Asked, row: &Value, cursor: &str, level: &Level) -> Value {
        let member = |field: &Asked| match field.name.as_str() {
            "cursor" => json!(cursor),
            "node" => self.node(object, &field.selections, (row, row, ""), level),
            _ => json!(format!("{}Edge", object.name)),
        };
        asked.selections.iter().map(|field| (field.key.clone(), member(field))).collect::<Map<_, _>>().into()
    }

    /// `row` is the node's own; how values are read stands in the `whole` row under aliases.
    fn node(&self, object: &Object, asked: &[Asked], (whole, row, prefix): (&Value, &Value, &str), level: &Level) -> Value {
        let mut node = Map::new();
        for field in asked.iter().filter(|field| field.on.as_deref().is_none_or(|on| on == "Record" || on == object.name)) {
            let value = match self.member(object, &field.name) {
                Some(Member::Meta) => meta(object, row, &field.name),
                Some(Member::Value(own)) if own.kind == FieldType::Id => row.get(&*own.name).cloned().unwrap_or(Value::Null),
                Some(Member::Value(own)) => {
                    let place = level.shown.iter().position(|path| *path == format!("{prefix}{}", own.name));
                    let shown = place.and_then(|place| whole.get(format!("d{place}"))).cloned().unwrap_or(Value::Null);
                    value(own, row.get(&*own.name).unwrap_or(&Value::Null), &shown, field)
                }
                Some(Member::Parent(link, parent)) => {
                    let step = link.relationship_name.as_deref().unwrap_or_default();
                    match row.get(step).filter(|row| row.is_object()) {
                        Some(own) => self.node(parent, &field.selections, (whole, own, &format!("{prefix}{step}.")), level),
                        None => Value::Null,
                    }
                }
                Some(Member::AnyParent(link)) => self.any_parent(field, row.get(link.relationship_name.as_deref().unwrap_or_default())),
                Some(Member::Children(link, child)) => {
                    let name = link.name.as_deref().unwrap_or_default();
                    let rows = row[name]["records"].as_array().map_or(&[][..], Vec::as_slice);
                    let window = Window::of(field, &[]).unwrap_or(Window { first: USUAL, offset: 0 });
                    let kids = level.children.iter().find(|known| known.relationship == name);
                    kids.map_or(Value::Null, |kids| {
                        let total = kids.totals.get(row["Id"].as_str().unwrap_or_default()).copied().unwrap_or(0);
                        self.spelled(child, field, (rows, &window, Some(total)), &kids.level)
                    })
                }
                None => Value::Null,
            };
            lay(&mut node, &field.key, value);
        }
        node.into()
    }

    /// Counts the connections below these rows, which their pages do not tell: one query for many rows.
    fn count(&self, level: &mut Level, rows: &[&Value]) -> Result<(), GraphError> {
        for kids in &mut level.children {
            if let Some(count) = &kids.count {
                let totals = self.totals(count, rows);
                kids.totals = totals.map_err(|error| GraphError::fetching(&error, &count.path, count.at))?;
            }
            let below: Vec<&Value> = rows.iter().filter_map(|row| row[&kids.relationship]["records"].as_array()).flatten().collect();
            self.count(&mut kids.level, &below)?;
        }
        Ok(())
    }

    fn totals(&self, count: &Count, rows: &[&Value]) -> Result<HashMap<String, u64>, RestError> {
        let Count { object, link, is_groupable, filter, .. } = count;
        let filter = if filter.is_empty() { String::new() } else { format!(" AND ({filter})") };
        let ids: Vec<&str> = rows.iter().filter_map(|row| row["Id"].as_str()).collect();
        let mut totals = HashMap::new();
        if !is_groupable {
            for id in ids {
                let found = selected(self.call, self.schema, &format!("SELECT COUNT() FROM {object} WHERE {link} = {}{filter}", quoted(id)))?;
                totals.insert(id.to_owned(), found["totalSize"].as_u64().unwrap_or(0));
            }
            return Ok(totals);
        }
        for ids in ids.chunks(MOST) {
            let ids = ids.iter().map(|id| quoted(id)).collect::<Vec<_>>().join(", ");
            let soql = format!("SELECT {link}, COUNT(Id) total FROM {object} WHERE {link} IN ({ids}){filter} GROUP BY {link}");
            let found = selected(self.call, self.schema, &soql)?;
            for group in found["records"].as_array().into_iter().flatten() {
                totals.insert(group[link].as_str().unwrap_or_default().to_owned(), group["total"].as_u64().unwrap_or(0));
            }
        }
        Ok(totals)
    }

    /// A parent of one of several objects shows its id and its name.
    fn any_parent(&self, asked: &Asked, row: Option<&Value>) -> Value {
        let Some(row) = row.filter(|row| row.is_object()) else { return Value::Null };
        let kind = row["Type"].as_str().unwrap_or_default();
        let fits = |field: &&Asked| field.on.as_deref().is_none_or(|on| on == kind || on == "Record" || on == "Name");
        let member = |field: &Asked| match field.name.as_str() {
            "Id" => row["Id"].clone(),
            "Name" => each(field, |name| if name == "value" { row["Name"].clone() } else { Value::Null }),
            "ApiName" | "__typename" => json!(kind),
            "DisplayValue" => row["Name"].clone(),
            _ => Value::Null,
        };
        let mut parent = Map::new();
        for field in asked.selections.iter().filter(fits) {
            lay(&mut parent, &field.key, member(field));
        }
        parent.into()
    }

    /// Whether `record` could answer this.
    pub fn check_record(&self, object: &'a Object, asked: &Asked, path: &[String]) -> Result<(), GraphError> {
        self.columns(object, &asked.selections, ("", path, 1), &mut Level::default())
    }

    /// One record by its id, for what a mutation changed.
    pub fn record(&self, object: &'a Object, id: crate::id::RecordId, asked: &Asked, path: &[String]) -> Result<Value, GraphError> {
        let mut level = Level::default();
        self.columns(object, &asked.selections, ("", path, 1), &mut level)?;
        let soql = format!("SELECT {} FROM {} WHERE Id = '{id}'", level.columns.join(", "), object.name);
        let found = selected(self.call, self.schema, &soql).map_err(|error| GraphError::fetching(&error, path, asked.at))?;
        let Some(row) = found["records"].get(0) else { return Ok(Value::Null) };
        self.count(&mut level, &[row])?;
        Ok(self.node(object, &asked.selections, (row, row, ""), &level))
    }
}

struct Rest {
    /// USING SCOPE and WHERE.
    condition: String,
    /// What stands behind WHERE.
    filter: String,
    order: String,
}

/// What a name means inside a node.
enum Member<'s> {
    Meta,
    Value(&'s Field),
    Parent(&'s Field, &'s Object),
    /// A parent that may be of several objects.
    AnyParent(&'s Field),
    Children(&'s ChildRelationship, &'s Object),
}

/// The `node` inside `edges`; other members than a connection has are refused.
fn node_of<'q>(asked: &'q Asked, object: &Object, path: &[String]) -> Result<Option<&'q Asked>, GraphError> {
    let members = |of: &'q Asked, known: &[&str], kind: &str| match of.selections.iter().find(|field| !known.contains(&field.name.as_str())) {
        Some(field) => Err(GraphError::undefined(&field.name, &format!("{}{kind}", object.name), path, field.at)),
        None if of.selections.is_empty() => {
            let why = format!("Subselection required for type '{}{kind}' of field '{}'", object.name, of.name);
            Err(GraphError::invalid("SubselectionRequired", path, &why, of.at))
        }
        None => Ok(()),
    };
    members(asked, &["edges", "pageInfo", "totalCount", "pageResultCount", "__typename"], "Connection")?;
    let Some(edges) = asked.selected("edges") else { return Ok(None) };
    members(edges, &["node", "cursor", "__typename"], "Edge")?;
    Ok(edges.selected("node"))
}

/// A value is asked for by its parts; an id has none.
fn check_value(field: &Field, asked: &Asked, path: &[String]) -> Result<(), GraphError> {
    let parts: &[&str] = match field.kind {
        FieldType::Id => &[],
        FieldType::Picklist | FieldType::Multipicklist => &["value", "displayValue", "label", "__typename"],
        FieldType::Currency => &["value", "displayValue", "format", "__typename"],
        _ => &["value", "displayValue", "__typename"],
    };
    let kind = format!("{}Value", type_of(field));
    if let Some(part) = asked.selections.iter().find(|part| !parts.contains(&part.name.as_str())) {
        return Err(GraphError::undefined(&part.name, &kind, path, part.at));
    }
    if asked.selections.is_empty() && field.kind != FieldType::Id {
        let why = format!("Subselection required for type '{kind}' of field '{}'", field.name);
        return Err(GraphError::invalid("SubselectionRequired", path, &why, asked.at));
    }
    Ok(())
}

fn value(field: &Field, stored: &Value, shown: &Value, asked: &Asked) -> Value {
    let stored = match (field.kind, stored) {
        (FieldType::Datetime, Value::String(text)) => json!(text.replace("+0000", "Z")),
        (_, stored) => stored.clone(),
    };
    each(asked, |name| match name {
        "value" => stored.clone(),
        "__typename" => json!(format!("{}Value", type_of(field))),
        _ => shown.clone(),
    })
}

fn type_of(field: &Field) -> &'static str {
    match field.kind {
        FieldType::Id | FieldType::Reference => "ID",
        FieldType::Boolean => "Boolean",
        FieldType::Int => "Int",
        FieldType::Double => "Double",
        FieldType::Currency => "Currency",
        FieldType::Percent => "Percent",
        FieldType::Date => "Date",
        FieldType::Datetime => "DateTime",
        FieldType::Time => "Time",
        FieldType::Picklist | FieldType::Combobox => "Picklist",
        FieldType::Multipicklist => "MultiPicklist",
        FieldType::Email => "Email",
        FieldType::Phone => "PhoneNumber",
        FieldType::Url => "Url",
        FieldType::Textarea => "TextArea",
        _ => "String",
    }
}

/// The function that makes of a value what the user reads.
fn shown_by(kind: FieldType) -> Option<&'static str> {
    use FieldType::{Currency, Date, Datetime, Double, Int, Multipicklist, Percent, Picklist, Time};
    match kind {
        Currency | Double | Int | Percent | Date | Datetime | Time => Some("FORMAT"),
        Picklist | Multipicklist => Some("toLabel"),
        _ => None,
    }
}

/// Puts a value under its key. One that several fragments ask for shows what each of them wants of it.
fn lay(node: &mut Map<String, Value>, key: &str, value: Value) {
    match (node.get_mut(key), value) {
        (Some(Value::Object(known)), Value::Object(more)) => more.into_iter().for_each(|(key, value)| lay(known, &key, value)),
        (_, value) => {
            node.insert(key.to_owned(), value);
        }
    }
}

fn meta(object: &Object, row: &Value, name: &str) -> Value {
    match name {
        "DisplayValue" => object.name_field.as_deref().and_then(|name| row.get(name)).cloned().unwrap_or(Value::Null),
        "WeakEtag" => {
            let modified = row["SystemModstamp"].as_str().and_then(|text| text.replace("+0000", "Z").parse::<jiff::Timestamp>().ok());
            json!(modified.map_or(0, jiff::Timestamp::as_millisecond))
        }
        _ => json!(object.name),
    }
}

fn each(asked: &Asked, value: impl Fn(&str) -> Value) -> Value {
    asked.selections.iter().map(|field| (field.key.clone(), value(&field.name))).collect::<Map<_, _>>().into()
}

fn offset_of(cursor: &str) -> Option<usize> {
    String::from_utf8(STANDARD.decode(cursor).ok()?).ok()?.parse().ok()
}
