//! The Tooling API: `/services/data/{version}/tooling/**`. Its records are answered by the same handlers as those of the data API;
//! what is here are the objects that are more than records: definitions, code, containers, and what would run code.

mod body;
mod code;
mod components;
mod container;
mod execute;
mod packages;
mod query;
mod records;
mod sandboxes;

use super::resources::Resources;
use super::{describe, external_id, records as rest, search};

pub(super) fn rows() -> Resources {
    Resources::default()
        .get("tooling/resources", "/services/data/{version}/tooling", query::resources)
        .get("tooling/query", "/services/data/{version}/tooling/query", query::run)
        .get("tooling/query-more", "/services/data/{version}/tooling/query/{locator}", query::next)
        .get("tooling/query-all", "/services/data/{version}/tooling/queryAll", query::run_all)
        .get("tooling/query-all-more", "/services/data/{version}/tooling/queryAll/{locator}", query::next)
        .get("tooling/search", "/services/data/{version}/tooling/search", search::run)
        .get("tooling/describe-global", "/services/data/{version}/tooling/sobjects", describe::list)
        .get("tooling/basic-information", "/services/data/{version}/tooling/sobjects/{object}", describe::summarise)
        .get("tooling/describe", "/services/data/{version}/tooling/sobjects/{object}/describe", describe::describe)
        .post("tooling/create", "/services/data/{version}/tooling/sobjects/{object}", records::create)
        .get("tooling/read", "/services/data/{version}/tooling/sobjects/{object}/{id}", records::read)
        .patch("tooling/update", "/services/data/{version}/tooling/sobjects/{object}/{id}", records::update)
        .delete("tooling/delete", "/services/data/{version}/tooling/sobjects/{object}/{id}", records::delete)
        .post("tooling/sandbox-auth", "/services/data/{version}/tooling/sandboxAuth", sandboxes::authorize)
        .get("tooling/deleted", "/services/data/{version}/tooling/sobjects/{object}/deleted", rest::deleted)
        .get("tooling/updated", "/services/data/{version}/tooling/sobjects/{object}/updated", rest::updated)
        .get("tooling/related", "/services/data/{version}/tooling/sobjects/{object}/{id}/{value}", external_id::read)
        .get("tooling/execute-anonymous", "/services/data/{version}/tooling/executeAnonymous", execute::anonymous)
        .post("tooling/run-tests", "/services/data/{version}/tooling/runTestsAsynchronous", execute::run_later)
        .get("tooling/run-tests-by-name", "/services/data/{version}/tooling/runTestsAsynchronous", execute::run_later)
        .post("tooling/run-tests-now", "/services/data/{version}/tooling/runTestsSynchronous", execute::run_now)
        .get("tooling/run-tests-now-by-name", "/services/data/{version}/tooling/runTestsSynchronous", execute::run_now)
        .get("tooling/completions", "/services/data/{version}/tooling/completions", execute::completions)
}
