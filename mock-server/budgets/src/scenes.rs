//! What is measured, and against which budget.

use std::path::Path;
use std::time::Duration;

use reqwest::{Client, Method};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::load::{self, CONNECTIONS, Rounds};
use super::process::{self, Server, now};
use super::{Finding, raw};

/// The org all scenes play in.
pub const ORG: &str = "acme";
pub const DATA: &str = "/services/data/v67.0";
const PAGE_ROWS: usize = 2000;

pub async fn all(rounds: Rounds, only: Option<&str>) -> Vec<Finding> {
    let bare = Server::bare();
    let stage = Stage::set().await;
    let scenes = [
        ("record read by id", 40, stage.reads()),
        ("refresh grant", 30, stage.refreshes().await),
        ("one-row SOQL", 30, stage.queries()),
        ("create", 25, stage.creates()),
    ];
    let mut findings = Vec::new();
    for (what, budget, requests) in scenes.iter().filter(|(what, ..)| only.is_none_or(|word| what.contains(word))) {
        findings.push(stage.against(&bare, what, (*budget, Yardstick::Bare), requests, rounds).await);
    }
    if only.is_some() {
        return findings;
    }
    findings.push(stage.page(rounds).await);
    findings.push(binary());
    findings.extend(start().await);
    findings.extend(snapshots().await);
    findings
}

/// Orgs by the thousand, in memory and on disk.
pub async fn orgs(rounds: Rounds) -> Vec<Finding> {
    let count = if rounds.count == Rounds::FULL.count { 10_000 } else { 1_000 };
    let mut findings = new_orgs("new org in memory", &Server::mock(), count).await;
    let directory = std::env::temp_dir().join(format!("sf-mock-bench-{}", std::process::id()));
    let on_disk = Server::mock_with(&["--data-dir", directory.to_str().expect("a path")]);
    findings.extend(new_orgs("new org on disk", &on_disk, count).await.into_iter().take(2));
    drop(on_disk);
    findings.push(started_again(&directory, count).await);
    let _ = std::fs::remove_dir_all(directory);
    findings
}

/// What the bare server does before it answers.
#[derive(Clone, Copy)]
pub enum Yardstick {
    Bare,
    /// It verifies the assertion that was sent.
    Verifying,
}

impl Yardstick {
    fn name(self) -> &'static str {
        match self {
            Self::Bare => "bare hyper",
            Self::Verifying => "hyper and RS256",
        }
    }
}

/// A start over the orgs that a killed server left.
async fn started_again(directory: &Path, count: usize) -> Finding {
    let server = || Server::mock_with(&["--data-dir", directory.to_str().expect("a path")]);
    let (took, server) = first_answer(server, "/services/data").await;
    let last = format!("/orgs/bench-{}/records", count - 1);
    Control::of(&server).call(Method::POST, &last, &json!({"type": "Account", "fields": {"Name": "Again"}})).await;
    let resident = server.resident() as f64 / 1024.0;
    finding("  start over them after a kill", format!("{took:.0} ms to the first answer, {resident:.0} MiB"), "no budget".into(), true)
}

pub fn finding(what: &'static str, measured: String, budget: String, kept: bool) -> Finding {
    Finding { what, measured, budget, kept }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

pub fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

fn binary() -> Finding {
    let size = std::fs::metadata(process::mock_program()).map_or(0, |file| file.len()) as f64 / 1e6;
    finding("release binary", format!("{size:.1} MB"), "30 MB".into(), size <= 30.0)
}

/// Spawn to first answered request, and memory at rest.
async fn start() -> [Finding; 2] {
    let (mut own, mut bare, mut resident) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..15 {
        bare.push(first_answer(Server::bare, "/5").await.0);
        let (took, server) = first_answer(Server::mock, "/services/data").await;
        own.push(took);
        resident.push(server.resident() as f64 / 1024.0);
    }
    let (own, bare, resident) = (median(own), median(bare), median(resident));
    [
        finding("spawn to first answer", format!("{own:.1} ms (bare hyper {bare:.1} ms)"), "20 ms".into(), own <= 20.0),
        finding("idle resident memory", format!("{resident:.1} MiB"), "20 MiB".into(), resident <= 20.0),
    ]
}

async fn first_answer(server: impl FnOnce() -> Server, target: &str) -> (f64, Server) {
    let begun = now();
    let server = server();
    let mut stream = TcpStream::connect(("127.0.0.1", server.port)).await.expect("a connection");
    stream.write_all(&request("GET", target, "", "")).await.expect("a request");
    load::read_answer(&mut stream, &mut vec![0; 1 << 16]).await;
    (milliseconds(begun.elapsed()), server)
}

/// A whole HTTP/1.1 request.
pub fn request(method: &str, target: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = if method == "GET" { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
    format!("{method} {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}{length}\r\n{body}").into_bytes()
}

/// The control API of a server.
pub struct Control {
    url: String,
    client: Client,
}

impl Control {
    pub fn of(server: &Server) -> Self {
        let ready: Value = serde_json::from_str(&server.ready).expect("a ready line");
        let client = Client::builder().no_proxy().build().expect("a client");
        Self { url: ready["control_url"].as_str().expect("a control URL").to_owned(), client }
    }

    pub async fn call(&self, method: Method, path: &str, body: &Value) -> Value {
        let answer = self.client.request(method, format!("{}{path}", self.url)).json(body).send().await.expect("an answer");
        let (status, text) = (answer.status(), answer.text().await.expect("a body"));
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }
}

/// A server with records to read and a session to read them with.
pub struct Stage {
    pub server: Server,
    pub control: Control,
    token: String,
    pub account: String,
}

impl Stage {
    pub async fn set() -> Self {
        Self::on(Server::mock()).await
    }

    pub async fn on(server: Server) -> Self {
        let control = Control::of(&server);
        // More than the bench can use in a day.
        control.call(Method::PATCH, &format!("/orgs/{ORG}/policies"), &json!({"daily_api_requests": 1_000_000_000})).await;
        let session = control.call(Method::POST, &format!("/orgs/{ORG}/sessions"), &json!({"username": "admin"})).await;
        let token = session["access_token"].as_str().expect("a token").to_owned();
        let fields = json!({"Name": "Edge Communications", "Industry": "Electronics", "Phone": "(512) 757-6000", "BillingCity": "Austin",
            "BillingCountry": "USA", "NumberOfEmployees": 1000, "AnnualRevenue": 139_000_000, "Description": "Edge, founded in 1998, is a start-up"});
        let made = control.call(Method::POST, &format!("/orgs/{ORG}/records"), &json!({"type": "Account", "fields": fields})).await;
        let account = made["id"].as_str().or_else(|| made[0]["id"].as_str()).unwrap_or_else(|| panic!("an id in {made}")).to_owned();
        Self { server, control, token, account }
    }

    fn bearer(&self) -> String {
        format!("Authorization: Bearer {}\r\n", self.token)
    }

    fn reads(&self) -> Vec<Vec<u8>> {
        vec![request("GET", &format!("{DATA}/sobjects/Account/{}", self.account), &self.bearer(), ""); CONNECTIONS]
    }

    fn queries(&self) -> Vec<Vec<u8>> {
        let soql = format!("SELECT+Id,Name,Industry+FROM+Account+WHERE+Id='{}'", self.account);
        vec![request("GET", &format!("{DATA}/query?q={soql}"), &self.bearer(), ""); CONNECTIONS]
    }

    fn creates(&self) -> Vec<Vec<u8>> {
        let headers = self.bearer() + "Content-Type: application/json\r\n";
        vec![request("POST", &format!("{DATA}/sobjects/Account"), &headers, r#"{"Name":"Bench","Industry":"Energy"}"#); CONNECTIONS]
    }

    /// One grant for each connection, of a user of its own: a grant is locked while it is refreshed, and a user has five at most.
    async fn refreshes(&self) -> Vec<Vec<u8>> {
        let app = self.control.call(Method::GET, "/apps/installed", &Value::Null).await;
        let text = |member: &str| app[member].as_str().unwrap_or_default().to_owned();
        let mut requests = Vec::new();
        for number in 0..CONNECTIONS {
            let user = json!({"name": format!("bench{number}"), "profile": "System Administrator"});
            self.control.call(Method::POST, &format!("/orgs/{ORG}/users"), &user).await;
            let session = json!({"username": format!("bench{number}"), "app": "installed", "scopes": ["api", "refresh_token"]});
            let session = self.control.call(Method::POST, &format!("/orgs/{ORG}/sessions"), &session).await;
            let token = session["refresh_token"].as_str().expect("a refresh token").to_owned();
            let form = format!(
                "grant_type=refresh_token&refresh_token={token}&client_id={}&client_secret={}",
                text("consumer_key"),
                text("consumer_secret")
            );
            requests.push(request("POST", "/services/oauth2/token", "Content-Type: application/x-www-form-urlencoded\r\n", &form));
        }
        requests
    }

    /// Requests a second as a share of the yardstick's, which answers as many bytes to the same bodies.
    pub async fn against(
        &self,
        bare: &Server,
        what: &'static str,
        (budget, kind): (u32, Yardstick),
        requests: &[Vec<u8>],
        rounds: Rounds,
    ) -> Finding {
        let length = self.answer_length(&requests[0]).await;
        let body = requests[0].split(|byte| *byte == b'\n').next_back().unwrap_or_default();
        let method = if requests[0].starts_with(b"GET") { "GET" } else { "POST" };
        let target = match kind {
            Yardstick::Bare => format!("/{length}"),
            Yardstick::Verifying => format!("/{length}?verify"),
        };
        let yardstick = vec![request(method, &target, "", &String::from_utf8_lossy(body)); CONNECTIONS];
        let (share, own, bare) = load::compare(&self.server, requests, bare, &yardstick, rounds).await;
        let measured =
            format!("{:.0} % ({:.0}/s of {:.0}/s, busy {:.0}/{:.0} %)", share * 100.0, own.rate, bare.rate, own.busy * 100.0, bare.busy * 100.0);
        finding(what, measured, format!("{budget} % of {}", kind.name()), share * 100.0 >= f64::from(budget))
    }

    async fn answer_length(&self, request: &[u8]) -> usize {
        let mut stream = TcpStream::connect(("127.0.0.1", self.server.port)).await.expect("a connection");
        stream.write_all(request).await.expect("a request");
        load::read_answer(&mut stream, &mut vec![0; 1 << 16]).await
    }

    /// A full page: processor time of the server for each, against SQLite and serde_json alone in this process.
    async fn page(&self, rounds: Rounds) -> Finding {
        let record = |number: usize| json!({"type": "Contact", "fields": {"FirstName": format!("First {number}"), "LastName": format!("Last {number}"), "Email": format!("c{number}@example.com")}});
        let records: Vec<Value> = (0..PAGE_ROWS).map(record).collect();
        self.control.call(Method::POST, &format!("/orgs/{ORG}/records"), &json!(records)).await;
        let soql = "SELECT+Id,FirstName,LastName,Email,CreatedDate+FROM+Contact+LIMIT+2000";
        let page = vec![request("GET", &format!("{DATA}/query?q={soql}"), &self.bearer(), "")];
        let table = raw::table(PAGE_ROWS);
        let mut shares = Vec::new();
        let (mut own, mut raw_time) = (0.0, 0.0);
        for _ in 0..rounds.count {
            own = 1000.0 / load::measure(&self.server, &page, rounds.length).await.rate;
            raw_time = raw_page(&table, rounds.length);
            shares.push(raw_time / own);
        }
        let share = median(shares) * 100.0;
        finding("2,000-row page", format!("{share:.0} % ({own:.2} ms, raw {raw_time:.2} ms)"), "60 % of raw SQLite".into(), share >= 60.0)
    }
}

/// Milliseconds for a page read by hand.
fn raw_page(table: &rusqlite::Connection, length: Duration) -> f64 {
    let begun = now();
    let mut pages = 0;
    while begun.elapsed() < length {
        std::hint::black_box(raw::page(table));
        pages += 1;
    }
    milliseconds(begun.elapsed()) / f64::from(pages)
}

/// Time and memory of orgs with the standard schema and one user; then a call to each of a thousand among them.
async fn new_orgs(what: &'static str, server: &Server, count: usize) -> Vec<Finding> {
    let control = Control::of(server);
    let (before, mut times) = (server.resident(), Vec::new());
    for number in 0..count {
        let begun = now();
        control.call(Method::POST, "/orgs", &json!({"name": format!("bench-{number}"), "kind": "production", "users": [{"name": "admin"}]})).await;
        times.push(milliseconds(begun.elapsed()));
    }
    let each = (server.resident().saturating_sub(before)) as f64 / count as f64;
    let mut calls = Vec::new();
    for number in (0..count).step_by(count / 1_000) {
        let begun = now();
        control.call(Method::POST, &format!("/orgs/bench-{number}/records"), &json!({"type": "Account", "fields": {"Name": "First"}})).await;
        calls.push(milliseconds(begun.elapsed()));
    }
    let (time, call) = (median(times), median(calls));
    vec![
        finding(what, format!("{time:.2} ms over HTTP, {count} orgs"), "1 ms".into(), time <= 1.0),
        finding("  first record in each of 1,000 of them", format!("{call:.2} ms over HTTP"), "5 ms".into(), call <= 5.0),
        finding("  memory of each", format!("{each:.0} KiB"), "100 KiB".into(), each <= 100.0),
    ]
}

/// Snapshot and restore of the built-in world.
async fn snapshots() -> [Finding; 2] {
    let server = Server::mock();
    let control = Control::of(&server);
    let (mut taken, mut restored) = (Vec::new(), Vec::new());
    for _ in 0..20 {
        let begun = now();
        let snapshot = control.call(Method::POST, "/snapshots", &json!({})).await;
        taken.push(milliseconds(begun.elapsed()));
        control.call(Method::POST, &format!("/orgs/{ORG}/records"), &json!({"type": "Account", "fields": {"Name": "Later"}})).await;
        let begun = now();
        control.call(Method::POST, &format!("/snapshots/{}/restore", snapshot["id"].as_str().expect("an id")), &json!({})).await;
        restored.push(milliseconds(begun.elapsed()));
    }
    let (taken, restored) = (median(taken), median(restored));
    [
        finding("snapshot, over HTTP", format!("{taken:.2} ms"), "10 ms".into(), taken <= 10.0),
        finding("restore, over HTTP", format!("{restored:.2} ms"), "10 ms".into(), restored <= 10.0),
    ]
}
