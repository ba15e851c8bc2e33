//! Tabs, theme, app menus and the records in them: what an app shell shows. Source: `rest.md` section 4.
//!
//! GUESS: colours follow the object's name; icons carry the addresses Salesforce gives them, under which nothing is served here.

use catalogue::Object;
use serde_json::{Value, json};

use super::call::Call;
use super::error::RestError;
use super::format::Answer;
use super::resources::Resources;
use super::versions::written;
use crate::apps::{MenuItem, MenuKind};
use crate::id::number_of;
use crate::records::Usages;
use crate::schema::Schema;

/// Recent records `relevantItems` tells of, of all objects.
const RELEVANT: usize = 50;

pub fn rows(rows: Resources) -> Resources {
    rows.get("rest/recent", "/services/data/{version}/recent", super::recent::list)
        .get("rest/tabs", "/services/data/{version}/tabs", tabs)
        .get("rest/theme", "/services/data/{version}/theme", theme)
        .get("rest/app-menu", "/services/data/{version}/appMenu", app_menus)
        .get("rest/app-switcher", "/services/data/{version}/appMenu/AppSwitcher", app_switcher)
        .get("rest/mobile-menu", "/services/data/{version}/appMenu/Salesforce1", mobile_menu)
        .get("rest/relevant-items", "/services/data/{version}/sobjects/relevantItems", relevant_items)
}

/// The objects with a tab that the caller sees.
fn tabbed<'s>(call: &Call<'_>, schema: &'s Schema) -> Vec<&'s Object> {
    let has_tab = |object: &&Object| {
        object.flags.layoutable && object.key_prefix.is_some() && (object.flags.searchable || object.custom) && call.caller.access.sees(object)
    };
    schema.objects().into_iter().filter(has_tab).collect()
}

fn icon_name(object: &Object) -> String {
    if object.custom { "custom/custom1".to_owned() } else { format!("standard/{}", object.name.to_lowercase()) }
}

fn colors(name: &str) -> Value {
    let color = format!("{:06X}", number_of(name) & 0x00ff_ffff);
    json!([{ "color": color, "context": "primary", "theme": "theme4" }, { "color": color, "context": "primary", "theme": "theme3" }])
}

fn icons(base: &str, icon: &str) -> Value {
    let icon_of = |kind: &str, height: u16, suffix: &str| json!({ "contentType": kind, "height": height, "theme": "theme4", "url": format!("{base}/img/icon/t4v35/{icon}{suffix}"), "width": height });
    json!([icon_of("image/svg+xml", 0, ".svg"), icon_of("image/png", 60, "_60.png"), icon_of("image/png", 120, "_120.png")])
}

/// `GET /services/data/v67.0/tabs`
fn tabs(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let base = call.site.url();
    let tab = |object: &&Object| {
        let icon = icon_name(object);
        let prefix = object.key_prefix.as_deref().unwrap_or_default();
        json!({
            "colors": colors(&object.name),
            "custom": object.custom,
            "iconUrl": format!("{base}/img/icon/t4v35/{icon}_60.png"),
            "icons": icons(&base, &icon),
            "label": object.label_plural,
            "miniIconUrl": format!("{base}/img/icon/t4v35/{icon}_32.png"),
            "name": if object.custom { object.name.to_string() } else { format!("standard-{}", object.name) },
            "sobjectName": object.name,
            "url": format!("{base}/{prefix}/o"),
        })
    };
    written(&tabbed(call, &schema).iter().map(tab).collect::<Vec<_>>(), "Array")
}

/// `GET /services/data/v67.0/theme`
fn theme(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let base = call.site.url();
    let item = |object: &&Object| json!({ "colors": colors(&object.name), "icons": icons(&base, &icon_name(object)), "name": object.name });
    written(&json!({ "themeItems": tabbed(call, &schema).iter().map(item).collect::<Vec<_>>() }), "DescribeThemeResult")
}

/// `GET /services/data/v67.0/appMenu`
fn app_menus(call: &Call<'_>) -> Result<Answer, RestError> {
    let url = |name: &str| format!("/services/data/{}/appMenu/{name}", call.asked().version);
    written(&json!({ "AppSwitcher": url("AppSwitcher"), "Salesforce1": url("Salesforce1") }), "AppMenuTypes")
}

/// `GET /services/data/v67.0/appMenu/AppSwitcher`: what the App Launcher shows the caller, in the order of the App Menu.
fn app_switcher(call: &Call<'_>) -> Result<Answer, RestError> {
    let base = call.site.url();
    let apps = call.db.read(|tx| call.app.launcher(tx, &call.caller.user))?;
    let item = |item: &MenuItem| {
        let url = item.start_url.as_deref().unwrap_or_default();
        // GUESS: the types beside Tabset.
        let kind = match item.kind {
            MenuKind::TabSet => "Tabset",
            MenuKind::ConnectedApp => "ConnectedApplication",
            MenuKind::ExternalClientApp => "ExternalClientApplication",
        };
        json!({
            "colors": colors(&item.label), "content": null, "icons": icons(&base, "standard/apps"), "label": item.label, "type": kind,
            "url": if url.starts_with('/') { format!("{base}{url}") } else { url.to_owned() },
        })
    };
    written(&json!({ "appMenuItems": apps.iter().map(item).collect::<Vec<_>>() }), "AppMenu")
}

/// `GET /services/data/v67.0/appMenu/Salesforce1`: what the mobile app's menu holds.
fn mobile_menu(call: &Call<'_>) -> Result<Answer, RestError> {
    let base = call.site.url();
    let schema = call.schema()?;
    let feature = |name: &str, label: &str| json!({ "colors": colors(name), "content": null, "icons": icons(&base, &format!("standard/{}", label.to_lowercase())), "label": label, "type": name, "url": null });
    let recent: Vec<Value> = tabbed(call, &schema)
        .into_iter()
        .take(4)
        .map(|object| json!({ "apiName": object.name, "label": object.label_plural, "labelPlural": object.label_plural, "lookupFilter": null }))
        .collect();
    let mut search = feature("Standard.Search", "Smart Search Items");
    search["content"] = json!(recent);
    let items = [search, feature("Standard.MyDay", "Today"), feature("Standard.Tasks", "Tasks"), feature("Standard.Dashboards", "Dashboards")];
    written(&json!({ "appMenuItems": items }), "AppMenu")
}

/// `GET /services/data/v67.0/sobjects/relevantItems`: the caller's recent records, object by object.
fn relevant_items(call: &Call<'_>) -> Result<Answer, RestError> {
    let schema = call.schema()?;
    let recent = call.db.read(|tx| tx.recent(call.caller.user.id, None, RELEVANT))?;
    let wanted = call.parameter("sobjects").unwrap_or_default();
    let wanted: Vec<&str> = wanted.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    let mut groups: Vec<(&Object, Vec<String>)> = Vec::new();
    for item in &recent {
        let Some(object) = schema.object(&item.object).filter(|object| call.caller.access.sees(object)) else { continue };
        if !wanted.is_empty() && !wanted.iter().any(|name| object.name.eq_ignore_ascii_case(name)) {
            continue;
        }
        match groups.iter_mut().find(|(known, _)| known.name == object.name) {
            Some((_, ids)) => ids.push(item.id.to_string()),
            None => groups.push((object, vec![item.id.to_string()])),
        }
    }
    let entry = |(object, ids): &(&Object, Vec<String>)| {
        let updated = number_of(&ids.concat());
        json!({
            "apiName": object.name, "key": object.key_prefix, "label": object.label_plural, "lastUpdatedId": updated.to_string(), "recordIds": ids,
        })
    };
    written(&groups.iter().map(entry).collect::<Vec<_>>(), "Array")
}
