//! What a server says when it is ready: one line for programs, a page for people.

use std::sync::Arc;

use serde::Serialize;

use crate::app::{App, LiveOrg};
use crate::apps::Flow;
use crate::config::Addressing;
use crate::edge::Authority;
use crate::org::{OrgKind, Scheme, Site};
use crate::world::{self, AppEntry, OrgEntry, World};

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
    let org = |org: &Arc<LiveOrg>| {
        let domain = app.my_domain(org.id())?;
        Some(ReadyOrg { name: org.facts().name.clone(), id: org.id().to_string(), instance_url: site.my_domain_url(org.id(), &domain) })
    };
    app.orgs().iter().filter_map(org).collect()
}

/// The page a person reads: addresses, who can log in where, with which apps, and three commands to paste.
pub(super) fn text(app: &App) -> String {
    let ready = Ready::of(app);
    // Nothing is missing from the page but names if the store fails here; the first request will say why.
    let world = world::document(app, 0).unwrap_or_default();
    [
        "sf-mock, a local stand-in for Salesforce. Everything in it is fake; no real password belongs here.\n\n".to_owned(),
        addresses(&ready),
        world.orgs.iter().map(people).collect(),
        "\nApps (consumer key, secret)\n".to_owned(),
        world.apps.iter().map(keys).collect(),
        commands(app, &ready, &world),
    ]
    .concat()
}

fn addresses(ready: &Ready) -> String {
    let tls = [("login host, TLS", &ready.login_url_tls), ("test host, TLS", &ready.test_url_tls)];
    let tls = tls.into_iter().filter_map(|(name, url)| Some((name, url.as_ref()?)));
    let plain = [("login host", &ready.login_url), ("test host", &ready.test_url)];
    let all = plain.into_iter().chain(tls).chain([("control API", &ready.control_url)]);
    all.map(|(name, url)| format!("  {name:<16}{url}\n")).collect()
}

fn people(org: &OrgEntry) -> String {
    let mut text = format!(
        "\nOrg {} ({}): {}\n",
        org.name,
        org.id.map_or_else(String::new, |id| id.to_string()),
        org.instance_url.as_deref().unwrap_or_default()
    );
    for user in &org.users {
        let password = user.password.as_ref().and_then(Option::as_deref).unwrap_or("(none set)");
        text += &format!("  {:<32}{password}\n", user.username.as_deref().unwrap_or(&user.name));
    }
    text
}

fn keys(app: &AppEntry) -> String {
    let known = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    format!("  {:<16}{}  {}\n", app.name, known(&app.consumer_key), known(&app.consumer_secret))
}

/// A token without the dance, a login in the browser, and a shell whose clients come here by themselves.
fn commands(app: &App, ready: &Ready, world: &World) -> String {
    let bearer = ready.control_token.as_ref().map_or_else(String::new, |_| " -H \"Authorization: Bearer $SF_MOCK_CONTROL_TOKEN\"".to_owned());
    let mut text = "\nTo paste\n".to_owned();
    let production = world.orgs.iter().filter(|org| org.kind == Some(OrgKind::Production));
    if let Some((org, user)) = production.chain(&world.orgs).find_map(|org| Some((org, org.users.first()?))) {
        let json = format!("-H 'Content-Type: application/json' -d '{{\"username\":\"{}\"}}'", user.name);
        text += &format!("  curl -s{bearer} {json} {}/orgs/{}/sessions\n", ready.control_url, org.name);
    }
    let web = world.apps.iter().find(|app| app.org.is_some() && app.flows.contains(&Flow::WebServer) && !app.callback_urls.is_empty());
    if let Some((key, callback)) = web.and_then(|app| Some((app.consumer_key.as_ref()?, app.callback_urls.first()?))) {
        let query: String = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("response_type", "code"), ("client_id", key), ("redirect_uri", callback)])
            .finish();
        let open = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
        text += &format!("  {open} '{}/services/oauth2/authorize?{query}'\n", ready.login_url);
    }
    let listeners = app.listeners();
    text + &format!("  eval \"$(sf-mock env --proxy --port {} --test-port {})\"\n", listeners.ports.login, listeners.ports.test)
}
