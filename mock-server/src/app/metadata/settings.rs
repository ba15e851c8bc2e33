//! Settings in a deployment: they hold for the org once the deployment is kept.

use super::code::Refused;
use super::deploy::{By, put_component};
use crate::app::{App, LiveOrg, Taken};
use crate::id::RecordId;
use crate::metadata::{CUSTOM_SCOPE, Components, Failure, Item, Outcome, Source, custom_scope_of, put_settings};
use crate::oauth::custom_scope_fault;
use crate::org::Org;
use crate::storage::StoreError;
use crate::store::Tx;

/// What a deployment makes of the org's settings, which lie outside the org's transaction.
pub(super) struct Settings {
    before: Org,
    after: Org,
}

impl Settings {
    pub(super) fn new(org: &LiveOrg) -> Self {
        let facts = Org::clone(&org.facts());
        Self { before: facts.clone(), after: facts }
    }

    pub(super) fn put(&mut self, tx: &Tx<'_>, by: By, item: &Item, source: &Source) -> Result<Outcome, Refused> {
        let mut after = self.after.clone();
        put_settings(&item.full_name, source, &mut after).map_err(Refused::Told)?;
        let (_, kept) = put_component(tx, by, item, source)?;
        let same = after == self.after && kept == Outcome::Unchanged;
        self.after = after;
        Ok(if same { Outcome::Unchanged } else { Outcome::Changed })
    }

    /// A custom scope: new, or with another description.
    pub(super) fn put_scope(&mut self, tx: &Tx<'_>, by: By, item: &Item, source: &Source) -> Result<(RecordId, Outcome), Refused> {
        let scope = custom_scope_of(&item.full_name, source).map_err(Refused::Told)?;
        let others = || self.after.custom_scopes.iter().filter(|other| other.name != scope.name);
        if let Some(fault) = custom_scope_fault(&scope, others()) {
            return Err(Refused::Told(Failure::new(fault.to_string())));
        }
        let known = self.after.custom_scopes.iter().position(|other| other.name == scope.name);
        let is_same = known.is_some_and(|at| self.after.custom_scopes[at] == scope);
        match known {
            Some(at) => self.after.custom_scopes[at] = scope,
            None => self.after.custom_scopes.push(scope),
        }
        let (id, kept) = put_component(tx, by, item, source)?;
        let outcome = match known {
            None => Outcome::Created,
            Some(_) if is_same && kept == Outcome::Unchanged => Outcome::Unchanged,
            Some(_) => Outcome::Changed,
        };
        Ok((id, outcome))
    }

    /// Whether there was one to remove.
    pub(super) fn remove_scope(&mut self, tx: &Tx<'_>, item: &Item) -> Result<bool, StoreError> {
        let known = self.after.custom_scopes.len();
        self.after.custom_scopes.retain(|scope| scope.name != item.full_name);
        tx.remove_component(item.kind, &item.full_name)?;
        Ok(self.after.custom_scopes.len() < known)
    }

    /// Policies assign custom scopes that the org has when the deployment is through.
    pub(super) fn check_scopes(&self, source: &Source) -> Result<(), Refused> {
        let names = source.text("commaSeparatedCustomScopes").unwrap_or_default().split(',').map(str::trim).filter(|name| !name.is_empty());
        match names.into_iter().find(|name| self.after.custom_scope(name).is_none()) {
            // GUESS: its words are those of other members.
            Some(name) => Err(Refused::Told(Failure::new(format!("In field: commaSeparatedCustomScopes - no {CUSTOM_SCOPE} named {name} found")))),
            None => Ok(()),
        }
    }

    /// Makes the org live by them. Called when the transaction was kept.
    pub(super) fn keep(self, app: &App) -> Result<(), StoreError> {
        if self.before == self.after {
            return Ok(());
        }
        let after = self.after;
        let changed = app.change_org(after.id, |org| {
            org.policies = after.policies;
            org.session_timeout = after.session_timeout;
            org.trusted_ip_ranges = after.trusted_ip_ranges;
            org.custom_scopes = after.custom_scopes;
        });
        changed.map_err(|error| if let Taken::Store(cause) = error { cause } else { StoreError::new(error) })
    }
}
