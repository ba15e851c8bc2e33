//! The server under test: one we were pointed at, or one we start and stop ourselves.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde::Deserialize;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::{Duration, timeout};

use crate::client::{Control, Http};
use crate::failure::{Failure, OrFail, Outcome};

/// Longest a server may take to say it is ready. The slowest debug build needs a twentieth.
const START_PATIENCE: Duration = Duration::from_secs(20);

/// Names the server's program when it does not lie beside ours.
pub const BIN_VARIABLE: &str = "SF_MOCK_BIN";

/// Addresses of a server, as its ready line reports them.
#[derive(Debug, Clone, Deserialize)]
pub struct Addresses {
    pub login_url: String,
    pub test_url: String,
    pub login_url_tls: Option<String>,
    pub control_url: String,
    pub control_token: Option<String>,
    pub ca_file: Option<PathBuf>,
}

/// A server to talk to. One that we started dies with this value.
pub struct Target {
    pub addresses: Addresses,
    process: Option<Child>,
    /// Holds the CA of a server that we started with TLS.
    _ca_folder: Option<TempDir>,
}

impl Target {
    /// A server that runs already.
    pub fn given(addresses: Addresses) -> Self {
        Self { addresses, process: None, _ca_folder: None }
    }

    /// Starts `sf-mock serve` on free ports with these further arguments, and waits for its ready line.
    ///
    /// # Errors
    /// When the program is not found, or does not get ready.
    pub async fn spawn(arguments: &[&str]) -> Outcome<Self> {
        let program = program()?;
        let mut child = Command::new(&program)
            .args(["serve", "--port", "0", "--test-port", "0", "--ready-json"])
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| Failure::new(format!("cannot start {}: {error}", program.display())))?;
        let output = child.stdout.take().or_fail(|| "the server has no output")?;
        let mut lines = BufReader::new(output).lines();
        let line = timeout(START_PATIENCE, lines.next_line())
            .await
            .map_err(|_| Failure::new("the server did not get ready in time"))??
            .or_fail(|| "the server ended before it was ready")?;
        Ok(Self { addresses: serde_json::from_str(&line)?, process: Some(child), _ca_folder: None })
    }

    /// Starts `sf-mock serve` with HTTPS listeners too, under a local CA of its own.
    ///
    /// # Errors
    /// As [`spawn`](Self::spawn), or when the CA cannot be made.
    pub async fn spawn_with_tls() -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let ca_dir = folder.path().to_string_lossy().into_owned();
        // A server tells where its CA is only if there is one when it starts.
        let made = Command::new(program()?).args(["ca", "--ca-dir", &ca_dir]).stdin(Stdio::null()).output().await?;
        if !made.status.success() {
            return Err(Failure::new(format!("cannot make a CA: {}", String::from_utf8_lossy(&made.stderr).trim())));
        }
        let target = Self::spawn(&["--tls", "--tls-port", "0", "--tls-test-port", "0", "--ca-dir", &ca_dir]).await?;
        Ok(Self { _ca_folder: Some(folder), ..target })
    }

    /// True if we started the server, so that it may be reconfigured and stopped.
    pub fn is_ours(&self) -> bool {
        self.process.is_some()
    }

    /// The control API, talking over `http`.
    pub fn control(&self, http: Http) -> Control {
        Control::new(http, self.addresses.control_url.clone(), self.addresses.control_token.clone())
    }

    /// Kills the server at once, without a word of warning, and waits until it is gone.
    ///
    /// # Errors
    /// When the server is not ours.
    pub async fn kill(&mut self) -> Outcome {
        let process = self.process.as_mut().or_fail(|| "only a server we started can be killed")?;
        Ok(process.kill().await?)
    }

    /// The certificate of the server's local CA (PEM).
    ///
    /// # Errors
    /// When the server reports no readable file.
    pub fn ca(&self) -> Outcome<Vec<u8>> {
        let file = self.addresses.ca_file.as_deref().or_fail(|| "the server reports no ca_file")?;
        Ok(std::fs::read(file)?)
    }
}

/// The server's program: named by the environment, or beside our own.
pub fn program() -> Outcome<PathBuf> {
    if let Some(named) = std::env::var_os(BIN_VARIABLE) {
        return Ok(named.into());
    }
    let own = std::env::current_exe()?;
    // Test programs lie one folder below the others.
    let folders = [own.parent(), own.parent().and_then(Path::parent)];
    let name = format!("sf-mock{}", std::env::consts::EXE_SUFFIX);
    let found = folders.into_iter().flatten().map(|folder| folder.join(&name)).find(|path| path.is_file());
    found.or_fail(|| format!("no {name} beside {}: build it, name it in {BIN_VARIABLE}, or give --url", own.display()))
}
