//! What all checks of a run share: the integration, what it declares, and where its Salesforce comes from.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::client::Http;
use crate::integration::{Hello, Integration};
use crate::target::Target;

/// One pass over the checks.
pub struct Campaign {
    /// With the one driver that is used.
    pub integration: Arc<Integration>,
    pub serving: Serving,
    /// Of the servers' random numbers.
    pub seed: u64,
    /// The connections of the harness itself; lanes give them their own transcript.
    pub http: Http,
    /// Variables that the integration gets besides those of the driver protocol.
    pub extra: Vec<(String, String)>,
    /// The integration's declarations, by profile: an integration may be of another kind in another flow.
    pub hellos: BTreeMap<&'static str, Hello>,
}

/// Where the server of a check comes from.
#[derive(Clone)]
pub enum Serving {
    /// Every check starts one of its own, so that clock, faults and journal are its own.
    Own,
    /// All checks share this one; their orgs, apps and users tell them apart.
    Shared(Arc<Target>),
}

impl Campaign {
    /// The declarations for a profile. Every profile that is run has been asked for.
    pub fn hello(&self, profile: &str) -> Hello {
        self.hellos.get(profile).cloned().unwrap_or_default()
    }
}
