//! App and package definitions: what crosses orgs and is asked for on every request, so it is all in memory.

use std::collections::HashMap;
use std::sync::Arc;

use super::package_rows::rows_of;
use super::{App, Taken};
use crate::apps::{AppDefinition, Package, PackageVersion, Release};
use crate::id::{AppId, OrgId, PackageId, PackageVersionId};
use crate::storage::StoreError;

/// Every app and package of this server by what names it. Never changes: an edit makes a new one.
#[derive(Default, Clone)]
pub struct Registry {
    apps: HashMap<AppId, Arc<AppDefinition>>,
    by_key: HashMap<String, AppId>,
    packages: HashMap<PackageId, Arc<Package>>,
    versions: HashMap<PackageVersionId, Arc<PackageVersion>>,
}

impl Registry {
    pub fn app(&self, id: AppId) -> Option<Arc<AppDefinition>> {
        self.apps.get(&id).cloned()
    }

    /// The app with this consumer key.
    pub fn app_by_key(&self, key: &str) -> Option<Arc<AppDefinition>> {
        self.app(*self.by_key.get(key)?)
    }

    /// The app with this name, consumer key or id.
    pub fn find_app(&self, text: &str) -> Option<Arc<AppDefinition>> {
        self.apps.values().find(|app| app.name == text).cloned().or_else(|| self.app_by_key(text)).or_else(|| self.app(AppId::parse(text).ok()?))
    }

    /// In the order they were made.
    pub fn apps(&self) -> Vec<Arc<AppDefinition>> {
        let mut apps: Vec<_> = self.apps.values().cloned().collect();
        apps.sort_by_key(|app| app.id);
        apps
    }

    pub fn package(&self, id: PackageId) -> Option<Arc<Package>> {
        self.packages.get(&id).cloned()
    }

    /// The package of this name that this org owns.
    pub fn package_named(&self, name: &str, owner: OrgId) -> Option<Arc<Package>> {
        self.packages.values().find(|package| package.name == name && package.owner == owner).cloned()
    }

    /// In the order they were made.
    pub fn packages(&self) -> Vec<Arc<Package>> {
        let mut packages: Vec<_> = self.packages.values().cloned().collect();
        packages.sort_by_key(|package| (package.created.at, package.id));
        packages
    }

    /// A version with its package.
    pub fn release(&self, id: PackageVersionId) -> Option<Release> {
        let version = self.versions.get(&id)?;
        Some(Release { package: self.package(version.package)?, version: Arc::clone(version) })
    }

    /// The versions of a package, the lowest number first.
    pub fn versions(&self, package: PackageId) -> Vec<Arc<PackageVersion>> {
        let mut versions: Vec<_> = self.versions.values().filter(|version| version.package == package).cloned().collect();
        versions.sort_by_key(|version| (version.number, version.id));
        versions
    }

    /// All versions, in the order their packages were made.
    pub fn releases(&self) -> Vec<Release> {
        let of = |package: &Arc<Package>| {
            let package = Arc::clone(package);
            self.versions(package.id).into_iter().map(move |version| Release { package: Arc::clone(&package), version })
        };
        self.packages().iter().flat_map(of).collect()
    }

    /// The version with this id, or the newest of the package of this name.
    pub fn find_release(&self, text: &str) -> Option<Release> {
        let by_id = || self.release(PackageVersionId::parse(text).ok()?);
        self.releases().into_iter().filter(|release| release.package.name == text).max_by_key(|release| release.version.number).or_else(by_id)
    }

    /// The version by which an app comes into an org today: the newest that is released, else the newest of all.
    pub fn carrier(&self, app: AppId) -> Option<Release> {
        let carriers = self.releases().into_iter().filter(|release| release.carries(app) && !release.version.deprecated);
        carriers.max_by_key(|release| (release.version.promoted, release.version.number))
    }

    fn insert_app(&mut self, app: AppDefinition) {
        let app = Arc::new(app);
        self.remove_app(app.id);
        self.by_key.extend(app.consumer_keys().map(|key| (key.to_owned(), app.id)));
        self.apps.insert(app.id, app);
    }

    fn remove_app(&mut self, id: AppId) {
        if let Some(old) = self.apps.remove(&id) {
            for key in old.consumer_keys() {
                self.by_key.remove(key);
            }
        }
    }

    fn clash(&self, app: &AppDefinition) -> Option<Taken> {
        let other = |id: AppId| id != app.id;
        if self.apps.values().any(|known| other(known.id) && known.name == app.name) {
            return Some(Taken::AppName(app.name.clone()));
        }
        let taken = app.consumer_keys().find(|key| self.by_key.get(*key).is_some_and(|id| other(*id)));
        taken.map(|key| Taken::ConsumerKey(key.to_owned()))
    }
}

impl App {
    pub fn registry(&self) -> Arc<Registry> {
        Arc::clone(&self.0.registry.read())
    }

    /// Adds an app, or replaces the one of the same id. Names and consumer keys are unique across all orgs.
    pub fn put_app(&self, app: AppDefinition) -> Result<(), Taken> {
        self.change_apps(vec![app], &[])
    }

    /// Puts these apps, each new or in the place of the one of its id, and removes others: all of it, or nothing. They may hand names and keys to
    /// one another.
    pub fn change_apps(&self, put: Vec<AppDefinition>, remove: &[AppId]) -> Result<(), Taken> {
        let mut registry = self.0.registry.write();
        let mut next = Registry::clone(&registry);
        for id in put.iter().map(|app| app.id).chain(remove.iter().copied()) {
            next.remove_app(id);
        }
        let mut texts = Vec::with_capacity(put.len());
        for app in put {
            if let Some(taken) = next.clash(&app) {
                return Err(taken);
            }
            texts.push((app.id, serde_json::to_string(&app).map_err(StoreError::new)?));
            next.insert_app(app);
        }
        self.0.store.change_apps(&texts, remove)?;
        *registry = Arc::new(next);
        Ok(())
    }

    /// Adds a package, or replaces the one of the same id.
    pub fn put_package(&self, package: Package) -> Result<(), StoreError> {
        let mut registry = self.0.registry.write();
        self.0.store.put_package(package.id, &written(&package)?)?;
        let next = Arc::make_mut(&mut registry);
        let owner = package.owner;
        next.packages.insert(package.id, Arc::new(package));
        self.show_packages(next);
        if let Some(owner) = self.org(owner) {
            owner.outlook().disturb();
        }
        Ok(())
    }

    /// Adds the version that `make` gives, or replaces the one of the same id. Nothing changes meanwhile: whoever numbers a version sees all others.
    pub fn put_version<E: From<StoreError>>(&self, make: impl FnOnce(&Registry) -> Result<PackageVersion, E>) -> Result<Arc<PackageVersion>, E> {
        let mut registry = self.0.registry.write();
        let version = Arc::new(make(&registry)?);
        self.0.store.put_package_version(version.id, &written(&*version)?)?;
        let next = Arc::make_mut(&mut registry);
        next.versions.insert(version.id, Arc::clone(&version));
        self.show_packages(next);
        Ok(version)
    }

    /// Forgets a version, and with its last one the package.
    pub fn remove_version(&self, id: PackageVersionId) -> Result<(), StoreError> {
        let mut registry = self.0.registry.write();
        let next = Arc::make_mut(&mut registry);
        let Some(version) = next.versions.remove(&id) else { return Ok(()) };
        self.0.store.remove_package_version(id)?;
        if next.versions(version.package).is_empty() {
            next.packages.remove(&version.package);
            self.0.store.remove_package(version.package)?;
        }
        self.show_packages(next);
        Ok(())
    }

    /// Forgets a package with all its versions.
    pub fn remove_package(&self, id: PackageId) -> Result<(), StoreError> {
        let mut registry = self.0.registry.write();
        let next = Arc::make_mut(&mut registry);
        for version in next.versions(id) {
            next.versions.remove(&version.id);
            self.0.store.remove_package_version(version.id)?;
        }
        next.packages.remove(&id);
        self.0.store.remove_package(id)?;
        self.show_packages(next);
        Ok(())
    }

    /// Lets queries in all orgs see these packages.
    pub(super) fn show_packages(&self, registry: &Registry) {
        let name = |org| self.org(org).map(|org| org.facts().name.clone());
        self.0.store.show_packages(rows_of(registry, name, self.subscriber_rows(registry)));
    }

    /// Reads all definitions again.
    pub(super) fn load_registry(&self) -> Result<(), StoreError> {
        self.load_subscribers()?;
        let mut registry = Registry::default();
        for text in self.0.store.app_definitions()? {
            registry.insert_app(serde_json::from_str(&text).map_err(StoreError::new)?);
        }
        for text in self.0.store.package_definitions()? {
            let package: Package = serde_json::from_str(&text).map_err(StoreError::new)?;
            registry.packages.insert(package.id, Arc::new(package));
        }
        for text in self.0.store.package_version_definitions()? {
            let version: PackageVersion = serde_json::from_str(&text).map_err(StoreError::new)?;
            registry.versions.insert(version.id, Arc::new(version));
        }
        self.show_packages(&registry);
        *self.0.registry.write() = Arc::new(registry);
        Ok(())
    }
}

fn written(definition: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(definition).map_err(StoreError::new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::RecordId;
    use crate::secret::Secret;

    fn named(number: u32, name: &str, key: &str) -> AppDefinition {
        let id = AppId::try_from(RecordId::numbered(AppId::PREFIX, 1, number)).unwrap();
        AppDefinition::plain(id, name.to_owned(), OrgId::numbered(1), (key.to_owned(), Secret("s".to_owned())), jiff::civil::date(2026, 1, 1))
    }

    /// Name and key of every app, once from memory and once as the store has them.
    fn held(app: &App) -> Vec<(String, String)> {
        let pairs = |app: &App| app.registry().apps().iter().map(|app| (app.name.clone(), app.consumer_key.clone())).collect::<Vec<_>>();
        let remembered = pairs(app);
        app.load_registry().unwrap();
        assert_eq!(remembered, pairs(app));
        remembered.into_iter().filter(|(name, _)| name != "Salesforce CLI" && name != "PlatformCLI").collect()
    }

    fn check(change: Vec<AppDefinition>, remove: Option<u32>, fits: bool, after: &[(&str, &str)]) {
        let app = App::in_memory().unwrap();
        app.change_apps(vec![named(1, "Old", "key-1"), named(2, "Other", "key-2")], &[]).unwrap();
        let removed: Vec<_> = remove.map(|number| named(number, "", "").id).into_iter().collect();
        assert_eq!(app.change_apps(change, &removed).is_ok(), fits);
        let held = held(&app);
        assert_eq!(held.iter().map(|(name, key)| (name.as_str(), key.as_str())).collect::<Vec<_>>(), after);
    }

    #[test]
    fn apps_that_change_together_change_all_or_none() {
        let before = [("Old", "key-1"), ("Other", "key-2")];
        check(vec![named(1, "Old", "key-9"), named(3, "New", "key-1")], None, true, &[("Old", "key-9"), ("Other", "key-2"), ("New", "key-1")]);
        check(vec![named(1, "Old", "key-9"), named(3, "Other", "key-1")], None, false, &before);
        check(vec![named(1, "Old", "key-9"), named(3, "New", "key-2")], None, false, &before);
        check(vec![named(1, "Old", "key-2")], Some(2), true, &[("Old", "key-2")]);
        check(vec![named(1, "Old", "key-2")], None, false, &before);
    }
}
