//! Which fields of a record a caller wants: `Account.Name,Account.Owner.Name`, or those of a layout.

use catalogue::{Field, FieldType, Object};

use crate::access::Access;
use crate::records::RecordError;
use crate::schema::{Schema, layout_sections};

/// A field to be read: the relationships that lead to it, and what it is. `Id` and `Name` alone of parents of several kinds.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    pub parents: Vec<String>,
    pub name: String,
    pub kind: FieldType,
}

impl Path {
    /// As SOQL writes it.
    pub fn soql(&self) -> String {
        self.parents.iter().chain([&self.name]).map(String::as_str).collect::<Vec<_>>().join(".")
    }
}

/// Steps up a path may take.
const MOST_LEVELS: usize = 5;

/// The fields a comma-separated list names; each begins with the object's own name.
///
/// # Errors
/// `UnknownField` for what the object has not, or the user does not see.
pub fn named(schema: &Schema, access: &Access, object: &Object, list: &str) -> Vec<Result<Path, RecordError>> {
    let names = list.split(',').map(str::trim).filter(|name| !name.is_empty());
    names.map(|name| path(schema, access, object, name).ok_or_else(|| unknown(object, name))).collect()
}

/// Of a list of fields those that begin with the object's name.
pub fn of_object(object: &Object, list: &str) -> String {
    let own = |name: &&str| name.split('.').next().is_some_and(|root| root.trim().eq_ignore_ascii_case(&object.name));
    list.split(',').filter(own).collect::<Vec<_>>().join(",")
}

fn unknown(object: &Object, name: &str) -> RecordError {
    RecordError::UnknownField { field: name.to_owned(), object: object.name.to_string() }
}

fn path(schema: &Schema, access: &Access, object: &Object, name: &str) -> Option<Path> {
    let mut steps: Vec<&str> = name.split('.').collect();
    let last = steps.pop()?;
    let (root, relationships) = steps.split_first()?;
    if !root.eq_ignore_ascii_case(&object.name) || relationships.len() > MOST_LEVELS {
        return None;
    }
    let (mut at, mut parents) = (Some(object), Vec::new());
    for step in relationships {
        let field = link(at?, access, step)?;
        parents.push(field.relationship_name.as_deref()?.to_owned());
        at = match &*field.reference_to {
            [only] => Some(schema.object(only).filter(|parent| access.sees(parent))?),
            _ => None,
        };
    }
    let (name, kind) = match at {
        Some(object) => {
            let field = object.field(last).filter(|field| access.reads(object, field) && field.kind != FieldType::Base64)?;
            (field.name.to_string(), field.kind)
        }
        None => ["Id", "Name"].into_iter().find(|name| name.eq_ignore_ascii_case(last)).map(|name| (name.to_owned(), FieldType::String))?,
    };
    Some(Path { parents, name, kind })
}

fn link<'o>(object: &'o Object, access: &Access, relationship: &str) -> Option<&'o Field> {
    let leads = |field: &&Field| field.relationship_name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(relationship));
    object.fields.iter().find(leads).filter(|field| access.reads(object, field))
}

/// The fields of the layouts a caller names: `Full`, `Compact`.
pub fn laid_out(access: &Access, object: &Object, layouts: &str) -> Vec<Path> {
    let full = layouts.split(',').any(|layout| layout.trim().eq_ignore_ascii_case("Full"));
    let name = object.name_field.as_deref().and_then(|name| object.field(name));
    let sections = if full { layout_sections(object) } else { Vec::new() };
    let fields = name.into_iter().chain(sections.into_iter().flat_map(|section| section.fields));
    let mut paths: Vec<Path> = Vec::new();
    for field in fields.filter(|field| access.reads(object, field)) {
        for path in of_layout(field) {
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
    }
    paths
}

/// A field of a page; a parent is shown by its name.
fn of_layout(field: &Field) -> Vec<Path> {
    if matches!(field.kind, FieldType::Base64 | FieldType::Address | FieldType::Location) {
        return Vec::new();
    }
    let own = Path { parents: Vec::new(), name: field.name.to_string(), kind: field.kind };
    let parent =
        field.relationship_name.as_deref().filter(|_| matches!(&*field.reference_to, [only] if matches!(&**only, "User" | "Account" | "Contact")));
    let name = parent.map(|name| Path { parents: vec![name.to_owned()], name: "Name".to_owned(), kind: FieldType::String });
    [Some(own), name].into_iter().flatten().collect()
}
