//! Settings of an org between their files and what holds. Sources: `packaging-and-cli.md` 6.7, `gate-and-policies.md` 2.6, 2.8 and 2.9.

use serde_json::{Map, Value, json};

use super::external_app::flag;
use super::operation::Failure;
use super::source::{Source, misplaced};
use crate::org::{IpRange, Org, Policies, Switches};

/// The settings that can be deployed and retrieved, by their full names. Files have the root `<name>Settings`.
pub const SETTINGS: [&str; 4] = ["ConnectedApp", "ExternalClientApp", "OauthOidc", "Security"];

/// A member that switches something of the org.
struct Switch {
    settings: &'static str,
    member: &'static str,
    /// The member says the opposite of the switch.
    inverse: bool,
    get: fn(&Switches) -> bool,
    place: fn(&mut Policies) -> &mut Option<bool>,
}

macro_rules! switch {
    ($settings:literal, $member:literal, $name:ident) => {
        switch!($settings, $member, $name, false)
    };
    ($settings:literal, $member:literal, $name:ident, $inverse:literal) => {
        Switch { settings: $settings, member: $member, inverse: $inverse, get: |switches| switches.$name, place: |policies| &mut policies.$name }
    };
}

const SWITCHES: &[Switch] = &[
    switch!("ConnectedApp", "enableAdminApprovedAppsOnly", api_access_control),
    switch!("ExternalClientApp", "enableConsumerSecretApiAccess", eca_secrets_by_metadata_api),
    switch!("ExternalClientApp", "enableClientSecretInRestApiAccess", eca_secrets_by_rest_api),
    switch!("ExternalClientApp", "enablePackageEcaOauthFromDevOrg", package_oauth_from_dev_org),
    switch!("OauthOidc", "blockOAuthUnPwFlow", allow_username_password_flow, true),
    switch!("OauthOidc", "blockOAuthUsrAgtFlow", allow_user_agent_flow, true),
    switch!("OauthOidc", "oAuthCdCrdtFlowEnable", allow_code_and_credentials_flow),
    switch!("OauthOidc", "isPkceRequired", require_pkce),
    switch!("Security", "enableAdminLoginAsAnyUser", admins_log_in_as_any_user),
];

/// Members that switch nothing here: they are kept as they come. Of `SecuritySettings` all others are.
const KEPT: [(&str, &str); 2] = [("ConnectedApp", "enableAdminApprovedAppsOnlyForExternalUser"), ("ExternalClientApp", "enableExternalClientApps")];

const ATTEMPTS: [(u32, &str); 4] = [(0, "NoLimit"), (3, "ThreeAttempts"), (5, "FiveAttempts"), (10, "TenAttempts")];
/// Minutes.
const LOCKOUTS: [(u32, &str); 4] = [(0, "Forever"), (15, "FifteenMinutes"), (30, "ThirtyMinutes"), (60, "SixtyMinutes")];
/// Minutes.
const TIMEOUTS: [(u32, &str); 8] = [
    (15, "FifteenMinutes"),
    (30, "ThirtyMinutes"),
    (60, "SixtyMinutes"),
    (120, "TwoHours"),
    (240, "FourHours"),
    (480, "EightHours"),
    (720, "TwelveHours"),
    (1440, "TwentyFourHours"),
];

/// Puts what a file says into the org; what it leaves out stays.
///
/// # Errors
/// Settings that are not deployed here, a member that they do not have, or a text that is none of its values.
pub fn put_settings(name: &str, source: &Source, org: &mut Org) -> Result<(), Failure> {
    if !SETTINGS.contains(&name) {
        return Err(Failure::new("Not available for deploy for this organization"));
    }
    for member in source.members.keys().filter(|member| *member != "fullName") {
        let known = SWITCHES.iter().any(|switch| switch.settings == name && switch.member == member) || KEPT.contains(&(name, member.as_str()));
        if !known && name != "Security" {
            return Err(Failure::new(misplaced(member, &format!("{name}Settings"))));
        }
    }
    for switch in SWITCHES.iter().filter(|switch| switch.settings == name) {
        let Some(text) = source.text(switch.member) else { continue };
        let on = source.flag(switch.member).ok_or_else(|| Failure::new(format!("'{text}' is not a valid value for the type xsd:boolean")))?;
        *(switch.place)(&mut org.policies) = Some(on != switch.inverse);
    }
    if name == "Security" { put_security(source, org) } else { Ok(()) }
}

fn put_security(source: &Source, org: &mut Org) -> Result<(), Failure> {
    let inner = |member: &str, name: &str| source.members.get(member).and_then(|value| value.get(name)?.as_str()).map(|text| text.trim().to_owned());
    if let Some(text) = inner("passwordPolicies", "maxLoginAttempts") {
        org.policies.login_attempts = Some(one_of(&ATTEMPTS, &text, "MaxLoginAttempts")?);
    }
    if let Some(text) = inner("passwordPolicies", "lockoutInterval") {
        org.policies.lockout_minutes = Some(one_of(&LOCKOUTS, &text, "LockoutInterval")?);
    }
    if let Some(text) = inner("sessionSettings", "sessionTimeout") {
        org.session_timeout = 60 * one_of(&TIMEOUTS, &text, "SessionTimeout")?;
    }
    if let Some(access) = source.members.get("networkAccess") {
        let ranges = access.get("ipRanges").map(|ranges| ranges.as_array().map_or(std::slice::from_ref(ranges), Vec::as_slice)).unwrap_or_default();
        org.trusted_ip_ranges = ranges.iter().map(ip_range).collect::<Result<_, _>>()?;
    }
    Ok(())
}

fn ip_range(range: &Value) -> Result<IpRange, Failure> {
    let address = |member: &str| {
        let text = range[member].as_str().unwrap_or_default().trim();
        text.parse().map_err(|_| Failure::new(format!("'{text}' is not a valid IP address")))
    };
    Ok(IpRange { start: address("start")?, end: address("end")? })
}

fn one_of(values: &[(u32, &str)], text: &str, of: &str) -> Result<u32, Failure> {
    let known = values.iter().find(|(_, name)| *name == text);
    known.map(|(value, _)| *value).ok_or_else(|| Failure::new(format!("'{text}' is not a valid value for the enum '{of}'")))
}

/// The members of the file, over those that were kept of it.
pub fn settings_members(name: &str, org: &Org, kept: &Map<String, Value>) -> Map<String, Value> {
    let mut members = kept.clone();
    let switches = org.switches();
    for switch in SWITCHES.iter().filter(|switch| switch.settings == name) {
        members.insert(switch.member.to_owned(), flag((switch.get)(&switches) != switch.inverse));
    }
    if name == "ExternalClientApp" {
        members.entry("enableExternalClientApps").or_insert_with(|| flag(true));
    }
    if name == "Security" {
        let ranges: Vec<Value> =
            org.trusted_ip_ranges.iter().map(|range| json!({ "end": range.end.to_string(), "start": range.start.to_string() })).collect();
        let of =
            |values: &[(u32, &str)], value: u32| values.iter().find(|(known, _)| *known == value).map(|(_, name)| json!(name)).unwrap_or_default();
        put_in(&mut members, "networkAccess", "ipRanges", json!(ranges));
        put_in(&mut members, "passwordPolicies", "lockoutInterval", of(&LOCKOUTS, switches.lockout_minutes));
        put_in(&mut members, "passwordPolicies", "maxLoginAttempts", of(&ATTEMPTS, switches.login_attempts));
        put_in(&mut members, "sessionSettings", "sessionTimeout", of(&TIMEOUTS, org.session_timeout / 60));
    }
    members
}

fn put_in(members: &mut Map<String, Value>, part: &str, name: &str, value: Value) {
    let part = members.entry(part).or_insert_with(|| json!({}));
    if let Value::Object(part) = part {
        part.insert(name.to_owned(), value);
        part.sort_keys();
    }
}
