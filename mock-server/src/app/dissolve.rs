//! Removing an org with all that hangs on it.

use super::installs::note_app;
use super::{App, AppTurn, LiveOrg, Taken};
use crate::apps::{AppDefinition, Installs, revived};
use crate::oauth::{Event, happen};
use crate::org::audit::section;
use crate::org::{Actor, AuditTrail, Directory};
use crate::storage::StoreError;

impl App {
    /// Removes an org with its users, and the apps and packages it defines.
    pub fn dissolve_org(&self, org: &LiveOrg) -> Result<(), Taken> {
        let registry = self.registry();
        for package in registry.packages().iter().filter(|package| package.owner == org.id()) {
            self.remove_package(package.id)?;
        }
        for definition in registry.apps().iter().filter(|definition| definition.owner == org.id()) {
            self.delete_app(definition)?;
        }
        for user in org.read(|tx| tx.users())? {
            self.remove_user(org, user.id)?;
        }
        Ok(self.remove_org(org.id())?)
    }

    /// Removes an app with its tokens and its rows in every org. A connected app that it took the place of is given back to its developer.
    ///
    /// The definition goes last and at once with what it gives back: whoever is interrupted can ask for the removal again.
    pub fn delete_app(&self, known: &AppDefinition) -> Result<(), Taken> {
        for org in self.orgs() {
            org.write(|tx| -> Result<(), StoreError> {
                happen(tx, Event::AppDeleted(known.id))?;
                tx.remove_org_app(known.id)
            })?;
        }
        let old = known.migrated_from.and_then(|id| self.registry().app(id)).filter(|old| old.migrated_to == Some(known.id));
        self.change_apps(old.iter().map(|old| revived(old, known)).collect(), &[known.id])?;
        let actor = Actor::system(self.now());
        if let Some(owner) = self.org(known.owner) {
            owner.write(|tx| note_app(tx, actor, known, AppTurn::Deleted))?;
        }
        let Some(old) = old else { return Ok(()) };
        let Some(owner) = self.org(old.owner) else { return Ok(()) };
        let trail = format!("Connected app {} can be edited again", old.name);
        Ok(owner.write(|tx| tx.audit(actor, section::CONNECTED_APPS, "revivedconnectedapp", &trail))?)
    }
}
