//! The audit trail of Setup: who changed what, as `SetupAuditTrail` and its page show it.

use crate::clock::Timestamp;
use crate::id::UserId;
use crate::storage::StoreError;

/// Who changed something, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// `None`: the system, or the control API.
    pub user: Option<UserId>,
    pub at: Timestamp,
}

impl Actor {
    pub fn new(user: UserId, at: Timestamp) -> Self {
        Self { user: Some(user), at }
    }

    /// What the control API and world files do.
    pub fn system(at: Timestamp) -> Self {
        Self { user: None, at }
    }
}

/// Sections of Setup as the trail names them.
pub mod section {
    pub const CONNECTED_APPS: &str = "Connected Apps";
    pub const EXTERNAL_CLIENT_APPS: &str = "External Client Apps";
    pub const MANAGE_USERS: &str = "Manage Users";
    pub const SECURITY_CONTROLS: &str = "Security Controls";
    pub const COMPANY_INFORMATION: &str = "Company Information";
    pub const SANDBOXES: &str = "Sandboxes";
    pub const PACKAGES: &str = "Installed Packages";
    pub const APP_MENU: &str = "App Menu";
}

/// A row of the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrailRow {
    pub at: Timestamp,
    pub user: Option<UserId>,
    pub section: String,
    pub action: String,
    pub display: String,
}

/// A change of a user, whose sentence is the same whoever makes it. `name` is the user's full name.
///
/// GUESS: the codes of the actions are seen in public lists of them; the sentences are remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserTurn<'a> {
    Created,
    Activated,
    Deactivated,
    Frozen,
    Unfrozen,
    /// By an administrator, after too many wrong passwords.
    Unlocked,
    /// By an administrator.
    PasswordReset,
    PasswordChanged,
    EmailChanged {
        from: &'a str,
        to: &'a str,
    },
    UsernameChanged {
        from: &'a str,
        to: &'a str,
    },
    ProfileChanged {
        from: &'a str,
        to: &'a str,
    },
    PermissionSetAssigned(&'a str),
    PermissionSetUnassigned(&'a str),
}

impl UserTurn<'_> {
    fn action(self) -> &'static str {
        match self {
            Self::Created => "createduser",
            Self::Activated => "activateduser",
            Self::Deactivated => "deactivateduser",
            Self::Frozen => "frozeuser",
            Self::Unfrozen => "unfrozeuser",
            Self::Unlocked => "unlockeduser",
            Self::PasswordReset => "resetpassword",
            Self::PasswordChanged => "changedpassword",
            Self::EmailChanged { .. } => "changedemail",
            Self::UsernameChanged { .. } => "changedusername",
            Self::ProfileChanged { .. } => "changedprofileforuser",
            Self::PermissionSetAssigned(_) => "PermSetAssign",
            Self::PermissionSetUnassigned(_) => "PermSetUnassign",
        }
    }

    fn display(self, name: &str, id: UserId) -> String {
        match self {
            Self::Created => format!("Created new user {name}"),
            Self::Activated => format!("Activated user {name}"),
            Self::Deactivated => format!("Deactivated user {name}"),
            Self::Frozen => format!("Froze user {name}"),
            Self::Unfrozen => format!("Unfroze user {name}"),
            Self::Unlocked => format!("Unlocked user {name}"),
            Self::PasswordReset => format!("Reset password for user {name}"),
            Self::PasswordChanged => format!("Changed password for user {name}"),
            Self::EmailChanged { from, to } => format!("Changed email for user {name} from {from} to {to}"),
            Self::UsernameChanged { from, to } => format!("Changed username for user {name} from {from} to {to}"),
            Self::ProfileChanged { from, to } => format!("Changed profile for user {name} from {from} to {to}"),
            Self::PermissionSetAssigned(set) => format!("Permission set {set}: assigned to user {name} (UserID: [{}])", id.record().as_15()),
            Self::PermissionSetUnassigned(set) => format!("Permission set {set}: unassigned from user {name} (UserID: [{}])", id.record().as_15()),
        }
    }
}

/// What writes and reads the trail.
pub trait AuditTrail {
    /// Notes a change: its section, Salesforce's code for it (`resetpassword`), and the sentence an admin reads.
    fn audit(&self, actor: Actor, section: &'static str, action: &'static str, display: &str) -> Result<(), StoreError>;

    /// The newest rows first, at most so many.
    fn trail(&self, limit: u32) -> Result<Vec<TrailRow>, StoreError>;

    /// Notes what became of a user.
    fn audit_user(&self, actor: Actor, (name, id): (&str, UserId), turn: UserTurn<'_>) -> Result<(), StoreError> {
        self.audit(actor, section::MANAGE_USERS, turn.action(), &turn.display(name, id))
    }
}
