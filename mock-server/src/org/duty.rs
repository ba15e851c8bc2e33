//! What administrators do in Setup to people and to the org, and the permissions it takes. Source: `gate-and-policies`, section 5.

use super::{Permission, User};

/// Something in Setup that not everybody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duty {
    /// Look at pages of Setup.
    SeeSetup,
    /// Make users, change them, and see their tokens.
    ManageUsers,
    FreezeUsers,
    /// Reset passwords and unlock users.
    ResetPasswords,
    /// Make, change and delete permission sets, and change profiles.
    ManagePermissionSets,
    AssignPermissionSets,
    /// Enable Dev Hub, link a namespace to it, or let one be linked.
    ManageHub,
    /// Make, refresh and delete sandboxes.
    ManageSandboxes,
    /// Change what holds for the whole org: its menus, its switches.
    Customize,
    /// Look at the login history.
    SeeLogins,
    /// Look at everybody's sessions, and remove them.
    ManageSessions,
}

impl Duty {
    /// Whether the user holds what it takes.
    pub fn is_of(self, user: &User) -> bool {
        let any = |permissions: &[Permission]| permissions.iter().any(|permission| user.has(*permission));
        let sees = user.has(Permission::ViewSetup);
        match self {
            Self::SeeSetup => sees,
            Self::ManageUsers | Self::ManageSessions => sees && user.has(Permission::ManageUsers),
            Self::SeeLogins => any(&[Permission::ManageUsers, Permission::MonitorLoginHistory]),
            Self::FreezeUsers => sees && any(&[Permission::FreezeUsers, Permission::ManageUsers]),
            Self::ResetPasswords => sees && any(&[Permission::ResetPasswords, Permission::ManageUsers]),
            Self::ManagePermissionSets => sees && user.has(Permission::ManageProfilesAndPermissionSets),
            Self::AssignPermissionSets => sees && user.has(Permission::AssignPermissionSets),
            Self::ManageHub | Self::Customize => sees && user.has(Permission::CustomizeApplication),
            // GUESS: Manage Sandboxes is a permission of its own, of which public describes of PermissionSet tell no field.
            Self::ManageSandboxes => sees && user.has(Permission::CustomizeApplication) && user.has(Permission::ModifyAllData),
        }
    }

    /// What it takes, in a sentence.
    pub fn needs(self) -> &'static str {
        match self {
            Self::SeeSetup => "The page needs View Setup and Configuration.",
            Self::ManageUsers => "Making and changing users needs Manage Users.",
            Self::FreezeUsers => "Freezing a user needs Freeze Users or Manage Users.",
            Self::ResetPasswords => "Resetting a password and unlocking a user need Reset User Passwords and Unlock Users, or Manage Users.",
            Self::ManagePermissionSets => "Changing profiles and permission sets needs Manage Profiles and Permission Sets.",
            Self::AssignPermissionSets => "Assigning a permission set needs Assign Permission Sets.",
            Self::ManageSandboxes => "Making and deleting sandboxes needs Customize Application and Modify All Data.",
            Self::SeeLogins => "The page needs Manage Users or Monitor Login History.",
            Self::ManageSessions => "The page needs View Setup and Configuration and Manage Users.",
            Self::Customize => "Changing settings of the org needs Customize Application.",
            Self::ManageHub => "Dev Hub and namespaces need Customize Application.",
        }
    }
}
