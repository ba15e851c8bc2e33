//! One request, one answer. Redirects are never followed here: a caller wants to see them.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use reqwest::{Certificate, Method, NoProxy, Proxy};
use serde_json::Value;
use url::{Origin, Url, form_urlencoded};

use super::transcript::{self, Transcript};
use crate::failure::{Failure, OrFail, Outcome};

/// Longest a caller waits for an answer. Nothing a scenario asks takes a tenth of it.
const PATIENCE: Duration = Duration::from_secs(20);

/// Names the address that a request comes from, for a server that trusts this machine.
pub const FORWARDED_FOR: &str = "X-Forwarded-For";

/// A request as it goes over the wire.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: Method,
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: Option<Vec<u8>>,
}

impl Request {
    /// A request without headers or body.
    pub fn new(method: Method, url: impl Into<String>) -> Self {
        Self { method, url: url.into(), headers: Vec::new(), body: None }
    }

    /// A `GET` of `url`.
    pub fn get(url: impl Into<String>) -> Self {
        Self::new(Method::GET, url)
    }

    /// A form as browsers and OAuth clients post it.
    pub fn form<N: AsRef<str>, V: AsRef<str>>(url: impl Into<String>, fields: impl IntoIterator<Item = (N, V)>) -> Self {
        Self::new(Method::POST, url)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish())
    }

    /// The same request with a JSON body.
    pub fn json(self, body: &Value) -> Self {
        self.header("Content-Type", "application/json").body(body.to_string())
    }

    /// The same request with one more header.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The same request with this body.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// The same request carrying `token` as a bearer token.
    pub fn bearer(self, token: &str) -> Self {
        self.header("Authorization", format!("Bearer {token}"))
    }

    /// True if a header of this name was set.
    pub fn has_header(&self, name: &str) -> bool {
        self.headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name))
    }
}

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    /// The value of a header, if it is there and readable.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The body as text; undecodable bytes are replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    pub fn json(&self) -> Outcome<Value> {
        serde_json::from_slice(&self.body).map_err(|_| Failure::new(format!("the body is not JSON: {}", transcript::redact_body(&self.body))))
    }

    /// A string member of the JSON body.
    pub fn member(&self, name: &str) -> Outcome<String> {
        let json = self.json()?;
        json[name].as_str().map(str::to_owned).or_fail(|| format!("the answer has no {name:?} of type string"))
    }

    /// Status and redacted body in one line, for failures.
    pub fn summary(&self) -> String {
        format!("{} {}", self.status, transcript::redact_body(&self.body))
    }
}

/// An HTTP client that writes down what it did.
#[derive(Clone)]
pub struct Http {
    client: reqwest::Client,
    transcript: Transcript,
    /// What it says it is; without it nothing.
    agent: Option<String>,
    /// Where it may send to; without it anywhere.
    only: Option<Arc<[Origin]>>,
}

impl Http {
    /// A client with a pool of connections of its own.
    ///
    /// # Errors
    /// When the TLS stack cannot be set up.
    pub fn new() -> Outcome<Self> {
        Self::build(reqwest::Client::builder())
    }

    /// A client that trusts only `ca` (PEM) over TLS.
    ///
    /// # Errors
    /// When `ca` holds no readable certificate.
    pub fn trusting(ca: &[u8]) -> Outcome<Self> {
        Self::build(reqwest::Client::builder().tls_certs_only(Certificate::from_pem_bundle(ca)?))
    }

    /// A client that sends everything through the forward proxy at `proxy` and trusts only `ca` (PEM).
    ///
    /// # Errors
    /// When the address or the certificate is unreadable.
    pub fn through_proxy(proxy: &str, ca: Option<&[u8]>) -> Outcome<Self> {
        let builder = reqwest::Client::builder().proxy(Proxy::all(proxy)?);
        Self::build(match ca {
            Some(ca) => builder.tls_certs_only(Certificate::from_pem_bundle(ca)?),
            None => builder,
        })
    }

    /// A client that reaches all but this machine through the forward proxy at `proxy`, and trusts only `ca` (PEM).
    ///
    /// # Errors
    /// When the address or the certificate is unreadable.
    pub fn by_names(proxy: &str, ca: &[u8]) -> Outcome<Self> {
        let proxy = Proxy::all(proxy)?.no_proxy(NoProxy::from_string("127.0.0.1,localhost,::1"));
        Self::build(reqwest::Client::builder().proxy(proxy).tls_certs_only(Certificate::from_pem_bundle(ca)?))
    }

    fn build(builder: reqwest::ClientBuilder) -> Outcome<Self> {
        // A second call finds the provider in place already, which is just as good.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let client = builder.redirect(reqwest::redirect::Policy::none()).timeout(PATIENCE).build()?;
        Ok(Self { client, transcript: Transcript::default(), agent: None, only: None })
    }

    /// The same connections, writing into a transcript of its own.
    pub fn with_transcript(&self, transcript: Transcript) -> Self {
        Self { transcript, ..self.clone() }
    }

    /// The same connections, naming itself `agent` in every request.
    pub fn calling_itself(&self, agent: &str) -> Self {
        Self { agent: Some(agent.to_owned()), ..self.clone() }
    }

    /// The same connections, sending to these hosts alone: whatever goes elsewhere is refused before it leaves.
    pub fn only_to(&self, origins: Vec<Origin>) -> Self {
        Self { only: Some(origins.into()), ..self.clone() }
    }

    /// The address of a request, if it may be sent there.
    fn allowed(&self, url: &str) -> Outcome<Url> {
        let url = Url::parse(url)?;
        let is_allowed = self.only.as_ref().is_none_or(|only| only.contains(&url.origin()));
        if is_allowed { Ok(url) } else { Err(Failure::new(format!("nothing is sent to {}", url.origin().ascii_serialization()))) }
    }

    /// Sends a request and reads the whole answer.
    ///
    /// # Errors
    /// When no complete answer arrives: refused, cut, or too late.
    pub async fn send(&self, request: Request) -> Outcome<Answer> {
        let mut written = describe(&request);
        let outcome = self.exchange(request).await;
        written.push_str(&match &outcome {
            Ok(answer) => describe_answer(answer),
            Err(failure) => format!("< no answer: {failure}\n"),
        });
        self.transcript.add(written);
        outcome
    }

    /// Sends a request and reads the beginning of an answer that does not end: what arrives first.
    ///
    /// # Errors
    /// When nothing arrives in time.
    pub async fn send_for_beginning(&self, request: Request) -> Outcome<Answer> {
        let url = request.url.clone();
        let mut builder = self.client.request(request.method, self.allowed(&request.url)?);
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        let mut response = builder.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.chunk().await?.or_fail(|| "the answer ended without a word")?.to_vec();
        let answer = Answer { status, headers, body };
        self.transcript.add(format!("> GET {}\n{}", transcript::redact_url(&url), describe_answer(&answer)));
        Ok(answer)
    }

    async fn exchange(&self, request: Request) -> Outcome<Answer> {
        let mut builder = self.client.request(request.method, self.allowed(&request.url)?);
        for (name, value) in &request.headers {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| Failure::new(format!("bad header name {name:?}")))?;
            let value = HeaderValue::from_str(value).map_err(|_| Failure::new(format!("bad value of header {name}")))?;
            builder = builder.header(name, value);
        }
        if let Some(agent) = &self.agent {
            builder = builder.header(USER_AGENT, agent);
        }
        if let Some(body) = request.body {
            builder = builder.body(body);
        }
        let response = builder.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(Answer { status, headers, body: response.bytes().await?.to_vec() })
    }
}

fn describe(request: &Request) -> String {
    let mut lines = format!("> {} {}\n", request.method, transcript::redact_url(&request.url));
    for (name, value) in &request.headers {
        lines.push_str(&format!("> {}\n", transcript::header_line(name, value)));
    }
    if let Some(body) = &request.body {
        lines.push_str(&format!("> {}\n", transcript::redact_body(body)));
    }
    lines
}

fn describe_answer(answer: &Answer) -> String {
    let mut lines = format!("< {}\n", answer.status);
    for name in ["content-type", "location", "sforce-limit-info", "www-authenticate"] {
        if let Some(value) = answer.header(name) {
            lines.push_str(&format!("< {name}: {}\n", transcript::redact_url(value)));
        }
    }
    if !answer.body.is_empty() {
        lines.push_str(&format!("< {}\n", transcript::redact_body(&answer.body)));
    }
    lines
}
