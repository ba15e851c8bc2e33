//! What the browser driver needs from a web application's pages.

use url::Url;

use super::{Findings, Mark};
use crate::failure::{Failure, Kind, Outcome};
use crate::integration::browser::BrowserDriver;
use crate::integration::file::{BrowserSettings, Integration};
use crate::integration::limits::Limits;
use crate::integration::protocol::{Connect, Environment, Operation};
use crate::integration::reply::Reply;
use crate::integration::surroundings::Surroundings;

const START: &str = "The application answers in time";
const CONNECT: &str = "The way from the connect page leads to Salesforce";
const SANDBOX: &str = "So does the way for sandboxes, to another host";
const REDIRECT_URI: &str = "The callback address is the integration's own, and named in the file";
const STATUS: &str = "The status page tells how the connection stands";
const ACTION: &str = "The action page answers without a connection";

pub async fn examine(integration: &Integration, surroundings: &Surroundings, limits: &Limits, findings: &mut Findings) -> Outcome {
    let started = BrowserDriver::start(integration, surroundings, limits.clone()).await;
    findings.judge(START, started.as_ref().map(|_| ()).map_err(Clone::clone))?;
    let Ok(driver) = started else { return Ok(()) };
    let Some(settings) = &integration.browser else { return Ok(()) };
    let production = connect(&driver, Environment::Production).await;
    findings.judge(CONNECT, production.as_ref().map(|_| ()).map_err(Clone::clone))?;
    let sandbox = connect(&driver, Environment::Sandbox).await;
    findings.judge(SANDBOX, elsewhere(production.as_ref().ok(), sandbox))?;
    findings.judge(REDIRECT_URI, comes_back(production.ok(), surroundings))?;
    pages(&driver, settings, findings).await?;
    driver.service().stop().await.map(|_| ())
}

async fn connect(driver: &BrowserDriver, environment: Environment) -> Outcome<Url> {
    let connect = Connect { connection: "driver-check".to_owned(), environment, entry: None, host: None };
    match driver.ask(Operation::Connect(connect)).await? {
        Reply::Done(result) => Ok(Url::parse(result["authorize_url"].as_str().unwrap_or_default())?),
        Reply::Failed(error) => Err(Failure::driver(error.words())),
        Reply::Unsupported => Err(Failure::driver("there is no connect page")),
    }
}

fn elsewhere(production: Option<&Url>, sandbox: Outcome<Url>) -> Outcome {
    let sandbox =
        sandbox.map_err(|failure| Failure::of(Kind::Lapse, format!("no way for sandboxes was found: {}", Kind::read(&failure.to_string()).1)))?;
    match production {
        Some(production) if production.origin() == sandbox.origin() => {
            Err(Failure::of(Kind::Lapse, format!("both lead to {}", sandbox.origin().ascii_serialization())))
        }
        _ => Ok(()),
    }
}

fn comes_back(authorize: Option<Url>, surroundings: &Surroundings) -> Outcome {
    let Some(authorize) = authorize else { return Err(Failure::not_exercised("no authorization address was reached")) };
    let given = authorize.query_pairs().find(|(name, _)| name == "redirect_uri").map(|(_, value)| value.into_owned());
    match given {
        None => Err(Failure::driver("the authorization address has no redirect_uri")),
        Some(given) if given == surroundings.redirect_uri => Ok(()),
        Some(given) => Err(Failure::driver(format!("it asks for {given:?}; app.redirect_uri in the file is {:?}", surroundings.redirect_uri))),
    }
}

async fn pages(driver: &BrowserDriver, settings: &BrowserSettings, findings: &mut Findings) -> Outcome {
    let connection = || "driver-check".to_owned();
    match &settings.status_url {
        None => findings.add(STATUS, Mark::Skipped, "no status_url: checks that ask how a connection stands do not apply"),
        Some(_) => {
            let reply = driver.ask(Operation::Status { connection: connection() }).await;
            let told = reply.and_then(|reply| match reply.status() {
                Some(_) => Ok(()),
                None => Err(Failure::driver("the page does not say: add data-sfcert-state, or success_text and failure_text")),
            });
            findings.judge(STATUS, told)?;
        }
    }
    match &settings.action_url {
        None => findings.add(ACTION, Mark::Skipped, "no action_url: checks that make a call do not apply"),
        Some(_) => {
            let reply = driver.ask(Operation::Call { connection: connection(), parallel: 1 }).await;
            let stands = reply.and_then(|reply| match reply {
                Reply::Done(result) if result["http_status"].as_u64().is_some_and(|status| status >= 500) => {
                    Err(Failure::driver(format!("it answers {}", result["http_status"])))
                }
                reply if reply.went_well() => {
                    Err(Failure::driver("it tells success, though nothing is connected: a run could not judge calls by this page"))
                }
                _ => Ok(()),
            });
            findings.judge(ACTION, stands)?;
        }
    }
    Ok(())
}
