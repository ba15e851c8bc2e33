//! Every page, met as an attacker would meet it. Pages come from the route table and parameters from the source of their
//! handlers, so a new one is tried from the day it exists.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use reqwest::Method;
use serde_json::{Value, json};

use crate::bench::{Answer, Browser, Mock};

/// Text that would leave an element, an attribute or a header line if it were not escaped.
const HOSTILE: [&str; 3] = ["zq\"'><svg onload=zq>", "javascript:zq//", "zq\r\nset-cookie: zq=1\r\n\r\n<script>zq</script>"];

/// Posts that need no token of a form, and why.
const WITHOUT_TOKEN: [(&str, &str); 3] = [
    ("pages/frontdoor", "whoever posts it brings the session itself"),
    ("pages/send-code", "without a login that waits there is nothing to post to: features/oauth/security/pages.feature has one"),
    ("pages/choose-password", "without the link there is nothing to post to: features/oauth/security/pages.feature has one"),
];

/// An org whose names are as hostile as the world allows.
struct Scene<'m> {
    mock: &'m Mock,
    app: Value,
    package: String,
    user: String,
}

impl<'m> Scene<'m> {
    async fn set(mock: &'m Mock) -> Self {
        let hostile = HOSTILE[0];
        let user = |name: &str, profile: &str| {
            json!({"name": name, "username": format!("{name}@hostile.example"), "password": "secret-1", "profile": profile,
                   "first_name": hostile, "last_name": hostile})
        };
        let users = [user("admin", "System Administrator"), user("ada", "Standard User")];
        let org = mock.control(Method::POST, "/orgs", json!({"name": "hostile", "kind": "production", "users": users})).await;
        let app = json!({
            "name": hostile, "description": hostile, "kind": "connected_app", "org": "devhub", "callback_urls": ["https://a.example/cb"],
            "scopes": ["api", "web", "refresh_token"], "flows": ["web_server", "refresh_token", "device"],
        });
        let app = mock.control(Method::POST, "/apps", app).await;
        let package = json!({"name": hostile, "org": "devhub", "promoted": true, "apps": [hostile]});
        let package = mock.control(Method::POST, "/packages", package).await;
        let ada = org["users"].as_array().unwrap().iter().find(|user| user["name"] == "ada").unwrap();
        let (package, user) = (package["version_id"].as_str().unwrap().to_owned(), ada["id"].as_str().unwrap().to_owned());
        Self { mock, app, package, user }
    }

    async fn admin(&self) -> Browser<'m> {
        let mut browser = Browser::new(self.mock);
        browser.log_in("/", "admin@hostile.example", "secret-1").await;
        browser
    }

    /// What a page finds something under.
    fn good(&self, name: &str) -> Option<String> {
        let (id, key) = (self.app["id"].as_str().unwrap(), self.app["consumer_key"].as_str().unwrap());
        Some(match name {
            "app" | "app_id" | "id" => id.to_owned(),
            "p0" => self.package.clone(),
            "user" | "suorgadminid" => self.user.clone(),
            "source" => format!("response_type=code&client_id={key}&redirect_uri=https%3A%2F%2Fa.example%2Fcb&state=zq%22%3E%3Csvg"),
            _ => return None,
        })
    }
}

/// Names under which the handlers of pages look for something: the literals in the brackets of a look-up.
fn parameters() -> BTreeSet<String> {
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/pages");
    let mut names = BTreeSet::from(["_csrf".to_owned()]);
    for entry in fs::read_dir(pages).unwrap() {
        let path = entry.unwrap().path();
        let Ok(text) = fs::read_to_string(&path) else { continue };
        for line in text.split("#[cfg(test)]").next().unwrap_or_default().lines() {
            let several = line.contains(".into_iter().find_map(|name| fields.get(name))");
            let literals: Vec<&str> = line.split('"').collect();
            let found = literals.chunks(2).filter_map(|pair| Some((*pair.first()?, *pair.get(1)?)));
            let looked_up = |before: &str| several || ["get(", "field(", "all(", "parameter("].iter().any(|call| before.ends_with(call));
            names.extend(found.filter(|(before, _)| looked_up(before)).map(|(_, name)| name.to_owned()));
        }
    }
    names
}

/// Queries that reach into a page: everything hostile; what must be found good and the rest hostile; and all of it good but one.
fn queries(scene: &Scene<'_>, names: &BTreeSet<String>) -> Vec<Vec<(String, String)>> {
    let mut queries = Vec::new();
    for hostile in HOSTILE {
        queries.push(names.iter().map(|name| (name.clone(), hostile.to_owned())).collect());
        let keys: Vec<&String> = names.iter().filter(|name| scene.good(name).is_some()).collect();
        for spoiled in std::iter::once(None).chain(keys.iter().map(|key| Some(*key))) {
            let value = |name: &String| scene.good(name).filter(|_| spoiled != Some(name)).unwrap_or_else(|| hostile.to_owned());
            // A device's code would take the place of the request that the consent page is about, and a one-time password that of a session.
            let asked = names.iter().filter(|name| !matches!(name.as_str(), "user_code" | "otp" | "download"));
            queries.push(asked.map(|name| (name.clone(), value(name))).collect());
        }
    }
    queries
}

fn encoded(pairs: &[(String, String)]) -> String {
    reqwest::Url::parse_with_params("http://a.example/", pairs).unwrap().query().unwrap_or_default().to_owned()
}

#[track_caller]
fn check_harmless(what: &str, answer: &Answer, mock: &Mock) {
    assert!(answer.status.as_u16() < 500, "{what}: {}", answer.status);
    for cookie in answer.headers.get_all("set-cookie") {
        assert!(!cookie.to_str().unwrap().starts_with("zq"), "{what}: {cookie:?}");
    }
    let location = answer.header("location");
    let stays = location.is_empty() || location.starts_with('/') && !location.starts_with("//") && !location.starts_with("/\\");
    let own = location.starts_with(&format!("{}/", mock.login_url)) || location.starts_with("https://a.example/cb?");
    assert!(stays || own, "{what} leads to {location:?}");
    if answer.header("content-type").starts_with("text/html") {
        for mark in ["<svg", "<script", "zq\"", "zq'", "href=\"javascript:", "src=\"javascript:", "action=\"javascript:", " onload=zq>"] {
            assert!(!answer.text.contains(mark), "{what} shows {mark:?} in {}", answer.text);
        }
        check_guarded(what, answer);
    }
}

#[track_caller]
fn check_guarded(what: &str, answer: &Answer) {
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{what}: {policy:?}");
    assert_eq!((answer.header("x-frame-options"), answer.header("x-content-type-options")), ("DENY", "nosniff"), "{what}");
    assert_eq!(answer.header("referrer-policy"), "no-referrer", "{what}");
    assert!(answer.header("cache-control").contains("no-store"), "{what}");
}

#[test]
fn the_parameters_of_the_pages_are_found_in_their_source() {
    let names = parameters();
    for name in ["startURL", "retURL", "un", "login_hint", "user_code", "app_id", "p0", "source", "sid", "otp", "done", "emc", "newpassword"] {
        assert!(names.contains(name), "{name} is not among {names:?}");
    }
}

#[tokio::test]
async fn no_page_lets_hostile_text_out_of_its_place() {
    let mock = Mock::start().await;
    let scene = Scene::set(&mock).await;
    let queries = queries(&scene, &parameters());
    let mut shown_as_text = 0;
    for route in sf_mock::routes().into_iter().filter(|route| route.id.starts_with("pages/")) {
        let mut admin = scene.admin().await;
        for query in &queries {
            let target = format!("{}?{}", route.path, encoded(query));
            if route.methods.iter().any(|method| method == "GET") {
                check_harmless(&format!("{target} for anybody"), &mock.get(&target).await, &mock);
                let answer = admin.ask(Method::GET, &target, &[]).await;
                shown_as_text += usize::from(answer.text.contains("zq&#34;"));
                check_harmless(&target, &answer, &mock);
            }
            if route.methods.iter().any(|method| method == "POST") {
                let csrf = admin.csrf_token().await;
                let fields: Vec<(&str, &str)> =
                    query.iter().map(|(name, value)| (name.as_str(), if name == "_csrf" { csrf.as_str() } else { value.as_str() })).collect();
                check_harmless(&format!("POST {target}"), &admin.ask(Method::POST, route.path, &fields).await, &mock);
            }
        }
    }
    assert!(shown_as_text > 50, "only {shown_as_text} pages showed hostile text at all");
}

#[tokio::test]
async fn no_page_takes_a_form_of_another_site() {
    let mock = Mock::start().await;
    let scene = Scene::set(&mock).await;
    let names = parameters();
    let fields: Vec<(String, String)> =
        names.iter().filter(|name| *name != "_csrf").map(|name| (name.clone(), scene.good(name).unwrap_or_default())).collect();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    for route in sf_mock::routes().into_iter().filter(|route| route.id.starts_with("pages/") && route.methods.iter().any(|method| method == "POST")) {
        if WITHOUT_TOKEN.iter().any(|(id, _)| *id == route.id) {
            continue;
        }
        let answer = scene.admin().await.ask(Method::POST, route.path, &fields).await;
        assert_eq!(answer.status.as_u16(), 403, "{} took a form without its token: {}", route.id, answer.text);
    }
}

#[tokio::test]
async fn every_answer_that_is_html_is_guarded_whichever_family_gave_it() {
    let mock = Mock::start().await;
    let scene = Scene::set(&mock).await;
    let mut admin = scene.admin().await;
    let mut pages = 0;
    for route in sf_mock::routes().into_iter().filter(|route| !route.path.starts_with("/_mock")) {
        for method in [Method::GET, Method::POST, Method::PUT] {
            let path = route.path.replace(['{', '}'], "");
            let answer = admin.ask(method.clone(), &path, &[]).await;
            if answer.header("content-type").to_ascii_lowercase().starts_with("text/html") {
                pages += 1;
                check_guarded(&format!("{method} {path}"), &answer);
            }
        }
    }
    assert!(pages > 40, "only {pages} pages were met");
}
