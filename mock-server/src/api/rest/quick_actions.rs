//! Quick actions: the ones that create a record, global and on an object's page, described and run. Source: `rest.md` section 4.

use catalogue::Object;
use serde_json::{Map, Value, json};

use super::call::Call;
use super::error::RestError;
use super::format::Answer;
use super::records::found;
use super::resources::Resources;
use super::sent::json_body;
use super::versions::written;
use crate::access::Access;
use crate::id::RecordId;
use crate::org::Right;
use crate::records::{Input, Json, JsonError, JsonFault, JsonKind, RecordError};
use crate::schema::{Schema, layout_sections};

pub fn rows(rows: Resources) -> Resources {
    rows.get("rest/global-quick-actions", "/services/data/{version}/quickActions", list_global)
        .get("rest/global-quick-action", "/services/data/{version}/quickActions/{action}", one_global)
        .post("rest/run-global-quick-action", "/services/data/{version}/quickActions/{action}", run_global)
        .get("rest/describe-global-quick-action", "/services/data/{version}/quickActions/{action}/describe", describe_global)
        .get("rest/defaults-of-global-quick-action", "/services/data/{version}/quickActions/{action}/defaultValues", defaults_global)
        .get("rest/defaults-of-global-quick-action-on", "/services/data/{version}/quickActions/{action}/defaultValues/{context}", defaults_global_on)
        .get("rest/quick-actions", "/services/data/{version}/sobjects/{object}/quickActions", list)
        .get("rest/quick-action", "/services/data/{version}/sobjects/{object}/quickActions/{action}", one)
        .post("rest/run-quick-action", "/services/data/{version}/sobjects/{object}/quickActions/{action}", run)
        .get("rest/describe-quick-action", "/services/data/{version}/sobjects/{object}/quickActions/{action}/describe", describe)
        .get("rest/defaults-of-quick-action", "/services/data/{version}/sobjects/{object}/quickActions/{action}/defaultValues", defaults)
        .get(
            "rest/defaults-of-quick-action-on",
            "/services/data/{version}/sobjects/{object}/quickActions/{action}/defaultValues/{context}",
            defaults_on,
        )
        .get("rest/default-values", "/services/data/{version}/sobjects/{object}/defaultValues", default_values)
}

/// An action that creates a record.
struct Action<'s> {
    name: String,
    label: String,
    kind: &'static str,
    target: &'s Object,
    /// The object on whose page it stands, and the field of the new record that points there.
    on: Option<(&'s Object, String)>,
}

/// Actions of a fresh org: name, label, type, object created.
const ACTIONS: [(&str, &str, &str, &str); 9] = [
    ("NewTask", "New Task", "Create", "Task"),
    ("NewEvent", "New Event", "Create", "Event"),
    ("NewContact", "New Contact", "Create", "Contact"),
    ("NewOpportunity", "New Opportunity", "Create", "Opportunity"),
    ("NewCase", "New Case", "Create", "Case"),
    ("NewLead", "New Lead", "Create", "Lead"),
    ("NewAccount", "New Account", "Create", "Account"),
    ("NewNote", "New Note", "Create", "Note"),
    ("LogACall", "Log a Call", "LogACall", "Task"),
];

/// The actions the caller may use: global ones, or those on an object's page.
fn actions<'s>(schema: &'s Schema, access: &Access, on: Option<&'s Object>) -> Vec<Action<'s>> {
    let action = |&(name, label, kind, target): &(&str, &str, &'static str, &str)| {
        let target = schema.object(target).filter(|target| access.may(target, Right::Create))?;
        let on = match on {
            Some(object) => Some((object, link(object, target)?)),
            None => None,
        };
        Some(Action { name: name.to_owned(), label: label.to_owned(), kind, target, on })
    };
    ACTIONS.iter().filter_map(action).collect()
}

/// The field of `target` that points at the object on whose page the action stands.
fn link(object: &Object, target: &Object) -> Option<String> {
    let points = |field: &&catalogue::Field| field.flags.createable && field.reference_to.contains(&object.name);
    target.fields.iter().filter(points).find(|field| field.name != "OwnerId" && object.name != target.name).map(|field| field.name.to_string())
}

impl Action<'_> {
    fn url(&self, call: &Call<'_>) -> String {
        let root = format!("/services/data/{}", call.asked().version);
        match &self.on {
            Some((object, _)) => format!("{root}/sobjects/{}/quickActions/{}", object.name, self.name),
            None => format!("{root}/quickActions/{}", self.name),
        }
    }

    fn full_name(&self) -> String {
        self.on.as_ref().map_or_else(|| self.name.clone(), |(object, _)| format!("{}.{}", object.name, self.name))
    }

    fn entry(&self, call: &Call<'_>) -> Value {
        let url = self.url(call);
        let mut urls = Map::from_iter([
            ("quickAction".to_owned(), json!(url)),
            ("defaultValues".to_owned(), json!(format!("{url}/defaultValues"))),
            ("describe".to_owned(), json!(format!("{url}/describe"))),
        ]);
        if self.on.is_some() {
            urls.insert("defaultValuesTemplate".to_owned(), json!(format!("{url}/defaultValues/{{ID}}")));
        }
        json!({ "label": self.label, "name": self.full_name(), "type": self.kind, "urls": urls })
    }

    /// What a new record begins with: the fields of its page, those that nothing is known of yet as null.
    fn defaults(&self, call: &Call<'_>, schema: &Schema, context: Option<&str>) -> Map<String, Value> {
        let mut values = defaults_of(call, self.target);
        let shown = layout_sections(self.target).into_iter().flat_map(|section| section.fields);
        for field in shown.filter(|field| field.flags.createable && call.caller.access.reads(self.target, field)) {
            values.entry(field.name.to_string()).or_insert(Value::Null);
        }
        if let Some((context, field)) = context.and_then(|context| Some((context, self.link_to(schema, context)?))) {
            values.insert(field, json!(context));
        }
        values
    }

    /// The field of the new record that points at the record the action is used on.
    fn link_to(&self, schema: &Schema, context: &str) -> Option<String> {
        match &self.on {
            Some((_, field)) => Some(field.clone()),
            None => link(schema.by_prefix(RecordId::parse(context).ok()?.prefix())?, self.target),
        }
    }

    fn described(&self, call: &Call<'_>) -> Value {
        json!({
            "accessLevelRequired": null,
            "canvasApplicationId": null,
            "canvasApplicationName": null,
            "colors": [],
            "contextSobjectType": self.on.as_ref().map(|(object, _)| object.name.to_string()),
            "defaultValues": [],
            "flowDevName": null,
            "flowRecordIdVar": null,
            "height": null,
            "iconName": null,
            "iconUrl": format!("{}/img/icon/t4v35/action/new_{}_120.png", call.site.url(), self.target.name.to_lowercase()),
            "icons": [],
            "label": self.label,
            "layout": { "layoutRows": self.layout_rows() },
            "lightningComponentBundleId": null,
            "lightningComponentQualifiedName": null,
            "miniIconUrl": format!("{}/img/icon/t4v35/action/new_{}_60.png", call.site.url(), self.target.name.to_lowercase()),
            "name": self.full_name(),
            "showQuickActionLcHeader": false,
            "showQuickActionVfHeader": false,
            "targetParentField": self.on.as_ref().map(|(_, field)| field),
            "targetRecordTypeId": null,
            "targetSobjectType": self.target.name,
            "type": self.kind,
            "urls": self.entry(call)["urls"],
            "visualforcePageName": null,
            "visualforcePageUrl": null,
            "width": null,
        })
    }

    /// The fields a user must fill in, one on each row.
    fn layout_rows(&self) -> Vec<Value> {
        let fields = layout_sections(self.target).into_iter().flat_map(|section| section.fields);
        let asked =
            fields.filter(|field| field.flags.createable && (!field.flags.nillable && !field.flags.defaulted_on_create || field.flags.name_field));
        asked
            .map(|field| {
                let component = json!({ "components": [], "displayLines": 1, "tabOrder": 1, "type": "Field", "value": field.name });
                let item = json!({
                    "editableForNew": true, "editableForUpdate": field.flags.updateable, "label": field.label, "layoutComponents": [component],
                    "placeholder": false, "required": !field.flags.nillable,
                });
                json!({ "layoutItems": [item], "numItems": 1 })
            })
            .collect()
    }
}

/// The actions of a page as layouts list them.
pub fn actions_of(call: &Call<'_>, on: Option<&Object>) -> Result<Vec<Value>, RestError> {
    let schema = call.schema()?;
    let on = on.and_then(|object| schema.object(&object.name));
    let listed = actions(&schema, &call.caller.access, on).into_iter().map(|action| {
        json!({
            "accessLevelRequired": null, "colors": [], "iconUrl": null, "icons": [], "label": action.label, "miniIconUrl": "",
            "quickActionName": action.full_name(), "targetSobjectType": action.target.name, "type": action.kind, "urls": action.entry(call)["urls"],
        })
    });
    Ok(listed.collect())
}

/// Runs `work` with the action of the path.
fn with_action(call: &Call<'_>, global: bool, work: impl Fn(&Schema, &Action<'_>) -> Result<Answer, RestError>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let on = if global { None } else { Some(found(call, &schema, &call.segment("object"))?) };
    let named = call.segment("action");
    let actions = actions(&schema, &call.caller.access, on);
    let action = actions.iter().find(|action| action.name.eq_ignore_ascii_case(&named) || action.full_name().eq_ignore_ascii_case(&named));
    work(&schema, action.ok_or(RestError::NotFound)?)
}

/// `GET /services/data/v67.0/quickActions`
fn list_global(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    written(&actions(&schema, &call.caller.access, None).iter().map(|action| action.entry(call)).collect::<Vec<_>>(), "Array")
}

/// `GET /services/data/v67.0/sobjects/Account/quickActions`: global ones too.
fn list(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let object = found(call, &schema, &call.segment("object"))?;
    let own = actions(&schema, &call.caller.access, Some(object));
    let all = own.iter().chain(&actions(&schema, &call.caller.access, None)).map(|action| action.entry(call)).collect::<Vec<_>>();
    written(&all, "Array")
}

fn one_global(call: &Call<'_>) -> Result<Answer, RestError> {
    with_action(call, true, |_, action| written(&action.entry(call), "QuickAction"))
}

fn one(call: &Call<'_>) -> Result<Answer, RestError> {
    with_action(call, false, |_, action| written(&action.entry(call), "QuickAction"))
}

fn describe_global(call: &Call<'_>) -> Result<Answer, RestError> {
    with_action(call, true, |_, action| written(&action.described(call), "DescribeQuickActionResult"))
}

fn describe(call: &Call<'_>) -> Result<Answer, RestError> {
    with_action(call, false, |_, action| written(&action.described(call), "DescribeQuickActionResult"))
}

fn defaults_global(call: &Call<'_>) -> Result<Answer, RestError> {
    with_action(call, true, |schema, action| written(&action.defaults(call, schema, None), "QuickActionDefaults"))
}

/// `GET /services/data/v67.0/quickActions/LogACall/defaultValues/001…`
fn defaults_global_on(call: &Call<'_>) -> Result<Answer, RestError> {
    let context = call.segment("context");
    with_action(call, true, |schema, action| written(&action.defaults(call, schema, Some(&context)), "QuickActionDefaults"))
}

fn defaults(call: &Call<'_>) -> Result<Answer, RestError> {
    with_action(call, false, |schema, action| written(&action.defaults(call, schema, None), "QuickActionDefaults"))
}

/// `GET …/quickActions/NewContact/defaultValues/001…`
fn defaults_on(call: &Call<'_>) -> Result<Answer, RestError> {
    let context = call.segment("context");
    with_action(call, false, |schema, action| written(&action.defaults(call, schema, Some(&context)), "QuickActionDefaults"))
}

/// `GET /services/data/v67.0/sobjects/Account/defaultValues`
fn default_values(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let object = found(call, &schema, &call.segment("object"))?;
    written(&defaults_of(call, object), "DefaultValues")
}

/// The fields of a new record that have a value before anybody enters one.
pub fn defaults_of(call: &Call<'_>, object: &Object) -> Map<String, Value> {
    use catalogue::DefaultValue;
    let mut values = Map::from_iter([("attributes".to_owned(), json!({ "type": object.name }))]);
    for field in object.fields.iter().filter(|field| field.flags.createable && call.caller.access.reads(object, field)) {
        let entry = field.picklist.iter().find(|entry| entry.default && entry.active).map(|entry| json!(entry.value));
        let value = match &field.default_value {
            Some(DefaultValue::Text(text)) => Some(json!(text)),
            Some(DefaultValue::Boolean(value)) => Some(json!(value)),
            Some(DefaultValue::Number(number)) => Some(json!(number)),
            None if field.name == "OwnerId" => Some(json!(call.caller.user.id.to_string())),
            None => entry,
        };
        values.extend(value.map(|value| (field.name.to_string(), value)));
    }
    values
}

fn run_global(call: &Call<'_>) -> Result<Answer, RestError> {
    with_action(call, true, |schema, action| executed(call, schema, action))
}

fn run(call: &Call<'_>) -> Result<Answer, RestError> {
    with_action(call, false, |schema, action| executed(call, schema, action))
}

/// Creates the record of the body: `{"contextId": "001…", "record": {…}}`.
fn executed(call: &Call<'_>, schema: &Schema, action: &Action<'_>) -> Result<Answer, RestError> {
    let body = json_body(call)?;
    let json = Json::parse(body).map_err(RecordError::from)?;
    let (record, context) = parts(&json, body)?;
    let mut fields: Map<String, Value> = record.map(|record| plain(record)).unwrap_or_default();
    if let Some((context, link)) = context.as_ref().and_then(|context| Some((context, action.link_to(schema, context)?))) {
        fields.entry(link).or_insert_with(|| json!(context));
    }
    if action.kind == "LogACall" {
        fields.entry("Status").or_insert_with(|| json!("Completed"));
        fields.entry("TaskSubtype").or_insert_with(|| json!("Call"));
    }
    let text = Value::Object(fields).to_string();
    let id: RecordId = call.db.write(|tx| call.change(schema).create(tx, action.target, Input::Json(text.as_bytes())))?;
    let body = json!({
        "contextId": context, "created": true, "errors": [], "feedItemIds": [], "id": id.to_string(), "ids": [id.to_string()], "success": true,
        "successMessage": null,
    });
    written(&body, "QuickActionResult")
}

/// The record and the context of a body.
fn parts<'j>(json: &'j Json<'j>, body: &[u8]) -> Result<(Option<&'j Json<'j>>, Option<String>), RestError> {
    let JsonKind::Object(members) = &json.kind else {
        return Err(RecordError::from(JsonError::at(body, json.offset, json.mismatch("complexvalue"))).into());
    };
    let (mut record, mut context) = (None, None);
    for (name, value) in members {
        match (&**name, &value.kind) {
            ("record", JsonKind::Object(_)) => record = Some(value),
            ("contextId", JsonKind::String(id)) => context = Some(id.to_string()),
            ("record" | "contextId" | "quickActionName", _) => {}
            _ => return Err(RecordError::from(JsonError::at(body, value.offset, JsonFault::Unrecognized(name.to_string()))).into()),
        }
    }
    Ok((record, context))
}

/// The members of an object, for a body of our own.
/// The members of an object, without its attributes.
pub fn plain(json: &Json<'_>) -> Map<String, Value> {
    match value_of(json) {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

fn value_of(json: &Json<'_>) -> Value {
    match &json.kind {
        JsonKind::Null => Value::Null,
        JsonKind::Boolean(value) => json!(value),
        JsonKind::Number { text, .. } => serde_json::from_str(text).unwrap_or(Value::Null),
        JsonKind::String(text) => json!(text),
        JsonKind::Array(items) => items.iter().map(value_of).collect(),
        JsonKind::Object(members) => {
            members.iter().filter(|(name, _)| name != "attributes").map(|(name, value)| (name.to_string(), value_of(value))).collect()
        }
    }
}
