//! First-generation packaging in Package Manager: the namespace, New Package, components, Upload.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::error::PageError;
use super::package_manager::{self, PACKAGE, path_of};
use super::session::{BrowserSession, Fields, PostedForm};
use super::view::{Action, Cell, Choice, Detail, Field, Form, FormSection, Link, Part, Row, Section, SetupPage, Sheet};
use super::{answer, wording};
use crate::app::App;
use crate::apps::{Act, NewPackage, Package, PackagingRefused, Upload, may, usual_number};
use crate::id::{AppId, PackageId, PackageVersionId};

/// Namespace Settings, edited.
pub(super) const NAMESPACE: &str = "/lightning/setup/Package/namespace";
pub(super) const NEW: &str = "/lightning/setup/Package/new";
/// Add to Package.
pub(super) const COMPONENTS: &str = "/lightning/setup/Package/components";
pub(super) const UPLOAD: &str = "/lightning/setup/Package/upload";

/// Whether the user makes packages here.
pub(super) fn offers(session: &BrowserSession) -> bool {
    may(session.user(), Act::PackageApps)
}

/// `GET /lightning/setup/Package/namespace`
pub(super) async fn show_namespace(session: BrowserSession) -> Result<Response, PageError> {
    session.must(Act::PackageApps, package_manager::PATH)?;
    Ok(namespace_page(&session, "", None))
}

/// `POST` the same: `step` is `check` (Check Availability, which leads to the review) or `save`.
pub(super) async fn save_namespace(State(app): State<App>, form: PostedForm) -> Result<Response, PageError> {
    let PostedForm { session, fields } = form;
    session.must(Act::PackageApps, package_manager::PATH)?;
    let (org, prefix) = (&session.browser.caller.org, fields.get("prefix").unwrap_or_default().trim());
    let outcome = match fields.get("step") {
        Some("save") => app.register_namespace(org, prefix, Some(session.user().id))?,
        _ => app.check_namespace(org, prefix),
    };
    match (outcome, fields.get("step")) {
        (Err(refused), _) => Ok(namespace_page(&session, prefix, Some(&refused))),
        (Ok(()), Some("save")) => Ok(answer::redirect(&session.link(&format!("{}?done=namespace", package_manager::PATH)))),
        (Ok(()), _) => Ok(review_page(&session, prefix)),
    }
}

fn namespace_page(session: &BrowserSession, prefix: &str, refused: Option<&PackagingRefused>) -> Response {
    let field =
        Field::text("prefix", "Namespace Prefix", prefix).required().hint("1 to 15 letters, digits and underscores, unique in all of Salesforce.");
    let mut form = Form::new(session.link(NAMESPACE), "Check Availability", vec![FormSection::new("Namespace Settings", vec![field])]);
    form.hidden = vec![("step", "check".to_owned())];
    form.cancel = Some(session.link(package_manager::PATH));
    if let Some(refused) = refused {
        form.complain("prefix", refused.to_string());
    }
    answer::page(StatusCode::OK, &sub_page(session, "Namespace Settings".to_owned(), vec![Part::Form(form)]))
}

fn review_page(session: &BrowserSession, prefix: &str) -> Response {
    let mut section = Section::new("review", "Review", vec![Detail::new("Namespace Prefix", Cell::exact(prefix))]);
    section.note = "The prefix is available. Once it is saved it can't be changed.".to_owned();
    let mut form = Form::new(session.link(NAMESPACE), "Save", Vec::new());
    form.hidden = vec![("step", "save".to_owned()), ("prefix", prefix.to_owned())];
    form.cancel = Some(session.link(package_manager::PATH));
    answer::page(StatusCode::OK, &sub_page(session, "Review Namespace Settings".to_owned(), vec![Part::Section(section), Part::Form(form)]))
}

/// `GET /lightning/setup/Package/new`
pub(super) async fn show_new(session: BrowserSession) -> Result<Response, PageError> {
    session.must(Act::PackageApps, package_manager::PATH)?;
    Ok(new_page(&session, &NewPackage::default(), None))
}

/// `POST` the same.
pub(super) async fn create(State(app): State<App>, form: PostedForm) -> Result<Response, PageError> {
    let PostedForm { session, fields } = form;
    session.must(Act::PackageApps, package_manager::PATH)?;
    let new = NewPackage {
        name: fields.get("Name").unwrap_or_default().trim().to_owned(),
        managed: fields.get("managed").is_some(),
        description: typed(&fields, "Description"),
        language: typed(&fields, "language"),
    };
    match app.create_package(&session.browser.caller.org, new.clone(), Some(session.user().id))? {
        Ok(package) => Ok(answer::redirect(&session.link(&format!("{}&done=created", path_of(package.id))))),
        Err(refused) => Ok(new_page(&session, &new, Some(&refused))),
    }
}

fn typed(fields: &Fields, name: &str) -> Option<String> {
    fields.get(name).map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn new_page(session: &BrowserSession, new: &NewPackage, refused: Option<&PackagingRefused>) -> Response {
    let languages = [("en_US", "English"), ("de", "German"), ("fr", "French"), ("es", "Spanish"), ("ja", "Japanese")];
    let language = new.language.as_deref().unwrap_or("en_US");
    let fields = vec![
        Field::text("Name", "Package Name", &new.name).required(),
        Field::select("language", "Language", languages.iter().map(|(value, label)| Choice::new(*value, *label, *value == language)).collect()),
        Field::check("managed", "Managed", new.managed).hint("Its components carry the org's namespace and are closed where they are installed."),
        Field::lines("Description", "Description", new.description.clone().unwrap_or_default()),
    ];
    let mut form = Form::new(session.link(NEW), "Save", vec![FormSection::new("Package Information", fields)]);
    form.cancel = Some(session.link(package_manager::PATH));
    match refused {
        Some(PackagingRefused::NoName | PackagingRefused::NameTaken(_)) => {
            form.complain("Name", refused.map(ToString::to_string).unwrap_or_default());
        }
        other => form.refusal = other.map(ToString::to_string),
    }
    answer::page(StatusCode::OK, &sub_page(session, "New Package".to_owned(), vec![Part::Form(form)]))
}

/// What the page of a first-generation package shows beside its details: components, and what can be done.
pub(super) fn components(app: &App, session: &BrowserSession, package: &Package) -> Sheet {
    let registry = app.registry();
    let offered = offers(session);
    let rows = package.components.iter().filter_map(|id| registry.app(*id)).map(|component| {
        let fields = vec![("package", package.id.to_string()), ("act", "remove".to_owned()), ("app", component.id.to_string())];
        let remove = Action::post("Remove", session.link(PACKAGE), fields).about(&component.name).danger();
        Row {
            id: component.id.to_string(),
            cells: vec![Cell::text(&component.name), Cell::text(wording::kind(component.kind))],
            actions: if offered { vec![remove] } else { Vec::new() },
        }
    });
    let add = Action::open("Add", session.link(&format!("{COMPONENTS}?package={}", package.id))).about("components");
    Sheet {
        id: "components",
        heading: "Components".to_owned(),
        columns: vec!["Component Name", "Component Type"],
        rows: rows.collect(),
        empty: "The package has no components yet.".to_owned(),
        actions: if offered { vec![add] } else { Vec::new() },
    }
}

/// The buttons of the page of a first-generation package.
pub(super) fn actions(session: &BrowserSession, package: &Package) -> Vec<Action> {
    if !offers(session) {
        return Vec::new();
    }
    let delete = vec![("package", package.id.to_string()), ("act", "delete".to_owned())];
    vec![
        Action::open("Upload", session.link(&format!("{UPLOAD}?package={}", package.id))).primary(),
        Action::post("Delete", session.link(PACKAGE), delete).about(&package.name).danger(),
    ]
}

/// The button of a version that can be taken out of use.
pub(super) fn deprecate(session: &BrowserSession, package: &Package, version: PackageVersionId, number: &str) -> Action {
    let fields = vec![("package", package.id.to_string()), ("act", "deprecate".to_owned()), ("p0", version.to_string())];
    Action::post("Deprecate", session.link(PACKAGE), fields).about(number).danger()
}

/// `POST /lightning/setup/Package/page`: `act` is `remove` with `app`, `deprecate` with `p0`, or `delete`.
pub(super) async fn act(State(app): State<App>, form: PostedForm) -> Result<Response, PageError> {
    let PostedForm { session, fields } = form;
    session.must(Act::PackageApps, package_manager::PATH)?;
    let package = find(&app, &session, &fields)?;
    let (org, by) = (&session.browser.caller.org, Some(session.user().id));
    let component = fields.get("app").and_then(|id| AppId::parse(id).ok());
    let version = fields.get("p0").and_then(|id| PackageVersionId::parse(id).ok());
    let (outcome, to) = match (fields.get("act"), component, version) {
        (Some("remove"), Some(component), _) => {
            (app.remove_component(org, package.id, component, by)?, format!("{}&done=removed", path_of(package.id)))
        }
        (Some("deprecate"), _, Some(version)) => (app.deprecate_version(org, version, by)?, format!("{}&done=deprecated", path_of(package.id))),
        (Some("delete"), ..) => (app.delete_package(org, package.id, by)?, format!("{}?done=deleted", package_manager::PATH)),
        _ => return Err(session.missing("The page has no such button.")),
    };
    match outcome {
        Ok(()) => Ok(answer::redirect(&session.link(&to))),
        Err(refused) => Ok(answer::page(StatusCode::OK, &package_manager::page(&app, &session, &package, None, Some(refused.to_string())))),
    }
}

/// The first-generation package that a request is about.
fn find(app: &App, session: &BrowserSession, fields: &Fields) -> Result<std::sync::Arc<Package>, PageError> {
    let id = fields.get("package").and_then(|id| PackageId::parse(id).ok());
    let package = id.and_then(|id| app.own_package(session.browser.caller.org.id(), id));
    package.ok_or_else(|| session.missing("This org has no first-generation package with this id."))
}

/// `GET /lightning/setup/Package/components?package=033…`
pub(super) async fn show_components(State(app): State<App>, session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    session.must(Act::PackageApps, package_manager::PATH)?;
    let package = find(&app, &session, &query)?;
    Ok(components_page(&app, &session, &package, None))
}

/// `POST` the same, with any number of `apps`.
pub(super) async fn add_components(State(app): State<App>, form: PostedForm) -> Result<Response, PageError> {
    let PostedForm { session, fields } = form;
    session.must(Act::PackageApps, package_manager::PATH)?;
    let package = find(&app, &session, &fields)?;
    let chosen: Vec<AppId> = fields.all("apps").filter_map(|id| AppId::parse(id).ok()).collect();
    if chosen.is_empty() {
        return Ok(components_page(&app, &session, &package, Some("Select at least one component.")));
    }
    for id in chosen {
        if let Err(refused) = app.add_component(&session.browser.caller.org, package.id, id, Some(session.user().id))? {
            return Ok(components_page(&app, &session, &package, Some(&refused.to_string())));
        }
    }
    Ok(answer::redirect(&session.link(&format!("{}&done=added", path_of(package.id)))))
}

fn components_page(app: &App, session: &BrowserSession, package: &Package, error: Option<&str>) -> Response {
    let apps = app.packageable(&session.browser.caller.org, package.id);
    let choices: Vec<Choice> = apps.iter().map(|app| Choice::new(app.id.to_string(), &app.name, false)).collect();
    let part = if choices.is_empty() {
        Part::Note("No connected app of this org can be added. Connected apps go into managed packages of Developer Edition orgs.".to_owned())
    } else {
        let fields = vec![Field::checks("apps", "Connected App", choices)];
        let mut form = Form::new(session.link(COMPONENTS), "Add To Package", vec![FormSection::new("Component Type: Connected App", fields)]);
        form.hidden = vec![("package", package.id.to_string())];
        form.cancel = Some(session.link(&path_of(package.id)));
        if let Some(error) = error {
            form.complain("apps", error);
        }
        Part::Form(form)
    };
    let mut view = sub_page(session, format!("{}: Add to Package", package.name), vec![part]);
    view.crumb = Some(Link { url: session.link(&path_of(package.id)), text: package.name.clone() });
    answer::page(StatusCode::OK, &view)
}

/// `GET /lightning/setup/Package/upload?package=033…`
pub(super) async fn show_upload(State(app): State<App>, session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    session.must(Act::PackageApps, package_manager::PATH)?;
    let package = find(&app, &session, &query)?;
    let versions = app.registry().versions(package.id);
    let (major, minor) = usual_number(versions.iter().map(|version| &**version));
    Ok(upload_page(&session, &package, &Upload { major, minor, ..Upload::default() }, &[]))
}

/// `POST` the same.
pub(super) async fn upload(State(app): State<App>, form: PostedForm) -> Result<Response, PageError> {
    let PostedForm { session, fields } = form;
    session.must(Act::PackageApps, package_manager::PATH)?;
    let package = find(&app, &session, &fields)?;
    let number = fields.get("number").unwrap_or_default().trim();
    let parsed = number.split_once('.').and_then(|(major, minor)| Some((major.parse().ok()?, minor.parse().ok()?)));
    let (major, minor) = parsed.unwrap_or_default();
    let upload = Upload {
        version_name: fields.get("VersionName").unwrap_or_default().trim().to_owned(),
        major,
        minor,
        release: fields.get("release") == Some("released"),
        key: typed(&fields, "key"),
        description: typed(&fields, "Description"),
        release_notes_url: typed(&fields, "ReleaseNotes"),
        post_install_url: typed(&fields, "PostInstall"),
    };
    let mut faults = Vec::new();
    if parsed.is_none() {
        faults.push(("number", "A version is written as 1.0.".to_owned()));
    }
    if fields.get("key").unwrap_or_default() != fields.get("confirm").unwrap_or_default() {
        faults.push(("confirm", "Passwords don't match.".to_owned()));
    }
    if !faults.is_empty() {
        return Ok(upload_page(&session, &package, &upload, &faults));
    }
    match app.upload_package(&session.browser.caller.org, package.id, &upload, Some(session.user().id))? {
        Ok(_) => Ok(answer::redirect(&session.link(&format!("{}&done=uploaded", path_of(package.id))))),
        Err(refused) => {
            let field = match refused {
                PackagingRefused::NoVersionName => "VersionName",
                PackagingRefused::NumberTooLow(..) => "number",
                _ => "",
            };
            Ok(upload_page(&session, &package, &upload, &[(field, refused.to_string())]))
        }
    }
}

fn upload_page(session: &BrowserSession, package: &Package, upload: &Upload, faults: &[(&'static str, String)]) -> Response {
    let types = vec![Choice::new("released", "Managed - Released", upload.release), Choice::new("beta", "Managed - Beta", !upload.release)];
    let details = vec![
        Field::text("VersionName", "Version Name", &upload.version_name).required(),
        Field::text("number", "Version Number", format!("{}.{}", upload.major, upload.minor)).required().hint("Major and minor, as 1.0."),
        Field::radios("release", "Release Type", types),
        Field::text("ReleaseNotes", "Release Notes URL", upload.release_notes_url.clone().unwrap_or_default()),
        Field::text("PostInstall", "Post Install Instructions URL", upload.post_install_url.clone().unwrap_or_default()),
        Field::lines("Description", "Description", upload.description.clone().unwrap_or_default()),
    ];
    let key = vec![Field::line("password", "key", "Password", ""), Field::line("password", "confirm", "Confirm Password", "")];
    let mut protection = FormSection::new("Password (Optional)", key);
    protection.note = "Whoever installs the package is asked for it.".to_owned();
    let mut form = Form::new(session.link(UPLOAD), "Upload", vec![FormSection::new("Package Details", details), protection]);
    form.hidden = vec![("package", package.id.to_string())];
    form.cancel = Some(session.link(&path_of(package.id)));
    for (field, wrong) in faults {
        form.complain(field, wrong.as_str());
    }
    let mut view = sub_page(session, format!("Upload Package {}", package.name), vec![Part::Form(form)]);
    view.crumb = Some(Link { url: session.link(&path_of(package.id)), text: package.name.clone() });
    answer::page(StatusCode::OK, &view)
}

fn sub_page(session: &BrowserSession, heading: String, parts: Vec<Part>) -> SetupPage {
    SetupPage {
        crumb: Some(Link { url: session.link(package_manager::PATH), text: "Package Manager".to_owned() }),
        parts,
        ..session.setup_page(package_manager::PATH, heading)
    }
}
