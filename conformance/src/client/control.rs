//! The mock's control API, as test authors script it. Shapes: the world document.

use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::http::{Answer, Http, Request};
use crate::failure::{Failure, Outcome};

/// An org of the world, as far as scenarios look at it.
#[derive(Debug, Clone, Deserialize)]
pub struct Org {
    pub name: String,
    pub id: String,
    pub kind: String,
    pub instance_url: String,
    #[serde(default)]
    pub users: Vec<User>,
}

/// A user with the password that the login page takes.
#[derive(Debug, Clone, Deserialize)]
pub struct User {
    pub name: String,
    pub username: String,
    pub password: Option<String>,
    pub security_token: Option<String>,
    pub id: String,
}

/// An app with its credentials.
#[derive(Debug, Clone, Deserialize)]
pub struct App {
    pub name: String,
    pub id: String,
    /// `connected_app` or `external_client_app`.
    #[serde(default)]
    pub kind: String,
    pub consumer_key: String,
    pub consumer_secret: Option<String>,
    #[serde(default)]
    pub callback_urls: Vec<String>,
    /// Whether its token requests must carry the secret.
    #[serde(default)]
    pub require_secret: bool,
    /// `local` or `packaged`, of external client apps.
    #[serde(default)]
    pub distribution: Option<String>,
}

impl App {
    /// The API name that Setup makes of its label: letters, digits and single underscores.
    pub fn api_name(&self) -> String {
        let words: Vec<&str> = self.name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
        let name = words.join("_");
        if name.starts_with(|c: char| c.is_ascii_alphabetic()) { name } else { format!("X{name}") }
    }
}

/// A session made without the OAuth dance.
#[derive(Debug, Clone, Deserialize)]
pub struct Session {
    pub access_token: String,
    pub refresh_token: Option<String>,
    pub instance_url: String,
}

/// The control API of one server.
#[derive(Clone)]
pub struct Control {
    http: Http,
    url: String,
    token: Option<String>,
}

impl Control {
    /// The API at `url` (ending in `/_mock/v1`), with the control token if the server wants one.
    pub fn new(http: Http, url: impl Into<String>, token: Option<String>) -> Self {
        Self { http, url: url.into(), token }
    }

    /// Sends one call and gives back whatever was answered.
    ///
    /// # Errors
    /// When no answer arrives.
    pub async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Outcome<Answer> {
        let mut request = Request::new(method, format!("{}{path}", self.url));
        if let Some(token) = &self.token {
            request = request.bearer(token);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        self.http.send(request).await
    }

    /// Sends one call that must succeed; an empty body reads as null.
    ///
    /// # Errors
    /// When the server refuses; the failure carries its words.
    pub async fn must(&self, method: Method, path: &str, body: Option<&Value>) -> Outcome<Value> {
        let answer = self.call(method.clone(), path, body).await?;
        match answer.status {
            200..=299 if answer.body.is_empty() => Ok(Value::Null),
            200..=299 => answer.json(),
            _ => Err(Failure::new(format!("control API refused {method} {path}: {}", answer.summary()))),
        }
    }

    /// `GET path`, which must succeed.
    ///
    /// # Errors
    /// As [`must`](Self::must).
    pub async fn get(&self, path: &str) -> Outcome<Value> {
        self.must(Method::GET, path, None).await
    }

    /// `POST path`, which must succeed.
    ///
    /// # Errors
    /// As [`must`](Self::must).
    pub async fn post(&self, path: &str, body: &Value) -> Outcome<Value> {
        self.must(Method::POST, path, Some(body)).await
    }

    /// `PATCH path`, which must succeed.
    ///
    /// # Errors
    /// As [`must`](Self::must).
    pub async fn patch(&self, path: &str, body: &Value) -> Outcome<Value> {
        self.must(Method::PATCH, path, Some(body)).await
    }

    /// `DELETE path`, which must succeed.
    ///
    /// # Errors
    /// As [`must`](Self::must).
    pub async fn delete(&self, path: &str) -> Outcome<Value> {
        self.must(Method::DELETE, path, None).await
    }

    /// A session for `username` in `org`: of the org itself, or of `app` with these scopes.
    ///
    /// # Errors
    /// As [`must`](Self::must).
    pub async fn session(&self, org: &str, username: &str, app: Option<(&str, &[&str])>) -> Outcome<Session> {
        let mut body = json!({ "username": username });
        if let Some((app, scopes)) = app {
            body["app"] = json!(app);
            body["scopes"] = json!(scopes);
        }
        Ok(serde_json::from_value(self.post(&format!("/orgs/{org}/sessions"), &body).await?)?)
    }
}
