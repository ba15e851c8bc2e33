//! The describe calls of an application around records: layouts, lists, tabs, themes, actions. Each says what REST says, in SOAP's spelling.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::call::{Call, Reply};
use super::describe::{global_description, look_up};
use super::fault::Fault;
use super::query::object_of;
use super::typed;
use crate::xml::Element;
use crate::xml::markup::Markup;

fn one(call: &Call, kind: &str, result: &Value) -> Reply {
    many(call, kind, std::slice::from_ref(result))
}

fn many(call: &Call, kind: &str, results: &[Value]) -> Reply {
    let mut out = Markup::with_capacity(16 * 1024);
    results.iter().for_each(|result| typed::write(&mut out, "result", kind, result, call.arrived.endpoint.version));
    Reply::of(out.into_string())
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// What an org without it answers: an empty list.
pub fn nothing(_: &Call) -> Result<Reply, Fault> {
    Ok(Reply::of(String::new()))
}

/// `describeAllTabs()`
pub fn all_tabs(call: &Call) -> Result<Reply, Fault> {
    Ok(many(call, "DescribeTab", items(&look_up(call, "rest/tabs", "/tabs")?)))
}

/// `describeAppMenu(appMenuType, networkId)`
pub fn app_menu(call: &Call) -> Result<Reply, Fault> {
    let (row, path) = match call.parameter("appMenuType")?.trim() {
        "AppSwitcher" => ("rest/app-switcher", "/appMenu/AppSwitcher"),
        "Salesforce1" => ("rest/mobile-menu", "/appMenu/Salesforce1"),
        // GUESS: other menus (of sites) are empty here.
        _ => return Ok(one(call, "DescribeAppMenuResult", &json!({ "appMenuItems": [] }))),
    };
    let mut menu = look_up(call, row, path)?;
    for item in menu["appMenuItems"].as_array_mut().into_iter().flatten() {
        item["name"] = item["label"].clone();
        // A text here, where REST has an object.
        item["content"] = Value::Null;
    }
    Ok(one(call, "DescribeAppMenuResult", &menu))
}

/// `describeApprovalLayout(sObjectType, approvalProcessNames)`
pub fn approval_layout(call: &Call) -> Result<Reply, Fault> {
    let name = object_named(call, call.parameter("sObjectType")?)?;
    Ok(one(call, "DescribeApprovalLayoutResult", &look_up(call, "rest/approval-layouts", &format!("/sobjects/{name}/describe/approvalLayouts"))?))
}

/// `describeCompactLayouts(sObjectType, recordTypeIds)`
pub fn compact_layouts(call: &Call) -> Result<Reply, Fault> {
    let name = object_named(call, call.parameter("sObjectType")?)?;
    Ok(one(call, "DescribeCompactLayoutsResult", &look_up(call, "rest/compact-layouts", &format!("/sobjects/{name}/describe/compactLayouts"))?))
}

/// `describePrimaryCompactLayouts(sObjectTypes…)`
pub fn primary_compact_layouts(call: &Call) -> Result<Reply, Fault> {
    let mut layouts = Vec::new();
    for name in call.element().all("sObjectTypes") {
        let name = object_named(call, &name.text)?;
        let path = format!("/sobjects/{name}/describe/compactLayouts/primary");
        layouts.push(look_up(call, "rest/compact-layout-of-record-type", &path)?);
    }
    Ok(many(call, "DescribeCompactLayout", &layouts))
}

/// `describeGlobalTheme()`
pub fn global_theme(call: &Call) -> Result<Reply, Fault> {
    let both = json!({ "global": global_description(call)?, "theme": look_up(call, "rest/theme", "/theme")? });
    Ok(one(call, "DescribeGlobalTheme", &both))
}

/// `describeTheme(sobjectType…)`: of those objects, or of all with a tab.
pub fn theme(call: &Call) -> Result<Reply, Fault> {
    let names = call.element().all("sobjectType").map(|name| object_named(call, &name.text)).collect::<Result<Vec<_>, _>>()?;
    let mut theme = look_up(call, "rest/theme", "/theme")?;
    if let Some(known) = theme["themeItems"].as_array_mut().filter(|_| !names.is_empty()) {
        known.retain(|item| names.iter().any(|name| item["name"] == json!(name)));
    }
    Ok(one(call, "DescribeThemeResult", &theme))
}

/// `describeKnowledgeSettings()`
pub fn knowledge_settings(call: &Call) -> Result<Reply, Fault> {
    Ok(one(call, "KnowledgeSettings", &json!({ "knowledgeEnabled": false })))
}

/// `describeSoftphoneLayout()`: nobody is in a call center.
pub fn softphone_layout(call: &Call) -> Result<Reply, Fault> {
    Ok(one(call, "DescribeSoftphoneLayoutResult", &Value::Null))
}

/// `describeAvailableQuickActions(contextType)`: of an object's page, or global ones.
pub fn available_quick_actions(call: &Call) -> Result<Reply, Fault> {
    let context = call.element().text_of("contextType").map(str::trim).filter(|name| !name.is_empty() && *name != "Global");
    let mut found = match context {
        Some(name) => look_up(call, "rest/quick-actions", &format!("/sobjects/{}/quickActions", object_named(call, name)?))?,
        None => look_up(call, "rest/global-quick-actions", "/quickActions")?,
    };
    found.as_array_mut().into_iter().flatten().for_each(named_by_itself);
    Ok(many(call, "DescribeAvailableQuickActionResult", items(&found)))
}

/// `describeQuickActions(quickActions…)`: `NewTask`, `Account.NewTask`
pub fn quick_actions(call: &Call) -> Result<Reply, Fault> {
    let mut found = Vec::new();
    for name in call.element().all("quickActions") {
        let (row, path) = match name.text.trim().split_once('.') {
            Some((object, action)) => {
                ("rest/describe-quick-action", format!("/sobjects/{}/quickActions/{}/describe", object_named(call, object)?, encoded(action)))
            }
            None => ("rest/describe-global-quick-action", format!("/quickActions/{}/describe", encoded(name.text.trim()))),
        };
        found.push(look_up(call, row, &path)?);
    }
    found.iter_mut().for_each(named_by_itself);
    Ok(many(call, "DescribeQuickActionResult", &found))
}

/// An action without an id goes by its name (source: SOAP API guide, DescribeAvailableQuickActionResult); its layout is a section like others.
fn named_by_itself(action: &mut Value) {
    action["actionEnumOrId"] = action["name"].clone();
    if let Some(layout) = action.get_mut("layout").filter(|layout| layout.is_object()) {
        let rows = items(&layout["layoutRows"]).len();
        layout["columns"] = json!(1);
        layout["rows"] = json!(rows);
        layout["tabOrder"] = json!("LeftToRight");
    }
}

/// `describeSearchLayouts(sObjectType…)`
pub fn search_layouts(call: &Call) -> Result<Reply, Fault> {
    let names = call.element().all("sObjectType").map(|name| object_named(call, &name.text)).collect::<Result<Vec<_>, _>>()?;
    if names.is_empty() {
        return nothing(call);
    }
    Ok(many(call, "DescribeSearchLayoutResult", items(&look_up(call, "rest/search-layout", &format!("/search/layout?q={}", names.join(",")))?)))
}

/// `describeSearchScopeOrder()`
pub fn search_scope_order(call: &Call) -> Result<Reply, Fault> {
    let schema = call.schema()?;
    let found = look_up(call, "rest/search-scope-order", "/search/scopeOrder")?;
    let entry = |entry: &Value| {
        let name = entry["type"].as_str().unwrap_or_default();
        json!({ "keyPrefix": schema.object(name).and_then(|object| object.key_prefix.clone()), "name": name })
    };
    Ok(many(call, "DescribeSearchScopeOrderResult", &items(&found).iter().map(entry).collect::<Vec<_>>()))
}

/// `describeSObjectListViews(sObjectType, recentsOnly, isSoqlCompatible, limit, offset)`
pub fn list_views(call: &Call) -> Result<Reply, Fault> {
    let name = object_named(call, call.parameter("sObjectType")?)?;
    let recent = call.element().text_of("recentsOnly").is_some_and(|text| matches!(text.trim(), "true" | "1"));
    let (row, path) = if recent { ("rest/list-views-recent", "/recent") } else { ("rest/list-views", "") };
    let found = look_up(call, row, &format!("/sobjects/{name}/listviews{path}"))?;
    let number = |name: &str, usual: usize| call.element().text_of(name).and_then(|text| text.trim().parse().ok()).unwrap_or(usual);
    let (limit, offset) = (number("limit", 50), number("offset", 0));
    let mut described = Vec::new();
    for view in items(&found["listviews"]).iter().skip(offset).take(limit) {
        described.push(described_view(call, &name, view["id"].as_str().unwrap_or_default())?);
    }
    Ok(one(call, "DescribeSoqlListViewResult", &json!({ "describeSoqlListViews": described })))
}

/// `describeSoqlListViews(request)`
pub fn soql_list_views(call: &Call) -> Result<Reply, Fault> {
    let mut described = Vec::new();
    for asked in call.element().all("request").flat_map(|request| request.all("listViewParams")) {
        let (object, view) = view_of(call, asked)?;
        described.push(described_view(call, &object, &view)?);
    }
    Ok(one(call, "DescribeSoqlListViewResult", &json!({ "describeSoqlListViews": described })))
}

/// `executeListView(request)`. GUESS: the order is the view's own, whatever is asked for.
pub fn execute_list_view(call: &Call) -> Result<Reply, Fault> {
    let request = call.element().all("request").next().ok_or_else(|| Fault::missing("executeListView", "request"))?;
    let (object, view) = view_of(call, request)?;
    let number = |name: &str| request.text_of(name).and_then(|text| text.trim().parse::<usize>().ok());
    let paging = [("limit", number("limit")), ("offset", number("offset"))];
    let paging = paging.iter().filter_map(|(name, value)| Some(format!("{name}={}", (*value)?))).collect::<Vec<_>>().join("&");
    let path = format!("/sobjects/{object}/listviews/{}/results?{paging}", encoded(&view));
    Ok(one(call, "ExecuteListViewResult", &look_up(call, "rest/list-view-results", &path)?))
}

fn view_of(call: &Call, asked: &Element) -> Result<(String, String), Fault> {
    let text = |name: &str| asked.text_of(name).map(str::trim).ok_or_else(|| Fault::missing(&call.element().name.local, name));
    Ok((object_named(call, text("sobjectType")?)?, text("developerNameOrId")?.to_owned()))
}

fn described_view(call: &Call, object: &str, view: &str) -> Result<Value, Fault> {
    look_up(call, "rest/list-view-describe", &format!("/sobjects/{object}/listviews/{}/describe", encoded(view)))
}

/// The object's name as the schema spells it.
fn object_named(call: &Call, name: &str) -> Result<String, Fault> {
    let schema = call.schema()?;
    Ok(object_of(call, &schema, name.trim())?.name.to_string())
}

/// A name as a segment of a path.
fn encoded(name: &str) -> String {
    utf8_percent_encode(name, NON_ALPHANUMERIC).to_string()
}
