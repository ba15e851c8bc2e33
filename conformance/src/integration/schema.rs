//! JSON Schemas of the integration file and of the driver protocol's messages; published under `conformance/schemas/`.

use schemars::{JsonSchema, Schema, schema_for};
use serde::{Deserialize, Serialize};

use super::file::Integration;
use super::protocol::{Answer, Hello, Request, Status};

/// A message that a driver may send at any time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Event {
    pub v: u64,
    pub event: EventKind,
    /// The connection it is about.
    pub connection: Option<String>,
    /// `show_code`: what the user types at `verification_uri`.
    pub user_code: Option<String>,
    pub verification_uri: Option<String>,
    /// `log`: a line for people.
    pub text: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    ShowCode,
    Log,
}

/// Every schema, with the name of its file.
pub fn documents() -> Vec<(&'static str, Schema)> {
    vec![
        ("integration.json", schema_for!(Integration)),
        ("request.json", schema_for!(Request)),
        ("answer.json", schema_for!(Answer)),
        ("event.json", schema_for!(Event)),
        ("hello.json", schema_for!(Hello)),
        ("status.json", schema_for!(Status)),
    ]
}
