//! One org's token, code, id or cookie never works in another: every pair of orgs is tried.

use reqwest::Method;
use serde_json::{Value, json};

use crate::bench::{Answer, Mock};

/// What a thief could carry from an org.
struct Loot {
    org: String,
    host: String,
    access_token: String,
    refresh_token: String,
    code: String,
    cookie: String,
    record: String,
}

const CALLBACK: &str = "http://127.0.0.1:1717/cb";

#[tokio::test]
async fn nothing_of_one_org_works_in_another() {
    let mock = Mock::start().await;
    let app = json!({
        "name": "thief", "kind": "connected_app", "org": "devhub", "callback_urls": [CALLBACK], "scopes": ["api", "web", "refresh_token", "id"],
        "flows": ["web_server", "refresh_token"], "require_secret": false,
    });
    let key = mock.control(Method::POST, "/apps", app).await["consumer_key"].as_str().unwrap().to_owned();
    let mut loot = Vec::new();
    for (name, kind) in
        [("north", "production"), ("south", "production"), ("east", "developer"), ("west", "devhub"), ("north--uat", "sandbox"), ("mid", "scratch")]
    {
        loot.push(gather(&mock, name, kind, &key).await);
    }
    for from in &loot {
        for to in loot.iter().filter(|to| to.org != from.org) {
            check_pair(&mock, from, to, &key).await;
        }
    }
}

async fn gather(mock: &Mock, name: &str, kind: &str, key: &str) -> Loot {
    let username = format!("u@{name}.example");
    let user = json!({"name": "u", "username": username, "password": "secret-1", "profile": "System Administrator"});
    mock.control(Method::POST, "/orgs", json!({"name": name, "kind": kind, "users": [user]})).await;
    mock.control(Method::PUT, &format!("/orgs/{name}/installs/thief"), Value::Null).await;
    let session = mock
        .control(
            Method::POST,
            &format!("/orgs/{name}/sessions"),
            json!({"username": username, "app": "thief", "scopes": ["api", "refresh_token", "id", "web"]}),
        )
        .await;
    let access_token = session["access_token"].as_str().unwrap().to_owned();
    let host = host_of(name, kind);
    let created = at(mock, &host, Method::POST, "/services/data/v67.0/sobjects/Account", |request| {
        request.bearer_auth(&access_token).json(&json!({"Name": name}))
    })
    .await;
    assert_eq!(created.status, 201, "{}", created.text);
    let record = created.json()["id"].as_str().unwrap().to_owned();
    let frontdoor = at(mock, &host, Method::GET, &format!("/secur/frontdoor.jsp?sid={access_token}"), |request| request).await;
    let cookie = frontdoor.header("set-cookie").split(';').next().unwrap().to_owned();
    assert!(cookie.starts_with("sid="), "{cookie}: {}", frontdoor.text);
    // Approved already, so the code comes without a page.
    let authorize = format!("/services/oauth2/authorize?response_type=code&client_id={key}&redirect_uri={CALLBACK}&scope=api");
    let callback = at(mock, &host, Method::GET, &authorize, |request| request.header("cookie", &cookie)).await;
    let code = crate::bench::parameter(callback.header("location"), "code").unwrap_or_else(|| panic!("{callback:?}"));
    let refresh_token = session["refresh_token"].as_str().unwrap().to_owned();
    Loot { org: name.to_owned(), host, access_token, refresh_token, code, cookie, record }
}

fn host_of(name: &str, kind: &str) -> String {
    match kind {
        "sandbox" => format!("{name}.sandbox.my.localhost"),
        "developer" => format!("{name}-dev-ed.develop.my.localhost"),
        "scratch" => format!("{name}.scratch.my.localhost"),
        _ => format!("{name}.my.localhost"),
    }
}

async fn check_pair(mock: &Mock, from: &Loot, to: &Loot, key: &str) {
    let pair = format!("{} -> {}", from.org, to.org);
    let token = at(mock, &to.host, Method::GET, "/services/data/v67.0/limits", |request| request.bearer_auth(&from.access_token)).await;
    assert_eq!((token.status.as_u16(), token.json()[0]["errorCode"].as_str()), (401, Some("INVALID_SESSION_ID")), "{pair}: token");

    let record = format!("/services/data/v67.0/sobjects/Account/{}", from.record);
    let id = at(mock, &to.host, Method::GET, &record, |request| request.bearer_auth(&to.access_token)).await;
    assert_eq!(id.status, 404, "{pair}: record id: {}", id.text);

    let redeem = async |form: &[(&str, &str)]| at(mock, &to.host, Method::POST, "/services/oauth2/token", |request| request.form(form)).await;
    let code = redeem(&[("grant_type", "authorization_code"), ("client_id", key), ("code", &from.code), ("redirect_uri", CALLBACK)]).await;
    code.expect(400, &json!({"error": "invalid_grant", "error_description": "invalid authorization code"}));
    let refresh = redeem(&[("grant_type", "refresh_token"), ("client_id", key), ("refresh_token", &from.refresh_token)]).await;
    refresh.expect(400, &json!({"error": "invalid_grant", "error_description": "expired access/refresh token"}));

    let page = at(mock, &to.host, Method::GET, "/lightning/setup/ConnectedAppsUsage/home", |request| request.header("cookie", &from.cookie)).await;
    assert!(page.status.is_redirection() && page.header("location").contains("startURL="), "{pair}: cookie: {} {}", page.status, page.text);
    let door = at(mock, &to.host, Method::GET, &format!("/secur/frontdoor.jsp?sid={}", from.access_token), |request| request).await;
    assert!(door.headers.get("set-cookie").is_none_or(|cookie| !cookie.to_str().unwrap().starts_with("sid=00D")), "{pair}: front door");
}

/// A request to a host by its name.
async fn at(mock: &Mock, host: &str, method: Method, path: &str, more: impl FnOnce(reqwest::RequestBuilder) -> reqwest::RequestBuilder) -> Answer {
    let port = mock.login_url.rsplit(':').next().unwrap();
    let request = mock.client.request(method, format!("{}{path}", mock.login_url)).header("host", format!("{host}:{port}"));
    mock.send(more(request)).await
}
