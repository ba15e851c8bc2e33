//! Push upgrades: a developer puts a released version in the place of the one that other orgs have.
//!
//! GUESS: who is pushed to, and what a refusal says; that a request has a job for each org, and each failed job an error, is documented.

use crate::app::row::Row;
use crate::app::{App, LiveOrg};
use crate::apps::{PackageRequest, Release};
use crate::clock::Timestamp;
use crate::id::{OrgId, PackageVersionId};
use crate::records::Value;
use crate::storage::StoreError;
use crate::store::Tx;

pub(super) const PUSH_REQUEST: &str = "PackagePushRequest";
const PUSH_JOB: &str = "PackagePushJob";
const PUSH_ERROR: &str = "PackagePushError";

impl App {
    /// Upgrades the orgs of every job of the request.
    pub(super) fn carry_out_push(&self, org: &LiveOrg, request: &Row) -> Result<(), StoreError> {
        let now = self.now();
        let version = request.text("PackageVersionId").and_then(|id| PackageVersionId::parse(&id).ok());
        let release = version.and_then(|id| self.registry().release(id)).filter(|release| release.package.owner == org.id());
        let own = Some(request.id.to_string());
        let jobs = org.read(|tx| Row::with_states(tx, PUSH_JOB, &["Created", "Pending"]))?;
        let mut failed = false;
        for job in jobs.iter().filter(|job| job.text("PackagePushRequestId") == own) {
            let outcome = match &release {
                Some(release) => self.push_to(release, job.text("SubscriberOrganizationKey").as_deref())?,
                None => Err("The package version was not found in this org.".to_owned()),
            };
            failed |= outcome.is_err();
            org.write(|tx| match &outcome {
                Ok(()) => job.set(tx, now, &[("Status", Value::text("Succeeded"))]),
                Err(message) => {
                    job.set(tx, now, &[("Status", Value::text("Failed"))])?;
                    add_error(tx, now, job, message)
                }
            })?;
        }
        let state = if failed { "Failed" } else { "Succeeded" };
        org.write(|tx| request.set(tx, now, &[("Status", Value::text(state))]))
    }

    /// Upgrades one org; it asks for no key, and nobody there sees to it.
    fn push_to(&self, release: &Release, subscriber: Option<&str>) -> Result<Result<(), String>, StoreError> {
        let subscriber = subscriber.and_then(|id| OrgId::parse(id).ok()).and_then(|id| self.org(id));
        let Some(subscriber) = subscriber else { return Ok(Err("The subscriber org was not found.".to_owned())) };
        if !release.version.promoted {
            return Ok(Err("Only a released package version can be pushed.".to_owned()));
        }
        subscriber.write(|tx| {
            let known = self.installed(tx)?.into_iter().find(|known| known.release.package.id == release.package.id);
            let Some(known) = known else { return Ok(Err("The package is not installed in the subscriber org.".to_owned())) };
            let key = release.version.installation_key.as_ref().map(|key| key.0.as_str());
            let request = PackageRequest { key, acknowledged: true, audience: known.installed.audience };
            Ok(self.install_within(tx, &subscriber, release, request, None)?.map(drop).map_err(|refused| refused.message()))
        })
    }
}

fn add_error(tx: &Tx<'_>, now: Timestamp, job: &Row, message: &str) -> Result<(), StoreError> {
    let values = [
        ("PackagePushJobId", Value::text(job.id.to_string())),
        ("ErrorMessage", Value::text(message)),
        ("ErrorSeverity", Value::text("Error")),
        ("ErrorTitle", Value::text("The upgrade failed")),
        ("ErrorType", Value::text("InstallError")),
    ];
    Row::insert(tx, PUSH_ERROR, (None, now), &values).map(drop)
}
