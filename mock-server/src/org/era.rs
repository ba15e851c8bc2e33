//! Eras: which year's rules an org lives under, as one table of switches.
//!
//! An org stores its era and the switches set by hand ([`Policies`]); [`Switches::of`] fills in the rest from the table.
//! Nothing else in the program asks for an era: rules read switches.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A named set of Salesforce rules. Dates and evidence: Salesforce help 005132365, 005228838, 005228017 and the 2026 partner notices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
pub enum Era {
    /// Before 28 August 2025: no install gate.
    #[serde(rename = "summer-25")]
    Summer25,
    /// From September 2025: an app must be installed unless the user is exempt.
    #[serde(rename = "winter-26")]
    Winter26,
    /// From 8 December 2025: Use Any API Client no longer passes the gate.
    #[serde(rename = "dec-25")]
    Dec25,
    /// From early 2026: denied attempts are counted, connected apps can no longer be created.
    #[serde(rename = "spring-26")]
    Spring26,
    /// From 11 May 2026: the partner controls exist.
    #[default]
    #[serde(rename = "may-26")]
    May26,
    /// From July 2026: the partner controls are locked on new apps.
    #[serde(rename = "jul-26")]
    Jul26,
}

impl Era {
    pub const ALL: [Self; 6] = [Self::Summer25, Self::Winter26, Self::Dec25, Self::Spring26, Self::May26, Self::Jul26];

    pub fn name(self) -> &'static str {
        match self {
            Self::Summer25 => "summer-25",
            Self::Winter26 => "winter-26",
            Self::Dec25 => "dec-25",
            Self::Spring26 => "spring-26",
            Self::May26 => "may-26",
            Self::Jul26 => "jul-26",
        }
    }
}

impl fmt::Display for Era {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Era {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|era| era.name() == text).ok_or(())
    }
}

/// What the install gate does with a user who may not pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum InstallGate {
    /// Refuses on Salesforce's own error page; the app's callback is never called.
    Page,
    /// Refuses on the callback, as `error=OAUTH_APPROVAL_ERROR_GENERIC`.
    Callback,
    /// Lets any user use any app.
    Off,
}

/// How the missing code challenge of an app that requires PKCE is answered. Both were seen on real orgs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// A body at the authorize address, without a redirect.
    Raw,
    /// The error parameters on the callback.
    Callback,
}

/// Defines [`Policies`] (what is set by hand), [`Switches`] (what holds) and the table between them.
macro_rules! switches {
    ($($(#[doc = $doc:literal])+ $name:ident: $kind:ty = $values:expr;)+) => {
        /// The switches set by hand in one org; the era supplies the rest.
        #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct Policies {
            $($(#[doc = $doc])+ #[serde(default, skip_serializing_if = "Option::is_none")] pub $name: Option<$kind>,)+
        }

        /// The switches that hold in one org: its era's, with those set by hand on top.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
        pub struct Switches {
            $($(#[doc = $doc])+ pub $name: $kind,)+
        }

        impl Switches {
            pub fn of(era: Era, set: &Policies) -> Self {
                let column = era as usize;
                Self { $($name: set.$name.unwrap_or({ let row: [$kind; 6] = $values; row[column] }),)+ }
            }
        }

        impl Policies {
            /// Lays `change` over these switches: what it names is set, the rest stays.
            pub fn change(&mut self, change: Self) {
                $(if change.$name.is_some() { self.$name = change.$name; })+
            }
        }
    };
}

const ALWAYS: [bool; 6] = [true; 6];
const NEVER: [bool; 6] = [false; 6];

// Columns: summer-25, winter-26, dec-25, spring-26, may-26, jul-26.
switches! {
    /// What happens to a user who authorizes an app that is not installed.
    install_gate: InstallGate = [InstallGate::Off, InstallGate::Page, InstallGate::Page, InstallGate::Page, InstallGate::Page, InstallGate::Page];
    /// Use Any API Client also passes the install gate and the block of an app.
    any_api_client_passes_gate: bool = [true, true, false, false, false, false];
    /// A user who approved an app before may authorize it again although it is not installed.
    earlier_approval_passes_gate: bool = ALWAYS;
    /// Approve Uninstalled Connected Apps also helps in the device flow. GUESS: the article says "all"; nobody reports an admin getting through.
    device_flow_honours_approval_permission: bool = NEVER;
    /// A device whose user the gate turned away is told `access_denied` at its next poll, instead of waiting until its code expires. GUESS: neither was recorded.
    device_refusal_denies_poll: bool = NEVER;
    /// The device page warns before a device is connected.
    device_security_alert: bool = [false, false, false, true, true, true];
    /// Attempts that the gate refuses make the app known to the org and are counted on the usage page.
    count_denied_attempts: bool = [false, false, false, true, true, true];
    /// Connected apps can be created in Setup and by the Metadata API.
    allow_connected_app_creation: bool = [true, true, true, false, false, false];
    /// External Client App Settings has the box that allows creating connected apps.
    connected_app_creation_is_a_setting: bool = [false, true, true, false, false, false];
    /// PKCE, rotation and the idle limit are on and locked for apps created from July 2026 on.
    lock_controls_of_new_apps: bool = [false, false, false, false, false, true];
    /// A fresh external client app admits only users it is granted to. GUESS: sources disagree; screens of 2026 show it open.
    eca_closed_by_default: bool = NEVER;
    /// API access is limited to apps that an admin approved.
    api_access_control: bool = NEVER;
    /// API Access Control refuses with the words of a blocked app instead of those of the install gate. GUESS: neither was recorded.
    api_access_control_says_blocked: bool = NEVER;
    /// Permitted Users also binds the Run As user of client credentials. GUESS: the help says no, live errors say yes.
    permitted_users_bind_run_as: bool = ALWAYS;
    /// Every login in a browser needs a second factor: the code of an authenticator app, or one that is e-mailed.
    require_mfa: bool = NEVER;
    /// A login from a browser that the user never activated, and from no trusted address, needs a code that is e-mailed.
    activate_devices: bool = NEVER;
    /// Wrong passwords in a row that lock a user out; 0 is no limit.
    login_attempts: u32 = [10; 6];
    /// Minutes for which a user is locked out; 0 is until an admin unlocks the user.
    lockout_minutes: u32 = [15; 6];
    /// All of a user's sessions end when an admin resets the user's password.
    reset_ends_sessions: bool = NEVER;
    /// Administrators can log in as any user. GUESS: off in fresh orgs of Salesforce; here tests need it more often than not.
    admins_log_in_as_any_user: bool = ALWAYS;
    /// OAuth username-password is allowed. Off in orgs made since Summer '23.
    allow_username_password_flow: bool = NEVER;
    /// The user-agent and hybrid token flows are allowed.
    allow_user_agent_flow: bool = ALWAYS;
    /// Authorization Code and Credentials is allowed.
    allow_code_and_credentials_flow: bool = NEVER;
    /// A user who logs in without a page must be pre-authorized for the app by an admin.
    headless_needs_pre_authorization: bool = ALWAYS;
    /// SOAP `login()` is allowed.
    allow_soap_login: bool = ALWAYS;
    /// Calls to the APIs that the org may make in 24 hours; 0 is what its edition allows.
    daily_api_requests: u64 = [0; 6];
    /// Every app must send a PKCE challenge, whatever its own setting.
    require_pkce: bool = NEVER;
    /// Where the missing code challenge shows.
    missing_code_challenge: Delivery = [Delivery::Raw; 6];
    /// Discovery names `code_challenge_methods_supported`, as since September 2026.
    announce_pkce: bool = ALWAYS;
    /// Every app's refresh tokens rotate, whatever its own setting.
    rotate_refresh_tokens: bool = NEVER;
    /// Seconds until an app that was made or edited is known to the OAuth endpoints. Salesforce needs minutes; here it is known at once.
    app_propagation_seconds: u32 = [0; 6];
    /// Client credentials need a scope that is left when those that need a user are dropped; before, `full` alone would do.
    client_credentials_need_a_scope: bool = [false, true, true, true, true, true];
    /// Client credentials may ask for some of the app's scopes. GUESS: a recording says the parameter is not supported.
    client_credentials_accept_scope: bool = NEVER;
    /// JWT bearer for an external client app is refused at the test host and with it as the audience.
    external_apps_refuse_test_host: bool = [false, false, false, false, true, true];
    /// A REST call that lacks a scope is told which scopes the endpoint takes, also where the token opens no REST endpoint at all. GUESS: both bodies were seen.
    scope_refusal_names_scopes: bool = NEVER;
    /// A refusal of the install gate leaves a row in the login history. GUESS: the status exists for such cases, and no row was seen.
    gate_refusal_in_login_history: bool = NEVER;
    /// A sixth approval displaces the oldest instead of the one left alone the longest. Two pages of the help say one each.
    sixth_approval_displaces_oldest: bool = NEVER;
    /// OAuth and identity requests by plain http are refused. Salesforce serves https alone; this server is asked by plain http more often than not.
    require_https: bool = NEVER;
    /// Migrate to External Client App hands the consumer key, the secret and the tokens over. GUESS: sources disagree; Salesforce's Mobile SDK is told of a new key.
    migration_keeps_consumer_key: bool = NEVER;
    /// Consumer secrets of external client apps can be read and rotated over the REST API.
    eca_secrets_by_rest_api: bool = NEVER;
    /// Consumer secrets of external client apps are retrieved by the Metadata API with their global settings.
    eca_secrets_by_metadata_api: bool = NEVER;
    /// A Dev Hub to which the org's namespace is linked may package the OAuth settings of the org's external client apps.
    package_oauth_from_dev_org: bool = NEVER;
    /// Redeeming an authorization code twice ends the tokens of the first redemption.
    revoke_on_code_replay: bool = NEVER;
    /// Seconds by the virtual clock from the end of a bulk job's upload (or the arrival of a batch) to its end: half of them it is queued, half in progress. 0: as fast as it goes.
    bulk_job_seconds: u32 = [0; 6];
    /// Seconds by the virtual clock that a deployment or retrieval of metadata takes: half of them it is pending, half in progress. 0: it is over at once.
    metadata_job_seconds: u32 = [0; 6];
    /// Seconds by the virtual clock from the request of a second-generation package version to its end. 0: at once.
    package_build_seconds: u32 = [0; 6];
    /// Seconds by the virtual clock that the installation of a package takes when a client asks for it, and its uninstallation. 0: at once.
    package_install_seconds: u32 = [0; 6];
    /// Seconds by the virtual clock that the copy of an org into a sandbox takes. 0: it is there at once.
    sandbox_copy_seconds: u32 = [0; 6];
    /// Source tracking is enabled in Developer and Developer Pro sandboxes; a sandbox has it when it is made after this was set in production.
    track_sandbox_source: bool = NEVER;
    /// Seconds by the virtual clock from the request of a scratch org to the org. 0: it is there at once.
    scratch_org_seconds: u32 = [0; 6];
    /// Scratch orgs that a Dev Hub may have at once; 0 is what its edition allows.
    active_scratch_orgs: u32 = [0; 6];
    /// Scratch orgs that a Dev Hub may make in 24 hours; 0 is what its edition allows.
    daily_scratch_orgs: u32 = [0; 6];
    /// Dev Hubs of other orgs may make scratch orgs after the shape of this org. GUESS: any of them; in Setup, Org Shape, they are listed one by one.
    share_org_shape: bool = NEVER;
    /// Developer sandboxes that a production org may have; 0 is what its edition allows, and so for the other licences.
    developer_sandboxes: u32 = [0; 6];
    /// Developer Pro sandboxes that a production org may have.
    developer_pro_sandboxes: u32 = [0; 6];
    /// Partial Copy sandboxes that a production org may have.
    partial_sandboxes: u32 = [0; 6];
    /// Full sandboxes that a production org may have.
    full_sandboxes: u32 = [0; 6];
    /// Dev Hub is enabled in an org that is none by its kind.
    enable_dev_hub: bool = NEVER;
    /// Unlocked Packages and Second-Generation Managed Packages are enabled in a Dev Hub.
    enable_second_generation_packaging: bool = ALWAYS;
    /// Changing the My Domain ends all sessions and refresh tokens of the org. GUESS: off, clients learn the new address from their next refresh.
    my_domain_change_ends_tokens: bool = ALWAYS;
    /// Browsers that ask for a My Domain which the org had before are sent to the one it has.
    redirect_former_domains: bool = ALWAYS;
    /// Seconds that a device waits between polls. At a login host the switch of the org that owns the app counts.
    device_poll_seconds: u32 = [5; 6];
    /// Characters that access tokens have at least; 0 is as many as they have by themselves.
    access_token_length: u32 = [0; 6];
    /// Rows that a page of a query has at most, whatever size is asked for; with it locators no longer show the row they go on at. 0 is as asked.
    query_page_rows: u32 = [0; 6];
    /// Rows that a page of the results of a Bulk API 2.0 query has at most, whatever `maxRecords` says; 0 is as asked.
    bulk_result_rows: u32 = [0; 6];
    /// Two refreshes of one rotating token at once end the grant instead of answering the lock error.
    concurrent_refresh_revokes: bool = NEVER;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_switch_set_by_hand_wins_over_the_era() {
        let set = Policies { install_gate: Some(InstallGate::Callback), ..Policies::default() };
        assert_eq!(Switches::of(Era::Summer25, &set).install_gate, InstallGate::Callback);
        assert_eq!(Switches::of(Era::Summer25, &Policies::default()).install_gate, InstallGate::Off);
        assert_eq!(Switches::of(Era::default(), &Policies::default()).install_gate, InstallGate::Page);
    }

    #[test]
    fn an_era_reads_back_from_its_name() {
        for era in Era::ALL {
            assert_eq!(era.name().parse(), Ok(era));
            assert_eq!(serde_json::to_value(era).ok(), Some(era.name().into()));
        }
    }
}
