//! New External Client App, and Edit Settings of one: the developer's form.

use axum::extract::State;
use axum::response::Response;

use super::answer;
use super::app_edit::empty;
use super::app_form::{self, Target};
use super::app_manager::find_own;
use super::error::PageError;
use super::external_app::{self, HEADING, settings_path};
use super::session::{BrowserSession, Fields, PostedForm};
use super::view::{Link, Part, SetupPage};
use crate::app::{App, NotSaved};
use crate::apps::{Act, AppDefinition, AppKind, Draft};
use crate::id::AppId;
use crate::org::Actor;

/// GUESS: Lightning's own addresses of the two forms were not recorded.
pub(super) const NEW: &str = "/lightning/setup/ManageExternalClientApplication/new";
pub(super) const SETTINGS: &str = "/lightning/setup/ManageExternalClientApplication/settings";

const KIND: AppKind = AppKind::ExternalClientApp;

pub(super) fn path(app: AppId) -> String {
    format!("{SETTINGS}?id={app}")
}

/// `GET /lightning/setup/ManageExternalClientApplication/new`
pub(super) async fn show_new(State(app): State<App>, session: BrowserSession) -> Result<Response, PageError> {
    session.must(Act::DefineExternalApps, external_app::PATH)?;
    let blank = app.blank_app(&session.browser.caller.org, KIND)?;
    form(&session, &blank, (&empty(&blank), None), true)
}

/// `POST` the same.
pub(super) async fn create(State(app): State<App>, posted: PostedForm) -> Result<Response, PageError> {
    let PostedForm { session, fields } = posted;
    session.must(Act::DefineExternalApps, external_app::PATH)?;
    let org = &session.browser.caller.org;
    let blank = app.blank_app(org, KIND)?;
    let draft = app_form::read(&fields, &blank);
    match app.create_app(org, KIND, &draft, Actor::new(session.user().id, app.now())) {
        Ok(made) => Ok(answer::redirect(&session.link(&format!("{}&done=created", settings_path(made.id))))),
        Err(refused) => form(&session, &blank, (&draft, Some(refused)), true),
    }
}

/// `GET /lightning/setup/ManageExternalClientApplication/settings?id=0Ci…`
pub(super) async fn show(State(app): State<App>, session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    session.must(Act::DefineExternalApps, external_app::PATH)?;
    let known = find_own(&app, &session, &query, KIND)?;
    form(&session, &known, (&Draft::of(&known), None), false)
}

/// `POST` the same.
pub(super) async fn save(State(app): State<App>, posted: PostedForm) -> Result<Response, PageError> {
    let PostedForm { session, fields } = posted;
    session.must(Act::DefineExternalApps, external_app::PATH)?;
    let known = find_own(&app, &session, &fields, KIND)?;
    let draft = app_form::read(&fields, &known);
    match app.edit_app(&session.browser.caller.org, &known, &draft, Actor::new(session.user().id, app.now())) {
        Ok(()) => Ok(answer::redirect(&session.link(&format!("{}&done=saved", settings_path(known.id))))),
        Err(refused) => form(&session, &known, (&draft, Some(refused)), false),
    }
}

fn form(session: &BrowserSession, known: &AppDefinition, (draft, refused): (&Draft, Option<NotSaved>), is_new: bool) -> Result<Response, PageError> {
    let (back, action) = if is_new { (external_app::PATH.to_owned(), NEW) } else { (settings_path(known.id), SETTINGS) };
    let target = Target { action: session.link(action), cancel: session.link(&back), is_new };
    let (status, form) = app_form::form(known, &session.browser.caller.org.switches(), draft, target, refused)?;
    let crumb = if is_new { HEADING.to_owned() } else { known.name.clone() };
    let view = SetupPage {
        crumb: Some(Link { url: session.link(&back), text: crumb }),
        parts: vec![Part::Form(form)],
        ..session.setup_page(external_app::PATH, if is_new { "New External Client App" } else { "Edit Settings" })
    };
    Ok(answer::page(status, &view))
}
