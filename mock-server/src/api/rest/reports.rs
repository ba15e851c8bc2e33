//! Reports and dashboards: which the caller looked at last. Their definitions and results are not modelled, so that no id leads to one.
//!
//! Source: Reports and Dashboards REST API, "Report List" and "Dashboard List".

use serde_json::{Value, json};

use super::call::Call;
use super::error::RestError;
use super::format::Answer;
use super::query::selected;
use super::resources::Resources;
use super::versions::written;

/// Reports and dashboards that are listed at most.
const MOST: usize = 200;

pub(super) fn rows(rows: Resources) -> Resources {
    rows.get("rest/analytics", "/services/data/{version}/analytics", directory)
        .get("rest/reports", "/services/data/{version}/analytics/reports", reports)
        .get("rest/dashboards", "/services/data/{version}/analytics/dashboards", dashboards)
}

/// `GET /services/data/v67.0/analytics`
fn directory(call: &Call<'_>) -> Result<Answer, RestError> {
    let url = |name: &str| format!("{}/analytics/{name}", call.version.path());
    written(&json!({ "dashboards": url("dashboards"), "reports": url("reports") }), "Analytics")
}

/// `GET /services/data/v67.0/analytics/reports`
fn reports(call: &Call<'_>) -> Result<Answer, RestError> {
    let entry = |row: &Value| {
        let url = address(call, "reports", row);
        json!({
            "describeUrl": format!("{url}/describe"), "fieldsUrl": format!("{url}/fields"), "id": row["Id"], "instancesUrl": format!("{url}/instances"),
            "name": row["Name"], "url": url,
        })
    };
    listed(call, "SELECT Id, Name FROM Report ORDER BY Name, Id", entry)
}

/// `GET /services/data/v67.0/analytics/dashboards`
fn dashboards(call: &Call<'_>) -> Result<Answer, RestError> {
    let entry = |row: &Value| {
        let url = address(call, "dashboards", row);
        json!({ "id": row["Id"], "name": row["Title"], "statusUrl": format!("{url}/status"), "url": url })
    };
    listed(call, "SELECT Id, Title FROM Dashboard ORDER BY Title, Id", entry)
}

fn address(call: &Call<'_>, kind: &str, row: &Value) -> String {
    format!("{}/analytics/{kind}/{}", call.version.path(), row["Id"].as_str().unwrap_or_default())
}

fn listed(call: &Call<'_>, soql: &str, entry: impl Fn(&Value) -> Value) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let rows = selected(call, &schema, &format!("{soql} LIMIT {MOST}"))?;
    written(&rows["records"].as_array().into_iter().flatten().map(entry).collect::<Vec<_>>(), "Array")
}
