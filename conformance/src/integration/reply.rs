//! What an integration answered, in the terms of a check.

use serde_json::Value;

use super::conversation::{cut, printable};
use super::protocol::{Answer, ErrorBody, ErrorCode, Hello, Problem, Status};
use crate::failure::{Failure, Outcome};

/// An answer to one operation.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// It was done; the `result`.
    Done(Value),
    /// The integration does not offer this operation: checks that need it do not apply.
    Unsupported,
    /// It could not be done: refused by Salesforce, by the network, or by the integration itself. No error of the driver.
    Failed(ErrorBody),
}

impl Reply {
    /// An answer in the terms of a check.
    ///
    /// # Errors
    /// [`Failure::driver`] when the integration says that the harness's request was bad.
    pub(super) fn read(answer: Answer) -> Outcome<Self> {
        let Some(error) = answer.error else { return Ok(Self::Done(answer.result.unwrap_or_default())) };
        match error.code {
            ErrorCode::Unsupported => Ok(Self::Unsupported),
            ErrorCode::BadRequest => Err(Failure::driver(format!("it called a request bad: {}", cut(&printable(&error.detail), 200)))),
            ErrorCode::Refused | ErrorCode::Failed => Ok(Self::Failed(error)),
        }
    }

    /// The result; a failure or an unsupported operation ends the scenario.
    ///
    /// # Errors
    /// [`Failure::not_applicable`] for an unsupported operation, [`Failure::not_exercised`] for a failed one.
    pub fn done(self, operation: &str) -> Outcome<Value> {
        match self {
            Self::Done(result) => Ok(result),
            Self::Unsupported => Err(Failure::not_applicable(format!("the integration does not offer {operation:?}"))),
            Self::Failed(error) => Err(Failure::not_exercised(format!("{operation:?} failed: {}", error.words()))),
        }
    }

    /// The `status` of an answer, whether the operation was done or failed; None if it tells none.
    pub fn status(&self) -> Option<Status> {
        match self {
            // Results of other operations may hold the status as a member of that name.
            Self::Done(result) => {
                let status = if result.get("state").is_some() { result } else { &result["status"] };
                serde_json::from_value(status.clone()).ok()
            }
            Self::Unsupported | Self::Failed(_) => None,
        }
    }

    /// The problem that the integration tells, `none` included; None for an unsupported operation.
    pub fn problem(&self) -> Option<Problem> {
        match self {
            Self::Done(_) => Some(self.status().map_or(Problem::None, |status| status.problem)),
            Self::Failed(error) => Some(error.problem),
            Self::Unsupported => None,
        }
    }

    /// True if the operation was done and a `call` was answered well.
    pub fn went_well(&self) -> bool {
        matches!(self, Self::Done(result) if result.get("ok").and_then(Value::as_bool) != Some(false))
    }

    /// The answer to `hello`.
    ///
    /// # Errors
    /// [`Failure::driver`] when it is none.
    pub fn hello(self) -> Outcome<Hello> {
        let Self::Done(result) = self else { return Err(Failure::driver("\"hello\" was not answered with declarations")) };
        let hello: Hello = serde_json::from_value(result).map_err(|error| Failure::driver(format!("the answer to \"hello\": {error}")))?;
        if hello.name.is_empty() {
            return Err(Failure::driver("the answer to \"hello\" has no name"));
        }
        Ok(hello)
    }
}

impl ErrorBody {
    /// Code, problem and detail in one phrase.
    pub fn words(&self) -> String {
        let detail = if self.detail.is_empty() { String::new() } else { format!(": {}", cut(&printable(&self.detail), 300)) };
        format!("{:?} ({:?}){detail}", self.code, self.problem)
    }
}
