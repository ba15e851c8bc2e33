//! Admission on the wire: what the web server flow does with one user, one app and one org as the rules say.
//! The rules themselves are held against `fixtures/admission.tsv` in the room.

use std::slice;

use reqwest::Method;
use serde_json::{Value, json};

use crate::bench::{Browser, Ended, Mock, parameter};

const CALLBACK: &str = "http://localhost:3000/callback";

/// Where an authorize request ended.
#[derive(Debug, PartialEq)]
enum End {
    /// The consent page, or straight back with a code.
    Admitted,
    /// The error page: the callback is not called.
    ErrorPage(String),
    /// An error on the callback.
    Callback(String),
    InsufficientPrivileges,
}

async fn authorize(mock: &Mock, app: &str, user: &str) -> End {
    let definition = mock.control(Method::GET, &format!("/apps/{app}"), Value::Null).await;
    let key = definition["consumer_key"].as_str().unwrap();
    let path = format!("/services/oauth2/authorize?response_type=code&client_id={key}&redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fcallback&state=s");
    let pair = |url: &str| format!("{}: {}", parameter(url, "error").unwrap_or_default(), parameter(url, "error_description").unwrap_or_default());
    match Browser::new(mock).log_in(&path, &format!("{user}@acme.example"), &format!("{user}-password")).await {
        Ended::Callback(url) if parameter(&url, "code").is_some() => End::Admitted,
        Ended::Callback(url) => {
            assert!(url.starts_with(CALLBACK) && parameter(&url, "state").as_deref() == Some("s"), "{url}");
            End::Callback(pair(&url))
        }
        Ended::Page { url, .. } if url.contains("/RemoteAccessAuthorizationPage.apexp") => End::Admitted,
        Ended::Page { url, .. } if url.contains("/InsufficientPrivileges") => End::InsufficientPrivileges,
        Ended::Page { url, answer } => {
            assert!(url.contains("/setup/secur/RemoteAccessErrorPage.apexp"), "{url}");
            assert!(answer.text.contains("OAUTH_APPROVAL_ERROR_GENERIC"), "{}", answer.text);
            assert_eq!(parameter(&url, "state"), None);
            End::ErrorPage(pair(&url))
        }
    }
}

fn gate() -> End {
    End::ErrorPage("invalid_client: app must be installed into org".into())
}

fn callback(pair: &str) -> End {
    End::Callback(pair.into())
}

/// Makes a fresh server, lets the control API change acme as `changes` say, and authorizes.
async fn check(what: &str, changes: &[(Method, &str, Value)], app: &str, user: &str, expected: End) {
    let mock = Mock::start().await;
    for (method, path, body) in changes {
        mock.control(method.clone(), path, body.clone()).await;
    }
    assert_eq!(authorize(&mock, app, user).await, expected, "{what}");
}

fn policies(body: Value) -> (Method, &'static str, Value) {
    (Method::PATCH, "/orgs/acme/policies", body)
}

fn permission(name: &str) -> Vec<(Method, &'static str, Value)> {
    vec![
        (Method::POST, "/orgs/acme/permission-sets", json!({"name": "Extra", "permissions": [name]})),
        (Method::PATCH, "/orgs/acme/users/standard", json!({"permission_sets": ["Extra"]})),
    ]
}

#[tokio::test]
async fn an_uninstalled_connected_app_admits_only_the_exempt() {
    check("nothing", &[], "uninstalled", "standard", gate()).await;
    check("approved before", &[], "uninstalled", "grandfathered", End::Admitted).await;
    check("standard administrator", &[], "uninstalled", "admin", End::Admitted).await;
    check("permission set", &permission("PermissionsCanApproveUninstalledApps"), "uninstalled", "standard", End::Admitted).await;
    let installed = [(Method::PUT, "/orgs/acme/installs/uninstalled", Value::Null)];
    check("installed", &installed, "uninstalled", "standard", End::Admitted).await;
    let removed = [installed[0].clone(), (Method::DELETE, "/orgs/acme/installs/uninstalled", Value::Null)];
    check("uninstalled again", &removed, "uninstalled", "standard", gate()).await;
    check("approval ends with the uninstall", &removed, "uninstalled", "grandfathered", gate()).await;
    let revoked = [(Method::PATCH, "/orgs/acme/apps/uninstalled", json!({"approved_by": []}))];
    check("approval revoked", &revoked, "uninstalled", "grandfathered", gate()).await;
}

#[tokio::test]
async fn a_cloned_administrator_profile_is_not_exempt() {
    let changes = [
        (
            Method::POST,
            "/orgs/acme/profiles",
            json!({"name": "Admin Clone", "permissions": ["PermissionsApiEnabled", "PermissionsModifyAllData", "PermissionsCustomizeApplication"]}),
        ),
        (Method::PATCH, "/orgs/acme/users/standard", json!({"profile": "Admin Clone"})),
    ];
    check("clone", &changes, "uninstalled", "standard", gate()).await;
}

#[tokio::test]
async fn eras_and_switches_decide() {
    check("before the gate", &[(Method::PATCH, "/orgs/acme", json!({"era": "summer-25"}))], "uninstalled", "standard", End::Admitted).await;
    check("gate off", &[policies(json!({"install_gate": "off"}))], "uninstalled", "standard", End::Admitted).await;
    let generic = callback("OAUTH_APPROVAL_ERROR_GENERIC: An unexpected error has occured during authentication. Please try again.");
    check("on the callback", &[policies(json!({"install_gate": "callback"}))], "uninstalled", "standard", generic).await;
    let switch = policies(json!({"earlier_approval_passes_gate": false}));
    check("no second authorization", &[switch], "uninstalled", "grandfathered", gate()).await;
}

#[tokio::test]
async fn api_access_control_listens_to_other_permissions() {
    let on = policies(json!({"api_access_control": true}));
    let winter = (Method::PATCH, "/orgs/acme", json!({"era": "winter-26"}));
    check("approved before", slice::from_ref(&on), "uninstalled", "grandfathered", gate()).await;
    check("standard administrator", slice::from_ref(&on), "uninstalled", "admin", gate()).await;
    let any = permission("PermissionsUseAnyApiClient");
    check("Use Any API Client, winter-26", &[&any[..], &[on.clone(), winter]].concat(), "uninstalled", "standard", End::Admitted).await;
    let unseen = (Method::POST, "/apps", json!({"name": "stranger", "kind": "connected_app", "org": "devhub", "callback_urls": [CALLBACK]}));
    let winter = (Method::PATCH, "/orgs/acme", json!({"era": "winter-26"}));
    check("the same, unseen app", &[&any[..], &[on.clone(), winter, unseen]].concat(), "stranger", "standard", End::Admitted).await;
    check("Use Any API Client, later", &[&any[..], &[on]].concat(), "uninstalled", "standard", gate()).await;
    check("Use Any API Client alone", &any, "uninstalled", "standard", gate()).await;
}

#[tokio::test]
async fn blocked_apps_and_unassigned_users_are_refused_on_the_callback() {
    let block = (Method::PATCH, "/orgs/acme/apps/web", json!({"blocked": true}));
    check("blocked", slice::from_ref(&block), "web", "admin", callback("OAUTH_APP_BLOCKED: this app is blocked by admin")).await;
    let unblock = (Method::PATCH, "/orgs/acme/apps/web", json!({"blocked": false}));
    check("unblocked", &[block, unblock], "web", "standard", End::Admitted).await;
    let approved = (Method::PATCH, "/orgs/acme/apps/web", json!({"permitted_users": "admin_approved"}));
    let denied = callback("OAUTH_APP_ACCESS_DENIED: user is not admin approved to access this app");
    check("not assigned", slice::from_ref(&approved), "web", "standard", denied).await;
    let profile = (Method::PATCH, "/orgs/acme/apps/web", json!({"profiles": ["Standard User"]}));
    check("assigned by profile", &[approved.clone(), profile], "web", "standard", End::Admitted).await;
    let set = [
        approved,
        (Method::POST, "/orgs/acme/permission-sets", json!({"name": "Web", "apps": ["web"]})),
        (Method::PATCH, "/orgs/acme/users/standard", json!({"permission_sets": ["Web"]})),
    ];
    check("assigned by permission set", &set, "web", "standard", End::Admitted).await;
}

#[tokio::test]
async fn external_client_apps_need_their_package() {
    let uninstalled = (Method::DELETE, "/orgs/acme/installs/installed", Value::Null);
    let not_found = || callback("OAUTH_EC_APP_NOT_FOUND: External client app is not installed in this org");
    check("installed", &[], "installed", "standard", End::Admitted).await;
    check("not installed", slice::from_ref(&uninstalled), "installed", "standard", not_found()).await;
    check("no permission replaces it", &[uninstalled], "installed", "admin", not_found()).await;
    let cross = callback("OAUTH_AUTHORIZATION_BLOCKED: Cross-org OAuth flows are not supported for this external client app");
    check("local to another org", &[], "local", "admin", cross).await;
    let disabled = (Method::PATCH, "/orgs/acme/apps/installed", json!({"availability": "disabled"}));
    let off = callback("oauth_flow_disabled: The external client app or the OAuth plugin is disabled.");
    check("disabled", &[disabled], "installed", "standard", off).await;
}

#[tokio::test]
async fn the_orgs_own_app_needs_no_install() {
    let own = (Method::POST, "/apps", json!({"name": "own", "org": "acme", "callback_urls": [CALLBACK]}));
    check("own", &[own], "own", "standard", End::Admitted).await;
}

#[tokio::test]
async fn denied_attempts_are_counted_from_spring_26() {
    for (era, presence, attempts) in [("dec-25", "unseen", 0), ("spring-26", "known", 2)] {
        let mock = Mock::start().await;
        mock.control(Method::PATCH, "/orgs/starter", json!({"era": era})).await;
        let key = mock.control(Method::GET, "/apps/uninstalled", Value::Null).await["consumer_key"].as_str().unwrap().to_owned();
        let path = format!("/services/oauth2/authorize?response_type=code&client_id={key}&redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fcallback");
        mock.control(Method::POST, "/orgs/starter/users", json!({"name": "ada", "password": "ada-password"})).await;
        for _ in 0..2 {
            Browser::new(&mock).log_in(&path, "ada@starter.example", "ada-password").await.page();
        }
        let row = mock.control(Method::GET, "/orgs/starter/apps/uninstalled", Value::Null).await;
        assert_eq!((&row["presence"], &row["denied_attempts"]), (&json!(presence), &json!(attempts)), "{era}");
    }
}
