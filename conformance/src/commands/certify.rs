//! `certify`: the checks of the asked profiles against one integration.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use clap::Args;
use sf_conformance::certify::badge::badge;
use sf_conformance::certify::certificate::{self, Payload};
use sf_conformance::certify::jws::SigningKey;
use sf_conformance::certify::{Baseline, Catalogue, Certification, Plan, Profile, certify};
use sf_conformance::features::Features;
use sf_conformance::integration::{Integration, Kind};
use sf_conformance::{Failure, Outcome};

use super::options::{Agent, Load, Meeting};
use super::outputs::Outputs;
use super::verify::public_key_beside;
use super::{Running, read, usage, write};

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
    #[command(flatten)]
    agent: Agent,
    #[command(flatten)]
    meeting: Meeting,
    #[command(flatten)]
    load: Load,
    /// Seed of the servers' random numbers in the first pass; the second takes the next one
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Go on after a fault of the harness or the server (the exit code stays 3)
    #[arg(long)]
    keep_going: bool,
    /// Write the journal of the run, which the certificate's digest is about
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
    /// Write a certificate, if a profile is certified; not for filtered runs
    #[arg(long, value_name = "FILE")]
    certificate: Option<PathBuf>,
    /// The key to sign with: PKCS#8 in PEM, Ed25519 or RSA [default: the certificate's name and .key.pem, made if it is not there]
    #[arg(long, value_name = "FILE", requires = "certificate")]
    key: Option<PathBuf>,
    /// Write a badge (SVG)
    #[arg(long, value_name = "FILE", requires = "certificate")]
    badge: Option<PathBuf>,
    /// The id of the certificate that this one takes the place of
    #[arg(long, value_name = "ID", requires = "certificate")]
    supersedes: Option<String>,
    #[command(flatten)]
    running: Running,
    #[command(flatten)]
    outputs: Outputs,
}

/// Runs the checks, tells what they found and writes what was asked for.
pub async fn run(arguments: Arguments) -> Result<u8, Failure> {
    let plan = match plan(&arguments).await {
        Ok(plan) => plan,
        Err(failure) => return Ok(usage(failure)),
    };
    if arguments.certificate.is_some() && !plan.limits().is_empty() {
        return Ok(usage(format!("no certificate can come of a run with {}", plan.limits().join(" and "))));
    }
    let key = arguments.signing_key()?;
    let certification = arguments.agent.guard(certify(&plan)).await?;
    arguments.outputs.certification(&certification, &plan.features, &arguments.integration)?;
    if let Some(file) = &arguments.journal {
        write(file, &certificate::journal(&certification.judged))?;
    }
    if let (Some(file), Some(key)) = (&arguments.certificate, &key) {
        arguments.issue(&certification, file, key)?;
    }
    Ok(certification.exit_code())
}

impl Arguments {
    /// The key to sign with, if a certificate is wanted: read before the checks run, so that a wrong one costs no time.
    fn signing_key(&self) -> Outcome<Option<SigningKey>> {
        let Some(certificate) = &self.certificate else { return Ok(None) };
        if let Some(file) = &self.key {
            let key = SigningKey::from_pem(&read(file)?).map_err(|failure| Failure::new(format!("{}: {failure}", file.display())))?;
            return Ok(Some(key));
        }
        let file = beside(certificate, ".key.pem");
        if file.exists() {
            return Ok(Some(SigningKey::from_pem(&read(&file)?)?));
        }
        if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder)?;
        }
        Ok(Some(SigningKey::make(&file)?))
    }

    /// Writes certificate, public key and badge if there is something to certify.
    fn issue(&self, certification: &Certification, file: &Path, key: &SigningKey) -> Outcome {
        if !certification.broken.is_empty() || !certification.judgements.iter().any(|judgement| judgement.standing.is_certified()) {
            // What an earlier run certified does not hold for this one.
            let _ = std::fs::remove_file(file);
            println!("No certificate: no profile is certified.");
            return Ok(());
        }
        let payload = Payload::of(certification, self.supersedes.clone())?;
        write(file, &(key.sign(&serde_json::to_value(&payload)?)? + "\n"))?;
        let public = key.public()?;
        write(&public_key_beside(file), &public.to_pem())?;
        if let Some(badge_file) = &self.badge {
            write(badge_file, &badge(&payload))?;
        }
        println!("Certificate {}, signed by key {}, its public half in {}:", file.display(), public.id(), public_key_beside(file).display());
        print!("{}", public.to_pem());
        Ok(())
    }
}

/// A file beside another, its name made longer.
fn beside(file: &Path, end: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(end);
    name.into()
}

async fn plan(arguments: &Arguments) -> Outcome<Plan> {
    let mut integration = Integration::read_allowing(&arguments.integration, &arguments.meeting.allow_host)?;
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
        integration: arguments.agent.before(integration).await?,
        profiles,
        only: arguments.check.clone(),
        features,
        seed: arguments.seed,
        once: arguments.once,
        concurrency: arguments.load.concurrency,
        extra: arguments.meeting.variables.clone(),
        addresses: arguments.running.addresses(),
        baseline,
        keep_going: arguments.keep_going,
        shows_progress: std::io::stderr().is_terminal(),
    })
}
