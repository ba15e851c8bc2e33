//! Edit Policies of an external client app: what the admin of an org decides about it, its own or an installed one.

use axum::extract::State;
use axum::response::Response;

use super::answer;
use super::app_manager::find;
use super::error::PageError;
use super::external_app;
use super::policy_form::{self, Options};
use super::session::{BrowserSession, Fields, PostedForm};
use super::view::{Link, Part, SetupPage};
use crate::app::{App, NotSaved};
use crate::apps::{Act, AppDefinition, AppKind, OrgApp, PolicyDraft};
use crate::id::AppId;
use crate::org::Actor;

/// GUESS: Lightning's own address of the form was not recorded.
pub(super) const PATH: &str = "/lightning/setup/ManageExternalClientApplication/policies";

const KIND: AppKind = AppKind::ExternalClientApp;

pub(super) fn path(app: AppId) -> String {
    format!("{PATH}?id={app}")
}

/// `GET /lightning/setup/ManageExternalClientApplication/policies?id=0Ci…`
pub(super) async fn show(State(app): State<App>, session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    session.must(Act::ManageExternalApps, external_app::PATH)?;
    let (definition, here) = find(&app, &session, &query, KIND)?;
    form(&session, (&*definition, &here), (&PolicyDraft::of(&here, &definition), None))
}

/// `POST` the same.
pub(super) async fn save(State(app): State<App>, posted: PostedForm) -> Result<Response, PageError> {
    let PostedForm { session, fields } = posted;
    session.must(Act::ManageExternalApps, external_app::PATH)?;
    let (definition, here) = find(&app, &session, &fields, KIND)?;
    let org = &session.browser.caller.org;
    let draft = policy_form::read(&fields, (&*definition, &here), &policy_form::grantees(org)?);
    match app.change_policies(org, &definition, &draft, Actor::new(session.user().id, app.now())) {
        Ok(()) => Ok(answer::redirect(&session.link(&format!("{}&done=policies", external_app::path(definition.id))))),
        Err(refused) => form(&session, (&*definition, &here), (&draft, Some(refused))),
    }
}

fn form(
    session: &BrowserSession,
    (definition, here): (&AppDefinition, &OrgApp),
    (draft, refused): (&PolicyDraft, Option<NotSaved>),
) -> Result<Response, PageError> {
    let back = session.link(&external_app::path(definition.id));
    let options = Options { session, definition, here, action: session.link(PATH), cancel: back.clone() };
    let (status, form) = policy_form::form(&options, draft, refused)?;
    let view = SetupPage {
        crumb: Some(Link { url: back, text: definition.name.clone() }),
        intro: format!("What {} decided about {}. It stays through updates of its developer.", session.org_name(), definition.name),
        parts: vec![Part::Form(form)],
        ..session.setup_page(external_app::PATH, "Edit Policies")
    };
    Ok(answer::page(status, &view))
}
