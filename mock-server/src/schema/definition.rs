//! Everything custom in one org's schema, and how an admin edits it.

use serde::{Deserialize, Serialize};

use super::custom::{CustomObject, GlobalValueSet, ObjectKind, RecordType};
use super::custom_field::{CustomField, CustomType};
use super::error::{Named, SchemaError};
use crate::id::RecordId;

/// Everything custom in one org's schema: what is stored, exported and edited. [`super::Schema::new`] checks it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Definition {
    #[serde(default)]
    pub objects: Vec<CustomObject>,
    #[serde(default)]
    pub fields: Vec<CustomField>,
    #[serde(default)]
    pub record_types: Vec<RecordType>,
    #[serde(default)]
    pub global_value_sets: Vec<GlobalValueSet>,
}

impl Definition {
    /// Adds an object and gives it the next free key prefix.
    pub fn add_object(&mut self, mut object: CustomObject) {
        object.id = None;
        if object.key_prefix.is_none() {
            object.key_prefix = Some(self.next_prefix(if object.kind() == ObjectKind::MetadataType { b'm' } else { b'a' }));
        }
        self.objects.push(object);
    }

    pub fn add_field(&mut self, field: CustomField) {
        self.fields.push(CustomField { id: None, ..field });
    }

    pub fn add_record_type(&mut self, record_type: RecordType) {
        self.record_types.push(RecordType { id: None, ..record_type });
    }

    pub fn add_global_value_set(&mut self, set: GlobalValueSet) {
        self.global_value_sets.push(GlobalValueSet { id: None, ..set });
    }

    /// Takes an object out, with its fields, its record types and the lookups to it.
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
        self.record_types.retain(|record_type| !record_type.object.eq_ignore_ascii_case(name));
        Ok(())
    }

    /// Takes a field out.
    ///
    /// # Errors
    /// There is no such custom field, or a dependent picklist needs it.
    pub fn remove_field(&mut self, object: &str, name: &str) -> Result<(), SchemaError> {
        let controls = |field: &&CustomField| {
            field.object.eq_ignore_ascii_case(object) && field.controlling_field.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(name))
        };
        if let Some(dependent) = self.fields.iter().find(controls) {
            return Err(SchemaError::InUse { name: name.to_owned(), by: dependent.name.clone() });
        }
        let before = self.fields.len();
        self.fields.retain(|field| !field.is(object, name));
        if self.fields.len() == before { Err(SchemaError::UnknownField(format!("{object}.{name}"))) } else { Ok(()) }
    }

    /// Puts another definition in place of the field called `name`: its own name may change, its values stay.
    ///
    /// # Errors
    /// There is no such custom field, or it is of a type whose stored values would not fit.
    pub fn replace_field(&mut self, name: &str, field: CustomField) -> Result<(), SchemaError> {
        let unknown = || SchemaError::UnknownField(format!("{}.{name}", field.object));
        let place = self.fields.iter_mut().find(|known| known.is(&field.object, name)).ok_or_else(unknown)?;
        if !fits(place.kind, field.kind) {
            return Err(SchemaError::Fixed("type"));
        }
        let (id, after) = (place.id, field.name.clone());
        *place = CustomField { id, ..field };
        let object = place.object.clone();
        for other in self.fields.iter_mut().filter(|other| other.object.eq_ignore_ascii_case(&object)) {
            if other.controlling_field.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(name)) {
                other.controlling_field = Some(after.clone());
            }
        }
        Ok(())
    }

    /// Puts another definition in place of the object with the same name; id and key prefix stay.
    ///
    /// # Errors
    /// There is no such custom object, or it would become another kind of object.
    pub fn replace_object(&mut self, object: CustomObject) -> Result<(), SchemaError> {
        let unknown = || SchemaError::UnknownObject(object.name.clone());
        let place = self.objects.iter_mut().find(|known| known.name.eq_ignore_ascii_case(&object.name)).ok_or_else(unknown)?;
        if place.kind() != object.kind() {
            return Err(SchemaError::Fixed("custom_settings_type"));
        }
        *place = CustomObject { id: place.id, key_prefix: place.key_prefix.take(), name: std::mem::take(&mut place.name), ..object };
        Ok(())
    }

    /// Puts another definition in place of the value set with the same name.
    ///
    /// # Errors
    /// There is no such value set.
    pub fn replace_global_value_set(&mut self, set: GlobalValueSet) -> Result<(), SchemaError> {
        let unknown = || SchemaError::Unknown { what: Named::GlobalValueSet, name: set.name.clone() };
        let place = self.global_value_sets.iter_mut().find(|known| known.name.eq_ignore_ascii_case(&set.name)).ok_or_else(unknown)?;
        *place = GlobalValueSet { id: place.id, name: std::mem::take(&mut place.name), ..set };
        Ok(())
    }

    /// Takes a value set out.
    ///
    /// # Errors
    /// There is no such value set, or a picklist uses it.
    pub fn remove_global_value_set(&mut self, name: &str) -> Result<(), SchemaError> {
        let uses = |field: &&CustomField| field.value_set_name.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(name));
        if let Some(user) = self.fields.iter().find(uses) {
            return Err(SchemaError::InUse { name: name.to_owned(), by: user.name.clone() });
        }
        let before = self.global_value_sets.len();
        self.global_value_sets.retain(|set| !set.name.eq_ignore_ascii_case(name));
        let gone = self.global_value_sets.len() < before;
        if gone { Ok(()) } else { Err(SchemaError::Unknown { what: Named::GlobalValueSet, name: name.to_owned() }) }
    }

    /// Puts another definition in place of the record type with the full name `before` (`Account.Partner`).
    ///
    /// # Errors
    /// There is no such record type.
    pub fn replace_record_type(&mut self, before: &str, record_type: RecordType) -> Result<(), SchemaError> {
        let is = |known: &RecordType| format!("{}.{}", known.object, known.name).eq_ignore_ascii_case(before);
        let unknown = || SchemaError::Unknown { what: Named::RecordType, name: before.to_owned() };
        let place = self.record_types.iter_mut().find(|known| is(known)).ok_or_else(unknown)?;
        *place = RecordType { id: place.id, object: std::mem::take(&mut place.object), ..record_type };
        Ok(())
    }

    /// Takes a record type out. Records keep its id, which leads nowhere then.
    ///
    /// # Errors
    /// There is no such record type.
    pub fn remove_record_type(&mut self, object: &str, name: &str) -> Result<(), SchemaError> {
        let before = self.record_types.len();
        self.record_types.retain(|known| !(known.object.eq_ignore_ascii_case(object) && known.name.eq_ignore_ascii_case(name)));
        let gone = self.record_types.len() < before;
        if gone { Ok(()) } else { Err(SchemaError::Unknown { what: Named::RecordType, name: format!("{object}.{name}") }) }
    }

    /// The definition of a custom field; names in any case.
    pub fn field(&self, object: &str, name: &str) -> Option<&CustomField> {
        self.fields.iter().find(|field| field.is(object, name))
    }

    pub fn global_value_set(&self, name: &str) -> Option<&GlobalValueSet> {
        self.global_value_sets.iter().find(|set| set.name.eq_ignore_ascii_case(name))
    }

    /// Gives an id to everything that has none yet. `next` makes one from a key prefix.
    pub fn give_ids<E>(&mut self, next: impl Fn(&str) -> Result<RecordId, E>) -> Result<(), E> {
        let fill = |id: &mut Option<RecordId>, prefix: &str| {
            if id.is_none() {
                *id = Some(next(prefix)?);
            }
            Ok(())
        };
        self.objects.iter_mut().try_for_each(|object| fill(&mut object.id, "01I"))?;
        self.fields.iter_mut().try_for_each(|field| fill(&mut field.id, "00N"))?;
        self.record_types.iter_mut().try_for_each(|record_type| fill(&mut record_type.id, "012"))?;
        self.global_value_sets.iter_mut().try_for_each(|set| fill(&mut set.id, "0Nt"))
    }

    /// The same without ids, as a world document shows it: ids are given anew when it is read.
    pub fn without_ids(mut self) -> Self {
        self.objects.iter_mut().for_each(|object| object.id = None);
        self.fields.iter_mut().for_each(|field| field.id = None);
        self.record_types.iter_mut().for_each(|record_type| record_type.id = None);
        self.global_value_sets.iter_mut().for_each(|set| set.id = None);
        self
    }

    /// The prefix after the highest in use: `a00` … `a09`, `a0A` … `a0z`, `a10` …; metadata types count from `m00`.
    fn next_prefix(&self, letter: u8) -> String {
        let highest = self.objects.iter().filter_map(|object| prefix_number(letter, object.key_prefix.as_deref()?)).max();
        let number = highest.map_or(0, |number| number + 1);
        let digit = |at: usize| char::from(DIGITS[at % DIGITS.len()]);
        format!("{}{}{}", char::from(letter), digit(number / DIGITS.len()), digit(number))
    }
}

/// Whether stored values of one type can stay when a field becomes the other.
/// GUESS: Salesforce's own table of changes is finer; what is refused there for loss of data is mostly refused here.
fn fits(before: CustomType, after: CustomType) -> bool {
    use CustomType::*;
    const FAMILIES: [&[CustomType]; 3] = [
        &[Email, Html, LongTextArea, MultiselectPicklist, Phone, Picklist, Text, TextArea, Url],
        &[Currency, Number, Percent],
        &[Lookup, MasterDetail],
    ];
    before == after || FAMILIES.iter().any(|family| family.contains(&before) && family.contains(&after))
}

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

fn prefix_number(letter: u8, prefix: &str) -> Option<usize> {
    let [first, high, low] = prefix.as_bytes() else { return None };
    let digit = |byte: &u8| DIGITS.iter().position(|digit| digit == byte);
    (*first == letter).then_some(())?;
    Some(digit(high)? * DIGITS.len() + digit(low)?)
}

impl CustomField {
    pub(super) fn is(&self, object: &str, name: &str) -> bool {
        self.object.eq_ignore_ascii_case(object) && self.name.eq_ignore_ascii_case(name)
    }
}
