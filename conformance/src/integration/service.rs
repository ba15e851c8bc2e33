//! An integration that runs as a service: started for the lane, or found running.

use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use tokio::sync::Mutex;
use tokio::time::sleep;
use url::Url;

use super::conversation::Conversation;
use super::fetch::Fetcher;
use super::file::{Integration, StartSettings};
use super::launch::Launch;
use super::limits::Limits;
use super::output::Output;
use super::process::{Ended, Process};
use super::surroundings::Surroundings;
use super::watch::kill_strays;
use crate::client::Request;
use crate::failure::{Failure, Outcome};

/// Between two looks whether a service is ready.
const LOOK: Duration = Duration::from_millis(20);

/// The process behind an http or browser integration.
pub struct Service {
    /// None for a service that runs already.
    launch: Option<Launch>,
    process: Mutex<Option<Arc<Process>>>,
    ready: Url,
    fetcher: Fetcher,
    limits: Limits,
    output: Output,
    conversation: Conversation,
    _scratch: Option<TempDir>,
}

impl Service {
    /// Starts the service if the integration file says how, and waits until `ready`, or the address it names, answers.
    ///
    /// # Errors
    /// [`Failure::driver`] when it does not get ready in time.
    pub async fn start(integration: &Integration, surroundings: &Surroundings, ready: Url, fetcher: Fetcher, limits: Limits) -> Outcome<Self> {
        let mut service = Self {
            launch: None,
            process: Mutex::default(),
            ready,
            fetcher,
            limits: limits.clone(),
            output: Output::default(),
            conversation: Conversation::without(surroundings.secrets()),
            _scratch: None,
        };
        if let Some(start) = integration.start() {
            service.prepare(integration, start, surroundings, limits)?;
        }
        service.begin().await?;
        Ok(service)
    }

    /// Does `work` with the service, while keeping an eye on its process.
    ///
    /// # Errors
    /// [`Failure::driver`] when the process ends, breaks a stop rule, or `work` takes longer than an operation may.
    pub async fn during<T>(&self, what: &str, work: impl Future<Output = Outcome<T>>) -> Outcome<T> {
        let process = self.process.lock().await.clone();
        match process {
            Some(process) => process.during(what, self.limits.operation, work).await,
            None if self.launch.is_some() => Err(Failure::driver("the integration's process does not run")),
            None => tokio::time::timeout(self.limits.operation, work)
                .await
                .unwrap_or_else(|_| Err(Failure::driver(format!("no answer to {what:?} within {:?}", self.limits.operation)))),
        }
    }

    /// Stops the service and starts it again.
    ///
    /// # Errors
    /// [`Failure::not_applicable`] when the harness did not start it.
    pub async fn restart(&self) -> Outcome {
        self.must_be_ours()?;
        self.stop().await?;
        self.begin().await
    }

    /// Kills the service.
    ///
    /// # Errors
    /// [`Failure::not_applicable`] when the harness did not start it.
    pub async fn kill(&self) -> Outcome {
        self.must_be_ours()?;
        let process = self.process.lock().await.take();
        if let Some(process) = process {
            self.conversation.noted("service killed");
            process.kill().await?;
        }
        Ok(())
    }

    /// Stops the service, if the harness started it.
    ///
    /// # Errors
    /// When it cannot even be killed.
    pub async fn stop(&self) -> Outcome<Option<Ended>> {
        let process = self.process.lock().await.take();
        match process {
            Some(process) => Ok(Some(process.stop().await?)),
            None => Ok(None),
        }
    }

    /// True if the harness started it, and so may stop and restart it.
    pub fn is_ours(&self) -> bool {
        self.launch.is_some()
    }

    pub fn output(&self) -> &Output {
        &self.output
    }

    pub fn conversation(&self) -> &Conversation {
        &self.conversation
    }

    fn prepare(&mut self, integration: &Integration, start: &StartSettings, surroundings: &Surroundings, limits: Limits) -> Outcome {
        let scratch = tempfile::Builder::new().prefix("sfcert-").tempdir()?;
        self.launch = Some(Launch::service(integration, start, surroundings, scratch.path(), limits)?);
        self._scratch = Some(scratch);
        if let Some(url) = &start.ready_url {
            self.ready = Url::parse(url)?;
        }
        Ok(())
    }

    async fn begin(&self) -> Outcome {
        let Some(launch) = &self.launch else { return Ok(()) };
        let process = Arc::new(Process::start(launch.clone(), self.output.clone(), self.conversation.clone())?);
        *self.process.lock().await = Some(Arc::clone(&process));
        let answers = async {
            while self.fetcher.send(Request::get(self.ready.clone()), self.limits.page).await.is_err() {
                sleep(LOOK).await;
            }
            Ok(())
        };
        process.during("the start", self.limits.start, answers).await?;
        self.conversation.noted("service started");
        Ok(())
    }

    fn must_be_ours(&self) -> Outcome {
        if self.is_ours() { Ok(()) } else { Err(Failure::not_applicable("the harness did not start the integration, so it cannot stop it")) }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        if let Some(launch) = &self.launch {
            kill_strays(&launch.state_dir);
        }
    }
}
