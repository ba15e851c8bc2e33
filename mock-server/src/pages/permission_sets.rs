//! Permission Sets in Setup: the list, New, one set with what it gives, and Manage Assignments.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::error::PageError;
use super::session::{BrowserSession, Fields, PostedForm};
use super::view::{Action, Cell, Choice, Detail, Field, Form, FormSection, Link, Part, Row, Section, SetupPage, Sheet};
use super::{answer, set_access, users};
use crate::app::App;
use crate::apps::developer_name;
use crate::id::{RecordId, UserId};
use crate::org::{Directory, Duty, PermissionSet, SetFault, User};
use crate::storage::StoreError;

pub(super) const PATH: &str = "/lightning/setup/PermSets/home";
pub(super) const NEW: &str = "/lightning/setup/PermSets/new";
/// One permission set.
pub(super) const SET: &str = "/lightning/setup/PermSets/page";
/// Manage Assignments.
pub(super) const ASSIGNMENTS: &str = "/lightning/setup/PermSets/assignments";
/// Add Assignments.
pub(super) const ASSIGN: &str = "/lightning/setup/PermSets/assign";

/// Where a permission set or profile is, and the address that shows it.
pub(super) fn path_of(set: RecordId) -> String {
    format!("{SET}?set={set}")
}

/// `GET /lightning/setup/PermSets/home`
pub(super) async fn list(session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    session.must(Duty::SeeSetup, PATH)?;
    let (mut sets, users) = session.browser.caller.org.read(|tx| Ok::<_, StoreError>((tx.permission_sets()?, tx.users()?)))?;
    sets.retain(|set| !set.is_profile);
    sets.sort_by_key(|set| set.label.to_lowercase());
    let row = |set: &PermissionSet| Row {
        id: set.id.to_string(),
        cells: vec![
            Cell::link(session.link(&path_of(set.id)), &set.label),
            Cell::exact(&set.name),
            Cell::text(users.iter().filter(|user| holds(user, set)).count().to_string()),
        ],
        actions: Vec::new(),
    };
    let sheet = Sheet {
        id: "permission-sets",
        heading: String::new(),
        columns: vec!["Permission Set Label", "API Name", "Users"],
        rows: sets.iter().map(row).collect(),
        empty: "The org has no permission sets yet.".to_owned(),
        actions: Vec::new(),
    };
    let manages = Duty::ManagePermissionSets.is_of(session.user());
    let view = SetupPage {
        intro: "What some users may do beyond their profile.".to_owned(),
        done: query.get("done").map(|_| "The permission set is deleted.".to_owned()),
        actions: if manages { vec![Action::open("New", session.link(NEW)).primary()] } else { Vec::new() },
        parts: vec![Part::Sheet(sheet)],
        ..session.setup_page(PATH, "Permission Sets")
    };
    Ok(answer::page(StatusCode::OK, &view))
}

/// `GET /lightning/setup/PermSets/new`
pub(super) async fn show_new(session: BrowserSession) -> Result<Response, PageError> {
    session.must(Duty::ManagePermissionSets, PATH)?;
    Ok(new_page(&session, "", "", None))
}

/// `POST` the same. An API name that is left out is made of the label.
pub(super) async fn create(State(app): State<App>, form: PostedForm) -> Result<Response, PageError> {
    let PostedForm { session, fields } = form;
    session.must(Duty::ManagePermissionSets, PATH)?;
    let (label, name) = (fields.get("Label").unwrap_or_default().trim(), fields.get("Name").unwrap_or_default().trim());
    let made = if name.is_empty() && !label.is_empty() { developer_name(label) } else { name.to_owned() };
    match app.create_permission_set(&session.browser.caller.org, label, &made, session.user().id)? {
        Ok(id) => Ok(answer::redirect(&session.link(&format!("{}&done=created", path_of(id))))),
        Err(fault) => Ok(new_page(&session, label, name, Some(&fault))),
    }
}

fn new_page(session: &BrowserSession, label: &str, name: &str, fault: Option<&SetFault>) -> Response {
    let fields = vec![
        Field::text("Label", "Label", label).required(),
        Field::text("Name", "API Name", name).hint("Letters, digits and underscores. Left out, it is made of the label."),
    ];
    let mut form = Form::new(session.link(NEW), "Save", vec![FormSection::new("Enter permission set information", fields)]);
    form.cancel = Some(session.link(PATH));
    if let Some(fault) = fault {
        form.complain(fault.field(), fault.to_string());
    }
    let view = SetupPage { crumb: Some(crumb(session)), parts: vec![Part::Form(form)], ..session.setup_page(PATH, "Create Permission Set") };
    answer::page(StatusCode::OK, &view)
}

fn crumb(session: &BrowserSession) -> Link {
    Link { url: session.link(PATH), text: "Permission Sets".to_owned() }
}

/// `GET /lightning/setup/PermSets/page?set=0PS…`
pub(super) async fn show(State(app): State<App>, session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    session.must(Duty::SeeSetup, PATH)?;
    let set = find(&session, &query)?;
    let done = query.get("done").map(|done| if done == "created" { "The permission set is made." } else { "Saved." });
    Ok(answer::page(StatusCode::OK, &page(&app, &session, &set, done)?))
}

/// `POST` the same: Delete.
pub(super) async fn delete(State(app): State<App>, form: PostedForm) -> Result<Response, PageError> {
    let PostedForm { session, fields } = form;
    session.must(Duty::ManagePermissionSets, PATH)?;
    let set = find(&session, &fields)?;
    match app.delete_permission_set(&session.browser.caller.org, set.id, session.user().id)? {
        Ok(()) => Ok(answer::redirect(&session.link(&format!("{PATH}?done=deleted")))),
        Err(fault) => {
            let mut view = page(&app, &session, &set, None)?;
            view.parts.insert(0, Part::Alert(fault.to_string()));
            Ok(answer::page(StatusCode::OK, &view))
        }
    }
}

/// The permission set that a request is about.
fn find(session: &BrowserSession, fields: &Fields) -> Result<PermissionSet, PageError> {
    set_access::find(session, fields).and_then(|set| if set.is_profile { Err(session.missing("No permission set has this id.")) } else { Ok(set) })
}

fn page(app: &App, session: &BrowserSession, set: &PermissionSet, done: Option<&str>) -> Result<SetupPage, PageError> {
    let mut actions = vec![Action::open("Manage Assignments", session.link(&format!("{ASSIGNMENTS}?set={}", set.id)))];
    if Duty::ManagePermissionSets.is_of(session.user()) {
        let fields = vec![("set", set.id.to_string())];
        actions.push(Action::post("Delete", session.link(SET), fields).about(&set.label).danger());
    }
    let details = vec![
        Detail::text("Label", &set.label),
        Detail::new("API Name", Cell::exact(&set.name)),
        Detail::new("Permission Set ID", Cell::exact(set.id.to_string())),
    ];
    let mut parts = vec![Part::Section(Section::new("overview", "Permission Set Overview", details))];
    parts.extend(set_access::sections(app, session, set)?.into_iter().map(Part::Section));
    Ok(SetupPage { crumb: Some(crumb(session)), done: done.map(str::to_owned), actions, parts, ..session.setup_page(PATH, &set.label) })
}

/// `GET /lightning/setup/PermSets/assignments?set=0PS…`
pub(super) async fn assignments(session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    session.must(Duty::SeeSetup, PATH)?;
    let set = find(&session, &query)?;
    let assigns = Duty::AssignPermissionSets.is_of(session.user());
    let users = session.browser.caller.org.read(|tx| tx.users())?;
    let row = |user: &User| {
        let fields = vec![("set", set.id.to_string()), ("user", user.id.to_string())];
        let remove = Action::post("Remove", session.link(ASSIGNMENTS), fields).about(&user.name).danger();
        Row { id: user.id.to_string(), cells: person(&session, user), actions: if assigns { vec![remove] } else { Vec::new() } }
    };
    let sheet = Sheet {
        id: "assigned",
        heading: String::new(),
        columns: vec!["Full Name", "Username", "Profile", "Active"],
        rows: users.iter().filter(|user| holds(user, &set)).map(row).collect(),
        empty: "Nobody has this permission set.".to_owned(),
        actions: Vec::new(),
    };
    let add = Action::open("Add Assignments", session.link(&format!("{ASSIGN}?set={}", set.id))).primary();
    let done = query.get("done").map(|done| if done == "removed" { "The assignment is removed." } else { "The permission set is assigned." });
    let view = SetupPage {
        crumb: Some(back(&session, &set)),
        done: done.map(str::to_owned),
        actions: if assigns { vec![add] } else { Vec::new() },
        parts: vec![Part::Sheet(sheet)],
        ..session.setup_page(PATH, format!("{}: Current Assignments", set.label))
    };
    Ok(answer::page(StatusCode::OK, &view))
}

/// `POST` the same, with `user`: Remove.
pub(super) async fn unassign(State(app): State<App>, form: PostedForm) -> Result<Response, PageError> {
    let PostedForm { session, fields } = form;
    session.must(Duty::AssignPermissionSets, PATH)?;
    let (set, user) = (find(&session, &fields)?, users::find(&session, &fields)?);
    match app.unassign_permission_set(&session.browser.caller.org, set.id, user.id, session.user().id)? {
        Ok(()) => Ok(answer::redirect(&session.link(&format!("{ASSIGNMENTS}?set={}&done=removed", set.id)))),
        Err(_) => Err(session.missing("The user doesn't have this permission set.")),
    }
}

/// `GET /lightning/setup/PermSets/assign?set=0PS…`
pub(super) async fn show_assign(session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    session.must(Duty::AssignPermissionSets, PATH)?;
    let set = find(&session, &query)?;
    assign_page(&session, &set, None)
}

/// `POST` the same, with any number of `users`.
pub(super) async fn assign(State(app): State<App>, form: PostedForm) -> Result<Response, PageError> {
    let PostedForm { session, fields } = form;
    session.must(Duty::AssignPermissionSets, PATH)?;
    let set = find(&session, &fields)?;
    let chosen: Vec<UserId> = fields.all("users").filter_map(|id| UserId::parse(id).ok()).collect();
    if chosen.is_empty() {
        return assign_page(&session, &set, Some("Select at least one user."));
    }
    match app.assign_permission_set(&session.browser.caller.org, set.id, &chosen, session.user().id)? {
        Ok(_) => Ok(answer::redirect(&session.link(&format!("{ASSIGNMENTS}?set={}&done=assigned", set.id)))),
        Err(fault) => assign_page(&session, &set, Some(&fault.to_string())),
    }
}

fn assign_page(session: &BrowserSession, set: &PermissionSet, error: Option<&str>) -> Result<Response, PageError> {
    let users = session.browser.caller.org.read(|tx| tx.users())?;
    let free = users.iter().filter(|user| user.is_active && !holds(user, set));
    let choices: Vec<Choice> = free.map(|user| Choice::new(user.id.to_string(), format!("{} ({})", user.name, user.username), false)).collect();
    let heading = format!("{}: Select Users to Assign", set.label);
    let back = session.link(&format!("{ASSIGNMENTS}?set={}", set.id));
    let part = if choices.is_empty() {
        Part::Note("Every active user has this permission set.".to_owned())
    } else {
        let mut form =
            Form::new(session.link(ASSIGN), "Assign", vec![FormSection::new("Users", vec![Field::checks("users", "Select Users", choices)])]);
        form.hidden = vec![("set", set.id.to_string())];
        form.cancel = Some(back);
        if let Some(error) = error {
            form.complain("users", error);
        }
        Part::Form(form)
    };
    let view = SetupPage { crumb: Some(self::back(session, set)), parts: vec![part], ..session.setup_page(PATH, heading) };
    Ok(answer::page(StatusCode::OK, &view))
}

fn person(session: &BrowserSession, user: &User) -> Vec<Cell> {
    vec![
        Cell::link(session.link(&users::path_of(user.id)), &user.name),
        Cell::text(&user.username),
        Cell::text(&user.profile.label),
        Cell::Tick(user.is_active),
    ]
}

fn back(session: &BrowserSession, set: &PermissionSet) -> Link {
    Link { url: session.link(&path_of(set.id)), text: set.label.clone() }
}

fn holds(user: &User, set: &PermissionSet) -> bool {
    user.permission_sets.iter().any(|held| held.id == set.id)
}
