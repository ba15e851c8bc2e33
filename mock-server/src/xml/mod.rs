//! An XML document read into a tree: names resolved, entities and document types refused, depth and size bounded.

pub mod markup;

use quick_xml::NsReader;
use quick_xml::errors::IllFormedError;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::{PrefixDeclaration, ResolveResult};

/// Elements inside elements. A record with its parents named by external id needs a dozen.
const MAX_DEPTH: usize = 100;

/// Elements of one document: 200 records of 500 fields have 100,000.
const MAX_ELEMENTS: usize = 500_000;

pub const SCHEMA_INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// A name with its namespace; the namespace is empty where there is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Name {
    pub namespace: String,
    pub local: String,
}

/// One element with what it holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Element {
    pub name: Name,
    /// `xsi:type`
    pub kind: Option<Name>,
    /// `xsi:nil="true"`
    pub nil: bool,
    /// Those without a namespace, by name.
    pub attributes: Vec<(String, String)>,
    /// All character data directly inside, joined. Empty in an element that holds others.
    pub text: String,
    pub children: Vec<Element>,
}

/// Why a document cannot be read. The words are those of the parser behind Salesforce's endpoints where one is known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    #[error("Content is not allowed in prolog.")]
    NotXml,
    #[error("Premature end of file.")]
    Empty,
    #[error("XML document structures must start and end within the same entity.")]
    CutShort,
    #[error("The markup in the document following the root element must be well-formed.")]
    Trailing,
    #[error("DOCTYPE is disallowed: a document type declaration is not accepted.")]
    DocumentType,
    #[error("The entity \"{0}\" was referenced, but not declared.")]
    Entity(String),
    // Source: jsforce's pull request 257, recorded of a field with a bare ampersand.
    #[error("The entity name must immediately follow the '&' in the entity reference.")]
    BareAmpersand,
    // Source: postman-salesforce-apis' issue 26, recorded of a password with an ampersand.
    #[error("The reference to entity \"{0}\" must end with the ';' delimiter.")]
    OpenReference(String),
    #[error("The element type \"{0}\" must be terminated by the matching end-tag \"</{0}>\".")]
    EndTag(String),
    #[error("The prefix '{0}' is not bound to a namespace.")]
    Prefix(String),
    #[error("An invalid XML character (Unicode: 0x{:x}) was found in the document.", u32::from(*.0))]
    Character(char),
    #[error("Elements are nested deeper than {MAX_DEPTH} levels.")]
    Depth,
    #[error("The document has more than {MAX_ELEMENTS} elements.")]
    Size,
    #[error("The encoding '{0}' is not supported.")]
    Encoding(String),
    #[error("The document is not valid in its encoding.")]
    Bytes,
    #[error("{0}")]
    Syntax(String),
}

impl From<quick_xml::Error> for Malformed {
    fn from(error: quick_xml::Error) -> Self {
        Self::Syntax(format!("The document is not well-formed: {error}."))
    }
}

impl Element {
    /// The first child of this local name.
    pub fn child(&self, local: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name.local == local)
    }

    /// All children of this local name. A nil one is none: so say toolkits for Java and .NET that a list has no items.
    pub fn all<'e>(&'e self, local: &'e str) -> impl Iterator<Item = &'e Self> {
        self.children.iter().filter(move |child| child.name.local == local && !child.nil)
    }

    /// The text of the first child of this local name; `None` if it is missing or nil.
    pub fn text_of(&self, local: &str) -> Option<&str> {
        self.child(local).filter(|child| !child.nil).map(|child| child.text.as_str())
    }

    /// Whether the first child of this local name says `true` or `1`.
    pub fn is_true(&self, local: &str) -> bool {
        self.text_of(local).is_some_and(|text| matches!(text.trim(), "true" | "1"))
    }
}

/// Reads a whole document.
pub fn parse(text: &str) -> Result<Element, Malformed> {
    parse_placed(text).map_err(|(why, _)| why)
}

/// The same; what cannot be read is told with the line and column, from 1, where reading ended.
pub fn parse_placed(text: &str) -> Result<Element, (Malformed, (usize, usize))> {
    let mut reader = NsReader::from_str(text);
    read_all(&mut reader, text).map_err(|why| {
        let end = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX).min(text.len());
        let before = &text.as_bytes()[..end];
        let line_start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
        (why, (1 + memchr::memchr_iter(b'\n', before).count(), 1 + end - line_start))
    })
}

fn read_all(reader: &mut NsReader<&[u8]>, text: &str) -> Result<Element, Malformed> {
    let (mut open, mut root, mut count): (Vec<Element>, Option<Element>, usize) = (Vec::new(), None, 0);
    loop {
        let event = reader.read_event().map_err(|error| ill_formed(error, text, reader.error_position()))?;
        match event {
            Event::Start(tag) | Event::Empty(tag) if root.is_some() || open.len() >= MAX_DEPTH => {
                drop(tag);
                return Err(if root.is_some() { Malformed::Trailing } else { Malformed::Depth });
            }
            Event::Start(tag) => {
                count += 1;
                open.push(element(reader, &tag)?);
            }
            Event::Empty(tag) => {
                count += 1;
                close(element(reader, &tag)?, &mut open, &mut root);
            }
            Event::End(_) => {
                let Some(done) = open.pop() else { return Err(Malformed::CutShort) };
                close(done, &mut open, &mut root);
            }
            Event::Text(text) => add_text(&text.xml10_content(), &mut open)?,
            Event::CData(text) => add_text(&text.xml10_content(), &mut open)?,
            Event::GeneralRef(reference) => {
                let c = character(&reference)?;
                add_text(c.encode_utf8(&mut [0; 4]), &mut open)?;
            }
            Event::DocType(_) => return Err(Malformed::DocumentType),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof => break,
        }
        if count > MAX_ELEMENTS {
            return Err(Malformed::Size);
        }
    }
    if !open.is_empty() { Err(Malformed::CutShort) } else { root.ok_or(Malformed::Empty) }
}

/// What the parser stumbled over, at this byte of the text.
fn ill_formed(error: quick_xml::Error, text: &str, at: u64) -> Malformed {
    match error {
        quick_xml::Error::IllFormed(IllFormedError::UnclosedReference) => {
            let from = usize::try_from(at).unwrap_or(usize::MAX);
            reference(text.get(from..).unwrap_or_default().trim_start_matches('&'))
        }
        quick_xml::Error::IllFormed(IllFormedError::MismatchedEndTag { expected, .. }) => Malformed::EndTag(expected),
        error => error.into(),
    }
}

/// What is wrong with a reference that begins with this, behind its ampersand.
fn reference(text: &str) -> Malformed {
    let name = text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':'))).next().unwrap_or_default();
    match name.chars().next() {
        Some(first) if first.is_alphabetic() || matches!(first, '_' | ':') => {
            if text[name.len()..].starts_with(';') {
                Malformed::Entity(name.to_owned())
            } else {
                Malformed::OpenReference(name.to_owned())
            }
        }
        _ => Malformed::BareAmpersand,
    }
}

fn close(mut done: Element, open: &mut [Element], root: &mut Option<Element>) {
    if !done.children.is_empty() {
        done.text.clear();
    }
    match open.last_mut() {
        Some(parent) => parent.children.push(done),
        None => *root = Some(done),
    }
}

/// The element a tag opens, without what it will hold.
fn element(reader: &NsReader<&[u8]>, tag: &BytesStart<'_>) -> Result<Element, Malformed> {
    let (resolved, local) = reader.resolver().resolve_element(tag.name());
    let mut element = Element { name: Name { namespace: bound(&resolved)?, local: local.into_inner().to_owned() }, ..Element::default() };
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|error| Malformed::Syntax(format!("The document is not well-formed: {error}.")))?;
        if attribute.key.as_namespace_binding() == Some(PrefixDeclaration::Default) {
            continue;
        }
        if attribute.key.prefix().is_none() {
            let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0)?;
            element.attributes.push((attribute.key.into_inner().to_owned(), value.into_owned()));
            continue;
        }
        let (resolved, local) = reader.resolver().resolve_attribute(attribute.key);
        if bound(&resolved)? != SCHEMA_INSTANCE {
            continue;
        }
        let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0)?;
        match local.into_inner() {
            "nil" => element.nil = matches!(value.trim(), "true" | "1"),
            "type" => element.kind = Some(type_name(reader, value.trim())),
            _ => {}
        }
    }
    Ok(element)
}

/// The namespace a name is bound to.
fn bound(resolved: &ResolveResult<'_>) -> Result<String, Malformed> {
    match resolved {
        ResolveResult::Bound(namespace) => Ok(namespace.0.to_owned()),
        ResolveResult::Unbound => Ok(String::new()),
        ResolveResult::Unknown(prefix) => Err(Malformed::Prefix(prefix.clone())),
    }
}

/// A name that stands in a value. Its prefix is no markup: one that is bound to nothing is overlooked, as `WWW::Salesforce` in Perl relies on,
/// which sends ids as `tns:ID` and declares no `tns`.
fn type_name(reader: &NsReader<&[u8]>, value: &str) -> Name {
    let (resolved, local) = reader.resolver().resolve_element(quick_xml::name::QName(value));
    Name { namespace: bound(&resolved).unwrap_or_default(), local: local.into_inner().to_owned() }
}

fn add_text(text: &str, open: &mut [Element]) -> Result<(), Malformed> {
    if let Some(bad) = text.chars().find(|c| !is_xml(*c)) {
        return Err(Malformed::Character(bad));
    }
    match open.last_mut() {
        Some(element) => element.text.push_str(text),
        None if text.trim_matches(['\u{feff}', ' ', '\t', '\r', '\n']).is_empty() => {}
        None => return Err(Malformed::NotXml),
    }
    Ok(())
}

/// Whether XML 1.0 allows the character at all.
fn is_xml(c: char) -> bool {
    c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}') || matches!(c, '\t' | '\n' | '\r')
}

/// What a reference stands for: a character by number, or one of the five names every document knows.
fn character(reference: &BytesRef<'_>) -> Result<char, Malformed> {
    if let Some(c) = reference.resolve_char_ref()? {
        return Ok(c);
    }
    resolve_xml_entity(reference).and_then(|text| text.chars().next()).ok_or_else(|| self::reference(&format!("{};", &**reference)))
}

/// The text of a document's bytes: by byte order mark, else by what the declaration or the media type says, else UTF-8.
pub fn decode<'b>(bytes: &'b [u8], charset: Option<&str>) -> Result<std::borrow::Cow<'b, str>, Malformed> {
    let named = charset.map(str::to_owned).or_else(|| declared(bytes)).unwrap_or_else(|| "utf-8".to_owned()).to_ascii_lowercase();
    match (bytes, named.as_str()) {
        ([0xFE, 0xFF, rest @ ..], _) => wide(rest, u16::from_be_bytes),
        ([0xFF, 0xFE, rest @ ..], _) => wide(rest, u16::from_le_bytes),
        ([0xEF, 0xBB, 0xBF, rest @ ..], _) => utf8(rest),
        (_, "utf-8" | "utf8" | "us-ascii" | "ascii") => utf8(bytes),
        (_, "iso-8859-1" | "latin1") => Ok(bytes.iter().copied().map(char::from).collect::<String>().into()),
        (_, "utf-16" | "utf-16be") => wide(bytes, u16::from_be_bytes),
        (_, "utf-16le") => wide(bytes, u16::from_le_bytes),
        _ => Err(Malformed::Encoding(named)),
    }
}

fn utf8(bytes: &[u8]) -> Result<std::borrow::Cow<'_, str>, Malformed> {
    std::str::from_utf8(bytes).map(Into::into).map_err(|_| Malformed::Bytes)
}

fn wide(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<std::borrow::Cow<'static, str>, Malformed> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(Malformed::Bytes);
    }
    let text: Result<String, _> = char::decode_utf16(pairs.iter().copied().map(unit)).collect();
    text.map(Into::into).map_err(|_| Malformed::Bytes)
}

/// The encoding that an XML declaration names, if there is one and it is spelled in single bytes.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = &bytes[..bytes.len().min(200)];
    let declaration = std::str::from_utf8(&head[..memchr::memchr(b'>', head)?]).ok()?.trim_start().strip_prefix("<?xml")?;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value[1..].split_once(quote).map(|(name, _)| name.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::xml::markup::Markup;

    fn check_refusal(document: &str, refusal: &Malformed) {
        assert_eq!(parse(document).as_ref(), Err(refusal), "{document}");
    }

    #[test]
    fn names_types_and_nil_are_resolved() {
        let document = r#"<?xml version="1.0"?><e:a xmlns:e="urn:e" xmlns:x="http://www.w3.org/2001/XMLSchema-instance" xmlns:t="urn:t">
            <b xmlns="urn:d" x:type="t:Account"> 1 &lt; <![CDATA[2 & 3]]>&#65;</b><c x:nil="true"/></e:a>"#;
        let root = parse(document).unwrap();
        assert_eq!((root.name.namespace.as_str(), root.name.local.as_str(), root.text.as_str()), ("urn:e", "a", ""));
        let b = root.child("b").unwrap();
        assert_eq!(b.kind, Some(Name { namespace: "urn:t".into(), local: "Account".into() }));
        assert_eq!((b.name.namespace.as_str(), b.text.as_str()), ("urn:d", " 1 < 2 & 3A"));
        assert_eq!((root.child("c").map(|c| c.nil), root.text_of("c")), (Some(true), None));
    }

    #[test]
    fn what_is_no_plain_document_is_refused() {
        check_refusal("", &Malformed::Empty);
        check_refusal("{}", &Malformed::NotXml);
        check_refusal("<a><b></b>", &Malformed::CutShort);
        check_refusal("<a/><b/>", &Malformed::Trailing);
        check_refusal("<a>&secret;</a>", &Malformed::Entity("secret".into()));
        check_refusal("<p:a/>", &Malformed::Prefix("p".into()));
        check_refusal("<a>\u{1}</a>", &Malformed::Character('\u{1}'));
        check_refusal(r#"<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>"#, &Malformed::DocumentType);
        check_refusal(&"<a>".repeat(101), &Malformed::Depth);
        check_refusal(&format!("<a>{}</a>", "<b/>".repeat(MAX_ELEMENTS)), &Malformed::Size);
        check_refusal("<a></b>", &Malformed::EndTag("a".into()));
        check_refusal("<a>Fish & Chips</a>", &Malformed::BareAmpersand);
        check_refusal("<a>& x;</a>", &Malformed::BareAmpersand);
        check_refusal("<a>Fish&Chips</a>", &Malformed::OpenReference("Chips".into()));
        check_refusal("<a>Fish&Chips on; Friday</a>", &Malformed::OpenReference("Chips".into()));
    }

    #[test]
    fn the_usual_encodings_are_read_and_others_refused() {
        let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>";
        assert_eq!(parse(&decode(latin, None).unwrap()).unwrap().text, "é");
        let wide: Vec<u8> = [0xFF, 0xFE].into_iter().chain("<a>é</a>".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(parse(&decode(&wide, None).unwrap()).unwrap().text, "é");
        assert_eq!(parse(&decode("\u{feff}<a/>".as_bytes(), Some("UTF-8")).unwrap()).unwrap().name.local, "a");
        assert_eq!(decode(b"<a/>", Some("EBCDIC")), Err(Malformed::Encoding("ebcdic".into())));
        assert_eq!(decode(b"<a>\xff</a>", None), Err(Malformed::Bytes));
        assert_eq!(decode(b"\xFE\xFF\x00", None), Err(Malformed::Bytes));
    }

    fn trees() -> impl Strategy<Value = Element> {
        let name = "[a-zA-Z_][a-zA-Z0-9_]{0,6}";
        let leaf = (name, "[ -~é\u{1f600}\n\t]{0,12}", any::<bool>()).prop_map(|(local, text, nil)| Element {
            name: Name { namespace: "urn:test".into(), local },
            nil,
            text: if nil { String::new() } else { text },
            ..Element::default()
        });
        leaf.prop_recursive(4, 40, 5, move |inner| {
            (name, prop::collection::vec(inner, 1..5)).prop_map(|(local, children)| Element {
                name: Name { namespace: "urn:test".into(), local },
                children,
                ..Element::default()
            })
        })
    }

    fn write(out: &mut Markup, element: &Element) {
        match (&element.children[..], element.nil) {
            ([], true) => out.nil(&element.name.local),
            ([], false) => out.leaf(&element.name.local, &element.text),
            (children, _) => out.within(&element.name.local, |out| children.iter().for_each(|child| write(out, child))),
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back_the_same(tree in trees()) {
            let mut out = Markup::default();
            out.open_with("root", &format!(r#"xmlns="urn:test" xmlns:xsi="{SCHEMA_INSTANCE}""#));
            write(&mut out, &tree);
            out.close("root");
            let root = parse(&out.into_string()).unwrap();
            prop_assert_eq!(&root.children, &vec![tree]);
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[<>/a&;\"= !\\[\\]?x:-]{0,60}") {
            let _ = parse(&text);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            if let Ok(text) = decode(&bytes, None) {
                let _ = parse(&text);
            }
        }
    }
}
