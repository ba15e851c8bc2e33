//! Installed Packages: what came into the org by packages, and Uninstall. Source: `packaging-and-cli.md` 9.2.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::error::PageError;
use super::session::{BrowserSession, Fields, PostedForm};
use super::view::{Action, Cell, Choice, Detail, Field, Form, FormSection, Link, Look, Part, Row, Section, SetupPage, Sheet, Tone};
use super::{answer, app_page, explain, wording};
use crate::app::App;
use crate::apps::{Act, InstalledRelease, may};
use crate::id::PackageVersionId;
use crate::journal::Facts;
use crate::org::Duty;

pub(super) const PATH: &str = "/lightning/setup/ImportedPackage/home";
/// Uninstalling a Package.
pub(super) const UNINSTALL: &str = "/lightning/setup/ImportedPackage/uninstall";
/// One package.
pub(super) const PACKAGE: &str = "/lightning/setup/ImportedPackage/page";

const CONFIRM: &str = "Yes, I want to uninstall this package and permanently delete all associated components";
const UNCONFIRMED: &str = "Select the check box to confirm that you want to uninstall the package.";

fn path_of(version: PackageVersionId) -> String {
    format!("{PACKAGE}?p0={version}")
}

/// `GET /lightning/setup/ImportedPackage/home`
pub(super) async fn list(State(app): State<App>, session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    session.must(Duty::SeeSetup, PATH)?;
    let mut installed = session.browser.caller.org.read(|tx| app.installed(tx))?;
    installed.sort_by_key(|known| known.release.package.name.to_lowercase());
    let sheet = Sheet {
        id: "packages",
        heading: String::new(),
        columns: vec!["Package Name", "Publisher", "Version Number", "Namespace Prefix", "Install Date", "Release Type"],
        rows: installed.iter().map(|known| row(&app, &session, known)).collect(),
        empty: "No packages are installed. A publisher's install link brings one here.".to_owned(),
        actions: Vec::new(),
    };
    let view = SetupPage {
        intro: format!("Packages that administrators installed in {}.", session.org_name()),
        done: query.get("done").map(|_| "The package is uninstalled. Its apps are gone, and their tokens have ended.".to_owned()),
        parts: vec![Part::Sheet(sheet)],
        ..session.setup_page(PATH, "Installed Packages")
    };
    Ok(answer::page(StatusCode::OK, &view))
}

fn row(app: &App, session: &BrowserSession, known: &InstalledRelease) -> Row {
    let (package, version) = (&known.release.package, &known.release.version);
    let uninstall = Action::open("Uninstall", session.link(&format!("{UNINSTALL}?p0={}", version.id))).about(&package.name).danger();
    Row {
        id: version.id.to_string(),
        cells: vec![
            Cell::link(session.link(&path_of(version.id)), &package.name),
            Cell::text(publisher(app, known)),
            Cell::text(version.number.three()),
            Cell::text(package.namespace.clone().unwrap_or_default()),
            Cell::text(wording::moment(known.installed.installed_at)),
            release_type(version.promoted),
        ],
        actions: if may(session.user(), Act::InstallPackage) { vec![uninstall] } else { Vec::new() },
    }
}

pub(super) fn release_type(promoted: bool) -> Cell {
    if promoted { Cell::badge("Released", Tone::Good) } else { Cell::badge("Beta", Tone::Plain) }
}

fn publisher(app: &App, known: &InstalledRelease) -> String {
    app.org(known.release.package.owner).map(|org| org.facts().name.clone()).unwrap_or_default()
}

/// `GET /lightning/setup/ImportedPackage/page?p0=04t…`
pub(super) async fn show(State(app): State<App>, session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    session.must(Duty::SeeSetup, PATH)?;
    let known = find(&app, &session, &query)?;
    let (package, version) = (&known.release.package, &known.release.version);
    let details = vec![
        Detail::text("Package Name", &package.name),
        Detail::text("Publisher", publisher(&app, &known)),
        Detail::text("Version Name", &version.name),
        Detail::text("Version Number", version.number.three()),
        Detail::new("Release Type", release_type(version.promoted)),
        Detail::text("Namespace Prefix", package.namespace.clone().unwrap_or_default()),
        Detail::text("Install Date", wording::moment(known.installed.installed_at)),
        Detail::new("Package Version ID", Cell::exact(version.id.to_string())),
    ];
    let registry = app.registry();
    let components = version.apps.iter().filter_map(|id| registry.app(*id)).map(|carried| Row {
        id: carried.id.to_string(),
        cells: vec![Cell::link(session.link(&app_page::path(carried.id, None)), &carried.name), Cell::text(wording::kind(carried.kind))],
        actions: Vec::new(),
    });
    let sheet = Sheet {
        id: "components",
        heading: "Package Components".to_owned(),
        columns: vec!["Component Name", "Component Type"],
        rows: components.collect(),
        empty: "The package carries no app.".to_owned(),
        actions: Vec::new(),
    };
    let uninstall = Action::open("Uninstall", session.link(&format!("{UNINSTALL}?p0={}", version.id))).danger();
    let view = SetupPage {
        crumb: Some(Link { url: session.link(PATH), text: "Installed Packages".to_owned() }),
        actions: if may(session.user(), Act::InstallPackage) { vec![uninstall] } else { Vec::new() },
        parts: vec![Part::Section(Section::new("package", "Installed Package Detail", details)), Part::Sheet(sheet)],
        ..session.setup_page(PATH, &package.name)
    };
    Ok(answer::page(StatusCode::OK, &view))
}

/// `GET /lightning/setup/ImportedPackage/uninstall?p0=04t…`
pub(super) async fn show_uninstall(State(app): State<App>, session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    session.must(Act::InstallPackage, PATH)?;
    let known = find(&app, &session, &query)?;
    Ok(uninstall_page(&session, &known, None))
}

/// `POST` the same; `confirmed` is the box.
pub(super) async fn uninstall(State(app): State<App>, facts: Facts, form: PostedForm) -> Result<Response, PageError> {
    let PostedForm { session, fields } = form;
    session.must(Act::InstallPackage, PATH)?;
    let known = find(&app, &session, &fields)?;
    if fields.get("confirmed").is_none() {
        return Ok(uninstall_page(&session, &known, Some(UNCONFIRMED)));
    }
    match app.uninstall_package(&session.browser.caller.org, known.release.version.id, Some(session.user().id))? {
        Ok(()) => Ok(answer::redirect(&session.link(&format!("{PATH}?done=uninstalled")))),
        Err(refused) => {
            explain::record_install(&app, &session, &facts, None, &refused);
            Ok(uninstall_page(&session, &known, Some(&refused.message())))
        }
    }
}

/// The installed package that a request is about.
fn find(app: &App, session: &BrowserSession, fields: &Fields) -> Result<InstalledRelease, PageError> {
    let version = fields.get("p0").and_then(|id| PackageVersionId::parse(id).ok());
    let installed = session.browser.caller.org.read(|tx| app.installed(tx))?;
    let known = installed.into_iter().find(|known| Some(known.release.version.id) == version);
    known.ok_or_else(|| session.missing("This version of the package is not installed."))
}

/// GUESS: the choice about data is offered as in Salesforce; the apps that packages carry here have none to save.
fn uninstall_page(session: &BrowserSession, known: &InstalledRelease, error: Option<&str>) -> Response {
    let data = vec![
        Choice::new("export", "Save a copy of this package's data for 48 hours after uninstall", true),
        Choice::new("discard", "Do not save a copy of this package's data after uninstall", false),
    ];
    let fields = vec![Field::radios("data", "Package data", data), Field::check("confirmed", CONFIRM, false)];
    let mut section = FormSection::new(format!("Uninstalling {}", known.release.package.name), fields);
    section.note = "Uninstalling removes the package's apps from the org; the tokens of all their users end.".to_owned();
    let mut form = Form::new(session.link(UNINSTALL), "Uninstall", vec![section]);
    form.look = Look::Danger;
    form.hidden = vec![("p0", known.release.version.id.to_string())];
    form.cancel = Some(session.link(PATH));
    if let Some(error) = error {
        form.complain(if error == UNCONFIRMED { "confirmed" } else { "" }, error);
    }
    let view = SetupPage {
        crumb: Some(Link { url: session.link(PATH), text: "Installed Packages".to_owned() }),
        parts: vec![Part::Form(form)],
        ..session.setup_page(PATH, "Uninstalling a Package")
    };
    answer::page(StatusCode::OK, &view)
}
