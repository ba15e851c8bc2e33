//! Migrate to External Client App: what stands against it, the two statements to confirm, and the way to the new app.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::app_manager::{self, find_own};
use super::error::PageError;
use super::session::{BrowserSession, Fields, PostedForm};
use super::view::{Field, Form, FormSection, Link, Part, Section, SetupPage};
use super::{answer, app_page, external_app};
use crate::app::{App, NotMigrated};
use crate::apps::{Act, AppDefinition, AppKind};
use crate::id::AppId;
use crate::org::Actor;
use crate::storage::StoreError;

/// GUESS: Salesforce shows this in a window of the app's page.
pub(super) const PATH: &str = "/app/mgmt/forceconnectedapps/forceAppMigrate.apexp";

/// The statements that are confirmed, by the names of their boxes.
const STATEMENTS: [(&str, &str); 2] = [
    ("is_local", "This connected app is local: no package distributes it."),
    ("no_password_flow", "This connected app doesn't use the OAuth username-password flow."),
];

pub(super) fn path(app: AppId) -> String {
    format!("{PATH}?id={app}")
}

/// `GET /app/mgmt/forceconnectedapps/forceAppMigrate.apexp?id=0Ci…`
pub(super) async fn show(State(app): State<App>, session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    session.must(Act::DefineExternalApps, app_manager::PATH)?;
    let known = find_own(&app, &session, &query, AppKind::ConnectedApp)?;
    Ok(answer::page(StatusCode::OK, &page(&app, &session, &known, None)))
}

/// `POST` the same, with both statements confirmed.
pub(super) async fn migrate(State(app): State<App>, posted: PostedForm) -> Result<Response, PageError> {
    let PostedForm { session, fields } = posted;
    session.must(Act::DefineExternalApps, app_manager::PATH)?;
    let known = find_own(&app, &session, &fields, AppKind::ConnectedApp)?;
    let is_confirmed = |(name, _): &(&str, &str)| fields.get(name).is_some();
    if !app.migration_blockers(&known).is_empty() || !STATEMENTS.iter().all(is_confirmed) {
        return Ok(answer::page(StatusCode::OK, &page(&app, &session, &known, Some(&fields))));
    }
    let identity = app.new_identity(&session.browser.caller.org, &known)?;
    match app.migrate_app(&known, identity, Actor::new(session.user().id, app.now())) {
        Ok(made) => Ok(answer::redirect(&session.link(&format!("{}&done=migrated", external_app::path(made.id))))),
        // Somebody else migrated it in between.
        Err(NotMigrated::Blocked(_)) => Ok(answer::page(StatusCode::OK, &page(&app, &session, &known, Some(&fields)))),
        Err(NotMigrated::IdTaken) => Err(session.missing("The id of the new app is taken. Try again.")),
        Err(NotMigrated::Taken(taken)) => Err(StoreError::new(taken).into()),
    }
}

/// The form, or what keeps it away. `posted`: it was sent without all statements.
fn page(app: &App, session: &BrowserSession, known: &AppDefinition, posted: Option<&Fields>) -> SetupPage {
    let back = session.link(&app_page::path(known.id, None));
    let blockers: Vec<String> = app.migration_blockers(known).iter().map(ToString::to_string).collect();
    let mut parts = Vec::new();
    if blockers.is_empty() {
        parts.push(Part::Section(consequences(session)));
        parts.push(Part::Form(form(session, known, posted, &back)));
    } else {
        parts.extend(blockers.into_iter().map(Part::Alert));
    }
    SetupPage {
        crumb: Some(Link { url: back, text: known.name.clone() }),
        intro: format!("Makes an external client app of {}, with its callbacks, scopes, flows and policies.", known.name),
        parts,
        ..session.setup_page(app_manager::PATH, "Migrate to External Client App")
    }
}

fn consequences(session: &BrowserSession) -> Section {
    let key = if session.browser.caller.org.switches().migration_keeps_consumer_key {
        "The external client app takes the consumer key and secret over."
    } else {
        "The external client app gets a consumer key and secret of its own; users stay with the connected app until they authorize the new one."
    };
    Section {
        note: format!(
            "{key} The connected app stays listed and read-only. Deleting the external client app gives it back as it is now. The addresses of its \
             refresh token allowlist are not carried over."
        ),
        ..Section::new("consequences", "What happens", Vec::new())
    }
}

fn form(session: &BrowserSession, known: &AppDefinition, posted: Option<&Fields>, back: &str) -> Form {
    let field = |(name, text): (&'static str, &str)| {
        let ticked = posted.is_some_and(|fields| fields.get(name).is_some());
        let missing = posted.is_some() && !ticked;
        Field { error: missing.then(|| "Confirm this statement to go on.".to_owned()), ..Field::check(name, text, ticked) }
    };
    let statements = FormSection::new("Confirm", STATEMENTS.map(field).into());
    Form { hidden: vec![("id", known.id.to_string())], cancel: Some(back.to_owned()), ..Form::new(session.link(PATH), "Migrate", vec![statements]) }
}
