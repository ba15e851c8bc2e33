//! Components that are parts of the schema: objects, fields, record types and value sets.

use serde_json::{Map, Value};

use super::operation::{Failure, Outcome};
use super::source::{Source, misplaced};
use super::tree::{in_order, leaf, named, tree_of};
use crate::clock::Timestamp;
use crate::id::RecordId;
use crate::schema::{CustomField, Definition, Features, MetadataError, RecordType, Schema, SchemaError, metadata};
use crate::xml::Element;

/// One change of the schema. `source` is `None` where the component is to go.
#[derive(Debug, Clone, Copy)]
pub struct Edit<'p> {
    pub kind: &'static str,
    pub full_name: &'p str,
    pub source: Option<&'p Source>,
}

/// What became of a series of changes.
#[derive(Debug)]
pub struct Settled {
    pub definition: Definition,
    /// One for each change, in their order.
    pub outcomes: Vec<Result<Outcome, Failure>>,
}

/// Members of an object's file that nothing here acts upon: they are kept beside the schema, by name.
pub const KEPT_MEMBERS: [&str; 10] = [
    "actionOverrides",
    "businessProcesses",
    "compactLayoutAssignment",
    "compactLayouts",
    "fieldSets",
    "indexes",
    "profileSearchLayouts",
    "searchLayouts",
    "sharingRecalculations",
    "webLinks",
];

/// Makes all changes that can be made. Those that cannot leave nothing behind.
///
/// A series is tried as a whole and, when something in it is refused, in halves: that finds what is wrong without
/// checking the schema once for each of ten thousand changes.
pub fn settle(schema: &Schema, edits: &[Edit<'_>], now: Timestamp) -> Settled {
    let mut outcomes = Vec::with_capacity(edits.len());
    let definition = settle_in(schema, schema.definition().clone(), edits, now, &mut outcomes);
    Settled { definition, outcomes }
}

fn settle_in(schema: &Schema, base: Definition, edits: &[Edit<'_>], now: Timestamp, outcomes: &mut Vec<Result<Outcome, Failure>>) -> Definition {
    let tried = try_all(schema, &base, edits, now);
    match (tried, edits) {
        (Ok((next, done)), _) => {
            outcomes.extend(done.into_iter().map(Ok));
            next
        }
        (Err(failure), [_]) => {
            outcomes.push(Err(failure));
            base
        }
        (Err(_), _) => {
            let (first, second) = edits.split_at(edits.len() / 2);
            let between = settle_in(schema, base, first, now, outcomes);
            settle_in(schema, between, second, now, outcomes)
        }
    }
}

fn try_all(schema: &Schema, base: &Definition, edits: &[Edit<'_>], now: Timestamp) -> Result<(Definition, Vec<Outcome>), Failure> {
    let mut next = base.clone();
    let done = edits.iter().map(|edit| edit.apply(schema, &mut next)).collect::<Result<Vec<_>, _>>()?;
    check(schema.features(), &next, now).map_err(|error| Failure::new(error.refusal().message))?;
    Ok((next, done))
}

fn check(features: Features, definition: &Definition, now: Timestamp) -> Result<(), SchemaError> {
    Schema::new(features, definition.clone(), now).map(|_| ())
}

impl Edit<'_> {
    fn apply(&self, schema: &Schema, definition: &mut Definition) -> Result<Outcome, Failure> {
        match self.source {
            Some(source) => self.put(schema, definition, source).map_err(|error| self.failure(&error)),
            None => self.remove(definition),
        }
    }

    fn put(&self, schema: &Schema, definition: &mut Definition, source: &Source) -> Result<Outcome, MetadataError> {
        let mut members = source.members.clone();
        members.shift_remove("fullName");
        match self.kind {
            "CustomObject" => self.put_object(schema, definition, members),
            "CustomField" => {
                let (object, name) = self.parts();
                let field = metadata::read_field(self.full_name, &members)?;
                match definition.field(object, name).cloned() {
                    Some(known) => {
                        let field = CustomField { object: known.object.clone(), name: known.name.clone(), id: known.id, ..field };
                        let same = known == field;
                        definition.replace_field(&known.name, field)?;
                        Ok(changed(same))
                    }
                    None => {
                        definition.add_field(field);
                        Ok(Outcome::Created)
                    }
                }
            }
            "RecordType" => {
                let read = metadata::read_record_type(self.full_name, &members)?;
                match record_type(definition, self.full_name).cloned() {
                    Some(known) => {
                        let same = known == RecordType { id: known.id, object: known.object.clone(), ..read.clone() };
                        definition.replace_record_type(self.full_name, read)?;
                        Ok(changed(same))
                    }
                    None => {
                        definition.add_record_type(read);
                        Ok(Outcome::Created)
                    }
                }
            }
            _ => {
                let set = metadata::read_value_set(self.full_name, &members)?;
                match definition.global_value_set(self.full_name).cloned() {
                    Some(known) => {
                        definition.replace_global_value_set(set)?;
                        Ok(changed(definition.global_value_set(self.full_name) == Some(&known)))
                    }
                    None => {
                        definition.add_global_value_set(set);
                        Ok(Outcome::Created)
                    }
                }
            }
        }
    }

    /// A file may bring parts alone: then the object stays as it is.
    fn put_object(&self, schema: &Schema, definition: &mut Definition, mut members: Map<String, Value>) -> Result<Outcome, MetadataError> {
        members.retain(|name, _| !KEPT_MEMBERS.contains(&name.as_str()));
        if schema.data_object(self.full_name).is_some_and(|object| !object.custom) {
            return Ok(Outcome::Unchanged);
        }
        let Some(known) = definition.objects.iter().find(|object| object.name.eq_ignore_ascii_case(self.full_name)).cloned() else {
            definition.add_object(metadata::read_object(self.full_name, &members)?);
            return Ok(Outcome::Created);
        };
        if members.is_empty() {
            return Ok(Outcome::Unchanged);
        }
        definition.replace_object(metadata::read_object(&known.name, &members)?)?;
        Ok(changed(definition.objects.contains(&known)))
    }

    fn remove(&self, definition: &mut Definition) -> Result<Outcome, Failure> {
        let (object, name) = self.parts();
        let removed = match self.kind {
            "CustomObject" => definition.remove_object(self.full_name),
            "CustomField" => definition.remove_field(object, name),
            "RecordType" => definition.remove_record_type(object, name),
            _ => definition.remove_global_value_set(self.full_name),
        };
        match removed {
            Ok(()) => Ok(Outcome::Deleted),
            Err(SchemaError::InUse { name, by }) => Err(Failure::new(SchemaError::InUse { name, by }.refusal().message)),
            // What is not there need not be removed.
            Err(_) => Ok(Outcome::Warned(format!("No {} named: {} found", self.kind, self.full_name))),
        }
    }

    fn parts(&self) -> (&str, &str) {
        self.full_name.split_once('.').unwrap_or((self.full_name, ""))
    }

    fn failure(&self, error: &MetadataError) -> Failure {
        Failure::new(match error {
            MetadataError::UnknownMember(name) => misplaced(name, self.kind),
            MetadataError::Mismatch { member, value } => mismatch(member, value.trim_matches('"')),
            other => other.refusal().message,
        })
    }
}

/// The words for a value that is none of its type.
fn mismatch(member: &str, value: &str) -> String {
    let of_enum = match member {
        "type" => Some("FieldType"),
        "deleteConstraint" => Some("DeleteConstraint"),
        "sharingModel" => Some("SharingModel"),
        "deploymentStatus" => Some("DeploymentStatus"),
        "customSettingsType" => Some("CustomSettingsType"),
        _ => None,
    };
    let number = matches!(member, "length" | "precision" | "scale" | "visibleLines" | "startingNumber");
    match of_enum {
        Some(name) => format!("'{value}' is not a valid value for the enum '{name}'"),
        None => format!("'{value}' is not a valid value for the type xsd:{}", if number { "int" } else { "boolean" }),
    }
}

fn changed(same: bool) -> Outcome {
    if same { Outcome::Unchanged } else { Outcome::Changed }
}

fn record_type<'d>(definition: &'d Definition, full_name: &str) -> Option<&'d RecordType> {
    let (object, name) = full_name.split_once('.')?;
    definition.record_types.iter().find(|known| known.object.eq_ignore_ascii_case(object) && known.name.eq_ignore_ascii_case(name))
}

/// Full names and ids of the schema's components of a type, by name. Standard objects are among the objects, without ids.
pub fn names_of(schema: &Schema, kind: &str) -> Vec<(String, Option<RecordId>)> {
    let definition = schema.definition();
    let mut names: Vec<(String, Option<RecordId>)> = match kind {
        "CustomObject" => {
            let custom = |name: &str| schema.custom_object(name).and_then(|object| object.id);
            let shown = schema
                .data_objects()
                .into_iter()
                .filter(|object| object.custom && schema.custom_object(&object.name).is_some() || object.flags.layoutable && !object.custom);
            shown.map(|object| (object.name.to_string(), custom(&object.name))).collect()
        }
        "CustomField" => definition.fields.iter().map(|field| (format!("{}.{}", field.object, field.name), field.id)).collect(),
        "RecordType" => definition.record_types.iter().map(|kind| (format!("{}.{}", kind.object, kind.name), kind.id)).collect(),
        "GlobalValueSet" => definition.global_value_sets.iter().map(|set| (set.name.clone(), set.id)).collect(),
        _ => Vec::new(),
    };
    names.sort();
    names
}

/// The members of a component's file, in their order; `None` when the schema has no such component.
/// An object comes without its parts.
pub fn definition_of(schema: &Schema, kind: &str, full_name: &str) -> Option<Vec<Element>> {
    let definition = schema.definition();
    let (text, own_name) = match kind {
        "CustomObject" => match schema.custom_object(full_name) {
            Some(object) => (metadata::object(schema, object), None),
            None => {
                schema.data_object(full_name)?;
                return Some(Vec::new());
            }
        },
        "CustomField" => {
            let (object, name) = full_name.split_once('.')?;
            let field = definition.field(object, name)?;
            (metadata::field(schema, field), Some(field.name.clone()))
        }
        "RecordType" => {
            let found = record_type(definition, full_name)?;
            (metadata::record_type(found), Some(found.name.clone()))
        }
        "GlobalValueSet" => (metadata::value_set(definition.global_value_set(full_name)?), None),
        _ => return None,
    };
    let members: Map<String, Value> = serde_json::from_str(&text).ok()?;
    let mut elements = tree_of(&members);
    for element in &mut elements {
        rename_values(element);
    }
    elements.extend(own_name.map(|name| leaf("fullName", name)));
    in_order(&mut elements);
    Some(elements)
}

/// The Tooling API calls a picklist value's name `valueName`; files call it `fullName`.
fn rename_values(element: &mut Element) {
    let is_value = matches!(element.name.local.as_str(), "value" | "customValue");
    for child in &mut element.children {
        if is_value && child.name.local == "valueName" {
            "fullName".clone_into(&mut child.name.local);
        }
        rename_values(child);
    }
    if is_value {
        in_order(&mut element.children);
    }
}

/// An element of a parent's file that holds these members.
pub fn part(element: &str, members: Vec<Element>) -> Element {
    Element { children: members, ..named(element) }
}

/// The members of an object's file that are kept beside the schema.
pub fn kept_members(source: &Source) -> Map<String, Value> {
    source.members.iter().filter(|(name, _)| KEPT_MEMBERS.contains(&name.as_str())).map(|(name, value)| (name.clone(), value.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::tree::json_of;
    use crate::xml::parse;

    fn source(text: &str) -> Source {
        Source { members: json_of(&parse(text).unwrap()), content: None }
    }

    const OBJECT: &str = "<CustomObject><label>Foo</label><pluralLabel>Foos</pluralLabel><nameField><label>Foo Name</label><type>Text</type></nameField>\
                          <sharingModel>ReadWrite</sharingModel><deploymentStatus>Deployed</deploymentStatus></CustomObject>";
    const NUMBER: &str = "<fields><fullName>A__c</fullName><label>A</label><precision>18</precision><scale>2</scale><type>Number</type></fields>";

    #[test]
    fn what_can_be_made_is_made_and_the_rest_is_told() {
        let schema = Schema::standard(Features::NONE, Timestamp(0));
        let (object, number, text) = (source(OBJECT), source(NUMBER), source("<fields><label>B</label><type>Text</type></fields>"));
        let odd = source("<fields><label>B</label><type>Nope</type></fields>");
        let unknown = source("<fields><label>B</label><type>Date</type><foo>1</foo></fields>");
        let edit = |kind, full_name, source| Edit { kind, full_name, source: Some(source) };
        let edits = [
            edit("CustomObject", "Foo__c", &object),
            edit("CustomField", "Foo__c.A__c", &number),
            edit("CustomField", "Foo__c.B__c", &text),
            edit("CustomField", "Foo__c.C__c", &odd),
            edit("CustomField", "Foo__c.D__c", &unknown),
            edit("CustomField", "Nope__c.A__c", &number),
            Edit { kind: "CustomField", full_name: "Account.Gone__c", source: None },
        ];
        let Settled { definition, outcomes } = settle(&schema, &edits, Timestamp(0));
        let problem = |text: &str| Err(Failure::new(text));
        assert_eq!(
            outcomes,
            [
                Ok(Outcome::Created),
                Ok(Outcome::Created),
                problem("Must specify 'length' for a CustomField of type Text"),
                problem("'Nope' is not a valid value for the enum 'FieldType'"),
                problem("Error parsing file: Element {http://soap.sforce.com/2006/04/metadata}foo invalid at this location in type CustomField"),
                problem("Entity Enumeration Or ID: bad value for restricted picklist field: Nope__c"),
                Ok(Outcome::Warned("No CustomField named: Account.Gone__c found".to_owned())),
            ]
        );
        let schema = Schema::new(Features::NONE, definition, Timestamp(0)).unwrap();
        let again = settle(&schema, &edits[..2], Timestamp(0));
        assert_eq!(again.outcomes, [Ok(Outcome::Unchanged), Ok(Outcome::Unchanged)]);
        assert_eq!(names_of(&schema, "CustomField"), [("Foo__c.A__c".to_owned(), None)]);
    }

    #[test]
    fn a_retrieved_field_can_be_deployed_again() {
        let schema = Schema::standard(Features::NONE, Timestamp(0));
        let picklist = "<fields><fullName>P__c</fullName><label>P</label><type>Picklist</type><valueSet><restricted>true</restricted><valueSetDefinition>\
                        <sorted>false</sorted><value><fullName>a</fullName><default>true</default><label>A</label></value></valueSetDefinition></valueSet></fields>";
        let given = source(picklist);
        let edits = [Edit { kind: "CustomField", full_name: "Account.P__c", source: Some(&given) }];
        let schema = Schema::new(Features::NONE, settle(&schema, &edits, Timestamp(0)).definition, Timestamp(0)).unwrap();
        let written = part("fields", definition_of(&schema, "CustomField", "account.p__c").unwrap());
        let again = Source::from(&written);
        let edits = [Edit { kind: "CustomField", full_name: "Account.P__c", source: Some(&again) }];
        assert_eq!(settle(&schema, &edits, Timestamp(0)).outcomes, [Ok(Outcome::Unchanged)]);
    }
}
