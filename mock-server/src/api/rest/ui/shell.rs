//! What an application shell around records asks of the UI API: lookups, actions, favourites, the avatars of records, the theme.

use catalogue::{FieldType, Object};
use serde_json::{Map, Value, json};

use super::super::call::Call;
use super::super::error::RestError;
use super::super::format::Answer;
use super::super::query::quoted;
use super::super::quick_actions::actions_of;
use super::super::records::found;
use super::super::resources::Resources;
use super::super::versions::written;
use super::object_info::icon;
use super::paging::{Paging, paged};
use super::paths;
use super::record::{addressed, listed_part, reached};
use super::{address, each, marked};
use crate::org::Right;
use crate::records::RecordError;
use crate::schema::Schema;

pub(super) fn rows(rows: Resources) -> Resources {
    rows.get("rest/ui-lookup", "/services/data/{version}/ui-api/lookups/{object}/{field}", lookup)
        .get("rest/ui-lookup-of", "/services/data/{version}/ui-api/lookups/{object}/{field}/{target}", lookup_of)
        .get("rest/ui-record-actions", "/services/data/{version}/ui-api/actions/record/{ids}", record_actions)
        .get("rest/ui-global-actions", "/services/data/{version}/ui-api/actions/global", global_actions)
        .get("rest/ui-object-actions", "/services/data/{version}/ui-api/actions/object/{object}", object_actions)
        .get("rest/ui-lookup-actions", "/services/data/{version}/ui-api/actions/lookup/{objects}", lookup_actions)
        .get("rest/ui-favorites", "/services/data/{version}/ui-api/favorites", favorites)
        .get("rest/ui-avatars", "/services/data/{version}/ui-api/record-avatars/batch/{ids}", avatars)
        .get("rest/ui-theme", "/services/data/{version}/ui-api/themes/active", theme)
}

/// The objects a lookup leads to.
fn targets<'s>(call: &Call<'_>, schema: &'s Schema) -> Result<Vec<&'s Object>, RestError> {
    let object = found(call, schema, &call.segment("object"))?;
    let name = call.segment("field");
    let reads = |field: &&catalogue::Field| field.kind == FieldType::Reference && call.caller.access.reads(object, field);
    let unknown = || RecordError::UnknownField { field: name.to_string(), object: object.name.to_string() };
    let field = object.field(&name).filter(reads).ok_or_else(unknown)?;
    let seen = field.reference_to.iter().filter_map(|target| schema.object(target));
    Ok(seen.filter(|target| target.flags.queryable && call.caller.access.sees(target)).collect())
}

/// `GET …/ui-api/lookups/Contact/AccountId?q=Acme`: object by object where there are several.
fn lookup(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let mut results = Map::new();
    for target in targets(call, &schema)? {
        results.insert(target.name.to_string(), suggestions(call, &schema, target)?);
    }
    written(&json!({ "lookupResults": results }), "LookupResults")
}

/// `GET …/ui-api/lookups/Contact/AccountId/Account?q=Acme`
fn lookup_of(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let name = call.segment("target");
    let target = targets(call, &schema)?.into_iter().find(|target| target.name.eq_ignore_ascii_case(&name)).ok_or(RestError::NotFound)?;
    written(&suggestions(call, &schema, target)?, "RecordCollection")
}

/// Records whose name contains what was typed; without it, those used last.
fn suggestions(call: &Call<'_>, schema: &Schema, target: &Object) -> Result<Value, RestError> {
    let name = target.name_field.as_deref().and_then(|name| target.field(name)).map_or("Id", |field| &*field.name);
    let typed = call.parameter("q").map(|text| text.replace(['%', '_'], "")).filter(|text| !text.trim().is_empty());
    let recent = call.parameter("searchType").is_some_and(|kind| kind.eq_ignore_ascii_case("Recent"));
    let filter = match typed {
        Some(text) if name != "Id" => format!("WHERE {name} LIKE {} ", quoted(&format!("%{}%", text.trim()))),
        None if recent => "USING SCOPE mru ".to_owned(),
        _ => String::new(),
    };
    let paging = Paging::of(call)?;
    let wanted = paths::named(schema, &call.caller.access, target, &format!("{0}.Id,{0}.{name}", target.name)).into_iter().flatten().collect();
    let (records, total) = listed_part(call, schema, target, wanted, (&format!("{filter}ORDER BY {name}, Id"), paging))?;
    let rest = format!("lookups/{}/{}/{}", call.segment("object"), call.segment("field"), target.name);
    let page = paging.members(call, &address(call, &rest), (records.len(), total));
    Ok(marked(paged(json!({ "eTag": null, "records": records }), page)))
}

/// One button or action of a page.
fn action(call: &Call<'_>, (kind, name, label): (&str, &str, &str), source: Option<&str>) -> Value {
    json!({
        "actionListContext": if source.is_some() { "Record" } else { "Global" }, "actionTarget": null, "actionTargetType": "Describe", "apiName": name,
        "externalId": format!("{name}:{}", source.unwrap_or("Global")), "iconUrl": format!("{}/img/icon/t4v35/action/{}_120.png", call.site.url(), name.to_lowercase()),
        "id": null, "isMassAction": false, "label": label, "primaryColor": "1DCCBF", "relatedListRecordId": null, "relatedSourceObject": null,
        "section": "Page", "sourceObject": source, "subtype": name, "targetObject": null, "targetUrl": null, "type": kind,
    })
}

/// Buttons that the caller may press on an object's page, then its quick actions.
fn actions_on(call: &Call<'_>, object: &Object, source: &str) -> Result<Vec<Value>, RestError> {
    let access = &call.caller.access;
    let buttons = [
        ("Edit", Right::Edit, object.flags.updateable),
        ("Delete", Right::Delete, object.flags.deletable),
        ("Clone", Right::Create, object.flags.createable),
    ];
    let mut shown: Vec<Value> = buttons
        .iter()
        .filter(|(_, right, has)| *has && access.may(object, *right))
        .map(|(name, ..)| action(call, ("StandardButton", name, name), Some(source)))
        .collect();
    for quick in actions_of(call, Some(object))? {
        let text = |member: &str| quick[member].as_str().unwrap_or_default();
        shown.push(action(call, ("QuickAction", text("quickActionName"), text("label")), Some(source)));
    }
    Ok(shown)
}

/// `GET …/ui-api/actions/record/001…,003…`
fn record_actions(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let mut by_record = Map::new();
    for id in call.segment("ids").split(',').map(str::trim).filter(|id| !id.is_empty()) {
        let (object, id) = addressed(call, &schema, id)?;
        reached(call, &schema, object, id)?;
        let body = json!({ "actions": actions_on(call, object, &id.to_string())?, "url": address(call, &format!("actions/record/{id}")) });
        by_record.insert(id.to_string(), body);
    }
    written(
        &marked(json!({ "actions": by_record, "eTag": null, "url": address(call, &format!("actions/record/{}", call.segment("ids"))) })),
        "Actions",
    )
}

/// `GET …/ui-api/actions/global`
fn global_actions(call: &Call<'_>) -> Result<Answer, RestError> {
    let url = address(call, "actions/global");
    let quick = actions_of(call, None)?;
    let text = |quick: &Value, member: &str| quick[member].as_str().unwrap_or_default().to_owned();
    let shown: Vec<Value> =
        quick.iter().map(|quick| action(call, ("QuickAction", &text(quick, "quickActionName"), &text(quick, "label")), None)).collect();
    written(&marked(json!({ "actions": { "Global": { "actions": shown, "url": url } }, "eTag": null, "url": url })), "Actions")
}

/// `GET …/ui-api/actions/object/Account`
fn object_actions(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let object = found(call, &schema, &call.segment("object"))?;
    let url = address(call, &format!("actions/object/{}", object.name));
    let new = call.caller.access.may(object, Right::Create).then(|| action(call, ("StandardButton", "New", "New"), Some(&object.name)));
    let body = Map::from_iter([(object.name.to_string(), json!({ "actions": new.into_iter().collect::<Vec<_>>(), "url": url }))]);
    written(&marked(json!({ "actions": body, "eTag": null, "url": url })), "Actions")
}

/// `GET …/ui-api/actions/lookup/Account,Contact`: what makes a record where one is looked up.
fn lookup_actions(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let mut by_object = Map::new();
    for name in call.segment("objects").split(',').map(str::trim).filter(|name| !name.is_empty()) {
        let object = found(call, &schema, name)?;
        let new = call.caller.access.may(object, Right::Create).then(|| action(call, ("StandardButton", "New", "New"), Some(&object.name)));
        let url = address(call, &format!("actions/lookup/{}", object.name));
        by_object.insert(object.name.to_string(), json!({ "actions": new.into_iter().collect::<Vec<_>>(), "url": url }));
    }
    written(
        &marked(json!({ "actions": by_object, "eTag": null, "url": address(call, &format!("actions/lookup/{}", call.segment("objects"))) })),
        "Actions",
    )
}

/// `GET …/ui-api/favorites`: nobody has marked anything.
fn favorites(call: &Call<'_>) -> Result<Answer, RestError> {
    written(&marked(json!({ "eTag": null, "favorites": [], "url": address(call, "favorites") })), "Favorites")
}

/// `GET …/ui-api/record-avatars/batch/001…,003…`: the icon of each record's object.
fn avatars(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let avatar = |id: &str| {
        let (object, id) = addressed(call, &schema, id)?;
        reached(call, &schema, object, id)?;
        let body = json!({
            "backgroundColor": "5867E8", "eTag": null, "height": 120, "iconUrl": icon(call, object), "recordId": id.to_string(), "type": "Theme", "width": 120,
        });
        Ok(marked(body))
    };
    written(&each(&call.segment("ids"), avatar), "BatchResults")
}

/// `GET …/ui-api/themes/active`: Salesforce's own. GUESS: colours.
fn theme(call: &Call<'_>) -> Result<Answer, RestError> {
    let body = json!({
        "bannerImageUrl": null, "brandColor": "0176D3", "brandImageUrl": null, "density": null, "developerName": "Lightning", "eTag": null,
        "headerColor": "FFFFFF", "isDefault": true, "pageColor": "F3F3F3", "url": address(call, "themes/active"),
    });
    written(&marked(body), "Theme")
}
