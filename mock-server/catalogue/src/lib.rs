//! The schema of a Salesforce org as data: what an object and a field are, and the standard objects of a fresh org as static tables.
//!
//! The tables are made by `build.rs` from `standard-objects/*.json`; nothing is parsed when the server starts.
//! Custom objects and fields use the same types with owned text.

use std::borrow::Cow;

/// Text that is static for standard objects and owned for custom ones.
pub type Text = Cow<'static, str>;

/// One sObject, as its describe answer shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    pub name: Text,
    pub label: Text,
    pub label_plural: Text,
    /// Three characters that begin every id of this object; some objects have none.
    pub key_prefix: Option<Text>,
    pub custom: bool,
    pub api: Api,
    /// An org without this feature does not know the object at all.
    pub feature: Option<Feature>,
    pub flags: ObjectFlags,
    /// API name of the field that names a record (`Name`, `CaseNumber`, `Subject`).
    pub name_field: Option<Text>,
    /// In describe order.
    pub fields: Fields,
    pub children: Cow<'static, [ChildRelationship]>,
    pub record_types: Cow<'static, [RecordTypeInfo]>,
    /// Rows that every fresh org has, each a list of (field, value).
    pub seed: Cow<'static, [SeedRow]>,
}

/// Which API shows an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Api {
    Data,
    Tooling,
    Both,
}

/// What an org must have switched on before some objects exist in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Feature {
    AccountTeams,
    ContactsToMultipleAccounts,
    DevHub,
    MultiCurrency,
    Quotes,
    SecondGenerationPackaging,
    SourceTracking,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ObjectFlags {
    pub queryable: bool,
    pub createable: bool,
    pub updateable: bool,
    pub deletable: bool,
    pub undeletable: bool,
    pub searchable: bool,
    pub triggerable: bool,
    pub feed_enabled: bool,
    pub mergeable: bool,
    pub replicateable: bool,
    pub retrieveable: bool,
    pub layoutable: bool,
}

/// One field, as describe shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    pub name: Text,
    pub label: Text,
    pub kind: FieldType,
    /// Characters; 0 where the type has none.
    pub length: u32,
    pub precision: u8,
    pub scale: u8,
    pub digits: u8,
    pub flags: FieldFlags,
    pub reference_to: Cow<'static, [Text]>,
    pub relationship_name: Option<Text>,
    /// The compound field this one is a part of (`Name`, `BillingAddress`).
    pub compound: Option<Text>,
    pub default_value: Option<DefaultValue>,
    pub picklist: Cow<'static, [PicklistValue]>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FieldFlags {
    pub nillable: bool,
    pub createable: bool,
    pub updateable: bool,
    pub filterable: bool,
    pub sortable: bool,
    pub groupable: bool,
    pub defaulted_on_create: bool,
    pub unique: bool,
    pub external_id: bool,
    pub id_lookup: bool,
    pub calculated: bool,
    pub auto_number: bool,
    pub name_field: bool,
    pub case_sensitive: bool,
    pub restricted_picklist: bool,
    /// More than one `reference_to` target (describe's `namePointing`).
    pub polymorphic: bool,
    pub custom: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FieldType {
    Id,
    String,
    Textarea,
    Picklist,
    Multipicklist,
    Reference,
    Boolean,
    Currency,
    Double,
    Int,
    Percent,
    Date,
    Datetime,
    Time,
    Email,
    Phone,
    Url,
    Address,
    Location,
    Combobox,
    Encryptedstring,
    Base64,
    AnyType,
    Complexvalue,
}

#[derive(Debug, Clone, PartialEq)]
pub enum DefaultValue {
    Text(Text),
    Boolean(bool),
    Number(f64),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PicklistValue {
    pub value: Text,
    pub label: Text,
    pub default: bool,
    pub active: bool,
}

/// A child list of an object: `field` of `child` points here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChildRelationship {
    pub child: Text,
    pub field: Text,
    /// The name used in subqueries; `None` where none is usable.
    pub name: Option<Text>,
    pub cascade_delete: bool,
    pub restricted_delete: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordTypeInfo {
    pub id: Text,
    pub name: Text,
    pub developer_name: Text,
    pub active: bool,
    pub available: bool,
    pub default_mapping: bool,
    pub master: bool,
}

/// An object that standard fields point at but that has no table here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    pub name: &'static str,
    pub label: &'static str,
    pub key_prefix: Option<&'static str>,
}

/// One row of a fresh org: (field name, value).
pub type SeedRow = &'static [(&'static str, SeedValue)];

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SeedValue {
    Null,
    Text(&'static str),
    Boolean(bool),
    Number(f64),
}

impl Object {
    /// The field of that name, in any case.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.field_index(name).map(|place| &self.fields[place])
    }

    /// The place of that field in `fields`, in any case.
    pub fn field_index(&self, name: &str) -> Option<usize> {
        self.fields.place(name)
    }
}

impl Field {
    /// Whether the ids of custom objects may stand here too.
    ///
    /// GUESS: a field that may point at ten or more standard objects (`Task.WhatId`, `Attachment.ParentId`) takes every custom object;
    /// which of them really do depends on settings of the custom object that are not modelled.
    pub fn takes_custom_objects(&self) -> bool {
        self.reference_to.len() >= 10
    }
}

impl FieldType {
    /// The name describe shows (`multipicklist`, `anyType`).
    pub const fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::String => "string",
            Self::Textarea => "textarea",
            Self::Picklist => "picklist",
            Self::Multipicklist => "multipicklist",
            Self::Reference => "reference",
            Self::Boolean => "boolean",
            Self::Currency => "currency",
            Self::Double => "double",
            Self::Int => "int",
            Self::Percent => "percent",
            Self::Date => "date",
            Self::Datetime => "datetime",
            Self::Time => "time",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Url => "url",
            Self::Address => "address",
            Self::Location => "location",
            Self::Combobox => "combobox",
            Self::Encryptedstring => "encryptedstring",
            Self::Base64 => "base64",
            Self::AnyType => "anyType",
            Self::Complexvalue => "complexvalue",
        }
    }

    /// The XML type describe shows for fields of this type (`xsd:string`, `tns:ID`).
    pub const fn soap_type(self) -> &'static str {
        match self {
            Self::Id | Self::Reference => "tns:ID",
            Self::Boolean => "xsd:boolean",
            Self::Int => "xsd:int",
            Self::Currency | Self::Double | Self::Percent => "xsd:double",
            Self::Date => "xsd:date",
            Self::Datetime => "xsd:dateTime",
            Self::Time => "xsd:time",
            Self::Address => "urn:address",
            Self::Location => "urn:location",
            Self::Base64 => "xsd:base64Binary",
            Self::AnyType => "xsd:anyType",
            Self::Complexvalue => "mns:complexvalue",
            _ => "xsd:string",
        }
    }
}

/// The standard object of that name, in any case, whichever API shows it and whatever feature it needs.
pub fn object(name: &str) -> Option<&'static Object> {
    search(&STANDARD, name, |object| &object.name)
}

/// The object of that name, in any case, as the Tooling API shows it: with the fields that API alone has.
pub fn tooling_object(name: &str) -> Option<&'static Object> {
    search(&TOOLING, name, |object| &object.name).or_else(|| object(name).filter(|object| object.api != Api::Data))
}

/// The standard object whose ids begin so. Where objects share a prefix (the statuses, package versions), one of them, of the data API if any is.
pub fn by_prefix(prefix: &str) -> Option<&'static Object> {
    let prefix: [u8; 3] = prefix.as_bytes().try_into().ok()?;
    let at = BY_PREFIX.partition_point(|(known, _)| *known < prefix);
    BY_PREFIX.get(at).filter(|(known, _)| *known == prefix).map(|(_, at)| &STANDARD[*at])
}

/// The target without a table of that name, in any case.
pub fn target(name: &str) -> Option<&'static Target> {
    search(TARGETS, name, |target| target.name)
}

/// Finds a row in a list that is ordered by lower-cased name.
fn search<T>(rows: &'static [T], name: &str, name_of: impl Fn(&'static T) -> &'static str) -> Option<&'static T> {
    let lower = |text: &'static str| text.bytes().map(|byte| byte.to_ascii_lowercase());
    let at = rows.binary_search_by(|row| lower(name_of(row)).cmp(name.bytes().map(|byte| byte.to_ascii_lowercase()))).ok()?;
    rows.get(at)
}

mod fields;
mod tables;
pub use fields::{Duties, Fields, Stamps};
use tables::{BY_PREFIX, TOOLING};
pub use tables::{STANDARD, TARGETS};

#[cfg(test)]
mod tests;
