//! The direct install link of one connected app.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::error::PageError;
use super::explain::INSTALL_ERROR;
use super::session::{BrowserSession, Fields, PostedForm};
use super::view::{InstallAppPage, Link, MessagePage};
use super::{answer, app_page, explain, wording};
use crate::app::App;
use crate::apps::{Act, AppDefinition};
use crate::id::AppId;
use crate::journal::Facts;

/// `GET /identity/app/AppInstallApprovalPage.apexp?app_id=0Ci…`
pub(super) async fn show(State(app): State<App>, session: BrowserSession, facts: Facts, query: Fields) -> Result<Response, PageError> {
    let definition = find(&app, &query, &session)?;
    check_rights(&app, &session, &facts, &definition)?;
    let view = InstallAppPage {
        frame: session.frame(),
        csrf: session.csrf(),
        org: session.org_name(),
        app: wording::published_app(&app, &definition),
        scopes: wording::app_scopes(&definition),
    };
    Ok(answer::page(StatusCode::OK, &view))
}

/// `POST /identity/app/AppInstallApprovalPage.apexp`
pub(super) async fn submit(State(app): State<App>, facts: Facts, form: PostedForm) -> Result<Response, PageError> {
    let PostedForm { session, fields } = form;
    let definition = find(&app, &fields, &session)?;
    check_rights(&app, &session, &facts, &definition)?;
    let to = match app.install_app(&session.browser.caller.org, &definition, Some(session.user().id))? {
        Ok(()) => app_page::path(definition.id, Some("installed")),
        Err(refused) => {
            explain::record_install(&app, &session, &facts, Some((definition.id, definition.name.clone())), &refused);
            error_path()
        }
    };
    Ok(answer::redirect(&session.link(&to)))
}

/// `GET /identity/app/AppInstallErrorPage.apexp?error_code=generic_error`
pub(super) async fn failed(State(app): State<App>, session: BrowserSession) -> Response {
    let view = MessagePage {
        title: "Managed Application Installation Error".to_owned(),
        paragraphs: vec!["There was a problem in installing the application.".to_owned()],
        link: Some(Link { url: session.link("/home/home.jsp"), text: "Home".to_owned() }),
        why: explain::latest(&app, &session, INSTALL_ERROR),
        frame: session.frame(),
    };
    answer::page(StatusCode::OK, &view)
}

/// Where an install ends that was refused, or that is of no app at all.
fn error_path() -> String {
    format!("/identity/app/AppInstallErrorPage.apexp?error_code={INSTALL_ERROR}")
}

fn find(app: &App, fields: &Fields, session: &BrowserSession) -> Result<Arc<AppDefinition>, PageError> {
    let id = fields.get("app_id").and_then(|id| AppId::parse(id).ok());
    id.and_then(|id| app.registry().app(id)).ok_or_else(|| PageError::Elsewhere(session.link(&error_path())))
}

fn check_rights(app: &App, session: &BrowserSession, facts: &Facts, definition: &AppDefinition) -> Result<(), PageError> {
    let about = Some((definition.id, definition.name.clone()));
    explain::must_install(app, (session, facts), about, (Act::ManageApps, &definition.install_path()))
}
