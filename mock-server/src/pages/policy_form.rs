//! The form of an app's policies: one for both kinds of app, which differ in a few fields and words. Source: `gate-and-policies.md` 2.2 and 2.4.

use axum::http::StatusCode;

use super::app_form::complain;
use super::error::PageError;
use super::session::{BrowserSession, Fields};
use super::view::{Choice, Field, Form, FormSection};
use super::{oauth_fields, wording};
use crate::app::{LiveOrg, NotSaved};
use crate::apps::{
    AppDefinition, AppKind, IpRelaxation, Lifetime, OrgApp, PeriodUnit, PermittedUsers, PolicyDraft, SessionPolicy, StartPage, shown_policy,
};
use crate::org::Directory;
use crate::storage::StoreError;

const PERMITTED_USERS: [(PermittedUsers, &str); 2] = [(PermittedUsers::AllUsers, "all_users"), (PermittedUsers::AdminApproved, "admin_approved")];

const IP_RELAXATION: [(IpRelaxation, &str); 4] = [
    (IpRelaxation::Enforce, "enforce"),
    (IpRelaxation::RelaxForRefreshTokens, "relax_for_refresh_tokens"),
    (IpRelaxation::RelaxForActivatedDevices, "relax_for_activated_devices"),
    (IpRelaxation::Relax, "relax"),
];

const LIFETIMES: [(Lifetime, &str, &str); 4] = [
    (Lifetime::UntilRevoked, "until_revoked", "Refresh token is valid until revoked"),
    (Lifetime::ImmediatelyExpire, "immediately_expire", "Immediately expire refresh token"),
    (Lifetime::ExpireIfUnused, "expire_if_unused", "Expire refresh token if not used for"),
    (Lifetime::ExpireAfter, "expire_after", "Expire refresh token after"),
];

const UNITS: [(PeriodUnit, &str); 3] = [(PeriodUnit::Days, "days"), (PeriodUnit::Months, "months"), (PeriodUnit::Hours, "hours")];

const SESSION_POLICIES: [(SessionPolicy, &str, &str); 3] = [
    (SessionPolicy::None, "none", "Not required"),
    (SessionPolicy::RaiseSessionLevel, "raise_session_level", "Required: raise the session level to high assurance"),
    (SessionPolicy::Block, "block", "Required: block the user"),
];

/// GUESS: what the start page Custom asks for was not recorded.
const START_PAGES: [(StartPage, &str, &str); 3] =
    [(StartPage::None, "none", "None"), (StartPage::Oauth, "oauth", "OAuth"), (StartPage::Custom, "custom", "Custom")];

/// Names and labels of the profiles and permission sets of an org.
pub(super) struct Grantees {
    profiles: Vec<(String, String)>,
    permission_sets: Vec<(String, String)>,
}

pub(super) fn grantees(org: &LiveOrg) -> Result<Grantees, StoreError> {
    let sets = org.read(|tx| tx.permission_sets())?;
    let named = |of_profiles: bool| {
        let mut names: Vec<_> = sets.iter().filter(|set| set.is_profile == of_profiles).map(|set| (set.name.clone(), set.label.clone())).collect();
        names.sort_by_key(|(_, label)| label.to_lowercase());
        names
    };
    Ok(Grantees { profiles: named(true), permission_sets: named(false) })
}

/// What a posted form says. What it has no field for stays as it is in the row; a profile that the org does not have is nobody.
pub(super) fn read(fields: &Fields, (definition, here): (&AppDefinition, &OrgApp), grantees: &Grantees) -> PolicyDraft {
    let before = PolicyDraft::of(here, definition);
    let field = |name: &str| fields.get(name).unwrap_or_default().to_owned();
    let ticked = |name: &str| fields.get(name).is_some();
    let among = |name: &str, known: &[(String, String)]| -> Vec<String> {
        known.iter().map(|(name, _)| name).filter(|known| fields.all(name).any(|chosen| chosen == *known)).cloned().collect()
    };
    PolicyDraft {
        enabled: ticked("enabled") || fields.get("has_enabled").is_none(),
        permitted_users: chosen(&PERMITTED_USERS, fields.get("permitted_users")).unwrap_or(before.permitted_users),
        profiles: among("profiles", &grantees.profiles),
        permission_sets: among("permission_sets", &grantees.permission_sets),
        lifetime: LIFETIMES.into_iter().find(|one| fields.get("refresh_policy") == Some(one.1)).map_or(before.lifetime, |one| one.0),
        refresh_amount: field("refresh_amount"),
        refresh_unit: chosen(&UNITS, fields.get("refresh_unit")).unwrap_or(before.refresh_unit),
        ip_relaxation: chosen(&IP_RELAXATION, fields.get("ip_relaxation")).unwrap_or(before.ip_relaxation),
        session_policy: SESSION_POLICIES
            .into_iter()
            .find(|one| fields.get("session_policy") == Some(one.1))
            .map_or(before.session_policy, |one| one.0),
        session_timeout: field("session_timeout"),
        client_credentials: ticked("client_credentials"),
        run_as: field("run_as"),
        guest_users: ticked("guest_users"),
        start_page: START_PAGES.into_iter().find(|one| fields.get("start_page") == Some(one.1)).map_or(before.start_page, |one| one.0),
        start_url: field("start_url"),
        custom_start_url: field("custom_start_url"),
        mobile_start_url: field("mobile_start_url"),
        details: oauth_fields::read_policies(fields),
    }
}

fn chosen<T: Copy>(values: &[(T, &str)], posted: Option<&str>) -> Option<T> {
    values.iter().find(|(_, value)| posted == Some(*value)).map(|(one, _)| *one)
}

/// What the form is about, and where it leads.
pub(super) struct Options<'a> {
    pub session: &'a BrowserSession,
    pub definition: &'a AppDefinition,
    pub here: &'a OrgApp,
    pub action: String,
    pub cancel: String,
}

/// The form with what was filled in, and with what is wrong with it.
pub(super) fn form(options: &Options<'_>, draft: &PolicyDraft, refused: Option<NotSaved>) -> Result<(StatusCode, Form), PageError> {
    let Options { session, definition, .. } = options;
    let org = &session.browser.caller.org;
    let grantees = grantees(org)?;
    let external = definition.kind == AppKind::ExternalClientApp;
    let idle_limit = definition.controls(&org.switches()).idle_limit;
    let limited = draft_shown(draft, options, idle_limit);
    let mut oauth = vec![
        Field::select("permitted_users", "Permitted Users", permitted_users(draft, definition.kind)),
        Field::select("ip_relaxation", "IP Relaxation", ip_relaxations(draft)),
    ];
    oauth.extend(refresh_fields(&limited, idle_limit));
    let mut sections = Vec::new();
    if external {
        let enabled = Field::check("enabled", "Enable the app and its OAuth plugin", draft.enabled);
        sections.push(FormSection::new("App Policies", vec![enabled.hint("While it is off, nobody gets or renews a token of this app.")]));
    }
    sections.push(FormSection {
        note: "The App Launcher and the App Menu lead there.".to_owned(),
        ..FormSection::new("Start Page", start_fields(draft, external))
    });
    sections.push(FormSection::new("OAuth Policies", oauth));
    sections.push(FormSection {
        note: "Users with one of these are pre-authorized, if only admin-approved users are permitted.".to_owned(),
        ..FormSection::new(
            "Select Profiles and Permission Sets",
            vec![
                Field::checks("profiles", "Profiles", ticked(&grantees.profiles, &draft.profiles)),
                Field::checks("permission_sets", "Permission Sets", ticked(&grantees.permission_sets, &draft.permission_sets))
                    .hint(if grantees.permission_sets.is_empty() { "This org has no permission set." } else { "" }),
            ],
        )
    });
    sections.extend(oauth_fields::custom_scopes(&draft.details, &org.facts()));
    let mut session = session_fields(draft);
    session.extend(oauth_fields::jwt_timeouts(&draft.details, definition.kind));
    sections.push(FormSection::new("Session Policies", session));
    sections.push(FormSection::new(
        if external { "OAuth Flows and External Client App Enhancements" } else { "OAuth Flows" },
        flow_fields(draft, external),
    ));
    sections.extend(oauth_fields::policies(&draft.details, definition.kind));
    let mut hidden = vec![("id", definition.id.to_string())];
    hidden.extend(external.then(|| ("has_enabled", "1".to_owned())));
    let mut form = Form { hidden, cancel: Some(options.cancel.clone()), ..Form::new(&options.action, "Save", sections) };
    Ok((complain(&mut form, refused)?, form))
}

/// A policy that never ends shows as the idle limit where that is on.
fn draft_shown(draft: &PolicyDraft, Options { here, definition, .. }: &Options<'_>, idle_limit: bool) -> PolicyDraft {
    let shown = OrgApp { refresh_token_policy: shown_policy(here.refresh_token_policy, idle_limit), ..OrgApp::clone(here) };
    if *draft == PolicyDraft::of(here, definition) { PolicyDraft::of(&shown, definition) } else { draft.clone() }
}

fn permitted_users(draft: &PolicyDraft, kind: AppKind) -> Vec<Choice> {
    PERMITTED_USERS.into_iter().map(|(one, value)| Choice::new(value, wording::permitted_users(one, kind), one == draft.permitted_users)).collect()
}

fn ip_relaxations(draft: &PolicyDraft) -> Vec<Choice> {
    IP_RELAXATION.into_iter().map(|(one, value)| Choice::new(value, wording::ip_relaxation(one), one == draft.ip_relaxation)).collect()
}

fn refresh_fields(draft: &PolicyDraft, idle_limit: bool) -> Vec<Field> {
    // Valid until revoked is no longer offered where idle tokens are limited.
    let offered = LIFETIMES.into_iter().filter(|(one, ..)| !idle_limit || *one != Lifetime::UntilRevoked);
    let lifetimes = offered.map(|(one, value, label)| Choice::new(value, label, one == draft.lifetime)).collect();
    let units = UNITS.into_iter().map(|(one, value)| Choice::new(value, wording::period_unit(one), one == draft.refresh_unit)).collect();
    vec![
        Field::radios("refresh_policy", "Refresh Token Policy", lifetimes).hint(if idle_limit {
            "The developer limits idle refresh tokens to 30 days."
        } else {
            "It is looked at when a refresh token is used. Running sessions are left alone."
        }),
        Field::line("number", "refresh_amount", "Period", &draft.refresh_amount).hint("For the two policies with a period."),
        Field::select("refresh_unit", "Period Unit", units),
    ]
}

fn start_fields(draft: &PolicyDraft, external: bool) -> Vec<Field> {
    if !external {
        return vec![
            Field::line("url", "start_url", "Start URL", &draft.start_url),
            Field::line("url", "mobile_start_url", "Mobile Start URL", &draft.mobile_start_url),
        ];
    }
    let pages = START_PAGES.into_iter().map(|(one, value, label)| Choice::new(value, label, one == draft.start_page)).collect();
    vec![
        Field::select("start_page", "Start Page", pages),
        Field::line("url", "start_url", "OAuth Start URL", &draft.start_url).hint("Of the start page OAuth."),
        Field::line("url", "custom_start_url", "Custom Start URL", &draft.custom_start_url).hint("Of the start page Custom."),
    ]
}

fn session_fields(draft: &PolicyDraft) -> Vec<Field> {
    let levels = SESSION_POLICIES.into_iter().map(|(one, value, label)| Choice::new(value, label, one == draft.session_policy)).collect();
    vec![
        Field::line("number", "session_timeout", "Session Timeout", &draft.session_timeout)
            .hint("In minutes. Empty: as the user's profile or the org says."),
        Field::select("session_policy", "High Assurance Session Required", levels),
    ]
}

fn flow_fields(draft: &PolicyDraft, external: bool) -> Vec<Field> {
    let run_as = if external { "Run As (Username)" } else { "Run As" };
    let mut fields = vec![
        Field::check("client_credentials", "Enable Client Credentials Flow", draft.client_credentials)
            .hint("The developer must have switched the flow on as well."),
        Field::text("run_as", run_as, &draft.run_as).hint("The username that client credentials act as."),
    ];
    fields.push(oauth_fields::token_exchange(&draft.details));
    if external {
        fields.push(Field::check("guest_users", "Enable Code and Credentials Flow for Guest Users", draft.guest_users));
    }
    fields
}

fn ticked(known: &[(String, String)], chosen: &[String]) -> Vec<Choice> {
    known.iter().map(|(name, label)| Choice::new(name, label, chosen.contains(name))).collect()
}
