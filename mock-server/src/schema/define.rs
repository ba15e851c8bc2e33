//! From definitions to objects: the custom part of a schema laid over the standard catalogue.

use std::borrow::Cow;
use std::collections::BTreeMap;

use catalogue::{Api, ChildRelationship, Object, ObjectFlags, RecordTypeInfo};
use serde::{Deserialize, Serialize};

use super::custom::{CustomField, CustomObject, CustomType, DeleteConstraint};
use super::error::SchemaError;
use super::features::Features;
use super::{field, fold_order, owned};

/// Everything custom in one org's schema: what is stored, exported and edited.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Definition {
    #[serde(default)]
    pub objects: Vec<CustomObject>,
    #[serde(default)]
    pub fields: Vec<CustomField>,
}

impl Definition {
    /// Adds an object and gives it the next free key prefix. [`super::Schema::new`] checks it.
    pub fn add_object(&mut self, mut object: CustomObject) {
        if object.key_prefix.is_none() {
            object.key_prefix = Some(self.next_prefix());
        }
        self.objects.push(object);
    }

    /// Takes an object out, with its fields and the lookups to it.
    ///
    /// # Errors
    /// There is no such custom object.
    pub fn remove_object(&mut self, name: &str) -> Result<(), SchemaError> {
        let before = self.objects.len();
        self.objects.retain(|object| !object.name.eq_ignore_ascii_case(name));
        if self.objects.len() == before {
            return Err(SchemaError::UnknownObject(name.to_owned()));
        }
        let points_at = |field: &CustomField| field.reference_to.as_deref().is_some_and(|parent| parent.eq_ignore_ascii_case(name));
        self.fields.retain(|field| !field.object.eq_ignore_ascii_case(name) && !points_at(field));
        Ok(())
    }

    /// Takes a field out.
    ///
    /// # Errors
    /// There is no such custom field.
    pub fn remove_field(&mut self, object: &str, name: &str) -> Result<(), SchemaError> {
        let before = self.fields.len();
        self.fields.retain(|field| !field.is(object, name));
        if self.fields.len() == before { Err(SchemaError::UnknownField(format!("{object}.{name}"))) } else { Ok(()) }
    }

    /// Puts another definition in place of the field with the same name.
    ///
    /// # Errors
    /// There is no such custom field, or it is of another type: stored values would not fit.
    pub fn replace_field(&mut self, field: CustomField) -> Result<(), SchemaError> {
        let unknown = || SchemaError::UnknownField(format!("{}.{}", field.object, field.name));
        let place = self.fields.iter_mut().find(|known| known.is(&field.object, &field.name)).ok_or_else(unknown)?;
        if place.kind != field.kind {
            return Err(SchemaError::Fixed("type"));
        }
        *place = field;
        Ok(())
    }

    /// The definition of a custom field; names in any case.
    pub fn field(&self, object: &str, name: &str) -> Option<&CustomField> {
        self.fields.iter().find(|field| field.is(object, name))
    }

    /// The prefix after the highest in use: `a00` … `a09`, `a0A` … `a0z`, `a10` …
    fn next_prefix(&self) -> String {
        let highest = self.objects.iter().filter_map(|object| prefix_number(object.key_prefix.as_deref()?)).max();
        let number = highest.map_or(0, |number| number + 1);
        let digit = |at: usize| char::from(DIGITS[at % DIGITS.len()]);
        format!("a{}{}", digit(number / DIGITS.len()), digit(number))
    }
}

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

fn prefix_number(prefix: &str) -> Option<usize> {
    let [b'a', high, low] = prefix.as_bytes() else { return None };
    let digit = |byte: &u8| DIGITS.iter().position(|digit| digit == byte);
    Some(digit(high)? * DIGITS.len() + digit(low)?)
}

impl CustomField {
    fn is(&self, object: &str, name: &str) -> bool {
        self.object.eq_ignore_ascii_case(object) && self.name.eq_ignore_ascii_case(name)
    }
}

/// The objects that differ from the standard catalogue, ordered by lower-cased name.
pub(super) fn overlay(definition: &Definition, features: Features) -> Result<Vec<Object>, SchemaError> {
    let mut overlay = Overlay { features, objects: BTreeMap::new() };
    for object in &definition.objects {
        overlay.add_object(object)?;
    }
    for field in &definition.fields {
        overlay.add_field(field)?;
    }
    Ok(overlay.objects.into_values().collect())
}

/// Objects under construction, by lower-cased name.
struct Overlay {
    features: Features,
    objects: BTreeMap<String, Object>,
}

impl Overlay {
    fn add_object(&mut self, object: &CustomObject) -> Result<(), SchemaError> {
        check_name(&object.name)?;
        let key = object.name.to_ascii_lowercase();
        if self.objects.contains_key(&key) {
            return Err(SchemaError::Taken { what: "an object", name: object.name.clone() });
        }
        check_label(&object.label, 40)?;
        self.objects.insert(key, custom_object(object));
        Ok(())
    }

    fn add_field(&mut self, definition: &CustomField) -> Result<(), SchemaError> {
        check_name(&definition.name)?;
        field::check(definition)?;
        let parent = definition.reference_to.as_deref().map(|name| self.parent(name)).transpose()?;
        let object = self.object(&definition.object).ok_or_else(|| SchemaError::UnknownObject(definition.object.clone()))?;
        if object.field(&definition.name).is_some() {
            return Err(SchemaError::Taken { what: "a field", name: definition.name.clone() });
        }
        if !(object.custom || object.flags.layoutable) {
            return Err(SchemaError::NotCustomizable(object.name.to_string()));
        }
        if definition.kind == CustomType::MasterDetail {
            make_detail(object)?;
        }
        let (child, plural) = (object.name.to_string(), object.label_plural.to_string());
        object.fields.to_mut().extend(field::fields(definition, parent.as_deref()));
        match parent {
            Some(parent) => self.add_child(&parent, relationship(definition, &child, &plural)),
            None => Ok(()),
        }
    }

    /// The object of that name, copied out of the catalogue when it is first changed.
    fn object(&mut self, name: &str) -> Option<&mut Object> {
        let key = name.to_ascii_lowercase();
        if !self.objects.contains_key(&key) {
            let standard = catalogue::object(name).filter(|object| object.feature.is_none_or(|feature| self.features.has(feature)))?;
            self.objects.insert(key.clone(), standard.clone());
        }
        self.objects.get_mut(&key)
    }

    /// The name of an object that lookups may point at, as it is spelled.
    fn parent(&self, name: &str) -> Result<String, SchemaError> {
        let own = self.objects.get(&name.to_ascii_lowercase());
        let parent = own.or_else(|| catalogue::object(name)).filter(|object| object.api != Api::Tooling && object.key_prefix.is_some());
        parent
            .map(|object| object.name.to_string())
            .ok_or(SchemaError::OutOfRange { member: "reference_to", expected: "the name of an object of this org" })
    }

    fn add_child(&mut self, parent: &str, child: ChildRelationship) -> Result<(), SchemaError> {
        let Some(object) = self.object(parent) else { return Ok(()) };
        let taken = object.children.iter().any(|known| match (&known.name, &child.name) {
            (Some(known), Some(name)) => known.eq_ignore_ascii_case(name),
            _ => false,
        });
        if taken {
            let name = child.name.unwrap_or_default().into_owned();
            return Err(SchemaError::RelationshipTaken { parent: parent.to_owned(), name });
        }
        let after = |known: &ChildRelationship| fold_order(&known.child, &child.child).is_le();
        let at = object.children.partition_point(after);
        object.children.to_mut().insert(at, child);
        Ok(())
    }
}

/// A detail record belongs to its master's owner: its object has no `OwnerId`.
fn make_detail(object: &mut Object) -> Result<(), SchemaError> {
    let is_master =
        |field: &catalogue::Field| field.flags.custom && !field.reference_to.is_empty() && !field.flags.nillable && !field.flags.updateable;
    let masters = object.fields.iter().filter(|field| is_master(field)).count();
    if !object.custom || masters >= 2 {
        return Err(SchemaError::TooManyMasters);
    }
    object.fields.to_mut().retain(|field| field.name != "OwnerId");
    Ok(())
}

/// GUESS: a lookup without `relationship_name` gets the child's plural label without spaces, as Setup proposes it.
fn relationship(definition: &CustomField, child: &str, plural: &str) -> ChildRelationship {
    let proposed = || plural.chars().filter(char::is_ascii_alphanumeric).collect();
    let name: String = definition.relationship_name.clone().unwrap_or_else(proposed);
    let constraint = definition.delete_constraint;
    ChildRelationship {
        child: owned(child),
        field: owned(&definition.name),
        name: Some(Cow::Owned(name + "__r")),
        cascade_delete: definition.kind == CustomType::MasterDetail || constraint == Some(DeleteConstraint::Cascade),
        restricted_delete: constraint == Some(DeleteConstraint::Restrict),
    }
}

/// Letters, digits and single underscores, a letter first and none at the end, then `__c`. A namespace may stand before it.
fn check_name(name: &str) -> Result<(), SchemaError> {
    let malformed = || SchemaError::MalformedName(name.to_owned());
    let stem = name.strip_suffix("__c").ok_or_else(malformed)?;
    let (namespace, stem) = stem.split_once("__").unwrap_or(("a", stem));
    let word = |text: &str, longest: usize| {
        let letters = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        letters
            && text.starts_with(|first: char| first.is_ascii_alphabetic())
            && !text.ends_with('_')
            && !text.contains("__")
            && text.len() <= longest
    };
    if word(namespace, 15) && word(stem, 40) { Ok(()) } else { Err(malformed()) }
}

/// A label of one to `longest` characters.
pub(super) fn check_label(label: &str, longest: usize) -> Result<(), SchemaError> {
    let fits = (1..=longest).contains(&label.chars().count()) && !label.chars().any(char::is_control);
    if fits { Ok(()) } else { Err(SchemaError::OutOfRange { member: "label", expected: "1 to 40 characters" }) }
}

const MASTER_RECORD_TYPE: RecordTypeInfo = RecordTypeInfo {
    id: Cow::Borrowed("012000000000000AAA"),
    name: Cow::Borrowed("Master"),
    developer_name: Cow::Borrowed("Master"),
    active: true,
    available: true,
    default_mapping: true,
    master: true,
};

fn custom_object(definition: &CustomObject) -> Object {
    Object {
        name: owned(&definition.name),
        label: owned(&definition.label),
        label_plural: Cow::Owned(definition.label_plural.clone().unwrap_or_else(|| format!("{}s", definition.label))),
        key_prefix: definition.key_prefix.clone().map(Cow::Owned),
        custom: true,
        api: Api::Data,
        feature: None,
        flags: ObjectFlags {
            queryable: true,
            createable: true,
            updateable: true,
            deletable: true,
            undeletable: true,
            searchable: true,
            triggerable: true,
            feed_enabled: false,
            mergeable: false,
            replicateable: true,
            retrieveable: true,
            layoutable: true,
        },
        name_field: Some(Cow::Borrowed("Name")),
        fields: Cow::Owned(field::system_fields(definition)),
        children: Cow::Borrowed(&[]),
        record_types: Cow::Owned(vec![MASTER_RECORD_TYPE]),
        seed: Cow::Borrowed(&[]),
    }
}
