//! Finding records by the words they hold: what this room needs of the store.

use catalogue::Object;
use soql::sosl::Terms;

use crate::id::RecordId;
use crate::storage::StoreError;

/// Full-text search over the rows of one org.
pub trait FullText {
    /// Whether a search for records of these objects would miss a change.
    fn is_stale(&self, objects: &[&Object]) -> Result<bool, StoreError>;

    /// Makes what is searched of these objects as new as their rows. Needs a transaction that may write.
    fn freshen(&self, objects: &[&Object]) -> Result<(), StoreError>;

    /// Ids of the undeleted records that hold the terms in one of `fields` (API names), best first, at most `limit`.
    fn holding(&self, object: &Object, fields: &[String], terms: &Terms, limit: usize) -> Result<Vec<RecordId>, StoreError>;
}
