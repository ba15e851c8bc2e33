//! `package.xml` and the lists of what is to be removed.

use super::tree::{document, leaf, named};
use crate::xml::{self, Element};

/// What a package names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Manifest {
    pub types: Vec<Members>,
    /// `67.0`
    pub version: Option<String>,
}

/// The components of one type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Members {
    pub kind: String,
    pub names: Vec<String>,
}

/// Names of one manifest. Source: Metadata API guide, limits: an archive has at most 10,000 files.
const MOST_NAMES: usize = 10_000;

impl Manifest {
    /// Reads the file of an archive.
    ///
    /// # Errors
    /// What is wrong with it, in a sentence.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        let text = xml::decode(bytes, None).map_err(|why| format!("Error parsing file: {why}"))?;
        let root = xml::parse(&text).map_err(|why| format!("Error parsing file: {why}"))?;
        if root.name.local != "Package" {
            return Err(format!("Error parsing file: Element {} is not a Package", root.name.local));
        }
        Self::of(&root)
    }

    /// Reads the element that a retrieve call carries, or a file's root.
    ///
    /// # Errors
    /// It names more than one request may.
    pub fn of(package: &Element) -> Result<Self, String> {
        let mut types: Vec<Members> = Vec::new();
        let mut count = 0;
        for listed in package.all("types") {
            let kind = listed.text_of("name").unwrap_or_default().trim().to_owned();
            let names: Vec<String> = listed.all("members").map(|name| name.text.trim().to_owned()).filter(|name| !name.is_empty()).collect();
            count += names.len();
            if count > MOST_NAMES {
                return Err(format!("LIMIT_EXCEEDED: package.xml names more than {MOST_NAMES} components"));
            }
            match types.iter_mut().find(|known| known.kind == kind) {
                Some(known) => known.names.extend(names),
                None => types.push(Members { kind, names }),
            }
        }
        let version = package.text_of("version").map(|version| version.trim().to_owned()).filter(|version| !version.is_empty());
        Ok(Self { types, version })
    }

    /// The document.
    pub fn write(&self) -> String {
        let mut members = Vec::new();
        for listed in &self.types {
            let mut element = named("types");
            element.children.extend(listed.names.iter().map(|name| leaf("members", name)));
            element.children.push(leaf("name", &listed.kind));
            members.push(element);
        }
        members.extend(self.version.as_ref().map(|version| leaf("version", version)));
        document("Package", &members)
    }

    /// Whether a component is named, by itself or by `*`.
    pub fn names(&self, kind: &str, name: &str) -> bool {
        self.types.iter().any(|listed| listed.kind == kind && listed.names.iter().any(|known| known == "*" || known.eq_ignore_ascii_case(name)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_comes_back_as_it_was() {
        let manifest = Manifest {
            types: vec![Members { kind: "CustomField".to_owned(), names: vec!["Account.A__c".to_owned(), "Account.B__c".to_owned()] }],
            version: Some("67.0".to_owned()),
        };
        assert_eq!(Manifest::read(manifest.write().as_bytes()), Ok(manifest));
    }

    #[test]
    fn what_is_no_manifest_is_refused() {
        assert_eq!(Manifest::read(b"<Nope/>"), Err("Error parsing file: Element Nope is not a Package".to_owned()));
        let entity = b"<!DOCTYPE p [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><Package>&x;</Package>";
        assert_eq!(Manifest::read(entity), Err("Error parsing file: DOCTYPE is disallowed: a document type declaration is not accepted.".to_owned()));
        let many = format!("<Package><types>{}<name>ApexClass</name></types></Package>", "<members>a</members>".repeat(10_001));
        assert!(Manifest::read(many.as_bytes()).is_err_and(|why| why.starts_with("LIMIT_EXCEEDED")));
    }
}
