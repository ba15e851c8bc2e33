//! The control API: every element made, read, changed and removed, and its refusals.

use reqwest::Method;
use serde_json::{Value, json};

use crate::bench::{Browser, Mock};

/// Creates an element, reads it back, changes it, removes it, and misses it.
async fn check_element(mock: &Mock, list: &str, name: &str, body: Value, (change, changed): (Value, &str)) {
    let made = mock.try_control(Method::POST, list, body.clone()).await;
    assert_eq!(made.status, 201, "{list}: {}", made.text);
    let one = format!("{list}/{name}");
    assert_eq!(mock.control(Method::GET, &one, Value::Null).await, made.json(), "{one}");
    let again = mock.try_control(Method::POST, list, body).await;
    assert_eq!(again.status, 409, "{list} twice: {}", again.text);
    assert_eq!(again.header("content-type"), "application/problem+json");
    if !change.is_null() {
        let after = mock.control(Method::PATCH, &one, change.clone()).await;
        assert_eq!(after[changed], change[changed], "{one}");
        assert_eq!(mock.control(Method::GET, &one, Value::Null).await, after, "{one}");
    }
    assert_eq!(mock.try_control(Method::DELETE, &one, Value::Null).await.status, 204, "{one}");
    assert_eq!(mock.try_control(Method::GET, &one, Value::Null).await.status, 404, "{one}");
}

#[tokio::test]
async fn every_element_can_be_made_read_changed_and_removed() {
    let mock = Mock::start().await;
    let check = async |list: &str, name: &str, body: Value, change: (Value, &str)| check_element(&mock, list, name, body, change).await;
    check("/orgs", "one", json!({"name": "one"}), (json!({"era": "summer-25"}), "era")).await;
    check("/apps", "new", json!({"name": "new", "org": "acme"}), (json!({"callback_urls": ["https://a.example/cb"]}), "callback_urls")).await;
    check("/packages", "P", json!({"name": "P", "org": "devhub", "apps": ["installed"]}), (json!({"promoted": false}), "promoted")).await;
    let user = json!({"name": "new", "profile": "Standard User"});
    check("/orgs/acme/users", "new", user, (json!({"active": false}), "active")).await;
    let set = json!({"name": "Approvers", "permissions": ["PermissionsCanApproveUninstalledApps"]});
    check("/orgs/acme/permission-sets", "Approvers", set.clone(), (json!({"apps": ["web"]}), "apps")).await;
    check("/orgs/acme/profiles", "Approvers", set, (json!({"permissions": []}), "permissions")).await;
    check("/orgs/acme/objects", "Invoice__c", json!({"name": "Invoice__c", "label": "Invoice"}), (Value::Null, "")).await;
    let field = json!({"object": "Account", "name": "Ext__c", "type": "Text", "length": 40, "external_id": true, "unique": true});
    check("/orgs/acme/custom-fields", "Account.Ext__c", field, (json!({"length": 80}), "length")).await;
}

#[tokio::test]
async fn what_a_body_leaves_out_is_completed_in_the_answer() {
    let mock = Mock::start().await;
    let org = mock.control(Method::POST, "/orgs", json!({"name": "bare", "users": [{"name": "ada"}]})).await;
    assert_eq!((&org["kind"], &org["edition"], &org["era"]), (&json!("production"), &json!("Enterprise"), &json!("may-26")));
    assert_eq!(org["effective_policies"]["install_gate"], "page");
    assert_eq!(org["users"][0]["username"], "ada@bare.example");
    assert!(org["users"][0]["password"].as_str().unwrap().starts_with("pw-"));
    assert!(org["id"].as_str().unwrap().starts_with("00D") && org["users"][0]["id"].as_str().unwrap().starts_with("005"));
    let app = mock.control(Method::POST, "/apps", json!({"name": "bare", "org": "bare"})).await;
    assert_eq!((&app["kind"], &app["distribution"]), (&json!("external_client_app"), &json!("local")));
    assert!(app["id"].as_str().unwrap().starts_with("0Ci") && app["consumer_key"].as_str().unwrap().starts_with("3MVG9"));
    assert_eq!(mock.control(Method::GET, "/orgs/bare/apps/bare", Value::Null).await["presence"], "own");
    let app = mock.control(Method::POST, "/apps", json!({"name": "ca", "org": "bare", "kind": "connected_app"})).await;
    assert!(app["install_url"].as_str().unwrap().ends_with(&format!("AppInstallApprovalPage.apexp?app_id={}", app["id"].as_str().unwrap())));
}

#[tokio::test]
async fn a_refused_body_names_the_member() {
    let mock = Mock::start().await;
    let check = async |method: Method, path: &str, body: Value, status: u16, field: &str| {
        let answer = mock.try_control(method, path, body.clone()).await;
        let problem = answer.json();
        assert_eq!(
            (answer.status.as_u16(), problem["field"].as_str(), &problem["status"]),
            (status, Some(field), &json!(status)),
            "{path} {body}: {problem}"
        );
        assert!(problem["detail"].as_str().is_some_and(|detail| !detail.is_empty()));
    };
    let post = Method::POST;
    check(post.clone(), "/orgs", json!({"name": "a", "kind": "planet"}), 400, "kind").await;
    check(post.clone(), "/orgs", json!({"name": "a", "users": [{"name": "u", "profile": "Boss"}]}), 400, "users[0].profile").await;
    check(post.clone(), "/orgs", json!({"name": "a", "policies": {"gate": true}}), 400, "policies.gate").await;
    check(post.clone(), "/orgs/acme/users", json!({"name": "u", "username": "nobody"}), 400, "username").await;
    check(post.clone(), "/orgs/acme/users", json!({"name": "u", "username": "admin@starter.example"}), 409, "username").await;
    check(post.clone(), "/apps", json!({"name": "a", "org": "nowhere"}), 400, "org").await;
    check(post.clone(), "/apps", json!({"name": "a", "org": "acme", "scopes": ["bulk"]}), 400, "scopes").await;
    check(post.clone(), "/apps", json!({"name": "a", "org": "acme", "flows": ["username_password"]}), 400, "flows").await;
    check(post.clone(), "/apps", json!({"name": "a", "org": "acme", "consumer_key": "PlatformCLI"}), 409, "consumer_key").await;
    check(post.clone(), "/packages", json!({"name": "a", "org": "devhub", "apps": ["nothing"]}), 400, "apps").await;
    check(post.clone(), "/orgs/acme/permission-sets", json!({"name": "s", "permissions": ["Everything"]}), 400, "permissions").await;
    check(post.clone(), "/orgs/acme/records", json!({"type": "Acount", "fields": {}}), 400, "type").await;
    check(post.clone(), "/orgs/acme/records", json!({"type": "Account", "fields": {}}), 400, "fields.Name").await;
    check(post.clone(), "/orgs/acme/custom-fields", json!({"object": "Account", "name": "X__c", "type": "Text", "length": 999}), 400, "length").await;
    check(post.clone(), "/orgs/acme/sessions", json!({"username": "nobody"}), 400, "username").await;
    check(post.clone(), "/clock", json!({"advance": "soon"}), 400, "advance").await;
    check(Method::PATCH, "/orgs/acme", json!({"users": []}), 400, "users").await;
    check(Method::PATCH, "/orgs/acme", json!({"id": "00D000000000001"}), 400, "id").await;
    check(Method::PATCH, "/orgs/acme/apps/web", json!({"presence": "own"}), 400, "presence").await;
    check(Method::PATCH, "/apps/web", json!({"org": "acme"}), 400, "org").await;
    check(Method::PATCH, "/orgs/acme/apps/web", json!({"run_as": "nobody"}), 400, "run_as").await;
}

#[tokio::test]
async fn a_refused_org_leaves_nothing_behind() {
    let mock = Mock::start().await;
    let body = json!({"name": "half", "users": [{"name": "ada"}, {"name": "eve", "profile": "Boss"}]});
    assert_eq!(mock.try_control(Method::POST, "/orgs", body).await.status, 400);
    assert_eq!(mock.try_control(Method::GET, "/orgs/half", Value::Null).await.status, 404);
    mock.control(Method::POST, "/orgs", json!({"name": "half", "users": [{"name": "ada"}]})).await;
}

#[tokio::test]
async fn an_org_goes_with_the_apps_and_packages_it_defines() {
    let mock = Mock::start().await;
    mock.control(Method::DELETE, "/orgs/devhub", Value::Null).await;
    assert_eq!(mock.try_control(Method::GET, "/apps/web", Value::Null).await.status, 404);
    assert_eq!(mock.try_control(Method::GET, "/packages/Installed%20App", Value::Null).await.status, 404);
    let rows = mock.control(Method::GET, "/orgs/acme/apps", Value::Null).await;
    assert_eq!(rows["apps"].as_array().unwrap().len(), 1, "the CLI's client alone is left");
}

#[tokio::test]
async fn an_array_of_records_is_made_whole_or_not_at_all() {
    let mock = Mock::start().await;
    let count = async || mock.control(Method::GET, "/orgs/starter/records", Value::Null).await["records"].as_array().unwrap().len();
    let body = json!([{"type": "Account", "fields": {"Name": "A"}}, {"type": "Account", "fields": {"Nme": "B"}}]);
    assert_eq!(mock.try_control(Method::POST, "/orgs/starter/records", body).await.status, 400);
    assert_eq!(count().await, 0);
    let made = mock.control(Method::POST, "/orgs/starter/records", json!({"type": "Account", "fields": {"Name": "A"}})).await;
    let one = format!("/orgs/starter/records/{}", made["id"].as_str().unwrap());
    let listed = mock.control(Method::GET, "/orgs/starter/records", Value::Null).await;
    assert_eq!(listed["records"][0]["id"], made["id"]);
    let changed = mock.control(Method::PATCH, &one, json!({"fields": {"Name": "B"}})).await;
    assert_eq!(changed["fields"]["Name"], "B");
    mock.control(Method::DELETE, &one, Value::Null).await;
    assert_eq!(count().await, 0);
}

#[tokio::test]
async fn a_switch_goes_back_to_the_era() {
    let mock = Mock::start().await;
    let policies = async |body: Value| mock.control(Method::PATCH, "/orgs/acme/policies", body).await;
    let set = policies(json!({"install_gate": "callback", "require_pkce": true})).await;
    assert_eq!(
        (&set["policies"], &set["effective_policies"]["install_gate"]),
        (&json!({"install_gate": "callback", "require_pkce": true}), &json!("callback"))
    );
    let back = policies(json!({"install_gate": null})).await;
    assert_eq!((&back["policies"], &back["effective_policies"]["install_gate"]), (&json!({"require_pkce": true}), &json!("page")));
    let org = mock.control(Method::PATCH, "/orgs/acme", json!({"era": "summer-25", "policies": {"require_pkce": null}})).await;
    assert_eq!((&org["policies"], &org["effective_policies"]["install_gate"]), (&json!({}), &json!("off")));
}

#[tokio::test]
async fn a_session_without_the_dance_works_until_it_is_ended() {
    let mock = Mock::start().await;
    let works = async |token: &str| mock.rest(Method::GET, token, "/services/data/v67.0/limits", None).await.status == 200;
    let body = json!({"username": "standard", "app": "web", "scopes": ["api", "refresh_token"]});
    let session = mock.control(Method::POST, "/orgs/acme/sessions", body).await;
    let token = session["access_token"].as_str().unwrap();
    assert!(works(token).await && session["refresh_token"].is_string() && session["instance_url"] == mock.login_url);
    let id = session["id"].as_str().unwrap();
    assert_eq!(mock.try_control(Method::DELETE, &format!("/sessions/{id}"), Value::Null).await.status, 204);
    assert!(!works(token).await);
    assert_eq!(mock.try_control(Method::DELETE, &format!("/sessions/{id}"), Value::Null).await.status, 404);

    let session = mock.control(Method::POST, "/orgs/acme/sessions", json!({"username": "admin@acme.example"})).await;
    let token = session["access_token"].as_str().unwrap();
    assert!(works(token).await && session["refresh_token"].is_null());
    let escaped = token.replace('!', "%21");
    assert_eq!(mock.try_control(Method::DELETE, &format!("/sessions/{escaped}"), Value::Null).await.status, 204);
    assert!(!works(token).await);
}

#[tokio::test]
async fn removing_an_app_ends_its_tokens_in_every_org() {
    let mock = Mock::start().await;
    let session = mock.control(Method::POST, "/orgs/acme/sessions", json!({"username": "standard", "app": "web"})).await;
    mock.control(Method::DELETE, "/apps/web", Value::Null).await;
    let answer = mock.rest(Method::GET, session["access_token"].as_str().unwrap(), "/services/data/v67.0/limits", None).await;
    assert_eq!(answer.status, 401);
    let rows = mock.control(Method::GET, "/orgs/acme/apps", Value::Null).await;
    assert!(rows["apps"].as_array().unwrap().iter().all(|row| row["app"] != "web"));
}

#[tokio::test]
async fn approvals_can_be_given_and_taken() {
    let mock = Mock::start().await;
    let approved =
        async |names: Value| mock.control(Method::PATCH, "/orgs/acme/apps/uninstalled", json!({"approved_by": names})).await["approved_by"].clone();
    assert_eq!(approved(json!(["standard", "grandfathered"])).await, json!(["standard", "grandfathered"]));
    assert_eq!(approved(json!(["standard"])).await, json!(["standard"]));
    assert_eq!(approved(json!([])).await, json!([]));
}

#[tokio::test]
async fn a_package_installs_with_its_apps_and_goes_with_them() {
    let mock = Mock::start().await;
    let presence = async || mock.control(Method::GET, "/orgs/starter/apps/installed", Value::Null).await["presence"].clone();
    assert_eq!(presence().await, "unseen");
    mock.control(Method::PUT, "/orgs/starter/installs/Installed%20App", json!({"audience": "all_users"})).await;
    assert_eq!(presence().await, "installed");
    let org = mock.control(Method::GET, "/orgs/starter", Value::Null).await;
    assert_eq!(org["installed_packages"], json!([{"package": "Installed App", "audience": "all_users"}]));
    mock.control(Method::DELETE, "/orgs/starter/installs/installed", Value::Null).await;
    assert_eq!(presence().await, "known");
    assert_eq!(mock.control(Method::GET, "/orgs/starter", Value::Null).await["installed_packages"], json!([]));
}

#[tokio::test]
async fn the_clock_is_frozen_set_advanced_and_reset() {
    let mock = Mock::start().await;
    let clock = async |body: Value| mock.control(Method::POST, "/clock", body).await;
    assert_eq!(clock(json!({"set": "2027-01-01T00:00:00Z", "freeze": true})).await, json!({"now": "2027-01-01T00:00:00.000Z", "frozen": true}));
    assert_eq!(clock(json!({"advance": "P31DT15M"})).await["now"], "2027-02-01T00:15:00.000Z");
    assert_eq!(clock(json!({"freeze": false})).await["frozen"], false);
    let real = clock(json!({"reset": true})).await;
    assert!(!real["now"].as_str().unwrap().starts_with("2027-02"), "{real}");
}

#[tokio::test]
async fn a_snapshot_brings_everything_back() {
    let mock = Mock::start().await;
    let before = mock.control(Method::GET, "/world", Value::Null).await;
    let snapshot = mock.control(Method::POST, "/snapshots", Value::Null).await["id"].as_str().unwrap().to_owned();
    let spoil = async || {
        mock.control(Method::POST, "/orgs", json!({"name": "later"})).await;
        mock.control(Method::DELETE, "/orgs/acme/users/standard", Value::Null).await;
        mock.control(Method::DELETE, "/apps/web", Value::Null).await;
        mock.control(Method::PATCH, "/orgs/acme", json!({"era": "summer-25"})).await;
    };
    let now = async || mock.control(Method::GET, "/world", Value::Null).await;
    spoil().await;
    assert_eq!(mock.try_control(Method::POST, &format!("/snapshots/{snapshot}/restore"), Value::Null).await.status, 204);
    assert_eq!((&now().await["orgs"], &now().await["apps"]), (&before["orgs"], &before["apps"]));
    spoil().await;
    assert_eq!(mock.try_control(Method::POST, "/reset", Value::Null).await.status, 204);
    assert_eq!((&now().await["orgs"], &now().await["apps"]), (&before["orgs"], &before["apps"]));
    assert_eq!(mock.try_control(Method::POST, "/snapshots/none/restore", Value::Null).await.status, 404);
}

#[tokio::test]
async fn one_org_goes_back_alone() {
    let mock = Mock::start().await;
    let snapshot = mock.control(Method::POST, "/snapshots?org=acme", Value::Null).await["id"].as_str().unwrap().to_owned();
    for org in ["acme", "starter"] {
        mock.control(Method::POST, &format!("/orgs/{org}/users"), json!({"name": "late"})).await;
    }
    mock.control(Method::POST, &format!("/snapshots/{snapshot}/restore"), Value::Null).await;
    assert_eq!(mock.try_control(Method::GET, "/orgs/acme/users/late", Value::Null).await.status, 404);
    assert_eq!(mock.try_control(Method::GET, "/orgs/starter/users/late", Value::Null).await.status, 200);
    mock.control(Method::POST, "/orgs/acme/users", json!({"name": "late"})).await;
}

#[tokio::test]
async fn a_refusal_is_explained_with_the_way_out() {
    let mock = Mock::start().await;
    let app = mock.control(Method::GET, "/apps/uninstalled", Value::Null).await;
    let key = app["consumer_key"].as_str().unwrap();
    let authorize = format!("/services/oauth2/authorize?response_type=code&client_id={key}&redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fcallback");
    Browser::new(&mock).log_in(&authorize, "standard@acme.example", "standard-password").await.page();
    let refusals = async |query: &str| mock.control(Method::GET, &format!("/refusals{query}"), Value::Null).await["refusals"].clone();
    let all = refusals("?org=acme&app=uninstalled").await;
    let refusal = &all[0];
    assert_eq!(all.as_array().unwrap().len(), 1);
    assert_eq!((&refusal["org"], &refusal["app"], &refusal["user"]), (&json!("acme"), &json!("uninstalled"), &json!("standard@acme.example")));
    assert_eq!((&refusal["flow"], &refusal["rule"], &refusal["surface"]), (&json!("web_server"), &json!("gate.not_installed"), &json!("error_page")));
    assert_eq!((&refusal["error"], &refusal["error_description"]), (&json!("invalid_client"), &json!("app must be installed into org")));
    assert_eq!(refusal["fix"][0]["role"], "admin");
    assert_eq!(
        refusal["fix"][0]["url"],
        json!(format!("{}/identity/app/AppInstallApprovalPage.apexp?app_id={}", mock.login_url, app["id"].as_str().unwrap()))
    );
    assert_eq!(refusals("?org=starter").await, json!([]));
    assert_eq!(refusals(&format!("?since={}", refusal["seq"])).await, json!([]));
}

#[tokio::test]
async fn the_openapi_document_has_no_loose_ends() {
    let mock = Mock::start().await;
    let document = mock.get("/_mock/openapi.json").await.json();
    assert_eq!(document["openapi"], "3.1.0");
    let text = document.to_string();
    let references = text.split("\"$ref\":\"#").skip(1).filter_map(|rest| rest.split('"').next());
    for reference in references {
        assert!(document.pointer(reference).is_some(), "nothing at {reference}");
    }
    let user = &document["paths"]["/_mock/v1/orgs/{org}/users"]["post"];
    assert_eq!(user["requestBody"]["content"]["application/json"]["schema"]["$ref"], "#/components/schemas/UserEntry");
    assert_eq!(user["parameters"][0]["name"], "org");
}
