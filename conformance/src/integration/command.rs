//! The command driver: an integration as a program that speaks JSON lines.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::future::join;
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::Mutex;

use super::conversation::Conversation;
use super::file::{CommandSettings, Integration};
use super::launch::Launch;
use super::limits::Limits;
use super::output::Output;
use super::process::{Ended, Force, Process};
use super::protocol::{Answer, Hello, Operation, Request, VERSION};
use super::reply::Reply;
use super::surroundings::Surroundings;
use super::watch::kill_strays;
use crate::failure::{Failure, OrFail, Outcome};

/// Exit codes of a one-shot process.
const BAD_REQUEST: i32 = 2;
const UNSUPPORTED: i32 = 3;

/// An integration that is run as a program.
pub struct CommandDriver {
    settings: CommandSettings,
    launch: Launch,
    /// The long-lived process; None between a stop and a restart, and always for one-shot drivers.
    process: Mutex<Option<Arc<Process>>>,
    output: Output,
    conversation: Conversation,
    profile: String,
    next_id: AtomicU64,
    /// Its empty home and its folder for temporary files.
    _scratch: Arc<TempDir>,
}

impl CommandDriver {
    /// Starts the program and has it say `hello`; a one-shot program starts with the first request.
    ///
    /// # Errors
    /// [`Failure::driver`] when the program is not found, does not start, or does not answer in time.
    pub async fn start(integration: &Integration, surroundings: &Surroundings, limits: Limits) -> Outcome<Self> {
        let settings = integration.command.clone().or_fail(|| "the integration file describes no command driver")?;
        let scratch = tempfile::Builder::new().prefix("sfcert-").tempdir()?;
        let limits = limits.with_operation_ms(settings.operation_ms);
        let launch = Launch::command(integration, &settings, surroundings, scratch.path(), limits)?;
        let driver = Self {
            settings,
            launch,
            process: Mutex::default(),
            output: Output::default(),
            conversation: Conversation::without(surroundings.secrets()),
            profile: surroundings.profile.clone(),
            next_id: AtomicU64::new(1),
            _scratch: Arc::new(scratch),
        };
        driver.restart().await?;
        Ok(driver)
    }

    /// Another process over the same state directory, as a second worker would be.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub async fn another(&self) -> Outcome<Self> {
        let driver = Self {
            settings: self.settings.clone(),
            launch: self.launch.clone(),
            process: Mutex::default(),
            output: self.output.clone(),
            conversation: self.conversation.clone(),
            profile: self.profile.clone(),
            next_id: AtomicU64::new(1),
            _scratch: Arc::clone(&self._scratch),
        };
        driver.conversation.noted("a second process");
        driver.restart().await?;
        Ok(driver)
    }

    /// Asks for `hello`: the integration's declarations.
    ///
    /// # Errors
    /// As [`ask`](Self::ask), and when the answer is none to `hello`.
    pub async fn hello(&self) -> Outcome<Hello> {
        self.hello_within(self.launch.limits.operation).await
    }

    /// Asks one operation and waits for its answer.
    ///
    /// # Errors
    /// [`Failure::driver`] when there is none, none in time, or it is no answer.
    pub async fn ask(&self, operation: Operation) -> Outcome<Reply> {
        self.ask_within(operation, self.launch.limits.operation).await
    }

    /// Stops the process, if one runs, and starts it again over the same state directory.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub async fn restart(&self) -> Outcome {
        self.stop().await?;
        if self.settings.oneshot {
            return Ok(());
        }
        let process = Process::start(self.launch.clone(), self.output.clone(), self.conversation.clone())?;
        *self.process.lock().await = Some(Arc::new(process));
        self.conversation.noted("process started");
        self.hello_within(self.launch.limits.start).await?;
        Ok(())
    }

    /// Kills the process and all it started, as a crash of the machine would.
    ///
    /// # Errors
    /// When the kill has no effect.
    pub async fn kill(&self) -> Outcome {
        let process = self.process.lock().await.take();
        if let Some(process) = process {
            self.conversation.noted("process killed");
            process.kill().await?;
        }
        Ok(())
    }

    /// Ends the input of the process and waits until it is gone; None if none ran.
    ///
    /// # Errors
    /// When it cannot even be killed.
    pub async fn stop(&self) -> Outcome<Option<Ended>> {
        let process = self.process.lock().await.take();
        match process {
            Some(process) => {
                let ended = process.stop().await?;
                self.conversation.noted(&format!("process ended: {}", ended.status));
                Ok(Some(ended))
            }
            None => Ok(None),
        }
    }

    /// True if every operation is a process of its own.
    pub fn is_oneshot(&self) -> bool {
        self.settings.oneshot
    }

    pub fn output(&self) -> &Output {
        &self.output
    }

    pub fn conversation(&self) -> &Conversation {
        &self.conversation
    }

    /// The bounds it runs within.
    pub fn limits(&self) -> &Limits {
        &self.launch.limits
    }

    /// The stop rules that this system does not enforce; empty before the first process.
    pub async fn unlimited(&self) -> Vec<&'static str> {
        self.process.lock().await.as_ref().map(|process| process.unlimited.clone()).unwrap_or_default()
    }

    async fn hello_within(&self, patience: Duration) -> Outcome<Hello> {
        let reply = self.ask_within(Operation::Hello { profiles: vec![self.profile.clone()] }, patience).await?;
        reply.hello()
    }

    async fn ask_within(&self, operation: Operation, patience: Duration) -> Outcome<Reply> {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed).to_string();
        let request = serde_json::to_value(Request { v: VERSION, id: id.clone(), operation })?;
        let answer = if self.settings.oneshot {
            self.ask_once(&id, &request, patience + self.launch.limits.start).await?
        } else {
            let process = self.process.lock().await.clone();
            let process = process.ok_or_else(|| Failure::driver("the integration's process does not run"))?;
            Some(process.ask(&id, &request, patience).await?)
        };
        answer.map_or(Ok(Reply::Unsupported), Reply::read)
    }

    /// One process for one request. None if it says by its exit code alone that it does not know the operation.
    async fn ask_once(&self, id: &str, request: &Value, patience: Duration) -> Outcome<Option<Answer>> {
        let (answer, ended) = self.run_once(id, request, patience).await?;
        let code = ended.status.code();
        match answer {
            Ok(answer) if matches!(code, Some(0..=4)) && code != Some(1) => Ok(Some(answer)),
            Ok(answer) if !answer.ok => Ok(Some(answer)),
            Ok(_) => Err(Failure::driver(format!("it answered, but ended with {}", ended.status))),
            Err(_) if code == Some(UNSUPPORTED) => Ok(None),
            Err(_) if code == Some(BAD_REQUEST) => {
                Err(Failure::driver(format!("it called the request bad (exit code 2): {}", self.output.last_words())))
            }
            Err(failure) => Err(failure),
        }
    }

    /// Runs one process for one request, to its end.
    pub(super) async fn run_once(&self, id: &str, request: &Value, patience: Duration) -> Outcome<(Outcome<Answer>, Ended)> {
        let process = Process::start(self.launch.clone(), self.output.clone(), self.conversation.clone())?;
        // Asking comes first to the pipe; ending the input waits for it there.
        let (answer, ()) = join(process.ask(id, request, patience), process.end_input()).await;
        let ended = process.stop().await?;
        if answer.is_ok() && ended.force > Force::None {
            return Err(Failure::driver(format!("it answered, but did not end within {:?}", self.launch.limits.end_of_input)));
        }
        Ok((answer, ended))
    }

    /// Sends a line that is no request, to a process of its own, and waits a while for what it does. How it ended, if it did.
    pub(super) async fn run_line(&self, line: &str, patience: Duration) -> Outcome<Option<Ended>> {
        let process = Process::start(self.launch.clone(), self.output.clone(), self.conversation.clone())?;
        let before = self.output.collected().complaints;
        process.say(line, patience).await?;
        if self.settings.oneshot {
            process.end_input().await;
        }
        let answered = async {
            while self.output.collected().complaints == before && process.is_running() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        // An answer and an end count alike; without either there is nothing more to wait for.
        let _ = tokio::time::timeout(patience, answered).await;
        let ended_by_itself = process.ended_within(Duration::from_millis(50)).await.is_some();
        let ended = process.stop().await?;
        Ok(ended_by_itself.then_some(ended))
    }

    /// The running process, for tests of the protocol itself.
    pub(super) async fn process(&self) -> Outcome<Arc<Process>> {
        self.process.lock().await.clone().ok_or_else(|| Failure::driver("the integration's process does not run"))
    }
}

impl Drop for CommandDriver {
    fn drop(&mut self) {
        // A driver that left its group is still of this lane, and ends with it. Others may work on for a second driver.
        if Arc::strong_count(&self._scratch) == 1 {
            kill_strays(&self.launch.state_dir);
        }
    }
}
