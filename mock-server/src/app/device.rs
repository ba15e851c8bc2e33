//! The device flow: codes in the shared database, the decision in the org of whoever answers.

use std::sync::Arc;

use super::App;
use super::access::Asking;
use crate::apps::{AppDefinition, Endpoint, Flow};
use crate::oauth::{
    DeviceAnswer, DeviceCodes, DeviceRequest, DeviceRequests, Next, OAuthError, Polled, Scopes, begin_device, decide_device, poll_device,
    user_code_digest,
};
use crate::org::{Era, Policies, Site, Switches};
use crate::storage::StoreError;

/// A device that waits, and the app it runs.
pub type WaitingDevice = (DeviceRequest, Arc<AppDefinition>);

impl App {
    /// Gives a device its codes.
    pub fn begin_device(&self, client: &AppDefinition, scope: Option<&str>, site: &Site) -> Result<DeviceCodes, OAuthError> {
        let org = self.org_of_site(site).or_else(|| self.org(client.owner));
        let interval =
            org.map_or_else(|| Switches::of(Era::default(), &Policies::default()).device_poll_seconds, |org| org.switches().device_poll_seconds);
        // Which org the device will be of is not known yet: it is refused for custom scopes that no org has.
        let has_custom = |wanted: &Scopes| wanted.custom().all(|name| self.orgs().iter().any(|org| org.facts().custom_scope(name).is_some()));
        begin_device(&self.0.store, client, (scope, interval), site, (self.now(), self.entropy()), has_custom)
    }

    /// The device that shows this code, if it still waits and the code is known at this address.
    pub fn device(&self, site: &Site, unverified_code: &str) -> Result<Option<WaitingDevice>, StoreError> {
        let Some(request) = self.0.store.device_of_user_code(user_code_digest(unverified_code))? else { return Ok(None) };
        let side_of = |org| self.org(org).map(|org| org.facts().kind.side());
        let waits = matches!(request.answer, DeviceAnswer::None | DeviceAnswer::Refused { .. });
        if !waits || !request.is_alive(self.now()) || !request.is_known_at(site, side_of) {
            return Ok(None);
        }
        Ok(self.registry().app(request.app).map(|client| (request, client)))
    }

    /// What becomes of the device of a logged-in user; a refusal is remembered for its next poll.
    pub fn authorize_device(&self, asking: &Asking<'_>, unverified_code: &str, (request, client): &WaitingDevice) -> Result<Next, StoreError> {
        let org = &asking.caller.org;
        asking.facts.note(|noted| {
            noted.org = Some(org.id());
            noted.app = Some(client.id);
            noted.user = Some(asking.caller.user.id);
        });
        let decision = self.with_situation(asking, |situation| org.write(|tx| decide_device(tx, request, client, situation)))?;
        if let Some(blocked) = decision.blocked {
            let refused = request.clone().answered(DeviceAnswer::Refused { org: org.id() });
            self.0.store.answer_device(user_code_digest(unverified_code), &refused)?;
            self.explain(org, client, Some(&asking.caller.user), (blocked, Flow::Device, Endpoint::Authorize), asking.facts);
        }
        Ok(decision.next)
    }

    /// Carries out what the user chose. `Ok(None)`: it was carried out; else where the browser goes instead.
    pub fn answer_device(
        &self,
        asking: &Asking<'_>,
        unverified_code: &str,
        waiting: &WaitingDevice,
        approved: bool,
    ) -> Result<Option<Next>, StoreError> {
        let next = self.authorize_device(asking, unverified_code, waiting)?;
        if !matches!(next, Next::Consent(_)) {
            return Ok(Some(next));
        }
        let org = asking.caller.org.id();
        let answer = if approved { DeviceAnswer::Allowed { org, user: asking.caller.user.id } } else { DeviceAnswer::Denied };
        self.0.store.answer_device(user_code_digest(unverified_code), &waiting.0.clone().answered(answer))?;
        Ok(None)
    }

    /// What a device's poll finds.
    pub fn poll_device(&self, client: &AppDefinition, unverified_code: &str) -> Result<Polled, StoreError> {
        let deny_refused = |org| self.org(org).is_some_and(|org| org.switches().device_refusal_denies_poll);
        poll_device(&self.0.store, client, unverified_code, self.now(), deny_refused)
    }
}
