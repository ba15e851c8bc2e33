//! The command line. Every flag of `serve` is also an environment variable, `SF_MOCK_<FLAG>`.

use std::ffi::{OsStr, OsString};
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::BoolishValueParser;
use clap::{Arg, ArgAction, Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use sf_mock::Config;
use sf_mock::config::{Addressing, StartError, TlsPorts};
use sf_mock::doctor::variables::leading_here;
use sf_mock::seed::{Destination, Sample};

/// A local stand-in for Salesforce that refuses as exactly as it accepts.
#[derive(Debug, Parser)]
#[command(name = "sf-mock", version, args_conflicts_with_subcommands = true)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub serve: ServeArguments,
    #[command(subcommand)]
    pub command: Option<Command>,
}

impl Arguments {
    /// Reads arguments and variables. An empty variable counts as none, as pipelines and compose files mean it.
    pub fn read() -> Self {
        let mut command = without_empty_variables(Self::command());
        let matches = command.get_matches_mut();
        Self::from_arg_matches(&matches).unwrap_or_else(|error| error.format(&mut command).exit())
    }
}

fn without_empty_variables(command: clap::Command) -> clap::Command {
    let is_empty = |name: &OsStr| std::env::var_os(name).is_some_and(|value| value.is_empty());
    let unset = |argument: Arg| if argument.get_env().is_some_and(is_empty) { argument.env(None::<&'static str>) } else { argument };
    command.mut_args(unset).mut_subcommands(without_empty_variables)
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve until interrupted (the default)
    Serve(ServeArguments),
    /// Start a server on free ports, run a command beside it, stop; ends with the command's exit status
    Exec(ExecArguments),
    /// Run your own Salesforce CLI against a server started with the same flags; ends with its exit status
    Sf(SfArguments),
    /// Print `export` lines that point a client at a server started with the same flags
    Env {
        /// Also lead hard-coded Salesforce names here, through the forward proxy
        #[arg(long)]
        proxy: bool,
        #[command(flatten)]
        serve: ServeArguments,
    },
    /// Make the local CA if there is none, and print the path of its certificate
    Ca(ServeArguments),
    /// Find out why a client does not reach or trust the server: ports, certificates, proxies, names, clocks, data
    Doctor(DoctorArguments),
    /// Make sample accounts with contacts, opportunities and cases, in a data directory or a running server
    Seed(SeedArguments),
    /// Look at world documents
    World {
        #[command(subcommand)]
        command: WorldCommand,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum WorldCommand {
    /// Say what is wrong with a world file, line by line
    Check { file: PathBuf },
    /// Print the JSON Schema of world files
    Schema,
    /// Print the world that `serve` with these flags would start from
    Export {
        #[command(flatten)]
        serve: Box<ServeArguments>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ExecArguments {
    /// Also lead hard-coded Salesforce names to the server, through its forward proxy
    #[arg(long)]
    pub proxy: bool,
    #[command(flatten)]
    serve: ServeArguments,
    /// The command and its arguments
    #[arg(last = true, required = true, value_name = "CMD")]
    pub command: Vec<OsString>,
}

impl ExecArguments {
    /// Ports that are not named are free ones: several may run at once.
    pub fn config(&self) -> Config {
        let mut serve = self.serve.clone();
        for port in [&mut serve.port, &mut serve.test_port, &mut serve.tls_port, &mut serve.tls_test_port] {
            port.get_or_insert(0);
        }
        serve.into()
    }

    pub fn ready_json(&self) -> bool {
        self.serve.ready_json
    }
}

#[derive(Debug, Args)]
pub(crate) struct SfArguments {
    /// Also lead hard-coded Salesforce names here, through the forward proxy
    #[arg(long)]
    pub proxy: bool,
    #[command(flatten)]
    serve: ServeArguments,
    /// What `sf` is told
    #[arg(last = true, value_name = "ARGS")]
    pub arguments: Vec<OsString>,
}

impl SfArguments {
    pub fn config(&self) -> Config {
        self.serve.clone().into()
    }
}

#[derive(Debug, Args)]
pub(crate) struct DoctorArguments {
    /// Print the findings as JSON
    #[arg(long)]
    pub json: bool,
    /// The flags that the server was, or is to be, started with
    #[command(flatten)]
    serve: ServeArguments,
}

impl DoctorArguments {
    /// What no flag names is taken from the variables that `exec` and `env` set.
    pub fn config(&self) -> Config {
        let mut serve = self.serve.clone();
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let port = |name: &str| variable(name)?.split('/').nth(2)?.rsplit(':').next()?.parse().ok();
        serve.port = serve.port.or_else(|| port("SF_MOCK_CONTROL_URL"));
        serve.test_port = serve.test_port.or_else(|| port("SF_MOCK_TEST_URL"));
        if serve.ca_dir.is_none() && serve.data_dir.is_none() {
            serve.ca_dir = variable("SF_MOCK_CA_FILE").and_then(|file| Some(PathBuf::from(file).parent()?.to_owned()));
        }
        serve.into()
    }
}

#[derive(Debug, Args)]
pub(crate) struct SeedArguments {
    /// Name of the org
    #[arg(long, default_value = "acme")]
    pub org: String,
    #[arg(long, default_value_t = 1_000)]
    accounts: u64,
    /// Contacts of an account on average; so with opportunities and cases
    #[arg(long, default_value_t = 2.0)]
    contacts: f64,
    #[arg(long, default_value_t = 1.0)]
    opportunities: f64,
    #[arg(long, default_value_t = 1.0)]
    cases: f64,
    /// Equal seeds give equal records
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Data directory that no server has open; without it a running server is asked
    #[arg(long, env = "SF_MOCK_DATA_DIR", value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// World file that a new data directory starts from
    #[arg(long, env = "SF_MOCK_WORLD", value_name = "FILE")]
    world: Option<PathBuf>,
    /// Login URL of the running server
    #[arg(long, env = "SF_MOCK_URL", default_value = "http://127.0.0.1:8844")]
    url: String,
    /// Its control token
    #[arg(long, env = "SF_MOCK_CONTROL_TOKEN", value_name = "T", hide_env_values = true)]
    control_token: Option<String>,
}

impl SeedArguments {
    pub fn sample(&self) -> Sample {
        let Self { accounts, contacts, opportunities, cases, seed, .. } = *self;
        Sample { accounts, contacts, opportunities, cases, seed }
    }

    pub fn destination(&self) -> Destination {
        match &self.data_dir {
            Some(data_dir) => {
                Destination::Directory(Box::new(Config { data_dir: Some(data_dir.clone()), world: self.world.clone(), ..Config::on_free_ports() }))
            }
            None => Destination::Server { url: self.url.clone(), token: self.control_token.clone().filter(|token| !token.is_empty()) },
        }
    }
}

#[derive(Debug, Clone, Args)]
pub(crate) struct ServeArguments {
    /// Which addresses the world and the start line report; all are understood at once
    #[arg(long, env = "SF_MOCK_ADDRESSING", value_enum, default_value = "single")]
    addressing: AddressingArgument,
    /// Address to listen at; anything but loopback needs --control-token
    #[arg(long, env = "SF_MOCK_HOST", default_value = "127.0.0.1", value_parser = host)]
    host: IpAddr,
    /// Port of the login host, the control API and the proxy (8844); 0 takes any free one
    #[arg(long, env = "SF_MOCK_PORT")]
    port: Option<u16>,
    /// Port of the test host (8845); 0 takes any free one
    #[arg(long, env = "SF_MOCK_TEST_PORT")]
    test_port: Option<u16>,
    /// Open HTTPS listeners beside the plain ones
    #[arg(long, env = "SF_MOCK_TLS", action = ArgAction::SetTrue, value_parser = BoolishValueParser::new())]
    tls: bool,
    /// HTTPS port of the login host (8943)
    #[arg(long, env = "SF_MOCK_TLS_PORT")]
    tls_port: Option<u16>,
    /// HTTPS port of the test host (8944)
    #[arg(long, env = "SF_MOCK_TLS_TEST_PORT")]
    tls_test_port: Option<u16>,
    /// World file to start from instead of the built-in world
    #[arg(long, env = "SF_MOCK_WORLD", value_name = "FILE")]
    world: Option<PathBuf>,
    /// Directory that keeps the orgs; without it everything lives in memory
    #[arg(long, env = "SF_MOCK_DATA_DIR", value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Make ids, codes and tokens repeat from run to run
    #[arg(long, env = "SF_MOCK_SEED", value_name = "N")]
    seed: Option<u64>,
    /// What callers of the control API must send as a bearer token
    #[arg(long, env = "SF_MOCK_CONTROL_TOKEN", value_name = "T", hide_env_values = true)]
    control_token: Option<String>,
    /// Print one line of JSON when ready, instead of the page for people
    #[arg(long, env = "SF_MOCK_READY_JSON", action = ArgAction::SetTrue, value_parser = BoolishValueParser::new())]
    pub ready_json: bool,
    /// Stop when standard input ends, so that no server outlives the program that started it
    #[arg(long, env = "SF_MOCK_STOP_WITH_STDIN", action = ArgAction::SetTrue, value_parser = BoolishValueParser::new())]
    pub stop_with_stdin: bool,
    /// Milliseconds added to every API answer
    #[arg(long, env = "SF_MOCK_LATENCY", value_name = "MS", default_value_t = 0)]
    latency: u64,
    /// Directory of the local CA, if not the user's own or the data directory
    #[arg(long, env = "SF_MOCK_CA_DIR", value_name = "DIR")]
    ca_dir: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum AddressingArgument {
    Single,
    Ports,
    Names,
}

fn host(text: &str) -> Result<IpAddr, String> {
    if text == "localhost" {
        return Ok(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    text.parse().map_err(|_| "an IP address such as 127.0.0.1 or 0.0.0.0, or localhost".to_owned())
}

impl From<ServeArguments> for Config {
    fn from(given: ServeArguments) -> Self {
        let addressing = match given.addressing {
            AddressingArgument::Single => Addressing::Single,
            AddressingArgument::Ports => Addressing::Ports,
            AddressingArgument::Names => Addressing::Names,
        };
        let usual = Self::default();
        let tls = TlsPorts { login: given.tls_port.unwrap_or(TlsPorts::USUAL.login), test: given.tls_test_port.unwrap_or(TlsPorts::USUAL.test) };
        Self {
            addressing,
            host: given.host,
            port: given.port.unwrap_or(usual.port),
            test_port: given.test_port.unwrap_or(usual.test_port),
            tls: given.tls.then_some(tls),
            world: given.world,
            seed: given.seed,
            // `exec` and `env` say with an empty variable that there is none.
            control_token: given.control_token.filter(|token| !token.is_empty()),
            latency: Duration::from_millis(given.latency),
            ca_dir: absolute(given.ca_dir.or_else(|| Some(given.data_dir.as_ref()?.join("ca"))).unwrap_or_else(user_ca_directory)),
            data_dir: given.data_dir,
        }
    }
}

/// Clients that are told where the CA is may work in another directory.
fn absolute(directory: PathBuf) -> PathBuf {
    std::path::absolute(&directory).unwrap_or(directory)
}

/// A directory of the user's own, so that a CA trusted once stays trusted.
fn user_ca_directory() -> PathBuf {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let base = variable("XDG_DATA_HOME").or_else(|| variable("LOCALAPPDATA")).or_else(|| Some(variable("HOME")?.join(".local/share")));
    base.unwrap_or_else(std::env::temp_dir).join("sf-mock").join("ca")
}

/// The lines of `env`, for `eval`.
pub(crate) fn environment(config: &Config, proxy: bool) -> Result<String, StartError> {
    let line = |(name, value): (&str, String)| format!("export {name}='{}'", value.replace('\'', r"'\''"));
    let ours = sf_mock::client_environment(config, proxy)?;
    let leading = if proxy { leading_here(&ours, |name| std::env::var(name).ok()) } else { Vec::new() };
    Ok(ours.into_iter().chain(leading).map(line).collect::<Vec<_>>().join("\n"))
}

/// The variables that stand for flags.
pub(crate) fn known_variables() -> Vec<String> {
    let command = Arguments::command();
    let all = std::iter::once(&command).chain(command.get_subcommands());
    let named = all.flat_map(clap::Command::get_arguments).filter_map(Arg::get_env);
    named.map(|name| name.to_string_lossy().into_owned()).collect()
}
