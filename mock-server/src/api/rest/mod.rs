//! The REST API: `/services/data/**`.

mod analytics;
mod apex;
mod apps_credentials;
mod apps_oauth;
mod bearer;
mod call;
mod composite;
mod condition;
mod connect;
mod date;
mod deploy_requests;
mod describe;
mod duplicates;
mod error;
mod external_id;
mod format;
mod graphql;
mod layouts;
mod limits;
mod list_views;
mod look_up;
mod navigation;
mod parameters;
mod password;
mod pretty;
mod process;
mod query;
mod quick_actions;
mod recent;
mod records;
mod reports;
mod resources;
mod rewrite;
mod scratch_orgs;
mod search;
mod search_help;
mod search_parameters;
mod sent;
mod tooling;
mod ui;
mod versions;
mod xml;

pub use self::look_up::{LookedUp, look_up};

use std::sync::LazyLock;

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{Response, StatusCode, header};

pub use self::apex::table as apex_table;
pub use self::bearer::Bearer;
pub use self::error::RestError;
pub use self::format::{Answer, Format};
pub use self::parameters::{Parameters, Segments};
use self::resources::{Directory, Resources};
use self::versions::ApiVersion;
use crate::id::RecordId;
use crate::table::{Table, Unserved};

pub fn table() -> Table {
    let table = Table::new("rest", &["/services/data"], dialect).rewriting(rewrite::rewrite);
    resources().served_by(versions::list_row(table))
}

/// The Tooling API, whose resources lie under those of the REST API.
pub fn tooling_table() -> Table {
    tooling::rows().served_by(Table::new("tooling", &[], dialect).rewriting(rewrite::rewrite))
}

/// The resources of both APIs by path and by id, for parts of composites and for SOAP.
static DIRECTORY: LazyLock<Directory> = LazyLock::new(|| Directory::of(resources().and(tooling::rows())));

/// Every resource of the API: what has a row here can be asked for by itself and, where it is permitted, in a composite.
fn resources() -> Resources {
    let rows = password::rows(limits::rows(describe::rows(versions::rows(Resources::default()))));
    let rows = composite::rows(search_help::rows(apps_credentials::rows(apps_oauth::rows(ui::rows(graphql::rows(reports::rows(rows)))))));
    let rows = process::rows(navigation::rows(quick_actions::rows(layouts::rows(list_views::rows(rows)))));
    let rows = deploy_requests::rows(connect::rows(analytics::rows(rows)));
    rows.get("rest/query", "/services/data/{version}/query", query::run)
        .get("rest/query-more", "/services/data/{version}/query/{locator}", query::next)
        .get("rest/query-all", "/services/data/{version}/queryAll", query::run_all)
        .get("rest/query-all-more", "/services/data/{version}/queryAll/{locator}", query::next)
        .post("rest/create", "/services/data/{version}/sobjects/{object}", records::create)
        .get("rest/read", "/services/data/{version}/sobjects/{object}/{id}", records::read)
        .patch("rest/update", "/services/data/{version}/sobjects/{object}/{id}", records::update)
        .delete("rest/delete", "/services/data/{version}/sobjects/{object}/{id}", records::delete)
        .post("rest/create-by-id", "/services/data/{version}/sobjects/{object}/Id", external_id::create)
        .get("rest/deleted", "/services/data/{version}/sobjects/{object}/deleted", records::deleted)
        .get("rest/updated", "/services/data/{version}/sobjects/{object}/updated", records::updated)
        .get("rest/read-by-external-id", "/services/data/{version}/sobjects/{object}/{id}/{value}", external_id::read)
        .patch("rest/upsert", "/services/data/{version}/sobjects/{object}/{id}/{value}", external_id::upsert)
        .delete("rest/delete-by-external-id", "/services/data/{version}/sobjects/{object}/{id}/{value}", external_id::delete)
        .get("rest/relationship", "/services/data/{version}/sobjects/{object}/{id}/{relationship}/{*path}", records::related)
}

/// Answers what never reached a handler.
pub fn dialect(parts: &Parts, unserved: &Unserved) -> Response<Body> {
    let error = match unserved {
        Unserved::NotFound => unknown(parts),
        Unserved::MethodNotAllowed { allowed } => RestError::MethodNotAllowed { method: parts.method.clone(), allowed: allowed.clone() },
        Unserved::BodyTooLarge { limit } => RestError::BodyTooLarge { limit: *limit },
        Unserved::BodyUnreadable => RestError::BodyUnreadable,
        Unserved::Fault { status, error } => {
            RestError::Injected { status: StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), code: error.clone() }
        }
        Unserved::Locked => RestError::RowLocked { id: addressed(parts.uri.path()) },
    };
    Format::of(&parts.headers).refuse(&error)
}

/// Resources of the version root that every org has and of which this server lacks some paths: those say so, so that nobody takes what
/// is missing for a wrong address.
const UNBUILT: [&str; 1] = ["chatter"];

/// A path without a row. Resources of products that no org here has a licence for (`commerce`, `knowledgeManagement`, …) are
/// among them: GUESS, that they are not there rather than forbidden.
fn unknown(parts: &Parts) -> RestError {
    let mut segments = parts.uri.path().split('/').skip(3);
    let exists = segments.next().is_some_and(|version| ApiVersion::parse(version).is_ok());
    match segments.next().filter(|resource| exists && versions::RESOURCES.contains(resource)) {
        Some(_) if !parts.headers.contains_key(header::AUTHORIZATION) => RestError::InvalidSession,
        Some(resource) if UNBUILT.contains(&resource) => RestError::NotBuilt(parts.uri.path().to_owned()),
        _ => RestError::NotFound,
    }
}

/// The id of the record a path leads to.
fn addressed(path: &str) -> String {
    path.split('/').filter_map(|segment| RecordId::parse(segment).ok()).next_back().map(|id| id.to_string()).unwrap_or_default()
}
