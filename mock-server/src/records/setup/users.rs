//! Users and roles.

use std::collections::HashSet;

use super::Setup;
use crate::id::RecordId;
use crate::org::Permission;
use crate::records::error::RecordError;
use crate::records::values::Value;

/// What only who manages users may change, of whomever.
const MANAGED: [&str; 6] = ["IsActive", "ProfileId", "Username", "UserRoleId", "FederationIdentifier", "Alias"];

impl Setup<'_, '_, '_> {
    pub(super) fn user(&mut self) -> Result<(), RecordError> {
        self.may_change_user()?;
        if let Some(username) = self.given("Username").and_then(Value::as_text).map(str::to_owned) {
            self.username(&username)?;
        }
        let nickname = self.nickname()?;
        self.fill("CommunityNickname", Value::Text(nickname));
        self.fill("IsActive", Value::Integer(1));
        if self.stored.is_some_and(|(id, _)| id == self.change.by.record()) && self.given("IsActive").is_some_and(|active| !active.is_true()) {
            // GUESS: the words are those of the page; the API's are not recorded.
            return self.refuse("FIELD_INTEGRITY_EXCEPTION", "You can't deactivate your own user.", &["IsActive"]);
        }
        Ok(())
    }

    /// Everybody changes what is personal of the own user; the rest takes Manage Users.
    fn may_change_user(&self) -> Result<(), RecordError> {
        let Some((id, _)) = self.stored.filter(|_| !self.change.access.has(Permission::ManageUsers)) else { return Ok(()) };
        if id != self.change.by.record() {
            return Err(RecordError::InsufficientAccess);
        }
        let managed: Vec<String> = MANAGED.iter().filter(|name| self.given(name).is_some()).map(|&name| name.to_owned()).collect();
        if managed.is_empty() { Ok(()) } else { Err(RecordError::ReadOnlyFields(managed)) }
    }

    fn username(&self, username: &str) -> Result<(), RecordError> {
        let is_address = username.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.') && !domain.contains('@'));
        if !is_address || username.contains(char::is_whitespace) {
            return self.refuse("INVALID_EMAIL_ADDRESS", format!("Username: invalid email address: {username}"), &["Username"]);
        }
        let taken = self.other_with("Username", username)?.is_some() || !self.rows.claim_username(username)?;
        if !taken {
            return Ok(());
        }
        self.refuse(
            "DUPLICATE_USERNAME",
            "Duplicate Username.<br>The username already exists in this or another Salesforce organization. \
             Usernames must be unique across all Salesforce organizations. To resolve, use a different username \
             (it doesn't need to match the user's email address). ",
            &["Username"],
        )
    }

    /// The nickname given, or one made of the username.
    fn nickname(&self) -> Result<String, RecordError> {
        if let Some(given) = self.given("CommunityNickname").and_then(Value::as_text).filter(|text| !text.is_empty()) {
            if self.other_with("CommunityNickname", given)?.is_some() {
                return self.refuse(
                    "DUPLICATE_COMM_NICKNAME",
                    "Duplicate Nickname.<br>Another user has already selected this nickname.<br>Please select another.",
                    &["CommunityNickname"],
                );
            }
            return Ok(given.to_owned());
        }
        let username = self.text("Username").unwrap_or_default();
        let stem: String = username.split('@').next().unwrap_or_default().chars().take(34).collect();
        let mut nickname = stem.clone();
        let mut count = 1;
        while self.stored.is_none() && self.other_with("CommunityNickname", &nickname)?.is_some() {
            count += 1;
            nickname = format!("{stem}{count}");
        }
        Ok(nickname)
    }

    pub(super) fn role(&mut self) -> Result<(), RecordError> {
        self.developer_name("Name", "DeveloperName")?;
        self.fill("OpportunityAccessForAccountOwner", Value::Text("Edit".to_owned()));
        self.fill("CaseAccessForAccountOwner", Value::Text("Edit".to_owned()));
        let (Some((own, _)), Some(parent)) = (self.stored, self.text("ParentRoleId").map(str::to_owned)) else { return Ok(()) };
        let mut seen = HashSet::new();
        let mut next = RecordId::parse(&parent).ok();
        while let Some(role) = next.filter(|role| seen.insert(*role)) {
            if role == own {
                // GUESS: the words are remembered, not recorded.
                return self.refuse("CIRCULAR_DEPENDENCY", "Parent Role: this role is below the one it would report to", &["ParentRoleId"]);
            }
            let index = self.draft.object.field_index("ParentRoleId");
            let values = self.rows.load(self.draft.object, role)?;
            next = values.zip(index).and_then(|(values, index)| RecordId::parse(values[index].as_text()?).ok());
        }
        Ok(())
    }
}
