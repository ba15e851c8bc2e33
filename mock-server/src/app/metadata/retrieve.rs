//! Retrievals: components put into files, the files into an archive.

use std::collections::{BTreeMap, BTreeSet};

use super::look_up::{Found, Looker, part_name};
use crate::app::{App, Caller, LiveOrg};
use crate::id::RecordId;
use crate::metadata::{BadArchive, Components, FileProperties, Manifest, Members, Retrieval, Status, child, document, in_order, kind, pack, part};
use crate::storage::StoreError;
use crate::xml::Element;

/// The folder in which the files of a retrieval lie.
const ROOT: &str = "unpackaged/";

/// A file, and what is to be said of it.
type Problem = (String, String);

/// What a retrieval gathers.
#[derive(Default)]
struct Gathered {
    /// Files of several components: the members of each by path, with the type whose document it is.
    documents: BTreeMap<String, (String, Vec<Element>)>,
    files: BTreeMap<String, Vec<u8>>,
    properties: Vec<FileProperties>,
    messages: Vec<Problem>,
    manifest: Manifest,
}

impl App {
    /// Gathers what a manifest names. Blocks.
    pub fn retrieve(&self, caller: &Caller, manifest: &Manifest, single_package: bool) -> Result<Retrieval, StoreError> {
        let (org, now) = (&caller.org, self.now());
        let gathered = self.looking(caller, |looker| gather(looker, manifest))?;
        let root = if single_package { "" } else { ROOT };
        let (properties, messages, packed) = gathered.packed(root);
        let mut retrieval = Retrieval {
            id: org.write(|tx| tx.new_id("09S"))?,
            status: Status::Succeeded,
            due: now.plus(Self::metadata_job(org)),
            created: now,
            created_by: caller.user.id,
            files: properties,
            messages,
            error: None,
        };
        let archive = packed.unwrap_or_else(|bad| {
            retrieval.status = Status::Failed;
            retrieval.error = Some((bad.code().to_owned(), bad.to_string()));
            Vec::new()
        });
        org.write(|tx| tx.put_retrieval(&retrieval, &archive))?;
        Ok(retrieval)
    }

    /// A retrieval as it stands at this moment, with its archive when it is over.
    pub fn retrieval(&self, org: &LiveOrg, id: RecordId, with_archive: bool) -> Result<Option<(Retrieval, Vec<u8>)>, StoreError> {
        let Some(mut retrieval) = org.read(|tx| tx.retrieval(id))? else { return Ok(None) };
        let now = self.now();
        if retrieval.due > now {
            let status = if super::half_over(retrieval.created, retrieval.due, now) { Status::InProgress } else { Status::Pending };
            retrieval = Retrieval { status, files: Vec::new(), messages: Vec::new(), error: None, ..retrieval };
            return Ok(Some((retrieval, Vec::new())));
        }
        let archive = if with_archive { org.read(|tx| tx.archive(id))?.unwrap_or_default() } else { Vec::new() };
        Ok(Some((retrieval, archive)))
    }

    /// The components of a type, without what their files hold.
    pub fn components_of(&self, caller: &Caller, type_name: &str) -> Result<Vec<FileProperties>, StoreError> {
        self.looking(caller, |looker| {
            let names = looker.names(type_name, true)?;
            let found = names.iter().map(|name| looker.find(type_name, name));
            found.filter_map(|found| found.map(|found| found.map(|found| found.properties)).transpose()).collect()
        })
    }

    /// One component.
    pub fn component(&self, caller: &Caller, type_name: &str, full_name: &str) -> Result<Option<Found>, StoreError> {
        self.looking(caller, |looker| looker.find(type_name, full_name))
    }

    fn looking<T>(&self, caller: &Caller, work: impl FnOnce(&Looker<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let org = &caller.org;
        org.read(|tx| {
            let schema = org.schema_within(tx)?;
            let (registry, caller) = (self.registry(), (caller.user.id, caller.user.name.clone()));
            work(&Looker { org, tx, schema: &schema, caller, registry: &registry, now: self.now() })
        })
    }
}

fn gather(looker: &Looker<'_>, manifest: &Manifest) -> Result<Gathered, StoreError> {
    let mut gathered = Gathered { manifest: Manifest { types: Vec::new(), version: manifest.version.clone() }, ..Gathered::default() };
    for listed in &manifest.types {
        if kind(&listed.kind).is_none() && child(&listed.kind).is_none() {
            gathered.messages.push(("package.xml".to_owned(), format!("Unknown type name '{}' specified in package.xml", listed.kind)));
            continue;
        }
        let mut names = BTreeSet::new();
        for name in &listed.names {
            match name.as_str() {
                "*" => names.extend(looker.names(&listed.kind, false)?),
                name => {
                    names.insert(name.to_owned());
                }
            }
        }
        let mut found_names = Vec::new();
        for name in names {
            match looker.find(&listed.kind, &name)? {
                Some(found) => {
                    found_names.push(found.properties.full_name.clone());
                    gathered.add(found);
                }
                None => {
                    gathered.messages.push(("package.xml".to_owned(), format!("Entity of type '{}' named '{name}' cannot be found", listed.kind)));
                }
            }
        }
        if !found_names.is_empty() {
            gathered.manifest.types.push(Members { kind: listed.kind.clone(), names: found_names });
        }
    }
    Ok(gathered)
}

impl Gathered {
    fn add(&mut self, found: Found) {
        let Found { properties, members, content } = found;
        let file = properties.file.clone();
        match (kind(&properties.kind), child(&properties.kind)) {
            (Some(kind), _) if content.is_some() => {
                self.files.insert(format!("{file}-meta.xml"), document(kind.name, &members).into_bytes());
                self.files.insert(file, content.unwrap_or_default());
            }
            // A whole object takes the place of the parts of it that were named beside.
            (Some(kind), _) => {
                let root = if kind.name == "Settings" { format!("{}Settings", properties.full_name) } else { kind.name.to_owned() };
                self.documents.insert(file, (root, members));
            }
            (None, Some((parent, own))) => {
                let (_, parts) = self.documents.entry(file).or_insert((parent.name.to_owned(), Vec::new()));
                let name = part_name(&properties.kind, &properties.full_name).map_or("", |(_, name)| name);
                let is_known = |known: &Element| known.name.local == own.element && known.text_of("fullName") == Some(name);
                if !parts.iter().any(is_known) {
                    parts.push(part(own.element, members));
                    in_order(parts);
                }
            }
            (None, None) => {}
        }
        self.properties.push(properties);
    }

    /// Everything below `root`, and the archive.
    fn packed(mut self, root: &str) -> (Vec<FileProperties>, Vec<Problem>, Result<Vec<u8>, BadArchive>) {
        self.files.extend(self.documents.into_iter().map(|(path, (name, members))| (path, document(&name, &members).into_bytes())));
        self.files.insert("package.xml".to_owned(), self.manifest.write().into_bytes());
        let files = self.files.into_iter().map(|(path, content)| (format!("{root}{path}"), content)).collect();
        for properties in &mut self.properties {
            properties.file = format!("{root}{}", properties.file);
        }
        let messages = self.messages.into_iter().map(|(file, text)| (format!("{root}{file}"), text)).collect();
        (self.properties, messages, pack(&files))
    }
}
