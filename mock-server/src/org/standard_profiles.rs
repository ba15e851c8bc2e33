//! The profiles of a fresh org, with what they grant.
//!
//! Sources: `gate-and-policies` section 5 for the permissions of app access; profiles as retrieved from fresh orgs for the rest.

use super::rights::ObjectRights;

/// A profile every org has.
pub struct StandardProfile {
    pub name: &'static str,
    /// The name of its user licence.
    pub license: &'static str,
    pub permissions: &'static [&'static str],
    pub objects: &'static [(&'static str, ObjectRights)],
    /// Whether it shows the fields of the objects it may read. The minimum access profiles show only those that nobody can be kept from.
    pub sees_fields: bool,
}

/// "System Administrator" alone may approve uninstalled apps: clones of it may not.
pub const STANDARD_PROFILES: &[StandardProfile] = &[
    StandardProfile {
        name: "System Administrator",
        license: "Salesforce",
        permissions: &[
            "PermissionsApiEnabled",
            "PermissionsAssignPermissionSets",
            "PermissionsAuthorApex",
            "PermissionsCanApproveUninstalledApps",
            "PermissionsConvertLeads",
            "PermissionsCustomizeApplication",
            "PermissionsEditEvent",
            "PermissionsEditTask",
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
            "PermissionsRunReports",
            "PermissionsTransferAnyEntity",
            "PermissionsViewAllData",
            "PermissionsViewSetup",
        ],
        objects: &[],
        sees_fields: true,
    },
    StandardProfile {
        name: "Standard User",
        license: "Salesforce",
        permissions: &[
            "PermissionsApiEnabled",
            "PermissionsConvertLeads",
            "PermissionsEditEvent",
            "PermissionsEditTask",
            "PermissionsRunReports",
            "PermissionsViewSetup",
        ],
        objects: STANDARD_USER,
        sees_fields: true,
    },
    StandardProfile {
        name: "Standard Platform User",
        license: "Salesforce Platform",
        permissions: &["PermissionsApiEnabled", "PermissionsEditEvent", "PermissionsEditTask", "PermissionsRunReports"],
        objects: PLATFORM_USER,
        sees_fields: true,
    },
    StandardProfile {
        name: "Read Only",
        license: "Salesforce",
        permissions: &["PermissionsApiEnabled", "PermissionsRunReports", "PermissionsViewSetup"],
        objects: READ_ONLY,
        sees_fields: true,
    },
    StandardProfile {
        name: "Minimum Access - Salesforce",
        license: "Salesforce",
        permissions: &["PermissionsApiEnabled"],
        objects: &[],
        sees_fields: false,
    },
    StandardProfile {
        name: "Minimum Access - API Only Integrations",
        license: "Salesforce Integration",
        permissions: &["PermissionsApiEnabled", "PermissionsApiUserOnly"],
        objects: &[],
        sees_fields: false,
    },
];

/// GUESS: deleting leads and cases is left out as in orgs we remember; a fresh org's ObjectPermissions would settle each cell.
const STANDARD_USER: &[(&str, ObjectRights)] = &[
    ("Account", ObjectRights::READ_CREATE_EDIT_DELETE),
    ("Asset", ObjectRights::READ_CREATE_EDIT_DELETE),
    ("Campaign", ObjectRights::READ),
    ("Case", ObjectRights::READ_CREATE_EDIT),
    ("Contact", ObjectRights::READ_CREATE_EDIT_DELETE),
    ("Contract", ObjectRights::READ_CREATE_EDIT_DELETE),
    ("Document", ObjectRights::READ_CREATE_EDIT_DELETE),
    ("Idea", ObjectRights::READ_CREATE),
    ("Lead", ObjectRights::READ_CREATE_EDIT),
    ("Opportunity", ObjectRights::READ_CREATE_EDIT_DELETE),
    ("Order", ObjectRights::READ_CREATE_EDIT_DELETE),
    ("Pricebook2", ObjectRights::READ),
    ("Product2", ObjectRights::READ),
    ("Quote", ObjectRights::READ_CREATE_EDIT_DELETE),
    ("Solution", ObjectRights::READ),
];

const PLATFORM_USER: &[(&str, ObjectRights)] = &[
    ("Account", ObjectRights::READ_CREATE_EDIT_DELETE),
    ("Asset", ObjectRights::READ_CREATE_EDIT_DELETE),
    ("Contact", ObjectRights::READ_CREATE_EDIT_DELETE),
    ("Contract", ObjectRights::READ_CREATE_EDIT_DELETE),
    ("Document", ObjectRights::READ_CREATE_EDIT_DELETE),
    ("Idea", ObjectRights::READ_CREATE),
];

const READ_ONLY: &[(&str, ObjectRights)] = &[
    ("Account", ObjectRights::READ),
    ("Asset", ObjectRights::READ),
    ("Campaign", ObjectRights::READ),
    ("Case", ObjectRights::READ),
    ("Contact", ObjectRights::READ),
    ("Contract", ObjectRights::READ),
    ("Document", ObjectRights::READ),
    ("Idea", ObjectRights::READ),
    ("Lead", ObjectRights::READ),
    ("Opportunity", ObjectRights::READ),
    ("Order", ObjectRights::READ),
    ("Pricebook2", ObjectRights::READ),
    ("Product2", ObjectRights::READ),
    ("Quote", ObjectRights::READ),
    ("Solution", ObjectRights::READ),
];

/// What a standard profile grants; a profile of the org's own that says nothing else grants what Standard User does, of which it is a clone.
pub fn standard_profile(name: &str) -> &'static StandardProfile {
    let named = STANDARD_PROFILES.iter().find(|profile| profile.name == name);
    named.unwrap_or(&STANDARD_PROFILES[1])
}
