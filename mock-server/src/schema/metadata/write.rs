//! From definitions to `Metadata`: every member, as the Tooling API shows them, those that are not set as null.

use serde_json::{Map, Value, json};

use crate::schema::custom::{CustomObject, GlobalValueSet, NameField, RecordType, SharingModel};
use crate::schema::custom_field::{CustomField, CustomType, PicklistEntry};
use crate::schema::{Schema, SchemaError};

/// The members of a `CustomField`, in their order on the wire.
pub(super) const FIELD_MEMBERS: [&str; 60] = [
    "businessOwnerGroup",
    "businessOwnerUser",
    "businessStatus",
    "caseSensitive",
    "complianceGroup",
    "customDataType",
    "defaultValue",
    "deleteConstraint",
    "deprecated",
    "description",
    "displayFormat",
    "displayLocationInDecimal",
    "encryptionScheme",
    "escapeMarkup",
    "externalDeveloperName",
    "externalId",
    "fieldManageability",
    "formula",
    "formulaTreatBlanksAs",
    "inlineHelpText",
    "isAIPredictionField",
    "isConvertLeadDisabled",
    "isFilteringDisabled",
    "isNameField",
    "isSortingDisabled",
    "label",
    "length",
    "lookupFilter",
    "maskChar",
    "maskType",
    "metadataRelationshipControllingField",
    "populateExistingRows",
    "precision",
    "readOnlyProxy",
    "referenceTargetField",
    "referenceTo",
    "relationshipLabel",
    "relationshipName",
    "relationshipOrder",
    "reparentableMasterDetail",
    "required",
    "restrictedAdminField",
    "scale",
    "securityClassification",
    "startingNumber",
    "stripMarkup",
    "summarizedField",
    "summaryFilterItems",
    "summaryForeignKey",
    "summaryOperation",
    "trackFeedHistory",
    "trackHistory",
    "trackTrending",
    "translateData",
    "type",
    "unique",
    "urls",
    "valueSet",
    "visibleLines",
    "writeRequiresMasterRead",
];

/// The members of a `CustomObject`, in their order on the wire.
pub(super) const OBJECT_MEMBERS: [&str; 55] = [
    "actionOverrides",
    "allowInChatterGroups",
    "articleTypeChannelDisplay",
    "businessProcesses",
    "compactLayoutAssignment",
    "compactLayouts",
    "customHelp",
    "customHelpPage",
    "customSettingsType",
    "customSettingsVisibility",
    "dataStewardGroup",
    "dataStewardUser",
    "deploymentStatus",
    "deprecated",
    "description",
    "enableActivities",
    "enableBulkApi",
    "enableChangeDataCapture",
    "enableDivisions",
    "enableEnhancedLookup",
    "enableFeeds",
    "enableHistory",
    "enableLicensing",
    "enableLookup",
    "enablePublicAPI",
    "enableReports",
    "enableSearch",
    "enableSharing",
    "enableStreamingApi",
    "eventType",
    "externalDataSource",
    "externalName",
    "externalRepository",
    "externalSharingModel",
    "fieldSets",
    "fields",
    "gender",
    "historyRetentionPolicy",
    "household",
    "indexes",
    "label",
    "listViews",
    "nameField",
    "pluralLabel",
    "publishBehavior",
    "recordTypeTrackFeedHistory",
    "recordTypeTrackHistory",
    "recordTypes",
    "searchLayouts",
    "sharingModel",
    "startsWith",
    "urls",
    "validationRules",
    "visibility",
    "webLinks",
];

/// A JSON object with these members, null unless they are set.
fn spelled(members: &[&str], set: &[(&str, Value)]) -> Value {
    let value = |name: &str| set.iter().find(|(known, _)| *known == name).map_or(Value::Null, |(_, value)| value.clone());
    Value::Object(members.iter().map(|name| ((*name).to_owned(), value(name))).collect::<Map<_, _>>())
}

/// The `Metadata` of a custom field.
pub fn field(schema: &Schema, field: &CustomField) -> String {
    let made = schema.data_object(&field.object).and_then(|object| object.field(&field.name).cloned());
    let length = field.length.or(matches!(field.kind, CustomType::Text).then_some(255));
    let numeric = matches!(field.kind, CustomType::Number | CustomType::Currency | CustomType::Percent);
    let relationship = matches!(field.kind, CustomType::Lookup | CustomType::MasterDetail);
    let constraint = field.delete_constraint().filter(|_| field.kind == CustomType::Lookup).map(|constraint| format!("{constraint:?}"));
    let child_list = || {
        let parent = schema.data_object(field.reference_to.as_deref()?)?;
        let child = parent.children.iter().find(|child| child.child.eq_ignore_ascii_case(&field.object) && child.field == field.name)?;
        Some(child.name.as_deref()?.trim_end_matches("__r").to_owned())
    };
    let unique = matches!(field.kind, CustomType::Text | CustomType::Number | CustomType::Email).then_some(field.unique);
    let set = [
        ("caseSensitive", json!(field.unique.then_some(field.case_sensitive))),
        ("defaultValue", default_value(field)),
        ("deleteConstraint", json!(constraint)),
        ("description", json!(field.description)),
        ("displayFormat", json!(field.display_format)),
        ("displayLocationInDecimal", json!((field.kind == CustomType::Location).then_some(field.display_location_in_decimal))),
        ("externalId", json!(field.external_id)),
        ("inlineHelpText", json!(field.inline_help_text)),
        ("label", json!(field.label())),
        ("length", json!(length)),
        ("maskChar", json!(field.mask_char)),
        ("maskType", json!(field.mask_type)),
        ("precision", json!(made.as_ref().filter(|_| numeric).map(|made| made.precision))),
        ("referenceTo", json!(field.reference_to)),
        ("relationshipLabel", json!(field.relationship_label)),
        ("relationshipName", json!(child_list().filter(|_| relationship))),
        ("reparentableMasterDetail", json!((field.kind == CustomType::MasterDetail).then_some(field.reparentable_master_detail))),
        ("required", json!(field.required)),
        ("scale", json!(made.filter(|_| numeric || field.kind == CustomType::Location).map(|made| made.scale).or(field.scale))),
        ("trackHistory", json!(field.track_history)),
        ("type", json!(field.kind)),
        ("unique", json!(unique)),
        ("valueSet", value_set_of(field)),
        ("visibleLines", json!(field.visible_lines)),
        ("writeRequiresMasterRead", json!((field.kind == CustomType::MasterDetail).then_some(field.write_requires_master_read))),
    ];
    spelled(&FIELD_MEMBERS, &set).to_string()
}

/// A literal as the formula it is there.
fn default_value(field: &CustomField) -> Value {
    match &field.default_value {
        Some(Value::String(text)) => json!(Value::from(text.as_str()).to_string()),
        Some(value) => json!(value.to_string()),
        None if field.kind == CustomType::Checkbox => json!("false"),
        None => Value::Null,
    }
}

fn value_set_of(field: &CustomField) -> Value {
    if !matches!(field.kind, CustomType::Picklist | CustomType::MultiselectPicklist) {
        return Value::Null;
    }
    let settings: Vec<Value> = field
        .value_settings
        .iter()
        .map(|setting| json!({ "controllingFieldValue": setting.controlling_field_values, "urls": null, "valueName": setting.value_name }))
        .collect();
    let definition = field.value_set_name.is_none().then(|| json!({ "sorted": false, "value": values(&field.values) }));
    json!({
        "controllingField": field.controlling_field,
        "restricted": field.restricted || field.value_set_name.is_some(),
        "valueSetDefinition": definition,
        "valueSetName": field.value_set_name,
        "valueSettings": settings,
    })
}

fn values(entries: &[PicklistEntry]) -> Vec<Value> {
    let value = |entry: &PicklistEntry| {
        let (value, label, default, active) = match entry {
            PicklistEntry::Value(value) => (value, value, false, true),
            PicklistEntry::Full { value, label, default, active } => (value, label.as_ref().unwrap_or(value), *default, *active),
        };
        let active = if active { Value::Null } else { json!(false) };
        json!({ "color": null, "default": default, "description": null, "isActive": active, "label": label, "urls": null, "valueName": value })
    };
    entries.iter().map(value).collect()
}

/// The `Metadata` of a custom object.
pub fn object(schema: &Schema, object: &CustomObject) -> String {
    let made = schema.data_object(&object.name);
    let plural = made.map_or_else(|| format!("{}s", object.label), |made| made.label_plural.to_string());
    let detail = made.is_some_and(|made| made.field("OwnerId").is_none());
    let sharing = if detail { SharingModel::ControlledByParent } else { object.sharing_model };
    let set = [
        ("customSettingsType", json!(object.custom_settings_type)),
        ("deploymentStatus", json!(object.deployment_status)),
        ("description", json!(object.description)),
        ("enableActivities", json!(object.enable_activities)),
        ("enableBulkApi", json!(true)),
        ("enableFeeds", json!(object.enable_feeds)),
        ("enableHistory", json!(object.enable_history)),
        ("enableReports", json!(object.enable_reports)),
        ("enableSearch", json!(object.enable_search.unwrap_or(true))),
        ("enableSharing", json!(true)),
        ("enableStreamingApi", json!(true)),
        ("externalSharingModel", json!(sharing)),
        ("label", json!(object.label)),
        ("nameField", name_field(&object.name_field, &object.label)),
        ("pluralLabel", json!(plural)),
        ("sharingModel", json!(sharing)),
        ("visibility", json!("Public")),
    ];
    spelled(&OBJECT_MEMBERS, &set).to_string()
}

fn name_field(name: &NameField, label: &str) -> Value {
    let numbered = name.display_format.is_some();
    let set = [
        ("displayFormat", json!(name.display_format)),
        ("label", json!(name.label.clone().unwrap_or_else(|| format!("{label} Name")))),
        ("startingNumber", Value::Null),
        ("type", json!(if numbered { "AutoNumber" } else { "Text" })),
    ];
    spelled(&FIELD_MEMBERS, &set)
}

/// The `Metadata` of a record type.
pub fn record_type(record_type: &RecordType) -> String {
    json!({
        "active": record_type.active,
        "businessProcess": null,
        "compactLayoutAssignment": null,
        "description": record_type.description,
        "label": record_type.label(),
        "picklistValues": [],
        "urls": null,
    })
    .to_string()
}

/// The `Metadata` of a global value set.
pub fn value_set(set: &GlobalValueSet) -> String {
    let label = set.label.clone().unwrap_or_else(|| set.name.replace('_', " "));
    json!({ "customValue": values(&set.values), "description": set.description, "masterLabel": label, "sorted": false, "urls": null }).to_string()
}

/// What is wrong with a member, in the words of a definition's own check.
pub(super) fn misplaced(member: &'static str, kind: CustomType) -> SchemaError {
    SchemaError::Missing { member, kind: kind.name() }
}
