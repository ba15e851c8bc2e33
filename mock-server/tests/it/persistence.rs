//! With a data directory nothing that was answered is lost, even when the process is killed.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use reqwest::{Client, Method};
use serde_json::{Value, json};

/// Rounds of work and killing, and callers at work in each.
const KILLS: usize = 20;
const CALLERS: usize = 8;

struct Process {
    child: Child,
    login_url: String,
    client: Client,
}

impl Process {
    fn start(data: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_sf-mock"))
            .args(["serve", "--port", "0", "--test-port", "0", "--ready-json", "--data-dir"])
            .arg(data)
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let mut line = String::new();
        std::io::BufRead::read_line(&mut std::io::BufReader::new(child.stdout.as_mut().unwrap()), &mut line).unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"));
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let client = Client::builder().no_proxy().build().unwrap();
        Self { child, login_url: ready["login_url"].as_str().unwrap().to_owned(), client }
    }

    async fn control(&self, method: Method, path: &str, body: &Value) -> Value {
        let request = self.client.request(method, format!("{}/_mock/v1{path}", self.login_url));
        let response = if body.is_null() { request } else { request.json(body) }.send().await.unwrap();
        assert!(response.status().is_success(), "{path}: {}", response.text().await.unwrap());
        response.json().await.unwrap_or(Value::Null)
    }

    async fn post_form(&self, path: &str, form: &[(&str, &str)]) -> Option<(u16, Value)> {
        let response = self.client.post(format!("{}{path}", self.login_url)).form(form).send().await.ok()?;
        Some((response.status().as_u16(), response.json().await.ok()?))
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// What one caller was told.
#[derive(Default, Clone)]
struct Told {
    records: Vec<String>,
    /// The refresh token of the last answer, and the access token that came with it.
    refresh_token: String,
    access_token: String,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_answered_survives_kill_9() {
    let data = tempfile();
    let process = Process::start(&data);
    process.control(Method::POST, "/apps", &app()).await;
    let user = json!({"name": "u", "username": "u@killed.example", "profile": "System Administrator"});
    process.control(Method::POST, "/orgs", &json!({"name": "killed", "users": [user]})).await;
    process.control(Method::PUT, "/orgs/killed/installs/killed-app", &Value::Null).await;
    let key = process.control(Method::GET, "/apps/killed-app", &Value::Null).await["consumer_key"].as_str().unwrap().to_owned();
    let mut told = Vec::new();
    for caller in 0..CALLERS {
        // Five approvals of one user and app are the most there can be, so every caller is a user of its own.
        let username = format!("caller{caller}@killed.example");
        let body = json!({"name": format!("caller{caller}"), "username": username, "profile": "System Administrator"});
        process.control(Method::POST, "/orgs/killed/users", &body).await;
        let session = process
            .control(Method::POST, "/orgs/killed/sessions", &json!({"username": username, "app": "killed-app", "scopes": ["api", "refresh_token"]}))
            .await;
        let text = |name: &str| session[name].as_str().unwrap_or_else(|| panic!("{session}")).to_owned();
        told.push(Told { records: Vec::new(), refresh_token: text("refresh_token"), access_token: text("access_token") });
    }
    let mut process = process;
    let mut extra = 0;
    for round in 0..KILLS {
        let answers_until_kill = 5 + (round * 7919) % 173;
        told = work_until_killed(process, &key, told, answers_until_kill).await;
        check_databases(&data);
        process = Process::start(&data);
        extra = check_answers(&process, &key, &mut told, extra).await;
    }
    process.kill();
    std::fs::remove_dir_all(&data).unwrap();
}

fn app() -> Value {
    json!({
        "name": "killed-app", "kind": "connected_app", "org": "devhub", "callback_urls": ["http://127.0.0.1:1717/cb"], "scopes": ["api", "refresh_token"],
        "flows": ["web_server", "refresh_token"], "require_secret": false, "rotate_refresh_tokens": true,
    })
}

async fn work_until_killed(process: Process, key: &str, told: Vec<Told>, answers_until_kill: usize) -> Vec<Told> {
    let answers = Arc::new(AtomicUsize::new(0));
    let process = Arc::new(tokio::sync::RwLock::new(process));
    let mut callers = tokio::task::JoinSet::new();
    for (caller, state) in told.into_iter().enumerate() {
        let (process, answers, key) = (Arc::clone(&process), Arc::clone(&answers), key.to_owned());
        callers.spawn(async move { (caller, call(&process, &answers, &key, state).await) });
    }
    while answers.load(Ordering::Relaxed) < answers_until_kill {
        tokio::task::yield_now().await;
    }
    // SIGKILL, from outside, while the callers are in flight.
    let id = process.read().await.child.id().to_string();
    assert!(Command::new("kill").args(["-9", &id]).status().unwrap().success());
    let mut after: HashMap<usize, Told> = HashMap::new();
    while let Some(done) = callers.join_next().await {
        let (caller, state) = done.unwrap();
        after.insert(caller, state);
    }
    process.write().await.child.wait().unwrap();
    (0..CALLERS).map(|caller| after.remove(&caller).unwrap()).collect()
}

/// Creates records and rotates the refresh token in turn until the server is gone; keeps what was answered in full.
async fn call(process: &tokio::sync::RwLock<Process>, answers: &AtomicUsize, key: &str, mut told: Told) -> Told {
    let (client, login_url) = {
        let process = process.read().await;
        (process.client.clone(), process.login_url.clone())
    };
    loop {
        let create = client
            .post(format!("{login_url}/services/data/v67.0/sobjects/Account"))
            .bearer_auth(&told.access_token)
            .json(&json!({"Name": "Answered"}));
        let Ok(response) = create.send().await else { return told };
        let Ok(body) = response.json::<Value>().await else { return told };
        told.records.push(body["id"].as_str().unwrap_or_else(|| panic!("{body}")).to_owned());
        answers.fetch_add(1, Ordering::Relaxed);
        let form = [("grant_type", "refresh_token"), ("client_id", key), ("refresh_token", told.refresh_token.as_str())];
        let Ok(response) = client.post(format!("{login_url}/services/oauth2/token")).form(&form).send().await else {
            return Told { refresh_token: String::new(), ..told };
        };
        // A rotation whose answer was lost cannot be told from one that was not done: the token is not asked for again.
        let Ok(body) = response.json::<Value>().await else { return Told { refresh_token: String::new(), ..told } };
        let text = |name: &str| body[name].as_str().unwrap_or_else(|| panic!("{body}")).to_owned();
        told = Told { refresh_token: text("refresh_token"), access_token: text("access_token"), ..told };
        answers.fetch_add(1, Ordering::Relaxed);
    }
}

/// Every answered record and token is there; what is there beside them are at most the requests in flight. Returns how many records nobody was told of.
async fn check_answers(process: &Process, key: &str, told: &mut [Told], extra_before: usize) -> usize {
    let mut known = 0;
    for state in told.iter_mut() {
        assert!(get(process, &state.access_token, "/services/data/v67.0/limits").await.0 == 200, "an answered access token is gone");
        for id in &state.records {
            assert_eq!(
                get(process, &state.access_token, &format!("/services/data/v67.0/sobjects/Account/{id}?fields=Id")).await.0,
                200,
                "an answered record is gone"
            );
        }
        known += state.records.len();
    }
    let count =
        get(process, &told[0].access_token, "/services/data/v67.0/query?q=SELECT%20COUNT()%20FROM%20Account").await.1["totalSize"].as_u64().unwrap();
    let extra = usize::try_from(count).unwrap() - known;
    assert!(extra <= extra_before + CALLERS, "{extra} records without an answer, {extra_before} before");
    for (caller, state) in told.iter_mut().enumerate() {
        if state.refresh_token.is_empty() {
            let body = json!({"username": format!("caller{caller}@killed.example"), "app": "killed-app", "scopes": ["api", "refresh_token"]});
            let session = process.control(Method::POST, "/orgs/killed/sessions", &body).await;
            state.refresh_token = session["refresh_token"].as_str().unwrap().to_owned();
            state.access_token = session["access_token"].as_str().unwrap().to_owned();
            continue;
        }
        let form = [("grant_type", "refresh_token"), ("client_id", key), ("refresh_token", state.refresh_token.as_str())];
        let (status, body) = process.post_form("/services/oauth2/token", &form).await.unwrap();
        assert_eq!(status, 200, "an answered refresh token is gone: {body}");
        state.refresh_token = body["refresh_token"].as_str().unwrap().to_owned();
        state.access_token = body["access_token"].as_str().unwrap().to_owned();
    }
    extra
}

async fn get(process: &Process, token: &str, path: &str) -> (u16, Value) {
    let response = process.client.get(format!("{}{path}", process.login_url)).bearer_auth(token).send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap_or(Value::Null))
}

/// Every database is sound, and no row speaks of one that is not there.
fn check_databases(data: &Path) {
    let mut users = Vec::new();
    for entry in std::fs::read_dir(data.join("orgs")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "db") {
            let database = open(&path);
            assert_eq!(one::<String>(&database, "PRAGMA integrity_check"), "ok", "{}", path.display());
            for orphans in [
                "SELECT count(*) FROM _session WHERE grant_id IS NOT NULL AND grant_id NOT IN (SELECT id FROM _grant)",
                "SELECT count(*) FROM _rotated WHERE grant_id NOT IN (SELECT id FROM _grant)",
                "SELECT count(*) FROM _grant WHERE user_id NOT IN (SELECT id FROM _user)",
                "SELECT count(*) FROM _assignment WHERE user_id NOT IN (SELECT id FROM _user)",
            ] {
                assert_eq!(one::<i64>(&database, orphans), 0, "{orphans}");
            }
            let mut statement = database.prepare("SELECT fold(username) FROM _user").unwrap();
            users.extend(statement.query_map([], |row| row.get::<_, String>(0)).unwrap().map(Result::unwrap));
        }
    }
    let shared = open(&data.join("shared.db"));
    assert_eq!(one::<String>(&shared, "PRAGMA integrity_check"), "ok");
    let mut statement = shared.prepare("SELECT username FROM username").unwrap();
    let mut index: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    index.sort();
    users.sort();
    assert_eq!(index, users, "the index of usernames disagrees with the users");
}

fn open(path: &Path) -> rusqlite::Connection {
    let database = rusqlite::Connection::open(path).unwrap();
    database.create_collation("FOLD", soql::fold_cmp).unwrap();
    let flags = rusqlite::functions::FunctionFlags::SQLITE_UTF8 | rusqlite::functions::FunctionFlags::SQLITE_DETERMINISTIC;
    database.create_scalar_function("fold", 1, flags, |call| Ok(soql::fold(&call.get::<String>(0)?).into_owned())).unwrap();
    database
}

fn one<T: rusqlite::types::FromSql>(database: &rusqlite::Connection, sql: &str) -> T {
    database.query_row(sql, [], |row| row.get(0)).unwrap()
}

/// A directory of this test alone.
fn tempfile() -> PathBuf {
    let path = std::env::temp_dir().join(format!("sf-mock-killed-{}", std::process::id()));
    std::fs::create_dir_all(&path).unwrap();
    path
}

#[tokio::test]
async fn a_second_server_on_the_same_directory_is_turned_away() {
    let data = std::env::temp_dir().join(format!("sf-mock-shared-{}", std::process::id()));
    let first = Process::start(&data);
    let second =
        Command::new(env!("CARGO_BIN_EXE_sf-mock")).args(["serve", "--port", "0", "--test-port", "0", "--data-dir"]).arg(&data).output().unwrap();
    assert_eq!(second.status.code(), Some(2));
    let text = String::from_utf8(second.stderr).unwrap();
    assert!(text.contains("in use by another sf-mock") && text.trim().lines().count() == 1, "{text}");
    first.kill();
    std::fs::remove_dir_all(&data).unwrap();
}

#[tokio::test]
async fn a_directory_of_a_later_release_is_refused_with_the_reason() {
    let data = std::env::temp_dir().join(format!("sf-mock-later-{}", std::process::id()));
    Process::start(&data).kill();
    open(&data.join("shared.db")).execute_batch("PRAGMA user_version = 999").unwrap();
    let later =
        Command::new(env!("CARGO_BIN_EXE_sf-mock")).args(["serve", "--port", "0", "--test-port", "0", "--data-dir"]).arg(&data).output().unwrap();
    assert_eq!(later.status.code(), Some(2));
    assert!(String::from_utf8(later.stderr).unwrap().contains("written by a later release"));
    std::fs::remove_dir_all(&data).unwrap();
}

#[tokio::test]
async fn a_job_goes_on_after_kill_9() {
    let data = std::env::temp_dir().join(format!("sf-mock-job-{}", std::process::id()));
    let process = Process::start(&data);
    process.control(Method::PATCH, "/orgs/acme", &json!({"policies": {"bulk_job_seconds": 600}})).await;
    let session = process.control(Method::POST, "/orgs/acme/sessions", &json!({"username": "admin@acme.example"})).await;
    let token = session["access_token"].as_str().unwrap();
    let query = json!({"operation": "query", "query": "SELECT Username FROM User WHERE Username = 'admin@acme.example'"});
    let url = format!("{}/services/data/v67.0/jobs/query", process.login_url);
    let job: Value = process.client.post(url).bearer_auth(token).json(&query).send().await.unwrap().json().await.unwrap();
    let path = format!("/services/data/v67.0/jobs/query/{}", job["id"].as_str().unwrap());
    process.kill();
    let process = Process::start(&data);
    assert_eq!(get(&process, token, &path).await.1["state"], "UploadComplete");
    process.control(Method::POST, "/clock", &json!({"advance": "PT10M"})).await;
    let done = get(&process, token, &path).await.1;
    assert_eq!((&done["state"], &done["numberRecordsProcessed"]), (&json!("JobComplete"), &json!(1)));
    process.kill();
    std::fs::remove_dir_all(&data).unwrap();
}
