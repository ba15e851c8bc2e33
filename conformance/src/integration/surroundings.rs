//! What an integration is told about the Salesforce it meets: the `SFCERT_*` environment.

use std::path::{Path, PathBuf};

use super::protocol::{Settings, VERSION};

/// One lane's Salesforce, app and user, and where the integration keeps its state. Never the check that is run.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    pub login_url: String,
    pub test_url: String,
    pub my_domain_url: Option<String>,
    pub client_id: String,
    /// None for a public client.
    pub client_secret: Option<String>,
    pub redirect_uri: String,
    pub username: String,
    /// PEM file of the key that signs JWT assertions.
    pub private_key_file: Option<PathBuf>,
    /// A grant made before, for integrations that are seeded with one.
    pub refresh_token: Option<String>,
    /// The CA (PEM) that signed the server's certificate.
    pub ca_file: Option<PathBuf>,
    /// Must exist. Whatever survives a restart lies below it.
    pub state_dir: PathBuf,
    /// Where an integration with a clock of its own to set may read the virtual time.
    pub clock_url: Option<String>,
    pub profile: String,
    /// Further variables, such as `HTTPS_PROXY`.
    pub extra: Vec<(String, String)>,
}

impl Surroundings {
    /// The variables of the driver protocol, absent ones left out.
    pub fn environment(&self) -> Vec<(String, String)> {
        let path = |path: &Option<PathBuf>| path.as_deref().map(shown);
        let ca = path(&self.ca_file);
        let variables = [
            ("SFCERT_V", Some(VERSION.to_string())),
            ("SFCERT_LOGIN_URL", Some(self.login_url.clone())),
            ("SFCERT_TEST_URL", Some(self.test_url.clone())),
            ("SFCERT_MY_DOMAIN_URL", self.my_domain_url.clone()),
            ("SFCERT_CLIENT_ID", Some(self.client_id.clone())),
            ("SFCERT_CLIENT_SECRET", self.client_secret.clone()),
            ("SFCERT_REDIRECT_URI", Some(self.redirect_uri.clone())),
            ("SFCERT_USERNAME", Some(self.username.clone())),
            ("SFCERT_PRIVATE_KEY_FILE", path(&self.private_key_file)),
            ("SFCERT_REFRESH_TOKEN", self.refresh_token.clone()),
            ("SFCERT_CA_FILE", ca.clone()),
            // The names under which OpenSSL, Node and Python's requests look for further authorities.
            ("SSL_CERT_FILE", ca.clone()),
            ("NODE_EXTRA_CA_CERTS", ca.clone()),
            ("REQUESTS_CA_BUNDLE", ca),
            (STATE_DIR, Some(shown(&self.state_dir))),
            ("SFCERT_CLOCK_URL", self.clock_url.clone()),
            ("SFCERT_PROFILE", Some(self.profile.clone())),
        ];
        let given = variables.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        given.chain(self.extra.iter().cloned()).collect()
    }

    /// The same as a `configure` request says it, for drivers that no environment reaches.
    pub fn settings(&self) -> Settings {
        Settings {
            client_id: Some(self.client_id.clone()),
            client_secret: self.client_secret.clone(),
            redirect_uri: Some(self.redirect_uri.clone()),
            login_url: Some(self.login_url.clone()),
            my_domain: self.my_domain_url.clone(),
            username: Some(self.username.clone()),
            private_key_file: self.private_key_file.as_deref().map(shown),
        }
    }

    /// Values that no report may show.
    pub(super) fn secrets(&self) -> Vec<String> {
        self.client_secret.iter().chain(&self.refresh_token).cloned().collect()
    }
}

/// Names the state directory to a process, and to the harness a process that belongs to it.
pub(super) const STATE_DIR: &str = "SFCERT_STATE_DIR";

fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
