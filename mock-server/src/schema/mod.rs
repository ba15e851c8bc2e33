//! The objects and fields of one org: the standard catalogue, less what the org's features leave out,
//! plus its custom objects and fields. Implements what `soql` asks about a schema.
//!
//! A [`Schema`] never changes: an edited [`Definition`] becomes a new one, and the org swaps its `Arc`.
//! An org without custom schema holds no copy of anything.

mod column;
mod companion;
mod custom;
mod custom_field;
mod definition;
mod derived;
mod error;
mod features;
mod field;
mod layout;
mod list_view;
mod listing;
mod managed;
pub mod metadata;
mod names;
mod overlay;
mod shape;
mod view;

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;
use std::sync::atomic::{self, AtomicU64};

use catalogue::{Api, ChildRelationship, Field, Object};

use crate::clock::Timestamp;

pub use column::{Column, StorageClass, columns};
pub use companion::companion_of;
pub use custom::{CustomObject, GlobalValueSet, ObjectKind, RecordType, SharingModel};
pub use custom_field::{CustomField, CustomType, DeleteConstraint, MaskChar, MaskType};
pub use definition::Definition;
pub use derived::Derive;
pub use error::{Refusal, SchemaError};
pub use features::Features;
pub use layout::{layout_sections, related_lists};
pub use list_view::{Condition as ListCondition, HIDDEN as HIDDEN_COLUMNS, ListView, ViewScope, list_view, list_views, list_views_of, select_item};
pub use listing::{ListColumn, list_column, list_columns};
pub use managed::{cannot_delete, cannot_modify};
pub use metadata::MetadataError;
pub use view::{Rows, Sight, View};

/// The objects of one org at one time.
#[derive(Debug, Clone)]
pub struct Schema {
    features: Features,
    definition: Arc<Definition>,
    modified: Timestamp,
    generation: u64,
    /// Custom objects, and standard objects with custom fields or child lists. Ordered by lower-cased name.
    overlay: Arc<[Object]>,
    face: Face,
}

/// Which API looks at a schema: each has objects, and fields of common objects, that the other has not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Face {
    Data,
    Tooling,
}

/// Generations below this one belong to schemas without anything custom, one for each set of features.
const FIRST_CUSTOM_GENERATION: u64 = 1 << Features::COUNT;

impl Schema {
    /// The schema of an org with these features and this custom part, last changed at `modified`.
    ///
    /// # Errors
    /// The first object or field of the definition that Salesforce would not let an admin create.
    pub fn new(features: Features, definition: Definition, modified: Timestamp) -> Result<Self, SchemaError> {
        let overlay = overlay::overlay(&definition, features)?;
        let generation = if overlay.is_empty() { features.bits() } else { next_generation() };
        Ok(Self { features, definition: Arc::new(definition), modified, generation, overlay: overlay.into(), face: Face::Data })
    }

    /// The schema of a fresh org.
    pub fn standard(features: Features, modified: Timestamp) -> Self {
        let definition = Arc::default();
        Self { features, definition, modified, generation: features.bits(), overlay: Arc::new([]), face: Face::Data }
    }

    /// The same schema as the Tooling API shows it.
    pub fn tooling(&self) -> Self {
        Self { face: Face::Tooling, ..self.clone() }
    }

    /// Two schemas with the same generation hold the same objects, in whatever org: what was prepared for one serves the other.
    pub fn generation(&self) -> u64 {
        match self.face {
            Face::Data => self.generation,
            Face::Tooling => self.generation | 1 << 63,
        }
    }

    /// When an object or field of this org was last created, changed or removed: `Last-Modified` of describe answers.
    pub fn modified(&self) -> Timestamp {
        self.modified
    }

    pub fn features(&self) -> Features {
        self.features
    }

    /// The custom part, as it is stored and exported.
    pub fn definition(&self) -> &Definition {
        &self.definition
    }

    /// The object of that API name, in any case, if the API that looks shows it.
    pub fn object(&self, name: &str) -> Option<&Object> {
        match self.face {
            Face::Data => self.data_object(name),
            Face::Tooling => {
                catalogue::tooling_object(name).filter(|object| self.shows(object)).map(|object| self.overlaid(&object.name).unwrap_or(object))
            }
        }
    }

    /// The object of that API name, in any case, if the data API shows it.
    pub fn data_object(&self, name: &str) -> Option<&Object> {
        self.any_object(name).filter(|object| object.api != Api::Tooling)
    }

    /// The custom version of a standard object that has no other fields in the Tooling API.
    fn overlaid(&self, name: &str) -> Option<&Object> {
        let own = self.overlay.binary_search_by(|object| fold_order(&object.name, name)).ok()?;
        self.overlay.get(own).filter(|own| catalogue::tooling_object(name).is_some_and(|known| known.fields.len() <= own.fields.len()))
    }

    /// The object of that API name, in any case, whichever API shows it.
    pub fn any_object(&self, name: &str) -> Option<&Object> {
        match self.overlay.binary_search_by(|object| fold_order(&object.name, name)) {
            Ok(at) => self.overlay.get(at),
            Err(_) => catalogue::object(name).filter(|object| self.shows(object)),
        }
    }

    /// The object whose ids begin with these three characters.
    pub fn by_prefix(&self, prefix: &str) -> Option<&Object> {
        let owns = |object: &&Object| object.key_prefix.as_deref() == Some(prefix);
        self.overlay.iter().find(owns).or_else(|| catalogue::by_prefix(prefix).filter(|object| self.shows(object)))
    }

    /// The objects the API that looks shows, ordered by lower-cased name as describe global lists them.
    pub fn objects(&self) -> Vec<&Object> {
        match self.face {
            Face::Data => self.data_objects(),
            Face::Tooling => catalogue::STANDARD.iter().filter_map(|object| self.object(&object.name)).collect(),
        }
    }

    /// The objects the data API shows, in the same order.
    pub fn data_objects(&self) -> Vec<&Object> {
        let shown = |object: &&Object| object.api != Api::Tooling && self.shows(object);
        let untouched = |object: &&Object| self.overlay.binary_search_by(|own| fold_order(&own.name, &object.name)).is_err();
        let mut objects: Vec<&Object> = catalogue::STANDARD.iter().filter(shown).filter(untouched).collect();
        objects.extend(self.overlay.iter().filter(shown));
        objects.sort_by(|a, b| fold_order(&a.name, &b.name));
        objects
    }

    /// The child lists of an object, without those of objects this org does not have.
    pub fn children<'s>(&'s self, object: &'s Object) -> impl Iterator<Item = &'s ChildRelationship> {
        object.children.iter().filter(|child| catalogue::object(&child.child).is_none_or(|known| self.shows(known)))
    }

    /// Whether an id with this key prefix may stand in a reference field.
    pub fn refers(&self, field: &Field, prefix: &str) -> bool {
        let fits = |target: &str| match self.any_object(target) {
            Some(object) => object.key_prefix.as_deref() == Some(prefix),
            None => catalogue::target(target).is_some_and(|target| target.key_prefix == Some(prefix)),
        };
        field.reference_to.iter().any(|target| fits(target))
            || field.takes_custom_objects() && self.by_prefix(prefix).is_some_and(|object| object.custom)
    }

    /// How a custom object was defined.
    pub fn custom_object(&self, name: &str) -> Option<&CustomObject> {
        self.definition.objects.iter().find(|object| object.name.eq_ignore_ascii_case(name))
    }

    /// How a custom field was defined: its auto-number format, what happens to it when its parent is deleted.
    pub fn custom_field(&self, object: &str, name: &str) -> Option<&CustomField> {
        self.definition.field(object, name)
    }

    fn shows(&self, object: &Object) -> bool {
        object.feature.is_none_or(|feature| self.features.has(feature))
    }
}

fn next_generation() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(FIRST_CUSTOM_GENERATION);
    NEXT.fetch_add(1, atomic::Ordering::Relaxed)
}

/// Orders API names without regard to case.
fn fold_order(a: &str, b: &str) -> Ordering {
    a.bytes().map(|byte| byte.to_ascii_lowercase()).cmp(b.bytes().map(|byte| byte.to_ascii_lowercase()))
}

/// Text that belongs to one org.
fn owned(text: &str) -> catalogue::Text {
    Cow::Owned(text.to_owned())
}

#[cfg(test)]
mod tests;
