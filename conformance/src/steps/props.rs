//! What a check sets up beside Salesforce and the integration: foreign hosts, impostors, key files.

use std::io::Write as _;

use tempfile::NamedTempFile;
use url::Url;

use crate::client::{Authority, Canary};
use crate::failure::{OrFail, Outcome};

/// They live as long as their scenario.
#[derive(Default)]
pub struct Props {
    pub(super) foreign_host: Option<Canary>,
    files: Vec<NamedTempFile>,
    /// Ids of records made for the check, in the order of their making.
    pub(super) record_ids: Vec<String>,
    /// What the integration is told to write, in the order of its writing.
    pub(super) written: Vec<String>,
    /// Authorization requests that were asked for and not walked, by entry.
    pub(super) authorizations: Vec<(String, Url)>,
    /// Addresses that the user's browser was sent to by the integration.
    pub(super) visited: Vec<String>,
}

impl Props {
    /// A file of this content, gone with the scenario.
    pub(super) fn file(&mut self, content: &str) -> Outcome<std::path::PathBuf> {
        let mut file = tempfile::Builder::new().prefix("sfcert-").suffix(".pem").tempfile()?;
        file.write_all(content.as_bytes())?;
        let path = file.path().to_owned();
        self.files.push(file);
        Ok(path)
    }

    /// The foreign host that listens.
    pub(super) fn foreign_host(&self) -> Outcome<&Canary> {
        self.foreign_host.as_ref().or_fail(|| "no foreign host listens in this scenario")
    }

    /// Starts a foreign host that a certificate of `authority` vouches for.
    pub(super) async fn listen(&mut self, authority: &Authority, names: &[&str]) -> Outcome<&Canary> {
        let canary = Canary::listen(Some(authority.acceptor(names)?)).await?;
        Ok(self.foreign_host.insert(canary))
    }
}
