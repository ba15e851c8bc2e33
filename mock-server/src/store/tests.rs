use std::path::PathBuf;

use super::{OrgDb, Store, Tx};
use crate::id::OrgId;
use crate::storage::StoreError;

/// A directory of one test, removed at its end.
struct Directory(PathBuf);

impl Directory {
    fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("sf-mock-store-{name}-{}", std::process::id())))
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn put(org: &OrgDb, value: i64) {
    org.write(|tx| tx.put_fact("value", value)).unwrap();
}

fn value(org: &OrgDb) -> Option<i64> {
    org.read(|tx| tx.fact("value")).unwrap()
}

#[test]
fn a_failed_change_leaves_nothing_and_its_ids_are_not_given_again() {
    let store = Store::in_memory().unwrap();
    let org = store.org(OrgId::numbered(1), 1).unwrap();
    let mut given = Vec::new();
    let failed: Result<(), StoreError> = org.write(|tx| {
        tx.put_fact("value", 1)?;
        given.push(tx.new_id("001")?);
        Err(StoreError::new("no"))
    });
    assert!(failed.is_err());
    assert_eq!(value(&org), None);
    let next = org.write(|tx| tx.new_id("001")).unwrap();
    assert!(!given.contains(&next));
}

#[test]
fn a_failed_savepoint_takes_back_its_own_changes_and_no_others() {
    let store = Store::in_memory().unwrap();
    let org = store.org(OrgId::numbered(1), 1).unwrap();
    let account = catalogue::object("Account").unwrap();
    let ids = org.write(|tx| {
        let first = tx.new_id("001")?;
        tx.put_fact("value", 1)?;
        let failed: Result<(), StoreError> = tx.savepoint(|| {
            tx.make_table(account)?;
            tx.put_fact("value", 2)?;
            tx.savepoint(|| tx.put_fact("other", 3))?;
            Err(StoreError::new("no"))
        });
        assert!(failed.is_err());
        tx.savepoint(|| tx.make_table(account))?;
        Ok::<_, StoreError>([first, tx.new_id("001")?])
    });
    assert_eq!(value(&org), Some(1));
    assert_eq!(org.read(|tx| tx.fact::<i64>("other")).unwrap(), None);
    assert!(org.read(|tx| Ok::<_, StoreError>(tx.has_table("Account"))).unwrap());
    assert_ne!(ids.as_ref().unwrap()[0], ids.as_ref().unwrap()[1]);
}

#[test]
fn a_restored_org_is_as_it_was_copied() {
    let store = Store::in_memory().unwrap();
    let org = store.org(OrgId::numbered(1), 1).unwrap();
    put(&org, 1);
    let copy = store.alone(|| org.copy(None)).unwrap();
    put(&org, 2);
    store.alone(|| org.restore(&copy)).unwrap();
    assert_eq!(value(&org), Some(1));
    put(&org, 3);
    store.alone(|| org.restore(&copy)).unwrap();
    assert_eq!(value(&org), Some(1), "what is written after a restore is a change too");
}

#[test]
fn a_file_is_copied_when_it_is_first_written() {
    let directory = Directory::new("promised");
    let store = Store::in_directory(&directory.0).unwrap();
    let org = store.org(OrgId::numbered(1), 1).unwrap();
    put(&org, 1);
    let [copy, again] = [(); 2].map(|()| store.alone(|| org.copy_later(None)).unwrap());
    put(&org, 2);
    let later = store.alone(|| org.copy_later(Some(&copy))).unwrap();
    store.alone(|| org.restore(&again)).unwrap();
    assert_eq!(value(&org), Some(1));
    store.alone(|| org.restore(&later)).unwrap();
    assert_eq!(value(&org), Some(2), "a restore writes too");
    let last = store.alone(|| org.copy_later(None)).unwrap();
    org.close();
    store.remove_org_file(org.id()).unwrap();
    let org = store.org(OrgId::numbered(1), 1).unwrap();
    assert_eq!(value(&org), None);
    store.alone(|| org.restore(&last)).unwrap();
    assert_eq!(value(&org), Some(2), "an org that goes is copied first");
    store.alone(|| org.restore(&again)).unwrap();
    assert_eq!(value(&org), Some(1), "a copy of the org that was there before is another state");
}

#[test]
fn the_file_of_an_org_in_use_may_be_read() {
    let directory = Directory::new("read");
    let store = Store::in_directory(&directory.0).unwrap();
    let org = store.org(OrgId::numbered(1), 1).unwrap();
    put(&org, 7);
    let path = directory.0.join("orgs").join(format!("{}.db", org.id()));
    let other = rusqlite::Connection::open_with_flags(path, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let seen = || other.query_row("SELECT value FROM _fact WHERE name = 'value'", [], |row| row.get::<_, i64>(0));
    assert_eq!(seen(), Ok(7));
    put(&org, 8);
    assert_eq!(seen(), Ok(8));
}

#[test]
fn ids_go_on_after_a_restart() {
    let directory = Directory::new("ids");
    let id = OrgId::numbered(1);
    let first = {
        let store = Store::in_directory(&directory.0).unwrap();
        store.org(id, 1).unwrap().write(|tx| tx.new_id("001")).unwrap()
    };
    let store = Store::in_directory(&directory.0).unwrap();
    assert!(store.org(id, 1).unwrap().write(|tx| tx.new_id("001")).unwrap() > first);
}

#[test]
fn more_orgs_than_files_may_be_open_are_all_served() {
    let directory = Directory::new("files");
    let store = Store::in_directory(&directory.0).unwrap();
    let orgs: Vec<_> = (1..=270).map(|number| store.org(OrgId::numbered(number), number).unwrap()).collect();
    for (number, org) in (1..).zip(&orgs) {
        put(org, number);
    }
    let open = orgs.iter().filter(|org| org.connection.lock().is_some()).count();
    assert!(open <= 256, "{open} files are open");
    for (number, org) in (1..).zip(&orgs) {
        assert_eq!(value(org), Some(number));
    }
}

/// As many orgs in memory as put the first of them away.
fn crowd(store: &Store) -> Vec<std::sync::Arc<OrgDb>> {
    let orgs: Vec<_> = (1..=270).map(|number| store.org(OrgId::numbered(number), number).unwrap()).collect();
    for (number, org) in (1..).zip(&orgs) {
        put(org, number);
    }
    assert!(orgs[0].packed.lock().is_some(), "the first org is put away");
    orgs
}

#[test]
fn many_orgs_in_memory_are_packed_and_keep_what_they_hold() {
    let store = Store::in_memory().unwrap();
    let mut orgs = crowd(&store);
    let made = orgs[0].write(|tx| tx.make_table(catalogue::object("Account").unwrap()).and_then(|()| tx.new_id("001"))).unwrap();
    orgs.extend(crowd(&store));
    assert!(orgs[0].connection.lock().is_none());
    let open = orgs.iter().filter(|org| org.connection.lock().is_some()).count();
    assert!(open <= 256, "{open} are open");
    assert_eq!(value(&orgs[0]), Some(1));
    assert!(orgs[0].read(|tx| Ok::<_, StoreError>(tx.has_table("Account"))).unwrap());
    assert_ne!(orgs[0].write(|tx| tx.new_id("001")).unwrap(), made);
}

#[test]
fn an_org_that_cannot_be_unpacked_is_never_taken_for_a_new_one() {
    let store = Store::in_memory().unwrap();
    let orgs = crowd(&store);
    let good = orgs[0].packed.lock().replace(b"no such thing".as_slice().into());
    for _ in 0..2 {
        assert!(orgs[0].read(|tx| tx.fact::<i64>("value")).is_err());
    }
    *orgs[0].packed.lock() = good;
    assert_eq!(value(&orgs[0]), Some(1));
}

#[test]
fn an_org_that_is_put_away_is_copied_and_put_back() {
    let store = Store::in_memory().unwrap();
    let orgs = crowd(&store);
    let copy = store.alone(|| orgs[0].copy(None)).unwrap();
    assert!(orgs[0].connection.lock().is_none(), "it was copied as it lay");
    put(&orgs[0], 7);
    store.alone(|| orgs[0].restore(&copy)).unwrap();
    assert_eq!(value(&orgs[0]), Some(1));
}

#[test]
fn the_epoch_grows_only_when_something_is_forgotten() {
    let store = Store::in_memory().unwrap();
    let org = store.org(OrgId::numbered(1), 1).unwrap();
    let before = org.epoch();
    put(&org, 1);
    assert_eq!(org.epoch(), before);
    let forget = |tx: &Tx<'_>| -> Result<(), StoreError> {
        tx.forget();
        Ok(())
    };
    org.write(forget).unwrap();
    assert_eq!(org.epoch(), before + 1);
}

#[test]
fn what_a_job_was_given_is_read_back_from_any_byte() {
    use std::io::Read;

    use crate::jobs::{Content, Jobs, Kept, Packed};

    let store = Store::in_memory().unwrap();
    let org = store.org(OrgId::numbered(1), 1).unwrap();
    let job = crate::jobs::sample("750Fk0000000001");
    let owner = job.id.record();
    let content: Vec<u8> = (0..600_017_u32).map(|n| u8::try_from(n % 251).unwrap()).collect();
    let read = |from: usize| {
        org.read(|tx| {
            let mut read = Vec::new();
            Content::open(tx, owner, Kept::Content, from as u64)?.read_to_end(&mut read).map_err(StoreError::new)?;
            Ok::<_, StoreError>(read)
        })
    };
    assert!(read(0).unwrap().is_empty());
    org.write(|tx| tx.put_job(&job).and_then(|()| Packed::of(&content).keep(tx, owner, Kept::Content))).unwrap();
    for from in [0, 1, 262_143, 262_144, 262_149, content.len() - 1, content.len(), content.len() + 9] {
        assert!(read(from).unwrap() == content[from.min(content.len())..], "from {from}");
    }
    assert_eq!(org.read(|tx| tx.job(job.id)).unwrap(), Some(job.clone()));
    org.write(|tx| tx.remove_job(job.id)).unwrap();
    assert!(read(0).unwrap().is_empty());
}

#[test]
fn an_app_is_known_as_it_was_last_written_by_what_was_kept() {
    use crate::apps::{Installs, OrgApp};
    use crate::id::AppId;

    let store = Store::in_memory().unwrap();
    let org = store.org(OrgId::numbered(1), 1).unwrap();
    let app = AppId::try_from(crate::id::RecordId::numbered(AppId::PREFIX, 1, 1)).unwrap();
    let row = |denied_attempts| OrgApp { denied_attempts, ..OrgApp::unseen(app) };
    let denied = |tx: &Tx<'_>| -> Result<Option<u32>, StoreError> { Ok(tx.org_app(app)?.map(|row| row.denied_attempts)) };
    assert_eq!(org.read(denied).unwrap(), None);
    org.write(|tx| tx.put_org_app(&row(1))).unwrap();
    let seen: Result<(), StoreError> = org.write(|tx| {
        assert_eq!(denied(tx)?, Some(1));
        tx.put_org_app(&row(2))?;
        assert_eq!(denied(tx)?, Some(2), "its own change");
        Err(StoreError::new("no"))
    });
    assert!(seen.is_err());
    assert_eq!(org.read(denied).unwrap(), Some(1), "the change was not kept");
    org.write(|tx| tx.put_org_app(&row(3)).and_then(|()| denied(tx))).unwrap();
    assert_eq!(org.read(denied).unwrap(), Some(3));
}
