//! `lint`: what is wrong with features before anything is run.

use std::path::PathBuf;

use clap::Args;
use sf_conformance::Failure;
use sf_conformance::features::Features;
use sf_conformance::lint::lint;

use super::{FAILED, OK, usage};

#[derive(Args)]
pub struct Arguments {
    /// Feature files, or folders with some
    #[arg(required = true)]
    paths: Vec<PathBuf>,
}

/// Prints the faults, a place and a sentence each.
pub fn run(arguments: &Arguments) -> Result<u8, Failure> {
    let features = match Features::of_paths(&arguments.paths) {
        Ok(features) => features,
        Err(failure) => return Ok(usage(failure)),
    };
    let faults = lint(&features);
    for fault in &faults {
        println!("{fault}");
    }
    let (count, files) = (faults.len(), features.files.len());
    println!("{count} fault{} in {files} file{}", if count == 1 { "" } else { "s" }, if files == 1 { "" } else { "s" });
    Ok(if faults.is_empty() { OK } else { FAILED })
}
