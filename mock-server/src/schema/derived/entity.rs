//! `EntityDefinition`: the objects of the org.

use catalogue::Object;

use super::{Row, Sink, durable_id, split_name};
use crate::schema::{Schema, SharingModel, metadata};

pub(super) fn definitions(schema: &Schema, sink: &mut Sink<'_>) {
    for (at, object) in schema.data_objects().into_iter().enumerate() {
        sink(flags(row(schema, object, at), object));
    }
}

fn row(schema: &Schema, object: &Object, at: usize) -> Row {
    let custom = schema.custom_object(&object.name);
    let (namespace, developer_name) = if object.custom { split_name(&object.name) } else { (None, &*object.name) };
    let sharing = custom.map(|own| own.sharing_model);
    let row = Row::numbered("4ie", at + 1)
        .text("DurableId", durable_id(schema, object))
        .text("QualifiedApiName", &*object.name)
        .maybe("NamespacePrefix", namespace)
        .text("DeveloperName", developer_name)
        .text("MasterLabel", &*object.label)
        .text("Label", &*object.label)
        .text("PluralLabel", &*object.label_plural)
        .maybe("KeyPrefix", object.key_prefix.as_deref())
        .maybe("DeploymentStatus", custom.map(|own| format!("{:?}", own.deployment_status)))
        .maybe("Description", custom.and_then(|own| own.description.clone()))
        .text("InternalSharingModel", sharing_name(object, sharing))
        .text("ExternalSharingModel", if sharing == Some(SharingModel::ControlledByParent) { "ControlledByParent" } else { "Private" })
        .text("PublisherId", if object.custom { "<local>" } else { "System" })
        .maybe("Metadata", custom.map(|own| metadata::object(schema, own)))
        .flag("IsFieldHistoryTracked", custom.is_some_and(|own| own.enable_history))
        .flag("IsActivityTrackable", custom.map_or(object.children.iter().any(|child| child.child == "Task"), |own| own.enable_activities))
        .flag("IsReportingEnabled", custom.map_or(object.flags.layoutable, |own| own.enable_reports))
        .flag("IsCustomSetting", custom.is_some_and(|own| own.custom_settings_type.is_some()));
    let pages = object.flags.layoutable.then_some(()).and(object.key_prefix.as_deref());
    match pages {
        Some(prefix) => row.text("DetailUrl", "/{ID}").text("EditUrl", "/{ID}/e").text("NewUrl", format!("/{prefix}/e")),
        None => row,
    }
}

fn flags(row: Row, object: &Object) -> Row {
    let flags = &object.flags;
    row.flag("IsCustomizable", object.custom || flags.layoutable)
        .flag("IsApexTriggerable", flags.triggerable)
        .flag("IsTriggerable", flags.triggerable)
        .flag("IsWorkflowEnabled", flags.layoutable && flags.triggerable)
        .flag("IsProcessEnabled", flags.layoutable && flags.triggerable)
        .flag("IsCompactLayoutable", flags.layoutable)
        .flag("IsLayoutable", flags.layoutable)
        .flag("IsSearchLayoutable", flags.layoutable)
        .flag("IsReplicateable", flags.replicateable)
        .flag("IsRetrieveable", flags.retrieveable)
        .flag("IsSearchable", flags.searchable)
        .flag("IsIdEnabled", object.field("Id").is_some())
        .flag("IsEverCreatable", flags.createable)
        .flag("IsEverUpdatable", flags.updateable)
        .flag("IsEverDeletable", flags.deletable)
        .flag("IsCreatable", flags.createable)
        .flag("IsDeletable", flags.deletable)
        .flag("IsFeedEnabled", flags.feed_enabled)
        .flag("IsQueryable", flags.queryable)
        .flag("IsMruEnabled", flags.layoutable)
        .flag("IsFlsEnabled", object.custom || flags.layoutable)
}

/// GUESS: standard objects have the widest sharing of a fresh org, and what has no owner follows its parent.
fn sharing_name(object: &Object, sharing: Option<SharingModel>) -> String {
    let owned = object.field("OwnerId").is_some();
    match sharing {
        Some(model) if owned => format!("{model:?}"),
        Some(_) => "ControlledByParent".to_owned(),
        None if owned || object.flags.layoutable => "ReadWrite".to_owned(),
        None => "Private".to_owned(),
    }
}

/// Who made an object: Salesforce or the org.
pub(super) fn publishers(_: &Schema, sink: &mut Sink<'_>) {
    sink(Row::numbered("4pb", 1).text("DurableId", "System").text("Name", "salesforce.com").flag("IsSalesforce", true));
    sink(Row::numbered("4pb", 2).text("DurableId", "<local>").text("Name", "<local>").flag("IsSalesforce", false));
}
