//! Environment Hub: the orgs that a partner made, and the form that makes another.
//!
//! GUESS: its address, its place in the menu, and that it takes what a Dev Hub takes; in Salesforce it is an app of its own
//! beside Setup, with a permission of its own.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::answer;
use super::error::PageError;
use super::session::{BrowserSession, Fields, PostedForm};
use super::view::{Cell, Choice, Field, Form, FormSection, Part, Row, SetupPage, Sheet};
use crate::app::{App, EnvironmentPurpose, LiveOrg, NewEnvironment};
use crate::clock::Timestamp;
use crate::org::Duty;

pub(super) const PATH: &str = "/lightning/o/EnvironmentHubMember/list";

/// `GET /lightning/o/EnvironmentHubMember/list`
pub(super) async fn show(State(app): State<App>, session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    session.must(Duty::ManageHub, PATH)?;
    let done = query.get("made").map(|made| format!("{made} is made. Its login details are on their way by e-mail."));
    Ok(answer::page(StatusCode::OK, &SetupPage { done, ..page(&app, &session, form(&session, &Fields::default())) }))
}

/// `POST` the same: Create Org.
pub(super) async fn create(State(app): State<App>, form: PostedForm) -> Result<Response, PageError> {
    let PostedForm { session, fields } = form;
    session.must(Duty::ManageHub, PATH)?;
    let refused = match asked(&fields) {
        Err(refused) => refused,
        Ok(new) => match app.create_environment(&session.browser.caller.org, &new, Some(session.user().id))? {
            Ok(made) => return Ok(answer::redirect(&session.link(&format!("{PATH}?made={}", made.facts().name)))),
            Err(refused) => (refused.field(), refused.to_string()),
        },
    };
    let mut form = self::form(&session, &fields);
    form.complain(refused.0, refused.1);
    Ok(answer::page(StatusCode::OK, &page(&app, &session, form)))
}

/// What the form asks for, or the field that cannot be read and why.
fn asked(fields: &Fields) -> Result<NewEnvironment, (&'static str, String)> {
    let text = |name: &str| fields.get(name).unwrap_or_default().trim().to_owned();
    let purpose = EnvironmentPurpose::read(&text("purpose")).ok_or_else(|| ("purpose", "Choose what the org is for.".to_owned()))?;
    Ok(NewEnvironment { purpose, name: text("my_domain").to_ascii_lowercase(), username: text("username"), email: text("email") })
}

fn form(session: &BrowserSession, fields: &Fields) -> Form {
    let value = |name: &str| fields.get(name).unwrap_or_default();
    let chosen = EnvironmentPurpose::read(value("purpose")).unwrap_or(EnvironmentPurpose::Development);
    let purposes = EnvironmentPurpose::ALL.map(|purpose| Choice::new(purpose.value(), purpose.label(), purpose == chosen));
    let fields = vec![
        Field::select("purpose", "Purpose", purposes.into()),
        Field::text("my_domain", "My Domain", value("my_domain")).required().hint("The first part of the org's address."),
        Field::text("username", "Username", value("username")).required(),
        Field::line("email", "email", "Email", value("email")).required().hint("Login details go there."),
    ];
    Form::new(session.link(PATH), "Create", vec![FormSection::new("Create Org", fields)])
}

fn page(app: &App, session: &BrowserSession, form: Form) -> SetupPage {
    let orgs = Sheet {
        id: "orgs",
        heading: "Hub Members".to_owned(),
        columns: vec!["Org", "Org ID", "Edition", "Expires"],
        rows: app.environments(session.browser.caller.org.id()).iter().map(|org| row(session, org)).collect(),
        empty: "Nothing was made here yet.".to_owned(),
        actions: Vec::new(),
    };
    SetupPage {
        intro: "Orgs for development, tests and trials, made from a partner's business org.".to_owned(),
        parts: vec![Part::Form(form), Part::Sheet(orgs)],
        ..session.setup_page(PATH, "Environment Hub")
    }
}

fn row(session: &BrowserSession, org: &LiveOrg) -> Row {
    let facts = org.facts();
    let cells = vec![
        Cell::link(session.site.my_domain_url(facts.id, &facts.my_domain()), &facts.name),
        Cell::exact(facts.id.to_string()),
        Cell::text(facts.edition.organization_type()),
        Cell::text(facts.expires.map(Timestamp::iso).unwrap_or_default()),
    ];
    Row { id: facts.id.to_string(), cells, actions: Vec::new() }
}
