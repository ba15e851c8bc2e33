//! What the pages show: plain values and the templates that print them. Nothing here knows a room or HTTP.
//! Templates escape every value by construction; none of them marks text as safe.

mod consent;
mod form;
mod identity;
mod install;
mod login;
mod setup;
mod trace;
mod usage;

pub(crate) use consent::{ConsentPage, DevicePage, Revoked, Waiting};
pub(crate) use form::{Choice, Control, Field, Form, FormSection};
pub(crate) use identity::{ChoosePasswordPage, ForgotPasswordPage, VerifyPage};
pub(crate) use install::{Audience, Component, InstallAppPage, InstallPackagePage, Package, PackageInstalledPage, Profile};
pub(crate) use login::{CastOrg, CastUser, Elsewhere, HomeOrg, HomePage, HomeUser, LoginPage};
pub(crate) use setup::{Action, Cell, Detail, Look, Menu, MenuEntry, MenuGroup, Part, Row, Section, SetupHomePage, SetupPage, Sheet, Tone};
pub(crate) use trace::{RowButton, TracePage, TraceRow};
pub(crate) use usage::{Act, ConfirmPage, Tab, UsagePage, UsageRow, UsersPage, UsersRow};

use std::borrow::Cow;

use askama::Template;

use crate::id::number_of;

/// The stylesheet of every page.
pub(crate) const STYLE: &str = include_str!("../../../templates/style.css");
/// The mark in the ribbon and in the browser's tab.
pub(crate) const ICON: &str = include_str!("../../../templates/icon.svg");

/// What surrounds the content of every page.
#[derive(Clone, Default)]
pub(crate) struct Frame {
    /// Path under which the browser selected its org (`/_mock/org/acme`), or empty. Goes before every link.
    pub base: String,
    /// Absent before login.
    pub who: Option<Who>,
    /// Beside pages of Setup.
    pub menu: Option<Menu>,
}

/// The line under the ribbon: who is logged in where.
#[derive(Clone)]
pub(crate) struct Who {
    pub name: String,
    pub org: String,
    pub org_kind: &'static str,
    pub sees_setup: bool,
}

impl Frame {
    /// Address of the stylesheet. It changes with the content, so that browsers may keep the sheet for good.
    fn style(&self) -> String {
        format!("/pages/style.css?v={:x}", number_of(STYLE))
    }

    fn icon(&self) -> String {
        format!("/pages/icon.svg?v={:x}", number_of(ICON))
    }
}

/// An app as a page introduces it.
#[derive(Clone)]
pub(crate) struct App {
    /// `0Ci…`
    pub id: String,
    pub name: String,
    pub publisher: Option<String>,
    pub description: String,
    /// `Connected App` or `External Client App`.
    pub kind: &'static str,
}

impl App {
    fn initial(&self) -> String {
        initial(&self.name)
    }
}

/// One line of a scope list: the label of Setup and the token of the wire.
pub(crate) struct Scope {
    pub label: Cow<'static, str>,
    pub token: String,
}

/// A user as a page shows one.
pub(crate) struct Person {
    pub name: String,
    pub username: String,
}

impl Person {
    fn initial(&self) -> String {
        initial(&self.name)
    }
}

pub(crate) struct Link {
    pub url: String,
    pub text: String,
}

/// First letter or digit of a name, as a stand-in for a logo.
fn initial(name: &str) -> String {
    name.chars().find(|c| c.is_alphanumeric()).map_or_else(|| "?".to_owned(), |c| c.to_uppercase().collect())
}

/// The stand-in's own help below an answer of Salesforce: why, and who can mend it where.
pub(crate) struct Why {
    pub headline: String,
    pub detail: String,
    /// The pair that goes over the wire, `error: error_description`.
    pub wire: Option<String>,
    pub ways_out: Vec<WayOut>,
}

pub(crate) struct WayOut {
    /// Who can do it: `Administrator`, `Developer`, `User`.
    pub role: &'static str,
    pub text: String,
    pub url: Option<String>,
}

/// `/setup/secur/RemoteAccessErrorPage.apexp`
#[derive(Template)]
#[template(path = "oauth_error.html")]
pub(crate) struct OAuthErrorPage {
    pub frame: Frame,
    pub code: &'static str,
    pub text: &'static str,
    pub why: Option<Why>,
}

/// A heading and a few sentences: refusals, farewells, things that are gone.
#[derive(Template)]
#[template(path = "message.html")]
pub(crate) struct MessagePage {
    pub frame: Frame,
    pub title: String,
    pub paragraphs: Vec<String>,
    pub link: Option<Link>,
    pub why: Option<Why>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_initial_is_the_first_letter_or_digit() {
        assert_eq!(initial("<b>onnie"), "B");
        assert_eq!(initial("émile"), "É");
        assert_eq!(initial("…"), "?");
    }

    #[test]
    fn a_hostile_message_is_shown_as_text() {
        let page = MessagePage {
            frame: Frame {
                who: Some(Who { name: "\"><svg onload=x>".into(), org: "<i>".into(), org_kind: "production", sees_setup: true }),
                ..Frame::default()
            },
            title: "<script>alert(1)</script>".into(),
            paragraphs: vec!["a & b".into()],
            link: Some(Link { url: "/x\" autofocus onfocus=\"x".into(), text: "<u>".into() }),
            why: None,
        };
        let html = page.render().unwrap();
        for tag in ["<script>", "<svg onload", "<i>", "<u>", "\" autofocus onfocus"] {
            assert!(!html.contains(tag), "{tag} in {html}");
        }
        assert!(html.contains("a &#38; b"));
    }

    #[test]
    fn every_page_says_that_it_is_a_stand_in_and_carries_no_script_or_inline_style() {
        let html = MessagePage { frame: Frame::default(), title: "x".into(), paragraphs: vec![], link: None, why: None }.render().unwrap();
        assert!(html.contains("No real password belongs here."));
        assert!(!html.contains("<script") && !html.contains("style=") && !html.contains("<style"));
    }
}
