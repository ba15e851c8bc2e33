//! Users in Setup: made, changed, frozen and unlocked by an administrator, with what stands against it.

use super::{App, LiveOrg, Taken};
use crate::id::{RecordId, UserId};
use crate::org::{Actor, AuditTrail, Directory, User, UserChange, UserDetails, UserFault, UserTurn};
use crate::secret::Secret;
use crate::storage::StoreError;

type Outcome<T> = Result<Result<T, Vec<UserFault>>, StoreError>;

/// Characters of a security token.
const SECURITY_TOKEN_LENGTH: usize = 24;

impl App {
    /// Makes a user who has no password yet.
    pub fn create_user(&self, org: &LiveOrg, details: &UserDetails, by: &User) -> Outcome<UserId> {
        let faults = self.faults_of(org, None, details)?;
        let (Some(profile), true) = (details.profile, faults.is_empty()) else { return Ok(Err(faults)) };
        let new = details.new_user(profile, Secret(self.entropy().token(SECURITY_TOKEN_LENGTH)), by);
        let id = match self.add_user(org, &new, Some(by.id)) {
            Ok(id) => id,
            Err(taken) => return Ok(Err(vec![duplicate(taken)?])),
        };
        org.write(|tx| {
            let name = tx.user(id)?.map(|user| user.name).unwrap_or_default();
            tx.audit_user(Actor::new(by.id, self.now()), (&name, id), UserTurn::Created)
        })?;
        Ok(Ok(id))
    }

    /// Brings a user to what the page says.
    pub fn edit_user(&self, org: &LiveOrg, user: &User, details: &UserDetails, by: UserId) -> Outcome<()> {
        let mut faults = self.faults_of(org, Some(user.id), details)?;
        faults.extend(details.fault_of_own(user.id, by));
        if !faults.is_empty() {
            return Ok(Err(faults));
        }
        match self.change_user(org, user.id, &details.change(), Some(by)) {
            Ok(()) => Ok(Ok(())),
            Err(taken) => Ok(Err(vec![duplicate(taken)?])),
        }
    }

    /// Keeps a user out until somebody unfreezes the user. GUESS: nobody freezes the own user, as nobody deactivates it.
    pub fn freeze_user(&self, org: &LiveOrg, user: &User, by: UserId) -> Result<Result<(), UserFault>, StoreError> {
        if user.id == by {
            return Ok(Err(UserFault::OwnFreeze));
        }
        self.turn_user(org, user, &UserChange { is_frozen: Some(true), ..UserChange::default() }, by).map(Ok)
    }

    pub fn unfreeze_user(&self, org: &LiveOrg, user: &User, by: UserId) -> Result<(), StoreError> {
        self.turn_user(org, user, &UserChange { is_frozen: Some(false), ..UserChange::default() }, by)
    }

    /// Ends a lockout, and forgets the wrong passwords that led to it.
    pub fn unlock_user(&self, org: &LiveOrg, user: &User, by: UserId) -> Result<(), StoreError> {
        let now = self.now();
        org.write(|tx| {
            tx.change_user(user.id, &UserChange { failed_logins: Some((0, None)), ..UserChange::default() }, Some(by), now)?;
            tx.audit_user(Actor::new(by, now), (&user.name, user.id), UserTurn::Unlocked)
        })
    }

    fn turn_user(&self, org: &LiveOrg, user: &User, change: &UserChange, by: UserId) -> Result<(), StoreError> {
        match self.change_user(org, user.id, change, Some(by)) {
            Err(Taken::Store(error)) => Err(error),
            Err(other) => Err(StoreError::new(other)),
            Ok(()) => Ok(()),
        }
    }

    /// What is wrong with the details of a user, a new one or this.
    fn faults_of(&self, org: &LiveOrg, user: Option<UserId>, details: &UserDetails) -> Result<Vec<UserFault>, StoreError> {
        let mut faults = details.faults();
        let (users, sets) = org.read(|tx| Ok::<_, StoreError>((tx.users()?, tx.permission_sets()?)))?;
        let is_profile = |id: RecordId| sets.iter().any(|set| set.is_profile && set.id == id);
        if details.profile.is_some_and(|id| !is_profile(id)) {
            faults.push(UserFault::Missing("ProfileId"));
        }
        let nickname = soql::fold(&details.nickname);
        let taken = users.iter().any(|other| Some(other.id) != user && soql::fold(&other.nickname) == nickname);
        if taken && !details.nickname.is_empty() {
            faults.push(UserFault::DuplicateNickname);
        }
        Ok(faults)
    }
}

/// What the page says of a name that somebody has.
fn duplicate(taken: Taken) -> Result<UserFault, StoreError> {
    match taken {
        Taken::Store(error) => Err(error),
        _ => Ok(UserFault::DuplicateUsername),
    }
}
