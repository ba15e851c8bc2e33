//! The http driver: an integration as a service that speaks the driver protocol.

use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::rand;
use serde_json::Value;
use url::Url;

use super::fetch::Fetcher;
use super::file::{HttpSettings, Integration};
use super::limits::Limits;
use super::process::read_answer;
use super::protocol::{Hello, Operation, Request, VERSION};
use super::reply::Reply;
use super::service::Service;
use super::surroundings::Surroundings;
use crate::client;
use crate::failure::{Failure, OrFail, Outcome};

/// Carries the run token to a service that the harness starts, and from whoever started one that runs already.
pub const RUN_TOKEN: &str = "SFCERT_RUN_TOKEN";

/// An integration that is asked over HTTP.
pub struct HttpDriver {
    settings: HttpSettings,
    endpoint: Url,
    service: Service,
    fetcher: Fetcher,
    token: String,
    limits: Limits,
    profile: String,
    next_id: AtomicU64,
}

impl HttpDriver {
    /// Starts the service if it has to be started, and tells it its Salesforce.
    ///
    /// # Errors
    /// [`Failure::driver`] when it does not get ready, or does not answer `hello`.
    pub async fn start(integration: &Integration, surroundings: &Surroundings, limits: Limits) -> Outcome<Self> {
        let settings = integration.http.clone().or_fail(|| "the integration file describes no http driver")?;
        let endpoint = Url::parse(&format!("{}/sfcert/v1", settings.base.trim_end_matches('/')))?;
        integration.may_call(&endpoint).then_some(()).or_fail(|| format!("{endpoint} may not be called"))?;
        let limits = limits.with_operation_ms(settings.operation_ms);
        let fetcher = Fetcher::new(limits.clone(), surroundings.ca_file.as_deref())?;
        let token = match settings.start {
            Some(_) => run_token()?,
            None => std::env::var(RUN_TOKEN).unwrap_or_default(),
        };
        let mut surroundings = surroundings.clone();
        surroundings.extra.push((RUN_TOKEN.to_owned(), token.clone()));
        let service = Service::start(integration, &surroundings, endpoint.clone(), fetcher.clone(), limits.clone()).await?;
        let driver = Self { settings, endpoint, service, fetcher, token, limits, profile: surroundings.profile.clone(), next_id: AtomicU64::new(1) };
        driver.hello().await?;
        // A service that the environment did not reach is told; one with settings of its own answers `unsupported`.
        if !driver.service.is_ours() {
            driver.ask(Operation::Configure(Box::new(surroundings.settings()))).await?;
        }
        Ok(driver)
    }

    /// Asks for `hello`: the integration's declarations.
    ///
    /// # Errors
    /// As [`ask`](Self::ask), and when the answer is none to `hello`.
    pub async fn hello(&self) -> Outcome<Hello> {
        self.ask(Operation::Hello { profiles: vec![self.profile.clone()] }).await?.hello()
    }

    /// Asks one operation and waits for its answer.
    ///
    /// # Errors
    /// [`Failure::driver`] when there is none, none in time, or it is no answer.
    pub async fn ask(&self, operation: Operation) -> Outcome<Reply> {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed).to_string();
        let request = serde_json::to_value(Request { v: VERSION, id: id.clone(), operation })?;
        let what = request["op"].as_str().unwrap_or_default().to_owned();
        self.service.conversation().said(&request);
        let message = self.service.during(&what, self.post(&request)).await?;
        self.service.conversation().heard(&message);
        let answer = read_answer(message).map_err(|problem| Failure::driver(format!("the answer to {what:?} is none: {problem}")))?;
        if answer.id != id {
            return Err(Failure::driver(format!("the answer to {what:?} has another id than its request")));
        }
        Reply::read(answer)
    }

    /// Posts any body and gives back the status and the body, as they are.
    ///
    /// # Errors
    /// As [`ask`](Self::ask), but for what the body says.
    pub async fn post_raw(&self, body: &str, token: &str) -> Outcome<client::Answer> {
        let request =
            client::Request::new(reqwest::Method::POST, self.endpoint.clone()).header("Content-Type", "application/json").bearer(token).body(body);
        self.fetcher.send(request, self.limits.line).await
    }

    /// Has the integration restarted: by its hook, or by restarting the service that the harness started.
    ///
    /// # Errors
    /// [`Failure::not_applicable`] when neither is possible.
    pub async fn restart(&self) -> Outcome {
        let Some(hook) = &self.settings.restart else { return self.service.restart().await };
        let request = client::Request::new(reqwest::Method::POST, hook.clone()).bearer(&self.token);
        let answer = self.service.during("restart", self.fetcher.send(request, self.limits.line)).await?;
        match answer.status {
            200..=299 => Ok(()),
            status => Err(Failure::driver(format!("the restart hook answered {status}"))),
        }
    }

    /// The process behind it.
    pub fn service(&self) -> &Service {
        &self.service
    }

    /// The token that requests bear.
    pub fn token(&self) -> &str {
        &self.token
    }

    async fn post(&self, request: &Value) -> Outcome<Value> {
        let answer = self.post_raw(&request.to_string(), &self.token).await?;
        if answer.status != 200 {
            return Err(Failure::driver(format!("it answered with status {}", answer.status)));
        }
        serde_json::from_slice(&answer.body).map_err(|error| Failure::driver(format!("its answer is no JSON: {error}")))
    }
}

/// 128 random bits in hexadecimal digits.
fn run_token() -> Outcome<String> {
    let mut bytes = [0; 16];
    rand::fill(&mut bytes).map_err(|_| Failure::new("no random numbers"))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
