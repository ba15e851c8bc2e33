//! Deployments and retrievals at work: begun by a call, carried out at once or when the virtual clock has come to them.

mod app_views;
mod apps;
mod code;
mod deploy;
mod groups;
mod installed_packages;
mod look_up;
mod packaged;
mod permissions;
mod retrieve;
mod settings;
mod tracking;

use std::time::Duration;

use super::{App, Caller, LiveOrg};
use crate::access::Access;
use crate::clock::Timestamp;
use crate::id::{RecordId, UserId};
use crate::metadata::{Components, DeployOptions, Deployment, Status};
use crate::storage::StoreError;
use crate::store::Tx;

pub use tracking::SOURCE_MEMBER;

/// Whether a user may deploy and retrieve.
/// Source: Metadata API guide: Modify Metadata Through Metadata API Functions, or Modify All Data.
pub fn may_use_metadata(access: &Access, user: &crate::org::User) -> bool {
    let granted = |set: &crate::org::PermissionSet| set.permissions.contains("PermissionsModifyMetadata");
    access.has(crate::org::Permission::ModifyAllData) || granted(&user.profile) || user.permission_sets.iter().any(|set| granted(set))
}

impl App {
    /// How long a deployment or retrieval takes in an org.
    fn metadata_job(org: &LiveOrg) -> Duration {
        Duration::from_secs(org.switches().metadata_job_seconds.into())
    }

    /// Begins a deployment. It is over when this returns, unless the org wants it to take its time. Blocks.
    pub fn deploy(&self, caller: &Caller, options: DeployOptions, archive: &[u8]) -> Result<Deployment, StoreError> {
        let (org, now) = (&caller.org, self.now());
        let mut deployment = Deployment {
            id: org.write(|tx| tx.new_id("0Af"))?,
            options,
            status: Status::Pending,
            due: now.plus(Self::metadata_job(org)),
            created: now,
            created_by: caller.user.id,
            created_by_name: caller.user.name.clone(),
            completed: None,
            canceled_by: None,
            messages: Vec::new(),
            error: None,
        };
        if deployment.due <= now {
            self.carry_out(org, &mut deployment, archive)?;
        } else {
            org.write(|tx| tx.put_deployment(&deployment, Some(archive)))?;
        }
        Ok(deployment)
    }

    /// Deploys what a check found good; `None` for anything else. Blocks.
    /// Source: Metadata API guide, deployRecentValidation: within ten days of the check.
    pub fn deploy_validated(&self, caller: &Caller, validation: RecordId) -> Result<Option<Deployment>, StoreError> {
        const TEN_DAYS: i64 = 10 * 24 * 3600 * 1000;
        let Some(checked) = self.deployment(&caller.org, validation)? else { return Ok(None) };
        let fresh = checked.completed.is_some_and(|completed| self.now().0 - completed.0 <= TEN_DAYS);
        if !checked.options.check_only || checked.status != Status::Succeeded || !fresh {
            return Ok(None);
        }
        let Some(archive) = caller.org.read(|tx| tx.archive(validation))? else { return Ok(None) };
        self.deploy(caller, DeployOptions { check_only: false, ..checked.options }, &archive).map(Some)
    }

    /// A deployment as it stands at this moment; `None` for an id that is none. Blocks when its time has come.
    pub fn deployment(&self, org: &LiveOrg, id: RecordId) -> Result<Option<Deployment>, StoreError> {
        let Some(mut deployment) = org.read(|tx| tx.deployment(id))? else { return Ok(None) };
        let now = self.now();
        if !deployment.status.is_over() && deployment.due <= now {
            let archive = org.read(|tx| tx.archive(id))?.unwrap_or_default();
            self.carry_out(org, &mut deployment, &archive)?;
        } else if deployment.status == Status::Pending && half_over(deployment.created, deployment.due, now) {
            deployment.status = Status::InProgress;
        }
        Ok(Some(deployment))
    }

    /// Cancels a deployment that is not over. `Some(false)`: it is over already.
    pub fn cancel_deployment(&self, caller: &Caller, id: RecordId) -> Result<Option<bool>, StoreError> {
        let Some(mut deployment) = self.deployment(&caller.org, id)? else { return Ok(None) };
        if deployment.status.is_over() {
            return Ok(Some(false));
        }
        deployment.status = Status::Canceled;
        deployment.completed = Some(self.now());
        deployment.canceled_by = Some((caller.user.id, caller.user.name.clone()));
        caller.org.write(|tx| tx.put_deployment(&deployment, None))?;
        Ok(Some(true))
    }
}

/// Work that waits for the clock is queued for the first half of its time, in progress for the second.
fn half_over(created: Timestamp, due: Timestamp, now: Timestamp) -> bool {
    now.0 >= created.0 + (due.0 - created.0) / 2
}

/// A user's name, for what tells who made a component.
fn name_of(tx: &Tx<'_>, user: UserId) -> Result<String, StoreError> {
    use crate::org::Directory;
    Ok(tx.user(user)?.map(|user| user.name.clone()).unwrap_or_default())
}
