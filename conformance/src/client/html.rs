//! What a browser understands of a page: its words, links and forms.

use reqwest::Method;
use scraper::{ElementRef, Html, Selector};
use url::Url;

use super::http::Request;
use crate::failure::{Failure, OrFail, Outcome};

/// A page as a person without scripts meets it.
#[derive(Debug, Clone)]
pub struct Page {
    pub url: Url,
    pub status: u16,
    pub title: String,
    /// The visible words, white space collapsed.
    pub text: String,
    pub forms: Vec<Form>,
    pub links: Vec<Link>,
    /// Rows of all tables, cell by cell, white space collapsed.
    pub rows: Vec<Vec<String>>,
    /// Labels and values of records, white space collapsed.
    pub details: Vec<(String, String)>,
    /// What menus and tabs mark as the page on show.
    pub current: Vec<String>,
    /// What a browser would run, load or obey: scripts, event handlers, frames, addresses that are code.
    pub active: Vec<String>,
}

/// A hyperlink.
#[derive(Debug, Clone)]
pub struct Link {
    pub label: String,
    pub href: String,
}

/// A form with the values it would send.
#[derive(Debug, Clone)]
pub struct Form {
    pub action: Url,
    pub method: Method,
    pub fields: Vec<Field>,
    pub buttons: Vec<Button>,
}

/// An input, select or text area. A check box or radio button is sent only while `checked`, and nothing that is `locked`.
#[derive(Debug, Clone, Default)]
pub struct Field {
    pub id: Option<String>,
    pub name: String,
    /// What a person calls it; of a box among several its own.
    pub label: String,
    /// What a person calls the boxes or buttons that it is one of.
    pub group: Option<String>,
    pub value: String,
    /// Values and labels that a list offers.
    pub options: Vec<(String, String)>,
    pub kind: String,
    pub checked: bool,
    pub locked: bool,
}

/// A control that submits its form.
#[derive(Debug, Clone)]
pub struct Button {
    pub id: Option<String>,
    pub name: Option<String>,
    pub value: String,
    pub label: String,
}

impl Page {
    /// Reads `html`, which was found at `url`.
    pub fn read(url: Url, status: u16, html: &str) -> Self {
        let document = Html::parse_document(html);
        Self {
            title: select(&document, "title").first().map(words).unwrap_or_default(),
            text: select(&document, "body").first().map(visible_words).unwrap_or_default(),
            forms: select(&document, "form").iter().map(|form| Form::read(&url, form)).collect(),
            links: select(&document, "a[href]").iter().map(Link::read).collect(),
            rows: select(&document, "tr").iter().map(|row| children(row, "th, td").iter().map(words).collect()).collect(),
            details: details(&document),
            current: select(&document, "a[aria-current]").iter().map(words).collect(),
            active: select(&document, "*").iter().flat_map(active).collect(),
            url,
            status,
        }
    }

    /// The form holding a button that `wanted` accepts, with that button.
    pub fn form_with(&self, wanted: impl Fn(&Form, &Button) -> bool) -> Option<(&Form, &Button)> {
        self.forms.iter().find_map(|form| form.buttons.iter().find(|button| wanted(form, button)).map(|button| (form, button)))
    }

    /// The form holding the button with this id.
    ///
    /// # Errors
    /// When the page has no such button; the failure names those it has.
    pub fn button(&self, id: &str) -> Outcome<(&Form, &Button)> {
        let known = || self.forms.iter().flat_map(|form| &form.buttons).map(|button| button.label.as_str()).collect::<Vec<_>>();
        self.form_with(|_, button| button.id.as_deref() == Some(id))
            .or_fail(|| format!("page {:?} at {} has no button #{id}, only {:?}", self.title, self.url.path(), known()))
    }

    /// True if a control with this id is on the page.
    pub fn has(&self, id: &str) -> bool {
        let is = |known: &Option<String>| known.as_deref() == Some(id);
        self.forms.iter().any(|form| form.fields.iter().any(|field| is(&field.id)) || form.buttons.iter().any(|button| is(&button.id)))
    }
}

impl Link {
    fn read(element: &ElementRef<'_>) -> Self {
        Self { label: words(element), href: attribute(element, "href").unwrap_or_default() }
    }
}

impl Form {
    /// The form in this element of the page at `page`.
    pub(crate) fn read(page: &Url, element: &ElementRef<'_>) -> Self {
        let action = attribute(element, "action").unwrap_or_default();
        let post = attribute(element, "method").is_some_and(|method| method.eq_ignore_ascii_case("post"));
        Self {
            action: page.join(&action).unwrap_or_else(|_| page.clone()),
            method: if post { Method::POST } else { Method::GET },
            fields: children(element, "input, select, textarea").iter().filter_map(|field| Field::read(element, field)).collect(),
            buttons: children(element, "button, input[type=submit]").iter().filter_map(Button::read).collect(),
        }
    }

    /// Types `value` into the field `name`, or chooses it among the radio buttons of that name.
    ///
    /// # Errors
    /// When there is no such field, or no radio button with that value.
    pub fn fill(&mut self, name: &str, value: &str) -> Outcome {
        let mut found = false;
        for field in self.fields.iter_mut().filter(|field| field.name == name) {
            if field.kind == "radio" {
                field.checked = field.value == value;
                found |= field.checked;
            } else if field.kind == "checkbox" {
                field.checked = true;
                found = true;
            } else {
                field.value = value.to_owned();
                found = true;
            }
        }
        found.then_some(()).or_fail(|| format!("the form {} has no field {name:?} for {value:?}", self.action.path()))
    }

    /// Fills in the field that a person calls `label`: ticks or clears a box (`on`, `off`), chooses what is called `value` in a list or among
    /// boxes or buttons, or types it.
    ///
    /// # Errors
    /// When there is no such field, it is locked, or it does not offer that value.
    pub fn fill_labelled(&mut self, label: &str, value: &str) -> Outcome {
        let path = self.action.path().to_owned();
        let is_chosen = |field: &Field| field.group.as_deref() == Some(label) && field.label == value;
        if self.fields.iter().any(is_chosen) {
            for field in self.fields.iter_mut().filter(|field| field.group.as_deref() == Some(label)) {
                field.checked = field.label == value || field.checked && field.kind == "checkbox";
            }
            return Ok(());
        }
        let known: Vec<String> = self.fields.iter().map(|field| field.label.clone()).collect();
        // A box among several has a name of its own, by which it is ticked or cleared.
        let by_itself = |field: &Field| field.group.is_none() || field.kind == "checkbox" && matches!(value, "on" | "off");
        let field = self.fields.iter_mut().find(|field| field.label == label && by_itself(field));
        let field = field.or_fail(|| format!("the form {path} has no field {label:?} for {value:?}, only {known:?}"))?;
        if field.locked {
            return Err(Failure::new(format!("the field {label:?} is locked")));
        }
        match field.kind.as_str() {
            "checkbox" => field.checked = value == "on",
            "select" => {
                let option = field.options.iter().find(|(_, known)| known == value);
                field.value = option.or_fail(|| format!("{label:?} does not offer {value:?}, only {:?}", field.options))?.0.clone();
            }
            _ => value.clone_into(&mut field.value),
        }
        Ok(())
    }

    /// The fields that a person calls so, or that are among what is called so.
    pub fn labelled<'f>(&'f self, label: &'f str) -> impl Iterator<Item = &'f Field> {
        self.fields.iter().filter(move |field| field.label == label || field.group.as_deref() == Some(label))
    }

    /// The value a field holds now.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|field| field.name == name).map(|field| field.value.as_str())
    }

    /// The request that pressing `button` makes.
    pub fn submit(&self, button: &Button) -> Request {
        let sent = self.fields.iter().filter(|field| !field.locked);
        let sent = sent.filter(|field| field.checked || !matches!(field.kind.as_str(), "checkbox" | "radio"));
        let mut pairs: Vec<(&str, &str)> = sent.map(|field| (field.name.as_str(), field.value.as_str())).collect();
        if let Some(name) = &button.name {
            pairs.push((name, &button.value));
        }
        if self.method == Method::POST {
            return Request::form(self.action.clone(), pairs);
        }
        let mut url = self.action.clone();
        url.query_pairs_mut().clear().extend_pairs(pairs);
        Request::get(url)
    }
}

impl Field {
    fn read(form: &ElementRef<'_>, element: &ElementRef<'_>) -> Option<Self> {
        let tag = element.value().name();
        let kind = attribute(element, "type").unwrap_or_else(|| tag.to_owned()).to_ascii_lowercase();
        if kind == "submit" || kind == "button" {
            return None;
        }
        let value = match tag {
            "select" => selected_option(element),
            "textarea" => element.text().collect(),
            _ => attribute(element, "value").unwrap_or_else(|| if kind == "checkbox" { "on".into() } else { String::new() }),
        };
        let options = children(element, "option");
        let options = options.iter().map(|option| (attribute(option, "value").unwrap_or_else(|| words(option)), words(option)));
        let is_one_of_several = matches!(kind.as_str(), "checkbox" | "radio");
        let above = || element.ancestors().filter_map(ElementRef::wrap);
        let fieldset = above().find(|above| is_one_of_several && above.value().name() == "fieldset");
        Some(Self {
            id: attribute(element, "id"),
            name: attribute(element, "name")?,
            label: label(form, element),
            group: fieldset.and_then(|fieldset| children(&fieldset, "legend").first().map(called)),
            value,
            options: options.collect(),
            kind,
            checked: element.value().attr("checked").is_some(),
            locked: element.value().attr("disabled").is_some(),
        })
    }
}

/// What a person calls a field: the words of the label around it or for it.
fn label(form: &ElementRef<'_>, element: &ElementRef<'_>) -> String {
    let around = element.ancestors().filter_map(ElementRef::wrap).find(|above| above.value().name() == "label");
    let id = element.value().attr("id");
    let is_for = |label: &&ElementRef<'_>| id.is_some() && label.value().attr("for") == id;
    around.as_ref().map(called).or_else(|| children(form, "label").iter().find(is_for).map(called)).unwrap_or_default()
}

/// The words of a label without the mark of a required field.
fn called(label: &ElementRef<'_>) -> String {
    let words = words(label);
    words.strip_suffix(" * (required)").map_or_else(|| words.clone(), str::to_owned)
}

impl Button {
    /// The control in this element, if it submits.
    pub(crate) fn read(element: &ElementRef<'_>) -> Option<Self> {
        if matches!(element.value().attr("type"), Some("button" | "reset")) {
            return None;
        }
        let value = attribute(element, "value").unwrap_or_default();
        let label = if element.value().name() == "input" { value.clone() } else { words(element) };
        Some(Self { id: attribute(element, "id"), name: attribute(element, "name"), value, label })
    }
}

/// What of one element is more than text and forms.
fn active(element: &ElementRef<'_>) -> Vec<String> {
    const ELEMENTS: [&str; 9] = ["script", "style", "iframe", "object", "embed", "base", "svg", "math", "template"];
    const ADDRESSES: [&str; 5] = ["href", "src", "action", "formaction", "xlink:href"];
    let name = element.value().name();
    let is_code = |value: &str| {
        let plain: String = value.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect::<String>().to_ascii_lowercase();
        ["javascript:", "data:", "vbscript:"].iter().any(|scheme| plain.starts_with(scheme))
    };
    let refreshes = name == "meta" && attribute(element, "http-equiv").is_some();
    let named = (ELEMENTS.contains(&name) || refreshes).then(|| format!("<{name}>"));
    let attributes = element
        .value()
        .attrs()
        .filter(|(known, value)| known.starts_with("on") || matches!(*known, "style" | "srcdoc") || ADDRESSES.contains(known) && is_code(value));
    named.into_iter().chain(attributes.map(|(known, value)| format!("{known}={value:?}"))).collect()
}

fn selected_option(element: &ElementRef<'_>) -> String {
    let options = children(element, "option");
    let chosen = options.iter().find(|option| option.value().attr("selected").is_some()).or(options.first());
    chosen.map(|option| attribute(option, "value").unwrap_or_else(|| words(option))).unwrap_or_default()
}

/// Terms of description lists, each with what stands beside it.
fn details(document: &Html) -> Vec<(String, String)> {
    let groups = select(document, "dl > div");
    let pair = |group: &ElementRef<'_>| Some((words(children(group, "dt").first()?), words(children(group, "dd").first()?)));
    groups.iter().filter_map(pair).collect()
}

fn select<'a>(document: &'a Html, css: &str) -> Vec<ElementRef<'a>> {
    Selector::parse(css).map(|selector| document.select(&selector).collect()).unwrap_or_default()
}

fn children<'a>(element: &ElementRef<'a>, css: &str) -> Vec<ElementRef<'a>> {
    Selector::parse(css).map(|selector| element.select(&selector).collect()).unwrap_or_default()
}

fn attribute(element: &ElementRef<'_>, name: &str) -> Option<String> {
    element.value().attr(name).map(str::to_owned)
}

/// The words in an element, white space collapsed.
pub(crate) fn words(element: &ElementRef<'_>) -> String {
    element.text().flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

/// Words of the element without those of styles and scripts.
fn visible_words(element: &ElementRef<'_>) -> String {
    let mut seen = Vec::new();
    for node in element.descendants() {
        let hidden = node.ancestors().filter_map(ElementRef::wrap).any(|above| matches!(above.value().name(), "style" | "script"));
        if let (false, Some(text)) = (hidden, node.value().as_text()) {
            seen.extend(text.split_whitespace().map(str::to_owned));
        }
    }
    seen.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOGIN: &str = r#"<html><head><title> Log  in </title><style>p { color: red }</style></head><body>
        <p>Local stand-in</p><table><tr><th>App</th><td> Reports </td></tr></table>
        <form method="post" action="/login?x=1"><input type="hidden" name="csrf" value="c1">
          <input id="username" name="username" value="ada@acme.example"><input type="password" id="password" name="pw">
          <input type="checkbox" name="remember" value="1"><input type="radio" name="audience" value="admins" checked>
          <input type="radio" name="audience" value="all"><button id="Login" name="Login">Log In</button></form>
        <a href="/forgot">Forgot?</a></body></html>"#;

    fn login() -> Page {
        Page::read(Url::parse("http://login.example/?startURL=%2Fa").unwrap(), 200, LOGIN)
    }

    #[test]
    fn a_page_shows_its_words_links_and_rows_but_no_styles() {
        let page = login();
        assert_eq!((page.title.as_str(), page.links[0].href.as_str()), ("Log in", "/forgot"));
        assert_eq!(page.text, "Local stand-in App Reports Log In Forgot?");
        assert_eq!(page.rows, [["App", "Reports"]]);
    }

    #[test]
    fn what_would_run_is_found_and_what_is_text_is_not() {
        let check = |html: &str, expected: &[&str]| {
            assert_eq!(Page::read(Url::parse("http://a.example/").unwrap(), 200, html).active, expected, "{html}");
        };
        check("<p title=\"javascript:x\">&lt;script&gt; onload=x</p><a href=\"/javascript:x\">a</a>", &[]);
        check("<p onclick=x()>a</p>", &["onclick=\"x()\""]);
        check("<a href=\" Java\nScript:x\">a</a>", &["href=\" Java\\nScript:x\""]);
        check("<svg></svg><script>1</script>", &["<svg>", "<script>"]);
        check("<p style=\"a\">a</p>", &["style=\"a\""]);
    }

    #[test]
    fn a_submitted_form_sends_what_a_browser_would() {
        let page = login();
        let (form, button) = page.button("Login").unwrap();
        let mut form = form.clone();
        form.fill("pw", "s&cret").unwrap();
        form.fill("audience", "all").unwrap();
        let request = form.submit(button);
        assert_eq!((request.method.as_str(), request.url.as_str()), ("POST", "http://login.example/login?x=1"));
        let body = String::from_utf8(request.body.unwrap()).unwrap();
        assert_eq!(body, "csrf=c1&username=ada%40acme.example&pw=s%26cret&audience=all&Login=");
    }

    #[test]
    fn a_form_is_filled_in_by_its_labels() {
        const FORM: &str = r#"<form method="post" action="/save">
            <label for="n">Name <span>*</span><span> (required)</span></label><input id="n" name="label">
            <label><input type="checkbox" name="pkce" value="1" checked disabled> Require PKCE</label>
            <label><input type="checkbox" name="device" value="1"> Enable Device Flow</label>
            <fieldset><legend>Scopes</legend><label><input type="checkbox" name="s" value="api" checked> Data</label>
              <label><input type="checkbox" name="s" value="web"> Web</label></fieldset>
            <label for="d">State</label><select id="d" name="state"><option value="l">Local</option><option value="p">Packaged</option></select>
            <label for="c">Callback</label><textarea id="c" name="c">
old</textarea><button name="save" value="1">Save</button></form>"#;
        let page = Page::read(Url::parse("http://a.example/").unwrap(), 200, FORM);
        let (mut form, button) = (page.forms[0].clone(), page.forms[0].buttons[0].clone());
        for (label, value) in [("Name", "Sync"), ("Enable Device Flow", "on"), ("Scopes", "Web"), ("State", "Packaged")] {
            form.fill_labelled(label, value).unwrap();
        }
        assert!(form.fill_labelled("Require PKCE", "off").is_err() && form.fill_labelled("State", "x").is_err());
        let body = String::from_utf8(form.submit(&button).body.unwrap()).unwrap();
        assert_eq!(body, "label=Sync&device=1&s=api&s=web&state=p&c=old&save=1");
    }

    #[test]
    fn a_field_or_button_that_is_not_there_is_a_failure_naming_it() {
        let page = login();
        assert!(page.button("oaapprove").unwrap_err().to_string().contains("#oaapprove"));
        assert!(page.forms[0].clone().fill("otp", "1").unwrap_err().to_string().contains("otp"));
        assert!(page.forms[0].clone().fill("audience", "nobody").is_err());
    }
}
