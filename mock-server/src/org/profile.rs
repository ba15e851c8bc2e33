//! Profiles and permission sets: what a user may do.

use std::collections::BTreeSet;

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
}

impl Permission {
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
        }
    }
}

/// A profile every org has.
pub struct StandardProfile {
    pub name: &'static str,
    pub permissions: &'static [&'static str],
}

/// The profiles a fresh org has. "System Administrator" alone may approve uninstalled apps: clones of it may not.
pub const STANDARD_PROFILES: &[StandardProfile] = &[
    StandardProfile {
        name: "System Administrator",
        permissions: &[
            "PermissionsApiEnabled",
            "PermissionsAssignPermissionSets",
            "PermissionsAuthorApex",
            "PermissionsCanApproveUninstalledApps",
            "PermissionsCustomizeApplication",
            "PermissionsExternalClientAppAdmin",
            "PermissionsExternalClientAppDeveloper",
            "PermissionsExternalClientAppViewer",
            "PermissionsFreezeUsers",
            "PermissionsInstallPackaging",
            "PermissionsManageInternalUsers",
            "PermissionsManageIpAddresses",
            "PermissionsManageProfilesPermissionsets",
            "PermissionsManageRemoteAccess",
            "PermissionsManageUsers",
            "PermissionsModifyAllData",
            "PermissionsModifyMetadata",
            "PermissionsMonitorLoginHistory",
            "PermissionsResetPasswords",
            "PermissionsViewAllData",
            "PermissionsViewSetup",
        ],
    },
    StandardProfile { name: "Standard User", permissions: &["PermissionsApiEnabled", "PermissionsViewSetup"] },
    StandardProfile { name: "Standard Platform User", permissions: &["PermissionsApiEnabled"] },
    StandardProfile { name: "Read Only", permissions: &["PermissionsApiEnabled"] },
    StandardProfile { name: "Minimum Access - Salesforce", permissions: &["PermissionsApiEnabled"] },
    StandardProfile { name: "Minimum Access - API Only Integrations", permissions: &["PermissionsApiEnabled", "PermissionsApiUserOnly"] },
];

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
}

impl PermissionSet {
    pub fn grants(&self, permission: Permission) -> bool {
        self.permissions.contains(permission.field())
    }
}
