//! Consumer Key and Secret of an app that the org defines: shown to whoever proved to be there, staged and applied from here.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::app_manager::find_own;
use super::destination::query_value;
use super::error::PageError;
use super::session::{BrowserSession, Fields, PostedForm};
use super::view::{Action, Cell, Detail, Link, Part, Section, SetupPage};
use super::{answer, app_manager, app_page, external_app, verification, wording};
use crate::app::App;
use crate::apps::{Act, AppDefinition, AppKind, may};
use crate::oauth::SecurityLevel;
use crate::storage::StoreError;

/// GUESS: neither kind's address of the page was recorded.
pub(super) const CONNECTED: &str = "/app/mgmt/forceconnectedapps/forceAppConsumerDetails.apexp";
pub(super) const EXTERNAL: &str = "/lightning/setup/ManageExternalClientApplication/consumer";

/// The page of the app, of either kind.
pub(super) fn path(app: &AppDefinition) -> String {
    format!("{}?id={}", page_of(app.kind), app.id)
}

fn page_of(kind: AppKind) -> &'static str {
    match kind {
        AppKind::ConnectedApp => CONNECTED,
        AppKind::ExternalClientApp => EXTERNAL,
    }
}

/// `GET /app/mgmt/forceconnectedapps/forceAppConsumerDetails.apexp?id=0Ci…`
pub(super) async fn show_connected(State(app): State<App>, session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    show(&app, &session, &query, AppKind::ConnectedApp)
}

/// `GET /lightning/setup/ManageExternalClientApplication/consumer?id=0Ci…`
pub(super) async fn show_external(State(app): State<App>, session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    show(&app, &session, &query, AppKind::ExternalClientApp)
}

/// `POST` the former.
pub(super) async fn rotate_connected(State(app): State<App>, posted: PostedForm) -> Result<Response, PageError> {
    rotate(&app, &posted, AppKind::ConnectedApp)
}

/// `POST` the latter.
pub(super) async fn rotate_external(State(app): State<App>, posted: PostedForm) -> Result<Response, PageError> {
    rotate(&app, &posted, AppKind::ExternalClientApp)
}

fn show(app: &App, session: &BrowserSession, query: &Fields, kind: AppKind) -> Result<Response, PageError> {
    let definition = proven(app, session, query, kind)?;
    let now = app.now();
    let may_rotate = may_rotate(session, kind);
    let post = |label: &str, act: &str| {
        let fields = vec![("id", definition.id.to_string()), ("action", act.to_owned())];
        Action::post(label, session.link(page_of(kind)), fields)
    };
    let mut current = Section::new("current", "Consumer Details", set(&definition.consumer_key, &definition.consumer_secret.0));
    let mut parts = Vec::new();
    let staged = definition.live_staged(now).map(|staged| {
        let mut section = Section::new("staged", "Staged Consumer Details", set(&staged.consumer_key, &staged.consumer_secret.0));
        section.note = if definition.keeps_two_sets() {
            "This set works beside the current one. Apply makes it the current one; the replaced set is deleted after 30 days.".to_owned()
        } else {
            "Apply makes this secret the current one and ends all tokens of all users of the app. For up to 10 minutes requests may fail.".to_owned()
        };
        if may_rotate {
            section.actions =
                vec![post("Apply", "apply").about("the staged details").primary(), post("Cancel", "discard").about("the staged details")];
        }
        section
    });
    if may_rotate && staged.is_none() {
        let label = if definition.keeps_two_sets() { "Stage Consumer Details" } else { "Generate New Secret" };
        current.actions = vec![post(label, "stage")];
    }
    parts.push(Part::Section(current));
    parts.extend(staged.map(Part::Section));
    parts.extend(definition.live_replaced(now).map(|replaced| {
        let details = set(&replaced.details.consumer_key, &replaced.details.consumer_secret.0);
        Part::Section(Section {
            note: format!("This set was replaced. It works until {}.", wording::moment(replaced.until)),
            ..Section::new("replaced", "Replaced Consumer Details", details)
        })
    }));
    if !may_rotate {
        parts.push(Part::Note("Rotating the consumer key and secret needs Allow consumer key and secret rotation.".to_owned()));
    }
    let (entry, back) = match kind {
        AppKind::ConnectedApp => (app_manager::PATH, app_page::path(definition.id, None)),
        AppKind::ExternalClientApp => (external_app::PATH, external_app::settings_path(definition.id)),
    };
    let view = SetupPage {
        crumb: Some(Link { url: session.link(&back), text: definition.name.clone() }),
        intro: "Keep the secret safe: whoever has it can act as the app.".to_owned(),
        done: query.get("done").and_then(|done| told(done, kind)),
        parts,
        ..session.setup_page(entry, "Consumer Key and Secret")
    };
    Ok(answer::page(StatusCode::OK, &view))
}

fn rotate(app: &App, PostedForm { session, fields }: &PostedForm, kind: AppKind) -> Result<Response, PageError> {
    let definition = proven(app, session, fields, kind)?;
    if !may_rotate(session, kind) {
        session.must(Act::RotateSecrets, external_app::PATH)?;
    }
    let missing = || session.missing("No set of consumer details is staged, or the page has no such button.");
    let act = fields.get("action").unwrap_or_default();
    match act {
        "stage" => drop(app.stage_credentials(&definition, Some(session.user().id)).map_err(StoreError::new)?),
        "apply" => drop(app.apply_credentials(&definition, Some(session.user().id)).map_err(StoreError::new)?.ok_or_else(missing)?),
        "discard" if definition.staged.is_some() => app.discard_credentials(&definition).map_err(StoreError::new)?,
        _ => return Err(missing()),
    }
    Ok(answer::redirect(&session.link(&format!("{}&done={act}", path(&definition)))))
}

/// The app, once its developer has proved to be there. GUESS: a session that was raised counts as proof for as long as it lives; how long
/// Salesforce remembers the code was not recorded.
fn proven(app: &App, session: &BrowserSession, fields: &Fields, kind: AppKind) -> Result<Arc<AppDefinition>, PageError> {
    match kind {
        AppKind::ConnectedApp => session.must(Act::DefineConnectedApps, app_manager::PATH)?,
        AppKind::ExternalClientApp => session.must(Act::DefineExternalApps, external_app::PATH)?,
    }
    let definition = find_own(app, session, fields, kind)?;
    if session.browser.caller.session.security_level == SecurityLevel::HighAssurance {
        return Ok(definition);
    }
    let first = format!("{}?startURL={}", verification::PATH, query_value(&path(&definition)));
    Err(PageError::Elsewhere(session.link(&first)))
}

/// The permission is documented for external client apps.
fn may_rotate(session: &BrowserSession, kind: AppKind) -> bool {
    kind == AppKind::ConnectedApp || may(session.user(), Act::RotateSecrets)
}

fn set(key: &str, secret: &str) -> Vec<Detail> {
    vec![Detail::new("Consumer Key", Cell::exact(key)), Detail::new("Consumer Secret", Cell::exact(secret))]
}

fn told(done: &str, kind: AppKind) -> Option<String> {
    Some(match (done, kind) {
        ("stage", _) => "A new set is staged.".to_owned(),
        ("apply", AppKind::ConnectedApp) => "The new secret is applied. All tokens of the app have ended.".to_owned(),
        ("apply", AppKind::ExternalClientApp) => "The staged set is applied. The replaced set works for 30 more days.".to_owned(),
        ("discard", _) => "The staged set is discarded.".to_owned(),
        _ => return None,
    })
}
