//! Custom attributes: keys that an app is told with the identity of its user, each with the formula that makes its value.
//!
//! GUESS: of Salesforce's formulas those are understood that name fields of the user, the profile and the organization and join them with texts
//! by `&`. Others can be deployed; their values are empty.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::org::{Org, User};

/// An app has no more of them. Source: Metadata API, `ExtlClntAppOauthSettings`.
const MOST: usize = 128;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomAttribute {
    pub key: String,
    /// `$User.Email`, `'text'`, or several of these joined by `&`.
    pub formula: String,
}

type FieldOf = fn(&User, &Org) -> String;

const FIELDS: [(&str, FieldOf); 14] = [
    ("$User.Id", |user, _| user.id.to_string()),
    ("$User.Username", |user, _| user.username.clone()),
    ("$User.Email", |user, _| user.email.clone()),
    ("$User.FirstName", |user, _| user.first_name.clone().unwrap_or_default()),
    ("$User.LastName", |user, _| user.last_name.clone()),
    ("$User.Alias", |user, _| user.alias.clone()),
    ("$User.CommunityNickname", |user, _| user.nickname.clone()),
    ("$User.FederationIdentifier", |user, _| user.federation_id.clone().unwrap_or_default()),
    ("$User.TimeZoneSidKey", |user, _| user.time_zone.clone()),
    ("$User.LocaleSidKey", |user, _| user.locale.clone()),
    ("$User.LanguageLocaleKey", |user, _| user.language.clone()),
    ("$Profile.Name", |user, _| user.profile.label.clone()),
    ("$Organization.Id", |_, org| org.id.to_string()),
    ("$Organization.Name", |_, org| org.name.clone()),
];

enum Part<'f> {
    Text(&'f str),
    Field(FieldOf),
}

impl CustomAttribute {
    /// What the app is told about the user.
    pub fn value(&self, user: &User, org: &Org) -> String {
        let value = |part: Part<'_>| match part {
            Part::Text(text) => text.to_owned(),
            Part::Field(of) => of(user, org),
        };
        parts(&self.formula).unwrap_or_default().into_iter().map(value).collect()
    }
}

/// Reads `key = formula`, one on a line. Formulas that are `known` already are not looked at again: they may have been deployed.
///
/// # Errors
/// What is wrong, in a sentence.
pub(super) fn read(text: &str, known: &[CustomAttribute]) -> Result<Vec<CustomAttribute>, String> {
    let mut attributes: Vec<CustomAttribute> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (key, formula) = line.split_once('=').ok_or_else(|| format!("'{line}' is not of the form key = formula."))?;
        let attribute = CustomAttribute { key: key.trim().to_owned(), formula: formula.trim().to_owned() };
        if attribute.key.is_empty() || attribute.key.len() > 80 {
            return Err("The attribute key has 1 to 80 characters.".to_owned());
        }
        if attributes.iter().any(|other| other.key == attribute.key) {
            return Err(format!("The attribute key '{}' is already in use.", attribute.key));
        }
        if !known.contains(&attribute) {
            parts(&attribute.formula)?;
        }
        attributes.push(attribute);
    }
    if attributes.len() > MOST { Err(format!("An app has at most {MOST} custom attributes.")) } else { Ok(attributes) }
}

pub(super) fn written(attributes: &[CustomAttribute]) -> String {
    attributes.iter().map(|attribute| format!("{} = {}", attribute.key, attribute.formula)).collect::<Vec<_>>().join("\n")
}

fn parts(formula: &str) -> Result<Vec<Part<'_>>, String> {
    let (mut parts, mut rest) = (Vec::new(), formula.trim());
    loop {
        let (part, after) = first(rest)?;
        parts.push(part);
        let after = after.trim_start();
        match after.strip_prefix('&') {
            Some(next) => rest = next.trim_start(),
            None if after.is_empty() => return Ok(parts),
            None => return Err(format!("Syntax error. Extra '{after}'")),
        }
    }
}

fn first(formula: &str) -> Result<(Part<'_>, &str), String> {
    if let Some(quote) = formula.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let inner = &formula[1..];
        let end = inner.find(quote).ok_or_else(|| format!("Syntax error. Missing {quote}"))?;
        return Ok((Part::Text(&inner[..end]), &inner[end + 1..]));
    }
    let end = formula.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '$' | '.' | '_'))).unwrap_or(formula.len());
    let (name, after) = formula.split_at(end);
    let field = FIELDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    field.map(|(_, of)| (Part::Field(*of), after)).ok_or_else(|| format!("Field {name} does not exist. Check spelling."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_read_back_as_they_were_written() {
        let text = "region = 'EMEA'\nmail = $User.Email\nboth = $User.FirstName & \" of \" & $Organization.Name";
        assert_eq!(written(&read(text, &[]).unwrap()), text);
    }

    #[test]
    fn what_is_no_formula_is_refused_unless_it_was_there() {
        for (text, told) in [
            ("region", "'region' is not of the form key = formula."),
            (" = $User.Email", "The attribute key has 1 to 80 characters."),
            ("a = 'x'\na = 'y'", "The attribute key 'a' is already in use."),
            ("a = $User.Shoe", "Field $User.Shoe does not exist. Check spelling."),
            ("a = 'x", "Syntax error. Missing '"),
            ("a = 'x' 'y'", "Syntax error. Extra ''y''"),
            ("a =", "Field  does not exist. Check spelling."),
        ] {
            assert_eq!(read(text, &[]), Err(told.to_owned()));
        }
        let deployed = CustomAttribute { key: "a".to_owned(), formula: "IF(true, 'x', 'y')".to_owned() };
        assert_eq!(read("a = IF(true, 'x', 'y')", std::slice::from_ref(&deployed)), Ok(vec![deployed]));
        let many: String = (0..129).map(|number| format!("k{number} = 'x'\n")).collect();
        assert_eq!(read(&many, &[]), Err("An app has at most 128 custom attributes.".to_owned()));
    }
}
