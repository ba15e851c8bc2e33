//! Users as the rules see them.

use std::sync::Arc;

use super::{Permission, PermissionSet};
use crate::clock::Timestamp;
use crate::id::{RecordId, UserId};
use crate::secret::Secret;
use crate::storage::StoreError;

/// A user with everything that decides what the user may do.
#[derive(Debug, Clone)]
pub struct User {
    pub id: UserId,
    pub username: String,
    pub email: String,
    pub first_name: Option<String>,
    pub last_name: String,
    pub name: String,
    pub alias: String,
    pub nickname: String,
    pub is_active: bool,
    pub is_frozen: bool,
    /// IANA name, `America/Los_Angeles`.
    pub time_zone: String,
    pub locale: String,
    pub language: String,
    pub created: Timestamp,
    pub modified: Timestamp,
    /// `None`: the user never set one.
    pub password: Option<Secret>,
    /// An admin made the password up: it must be replaced before anything else.
    pub password_expired: bool,
    pub security_token: Secret,
    /// Base32, of an authenticator app.
    pub totp_secret: Option<Secret>,
    /// `FederationIdentifier`: how identity providers call the user.
    pub federation_id: Option<String>,
    pub locked_until: Option<Timestamp>,
    pub profile: Arc<PermissionSet>,
    pub permission_sets: Vec<Arc<PermissionSet>>,
}

impl User {
    pub fn has(&self, permission: Permission) -> bool {
        self.profile.grants(permission) || self.permission_sets.iter().any(|set| set.grants(permission))
    }

    /// Whether the profile or a permission set gives access to the app.
    pub fn is_assigned(&self, app: &str) -> bool {
        self.profile.apps.contains(app) || self.permission_sets.iter().any(|set| set.apps.contains(app))
    }
}

/// A user to be made; the caller has checked names and taken the username.
#[derive(Debug, Clone)]
pub struct NewUser {
    pub id: Option<UserId>,
    pub username: String,
    /// The part of the username before the `@` when left out.
    pub nickname: Option<String>,
    pub email: String,
    pub first_name: Option<String>,
    pub last_name: String,
    pub alias: String,
    pub is_active: bool,
    pub time_zone: String,
    pub locale: String,
    pub language: String,
    pub password: Option<Secret>,
    pub security_token: Secret,
    pub profile: RecordId,
    pub permission_sets: Vec<RecordId>,
}

/// What a change may touch; `None` leaves it.
#[derive(Debug, Clone, Default)]
pub struct UserChange {
    pub username: Option<String>,
    pub nickname: Option<String>,
    pub email: Option<String>,
    pub first_name: Option<Option<String>>,
    pub last_name: Option<String>,
    pub alias: Option<String>,
    pub is_active: Option<bool>,
    pub is_frozen: Option<bool>,
    pub password: Option<Option<Secret>>,
    pub password_expired: Option<bool>,
    pub security_token: Option<Secret>,
    pub totp_secret: Option<Option<Secret>>,
    pub profile: Option<RecordId>,
    pub permission_sets: Option<Vec<RecordId>>,
    /// Consecutive failed logins and, once there were too many, until when the user is locked out.
    pub failed_logins: Option<(u32, Option<Timestamp>)>,
    pub last_login: Option<Timestamp>,
    pub time_zone: Option<String>,
    pub federation_id: Option<Option<String>>,
}

/// What this room needs of an org's database.
pub trait Directory {
    fn user(&self, id: UserId) -> Result<Option<User>, StoreError>;
    fn user_named(&self, username: &str) -> Result<Option<User>, StoreError>;
    /// The user with this `FederationIdentifier`, which compares with case; two are none.
    fn user_federated(&self, federation_id: &str) -> Result<Option<User>, StoreError>;
    /// Takes a username for a user to be made in this transaction. `false`: a user of another org has it.
    fn take_username(&self, username: &str) -> Result<bool, StoreError>;
    fn users(&self) -> Result<Vec<User>, StoreError>;
    fn usernames(&self) -> Result<Vec<String>, StoreError>;
    fn add_user(&self, user: &NewUser, by: Option<UserId>, now: Timestamp) -> Result<UserId, StoreError>;
    fn change_user(&self, id: UserId, change: &UserChange, by: Option<UserId>, now: Timestamp) -> Result<(), StoreError>;
    /// Assigns a permission set; one that the user has already stays.
    fn assign_permission_set(&self, user: UserId, set: RecordId, now: Timestamp) -> Result<(), StoreError>;
    fn unassign_permission_set(&self, user: UserId, set: RecordId) -> Result<(), StoreError>;
    /// Removes the user with its assignments. The caller ends what the user's tokens were good for.
    fn remove_user(&self, id: UserId) -> Result<(), StoreError>;
    fn failed_logins(&self, id: UserId) -> Result<u32, StoreError>;
    fn permission_sets(&self) -> Result<Vec<PermissionSet>, StoreError>;
    fn permission_set_named(&self, name: &str, is_profile: bool) -> Result<Option<PermissionSet>, StoreError>;
    /// Adds it, or replaces the one of the same id.
    fn put_permission_set(&self, set: &PermissionSet, now: Timestamp) -> Result<(), StoreError>;
    fn remove_permission_set(&self, id: RecordId) -> Result<(), StoreError>;
}
