//! What a server says when it is ready: one line for programs, a page for people.

use serde::Serialize;

use crate::app::App;
use crate::config::Addressing;
use crate::edge::Authority;
use crate::org::{Scheme, Site};

/// The `--ready-json` line.
#[derive(Debug, Clone, Serialize)]
pub struct Ready {
    pub login_url: String,
    pub test_url: String,
    pub login_url_tls: Option<String>,
    pub test_url_tls: Option<String>,
    pub control_url: String,
    pub control_token: Option<String>,
    /// Path of the CA's certificate, if there is one yet.
    pub ca_file: Option<String>,
    pub orgs: Vec<ReadyOrg>,
}

#[derive(Debug, Clone, Serialize)]
pub struct ReadyOrg {
    pub name: String,
    pub id: String,
    pub instance_url: String,
}

impl Ready {
    /// Exactly one line.
    pub fn to_line(&self) -> String {
        serde_json::json!(self).to_string()
    }

    pub(super) fn of(app: &App) -> Self {
        let config = app.config();
        let site = |scheme| Site::reported(config.addressing, scheme, app.listeners());
        let plain = site(Scheme::Http);
        let secure = config.tls.map(|_| site(Scheme::Https));
        let ca_file = Authority::file(&config.ca_dir);
        let own = Site::reported(Addressing::Single, Scheme::Http, app.listeners());
        Self {
            login_url: plain.login_url(),
            test_url: plain.test_url(),
            login_url_tls: secure.as_ref().map(Site::login_url),
            test_url_tls: secure.as_ref().map(Site::test_url),
            control_url: own.login_url() + "/_mock/v1",
            control_token: config.control_token.clone(),
            ca_file: ca_file.exists().then(|| ca_file.display().to_string()),
            orgs: orgs(app, &plain),
        }
    }
}

fn orgs(app: &App, site: &Site) -> Vec<ReadyOrg> {
    let org = |org: &std::sync::Arc<crate::app::LiveOrg>| {
        let domain = app.my_domain(org.id())?;
        Some(ReadyOrg { name: org.facts().name.clone(), id: org.id().to_string(), instance_url: site.my_domain_url(org.id(), &domain) })
    };
    app.orgs().iter().filter_map(org).collect()
}

/// The page a person reads: addresses, who can log in, and three commands to paste.
pub(super) fn text(app: &App) -> String {
    let ready = Ready::of(app);
    let mut page = format!("sf-mock, a local stand-in for Salesforce; no real password belongs here\n\n");
    for (what, url) in [("login host", Some(&ready.login_url)), ("test host", Some(&ready.test_url)), ("login host, TLS", ready.login_url_tls.as_ref())] {
        if let Some(url) = url {
            page += &format!("  {what:<16} {url}\n");
        }
    }
    page + &format!("  {:<16} {}\n", "control API", ready.control_url)
}
