//! `sf-conformance`: runs Gherkin against a Salesforce server.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Parser, Subcommand};
use cucumber::gherkin::tagexpr::TagOperation;
use regex::Regex;
use sf_conformance::Failure;
use sf_conformance::capabilities;
use sf_conformance::run::{Plan, run, suitable_concurrency};
use sf_conformance::target::{Addresses, Target};

/// Everything was as wanted.
const OK: u8 = 0;
/// A scenario failed, or a table is stale.
const FAILED: u8 = 1;
/// The harness or the server could not do its work. (2 is clap's: wrong usage.)
const COULD_NOT_RUN: u8 = 3;

#[derive(Parser)]
#[command(name = "sf-conformance", version, about = "Gherkin conformance suite for Salesforce OAuth servers and clients")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server features against a server: the one at --url, or one started for the run
    Server(Box<Server>),
    /// Write the README's table of capabilities from the requirements and the features' tags
    Capabilities(Capabilities),
}

#[derive(Args)]
struct Server {
    /// Login host of a running server
    #[arg(long, requires = "control_url", conflicts_with = "spawn")]
    url: Option<String>,
    /// Its control API, ending in /_mock/v1
    #[arg(long, requires = "url")]
    control_url: Option<String>,
    /// Its test host (sandboxes); without it the login host
    #[arg(long, requires = "url")]
    test_url: Option<String>,
    /// Its HTTPS login host
    #[arg(long, requires = "ca_file")]
    tls_url: Option<String>,
    /// The certificate of its local CA
    #[arg(long, requires = "url")]
    ca_file: Option<PathBuf>,
    /// Its control token
    #[arg(long, env = "SF_MOCK_CONTROL_TOKEN", hide_env_values = true)]
    control_token: Option<String>,
    /// Start sf-mock for this run (the default without --url)
    #[arg(long)]
    spawn: bool,
    /// Folder with the features
    #[arg(long, default_value = "features")]
    features: PathBuf,
    /// Scenarios under way at once [default: four a core]
    #[arg(short, long, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..))]
    concurrency: Option<usize>,
    /// Only scenarios whose tags satisfy this, such as "@R-A1 and not @serial"
    #[arg(long, value_parser = tag_expression)]
    tags: Option<TagOperation>,
    /// Only scenarios whose name matches this regular expression
    #[arg(long)]
    name: Option<Regex>,
    /// Write a JUnit report
    #[arg(long)]
    junit: Option<PathBuf>,
    /// Write a Markdown summary
    #[arg(long)]
    markdown: Option<PathBuf>,
}

#[derive(Args)]
struct Capabilities {
    /// The file that holds the table between its two markers
    #[arg(long)]
    readme: PathBuf,
    /// Write nothing; fail when the table is stale
    #[arg(long)]
    check: bool,
    /// The requirements
    #[arg(long, default_value = "fixtures/requirements.tsv")]
    requirements: PathBuf,
    /// Folder with the features
    #[arg(long, default_value = "features")]
    features: PathBuf,
}

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Server(arguments) => server(*arguments).await,
        Command::Capabilities(arguments) => write_capabilities(&arguments),
    };
    ExitCode::from(outcome.unwrap_or_else(|failure| {
        eprintln!("sf-conformance: {failure}");
        COULD_NOT_RUN
    }))
}

async fn server(arguments: Server) -> Result<u8, Failure> {
    let plan = Plan {
        features: arguments.features.clone(),
        concurrency: arguments.concurrency.unwrap_or_else(suitable_concurrency),
        tags: arguments.tags.clone(),
        name: arguments.name.clone(),
        junit: arguments.junit.clone(),
    };
    let markdown = arguments.markdown.clone();
    let target = match addresses(arguments) {
        Some(addresses) => Target::given(addresses),
        None => Target::spawn_with_tls().await?,
    };
    let report = run(&plan, Arc::new(target)).await?;
    print!("{}", report.terminal());
    if let Some(file) = markdown {
        std::fs::write(file, report.markdown())?;
    }
    Ok(if report.is_green() { OK } else { FAILED })
}

fn addresses(arguments: Server) -> Option<Addresses> {
    let login_url = trimmed(&arguments.url?);
    Some(Addresses {
        test_url: arguments.test_url.map_or_else(|| login_url.clone(), |url| trimmed(&url)),
        login_url,
        login_url_tls: arguments.tls_url.as_deref().map(trimmed),
        control_url: trimmed(&arguments.control_url?),
        control_token: arguments.control_token,
        ca_file: arguments.ca_file,
    })
}

fn trimmed(url: &str) -> String {
    url.trim_end_matches('/').to_owned()
}

fn write_capabilities(arguments: &Capabilities) -> Result<u8, Failure> {
    let table = capabilities::table(&read(&arguments.requirements)?, &arguments.features)?;
    let readme = read(&arguments.readme)?;
    let updated = capabilities::insert(&readme, &table)?;
    if updated == readme {
        return Ok(OK);
    }
    if arguments.check {
        eprintln!("sf-conformance: the capability table of {} is stale; run without --check", arguments.readme.display());
        return Ok(FAILED);
    }
    std::fs::write(&arguments.readme, updated)?;
    Ok(OK)
}

fn read(file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file).map_err(|error| Failure::new(format!("cannot read {}: {error}", file.display())))
}

fn tag_expression(text: &str) -> Result<TagOperation, String> {
    // Tags are written with their `@` here and in features; the parser wants them the same way.
    text.parse().map_err(|error| format!("not a tag expression: {error}"))
}
