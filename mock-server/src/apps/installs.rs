//! What one org keeps about apps and packages, and the admin's acts on them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::app::{AppDefinition, AppKind, Distribution, OrgApp, PermittedUsers, Presence};
use crate::clock::Timestamp;
use crate::id::{AppId, OrgId, PackageVersionId};
use crate::org::{Permission, Switches, User};
use crate::storage::StoreError;

/// What this room needs of an org's database.
pub trait Installs {
    fn org_app(&self, app: AppId) -> Result<Option<OrgApp>, StoreError>;
    fn org_apps(&self) -> Result<Vec<OrgApp>, StoreError>;
    /// Adds it, or replaces the row of the same app.
    fn put_org_app(&self, org_app: &OrgApp) -> Result<(), StoreError>;
    fn remove_org_app(&self, app: AppId) -> Result<(), StoreError>;
    fn installed_packages(&self) -> Result<Vec<InstalledPackage>, StoreError>;
    fn put_installed_package(&self, package: &InstalledPackage) -> Result<(), StoreError>;
    fn remove_installed_package(&self, version: PackageVersionId) -> Result<(), StoreError>;
}

/// A package version as it sits in a subscriber org.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstalledPackage {
    pub version: PackageVersionId,
    pub installed_at: Timestamp,
    pub audience: Audience,
}

/// Who sees what a package brought. Decides visibility, not OAuth.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    #[default]
    AdminsOnly,
    AllUsers,
    Profiles(Vec<String>),
}

/// Why an admin's act was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InstallRefused {
    /// "Insufficient Privileges".
    Rights,
    /// The org defines the app, so there is nothing to install.
    OwnApp,
    /// External client apps arrive in a package only.
    NeedsPackage,
    /// The external client app is Local to another org.
    LocalToAnotherOrg,
    /// Nothing is installed that could be removed.
    NotInstalled,
    /// Only a promoted version installs in production.
    NotPromoted,
    WrongKey,
    /// A key was given, and the version has none.
    NeedlessKey,
    AlreadyInstalled,
    /// A later version of the package is installed.
    EarlierVersion,
    /// What is installed, or is to be, is a beta: those are not upgraded.
    BetaUpgrade,
    /// The version was deleted by its developer.
    Deprecated,
    /// A package of another developer with the same namespace is installed.
    NamespaceTaken,
    /// Packages that this one builds on are missing.
    DependencyMissing,
    /// Another installed package builds on it.
    Required,
    /// The org owns the package or holds its namespace.
    OwnPackage,
    /// The box for applications that are not by Salesforce was not ticked.
    NotAcknowledged,
    /// The org does not take components of the package; a sentence each.
    Components(Vec<String>),
    /// Something of the org's own needs what would go; a sentence each.
    InUse(Vec<String>),
}

impl InstallRefused {
    pub fn rule(&self) -> &'static str {
        match self {
            Self::Rights => "install.rights",
            Self::OwnApp => "install.own_app",
            Self::NeedsPackage => "install.needs_package",
            Self::LocalToAnotherOrg => "install.local_to_another_org",
            Self::NotInstalled => "install.not_installed",
            Self::NotPromoted => "install.not_promoted",
            Self::WrongKey => "install.wrong_key",
            Self::NeedlessKey => "install.needless_key",
            Self::EarlierVersion => "install.earlier_version",
            Self::BetaUpgrade => "install.beta_upgrade",
            Self::Deprecated => "install.deprecated",
            Self::NamespaceTaken => "install.namespace_taken",
            Self::DependencyMissing => "install.dependency_missing",
            Self::Required => "uninstall.required",
            Self::AlreadyInstalled => "install.already_installed",
            Self::OwnPackage => "install.own_package",
            Self::NotAcknowledged => "install.not_acknowledged",
            Self::Components(_) => "install.components",
            Self::InUse(_) => "uninstall.in_use",
        }
    }

    /// The cause in a sentence.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Rights => {
                "Installing an app needs Customize Application and one of Modify All Data and Manage Connected Apps; a package needs Download AppExchange Packages as well."
            }
            Self::OwnApp => "The app is defined in this org: it needs no install.",
            Self::NeedsPackage => "An external client app of another org is installed with its package.",
            Self::LocalToAnotherOrg => "The external client app has the distribution state Local and belongs to another org.",
            Self::NotInstalled => "It is not installed in this org.",
            Self::NotPromoted => "The package version is not promoted: it installs in sandboxes, scratch orgs and developer orgs only.",
            Self::WrongKey => "The installation key is missing or wrong.",
            Self::NeedlessKey => "The package version has no installation key: install it without one.",
            Self::EarlierVersion => "A newer version of this package is currently installed.",
            Self::BetaUpgrade => "A beta version is not upgraded, nor is anything upgraded to one: uninstall the package first.",
            Self::Deprecated => "The developer deleted this version of the package.",
            Self::NamespaceTaken => "Another package with the same namespace is installed.",
            Self::DependencyMissing => "A package that this one depends on is not installed in the version it needs.",
            Self::Required => "Another installed package depends on this one: uninstall that first.",
            Self::AlreadyInstalled => "This version of the package is installed already.",
            Self::OwnPackage => "The org owns the package or holds its namespace: nobody installs a package where it comes from.",
            Self::NotAcknowledged => "The acknowledgement for applications not distributed by Salesforce was not ticked.",
            Self::Components(_) => "The org does not take a component of the package.",
            Self::InUse(_) => "Components of the org need what the package brought: delete or change them first.",
        }
    }
}

/// What an admin may do with apps. Rights: Salesforce help 005132365.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    SeeUsage,
    /// Install, uninstall, block, unblock, edit the policies of a connected app.
    ManageApps,
    InstallPackage,
    RevokeOthersTokens,
    /// Make, edit, delete and migrate connected apps of the org. GUESS: as their policies.
    DefineConnectedApps,
    /// See that external client apps are there, and what their developers set.
    SeeExternalApps,
    /// See and edit the policies of external client apps, and revoke their tokens.
    ManageExternalApps,
    /// Register a namespace, make and upload packages.
    PackageApps,
    /// Make, edit and delete external client apps of the org, and make them of connected apps.
    DefineExternalApps,
    /// Stage and apply other keys and secrets of external client apps.
    RotateSecrets,
}

impl Act {
    /// What it takes, in a sentence.
    pub fn needs(self) -> &'static str {
        match self {
            Self::SeeUsage => "The page needs View Setup and Configuration and Manage Users.",
            Self::ManageApps => "Installing and managing apps needs Customize Application and one of Modify All Data and Manage Connected Apps.",
            Self::InstallPackage => InstallRefused::Rights.reason(),
            Self::RevokeOthersTokens => "The tokens of another user need Manage Users.",
            Self::DefineConnectedApps => {
                "Creating and editing connected apps needs Customize Application and one of Modify All Data and Manage Connected Apps."
            }
            Self::SeeExternalApps => "The page needs View all External Client Apps.",
            Self::ManageExternalApps => {
                "The policies of external client apps belong to admins: View all External Client Apps, view their settings, and edit their policies."
            }
            Self::PackageApps => "Making packages needs Create AppExchange Packages and Upload AppExchange Packages.",
            Self::DefineExternalApps => "The settings of external client apps belong to developers: Create, edit, and delete External Client Apps.",
            Self::RotateSecrets => "Rotating needs Allow consumer key and secret rotation.",
        }
    }
}

/// Whether the user holds the permissions that the act needs.
pub fn may(user: &User, act: Act) -> bool {
    let manages = user.has(Permission::CustomizeApplication) && (user.has(Permission::ModifyAllData) || user.has(Permission::ManageConnectedApps));
    match act {
        Act::SeeUsage => user.has(Permission::ViewSetup) && user.has(Permission::ManageUsers),
        Act::ManageApps | Act::DefineConnectedApps => manages,
        Act::InstallPackage => manages && user.has(Permission::InstallPackages),
        Act::RevokeOthersTokens => user.has(Permission::ManageUsers),
        Act::SeeExternalApps => [Permission::ExternalClientAppAdmin, Permission::ExternalClientAppDeveloper, Permission::ExternalClientAppViewer]
            .into_iter()
            .any(|permission| user.has(permission)),
        Act::ManageExternalApps => user.has(Permission::ExternalClientAppAdmin),
        // GUESS: Create and Upload AppExchange Packages come with it.
        Act::PackageApps => user.has(Permission::CustomizeApplication) && user.has(Permission::InstallPackages),
        Act::DefineExternalApps => user.has(Permission::ExternalClientAppDeveloper),
        Act::RotateSecrets => user.has(Permission::ClientSecretRotation),
    }
}

/// Installs an app from its usage row or its direct install link. Installing what is installed changes nothing.
pub fn install(app: &AppDefinition, row: &OrgApp, now: Timestamp) -> Result<OrgApp, InstallRefused> {
    match (row.presence, app.kind, app.distribution) {
        (Presence::Own, ..) => Err(InstallRefused::OwnApp),
        (_, AppKind::ExternalClientApp, Some(Distribution::Local)) => Err(InstallRefused::LocalToAnotherOrg),
        (_, AppKind::ExternalClientApp, _) => Err(InstallRefused::NeedsPackage),
        (Presence::Installed, ..) => Ok(row.clone()),
        _ => Ok(settle(row, Presence::Installed, now)),
    }
}

/// Puts an app into the org as `presence` says, whatever its kind: what packages, world files and the control API do.
pub fn settle(row: &OrgApp, presence: Presence, now: Timestamp) -> OrgApp {
    let installed_at = presence.is_settled().then(|| row.installed_at.unwrap_or(now));
    OrgApp { presence, installed_at, ..row.clone() }
}

/// Closes the gate again: the row goes back to *Allowed* with Install, its policies are gone, denied attempts stay.
/// The caller ends the tokens of all users.
pub fn uninstall(row: &OrgApp) -> Result<OrgApp, InstallRefused> {
    match row.presence {
        Presence::Installed => {
            Ok(OrgApp { presence: Presence::Known, blocked: row.blocked, denied_attempts: row.denied_attempts, ..OrgApp::unseen(row.app) })
        }
        Presence::Own => Err(InstallRefused::OwnApp),
        Presence::Known | Presence::Unseen => Err(InstallRefused::NotInstalled),
    }
}

/// Blocks the app: current sessions end (the caller does that), approvals stay. A blocked app is known.
pub fn block(row: &OrgApp) -> OrgApp {
    let presence = if row.presence == Presence::Unseen { Presence::Known } else { row.presence };
    OrgApp { blocked: true, presence, ..row.clone() }
}

pub fn unblock(row: &OrgApp) -> OrgApp {
    OrgApp { blocked: false, ..row.clone() }
}

/// The row of an app when it first appears in an org: the owner's own, or the org's default for a stranger.
pub fn first_row(app: &AppDefinition, org: OrgId, switches: &Switches, now: Timestamp) -> OrgApp {
    let row = OrgApp::unseen(app.id);
    let closed = app.kind == AppKind::ExternalClientApp && switches.eca_closed_by_default;
    let permitted_users = if closed || switches.api_access_control && app.kind.rules().under_api_access_control {
        PermittedUsers::AdminApproved
    } else {
        PermittedUsers::AllUsers
    };
    let row = OrgApp { permitted_users, refresh_token_policy: app.kind.rules().fresh_refresh_policy, ..row };
    if app.owner == org { settle(&row, Presence::Own, now) } else { row }
}
