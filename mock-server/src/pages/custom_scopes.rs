//! OAuth Custom Scopes: permissions that apps of this org ask for and a server outside of Salesforce understands. Sources: Salesforce help, "Create
//! an OAuth Custom Scope"; `gate-and-policies.md` 2.1. Which app may ask for one is said by the app's policies.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::answer;
use super::destination::query_value;
use super::error::PageError;
use super::session::{BrowserSession, Fields, PostedForm};
use super::view::{Action, Cell, Field, Form, FormSection, Link, Look, Part, Row, SetupPage, Sheet};
use crate::app::App;
use crate::apps::Act;
use crate::org::{Actor, CustomScope, CustomScopeFault};

/// GUESS: Lightning's own addresses were not recorded.
pub(super) const PATH: &str = "/lightning/setup/OauthCustomScope/home";
/// New, and with `scope` Edit.
pub(super) const EDIT: &str = "/lightning/setup/OauthCustomScope/edit";
pub(super) const DELETE: &str = "/lightning/setup/OauthCustomScope/delete";

const HEADING: &str = "OAuth Custom Scopes";

fn edit_path(scope: Option<&str>) -> String {
    scope.map_or_else(|| EDIT.to_owned(), |name| format!("{EDIT}?scope={}", query_value(name)))
}

/// `GET /lightning/setup/OauthCustomScope/home`
pub(super) async fn list(State(app): State<App>, session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    session.must(Act::ManageApps, PATH)?;
    let facts = session.browser.caller.org.facts();
    let rows: Result<Vec<Row>, PageError> = facts.custom_scopes.iter().map(|scope| row(&app, &session, scope)).collect();
    let sheet = Sheet {
        id: "scopes",
        heading: "All Custom Scopes".to_owned(),
        columns: vec!["Name", "Description", "Include on well-known endpoint", "Assigned to"],
        rows: rows?,
        empty: "This org has no custom scope.".to_owned(),
        actions: Vec::new(),
    };
    let page = SetupPage {
        intro:
            "What apps may do on servers outside of Salesforce that trust this org's tokens. The policies of an app say which of them it may ask for."
                .to_owned(),
        done: query.get("done").map(|done| if done == "deleted" { "The custom scope is deleted." } else { "The custom scope is saved." }.to_owned()),
        actions: vec![Action::open("New Custom Scope", session.link(EDIT)).primary()],
        parts: vec![Part::Sheet(sheet)],
        ..session.setup_page(PATH, HEADING)
    };
    Ok(answer::page(StatusCode::OK, &page))
}

fn row(app: &App, session: &BrowserSession, scope: &CustomScope) -> Result<Row, PageError> {
    let apps = app.apps_with_custom_scope(&session.browser.caller.org, &scope.name)?;
    Ok(Row {
        id: scope.name.clone(),
        cells: vec![Cell::exact(&scope.name), Cell::text(&scope.description), Cell::Tick(scope.in_discovery), Cell::Lines(apps)],
        actions: vec![
            Action::open("Edit", session.link(&edit_path(Some(&scope.name)))).about(&scope.name),
            Action::open("Del", session.link(&format!("{DELETE}?scope={}", query_value(&scope.name)))).about(&scope.name).danger(),
        ],
    })
}

/// The custom scope that the fields name; `None` if they name none.
fn named(session: &BrowserSession, fields: &Fields) -> Result<Option<CustomScope>, PageError> {
    let Some(name) = fields.get("scope") else { return Ok(None) };
    let known = session.browser.caller.org.facts().custom_scope(name).cloned();
    known.map(Some).ok_or_else(|| session.missing("This org has no custom scope of this name."))
}

/// `GET /lightning/setup/OauthCustomScope/edit`, with `scope` of one that is there.
pub(super) async fn show_edit(session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    session.must(Act::ManageApps, PATH)?;
    let known = named(&session, &query)?;
    let draft = known.clone().unwrap_or(CustomScope { name: String::new(), description: String::new(), in_discovery: false });
    Ok(edit_page(&session, known.as_ref(), &draft, None))
}

/// `POST` the same.
pub(super) async fn save(State(app): State<App>, form: PostedForm) -> Result<Response, PageError> {
    let PostedForm { session, fields } = form;
    session.must(Act::ManageApps, PATH)?;
    let known = named(&session, &fields)?;
    let field = |name: &str| fields.get(name).unwrap_or_default().trim().to_owned();
    let draft = CustomScope { name: field("name"), description: field("description"), in_discovery: fields.get("in_discovery").is_some() };
    let (org, actor) = (&session.browser.caller.org, Actor::new(session.user().id, app.now()));
    match app.save_custom_scope(org, known.as_ref().map(|known| known.name.as_str()), draft.clone(), actor)? {
        Ok(()) => Ok(answer::redirect(&session.link(&format!("{PATH}?done=saved")))),
        Err(fault) => Ok(edit_page(&session, known.as_ref(), &draft, Some(fault))),
    }
}

fn edit_page(session: &BrowserSession, known: Option<&CustomScope>, draft: &CustomScope, fault: Option<CustomScopeFault>) -> Response {
    let fields = vec![
        Field::text("name", "Name", &draft.name).required().hint("A letter, then letters, digits and underscores: what apps send in scope."),
        Field::text("description", "Description", &draft.description)
            .required()
            .hint("What users are asked on the approval page. At most 60 letters, digits and spaces."),
        Field::check("in_discovery", "Include on well-known endpoint", draft.in_discovery)
            .hint("The OpenID Connect discovery document of this org lists the scope."),
    ];
    let mut form = Form {
        hidden: known.iter().map(|known| ("scope", known.name.clone())).collect(),
        cancel: Some(session.link(PATH)),
        ..Form::new(session.link(EDIT), "Save", vec![FormSection::new("Custom Scope Information", fields)])
    };
    if let Some(fault) = fault {
        form.complain(fault.member(), fault.to_string());
    }
    let heading = known.map_or_else(|| "New Custom Scope".to_owned(), |known| format!("Edit {}", known.name));
    sub_page(session, heading, form)
}

/// `GET /lightning/setup/OauthCustomScope/delete?scope=order_status`
pub(super) async fn show_delete(State(app): State<App>, session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    session.must(Act::ManageApps, PATH)?;
    let Some(scope) = named(&session, &query)? else { return Err(session.missing("This org has no custom scope of this name.")) };
    let apps = app.apps_with_custom_scope(&session.browser.caller.org, &scope.name)?;
    let consequence = match apps.as_slice() {
        [] => "No app has it.".to_owned(),
        apps => format!("{} will lose it: whoever asks for it is refused, and tokens lack it from their next refresh.", apps.join(", ")),
    };
    let form = Form {
        hidden: vec![("scope", scope.name.clone())],
        look: Look::Danger,
        cancel: Some(session.link(PATH)),
        ..Form::new(session.link(DELETE), "Delete", vec![FormSection { note: consequence, ..FormSection::new(&scope.name, Vec::new()) }])
    };
    Ok(sub_page(&session, format!("Delete {}", scope.name), form))
}

/// `POST` the same.
pub(super) async fn delete(State(app): State<App>, form: PostedForm) -> Result<Response, PageError> {
    let PostedForm { session, fields } = form;
    session.must(Act::ManageApps, PATH)?;
    let Some(scope) = named(&session, &fields)? else { return Err(session.missing("This org has no custom scope of this name.")) };
    app.delete_custom_scope(&session.browser.caller.org, &scope.name, Actor::new(session.user().id, app.now()))?;
    Ok(answer::redirect(&session.link(&format!("{PATH}?done=deleted"))))
}

fn sub_page(session: &BrowserSession, heading: String, form: Form) -> Response {
    let page = SetupPage {
        crumb: Some(Link { url: session.link(PATH), text: HEADING.to_owned() }),
        parts: vec![Part::Form(form)],
        ..session.setup_page(PATH, heading)
    };
    answer::page(StatusCode::OK, &page)
}
