//! Event log files, and the lines that wait for their hour and day to be over.

use super::Tx;
use crate::clock::Timestamp;
use crate::storage::StoreError;

/// Bytes of lines and of files kept at most, each: the oldest go.
const MOST_BYTES: i64 = 16 * 1024 * 1024;

/// A row of the login history with the user's name.
pub struct LoggedIn {
    pub id: String,
    pub user: String,
    pub username: String,
    pub at: Timestamp,
    pub kind: String,
    pub status: String,
    pub source_ip: String,
    pub browser: String,
    pub api_type: Option<String>,
    pub api_version: Option<String>,
    pub sub_type: Option<String>,
}

impl Tx<'_> {
    /// Logins that no line was made of, oldest first.
    pub fn logins_not_logged(&self, limit: u32) -> Result<Vec<LoggedIn>, StoreError> {
        let after: String = self.fact("logins_logged")?.unwrap_or_default();
        let mut statement = self.connection().prepare_cached(
            "SELECT l.id, l.user_id, coalesce(u.username, ''), l.at, l.type, l.status, l.source_ip, l.browser, l.api_type, l.api_version, l.sub_type
             FROM _login AS l LEFT JOIN _user AS u ON u.id = l.user_id WHERE l.id > ?1 ORDER BY l.id LIMIT ?2",
        )?;
        let rows = statement.query_map((after, limit), |row| {
            Ok(LoggedIn {
                id: row.get(0)?,
                user: row.get(1)?,
                username: row.get(2)?,
                at: Timestamp(row.get(3)?),
                kind: row.get(4)?,
                status: row.get(5)?,
                source_ip: row.get(6)?,
                browser: row.get(7)?,
                api_type: row.get(8)?,
                api_version: row.get(9)?,
                sub_type: row.get(10)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Says that lines were made of the logins up to this one.
    pub fn note_logins_logged(&self, id: &str) -> Result<(), StoreError> {
        self.put_fact("logins_logged", id)
    }

    /// Keeps lines of one type and hour.
    pub fn add_event_piece(&self, kind: &str, hour: i64, lines: &str) -> Result<(), StoreError> {
        self.execute("INSERT INTO _event_piece (type, hour, lines) VALUES (?1, ?2, ?3)", (kind, hour, lines))?;
        self.execute(
            "DELETE FROM _event_piece WHERE number IN (SELECT number FROM
                (SELECT number, sum(octet_length(lines)) OVER (ORDER BY number DESC) AS newer FROM _event_piece) WHERE newer > ?1)",
            [MOST_BYTES],
        )
    }

    /// Whether lines of hours before this one wait for their file.
    pub fn event_pieces_due(&self, hour: i64) -> Result<Vec<(String, i64)>, StoreError> {
        self.event_pairs("SELECT DISTINCT type, hour FROM _event_piece WHERE hour < ?1 AND (NOT filed OR hour / 86400000 < ?1 / 86400000)", hour)
    }

    /// (type, hour) of lines before `hour` that are in no hourly file.
    pub fn event_hours_to_file(&self, hour: i64) -> Result<Vec<(String, i64)>, StoreError> {
        self.event_pairs("SELECT DISTINCT type, hour FROM _event_piece WHERE hour < ?1 AND NOT filed ORDER BY hour, type", hour)
    }

    /// (type, day) of lines before `day`.
    pub fn event_days_to_file(&self, day: i64) -> Result<Vec<(String, i64)>, StoreError> {
        self.event_pairs("SELECT DISTINCT type, hour / 86400000 * 86400000 FROM _event_piece WHERE hour < ?1 ORDER BY 2, type", day)
    }

    fn event_pairs(&self, sql: &str, before: i64) -> Result<Vec<(String, i64)>, StoreError> {
        let mut statement = self.connection().prepare_cached(sql)?;
        let rows = statement.query_map([before], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The lines of a type between two times, in the order they were written.
    pub fn event_lines(&self, kind: &str, from: i64, to: i64) -> Result<String, StoreError> {
        let mut statement =
            self.connection().prepare_cached("SELECT lines FROM _event_piece WHERE type = ?1 AND hour >= ?2 AND hour < ?3 ORDER BY number")?;
        let rows = statement.query_map((kind, from, to), |row| row.get::<_, String>(0))?;
        Ok(rows.collect::<Result<String, _>>()?)
    }

    pub fn mark_event_hour(&self, kind: &str, hour: i64) -> Result<(), StoreError> {
        self.execute("UPDATE _event_piece SET filed = 1 WHERE type = ?1 AND hour = ?2", (kind, hour))
    }

    pub fn drop_event_lines(&self, kind: &str, from: i64, to: i64) -> Result<(), StoreError> {
        self.execute("DELETE FROM _event_piece WHERE type = ?1 AND hour >= ?2 AND hour < ?3", (kind, from, to))
    }

    /// Keeps a file of a type: (interval, sequence), (the time it is about, the time it is made).
    pub fn add_event_log_file(
        &self,
        kind: &str,
        (interval, sequence): (&str, u32),
        (date, created): (i64, i64),
        columns: &str,
        body: &str,
    ) -> Result<(), StoreError> {
        let id = self.new_id("0AT")?.to_string();
        // Lines that came late make a file of the same hour with a higher number.
        let earlier: u32 = self
            .connection()
            .prepare_cached("SELECT count(*) FROM _event_log_file WHERE type = ?1 AND interval = ?2 AND date = ?3")?
            .query_row((kind, interval, date), |row| row.get(0))?;
        self.execute(
            "INSERT INTO _event_log_file (id, type, interval, date, sequence, created, columns, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            (id, kind, interval, date, sequence + earlier, created, columns, body.as_bytes()),
        )
    }

    /// Forgets files made before `time`, and the oldest of too many.
    pub fn drop_event_log_files(&self, time: i64) -> Result<(), StoreError> {
        self.execute(
            "DELETE FROM _event_log_file WHERE created < ?1 OR id IN (SELECT id FROM
                (SELECT id, sum(octet_length(body)) OVER (ORDER BY id DESC) AS newer FROM _event_log_file) WHERE newer > ?2)",
            [time, MOST_BYTES],
        )
    }
}
