//! sObject describe: everything about one object.

use catalogue::{ChildRelationship, Field, Object, RecordTypeInfo};
use serde::Serialize;

use super::Root;
use super::field::FieldDescribe;
use super::summary::{Urls, is_custom_setting, is_deep_cloneable, is_mru_enabled};
use crate::access::Access;
use crate::org::Right;
use crate::schema::{Schema, companion_of};

/// The answer of `/sobjects/X/describe`, keys in their order on the wire.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FullDescribe<'a> {
    action_overrides: [(); 0],
    activateable: bool,
    associate_entity_type: Option<&'static str>,
    associate_parent_entity: Option<String>,
    child_relationships: Vec<ChildDescribe<'a>>,
    compact_layoutable: bool,
    createable: bool,
    custom: bool,
    custom_setting: bool,
    deep_cloneable: bool,
    default_implementation: (),
    deletable: bool,
    deprecated_and_hidden: bool,
    extended_by: (),
    extends_interfaces: (),
    feed_enabled: bool,
    fields: Vec<FieldDescribe<'a>>,
    has_subtypes: bool,
    implemented_by: (),
    implements_interfaces: (),
    is_interface: bool,
    is_subtype: bool,
    key_prefix: Option<&'a str>,
    label: &'a str,
    label_plural: &'a str,
    layoutable: bool,
    listviewable: (),
    lookup_layoutable: (),
    mergeable: bool,
    mru_enabled: bool,
    name: &'a str,
    named_layout_infos: Vec<NamedLayout>,
    network_scope_field_name: (),
    queryable: bool,
    record_type_infos: Vec<RecordTypeDescribe<'a>>,
    replicateable: bool,
    retrieveable: bool,
    search_layoutable: bool,
    searchable: bool,
    /// GUESS: since v53; stored describes of v48 and v52 lack it, those recorded in 2022 have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    sobject_describe_option: Option<&'static str>,
    supported_scopes: Vec<Scope>,
    triggerable: bool,
    undeletable: bool,
    updateable: bool,
    urls: Urls,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ChildDescribe<'a> {
    cascade_delete: bool,
    #[serde(rename = "childSObject")]
    child: &'a str,
    deprecated_and_hidden: bool,
    field: &'a str,
    junction_id_list_names: [(); 0],
    junction_reference_to: [(); 0],
    relationship_name: Option<&'a str>,
    restricted_delete: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RecordTypeDescribe<'a> {
    active: bool,
    available: bool,
    default_record_type_mapping: bool,
    developer_name: &'a str,
    master: bool,
    name: &'a str,
    record_type_id: &'a str,
    urls: RecordTypeUrls,
}

#[derive(Serialize)]
struct RecordTypeUrls {
    layout: String,
}

#[derive(Serialize)]
struct NamedLayout {
    name: &'static str,
    urls: RecordTypeUrls,
}

#[derive(Serialize)]
struct Scope {
    label: String,
    name: &'static str,
}

impl<'a> FullDescribe<'a> {
    pub(super) fn of((schema, access): (&'a Schema, &Access), object: &'a Object, root: Root<'_>, instance_url: &str) -> Self {
        let flags = &object.flags;
        let (parent, kind) = companion_of(object).unzip();
        Self {
            action_overrides: [],
            activateable: false,
            associate_entity_type: kind,
            associate_parent_entity: parent,
            child_relationships: children(schema, access, object),
            compact_layoutable: flags.layoutable,
            createable: flags.createable && access.may(object, Right::Create),
            custom: object.custom,
            custom_setting: is_custom_setting(schema, object),
            deep_cloneable: is_deep_cloneable(object),
            default_implementation: (),
            deletable: flags.deletable && access.may(object, Right::Delete),
            deprecated_and_hidden: false,
            extended_by: (),
            extends_interfaces: (),
            feed_enabled: flags.feed_enabled,
            fields: fields(schema, access, object),
            has_subtypes: false,
            implemented_by: (),
            implements_interfaces: (),
            is_interface: false,
            is_subtype: false,
            key_prefix: object.key_prefix.as_deref(),
            label: &object.label,
            label_plural: &object.label_plural,
            layoutable: flags.layoutable,
            listviewable: (),
            lookup_layoutable: (),
            mergeable: flags.mergeable && access.may(object, Right::Delete),
            mru_enabled: is_mru_enabled(object),
            name: &object.name,
            named_layout_infos: named_layouts(object, root),
            network_scope_field_name: (),
            queryable: flags.queryable,
            record_type_infos: object.record_types.iter().map(|info| RecordTypeDescribe::of(info, object, root)).collect(),
            replicateable: flags.replicateable,
            retrieveable: flags.retrieveable,
            search_layoutable: flags.layoutable,
            searchable: flags.searchable,
            sobject_describe_option: (root.version.number() >= 53).then_some("FULL"),
            supported_scopes: scopes(object),
            triggerable: flags.triggerable,
            undeletable: flags.undeletable && access.may(object, Right::Delete),
            updateable: flags.updateable && access.may(object, Right::Edit),
            urls: Urls::with_pages(object, root, instance_url),
        }
    }
}

/// The child lists; those of custom objects by the user who owns, made or changed a record have no name, and are listed here alone.
/// Those of objects that are hidden from the user are left out.
fn children<'a>(schema: &'a Schema, access: &Access, object: &'a Object) -> Vec<ChildDescribe<'a>> {
    let seen = |child: &&ChildRelationship| schema.any_object(&child.child).is_none_or(|object| access.sees(object));
    let mut children: Vec<_> = schema.children(object).filter(seen).map(ChildDescribe::of).collect();
    if object.name == "User" {
        let system = |field: &&Field| !field.flags.custom && field.reference_to.iter().any(|target| target == "User");
        let own = schema.objects().into_iter().filter(|object| object.custom && access.sees(object));
        children.extend(own.flat_map(|object| object.fields.iter().filter(system).map(|field| ChildDescribe::unnamed(object, field))));
        children.sort_by_key(|child| child.child.to_ascii_lowercase());
    }
    children
}

/// The fields the user reads.
fn fields<'a>(schema: &'a Schema, access: &Access, object: &'a Object) -> Vec<FieldDescribe<'a>> {
    let seen = object.fields.iter().filter(|field| access.reads(object, field));
    seen.map(|field| FieldDescribe::of(schema, object, field).within(access.edits(object, field))).collect()
}

/// GUESS: users alone have one beside their layouts: the profile page as other users see it.
fn named_layouts(object: &Object, root: Root<'_>) -> Vec<NamedLayout> {
    if object.name != "User" {
        return Vec::new();
    }
    let layout = format!("{}/sobjects/User/describe/namedLayouts/UserAlt", root.path);
    vec![NamedLayout { name: "UserAlt", urls: RecordTypeUrls { layout } }]
}

impl<'a> ChildDescribe<'a> {
    fn of(child: &'a ChildRelationship) -> Self {
        Self {
            cascade_delete: child.cascade_delete,
            child: &child.child,
            deprecated_and_hidden: false,
            field: &child.field,
            junction_id_list_names: [],
            junction_reference_to: [],
            relationship_name: child.name.as_deref(),
            restricted_delete: child.restricted_delete,
        }
    }

    fn unnamed(child: &'a Object, field: &'a Field) -> Self {
        Self {
            cascade_delete: false,
            child: &child.name,
            deprecated_and_hidden: false,
            field: &field.name,
            junction_id_list_names: [],
            junction_reference_to: [],
            relationship_name: None,
            restricted_delete: false,
        }
    }
}

impl<'a> RecordTypeDescribe<'a> {
    fn of(info: &'a RecordTypeInfo, object: &Object, root: Root<'_>) -> Self {
        Self {
            active: info.active,
            available: info.available,
            default_record_type_mapping: info.default_mapping,
            developer_name: &info.developer_name,
            master: info.master,
            name: &info.name,
            record_type_id: &info.id,
            urls: RecordTypeUrls { layout: format!("{}/sobjects/{}/describe/layouts/{}", root.path, object.name, info.id) },
        }
    }
}

/// What `USING SCOPE` takes for this object.
fn scopes(object: &Object) -> Vec<Scope> {
    let plural = object.label_plural.to_lowercase();
    let mut scopes = vec![Scope { label: format!("All {plural}"), name: "everything" }];
    if object.field("OwnerId").is_some() {
        scopes.push(Scope { label: format!("My {plural}"), name: "mine" });
    }
    if matches!(&*object.name, "Account" | "Contact" | "Event" | "Opportunity") {
        scopes.push(Scope { label: format!("My team's {plural}"), name: "team" });
    }
    scopes
}
