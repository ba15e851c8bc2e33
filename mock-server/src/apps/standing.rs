//! How a user stands before the org at one moment: who it is, and what limits place, time and session.
//!
//! Login page, SOAP `login()` and every OAuth flow ask here, and [`admit`](super::admit) decides on the answer.

use std::net::IpAddr;

use super::{AppDefinition, Flow, IpRelaxation, OrgApp, PermittedUsers, SessionPolicy};
use crate::clock::Timestamp;
use crate::org::{Org, Permission, User};

/// Whether the user stands before us as one who can authorize.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Active,
    InactiveUser,
    FrozenUser,
    /// The org is locked, closed or expired.
    InactiveOrg,
    /// An admin logged in as the user.
    LoginAs,
    /// The user never set a password.
    NoPassword,
    ApiOnly,
    /// Nobody logged in: a visitor of an Experience Cloud site.
    Visitor,
}

/// What stands against a user who can authorize at another time, from another place or with another session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Limit {
    /// Outside the Login Hours of the profile.
    Hours,
    /// Outside the Login IP Ranges of the profile, and the app does not relax them.
    Address,
    /// The app demands a high assurance session where none can be raised.
    SessionLevel,
}

/// When, from where and with what session somebody comes.
#[derive(Debug, Clone, Copy)]
pub struct Visit {
    pub now: Timestamp,
    /// `None`: from inside this server.
    pub address: Option<IpAddr>,
    /// The browser's session; `None` where there is none.
    pub browser: Option<BrowserFacts>,
}

/// What is known of the session of a browser.
#[derive(Debug, Clone, Copy, Default)]
pub struct BrowserFacts {
    pub login_as: bool,
    pub high_assurance: bool,
    /// The user activated this browser.
    pub activated: bool,
}

impl Visit {
    /// Of a program.
    pub fn without_browser(now: Timestamp, address: Option<IpAddr>) -> Self {
        Self { now, address, browser: None }
    }
}

/// Whether the user's profile or a permission set is granted the app, from either side.
pub fn is_assigned(user: &User, app: &AppDefinition, row: &OrgApp) -> bool {
    let by_set = user.permission_sets.iter().any(|set| row.permission_sets.contains(&set.name));
    row.profiles.contains(&user.profile.name) || by_set || user.is_assigned(&app.name)
}

/// Whether the policy Permitted Users lets the user have the app.
pub fn is_permitted(user: &User, app: &AppDefinition, row: &OrgApp) -> bool {
    row.permitted_users == PermittedUsers::AllUsers || is_assigned(user, app, row)
}

/// Who the user is to us, wherever the request comes from.
pub fn standing(user: &User, org: &Org, visit: &Visit) -> Standing {
    match user {
        _ if org.is_closed(visit.now) => Standing::InactiveOrg,
        user if !user.is_active => Standing::InactiveUser,
        user if user.is_frozen => Standing::FrozenUser,
        _ if visit.browser.is_some_and(|browser| browser.login_as) => Standing::LoginAs,
        user if user.has(Permission::ApiUserOnly) => Standing::ApiOnly,
        user if user.password.is_none() => Standing::NoPassword,
        _ => Standing::Active,
    }
}

/// What limits the user here and now. `app` is the flow and the row of the app that is used, `None` for a login without one.
pub fn limit(user: &User, visit: &Visit, app: Option<(Flow, &OrgApp)>) -> Option<Limit> {
    let rules = &user.profile.login;
    let activated = visit.browser.is_some_and(|browser| browser.activated);
    let relaxed = app.is_some_and(|(flow, row)| relaxes(row.ip_relaxation, flow, activated));
    match () {
        () if !rules.admit_time(visit.now) => Some(Limit::Hours),
        () if !relaxed && !rules.admit_address(visit.address) => Some(Limit::Address),
        () if app.is_some_and(|(flow, row)| lacks_assurance(row.session_policy, flow, visit)) => Some(Limit::SessionLevel),
        () => None,
    }
}

/// Whether an app's IP Relaxation lifts the login ranges in this flow. Flows that carry an assertion, and client credentials, are always bound.
fn relaxes(policy: IpRelaxation, flow: Flow, activated: bool) -> bool {
    if matches!(flow, Flow::JwtBearer | Flow::SamlBearer | Flow::SamlAssertion | Flow::ClientCredentials) {
        return false;
    }
    match policy {
        IpRelaxation::Enforce => false,
        IpRelaxation::RelaxForRefreshTokens => flow == Flow::RefreshToken,
        // GUESS: a refresh continues an authorization whose browser was activated.
        IpRelaxation::RelaxForActivatedDevices => activated || flow == Flow::RefreshToken,
        IpRelaxation::Relax => true,
    }
}

/// A session is raised where a browser shows pages; where none does, the demand refuses. A refresh continues a session that met it.
fn lacks_assurance(policy: SessionPolicy, flow: Flow, visit: &Visit) -> bool {
    let assured = visit.browser.is_some_and(|browser| browser.high_assurance);
    match policy {
        SessionPolicy::None => false,
        _ if assured || matches!(flow, Flow::RefreshToken | Flow::ClientCredentials) => false,
        SessionPolicy::RaiseSessionLevel => !flow.is_interactive(),
        // The code was given to a session that met the demand.
        SessionPolicy::Block => visit.browser.is_some() || !flow.is_interactive(),
    }
}

/// Whether the browser's session is to be raised before the user goes on with the app.
pub fn must_raise(policy: SessionPolicy, visit: &Visit) -> bool {
    policy == SessionPolicy::RaiseSessionLevel && visit.browser.is_some_and(|browser| !browser.high_assurance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relaxation_lifts_the_ranges_as_far_as_its_name_says() {
        use Flow::{ClientCredentials, Device, JwtBearer, RefreshToken, SamlBearer, UserAgent, UsernamePassword, WebServer};
        let check = |policy, activated, expected: &[Flow]| {
            let flows = [WebServer, UserAgent, Device, RefreshToken, UsernamePassword, JwtBearer, SamlBearer, ClientCredentials];
            let relaxed: Vec<Flow> = flows.into_iter().filter(|flow| relaxes(policy, *flow, activated)).collect();
            assert_eq!(relaxed, expected, "{policy:?}, activated: {activated}");
        };
        check(IpRelaxation::Enforce, true, &[]);
        check(IpRelaxation::RelaxForRefreshTokens, true, &[RefreshToken]);
        check(IpRelaxation::RelaxForActivatedDevices, false, &[RefreshToken]);
        check(IpRelaxation::RelaxForActivatedDevices, true, &[WebServer, UserAgent, Device, RefreshToken, UsernamePassword]);
        check(IpRelaxation::Relax, false, &[WebServer, UserAgent, Device, RefreshToken, UsernamePassword]);
    }

    #[test]
    fn high_assurance_is_raised_where_pages_show_and_refuses_elsewhere() {
        let now = Timestamp(0);
        let browser = |high_assurance| Visit { now, address: None, browser: Some(BrowserFacts { high_assurance, ..BrowserFacts::default() }) };
        let program = Visit::without_browser(now, None);
        let check = |policy, flow, visit: &Visit, refused, raised| {
            assert_eq!((lacks_assurance(policy, flow, visit), must_raise(policy, visit)), (refused, raised), "{policy:?} {flow:?}");
        };
        check(SessionPolicy::None, Flow::WebServer, &browser(false), false, false);
        check(SessionPolicy::RaiseSessionLevel, Flow::WebServer, &browser(false), false, true);
        check(SessionPolicy::RaiseSessionLevel, Flow::WebServer, &browser(true), false, false);
        check(SessionPolicy::RaiseSessionLevel, Flow::WebServer, &program, false, false);
        check(SessionPolicy::RaiseSessionLevel, Flow::JwtBearer, &program, true, false);
        check(SessionPolicy::RaiseSessionLevel, Flow::RefreshToken, &program, false, false);
        check(SessionPolicy::Block, Flow::WebServer, &browser(false), true, false);
        check(SessionPolicy::Block, Flow::WebServer, &browser(true), false, false);
        check(SessionPolicy::Block, Flow::WebServer, &program, false, false);
        check(SessionPolicy::Block, Flow::UsernamePassword, &program, true, false);
    }
}
