//! New User and User Edit.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::error::PageError;
use super::session::{BrowserSession, Fields, PostedForm};
use super::view::{Choice, Field, Form, FormSection, Link, Part, SetupPage};
use super::{answer, users};
use crate::app::App;
use crate::id::{RecordId, UserId};
use crate::oauth::LinkCause;
use crate::org::{Directory, Duty, User, UserDetails, UserFault};

pub(super) const PATH: &str = "/lightning/setup/ManageUsers/edit";

/// The page that edits a user.
pub(super) fn path_of(user: UserId) -> String {
    format!("{PATH}?user={user}")
}

/// `GET /lightning/setup/ManageUsers/edit`: New User; with `user`, User Edit.
pub(super) async fn show(session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    session.must(Duty::ManageUsers, users::PATH)?;
    let user = subject(&session, &query)?;
    let details = match &user {
        Some(user) => UserDetails::of(user),
        None => UserDetails { is_active: true, ..UserDetails::default() },
    };
    page(&session, user.as_deref(), &details, true, &[])
}

/// `POST` the same.
pub(super) async fn save(State(app): State<App>, form: PostedForm) -> Result<Response, PageError> {
    let PostedForm { session, fields } = form;
    session.must(Duty::ManageUsers, users::PATH)?;
    let user = subject(&session, &fields)?;
    let details = details(&fields);
    let org = &session.browser.caller.org;
    let notify = fields.get("notify").is_some();
    let saved = match &user {
        Some(user) => app.edit_user(org, user, &details, session.user().id)?.map(|()| user.id),
        None => app.create_user(org, &details, session.user())?,
    };
    let id = match saved {
        Ok(id) => id,
        Err(faults) => return page(&session, user.as_deref(), &details, notify, &faults),
    };
    let welcomed = org.user(id)?.filter(|_| user.is_none() && notify);
    if let Some(new) = &welcomed {
        app.send_password_link(org, &session.site, new, LinkCause::Welcome, Some(session.user().id))?;
    }
    let done = if welcomed.is_some() { "welcomed" } else { "saved" };
    Ok(answer::redirect(&session.link(&format!("{}&done={done}", users::path_of(id)))))
}

/// The user to be edited; none where one is to be made.
fn subject(session: &BrowserSession, fields: &Fields) -> Result<Option<std::sync::Arc<User>>, PageError> {
    fields.get("user").map(|_| users::find(session, fields)).transpose()
}

fn details(fields: &Fields) -> UserDetails {
    let text = |value: Option<&str>| value.unwrap_or_default().trim().to_owned();
    UserDetails {
        first_name: text(fields.get("FirstName")),
        last_name: text(fields.get("LastName")),
        alias: text(fields.get("Alias")),
        email: text(fields.get("Email")),
        username: text(fields.get("Username")),
        nickname: text(fields.get("CommunityNickname")),
        profile: fields.get("ProfileId").and_then(|id| RecordId::parse(id).ok()),
        is_active: fields.get("IsActive").is_some(),
    }
}

fn page(session: &BrowserSession, user: Option<&User>, details: &UserDetails, notify: bool, faults: &[UserFault]) -> Result<Response, PageError> {
    let mut sections = vec![FormSection::new(
        "General Information",
        vec![
            Field::text("FirstName", "First Name", &details.first_name),
            Field::text("LastName", "Last Name", &details.last_name).required(),
            Field::text("Alias", "Alias", &details.alias).required(),
            Field::line("email", "Email", "Email", &details.email).required(),
            Field::text("Username", "Username", &details.username).required().hint("In the form of an e-mail address, unique in all of Salesforce."),
            Field::text("CommunityNickname", "Nickname", &details.nickname).required(),
            Field::select("ProfileId", "Profile", profiles(session, details.profile)?).required(),
            Field::check("IsActive", "Active", details.is_active),
        ],
    )];
    if user.is_none() {
        let notify = Field::check("notify", "Generate new password and notify user immediately", notify)
            .hint("The e-mail goes to the outbox. Without it the user has no password and can't log in.");
        sections.push(FormSection::new("Password", vec![notify]));
    }
    let back = user.map_or_else(|| users::PATH.to_owned(), |user| users::path_of(user.id));
    let mut form = Form::new(session.link(PATH), "Save", sections);
    form.hidden = user.map(|user| ("user", user.id.to_string())).into_iter().collect();
    form.cancel = Some(session.link(&back));
    for fault in faults {
        form.complain(fault.field(), fault.to_string());
    }
    let heading = user.map_or_else(|| "New User".to_owned(), |user| format!("User Edit: {}", user.name));
    let view = SetupPage {
        crumb: Some(Link { url: session.link(users::PATH), text: "Users".to_owned() }),
        parts: vec![Part::Form(form)],
        ..session.setup_page(users::PATH, heading)
    };
    Ok(answer::page(StatusCode::OK, &view))
}

fn profiles(session: &BrowserSession, chosen: Option<RecordId>) -> Result<Vec<Choice>, PageError> {
    let mut profiles = session.browser.caller.org.read(|tx| tx.permission_sets())?;
    profiles.retain(|set| set.is_profile);
    profiles.sort_by_key(|profile| profile.label.to_lowercase());
    let none = Choice::new("", "--None--", chosen.is_none());
    Ok(std::iter::once(none).chain(profiles.iter().map(|set| Choice::new(set.id.to_string(), &set.label, chosen == Some(set.id)))).collect())
}
