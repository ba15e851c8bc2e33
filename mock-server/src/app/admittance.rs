//! Who may call a data API with a session: decided here for REST, Bulk and SOAP alike; each family has its own words for it.

use std::borrow::Cow;

use super::{ApiUsage, App, Caller};
use crate::apps::{About, Because, Explains, Fix, Role, Surface, is_permitted};
use crate::journal::Facts;
use crate::oauth::{Door, is_of_visitor};
use crate::org::{Host, Permission, Site};
use crate::storage::StoreError;

/// Why a session does not lead to the data, in the order of asking: the first that holds is told.
#[derive(Debug, Clone)]
pub enum NotAdmitted {
    /// Nothing that names a session came.
    NoToken,
    NoSession,
    /// The token of a visitor, at a host that does not issue such.
    ForeignIssuer,
    /// The session is alive, and its holder kept to the login host instead of going on at the org's address.
    UrlNotReset,
    /// Its scopes, or its kind, do not open this door.
    WrongKind,
    /// API Access Control does not let it through.
    NotAllowlisted,
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

/// In the words of REST, which the other families have their own for.
impl Explains for NotAdmitted {
    fn rule(&self) -> &'static str {
        match self {
            Self::NoToken => "session.missing",
            Self::NoSession => "session.ended",
            Self::ForeignIssuer => "session.foreign_issuer",
            Self::UrlNotReset => "session.wrong_host",
            Self::WrongKind | Self::LacksScope(_) => "session.scope",
            Self::NotAllowlisted => "gate.api_access_control",
            Self::OrgWithoutApi => "api.disabled_for_org",
            Self::UserWithoutApi => "api.disabled_for_user",
            Self::PasswordExpired => "session.password_expired",
            Self::LimitUsedUp => "api.limit_used_up",
            Self::Store(_) => "server.failed",
        }
    }

    fn reason(&self) -> Cow<'static, str> {
        match self {
            Self::NoToken => "The request bears no session.".into(),
            Self::NoSession => "The session ended, was never there, or is of another org than the address.".into(),
            Self::ForeignIssuer => "The token is a site visitor's, and this is no address of the site.".into(),
            Self::UrlNotReset => "The session lives, but the request went to a login host and not to the org's own address.".into(),
            Self::WrongKind => "The scopes of the token, or its kind, do not open this API.".into(),
            Self::LacksScope(door) => format!("The token has none of the scopes that open this: {}.", door.labels().join(", ")).into(),
            Self::NotAllowlisted => "API Access Control is on, and no admin approved the app, or the user, for the API.".into(),
            Self::OrgWithoutApi => "The org's edition has no API.".into(),
            Self::UserWithoutApi => "The user lacks the permission API Enabled.".into(),
            Self::PasswordExpired => "The user must choose another password first.".into(),
            Self::LimitUsedUp => "The org has used up its calls of the last 24 hours.".into(),
            Self::Store(_) => "The server failed; its log has the cause.".into(),
        }
    }

    fn told(&self) -> (Cow<'static, str>, Cow<'static, str>) {
        let (code, text) = match self {
            Self::NoToken | Self::NoSession => ("INVALID_SESSION_ID", "Session expired or invalid"),
            Self::ForeignIssuer => ("INVALID_AUTH_HEADER", "INVALID_ISS"),
            Self::UrlNotReset => ("URL_NOT_RESET", "Destination URL not reset. The URL returned from login must be set"),
            Self::WrongKind | Self::LacksScope(_) | Self::NotAllowlisted => {
                ("INVALID_SESSION_ID", "This session is not valid for use with the REST API")
            }
            Self::OrgWithoutApi => ("API_DISABLED_FOR_ORG", "The REST API is not enabled for this Organization."),
            Self::UserWithoutApi => ("API_CURRENTLY_DISABLED", "API is disabled for this User"),
            Self::PasswordExpired => ("INVALID_OPERATION_WITH_EXPIRED_PASSWORD", "The users password has expired"),
            Self::LimitUsedUp => ("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."),
            Self::Store(_) => ("UNKNOWN_EXCEPTION", "internal error"),
        };
        (code.into(), text.into())
    }

    fn fix(&self, about: About<'_>) -> Vec<Fix> {
        let client = |text: &str| vec![Fix::developer(text, "/services/data")];
        match self {
            Self::NoToken => client("Send Authorization: Bearer and the access token"),
            Self::NoSession => client("Refresh, or log in again, once for all requests that were refused, and go on with the new session"),
            Self::ForeignIssuer => client("Send the token to the address of the site that gave it"),
            Self::UrlNotReset => client("Send requests to the instance_url, or serverUrl, that came with the session"),
            Self::WrongKind | Self::LacksScope(_) => [
                vec![about.settings("OAuth Scopes > add the scope > Save")],
                client("Connect again, or use an opaque token: scopes are those of the approval"),
            ]
            .concat(),
            Self::NotAllowlisted => about.install(),
            Self::OrgWithoutApi => vec![Fix::admin("Ask Salesforce for an edition with the API, or the API as an add-on", "/")],
            Self::UserWithoutApi => vec![Fix::admin(
                "Setup > Users > Profiles > the user's profile > System Permissions > tick API Enabled > Save",
                "/lightning/setup/EnhancedProfiles/home",
            )],
            Self::PasswordExpired => vec![Fix::new(Role::User, "Log in and choose another password", "/login")],
            Self::LimitUsedUp => client("Call less often, or in batches; the limit counts the last 24 hours"),
            Self::Store(_) => client("Try again later"),
        }
    }
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
    /// Lets the holder of a session in, and counts the call. A refusal is explained here, whatever the family says of it.
    ///
    /// # Errors
    /// What keeps the holder out.
    pub fn admit_to_api(
        &self,
        unverified_token: Option<&str>,
        site: &Site,
        facts: &Facts,
        asked: (Door, Purpose),
    ) -> Result<(Caller, ApiUsage), NotAdmitted> {
        let admitted = unverified_token.ok_or(NotAdmitted::NoToken).and_then(|token| self.admitted_to_api(token, site, facts, asked));
        admitted.inspect_err(|why| {
            self.note_former_holder(unverified_token, facts);
            self.keep_refusal(&Because::of(why.clone()).at(Surface::Api), ("", site.host()), facts);
        })
    }

    /// Whose session it was, where it is over.
    fn note_former_holder(&self, unverified_token: Option<&str>, facts: &Facts) {
        if facts.read().org.is_some() {
            return;
        }
        let Some(whose) = unverified_token.and_then(|token| self.whose_token(token).ok()?) else { return };
        facts.note(|noted| (noted.org, noted.app, noted.user, noted.grant) = (whose.org, whose.app, whose.user, whose.grant));
    }

    fn admitted_to_api(
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
            () if !self.is_allowlisted(&caller)? => Some(NotAdmitted::NotAllowlisted),
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
