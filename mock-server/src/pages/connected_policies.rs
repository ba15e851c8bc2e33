//! Manage Connected Apps, and Edit Policies of one of them.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::app_manager::{find, settled};
use super::error::PageError;
use super::policy_form::{self, Options};
use super::session::{BrowserSession, Fields, PostedForm};
use super::view::{Action, Cell, Link, Part, Row, SetupPage, Sheet};
use super::{answer, app_page, wording};
use crate::app::{App, NotSaved};
use crate::apps::{Act, AppDefinition, AppKind, OrgApp, PolicyDraft, may};
use crate::id::AppId;
use crate::org::{Actor, Duty};

pub(super) const PATH: &str = "/lightning/setup/ConnectedApplication/home";
/// GUESS: Lightning's own address of the form was not recorded.
pub(super) const EDIT: &str = "/lightning/setup/ConnectedApplication/policies";

const HEADING: &str = "Manage Connected Apps";

pub(super) fn path(app: AppId) -> String {
    format!("{EDIT}?id={app}")
}

/// `GET /lightning/setup/ConnectedApplication/home`
pub(super) async fn list(State(app): State<App>, session: BrowserSession) -> Result<Response, PageError> {
    session.must(Duty::SeeSetup, PATH)?;
    let mut known = settled(&app, &session)?;
    known.retain(|(definition, _)| definition.kind == AppKind::ConnectedApp);
    let may_edit = may(session.user(), Act::ManageApps);
    let row = |(definition, here): &(std::sync::Arc<AppDefinition>, OrgApp)| Row {
        id: definition.id.to_string(),
        cells: vec![
            Cell::link(session.link(&app_page::path(definition.id, None)), &definition.name),
            Cell::text(wording::permitted_users(here.permitted_users, definition.kind)),
            Cell::text(wording::ip_relaxation(here.ip_relaxation)),
        ],
        actions: may_edit.then(|| Action::open("Edit", session.link(&path(definition.id))).about(&definition.name)).into_iter().collect(),
    };
    let sheet = Sheet {
        id: "connected-apps",
        heading: String::new(),
        columns: vec!["Master Label", "Permitted Users", "IP Relaxation"],
        rows: known.iter().map(row).collect(),
        empty: "No connected app is defined or installed here. Apps that are only used are on Connected Apps OAuth Usage.".to_owned(),
        actions: Vec::new(),
    };
    let view = SetupPage {
        intro: "What this org decided about its own and its installed connected apps.".to_owned(),
        parts: vec![Part::Sheet(sheet)],
        ..session.setup_page(PATH, HEADING)
    };
    Ok(answer::page(StatusCode::OK, &view))
}

/// `GET /lightning/setup/ConnectedApplication/policies?id=0Ci…`
pub(super) async fn edit(State(app): State<App>, session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    session.must(Act::ManageApps, PATH)?;
    let (definition, here) = find(&app, &session, &query, AppKind::ConnectedApp)?;
    form(&session, &definition, &here, (&PolicyDraft::of(&here, &definition), None))
}

/// `POST` the same.
pub(super) async fn save(State(app): State<App>, posted: PostedForm) -> Result<Response, PageError> {
    let PostedForm { session, fields } = posted;
    session.must(Act::ManageApps, PATH)?;
    let (definition, here) = find(&app, &session, &fields, AppKind::ConnectedApp)?;
    let org = &session.browser.caller.org;
    let draft = policy_form::read(&fields, (&*definition, &here), &policy_form::grantees(org)?);
    match app.change_policies(org, &definition, &draft, Actor::new(session.user().id, app.now())) {
        Ok(()) => Ok(answer::redirect(&session.link(&app_page::path(definition.id, Some("policies"))))),
        Err(refused) => form(&session, &definition, &here, (&draft, Some(refused))),
    }
}

fn form(
    session: &BrowserSession,
    definition: &AppDefinition,
    here: &OrgApp,
    (draft, refused): (&PolicyDraft, Option<NotSaved>),
) -> Result<Response, PageError> {
    let back = session.link(&app_page::path(definition.id, None));
    let options = Options { session, definition, here, action: session.link(EDIT), cancel: back.clone() };
    let (status, form) = policy_form::form(&options, draft, refused)?;
    let view = SetupPage {
        crumb: Some(Link { url: back, text: definition.name.clone() }),
        intro: format!("What {} decided about {}. It stays through updates of its developer.", session.org_name(), definition.name),
        parts: vec![Part::Form(form)],
        ..session.setup_page(PATH, "Edit Policies")
    };
    Ok(answer::page(status, &view))
}
