//! `where` and `orderBy` of a connection, as SOQL. Names come from the schema, values are quoted or checked letter by letter; the compiler
//! makes binds of them. Source: Salesforce GraphQL API guide, "Field Value and Filter Types".

use catalogue::{Field, FieldType, Object};
use serde_json::{Map, Value};

use super::super::call::Call;
use super::super::query::quoted;
use crate::schema::Schema;

/// What conditions ask about.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    pub call: &'a Call<'a>,
    pub schema: &'a Schema,
    pub object: &'a Object,
}

/// How deep conditions may nest.
const DEEPEST: usize = 20;

/// A condition in the syntax of WHERE, or why it is none.
pub type Written = Result<String, String>;

impl<'a> Scope<'a> {
    /// `{Name: {like: "A%"}, or: [{…}, {…}]}`; empty for no condition.
    pub fn condition(self, filter: &Value) -> Written {
        self.members(filter, "", 0)
    }

    fn members(self, filter: &Value, path: &str, depth: usize) -> Written {
        let Some(members) = filter.as_object() else { return Err("Expected an object as a filter".to_owned()) };
        if depth > DEEPEST {
            return Err("The filter nests too deep".to_owned());
        }
        let mut terms = Vec::new();
        for (name, value) in members.iter().filter(|(_, value)| !value.is_null()) {
            let term = match name.as_str() {
                "and" | "or" => self.several(value, name, path, depth)?,
                "not" => Some(self.members(value, path, depth + 1)?)
                    .filter(|term| !term.is_empty())
                    .map(|term| format!("NOT ({term})"))
                    .unwrap_or_default(),
                name => self.field(name, value, path, depth)?,
            };
            if !term.is_empty() {
                terms.push(format!("({term})"));
            }
        }
        Ok(terms.join(" AND "))
    }

    fn several(self, value: &Value, word: &str, path: &str, depth: usize) -> Written {
        let one = std::slice::from_ref(value);
        let items = value.as_array().map_or(one, Vec::as_slice);
        let terms: Vec<String> = items.iter().map(|item| self.members(item, path, depth + 1)).collect::<Result<_, _>>()?;
        let terms: Vec<String> = terms.into_iter().filter(|term| !term.is_empty()).map(|term| format!("({term})")).collect();
        Ok(terms.join(if word == "or" { " OR " } else { " AND " }))
    }

    fn field(self, name: &str, value: &Value, path: &str, depth: usize) -> Written {
        let reads = |field: &&Field| self.call.caller.access.reads(self.object, field);
        if let Some(field) = self.object.field(name).filter(|field| *field.name == *name).filter(reads) {
            return self.comparisons(field, value, &format!("{path}{name}"));
        }
        let leads = |field: &&Field| field.relationship_name.as_deref() == Some(name);
        let link = self.object.fields.iter().filter(reads).find(leads);
        let parent = link.and_then(|link| self.schema.object(link.reference_to.first()?)).filter(|parent| self.call.caller.access.sees(parent));
        match parent {
            Some(parent) => Scope { object: parent, ..self }.members(value, &format!("{path}{name}."), depth + 1),
            None => Err(format!("Field '{name}' in type '{}_Filter' is undefined", self.object.name)),
        }
    }

    /// `{gt: 3, lte: 5}`: all of them hold.
    fn comparisons(self, field: &Field, value: &Value, path: &str) -> Written {
        let operators = value.as_object().ok_or_else(|| format!("Expected operators for '{path}'"))?;
        let terms: Vec<String> = operators.iter().map(|(operator, value)| self.comparison(field, path, operator, value)).collect::<Result<_, _>>()?;
        Ok(terms.join(" AND "))
    }

    fn comparison(self, field: &Field, path: &str, operator: &str, value: &Value) -> Written {
        let one = |sign: &str| Ok(format!("{path} {sign} {}", literal(field, value)?));
        let many = |word: &str| {
            let items = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
            if items.is_empty() {
                return Err(format!("'{operator}' of '{path}' needs a value"));
            }
            let list: Vec<String> = items.iter().map(|item| literal(field, item)).collect::<Result<_, _>>()?;
            Ok(format!("{path} {word} ({})", list.join(", ")))
        };
        match operator {
            "eq" => one("="),
            "ne" => one("!="),
            "lt" => one("<"),
            "lte" => one("<="),
            "gt" => one(">"),
            "gte" => one(">="),
            "like" => one("LIKE"),
            "in" => many("IN"),
            "nin" => many("NOT IN"),
            "includes" => many("INCLUDES"),
            "excludes" => many("EXCLUDES"),
            "inq" => self.semi_join(path, "IN", value),
            "ninq" => self.semi_join(path, "NOT IN", value),
            other => Err(format!("Operator '{other}' is not one of '{path}'")),
        }
    }

    /// `{Contact: {LastName: {eq: "A"}}, ApiName: "AccountId"}`
    fn semi_join(self, path: &str, word: &str, value: &Value) -> Written {
        let members = value.as_object().ok_or("Expected an object of 'inq'")?;
        let field = members.get("ApiName").and_then(Value::as_str).ok_or("'ApiName' of 'inq' is required")?;
        let (name, filter) = members.iter().find(|(name, _)| *name != "ApiName").ok_or("The object of 'inq' is required")?;
        let object =
            self.schema.object(name).filter(|object| self.call.caller.access.sees(object)).ok_or_else(|| format!("Type '{name}' is undefined"))?;
        let own = object.field(field).ok_or_else(|| format!("Field '{field}' in type '{name}' is undefined"))?;
        let condition = Scope { object, ..self }.condition(filter)?;
        let condition = if condition.is_empty() { String::new() } else { format!(" WHERE {condition}") };
        Ok(format!("{path} {word} (SELECT {} FROM {}{condition})", own.name, object.name))
    }

    /// `{Name: {order: DESC, nulls: LAST}}`, or a list of them.
    pub fn order(self, value: &Value) -> Written {
        let items = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        let mut terms = Vec::new();
        for item in items {
            self.order_terms(item.as_object().ok_or("Expected an object of 'orderBy'")?, "", &mut terms)?;
        }
        Ok(terms.join(", "))
    }

    fn order_terms(self, members: &Map<String, Value>, path: &str, terms: &mut Vec<String>) -> Result<(), String> {
        for (name, value) in members {
            let reads = |field: &&Field| self.call.caller.access.reads(self.object, field);
            if self.object.field(name).filter(|field| *field.name == **name).filter(reads).is_some() {
                let word = |member: &str, known: &[&'static str], prefix: &str| match value.get(member).and_then(Value::as_str) {
                    None => Ok(String::new()),
                    Some(word) => known
                        .iter()
                        .find(|own| **own == word)
                        .map(|own| format!(" {prefix}{own}"))
                        .ok_or_else(|| format!("'{word}' is no value of '{member}'")),
                };
                terms.push(format!("{path}{name}{}{}", word("order", &["ASC", "DESC"], "")?, word("nulls", &["FIRST", "LAST"], "NULLS ")?));
                continue;
            }
            let link = self.object.fields.iter().filter(reads).find(|field| field.relationship_name.as_deref() == Some(name));
            let parent = link.and_then(|link| self.schema.object(link.reference_to.first()?)).filter(|_| path.matches('.').count() < 5);
            let (Some(parent), Some(inner)) = (parent, value.as_object()) else {
                return Err(format!("Field '{name}' in type '{}_OrderBy' is undefined", self.object.name));
            };
            Scope { object: parent, ..self }.order_terms(inner, &format!("{path}{name}."), terms)?;
        }
        Ok(())
    }
}

/// A value as SOQL writes it.
fn literal(field: &Field, value: &Value) -> Written {
    use FieldType::{Boolean, Currency, Date, Datetime, Double, Int, Percent, Time};
    let wrong = || format!("{value} is no value of '{}'", field.name);
    match (field.kind, value) {
        (_, Value::Null) => Ok("null".to_owned()),
        (Boolean, Value::Bool(value)) => Ok(value.to_string()),
        (Currency | Double | Int | Percent, Value::Number(number)) => Ok(number.to_string()),
        (Date | Datetime, value) => moment(value).ok_or_else(wrong),
        (Time, Value::String(text)) => instant(text).ok_or_else(wrong),
        (Time, Value::Object(members)) => members.get("value").and_then(Value::as_str).and_then(instant).ok_or_else(wrong),
        (Boolean | Currency | Double | Int | Percent, _) => Err(wrong()),
        (_, Value::String(text)) => Ok(quoted(text)),
        _ => Err(wrong()),
    }
}

/// `{value: "2026-01-31"}`, `{literal: TODAY}`, `{range: {last_n_days: 3}}`
fn moment(value: &Value) -> Option<String> {
    let members = match value {
        Value::String(text) => return instant(text),
        Value::Object(members) => members,
        _ => return None,
    };
    match (members.get("value"), members.get("literal"), members.get("range")) {
        (Some(Value::String(text)), None, None) => instant(text),
        (None, Some(Value::String(word)), None) => word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_').then(|| word.clone()),
        (None, None, Some(Value::Object(range))) => {
            let (name, count) = range.iter().next()?;
            let known = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
            known.then(|| count.as_u64().map(|count| format!("{}:{count}", name.to_uppercase())))?
        }
        _ => None,
    }
}

/// A date, a time or both; the compiler says whether it is one.
fn instant(text: &str) -> Option<String> {
    let fits = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b':' | b'.' | b'+' | b'T' | b'Z'));
    (fits && text.starts_with(|letter: char| letter.is_ascii_digit())).then(|| text.to_owned())
}
