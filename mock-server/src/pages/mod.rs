//! What people see in a browser: login, consent, the OAuth error page, install links and Setup. Server-rendered, without scripts.
//!
//! Handlers read forms, call the rooms and fill a [`view`]; who is admitted and which tokens exist is never decided here.

mod answer;
mod app_page;
mod assets;
mod audit_trail;
mod consent;
mod cookie;
mod csrf;
mod destination;
mod device;
mod environment_hub;
mod error;
mod explain;
mod home;
mod install_app;
mod install_package;
mod login;
mod login_as;
mod login_history;
mod oauth_error;
mod password;
mod session;
mod session_management;
mod trace;
mod unserved;
mod usage;
mod usage_users;
mod user_apps;
mod verification;
mod view;
mod wording;

use axum::http::Method;

use crate::table::Table;

/// No form of these pages is longer than this, in bytes.
const BODY_LIMIT: usize = 256 * 1024;

/// Paths that only pages live under.
const PREFIXES: &[&str] =
    &["/app/mgmt", "/home", "/identity", "/lightning", "/login", "/packaging", "/pages", "/secur", "/servlet", "/setup", "/_ui"];

pub fn table() -> Table {
    Table::new("pages", PREFIXES, unserved::render)
        .body_limit(BODY_LIMIT)
        .get("pages/front", "/", login::front)
        .get("pages/login", "/login", login::show)
        .post("pages/log-in", "/login", login::submit)
        .on(&[Method::GET, Method::POST], "pages/frontdoor", "/secur/frontdoor.jsp", home::frontdoor)
        .get("pages/logout", "/secur/logout.jsp", home::logout)
        .get("pages/verify", verification::PATH, verification::show)
        .post("pages/send-code", verification::PATH, verification::submit)
        .get("pages/change-password", password::CHANGE_PATH, password::show_change)
        .post("pages/set-password", password::CHANGE_PATH, password::change)
        .get("pages/reset-password", crate::app::RESET_PATH, password::show_reset)
        .post("pages/choose-password", crate::app::RESET_PATH, password::reset)
        .get("pages/forgot-password", "/secur/forgotpassword.jsp", password::show_forgot)
        .post("pages/ask-for-password", "/secur/forgotpassword.jsp", password::forgot)
        .get("pages/log-in-as", "/servlet/servlet.su", login_as::show)
        .get("pages/home", "/home/home.jsp", home::show)
        .get("pages/setup-home", "/lightning/setup/SetupOneHome/home", home::show)
        .get("pages/consent", "/setup/secur/RemoteAccessAuthorizationPage.apexp", consent::show)
        .post("pages/answer-consent", "/setup/secur/RemoteAccessAuthorizationPage.apexp", consent::submit)
        .get("pages/device", "/setup/connect", device::show)
        .post("pages/connect-device", "/setup/connect", device::submit)
        .get("pages/error", "/setup/secur/RemoteAccessErrorPage.apexp", oauth_error::show)
        .get("pages/insufficient-privileges", "/setup/secur/InsufficientPrivileges.apexp", oauth_error::insufficient_privileges)
        .get("pages/install-app", "/identity/app/AppInstallApprovalPage.apexp", install_app::show)
        .post("pages/approve-install", "/identity/app/AppInstallApprovalPage.apexp", install_app::submit)
        .get("pages/install-error", "/identity/app/AppInstallErrorPage.apexp", install_app::failed)
        .get("pages/install-package", "/packaging/installPackage.apexp", install_package::show)
        .post("pages/run-package-install", "/packaging/installPackage.apexp", install_package::submit)
        .get("pages/environment-hub", environment_hub::PATH, environment_hub::show)
        .post("pages/create-environment", environment_hub::PATH, environment_hub::create)
        .get("pages/usage", "/lightning/setup/ConnectedAppsUsage/home", usage::show)
        .post("pages/change-usage", "/lightning/setup/ConnectedAppsUsage/home", usage::act)
        .get("pages/external-usage", "/lightning/setup/ExternalClientAppsOAuthUsage/home", usage::show)
        .post("pages/change-external-usage", "/lightning/setup/ExternalClientAppsOAuthUsage/home", usage::act)
        .get("pages/usage-users", "/lightning/setup/ConnectedAppsUsage/users", usage_users::show)
        .post("pages/revoke", "/lightning/setup/ConnectedAppsUsage/users", usage_users::revoke)
        .get("pages/sessions", session_management::PATH, session_management::show)
        .post("pages/remove-session", session_management::PATH, session_management::remove)
        .get("pages/login-history", login_history::PATH, login_history::show)
        .get("pages/audit-trail", audit_trail::PATH, audit_trail::show)
        .get("pages/user-apps", user_apps::PATH, user_apps::show)
        .post("pages/revoke-own", user_apps::PATH, user_apps::revoke)
        .get("pages/app", "/app/mgmt/forceconnectedapps/forceAppDetail.apexp", app_page::show)
        .get("pages/style", "/pages/style.css", assets::style)
        .get("pages/icon", "/pages/icon.svg", assets::icon)
}

/// Whether this server has a page at the path.
fn has_page(path: &str) -> bool {
    table().rows().iter().any(|row| row.path == path && row.methods.contains(&Method::GET))
}
