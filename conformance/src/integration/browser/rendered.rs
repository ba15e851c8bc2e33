//! The controls of a page that a real browser has laid out: those that a person sees, whatever they are made of.

use scraper::{ElementRef, Html, Selector};
use url::Url;

use super::controls::{Control, Target, choices, name};
use crate::client::html::{Button, Field, Form};

/// What can be pressed on a page that was laid out, as a selector.
pub const PRESSABLE: &str = "a[href], button, input[type=submit], input[type=image], input[type=button], [role=button], [role=link]";

/// Which of the elements that can be pressed a control is, and how many there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Place {
    pub index: usize,
    pub total: usize,
}

/// The controls of a page that was laid out, in its order; `visible` tells which of the elements a person sees.
pub fn controls(page: &Url, source: &str, visible: &[bool]) -> Vec<Control> {
    let document = Html::parse_document(source);
    let Some(selector) = Selector::parse(PRESSABLE).ok() else { return Vec::new() };
    // A browser keeps what stands in a template apart.
    let in_template = |element: &ElementRef<'_>| element.ancestors().filter_map(ElementRef::wrap).any(|above| above.value().name() == "template");
    let elements: Vec<ElementRef<'_>> = document.select(&selector).filter(|element| !in_template(element)).collect();
    // A tree that reads back otherwise than it was written would have the wrong thing pressed.
    if elements.len() != visible.len() {
        return Vec::new();
    }
    let seen = elements.iter().enumerate().filter(|(index, _)| visible[*index]);
    seen.map(|(index, element)| control(page, &document, element, Place { index, total: visible.len() })).collect()
}

/// A control of a page that was laid out: whatever it is, a person can press it.
fn control(page: &Url, document: &Html, element: &ElementRef<'_>, place: Place) -> Control {
    let form = element.ancestors().filter_map(ElementRef::wrap).find(|above| above.value().name() == "form");
    let link = element.attr("href").filter(|href| !href.starts_with('#')).and_then(|href| page.join(href).ok());
    let link = link.filter(|url| element.value().name() == "a" && matches!(url.scheme(), "http" | "https"));
    let submits = || matches!(element.value().name(), "button" | "input") && element.attr("type") != Some("button");
    let button = form.as_ref().filter(|_| submits()).and_then(|_| Button::read(element));
    let scope = form.unwrap_or_else(|| document.root_element());
    // A control outside of all forms has nothing to do with the fields in them.
    let fields: Vec<Field> = fields(&scope, form.is_none());
    let (target, choices) = match (link, button) {
        (Some(url), _) => (Target::Link(url), Vec::new()),
        (None, Some(button)) => (Target::Form(Form { fields, ..Form::read(page, &scope) }, button), choices(&scope, true)),
        (None, None) => {
            let around = Form { action: page.clone(), method: reqwest::Method::GET, fields, buttons: Vec::new() };
            (Target::Script(around), choices(&scope, true))
        }
    };
    let mark = element.attr("data-sfcert").or_else(|| form?.attr("data-sfcert")).map(str::to_owned);
    Control { name: name(element), mark, target, choices, place }
}

/// The fields in an element, by name or, where scripts need none, by id.
fn fields(scope: &ElementRef<'_>, is_loose: bool) -> Vec<Field> {
    let Some(selector) = Selector::parse("input, select, textarea").ok() else { return Vec::new() };
    let in_form = |element: &ElementRef<'_>| element.ancestors().filter_map(ElementRef::wrap).any(|above| above.value().name() == "form");
    let wanted = scope.select(&selector).filter(|element| !is_loose || !in_form(element));
    let fields = wanted.filter_map(|element| {
        let name = named(&element)?.to_owned();
        let kind = element.attr("type").unwrap_or(element.value().name()).to_ascii_lowercase();
        let value = element.attr("value").unwrap_or_default().to_owned();
        Some(Field { id: element.attr("id").map(str::to_owned), name, value, kind, checked: element.attr("checked").is_some(), ..Field::default() })
    });
    fields.collect()
}

/// What scripts know a field by.
pub(super) fn named<'e>(element: &ElementRef<'e>) -> Option<&'e str> {
    element.attr("name").filter(|name| !name.is_empty()).or_else(|| element.attr("id"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::integration::browser::controls::{Deed, choose};
    use crate::integration::protocol::Environment;

    #[test]
    fn a_page_that_was_laid_out_has_controls_that_only_scripts_know() {
        let page = Url::parse("http://localhost:3000/").unwrap();
        let html = "<template><button>Copy</button></template><a href='#top'>Up</a><button hidden>Connect Salesforce</button>\
                    <label>Sandbox<input type=radio id=sandbox value=sandbox></label><input id=host>\
                    <div role=button data-sfcert=connect>Go</div><form action=/x><button>Send</button></form>";
        assert!(controls(&page, html, &[true]).is_empty());
        let found = controls(&page, html, &[true, false, true, true]);
        let names: Vec<(&str, usize)> = found.iter().map(|control| (control.name.as_str(), control.place.index)).collect();
        assert_eq!(names, [("Up", 0), ("Go", 2), ("Send", 3)]);
        let go = choose(&found, Deed::Connect, Environment::Sandbox).unwrap().unwrap();
        let fields = go.fields(Environment::Sandbox, Some("acme.example")).unwrap();
        assert_eq!(fields, [("sandbox".to_owned(), "sandbox".to_owned()), ("host".to_owned(), "acme.example".to_owned())]);
        assert!(go.request(&fields).unwrap_err().to_string().contains("only a script knows"));
        assert!(!go.only_looks() && go.asks_for([&"host".to_owned()]) && !found[2].asks_for([&"host".to_owned()]));
        assert!(found[2].request(&[]).unwrap().url.starts_with("http://localhost:3000/x"));
    }
}
