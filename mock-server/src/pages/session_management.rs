//! Session Management: who is in, from where, and Remove.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::error::PageError;
use super::session::{BrowserSession, Fields, PostedForm};
use super::trace::{SHOWN, Usernames};
use super::view::{RowButton, TracePage, TraceRow};
use super::{answer, wording};
use crate::app::App;
use crate::id::RecordId;
use crate::oauth::{Event, Ledger, Session, SessionKind, happen};
use crate::org::Duty;

/// GUESS: Lightning's own address of this page was not recorded.
pub(super) const PATH: &str = "/lightning/setup/SessionManagement/home";

const COLUMNS: [&str; 9] =
    ["Username", "Created", "Updated", "Valid Until", "Login Type", "Session Type", "Source IP", "Parent Session ID", "User Type"];

/// `GET /lightning/setup/SessionManagement/home`
pub(super) async fn show(State(app): State<App>, session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    session.must(Duty::ManageSessions, PATH)?;
    let live = session.browser.caller.org.read(|tx| tx.live_sessions(app.now(), SHOWN))?;
    let mut names = Usernames::new(&session);
    let own = session.browser.caller.session.id;
    let rows = live.iter().map(|one| Ok(row(one, names.of(one.user)?, one.id == own))).collect::<Result<_, PageError>>()?;
    let view = TracePage {
        frame: session.setup_frame(PATH),
        csrf: session.csrf(),
        heading: "Session Management",
        intro: format!("Sessions of users of {}. Removing one ends it at once; a refresh token opens a new one.", session.org_name()),
        columns: COLUMNS.to_vec(),
        action: session.link(PATH),
        done: query.get("done").map(|_| "Removed. The session has ended."),
        empty: "Nobody is logged in.",
        download: None,
        rows,
    };
    Ok(answer::page(StatusCode::OK, &view))
}

/// `POST` the same, with `session`.
pub(super) async fn remove(form: PostedForm) -> Result<Response, PageError> {
    let PostedForm { session, fields } = form;
    session.must(Duty::ManageSessions, PATH)?;
    let id = fields.get("session").and_then(|id| RecordId::parse(id).ok());
    let ended = match id {
        Some(id) => session.browser.caller.org.write(|tx| happen(tx, Event::SessionRemoved(id)))?,
        None => 0,
    };
    if ended == 0 {
        return Err(PageError::Missing { frame: Box::new(session.frame()), what: "No live session has this id." });
    }
    Ok(answer::redirect(&session.link(&format!("{PATH}?done=removed"))))
}

fn row(session: &Session, username: String, is_own: bool) -> TraceRow {
    let about = format!("the session of {username}");
    let cells = vec![
        username,
        wording::moment(session.created),
        wording::moment(session.last_used()),
        wording::moment(session.expires()),
        session.login_type.clone(),
        kind(session).to_owned(),
        session.source_ip.clone(),
        session.parent.map(|parent| parent.to_string()).unwrap_or_default(),
        "Standard".to_owned(),
    ];
    let button = RowButton { label: "Remove", about, fields: vec![("session", session.id.to_string())] };
    TraceRow { cells, badge: is_own.then_some("this one"), button: Some(button) }
}

fn kind(session: &Session) -> &'static str {
    match session.kind {
        _ if session.login_as => "SubstituteUser",
        SessionKind::Token | SessionKind::Jwt if session.app.is_some() => "OAuth2",
        SessionKind::Token | SessionKind::Jwt => "API",
        SessionKind::Browser | SessionKind::Handover => "UI",
    }
}
