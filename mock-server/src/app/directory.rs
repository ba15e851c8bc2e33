//! Orgs and usernames: made, found, changed and removed here, because both are unique across the whole server.

use std::collections::HashSet;
use std::sync::Arc;

use super::{App, LiveOrg, Orgs, Registry, Tx, trail};
use crate::apps::{Installs, OrgApp, PermittedUsers};
use crate::id::{OrgId, UserId};
use crate::oauth::{Event, happen};
use crate::org::{Actor, Directory, Edition, Era, MyDomain, NewUser, Org, OrgKind, Policies, UserChange};
use crate::storage::StoreError;
use crate::store::OrgDb;

/// An org to be made.
#[derive(Debug, Clone)]
pub struct NewOrg {
    pub id: Option<OrgId>,
    pub name: String,
    pub kind: OrgKind,
    pub edition: Edition,
    pub era: Era,
    pub policies: Policies,
    pub namespace: Option<String>,
}

/// A name that something else has, or a store that failed while it was looked at.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Taken {
    #[error("an org named {0:?} exists")]
    OrgName(String),
    #[error("an org with the id {0} exists")]
    OrgId(OrgId),
    #[error("an app named {0:?} exists")]
    AppName(String),
    #[error("an app with the consumer key {0:?} exists")]
    ConsumerKey(String),
    #[error("a package named {0:?} exists")]
    PackageName(String),
    #[error("a user with the username {0:?} exists")]
    Username(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Seconds without use after which an access token stops working: Salesforce's default of two hours.
const SESSION_TIMEOUT: u32 = 7_200;

impl App {
    pub fn org(&self, id: OrgId) -> Option<Arc<LiveOrg>> {
        self.0.orgs.read().by_id.get(&id).cloned()
    }

    pub fn org_named(&self, name: &str) -> Option<Arc<LiveOrg>> {
        let orgs = self.0.orgs.read();
        orgs.by_name.get(name).and_then(|id| orgs.by_id.get(id)).cloned()
    }

    /// The org with this My Domain.
    pub fn org_at(&self, domain: &MyDomain) -> Option<OrgId> {
        self.0.orgs.read().by_domain.get(domain).copied()
    }

    /// The org that had this My Domain before it was renamed.
    pub fn org_formerly_at(&self, domain: &MyDomain) -> Option<OrgId> {
        self.0.orgs.read().by_former_domain.get(domain).copied()
    }

    pub fn my_domain(&self, id: OrgId) -> Option<MyDomain> {
        self.org(id).map(|org| org.facts().my_domain())
    }

    /// In the order they were made.
    pub fn orgs(&self) -> Vec<Arc<LiveOrg>> {
        let mut orgs: Vec<_> = self.0.orgs.read().by_id.values().cloned().collect();
        orgs.sort_by_key(|org| org.facts().number);
        orgs
    }

    /// The sandboxes of an org by their names, after its name of today or an earlier one; in the order they were made.
    pub(super) fn sandboxes_of(&self, production: &Org) -> Vec<Arc<LiveOrg>> {
        let orgs = self.0.orgs.read();
        let stems = std::iter::once(&production.name).chain(&production.former_names);
        let ids = stems.filter_map(|stem| orgs.by_production.get(stem)).flatten();
        let mut sandboxes: Vec<_> = ids.filter_map(|id| orgs.by_id.get(id).cloned()).collect();
        drop(orgs);
        sandboxes.sort_by_key(|org| org.facts().number);
        sandboxes
    }

    /// The org where a user of this name may be.
    pub fn org_of_username(&self, username: &str) -> Result<Option<Arc<LiveOrg>>, StoreError> {
        Ok(self.0.store.org_of_username(username)?.and_then(|id| self.org(id)))
    }

    /// Makes an org with the standard profiles and no user.
    pub fn create_org(&self, new: NewOrg) -> Result<Arc<LiveOrg>, Taken> {
        self.found_org(new, |_| {}, |_, _| Ok(()))
    }

    /// Makes an org that nobody sees before `shape` has changed what is known of it and `fill` what it holds. Neither may look for other orgs.
    pub(super) fn found_org(
        &self,
        new: NewOrg,
        shape: impl FnOnce(&mut Org),
        fill: impl FnOnce(&OrgDb, &Org) -> Result<(), Taken>,
    ) -> Result<Arc<LiveOrg>, Taken> {
        let mut orgs = self.0.orgs.write();
        let number = self.0.store.fact::<u32>("org_number")?.unwrap_or(0) + 1;
        let mut org = Org {
            id: new.id.unwrap_or_else(|| OrgId::numbered(number)),
            number,
            name: new.name,
            kind: new.kind,
            edition: new.edition,
            era: new.era,
            policies: new.policies,
            created: self.now(),
            has_api: new.edition.includes_api(),
            locked: false,
            session_timeout: SESSION_TIMEOUT,
            trusted_ip_ranges: Vec::new(),
            single_sign_on: Vec::new(),
            linked_namespaces: Vec::new(),
            token_exchange_handlers: Vec::new(),
            custom_scopes: Vec::new(),
            fiscal_year_start_month: 1,
            namespace: new.namespace,
            former_names: Vec::new(),
            copy_of: None,
            expires: None,
            made_by: None,
        };
        shape(&mut org);
        orgs.check_free(&org)?;
        self.0.store.put_fact("org_number", number)?;
        let db = self.0.store.org(org.id, number)?;
        db.write(|tx| tx.add_standard_profiles(org.created).and_then(|()| tx.put_organization(&org)))?;
        if let Err(taken) = fill(&db, &org) {
            db.close();
            self.0.store.remove_org_file(org.id)?;
            return Err(taken);
        }
        self.put_org(&org)?;
        let live = Arc::new(LiveOrg::new(db, org));
        orgs.insert(Arc::clone(&live));
        self.environments_changed(live.facts().kind);
        self.0.listeners.open_for(live.id()).map_err(StoreError::new)?;
        Ok(live)
    }

    /// Changes what is known of an org. The id and number stay.
    pub fn change_org(&self, id: OrgId, change: impl FnOnce(&mut Org)) -> Result<(), Taken> {
        self.change_org_by(id, Actor::system(self.now()), change)
    }

    /// The same, as a user does it in Setup.
    pub fn change_org_by(&self, id: OrgId, actor: Actor, change: impl FnOnce(&mut Org)) -> Result<(), Taken> {
        let Ok(()) = self.try_change_org(id, actor, |org| {
            change(org);
            Ok::<_, std::convert::Infallible>(())
        })?;
        Ok(())
    }

    /// The same where the change may find that it cannot be made: then all stays as it was.
    pub fn try_change_org<R>(&self, id: OrgId, actor: Actor, change: impl FnOnce(&mut Org) -> Result<(), R>) -> Result<Result<(), R>, Taken> {
        let registry = self.registry();
        let mut orgs = self.0.orgs.write();
        let Some(live) = orgs.by_id.get(&id).cloned() else { return Ok(Ok(())) };
        let before = live.facts();
        let mut after = Org::clone(&before);
        if let Err(refused) = change(&mut after) {
            return Ok(Err(refused));
        }
        if after.name != before.name && orgs.by_name.contains_key(&after.name) {
            return Err(Taken::OrgName(after.name));
        }
        live.write(|tx| -> Result<(), StoreError> {
            tx.put_organization(&after)?;
            trail::org_changed(tx, actor, &before, &after)?;
            drop_custom_scopes(tx, &before, &after)?;
            if after.switches().api_access_control && !before.switches().api_access_control {
                limit_to_approved_users(tx, &registry)?;
            }
            Ok(())
        })?;
        self.put_org(&after)?;
        orgs.remove(&live);
        let is_renamed = after.name != before.name;
        self.environments_changed(after.kind);
        live.outlook().disturb();
        live.set_facts(after);
        orgs.insert(live);
        drop(orgs);
        if is_renamed {
            self.show_packages(&registry);
            self.0.listeners.move_org(id).map_err(StoreError::new)?;
        }
        Ok(Ok(()))
    }

    pub fn remove_org(&self, id: OrgId) -> Result<(), StoreError> {
        let mut orgs = self.0.orgs.write();
        if let Some(live) = orgs.by_id.get(&id).cloned() {
            self.0.store.remove_org(id)?;
            orgs.remove(&live);
            live.db().close();
            self.0.store.remove_org_file(id)?;
            self.environments_changed(live.facts().kind);
            self.0.listeners.close_for(id);
        }
        Ok(())
    }

    /// Adds a user, whose username no other user of any org may have.
    pub fn add_user(&self, org: &LiveOrg, user: &NewUser, by: Option<UserId>) -> Result<UserId, Taken> {
        if !self.0.store.take_username(&user.username, org.id())? {
            return Err(Taken::Username(user.username.clone()));
        }
        let added = org.write(|tx| tx.add_user(user, by, self.now()));
        if added.is_err() {
            self.0.store.release_username(&user.username)?;
        }
        Ok(added?)
    }

    pub fn change_user(&self, org: &LiveOrg, id: UserId, change: &UserChange, by: Option<UserId>) -> Result<(), Taken> {
        let Some(before) = org.user(id)? else { return Ok(()) };
        let renamed = change.username.as_ref().filter(|name| soql::fold(name) != soql::fold(&before.username));
        if let Some(name) = renamed
            && !self.0.store.take_username(name, org.id())?
        {
            return Err(Taken::Username(name.clone()));
        }
        org.write(|tx| -> Result<(), StoreError> {
            tx.change_user(id, change, by, self.now())?;
            trail::user_changed(tx, Actor { user: by, at: self.now() }, &before, change)
        })?;
        if renamed.is_some() {
            self.0.store.release_username(&before.username)?;
        }
        Ok(())
    }

    pub fn remove_user(&self, org: &LiveOrg, id: UserId) -> Result<(), StoreError> {
        if let Some(user) = org.user(id)? {
            org.write(|tx| happen(tx, Event::UserDeleted(id)).and_then(|_| tx.remove_user(id)))?;
            self.0.store.release_username(&user.username)?;
        }
        Ok(())
    }

    fn put_org(&self, org: &Org) -> Result<(), StoreError> {
        let text = serde_json::to_string(org).map_err(StoreError::new)?;
        self.0.store.put_org(org.id, org.number, &org.name, &text)
    }

    /// Reads everything the store holds.
    pub(super) fn load(&self) -> Result<(), StoreError> {
        self.load_registry()?;
        let mut orgs = self.0.orgs.write();
        *orgs = Orgs::default();
        for text in self.0.store.org_definitions()? {
            let org: Org = serde_json::from_str(&text).map_err(StoreError::new)?;
            let db = self.0.store.org(org.id, org.number)?;
            orgs.insert(Arc::new(LiveOrg::new(db, org)));
        }
        drop(orgs);
        self.show_packages(&self.registry());
        if self.0.store.fact::<bool>("running")? == Some(true) {
            self.rebuild_usernames()?;
        }
        self.0.store.put_fact("running", true)?;
        self.load_work()
    }

    /// Says that the next start need not distrust the index of usernames.
    pub fn close(&self) -> Result<(), StoreError> {
        let kept = self.keep_event_log();
        self.0.store.put_fact("running", false)?;
        kept
    }

    /// After a crash: makes the index of usernames agree with the orgs' own users.
    fn rebuild_usernames(&self) -> Result<(), StoreError> {
        let mut real = HashSet::new();
        for org in self.orgs() {
            for username in org.read(|tx| tx.usernames())? {
                self.0.store.take_username(&username, org.id())?;
                real.insert((soql::fold(&username).into_owned(), org.id()));
            }
        }
        for entry in self.0.store.usernames()? {
            if !real.contains(&entry) {
                self.0.store.release_username(&entry.0)?;
            }
        }
        Ok(())
    }
}

/// Turning API Access Control on makes every app that it counts wait for the admin's approval of its users.
fn limit_to_approved_users(tx: &Tx<'_>, registry: &Registry) -> Result<(), StoreError> {
    for row in tx.org_apps()? {
        if registry.app(row.app).is_some_and(|app| app.kind.rules().under_api_access_control) {
            tx.put_org_app(&OrgApp { permitted_users: PermittedUsers::AdminApproved, ..row })?;
        }
    }
    Ok(())
}

impl Orgs {
    fn check_free(&self, org: &Org) -> Result<(), Taken> {
        if self.by_name.contains_key(&org.name) || self.by_domain.contains_key(&org.my_domain()) {
            return Err(Taken::OrgName(org.name.clone()));
        }
        if self.by_id.contains_key(&org.id) { Err(Taken::OrgId(org.id)) } else { Ok(()) }
    }

    pub(super) fn insert(&mut self, live: Arc<LiveOrg>) {
        let facts = live.facts();
        self.by_name.insert(facts.name.clone(), facts.id);
        self.by_domain.insert(facts.my_domain(), facts.id);
        self.by_former_domain.extend(facts.former_domains().map(|domain| (domain, facts.id)));
        if let Some(stem) = production_of(&facts) {
            self.by_production.entry(stem.to_owned()).or_default().push(facts.id);
        }
        self.by_id.insert(facts.id, live);
    }

    pub(super) fn remove(&mut self, live: &LiveOrg) {
        let facts = live.facts();
        self.by_name.remove(&facts.name);
        self.by_domain.remove(&facts.my_domain());
        self.by_former_domain.retain(|_, id| *id != facts.id);
        if let Some(sandboxes) = production_of(&facts).and_then(|stem| self.by_production.get_mut(stem)) {
            sandboxes.retain(|id| *id != facts.id);
        }
        self.by_id.remove(&facts.id);
    }
}

/// `acme` of the sandbox `acme--uat`.
fn production_of(facts: &Org) -> Option<&str> {
    let (stem, _) = facts.name.split_once("--")?;
    (facts.kind == OrgKind::Sandbox).then_some(stem)
}

/// Custom scopes that are gone are gone from the apps they were assigned to: one that comes back under its name is assigned anew.
fn drop_custom_scopes(tx: &Tx<'_>, before: &Org, after: &Org) -> Result<(), StoreError> {
    if before.custom_scopes.iter().all(|scope| after.custom_scope(&scope.name).is_some()) {
        return Ok(());
    }
    for mut row in tx.org_apps()? {
        let known = row.details.custom_scopes.len();
        row.details.custom_scopes.retain(|name| after.custom_scope(name).is_some());
        if row.details.custom_scopes.len() < known {
            tx.put_org_app(&row)?;
        }
    }
    Ok(())
}
