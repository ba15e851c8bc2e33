//! What faults ask of a request. A look into body or token is taken only if a fault names flow, org or app.

use super::Exchange;
use crate::app::{App, Whose};
use crate::fault::Subject;
use crate::id::{AppId, OrgId};
use crate::journal::flow_of;
use crate::org::Host;

/// The row whose handler waits by itself, when it has locked the grant that is refreshed.
const TOKEN_ROW: &str = "oauth/token";

const RECORD_ROWS: [&str; 4] = ["rest/create", "rest/create-by-id", "rest/update", "rest/upsert"];

/// Parameters that carry a token of ours.
const TOKEN_PARAMETERS: [&str; 4] = ["refresh_token", "token", "oauth_token", "access_token"];

pub(super) struct Asked<'e, 's> {
    pub app: &'e App,
    pub exchange: &'e Exchange<'s>,
}

/// Whether delay and hold are left to the handler, because they are to happen while a grant is locked.
pub(super) fn waits_by_itself(exchange: &Exchange<'_>) -> bool {
    exchange.found.row.is_some_and(|row| row.id == TOKEN_ROW) && parameter(exchange, "grant_type").as_deref() == Some("refresh_token")
}

/// Whether the request creates or changes one record of the REST API, which a duplicate rule may look at.
pub(super) fn writes_one_record(exchange: &Exchange<'_>) -> bool {
    exchange.found.row.is_some_and(|row| RECORD_ROWS.contains(&row.id))
}

impl Subject for Asked<'_, '_> {
    fn route(&self) -> &'static str {
        self.exchange.found.row.map_or("", |row| row.id)
    }

    fn method(&self) -> &str {
        self.exchange.parts.method.as_str()
    }

    fn flow(&self) -> Option<&'static str> {
        flow_of(parameter(self.exchange, "grant_type").as_deref(), parameter(self.exchange, "response_type").as_deref())
    }

    fn org(&self) -> Option<OrgId> {
        match self.exchange.arrival.site.host() {
            Host::Org(org) => Some(org),
            Host::Login | Host::Test => self.whose().map(|whose| whose.org),
        }
    }

    fn app(&self) -> Option<AppId> {
        match parameter(self.exchange, "client_id") {
            Some(key) => self.app.registry().app_by_key(&key).map(|app| app.id),
            None => self.whose()?.app,
        }
    }
}

impl Asked<'_, '_> {
    /// Whom the bearer token, or a token among the parameters, belongs to.
    fn whose(&self) -> Option<Whose> {
        let bearer = self.exchange.parts.headers.get("authorization").and_then(|value| value.to_str().ok()?.split_once(' '));
        let bearer = bearer.filter(|(scheme, _)| !scheme.eq_ignore_ascii_case("basic")).map(|(_, token)| token.trim().to_owned());
        let token = bearer.or_else(|| TOKEN_PARAMETERS.iter().find_map(|name| parameter(self.exchange, name)))?;
        self.app.whose_token(&token).ok().flatten()
    }
}

/// The first parameter of this name in the query or a form body.
fn parameter(exchange: &Exchange<'_>, name: &str) -> Option<String> {
    let query = exchange.parts.uri.query().unwrap_or_default().as_bytes();
    let kind = exchange.parts.headers.get("content-type").map_or(&b""[..], |kind| kind.as_bytes());
    let form = match &exchange.body {
        Ok(body) if kind.starts_with(b"application/x-www-form-urlencoded") => &body[..],
        _ => &[],
    };
    let mut pairs = form_urlencoded::parse(query).chain(form_urlencoded::parse(form));
    pairs.find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}
