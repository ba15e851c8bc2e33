//! Finding the integration's own buttons: what a person would press to connect, to reconnect, to disconnect.

use std::sync::LazyLock;

use regex::Regex;
use scraper::{ElementRef, Html, Selector};
use url::Url;

use super::rendered::{Place, named};
use crate::client::Request;
use crate::client::html::{Button, Form, words};
use crate::failure::{Failure, Outcome};
use crate::integration::conversation::{cut, printable};
use crate::integration::protocol::Environment;

/// What a control is for. Its name is what `data-sfcert` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    Connect,
    Reconnect,
    Test,
    /// "I have installed it", on the page after a refusal.
    Retry,
    Disconnect,
}

macro_rules! pattern {
    ($name:ident, $pattern:literal) => {
        static $name: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new($pattern).ok());
    };
}

pattern!(CONNECT, r"(?i)(connect|log ?in|sign ?in|authori[sz]e|link).{0,20}(salesforce|sandbox|production)");
pattern!(RECONNECT, r"(?i)\bre-?connect|(connect|authori[sz]e) again");
pattern!(TEST, r"(?i)\btest\b");
pattern!(RETRY, r"(?i)(try|connect) again|retry|have installed|already installed");
pattern!(DISCONNECT, r"(?i)disconnect|revoke access|remove connection|unlink");
pattern!(SANDBOX, r"(?i)sandbox|\btest\b|test\.salesforce");
pattern!(PRODUCTION, r"(?i)production|\blive\b|developer edition|login\.salesforce");
pattern!(LEAVES, r"(?i)log-?out|sign-?out|disconnect|delete|remove|revoke");

impl Deed {
    /// The value of `data-sfcert` that marks its control.
    pub fn mark(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Reconnect => "reconnect",
            Self::Test => "test",
            Self::Retry => "retry",
            Self::Disconnect => "disconnect",
        }
    }

    fn is_named(self, name: &str) -> bool {
        let pattern = match self {
            Self::Connect => &CONNECT,
            Self::Reconnect => &RECONNECT,
            Self::Test => &TEST,
            Self::Retry => &RETRY,
            Self::Disconnect => &DISCONNECT,
        };
        matches(pattern, name)
    }
}

/// Something on a page that a person can press.
#[derive(Debug, Clone)]
pub struct Control {
    /// Its accessible name.
    pub name: String,
    pub(super) mark: Option<String>,
    pub(super) target: Target,
    pub(super) choices: Vec<Choice>,
    /// Where it is on a page that was laid out.
    pub place: Place,
}

#[derive(Debug, Clone)]
pub(super) enum Target {
    Link(Url),
    Form(Form, Button),
    /// What happens only a script knows; the fields are those around it.
    Script(Form),
}

/// A radio button or an option that stands for an environment.
#[derive(Debug, Clone)]
pub(super) struct Choice {
    field: String,
    value: String,
    environment: Environment,
}

impl Control {
    /// Every control of a page, in its order.
    pub fn all(page: &Url, source: &str) -> Vec<Self> {
        let document = Html::parse_document(source);
        let Some(selector) = Selector::parse("a[href], form").ok() else { return Vec::new() };
        document
            .select(&selector)
            .flat_map(|element| if element.value().name() == "a" { link(page, &element) } else { form(page, &element) })
            .collect()
    }

    /// What is filled in before it is pressed: the environment chosen, and the host typed, where its form asks for them.
    ///
    /// # Errors
    /// Not applicable when the page has no field for a host.
    pub fn fields(&self, environment: Environment, host: Option<&str>) -> Outcome<Vec<(String, String)>> {
        if matches!(self.target, Target::Link(_)) {
            return Ok(Vec::new());
        }
        let chosen = self.choices.iter().find(|choice| choice.environment == environment);
        let mut fields: Vec<(String, String)> = chosen.map(|choice| (choice.field.clone(), choice.value.clone())).into_iter().collect();
        if let Some(host) = host {
            let field = self.host_field().ok_or_else(|| Failure::not_applicable("the connect page has no field for a host"))?;
            fields.push((field, host.to_owned()));
        }
        Ok(fields)
    }

    /// The request that pressing it makes, with these fields filled in.
    ///
    /// # Errors
    /// When it has no such field, or does nothing without scripts.
    pub fn request(&self, fields: &[(String, String)]) -> Outcome<Request> {
        match &self.target {
            Target::Link(url) => Ok(Request::get(url.clone())),
            Target::Form(form, button) => {
                let mut form = form.clone();
                fields.iter().try_for_each(|(field, value)| form.fill(field, value))?;
                Ok(form.submit(button))
            }
            Target::Script(_) => Err(Failure::driver(format!("only a script knows what {:?} does", self.name))),
        }
    }

    /// True if all these fields are filled in before it is pressed.
    pub fn asks_for<'n>(&self, names: impl IntoIterator<Item = &'n String>) -> bool {
        let Some(form) = self.form() else { return false };
        names.into_iter().all(|name| form.fields.iter().any(|field| field.name == *name))
    }

    fn form(&self) -> Option<&Form> {
        match &self.target {
            Target::Link(_) => None,
            Target::Form(form, _) | Target::Script(form) => Some(form),
        }
    }

    /// The field into which a user types the host of an org.
    pub fn host_field(&self) -> Option<String> {
        let form = self.form()?;
        let asks = |name: &str| ["host", "domain", "instance", "login_url", "server"].iter().any(|word| name.to_ascii_lowercase().contains(word));
        form.fields
            .iter()
            .find(|field| !matches!(field.kind.as_str(), "hidden" | "radio" | "checkbox" | "select") && asks(&field.name))
            .map(|field| field.name.clone())
    }

    /// True if pressing it asks the integration for nothing but a page, as a link does.
    pub fn only_looks(&self) -> bool {
        let address = match &self.target {
            Target::Link(url) => url,
            Target::Form(form, _) => &form.action,
            Target::Script(_) => return false,
        };
        let gets = !matches!(&self.target, Target::Form(form, _) if form.method != reqwest::Method::GET);
        gets && !matches(&LEAVES, address.path()) && !matches(&LEAVES, &self.name)
    }

    fn is_marked(&self, deed: Deed) -> bool {
        self.mark.as_deref() == Some(deed.mark())
    }

    /// The environment that its own words name, if they name one.
    fn environment(&self) -> Option<Environment> {
        let address = match &self.target {
            Target::Link(url) => url.as_str().to_owned(),
            Target::Form(form, button) => {
                let hidden: Vec<&str> = form.fields.iter().filter(|field| field.kind == "hidden").map(|field| field.value.as_str()).collect();
                format!("{} {} {}", form.action.path(), button.value, hidden.join(" "))
            }
            Target::Script(_) => String::new(),
        };
        [&self.name, &address].into_iter().find_map(|text| environment(text))
    }

    /// True if it serves this environment, by a choice in its form, by its words, or because it names none.
    fn serves(&self, wanted: Environment) -> bool {
        self.choices.iter().any(|choice| choice.environment == wanted) || self.environment().is_none_or(|named| named == wanted)
    }
}

/// The one control for `deed`: the marked one, else the one so named.
///
/// # Errors
/// [`Failure::driver`] when several are of the same rank; the failure names them.
pub fn choose(controls: &[Control], deed: Deed, wanted: Environment) -> Outcome<Option<&Control>> {
    let marked: Vec<&Control> = controls.iter().filter(|control| control.is_marked(deed)).collect();
    let named = || controls.iter().filter(|control| control.mark.is_none() && deed.is_named(&control.name)).collect();
    let candidates: Vec<&Control> = if marked.is_empty() { named() } else { marked };
    match candidates.as_slice() {
        // "Test" is what is to be done here, not the name of an environment.
        [only] if deed == Deed::Test => Ok(Some(only)),
        candidates => one_of(candidates, wanted),
    }
}

/// The marked connect controls, which go before anything that has to be tried.
pub fn marked(controls: &[Control], wanted: Environment) -> Outcome<Option<&Control>> {
    let marked: Vec<&Control> = controls.iter().filter(|control| control.is_marked(Deed::Connect)).collect();
    one_of(&marked, wanted)
}

/// The control among these of one rank that serves the environment.
///
/// # Errors
/// [`Failure::driver`] "ambiguous" when that leaves several.
pub fn one_of<'a>(candidates: &[&'a Control], wanted: Environment) -> Outcome<Option<&'a Control>> {
    // One that names the environment goes before one that names none.
    let mut serving: Vec<&Control> = candidates.iter().copied().filter(|control| control.environment() == Some(wanted)).collect();
    if serving.is_empty() {
        serving = candidates.iter().copied().filter(|control| control.serves(wanted)).collect();
    }
    match serving.as_slice() {
        [] => Ok(None),
        [control] => Ok(Some(control)),
        several => {
            let names: Vec<String> = several.iter().map(|control| format!("{:?}", cut(&printable(&control.name), 60))).collect();
            Err(Failure::driver(format!("ambiguous: {} could be meant; mark one with data-sfcert", names.join(" and "))))
        }
    }
}

/// A link to another view of the connect page, for this environment.
pub fn switch(controls: &[Control], wanted: Environment) -> Option<&Control> {
    controls.iter().find(|control| control.only_looks() && control.mark.is_none() && control.environment() == Some(wanted))
}

fn link(page: &Url, element: &ElementRef<'_>) -> Vec<Control> {
    let url = element.attr("href").and_then(|href| page.join(href).ok()).filter(|url| matches!(url.scheme(), "http" | "https"));
    let mark = element.attr("data-sfcert").map(str::to_owned);
    url.map(|url| Control { name: name(element), mark, target: Target::Link(url), choices: Vec::new(), place: Place::default() })
        .into_iter()
        .collect()
}

fn form(page: &Url, element: &ElementRef<'_>) -> Vec<Control> {
    let form = Form::read(page, element);
    let choices = choices(element, false);
    let Some(selector) = Selector::parse("button, input[type=submit], input[type=image]").ok() else { return Vec::new() };
    let mark_of_form = element.attr("data-sfcert");
    let controls = element.select(&selector).filter_map(|control| {
        let button = Button::read(&control)?;
        let name = Some(name(&control)).filter(|name| !name.is_empty()).unwrap_or_else(|| button.label.clone());
        let mark = control.attr("data-sfcert").or(mark_of_form).map(str::to_owned);
        Some(Control { name, mark, target: Target::Form(form.clone(), button), choices: choices.clone(), place: Place::default() })
    });
    controls.collect()
}

/// The choices of an environment in a form; where scripts read them, fields without a name count by their id.
pub(super) fn choices(form: &ElementRef<'_>, by_id: bool) -> Vec<Choice> {
    let Some(selector) = Selector::parse("input[type=radio], select option").ok() else { return Vec::new() };
    let field = |element: &ElementRef<'_>| if by_id { named(element).map(str::to_owned) } else { element.attr("name").map(str::to_owned) };
    let choices = form.select(&selector).filter_map(|element| {
        let (field, label) = if element.value().name() == "option" {
            let select = element.ancestors().filter_map(ElementRef::wrap).find(|above| above.value().name() == "select")?;
            (field(&select)?, words(&element))
        } else {
            (field(&element)?, label_of(form, &element))
        };
        let value = element.attr("value").map_or_else(|| label.clone(), str::to_owned);
        let environment = environment(&value).or_else(|| environment(&label))?;
        Some(Choice { field, value, environment })
    });
    choices.collect()
}

/// The words of the label around an element, or of the one that names its id.
fn label_of(form: &ElementRef<'_>, element: &ElementRef<'_>) -> String {
    let around = element.ancestors().filter_map(ElementRef::wrap).find(|above| above.value().name() == "label");
    let named = || {
        let id = element.attr("id")?;
        let selector = Selector::parse("label[for]").ok()?;
        form.select(&selector).find(|label| label.attr("for") == Some(id)).map(|label| words(&label))
    };
    around.map(|label| words(&label)).or_else(named).unwrap_or_default()
}

/// Its accessible name, as far as the element itself tells it.
pub(super) fn name(element: &ElementRef<'_>) -> String {
    let image = || {
        let selector = Selector::parse("img[alt]").ok()?;
        Some(element.select(&selector).next()?.attr("alt")?.to_owned())
    };
    let given = element.attr("aria-label").map(str::to_owned).filter(|name| !name.trim().is_empty());
    let text = || Some(words(element)).filter(|name| !name.is_empty());
    given.or_else(text).or_else(image).or_else(|| element.attr("value").or(element.attr("title")).map(str::to_owned)).unwrap_or_default()
}

fn environment(text: &str) -> Option<Environment> {
    match (matches(&SANDBOX, text), matches(&PRODUCTION, text)) {
        (true, false) => Some(Environment::Sandbox),
        (false, true) => Some(Environment::Production),
        _ => None,
    }
}

fn matches(pattern: &LazyLock<Option<Regex>>, text: &str) -> bool {
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn controls(html: &str) -> Vec<Control> {
        Control::all(&Url::parse("http://localhost:3000/connect").unwrap(), html)
    }

    fn check(html: &str, wanted: Environment, expected: &str) {
        let controls = controls(html);
        let told = match choose(&controls, Deed::Connect, wanted) {
            Ok(Some(control)) => {
                let request = control.request(&control.fields(wanted, None).unwrap()).unwrap();
                let body = request.body.map(|body| format!(" {}", String::from_utf8_lossy(&body))).unwrap_or_default();
                format!("{} {}{body}", request.method, request.url.trim_start_matches("http://localhost:3000"))
            }
            Ok(None) => "none".to_owned(),
            Err(failure) => failure.to_string(),
        };
        assert_eq!(told, expected, "{html}");
    }

    #[test]
    fn a_mark_goes_before_a_name() {
        check("<a href=/a>Connect to Salesforce</a><a href=/b data-sfcert=connect>Go</a>", Environment::Production, "GET /b");
    }

    #[test]
    fn the_control_is_found_by_its_accessible_name() {
        for name in ["Connect to Salesforce", "Log in with Salesforce", "LOGIN Salesforce", "Authorise Salesforce", "Link my Salesforce"] {
            check(&format!("<a href=/x>{name}</a><a href=/y>Help about Salesforce</a>"), Environment::Production, "GET /x");
        }
        check("<a href=/x aria-label='Connect Salesforce'>+</a>", Environment::Production, "GET /x");
        check("<a href=/x><img alt='Connect Salesforce'></a>", Environment::Production, "GET /x");
        check("<form method=post action=/x><input type=submit value='Connect Salesforce'></form>", Environment::Production, "POST /x ");
        check("<a href=/x>Connect to Slack</a>", Environment::Production, "none");
    }

    #[test]
    fn two_of_the_same_rank_are_ambiguous_and_named() {
        check(
            "<a href=/x>Connect Salesforce</a><a href=/y>Link Salesforce</a>",
            Environment::Production,
            "driver: ambiguous: \"Connect Salesforce\" and \"Link Salesforce\" could be meant; mark one with data-sfcert",
        );
    }

    #[test]
    fn the_environment_is_chosen_by_link_radio_or_option() {
        let links = "<a href=/p>Connect Salesforce Production</a><a href=/s>Connect Salesforce Sandbox</a>";
        check(links, Environment::Sandbox, "GET /s");
        check(links, Environment::Production, "GET /p");
        let radios = "<form action=/c method=post><label><input type=radio name=env value=0 checked>Production</label>\
                      <input type=radio name=env value=1 id=s><label for=s>Sandbox</label><button>Connect Salesforce</button></form>";
        check(radios, Environment::Sandbox, "POST /c env=1");
        check(radios, Environment::Production, "POST /c env=0");
        let options = "<form action=/c method=post><select name=env><option value=login>Production<option value=test>Sandbox</select><button>Connect Salesforce</button></form>";
        check(options, Environment::Sandbox, "POST /c env=test");
    }

    #[test]
    fn a_button_to_test_the_login_means_no_sandbox() {
        let page = controls("<form method=post action=/t><button data-sfcert=test>Test the login</button></form>");
        assert!(choose(&page, Deed::Test, Environment::Production).unwrap().is_some());
        assert!(choose(&page, Deed::Connect, Environment::Production).unwrap().is_none());
    }

    #[test]
    fn looking_never_presses_what_could_change_something() {
        let looks = |html: &str| controls(html)[0].only_looks();
        assert!(looks("<a href=/go>Go</a>"));
        assert!(looks("<form action=/go><button>Go</button></form>"));
        assert!(!looks("<form action=/go method=post><button>Go</button></form>"));
        assert!(!looks("<a href=/logout>Bye</a>"));
        assert!(!looks("<a href=/x>Delete all</a>"));
    }

    #[test]
    fn a_typed_host_goes_into_the_field_that_asks_for_it() {
        let with = "<form action=/c method=post><input name=my_domain><button data-sfcert=connect>Go</button></form>";
        let control = &controls(with)[0];
        let request = control.request(&control.fields(Environment::Production, Some("acme.example")).unwrap()).unwrap();
        assert_eq!(request.body.unwrap(), b"my_domain=acme.example");
        let without = controls("<a href=/c data-sfcert=connect>Go</a>");
        assert_eq!(without[0].host_field(), None);
    }
}
