//! View Setup Audit Trail: the newest changes on a page, all of 180 days as CSV.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::error::PageError;
use super::session::{BrowserSession, Fields};
use super::trace::{DOWNLOADED, Usernames, csv, is_download};
use super::view::{Link, TracePage, TraceRow};
use super::{answer, wording};
use crate::app::App;
use crate::org::{AuditTrail, Duty};

pub(super) const PATH: &str = "/lightning/setup/SecurityEvents/home";

const COLUMNS: [&str; 6] = ["Date", "User", "Source Namespace Prefix", "Action", "Section", "Delegate User"];

/// Changes that the page shows. Source: Salesforce help, "Monitor Setup Changes with Setup Audit Trail".
const NEWEST: u32 = 20;

/// `GET /lightning/setup/SecurityEvents/home`; with `download=csv`, the file.
pub(super) async fn show(State(_): State<App>, session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    session.must(Duty::SeeSetup, PATH)?;
    let limit = if is_download(&query) { DOWNLOADED } else { NEWEST };
    let changes = session.browser.caller.org.read(|tx| tx.trail(limit))?;
    let mut names = Usernames::new(&session);
    let mut rows = Vec::with_capacity(changes.len());
    for change in changes {
        let user = change.user.map(|user| names.of(user)).transpose()?;
        rows.push(vec![
            wording::moment(change.at),
            user.unwrap_or_else(|| "Automated Process".to_owned()),
            String::new(),
            change.display,
            change.section,
            String::new(),
        ]);
    }
    if is_download(&query) {
        return Ok(csv("SetupAuditTrail", &COLUMNS, rows.into_iter()));
    }
    let view = TracePage {
        frame: session.setup_frame(PATH),
        csrf: session.csrf(),
        heading: "View Setup Audit Trail",
        intro: format!("The last {NEWEST} changes of the setup of {}. They are kept for 180 days.", session.org_name()),
        columns: COLUMNS.to_vec(),
        action: session.link(PATH),
        done: None,
        empty: "Nothing was changed in Setup yet.",
        download: Some(Link { url: session.link(&format!("{PATH}?download=csv")), text: "Download".to_owned() }),
        rows: rows.into_iter().map(TraceRow::of).collect(),
    };
    Ok(answer::page(StatusCode::OK, &view))
}
