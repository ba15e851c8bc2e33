//! Bulk jobs, their batches and what is stored of them. The tables are made with an org's first job.

use rusqlite::{OptionalExtension, Row, params_from_iter};
use serde::de::DeserializeOwned;

use super::Tx;
use crate::clock::Timestamp;
use crate::id::{BatchId, JobId, RecordId};
use crate::jobs::{Batch, Job, Jobs, Kept, Writing};
use crate::records::RecordError;
use crate::storage::StoreError;

impl Jobs for Tx<'_> {
    fn put_job(&self, job: &Job) -> Result<(), StoreError> {
        self.connection().execute_batch(include_str!("jobs.sql"))?;
        let due = job.work.due.map(|due| due.0);
        self.execute(
            "INSERT INTO _job VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET due = excluded.due, facts = excluded.facts",
            (job.id.to_string(), job.created.0, due, serde_json::to_string(job).map_err(StoreError::new)?),
        )
    }

    fn job(&self, id: JobId) -> Result<Option<Job>, StoreError> {
        self.facts("SELECT facts FROM _job WHERE id = ?1", &[&id.to_string()]).map(first)
    }

    fn jobs_after(&self, after: Option<JobId>, limit: u32) -> Result<Vec<Job>, StoreError> {
        let after = after.map(|id| id.to_string()).unwrap_or_default();
        self.facts("SELECT facts FROM _job WHERE id > ?1 ORDER BY id LIMIT ?2", &[&after, &limit])
    }

    fn remove_job(&self, id: JobId) -> Result<(), StoreError> {
        let id = id.to_string();
        self.execute("DELETE FROM _piece WHERE owner = ?1 OR owner IN (SELECT id FROM _batch WHERE job_id = ?1)", [&id])?;
        self.execute("DELETE FROM _batch WHERE job_id = ?1", [&id])?;
        self.execute("DELETE FROM _job WHERE id = ?1", [&id])
    }

    fn jobs_before(&self, time: Timestamp) -> Result<Vec<JobId>, StoreError> {
        self.listed("SELECT id FROM _job WHERE created < ?1", &[&time.0], |row| Ok(JobId::parse(row.get_ref(0)?.as_str()?)))
    }

    fn put_batch(&self, batch: &Batch) -> Result<(), StoreError> {
        let due = batch.work.due.map(|due| due.0);
        self.execute(
            "INSERT INTO _batch VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET due = excluded.due, facts = excluded.facts",
            (batch.id.to_string(), batch.job.to_string(), due, serde_json::to_string(batch).map_err(StoreError::new)?),
        )
    }

    fn batch(&self, id: BatchId) -> Result<Option<Batch>, StoreError> {
        self.facts("SELECT facts FROM _batch WHERE id = ?1", &[&id.to_string()]).map(first)
    }

    fn batches(&self, job: JobId) -> Result<Vec<Batch>, StoreError> {
        self.facts("SELECT facts FROM _batch WHERE job_id = ?1 ORDER BY id", &[&job.to_string()])
    }

    fn due(&self) -> Result<Vec<(RecordId, Timestamp)>, StoreError> {
        let sql = "SELECT id, due FROM _job WHERE due IS NOT NULL UNION ALL SELECT id, due FROM _batch WHERE due IS NOT NULL ORDER BY due, id";
        self.listed(sql, &[], |row| Ok(RecordId::parse(row.get_ref(0)?.as_str()?).map(|id| (id, row.get(1).map(Timestamp)))))?
            .into_iter()
            .map(|(id, due)| Ok((id, due?)))
            .collect()
    }

    fn add_piece(&self, owner: RecordId, kind: Kept, first: u64, content: &[u8]) -> Result<(), StoreError> {
        self.execute("INSERT INTO _piece VALUES (?1, ?2, ?3, ?4)", (owner.to_string(), kind as u8, signed(first), content))
    }

    fn pieces(&self, owner: RecordId, kind: Kept) -> Result<Vec<u64>, StoreError> {
        if !self.has_jobs()? {
            return Ok(Vec::new());
        }
        let mut statement = self.connection().prepare_cached("SELECT first FROM _piece WHERE owner = ?1 AND kind = ?2 ORDER BY first")?;
        let found = statement.query_map((owner.to_string(), kind as u8), |row| row.get::<_, i64>(0))?;
        found.map(|first| Ok(u64::try_from(first?).unwrap_or(0))).collect()
    }

    fn piece(&self, owner: RecordId, kind: Kept, first: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let mut statement = self.connection().prepare_cached("SELECT content FROM _piece WHERE owner = ?1 AND kind = ?2 AND first = ?3")?;
        Ok(statement.query_row((owner.to_string(), kind as u8, signed(first)), |row| row.get(0)).optional()?)
    }

    fn drop_pieces(&self, owner: RecordId, kind: Kept) -> Result<(), StoreError> {
        self.execute("DELETE FROM _piece WHERE owner = ?1 AND kind = ?2", (owner.to_string(), kind as u8))
    }
}

impl Writing for Tx<'_> {
    fn attempt(&self, work: &mut dyn FnMut() -> Result<(), RecordError>) -> Result<(), RecordError> {
        self.savepoint(work)
    }
}

impl Tx<'_> {
    /// Whether this org ever had a job.
    fn has_jobs(&self) -> Result<bool, StoreError> {
        let mut statement = self.connection().prepare_cached("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = '_job'")?;
        Ok(statement.exists([])?)
    }

    fn facts<T: DeserializeOwned>(&self, sql: &str, binds: &[&dyn rusqlite::ToSql]) -> Result<Vec<T>, StoreError> {
        self.listed(sql, binds, |row| Ok(serde_json::from_str(row.get_ref(0)?.as_str()?)))
    }

    /// What the rows of a statement hold; none while there are no tables.
    fn listed<T, E: std::error::Error + Send + Sync + 'static>(
        &self,
        sql: &str,
        binds: &[&dyn rusqlite::ToSql],
        read: impl Fn(&Row<'_>) -> rusqlite::Result<Result<T, E>>,
    ) -> Result<Vec<T>, StoreError> {
        if !self.has_jobs()? {
            return Ok(Vec::new());
        }
        let mut statement = self.connection().prepare_cached(sql)?;
        let found = statement.query_map(params_from_iter(binds), read)?;
        found.map(|value| value?.map_err(StoreError::new)).collect()
    }
}

fn first<T>(found: Vec<T>) -> Option<T> {
    found.into_iter().next()
}

/// SQLite counts in signed numbers; no content is that long.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
