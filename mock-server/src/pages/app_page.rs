//! One connected app as the org sees it: where an install leads, and where its developer and its admin begin.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::app_manager::{self, defines, find_own};
use super::error::PageError;
use super::session::{BrowserSession, Fields, PostedForm};
use super::usage::Kind;
use super::view::{Action, Cell, Detail, Form, FormSection, Link, Look, Part, Section, SetupPage};
use super::{answer, app_edit, app_migrate, connected_policies, consumer, external_app, oauth_fields, wording};
use crate::app::App;
use crate::apps::{Act, AppDefinition, AppKind, OrgApp, Presence, may, shown_policy};
use crate::id::AppId;
use crate::org::{Actor, Switches};
use crate::storage::StoreError;

pub(super) const PATH: &str = "/app/mgmt/forceconnectedapps/forceAppDetail.apexp";

/// The app's page; `done` says what led there.
pub(super) fn path(app: AppId, done: Option<&str>) -> String {
    let done = done.map(|done| format!("&done={done}")).unwrap_or_default();
    format!("{PATH}?id={app}{done}")
}

/// `GET /app/mgmt/forceconnectedapps/forceAppDetail.apexp?id=0Ci…[&confirm=delete]`; an external client app has a page of its own.
pub(super) async fn show(State(app): State<App>, session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    let id = query.get("id").and_then(|id| AppId::parse(id).ok());
    let definition = id.and_then(|id| app.registry().app(id)).ok_or_else(|| session.missing("No app has this id."))?;
    let kind = Kind::of(definition.kind);
    kind.check_view(&session)?;
    if definition.kind == AppKind::ExternalClientApp {
        return Ok(answer::redirect(&session.link(&external_app::path(definition.id))));
    }
    let here = session.browser.caller.org.org_app(&definition, app.now())?;
    let may_define = defines(&session, &definition) && may(session.user(), Act::DefineConnectedApps);
    if may_define && query.get("confirm") == Some("delete") {
        return Ok(answer::page(StatusCode::OK, &confirm(&session, &definition)));
    }
    let switches = session.browser.caller.org.switches();
    let view = SetupPage {
        crumb: Some(crumb(&session, here.presence)),
        intro: definition.description.clone().unwrap_or_default(),
        done: query.get("done").and_then(|done| told(done, &definition, &here)),
        actions: actions(&session, &definition, &here, may_define),
        parts: parts(&app, &session, (&*definition, &*here), &switches),
        ..session.setup_page(app_manager::PATH, &definition.name)
    };
    Ok(answer::page(StatusCode::OK, &view))
}

/// `POST` the same: deletes the app, which its page asked about before.
pub(super) async fn delete(State(app): State<App>, form: PostedForm) -> Result<Response, PageError> {
    let PostedForm { session, fields } = form;
    session.must(Act::DefineConnectedApps, app_manager::PATH)?;
    let definition = find_own(&app, &session, &fields, AppKind::ConnectedApp)?;
    app.delete_app(&definition, Actor::new(session.user().id, app.now())).map_err(StoreError::new)?;
    Ok(answer::redirect(&session.link(&format!("{}?done=deleted", app_manager::PATH))))
}

/// Own and installed apps are listed by the App Manager, the others by the usage page alone.
fn crumb(session: &BrowserSession, presence: Presence) -> Link {
    if presence.is_settled() {
        return Link { url: session.link(app_manager::PATH), text: "App Manager".to_owned() };
    }
    let kind = Kind::ConnectedApps;
    Link { url: session.link(kind.path()), text: kind.heading().to_owned() }
}

/// What led here.
fn told(done: &str, definition: &AppDefinition, here: &OrgApp) -> Option<String> {
    Some(match done {
        "installed" if here.presence == Presence::Installed => "The app is installed.".to_owned(),
        "created" => format!("{} is created. It works after Salesforce has spread it, which can take up to 10 minutes.", definition.name),
        "saved" => format!("{} is saved.", definition.name),
        "policies" => "The policies are saved.".to_owned(),
        _ => return None,
    })
}

fn actions(session: &BrowserSession, definition: &AppDefinition, here: &OrgApp, may_define: bool) -> Vec<Action> {
    let open = |label: &str, path: String| Action::open(label, session.link(&path));
    let mut actions = Vec::new();
    if may_define && definition.migrated_to.is_none() {
        actions.push(open("Edit", app_edit::path(definition.id)));
        actions.push(open("Manage Consumer Details", consumer::path(definition)));
        if may(session.user(), Act::DefineExternalApps) {
            actions.push(open("Migrate to External Client App", app_migrate::path(definition.id)));
        }
    }
    if here.presence.is_settled() && may(session.user(), Act::ManageApps) {
        actions.push(open("Edit Policies", connected_policies::path(definition.id)));
    }
    if may_define {
        actions.push(open("Delete", format!("{}&confirm=delete", path(definition.id, None))).danger());
    }
    actions
}

fn parts(app: &App, session: &BrowserSession, (definition, here): (&AppDefinition, &OrgApp), org: &Switches) -> Vec<Part> {
    let mut parts = Vec::new();
    if let Some(external) = definition.migrated_to.and_then(|id| app.registry().app(id)) {
        parts.push(Part::Note(format!(
            "This connected app was migrated to the external client app {}. It is read-only, and its users are served on. Deleting the external client \
             app gives it back.",
            external.name
        )));
    }
    parts.push(Part::Section(basics(app, session, definition, here)));
    parts.push(Part::Section(policies(definition, here, definition.controls(org).idle_limit)));
    parts.push(Part::Section(oauth_settings(definition, org)));
    parts
}

fn basics(app: &App, session: &BrowserSession, definition: &AppDefinition, here: &OrgApp) -> Section {
    let published = wording::published_app(app, definition);
    let mut details = vec![
        Detail::text("Type", wording::kind(definition.kind)),
        Detail::text("In this org", wording::presence(here.presence, here.blocked)),
        Detail::text("Publisher", published.publisher.unwrap_or_else(|| "Salesforce".to_owned())),
        Detail::new("API Name", Cell::exact(definition.developer_name())),
        Detail::text("Contact Email", definition.contact_email.clone().unwrap_or_default()),
        Detail::new("App id", Cell::exact(definition.id.to_string())),
    ];
    details.extend(presentation(definition));
    if let Some(external) = definition.migrated_to.and_then(|id| app.registry().app(id)) {
        details.push(Detail::new("Migrated to", Cell::link(session.link(&external_app::path(external.id)), &external.name)));
    }
    Section::new("basics", "Basic Information", details)
}

/// What the developer tells of the app, as far as it is told.
pub(super) fn presentation(definition: &AppDefinition) -> Vec<Detail> {
    let shown = &definition.presentation;
    let all =
        [("Contact Phone", &shown.contact_phone), ("Info URL", &shown.info_url), ("Logo Image URL", &shown.logo_url), ("Icon URL", &shown.icon_url)];
    all.into_iter().filter_map(|(label, value)| Some(Detail::text(label, value.clone()?))).collect()
}

/// What the org decided; both kinds of app show it alike.
pub(super) fn policies(definition: &AppDefinition, here: &OrgApp, idle_limit: bool) -> Section {
    let granted: Vec<_> = here.profiles.iter().chain(&here.permission_sets).cloned().collect();
    let mut details = starts(definition, here);
    details.extend([
        Detail::text("Permitted Users", wording::permitted_users(here.permitted_users, definition.kind)),
        Detail::new("Profiles and permission sets", Cell::Lines(granted)),
        Detail::text("IP Relaxation", wording::ip_relaxation(here.ip_relaxation)),
        Detail::text("Refresh Token Policy", wording::refresh_token_policy(shown_policy(here.refresh_token_policy, idle_limit))),
        Detail::text("High Assurance Session Required", wording::session_policy(here.session_policy)),
    ]);
    if let Some(seconds) = here.session_timeout {
        details.push(Detail::text("Session Timeout", format!("{} minutes", seconds / 60)));
    }
    details.push(Detail::new("Enable Client Credentials Flow", Cell::Tick(here.run_as.is_some())));
    if let Some(user) = &here.run_as {
        details.push(Detail::new("Run As (Username)", Cell::exact(user)));
    }
    if definition.kind == AppKind::ExternalClientApp {
        details.push(Detail::new("Enable Code and Credentials Flow for Guest Users", Cell::Tick(here.guest_users)));
    }
    details.extend(oauth_fields::shown_policies(definition, here));
    Section::new("policies", "OAuth Policies", details)
}

fn starts(definition: &AppDefinition, here: &OrgApp) -> Vec<Detail> {
    let start = Detail::text("Start URL", here.start_url(definition).unwrap_or_default());
    let mobile = Detail::text("Mobile Start URL", here.mobile_start_url(definition).unwrap_or_default());
    if definition.kind == AppKind::ConnectedApp { vec![start, mobile] } else { vec![start] }
}

/// What its developer set; both kinds of app show it alike.
pub(super) fn oauth_settings(definition: &AppDefinition, org: &Switches) -> Section {
    let controls = definition.controls(org);
    let scopes = wording::app_scopes(definition).into_iter().map(|scope| format!("{} ({})", scope.label, scope.token.replace(' ', ", "))).collect();
    let flows = definition.flows.iter().filter_map(|flow| wording::flow(*flow)).map(str::to_owned).collect();
    let tick = |label, on| Detail::new(label, Cell::Tick(on));
    let mut details = vec![
        Detail::new("Consumer Key", Cell::exact(&definition.consumer_key)),
        Detail::new("Callback URL", Cell::Lines(definition.callback_urls.clone())),
        Detail::new("Selected OAuth Scopes", Cell::Lines(scopes)),
        Detail::new("Flow Enablement", Cell::Lines(flows)),
        tick("Require secret for Web Server Flow", definition.require_secret),
        tick("Require secret for Refresh Token Flow", definition.require_secret_for_refresh),
        tick("Require Proof Key for Code Exchange (PKCE)", controls.pkce),
        tick("Enable Refresh Token Rotation", controls.rotation),
        tick("Limit Idle Refresh Token TTL to 30 Days", controls.idle_limit),
        tick("Enforce Refresh Token IP Allowlist", controls.allowlist),
        tick("Issue JWT-based access tokens for named users", definition.jwt_access_tokens),
        tick("Introspect All Tokens", definition.introspect_all_tokens),
    ];
    details.extend(oauth_fields::shown_settings(definition));
    Section::new("oauth", "API (Enable OAuth Settings)", details)
}

fn confirm(session: &BrowserSession, definition: &AppDefinition) -> SetupPage {
    let back = session.link(&path(definition.id, None));
    let consequence = format!("All tokens of all users of {} end at once, in every org. That cannot be taken back.", definition.name);
    let form = Form {
        hidden: vec![("id", definition.id.to_string())],
        look: Look::Danger,
        cancel: Some(back.clone()),
        ..Form::new(session.link(PATH), "Delete", vec![FormSection { note: consequence, ..FormSection::new(&definition.name, Vec::new()) }])
    };
    SetupPage {
        crumb: Some(Link { url: back, text: definition.name.clone() }),
        parts: vec![Part::Form(form)],
        ..session.setup_page(app_manager::PATH, "Delete Connected App")
    }
}
