//! What this room needs of the store.

use super::batch::Batch;
use super::job::Job;
use crate::clock::Timestamp;
use crate::id::{BatchId, JobId, RecordId};
use crate::storage::StoreError;

/// The jobs of one org inside one transaction.
pub trait Jobs {
    fn put_job(&self, job: &Job) -> Result<(), StoreError>;
    fn job(&self, id: JobId) -> Result<Option<Job>, StoreError>;
    /// Jobs after this one in the order of their ids, at most `limit`.
    fn jobs_after(&self, after: Option<JobId>, limit: u32) -> Result<Vec<Job>, StoreError>;
    /// The job with its batches and everything stored of them.
    fn remove_job(&self, id: JobId) -> Result<(), StoreError>;
    /// Jobs that were made before this time.
    fn jobs_before(&self, time: Timestamp) -> Result<Vec<JobId>, StoreError>;

    fn put_batch(&self, batch: &Batch) -> Result<(), StoreError>;
    fn batch(&self, id: BatchId) -> Result<Option<Batch>, StoreError>;
    /// In the order they were added.
    fn batches(&self, job: JobId) -> Result<Vec<Batch>, StoreError>;

    /// Ids of jobs and batches with work to do, and when.
    fn due(&self) -> Result<Vec<(RecordId, Timestamp)>, StoreError>;

    /// Adds a piece to what is stored of a job or batch. `first` is where it begins, in bytes or rows; pieces come in that order.
    fn add_piece(&self, owner: RecordId, kind: Kept, first: u64, content: &[u8]) -> Result<(), StoreError>;
    /// Where the pieces begin.
    fn pieces(&self, owner: RecordId, kind: Kept) -> Result<Vec<u64>, StoreError>;
    fn piece(&self, owner: RecordId, kind: Kept, first: u64) -> Result<Option<Vec<u8>>, StoreError>;
    fn drop_pieces(&self, owner: RecordId, kind: Kept) -> Result<(), StoreError>;
}

/// What is stored of a job or batch beside its facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// What was handed in.
    Content,
    /// What became of each record.
    Outcomes,
    /// The rows of a query.
    Rows,
}
