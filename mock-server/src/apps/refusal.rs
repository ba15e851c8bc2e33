//! Why an app may not be used: the reasons, what Salesforce says about each, and what mends it.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Serialize;

use super::admission::Endpoint;
use super::fix::{APPS, EXTERNAL_APPS, Fix, PROFILES, Role, USAGE, USERS, grant_fix, permission_fix};
use super::{About, Explains, Flow};
use crate::org::{InstallGate, Switches};

/// Why [`admit`](super::admit) refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::enum_variant_names, reason = "an app that an admin blocked is one of many reasons why a user is")]
pub enum Blocked {
    InactiveUser,
    FrozenUser,
    InactiveOrg,
    LoginAs,
    NoPassword,
    ApiOnlyUser,
    /// By Salesforce, for a violation of the partner controls.
    AppSuspended,
    AppBlocked,
    ApiAccessControl,
    DeviceFlow,
    DeviceBornToken,
    NotInstalled,
    NoRunAsUser,
    PasswordFlowOnExternalApp,
    LocalToAnotherOrg,
    ExternalAppNotInstalled,
    ExternalAppDisabled,
    AppPolicyMissing,
    OauthPolicyMissing,
    FlowOff,
    /// The app is not enabled for guest users.
    GuestFlowOff,
    NotPreAuthorized,
    /// Outside the Login Hours of the user's profile.
    RestrictedTime,
    /// Outside the Login IP Ranges of the user's profile.
    RestrictedIp,
    /// Outside the app's Refresh Token IP Allowlist.
    AddressNotAllowed,
    SessionLevel,
    NotApproved,
}

/// Where a refusal shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Surface {
    /// The login form, with the text above it.
    LoginPage,
    /// The page "Insufficient Privileges"; the callback is not called.
    InsufficientPrivileges,
    /// `/setup/secur/RemoteAccessErrorPage.apexp` with the cause in its query; the callback is not called.
    ErrorPage,
    /// The error parameters on the app's callback, with `state`.
    Callback,
    /// A body at the authorize endpoint: headless flows have no page, and before the callback is trusted nobody is sent anywhere.
    AuthorizeBody,
    /// 400 with a JSON body at the token endpoint.
    Token,
    /// The body of another OAuth endpoint: revocation, introspection, registration, identity, headless flows.
    Oauth,
    /// The error of a data API, in the dialect of its family.
    Api,
    /// A page of Setup or of an install link.
    SetupPage,
}

/// What the client is told, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    pub surface: Surface,
    pub error: &'static str,
    pub error_description: &'static str,
}

const GATE: (&str, &str) = ("invalid_client", "app must be installed into org");
/// The text of the error page; "occured" is Salesforce's spelling.
pub const GENERIC_ERROR: (&str, &str) = ("OAUTH_APPROVAL_ERROR_GENERIC", "An unexpected error has occured during authentication. Please try again.");

impl Blocked {
    pub const ALL: [Self; 27] = [
        Self::InactiveUser,
        Self::FrozenUser,
        Self::InactiveOrg,
        Self::LoginAs,
        Self::NoPassword,
        Self::ApiOnlyUser,
        Self::AppSuspended,
        Self::AppBlocked,
        Self::ApiAccessControl,
        Self::DeviceFlow,
        Self::DeviceBornToken,
        Self::NotInstalled,
        Self::NoRunAsUser,
        Self::PasswordFlowOnExternalApp,
        Self::LocalToAnotherOrg,
        Self::ExternalAppNotInstalled,
        Self::ExternalAppDisabled,
        Self::AppPolicyMissing,
        Self::OauthPolicyMissing,
        Self::FlowOff,
        Self::GuestFlowOff,
        Self::NotPreAuthorized,
        Self::RestrictedTime,
        Self::RestrictedIp,
        Self::AddressNotAllowed,
        Self::SessionLevel,
        Self::NotApproved,
    ];

    /// The name of the rule that refused, as `/_mock/v1/refusals` shows it.
    pub fn rule(self) -> &'static str {
        match self {
            Self::InactiveUser => "login.inactive_user",
            Self::FrozenUser => "login.frozen_user",
            Self::InactiveOrg => "login.inactive_org",
            Self::LoginAs => "session.login_as",
            Self::NoPassword => "session.no_password",
            Self::ApiOnlyUser => "session.api_only_user",
            Self::AppSuspended => "gate.suspended",
            Self::AppBlocked => "gate.blocked",
            Self::ApiAccessControl => "gate.api_access_control",
            Self::DeviceFlow => "gate.device_flow",
            Self::DeviceBornToken => "gate.device_born_token",
            Self::NotInstalled => "gate.not_installed",
            Self::NoRunAsUser => "policy.no_run_as",
            Self::PasswordFlowOnExternalApp => "gate.password_flow_on_external_app",
            Self::LocalToAnotherOrg => "gate.local_to_another_org",
            Self::ExternalAppNotInstalled => "gate.external_app_not_installed",
            Self::ExternalAppDisabled => "gate.external_app_disabled",
            Self::AppPolicyMissing => "gate.app_policy_missing",
            Self::OauthPolicyMissing => "gate.oauth_policy_missing",
            Self::FlowOff => "policy.flow_off",
            Self::GuestFlowOff => "policy.guest_users_off",
            Self::NotPreAuthorized => "policy.not_pre_authorized",
            Self::RestrictedTime => "login.restricted_time",
            Self::RestrictedIp => "login.restricted_ip",
            Self::AddressNotAllowed => "policy.address_not_allowed",
            Self::SessionLevel => "policy.session_level",
            Self::NotApproved => "policy.not_approved",
        }
    }

    /// What the client is told at the endpoint where it asked.
    pub fn answer(self, flow: Flow, endpoint: Endpoint, org: &Switches) -> Answer {
        match endpoint {
            Endpoint::Authorize => self.at_authorize(flow, org),
            Endpoint::Token => {
                let (error, error_description) = self.token_answer(flow);
                Answer { surface: Surface::Token, error, error_description }
            }
        }
    }

    fn at_authorize(self, flow: Flow, org: &Switches) -> Answer {
        let (surface, (error, error_description)) = self.authorize_pair(flow, org);
        let surface = match flow {
            Flow::CodeCredentials => Surface::AuthorizeBody,
            // The device page has no callback to go back to.
            Flow::Device if surface == Surface::Callback => Surface::ErrorPage,
            _ => surface,
        };
        Answer { surface, error, error_description }
    }

    /// Place, code and text at the authorize endpoint.
    fn authorize_pair(self, flow: Flow, org: &Switches) -> (Surface, (&'static str, &'static str)) {
        use Surface::{Callback, ErrorPage, InsufficientPrivileges, LoginPage};
        match self {
            Self::InactiveUser | Self::FrozenUser => (LoginPage, ("inactive_user", "user is inactive")),
            Self::InactiveOrg => (LoginPage, ("inactive_org", "organization is inactive")),
            Self::LoginAs | Self::NoPassword => (
                InsufficientPrivileges,
                ("insufficient_privileges", "You do not have the level of access necessary to perform the operation you requested."),
            ),
            // GUESS: an API-only user was seen to get "a generic error"; its query was not recorded.
            Self::ApiOnlyUser => (ErrorPage, GENERIC_ERROR),
            Self::AppBlocked | Self::AppSuspended => (Callback, ("OAUTH_APP_BLOCKED", "this app is blocked by admin")),
            // Such a login is refused before any app is looked at; a session that came to be elsewhere is sent back to the login form.
            Self::RestrictedTime | Self::RestrictedIp | Self::AddressNotAllowed => (LoginPage, self.token_answer(flow)),
            Self::ApiAccessControl if org.api_access_control_says_blocked => Self::AppBlocked.authorize_pair(flow, org),
            Self::NotInstalled | Self::ApiAccessControl | Self::DeviceFlow | Self::DeviceBornToken => match org.install_gate {
                InstallGate::Callback => (Callback, GENERIC_ERROR),
                InstallGate::Page | InstallGate::Off => (ErrorPage, GATE),
            },
            // GUESS: it was seen, but not where; the callback is where the other refusals of these apps show.
            Self::LocalToAnotherOrg => {
                (Callback, ("OAUTH_AUTHORIZATION_BLOCKED", "Cross-org OAuth flows are not supported for this external client app"))
            }
            Self::ExternalAppNotInstalled => (Callback, ("OAUTH_EC_APP_NOT_FOUND", "External client app is not installed in this org")),
            Self::NotPreAuthorized if flow == Flow::CodeCredentials => (Callback, self.token_answer(flow)),
            Self::NotPreAuthorized => (Callback, ("OAUTH_APP_ACCESS_DENIED", "user is not admin approved to access this app")),
            Self::FlowOff if matches!(flow, Flow::UserAgent | Flow::Hybrid) => {
                (Callback, ("unsupported_response_type", "response type not supported"))
            }
            Self::ExternalAppDisabled
            | Self::AppPolicyMissing
            | Self::OauthPolicyMissing
            | Self::FlowOff
            | Self::GuestFlowOff
            | Self::NoRunAsUser
            | Self::PasswordFlowOnExternalApp
            | Self::SessionLevel
            | Self::NotApproved => (Callback, self.token_answer(flow)),
        }
    }

    /// Code and text at the token endpoint.
    pub fn token_answer(self, flow: Flow) -> (&'static str, &'static str) {
        match self {
            // The password flow tells nobody why a login failed.
            Self::InactiveUser | Self::FrozenUser | Self::InactiveOrg | Self::RestrictedTime | Self::RestrictedIp
                if flow == Flow::UsernamePassword =>
            {
                ("invalid_grant", "authentication failure")
            }
            Self::InactiveUser | Self::FrozenUser => ("invalid_grant", "inactive user"),
            Self::InactiveOrg => ("invalid_grant", "inactive organization"),
            Self::LoginAs | Self::NoPassword | Self::ApiOnlyUser => ("access_denied", "end-user denied authorization"),
            // GUESS: the code is on the server's list; that it stands for a suspension, and its text, are not recorded.
            Self::AppSuspended => ("fail_close_app_blocked", "this app is blocked"),
            Self::AppBlocked => ("app_blocked", "this app is blocked by admin"),
            // GUESS: the documented text names both causes; that of addresses alone was seen.
            Self::RestrictedTime => ("invalid_grant", "ip restricted or invalid login hours"),
            // GUESS for the allowlist, whose refusal nobody recorded.
            Self::RestrictedIp | Self::AddressNotAllowed => ("invalid_grant", "ip restricted"),
            // GUESS: the code is on the server's list, its text was not seen.
            Self::SessionLevel => ("invalid_session_level", "invalid session level"),
            // GUESS: the poll of a refused device was not recorded; the code is the documented one for a dead device code.
            Self::DeviceFlow => ("invalid_grant", GATE.1),
            // GUESS for the password flow and token exchange, and for a token born in the device flow: the pair was seen at the exchange of a code.
            Self::ApiAccessControl | Self::DeviceBornToken | Self::NotInstalled => GATE,
            Self::NoRunAsUser => ("invalid_grant", "no client credentials user enabled"),
            Self::PasswordFlowOnExternalApp => ("unsupported_grant_type", "grant type not supported"),
            Self::LocalToAnotherOrg => ("invalid_distribution_state", "Cross-org OAuth flows are not supported for this external client app"),
            Self::ExternalAppNotInstalled => ("app_not_found", "External client app is not installed in this org"),
            Self::ExternalAppDisabled => ("oauth_flow_disabled", "The external client app or the OAuth plugin is disabled."),
            // GUESS: both codes are on the server's list, their texts were not seen.
            Self::AppPolicyMissing => ("ecapp_policy_not_found", "external client app policy not found"),
            Self::OauthPolicyMissing => ("oauth_policy_not_found", "external client app OAuth policy not found"),
            Self::FlowOff => flow_off_pair(flow),
            Self::GuestFlowOff => ("invalid_request", "guest flow not enabled"),
            Self::NotPreAuthorized => ("invalid_app_access", "user is not admin approved to access this app"),
            Self::NotApproved => ("invalid_grant", "user hasn't approved this consumer"),
        }
    }

    /// `LoginHistory.Status` of an attempt that the install gate ended: Salesforce keeps no row, unless the org's switch has it keep one.
    pub fn gate_status(self, org: &Switches) -> Option<&'static str> {
        let by_gate = matches!(self, Self::NotInstalled | Self::DeviceFlow | Self::DeviceBornToken | Self::ExternalAppNotInstalled);
        (by_gate && org.gate_refusal_in_login_history).then_some("Package for this consumer is not installed in your organization")
    }

    /// `LoginHistory.Status` of an attempt that this ended; `None` where Salesforce keeps no row.
    pub fn login_status(self) -> Option<&'static str> {
        match self {
            Self::InactiveUser => Some("User is inactive"),
            Self::FrozenUser => Some("User is frozen"),
            Self::InactiveOrg => Some("Organization is inactive"),
            Self::RestrictedTime => Some("Restricted time"),
            Self::RestrictedIp => Some("Restricted IP"),
            Self::AddressNotAllowed => Some("Failed: IP Address Not Allowed"),
            _ => None,
        }
    }

    /// The cause in a sentence, for people.
    pub fn reason(self) -> &'static str {
        match self {
            Self::InactiveUser => "The user is deactivated.",
            Self::FrozenUser => "The user is frozen.",
            Self::InactiveOrg => "The org is locked or closed.",
            Self::LoginAs => "This is a Login-As session, and the app is not granted to the user by an admin.",
            Self::NoPassword => "The user never set a password.",
            Self::ApiOnlyUser => "The user is API-only and cannot finish a flow in a browser.",
            Self::AppSuspended => "Salesforce suspended the app, because it lacks a security control that partner apps must have since May 2026.",
            Self::AppBlocked => "An admin of the org blocked the app.",
            Self::ApiAccessControl => "API Access Control is on, the app is not installed, and the user has no exemption that still counts.",
            Self::DeviceFlow => "The device flow of an app that is not installed is refused for everybody, earlier approvals and permissions or not.",
            Self::DeviceBornToken => "The token was born in the device flow, and the app is not installed.",
            Self::NotInstalled => {
                "The app is not installed in the org, and the user neither holds Approve Uninstalled Connected Apps nor approved it before."
            }
            Self::NoRunAsUser => "Client credentials need a Run As user, and the org has set none for the app.",
            Self::PasswordFlowOnExternalApp => "External client apps have no username-password flow.",
            Self::LocalToAnotherOrg => "The external client app has the distribution state Local and belongs to another org.",
            Self::ExternalAppNotInstalled => {
                "The external client app is packaged, and its package is not installed in the org. No permission replaces that."
            }
            Self::ExternalAppDisabled => "The external client app, or its OAuth plugin, is disabled in the org.",
            Self::AppPolicyMissing => "The org has no app policies for the external client app.",
            Self::OauthPolicyMissing => "The org has no OAuth policies for the external client app.",
            Self::FlowOff => "The app or the org has the flow switched off.",
            Self::GuestFlowOff => "The org does not let visitors of its sites use the app.",
            Self::NotPreAuthorized => {
                "Only users whom an admin approved may use the app, and neither the user's profile nor a permission set is granted it."
            }
            Self::RestrictedTime => "It is outside the Login Hours of the user's profile.",
            Self::RestrictedIp => {
                "The address is outside the Login IP Ranges of the user's profile, and the app's IP Relaxation does not lift them here."
            }
            Self::AddressNotAllowed => "The address is not on the app's Refresh Token IP Allowlist.",
            Self::SessionLevel => "The app demands a high assurance session.",
            Self::NotApproved => "The user has no live approval of the app that includes refresh_token, and no admin pre-authorized the user.",
        }
    }

    /// The ways out, the usual one first.
    pub fn fix(self, about: About<'_>) -> Vec<Fix> {
        let app = about.name();
        match self {
            Self::InactiveUser => vec![Fix::admin("Setup > Users > Users > Edit > tick Active > Save", USERS)],
            Self::FrozenUser => vec![Fix::admin("Setup > Users > Users > the user > Unfreeze", USERS)],
            Self::InactiveOrg => vec![Fix::new(Role::Admin, "Ask Salesforce Support to unlock the org", "/")],
            Self::LoginAs => vec![Fix::new(Role::User, "Log out and log in with the user's own password", "/secur/logout.jsp"), grant_fix()],
            Self::NoPassword => vec![Fix::admin("Setup > Users > Users > tick the user > Reset Password(s)", USERS)],
            Self::ApiOnlyUser => {
                vec![Fix::developer("Use the JWT bearer or the client credentials flow for this user", "/lightning/setup/NavigationMenus/home")]
            }
            Self::AppBlocked => vec![Fix::admin(format!("Setup > Apps > Connected Apps OAuth Usage > {app} > Unblock"), USAGE)],
            Self::NotInstalled => [about.install(), vec![permission_fix()]].concat(),
            Self::ApiAccessControl | Self::DeviceFlow | Self::DeviceBornToken | Self::ExternalAppNotInstalled => about.install(),
            Self::NoRunAsUser => {
                [about.install(), vec![Fix::admin(format!("Setup > Apps > {app} > Edit Policies > Enable Client Credentials Flow > Run As"), APPS)]]
                    .concat()
            }
            Self::PasswordFlowOnExternalApp => vec![Fix::developer("Use the web server flow with PKCE", EXTERNAL_APPS)],
            Self::LocalToAnotherOrg => vec![Fix::developer(
                format!("External Client App Manager > {app} > Edit Settings > Distribution State: Packaged, then package it and have it installed"),
                EXTERNAL_APPS,
            )],
            Self::ExternalAppDisabled | Self::AppPolicyMissing | Self::OauthPolicyMissing => vec![Fix::admin(
                format!("Setup > Apps > External Client Apps > External Client App Manager > {app} > Edit Policies > enable the app and OAuth"),
                EXTERNAL_APPS,
            )],
            Self::FlowOff => vec![
                Fix::developer(format!("App settings > {app} > Flow Enablement > tick the flow"), EXTERNAL_APPS),
                Fix::admin("Setup > Identity > OAuth and OpenID Connect Settings > allow the flow", "/lightning/setup/OauthOidcSettings/home"),
            ],
            Self::GuestFlowOff => {
                vec![Fix::admin(format!("Setup > Apps > {app} > Edit Policies > tick Enable Code and Credentials Flow for Guest Users > Save"), APPS)]
            }
            Self::NotPreAuthorized => vec![grant_fix()],
            Self::AppSuspended => {
                vec![Fix::developer(
                    "App settings > switch on PKCE, rotation, the idle limit and the IP allowlist, then ask Salesforce to lift the suspension",
                    APPS,
                )]
            }
            Self::RestrictedTime => vec![Fix::admin("Setup > Users > Profiles > the user's profile > Login Hours", PROFILES)],
            Self::RestrictedIp => vec![
                Fix::admin("Setup > Users > Profiles > the user's profile > Login IP Ranges", PROFILES),
                Fix::admin(format!("Setup > Apps > {app} > Edit Policies > IP Relaxation"), APPS),
            ],
            Self::AddressNotAllowed => {
                vec![Fix::developer(format!("App settings > {app} > Security > Refresh Token IP Allowlist > Add"), EXTERNAL_APPS)]
            }
            Self::SessionLevel => vec![
                Fix::new(Role::User, "Log in with a second factor", "/login"),
                Fix::admin(format!("Setup > Apps > {app} > Edit Policies > High assurance session required"), APPS),
            ],
            Self::NotApproved => vec![
                Fix::new(Role::User, "Authorize the app once in a browser with the scope refresh_token", "/services/oauth2/authorize"),
                grant_fix(),
            ],
        }
    }
}

/// What admission said, and what the client was told of it.
#[derive(Debug, Clone, Copy)]
pub struct BlockedThere {
    pub blocked: Blocked,
    pub flow: Flow,
    pub answer: Answer,
}

impl Explains for BlockedThere {
    fn rule(&self) -> &'static str {
        self.blocked.rule()
    }

    fn reason(&self) -> Cow<'static, str> {
        self.blocked.reason().into()
    }

    fn told(&self) -> (Cow<'static, str>, Cow<'static, str>) {
        (self.answer.error.into(), self.answer.error_description.into())
    }

    fn flow(&self) -> Option<Flow> {
        Some(self.flow)
    }

    fn fix(&self, about: About<'_>) -> Vec<Fix> {
        self.blocked.fix(about)
    }
}

/// GUESS where no text was seen: only the client credentials and password answers were.
fn flow_off_pair(flow: Flow) -> (&'static str, &'static str) {
    match flow {
        Flow::ClientCredentials => ("invalid_grant", "client credentials flow not enabled"),
        Flow::UsernamePassword => ("invalid_grant", "authentication failure"),
        Flow::Hybrid => ("unsupported_grant_type", "grant type not supported"),
        _ => ("oauth_flow_disabled", "this flow is disabled for this app"),
    }
}
