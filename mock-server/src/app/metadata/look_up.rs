//! The components of an org as retrievals, lists and reads find them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::app_views::{View, views};
use super::{code, groups, installed_packages, name_of, permissions};
use crate::app::{LiveOrg, Registry};
use crate::apps::{AppKind, Installs};
use crate::clock::Timestamp;
use crate::id::{RecordId, UserId};
use crate::metadata::{
    CONNECTED_APP, CUSTOM_SCOPE, Component, Components, FileProperties, INSTALLED_PACKAGE, MetadataType, Packaged, SETTINGS, child,
    custom_scope_members, definition_of, in_order, is_external_app, kind, names_of, part, permissions_members, settings_members, tree_of,
};
use crate::org::standard_profile;
use crate::schema::Schema;
use crate::storage::StoreError;
use crate::store::Tx;
use crate::xml::Element;

/// A component with what its file holds.
#[derive(Debug)]
pub struct Found {
    pub properties: FileProperties,
    /// The members of its file, its parts among them.
    pub members: Vec<Element>,
    /// The file beside them.
    pub content: Option<Vec<u8>>,
}

/// Who asks, of which org: what the platform itself made is told as made by the caller when the org was.
pub(super) struct Looker<'a> {
    pub org: &'a LiveOrg,
    pub tx: &'a Tx<'a>,
    pub schema: &'a Schema,
    pub caller: (UserId, String),
    pub registry: &'a Registry,
    pub now: Timestamp,
}

impl Looker<'_> {
    /// The full names of a type's components. `*` of a retrieval leaves standard objects out.
    pub fn names(&self, type_name: &str, with_standard: bool) -> Result<Vec<String>, StoreError> {
        if is_schema(type_name) {
            let names = names_of(self.schema, type_name).into_iter();
            return Ok(names.filter(|(_, id)| with_standard || id.is_some()).map(|(name, _)| name).collect());
        }
        if code::is_code(type_name) {
            return code::names(self.tx, type_name);
        }
        if permissions::is_permissions(type_name) {
            return permissions::names(self.tx, type_name);
        }
        if type_name == CUSTOM_SCOPE {
            return Ok(self.org.facts().custom_scopes.iter().map(|scope| scope.name.clone()).collect());
        }
        if type_name == groups::GROUP {
            return groups::names(self.tx);
        }
        if type_name == INSTALLED_PACKAGE {
            return installed_packages::names(self.tx, self.registry);
        }
        if type_name == "Settings" {
            return Ok(SETTINGS.iter().map(|name| (*name).to_owned()).collect());
        }
        if is_app(type_name) {
            return self.app_names(type_name);
        }
        if type_name == "CustomLabels" {
            let any = !self.tx.components("CustomLabel")?.is_empty();
            return Ok(if any { vec!["CustomLabels".to_owned()] } else { Vec::new() });
        }
        Ok(self.tx.components(type_name)?.into_iter().map(|component| component.full_name).collect())
    }

    /// A component by its full name, in any case, with what is known of the package that brought it.
    pub fn find(&self, type_name: &str, full_name: &str) -> Result<Option<Found>, StoreError> {
        let Some(mut found) = self.find_as_kept(type_name, full_name)? else { return Ok(None) };
        if let Some(known) = self.tx.packaged(type_name, &found.properties.full_name)? {
            found.properties.namespace = known.namespace;
            found.properties.state = Some(known.state);
        }
        Ok(Some(found))
    }

    fn find_as_kept(&self, type_name: &str, full_name: &str) -> Result<Option<Found>, StoreError> {
        if type_name == "CustomObject" {
            return self.object(full_name);
        }
        if is_schema(type_name) {
            return Ok(definition_of(self.schema, type_name, full_name).map(|members| self.of_schema(type_name, full_name, members)));
        }
        if code::is_code(type_name) {
            return self.code(type_name, full_name);
        }
        if type_name == "CustomLabels" {
            return self.labels(full_name);
        }
        if permissions::is_permissions(type_name) {
            return self.permissions(type_name, full_name);
        }
        if type_name == "Settings" {
            return self.settings(full_name);
        }
        if type_name == CUSTOM_SCOPE {
            return self.custom_scope(full_name);
        }
        if type_name == groups::GROUP {
            return self.group(full_name);
        }
        if type_name == INSTALLED_PACKAGE {
            return self.installed_package(full_name);
        }
        if is_app(type_name)
            && let Some(found) = self.app(type_name, full_name)?
        {
            return Ok(Some(found));
        }
        let Some(component) = self.tx.component(type_name, full_name)? else { return Ok(None) };
        let mut members = tree_of(&component.members);
        if let Some((_, own)) = part_name(type_name, &component.full_name) {
            let mut name = Map::new();
            name.insert("fullName".to_owned(), json!(own));
            members.extend(tree_of(&name));
        }
        in_order(&mut members);
        Ok(Some(Found { properties: self.kept(&component)?, members, content: component.content }))
    }

    /// An object with all of its parts.
    fn object(&self, full_name: &str) -> Result<Option<Found>, StoreError> {
        let Some(mut members) = definition_of(self.schema, "CustomObject", full_name) else { return Ok(None) };
        if let Some(beside) = self.tx.component("CustomObject", full_name)? {
            members.extend(tree_of(&beside.members));
        }
        let parts = kind("CustomObject").map(|kind| kind.children).unwrap_or_default();
        for own in parts {
            for name in self.names(own.name, true)? {
                let belongs = name.split_once('.').is_some_and(|(object, _)| object.eq_ignore_ascii_case(full_name));
                if let Some(found) = if belongs { self.find(own.name, &name)? } else { None } {
                    members.push(part(own.element, found.members));
                }
            }
        }
        in_order(&mut members);
        Ok(Some(self.of_schema("CustomObject", full_name, members)))
    }

    fn of_schema(&self, type_name: &str, full_name: &str, members: Vec<Element>) -> Found {
        let known = names_of(self.schema, type_name).into_iter().find(|(name, _)| name.eq_ignore_ascii_case(full_name));
        let (full_name, id) = known.unwrap_or_else(|| (full_name.to_owned(), None));
        let created = self.org.facts().created;
        let properties = FileProperties { manageable: id.is_some(), ..self.properties(type_name, full_name, id, (created, self.schema.modified())) };
        Found { properties, members, content: None }
    }

    fn properties(&self, type_name: &str, full_name: String, id: Option<RecordId>, (created, modified): (Timestamp, Timestamp)) -> FileProperties {
        FileProperties {
            kind: type_name.to_owned(),
            file: file_of(type_name, &full_name),
            full_name,
            id,
            created,
            created_by: self.caller.clone(),
            modified,
            modified_by: self.caller.clone(),
            manageable: true,
            namespace: None,
            state: None,
        }
    }

    fn kept(&self, component: &Component) -> Result<FileProperties, StoreError> {
        let times = (component.created, component.modified);
        Ok(FileProperties {
            created_by: (component.created_by, name_of(self.tx, component.created_by)?),
            modified_by: (component.modified_by, name_of(self.tx, component.modified_by)?),
            ..self.properties(&component.kind, component.full_name.clone(), Some(component.id), times)
        })
    }

    /// All labels lie in one file.
    fn labels(&self, full_name: &str) -> Result<Option<Found>, StoreError> {
        let all = self.tx.components("CustomLabel")?;
        let Some(first) = all.first().filter(|_| full_name.eq_ignore_ascii_case("CustomLabels")) else { return Ok(None) };
        let mut members = Vec::new();
        for label in &all {
            if let Some(found) = self.find("CustomLabel", &label.full_name)? {
                members.push(part("labels", found.members));
            }
        }
        let properties = FileProperties { kind: "CustomLabels".to_owned(), full_name: "CustomLabels".to_owned(), id: None, ..self.kept(first)? };
        Ok(Some(Found { properties, members, content: None }))
    }

    /// The apps that have files, with those of headers that have no settings yet.
    fn app_names(&self, type_name: &str) -> Result<Vec<String>, StoreError> {
        let mut names = Vec::new();
        for view in self.views()? {
            names.extend(view.names(self.tx, type_name)?);
        }
        let kept = self.tx.components(type_name)?.into_iter().map(|component| component.full_name);
        let kept: Vec<String> = kept.filter(|name| !names.iter().any(|known| known.eq_ignore_ascii_case(name))).collect();
        names.extend(kept);
        names.sort();
        Ok(names)
    }

    fn views(&self) -> Result<Vec<View>, StoreError> {
        views(self.tx, self.org, self.registry, self.registry.apps().into_iter(), self.now)
    }

    fn app(&self, type_name: &str, full_name: &str) -> Result<Option<Found>, StoreError> {
        for view in self.views()? {
            let Some(name) = view.names(self.tx, type_name)?.filter(|name| name.eq_ignore_ascii_case(full_name)) else { continue };
            let members = view.members(self.tx, type_name, &name, self.org.switches().eca_secrets_by_metadata_api)?;
            let mut members = tree_of(&members);
            in_order(&mut members);
            let properties = match self.tx.component(type_name, &name)? {
                Some(component) => self.kept(&component)?,
                None => {
                    let id = kind(type_name).map(|kind| view.definition.id.record().with_prefix(kind.prefix));
                    self.properties(type_name, name, id, (self.org.facts().created, view.definition.changed))
                }
            };
            return Ok(Some(Found { properties: FileProperties { namespace: view.namespace.clone(), ..properties }, members, content: None }));
        }
        Ok(None)
    }

    fn permissions(&self, type_name: &str, full_name: &str) -> Result<Option<Found>, StoreError> {
        let Some(set) = permissions::find(self.tx, type_name, full_name)? else { return Ok(None) };
        let component = self.tx.component(type_name, full_name)?;
        let kept = component.as_ref().map(|component| component.members.clone()).unwrap_or_default();
        let license = standard_profile(&set.name).license;
        let mut members = tree_of(&permissions_members(&set, &kept, license));
        in_order(&mut members);
        let properties = match component {
            Some(component) => FileProperties { id: Some(set.id), ..self.kept(&component)? },
            None => {
                let created = self.org.facts().created;
                self.properties(type_name, permissions::file_name(&set).to_owned(), Some(set.id), (created, created))
            }
        };
        Ok(Some(Found { properties, members, content: None }))
    }

    fn group(&self, full_name: &str) -> Result<Option<Found>, StoreError> {
        let Some(id) = groups::find(self.tx, full_name)? else { return Ok(None) };
        let name = code::full_name(self.tx, groups::GROUP, "DeveloperName", id)?.unwrap_or_else(|| full_name.to_owned());
        let mut members = tree_of(&groups::members(self.tx, id, &name)?);
        in_order(&mut members);
        let properties = match self.tx.component(groups::GROUP, &name)? {
            Some(component) => FileProperties { id: Some(id), ..self.kept(&component)? },
            None => {
                let created = self.org.facts().created;
                self.properties(groups::GROUP, name, Some(id), (created, created))
            }
        };
        Ok(Some(Found { properties, members, content: None }))
    }

    /// Its own name is the namespace of what it brought.
    fn installed_package(&self, full_name: &str) -> Result<Option<Found>, StoreError> {
        let Some((release, installed)) = installed_packages::find(self.tx, self.registry, full_name)? else { return Ok(None) };
        let namespace = release.package.namespace.clone();
        let name = namespace.clone().unwrap_or_else(|| full_name.to_owned());
        let times = (installed.installed_at, installed.installed_at);
        let properties = self.properties(INSTALLED_PACKAGE, name, Some(installed_packages::id_of(&release)), times);
        let members = tree_of(&installed_packages::members(&release));
        Ok(Some(Found { properties: FileProperties { namespace, ..properties }, members, content: None }))
    }

    fn custom_scope(&self, full_name: &str) -> Result<Option<Found>, StoreError> {
        let facts = self.org.facts();
        let Some(scope) = facts.custom_scopes.iter().find(|scope| scope.name.eq_ignore_ascii_case(full_name)) else { return Ok(None) };
        let component = self.tx.component(CUSTOM_SCOPE, &scope.name)?;
        let mut assigned_to = Vec::new();
        for row in self.tx.org_apps()?.iter().filter(|row| row.details.custom_scopes.contains(&scope.name)) {
            // External client apps name their custom scopes themselves.
            let app = self.registry.app(row.app).filter(|app| app.kind == AppKind::ConnectedApp);
            assigned_to.extend(app.map(|app| app.developer_name()));
        }
        let kept = component.as_ref().map(|component| component.members.clone()).unwrap_or_default();
        let mut members = tree_of(&custom_scope_members(scope, &assigned_to, &kept));
        in_order(&mut members);
        let properties = match &component {
            Some(component) => self.kept(component)?,
            None => self.properties(CUSTOM_SCOPE, scope.name.clone(), None, (facts.created, facts.created)),
        };
        Ok(Some(Found { properties, members, content: None }))
    }

    fn settings(&self, full_name: &str) -> Result<Option<Found>, StoreError> {
        let Some(name) = SETTINGS.into_iter().find(|name| name.eq_ignore_ascii_case(full_name)) else { return Ok(None) };
        let kept = self.tx.component("Settings", name)?.map(|component| component.members).unwrap_or_default();
        let facts = self.org.facts();
        let mut members = tree_of(&settings_members(name, &facts, &kept));
        in_order(&mut members);
        let properties = self.properties("Settings", name.to_owned(), None, (facts.created, facts.created));
        Ok(Some(Found { properties, members, content: None }))
    }

    fn code(&self, type_name: &str, name: &str) -> Result<Option<Found>, StoreError> {
        let Some(id) = code::find(self.tx, type_name, name)? else { return Ok(None) };
        let field = |field: &str| code::field(self.tx, type_name, id, field);
        let mut members = Map::new();
        let names: &[(&str, &str)] = match type_name {
            "StaticResource" => &[("cacheControl", "CacheControl"), ("contentType", "ContentType"), ("description", "Description")],
            _ => &[("apiVersion", "ApiVersion"), ("status", "Status")],
        };
        for (member, column) in names {
            let value = field(column)?;
            let value = value.map(|text| if *member == "apiVersion" && !text.contains('.') { format!("{text}.0") } else { text });
            members.insert((*member).to_owned(), value.map_or(Value::Null, Value::from));
        }
        let body = field("Body")?.unwrap_or_default();
        let content = if type_name == "StaticResource" { STANDARD.decode(body.as_bytes()).unwrap_or_default() } else { body.into_bytes() };
        let time = |text: Option<String>| text.and_then(|text| text.parse().ok()).map_or(Timestamp(0), Timestamp);
        let user = |text: Option<String>| text.and_then(|text| UserId::parse(&text).ok());
        let times = (time(field("CreatedDate")?), time(field("LastModifiedDate")?));
        let full_name = code::full_name(self.tx, type_name, "Name", id)?;
        let mut properties = self.properties(type_name, full_name.unwrap_or_else(|| name.to_owned()), Some(id), times);
        for (place, column) in [(&mut properties.created_by, "CreatedById"), (&mut properties.modified_by, "LastModifiedById")] {
            if let Some(user) = user(field(column)?) {
                *place = (user, name_of(self.tx, user)?);
            }
        }
        Ok(Some(Found { properties, members: tree_of(&members), content: Some(content) }))
    }
}

/// Where the file that holds a component lies, below the root of an archive.
pub(super) fn file_of(type_name: &str, full_name: &str) -> String {
    match (kind(type_name), part_name(type_name, full_name)) {
        (Some(kind), _) => kind.file(full_name),
        (None, Some((parent, _))) => parent.file(full_name.split_once('.').map_or("CustomLabels", |(owner, _)| owner)),
        (None, None) => full_name.to_owned(),
    }
}

/// The type in whose file a part stands, and the part's name there.
pub(super) fn part_name<'n>(type_name: &str, full_name: &'n str) -> Option<(&'static MetadataType, &'n str)> {
    let (parent, _) = child(type_name)?;
    Some((parent, full_name.split_once('.').map_or(full_name, |(_, own)| own)))
}

fn is_app(type_name: &str) -> bool {
    type_name == CONNECTED_APP || is_external_app(type_name)
}

fn is_schema(type_name: &str) -> bool {
    matches!(type_name, "CustomObject" | "CustomField" | "RecordType" | "GlobalValueSet")
}
