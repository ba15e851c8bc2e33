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
    pub const PROFILES: &str = "Manage Profiles";
    pub const PERMISSION_SETS: &str = "Manage Permission Sets";
    pub const SECURITY_CONTROLS: &str = "Security Controls";
    pub const SESSION_SETTINGS: &str = "Session Settings";
    pub const COMPANY_INFORMATION: &str = "Company Information";
    pub const PACKAGES: &str = "Installed Packages";
    pub const MY_DOMAIN: &str = "My Domain";
}

/// What writes the trail.
pub trait AuditTrail {
    /// Notes a change: its section, Salesforce's code for it (`resetpassword`), and the sentence an admin reads.
    fn audit(&self, actor: Actor, section: &'static str, action: &'static str, display: &str) -> Result<(), StoreError>;
}
