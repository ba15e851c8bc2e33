//! Metadata between its spellings: the elements of a file, the members of a definition, the text of a document.

use serde_json::{Map, Value};

use crate::xml::Element;
use crate::xml::markup::Markup;

/// Of every metadata document and call.
pub const NAMESPACE: &str = "http://soap.sforce.com/2006/04/metadata";

/// Members that may stand several times, and are lists even when they stand once; a `value` of text is one value.
const LISTS: [&str; 8] =
    ["value", "valueSettings", "controllingFieldValue", "customValue", "summaryFilterItems", "picklistValues", "values", "actionOverrides"];

/// The members of an element as JSON, all values text: `{"label": "Amount", "precision": "18"}`.
pub fn json_of(element: &Element) -> Map<String, Value> {
    let mut members: Map<String, Value> = Map::new();
    for child in &element.children {
        let name = child.name.local.as_str();
        let value = match child {
            child if child.nil => Value::Null,
            child if child.children.is_empty() => Value::String(child.text.clone()),
            child => Value::Object(json_of(child)),
        };
        match members.get_mut(name) {
            Some(Value::Array(several)) => several.push(value),
            Some(other) => {
                let first = other.take();
                *other = Value::Array(vec![first, value]);
            }
            None if LISTS.contains(&name) && (name != "value" || !child.children.is_empty()) => {
                members.insert(name.to_owned(), Value::Array(vec![value]));
            }
            None => {
                members.insert(name.to_owned(), value);
            }
        }
    }
    members
}

/// The elements that spell these members; what is null or an empty list has none.
pub fn tree_of(members: &Map<String, Value>) -> Vec<Element> {
    let mut elements = Vec::new();
    for (name, value) in members {
        match value {
            Value::Array(several) => elements.extend(several.iter().filter_map(|value| element_of(name, value))),
            value => elements.extend(element_of(name, value)),
        }
    }
    elements
}

fn element_of(name: &str, value: &Value) -> Option<Element> {
    let mut element = named(name);
    match value {
        Value::Null | Value::Array(_) => return None,
        Value::Object(members) => {
            element.children = tree_of(members);
            if element.children.is_empty() {
                return None;
            }
        }
        Value::String(text) => element.text.clone_from(text),
        other => element.text = other.to_string(),
    }
    Some(element)
}

/// An empty element.
pub(super) fn named(name: &str) -> Element {
    let mut element = Element::default();
    name.clone_into(&mut element.name.local);
    element
}

/// An element with text.
pub(super) fn leaf(name: &str, text: impl Into<String>) -> Element {
    Element { text: text.into(), ..named(name) }
}

/// Puts members into the order in which files have them: the full name first, the others by name.
pub fn in_order(members: &mut [Element]) {
    members.sort_by(|a, b| {
        let rank = |element: &Element| element.name.local != "fullName";
        rank(a).cmp(&rank(b)).then_with(|| a.name.local.cmp(&b.name.local))
    });
}

/// The document of a component: `<CustomObject xmlns="…">…</CustomObject>`, a line for each element.
pub fn document(root: &str, members: &[Element]) -> String {
    let mut out = Markup::default();
    out.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out.open_with(root, &format!("xmlns=\"{NAMESPACE}\""));
    out.raw("\n");
    for member in members {
        write(&mut out, member, Some(1));
    }
    out.close(root);
    out.raw("\n");
    out.into_string()
}

/// The members alone, without lines: what stands inside an element of an answer.
pub fn document_without_root(members: &[Element]) -> String {
    let mut out = Markup::default();
    for member in members {
        write(&mut out, member, None);
    }
    out.into_string()
}

/// `depth`: how far lines are set in; `None` for one line.
fn write(out: &mut Markup, element: &Element, depth: Option<usize>) {
    let indent = |out: &mut Markup, depth: usize| (0..depth).for_each(|_| out.raw("    "));
    let name = &element.name.local;
    if let Some(depth) = depth {
        indent(out, depth);
    }
    if element.children.is_empty() {
        out.open(name);
        out.text(&element.text);
    } else {
        out.open(name);
        if depth.is_some() {
            out.raw("\n");
        }
        for child in &element.children {
            write(out, child, depth.map(|depth| depth + 1));
        }
        if let Some(depth) = depth {
            indent(out, depth);
        }
    }
    out.close(name);
    if depth.is_some() {
        out.raw("\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::parse;

    #[test]
    fn members_come_back_as_they_were() {
        let text = format!("<F xmlns=\"{NAMESPACE}\"><label>A &amp; B</label><valueSet><value><fullName>x</fullName></value></valueSet></F>");
        let members = json_of(&parse(&text).unwrap());
        assert_eq!(Value::Object(members.clone()).to_string(), r#"{"label":"A & B","valueSet":{"value":[{"fullName":"x"}]}}"#);
        assert_eq!(
            document("F", &tree_of(&members)),
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<F xmlns=\"{NAMESPACE}\">\n    <label>A &amp; B</label>\n    <valueSet>\n        <value>\n            \
                 <fullName>x</fullName>\n        </value>\n    </valueSet>\n</F>\n"
            )
        );
    }
}
