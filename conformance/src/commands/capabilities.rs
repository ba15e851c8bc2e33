//! `capabilities`: the README's table.

use std::path::PathBuf;

use clap::Args;
use sf_conformance::{Failure, capabilities};

use super::{FAILED, OK, read};

#[derive(Args)]
pub struct Arguments {
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

/// Writes the table, or compares it.
pub fn run(arguments: &Arguments) -> Result<u8, Failure> {
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
