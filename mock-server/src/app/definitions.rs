//! A developer's acts on apps: making, editing, deleting and migrating them, each with what it leaves in the audit trail.

use std::sync::Arc;

use super::registration::free_name;
use super::{App, AppTurn, LiveOrg, Taken, note_app};
use crate::apps::{
    AppDefinition, AppKind, ConsumerDetails, Draft, Fault, Installs, MigrationBlocker, NewIdentity, OrgApp, StartPage, first_row, migrated,
    migration_blockers, revived,
};
use crate::id::AppId;
use crate::oauth::{Event, Ledger, Scopes, happen};
use crate::org::{Actor, AuditTrail, section};
use crate::storage::StoreError;

/// Why an app's form was not saved.
#[derive(Debug)]
pub enum NotSaved {
    /// What is wrong with which field.
    Faults(Vec<Fault>),
    /// The org's era creates connected apps no more.
    CreationOff,
    /// The connected app was migrated: its external client app is edited instead.
    ReadOnly,
    Store(StoreError),
}

impl From<StoreError> for NotSaved {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Taken> for NotSaved {
    fn from(taken: Taken) -> Self {
        match taken {
            Taken::Store(error) => Self::Store(error),
            other => Self::Store(StoreError::new(other)),
        }
    }
}

/// Why a connected app was not migrated.
#[derive(Debug)]
pub enum NotMigrated {
    Blocked(MigrationBlocker),
    /// The id of the new app is another's.
    IdTaken,
    Taken(Taken),
}

impl From<Taken> for NotMigrated {
    fn from(taken: Taken) -> Self {
        Self::Taken(taken)
    }
}

impl From<StoreError> for NotMigrated {
    fn from(error: StoreError) -> Self {
        Self::Taken(Taken::Store(error))
    }
}

impl App {
    /// An app of the org as its form shows it before anything is filled in. It is not kept, and its id and key are nobody's.
    pub fn blank_app(&self, org: &LiveOrg, kind: AppKind) -> Result<AppDefinition, StoreError> {
        let id = AppId::try_from(crate::id::RecordId::numbered(AppId::PREFIX, org.number(), 0)).map_err(StoreError::new)?;
        Ok(self.fresh_app(org, kind, id))
    }

    fn fresh_app(&self, org: &LiveOrg, kind: AppKind, id: AppId) -> AppDefinition {
        let ConsumerDetails { consumer_key, consumer_secret, .. } = ConsumerDetails::fresh(self.entropy());
        let created = self.now().civil().to_zoned(jiff::tz::TimeZone::UTC).date();
        AppDefinition::plain(id, String::new(), org.id(), (consumer_key, consumer_secret), created).fresh(kind)
    }

    /// Makes the app that a form describes, with the row of its own org. Labels need not be unique in Salesforce; names are on this server, so one
    /// that is taken gets a number.
    pub fn create_app(&self, org: &LiveOrg, kind: AppKind, draft: &Draft, actor: Actor) -> Result<Arc<AppDefinition>, NotSaved> {
        if kind == AppKind::ConnectedApp && !org.switches().allow_connected_app_creation {
            return Err(NotSaved::CreationOff);
        }
        let mut made = self.app_of(org, draft, &self.blank_app(org, kind)?, true)?;
        made.id = AppId::try_from(org.write(|tx| tx.new_id(AppId::PREFIX))?).map_err(StoreError::new)?;
        self.put_under_free_name(&mut made)?;
        org.write(|tx| {
            tx.put_org_app(&first_row(&made, org.id(), &org.switches(), self.now()))?;
            note_app(tx, actor, &made, AppTurn::Created)
        })?;
        Ok(Arc::new(made))
    }

    /// Brings one of the org's own apps to what its form says.
    pub fn edit_app(&self, org: &LiveOrg, known: &AppDefinition, draft: &Draft, actor: Actor) -> Result<(), NotSaved> {
        if known.migrated_to.is_some() {
            return Err(NotSaved::ReadOnly);
        }
        let mut next = self.app_of(org, draft, known, false)?;
        self.put_under_free_name(&mut next)?;
        Ok(org.write(|tx| note_app(tx, actor, &next, AppTurn::Changed))?)
    }

    fn app_of(&self, org: &LiveOrg, draft: &Draft, app: &AppDefinition, is_new: bool) -> Result<AppDefinition, NotSaved> {
        let applied = draft.applied_to(app, &org.switches(), is_new);
        let mut faults = applied.as_ref().err().cloned().unwrap_or_default();
        if let Err(unknown) = Scopes::of(draft.scopes.iter().map(String::as_str)) {
            faults.push(Fault::new("scopes", unknown.to_string()));
        }
        let same_name = |other: &Arc<AppDefinition>| {
            other.owner == org.id() && other.kind == app.kind && other.developer_name().eq_ignore_ascii_case(draft.developer_name.trim())
        };
        if is_new && self.registry().apps().iter().any(same_name) {
            faults.push(Fault::new("developer_name", "This API Name is already in use. Choose another one."));
        }
        match applied {
            Ok(next) if faults.is_empty() => Ok(AppDefinition { changed: self.now(), ..next }),
            _ => Err(NotSaved::Faults(faults)),
        }
    }

    fn put_under_free_name(&self, app: &mut AppDefinition) -> Result<(), Taken> {
        let wanted = app.name.clone();
        loop {
            let known = self.registry().apps();
            app.name = free_name(&wanted, |name| known.iter().any(|other| other.id != app.id && other.name == name));
            match self.put_app(app.clone()) {
                // Another app took the name in between.
                Err(Taken::AppName(_)) => {}
                other => return other,
            }
        }
    }

    /// Removes an app with its tokens and its rows in every org. A connected app that it took the place of is given back to its developer.
    ///
    /// The definition goes last and at once with what it gives back: whoever is interrupted can ask for the removal again.
    pub fn delete_app(&self, known: &AppDefinition, actor: Actor) -> Result<(), Taken> {
        for org in self.orgs() {
            org.write(|tx| -> Result<(), StoreError> {
                happen(tx, Event::AppDeleted(known.id))?;
                tx.remove_org_app(known.id)
            })?;
        }
        let old = known.migrated_from.and_then(|id| self.registry().app(id)).filter(|old| old.migrated_to == Some(known.id));
        self.change_apps(old.iter().map(|old| revived(old, known)).collect(), &[known.id])?;
        if let Some(owner) = self.org(known.owner) {
            owner.write(|tx| note_app(tx, actor, known, AppTurn::Deleted))?;
        }
        let Some(old) = old else { return Ok(()) };
        let Some(owner) = self.org(old.owner) else { return Ok(()) };
        let trail = format!("Connected app {} can be edited again", old.name);
        Ok(owner.write(|tx| tx.audit(actor, section::CONNECTED_APPS, "revivedconnectedapp", &trail))?)
    }

    /// What keeps a connected app from being migrated; empty if nothing does.
    pub fn migration_blockers(&self, known: &AppDefinition) -> Vec<MigrationBlocker> {
        let packaged = self.registry().releases().iter().any(|release| release.carries(known.id));
        migration_blockers(known, packaged)
    }

    /// Id, name, key and secret of the external client app that a migration in Setup makes.
    pub fn new_identity(&self, org: &LiveOrg, known: &AppDefinition) -> Result<NewIdentity, StoreError> {
        let apps = self.registry().apps();
        Ok(NewIdentity {
            id: AppId::try_from(org.write(|tx| tx.new_id(AppId::PREFIX))?).map_err(StoreError::new)?,
            name: free_name(&format!("{} ECA", known.name), |name| apps.iter().any(|other| other.name == name)),
            consumer: ConsumerDetails::fresh(self.entropy()),
            created: self.now().civil().to_zoned(jiff::tz::TimeZone::UTC).date(),
        })
    }

    /// Makes an external client app of a connected app, which is read-only from then on.
    pub fn migrate_app(&self, known: &AppDefinition, identity: NewIdentity, actor: Actor) -> Result<Arc<AppDefinition>, NotMigrated> {
        if let Some(blocker) = self.migration_blockers(known).first() {
            return Err(NotMigrated::Blocked(*blocker));
        }
        if self.registry().app(identity.id).is_some() {
            return Err(NotMigrated::IdTaken);
        }
        let keeps_key = self.org(known.owner).is_some_and(|owner| owner.switches().migration_keeps_consumer_key);
        let (old, new) = migrated(known, identity, keeps_key);
        self.change_apps(vec![old, new.clone()], &[])?;
        if keeps_key {
            for org in self.orgs() {
                org.write(|tx| tx.hand_grants_over(known.id, &new))?;
            }
        }
        if let Some(owner) = self.org(new.owner) {
            let now = self.now();
            let before = owner.org_app(known, now)?;
            let row = first_row(&new, owner.id(), &owner.switches(), now);
            // A tile that led somewhere leads there on.
            let start_url = before.start_url(known).map(str::to_owned);
            let row = OrgApp {
                app: new.id,
                presence: row.presence,
                installed_at: row.installed_at,
                start_page: if start_url.is_some() { StartPage::Oauth } else { StartPage::None },
                start_url,
                mobile_start_url: None,
                ..OrgApp::clone(&before)
            };
            owner.write(|tx| {
                tx.put_org_app(&row)?;
                let trail = format!("Migrated connected app {} to external client app {}", known.name, new.name);
                tx.audit(actor, section::EXTERNAL_CLIENT_APPS, "migratedconnectedapp", &trail)
            })?;
        }
        Ok(Arc::new(new))
    }
}
