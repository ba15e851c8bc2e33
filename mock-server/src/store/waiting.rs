//! What a database in memory is told later: new sessions, rows of the login history, uses of grants. A token is asked for by a write of all
//! three, whose statements took half of the answer's time; together they cost a third of that. They are written before any statement
//! that could miss them: [`Tx::connection`] is the only way to one. Files are told at once, since what was answered must outlive the process.

use std::collections::HashMap;

use rusqlite::Connection;

use super::{OrgDb, Place, Tx, run};
use crate::clock::Timestamp;
use crate::id::RecordId;
use crate::oauth::{Digest, Login, Session};
use crate::storage::StoreError;

/// Sessions that wait at most: to write them takes about a millisecond.
const MOST: usize = 256;

/// In the order in which it happened, save that a grant has one entry for all its uses.
#[derive(Default)]
pub(super) struct Waiting {
    sessions: HashMap<Digest, Session>,
    logins: Vec<(RecordId, Login)>,
    uses: HashMap<RecordId, Uses>,
}

/// Uses of a grant by its current token: the last, and how many.
struct Uses {
    last: Timestamp,
    count: u32,
}

impl Waiting {
    fn is_empty(&self) -> bool {
        self.sessions.is_empty() && self.logins.is_empty() && self.uses.is_empty()
    }

    /// Adds what happened later.
    fn append(&mut self, later: Self) {
        self.sessions.extend(later.sessions);
        self.logins.extend(later.logins);
        for (grant, uses) in later.uses {
            self.note_use(grant, uses.last, uses.count);
        }
    }

    fn note_use(&mut self, grant: RecordId, last: Timestamp, count: u32) {
        let uses = self.uses.entry(grant).or_insert(Uses { last, count: 0 });
        (uses.last, uses.count) = (last, uses.count + count);
    }
}

impl Tx<'_> {
    /// The connection for statements that read nothing of what waits.
    pub(super) fn unsettled(&self) -> &Connection {
        self.connection
    }

    /// Keeps the session until it is written. `false`: it must be written now.
    pub(super) fn note_session(&self, session: &Session) -> bool {
        self.note(|waiting| drop(waiting.sessions.insert(session.digest, session.clone())))
    }

    /// The same of a row of the login history.
    pub(super) fn note_login(&self, id: RecordId, login: &Login) -> bool {
        self.note(|waiting| waiting.logins.push((id, login.clone())))
    }

    /// The same of a use of a grant.
    pub(super) fn note_use(&self, grant: RecordId, now: Timestamp) -> bool {
        self.note(|waiting| waiting.note_use(grant, now, 1))
    }

    /// The session with this token, if it waits.
    pub(super) fn waiting_session(&self, digest: Digest) -> Option<Session> {
        self.noted.borrow().sessions.get(&digest).cloned().or_else(|| self.org.waiting.lock().sessions.get(&digest).cloned())
    }

    /// Once this transaction has used the tables it goes on doing so: what it does keeps its order.
    fn note(&self, note: impl FnOnce(&mut Waiting)) -> bool {
        let may_wait = self.writes && !self.settled.get() && matches!(self.org.common.place, Place::Memory);
        if may_wait {
            note(&mut self.noted.borrow_mut());
        }
        may_wait
    }

    /// Writes what waits. A failure is told when the transaction ends, which then fails.
    pub(super) fn settle(&self) {
        if self.settled.replace(true) {
            return;
        }
        let mut waiting = self.org.waiting.lock();
        let own = self.noted.take();
        if waiting.is_empty() && own.is_empty() {
            return;
        }
        let written = if self.writes { self.write_out(&waiting).and_then(|()| self.write_out(&own)) } else { self.write_alone(&waiting) };
        match written {
            // A transaction that fails takes its writing back.
            Ok(()) => *self.taken.borrow_mut() = std::mem::take(&mut *waiting),
            Err(error) => *self.failed.borrow_mut() = Some(error),
        }
    }

    /// Writes in a transaction of its own.
    fn write_alone(&self, waiting: &Waiting) -> Result<(), StoreError> {
        run(self.connection, "BEGIN IMMEDIATE")?;
        let written = self.write_out(waiting).and_then(|()| run(self.connection, "COMMIT"));
        if written.is_err() && !self.connection.is_autocommit() {
            run(self.connection, "ROLLBACK")?;
        }
        written
    }

    fn write_out(&self, waiting: &Waiting) -> Result<(), StoreError> {
        let mut sessions: Vec<&Session> = waiting.sessions.values().collect();
        sessions.sort_unstable_by_key(|session| session.id);
        sessions.into_iter().try_for_each(|session| self.write_session(session))?;
        waiting.logins.iter().try_for_each(|(id, login)| self.write_login(*id, login))?;
        waiting.uses.iter().try_for_each(|(grant, uses)| self.write_uses(*grant, uses.last, uses.count))
    }

    pub(super) fn write_session(&self, session: &Session) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO _session (token_hash, id, kind, user_id, app_id, grant_id, scopes, created, last_used, timeout, login_as, parent,
                source_ip, login_type, security_level, login_id)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
            rusqlite::params![
                session.digest.0,
                session.id.to_string(),
                session.kind.name(),
                session.user.to_string(),
                session.app.map(|app| app.to_string()),
                session.grant.map(|grant| grant.to_string()),
                session.scopes.to_string(),
                session.created.0,
                session.last_used().0,
                session.timeout,
                session.login_as,
                session.parent.map(|parent| parent.to_string()),
                session.source_ip,
                session.login_type,
                session.security_level.name(),
                session.login.map(|login| login.to_string()),
            ],
        )
    }

    pub(super) fn write_login(&self, id: RecordId, login: &Login) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO _login (id, user_id, at, type, status, application, source_ip, login_url, browser, api_type, api_version, sub_type)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            (
                id.to_string(),
                login.user.to_string(),
                login.at.0,
                login.kind,
                login.status,
                &login.application,
                &login.source_ip,
                &login.login_url,
                &login.browser,
                login.api.map(|(name, _)| name),
                login.api.map(|(_, version)| format!("{version}.0")),
                login.sub_type(),
            ),
        )
    }

    /// Counts uses of a grant by its current token.
    pub(super) fn write_uses(&self, grant: RecordId, last: Timestamp, count: u32) -> Result<(), StoreError> {
        let sql = "UPDATE _grant SET last_used = ?2, refreshed = ?2, use_count = use_count + ?3 WHERE id = ?1";
        self.execute(sql, (grant.to_string(), last.0, count))
    }

    /// What was settled has failed: the error that this transaction must end with.
    pub(super) fn stand(&self) -> Result<(), StoreError> {
        self.failed.take().map_or(Ok(()), Err)
    }

    /// Leaves to the org what this transaction noted.
    pub(super) fn hand_over(&self) {
        let noted = self.noted.take();
        if !noted.is_empty() {
            self.org.waiting.lock().append(noted);
        }
    }

    /// Gives the org back what a transaction that was undone had written.
    pub(super) fn give_back(&self) {
        let taken = self.taken.take();
        if !taken.is_empty() {
            *self.org.waiting.lock() = taken;
        }
    }
}

impl OrgDb {
    /// Whether so much waits that the next write must tell the database.
    pub(super) fn is_behind(&self) -> bool {
        let waiting = self.waiting.lock();
        waiting.sessions.len().max(waiting.logins.len()) >= MOST
    }

    /// Writes what waits, for whoever takes the database as a whole.
    pub(super) fn settle(&self, connection: &Connection) -> Result<(), StoreError> {
        let tx = Tx::new(connection, self, false);
        tx.settle();
        tx.stand()
    }

    /// Forgets what waits: the database is another.
    pub(super) fn drop_waiting(&self) {
        *self.waiting.lock() = Waiting::default();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::id::{OrgId, UserId};
    use crate::oauth::{Kinds, Ledger, Reach, Scopes, SessionKind};
    use crate::store::Store;

    const NOW: Timestamp = Timestamp(1_000);

    fn org(store: &Store, number: u32) -> Arc<OrgDb> {
        store.org(OrgId::numbered(number), number).unwrap()
    }

    fn user(number: u32) -> UserId {
        UserId::try_from(RecordId::numbered("005", 1, number)).unwrap()
    }

    fn open(tx: &Tx<'_>, number: u32) -> Result<(), StoreError> {
        let (id, digest) = (tx.new_id("0Ak")?, Digest::of(&number.to_string()));
        let scopes = Scopes::parse("api").unwrap();
        tx.add_session(&Session::new(id, digest, SessionKind::Token, user(number), None, None, scopes, (NOW, NOW), 1_000))
    }

    fn refused(tx: &Tx<'_>) -> Result<(), StoreError> {
        open(tx, 99)?;
        Err(StoreError::new("no"))
    }

    fn waits(org: &OrgDb) -> usize {
        org.waiting.lock().sessions.len()
    }

    fn is_found(org: &OrgDb, number: u32) -> bool {
        org.read(|tx| tx.session(Digest::of(&number.to_string()))).unwrap().is_some_and(|session| session.user == user(number))
    }

    /// Users with a session, as statements find them.
    fn listed(org: &OrgDb) -> usize {
        org.read(|tx| tx.live_sessions(NOW, 1_000)).unwrap().len()
    }

    #[test]
    fn a_session_is_found_before_it_is_written_and_after() {
        let store = Store::in_memory().unwrap();
        let org = org(&store, 1);
        org.write(|tx| open(tx, 1).and_then(|()| open(tx, 2))).unwrap();
        assert!(is_found(&org, 1) && is_found(&org, 2) && !is_found(&org, 3));
        assert_eq!((waits(&org), listed(&org), waits(&org)), (2, 2, 0));
        assert!(is_found(&org, 1));
    }

    #[test]
    fn a_transaction_that_used_the_tables_sees_its_sessions_there() {
        let store = Store::in_memory().unwrap();
        let org = org(&store, 1);
        org.write(|tx| open(tx, 1)).unwrap();
        let ended = org.write(|tx| {
            open(tx, 2)?;
            let ended = tx.end_sessions(Reach::User(user(1)), Kinds::All)?;
            open(tx, 3)?;
            Ok::<_, StoreError>((ended, tx.live_sessions(NOW, 1_000)?.len()))
        });
        assert_eq!((ended.unwrap(), waits(&org)), ((1, 2), 0));
        assert!(!is_found(&org, 1) && is_found(&org, 2) && is_found(&org, 3));
    }

    #[test]
    fn a_transaction_that_fails_takes_back_its_own_and_nothing_else() {
        let store = Store::in_memory().unwrap();
        let org = org(&store, 1);
        org.write(|tx| open(tx, 1)).unwrap();
        assert!(org.write(refused).is_err());
        assert!(org.write(|tx| tx.live_sessions(NOW, 9).and_then(|_| refused(tx))).is_err());
        assert!(org.write(|tx| open(tx, 98).and_then(|()| tx.live_sessions(NOW, 9)).and_then(|_| refused(tx))).is_err());
        assert_eq!((waits(&org), listed(&org)), (1, 1));
        assert!(is_found(&org, 1) && !is_found(&org, 98) && !is_found(&org, 99));
    }

    #[test]
    fn a_part_that_fails_takes_back_its_own_and_nothing_else() {
        let store = Store::in_memory().unwrap();
        let org = org(&store, 1);
        org.write(|tx| open(tx, 1)).unwrap();
        org.write(|tx| open(tx, 2).map(|()| assert!(tx.savepoint(|| refused(tx)).is_err()))).unwrap();
        assert_eq!(listed(&org), 2);
        assert!(is_found(&org, 1) && is_found(&org, 2) && !is_found(&org, 99));
    }

    #[test]
    fn what_cannot_be_written_fails_whoever_asks_and_is_not_lost() {
        let store = Store::in_memory().unwrap();
        let org = org(&store, 1);
        org.read(|tx| Ok::<_, StoreError>(tx.unsettled().execute_batch("ALTER TABLE _session RENAME TO gone")?)).unwrap();
        org.write(|tx| open(tx, 1)).unwrap();
        assert!(org.read(|tx| tx.logins(1)).is_err());
        assert!(org.write(|tx| tx.logins(1)).is_err());
        assert!(store.alone(|| org.copy(None)).is_err());
        org.read(|tx| Ok::<_, StoreError>(tx.unsettled().execute_batch("ALTER TABLE gone RENAME TO _session")?)).unwrap();
        assert_eq!(listed(&org), 1);
    }

    #[test]
    fn a_copy_has_what_waited_and_to_put_one_back_ends_what_waits() {
        let store = Store::in_memory().unwrap();
        let org = org(&store, 1);
        org.write(|tx| open(tx, 1)).unwrap();
        let copy = store.alone(|| org.copy(None)).unwrap();
        org.write(|tx| open(tx, 2)).unwrap();
        store.alone(|| org.restore(&copy)).unwrap();
        assert!(is_found(&org, 1) && !is_found(&org, 2));
        assert_eq!(listed(&org), 1);
    }

    #[test]
    fn an_org_that_is_put_away_keeps_what_waited() {
        let store = Store::in_memory().unwrap();
        let orgs: Vec<_> = (1..=270).map(|number| org(&store, number)).collect();
        orgs.iter().for_each(|org| org.write(|tx| open(tx, 1)).unwrap());
        assert!(orgs[0].connection.lock().is_none() && waits(&orgs[0]) == 0);
        assert!(orgs.iter().all(|org| is_found(org, 1)));
    }

    #[test]
    fn only_so_many_wait_and_on_disk_none() {
        let store = Store::in_memory().unwrap();
        let in_memory = org(&store, 1);
        (0..1_000).for_each(|number| in_memory.write(|tx| open(tx, number)).unwrap());
        assert!(waits(&in_memory) <= MOST);
        assert_eq!(listed(&in_memory), 1_000);
        let directory = std::env::temp_dir().join(format!("sf-mock-waiting-{}", std::process::id()));
        let store = Store::in_directory(&directory).unwrap();
        let on_disk = org(&store, 1);
        on_disk.write(|tx| open(tx, 1)).unwrap();
        assert_eq!(waits(&on_disk), 0);
        assert!(is_found(&on_disk, 1));
        drop((on_disk, store));
        std::fs::remove_dir_all(directory).unwrap();
    }
}
