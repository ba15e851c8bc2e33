//! `driver-check`: does a driver keep to the protocol? Asked before anything is judged about the integration.

use std::path::PathBuf;

use clap::Args;
use sf_conformance::integration::examine::{Findings, Mark, examine};
use sf_conformance::integration::protocol::AppKind;
use sf_conformance::integration::{Integration, Kind, Limits, Surroundings};
use sf_conformance::{Failure, Outcome};

use super::options::Agent;
use super::{FAILED, OK, usage};

#[derive(Args)]
pub struct Arguments {
    /// The integration file (YAML or JSON)
    #[arg(long)]
    integration: PathBuf,
    /// The driver to look at: command, http or browser [default: the first of them that the integration file describes]
    #[arg(long)]
    driver: Option<Kind>,
    #[command(flatten)]
    agent: Agent,
    /// The profile that the integration is told
    #[arg(long, default_value = "web-server")]
    profile: String,
    /// A host beside this machine's own that the harness may call; may be given several times
    #[arg(long, value_name = "HOST")]
    allow_host: Vec<String>,
    /// Write the findings as JSON
    #[arg(long)]
    json: bool,
}

/// Looks, and lists what was found.
pub async fn run(arguments: Arguments) -> Result<u8, Failure> {
    let integration = match read(&arguments).await {
        Ok(integration) => integration,
        Err(failure) => return Ok(usage(failure)),
    };
    let state = tempfile::tempdir()?;
    let surroundings = surroundings(&integration, &arguments.profile, state.path().to_owned());
    let findings = arguments.agent.guard(examine(&integration, &surroundings, &Limits::default())).await?;
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&findings.0)?);
    } else {
        tell(&integration, &findings);
    }
    Ok(if findings.are_good() { OK } else { FAILED })
}

async fn read(arguments: &Arguments) -> Outcome<Integration> {
    let integration = Integration::read_allowing(&arguments.integration, &arguments.allow_host)?;
    let integration = match arguments.driver {
        Some(kind) => integration.by(kind)?,
        None => integration,
    };
    arguments.agent.before(integration.on_free_port()?).await
}

/// A Salesforce that is not there: the rules of the protocol need none, and nothing is sent to it.
fn surroundings(integration: &Integration, profile: &str, state_dir: PathBuf) -> Surroundings {
    let app = &integration.app;
    let is_confidential = matches!(app.kind, None | Some(AppKind::Confidential));
    let secret = app.client_secret.clone().or_else(|| is_confidential.then(|| "driver-check-secret-7f3a9c".to_owned()));
    Surroundings {
        login_url: "http://127.0.0.1:9".to_owned(),
        test_url: "http://localhost:9".to_owned(),
        client_id: app.client_id.clone().unwrap_or_else(|| "3MVG9.driver.check".to_owned()),
        client_secret: secret,
        redirect_uri: app.redirect_uri.clone().unwrap_or_else(|| "http://localhost:9/callback".to_owned()),
        username: "ada@acme.example".to_owned(),
        private_key_file: app.private_key_file.clone(),
        state_dir,
        profile: profile.to_owned(),
        ..Surroundings::default()
    }
}

fn tell(integration: &Integration, findings: &Findings) {
    println!("{} {}: the {} driver", integration.name, integration.version, integration.kind().name());
    for finding in &findings.0 {
        println!("{finding}");
    }
    let count = |mark| findings.0.iter().filter(|finding| finding.mark == mark).count();
    println!(
        "{} kept, {} doubtful, {} broken, {} not looked at",
        count(Mark::Kept),
        count(Mark::Doubtful),
        count(Mark::Broken),
        count(Mark::Skipped)
    );
}
