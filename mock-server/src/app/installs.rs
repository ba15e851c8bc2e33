//! An admin's acts on apps, with what they do to tokens: `gate-and-policies.md`, section 4.

use super::{App, LiveOrg};
use crate::apps::{
    AppDefinition, AppKind, InstallRefused, InstalledPackage, Installs, OrgApp, Package, PackageRequest, Presence, block, first_row, install,
    install_package, settle, unblock, uninstall,
};
use crate::id::{AppId, UserId};
use crate::oauth::{Event, happen};
use crate::org::audit::section;
use crate::org::{Actor, AuditTrail};
use crate::storage::StoreError;
use crate::store::Tx;

impl App {
    /// Lifts the gate for everybody whom the app's policies admit.
    pub fn install_app(&self, org: &LiveOrg, app: &AppDefinition, by: Option<UserId>) -> Result<Result<(), InstallRefused>, StoreError> {
        org.write(|tx| match install(app, &self.row(tx, org, app)?, self.now()) {
            Ok(next) => {
                tx.put_org_app(&next)?;
                self.note(tx, app, by, AppTurn::Installed).map(Ok)
            }
            Err(refused) => Ok(Err(refused)),
        })
    }

    /// Closes the gate again and ends the tokens of all users.
    /// GUESS: an app that came in a package goes with the whole package; a package uninstall in a real org would tell.
    pub fn uninstall_app(&self, org: &LiveOrg, app: &AppDefinition, by: Option<UserId>) -> Result<Result<(), InstallRefused>, StoreError> {
        org.write(|tx| {
            let row = self.row(tx, org, app)?;
            let next = match uninstall(&row) {
                Ok(next) => next,
                Err(refused) => return Ok(Err(refused)),
            };
            remove(tx, &next)?;
            self.note(tx, app, by, AppTurn::Uninstalled)?;
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
    pub fn block_app(&self, org: &LiveOrg, app: &AppDefinition, by: Option<UserId>) -> Result<(), StoreError> {
        org.write(|tx| {
            tx.put_org_app(&block(&self.row(tx, org, app)?))?;
            happen(tx, Event::AppBlocked(app.id))?;
            self.note(tx, app, by, AppTurn::Blocked)
        })
    }

    pub fn unblock_app(&self, org: &LiveOrg, app: &AppDefinition, by: Option<UserId>) -> Result<(), StoreError> {
        org.write(|tx| {
            tx.put_org_app(&unblock(&self.row(tx, org, app)?))?;
            self.note(tx, app, by, AppTurn::Unblocked)
        })
    }

    /// Installs a package with all its apps.
    pub fn install_package(
        &self,
        org: &LiveOrg,
        package: &Package,
        request: PackageRequest<'_>,
        by: Option<UserId>,
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
            let display = format!("Installed package {} {}", package.name, package.version);
            tx.audit(Actor { user: by, at: self.now() }, section::PACKAGES, "packageInstall", &display)?;
            Ok(Ok(installed))
        })
    }

    /// Ends the approvals of one user, or of all, for an app, with every token that came of them.
    pub fn revoke_approvals(&self, org: &LiveOrg, app: AppId, of: Option<UserId>) -> Result<(), StoreError> {
        org.write(|tx| happen(tx, Event::ApprovalsRevoked { app, user: of }).map(|_| ()))
    }

    fn note(&self, tx: &Tx<'_>, app: &AppDefinition, by: Option<UserId>, turn: AppTurn) -> Result<(), StoreError> {
        note_app(tx, Actor { user: by, at: self.now() }, app, turn)
    }

    fn row(&self, tx: &Tx<'_>, org: &LiveOrg, app: &AppDefinition) -> Result<OrgApp, StoreError> {
        Ok(tx.org_app(app.id)?.unwrap_or_else(|| first_row(app, org.id(), &org.switches(), self.now())))
    }
}

/// What an admin did to an app.
///
/// GUESS: codes and sentences; that the section is Connected Apps is documented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppTurn {
    Created,
    Changed,
    Deleted,
    Installed,
    Uninstalled,
    Blocked,
    Unblocked,
    PoliciesChanged,
}

/// Notes it in the audit trail.
pub fn note_app(tx: &Tx<'_>, actor: Actor, app: &AppDefinition, turn: AppTurn) -> Result<(), StoreError> {
    let (section, kind) = match app.kind {
        AppKind::ConnectedApp => (section::CONNECTED_APPS, "Connected App"),
        AppKind::ExternalClientApp => (section::EXTERNAL_CLIENT_APPS, "External Client App"),
    };
    let (action, verb) = match turn {
        AppTurn::Created => ("insertConnectedApplication", "Created"),
        AppTurn::Changed => ("updateConnectedApplication", "Changed"),
        AppTurn::Deleted => ("deleteConnectedApplication", "Deleted"),
        AppTurn::Installed => ("installConnectedApplication", "Installed"),
        AppTurn::Uninstalled => ("uninstallConnectedApplication", "Uninstalled"),
        AppTurn::Blocked => ("blockConnectedApplication", "Blocked"),
        AppTurn::Unblocked => ("unblockConnectedApplication", "Unblocked"),
        AppTurn::PoliciesChanged => ("updateConnectedApplicationPolicy", "Changed policies of"),
    };
    tx.audit(actor, section, action, &format!("{verb} {kind} {}", app.name))
}

/// Stores the row of an app that is installed no more, and ends what it held.
fn remove(tx: &Tx<'_>, next: &OrgApp) -> Result<(), StoreError> {
    tx.put_org_app(next)?;
    happen(tx, Event::AppUninstalled(next.app)).map(|_| ())
}
