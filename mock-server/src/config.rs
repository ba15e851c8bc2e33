//! Every setting of the server. `main` fills it from arguments and environment; nothing else reads those.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Duration;

/// `--addressing`: which addresses `world` and the start line report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Addressing {
    /// One origin for login and production orgs, one for test and sandboxes.
    #[default]
    Single,
    /// A listener of its own for every org.
    Ports,
    /// The `.localhost` twins of Salesforce's names.
    Names,
}

/// How a server is started.
#[derive(Debug, Clone)]
pub struct Config {
    /// Which addresses `world` and the start line report; requests are understood in every addressing at once.
    /// Default `single`: two origins, nothing to resolve.
    pub addressing: Addressing,
    /// Address to listen at. Default 127.0.0.1: a stand-in is nobody else's business.
    /// Anything but loopback needs `control_token`.
    pub host: IpAddr,
    /// Port of the login host, the control API and the forward proxy. Default 8844; 0 takes any free one.
    pub port: u16,
    /// Port of the test host. Default 8845; 0 takes any free one.
    pub test_port: u16,
    /// Ports of the HTTPS listeners beside the plain ones. Default none: most local clients take plain HTTP.
    pub tls: Option<TlsPorts>,
    /// World document to start from. Default: the built-in world.
    pub world: Option<PathBuf>,
    /// Directory that keeps the orgs. Default none: everything lives in memory.
    pub data_dir: Option<PathBuf>,
    /// Makes ids, codes and tokens repeat from run to run. Default: different in every run.
    pub seed: Option<u64>,
    /// What callers of the control API must present as a bearer token. Default none.
    pub control_token: Option<String>,
    /// Added to every API answer, to feel like a distant org. Default none.
    pub latency: Duration,
    /// Directory of the local CA's certificate and key. Default: inside `data_dir`, else a directory of the user,
    /// so that trusting it once lasts.
    pub ca_dir: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TlsPorts {
    /// HTTPS port of the login host. Default 8943.
    pub login: u16,
    /// HTTPS port of the test host. Default 8944.
    pub test: u16,
}

impl TlsPorts {
    pub const USUAL: Self = Self { login: 8943, test: 8944 };
}

impl Default for Config {
    fn default() -> Self {
        Self {
            addressing: Addressing::Single,
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 8844,
            test_port: 8845,
            tls: None,
            world: None,
            data_dir: None,
            seed: None,
            control_token: None,
            latency: Duration::ZERO,
            ca_dir: PathBuf::from("ca"),
        }
    }
}

impl Config {
    /// In memory, on free ports, with a CA of this process: what a test wants.
    pub fn on_free_ports() -> Self {
        let ca_dir = std::env::temp_dir().join(format!("sf-mock-ca-{}", std::process::id()));
        Self { port: 0, test_port: 0, ca_dir, ..Self::default() }
    }

    /// The address as URLs spell it. A server that listens everywhere is reached through loopback.
    pub fn url_host(&self) -> String {
        match self.host {
            IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.to_string(),
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) if ip.is_unspecified() => "[::1]".to_owned(),
            IpAddr::V6(ip) => format!("[{ip}]"),
        }
    }
}

/// Why a server did not start: one line that says what and what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("port {port} of {host} is in use; stop what listens there or choose another with {flag}")]
    PortInUse { host: IpAddr, port: u16, flag: &'static str },
    #[error("cannot listen at {host} port {port}: {cause}")]
    Listen { host: IpAddr, port: u16, cause: std::io::Error },
    #[error("--host {0} opens the control API to others: set --control-token too")]
    OpenWithoutToken(IpAddr),
    /// One line for each thing that is wrong with the world file.
    #[error("{0}")]
    World(String),
    /// Names the directory and what to do.
    #[error("{0}")]
    DataDirectory(String),
    #[error("the system gives no threads or signals: {0}")]
    Runtime(std::io::Error),
    #[error("port 0 leaves the address open until the server runs; give `env` the ports it took")]
    UnknownPort,
    #[error("local CA in {path}: {cause}", path = .path.display())]
    Ca { path: PathBuf, cause: String },
}
