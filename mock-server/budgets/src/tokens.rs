//! Tokens asked for and looked at; and what ten thousand sessions and a million grants cost those who only use theirs.

use std::path::Path;

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use reqwest::Method;
use rusqlite::Connection;
use serde_json::{Value, json};

use super::Finding;
use super::load::{self, CONNECTIONS, Rounds};
use super::process::Server;
use super::scenes::{DATA, ORG, Stage, Yardstick, finding, request};

const SESSIONS: usize = 10_000;
const GRANTS: u32 = 1_000_000;

/// How much slower a token check may be beside all these.
const SLOWER: f64 = 1.2;

/// The private half of the built-in app `jwt`.
const KEY: &[u8] = include_bytes!("../../../fixtures/keys/app-jwt-private.pem");

/// Somebody the apps may act for.
const USER: &str = "integration@acme.example";

pub async fn all(rounds: Rounds, only: Option<&str>) -> Vec<Finding> {
    let bare = Server::bare();
    let stage = Stage::set().await;
    let scenes = [
        ("client credentials", (30, Yardstick::Bare), stage.client_credentials().await),
        // To verify a signature takes longer than the rest of a bare answer: the yardstick does it too.
        ("JWT bearer", (30, Yardstick::Verifying), stage.jwt_bearer().await),
        ("introspect", (40, Yardstick::Bare), stage.introspections().await),
    ];
    let mut findings = Vec::new();
    for (what, budget, requests) in scenes.iter().filter(|(what, ..)| only.is_none_or(|word| what.contains(word))) {
        findings.push(stage.against(&bare, what, *budget, requests, rounds).await);
    }
    if only.is_none() {
        findings.push(crowded(rounds).await);
    }
    findings
}

impl Stage {
    async fn app(&self, name: &str) -> (String, String) {
        let app = self.control.call(Method::GET, &format!("/apps/{name}"), &Value::Null).await;
        let text = |member: &str| app[member].as_str().unwrap_or_default().to_owned();
        (text("consumer_key"), text("consumer_secret"))
    }

    async fn client_credentials(&self) -> Vec<Vec<u8>> {
        let (key, secret) = self.app("server").await;
        form("token", &format!("grant_type=client_credentials&client_id={key}&client_secret={secret}"))
    }

    async fn jwt_bearer(&self) -> Vec<Vec<u8>> {
        let (key, _) = self.app("jwt").await;
        let claims = json!({"iss": key, "sub": USER, "aud": "https://login.salesforce.com", "exp": 4_000_000_000_u64});
        let signer = EncodingKey::from_rsa_pem(KEY).expect("a key");
        let assertion = jsonwebtoken::encode(&Header::new(Algorithm::RS256), &claims, &signer).expect("an assertion");
        form("token", &format!("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion={assertion}"))
    }

    async fn introspections(&self) -> Vec<Vec<u8>> {
        let (key, secret) = self.app("installed").await;
        let session = json!({"username": "admin", "app": "installed", "scopes": ["api"]});
        let session = self.control.call(Method::POST, &format!("/orgs/{ORG}/sessions"), &session).await;
        let token = session["access_token"].as_str().expect("a token").replace('!', "%21");
        form("introspect", &format!("token={token}&client_id={key}&client_secret={secret}"))
    }

    /// Record reads with a session of its own each.
    async fn reads_with(&self, sessions: usize) -> Vec<Vec<u8>> {
        let mut requests = Vec::with_capacity(sessions);
        for _ in 0..sessions {
            let session = self.control.call(Method::POST, &format!("/orgs/{ORG}/sessions"), &json!({"username": "admin"})).await;
            let bearer = format!("Authorization: Bearer {}\r\n", session["access_token"].as_str().expect("a token"));
            requests.push(request("GET", &format!("{DATA}/sobjects/Account/{}", self.account), &bearer, ""));
        }
        requests
    }
}

fn form(endpoint: &str, form: &str) -> Vec<Vec<u8>> {
    let headers = "Content-Type: application/x-www-form-urlencoded\r\n";
    vec![request("POST", &format!("/services/oauth2/{endpoint}"), headers, form); CONNECTIONS]
}

/// Reads with few sessions beside reads with many, in an org with as many grants; both orgs on disk.
async fn crowded(rounds: Rounds) -> Finding {
    let root = std::env::temp_dir().join(format!("sf-mock-crowd-{}", std::process::id()));
    let (quiet, crowd) = (root.join("quiet"), root.join("crowd"));
    let on = |directory: &Path| Server::mock_with(&["--data-dir", directory.to_str().expect("a path")]);
    let quiet = Stage::on(on(&quiet)).await;
    let org = file_of(&on(&crowd), &crowd);
    add_grants(&org);
    let crowd = Stage::on(on(&crowd)).await;
    let (few, many) = (quiet.reads_with(CONNECTIONS).await, crowd.reads_with(SESSIONS).await);
    // The first use of a session reads it from the database.
    load::measure(&crowd.server, &many, rounds.length).await;
    let (share, own, yardstick) = load::compare(&crowd.server, &many, &quiet.server, &few, rounds).await;
    drop((quiet, crowd));
    let _ = std::fs::remove_dir_all(root);
    let measured = format!("{:.2} times as long ({:.0}/s, empty {:.0}/s)", 1.0 / share, own.rate, yardstick.rate);
    finding("token check, crowded", measured, format!("{SLOWER} times"), 1.0 / share <= SLOWER)
}

/// The org's database; the server has ended when this returns.
fn file_of(server: &Server, directory: &Path) -> std::path::PathBuf {
    let ready: Value = serde_json::from_str(&server.ready).expect("a ready line");
    let orgs = ready["orgs"].as_array().expect("orgs");
    let id = orgs.iter().find(|org| org["name"] == ORG).and_then(|org| org["id"].as_str()).expect("the org");
    directory.join("orgs").join(format!("{id}.db"))
}

/// Writes grants of users nobody has, five each.
fn add_grants(org: &Path) {
    let database = Connection::open(org).expect("the org's database");
    database.create_collation("FOLD", soql::fold_cmp).expect("the collation");
    let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
        INSERT INTO _grant (id, user_id, app_id, scopes, flow, created, last_used, use_count, generation, refresh_hash, refreshed, app_name, menu_item)
        SELECT printf('0CGFk%010dAAA', i), printf('005Fk%010dAAA', i / 5), '0CiFk0000000001AAA', 'refresh_token api', 'web_server', 0, 0, 1, 1,
            randomblob(16), 0, 'Crowd', '' FROM n";
    database.execute(sql, [GRANTS]).expect("grants");
}
