//! The ways out of a refusal: who does what, and where it starts.

use schemars::JsonSchema;
use serde::Serialize;

use super::{AppDefinition, AppKind, Release};

/// Who has to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Admin,
    Developer,
    User,
}

/// One way out of a refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Fix {
    pub role: Role,
    /// The click path, separated by ` > `.
    pub path: String,
    /// Where it starts, relative to the org's My Domain.
    pub url: String,
}

const APP_MANAGER: &str = "/lightning/setup/NavigationMenus/home";
pub(super) const USERS: &str = "/lightning/setup/ManageUsers/home";
pub(super) const PROFILES: &str = "/lightning/setup/EnhancedProfiles/home";
pub(super) const USAGE: &str = "/lightning/setup/ConnectedAppsUsage/home";
pub(super) const APPS: &str = "/lightning/setup/ConnectedApplication/home";
pub(super) const EXTERNAL_APPS: &str = "/lightning/setup/ManageExternalClientApplication/home";
pub(super) const PERMISSION_SETS: &str = "/lightning/setup/PermSets/home";

impl Fix {
    pub fn new(role: Role, path: impl Into<String>, url: impl Into<String>) -> Self {
        Self { role, path: path.into(), url: url.into() }
    }

    pub fn admin(path: impl Into<String>, url: &str) -> Self {
        Self::new(Role::Admin, path, url)
    }

    pub fn developer(path: impl Into<String>, url: &str) -> Self {
        Self::new(Role::Developer, path, url)
    }
}

pub(super) fn permission_fix() -> Fix {
    Fix::admin(
        "Setup > Users > Permission Sets > New > System Permissions > tick Approve Uninstalled Connected Apps > Save > Manage Assignments > Add the user",
        PERMISSION_SETS,
    )
}

pub(super) fn grant_fix() -> Fix {
    Fix::admin("Setup > Users > Permission Sets > a set of the user > Assigned Connected Apps > Edit > add the app > Save", PERMISSION_SETS)
}

/// The app that a refusal is about, where it is known.
#[derive(Debug, Clone, Copy, Default)]
pub struct About<'a> {
    pub app: Option<&'a AppDefinition>,
    /// One that carries it.
    pub package: Option<&'a Release>,
}

impl About<'_> {
    /// What click paths call the app.
    pub fn name(&self) -> &str {
        self.app.map_or("the app", |app| app.name.as_str())
    }

    /// Has the app installed.
    pub fn install(&self) -> Vec<Fix> {
        let from_usage = Fix::admin(format!("Setup > Apps > Connected Apps OAuth Usage > {} > Install", self.name()), USAGE);
        match (self.package, self.app) {
            (Some(package), _) => {
                vec![Fix::admin("Open the package's install link > tick the acknowledgement > Install", &package.install_path())]
            }
            (None, Some(app)) => vec![Fix::admin("Open the app's install link > Install", &app.install_path()), from_usage],
            (None, None) => vec![from_usage],
        }
    }

    /// Where the developer edits the app; `then` is the rest of the path.
    pub fn settings(&self, then: &str) -> Fix {
        match self.app.map(|app| app.kind) {
            Some(AppKind::ExternalClientApp) => Fix::developer(
                format!("Setup > Apps > External Client Apps > External Client App Manager > {} > Edit Settings > {then}", self.name()),
                EXTERNAL_APPS,
            ),
            Some(AppKind::ConnectedApp) | None => {
                Fix::developer(format!("Setup > Apps > App Manager > {} > Edit > {then}", self.name()), APP_MANAGER)
            }
        }
    }

    /// Where an admin of the org edits what the app may do there.
    pub fn policies(&self, then: &str) -> Fix {
        match self.app.map(|app| app.kind) {
            Some(AppKind::ExternalClientApp) => Fix::admin(
                format!("Setup > Apps > External Client Apps > External Client App Manager > {} > Edit Policies > {then}", self.name()),
                EXTERNAL_APPS,
            ),
            Some(AppKind::ConnectedApp) | None => {
                Fix::admin(format!("Setup > Apps > Connected Apps > Manage Connected Apps > {} > Edit Policies > {then}", self.name()), APPS)
            }
        }
    }
}
