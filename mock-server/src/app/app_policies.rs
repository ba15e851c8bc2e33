//! What an admin decides about an app in one org: the form of its policies, saved.

use super::{App, AppTurn, LiveOrg, NotSaved, note_app};
use crate::apps::{AppDefinition, Fault, Installs, OrgApp, PolicyDraft, policy_fault};
use crate::org::{Actor, Directory};

impl App {
    /// Puts what the form says in the place of what held.
    pub fn change_policies(&self, org: &LiveOrg, app: &AppDefinition, draft: &PolicyDraft, actor: Actor) -> Result<(), NotSaved> {
        let before = org.org_app(app, self.now())?;
        let mut next = draft.applied_to(&before, app).map_err(NotSaved::Faults)?;
        let mut faults = Vec::new();
        if let Some(fault) = policy_fault(next.refresh_token_policy, app.controls(&org.switches()).idle_limit) {
            faults.push(Fault::new("refresh_amount", fault));
        }
        if let Some(name) = &next.run_as {
            match org.read(|tx| tx.user_named(name))? {
                Some(user) => next.run_as = Some(user.username),
                // GUESS: its words.
                None => faults.push(Fault::new("run_as", "No user of this org has this username.")),
            }
        }
        if let Some(name) = &next.details.handler_user {
            match org.read(|tx| tx.user_named(name))? {
                Some(user) => next.details.handler_user = Some(user.username),
                None => faults.push(Fault::new("handler_user", "No user of this org has this username.")),
            }
        }
        let facts = org.facts();
        if next.details.custom_scopes.iter().any(|name| facts.custom_scope(name).is_none()) {
            faults.push(Fault::new("custom_scopes", "This org has no such custom scope."));
        }
        if !faults.is_empty() {
            return Err(NotSaved::Faults(faults));
        }
        if next == *before {
            return Ok(());
        }
        org.write(|tx| {
            tx.put_org_app(&next)?;
            note_app(tx, actor, app, AppTurn::PoliciesChanged)
        })?;
        self.open_to_guests(org, app, &next)
    }

    /// Whose visitors may use an app must be known before the org's database is opened.
    fn open_to_guests(&self, org: &LiveOrg, app: &AppDefinition, row: &OrgApp) -> Result<(), NotSaved> {
        if !row.guest_users || app.guest_orgs.contains(&org.id()) {
            return Ok(());
        }
        let mut next = app.clone();
        next.guest_orgs.insert(org.id());
        Ok(self.put_app(next)?)
    }
}
