//! The stand-in's own help below a refusal: why, and who can mend it where.

use super::destination::query_value;
use super::error::PageError;
use super::session::BrowserSession;
use super::view::{WayOut, Why};
use crate::app::App;
use crate::apps::{Act, Fix, InstallRefused, Refusal, Role, Surface};
use crate::id::AppId;
use crate::journal::Facts;

/// Why this user was refused last with this error.
pub(super) fn latest(app: &App, session: &BrowserSession, error: &str) -> Option<Why> {
    let user = session.user().id;
    let is_it = |refusal: &Refusal| refusal.error == error && refusal.user.as_ref().is_some_and(|(id, _)| *id == user);
    app.refusals().latest(session.browser.caller.org.id(), is_it).map(|refusal| of_refusal(&refusal, session))
}

fn of_refusal(refusal: &Refusal, session: &BrowserSession) -> Why {
    let (org, username) = (session.org_name(), &session.user().username);
    let headline = match (&refusal.app, refusal.surface) {
        (Some((_, app)), Surface::SetupPage) => format!("{app} was not installed in {org}"),
        (Some((_, app)), _) => format!("{username} may not use {app} in {org}"),
        (None, _) => format!("{username} may not do this in {org}"),
    };
    let wire = format!("{}: {}", refusal.error, refusal.error_description);
    let ways_out = refusal.fix.iter().map(|fix| way_out(fix, session)).collect();
    Why { headline, detail: refusal.reason.to_string(), wire: (refusal.surface == Surface::ErrorPage).then_some(wire), ways_out }
}

fn way_out(fix: &Fix, session: &BrowserSession) -> WayOut {
    let path = fix.url.split('?').next().unwrap_or_default();
    // Pages of Setup that this server does not have are named, not linked.
    let url = super::has_page(path).then(|| session.link(&fix.url));
    WayOut { role: role(fix.role), text: fix.path.replace(" > ", " › "), url }
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Admin => "Administrator",
        Role::Developer => "Developer",
        Role::User => "User",
    }
}

/// The page "Insufficient Privileges" for a user who lacks what `needs` says; `wanted` is the page's path.
pub(super) fn insufficient_privileges(session: &BrowserSession, needs: &str, wanted: &str) -> PageError {
    let user = session.user();
    let log_in = format!("{}/login?startURL={}", session.site.prefix(), query_value(wanted));
    let why = Why {
        headline: format!("{} lacks a permission", user.username),
        detail: format!("{needs} Neither the profile {} nor a permission set of the user gives that.", user.profile.label),
        wire: None,
        ways_out: vec![WayOut { role: "User", text: format!("Log in as an administrator of {}", session.org_name()), url: Some(log_in) }],
    };
    PageError::InsufficientPrivileges { frame: Box::new(session.frame()), why: Some(Box::new(why)) }
}

/// Insufficient Privileges unless the user may install or manage the app or package, with the refusal kept. The demand comes with the page's path.
pub(super) fn must_install(
    app: &App,
    (session, facts): (&BrowserSession, &Facts),
    about: Option<(AppId, String)>,
    (act, page): (Act, &str),
) -> Result<(), PageError> {
    session.must(act, page).inspect_err(|_| record_install(app, session, facts, about, &InstallRefused::Rights))
}

/// Keeps an install that was refused, so that the control API and the error page can tell why. `about` is the app, if there is one.
pub(super) fn record_install(app: &App, session: &BrowserSession, facts: &Facts, about: Option<(AppId, String)>, refused: &InstallRefused) {
    let user = session.user();
    let is_right = *refused == InstallRefused::Rights;
    let fix = if is_right { vec![Fix::new(Role::User, "Log in as an administrator", "/login")] } else { Vec::new() };
    let refusal = Refusal {
        seq: 0,
        at: app.now(),
        org: Some(session.browser.caller.org.id()),
        app: about,
        user: Some((user.id, user.username.clone())),
        flow: None,
        rule: refused.rule(),
        reason: refused.reason().into(),
        error: if is_right { "insufficient_privileges" } else { INSTALL_ERROR }.into(),
        error_description: if is_right { "Insufficient Privileges" } else { "There was a problem in installing the application." }.into(),
        surface: if is_right { Surface::InsufficientPrivileges } else { Surface::SetupPage },
        fix,
    };
    app.record_refusal(refusal, facts);
}

/// `error_code` of the page on which a refused install ends.
pub(super) const INSTALL_ERROR: &str = "generic_error";
