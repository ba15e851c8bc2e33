//! The messages of the driver protocol, version 1: one JSON object per request, one per answer.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The version every message carries as `v`.
pub const VERSION: u64 = 1;

/// What the harness asks an integration to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Operation {
    Hello {
        profiles: Vec<String>,
    },
    Configure(Box<Settings>),
    Connect(Connect),
    /// `url` is the full address that the user's browser was sent to.
    Callback {
        connection: String,
        url: String,
    },
    Wait {
        connection: String,
        until: Until,
        timeout_ms: u64,
    },
    Call {
        connection: String,
        parallel: u32,
    },
    Query {
        connection: String,
        object: String,
        fields: Vec<String>,
        /// By Bulk API 2.0; asked only of integrations that declare `bulk`.
        #[serde(default, skip_serializing_if = "is_false")]
        bulk: bool,
    },
    Find {
        connection: String,
        object: String,
        fields: Vec<String>,
        value: String,
    },
    FindMany {
        connection: String,
        object: String,
        fields: Vec<String>,
        ids: Vec<String>,
    },
    WriteMany {
        connection: String,
        object: String,
        records: Vec<serde_json::Value>,
        /// By Bulk API 2.0, as in `query`.
        #[serde(default, skip_serializing_if = "is_false")]
        bulk: bool,
    },
    Create {
        connection: String,
        object: String,
        record: serde_json::Value,
    },
    Identity {
        connection: String,
    },
    Status {
        connection: String,
    },
    Refresh {
        connection: String,
    },
    Disconnect {
        connection: String,
    },
    ForgetPending {
        connection: String,
    },
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

/// Members of `configure`; absent ones stay as they are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Settings {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub my_domain: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private_key_file: Option<String>,
}

/// How to begin a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Connect {
    pub connection: String,
    pub environment: Environment,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<Entry>,
    /// A host that a user typed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Environment {
    Production,
    Sandbox,
}

/// Places of an integration where a user can start to connect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    Connect,
    Reconnect,
    Sandbox,
    Test,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Until {
    Connected,
    Refused,
}

/// What `hello` answers: the integration's declarations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Hello {
    pub name: String,
    pub version: String,
    pub app_kind: AppKind,
    pub operations: Vec<String>,
    /// Most processes that may share one state directory.
    pub processes: u32,
    /// Most connections kept at once.
    pub connections: u32,
    pub entries: Vec<Entry>,
    /// Of `openid`, `bulk`, `discovery`, `typed_host`.
    pub uses: Vec<String>,
    /// Log files, under the state directory or absolute.
    pub logs: Vec<String>,
    pub install_link: InstallLink,
}

impl Default for Hello {
    fn default() -> Self {
        Self {
            name: String::new(),
            version: String::new(),
            app_kind: AppKind::Confidential,
            operations: Vec::new(),
            processes: 1,
            connections: 1,
            entries: vec![Entry::Connect],
            uses: Vec::new(),
            logs: Vec::new(),
            install_link: InstallLink::None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AppKind {
    Confidential,
    Public,
    /// Two-legged: no user takes part.
    None,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum InstallLink {
    Shown,
    None,
}

/// How a connection stands, as the integration sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Status {
    pub state: State,
    #[serde(default)]
    pub problem: Problem,
    #[serde(default)]
    pub detail: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Connected,
    /// The user must connect again.
    Reconnect,
    NotConnected,
    Error,
}

/// What is wrong, in the words a user is told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    #[default]
    None,
    Denied,
    InstallNeeded,
    Blocked,
    NotApproved,
    WrongOrg,
    IpRestricted,
    ApiDisabled,
    Limit,
    BadCredentials,
    Temporary,
    Reconnect,
    /// Also any word that this version does not know.
    #[serde(other)]
    Other,
}

/// A request as it goes over the wire.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Request {
    pub v: u64,
    pub id: String,
    #[serde(flatten)]
    pub operation: Operation,
}

/// An answer as it comes back: `result` if `ok`, else `error`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    pub v: u64,
    pub id: String,
    pub ok: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<serde_json::Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorBody>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ErrorBody {
    pub code: ErrorCode,
    #[serde(default)]
    pub problem: Problem,
    #[serde(default)]
    pub detail: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    Unsupported,
    Refused,
    /// Salesforce refused, or the network did: correct behaviour, not a driver error.
    Failed,
    BadRequest,
}
