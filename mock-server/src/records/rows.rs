//! What this room needs of the store.

use catalogue::Object;

use super::values::Value;
use crate::access::RowRule;
use crate::clock::Timestamp;
use crate::id::{RecordId, UserId};
use crate::org::AuditTrail;
use crate::storage::StoreError;

/// The rows of one org inside one transaction. Fields go by their place in `Object::fields`.
pub trait Rows: AuditTrail {
    /// Whether rows of this object can be written at all; some show what nobody writes by hand (logins, tokens).
    fn keeps(&self, object: &Object) -> bool;

    /// Whether the object's rows are records and nothing else: the others show what users, permission sets and sessions are.
    fn is_plain(&self, object: &Object) -> bool;

    /// A fresh id for the object with this key prefix.
    fn new_id(&self, prefix: &str) -> Result<RecordId, StoreError>;

    /// Takes the username for this org, unless a user of another org has it. Given back when the transaction fails.
    fn claim_username(&self, username: &str) -> Result<bool, StoreError>;

    /// Does what follows for sessions and tokens from a change that was written.
    fn follow(&self, consequence: Consequence) -> Result<(), StoreError>;

    /// The month the org's fiscal year begins in, 1 to 12.
    fn fiscal_year_start_month(&self) -> Result<i64, StoreError>;

    /// The next number of an auto-number field, counted from 1 (`sequence` is `Case.CaseNumber`).
    fn next_number(&self, sequence: &str) -> Result<u64, StoreError>;

    /// Writes a new row; fields that are not listed are null (booleans false).
    fn insert(&self, object: &Object, row: &[(usize, Value)]) -> Result<(), StoreError>;

    /// Writes new rows, each with the values that all share and its own, among which are none of the shared. The object is plain.
    fn insert_all(&self, object: &Object, shared: &[(usize, Value)], rows: &[Vec<(usize, Value)>]) -> Result<(), StoreError>;

    fn update(&self, object: &Object, id: RecordId, changes: &[(usize, Value)]) -> Result<(), StoreError>;

    /// Takes the row away for good.
    fn remove(&self, object: &Object, id: RecordId) -> Result<(), StoreError>;

    /// The stored values, one per field, null for compound ones; soft-deleted rows too.
    fn load(&self, object: &Object, id: RecordId) -> Result<Option<Vec<Value>>, StoreError>;

    /// Whether there is such a record, wherever the rows of its object come from.
    fn presence(&self, object: &Object, id: RecordId) -> Result<Presence, StoreError>;

    /// Whether a managed package brought the record, so that it is its developer's.
    fn is_closed(&self, id: RecordId) -> Result<bool, StoreError>;

    /// Whether the rule admits this record.
    fn admits(&self, object: &Object, id: RecordId, rule: &RowRule) -> Result<bool, StoreError>;

    /// Ids of the undeleted records whose field has this value (not null), oldest first, at most `limit`.
    fn ids_where(&self, object: &Object, field: usize, value: &Value, limit: u32) -> Result<Vec<RecordId>, StoreError>;

    /// Whether some record's field has a value from `least` to `most`, in the order of its index; deleted ones count.
    fn any_between(&self, object: &Object, field: usize, least: &Value, most: &Value) -> Result<bool, StoreError>;

    /// Whether some undeleted record's field has one of these values.
    fn any_of(&self, object: &Object, field: usize, values: &[&Value]) -> Result<bool, StoreError>;

    /// Notes that a record lies in the recycle bin since `at`, taken there by the deletion of `root` (itself, or what it hung on).
    fn put_in_bin(&self, object: &Object, id: RecordId, root: RecordId, at: Timestamp) -> Result<(), StoreError>;

    /// Takes the note away.
    fn take_from_bin(&self, id: RecordId) -> Result<(), StoreError>;

    /// What the deletion of `root` took into the bin, itself included: API name of the object and id.
    fn bin_of(&self, root: RecordId) -> Result<Vec<(String, RecordId)>, StoreError>;

    /// The record whose deletion took this one into the bin; `None` when it is not there.
    fn root_in_bin(&self, id: RecordId) -> Result<Option<RecordId>, StoreError>;

    /// Notes that the deletion of `root` emptied a lookup of a record that stays.
    fn sever(&self, root: RecordId, lookup: &Severed) -> Result<(), StoreError>;

    /// The lookups that the deletion of `root` emptied; the notes are gone afterwards.
    fn take_severed(&self, root: RecordId) -> Result<Vec<Severed>, StoreError>;

    /// Roots that were deleted before `time`, oldest first, at most `limit`.
    fn binned_before(&self, time: Timestamp, limit: u32) -> Result<Vec<RecordId>, StoreError>;

    /// Records whose `SystemModstamp` lies in `from..to`, oldest change first: the deleted ones or the others.
    fn changed_between(&self, object: &Object, from: Timestamp, to: Timestamp, deleted: bool) -> Result<Vec<(RecordId, Timestamp)>, StoreError>;
}

/// What the change of a setup object means for sessions and tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consequence {
    UserDeactivated(UserId),
    UserFrozen(UserId),
}

/// A lookup that was emptied when its target was deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Severed {
    /// API names of the object and its field.
    pub object: String,
    pub field: String,
    /// The record that stays, and the one it pointed at.
    pub id: RecordId,
    pub target: RecordId,
}

/// What an id leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    Absent,
    Present,
    /// In the recycle bin.
    Deleted,
}
