//! A sandbox as its records tell of it: one `SandboxInfo`, and a `SandboxProcess` for each copy.

use std::sync::Arc;

use super::super::row::Row;
use super::super::{App, LiveOrg};
use super::{SANDBOX_INFO, SANDBOX_PROCESS};
use crate::clock::Timestamp;
use crate::id::{OrgId, RecordId};
use crate::org::SandboxLicense;
use crate::records::Value;
use crate::storage::StoreError;
use crate::store::Tx;

/// The copy is made, and waits for its admin's word.
pub(super) const WAITING: &str = "Pending Activation";
pub(super) const READY: &str = "Completed";
/// Clients leave out what begins like this.
pub(super) const DELETED: &str = "Deleted";
pub(super) const DISCARDED: &str = "Discarded";
pub(super) const FAILED: &str = "Error";

/// The states of a copy under way, in their order.
const COPYING: [&str; 4] = ["Pending", "Processing", "Sampling", "Activating"];

/// Those that a copy goes through: only where records are chosen are they sampled.
pub(super) fn states(license: SandboxLicense) -> &'static [&'static str] {
    if license == SandboxLicense::Partial { &COPYING } else { &["Pending", "Processing", "Activating"] }
}

/// The state at a moment and how much is done, in percent: each state takes an equal share of the time.
pub(super) fn state_at(states: &'static [&'static str], begun: Timestamp, due: Timestamp, now: Timestamp) -> (&'static str, i64) {
    let (gone, all) = ((now.0 - begun.0).max(0), (due.0 - begun.0).max(1));
    let at = usize::try_from(gone * i64::try_from(states.len()).unwrap_or(1) / all).unwrap_or(0);
    (states.get(at).or(states.last()).copied().unwrap_or_default(), (gone * 100 / all).min(99))
}

/// A sandbox and its copies, the newest last.
pub(super) struct Known {
    pub(super) info: Row,
    processes: Vec<Row>,
}

impl Known {
    pub(super) fn all(tx: &Tx<'_>) -> Result<Vec<Self>, StoreError> {
        let mut all: Vec<_> = Row::all(tx, SANDBOX_INFO)?.into_iter().map(|info| Self { info, processes: Vec::new() }).collect();
        for process in Row::all(tx, SANDBOX_PROCESS)? {
            let of = process.text("SandboxInfoId");
            if let Some(known) = all.iter_mut().find(|known| of.as_deref() == Some(known.info.id.to_string().as_str())) {
                known.processes.push(process);
            }
        }
        Ok(all)
    }

    pub(super) fn name(&self) -> String {
        self.info.text("SandboxName").unwrap_or_default()
    }

    pub(super) fn license(&self) -> SandboxLicense {
        self.info.text("LicenseType").and_then(|text| SandboxLicense::read(&text)).unwrap_or(SandboxLicense::Developer)
    }

    pub(super) fn process(&self, id: RecordId) -> Option<&Row> {
        self.processes.iter().find(|process| process.id == id)
    }

    /// The newest copy that was not given up.
    pub(super) fn newest(&self) -> Option<&Row> {
        self.with_state(|state| ![DELETED, DISCARDED].contains(&state))
    }

    /// The copy that is being made.
    pub(super) fn copying(&self) -> Option<&Row> {
        self.with_state(|state| COPYING.contains(&state))
    }

    /// The copy that is being made, or waits to be activated.
    pub(super) fn under_way(&self) -> Option<&Row> {
        self.with_state(|state| state == WAITING || COPYING.contains(&state))
    }

    /// The copy that is the sandbox.
    pub(super) fn ready(&self) -> Option<&Row> {
        self.with_state(|state| state == READY)
    }

    /// Copies that were the sandbox before this one.
    pub(super) fn earlier(&self, than: RecordId) -> impl Iterator<Item = &Row> {
        self.processes.iter().filter(move |process| process.id != than && process.text("Status").as_deref() == Some(READY))
    }

    fn with_state(&self, fits: impl Fn(&str) -> bool) -> Option<&Row> {
        self.processes.iter().rev().find(|process| process.text("Status").is_some_and(|state| fits(&state)))
    }

    /// The org that the ready copy names.
    pub(super) fn org_id(&self) -> Option<OrgId> {
        OrgId::parse(&self.ready()?.text("SandboxOrganization")?).ok()
    }

    pub(super) fn org(&self, app: &App) -> Option<Arc<LiveOrg>> {
        app.org(self.org_id()?)
    }

    /// Takes the sandbox out of the list; its copies are remembered as deleted.
    pub(super) fn forget(&self, tx: &Tx<'_>, now: Timestamp) -> Result<(), StoreError> {
        self.info.remove(tx)?;
        self.processes.iter().try_for_each(|process| process.set(tx, now, &[("Status", Value::text(DELETED))]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_goes_through_its_states_in_equal_shares() {
        let at = |seconds: i64| state_at(states(SandboxLicense::Developer), Timestamp(0), Timestamp(90_000), Timestamp(seconds * 1000));
        assert_eq!(at(0), ("Pending", 0));
        assert_eq!(at(45), ("Processing", 50));
        assert_eq!(at(89), ("Activating", 98));
        assert_eq!(state_at(states(SandboxLicense::Partial), Timestamp(0), Timestamp(8), Timestamp(5)).0, "Sampling");
    }
}
