//! `describeMetadata` and `listMetadata`.

use serde_json::json;

use super::super::call::{Call, Reply};
use super::super::fault::Fault;
use super::unknown_type;
use crate::metadata::{FileProperties, ManageableState, TYPES, child, document_without_root, kind, part, tree_of};
use crate::org::OrgKind;
use crate::xml::markup::Markup;

/// Queries of one call. Source: Metadata API guide, listMetadata.
const QUERIES: usize = 3;

/// `describeMetadata(asOfVersion)`
pub fn describe(call: &Call) -> Result<Reply, Fault> {
    let version = call.element().text_of("asOfVersion").and_then(|text| text.trim().parse::<f64>().ok());
    let version = version.unwrap_or_else(|| f64::from(call.arrived.endpoint.version));
    let mut kinds: Vec<_> = TYPES.iter().filter(|kind| f64::from(kind.since) <= version).collect();
    kinds.sort_by_key(|kind| kind.name);
    let mut out = Markup::default();
    out.within("result", |out| {
        for kind in kinds {
            let children: Vec<&str> = kind.children.iter().map(|child| child.name).collect();
            let described = json!({
                "childXmlNames": children,
                "directoryName": kind.directory,
                "inFolder": false,
                "metaFile": kind.meta_file,
                "suffix": kind.suffix,
                "xmlName": kind.name,
            });
            out.within("metadataObjects", |out| out.raw(&spelled(&described)));
        }
        out.leaf("organizationNamespace", call.org.namespace.as_deref().unwrap_or_default());
        // Production takes all of a deployment or nothing, and wants its tests run.
        let is_production = call.org.kind == OrgKind::Production;
        out.value("partialSaveAllowed", !is_production);
        out.value("testRequired", is_production);
    });
    Ok(Reply::of(out.into_string()))
}

/// `listMetadata(queries…, asOfVersion)`: nothing here lies in folders, so those of a query say nothing.
pub fn list(call: &Call) -> Result<Reply, Fault> {
    let names: Vec<&str> = call.element().all("queries").filter_map(|query| query.text_of("type")).map(str::trim).collect();
    if names.len() > QUERIES {
        return Err(Fault::api("EXCEEDED_ID_LIMIT", format!("record limit reached. cannot submit more than {QUERIES} records into this call")));
    }
    let mut out = Markup::default();
    for name in names {
        if kind(name).is_none() && child(name).is_none() {
            return Err(unknown_type(name));
        }
        for properties in call.app().components_of(&call.caller, name)? {
            out.within("result", |out| out.raw(&properties_of(&properties)));
        }
    }
    Ok(Reply::of(out.into_string()))
}

/// `FileProperties`
pub(super) fn properties_of(properties: &FileProperties) -> String {
    let id = properties.id.map(|id| id.to_string()).unwrap_or_default();
    let usual = if properties.namespace.is_some() { "installed" } else { "unmanaged" };
    spelled(&json!({
        "createdById": properties.created_by.0,
        "createdByName": properties.created_by.1,
        "createdDate": properties.created.iso(),
        "fileName": properties.file,
        "fullName": properties.full_name,
        "id": id,
        "lastModifiedById": properties.modified_by.0,
        "lastModifiedByName": properties.modified_by.1,
        "lastModifiedDate": properties.modified.iso(),
        "manageableState": properties.manageable.then_some(properties.state.map_or(usual, ManageableState::name)),
        "namespacePrefix": properties.namespace,
        "type": properties.kind,
    }))
}

/// JSON members as elements.
pub(super) fn spelled(value: &serde_json::Value) -> String {
    let members = value.as_object().map(tree_of).unwrap_or_default();
    document_without_root(&part("result", members).children)
}
