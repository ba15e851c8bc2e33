//! The commands: arguments in, exit code out.

pub mod capabilities;
pub mod certify;
pub mod driver_check;
pub mod init;
pub mod lint;
pub mod observe;
mod options;
mod outputs;
pub mod run;
pub mod server;
pub mod steps;
pub mod verify;

use std::path::{Path, PathBuf};

use clap::Args;
use sf_conformance::Failure;
use sf_conformance::target::Addresses;

/// Everything was as wanted.
pub const OK: u8 = 0;
/// A scenario or a check failed, or a table is stale.
pub const FAILED: u8 = 1;
/// Wrong usage, as clap has it.
pub const USAGE: u8 = 2;
/// The harness or the server could not do its work.
pub const COULD_NOT_RUN: u8 = 3;

/// A running server.
#[derive(Args)]
pub struct Running {
    /// Login host of a running server
    #[arg(long, requires = "control_url")]
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
}

impl Running {
    /// Its addresses; None if none was named.
    pub fn addresses(&self) -> Option<Addresses> {
        let login_url = trimmed(self.url.as_deref()?);
        Some(Addresses {
            test_url: self.test_url.as_deref().map_or_else(|| login_url.clone(), trimmed),
            login_url,
            login_url_tls: self.tls_url.as_deref().map(trimmed),
            test_url_tls: None,
            control_url: trimmed(self.control_url.as_deref()?),
            control_token: self.control_token.clone(),
            ca_file: self.ca_file.clone(),
        })
    }
}

fn trimmed(url: &str) -> String {
    url.trim_end_matches('/').to_owned()
}

/// Reads a file; the failure names it.
pub fn read(file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file).map_err(|error| Failure::new(format!("cannot read {}: {error}", file.display())))
}

/// Writes a file, making its folder; the failure names it.
pub fn write(file: &Path, text: &str) -> Result<(), Failure> {
    let told = |error: std::io::Error| Failure::new(format!("cannot write {}: {error}", file.display()));
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(told)?;
    }
    std::fs::write(file, text).map_err(told)
}

/// Tells what is wrong with how a command was called.
pub fn usage(problem: impl std::fmt::Display) -> u8 {
    eprintln!("sf-conformance: {problem}");
    USAGE
}
