//! The bench every test starts from: a server on a free port with a clock of its own, and callers typed by their credential.

use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use sf_mock::{Config, Running};

/// A running server and a client for it.
pub struct Mock {
    pub running: Running,
    pub client: Client,
    pub login_url: String,
    pub test_url: String,
    control_url: String,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Asserts status and body at once.
    pub fn expect(&self, status: u16, body: &Value) {
        assert_eq!((self.status.as_u16(), &self.json()), (status, body));
    }
}

impl Mock {
    pub async fn start() -> Self {
        Self::with(Config::on_free_ports()).await
    }

    pub async fn with(config: Config) -> Self {
        // The TLS provider is process-wide; the second test to come finds it installed.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let running = sf_mock::start(config).await.unwrap_or_else(|error| panic!("{error}"));
        let ready = serde_json::to_value(running.ready()).unwrap();
        let text = |name: &str| ready[name].as_str().unwrap_or_default().to_owned();
        let client = Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
        Self { login_url: text("login_url"), test_url: text("test_url"), control_url: text("control_url"), running, client }
    }

    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        Answer { status: response.status(), headers: response.headers().clone(), text: response.text().await.unwrap() }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.client.get(self.at(path))).await
    }

    pub async fn post_form(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.send(self.client.post(self.at(path)).form(form)).await
    }

    /// A call of the control API; panics with its problem if it is refused.
    pub async fn control(&self, method: Method, path: &str, body: Value) -> Value {
        let answer = self.try_control(method, path, body).await;
        assert!(answer.status.is_success(), "{path}: {} {}", answer.status, answer.text);
        if answer.text.is_empty() { Value::Null } else { answer.json() }
    }

    pub async fn try_control(&self, method: Method, path: &str, body: Value) -> Answer {
        let request = self.client.request(method.clone(), format!("{}{path}", self.control_url));
        self.send(if body.is_null() || method == Method::GET { request } else { request.json(&body) }).await
    }

    /// A session of a user of the built-in world, made without the dance.
    pub async fn token(&self, org: &str, username: &str) -> String {
        let session = self.control(Method::POST, &format!("/orgs/{org}/sessions"), json!({"username": username})).await;
        session["access_token"].as_str().unwrap().to_owned()
    }

    /// A REST call with a bearer token.
    pub async fn rest(&self, method: Method, token: &str, path: &str, body: Option<Value>) -> Answer {
        let request = self.client.request(method, self.at(path)).bearer_auth(token);
        self.send(match body {
            Some(body) => request.json(&body),
            None => request,
        })
        .await
    }

    /// A path of the login host, or an address as it stands.
    pub fn at(&self, path: &str) -> String {
        if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.login_url) }
    }
}

/// A browser: keeps cookies, fills in forms, stops before it leaves the server.
pub struct Browser<'m> {
    mock: &'m Mock,
    cookies: Vec<(String, String)>,
}

/// Where a browser ended: a page of the server, or a callback it did not follow.
#[derive(Debug)]
pub enum Ended {
    Page { url: String, answer: Answer },
    Callback(String),
}

impl Ended {
    pub fn callback(self) -> String {
        match self {
            Self::Callback(url) => url,
            Self::Page { url, answer } => panic!("no callback but {url}: {} {}", answer.status, answer.text),
        }
    }

    pub fn page(self) -> (String, Answer) {
        match self {
            Self::Page { url, answer } => (url, answer),
            Self::Callback(url) => panic!("no page but the callback {url}"),
        }
    }
}

impl<'m> Browser<'m> {
    pub fn new(mock: &'m Mock) -> Self {
        Self { mock, cookies: Vec::new() }
    }

    pub async fn open(&mut self, path: &str) -> Ended {
        let url = self.mock.at(path);
        self.follow(self.mock.client.get(&url), url).await
    }

    /// Submits the page's form with these values beside its hidden ones.
    pub async fn submit(&mut self, (url, page): &(String, Answer), values: &[(&str, &str)]) -> Ended {
        let mut fields = hidden_fields(&page.text);
        fields.extend(values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let action = attribute(page.text.split("<form").nth(1).unwrap_or_default(), "action").map(|action| unescaped(&action));
        let target = reqwest::Url::parse(url).unwrap().join(action.as_deref().unwrap_or("")).unwrap().to_string();
        self.follow(self.mock.client.post(&target).header("origin", origin(&target)).form(&fields), target).await
    }

    /// Posts a form of the test's own making.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Ended {
        let url = self.mock.at(path);
        self.follow(self.mock.client.post(&url).header("origin", origin(&url)).form(fields), url).await
    }

    /// One request with the browser's cookies; redirects are not followed, and cookies that come back are kept.
    pub async fn ask(&mut self, method: Method, path: &str, fields: &[(&str, &str)]) -> Answer {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = self.mock.client.request(method.clone(), self.mock.at(path)).header("cookie", cookies.join("; "));
        let answer = self.mock.send(if method == Method::GET { request } else { request.form(fields) }).await;
        self.keep_cookies(&answer);
        answer
    }

    /// The token that forms of the browser's session carry; empty once the session has ended.
    pub async fn csrf_token(&mut self) -> String {
        let page = self.ask(Method::GET, "/_ui/system/security/ChangePassword", &[]).await;
        hidden_fields(&page.text).into_iter().find(|(name, _)| name == "_csrf").map(|(_, value)| value).unwrap_or_default()
    }

    /// Logs in and goes where the login leads.
    pub async fn log_in(&mut self, path: &str, username: &str, password: &str) -> Ended {
        let page = self.open(path).await.page();
        self.submit(&page, &[("username", username), ("pw", password)]).await
    }

    async fn follow(&mut self, request: RequestBuilder, mut url: String) -> Ended {
        let mut request = request;
        for _ in 0..20 {
            let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let answer = self.mock.send(request.header("cookie", cookies.join("; "))).await;
            self.keep_cookies(&answer);
            if !answer.status.is_redirection() {
                return Ended::Page { url, answer };
            }
            let next = reqwest::Url::parse(&url).unwrap().join(answer.header("location")).unwrap().to_string();
            if !next.starts_with(&self.mock.login_url) && !next.starts_with(&self.mock.test_url) {
                return Ended::Callback(next);
            }
            request = self.mock.client.get(&next);
            url = next;
        }
        panic!("redirected for ever at {url}");
    }

    fn keep_cookies(&mut self, answer: &Answer) {
        for cookie in answer.headers.get_all("set-cookie") {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').unwrap_or_default();
            self.cookies.retain(|(known, _)| known != name);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
    }
}

fn origin(url: &str) -> String {
    reqwest::Url::parse(url).unwrap().origin().ascii_serialization()
}

fn hidden_fields(page: &str) -> Vec<(String, String)> {
    let form = page.split("<form").nth(1).unwrap_or_default().split("</form>").next().unwrap_or_default();
    let inputs = form.split("<input").skip(1).filter(|input| attribute(input, "type").as_deref() == Some("hidden"));
    inputs.filter_map(|input| Some((attribute(input, "name")?, unescaped(&attribute(input, "value").unwrap_or_default())))).collect()
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let tag = tag.split('>').next()?;
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    Some(rest.split('"').next()?.to_owned())
}

fn unescaped(text: &str) -> String {
    text.replace("&#38;", "&").replace("&amp;", "&").replace("&#60;", "<").replace("&#34;", "\"").replace("&quot;", "\"").replace("&#39;", "'")
}

/// A parameter of a URL's query.
pub fn parameter(url: &str, name: &str) -> Option<String> {
    reqwest::Url::parse(url).unwrap().query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}
