//! `server`: the server features against a server.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use cucumber::gherkin::tagexpr::TagOperation;
use regex::Regex;
use sf_conformance::Failure;
use sf_conformance::run::{Plan, run as run_plan, suitable_concurrency};
use sf_conformance::target::Target;

use super::outputs::Outputs;
use super::{FAILED, OK, Running};

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    running: Running,
    /// Start sf-mock for this run (the default without --url)
    #[arg(long, conflicts_with = "url")]
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
    #[command(flatten)]
    outputs: Outputs,
}

/// Runs the features and tells what they found.
pub async fn run(arguments: Arguments) -> Result<u8, Failure> {
    let target = match arguments.running.addresses() {
        Some(addresses) => Target::given(addresses),
        None => Target::spawn_with_tls(&[]).await?,
    };
    let plan = Plan {
        features: vec![arguments.features],
        is_for_server: true,
        concurrency: arguments.concurrency.unwrap_or_else(suitable_concurrency),
        tags: arguments.tags,
        name: arguments.name,
        junit: arguments.outputs.junit.clone(),
    };
    let report = run_plan(&plan, Arc::new(target)).await?;
    arguments.outputs.report(&report)?;
    Ok(if report.is_green() { OK } else { FAILED })
}

/// Reads an expression over tags.
pub fn tag_expression(text: &str) -> Result<TagOperation, String> {
    // Tags are written with their `@` here and in features; the parser wants them the same way.
    text.parse().map_err(|error| format!("not a tag expression: {error}"))
}
