//! The handle that handlers get: the rooms joined to store, clock, entropy and config.

mod access;
mod admittance;
mod api_usage;
mod app_menu;
mod app_policies;
mod browser;
mod clients;
mod counter;
mod credentials;
mod custom_scopes;
mod database;
mod definitions;
mod dev_hub;
mod device;
mod directory;
mod dissolve;
mod environment_hub;
mod event_log;
mod explain;
mod headless;
mod installs;
mod jobs;
mod live_org;
#[cfg(test)]
mod lives;
mod metadata;
mod my_domain;
mod outlook;
mod package_rows;
mod packages;
mod packaging;
mod people;
mod permission_sets;
mod registration;
mod registry;
mod row;
mod sandboxes;
mod scratch_orgs;
mod sign_in;
mod snapshots;
mod subscribers;
mod trail;
mod whose;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use parking_lot::{Mutex, RwLock};

use crate::access::Access;
use crate::apps::Refusals;
use crate::clock::{Clock, Entropy, Timestamp};
use crate::config::Config;
use crate::fault::Faults;
use crate::id::OrgId;
use crate::journal::Journal;
use crate::oauth::{Keys, Session, credential};
use crate::org::{Listeners, MyDomain, User};
use crate::storage::StoreError;
use crate::store::Store;

pub use access::Asking;
pub use admittance::{NotAdmitted, Purpose};
pub use api_usage::ApiUsage;
pub use browser::Browser;
pub use database::Database;
pub use definitions::{NotMigrated, NotSaved};
pub use dev_hub::HubRefused;
pub use device::WaitingDevice;
pub use directory::{NewOrg, Taken};
pub use environment_hub::{NewEnvironment, Purpose as EnvironmentPurpose};
pub use installs::{AppTurn, note_app};
pub use live_org::LiveOrg;
pub use metadata::{SOURCE_MEMBER, may_use_metadata};
pub use packages::{INSTALL_REQUEST, UNINSTALL_REQUEST, UPLOAD_REQUEST, VERSION_REQUEST, first_state};
pub use registry::Registry;
pub use sandboxes::{SANDBOX_INFO, SANDBOX_PROCESS, Sandbox, SandboxRefused, SandboxRequest};
pub use scratch_orgs::{ACTIVE_SCRATCH_ORG, SCRATCH_ORG_INFO, SHAPE_REPRESENTATION, ScratchOrgUsage, SignUpRefused};
pub use sign_in::{RESET_PATH, Waiting};
pub use whose::Whose;

pub use crate::store::Tx;

/// Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

struct Parts {
    config: Config,
    clock: Clock,
    entropy: Entropy,
    store: Store,
    orgs: RwLock<Orgs>,
    registry: RwLock<Arc<Registry>>,
    snapshots: Mutex<snapshots::Snapshots>,
    journal: Journal,
    faults: Faults,
    refusals: Refusals,
    records: crate::records::Memory,
    jobs: jobs::JobsAtWork,
    /// One at a time makes or removes orgs that other orgs asked for.
    environments: Mutex<()>,
    /// Counts the sandboxes and scratch orgs that came, went or changed.
    environment_changes: AtomicU64,
    subscribers: subscribers::Subscribers,
    listeners: Arc<Listeners>,
    keys: Keys,
}

/// The orgs of this server by everything that finds one.
#[derive(Default)]
struct Orgs {
    by_id: HashMap<OrgId, Arc<LiveOrg>>,
    by_name: HashMap<String, OrgId>,
    by_domain: HashMap<MyDomain, OrgId>,
    /// My Domains that were given up; one that another org took counts as that org's.
    by_former_domain: HashMap<MyDomain, OrgId>,
    /// Sandboxes by the name of their production org, as it was when they were made.
    by_production: HashMap<String, Vec<OrgId>>,
}

/// Who is calling: a live session, its user and its org.
#[derive(Clone)]
pub struct Caller {
    pub org: Arc<LiveOrg>,
    pub session: Arc<Session>,
    pub user: Arc<User>,
    /// What the user may see and change.
    pub access: Arc<Access>,
}

impl App {
    /// A server in memory that nobody can reach: what a world file is tried out on.
    pub fn in_memory() -> Result<Self, StoreError> {
        Self::over(Store::in_memory()?, Config::on_free_ports(), Arc::default())
    }

    /// Joins the rooms over a store and reads what the store holds.
    pub fn over(store: Store, config: Config, listeners: Arc<Listeners>) -> Result<Self, StoreError> {
        let entropy = Entropy::new(config.seed);
        let app = Self(Arc::new(Parts {
            journal: Journal::new(&entropy),
            faults: Faults::new(),
            refusals: Refusals::default(),
            records: crate::records::Memory::default(),
            jobs: jobs::JobsAtWork::default(),
            environments: Mutex::default(),
            environment_changes: AtomicU64::default(),
            subscribers: subscribers::Subscribers::default(),
            keys: Keys::development(),
            clock: Clock::default(),
            orgs: RwLock::default(),
            registry: RwLock::default(),
            snapshots: Mutex::default(),
            config,
            entropy,
            store,
            listeners,
        }));
        app.load()?;
        Ok(app)
    }

    pub fn config(&self) -> &Config {
        &self.0.config
    }

    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    pub fn entropy(&self) -> &Entropy {
        &self.0.entropy
    }

    pub fn journal(&self) -> &Journal {
        &self.0.journal
    }

    pub fn faults(&self) -> &Faults {
        &self.0.faults
    }

    /// Why requests were refused, newest last.
    pub fn refusals(&self) -> &Refusals {
        &self.0.refusals
    }

    /// Open query cursors and prepared reads.
    pub fn records(&self) -> &crate::records::Memory {
        &self.0.records
    }

    pub fn listeners(&self) -> &Arc<Listeners> {
        &self.0.listeners
    }

    /// The keys that sign id_tokens.
    pub fn keys(&self) -> &Keys {
        &self.0.keys
    }

    /// The live session behind an access token or session id, used at this moment; `None` if it is unknown, ended, or its user may no longer log in.
    pub fn caller(&self, unverified_token: &str) -> Result<Option<Caller>, StoreError> {
        let Some(org) = credential::org_of_access_token(unverified_token).and_then(|id| self.org(id)) else { return Ok(None) };
        org.purge_expired(self.now())?;
        let now = self.now();
        self.roll_event_log(&org, now)?;
        let Some(session) = org.session(unverified_token, now)? else { return Ok(None) };
        org.lapse_assignments(now)?;
        let Some(member) = org.member(session.user)?.filter(|member| may_go_on(&member.user, now)) else { return Ok(None) };
        if org.facts().is_closed(now) {
            return Ok(None);
        }
        // What is refused is no use: it must not keep the session alive.
        org.use_session(&session, now)?;
        let (user, access) = (Arc::clone(&member.user), Arc::clone(&member.access));
        Ok(Some(Caller { org, session, user, access }))
    }
}

/// Whether a session of the user still works: past the login hours nothing more can be done.
fn may_go_on(user: &User, now: Timestamp) -> bool {
    user.is_active && !user.is_frozen && user.profile.login.admit_time(now)
}
