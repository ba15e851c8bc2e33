//! What the identity service says about a user, in its two spellings.

use serde_json::{Map, Value, json};

use crate::oauth::{Scope, Scopes};
use crate::org::{Org, Site, User};

/// Names of the API addresses and their paths on the org's My Domain; `{version}` stays unless the caller asked for one.
const URLS: &[(&str, &str)] = &[
    ("enterprise", "/services/Soap/c/{version}/{org}"),
    ("metadata", "/services/Soap/m/{version}/{org}"),
    ("partner", "/services/Soap/u/{version}/{org}"),
    ("rest", "/services/data/v{version}/"),
    ("sobjects", "/services/data/v{version}/sobjects/"),
    ("search", "/services/data/v{version}/search/"),
    ("query", "/services/data/v{version}/query/"),
    ("recent", "/services/data/v{version}/recent/"),
    ("tooling_soap", "/services/Soap/T/{version}/{org}"),
    ("tooling_rest", "/services/data/v{version}/tooling/"),
    ("profile", "/{user}"),
    ("feeds", "/services/data/v{version}/chatter/feeds"),
    ("groups", "/services/data/v{version}/chatter/groups"),
    ("users", "/services/data/v{version}/chatter/users"),
    ("feed_items", "/services/data/v{version}/chatter/feed-items"),
    ("feed_elements", "/services/data/v{version}/chatter/feed-elements"),
];

/// The version that `?version=latest` stands for.
const LATEST: &str = "67.0";

/// The body of the identity URL.
pub fn identity(site: &Site, org: &Org, user: &User, asker: &User, version: Option<&str>) -> Value {
    json!({
        "id": identity_url(site, org, user),
        "asserted_user": user.id == asker.id,
        "user_id": user.id.to_string(),
        "organization_id": org.id.to_string(),
        "username": user.username,
        "nick_name": user.nickname,
        "display_name": user.name,
        "email": user.email,
        "email_verified": true,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "timezone": user.time_zone,
        "photos": photos(site, org),
        "addr_street": null,
        "addr_city": null,
        "addr_state": null,
        "addr_country": null,
        "addr_zip": null,
        "mobile_phone": null,
        "mobile_phone_verified": false,
        "is_lightning_login_user": false,
        "status": {"created_date": null, "body": null},
        "urls": urls(site, org, user, version),
        "active": user.is_active,
        "user_type": "STANDARD",
        "language": user.language,
        "locale": user.locale,
        "utcOffset": utc_offset(user),
        "last_modified_date": whole_second(user),
        "is_app_installed": true,
    })
}

/// Adds the custom attributes that the app is told; without any, there is no such member.
pub fn with_attributes(mut body: Value, attributes: &std::collections::BTreeMap<String, String>) -> Value {
    if let Some(members) = body.as_object_mut().filter(|_| !attributes.is_empty()) {
        members.insert("custom_attributes".to_owned(), json!(attributes));
    }
    body
}

/// The body of `userinfo`: claims whose scope is missing are left out.
pub fn userinfo(site: &Site, org: &Org, user: &User, scopes: &Scopes, version: Option<&str>) -> Value {
    let base = site.my_domain_url(org.id, &org.my_domain());
    let mut claims = json!({
        "sub": identity_url(site, org, user),
        "user_id": user.id.to_string(),
        "organization_id": org.id.to_string(),
        "preferred_username": user.username,
        "nickname": user.nickname,
        "name": user.name,
        "email": user.email,
        "email_verified": true,
        "given_name": user.first_name,
        "family_name": user.last_name,
        "zoneinfo": user.time_zone,
        "photos": photos(site, org),
        "profile": format!("{base}/{}", user.id),
        "picture": format!("{base}/profilephoto/005/F"),
        "address": {},
        "is_salesforce_integration_user": false,
        "urls": urls(site, org, user, version),
        "active": user.is_active,
        "user_type": "STANDARD",
        "language": user.language,
        "locale": user.locale,
        "utcOffset": utc_offset(user),
        "updated_at": whole_second(user),
        "is_app_installed": true,
    });
    if let Some(members) = claims.as_object_mut().filter(|_| scopes.allows(Scope::PHONE)) {
        members.insert("phone_number".to_owned(), Value::Null);
        members.insert("phone_number_verified".to_owned(), Value::Bool(false));
    }
    claims
}

fn identity_url(site: &Site, org: &Org, user: &User) -> String {
    format!("{}/id/{}/{}", site.side_url(org.kind.side()), org.id, user.id)
}

fn photos(site: &Site, org: &Org) -> Value {
    let base = site.my_domain_url(org.id, &org.my_domain());
    json!({"picture": format!("{base}/profilephoto/005/F"), "thumbnail": format!("{base}/profilephoto/005/T")})
}

fn urls(site: &Site, org: &Org, user: &User, version: Option<&str>) -> Value {
    let base = site.my_domain_url(org.id, &org.my_domain());
    let version = match version {
        Some("latest") => LATEST,
        Some(version) => version,
        None => "{version}",
    };
    let mut urls = Map::new();
    for (name, path) in URLS {
        let path = path.replace("{version}", version).replace("{org}", org.id.record().as_15()).replace("{user}", &user.id.to_string());
        urls.insert((*name).to_owned(), Value::String(base.clone() + &path));
    }
    urls.insert("custom_domain".to_owned(), Value::String(base));
    Value::Object(urls)
}

/// Milliseconds between UTC and the user's standard time.
fn utc_offset(user: &User) -> i64 {
    let january = jiff::civil::date(2026, 1, 1).at(0, 0, 0, 0);
    january.in_tz(&user.time_zone).map_or(0, |local| i64::from(local.offset().seconds()) * 1000)
}

/// `2026-01-02T03:04:05Z`
fn whole_second(user: &User) -> String {
    format!("{:.0}", user.modified.civil())
}
