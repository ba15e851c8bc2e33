//! Profiles and permission sets: what a user may do.

use std::collections::{BTreeMap, BTreeSet};

use super::LoginRules;
use super::rights::{FieldRights, ObjectRights};
use crate::id::RecordId;

/// A permission by the API name of its field on Profile and PermissionSet, without `Permissions`.
/// Names and default holders: `gate-and-policies`, section 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Permission {
    ApproveUninstalledApps,
    UseAnyApiClient,
    ManageConnectedApps,
    CustomizeApplication,
    ModifyAllData,
    ViewAllData,
    ViewSetup,
    ManageUsers,
    ApiEnabled,
    ApiUserOnly,
    InstallPackages,
    ExternalClientAppAdmin,
    ExternalClientAppDeveloper,
    ExternalClientAppViewer,
    ClientSecretRotation,
    ManageProfilesAndPermissionSets,
    AssignPermissionSets,
    FreezeUsers,
    ResetPasswords,
    EditTasks,
    EditEvents,
    TransferRecords,
    BulkApiHardDelete,
    ManageDataIntegrations,
    MonitorLoginHistory,
    ViewEventLogFiles,
}

impl Permission {
    pub const ALL: [Self; 26] = [
        Self::ApproveUninstalledApps,
        Self::UseAnyApiClient,
        Self::ManageConnectedApps,
        Self::CustomizeApplication,
        Self::ModifyAllData,
        Self::ViewAllData,
        Self::ViewSetup,
        Self::ManageUsers,
        Self::ApiEnabled,
        Self::ApiUserOnly,
        Self::InstallPackages,
        Self::ExternalClientAppAdmin,
        Self::ExternalClientAppDeveloper,
        Self::ExternalClientAppViewer,
        Self::ClientSecretRotation,
        Self::ManageProfilesAndPermissionSets,
        Self::AssignPermissionSets,
        Self::FreezeUsers,
        Self::ResetPasswords,
        Self::EditTasks,
        Self::EditEvents,
        Self::TransferRecords,
        Self::BulkApiHardDelete,
        Self::ManageDataIntegrations,
        Self::MonitorLoginHistory,
        Self::ViewEventLogFiles,
    ];

    /// The field that grants it: `PermissionsCanApproveUninstalledApps`.
    pub fn field(self) -> &'static str {
        match self {
            Self::ApproveUninstalledApps => "PermissionsCanApproveUninstalledApps",
            Self::UseAnyApiClient => "PermissionsUseAnyApiClient",
            Self::ManageConnectedApps => "PermissionsManageRemoteAccess",
            Self::CustomizeApplication => "PermissionsCustomizeApplication",
            Self::ModifyAllData => "PermissionsModifyAllData",
            Self::ViewAllData => "PermissionsViewAllData",
            Self::ViewSetup => "PermissionsViewSetup",
            Self::ManageUsers => "PermissionsManageUsers",
            Self::ApiEnabled => "PermissionsApiEnabled",
            Self::ApiUserOnly => "PermissionsApiUserOnly",
            Self::InstallPackages => "PermissionsInstallPackaging",
            Self::ExternalClientAppAdmin => "PermissionsExternalClientAppAdmin",
            Self::ExternalClientAppDeveloper => "PermissionsExternalClientAppDeveloper",
            Self::ExternalClientAppViewer => "PermissionsExternalClientAppViewer",
            Self::ClientSecretRotation => "PermissionsClientSecretRotation",
            Self::ManageProfilesAndPermissionSets => "PermissionsManageProfilesPermissionsets",
            Self::AssignPermissionSets => "PermissionsAssignPermissionSets",
            Self::FreezeUsers => "PermissionsFreezeUsers",
            Self::ResetPasswords => "PermissionsResetPasswords",
            Self::EditTasks => "PermissionsEditTask",
            Self::EditEvents => "PermissionsEditEvent",
            Self::TransferRecords => "PermissionsTransferAnyEntity",
            Self::BulkApiHardDelete => "PermissionsBulkApiHardDelete",
            Self::ManageDataIntegrations => "PermissionsManageDataIntegrations",
            Self::MonitorLoginHistory => "PermissionsMonitorLoginHistory",
            Self::ViewEventLogFiles => "PermissionsViewEventLogFiles",
        }
    }

    /// As Setup calls it.
    pub fn label(self) -> &'static str {
        match self {
            Self::ApproveUninstalledApps => "Approve Uninstalled Connected Apps",
            Self::UseAnyApiClient => "Use Any API Client",
            Self::ManageConnectedApps => "Manage Connected Apps",
            Self::CustomizeApplication => "Customize Application",
            Self::ModifyAllData => "Modify All Data",
            Self::ViewAllData => "View All Data",
            Self::ViewSetup => "View Setup and Configuration",
            Self::ManageUsers => "Manage Users",
            Self::ApiEnabled => "API Enabled",
            Self::ApiUserOnly => "API Only User",
            Self::InstallPackages => "Download AppExchange Packages",
            Self::ExternalClientAppAdmin => "View all External Client Apps, view their settings, and edit their policies",
            Self::ExternalClientAppDeveloper => "Create, edit, and delete External Client Apps",
            Self::ExternalClientAppViewer => "View all External Client Apps",
            Self::ClientSecretRotation => "Allow consumer key and secret rotation",
            Self::ManageProfilesAndPermissionSets => "Manage Profiles and Permission Sets",
            Self::AssignPermissionSets => "Assign Permission Sets",
            Self::FreezeUsers => "Freeze Users",
            Self::ResetPasswords => "Reset User Passwords and Unlock Users",
            Self::EditTasks => "Edit Tasks",
            Self::EditEvents => "Edit Events",
            Self::TransferRecords => "Transfer Record",
            Self::BulkApiHardDelete => "Bulk API Hard Delete",
            Self::ManageDataIntegrations => "Manage Data Integrations",
            Self::MonitorLoginHistory => "Monitor Login History",
            Self::ViewEventLogFiles => "View Event Log Files",
        }
    }
}

/// A profile or a permission set: a named bundle of permissions and app access.
#[derive(Debug, Clone, PartialEq)]
pub struct PermissionSet {
    pub id: RecordId,
    pub name: String,
    pub label: String,
    pub is_profile: bool,
    /// Standard profiles are not custom.
    pub is_custom: bool,
    /// Field names, `Permissions…`.
    pub permissions: BTreeSet<String>,
    /// Names of the apps it gives access to.
    pub apps: BTreeSet<String>,
    /// By API name of the object. A standard profile has those of [`STANDARD_PROFILES`](super::STANDARD_PROFILES) where none stand here.
    pub objects: BTreeMap<String, ObjectRights>,
    /// By `Account.Industry`. Profiles see the fields that do not stand here, permission sets grant nothing more than what does.
    pub fields: BTreeMap<String, FieldRights>,
    /// Of a profile: from where and when its users log in.
    pub login: LoginRules,
}

impl PermissionSet {
    /// The id of its row in PermissionSet. A profile has one beside its own, with the same number.
    pub fn row_id(&self) -> RecordId {
        Self::row_id_of(self.id)
    }

    pub fn row_id_of(id: RecordId) -> RecordId {
        id.with_prefix("0PS")
    }

    pub fn grants(&self, permission: Permission) -> bool {
        self.permissions.contains(permission.field())
    }
}
