//! Settings in a deployment: they hold for the org once the deployment is kept.

use super::code::Refused;
use super::deploy::{By, put_component};
use crate::app::{App, LiveOrg, Taken};
use crate::metadata::{Item, Outcome, Source, put_settings};
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
        });
        changed.map_err(|error| if let Taken::Store(cause) = error { cause } else { StoreError::new(error) })
    }
}
