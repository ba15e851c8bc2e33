//! A document as canonicalization needs it: prefixes as written, namespace declarations where they stand. What SAML has no use for
//! (document types, processing instructions, entities) is refused, so that no two readers can disagree about it.

use quick_xml::Reader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};

/// Elements inside elements.
const MAX_DEPTH: usize = 64;
const MAX_ELEMENTS: usize = 10_000;
/// Attributes of one element, and namespace declarations that hold at one place: each is looked for among its like.
const MAX_ATTRIBUTES: usize = 128;
const MAX_DECLARATIONS: usize = 64;

const XML: &str = "http://www.w3.org/XML/1998/namespace";
const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

/// A document's elements, each by its place; the root is the first.
#[derive(Debug)]
pub struct Document(Vec<Element>);

/// An element's place in its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Place(usize);

impl Place {
    pub const ROOT: Self = Self(0);
}

#[derive(Debug)]
pub struct Element {
    pub prefix: String,
    pub local: String,
    /// Empty where there is none.
    pub namespace: String,
    /// (prefix, namespace); the default namespace has the empty prefix.
    pub declarations: Vec<(String, String)>,
    pub attributes: Vec<Attribute>,
    pub children: Vec<Child>,
    pub parent: Option<Place>,
}

#[derive(Debug)]
pub struct Attribute {
    pub prefix: String,
    pub local: String,
    pub namespace: String,
    pub value: String,
}

#[derive(Debug)]
pub enum Child {
    Element(Place),
    /// Adjacent pieces are joined, also across comments: a comment cannot cut a name short.
    Text(String),
}

/// Why a document cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    #[error("the document is not well-formed XML")]
    Syntax,
    #[error("a document type declaration is not accepted")]
    DocumentType,
    #[error("a processing instruction is not accepted")]
    Instruction,
    #[error("the document is too deep, or has too many elements, attributes or namespaces")]
    Size,
    #[error("the prefix {0:?} is not declared")]
    Prefix(String),
    #[error("an attribute stands twice in one element")]
    TwiceTheAttribute,
}

impl From<quick_xml::Error> for Malformed {
    fn from(_: quick_xml::Error) -> Self {
        Self::Syntax
    }
}

impl Document {
    pub fn read(text: &str) -> Result<Self, Malformed> {
        let mut reader = Reader::from_str(text);
        reader.config_mut().check_end_names = true;
        let (mut document, mut open) = (Self(Vec::new()), Vec::new());
        loop {
            match reader.read_event()? {
                Event::Start(tag) => open.push(document.add(&tag, &open)?),
                Event::Empty(tag) => {
                    document.add(&tag, &open)?;
                }
                Event::End(_) => {
                    open.pop().ok_or(Malformed::Syntax)?;
                }
                Event::Text(text) => document.add_text(&text.xml10_content(), &open)?,
                Event::CData(text) if !open.is_empty() => document.add_text(&text.xml10_content(), &open)?,
                Event::GeneralRef(reference) if !open.is_empty() => {
                    document.add_text(character(&reference)?.encode_utf8(&mut [0; 4]), &open)?;
                }
                Event::CData(_) | Event::GeneralRef(_) => return Err(Malformed::Syntax),
                Event::DocType(_) => return Err(Malformed::DocumentType),
                Event::PI(_) => return Err(Malformed::Instruction),
                Event::Comment(_) | Event::Decl(_) => {}
                Event::Eof => break,
            }
        }
        if document.0.is_empty() || !open.is_empty() { Err(Malformed::Syntax) } else { Ok(document) }
    }

    pub fn get(&self, place: Place) -> &Element {
        &self.0[place.0]
    }

    /// The child elements of this name, in their order.
    pub fn all<'d>(&'d self, parent: Place, namespace: &'d str, local: &'d str) -> impl Iterator<Item = Place> + 'd {
        self.elements(parent).filter(move |place| self.get(*place).is(namespace, local))
    }

    /// The only child element of this name; two are none.
    pub fn only(&self, parent: Place, namespace: &str, local: &str) -> Option<Place> {
        let mut all = self.all(parent, namespace, local);
        let first = all.next()?;
        all.next().is_none().then_some(first)
    }

    pub fn elements(&self, parent: Place) -> impl Iterator<Item = Place> + '_ {
        self.get(parent).children.iter().filter_map(|child| match child {
            Child::Element(place) => Some(*place),
            Child::Text(_) => None,
        })
    }

    /// The text of an element that holds nothing else; `None` if it holds elements.
    pub fn text(&self, place: Place) -> Option<&str> {
        match self.get(place).children.as_slice() {
            [] => Some(""),
            [Child::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// How many elements carry this id. More than one would let a reference mean either.
    pub fn count_id(&self, id: &str) -> usize {
        let carries = |element: &&Element| {
            element.attributes.iter().any(|attribute| matches!(attribute.local.as_str(), "ID" | "Id" | "id" | "AssertionID") && attribute.value == id)
        };
        self.0.iter().filter(carries).count()
    }

    /// The namespace a prefix stands for at an element.
    pub fn in_scope(&self, place: Place, prefix: &str) -> Option<&str> {
        if prefix == "xml" {
            return Some(XML);
        }
        let mut at = Some(place);
        while let Some(here) = at {
            let element = self.get(here);
            if let Some((_, namespace)) = element.declarations.iter().find(|(declared, _)| declared == prefix) {
                return Some(namespace);
            }
            at = element.parent;
        }
        prefix.is_empty().then_some("")
    }

    fn add(&mut self, tag: &BytesStart<'_>, open: &[Place]) -> Result<Place, Malformed> {
        let parent = open.last().copied();
        if parent.is_none() && !self.0.is_empty() {
            return Err(Malformed::Syntax);
        }
        if open.len() >= MAX_DEPTH || self.0.len() >= MAX_ELEMENTS {
            return Err(Malformed::Size);
        }
        let place = Place(self.0.len());
        let (prefix, local) = split(tag.name().into_inner())?;
        let (declarations, named) = attributes(tag)?;
        self.0.push(Element { prefix, local, namespace: String::new(), declarations, attributes: Vec::new(), children: Vec::new(), parent });
        if self.count_declarations(place) > MAX_DECLARATIONS {
            return Err(Malformed::Size);
        }
        self.resolve(place, named)?;
        if let Some(parent) = parent {
            self.0[parent.0].children.push(Child::Element(place));
        }
        Ok(place)
    }

    /// Namespace declarations of the element and of those around it.
    fn count_declarations(&self, place: Place) -> usize {
        let around = std::iter::successors(Some(place), |place| self.get(*place).parent);
        around.map(|place| self.get(place).declarations.len()).sum()
    }

    fn resolve(&mut self, place: Place, named: Vec<(String, String, String)>) -> Result<(), Malformed> {
        let bound =
            |document: &Self, prefix: &str| document.in_scope(place, prefix).map(str::to_owned).ok_or_else(|| Malformed::Prefix(prefix.to_owned()));
        self.0[place.0].namespace = bound(self, &self.get(place).prefix)?;
        let mut attributes = Vec::<Attribute>::new();
        for (prefix, local, value) in named {
            // An attribute without prefix is in no namespace, whatever the default is.
            let namespace = if prefix.is_empty() { String::new() } else { bound(self, &prefix)? };
            if attributes.iter().any(|known| known.namespace == namespace && known.local == local) {
                return Err(Malformed::TwiceTheAttribute);
            }
            attributes.push(Attribute { prefix, local, namespace, value });
        }
        self.0[place.0].attributes = attributes;
        Ok(())
    }

    fn add_text(&mut self, text: &str, open: &[Place]) -> Result<(), Malformed> {
        if text.chars().any(|c| !is_xml(c)) {
            return Err(Malformed::Syntax);
        }
        let Some(place) = open.last() else {
            let blank = text.trim_matches(['\u{feff}', ' ', '\t', '\r', '\n']).is_empty();
            return if blank { Ok(()) } else { Err(Malformed::Syntax) };
        };
        match self.0[place.0].children.last_mut() {
            Some(Child::Text(known)) => known.push_str(text),
            _ if text.is_empty() => {}
            _ => self.0[place.0].children.push(Child::Text(text.to_owned())),
        }
        Ok(())
    }
}

impl Element {
    pub fn is(&self, namespace: &str, local: &str) -> bool {
        self.namespace == namespace && self.local == local
    }

    /// An attribute in no namespace.
    pub fn attribute(&self, local: &str) -> Option<&str> {
        self.attributes.iter().find(|attribute| attribute.namespace.is_empty() && attribute.local == local).map(|attribute| attribute.value.as_str())
    }
}

/// A tag's namespace declarations, and its other attributes as (prefix, local name, value).
#[expect(clippy::type_complexity, reason = "two lists of one pass, taken apart at once")]
fn attributes(tag: &BytesStart<'_>) -> Result<(Vec<(String, String)>, Vec<(String, String, String)>), Malformed> {
    let (mut declarations, mut named) = (Vec::new(), Vec::new());
    for (count, attribute) in tag.attributes().enumerate() {
        if count >= MAX_ATTRIBUTES {
            return Err(Malformed::Size);
        }
        let attribute = attribute.map_err(|_| Malformed::Syntax)?;
        let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).map_err(|_| Malformed::Syntax)?.into_owned();
        if value.chars().any(|c| !is_xml(c)) || attribute.value.contains('<') {
            return Err(Malformed::Syntax);
        }
        match split(attribute.key.into_inner())? {
            (prefix, local) if prefix.is_empty() && local == "xmlns" => declarations.push((String::new(), value)),
            (prefix, local) if prefix == "xmlns" => declarations.push((local, value)),
            (prefix, local) => named.push((prefix, local, value)),
        }
    }
    // Namespaces 1.0, 3: `xml` and `xmlns` are nobody's to bind, and a prefix cannot be unbound.
    let allowed = |(prefix, namespace): &(String, String)| match prefix.as_str() {
        "xml" | "xmlns" => false,
        prefix => namespace != XML && namespace != XMLNS && (prefix.is_empty() || !namespace.is_empty()),
    };
    if declarations.iter().all(allowed) { Ok((declarations, named)) } else { Err(Malformed::Syntax) }
}

/// Prefix and local name.
fn split(name: &str) -> Result<(String, String), Malformed> {
    match name.split_once(':') {
        None if !name.is_empty() => Ok((String::new(), name.to_owned())),
        Some((prefix, local)) if !prefix.is_empty() && !local.is_empty() && !local.contains(':') => Ok((prefix.to_owned(), local.to_owned())),
        _ => Err(Malformed::Syntax),
    }
}

/// A character by number, or one of the five names every document knows.
fn character(reference: &BytesRef<'_>) -> Result<char, Malformed> {
    if let Some(c) = reference.resolve_char_ref()? {
        return Ok(c);
    }
    resolve_xml_entity(reference).and_then(|text| text.chars().next()).ok_or(Malformed::Syntax)
}

/// Whether XML 1.0 allows the character at all.
fn is_xml(c: char) -> bool {
    c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}') || matches!(c, '\t' | '\n' | '\r')
}
