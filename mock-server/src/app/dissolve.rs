//! Removing an org with all that hangs on it.

use super::{App, LiveOrg, Taken};
use crate::org::{Actor, Directory};

impl App {
    /// Removes an org with its users, and the apps and packages it defines.
    pub fn dissolve_org(&self, org: &LiveOrg) -> Result<(), Taken> {
        let registry = self.registry();
        for package in registry.packages().iter().filter(|package| package.owner == org.id()) {
            self.remove_package(package.id)?;
        }
        for definition in registry.apps().iter().filter(|definition| definition.owner == org.id()) {
            self.delete_app(definition, Actor::system(self.now()))?;
        }
        for user in org.read(|tx| tx.users())? {
            self.remove_user(org, user.id)?;
        }
        Ok(self.remove_org(org.id())?)
    }
}
