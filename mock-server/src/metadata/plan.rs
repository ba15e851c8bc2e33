//! What a deployment is to do, read from its archive: which components it puts and removes, in which order, and what is wrong with
//! the archive before any component is looked at.

use std::collections::{BTreeMap, BTreeSet};

use super::archive::Archive;
use super::kind::{ChildType, INSTALLED_PACKAGE, MetadataType, TYPES, child, kind};
use super::operation::{DeployOptions, Failure, Message, Outcome};
use super::package::{Manifest, Members};
use super::source::{Source, read};
use crate::xml::Element;

/// The components of a deployment in the order they are taken.
#[derive(Debug, Default)]
pub struct Plan {
    pub items: Vec<Item>,
    /// The row of `package.xml`, and what is wrong with it.
    pub messages: Vec<Message>,
}

/// One component.
#[derive(Debug)]
pub struct Item {
    pub kind: &'static str,
    pub full_name: String,
    pub file: String,
    /// The path in the archive of what lies beside its settings: Apex source, a static resource.
    pub beside: Option<String>,
    pub act: Act,
}

#[derive(Debug)]
pub enum Act {
    Put(Source),
    Remove,
    /// Its file cannot be used.
    Refuse(Failure),
}

/// Components of one deployment, parts of files included. Source: Metadata API guide, limits.
const MOST_COMPONENTS: usize = 10_000;

/// Bytes of all documents of one deployment, which are held in memory as trees; what lies beside them is not.
/// GUESS: Salesforce limits all files together, not their documents.
const DOCUMENTS: usize = 64 * 1024 * 1024;

/// Elements of an object's file that are components of types which are not deployed here.
const REFUSED_PARTS: [(&str, &str); 2] = [("validationRules", "ValidationRule"), ("sharingReasons", "SharingReason")];

/// A file of an archive, read once.
type Read = Result<Element, Failure>;

impl Plan {
    pub fn of(archive: &Archive<'_>, options: &DeployOptions) -> Self {
        let manifest_file = archive.spelled("package.xml");
        let refused = |why: String| {
            let outcome = Outcome::Failed(Failure::new(why));
            Self { items: Vec::new(), messages: vec![Message::manifest(manifest_file.clone(), outcome)] }
        };
        let read = |path: &str| match archive.file(path) {
            Ok(bytes) => bytes.map(|bytes| Manifest::read(&bytes)),
            Err(bad) => Some(Err(bad.to_string())),
        };
        let Some(manifest) = read("package.xml") else { return refused("No package.xml found".to_owned()) };
        let manifest = match manifest {
            Ok(manifest) => manifest,
            Err(why) => return refused(why),
        };
        let unknown = |manifest: &Manifest| {
            manifest
                .types
                .iter()
                .find(|listed| kind(&listed.kind).is_none() && child(&listed.kind).is_none() && !listed.names.is_empty())
                .map(|listed| listed.kind.clone())
        };
        if let Some(name) = unknown(&manifest) {
            return refused(format!("Unknown type name '{name}' specified in package.xml"));
        }
        let mut plan = Self { items: Vec::new(), messages: vec![Message::manifest(manifest_file.clone(), Outcome::Changed)] };
        for (file, after) in [("destructiveChangesPre.xml", false), ("destructiveChanges.xml", false), ("destructiveChangesPost.xml", true)] {
            let Some(removed) = read(file) else { continue };
            if after {
                plan.put(archive, &manifest, options);
            }
            match removed {
                Ok(removed) => match unknown(&removed) {
                    Some(name) => return refused(format!("Unknown type name '{name}' specified in {file}")),
                    None => plan.remove(&removed, &archive.spelled(file)),
                },
                Err(why) => return refused(why),
            }
        }
        if !archive.has("destructiveChangesPost.xml") {
            plan.put(archive, &manifest, options);
        }
        plan.keep_packages_apart();
        if plan.items.len() > MOST_COMPONENTS {
            return refused(format!("LIMIT_EXCEEDED: The deployment holds more than {MOST_COMPONENTS} components"));
        }
        plan
    }

    /// The components of known types that a manifest names, in the order they are taken: what a package holds. Files that it does not name are nothing.
    pub(super) fn contents(archive: &Archive<'_>, manifest: &Manifest) -> Vec<Item> {
        let known = |listed: &&Members| kind(&listed.kind).is_some() || child(&listed.kind).is_some();
        let manifest = Manifest { types: manifest.types.iter().filter(known).cloned().collect(), version: manifest.version.clone() };
        let mut plan = Self::default();
        plan.put(archive, &manifest, &DeployOptions { allow_missing_files: true, ..DeployOptions::default() });
        plan.items
    }

    /// Packages are installed by deployments that do nothing else. Source: Metadata API guide, InstalledPackage. GUESS: the words.
    fn keep_packages_apart(&mut self) {
        if self.items.iter().all(|item| item.kind == INSTALLED_PACKAGE) {
            return;
        }
        for item in self.items.iter_mut().filter(|item| item.kind == INSTALLED_PACKAGE) {
            item.act = Act::Refuse(Failure::new("InstalledPackage must be the only metadata type in the manifest"));
        }
    }

    /// Parts go before what they are part of, and what refers before what is referred to.
    fn remove(&mut self, manifest: &Manifest, file: &str) {
        let mut items = Vec::new();
        for listed in &manifest.types {
            let Some(name) = static_name(&listed.kind) else { continue };
            for full_name in &listed.names {
                let act = match full_name.as_str() {
                    // GUESS: the words for a wildcard among what is to be removed.
                    "*" => Act::Refuse(Failure::new("The wildcard * is not supported in destructive changes")),
                    _ => Act::Remove,
                };
                items.push(Item { kind: name, full_name: full_name.clone(), file: file.to_owned(), beside: None, act });
            }
        }
        items.sort_by_key(|item| std::cmp::Reverse(order(item.kind)));
        self.items.extend(items);
    }

    fn put(&mut self, archive: &Archive<'_>, manifest: &Manifest, options: &DeployOptions) {
        let mut files = Files { archive, read: BTreeMap::new(), left: DOCUMENTS, used: BTreeSet::from(["package.xml".to_owned()]) };
        let mut items = Vec::new();
        for listed in &manifest.types {
            for name in &listed.names {
                let found = match (kind(&listed.kind), child(&listed.kind)) {
                    (Some(kind), _) if name == "*" => files.all(kind),
                    (Some(kind), _) => files.component(kind, name),
                    (None, Some((parent, part))) => files.part(parent, part, name),
                    (None, None) => continue,
                };
                if found.is_empty() && name != "*" && !options.allow_missing_files && !is_standard_object(&listed.kind, name) {
                    let problem =
                        format!("An object '{name}' of type {} was named in package.xml, but was not found in zipped directory", listed.kind);
                    let outcome = Outcome::Failed(Failure::new(problem));
                    let file = archive.spelled("package.xml");
                    self.messages.push(Message { kind: String::new(), full_name: name.clone(), file, id: None, outcome });
                }
                items.extend(found);
            }
        }
        items.sort_by_key(|item| order(item.kind));
        let mut seen = BTreeSet::new();
        items.retain(|item: &Item| seen.insert((item.kind, item.full_name.to_ascii_lowercase())));
        self.items.extend(items);
        for path in archive.paths().filter(|path| !files.used.contains(*path) && !path.starts_with("destructiveChanges")) {
            // GUESS: whether a file that the manifest does not name is an error or a warning was not recorded.
            let outcome = Outcome::Failed(Failure::new("Not in package.xml"));
            self.messages.push(Message { kind: String::new(), full_name: stem(path), file: archive.spelled(path), id: None, outcome });
        }
    }
}

/// Archives that deploy parts of a standard object may name the object without bringing anything of it.
fn is_standard_object(kind: &str, name: &str) -> bool {
    kind == "CustomObject" && !name.contains("__")
}

/// Where a type stands in the order of a deployment: its rank, then that of its parts.
pub(super) fn order(name: &str) -> (usize, usize) {
    match (kind(name), child(name)) {
        (Some(kind), _) => (kind.rank(), 0),
        (None, Some((parent, _))) => (parent.rank(), 1 + parent.children.iter().position(|part| part.name == name).unwrap_or(0)),
        (None, None) => (TYPES.len(), 0),
    }
}

pub(super) fn static_name(name: &str) -> Option<&'static str> {
    kind(name).map(|kind| kind.name).or_else(|| child(name).map(|(_, part)| part.name))
}

/// `classes/A.cls-meta.xml` → `A`
fn stem(path: &str) -> String {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.split('.').next().unwrap_or(file).to_owned()
}

/// The files of an archive while components are looked for.
struct Files<'a> {
    archive: &'a Archive<'a>,
    read: BTreeMap<String, Read>,
    /// Bytes of documents that may still be read.
    left: usize,
    /// Paths that belong to a component.
    used: BTreeSet<String>,
}

impl Files<'_> {
    /// The components of all files of a type.
    fn all(&mut self, kind: &'static MetadataType) -> Vec<Item> {
        let prefix = format!("{}/", kind.directory);
        let suffix = format!(".{}", kind.suffix);
        let name = |path: &str| {
            let file = path.strip_prefix(&prefix)?;
            Some(file.strip_suffix("-meta.xml").unwrap_or(file).strip_suffix(&suffix)?.to_owned())
        };
        let names: BTreeSet<String> = self.archive.paths().filter_map(name).collect();
        names.iter().flat_map(|name| self.component(kind, name)).collect()
    }

    /// A component with its parts; nothing if no file holds it.
    fn component(&mut self, kind: &'static MetadataType, name: &str) -> Vec<Item> {
        let path = kind.file(name);
        let Some((settings, beside)) = self.pair(kind, &path) else { return Vec::new() };
        let file = self.archive.spelled(&path);
        let item = |act| Item { kind: kind.name, full_name: name.to_owned(), file: file.clone(), beside: None, act };
        let root = match self.read(kind, &settings) {
            Ok(root) => root,
            Err(failure) => return vec![item(Act::Refuse(failure))],
        };
        split(kind, name, &file, &root, beside)
    }

    /// One part of a parent's file.
    fn part(&mut self, parent: &'static MetadataType, part: &'static ChildType, name: &str) -> Vec<Item> {
        let (owner, own) = owner_of(parent, name);
        let path = parent.file(owner);
        let Some((settings, _)) = self.pair(parent, &path) else { return Vec::new() };
        let root = match self.read(parent, &settings) {
            Ok(root) => root,
            Err(failure) => {
                let (full_name, file) = (name.to_owned(), self.archive.spelled(&path));
                return vec![Item { kind: part.name, full_name, file, beside: None, act: Act::Refuse(failure) }];
            }
        };
        let fits = |element: &&Element| own == "*" || element.text_of("fullName").is_some_and(|full_name| full_name.trim().eq_ignore_ascii_case(own));
        root.all(part.element).filter(fits).map(|element| part_item(parent, part, (owner, &self.archive.spelled(&path)), element)).collect()
    }

    /// The path of a component's settings, and what lies beside them.
    fn pair(&mut self, kind: &MetadataType, path: &str) -> Option<(String, Option<String>)> {
        let meta = format!("{path}-meta.xml");
        let (plain, with_meta) = (self.archive.has(path), self.archive.has(&meta));
        if !plain && !with_meta {
            return None;
        }
        self.used.extend([path.to_owned(), meta.clone()]);
        if !kind.meta_file {
            return Some((if plain { path.to_owned() } else { meta }, None));
        }
        Some((meta, plain.then(|| path.to_owned())))
    }

    fn document(&mut self, path: &str) -> Result<Vec<u8>, Failure> {
        let bytes = self.archive.file(path).map_err(|bad| Failure::new(bad.to_string()))?;
        // GUESS: the words for a source file without its settings.
        let bytes = bytes.ok_or_else(|| Failure::new(format!("File not found in archive: {path}")))?;
        let too_much = || Failure::new(format!("LIMIT_EXCEEDED: The documents of the deployment hold more than {DOCUMENTS} bytes"));
        self.left = self.left.checked_sub(bytes.len()).ok_or_else(too_much)?;
        Ok(bytes)
    }

    fn read(&mut self, kind: &MetadataType, path: &str) -> Read {
        if !self.read.contains_key(path) {
            let read = self.document(path).and_then(|bytes| read(kind, &bytes));
            self.read.insert(path.to_owned(), read);
        }
        self.read.get(path).cloned().unwrap_or_else(|| Err(Failure::new("The file could not be read")))
    }
}

/// The components that stand in one document: its own, and its parts.
fn split(kind: &'static MetadataType, name: &str, file: &str, root: &Element, beside: Option<String>) -> Vec<Item> {
    let mut own = root.clone();
    own.children.retain(|element| !kind.children.iter().any(|part| part.element == element.name.local));
    let mut items = Vec::new();
    if kind.name == "CustomObject" {
        for (element, kind) in REFUSED_PARTS {
            for refused in root.all(element) {
                let full_name = format!("{name}.{}", refused.text_of("fullName").unwrap_or_default());
                let act = Act::Refuse(Failure::new("Not available for deploy for this organization"));
                items.push(Item { kind, full_name, file: file.to_owned(), beside: None, act });
            }
            own.children.retain(|child| child.name.local != element);
        }
    }
    items.push(Item { kind: kind.name, full_name: name.to_owned(), file: file.to_owned(), beside, act: Act::Put(Source::from(&own)) });
    for part in kind.children {
        items.extend(root.all(part.element).map(|element| part_item(kind, part, (name, file), element)));
    }
    items
}

fn part_item(parent: &MetadataType, part: &'static ChildType, (owner, file): (&str, &str), element: &Element) -> Item {
    let own = element.text_of("fullName").unwrap_or_default().trim();
    let full_name = if parent.name == "CustomLabels" { own.to_owned() } else { format!("{owner}.{own}") };
    let act = if own.is_empty() { Act::Refuse(Failure::new("Required field is missing: fullName")) } else { Act::Put(element.into()) };
    Item { kind: part.name, full_name, file: file.to_owned(), beside: None, act }
}

/// The components that an element of a call brings; `None` for a type that is not known.
pub fn items_of_call(type_name: &str, full_name: &str, element: &Element) -> Option<Vec<Item>> {
    match (kind(type_name), child(type_name)) {
        (Some(kind), _) => Some(split(kind, full_name, "", element, None)),
        (None, Some((_, part))) => {
            Some(vec![Item { kind: part.name, full_name: full_name.to_owned(), file: String::new(), beside: None, act: Act::Put(element.into()) }])
        }
        (None, None) => None,
    }
}

/// The removal of a component; `None` for a type that is not known.
pub fn removal(type_name: &str, full_name: &str) -> Option<Item> {
    Some(Item { kind: static_name(type_name)?, full_name: full_name.to_owned(), file: String::new(), beside: None, act: Act::Remove })
}

/// `Account.Foo__c` is `Foo__c` of `Account`; labels lie in one file.
fn owner_of<'n>(parent: &MetadataType, name: &'n str) -> (&'n str, &'n str) {
    match name.split_once('.') {
        Some(parts) if parent.name != "CustomLabels" => parts,
        _ => ("CustomLabels", name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::pack;

    fn options() -> DeployOptions {
        DeployOptions {
            allow_missing_files: false,
            auto_update_package: false,
            check_only: false,
            ignore_warnings: false,
            perform_retrieve: false,
            purge_on_delete: false,
            rollback_on_error: true,
            single_package: true,
            test_level: None,
            run_tests: Vec::new(),
        }
    }

    /// The plan of an archive, a line for each component and problem.
    fn check(files: &[(&str, &str)], expected: &[&str]) {
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
        let packed = pack(&files).unwrap();
        let plan = Plan::of(&Archive::read(&packed).ok().unwrap(), &options());
        let mut lines: Vec<String> = plan
            .messages
            .iter()
            .filter_map(|message| match &message.outcome {
                Outcome::Failed(failure) => Some(format!("{}: {}", message.file, failure.problem)),
                _ => None,
            })
            .collect();
        lines.extend(plan.items.iter().map(|item| match &item.act {
            Act::Put(source) => format!("put {} {} {}", item.kind, item.full_name, source.members.len()),
            Act::Remove => format!("remove {} {}", item.kind, item.full_name),
            Act::Refuse(failure) => format!("refuse {} {} {} {:?}", item.kind, item.full_name, failure.problem, failure.place),
        }));
        assert_eq!(lines, expected);
    }

    fn package(types: &str) -> String {
        format!("<Package xmlns=\"http://soap.sforce.com/2006/04/metadata\">{types}<version>67.0</version></Package>")
    }

    const OBJECT: &str = "<CustomObject><label>Foo</label><fields><fullName>A__c</fullName><type>Text</type></fields><fields><fullName>B__c</fullName></fields></CustomObject>";

    #[test]
    fn an_object_comes_with_its_parts_and_a_part_alone() {
        let both = package("<types><members>*</members><name>CustomObject</name></types>");
        check(
            &[("package.xml", &both), ("objects/Foo__c.object", OBJECT)],
            &["put CustomObject Foo__c 1", "put CustomField Foo__c.A__c 2", "put CustomField Foo__c.B__c 1"],
        );
        let alone = package("<types><members>Foo__c.A__c</members><name>CustomField</name></types>");
        check(&[("package.xml", &alone), ("objects/Foo__c.object-meta.xml", OBJECT)], &["put CustomField Foo__c.A__c 2"]);
    }

    #[test]
    fn names_and_files_must_agree() {
        let named = package("<types><members>Gone</members><name>ApexClass</name></types>");
        check(
            &[("package.xml", &named), ("classes/Here.cls", "class Here {}"), ("classes/Here.cls-meta.xml", "<ApexClass/>")],
            &[
                "package.xml: An object 'Gone' of type ApexClass was named in package.xml, but was not found in zipped directory",
                "classes/Here.cls: Not in package.xml",
                "classes/Here.cls-meta.xml: Not in package.xml",
            ],
        );
        check(&[("a.txt", "")], &["package.xml: No package.xml found"]);
        let unknown = package("<types><members>X</members><name>Flow</name></types>");
        check(&[("package.xml", &unknown)], &["package.xml: Unknown type name 'Flow' specified in package.xml"]);
    }

    #[test]
    fn a_broken_file_is_refused_where_it_breaks() {
        let named = package("<types><members>*</members><name>NamedCredential</name></types>");
        check(
            &[("package.xml", &named), ("namedCredentials/N.namedCredential", "<NamedCredential>\n<label>\n")],
            &["refuse NamedCredential N Error parsing file: XML document structures must start and end within the same entity. Some((3, 1))"],
        );
    }

    #[test]
    fn removals_come_before_unless_they_are_to_come_after() {
        let empty = package("");
        let gone = package(
            "<types><members>Foo__c</members><name>CustomObject</name></types><types><members>Bar__c.A__c</members><name>CustomField</name></types>",
        );
        let some = package("<types><members>Foo__c</members><name>CustomObject</name></types>");
        check(&[("package.xml", &empty), ("destructiveChanges.xml", &gone)], &["remove CustomField Bar__c.A__c", "remove CustomObject Foo__c"]);
        let files = [("package.xml", some.as_str()), ("objects/Foo__c.object", "<CustomObject/>"), ("destructiveChangesPost.xml", &some)];
        check(&files, &["put CustomObject Foo__c 0", "remove CustomObject Foo__c"]);
    }
}
