//! What permission sets may be called, and which permissions they can hold.

use super::{Permission, PermissionSet, Switches};

/// Why a permission set was not made or changed. GUESS: the words, but for those that the API has as well.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetFault {
    #[error("You must enter a value")]
    NoLabel,
    #[error(
        "The API Name can only contain underscores and alphanumeric characters. It must be unique, begin with a letter, not include spaces, not end \
         with an underscore, and not contain two consecutive underscores."
    )]
    Malformed,
    #[error("The API Name {0:?} is already used by another permission set.")]
    Taken(String),
    #[error("There is no permission {0:?}.")]
    UnknownPermission(String),
    /// Of a standard profile.
    #[error("The system permissions of a standard profile can't be changed.")]
    Standard,
    #[error("You can't delete this permission set because it's assigned to one or more users.")]
    Assigned,
    /// A managed package brought it.
    #[error("You can't change or delete this permission set because it belongs to an installed package.")]
    Managed,
    #[error("There is no such permission set.")]
    Gone,
}

impl SetFault {
    /// The field of the page it is about; empty where it is about the whole.
    pub fn field(&self) -> &'static str {
        match self {
            Self::NoLabel => "Label",
            Self::Malformed | Self::Taken(_) => "Name",
            _ => "",
        }
    }
}

/// Whether a permission set may have this label and API name; that no other has the name is for the caller to see.
///
/// # Errors
/// What stands against it.
pub fn check_set_name(label: &str, name: &str) -> Result<(), SetFault> {
    if label.is_empty() || label.chars().count() > 80 {
        return Err(SetFault::NoLabel);
    }
    let starts = name.starts_with(|c: char| c.is_ascii_alphabetic());
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !name.ends_with('_') && !name.contains("__");
    if starts && plain && name.len() <= 80 { Ok(()) } else { Err(SetFault::Malformed) }
}

/// A permission as Setup lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SystemPermission {
    /// `PermissionsCanApproveUninstalledApps`
    pub field: &'static str,
    /// `Approve Uninstalled Connected Apps`
    pub label: &'static str,
    /// Whether something on this server asks for it.
    pub decides: bool,
}

/// What asks for a permission besides the rules of [`Permission`]: nothing but a page or a client that reads it.
const SHOWN_TOO: [&str; 4] =
    ["PermissionsExternalClientAppDeveloper", "PermissionsExternalClientAppViewer", "PermissionsModifyMetadata", "PermissionsManageSandboxes"];

/// The permissions that a permission set of an org with these switches can hold, by their labels.
pub fn system_permissions(switches: &Switches) -> Vec<SystemPermission> {
    let Some(object) = catalogue::object("PermissionSet") else { return Vec::new() };
    let decides = |field: &str| Permission::ALL.iter().any(|known| known.field() == field) || SHOWN_TOO.contains(&field);
    let mut found: Vec<SystemPermission> = object
        .fields
        .iter()
        .filter(|field| field.name.starts_with("Permissions"))
        // It exists only where API Access Control does.
        .filter(|field| switches.api_access_control || field.name != Permission::UseAnyApiClient.field())
        .map(|field| SystemPermission { field: &field.name, label: &field.label, decides: decides(&field.name) })
        .collect();
    found.sort_by_key(|permission| permission.label);
    found
}

impl PermissionSet {
    /// Whether its system permissions are Salesforce's.
    pub fn is_fixed(&self) -> bool {
        self.is_profile && super::STANDARD_PROFILES.iter().any(|profile| profile.name == self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::org::{Era, Policies};

    #[test]
    fn names_are_api_names() {
        let check = |label: &str, name: &str, expected: Result<(), SetFault>| assert_eq!(check_set_name(label, name), expected, "{name}");
        check("Gate openers", "Gate_openers", Ok(()));
        check("", "Gate", Err(SetFault::NoLabel));
        for name in ["", "1st", "a b", "a__b", "a_", "ä"] {
            check("Gate", name, Err(SetFault::Malformed));
        }
    }

    #[test]
    fn use_any_api_client_is_offered_with_api_access_control_alone() {
        let labels = |policies: Policies| {
            system_permissions(&Switches::of(Era::default(), &policies)).into_iter().map(|known| known.label).collect::<Vec<_>>()
        };
        let (open, limited) = (labels(Policies::default()), labels(Policies { api_access_control: Some(true), ..Policies::default() }));
        assert!(open.contains(&"Approve Uninstalled Connected Apps") && limited.contains(&"Approve Uninstalled Connected Apps"));
        assert!(!open.contains(&"Use Any API Client") && limited.contains(&"Use Any API Client"));
        assert_eq!(open.len() + 1, limited.len());
    }
}
