//! What a parameterized search asks for, by address or body, as the SOSL it stands for.

use std::borrow::Cow;
use std::fmt::Write;

use soql::sosl::Terms;

use super::call::Call;
use super::error::RestError;
use super::parameters::Parameters;
use super::query::quoted;
use crate::records::{Json, JsonError, JsonFault, JsonKind, RecordError};

/// A search in parts. Text of clauses is checked by the SOSL parser, names of fields and objects here.
#[derive(Debug, Default)]
pub struct Wanted {
    text: String,
    /// `IN … FIELDS`
    group: Option<String>,
    objects: Vec<WantedObject>,
    /// For objects that name none.
    fields: Vec<String>,
    overall_limit: Option<u64>,
    default_limit: Option<u64>,
    offset: Option<u64>,
    division: Option<String>,
    metadata: Option<String>,
    pricebook: Option<String>,
    networks: Vec<String>,
    spell_correction: Option<bool>,
    highlight: bool,
    /// Characters of a snippet; 0 for the usual number.
    snippet: Option<u64>,
    update_tracking: bool,
    update_viewstat: bool,
}

#[derive(Debug, Default)]
struct WantedObject {
    name: String,
    fields: Vec<String>,
    condition: Option<String>,
    order: Option<String>,
    limit: Option<u64>,
}

impl Wanted {
    /// Reads `?q=…&sobject=Account&Account.fields=id,name`.
    ///
    /// # Errors
    /// `MissingParameter` without `q`; values that are no names or numbers.
    pub fn of_address(call: &Call<'_>) -> Result<Self, RestError> {
        let parameters = call.parameters();
        let text = parameters.get("q").filter(|text| !text.is_empty()).ok_or(RestError::MissingParameter("q"))?;
        let names = parameters.all("sobject");
        let mut wanted = Self {
            text,
            group: parameters.get("in"),
            fields: field_names(parameters.get("fields").as_deref())?,
            overall_limit: number(&parameters, "overallLimit")?,
            default_limit: number(&parameters, "defaultLimit")?,
            offset: number(&parameters, "offset")?,
            division: parameters.get("division"),
            metadata: parameters.get("metadata"),
            pricebook: parameters.get("pricebookId"),
            networks: parameters.get("netWorkIds").map(|ids| ids.split(',').map(|id| id.trim().to_owned()).collect()).unwrap_or_default(),
            spell_correction: flag(&parameters, "spellCorrection"),
            highlight: flag(&parameters, "highlight").unwrap_or_default(),
            snippet: number(&parameters, "snippet")?,
            update_tracking: flag(&parameters, "updateTracking").unwrap_or_default(),
            update_viewstat: flag(&parameters, "updateViewStat").unwrap_or_default(),
            objects: Vec::new(),
        };
        for name in names.iter().flat_map(|names| names.split(',')).map(str::trim).filter(|name| !name.is_empty()) {
            let own = |what: &str| parameters.get(&format!("{name}.{what}"));
            let limit = own("limit").map(|text| parsed(&text, "limit")).transpose()?;
            let (fields, condition, order) = (field_names(own("fields").as_deref())?, own("where"), own("orderBy"));
            wanted.objects.push(WantedObject { name: checked_name(name)?.to_owned(), fields, condition, order, limit });
        }
        wanted.checked()
    }

    /// Reads the body of a POST.
    ///
    /// # Errors
    /// A body that is no such object, with the place of what is wrong.
    pub fn of_body(call: &Call<'_>) -> Result<Self, RestError> {
        if call.body.is_empty() {
            return Err(RestError::NoBody);
        }
        let json = Json::parse(call.body).map_err(RecordError::from)?;
        let mut wanted = Self::default();
        for (name, value) in members(&json, call.body)? {
            wanted.member(name, value, call.body)?;
        }
        if wanted.text.is_empty() { Err(RestError::MissingParameter("q")) } else { wanted.checked() }
    }

    fn member(&mut self, name: &str, value: &Json<'_>, body: &[u8]) -> Result<(), RestError> {
        match name {
            "q" => self.text = text(value, body)?,
            "in" => self.group = Some(text(value, body)?),
            "fields" => self.fields = texts(value, body)?.into_iter().map(checked_field).collect::<Result<_, _>>()?,
            "sobjects" => self.objects = items(value, body)?.iter().map(|item| WantedObject::read(item, body)).collect::<Result<_, _>>()?,
            "overallLimit" => self.overall_limit = Some(count(value, body)?),
            "defaultLimit" => self.default_limit = Some(count(value, body)?),
            "offset" => self.offset = Some(count(value, body)?),
            "division" => self.division = Some(text(value, body)?),
            "metadata" => self.metadata = Some(text(value, body)?),
            "pricebookId" => self.pricebook = Some(text(value, body)?),
            "netWorkIds" | "networkIds" => self.networks = texts(value, body)?,
            "spellCorrection" => self.spell_correction = Some(boolean(value, body)?),
            "highlight" => self.highlight = boolean(value, body)?,
            "snippet" => self.snippet = Some(count(value, body)?),
            "updateTracking" => self.update_tracking = boolean(value, body)?,
            "updateViewStat" => self.update_viewstat = boolean(value, body)?,
            _ => return Err(unrecognized(name, value, body)),
        }
        Ok(())
    }

    fn checked(mut self) -> Result<Self, RestError> {
        if !self.fields.is_empty() && self.objects.is_empty() {
            return Err(malformed("fields can be specified only together with sobject"));
        }
        for object in &mut self.objects {
            if object.fields.is_empty() {
                object.fields.clone_from(&self.fields);
            }
            object.limit = object.limit.or(self.default_limit);
        }
        Ok(self)
    }

    /// The search as SOSL.
    pub fn sosl(&self) -> String {
        let mut sosl = format!("FIND {{{}}}", term(&self.text));
        // Writing to a string cannot fail.
        if let Some(group) = &self.group {
            let _ = write!(sosl, " IN {group} FIELDS");
        }
        for (place, object) in self.objects.iter().enumerate() {
            sosl.push_str(if place == 0 { " RETURNING " } else { ", " });
            object.write(&mut sosl, self.offset);
        }
        for (clause, value) in [("DIVISION", &self.division), ("METADATA", &self.metadata), ("PricebookId", &self.pricebook)] {
            if let Some(value) = value {
                let _ = write!(sosl, " WITH {clause} = {}", quoted(value));
            }
        }
        if !self.networks.is_empty() {
            let ids: Vec<String> = self.networks.iter().map(|id| quoted(id)).collect();
            let _ = write!(sosl, " WITH NETWORK IN ({})", ids.join(", "));
        }
        if self.highlight {
            sosl.push_str(" WITH HIGHLIGHT");
        }
        match self.snippet {
            Some(0) => sosl.push_str(" WITH SNIPPET"),
            Some(length) => drop(write!(sosl, " WITH SNIPPET (target_length={length})")),
            None => {}
        }
        if let Some(on) = self.spell_correction {
            let _ = write!(sosl, " WITH SPELL_CORRECTION = {on}");
        }
        if let Some(limit) = self.overall_limit {
            let _ = write!(sosl, " LIMIT {limit}");
        }
        let statistics: Vec<&str> = [("TRACKING", self.update_tracking), ("VIEWSTAT", self.update_viewstat)]
            .into_iter()
            .filter(|(_, wanted)| *wanted)
            .map(|(name, _)| name)
            .collect();
        if !statistics.is_empty() {
            let _ = write!(sosl, " UPDATE {}", statistics.join(", "));
        }
        sosl
    }
}

impl WantedObject {
    fn read(json: &Json<'_>, body: &[u8]) -> Result<Self, RestError> {
        let mut object = Self::default();
        for (name, value) in members(json, body)? {
            match &**name {
                "name" => object.name = checked_name(&text(value, body)?)?.to_owned(),
                "fields" => object.fields = texts(value, body)?.into_iter().map(checked_field).collect::<Result<_, _>>()?,
                "where" => object.condition = Some(text(value, body)?),
                "orderBy" => object.order = Some(text(value, body)?),
                "limit" => object.limit = Some(count(value, body)?),
                _ => return Err(unrecognized(name, value, body)),
            }
        }
        if object.name.is_empty() { Err(malformed("each sobject needs a name")) } else { Ok(object) }
    }

    fn write(&self, sosl: &mut String, offset: Option<u64>) {
        let fields = if self.fields.is_empty() { "Id".to_owned() } else { self.fields.join(", ") };
        let _ = write!(sosl, "{}({fields}", self.name);
        for (clause, value) in [("WHERE", &self.condition), ("ORDER BY", &self.order)] {
            if let Some(value) = value.as_ref().filter(|value| !value.trim().is_empty()) {
                let _ = write!(sosl, " {clause} {value}");
            }
        }
        for (clause, value) in [("LIMIT", self.limit), ("OFFSET", offset)] {
            if let Some(value) = value {
                let _ = write!(sosl, " {clause} {value}");
            }
        }
        sosl.push(')');
    }
}

/// The text as a search term. Braces are always meant literally; where the rest is no term either, so is every other special character.
fn term(text: &str) -> Cow<'_, str> {
    let braced = escaped(text, |letter| matches!(letter, '{' | '}'));
    match Terms::parse(&braced) {
        Err(soql::sosl::Fault::Unexpected(_) | soql::sosl::Fault::UnclosedQuote) => {
            Cow::Owned(escaped(text, |letter| "?&|!{}[]()^~*:\\\"'+-".contains(letter)))
        }
        _ => Cow::Owned(braced),
    }
}

/// `text` with a backslash before the characters named, unless there is one already.
fn escaped(text: &str, special: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut after_backslash = false;
    for letter in text.chars() {
        if special(letter) && !after_backslash {
            out.push('\\');
        }
        after_backslash = letter == '\\' && !after_backslash;
        out.push(letter);
    }
    // A backslash alone at the end would take the closing brace.
    if after_backslash {
        out.push('\\');
    }
    out
}

fn malformed(message: &str) -> RestError {
    RecordError::Query { code: "MALFORMED_SEARCH", message: message.to_owned() }.into()
}

fn field_names(list: Option<&str>) -> Result<Vec<String>, RestError> {
    let names = list.unwrap_or_default().split(',').map(str::trim).filter(|name| !name.is_empty());
    names.map(|name| checked_field(name.to_owned())).collect()
}

/// A field, a path, or a function of one: nothing that would end the field list.
fn checked_field(name: String) -> Result<String, RestError> {
    let plain = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
    let called = name.strip_suffix(')').and_then(|name| name.split_once('(')).is_some_and(|(function, field)| plain(function) && plain(field.trim()));
    if plain(&name) || called { Ok(name) } else { Err(malformed(&format!("unexpected token: '{name}'"))) }
}

fn checked_name(name: &str) -> Result<&str, RestError> {
    let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if plain { Ok(name) } else { Err(malformed(&format!("unexpected token: '{name}'"))) }
}

fn number(parameters: &Parameters<'_>, name: &'static str) -> Result<Option<u64>, RestError> {
    parameters.get(name).map(|text| parsed(&text, name)).transpose()
}

/// GUESS: the code for parameters of queries; no answer to such a value was seen.
fn parsed(text: &str, name: &str) -> Result<u64, RestError> {
    let wrong = || RecordError::Query { code: "ILLEGAL_QUERY_PARAMETER_VALUE", message: format!("{name} must be a number: {text}") };
    Ok(text.trim().parse().map_err(|_| wrong())?)
}

fn flag(parameters: &Parameters<'_>, name: &str) -> Option<bool> {
    parameters.get(name).map(|text| text.eq_ignore_ascii_case("true"))
}

type Members<'a, 'j> = &'j [(Cow<'a, str>, Json<'a>)];

fn members<'a, 'j>(json: &'j Json<'a>, body: &[u8]) -> Result<Members<'a, 'j>, RestError> {
    match &json.kind {
        JsonKind::Object(members) => Ok(members),
        _ => Err(mismatch(json, body, "complexvalue")),
    }
}

fn items<'a, 'j>(json: &'j Json<'a>, body: &[u8]) -> Result<&'j [Json<'a>], RestError> {
    match &json.kind {
        JsonKind::Array(items) => Ok(items),
        _ => Err(mismatch(json, body, "list")),
    }
}

fn texts(json: &Json<'_>, body: &[u8]) -> Result<Vec<String>, RestError> {
    items(json, body)?.iter().map(|item| text(item, body)).collect()
}

fn text(json: &Json<'_>, body: &[u8]) -> Result<String, RestError> {
    match &json.kind {
        JsonKind::String(text) => Ok(text.to_string()),
        _ => Err(mismatch(json, body, "string")),
    }
}

fn count(json: &Json<'_>, body: &[u8]) -> Result<u64, RestError> {
    json.quoted().parse().map_err(|_| mismatch(json, body, "int"))
}

fn boolean(json: &Json<'_>, body: &[u8]) -> Result<bool, RestError> {
    match json.kind {
        JsonKind::Boolean(value) => Ok(value),
        _ => Err(mismatch(json, body, "boolean")),
    }
}

fn mismatch(json: &Json<'_>, body: &[u8], wanted: &'static str) -> RestError {
    RecordError::from(JsonError::at(body, json.offset, json.mismatch(wanted))).into()
}

fn unrecognized(name: &str, value: &Json<'_>, body: &[u8]) -> RestError {
    RecordError::from(JsonError::at(body, value.offset, JsonFault::Unrecognized(name.to_owned()))).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_text_may_hold_any_character() {
        for (text, expected) in
            [("acme", "acme"), ("a{b}c", "a\\{b\\}c"), ("acme*", "acme*"), ("(415", "\\(415"), ("\"a", "\\\"a"), ("a\\", "a\\\\"), ("a\\}", "a\\}")]
        {
            assert_eq!(term(text), expected, "{text}");
        }
    }

    #[test]
    fn names_cannot_leave_their_place() {
        assert!(checked_field("toLabel(Industry)".to_owned()).is_ok());
        assert!(checked_field("Owner.Name".to_owned()).is_ok());
        for name in ["Id WHERE Name = 'x'", "Id) LIMIT 1", "", "a(b)c)"] {
            assert!(checked_field(name.to_owned()).is_err(), "{name}");
        }
        assert!(checked_name("Account(Id)").is_err());
    }
}
