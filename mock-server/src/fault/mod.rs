//! Faults: what a test asks the server to do wrong, and to which requests.

mod alter;
mod jwt;
mod pause;
mod spec;

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use parking_lot::Mutex;
use tokio::sync::watch;

use crate::clock::Entropy;
use crate::id::{AppId, OrgId, UserId};

pub use alter::Alteration;
pub use jwt::Algorithm;
pub use pause::Pause;
pub use spec::{Action, Cut, FaultSpec, TokenState};

/// Goes with a request whose record a duplicate rule shall find again: the answer names a record, so the family must make it.
#[derive(Debug, Clone, Copy)]
pub struct DuplicateFound;

/// The code that asks for it.
pub const DUPLICATES_DETECTED: &str = "DUPLICATES_DETECTED";

/// What the names in `spec.matches` stand for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Named {
    pub org: Option<OrgId>,
    pub app: Option<AppId>,
    pub user: Option<UserId>,
}

/// A fault that was asked for.
pub struct Fault {
    /// Number of the fault; the first is 1.
    pub id: u64,
    pub spec: FaultSpec,
    pub named: Named,
    /// Requests that matched, applied or not.
    seen: AtomicU32,
    applied: AtomicU32,
    held: AtomicU32,
    chance: Entropy,
    /// Counts releases; whoever is held waits for the next.
    releases: watch::Sender<u64>,
}

impl Fault {
    pub fn seen(&self) -> u32 {
        self.seen.load(Ordering::Relaxed)
    }

    pub fn applied(&self) -> u32 {
        self.applied.load(Ordering::Relaxed)
    }

    /// Requests this fault holds at this moment.
    pub fn held(&self) -> u32 {
        self.held.load(Ordering::Relaxed)
    }

    /// Lets all go that are held now.
    pub fn release(&self) {
        self.releases.send_modify(|releases| *releases += 1);
    }

    /// Whether this request, which matches, is one that the fault applies to.
    fn strikes(&self) -> bool {
        let seen = self.seen.fetch_add(1, Ordering::Relaxed);
        if seen < self.spec.after || self.chance.fraction() >= self.spec.probability {
            return false;
        }
        let within = |applied: u32| self.spec.count.is_none_or(|count| applied < count).then_some(applied + 1);
        self.applied.fetch_update(Ordering::Relaxed, Ordering::Relaxed, within).is_ok()
    }
}

/// What a fault may ask of a request. The parts that cost a look into the body are asked only if a fault names them.
pub trait Subject {
    fn route(&self) -> &'static str;
    fn method(&self) -> &str;
    fn flow(&self) -> Option<&'static str>;
    fn org(&self) -> Option<OrgId>;
    fn app(&self) -> Option<AppId>;
    fn user(&self) -> Option<UserId>;
    fn session(&self) -> Option<TokenState>;
}

/// The faults of a server.
#[derive(Default)]
pub struct Faults {
    faults: Mutex<Vec<Arc<Fault>>>,
    any: AtomicBool,
    last: AtomicU64,
    routes: OnceLock<Vec<&'static str>>,
}

impl Faults {
    pub fn new() -> Self {
        Self::default()
    }

    /// Tells, once, the ids of all rows there are.
    pub fn set_routes(&self, routes: Vec<&'static str>) {
        // A second server on the same handle has the same rows.
        let _ = self.routes.set(routes);
    }

    /// Whether any row is meant by `oauth/token` or `rest/*`.
    pub fn is_known_route(&self, wanted: &str) -> bool {
        self.routes.get().is_some_and(|routes| routes.iter().any(|route| is_route(wanted, route)))
    }

    /// Adds a fault after those there are; the first that applies to a request wins.
    pub fn add(&self, spec: FaultSpec, named: Named, entropy: &Entropy) -> Arc<Fault> {
        let seed = spec.seed.unwrap_or_else(|| {
            let mut seed = [0; 8];
            entropy.fill(&mut seed);
            u64::from_le_bytes(seed)
        });
        let id = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        let (seen, applied, held) = (AtomicU32::new(0), AtomicU32::new(0), AtomicU32::new(0));
        let fault = Arc::new(Fault { id, spec, named, seen, applied, held, chance: Entropy::new(Some(seed)), releases: watch::channel(0).0 });
        self.faults.lock().push(Arc::clone(&fault));
        self.any.store(true, Ordering::Release);
        fault
    }

    pub fn list(&self) -> Vec<Arc<Fault>> {
        self.faults.lock().clone()
    }

    pub fn get(&self, id: u64) -> Option<Arc<Fault>> {
        self.faults.lock().iter().find(|fault| fault.id == id).cloned()
    }

    /// Removes a fault and lets go what it holds. False if there is none of this number.
    pub fn remove(&self, id: u64) -> bool {
        let mut faults = self.faults.lock();
        let Some(at) = faults.iter().position(|fault| fault.id == id) else { return false };
        faults.remove(at).release();
        self.any.store(!faults.is_empty(), Ordering::Release);
        true
    }

    /// Removes all faults; whatever they hold goes on.
    pub fn clear(&self) {
        for fault in self.faults.lock().drain(..) {
            fault.release();
        }
        self.any.store(false, Ordering::Release);
    }

    /// The fault that strikes this request, if any.
    pub fn strike(&self, subject: &impl Subject) -> Option<Arc<Fault>> {
        if !self.any.load(Ordering::Acquire) {
            return None;
        }
        self.list().into_iter().find(|fault| matches(fault, subject) && fault.strikes())
    }
}

fn matches(fault: &Fault, subject: &impl Subject) -> bool {
    let wanted = &fault.spec.matches;
    wanted.route.as_ref().is_none_or(|route| is_route(route, subject.route()))
        && wanted.method.as_ref().is_none_or(|method| method.eq_ignore_ascii_case(subject.method()))
        && wanted.flow.as_ref().is_none_or(|flow| subject.flow() == Some(flow))
        && fault.named.org.is_none_or(|org| subject.org() == Some(org))
        && fault.named.app.is_none_or(|app| subject.app() == Some(app))
        && fault.named.user.is_none_or(|user| subject.user() == Some(user))
        && wanted.session.is_none_or(|state| subject.session() == Some(state))
}

/// `rest/query` is one row, `rest/*` all rows of the family.
fn is_route(wanted: &str, route: &str) -> bool {
    match wanted.strip_suffix('*') {
        Some(family) => route.starts_with(family),
        None => wanted == route,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Token;

    impl Subject for Token {
        fn route(&self) -> &'static str {
            "oauth/token"
        }
        fn method(&self) -> &str {
            "POST"
        }
        fn flow(&self) -> Option<&'static str> {
            Some("refresh_token")
        }
        fn org(&self) -> Option<OrgId> {
            Some(OrgId::numbered(1))
        }
        fn app(&self) -> Option<AppId> {
            None
        }
        fn user(&self) -> Option<UserId> {
            None
        }
        fn session(&self) -> Option<TokenState> {
            Some(TokenState::Ended)
        }
    }

    /// How ten refreshes fare under a fault: `x` where it struck.
    fn ten_refreshes(spec: &str, org: Option<OrgId>) -> String {
        let faults = Faults::default();
        let spec: FaultSpec = serde_json::from_str(spec).unwrap();
        faults.add(spec, Named { org, ..Named::default() }, &Entropy::new(Some(1)));
        (0..10).map(|_| if faults.strike(&Token).is_some() { 'x' } else { '.' }).collect()
    }

    #[test]
    fn after_count_and_match_decide_who_is_struck() {
        let check = |spec: &str, org: Option<OrgId>, struck: &str| assert_eq!(ten_refreshes(spec, org), struck, "{spec}");
        check(r#"{"action":{"status":503}}"#, None, "x.........");
        check(r#"{"action":{"status":503},"after":2,"count":3}"#, None, "..xxx.....");
        check(r#"{"action":{"status":503},"count":null}"#, None, "xxxxxxxxxx");
        check(r#"{"match":{"route":"oauth/*","flow":"refresh_token"},"action":{"hold":true}}"#, None, "x.........");
        check(r#"{"match":{"route":"rest/query"},"action":{"lock":true}}"#, None, "..........");
        check(r#"{"match":{"method":"get"},"action":{"lock":true}}"#, None, "..........");
        check(r#"{"action":{"lock":true}}"#, Some(OrgId::numbered(2)), "..........");
        check(r#"{"match":{"session":"ended"},"action":{"lock":true}}"#, None, "x.........");
        check(r#"{"match":{"session":"live"},"action":{"lock":true}}"#, None, "..........");
    }

    #[test]
    fn a_seeded_probability_repeats() {
        let spec = r#"{"action":{"delay_ms":1},"count":null,"probability":0.5,"seed":42}"#;
        let once = ten_refreshes(spec, None);
        assert_eq!(once, ten_refreshes(spec, None));
        assert!(once.contains('x') && once.contains('.'));
    }
}
