//! The server under test: one we were pointed at, or one we start and stop ourselves.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde::Deserialize;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::{Duration, timeout};
use url::{Host, Url};

use crate::client::{Control, Http, Request};
use crate::failure::{Failure, OrFail, Outcome};
use crate::real::RealOrg;

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
    #[serde(default)]
    pub test_url_tls: Option<String>,
    pub control_url: String,
    pub control_token: Option<String>,
    pub ca_file: Option<PathBuf>,
}

impl Addresses {
    /// Whether an address may be this server's: on this machine, or in the domain of its login host. Nothing else is visited
    /// for an integration, whatever it asks for.
    pub fn may_hold(&self, url: &Url) -> bool {
        let login = Url::parse(&self.login_url).ok();
        let domain = login.as_ref().and_then(Url::domain).and_then(|host| host.split_once('.')).map(|(_, domain)| domain);
        match url.host() {
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            Some(Host::Domain(host)) => {
                let is_in = |domain: &str| host.strip_suffix(domain).is_some_and(|before| before.ends_with('.'));
                host == "localhost" || is_in("localhost") || domain.is_some_and(is_in)
            }
            None => false,
        }
    }
}

/// A server to talk to. One that we started dies with this value.
pub struct Target {
    pub addresses: Addresses,
    /// An org of somebody's own, which has no control API.
    pub real: Option<RealOrg>,
    process: Option<Child>,
    /// Holds the CA of a server that we started with TLS.
    _ca_folder: Option<TempDir>,
}

impl Target {
    /// A server that runs already.
    pub fn given(addresses: Addresses) -> Self {
        Self { addresses, real: None, process: None, _ca_folder: None }
    }

    /// A server that runs already, and answers: otherwise every scenario would fail for the same reason.
    ///
    /// # Errors
    /// When nobody answers at its addresses, or its control API is not open to us.
    pub async fn answering(addresses: Addresses) -> Outcome<Self> {
        let target = Self::given(addresses);
        let Addresses { login_url, control_url, .. } = &target.addresses;
        let http = Http::new()?;
        let told = |url: &str, failure: Failure| Failure::new(format!("no server can be used at {url}: {failure}"));
        http.send(Request::get(format!("{login_url}/services/data"))).await.map_err(|failure| told(login_url, failure))?;
        target.control(http).get("/clock").await.map_err(|failure| told(control_url, failure))?;
        Ok(target)
    }

    /// A real org, signed in to.
    pub fn real(org: RealOrg, login_url: String) -> Self {
        let addresses = Addresses {
            test_url: login_url.clone(),
            login_url,
            login_url_tls: None,
            test_url_tls: None,
            control_url: String::new(),
            control_token: None,
            ca_file: None,
        };
        Self { real: Some(org), ..Self::given(addresses) }
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
        Ok(Self { addresses: serde_json::from_str(&line)?, real: None, process: Some(child), _ca_folder: None })
    }

    /// Starts `sf-mock serve` with these further arguments and with HTTPS listeners too, under a local CA of its own.
    ///
    /// # Errors
    /// As [`spawn`](Self::spawn), or when the CA cannot be made.
    pub async fn spawn_with_tls(arguments: &[&str]) -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let ca_dir = folder.path().to_string_lossy().into_owned();
        let tls = ["--tls", "--tls-port", "0", "--tls-test-port", "0", "--ca-dir", &ca_dir];
        let target = Self::spawn(&[&tls, arguments].concat()).await?;
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

#[cfg(test)]
mod tests {
    use super::*;

    fn check(login_url: &str, url: &str, expected: bool) {
        let addresses = Addresses {
            login_url: login_url.to_owned(),
            test_url: String::new(),
            login_url_tls: None,
            test_url_tls: None,
            control_url: String::new(),
            control_token: None,
            ca_file: None,
        };
        assert_eq!(addresses.may_hold(&Url::parse(url).unwrap()), expected, "{url} at {login_url}");
    }

    #[test]
    fn addresses_of_other_machines_are_not_the_servers() {
        check("http://127.0.0.1:8080", "http://127.0.0.1:9090/setup/connect", true);
        check("http://localhost:8080", "http://acme.my.localhost:8080/", true);
        check("http://127.0.0.1:8080", "https://login.salesforce.com/services/oauth2/authorize", false);
        check("https://login.salesforce.com", "https://acme.my.salesforce.com/services", true);
        check("https://login.salesforce.com", "https://login.salesforce.com.evil.example/", false);
        check("https://login.salesforce.com", "https://evilsalesforce.com/", false);
        check("http://127.0.0.1:8080", "http://10.0.0.1/", false);
        check("http://127.0.0.1:8080", "data:text/html,x", false);
    }
}
