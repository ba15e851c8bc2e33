//! Rotating an app's consumer details: staged first, then applied.

use super::{App, Taken};
use crate::apps::{AppDefinition, AppKind, ConsumerDetails};
use crate::id::UserId;
use crate::oauth::{Event, happen};
use crate::org::{Actor, AuditTrail, audit};

impl App {
    /// Stages a fresh set of consumer details and returns the app as it is then. `by` is the user who asked for it, if one did.
    pub fn stage_credentials(&self, client: &AppDefinition, by: Option<UserId>) -> Result<AppDefinition, Taken> {
        let staged = client.staging(ConsumerDetails { staged_at: self.now(), staged_by: by, ..ConsumerDetails::fresh(self.entropy()) });
        self.put_app(staged.clone())?;
        self.note_rotation(client, "Staged", by)?;
        Ok(staged)
    }

    /// Puts the staged set in the place of the current one; `None` if nothing is staged. All tokens of a connected app end in every org;
    /// an external client app's live on, and its replaced set goes on working for 30 days. `by` is the user who asked for it, if one did.
    pub fn apply_credentials(&self, client: &AppDefinition, by: Option<UserId>) -> Result<Option<AppDefinition>, Taken> {
        let Some(applied) = client.applying_staged(self.now()) else { return Ok(None) };
        self.put_app(applied.clone())?;
        if client.kind == AppKind::ConnectedApp {
            for org in self.orgs() {
                org.write(|tx| happen(tx, Event::SecretApplied(client.id)))?;
            }
        }
        self.note_rotation(client, "Applied", by)?;
        Ok(Some(applied))
    }

    /// Drops the staged set, if there is one.
    pub fn discard_credentials(&self, client: &AppDefinition) -> Result<(), Taken> {
        self.put_app(AppDefinition { staged: None, ..client.clone() })
    }

    /// Drops the set that another took the place of: whoever still shows it is refused from now on.
    pub fn discard_replaced_credentials(&self, client: &AppDefinition) -> Result<(), Taken> {
        self.put_app(AppDefinition { replaced: None, ..client.clone() })
    }

    /// GUESS: that apps are audited under Connected Apps is documented, the action's name is not.
    fn note_rotation(&self, client: &AppDefinition, what: &str, by: Option<UserId>) -> Result<(), Taken> {
        let Some(owner) = self.org(client.owner) else { return Ok(()) };
        let sentence = format!("{what} rotated consumer details of {}", client.name);
        owner.write(|tx| tx.audit(Actor { user: by, at: self.now() }, audit::section::CONNECTED_APPS, "rotatedConsumerDetails", &sentence))?;
        Ok(())
    }
}
