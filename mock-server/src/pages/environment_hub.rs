//! Environment Hub: the orgs that a partner made, and the form that makes another.
//!
//! GUESS: its address; in Salesforce it is an app of its own beside Setup.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::error::PageError;
use super::session::{BrowserSession, Fields, PostedForm};
use super::view::{EnvironmentHubPage, MadeOrg, PurposeChoice};
use super::{answer, explain};
use crate::app::{App, EnvironmentPurpose, NewEnvironment};
use crate::clock::Timestamp;
use crate::org::Permission;

pub(super) const PATH: &str = "/lightning/o/EnvironmentHubMember/list";

/// `GET /lightning/o/EnvironmentHubMember/list`
pub(super) async fn show(State(app): State<App>, session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    check_rights(&session)?;
    let page = EnvironmentHubPage { made: query.get("made").map(str::to_owned), ..page(&app, &session, None) };
    Ok(answer::page(StatusCode::OK, &page))
}

/// `POST` the same: Create Org.
pub(super) async fn create(State(app): State<App>, form: PostedForm) -> Result<Response, PageError> {
    let PostedForm { session, fields } = form;
    check_rights(&session)?;
    let text = |name: &str| fields.get(name).unwrap_or_default().trim().to_owned();
    let new = NewEnvironment {
        purpose: EnvironmentPurpose::read(&text("purpose")).unwrap_or(EnvironmentPurpose::Development),
        name: text("my_domain").to_ascii_lowercase(),
        username: text("username"),
        email: text("email"),
    };
    match app.create_environment(&session.browser.caller.org, &new, Some(session.user().id))? {
        Ok(made) => Ok(answer::redirect(&session.link(&format!("{PATH}?made={}", made.facts().name)))),
        Err(refused) => {
            let page = EnvironmentHubPage { error: Some(refused.to_string()), ..page(&app, &session, Some(new)) };
            Ok(answer::page(StatusCode::OK, &page))
        }
    }
}

/// GUESS: Salesforce has a permission of its own for the hub.
fn check_rights(session: &BrowserSession) -> Result<(), PageError> {
    if session.user().has(Permission::ViewSetup) && session.user().has(Permission::CustomizeApplication) {
        return Ok(());
    }
    Err(explain::insufficient_privileges(session, "The page needs View Setup and Configuration and Customize Application.", PATH))
}

fn page(app: &App, session: &BrowserSession, given: Option<NewEnvironment>) -> EnvironmentHubPage {
    let chosen = given.as_ref().map_or(EnvironmentPurpose::Development, |given| given.purpose);
    let choice = |purpose: EnvironmentPurpose| PurposeChoice { value: purpose.value(), label: purpose.label(), chosen: purpose == chosen };
    let (my_domain, username, email) = given.map(|given| (given.name, given.username, given.email)).unwrap_or_default();
    let made = app.environments(session.browser.caller.org.id()).into_iter().map(|org| {
        let facts = org.facts();
        MadeOrg {
            id: facts.id.to_string(),
            name: facts.name.clone(),
            url: session.site.my_domain_url(facts.id, &facts.my_domain()),
            edition: facts.edition.organization_type(),
            expires: facts.expires.map(Timestamp::iso).unwrap_or_default(),
        }
    });
    EnvironmentHubPage {
        frame: session.frame(),
        csrf: session.csrf(),
        action: session.link(PATH),
        made: None,
        error: None,
        purposes: EnvironmentPurpose::ALL.map(choice).into(),
        my_domain,
        username,
        email,
        orgs: made.collect(),
    }
}
