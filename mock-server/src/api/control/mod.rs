//! The control API, `/_mock/v1`: makes, shows and changes what a server holds. Every body is an element of the world document.
//! Who may call it is decided before a request gets here.

mod apps;
mod body;
mod clock;
mod credentials;
mod faults;
mod openapi;
mod orgs;
mod outbox;
mod problem;
mod query;
mod records;
mod refusals;
mod requests;
mod schema;
mod seed;
mod sessions;
mod snapshots;
mod users;

use std::sync::Arc;

use serde::Deserialize;

use crate::app::{App, LiveOrg};
use crate::id::OrgId;
use crate::table::Table;

use problem::Problem;

pub fn table() -> Table {
    let table = Table::new("control", &["/_mock"], problem::unserved)
        .get("control/openapi", "/_mock/openapi.json", openapi::document)
        .get("control/world", "/_mock/v1/world", snapshots::world)
        .get("control/orgs", "/_mock/v1/orgs", orgs::list)
        .post("control/orgs-add", "/_mock/v1/orgs", orgs::add)
        .get("control/org", "/_mock/v1/orgs/{org}", orgs::show)
        .patch("control/org-change", "/_mock/v1/orgs/{org}", orgs::change)
        .delete("control/org-remove", "/_mock/v1/orgs/{org}", orgs::remove)
        .post("control/org-refresh", "/_mock/v1/orgs/{org}/refresh", orgs::refresh)
        .get("control/policies", "/_mock/v1/orgs/{org}/policies", orgs::policies)
        .patch("control/policies-change", "/_mock/v1/orgs/{org}/policies", orgs::change_policies)
        .get("control/users", "/_mock/v1/orgs/{org}/users", users::list)
        .post("control/users-add", "/_mock/v1/orgs/{org}/users", users::add)
        .get("control/user", "/_mock/v1/orgs/{org}/users/{user}", users::show)
        .patch("control/user-change", "/_mock/v1/orgs/{org}/users/{user}", users::change)
        .post("control/user-contain", "/_mock/v1/orgs/{org}/users/{user}/contain", users::contain)
        .delete("control/user-remove", "/_mock/v1/orgs/{org}/users/{user}", users::remove)
        .post("control/password-reset", "/_mock/v1/orgs/{org}/users/{user}/password-reset", users::reset_password)
        .get("control/profiles", "/_mock/v1/orgs/{org}/profiles", users::profiles)
        .post("control/profiles-add", "/_mock/v1/orgs/{org}/profiles", users::add_profile)
        .get("control/profile", "/_mock/v1/orgs/{org}/profiles/{name}", users::profile)
        .patch("control/profile-change", "/_mock/v1/orgs/{org}/profiles/{name}", users::change_profile)
        .delete("control/profile-remove", "/_mock/v1/orgs/{org}/profiles/{name}", users::remove_profile)
        .get("control/permission-sets", "/_mock/v1/orgs/{org}/permission-sets", users::permission_sets)
        .post("control/permission-sets-add", "/_mock/v1/orgs/{org}/permission-sets", users::add_permission_set)
        .get("control/permission-set", "/_mock/v1/orgs/{org}/permission-sets/{name}", users::permission_set)
        .patch("control/permission-set-change", "/_mock/v1/orgs/{org}/permission-sets/{name}", users::change_permission_set)
        .delete("control/permission-set-remove", "/_mock/v1/orgs/{org}/permission-sets/{name}", users::remove_permission_set);
    rest_of(table)
}

fn rest_of(table: Table) -> Table {
    table
        .get("control/apps", "/_mock/v1/apps", apps::list)
        .post("control/apps-add", "/_mock/v1/apps", apps::add)
        .get("control/app", "/_mock/v1/apps/{app}", apps::show)
        .patch("control/app-change", "/_mock/v1/apps/{app}", apps::change)
        .post("control/app-migrate", "/_mock/v1/apps/{app}/migrate", apps::migrate)
        .delete("control/app-remove", "/_mock/v1/apps/{app}", apps::remove)
        .get("control/credentials", "/_mock/v1/apps/{app}/credentials", credentials::show)
        .post("control/credentials-stage", "/_mock/v1/apps/{app}/credentials", credentials::stage)
        .delete("control/credentials-discard", "/_mock/v1/apps/{app}/credentials", credentials::discard)
        .post("control/credentials-apply", "/_mock/v1/apps/{app}/credentials/apply", credentials::apply)
        .get("control/packages", "/_mock/v1/packages", apps::packages)
        .post("control/packages-add", "/_mock/v1/packages", apps::add_package)
        .get("control/package", "/_mock/v1/packages/{package}", apps::package)
        .patch("control/package-change", "/_mock/v1/packages/{package}", apps::change_package)
        .delete("control/package-remove", "/_mock/v1/packages/{package}", apps::remove_package)
        .put("control/install", "/_mock/v1/orgs/{org}/installs/{app}", apps::install)
        .delete("control/uninstall", "/_mock/v1/orgs/{org}/installs/{app}", apps::uninstall)
        .get("control/org-apps", "/_mock/v1/orgs/{org}/apps", apps::rows)
        .get("control/org-app", "/_mock/v1/orgs/{org}/apps/{app}", apps::row)
        .patch("control/org-app-change", "/_mock/v1/orgs/{org}/apps/{app}", apps::change_row)
        .get("control/records", "/_mock/v1/orgs/{org}/records", records::list)
        .post("control/records-add", "/_mock/v1/orgs/{org}/records", records::add)
        .post("control/seed", "/_mock/v1/orgs/{org}/seed", seed::add)
        .get("control/record", "/_mock/v1/orgs/{org}/records/{id}", records::show)
        .patch("control/record-change", "/_mock/v1/orgs/{org}/records/{id}", records::change)
        .delete("control/record-remove", "/_mock/v1/orgs/{org}/records/{id}", records::remove)
        .get("control/objects", "/_mock/v1/orgs/{org}/objects", schema::objects)
        .post("control/objects-add", "/_mock/v1/orgs/{org}/objects", schema::add_object)
        .get("control/object", "/_mock/v1/orgs/{org}/objects/{name}", schema::object)
        .patch("control/object-change", "/_mock/v1/orgs/{org}/objects/{name}", schema::change_object)
        .delete("control/object-remove", "/_mock/v1/orgs/{org}/objects/{name}", schema::remove_object)
        .get("control/custom-fields", "/_mock/v1/orgs/{org}/custom-fields", schema::fields)
        .post("control/custom-fields-add", "/_mock/v1/orgs/{org}/custom-fields", schema::add_field)
        .get("control/custom-field", "/_mock/v1/orgs/{org}/custom-fields/{name}", schema::field)
        .patch("control/custom-field-change", "/_mock/v1/orgs/{org}/custom-fields/{name}", schema::change_field)
        .delete("control/custom-field-remove", "/_mock/v1/orgs/{org}/custom-fields/{name}", schema::remove_field)
        .post("control/sessions-add", "/_mock/v1/orgs/{org}/sessions", sessions::add)
        .delete("control/sessions-end", "/_mock/v1/orgs/{org}/sessions", sessions::end)
        .delete("control/grants-revoke", "/_mock/v1/orgs/{org}/grants", sessions::revoke)
        .delete("control/session-remove", "/_mock/v1/sessions/{session}", sessions::remove)
        .post("control/signing-keys-add", "/_mock/v1/signing-keys", sessions::rotate_key)
        .get("control/clock", "/_mock/v1/clock", clock::show)
        .post("control/clock-change", "/_mock/v1/clock", clock::change)
        .get("control/outbox", "/_mock/v1/outbox", outbox::list)
        .get("control/refusals", "/_mock/v1/refusals", refusals::list)
        .post("control/snapshots-add", "/_mock/v1/snapshots", snapshots::take)
        .post("control/snapshot-restore", "/_mock/v1/snapshots/{id}/restore", snapshots::restore)
        .post("control/reset", "/_mock/v1/reset", snapshots::reset)
        .get("control/requests", "/_mock/v1/requests", requests::list)
        .get("control/requests-archive", "/_mock/v1/requests.har", requests::archive)
        .get("control/requests-stream", "/_mock/v1/requests/stream", requests::follow)
        .get("control/faults", "/_mock/v1/faults", faults::list)
        .post("control/faults-add", "/_mock/v1/faults", faults::add)
        .delete("control/fault-remove", "/_mock/v1/faults/{id}", faults::remove)
        .post("control/fault-release", "/_mock/v1/faults/{id}/release", faults::release)
}

/// The org that the path names, by name or id.
fn org(app: &App, name: &str) -> Result<Arc<LiveOrg>, Problem> {
    let by_id = || OrgId::parse(name).ok().and_then(|id| app.org(id));
    app.org_named(name).or_else(by_id).ok_or_else(|| Problem::not_found(format!("no org is called {name:?}")))
}

/// The org that a query names. Nothing is missing from the address then: a parameter is wrong.
fn asked_org(app: &App, name: &str) -> Result<Arc<LiveOrg>, Problem> {
    org(app, name).map_err(|_| Problem::field("org", format!("no org is called {name:?}")))
}

/// `?org=` of calls that can be limited to one org.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OneOrg {
    org: Option<String>,
}

impl OneOrg {
    fn id(&self, app: &App) -> Result<Option<OrgId>, Problem> {
        self.org.as_deref().map(|name| asked_org(app, name).map(|org| org.id())).transpose()
    }
}
