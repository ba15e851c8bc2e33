//! An admin's acts on apps, with what they do to tokens: `gate-and-policies.md`, section 4.

use super::{App, LiveOrg};
use crate::apps::{
    AppDefinition, AppKind, Install, InstallRefused, InstalledPackage, InstalledRelease, Installs, OrgApp, PackageRequest, Presence, Release, block,
    check_install, check_key, dependents, first_row, install, missing_dependencies, settle, unblock, uninstall,
};
use crate::id::{AppId, PackageVersionId, UserId};
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
            if let Some(package) = row.package
                && let Err(refused) = self.take_out(tx, org, package, by)?
            {
                return Ok(Err(refused));
            }
            // What its package took along is no longer there; whoever came without one goes now.
            match uninstall(&row) {
                Ok(next) if row.package.is_none() => {
                    remove(tx, &next)?;
                    self.note(tx, app, by, AppTurn::Uninstalled).map(Ok)
                }
                other => Ok(other.map(drop)),
            }
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

    /// Installs a package with all its apps, or puts this version in the place of the one that is there.
    pub fn install_package(
        &self,
        org: &LiveOrg,
        release: &Release,
        request: PackageRequest<'_>,
        by: Option<UserId>,
    ) -> Result<Result<Install, InstallRefused>, StoreError> {
        org.write(|tx| self.install_within(tx, org, release, request, by))
    }

    /// The same inside a transaction that is open.
    pub fn install_within(
        &self,
        tx: &Tx<'_>,
        org: &LiveOrg,
        release: &Release,
        request: PackageRequest<'_>,
        by: Option<UserId>,
    ) -> Result<Result<Install, InstallRefused>, StoreError> {
        let allowed = check_install(release, &org.facts(), &self.installed(tx)?).and_then(|install| {
            check_key(release, request.key)?;
            if request.acknowledged { Ok(install) } else { Err(InstallRefused::NotAcknowledged) }
        });
        let install = match allowed {
            Ok(Install::Nothing) => return Ok(Ok(Install::Nothing)),
            Ok(install) if self.missing_dependencies(tx, release)?.is_empty() => install,
            Ok(_) => return Ok(Err(InstallRefused::DependencyMissing)),
            Err(refused) => return Ok(Err(refused)),
        };
        let installed = InstalledPackage { version: release.version.id, installed_at: self.now(), audience: request.audience };
        if let Err(refused) = self.put_in(tx, org, release, &installed, by)? {
            return Ok(Err(refused));
        }
        let display = format!("Installed package {} {}", release.package.name, release.version.number);
        tx.audit(Actor { user: by, at: self.now() }, section::PACKAGES, "packageInstall", &display)?;
        Ok(Ok(install))
    }

    /// Puts a package with its components and the apps it carries into the org, in the place of another version of it. Asks nobody, but the org must
    /// take the components.
    pub fn put_in(
        &self,
        tx: &Tx<'_>,
        org: &LiveOrg,
        release: &Release,
        installed: &InstalledPackage,
        by: Option<UserId>,
    ) -> Result<Result<(), InstallRefused>, StoreError> {
        if let Err(wrong) = self.bring_in(tx, org, release, by)? {
            return Ok(Err(InstallRefused::Components(wrong)));
        }
        let (registry, version) = (self.registry(), &release.version);
        self.note_subscriber(org.id())?;
        for known in self.installed(tx)?.iter().filter(|known| known.release.package.id == release.package.id) {
            tx.remove_installed_package(known.installed.version)?;
        }
        for app in version.apps.iter().filter_map(|id| registry.app(*id)) {
            let row = self.row(tx, org, &app)?;
            if row.presence != Presence::Own {
                let scopes = version.scopes.get(&app.id).cloned();
                tx.put_org_app(&OrgApp { package: Some(version.id), scopes, ..settle(&row, Presence::Installed, self.now()) })?;
            }
        }
        // GUESS: an app that the new version no longer carries goes; in a real org it would stay until an admin deletes it.
        let carried_before = |row: &&OrgApp| {
            row.package.is_some_and(|by| by != version.id && registry.release(by).is_some_and(|by| by.package.id == release.package.id))
        };
        for row in tx.org_apps()?.iter().filter(carried_before) {
            if let Ok(next) = uninstall(row) {
                remove(tx, &next)?;
            }
        }
        tx.put_installed_package(installed).map(Ok)
    }

    /// Takes a package out with all that it brought: the tokens of its apps end.
    pub fn uninstall_package(&self, org: &LiveOrg, version: PackageVersionId, by: Option<UserId>) -> Result<Result<(), InstallRefused>, StoreError> {
        org.write(|tx| self.uninstall_within(tx, org, version, by))
    }

    /// The same inside a transaction that is open.
    pub fn uninstall_within(
        &self,
        tx: &Tx<'_>,
        org: &LiveOrg,
        version: PackageVersionId,
        by: Option<UserId>,
    ) -> Result<Result<(), InstallRefused>, StoreError> {
        let registry = self.registry();
        let installed = self.installed(tx)?;
        if let Some(release) = registry.release(version) {
            let package_of = |id| registry.release(id).map(|needed| needed.package.id);
            if !dependents(&release, &installed, package_of).is_empty() {
                return Ok(Err(InstallRefused::Required));
            }
        }
        if !tx.installed_packages()?.iter().any(|known| known.version == version) {
            return Ok(Err(InstallRefused::NotInstalled));
        }
        self.take_out(tx, org, version, by)
    }

    fn take_out(&self, tx: &Tx<'_>, org: &LiveOrg, version: PackageVersionId, by: Option<UserId>) -> Result<Result<(), InstallRefused>, StoreError> {
        let registry = self.registry();
        if let Some(release) = registry.release(version)
            && let Err(needed) = self.take_away(tx, org, &release.package, by)?
        {
            return Ok(Err(InstallRefused::InUse(needed)));
        }
        tx.remove_installed_package(version)?;
        let left = self.installed(tx)?;
        for row in tx.org_apps()?.iter().filter(|row| row.package == Some(version)) {
            // A connected app may have come twice: in its own package, and in one that refers to it.
            if let Some(other) = left.iter().find(|other| other.release.carries(row.app)) {
                tx.put_org_app(&OrgApp { package: Some(other.release.version.id), ..row.clone() })?;
                continue;
            }
            if let Ok(next) = uninstall(row) {
                remove(tx, &next)?;
            }
            if let Some(app) = registry.app(row.app) {
                self.note(tx, &app, by, AppTurn::Uninstalled)?;
            }
        }
        let Some(release) = registry.release(version) else { return Ok(Ok(())) };
        let display = format!("Uninstalled package {} {}", release.package.name, release.version.number);
        tx.audit(Actor { user: by, at: self.now() }, section::PACKAGES, "packageUninstall", &display).map(Ok)
    }

    /// What is installed in an org, as far as its developers still have it.
    pub fn installed(&self, tx: &Tx<'_>) -> Result<Vec<InstalledRelease>, StoreError> {
        let registry = self.registry();
        let known = |installed: InstalledPackage| Some(InstalledRelease { release: registry.release(installed.version)?, installed });
        Ok(tx.installed_packages()?.into_iter().filter_map(known).collect())
    }

    /// The dependencies of a version that an org lacks.
    pub fn missing_dependencies(&self, tx: &Tx<'_>, release: &Release) -> Result<Vec<Release>, StoreError> {
        let registry = self.registry();
        let needed: Vec<_> = release.version.dependencies.iter().filter_map(|id| registry.release(*id)).collect();
        Ok(missing_dependencies(&needed, &self.installed(tx)?).into_iter().cloned().collect())
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
