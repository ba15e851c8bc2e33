//! The admission decision: may this user use this app in this org, by this flow, under these switches?
//!
//! [`admit`] walks three sections of rules from top to bottom, and the first rule whose conditions all hold decides.
//! The order is Salesforce's and decides which refusal wins. It is the only place where admission is decided;
//! flows, pages and the control API render what it says.

use super::refusal::Blocked;
use super::{AppKind, Availability, Distribution, Flow, Limit, PermittedUsers, Presence, Standing};
use crate::org::{InstallGate, Switches};

/// Everything the decision looks at.
#[derive(Debug, Clone)]
pub struct Case<'a> {
    pub app: AppFacts,
    pub user: UserFacts,
    pub org: &'a Switches,
    pub flow: Flow,
    pub endpoint: Endpoint,
}

/// Where the caller stands when the decision falls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// The authorize endpoint after login, or the device page.
    Authorize,
    Token,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AppFacts {
    pub kind: AppKind,
    pub presence: Presence,
    /// `None` for connected apps.
    pub distribution: Option<Distribution>,
    pub blocked: bool,
    pub availability: Availability,
    pub permitted_users: PermittedUsers,
    /// The app and the org both allow the flow.
    pub flow_is_on: bool,
    /// A Run As user is set for client credentials.
    pub has_run_as: bool,
    /// Salesforce suspended the app for a violation of the partner controls.
    pub suspended: bool,
    /// The caller's address is on the app's Refresh Token IP Allowlist, or none is enforced.
    pub address_allowed: bool,
    /// The org lets visitors of its sites use the app.
    pub guests: bool,
}

impl AppFacts {
    /// Of a flow that names no app: nothing stands against it.
    pub const NONE: Self = Self {
        kind: AppKind::ConnectedApp,
        presence: Presence::Own,
        distribution: None,
        blocked: false,
        availability: Availability::Enabled,
        permitted_users: PermittedUsers::AllUsers,
        flow_is_on: true,
        has_run_as: false,
        suspended: false,
        address_allowed: true,
        guests: false,
    };
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UserFacts {
    pub standing: Standing,
    /// What limits the user here and now.
    pub limit: Option<Limit>,
    /// Holds Approve Uninstalled Connected Apps.
    pub approves_uninstalled_apps: bool,
    /// Holds Use Any API Client. Counts only where API Access Control is on: elsewhere the permission does not exist.
    pub uses_any_api_client: bool,
    /// A profile or permission set of the user is granted the app.
    pub assigned: bool,
    /// The user's live approval of the app; for a refresh, the one the token belongs to.
    pub approval: Option<Approval>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Approval {
    /// It included the scope `refresh_token`.
    pub offline: bool,
    /// It was given in the device flow.
    pub by_device: bool,
}

/// The user may use the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Admission {
    /// An admin granted the app, so the user is not asked for consent.
    pub pre_authorized: bool,
}

/// One step of the decision.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule {
    pub(super) conditions: &'static [Condition],
    pub(super) then: Then,
}

pub(super) type Condition = fn(&Case<'_>) -> bool;

#[derive(Debug, Clone, Copy)]
pub(super) enum Then {
    Refuse(Blocked),
    /// On to the next section.
    Pass,
    Admit,
}

const fn refuse(blocked: Blocked, conditions: &'static [Condition]) -> Rule {
    Rule { conditions, then: Then::Refuse(blocked) }
}

const fn pass(conditions: &'static [Condition]) -> Rule {
    Rule { conditions, then: Then::Pass }
}

/// The sections in their order.
pub(super) static SECTIONS: [&[Rule]; 3] = [PERSON, GATE, POLICIES];

/// Whether the person can authorize anything at all.
static PERSON: &[Rule] = &[
    refuse(Blocked::InactiveUser, &[inactive_user]),
    refuse(Blocked::FrozenUser, &[frozen_user]),
    refuse(Blocked::InactiveOrg, &[inactive_org]),
    refuse(Blocked::RestrictedTime, &[names_no_app, outside_login_hours]),
    refuse(Blocked::RestrictedIp, &[names_no_app, outside_login_ranges]),
    // The SAML assertion names no app: there is nothing more to admit.
    Rule { conditions: &[names_no_app], then: Then::Admit },
    // An app granted by an admin lets a Login-As session through: no consent page is due.
    refuse(Blocked::LoginAs, &[in_a_browser, login_as, not_granted_by_admin]),
    refuse(Blocked::NoPassword, &[in_a_browser, no_password]),
    refuse(Blocked::ApiOnlyUser, &[in_a_browser, api_only]),
];

/// Whether the org lets the app in.
static GATE: &[Rule] = &[
    refuse(Blocked::AppSuspended, &[suspended]),
    refuse(Blocked::AppBlocked, &[blocked, not_waved_through]),
    refuse(Blocked::PasswordFlowOnExternalApp, &[kind_has_no_password_flow, by_password]),
    refuse(Blocked::LocalToAnotherOrg, &[local, not_own]),
    refuse(Blocked::ExternalAppNotInstalled, &[kind_needs_install, not_settled]),
    refuse(Blocked::ExternalAppDisabled, &[external, disabled]),
    refuse(Blocked::AppPolicyMissing, &[app_policy_missing]),
    refuse(Blocked::OauthPolicyMissing, &[oauth_policy_missing]),
    // What is still external here is the org's own or installed. GUESS: an earlier approval does not pass API Access Control.
    refuse(Blocked::ApiAccessControl, &[api_access_control, not_settled, not_waved_through]),
    pass(&[settled]),
    pass(&[gate_is_off]),
    refuse(Blocked::DeviceFlow, &[by_device, device_ignores_permission]),
    refuse(Blocked::DeviceBornToken, &[refreshing, approved_by_device]),
    refuse(Blocked::NotInstalled, &[headless]),
    // A Run As user cannot be set before the app is installed.
    refuse(Blocked::NoRunAsUser, &[by_client_credentials]),
    // GUESS: no consent step exists in a bearer flow, so the approval rule of the next section decides alone.
    pass(&[by_bearer_assertion]),
    pass(&[waved_through]),
    pass(&[approves_uninstalled_apps]),
    pass(&[approved_before]),
    refuse(Blocked::NotInstalled, &[]),
];

/// Whether the app's policies in the org admit the user. Only a settled app has Permitted Users.
static POLICIES: &[Rule] = &[
    refuse(Blocked::FlowOff, &[flow_is_off]),
    refuse(Blocked::NoRunAsUser, &[by_client_credentials, no_run_as]),
    refuse(Blocked::GuestFlowOff, &[a_visitor, guests_are_off]),
    // No admin can approve whom nobody knows.
    refuse(Blocked::NotPreAuthorized, &[headless, a_user, headless_needs_grant, not_granted_by_admin]),
    refuse(Blocked::NotPreAuthorized, &[settled, a_user, admin_approved_only, not_assigned, not_any_client_on_external, policy_binds_actor]),
    refuse(Blocked::RestrictedTime, &[outside_login_hours]),
    refuse(Blocked::RestrictedIp, &[outside_login_ranges]),
    refuse(Blocked::AddressNotAllowed, &[uses_refresh_tokens, address_not_allowed]),
    refuse(Blocked::SessionLevel, &[lacks_assurance]),
    refuse(Blocked::NotApproved, &[by_token_exchange, not_granted_by_admin, not_any_client_on_external, no_approval]),
    refuse(Blocked::NotApproved, &[by_bearer_assertion, not_granted_by_admin, not_any_client_on_external, no_offline_approval]),
];

/// Decides whether the user may use the app, or why not.
pub fn admit(case: &Case<'_>) -> Result<Admission, Blocked> {
    decide(case, Rule::holds)
}

/// The walk through the sections. `holds` says whether a rule applies: tests pass one that errs, to see that the expectations notice.
pub(super) fn decide(case: &Case<'_>, holds: impl Fn(&'static Rule, &Case<'_>) -> bool) -> Result<Admission, Blocked> {
    for section in SECTIONS {
        match section.iter().find(|rule| holds(rule, case)).map(|rule| rule.then) {
            Some(Then::Refuse(blocked)) => return Err(blocked),
            Some(Then::Admit) => break,
            Some(Then::Pass) | None => {}
        }
    }
    Ok(Admission { pre_authorized: granted_by_admin(case) })
}

impl Rule {
    fn holds(&self, case: &Case<'_>) -> bool {
        self.conditions.iter().all(|holds| holds(case))
    }
}

fn inactive_user(case: &Case<'_>) -> bool {
    case.user.standing == Standing::InactiveUser
}

fn frozen_user(case: &Case<'_>) -> bool {
    case.user.standing == Standing::FrozenUser
}

fn inactive_org(case: &Case<'_>) -> bool {
    case.user.standing == Standing::InactiveOrg
}

fn a_visitor(case: &Case<'_>) -> bool {
    case.user.standing == Standing::Visitor
}

fn a_user(case: &Case<'_>) -> bool {
    !a_visitor(case)
}

fn guests_are_off(case: &Case<'_>) -> bool {
    !case.app.guests
}

fn suspended(case: &Case<'_>) -> bool {
    case.app.suspended
}

fn outside_login_hours(case: &Case<'_>) -> bool {
    case.user.limit == Some(Limit::Hours)
}

fn outside_login_ranges(case: &Case<'_>) -> bool {
    case.user.limit == Some(Limit::Address)
}

fn lacks_assurance(case: &Case<'_>) -> bool {
    case.user.limit == Some(Limit::SessionLevel)
}

/// The list covers the refresh and the exchange of the code that leads to it.
fn uses_refresh_tokens(case: &Case<'_>) -> bool {
    refreshing(case) || matches!(case.flow, Flow::WebServer | Flow::Hybrid) && case.endpoint == Endpoint::Token
}

fn address_not_allowed(case: &Case<'_>) -> bool {
    !case.app.address_allowed
}

fn names_no_app(case: &Case<'_>) -> bool {
    case.flow == Flow::SamlAssertion
}

fn in_a_browser(case: &Case<'_>) -> bool {
    case.endpoint == Endpoint::Authorize && case.flow.is_interactive()
}

fn login_as(case: &Case<'_>) -> bool {
    case.user.standing == Standing::LoginAs
}

fn no_password(case: &Case<'_>) -> bool {
    case.user.standing == Standing::NoPassword
}

fn api_only(case: &Case<'_>) -> bool {
    case.user.standing == Standing::ApiOnly
}

/// Pre-authorization needs policies, and an org has none for an app that is not installed.
fn granted_by_admin(case: &Case<'_>) -> bool {
    settled(case) && admin_approved_only(case) && case.user.assigned
}

fn not_granted_by_admin(case: &Case<'_>) -> bool {
    !granted_by_admin(case)
}

fn blocked(case: &Case<'_>) -> bool {
    case.app.blocked
}

/// Use Any API Client where it still opens everything.
fn waved_through(case: &Case<'_>) -> bool {
    holds_any_api_client(case) && case.org.any_api_client_passes_gate
}

fn not_waved_through(case: &Case<'_>) -> bool {
    !waved_through(case)
}

fn holds_any_api_client(case: &Case<'_>) -> bool {
    case.user.uses_any_api_client && case.org.api_access_control
}

fn external(case: &Case<'_>) -> bool {
    case.app.kind == AppKind::ExternalClientApp
}

fn kind_has_no_password_flow(case: &Case<'_>) -> bool {
    !case.app.kind.rules().username_password
}

fn kind_needs_install(case: &Case<'_>) -> bool {
    case.app.kind.rules().needs_install
}

fn by_password(case: &Case<'_>) -> bool {
    case.flow == Flow::UsernamePassword
}

fn local(case: &Case<'_>) -> bool {
    case.app.distribution == Some(Distribution::Local)
}

fn not_own(case: &Case<'_>) -> bool {
    case.app.presence != Presence::Own
}

fn settled(case: &Case<'_>) -> bool {
    case.app.presence.is_settled()
}

fn not_settled(case: &Case<'_>) -> bool {
    !settled(case)
}

fn disabled(case: &Case<'_>) -> bool {
    case.app.availability == Availability::Disabled
}

fn app_policy_missing(case: &Case<'_>) -> bool {
    case.app.availability == Availability::AppPolicyMissing
}

fn oauth_policy_missing(case: &Case<'_>) -> bool {
    case.app.availability == Availability::OauthPolicyMissing
}

fn api_access_control(case: &Case<'_>) -> bool {
    case.org.api_access_control
}

fn gate_is_off(case: &Case<'_>) -> bool {
    case.org.install_gate == InstallGate::Off
}

fn by_device(case: &Case<'_>) -> bool {
    case.flow == Flow::Device
}

fn device_ignores_permission(case: &Case<'_>) -> bool {
    !(case.org.device_flow_honours_approval_permission && case.user.approves_uninstalled_apps)
}

fn refreshing(case: &Case<'_>) -> bool {
    case.flow == Flow::RefreshToken
}

fn approved_by_device(case: &Case<'_>) -> bool {
    case.user.approval.is_some_and(|approval| approval.by_device)
}

fn headless(case: &Case<'_>) -> bool {
    case.flow == Flow::CodeCredentials
}

/// No consent step exists where no page shows.
fn headless_needs_grant(case: &Case<'_>) -> bool {
    case.org.headless_needs_pre_authorization
}

fn by_client_credentials(case: &Case<'_>) -> bool {
    case.flow == Flow::ClientCredentials
}

fn by_bearer_assertion(case: &Case<'_>) -> bool {
    matches!(case.flow, Flow::JwtBearer | Flow::SamlBearer)
}

fn by_token_exchange(case: &Case<'_>) -> bool {
    case.flow == Flow::TokenExchange
}

fn no_approval(case: &Case<'_>) -> bool {
    case.user.approval.is_none()
}

fn approves_uninstalled_apps(case: &Case<'_>) -> bool {
    case.user.approves_uninstalled_apps
}

/// A refresh continues an approval and is no new one, so the switch does not stop it.
fn approved_before(case: &Case<'_>) -> bool {
    case.user.approval.is_some() && (refreshing(case) || case.org.earlier_approval_passes_gate)
}

fn flow_is_off(case: &Case<'_>) -> bool {
    !case.app.flow_is_on
}

fn no_run_as(case: &Case<'_>) -> bool {
    !case.app.has_run_as
}

fn admin_approved_only(case: &Case<'_>) -> bool {
    case.app.permitted_users == PermittedUsers::AdminApproved
}

fn not_assigned(case: &Case<'_>) -> bool {
    !case.user.assigned
}

/// "Can access any external client app even if it is admin-approved."
fn not_any_client_on_external(case: &Case<'_>) -> bool {
    !(case.app.kind.rules().opens_to_any_api_client && holds_any_api_client(case))
}

fn policy_binds_actor(case: &Case<'_>) -> bool {
    !by_client_credentials(case) || case.org.permitted_users_bind_run_as
}

fn no_offline_approval(case: &Case<'_>) -> bool {
    !case.user.approval.is_some_and(|approval| approval.offline)
}
