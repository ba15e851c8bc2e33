//! Who may call a data API with a session: decided here for REST, Bulk and SOAP alike; each family has its own words for it.

use super::{ApiUsage, App, Caller};
use crate::apps::is_permitted;
use crate::journal::Facts;
use crate::oauth::{Door, is_of_visitor};
use crate::org::{Host, Permission, Site};
use crate::storage::StoreError;

/// Why a session does not lead to the data, in the order of asking: the first that holds is told.
#[derive(Debug)]
pub enum NotAdmitted {
    NoSession,
    /// The token of a visitor, at a host that does not issue such.
    ForeignIssuer,
    /// The session is alive, and its holder kept to the login host instead of going on at the org's address.
    UrlNotReset,
    /// Its scopes, or its kind, do not open this door, or API Access Control does not let it through.
    WrongKind,
    /// The same, said in the newer way.
    LacksScope(Door),
    OrgWithoutApi,
    UserWithoutApi,
    /// All the user may do is choose another password.
    PasswordExpired,
    /// The org has used up its calls of the last 24 hours.
    LimitUsedUp,
    Store(StoreError),
}

impl From<StoreError> for NotAdmitted {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// What the caller is about to do, as far as it matters for being let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Data,
    /// Choosing a password, or leaving.
    Password,
}

impl App {
    /// Lets the holder of a session in, and counts the call.
    ///
    /// # Errors
    /// What keeps the holder out.
    pub fn admit_to_api(
        &self,
        unverified_token: &str,
        site: &Site,
        facts: &Facts,
        (door, purpose): (Door, Purpose),
    ) -> Result<(Caller, ApiUsage), NotAdmitted> {
        let stranger =
            || if is_of_visitor(unverified_token) && site.experience().is_none() { NotAdmitted::ForeignIssuer } else { NotAdmitted::NoSession };
        let caller = self.caller(unverified_token)?.ok_or_else(stranger)?;
        facts.note(|noted| {
            noted.org = Some(caller.org.id());
            noted.user = Some(caller.user.id);
            noted.app = caller.session.app;
            noted.grant = caller.session.grant;
            noted.live = Some(true);
        });
        let kept_out = match () {
            // At the address of another org nothing is told of the session.
            () if !site.serves(caller.org.id()) && matches!(site.host(), Host::Org(_)) => Some(NotAdmitted::NoSession),
            () if !site.serves(caller.org.id()) => Some(NotAdmitted::UrlNotReset),
            () if !door.admits(&caller.session) => Some(Self::wrong_kind(&caller, door)),
            () if !self.is_allowlisted(&caller)? => Some(NotAdmitted::WrongKind),
            () if !caller.org.facts().has_api => Some(NotAdmitted::OrgWithoutApi),
            () if !caller.user.has(Permission::ApiEnabled) => Some(NotAdmitted::UserWithoutApi),
            () if caller.user.password_expired && purpose == Purpose::Data => Some(NotAdmitted::PasswordExpired),
            () => None,
        };
        match kept_out {
            Some(reason) => Err(reason),
            None => {
                let usage = caller.org.use_api(self.now()).map_err(|_| NotAdmitted::LimitUsedUp)?;
                self.see_to(&caller.org, site);
                Ok((caller, usage))
            }
        }
    }

    /// API Access Control lets sessions of apps that an admin approved through, and users who may use any client.
    fn is_allowlisted(&self, caller: &Caller) -> Result<bool, StoreError> {
        if !caller.org.switches().api_access_control || caller.user.has(Permission::UseAnyApiClient) {
            return Ok(true);
        }
        let Some(app) = caller.session.app.and_then(|id| self.registry().app(id)) else { return Ok(false) };
        let row = caller.org.org_app(&app, self.now())?;
        Ok(!app.kind.rules().under_api_access_control || row.presence.is_settled() && is_permitted(&caller.user, &app, &row))
    }

    /// A token that opens another door of REST is told which scopes this one takes; any other is told that it is not for this API.
    fn wrong_kind(caller: &Caller, door: Door) -> NotAdmitted {
        let is_elsewhere = [Door::Rest, Door::Connect, Door::Analytics, Door::Charts].iter().any(|other| other.admits(&caller.session));
        let names_scopes = is_elsewhere || caller.org.switches().scope_refusal_names_scopes;
        if names_scopes { NotAdmitted::LacksScope(door) } else { NotAdmitted::WrongKind }
    }
}
