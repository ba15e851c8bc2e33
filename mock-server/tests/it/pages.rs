//! What people see in a browser, and what their forms do.

use reqwest::Method;
use serde_json::{Value, json};

use crate::bench::{Answer, Browser, Ended, Mock, parameter};

const CALLBACK: &str = "http://127.0.0.1:1717/cb";
const HOME: &str = "/home/home.jsp";
const USAGE: &str = "/lightning/setup/ConnectedAppsUsage/home";
const WRONG: &str = "Please check your username and password. If you still can&#39;t log in, contact your Salesforce administrator.";

/// An org of its own with an admin, a standard user and an app that nobody installed.
struct Scene<'m> {
    mock: &'m Mock,
    org: &'static str,
    app: Value,
}

impl<'m> Scene<'m> {
    async fn set(mock: &'m Mock, org: &'static str) -> Self {
        Self::with_app(mock, org, json!({})).await
    }

    async fn with_app(mock: &'m Mock, org: &'static str, more: Value) -> Self {
        let user = |name: &str, profile: &str| json!({"name": name, "username": format!("{name}@{org}.example"), "password": "secret-1", "profile": profile});
        let users = [user("admin", "System Administrator"), user("ada", "Standard User")];
        mock.control(Method::POST, "/orgs", json!({"name": org, "kind": "production", "edition": "Enterprise", "users": users})).await;
        let mut app = json!({
            "name": format!("{org}-app"), "kind": "connected_app", "org": "devhub", "callback_urls": [CALLBACK],
            "scopes": ["api", "web", "refresh_token"], "flows": ["web_server", "refresh_token"],
        });
        for (member, value) in more.as_object().unwrap() {
            app[member] = value.clone();
        }
        Self { mock, org, app: mock.control(Method::POST, "/apps", app).await }
    }

    fn app_id(&self) -> &str {
        self.app["id"].as_str().unwrap()
    }

    fn authorize_path(&self) -> String {
        let key = self.app["consumer_key"].as_str().unwrap();
        format!("/services/oauth2/authorize?response_type=code&client_id={key}&redirect_uri=http%3A%2F%2F127.0.0.1%3A1717%2Fcb&state=s-1")
    }

    fn install_path(&self) -> String {
        format!("/identity/app/AppInstallApprovalPage.apexp?app_id={}", self.app_id())
    }

    async fn browser(&self, user: &str, path: &str) -> (Browser<'m>, Ended) {
        let mut browser = Browser::new(self.mock);
        let ended = browser.log_in(path, &format!("{user}@{}.example", self.org), "secret-1").await;
        (browser, ended)
    }

    async fn page(&self, user: &str, path: &str) -> (Browser<'m>, Answer) {
        let (browser, ended) = self.browser(user, path).await;
        (browser, ended.page().1)
    }

    /// The admin presses a button of the usage page.
    async fn press(&self, action: &str) -> (String, Answer) {
        let (mut admin, page) = self.page("admin", USAGE).await;
        let csrf = csrf_of(&page);
        admin.post(USAGE, &[("_csrf", &csrf), ("app", self.app_id()), ("action", action), ("confirmed", "1")]).await.page()
    }

    /// What the usage page shows of the app.
    async fn row(&self) -> Option<String> {
        let (_, page) = self.page("admin", USAGE).await;
        let (_, rest) = page.text.split_once(&format!("data-app=\"{}\"", self.app_id()))?;
        rest.split("</tr>").next().map(str::to_owned)
    }
}

fn csrf_of(page: &Answer) -> String {
    let (_, rest) = page.text.split_once("name=\"_csrf\" value=\"").unwrap_or_else(|| panic!("no form in {}", page.text));
    rest.split('"').next().unwrap_or_default().to_owned()
}

#[track_caller]
fn check_shows(page: &Answer, status: u16, texts: &[&str]) {
    assert_eq!(page.status.as_u16(), status, "{}", page.text);
    for text in texts {
        assert!(page.text.contains(text), "{text:?} is not in {}", page.text);
    }
}

#[tokio::test]
async fn a_login_leads_home_and_tells_who_is_where() {
    let mock = Mock::start().await;
    let scene = Scene::set(&mock, "home").await;
    let (_, page) = scene.page("admin", "/").await;
    check_shows(&page, 200, &["admin@home.example", "System Administrator", "may-26", "No real password belongs here."]);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_user_get_the_same_text() {
    let mock = Mock::start().await;
    let _scene = Scene::set(&mock, "wrong").await;
    for (username, password) in [("ada@wrong.example", "secret-2"), ("nobody@wrong.example", "secret-1")] {
        let (_, page) = Browser::new(&mock).log_in("/", username, password).await.page();
        check_shows(&page, 200, &[WRONG, &format!("value=\"{username}\"")]);
        assert_eq!(page.header("set-cookie"), "");
    }
}

#[tokio::test]
async fn a_login_form_of_another_site_is_refused() {
    let mock = Mock::start().await;
    let _scene = Scene::set(&mock, "forged").await;
    let fields = [("username", "ada@forged.example"), ("pw", "secret-1"), ("_csrf", "0123456789abcdef0123456789abcdef")];
    let answer = mock.post_form("/login", &fields).await;
    check_shows(&answer, 403, &["Your login page has expired. Please log in again."]);
    assert!(!answer.header("set-cookie").starts_with("sid"));
}

#[tokio::test]
async fn a_session_cookie_is_out_of_reach_of_scripts_and_other_sites() {
    let mock = Mock::start().await;
    let _scene = Scene::set(&mock, "cookie").await;
    let page = mock.get("/").await;
    let secret = page.header("set-cookie").split(';').next().unwrap().to_owned();
    let csrf = csrf_of(&page);
    let form = [("username", "ada@cookie.example"), ("pw", "secret-1"), ("_csrf", csrf.as_str())];
    let answer = mock.send(mock.client.post(mock.at("/login")).header("cookie", secret).form(&form)).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (302, HOME));
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("sid_00D") && cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax"), "{cookie}");
}

#[tokio::test]
async fn every_page_forbids_scripts_and_frames() {
    let mock = Mock::start().await;
    let scene = Scene::set(&mock, "headers").await;
    let (_, install) = scene.page("admin", &scene.install_path()).await;
    let (_, refused) = scene.page("ada", &scene.authorize_path()).await;
    for page in [mock.get("/").await, mock.get("/setup/nowhere").await, install, refused] {
        assert_eq!(page.header("x-frame-options"), "DENY");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        let policy = page.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(!page.text.contains("<script") && !page.text.contains(" style="), "{}", page.text);
    }
}

#[tokio::test]
async fn a_page_without_a_session_asks_for_the_login_and_comes_back() {
    let mock = Mock::start().await;
    let scene = Scene::set(&mock, "return").await;
    for path in [
        HOME,
        USAGE,
        "/setup/secur/RemoteAccessErrorPage.apexp?error=invalid_client",
        &scene.install_path(),
        "/packaging/installPackage.apexp?p0=04t",
    ] {
        let answer = mock.get(path).await;
        let to = mock.at(answer.header("location"));
        assert_eq!((answer.status.as_u16(), parameter(&to, "startURL").as_deref()), (302, Some(path)));
    }
    let (_, page) = scene.page("admin", &scene.install_path()).await;
    check_shows(&page, 200, &["Install this app?"]);
}

#[tokio::test]
async fn no_parameter_leads_to_another_site() {
    let mock = Mock::start().await;
    let scene = Scene::set(&mock, "away").await;
    for evil in ["https://evil.example/", "//evil.example/", "/\\evil.example", "/%09/evil.example", "javascript:alert(1)"] {
        let (mut browser, ended) = scene.browser("ada", &format!("/?startURL={evil}")).await;
        assert_eq!(ended.page().0, mock.at(HOME), "{evil}");
        for path in ["/secur/frontdoor.jsp?retURL=", "/?startURL=", "/secur/logout.jsp?retURL="] {
            let (url, _) = browser.open(&format!("{path}{evil}")).await.page();
            assert!(url.starts_with(&mock.login_url), "{path}{evil} led to {url}");
        }
    }
}

#[tokio::test]
async fn logging_out_ends_the_session() {
    let mock = Mock::start().await;
    let scene = Scene::set(&mock, "logout").await;
    let (mut browser, _) = scene.browser("ada", "/").await;
    let (url, _) = browser.open("/secur/logout.jsp").await.page();
    assert_eq!(url, format!("{}/", mock.login_url));
    let (url, _) = browser.open(HOME).await.page();
    assert!(url.contains("/?startURL="), "{url}");
}

#[tokio::test]
async fn a_refused_user_reads_salesforces_text_and_the_way_out() {
    let mock = Mock::start().await;
    let scene = Scene::set(&mock, "gate").await;
    let (_, ended) = scene.browser("ada", &scene.authorize_path()).await;
    let (url, page) = ended.page();
    assert!(url.ends_with("/setup/secur/RemoteAccessErrorPage.apexp?error=invalid_client&error_description=app+must+be+installed+into+org"), "{url}");
    let salesforce = "OAUTH_APPROVAL_ERROR_GENERIC : An unexpected error has occured during authentication. Please try again.";
    check_shows(
        &page,
        200,
        &["We can't authorize you because of an OAuth error.", salesforce, &scene.install_path().replace('&', "&#38;"), "Administrator"],
    );
}

#[tokio::test]
async fn an_app_that_an_admin_installed_by_its_link_asks_for_consent() {
    let mock = Mock::start().await;
    let scene = Scene::set(&mock, "link").await;
    let (mut admin, ended) = scene.browser("admin", &scene.install_path()).await;
    let (url, page) = admin.submit(&ended.page(), &[("action", "install")]).await.page();
    assert!(url.contains("/app/mgmt/forceconnectedapps/forceAppDetail.apexp?id=0Ci"), "{url}");
    check_shows(&page, 200, &["The app is installed.", "All users may self-authorize"]);

    let (mut ada, ended) = scene.browser("ada", &scene.authorize_path()).await;
    let consent = ended.page();
    check_shows(&consent.1, 200, &["Allow Access?", "link-app", "Manage user data via APIs", "ada@link.example", "Not you?"]);
    let callback = ada.submit(&consent, &[("save", "Allow")]).await.callback();
    assert!(callback.starts_with(CALLBACK), "{callback}");
    assert_eq!((parameter(&callback, "state").as_deref(), parameter(&callback, "code").is_some()), (Some("s-1"), true));
}

#[tokio::test]
async fn denying_sends_the_callback_access_denied() {
    let mock = Mock::start().await;
    let scene = Scene::set(&mock, "deny").await;
    mock.control(Method::PUT, "/orgs/deny/installs/deny-app", Value::Null).await;
    let (mut ada, ended) = scene.browser("ada", &scene.authorize_path()).await;
    let callback = ada.submit(&ended.page(), &[("cancel", "Deny")]).await.callback();
    assert_eq!(callback, format!("{CALLBACK}?error=access_denied&error_description=end-user%20denied%20authorization&state=s-1"));
}

#[tokio::test]
async fn a_consent_form_of_another_site_allows_nothing() {
    let mock = Mock::start().await;
    let scene = Scene::set(&mock, "clickjack").await;
    mock.control(Method::PUT, "/orgs/clickjack/installs/clickjack-app", Value::Null).await;
    let (mut ada, _) = scene.browser("ada", "/").await;
    let path = scene.authorize_path();
    let source = path.split_once('?').unwrap().1;
    let (_, page) = ada.post("/setup/secur/RemoteAccessAuthorizationPage.apexp", &[("source", source), ("save", "Allow")]).await.page();
    check_shows(&page, 403, &["This form is no longer valid"]);
}

#[tokio::test]
async fn a_standard_user_cannot_install_and_is_told_why() {
    let mock = Mock::start().await;
    let scene = Scene::set(&mock, "rights").await;
    for path in [scene.install_path(), USAGE.to_owned()] {
        let (_, page) = scene.page("ada", &path).await;
        check_shows(&page, 403, &["Insufficient Privileges", "ada@rights.example lacks a permission"]);
    }
    let (mut ada, _) = scene.browser("ada", "/").await;
    let (_, page) = ada.post(USAGE, &[("app", scene.app_id()), ("action", "install"), ("confirmed", "1")]).await.page();
    check_shows(&page, 403, &["This form is no longer valid"]);
}

#[tokio::test]
async fn a_denied_attempt_shows_on_the_usage_page_and_can_be_installed_there() {
    let mock = Mock::start().await;
    let scene = Scene::set(&mock, "usage").await;
    assert_eq!(scene.row().await, None);
    scene.browser("ada", &scene.authorize_path()).await;
    let row = scene.row().await.unwrap();
    for part in ["data-label=\"Denied Attempts\" class=\"number\">1<", "value=\"install\"", "value=\"block\"", "Allowed"] {
        assert!(row.contains(part), "{part:?} is not in {row}");
    }
    let (mut admin, page) = scene.page("admin", USAGE).await;
    let csrf = csrf_of(&page);
    let confirm = admin.post(USAGE, &[("_csrf", &csrf), ("app", scene.app_id()), ("action", "install")]).await.page();
    check_shows(&confirm.1, 200, &["Install Connected App"]);
    let (_, page) = admin.submit(&confirm, &[("action", "install")]).await.page();
    check_shows(&page, 200, &["The app is installed."]);
    assert!(scene.row().await.unwrap().contains("value=\"uninstall\""));
}

#[tokio::test]
async fn a_blocked_app_is_refused_at_its_callback_until_it_is_unblocked() {
    let mock = Mock::start().await;
    let scene = Scene::set(&mock, "block").await;
    scene.press("install").await;
    scene.press("block").await;
    assert!(scene.row().await.unwrap().contains("Blocked"));
    let (_, ended) = scene.browser("ada", &scene.authorize_path()).await;
    assert_eq!(parameter(&ended.callback(), "error").as_deref(), Some("OAUTH_APP_BLOCKED"));
    scene.press("unblock").await;
    check_shows(&scene.page("ada", &scene.authorize_path()).await.1, 200, &["Allow Access?"]);
}

#[tokio::test]
async fn uninstalling_ends_approvals_and_closes_the_gate() {
    let mock = Mock::start().await;
    let scene = Scene::set(&mock, "uninstall").await;
    scene.press("install").await;
    let (mut ada, ended) = scene.browser("ada", &scene.authorize_path()).await;
    ada.submit(&ended.page(), &[("save", "Allow")]).await.callback();
    scene.press("uninstall").await;
    let row = scene.row().await.unwrap();
    assert!(row.contains(">0<") && row.contains("value=\"install\""), "{row}");
    check_shows(&scene.page("ada", &scene.authorize_path()).await.1, 200, &["OAUTH_APPROVAL_ERROR_GENERIC"]);
}

#[tokio::test]
async fn a_user_count_leads_to_the_users_and_their_tokens_can_be_revoked() {
    let mock = Mock::start().await;
    let scene = Scene::set(&mock, "revoke").await;
    scene.press("install").await;
    let session = json!({"username": "ada@revoke.example", "app": "revoke-app", "scopes": ["api", "refresh_token"]});
    let token = mock.control(Method::POST, "/orgs/revoke/sessions", session).await["access_token"].as_str().unwrap().to_owned();
    let users = format!("/lightning/setup/ConnectedAppsUsage/users?app={}", scene.app_id());
    let (mut admin, ended) = scene.browser("admin", &users).await;
    let page = ended.page();
    check_shows(&page.1, 200, &["Connected App User&#39;s Usage", "ada@revoke.example"]);
    let (_, page) = admin.submit(&page, &[("action", "revoke")]).await.page();
    check_shows(&page, 200, &["Nobody holds a token of this app."]);
    assert_eq!(mock.rest(Method::GET, &token, "/services/data/v60.0/limits", None).await.status.as_u16(), 401);
}

#[tokio::test]
async fn a_package_asks_for_its_key_and_for_the_acknowledgement() {
    let mock = Mock::start().await;
    let external = json!({"kind": "external_client_app", "distribution": "packaged"});
    let scene = Scene::with_app(&mock, "package", external).await;
    let package = json!({"name": "package-suite", "org": "devhub", "installation_key": "open", "promoted": true, "apps": ["package-app"]});
    let package = mock.control(Method::POST, "/packages", package).await;
    let path = format!("/packaging/installPackage.apexp?p0={}", package["version_id"].as_str().unwrap());

    let (_, page) = scene.page("ada", &path).await;
    check_shows(&page, 403, &["Insufficient Privileges"]);
    let (mut admin, ended) = scene.browser("admin", &path).await;
    let form = ended.page();
    check_shows(
        &form.1,
        200,
        &["Install package-suite", "name=\"installation_key\"", "Install for Admins Only", "id=\"acknowledge\"", "External Client App"],
    );
    for (fields, text) in [
        (vec![("installation_key", "shut"), ("acknowledge", "on")], "Invalid InstallationKey for SubscriberPackageVersion"),
        (vec![("installation_key", "open")], "was not ticked"),
    ] {
        let (_, page) = admin.submit(&form, &fields).await.page();
        check_shows(&page, 200, &[text]);
    }
    let (_, page) = admin
        .submit(&form, &[("installation_key", "open"), ("audience", "profiles"), ("profile", "Standard User"), ("acknowledge", "on")])
        .await
        .page();
    check_shows(&page, 200, &["Installation Complete!", "for the profiles you chose"]);
    let (_, page) = admin.submit(&form, &[("installation_key", "open"), ("acknowledge", "on")]).await.page();
    check_shows(&page, 200, &["already installed"]);
    check_shows(&admin.open(&path).await.page().1, 200, &["already installed"]);
    check_shows(&scene.page("ada", &scene.authorize_path()).await.1, 200, &["Allow Access?"]);
}

#[tokio::test]
async fn a_package_that_is_not_promoted_stays_out_of_production() {
    let mock = Mock::start().await;
    let scene = Scene::set(&mock, "beta").await;
    let package =
        mock.control(Method::POST, "/packages", json!({"name": "beta-suite", "org": "devhub", "promoted": false, "apps": ["beta-app"]})).await;
    let path = format!("/packaging/installPackage.apexp?p0={}", package["version_id"].as_str().unwrap());
    let (mut admin, ended) = scene.browser("admin", &path).await;
    let (_, page) = admin.submit(&ended.page(), &[("audience", "all"), ("acknowledge", "on")]).await.page();
    check_shows(&page, 200, &["BETA_INSTALL_INTO_PRODUCTION_ORG"]);
}

#[tokio::test]
async fn hostile_names_are_shown_as_text() {
    let mock = Mock::start().await;
    let scene = Scene::with_app(&mock, "hostile", json!({"name": "<script>alert(1)</script>", "description": "\"><img src=x onerror=x>"})).await;
    for path in [scene.install_path(), scene.authorize_path()] {
        let (_, page) = scene.page("admin", &path).await;
        check_shows(&page, 200, &["&#60;script&#62;alert(1)"]);
        assert!(!page.text.contains("<script>") && !page.text.contains("<img src=x"), "{}", page.text);
    }
}

#[tokio::test]
async fn a_token_with_the_scope_web_opens_the_front_door() {
    let mock = Mock::start().await;
    let scene = Scene::set(&mock, "door").await;
    scene.press("install").await;
    for (scopes, opens) in [(["api", "web"], true), (["api", "refresh_token"], false)] {
        let body = json!({"username": "ada@door.example", "app": "door-app", "scopes": scopes});
        let token = mock.control(Method::POST, "/orgs/door/sessions", body).await["access_token"].as_str().unwrap().replace('!', "%21");
        let (url, page) = Browser::new(&mock).open(&format!("/secur/frontdoor.jsp?sid={token}&retURL=%2Fhome%2Fhome.jsp")).await.page();
        assert_eq!(url == mock.at(HOME), opens, "{url}");
        assert_eq!(page.text.contains("Who you are"), opens);
    }
}

#[tokio::test]
async fn an_org_chosen_by_path_keeps_its_own_session() {
    let mock = Mock::start().await;
    let scene = Scene::set(&mock, "first").await;
    let _other = Scene::set(&mock, "second").await;
    let (mut browser, _) = scene.browser("ada", "/").await;
    let (url, _) = browser.open("/_mock/org/second/home/home.jsp").await.page();
    assert!(url.contains("/_mock/org/second/?startURL="), "{url}");
    let (url, page) = browser.log_in("/_mock/org/second/home/home.jsp", "ada@second.example", "secret-1").await.page();
    assert!(url.ends_with("/_mock/org/second/home/home.jsp"), "{url}");
    check_shows(&page, 200, &["ada@second.example", "Also logged in from this browser", "/_mock/org/first/home/home.jsp"]);
    check_shows(&browser.open("/_mock/org/first/home/home.jsp").await.page().1, 200, &["ada@first.example"]);
}

#[tokio::test]
async fn an_install_link_of_no_app_ends_on_the_error_page() {
    let mock = Mock::start().await;
    let scene = Scene::set(&mock, "nothing").await;
    for id in ["0CiFk00000ZZZZZ", "x"] {
        let (_, ended) = scene.browser("admin", &format!("/identity/app/AppInstallApprovalPage.apexp?app_id={id}")).await;
        let (url, page) = ended.page();
        assert_eq!(url, mock.at("/identity/app/AppInstallErrorPage.apexp?error_code=generic_error"));
        check_shows(&page, 200, &["Managed Application Installation Error", "There was a problem in installing the application."]);
    }
}
