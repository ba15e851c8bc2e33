//! The web server flow and the lives of its tokens, over HTTP.

use reqwest::Method;
use serde_json::{Value, json};

use crate::bench::{Answer, Browser, Mock, parameter};

const CALLBACK: &str = "http://127.0.0.1:1717/cb?x=1";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// An org of its own with an installed app and a user.
struct Flow<'m> {
    mock: &'m Mock,
    name: String,
    app: Value,
}

impl<'m> Flow<'m> {
    async fn new(mock: &'m Mock, name: &str, app: Value) -> Self {
        let user = json!({"name": "ada", "username": format!("ada@{name}.example"), "password": "secret-1", "profile": "Standard User"});
        mock.control(Method::POST, "/orgs", json!({"name": name, "kind": "production", "edition": "Enterprise", "users": [user]})).await;
        let mut body = json!({
            "name": format!("{name}-app"), "kind": "connected_app", "org": "devhub", "callback_urls": [CALLBACK],
            "scopes": ["api", "refresh_token", "openid", "id"], "flows": ["web_server", "refresh_token"], "require_secret": true,
        });
        for (member, value) in app.as_object().unwrap() {
            body[member] = value.clone();
        }
        let app = mock.control(Method::POST, "/apps", body).await;
        mock.control(Method::PUT, &format!("/orgs/{name}/installs/{name}-app"), Value::Null).await;
        Self { mock, name: name.to_owned(), app }
    }

    fn key(&self) -> &str {
        self.app["consumer_key"].as_str().unwrap()
    }

    fn secret(&self) -> &str {
        self.app["consumer_secret"].as_str().unwrap()
    }

    fn authorize_url(&self, more: &str) -> String {
        let callback = CALLBACK.replace(':', "%3A").replace('/', "%2F").replace('?', "%3F").replace('=', "%3D");
        format!("/services/oauth2/authorize?response_type=code&client_id={}&redirect_uri={callback}{more}", self.key())
    }

    /// Logs in, allows, and returns the callback that was called.
    async fn callback(&self, more: &str) -> String {
        let mut browser = Browser::new(self.mock);
        let consent = browser.log_in(&self.authorize_url(more), &format!("ada@{}.example", self.name), "secret-1").await;
        match consent {
            crate::bench::Ended::Callback(url) => url,
            consent => browser.submit(&consent.page(), &[("save", "Allow")]).await.callback(),
        }
    }

    async fn code(&self, more: &str) -> String {
        let callback = self.callback(more).await;
        parameter(&callback, "code").unwrap_or_else(|| panic!("no code in {callback}"))
    }

    async fn token(&self, form: &[(&str, &str)]) -> Answer {
        let mut all = vec![("client_id", self.key()), ("client_secret", self.secret())];
        all.retain(|(name, _)| !form.iter().any(|(given, _)| given == name));
        all.extend(form);
        self.mock.post_form("/services/oauth2/token", &all).await
    }

    async fn redeem(&self, code: &str) -> Answer {
        self.token(&[("grant_type", "authorization_code"), ("code", code), ("redirect_uri", CALLBACK)]).await
    }

    async fn refresh(&self, token: &str) -> Answer {
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    async fn works(&self, token: &str) -> bool {
        self.mock.rest(Method::GET, token, "/services/data/v67.0/limits", None).await.status == 200
    }
}

fn refused(answer: &Answer, error: &str, description: &str) {
    answer.expect(400, &json!({"error": error, "error_description": description}));
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn a_code_becomes_tokens_once() {
    let mock = Mock::start().await;
    let flow = Flow::new(&mock, "once", json!({})).await;
    let callback = flow.callback("&state=a%20b&scope=api%20refresh_token").await;
    assert!(callback.starts_with("http://127.0.0.1:1717/cb?x=1&code=aPrx"), "{callback}");
    assert_eq!(parameter(&callback, "state").as_deref(), Some("a b"));
    let code = parameter(&callback, "code").unwrap();
    let answer = flow.redeem(&code).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let body = answer.json();
    assert_eq!((body["scope"].as_str(), body["token_type"].as_str(), body.get("id_token")), (Some("refresh_token api"), Some("Bearer"), None));
    assert_eq!(body["instance_url"], mock.login_url.as_str());
    assert!(body["issued_at"].is_string() && body["refresh_token"].as_str().unwrap().starts_with("5Aep861"));
    refused(&flow.redeem(&code).await, "invalid_grant", "expired authorization code");
    assert!(flow.works(body["access_token"].as_str().unwrap()).await, "a replay must leave the first session alone");
}

#[tokio::test]
async fn a_code_is_refused_with_the_wrong_redirect_client_secret_or_age() {
    let mock = Mock::start().await;
    let flow = Flow::new(&mock, "codes", json!({})).await;
    let other = Flow::new(&mock, "others", json!({})).await;
    let code = flow.code("").await;
    let exchange = [("grant_type", "authorization_code"), ("code", code.as_str())];
    refused(&flow.token(&exchange).await, "redirect_uri_missing", "redirect_uri not provided");
    refused(
        &flow.token(&[exchange[0], exchange[1], ("redirect_uri", "http://127.0.0.1:1717/cb")]).await,
        "redirect_uri_mismatch",
        "redirect_uri must match configuration",
    );
    refused(&other.redeem(&code).await, "invalid_grant", "invalid authorization code");
    refused(&flow.redeem("aPrxInvented==").await, "invalid_grant", "invalid authorization code");
    refused(&flow.token(&[exchange[0], exchange[1], ("client_secret", "wrong")]).await, "invalid_client", "invalid client credentials");
    refused(&flow.token(&[exchange[0], exchange[1], ("client_id", "3MVG9nobody")]).await, "invalid_client_id", "client identifier invalid");
    refused(&flow.token(&[("grant_type", "magic")]).await, "unsupported_grant_type", "grant type not supported");
    mock.control(Method::POST, "/clock", json!({"advance": "PT15M"})).await;
    refused(&flow.redeem(&code).await, "invalid_grant", "expired authorization code");
}

#[tokio::test]
async fn the_verifier_must_fit_the_challenge() {
    let mock = Mock::start().await;
    let flow = Flow::new(&mock, "pkce", json!({"require_pkce": true, "require_secret": false})).await;
    let missing = mock.get(&flow.authorize_url("")).await;
    assert_eq!(
        (missing.status.as_u16(), missing.text.as_str()),
        (400, "error=invalid_request&error_description=missing%20required%20code%20challenge")
    );
    assert_eq!(missing.header("content-type"), "");
    let plain = mock.get(&flow.authorize_url(&format!("&code_challenge={CHALLENGE}&code_challenge_method=plain"))).await;
    assert_eq!((plain.status.as_u16(), plain.text.as_str()), (400, "error=invalid_request&error_description=invalid%20code%20challenge"));

    let exchange = |code: String, verifier: &'static str| {
        let flow = &flow;
        async move {
            let form = [
                ("client_id", flow.key()),
                ("grant_type", "authorization_code"),
                ("code", &code),
                ("redirect_uri", CALLBACK),
                ("code_verifier", verifier),
            ];
            mock_post(flow.mock, &form).await
        }
    };
    for challenge in [format!("&code_challenge={CHALLENGE}"), format!("&code_challenge={CHALLENGE}&code_challenge_method=S256")] {
        refused(&exchange(flow.code(&challenge).await, "").await, "invalid_grant", "invalid code verifier");
        let wrong = exchange(flow.code(&challenge).await, "wrong-wrong-wrong-wrong-wrong-wrong-wrong-wrong").await;
        refused(&wrong, "invalid_grant", "invalid code verifier");
        assert_eq!(exchange(flow.code(&challenge).await, VERIFIER).await.status, 200);
    }
}

async fn mock_post(mock: &Mock, form: &[(&str, &str)]) -> Answer {
    mock.post_form("/services/oauth2/token", form).await
}

#[tokio::test]
async fn errors_before_login_never_leave_the_server() {
    let mock = Mock::start().await;
    let flow = Flow::new(&mock, "early", json!({})).await;
    let check = async |query: String, text: &str| {
        let answer = mock.get(&format!("/services/oauth2/authorize?{query}")).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (400, text), "{query}");
        assert_eq!(answer.header("location"), "");
    };
    let key = flow.key();
    check("response_type=code&client_id=nobody&redirect_uri=x".into(), "error=invalid_client_id&error_description=client%20identifier%20invalid")
        .await;
    check(format!("response_type=code&client_id={key}"), "error=redirect_uri_missing&error_description=redirect_uri%20not%20provided").await;
    let mismatch = "error=redirect_uri_mismatch&error_description=redirect_uri%20must%20match%20configuration";
    for tricky in [
        "http://127.0.0.1:1717/cb",
        "http://127.0.0.1:1717/cb?x=1%23",
        "http://127.0.0.1:1717/CB?x=1",
        "http://evil@127.0.0.1:1717/cb?x=1",
        "http://127.0.0.1:17170/cb?x=1",
    ] {
        check(format!("response_type=code&client_id={key}&redirect_uri={}", tricky.replace('?', "%3F")), mismatch).await;
    }
    let unsupported = "error=unsupported_response_type&error_description=response%20type%20not%20supported";
    check(format!("response_type=magic&client_id={key}&redirect_uri=http://127.0.0.1:1717/cb?x=1"), unsupported).await;
}

#[tokio::test]
async fn refreshing_without_rotation_keeps_the_refresh_token() {
    let mock = Mock::start().await;
    let flow = Flow::new(&mock, "still", json!({})).await;
    let first = flow.redeem(&flow.code("").await).await.json();
    let token = first["refresh_token"].as_str().unwrap();
    let second = flow.refresh(token).await;
    assert_eq!((second.status.as_u16(), second.json().get("refresh_token")), (200, None));
    assert!(flow.works(second.json()["access_token"].as_str().unwrap()).await);
    refused(
        &flow.token(&[("grant_type", "refresh_token"), ("refresh_token", token), ("scope", "api")]).await,
        "invalid_request",
        "scope parameter not supported",
    );
    refused(&flow.refresh("5Aep861Invented").await, "invalid_grant", "expired access/refresh token");
    refused(
        &flow.token(&[("grant_type", "refresh_token"), ("refresh_token", token), ("client_secret", "x")]).await,
        "invalid_client",
        "invalid client credentials",
    );
}

#[tokio::test]
async fn reusing_a_rotated_token_ends_the_family() {
    let mock = Mock::start().await;
    let flow = Flow::new(&mock, "family", json!({"rotate_refresh_tokens": true})).await;
    let first = flow.redeem(&flow.code("").await).await.json();
    let old = first["refresh_token"].as_str().unwrap();
    let second = flow.refresh(old).await.json();
    let (current, access) = (second["refresh_token"].as_str().unwrap(), second["access_token"].as_str().unwrap());
    assert_ne!(current, old);
    refused(&flow.refresh(old).await, "invalid_grant", "expired access/refresh token");
    refused(&flow.refresh(current).await, "invalid_grant", "expired access/refresh token");
    assert!(!flow.works(access).await && !flow.works(first["access_token"].as_str().unwrap()).await);
}

#[tokio::test]
async fn of_two_refreshes_at_once_the_second_gets_the_lock_error() {
    let mock = Mock::start().await;
    let flow = Flow::new(&mock, "locked", json!({"rotate_refresh_tokens": true})).await;
    let mut token = flow.redeem(&flow.code("").await).await.json()["refresh_token"].as_str().unwrap().to_owned();
    for round in 0..1_000 {
        let fault = json!({"match": {"route": "oauth/token", "org": "locked"}, "action": {"hold": true}, "count": 1});
        let fault = mock.control(Method::POST, "/faults", fault).await["id"].to_string().trim_matches('"').to_owned();
        let (first, second) = tokio::join!(flow.refresh(&token), async {
            held(&mock, &fault).await;
            let second = flow.refresh(&token).await;
            mock.control(Method::POST, &format!("/faults/{fault}/release"), Value::Null).await;
            second
        });
        refused(&second, "invalid_grant", "token request is already being processed");
        assert_eq!(first.status, 200, "round {round}: {}", first.text);
        token = first.json()["refresh_token"].as_str().unwrap().to_owned();
        mock.control(Method::DELETE, &format!("/faults/{fault}"), Value::Null).await;
    }
    assert_eq!(flow.refresh(&token).await.status, 200);
}

/// Returns once a request waits at the fault.
async fn held(mock: &Mock, fault: &str) {
    loop {
        let faults = mock.control(Method::GET, "/faults", Value::Null).await;
        let list = faults.as_array().or_else(|| faults["faults"].as_array()).cloned().unwrap_or_default();
        if list.iter().any(|one| one["id"].to_string().trim_matches('"') == fault && one["held"].as_u64() > Some(0)) {
            return;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bare_race_of_two_refreshes_never_succeeds_twice() {
    let mock = Mock::start().await;
    let flow = Flow::new(&mock, "race", json!({"rotate_refresh_tokens": true})).await;
    let mut token = String::new();
    for round in 0..200 {
        if token.is_empty() {
            token = flow.redeem(&flow.code("").await).await.json()["refresh_token"].as_str().unwrap().to_owned();
        }
        let (one, two) = tokio::join!(flow.refresh(&token), flow.refresh(&token));
        let won: Vec<_> = [&one, &two].into_iter().filter(|answer| answer.status == 200).collect();
        assert!(won.len() == 1, "round {round}: {} / {}", one.text, two.text);
        let lost = if one.status == 200 { &two } else { &one };
        let text = lost.json()["error_description"].as_str().unwrap().to_owned();
        token = match text.as_str() {
            "token request is already being processed" => won[0].json()["refresh_token"].as_str().unwrap().to_owned(),
            // The second came after the first was answered: reuse, and the family is dead.
            "expired access/refresh token" => String::new(),
            other => panic!("round {round}: {other}"),
        };
    }
}

#[tokio::test]
async fn a_sixth_approval_displaces_the_oldest() {
    let mock = Mock::start().await;
    let flow = Flow::new(&mock, "six", json!({})).await;
    let mut tokens = Vec::new();
    for _ in 0..6 {
        tokens.push(flow.redeem(&flow.code("").await).await.json()["refresh_token"].as_str().unwrap().to_owned());
    }
    refused(&flow.refresh(&tokens[0]).await, "invalid_grant", "expired access/refresh token");
    for token in &tokens[1..] {
        assert_eq!(flow.refresh(token).await.status, 200);
    }
}

#[tokio::test]
async fn revoking_ends_a_session_or_a_whole_grant() {
    let mock = Mock::start().await;
    let flow = Flow::new(&mock, "revoke", json!({})).await;
    let issued = flow.redeem(&flow.code("").await).await.json();
    let (access, token) = (issued["access_token"].as_str().unwrap(), issued["refresh_token"].as_str().unwrap());
    let again = flow.refresh(token).await.json()["access_token"].as_str().unwrap().to_owned();
    let revoke = async |token: &str| mock.post_form("/services/oauth2/revoke", &[("token", token)]).await;
    assert_eq!(revoke(access).await.status, 200);
    assert!(!flow.works(access).await && flow.works(&again).await);
    assert_eq!(revoke(token).await.status, 200);
    assert!(!flow.works(&again).await);
    refused(&flow.refresh(token).await, "invalid_grant", "expired access/refresh token");
    refused(&revoke(token).await, "invalid_token", "invalid token");
    let jsonp = mock.get("/services/oauth2/revoke?token=x&callback=cb").await;
    assert_eq!(jsonp.text, r#"cb({"error":"invalid_token"});"#);
    assert_eq!(mock.get("/services/oauth2/revoke?token=x&callback=%3Cscript%3E").await.status, 400);
}

#[tokio::test]
async fn an_app_introspects_its_own_tokens_only() {
    let mock = Mock::start().await;
    let flow = Flow::new(&mock, "inspect", json!({})).await;
    let other = Flow::new(&mock, "nosy", json!({})).await;
    let issued = flow.redeem(&flow.code("").await).await.json();
    let ask = async |flow: &Flow<'_>, token: &str| {
        let form = [("token", token), ("client_id", flow.key()), ("client_secret", flow.secret())];
        mock.post_form("/services/oauth2/introspect", &form).await.json()
    };
    let own = ask(&flow, issued["access_token"].as_str().unwrap()).await;
    assert_eq!(
        (own["active"].as_bool(), own["token_type"].as_str(), own["username"].as_str()),
        (Some(true), Some("access_token"), Some("ada@inspect.example"))
    );
    let refresh = ask(&flow, issued["refresh_token"].as_str().unwrap()).await;
    assert_eq!((refresh["active"].as_bool(), refresh["token_type"].as_str(), refresh.get("exp")), (Some(true), Some("refresh_token"), None));
    assert_eq!(ask(&other, issued["access_token"].as_str().unwrap()).await, json!({"active": false}));
    let bad = mock.post_form("/services/oauth2/introspect", &[("token", "x"), ("client_id", flow.key()), ("client_secret", "y")]).await;
    refused(&bad, "invalid_client", "invalid client credentials");
}

#[tokio::test]
async fn the_identity_service_speaks_of_the_tokens_user_alone() {
    let mock = Mock::start().await;
    let flow = Flow::new(&mock, "ident", json!({})).await;
    let other = Flow::new(&mock, "elsewhere", json!({})).await;
    let issued = flow.redeem(&flow.code("&scope=openid%20id").await).await.json();
    let (id, token) = (issued["id"].as_str().unwrap(), issued["access_token"].as_str().unwrap());
    let identity = mock.rest(Method::GET, token, id, None).await.json();
    assert_eq!((identity["username"].as_str(), identity["asserted_user"].as_bool()), (Some("ada@ident.example"), Some(true)));
    assert_eq!(mock.rest(Method::GET, token, "/services/oauth2/userinfo", None).await.json()["sub"], id);
    let anonymous = mock.get(id).await;
    assert_eq!((anonymous.status.as_u16(), anonymous.text.as_str()), (403, "Missing_OAuth_Token"));
    let bad = mock.rest(Method::GET, "00Dx!bad", id, None).await;
    assert_eq!((bad.status.as_u16(), bad.text.as_str()), (403, "Bad_OAuth_Token"));
    let foreign = other.redeem(&other.code("").await).await.json();
    let wrong = mock.rest(Method::GET, foreign["access_token"].as_str().unwrap(), id, None).await;
    assert_eq!((wrong.status.as_u16(), wrong.text.as_str()), (403, "Wrong_Org"));
}

#[tokio::test]
async fn an_uninstalled_app_is_refused_after_login_and_never_called_back() {
    let mock = Mock::start().await;
    let flow = Flow::new(&mock, "gate", json!({})).await;
    mock.control(Method::DELETE, "/orgs/gate/installs/gate-app", Value::Null).await;
    let mut browser = Browser::new(&mock);
    let (url, page) = browser.log_in(&flow.authorize_url("&state=s"), "ada@gate.example", "secret-1").await.page();
    assert!(url.ends_with("/setup/secur/RemoteAccessErrorPage.apexp?error=invalid_client&error_description=app+must+be+installed+into+org"), "{url}");
    assert_eq!(page.status, 200);
    assert!(page.text.contains("OAUTH_APPROVAL_ERROR_GENERIC"));
    let refusals = mock.control(Method::GET, "/refusals?org=gate", Value::Null).await;
    let list = refusals.as_array().or_else(|| refusals["refusals"].as_array()).cloned().unwrap();
    assert_eq!(list.last().unwrap()["rule"], "gate.not_installed");
    mock.control(Method::PUT, "/orgs/gate/installs/gate-app", Value::Null).await;
    assert_eq!(flow.redeem(&flow.code("").await).await.status, 200);
}
