//! What a permission set or a profile gives: system permissions, connected apps, external client apps. Shown on its page, and edited here.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::error::PageError;
use super::session::{BrowserSession, Fields, PostedForm};
use super::view::{Action, Cell, Choice, Detail, Field, Form, FormSection, Link, Part, Section, SetupPage};
use super::{answer, permission_sets, profiles};
use crate::app::App;
use crate::apps::AppKind;
use crate::id::{AppId, RecordId};
use crate::org::{Directory, Duty, PermissionSet, SetFault, system_permissions};
use crate::storage::StoreError;

/// System Permissions, edited.
pub(super) const PERMISSIONS: &str = "/lightning/setup/PermSets/permissions";
/// Assigned Connected Apps, or External Client App Access, edited.
pub(super) const APPS: &str = "/lightning/setup/PermSets/apps";

/// The permission set or profile that a request is about.
pub(super) fn find(session: &BrowserSession, fields: &Fields) -> Result<PermissionSet, PageError> {
    let id = fields.get("set").and_then(|id| RecordId::parse(id).ok());
    let sets = session.browser.caller.org.read(|tx| tx.permission_sets())?;
    sets.into_iter().find(|set| Some(set.id) == id).ok_or_else(|| session.missing("No permission set or profile has this id."))
}

/// The page that shows it.
fn page_of(set: &PermissionSet) -> String {
    if set.is_profile { profiles::path_of(set.id) } else { permission_sets::path_of(set.id) }
}

/// The entry of the menu that it belongs to.
fn entry_of(set: &PermissionSet) -> &'static str {
    if set.is_profile { profiles::PATH } else { permission_sets::PATH }
}

fn heading_of(kind: AppKind) -> &'static str {
    match kind {
        AppKind::ConnectedApp => "Assigned Connected Apps",
        AppKind::ExternalClientApp => "External Client App Access",
    }
}

/// The `kind` of a query or form.
fn word_of(kind: AppKind) -> &'static str {
    match kind {
        AppKind::ConnectedApp => "connected",
        AppKind::ExternalClientApp => "external",
    }
}

fn read_kind(session: &BrowserSession, fields: &Fields) -> Result<AppKind, PageError> {
    let word = fields.get("kind");
    let found = [AppKind::ConnectedApp, AppKind::ExternalClientApp].into_iter().find(|kind| word == Some(word_of(*kind)));
    found.ok_or_else(|| session.missing("There are connected apps and external client apps."))
}

/// What it gives, as sections of its page.
pub(super) fn sections(app: &App, session: &BrowserSession, set: &PermissionSet) -> Result<Vec<Section>, StoreError> {
    let manages = Duty::ManagePermissionSets.is_of(session.user());
    let edit = |path: String, about: &str| Action::open("Edit", session.link(&path)).about(about);
    let org = &session.browser.caller.org;
    let held: Vec<String> = system_permissions(&org.switches())
        .into_iter()
        .filter(|permission| set.permissions.contains(permission.field))
        .map(|permission| permission.label.to_owned())
        .collect();
    let mut system = Section::new("system-permissions", "System Permissions", vec![enabled("Enabled", held)]);
    if manages && !set.is_fixed() {
        system.actions.push(edit(format!("{PERMISSIONS}?set={}", set.id), "System Permissions"));
    } else if set.is_fixed() {
        system.note = SetFault::Standard.to_string();
    }
    let mut sections = vec![system];
    for (kind, id) in [(AppKind::ConnectedApp, "connected-apps"), (AppKind::ExternalClientApp, "external-client-apps")] {
        let apps = app.app_access(org, set, kind)?.into_iter().filter(|access| access.granted).map(|access| access.app.name.clone()).collect();
        let heading = if set.is_profile && kind == AppKind::ConnectedApp { "Connected App Access" } else { heading_of(kind) };
        let mut section = Section::new(id, heading, vec![enabled("Enabled", apps)]);
        section.note = "Counts for apps whose Permitted Users are Admin approved users are pre-authorized.".to_owned();
        if manages {
            section.actions.push(edit(format!("{APPS}?set={}&kind={}", set.id, word_of(kind)), heading));
        }
        sections.push(section);
    }
    Ok(sections)
}

fn enabled(label: &'static str, names: Vec<String>) -> Detail {
    let value = if names.is_empty() { Cell::text("None") } else { Cell::Lines(names) };
    Detail::new(label, value)
}

/// `GET /lightning/setup/PermSets/permissions?set=…`
pub(super) async fn show_permissions(session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    session.must(Duty::ManagePermissionSets, permission_sets::PATH)?;
    let set = find(&session, &query)?;
    Ok(permissions_page(&session, &set, &set.permissions, set.is_fixed().then_some(SetFault::Standard)))
}

/// `POST` the same, with any number of `permissions`.
pub(super) async fn save_permissions(State(app): State<App>, form: PostedForm) -> Result<Response, PageError> {
    let PostedForm { session, fields } = form;
    session.must(Duty::ManagePermissionSets, permission_sets::PATH)?;
    let set = find(&session, &fields)?;
    let chosen: BTreeSet<String> = fields.all("permissions").chain(fields.all("more")).map(str::to_owned).collect();
    match app.set_system_permissions(&session.browser.caller.org, set.id, &chosen, session.user().id)? {
        Ok(()) => Ok(answer::redirect(&session.link(&format!("{}&done=saved", page_of(&set))))),
        Err(fault) => Ok(permissions_page(&session, &set, &chosen, Some(fault))),
    }
}

fn permissions_page(session: &BrowserSession, set: &PermissionSet, held: &BTreeSet<String>, fault: Option<SetFault>) -> Response {
    let known = system_permissions(&session.browser.caller.org.switches());
    let choices = |decides: bool| -> Vec<Choice> {
        let wanted = known.iter().filter(|permission| permission.decides == decides);
        wanted.map(|permission| Choice::new(permission.field, permission.label, held.contains(permission.field))).collect()
    };
    let mut more = FormSection::new("More System Permissions", vec![Field::checks("more", "More Permissions", choices(false))]);
    more.note = "They are kept and shown, and decide nothing in this stand-in.".to_owned();
    let sections = vec![FormSection::new("System Permissions", vec![Field::checks("permissions", "Permissions", choices(true))]), more];
    let mut form = Form::new(session.link(PERMISSIONS), "Save", sections);
    form.hidden = vec![("set", set.id.to_string())];
    form.cancel = Some(session.link(&page_of(set)));
    form.refusal = fault.map(|fault| fault.to_string());
    answer::page(StatusCode::OK, &edit_page(session, set, "System Permissions", form))
}

/// `GET /lightning/setup/PermSets/apps?set=…&kind=…`
pub(super) async fn show_apps(State(app): State<App>, session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    session.must(Duty::ManagePermissionSets, permission_sets::PATH)?;
    let (set, kind) = (find(&session, &query)?, read_kind(&session, &query)?);
    let apps = app.app_access(&session.browser.caller.org, &set, kind)?;
    let choices: Vec<Choice> = apps.iter().map(|access| Choice::new(access.app.id.to_string(), &access.app.name, access.granted)).collect();
    let heading = heading_of(kind);
    if choices.is_empty() {
        let mut view = edit_page(&session, &set, heading, Form::new("", "", Vec::new()));
        view.parts = vec![Part::Note("No app of this kind is installed in the org or defined there.".to_owned())];
        return Ok(answer::page(StatusCode::OK, &view));
    }
    let mut form = Form::new(session.link(APPS), "Save", vec![FormSection::new(heading, vec![Field::checks("apps", "Enabled Apps", choices)])]);
    form.hidden = vec![("set", set.id.to_string()), ("kind", word_of(kind).to_owned())];
    form.cancel = Some(session.link(&page_of(&set)));
    Ok(answer::page(StatusCode::OK, &edit_page(&session, &set, heading, form)))
}

/// `POST` the same, with any number of `apps`.
pub(super) async fn save_apps(State(app): State<App>, form: PostedForm) -> Result<Response, PageError> {
    let PostedForm { session, fields } = form;
    session.must(Duty::ManagePermissionSets, permission_sets::PATH)?;
    let (set, kind) = (find(&session, &fields)?, read_kind(&session, &fields)?);
    let chosen: BTreeSet<AppId> = fields.all("apps").filter_map(|id| AppId::parse(id).ok()).collect();
    match app.set_app_access(&session.browser.caller.org, set.id, kind, &chosen, session.user().id)? {
        Ok(()) => Ok(answer::redirect(&session.link(&format!("{}&done=saved", page_of(&set))))),
        Err(_) => Err(session.missing("No permission set or profile has this id.")),
    }
}

fn edit_page(session: &BrowserSession, set: &PermissionSet, heading: &str, form: Form) -> SetupPage {
    SetupPage {
        crumb: Some(Link { url: session.link(&page_of(set)), text: set.label.clone() }),
        parts: vec![Part::Form(form)],
        ..session.setup_page(entry_of(set), format!("{}: {heading}", set.label))
    }
}
