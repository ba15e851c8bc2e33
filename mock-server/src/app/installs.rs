//! An admin's acts on apps, with what they do to tokens: `gate-and-policies.md`, section 4.

use super::{App, LiveOrg};
use crate::apps::{
    AppDefinition, InstallRefused, InstalledPackage, Installs, OrgApp, Package, PackageRequest, Presence, block, first_row, install, install_package,
    settle, unblock, uninstall,
};
use crate::id::{AppId, UserId};
use crate::oauth::{Event, happen};
use crate::storage::StoreError;
use crate::store::Tx;

impl App {
    /// Lifts the gate for everybody whom the app's policies admit.
    pub fn install_app(&self, org: &LiveOrg, app: &AppDefinition) -> Result<Result<(), InstallRefused>, StoreError> {
        org.write(|tx| match install(app, &self.row(tx, org, app)?, self.now()) {
            Ok(next) => tx.put_org_app(&next).map(Ok),
            Err(refused) => Ok(Err(refused)),
        })
    }

    /// Closes the gate again and ends the tokens of all users.
    /// GUESS: an app that came in a package goes with the whole package; a package uninstall in a real org would tell.
    pub fn uninstall_app(&self, org: &LiveOrg, app: &AppDefinition) -> Result<Result<(), InstallRefused>, StoreError> {
        org.write(|tx| {
            let row = self.row(tx, org, app)?;
            let next = match uninstall(&row) {
                Ok(next) => next,
                Err(refused) => return Ok(Err(refused)),
            };
            remove(tx, &next)?;
            if let Some(package) = row.package {
                tx.remove_installed_package(package)?;
                for other in tx.org_apps()?.iter().filter(|other| other.package == Some(package)) {
                    if let Ok(next) = uninstall(other) {
                        remove(tx, &next)?;
                    }
                }
            }
            Ok(Ok(()))
        })
    }

    /// Ends the app's sessions and refuses new ones. Approvals stay, and work again once the app is unblocked.
    pub fn block_app(&self, org: &LiveOrg, app: &AppDefinition) -> Result<(), StoreError> {
        org.write(|tx| {
            tx.put_org_app(&block(&self.row(tx, org, app)?))?;
            happen(tx, Event::AppBlocked(app.id)).map(|_| ())
        })
    }

    pub fn unblock_app(&self, org: &LiveOrg, app: &AppDefinition) -> Result<(), StoreError> {
        org.write(|tx| tx.put_org_app(&unblock(&self.row(tx, org, app)?)))
    }

    /// Installs a package with all its apps.
    pub fn install_package(
        &self,
        org: &LiveOrg,
        package: &Package,
        request: PackageRequest<'_>,
    ) -> Result<Result<InstalledPackage, InstallRefused>, StoreError> {
        let registry = self.registry();
        org.write(|tx| {
            let installed = match install_package(package, &org.facts(), &tx.installed_packages()?, request, self.now()) {
                Ok(installed) => installed,
                Err(refused) => return Ok(Err(refused)),
            };
            for app in package.apps.iter().filter_map(|id| registry.app(*id)) {
                let row = self.row(tx, org, &app)?;
                if row.presence != Presence::Own {
                    tx.put_org_app(&OrgApp { package: Some(package.id), ..settle(&row, Presence::Installed, self.now()) })?;
                }
            }
            tx.put_installed_package(&installed)?;
            Ok(Ok(installed))
        })
    }

    /// Ends the approvals of one user, or of all, for an app, with every token that came of them.
    pub fn revoke_approvals(&self, org: &LiveOrg, app: AppId, of: Option<UserId>) -> Result<(), StoreError> {
        org.write(|tx| happen(tx, Event::ApprovalsRevoked { app, user: of }).map(|_| ()))
    }

    fn row(&self, tx: &Tx<'_>, org: &LiveOrg, app: &AppDefinition) -> Result<OrgApp, StoreError> {
        Ok(tx.org_app(app.id)?.unwrap_or_else(|| first_row(app, org.id(), &org.switches(), self.now())))
    }
}

/// Stores the row of an app that is installed no more, and ends what it held.
fn remove(tx: &Tx<'_>, next: &OrgApp) -> Result<(), StoreError> {
    tx.put_org_app(next)?;
    happen(tx, Event::AppUninstalled(next.app)).map(|_| ())
}
