//! Package Manager: the packages that this org makes, with their versions and the links that install them.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::error::PageError;
use super::installed_packages::release_type;
use super::session::{BrowserSession, Fields};
use super::view::{Action, Cell, Detail, Link, Part, Row, Section, SetupPage, Sheet};
use super::{answer, packaging, wording};
use crate::app::App;
use crate::apps::{Package, PackageKind, Release};
use crate::id::PackageId;
use crate::org::Duty;

pub(super) const PATH: &str = "/lightning/setup/Package/home";
/// One package.
pub(super) const PACKAGE: &str = "/lightning/setup/Package/page";

/// The page of a package.
pub(super) fn path_of(package: PackageId) -> String {
    format!("{PACKAGE}?package={package}")
}

/// `GET /lightning/setup/Package/home`
pub(super) async fn list(State(app): State<App>, session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    session.must(Duty::SeeSetup, PATH)?;
    let facts = session.browser.caller.org.facts();
    let registry = app.registry();
    let own = registry.packages().into_iter().filter(|package| package.owner == facts.id && !package.deprecated);
    let row = |package: Arc<Package>| Row {
        id: package.id.to_string(),
        cells: vec![
            Cell::link(session.link(&path_of(package.id)), &package.name),
            Cell::text(kind(package.kind)),
            Cell::text(package.namespace.clone().unwrap_or_default()),
            Cell::text(registry.versions(package.id).iter().filter(|version| !version.deprecated).count().to_string()),
            Cell::text(package.description.clone().unwrap_or_default()),
        ],
        actions: Vec::new(),
    };
    let sheet = Sheet {
        id: "packages",
        heading: "Packages".to_owned(),
        columns: vec!["Package Name", "Package Type", "Namespace Prefix", "Versions", "Description"],
        rows: own.map(row).collect(),
        empty: "This org has made no packages.".to_owned(),
        actions: if packaging::offers(&session) { vec![Action::open("New", session.link(packaging::NEW)).about("Package")] } else { Vec::new() },
    };
    let prefix = facts.namespace.as_ref().map_or_else(|| Cell::text("None"), |prefix| Cell::exact(prefix.as_str()));
    let mut settings = Section::new("settings", "Namespace Settings", vec![Detail::new("Namespace Prefix", prefix)]);
    let makes = packaging::offers(&session);
    if makes && facts.namespace.is_none() {
        settings.actions.push(Action::open("Edit", session.link(packaging::NAMESPACE)).about("Namespace Settings"));
    }
    let view = SetupPage {
        intro: "Packages that this org makes for other orgs.".to_owned(),
        done: query.get("done").map(|done| if done == "deleted" { "The package is deleted." } else { "The namespace is registered." }.to_owned()),
        parts: vec![Part::Section(settings), Part::Sheet(sheet)],
        ..session.setup_page(PATH, "Package Manager")
    };
    Ok(answer::page(StatusCode::OK, &view))
}

fn kind(kind: PackageKind) -> &'static str {
    match kind {
        PackageKind::FirstGeneration => "1GP",
        PackageKind::Managed => "2GP Managed",
        PackageKind::Unlocked => "2GP Unlocked",
    }
}

/// `GET /lightning/setup/Package/page?package=033…`
pub(super) async fn show(State(app): State<App>, session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    session.must(Duty::SeeSetup, PATH)?;
    let id = query.get("package").and_then(|id| PackageId::parse(id).ok());
    let package = id.and_then(|id| app.registry().package(id)).filter(|package| package.owner == session.browser.caller.org.id());
    match package {
        Some(package) => Ok(answer::page(StatusCode::OK, &page(&app, &session, &package, query.get("done").and_then(done), None))),
        None => Err(session.missing("This org has no package with this id.")),
    }
}

/// What the last button did.
fn done(word: &str) -> Option<&'static str> {
    Some(match word {
        "created" => "The package is made.",
        "added" => "The components are added.",
        "removed" => "The component is removed.",
        "deprecated" => "The version is deprecated.",
        "uploaded" => "The package is uploaded. An e-mail with its install link is in the outbox.",
        _ => return None,
    })
}

/// The page of one package; `refused` is why its last button did nothing.
pub(super) fn page(app: &App, session: &BrowserSession, package: &Arc<Package>, done: Option<&str>, refused: Option<String>) -> SetupPage {
    let id = if package.kind.is_second_generation() { package.id.developers() } else { package.id.record() };
    let details = vec![
        Detail::text("Package Name", &package.name),
        Detail::text("Package Type", kind(package.kind)),
        Detail::text("Namespace Prefix", package.namespace.clone().unwrap_or_default()),
        Detail::text("Description", package.description.clone().unwrap_or_default()),
        Detail::text("Created", wording::moment(package.created.at)),
        Detail::new("Package ID", Cell::exact(id.to_string())),
        Detail::new("Subscriber Package ID", Cell::exact(package.id.to_string())),
    ];
    let versions = app.registry().versions(package.id);
    let current = versions.into_iter().rev().filter(|version| !version.deprecated);
    let sheet = Sheet {
        id: "versions",
        heading: "Versions".to_owned(),
        columns: vec!["Version Name", "Version Number", "State", "Created", "Installation Key", "Installation URL"],
        rows: current.map(|version| row(session, &Release { package: Arc::clone(package), version })).collect(),
        empty: "No version of the package is built.".to_owned(),
        actions: Vec::new(),
    };
    let first_generation = !package.kind.is_second_generation();
    let mut parts: Vec<Part> = refused.map(Part::Alert).into_iter().collect();
    parts.push(Part::Section(Section::new("package", "Package Detail", details)));
    if first_generation {
        parts.push(Part::Sheet(packaging::components(app, session, package)));
    }
    parts.push(Part::Sheet(sheet));
    SetupPage {
        crumb: Some(Link { url: session.link(PATH), text: "Package Manager".to_owned() }),
        done: done.map(str::to_owned),
        actions: if first_generation { packaging::actions(session, package) } else { Vec::new() },
        parts,
        ..session.setup_page(PATH, &package.name)
    }
}

fn row(session: &BrowserSession, release: &Release) -> Row {
    let version = &release.version;
    Row {
        id: version.id.to_string(),
        cells: vec![
            Cell::text(&version.name),
            Cell::text(version.number.to_string()),
            release_type(version.promoted),
            Cell::text(wording::moment(version.created.at)),
            Cell::Tick(version.installation_key.is_some()),
            Cell::exact(format!("{}{}", session.site.login_url(), release.install_path())),
        ],
        actions: if version.promoted && !release.package.kind.is_second_generation() && packaging::offers(session) {
            vec![packaging::deprecate(session, &release.package, version.id, &version.number.to_string())]
        } else {
            Vec::new()
        },
    }
}
