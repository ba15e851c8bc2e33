//! App Manager: the connected apps and external client apps that this org defines or installed, and the way to new ones.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::error::PageError;
use super::session::{BrowserSession, Fields};
use super::view::{Action, Cell, Part, Row, SetupPage, Sheet};
use super::{answer, app_edit, app_page, connected_policies, external_app, external_edit, wording};
use crate::app::App;
use crate::apps::{Act, AppDefinition, AppKind, Installs, OrgApp, Presence, may};
use crate::id::AppId;
use crate::org::Duty;
use crate::storage::StoreError;

pub(super) const PATH: &str = "/lightning/setup/NavigationMenus/home";

/// `GET /lightning/setup/NavigationMenus/home`
pub(super) async fn show(State(app): State<App>, session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    session.must(Duty::SeeSetup, PATH)?;
    let sees_external = may(session.user(), Act::SeeExternalApps);
    let mut known = settled(&app, &session)?;
    known.retain(|(definition, _)| definition.kind == AppKind::ConnectedApp || sees_external);
    let sheet = Sheet {
        id: "apps",
        heading: String::new(),
        columns: vec!["App Name", "Developer Name", "Description", "Last Modified", "App Type"],
        rows: known.iter().map(|(definition, here)| row(&session, definition, here)).collect(),
        empty: "This org has no app yet.".to_owned(),
        actions: Vec::new(),
    };
    let view = SetupPage {
        intro: "Apps that are defined or installed here. An installed app is managed here and edited where it was made.".to_owned(),
        done: query.get("done").filter(|done| *done == "deleted").map(|_| "The app is deleted. Its tokens have ended in every org.".to_owned()),
        actions: new_apps(&session),
        parts: vec![Part::Sheet(sheet)],
        ..session.setup_page(PATH, "App Manager")
    };
    Ok(answer::page(StatusCode::OK, &view))
}

/// The buttons that lead to new apps, as far as the user may make them and the org's era does.
fn new_apps(session: &BrowserSession) -> Vec<Action> {
    let switches = session.browser.caller.org.switches();
    let connected = switches.allow_connected_app_creation && may(session.user(), Act::DefineConnectedApps);
    let external = may(session.user(), Act::DefineExternalApps);
    let connected = connected.then(|| Action::open("New Connected App", session.link(app_edit::PATH)));
    let external = external.then(|| Action::open("New External Client App", session.link(external_edit::NEW)).primary());
    connected.into_iter().chain(external).collect()
}

/// The apps that are the org's own or installed, by name.
pub(super) fn settled(app: &App, session: &BrowserSession) -> Result<Vec<(Arc<AppDefinition>, OrgApp)>, StoreError> {
    let registry = app.registry();
    let rows = session.browser.caller.org.read(|tx| tx.org_apps())?;
    let rows = rows.into_iter().filter(|here| here.presence.is_settled());
    let mut known: Vec<_> = rows.filter_map(|here| Some((registry.app(here.app)?, here))).collect();
    known.sort_by_key(|(definition, _)| definition.name.to_lowercase());
    Ok(known)
}

/// One of [`settled`] by the `id` of a query or form.
pub(super) fn find(app: &App, session: &BrowserSession, fields: &Fields, kind: AppKind) -> Result<(Arc<AppDefinition>, OrgApp), PageError> {
    let id = fields.get("id").and_then(|id| AppId::parse(id).ok());
    let definition = id.and_then(|id| app.registry().app(id)).filter(|definition| definition.kind == kind);
    let definition = definition.ok_or_else(|| session.missing("No app of this kind has this id."))?;
    let here = OrgApp::clone(&*session.browser.caller.org.org_app(&definition, app.now())?);
    if here.presence.is_settled() { Ok((definition, here)) } else { Err(session.missing("The app is neither defined nor installed in this org.")) }
}

/// Whether the app is the org's own to edit. A connected app that came into a sandbox with the copy of its org is not.
pub(super) fn defines(session: &BrowserSession, definition: &AppDefinition) -> bool {
    definition.owner == session.browser.caller.org.id()
}

/// One that this org defines itself: only its developer edits it.
pub(super) fn find_own(app: &App, session: &BrowserSession, fields: &Fields, kind: AppKind) -> Result<Arc<AppDefinition>, PageError> {
    let (definition, _) = find(app, session, fields, kind)?;
    if defines(session, &definition) { Ok(definition) } else { Err(session.missing("The app is not defined in this org: its developer edits it.")) }
}

fn row(session: &BrowserSession, definition: &AppDefinition, here: &OrgApp) -> Row {
    let cells = vec![
        Cell::text(&definition.name),
        Cell::exact(definition.developer_name()),
        Cell::text(definition.description.clone().unwrap_or_default()),
        Cell::text(wording::last_modified(definition)),
        Cell::text(app_type(definition, here)),
    ];
    let action = |label: &str, path: String| Action::open(label, session.link(&path)).about(&definition.name);
    let actions = match definition.kind {
        AppKind::ConnectedApp => {
            let own = defines(session, definition) && definition.migrated_to.is_none();
            let edit = own.then(|| action("Edit", app_edit::path(definition.id)));
            let view = action("View", app_page::path(definition.id, None));
            [Some(view), edit, Some(action("Manage", connected_policies::path(definition.id)))].into_iter().flatten().collect()
        }
        AppKind::ExternalClientApp => vec![action("View", external_app::path(definition.id))],
    };
    Row { id: definition.id.to_string(), cells, actions }
}

fn app_type(definition: &AppDefinition, here: &OrgApp) -> String {
    let kind = wording::kind(definition.kind);
    match here.presence {
        Presence::Installed => format!("{kind} (Managed)"),
        _ if definition.migrated_to.is_some() => format!("{kind} (Migrated)"),
        _ => kind.to_owned(),
    }
}
