//! From definitions to objects: the custom part of a schema laid over the standard catalogue.

use std::borrow::Cow;
use std::collections::BTreeMap;

use catalogue::{Api, ChildRelationship, Object, RecordTypeInfo};

use super::custom::{CustomObject, ObjectKind, RecordType, SharingModel};
use super::custom_field::{CustomField, CustomType, DeleteConstraint};
use super::definition::Definition;
use super::error::{Named, SchemaError};
use super::features::Features;
use super::{companion, field, fold_order, names, owned, shape};

/// The objects that differ from the standard catalogue, ordered by lower-cased name.
pub(super) fn overlay(definition: &Definition, features: Features) -> Result<Vec<Object>, SchemaError> {
    let mut overlay = Overlay { definition, features, objects: BTreeMap::new() };
    for set in &definition.global_value_sets {
        field::check_value_set(set)?;
    }
    for object in &definition.objects {
        overlay.add_object(object)?;
    }
    for field in &definition.fields {
        overlay.add_field(field)?;
    }
    for record_type in &definition.record_types {
        overlay.add_record_type(record_type)?;
    }
    for object in &definition.objects {
        overlay.add_companions(object)?;
    }
    Ok(overlay.objects.into_values().collect())
}

/// Objects under construction, by lower-cased name.
struct Overlay<'d> {
    definition: &'d Definition,
    features: Features,
    objects: BTreeMap<String, Object>,
}

impl Overlay<'_> {
    fn add_object(&mut self, object: &CustomObject) -> Result<(), SchemaError> {
        names::check_object(&object.name)?;
        names::check_label(&object.label)?;
        self.insert(shape::object(object))
    }

    fn insert(&mut self, object: Object) -> Result<(), SchemaError> {
        let key = object.name.to_ascii_lowercase();
        if self.objects.contains_key(&key) {
            return Err(SchemaError::Taken { what: Named::Object, name: object.name.to_string(), on: String::new() });
        }
        self.objects.insert(key, object);
        Ok(())
    }

    fn add_field(&mut self, definition: &CustomField) -> Result<(), SchemaError> {
        names::check_field(&definition.name)?;
        field::check(definition, self.definition)?;
        let parent = definition.reference_to.as_deref().map(|name| self.parent(name)).transpose()?;
        let all = self.definition;
        let object = self.object(&definition.object).ok_or_else(|| SchemaError::UnknownObject(definition.object.clone()))?;
        if object.field(&definition.name).is_some() {
            return Err(SchemaError::Taken { what: Named::Field, name: definition.name.clone(), on: object.name.to_string() });
        }
        let custom = all.objects.iter().find(|own| own.name.eq_ignore_ascii_case(&definition.object));
        match custom.map(CustomObject::kind) {
            None if !object.flags.layoutable => return Err(SchemaError::NotCustomizable(object.name.to_string())),
            Some(ObjectKind::Setting(_) | ObjectKind::MetadataType) => shape::check_setting_field(definition)?,
            None | Some(ObjectKind::Record) => {}
        }
        if definition.kind == CustomType::MasterDetail {
            make_detail(object, all, definition)?;
        }
        let (child, plural) = (object.name.to_string(), object.label_plural.to_string());
        object.fields.to_mut().extend(field::fields(definition, parent.as_deref(), all));
        match parent {
            Some(parent) => self.add_child(&parent, relationship(definition, &child, &plural)),
            None => Ok(()),
        }
    }

    fn add_record_type(&mut self, definition: &RecordType) -> Result<(), SchemaError> {
        names::check_developer_name(&definition.name, Named::RecordType)?;
        let object = self.object(&definition.object).ok_or_else(|| SchemaError::UnknownObject(definition.object.clone()))?;
        if !object.flags.layoutable {
            return Err(SchemaError::NotCustomizable(object.name.to_string()));
        }
        if object.record_types.iter().any(|known| known.developer_name.eq_ignore_ascii_case(&definition.name)) {
            return Err(SchemaError::Taken { what: Named::RecordType, name: definition.name.clone(), on: object.name.to_string() });
        }
        if object.field("RecordTypeId").is_none() {
            let at = object.fields.iter().position(|field| field.flags.name_field).map_or(object.fields.len(), |at| at + 1);
            object.fields.to_mut().insert(at, field::record_type_id());
        }
        // GUESS: the first record type takes over as the default of every user, as it does when an admin makes it for all profiles.
        let is_first = object.record_types.iter().all(|known| known.master);
        let types = object.record_types.to_mut();
        if is_first && definition.active {
            types.iter_mut().for_each(|known| known.default_mapping = false);
        }
        types.push(RecordTypeInfo {
            id: Cow::Owned(definition.id.map(|id| id.to_string()).unwrap_or_default()),
            name: Cow::Owned(definition.label()),
            developer_name: owned(&definition.name),
            active: definition.active,
            available: definition.active,
            default_mapping: is_first && definition.active,
            master: false,
        });
        Ok(())
    }

    /// The objects that come with a custom one: who it is shared with, what changed, what was said about it.
    fn add_companions(&mut self, definition: &CustomObject) -> Result<(), SchemaError> {
        let Some(parent) = self.objects.get(&definition.name.to_ascii_lowercase()) else { return Ok(()) };
        let owns_itself = parent.field("OwnerId").is_some();
        let shared = owns_itself && matches!(definition.sharing_model, SharingModel::Private | SharingModel::Read);
        let wanted = [
            (shared, companion::Companion::Share),
            (definition.enable_history, companion::Companion::History),
            (definition.enable_feeds, companion::Companion::Feed),
        ];
        let made: Vec<_> = wanted.into_iter().filter(|(wanted, _)| *wanted).map(|(_, kind)| companion::object(kind, parent)).collect();
        let lists = companion::lists(definition, parent);
        for companion in made {
            self.insert(companion)?;
        }
        for child in lists {
            self.add_child(&definition.name, child)?;
        }
        Ok(())
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
fn make_detail(object: &mut Object, all: &Definition, definition: &CustomField) -> Result<(), SchemaError> {
    let masters = all.fields.iter().filter(|field| field.kind == CustomType::MasterDetail && field.object.eq_ignore_ascii_case(&definition.object));
    if !object.custom || masters.count() > 2 {
        return Err(SchemaError::TooManyMasters);
    }
    object.fields.to_mut().retain(|field| field.name != "OwnerId");
    Ok(())
}

/// GUESS: a lookup without `relationship_name` gets the child's plural label without spaces, as Setup proposes it.
fn relationship(definition: &CustomField, child: &str, plural: &str) -> ChildRelationship {
    let proposed = || plural.chars().filter(char::is_ascii_alphanumeric).collect();
    let name: String = definition.relationship_name.clone().unwrap_or_else(proposed);
    let constraint = definition.delete_constraint();
    ChildRelationship {
        child: owned(child),
        field: owned(&definition.name),
        name: Some(Cow::Owned(name + "__r")),
        cascade_delete: constraint == Some(DeleteConstraint::Cascade),
        restricted_delete: constraint == Some(DeleteConstraint::Restrict),
    }
}
