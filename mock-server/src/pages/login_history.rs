//! Login History of the org, on a page and as CSV.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::error::PageError;
use super::session::{BrowserSession, Fields};
use super::trace::{DOWNLOADED, SHOWN, Usernames, csv, is_download};
use super::view::{Link, TracePage, TraceRow};
use super::{answer, wording};
use crate::app::App;
use crate::oauth::{Ledger, LoginRow, user_agent};
use crate::org::Duty;

pub(super) const PATH: &str = "/lightning/setup/OrgLoginHistory/home";

const COLUMNS: [&str; 11] =
    ["Username", "Login Time", "Source IP", "Login Type", "Status", "Browser", "Platform", "Application", "API Type", "API Version", "Login URL"];

/// `GET /lightning/setup/OrgLoginHistory/home`; with `download=csv`, the file.
pub(super) async fn show(State(_): State<App>, session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    session.must(Duty::SeeLogins, PATH)?;
    let limit = if is_download(&query) { DOWNLOADED } else { SHOWN };
    let logins = session.browser.caller.org.read(|tx| tx.logins(limit))?;
    let mut names = Usernames::new(&session);
    let rows = logins.iter().map(|login| Ok(cells(login, names.of(login.user)?))).collect::<Result<Vec<_>, PageError>>()?;
    if is_download(&query) {
        return Ok(csv("LoginHistory", &COLUMNS, rows.into_iter()));
    }
    let view = TracePage {
        frame: session.setup_frame(PATH),
        csrf: session.csrf(),
        heading: "Login History",
        intro: format!("Logins to {}, the newest first: of browsers, of programs, and those that failed.", session.org_name()),
        columns: COLUMNS.to_vec(),
        action: session.link(PATH),
        done: None,
        empty: "Nobody has logged in yet.",
        download: Some(Link { url: session.link(&format!("{PATH}?download=csv")), text: "Download as CSV".to_owned() }),
        rows: rows.into_iter().map(TraceRow::of).collect(),
    };
    Ok(answer::page(StatusCode::OK, &view))
}

fn cells(login: &LoginRow, username: String) -> Vec<String> {
    let (api_type, api_version) = login.api.clone().unwrap_or_else(|| ("N/A".to_owned(), "N/A".to_owned()));
    vec![
        username,
        wording::moment(login.at),
        login.source_ip.clone(),
        login.kind.clone(),
        login.status.clone(),
        user_agent::browser(&login.browser),
        user_agent::platform(&login.browser).to_owned(),
        login.application.clone(),
        api_type,
        api_version,
        login.login_url.trim_start_matches("https://").trim_start_matches("http://").to_owned(),
    ]
}
