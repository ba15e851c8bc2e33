//! `/wave` and `/eclair`: CRM Analytics in an org that nobody made a dataset in. What scopes open it is the point; its collections are empty.
//!
//! Source: Analytics REST API, "Resources Overview". GUESS: the shape of an empty collection of charts' geodata.

use serde_json::{Map, Value, json};

use super::call::Call;
use super::error::RestError;
use super::format::Answer;
use super::resources::Resources;

/// Collections of the version root's `wave`.
const COLLECTIONS: [&str; 12] = [
    "dashboards",
    "dataConnectors",
    "dataflowjobs",
    "dataflows",
    "datasets",
    "dependencies",
    "folders",
    "lenses",
    "recipes",
    "replicatedDatasets",
    "templates",
    "xmds",
];
const ROOT: &str = "Wave";

pub(super) fn rows(rows: Resources) -> Resources {
    rows.get("rest/wave", "/services/data/{version}/wave", wave)
        .get("rest/wave-collection", "/services/data/{version}/wave/{collection}", collection)
        .get("rest/eclair", "/services/data/{version}/eclair", eclair)
        .get("rest/eclair-geodata", "/services/data/{version}/eclair/geodata", geodata)
}

/// `GET …/wave`: where the collections are.
fn wave(call: &Call<'_>) -> Result<Answer, RestError> {
    let at = |name: &&str| ((*name).to_owned(), Value::from(format!("{}/wave/{name}", call.root())));
    let entries: Map<String, Value> = COLLECTIONS.iter().map(at).collect();
    Ok(Answer::json(Value::Object(entries).to_string(), ROOT))
}

/// `GET …/wave/{collection}`
fn collection(call: &Call<'_>) -> Result<Answer, RestError> {
    let asked = call.segment("collection");
    let name = COLLECTIONS.into_iter().find(|name| *name == asked).ok_or(RestError::NotFound)?;
    let body = json!({ name: [], "nextPageUrl": null, "totalSize": 0, "url": format!("{}/wave/{name}", call.root()) });
    Ok(Answer::json(body.to_string(), ROOT))
}

/// `GET …/eclair`
fn eclair(call: &Call<'_>) -> Result<Answer, RestError> {
    Ok(Answer::json(json!({ "geodata": format!("{}/eclair/geodata", call.root()) }).to_string(), "Eclair"))
}

/// `GET …/eclair/geodata`
fn geodata(call: &Call<'_>) -> Result<Answer, RestError> {
    Ok(Answer::json(json!({ "geodata": [], "url": format!("{}/eclair/geodata", call.root()) }).to_string(), "Eclair"))
}
