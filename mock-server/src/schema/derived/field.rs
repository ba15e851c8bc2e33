//! `FieldDefinition`, `EntityParticle` and what hangs on them: the fields of the org.

use catalogue::{Field, FieldType, Object};

use super::{Row, Sink, durable_id, split_name};
use crate::schema::{CustomField, CustomType, Schema, metadata};

/// One row a field; the parts of an address, of a location and of a person's name are particles only.
pub(super) fn definitions(schema: &Schema, sink: &mut Sink<'_>) {
    let mut number = 0;
    for object in schema.data_objects() {
        let entity = durable_id(schema, object);
        for field in object.fields.iter().filter(|field| !is_part(field)) {
            number += 1;
            sink(definition(schema, object, field, &entity, number));
        }
    }
}

fn is_part(field: &Field) -> bool {
    field.compound.as_deref().is_some_and(|whole| whole != field.name)
}

fn definition(schema: &Schema, object: &Object, field: &Field, entity: &str, number: usize) -> Row {
    let custom = schema.custom_field(&object.name, &field.name).filter(|_| field.flags.custom);
    let flags = &field.flags;
    named(Row::numbered("4fe", number), field, entity, custom)
        .text("DataType", data_type(field, custom))
        .text("ValueTypeId", value_type(field))
        .text("ServiceDataTypeId", field.kind.name())
        .number("Length", field.length)
        .number("Precision", field.precision)
        .number("Scale", field.scale)
        .flag("IsCalculated", flags.calculated)
        .flag("IsHighScaleNumber", false)
        .flag("IsHtmlFormatted", custom.is_some_and(|own| own.kind == CustomType::Html))
        .flag("IsNameField", flags.name_field)
        .flag("IsNillable", flags.nillable)
        .flag("IsWorkflowFilterable", flags.filterable)
        .flag("IsCompactLayoutable", object.flags.layoutable)
        .flag("IsFieldHistoryTracked", custom.is_some_and(|own| own.track_history))
        .flag("IsIndexed", flags.external_id || flags.unique || flags.id_lookup || field.kind == FieldType::Reference)
        .flag("IsApiFilterable", flags.filterable)
        .flag("IsApiSortable", flags.sortable)
        .flag("IsApiGroupable", flags.groupable)
        .flag("IsListFilterable", flags.filterable)
        .flag("IsListSortable", flags.sortable)
        .flag("IsListVisible", object.flags.layoutable)
        .flag("IsCompound", matches!(field.kind, FieldType::Address | FieldType::Location))
        .flag("IsPolymorphicForeignKey", flags.polymorphic)
        .flag("IsFlsEnabled", flags.nillable && (flags.createable || flags.updateable))
        .flag("IsEverApiAccessible", true)
        .maybe("RelationshipName", field.relationship_name.as_deref())
        .maybe("ReferenceTo", (!field.reference_to.is_empty()).then(|| reference_to(field)))
        .maybe("ControllingFieldDefinitionId", controlling(schema, object, entity, custom))
        .maybe("Description", custom.and_then(|own| own.description.clone()))
        .maybe("Metadata", custom.map(|own| metadata::field(schema, own)))
        .text("PublisherId", if flags.custom { "<local>" } else { "System" })
}

fn controlling(schema: &Schema, object: &Object, entity: &str, custom: Option<&CustomField>) -> Option<String> {
    let field = object.field(custom?.controlling_field.as_deref()?)?;
    Some(field_durable_id(field, entity, schema.custom_field(&object.name, &field.name)))
}

/// `Account.Owner`, `Account.00N…`
fn field_durable_id(field: &Field, entity: &str, custom: Option<&CustomField>) -> String {
    match custom.and_then(|own| own.id) {
        Some(id) => format!("{entity}.{}", id.as_15()),
        None => format!("{entity}.{}", developer_name(field)),
    }
}

/// The name without `__c`; a standard lookup is named without its `Id`.
fn developer_name(field: &Field) -> &str {
    if field.flags.custom {
        return split_name(&field.name).1;
    }
    let lookup = field.kind == FieldType::Reference && field.name.len() > 2;
    field.name.strip_suffix("Id").filter(|_| lookup).unwrap_or(&field.name)
}

fn named(row: Row, field: &Field, entity: &str, custom: Option<&CustomField>) -> Row {
    let namespace = split_name(&field.name).0.filter(|_| field.flags.custom);
    row.text("DurableId", field_durable_id(field, entity, custom))
        .text("QualifiedApiName", &*field.name)
        .text("EntityDefinitionId", entity)
        .maybe("NamespacePrefix", namespace)
        .text("DeveloperName", developer_name(field))
        .text("MasterLabel", &*field.label)
        .text("Label", &*field.label)
        .maybe("ExtraTypeInfo", extra_type(field, custom))
}

fn extra_type(field: &Field, custom: Option<&CustomField>) -> Option<&'static str> {
    match field.kind {
        FieldType::Textarea if custom.is_some_and(|own| own.kind == CustomType::Html) => Some("richtextarea"),
        FieldType::Textarea => Some("plaintextarea"),
        _ => None,
    }
}

fn reference_to(field: &Field) -> String {
    serde_json::json!({ "referenceTo": field.reference_to }).to_string()
}

/// The type as Setup words it: `Text(80)`, `Number(16, 2)`, `Lookup(Account)`.
pub(super) fn data_type(field: &Field, custom: Option<&CustomField>) -> String {
    let targets = || field.reference_to.join(",");
    let mut name = match (custom.map(|own| own.kind), field.kind) {
        (Some(CustomType::MasterDetail), _) => format!("Master-Detail({})", targets()),
        (Some(CustomType::Html), _) => format!("Rich Text Area({})", field.length),
        (Some(CustomType::LongTextArea), _) => format!("Long Text Area({})", field.length),
        _ if field.flags.auto_number => "Auto Number".to_owned(),
        (_, FieldType::Id) => format!("Lookup({})", field.label),
        (_, FieldType::Reference) => format!("Lookup({})", targets()),
        (_, FieldType::String | FieldType::Combobox) => format!("Text({})", field.length),
        (_, FieldType::Textarea) if field.length > 255 => format!("Long Text Area({})", field.length),
        (_, FieldType::Textarea) => format!("Text Area({})", field.length),
        (_, FieldType::Encryptedstring) => format!("Text (Encrypted)({})", field.length),
        (_, FieldType::Double) => format!("Number({}, {})", field.precision.saturating_sub(field.scale), field.scale),
        (_, FieldType::Currency) => format!("Currency({}, {})", field.precision.saturating_sub(field.scale), field.scale),
        (_, FieldType::Percent) => format!("Percent({}, {})", field.precision.saturating_sub(field.scale), field.scale),
        (_, FieldType::Int) => format!("Number({}, 0)", field.digits),
        (_, FieldType::Boolean) => "Checkbox".to_owned(),
        (_, FieldType::Date) => "Date".to_owned(),
        (_, FieldType::Datetime) => "Date/Time".to_owned(),
        (_, FieldType::Time) => "Time".to_owned(),
        (_, FieldType::Email) => "Email".to_owned(),
        (_, FieldType::Phone) => "Phone".to_owned(),
        (_, FieldType::Url) => format!("URL({})", field.length),
        (_, FieldType::Picklist) => "Picklist".to_owned(),
        (_, FieldType::Multipicklist) => "Picklist (Multi-Select)".to_owned(),
        (_, FieldType::Address) => "Address".to_owned(),
        (_, FieldType::Location) => "Geolocation".to_owned(),
        (_, FieldType::Base64) => "Base64".to_owned(),
        (_, FieldType::AnyType | FieldType::Complexvalue) => field.kind.name().to_owned(),
    };
    if field.flags.external_id {
        name.push_str(" (External ID)");
    }
    if field.flags.unique && field.flags.custom {
        name.push_str(if field.flags.case_sensitive { " (Unique Case Sensitive)" } else { " (Unique Case Insensitive)" });
    }
    name
}

/// The type of a value: describe's SOAP type without its prefix.
fn value_type(field: &Field) -> String {
    let name = field.kind.soap_type();
    name.rsplit_once(':').map_or(name, |(_, name)| name).to_lowercase()
}

/// Every field, parts included, as pages see them.
pub(super) fn particles(schema: &Schema, sink: &mut Sink<'_>) {
    let mut number = 0;
    for object in schema.data_objects() {
        let entity = durable_id(schema, object);
        for field in object.fields.iter() {
            number += 1;
            sink(particle(schema, object, field, &entity, number));
        }
    }
}

fn particle(schema: &Schema, object: &Object, field: &Field, entity: &str, number: usize) -> Row {
    let custom = schema.custom_field(&object.name, &field.name).filter(|_| field.flags.custom);
    let flags = &field.flags;
    let whole = field.compound.as_deref().and_then(|name| object.field(name)).unwrap_or(field);
    let definition = field_durable_id(whole, entity, schema.custom_field(&object.name, &whole.name));
    named(Row::numbered("0Nv", number), field, entity, custom)
        .text("FieldDefinitionId", definition)
        .text("Name", &*field.name)
        .text("DataType", field.kind.name())
        .text("ValueTypeId", value_type(field))
        .text("ServiceDataTypeId", field.kind.name())
        .number("Length", field.length)
        .number("ByteLength", field.length * 3)
        .number("Precision", field.precision)
        .number("Scale", field.scale)
        .number("Digits", field.digits)
        .flag("IsApiFilterable", flags.filterable)
        .flag("IsApiSortable", flags.sortable)
        .flag("IsApiGroupable", flags.groupable)
        .flag("IsAutoNumber", flags.auto_number)
        .flag("IsCalculated", flags.calculated)
        .flag("IsCaseSensitive", flags.case_sensitive)
        .flag("IsCompactLayoutable", object.flags.layoutable)
        .flag("IsComponent", is_part(field))
        .flag("IsCompound", matches!(field.kind, FieldType::Address | FieldType::Location))
        .flag("IsCreatable", flags.createable)
        .flag("IsDefaultedOnCreate", flags.defaulted_on_create)
        .flag("IsDependentPicklist", custom.is_some_and(|own| own.controlling_field.is_some()))
        .flag("IsDisplayLocationInDecimal", custom.is_some_and(|own| own.display_location_in_decimal))
        .flag("IsEncrypted", field.kind == FieldType::Encryptedstring)
        .flag("IsFieldHistoryTracked", custom.is_some_and(|own| own.track_history))
        .flag("IsHtmlFormatted", custom.is_some_and(|own| own.kind == CustomType::Html))
        .flag("IsIdLookup", flags.id_lookup)
        .flag("IsLayoutable", object.flags.layoutable)
        .flag("IsListVisible", object.flags.layoutable)
        .flag("IsNameField", flags.name_field)
        .flag("IsNamePointing", flags.polymorphic)
        .flag("IsNillable", flags.nillable)
        .flag("IsPermissionable", flags.nillable && (flags.createable || flags.updateable))
        .flag("IsUnique", flags.unique)
        .flag("IsUpdatable", flags.updateable)
        .flag("IsWorkflowFilterable", flags.filterable)
        .flag("IsWriteRequiresMasterRead", custom.is_some_and(|own| own.write_requires_master_read))
        .maybe("InlineHelpText", custom.and_then(|own| own.inline_help_text.clone()))
        .maybe("RelationshipName", field.relationship_name.as_deref())
        .maybe("ReferenceTo", (!field.reference_to.is_empty()).then(|| reference_to(field)))
}

/// The values of picklists; GUESS: a value's durable id is its field's and its place.
pub(super) fn picklist_values(schema: &Schema, sink: &mut Sink<'_>) {
    let mut number = 0;
    for object in schema.data_objects() {
        let entity = durable_id(schema, object);
        for field in object.fields.iter() {
            let particle = field_durable_id(field, &entity, schema.custom_field(&object.name, &field.name));
            for (place, value) in field.picklist.iter().enumerate() {
                number += 1;
                sink(
                    Row::numbered("4pv", number)
                        .text("DurableId", format!("{particle}.{place}"))
                        .text("EntityParticleId", &*particle)
                        .text("Label", &*value.label)
                        .text("Value", &*value.value)
                        .flag("IsActive", value.active)
                        .flag("IsDefaultValue", value.default),
                );
            }
        }
    }
}

pub(super) fn data_types(_: &Schema, sink: &mut Sink<'_>) {
    use FieldType::*;
    let all = [
        Address,
        AnyType,
        Base64,
        Boolean,
        Combobox,
        Complexvalue,
        Currency,
        Date,
        Datetime,
        Double,
        Email,
        Encryptedstring,
        Id,
        Int,
        Location,
        Multipicklist,
        Percent,
        Phone,
        Picklist,
        Reference,
        String,
        Textarea,
        Time,
        Url,
    ];
    for (at, kind) in all.into_iter().enumerate() {
        let complex = matches!(kind, Address | Location | Complexvalue);
        let row = Row::numbered("4dt", at + 1).text("DurableId", kind.name()).text("DeveloperName", kind.name());
        sink(
            row.text("ContextServiceDataTypeId", kind.name()).text("ContextWsdlDataTypeId", kind.soap_type()).text("IsComplex", complex.to_string()),
        );
    }
}
