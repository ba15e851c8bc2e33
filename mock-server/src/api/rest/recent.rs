//! `recent`: the records the caller used last. Source: `rest.md` section 4.

use serde_json::json;

use super::call::Call;
use super::error::RestError;
use super::format::Answer;
use crate::records::{Recent, Usages, Use};
use crate::schema::Schema;
use crate::storage::StoreError;

/// Records that are listed unless the caller says how many.
const USUAL: usize = 200;

/// `GET /services/data/v67.0/recent?limit=5`
pub fn list(call: &Call<'_>) -> Result<Answer, RestError> {
    let limit = call.number("limit")?.unwrap_or(USUAL);
    let recent = used(call, None, limit)?;
    Ok(Answer::json(serde_json::to_vec(&recent).map_err(StoreError::new)?, "Array"))
}

/// The records the caller used last, as answers list them: those of one object, or of all the caller sees.
pub fn used(call: &Call<'_>, object: Option<&str>, limit: usize) -> Result<Vec<serde_json::Value>, RestError> {
    let schema = call.schema()?;
    let recent = call.db.read(|tx| tx.recent(call.caller.user.id, object, limit))?;
    Ok(recent.iter().filter(|recent| is_visible(call, &schema, recent)).map(|recent| entry(call, recent)).collect())
}

fn is_visible(call: &Call<'_>, schema: &Schema, recent: &Recent) -> bool {
    schema.object(&recent.object).is_some_and(|object| call.caller.access.sees(object))
}

fn entry(call: &Call<'_>, recent: &Recent) -> serde_json::Value {
    let url = call.record_url(&recent.object, recent.id);
    json!({ "attributes": { "type": recent.object, "url": url }, "Id": recent.id.to_string(), "Name": recent.name })
}

/// Notes that the caller looked at a record, where the request's `Sforce-Mru` header asks for it.
pub fn note_if_asked(call: &Call<'_>, object: &catalogue::Object, id: crate::id::RecordId) -> Result<(), RestError> {
    let header = call.headers.get("sforce-mru").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let asked = header.split([',', ';']).filter_map(|option| option.split_once('='));
    let mut asked = asked.filter(|(name, value)| name.trim().eq_ignore_ascii_case("updateMru") && value.trim().eq_ignore_ascii_case("true"));
    if asked.next().is_some() {
        call.db.write(|tx| tx.note_use(object, &[id], call.caller.user.id, Use::Viewed, call.app.now()))?;
    }
    Ok(())
}
