//! Jobs and batches moved on, a step at a time. Each step is a transaction of its own, so whatever interrupts a job,
//! it goes on from the last step.

use std::time::Duration;

use super::batch::Batch;
use super::ingest::{self, Ingest, Stop, Writing};
use super::job::{Job, LIFESPAN};
use super::query::{self, Run};
use super::work::{Phase, Work};
use crate::access::Access;
use crate::clock::{Clock, Timestamp};
use crate::id::{BatchId, JobId, RecordId};
use crate::org::{Org, User};
use crate::records::{Change, Memory, Statements};
use crate::schema::{self, Schema};
use crate::storage::StoreError;

/// One org's database as jobs need it.
pub trait Database: Writing + Statements + schema::Rows {}

impl<D: Writing + Statements + schema::Rows> Database for D {}

/// Where and when a step is taken.
pub struct Setting<'a> {
    pub schema: &'a Schema,
    /// Who made the job, and what that user may see and change.
    pub user: &'a User,
    pub access: &'a Access,
    pub memory: &'a Memory,
    pub org: &'a Org,
    pub now: Timestamp,
}

/// What comes after a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Another step, at once.
    Step,
    /// Nothing before this time.
    Wait(Timestamp),
    Over,
}

/// Who made the job or the batch's job; `None` when it is gone.
pub fn made_by(db: &dyn Writing, unit: RecordId) -> Result<Option<crate::id::UserId>, StoreError> {
    Ok(job_of(db, unit)?.map(|job| job.created_by))
}

fn job_of(db: &dyn Writing, unit: RecordId) -> Result<Option<Job>, StoreError> {
    match (JobId::try_from(unit), BatchId::try_from(unit)) {
        (Ok(id), _) => db.job(id),
        (_, Ok(id)) => match db.batch(id)? {
            Some(batch) => db.job(batch.job),
            None => Ok(None),
        },
        _ => Ok(None),
    }
}

/// Takes the next step of a job or batch.
pub fn step<D: Database>(db: &D, setting: &Setting<'_>, unit: RecordId, run: &mut Run) -> Result<Next, StoreError> {
    let Some(job) = job_of(db, unit)? else { return Ok(Next::Over) };
    match BatchId::try_from(unit) {
        Ok(id) => match db.batch(id)? {
            Some(batch) => step_batch(db, setting, &job, batch, run),
            None => Ok(Next::Over),
        },
        Err(_) => step_job(db, setting, job, run),
    }
}

fn step_job<D: Database>(db: &D, setting: &Setting<'_>, mut job: Job, run: &mut Run) -> Result<Next, StoreError> {
    let mut work = std::mem::take(&mut job.work);
    let moved = advance(db, setting, &job, &Unit { id: job.id.record(), phase: job.phase, query: job.query.as_deref() }, &mut work, run)?;
    job.work = work;
    if let Moved { phase: Some(phase), error, .. } = &moved {
        job.phase = *phase;
        job.error.clone_from(error);
        job.modified = setting.now;
        db.put_job(&job)?;
    }
    Ok(moved.next)
}

fn step_batch<D: Database>(db: &D, setting: &Setting<'_>, job: &Job, mut batch: Batch, run: &mut Run) -> Result<Next, StoreError> {
    let mut work = std::mem::take(&mut batch.work);
    let moved = advance(db, setting, job, &Unit { id: batch.id.record(), phase: batch.phase, query: batch.query.as_deref() }, &mut work, run)?;
    batch.work = work;
    if let Moved { phase: Some(phase), error, .. } = &moved {
        batch.phase = *phase;
        batch.message.clone_from(error);
        batch.modified = setting.now;
        db.put_batch(&batch)?;
    }
    Ok(moved.next)
}

/// What is to be moved on.
struct Unit<'a> {
    id: RecordId,
    phase: Phase,
    query: Option<&'a str>,
}

/// Where a unit got to; `phase` is `None` when nothing happened.
struct Moved {
    phase: Option<Phase>,
    error: Option<String>,
    next: Next,
}

fn advance<D: Database>(db: &D, setting: &Setting<'_>, job: &Job, unit: &Unit<'_>, work: &mut Work, run: &mut Run) -> Result<Moved, StoreError> {
    let Some(due) = work.due.filter(|_| !unit.phase.is_over()) else { return Ok(Moved { phase: None, error: None, next: Next::Over }) };
    if due > setting.now {
        return Ok(Moved { phase: None, error: None, next: Next::Wait(due) });
    }
    if unit.phase == Phase::Waiting
        && let Some(end) = work.end_due().filter(|end| *end > setting.now)
    {
        work.due = Some(end);
        return Ok(Moved { phase: Some(Phase::Running), error: None, next: Next::Wait(end) });
    }
    let began = Clock::wall();
    let outcome = slice(db, setting, job, unit, work, run);
    work.active += u64::try_from(Clock::wall().0 - began.0).unwrap_or(0);
    let (phase, error) = match outcome {
        Ok(true) => return Ok(Moved { phase: Some(Phase::Running), error: None, next: Next::Step }),
        Ok(false) => (Phase::Done, None),
        Err(Stop::Failed(why)) => (Phase::Failed, Some(why)),
        Err(Stop::Store(error)) => return Err(error),
    };
    work.end(setting.now);
    Ok(Moved { phase: Some(phase), error, next: Next::Over })
}

/// Does a slice of the work; `false` when it was the last.
fn slice<D: Database>(db: &D, setting: &Setting<'_>, job: &Job, unit: &Unit<'_>, work: &mut Work, run: &mut Run) -> Result<bool, Stop> {
    if job.operation.is_query() {
        return query::slice(db, setting, job, unit.id, unit.query.unwrap_or_default(), work, run);
    }
    let object = setting.schema.object(&job.object).ok_or_else(|| Stop::Failed(format!("InvalidBatch : Unable to find object: {}", job.object)))?;
    let change = Change::new(setting.schema, setting.user.id, setting.now).as_seen_by(setting.access);
    ingest::slice(db, &Ingest { change, job, object }, unit.id, work)
}

/// Removes the jobs whose seven days are over.
pub fn expire(db: &dyn Writing, now: Timestamp) -> Result<(), StoreError> {
    let lifespan = i64::try_from(LIFESPAN.as_millis()).unwrap_or(i64::MAX);
    for id in db.jobs_before(Timestamp(now.0.saturating_sub(lifespan)))? {
        db.remove_job(id)?;
    }
    Ok(())
}

impl Job {
    /// Data or query are complete: the job goes into the queue.
    pub fn hand_over(&mut self, now: Timestamp, delay: Duration) {
        self.phase = Phase::Waiting;
        self.modified = now;
        self.work.hand_over(now, delay);
    }

    pub fn is_upsert(&self) -> bool {
        self.operation == super::job::Operation::Upsert
    }
}
