//! Dev Hub: the switches of an org that builds packages and scratch orgs. What is enabled stays enabled.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::error::PageError;
use super::session::{BrowserSession, Fields, PostedForm};
use super::view::{Action, Cell, Detail, Part, Section, SetupPage, Tone};
use super::{answer, namespace_registry, package_manager};
use crate::app::{App, HubRefused};
use crate::org::Duty;

pub(super) const PATH: &str = "/lightning/setup/DevHub/home";

/// A switch of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Switch {
    DevHub,
    SecondGeneration,
}

impl Switch {
    /// The `enable` of the posted form.
    fn value(self) -> &'static str {
        match self {
            Self::DevHub => "dev_hub",
            Self::SecondGeneration => "second_generation_packaging",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::DevHub => "Enable Dev Hub",
            Self::SecondGeneration => "Enable Unlocked Packages and Second-Generation Managed Packages",
        }
    }

    fn read(value: &str) -> Option<Self> {
        [Self::DevHub, Self::SecondGeneration].into_iter().find(|switch| switch.value() == value)
    }
}

/// `GET /lightning/setup/DevHub/home`
pub(super) async fn show(session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    session.must(Duty::SeeSetup, PATH)?;
    let done = query.get("done").and_then(Switch::read).map(|switch| format!("Done: {}. It can't be disabled.", switch.label()));
    Ok(answer::page(StatusCode::OK, &page(&session, done, None)))
}

/// `POST` the same.
pub(super) async fn enable(State(app): State<App>, form: PostedForm) -> Result<Response, PageError> {
    let PostedForm { session, fields } = form;
    session.must(Duty::ManageHub, PATH)?;
    let Some(switch) = fields.get("enable").and_then(Switch::read) else { return Err(session.missing("The page has no such button.")) };
    let (org, by) = (&session.browser.caller.org, session.user().id);
    let enabled = match switch {
        Switch::DevHub => app.enable_dev_hub(org, by)?,
        Switch::SecondGeneration => app.enable_second_generation_packaging(org, by)?,
    };
    match enabled {
        Ok(()) => Ok(answer::redirect(&session.link(&format!("{PATH}?done={}", switch.value())))),
        Err(refused) => Ok(answer::page(StatusCode::OK, &page(&session, None, Some(refused)))),
    }
}

fn page(session: &BrowserSession, done: Option<String>, refused: Option<HubRefused>) -> SetupPage {
    let org = &session.browser.caller.org;
    let facts = org.facts();
    let is_hub = facts.is_dev_hub();
    let builds = is_hub && org.switches().enable_second_generation_packaging;
    let refused = refused.or((!is_hub && !facts.may_have_dev_hub()).then_some(HubRefused::NotHere));
    let mut parts: Vec<Part> = refused.map(|refused| Part::Alert(refused.to_string())).into_iter().collect();
    let offered = Duty::ManageHub.is_of(session.user());
    parts.push(Part::Section(switch(session, Switch::DevHub, is_hub, offered && facts.may_have_dev_hub())));
    parts.push(Part::Section(switch(session, Switch::SecondGeneration, builds, offered && is_hub)));
    if is_hub {
        let details = vec![
            Detail::new("Namespaces", Cell::link(session.link(namespace_registry::PATH), "Namespace Registry")),
            Detail::new("Packages", Cell::link(session.link(package_manager::PATH), "Package Manager")),
        ];
        parts.push(Part::Section(Section::new("next", "What is built here", details)));
    }
    SetupPage {
        intro: "A Dev Hub makes scratch orgs and second-generation packages. What is enabled here can't be disabled.".to_owned(),
        done,
        parts,
        ..session.setup_page(PATH, "Dev Hub")
    }
}

/// One switch; its button is there until it is on.
fn switch(session: &BrowserSession, switch: Switch, on: bool, offered: bool) -> Section {
    let state = if on { Cell::badge("Enabled", Tone::Good) } else { Cell::badge("Disabled", Tone::Plain) };
    let id = match switch {
        Switch::DevHub => "dev-hub",
        Switch::SecondGeneration => "second-generation",
    };
    let mut section = Section::new(id, switch.label(), vec![Detail::new("State", state)]);
    if offered && !on {
        let fields = vec![("enable", switch.value().to_owned())];
        section.actions.push(Action::post("Enable", session.link(PATH), fields).about(switch.label().trim_start_matches("Enable ")).primary());
    }
    section
}
