//! What a lane asks of its integration, and what it keeps of the answers.

use std::time::Duration;

use serde_json::{Value, json};

use super::{ARRIVAL, Lane, no_site};
use crate::evidence::{Journal, Scope};
use crate::failure::{Failure, OrFail, Outcome};
use crate::integration::protocol::{ErrorBody, ErrorCode};
use crate::integration::{Operation, Problem, Reply, State, Status};

/// Requests of one operation after which an integration is stopped: a loop that would go on is judged on what was seen of it.
const FLOOD: usize = 300;

/// How long a held refresh waits for its rival once both processes know that their session has ended, and at all.
const RIVAL: Duration = Duration::from_millis(500);
const RIVAL_AT_ALL: Duration = Duration::from_secs(3);

impl Lane {
    /// Asks the integration to do something, and keeps its answer.
    ///
    /// # Errors
    /// When the driver fails, which is no answer of the integration.
    pub async fn ask(&mut self, operation: Operation) -> Outcome<Reply> {
        self.begin_act().await?;
        self.driver().await?;
        let driver = self.driver.as_ref().or_fail(|| "the driver is not running")?;
        let journal = &mut self.site.as_mut().or_fail(no_site)?.journal;
        let reply = tokio::select! {
            reply = driver.ask(operation) => reply?,
            sent = journal.flood(FLOOD) => {
                driver.kill().await?;
                Reply::Failed(stopped(sent?))
            }
        };
        self.replies.push(reply.clone());
        Ok(reply)
    }

    /// Asks the second process.
    ///
    /// # Errors
    /// As [`ask`](Self::ask) and [`second`](Self::second).
    pub async fn ask_second(&mut self, operation: Operation) -> Outcome<Reply> {
        self.begin_act().await?;
        let reply = self.second().await?.ask(operation).await?;
        self.replies.push(reply.clone());
        Ok(reply)
    }

    /// Asks the same several times at once, of one process.
    ///
    /// # Errors
    /// As [`ask`](Self::ask).
    pub async fn ask_at_once(&mut self, operation: Operation, times: usize) -> Outcome {
        self.begin_act().await?;
        let replies = self.driver().await?.ask_many(vec![operation; times]).await?;
        self.replies.extend(replies);
        Ok(())
    }

    /// Asks both processes at once.
    ///
    /// # Errors
    /// As [`ask`](Self::ask) and [`second`](Self::second).
    pub async fn ask_both(&mut self, operation: Operation) -> Outcome {
        self.begin_act().await?;
        self.second().await?;
        let first = self.driver.as_deref().or_fail(|| "the driver is not running")?;
        let second = self.second.as_ref().or_fail(|| "the second process is not running")?;
        let (one, other) = tokio::join!(first.ask(operation.clone()), second.ask(operation));
        self.replies.push(one?);
        self.replies.push(other?);
        Ok(())
    }

    /// Asks both processes at once, and lets the request that the last fault holds go when another refresh has been
    /// answered meanwhile, or half a second after one could have come.
    ///
    /// # Errors
    /// As [`ask_both`](Self::ask_both).
    pub async fn ask_both_held(&mut self, operation: Operation) -> Outcome {
        let fault = self.fault()?;
        let control = self.control()?.clone();
        let mut journal = Journal::new(control.clone(), Scope::default());
        journal.skip().await?;
        let releasing = async {
            if journal.held(fault, ARRIVAL).await?.is_some() {
                journal.rival(RIVAL, RIVAL_AT_ALL).await?;
            }
            control.post(&format!("/faults/{fault}/release"), &json!({})).await.map(drop)
        };
        let (asked, released) = tokio::join!(self.ask_both(operation), releasing);
        asked.and(released)
    }

    /// Asks for something, and kills the integration as soon as the last fault holds a request of its. False if none came.
    ///
    /// # Errors
    /// When the driver cannot be killed.
    pub async fn kill_while_held(&mut self, operation: Operation) -> Outcome<bool> {
        self.begin_act().await?;
        let fault = self.fault()?;
        self.driver().await?;
        let driver = self.driver.as_ref().or_fail(|| "the driver is not running")?;
        let journal = &mut self.site.as_mut().or_fail(no_site)?.journal;
        let held = tokio::select! {
            held = journal.held(fault, ARRIVAL) => held?.is_some(),
            // Answered without any request that the fault met.
            _ = driver.ask(operation) => false,
        };
        if held {
            driver.kill().await?;
        }
        Ok(held)
    }

    /// Asks for something that must be done for the check to go on.
    ///
    /// # Errors
    /// Not applicable if the driver does not offer it, not exercised if the integration could not do it.
    pub async fn done(&mut self, operation: Operation) -> Outcome<Value> {
        let name = name_of(&operation);
        self.ask(operation).await?.done(&name)
    }

    /// Marks the beginning of an act: what follows in the journal is its consequence.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub async fn begin_act(&mut self) -> Outcome {
        let journal = self.journal()?;
        journal.read().await?;
        self.act = journal.newest();
        self.acts += 1;
        Ok(())
    }

    /// The answer to the last operation.
    ///
    /// # Errors
    /// When nothing was asked yet.
    pub fn reply(&self) -> Outcome<&Reply> {
        self.replies.last().or_fail(|| "the integration was not asked for anything yet")
    }

    /// Stops the driver and starts it again on the same state.
    ///
    /// # Errors
    /// Not applicable if this driver cannot do that.
    pub async fn restart(&mut self) -> Outcome {
        self.driver().await?.restart().await
    }

    /// Ends the driver's processes without a word of warning.
    ///
    /// # Errors
    /// Not applicable if this driver cannot do that.
    pub async fn kill(&mut self) -> Outcome {
        self.driver().await?.kill().await
    }

    /// Ends the second process.
    ///
    /// # Errors
    /// When it does not end.
    pub async fn stop_second(&mut self) -> Outcome {
        match self.second.take() {
            Some(second) => {
                let stopped = second.stop().await;
                self.conversation.extend(second.conversation().lines());
                stopped.map(drop)
            }
            None => Ok(()),
        }
    }

    /// How the connection stands, as the integration says when asked.
    ///
    /// # Errors
    /// Not applicable if it cannot be asked; a driver failure if it answers what is no status.
    pub async fn status(&mut self, connection: &str) -> Outcome<Status> {
        match self.ask(Operation::Status { connection: connection.to_owned() }).await? {
            Reply::Failed(error) => Ok(Status { state: State::Error, problem: error.problem, detail: error.detail }),
            reply => {
                let status = reply.status();
                let result = reply.done("status")?;
                status.ok_or_else(|| Failure::driver(format!("no status in the answer to \"status\": {result}")))
            }
        }
    }

    /// What the last answer said is wrong, if it said anything.
    pub fn problem(&self) -> Problem {
        self.replies.last().and_then(Reply::problem).unwrap_or_default()
    }
}

/// What stands for the answer of an integration that was stopped.
fn stopped(sent: usize) -> ErrorBody {
    let detail = format!("stopped by the harness: it had sent {sent} requests and not answered yet");
    ErrorBody { code: ErrorCode::Failed, problem: Problem::Other, detail }
}

/// The failure of a step that needs an operation the driver does not have.
pub fn not_offered(operation: &str) -> Failure {
    Failure::not_applicable(format!("the driver does not offer \"{operation}\""))
}

/// The word of the protocol for an operation.
fn name_of(operation: &Operation) -> String {
    json!(operation)["op"].as_str().unwrap_or("the operation").to_owned()
}
