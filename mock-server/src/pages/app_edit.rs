//! New Connected App, and Edit of one: the developer's form.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::app_form::{self, CREATION_OFF, Target};
use super::app_manager::{self, find_own};
use super::error::PageError;
use super::session::{BrowserSession, Fields, PostedForm};
use super::view::{Link, Part, SetupPage, WayOut, Why};
use super::{answer, app_page, external_edit, org_settings};
use crate::app::{App, NotSaved};
use crate::apps::{Act, AppDefinition, AppKind, Draft};
use crate::id::AppId;
use crate::org::Actor;

/// GUESS: the address of the form is made like that of the app's page.
pub(super) const PATH: &str = "/app/mgmt/forceconnectedapps/forceAppEdit.apexp";

pub(super) fn path(app: AppId) -> String {
    format!("{PATH}?id={app}")
}

/// `GET /app/mgmt/forceconnectedapps/forceAppEdit.apexp`: New Connected App; with `id` Edit.
pub(super) async fn show(State(app): State<App>, session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    session.must(Act::DefineConnectedApps, app_manager::PATH)?;
    if query.get("id").is_some() {
        let known = find_own(&app, &session, &query, AppKind::ConnectedApp)?;
        let refused = known.migrated_to.map(|_| NotSaved::ReadOnly);
        return form(&session, &known, (&Draft::of(&known), refused), false);
    }
    if !session.browser.caller.org.switches().allow_connected_app_creation {
        return Ok(answer::page(StatusCode::FORBIDDEN, &creation_off(&session)));
    }
    let blank = app.blank_app(&session.browser.caller.org, AppKind::ConnectedApp)?;
    form(&session, &blank, (&empty(&blank), None), true)
}

/// `POST` the same.
pub(super) async fn save(State(app): State<App>, posted: PostedForm) -> Result<Response, PageError> {
    let PostedForm { session, fields } = posted;
    session.must(Act::DefineConnectedApps, app_manager::PATH)?;
    let (org, actor) = (&session.browser.caller.org, Actor::new(session.user().id, app.now()));
    if fields.get("id").is_some() {
        let known = find_own(&app, &session, &fields, AppKind::ConnectedApp)?;
        let draft = app_form::read(&fields, &known);
        return match app.edit_app(org, &known, &draft, actor) {
            Ok(()) => Ok(answer::redirect(&session.link(&app_page::path(known.id, Some("saved"))))),
            Err(refused) => form(&session, &known, (&draft, Some(refused)), false),
        };
    }
    let blank = app.blank_app(org, AppKind::ConnectedApp)?;
    let draft = app_form::read(&fields, &blank);
    match app.create_app(org, AppKind::ConnectedApp, &draft, actor) {
        Ok(made) => Ok(answer::redirect(&session.link(&app_page::path(made.id, Some("created"))))),
        Err(NotSaved::CreationOff) => Ok(answer::page(StatusCode::FORBIDDEN, &creation_off(&session))),
        Err(refused) => form(&session, &blank, (&draft, Some(refused)), true),
    }
}

/// The draft of a new app: it has no name yet to make an API name of.
pub(super) fn empty(blank: &AppDefinition) -> Draft {
    Draft { developer_name: String::new(), ..Draft::of(blank) }
}

fn form(session: &BrowserSession, known: &AppDefinition, (draft, refused): (&Draft, Option<NotSaved>), is_new: bool) -> Result<Response, PageError> {
    let back = if is_new { app_manager::PATH.to_owned() } else { app_page::path(known.id, None) };
    let target = Target { action: session.link(PATH), cancel: session.link(&back), is_new };
    let (status, form) = app_form::form(known, &session.browser.caller.org.switches(), draft, target, refused)?;
    let crumb = if is_new { "App Manager".to_owned() } else { known.name.clone() };
    let view = SetupPage {
        crumb: Some(Link { url: session.link(&back), text: crumb }),
        parts: vec![Part::Form(form)],
        ..session.setup_page(app_manager::PATH, if is_new { "New Connected App" } else { "Edit Connected App" })
    };
    Ok(answer::page(status, &view))
}

/// The page in the place of the form where no connected app can be made.
fn creation_off(session: &BrowserSession) -> SetupPage {
    let switches = session.browser.caller.org.switches();
    let mut ways_out = vec![WayOut {
        role: "Developer",
        text: "External Client App Manager › New External Client App".to_owned(),
        url: Some(session.link(external_edit::NEW)),
    }];
    if switches.connected_app_creation_is_a_setting {
        ways_out.push(WayOut {
            role: "Administrator",
            text: "External Client App Settings › Allow creation of connected apps".to_owned(),
            url: Some(session.link(org_settings::EXTERNAL_APPS)),
        });
    }
    let why = Why {
        headline: format!("Connected apps can't be created in {}", session.org_name()),
        detail: "Under the rules of this org's era connected apps are edited, deleted and installed, but no longer created. The policy \
            allow_connected_app_creation of the control API brings that back, as Salesforce's support does."
            .to_owned(),
        wire: None,
        ways_out,
    };
    SetupPage {
        crumb: Some(Link { url: session.link(app_manager::PATH), text: "App Manager".to_owned() }),
        parts: vec![Part::Alert(CREATION_OFF.to_owned())],
        why: Some(why),
        ..session.setup_page(app_manager::PATH, "New Connected App")
    }
}
