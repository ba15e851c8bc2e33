//! What all checks of a run share: the integration, what it declares, and where its Salesforce comes from.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::hello;
use super::profile::Profile;
use crate::client::Http;
use crate::failure::Outcome;
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

/// The campaign of features that speak of one integration under one profile; on a shared server if there is one.
///
/// # Errors
/// When the integration does not say what it is.
pub async fn of_one(
    integration: Integration,
    profile: &'static Profile,
    target: &Target,
    shared: Option<Arc<Target>>,
    seed: u64,
    extra: Vec<(String, String)>,
) -> Outcome<Campaign> {
    let said = hello::ask(&integration, target, &[profile], &extra).await?;
    let hellos = said.into_iter().map(|(id, said)| Ok((id, said?))).collect::<Outcome<_>>()?;
    let serving = shared.map_or(Serving::Own, Serving::Shared);
    Ok(Campaign { integration: Arc::new(integration), serving, seed, http: Http::new()?, extra, hellos })
}
