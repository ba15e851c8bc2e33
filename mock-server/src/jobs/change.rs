//! What callers do to jobs: hand in data, close, abort, delete.

use std::borrow::Cow;
use std::time::Duration;

use super::batch::Batch;
use super::content::Packed;
use super::csv::{self, Rules};
use super::error::JobError;
use super::job::{Api, Concurrency, ContentType, Job};
use super::storage::{Jobs, Kept};
use super::work::{Phase, Work};
use super::zip::Files;
use crate::clock::Timestamp;
use crate::id::{BatchId, ResultId};

/// Data that came in a request, looked through and packed before the org is touched.
pub struct Data {
    bytes: u64,
    fault: Option<String>,
    /// The header row of CSV, and the byte where the records begin.
    columns: Vec<String>,
    begin: u64,
    packed: Packed,
}

/// Bytes of a batch; with attachments the archive may be as long.
pub const BATCH_BYTES: usize = 10_000_000;

/// Records of a batch.
const BATCH_RECORDS: usize = 10_000;

impl Data {
    /// Looks through data for this job. What is no UTF-8 becomes U+FFFD.
    pub fn read(job: &Job, body: &[u8]) -> Self {
        if job.content_type.is_zipped() && !job.operation.is_query() {
            // What is wrong with the records is judged as they were sent: written again they might have nothing wrong, and an attachment
            // is longer than a value may be.
            let records = Files::of(body).and_then(|files| match fault(job, &text_of(files.request())) {
                Some(why) => Err(why),
                None => files.inlined(job.content_type.inner()),
            });
            return match records {
                Ok(records) => Self::kept(job, &text_of(&records), None),
                Err(why) => Self::kept(job, "", Some(why)),
            };
        }
        let text = text_of(body);
        Self::kept(job, &text, fault(job, &text))
    }

    /// Data that were looked through.
    fn kept(job: &Job, text: &str, fault: Option<String>) -> Self {
        let is_table = !job.operation.is_query() && job.content_type.inner() == ContentType::Csv;
        let (columns, begin) = if is_table { csv::header(text.as_bytes(), job.delimiter.byte()) } else { (Vec::new(), 0) };
        Self { bytes: text.len() as u64, fault, columns, begin, packed: Packed::of(text.as_bytes()) }
    }

    /// The work these data are.
    fn work(&self) -> Work {
        Work { bytes: Some(self.bytes), fault: self.fault.clone(), columns: self.columns.clone(), next: self.begin, ..Work::default() }
    }
}

fn text_of(body: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(body).map_or_else(|_| String::from_utf8_lossy(body), Cow::Borrowed)
}

/// What is wrong with the records as a whole.
fn fault(job: &Job, text: &str) -> Option<String> {
    if job.operation.is_query() || job.content_type.inner() != ContentType::Csv {
        return None;
    }
    let classic = job.api == Api::Classic;
    // An upload of nothing at all is a job of no records. Source: jsforce's own tests of Bulk API 2.0, which run against real orgs.
    if !classic && text.is_empty() {
        return None;
    }
    let (delimiter, ending) = (job.delimiter.byte(), (!classic).then_some(job.line_ending));
    let rules = Rules { delimiter, ending, records: classic.then_some(BATCH_RECORDS) };
    csv::check(text.as_bytes(), rules).err().map(|defect| defect.to_string())
}

impl Job {
    /// Takes the data of a Bulk 2.0 job, once.
    ///
    /// # Errors
    /// The job is not open, or has its data.
    pub fn upload(&mut self, db: &dyn Jobs, data: &Data, now: Timestamp) -> Result<(), JobError> {
        if self.phase != Phase::Open {
            return Err(JobError::NotOpen { state: self.state().to_owned() });
        }
        if self.work.bytes.is_some() {
            return Err(JobError::TwoContents { job: self.id.to_string() });
        }
        data.packed.keep(db, self.id.record(), Kept::Content)?;
        self.work = data.work();
        self.modified = now;
        Ok(db.put_job(self)?)
    }

    /// Ends the upload of a Bulk 2.0 job, or closes a Bulk 1.0 job.
    ///
    /// # Errors
    /// The job is not open.
    pub fn close(&mut self, db: &dyn Jobs, now: Timestamp, delay: Duration) -> Result<(), JobError> {
        if self.phase != Phase::Open {
            return Err(JobError::WrongState { doing: "Closing", state: self.ended_state().to_owned() });
        }
        if self.api == Api::Classic {
            self.phase = Phase::Done;
            self.modified = now;
        } else {
            // A job without data has no records, which is found when it is processed.
            if self.work.bytes.is_none() {
                self.work.bytes = Some(0);
                self.work.fault = Some(csv::Defect::NoRecords.to_string());
            }
            self.hand_over(now, delay);
        }
        Ok(db.put_job(self)?)
    }

    /// Stops the job; what it has written stays.
    ///
    /// # Errors
    /// The job is over.
    pub fn abort(&mut self, db: &dyn Jobs, now: Timestamp) -> Result<(), JobError> {
        let is_closed_classic = self.api == Api::Classic && self.phase == Phase::Done;
        if self.phase.is_over() && !is_closed_classic {
            return Err(JobError::WrongState { doing: "Aborting", state: self.ended_state().to_owned() });
        }
        self.phase = Phase::Stopped;
        self.modified = now;
        self.work.due = None;
        if self.api == Api::Classic {
            for mut batch in db.batches(self.id)?.into_iter().filter(|batch| !batch.phase.is_over()) {
                batch.stop(now);
                db.put_batch(&batch)?;
            }
        }
        Ok(db.put_job(self)?)
    }

    /// Takes the job away with its data and results.
    ///
    /// # Errors
    /// The job is open or in progress.
    pub fn delete(&self, db: &dyn Jobs) -> Result<(), JobError> {
        if matches!(self.phase, Phase::Open | Phase::Running) {
            return Err(JobError::WrongState { doing: "Deleting", state: self.state().to_owned() });
        }
        Ok(db.remove_job(self.id)?)
    }

    /// Adds a batch to a Bulk 1.0 job. A batch of a serial job is due after the one before it.
    ///
    /// # Errors
    /// The job takes no more batches.
    pub fn add_batch(
        &mut self,
        db: &dyn Jobs,
        id: BatchId,
        data: &Data,
        query: Option<(String, ResultId)>,
        at: (Timestamp, Duration),
    ) -> Result<Batch, JobError> {
        let (now, delay) = at;
        if self.phase != Phase::Open {
            return Err(JobError::NotOpen { state: self.state().to_owned() });
        }
        let mut work = data.work();
        let after = match self.concurrency {
            Concurrency::Serial => db.batches(self.id)?.iter().filter_map(|batch| batch.work.end_due()).max().map_or(now, |end| end.max(now)),
            Concurrency::Parallel => now,
        };
        work.hand_over(after, delay);
        let (query, result) = query.unzip();
        let batch = Batch { id, job: self.id, created: now, modified: now, phase: Phase::Waiting, message: None, query, result, work };
        db.put_batch(&batch)?;
        data.packed.keep(db, id.record(), Kept::Content)?;
        self.modified = now;
        db.put_job(self)?;
        Ok(batch)
    }

    /// The state as refusals name it: "Aborting already Completed Job not allowed" was recorded.
    fn ended_state(&self) -> &'static str {
        match self.state() {
            "JobComplete" => "Completed",
            state => state,
        }
    }
}

impl Batch {
    /// Leaves the batch undone.
    pub fn stop(&mut self, now: Timestamp) {
        self.phase = Phase::Stopped;
        self.work.due = None;
        self.modified = now;
    }
}
