//! `run`: features of a user's own, against a server and, where they speak of one, an integration.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use sf_conformance::certify::{Profile, campaign};
use sf_conformance::features::Features;
use sf_conformance::integration::{Integration, Kind};
use sf_conformance::run::{Plan, run_with, suitable_concurrency};
use sf_conformance::target::Target;
use sf_conformance::{Failure, Outcome};

use super::options::{Agent, Choice, Load, Meeting};
use super::outputs::Outputs;
use super::{FAILED, OK, Running, usage};

#[derive(Args)]
pub struct Arguments {
    /// Feature files, or folders with some
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// The integration that the features speak of
    #[arg(long, value_name = "FILE")]
    integration: Option<PathBuf>,
    /// The profile that the integration is told of
    #[arg(long, default_value = "web-server", requires = "integration")]
    profile: String,
    /// The driver to use: command, http or browser
    #[arg(long, requires = "integration")]
    driver: Option<Kind>,
    #[command(flatten)]
    agent: Agent,
    #[command(flatten)]
    meeting: Meeting,
    #[command(flatten)]
    load: Load,
    #[command(flatten)]
    choice: Choice,
    /// Seed of the servers' random numbers
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    running: Running,
    #[command(flatten)]
    outputs: Outputs,
}

/// Runs the features and tells what they found.
pub async fn run(arguments: Arguments) -> Result<u8, Failure> {
    if let Err(failure) = Features::of_paths(&arguments.paths) {
        return Ok(usage(failure));
    }
    let integration = match arguments.integration().await {
        Ok(integration) => integration,
        Err(failure) => return Ok(usage(failure)),
    };
    let target = match arguments.running.addresses() {
        Some(addresses) => Target::answering(addresses).await?,
        None => Target::spawn_with_tls(&[]).await?,
    };
    let target = Arc::new(target);
    let is_shared = arguments.running.addresses().is_some();
    let suitable = match &integration {
        None => suitable_concurrency(),
        Some((integration, _)) => sf_conformance::certify::run::suitable_concurrency(integration),
    };
    let lanes = match integration {
        None => None,
        Some((integration, profile)) => {
            let shared = is_shared.then(|| Arc::clone(&target));
            Some((
                Arc::new(campaign::of_one(integration, profile, &target, shared, arguments.seed, arguments.meeting.variables.clone()).await?),
                profile,
            ))
        }
    };
    let plan = Plan {
        features: arguments.paths,
        is_for_server: false,
        concurrency: arguments.load.concurrency.unwrap_or(suitable),
        tags: arguments.choice.tags,
        name: arguments.choice.name,
        junit: arguments.outputs.junit.clone(),
    };
    let report = arguments.agent.guard(run_with(&plan, target, lanes)).await?;
    arguments.outputs.report(&report)?;
    plan.why_nothing_ran(&report).inspect(|why| eprintln!("sf-conformance: {why}"));
    Ok(if report.is_green() { OK } else { FAILED })
}

impl Arguments {
    async fn integration(&self) -> Outcome<Option<(Integration, &'static Profile)>> {
        let Some(file) = &self.integration else { return Ok(None) };
        let mut integration = Integration::read_allowing(file, &self.meeting.allow_host)?;
        if let Some(kind) = self.driver {
            integration = integration.by(kind)?;
        }
        if !integration.can_be_pointed() && self.running.addresses().is_none() {
            return Err(Failure::new("the integration runs already: give --url and --control-url of the Salesforce it knows"));
        }
        match Profile::named(&self.profile)?.as_slice() {
            [profile] => Ok(Some((self.agent.before(integration).await?, *profile))),
            _ => Err(Failure::new("name one profile")),
        }
    }
}
