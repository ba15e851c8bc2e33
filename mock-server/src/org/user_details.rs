//! What the pages New User and User Edit say of a user, and what they refuse. Lengths are those that describe shows.

use super::{NewUser, User, UserChange};
use crate::id::{RecordId, UserId};
use crate::secret::Secret;

/// A user as somebody fills it in. Texts are trimmed; an empty one was left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserDetails {
    pub first_name: String,
    pub last_name: String,
    pub alias: String,
    pub email: String,
    pub username: String,
    pub nickname: String,
    /// `None`: no profile was chosen, or none that there is.
    pub profile: Option<RecordId>,
    pub is_active: bool,
}

/// Why a user was not saved. GUESS: the words of the pages but for those that the API has as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UserFault {
    #[error("You must enter a value")]
    Missing(&'static str),
    #[error("Value is too long: it has at most {1} characters")]
    TooLong(&'static str, usize),
    #[error("Invalid email address")]
    NoAddress(&'static str),
    #[error(
        "Duplicate Username. The username already exists in this or another Salesforce organization. Usernames must be unique across all \
         Salesforce organizations. To resolve, use a different username (it doesn't need to match the user's email address)."
    )]
    DuplicateUsername,
    #[error("Duplicate Nickname. Another user has already selected this nickname. Please select another.")]
    DuplicateNickname,
    #[error("You can't deactivate your own user.")]
    OwnUser,
    #[error("You can't freeze your own user.")]
    OwnFreeze,
}

impl UserFault {
    /// API name of the field it is about.
    pub fn field(self) -> &'static str {
        match self {
            Self::Missing(field) | Self::TooLong(field, _) | Self::NoAddress(field) => field,
            Self::DuplicateUsername => "Username",
            Self::DuplicateNickname => "CommunityNickname",
            Self::OwnUser | Self::OwnFreeze => "IsActive",
        }
    }
}

impl UserDetails {
    /// What a page shows of a user before anything is changed.
    pub fn of(user: &User) -> Self {
        Self {
            first_name: user.first_name.clone().unwrap_or_default(),
            last_name: user.last_name.clone(),
            alias: user.alias.clone(),
            email: user.email.clone(),
            username: user.username.clone(),
            nickname: user.nickname.clone(),
            profile: Some(user.profile.id),
            is_active: user.is_active,
        }
    }

    /// What is wrong with it, whatever other users there are.
    pub fn faults(&self) -> Vec<UserFault> {
        let texts = [
            ("FirstName", &self.first_name, 40, false),
            ("LastName", &self.last_name, 80, true),
            ("Alias", &self.alias, 8, true),
            ("Email", &self.email, 128, true),
            ("Username", &self.username, 80, true),
            ("CommunityNickname", &self.nickname, 40, true),
        ];
        let mut faults = Vec::new();
        for (field, text, most, required) in texts {
            match text.chars().count() {
                0 if required => faults.push(UserFault::Missing(field)),
                count if count > most => faults.push(UserFault::TooLong(field, most)),
                0 => {}
                _ if matches!(field, "Email" | "Username") && !is_address(text) => faults.push(UserFault::NoAddress(field)),
                _ => {}
            }
        }
        if self.profile.is_none() {
            faults.push(UserFault::Missing("ProfileId"));
        }
        faults
    }

    /// The user to be made, without a password: a link lets the user choose one. Time zone and language are those of `by`.
    pub fn new_user(&self, profile: RecordId, security_token: Secret, by: &User) -> NewUser {
        NewUser {
            id: None,
            username: self.username.clone(),
            nickname: Some(self.nickname.clone()),
            email: self.email.clone(),
            first_name: self.given_name(),
            last_name: self.last_name.clone(),
            alias: self.alias.clone(),
            is_active: self.is_active,
            time_zone: by.time_zone.clone(),
            locale: by.locale.clone(),
            language: by.language.clone(),
            password: None,
            security_token,
            profile,
            permission_sets: Vec::new(),
        }
    }

    pub fn change(&self) -> UserChange {
        UserChange {
            username: Some(self.username.clone()),
            nickname: Some(self.nickname.clone()),
            email: Some(self.email.clone()),
            first_name: Some(self.given_name()),
            last_name: Some(self.last_name.clone()),
            alias: Some(self.alias.clone()),
            is_active: Some(self.is_active),
            profile: self.profile,
            ..UserChange::default()
        }
    }

    /// What nobody may do to the own user.
    pub fn fault_of_own(&self, user: UserId, by: UserId) -> Option<UserFault> {
        (user == by && !self.is_active).then_some(UserFault::OwnUser)
    }

    fn given_name(&self) -> Option<String> {
        (!self.first_name.is_empty()).then(|| self.first_name.clone())
    }
}

/// Whether a text has the form of an e-mail address, as a username has too.
fn is_address(text: &str) -> bool {
    let parts = text.split_once('@').filter(|(local, domain)| !local.is_empty() && !domain.contains('@'));
    let named = parts.is_some_and(|(_, domain)| domain.split('.').count() > 1 && domain.split('.').all(|label| !label.is_empty()));
    named && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn details() -> UserDetails {
        UserDetails {
            first_name: String::new(),
            last_name: "Lovelace".into(),
            alias: "ada".into(),
            email: "ada@acme.example".into(),
            username: "ada@acme.example".into(),
            nickname: "ada".into(),
            profile: RecordId::parse("00eFk0000000001").ok(),
            is_active: true,
        }
    }

    #[test]
    fn a_user_needs_names_addresses_and_a_profile() {
        assert_eq!(details().faults(), []);
        let missing = ["LastName", "Alias", "Email", "Username", "CommunityNickname", "ProfileId"].map(UserFault::Missing);
        assert_eq!(UserDetails::default().faults(), missing);
    }

    #[test]
    fn addresses_and_lengths_are_looked_at() {
        let check = |change: fn(&mut UserDetails), expected: UserFault| {
            let mut details = details();
            change(&mut details);
            assert_eq!(details.faults(), [expected]);
        };
        check(|details| details.username = "ada".into(), UserFault::NoAddress("Username"));
        check(|details| details.username = "ada@acme".into(), UserFault::NoAddress("Username"));
        check(|details| details.email = "a b@acme.example".into(), UserFault::NoAddress("Email"));
        check(|details| details.email = "ada@acme..example".into(), UserFault::NoAddress("Email"));
        check(|details| details.alias = "a".repeat(9), UserFault::TooLong("Alias", 8));
        check(|details| details.first_name = "a".repeat(41), UserFault::TooLong("FirstName", 40));
    }

    #[test]
    fn nobody_deactivates_the_own_user() {
        let (one, other) = (UserId::parse("005Fk0000000001").unwrap(), UserId::parse("005Fk0000000002").unwrap());
        let inactive = UserDetails { is_active: false, ..details() };
        assert_eq!(inactive.fault_of_own(one, one), Some(UserFault::OwnUser));
        assert_eq!(inactive.fault_of_own(one, other), None);
        assert_eq!(details().fault_of_own(one, one), None);
    }
}
