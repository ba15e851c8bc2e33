//! Sandboxes that nobody asked for through their production org: world files and the control API make and remove them.

use std::collections::HashSet;
use std::sync::Arc;

use super::super::row::Row;
use super::super::{App, LiveOrg};
use super::known::{Known, READY};
use super::{SANDBOX_INFO, SANDBOX_PROCESS};
use crate::id::OrgId;
use crate::org::SandboxLicense;
use crate::records::Value;
use crate::storage::StoreError;
use crate::store::Tx;

impl App {
    /// Brings the records of an org in step with the sandboxes that there are.
    pub(super) fn adopt(&self, production: &LiveOrg) -> Result<(), StoreError> {
        let orgs = self.sandboxes_of(&production.facts());
        let all = production.read(Known::all)?;
        let here: HashSet<OrgId> = orgs.iter().map(|org| org.id()).collect();
        let named: HashSet<OrgId> = all.iter().filter_map(Known::org_id).collect();
        let gone: Vec<&Known> = all.iter().filter(|known| known.org_id().is_some_and(|id| !here.contains(&id) && self.org(id).is_none())).collect();
        let fresh: Vec<&Arc<LiveOrg>> = orgs.iter().filter(|org| !named.contains(&org.id())).collect();
        if gone.is_empty() && fresh.is_empty() {
            return Ok(());
        }
        production.write(|tx| {
            for known in &gone {
                // One that was made anew goes on under the name; one that was removed is no more.
                let successor = fresh.iter().find(|org| org.facts().sandbox_name().is_some_and(|name| name.eq_ignore_ascii_case(&known.name())));
                match (successor, known.ready()) {
                    (Some(org), Some(ready)) => {
                        ready.set(tx, self.now(), &[("SandboxOrganization", Value::text(org.id().record().as_15()))])?;
                    }
                    _ => known.forget(tx, self.now())?,
                }
            }
            let listed = |name: &str| all.iter().any(|known| known.name().eq_ignore_ascii_case(name));
            for org in fresh {
                let facts = org.facts();
                let Some(name) = facts.sandbox_name() else { continue };
                if !listed(name) {
                    list(tx, org, name)?;
                }
            }
            Ok(())
        })
    }
}

/// Adds the records of a sandbox that is there.
fn list(tx: &Tx<'_>, org: &LiveOrg, name: &str) -> Result<(), StoreError> {
    let facts = org.facts();
    let origin = facts.copy_of;
    let license = if origin.is_some_and(|origin| origin.with_records) { SandboxLicense::Full } else { SandboxLicense::Developer };
    let (by, at) = (origin.and_then(|origin| origin.by), facts.created);
    let info = Row::insert(
        tx,
        SANDBOX_INFO,
        (by, at),
        &[("SandboxName", Value::text(name)), ("LicenseType", Value::text(license.value())), ("AutoActivate", Value::boolean(true))],
    )?;
    let second = Value::Integer(at.whole_second().0);
    let process = [
        ("SandboxInfoId", Value::text(info.to_string())),
        ("SandboxName", Value::text(name)),
        ("LicenseType", Value::text(license.value())),
        ("AutoActivate", Value::boolean(true)),
        ("Status", Value::text(READY)),
        ("CopyProgress", Value::Integer(100)),
        ("SandboxOrganization", Value::text(org.id().record().as_15())),
        ("StartDate", second.clone()),
        ("EndDate", second),
    ];
    Row::insert(tx, SANDBOX_PROCESS, (by, at), &process).map(drop)
}
