//! One app as the org sees it: where an install leads.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::error::PageError;
use super::session::{BrowserSession, Fields};
use super::usage::Kind;
use super::view::{AppPage, Fact, Link};
use super::{answer, wording};
use crate::app::App;
use crate::apps::{AppDefinition, IpRelaxation, OrgApp, PeriodUnit, PermittedUsers, Presence, RefreshTokenPolicy, shown_policy};
use crate::id::AppId;

const PATH: &str = "/app/mgmt/forceconnectedapps/forceAppDetail.apexp";

/// The app's page; `done` says what led there.
pub(super) fn path(app: AppId, done: Option<&str>) -> String {
    let done = done.map(|done| format!("&done={done}")).unwrap_or_default();
    format!("{PATH}?id={app}{done}")
}

/// `GET /app/mgmt/forceconnectedapps/forceAppDetail.apexp?id=0Ci…`
pub(super) async fn show(State(app): State<App>, session: BrowserSession, query: Fields) -> Result<Response, PageError> {
    let id = query.get("id").and_then(|id| AppId::parse(id).ok());
    let Some(definition) = id.and_then(|id| app.registry().app(id)) else {
        return Err(PageError::Missing { frame: Box::new(session.frame()), what: "No app has this id." });
    };
    let kind = Kind::of(definition.kind);
    kind.check_view(&session)?;
    let here = session.browser.caller.org.org_app(&definition, app.now())?;
    let view = AppPage {
        frame: session.frame(),
        app: wording::published_app(&app, &definition),
        back: Link { url: session.link(kind.path()), text: kind.heading().to_owned() },
        done: query.get("done").filter(|done| *done == "installed" && here.presence == Presence::Installed).map(|_| "The app is installed."),
        facts: facts(&definition, &here, definition.controls(&session.browser.caller.org.switches()).idle_limit),
        scopes: wording::app_scopes(&definition),
    };
    Ok(answer::page(StatusCode::OK, &view))
}

fn facts(definition: &AppDefinition, here: &OrgApp, idle_limit: bool) -> Vec<Fact> {
    let fact = |label, value: String| Fact { label, value, exact: false };
    let exact = |label, value: String| Fact { label, value, exact: true };
    let mut facts = vec![
        fact("Type", wording::kind(definition.kind).to_owned()),
        fact("In this org", presence(here).to_owned()),
        fact("Permitted Users", permitted_users(here.permitted_users).to_owned()),
        fact("IP Relaxation", ip_relaxation(here.ip_relaxation).to_owned()),
        fact("Refresh Token Policy", refresh_token_policy(shown_policy(here.refresh_token_policy, idle_limit))),
        exact("App id", definition.id.to_string()),
        exact("Consumer Key", definition.consumer_key.clone()),
    ];
    let granted: Vec<_> = here.profiles.iter().chain(&here.permission_sets).map(String::as_str).collect();
    if !granted.is_empty() {
        facts.insert(3, fact("Profiles and permission sets", granted.join(", ")));
    }
    facts
}

fn presence(here: &OrgApp) -> &'static str {
    match here.presence {
        _ if here.blocked => "Blocked",
        Presence::Own => "Defined here",
        Presence::Installed => "Installed",
        Presence::Known => "Known, not installed",
        Presence::Unseen => "Never seen",
    }
}

fn permitted_users(policy: PermittedUsers) -> &'static str {
    match policy {
        PermittedUsers::AllUsers => "All users may self-authorize",
        PermittedUsers::AdminApproved => "Admin approved users are pre-authorized",
    }
}

fn ip_relaxation(policy: IpRelaxation) -> &'static str {
    match policy {
        IpRelaxation::Enforce => "Enforce IP restrictions",
        IpRelaxation::RelaxForRefreshTokens => "Enforce IP restrictions, but relax for refresh tokens",
        IpRelaxation::RelaxForActivatedDevices => "Relax IP restrictions for activated devices",
        IpRelaxation::Relax => "Relax IP restrictions",
    }
}

fn refresh_token_policy(policy: RefreshTokenPolicy) -> String {
    match policy {
        RefreshTokenPolicy::UntilRevoked => "Refresh token is valid until revoked".to_owned(),
        RefreshTokenPolicy::ImmediatelyExpire => "Immediately expire refresh token".to_owned(),
        RefreshTokenPolicy::ExpireIfUnused { amount, unit } => format!("Expire refresh token if not used for {amount} {}", unit_label(unit)),
        RefreshTokenPolicy::ExpireAfter { amount, unit } => format!("Expire refresh token after {amount} {}", unit_label(unit)),
    }
}

fn unit_label(unit: PeriodUnit) -> &'static str {
    match unit {
        PeriodUnit::Hours => "Hour(s)",
        PeriodUnit::Days => "Day(s)",
        PeriodUnit::Months => "Month(s)",
    }
}
