//! Scratch orgs of a Dev Hub: signed up for through `ScratchOrgInfo`, alive as long as their `ActiveScratchOrg` is there and their days are not over.
//! A sign-up is carried out by whoever looks after its time has come by the virtual clock. Requests and error codes: the Salesforce CLI's core library.

mod shapes;
mod sign_up;

use std::time::Duration;

use super::outlook::EVERY_CALL;
use super::row::Row;
use super::{App, LiveOrg, Taken};
use crate::clock::Timestamp;
use crate::id::{OrgId, RecordId, UserId};
use crate::org::{OrgKind, Site};
use crate::records::Value;
use crate::storage::StoreError;
use crate::store::Tx;
use sign_up::SignUp;

pub use shapes::SHAPE_REPRESENTATION;

pub const SCRATCH_ORG_INFO: &str = "ScratchOrgInfo";
pub const ACTIVE_SCRATCH_ORG: &str = "ActiveScratchOrg";

/// Days that a scratch org lives. Source: Salesforce DX Developer Guide.
const DAYS: std::ops::RangeInclusive<i64> = 1..=30;
const USUAL_DAYS: i64 = 7;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// Why a sign-up is refused at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignUpRefused {
    #[error("The signup request failed because this organization has reached its active scratch org limit")]
    ActiveLimit,
    #[error("The signup request failed because this organization has reached its daily scratch org signup limit")]
    DailyLimit,
    #[error("Required fields are missing: [Edition]")]
    NoEdition,
    /// GUESS: the words.
    #[error("Duration must be between 1 and 30 days.")]
    Days,
}

impl SignUpRefused {
    pub fn code(&self) -> &'static str {
        match self {
            Self::ActiveLimit | Self::DailyLimit => "LIMIT_EXCEEDED",
            Self::NoEdition => "REQUIRED_FIELD_MISSING",
            Self::Days => "NUMBER_OUTSIDE_VALID_RANGE",
        }
    }

    pub fn field(&self) -> Option<&'static str> {
        match self {
            Self::NoEdition => Some("Edition"),
            Self::Days => Some("DurationDays"),
            Self::ActiveLimit | Self::DailyLimit => None,
        }
    }
}

/// Scratch orgs that a Dev Hub may have, and has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScratchOrgUsage {
    pub active: u64,
    pub active_allowed: u64,
    /// In the last 24 hours.
    pub daily: u64,
    pub daily_allowed: u64,
}

impl App {
    /// Whether the sign-up that this transaction has just written may go on.
    ///
    /// # Errors
    /// The inner one, for what Salesforce refuses before it begins.
    pub fn check_sign_up(&self, hub: &LiveOrg, tx: &Tx<'_>, id: RecordId) -> Result<Result<(), SignUpRefused>, StoreError> {
        let Some(row) = Row::of(tx, SCRATCH_ORG_INFO, id)? else { return Ok(Ok(())) };
        let usage = self.usage_within(hub, tx)?;
        // The sign-up itself is counted.
        let refused = match () {
            () if row.text("Edition").is_none() && row.text("SourceOrg").is_none() => Some(SignUpRefused::NoEdition),
            () if row.number("DurationDays").is_some_and(|days| !DAYS.contains(&days)) => Some(SignUpRefused::Days),
            () if usage.active > usage.active_allowed => Some(SignUpRefused::ActiveLimit),
            () if usage.daily > usage.daily_allowed => Some(SignUpRefused::DailyLimit),
            () => None,
        };
        Ok(refused.map_or(Ok(()), Err))
    }

    /// Sees to a sign-up: the org is there when this returns, unless the hub wants it to take its time. Blocks.
    pub fn begin_sign_up(&self, hub: &LiveOrg, id: RecordId, site: &Site) -> Result<(), StoreError> {
        self.settle_scratch_orgs(hub, site)?;
        for (unit, due) in self.scratch_orgs_due(hub)? {
            if unit == id || unit.prefix() == "2AS" {
                self.note_work(hub)?;
                self.wait_for(hub, unit, due);
            }
        }
        Ok(())
    }

    /// Makes the orgs whose time has come, and removes those whose days are over or whose record is gone. Blocks.
    pub fn settle_scratch_orgs(&self, hub: &LiveOrg, site: &Site) -> Result<(), StoreError> {
        self.settle_for(hub, site, None)
    }

    /// The same, after this user has deleted a record. Blocks.
    pub fn end_scratch_org(&self, hub: &LiveOrg, site: &Site, by: UserId) -> Result<(), StoreError> {
        self.settle_for(hub, site, Some(by))
    }

    fn settle_for(&self, hub: &LiveOrg, site: &Site, by: Option<UserId>) -> Result<(), StoreError> {
        if !is_hub(hub) || hub.read(|tx| Ok::<_, StoreError>(!tx.has_table(SCRATCH_ORG_INFO)))? {
            return Ok(());
        }
        let _turn = self.0.environments.lock();
        let now = self.now();
        for row in hub.read(|tx| Row::with_states(tx, SCRATCH_ORG_INFO, &["New", "Creating"]))? {
            if due(hub, &row) <= now {
                self.sign_up(hub, &SignUp { row: &row, site })?;
            } else if row.text("Status").as_deref() == Some("New") {
                let username = sign_up::username(&row);
                hub.write(|tx| row.set(tx, now, &[("Status", Value::text("Creating")), ("SignupUsername", Value::text(username))]))?;
            }
        }
        self.end_scratch_orgs(hub, by)
    }

    /// Of orgs and records, whichever is left alone goes too.
    fn end_scratch_orgs(&self, hub: &LiveOrg, by: Option<UserId>) -> Result<(), StoreError> {
        let now = self.now();
        let (infos, actives) =
            hub.read(|tx| Ok::<_, StoreError>((Row::with_states(tx, SCRATCH_ORG_INFO, &["Active"])?, Row::all(tx, ACTIVE_SCRATCH_ORG)?)))?;
        for info in &infos {
            let active = actives.iter().find(|active| active.text("ScratchOrgInfoId").as_deref() == Some(info.id.to_string().as_str()));
            let org = org_of(info).and_then(|id| self.org(id));
            let is_over = org.as_ref().is_none_or(|org| org.facts().expires.is_some_and(|end| end <= now));
            if active.is_some() && !is_over {
                continue;
            }
            if let Some(org) = &org {
                self.dissolve(org)?;
            }
            hub.write(|tx| {
                let by = by.filter(|_| !is_over).map_or(Value::Null, |user| Value::text(user.record().as_15()));
                let gone = [("Status", Value::text("Deleted")), ("DeletedDate", Value::text(date(now))), ("DeletedBy", by)];
                info.set(tx, now, &gone)?;
                active.map_or(Ok(()), |active| active.remove(tx))
            })?;
        }
        // A sign-up that was deleted takes its org along.
        for active in &actives {
            let has_info = infos.iter().any(|info| active.text("ScratchOrgInfoId").as_deref() == Some(info.id.to_string().as_str()));
            if !has_info {
                if let Some(org) = org_of(active).and_then(|id| self.org(id)) {
                    self.dissolve(&org)?;
                }
                hub.write(|tx| active.remove(tx))?;
            }
        }
        Ok(())
    }

    fn dissolve(&self, org: &LiveOrg) -> Result<(), StoreError> {
        self.dissolve_org(org).map_err(|taken| match taken {
            Taken::Store(error) => error,
            other => StoreError::new(other.to_string()),
        })
    }

    /// What the Dev Hub has of scratch orgs; `None` for an org that is no hub.
    pub fn scratch_org_usage(&self, hub: &LiveOrg) -> Result<Option<ScratchOrgUsage>, StoreError> {
        if is_hub(hub) { hub.read(|tx| self.usage_within(hub, tx)).map(Some) } else { Ok(None) }
    }

    fn usage_within(&self, hub: &LiveOrg, tx: &Tx<'_>) -> Result<ScratchOrgUsage, StoreError> {
        let (switches, edition) = (hub.switches(), hub.facts().edition);
        let (active_allowed, daily_allowed) = edition.scratch_orgs();
        let or = |set: u32, usual: u64| if set == 0 { usual } else { set.into() };
        let rows = Row::all(tx, SCRATCH_ORG_INFO)?;
        let since = Timestamp(self.now().0.saturating_sub(24 * 3600 * 1000));
        let counts = |fits: &dyn Fn(&Row) -> bool| rows.iter().filter(|row| fits(row)).count() as u64;
        let alive = |row: &Row| row.text("Status").is_some_and(|state| ["New", "Creating", "Active"].contains(&state.as_str()));
        Ok(ScratchOrgUsage {
            active: counts(&alive),
            active_allowed: or(switches.active_scratch_orgs, active_allowed),
            daily: counts(&|row: &Row| row.time("CreatedDate") > since && row.text("Status").as_deref() != Some("Error")),
            daily_allowed: or(switches.daily_scratch_orgs, daily_allowed),
        })
    }

    /// When sign-ups under way are due, and when the days of scratch orgs are over.
    pub(super) fn scratch_orgs_due(&self, hub: &LiveOrg) -> Result<Vec<(RecordId, Timestamp)>, StoreError> {
        let (asked, actives) =
            hub.read(|tx| Ok::<_, StoreError>((Row::with_states(tx, SCRATCH_ORG_INFO, &["New", "Creating"])?, Row::all(tx, ACTIVE_SCRATCH_ORG)?)))?;
        let ends = actives.iter().filter_map(|active| Some((active.id, self.org(org_of(active)?)?.facts().expires?)));
        Ok(asked.iter().map(|row| (row.id, due(hub, row))).chain(ends).collect())
    }

    /// Whether a unit of work is the copy of an org, a sign-up or the end of a scratch org.
    pub(super) fn is_environment_request(unit: RecordId) -> bool {
        matches!(unit.prefix(), "0GR" | "2SR" | "2AS")
    }

    /// When somebody must look again: with every call while orgs are made, else when the days of one are over.
    pub(super) fn next_scratch_org_look(&self, hub: &LiveOrg) -> Result<Option<Timestamp>, StoreError> {
        let looks = self.scratch_orgs_due(hub)?.into_iter().map(|(unit, due)| if unit.prefix() == "2AS" { due } else { EVERY_CALL });
        Ok(looks.min())
    }

    pub(super) fn environments_due(&self, org: &LiveOrg) -> Result<Vec<(RecordId, Timestamp)>, StoreError> {
        let mut due = self.sandboxes_due(org)?;
        due.extend(self.scratch_orgs_due(org)?);
        Ok(due)
    }
}

fn is_hub(org: &LiveOrg) -> bool {
    org.facts().kind == OrgKind::Devhub || org.switches().enable_dev_hub
}

fn due(hub: &LiveOrg, row: &Row) -> Timestamp {
    row.time("CreatedDate").plus(Duration::from_secs(hub.switches().scratch_org_seconds.into()))
}

/// The org that a record names by fifteen characters.
fn org_of(row: &Row) -> Option<OrgId> {
    OrgId::parse(&row.text("ScratchOrg")?).ok()
}

/// `2026-12-01`
fn date(at: Timestamp) -> String {
    at.civil().to_zoned(jiff::tz::TimeZone::UTC).date().to_string()
}
