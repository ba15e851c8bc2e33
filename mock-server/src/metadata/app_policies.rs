//! What an org decided about an app, as the files of its policies have it. Source: `packaging-and-cli.md` 6.4, 6.5 and 6.7.

use serde_json::{Map, Value, json};

use super::external_app::{flag, some};
use super::oauth_details::{details_members, put_details};
use super::operation::Failure;
use super::source::Source;
use crate::apps::{Availability, IDLE_LIMIT, IpRelaxation, OrgApp, PeriodUnit, PermittedUsers, RefreshTokenPolicy, SessionPolicy, StartPage};

/// Puts what the plugins' policies say into the row: without its OAuth plugin an app is as good as switched off.
pub fn put_plugin_policies(source: &Source, row: &mut OrgApp) {
    let on = |member: &str| source.flag(member).unwrap_or(true);
    row.availability = if on("isEnabled") && on("isOauthPluginEnabled") { Availability::Enabled } else { Availability::Disabled };
}

/// The members of a file of plugins' policies, over those that were kept of it.
pub fn plugin_policies_members(row: &OrgApp, own_name: &str, app: &str, kept: &Map<String, Value>) -> Map<String, Value> {
    let mut members = kept.clone();
    members.insert("externalClientApplication".to_owned(), json!(app));
    let works = row.availability != Availability::Disabled;
    // Which of the two is off is known from the file alone.
    let as_kept = ["isEnabled", "isOauthPluginEnabled"].iter().any(|member| kept.get(*member).is_some_and(|value| value == "false"));
    if works || !as_kept {
        members.insert("isEnabled".to_owned(), flag(works));
        members.insert("isOauthPluginEnabled".to_owned(), flag(true));
    }
    members.entry("label").or_insert(json!(own_name));
    members
}

/// Values of files for what rows know, each once.
const IP_RELAXATION: [(IpRelaxation, &str, &str); 4] = [
    (IpRelaxation::Enforce, "Enforce", "ENFORCE"),
    (IpRelaxation::Relax, "Bypass", "BYPASS"),
    (IpRelaxation::RelaxForActivatedDevices, "Bypass_2factor", "BYPASS_2FACTOR"),
    (IpRelaxation::RelaxForRefreshTokens, "Enforce_RelaxRefresh", "ENFORCE_RELAXREFRESH"),
];

const UNITS: [(PeriodUnit, &str); 3] = [(PeriodUnit::Hours, "Hours"), (PeriodUnit::Days, "Days"), (PeriodUnit::Months, "Months")];

/// Puts what OAuth policies say into the row; what they leave out goes back to its default.
///
/// # Errors
/// A lifetime without its period. Names of users, profiles and permission sets are not looked up here.
pub fn put_oauth_policies(source: &Source, row: &mut OrgApp) -> Result<(), Failure> {
    let is = |member: &str, value: &str| source.text(member) == Some(value);
    row.refresh_token_policy = refresh_token_policy(source)?;
    row.permitted_users =
        if is("permittedUsersPolicyType", "AdminApprovedPreAuthorized") { PermittedUsers::AdminApproved } else { PermittedUsers::AllUsers };
    row.permission_sets = listed(source, "commaSeparatedPermissionSet");
    row.profiles = listed(source, "commaSeparatedProfile");
    row.ip_relaxation =
        IP_RELAXATION.into_iter().find(|(_, name, _)| is("ipRelaxationPolicyType", name)).map_or(IpRelaxation::Enforce, |known| known.0);
    row.session_policy = match (is("requiredSessionLevel", "HIGH_ASSURANCE"), is("policyAction", "Block")) {
        (false, _) => SessionPolicy::None,
        (true, true) => SessionPolicy::Block,
        (true, false) => SessionPolicy::RaiseSessionLevel,
    };
    row.session_timeout = source.text("sessionTimeoutInMinutes").and_then(|minutes| minutes.parse::<u32>().ok()).map(|minutes| minutes * 60);
    row.guest_users = source.flag("isGuestCodeCredFlowEnabled").unwrap_or(false);
    row.start_url = source.text("startUrl").map(str::to_owned);
    row.custom_start_url = None;
    row.start_page = if row.start_url.is_some() { StartPage::Oauth } else { StartPage::None };
    put_details(source, row);
    let acts = source.flag("isClientCredentialsFlowEnabled").unwrap_or(false);
    row.run_as = source.text("clientCredentialsFlowUser").filter(|_| acts).map(str::to_owned);
    Ok(())
}

fn refresh_token_policy(source: &Source) -> Result<RefreshTokenPolicy, Failure> {
    let kind = match source.text("refreshTokenPolicyType") {
        None => return Ok(IDLE_LIMIT),
        Some("Infinite") => return Ok(RefreshTokenPolicy::UntilRevoked),
        Some("Zero") => return Ok(RefreshTokenPolicy::ImmediatelyExpire),
        Some(kind) => kind,
    };
    let missing = |member: &str| Failure::new(format!("Required field is missing: {member}"));
    let amount = source.text("refreshTokenValidityPeriod").and_then(|text| text.parse::<u32>().ok());
    let amount = amount.filter(|amount| *amount > 0).ok_or_else(|| missing("refreshTokenValidityPeriod"))?;
    let unit = source.text("refreshTokenValidityUnit").and_then(|text| UNITS.into_iter().find(|(_, name)| *name == text));
    let (unit, _) = unit.ok_or_else(|| missing("refreshTokenValidityUnit"))?;
    Ok(match kind {
        "SpecificInactivity" => RefreshTokenPolicy::ExpireIfUnused { amount, unit },
        _ => RefreshTokenPolicy::ExpireAfter { amount, unit },
    })
}

fn listed(source: &Source, member: &str) -> Vec<String> {
    let names = source.text(member).unwrap_or_default().split(',').map(str::trim);
    names.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// The members of a file of OAuth policies, over those that were kept of it.
pub fn oauth_policies_members(row: &OrgApp, own_name: &str, app: &str, kept: &Map<String, Value>) -> Map<String, Value> {
    let mut members = kept.clone();
    let mut put = |name: &str, value: Value| drop(members.insert(name.to_owned(), value));
    put("externalClientApplication", json!(app));
    put(
        "permittedUsersPolicyType",
        json!(match row.permitted_users {
            PermittedUsers::AllUsers => "AllSelfAuthorized",
            PermittedUsers::AdminApproved => "AdminApprovedPreAuthorized",
        }),
    );
    put("commaSeparatedPermissionSet", some(&row.permission_sets.join(",")));
    put("commaSeparatedProfile", some(&row.profiles.join(",")));
    put("ipRelaxationPolicyType", json!(IP_RELAXATION.into_iter().find(|known| known.0 == row.ip_relaxation).map(|known| known.1)));
    put("clientCredentialsFlowUser", json!(row.run_as));
    put("isClientCredentialsFlowEnabled", flag(row.run_as.is_some()));
    put("isGuestCodeCredFlowEnabled", flag(row.guest_users));
    put("startUrl", json!(row.start_url));
    for (name, value) in details_members(row) {
        put(name, value);
    }
    let (kind, period) = match row.refresh_token_policy {
        RefreshTokenPolicy::UntilRevoked => ("Infinite", None),
        RefreshTokenPolicy::ImmediatelyExpire => ("Zero", None),
        RefreshTokenPolicy::ExpireIfUnused { amount, unit } => ("SpecificInactivity", Some((amount, unit))),
        RefreshTokenPolicy::ExpireAfter { amount, unit } => ("SpecificLifetime", Some((amount, unit))),
    };
    put("refreshTokenPolicyType", json!(kind));
    put("refreshTokenValidityPeriod", json!(period.map(|(amount, _)| amount.to_string())));
    put("refreshTokenValidityUnit", json!(period.and_then(|(_, unit)| UNITS.into_iter().find(|known| known.0 == unit)).map(|known| known.1)));
    let (level, action) = match row.session_policy {
        SessionPolicy::None => ("STANDARD", None),
        SessionPolicy::Block => ("HIGH_ASSURANCE", Some("Block")),
        SessionPolicy::RaiseSessionLevel => ("HIGH_ASSURANCE", Some("RaiseSessionLevel")),
    };
    put("requiredSessionLevel", json!(level));
    put("policyAction", json!(action));
    put("sessionTimeoutInMinutes", json!(row.session_timeout.map(|seconds| (seconds / 60).to_string())));
    members.entry("label").or_insert(json!(own_name));
    members
}

/// Puts what a connected app's file says of policies into the row.
///
/// # Errors
/// A value that is none.
pub fn put_connected_app_policies(source: &Source, row: &mut OrgApp) -> Result<(), Failure> {
    let none = Map::new();
    let inner = |member: &str| source.members.get(member).and_then(Value::as_object).unwrap_or(&none);
    let (oauth, policy, session) = (inner("oauthConfig"), inner("oauthPolicy"), inner("sessionPolicy"));
    let text = |members: &Map<String, Value>, name: &str| members.get(name).and_then(Value::as_str).map(|text| text.trim().to_owned());
    if let Some(relaxation) = text(policy, "ipRelaxation") {
        let known = IP_RELAXATION.into_iter().find(|known| known.2 == relaxation);
        row.ip_relaxation = known.ok_or_else(|| wrong(&relaxation, "ConnectedAppOauthIpRelaxation"))?.0;
    }
    if let Some(policy) = text(policy, "refreshTokenPolicy") {
        row.refresh_token_policy = colon_separated(&policy)?;
    }
    // The file tells where the app starts for developer and admin alike.
    row.start_url = None;
    row.mobile_start_url = None;
    row.details.single_logout_url = text(policy, "singleLogoutUrl");
    row.details.handler = source.text("plugin").map(str::to_owned);
    row.details.handler_user = source.text("pluginExecutionUser").map(str::to_owned);
    let approved = text(oauth, "isAdminApproved").is_some_and(|text| text == "true");
    row.permitted_users = if approved { PermittedUsers::AdminApproved } else { PermittedUsers::AllUsers };
    for (member, names) in [("permissionSetName", &mut row.permission_sets), ("profileName", &mut row.profiles)] {
        if source.members.contains_key(member) {
            *names = source
                .several(member)
                .into_iter()
                .filter_map(Value::as_str)
                .map(str::trim)
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect();
        }
    }
    if !(approved || row.permission_sets.is_empty() && row.profiles.is_empty()) {
        return Err(Failure::new("Profiles and permission sets can be assigned only if the app's users are admin approved"));
    }
    if let Some(minutes) = text(session, "sessionTimeout") {
        row.session_timeout = minutes.parse::<u32>().ok().map(|minutes| minutes * 60);
    }
    if let Some(level) = text(session, "sessionLevel") {
        let blocks = text(session, "policyAction").is_some_and(|action| action.eq_ignore_ascii_case("Block"));
        row.session_policy = match (level == "HIGH_ASSURANCE", blocks) {
            (false, _) => SessionPolicy::None,
            (true, true) => SessionPolicy::Block,
            (true, false) => SessionPolicy::RaiseSessionLevel,
        };
    }
    row.run_as = text(oauth, "oauthClientCredentialUser").or_else(|| row.run_as.take());
    Ok(())
}

fn wrong(value: &str, of: &str) -> Failure {
    Failure::new(format!("'{value}' is not a valid value for the enum '{of}'"))
}

/// `specific_lifetime:30:DAYS`
fn colon_separated(text: &str) -> Result<RefreshTokenPolicy, Failure> {
    let bad = || wrong(text, "ConnectedAppOauthRefreshTokenPolicy");
    let mut parts = text.split(':');
    let kind = parts.next().unwrap_or_default();
    let mut period = || {
        let amount = parts.next().and_then(|amount| amount.parse::<u32>().ok()).filter(|amount| *amount > 0)?;
        let unit = parts.next()?;
        Some((amount, UNITS.into_iter().find(|(_, name)| name.eq_ignore_ascii_case(unit))?.0))
    };
    match kind {
        "infinite" => Ok(RefreshTokenPolicy::UntilRevoked),
        "zero" => Ok(RefreshTokenPolicy::ImmediatelyExpire),
        "specific_inactivity" => period().map(|(amount, unit)| RefreshTokenPolicy::ExpireIfUnused { amount, unit }).ok_or_else(bad),
        "specific_lifetime" => period().map(|(amount, unit)| RefreshTokenPolicy::ExpireAfter { amount, unit }).ok_or_else(bad),
        _ => Err(bad()),
    }
}

/// The policies of a connected app as its file has them: `oauthPolicy`, `sessionPolicy` and the names of who is assigned.
pub(super) fn connected_app_policies(row: &OrgApp) -> Vec<(&'static str, Value)> {
    let unit = |unit: PeriodUnit| UNITS.into_iter().find(|known| known.0 == unit).map(|known| known.1.to_ascii_uppercase()).unwrap_or_default();
    let refresh = match row.refresh_token_policy {
        RefreshTokenPolicy::UntilRevoked => "infinite".to_owned(),
        RefreshTokenPolicy::ImmediatelyExpire => "zero".to_owned(),
        RefreshTokenPolicy::ExpireIfUnused { amount, unit: of } => format!("specific_inactivity:{amount}:{}", unit(of)),
        RefreshTokenPolicy::ExpireAfter { amount, unit: of } => format!("specific_lifetime:{amount}:{}", unit(of)),
    };
    let relaxation = IP_RELAXATION.into_iter().find(|known| known.0 == row.ip_relaxation).map(|known| known.2);
    let session = match row.session_policy {
        SessionPolicy::None => json!({ "sessionTimeout": row.session_timeout.map(|seconds| (seconds / 60).to_string()) }),
        policy => json!({
            "policyAction": if policy == SessionPolicy::Block { "Block" } else { "RaiseSessionLevel" },
            "sessionLevel": "HIGH_ASSURANCE",
            "sessionTimeout": row.session_timeout.map(|seconds| (seconds / 60).to_string()),
        }),
    };
    vec![
        ("oauthPolicy", json!({ "ipRelaxation": relaxation, "refreshTokenPolicy": refresh, "singleLogoutUrl": row.details.single_logout_url })),
        ("permissionSetName", json!(row.permission_sets)),
        ("profileName", json!(row.profiles)),
        ("sessionPolicy", session),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{AppId, RecordId};

    fn row() -> OrgApp {
        OrgApp::unseen(AppId::try_from(RecordId::numbered(AppId::PREFIX, 1, 7)).unwrap())
    }

    #[test]
    fn oauth_policies_come_back_as_they_were_put() {
        let members = json!({
            "permittedUsersPolicyType": "AdminApprovedPreAuthorized", "commaSeparatedPermissionSet": "One, Two", "ipRelaxationPolicyType": "Bypass",
            "refreshTokenPolicyType": "SpecificLifetime", "refreshTokenValidityPeriod": "4", "refreshTokenValidityUnit": "Hours",
            "requiredSessionLevel": "HIGH_ASSURANCE", "policyAction": "Block", "sessionTimeoutInMinutes": "30",
            "isClientCredentialsFlowEnabled": "true", "clientCredentialsFlowUser": "ada@acme.example",
        });
        let source = Source { members: members.as_object().unwrap().clone(), content: None };
        let mut put = row();
        put_oauth_policies(&source, &mut put).unwrap();
        assert_eq!(put.permission_sets, ["One", "Two"]);
        assert_eq!(put.refresh_token_policy, RefreshTokenPolicy::ExpireAfter { amount: 4, unit: PeriodUnit::Hours });
        assert_eq!((put.session_policy, put.session_timeout, put.run_as.as_deref()), (SessionPolicy::Block, Some(1800), Some("ada@acme.example")));
        let mut again = row();
        let members = oauth_policies_members(&put, "p", "App", &Map::new());
        put_oauth_policies(&Source { members, content: None }, &mut again).unwrap();
        assert_eq!(again, put);
    }

    #[test]
    fn what_a_policy_leaves_out_goes_back_to_its_default() {
        let mut changed = OrgApp { permitted_users: PermittedUsers::AdminApproved, guest_users: true, ..row() };
        put_oauth_policies(&Source::default(), &mut changed).unwrap();
        assert_eq!(changed, OrgApp { refresh_token_policy: IDLE_LIMIT, ..row() });
        let lifetime = json!({ "refreshTokenPolicyType": "SpecificLifetime" }).as_object().unwrap().clone();
        let failure = put_oauth_policies(&Source { members: lifetime, content: None }, &mut row()).unwrap_err();
        assert_eq!(failure.problem, "Required field is missing: refreshTokenValidityPeriod");
    }

    #[test]
    fn a_connected_apps_lifetimes_are_read_and_written() {
        for text in ["infinite", "zero", "specific_inactivity:30:DAYS", "specific_lifetime:4:HOURS"] {
            let row = OrgApp { refresh_token_policy: colon_separated(text).unwrap(), ..row() };
            assert_eq!(connected_app_policies(&row)[0].1["refreshTokenPolicy"], text);
        }
        for text in ["", "specific_lifetime", "specific_lifetime:0:DAYS", "specific_lifetime:1:YEARS"] {
            assert!(colon_separated(text).is_err(), "{text}");
        }
    }
}
