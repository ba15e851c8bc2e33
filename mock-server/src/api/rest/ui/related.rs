//! Related lists in the UI API: which a page of an object has, what each shows, its records and their number.

use catalogue::{ChildRelationship, Object};
use serde_json::{Value, json};

use super::super::call::Call;
use super::super::error::RestError;
use super::super::format::Answer;
use super::super::query::selected;
use super::super::records::found;
use super::super::resources::Resources;
use super::super::versions::written;
use super::lists::{Collection, collected, display_columns, ordered_by, preferences, visible};
use super::record::{MASTER, addressed, reached};
use super::{address, each, marked};
use crate::id::RecordId;
use crate::schema::{Schema, related_lists};

/// Records a count goes up to.
const COUNTED: usize = 1_999;

pub(super) fn rows(rows: Resources) -> Resources {
    rows.get("rest/ui-related-lists", "/services/data/{version}/ui-api/related-list-info/{object}", all)
        .get("rest/ui-related-list", "/services/data/{version}/ui-api/related-list-info/{object}/{list}", one)
        .get("rest/ui-related-records", "/services/data/{version}/ui-api/related-list-records/{record}/{list}", records)
        .post("rest/ui-related-records-asked", "/services/data/{version}/ui-api/related-list-records/{record}/{list}", records)
        .get("rest/ui-related-count", "/services/data/{version}/ui-api/related-list-count/{record}/{list}", count)
        .get("rest/ui-related-counts", "/services/data/{version}/ui-api/related-list-count/batch/{record}/{lists}", counts)
}

/// A list on the page of an object.
struct Related<'s> {
    parent: &'s Object,
    link: &'s ChildRelationship,
    child: &'s Object,
}

impl Related<'_> {
    fn id(&self) -> &str {
        self.link.name.as_deref().unwrap_or_default()
    }

    fn reference(&self, record: Option<RecordId>) -> Value {
        json!({
            "id": null, "inContextOfRecordId": record.map(|id| id.to_string()), "listViewApiName": null, "parentObjectApiName": self.parent.name,
            "recordTypeId": MASTER, "relatedListId": self.id(), "type": "relatedList",
        })
    }
}

fn lists<'s>(call: &Call<'_>, schema: &'s Schema, parent: &'s Object) -> Vec<Related<'s>> {
    let seen = related_lists(schema, parent).into_iter().filter(|(_, child)| call.caller.access.sees(child));
    seen.map(|(link, child)| Related { parent, link, child }).collect()
}

fn list_of<'s>(call: &Call<'_>, schema: &'s Schema, parent: &'s Object, name: &str) -> Result<Related<'s>, RestError> {
    lists(call, schema, parent).into_iter().find(|list| list.id().eq_ignore_ascii_case(name)).ok_or(RestError::NotFound)
}

/// `GET …/ui-api/related-list-info/Account`
fn all(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let parent = found(call, &schema, &call.segment("object"))?;
    let entry = |list: &Related<'_>| {
        json!({
            "entityLabel": list.child.label, "entityLabelPlural": list.child.label_plural, "fieldApiName": list.link.field,
            "keyPrefix": list.child.key_prefix, "label": list.child.label_plural, "objectApiName": list.child.name, "relatedListId": list.id(),
            "relatedListInfoUrl": address(call, &format!("related-list-info/{}/{}", parent.name, list.id())),
        })
    };
    let entries: Vec<Value> = lists(call, &schema, parent).iter().map(entry).collect();
    let body = json!({ "eTag": null, "parentObjectApiName": parent.name, "parentRecordTypeId": MASTER, "relatedLists": entries });
    written(&marked(body), "RelatedListSummaryCollection")
}

/// `GET …/ui-api/related-list-info/Account/Contacts`
fn one(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let parent = found(call, &schema, &call.segment("object"))?;
    let list = list_of(call, &schema, parent, &call.segment("list"))?;
    let columns = visible(call, &schema, list.child);
    let body = json!({
        "cloneable": false,
        "createable": false,
        "deletable": false,
        "displayColumns": display_columns(list.child, &columns),
        "eTag": null,
        "fieldApiName": list.link.field,
        "filterLogicString": null,
        "filteredByInfo": [],
        "label": list.child.label_plural,
        "listReference": list.reference(None),
        "objectApiNames": [list.child.name],
        "orderedByInfo": ordered_by(&columns),
        "relatedListTypeEnum": "STANDARD",
        "updateable": false,
        "userPreferences": preferences(&columns),
        "visibility": "Public",
        "visibilityEditable": false,
    });
    written(&marked(body), "RelatedListInfo")
}

/// `GET …/ui-api/related-list-records/001…/Contacts`. GUESS: by POST the same parameters stand in the address; a body is not looked at.
fn records(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let (parent, id) = addressed(call, &schema, &call.segment("record"))?;
    reached(call, &schema, parent, id)?;
    let list = list_of(call, &schema, parent, &call.segment("list"))?;
    let columns = visible(call, &schema, list.child);
    let path = address(call, &format!("related-list-records/{id}/{}", list.id()));
    let of = Collection { object: list.child, columns: &columns, using: "", condition: format!("{} = '{id}'", list.link.field), path };
    let mut body = collected(call, &schema, &of)?;
    body["listReference"] = list.reference(Some(id));
    written(&body, "RelatedListRecordCollection")
}

/// `GET …/ui-api/related-list-count/001…/Contacts`
fn count(call: &Call<'_>) -> Result<Answer, RestError> {
    written(&counted(call, &call.segment("list"))?, "RelatedListRecordCount")
}

/// `GET …/ui-api/related-list-count/batch/001…/Contacts,Opportunities`
fn counts(call: &Call<'_>) -> Result<Answer, RestError> {
    written(&each(&call.segment("lists"), |list| counted(call, list)), "BatchResults")
}

fn counted(call: &Call<'_>, name: &str) -> Result<Value, RestError> {
    let schema = call.schema()?;
    let (parent, id) = addressed(call, &schema, &call.segment("record"))?;
    reached(call, &schema, parent, id)?;
    let list = list_of(call, &schema, parent, name)?;
    let most = call.number("maxCount")?.unwrap_or(COUNTED).clamp(1, COUNTED);
    let soql = format!("SELECT COUNT() FROM {} WHERE {} = '{id}'", list.child.name, list.link.field);
    let total = selected(call, &schema, &soql)?["totalSize"].as_u64().and_then(|total| usize::try_from(total).ok()).unwrap_or(0);
    Ok(marked(json!({ "count": total.min(most), "eTag": null, "hasMore": total > most, "listReference": list.reference(Some(id)) })))
}
