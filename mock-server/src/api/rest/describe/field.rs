//! A field as sObject describe shows it.

use std::borrow::Cow;

use catalogue::{DefaultValue, Field, FieldType, Object};
use serde::{Serialize, Serializer};

use super::picklist::{self, PicklistDescribe};
use crate::access::is_permissionable;
use crate::schema::{CustomField, CustomType, DeleteConstraint, MaskChar, MaskType, Schema};

/// Every key describe carries, in its order on the wire; those the mock has no use for hold the value an untouched org shows.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldDescribe<'a> {
    aggregatable: bool,
    ai_prediction_field: bool,
    auto_number: bool,
    byte_length: u32,
    calculated: bool,
    calculated_formula: (),
    cascade_delete: bool,
    case_sensitive: bool,
    compound_field_name: Option<&'a str>,
    controller_name: Option<&'a str>,
    createable: bool,
    custom: bool,
    default_value: Default<'a>,
    default_value_formula: Option<String>,
    defaulted_on_create: bool,
    dependent_picklist: bool,
    deprecated_and_hidden: bool,
    digits: u8,
    display_location_in_decimal: bool,
    encrypted: bool,
    external_id: bool,
    extra_type_info: Option<&'static str>,
    filterable: bool,
    filtered_lookup_info: (),
    formula_treat_null_number_as_zero: bool,
    groupable: bool,
    high_scale_number: bool,
    html_formatted: bool,
    id_lookup: bool,
    inline_help_text: Option<&'a str>,
    label: &'a str,
    length: u32,
    mask: Option<&'static str>,
    mask_type: Option<&'static str>,
    name: &'a str,
    name_field: bool,
    name_pointing: bool,
    nillable: bool,
    permissionable: bool,
    picklist_values: Vec<PicklistDescribe<'a>>,
    polymorphic_foreign_key: bool,
    precision: u8,
    query_by_distance: bool,
    reference_target_field: (),
    reference_to: &'a [Cow<'static, str>],
    relationship_name: Option<&'a str>,
    relationship_order: Option<u8>,
    restricted_delete: bool,
    restricted_picklist: bool,
    scale: u8,
    search_prefilterable: bool,
    soap_type: &'static str,
    sortable: bool,
    #[serde(rename = "type")]
    kind: &'static str,
    unique: bool,
    updateable: bool,
    write_requires_master_read: bool,
}

/// `defaultValue`: a literal for checkboxes and picklists, else null.
struct Default<'a>(Option<&'a DefaultValue>);

impl Serialize for Default<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            None => serializer.serialize_none(),
            Some(DefaultValue::Text(text)) => serializer.serialize_str(text),
            Some(DefaultValue::Boolean(flag)) => serializer.serialize_bool(*flag),
            Some(DefaultValue::Number(number)) => serializer.serialize_f64(*number),
        }
    }
}

impl<'a> FieldDescribe<'a> {
    pub fn of(schema: &'a Schema, object: &'a Object, field: &'a Field) -> Self {
        let flags = &field.flags;
        let definition = schema.custom_field(&object.name, &field.name).filter(|_| flags.custom);
        let custom_kind = definition.map(|definition| definition.kind);
        let constraint = definition.and_then(CustomField::delete_constraint);
        let controller = definition.and_then(|definition| definition.controlling_field.as_deref());
        let controller = controller.and_then(|name| object.field(name));
        let is_master = custom_kind == Some(CustomType::MasterDetail);
        let is_html = custom_kind == Some(CustomType::Html);
        let is_encrypted = field.kind == FieldType::Encryptedstring;
        let permissionable = is_permissionable(field);
        let formula = field.default_value.as_ref().filter(|_| flags.custom).and_then(|value| formula(field.kind, value));
        Self {
            aggregatable: aggregatable(field),
            ai_prediction_field: false,
            auto_number: flags.auto_number,
            byte_length: byte_length(field),
            calculated: flags.calculated,
            calculated_formula: (),
            cascade_delete: constraint == Some(DeleteConstraint::Cascade),
            case_sensitive: flags.case_sensitive,
            compound_field_name: field.compound.as_deref(),
            controller_name: controller.map(|field| &*field.name),
            createable: flags.createable,
            custom: flags.custom,
            default_value: Default(field.default_value.as_ref().filter(|_| formula.is_none())),
            default_value_formula: formula,
            defaulted_on_create: flags.defaulted_on_create,
            dependent_picklist: controller.is_some(),
            deprecated_and_hidden: false,
            digits: field.digits,
            display_location_in_decimal: definition.is_some_and(|definition| definition.display_location_in_decimal),
            encrypted: is_encrypted,
            external_id: flags.external_id,
            extra_type_info: extra_type_info(object, field, is_html),
            filterable: flags.filterable,
            filtered_lookup_info: (),
            formula_treat_null_number_as_zero: false,
            groupable: flags.groupable,
            high_scale_number: false,
            html_formatted: is_html,
            id_lookup: flags.id_lookup,
            inline_help_text: definition.and_then(|definition| definition.inline_help_text.as_deref()),
            label: &field.label,
            length: field.length,
            mask: is_encrypted.then(|| mask(definition)),
            mask_type: is_encrypted.then(|| mask_type(definition)),
            name: &field.name,
            name_field: flags.name_field,
            name_pointing: flags.polymorphic,
            nillable: flags.nillable,
            permissionable,
            picklist_values: picklist::values(field, controller, definition),
            polymorphic_foreign_key: flags.polymorphic,
            precision: field.precision,
            query_by_distance: matches!(field.kind, FieldType::Address | FieldType::Location),
            reference_target_field: (),
            reference_to: &field.reference_to,
            relationship_name: field.relationship_name.as_deref(),
            relationship_order: definition.filter(|_| is_master).map(|own| relationship_order(schema, own)),
            restricted_delete: constraint == Some(DeleteConstraint::Restrict),
            restricted_picklist: flags.restricted_picklist,
            scale: field.scale,
            search_prefilterable: field.kind == FieldType::Reference && permissionable && flags.updateable,
            soap_type: field.kind.soap_type(),
            sortable: flags.sortable,
            kind: field.kind.name(),
            unique: flags.unique,
            updateable: flags.updateable,
            write_requires_master_read: definition.is_some_and(|definition| definition.write_requires_master_read),
        }
    }
}

impl FieldDescribe<'_> {
    /// As seen by a user whom field-level security lets edit the field, or only read it.
    pub(super) fn within(mut self, edits: bool) -> Self {
        self.createable &= edits;
        self.updateable &= edits;
        self
    }
}

/// Which of an object's masters this one is: its owner and sharing follow the first.
fn relationship_order(schema: &Schema, field: &CustomField) -> u8 {
    let masters = schema.definition().fields.iter().filter(|own| own.kind == CustomType::MasterDetail);
    let first = masters.into_iter().find(|own| own.object.eq_ignore_ascii_case(&field.object));
    u8::from(first.is_some_and(|first| first.name != field.name))
}

fn mask(definition: Option<&CustomField>) -> &'static str {
    match definition.and_then(|definition| definition.mask_char) {
        Some(MaskChar::X) => "X",
        _ => "*",
    }
}

fn mask_type(definition: Option<&CustomField>) -> &'static str {
    match definition.and_then(|definition| definition.mask_type).unwrap_or(MaskType::All) {
        MaskType::All => "all",
        MaskType::CreditCard => "creditCard",
        MaskType::LastFour => "lastFour",
        MaskType::Nino => "nino",
        MaskType::Sin => "sin",
        MaskType::Ssn => "ssn",
    }
}

/// True of what can be filtered and counted. Agrees with stored describes of Account, Contact, Opportunity, Case and Event in all but four of 220 fields.
fn aggregatable(field: &Field) -> bool {
    use FieldType::*;
    field.flags.filterable && !matches!(field.kind, Boolean | Address | Location | Multipicklist | Base64 | AnyType | Complexvalue)
}

/// UTF-8 takes at most three bytes a character here.
fn byte_length(field: &Field) -> u32 {
    match field.kind.soap_type() {
        "xsd:string" => field.length * 3,
        "tns:ID" => 18,
        _ => 0,
    }
}

fn extra_type_info(object: &Object, field: &Field, is_html: bool) -> Option<&'static str> {
    let named = field.compound.as_deref() == Some("Name") || field.flags.name_field && object.field("LastName").is_some();
    match field.kind {
        FieldType::Textarea if is_html => Some("richtextarea"),
        FieldType::Textarea => Some("plaintextarea"),
        FieldType::Url if field.name == "PhotoUrl" => Some("imageurl"),
        _ if named && object.name == "Account" => Some("switchablepersonname"),
        _ if named => Some("personname"),
        _ => None,
    }
}

/// The default of a custom text or number field is a formula; a literal is its simplest form.
fn formula(kind: FieldType, value: &DefaultValue) -> Option<String> {
    match value {
        DefaultValue::Text(text) if kind != FieldType::Picklist => Some(format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))),
        DefaultValue::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
