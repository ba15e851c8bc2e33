//! Pages of Setup as data: a heading, then sections, lists and forms in any order. One template prints them all.

use askama::Template;

use super::{Control, Form, Frame, Link, Tab, Why};

/// Setup's menu, beside a page.
#[derive(Clone)]
pub(crate) struct Menu {
    pub groups: Vec<MenuGroup>,
}

#[derive(Clone)]
pub(crate) struct MenuGroup {
    pub label: &'static str,
    pub entries: Vec<MenuEntry>,
}

#[derive(Clone)]
pub(crate) struct MenuEntry {
    pub text: &'static str,
    /// What the page is for.
    pub about: &'static str,
    pub url: String,
    /// The page on show belongs to this entry.
    pub current: bool,
}

/// Setup's own home: the entries of its menu with what they are for.
#[derive(Template)]
#[template(path = "setup_home.html")]
pub(crate) struct SetupHomePage {
    pub frame: Frame,
    pub menu: Menu,
    pub org: String,
    pub about: String,
}

/// A page of Setup.
#[derive(Template)]
#[template(path = "setup_page.html")]
pub(crate) struct SetupPage {
    pub frame: Frame,
    pub csrf: String,
    /// The page above; `Setup` without a link if there is none.
    pub crumb: Option<Link>,
    pub heading: String,
    /// A sentence or two below the heading; may be empty.
    pub intro: String,
    /// What the last button did.
    pub done: Option<String>,
    /// Beside the heading.
    pub actions: Vec<Action>,
    pub tabs: Vec<Tab>,
    pub parts: Vec<Part>,
    /// The stand-in's own help, below everything.
    pub why: Option<Why>,
}

/// A piece of a page, from top to bottom.
pub(crate) enum Part {
    Section(Section),
    Sheet(Sheet),
    Form(Form),
    /// A remark in a frame.
    Note(String),
    /// A refusal or a warning.
    Alert(String),
}

/// Labels and values of a record under a heading.
pub(crate) struct Section {
    /// Unique on the page.
    pub id: &'static str,
    pub heading: String,
    /// Below the heading; may be empty.
    pub note: String,
    pub details: Vec<Detail>,
    pub actions: Vec<Action>,
}

impl Section {
    pub(crate) fn new(id: &'static str, heading: impl Into<String>, details: Vec<Detail>) -> Self {
        Self { id, heading: heading.into(), note: String::new(), details, actions: Vec::new() }
    }
}

pub(crate) struct Detail {
    pub label: &'static str,
    pub value: Cell,
}

impl Detail {
    pub(crate) fn new(label: &'static str, value: Cell) -> Self {
        Self { label, value }
    }

    pub(crate) fn text(label: &'static str, value: impl Into<String>) -> Self {
        Self::new(label, Cell::text(value))
    }
}

/// A value in a list or a record.
pub(crate) enum Cell {
    Text(String),
    /// Printed in fixed width: ids, keys, addresses.
    Exact(String),
    Link(Link),
    Lines(Vec<String>),
    Badge(Badge),
    /// A box that is ticked or not, to look at.
    Tick(bool),
}

impl Cell {
    pub(crate) fn text(value: impl Into<String>) -> Self {
        Self::Text(value.into())
    }

    pub(crate) fn exact(value: impl Into<String>) -> Self {
        Self::Exact(value.into())
    }

    pub(crate) fn link(url: impl Into<String>, text: impl Into<String>) -> Self {
        Self::Link(Link { url: url.into(), text: text.into() })
    }

    pub(crate) fn badge(text: impl Into<String>, tone: Tone) -> Self {
        Self::Badge(Badge { text: text.into(), tone })
    }
}

pub(crate) struct Badge {
    pub text: String,
    pub tone: Tone,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    Plain,
    Good,
    Bad,
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Good => "good",
            Self::Bad => "bad",
        }
    }
}

/// A list of records: the first cell names the row.
pub(crate) struct Sheet {
    /// Unique on the page.
    pub id: &'static str,
    /// Empty where the page's heading says it.
    pub heading: String,
    pub columns: Vec<&'static str>,
    pub rows: Vec<Row>,
    /// Stands in the place of the table when there is no row.
    pub empty: String,
    /// Beside the heading.
    pub actions: Vec<Action>,
}

impl Sheet {
    fn has_actions(&self) -> bool {
        self.rows.iter().any(|row| !row.actions.is_empty())
    }
}

pub(crate) struct Row {
    pub id: String,
    /// One for each column.
    pub cells: Vec<Cell>,
    pub actions: Vec<Action>,
}

/// A link or a button, of a page, of a section or of a row.
pub(crate) struct Action {
    pub label: String,
    /// Goes on after the label, for screen readers: whose row it is in.
    pub about: String,
    pub look: Look,
    pub does: Does,
}

pub(crate) enum Does {
    Open(String),
    Post(Post),
}

/// A form of one button.
pub(crate) struct Post {
    pub to: String,
    pub fields: Vec<(&'static str, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    Plain,
    Primary,
    Danger,
}

impl Look {
    fn class(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Primary => "primary",
            Self::Danger => "danger",
        }
    }
}

impl Action {
    /// Leads to another page.
    pub(crate) fn open(label: impl Into<String>, url: impl Into<String>) -> Self {
        Self { label: label.into(), about: String::new(), look: Look::Plain, does: Does::Open(url.into()) }
    }

    /// Changes something at once.
    pub(crate) fn post(label: impl Into<String>, to: impl Into<String>, fields: Vec<(&'static str, String)>) -> Self {
        Self { label: label.into(), about: String::new(), look: Look::Plain, does: Does::Post(Post { to: to.into(), fields }) }
    }

    pub(crate) fn about(self, about: impl Into<String>) -> Self {
        Self { about: about.into(), ..self }
    }

    pub(crate) fn primary(self) -> Self {
        Self { look: Look::Primary, ..self }
    }

    pub(crate) fn danger(self) -> Self {
        Self { look: Look::Danger, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::view::{Field, FormSection};

    fn page(parts: Vec<Part>) -> String {
        let menu = Menu {
            groups: vec![MenuGroup {
                label: "Apps",
                entries: vec![
                    MenuEntry { text: "App Manager", about: "", url: "/apps".into(), current: true },
                    MenuEntry { text: "App Menu", about: "", url: "/menu".into(), current: false },
                ],
            }],
        };
        let page = SetupPage {
            frame: Frame { menu: Some(menu), ..Frame::default() },
            csrf: "token-1".into(),
            crumb: None,
            heading: "<i>Apps".into(),
            intro: String::new(),
            done: None,
            actions: vec![Action::open("New", "/new").primary()],
            tabs: Vec::new(),
            parts,
            why: None,
        };
        page.render().unwrap()
    }

    #[track_caller]
    fn check(html: &str, parts: &[&str]) {
        for part in parts {
            assert!(html.contains(part), "{part} missing in {html}");
        }
        assert!(!html.contains("<i>") && !html.contains("<script") && !html.contains("style="), "{html}");
    }

    #[test]
    fn the_menu_marks_the_current_entry_alone() {
        let html = page(Vec::new());
        check(&html, &["<a href=\"/apps\" aria-current=\"page\">App Manager</a>", "<a href=\"/menu\">App Menu</a>"]);
    }

    #[test]
    fn a_list_names_its_rows_and_posts_from_them() {
        let action = Action::post("Remove", "/apps", vec![("app", "0Ci".into())]).about("<i>Reports").danger();
        let row = Row { id: "0Ci".into(), cells: vec![Cell::text("<i>Reports"), Cell::badge("Allowed", Tone::Good)], actions: vec![action] };
        let sheet =
            Sheet { id: "apps", heading: String::new(), columns: vec!["App", "State"], rows: vec![row], empty: String::new(), actions: Vec::new() };
        let html = page(vec![Part::Sheet(sheet)]);
        let parts = ["<th scope=\"col\">Action</th>", "data-label=\"State\"", "name=\"app\" value=\"0Ci\"", "name=\"_csrf\" value=\"token-1\""];
        check(&html, &parts);
    }

    #[test]
    fn a_form_shows_an_error_at_its_field_and_in_the_summary() {
        let name = Field { required: true, error: Some("You must enter a value".into()), ..Field::text("label", "Name", "\"<i>") };
        let fields =
            vec![name, Field { locked: true, ..Field::check("pkce", "Require PKCE", true) }, Field::lines("callbacks", "Callback URL", "a\nb")];
        let form = Form::new("/apps", "Save", vec![FormSection::new("Basic Information", fields)]);
        let html = page(vec![Part::Form(form)]);
        let parts = [
            "<a href=\"#label\">Name</a>: You must enter a value",
            "aria-describedby=\"label-error\"",
            "aria-invalid=\"true\"",
            "id=\"label-error\"",
            "value=\"1\" checked disabled",
        ];
        check(&html, &parts);
        assert!(matches!(Field::check("a", "b", false).control, Control::Check(false)));
    }
}
