//! A batch of a Bulk 1.0 job.

use serde::{Deserialize, Serialize};

use super::work::{Phase, Work};
use crate::clock::Timestamp;
use crate::id::{BatchId, JobId, ResultId};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Batch {
    pub id: BatchId,
    pub job: JobId,
    pub created: Timestamp,
    pub modified: Timestamp,
    pub phase: Phase,
    /// Why it failed or was not processed: `stateMessage`.
    pub message: Option<String>,
    /// What a query batch asks.
    pub query: Option<String>,
    /// What the rows of a query batch are called, once it is done.
    pub result: Option<ResultId>,
    pub work: Work,
}
