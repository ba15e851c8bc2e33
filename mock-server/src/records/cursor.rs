//! Query locators: what `nextRecordsUrl` leads to. A locator keeps the ids of the first call, so that its pages stay
//! the same whatever is written in between, and any offset can be asked for.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::clock::Timestamp;
use crate::id::{OrgId, RecordId, UserId};

/// Locators a user may have open; opening another closes the oldest. Source: `rest.md` section 4.
const OPEN_PER_USER: usize = 10;

/// Milliseconds after which a locator is refused: two days. Source: `rest.md` section 4.
const LIFETIME: i64 = 2 * 24 * 60 * 60 * 1000;

/// A result that is handed out in pages.
#[derive(Debug)]
pub struct Cursor {
    pub user: UserId,
    pub soql: String,
    pub include_deleted: bool,
    /// The way from the root query to the child subquery whose list this is; empty for the root's own result.
    pub path: Vec<usize>,
    pub ids: Vec<RecordId>,
    pub opened: Timestamp,
}

/// The open locators of all orgs. They do not outlive the process.
#[derive(Default)]
pub struct Cursors(Mutex<Open>);

#[derive(Default)]
struct Open {
    last: u32,
    by_org: HashMap<OrgId, Vec<(RecordId, Arc<Cursor>)>>,
}

impl Cursors {
    /// Opens a locator in the org of that number and gives its id (`01g…`).
    pub fn open(&self, org: OrgId, org_number: u32, cursor: Cursor) -> RecordId {
        let mut open = self.0.lock();
        open.last = open.last.wrapping_add(1);
        let id = RecordId::numbered("01g", org_number, open.last);
        let cursors = open.by_org.entry(org).or_default();
        cursors.retain(|(_, other)| cursor.opened.0 - other.opened.0 < LIFETIME);
        let own = |(_, other): &(RecordId, Arc<Cursor>)| other.user == cursor.user;
        if cursors.iter().filter(|entry| own(entry)).count() >= OPEN_PER_USER
            && let Some(oldest) = cursors.iter().position(own)
        {
            cursors.remove(oldest);
        }
        cursors.push((id, Arc::new(cursor)));
        id
    }

    /// The user's open locator of that id.
    pub fn find(&self, org: OrgId, user: UserId, id: RecordId, now: Timestamp) -> Option<Arc<Cursor>> {
        let open = self.0.lock();
        let (_, cursor) = open.by_org.get(&org)?.iter().find(|(own, _)| *own == id)?;
        (cursor.user == user && now.0 - cursor.opened.0 < LIFETIME).then(|| Arc::clone(cursor))
    }
}

/// Splits `01gFk…-2000` into the locator's id and the offset of the page.
pub fn parse_locator(text: &str) -> Option<(RecordId, usize)> {
    let (id, offset) = text.rsplit_once('-')?;
    let id = RecordId::parse(id).ok().filter(|id| id.prefix() == "01g")?;
    Some((id, offset.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cursor(user: UserId, opened: i64) -> Cursor {
        Cursor { user, soql: String::new(), include_deleted: false, path: Vec::new(), ids: Vec::new(), opened: Timestamp(opened) }
    }

    fn user(n: u32) -> UserId {
        UserId::try_from(RecordId::numbered("005", 1, n)).unwrap()
    }

    #[test]
    fn an_eleventh_locator_closes_the_users_oldest() {
        let (cursors, org) = (Cursors::default(), OrgId::numbered(1));
        let others = cursors.open(org, 1, cursor(user(2), 0));
        let opened: Vec<_> = (0..11).map(|at| cursors.open(org, 1, cursor(user(1), at))).collect();
        let is_open = |id, owner| cursors.find(org, owner, id, Timestamp(20)).is_some();
        assert!(!is_open(opened[0], user(1)));
        assert!(opened[1..].iter().all(|id| is_open(*id, user(1))));
        assert!(is_open(others, user(2)));
    }

    #[test]
    fn a_locator_is_its_users_own_and_ends_after_two_days() {
        let (cursors, org) = (Cursors::default(), OrgId::numbered(1));
        let id = cursors.open(org, 1, cursor(user(1), 0));
        assert!(cursors.find(org, user(2), id, Timestamp(1)).is_none());
        assert!(cursors.find(OrgId::numbered(2), user(1), id, Timestamp(1)).is_none());
        assert!(cursors.find(org, user(1), id, Timestamp(LIFETIME - 1)).is_some());
        assert!(cursors.find(org, user(1), id, Timestamp(LIFETIME)).is_none());
    }

    #[test]
    fn locators_name_their_offset() {
        let id = RecordId::numbered("01g", 1, 7);
        assert_eq!(parse_locator(&format!("{id}-2000")), Some((id, 2000)));
        assert_eq!(parse_locator("01g-2000"), None);
        assert_eq!(parse_locator(&format!("{id}")), None);
        assert_eq!(parse_locator("001Fk0000000001IAA-2000"), None);
    }
}
