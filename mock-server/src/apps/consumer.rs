//! Consumer keys and secrets, and how a new set takes the place of an old one.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{AppDefinition, AppKind};
use crate::clock::Timestamp;
use crate::secret::Secret;

/// How long a replaced set of an external client app goes on working. Source: the 2026 screens of its Settings tab.
const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

/// What a client shows of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsumerDetails {
    pub consumer_key: String,
    pub consumer_secret: Secret,
}

/// A set that another one replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplacedDetails {
    pub details: ConsumerDetails,
    /// When Salesforce deletes it.
    pub until: Timestamp,
}

impl AppDefinition {
    /// Every consumer key that may name this app.
    pub fn consumer_keys(&self) -> impl Iterator<Item = &str> {
        let staged = self.staged.as_ref().map(|staged| staged.consumer_key.as_str());
        let replaced = self.replaced.as_ref().map(|replaced| replaced.details.consumer_key.as_str());
        [Some(self.consumer_key.as_str()), staged, replaced].into_iter().flatten()
    }

    /// The secret that goes with the key at this moment; `None` if the key names the app no longer, or not yet.
    pub fn secret_of(&self, key: &str, now: Timestamp) -> Option<&Secret> {
        if key == self.consumer_key {
            return Some(&self.consumer_secret);
        }
        let staged = self.staged.as_ref().filter(|_| self.keeps_two_sets());
        let replaced = self.replaced.as_ref().filter(|replaced| now < replaced.until).map(|replaced| &replaced.details);
        staged.into_iter().chain(replaced).find(|set| set.consumer_key == key).map(|set| &set.consumer_secret)
    }

    /// Two sets of an external client app work side by side; a connected app has one key, and its new secret works from Apply on.
    pub fn keeps_two_sets(&self) -> bool {
        self.kind == AppKind::ExternalClientApp
    }

    /// Stages a new set beside the current one; one staged before is dropped. `fresh` is a key and a secret nobody has.
    #[must_use]
    pub fn staging(&self, fresh: ConsumerDetails) -> Self {
        let consumer_key = if self.keeps_two_sets() { fresh.consumer_key } else { self.consumer_key.clone() };
        Self { staged: Some(ConsumerDetails { consumer_key, ..fresh }), ..self.clone() }
    }

    /// Puts the staged set in the place of the current one; `None` if nothing is staged.
    pub fn applying_staged(&self, now: Timestamp) -> Option<Self> {
        let staged = self.staged.clone()?;
        let current = ConsumerDetails { consumer_key: self.consumer_key.clone(), consumer_secret: self.consumer_secret.clone() };
        let replaced = self.keeps_two_sets().then(|| ReplacedDetails { details: current, until: now.plus(KEPT) });
        let ConsumerDetails { consumer_key, consumer_secret } = staged;
        Some(Self { consumer_key, consumer_secret, staged: None, replaced, ..self.clone() })
    }
}
