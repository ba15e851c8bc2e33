//! Sandboxes of a production org: asked for, copied, refreshed, deleted. What was asked for lies in the production org, as records of `SandboxInfo`
//! (a sandbox) and `SandboxProcess` (a copy of it). A copy is made by whoever looks after its time has come by the virtual clock, which is at once
//! where the org has set no duration. Source: `packaging-and-cli.md` 3.8 and 10.

mod access;
mod adopt;
mod copy;
mod known;

use std::sync::Arc;
use std::time::Duration;

use super::outlook::EVERY_CALL;
use super::row::Row;
use super::{App, LiveOrg, Taken};
use crate::clock::Timestamp;
use crate::id::{OrgId, RecordId, UserId};
use crate::org::audit::section;
use crate::org::{Actor, AuditTrail, CopyOrigin, OrgKind, SandboxLicense, sandbox_name_fault};
use crate::records::Value;
use crate::storage::StoreError;
use crate::store::Tx;
use copy::CopyPlan;
use known::{DELETED, DISCARDED, FAILED, Known, READY, WAITING, state_at, states};

pub const SANDBOX_INFO: &str = "SandboxInfo";
pub const SANDBOX_PROCESS: &str = "SandboxProcess";

/// What is asked for: a new sandbox, or another copy for one that is there.
#[derive(Debug, Clone, Default)]
pub struct SandboxRequest {
    /// At most ten letters and digits. A refresh leaves it.
    pub name: String,
    /// Left out where a sandbox is cloned: then it is that one's.
    pub license: Option<SandboxLicense>,
    /// The sandbox (`0GQ…`) that is copied; production itself when left out.
    pub source: Option<RecordId>,
    pub description: Option<String>,
    /// Whether a refresh puts the new copy in the place of the old one by itself.
    pub auto_activate: bool,
    /// What else `SandboxInfo` keeps of it.
    pub other: Vec<(String, Value)>,
}

/// A sandbox as its production org sees it.
#[derive(Debug, Clone)]
pub struct Sandbox {
    pub info: RecordId,
    /// The newest copy.
    pub process: Option<RecordId>,
    pub name: String,
    pub license: SandboxLicense,
    /// `Pending`, `Processing`, `Sampling`, `Activating`, `Pending Activation`, `Completed`.
    pub status: String,
    /// `Production`, or the name of the sandbox that was cloned.
    pub copied_from: String,
    pub description: Option<String>,
    /// The sandbox itself, once it is there.
    pub org: Option<OrgId>,
    pub created: Timestamp,
    pub completed: Option<Timestamp>,
}

/// Why a sandbox was refused. GUESS: codes and sentences; the rules are documented.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SandboxRefused {
    #[error("Sandboxes are managed in a production org, which this org is not.")]
    NotProduction,
    #[error("{0}")]
    Name(String),
    #[error("You already have a sandbox with the name {0}.")]
    NameTaken(String),
    #[error("Choose a license type, or a sandbox to clone.")]
    NoLicense,
    #[error("You have no {} sandbox licenses left.", .0.label())]
    LicensesUsedUp(SandboxLicense),
    #[error("The sandbox to clone was not found, or is not ready.")]
    UnknownSource,
    #[error("The sandbox {0} is being copied. Wait until that is over.")]
    Busy(String),
    #[error("The sandbox was not found in this org.")]
    Unknown,
    #[error("The sandbox does not wait to be activated.")]
    NotWaiting,
    /// Who asks came after the copy was made, or is not active in it.
    #[error("You have no active user in the sandbox.")]
    NoUser,
    #[error("The client is unknown, or the callback is none of its own.")]
    UnknownClient,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl SandboxRefused {
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotProduction => "FUNCTIONALITY_NOT_ENABLED",
            Self::Name(_) => "INVALID_INPUT",
            Self::NameTaken(_) => "DUPLICATE_VALUE",
            Self::NoLicense => "REQUIRED_FIELD_MISSING",
            Self::LicensesUsedUp(_) => "LIMIT_EXCEEDED",
            Self::UnknownSource => "INVALID_CROSS_REFERENCE_KEY",
            Self::Busy(_) | Self::NotWaiting => "INVALID_STATUS",
            Self::Unknown => "NOT_FOUND",
            Self::NoUser => "INSUFFICIENT_ACCESS_OR_READONLY",
            Self::UnknownClient => "INVALID_CLIENT",
            Self::Store(_) => "UNKNOWN_EXCEPTION",
        }
    }

    /// The field that is wrong.
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Self::Name(_) | Self::NameTaken(_) => Some("SandboxName"),
            Self::NoLicense | Self::LicensesUsedUp(_) => Some("LicenseType"),
            Self::UnknownSource => Some("SourceId"),
            _ => None,
        }
    }
}

impl App {
    /// The sandboxes of an org, by name.
    pub fn sandboxes(&self, production: &LiveOrg) -> Result<Vec<Sandbox>, StoreError> {
        self.settle_sandboxes(production)?;
        let all = production.read(Known::all)?;
        let name_of = |id: &str| all.iter().find(|known| known.info.id.to_string() == id).map(Known::name);
        let mut sandboxes: Vec<_> = all.iter().map(|known| self.shown(known, name_of)).collect();
        sandboxes.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(sandboxes)
    }

    /// What an org has of each licence: how many are used, and how many there are. Nothing for an org that has no sandboxes.
    pub fn sandbox_licenses(&self, production: &LiveOrg) -> Result<Vec<(SandboxLicense, usize, usize)>, StoreError> {
        if !has_sandboxes(production) {
            return Ok(Vec::new());
        }
        let all = production.read(Known::all)?;
        Ok(SandboxLicense::ALL.iter().map(|license| (*license, used(&all, *license), allowed(production, *license))).collect())
    }

    fn shown(&self, known: &Known, name_of: impl Fn(&str) -> Option<String>) -> Sandbox {
        let (newest, ready) = (known.newest(), known.ready());
        Sandbox {
            info: known.info.id,
            process: newest.map(|process| process.id),
            name: known.name(),
            license: known.license(),
            status: newest.and_then(|process| process.text("Status")).unwrap_or_default(),
            copied_from: known.info.text("SourceId").and_then(|id| name_of(&id)).unwrap_or_else(|| "Production".to_owned()),
            description: known.info.text("Description"),
            org: known.org(self).map(|org| org.id()),
            created: known.info.time("CreatedDate"),
            completed: ready.map(|process| process.time("EndDate")),
        }
    }

    /// Asks for a new sandbox: a copy of production, or of another sandbox. It is there when this returns, unless the org wants copies to take their
    /// time. Blocks.
    pub fn create_sandbox(&self, production: &LiveOrg, request: &SandboxRequest, by: UserId) -> Result<RecordId, SandboxRefused> {
        let _turn = self.0.environments.lock();
        let all = self.managed(production)?;
        if let Some(fault) = sandbox_name_fault(&request.name) {
            return Err(SandboxRefused::Name(fault));
        }
        let is_taken = all.iter().any(|known| known.name().eq_ignore_ascii_case(&request.name));
        if is_taken || self.org_named(&org_name(production, &request.name)).is_some() {
            return Err(SandboxRefused::NameTaken(request.name.clone()));
        }
        let source = request.source.map(|id| find_ready(&all, id)).transpose()?;
        let license = source.map(Known::license).or(request.license).ok_or(SandboxRefused::NoLicense)?;
        check_licenses(production, &all, license)?;
        let values = values_of(request, &request.name, license);
        let now = self.now();
        let (info, process) = production.write(|tx| -> Result<_, StoreError> {
            self.note_sandbox(tx, by, &format!("Requested sandbox {}", request.name))?;
            let info = Row::insert(tx, SANDBOX_INFO, (Some(by), now), &borrowed(&values))?;
            Ok((info, Row::insert(tx, SANDBOX_PROCESS, (Some(by), now), &borrowed(&process_of(values, info, license)))?))
        })?;
        self.start(production, process)?;
        Ok(info)
    }

    /// Asks for another copy of what a sandbox was copied from, or of what the request names instead. Blocks.
    pub fn refresh_sandbox(&self, production: &LiveOrg, info: RecordId, request: &SandboxRequest, by: UserId) -> Result<RecordId, SandboxRefused> {
        let _turn = self.0.environments.lock();
        let all = self.managed(production)?;
        let known = all.iter().find(|known| known.info.id == info).ok_or(SandboxRefused::Unknown)?;
        if known.under_way().is_some() {
            return Err(SandboxRefused::Busy(known.name()));
        }
        if !request.name.is_empty() && !request.name.eq_ignore_ascii_case(&known.name()) {
            return Err(SandboxRefused::Name(format!("The sandbox {} keeps its name.", known.name())));
        }
        let source = match request.source {
            Some(id) if id == info => return Err(SandboxRefused::UnknownSource),
            Some(id) => Some(find_ready(&all, id)?),
            None => None,
        };
        let license = source.map(Known::license).or(request.license).unwrap_or_else(|| known.license());
        if license != known.license() {
            check_licenses(production, &all, license)?;
        }
        let values = values_of(request, &known.name(), license);
        let now = self.now();
        let process = production.write(|tx| -> Result<_, StoreError> {
            known.info.set(tx, now, &borrowed(&values))?;
            self.note_sandbox(tx, by, &format!("Requested refresh of sandbox {}", known.name()))?;
            Row::insert(tx, SANDBOX_PROCESS, (Some(by), now), &borrowed(&process_of(values, info, license)))
        })?;
        self.start(production, process)?;
        Ok(process)
    }

    /// Puts the new copy of a sandbox in the place of the old one. Blocks.
    pub fn activate_sandbox(&self, production: &LiveOrg, process: RecordId, by: UserId) -> Result<(), SandboxRefused> {
        self.answer_waiting(production, process, by, "ACTIVATE")
    }

    /// Gives the new copy of a sandbox up; the old one stays.
    pub fn discard_sandbox(&self, production: &LiveOrg, process: RecordId, by: UserId) -> Result<(), SandboxRefused> {
        self.answer_waiting(production, process, by, "DISCARD")
    }

    fn answer_waiting(&self, production: &LiveOrg, process: RecordId, by: UserId, action: &str) -> Result<(), SandboxRefused> {
        let _turn = self.0.environments.lock();
        let all = self.managed(production)?;
        let (known, row) = all.iter().find_map(|known| Some((known, known.process(process)?))).ok_or(SandboxRefused::Unknown)?;
        if row.text("Status").as_deref() != Some(WAITING) {
            return Err(SandboxRefused::NotWaiting);
        }
        let (now, user) = (self.now(), Value::text(by.to_string()));
        let noted = [("RefreshAction", Value::text(action)), ("LastModifiedById", user)];
        production.write(|tx| row.set(tx, now, &noted))?;
        if action == "ACTIVATE" {
            return Ok(self.carry_out_copy(production, known, row)?);
        }
        Ok(production.write(|tx| row.set(tx, now, &[("Status", Value::text(DISCARDED))]))?)
    }

    /// Removes a sandbox with everything in it. Blocks.
    pub fn delete_sandbox(&self, production: &LiveOrg, info: RecordId, by: UserId) -> Result<(), SandboxRefused> {
        let _turn = self.0.environments.lock();
        let all = self.managed(production)?;
        let known = all.iter().find(|known| known.info.id == info).ok_or(SandboxRefused::Unknown)?;
        if let Some(org) = known.org(self) {
            self.dissolve_org(&org).map_err(failure)?;
        }
        Ok(production.write(|tx| {
            known.forget(tx, self.now())?;
            self.note_sandbox(tx, by, &format!("Deleted sandbox {}", known.name()))
        })?)
    }

    /// GUESS: how Setup writes it into the trail.
    fn note_sandbox(&self, tx: &Tx<'_>, by: UserId, display: &str) -> Result<(), StoreError> {
        tx.audit(Actor::new(by, self.now()), section::SANDBOXES, "sandbox", display)
    }

    /// Makes every copy whose time has come, and moves the others on. Blocks.
    pub fn settle_sandboxes(&self, production: &LiveOrg) -> Result<(), StoreError> {
        if !has_sandboxes(production) {
            return Ok(());
        }
        let _turn = self.0.environments.lock();
        self.settle(production)
    }

    /// A sandbox made anew by whoever sets up tests: from what it was copied from, or from itself where it was set up by hand. Blocks.
    pub fn renew_sandbox(&self, sandbox: &LiveOrg) -> Result<Arc<LiveOrg>, Taken> {
        let _turn = self.0.environments.lock();
        let facts = sandbox.facts();
        let origin = facts.copy_of.and_then(|origin| Some((origin, self.org(origin.source)?)));
        let plan = CopyPlan {
            source: origin.as_ref().map_or(sandbox, |(_, source)| &**source),
            name: facts.name.clone(),
            in_place_of: Some(sandbox),
            origin: origin.as_ref().map(|(origin, _)| *origin),
        };
        self.copy_org(&plan)
    }

    /// A copy of an org that whoever sets up tests asks for, without a request in the org. Blocks.
    pub fn set_up_sandbox(&self, source: &LiveOrg, name: &str, license: SandboxLicense) -> Result<Arc<LiveOrg>, Taken> {
        let _turn = self.0.environments.lock();
        let origin = CopyOrigin { source: source.id(), with_records: license.copies_data(), by: None };
        self.copy_org(&CopyPlan { source, name: name.to_owned(), in_place_of: None, origin: Some(origin) })
    }

    /// When the copies under way in an org are due, for a start after a stop.
    pub(super) fn sandboxes_due(&self, production: &LiveOrg) -> Result<Vec<(RecordId, Timestamp)>, StoreError> {
        let all = production.read(Known::all)?;
        Ok(all.iter().filter_map(Known::copying).map(|process| (process.id, due(production, process))).collect())
    }

    /// When somebody must look again: with every call while there are copies under way.
    pub(super) fn next_sandbox_look(&self, production: &LiveOrg) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.sandboxes_due(production)?.first().map(|_| EVERY_CALL))
    }

    /// The sandboxes of an org that may have some, brought up to date.
    fn managed(&self, production: &LiveOrg) -> Result<Vec<Known>, SandboxRefused> {
        if !has_sandboxes(production) {
            return Err(SandboxRefused::NotProduction);
        }
        self.settle(production)?;
        Ok(production.read(Known::all)?)
    }

    /// Sees to a copy that was just asked for.
    fn start(&self, production: &LiveOrg, process: RecordId) -> Result<(), StoreError> {
        self.settle(production)?;
        let waits = self.sandboxes_due(production)?.into_iter().find(|(id, _)| *id == process);
        if let Some((_, due)) = waits {
            self.note_work(production)?;
            self.wait_for(production, process, due);
        }
        Ok(())
    }

    fn settle(&self, production: &LiveOrg) -> Result<(), StoreError> {
        self.adopt(production)?;
        let now = self.now();
        for known in production.read(Known::all)? {
            let Some(process) = known.copying() else { continue };
            let due = due(production, process);
            if due <= now {
                self.carry_out_copy(production, &known, process)?;
                continue;
            }
            let (state, progress) = state_at(states(known.license()), process.time("CreatedDate"), due, now);
            if process.text("Status").as_deref() != Some(state) {
                production.write(|tx| process.set(tx, now, &[("Status", Value::text(state)), ("CopyProgress", Value::Integer(progress))]))?;
            }
        }
        Ok(())
    }

    /// Makes the copy, unless it takes the place of a sandbox whose admin wants to say when.
    fn carry_out_copy(&self, production: &LiveOrg, known: &Known, process: &Row) -> Result<(), StoreError> {
        let (now, old) = (self.now(), known.org(self));
        let was_activated = process.text("RefreshAction").is_some() || process.text("Status").as_deref() == Some(WAITING);
        if old.is_some() && !process.is_true("AutoActivate") && !was_activated {
            // GUESS: the copy is made when it is activated, so that it holds what production held then.
            let waits = [("Status", Value::text(WAITING)), ("CopyProgress", Value::Integer(100))];
            return production.write(|tx| process.set(tx, now, &waits));
        }
        match self.make(production, known, process, old.as_deref()) {
            Ok(made) => {
                let (second, by) = (Value::Integer(now.whole_second().0), process.text("CreatedById").map_or(Value::Null, Value::text));
                let values = [
                    ("Status", Value::text(READY)),
                    ("CopyProgress", Value::Integer(100)),
                    ("SandboxOrganization", Value::text(made.id().record().as_15())),
                    ("StartDate", Value::Integer(process.time("CreatedDate").0)),
                    ("EndDate", second.clone()),
                    ("ActivatedDate", second),
                    ("ActivatedById", by),
                ];
                production.write(|tx| {
                    process.set(tx, now, &values)?;
                    known.earlier(process.id).try_for_each(|row| row.set(tx, now, &[("Status", Value::text(DELETED))]))
                })
            }
            Err(Taken::Store(error)) => Err(error),
            Err(taken) => {
                tracing::error!(%taken, sandbox = known.name(), "a sandbox could not be made");
                production.write(|tx| process.set(tx, now, &[("Status", Value::text(FAILED))]))
            }
        }
    }

    fn make(&self, production: &LiveOrg, known: &Known, process: &Row, old: Option<&LiveOrg>) -> Result<Arc<LiveOrg>, Taken> {
        let all = production.read(Known::all)?;
        let cloned = process.text("SourceId").and_then(|id| RecordId::parse(&id).ok());
        let cloned = cloned.and_then(|id| all.iter().find(|known| known.info.id == id)?.org(self));
        let source = cloned.as_deref().unwrap_or(production);
        let with_records = cloned.is_some() || known.license().copies_data();
        self.copy_org(&CopyPlan {
            source,
            // A refresh takes up the My Domain that production has by then.
            name: org_name(production, &known.name()),
            in_place_of: old,
            origin: Some(CopyOrigin { source: source.id(), with_records, by: process.user("CreatedById") }),
        })
    }
}

fn has_sandboxes(org: &LiveOrg) -> bool {
    matches!(org.facts().kind, OrgKind::Production | OrgKind::Devhub)
}

/// Whether another sandbox of this licence may be.
fn check_licenses(production: &LiveOrg, all: &[Known], license: SandboxLicense) -> Result<(), SandboxRefused> {
    if used(all, license) < allowed(production, license) { Ok(()) } else { Err(SandboxRefused::LicensesUsedUp(license)) }
}

fn used(all: &[Known], license: SandboxLicense) -> usize {
    all.iter().filter(|known| known.license() == license).count()
}

fn allowed(production: &LiveOrg, license: SandboxLicense) -> usize {
    let allowed = match production.switches().sandboxes(license) {
        0 => production.facts().edition.sandboxes(license),
        set => set,
    };
    usize::try_from(allowed).unwrap_or(usize::MAX)
}

/// `acme--uat`
fn org_name(production: &LiveOrg, sandbox: &str) -> String {
    format!("{}--{}", production.facts().name, sandbox.to_ascii_lowercase())
}

fn due(production: &LiveOrg, process: &Row) -> Timestamp {
    process.time("CreatedDate").plus(Duration::from_secs(production.switches().sandbox_copy_seconds.into()))
}

fn find_ready(all: &[Known], id: RecordId) -> Result<&Known, SandboxRefused> {
    all.iter().find(|known| known.info.id == id && known.ready().is_some()).ok_or(SandboxRefused::UnknownSource)
}

fn failure(taken: Taken) -> SandboxRefused {
    match taken {
        Taken::Store(error) => SandboxRefused::Store(error),
        other => SandboxRefused::Store(StoreError::new(other.to_string())),
    }
}

/// The fields of `SandboxInfo` that a request sets.
fn values_of(request: &SandboxRequest, name: &str, license: SandboxLicense) -> Vec<(String, Value)> {
    let named = [
        ("SandboxName", Value::text(name)),
        ("LicenseType", Value::text(license.value())),
        ("SourceId", request.source.map_or(Value::Null, |id| Value::text(id.to_string()))),
        ("AutoActivate", Value::boolean(request.auto_activate)),
    ];
    let described = request.description.as_deref().map(|text| ("Description".to_owned(), Value::text(text)));
    named.into_iter().map(|(field, value)| (field.to_owned(), value)).chain(described).chain(request.other.iter().cloned()).collect()
}

/// The fields of the `SandboxProcess` that carries it out.
fn process_of(mut values: Vec<(String, Value)>, info: RecordId, license: SandboxLicense) -> Vec<(String, Value)> {
    let first = states(license).first().copied().unwrap_or_default();
    let own = [("SandboxInfoId", Value::text(info.to_string())), ("Status", Value::text(first)), ("CopyProgress", Value::Integer(0))];
    values.extend(own.map(|(field, value)| (field.to_owned(), value)));
    values
}

fn borrowed(values: &[(String, Value)]) -> Vec<(&str, Value)> {
    values.iter().map(|(field, value)| (field.as_str(), value.clone())).collect()
}
