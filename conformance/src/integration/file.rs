//! The integration file: what the harness is told about an integration before it meets it. Format: `DRIVERS.md`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{SHA256, digest};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::{Host, Url};

use super::browser::Chromium;
use super::port::free_port;
use super::protocol::{AppKind, Entry, Hello, InstallLink};
use crate::failure::{Failure, OrFail, Outcome};

/// Stands in addresses and arguments for a port that the harness finds free.
const PORT: &str = "{port}";

/// An integration under test, as its file describes it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Integration {
    /// What reports and certificates call it.
    pub name: String,
    /// The version under test.
    pub version: String,
    /// Where its source lives; shown in the certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    /// How it is known at Salesforce.
    #[serde(default)]
    pub app: App,
    /// A program that speaks the driver protocol over its standard input and output.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<CommandSettings>,
    /// A service that speaks the driver protocol over HTTP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http: Option<HttpSettings>,
    /// A web application, used as a person with a browser would use it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub browser: Option<BrowserSettings>,
    /// What kind of server it has to meet.
    #[serde(default)]
    pub server: ServerSettings,
    /// What it does and does not do, where it cannot say so itself or says too little.
    #[serde(default)]
    pub declarations: Declarations,
    /// Hosts beside this machine's own that the harness may call.
    #[serde(default)]
    pub allow_hosts: Vec<String>,
    /// SHA-256 of the file, in hexadecimal digits.
    #[serde(skip)]
    pub digest: String,
    /// The folder that relative paths start from: the file's own.
    #[serde(skip)]
    pub folder: PathBuf,
    /// The real browser that uses its pages, if one was named; else they are used without scripts.
    #[serde(skip)]
    pub agent: Option<Chromium>,
}

/// The app at Salesforce. Credentials are named only by an integration that cannot be given others for a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct App {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<AppKind>,
    /// The scopes it may ask for; `sec/least-scope` compares.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
    /// The callback address registered at Salesforce. A browser or http integration has to name it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect_uri: Option<String>,
    /// PEM file of the key that signs assertions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private_key_file: Option<PathBuf>,
    /// The managed package, `04t…` (or an external client app's `0Ci…`), that an install link must name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package: Option<String>,
}

/// The server that a check starts for the integration.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServerSettings {
    /// Whether hosts are ports of this machine, or Salesforce's own names, reached through the proxy.
    #[serde(default)]
    pub addressing: Addressing,
    /// HTTPS, under a CA made for the run, for clients that refuse plain HTTP.
    #[serde(default)]
    pub tls: bool,
    /// Gives the integration `HTTPS_PROXY`, for clients with built-in host names.
    #[serde(default)]
    pub proxy: bool,
}

/// How the hosts of a server are told apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Addressing {
    #[default]
    Ports,
    Names,
}

/// How the command driver starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CommandSettings {
    /// Program and arguments. No shell reads them; `--state-dir DIR` is appended.
    pub run: Vec<String>,
    /// One process answers one request, and ends.
    #[serde(default)]
    pub oneshot: bool,
    /// Working directory; without it the file's folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<PathBuf>,
    /// Further environment variables.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    /// Names of variables that are handed through from the harness's own environment.
    #[serde(default)]
    pub pass_environment: Vec<String>,
    /// Longest an operation may take, in milliseconds [default: 30000].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation_ms: Option<u64>,
}

/// Where the http driver is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HttpSettings {
    /// Requests go to `{base}/sfcert/v1`.
    pub base: String,
    /// A hook that restarts the integration: answers a POST when it is ready again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restart: Option<String>,
    /// Starts the service for the run. Without it the service runs already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<StartSettings>,
    /// Longest an operation may take, in milliseconds [default: 30000].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation_ms: Option<u64>,
}

/// A service that the harness starts and stops. `{port}` in its arguments and addresses is a free port, which it also finds in `PORT`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StartSettings {
    /// Program and arguments, as for a command driver.
    pub run: Vec<String>,
    /// An address that answers as soon as the service is ready; without it the driver's own address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ready_url: Option<String>,
    /// Working directory; without it the file's folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<PathBuf>,
    /// Further environment variables.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    /// Names of variables that are handed through from the harness's own environment.
    #[serde(default)]
    pub pass_environment: Vec<String>,
}

/// Where the browser driver begins, and how it tells what it sees.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BrowserSettings {
    /// The page with the connect button, or an address that leads to Salesforce at once.
    pub connect_url: String,
    /// The same for sandboxes, where that is a page of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sandbox_url: Option<String>,
    /// A page that reconnects an existing connection, if that is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reconnect_url: Option<String>,
    /// A page that ends the connection, or has one button that does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disconnect_url: Option<String>,
    /// A page that makes one data call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action_url: Option<String>,
    /// A page that tells whether a connection stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_url: Option<String>,
    /// Words that only a page about success shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub success_text: Option<String>,
    /// Words that only a page about failure shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure_text: Option<String>,
    /// The integration's own login.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sign_in: Option<SignIn>,
    /// Starts the application for the run. Without it the application runs already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<StartSettings>,
}

/// How a browser signs in to the integration itself: by a form, or by a cookie that stands for a session.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The page with the form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What is typed, by the names of the fields. `{window}` stands for the number of the browser window.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
    /// `name=value`, sent to the integration's host from the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cookie: Option<String>,
}

/// What `hello` would answer. A member given here goes before the answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Declarations {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operations: Option<Vec<String>>,
    /// Most processes that may share one state directory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub processes: Option<u32>,
    /// Most connections kept at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connections: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entries: Option<Vec<Entry>>,
    /// Of `openid`, `bulk`, `discovery`, `typed_host`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uses: Option<Vec<String>>,
    /// Log files, absolute or under the state directory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logs: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub install_link: Option<InstallLink>,
    /// Rows that a query returns at most, if the integration has a cap of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row_cap: Option<u64>,
    /// Parameters of its connect address that name a page to come back to.
    #[serde(default)]
    pub return_parameters: Vec<String>,
    /// Why something is not offered, by the name of what is missing; shown in the certificate.
    #[serde(default)]
    pub reasons: BTreeMap<String, String>,
}

/// How an integration is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Command,
    Http,
    Browser,
}

impl Kind {
    /// As in the integration file and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::Http => "http",
            Self::Browser => "browser",
        }
    }

    /// The letter of the catalogue's column "By".
    pub fn letter(self) -> char {
        match self {
            Self::Command => 'C',
            Self::Http => 'H',
            Self::Browser => 'B',
        }
    }
}

impl std::str::FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = [Self::Command, Self::Http, Self::Browser].into_iter().find(|kind| kind.name() == text);
        known.ok_or_else(|| format!("no driver {text:?}; there are command, http, browser"))
    }
}

impl Integration {
    /// Reads an integration file: JSON if its name ends in `.json`, else YAML.
    ///
    /// # Errors
    /// When the file is unreadable or says what cannot be; the failure names the file, the line and the member.
    pub fn read(path: &Path) -> Outcome<Self> {
        Self::read_allowing(path, &[])
    }

    /// The same, where the harness may call these hosts beside those that the file names.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_allowing(path: &Path, hosts: &[String]) -> Outcome<Self> {
        let text = std::fs::read_to_string(path).map_err(|error| Failure::new(format!("cannot read {}: {error}", path.display())))?;
        let is_json = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
        let mut integration = Self::parse(&text, is_json, hosts).map_err(|problem| Failure::new(format!("{}: {problem}", path.display())))?;
        let absolute = std::path::absolute(path)?;
        integration.folder = absolute.parent().map(Path::to_owned).unwrap_or_default();
        integration.digest = digest(&SHA256, text.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        if let Some(key) = &mut integration.app.private_key_file {
            *key = integration.folder.join(&*key);
        }
        Ok(integration)
    }

    fn parse(text: &str, is_json: bool, hosts: &[String]) -> Result<Self, String> {
        let mut integration: Self = if is_json {
            serde_json::from_str(text).map_err(|error| error.to_string())?
        } else {
            serde_saphyr::from_str(text).map_err(|error| error.to_string())?
        };
        integration.allow_hosts.extend_from_slice(hosts);
        integration.judge().map_err(|failure| failure.to_string())?;
        Ok(integration)
    }

    /// The drivers that the file describes, the preferred one first.
    pub fn kinds(&self) -> Vec<Kind> {
        let offered = [(Kind::Command, self.command.is_some()), (Kind::Http, self.http.is_some()), (Kind::Browser, self.browser.is_some())];
        offered.into_iter().filter(|(_, there)| *there).map(|(kind, _)| kind).collect()
    }

    /// The driver to use: the first of command, http and browser that the file describes.
    pub fn kind(&self) -> Kind {
        self.kinds().first().copied().unwrap_or(Kind::Command)
    }

    /// The same integration with this one driver only.
    ///
    /// # Errors
    /// When the file does not describe that driver.
    pub fn by(mut self, kind: Kind) -> Outcome<Self> {
        let kinds = self.kinds();
        if !kinds.contains(&kind) {
            let known: Vec<&str> = kinds.into_iter().map(Kind::name).collect();
            return Err(Failure::new(format!("the integration file describes no {} driver, only {}", kind.name(), known.join(" and "))));
        }
        self.command.take_if(|_| kind != Kind::Command);
        self.http.take_if(|_| kind != Kind::Http);
        self.browser.take_if(|_| kind != Kind::Browser);
        Ok(self)
    }

    /// The same integration, its pages used with a real browser: the program at `path`.
    ///
    /// # Errors
    /// When it is not reached through its pages, or the program is no Chromium that starts.
    pub async fn through(mut self, path: &Path) -> Outcome<Self> {
        let kind = self.kind();
        if kind != Kind::Browser {
            return Err(Failure::new(format!(
                "--browser is for the browser driver, and this is the {} driver; --driver browser chooses",
                kind.name()
            )));
        }
        let started = Chromium::start(path, &self.allow_hosts).await;
        self.agent = Some(started.map_err(|failure| Failure::new(format!("--browser: {}", failure.sentence())))?);
        Ok(self)
    }

    /// True if the harness starts the integration itself, so that each check can give it a server of its own.
    pub fn can_be_pointed(&self) -> bool {
        match self.kind() {
            Kind::Command => true,
            Kind::Http | Kind::Browser => self.start().is_some(),
        }
    }

    /// The same integration with `{port}` made a port that is free now. Each lane takes one of its own.
    ///
    /// # Errors
    /// When this machine has no free port.
    pub fn on_free_port(&self) -> Outcome<Self> {
        let mut settled = self.clone();
        let port = free_port()?.to_string();
        settled.each_text(&mut |text| {
            if text.contains(PORT) {
                *text = text.replace(PORT, &port);
            }
        });
        for start in settled.starts() {
            start.environment.entry("PORT".to_owned()).or_insert_with(|| port.clone());
        }
        Ok(settled)
    }

    /// What the integration declares: its answer to `hello`, with the file's own words going first.
    pub fn declared(&self, hello: Option<Hello>) -> Hello {
        let mut hello = hello.unwrap_or_else(|| self.hello_of_file());
        let declared = &self.declarations;
        macro_rules! prefer {
            ($($member:ident),*) => {$(if let Some(value) = &declared.$member { hello.$member.clone_from(value); })*};
        }
        prefer!(operations, processes, connections, entries, uses, logs, install_link);
        if let Some(kind) = self.app.kind {
            hello.app_kind = kind;
        }
        hello
    }

    /// What a browser integration declares by the addresses it names.
    fn hello_of_file(&self) -> Hello {
        let mut hello = Hello { name: self.name.clone(), version: self.version.clone(), ..Hello::default() };
        let Some(browser) = &self.browser else { return hello };
        let offered = [
            ("connect", true),
            ("callback", true),
            ("call", browser.action_url.is_some()),
            ("status", browser.status_url.is_some()),
            ("disconnect", browser.disconnect_url.is_some()),
            ("forget_pending", true),
        ];
        hello.operations = offered.into_iter().filter(|(_, there)| *there).map(|(name, _)| name.to_owned()).collect();
        let entries = [(Entry::Reconnect, browser.reconnect_url.is_some()), (Entry::Sandbox, browser.sandbox_url.is_some())];
        hello.entries.extend(entries.into_iter().filter(|(_, there)| *there).map(|(entry, _)| entry));
        hello
    }

    /// True if the harness may call `url`: a port of this machine, or a host that was named.
    pub fn may_call(&self, url: &Url) -> bool {
        let named = |host: &str| self.allow_hosts.iter().any(|known| known.eq_ignore_ascii_case(host));
        match url.host() {
            Some(Host::Ipv4(address)) => address.is_loopback() || named(&address.to_string()),
            Some(Host::Ipv6(address)) => address.is_loopback() || named(&address.to_string()),
            Some(Host::Domain(host)) => host == "localhost" || host.ends_with(".localhost") || named(host),
            None => false,
        }
    }

    pub(super) fn start(&self) -> Option<&StartSettings> {
        match self.kind() {
            Kind::Command => None,
            Kind::Http => self.http.as_ref()?.start.as_ref(),
            Kind::Browser => self.browser.as_ref()?.start.as_ref(),
        }
    }

    fn starts(&mut self) -> impl Iterator<Item = &mut StartSettings> {
        let http = self.http.as_mut().and_then(|http| http.start.as_mut());
        http.into_iter().chain(self.browser.as_mut().and_then(|browser| browser.start.as_mut()))
    }

    /// Every text in which `{port}` may stand.
    fn each_text(&mut self, change: &mut dyn FnMut(&mut String)) {
        self.app.redirect_uri.iter_mut().for_each(&mut *change);
        for start in self.starts() {
            start.run.iter_mut().chain(start.ready_url.as_mut()).chain(start.environment.values_mut()).for_each(&mut *change);
        }
        if let Some(http) = &mut self.http {
            std::iter::once(&mut http.base).chain(http.restart.as_mut()).for_each(&mut *change);
        }
        if let Some(browser) = &mut self.browser {
            browser.addresses_mut().into_iter().for_each(|(_, url)| change(url));
        }
    }

    fn judge(&self) -> Outcome {
        named("name", &self.name)?;
        named("version", &self.version)?;
        if self.kinds().is_empty() {
            return Err(Failure::new("no driver: give one of command, http, browser"));
        }
        if let Some(command) = &self.command {
            program("command.run", &command.run)?;
            patience("command.operation_ms", command.operation_ms)?;
        }
        if let Some(http) = &self.http {
            self.address("http.base", &http.base)?;
            http.restart.iter().try_for_each(|url| self.address("http.restart", url))?;
            http.start.iter().try_for_each(|start| program("http.start.run", &start.run))?;
            patience("http.operation_ms", http.operation_ms)?;
        }
        if let Some(browser) = &self.browser {
            for (member, url) in browser.clone().addresses_mut() {
                self.address(&format!("browser.{member}"), url)?;
            }
            browser.start.iter().try_for_each(|start| program("browser.start.run", &start.run))?;
            browser.sign_in.iter().try_for_each(SignIn::judge)?;
        }
        for (member, number) in [("processes", self.declarations.processes), ("connections", self.declarations.connections)] {
            if number == Some(0) {
                return Err(Failure::new(format!("declarations.{member}: at least 1")));
            }
        }
        Ok(())
    }

    fn address(&self, member: &str, text: &str) -> Outcome {
        let url = Url::parse(&text.replace(PORT, "1")).map_err(|error| Failure::new(format!("{member}: {text:?} is no address: {error}")))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Failure::new(format!("{member}: {text:?} is neither http nor https")));
        }
        let host = url.host_str().unwrap_or_default();
        self.may_call(&url)
            .then_some(())
            .or_fail(|| format!("{member}: {host} is not this machine; name it in allow_hosts, or with --allow-host, if it may be called"))
    }
}

impl BrowserSettings {
    fn addresses_mut(&mut self) -> Vec<(&'static str, &mut String)> {
        let Self { connect_url, sandbox_url, reconnect_url, disconnect_url, action_url, status_url, sign_in, .. } = self;
        let optional = [
            ("sandbox_url", sandbox_url.as_mut()),
            ("reconnect_url", reconnect_url.as_mut()),
            ("disconnect_url", disconnect_url.as_mut()),
            ("action_url", action_url.as_mut()),
            ("status_url", status_url.as_mut()),
            ("sign_in.url", sign_in.as_mut().and_then(|sign_in| sign_in.url.as_mut())),
        ];
        let given = optional.into_iter().filter_map(|(member, url)| Some((member, url?)));
        std::iter::once(("connect_url", connect_url)).chain(given).collect()
    }
}

impl SignIn {
    fn judge(&self) -> Outcome {
        match (&self.url, &self.cookie) {
            (None, None) => Err(Failure::new("browser.sign_in: give url and fields, or cookie")),
            (Some(_), _) if self.fields.is_empty() => Err(Failure::new("browser.sign_in.fields: nothing to fill in")),
            (_, Some(cookie)) if !cookie.contains('=') => Err(Failure::new("browser.sign_in.cookie: write name=value")),
            _ => Ok(()),
        }
    }
}

fn named(member: &str, value: &str) -> Outcome {
    (!value.trim().is_empty()).then_some(()).or_fail(|| format!("{member}: is empty"))
}

fn program(member: &str, run: &[String]) -> Outcome {
    run.first().is_some_and(|program| !program.is_empty()).then_some(()).or_fail(|| format!("{member}: names no program"))
}

fn patience(member: &str, ms: Option<u64>) -> Outcome {
    let fits = ms.is_none_or(|ms| (1..=60_000).contains(&ms));
    fits.then_some(()).or_fail(|| format!("{member}: between 1 and 60000, the time a whole check has"))
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;
