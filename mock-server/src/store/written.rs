//! Records as reads last spelled them. A reader asks for the same few again and again; any write to the org ends what is kept.

use std::collections::HashMap;
use std::sync::atomic::Ordering;

use bytes::Bytes;

use super::Tx;
use crate::id::RecordId;
use crate::records::{Seen, Written};

/// Records kept at once; beyond it they are read again.
const KEPT: usize = 64;

/// What was spelled since the org's last write.
#[derive(Default)]
pub(super) struct Spelled {
    changes: u64,
    records: HashMap<RecordId, Record>,
}

/// A record, and for whose eyes it was spelled.
struct Record {
    object: Box<str>,
    version: Box<str>,
    generation: u64,
    identity: u64,
    json: Bytes,
}

impl Record {
    fn is_for(&self, seen: Seen<'_>) -> bool {
        let own = Seen { object: &self.object, version: &self.version, generation: self.generation, identity: self.identity };
        own == seen
    }
}

impl Written for Tx<'_> {
    fn written(&self, id: RecordId, seen: Seen<'_>) -> Option<Bytes> {
        if self.writes {
            return None;
        }
        let spelled = self.org.spelled.lock();
        if spelled.changes != self.org.changes.load(Ordering::Acquire) {
            return None;
        }
        spelled.records.get(&id).filter(|record| record.is_for(seen)).map(|record| record.json.clone())
    }

    fn keep_written(&self, id: RecordId, seen: Seen<'_>, json: &Bytes) {
        // What an open transaction sees may yet be undone.
        if self.writes {
            return;
        }
        let mut spelled = self.org.spelled.lock();
        // The connection is this read's until it ends, so nobody can have written since the record was read.
        let changes = self.org.changes.load(Ordering::Acquire);
        if spelled.changes != changes || spelled.records.len() >= KEPT {
            *spelled = Spelled { changes, ..Spelled::default() };
        }
        let Seen { object, version, generation, identity } = seen;
        spelled.records.insert(id, Record { object: object.into(), version: version.into(), generation, identity, json: json.clone() });
    }
}

#[cfg(test)]
mod tests {
    use super::super::{OrgDb, Store};
    use super::*;
    use crate::id::OrgId;
    use crate::storage::StoreError;

    const SEEN: Seen<'static> = Seen { object: "Account", version: "v67.0", generation: 1, identity: 0 };

    fn id(number: u32) -> RecordId {
        RecordId::numbered("001", 1, number)
    }

    fn keep(org: &OrgDb, number: u32) {
        org.read(|tx| {
            tx.keep_written(id(number), SEEN, &Bytes::from_static(b"{}"));
            Ok::<_, StoreError>(())
        })
        .unwrap();
    }

    fn is_kept(org: &OrgDb, number: u32, seen: Seen<'_>) -> bool {
        org.read(|tx| Ok::<_, StoreError>(tx.written(id(number), seen).is_some())).unwrap()
    }

    #[test]
    fn a_record_is_kept_for_the_eyes_that_saw_it() {
        let store = Store::in_memory().unwrap();
        let org = store.org(OrgId::numbered(1), 1).unwrap();
        keep(&org, 1);
        assert!(is_kept(&org, 1, SEEN) && !is_kept(&org, 2, SEEN));
        for other in
            [Seen { object: "Contact", ..SEEN }, Seen { version: "v60.0", ..SEEN }, Seen { generation: 2, ..SEEN }, Seen { identity: 1, ..SEEN }]
        {
            assert!(!is_kept(&org, 1, other), "{other:?}");
        }
    }

    #[test]
    fn any_write_ends_it_and_an_open_one_neither_sees_nor_keeps_any() {
        let store = Store::in_memory().unwrap();
        let org = store.org(OrgId::numbered(1), 1).unwrap();
        keep(&org, 1);
        org.write(|tx| {
            assert!(tx.written(id(1), SEEN).is_none());
            tx.keep_written(id(2), SEEN, &Bytes::new());
            tx.put_fact("value", 1)
        })
        .unwrap();
        assert!(!is_kept(&org, 1, SEEN) && !is_kept(&org, 2, SEEN));
    }

    #[test]
    fn a_restore_ends_it() {
        let store = Store::in_memory().unwrap();
        let org = store.org(OrgId::numbered(1), 1).unwrap();
        let copy = store.alone(|| org.copy(None)).unwrap();
        org.write(|tx| tx.put_fact("value", 1)).unwrap();
        keep(&org, 1);
        store.alone(|| org.restore(&copy)).unwrap();
        assert!(!is_kept(&org, 1, SEEN));
    }

    #[test]
    fn only_so_many_are_kept() {
        let store = Store::in_memory().unwrap();
        let org = store.org(OrgId::numbered(1), 1).unwrap();
        (0..1_000).for_each(|number| keep(&org, number));
        assert!(org.spelled.lock().records.len() <= KEPT && is_kept(&org, 999, SEEN));
    }
}
