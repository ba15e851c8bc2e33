//! What a lane asks of its integration, and what it keeps of the answers.

use std::time::Duration;

use serde_json::{Value, json};

use super::{ARRIVAL, Lane, no_site};
use crate::client::Control;
use crate::evidence::{Journal, QUIET, Scope};
use crate::failure::{Failure, OrFail, Outcome};
use crate::integration::protocol::{ErrorBody, ErrorCode};
use crate::integration::{Operation, Problem, Reply, State, Status};

/// Requests of one operation after which an integration is stopped: a loop that would go on is judged on what was seen of it.
const FLOOD: usize = 300;

/// How long a held refresh waits for its rivals after the last sign of them once all know that their session has ended, and at all.
const RIVAL: Duration = Duration::from_millis(500);
const RIVALS_AT_ALL: Duration = Duration::from_secs(3);

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

    /// Asks both processes at once, and lets the refresh that the last fault holds go when the other process has had its chance
    /// to send one too.
    ///
    /// # Errors
    /// As [`ask_both`](Self::ask_both).
    pub async fn ask_both_held(&mut self, operation: Operation) -> Outcome {
        let hold = self.hold(self.fault()?, None).await?;
        hold.beside(self.ask_both(operation), 1).await
    }

    /// Asks for something that `callers` do side by side, and lets the refresh that the last fault holds go when each of the others
    /// has had its chance to send one too.
    ///
    /// # Errors
    /// As [`ask`](Self::ask).
    pub async fn ask_held(&mut self, operation: Operation, callers: usize) -> Outcome<Reply> {
        let hold = self.hold(self.fault()?, None).await?;
        hold.beside(self.ask(operation), callers.saturating_sub(1)).await
    }

    /// As [`ask_held`](Self::ask_held), and the last fault holds one of the callers' own requests, which hears of the end of its
    /// session when the others have been through their refresh. The fault before the last holds the refresh.
    ///
    /// # Errors
    /// As [`ask`](Self::ask).
    pub async fn ask_held_and_late(&mut self, operation: Operation, callers: usize) -> Outcome<Reply> {
        let [.., refresh, late] = self.faults[..] else { return Err(Failure::new("a refresh and a data request have to be held")) };
        let hold = self.hold(refresh, Some(late)).await?;
        hold.beside(self.ask(operation), callers.saturating_sub(2)).await
    }

    /// What the faults will hold from now on.
    async fn hold(&self, refresh: u64, late: Option<u64>) -> Outcome<Hold> {
        let control = self.control()?.clone();
        let mut journal = Journal::new(control.clone(), Scope::default());
        journal.skip().await?;
        Ok(Hold { refresh, late, control, journal })
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

/// A refresh that a fault holds until its rivals have been answered, and perhaps a data request that another holds until then.
struct Hold {
    refresh: u64,
    late: Option<u64>,
    control: Control,
    journal: Journal,
}

impl Hold {
    /// What was asked. The refresh is let go when `rivals` others were answered, or none can be expected any more: an answer to
    /// what was asked is no sign of that, for it may be about the first caller alone while the others are still under way.
    async fn beside<T>(mut self, asking: impl Future<Output = Outcome<T>>, rivals: usize) -> Outcome<T> {
        let mut asking = std::pin::pin!(asking);
        let answer = tokio::select! {
            answer = &mut asking => Some(answer?),
            held = self.is_held() => {
                held?;
                None
            }
        };
        let Some(answer) = answer else {
            let (answer, released) = tokio::join!(asking, self.release(rivals));
            released?;
            return answer;
        };
        if self.journal.held(self.refresh, QUIET).await?.is_some() {
            self.release(rivals).await?;
        }
        Ok(answer)
    }

    /// Waits until a refresh is held. Callers that wait for each other send none while the data request of the first is held.
    async fn is_held(&mut self) -> Outcome {
        if self.late.is_some() && self.journal.held(self.refresh, RIVALS_AT_ALL).await?.is_none() {
            self.release_late().await?;
        }
        self.journal.held(self.refresh, ARRIVAL).await.map(drop)
    }

    async fn release(&mut self, rivals: usize) -> Outcome {
        self.journal.rivals(rivals, RIVAL, RIVALS_AT_ALL).await?;
        self.let_go(self.refresh).await?;
        if self.late.is_some() {
            self.journal.quiet(0).await?;
        }
        self.release_late().await
    }

    async fn release_late(&mut self) -> Outcome {
        match self.late.take() {
            Some(late) => self.let_go(late).await,
            None => Ok(()),
        }
    }

    async fn let_go(&self, fault: u64) -> Outcome {
        self.control.post(&format!("/faults/{fault}/release"), &json!({})).await.map(drop)
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
