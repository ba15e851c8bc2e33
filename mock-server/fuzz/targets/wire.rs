//! A server of this process, and the plainest possible client of it.

use std::cell::RefCell;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use sf_mock::Config;

const ORG: &str = "acme";

/// Jobs after which the world is put back to what it was: a long run would fill the memory with what it inserted.
const TIDY_AFTER: u64 = 5_000;

/// The server all inputs of this process meet.
pub struct Stand {
    address: SocketAddr,
    token: String,
    /// The world as it was when the session had been opened.
    snapshot: String,
}

pub struct Answer {
    pub status: u16,
    body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.text()))
    }

    /// Rows of a CSV below its header, in which quotes are doubled.
    pub fn rows(&self) -> usize {
        assert_eq!(self.status, 200, "{}", self.text());
        let mut quoted = false;
        let ends = self.body.iter().filter(|byte| {
            quoted ^= **byte == b'"';
            **byte == b'\n' && !quoted
        });
        ends.count().saturating_sub(1)
    }
}

pub fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

impl Stand {
    fn here() -> &'static Self {
        static STAND: OnceLock<Stand> = OnceLock::new();
        STAND.get_or_init(|| {
            let (send, receive) = std::sync::mpsc::channel();
            std::thread::spawn(move || {
                let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
                runtime.block_on(async {
                    let running = sf_mock::start(Config::on_free_ports()).await.unwrap_or_else(|error| panic!("{error}"));
                    let ready = serde_json::to_value(running.ready()).expect("a ready line");
                    let url = ready["login_url"].as_str().unwrap_or_default().trim_start_matches("http://").to_owned();
                    send.send(url.parse().expect("an address")).expect("somebody who waits");
                    std::future::pending::<()>().await;
                });
            });
            let address = receive.recv().expect("an address");
            let mut stand = Self { address, token: String::new(), snapshot: String::new() };
            // A long run asks more than an org's day allows, and would meet nothing but that refusal.
            let lifted = stand.control("PATCH", &format!("/orgs/{ORG}/policies"), br#"{"daily_api_requests":1000000000}"#);
            assert_eq!(lifted.status / 100, 2, "{}", lifted.text());
            let session = stand.control("POST", &format!("/orgs/{ORG}/sessions"), br#"{"username":"admin"}"#).json();
            session["access_token"].as_str().expect("a token").clone_into(&mut stand.token);
            stand.control("POST", "/snapshots", b"{}").json()["id"].as_str().expect("a snapshot").clone_into(&mut stand.snapshot);
            stand
        })
    }

    fn control(&self, method: &str, path: &str, body: &[u8]) -> Answer {
        exchange(self.address, &head(method, &format!("/_mock/v1{path}"), None, "application/json", body), body)
    }

    pub fn token() -> &'static str {
        &Self::here().token
    }

    pub fn get(path: &str) -> Answer {
        Self::send("GET", path, "", b"")
    }

    pub fn post(path: &str, media_type: &str, body: &[u8]) -> Answer {
        Self::send("POST", path, media_type, body)
    }

    pub fn put(path: &str, media_type: &str, body: &[u8]) -> Answer {
        Self::send("PUT", path, media_type, body)
    }

    pub fn patch(path: &str, body: &[u8]) -> Answer {
        Self::send("PATCH", path, "application/json", body)
    }

    fn send(method: &str, path: &str, media_type: &str, body: &[u8]) -> Answer {
        let stand = Self::here();
        exchange(stand.address, &head(method, path, Some(&stand.token), media_type, body), body)
    }

    /// The job once it has come to an end.
    pub fn settled(job: &str) -> Value {
        loop {
            let state = Self::get(job).json();
            match state["state"].as_str() {
                Some("UploadComplete" | "InProgress") => std::thread::yield_now(),
                Some(_) => return state,
                None => panic!("{state}"),
            }
        }
    }

    /// Removes a job, and now and then what jobs have left.
    pub fn tidy(job: &str) {
        static JOBS: AtomicU64 = AtomicU64::new(0);
        Self::send("DELETE", job, "", b"");
        if JOBS.fetch_add(1, Ordering::Relaxed) % TIDY_AFTER == TIDY_AFTER - 1 {
            let stand = Self::here();
            let restored = stand.control("POST", &format!("/snapshots/{}/restore", stand.snapshot), b"{}");
            assert_eq!(restored.status / 100, 2, "{}", restored.text());
        }
    }
}

fn head(method: &str, path: &str, token: Option<&str>, media_type: &str, body: &[u8]) -> String {
    let authorization = token.map_or(String::new(), |token| format!("Authorization: Bearer {token}\r\n"));
    let content = if method == "GET" { String::new() } else { format!("Content-Type: {media_type}\r\nContent-Length: {}\r\n", body.len()) };
    format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{authorization}SOAPAction: \"\"\r\n{content}\r\n")
}

/// One request over this thread's connection, which is opened again when the server has closed it.
fn exchange(address: SocketAddr, head: &str, body: &[u8]) -> Answer {
    thread_local! {
        static CONNECTION: RefCell<Option<TcpStream>> = const { RefCell::new(None) };
    }
    CONNECTION.with_borrow_mut(|connection| {
        if let Some(answer) = connection.as_mut().and_then(|stream| asked(stream, head, body)) {
            return answer;
        }
        let mut stream = TcpStream::connect(address).expect("a connection");
        stream.set_nodelay(true).expect("a socket");
        let answer = asked(&mut stream, head, body).unwrap_or_else(|| panic!("the server hung up on {head}"));
        *connection = Some(stream);
        answer
    })
}

fn asked(stream: &mut TcpStream, head: &str, body: &[u8]) -> Option<Answer> {
    stream.write_all(&[head.as_bytes(), body].concat()).ok()?;
    let mut read = Vec::with_capacity(4096);
    let end = loop {
        if let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        more(stream, &mut read)?;
    };
    let lines = String::from_utf8_lossy(&read[..end]).to_ascii_lowercase();
    let status = lines.get(9..12)?.parse().ok()?;
    let length = lines.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    let mut body = read.split_off(end);
    match length {
        Some(length) => {
            while body.len() < length {
                more(stream, &mut body)?;
            }
        }
        None if lines.contains("transfer-encoding: chunked") => body = dechunked(stream, body)?,
        None => {}
    }
    Some(Answer { status, body })
}

fn more(stream: &mut TcpStream, into: &mut Vec<u8>) -> Option<()> {
    let mut buffer = [0; 16 * 1024];
    match stream.read(&mut buffer) {
        Ok(length) if length > 0 => {
            into.extend_from_slice(&buffer[..length]);
            Some(())
        }
        _ => None,
    }
}

fn dechunked(stream: &mut TcpStream, mut raw: Vec<u8>) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let Some(line) = raw.windows(2).position(|two| two == b"\r\n") else {
            more(stream, &mut raw)?;
            continue;
        };
        let length = usize::from_str_radix(std::str::from_utf8(&raw[..line]).ok()?.trim(), 16).ok()?;
        while raw.len() < line + 2 + length + 2 {
            more(stream, &mut raw)?;
        }
        if length == 0 {
            return Some(whole);
        }
        whole.extend_from_slice(&raw[line + 2..line + 2 + length]);
        raw.drain(..line + 2 + length + 2);
    }
}
