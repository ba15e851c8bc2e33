//! Results of ingest jobs: what was handed in, joined to what became of it, one stored piece at a time.

use csv::ByteRecord;

use super::content::Content;
use super::csv::{Reader, row};
use super::job::Job;
use super::outcome::{self, Outcome};
use super::storage::{Jobs, Kept};
use super::work::SLICE;
use crate::id::RecordId;
use crate::storage::StoreError;

/// Which results of a Bulk 2.0 job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    Successful,
    Failed,
    /// Records that were not reached before the job was aborted or failed.
    Unprocessed,
}

/// The header row.
pub fn header(job: &Job, which: Which) -> Vec<u8> {
    let own: &[&str] = match which {
        Which::Successful => &["sf__Id", "sf__Created"],
        Which::Failed => &["sf__Id", "sf__Error"],
        Which::Unprocessed => &[],
    };
    let mut out = Vec::new();
    let names = own.iter().copied().chain(job.work.columns.iter().map(String::as_str));
    row(&mut out, names.map(str::as_bytes), job.delimiter.byte(), job.line_ending);
    out
}

/// The rows of one piece, which begins at this byte; and where the next begins.
pub fn piece(db: &dyn Jobs, job: &Job, which: Which, first: u64) -> Result<(Vec<u8>, Option<u64>), StoreError> {
    match which {
        Which::Unprocessed => unprocessed(db, job, first),
        _ => processed(db, job, which, first),
    }
}

/// Where the first piece begins; `None` if there is none.
pub fn begin(db: &dyn Jobs, job: &Job, which: Which) -> Result<Option<u64>, StoreError> {
    match which {
        // A file that was refused as a whole may not even have a header.
        Which::Unprocessed => Ok((!job.work.columns.is_empty() && job.work.next < job.work.bytes.unwrap_or(0)).then_some(job.work.next)),
        _ => Ok(db.pieces(job.id.record(), Kept::Outcomes)?.first().copied()),
    }
}

fn processed(db: &dyn Jobs, job: &Job, which: Which, first: u64) -> Result<(Vec<u8>, Option<u64>), StoreError> {
    let (owner, delimiter) = (job.id.record(), job.delimiter.byte());
    let outcomes = outcomes(db, owner, first)?;
    let mut reader = Reader::new(Content::open(db, owner, Kept::Content, first)?, delimiter, first);
    let (mut out, mut record) = (Vec::new(), ByteRecord::new());
    for outcome in outcomes {
        if !reader.next(&mut record)? {
            break;
        }
        let id = outcome.id.map(|id| id.to_string()).unwrap_or_default();
        let said = match (&outcome.result, which) {
            (Ok(created), Which::Successful) => created.to_string(),
            (Err(refusal), Which::Failed) => refusal.line(),
            _ => continue,
        };
        let own = [id.as_bytes(), said.as_bytes()];
        row(&mut out, own.into_iter().chain(cells(&record, job)), delimiter, job.line_ending);
    }
    let next = db.pieces(owner, Kept::Outcomes)?.into_iter().find(|begins| *begins > first);
    Ok((out, next))
}

fn unprocessed(db: &dyn Jobs, job: &Job, first: u64) -> Result<(Vec<u8>, Option<u64>), StoreError> {
    let (owner, delimiter) = (job.id.record(), job.delimiter.byte());
    let mut reader = Reader::new(Content::open(db, owner, Kept::Content, first)?, delimiter, first);
    let (mut out, mut record) = (Vec::new(), ByteRecord::new());
    for _ in 0..SLICE {
        if !reader.next(&mut record)? {
            return Ok((out, None));
        }
        row(&mut out, cells(&record, job), delimiter, job.line_ending);
    }
    Ok((out, Some(reader.place())))
}

/// One value for each column: a record may leave the last ones out.
fn cells<'r>(record: &'r ByteRecord, job: &'r Job) -> impl Iterator<Item = &'r [u8]> {
    (0..job.work.columns.len()).map(|column| record.get(column).unwrap_or_default())
}

/// What became of the records of one slice.
fn outcomes(db: &dyn Jobs, owner: RecordId, first: u64) -> Result<Vec<Outcome>, StoreError> {
    match db.piece(owner, Kept::Outcomes, first)? {
        Some(packed) => outcome::unpacked(&packed),
        None => Ok(Vec::new()),
    }
}

/// What became of all records of a batch, in their order.
pub fn all_outcomes(db: &dyn Jobs, owner: RecordId) -> Result<Vec<Outcome>, StoreError> {
    let mut all = Vec::new();
    for first in db.pieces(owner, Kept::Outcomes)? {
        all.extend(outcomes(db, owner, first)?);
    }
    Ok(all)
}
