//! Sandboxes: the copies of this org, made, refreshed, activated and deleted.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::error::PageError;
use super::session::{BrowserSession, Fields, PostedForm};
use super::view::{Action, Cell, Choice, Field, Form, FormSection, Link, Look, Part, Row, SetupPage, Sheet, Tone};
use super::{answer, wording};
use crate::app::{App, Sandbox, SandboxRefused, SandboxRequest};
use crate::id::RecordId;
use crate::org::{Duty, SandboxLicense};
use crate::storage::StoreError;

pub(super) const PATH: &str = "/lightning/setup/DataManagementCreateTestInstance/home";
/// New Sandbox, Clone and Refresh.
pub(super) const COPY: &str = "/lightning/setup/DataManagementCreateTestInstance/copy";
/// Deleting a sandbox.
pub(super) const DELETE: &str = "/lightning/setup/DataManagementCreateTestInstance/delete";

/// Which form of a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Copy {
    New,
    Clone,
    Refresh,
}

impl Copy {
    /// The `copy` of a query or form.
    fn value(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Clone => "clone",
            Self::Refresh => "refresh",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::New => "New Sandbox",
            Self::Clone => "Clone",
            Self::Refresh => "Refresh",
        }
    }

    fn read(value: &str) -> Option<Self> {
        [Self::New, Self::Clone, Self::Refresh].into_iter().find(|copy| copy.value() == value)
    }

    fn path(self, sandbox: Option<RecordId>) -> String {
        let of = sandbox.map(|id| format!("&sandbox={id}")).unwrap_or_default();
        format!("{COPY}?copy={}{of}", self.value())
    }
}

/// `GET /lightning/setup/DataManagementCreateTestInstance/home`
pub(super) async fn list(State(app): State<App>, session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    session.must(Duty::SeeSetup, PATH)?;
    let done = match query.get("done") {
        Some("copied") => Some("The copy is under way, or done: see its status."),
        Some("activated") => Some("The sandbox is the new copy now."),
        Some("discarded") => Some("The copy is discarded; the sandbox stays as it was."),
        Some("deleted") => Some("The sandbox is deleted."),
        _ => None,
    };
    Ok(answer::page(StatusCode::OK, &page(&app, &session, done, None)?))
}

fn page(app: &App, session: &BrowserSession, done: Option<&str>, refused: Option<&SandboxRefused>) -> Result<SetupPage, PageError> {
    let sandboxes = app.sandboxes(&session.browser.caller.org)?;
    let sheet = Sheet {
        id: "sandboxes",
        heading: String::new(),
        columns: vec!["Name", "Type", "Status", "Copied From", "Completed On", "Description"],
        rows: sandboxes.iter().map(|sandbox| row(app, session, sandbox)).collect(),
        empty: "This org has no sandboxes.".to_owned(),
        actions: Vec::new(),
    };
    let licenses = app.sandbox_licenses(&session.browser.caller.org)?;
    let manages = Duty::ManageSandboxes.is_of(session.user());
    let mut parts: Vec<Part> = refused.map(|refused| Part::Alert(refused.to_string())).into_iter().collect();
    parts.push(Part::Sheet(sheet));
    if !licenses.is_empty() {
        parts.push(Part::Sheet(license_sheet(&licenses)));
    }
    Ok(SetupPage {
        intro: "Copies of this org, with users and apps of their own. Their users log in at the test host.".to_owned(),
        done: done.map(str::to_owned),
        actions: if manages { vec![Action::open("New Sandbox", session.link(&Copy::New.path(None))).primary()] } else { Vec::new() },
        parts,
        ..session.setup_page(PATH, "Sandboxes")
    })
}

fn license_sheet(licenses: &[(SandboxLicense, usize, usize)]) -> Sheet {
    let row = |(license, used, all): &(SandboxLicense, usize, usize)| Row {
        id: format!("license-{}", license.value()),
        cells: vec![Cell::text(license.label()), Cell::text(used.to_string()), Cell::text(all.saturating_sub(*used).to_string())],
        actions: Vec::new(),
    };
    Sheet {
        id: "licenses",
        heading: "Sandbox Licenses".to_owned(),
        columns: vec!["License", "In Use", "Available"],
        rows: licenses.iter().map(row).collect(),
        empty: String::new(),
        actions: Vec::new(),
    }
}

fn row(app: &App, session: &BrowserSession, sandbox: &Sandbox) -> Row {
    Row {
        id: sandbox.info.to_string(),
        cells: vec![
            Cell::text(&sandbox.name),
            Cell::text(sandbox.license.label()),
            Cell::badge(&sandbox.status, if sandbox.status == "Completed" { Tone::Good } else { Tone::Plain }),
            Cell::text(&sandbox.copied_from),
            Cell::text(sandbox.completed.map(wording::moment).unwrap_or_default()),
            Cell::text(sandbox.description.clone().unwrap_or_default()),
        ],
        actions: actions(app, session, sandbox),
    }
}

fn actions(app: &App, session: &BrowserSession, sandbox: &Sandbox) -> Vec<Action> {
    let mut actions = Vec::new();
    let (id, name) = (sandbox.info, &sandbox.name);
    if Duty::ManageSandboxes.is_of(session.user()) {
        if let Some(process) = sandbox.process.filter(|_| sandbox.status == "Pending Activation") {
            let fields = |act: &str| vec![("act", act.to_owned()), ("process", process.to_string())];
            actions.push(Action::post("Activate", session.link(PATH), fields("activate")).about(name).primary());
            actions.push(Action::post("Discard", session.link(PATH), fields("discard")).about(name));
        }
        if sandbox.status == "Completed" {
            actions.push(Action::open("Clone", session.link(&Copy::Clone.path(Some(id)))).about(name));
            actions.push(Action::open("Refresh", session.link(&Copy::Refresh.path(Some(id)))).about(name));
        }
        actions.push(Action::open("Del", session.link(&format!("{DELETE}?sandbox={id}"))).about(name).danger());
    }
    if let Some(org) = sandbox.org.and_then(|id| app.org(id)) {
        let facts = org.facts();
        let origin = session.site.my_domain_url(facts.id, &facts.my_domain());
        let prefix = if session.site.is_own() { format!("/_mock/org/{}", facts.name) } else { String::new() };
        actions.push(Action::open("Log In", format!("{origin}{prefix}/login")).about(format!("to {name}")));
    }
    actions
}

/// `POST` the same: `act` is `activate` or `discard`, with `process`.
pub(super) async fn act(State(app): State<App>, form: PostedForm) -> Result<Response, PageError> {
    let PostedForm { session, fields } = form;
    session.must(Duty::ManageSandboxes, PATH)?;
    let Some(process) = fields.get("process").and_then(|id| RecordId::parse(id).ok()) else { return Err(session.missing("No copy has this id.")) };
    let (org, by) = (Arc::clone(&session.browser.caller.org), session.user().id);
    let worker = app.clone();
    let (outcome, done) = match fields.get("act") {
        Some("activate") => (at_length(move || worker.activate_sandbox(&org, process, by)).await, "activated"),
        Some("discard") => (app.discard_sandbox(&org, process, by), "discarded"),
        _ => return Err(session.missing("The page has no such button.")),
    };
    match outcome {
        Ok(()) => Ok(answer::redirect(&session.link(&format!("{PATH}?done={done}")))),
        Err(refused) => Ok(answer::page(StatusCode::OK, &page(&app, &session, None, Some(&refused))?)),
    }
}

/// What the form of a copy says.
#[derive(Default)]
struct Typed {
    name: String,
    license: Option<SandboxLicense>,
    description: String,
    activates: bool,
}

/// `GET /lightning/setup/DataManagementCreateTestInstance/copy?copy=new`, `clone` or `refresh`, these with `sandbox`.
pub(super) async fn show_copy(State(app): State<App>, session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    session.must(Duty::ManageSandboxes, PATH)?;
    let (copy, of) = subject(&app, &session, &query)?;
    let typed = Typed {
        name: of.as_ref().filter(|_| copy == Copy::Refresh).map(|of| of.name.clone()).unwrap_or_default(),
        license: Some(of.as_ref().map_or(SandboxLicense::Developer, |of| of.license)),
        description: String::new(),
        activates: true,
    };
    Ok(copy_page(&session, copy, of.as_ref(), &typed, None))
}

/// `POST` the same.
pub(super) async fn start(State(app): State<App>, form: PostedForm) -> Result<Response, PageError> {
    let PostedForm { session, fields } = form;
    session.must(Duty::ManageSandboxes, PATH)?;
    let (copy, of) = subject(&app, &session, &fields)?;
    let typed = Typed {
        name: fields.get("SandboxName").unwrap_or_default().trim().to_owned(),
        license: fields.get("LicenseType").and_then(SandboxLicense::read),
        description: fields.get("Description").unwrap_or_default().trim().to_owned(),
        activates: fields.get("AutoActivate").is_some(),
    };
    let request = SandboxRequest {
        name: typed.name.clone(),
        license: typed.license.filter(|_| copy != Copy::Clone),
        source: of.as_ref().filter(|_| copy == Copy::Clone).map(|of| of.info),
        description: (!typed.description.is_empty()).then(|| typed.description.clone()),
        auto_activate: typed.activates,
        ..SandboxRequest::default()
    };
    let (org, by) = (Arc::clone(&session.browser.caller.org), session.user().id);
    let refreshed = of.as_ref().filter(|_| copy == Copy::Refresh).map(|of| (of.info, of.name.clone()));
    let started = at_length(move || match refreshed {
        Some((info, name)) => app.refresh_sandbox(&org, info, &SandboxRequest { name, ..request }, by),
        None => app.create_sandbox(&org, &request, by),
    });
    match started.await {
        Ok(_) => Ok(answer::redirect(&session.link(&format!("{PATH}?done=copied")))),
        Err(refused) => Ok(copy_page(&session, copy, of.as_ref(), &typed, Some(&refused))),
    }
}

/// Which copy is asked for, and of which sandbox.
fn subject(app: &App, session: &BrowserSession, fields: &Fields) -> Result<(Copy, Option<Sandbox>), PageError> {
    let Some(copy) = fields.get("copy").and_then(Copy::read) else { return Err(session.missing("The page has no such form.")) };
    let of = if copy == Copy::New { None } else { Some(find(app, session, fields)?) };
    Ok((copy, of))
}

fn find(app: &App, session: &BrowserSession, fields: &Fields) -> Result<Sandbox, PageError> {
    let id = fields.get("sandbox").and_then(|id| RecordId::parse(id).ok());
    let known = app.sandboxes(&session.browser.caller.org)?.into_iter().find(|known| Some(known.info) == id);
    known.ok_or_else(|| session.missing("This org has no sandbox with this id."))
}

fn copy_page(session: &BrowserSession, copy: Copy, of: Option<&Sandbox>, typed: &Typed, refused: Option<&SandboxRefused>) -> Response {
    let licenses = SandboxLicense::ALL.iter().map(|license| Choice::new(license.value(), license.label(), typed.license == Some(*license))).collect();
    let mut fields =
        vec![Field::text("SandboxName", "Name", &typed.name).required().locked_if(copy == Copy::Refresh).hint("At most ten letters and digits.")];
    if copy != Copy::Clone {
        fields.push(Field::select("LicenseType", "Type", licenses));
    }
    fields.push(Field::text("Description", "Description", &typed.description));
    if copy == Copy::Refresh {
        fields.push(Field::check("AutoActivate", "Auto Activate", typed.activates).hint("Otherwise the new copy waits until somebody activates it."));
    }
    let heading = of.map_or_else(|| copy.label().to_owned(), |of| format!("{} {}", copy.label(), of.name));
    let mut form = Form::new(
        session.link(COPY),
        if copy == Copy::Refresh { "Refresh" } else { "Create" },
        vec![FormSection::new("Sandbox Information", fields)],
    );
    form.hidden = vec![("copy", copy.value().to_owned())];
    form.hidden.extend(of.map(|of| ("sandbox", of.info.to_string())));
    form.cancel = Some(session.link(PATH));
    if let Some(refused) = refused {
        form.complain(refused.field().unwrap_or_default(), refused.to_string());
    }
    answer::page(StatusCode::OK, &sub_page(session, heading, form))
}

/// `GET /lightning/setup/DataManagementCreateTestInstance/delete?sandbox=0GQ…`
pub(super) async fn show_delete(State(app): State<App>, session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    session.must(Duty::ManageSandboxes, PATH)?;
    let sandbox = find(&app, &session, &query)?;
    Ok(delete_page(&session, &sandbox, None))
}

/// `POST` the same; `confirmed` is the box.
pub(super) async fn delete(State(app): State<App>, form: PostedForm) -> Result<Response, PageError> {
    let PostedForm { session, fields } = form;
    session.must(Duty::ManageSandboxes, PATH)?;
    let sandbox = find(&app, &session, &fields)?;
    if fields.get("confirmed").is_none() {
        return Ok(delete_page(&session, &sandbox, Some("Select the check box to confirm that you want to delete the sandbox.".to_owned())));
    }
    let (org, info, by) = (Arc::clone(&session.browser.caller.org), sandbox.info, session.user().id);
    match at_length(move || app.delete_sandbox(&org, info, by)).await {
        Ok(()) => Ok(answer::redirect(&session.link(&format!("{PATH}?done=deleted")))),
        Err(refused) => Ok(delete_page(&session, &sandbox, Some(refused.to_string()))),
    }
}

fn delete_page(session: &BrowserSession, sandbox: &Sandbox, error: Option<String>) -> Response {
    let fields = vec![Field::check("confirmed", "I understand that this deletes the sandbox with all its data", false)];
    let mut form = Form::new(session.link(DELETE), "Delete", vec![FormSection::new(format!("Delete {}", sandbox.name), fields)]);
    form.look = Look::Danger;
    form.hidden = vec![("sandbox", sandbox.info.to_string())];
    form.cancel = Some(session.link(PATH));
    form.refusal = error;
    answer::page(StatusCode::OK, &sub_page(session, format!("Delete Sandbox {}", sandbox.name), form))
}

/// Copies take long: they are made on the blocking pool.
async fn at_length<T: Send + 'static>(work: impl FnOnce() -> Result<T, SandboxRefused> + Send + 'static) -> Result<T, SandboxRefused> {
    tokio::task::spawn_blocking(work).await.map_err(StoreError::new)?
}

fn sub_page(session: &BrowserSession, heading: String, form: Form) -> SetupPage {
    SetupPage {
        crumb: Some(Link { url: session.link(PATH), text: "Sandboxes".to_owned() }),
        parts: vec![Part::Form(form)],
        ..session.setup_page(PATH, heading)
    }
}
