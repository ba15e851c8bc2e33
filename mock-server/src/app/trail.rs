//! What an admin's acts on users and orgs leave in the audit trail.

use super::{App, LiveOrg};
use crate::id::UserId;
use crate::oauth::{Event, happen};
use crate::org::audit::section;
use crate::org::{Actor, AuditTrail, Directory, Mail, MailKind, Org, Outbox, User, UserChange, UserTurn};
use crate::storage::StoreError;
use crate::store::Tx;

/// Notes what a change made of a user, and ends what it ends.
pub(super) fn user_changed(tx: &Tx<'_>, actor: Actor, before: &User, change: &UserChange) -> Result<(), StoreError> {
    let about = (&*before.name, before.id);
    let turned = |value: Option<bool>, was: bool| value.filter(|now| *now != was);
    match turned(change.is_active, before.is_active) {
        Some(true) => tx.audit_user(actor, about, UserTurn::Activated)?,
        Some(false) => {
            happen(tx, Event::UserDeactivated(before.id))?;
            tx.audit_user(actor, about, UserTurn::Deactivated)?;
        }
        None => {}
    }
    match turned(change.is_frozen, before.is_frozen) {
        Some(true) => {
            happen(tx, Event::UserFrozen(before.id))?;
            tx.audit_user(actor, about, UserTurn::Frozen)?;
        }
        Some(false) => tx.audit_user(actor, about, UserTurn::Unfrozen)?,
        None => {}
    }
    if change.password.as_ref().is_some_and(|password| *password != before.password) {
        tx.audit_user(actor, about, UserTurn::PasswordReset)?;
    }
    if let Some(to) = change.email.as_deref().filter(|to| *to != before.email) {
        tx.audit_user(actor, about, UserTurn::EmailChanged { from: &before.email, to })?;
    }
    if let Some(to) = change.username.as_deref().filter(|to| *to != before.username) {
        tx.audit_user(actor, about, UserTurn::UsernameChanged { from: &before.username, to })?;
    }
    let Some(after) = tx.user(before.id)? else { return Ok(()) };
    if after.profile.id != before.profile.id {
        tx.audit_user(actor, about, UserTurn::ProfileChanged { from: &before.profile.label, to: &after.profile.label })?;
    }
    for set in after.permission_sets.iter().filter(|set| !before.permission_sets.iter().any(|known| known.id == set.id)) {
        tx.audit_user(actor, about, UserTurn::PermissionSetAssigned(&set.label))?;
    }
    for set in before.permission_sets.iter().filter(|set| !after.permission_sets.iter().any(|kept| kept.id == set.id)) {
        tx.audit_user(actor, about, UserTurn::PermissionSetUnassigned(&set.label))?;
    }
    Ok(())
}

/// Notes what a change made of an org, and ends what it ends.
///
/// GUESS: what Setup writes when one of its switches is set has a code and a sentence for each; here one of each serves all.
pub(super) fn org_changed(tx: &Tx<'_>, actor: Actor, before: &Org, after: &Org) -> Result<(), StoreError> {
    if after.locked && !before.locked {
        happen(tx, Event::OrgLocked)?;
    }
    if after.name != before.name {
        if before.switches().my_domain_change_ends_tokens {
            happen(tx, Event::MyDomainChanged)?;
        }
        let display = format!("Changed My Domain name from {} to {}", before.name, after.name);
        tx.audit(actor, section::COMPANY_INFORMATION, "changedMyDomainName", &display)?;
    }
    if after.session_timeout != before.session_timeout {
        let display = format!("Changed session timeout from {} to {} minutes", before.session_timeout / 60, after.session_timeout / 60);
        tx.audit(actor, section::SECURITY_CONTROLS, "changedSessionTimeout", &display)?;
    }
    for linked in after.linked_namespaces.iter().filter(|linked| !before.linked_namespaces.contains(linked)) {
        tx.audit(actor, section::COMPANY_INFORMATION, "linkedNamespace", &format!("Linked namespace {} to Dev Hub", linked.prefix))?;
    }
    for gone in before.linked_namespaces.iter().filter(|known| !after.linked_namespaces.contains(known)) {
        tx.audit(actor, section::COMPANY_INFORMATION, "unlinkedNamespace", &format!("Unlinked namespace {} from Dev Hub", gone.prefix))?;
    }
    for scope in after.custom_scopes.iter().filter(|scope| !before.custom_scopes.contains(scope)) {
        let verb = if before.custom_scope(&scope.name).is_some() { "Changed" } else { "Created" };
        tx.audit(actor, section::CONNECTED_APPS, "savedOauthCustomScope", &format!("{verb} OAuth custom scope {}", scope.name))?;
    }
    for gone in before.custom_scopes.iter().filter(|scope| after.custom_scope(&scope.name).is_none()) {
        tx.audit(actor, section::CONNECTED_APPS, "deletedOauthCustomScope", &format!("Deleted OAuth custom scope {}", gone.name))?;
    }
    let policies = |org: &Org| match serde_json::to_value(org.switches()) {
        Ok(serde_json::Value::Object(members)) => members,
        _ => serde_json::Map::new(),
    };
    let was = policies(before);
    for (name, value) in policies(after).into_iter().filter(|(name, value)| was.get(name) != Some(value)) {
        let display = format!("Changed {} to {value}", name.replace('_', " "));
        tx.audit(actor, section::SECURITY_CONTROLS, "changedSecuritySetting", &display)?;
    }
    Ok(())
}

impl App {
    /// What Salesforce does after a login through an anonymizing network: it freezes the user, revokes all refresh tokens, and writes an
    /// e-mail. Source: Salesforce help 005318944.
    pub fn contain_user(&self, org: &LiveOrg, id: UserId) -> Result<(), StoreError> {
        org.write(|tx| {
            let Some(user) = tx.user(id)? else { return Ok(()) };
            let actor = Actor::system(self.now());
            tx.change_user(id, &UserChange { is_frozen: Some(true), ..UserChange::default() }, None, actor.at)?;
            happen(tx, Event::UserContained(id))?;
            tx.audit_user(actor, (&user.name, id), UserTurn::Frozen)?;
            tx.send(&Mail {
                at: actor.at,
                kind: MailKind::SecurityNotification,
                user: Some(id),
                to: user.email.clone(),
                subject: "Salesforce Security notification".to_owned(),
                body: format!(
                    "We detected activity of {} from an anonymizing network. The user is frozen, and all of its refresh tokens are revoked. \
                     Check Session Management, unfreeze the user, reset the password, and authorize your apps again.",
                    user.username
                ),
                code: None,
                link: None,
            })
        })
    }
}
