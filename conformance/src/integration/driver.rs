//! A driver, whichever kind: the one way in which checks speak to an integration.

use futures_util::future::join_all;
use serde_json::Value;

use super::browser::BrowserDriver;
use super::command::CommandDriver;
use super::conversation::Conversation;
use super::file::{Integration, Kind};
use super::http::HttpDriver;
use super::limits::Limits;
use super::output::{Collected, Output};
use super::process::Ended;
use super::protocol::{Hello, Operation};
use super::reply::Reply;
use super::surroundings::Surroundings;
use crate::failure::{Failure, Outcome};

/// An integration that was started, or found running, for one lane.
pub enum Driver {
    Command(Box<CommandDriver>),
    Http(Box<HttpDriver>),
    Browser(Box<BrowserDriver>),
}

impl Driver {
    /// Starts the integration by the driver its file prefers, within the catalogue's limits.
    ///
    /// # Errors
    /// [`Failure::driver`] when the integration does not start, or does not answer `hello`.
    pub async fn start(integration: &Integration, surroundings: &Surroundings) -> Outcome<Self> {
        Self::start_within(integration, surroundings, Limits::default()).await
    }

    /// The same within limits of the caller's choice.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub async fn start_within(integration: &Integration, surroundings: &Surroundings, limits: Limits) -> Outcome<Self> {
        match integration.kind() {
            Kind::Command => Ok(Self::Command(Box::new(CommandDriver::start(integration, surroundings, limits).await?))),
            Kind::Http => Ok(Self::Http(Box::new(HttpDriver::start(integration, surroundings, limits).await?))),
            Kind::Browser => Ok(Self::Browser(Box::new(BrowserDriver::start(integration, surroundings, limits).await?))),
        }
    }

    pub fn kind(&self) -> Kind {
        match self {
            Self::Command(_) => Kind::Command,
            Self::Http(_) => Kind::Http,
            Self::Browser(_) => Kind::Browser,
        }
    }

    /// What the integration declares of itself.
    ///
    /// # Errors
    /// [`Failure::driver`] when it does not answer.
    pub async fn hello(&self) -> Outcome<Hello> {
        match self {
            Self::Command(driver) => driver.hello().await,
            Self::Http(driver) => driver.hello().await,
            Self::Browser(driver) => Ok(driver.hello()),
        }
    }

    /// Asks one operation and waits for its answer. Several may be asked at once.
    ///
    /// # Errors
    /// [`Failure::driver`] when there is no answer, none in time, or a stop rule was broken.
    pub async fn ask(&self, operation: Operation) -> Outcome<Reply> {
        match self {
            Self::Command(driver) => driver.ask(operation).await,
            Self::Http(driver) => driver.ask(operation).await,
            Self::Browser(driver) => driver.ask(operation).await,
        }
    }

    /// Asks several operations at once; answers in the order of the operations.
    ///
    /// # Errors
    /// The first of [`ask`](Self::ask).
    pub async fn ask_many(&self, operations: Vec<Operation>) -> Outcome<Vec<Reply>> {
        join_all(operations.into_iter().map(|operation| self.ask(operation))).await.into_iter().collect()
    }

    /// A second process over the same state directory.
    ///
    /// # Errors
    /// [`Failure::not_applicable`] for a driver without processes of ours.
    pub async fn another(&self) -> Outcome<Self> {
        match self {
            Self::Command(driver) => Ok(Self::Command(Box::new(driver.another().await?))),
            Self::Http(_) | Self::Browser(_) => Err(Failure::not_applicable("a second process needs a command driver")),
        }
    }

    /// Stops the integration and starts it again; what it stored is all it has.
    ///
    /// # Errors
    /// [`Failure::not_applicable`] for an integration that cannot be restarted.
    pub async fn restart(&self) -> Outcome {
        match self {
            Self::Command(driver) => driver.restart().await,
            Self::Http(driver) => driver.restart().await,
            Self::Browser(driver) => driver.service().restart().await,
        }
    }

    /// Kills the process group at once. [`restart`](Self::restart) starts it again.
    ///
    /// # Errors
    /// [`Failure::not_applicable`] for a driver without processes of ours.
    pub async fn kill(&self) -> Outcome {
        match self {
            Self::Command(driver) => driver.kill().await,
            Self::Http(driver) => driver.service().kill().await,
            Self::Browser(driver) => driver.service().kill().await,
        }
    }

    /// Ends the integration in good order; None if nothing ran.
    ///
    /// # Errors
    /// When its process cannot even be killed.
    pub async fn stop(&self) -> Outcome<Option<Ended>> {
        match self {
            Self::Command(driver) => driver.stop().await,
            Self::Http(driver) => driver.service().stop().await,
            Self::Browser(driver) => driver.service().stop().await,
        }
    }

    /// The browser driver, for checks that look at pages, cookies and redirects; None for the others.
    pub fn browser(&self) -> Option<&BrowserDriver> {
        match self {
            Self::Browser(driver) => Some(driver),
            Self::Command(_) | Self::Http(_) => None,
        }
    }

    /// True if the integration is quiet as soon as it has answered: each operation was a process that is gone.
    pub fn is_quiet_at_once(&self) -> bool {
        match self {
            Self::Command(driver) => driver.is_oneshot(),
            Self::Http(_) | Self::Browser(_) => false,
        }
    }

    /// Events so far, `show_code` and `log`, as they came.
    pub fn events(&self) -> Vec<Value> {
        self.output().events
    }

    /// Standard error and stray words so far, for whoever searches them for secrets.
    pub fn output(&self) -> Collected {
        self.collecting().collected()
    }

    /// What was said so far, a line each, secrets redacted.
    pub fn conversation(&self) -> &Conversation {
        match self {
            Self::Command(driver) => driver.conversation(),
            Self::Http(driver) => driver.service().conversation(),
            Self::Browser(driver) => driver.service().conversation(),
        }
    }

    fn collecting(&self) -> &Output {
        match self {
            Self::Command(driver) => driver.output(),
            Self::Http(driver) => driver.service().output(),
            Self::Browser(driver) => driver.service().output(),
        }
    }
}
