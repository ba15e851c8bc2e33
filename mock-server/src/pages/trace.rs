//! What the pages of traces share: names of users, and the download as CSV.

use std::collections::HashMap;

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::Response;

use super::session::{BrowserSession, Fields};
use crate::id::UserId;
use crate::storage::StoreError;

/// Rows that a page shows at most.
pub(super) const SHOWN: u32 = 500;
/// Rows of a download at most: as many as Salesforce lets one download of the login history.
pub(super) const DOWNLOADED: u32 = 20_000;

/// Usernames of the org, each looked up once.
pub(super) struct Usernames<'a> {
    session: &'a BrowserSession,
    known: HashMap<UserId, String>,
}

impl<'a> Usernames<'a> {
    pub(super) fn new(session: &'a BrowserSession) -> Self {
        Self { session, known: HashMap::new() }
    }

    /// The username; the id of a user who is gone.
    pub(super) fn of(&mut self, id: UserId) -> Result<String, StoreError> {
        if let Some(known) = self.known.get(&id) {
            return Ok(known.clone());
        }
        let user = self.session.browser.caller.org.user(id)?;
        let name = user.map_or_else(|| id.to_string(), |user| user.username.clone());
        self.known.insert(id, name.clone());
        Ok(name)
    }
}

/// Whether the page is asked for as CSV.
pub(super) fn is_download(query: &Fields) -> bool {
    query.get("download").is_some()
}

/// The rows as a file. Cells are quoted, and none can begin a formula in a spreadsheet.
pub(super) fn csv(name: &str, columns: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Response {
    let mut text = String::new();
    let mut line = |cells: &mut dyn Iterator<Item = &str>| {
        for (place, cell) in cells.enumerate() {
            let guard = if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { "'" } else { "" };
            text.push_str(if place > 0 { ",\"" } else { "\"" });
            text.push_str(guard);
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        }
        text.push('\n');
    };
    line(&mut columns.iter().copied());
    for row in rows {
        line(&mut row.iter().map(String::as_str));
    }
    Response::builder()
        .header(CONTENT_TYPE, "text/csv;charset=UTF-8")
        .header(CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.csv\""))
        .header(X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header(CACHE_CONTROL, "no-store")
        .body(Body::from(text))
        .unwrap_or_default()
}
