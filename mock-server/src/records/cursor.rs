//! Query locators: what `nextRecordsUrl` leads to. A locator keeps the ids of the first call, so that its pages stay
//! the same whatever is written in between, and any offset can be asked for.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use parking_lot::Mutex;

use super::ids::IdList;
use super::spelling::Locator;
use crate::clock::Timestamp;
use crate::id::{OrgId, RecordId, UserId};

/// The prefix of locators that show their offset to nobody.
pub(super) const HIDING: &str = "0r8";
const SHOWING: &str = "01g";

/// Results a user may have open; opening another closes the oldest. Source: `rest.md` section 4.
/// GUESS: the child lists of one answer count with it as one.
const OPEN_PER_USER: usize = 10;

/// Milliseconds after which a locator is refused: two days. Source: `rest.md` section 4.
const LIFETIME: i64 = 2 * 24 * 60 * 60 * 1000;

/// A result that is handed out in pages.
#[derive(Debug)]
pub struct Cursor {
    pub user: UserId,
    pub soql: Arc<str>,
    pub include_deleted: bool,
    /// The way from the root query to the child subquery whose list this is; empty for the root's own result.
    pub path: Vec<usize>,
    pub ids: IdList,
    pub opened: Timestamp,
}

/// The open locators of all orgs. They do not outlive the process.
#[derive(Default)]
pub struct Cursors {
    last: AtomicU32,
    by_org: Mutex<HashMap<OrgId, Vec<Answered>>>,
}

/// The locators that one answer opened.
struct Answered {
    user: UserId,
    opened: Timestamp,
    cursors: Vec<(RecordId, Arc<Cursor>)>,
}

impl Cursors {
    /// A fresh locator (`01g…`) in the org of that number.
    pub fn fresh(&self, org_number: u32) -> RecordId {
        RecordId::numbered(SHOWING, org_number, self.last.fetch_add(1, Ordering::Relaxed).wrapping_add(1))
    }

    /// Opens the locators of one answer.
    pub fn open(&self, org: OrgId, cursors: Vec<(RecordId, Cursor)>) {
        let Some((_, first)) = cursors.first() else { return };
        let (user, opened) = (first.user, first.opened);
        let cursors = cursors.into_iter().map(|(id, cursor)| (id, Arc::new(cursor))).collect();
        let mut by_org = self.by_org.lock();
        let open = by_org.entry(org).or_default();
        open.retain(|answer| opened.0 - answer.opened.0 < LIFETIME);
        let own = |answer: &Answered| answer.user == user;
        if open.iter().filter(|answer| own(answer)).count() >= OPEN_PER_USER
            && let Some(oldest) = open.iter().position(own)
        {
            open.remove(oldest);
        }
        open.push(Answered { user, opened, cursors });
    }

    /// The user's open locator of that id.
    pub fn find(&self, org: OrgId, user: UserId, id: RecordId, now: Timestamp) -> Option<Arc<Cursor>> {
        let by_org = self.by_org.lock();
        let (_, cursor) = by_org.get(&org)?.iter().flat_map(|answer| &answer.cursors).find(|(own, _)| *own == id)?;
        (cursor.user == user && now.0 - cursor.opened.0 < LIFETIME).then(|| Arc::clone(cursor))
    }
}

impl Locator {
    /// Reads `01gFk…-2000`, and the form that hides its offset.
    pub fn parse(text: &str) -> Option<Self> {
        let (id, offset) = text.rsplit_once('-')?;
        let id = RecordId::parse(id).ok()?;
        match id.prefix() {
            SHOWING => Some(Self { id, offset: offset.parse().ok()? }),
            HIDING => Some(Self { id, offset: usize::try_from(u32::from_str_radix(offset.strip_prefix('q')?, 16).ok()? ^ veil(id)).ok()? }),
            _ => None,
        }
    }

    /// What stands behind the id.
    pub(super) fn tail(&self) -> String {
        match (self.id.prefix(), u32::try_from(self.offset)) {
            (HIDING, Ok(offset)) => format!("q{:08x}", offset ^ veil(self.id)),
            _ => self.offset.to_string(),
        }
    }
}

/// Bits that differ from locator to locator, laid over an offset so that nobody counts on with it.
fn veil(id: RecordId) -> u32 {
    id.to_string().bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(cursors: &Cursors, org: OrgId, user: UserId, opened: i64) -> RecordId {
        let cursor = Cursor { user, soql: "".into(), include_deleted: false, path: Vec::new(), ids: IdList::default(), opened: Timestamp(opened) };
        let id = cursors.fresh(1);
        cursors.open(org, vec![(id, cursor)]);
        id
    }

    fn user(n: u32) -> UserId {
        UserId::try_from(RecordId::numbered("005", 1, n)).unwrap()
    }

    #[test]
    fn an_eleventh_locator_closes_the_users_oldest() {
        let (cursors, org) = (Cursors::default(), OrgId::numbered(1));
        let others = open(&cursors, org, user(2), 0);
        let opened: Vec<_> = (0..11).map(|at| open(&cursors, org, user(1), at)).collect();
        let is_open = |id, owner| cursors.find(org, owner, id, Timestamp(20)).is_some();
        assert!(!is_open(opened[0], user(1)));
        assert!(opened[1..].iter().all(|id| is_open(*id, user(1))));
        assert!(is_open(others, user(2)));
    }

    #[test]
    fn a_locator_is_its_users_own_and_ends_after_two_days() {
        let (cursors, org) = (Cursors::default(), OrgId::numbered(1));
        let id = open(&cursors, org, user(1), 0);
        assert!(cursors.find(org, user(2), id, Timestamp(1)).is_none());
        assert!(cursors.find(OrgId::numbered(2), user(1), id, Timestamp(1)).is_none());
        assert!(cursors.find(org, user(1), id, Timestamp(LIFETIME - 1)).is_some());
        assert!(cursors.find(org, user(1), id, Timestamp(LIFETIME)).is_none());
    }

    #[test]
    fn a_locator_that_hides_its_offset_is_read_back_and_not_made_up() {
        let locator = Locator { id: RecordId::numbered(HIDING, 1, 7), offset: 700 };
        let text = locator.to_string();
        assert_eq!(Locator::parse(&text), Some(locator));
        assert!(!text.ends_with("700") && Locator::parse(&format!("{}-700", locator.id)).is_none(), "{text}");
    }

    #[test]
    fn locators_name_their_offset() {
        let locator = Locator { id: RecordId::numbered("01g", 1, 7), offset: 2000 };
        assert_eq!(Locator::parse(&locator.to_string()), Some(locator));
        for wrong in ["01g-2000", &locator.id.to_string(), "001Fk0000000001IAA-2000", &format!("{}-x", locator.id)] {
            assert_eq!(Locator::parse(wrong), None, "{wrong}");
        }
    }
}
