//! Canonical XML: the one text of an element that is signed. Comments were left out when the document was read.

use std::collections::{BTreeMap, BTreeSet};

use super::tree::{Child, Document, Element, Place};

/// Which namespaces are written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Method {
    /// Canonical XML 1.0 and 1.1: all in scope.
    Inclusive,
    /// Exclusive XML Canonicalization 1.0: those in use, and these prefixes as in the inclusive form (the default namespace is the empty one).
    Exclusive { inclusive_prefixes: BTreeSet<String> },
}

/// The canonical text of an element, without the signature inside it.
///
/// `None` where the inclusive form would have to hand down `xml:` attributes of ancestors, which SAML does not use.
pub fn canonical(document: &Document, apex: Place, method: &Method, without: Option<Place>) -> Option<String> {
    if *method == Method::Inclusive && inherits_xml_attributes(document, apex) {
        return None;
    }
    let mut writer = Writer { document, method, without, out: String::new() };
    writer.element(apex, &BTreeMap::new());
    Some(writer.out)
}

fn inherits_xml_attributes(document: &Document, apex: Place) -> bool {
    let mut at = document.get(apex).parent;
    while let Some(place) = at {
        let element = document.get(place);
        if element.attributes.iter().any(|attribute| attribute.prefix == "xml") {
            return true;
        }
        at = element.parent;
    }
    false
}

struct Writer<'d> {
    document: &'d Document,
    method: &'d Method,
    without: Option<Place>,
    out: String,
}

impl<'d> Writer<'d> {
    /// `rendered`: the declarations that hold here in the text written so far.
    fn element(&mut self, place: Place, rendered: &BTreeMap<&'d str, &'d str>) {
        let element = self.document.get(place);
        let mut rendered = rendered.clone();
        self.out.push('<');
        self.name(&element.prefix, &element.local);
        for prefix in self.prefixes(place) {
            let namespace = self.document.in_scope(place, prefix).unwrap_or_default();
            if rendered.get(prefix).copied().unwrap_or_default() != namespace {
                rendered.insert(prefix, namespace);
                self.out.push_str(if prefix.is_empty() { " xmlns" } else { " xmlns:" });
                self.out.push_str(prefix);
                self.value(namespace);
            }
        }
        self.attributes(element);
        self.out.push('>');
        for child in &element.children {
            match child {
                Child::Element(inner) if self.without == Some(*inner) => {}
                Child::Element(inner) => self.element(*inner, &rendered),
                Child::Text(text) => self.text(text),
            }
        }
        self.out.push_str("</");
        self.name(&element.prefix, &element.local);
        self.out.push('>');
    }

    /// Prefixes whose declarations are due at an element, in their order: the default namespace first.
    fn prefixes(&self, place: Place) -> BTreeSet<&'d str> {
        let document = self.document;
        let element = document.get(place);
        let mut prefixes = BTreeSet::new();
        match self.method {
            Method::Inclusive => declared(document, place, |_| true, &mut prefixes),
            Method::Exclusive { inclusive_prefixes } => {
                prefixes.insert(element.prefix.as_str());
                prefixes.extend(element.attributes.iter().map(|attribute| attribute.prefix.as_str()).filter(|prefix| !prefix.is_empty()));
                declared(document, place, |prefix| inclusive_prefixes.contains(prefix), &mut prefixes);
            }
        }
        prefixes.remove("xml");
        prefixes
    }

    fn attributes(&mut self, element: &Element) {
        let mut attributes: Vec<_> = element.attributes.iter().collect();
        attributes.sort_by(|one, other| (&one.namespace, &one.local).cmp(&(&other.namespace, &other.local)));
        for attribute in attributes {
            self.out.push(' ');
            self.name(&attribute.prefix, &attribute.local);
            self.value(&attribute.value);
        }
    }

    fn name(&mut self, prefix: &str, local: &str) {
        if !prefix.is_empty() {
            self.out.push_str(prefix);
            self.out.push(':');
        }
        self.out.push_str(local);
    }

    fn value(&mut self, value: &str) {
        self.out.push_str("=\"");
        for c in value.chars() {
            match c {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '"' => self.out.push_str("&quot;"),
                '\t' => self.out.push_str("&#x9;"),
                '\n' => self.out.push_str("&#xA;"),
                '\r' => self.out.push_str("&#xD;"),
                other => self.out.push(other),
            }
        }
        self.out.push('"');
    }

    fn text(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '\r' => self.out.push_str("&#xD;"),
                other => self.out.push(other),
            }
        }
    }
}

/// Prefixes declared at an element or above it.
fn declared<'d>(document: &'d Document, place: Place, wanted: impl Fn(&str) -> bool, into: &mut BTreeSet<&'d str>) {
    let mut at = Some(place);
    while let Some(here) = at {
        let element = document.get(here);
        into.extend(element.declarations.iter().map(|(prefix, _)| prefix.as_str()).filter(|prefix| wanted(prefix)));
        at = element.parent;
    }
}
