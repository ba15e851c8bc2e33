//! `search`.

use catalogue::Object;
use serde_json::{Value, json};

use super::call::{Call, Reply};
use super::fault::Fault;
use super::query::{body, text};
use super::spelling::SoapXml;
use super::typed;
use crate::app::Database;
use crate::records::{self, BATCH, Column, Found, FoundList, FoundRecord, RecordError, Searches};
use crate::schema::{Schema, View, list_view};
use crate::xml::markup::Markup;

/// The version that brought `searchRecordMetadata`.
const METADATA_SINCE: u16 = 40;

/// `search(searchString)`
pub fn search(call: &Call) -> Result<Reply, Fault> {
    let sosl = call.parameter("searchString")?;
    let schema = call.schema()?;
    let found = found(call, &schema, sosl)?;
    let mut out = Markup::with_capacity(1024);
    let version = call.arrived.endpoint.version;
    out.within("result", |out| {
        // GUESS: what the service names a search by; no call takes it.
        out.leaf("queryId", &call.app().entropy().token(20));
        found.lists.iter().flat_map(|list| &list.records).for_each(|record| write_record(out, record, version));
        if found.labels {
            typed::write(out, "searchResultsMetadata", "SearchResultsMetadata", &labels(&found.lists, &schema), version);
        }
    });
    Ok(Reply::with_records(out.into_string()))
}

fn found(call: &Call, schema: &Schema, sosl: &str) -> Result<Found, RecordError> {
    let version = call.version_text();
    let asked = call.asked(&version, BATCH);
    let user = call.caller.user.id.to_string();
    let views = |object: &Object, name: &str| list_view(object, name).map(|view| view.searched(object, &user));
    let found = Database::Org(&call.caller.org).read_fresh(|tx, may_write| {
        let view = View { schema, rows: tx, access: &call.caller.access };
        let bodies = |object: &str, id: Column<'_>, field: &str| body(tx, schema, object, id, field);
        let spelling = SoapXml { dialect: call.arrived.endpoint.dialect, element: "record", bodies: &bodies };
        let everything = records::everything(schema.objects());
        let searches = Searches { db: tx, catalog: &view, asked: &asked, everything, views: &views };
        if may_write { searches.run_fresh(sosl, &spelling).map(Some) } else { searches.run(sosl, &spelling) }
    })?;
    Ok(found.unwrap_or(Found { lists: Vec::new(), labels: false }))
}

/// A record with what was marked in it: the text around in `text`, its fields in `wholeFields`.
fn write_record(out: &mut Markup, record: &FoundRecord, version: u16) {
    out.within("searchRecords", |out| {
        out.raw(&text(record.spelled.clone()));
        if version >= METADATA_SINCE {
            typed::write(out, "searchRecordMetadata", "SearchRecordMetadata", &json!({ "searchPromoted": false, "spellCorrected": false }), version);
        }
        if record.snippet.is_none() && record.highlights.is_empty() {
            return out.nil("snippet");
        }
        let marked: Vec<_> = record.highlights.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
        typed::write(out, "snippet", "SearchSnippet", &json!({ "text": record.snippet, "wholeFields": marked }), version);
    });
}

/// The display labels of the fields shown.
fn labels(lists: &[FoundList], schema: &Schema) -> Value {
    let entity = |list: &FoundList| {
        let object = schema.object(&list.object)?;
        let label = |name: &String| object.field(name).map(|field| json!({ "name": field.name, "value": field.label }));
        Some(json!({ "entityName": object.name, "entityFieldLabels": list.fields.iter().filter_map(label).collect::<Vec<_>>() }))
    };
    json!({ "entityLabelMetadata": lists.iter().filter_map(entity).collect::<Vec<_>>() })
}
