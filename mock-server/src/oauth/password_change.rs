//! Changing passwords, with what that does to sessions and leaves in the audit trail.

use super::reset::mail_security_token;
use super::{Digest, Event, Ledger, Session, happen};
use crate::clock::{Entropy, Timestamp};
use crate::id::UserId;
use crate::org::{self, Actor, AuditTrail, Directory, Outbox, PasswordRefusal, Switches, User, UserTurn};
use crate::storage::StoreError;

/// Who changes a password, in which session, under which switches.
pub struct Changer<'a> {
    pub user: &'a User,
    pub session: &'a Session,
    pub switches: &'a Switches,
    pub now: Timestamp,
    pub entropy: &'a Entropy,
}

type Outcome<T> = Result<Result<T, PasswordRefusal>, StoreError>;

/// Gives a user a password, one's own or, with the permission to, another's.
pub fn set_password(tx: &(impl Directory + Ledger + AuditTrail + Outbox), changer: &Changer<'_>, of: UserId, new: &str) -> Outcome<()> {
    let outcome = org::set_password(tx, changer.user, of, new, (changer.now, changer.entropy))?;
    if outcome.is_ok() {
        follow(tx, changer, of)?;
    }
    Ok(outcome)
}

/// Replaces one's own password by proving the old one.
pub fn change_own_password(tx: &(impl Directory + Ledger + AuditTrail + Outbox), changer: &Changer<'_>, old: &str, new: &str) -> Outcome<()> {
    let outcome = org::change_own_password(tx, changer.user, old, new, (changer.now, changer.entropy))?;
    if outcome.is_ok() {
        follow(tx, changer, changer.user.id)?;
    }
    Ok(outcome)
}

/// Makes up a password, which must be replaced after the next login.
pub fn reset_password(tx: &(impl Directory + Ledger + AuditTrail + Outbox), changer: &Changer<'_>, of: UserId) -> Outcome<String> {
    let outcome = org::reset_password(tx, changer.user, of, (changer.now, changer.entropy))?;
    if outcome.is_ok() {
        follow(tx, changer, of)?;
    }
    Ok(outcome)
}

fn follow(tx: &(impl Directory + Ledger + AuditTrail + Outbox), changer: &Changer<'_>, of: UserId) -> Result<(), StoreError> {
    if of == changer.user.id {
        return changed_own_password(tx, of, Some(changer.session.digest), changer.now);
    }
    if changer.switches.reset_ends_sessions {
        happen(tx, Event::PasswordReset(of))?;
    }
    let name = tx.user(of)?.map(|user| user.name).unwrap_or_default();
    tx.audit_user(Actor::new(changer.user.id, changer.now), (&name, of), UserTurn::PasswordReset)
}

/// What follows wherever users changed their own passwords: the other browsers are logged out, the trail tells, and the security token that
/// changed with the password is e-mailed. `kept` is the session it was done in.
pub fn changed_own_password(
    tx: &(impl Directory + Ledger + AuditTrail + Outbox),
    user: UserId,
    kept: Option<Digest>,
    now: Timestamp,
) -> Result<(), StoreError> {
    happen(tx, Event::PasswordChanged { user, kept })?;
    let name = tx.user(user)?.map(|user| user.name).unwrap_or_default();
    tx.audit_user(Actor::new(user, now), (&name, user), UserTurn::PasswordChanged)?;
    mail_security_token(tx, user, now)
}
