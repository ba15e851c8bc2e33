//! Apps in a deployment: made, changed and removed beside what the server runs, which takes them over once the deployment is kept.
//!
//! Definitions of apps cross orgs and lie outside the org's transaction. They are gathered here while it is open and stored when it has been kept;
//! an interruption between the two leaves files without a running app, which the next deployment of them mends.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::app_views::{View, part_of, views};
use super::code::Refused;
use super::deploy::{By, put_component};
use super::permissions::profile_label;
use crate::app::{App, AppTurn, LiveOrg, Registry, Taken, note_app};
use crate::apps::{AppDefinition, AppKind, Availability, ConsumerDetails, Installs, OrgApp, first_row, policy_fault, revived};
use crate::clock::Timestamp;
use crate::id::{AppId, RecordId};
use crate::metadata::{
    CONNECTED_APP, Components, Failure, GLOBAL_SETTINGS, HEADER, Item, OAUTH_POLICIES, OAUTH_SETTINGS, Outcome, PLUGIN_POLICIES, Source,
    check_app_name, default_name, given_consumer, header_members, oauth_link, org_scoped_name, put_connected_app, put_connected_app_policies,
    put_global_settings, put_header, put_oauth_policies, put_oauth_settings, put_plugin_policies, without_secrets,
};
use crate::oauth::{Event, happen};
use crate::org::{Actor, Directory};
use crate::secret::Secret;
use crate::storage::StoreError;
use crate::store::Tx;

/// What runs of an item's app: its definition, and the org's row of it where the item holds policies. No definition for a component
/// that is only kept.
type Running = (Option<AppDefinition>, Option<OrgApp>);

/// What a deployment makes of apps.
pub(super) struct Apps<'a> {
    app: &'a App,
    org: &'a LiveOrg,
    registry: Arc<Registry>,
    put: BTreeMap<AppId, AppDefinition>,
    removed: BTreeMap<AppId, AppDefinition>,
    /// Those that this deployment made: nothing of them has a name yet that it did not give.
    made: BTreeSet<AppId>,
}

/// A refusal in these words.
fn told<T>(problem: impl Into<String>) -> Result<T, Refused> {
    Err(Refused::Told(Failure::new(problem)))
}

fn not_found<T>(field: &str, kind: &str, name: &str) -> Result<T, Refused> {
    told(format!("In field: {field} - no {kind} named {name} found"))
}

impl<'a> Apps<'a> {
    pub(super) fn new(app: &'a App, org: &'a LiveOrg) -> Self {
        Self { app, org, registry: app.registry(), put: BTreeMap::new(), removed: BTreeMap::new(), made: BTreeSet::new() }
    }

    /// Whether an app of this consumer key runs: those of this deployment do not run yet.
    pub(super) fn runs(&self, consumer_key: &str) -> bool {
        self.registry.app_by_key(consumer_key).is_some()
    }

    /// Puts a file of an app, or of a part of one.
    pub(super) fn put(&mut self, tx: &Tx<'_>, by: By, item: &Item, source: &Source) -> Result<(RecordId, Outcome), Refused> {
        let known = self.look(tx, item)?;
        match item.kind {
            HEADER => self.put_header(tx, item, source)?,
            OAUTH_SETTINGS | GLOBAL_SETTINGS => self.put_settings(tx, by, item, source)?,
            PLUGIN_POLICIES | OAUTH_POLICIES => self.put_policies(tx, by, item, source)?,
            _ => self.put_connected_app(tx, by, item, source)?,
        }
        let (id, kept) = put_component(tx, by, item, &without_secrets(source))?;
        let after = self.look(tx, item)?;
        let outcome = match known {
            None => Outcome::Created,
            Some(_) if kept == Outcome::Changed || known != after => Outcome::Changed,
            Some(_) => Outcome::Unchanged,
        };
        Ok((id, outcome))
    }

    /// What runs of the item's app: `None` for a component that is not there.
    fn look(&self, tx: &Tx<'_>, item: &Item) -> Result<Option<Running>, StoreError> {
        let view = self
            .views(tx)?
            .into_iter()
            .find(|view| view.names(tx, item.kind).is_ok_and(|name| name.is_some_and(|name| same(&name, &item.full_name))));
        match view {
            Some(view) => {
                let policies = [PLUGIN_POLICIES, OAUTH_POLICIES, CONNECTED_APP].contains(&item.kind);
                let definition = AppDefinition { changed: Timestamp::default(), ..AppDefinition::clone(&view.definition) };
                Ok(Some((Some(definition), policies.then_some(view.row))))
            }
            None => Ok(tx.component(item.kind, &item.full_name)?.map(|_| (None, None))),
        }
    }

    /// The apps of the org as this deployment left them so far.
    fn views(&self, tx: &Tx<'_>) -> Result<Vec<View>, StoreError> {
        let mut apps: BTreeMap<AppId, Arc<AppDefinition>> = self.registry.apps().into_iter().map(|app| (app.id, app)).collect();
        apps.extend(self.put.iter().map(|(id, app)| (*id, Arc::new(app.clone()))));
        apps.retain(|id, _| !self.removed.contains_key(id));
        views(tx, self.org, &self.registry, apps.into_values(), self.app.now())
    }

    fn own(&self, tx: &Tx<'_>, kind: AppKind, name: &str) -> Result<Option<View>, StoreError> {
        Ok(self.views(tx)?.into_iter().find(|view| view.is_own && view.definition.kind == kind && same(&view.definition.developer_name(), name)))
    }

    fn put_header(&mut self, tx: &Tx<'_>, item: &Item, source: &Source) -> Result<(), Refused> {
        check_app_name(&item.full_name).map_err(Refused::Told)?;
        let scoped = org_scoped_name(self.org.id(), &item.full_name);
        if source.text("orgScopedExternalApp").is_some_and(|given| !same(given, &scoped)) {
            // GUESS: that it fails was seen, its words were not.
            return told("The orgScopedExternalApp field must refer to an external client app of this org");
        }
        if let Some(view) = self.own(tx, AppKind::ExternalClientApp, &item.full_name)? {
            let mut app = AppDefinition::clone(&view.definition);
            put_header(source, &mut app);
            self.stage(app, source.text("label"));
        }
        Ok(())
    }

    /// Scopes, callbacks and flows: with the first of them the app gets key and secret, and can be authorized.
    fn put_settings(&mut self, tx: &Tx<'_>, by: By, item: &Item, source: &Source) -> Result<(), Refused> {
        let name = source.text("externalClientApplication").unwrap_or_default().to_owned();
        let header = tx.component(HEADER, &name)?;
        let known = self.own(tx, AppKind::ExternalClientApp, &name)?;
        if header.is_none() && known.is_none() {
            return not_found("externalClientApplication", HEADER, &name);
        }
        // Apps made in Setup have settings of Setup's names.
        let from_setup = known.as_ref().filter(|_| header.is_none());
        self.check_only_one(tx, item, &name, from_setup.map(|_| default_name(item.kind, &name, "")))?;
        let is_new = known.is_none();
        let mut app = match known {
            Some(view) => AppDefinition::clone(&view.definition),
            None => self.fresh(tx, AppKind::ExternalClientApp, header.as_ref().map_or(&*name, |header| &*header.full_name))?,
        };
        let may_choose = is_new || self.made.contains(&app.id);
        if let Some(header) = &header {
            put_header(&Source { members: header.members.clone(), content: None }, &mut app);
        }
        if item.kind == OAUTH_SETTINGS {
            if source.text("oauthLink").is_some_and(|link| link != oauth_link(&app)) {
                // GUESS: its words.
                return told("The oauthLink field must refer to the OAuth settings of this external client app");
            }
            put_oauth_settings(source, &mut app).map_err(Refused::Told)?;
        } else {
            self.choose_consumer(&mut app, (source.text("consumerKey"), source.text("consumerSecret")), may_choose)?;
            self.rotate(&mut app, source, by)?;
            put_global_settings(source, &mut app).map_err(Refused::Told)?;
        }
        if is_new {
            self.settle(tx, by, &app)?;
        } else {
            note_app(tx, Actor::new(by.user, by.now), &app, AppTurn::Changed)?;
        }
        let label = header.as_ref().and_then(|header| header.members.get("label")?.as_str().map(str::to_owned));
        self.stage(app, label.as_deref());
        Ok(())
    }

    /// An app has one file of each type. `default`: the name of the one that nobody deployed.
    fn check_only_one(&self, tx: &Tx<'_>, item: &Item, header: &str, default: Option<String>) -> Result<(), Refused> {
        let known = part_of(tx, item.kind, header)?.map(|part| part.full_name).or(default);
        match known.filter(|known| !same(known, &item.full_name)) {
            Some(known) => told(format!("duplicate value found: ExternalClientApplicationId duplicates value on {known}")),
            None => Ok(()),
        }
    }

    /// Key and secret that a file gives. `may_choose`: nobody can know other ones yet.
    fn choose_consumer(&self, app: &mut AppDefinition, (key, secret): (Option<&str>, Option<&str>), may_choose: bool) -> Result<(), Refused> {
        if let Some(key) = key.filter(|key| *key != app.consumer_key) {
            if !may_choose {
                return told("You cannot provide a Consumer Key");
            }
            let others = self.put.values().filter(|other| other.id != app.id);
            let is_taken = others.flat_map(AppDefinition::consumer_keys).any(|known| known == key);
            if is_taken || self.registry.app_by_key(key).is_some_and(|other| other.id != app.id) {
                return told("The consumer key is already taken.");
            }
            key.clone_into(&mut app.consumer_key);
        }
        if let Some(secret) = secret {
            app.consumer_secret = Secret(secret.to_owned());
        }
        Ok(())
    }

    /// A new key or secret at once. That old ones die is a warning, which stops whoever does not ignore it.
    fn rotate(&self, app: &mut AppDefinition, source: &Source, by: By) -> Result<(), Refused> {
        let asks = |member: &str| source.flag(member).unwrap_or(false);
        let (key, secret) = (asks("shouldRotateConsumerKey"), asks("shouldRotateConsumerSecret"));
        if !key && !secret {
            return Ok(());
        }
        if !by.ignores_warnings {
            // GUESS: its words.
            return told("Rotating the consumer key or secret ends the access of everybody who uses it. To go on, deploy with ignoreWarnings.");
        }
        let fresh = ConsumerDetails::fresh(self.app.entropy());
        if key {
            app.consumer_key = fresh.consumer_key;
        }
        if secret {
            app.consumer_secret = fresh.consumer_secret;
        }
        Ok(())
    }

    fn fresh(&self, tx: &Tx<'_>, kind: AppKind, developer_name: &str) -> Result<AppDefinition, StoreError> {
        let id = AppId::try_from(tx.new_id(AppId::PREFIX)?).map_err(StoreError::new)?;
        let now = self.app.now();
        let consumer = ConsumerDetails::fresh(self.app.entropy());
        let created = now.civil().to_zoned(jiff::tz::TimeZone::UTC).date();
        let consumer = (consumer.consumer_key, consumer.consumer_secret);
        let plain = AppDefinition::plain(id, developer_name.to_owned(), self.org.id(), consumer, created);
        Ok(AppDefinition { developer_name: Some(developer_name.to_owned()), ..plain.fresh(kind) })
    }

    /// The first row of a new app in its own org.
    fn settle(&mut self, tx: &Tx<'_>, by: By, app: &AppDefinition) -> Result<(), StoreError> {
        self.made.insert(app.id);
        tx.put_org_app(&first_row(app, self.org.id(), &self.org.switches(), self.app.now()))?;
        note_app(tx, Actor::new(by.user, by.now), app, AppTurn::Created)
    }

    /// Takes a definition in. Labels need not be unique in Salesforce; names are on this server, so one that is taken gets a number.
    fn stage(&mut self, mut app: AppDefinition, label: Option<&str>) {
        if let Some(label) = label.filter(|label| !app.name.starts_with(label)) {
            app.name = self.free_name(label, app.id);
        }
        app.changed = self.app.now();
        self.put.insert(app.id, app);
    }

    fn free_name(&self, wanted: &str, id: AppId) -> String {
        let is_taken = |name: &str| {
            let registered = self.registry.find_app(name).is_some_and(|app| app.id != id && !self.removed.contains_key(&app.id));
            registered || self.put.values().any(|app| app.id != id && app.name == name)
        };
        let mut names = std::iter::once(wanted.to_owned()).chain((2_u32..).map(|number| format!("{wanted} ({number})")));
        names.find(|name| !is_taken(name)).unwrap_or_default()
    }

    /// What the org decides about an app, its own or one that was installed.
    fn put_policies(&mut self, tx: &Tx<'_>, by: By, item: &Item, source: &Source) -> Result<(), Refused> {
        let name = source.text("externalClientApplication").unwrap_or_default();
        let views = self.views(tx)?;
        let Some(view) = views.into_iter().find(|view| view.definition.kind == AppKind::ExternalClientApp && same(&view.full_name(), name)) else {
            if tx.component(HEADER, name)?.is_none() {
                return not_found("externalClientApplication", HEADER, name);
            }
            return not_found("externalClientApplication", OAUTH_SETTINGS, name);
        };
        let default = if self.made.contains(&view.definition.id) { None } else { view.names(tx, item.kind)? };
        self.check_only_one(tx, item, name, default)?;
        let before = view.row.clone();
        let mut row = view.row;
        if item.kind == PLUGIN_POLICIES {
            put_plugin_policies(source, &mut row);
        } else {
            put_oauth_policies(source, &mut row).map_err(Refused::Told)?;
            if row.availability == Availability::OauthPolicyMissing {
                row.availability = Availability::Enabled;
            }
            look_up_grantees(tx, &mut row)?;
            if let Some(fault) = policy_fault(row.refresh_token_policy, view.definition.controls(&self.org.switches()).idle_limit) {
                return told(fault);
            }
        }
        self.put_row(tx, by, &view.definition, &before, &row)?;
        Ok(())
    }

    fn put_row(&self, tx: &Tx<'_>, by: By, app: &AppDefinition, before: &OrgApp, row: &OrgApp) -> Result<(), StoreError> {
        if before == row {
            return Ok(());
        }
        tx.put_org_app(row)?;
        note_app(tx, Actor::new(by.user, by.now), app, AppTurn::PoliciesChanged)
    }

    /// Assigns a custom scope to the connected apps that its file names, and takes it from the others.
    pub(super) fn assign_scope(&self, tx: &Tx<'_>, by: By, scope: &str, names: &[&str]) -> Result<(), Refused> {
        let views = self.views(tx)?;
        let connected = || views.iter().filter(|view| view.definition.kind == AppKind::ConnectedApp);
        if let Some(name) = names.iter().find(|name| !connected().any(|view| same(&view.full_name(), name))) {
            return not_found("assignedTo", CONNECTED_APP, name);
        }
        for view in connected() {
            let mut row = view.row.clone();
            row.details.custom_scopes.retain(|known| known != scope);
            if names.iter().any(|name| same(&view.full_name(), name)) {
                row.details.custom_scopes.push(scope.to_owned());
                row.details.custom_scopes.sort();
            }
            self.put_row(tx, by, &view.definition, &view.row, &row)?;
        }
        Ok(())
    }

    fn put_connected_app(&mut self, tx: &Tx<'_>, by: By, item: &Item, source: &Source) -> Result<(), Refused> {
        let known = self.own(tx, AppKind::ConnectedApp, &item.full_name)?;
        let is_new = known.is_none();
        let (mut app, before) = match known {
            Some(view) => (AppDefinition::clone(&view.definition), view.row),
            None => {
                check_app_name(&item.full_name).map_err(Refused::Told)?;
                if !self.org.switches().allow_connected_app_creation {
                    // GUESS: the words of the refusal were not recorded.
                    return told("You can't create a connected app. To enable connected app creation, contact Salesforce Customer Support.");
                }
                let app = self.fresh(tx, AppKind::ConnectedApp, &item.full_name)?;
                let row = first_row(&app, self.org.id(), &self.org.switches(), self.app.now());
                (app, row)
            }
        };
        if app.migrated_to.is_some() {
            return told("The connected app was migrated and is read-only: edit the external client app.");
        }
        let (key, secret) = given_consumer(source);
        self.choose_consumer(&mut app, (key.as_deref(), secret.as_deref()), is_new)?;
        put_connected_app(source, &mut app).map_err(Refused::Told)?;
        let mut row = before.clone();
        put_connected_app_policies(source, &mut row).map_err(Refused::Told)?;
        look_up_grantees(tx, &mut row)?;
        if is_new {
            self.settle(tx, by, &app)?;
        } else {
            note_app(tx, Actor::new(by.user, by.now), &app, AppTurn::Changed)?;
        }
        self.put_row(tx, by, &app, &before, &row)?;
        self.stage(app, source.text("label"));
        Ok(())
    }

    /// Whether there was one.
    pub(super) fn remove(&mut self, tx: &Tx<'_>, by: By, item: &Item) -> Result<Result<bool, Failure>, StoreError> {
        let mut found = None;
        for view in self.views(tx)? {
            if view.names(tx, item.kind)?.is_some_and(|name| same(&name, &item.full_name)) {
                found = Some(view);
            }
        }
        let kept = tx.remove_component(item.kind, &item.full_name)?;
        let Some(view) = found else { return Ok(Ok(kept)) };
        if !view.is_own && !matches!(item.kind, PLUGIN_POLICIES | OAUTH_POLICIES) {
            // GUESS: its words.
            return Ok(Err(Failure::new("Cannot delete managed object")));
        }
        let header = view.full_name();
        match item.kind {
            PLUGIN_POLICIES | OAUTH_POLICIES => {
                let missing = if item.kind == PLUGIN_POLICIES { Availability::AppPolicyMissing } else { Availability::OauthPolicyMissing };
                self.put_row(tx, by, &view.definition, &view.row, &OrgApp { availability: missing, ..view.row.clone() })?;
            }
            CONNECTED_APP => self.remove_app(tx, by, &view.definition)?,
            kind => {
                let parts: &[&str] = &[OAUTH_SETTINGS, GLOBAL_SETTINGS, PLUGIN_POLICIES, OAUTH_POLICIES];
                for part in parts {
                    if let Some(part) = part_of(tx, part, &header)? {
                        tx.remove_component(&part.kind, &part.full_name)?;
                    }
                }
                if kind != HEADER && tx.component(HEADER, &header)?.is_none() {
                    let members = header_members(&view.definition, &serde_json::Map::new());
                    let item = Item { kind: HEADER, full_name: header, file: String::new(), beside: None, act: crate::metadata::Act::Remove };
                    put_component(tx, by, &item, &Source { members, content: None })?;
                }
                self.remove_app(tx, by, &view.definition)?;
            }
        }
        Ok(Ok(true))
    }

    fn remove_app(&mut self, tx: &Tx<'_>, by: By, app: &AppDefinition) -> Result<(), StoreError> {
        happen(tx, Event::AppDeleted(app.id))?;
        tx.remove_org_app(app.id)?;
        self.put.remove(&app.id);
        if !self.made.remove(&app.id) {
            self.removed.insert(app.id, app.clone());
        }
        note_app(tx, Actor::new(by.user, by.now), app, AppTurn::Deleted)
    }

    /// Makes the server run what the deployment made of apps. Called when its transaction was kept.
    pub(super) fn keep(mut self) -> Result<(), StoreError> {
        for removed in self.removed.values() {
            for org in self.app.orgs().into_iter().filter(|org| org.id() != self.org.id()) {
                org.write(|tx| happen(tx, Event::AppDeleted(removed.id)).and_then(|_| tx.remove_org_app(removed.id)))?;
            }
        }
        let given_back = |removed: &AppDefinition| {
            let old = self.registry.app(removed.migrated_from?)?;
            (old.migrated_to == Some(removed.id)).then(|| revived(&old, removed))
        };
        let given_back: Vec<AppDefinition> = self.removed.values().filter_map(given_back).collect();
        self.put.extend(given_back.into_iter().map(|app| (app.id, app)));
        if self.put.is_empty() && self.removed.is_empty() {
            return Ok(());
        }
        let removed: Vec<AppId> = self.removed.keys().copied().collect();
        loop {
            match self.app.change_apps(self.put.values().cloned().collect(), &removed) {
                Ok(()) => return Ok(()),
                // Another app took the name in between.
                Err(Taken::AppName(name)) => {
                    self.registry = self.app.registry();
                    let Some(id) = self.put.values().find(|app| app.name == name).map(|app| app.id) else {
                        return Err(StoreError::new(Taken::AppName(name)));
                    };
                    let next = self.free_name(&name, id);
                    if let Some(app) = self.put.get_mut(&id) {
                        app.name = next;
                    }
                }
                Err(other) => return Err(StoreError::new(other)),
            }
        }
    }
}

fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

/// Brings the names of a row to what users, profiles and permission sets of the org are called.
fn look_up_grantees(tx: &Tx<'_>, row: &mut OrgApp) -> Result<(), Refused> {
    for name in &mut row.permission_sets {
        match tx.permission_set_named(name, false)? {
            Some(set) => *name = set.name,
            None => return told(format!("We couldn't find permission sets called {name}")),
        }
    }
    for name in &mut row.profiles {
        match tx.permission_set_named(profile_label(name), true)? {
            Some(profile) => *name = profile.name,
            None => return told(format!("We couldn't find profiles called {name}")),
        }
    }
    if let Some(name) = &row.run_as
        && tx.user_named(name)?.is_none()
    {
        return not_found("clientCredentialsFlowUser", "User", name);
    }
    Ok(())
}
