//! HTTP towards an integration: nothing unbounded comes back, and no redirect is followed unseen.

use std::path::Path;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Certificate, Client};
use url::Url;

use super::limits::Limits;
use crate::client::{Answer, Request};
use crate::failure::{Failure, Outcome};

/// A client for one integration.
#[derive(Clone)]
pub struct Fetcher {
    client: Client,
    limits: Limits,
}

impl Fetcher {
    /// A client that trusts `ca` (PEM) too, if there is one.
    ///
    /// # Errors
    /// When the certificate is unreadable.
    pub fn new(limits: Limits, ca: Option<&Path>) -> Outcome<Self> {
        // A second call finds the provider in place already, which is just as good.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        // Whoever asks bounds the whole; here only silence is bounded.
        let policy = reqwest::redirect::Policy::none();
        let mut builder = Client::builder().redirect(policy).connect_timeout(limits.idle).read_timeout(limits.idle).no_proxy();
        if let Some(ca) = ca {
            builder = builder.tls_certs_merge(Certificate::from_pem_bundle(&std::fs::read(ca)?)?);
        }
        Ok(Self { client: builder.build()?, limits })
    }

    /// Sends a request and reads the answer, `most` bytes of body at the most.
    ///
    /// # Errors
    /// [`Failure::driver`] when no answer arrives in time, or it is over a limit.
    pub async fn send(&self, request: Request, most: usize) -> Outcome<Answer> {
        let url = Url::parse(&request.url)?;
        let at = format!("{} {}", request.method, url.path());
        let mut builder = self.client.request(request.method, url).headers(headers(&request.headers)?);
        if let Some(body) = request.body {
            // An empty form has a length too, and servers of some languages insist on it.
            if body.is_empty() {
                builder = builder.header("content-length", "0");
            }
            builder = builder.body(body);
        }
        let blame = |error: reqwest::Error| Failure::driver(format!("{at}: {}", causes(error)));
        let mut response = builder.send().await.map_err(blame)?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let size: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
        if size > self.limits.headers {
            return Err(Failure::driver(format!("{at}: {size} bytes of headers, {} are allowed", self.limits.headers)));
        }
        // None was asked for, so a packed body is a mistake, or a bomb.
        if let Some(packing) = headers.get("content-encoding").and_then(|value| value.to_str().ok()).filter(|packing| *packing != "identity") {
            return Err(Failure::driver(format!("{at}: the body is packed ({packing}), though the harness accepts none such")));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(blame)? {
            if body.len() + chunk.len() > most {
                return Err(Failure::driver(format!("{at}: a body of more than {most} bytes")));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, headers, body })
    }
}

fn headers(pairs: &[(String, String)]) -> Outcome<HeaderMap> {
    let mut headers = HeaderMap::new();
    headers.insert("accept-encoding", HeaderValue::from_static("identity"));
    for (name, value) in pairs {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| Failure::new(format!("bad header name {name:?}")))?;
        let value = HeaderValue::from_str(value).map_err(|_| Failure::new(format!("bad value of header {name}")))?;
        headers.append(name, value);
    }
    Ok(headers)
}

fn causes(error: reqwest::Error) -> Failure {
    Failure::from(error.without_url())
}
