//! A million records: loaded and read back by Bulk API 2.0, found by an indexed field, paged out; and what memory that takes.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};

use super::process::{Server, now};
use super::scenes::{Control, DATA, ORG, finding, milliseconds};
use super::{Finding, raw};

/// Rows of one upload: ten of them make the million, each below the 100 MB that Salesforce takes.
const UPLOAD: usize = 100_000;
const UPLOADS: usize = 10;
const ROWS: usize = UPLOAD * UPLOADS;

/// Searches by an indexed field.
const PROBES: usize = 2_000;

/// The part of resident memory that reading a million rows may add.
const GROWTH_MIB: f64 = 64.0;

pub async fn all() -> Vec<Finding> {
    let scratch = std::env::temp_dir().join(format!("sf-mock-budgets-{}", std::process::id()));
    example(&scratch).await;
    let shelf = Shelf::set(Server::mock()).await;
    let mut findings = vec![shelf.ingest(&scratch).await];
    let _ = std::fs::remove_dir_all(&scratch);
    findings.push(shelf.probe().await);
    let level = shelf.server.resident();
    findings.push(shelf.grown("paging 1,000,000 rows out, memory", level, shelf.page_out()).await);
    let level = shelf.server.resident();
    findings.push(shelf.grown("Bulk query of 1,000,000 rows, memory", level, shelf.bulk_query()).await);
    findings
}

/// Has a server keep one account in `directory`, so that its table can be looked at.
async fn example(directory: &Path) {
    let shelf = Shelf::set(Server::mock_with(&["--data-dir", directory.to_str().expect("a path")])).await;
    let account = shelf.request(Method::POST, &format!("{DATA}/sobjects/Account")).json(&json!({"Name": "Example"}));
    shelf.sent(account).await;
}

/// A server with an indexed field and somebody to use it.
struct Shelf {
    server: Server,
    client: Client,
    origin: String,
    token: String,
}

impl Shelf {
    async fn set(server: Server) -> Self {
        let control = Control::of(&server);
        let field = json!({"object": "Account", "name": "Number__c", "type": "Text", "length": 20, "external_id": true, "unique": true});
        control.call(Method::POST, &format!("/orgs/{ORG}/custom-fields"), &field).await;
        let session = control.call(Method::POST, &format!("/orgs/{ORG}/sessions"), &json!({"username": "admin"})).await;
        let token = session["access_token"].as_str().expect("a token").to_owned();
        let client = Client::builder().no_proxy().timeout(Duration::from_secs(600)).build().expect("a client");
        Self { origin: format!("http://127.0.0.1:{}", server.port), server, client, token }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.origin)).bearer_auth(&self.token)
    }

    async fn sent(&self, request: RequestBuilder) -> Response {
        let answer = request.send().await.expect("an answer");
        let status = answer.status();
        if status.is_success() {
            return answer;
        }
        panic!("{status} {}", answer.text().await.unwrap_or_default())
    }

    async fn json(&self, request: RequestBuilder) -> Value {
        self.sent(request).await.json().await.expect("JSON")
    }

    /// Rows a second from the first byte sent to the last job completed, against the same rows inserted by hand into a table of no more
    /// columns than they need. Beside it, against the table and indexes that the server itself keeps: what its width costs.
    async fn ingest(&self, scratch: &Path) -> Finding {
        let mut own = Duration::ZERO;
        let mut tables = [(raw::Accounts::like_those_in(scratch), Duration::ZERO), (raw::Accounts::slim(), Duration::ZERO)];
        for upload in 0..UPLOADS {
            let csv = csv(upload * UPLOAD);
            for (table, took) in &mut tables {
                let begun = now();
                table.insert(&csv);
                *took += begun.elapsed();
            }
            let begun = now();
            self.load(csv).await;
            own += begun.elapsed();
        }
        let rate = |took: Duration| ROWS as f64 / took.as_secs_f64();
        let [same, slim] = tables.map(|(_, took)| rate(took));
        let share = rate(own) / slim * 100.0;
        let measured = format!(
            "{share:.0} % ({:.0} rows/s of {slim:.0}/s; {:.0} % of {same:.0}/s in the server's own table)",
            rate(own),
            rate(own) / same * 100.0
        );
        finding("Bulk 2.0 ingest of 1,000,000 rows", measured, "40 % of raw inserts".into(), share >= 40.0)
    }

    async fn load(&self, csv: String) {
        let jobs = format!("{DATA}/jobs/ingest");
        let job = self.json(self.request(Method::POST, &jobs).json(&json!({"object": "Account", "operation": "insert"}))).await;
        let job = format!("{jobs}/{}", job["id"].as_str().expect("an id"));
        self.sent(self.request(Method::PUT, &format!("{job}/batches")).header("Content-Type", "text/csv").body(csv)).await;
        self.sent(self.request(Method::PATCH, &job).json(&json!({"state": "UploadComplete"}))).await;
        let done = self.finished(&job).await;
        assert_eq!((done["numberRecordsProcessed"].as_u64(), done["numberRecordsFailed"].as_u64()), (Some(UPLOAD as u64), Some(0)), "{done}");
    }

    async fn finished(&self, job: &str) -> Value {
        loop {
            let state = self.json(self.request(Method::GET, job)).await;
            match state["state"].as_str() {
                Some("JobComplete") => return state,
                Some("Failed" | "Aborted") => panic!("{state}"),
                _ => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
    }

    /// The slowest hundredth of searches by the value of one record, spread over all of them.
    async fn probe(&self) -> Finding {
        let mut times = Vec::with_capacity(PROBES);
        for probe in 0..PROBES {
            let number = probe.wrapping_mul(7_368_787) % ROWS;
            let query = [("q", format!("SELECT Id, Name FROM Account WHERE Number__c = '{}'", key(number)))];
            let begun = now();
            let found = self.json(self.request(Method::GET, &format!("{DATA}/query")).query(&query)).await;
            times.push(milliseconds(begun.elapsed()));
            assert_eq!(found["totalSize"], 1, "{found}");
        }
        times.sort_by(f64::total_cmp);
        let slow = times[PROBES * 99 / 100];
        finding("indexed filter among 1,000,000, p99", format!("{slow:.2} ms (median {:.2} ms)", times[PROBES / 2]), "5 ms".into(), slow <= 5.0)
    }

    async fn page_out(&self) -> usize {
        let mut rows = 0;
        let mut path = format!("{DATA}/query?q=SELECT+Id,Name,Number__c+FROM+Account");
        loop {
            let page = self.json(self.request(Method::GET, &path)).await;
            rows += page["records"].as_array().map_or(0, Vec::len);
            match page["nextRecordsUrl"].as_str() {
                Some(next) => next.clone_into(&mut path),
                None => return rows,
            }
        }
    }

    async fn bulk_query(&self) -> usize {
        let jobs = format!("{DATA}/jobs/query");
        let body = json!({"operation": "query", "query": "SELECT Id, Name, Number__c FROM Account"});
        let job = self.json(self.request(Method::POST, &jobs).json(&body)).await;
        let job = format!("{jobs}/{}", job["id"].as_str().expect("an id"));
        self.finished(&job).await;
        let (mut rows, mut locator) = (0, None::<String>);
        loop {
            let mut request = self.request(Method::GET, &format!("{job}/results")).query(&[("maxRecords", "50000")]);
            if let Some(locator) = &locator {
                request = request.query(&[("locator", locator)]);
            }
            let answer = self.sent(request).await;
            assert_eq!(answer.status(), StatusCode::OK);
            let next = answer.headers()["sforce-locator"].to_str().expect("a locator").to_owned();
            rows += answer.text().await.expect("a page").lines().count() - 1;
            if next == "null" {
                return rows;
            }
            locator = Some(next);
        }
    }

    /// Peak memory while `work` reads every row, above the level before it.
    async fn grown(&self, what: &'static str, level: u64, work: impl Future<Output = usize>) -> Finding {
        self.server.forget_peak();
        let begun = now();
        let rows = work.await;
        let took = begun.elapsed().as_secs_f64();
        assert!(rows >= ROWS, "{what}: {rows} rows");
        let growth = self.server.peak().saturating_sub(level) as f64 / 1024.0;
        let measured = format!("+{growth:.0} MiB over {:.0} MiB ({:.0} rows/s)", level as f64 / 1024.0, rows as f64 / took);
        finding(what, measured, format!("+{GROWTH_MIB:.0} MiB"), growth < GROWTH_MIB)
    }
}

fn key(number: usize) -> String {
    format!("N-{number:08}")
}

fn csv(first: usize) -> String {
    let mut csv = String::with_capacity(UPLOAD * 64);
    csv.push_str("Name,Number__c,Industry,BillingCity\n");
    for number in first..first + UPLOAD {
        let city = ["Austin", "Berlin", "Lyon", "Osaka"][number % 4];
        let _ = writeln!(csv, "Customer {number},{},Energy,{city}", key(number));
    }
    csv
}
