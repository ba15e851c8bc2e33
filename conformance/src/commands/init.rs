//! `init`: the beginning of a driver.

use std::path::PathBuf;

use clap::Args;
use sf_conformance::Failure;
use sf_conformance::integration::Kind;
use sf_conformance::integration::init::{Language, Skeleton};

use super::{OK, usage};

#[derive(Args)]
pub struct Arguments {
    /// The folder to write into
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Language of the skeleton: node, python or rust
    #[arg(long, default_value = "node")]
    language: Language,
    /// How the harness reaches the integration: command, http or browser
    #[arg(long, default_value = "command")]
    kind: Kind,
    /// What reports call the integration [default: the name of the folder]
    #[arg(long)]
    name: Option<String>,
}

/// Writes the files and says what to do next.
pub fn run(arguments: &Arguments) -> Result<u8, Failure> {
    let named = || Some(std::path::absolute(&arguments.folder).ok()?.file_name()?.to_string_lossy().into_owned());
    let name = arguments.name.clone().or_else(named).unwrap_or_else(|| "My integration".to_owned());
    let skeleton = Skeleton { language: arguments.language, kind: arguments.kind, name };
    let files = match skeleton.write(&arguments.folder) {
        Ok(files) => files,
        Err(failure) => return Ok(usage(failure)),
    };
    for file in files {
        println!("wrote {}", file.display());
    }
    println!("next: sf-conformance driver-check --integration {}", arguments.folder.join("integration.yaml").display());
    Ok(OK)
}
