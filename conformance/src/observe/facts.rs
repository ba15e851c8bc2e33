//! What a server knows of the apps and orgs that traffic is about.

use serde::Deserialize;
use serde_json::Value;

use crate::client::control::{App, Org};
use crate::integration::protocol::AppKind;

/// The world as far as judging needs it. Empty where only a journal is at hand.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    pub apps: Vec<App>,
    pub orgs: Vec<Org>,
    /// Where users log in to production.
    pub login_url: Option<String>,
    /// What kind of client the integration is said to be.
    pub said: Option<AppKind>,
}

impl Facts {
    /// Reads apps and orgs of a world document. What does not read as one is left out.
    pub fn of_world(world: &Value) -> Self {
        fn list<T: for<'d> Deserialize<'d>>(value: &Value) -> Vec<T> {
            value.as_array().into_iter().flatten().filter_map(|each| T::deserialize(each).ok()).collect()
        }
        Self { apps: list(&world["apps"]), orgs: list(&world["orgs"]), login_url: None, said: None }
    }

    /// The apps with these keys.
    pub fn apps_of<'f>(&'f self, keys: &'f [String]) -> impl Iterator<Item = &'f App> {
        self.apps.iter().filter(|app| keys.contains(&app.consumer_key))
    }

    /// The consumer key of an app that is named by key or by name.
    pub fn key_of(&self, named: &str) -> Option<String> {
        self.apps.iter().find(|app| app.consumer_key == named || app.name == named).map(|app| app.consumer_key.clone())
    }

    /// The user names of whoever is called so, by name or by user name.
    pub fn usernames_of(&self, named: &str) -> Vec<String> {
        let users = self.orgs.iter().flat_map(|org| &org.users);
        users.filter(|user| user.name == named || user.username == named).map(|user| user.username.clone()).collect()
    }

    pub fn is_sandbox(&self, org: &str) -> bool {
        self.orgs.iter().any(|known| known.name == org && known.kind == "sandbox")
    }

    /// Whether some org answers at the login host's own address, so that hosts tell nothing.
    pub fn shares_hosts(&self) -> bool {
        self.orgs
            .iter()
            .any(|org| self.login_url.as_deref().is_some_and(|login| login.trim_end_matches('/') == org.instance_url.trim_end_matches('/')))
    }

    /// Whether the apps are confidential clients; None where only the integration's author knows.
    pub fn app_kind(&self, keys: &[String]) -> Option<AppKind> {
        let kind = |app: &App| match (app.require_secret, &app.consumer_secret) {
            (_, None) => Some(AppKind::Public),
            (true, _) => Some(AppKind::Confidential),
            (false, Some(_)) => None,
        };
        self.said.or_else(|| self.apps_of(keys).next().and_then(kind))
    }
}
