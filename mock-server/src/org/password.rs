//! Setting passwords: what a new one must be, and who may set whose. Source: Salesforce help, default password policies.

use super::{Directory, Permission, User, UserChange};
use crate::clock::{Entropy, Timestamp};
use crate::id::UserId;
use crate::secret::Secret;
use crate::storage::StoreError;

/// Characters of a password at least.
const SHORTEST: usize = 8;

/// Why a password was not set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordRefusal {
    #[error("Your password must be at least {SHORTEST} characters long.")]
    TooShort,
    #[error("Your password must include letters and numbers")]
    NoMix,
    #[error("Your password cannot equal or contain your user name.")]
    HoldsUsername,
    #[error("invalid repeated password")]
    Repeated,
    /// The password to be replaced is another.
    #[error("Your old password is invalid.")]
    WrongOld,
    #[error("invalid cross reference id")]
    NoSuchUser,
    /// Somebody else's password takes a permission.
    #[error("insufficient access rights on object id")]
    NotAllowed,
}

impl PasswordRefusal {
    /// Salesforce's code.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooShort | Self::NoMix | Self::HoldsUsername | Self::Repeated => "INVALID_NEW_PASSWORD",
            Self::WrongOld => "INVALID_OLD_PASSWORD",
            Self::NoSuchUser => "INVALID_CROSS_REFERENCE_KEY",
            Self::NotAllowed => "INSUFFICIENT_ACCESS_OR_READONLY",
        }
    }
}

type Outcome<T> = Result<Result<T, PasswordRefusal>, StoreError>;

/// Gives a user a password, one's own or, with the permission to, another's. The security token changes with it.
pub fn set_password(tx: &impl Directory, by: &User, of: UserId, new: &str, (now, entropy): (Timestamp, &Entropy)) -> Outcome<()> {
    let Some(user) = tx.user(of)? else { return Ok(Err(PasswordRefusal::NoSuchUser)) };
    if let Some(refusal) = not_allowed(by, of).or_else(|| password_fault(&user.username, user.password.as_ref(), new)) {
        return Ok(Err(refusal));
    }
    store(tx, by.id, of, new, false, (now, entropy)).map(Ok)
}

/// Replaces one's own password by proving the old one.
pub fn change_own_password(tx: &impl Directory, user: &User, old: &str, new: &str, (now, entropy): (Timestamp, &Entropy)) -> Outcome<()> {
    if !user.password.as_ref().is_some_and(|known| known.matches(old)) {
        return Ok(Err(PasswordRefusal::WrongOld));
    }
    set_password(tx, user, user.id, new, (now, entropy))
}

/// Makes up a password, which must be replaced after the next login.
pub fn reset_password(tx: &impl Directory, by: &User, of: UserId, (now, entropy): (Timestamp, &Entropy)) -> Outcome<String> {
    if tx.user(of)?.is_none() {
        return Ok(Err(PasswordRefusal::NoSuchUser));
    }
    if let Some(refusal) = not_allowed(by, of) {
        return Ok(Err(refusal));
    }
    // A letter and a digit in front make it one that could be set.
    let made_up = format!("p7{}", entropy.token(10));
    store(tx, by.id, of, &made_up, true, (now, entropy))?;
    Ok(Ok(made_up))
}

fn store(tx: &impl Directory, by: UserId, of: UserId, new: &str, expired: bool, (now, entropy): (Timestamp, &Entropy)) -> Result<(), StoreError> {
    let change = UserChange {
        password: Some(Some(Secret(new.to_owned()))),
        password_expired: Some(expired),
        security_token: Some(Secret(entropy.token(24))),
        failed_logins: Some((0, None)),
        ..UserChange::default()
    };
    tx.change_user(of, &change, Some(by), now)
}

fn not_allowed(by: &User, of: UserId) -> Option<PasswordRefusal> {
    let allowed = by.id == of || by.has(Permission::ResetPasswords) || by.has(Permission::ManageUsers);
    (!allowed).then_some(PasswordRefusal::NotAllowed)
}

/// What is wrong with a new password of a user of this name, who has another or none.
pub fn password_fault(username: &str, current: Option<&Secret>, new: &str) -> Option<PasswordRefusal> {
    let has = |kind: fn(&char) -> bool| new.chars().any(|c| kind(&c));
    match () {
        () if new.chars().count() < SHORTEST => Some(PasswordRefusal::TooShort),
        () if !has(|c| c.is_alphabetic()) || !has(char::is_ascii_digit) => Some(PasswordRefusal::NoMix),
        () if new.to_lowercase().contains(&username.to_lowercase()) => Some(PasswordRefusal::HoldsUsername),
        () if current.is_some_and(|current| current.matches(new)) => Some(PasswordRefusal::Repeated),
        () => None,
    }
}
