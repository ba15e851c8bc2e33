//! Bulk jobs and their batches: opened, fed, moved on in slices, and their results. Both Bulk APIs are dialects of this room.
//! What is written goes through `records`, what is read through its queries.

mod batch;
mod batch_json;
mod batch_spelling;
mod batch_xml;
mod change;
mod content;
mod csv;
mod error;
mod ingest;
mod job;
mod open;
mod outcome;
mod pk_chunking;
mod query;
mod results;
mod spec;
mod step;
mod storage;
mod work;
mod zip;

pub use batch::Batch;
pub use batch_spelling::escape;
pub use change::{BATCH_BYTES, Data};
pub use content::Content;
#[cfg(test)]
pub use content::Packed;
pub use csv::row as csv_row;
pub use error::{JobError, UnsupportedQuery};
pub use ingest::Writing;
pub use job::{Api, ContentType, Delimiter, Job, LineEnding, Operation, Renamed};
pub use open::{NewJob, Opening};
pub use outcome::Outcome;
pub use pk_chunking::{ChunkHeader, chunks};
pub use query::{Run, header as query_header, pieces_of, rows as query_rows};
pub use results::{Which, all_outcomes, begin as first_result, header as result_header, piece as result_piece};
pub use spec::Spec;
pub use step::{Next, Setting, expire, made_by, step};
pub use storage::{Jobs, Kept};
pub use work::Phase;

/// An open job of no account, for tests of what keeps jobs.
#[cfg(test)]
pub fn sample(id: &str) -> Job {
    use crate::clock::Timestamp;
    use crate::id::{JobId, UserId};
    use crate::schema::{Features, Schema};

    let schema = Schema::standard(Features::NONE, Timestamp(0));
    let by = UserId::parse("005Fk0000000001").unwrap_or_else(|_| unreachable!("an id"));
    let opening = Opening {
        schema: &schema,
        access: crate::access::Access::all(),
        by,
        may_hard_delete: false,
        api: Api::V2Ingest,
        version: 67,
        now: Timestamp(0),
    };
    let new = NewJob { operation: Some("insert".into()), object: Some("Account".into()), ..NewJob::default() };
    JobId::parse(id).ok().and_then(|id| opening.open(id, new).ok()).unwrap_or_else(|| unreachable!("a job"))
}
