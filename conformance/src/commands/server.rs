//! `server`: the server features against a server.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use sf_conformance::Failure;
use sf_conformance::features::Features;
use sf_conformance::real::sign_in::sign_in;
use sf_conformance::real::{Credentials, RealOrg};
use sf_conformance::run::{Plan, run as run_plan, suitable_concurrency};
use sf_conformance::target::Target;

use super::options::{Choice, Load};
use super::outputs::Outputs;
use super::{FAILED, OK, Running, usage};

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    running: Running,
    /// Start sf-mock for this run (the default without --url)
    #[arg(long, conflicts_with = "url")]
    spawn: bool,
    /// What kind of server: one with a control API, or an org of your own, signed in to as SFCERT_REAL_* say
    #[arg(long, value_enum, default_value_t = Kind::Mock, conflicts_with_all = ["url", "spawn"])]
    target: Kind,
    /// Folder with the features
    #[arg(long, default_value = "features")]
    features: PathBuf,
    #[command(flatten)]
    load: Load,
    #[command(flatten)]
    choice: Choice,
    #[command(flatten)]
    outputs: Outputs,
}

/// What may be tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    Mock,
    Real,
}

/// Scenarios under way at once on a real org: it counts requests, and locks rows.
const ON_REAL_ORG: usize = 4;

/// Runs the features and tells what they found.
pub async fn run(arguments: Arguments) -> Result<u8, Failure> {
    let features = vec![arguments.features];
    if let Err(failure) = Features::of_paths(&features) {
        return Ok(usage(format!("{failure}: name the features with --features")));
    }
    let target = match (arguments.target, arguments.running.addresses()) {
        (Kind::Real, _) => real_org().await?,
        (Kind::Mock, Some(addresses)) => Target::answering(addresses).await?,
        (Kind::Mock, None) => Target::spawn_with_tls(&[]).await?,
    };
    let target = Arc::new(target);
    let suitable = if target.real.is_some() { ON_REAL_ORG } else { suitable_concurrency() };
    let plan = Plan {
        features,
        is_for_server: true,
        concurrency: arguments.load.concurrency.unwrap_or(suitable),
        tags: arguments.choice.tags,
        name: arguments.choice.name,
        junit: arguments.outputs.junit.clone(),
    };
    let report = run_plan(&plan, Arc::clone(&target)).await?;
    arguments.outputs.report(&report)?;
    plan.why_nothing_ran(&report).inspect(|why| eprintln!("sf-conformance: {why}"));
    let left_behind = target.real.as_ref().map(RealOrg::left_behind).unwrap_or_default();
    if !left_behind.is_empty() {
        return Err(Failure::new(format!("{} records could not be removed from the org: {}", left_behind.len(), left_behind.join(" "))));
    }
    Ok(if report.is_green() { OK } else { FAILED })
}

/// Signs in to the org that the environment names, and tells which one it is before anything is made there.
async fn real_org() -> Result<Target, Failure> {
    let credentials = Credentials::read(|name| std::env::var(name).ok())?;
    let login_url = credentials.login_url.clone();
    let org = sign_in(credentials).await?;
    eprintln!("org {} ({}) at {}, as {}, API {}", org.org.id, org.org.kind, org.org.instance_url, org.user.username, org.version);
    Ok(Target::real(org, login_url))
}
