//! Things of the rooms in the words and shapes of pages.

use super::view;
use crate::app::App;
use crate::apps::{
    AppDefinition, AppKind, Distribution, Flow, IpRelaxation, PeriodUnit, PermittedUsers, Presence, RefreshTokenPolicy, SessionPolicy,
};
use crate::clock::Timestamp;
use crate::oauth::Scopes;
use crate::org::Org;

/// An app with the org that publishes it.
pub(super) fn published_app(app: &App, definition: &AppDefinition) -> view::App {
    let publisher = app.org(definition.owner).map(|org| org.facts().name.clone());
    view::App {
        id: definition.id.to_string(),
        name: definition.name.clone(),
        publisher,
        description: definition.description.clone().unwrap_or_default(),
        kind: kind(definition.kind),
    }
}

pub(super) fn kind(kind: AppKind) -> &'static str {
    kind.rules().label
}

/// All scopes that an app may ask for.
pub(super) fn app_scopes(definition: &AppDefinition) -> Vec<view::Scope> {
    scopes(&Scopes::of(definition.scopes.iter().map(String::as_str)).unwrap_or_default())
}

/// The same with the custom scopes of an org, which say themselves what they are.
pub(super) fn scopes_of(all: &Scopes, org: &Org) -> Vec<view::Scope> {
    let described = |name: &str| org.custom_scope(name).map_or_else(|| name.to_owned(), |scope| scope.description.clone());
    let custom = all.custom().map(|name| view::Scope { label: described(name).into(), token: name.to_owned() });
    scopes(all).into_iter().chain(custom).collect()
}

pub(super) fn scopes(scopes: &Scopes) -> Vec<view::Scope> {
    let mut lines: Vec<view::Scope> = Vec::new();
    for scope in scopes.iter() {
        match lines.last_mut() {
            // The identity scopes share a label, and one line.
            Some(line) if line.label == scope.label() => line.token = format!("{} {}", line.token, scope.token()),
            _ => lines.push(view::Scope { label: scope.label().into(), token: scope.token().to_owned() }),
        }
    }
    lines
}

/// `21 Nov 2026, 09:12 UTC`
pub(super) fn moment(at: Timestamp) -> String {
    at.civil().to_zoned(jiff::tz::TimeZone::UTC).strftime("%-d %b %Y, %H:%M UTC").to_string()
}

/// When the app's developer last saved it, or made it.
pub(super) fn last_modified(definition: &AppDefinition) -> String {
    let never = definition.changed == Timestamp::default();
    let day = if never { definition.created } else { definition.changed.civil().to_zoned(jiff::tz::TimeZone::UTC).date() };
    day.strftime("%-d %b %Y").to_string()
}

pub(super) fn presence(presence: Presence, blocked: bool) -> &'static str {
    match presence {
        _ if blocked => "Blocked",
        Presence::Own => "Defined here",
        Presence::Installed => "Installed",
        Presence::Known => "Known, not installed",
        Presence::Unseen => "Never seen",
    }
}

pub(super) fn distribution(distribution: Distribution) -> &'static str {
    match distribution {
        Distribution::Local => "Local",
        Distribution::Packaged => "Packaged",
    }
}

/// The two kinds of app word it differently.
pub(super) fn permitted_users(policy: PermittedUsers, kind: AppKind) -> &'static str {
    match (policy, kind) {
        (PermittedUsers::AllUsers, AppKind::ConnectedApp) => "All users may self-authorize",
        (PermittedUsers::AllUsers, AppKind::ExternalClientApp) => "All users can self-authorize",
        (PermittedUsers::AdminApproved, _) => "Admin approved users are pre-authorized",
    }
}

pub(super) fn ip_relaxation(policy: IpRelaxation) -> &'static str {
    match policy {
        IpRelaxation::Enforce => "Enforce IP restrictions",
        IpRelaxation::RelaxForRefreshTokens => "Enforce IP restrictions, but relax for refresh tokens",
        IpRelaxation::RelaxForActivatedDevices => "Relax IP restrictions for activated devices",
        IpRelaxation::Relax => "Relax IP restrictions",
    }
}

pub(super) fn refresh_token_policy(policy: RefreshTokenPolicy) -> String {
    match policy {
        RefreshTokenPolicy::UntilRevoked => "Refresh token is valid until revoked".to_owned(),
        RefreshTokenPolicy::ImmediatelyExpire => "Immediately expire refresh token".to_owned(),
        RefreshTokenPolicy::ExpireIfUnused { amount, unit } => format!("Expire refresh token if not used for {amount} {}", period_unit(unit)),
        RefreshTokenPolicy::ExpireAfter { amount, unit } => format!("Expire refresh token after {amount} {}", period_unit(unit)),
    }
}

pub(super) fn period_unit(unit: PeriodUnit) -> &'static str {
    match unit {
        PeriodUnit::Hours => "Hour(s)",
        PeriodUnit::Days => "Day(s)",
        PeriodUnit::Months => "Month(s)",
    }
}

pub(super) fn session_policy(policy: SessionPolicy) -> &'static str {
    match policy {
        SessionPolicy::None => "Not required",
        SessionPolicy::RaiseSessionLevel => "Raise the session level to high assurance",
        SessionPolicy::Block => "Block the user",
    }
}

/// The box that switches a flow on; those of a browser have none.
pub(super) fn flow(flow: Flow) -> Option<&'static str> {
    Some(match flow {
        Flow::ClientCredentials => "Enable Client Credentials Flow",
        Flow::CodeCredentials => "Enable Authorization Code and Credentials Flow",
        Flow::Device => "Enable Device Flow",
        Flow::JwtBearer => "Enable JWT Bearer Flow",
        Flow::TokenExchange => "Enable Token Exchange Flow",
        _ => return None,
    })
}
