//! The token desk of one org, with everything it is borrowed from.

use std::sync::Arc;

use super::{App, LiveOrg};
use crate::oauth::{Desk, Origin};
use crate::org::{Org, Site, Switches};

/// Lends a [`Desk`]: for a rule inside a transaction, and for the answer after it.
pub struct Counter<'a> {
    app: &'a App,
    org: Arc<Org>,
    switches: Arc<Switches>,
    site: &'a Site,
    origin: &'a Origin,
}

impl App {
    /// The desk where clients from `origin` that asked `site` get tokens of the org.
    pub fn counter<'a>(&'a self, org: &LiveOrg, site: &'a Site, origin: &'a Origin) -> Counter<'a> {
        // Whoever is approved for an app by a permission set is so until its assignment ends.
        if let Err(error) = org.lapse_assignments(self.now()) {
            tracing::error!(%error, org = %org.id(), "assignments of permission sets could not be ended");
        }
        Counter { app: self, org: org.facts(), switches: org.switches(), site, origin }
    }
}

impl Counter<'_> {
    pub fn desk(&self) -> Desk<'_> {
        Desk {
            org: &self.org,
            switches: &self.switches,
            site: self.site,
            keys: self.app.keys(),
            now: self.app.now(),
            entropy: self.app.entropy(),
            origin: self.origin,
        }
    }
}
