//! The UI API as clients without pages of their own read it: records with what people see, and what an object is made of.
//! Source: `rest.md` section 4; where it is silent a `GUESS:` stands.

mod field;
mod layout;
mod lists;
pub mod object_info;
mod paging;
mod paths;
mod picklists;
mod record;
mod related;
mod shell;
mod write;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::call::Call;
use super::error::RestError;
use super::resources::Resources;

pub(super) fn rows(rows: Resources) -> Resources {
    let rows = shell::rows(layout::rows(related::rows(lists::rows(rows))));
    rows.get("rest/ui-record", "/services/data/{version}/ui-api/records/{id}", record::read)
        .get("rest/ui-records", "/services/data/{version}/ui-api/records/batch/{ids}", record::read_many)
        .post("rest/ui-create", "/services/data/{version}/ui-api/records", write::create)
        .patch("rest/ui-update", "/services/data/{version}/ui-api/records/{id}", write::update)
        .delete("rest/ui-delete", "/services/data/{version}/ui-api/records/{id}", write::delete)
        .get("rest/ui-objects", "/services/data/{version}/ui-api/object-info", object_info::list)
        .get("rest/ui-object", "/services/data/{version}/ui-api/object-info/{object}", object_info::read)
        .get("rest/ui-objects-named", "/services/data/{version}/ui-api/object-info/batch/{objects}", object_info::read_many)
        .get("rest/ui-picklists", "/services/data/{version}/ui-api/object-info/{object}/picklist-values/{record_type}", picklists::all)
        .get("rest/ui-picklist", "/services/data/{version}/ui-api/object-info/{object}/picklist-values/{record_type}/{field}", picklists::one)
}

/// Every representation carries a mark of its content. GUESS: how Salesforce computes it; clients only compare.
fn marked(mut body: Value) -> Value {
    let digest = Sha256::digest(body.to_string().as_bytes());
    body["eTag"] = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect::<String>().into();
    body
}

/// Several representations in one answer, each with a status of its own.
fn each(names: &str, read: impl Fn(&str) -> Result<Value, RestError>) -> Value {
    let result = |name: &str| match read(name) {
        Ok(body) => serde_json::json!({ "result": body, "statusCode": 200 }),
        Err(error) => {
            let wire = error.wire();
            let result = serde_json::json!([{ "errorCode": wire.code, "message": wire.message }]);
            serde_json::json!({ "result": result, "statusCode": wire.status.as_u16() })
        }
    };
    let results: Vec<Value> = names.split(',').map(str::trim).filter(|name| !name.is_empty()).map(result).collect();
    serde_json::json!({ "results": results, "hasErrors": results.iter().any(|result| result["statusCode"] != 200) })
}

/// `/services/data/v67.0/ui-api/…`
fn address(call: &Call<'_>, rest: &str) -> String {
    format!("{}/ui-api/{rest}", call.version.path())
}
