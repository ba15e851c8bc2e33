//! What people see in a browser: login, consent, the OAuth error page, install links and Setup. Server-rendered, without scripts.
//!
//! Handlers read forms, call the rooms and fill a [`view`]; who is admitted and which tokens exist is never decided here.

mod answer;
mod app_edit;
mod app_form;
mod app_manager;
mod app_menu;
mod app_migrate;
mod app_page;
mod assets;
mod audit_trail;
mod connected_policies;
mod consent;
mod consumer;
mod cookie;
mod csrf;
mod custom_scopes;
mod destination;
mod dev_hub;
mod device;
mod environment_hub;
mod error;
mod explain;
mod external_app;
mod external_edit;
mod external_policies;
mod home;
mod install_app;
mod install_package;
mod installed_packages;
mod login;
mod login_as;
mod login_history;
mod my_domain;
mod namespace_registry;
mod oauth_error;
mod oauth_fields;
mod org_settings;
mod package_manager;
mod packaging;
mod password;
mod permission_sets;
mod policy_form;
mod profiles;
mod sandboxes;
mod session;
mod session_management;
mod set_access;
mod setup;
mod trace;
mod unserved;
mod usage;
mod usage_users;
mod user_apps;
mod user_edit;
mod users;
mod verification;
mod view;
mod wording;

use std::collections::HashSet;
use std::sync::LazyLock;

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
        .get("pages/setup-home", setup::HOME, setup::home)
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
        .get("pages/app-manager", app_manager::PATH, app_manager::show)
        .get("pages/app-menu", app_menu::PATH, app_menu::show)
        .post("pages/arrange-app-menu", app_menu::PATH, app_menu::arrange)
        .get("pages/app", app_page::PATH, app_page::show)
        .post("pages/delete-app", app_page::PATH, app_page::delete)
        .get("pages/edit-app", app_edit::PATH, app_edit::show)
        .post("pages/save-app", app_edit::PATH, app_edit::save)
        .get("pages/migrate", app_migrate::PATH, app_migrate::show)
        .post("pages/run-migration", app_migrate::PATH, app_migrate::migrate)
        .get("pages/consumer", consumer::CONNECTED, consumer::show_connected)
        .post("pages/rotate-consumer", consumer::CONNECTED, consumer::rotate_connected)
        .get("pages/manage-apps", connected_policies::PATH, connected_policies::list)
        .get("pages/policies", connected_policies::EDIT, connected_policies::edit)
        .post("pages/save-policies", connected_policies::EDIT, connected_policies::save)
        .get("pages/external-apps", external_app::PATH, external_app::list)
        .get("pages/external-app", external_app::RECORD, external_app::show)
        .post("pages/delete-external-app", external_app::RECORD, external_app::delete)
        .get("pages/new-external-app", external_edit::NEW, external_edit::show_new)
        .post("pages/create-external-app", external_edit::NEW, external_edit::create)
        .get("pages/external-settings", external_edit::SETTINGS, external_edit::show)
        .post("pages/save-external-settings", external_edit::SETTINGS, external_edit::save)
        .get("pages/external-policies", external_policies::PATH, external_policies::show)
        .post("pages/save-external-policies", external_policies::PATH, external_policies::save)
        .get("pages/external-consumer", consumer::EXTERNAL, consumer::show_external)
        .post("pages/rotate-external-consumer", consumer::EXTERNAL, consumer::rotate_external)
        .get("pages/external-app-settings", org_settings::EXTERNAL_APPS, org_settings::show)
        .post("pages/save-external-app-settings", org_settings::EXTERNAL_APPS, org_settings::save)
        .get("pages/oauth-settings", org_settings::OAUTH, org_settings::show)
        .post("pages/save-oauth-settings", org_settings::OAUTH, org_settings::save)
        .get("pages/api-access", org_settings::API_ACCESS, org_settings::show)
        .post("pages/save-api-access", org_settings::API_ACCESS, org_settings::save)
        .get("pages/custom-scopes", custom_scopes::PATH, custom_scopes::list)
        .get("pages/edit-custom-scope", custom_scopes::EDIT, custom_scopes::show_edit)
        .post("pages/save-custom-scope", custom_scopes::EDIT, custom_scopes::save)
        .get("pages/delete-custom-scope-form", custom_scopes::DELETE, custom_scopes::show_delete)
        .post("pages/delete-custom-scope", custom_scopes::DELETE, custom_scopes::delete)
        .get("pages/my-domain", my_domain::PATH, my_domain::show)
        .post("pages/save-my-domain", my_domain::PATH, my_domain::save)
        .get("pages/users", users::PATH, users::list)
        .get("pages/user", users::USER, users::show)
        .post("pages/change-user", users::USER, users::act)
        .get("pages/edit-user", user_edit::PATH, user_edit::show)
        .post("pages/save-user", user_edit::PATH, user_edit::save)
        .get("pages/permission-sets", permission_sets::PATH, permission_sets::list)
        .get("pages/new-permission-set", permission_sets::NEW, permission_sets::show_new)
        .post("pages/create-permission-set", permission_sets::NEW, permission_sets::create)
        .get("pages/permission-set", permission_sets::SET, permission_sets::show)
        .post("pages/delete-permission-set", permission_sets::SET, permission_sets::delete)
        .get("pages/assignments", permission_sets::ASSIGNMENTS, permission_sets::assignments)
        .post("pages/unassign", permission_sets::ASSIGNMENTS, permission_sets::unassign)
        .get("pages/assign-form", permission_sets::ASSIGN, permission_sets::show_assign)
        .post("pages/assign", permission_sets::ASSIGN, permission_sets::assign)
        .get("pages/system-permissions", set_access::PERMISSIONS, set_access::show_permissions)
        .post("pages/save-system-permissions", set_access::PERMISSIONS, set_access::save_permissions)
        .get("pages/app-access", set_access::APPS, set_access::show_apps)
        .post("pages/save-app-access", set_access::APPS, set_access::save_apps)
        .get("pages/profiles", profiles::PATH, profiles::list)
        .get("pages/profile", profiles::PROFILE, profiles::show)
        .get("pages/profile-logins", profiles::LOGINS, profiles::show_logins)
        .post("pages/save-profile-logins", profiles::LOGINS, profiles::save_logins)
        .get("pages/installed-packages", installed_packages::PATH, installed_packages::list)
        .get("pages/installed-package", installed_packages::PACKAGE, installed_packages::show)
        .get("pages/uninstall-form", installed_packages::UNINSTALL, installed_packages::show_uninstall)
        .post("pages/uninstall-package", installed_packages::UNINSTALL, installed_packages::uninstall)
        .get("pages/package-manager", package_manager::PATH, package_manager::list)
        .get("pages/package", package_manager::PACKAGE, package_manager::show)
        .post("pages/change-package", package_manager::PACKAGE, packaging::act)
        .get("pages/namespace", packaging::NAMESPACE, packaging::show_namespace)
        .post("pages/save-namespace", packaging::NAMESPACE, packaging::save_namespace)
        .get("pages/new-package", packaging::NEW, packaging::show_new)
        .post("pages/create-package", packaging::NEW, packaging::create)
        .get("pages/package-components", packaging::COMPONENTS, packaging::show_components)
        .post("pages/add-components", packaging::COMPONENTS, packaging::add_components)
        .get("pages/upload-form", packaging::UPLOAD, packaging::show_upload)
        .post("pages/upload-package", packaging::UPLOAD, packaging::upload)
        .get("pages/dev-hub", dev_hub::PATH, dev_hub::show)
        .post("pages/enable-dev-hub", dev_hub::PATH, dev_hub::enable)
        .get("pages/namespaces", namespace_registry::PATH, namespace_registry::list)
        .post("pages/link-namespace", namespace_registry::PATH, namespace_registry::link)
        .get("pages/allow-link", namespace_registry::ALLOW, namespace_registry::show_allow)
        .post("pages/answer-link", namespace_registry::ALLOW, namespace_registry::allow)
        .get("pages/namespace-linked", namespace_registry::LINKED, namespace_registry::linked)
        .get("pages/sandboxes", sandboxes::PATH, sandboxes::list)
        .post("pages/answer-sandbox", sandboxes::PATH, sandboxes::act)
        .get("pages/copy-sandbox", sandboxes::COPY, sandboxes::show_copy)
        .post("pages/start-copy", sandboxes::COPY, sandboxes::start)
        .get("pages/delete-sandbox-form", sandboxes::DELETE, sandboxes::show_delete)
        .post("pages/delete-sandbox", sandboxes::DELETE, sandboxes::delete)
        .get("pages/style", "/pages/style.css", assets::style)
        .get("pages/icon", "/pages/icon.svg", assets::icon)
}

/// Whether this server has a page at the path.
fn has_page(path: &str) -> bool {
    static PAGES: LazyLock<HashSet<&'static str>> =
        LazyLock::new(|| table().rows().iter().filter(|row| row.methods.contains(&Method::GET)).map(|row| row.path).collect());
    PAGES.contains(path)
}
