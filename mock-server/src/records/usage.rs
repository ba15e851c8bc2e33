//! What users look at and refer to: FOR VIEW, FOR REFERENCE, `Sforce-Mru`, and the lists of recent records.

use catalogue::Object;
use soql::Usage;

use crate::clock::Timestamp;
use crate::id::{RecordId, UserId};
use crate::storage::StoreError;

/// How a record was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Looked at, which is also a reference.
    Viewed,
    /// Shown beside another record.
    Referenced,
}

impl Use {
    /// What a query asks to be noted about its records.
    pub fn asked(usage: Usage) -> Option<Self> {
        match usage {
            Usage { view: true, .. } => Some(Self::Viewed),
            Usage { reference: true, .. } => Some(Self::Referenced),
            Usage { .. } => None,
        }
    }
}

/// A record somebody used, still there, under its present name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recent {
    pub id: RecordId,
    /// API name of its object.
    pub object: String,
    pub name: String,
}

/// What this room needs of the store to keep what users used.
pub trait Usages {
    /// Notes that a user used records of one object, in a transaction that may write.
    fn note_use(&self, object: &Object, ids: &[RecordId], user: UserId, how: Use, now: Timestamp) -> Result<(), StoreError>;

    /// What a user used last, newest first: of one object, or of all.
    fn recent(&self, user: UserId, object: Option<&str>, limit: usize) -> Result<Vec<Recent>, StoreError>;

    /// Notes that a user looked at a list view.
    fn note_list_view(&self, view: RecordId, user: UserId, now: Timestamp) -> Result<(), StoreError>;

    /// Ids of what a user used last of one object, newest first, whether it is still there or not.
    fn used_ids(&self, user: UserId, object: &str) -> Result<Vec<RecordId>, StoreError>;
}
