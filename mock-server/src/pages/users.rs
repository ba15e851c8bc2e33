//! Users in Setup: the list, one user's page, and what an administrator does there at once.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::destination::query_value;
use super::error::PageError;
use super::session::{BrowserSession, Fields, PostedForm};
use super::trace::SHOWN;
use super::view::{Action, Cell, Detail, Part, Row, Section, SetupPage, Sheet, Tone};
use super::{answer, permission_sets, profiles, user_apps, user_edit, wording};
use crate::app::App;
use crate::clock::Timestamp;
use crate::id::UserId;
use crate::oauth::{Grant, Ledger, LinkCause};
use crate::org::{Directory, Duty, User};
use crate::storage::StoreError;

pub(super) const PATH: &str = "/lightning/setup/ManageUsers/home";
/// One user.
pub(super) const USER: &str = "/lightning/setup/ManageUsers/page";

/// What a button of a user's page does at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    ResetPassword,
    Unlock,
    Freeze,
    Unfreeze,
}

impl Act {
    const ALL: [Self; 4] = [Self::ResetPassword, Self::Unlock, Self::Freeze, Self::Unfreeze];

    /// The `action` of the posted form.
    fn value(self) -> &'static str {
        match self {
            Self::ResetPassword => "reset_password",
            Self::Unlock => "unlock",
            Self::Freeze => "freeze",
            Self::Unfreeze => "unfreeze",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::ResetPassword => "Reset Password",
            Self::Unlock => "Unlock",
            Self::Freeze => "Freeze",
            Self::Unfreeze => "Unfreeze",
        }
    }

    /// What the page says afterwards.
    fn done(self) -> &'static str {
        match self {
            Self::ResetPassword => "The password is reset. An e-mail with a link to choose another is in the outbox.",
            Self::Unlock => "The user is unlocked.",
            Self::Freeze => "The user is frozen. The user's sessions have ended.",
            Self::Unfreeze => "The user is no longer frozen.",
        }
    }

    fn duty(self) -> Duty {
        match self {
            Self::ResetPassword | Self::Unlock => Duty::ResetPasswords,
            Self::Freeze | Self::Unfreeze => Duty::FreezeUsers,
        }
    }

    fn read(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.value() == value)
    }
}

/// The page of one user.
pub(super) fn path_of(user: UserId) -> String {
    format!("{USER}?user={user}")
}

/// `GET /lightning/setup/ManageUsers/home`
pub(super) async fn list(State(app): State<App>, session: BrowserSession) -> Result<Response, PageError> {
    session.must(Duty::SeeSetup, PATH)?;
    let users = session.browser.caller.org.read(|tx| tx.users())?;
    let shown = usize::try_from(SHOWN).unwrap_or(usize::MAX);
    let left_out = users.len().saturating_sub(shown);
    let rows = users.iter().take(shown).map(|user| row(&app, &session, user)).collect();
    let manages = Duty::ManageUsers.is_of(session.user());
    let sheet = Sheet {
        id: "users",
        heading: String::new(),
        columns: vec!["Full Name", "Alias", "Username", "Profile", "State"],
        rows,
        empty: "The org has no users.".to_owned(),
        actions: Vec::new(),
    };
    let mut parts = vec![Part::Sheet(sheet)];
    if left_out > 0 {
        parts.push(Part::Note(format!("{left_out} more users are not listed here; a query of User finds them.")));
    }
    let view = SetupPage {
        intro: format!("Who may log in to {}, and as what.", session.org_name()),
        actions: if manages { vec![Action::open("New User", session.link(user_edit::PATH)).primary()] } else { Vec::new() },
        parts,
        ..session.setup_page(PATH, "Users")
    };
    Ok(answer::page(StatusCode::OK, &view))
}

fn row(app: &App, session: &BrowserSession, user: &User) -> Row {
    let edit = Action::open("Edit", session.link(&user_edit::path_of(user.id))).about(&user.name);
    Row {
        id: user.id.to_string(),
        cells: vec![
            Cell::link(session.link(&path_of(user.id)), &user.name),
            Cell::text(&user.alias),
            Cell::text(&user.username),
            Cell::text(&user.profile.label),
            state(user, app.now()),
        ],
        actions: if Duty::ManageUsers.is_of(session.user()) { std::iter::once(edit).chain(login(app, session, user)).collect() } else { Vec::new() },
    }
}

/// The link Login beside a user, for an admin who may go on as the user.
fn login(app: &App, session: &BrowserSession, user: &User) -> Option<Action> {
    let caller = &session.browser.caller;
    let path = format!("/servlet/servlet.su?oid={}&suorgadminid={}&retURL={PATH}&targetURL=/home/home.jsp", caller.org.id(), user.id);
    app.may_log_in_as(caller, user).then(|| Action::open("Login", session.link(&path)).about(format!("as {}", user.name)))
}

fn is_locked(user: &User, now: Timestamp) -> bool {
    user.locked_until.is_some_and(|until| now < until)
}

fn state(user: &User, now: Timestamp) -> Cell {
    match () {
        () if user.is_frozen => Cell::badge("Frozen", Tone::Bad),
        () if is_locked(user, now) => Cell::badge("Locked out", Tone::Bad),
        () if !user.is_active => Cell::badge("Inactive", Tone::Plain),
        () if user.password.is_none() => Cell::badge("No password yet", Tone::Plain),
        () => Cell::badge("Active", Tone::Good),
    }
}

/// `GET /lightning/setup/ManageUsers/page?user=005…`
pub(super) async fn show(State(app): State<App>, session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    session.must(Duty::SeeSetup, PATH)?;
    let user = find(&session, &query)?;
    let done = match query.get("done") {
        Some("saved") => Some("Saved.".to_owned()),
        Some("welcomed") => Some("Saved. An e-mail with a link to choose a password is in the outbox.".to_owned()),
        other => other.and_then(Act::read).map(|act| act.done().to_owned()),
    };
    Ok(answer::page(StatusCode::OK, &page(&app, &session, &user, done)?))
}

/// `POST` the same, with `user` and `action`.
pub(super) async fn act(State(app): State<App>, form: PostedForm) -> Result<Response, PageError> {
    let PostedForm { session, fields } = form;
    let user = find(&session, &fields)?;
    let Some(act) = fields.get("action").and_then(Act::read) else { return Err(session.missing("The page has no such button.")) };
    session.must(act.duty(), PATH)?;
    let (org, by) = (&session.browser.caller.org, session.user().id);
    match act {
        Act::ResetPassword => app.send_password_link(org, &session.site, &user, LinkCause::Reset, Some(by))?,
        Act::Unlock => app.unlock_user(org, &user, by)?,
        Act::Unfreeze => app.unfreeze_user(org, &user, by)?,
        Act::Freeze => {
            if let Err(fault) = app.freeze_user(org, &user, by)? {
                let mut view = page(&app, &session, &user, None)?;
                view.parts.insert(0, Part::Alert(fault.to_string()));
                return Ok(answer::page(StatusCode::OK, &view));
            }
        }
    }
    Ok(answer::redirect(&session.link(&format!("{}&done={}", path_of(user.id), act.value()))))
}

/// The user whom a request is about.
pub(super) fn find(session: &BrowserSession, fields: &Fields) -> Result<std::sync::Arc<User>, PageError> {
    let id = fields.get("user").and_then(|id| UserId::parse(id).ok());
    let user = id.map_or(Ok(None), |id| session.browser.caller.org.user(id))?;
    user.ok_or_else(|| session.missing("No user has this id."))
}

fn page(app: &App, session: &BrowserSession, user: &User, done: Option<String>) -> Result<SetupPage, PageError> {
    let mut parts = vec![Part::Section(detail(app, session, user)), Part::Sheet(assignments(session, user))];
    if Duty::ManageUsers.is_of(session.user()) || user.id == session.user().id {
        parts.push(Part::Sheet(oauth_apps(app, session, user)?));
    }
    Ok(SetupPage {
        crumb: Some(super::view::Link { url: session.link(PATH), text: "Users".to_owned() }),
        done,
        actions: buttons(app, session, user),
        parts,
        ..session.setup_page(PATH, &user.name)
    })
}

fn buttons(app: &App, session: &BrowserSession, user: &User) -> Vec<Action> {
    let mut buttons = Vec::new();
    if Duty::ManageUsers.is_of(session.user()) {
        buttons.push(Action::open("Edit", session.link(&user_edit::path_of(user.id))));
    }
    let turns = Act::ALL.into_iter().filter(|act| match act {
        Act::ResetPassword => true,
        Act::Unlock => is_locked(user, app.now()),
        Act::Freeze => !user.is_frozen && user.id != session.user().id,
        Act::Unfreeze => user.is_frozen,
    });
    buttons.extend(turns.filter(|act| act.duty().is_of(session.user())).map(|act| {
        let fields = vec![("user", user.id.to_string()), ("action", act.value().to_owned())];
        let button = Action::post(act.label(), session.link(USER), fields);
        if act == Act::Freeze { button.danger() } else { button }
    }));
    buttons.extend(login(app, session, user));
    buttons
}

fn detail(app: &App, session: &BrowserSession, user: &User) -> Section {
    let details = vec![
        Detail::text("Name", &user.name),
        Detail::text("Alias", &user.alias),
        Detail::text("Email", &user.email),
        Detail::text("Username", &user.username),
        Detail::text("Nickname", &user.nickname),
        Detail::new("Profile", Cell::link(session.link(&profiles::path_of(user.profile.id)), &user.profile.label)),
        Detail::new("State", state(user, app.now())),
        Detail::text("Time Zone", &user.time_zone),
        Detail::text("Locale", &user.locale),
        Detail::text("Created", wording::moment(user.created)),
        Detail::new("User ID", Cell::exact(user.id.to_string())),
    ];
    Section::new("user-detail", "User Detail", details)
}

fn assignments(session: &BrowserSession, user: &User) -> Sheet {
    let assigns = Duty::AssignPermissionSets.is_of(session.user());
    let row = |set: &std::sync::Arc<crate::org::PermissionSet>| {
        let fields = vec![("set", set.id.to_string()), ("user", user.id.to_string())];
        let remove = Action::post("Remove", session.link(permission_sets::ASSIGNMENTS), fields).about(&set.label).danger();
        Row {
            id: set.id.to_string(),
            cells: vec![Cell::link(session.link(&permission_sets::path_of(set.id)), &set.label), Cell::exact(&set.name)],
            actions: if assigns { vec![remove] } else { Vec::new() },
        }
    };
    Sheet {
        id: "assignments",
        heading: "Permission Set Assignments".to_owned(),
        columns: vec!["Permission Set Label", "API Name"],
        rows: user.permission_sets.iter().map(row).collect(),
        empty: "The user has no permission set.".to_owned(),
        actions: Vec::new(),
    }
}

fn oauth_apps(app: &App, session: &BrowserSession, user: &User) -> Result<Sheet, StoreError> {
    let registry = app.registry();
    let mut grants: Vec<Grant> = session.browser.caller.org.read(|tx| tx.grants(None))?;
    grants.retain(|grant| grant.user == user.id);
    grants.sort_by_key(|grant| std::cmp::Reverse(grant.last_used));
    let row = |grant: &Grant| {
        let name = registry.app(grant.app).map_or_else(|| grant.app.to_string(), |app| app.name.clone());
        let fields = vec![("grant", grant.id.to_string()), ("user", user.id.to_string())];
        Row {
            id: grant.id.to_string(),
            cells: vec![
                Cell::text(&name),
                Cell::text(wording::moment(grant.created)),
                Cell::text(wording::moment(grant.last_used)),
                Cell::text(grant.use_count.to_string()),
            ],
            actions: vec![Action::post("Revoke", session.link(user_apps::PATH), fields).about(format!("the tokens of {name}")).danger()],
        }
    };
    Ok(Sheet {
        id: "oauth-apps",
        heading: "OAuth Connected Apps".to_owned(),
        columns: vec!["Application", "Created", "Last Used", "Use Count"],
        rows: grants.iter().map(row).collect(),
        empty: "No app holds a token of this user.".to_owned(),
        actions: vec![
            Action::open("View", session.link(&format!("{}?user={}", user_apps::PATH, query_value(&user.id.to_string()))))
                .about("OAuth Connected Apps"),
        ],
    })
}
