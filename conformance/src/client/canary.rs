//! A host that is not Salesforce's: it answers everybody politely, and writes down what it was sent.
//!
//! It listens on loopback, by plain HTTP and TLS on one port. Whatever arrives there that is secret is evidence.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use url::form_urlencoded;

use crate::failure::Outcome;

/// First byte of a TLS handshake record.
const HANDSHAKE: u8 = 0x16;

/// Longest that a visitor may take for its request.
const PATIENCE: Duration = Duration::from_secs(5);

/// Most bytes read of a request.
const MOST: usize = 64 * 1024;

const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";

/// One connection that somebody made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Visit {
    /// The connection or its handshake ended before a byte of a request.
    Silent,
    /// A request: head and body as they came.
    Request(String),
}

/// Names under which secrets travel in addresses and forms.
const SECRET_FIELDS: [&str; 9] =
    ["client_secret", "refresh_token", "access_token", "code", "code_verifier", "assertion", "client_assertion", "password", "token"];

impl Visit {
    /// Names of the secrets it brought: fields with a value, `Authorization`.
    pub fn secrets(&self) -> Vec<String> {
        let Self::Request(text) = self else { return Vec::new() };
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
        let address = head.split_whitespace().nth(1).unwrap_or_default();
        let query = address.split_once('?').map_or("", |(_, query)| query);
        let fields = form_urlencoded::parse(query.as_bytes()).chain(form_urlencoded::parse(body.as_bytes()));
        let secret =
            |(name, value): &(std::borrow::Cow<'_, str>, std::borrow::Cow<'_, str>)| !value.is_empty() && SECRET_FIELDS.contains(&name.as_ref());
        let header = |line: &&str| line.to_ascii_lowercase().starts_with("authorization:");
        let headers = head.lines().filter(header).map(|_| "Authorization".to_owned());
        fields.filter(secret).map(|(name, _)| name.into_owned()).chain(headers).collect()
    }

    /// Method and path of its request, without the query.
    pub fn line(&self) -> Option<&str> {
        let Self::Request(text) = self else { return None };
        text.split(['?', '\r', '\n']).next().map(|line| line.trim_end_matches(" HTTP/1.1"))
    }
}

/// A foreign host. It is gone with this value.
pub struct Canary {
    port: u16,
    visits: Arc<Mutex<Vec<Visit>>>,
    listening: Vec<JoinHandle<()>>,
}

impl Canary {
    /// Listens on a free port of loopback. With `tls` it can be spoken to by HTTPS too.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn listen(tls: Option<TlsAcceptor>) -> Outcome<Self> {
        let first = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = first.local_addr()?.port();
        // `localhost` may mean either family; where there is no IPv6 the first listener will do.
        let second = TcpListener::bind(SocketAddr::from((Ipv6Addr::LOCALHOST, port))).await.ok();
        let visits = Arc::new(Mutex::new(Vec::new()));
        let listen = |listener| tokio::spawn(receive(listener, tls.clone(), Arc::clone(&visits)));
        let listening = std::iter::once(first).chain(second).map(listen).collect();
        Ok(Self { port, visits, listening })
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// Host and port under another name than the server's.
    pub fn host(&self) -> String {
        format!("localhost:{}", self.port)
    }

    /// Every connection so far.
    pub fn visits(&self) -> Vec<Visit> {
        self.visits.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Canary {
    fn drop(&mut self) {
        for task in &self.listening {
            task.abort();
        }
    }
}

async fn receive(listener: TcpListener, tls: Option<TlsAcceptor>, visits: Arc<Mutex<Vec<Visit>>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (tls, visits) = (tls.clone(), Arc::clone(&visits));
        tokio::spawn(async move {
            let request = timeout(PATIENCE, listen_to(stream, tls)).await.ok().flatten();
            let visit = request.map_or(Visit::Silent, Visit::Request);
            visits.lock().unwrap_or_else(PoisonError::into_inner).push(visit);
        });
    }
}

/// The request of one connection; none if its handshake fails or it stays silent.
async fn listen_to(stream: TcpStream, tls: Option<TlsAcceptor>) -> Option<String> {
    let mut first = [0];
    if stream.peek(&mut first).await.ok()? == 0 {
        return None;
    }
    match tls {
        Some(tls) if first[0] == HANDSHAKE => answer(tls.accept(stream).await.ok()?).await,
        None if first[0] == HANDSHAKE => None,
        _ => answer(stream).await,
    }
}

async fn answer(mut stream: impl AsyncRead + AsyncWrite + Unpin) -> Option<String> {
    let mut read = Vec::new();
    let mut part = [0; 4096];
    while read.len() < MOST && !is_whole(&read) {
        match stream.read(&mut part).await {
            Ok(count) if count > 0 => read.extend_from_slice(&part[..count]),
            _ => break,
        }
    }
    if read.is_empty() {
        return None;
    }
    // A visitor that has gone by now has told what there is to know.
    let _ = stream.write_all(ANSWER).await;
    let _ = stream.shutdown().await;
    Some(String::from_utf8_lossy(&read).into_owned())
}

/// Whether head and announced body have arrived.
fn is_whole(read: &[u8]) -> bool {
    let text = String::from_utf8_lossy(read);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse::<usize>().ok());
    body.len() >= length.unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::authority::Authority;
    use crate::client::http::{Http, Request};

    #[test]
    fn a_visit_names_the_secrets_it_brought() {
        let check = |request: &str, secrets: &[&str]| assert_eq!(Visit::Request(request.to_owned()).secrets(), secrets, "{request}");
        check("GET /x?code=1&state=2 HTTP/1.1\r\nHost: a\r\n\r\n", &["code"]);
        check("POST /t HTTP/1.1\r\nAuthorization: Bearer x\r\n\r\nclient_secret=s&client_id=k", &["client_secret", "Authorization"]);
        check("GET /favicon.ico HTTP/1.1\r\nHost: a\r\n\r\n", &[]);
        check("GET /x?code= HTTP/1.1\r\n\r\n", &[]);
        assert!(Visit::Silent.secrets().is_empty());
    }

    #[tokio::test]
    async fn a_trusting_client_is_heard_over_tls_and_a_wary_one_is_not() {
        let (known, unknown) = (Authority::new().unwrap(), Authority::new().unwrap());
        let check = async |trusted: &Authority, names: &[&str], heard: bool| {
            let canary = Canary::listen(Some(known.acceptor(names).unwrap())).await.unwrap();
            let http = Http::trusting(trusted.certificate().as_bytes()).unwrap();
            let answer = http.send(Request::get(format!("https://127.0.0.1:{}/x", canary.port()))).await;
            assert_eq!(answer.is_ok(), heard, "{names:?}");
            while canary.visits().is_empty() {
                tokio::task::yield_now().await;
            }
            assert_eq!(matches!(canary.visits()[0], Visit::Request(_)), heard, "{names:?}");
        };
        check(&known, &["127.0.0.1"], true).await;
        check(&known, &["elsewhere.example"], false).await;
        check(&unknown, &["127.0.0.1"], false).await;
    }

    #[tokio::test]
    async fn plain_requests_are_heard_to_their_end() {
        let canary = Canary::listen(None).await.unwrap();
        let form = Request::form(format!("http://{}/token", canary.host()), [("code", "abc")]);
        assert_eq!(Http::new().unwrap().send(form).await.unwrap().status, 200);
        assert_eq!(canary.visits()[0].secrets(), ["code"]);
        assert_eq!(canary.visits()[0].line(), Some("POST /token"));
    }
}
