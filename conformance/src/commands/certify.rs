//! `certify`: the checks of the asked profiles against one integration.

use std::io::IsTerminal as _;
use std::path::PathBuf;

use clap::Args;
use sf_conformance::certify::{Baseline, Catalogue, Plan, Profile, certify};
use sf_conformance::features::Features;
use sf_conformance::integration::{Integration, Kind};
use sf_conformance::report::certification;
use sf_conformance::report::style::Style;
use sf_conformance::{Failure, Outcome};

use super::{Running, usage};

#[derive(Args)]
pub struct Arguments {
    /// The integration file (YAML or JSON)
    #[arg(long)]
    integration: PathBuf,
    /// A profile, or "all"; may be given several times
    #[arg(long, required = true, value_delimiter = ',')]
    profile: Vec<String>,
    /// The driver to use: command, http or browser [default: the first of them that the integration file describes]
    #[arg(long)]
    driver: Option<Kind>,
    /// Only this check, such as "rotation/uses-newest"; may be given several times
    #[arg(long, value_delimiter = ',')]
    check: Vec<String>,
    /// One pass instead of two that must agree
    #[arg(long)]
    once: bool,
    /// Checks from this folder instead of those inside the program
    #[arg(long)]
    features: Option<PathBuf>,
    /// Known failures: a check and a reason on each line
    #[arg(long)]
    baseline: Option<PathBuf>,
    /// A variable for the integration's environment, NAME=VALUE; may be given several times
    #[arg(long = "env", value_name = "NAME=VALUE", value_parser = variable)]
    variables: Vec<(String, String)>,
    /// A host beside this machine's own that the harness may call; may be given several times
    #[arg(long, value_name = "HOST")]
    allow_host: Vec<String>,
    /// Checks under way at once [default: two a core, one for an integration that runs already]
    #[arg(short, long, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..))]
    concurrency: Option<usize>,
    /// Seed of the servers' random numbers in the first pass; the second takes the next one
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Go on after a fault of the harness or the server (the exit code stays 3)
    #[arg(long)]
    keep_going: bool,
    #[command(flatten)]
    running: Running,
}

/// Runs the checks, tells what they found and writes what was asked for.
pub async fn run(arguments: Arguments) -> Result<u8, Failure> {
    let plan = match plan(&arguments) {
        Ok(plan) => plan,
        Err(failure) => return Ok(usage(failure)),
    };
    let certification = certify(&plan).await?;
    print!("{}", certification::terminal(&certification, Style::of_stdout()));
    Ok(certification.exit_code())
}

fn plan(arguments: &Arguments) -> Outcome<Plan> {
    let mut integration = Integration::read_allowing(&arguments.integration, &arguments.allow_host)?;
    if let Some(kind) = arguments.driver {
        integration = integration.by(kind)?;
    }
    let features = match &arguments.features {
        Some(folder) => Features::of_paths(std::slice::from_ref(folder))?,
        None => Features::of_checks(),
    };
    let mut profiles: Vec<&'static Profile> = Vec::new();
    for name in &arguments.profile {
        for profile in Profile::named(name)? {
            if !profiles.iter().any(|known| known.id == profile.id) {
                profiles.push(profile);
            }
        }
    }
    let baseline = arguments.baseline.as_deref().map(Baseline::read).transpose()?;
    let catalogue = Catalogue::of(&features.read()?)?;
    let named = arguments.check.iter().chain(baseline.iter().flat_map(|baseline| baseline.entries.iter().map(|entry| &entry.check)));
    for check in named {
        if catalogue.check(check).is_none() {
            return Err(Failure::new(format!("no check {check:?}; `sf-conformance steps --checks` lists them")));
        }
    }
    Ok(Plan {
        integration,
        profiles,
        only: arguments.check.clone(),
        features,
        seed: arguments.seed,
        once: arguments.once,
        concurrency: arguments.concurrency,
        extra: arguments.variables.clone(),
        addresses: arguments.running.addresses(),
        baseline,
        keep_going: arguments.keep_going,
        shows_progress: std::io::stderr().is_terminal(),
    })
}

fn variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE".to_owned()),
    }
}
