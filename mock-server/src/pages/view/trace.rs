use askama::Template;

use super::{Frame, Link};

/// A table of what happened in an org: sessions, logins, changes of Setup, a user's tokens.
#[derive(Template)]
#[template(path = "trace.html")]
pub(crate) struct TracePage {
    pub frame: Frame,
    pub csrf: String,
    pub heading: &'static str,
    pub intro: String,
    pub columns: Vec<&'static str>,
    /// Where buttons post to.
    pub action: String,
    pub done: Option<&'static str>,
    /// Stands in the place of the table when there is no row.
    pub empty: &'static str,
    pub download: Option<Link>,
    pub rows: Vec<TraceRow>,
}

impl TracePage {
    fn has_buttons(&self) -> bool {
        self.rows.iter().any(|row| row.button.is_some())
    }
}

pub(crate) struct TraceRow {
    /// One for each column; the first names the row.
    pub cells: Vec<String>,
    /// Beside the first cell.
    pub badge: Option<&'static str>,
    pub button: Option<RowButton>,
}

impl TraceRow {
    pub(crate) fn of(cells: Vec<String>) -> Self {
        Self { cells, badge: None, button: None }
    }
}

/// A button of one row, with the fields its form posts.
pub(crate) struct RowButton {
    pub label: &'static str,
    /// Goes on after the label, for screen readers.
    pub about: String,
    pub fields: Vec<(&'static str, String)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_escaped_and_labelled_by_their_column() {
        let button = RowButton { label: "Remove", about: "the session".into(), fields: vec![("session", "0Ak".into())] };
        let page = TracePage {
            frame: Frame::default(),
            csrf: "token-1".into(),
            heading: "Session Management",
            intro: String::new(),
            columns: vec!["Username", "Source IP"],
            action: "/a".into(),
            done: None,
            empty: "None.",
            download: None,
            rows: vec![TraceRow { cells: vec!["<b>".into(), "127.0.0.1".into()], badge: Some("this one"), button: Some(button) }],
        };
        let html = page.render().unwrap();
        for part in ["data-label=\"Source IP\"", "name=\"session\" value=\"0Ak\"", "name=\"_csrf\" value=\"token-1\"", "&#60;b&#62;"] {
            assert!(html.contains(part), "{part} missing in {html}");
        }
    }
}
