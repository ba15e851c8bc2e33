//! The components of a package version as the org that installs it has them: under the namespace of the package, which every name of the package's own
//! gets, where it stands for a component and where it is referred to.

use std::collections::BTreeSet;

use serde_json::Value;

use super::archive::Archive;
use super::component::PackagedComponent;
use super::connected_app::CONNECTED_APP;
use super::external_app::is_external_app;
use super::kind::INSTALLED_PACKAGE;
use super::operation::Failure;
use super::package::Manifest;
use super::plan::{Act, Item, Plan, order, static_name};

/// Types that a package does not bring as components: apps come by reference, labels one by one, settings and profiles stay the org's.
/// GUESS: what a packaged profile grants would go into the profiles of the org, as its installer chooses.
fn is_left_out(kind: &str) -> bool {
    kind == CONNECTED_APP || is_external_app(kind) || matches!(kind, "CustomLabels" | "Profile" | "Settings") || kind == INSTALLED_PACKAGE
}

/// Members whose text is for people, or is data.
const PROSE: [&str; 13] = [
    "defaultValue",
    "description",
    "inlineHelpText",
    "label",
    "masterLabel",
    "pluralLabel",
    "relationshipLabel",
    "relationshipName",
    "shortDescription",
    "startsWith",
    "url",
    "value",
    "versionNumber",
];

/// Members that name a component whose name has no suffix, and its type.
const REFERENCES: [(&str, &str); 4] =
    [("apexClass", "ApexClass"), ("permissionSets", "PermissionSet"), ("recordType", "RecordType"), ("valueSetName", "GlobalValueSet")];

/// The components of a version's archive, in the order in which they are put into an org.
///
/// # Errors
/// What is wrong with the archive or with a file in it, in a sentence.
pub fn packaged_items(archive: &Archive<'_>, namespace: Option<&str>) -> Result<Vec<Item>, String> {
    let manifest = archive.file("package.xml").map_err(|bad| bad.to_string())?.ok_or("No package.xml found")?;
    let mut items = Plan::contents(archive, &Manifest::read(&manifest)?);
    items.retain(|item| !is_left_out(item.kind));
    if let Some(Item { kind, full_name, act: Act::Refuse(failure), .. }) = items.iter().find(|item| matches!(item.act, Act::Refuse(_))) {
        return Err(told(kind, full_name, failure));
    }
    let Some(namespace) = namespace else { return Ok(items) };
    let names = Names::of(&items, namespace);
    for item in &mut items {
        names.rename(item);
        names.rename_source(item, archive)?;
    }
    Ok(items)
}

/// The removals that take components away again: what refers goes before what is referred to.
pub fn removals(components: &[PackagedComponent]) -> Vec<Item> {
    let mut items: Vec<Item> = components
        .iter()
        .filter_map(|known| {
            let kind = static_name(&known.kind)?;
            Some(Item { kind, full_name: known.full_name.clone(), file: String::new(), beside: None, act: Act::Remove })
        })
        .collect();
    items.sort_by_key(|item| std::cmp::Reverse(order(item.kind)));
    items
}

/// `ns__Name`: the namespace and the name without it. For types whose own names hold no two underscores.
pub fn split_namespace(full_name: &str) -> (Option<&str>, &str) {
    full_name.split_once("__").map_or((None, full_name), |(namespace, name)| (Some(namespace), name))
}

/// A component's failure as the install of its package tells it.
pub fn told(kind: &str, full_name: &str, failure: &Failure) -> String {
    format!("({kind}) {full_name}: {}", failure.problem)
}

/// The names of a package's own.
struct Names<'n> {
    namespace: &'n str,
    /// Those with a suffix, lower-cased: `invoice__c`, `lines__r`.
    custom: BTreeSet<String>,
    /// Type and lower-cased name of the others.
    plain: BTreeSet<(&'static str, String)>,
}

impl<'n> Names<'n> {
    fn of(items: &[Item], namespace: &'n str) -> Self {
        let mut names = Self { namespace, custom: BTreeSet::new(), plain: BTreeSet::new() };
        for item in items {
            let own = item.full_name.rsplit_once('.').map_or(&*item.full_name, |(_, own)| own).to_ascii_lowercase();
            match item.kind {
                "CustomObject" | "CustomField" if own.contains("__") => {
                    names.custom.extend(own.strip_suffix("__c").map(|stem| format!("{stem}__r")));
                    names.custom.insert(own);
                }
                "CustomObject" | "CustomField" => {}
                kind => {
                    names.plain.insert((kind, own));
                }
            }
        }
        names
    }

    fn rename(&self, item: &mut Item) {
        item.full_name = self.full_name(item.kind, &item.full_name);
        if let Act::Put(source) = &mut item.act {
            for (name, value) in &mut source.members {
                self.in_member(name, value);
            }
        }
    }

    /// Source code is renamed here, and travels with its settings from here on.
    fn rename_source(&self, item: &mut Item, archive: &Archive<'_>) -> Result<(), String> {
        let (Act::Put(source), Some(path), "ApexClass" | "ApexTrigger") = (&mut item.act, &item.beside, item.kind) else { return Ok(()) };
        let content = archive.file(path).map_err(|bad| bad.to_string())?.unwrap_or_default();
        source.content = Some(match std::str::from_utf8(&content) {
            Ok(text) => self.in_text(text).into_bytes(),
            Err(_) => content,
        });
        item.beside = None;
        Ok(())
    }

    fn full_name(&self, kind: &str, name: &str) -> String {
        match (kind, name.split_once('.')) {
            ("CustomObject" | "CustomField", _) => self.in_text(name),
            (_, Some((owner, own))) => format!("{}.{}__{own}", self.in_text(owner), self.namespace),
            (_, None) => format!("{}__{name}", self.namespace),
        }
    }

    fn in_member(&self, name: &str, value: &mut Value) {
        match value {
            Value::Object(members) => members.iter_mut().for_each(|(name, value)| self.in_member(name, value)),
            Value::Array(several) => several.iter_mut().for_each(|value| self.in_member(name, value)),
            Value::String(text) if !PROSE.contains(&name) => {
                let kind = REFERENCES.iter().find(|(member, _)| *member == name).map(|(_, kind)| *kind);
                *text = match kind {
                    Some(kind) => self.reference(kind, text),
                    None => self.in_text(text),
                };
            }
            _ => {}
        }
    }

    fn reference(&self, kind: &'static str, text: &str) -> String {
        let own = text.rsplit_once('.').map_or(text, |(_, own)| own).to_ascii_lowercase();
        if self.plain.contains(&(kind, own)) { self.full_name(kind, text) } else { self.in_text(text) }
    }

    /// Every word that is a custom name of the package gets the namespace.
    fn in_text(&self, text: &str) -> String {
        let is_letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let mut out = String::with_capacity(text.len() + 16);
        let mut rest = text;
        while let Some(start) = rest.find(is_letter) {
            let end = rest[start..].find(|c| !is_letter(c)).map_or(rest.len(), |length| start + length);
            let word = &rest[start..end];
            out.push_str(&rest[..start]);
            if self.custom.contains(&word.to_ascii_lowercase()) {
                out.push_str(self.namespace);
                out.push_str("__");
            }
            out.push_str(word);
            rest = &rest[end..];
        }
        out.push_str(rest);
        out
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::metadata::pack;

    fn packed(files: &[(&str, &str)]) -> Vec<u8> {
        pack(&files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect::<BTreeMap<_, _>>()).unwrap()
    }

    const OBJECT: &str = "<CustomObject><label>Invoice__c</label><fields><fullName>Lines__c</fullName><type>Lookup</type>\
                          <referenceTo>Invoice__c</referenceTo></fields></CustomObject>";
    const SET: &str = "<PermissionSet><label>Use</label><fieldPermissions><field>Invoice__c.Lines__c</field></fieldPermissions>\
                       <classAccesses><apexClass>Book</apexClass></classAccesses><classAccesses><apexClass>Other</apexClass></classAccesses></PermissionSet>";
    const MANIFEST: &str = "<Package><types><members>Invoice__c</members><name>CustomObject</name></types><types><members>Use</members><name>PermissionSet</name></types>\
                            <types><members>Book</members><name>ApexClass</name></types><types><members>A</members><name>Layout</name></types>\
                            <types><members>Admin</members><name>Profile</name></types></Package>";

    #[test]
    fn what_is_the_packages_own_gets_its_namespace() {
        let files = [
            ("package.xml", MANIFEST),
            ("objects/Invoice__c.object", OBJECT),
            ("permissionsets/Use.permissionset", SET),
            ("profiles/Admin.profile", "<Profile/>"),
            ("classes/Book.cls", "class Book { Invoice__c one; Invoice__cx two; }"),
            ("classes/Book.cls-meta.xml", "<ApexClass><apiVersion>67.0</apiVersion></ApexClass>"),
        ];
        let packed = packed(&files);
        let archive = Archive::read(&packed).ok().unwrap();
        let items = packaged_items(&archive, Some("ns")).unwrap();
        let named: Vec<_> = items.iter().map(|item| format!("{} {}", item.kind, item.full_name)).collect();
        assert_eq!(named, ["CustomObject ns__Invoice__c", "CustomField ns__Invoice__c.ns__Lines__c", "ApexClass ns__Book", "PermissionSet ns__Use"]);
        let members =
            |at: usize| if let Act::Put(source) = &items[at].act { Value::Object(source.members.clone()).to_string() } else { String::new() };
        assert_eq!(members(0), r#"{"label":"Invoice__c"}"#);
        assert!(members(1).contains(r#""referenceTo":"ns__Invoice__c""#), "{}", members(1));
        assert!(members(3).contains(r#""field":"ns__Invoice__c.ns__Lines__c""#), "{}", members(3));
        assert!(members(3).contains(r#""apexClass":"ns__Book""#) && members(3).contains(r#""apexClass":"Other""#), "{}", members(3));
        let Act::Put(book) = &items[2].act else { panic!("a class that is not put") };
        assert_eq!(std::str::from_utf8(book.content.as_deref().unwrap()).unwrap(), "class Book { ns__Invoice__c one; Invoice__cx two; }");
    }

    #[test]
    fn a_file_that_cannot_be_read_fails_the_whole() {
        let broken = [("package.xml", MANIFEST), ("objects/Invoice__c.object", "<CustomObject>")];
        let packed = packed(&broken);
        let told = packaged_items(&Archive::read(&packed).ok().unwrap(), Some("ns")).unwrap_err();
        assert!(told.starts_with("(CustomObject) Invoice__c: Error parsing file"), "{told}");
    }

    #[test]
    fn a_namespace_is_what_stands_before_two_underscores() {
        assert_eq!(split_namespace("ns__Book"), (Some("ns"), "Book"));
        assert_eq!(split_namespace("Book"), (None, "Book"));
    }
}
