//! An org at work: its facts, its database, and what is remembered of it so that a request need not read it again.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use catalogue::Feature;
use parking_lot::{Mutex, RwLock};

use super::api_usage::{ApiUsage, Counter};
use super::event_log::EventLog;
use super::outlook::Outlook;
use crate::access::Access;
use crate::apps::{AppDefinition, Installs, OrgApp, first_row};
use crate::clock::Timestamp;
use crate::id::{AppId, OrgId, UserId};
use crate::oauth::{Digest, Ledger, OAuthError, RefreshLocks, Session};
use crate::org::{Directory, Org, OrgKind, Scheme, Site, Switches, User};
use crate::schema::{Definition, Features, Schema, SchemaError};
use crate::storage::StoreError;
use crate::store::{OrgDb, Tx};

/// One org of this server.
pub struct LiveOrg {
    db: Arc<OrgDb>,
    facts: RwLock<Arc<Org>>,
    switches: RwLock<Arc<Switches>>,
    schema: RwLock<Option<Arc<Schema>>>,
    /// Whether the schema was changed since a transaction last failed.
    schema_in_doubt: AtomicBool,
    remembered: Mutex<Remembered>,
    refreshes: Arc<RefreshLocks>,
    api_calls: Counter,
    event_log: EventLog,
    /// When something in the recycle bin must go next, in milliseconds since 1970; 0 until somebody looked.
    next_purge: AtomicI64,
    outlook: Outlook,
}

/// What was read since the org's epoch began.
#[derive(Default)]
struct Remembered {
    epoch: u64,
    members: HashMap<UserId, Arc<Member>>,
    apps: HashMap<AppId, Arc<OrgApp>>,
    /// By their tokens: to digest one takes longer than to look it up.
    sessions: HashMap<String, Arc<Session>>,
}

/// A user and what the user may see and change.
pub struct Member {
    pub user: Arc<User>,
    pub access: Arc<Access>,
}

/// Sessions remembered at once; beyond it they are read again.
const REMEMBERED_SESSIONS: usize = 20_000;

impl LiveOrg {
    pub(super) fn new(db: Arc<OrgDb>, facts: Org) -> Self {
        Self {
            db,
            switches: RwLock::new(Arc::new(facts.switches())),
            facts: RwLock::new(Arc::new(facts)),
            schema: RwLock::default(),
            schema_in_doubt: AtomicBool::new(false),
            remembered: Mutex::default(),
            refreshes: Arc::default(),
            api_calls: Counter::default(),
            event_log: EventLog::default(),
            next_purge: AtomicI64::new(0),
            outlook: Outlook::default(),
        }
    }

    pub fn id(&self) -> OrgId {
        self.db.id()
    }

    /// The org's number on this server.
    pub fn number(&self) -> u32 {
        self.db.number()
    }

    pub fn facts(&self) -> Arc<Org> {
        Arc::clone(&self.facts.read())
    }

    pub fn switches(&self) -> Arc<Switches> {
        Arc::clone(&self.switches.read())
    }

    /// Whether OAuth and identity requests that come to this site are heard: some orgs take none by plain http.
    ///
    /// # Errors
    /// `HttpsRequired`.
    pub fn takes_oauth(&self, site: &Site) -> Result<(), OAuthError> {
        if site.scheme() == Scheme::Http && self.switches.read().require_https { Err(OAuthError::HttpsRequired) } else { Ok(()) }
    }

    pub(super) fn set_facts(&self, facts: Org) {
        if features_of(&facts) != features_of(&self.facts()) {
            self.forget_schema();
        }
        *self.switches.write() = Arc::new(facts.switches());
        *self.facts.write() = Arc::new(facts);
    }

    pub(super) fn db(&self) -> &OrgDb {
        &self.db
    }

    /// A consistent read of the org's database.
    pub fn read<T, E: From<StoreError>>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        self.db.read(work)
    }

    /// One transaction on the org's database: all of it, or nothing when `work` fails.
    pub fn write<T, E: From<StoreError>>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        let outcome = self.db.write(work);
        if outcome.is_err() {
            self.doubt_schema();
        }
        outcome
    }

    /// What event log files will tell.
    pub(super) fn event_log(&self) -> &EventLog {
        &self.event_log
    }

    /// When what it asked for must be looked at.
    pub(super) fn outlook(&self) -> &Outlook {
        &self.outlook
    }

    /// Locks held by refreshes under way.
    pub fn refreshes(&self) -> &Arc<RefreshLocks> {
        &self.refreshes
    }

    /// Counts one call to an API.
    ///
    /// # Errors
    /// The usage, when the org has no calls left.
    pub fn use_api(&self, now: Timestamp) -> Result<ApiUsage, ApiUsage> {
        self.use_api_for(now, 1)
    }

    /// Counts calls that one request makes.
    ///
    /// # Errors
    /// As `use_api`.
    pub fn use_api_for(&self, now: Timestamp, calls: u64) -> Result<ApiUsage, ApiUsage> {
        self.api_calls.take(now, calls, self.api_calls_allowed())
    }

    /// The calls of the last 24 hours.
    pub fn api_usage(&self, now: Timestamp) -> ApiUsage {
        ApiUsage { used: self.api_calls.used(now), allowed: self.api_calls_allowed() }
    }

    fn api_calls_allowed(&self) -> u64 {
        match self.switches.read().daily_api_requests {
            0 => self.facts.read().edition.daily_api_requests(),
            set => set,
        }
    }

    pub fn user(&self, id: UserId) -> Result<Option<Arc<User>>, StoreError> {
        Ok(self.member(id)?.map(|member| Arc::clone(&member.user)))
    }

    /// A user with what the user may see and change.
    pub fn member(&self, id: UserId) -> Result<Option<Arc<Member>>, StoreError> {
        self.remember(
            |memory| &mut memory.members,
            &id,
            |tx| {
                let Some(user) = tx.user(id)? else { return Ok(None) };
                let access = Arc::new(Access::read(tx, &user)?);
                Ok(Some(Member { user: Arc::new(user), access }))
            },
        )
    }

    /// What the org decided about an app; an app it never saw has the defaults.
    pub fn org_app(&self, app: &AppDefinition, now: Timestamp) -> Result<Arc<OrgApp>, StoreError> {
        let first = || first_row(app, self.id(), &self.switches(), now);
        let found = self.remember(|memory| &mut memory.apps, &app.id, |tx| Ok(Some(tx.org_app(app.id)?.unwrap_or_else(first))))?;
        Ok(found.unwrap_or_else(|| Arc::new(first())))
    }

    /// Extends a session by this use of it.
    pub(super) fn use_session(&self, session: &Session, now: Timestamp) -> Result<(), StoreError> {
        if session.use_at(now) {
            self.write(|tx| tx.touch_session(session.digest, now))?;
        }
        Ok(())
    }

    /// The live session behind a token; looking at it does not extend it.
    pub fn session(&self, unverified_token: &str, now: Timestamp) -> Result<Option<Arc<Session>>, StoreError> {
        let session = self.remember(|memory| &mut memory.sessions, unverified_token, |tx| tx.session(Digest::of(unverified_token)))?;
        Ok(session.filter(|session| session.is_alive(now)))
    }

    /// Answers from memory, else from the database; what was read while the epoch changed is not kept.
    fn remember<K: Hash + Eq + ToOwned<Owned: Hash + Eq> + ?Sized, V>(
        &self,
        place: impl Fn(&mut Remembered) -> &mut HashMap<K::Owned, Arc<V>>,
        key: &K,
        load: impl FnOnce(&Tx<'_>) -> Result<Option<V>, StoreError>,
    ) -> Result<Option<Arc<V>>, StoreError> {
        let epoch = self.db.epoch();
        {
            let mut memory = self.remembered.lock();
            if memory.epoch != epoch {
                *memory = Remembered { epoch, ..Remembered::default() };
            }
            if let Some(known) = place(&mut memory).get(key) {
                return Ok(Some(Arc::clone(known)));
            }
        }
        let Some(value) = self.read(load)?.map(Arc::new) else { return Ok(None) };
        let mut memory = self.remembered.lock();
        if memory.epoch == epoch && self.db.epoch() == epoch {
            let entries = place(&mut memory);
            if entries.len() >= REMEMBERED_SESSIONS {
                entries.clear();
            }
            entries.insert(key.to_owned(), Arc::clone(&value));
        }
        Ok(Some(value))
    }

    /// The org's objects and fields.
    pub fn schema(&self) -> Result<Arc<Schema>, StoreError> {
        match self.known_schema() {
            Some(schema) => Ok(schema),
            None => self.read(|tx| self.read_schema(tx)),
        }
    }

    /// The org's objects and fields, for whoever has a transaction open.
    pub fn schema_within(&self, tx: &Tx<'_>) -> Result<Arc<Schema>, StoreError> {
        self.known_schema().map_or_else(|| self.read_schema(tx), Ok)
    }

    fn known_schema(&self) -> Option<Arc<Schema>> {
        self.schema.read().clone()
    }

    fn read_schema(&self, tx: &Tx<'_>) -> Result<Arc<Schema>, StoreError> {
        let facts = self.facts();
        let features = features_of(&facts);
        let schema = match tx.schema_definition()? {
            None => Schema::standard(features, facts.created),
            Some((definition, modified)) => {
                let definition = serde_json::from_str(&definition).map_err(StoreError::new)?;
                Schema::new(features, definition, modified).map_err(StoreError::new)?
            }
        };
        Ok(self.swap_schema(schema))
    }

    /// Whether changes of its components are tracked.
    pub fn tracks_source(&self) -> bool {
        features_of(&self.facts()).has(Feature::SourceTracking)
    }

    /// Replaces the custom objects and fields by what `edit` makes of them. Tables that exist get the new columns.
    pub fn change_schema<E: From<StoreError> + From<SchemaError>>(
        &self,
        now: Timestamp,
        edit: impl FnOnce(&mut Definition) -> Result<(), E>,
    ) -> Result<(), E> {
        self.write(|tx| self.change_schema_within(tx, now, edit))
    }

    /// The same inside a transaction that is open. The schema is taken back if the transaction fails in the end.
    pub fn change_schema_within<E: From<StoreError> + From<SchemaError>>(
        &self,
        tx: &Tx<'_>,
        now: Timestamp,
        edit: impl FnOnce(&mut Definition) -> Result<(), E>,
    ) -> Result<(), E> {
        let current = self.schema_within(tx)?;
        let mut definition = current.definition().clone();
        edit(&mut definition)?;
        definition.give_ids(|prefix| tx.new_id(prefix))?;
        let text = serde_json::to_string(&definition).map_err(StoreError::new)?;
        let next = Schema::new(current.features(), definition, now)?;
        tx.put_schema_definition(&text, (&current, &next), now)?;
        self.swap_schema(next);
        self.schema_in_doubt.store(true, Ordering::Release);
        Ok(())
    }

    /// After a transaction or a part of one failed: what it made of the schema is not so.
    pub(super) fn doubt_schema(&self) {
        if self.schema_in_doubt.swap(false, Ordering::AcqRel) {
            self.forget_schema();
        }
    }

    fn swap_schema(&self, schema: Schema) -> Arc<Schema> {
        let schema = Arc::new(schema);
        *self.schema.write() = Some(Arc::clone(&schema));
        schema
    }

    /// Removes what has been in the recycle bin for too long. Costs one comparison while nothing is due.
    pub fn purge_expired(&self, now: Timestamp) -> Result<(), StoreError> {
        use crate::records::{KEPT, purge_expired};
        if now.0 < self.next_purge.load(Ordering::Acquire) {
            return Ok(());
        }
        #[expect(clippy::redundant_closure_for_method_calls, reason = "the method alone is not general enough in its lifetimes")]
        let oldest = self.read(|tx| tx.oldest_in_bin())?;
        if oldest.is_some_and(|oldest| oldest.0 + KEPT <= now.0) {
            let schema = self.schema()?;
            while self.write(|tx| purge_expired(&schema, tx, now))? {}
        }
        #[expect(clippy::redundant_closure_for_method_calls, reason = "the method alone is not general enough in its lifetimes")]
        let oldest = self.read(|tx| tx.oldest_in_bin())?.unwrap_or(now);
        self.next_purge.store(oldest.0 + KEPT + 1, Ordering::Release);
        Ok(())
    }

    /// Ends the assignments of permission sets whose day has come. Costs one comparison while none has.
    pub fn lapse_assignments(&self, now: Timestamp) -> Result<(), StoreError> {
        if self.db.has_lapse(now) == Some(false) { Ok(()) } else { self.write(|tx| tx.lapse_assignments(now)) }
    }

    /// Reads the schema again on its next use.
    pub(super) fn forget_schema(&self) {
        self.next_purge.store(0, Ordering::Release);
        *self.schema.write() = None;
    }
}

fn features_of(org: &Org) -> Features {
    let switches = org.switches();
    let features = match (org.is_dev_hub(), switches.enable_second_generation_packaging) {
        (false, _) => Features::NONE,
        (true, false) => Features::NONE.with(Feature::DevHub),
        (true, true) => Features::NONE.with(Feature::DevHub).with(Feature::SecondGenerationPackaging),
    };
    let is_tracked = match org.kind {
        OrgKind::Scratch => true,
        // Source: Salesforce DX Developer Guide: Developer and Developer Pro sandboxes of an org that has switched it on.
        OrgKind::Sandbox => switches.track_sandbox_source && org.copy_of.is_none_or(|origin| !origin.with_records),
        _ => false,
    };
    if is_tracked { features.with(Feature::SourceTracking) } else { features }
}
