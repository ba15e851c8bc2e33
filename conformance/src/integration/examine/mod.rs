//! `driver-check`: a driver judged by the protocol alone, before anything is judged about the integration.

mod browser;
mod command;
mod http;

use std::fmt;
use std::path::Path;

use serde::Serialize;
use serde_json::{Value, json};

use super::conversation::{cut, printable};
use super::file::{Integration, Kind};
use super::limits::Limits;
use super::protocol::{Answer, ErrorCode, Hello, Status};
use super::surroundings::Surroundings;
use super::watch::Survey;
use crate::failure::{Failure, Kind as Weight, Outcome};

/// Operations of the protocol, as `hello` lists them.
pub const OPERATIONS: [&str; 16] = [
    "hello",
    "configure",
    "connect",
    "callback",
    "wait",
    "call",
    "query",
    "find",
    "find_many",
    "write_many",
    "create",
    "identity",
    "status",
    "refresh",
    "disconnect",
    "forget_pending",
];

/// One rule of the protocol, and how the driver keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule, as a sentence about a good driver.
    pub rule: &'static str,
    pub mark: Mark,
    /// What was seen, or why the rule was not looked at.
    pub detail: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mark {
    Kept,
    /// Works, but a run will say less than it could.
    Doubtful,
    Broken,
    /// Does not concern this driver.
    Skipped,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = match self.mark {
            Mark::Kept => "ok",
            Mark::Doubtful => "doubt",
            Mark::Broken => "BROKEN",
            Mark::Skipped => "-",
        };
        write!(f, "{mark:>6}  {}", self.rule)?;
        if self.detail.is_empty() { Ok(()) } else { write!(f, "\n        {}", cut(&printable(&self.detail), 400)) }
    }
}

/// The findings about one driver, in the order of looking.
#[derive(Debug, Default)]
pub struct Findings(pub Vec<Finding>);

impl Findings {
    /// True if no rule was found broken.
    pub fn are_good(&self) -> bool {
        self.0.iter().all(|finding| finding.mark != Mark::Broken)
    }

    fn add(&mut self, rule: &'static str, mark: Mark, detail: impl Into<String>) {
        self.0.push(Finding { rule, mark, detail: detail.into() });
    }

    /// Adds what a probe found: nothing, or what is wrong. Faults of the harness itself end the check.
    fn judge(&mut self, rule: &'static str, found: Outcome) -> Outcome {
        match found {
            Ok(()) => self.add(rule, Mark::Kept, ""),
            Err(failure) => match failure.kind() {
                Weight::Driver | Weight::Breach => self.add(rule, Mark::Broken, sentence(&failure)),
                Weight::Lapse => self.add(rule, Mark::Doubtful, sentence(&failure)),
                Weight::NotApplicable | Weight::NotExercised => self.add(rule, Mark::Skipped, sentence(&failure)),
                Weight::Broken => return Err(failure),
            },
        }
        Ok(())
    }
}

/// Looks at the driver that the integration's file prefers.
///
/// # Errors
/// When the harness itself fails; what is wrong with the driver stands in the findings.
pub async fn examine(integration: &Integration, surroundings: &Surroundings, limits: &Limits) -> Outcome<Findings> {
    let mut findings = Findings::default();
    match integration.kind() {
        Kind::Command => command::examine(integration, surroundings, limits, &mut findings).await?,
        Kind::Http => http::examine(integration, surroundings, limits, &mut findings).await?,
        Kind::Browser => browser::examine(integration, surroundings, limits, &mut findings).await?,
    }
    findings.judge("Files of the state directory are their owner's only", private(&surroundings.state_dir, limits))?;
    Ok(findings)
}

const HELLO: &str = "`hello` declares the integration";
const ECHO: &str = "An answer carries the id of its request";
const UNKNOWN_OPERATION: &str = "An operation it does not know is answered `unsupported`";
const UNKNOWN_MEMBERS: &str = "Members it does not know are ignored";
const STATUS: &str = "`status` answers with a state";

/// A request to be sent as it is.
fn request(id: &str, op: &str) -> Value {
    json!({ "v": 1, "id": id, "op": op })
}

fn status_request(id: &str) -> Value {
    json!({ "v": 1, "id": id, "op": "status", "connection": "driver-check" })
}

/// The declarations in an answer to `hello`, with whatever is wrong about them.
fn read_hello(answer: &Answer, name_of_file: &str) -> Outcome<Hello> {
    let Some(result) = answer.result.as_ref().filter(|_| answer.ok) else { return Err(Failure::driver("it is not `ok`")) };
    for member in ["name", "version", "app_kind", "operations"] {
        if result.get(member).is_none() {
            return Err(Failure::driver(format!("the result has no {member:?}")));
        }
    }
    let hello: Hello = serde_json::from_value(result.clone()).map_err(|error| Failure::driver(error.to_string()))?;
    let unknown: Vec<&str> = hello.operations.iter().map(String::as_str).filter(|name| !OPERATIONS.contains(name)).collect();
    if !unknown.is_empty() {
        return Err(Failure::driver(format!("`operations` names what is none: {}", unknown.join(", "))));
    }
    if hello.processes == 0 || hello.connections == 0 {
        return Err(Failure::driver("`processes` and `connections` are at least 1"));
    }
    if hello.name.trim().is_empty() {
        return Err(Failure::driver("`name` is empty"));
    }
    if hello.name != name_of_file {
        return Err(Failure::of(Weight::Lapse, format!("its name is {:?}, the integration file says {name_of_file:?}", hello.name)));
    }
    Ok(hello)
}

fn refuses_unknown(answer: &Answer) -> Outcome {
    match &answer.error {
        Some(error) if error.code == ErrorCode::Unsupported => Ok(()),
        Some(error) => Err(Failure::driver(format!("it is answered with the code {:?}", error.code))),
        None => Err(Failure::driver("it is answered `ok`")),
    }
}

/// A `status` answer is judged only where the operation is declared.
fn has_state(answer: &Answer, hello: &Hello) -> Outcome {
    let declared = hello.operations.iter().any(|operation| operation == "status");
    match (&answer.result, &answer.error) {
        (_, Some(error)) if error.code == ErrorCode::Unsupported && !declared => Err(Failure::not_applicable("`status` is not offered")),
        (_, Some(error)) if error.code == ErrorCode::Unsupported => Err(Failure::driver("`hello` declares it, and it is answered `unsupported`")),
        (_, Some(error)) => Err(Failure::driver(format!("a connection that was never made is answered {}", error.words()))),
        (Some(result), None) => {
            let status = if result.get("state").is_some() { result } else { &result["status"] };
            let status: Status = serde_json::from_value(status.clone()).map_err(|error| Failure::driver(error.to_string()))?;
            let never_made = status.state != super::protocol::State::Connected;
            if never_made { Ok(()) } else { Err(Failure::driver("a connection that was never made is told as connected")) }
        }
        (None, None) => Err(Failure::driver("it has neither result nor error")),
    }
}

fn private(state_dir: &Path, limits: &Limits) -> Outcome {
    let survey = Survey::of(state_dir, limits);
    match survey.open_to_others.first() {
        Some(file) => Err(Failure::of(Weight::Lapse, format!("{} can be read by others (sec/store-private)", file.display()))),
        None if survey.files == 0 => Err(Failure::not_applicable("it stored nothing yet")),
        None => Ok(()),
    }
}

fn sentence(failure: &Failure) -> String {
    Weight::read(&failure.to_string()).1.to_owned()
}
