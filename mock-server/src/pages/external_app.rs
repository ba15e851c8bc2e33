//! External Client App Manager: the list, and one app with its tabs Policies (the admin's) and Settings (the developer's).

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::app_manager::{defines, find, find_own, settled};
use super::error::PageError;
use super::session::{BrowserSession, Fields, PostedForm};
use super::view::{Action, Cell, Detail, Form, FormSection, Link, Look, Part, Row, Section, SetupPage, Sheet, Tab, Tone};
use super::{answer, app_page, consumer, external_edit, external_policies, wording};
use crate::app::App;
use crate::apps::{Act, AppDefinition, AppKind, Availability, OrgApp, Presence, may};
use crate::id::AppId;
use crate::org::Actor;
use crate::storage::StoreError;

pub(super) const PATH: &str = "/lightning/setup/ManageExternalClientApplication/home";
/// GUESS: Lightning's own address of the record page was not recorded.
pub(super) const RECORD: &str = "/lightning/setup/ManageExternalClientApplication/app";

pub(super) const HEADING: &str = "External Client App Manager";

/// The tab that an app's page opens at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Policies,
    Settings,
}

pub(super) fn path(app: AppId) -> String {
    format!("{RECORD}?id={app}")
}

pub(super) fn settings_path(app: AppId) -> String {
    format!("{RECORD}?id={app}&tab=settings")
}

/// `GET /lightning/setup/ManageExternalClientApplication/home`
pub(super) async fn list(State(app): State<App>, session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    session.must(Act::SeeExternalApps, PATH)?;
    let mut known = settled(&app, &session)?;
    known.retain(|(definition, _)| definition.kind == AppKind::ExternalClientApp);
    let sheet = Sheet {
        id: "external-client-apps",
        heading: String::new(),
        columns: vec!["External Client App Name", "Distribution State", "In this org", "Status"],
        rows: known.iter().map(|(definition, here)| row(&session, definition, here)).collect(),
        empty: "This org has no external client app yet. Create one, or install the package of one.".to_owned(),
        actions: Vec::new(),
    };
    let new = may(session.user(), Act::DefineExternalApps);
    let view = SetupPage {
        intro: "External client apps that this org defines or installed. Settings belong to the developer, policies to the admin.".to_owned(),
        done: query.get("done").filter(|done| *done == "deleted").map(|_| "The app is deleted. Its tokens have ended in every org.".to_owned()),
        actions: new.then(|| Action::open("New External Client App", session.link(external_edit::NEW)).primary()).into_iter().collect(),
        parts: vec![Part::Sheet(sheet)],
        ..session.setup_page(PATH, HEADING)
    };
    Ok(answer::page(StatusCode::OK, &view))
}

fn row(session: &BrowserSession, definition: &AppDefinition, here: &OrgApp) -> Row {
    let name = &definition.name;
    let action = |label: &str, path: String| Action::open(label, session.link(&path)).about(name);
    let settings = defines(session, definition) && may(session.user(), Act::DefineExternalApps);
    let settings = settings.then(|| action("Edit Settings", external_edit::path(definition.id)));
    let policies = may(session.user(), Act::ManageExternalApps).then(|| action("Edit Policies", external_policies::path(definition.id)));
    Row {
        id: definition.id.to_string(),
        cells: vec![
            Cell::link(session.link(&path(definition.id)), name),
            Cell::text(definition.distribution.map(wording::distribution).unwrap_or_default()),
            Cell::text(if here.presence == Presence::Own { "Defined here" } else { "Installed" }),
            status(here),
        ],
        actions: settings.into_iter().chain(policies).collect(),
    }
}

fn status(here: &OrgApp) -> Cell {
    match here.availability {
        _ if here.blocked => Cell::badge("Blocked", Tone::Bad),
        Availability::Enabled => Cell::badge("Enabled", Tone::Good),
        Availability::Disabled => Cell::badge("Disabled", Tone::Plain),
        Availability::AppPolicyMissing | Availability::OauthPolicyMissing => Cell::badge("Policy missing", Tone::Bad),
    }
}

/// `GET /lightning/setup/ManageExternalClientApplication/app?id=0Ci…[&tab=settings][&confirm=delete]`
pub(super) async fn show(State(app): State<App>, session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    session.must(Act::SeeExternalApps, PATH)?;
    let (definition, here) = find(&app, &session, &query, AppKind::ExternalClientApp)?;
    let sees_policies = may(session.user(), Act::ManageExternalApps);
    let side = match query.get("tab") {
        Some("settings") => Side::Settings,
        Some("policies") => Side::Policies,
        _ if sees_policies => Side::Policies,
        _ => Side::Settings,
    };
    let own = defines(&session, &definition) && may(session.user(), Act::DefineExternalApps);
    if own && query.get("confirm") == Some("delete") {
        return Ok(answer::page(StatusCode::OK, &confirm(&session, &definition)));
    }
    if side == Side::Policies {
        session.must(Act::ManageExternalApps, PATH)?;
    }
    let switches = session.browser.caller.org.switches();
    let open = |label: &str, path: String| Action::open(label, session.link(&path));
    let mut actions = Vec::new();
    let mut parts = Vec::new();
    match side {
        Side::Policies => {
            actions.push(open("Edit", external_policies::path(definition.id)).primary());
            parts.push(Part::Section(enablement(&here)));
            parts.push(Part::Section(app_page::policies(&definition, &here, definition.controls(&switches).idle_limit)));
        }
        Side::Settings => {
            if own {
                actions.push(open("Edit", external_edit::path(definition.id)).primary());
                actions.push(open("Consumer Key and Secret", consumer::path(&definition)));
                actions.push(open("Delete", format!("{}&confirm=delete", settings_path(definition.id))).danger());
            }
            parts.push(Part::Section(basics(&app, &session, &definition, &here)));
            parts.push(Part::Section(app_page::oauth_settings(&definition, &switches)));
        }
    }
    let tab = |text, url: String, of| Tab { url: session.link(&url), text, current: side == of };
    let policies = sees_policies.then(|| tab("Policies", format!("{}&tab=policies", path(definition.id)), Side::Policies));
    let settings = tab("Settings", settings_path(definition.id), Side::Settings);
    let view = SetupPage {
        crumb: Some(Link { url: session.link(PATH), text: HEADING.to_owned() }),
        intro: definition.description.clone().unwrap_or_default(),
        done: query.get("done").and_then(|done| told(done, &definition)),
        actions,
        tabs: policies.into_iter().chain([settings]).collect(),
        parts,
        ..session.setup_page(PATH, &definition.name)
    };
    Ok(answer::page(StatusCode::OK, &view))
}

/// `POST` the same: deletes the app, which its page asked about before.
pub(super) async fn delete(State(app): State<App>, form: PostedForm) -> Result<Response, PageError> {
    let PostedForm { session, fields } = form;
    session.must(Act::DefineExternalApps, PATH)?;
    let definition = find_own(&app, &session, &fields, AppKind::ExternalClientApp)?;
    app.delete_app(&definition, Actor::new(session.user().id, app.now())).map_err(StoreError::new)?;
    Ok(answer::redirect(&session.link(&format!("{PATH}?done=deleted"))))
}

fn told(done: &str, definition: &AppDefinition) -> Option<String> {
    Some(match done {
        "created" => format!("{} is created. It works after Salesforce has spread it, which can take up to 30 minutes.", definition.name),
        "saved" => "The settings are saved.".to_owned(),
        "policies" => "The policies are saved.".to_owned(),
        "migrated" => format!("The connected app is migrated. {} takes its place; that can take up to 10 minutes.", definition.name),
        _ => return None,
    })
}

fn enablement(here: &OrgApp) -> Section {
    Section::new("enablement", "App Policies", vec![Detail::new("Status", status(here))])
}

fn basics(app: &App, session: &BrowserSession, definition: &AppDefinition, here: &OrgApp) -> Section {
    let published = wording::published_app(app, definition);
    let mut details = vec![
        Detail::new("API Name", Cell::exact(definition.developer_name())),
        Detail::text("Contact Email", definition.contact_email.clone().unwrap_or_default()),
        Detail::text("Distribution State", definition.distribution.map(wording::distribution).unwrap_or_default()),
        Detail::text("Publisher", published.publisher.unwrap_or_default()),
        Detail::text("In this org", wording::presence(here.presence, here.blocked)),
        Detail::text("Last Modified", wording::last_modified(definition)),
        Detail::new("App id", Cell::exact(definition.id.to_string())),
    ];
    details.extend(app_page::presentation(definition));
    if let Some(old) = definition.migrated_from.and_then(|id| app.registry().app(id)) {
        details.push(Detail::new("Migrated from", Cell::link(session.link(&app_page::path(old.id, None)), &old.name)));
    }
    Section::new("basics", "Basic Information", details)
}

fn confirm(session: &BrowserSession, definition: &AppDefinition) -> SetupPage {
    let back = session.link(&settings_path(definition.id));
    let revives = if definition.migrated_from.is_some() { " The connected app that it was made of can be edited again." } else { "" };
    let consequence = format!("All tokens of all users of {} end at once, in every org. That cannot be taken back.{revives}", definition.name);
    let form = Form {
        hidden: vec![("id", definition.id.to_string())],
        look: Look::Danger,
        cancel: Some(back.clone()),
        ..Form::new(session.link(RECORD), "Delete", vec![FormSection { note: consequence, ..FormSection::new(&definition.name, Vec::new()) }])
    };
    SetupPage {
        crumb: Some(Link { url: back, text: definition.name.clone() }),
        parts: vec![Part::Form(form)],
        ..session.setup_page(PATH, "Delete External Client App")
    }
}
