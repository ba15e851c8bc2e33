//! Several requests in one: `/composite`, its batch, graphs, trees and collections. Source: `rest.md` section 5.

mod batch;
mod body;
mod chain;
mod collections;
mod envelope;
mod error;
mod graph;
mod item;
mod permitted;
mod reference;
mod subrequest;
mod tooling;
mod tree;

pub use error::CompositeError;

use super::call::Call;
use super::error::RestError;
use super::format::Answer;
use super::resources::Resources;

pub(super) fn rows(rows: Resources) -> Resources {
    tooling::rows(rows)
        .get("rest/composite-resources", "/services/data/{version}/composite", list)
        .post("rest/composite", "/services/data/{version}/composite", chain::run)
        .post("rest/composite-batch", "/services/data/{version}/composite/batch", batch::run)
        .post("rest/composite-graph", "/services/data/{version}/composite/graph", graph::run)
        .post("rest/composite-tree", "/services/data/{version}/composite/tree/{object}", tree::create)
        .post("rest/collection-create", "/services/data/{version}/composite/sobjects", collections::create)
        .patch("rest/collection-update", "/services/data/{version}/composite/sobjects", collections::update)
        .delete("rest/collection-delete", "/services/data/{version}/composite/sobjects", collections::delete)
        .get("rest/collection-read", "/services/data/{version}/composite/sobjects/{object}", collections::read)
        .post("rest/collection-read-many", "/services/data/{version}/composite/sobjects/{object}", collections::read_many)
        .patch("rest/collection-upsert", "/services/data/{version}/composite/sobjects/{object}/{field}", collections::upsert)
        .post("rest/tooling-composite", "/services/data/{version}/tooling/composite", chain::run_tooling)
        .post("rest/tooling-composite-batch", "/services/data/{version}/tooling/composite/batch", batch::run_tooling)
}

/// The composite resources and the version each came with.
const RESOURCES: [(&str, u16); 4] = [("tree", 34), ("batch", 34), ("sobjects", 42), ("graph", 50)];

/// Records that one request changes at most, whether of a collection, a tree or the Tooling API.
const MOST_CHANGED: usize = 200;

/// The first version of `/composite` itself.
const COMPOSITE_SINCE: u16 = 38;

/// `GET /services/data/v67.0/composite`
fn list(call: &Call<'_>) -> Result<Answer, RestError> {
    let own = RESOURCES.iter().filter(|(_, since)| *since <= call.version.number());
    let own: Vec<String> = own.map(|(name, _)| format!(r#""{name}":"{}/composite/{name}""#, call.version.path())).collect();
    Ok(Answer::json(format!("{{{}}}", own.join(",")), "urls"))
}

/// # Errors
/// `NotFound` for a version that is older than the resource.
fn since(call: &Call<'_>, version: u16) -> Result<(), RestError> {
    if call.version.number() < version { Err(RestError::NotFound) } else { Ok(()) }
}
