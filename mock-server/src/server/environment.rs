//! The variables that point a client at a server.

use std::path::PathBuf;
use std::sync::Arc;

use crate::config::{Config, StartError};
use crate::edge::Authority;
use crate::org::{Listeners, Ports, Scheme, Site};
use crate::server::Running;

/// Who reads which: OpenSSL, Node, Python's requests, and curl, which takes any other variable before OpenSSL's.
const TRUSTED: [&str; 4] = ["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"];

/// The certificate file of the local CA, made if there is none.
pub fn ca_file(config: &Config) -> Result<PathBuf, StartError> {
    Authority::open(&config.ca_dir)?;
    Ok(Authority::file(&config.ca_dir))
}

/// What `env` exports: names and values, in the order of CONTRACT. With `proxy` the client is led here whatever host it names,
/// and trusts the local CA instead of others.
pub fn client_environment(config: &Config, proxy: bool) -> Result<Vec<(&'static str, String)>, StartError> {
    if config.port == 0 || config.test_port == 0 {
        return Err(StartError::UnknownPort);
    }
    let ports = Ports { host: config.url_host(), login: config.port, test: config.test_port, ..Ports::default() };
    let site = Site::reported(config.addressing, Scheme::Http, &Arc::new(Listeners::at(ports)));
    let origin = format!("http://{}:{}", config.url_host(), config.port);
    let ca = Authority::file(&config.ca_dir);
    let ca = if proxy || config.tls.is_some() || ca.exists() { ca_file(config)?.display().to_string() } else { String::new() };
    let mut variables = vec![
        ("SF_MOCK_URL", site.login_url()),
        ("SF_MOCK_TEST_URL", site.test_url()),
        ("SF_MOCK_CONTROL_URL", format!("{origin}/_mock/v1")),
        ("SF_MOCK_CONTROL_TOKEN", config.control_token.clone().unwrap_or_default()),
        ("SF_MOCK_CA_FILE", ca.clone()),
    ];
    if proxy {
        variables.push(("HTTPS_PROXY", origin));
        variables.extend(TRUSTED.map(|name| (name, ca.clone())));
        variables.push(("NODE_USE_ENV_PROXY", "1".to_owned()));
    }
    Ok(variables)
}

impl Running {
    /// As [`client_environment`], with the ports that this server took.
    ///
    /// # Errors
    /// When the local CA is needed and cannot be made.
    pub fn client_environment(&self, proxy: bool) -> Result<Vec<(&'static str, String)>, StartError> {
        let ports = &self.app.listeners().ports;
        client_environment(&Config { port: ports.login, test_port: ports.test, ..self.app.config().clone() }, proxy)
    }
}
