//! What is arranged, in which order, and which checks each arrangement reaches.

use serde_json::{Value, json};

use super::window::{self, Window};
use crate::evidence::{Exchange, Sort};
use crate::observe::scene::Scene;
use crate::rules::Finding;
use crate::rules::grants::{ASSERTIONS, CREDENTIALS, flow_of};

/// What keeps a connection alive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    RefreshToken,
    Assertions,
    Credentials,
}

impl Life {
    /// Of the newest request that was given a token.
    pub fn of(sent: &[Exchange]) -> Option<Self> {
        sent.iter().rev().filter(|exchange| exchange.is_accepted()).find_map(|exchange| match exchange.sort() {
            Sort::Refresh => Some(Self::RefreshToken),
            Sort::Exchange => exchange.issued("refresh_token").map(|_| Self::RefreshToken),
            Sort::Token if flow_of(exchange) == Some(ASSERTIONS) => Some(Self::Assertions),
            Sort::Token if flow_of(exchange) == Some(CREDENTIALS) => Some(Self::Credentials),
            _ => None,
        })
    }
}

/// One change to the server.
#[derive(Debug, Clone)]
pub enum Change {
    /// The user's access tokens of the app end; grants stay.
    EndSession,
    /// The user's grants of the app end with all their tokens.
    Revoke,
    /// Requests of the user to the app are met by a fault until it is lifted, or as often as it says.
    Fault { matches: Value, action: Value, count: Option<u32> },
    /// The app hands out a new refresh token with each refresh, until the watch ends.
    Rotate,
}

/// A check that an arrangement reaches.
pub struct Row {
    pub check: &'static str,
    pub judge: fn(&Window) -> Finding,
}

/// An arrangement.
pub struct Injection {
    /// What is arranged: `the access session ends`.
    pub says: &'static str,
    pub lives: &'static [Life],
    pub changes: fn() -> Vec<Change>,
    /// Whether what was sent since shows how the integration takes it.
    pub reached: fn(&[Exchange]) -> bool,
    /// Whether it is ordinary life, which the rows of watching may judge too.
    pub is_ordinary: bool,
    /// Whether several operations are to be seen after it.
    pub lingers: bool,
    pub rows: &'static [Row],
}

const WEB: &[Life] = &[Life::RefreshToken];
const ANY: &[Life] = &[Life::RefreshToken, Life::Assertions, Life::Credentials];

fn refreshes(action: Value, count: Option<u32>) -> Change {
    Change::Fault { matches: json!({ "route": "oauth/token", "flow": "refresh_token" }), action, count }
}

fn tokens(flow: &str, description: &str) -> Change {
    let action = json!({ "status": 400, "body": { "error": "invalid_grant", "error_description": description } });
    Change::Fault { matches: json!({ "route": "oauth/token", "flow": flow }), action, count: None }
}

fn data(status: u16, code: &str, message: &str) -> Change {
    let action = json!({ "status": status, "body": [{ "message": message, "errorCode": code }] });
    Change::Fault { matches: json!({ "route": "rest/*" }), action, count: None }
}

fn has(sent: &[Exchange], sort: Sort, wanted: impl Fn(&Exchange) -> bool) -> bool {
    sent.iter().any(|exchange| exchange.sort() == sort && wanted(exchange))
}

/// A request for data was answered with this status.
fn met(sent: &[Exchange], status: u16) -> bool {
    has(sent, Sort::Data, |exchange| exchange.status() == Some(status))
}

fn refused(sent: &[Exchange], sort: Sort) -> bool {
    has(sent, sort, |exchange| exchange.status().is_some_and(|status| status >= 400))
}

/// Data came after a token was given out.
fn renewed(sent: &[Exchange]) -> bool {
    let Some(given) = sent.iter().find(|exchange| exchange.sort().is_token_request() && exchange.is_accepted()) else { return false };
    has(sent, Sort::Data, |exchange| exchange.is_accepted() && given.was_answered_before(exchange))
}

/// All of them. What ends the grant comes last.
pub static INJECTIONS: &[Injection] = &[
    Injection {
        says: "the access session ends",
        lives: ANY,
        changes: || vec![Change::EndSession],
        reached: |sent| renewed(sent) || met(sent, 401),
        is_ordinary: true,
        lingers: false,
        rows: &[
            Row { check: "jwt/new-assertion-on-401", judge: window::asserted_anew },
            Row { check: "cc/new-token-on-401", judge: window::credentials_anew },
        ],
    },
    Injection {
        says: "the access session ends again",
        lives: WEB,
        changes: || vec![Change::EndSession],
        reached: |sent| renewed(sent) || met(sent, 401),
        is_ordinary: true,
        lingers: false,
        rows: &[Row { check: "refresh/keeps-token", judge: window::kept_token }],
    },
    Injection {
        says: "data requests are answered 401 INVALID_SESSION_ID, \"This session is not valid for use with the REST API\"",
        lives: WEB,
        changes: || vec![data(401, "INVALID_SESSION_ID", "This session is not valid for use with the REST API")],
        reached: |sent| met(sent, 401),
        is_ordinary: false,
        lingers: false,
        rows: &[Row { check: "refresh/not-on-scope-401", judge: window::no_refresh }],
    },
    Injection {
        says: "data requests are answered 401 INVALID_SESSION_ID, whatever token they bear",
        lives: WEB,
        changes: || vec![data(401, "INVALID_SESSION_ID", "Session expired or invalid")],
        reached: |sent| met(sent, 401),
        is_ordinary: false,
        lingers: false,
        rows: &[Row { check: "refresh/loop-bounded", judge: window::bounded_loop }],
    },
    Injection {
        says: "data requests are answered 403 REQUEST_LIMIT_EXCEEDED",
        lives: ANY,
        changes: || vec![data(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")],
        reached: |sent| met(sent, 403),
        is_ordinary: false,
        lingers: false,
        rows: &[Row { check: "data/limit-stops", judge: window::stopped }, Row { check: "data/forbidden-not-auth", judge: window::no_token }],
    },
    Injection {
        says: "data requests are answered 503 SERVER_UNAVAILABLE",
        lives: ANY,
        changes: || vec![data(503, "SERVER_UNAVAILABLE", "The server is unavailable.")],
        reached: |sent| met(sent, 503),
        is_ordinary: false,
        lingers: false,
        rows: &[Row { check: "data/unavailable-bounded", judge: window::bounded_retries }],
    },
    Injection {
        says: "the access session ends, and two refreshes are answered 503",
        lives: WEB,
        changes: || vec![refreshes(json!({ "status": 503 }), Some(2)), Change::EndSession],
        reached: |sent| refused(sent, Sort::Refresh),
        is_ordinary: false,
        lingers: false,
        rows: &[Row { check: "refresh/transient-not-death", judge: window::lives_on }],
    },
    Injection {
        says: "the access session ends, and refreshes are answered 503",
        lives: WEB,
        changes: || vec![refreshes(json!({ "status": 503 }), None), Change::EndSession],
        reached: |sent| refused(sent, Sort::Refresh),
        is_ordinary: false,
        lingers: false,
        rows: &[Row { check: "refresh/transient-backoff", judge: window::spaced_refreshes }],
    },
    Injection {
        says: "the access session ends, and a refresh finds the grant locked",
        lives: WEB,
        changes: || vec![refreshes(json!({ "lock": true }), Some(1)), Change::EndSession],
        reached: |sent| refused(sent, Sort::Refresh),
        is_ordinary: false,
        lingers: false,
        rows: &[Row { check: "rotation/lock-error-retried", judge: window::lives_on }],
    },
    Injection {
        says: "the access session ends, and a refresh is refused for its address",
        lives: WEB,
        changes: || {
            let action = json!({ "status": 400, "body": { "error": "invalid_grant", "error_description": "ip restricted" } });
            vec![refreshes(action, Some(1)), Change::EndSession]
        },
        reached: |sent| refused(sent, Sort::Refresh),
        is_ordinary: false,
        lingers: false,
        rows: &[Row { check: "partner/ip-refusal-keeps-grant", judge: window::lives_on }],
    },
    Injection {
        says: "the access session ends, and refreshes are refused because the app is not installed",
        lives: WEB,
        changes: || {
            let action = json!({ "status": 400, "body": { "error": "invalid_client", "error_description": "app must be installed into org" } });
            vec![refreshes(action, None), Change::EndSession]
        },
        reached: |sent| refused(sent, Sort::Refresh),
        is_ordinary: false,
        lingers: false,
        rows: &[Row { check: "gate/token-refusal-final", judge: window::two_refreshes }],
    },
    Injection {
        says: "refresh tokens rotate from now on, and the access session ends",
        lives: WEB,
        changes: || vec![Change::Rotate, Change::EndSession],
        reached: renewed,
        is_ordinary: false,
        lingers: false,
        rows: &[],
    },
    Injection {
        says: "the access session ends under rotation",
        lives: WEB,
        changes: || vec![Change::EndSession],
        reached: |sent| refused(sent, Sort::Refresh) || renewed(sent),
        is_ordinary: false,
        lingers: false,
        rows: &[Row { check: "rotation/switched-on-later", judge: window::adopts_rotation }],
    },
    Injection {
        says: "the access session ends, and assertions are refused because nobody approved the app",
        lives: &[Life::Assertions],
        changes: || vec![tokens(ASSERTIONS, "user hasn't approved this consumer"), Change::EndSession],
        reached: |sent| refused(sent, Sort::Token),
        is_ordinary: false,
        lingers: false,
        rows: &[Row { check: "jwt/refusal-final", judge: window::four_tokens }],
    },
    Injection {
        says: "the access session ends, and client credentials are refused because there is no Run As user",
        lives: &[Life::Credentials],
        changes: || vec![tokens(CREDENTIALS, "no client credentials user enabled"), Change::EndSession],
        reached: |sent| refused(sent, Sort::Token),
        is_ordinary: false,
        lingers: false,
        rows: &[Row { check: "cc/refusal-final", judge: window::two_tokens }],
    },
    Injection {
        says: "the grant is revoked",
        lives: WEB,
        changes: || vec![Change::Revoke],
        reached: |sent| refused(sent, Sort::Refresh),
        is_ordinary: false,
        lingers: true,
        rows: &[
            Row { check: "refresh/dead-is-final", judge: window::two_of_the_dead },
            Row { check: "refresh/dead-stays-quiet", judge: window::quiet_after_death },
            Row { check: "rotation/never-presents-old", judge: window::newest_token },
        ],
    },
];

/// What is judged by the arrangements. Some of it traffic alone may show, too.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    INJECTIONS.iter().flat_map(|injection| injection.rows)
}

/// Whose requests are met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lane {
    pub org: String,
    /// Username.
    pub user: String,
    /// Consumer key.
    pub app: String,
    pub life: Life,
}

impl Lane {
    /// The connection that was last given data.
    pub fn of(scene: &Scene) -> Option<Self> {
        let newest = |sent: &&Vec<Exchange>| sent.iter().rev().find(|one| one.sort() == Sort::Data && one.is_accepted()).map(Exchange::seq);
        let (line, sent) = scene.lines.iter().filter(|(_, sent)| newest(sent).is_some()).max_by_key(|(_, sent)| newest(sent))?;
        let user = sent.iter().rev().find_map(|one| one.entry()["user"].as_str())?;
        let key = sent.iter().rev().find_map(Exchange::client_id);
        let known = scene.facts.apps_of(&scene.keys).find(|app| key.is_none_or(|key| app.consumer_key == key))?;
        let life = Life::of(sent)?;
        Some(Self { org: scene.orgs.get(line)?.clone(), user: user.to_owned(), app: known.consumer_key.clone(), life })
    }

    /// The control API's path of the lane's `sessions` or `grants`.
    pub fn path(&self, of: &str) -> String {
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("app", &self.app).append_pair("user", &self.user).finish();
        format!("/orgs/{}/{of}?{query}", self.org)
    }

    /// How a fault finds its requests. Client credentials name no user.
    pub fn matches(&self) -> Vec<(&'static str, &str)> {
        let mut matches = vec![("org", self.org.as_str()), ("app", &self.app)];
        matches.extend((self.life != Life::Credentials).then_some(("user", self.user.as_str())));
        matches
    }

    /// The control API's path of its app.
    pub fn app_path(&self) -> String {
        format!("/apps/{}", self.app)
    }

    /// What it sent, oldest first.
    pub fn sent(&self, scene: &Scene) -> Vec<Exchange> {
        let user = |one: &Exchange| one.entry()["user"].as_str().map(str::to_owned);
        // A request that is refused before it was known who runs it is of nobody.
        let is_its = |sent: &Vec<Exchange>| match sent.iter().find_map(user) {
            Some(known) => known == self.user,
            None => sent.iter().any(|one| one.client_id() == Some(&self.app)),
        };
        let lines = scene.lines.iter().filter(|(line, sent)| scene.orgs.get(line) == Some(&self.org) && is_its(sent));
        let mut sent: Vec<Exchange> = lines.flat_map(|(_, sent)| sent.iter().cloned()).collect();
        sent.sort_by_key(Exchange::seq);
        sent
    }
}
