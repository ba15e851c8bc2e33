//! The columns of each type of event log file, and the lines under them. Every cell is quoted; lines end with a line feed.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{ApiCall, Family, hour_of};
use crate::app::{App, LiveOrg};
use crate::apps::{AppDefinition, AppKind};
use crate::clock::Timestamp;
use crate::id::{OrgId, RecordId, UserId};
use crate::oauth::login_status;
use crate::storage::StoreError;
use crate::store::LoggedIn;

/// `EventLogFile.EventType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventType {
    Login,
    /// SOAP calls.
    Api,
    RestApi,
    /// Every call of every API.
    ApiTotalUsage,
}

/// What the columns of all types begin with.
const COMMON: [&str; 13] = [
    "EVENT_TYPE",
    "TIMESTAMP",
    "REQUEST_ID",
    "ORGANIZATION_ID",
    "USER_ID",
    "RUN_TIME",
    "CPU_TIME",
    "URI",
    "SESSION_KEY",
    "LOGIN_KEY",
    "USER_TYPE",
    "REQUEST_STATUS",
    "DB_TOTAL_TIME",
];

const LOGIN: [&str; 15] = [
    "LOGIN_TYPE",
    "BROWSER_TYPE",
    "API_TYPE",
    "API_VERSION",
    "USER_NAME",
    "TLS_PROTOCOL",
    "CIPHER_SUITE",
    "AUTHENTICATION_METHOD_REFERENCE",
    "LOGIN_SUB_TYPE",
    "TIMESTAMP_DERIVED",
    "USER_ID_DERIVED",
    "CLIENT_IP",
    "URI_ID_DERIVED",
    "LOGIN_STATUS",
    "SOURCE_IP",
];

const REST: [&str; 19] = [
    "METHOD",
    "MEDIA_TYPE",
    "STATUS_CODE",
    "USER_AGENT",
    "ROWS_PROCESSED",
    "NUMBER_FIELDS",
    "DB_BLOCKS",
    "DB_CPU_TIME",
    "REQUEST_SIZE",
    "RESPONSE_SIZE",
    "ENTITY_NAME",
    "CONNECTED_APP_ID",
    "CLIENT_NAME",
    "EXCEPTION_MESSAGE",
    "QUERY",
    "TIMESTAMP_DERIVED",
    "USER_ID_DERIVED",
    "CLIENT_IP",
    "URI_ID_DERIVED",
];

const SOAP: [&str; 14] = [
    "API_TYPE",
    "API_VERSION",
    "CLIENT_NAME",
    "CONNECTED_APP_ID",
    "METHOD_NAME",
    "ENTITY_NAME",
    "QUERY",
    "ROWS_PROCESSED",
    "REQUEST_SIZE",
    "RESPONSE_SIZE",
    "TIMESTAMP_DERIVED",
    "USER_ID_DERIVED",
    "CLIENT_IP",
    "URI_ID_DERIVED",
];

const TOTAL: [&str; 18] = [
    "EVENT_TYPE",
    "TIMESTAMP",
    "REQUEST_ID",
    "ORGANIZATION_ID",
    "USER_ID",
    "API_FAMILY",
    "API_VERSION",
    "API_RESOURCE",
    "CLIENT_NAME",
    "HTTP_METHOD",
    "CLIENT_IP",
    "COUNTS_AGAINST_API_LIMIT",
    "CONNECTED_APP_ID",
    "ENTITY_NAME",
    "STATUS_CODE",
    "CONNECTED_APP_NAME",
    "USER_NAME",
    "TIMESTAMP_DERIVED",
];

impl EventType {
    const ALL: [Self; 4] = [Self::Login, Self::Api, Self::RestApi, Self::ApiTotalUsage];

    pub fn name(self) -> &'static str {
        match self {
            Self::Login => "Login",
            Self::Api => "API",
            Self::RestApi => "RestApi",
            Self::ApiTotalUsage => "ApiTotalUsage",
        }
    }

    pub fn read(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    pub fn columns(self) -> Vec<&'static str> {
        let own: &[&str] = match self {
            Self::Login => &LOGIN,
            Self::Api => &SOAP,
            Self::RestApi => &REST,
            Self::ApiTotalUsage => return TOTAL.to_vec(),
        };
        COMMON.iter().chain(own).copied().collect()
    }

    /// The first line of a file.
    pub fn header(self) -> String {
        Line(BTreeMap::new()).spell(&self.columns(), str::to_owned)
    }
}

/// A line by its columns; those it does not name are empty.
struct Line(BTreeMap<&'static str, String>);

impl Line {
    fn spell(&self, columns: &[&'static str], other: impl Fn(&str) -> String) -> String {
        let mut text = String::with_capacity(columns.len() * 16);
        for (place, column) in columns.iter().enumerate() {
            let cell = self.0.get(column).cloned().unwrap_or_else(|| other(column));
            let _ = write!(text, "{}\"{}\"", if place > 0 { "," } else { "" }, cell.replace('"', "\"\""));
        }
        text.push('\n');
        text
    }

    fn of(self, kind: EventType) -> String {
        self.spell(&kind.columns(), |_| String::new())
    }
}

/// `20231218054831.655`
fn stamp(at: Timestamp) -> String {
    at.iso().chars().filter(|c| c.is_ascii_digit() || *c == '.').collect()
}

fn common(kind: EventType, at: Timestamp, org: OrgId, user: UserId) -> BTreeMap<&'static str, String> {
    BTreeMap::from([
        ("EVENT_TYPE", kind.name().to_owned()),
        ("TIMESTAMP", stamp(at)),
        ("ORGANIZATION_ID", org.record().as_15().to_owned()),
        ("USER_ID", user.record().as_15().to_owned()),
        ("USER_TYPE", "Standard".to_owned()),
        ("TIMESTAMP_DERIVED", at.iso()),
        ("USER_ID_DERIVED", user.to_string()),
        ("CPU_TIME", "0".to_owned()),
        ("DB_TOTAL_TIME", "0".to_owned()),
    ])
}

/// Lines of calls by type and hour.
pub(super) fn of_calls(app: &App, org: &LiveOrg, calls: &[ApiCall]) -> Result<BTreeMap<(EventType, i64), String>, StoreError> {
    let mut pieces: BTreeMap<(EventType, i64), String> = BTreeMap::new();
    let registry = app.registry();
    for call in calls {
        let client = call.app.and_then(|id| registry.app(id));
        let told =
            Told { org, call, client: client.as_deref(), username: org.user(call.user)?.map(|user| user.username.clone()).unwrap_or_default() };
        let kind = match call.family {
            Family::Rest => Some(EventType::RestApi),
            Family::Soap => Some(EventType::Api),
            Family::Bulk => None,
        };
        for kind in kind.into_iter().chain([EventType::ApiTotalUsage]) {
            pieces.entry((kind, hour_of(call.at))).or_default().push_str(&told.line(kind, app)?.of(kind));
        }
    }
    Ok(pieces)
}

/// A call with what its org and app are called.
struct Told<'a> {
    org: &'a LiveOrg,
    call: &'a ApiCall,
    client: Option<&'a AppDefinition>,
    username: String,
}

impl Told<'_> {
    fn line(&self, kind: EventType, app: &App) -> Result<Line, StoreError> {
        let call = self.call;
        let path = call.target.split('?').next().unwrap_or_default();
        let mut cells = common(kind, call.at, self.org.id(), call.user);
        // Two calls of one moment are told apart by their sizes and addresses at best; Salesforce's ids are opaque, too.
        cells.insert("REQUEST_ID", self.request_id());
        cells.extend([
            ("RUN_TIME", call.run_time.max(0).to_string()),
            ("URI", path.to_owned()),
            ("REQUEST_STATUS", if call.status < 400 { "S" } else { "F" }.to_owned()),
            ("METHOD", call.method.clone()),
            ("HTTP_METHOD", call.method.clone()),
            ("MEDIA_TYPE", "application/json".to_owned()),
            ("STATUS_CODE", call.status.to_string()),
            ("USER_AGENT", call.user_agent.clone()),
            ("REQUEST_SIZE", call.request_size.to_string()),
            ("RESPONSE_SIZE", call.response_size.to_string()),
            ("ENTITY_NAME", entity(path).unwrap_or_default().to_owned()),
            ("CLIENT_NAME", call.client_name.clone()),
            ("CLIENT_IP", call.client_ip.to_string()),
            ("USER_NAME", self.username.clone()),
            ("API_FAMILY", family(call.family).to_owned()),
            ("API_VERSION", version(path)),
            ("API_RESOURCE", resource(path)),
            ("COUNTS_AGAINST_API_LIMIT", "1".to_owned()),
            ("METHOD_NAME", call.route.split('/').next_back().unwrap_or_default().to_owned()),
            ("API_TYPE", if path.contains("/Soap/c") { "E" } else { "P" }.to_owned()),
        ]);
        if let Some(client) = self.client {
            cells.insert("CONNECTED_APP_NAME", client.name.clone());
            cells.insert("CONNECTED_APP_ID", self.app_id(client, app)?.as_15().to_owned());
        }
        Ok(Line(cells))
    }

    /// GUESS: an external client app is named by its own row's id; what is documented speaks of connected apps, and of ids
    /// beginning with 888 for those that have no row.
    fn app_id(&self, client: &AppDefinition, app: &App) -> Result<RecordId, StoreError> {
        let settled = self.org.org_app(client, app.now())?.presence.is_settled();
        let prefix = match client.kind {
            _ if !settled => "888",
            AppKind::ConnectedApp => "0H4",
            AppKind::ExternalClientApp => "0xI",
        };
        Ok(client.id.record().with_prefix(prefix))
    }

    fn request_id(&self) -> String {
        let text = format!("{}{}{}{}", self.call.at.0, self.call.user, self.call.target, self.call.response_size);
        format!("{:022}", crate::oauth::Digest::of(&text).0.iter().take(8).fold(0_u64, |id, byte| id << 8 | u64::from(*byte)))
    }
}

fn family(family: Family) -> &'static str {
    match family {
        Family::Rest => "REST",
        Family::Bulk => "Bulk",
        Family::Soap => "SOAP",
    }
}

/// `67.0` of `/services/data/v67.0/…` or `/services/Soap/u/67.0/…`.
fn version(path: &str) -> String {
    let is_version = |text: &&str| text.contains('.') && text.chars().all(|c| c.is_ascii_digit() || c == '.');
    path.split('/').map(|segment| segment.strip_prefix('v').unwrap_or(segment)).find(is_version).unwrap_or_default().to_owned()
}

/// The path behind the API's own, without ids of records.
fn resource(path: &str) -> String {
    let behind = ["/services/data", "/services/async", "/services"].into_iter().find_map(|root| path.strip_prefix(root)).unwrap_or(path);
    behind.split('/').filter(|segment| RecordId::parse(segment).is_err()).collect::<Vec<_>>().join("/")
}

fn entity(path: &str) -> Option<&str> {
    path.split_once("/sobjects/").and_then(|(_, rest)| rest.split('/').next()).filter(|name| !name.is_empty())
}

/// Lines of logins by hour.
pub(super) fn of_logins(org: OrgId, logins: &[LoggedIn]) -> BTreeMap<i64, String> {
    let mut pieces: BTreeMap<i64, String> = BTreeMap::new();
    for login in logins {
        let Ok(user) = UserId::parse(&login.user) else { continue };
        let is_oauth = login.kind.starts_with("Remote Access");
        let key = login.id.get(7..15).unwrap_or_default();
        let mut cells = common(EventType::Login, login.at, org, user);
        cells.extend([
            ("REQUEST_ID", format!("4{key:0>21}")),
            ("RUN_TIME", "0".to_owned()),
            ("URI", uri(login, is_oauth).to_owned()),
            ("LOGIN_KEY", key.to_owned()),
            ("SESSION_KEY", key.to_owned()),
            ("LOGIN_TYPE", if is_oauth { "i" } else { "A" }.to_owned()),
            ("BROWSER_TYPE", login.browser.clone()),
            ("API_TYPE", login.api_type.clone().unwrap_or_default()),
            // Logins over OAuth carry this number in the place of a version.
            ("API_VERSION", if is_oauth { "9998.0".to_owned() } else { login.api_version.clone().unwrap_or_default() }),
            ("USER_NAME", login.username.clone()),
            ("LOGIN_SUB_TYPE", login.sub_type.clone().unwrap_or_default()),
            ("CLIENT_IP", login.source_ip.clone()),
            ("SOURCE_IP", login.source_ip.clone()),
            ("LOGIN_STATUS", login_status::code(&login.status).to_owned()),
        ]);
        pieces.entry(hour_of(login.at)).or_default().push_str(&Line(cells).of(EventType::Login));
    }
    pieces
}

fn uri(login: &LoggedIn, is_oauth: bool) -> &'static str {
    match (is_oauth, &login.api_type) {
        (true, _) => "/services/oauth2/token",
        (false, Some(_)) => "/services/Soap/u",
        (false, None) => "/index.jsp",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_is_quoted() {
        let line = Line(BTreeMap::from([("EVENT_TYPE", "a\"b".to_owned())])).of(EventType::ApiTotalUsage);
        assert!(line.starts_with("\"a\"\"b\",\"\",") && line.ends_with("\"\"\n"), "{line}");
        assert_eq!(line.matches(',').count() + 1, TOTAL.len());
    }

    #[test]
    fn a_path_tells_version_resource_and_object() {
        let path = "/services/data/v67.0/sobjects/Account/001Fk0000000001AAA";
        assert_eq!((version(path), resource(path), entity(path)), ("67.0".into(), "/v67.0/sobjects/Account".into(), Some("Account")));
        assert_eq!((version("/services/Soap/u/59.0/00Dxx"), entity("/services/data/v67.0/query")), ("59.0".into(), None));
    }
}
