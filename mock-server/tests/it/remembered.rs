//! What the server remembers of users, apps, grants, sessions and records never outlives a change of them.

use reqwest::Method;
use serde_json::{Value, json};

use crate::bench::{Answer, Mock};

const ROOT: &str = "/services/data/v67.0";

/// A client of acme that has used its tokens, and a record it has read.
struct Client {
    mock: Mock,
    user: String,
    access: String,
    refresh: String,
    app: (String, String),
    record: String,
}

impl Client {
    /// A user with this profile, and tokens of the app `installed`, all of it in use.
    async fn with(profile: &str) -> Self {
        let mock = Mock::start().await;
        let user = json!({"name": "worker", "username": "worker@acme.example", "profile": profile});
        mock.control(Method::POST, "/orgs/acme/users", user).await;
        let app = mock.control(Method::GET, "/apps/installed", Value::Null).await;
        let session = json!({"username": "worker@acme.example", "app": "installed", "scopes": ["api", "refresh_token"]});
        let session = mock.control(Method::POST, "/orgs/acme/sessions", session).await;
        let record = json!({"type": "Account", "fields": {"Name": "Before", "Phone": "1"}});
        let record = mock.control(Method::POST, "/orgs/acme/records", record).await;
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let client = Self {
            user: "worker@acme.example".to_owned(),
            access: text(&session["access_token"]),
            refresh: text(&session["refresh_token"]),
            app: (text(&app["consumer_key"]), text(&app["consumer_secret"])),
            record: text(if record.is_array() { &record[0]["id"] } else { &record["id"] }),
            mock,
        };
        client.works().await;
        client
    }

    /// Twice: the second time from memory.
    async fn works(&self) {
        for _ in 0..2 {
            assert_eq!((self.read().await.status.as_u16(), self.refreshed().await.status.as_u16()), (200, 200));
        }
    }

    async fn read(&self) -> Answer {
        self.mock.rest(Method::GET, &self.access, &format!("{ROOT}/sobjects/Account/{}", self.record), None).await
    }

    async fn refreshed(&self) -> Answer {
        let (key, secret) = (self.app.0.as_str(), self.app.1.as_str());
        let form = [("grant_type", "refresh_token"), ("refresh_token", &self.refresh), ("client_id", key), ("client_secret", secret)];
        self.mock.post_form("/services/oauth2/token", &form).await
    }
}

/// After one change that keeps nobody out and this one, a read and a refresh are answered so.
async fn check(what: &str, method: Method, path: &str, body: Value, read: u16, refreshed: u16) {
    let client = Client::with("System Administrator").await;
    client.mock.control(Method::PATCH, "/orgs/acme/apps/installed", json!({"session_timeout": 7200})).await;
    client.works().await;
    client.mock.control(method, &path.replace("{user}", &client.user), body).await;
    assert_eq!((client.read().await.status.as_u16(), client.refreshed().await.status.as_u16()), (read, refreshed), "{what}");
}

#[tokio::test]
async fn whoever_is_kept_out_is_kept_out_at_once() {
    check("frozen", Method::PATCH, "/orgs/acme/users/{user}", json!({"frozen": true}), 401, 400).await;
    check("inactive", Method::PATCH, "/orgs/acme/users/{user}", json!({"active": false}), 401, 400).await;
    check("removed", Method::DELETE, "/orgs/acme/users/{user}", Value::Null, 401, 400).await;
    check("uninstalled", Method::DELETE, "/orgs/acme/installs/installed", Value::Null, 401, 400).await;
    check("blocked", Method::PATCH, "/orgs/acme/apps/installed", json!({"blocked": true}), 401, 400).await;
    check("revoked", Method::DELETE, "/orgs/acme/grants?user={user}", Value::Null, 401, 400).await;
    check("sessions ended", Method::DELETE, "/orgs/acme/sessions", Value::Null, 401, 200).await;
    check("expired by policy", Method::PATCH, "/orgs/acme/apps/installed", json!({"refresh_token_policy": {"kind": "immediately_expire"}}), 200, 400)
        .await;
    check("another profile's", Method::PATCH, "/orgs/acme/users/{user}", json!({"profile": "Minimum Access - Salesforce"}), 404, 200).await;
}

/// How the name reads after this.
async fn check_name(client: &Client, name: &str) {
    for _ in 0..2 {
        let answer = client.read().await;
        assert_eq!(answer.json()["Name"], json!(name), "{}", answer.text);
    }
}

#[tokio::test]
async fn a_record_reads_as_it_was_written_last() {
    let client = Client::with("System Administrator").await;
    let path = format!("{ROOT}/sobjects/Account/{}", client.record);
    let rename = async |name: &str| {
        let answer = client.mock.rest(Method::PATCH, &client.access, &path, Some(json!({"Name": name}))).await;
        assert_eq!(answer.status, 204, "{}", answer.text);
    };
    let snapshot = client.mock.control(Method::POST, "/snapshots", json!({})).await["id"].clone();
    rename("After").await;
    check_name(&client, "After").await;
    // A composite that fails as a whole leaves the record as it was, whatever it read meanwhile.
    let step = |id: &str, method: &str, url: &str, body: Value| json!({"method": method, "url": url, "referenceId": id, "body": body});
    let mut read = step("b", "GET", &path, Value::Null);
    read.as_object_mut().unwrap().remove("body");
    let steps = [step("a", "PATCH", &path, json!({"Name": "Undone"})), read, step("c", "POST", &format!("{ROOT}/sobjects/Account"), json!({}))];
    let composite = json!({"allOrNone": true, "compositeRequest": steps});
    let answer = client.mock.rest(Method::POST, &client.access, &format!("{ROOT}/composite"), Some(composite)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    check_name(&client, "After").await;
    client.mock.control(Method::POST, &format!("/snapshots/{}/restore", snapshot.as_str().unwrap()), json!({})).await;
    check_name(&client, "Before").await;
    let deleted = client.mock.rest(Method::DELETE, &client.access, &path, None).await;
    assert_eq!((deleted.status.as_u16(), client.read().await.status.as_u16()), (204, 404));
}

#[tokio::test]
async fn each_caller_reads_a_record_with_the_own_eyes() {
    let client = Client::with("System Administrator").await;
    let hidden = json!({"name": "Narrow", "permissions": ["PermissionsApiEnabled", "PermissionsViewAllData"],
        "field_permissions": {"Account.Phone": "hidden"}});
    client.mock.control(Method::POST, "/orgs/acme/profiles", hidden).await;
    let other = json!({"name": "other", "username": "other@acme.example", "profile": "Narrow"});
    client.mock.control(Method::POST, "/orgs/acme/users", other).await;
    let token = client.mock.token("acme", "other@acme.example").await;
    for _ in 0..2 {
        let path = format!("{ROOT}/sobjects/Account/{}", client.record);
        let other = client.mock.rest(Method::GET, &token, &path, None).await.json();
        let older = client.mock.rest(Method::GET, &client.access, &path.replace("v67", "v60"), None).await.json();
        let own = client.read().await.json();
        assert_eq!((&own["Phone"], &older["Phone"], other.get("Phone")), (&json!("1"), &json!("1"), None));
        assert_eq!((&own["attributes"]["url"], &older["attributes"]["url"]), (&json!(path), &json!(path.replace("v67", "v60"))));
    }
    let foreign = client.mock.rest(Method::GET, &client.access, &format!("{ROOT}/sobjects/Contact/{}", client.record), None).await;
    assert_eq!(foreign.status, 404, "{}", foreign.text);
}
