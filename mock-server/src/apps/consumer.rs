//! Consumer keys and secrets, and how a new set takes the place of an old one.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{AppDefinition, AppKind};
use crate::clock::{Entropy, Timestamp};
use crate::id::UserId;
use crate::secret::Secret;

/// How long a replaced set of an external client app goes on working. Source: the 2026 screens of its Settings tab.
const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

/// What a client shows of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsumerDetails {
    pub consumer_key: String,
    pub consumer_secret: Secret,
    /// When it was staged, and by whom; a set that came with its app was not.
    #[serde(default)]
    pub staged_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staged_by: Option<UserId>,
}

impl ConsumerDetails {
    pub fn new(consumer_key: String, consumer_secret: String) -> Self {
        Self { consumer_key, consumer_secret: Secret(consumer_secret), staged_at: Timestamp::default(), staged_by: None }
    }

    /// A key and a secret that nobody has.
    pub fn fresh(entropy: &Entropy) -> Self {
        let mut secret = [0_u8; 32];
        entropy.fill(&mut secret);
        let digits = secret.iter().map(|byte| format!("{byte:02X}")).collect();
        Self::new(format!("3MVG9{}", entropy.token(80)), digits)
    }

    /// When Salesforce deletes it if nobody applies it; a set staged by a build that did not note when stays.
    fn ends(&self) -> Timestamp {
        if self.staged_at == Timestamp::default() { Timestamp(i64::MAX) } else { self.staged_at.plus(KEPT) }
    }
}

/// A set that another one replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplacedDetails {
    pub details: ConsumerDetails,
    /// When Salesforce deletes it.
    pub until: Timestamp,
}

/// A set of an external client app beside the one in use.
#[derive(Debug, Clone, Copy)]
pub struct SecondSet<'a> {
    pub details: &'a ConsumerDetails,
    /// The key that was staged: it names the set, which keeps its name when key and secret change places.
    pub named_after: &'a str,
    pub is_staged: bool,
    pub until: Timestamp,
}

impl AppDefinition {
    /// Every consumer key that may name this app.
    pub fn consumer_keys(&self) -> impl Iterator<Item = &str> {
        let staged = self.staged.as_ref().map(|staged| staged.consumer_key.as_str());
        let replaced = self.replaced.as_ref().map(|replaced| replaced.details.consumer_key.as_str());
        [Some(self.consumer_key.as_str()), staged, replaced].into_iter().flatten()
    }

    /// The set that is staged, until Salesforce deletes it.
    pub fn live_staged(&self, now: Timestamp) -> Option<&ConsumerDetails> {
        self.staged.as_ref().filter(|staged| now < staged.ends())
    }

    /// The set that another took the place of, until Salesforce deletes it.
    pub fn live_replaced(&self, now: Timestamp) -> Option<&ReplacedDetails> {
        self.replaced.as_ref().filter(|replaced| now < replaced.until)
    }

    /// The secret that goes with the key at this moment; `None` if the key names the app no longer, or not yet.
    pub fn secret_of(&self, key: &str, now: Timestamp) -> Option<&Secret> {
        if key == self.consumer_key {
            return Some(&self.consumer_secret);
        }
        let staged = self.live_staged(now).filter(|_| self.keeps_two_sets());
        let replaced = self.live_replaced(now).map(|replaced| &replaced.details);
        staged.into_iter().chain(replaced).find(|set| set.consumer_key == key).map(|set| &set.consumer_secret)
    }

    /// Two sets of an external client app work side by side; a connected app has one key, and its new secret works from Apply on.
    pub fn keeps_two_sets(&self) -> bool {
        self.kind == AppKind::ExternalClientApp
    }

    /// The set in use.
    pub fn consumer_details(&self) -> ConsumerDetails {
        ConsumerDetails::new(self.consumer_key.clone(), self.consumer_secret.0.clone())
    }

    /// The sets beside the one in use, each with the state that the REST API gives it and the time when Salesforce deletes it: one that is staged
    /// works beside the other and waits for its turn, one that another took the turn of is on its way out.
    pub fn second_sets(&self, now: Timestamp) -> impl Iterator<Item = SecondSet<'_>> {
        let staged = self.live_staged(now);
        let staged = staged.map(|details| SecondSet { details, named_after: &details.consumer_key, is_staged: true, until: details.ends() });
        let replaced = self.live_replaced(now).map(|replaced| SecondSet {
            details: &replaced.details,
            named_after: &self.consumer_key,
            is_staged: false,
            until: replaced.until,
        });
        staged.into_iter().chain(replaced)
    }

    /// Stages a new set beside the current one; one staged before is dropped. `fresh` is a key and a secret nobody has.
    #[must_use]
    pub fn staging(&self, fresh: ConsumerDetails) -> Self {
        let consumer_key = if self.keeps_two_sets() { fresh.consumer_key } else { self.consumer_key.clone() };
        Self { staged: Some(ConsumerDetails { consumer_key, ..fresh }), ..self.clone() }
    }

    /// Puts the staged set in the place of the current one; `None` if nothing is staged any more.
    pub fn applying_staged(&self, now: Timestamp) -> Option<Self> {
        let staged = self.live_staged(now)?.clone();
        let current = self.consumer_details();
        let replaced = self.keeps_two_sets().then(|| ReplacedDetails { details: current, until: now.plus(KEPT) });
        let ConsumerDetails { consumer_key, consumer_secret, .. } = staged;
        Some(Self { consumer_key, consumer_secret, staged: None, replaced, ..self.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{AppId, OrgId, RecordId};

    const DAY: i64 = 24 * 3600 * 1000;

    fn app(kind: AppKind) -> AppDefinition {
        let id = AppId::try_from(RecordId::numbered(AppId::PREFIX, 1, 1)).unwrap();
        let consumer = ("first".to_owned(), Secret("one".to_owned()));
        AppDefinition { kind, ..AppDefinition::plain(id, "Reports".to_owned(), OrgId::numbered(1), consumer, jiff::civil::date(2026, 1, 1)) }
    }

    fn fresh(key: &str, staged_at: i64) -> ConsumerDetails {
        ConsumerDetails { staged_at: Timestamp(staged_at), ..ConsumerDetails::new(key.to_owned(), "secret".to_owned()) }
    }

    /// The keys beside the one in use, with `+` before one that is staged.
    fn beside(app: &AppDefinition, now: i64) -> Vec<String> {
        let sets = app.second_sets(Timestamp(now));
        sets.map(|set| format!("{}{}", if set.is_staged { "+" } else { "" }, set.details.consumer_key)).collect()
    }

    #[test]
    fn each_second_set_ends_by_its_own_time() {
        let applied = app(AppKind::ExternalClientApp).staging(fresh("second", 1)).applying_staged(Timestamp(10 * DAY)).unwrap();
        let both = applied.staging(fresh("third", 20 * DAY));
        assert_eq!(beside(&both, 30 * DAY), ["+third", "first"]);
        assert_eq!(beside(&both, 45 * DAY), ["+third"]);
        assert!(beside(&both, 51 * DAY).is_empty());
        let early = applied.staging(fresh("third", 9 * DAY));
        assert_eq!(beside(&early, 39 * DAY + 1), ["first"], "an expired set hides none that lives");
    }

    #[test]
    fn a_set_that_nobody_applied_in_time_can_be_applied_no_more() {
        for kind in [AppKind::ExternalClientApp, AppKind::ConnectedApp] {
            let staged = app(kind).staging(fresh("second", DAY));
            assert!(staged.applying_staged(Timestamp(31 * DAY - 1)).is_some(), "{kind:?}");
            assert!(staged.applying_staged(Timestamp(31 * DAY)).is_none(), "{kind:?}");
        }
    }
}
